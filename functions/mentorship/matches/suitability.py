"""
How well two people suit each other: the score, the sentences that give its reasons, and a word.

All are loops over the declared criteria, so the points of the sentences add up to the score.
"""

from enum import StrEnum
from typing import NamedTuple

from mentorship.matches.criteria import ALONE, CRITERIA, FLOOR, Seat
from mentorship.matches.profile import Profile


class Strength(StrEnum):
    """How much two people share, as a word; waiting does not count."""

    STRONG = "strong"
    GOOD = "good"
    THIN = "thin"
    TOO_LITTLE = "too little in common"

    @classmethod
    def of(cls, shared: int) -> "Strength":
        """Return the word for the points that two people share."""
        return next((word for word, least in LEAST.items() if shared >= least), cls.TOO_LITTLE)


# The fewest points of each word.
LEAST = {Strength.STRONG: 44, Strength.GOOD: 24, Strength.THIN: FLOOR}


class Line(NamedTuple):
    """A sentence about two people, with its points and the criterion that it is from."""

    code: str
    sentence: str
    points: int
    is_shared: bool


_SHARED = tuple(each.points for each in CRITERIA if each.is_shared)


def shared_points(mentor: Profile, mentee: Profile) -> int:
    """Return the points for what two people share."""
    points = 0
    for of in _SHARED:
        points += of(mentor, mentee, ALONE)
    return points


def lines(mentor: Profile, mentee: Profile, seat: Seat = ALONE) -> list[Line]:
    """Return the sentences about two people, in their order; their points add up to the score."""
    found = (
        Line(
            code=each.code,
            sentence=each.words(mentor, mentee, seat),
            points=each.points(mentor, mentee, seat),
            is_shared=each.is_shared,
        )
        for each in CRITERIA
    )
    return [each for each in found if each.sentence]
