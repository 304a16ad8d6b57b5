"""Which mentors have places left tonight, and why."""

from collections.abc import Iterable
from typing import NamedTuple

from mentorship.matches.criteria import FLOOR, ORDINALS
from mentorship.matches.left_over import not_reached
from mentorship.matches.plan import Plan, Suggestion, Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.suitability import Strength
from mentorship.matches.tonight import Tonight
from mentorship.matches.words import listed


class PlaceLeft(NamedTuple):
    """
    A mentor who has places left.

    Attributes:
        mentor: who it is.
        free: how many places are left.
        places: how many there are.
        gets: how many mentees are suggested tonight.
        sentence: why a place is left.

    """

    mentor: Profile
    free: int
    places: int
    gets: int
    sentence: str


def places_left(tonight: Tonight, wanted: Wanted, plan: Plan) -> tuple[PlaceLeft, ...]:
    """
    Return the mentors who have places left, in waiting order, and why.

    Args:
        tonight: everyone who can be matched.
        wanted: what the coordinator wants.
        plan: what followed from it.

    """
    found = []
    for column, mentor in enumerate(tonight.mentors):
        given = plan.by_mentor.get(mentor.id, [])
        free = mentor.places - mentor.taken - len(given)
        if free > 0:
            is_kept = mentor.id in wanted.free
            left = "Kept free tonight." if is_kept else _why_left(tonight, wanted, column, given)
            found.append(
                PlaceLeft(
                    mentor=mentor,
                    free=free,
                    places=mentor.places,
                    gets=len(given),
                    sentence=" ".join(filter(None, [_taking(mentor, len(given)), left])),
                )
            )
    return tuple(found)


def _taking(mentor: Profile, gets: int) -> str:
    """Return which places of a mentor are taken tonight."""
    if not gets:
        return ""
    told = listed([f"a {ORDINALS[mentor.taken + number]}" for number in range(gets)])
    return f"Takes {told} mentee tonight."


def _why_left(tonight: Tonight, wanted: Wanted, column: int, given: Iterable[Suggestion]) -> str:
    """Return why no other mentee has a place of a mentor."""
    mentor, theirs = tonight.mentors[column], {each.mentee.id for each in given}
    if unreached := not_reached(mentor):
        return unreached
    others = [row for row, each in enumerate(tonight.mentees) if each.id not in theirs]
    if not others:
        return "Nobody else is waiting." if theirs else "Nobody is waiting."
    possible = [
        row
        for row in others
        if (row, column) not in tonight.effects
        and (mentor.id, tonight.mentees[row].id) not in wanted.apart
    ]
    everyone = "everyone else who is waiting" if theirs else "everyone who is waiting"
    if not possible:
        return f"{everyone.capitalize()} is ruled out."
    best = max(tonight.shared[row][column] for row in possible)
    if best < FLOOR:
        if len(possible) == len(others):
            return f"Too little in common with {everyone}."
        return f"{everyone.capitalize()} is ruled out or has too little in common."
    if theirs and Strength.of(best) is Strength.THIN:
        ordinal = ORDINALS[mentor.taken + len(theirs)]
        return f"A {ordinal} would be a thin match at best."
    return f"{'Everyone else' if theirs else 'Everyone'} who would fit has another mentor tonight."
