"""Each morning: who has not answered is reminded, in the end let go, and brought back when due."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from infra.laptop import Laptop
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.change import Change, Conflict
from mentorship.form.question import Role
from mentorship.jobs import matches
from mentorship.jobs.allowed_time import AllowedTime
from mentorship.letters.kinds import Kind
from mentorship.matches.match import MatchState, Reason
from mentorship.services import Services
from mentorship.store.store import Store
from tests import tables
from tests.clock import Clock
from tests.matched import applied, letters, link_of, match_of, proposed, stored
from tests.own import post

MENTOR, MENTEE = Role.MENTOR, Role.MENTEE


@pytest.fixture
def morning(laptop: Laptop, clock: Clock) -> Laptop:
    """A laptop at eight in the morning, on a Wednesday."""
    clock.forward(hours=14, minutes=30)
    return laptop


def act_on_due(services: Services) -> int:
    """Have the morning's work done on matches, with all the time it may take."""
    time = AllowedTime.from_now(services.now)
    return matches.act_on_due(services.arrangements(), services, time)


def pass_days(laptop: Laptop, clock: Clock, days: int) -> None:
    """Let some days go by, with the morning's work on each."""
    for _ in range(days):
        clock.forward(days=1)
        laptop.daily()


class TestDue:
    def test_reminded_after_a_week_and_let_go_after_two(
        self, morning: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        A mentor who never answers is reminded once, lapses, and is not suggested for now.
        """
        match = proposed(services)
        pass_days(morning, clock, 6)
        assert letters(Kind.PROPOSAL_REMINDER) == []
        pass_days(morning, clock, 1)
        assert letters(Kind.PROPOSAL_REMINDER) == [match.mentor.application]
        pass_days(morning, clock, 7)
        assert match_of(services, match.id).state is MatchState.PROPOSED
        pass_days(morning, clock, 1)
        match = match_of(services, match.id)
        assert (match.state, match.closed_because) == (MatchState.LAPSED, Reason.LAPSED)
        mentor = stored(services, match.mentor.application)
        assert (mentor.status, mentor.open_matches) == (Status.WAITING, ())
        assert mentor.unreached_at == clock()
        assert letters(Kind.PROPOSAL_REMINDER) == [mentor.id]
        # The mentee was never asked, and hears nothing.
        assert letters(Kind.NOT_GOING_AHEAD) == []
        assert len(letters(Kind.MATCH_CLOSED)) == 1

    def test_run_twice(self, morning: Laptop, services: Services, clock: Clock) -> None:
        """
        The second run of a morning finds nothing left to do.
        """
        proposed(services)
        for days in (7, 8):
            clock.forward(days=days)
            morning.daily()
            before = tables.items("LettersTable"), tables.items("MatchesTable")
            morning.daily()
            assert (tables.items("LettersTable"), tables.items("MatchesTable")) == before

    def test_after_an_outage(self, morning: Laptop, services: Services, clock: Clock) -> None:
        """
        Who was to be reminded long ago is reminded now, and has three days from then.
        """
        match = proposed(services)
        clock.forward(days=40)
        morning.daily()
        found = match_of(services, match.id)
        assert found.state is MatchState.PROPOSED
        assert found.mentor.wait_until == date(2026, 11, 19)
        assert len(letters(Kind.PROPOSAL_REMINDER)) == 1
        pass_days(morning, clock, 4)
        assert match_of(services, match.id).state is MatchState.LAPSED

    def test_one_email_a_day(self, morning: Laptop, services: Services, clock: Clock) -> None:
        """
        A mentor with three proposals is reminded of one each morning, however often it runs.
        """
        mentor = applied(services, MENTOR, answers={"capacity": "3"})
        for number in range(3):
            proposed(services, mentor, applied(services, MENTEE, number))
        clock.forward(days=7)
        for told in (1, 2, 3):
            for _ in range(2):
                morning.daily()
            assert letters(Kind.PROPOSAL_REMINDER) == [mentor.id] * told
            clock.forward(days=1)

    def test_one_that_cannot_be_done_delays_only_itself(
        self, morning: Laptop, services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Others are reminded that morning, and it is itself the next time.
        """
        both = [
            proposed(services, applied(services, MENTOR, number), applied(services, MENTEE, number))
            for number in (1, 2)
        ]
        broken, commit = both[0].id, Store.commit

        def commits(store: Store, change: Change) -> None:
            if any(each.id == broken for each in change.puts):
                raise error
            commit(store, change)

        clock.forward(days=7)
        for error in (Conflict(), ValueError("a bug")):
            monkeypatch.setattr(Store, "commit", commits)
            if isinstance(error, Conflict):
                act_on_due(services)
            else:
                with pytest.raises(ValueError, match="a bug"):
                    act_on_due(services)
            assert letters(Kind.PROPOSAL_REMINDER) == [both[1].mentor.application]
        monkeypatch.undo()
        monkeypatch.setattr("mentorship.services._now", clock)
        assert act_on_due(services) == 1

    def test_nothing_on_hold(self, morning: Laptop, services: Services, clock: Clock) -> None:
        """
        A match from a backup waits for a coordinator.
        """
        match = proposed(services)
        held = match_of(services, match.id)
        services.store.commit(
            Change(puts=(replace(held, on_hold=True, revision=held.revision + 1),))
        )
        clock.forward(days=40)
        morning.daily()
        assert match_of(services, match.id).state is MatchState.PROPOSED
        assert letters(Kind.PROPOSAL_REMINDER) == []


class TestResumed:
    def test_on_the_day(self, morning: Laptop, services: Services, clock: Clock) -> None:
        """
        Who asked to be left alone for a month is back on the list that day, in the old place.
        """
        match = proposed(services)
        link = link_of(services, match, MENTOR)
        assert post(morning, f"{link}/not-now", {"months": ["1"]}).status == 303
        mentor = stored(services, match.mentor.application)
        assert mentor.resume_on == date(2026, 11, 7)
        pass_days(morning, clock, 30)
        assert stored(services, mentor.id).status is Status.PAUSED
        pass_days(morning, clock, 1)
        back = stored(services, mentor.id)
        assert (back.status, back.resume_on) == (Status.WAITING, None)
        assert back.waiting_since == mentor.waiting_since

    def test_one_that_cannot_be_resumed_delays_only_itself(
        self, morning: Laptop, services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        The others are back on the list that morning, and the error is not lost.
        """
        paused = [
            applied(services, MENTOR, number, status=Status.PAUSED, resume_on=date(2026, 10, 8))
            for number in (1, 2)
        ]
        commit = matches.commit

        def commits(change: Any, services: Services, *, before: Application) -> None:
            if before.id == paused[0].id:
                raise ValueError("a bug")
            commit(change, services, before=before)

        monkeypatch.setattr(matches, "commit", commits)
        clock.forward(days=1)
        time = AllowedTime.from_now(services.now)
        with pytest.raises(ValueError, match="a bug"):
            matches.resume(services.arrangements(), services, time)
        after = [stored(services, each.id).status for each in paused]
        assert after == [Status.PAUSED, Status.WAITING]

    def test_not_who_was_paused_without_an_end(
        self, morning: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        A coordinator who pauses someone resumes them.
        """
        paused = applied(services, MENTOR, status=Status.PAUSED)
        pass_days(morning, clock, 3)
        assert stored(services, paused.id).status is Status.PAUSED


class TestUnconfirmed:
    def test_once_after_three_days(self, morning: Laptop, services: Services, clock: Clock) -> None:
        """
        Someone who has not confirmed the address is reminded, and never again.
        """
        mentee = applied(services, MENTEE, received_at=clock() - timedelta(hours=1))
        pass_days(morning, clock, 2)
        assert letters(Kind.CONFIRM_REMINDER) == []
        pass_days(morning, clock, 1)
        assert letters(Kind.CONFIRM_REMINDER) == [mentee.id]
        assert stored(services, mentee.id).confirm_asked_at == clock()
        pass_days(morning, clock, 4)
        assert letters(Kind.CONFIRM_REMINDER) == [mentee.id]

    def test_not_while_they_are_asked_about_a_match(
        self, morning: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        A yes confirms the address, so after an outage they get one reminder that day, not two.
        """
        mentor = applied(services, MENTOR, received_at=clock() - timedelta(hours=1))
        proposed(services, mentor)
        clock.forward(days=8)
        morning.daily()
        assert letters(Kind.PROPOSAL_REMINDER) == [mentor.id]
        assert mentor.id not in letters(Kind.CONFIRM_REMINDER)

    def test_never_anyone_else(self, morning: Laptop, services: Services, clock: Clock) -> None:
        """
        Not who has confirmed, was entered, can only be called, is on hold, or came long ago.
        """
        now = clock()
        by_phone = {"email": "", "phone": "206 555 0100"}
        cases: list[dict[str, Any]] = [
            {"confirmed_at": now},
            {"entered_by": "kim@coordinators.example"},
            {"status": Status.INVITED, "entered_by": "kim@coordinators.example"},
            {"status": Status.QUARANTINED},
            {"status": Status.PAUSED},
            {"status": Status.WITHDRAWN},
            {"answers": by_phone},
            {"received_at": now - timedelta(days=31)},
        ]
        for number, changes in enumerate(cases):
            applied(services, MENTEE, number, **{"received_at": now, **changes})
        pass_days(morning, clock, 5)
        assert letters(Kind.CONFIRM_REMINDER) == []


class TestStillWaiting:
    def wait(self, services: Services, clock: Clock) -> tuple[Application, Application]:
        """Return a mentor and a mentee who were told eight weeks ago that they wait."""
        told = clock() - timedelta(weeks=8)
        confirmed: dict[str, Any] = {"confirmed_at": clock(), "notified_at": told}
        return (
            applied(services, MENTOR, **confirmed),
            applied(services, MENTEE, **confirmed),
        )

    def test_goes_on_until_the_mentee_is_asked(
        self, morning: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        A mentor who is asked has heard; the mentee knows of nothing, and is told that they wait.
        """
        proposed(services, *self.wait(services, clock))
        pass_days(morning, clock, 1)
        (told,) = letters(Kind.STILL_WAITING)
        assert stored(services, told).role is MENTEE

    def test_stops_once_the_mentee_is_asked(
        self, morning: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        Who has a proposal to answer is not told that there is none.
        """
        match = proposed(services, *self.wait(services, clock))
        post(morning, f"{link_of(services, match, MENTOR)}/yes")
        pass_days(morning, clock, 1)
        assert letters(Kind.STILL_WAITING) == []

    def test_not_on_the_day_on_which_a_match_is_over(
        self, morning: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        A mentor hears in the morning that the mentee let it lapse, and the next that they wait.
        """
        match = proposed(services, *self.wait(services, clock))
        post(morning, f"{link_of(services, match, MENTOR)}/yes")
        for _ in range(30):
            pass_days(morning, clock, 1)
            if over := letters(Kind.NOT_GOING_AHEAD):
                break
        assert over == [match.mentor.application]
        assert match.mentor.application not in letters(Kind.STILL_WAITING)
        pass_days(morning, clock, 1)
        assert match.mentor.application in letters(Kind.STILL_WAITING)

    def test_not_a_mentor_with_a_mentee(
        self, morning: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        A mentor with a free place who has a match is not told that they have none.
        """
        proposed(services, *self.wait(services, clock), by_hand_since=30)
        pass_days(morning, clock, 1)
        assert letters(Kind.STILL_WAITING) == []
