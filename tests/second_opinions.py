"""
Whether tonight's suggestions are the best there are and as they were wanted, found in other ways.

Small evenings are tried out whole; scipy assigns the large ones. It is part of the tests only.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import combinations

import numpy as np
from scipy.optimize import linear_sum_assignment

from mentorship.matches.criteria import FLOOR, Seat
from mentorship.matches.plan import (
    ALSO_APART,
    LOCKED_TWICE,
    NO_PLACE,
    RULED_OUT,
    Plan,
)
from mentorship.matches.profile import Profile
from mentorship.matches.rules import Effect
from mentorship.matches.suitability import shared_points
from mentorship.matches.tonight import POINT_BITS
from tests.evenings import Drawn
from tests.matching import score

# What staying without costs a mentee who must be matched, for the second opinion.
MUST = 100_000


def is_possible(each: Drawn, row: int, column: int) -> bool:
    """Tell whether a pair that isn't locked can be suggested."""
    one, other = each.tonight.mentors[column], each.tonight.mentees[row]
    return (
        (row, column) not in each.tonight.effects
        and shared_points(one, other) >= FLOOR
        and (one.id, other.id) not in each.wanted.apart
        and one.id not in each.wanted.free
    )


def best_of_all(each: Drawn, plan: Plan) -> tuple[int, int]:
    """Try every assignment; return how many who must be matched are in the best, and its points."""
    tonight, wanted = each.tonight, each.wanted
    locks = dict(reversed(ids) for ids in wanted.lock - plan.refused.keys())
    order = sorted(
        range(len(tonight.mentees)), key=lambda row: tonight.mentees[row].id not in locks
    )

    def worth(row: int, column: int, used: int) -> int:
        one, other = tonight.mentors[column], tonight.mentees[row]
        seat = Seat(taken=used, as_before=(one.id, other.id) in wanted.was)
        return score(one, other, seat)

    choices = []
    for row in order:
        other = tonight.mentees[row]
        columns = [
            column
            for column, one in enumerate(tonight.mentors)
            if (locks[other.id] == one.id if other.id in locks else is_possible(each, row, column))
        ]
        seats = {
            (column, used): worth(row, column, used)
            for column in columns
            for used in range(tonight.mentors[column].places)
        }
        choices.append((other.id in wanted.must, other.id in locks, columns, seats))

    def best(at: int, used: list[int]) -> tuple[int, int]:
        if at == len(choices):
            return 0, 0
        must, is_locked, columns, seats = choices[at]
        found = [] if is_locked else [best(at + 1, used)]
        for column in columns:
            if used[column] < tonight.mentors[column].places:
                points = seats[column, used[column]]
                used[column] += 1
                musts, others = best(at + 1, used)
                used[column] -= 1
                found.append((musts + must, others + points))
        return max(found)

    return best(0, [each.taken for each in tonight.mentors])


def second_opinion(plan: Plan) -> int:
    """Return how much more than the plan's an assignment that scipy finds is worth, in points."""
    problem, assignment = plan.problem, plan.assignment
    owners = [column for column, costs in enumerate(problem.costs) for _ in costs]
    costs = [cost >> POINT_BITS for costs in problem.costs for cost in costs]
    rows = len(problem.values)
    if not rows:
        return 0
    table = np.full((rows, len(owners) + rows), -1e9)
    for row, values in enumerate(problem.values):
        for place, (column, cost) in enumerate(zip(owners, costs, strict=True)):
            if (value := values[column]) is not None:
                table[row, place] = (value >> POINT_BITS) - cost
        table[row, len(owners) + row] = -MUST if problem.stay[row] else 0
    ours = sum(
        (-MUST if problem.stay[row] else 0)
        if column is None
        else (problem.values[row][column] or 0) // (1 << POINT_BITS)
        - (problem.costs[column][assignment.places[row] or 0] >> POINT_BITS)
        for row, column in enumerate(assignment.mentors)
    )
    return int(table[linear_sum_assignment(table, maximize=True)].sum()) - ours


def broken(evening: Drawn, plan: Plan) -> Iterator[str]:
    """Yield what of a plan is not as a coordinator wants it, or as the rules are."""
    tonight, wanted = evening.tonight, evening.wanted
    rows = {other.id: row for row, other in enumerate(tonight.mentees)}
    columns = {one.id: column for column, one in enumerate(tonight.mentors)}
    locked = wanted.lock - plan.refused.keys()
    if not locked <= plan.pairs or locked != {s.ids for s in plan.suggestions if s.is_locked}:
        yield "a locked pair is not suggested"
    for one, other in locked:
        never = evening.tonight.effects.get((rows[other], columns[one])) is Effect.NEVER
        if never or (one, other) in wanted.apart:
            yield "a lock is not refused"
    for one, other in plan.pairs - locked:
        if not is_possible(evening, rows[other], columns[one]):
            yield "a pair is suggested that is ruled out, kept apart, too thin or for a free place"
    if len(plan.by_mentee) != len(plan.suggestions):
        yield "a mentee has two mentors"
    for id_, suggestions in plan.by_mentor.items():
        if (
            tonight.mentors[columns[id_]].taken + len(suggestions)
            > tonight.mentors[columns[id_]].places
        ):
            yield "a mentor has too many mentees"
    for (one, other), why in plan.refused.items():
        full = sum(ids[0] == one for ids in locked) + tonight.mentors[columns[one]].taken
        reasons = {
            RULED_OUT: tonight.effects.get((rows[other], columns[one])) is Effect.NEVER,
            ALSO_APART: (one, other) in wanted.apart,
            LOCKED_TWICE: any(ids[1] == other for ids in locked),
            NO_PLACE: full >= tonight.mentors[columns[one]].places,
        }
        if not reasons[why]:
            yield f"a lock is refused, and not for its reason: {why}"


def twins(each: Drawn) -> Iterator[tuple[Profile, Profile]]:
    """Yield any two mentees who differ only in waiting, first the one who has waited longer."""
    tonight, wanted = each.tonight, each.wanted
    singled_out = {other for _, other in wanted.lock | wanted.was | wanted.apart}
    alike: dict[object, list[Profile]] = {}
    for row, other in enumerate(tonight.mentees):
        if other.id not in singled_out:
            effects = [tonight.effects.get((row, column)) for column in range(len(tonight.mentors))]
            key = *tonight.shared[row], *effects, other.id in wanted.must
            alike.setdefault(key, []).append(other)
    for found in alike.values():
        for one, second in combinations(found, 2):
            longer, shorter = sorted((one, second), key=_since)
            if _since(longer) < _since(shorter):
                yield longer, shorter


def _since(profile: Profile) -> datetime:
    return profile.side.application.waiting_since
