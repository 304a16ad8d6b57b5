"""
Find, list and delete everything that is stored about one address.

The owner's link and the operator's command both use this: the first finds by keys, in a moment; the
second looks at every application, for an address may be where no key leads to it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from mentorship.addresses import address_key
from mentorship.applications import deletion
from mentorship.applications.application import Application, contact_key_in
from mentorship.applications.pointer import CurrentPointer, pointer_id
from mentorship.applications.status import Status
from mentorship.change import Mark, forgotten_mark_id, renewed_mark
from mentorship.form.question import Role
from mentorship.matches import forgetting as of_matches
from mentorship.matches.match import Match, MatchState
from mentorship.matches.pair import Pair
from mentorship.pairings import pairing_of
from mentorship.rendering import day
from mentorship.services import Services

# Recovery copies of the tables expire after 35 days, but a backup file can bring someone back much
# later: in it, whoever waits or is in a match has no end. A mark holds no address.
REMEMBERED = timedelta(days=10 * 366)

# Returns an application as someone sees it, or `None`.
Sees = Callable[[Application], Application | None]

UNREACHABLE = (
    "Emails about the application that coordinators have in their mailboxes, and files that they "
    "have exported. They are asked by email to delete both.",
    "Recovery copies of the database, which are not searched for single people. They are gone "
    "after 35 days.",
    "What other people wrote in answers of their own.",
)


@dataclass(frozen=True)
class Found:
    """What is stored about an *address* or, for someone who has none, the key of a phone number."""

    address: str
    applications: tuple[Application, ...]
    pointers: tuple[CurrentPointer, ...]

    def listed(self, services: Services, sees: Sees = lambda each: each) -> dict[str, str]:
        """Return a line for each thing that will be deleted, as its reader *sees* it, by its id."""
        seen = filter(None, map(sees, self.applications))
        return {each.id: describe(each, services) for each in seen}


def describe(application: Application, services: Services) -> str:
    """Return a line that tells an application's owner which one it is."""
    given = day(services.program.local(application.received_at))
    what = f"The application as a {application.role}"
    if application.parent:
        what = "Changed answers that wait to be confirmed"
        if application.status is not Status.UNCONFIRMED:
            what = "What is left of changed answers"
    line = f"{what}, reference {application.reference}, of {given}"
    if application.versions:
        line += f", with its earlier answers ({len(application.versions)})"
    return line


def find_by_keys(address: str, services: Services, *, pending_changes: Iterable[str] = ()) -> Found:
    """Return what is stored about an address, found by its keys, with its *pending_changes*."""
    pointers = _pointers(address, services)
    ids = [each for s in pointers for each in (s.application, *s.earlier)]
    return _found(address, [*pending_changes, *ids], pointers, services)


def find_from(application: Application, services: Services) -> Found:
    """
    Return what is stored about the person whom an application is about, found by its keys.

    A change leads to the application that it was sent for, even once its own answers are gone. The
    address in a change may be anyone's until it is confirmed, so only its parent's counts.
    """
    parent = parent_of(application, services)
    contact = contact_key_in(parent.answers) if parent.answers else ""
    return find_by_keys(contact, services, pending_changes=[parent.id, application.id])


def parent_of(application: Application, services: Services) -> Application:
    """Return the application that a change was sent for, itself if there is none any more."""
    followed = {application.id}
    while application.parent and application.parent not in followed:
        parent = services.store.application(application.parent, now=services.now())
        if parent is None:
            break
        followed.add(parent.id)
        application = parent
    return application


def find_by_scan(address: str, services: Services) -> Found:
    """Return what is stored about an address, found by reading every application."""
    wanted = address_key(address)
    ids = [each.id for each in every_application(services) if wanted in each.contact_keys()]
    return find_by_keys(address, services, pending_changes=ids)


def every_application(services: Services) -> Iterator[Application]:
    """Yield every application, a page of results in memory at a time."""
    return services.store.queries.applications(
        roles=Role, statuses=Status, since=None, until=None, now=services.now()
    )


def forget(found: Found, services: Services) -> None:
    """
    Delete what was found, and ask the coordinators to delete what they were sent.

    A proposal or match that one of them is in ends, and whoever else knows of it is told.

    Raises:
        Conflict: if something changed after it was found; find again and forget again.

    """
    gone = {each.id for each in found.applications}
    live, over = _matches_of(found, services)
    for change in (
        *of_matches.blanked(over, gone),
        *of_matches.deleted(_pairs_of(found, services)),
    ):
        services.store.commit(change)
    changes = deletion.forget(
        found.applications,
        found.pointers,
        marks={each.id: _mark(each.id, services) for each in found.applications},
        address=_mark(services.links.hashed(found.address), services),
        now=services.now(),
    )
    for change in changes:
        going = {each.id for each in change.deletes}
        pairings = [pairing_of(each, services) for each in live if going & _sides(each)]
        ends = of_matches.ended(pairings, gone, now=services.now())
        # After a restore, the coordinators may have been asked to delete it before.
        letters = [
            each
            for each in (*change.letters, *ends.letters)
            if services.store.letter(each.id) is None
        ]
        puts = (*change.puts, *ends.puts)
        services.store.commit(replace(change, puts=puts, letters=tuple(letters)))


def _matches_of(found: Found, services: Services) -> tuple[list[Match], list[Match]]:
    """Return the matches of what was found that take a place, and those that are over."""
    now, gone = services.now(), {each.id for each in found.applications}
    # An index lags a little behind its table: what an application names is read from there.
    named = dict.fromkeys(one for each in found.applications for one in each.open_matches)
    there = {each: services.store.match(each, now=now) for each in named}
    for state in MatchState:
        for match in services.store.matches.in_state(state, now=now):
            if gone & _sides(match):
                there.setdefault(match.id, match)
    matches = [each for each in there.values() if each and gone & _sides(each)]
    live = [each for each in matches if each.state.takes_a_place]
    return live, [each for each in matches if not each.state.takes_a_place]


def _sides(match: Match) -> set[str]:
    """Return the ids of the applications of a match."""
    return {party.application for party in match.parties.values()}


def _pairs_of(found: Found, services: Services) -> list[Pair]:
    """
    Return what lies between a person and others.

    What lies between others and whoever has an earlier address of theirs by now is left.
    """
    gone = {each.id for each in found.applications}
    gone |= {each.application for each in found.pointers}
    known = {found.address, *(key for each in found.applications for key in each.contact_keys())}
    theirs = {
        services.links.hashed(each)
        for each in known
        if all(pointer.application in gone for pointer in _pointers(each, services))
    }
    return [each for each in services.store.matches.pairs() if theirs & set(each.people)]


def forget_all(
    find: Callable[[], Found], services: Services, sees: Sees = lambda each: each
) -> list[str]:
    """
    Find and delete until all is gone, and return a line for each thing that was deleted.

    What was deleted before another change came in between is among the lines.

    Args:
        find: finds what is still stored.
        services: where it is stored.
        sees: returns an application as the reader of the lines sees it, `None` for one that they do
            not know about.

    """
    gone: set[str] = set()
    deleted: dict[str, str] = {}

    def attempt() -> None:
        found = find()
        if gone:  # A change that was discarded meanwhile is named by nothing any more.
            ids = [*(each.id for each in found.applications), *gone]
            found = _found(found.address, ids, found.pointers, services)
        gone.update(each.id for each in found.applications)
        deleted.update(found.listed(services, sees))
        forget(found, services)

    services.retry(attempt)
    return list(deleted.values())


def _mark(what: str, services: Services) -> Mark:
    """Return the mark of something forgotten, kept for as long as a backup may bring it back."""
    now, mark_id = services.now(), forgotten_mark_id(what)
    before = services.store.mark(mark_id, now=None)
    return renewed_mark(mark_id, now=now, expires_at=now + REMEMBERED, before=before)


def _pointers(address: str, services: Services) -> list[CurrentPointer]:
    found = (
        services.store.pointer(pointer_id(role, address, held=held))
        for role in Role
        for held in (False, True)
    )
    return [pointer for pointer in found if pointer]


def _found(
    address: str, ids: Iterable[str], pointers: Iterable[CurrentPointer], services: Services
) -> Found:
    """Return the applications with some ids, each once, with their pending changes."""
    now, applications = services.now(), dict[str, Application]()
    wanted = list(ids)
    while wanted:
        each = wanted.pop(0)
        if each in applications:
            continue
        if (application := services.store.application(each, now=now)) is None:
            continue
        applications[each] = application
        wanted += application.pending_changes
    stand = {each.id: each for each in pointers}
    # The pointer for an address that it had before may be to someone else's application by now.
    earlier = {each for found in applications.values() for each in found.contact_keys()}
    for pointer in (each for one in sorted(earlier) for each in _pointers(one, services)):
        if pointer.application in applications:
            stand[pointer.id] = pointer
    return Found(address, tuple(applications.values()), tuple(stand.values()))
