"""
Matches with what is read to decide about them, and the one way in which an application is changed.

Whatever changes an application is stored by `commit`, with what follows for its matches in the same
transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from mentorship import candidates
from mentorship.applications.application import Application, ApplicationChange, contact_key_in
from mentorship.applications.pointer import CurrentPointer, pointer_id_of
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.matches.ending import close
from mentorship.matches.match import Match, MatchState, Reason
from mentorship.matches.meeting import meet, moved_pairs
from mentorship.matches.pair import Pair, of_person, pair_id
from mentorship.matches.pairing import MatchChange, Pairing, empty_pair
from mentorship.services import Services


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """
    A match that someone is asked about, without a word of the other person.

    Attributes:
        path: of the page on which they answer.
        until: the last day on which they are waited for.
        is_answered: whether they have said yes, which they may change.

    """

    path: str
    until: date | None
    is_answered: bool


def pairing_of(match: Match, services: Services) -> Pairing:
    """Return a match with both applications and what lies between the two."""
    found = {role: _application(match.parties[role].application, services) for role in Role}
    return _pairing(match, found, services)


def pairings_of(application: Application, services: Services) -> list[Pairing]:
    """Return the matches that an application is in now."""
    matches = services.store.matches.by_ids(list(application.open_matches), now=services.now())
    return [pairing_of(each, services) for each in matches if each.state.takes_a_place]


def matches_of(application: Application, services: Services) -> list[Match]:
    """Return the matches that an application is in now, without what else is known of them."""
    found = (services.store.match(each, now=services.now()) for each in application.open_matches)
    return [each for each in found if each and each.state.takes_a_place]


def as_owner_knows(application: Application, matches: Sequence[Match]) -> Application:
    """
    Return an application in those of its *matches* that its owner knows of.

    The mentee isn't asked before the mentor has said yes, and nothing that they read tells it: not
    even that their application has no end meanwhile.
    """
    known = tuple(
        each.id
        for each in matches
        if (role := each.role_of(application.id)) and each.is_known_to(role)
    )
    return replace(application, open_matches=known)


def proposals_of(
    application: Application, matches: Sequence[Match], services: Services
) -> list[Proposal]:
    """Return what an applicant is asked about among their *matches*."""
    found = []
    for match in matches:
        role = match.role_of(application.id)
        if role is None or not match.state.is_open or not match.parties[role].asked_at:
            continue
        token = services.links.match_token(match.id, role, application.address_version)
        found.append(
            Proposal(
                path=f"/match/{token}",
                until=match.parties[role].wait_until,
                is_answered=match.awaits is not role,
            )
        )
    return found


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


def is_excluded(pairing: Pairing, services: Services) -> bool:
    """
    Tell whether something keeps the two of a proposal apart that no coordinator has lifted.

    It is looked up as it is by now: what the two answered, their private notes, what coordinators
    answered about the two, and what else their institutions are called.
    """
    mentor, mentee = (pairing.applications[role] for role in (Role.MENTOR, Role.MENTEE))
    if mentor is None or mentee is None:
        return False
    return bool(candidates.recheck(pairing.match, mentor, mentee, services))


def take_back_excluded(services: Services) -> None:
    """
    Take back the open proposals that something excludes by now.

    It is called after what may exclude several: what an institution is called, or an answer of a
    coordinator. What happens to one application is looked at when that is stored.
    """
    for state in filter(lambda each: each.is_open, MatchState):
        for match in services.store.matches.in_state(state, now=services.now()):
            services.retry(partial(_take_back_if_excluded, match.id, services))


def _take_back_if_excluded(match_id: str, services: Services) -> None:
    match = services.store.match(match_id, now=services.now())
    # What came from a backup waits for a coordinator.
    if match is None or not match.state.is_open or match.on_hold:
        return
    pairing = pairing_of(match, services)
    if is_excluded(pairing, services):
        closed = close(pairing, Reason.EXCLUDED, by=None, now=services.now())
        services.store.commit(MatchChange.of(closed))


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
    if not before.answers or not after.answers:
        return change
    old, new = hash_of(before, services), hash_of(after, services)
    if old == new:
        return change
    pairs = services.store.matches.pairs()
    puts = moved_pairs(of_person(pairs, old), old, new, there=of_person(pairs, new))
    return replace(change, puts=(*change.puts, *puts))


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
