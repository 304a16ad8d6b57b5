"""
The morning's work besides the report: tell people that they still wait, and ask coordinators.

Each part knows from what is stored how far it has come: it may run twice, and resumes where it was
interrupted, the next morning if need be. What it reads and writes in a morning is bounded.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from mentorship import log
from mentorship.applications import staying
from mentorship.applications.application import Application, ApplicationChange
from mentorship.applications.pointer import CurrentPointer, pointer_id_of
from mentorship.applications.status import Status
from mentorship.change import Change, Conflict
from mentorship.form.question import Role
from mentorship.jobs.allowed_time import AllowedTime
from mentorship.letters.letter import Letter
from mentorship.notices import confirming, renewal, still_waiting
from mentorship.notices.digest import MAX_LISTED
from mentorship.pairings import commit
from mentorship.program.arrangements import Arrangements
from mentorship.services import Services

# More than this society has members; the function's memory and time are enough for that.
MAX_READ = 10_000
# How many people get an email in a morning; the rest get one the next.
MAX_TOLD = 300


def ensure_arrangements(services: Services) -> Arrangements:
    """
    Return the arrangements; those that a deployment begins with are stored, so that they last.

    A reply date that has passed by then is left out.
    """
    arrangements = services.arrangements()
    if arrangements.revision:
        return arrangements
    past = arrangements.reply_by and arrangements.reply_by < today_of(services)
    first = arrangements.with_changes(reply_by=None) if past else arrangements.with_changes()
    try:
        services.store.commit(Change(puts=(first,)))
    except Conflict:  # A coordinator changed a setting at this moment.
        return services.arrangements()
    return first


def notify_waiting(arrangements: Arrangements, services: Services, time: AllowedTime) -> int:
    """Tell people that they still wait, when it is due, and warn the coordinators before."""
    now, today, zone = services.now(), today_of(services), services.program.zone
    reply_by = arrangements.reply_by
    matchable = applications(Status.those("may_be_matched"), services)
    waiting = list(islice(matchable, MAX_READ))
    soon = still_waiting.due_soon(waiting, reply_by=reply_by, today=today, zone=zone)
    letters = sum(
        _write(
            still_waiting.warn_coordinators(when, soon[when], most=MAX_LISTED, now=now), services
        )
        for when in sorted(soon)
    )
    due = still_waiting.due(waiting, reply_by=reply_by, today=today, zone=zone)
    told = 0
    for application in due[:MAX_TOLD]:
        if time.is_up("notify_waiting"):
            break
        if _has_heard(application, services):
            continue
        change = still_waiting.notify(application, now=now, today=today)
        told += _change(application, change, services)
    if due:
        log.record("told that they wait", count=told, missing=len(due) - told)
    return letters + told


def _has_heard(application: Application, services: Services) -> bool:
    """
    Tell whether someone needs no notice this morning: they know of a match, or heard of its end.

    A mentee does not know of a match before the mentor has said yes, so they wait. Who has heard
    today that a match is over gets a notice that is due tomorrow.
    """
    ids = [*application.open_matches, *application.past_matches]
    matches = services.store.matches.by_ids(ids, now=services.now()) if ids else []
    return any(
        (role := each.role_of(application.id)) is not None
        and each.is_known_to(role)
        and (each.closed_at is None or day_of(each.closed_at, services) == today_of(services))
        for each in matches
    )


def remind_to_confirm(_: Arrangements, services: Services, time: AllowedTime) -> int:
    """Remind people once, some days after they applied, to confirm their address."""
    now = services.now()
    found = applications(
        Status.those("may_be_matched"),
        services,
        since=now - confirming.NOT_AFTER,
        until=now - confirming.AFTER,
    )
    today = today_of(services)
    due = [
        each
        for each in islice(found, MAX_READ)
        # Who has been told today that they wait is asked tomorrow.
        # A yes to a match confirms the address, too.
        if confirming.is_due(each, now=now)
        and _told_on(each, services) != today
        and not _has_heard(each, services)
    ]
    reminded = 0
    for application in due[:MAX_TOLD]:
        if time.is_up("remind_to_confirm"):
            break
        change = confirming.remind(application, now=now)
        reminded += _change(application, _not_written(change, services), services)
    if due:
        log.record("reminded to confirm", count=reminded, missing=len(due) - reminded)
    return reminded


def warn_leaving(_: Arrangements, services: Services, time: AllowedTime) -> int:
    """Warn people who will be deleted in some weeks, so that they can choose to stay."""
    now = services.now()
    for early in islice(services.store.queries.ending_unwarned(now=now), MAX_TOLD):
        if time.is_up("warn_leaving"):
            return 0
        _change(early, staying.without_end(early, _pointer_to(early, services)), services)
    listed = islice(applications(Status.those("is_warned"), services), MAX_READ)
    due = [each for each in listed if each.is_to_be_warned(now)]
    warned = 0
    for application in sorted(due, key=lambda each: each.kept_until or now)[:MAX_TOLD]:
        if time.is_up("warn_leaving"):
            break
        warned += _warn(application, services)
    if due:
        log.record("warned that they will be deleted", count=warned, missing=len(due) - warned)
    return warned


def _warn(application: Application, services: Services) -> int:
    """Warn someone; return how many letters were written."""
    pointer = _pointer_to(application, services)
    change = staying.warn(application, pointer, now=services.now(), zone=services.program.zone)
    change = _not_written(change, services)
    return len(change.letters) if _change(application, change, services) else 0


def _not_written(change: ApplicationChange, services: Services) -> ApplicationChange:
    """Return a change without letters that people had before: a backup was brought back since."""
    letters = tuple(each for each in change.letters if services.store.letter(each.id) is None)
    return replace(change, letters=letters)


def _pointer_to(application: Application, services: Services) -> CurrentPointer | None:
    """Return the pointer to the current application of the same address."""
    return services.store.pointer(pointer_id_of(application))


def _told_on(application: Application, services: Services) -> date | None:
    """Return the day on which someone was last told that they wait."""
    return day_of(application.notified_at, services) if application.notified_at else None


def ask_to_renew(arrangements: Arrangements, services: Services, _: AllowedTime) -> int:
    """Ask coordinators whose term ends soon if they want to continue."""
    asked = renewal.letters(
        arrangements,
        contact=services.program.contact,
        hashed=services.links.hashed,
        today=today_of(services),
        now=services.now(),
    )
    return sum(_write(letter, services) for letter in asked)


def applications(
    statuses: Iterable[Status],
    services: Services,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Application]:
    """Yield applications in waiting order, a page of results in memory at a time."""
    return services.store.queries.applications(
        roles=Role,
        statuses=statuses,
        since=since,
        until=until,
        now=services.now(),
        oldest_first=True,
    )


def _write(letter: Letter, services: Services) -> int:
    """Write a letter, unless it was written before; return how many were written."""
    if services.store.letter(letter.id):
        return 0
    return _commit(Change(letters=(letter,)), services)


def _commit(change: Change, services: Services) -> int:
    """Store a change, unless another came first; return how many were stored."""
    try:
        services.store.commit(change)
    except Conflict:  # Whatever is left to do is done the next morning.
        return 0
    return 1


def _change(before: Application, change: ApplicationChange, services: Services) -> int:
    """Store a change of an application, unless another came first; return how many were stored."""
    try:
        commit(change, services, before=before)
    except Conflict:  # Whatever is left to do is done the next morning.
        return 0
    return 1


def today_of(services: Services) -> date:
    """Return the present date, in the program's own zone."""
    return day_of(services.now(), services)


def day_of(when: datetime, services: Services) -> date:
    """Return the day of a time, in the program's own zone."""
    return services.program.local(when).date()
