"""
The calendar file of a match: the days of its contacts, as iCalendar (RFC 5545) has them.

It has one event that repeats, because Outlook reads only the first of a file. Its title names
nobody, because calendars are shared. The event has no organizer and no end: a calendar then takes
it as a reminder that lasts the one day, and nobody is asked to accept it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from mentorship.framework import DAYS_A_WEEK, Framework

# What a calendar shows of a contact.
TITLE = "Mentorship talk"
# Three days before at 9 a.m.: an alarm of an all-day event is counted from midnight.
ALARM = "-P2DT15H"
# The longest line, in bytes without its end; a longer one goes on after a space.
LONGEST = 75
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,"})


@dataclass(frozen=True, kw_only=True)
class CalendarFile:
    """
    What the calendar file of one side of a match says.

    Attributes:
        uid: what calendars know the event by: its own for each match and side.
        sequence: how often the framework has changed; a file with a higher one replaces another.
        made_at: when what it says was decided.
        days: the days of the contacts, all the same number of weeks apart, the earliest first.
        weeks: that number.
        description: what the event says besides its title.
        program: the program's name.

    """

    uid: str
    sequence: int
    made_at: datetime
    days: tuple[date, ...]
    weeks: int
    description: str
    program: str

    @property
    def content(self) -> bytes:
        """The file's bytes."""
        lines = (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            f"PRODID:-//{_text(self.program)}//EN",
            "METHOD:PUBLISH",
            "BEGIN:VEVENT",
            f"UID:{_text(self.uid)}",
            f"SEQUENCE:{self.sequence}",
            f"DTSTAMP:{self.made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{self.days[0]:%Y%m%d}",
            f"RRULE:FREQ=WEEKLY;INTERVAL={self.weeks};COUNT={len(self.days)}",
            f"SUMMARY:{TITLE}",
            f"DESCRIPTION:{_text(self.description)}",
            "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{TITLE}",
            f"TRIGGER:{ALARM}",
            "END:VALARM",
            "END:VEVENT",
            "END:VCALENDAR",
        )
        return b"".join(map(_folded, lines))


def contact_days(
    start: date, framework: Framework, *, since: date | None = None
) -> tuple[date, ...]:
    """
    Return the days of the contacts after the introduction.

    Args:
        start: the day of the introduction, in the program's own zone.
        framework: what the two agreed on.
        since: the day before which none is told, if the match was recorded after it began.

    """
    days = (start + timedelta(days=DAYS_A_WEEK * week) for week in framework.contact_weeks)
    return tuple(day for day in days if since is None or day >= since)


def _text(value: str) -> str:
    """Return a text on one line, with what would end it escaped."""
    return "\\n".join(value.translate(ESCAPES).splitlines())


def _folded(line: str) -> bytes:
    """Return a line with its ends, folded where it is too long, but within no character."""
    folded, room = bytearray(), LONGEST
    for character in line:
        piece = character.encode()
        if len(piece) > room:
            folded += b"\r\n "
            room = LONGEST - 1
        folded += piece
        room -= len(piece)
    return bytes(folded + b"\r\n")
