"""What a change of an application does to the matches that it is in, in the same transaction."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from mentorship.applications.application import Application, ApplicationChange
from mentorship.applications.pointer import CurrentPointer
from mentorship.change import Stored
from mentorship.form.question import Role
from mentorship.matches.ending import close
from mentorship.matches.match import Reason
from mentorship.matches.pair import Pair
from mentorship.matches.pairing import MatchChange, Pairing, Step
from mentorship.matches.places import places
from mentorship.matches.proposing import proposal

# Tells whether something keeps the two of a match apart that no coordinator has lifted.
IsExcluded = Callable[[Pairing], bool]


def meet(
    change: ApplicationChange,
    pairings: Sequence[Pairing],
    *,
    is_excluded: IsExcluded,
    now: datetime,
) -> ApplicationChange:
    """
    Return a change of an application with what follows for its matches.

    Who leaves is in no match any more. Who is paused is asked about none; what runs goes on. A
    proposal is taken back if something now excludes it or there are too few places, the last one
    first, and is mailed anew to a new address.

    Args:
        change: of an application that is in matches.
        pairings: those matches.
        is_excluded: tells whether something keeps the two of a match apart.
        now: the present.

    """
    application = change.application
    if application not in change.puts:
        return change
    # In steps, things are at the revision at which they are stored. A match that is over, or gone,
    # takes no place: of a table that was restored in part, that may be left.
    there = {each.match.id for each in pairings}
    named = tuple(each for each in application.open_matches if each in there)
    mine = replace(application, revision=application.revision - 1, open_matches=named)
    steps, kept = list[Step](), 0
    for pairing in sorted(pairings, key=_first_to_stay):
        role = pairing.match.role_of(application.id)
        if role is None:
            continue
        here = pairing.having(role, mine)
        step = _closed(here, role, kept=kept, is_excluded=is_excluded, now=now)
        kept += step is None
        step = step or _mailed_anew(here, role, now=now)
        if step:
            mine = step.pairing.application(role)
            steps.append(step)
    if steps:
        return _joined(change, mine, MatchChange.of(*steps))
    puts = tuple(
        replace(each, open_matches=named) if each == application else each for each in change.puts
    )
    return replace(change, application=replace(application, open_matches=named), puts=puts)


def _first_to_stay(pairing: Pairing) -> tuple[bool, datetime]:
    """Return a sort key: what runs keeps its place, then what was proposed first."""
    return pairing.match.state.is_open, pairing.match.proposed_at


def _closed(
    pairing: Pairing, role: Role, *, kept: int, is_excluded: IsExcluded, now: datetime
) -> Step | None:
    """Return the step that closes a match of an application that has changed, if it has to."""
    application = pairing.application(role)
    traits = application.status.traits
    if not traits.is_open:
        because = Reason.INELIGIBLE if traits.may_be_reinstated else Reason.WITHDREW
        return close(pairing, because, by=role, now=now)
    if not pairing.match.state.is_open:
        return None
    if not traits.may_be_matched:
        return close(pairing, Reason.PAUSED, by=role, now=now)
    if kept >= places(application):
        return close(pairing, Reason.NO_PLACE, by=role, now=now)
    if is_excluded(pairing):
        return close(pairing, Reason.EXCLUDED, by=None, now=now)
    return None


def _mailed_anew(pairing: Pairing, role: Role, *, now: datetime) -> Step | None:
    """Return the step that mails what someone is asked to their new address, if they have one."""
    version = pairing.application(role).address_version
    if pairing.match.parties[role].address_version == version:
        return None
    pairing = pairing.with_party(role, address_version=version)
    letters = proposal(pairing, now=now) if pairing.match.awaits is role else ()
    return Step(pairing=pairing, letters=letters)


def _joined(change: ApplicationChange, mine: Application, met: MatchChange) -> ApplicationChange:
    """Return a change of an application along with what follows for its matches."""
    puts: dict[str, Stored] = {each.id: each for each in change.puts}
    gone = {each.id for each in change.deletes}
    for each in met.puts:
        before = puts.get(each.id)
        if each.id in gone:
            # The pointer of an address that was moved from; the new one's knows the application.
            continue
        if isinstance(each, CurrentPointer) and before:
            # Both keep the pointer for as long as they know: the later one knows better.
            puts[each.id] = replace(each, revision=before.revision)
        else:
            puts[each.id] = each
    return replace(
        change,
        application=mine.with_changes(),
        puts=tuple(puts.values()),
        letters=(*change.letters, *met.letters),
    )


def moved_pairs(
    pairs: Sequence[Pair], before: str, after: str, *, there: Sequence[Pair]
) -> list[Pair]:
    """
    Return what lies between someone and others, to be known by a new address of theirs.

    The earlier address keeps it, too: they may have another application there.

    Args:
        pairs: those of the person.
        before: the hash by which the person was known.
        after: the hash by which the person is known now.
        there: what is stored of the new address.

    """
    known = {each.id: each for each in there}
    moved = [each.moved(before, after) for each in pairs]
    puts = [known[each.id].joined(each) if each.id in known else each for each in moved]
    return [replace(each, revision=each.revision + 1) for each in puts]
