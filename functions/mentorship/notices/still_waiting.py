"""
Nobody waits in silence: when somebody who has no match yet is told so.

The first time is the date by which they were to hear, if there is one; then it is every eight weeks
at most. Days are the program's own.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

from mentorship.applications.application import Application, ApplicationChange
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, new_letter

AGAIN = timedelta(weeks=8)
# How long before, coordinators are told whom it will be; there may still be a match.
WARNED = timedelta(days=3)


def due_on(application: Application, *, reply_by: date | None, zone: tzinfo) -> date | None:
    """
    Return the day from which on somebody is to be told that they still wait, if there is one.

    Args:
        application: theirs.
        reply_by: by when people are to hear who were told no date when they applied.
        zone: the program's own.

    """
    if not application.status.traits.may_be_matched:
        return None
    if application.notified_at:
        return _day(application.notified_at, zone) + AGAIN
    date_of = application.reply_by or reply_by
    # A date that had passed when somebody applied was never one for them.
    if date_of is None or date_of < _day(application.received_at, zone):
        return None
    return date_of


def due(
    waiting: Iterable[Application], *, reply_by: date | None, today: date, zone: tzinfo
) -> list[Application]:
    """Return who is to be told today, or was to be on a day before, in the order given."""
    days = ((each, due_on(each, reply_by=reply_by, zone=zone)) for each in waiting)
    return [each for each, day in days if day and day <= today]


def notify(application: Application, *, now: datetime, today: date) -> ApplicationChange:
    """Tell somebody that they still wait, and when they will be told so again."""
    letter = new_letter(
        Kind.STILL_WAITING,
        about=application.id,
        on=today,
        now=now,
        facts={"again": f"{today + AGAIN}"},
    )
    told = application.with_changes(notified_at=now)
    return ApplicationChange(application=told, puts=(told,), letters=(letter,))


def due_soon(
    waiting: Iterable[Application], *, reply_by: date | None, today: date, zone: tzinfo
) -> dict[date, list[Application]]:
    """
    Return who is to be told for the first time within some days, by the date of it.

    What happens on the date itself, or has happened, can be averted no more.
    """
    found: dict[date, list[Application]] = {}
    for application in waiting:
        due = due_on(application, reply_by=reply_by, zone=zone)
        if due and not application.notified_at and today < due <= today + WARNED:
            found.setdefault(due, []).append(application)
    return found


def warn_coordinators(
    when: date, waiting: Sequence[Application], *, most: int, now: datetime
) -> Letter:
    """
    Return the one letter that tells coordinators who has no match before a date.

    Args:
        when: the date.
        waiting: whose it is, the longest waiting first.
        most: how many of them it names.
        now: the present.

    """
    facts: dict[str, str | int] = {
        "date": f"{when}",
        "number": len(waiting),
        "applications": " ".join(each.id for each in waiting[:most]),
    }
    return new_letter(Kind.REPLY_DUE, about="", of="program", on=when, now=now, facts=facts)


def _day(when: datetime, zone: tzinfo) -> date:
    return when.astimezone(zone).date()
