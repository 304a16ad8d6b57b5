"""What would help someone who stays without a match tonight, as far as it is known."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from mentorship.form import wishes
from mentorship.form.choices import Choices
from mentorship.matches import criteria, shortages
from mentorship.matches.criteria import FLOOR
from mentorship.matches.one_more import Next
from mentorship.matches.profile import IN_PERSON, Profile
from mentorship.matches.rules import Effect
from mentorship.matches.shortages import OptionBalance, Shortages
from mentorship.matches.suitability import Strength
from mentorship.matches.tonight import Tonight
from mentorship.matches.words import counted

# Why a mentor is out of the question, as far as something would help: as rules say it in short.
TOO_LITTLE = Strength.TOO_LITTLE.value
SAME, MAYBE_SAME = "the same institution", "maybe the same institution"
# What may be asked about institutions, and of whom it is asked.
INSTITUTIONS = {
    SAME: ("Ask {mentee} whether the same institution is fine", "is there", "are there"),
    MAYBE_SAME: (
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


@dataclass(frozen=True)
class Help:
    """
    Tells what would help.

    Attributes:
        tonight: everyone who can be matched.

    """

    tonight: Tonight

    def lifts(self, row: int, mentee: Profile, why: list[str]) -> str:
        """Return what would help someone whom no mentor can be matched with."""
        mentors, shared = self.tonight.mentors, self.tonight.shared[row]
        lifted = [
            column
            for column, points in enumerate(shared)
            if points >= FLOOR and self.tonight.effects.get((row, column)) is Effect.UNLESS_TICKED
        ]
        ways = mentee.side.person.ways
        offered = [mentors[column].side.person.ways for column in lifted]
        # Whoever has not said how they like to talk is not ruled out for it.
        others = [each for each in offered if ways and not ways & each]
        by_way = {each: sum(each.code in some for some in others) for each in wishes.WAYS.options}
        way = max(by_way, key=lambda each: by_way[each])
        if by_way[way]:
            by = way.label.lower() if way.code == IN_PERSON else f"by {way.label.lower()}"
            them = _with_enough(by_way[way], "likes", "like")
            return f"Ask {mentee.name} whether talking {by} works, too: {them} that."
        for text, (ask, one, several) in INSTITUTIONS.items():
            if many := sum(why[column] == text for column in lifted):
                asked = ask.format(mentee=mentee.name)
                return f"{asked}: {_with_enough(many, one, several)}."
        return self._would_suffice(row, mentee, why)

    def _would_suffice(self, row: int, mentee: Profile, why: list[str]) -> str:
        """Return which answer could be enough for a mentor."""
        shared = self.tonight.shared[row]
        little = [column for column, each in enumerate(why) if each == TOO_LITTLE]
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
