"""What a coordinator wants of tonight's matches, and the best ones that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from mentorship.matches.assignment import Assignment, Problem
from mentorship.matches.profile import Profile
from mentorship.matches.suitability import Line, Strength

# A mentor's and a mentee's application, by their ids.
Ids = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """
    What a coordinator wants of tonight's matches.

    Attributes:
        lock: the pairs to be matched, whatever else is best.
        apart: those not to be matched tonight.
        free: the mentors whose places are kept free.
        must: the mentees to be matched tonight, if there is anyone for them.
        was: the pairs that were suggested before; each counts a little more.

    """

    lock: frozenset[Ids] = frozenset()
    apart: frozenset[Ids] = frozenset()
    free: frozenset[str] = frozenset()
    must: frozenset[str] = frozenset()
    was: frozenset[Ids] = frozenset()


class Suggestion(NamedTuple):
    """
    Two people who are suggested to each other.

    Attributes:
        mentor, mentee: the two.
        lines: the sentences that give the reasons; their points are the score.
        is_locked: whether a coordinator locked it.

    """

    mentor: Profile
    mentee: Profile
    lines: tuple[Line, ...]
    is_locked: bool = False

    @property
    def ids(self) -> Ids:
        """The ids of both applications, the mentor's first."""
        return self.mentor.id, self.mentee.id

    @property
    def score(self) -> int:
        """All of its points."""
        return sum(each.points for each in self.lines)

    @property
    def strength(self) -> Strength:
        """How much the two share."""
        return Strength.of(sum(each.points for each in self.lines if each.is_shared))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """
    The best matches of tonight, as far as a coordinator wants them so.

    Attributes:
        suggestions: in waiting order of the mentees.
        refused: the locked pairs that can't be, each with why: its code.
        problem, assignment: what was solved and its result, with the prices that prove it.
        rows: the numbers, among all, of the mentees that it was solved for.

    """

    suggestions: tuple[Suggestion, ...]
    refused: Mapping[Ids, str]
    problem: Problem
    assignment: Assignment
    rows: tuple[int, ...]

    @property
    def total(self) -> int:
        """The points of all matches."""
        return sum(each.score for each in self.suggestions)

    @cached_property
    def by_mentee(self) -> dict[str, Suggestion]:
        """The suggestions, by the ids of the mentees' applications."""
        return {each.mentee.id: each for each in self.suggestions}

    @cached_property
    def by_mentor(self) -> dict[str, list[Suggestion]]:
        """The suggestions of each mentor, by the ids of their applications, in waiting order."""
        found: dict[str, list[Suggestion]] = {}
        for each in self.suggestions:
            found.setdefault(each.mentor.id, []).append(each)
        return found

    @property
    def pairs(self) -> frozenset[Ids]:
        """The ids of those who are suggested to each other."""
        return frozenset(each.ids for each in self.suggestions)


# Why a locked pair can't be: it is ruled out for good, it is also kept apart tonight, the mentee is
# locked to another mentor, or the mentor has no place left.
RULED_OUT, ALSO_APART, LOCKED_TWICE, NO_PLACE = "ruled-out", "apart", "twice", "no-place"
