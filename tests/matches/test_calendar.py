"""The calendar file of a match, byte for byte and as two readers of calendars understand it."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import vobject
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from mentorship.framework import FRAMEWORK, Framework
from mentorship.matches.calendar import CalendarFile, contact_days

MADE = datetime(2026, 10, 20, 0, 30, tzinfo=UTC)
START = date(2026, 10, 19)
DAYS = contact_days(START, FRAMEWORK)
USUAL = CalendarFile(
    uid="00000001abcdefghjkmn-mentee@mentorship.example.org",
    sequence=0,
    made_at=MADE,
    days=DAYS,
    weeks=FRAMEWORK.weeks,
    description="Half an hour, on a day near this one; that suits you both.\nQuestions? Write to "
    "admin@example.org.",
    program="WSRS Mentorship Program",
)
WRITTEN = b"""\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//WSRS Mentorship Program//EN\r
METHOD:PUBLISH\r
BEGIN:VEVENT\r
UID:00000001abcdefghjkmn-mentee@mentorship.example.org\r
SEQUENCE:0\r
DTSTAMP:20261020T003000Z\r
DTSTART;VALUE=DATE:20270111\r
RRULE:FREQ=WEEKLY;INTERVAL=12;COUNT=4\r
SUMMARY:Mentorship talk\r
DESCRIPTION:Half an hour\\, on a day near this one\\; that suits you both.\\nQ\r
 uestions? Write to admin@example.org.\r
CLASS:PRIVATE\r
TRANSP:TRANSPARENT\r
BEGIN:VALARM\r
ACTION:DISPLAY\r
DESCRIPTION:Mentorship talk\r
TRIGGER:-P2DT15H\r
END:VALARM\r
END:VEVENT\r
END:VCALENDAR\r
"""

# Whatever a program may be called, and a description may say: a reader of calendars drops what it
# takes for a blank at an end.
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], include_characters="\n"),
    min_size=1,
    max_size=90,
).map(lambda text: "\n".join(filter(None, (line.strip() for line in text.split("\n")))) or "A")
frameworks = st.builds(
    Framework,
    months=st.integers(1, 36),
    weeks=st.integers(1, 52),
    minutes=st.integers(15, 120),
)
moments = st.integers(0, 17 * 366 * 86_400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


class TestContactDays:
    def test_days_of_the_suggested_framework(self) -> None:
        """
        Contacts are 12, 24, 36 and 48 weeks after the introduction, on its day of the week.
        """
        days = ["2027-01-11", "2027-04-05", "2027-06-28", "2027-09-20"]
        assert [f"{day}" for day in DAYS] == days

    def test_nothing_for_the_past(self) -> None:
        """
        Of a match that is recorded late, only the contacts still to come are told, today's too.
        """
        for since, left in ((START, 4), (DAYS[1], 3), (DAYS[1] + timedelta(days=1), 2)):
            assert contact_days(START, FRAMEWORK, since=since) == DAYS[4 - left :]
        assert contact_days(START, FRAMEWORK, since=DAYS[3] + timedelta(days=1)) == ()


class TestContent:
    def test_the_file(self) -> None:
        """
        The file is what Outlook, Google and Apple take: one event, all day, without an end.
        """
        assert USUAL.content == WRITTEN

    @settings(max_examples=300)
    @drawn(frameworks, moments, texts, texts, st.integers(0, 20))
    def test_two_readers_read_what_was_written(
        self, framework: Framework, made: datetime, program: str, description: str, sequence: int
    ) -> None:
        """
        Whatever the framework, the day and the words, both read back the days, texts and alarm.
        """
        days = contact_days(made.date(), framework)
        if not days:
            return
        file = CalendarFile(
            uid=USUAL.uid,
            sequence=sequence,
            made_at=made,
            days=days,
            weeks=framework.weeks,
            description=description,
            program=program,
        )
        content = file.content
        assert content.count(b"BEGIN:VEVENT") == 1
        for never in (b"DTEND", b"ORGANIZER", b"ATTENDEE", b"DURATION", b"BEGIN:VTIMEZONE"):
            assert not [line for line in content.split(b"\r\n") if line.startswith(never)]
        lines = content.split(b"\r\n")
        assert b"\n" not in content.replace(b"\r\n", b"")
        assert lines.pop() == b""
        for line in lines:
            assert 0 < len(line) <= 75
            line.decode()
        assert f"DTSTART;VALUE=DATE:{days[0]:%Y%m%d}".encode() in lines
        count = f"RRULE:FREQ=WEEKLY;INTERVAL={framework.weeks};COUNT={len(days)}"
        assert count.encode() in lines
        assert_icalendar_reads(file)
        assert_vobject_reads(file)


def assert_icalendar_reads(file: CalendarFile) -> None:
    """Assert that icalendar understands a file."""
    read = icalendar.Calendar.from_ical(file.content)
    (event,) = read.walk("VEVENT")
    (alarm,) = read.walk("VALARM")
    assert (read["METHOD"], event["CLASS"], event["TRANSP"]) == (
        "PUBLISH",
        "PRIVATE",
        "TRANSPARENT",
    )
    assert str(event["DESCRIPTION"]) == file.description
    assert str(read["PRODID"]) == f"-//{file.program}//EN"
    assert (event["UID"], event["SEQUENCE"]) == (file.uid, file.sequence)
    assert event["DTSTART"].dt == file.days[0]
    assert event["DTSTAMP"].dt == file.made_at
    # Nine in the morning, three days before.
    assert alarm["TRIGGER"].dt == -timedelta(days=2, hours=15)
    assert event["RRULE"]["INTERVAL"] == [file.weeks]
    assert event["RRULE"]["COUNT"] == [len(file.days)]


def assert_vobject_reads(file: CalendarFile) -> None:
    """Assert that vobject understands a file, and finds each day of it."""
    event = vobject.readOne(file.content.decode()).vevent
    assert event.dtstart.value == file.days[0]
    assert event.description.value == file.description
    assert event.valarm.trigger.value == -timedelta(days=2, hours=15)
    assert tuple(each.date() for each in event.getrruleset()) == file.days
