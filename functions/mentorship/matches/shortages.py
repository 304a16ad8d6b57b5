"""
Shortages: what mentees ask for compared with what mentors offer, option by option.

Only those who wait are counted: neither paused ones, nor mentees who are in a match or proposed for
one; and of the mentors' places only those that are free. The letter that asks for mentors takes
codes and counts from here, and the words for them from the form.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from mentorship.applications.application import Application
from mentorship.form import wishes
from mentorship.form.choices import OTHER, Choices
from mentorship.form.question import Role
from mentorship.matches.places import places_free

# How many of a question's options the appeal names; no one reads a longer list.
MAX_NAMED = 5
# The letter's facts that are not about a question.
MENTEES, PLACES, OPEN = "mentees", "places", "open"


@dataclass(frozen=True, kw_only=True)
class OptionBalance:
    """
    An option that mentees can ask for.

    Attributes:
        code, label: as the form declares them.
        wished: how many mentees ask for it.
        mentors: how many mentors offer it.
        places: how many places those mentors have free; they also count for other options.

    """

    code: str
    label: str
    wished: int = 0
    mentors: int = 0
    places: int = 0

    @property
    def is_scarce(self) -> bool:
        """Whether more mentees ask for it than can have it; "other" is never scarce."""
        return self.wished > self.places and self.code != OTHER

    @property
    def is_idle(self) -> bool:
        """Whether it is not requested or offered."""
        return not self.wished and not self.mentors

    @property
    def rank(self) -> tuple[bool, bool, bool, Fraction, int]:
        """Sorts the scarcest first: not offered, then most mentees per place; idle ones last."""
        in_vain = self.wished > 0 and self.places == 0
        per_place = Fraction(self.wished, self.places or 1)
        return self.is_idle, self.code == OTHER, not in_vain, -per_place, -self.wished


@dataclass(frozen=True, kw_only=True)
class QuestionBalance:
    """
    A question's options, with how many ask for and offer each.

    Attributes:
        question: as the form declares it.
        rows: its options, the scarcest first.
        anyone: options for mentees only, such as being undecided: any mentor fits.
        open_mentees, open_mentors: who skipped the question.

    """

    question: Choices
    rows: tuple[OptionBalance, ...]
    anyone: tuple[OptionBalance, ...]
    open_mentees: int
    open_mentors: int

    @property
    def scarce(self) -> list[OptionBalance]:
        """The scarce ones, the scarcest first."""
        return [row for row in self.rows if row.is_scarce]

    @property
    def longest(self) -> int:
        """The largest count in the chart, at least 1."""
        return max(1, *(max(row.wished, row.places) for row in self.rows))


@dataclass(frozen=True, kw_only=True)
class Shortages:
    """
    How many wait, and what they ask for and offer.

    Attributes:
        mentees, mentors: how many wait, and have a place free.
        places: how many places the mentors have free.
        unasked: how many mentors have not said how many they could take; they count as no place.
        balances: one for each question.

    """

    mentees: int
    mentors: int
    places: int
    unasked: int
    balances: tuple[QuestionBalance, ...]

    @property
    def scarcest(self) -> tuple[Choices, OptionBalance] | None:
        """The scarcest option of the first question that has a scarce one."""
        return next(
            ((each.question, each.scarce[0]) for each in self.balances if each.scarce), None
        )


def count(mentees: Iterable[Application], mentors: Iterable[Application]) -> Shortages:
    """Return what *mentees* ask for compared with what *mentors* offer, of those who wait."""
    wishing = [each for each in mentees if _waits(each)]
    offering = [(each, _free(each)) for each in mentors if _waits(each)]
    return Shortages(
        mentees=len(wishing),
        mentors=len(offering),
        places=sum(places for _, places in offering),
        unasked=sum(not places for _, places in offering),
        balances=tuple(_balance(question, wishing, offering) for question in wishes.SOUGHT),
    )


def to_facts(supply: Shortages, *, is_open: bool) -> dict[str, str | int]:
    """
    Return the facts of the letter that asks for mentors: codes and counts.

    Args:
        supply: what was counted.
        is_open: whether the form for mentors is open.

    """
    return {
        MENTEES: supply.mentees,
        PLACES: supply.places,
        OPEN: int(is_open),
        **{
            each.question.name: " ".join(
                f"{row.code}:{row.wished}:{row.places}" for row in each.scarce[:MAX_NAMED]
            )
            for each in supply.balances
        },
    }


def from_facts(facts: Mapping[str, str | int]) -> list[tuple[Choices, list[OptionBalance]]]:
    """Return the questions and scarce options that a letter's facts name, in the form's words."""
    found = []
    for question in wishes.SOUGHT:
        labels = _labels(question)
        packed = [each.split(":") for each in str(facts.get(question.name, "")).split()]
        rows = [
            OptionBalance(code=code, label=labels[code], wished=int(wished), places=int(places))
            for code, wished, places in packed
            if code in labels
        ]
        if rows:
            found.append((question, rows))
    return found


def _balance(
    question: Choices, mentees: list[Application], mentors: list[tuple[Application, int]]
) -> QuestionBalance:
    """Count one question."""
    wished = Counter(code for each in mentees for code in _chosen(question, each))
    offered = Counter(code for each, _ in mentors for code in _chosen(question, each))
    places: Counter[str] = Counter()
    for each, number in mentors:
        places.update(dict.fromkeys(_chosen(question, each), number))
    # A retired option is shown as long as someone has chosen it.
    retired = [each for each in question.retired if wished[each.code] or offered[each.code]]
    rows = {
        option: OptionBalance(
            code=option.code,
            label=option.label,
            wished=wished[option.code],
            mentors=offered[option.code],
            places=places[option.code],
        )
        for option in (*question.options, *retired)
    }
    return QuestionBalance(
        question=question,
        rows=tuple(
            sorted(
                (row for option, row in rows.items() if option.only_for is not Role.MENTEE),
                key=lambda row: row.rank,
            )
        ),
        anyone=tuple(row for option, row in rows.items() if option.only_for is Role.MENTEE),
        open_mentees=sum(not _chosen(question, each) for each in mentees),
        open_mentors=sum(not _chosen(question, each) for each, _ in mentors),
    )


def _chosen(question: Choices, application: Application) -> set[str]:
    """Return the codes that an application has for a question and that the form knows."""
    answer = application.answers.get(question.name)
    return set(answer) & set(_labels(question)) if isinstance(answer, list) else set()


def _labels(question: Choices) -> dict[str, str]:
    """Return the label of every option of a question, for both roles, retired ones too."""
    return {option.code: option.label for option in (*question.retired, *question.options)}


def _waits(application: Application) -> bool:
    """Tell whether someone waits, and is not in as many matches as they have places."""
    return application.status.traits.may_be_matched and places_free(application) > 0


def _free(mentor: Application) -> int:
    """Return how many places a mentor has free; none, as long as they have not said how many."""
    return places_free(mentor) if mentor.answers.get(wishes.CAPACITY.name) else 0
