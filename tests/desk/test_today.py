"""What needs doing today: each thing that the first page of the desk tells of, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.members.roster import Roster
from mentorship.program.arrangements import Coordinator as Named
from mentorship.services import Services
from tests import made, people
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.own import mail
from tests.people import apply

NOTHING = "Nothing needs you today."


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator at the desk."""
    return sign_in(laptop)


def stored(services: Services, number: int, role: Role = Role.MENTEE, **changes: object) -> None:
    """Have an application stored."""
    application = made.application(role, id=f"{number:08}abcdefghjkmn", **changes)
    services.store.commit(Change(puts=(application,)))


def arrange(services: Services, **changes: object) -> None:
    """Have something arranged otherwise."""
    services.store.commit(Change(puts=(services.arrangements().with_changes(**changes),)))


class TestTasks:
    def test_nothing_to_do(self, desk: Coordinator) -> None:
        """
        Where nothing needs doing, the page says so.
        """
        assert NOTHING in desk.get("/desk/").text

    @pytest.mark.parametrize(
        ("many", "words"),
        [
            (1, "1 application is on hold"),
            (2, "2 applications are on hold"),
            (101, "more than 100 applications are on hold"),
        ],
    )
    def test_held_back(self, desk: Coordinator, services: Services, many: int, words: str) -> None:
        """
        What was held back is to be looked at; beyond a hundred nobody counts.
        """
        for number in range(many):
            stored(services, number, Role.MENTOR, status=Status.QUARANTINED)
        page = desk.get("/desk/").text
        assert words in page
        assert 'href="/desk/on-hold"' in page

    def test_an_email_that_came_back(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        An email that reached nobody leads to the application that it is about.
        """
        apply(laptop, people.mentee(email="bounce@simulator.amazonses.com"))
        mail(laptop)
        page = desk.get("/desk/").text
        assert "An email came back: “Receipt”" in page
        assert '<a href="/desk/applications/' in page

    def test_an_email_is_told_of_for_two_weeks(
        self, laptop: Laptop, desk: Coordinator, clock: Clock
    ) -> None:
        """
        What nobody did anything about is not told of for ever.
        """
        apply(laptop, people.mentee(email="bounce@simulator.amazonses.com"))
        mail(laptop)
        clock.forward(days=15)
        assert "came back" not in sign_in(laptop).get("/desk/").text

    @pytest.mark.parametrize(
        ("reply_by", "told"),
        [
            (date(2026, 10, 5), "The reply date is over: October 5, 2026"),
            (date(2026, 10, 6), "The reply date is October 6, 2026"),
            (date(2026, 10, 13), "The reply date is October 13, 2026"),
            (date(2026, 10, 14), ""),
            (None, ""),
        ],
    )
    def test_the_reply_date(
        self, desk: Coordinator, services: Services, reply_by: date | None, told: str
    ) -> None:
        """
        A week before it, until it is over, and then until there is another one, or none.
        """
        arrange(services, reply_by=reply_by)
        page = desk.get("/desk/").text
        assert ("The reply date is" in page) is bool(told)
        assert told in page

    @pytest.mark.parametrize(
        ("until", "told"),
        [(date(2026, 10, 6), True), (date(2026, 11, 5), True), (date(2026, 11, 6), False)],
    )
    def test_a_coordinator_whose_time_ends(
        self, desk: Coordinator, services: Services, until: date, told: bool
    ) -> None:
        """
        Thirty days before.
        """
        arrange(services, coordinators=(Named(address=COORDINATORS, until=until),))
        assert (f"{COORDINATORS} is a coordinator until" in desk.get("/desk/").text) is told

    def test_nobody_is_mailed(self, desk: Coordinator, services: Services) -> None:
        """
        Who sees to it that somebody gets the mail is told that nobody does.
        """
        here = services.arrangements().coordinators[0]
        arrange(services, coordinators=(replace(here, mailed=False),))
        assert "No coordinator gets the program’s mail" in desk.get("/desk/").text

    @pytest.mark.parametrize(
        ("many", "words"),
        [
            (1, "1 mentee entered for them has not agreed yet"),
            (2, "2 mentees entered for them have not agreed yet"),
        ],
    )
    def test_entered_and_not_agreed(
        self, desk: Coordinator, services: Services, many: int, words: str
    ) -> None:
        """
        Whoever was entered by a coordinator and has said nothing since.
        """
        for number in range(many):
            stored(services, number, status=Status.INVITED)
        assert words in desk.get("/desk/").text

    def test_no_member_list(self, desk: Coordinator, services: Services) -> None:
        """
        A list is asked for as soon as there is somebody to find on it.
        """
        stored(services, 1, Role.MENTOR)
        assert "member list yet" not in desk.get("/desk/").text
        stored(services, 2, Role.MENTEE)
        assert "There is no member list yet" in desk.get("/desk/").text

    @pytest.mark.parametrize(("days", "told"), [(180, False), (181, True)])
    def test_an_old_member_list(
        self, desk: Coordinator, services: Services, days: int, told: bool
    ) -> None:
        """
        A list of half a year ago says little of who has joined since.
        """
        at = services.now() - timedelta(days=days)
        roster = Roster(number=1, at=at, by=COORDINATORS, members=9, lapsed=0, unread=0)
        services.store.commit(Change(puts=(roster,)))
        assert ("The member list is dated" in desk.get("/desk/").text) is told


class TestWhoWaits:
    def test_longest_first(self, desk: Coordinator, services: Services, clock: Clock) -> None:
        """
        The five who have waited longest, with for how long.
        """
        for days in range(8):
            when = services.now() - timedelta(days=days * 10)
            answers = {"full_name": f"Robin {'ABCDEFGH'[days]} Example"}
            stored(services, days, received_at=when, answers=answers)
        page = desk.get("/desk/").text
        names = [page.find(f"Robin {letter} Example") for letter in "HGFED"]
        assert names == sorted(names)
        assert "70 days" in page
        assert "Robin C Example" not in page
        assert "<dt>mentees</dt><dd>8</dd>" in page

    @pytest.mark.parametrize(
        ("hours", "words"),
        [(0, "since today"), (17, "since today"), (18, "1 day"), (42, "2 days")],
    )
    def test_days_are_the_programs(
        self, desk: Coordinator, services: Services, hours: int, words: str
    ) -> None:
        """
        A day begins at midnight in Seattle: it is 5:30 p.m. there.
        """
        stored(services, 1, received_at=services.now() - timedelta(hours=hours))
        assert words in desk.get("/desk/").text

    def test_those_who_do_not_wait(self, desk: Coordinator, services: Services) -> None:
        """
        Whoever is paused, withdrawn or held back is not among those who wait.
        """
        for number, status in enumerate(set(Status) - {Status.WAITING}):
            stored(services, number, status=status)
        page = desk.get("/desk/").text
        assert "Robin Example" not in page
        assert "<dt>mentees</dt><dd>no</dd>" in page

    def test_new_ones(self, desk: Coordinator, services: Services) -> None:
        """
        Whoever applied within the week, of either role, the newest first.
        """
        stored(services, 1, received_at=services.now() - timedelta(days=6))
        stored(services, 2, Role.MENTOR)
        stored(services, 3, received_at=services.now() - timedelta(days=8))
        fresh = desk.get("/desk/").text.partition("New in the last week")[2]
        found = [fresh.find(f"/desk/applications/{n:08}abcdefghjkmn") for n in (2, 1)]
        assert 0 < found[0] < found[1]
        assert "00000003abcdefghjkmn" not in fresh

    def test_what_applicants_write_is_text(self, desk: Coordinator, services: Services) -> None:
        """
        A name is shown as it was written.
        """
        stored(services, 1, answers={"full_name": "<b>Robin</b>"})
        page = desk.get("/desk/").text
        assert "&lt;b&gt;Robin&lt;/b&gt;" in page
        assert "<b>Robin" not in page
