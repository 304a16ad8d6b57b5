"""
What it would take to match one more mentee tonight.

Each answer goes on from the matches of tonight, which count a little more by then, as they will
once the coordinator asks for it: so it is told as it will be.
"""

from dataclasses import dataclass

from mentorship.matches.assignment import NONE, Problem, Search
from mentorship.matches.criteria import BEFORE, waiting
from mentorship.matches.plan import Plan, Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.tonight import POINT_BITS, Tonight


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


class OneMore:
    """Matches one more mentee of those who stay without, and tells what that takes."""

    def __init__(self, tonight: Tonight, wanted: Wanted, plan: Plan) -> None:
        """
        Begin with the matches of tonight.

        Args:
            tonight: everyone who can be matched.
            wanted: what the coordinator wants.
            plan: what followed from it.

        """
        self.tonight, self.plan = tonight, plan
        self.must = frozenset(
            at for at, row in enumerate(plan.rows) if tonight.mentees[row].id in wanted.must
        )
        self.at = {tonight.mentees[row].id: at for at, row in enumerate(plan.rows)}
        self._search = self._kept_as_suggested(wanted)
        values = self._search.problem.values
        most = sum(max((each for each in row if each), default=0) for row in values)
        self._never = min((-most - 1, *plan.problem.stay))

    def _kept_as_suggested(self, wanted: Wanted) -> Search:
        """Return the state of the search in which what is suggested counts as suggested before."""
        tonight, problem, found = self.tonight, self.plan.problem, self.plan.assignment
        columns = {each.id: column for column, each in enumerate(tonight.mentors)}
        values = [[*row] for row in problem.values]
        gains = [*found.gains]
        bonus = BEFORE << POINT_BITS
        for mentor, mentee in wanted.was:
            at, column = self.at.get(mentee), columns.get(mentor)
            if at is not None and column is not None and (value := values[at][column]):
                values[at][column] = value - bonus
                gains[at] -= bonus if found.mentors[at] == column else 0
        # What someone has is worth more, and no other match is: the prices prove it all the same.
        for at, own in enumerate(found.mentors):
            if own is not None and (value := values[at][own]):
                values[at][own] = value + bonus
                gains[at] += bonus
        kept = Problem(values=values, costs=problem.costs, stay=problem.stay)
        search = Search.at(kept, found)
        search.gains = gains
        return search

    def next_for(self, mentee: Profile) -> Next | None:
        """Return the match that comes next for a mentee, `None` if another one must be matched."""
        before, row = self._search, self.at[mentee.id]
        after = before.with_one_more(row, self._never)
        moved = [at for at, place in enumerate(after.taken) if place != before.taken[at]]
        if any(after.taken[at] == NONE for at in moved if at in self.must):
            return None
        if after.taken[row] == NONE:
            return None
        lost = sum(self._points(before, at) - self._points(after, at) for at in moved)
        return Next(mentor=self.tonight.mentors[after.owners[after.taken[row]]], short=lost)

    def _points(self, search: Search, at: int) -> int:
        """Return the points of a mentee's match, whatever was suggested before."""
        place, row = search.taken[at], self.plan.rows[at]
        if place == NONE:
            return 0
        shared = self.tonight.shared[row][search.owners[place]]
        return shared + waiting(self.tonight.mentees[row]) - (search.costs[place] >> POINT_BITS)
