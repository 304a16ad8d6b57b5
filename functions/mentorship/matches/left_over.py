"""Why someone stays without a match tonight, and what would help."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from mentorship.matches.criteria import FLOOR
from mentorship.matches.one_more import Next, OneMore
from mentorship.matches.plan import Plan, Suggestion, Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.rules import RULES
from mentorship.matches.tonight import Tonight
from mentorship.matches.words import listed, points
from mentorship.matches.would_help import MAYBE_SAME, SAME, TOO_LITTLE, Help, shortage

UNREACHED = next(each for each in RULES if each.code == "unreached")
# Why a mentor can't be matched with someone, in a few words, as said of one mentor and of several.
# Most are what a rule says in short; the others hold for tonight only.
APART, KEPT_FREE, LOCKED = "not these two", "kept free", "locked"
SAID = {
    TOO_LITTLE: ("has too little in common", "have too little in common"),
    "no way to talk in common": ("has no way to talk in common", "have no way to talk in common"),
    SAME: ("is at the same institution", "are at the same institution"),
    MAYBE_SAME: ("may be at the same institution", "may be at the same institution"),
    "matched before": ("was matched with {mentee} before", "were matched with {mentee} before"),
    "an earlier proposal lapsed": (
        "was proposed before without an answer",
        "were proposed before without an answer",
    ),
    UNREACHED.short: (
        "hasn’t been reached since a proposal lapsed",
        "haven’t been reached since a proposal lapsed",
    ),
    APART: ("is marked “Not these two”", "are marked “Not these two”"),
    KEPT_FREE: ("is kept free tonight", "are kept free tonight"),
    LOCKED: ("is locked for someone else", "are locked for others"),
    "": ("is ruled out for another reason", "are ruled out for other reasons"),
}


@dataclass(frozen=True, kw_only=True)
class Without:
    """
    Someone who stays without a match tonight.

    Attributes:
        mentee: who it is.
        sentence: why.
        help: what would help, "" if nothing is known; the shortage is the last of it.
        next_mentor: who would be next, `None` if nobody can be.
        scarce: the label of something that they want and too few mentors offer, "" for none.
        shortage: the same in a sentence.

    """

    mentee: Profile
    sentence: str
    help: str
    next_mentor: Profile | None
    scarce: str
    shortage: str = ""


@dataclass(frozen=True)
class LeftOver:
    """
    Tells of those who stay without a match why, and what would help.

    Attributes:
        tonight: everyone who can be matched.
        wanted: what the coordinator wants.
        plan: what followed from it.
        short: returns in a few words why a mentor and a mentee are ruled out.

    """

    tonight: Tonight
    wanted: Wanted
    plan: Plan
    short: Callable[[Profile, Profile], str] = field(repr=False)

    def people(self) -> Iterator[Without]:
        """Yield everyone who stays without, in waiting order."""
        for row, mentee in enumerate(self.tonight.mentees):
            if mentee.id not in self.plan.by_mentee:
                yield self._without(row, mentee)

    def _without(self, row: int, mentee: Profile) -> Without:
        following = None
        if fitting := [column for column in self._with_places if self._may_be(row, column)]:
            following = self._one_more.next_for(mentee)
            sentence = self._beaten(row, fitting, following)
            helping = self._help.closes_the_gap(mentee, following)
        elif self.tonight.mentors and (unreached := not_reached(mentee)):
            sentence, helping = unreached, UNREACHED.remedy
        else:
            why = [self._why_not(row, column) for column in range(len(self.tonight.mentors))]
            sentence = self._ruled_out(mentee, why)
            helping = self._help.lifts(row, mentee, why)
        scarce = self._help.scarce(mentee)
        told = shortage(scarce) if scarce else ""
        return Without(
            mentee=mentee,
            sentence=sentence,
            help=" ".join(filter(None, [helping, told])),
            next_mentor=following.mentor if following else None,
            scarce=scarce.label if scarce else "",
            shortage=told,
        )

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

    def _why_not(self, row: int, column: int) -> str:
        """Return why someone can't be matched with a mentor tonight, if they can't be."""
        mentor, mentee = self.tonight.mentors[column], self.tonight.mentees[row]
        if (row, column) in self.tonight.effects:
            return self.short(mentor, mentee)
        if self.tonight.shared[row][column] < FLOOR:
            return TOO_LITTLE
        if (mentor.id, mentee.id) in self.wanted.apart:
            return APART
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

    @cached_property
    def _one_more(self) -> OneMore:
        return OneMore(self.tonight, self.wanted, self.plan)


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
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
    one, several = SAID.get(why) or (f"is ruled out: {why}", f"are ruled out: {why}")
    return (one if many == 1 else several).replace("{mentee}", mentee.name)
