"""The best assignment, and the prices that prove it."""

import random
from itertools import product

import pytest

from mentorship.matches import assignment
from mentorship.matches.assignment import Assignment, Problem, Search, flaws, solve

# Two mentees, and two mentors of whom the first has two places; the best is worth 5 + 6.
PROBLEM = Problem(values=[[6, 5], [6, 4]], costs=[[0, 3], [0]], stay=[0, 0])
SOLVED = Assignment(mentors=(1, 0), places=(0, 0), gains=(4, 4), prices=((2, 0), (1,)))


def random_problem(draw: random.Random, mentees: int, mentors: int) -> Problem:
    """Return a problem with many equal values, some of them less than staying is worth."""
    return Problem(
        values=[
            [None if draw.random() < 0.2 else draw.randint(-2, 6) for _ in range(mentors)]
            for _ in range(mentees)
        ],
        costs=[sorted(draw.choices(range(4), k=draw.randint(0, 3))) for _ in range(mentors)],
        stay=[draw.choice((0, 0, 0, 2, -40)) for _ in range(mentees)],
    )


def best_worth(problem: Problem) -> int:
    """Return what the best assignment is worth, by trying every one."""
    places = [(at, cost) for at, costs in enumerate(problem.costs) for cost in costs]
    best: list[int] = []
    for taken in product([None, *range(len(places))], repeat=len(problem.values)):
        used = [each for each in taken if each is not None]
        if len(used) == len({*used}):
            worth = [
                problem.stay[row] if place is None else _value(problem, row, *places[place])
                for row, place in enumerate(taken)
            ]
            best.append(sum(worth))
    return max(best)


def worth(found: Assignment, problem: Problem) -> int:
    """Return what an assignment is worth in all."""
    return sum(
        problem.stay[row]
        if mentor is None
        else _value(problem, row, mentor, problem.costs[mentor][place or 0])
        for row, (mentor, place) in enumerate(zip(found.mentors, found.places, strict=True))
    )


def _value(problem: Problem, row: int, column: int, cost: int) -> int:
    value = problem.values[row][column]
    return -1_000 if value is None else value - cost


@pytest.mark.parametrize("kept", [1, 2, 64])
def test_as_good_as_trying_all(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    With equal values, values that are less than staying, and however few places are looked at
    first, it is the best, and its prices say so.
    """
    monkeypatch.setattr(assignment, "KEPT", kept)
    for number in range(60):
        draw = random.Random(number)
        problem = random_problem(draw, draw.randint(1, 4), draw.randint(1, 3))
        found = solve(problem)
        assert [*flaws(problem, found)] == [], number
        assert worth(found, problem) == best_worth(problem), number


def test_many_equal_values() -> None:
    """
    Among many places that are all alike, more than are looked at first, each mentee gets one.
    """
    for mentees, mentors in ((80, 80), (3, 90), (90, 40)):
        problem = Problem(
            values=[[5] * mentors for _ in range(mentees)],
            costs=[[0, 1]] * mentors,
            stay=[0] * mentees,
        )
        found = solve(problem)
        assert [*flaws(problem, found)] == []
        first = min(mentees, mentors)
        assert worth(found, problem) == 5 * first + 4 * min(mentors, mentees - first)


def test_nobody() -> None:
    """
    Without mentees, mentors or places, nobody is assigned.
    """
    for problem in (
        Problem(values=[], costs=[], stay=[]),
        Problem(values=[], costs=[[0]], stay=[]),
        Problem(values=[[], []], costs=[], stay=[0, 0]),
        Problem(values=[[3], [None]], costs=[[]], stay=[0, -9]),
        Problem(values=[[None]], costs=[[0, 0]], stay=[0]),
    ):
        found = solve(problem)
        assert {*found.mentors} <= {None}
        assert [*flaws(problem, found)] == []
        assert worth(found, problem) == sum(problem.stay)


def test_a_place_beyond_the_first() -> None:
    """
    A mentor's second place is taken if it is worth its cost, and not before the first.
    """
    problem = Problem(values=[[6], [4], [2]], costs=[[0, 3]], stay=[0, 0, 0])
    found = solve(problem)
    assert (found.mentors, worth(found, problem)) == ((0, 0, None), 7)
    dear = problem._replace(costs=[[0, 5]])
    assert solve(dear).mentors == (0, None, None)


def test_who_must_be_matched() -> None:
    """
    Someone for whom staying costs more than all can gain gets a place before anyone else.
    """
    problem = Problem(values=[[9, 9], [9, None], [1, None]], costs=[[0], [0]], stay=[0, 0, -100])
    assert solve(problem).mentors == (1, None, 0)


BROKEN = {
    "mentee 0 would rather stay without": {"gains": (-1, 4)},
    "mentee 1 stays without, and is worth more": {"mentors": (1, None), "places": (0, None)},
    "mentee 1 has a place that is not free": {"mentors": (1, 1), "places": (0, 0)},
    "mentee 0 has a place that is not free": {"places": (None, 0)},
    "mentee 0 pays another price": {"gains": (5, 4)},
    "mentee 1 would rather have place 0 of mentor 0": {"gains": (4, 3)},
    "mentee 0 would rather have place 0 of mentor 0": {"prices": ((1, 0), (1,))},
    "place 1 of mentor 0 has a price, and nobody took it": {"prices": ((2, 1), (1,))},
    "place 0 of mentor 0 has a price below nothing": {"prices": ((-1, 0), (1,))},
}


def test_each_flaw_is_found() -> None:
    """
    The check of an assignment can fail: each way of breaking a proven one is told.
    """
    assert [*flaws(PROBLEM, SOLVED)] == []
    assert worth(SOLVED, PROBLEM) == worth(solve(PROBLEM), PROBLEM) == 11
    for flaw, change in BROKEN.items():
        assert flaw in [*flaws(PROBLEM, SOLVED._replace(**change))], flaw


def test_a_worse_assignment_is_never_proven() -> None:
    """
    Whatever prices it comes with, an assignment that is not the best has a flaw.
    """
    worse = SOLVED._replace(mentors=(0, 1))
    assert worth(worse, PROBLEM) < worth(SOLVED, PROBLEM)
    few = range(7)
    for one, other, *prices in product(few, few, range(4), range(2), range(4)):
        priced = ((prices[0], prices[1]), (prices[2],))
        assert [*flaws(PROBLEM, worse._replace(gains=(one, other), prices=priced))]


def test_a_pair_that_cannot_be() -> None:
    """
    An assignment of two who can't be a pair has a flaw.
    """
    problem = PROBLEM._replace(values=[[6, None], [6, 4]])
    assert "mentee 0 and mentor 1 can't be a pair" in [*flaws(problem, SOLVED)]


@pytest.mark.parametrize("kept", [1, 64])
def test_one_more(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    From a solved problem, a place for one more is as good as solving anew with that wish, and what
    was solved is as it was.
    """
    monkeypatch.setattr(assignment, "KEPT", kept)
    asked = 0
    for number in range(80):
        draw = random.Random(number)
        problem = random_problem(draw, draw.randint(2, 5), draw.randint(1, 3))
        found = solve(problem)
        search = Search.of(problem, found)
        for row in (at for at, mentor in enumerate(found.mentors) if mentor is None):
            stay = [*problem.stay]
            stay[row] = -1_000
            wished = problem._replace(stay=stay)
            one_more, anew = search.with_place_for(row), solve(wished)
            asked += anew.mentors[row] is not None
            assert worth(one_more, wished) == worth(anew, wished), (number, row)
            assert search.found() == found
    assert asked > 40
