"""
What it would take to match one more mentee tonight, for all who stay without at once.

It is Dijkstra's algorithm, run once from where a chain of moves can end: a free place, or someone
who stays without. The prices of tonight's matches make no move cheaper than nothing, so the
cheapest chain of each mentee is found exactly, as solving anew would find it.

What is suggested tonight counts a little more here, as it will once the coordinator asks for
another match: so it is told as it will be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from mentorship.matches.criteria import BEFORE, waiting
from mentorship.matches.plan import Plan, Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.tonight import POINT_BITS, Tonight

# Whose place is free, and where someone goes who stays without.
NONE = -1


@dataclass(frozen=True, kw_only=True)
class Next:
    """
    The match that comes next for someone who stays without.

    Attributes:
        mentor: with whom.
        short: how many points less all matches would be worth.

    """

    mentor: Profile
    short: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a mentor: the mentor's number, its cost and price, and who has it."""

    column: int
    cost: int
    price: int
    taker: int


class OneMore:
    """Tells what it would take to match one more mentee, of those who stay without."""

    def __init__(self, tonight: Tonight, wanted: Wanted, plan: Plan) -> None:
        """
        Begin with the matches of tonight.

        Args:
            tonight: everyone who can be matched.
            wanted: what the coordinator wants.
            plan: what followed from it.

        """
        self.tonight, self.plan = tonight, plan
        mentees = [tonight.mentees[row] for row in plan.rows]
        self._must = {at for at, each in enumerate(mentees) if each.id in wanted.must}
        self._at = {each.id: at for at, each in enumerate(mentees)}
        self._values, self._gains = self._kept_as_suggested(wanted)
        self._places = list(self._all_places())
        self._own = {each.taker: number for number, each in enumerate(self._places)}
        self._goes: dict[int, int] = {}
        self._lost = self._ways_out()

    def next_for(self, mentee: Profile) -> Next | None:
        """Return the match that comes next for a mentee, `None` if another one must be matched."""
        row = self._at[mentee.id]
        values = self._values[row]
        _, place = min(
            (each.price + each.cost - value + self._lost[each.taker], number)
            for number, each in enumerate(self._places)
            if (value := values[each.column]) is not None and each.taker != NONE
        )
        first = self._places[place]
        short = -self._points(row, place)
        while place != NONE and (taker := self._places[place].taker) != NONE:
            short += self._points(taker, place)
            place = self._goes[taker]
            if place == NONE and taker in self._must:
                return None
            short -= self._points(taker, place)
        return Next(mentor=self.tonight.mentors[first.column], short=short)

    def _kept_as_suggested(self, wanted: Wanted) -> tuple[list[list[int | None]], list[int]]:
        """
        Return what pairs and mentees are worth if tonight's suggestions are those of before.

        What someone has is worth more then, and no other match is: the prices prove it as well.
        """
        columns = {each.id: column for column, each in enumerate(self.tonight.mentors)}
        values = [[*row] for row in self.plan.problem.values]
        gains = [*self.plan.assignment.gains]
        bonus = BEFORE << POINT_BITS
        for mentor, mentee in wanted.was:
            at, column = self._at.get(mentee), columns.get(mentor)
            if at is not None and column is not None and (value := values[at][column]):
                values[at][column] = value - bonus
                gains[at] -= bonus if self.plan.assignment.mentors[at] == column else 0
        for at, own in enumerate(self.plan.assignment.mentors):
            if own is not None and (value := values[at][own]):
                values[at][own] = value + bonus
                gains[at] += bonus
        return values, gains

    def _all_places(self) -> Iterator[Place]:
        """Yield each place; of a mentor's free ones the first, for the others cost more."""
        problem, found = self.plan.problem, self.plan.assignment
        taken = {
            (mentor, place): at
            for at, (mentor, place) in enumerate(zip(found.mentors, found.places, strict=True))
        }
        for column, (costs, prices) in enumerate(zip(problem.costs, found.prices, strict=True)):
            for number, (cost, price) in enumerate(zip(costs, prices, strict=True)):
                taker = taken.get((column, number), NONE)
                yield Place(column, cost, price, taker)
                if taker == NONE:
                    break

    def _ways_out(self) -> dict[int, int]:
        """Return what is lost if someone who has a place goes elsewhere, and note where to."""
        values, gains, stay = self._values, self._gains, self.plan.problem.stay
        left = {at for at in self._own if at != NONE}
        lost = {at: gains[at] - stay[at] for at in left}
        self._goes = dict.fromkeys(left, NONE)
        free = [(number, each) for number, each in enumerate(self._places) if each.taker == NONE]
        for at in left:
            for number, each in free:
                value = values[at][each.column]
                if value is not None and (loss := gains[at] + each.cost - value) < lost[at]:
                    lost[at], self._goes[at] = loss, number
        queue = [(loss, at) for at, loss in lost.items()]
        heapify(queue)
        while queue:
            loss, taker = heappop(queue)
            if taker not in left:
                continue
            left.remove(taker)
            number = self._own[taker]
            place = self._places[number]
            column, beyond = place.column, loss + place.price + place.cost
            for at in left:
                value = values[at][column]
                if value is not None and beyond + gains[at] - value < lost[at]:
                    lost[at] = beyond + gains[at] - value
                    self._goes[at] = number
                    heappush(queue, (lost[at], at))
        return lost

    def _points(self, at: int, number: int) -> int:
        """Return the points of someone in a place, whatever was suggested before."""
        if number == NONE:
            return 0
        place, row = self._places[number], self.plan.rows[at]
        shared = self.tonight.shared[row][place.column]
        return shared + waiting(self.tonight.mentees[row]) - (place.cost >> POINT_BITS)
