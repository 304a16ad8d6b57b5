"""
The best assignment of mentees to the places of mentors, exactly, in whole numbers.

Each mentee is given a place by a shortest augmenting path, and each place a price: what it would
cost the others to give it up. The prices prove the result. No mentee could do better at these
prices, and a place that nobody took costs nothing, so no other assignment is worth more. See
Burkard, Dell'Amico and Martello, "Assignment Problems" (2009), chapter 4.

A mentee looks at the best places first, and at no more of them than may lead to something better.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from functools import cached_property
from heapq import heappop, heappush
from itertools import accumulate, chain, count, pairwise
from typing import NamedTuple, Self

# How many places of each mentee are kept at first; few need more.
KEPT = 64
# Who has a place that is free, and which place someone has who has none.
NONE = -1


class Problem(NamedTuple):
    """
    Who could be assigned to whom.

    Attributes:
        values: what each pair is worth, a row for each mentee and a column for each mentor; `None`
            if the two can't be a pair.
        costs: what each free place of each mentor costs, the cheapest first.
        stay: what it is worth to each mentee to get no place.

    """

    values: Sequence[Sequence[int | None]]
    costs: Sequence[Sequence[int]]
    stay: Sequence[int]


class Assignment(NamedTuple):
    """
    An assignment, with the prices that prove it the best.

    Attributes:
        mentors: the mentor's number of each mentee, `None` for no place.
        places: which of the mentor's free places, counted from 0.
        gains: what each mentee is worth beyond the price of their place.
        prices: the price of each free place of each mentor.

    """

    mentors: tuple[int | None, ...]
    places: tuple[int | None, ...]
    gains: tuple[int, ...]
    prices: tuple[tuple[int, ...], ...]


def flaws(problem: Problem, found: Assignment) -> Iterator[str]:
    """Yield what keeps the prices from proving an assignment the best; nothing if they do."""
    taken = set()
    for row, (mentor, place) in enumerate(zip(found.mentors, found.places, strict=True)):
        gain = found.gains[row]
        if gain < problem.stay[row]:
            yield f"mentee {row} would rather stay without"
        if mentor is None:
            if gain != problem.stay[row]:
                yield f"mentee {row} stays without, and is worth more"
        elif place is None or (mentor, place) in taken:
            yield f"mentee {row} has a place that is not free"
        else:
            taken.add((mentor, place))
            worth, cost = problem.values[row][mentor], problem.costs[mentor][place]
            if worth is None:
                yield f"mentee {row} and mentor {mentor} can't be a pair"
            elif gain + found.prices[mentor][place] != worth - cost:
                yield f"mentee {row} pays another price"
        for column, value in enumerate(problem.values[row]):
            for number, cost in enumerate(problem.costs[column]):
                if value is not None and gain + found.prices[column][number] < value - cost:
                    yield f"mentee {row} would rather have place {number} of mentor {column}"
    for column, prices in enumerate(found.prices):
        for number, price in enumerate(prices):
            if price < 0:
                yield f"place {number} of mentor {column} has a price below nothing"
            elif price and (column, number) not in taken:
                yield f"place {number} of mentor {column} has a price, and nobody took it"


def solve(problem: Problem) -> Assignment:
    """Return the assignment that is worth most."""
    search = Search(problem)
    for row in range(len(problem.values)):
        search.assign(row)
    return search.found()


class Search:
    """
    The state of the search: those who were assigned have their places, or stay without.

    Attributes:
        values: what each pair is worth.
        stay: what it is worth to each mentee to get no place.
        starts: the first place of each mentor, and how many there are in all.
        owners: the mentor of each place.
        places: of each mentor: what each costs, and its number.
        prices: of each place.
        takers: the mentee of each place, `NONE` if it is free.
        gains: what each mentee is worth beyond the price of their place.
        taken: the place of each mentee, `NONE` for no place.

    """

    def __init__(self, problem: Problem) -> None:
        """Begin with nobody assigned."""
        rows = len(problem.values)
        self.values, self.stay = problem.values, [*problem.stay]
        self.starts = [0, *accumulate(len(costs) for costs in problem.costs)]
        self.owners = [mentor for mentor, costs in enumerate(problem.costs) for _ in costs]
        numbers = count()
        self.places = [[(cost, next(numbers)) for cost in costs] for costs in problem.costs]
        self.prices = [0] * len(self.owners)
        self.takers = [NONE] * len(self.owners)
        self.gains = [0] * rows
        self.taken = [NONE] * rows
        self._kept: dict[int, list[tuple[int, int]]] = {}

    @classmethod
    def of(cls, problem: Problem, found: Assignment) -> Self:
        """Begin with an assignment, and the prices that prove it the best."""
        search = cls(problem)
        search.gains = [*found.gains]
        search.prices = [*chain.from_iterable(found.prices)]
        for row, (mentor, number) in enumerate(zip(found.mentors, found.places, strict=True)):
            if mentor is not None and number is not None:
                place = search.starts[mentor] + number
                search.taken[row], search.takers[place] = place, row
        return search

    def with_place_for(self, row: int) -> Assignment:
        """Return the best assignment that gives a place to a mentee without one, if any can."""
        then = copy(self)
        then.stay, then.prices, then.takers, then.gains, then.taken = (
            [*each] for each in (self.stay, self.prices, self.takers, self.gains, self.taken)
        )
        then.stay[row] = self._far_below
        then.assign(row)
        return then.found()

    @cached_property
    def _far_below(self) -> int:
        """Less than what all can lose together, so that nobody stays without who need not."""
        costs = [cost for places in self.places for cost, _ in places]
        most = max(
            (abs(each) for row in (*self.values, self.stay) for each in row if each), default=0
        )
        return -2 * (most + max(costs, default=0)) * (len(self.values) + 1) - 1

    def _places(self, row: int) -> Iterator[list[tuple[int, int]]]:
        """Yield the places of a mentee, with what each is worth: first the best, then the rest."""
        if row not in self._kept:
            self._kept[row] = self._ranked(row)[:KEPT]
        yield self._kept[row]
        if len(self._kept[row]) == KEPT:
            self._kept[row] = self._ranked(row)
            yield self._kept[row][KEPT:]

    def _ranked(self, row: int) -> list[tuple[int, int]]:
        ranked = [
            (value - cost, place)
            for value, places in zip(self.values[row], self.places, strict=True)
            if value is not None
            for cost, place in places
        ]
        ranked.sort(reverse=True)
        return ranked

    def _best(self, row: int) -> tuple[int, int]:
        """Return what a mentee is worth beyond the price of their best place, and the place."""
        best, found = self.stay[row], NONE
        for places in self._places(row):
            for value, place in places:
                if value <= best:
                    return best, found
                if value - self.prices[place] > best:
                    best, found = value - self.prices[place], place
        return best, found

    def assign(self, row: int) -> None:
        """Give a mentee a place, or none, so that all who are assigned are worth most together."""
        prices, gains, takers, stay = self.prices, self.gains, self.takers, self.stay
        gains[row], best = self._best(row)
        if best == NONE or takers[best] == NONE:
            # Nobody has to move.
            self._move(row, best, {best: row})
            return
        # Dijkstra's algorithm: how much is lost on the way to each place, and who comes there. A
        # way ends at a free place, or with someone who stays without.
        least, last, end = gains[row] - stay[row], row, NONE
        shortest: dict[int, int] = {}
        comes: dict[int, int] = {}
        settled: dict[int, int] = {}
        looked_at = [(row, 0)]
        queue: list[tuple[int, int]] = []
        at, lost = row, 0
        while True:
            beyond = lost + gains[at]
            if beyond - stay[at] < least:
                least, last, end = beyond - stay[at], at, NONE
            for places in self._places(at):
                for value, place in places:
                    if beyond - value >= least:
                        break
                    loss = beyond - value + prices[place]
                    if loss < shortest.get(place, least):
                        shortest[place] = loss
                        comes[place] = at
                        if takers[place] == NONE:
                            least, end = loss, place
                        else:
                            heappush(queue, (loss, place))
                else:
                    continue
                break
            while queue and queue[0][1] in settled:
                heappop(queue)
            if not queue or queue[0][0] >= least:
                break
            lost, place = heappop(queue)
            settled[place] = lost
            at = takers[place]
            looked_at.append((at, lost))
        for each, loss in looked_at:
            gains[each] -= least - loss
        for each, loss in settled.items():
            prices[each] += least - loss
        self._move(last, end, comes)

    def _move(self, last: int, end: int, comes: dict[int, int]) -> None:
        """Let everyone on the way move on: to the place at its end, or the last stays without."""
        place = end
        if end == NONE:
            place, self.taken[last] = self.taken[last], NONE
        while place != NONE:
            taker = comes[place]
            self.takers[place] = taker
            self.taken[taker], place = place, self.taken[taker]

    def found(self) -> Assignment:
        """Return what was found."""
        mentors = [None if each == NONE else self.owners[each] for each in self.taken]
        return Assignment(
            mentors=tuple(mentors),
            places=tuple(
                None if mentor is None else place - self.starts[mentor]
                for place, mentor in zip(self.taken, mentors, strict=True)
            ),
            gains=tuple(self.gains),
            prices=tuple(tuple(self.prices[start:end]) for start, end in pairwise(self.starts)),
        )
