"""What the two of a match answer: GET shows, POST acts, and nothing is told too early."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from infra.edge import Answer
from infra.laptop import COORDINATOR_NAME, Laptop
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.form.question import Role
from mentorship.handlers import own
from mentorship.letters.kinds import Kind
from mentorship.matches.ending import end, take_back
from mentorship.matches.match import Match, MatchState, Reason, Reply
from mentorship.pairings import pairing_of
from mentorship.services import Services
from mentorship.web.links import MATCH
from tests import matched, tables
from tests.clock import Clock
from tests.coordinator import sign_in
from tests.keys import forged
from tests.matched import LINE, NAMES, changed, letters, link_of, match_of, proposed, stored
from tests.own import get, mail, post

ACTS = ("yes", "no", "not-now", "mistake")
MENTOR, MENTEE = Role.MENTOR, Role.MENTEE
# What identifies the two, and what only a match may read.
HIDDEN = {
    MENTOR: ("Beispiel", "pat-1@", "Example Radiology"),
    MENTEE: (
        "Muestra",
        "robin-1@",
        "206 555 0100",
        "Example Hospital",
        "Seattle",
        "R3",
        "residency",
    ),
}


class Two:
    """A mentor and a mentee who are proposed to each other."""

    def __init__(self, laptop: Laptop, services: Services) -> None:
        self.laptop = laptop
        self.services = services
        self.id = proposed(services).id
        self.links = {role: link_of(services, self.match, role) for role in Role}

    @property
    def match(self) -> Match:
        """The match, as it is stored."""
        return match_of(self.services, self.id)

    def application(self, role: Role) -> Application:
        """Return one side's application, as it is stored."""
        return stored(self.services, self.match.parties[role].application)

    def page(self, role: Role) -> Answer:
        """Open the link of one side."""
        return get(self.laptop, self.links[role])

    def heading(self, role: Role) -> str:
        """Return the title on the page of one side."""
        return heading(self.page(role))

    def says(self, role: Role, act: str, **given: str) -> Answer:
        """Press a button on the page of one side."""
        fields = {name: [value] for name, value in given.items()}
        return post(self.laptop, f"{self.links[role]}/{act}", fields)


@pytest.fixture
def two(laptop: Laptop, services: Services) -> Two:
    """Two who are proposed to each other; the mentor is asked."""
    return Two(laptop, services)


def heading(answer: Answer) -> str:
    """Return the heading of a page."""
    return " ".join(re.findall(r"<h1>(.*?)</h1>", answer.text))


class TestAsked:
    def test_what_they_share_and_no_more(self, two: Two) -> None:
        """
        The mentor reads what both chose, the rest of what may be shown, and when to answer.
        """
        page = two.page(MENTOR)
        assert page.status == 200
        assert heading(page) == "Would you mentor this person?"
        assert "You both chose <strong>Breast imaging; Neuroradiology</strong>." in page.text
        assert "Leadership and society work" in page.text
        assert page.text.count("Neuroradiology") == 1  # It is not told a second time.
        assert LINE in page.text
        assert f"{COORDINATOR_NAME}, who suggested this match" in page.text
        assert "October 20, 2026" in page.text
        assert not [each for each in HIDDEN[MENTEE] if each in page.text]

    def test_whose_it_is(self, two: Two) -> None:
        """
        A forwarded link acts as its owner's, so the page names them; its title and head do not.
        """
        page = two.page(MENTOR)
        assert NAMES[MENTOR] in page.text
        head = page.text.partition("</head>")[0]
        assert "<title>Would you mentor this person?" in head
        assert "og:" not in head
        assert 'name="robots" content="noindex"' in head
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"

    def test_no_menu(self, two: Two) -> None:
        """
        The page is for one thing: it has no menu, and no footer with the rest of the site.
        """
        text = two.page(MENTOR).text
        assert "<nav" not in text
        assert "<footer" not in text

    def test_getting_it_does_nothing(self, two: Two) -> None:
        """
        A scanner of email opens links, and asks for every address on the page.
        """
        before = tables.everything()
        for act in ("", *(f"/{act}" for act in ACTS)):
            answer = get(two.laptop, f"{two.links[MENTOR]}{act}")
            assert answer.status == (405 if act else 200)
            # A phone opens a page anew where a form was sent: in words for them, not for a program.
            assert not act or "open the link in your email again" in answer.text
        assert tables.everything() == before

    def test_the_mentee_is_asked_after_a_yes(self, two: Two) -> None:
        """
        Before that, the mentee has no page; with it, they read of the mentor as little.
        """
        assert two.page(MENTEE).status == 410
        assert two.says(MENTOR, "yes").status == 303
        page = two.page(MENTEE)
        assert heading(page) == "Would you like this mentor?"
        assert "Private practice" in page.text
        assert "for their answer until <strong" in two.page(MENTOR).text
        assert "October 20, 2026" in two.page(MENTOR).text
        assert not [each for each in HIDDEN[MENTOR] if each in page.text]
        assert letters(Kind.PROPOSAL) == sorted(
            two.match.parties[role].application for role in Role
        )

    def test_what_has_changed_is_marked(self, two: Two, clock: Clock) -> None:
        """
        Whoever reads a line that was not in their email is told so.
        """
        assert "Changed since" not in two.page(MENTOR).text
        clock.forward(days=1)
        mentee = two.application(MENTEE)
        answers = {**mentee.answers, "contact_ways": ["video", "in_person"], "city": "Tacoma"}
        versions = (mentee.version,)
        changed(two.services, mentee.id, answers=answers, versions=versions, changed_at=clock())
        assert "Changed since we asked you: Likes to talk by." in two.page(MENTOR).text

    def test_what_is_struck_is_not_told(self, two: Two) -> None:
        """
        A line that its owner took out is told neither as theirs nor as in common.
        """
        changed(two.services, two.application(MENTEE).id, struck=("subspecialties", "topics"))
        text = two.page(MENTOR).text
        assert "You both chose" not in text
        assert "Leadership" not in text


class TestYes:
    def test_of_both(self, two: Two) -> None:
        """
        Both are introduced by email; the page says so, and shows no one's address.
        """
        two.says(MENTOR, "yes")
        assert two.heading(MENTOR) == "Thank you for saying yes"
        two.says(MENTEE, "yes")
        assert two.match.state is MatchState.RUNNING
        assert len(letters(Kind.INTRODUCTION)) == 2
        for role, other in ((MENTOR, MENTEE), (MENTEE, MENTOR)):
            page = two.page(role)
            assert heading(page) == "You’re matched"
            assert 'href="/links"' in page.text
            assert not [each for each in HIDDEN[other] if each in page.text]

    def test_confirms_the_address(self, two: Two) -> None:
        """
        Who answers by the link reads mail there.
        """
        assert two.application(MENTOR).confirmed_at is None
        two.says(MENTOR, "yes")
        assert two.application(MENTOR).confirmed_at == two.services.now()

    def test_pressed_twice(self, two: Two) -> None:
        """
        A double click, or a reload, is one answer.
        """
        for role in (MENTOR, MENTEE):
            assert two.says(role, "yes").status == 303
            before = tables.everything()
            assert two.says(role, "yes").status == 303
            assert tables.everything() == before

    def test_may_be_changed_until_the_introduction(self, two: Two) -> None:
        """
        The mentor may still say no while the mentee is asked, who hears only that it is off.
        """
        two.says(MENTOR, "yes")
        assert two.says(MENTOR, "no").status == 303
        assert two.match.state is MatchState.DECLINED
        assert two.heading(MENTEE) == "This match isn’t going ahead"
        assert letters(Kind.NOT_GOING_AHEAD) == [two.match.mentee.application]

    def test_where_something_learned_since_keeps_them_apart(
        self, two: Two, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        A yes looks again whether the two may be matched at all.
        """
        monkeypatch.setattr("mentorship.applicant.match.is_excluded", lambda *_: True)
        two.says(MENTOR, "yes")
        assert two.match.closed_because is Reason.EXCLUDED
        assert two.heading(MENTOR) == "This match isn’t going ahead"

    def test_eight_at_the_same_second(self, two: Two) -> None:
        """
        However often both press at once, one introduction comes of it, or one kind no.
        """
        two.says(MENTOR, "yes")
        presses = [(MENTEE, "yes"), (MENTOR, "no")] * 4
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda press: two.says(*press), presses))
        assert {each.status for each in answers} <= {303, 409}
        match, mentee = two.match, two.application(MENTEE)
        if match.state is MatchState.RUNNING:
            assert mentee.status is Status.MATCHED
            assert len(letters(Kind.INTRODUCTION)) == 2
            assert letters(Kind.NOT_GOING_AHEAD) == []
        else:
            assert match.state is MatchState.DECLINED
            assert mentee.open_matches == ()
            assert letters(Kind.INTRODUCTION) == []
            assert len(letters(Kind.NOT_GOING_AHEAD)) == 1


class TestNo:
    def test_is_kind_and_told_to_no_one(self, two: Two) -> None:
        """
        The other has not even been asked; the page offers to ask again later.
        """
        two.says(MENTOR, "no")
        page = two.page(MENTOR)
        assert heading(page) == "Thank you for telling us"
        assert "doesn’t know that we asked you" in page.text
        assert "You’re still on our list" in page.text
        assert "Leadership" not in page.text
        assert letters(Kind.NOT_GOING_AHEAD) == []

    def test_and_be_asked_again_later(self, two: Two) -> None:
        """
        Who said no for want of time is paused, until they are back on the list by themselves.
        """
        two.says(MENTOR, "no")
        assert two.says(MENTOR, "not-now", months="3").status == 303
        mentor = two.application(MENTOR)
        assert (mentor.status, mentor.resume_on) == (Status.PAUSED, date(2027, 1, 6))
        assert "January 6, 2027" in two.page(MENTOR).text
        # The no stays a no.
        assert two.match.mentor.reply is Reply.NO
        assert two.says(MENTOR, "not-now", months="1").status == 303
        assert two.application(MENTOR).resume_on == date(2026, 11, 6)

    def test_later_where_it_makes_no_sense(self, two: Two) -> None:
        """
        Who has withdrawn since is offered nothing, and an old page changes nothing.
        """
        two.says(MENTOR, "no")
        changed(two.services, two.application(MENTOR).id, status=Status.WITHDRAWN)
        page = two.page(MENTOR)
        assert "Ask me again" not in page.text
        assert "still on our list" not in page.text
        answer = two.says(MENTOR, "not-now", months="3")
        assert answer.status == 409
        assert "too late" in answer.text

    def test_was_a_mistake(self, two: Two) -> None:
        """
        Coordinators are told, once, and nobody else; the no stands.
        """
        two.says(MENTOR, "yes")
        two.says(MENTEE, "no")
        for _ in range(2):
            assert two.says(MENTEE, "mistake").status == 303
        assert two.heading(MENTEE) == "We’ve passed it on"
        assert letters(Kind.MISTAKE) == [""]
        assert two.match.state is MatchState.DECLINED
        assert two.says(MENTOR, "mistake").status == 409


class TestNotNow:
    def test_pauses_and_takes_back_the_rest(self, two: Two) -> None:
        """
        The page says until when, and the others who were asked about are let go.
        """
        mentor = two.application(MENTOR)
        other = proposed(two.services, mentor, matched.applied(two.services, MENTEE, 2))
        assert two.says(MENTOR, "not-now", months="6").status == 303
        page = two.page(MENTOR)
        assert "April 6, 2027" in page.text
        assert "taken that back too" in page.text
        # What was asked again is said to be over, and what the other hears of it.
        assert "This match isn’t going ahead" in page.text
        assert "The other person doesn’t know that we asked you." in page.text
        mentor = two.application(MENTOR)
        assert (mentor.status, mentor.open_matches) == (Status.PAUSED, ())
        assert match_of(two.services, other.id).closed_because is Reason.PAUSED
        before = tables.everything()
        assert two.says(MENTOR, "not-now", months="6").status == 303
        assert tables.everything() == before

    @pytest.mark.parametrize("months", ["", "2", "12", "-1", "1.0", "x"])
    def test_other_times_are_not_taken(self, two: Two, months: str) -> None:
        """
        What no button of the page sends is refused, and nothing is changed.
        """
        before = tables.everything()
        assert two.says(MENTOR, "not-now", months=months).status == 400
        assert tables.everything() == before


class TestTooLate:
    def test_after_it_lapsed(self, two: Two, clock: Clock) -> None:
        """
        A late yes is told to the coordinator who proposed, once, and changes nothing.
        """
        lapse(two, clock)
        page = two.page(MENTOR)
        assert heading(page) == "We didn’t hear from you in time"
        assert "Leadership" not in page.text
        for _ in range(2):
            assert two.says(MENTOR, "yes").status == 303
        assert "still say yes" in two.page(MENTOR).text
        # Who says it reads their mail, and may be suggested again.
        assert two.application(MENTOR).unreached_at is None
        assert two.match.state is MatchState.LAPSED
        assert len(letters(Kind.LATE_ANSWER)) == 1

    @pytest.mark.parametrize("closes", ["no", "not-now", "taken back"])
    def test_a_yes_from_a_stale_page(self, two: Two, closes: str) -> None:
        """
        However the proposal closed, the page says what became of their yes, also after Back.
        """
        if closes == "taken back":
            back = take_back(pairing_of(two.match, two.services), now=two.services.now())
            two.services.store.commit(back)
        else:
            two.says(MENTOR, closes, months="3")
        state = two.match.state
        assert two.says(MENTOR, "yes").status == 303
        page = two.page(MENTOR).text
        assert "told the coordinators that you’d still say yes" in page
        assert "That was a mistake" not in page
        assert ("January 6, 2027" in page) is (closes == "not-now")
        assert two.match.state is state

    def test_a_no_from_a_stale_page(self, two: Two, clock: Clock) -> None:
        """
        The page says that nothing was changed, and how things are; a program gets the problem.
        """
        lapse(two, clock)
        before = tables.everything()
        answer = two.says(MENTOR, "no")
        assert answer.status == 409
        assert "too late, so nothing was changed" in answer.text
        assert heading(answer) == "We didn’t hear from you in time"
        told = two.laptop.call(
            "POST", f"{two.links[MENTOR]}/no", headers={"accept": "application/json"}
        )
        assert (told.status, told.json["title"]) == (409, "This proposal is closed")
        assert tables.everything() == before

    def test_taken_back(self, two: Two) -> None:
        """
        Who was asked reads that it is off, and not why.
        """
        services = two.services
        services.store.commit(take_back(pairing_of(two.match, services), now=services.now()))
        page = two.page(MENTOR)
        assert heading(page) == "This match isn’t going ahead"
        assert "still on our list" in page.text

    def test_after_the_end(self, two: Two) -> None:
        """
        An old link shows nothing of the other, whoever ended it.
        """
        services = two.services
        for role in (MENTOR, MENTEE):
            two.says(role, "yes")
        over = end(pairing_of(two.match, services), mentee_waits=False, now=services.now())
        services.store.commit(over)
        for role, other in ((MENTOR, MENTEE), (MENTEE, MENTOR)):
            page = two.page(role)
            assert heading(page) == "This match has ended"
            assert not [each for each in HIDDEN[other] if each in page.text]


def lapse(two: Two, clock: Clock) -> None:
    """Let a proposal be reminded of, and lapse."""
    for days in (7, 8):
        clock.forward(days=days)
        two.laptop.daily()
    assert two.match.state is MatchState.LAPSED


class TestLinks:
    def test_bad_ones_show_and_do_nothing(self, two: Two, services: Services, clock: Clock) -> None:
        """
        A link that is forged, cut, of nothing, too old, or for another page leads to a new one.
        """
        token = two.links[MENTOR].removeprefix("/match/")
        mentor = two.match.mentor.application
        bad = {
            forged(token): 404,
            token[:-7]: 404,
            services.links.owner_token(mentor, 1): 404,
            services.links.sign(MATCH, two.id, "coordinator", 1): 404,
            "x" * 999: 404,
            services.links.match_token("0" * 20, MENTOR, 1): 410,
            services.links.match_token(two.id, MENTOR, 2): 410,
            services.links.match_token(two.id, MENTEE, 1): 410,
        }
        before = tables.everything()
        for each, status in bad.items():
            for answer in (
                get(two.laptop, f"/match/{each}"),
                *(post(two.laptop, f"/match/{each}/{act}", {"months": ["1"]}) for act in ACTS),
            ):
                assert answer.status == status, each
                assert 'action="/links"' in answer.text
                assert "Beispiel" not in answer.text
        clock.time += MATCH.lives
        clock.forward(seconds=1)
        assert two.page(MENTOR).status == 410
        assert tables.everything() == before

    def test_every_route_is_tried(self) -> None:
        """
        The lists above have every page and every act.
        """
        path = "/match/{token}"
        assert {route for route in own.ROUTES if route[1].startswith(path)} == {
            ("GET", path),
            *(("POST", f"{path}/{act}") for act in ACTS),
        }

    def test_work_until_the_address_moves(self, two: Two, clock: Clock) -> None:
        """
        A second mail does not end the first link; a new address does, and is mailed its own.
        """
        services, mentor = two.services, two.application(MENTOR)
        clock.forward(days=3)
        again = link_of(services, two.match, MENTOR)
        assert again != two.links[MENTOR]
        for link in (again, two.links[MENTOR]):
            assert get(two.laptop, link).status == 200
        changed(services, mentor.id, address_version=2)
        assert two.page(MENTOR).status == 410
        assert get(two.laptop, link_of(services, two.match, MENTOR)).status == 200

    def test_of_someone_who_was_forgotten(self, two: Two) -> None:
        """
        Nothing is left to show.
        """
        changed(two.services, two.application(MENTOR).id, answers={}, status=Status.DISCARDED)
        assert two.page(MENTOR).status == 410

    def test_a_pair_has_no_page_yet(self, laptop: Laptop) -> None:
        """
        Whatever begins like its address leads to where a link is asked for.
        """
        for answer in (
            get(laptop, "/pair/x"),
            get(laptop, "/pair/x/met"),
            post(laptop, "/pair/x/met"),
        ):
            assert answer.status == 410
            assert 'action="/links"' in answer.text


class TestToAProgram:
    def test_an_answer_has_its_place(self, two: Two) -> None:
        """
        A program is told where to look, and takes no page.
        """
        answer = two.laptop.call(
            "POST",
            f"{two.links[MENTOR]}/not-now",
            headers={"content-type": "application/json"},
            body=b'{"months": 3}',
        )
        assert (answer.status, answer.json) == (200, {"location": two.links[MENTOR]})
        assert two.match.mentor.months == 3


class TestCoordinators:
    def test_are_led_to_the_desk(self, two: Two) -> None:
        """
        What a coordinator presses would count as that person's own word.
        """
        desk = sign_in(two.laptop)
        link = two.links[MENTOR]
        page = desk.get(link)
        assert heading(page) == "Record their answer at the desk"
        assert f'href="/desk/matches/{two.id}"' in page.text
        assert LINE not in page.text
        before = tables.everything()
        for act in ACTS:
            answer = desk.post(f"{link}/{act}", {"months": ["1"]})
            assert (answer.status, answer.headers["location"]) == (303, link)
        assert tables.everything() == before

    def test_who_apply_answer_for_themselves(self, laptop: Laptop, services: Services) -> None:
        """
        A coordinator who is the mentor is asked like any other, at the desk or not.
        """
        desk = sign_in(laptop)
        address = services.arrangements().coordinators[0].address
        mentor = matched.applied(services, MENTOR, answers={"email": address})
        link = link_of(services, proposed(services, mentor), MENTOR)
        assert heading(desk.get(link)) == "Would you mentor this person?"
        assert desk.post(f"{link}/yes").status == 303


class TestOwnPage:
    def own(self, two: Two, role: Role, page: str = "") -> str:
        """Return the page of one side's application, or another *page* beside it."""
        application = two.application(role)
        token = two.services.links.owner_token(application.id, application.address_version)
        return get(two.laptop, f"/mine/{token}{page}").text

    def test_says_that_a_proposal_waits(self, two: Two) -> None:
        """
        It leads to the page to answer on, and does not say a word of the other.
        """
        text = self.own(two, MENTOR)
        assert "A proposed match is waiting for your answer" in text
        (path,) = re.findall(r'href="(/match/[^"]+)"', text)
        assert heading(get(two.laptop, path)) == "Would you mentor this person?"
        assert not [each for each in HIDDEN[MENTEE] if each in text]
        assert "/match/" not in self.own(two, MENTEE)
        two.says(MENTOR, "yes")
        assert "You said yes to a match" in self.own(two, MENTOR)
        assert "A proposed match is waiting" in self.own(two, MENTEE)

    def test_tells_the_mentee_nothing_before_they_are_asked(
        self, two: Two, services: Services
    ) -> None:
        """
        While only the mentor is asked, every page of the mentee's is as it was without a match.
        """
        match = two.match
        for warned_at in (None, services.now()):
            mentee = changed(services, match.mentee.application, warned_at=warned_at)
            assert mentee.open_matches == (match.id,)
            shown = [self.own(two, MENTEE, page) for page in ("", "/stay")]
            changed(services, mentee.id, open_matches=())
            assert shown == [self.own(two, MENTEE, page) for page in ("", "/stay")]
            changed(services, mentee.id, open_matches=(match.id,))
        token = services.links.owner_token(mentee.id, mentee.address_version)
        assert post(two.laptop, f"/mine/{token}/stay", {"consent": ["yes"]}).status == 303
        kept = two.application(MENTEE)
        assert (kept.kept_from, kept.warned_at) == (services.now(), None)
        assert kept.open_matches == (match.id,)

    def test_says_that_they_are_matched(self, two: Two) -> None:
        """
        Both read that they have a match, the mentor also that there is room for another.
        """
        for role in (MENTOR, MENTEE):
            two.says(role, "yes")
        mentor, mentee = self.own(two, MENTOR), self.own(two, MENTEE)
        for text in (mentor, mentee):
            assert "You have a match" in text
            assert "/match/" not in text
        assert "room for 1 more" in mentor
        assert not [each for each in HIDDEN[MENTOR] if each in mentee]

    def test_says_until_when_they_are_paused(self, two: Two) -> None:
        """
        Who asked to be left alone reads there until when.
        """
        two.says(MENTOR, "not-now", months="3")
        assert "January 6, 2027" in self.own(two, MENTOR)


class TestMailedAnew:
    def test_with_the_link_to_the_application(self, two: Two) -> None:
        """
        Whoever has lost the email asks for a link, and gets that of the proposal, too.
        """
        mentor = two.application(MENTOR)
        mail(two.laptop)
        post(two.laptop, "/links", {"email": [mentor.address]})
        email = mail(two.laptop)[-1]
        assert email.header("To") == mentor.address
        (path,) = re.findall(r"/match/[\w.-]+", email.part("plain"))
        assert heading(get(two.laptop, path)) == "Would you mentor this person?"
        two.says(MENTOR, "no")
        post(two.laptop, "/links", {"email": [two.application(MENTEE).address]})
        assert "/match/" not in mail(two.laptop)[-1].part("plain")
