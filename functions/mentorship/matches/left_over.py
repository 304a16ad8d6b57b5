"""
Why someone stays without a match tonight, and what would help.

It is told as it will be once the coordinator asks for another match: what is suggested tonight
counts a little more then, and never when points are compared.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from mentorship.matches.assignment import Search
from mentorship.matches.criteria import FLOOR
from mentorship.matches.exclusions import liftable
from mentorship.matches.moves import worth
from mentorship.matches.plan import Plan, Suggestion, Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.rules import INSTITUTION, NO_WAY, RULES, Effect
from mentorship.matches.tonight import Tonight
from mentorship.matches.words import listed, points
from mentorship.matches.would_help import Help, Next, shortage

UNREACHED = next(each for each in RULES if each.code == "unreached")
# Why a mentor can't be matched with someone, as said of one mentor and of several: by the codes of
# rules that may be lifted, and by what holds for tonight only. Whatever can't be lifted is not told
# here: it may come from a private note.
TOO_LITTLE, NOT_THESE, KEPT_FREE, LOCKED = "too-little", "not-these-two", "kept-free", "locked"
OTHER = ""
SAID = {
    TOO_LITTLE: ("has too little in common", "have too little in common"),
    NO_WAY: ("has no way to talk in common", "have no way to talk in common"),
    INSTITUTION: ("is at the same institution", "are at the same institution"),
    "maybe-elsewhere": ("may be at the same institution", "may be at the same institution"),
    "past": ("was matched with {mentee} before", "were matched with {mentee} before"),
    "lapsed": ("was proposed before without an answer", "were proposed before without an answer"),
    UNREACHED.code: (
        "hasn’t been reached since a proposal lapsed",
        "haven’t been reached since a proposal lapsed",
    ),
    NOT_THESE: ("is marked “Not these two”", "are marked “Not these two”"),
    KEPT_FREE: ("is kept free tonight", "are kept free tonight"),
    LOCKED: ("is locked for someone else", "are locked for others"),
    OTHER: ("is ruled out for another reason", "are ruled out for other reasons"),
}


class Without(NamedTuple):
    """
    Someone who stays without a match tonight.

    Attributes:
        mentee: who it is.
        sentence: why.
        help: what would help, "" if nothing is known.
        shortage: what they want and too few mentors offer, in a sentence; "" for nothing.

    """

    mentee: Profile
    sentence: str
    help: str
    shortage: str


def without(tonight: Tonight, wanted: Wanted, plan: Plan) -> tuple[Without, ...]:
    """
    Return everyone who stays without a match, in waiting order: why, and what would help.

    Args:
        tonight: everyone who can be matched.
        wanted: what the coordinator wants.
        plan: what followed from it.

    """
    return tuple(LeftOver(tonight, wanted, plan).people())


@dataclass(frozen=True)
class LeftOver:
    """
    Tells of those who stay without a match why, and what would help.

    Attributes:
        tonight: everyone who can be matched.
        wanted: what the coordinator wants.
        plan: what followed from it.

    """

    tonight: Tonight
    wanted: Wanted
    plan: Plan

    def people(self) -> Iterator[Without]:
        """Yield everyone who stays without, in waiting order."""
        for row, mentee in enumerate(self.tonight.mentees):
            if mentee.id not in self.plan.by_mentee:
                yield self._without(row, mentee)

    def _without(self, row: int, mentee: Profile) -> Without:
        if fitting := [column for column in self._with_places if self._may_be(row, column)]:
            following = self._next_for(self._at[row])
            sentence = self._beaten(row, fitting, following)
            helping = self._help.closes_the_gap(mentee, following)
        elif self.tonight.mentors and (unreached := not_reached(mentee)):
            sentence, helping = unreached, UNREACHED.remedy
        else:
            why = [self._why_not(row, column) for column in range(len(self.tonight.mentors))]
            sentence = self._ruled_out(mentee, why)
            helping = self._help.lifts(row, self._reachable(mentee))
        scarce = self._help.scarce(mentee)
        told = shortage(scarce) if scarce else ""
        return Without(mentee=mentee, sentence=sentence, help=helping, shortage=told)

    @cached_property
    def _with_places(self) -> list[int]:
        """The mentors who have places that are neither locked nor kept free."""
        return [column for column, costs in enumerate(self.plan.problem.costs) if costs]

    def _may_be(self, row: int, column: int) -> bool:
        """Tell whether someone may get a place of a mentor tonight."""
        return self.plan.problem.values[self._at[row]][column] is not None

    @cached_property
    def _at(self) -> dict[int, int]:
        """The numbers of the mentees among those for whom it was solved."""
        return {row: at for at, row in enumerate(self.plan.rows)}

    def _reachable(self, mentee: Profile) -> list[int]:
        """Return the mentors of whom someone could get a place tonight, if nothing ruled it out."""
        apart, mentors = self.wanted.apart, self.tonight.mentors
        return [each for each in self._with_places if (mentors[each].id, mentee.id) not in apart]

    def _why_not(self, row: int, column: int) -> str:
        """Return why someone can't be matched with a mentor tonight, as a key of what is said."""
        mentor, mentee = self.tonight.mentors[column], self.tonight.mentees[row]
        effect = self.tonight.effects.get((row, column))
        if effect is Effect.NEVER:
            return OTHER
        if effect:
            ways, theirs = mentee.side.person.ways, mentor.side.person.ways
            # What most are ruled out for is found without comparing all else.
            if ways and theirs and not ways & theirs:
                return NO_WAY
            return next(iter(liftable(mentor.side, mentee.side, self.tonight.known)), OTHER)
        if self.tonight.shared[row][column] < FLOOR:
            return TOO_LITTLE
        if (mentor.id, mentee.id) in self.wanted.apart:
            return NOT_THESE
        return KEPT_FREE if mentor.id in self.wanted.free else LOCKED

    def _ruled_out(self, mentee: Profile, why: list[str]) -> str:
        """Return the sentence for someone whom no mentor can be matched with."""
        mentors = self.tonight.mentors
        if not mentors:
            return "No mentor has a free place."
        if len(mentors) == 1:
            said = _said(why[0], 1, mentee)
            return f"The only mentor with a free place, {mentors[0].name}, {said}."
        both = "Both" if len(mentors) == 2 else f"All {len(mentors)}"
        whom = f"{both} mentors with a free place"
        if len(set(why)) == 1:
            return f"{whom} {_said(why[0], len(why), mentee)}."
        counts = sorted(Counter(why).items(), key=lambda each: (-each[1], each[0]))
        told = ", ".join(f"{many} {_said(each, many, mentee)}" for each, many in counts)
        return f"{whom} are ruled out: {told}."

    def _beaten(self, row: int, fitting: list[int], following: Next | None) -> str:
        """Return the sentence for someone for whom every place goes to someone else."""
        places = "Every place that would fit" if self._has_left else "Every place"
        if following is None:
            holders = {each.otherwise for column in fitting for each in self._holders[column]}
            return f"{places} goes to someone who {listed(sorted(holders), 'or')}."
        told = ["has waited longer", "has more in common", *self._other_reasons(row, fitting)]
        gap = f", {points(following.short)} short." if following.short > 0 else ", just as good."
        return (
            f"{places} goes to someone who {listed(told, 'or')}. "
            f"The next would be {following.mentor.name}{gap}"
        )

    def _other_reasons(self, row: int, columns: Iterable[int]) -> list[str]:
        """Return why some have a place who neither waited longer nor have more in common."""
        since = self.tonight.mentees[row].side.application.waiting_since
        shared = self.tonight.shared[row]
        return sorted(
            {
                each.otherwise
                for column in columns
                for each in self._holders[column]
                if since <= each.since and shared[column] >= each.shared
            }
        )

    @cached_property
    def _holders(self) -> list[list["Holder"]]:
        """Who has a place of each mentor tonight."""
        rows = {each.id: row for row, each in enumerate(self.tonight.mentees)}
        return [
            [
                Holder(
                    since=each.mentee.side.application.waiting_since,
                    shared=self.tonight.shared[rows[each.mentee.id]][column],
                    otherwise=self._otherwise(each),
                )
                for each in self.plan.by_mentor.get(mentor.id, ())
            ]
            for column, mentor in enumerate(self.tonight.mentors)
        ]

    def _otherwise(self, suggestion: Suggestion) -> str:
        if suggestion.is_locked:
            return "is locked"
        if suggestion.mentee.id in self.wanted.must:
            return "must be matched tonight"
        return "was suggested before" if suggestion.ids in self.wanted.was else "was drawn by lot"

    @cached_property
    def _has_left(self) -> bool:
        """Whether any mentor has a place left."""
        given = self.plan.by_mentor
        return any(
            each.taken + len(given.get(each.id, ())) < each.places for each in self.tonight.mentors
        )

    @cached_property
    def _help(self) -> Help:
        return Help(self.tonight)

    def _next_for(self, at: int) -> Next | None:
        """Return the match that comes next for someone, `None` if another must be matched."""
        tonight, plan = self.tonight, self.plan
        found = self._search.with_place_for(at)
        then = {each.mentee.id: each.mentor for each in plan.suggestions if each.is_locked}
        for row, mentor in zip(plan.rows, found.mentors, strict=True):
            if mentor is not None:
                then[tonight.mentees[row].id] = tonight.mentors[mentor]
        mentee_id = tonight.mentees[plan.rows[at]].id
        if mentee_id not in then or self.wanted.must & plan.by_mentee.keys() - then.keys():
            return None
        after = worth(tonight, ((mentor.id, mentee) for mentee, mentor in then.items()))
        return Next(mentor=then[mentee_id], short=self._worth - after)

    @cached_property
    def _worth(self) -> int:
        """The points of tonight's matches."""
        return worth(self.tonight, self.plan.pairs)

    @cached_property
    def _search(self) -> Search:
        """Tonight's matches, where the search goes on for one more."""
        kept = self.tonight.solve(replace(self.wanted, was=self.plan.pairs))
        return Search.of(kept.problem, kept.assignment)


class Holder(NamedTuple):
    """
    Someone who has a place tonight.

    Attributes:
        since: since when they have waited.
        shared: the points of what they share with the mentor.
        otherwise: why they have it if another mentee waited as long and shares as much.

    """

    since: datetime
    shared: int
    otherwise: str


def not_reached(profile: Profile) -> str:
    """Return that nobody has reached someone since a proposal lapsed; "" if that is not so."""
    is_unreached = profile.side.application.unreached_at is not None
    return UNREACHED.sentence.format(name=profile.name) if is_unreached else ""


def _said(why: str, many: int, mentee: Profile) -> str:
    """Return why some mentors can't be matched with someone, as the rest of a sentence."""
    one, several = SAID[why]
    return (one if many == 1 else several).replace("{mentee}", mentee.name)
