"""
Each morning: was all announced that was received, and is there something that was held back?

Who is never written to does not know that something is missing. So what was received is counted
against what was announced, and the coordinators are told if the two differ, and on Mondays in any
case: a Monday without that email is a sign as well.
"""

from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from mentorship import journal
from mentorship.application import Application, Change, Overtaken, Status, marked
from mentorship.letter import Letter, State, letter_id, new_letter
from mentorship.questions import Role
from mentorship.services import Services, services

MARK = "daily"
MARK_KEPT = timedelta(days=366)
# A letter is on its way for some minutes; one that is an hour late is looked at.
ON_ITS_WAY = timedelta(hours=1)
# So far back all is counted, each morning anew, so that what was mended is known to be.
COUNTED = timedelta(days=8)
# An index of DynamoDB is some moments behind its table.
BEHIND = timedelta(minutes=1)
# What a digest lists; the number says how many there are.
MOST_LISTED = 20
# A flood is told of as so many; to read it all would take longer than the function may run.
MOST_COUNTED = 1_000
MONDAY = 0


def daily(services: Services) -> tuple[Letter, ...]:
    """Write the letters that the morning asks for, once a day, and return them."""
    now = services.now()
    before = services.store.mark(MARK, now=None)
    # What was held back since this morning waits for the next one.
    if before and _day(before.at, services) == _day(now, services):
        return ()
    since = before.at - BEHIND if before else None
    letters = (*_count(services), *_held_back(since, services))
    done = marked(MARK, now=now, expires_at=now + MARK_KEPT, before=before)
    try:
        services.store.commit(Change(puts=(done,), letters=letters))
    except Overtaken:  # It runs twice at once: the letters of a day are written once.
        letters = ()
    journal.record("morning done", count=len(letters))
    return letters


def _held_back(since: datetime | None, services: Services) -> tuple[Letter, ...]:
    """Return the digest of what was held back, if there is anything new."""
    until = services.now() - BEHIND
    held = list(islice(_received(since, until, (Status.QUARANTINED,), services), MOST_COUNTED))
    if not held:
        return ()
    facts: dict[str, str | int] = {
        "new": len(held),
        "applications": " ".join(each.id for each in held[:MOST_LISTED]),
    }
    return (_of_today("held-back", facts, services),)


def _count(services: Services) -> tuple[Letter, ...]:
    """Return the count, if it is Monday or not all was announced."""
    now = services.now()
    until = now - ON_ITS_WAY
    received = list(_received(until - COUNTED, until, (Status.WAITING, Status.WITHDRAWN), services))
    missing = [each for each in received if not _announced(each, services)]
    journal.record("announced counted", count=len(received), missing=len(missing))
    if not missing and _day(now, services).weekday() != MONDAY:
        return ()
    facts: dict[str, str | int] = {
        "received": len(received),
        "announced": len(received) - len(missing),
        "missing": ", ".join(each.reference for each in missing[:MOST_LISTED]),
        "days": COUNTED.days,
    }
    return (_of_today("count", facts, services),)


def _announced(application: Application, services: Services) -> bool:
    """Tell whether a coordinator was sent an application; what one does not get another may."""
    letter = services.store.letter(letter_id("new-application", of=application.id))
    reached = {State.SENT}
    if len(services.settings.coordinator_addresses) > 1:
        reached.add(State.RETURNED)
    return letter is not None and letter.state in reached


def _received(
    since: datetime | None, until: datetime, statuses: tuple[Status, ...], services: Services
) -> Any:
    return services.store.applications(
        roles=Role, statuses=statuses, since=since, until=until, now=services.now()
    )


def _of_today(kind: str, facts: dict[str, str | int], services: Services) -> Letter:
    now = services.now()
    return new_letter(kind, about="", of="program", on=_day(now, services), now=now, facts=facts)


def _day(when: datetime, services: Services) -> date:
    """Return the day of a time, in the program's own zone."""
    return services.program.local(when).date()


def handle(event: dict[str, Any], context: object) -> dict[str, int]:
    """Run as the schedule asks."""
    return {"letters": len(daily(services()))}
