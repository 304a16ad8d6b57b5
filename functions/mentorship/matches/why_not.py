"""
Why two people are not suggested to each other, and what a change on the page has changed.

All of it is found by solving again and comparing, and said in names. What was suggested before
counts a little more when matches are found, and never when they are compared.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from mentorship.matches.moves import Move, caused_by, moves, worth
from mentorship.matches.plan import Ids, Plan, Suggestion, Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.suitability import Strength
from mentorship.matches.tonight import Tonight
from mentorship.matches.words import in_all, listed, points

# How many moves are told, of those that a pair would cause and of those that a change has caused.
MOVES, CHANGES = 2, 3
BEFORE = "before"


class WhyNot(NamedTuple):
    """
    Why two people are not suggested to each other.

    Attributes:
        sentences: the reason, in names.
        may_be_locked: whether the two can be locked as it is.

    """

    sentences: tuple[str, ...]
    may_be_locked: bool = True


def why_not(tonight: Tonight, wanted: Wanted, plan: Plan, ids: Ids) -> WhyNot:
    """
    Return why two people are not suggested to each other.

    The two are locked, and all others are matched anew. What is suggested now counts a little more
    then, as it will once the coordinator locks the two: so it is told as it will be.

    Args:
        tonight: everyone who can be matched.
        wanted: what the coordinator wants.
        plan: what followed from it.
        ids: the two, among those who can be matched.

    """
    mentor = next(each for each in tonight.mentors if each.id == ids[0])
    mentee = next(each for each in tonight.mentees if each.id == ids[1])
    if ids in plan.pairs:
        return WhyNot(sentences=(f"{mentor.name} is tonight’s suggestion for {mentee.name}.",))
    if in_the_way := _in_the_way(wanted, plan, mentor, mentee):
        return WhyNot(sentences=in_the_way, may_be_locked=False)
    changed = tonight.solve(replace(wanted, lock=wanted.lock | {ids}, was=plan.pairs))
    if ids in changed.refused:
        sentence = f"{mentor.name} and {mentee.name} can’t be matched."
        return WhyNot(sentences=(sentence,), may_be_locked=False)
    every = moves(tonight, plan.pairs, changed.pairs)
    others = caused_by(mentor, (each for each in every if each.mentee.id != mentee.id))
    cost = worth(tonight, plan.pairs) - worth(tonight, changed.pairs)
    asked = changed.by_mentee[mentee.id]
    return WhyNot(
        sentences=(
            *_compared(wanted, plan, asked),
            _then(others, wanted.must, "But then" if cost > 0 else "Then"),
            *_in_all(tonight, wanted, asked, cost),
        )
    )


def compared(tonight: Tonight, wanted: Wanted, plan: Plan) -> tuple[str, ...]:
    """
    Return what has changed since the matches that were suggested before, in sentences.

    Args:
        tonight: everyone who can be matched.
        wanted: what the coordinator wants, and what was suggested before.
        plan: what followed from it.

    """
    changes = moves(tonight, wanted.was, plan.pairs) if wanted.was else []
    if not changes:
        return ()
    more = len(changes) - CHANGES
    return (
        *(each.told() for each in changes[:CHANGES]),
        *([f"And {more} more moved."] if more > 0 else []),
        in_all(worth(tonight, wanted.was) - worth(tonight, plan.pairs)),
    )


def _in_the_way(wanted: Wanted, plan: Plan, mentor: Profile, mentee: Profile) -> tuple[str, ...]:
    """Return what the coordinator wants that keeps two from being locked."""
    if (mentor.id, mentee.id) in wanted.apart:
        return (f"{mentor.name} and {mentee.name} are marked “Not these two”.",)
    own = plan.by_mentee.get(mentee.id)
    if own and own.is_locked:
        return (f"{mentee.name} is locked to {own.mentor.name}. Remove that lock first.",)
    locked = [each.mentee.name for each in plan.by_mentor.get(mentor.id, ()) if each.is_locked]
    if len(locked) >= mentor.places - mentor.taken:
        first = "that lock" if len(locked) == 1 else "one of these locks"
        return (f"{mentor.name} is locked for {listed(locked)}. Remove {first} first.",)
    return ()


def _compared(wanted: Wanted, plan: Plan, asked: Suggestion) -> Iterator[str]:
    """Yield how a pair compares with tonight's suggestion for the mentee."""
    mentor, mentee, own = asked.mentor, asked.mentee, plan.by_mentee.get(asked.mentee.id)
    if mentor.id in wanted.free:
        yield f"{mentor.name} is kept free tonight."
    if asked.strength is Strength.TOO_LITTLE:
        shared = [each.sentence for each in asked.lines if each.is_shared and each.points > 0]
        yield f"{mentor.name} and {mentee.name} have too little in common to be suggested."
        yield from shared
        yield "That’s all." if shared else "They share nothing that counts."
        return
    value = _points(asked)
    if not own:
        yield (
            f"{mentor.name} would be a {asked.strength} match ({points(value)}) for "
            f"{mentee.name}, who has none tonight."
        )
        return
    tonights = _points(own)
    if value == tonights:
        yield (
            f"{mentor.name} suits {mentee.name} as well as tonight’s {own.mentor.name}: "
            f"{points(value)} each."
        )
        return
    better = "better" if value > tonights else "less well"
    yield (
        f"{mentor.name} suits {mentee.name} {better} ({points(value)}) than tonight’s "
        f"{own.mentor.name} ({tonights})."
    )


def _in_all(tonight: Tonight, wanted: Wanted, asked: Suggestion, cost: int) -> Iterator[str]:
    """Yield how much less all matches would be worth and, if it is more, how that can be."""
    yield in_all(cost)
    if cost < 0 and asked.strength is Strength.TOO_LITTLE:
        yield "Still, two people with so little in common aren’t suggested."
    elif cost < 0 and _could_be_suggested(tonight, wanted, asked):
        yield "It isn’t suggested because earlier suggestions count a little more."


def _could_be_suggested(tonight: Tonight, wanted: Wanted, asked: Suggestion) -> bool:
    """Tell whether nothing but the points keeps two from being suggested."""
    row = [each.id for each in tonight.mentees].index(asked.mentee.id)
    column = [each.id for each in tonight.mentors].index(asked.mentor.id)
    is_free = asked.mentor.id not in wanted.free and not wanted.must
    return is_free and (row, column) not in tonight.effects


def _points(suggestion: Suggestion) -> int:
    """Return the points of a pair, whatever was suggested before."""
    return sum(each.points for each in suggestion.lines if each.code != BEFORE)


def _then(others: Sequence[Move], must: Collection[str], then: str) -> str:
    """Return the sentence about others who would move."""
    if not others:
        return "Nobody else would move."
    clauses = [each.foretold(must) for each in others[:MOVES]]
    if (more := len(others) - MOVES) > 0:
        clauses.append(f"{more} more would move")
    last = f", and {clauses.pop()}" if len(clauses) > 1 else ""
    return f"{then} {', '.join(clauses)}{last}."
