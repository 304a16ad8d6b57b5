"""Look four times an hour whether many applications from one network are on hold, and say so."""

from datetime import datetime, timedelta
from itertools import islice

from mentorship import log
from mentorship.applications.status import Status
from mentorship.change import Conflict, Mark, on_hold_mark_id
from mentorship.form.question import Role
from mentorship.notices import on_hold
from mentorship.notices.digest import MAX_COUNTED
from mentorship.services import Services

A_DAY = timedelta(days=1)


def tell_of_crowds(services: Services) -> int:
    """Write to the coordinators if it is due; return how many letters were written."""
    now = services.now()
    newest_first = services.store.queries.applications(
        roles=Role,
        statuses=Status.those("is_held"),
        since=now - A_DAY,
        until=now - on_hold.BEHIND,
        now=now,
    )
    held = list(islice(newest_first, MAX_COUNTED))
    today = services.program.local(now).date()
    told = last_told(services, now) if held else None
    change = on_hold.tell(held, told, now=now, today=today)
    if change is None:
        return 0
    try:
        services.store.commit(change)
    except Conflict:  # It ran twice at once, and the other one wrote the letter.
        return 0
    log.record("crowd on hold told", count=len(change.letters))
    return len(change.letters)


def last_told(services: Services, now: datetime) -> Mark | None:
    """Return the mark of when coordinators were last told of a crowd, today or yesterday."""
    today = services.program.local(now).date()
    for day in (today, today - A_DAY):
        if mark := services.store.mark(on_hold_mark_id(day), now=now):
            return mark
    return None
