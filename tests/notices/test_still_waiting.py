"""Whoever waits is told that they do, on the right day of the program's own, and not too often."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.letters.letter import State
from mentorship.notices.still_waiting import (
    AGAIN,
    WARNED,
    due,
    due_on,
    due_soon,
    notify,
    warn_coordinators,
)
from tests import made
from tests.made import NOW, TODAY

ZONE = ZoneInfo("America/Los_Angeles")
REPLY_BY = date(2026, 10, 20)
WAITING = made.application(reply_by=REPLY_BY)


def on(day: date, hour: int = 15) -> datetime:
    """Return the moment of a day's morning work."""
    return datetime.combine(day, time(hour), UTC)


class TestDue:
    def test_on_the_date_that_somebody_was_told(self) -> None:
        """
        Whoever was told a date when they applied is due on it, whatever is arranged since.
        """
        for reply_by in (None, date(2026, 10, 10), date(2026, 12, 1)):
            assert due_on(WAITING, reply_by=reply_by, zone=ZONE) == REPLY_BY

    def test_on_the_date_that_is_arranged(self) -> None:
        """
        Whoever was told no date is due on the one that coordinators have set since.
        """
        assert due_on(made.application(), reply_by=REPLY_BY, zone=ZONE) == REPLY_BY

    def test_after_eight_weeks_without_a_date(self) -> None:
        """
        Where nobody named a date, someone hears eight weeks after they began to wait.
        """
        assert due_on(made.application(), reply_by=None, zone=ZONE) == TODAY + AGAIN
        since = NOW + timedelta(days=30)
        waiting = made.application(waiting_from=since)
        assert due_on(waiting, reply_by=None, zone=ZONE) == TODAY + timedelta(days=30) + AGAIN

    def test_time_in_a_match_does_not_count(self) -> None:
        """
        Whoever is back on the list after a match is told eight weeks later, whatever they were told
        before.
        """
        ended = on(date(2027, 3, 1))
        for told in (None, on(REPLY_BY)):
            back = made.application(reply_by=REPLY_BY, notified_at=told, match_ended_at=ended)
            assert due_on(back, reply_by=REPLY_BY, zone=ZONE) == date(2027, 3, 1) + AGAIN
            soon = date(2027, 3, 1) + AGAIN - timedelta(days=1)
            assert due_soon([back], reply_by=REPLY_BY, today=soon, zone=ZONE) == {}

    @pytest.mark.parametrize(
        ("date_of", "expected"),
        [
            (TODAY - timedelta(days=1), TODAY + AGAIN),
            (TODAY, TODAY),
            (TODAY + timedelta(days=1),) * 2,
        ],
    )
    def test_never_for_a_date_that_had_passed(self, date_of: date, expected: date) -> None:
        """
        A date before the day on which somebody applied, by the program's own clock, is none.
        """
        # It is the next day in Greenwich already.
        assert NOW.date() == TODAY + timedelta(days=1)
        assert due_on(made.application(), reply_by=date_of, zone=ZONE) == expected

    @pytest.mark.parametrize("status", [each for each in Status if each is not Status.WAITING])
    def test_never_for_whoever_does_not_wait(self, status: Status) -> None:
        """
        Who is paused, has withdrawn or is not on the list is not told that they are.
        """
        for application in (WAITING, made.application(notified_at=NOW)):
            changed = application.with_changes(status=status)
            assert due_on(changed, reply_by=REPLY_BY, zone=ZONE) is None

    def test_again_after_eight_weeks(self) -> None:
        """
        Once somebody was told, only that counts: a new date brings no letter earlier or later.
        """
        application = made.application(reply_by=REPLY_BY, notified_at=on(REPLY_BY))
        for reply_by in (None, date(2026, 10, 25), date(2027, 6, 1)):
            assert due_on(application, reply_by=reply_by, zone=ZONE) == date(2026, 12, 15)

    def test_the_longest_waiting_first(self) -> None:
        """
        Those who are due stay in the order given, and nobody else is among them.
        """
        ids = ["1", "2", "3"]
        waiting = [made.application(id=each, reply_by=REPLY_BY) for each in ids]
        waiting.insert(1, made.application(id="4", reply_by=REPLY_BY + timedelta(days=1)))
        found = due(waiting, reply_by=None, today=REPLY_BY, zone=ZONE)
        assert [each.id for each in found] == ids


class TestTold:
    def test_letter_and_the_fact_are_one_change(self) -> None:
        """
        That somebody was told, and when they are again, is stored with the letter that says so.
        """
        now = on(REPLY_BY)
        change = notify(WAITING, now=now, today=REPLY_BY)
        (after,) = change.puts
        assert after == WAITING.with_changes(notified_at=now)
        (letter,) = change.letters
        assert (letter.id, letter.about) == (f"{WAITING.id}#still-waiting#2026-10-20", WAITING.id)
        assert letter.facts == {"again": "2026-12-15"}
        assert letter.state is State.NEW


class TestWarning:
    @pytest.mark.parametrize(
        ("days_before", "warned"), [(4, False), (3, True), (2, True), (1, True), (0, False)]
    )
    def test_three_days_before(self, days_before: int, warned: bool) -> None:
        """
        Coordinators learn of it while there is time, also where the first of the days was missed.
        """
        today = REPLY_BY - timedelta(days=days_before)
        found = due_soon([WAITING], reply_by=None, today=today, zone=ZONE)
        assert found == ({REPLY_BY: [WAITING]} if warned else {})

    def test_not_of_what_nobody_promised(self) -> None:
        """
        Without a date nothing was promised, so that coordinators aren't warned before the letter.
        """
        today = TODAY + AGAIN - WARNED
        assert due_soon([made.application()], reply_by=None, today=today, zone=ZONE) == {}

    def test_not_of_what_comes_again(self) -> None:
        """
        Eight weeks later nobody is disappointed for the first time, and there is no warning.
        """
        before = made.application(notified_at=on(REPLY_BY))
        today = REPLY_BY + AGAIN - WARNED
        assert due_soon([before], reply_by=None, today=today, zone=ZONE) == {}

    def test_each_date_has_a_letter(self) -> None:
        """
        Several dates are told of apart, each once; many people are named in part, and all counted.
        """
        later = REPLY_BY + timedelta(days=1)
        waiting = [
            made.application(id=f"{number}", reply_by=later if number % 2 else None)
            for number in range(10)
        ]
        found = due_soon(
            waiting, reply_by=REPLY_BY, today=REPLY_BY - WARNED + timedelta(1), zone=ZONE
        )
        letters = [warn_coordinators(when, found[when], most=3, now=NOW) for when in sorted(found)]
        assert [letter.id for letter in letters] == [
            "program#reply-due#2026-10-20",
            "program#reply-due#2026-10-21",
        ]
        assert letters[0].facts == {"date": "2026-10-20", "number": 5, "applications": "0 2 4"}


@dataclass
class Calendar:
    """
    Some months in the life of an application.

    Attributes:
        received: when it came.
        own: the date that its owner was told, in days from then, if they were.
        arranged: by what day of the calendar coordinators arrange which date, both in such days.
        statuses: by what day of the calendar it comes to which status.
        missed: on which days nothing runs.
        hour: at which hour of Greenwich the morning's work is done.
        zone: the program's own.

    """

    received: datetime
    own: int | None
    arrangements: dict[int, int | None]
    statuses: dict[int, Status]
    missed: set[int]
    hour: int
    zone: ZoneInfo
    written: list[date] = field(default_factory=list)

    @property
    def first(self) -> date:
        """The day on which it was received."""
        return self.received.astimezone(self.zone).date()

    def day(self, number: int | None) -> date | None:
        """Return a day of the calendar."""
        return None if number is None else self.first + timedelta(days=number)


LENGTH = 400
FROM = datetime(2024, 1, 1, tzinfo=UTC)
calendars = st.builds(
    Calendar,
    received=st.integers(0, 16 * 366 * 24 * 60).map(
        lambda minutes: FROM + timedelta(minutes=minutes)
    ),
    own=st.none() | st.integers(0, 120),
    arrangements=st.dictionaries(
        st.integers(0, LENGTH), st.none() | st.integers(-30, LENGTH), max_size=3
    ),
    statuses=st.dictionaries(
        st.integers(0, LENGTH),
        st.sampled_from([*Status.those("is_open"), Status.WITHDRAWN, Status.INELIGIBLE]),
        max_size=4,
    ),
    missed=st.sets(st.integers(0, LENGTH), max_size=20)
    | st.builds(
        lambda start, length: set(range(start, start + length)),
        st.integers(0, LENGTH),
        st.integers(1, 90),
    ),
    hour=st.integers(0, 23),
    zone=st.sampled_from(
        [ZONE, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland"), ZoneInfo("UTC")]
    ),
)


def lived(calendar: Calendar) -> None:
    """Let an application live by a calendar, and look each morning that all is as promised."""
    application = made.application(
        received_at=calendar.received, reply_by=calendar.day(calendar.own)
    )
    reply_by: date | None = None
    first = datetime.combine(calendar.received.date(), time(calendar.hour), UTC)
    for number in range(LENGTH):
        now = first + timedelta(days=number)
        if number in calendar.arrangements:
            reply_by = calendar.day(calendar.arrangements[number])
        if status := calendar.statuses.get(number):
            application = application.with_changes(status=status)
        if number in calendar.missed or now < calendar.received:
            continue
        application = a_morning(application, reply_by, now, calendar)


def a_morning(
    application: Application, reply_by: date | None, now: datetime, calendar: Calendar
) -> Application:
    """Do a morning's work twice, and look that it was right."""
    today, zone, written = now.astimezone(calendar.zone).date(), calendar.zone, calendar.written
    expected = False
    if application.status is Status.WAITING:
        promised = calendar.day(calendar.own) or reply_by
        never = promised is None or promised < calendar.first
        if written:
            expected = (today - written[-1]).days >= 56
        else:
            first = calendar.first + AGAIN if never or promised is None else promised
            expected = today >= first
    for again in (False, True):
        found = due([application], reply_by=reply_by, today=today, zone=zone)
        assert bool(found) is (expected and not again), (today, written)
        for each in found:
            change = notify(each, now=now, today=today)
            assert change.application is not None
            application = change.application
            assert not written or (today - written[-1]).days >= 56
            written.append(today)
    return application


class TestCalendars:
    @settings(max_examples=200)
    @given(calendars)
    def test_of_every_kind(self, calendar: Calendar) -> None:
        """
        Never two letters within 56 days, none before the date or, without one, before 56 days, none
        to whoever does not wait, none missing: whatever is arranged, missed or changed, and over
        any change of the clocks.
        """
        lived(calendar)

    def test_a_missed_week_is_caught_up_once(self) -> None:
        """
        Where nothing ran from before the date until a week after it, one letter goes out then.
        """
        # The first morning is that of the day after it came in.
        calendar = Calendar(NOW, 14, {}, {}, set(range(12, 22)), 15, ZONE)
        lived(calendar)
        assert [(day - calendar.first).days for day in calendar.written][:3] == [23, 79, 135]

    @pytest.mark.parametrize("changes", [date(2026, 11, 1), date(2027, 3, 14)])
    def test_over_a_change_of_the_clocks(self, changes: date) -> None:
        """
        The morning comes an hour earlier or later by the clock, and on the same day.
        """
        notified_at = on(changes - timedelta(days=1))
        application = made.application(notified_at=notified_at)
        assert due_on(application, reply_by=None, zone=ZONE) == changes + timedelta(days=55)
