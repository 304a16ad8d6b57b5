"""
When to tell people that they still wait for a match, so that no one waits in silence.

The first time is their reply date or, without one, eight weeks after they began to wait; after that
it is every eight weeks at most. The time in a match that ran does not count. Days are in the
program's own time zone.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

from mentorship.applications.application import Application, ApplicationChange
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, new_letter

AGAIN = timedelta(weeks=8)
# How long before, coordinators are told who it will be; there may still be a match.
WARNED = timedelta(days=3)


def due_on(application: Application, *, reply_by: date | None, zone: tzinfo) -> date | None:
    """
    Return the day from which on someone is told that they still wait, if they do.

    Args:
        application: theirs.
        reply_by: the reply date for people who were told none when they applied.
        zone: the program's own time zone.

    """
    if not application.status.traits.may_be_matched:
        return None
    heard_at = (application.notified_at, application.match_ended_at)
    if last := max(filter(None, heard_at), default=None):
        return _day(last, zone) + AGAIN
    own = _reply_date(application, reply_by=reply_by, zone=zone)
    return own or _day(application.waiting_since, zone) + AGAIN


def _reply_date(application: Application, *, reply_by: date | None, zone: tzinfo) -> date | None:
    """Return the reply date of someone; one that had passed when they applied was never theirs."""
    date_of = application.reply_by or reply_by
    if date_of is None or date_of < _day(application.received_at, zone):
        return None
    return date_of


def due(
    waiting: Iterable[Application], *, reply_by: date | None, today: date, zone: tzinfo
) -> list[Application]:
    """
    Return the applications whose owners are to be told today or earlier, in the order given.

    Someone without an email address is not among them: a coordinator calls.
    """
    days = ((each, due_on(each, reply_by=reply_by, zone=zone)) for each in waiting)
    return [each for each, day in days if day and day <= today and not each.by_phone_only]


def notify(application: Application, *, now: datetime, today: date) -> ApplicationChange:
    """Tell someone that they still wait, and when they will hear again."""
    letter = new_letter(
        Kind.STILL_WAITING,
        about=application,
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
    Return the applications whose reply date is in some days, and who are told then, by that date.

    The date itself and earlier dates are left out, because it is too late to act on them.
    """
    found: dict[date, list[Application]] = {}
    for application in waiting:
        due = due_on(application, reply_by=reply_by, zone=zone)
        promised = due == _reply_date(application, reply_by=reply_by, zone=zone)
        first = promised and not application.notified_at
        if due and first and today < due <= today + WARNED:
            found.setdefault(due, []).append(application)
    return found


def warn_coordinators(
    when: date, waiting: Sequence[Application], *, most: int, now: datetime
) -> Letter:
    """
    Return the only letter that tells coordinators who has no match before a date.

    Args:
        when: the date.
        waiting: the applications, the longest waiting first.
        most: how many of them it names.
        now: the present.

    """
    facts: dict[str, str | int] = {
        "date": f"{when}",
        "number": len(waiting),
        "applications": " ".join(each.id for each in waiting[:most]),
    }
    return new_letter(Kind.REPLY_DUE, of="program", on=when, now=now, facts=facts)


def _day(when: datetime, zone: tzinfo) -> date:
    return when.astimezone(zone).date()
