"""Questions that are answered by choosing: one option, several, or a tick."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Self

from mentorship.form.question import (
    AFTER_BOTH_YESES,
    Answer,
    Audience,
    Need,
    Option,
    Question,
    Refused,
    Role,
    each_role,
    tidy,
)
from mentorship.form.texts import Text

# The code of the option "other"; it names nothing that could be asked for.
OTHER = "other"


def options(proposed: str | None = None, /, **labels: str) -> tuple[Option, ...]:
    """
    Return options from codes and labels, in their order.

    Args:
        proposed: what a proposed match reads instead of each label, "" for nothing.
        labels: the labels, by their codes.

    """
    return tuple(
        Option(code=code, label=label, proposed=proposed) for code, label in labels.items()
    )


def optional(need: Need) -> Need:
    """Return the need of a question that whoever has *need* of another one may also answer."""
    return Need.NOT_ASKED if need is Need.NOT_ASKED else Need.OPTIONAL


@dataclass(frozen=True, kw_only=True)
class Explanation(Text):
    """A few words about an *option* of the question that it is asked beside."""

    most: int = 100
    option: str

    def is_wanted(self, given: Mapping[str, Sequence[str]]) -> bool:
        """Tell whether its option is among what was *given*."""
        return self.option in map(tidy, given.get(self.beside, ()))


@dataclass(frozen=True, kw_only=True)
class Choosing(Question):
    """What the two kinds with options share; *retired* options are shown but no longer offered."""

    options: tuple[Option, ...]
    retired: tuple[Option, ...] = ()

    def for_role(self, role: Role, fill: Callable[[str], str] = str) -> Self:
        """Leave out the options that only the other role is offered."""
        question = super().for_role(role, fill)
        offered = tuple(o for o in question.options if o.only_for in (None, role))
        return replace(question, options=offered)

    @property
    def companions(self) -> tuple[Question, ...]:
        """The explanations of its options, among what is asked right under it."""
        return (
            *super().companions,
            *(self._explanation(option) for option in self.options if option.explained),
        )

    def _explanation(self, option: Option) -> Explanation:
        """Return the question that asks for more about an option: what they write may name them."""
        label = option.label.lower()
        return Explanation(
            name=f"{self.name}_{option.code}",
            label=option.explained,
            short=f"{self.heading}, {label}",
            told=each_role(self.told_heading, lambda words: f"{words}, {label}"),
            need=each_role(self.need, optional),
            audiences=AFTER_BOTH_YESES if self.audiences else (),
            headline=self.headline,
            beside=self.name,
            option=option.code,
        )

    @property
    def mark(self) -> str:
        """What the form says of who reads the answer, also of options that are read in part."""
        if self.first_reader is not Audience.PROPOSED:
            return super().mark
        later = Audience.MATCH.mark
        if all(option.proposed is not None for option in self.options):
            said = (each.proposed.lower() for each in self.options if each.proposed)
            words = list(dict.fromkeys(said))
            listed = f"{', '.join(words[:-1])} or {words[-1]}"
            return f"One word of it ({listed}) {self.first_reader.mark}; the rest is {later}"
        hidden = [f"“{option.label}”" for option in self.options if option.proposed == ""]
        if not hidden:
            return super().mark
        return f"{super().mark}, but {', '.join(hidden[:-1])} and {hidden[-1]} are {later}"

    def label_of(self, code: str) -> str:
        """Return the label of a stored *code*, or the code itself if it is no longer known."""
        known = {option.code: option.label for option in (*self.retired, *self.options)}
        return known.get(code, code)

    def proposed_label_of(self, code: str) -> str:
        """Return what a proposed match reads of a stored *code*, "" for nothing."""
        known = {option.code: option.proposed for option in (*self.retired, *self.options)}
        words = known.get(code)
        return self.label_of(code) if words is None else words

    def is_proposed_whole(self, code: str) -> bool:
        """Tell whether a proposed match reads the label of a stored *code*, and not less."""
        return self.proposed_label_of(code) == self.label_of(code)

    def known(self, codes: Sequence[str]) -> list[str]:
        """Return the *codes* in the order of the options; refuse one that is not offered."""
        offered = [option.code for option in self.options]
        if not set(codes) <= set(offered):
            raise Refused(f"Select from the answers listed under “{self.label}”")
        return [code for code in offered if code in codes]


@dataclass(frozen=True, kw_only=True)
class Choice(Choosing):
    """One of several answers; the *default* is preselected."""

    kind: ClassVar[str] = "choice"
    default: str = ""

    def parse(self, given: Sequence[str]) -> Answer:
        """Take one of the options."""
        code = self.one(given) or self.default
        return self.known([code])[0] if code else self.none()

    def show(self, answer: Answer, *, given_on: date) -> str:
        """Write the option's label."""
        return self.label_of(str(answer))

    def show_proposed(self, answer: Answer, *, given_on: date) -> str:
        """Write what the option says to a proposed match."""
        return self.proposed_label_of(str(answer))


@dataclass(frozen=True, kw_only=True)
class DatedChoice(Choice):
    """An answer that ages, shown with the month in which it was given: "R3 in September 2026"."""

    def show(self, answer: Answer, *, given_on: date) -> str:
        """Write the option's label and when it was true."""
        return f"{self.label_of(str(answer))} in {given_on:%B %Y}"


@dataclass(frozen=True, kw_only=True)
class Choices(Choosing):
    """Any of several answers, or at most *most* of them."""

    kind: ClassVar[str] = "choices"
    most: int | None = None

    def parse(self, given: Sequence[str]) -> Answer:
        """Take some of the options, once each and in their own order."""
        codes = self.known([code for code in map(tidy, given) if code])
        if self.most is not None and len(codes) > self.most:
            raise Refused(f"Select {self.most} or fewer under “{self.label}”")
        return codes or self.none()

    def show(self, answer: Answer, *, given_on: date) -> str:
        """Write the options' labels, separated by semicolons because some contain commas."""
        return "; ".join(map(self.label_of, self.given(answer)))

    def show_proposed(self, answer: Answer, *, given_on: date) -> str:
        """Write the labels that a proposed match may read."""
        return "; ".join(filter(None, map(self.proposed_label_of, self.given(answer))))


@dataclass(frozen=True, kw_only=True)
class Tick(Question):
    """A statement to agree to."""

    kind: ClassVar[str] = "tick"

    def parse(self, given: Sequence[str]) -> Answer:
        """Take the tick."""
        return True if self.one(given) == "yes" else self.none()

    def given(self, answer: Answer) -> list[str]:
        """Return a tick as a browser sends it."""
        return ["yes"]

    def show(self, answer: Answer, *, given_on: date) -> str:
        """Write a tick as a word."""
        return "Yes"
