"""
What is done in the morning beside the report: whoever waits is told, coordinators are asked.

Each part knows by what is stored how far it has come: it may run twice, and goes on where it was
interrupted, the next morning if need be. What it reads and writes in a morning is bounded.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from mentorship import journal, renewal, retention, silence
from mentorship.application import Application, Change, Overtaken, Status, marked
from mentorship.arrangements import Arrangements
from mentorship.digest import MOST_LISTED
from mentorship.letter import Letter
from mentorship.questions import Role
from mentorship.services import Services

# More than this society has members; the function's memory and time are enough for as many.
MOST_READ = 10_000
# How many are written to in a morning, and how many are to be kept for less; the rest is next.
MOST_TOLD, MOST_SHORTENED = 300, 500
# After that long a part goes no further; there are two such, and the function ends at two minutes.
LATEST = timedelta(seconds=40)
# What is kept for how long is looked at once, whenever something was arranged anew, and again after
# a while, for a backup may have brought back what was kept for longer.
LOOKED_AGAIN = timedelta(days=35)


def begin(services: Services) -> Arrangements:
    """
    Return what is arranged; what a deployment begins with is stored, so that from then on it holds.

    A reply date that has passed by then is for nobody any more.
    """
    arranged = services.arranged()
    if arranged.revision:
        return arranged
    past = arranged.reply_by and arranged.reply_by < today_of(services)
    first = arranged.differs(reply_by=None) if past else arranged.differs()
    try:
        services.store.commit(Change(puts=(first,)))
    except Overtaken:  # Somebody has arranged something at this moment.
        return services.arranged()
    return first


def break_silence(arranged: Arrangements, services: Services) -> int:
    """Tell whoever waits that they do, where it is due, and warn the coordinators before."""
    now, today, zone = services.now(), today_of(services), services.program.zone
    reply_by = arranged.reply_by
    waiting = list(islice(applications((Status.WAITING,), services), MOST_READ))
    soon = silence.soon(waiting, reply_by=reply_by, today=today, zone=zone)
    letters = sum(
        _write(silence.warning(when, soon[when], most=MOST_LISTED, now=now), services)
        for when in sorted(soon)
    )
    due = silence.due(waiting, reply_by=reply_by, today=today, zone=zone)
    told = 0
    for application in due[:MOST_TOLD]:
        if services.now() - now > LATEST:
            break
        told += _commit(silence.told(application, now=now, today=today), services)
    if due:
        journal.record("told that they wait", count=told, missing=len(due) - told)
    return letters + told


def ask_to_renew(arranged: Arrangements, services: Services) -> int:
    """Ask coordinators whose time ends soon whether they go on."""
    asked = renewal.letters(
        arranged,
        contact=services.program.contact,
        hashed=services.links.hashed,
        today=today_of(services),
        now=services.now(),
    )
    return sum(_write(letter, services) for letter in asked)


def shorten(arranged: Arrangements, services: Services) -> int:
    """Keep for less what was to be kept for longer than is arranged now; it causes no letter."""
    now, store, months = services.now(), services.store, arranged.keep_months
    done, so_far = f"kept#{arranged.revision}", f"kept-so-far#{arranged.revision}"
    if store.mark(done, now=now):
        return 0
    begun = store.mark(so_far, now=now)
    since = begun.at if begun else None
    changed: int = 0
    left: datetime | None = None
    for number, application in enumerate(applications(Status, services, since=since)):
        if number == MOST_READ or changed == MOST_SHORTENED or services.now() - now > LATEST:
            left = left or application.received_at
            break
        if retention.is_long(application, months):
            written = _commit(_shortened(application, months, services), services)
            changed += written
            left = left or (None if written else application.received_at)
    if changed or left:
        journal.record("kept for less", count=changed)
    if left:
        _mark(so_far, left, services)
    else:
        _mark(done, now, services)
    return 0


def _shortened(application: Application, months: int, services: Services) -> Change:
    """Return the change that keeps an application, and what says that it stands, for less."""
    store, now = services.store, services.now()
    standing_id = retention.standing_of(application)
    standing = store.standing(standing_id) if standing_id else None
    named = (standing.application, *standing.earlier) if standing else ()
    others = [store.application(each, now=now) for each in named if each != application.id]
    beside = [store.application(each, now=now) for each in application.beside]
    return retention.shortened(
        application,
        months,
        standing=standing,
        others=[each for each in others if each],
        beside=[each for each in beside if each],
    )


def applications(
    statuses: Iterable[Status],
    services: Services,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Application]:
    """Yield applications in waiting order, a page of results in memory at a time."""
    return services.store.applications(
        roles=Role,
        statuses=statuses,
        since=since,
        until=until,
        now=services.now(),
        oldest_first=True,
    )


def _write(letter: Letter, services: Services) -> int:
    """Write a letter, unless it was written before; return how many were."""
    if services.store.letter(letter.id):
        return 0
    return _commit(Change(letters=(letter,)), services)


def _commit(change: Change, services: Services) -> int:
    """Store a change, unless another came first; return how many were stored."""
    try:
        services.store.commit(change)
    except Overtaken:  # Whatever is left to do then is done the next morning.
        return 0
    return 1


def _mark(mark_id: str, at: datetime, services: Services) -> None:
    """Put a mark, or put it anew."""
    before = services.store.mark(mark_id, now=None)
    expires = services.now() + LOOKED_AGAIN
    _commit(Change(puts=(marked(mark_id, now=at, expires_at=expires, before=before),)), services)


def today_of(services: Services) -> date:
    """Return the present date, in the program's own zone."""
    return day_of(services.now(), services)


def day_of(when: datetime, services: Services) -> date:
    """Return the day of a time, in the program's own zone."""
    return services.program.local(when).date()
