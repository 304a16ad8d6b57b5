"""Proposing a match, and entering one that runs already."""

from collections.abc import Mapping
from datetime import date, datetime

from mentorship.applications.application import Application
from mentorship.applications.pointer import CurrentPointer
from mentorship.applications.status import Status
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter
from mentorship.matches.match import ANSWER_WITHIN, Match, MatchState, Party
from mentorship.matches.pair import Pair
from mentorship.matches.pairing import MatchChange, Pairing, Step, letter_to
from mentorship.matches.places import places_free
from mentorship.matches.problems import CannotBeMatched


def new_pairing(
    applications: Mapping[Role, Application],
    pointers: Mapping[Role, CurrentPointer | None],
    hashes: Mapping[Role, str],
    pair: Pair,
    *,
    by: str,
    coordinator: str,
    now: datetime,
    new_id: str,
    line: str = "",
    lifted: tuple[str, ...] = (),
) -> Pairing:
    """
    Return two people who may become a match; nothing is decided yet.

    Args:
        applications: both, by their roles.
        pointers: to the current applications of both addresses.
        hashes: keyed hashes of what both are known by.
        pair: what lies between the two.
        by: the coordinator's address.
        coordinator: its keyed hash.
        now: the present.
        new_id: an id that was never used.
        line: the coordinator's personal line.
        lifted: the codes of the exclusions and warnings that the coordinator has ticked.

    """
    match = new_match(applications, by=by, now=now, new_id=new_id, line=line, lifted=lifted)
    return Pairing(
        match=match,
        applications=applications,
        pointers=pointers,
        hashes=hashes,
        pair=pair,
        coordinator=coordinator,
    )


def new_match(
    applications: Mapping[Role, Application],
    *,
    by: str,
    now: datetime,
    new_id: str,
    line: str = "",
    lifted: tuple[str, ...] = (),
) -> Match:
    """Return what two people may become; the arguments are those of `new_pairing`."""
    parties = {
        role: Party(
            application=each.id,
            answers_version=len(each.versions),
            address_version=each.address_version,
        )
        for role, each in applications.items()
    }
    return Match(
        id=new_id,
        state=MatchState.PROPOSED,
        parties=parties,
        proposed_at=now,
        proposed_by=by,
        line=line,
        lifted=lifted,
        keep_months=min(each.keep_months for each in applications.values()),
    )


def propose(
    pairing: Pairing,
    *,
    now: datetime,
    today: date,
    facts: Mapping[str, str | int] | None = None,
) -> MatchChange:
    """
    Propose a match: the mentor is asked first.

    What a coordinator may lift is decided before; this refuses what nobody may.

    Args:
        pairing: from `new_pairing`.
        now: the present.
        today: the present date, in the program's zone.
        facts: what the letter to the mentor says besides, from `needed.facts`.

    Raises:
        CannotBeMatched: if one of them does not wait, has no place, or has said no to the other,
            or they are kept apart or one person.

    """
    _needs_to_fit(pairing)
    pairing = _taking_places(pairing).with_pair(proposed_at=now)
    pairing = asking(Role.MENTOR, pairing, now=now, today=today)
    letters = proposal(pairing, now=now, facts=facts)
    return MatchChange.of(Step(pairing=pairing, letters=letters, pair=True))


def enter(
    pairing: Pairing, *, starts_on: date, now: datetime, today: date, letters: bool
) -> MatchChange:
    """
    Enter a match that runs already.

    Args:
        pairing: from `new_pairing`.
        starts_on: its first day, in the program's zone.
        now: the present.
        today: the present date, in the program's zone.
        letters: whether both are written to.

    Raises:
        CannotBeMatched: as for `propose`, or if it began later than today or is over already.

    """
    _needs_to_fit(pairing)
    pairing = pairing.with_match(
        state=MatchState.RUNNING, by_hand=True, introduced_at=now, starts_on=starts_on
    )
    ends_on = pairing.match.ends_on
    if starts_on > today or ends_on is None or ends_on <= today:
        raise CannotBeMatched("Enter a start date in the past, of a match that has not ended yet.")
    # They did not wait while it ran. The time from now on is subtracted when it ends.
    waited_from = pairing.application(Role.MENTEE).waiting_since + (today - starts_on)
    pairing = pairing.with_application(Role.MENTEE, waiting_from=min(waited_from, now))
    pairing = matched(_taking_places(pairing), now=now)
    written = [
        letter
        for role in Role
        for letter in letter_to(role, Kind.INTRODUCTION, pairing, now=now, facts={"by_hand": 1})
    ]
    return MatchChange.of(
        Step(pairing=pairing, letters=tuple(written) if letters else (), pair=True)
    )


def asking(role: Role, pairing: Pairing, *, now: datetime, today: date) -> Pairing:
    """Return it with one side asked, who has two weeks to answer."""
    return pairing.with_party(
        role,
        asked_at=now,
        wait_until=today + ANSWER_WITHIN,
        address_version=pairing.application(role).address_version,
    )


def proposal(
    pairing: Pairing, *, now: datetime, facts: Mapping[str, str | int] | None = None
) -> tuple[Letter, ...]:
    """Return the letter that asks whom a match waits for, at the address that they have now."""
    role = pairing.match.awaits
    if role is None:
        return ()
    version = str(pairing.match.parties[role].address_version)
    return letter_to(role, Kind.PROPOSAL, pairing, now=now, of=version, facts=facts)


def matched(pairing: Pairing, *, now: datetime) -> Pairing:
    """Return it with the mentee matched, and with when the two were introduced."""
    pairing = pairing.with_application(Role.MENTEE, status=Status.MATCHED)
    return pairing.with_pair(matched_at=now)


def _taking_places(pairing: Pairing) -> Pairing:
    """Return it with a place of each taken."""
    for role in Role:
        taken = (*pairing.application(role).open_matches, pairing.match.id)
        pairing = pairing.with_application(role, open_matches=taken)
    return pairing


def _needs_to_fit(pairing: Pairing) -> None:
    """Refuse two who cannot be matched, whatever a coordinator says."""
    mentor, mentee = (pairing.application(role) for role in (Role.MENTOR, Role.MENTEE))
    for each in (mentor, mentee):
        if not each.status.traits.may_be_matched:
            raise CannotBeMatched(f"{each.name} is not waiting for a match.")
        if not places_free(each):
            raise CannotBeMatched(f"{each.name} has no free place.")
    if pairing.hashes[Role.MENTOR] == pairing.hashes[Role.MENTEE] or pairing.pair.same_person:
        raise CannotBeMatched("Both applications are from the same person.")
    if pairing.pair.is_declined:
        raise CannotBeMatched("One of them said no to the other.")
    if pairing.pair.is_apart:
        raise CannotBeMatched("A coordinator keeps them apart.")
