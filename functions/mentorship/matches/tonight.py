"""
Everyone who can be matched tonight: who suits whom, who is ruled out, and the best matches.

Nothing is stored. What a coordinator wants of tonight's matches comes with each request, and the
same people and wishes give the same matches, in whatever order the people are read.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256

from mentorship.applications.application import Application
from mentorship.form.question import Role
from mentorship.matches import criteria, suitability
from mentorship.matches.assignment import Problem, solve
from mentorship.matches.criteria import FLOOR, FURTHER, Seat
from mentorship.matches.places import places_free
from mentorship.matches.plan import (
    ALSO_APART,
    LOCKED_TWICE,
    NO_PLACE,
    RULED_OUT,
    Ids,
    Plan,
    Suggestion,
    Wanted,
)
from mentorship.matches.profile import Profile, profiles
from mentorship.matches.ruled_out import ruled_out
from mentorship.matches.rules import Effect
from mentorship.matches.side import Known, Side

# A point is worth more than all that decides between equals: first, that someone who has waited
# longer does not get less; then lots, drawn from the ids of the two. If two people change places,
# two lots change: together they are less than the smallest difference in waiting. That holds for up
# to 3,000 mentees.
LOT_BITS, RANK_BITS, POINT_BITS = 19, 20, 50
MODULUS = (1 << 61) - 1
# Of each side, those who have waited longest are matched at once; more would take too long.
MOST = 200


@dataclass(frozen=True)
class Tonight:
    """
    Everyone who can be matched, prepared for all pairs at once.

    Attributes:
        mentors, mentees: the people, in waiting order.
        known: what is stored about any two of them.

    """

    mentors: tuple[Profile, ...]
    mentees: tuple[Profile, ...]
    known: Known = field(default_factory=Known)

    @classmethod
    def of(
        cls, people: Iterable[Side], known: Known, *, days: Callable[[Application], int]
    ) -> "Tonight":
        """
        Prepare everyone among some people who waits and has a place free.

        Args:
            people: whom it may be about.
            known: what is stored about any two of them.
            days: returns for how many days someone has waited.

        """
        waiting = sorted(
            (each for each in people if can_be_matched(each.application)),
            key=lambda each: (each.application.waiting_since, each.application.id),
        )
        sides = {role: [each for each in waiting if each.application.role is role] for role in Role}
        mentors, mentees = profiles(sides[Role.MENTOR], sides[Role.MENTEE], known, days=days)
        return cls(tuple(mentors), tuple(mentees), known)

    def longest(self, most: int) -> "Tonight":
        """Return only those who have waited longest, at *most* so many a side."""
        return replace(self, mentors=self.mentors[:most], mentees=self.mentees[:most])

    @cached_property
    def shared(self) -> list[list[int]]:
        """The points for what each mentee shares with each mentor."""
        of, mentors = suitability.shared_points, self.mentors
        return [[of(mentor, mentee) for mentor in mentors] for mentee in self.mentees]

    @cached_property
    def effects(self) -> dict[tuple[int, int], Effect]:
        """The pairs that are ruled out, by the numbers of mentee and mentor, each with how far."""
        return ruled_out(self.mentors, self.mentees, self.known)

    @cached_property
    def values(self) -> list[list[int | None]]:
        """What each pair is worth, a row for each mentee; `None` for those ruled out."""
        numbers = [_number(each.id) for each in self.mentors]
        ranks = self._ranks()
        values: list[list[int | None]] = []
        for mentee, rank, row in zip(self.mentees, ranks, self.shared, strict=True):
            lot, weight = _number(mentee.id), rank << RANK_BITS
            waiting = criteria.waiting(mentee)
            values.append(
                [
                    ((points + waiting) << POINT_BITS)
                    + (points + 1) * weight
                    + (lot * number % MODULUS >> 61 - LOT_BITS)
                    if points >= FLOOR
                    else None
                    for points, number in zip(row, numbers, strict=True)
                ]
            )
        for at, column in self.effects:
            values[at][column] = None
        return values

    def _ranks(self) -> list[int]:
        """Return a number for each mentee, the higher the longer they have waited."""
        times = sorted({each.side.application.waiting_since for each in self.mentees}, reverse=True)
        ranks = {each: rank for rank, each in enumerate(times, 1)}
        return [ranks[each.side.application.waiting_since] for each in self.mentees]

    def solve(self, wanted: Wanted = Wanted()) -> Plan:
        """Return the best matches, as far as a coordinator wants them so."""
        rows = {each.id: number for number, each in enumerate(self.mentees)}
        columns = {each.id: number for number, each in enumerate(self.mentors)}
        locked, refused = self._locked(wanted, rows, columns)
        taken = [each.taken for each in self.mentors]
        for _, column in locked:
            taken[column] += 1
        gone = {row for row, _ in locked}
        left = [row for row in range(len(self.mentees)) if row not in gone]
        values = [self.values[row][:] for row in left]
        place = {row: at for at, row in enumerate(left)}
        for at, column in _numbers(wanted.was, place, rows, columns):
            if value := values[at][column]:
                values[at][column] = value + (criteria.BEFORE << POINT_BITS)
        for at, column in _numbers(wanted.apart, place, rows, columns):
            values[at][column] = None
        problem = Problem(
            values=values,
            costs=[
                []
                if mentor.id in wanted.free
                else [-FURTHER * number << POINT_BITS for number in range(taken[at], mentor.places)]
                for at, mentor in enumerate(self.mentors)
            ],
            stay=self._stay(left, values, wanted.must),
        )
        assignment = solve(problem)
        found = {
            row: mentor
            for row, mentor in zip(left, assignment.mentors, strict=True)
            if mentor is not None
        }
        return Plan(
            suggestions=self._suggestions(found | dict(locked), {*locked}, wanted),
            refused=refused,
            problem=problem,
            assignment=assignment,
            rows=tuple(left),
        )

    def _stay(
        self, left: Sequence[int], values: Sequence[Sequence[int | None]], must: Collection[str]
    ) -> list[int]:
        """Return what staying without is worth; to those who must be matched, less than all."""
        most = sum(max((each for each in row if each), default=0) for row in values)
        return [-most - 1 if self.mentees[row].id in must else 0 for row in left]

    def _locked(
        self, wanted: Wanted, rows: Mapping[str, int], columns: Mapping[str, int]
    ) -> tuple[list[tuple[int, int]], dict[Ids, str]]:
        """Return the pairs that are locked, by their numbers, and why others can't be."""
        locked: dict[int, int] = {}
        refused: dict[Ids, str] = {}
        used = [each.taken for each in self.mentors]
        known = [each for each in wanted.lock if each[0] in columns and each[1] in rows]
        for ids in sorted(known, key=lambda each: (rows[each[1]], columns[each[0]])):
            row, column = rows[ids[1]], columns[ids[0]]
            if self.effects.get((row, column)) is Effect.NEVER:
                refused[ids] = RULED_OUT
            elif ids in wanted.apart:
                refused[ids] = ALSO_APART
            elif row in locked:
                refused[ids] = LOCKED_TWICE
            elif used[column] >= self.mentors[column].places:
                refused[ids] = NO_PLACE
            else:
                locked[row] = column
                used[column] += 1
        return list(locked.items()), refused

    def _suggestions(
        self, found: Mapping[int, int], locked: Collection[tuple[int, int]], wanted: Wanted
    ) -> tuple[Suggestion, ...]:
        """Return the suggestions; the mentee who has waited longer has a mentor's earlier place."""
        used = [each.taken for each in self.mentors]
        suggestions = []
        for row, column in sorted(found.items()):
            mentor, mentee = self.mentors[column], self.mentees[row]
            seat = Seat(taken=used[column], as_before=(mentor.id, mentee.id) in wanted.was)
            used[column] += 1
            suggestions.append(
                Suggestion(
                    mentor=mentor,
                    mentee=mentee,
                    lines=tuple(suitability.lines(mentor, mentee, seat)),
                    is_locked=(row, column) in locked,
                )
            )
        return tuple(suggestions)


def _numbers(
    pairs: Iterable[Ids],
    places: Mapping[int, int],
    rows: Mapping[str, int],
    columns: Mapping[str, int],
) -> Iterator[tuple[int, int]]:
    """Yield the numbers of some pairs, of those who are still to be assigned."""
    for mentor, mentee in pairs:
        row, column = places.get(rows.get(mentee, -1)), columns.get(mentor)
        if row is not None and column is not None:
            yield row, column


def can_be_matched(application: Application) -> bool:
    """Tell whether someone waits for a match, and has a place for one."""
    return application.status.traits.may_be_matched and places_free(application) > 0


def _number(application_id: str) -> int:
    """Return a number of an application by which lots are drawn; it is never 0."""
    digest = sha256(application_id.encode()).digest()
    return int.from_bytes(digest[:8]) % (MODULUS - 1) + 1
