"""What would help someone who stays without a match tonight, as far as it is known."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from mentorship.form import wishes
from mentorship.form.choices import Choices
from mentorship.matches import criteria, shortages
from mentorship.matches.criteria import FLOOR
from mentorship.matches.exclusions import liftable
from mentorship.matches.profile import IN_PERSON, Profile
from mentorship.matches.rules import INSTITUTION, NO_WAY, Effect
from mentorship.matches.shortages import OptionBalance, Shortages
from mentorship.matches.tonight import Tonight
from mentorship.matches.words import counted

# What may be asked about institutions, by the codes of rules.
INSTITUTIONS = {
    INSTITUTION: ("Ask {mentee} whether the same institution is fine", "is there", "are there"),
    "maybe-elsewhere": (
        "Say whether the institutions are the same",
        "may be elsewhere",
        "may be elsewhere",
    ),
}
# The most points that an answer can add, and how criteria call what was not answered.
OPEN: tuple[tuple[Choices, Callable[[Profile], int], int, str], ...] = (
    (wishes.AREAS, lambda each: each.areas, criteria.ANY_AREA + criteria.ALL_AREAS, "areas"),
    (wishes.TOPICS, lambda each: each.topics, criteria.TOPICS, "topics"),
    (wishes.SETTING, lambda each: each.settings, criteria.SETTING, "practice settings"),
    (wishes.TIMES, lambda each: each.times, criteria.TIMES, "times"),
)


class Next(NamedTuple):
    """
    The match that comes next for someone who stays without.

    Attributes:
        mentor: with whom.
        short: how many points less all matches would be worth.

    """

    mentor: Profile
    short: int


@dataclass(frozen=True)
class Help:
    """
    Tells what would help.

    Attributes:
        tonight: everyone who can be matched.

    """

    tonight: Tonight

    def lifts(self, row: int, reachable: Collection[int]) -> str:
        """
        Return what would help someone whom no mentor can be matched with.

        Args:
            row: the number of the mentee.
            reachable: those of the mentors who have a place that the mentee could get tonight.

        """
        mentors, mentee = self.tonight.mentors, self.tonight.mentees[row]
        # Lifting one reason helps only where there is no other.
        alone: dict[str, list[Profile]] = {}
        for column in reachable:
            codes = self._lifted(row, column)
            if len(codes) == 1:
                alone.setdefault(codes[0], []).append(mentors[column])
        offered = [each.side.person.ways for each in alone.get(NO_WAY, ())]
        by_way = {each: sum(each.code in some for some in offered) for each in wishes.WAYS.options}
        way = max(by_way, key=lambda each: by_way[each])
        if by_way[way]:
            by = way.label.lower() if way.code == IN_PERSON else f"by {way.label.lower()}"
            them = _with_enough(by_way[way], "likes", "like")
            return f"Ask {mentee.name} whether talking {by} works, too: {them} that."
        for code, (ask, one, several) in INSTITUTIONS.items():
            if many := len(alone.get(code, ())):
                asked = ask.format(mentee=mentee.name)
                return f"{asked}: {_with_enough(many, one, several)}."
        return self._would_suffice(row, reachable)

    def _lifted(self, row: int, column: int) -> list[str]:
        """Return what may be lifted of a pair with enough in common, if nothing else is against."""
        tonight = self.tonight
        if (
            tonight.shared[row][column] < FLOOR
            or tonight.effects.get((row, column)) is not Effect.UNLESS_TICKED
        ):
            return []
        return liftable(tonight.mentors[column].side, tonight.mentees[row].side, tonight.known)

    def _would_suffice(self, row: int, reachable: Collection[int]) -> str:
        """Return which answer could be enough for a mentor."""
        shared, mentee = self.tonight.shared[row], self.tonight.mentees[row]
        little = [
            column
            for column in reachable
            if shared[column] < FLOOR and (row, column) not in self.tonight.effects
        ]
        found = {
            words: sum(
                1
                for column in little
                if chosen(self.tonight.mentors[column]) and shared[column] + most >= FLOOR
            )
            for question, chosen, most, words in OPEN
            if _is_open(question, mentee)
        }
        words = max(found, key=lambda each: found[each], default="")
        if not words or not found[words]:
            return ""
        mentors = counted(found[words], "mentor")
        return f"{mentee.name} hasn’t said which {words}. An answer could be enough for {mentors}."

    def closes_the_gap(self, mentee: Profile, following: Next | None) -> str:
        """Return which answer could be worth what someone is short of."""
        for question, chosen, most, words in OPEN:
            if (
                following
                and following.short < most
                and _is_open(question, mentee)
                and chosen(following.mentor)
            ):
                return f"{mentee.name} hasn’t said which {words}. An answer could make up for that."
        return ""

    def scarce(self, mentee: Profile) -> OptionBalance | None:
        """Return the scarcest of what someone wants, areas first."""
        answers = mentee.side.application.answers
        for each in self._supply.balances:
            chosen = answers.get(each.question.name)
            for scarce in each.scarce:
                if isinstance(chosen, list) and scarce.code in chosen:
                    return scarce
        return None

    @cached_property
    def _supply(self) -> Shortages:
        people = self.tonight.mentees, self.tonight.mentors
        return shortages.count(*([each.side.application for each in some] for some in people))


def _is_open(question: Choices, mentee: Profile) -> bool:
    """Tell whether someone has not answered a question."""
    return not mentee.side.application.answers.get(question.name)


def _with_enough(many: int, one: str, several: str) -> str:
    return f"{counted(many, 'mentor')} with enough in common {one if many == 1 else several}"


def shortage(scarce: OptionBalance) -> str:
    """Return the sentence about something that too few mentors offer."""
    want = "1 mentee wants it" if scarce.wished == 1 else f"{scarce.wished} mentees want it"
    if not scarce.mentors:
        return f"No waiting mentor chose {scarce.label}; {want}."
    with_places = scarce.places != scarce.mentors
    places = f", with {counted(scarce.places, 'free place')}," if with_places else ""
    return f"Only {counted(scarce.mentors, 'waiting mentor')}{places} chose {scarce.label}; {want}."
