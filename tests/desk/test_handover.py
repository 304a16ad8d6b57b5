"""The handover page: who gets mail, what is open and due, a test email, the record."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from infra.edge import Answer
from infra.laptop import COORDINATORS, SENDER, Laptop
from mentorship.change import Change
from mentorship.desk import handover
from mentorship.members.roster import Roster
from mentorship.program.arrangements import Coordinator as Listed
from mentorship.program.arrangements import Opening
from mentorship.program.audit import Action, AuditEntry
from mentorship.services import Services
from tests import people, tables
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.laptops import ADDRESS
from tests.own import mail
from tests.people import apply

PAGE, TEST, RECORD = "/desk/handover", "/desk/handover/test", "/desk/record"
# What the forms of every page of the desk send to.
IN_THE_BAR = {"/desk/look-up", "/desk/sign-out"}


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator who has signed in."""
    return sign_in(laptop)


def words_of(answer: Answer) -> str:
    """Return what a person reads of a page, below its heading."""
    assert answer.status == 200
    body = answer.text[answer.text.index("<h1") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split()).replace(" .", ".")


def arrange(services: Services, **changes: object) -> None:
    """Arrange something, as the settings of the desk do."""
    services.store.commit(Change(puts=(services.arrangements().with_changes(**changes),)))


class TestWhoGetsMail:
    def test_each_with_their_last_day(self, desk: Coordinator, services: Services) -> None:
        """
        Each coordinator stands there with the day until which they are one; who has left, last.
        """
        arrange(
            services,
            coordinators=(
                Listed(address="left@example.org", until=date(2026, 8, 31)),
                Listed(address=COORDINATORS, until=date(2027, 8, 31)),
                Listed(address="soon@example.org", until=date(2026, 10, 31), mailed=False),
            ),
        )
        words = words_of(desk.get(PAGE))
        soon, own, left = (
            words.index(each)
            for each in (
                "soon@example.org October 31, 2026: ends soon does not get it",
                f"{COORDINATORS} August 31, 2027 gets it",
                "left@example.org August 31, 2026: over, and cannot sign in does not get it",
            )
        )
        assert soon < own < left
        assert "soon@example.org is a coordinator until October 31, 2026." in words
        assert "left@example.org was a coordinator until August 31, 2026." in words
        assert desk.get(PAGE).text.count('href="/desk/settings/coordinators"') >= 3

    def test_nobody(self, desk: Coordinator, services: Services) -> None:
        """
        Where no coordinator gets it, the page says where the mail goes.
        """
        assert "it goes there" not in words_of(desk.get(PAGE))
        only = Listed(address=COORDINATORS, until=date(2027, 8, 31), mailed=False)
        arrange(services, coordinators=(only,))
        assert "As no coordinator gets the program’s mail, it goes there." in words_of(
            desk.get(PAGE)
        )


class TestWhatIsOpen:
    def test_applications_by_role_and_status(self, desk: Coordinator, laptop: Laptop) -> None:
        """
        Each number leads to the list of whom it counts.
        """
        apply(laptop, people.mentee())
        apply(laptop, people.mentee(email="other@example.org"))
        apply(laptop, people.mentor())
        apply(laptop, people.mentor(email="bot@example.org", website="x"))
        page = desk.get(PAGE)
        words = words_of(page)
        assert "Waiting for a match 2 1" in words
        assert "Paused 0 0" in words
        assert "On hold 0 1" in words
        assert 'href="/desk/applications?role=mentee&amp;status=waiting"' in page.text
        assert desk.get("/desk/applications?role=mentee&status=waiting").status == 200

    def test_many_are_not_counted(
        self, desk: Coordinator, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Beyond a hundred the page says so, and counts no further.
        """
        assert handover.MAX_COUNTED == 100
        monkeypatch.setattr(handover, "MAX_COUNTED", 2)
        for number in range(4):
            apply(laptop, people.mentee(email=f"{number}@example.org"))
        assert "Waiting for a match more than 2 0" in words_of(desk.get(PAGE))

    @pytest.mark.parametrize(
        ("opening", "words"),
        [
            (Opening(), "Applications as a mentee are open."),
            (
                Opening(closes_at=datetime(2026, 11, 2, 8, tzinfo=UTC)),
                "Applications as a mentee are open until November 1, 2026.",
            ),
            (
                Opening(opens_at=datetime(2027, 8, 1, 7, tzinfo=UTC)),
                "Applications as a mentee are closed until August 1, 2027.",
            ),
            (
                Opening(closes_at=datetime(2026, 10, 1, tzinfo=UTC)),
                "Applications as a mentee are closed.",
            ),
        ],
    )
    def test_the_form(
        self, opening: Opening, words: str, desk: Coordinator, services: Services
    ) -> None:
        """
        It says whether people may apply, and until when that is so.
        """
        arrange(services, mentees=opening)
        said = words_of(desk.get(PAGE))
        assert words in said
        assert "Applications as a mentor are open." in said

    def test_not_before_mail_arrives(self, site: object, clock: Clock) -> None:
        """
        As long as the form says “Opening soon”, so does this page.
        """
        with Laptop(ADDRESS, {"Applications": "soon"}) as laptop:
            assert "“Opening soon”" in words_of(sign_in(laptop).get(PAGE))


class TestWhatIsDue:
    @pytest.mark.parametrize(
        ("reply_by", "words"),
        [
            (None, "No reply date is set."),
            (date(2026, 10, 5), "The reply date is over: October 5, 2026."),
            (date(2026, 10, 6), "by October 6, 2026: today. On that day,"),
            (date(2026, 10, 7), "by October 7, 2026: tomorrow. On that day,"),
            (date(2026, 11, 5), "by November 5, 2026, in 30 days. On that day,"),
        ],
    )
    def test_the_reply_date(
        self, reply_by: date | None, words: str, desk: Coordinator, services: Services
    ) -> None:
        """
        The date by which applicants hear, and how far it is, by the days in Seattle.
        """
        arrange(services, reply_by=reply_by)
        assert words in words_of(desk.get(PAGE))

    def test_emails_that_reached_nobody(
        self, desk: Coordinator, laptop: Laptop, clock: Clock
    ) -> None:
        """
        An email that came back is counted, for two weeks.
        """
        assert "In the last 14 days, no emails failed." in words_of(desk.get(PAGE))
        apply(laptop, people.mentee(email="bounce@simulator.amazonses.com"))
        mail(laptop)
        assert "1 email reached nobody." in words_of(desk.get(PAGE))
        clock.forward(days=15)
        assert "In the last 14 days, no emails failed." in words_of(sign_in(laptop).get(PAGE))

    def test_the_member_list(self, desk: Coordinator, services: Services, clock: Clock) -> None:
        """
        It says of when the member list is, and asks for a new one after half a year.
        """
        assert "No member list has been put in." in words_of(desk.get(PAGE))
        listed = Roster(number=1, at=clock(), by=COORDINATORS, members=9, lapsed=0, unread=0)
        services.store.commit(Change(puts=(listed,)))
        assert "The member list is dated October 6, 2026." in words_of(desk.get(PAGE))
        old = replace(listed, at=clock() - timedelta(days=181), revision=2)
        services.store.commit(Change(puts=(old,)))
        assert "The member list is more than half a year old: it is dated April 8, 2026." in (
            words_of(desk.get(PAGE))
        )


class TestFirstWeek:
    def test_leads_to_pages_that_are_there(self, desk: Coordinator) -> None:
        """
        There are five to seven steps, and each link of the page leads somewhere.
        """
        page = desk.get(PAGE).text.partition("<h1")[2]
        steps = page[page.index("Your first week") :].partition("</ol>")[0]
        assert 5 <= steps.count("<li>") <= 7
        links = {unescape(each) for each in re.findall(r'href="(/desk[^"#]*)', page)}
        assert len(links) > 6
        missing = {each for each in links if desk.get(each).status != 200}
        assert missing == set()

    def test_its_buttons_are_there(self, desk: Coordinator) -> None:
        """
        Each form of the page is sent to where something answers it.
        """
        actions = set(re.findall(r'<form[^>]* action="([^"]+)"', desk.get(PAGE).text))
        assert actions == {TEST, *IN_THE_BAR}
        # The file has every private note, so that only the contact address is given it.
        contact = sign_in(desk.laptop, "admin@wsrs.org").get(PAGE).text
        actions = set(re.findall(r'<form[^>]* action="([^"]+)"', contact))
        assert actions == {TEST, "/desk/archive/export", *IN_THE_BAR}


class TestTestEmail:
    def test_goes_to_whoever_asks(self, desk: Coordinator, laptop: Laptop) -> None:
        """
        It reaches the coordinator at the desk alone, and says what to do about spam.
        """
        before = len(mail(laptop))
        answer = desk.post(TEST)
        assert (answer.status, answer.headers["location"]) == (303, f"{PAGE}?done=sent")
        assert "The email is on its way." in desk.get(f"{PAGE}?done=sent").text
        (email,) = mail(laptop)[before:]
        assert email.header("To") == COORDINATORS
        assert "not spam" in email.part("plain")
        assert SENDER in email.part("plain")
        assert SENDER in email.part("html")

    def test_goes_to_nobody_else(self, laptop: Laptop, services: Services) -> None:
        """
        Of two coordinators the one who asked gets it; the contact address may ask as well.
        """
        contact = services.program.contact
        someone = sign_in(laptop, contact)
        before = len(mail(laptop))
        someone.post(TEST)
        assert [each.header("To") for each in mail(laptop)[before:]] == [contact]

    def test_one_a_minute(self, desk: Coordinator, laptop: Laptop, clock: Clock) -> None:
        """
        A button that is hit twice sends one; a minute later there is another.
        """
        before = len(mail(laptop))
        assert [desk.post(TEST).status, desk.post(TEST).status] == [303, 303]
        assert len(mail(laptop)) == before + 1
        clock.forward(minutes=1)
        desk.post(TEST)
        assert len(mail(laptop)) == before + 2

    def test_names_nobody_in_the_table(self, desk: Coordinator) -> None:
        """
        The letter that is stored holds a hash of the address, and no address.
        """
        desk.post(TEST)
        letters = [item for item in tables.items("LettersTable") if item["kind"]["S"] == "test"]
        assert len(letters) == 1
        assert "@" not in str(letters)

    def test_is_of_the_desk_only(self, desk: Coordinator, laptop: Laptop) -> None:
        """
        Nobody sends it from another site, without a session, or by GET.
        """
        before = len(mail(laptop))
        assert desk.post(TEST, origin="https://elsewhere.example").status == 400
        assert Coordinator(laptop, "").post(TEST).status == 401
        assert desk.get(TEST).status == 405
        assert len(mail(laptop)) == before


class TestRecord:
    def test_the_newest_first(self, desk: Coordinator, services: Services, clock: Clock) -> None:
        """
        Who did what, about which application, in which words.
        """
        _record(services, clock, action=Action.ADMITTED, about="0000-0001")
        clock.forward(minutes=5)
        _record(
            services, clock, action=Action.ARRANGED, words="Reply date: none → <b>October 15</b>"
        )
        words = words_of(desk.get(RECORD))
        first = words.index(
            "October 6, 2026, 5:35 p.m. PT sam@example.org changed a setting: "
            "Reply date: none → <b>October 15</b>"
        )
        second = words.index("sam@example.org let an application in (0000-0001)")
        third = words.index(f"{COORDINATORS} signed in")
        assert first < second < third

    def test_is_long_enough(self, desk: Coordinator, services: Services, clock: Clock) -> None:
        """
        It shows a hundred, and says when there are more.
        """
        for _ in range(99):
            clock.forward(seconds=1)
            _record(services, clock, action=Action.EXPORTED)
        page = desk.get(RECORD)
        assert page.text.count("<tr>") == 101
        assert "the last 100 entries" not in words_of(page)
        _record(services, clock, action=Action.EXPORTED)
        page = desk.get(RECORD)
        assert page.text.count("<tr>") == 101
        assert "the last 100 entries" in words_of(page)

    def test_is_for_whoever_is_signed_in(self, laptop: Laptop) -> None:
        """
        Neither page is for anybody else.
        """
        for path in (PAGE, RECORD):
            answer = Coordinator(laptop, "").get(path)
            assert answer.status == 401
            assert COORDINATORS not in answer.text


def _record(services: Services, clock: Clock, **what: object) -> None:
    """Record something that was done at the desk."""
    given: Mapping[str, object] = {
        "id": services.new_id(), "at": clock(), "by": "sam@example.org", **what
    }  # fmt: skip
    services.store.commit(Change(puts=(AuditEntry(**given),)))  # type: ignore[arg-type]
