"""
Matches with what is read to decide about them, and the one way in which an application is changed.

Whatever changes an application is stored by `commit`, with what follows for its matches in the same
transaction.
"""

from collections.abc import Mapping
from dataclasses import replace

from mentorship.applications.application import Application, ApplicationChange, contact_key_in
from mentorship.applications.pointer import CurrentPointer, pointer_id_of
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.matches.match import Match
from mentorship.matches.meeting import meet, moved_pairs
from mentorship.matches.pair import Pair, of_person, pair_id
from mentorship.matches.pairing import Pairing, empty_pair
from mentorship.services import Services


def pairing_of(match: Match, services: Services) -> Pairing:
    """Return a match with both applications and what lies between the two."""
    found = {role: _application(match.parties[role].application, services) for role in Role}
    return _pairing(match, found, services)


def pairings_of(application: Application, services: Services) -> list[Pairing]:
    """Return the matches that an application is in now."""
    matches = services.store.matches.by_ids(list(application.open_matches), now=services.now())
    return [pairing_of(each, services) for each in matches if each.state.takes_a_place]


def between(one: Application, other: Application, services: Services) -> Pair:
    """Return what lies between two people, whichever applications they have."""
    which = pair_id(hash_of(one, services), hash_of(other, services))
    return services.store.pair(which) or Pair(id=which)


def hash_of(application: Application, services: Services) -> str:
    """Return the keyed hash by which a person is known."""
    return services.links.hashed(contact_key_in(application.answers))


def pointers_of(
    applications: Mapping[Role, Application], services: Services
) -> dict[Role, CurrentPointer | None]:
    """Return the pointers to the current applications of both addresses."""
    return {
        role: services.store.pointer(pointer_id_of(each)) for role, each in applications.items()
    }


def is_excluded(pairing: Pairing, services: Services) -> bool:  # noqa: ARG001
    """Tell whether something keeps the two of a match apart that no coordinator has lifted."""
    return pairing.pair.is_apart or pairing.pair.is_declined or bool(pairing.pair.same_person)


def commit(change: Change, services: Services, *, before: Application) -> None:
    """
    Store a change, and what follows for the matches of the application that it changes.

    Args:
        change: of an application, or any other.
        services: what it works with.
        before: the application as it was read.

    Raises:
        Conflict: if another change came first; read again and decide again.

    """
    if isinstance(change, ApplicationChange) and change.application.id == before.id:
        change = _met(change, before, services)
    services.store.commit(change)


def _met(change: ApplicationChange, before: Application, services: Services) -> ApplicationChange:
    """Return a change of an application with what follows for its matches and its pairs."""
    if before.open_matches:
        change = meet(
            change,
            pairings_of(before, services),
            is_excluded=lambda pairing: is_excluded(pairing, services),
            now=services.now(),
        )
    after = change.application
    if not before.answers or not after.answers or before.same_address(after):
        return change
    old, new = hash_of(before, services), hash_of(after, services)
    pairs = services.store.matches.pairs()
    puts, deletes = moved_pairs(of_person(pairs, old), old, new, there=of_person(pairs, new))
    return replace(change, puts=(*change.puts, *puts), deletes=(*change.deletes, *deletes))


def _application(application_id: str, services: Services) -> Application | None:
    if not application_id:
        return None
    found = services.store.application(application_id, now=services.now())
    return found if found and found.answers else None


def _pairing(
    match: Match, applications: Mapping[Role, Application | None], services: Services
) -> Pairing:
    there = {role: each for role, each in applications.items() if each}
    hashes = {
        role: hash_of(each, services) if (each := applications[role]) else "" for role in Role
    }
    pair = empty_pair(hashes)
    return Pairing(
        match=match,
        applications=applications,
        pointers={**dict.fromkeys(Role), **pointers_of(there, services)},
        hashes=hashes,
        pair=(services.store.pair(pair.id) if all(hashes.values()) else None) or pair,
        coordinator=services.links.hashed(match.proposed_by),
    )
