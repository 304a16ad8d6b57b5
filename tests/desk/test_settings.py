"""What coordinators arrange: what is stored of it, who did it, and what is not taken."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import ClassVar

import pytest

from infra.edge import Answer
from infra.laptop import COORDINATOR_NAME, COORDINATORS, Laptop
from infra.outbox import Email
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.matches.match import Reason
from mentorship.program.arrangements import Arrangements, Opening, default_until, from_deployment
from mentorship.program.arrangements import Coordinator as Named
from mentorship.program.audit import Action
from mentorship.services import Services
from mentorship.services import services as running
from tests import people, tables
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.every import every
from tests.matching import ELSEWHERE, kept, mentee, mentor, stored_proposal
from tests.own import mail
from tests.people import apply

OTHER = "other@example.org"
NOW = datetime(2026, 10, 7, 0, 30, tzinfo=UTC)
# Who coordinates as it is deployed.
HERE = Named(address=COORDINATORS, name=COORDINATOR_NAME, until=date(2027, 8, 31))


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator at the desk."""
    return sign_in(laptop)


# What the settings say when something was stored, by what that was, and where.
SAID = {
    **dict.fromkeys(("opening", "reply", "institutions", "retention"), ("public", "")),
    "welcome": ("welcomed", "/coordinators"),
    "coordinator": ("stored", "/coordinators"),
}
HIDDEN = re.compile(r'name="(revision|before)" value="([^"]*)"')


def path_of(what: str, given: dict[str, str]) -> str:
    """Return where a setting is changed; who and which role is in the path."""
    part = given.pop("role", "")
    if who := given.pop("who", ""):
        part = running().links.hashed(who)
    return f"/desk/settings/{what}" + (f"/{part}" if part else "")


def made_from(desk: Coordinator, path: str) -> people.Given:
    """Return what a page was made from, which its form sends along."""
    return hidden(desk.get(path.replace("/welcome", "/coordinators")).text)


def hidden(page: str) -> people.Given:
    """Return the hidden fields of a page."""
    return {name: [unescape(value)] for name, value in HIDDEN.findall(page)}


def press(desk: Coordinator, what: str, **given: str) -> Answer:
    """Open the page of a setting, type, and press its button."""
    path = path_of(what, given)
    typed = {name: [text] for name, text in given.items()}
    return desk.post(path, {**made_from(desk, path), **typed})


def store(desk: Coordinator, what: str, done: str = "", **given: str) -> None:
    """Store a setting that is in order."""
    answer = press(desk, what, **given)
    usual, page = SAID[what]
    told = f"/desk/settings{page}?done={done or usual}"
    assert (answer.status, answer.headers["location"]) == (303, told)
    assert 'class="done"' in desk.get(told).text


def take_off(desk: Coordinator, address: str) -> Answer:
    """Open the page that takes a coordinator off the list, and press its button."""
    path = removal(running(), address)
    return desk.post(path, made_from(desk, path))


def removal(services: Services, address: str) -> str:
    """Return the page that takes a coordinator off the list."""
    return f"/desk/settings/remove/{services.links.hashed(address)}"


def coordinates(services: Services, *coordinators: Named) -> None:
    """Have some coordinators, and no others."""
    changed = services.arrangements().with_changes(coordinators=coordinators)
    services.store.commit(Change(puts=(changed,)))


def refused(desk: Coordinator, what: str, **given: str) -> str:
    """Have a setting refused, with nothing stored; return the page."""
    before = tables.everything()
    answer = press(desk, what, **given)
    assert answer.status == 422
    assert answer.text.count('class="error"') == 1
    assert tables.everything() == before
    return answer.text


def announced(laptop: Laptop) -> Email:
    """Return the email that tells the coordinators of the one application."""
    (told,) = [e for e in mail(laptop) if e.tags.get("letter", "").endswith("_new-application")]
    return told


def said(services: Services) -> list[str]:
    """Return what the record says was changed, the newest first."""
    return [
        each.words for each in services.store.queries.audit_log() if each.action is Action.ARRANGED
    ]


class TestOpening:
    """When an application is taken."""

    DAY = timedelta(days=1)

    @every(
        ("opening", "open_now", "taken"),
        [
            (Opening(), True, True),
            (Opening(opens_at=NOW), True, True),
            (Opening(opens_at=NOW + DAY), False, False),
            (Opening(closes_at=NOW + DAY), True, True),
            (Opening(closes_at=NOW), False, True),
            (Opening(closes_at=NOW - timedelta(minutes=59)), False, True),
            (Opening(closes_at=NOW - timedelta(hours=1)), False, False),
            (Opening(opens_at=NOW - DAY, closes_at=NOW + DAY), True, True),
            (Opening(closed_at=NOW), False, True),
            (Opening(closed_at=NOW - timedelta(hours=1)), False, False),
            (Opening(closed_at=NOW - DAY, opens_at=NOW), True, True),
            (Opening(closed_at=NOW - DAY, opens_at=NOW + DAY), False, False),
            (Opening(closed_at=NOW, opens_at=NOW + DAY, closes_at=NOW + 2 * DAY), False, True),
            (Opening(closed_at=NOW - DAY, opens_at=NOW - 2 * DAY), False, False),
        ],
    )
    def test_when(self, opening: Opening, open_now: bool, taken: bool) -> None:
        """
        An application is taken while the form is open, and for an hour after it has closed.
        """
        assert (opening.is_open(NOW), opening.is_taken(NOW)) == (open_now, taken)

    def test_closing_twice_gives_no_second_hour(self) -> None:
        """
        Whoever stores once more that it is closed does not open it for another hour.
        """
        closed = Opening().closed(NOW, opens_at=None, closes_at=None)
        later = NOW + timedelta(minutes=50)
        again = closed.closed(later, opens_at=None, closes_at=None)
        assert again.is_taken(later)
        assert not again.is_taken(NOW + timedelta(hours=1))

    def test_closed_by_a_date_before(self) -> None:
        """
        Stored as closed after its last day, it takes nothing more.
        """
        over = Opening(closes_at=NOW - timedelta(days=3))
        assert not over.closed(NOW, opens_at=None, closes_at=None).is_taken(NOW)


class TestUntil:
    @pytest.mark.parametrize(
        ("today", "until"),
        [
            (date(2026, 7, 1), date(2026, 8, 31)),
            (date(2026, 7, 2), date(2026, 8, 31)),
            (date(2026, 7, 3), date(2027, 8, 31)),
            (date(2026, 8, 31), date(2027, 8, 31)),
            (date(2026, 12, 24), date(2027, 8, 31)),
            (date(2027, 1, 1), date(2027, 8, 31)),
        ],
    )
    def test_usual(self, today: date, until: date) -> None:
        """
        A coordinator is one until August 31, and whoever comes in July for a year more.
        """
        assert default_until(today) == until


class TestBegin:
    def test_the_deployment_is_what_it_begins_with(self, services: Services) -> None:
        """
        Nothing is stored, and everything is known.
        """
        arrangements = services.arrangements()
        assert [each.address for each in arrangements.coordinators] == [COORDINATORS]
        assert (arrangements.revision, arrangements.reply_by, arrangements.keep_months) == (
            0,
            None,
            12,
        )

    def test_from_the_first_change_on_the_item_holds(
        self, laptop: Laptop, desk: Coordinator, services: Services, clock: Clock
    ) -> None:
        """
        Who began with the deployment has a last day, which does not move with the years.
        """
        store(desk, "reply", reply_by="2026-11-01")
        clock.forward(days=365)
        (first,) = services.arrangements().coordinators
        assert first == Named(address=COORDINATORS, name=COORDINATOR_NAME, until=date(2027, 8, 31))
        assert services.arrangements().active(date(2027, 9, 1)) == []


class TestReaders:
    def arrangements(self, *named: Named) -> Arrangements:
        """Return arrangements with some coordinators."""
        usual = from_deployment([], today=date(2026, 10, 6), reply_by=None, keep_months=12)
        return replace(usual, coordinators=named)

    def test_those_of_today_who_are_mailed(self) -> None:
        """
        Mail goes to those whose time is not over and who want it; all of them may enter.
        """
        arrangements = self.arrangements(
            Named(address="a@example.org", until=date(2026, 10, 6)),
            Named(address="b@example.org", until=date(2026, 10, 5)),
            Named(address="c@example.org", until=date(2027, 8, 31), mailed=False),
        )
        today = date(2026, 10, 6)
        assert arrangements.mail_recipients(today, contact="x@example.org") == ["a@example.org"]
        assert arrangements.may_sign_in(today, contact="x@example.org") == [
            *("a@example.org", "c@example.org", "x@example.org"),
        ]

    def test_the_contact_address_is_there_once(self) -> None:
        """
        A contact address that is on the list as well, in another case, is mailed a way in once.
        """
        arrangements = self.arrangements(Named(address="X@example.org", until=date(2026, 10, 6)))
        here = arrangements.may_sign_in(date(2026, 10, 6), contact="x@example.org")
        assert here == ["X@example.org"]

    def test_where_nobody_is_left(self) -> None:
        """
        The contact address gets the mail, so that no application is announced to nobody.
        """
        over = self.arrangements(Named(address="a@example.org", until=date(2026, 10, 5)))
        assert over.mail_recipients(date(2026, 10, 6), contact="x@example.org") == ["x@example.org"]


class TestApplications:
    def test_closed_now(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        One role is closed, the other stays open; the record says who did it.
        """
        store(desk, "opening", role="mentee", state="closed")
        arrangements = services.arrangements()
        assert not arrangements.opening(Role.MENTEE).is_open(services.now())
        assert arrangements.opening(Role.MENTOR).is_open(services.now())
        assert said(services) == ["Mentees’ form: open → closed"]
        assert "<h2>Mentees’ form</h2><p>Closed</p>" in desk.get("/desk/settings").text

    def test_closed_until_a_day(self, desk: Coordinator, services: Services) -> None:
        """
        It opens at midnight in the program's own zone, through its last day.
        """
        store(
            desk, "opening", role="mentor", state="later", opens="2026-11-01", closes="11/30/2026"
        )
        opening = services.arrangements().opening(Role.MENTOR)
        assert opening.opens_at == datetime(2026, 11, 1, 7, tzinfo=UTC)
        assert opening.closes_at == datetime(2026, 12, 1, 8, tzinfo=UTC)
        page = desk.get("/desk/settings/opening/mentor").text
        assert "closed until November 1, 2026, then open until November 30, 2026" in page
        assert 'value="2026-11-30"' in page

    def test_open_until_a_day(self, desk: Coordinator, services: Services) -> None:
        """
        The last day is the last on which it is open.
        """
        store(desk, "opening", role="mentor", state="open", closes="2026-10-15")
        assert "Open until October 15, 2026" in desk.get("/desk/settings").text
        assert said(services) == ["Mentors’ form: open → open until October 15, 2026"]

    def test_opened_again(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        What was closed is open at once.
        """
        store(desk, "opening", role="mentor", state="closed")
        store(desk, "opening", role="mentor", state="open")
        assert services.arrangements().opening(Role.MENTOR) == Opening()
        assert apply(laptop, people.mentor()).status == 303

    def test_stored_twice(self, desk: Coordinator, services: Services) -> None:
        """
        Whoever stores what is stored changes and records nothing.
        """
        store(desk, "opening", "stored", role="mentor", state="open")
        assert said(services) == []

    def test_what_people_see_follows(self, desk: Coordinator) -> None:
        """
        Whoever closes the form and looks at once is told that the site takes a moment.
        """
        store(desk, "opening", role="mentor", state="closed")
        words = "Saved. Changes take effect within a minute."
        assert words in desk.get("/desk/settings?done=public").text

    @pytest.mark.parametrize(
        "given",
        [
            {"role": "mentor", "state": "later", "opens": "soon"},
            {"role": "mentor", "state": "later", "opens": ""},
            {"role": "mentor", "state": "later", "opens": "2026-10-05"},
            {"role": "mentor", "state": "later", "opens": "2026-10-06"},
            {"role": "mentor", "state": "open", "closes": "2036-10-05"},
            {"role": "mentor", "state": "later", "opens": "2026-11-02", "closes": "2026-11-01"},
        ],
    )
    def test_what_is_no_date(self, desk: Coordinator, given: dict[str, str]) -> None:
        """
        A day that is past, far away or none comes back with a word beside it.
        """
        page = refused(desk, "opening", **given)
        assert given.get("closes", given.get("opens", "")) in page

    @pytest.mark.parametrize("state", ["", "x"])
    def test_what_no_page_sends(self, desk: Coordinator, state: str) -> None:
        """
        What is not of the page's own form is refused, and nothing is stored.
        """
        before = tables.everything()
        answer = press(desk, "opening", role="mentor", state=state)
        assert answer.status == 422
        assert "There is a problem" in answer.text
        assert desk.post("/desk/settings/opening/x", {"state": ["open"]}).status == 404
        assert tables.everything() == before

    @pytest.mark.parametrize(
        ("given", "after"),
        [
            ({"state": "open", "opens": "2026-11-01"}, Opening()),
            ({"state": "open", "opens": "soon"}, Opening()),
            ({"state": "closed", "opens": "x", "closes": "2020-01-01"}, None),
        ],
    )
    def test_dates_that_do_not_matter(
        self, desk: Coordinator, services: Services, given: dict[str, str], after: Opening | None
    ) -> None:
        """
        What is in the fields of another choice is not looked at: an old first day stops nobody.
        """
        store(desk, "opening", role="mentor", state="later", opens="2026-11-01")
        store(desk, "opening", role="mentor", **given)
        opening = services.arrangements().opening(Role.MENTOR)
        assert opening == (after or Opening(closed_at=services.now()))


class TestReplyDate:
    def test_holds_for_the_next_applicant(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Whoever applies from then on is told the date.
        """
        store(desk, "reply", reply_by="2026-11-01")
        apply(laptop, people.mentee())
        receipt = mail(laptop)[-1].part("plain")
        assert "November 1, 2026" in receipt

    def test_taken_away(self, desk: Coordinator, services: Services) -> None:
        """
        Without a date nobody is promised one.
        """
        store(desk, "reply", reply_by="2026-11-01")
        store(desk, "reply", reply_by="")
        assert services.arrangements().reply_by is None
        assert said(services) == [
            "Reply date: November 1, 2026 → none",
            "Reply date: none → November 1, 2026",
        ]

    @pytest.mark.parametrize("given", ["2026-10-05", "2026-13-01", "tomorrow"])
    def test_what_is_no_date(self, desk: Coordinator, given: str) -> None:
        """
        What is typed stays in its field.
        """
        assert f'value="{given}"' in refused(desk, "reply", reply_by=given)


class TestCoordinators:
    def test_added(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Whoever is added can sign in, and gets the program's mail.
        """
        store(desk, "welcome", address=OTHER, until="2027-06-30", mailed="yes")
        assert sign_in(laptop, OTHER).get("/desk").status == 200
        apply(laptop, people.mentor())
        told = announced(laptop)
        assert set(told.readers) == {COORDINATORS, OTHER}
        assert said(services) == [f"Coordinator: {OTHER} until June 30, 2027"]

    def test_added_without_mail(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Somebody may sign in and be spared the mail.
        """
        store(desk, "welcome", address=OTHER)
        apply(laptop, people.mentor())
        told = announced(laptop)
        assert told.readers == [COORDINATORS]

    @pytest.mark.parametrize("address", ["", "x", COORDINATORS, COORDINATORS.upper()])
    def test_not_added(self, desk: Coordinator, address: str) -> None:
        """
        What is no address, or is there already, comes back.
        """
        refused(desk, "welcome", address=address)

    def test_renewed(self, desk: Coordinator, services: Services) -> None:
        """
        Another last day is stored, with what it was before.
        """
        store(desk, "coordinator", who=COORDINATORS, until="2028-08-31", mailed="yes")
        (only,) = services.arrangements().coordinators
        assert only.until == date(2028, 8, 31)
        assert said(services) == [
            f"Coordinator: {COORDINATORS}, until August 31, 2027 → August 31, 2028"
        ]

    def test_changed_when_they_are_not_there_any_more(
        self, desk: Coordinator, services: Services
    ) -> None:
        """
        A last day for somebody who was taken off meanwhile is stored for nobody.
        """
        path = f"/desk/settings/coordinator/{services.links.hashed(OTHER)}"
        assert desk.get(path).status == 404
        answer = desk.post(path, {"until": ["2028-08-31"]})
        assert answer.headers["location"] == "/desk/settings/coordinators?done=gone"
        assert said(services) == []

    def test_the_page_says_whose_time_is_over(self, desk: Coordinator, services: Services) -> None:
        """
        Somebody whose time is over stays on the page, to be renewed or removed.
        """
        coordinates(services, HERE, Named(address=OTHER, until=date(2026, 8, 31)))
        page = desk.get("/desk/settings/coordinators").text
        assert "Their term ended on August 31, 2026" in page


class TestWelcome:
    def test_both_are_written_to(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Whoever is added is told how to sign in and until when, and the contact address by whom.
        """
        store(desk, "welcome", address=OTHER, until="2027-06-30", mailed="yes")
        own, notice = sorted(mail(laptop)[1:], key=lambda email: email.header("To") != OTHER)
        assert (own.header("To"), notice.header("To")) == (OTHER, services.program.contact)
        for email in (own, notice):
            words = " ".join(email.part("plain").split())
            assert f"{COORDINATORS} has added" in words
            assert OTHER in words
            assert "June 30, 2027" in words
        assert f"{laptop.address}/desk/\n" in own.part("plain").replace("\r", "")
        assert "each new application" in own.part("plain")
        assert "Press “Remove” beside the address" in notice.part("plain")

    def test_nothing_of_an_address_is_kept_with_the_letters(self, desk: Coordinator) -> None:
        """
        Whose the letters are is known by keyed hashes.
        """
        store(desk, "welcome", address=OTHER)
        letters = [str(each) for each in tables.items("LettersTable") if "welcome" in str(each)]
        assert len(letters) == 2
        assert "@" not in "".join(letters)

    def test_without_the_programs_mail(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Whoever is spared the program's mail is welcomed all the same, and told so.
        """
        store(desk, "welcome", address=OTHER)
        (own,) = [email for email in mail(laptop) if email.header("To") == OTHER]
        words = " ".join(own.part("plain").split())
        assert "Only what you ask for yourself" in words
        assert "each new application" not in words

    def test_pressed_twice(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Whoever presses the button twice adds nobody twice, and nobody gets a second email.
        """
        store(desk, "welcome", address=OTHER, mailed="yes")
        store(desk, "welcome", "stored", address=OTHER, mailed="yes")
        assert len(mail(laptop)[1:]) == 2
        assert len(said(services)) == 1

    def test_added_once_more(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Somebody who was taken off and comes back is written to again, on the same day, too.
        """
        for _ in range(2):
            coordinates(services, HERE)
            store(desk, "welcome", address=OTHER)
        assert [email.header("To") for email in mail(laptop)].count(OTHER) == 2

    def test_contact_address(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Where the contact address is who is added, there is one email.
        """
        store(desk, "welcome", address=services.program.contact.upper())
        (email,) = mail(laptop)[1:]
        assert email.header("Subject").startswith("You are a coordinator of the ")

    def test_off_again_before_it_is_sent(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Nobody is told that they are a coordinator who is none by then.
        """
        store(desk, "welcome", address=OTHER)
        coordinates(services, HERE)
        assert mail(laptop)[1:] == []

    def test_by_somebody_who_has_left(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Who added them is not said of somebody who is no coordinator by then; that it was one is.
        """
        store(desk, "welcome", address=OTHER, until="2027-06-30")
        coordinates(services, *(e for e in services.arrangements().coordinators if e != HERE))
        own, notice = sorted(mail(laptop)[1:], key=lambda email: email.header("To") != OTHER)
        assert "A coordinator has added you" in own.part("plain")
        assert "Somebody who is no coordinator any more has" in notice.part("plain")


class TestRemoval:
    AFTER = Named(address=OTHER, until=date(2027, 6, 30))

    def test_the_page_asks_first(self, desk: Coordinator, services: Services) -> None:
        """
        Looking changes nothing, and says who gets the program's mail then, and until when.
        """
        coordinates(services, HERE, self.AFTER)
        assert f'href="{removal(services, OTHER)}"' in desk.get("/desk/settings/coordinators").text
        before = tables.everything()
        page = desk.get(removal(services, OTHER)).text
        assert tables.everything() == before
        assert "Take a coordinator off the list" in page
        assert "They are out with their next click" in page
        who_then = page.partition("Who gets the program’s mail then")[2].partition("<form")[0]
        assert COORDINATORS in who_then
        assert "August 31, 2027" in who_then
        assert OTHER not in who_then

    def test_another(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Whoever is taken off the list is out with their next click, and gets no more mail.
        """
        coordinates(services, HERE, self.AFTER)
        other = sign_in(laptop, OTHER)
        answer = take_off(desk, OTHER)
        assert answer.headers["location"] == "/desk/settings/coordinators?done=removed"
        assert other.get("/desk").status == 401
        assert desk.get("/desk").status == 200
        assert said(services) == [f"Coordinator removed: {OTHER}"]
        apply(laptop, people.mentor())
        assert announced(laptop).readers == [COORDINATORS]

    def test_oneself(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Whoever takes themselves off is told before what that means and after that it is so.
        """
        coordinates(services, HERE, replace(self.AFTER, mailed=False))
        page = desk.get(removal(services, COORDINATORS)).text
        assert "You are signed out at once" in page
        assert "only a coordinator or the contact address can put you back" in page
        assert f"It goes to <strong>{services.program.contact}</strong>" in page
        answer = take_off(desk, COORDINATORS)
        assert answer.status == 200
        assert "<h1>You are off the list</h1>" in answer.text
        assert 'aria-label="Desk"' not in answer.text
        assert desk.get("/desk").status == 401
        coordinates(services, HERE)
        # The session is over, whoever puts them back.
        assert desk.get("/desk").status == 401

    @pytest.mark.parametrize("others", [(), (Named(address=OTHER, until=date(2026, 10, 5)),)])
    def test_the_only_one(
        self, desk: Coordinator, services: Services, others: tuple[Named, ...]
    ) -> None:
        """
        The only coordinator whose time lasts stays, and reads what to do instead.
        """
        coordinates(services, HERE, *others)
        page = desk.get(removal(services, COORDINATORS)).text
        assert "is the only coordinator whose time has not ended" in page
        assert 'href="/desk/settings/coordinators#add"' in page
        assert "md-button--final" not in page
        told = take_off(desk, COORDINATORS)
        assert told.status == 422
        assert f"Add whoever comes after {COORDINATORS}" in told.text
        assert desk.get("/desk").status == 200

    def test_the_only_one_by_the_contact_address(
        self, laptop: Laptop, services: Services, desk: Coordinator
    ) -> None:
        """
        Whoever reads the contact address's mail may take off the last one, and stays in.
        """
        coordinates(services, HERE)
        contact = sign_in(laptop, services.program.contact)
        page = contact.get(removal(services, COORDINATORS)).text
        assert "No coordinator is left." in page
        answer = take_off(contact, COORDINATORS)
        assert answer.headers["location"] == "/desk/settings/coordinators?done=removed"
        assert desk.get("/desk").status == 401
        apply(laptop, people.mentor())
        assert announced(laptop).readers == [services.program.contact]

    def test_the_contact_address_itself(self, laptop: Laptop, services: Services) -> None:
        """
        Off the list, the contact address can sign in all the same, and is not signed out.
        """
        contact = services.program.contact.capitalize()
        coordinates(services, HERE, Named(address=contact, until=date(2027, 8, 31)))
        here = sign_in(laptop, contact)
        assert "It can sign in all the same." in here.get(removal(services, contact)).text
        assert take_off(here, contact).status == 303
        assert here.get("/desk").status == 200

    def test_whose_time_is_over(self, desk: Coordinator, services: Services) -> None:
        """
        Whose time was over can be taken off even if only one is left then.
        """
        coordinates(services, HERE, Named(address=OTHER, until=date(2026, 8, 31)))
        assert "They cannot sign in now either." in desk.get(removal(services, OTHER)).text
        assert take_off(desk, OTHER).status == 303
        assert services.arrangements().coordinators == (HERE,)

    def test_removed_twice(self, desk: Coordinator, services: Services) -> None:
        """
        Whoever is not there any more has no page, and the button of an old one changes nothing.
        """
        assert desk.get(removal(services, OTHER)).status == 404
        answer = take_off(desk, OTHER)
        assert answer.headers["location"] == "/desk/settings/coordinators?done=removed"
        assert said(services) == []

    def test_two_take_each_other_off(
        self, laptop: Laptop, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Of two coordinators who press it at one moment, the later is out, and one is left.
        """
        coordinates(services, HERE, self.AFTER)
        here, commit = sign_in(laptop), type(services.store).commit
        turns = []

        def overtaken(self: object, change: Change) -> None:
            if not turns:
                turns.append(change)
                coordinates(services, TestRemoval.AFTER)
            commit(services.store, change)

        monkeypatch.setattr(type(services.store), "commit", overtaken)
        assert take_off(here, OTHER).status == 401
        assert services.arrangements().coordinators == (self.AFTER,)


class TestInstitutions:
    def test_each_once_and_in_order(self, desk: Coordinator, services: Services) -> None:
        """
        A list is stored line by line, without what is there twice.
        """
        store(desk, "institutions", institutions=" Example  Hospital \r\n\r\nB\nExample Hospital\n")
        assert services.arrangements().institutions == ("Example Hospital", "B")

    def test_in_another_case_it_is_the_same(self, desk: Coordinator, services: Services) -> None:
        """
        The same words in small letters are no second institution; the first spelling is kept.
        """
        store(desk, "institutions", institutions="Example Hospital\nexample  hospital\nB\nb\n")
        assert services.arrangements().institutions == ("Example Hospital", "B")

    @pytest.mark.parametrize("given", ["x" * 121, "A; B", "\n".join(map(str, range(201)))])
    def test_what_the_form_cannot_suggest(self, desk: Coordinator, given: str) -> None:
        """
        What is too long, or too much, comes back as it was typed.
        """
        assert given.splitlines()[-1] in refused(desk, "institutions", institutions=given)

    def test_what_else_they_are_called(self, desk: Coordinator, services: Services) -> None:
        """
        Other names and mail domains are kept with the name, and come back as they were typed.
        """
        typed = "Sample University =  SU,sample.example , SU\nMuster Clinic\n=Example Imaging"
        store(desk, "institutions", institutions=typed)
        arranged = services.arrangements()
        names = ("Sample University", "Muster Clinic", "=Example Imaging")
        assert arranged.institutions == names
        assert arranged.aliases == {"Sample University": ("SU", "sample.example")}
        page = unescape(desk.get("/desk/settings/institutions").text)
        assert "Sample University = SU, sample.example\nMuster Clinic\n=Example Imaging" in page
        assert said(services) == ["Institutions: 0 → 3, other names: 0 → 2"]
        assert "3, with 2 other names" in desk.get("/desk/settings").text
        # The form suggests the names alone.
        form = unescape(desk.laptop.call("GET", "/apply/mentee/").text)
        assert '<option value="Sample University">' in form
        assert "sample.example" not in form

    @every(
        ("line", "words"),
        [
            ("A = gmail.com", "anyone can have an address there"),
            ("A = Retired", "it names no institution"),
            ("A = SU\nB = su", "“su” is on the line of B and of A: keep one of them"),
            ("A = Sample Univ.\nSample University", "keep one of them"),
            ("A = sample.example\nB = @Sample.example", "keep one of them"),
            (f"A = {'x' * 121}", "to 120 characters"),
            (f"A = {', '.join(map(str, range(401)))}", "Enter 400 other names or fewer in all"),
        ],
    )
    def test_what_says_nothing_or_two_things(
        self, desk: Coordinator, line: str, words: str
    ) -> None:
        """
        A name that anyone has, that none has, or that two have, is sent back with words.
        """
        assert words in unescape(refused(desk, "institutions", institutions=line))

    def test_whoever_is_at_one_place_is_asked_no_further(
        self, desk: Coordinator, services: Services
    ) -> None:
        """
        A proposal to a mentee who wants another institution is taken back once both are one.
        """
        match = stored_proposal(*kept(services, mentor(), mentee(ELSEWHERE)), services)
        store(desk, "institutions", institutions="Sample Radiology = Example Hospital")
        closed = services.store.match(match, now=services.now())
        assert closed
        assert closed.closed_because is Reason.EXCLUDED


class TestRetention:
    def test_holds_for_the_next_applicant(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Whoever applies from then on is told how long, and it is so.
        """
        store(desk, "retention", keep_months="6")
        apply(laptop, people.mentor())
        (stored,) = tables.items("ApplicationsTable")
        assert stored["keep_months"]["N"] == "6"
        assert said(services) == ["Answers are kept for: 12 → 6 months"]

    @pytest.mark.parametrize(
        "given",
        ["", "0", "2", "13", "6.5", "six", "٦", "9" * 500, "006", "000199", "0001" + "0" * 5000],
    )
    def test_what_is_no_number_of_months(self, desk: Coordinator, given: str) -> None:
        """
        No more than what the site says, and three at least.
        """
        assert "from 3 to 12" in refused(desk, "retention", keep_months=given)

    @pytest.mark.parametrize("months", [6, 3])
    def test_whoever_has_applied_keeps_what_they_agreed_to(
        self, laptop: Laptop, desk: Coordinator, services: Services, clock: Clock, months: int
    ) -> None:
        """
        Fewer months change nothing of what is stored, at once or on the next morning.
        """
        apply(laptop, people.mentor())
        mail(laptop)
        before = tables.items("ApplicationsTable")
        store(desk, "retention", keep_months=f"{months}")
        clock.forward(days=1)
        laptop.daily()
        assert tables.items("ApplicationsTable") == before
        assert before[0]["keep_months"]["N"] == "12"

    def test_as_long_as_before(self, desk: Coordinator, services: Services) -> None:
        """
        Months can be set back, up to what the site says.
        """
        store(desk, "retention", keep_months="3")
        store(desk, "retention", keep_months="12")
        assert services.arrangements().keep_months == 12

    def test_the_page_says_for_whom(self, desk: Coordinator) -> None:
        """
        Whoever sets the months reads for whom they hold.
        """
        words = desk.get("/desk/settings/retention").text
        assert "This is for applications received from now on." in words
        assert "People who have applied already keep the months they agreed to." in words


class TestTogether:
    def test_of_two_at_once_both_hold(
        self, desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Whoever is overtaken decides anew, on what is arranged by then.
        """
        commit = type(services.store).commit
        turns = []

        def overtaken(self: object, change: Change) -> None:
            if not turns:
                turns.append(change)
                arrangements = services.arrangements()
                commit(services.store, Change(puts=(arrangements.with_changes(keep_months=3),)))
            commit(services.store, change)

        monkeypatch.setattr(type(services.store), "commit", overtaken)
        store(desk, "reply", reply_by="2026-11-01")
        arrangements = services.arrangements()
        assert (arrangements.keep_months, arrangements.reply_by) == (3, date(2026, 11, 1))

    def test_the_page_tells_of_the_last_changes(self, desk: Coordinator) -> None:
        """
        Who changed what, and when, stands on the page.
        """
        store(desk, "retention", keep_months="6")
        page = desk.get("/desk/settings").text
        assert "Answers are kept for: 12 → 6 months" in page
        assert f"October 6, 2026, 5:30 p.m. PT, {COORDINATORS}" in page


class TestMeanwhile:
    """Two coordinators at once: nothing that the other has saved is overwritten unseen."""

    WHAT: ClassVar = {
        "opening": (
            {"role": "mentee", "state": "closed"},
            {"role": "mentee", "state": "open", "closes": "2026-10-15"},
            ('<dd class="lines">open</dd>', '<dd class="lines">closed</dd>', "2026-10-15"),
        ),
        "reply": (
            {"reply_by": "2026-11-01"},
            {"reply_by": "2026-12-01"},
            ("none", "November 1, 2026", "2026-12-01"),
        ),
        "institutions": (
            {"institutions": "A\nB"},
            {"institutions": "A\nC"},
            ("nothing", "A\nB", "A\nC"),
        ),
        "retention": (
            {"keep_months": "6"},
            {"keep_months": "9"},
            ("12 months", "6 months", 'value="9"'),
        ),
        "coordinator": (
            {"who": COORDINATORS, "until": "2028-08-31", "mailed": "yes"},
            {"who": COORDINATORS, "until": "2027-01-01", "mailed": "yes"},
            ("August 31, 2027", "August 31, 2028", "2027-01-01"),
        ),
    }

    @pytest.mark.parametrize("what", WHAT)
    def test_the_later_one_sees_both(
        self, desk: Coordinator, services: Services, what: str
    ) -> None:
        """
        The page says what it was, what it is now, and has what was typed; pressed again, it holds.
        """
        theirs, mine, words = self.WHAT[what]
        mine = dict(mine)
        path = path_of(what, mine)
        old, typed = made_from(desk, path), {name: [text] for name, text in mine.items()}
        store(desk, what, **theirs)
        before = tables.everything()
        answer = desk.post(path, {**old, **typed})
        assert answer.status == 409
        assert tables.everything() == before
        assert "It changed after you opened this page" in answer.text
        for each in words:
            assert each in answer.text
        assert desk.post(path, {**hidden(answer.text), **typed}).status == 303
        assert len(said(services)) == 2

    @pytest.mark.parametrize("what", WHAT)
    def test_another_part_is_no_conflict(self, desk: Coordinator, what: str) -> None:
        """
        Where the other coordinator has saved something else, both hold.
        """
        mine = dict(self.WHAT[what][1])
        path = path_of(what, mine)
        old = made_from(desk, path)
        if what == "retention":
            store(desk, "reply", reply_by="2026-11-01")
        else:
            store(desk, "retention", keep_months="3")
        typed = {name: [text] for name, text in mine.items()}
        assert desk.post(path, {**old, **typed}).status == 303

    def test_a_stale_page_opens_nothing(self, desk: Coordinator, services: Services) -> None:
        """
        A form that was closed meanwhile stays closed, whatever the earlier page had chosen.
        """
        path = "/desk/settings/opening/mentee"
        old = made_from(desk, path)
        store(desk, "opening", role="mentee", state="closed")
        typed: people.Given = {"state": ["open"]}
        assert desk.post(path, {**old, **typed}).status == 409
        # A page that does not say what it was made from is stale, too.
        assert desk.post(path, typed).status == 409
        assert not services.arrangements().opening(Role.MENTEE).is_open(services.now())

    def test_what_is_so_already(self, desk: Coordinator) -> None:
        """
        What the other has saved already, or what is pressed twice, is saved.
        """
        old = made_from(desk, "/desk/settings/reply")
        for _ in range(2):
            answer = desk.post("/desk/settings/reply", {**old, "reply_by": ["2026-11-01"]})
            assert answer.status == 303

    def test_renewed_while_the_other_takes_them_off(
        self, desk: Coordinator, services: Services
    ) -> None:
        """
        Somebody whose term was renewed meanwhile is not removed by a page that says otherwise.
        """
        coordinates(services, HERE, TestRemoval.AFTER)
        old = made_from(desk, removal(services, OTHER))
        store(desk, "coordinator", who=OTHER, until="2028-06-30", mailed="yes")
        answer = desk.post(removal(services, OTHER), old)
        assert answer.status == 409
        assert "until June 30, 2028" in answer.text
        assert len(services.arrangements().coordinators) == 2
