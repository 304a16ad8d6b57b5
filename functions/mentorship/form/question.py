"""
The kinds of question that a form can ask.

A kind is a small class with two methods. `parse` turns what was given into an answer, or raises
`Refused` with a message its writer can act on. `show` turns an answer into what a person reads.
Each kind has a macro of the same name in `templates/form/questions.html`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

Answer = str | bool | list[str] | None
T = TypeVar("T")


class Role(StrEnum):
    """What a person applies to be."""

    MENTEE = "mentee"
    MENTOR = "mentor"


class Need(StrEnum):
    """Whether a role is asked a question, and whether it has to answer."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NOT_ASKED = "not asked"


class Audience(StrEnum):
    """Who reads an answer: someone proposed as a match does before both have said yes."""

    COORDINATOR = "coordinator"
    OWNER = "owner"
    PROPOSED = "proposed"
    MATCH = "match"

    @property
    def mark(self) -> str:
        """What the form says of answers that nobody else but the coordinators reads earlier."""
        return {
            Audience.PROPOSED: "may be shown before your name",
            Audience.MATCH: "shared once you both say yes",
        }.get(self, "coordinators only")


# Who sees an answer besides its owner and the coordinators.
BEFORE_THE_NAME = (Audience.PROPOSED, Audience.MATCH)
AFTER_BOTH_YESES = (Audience.MATCH,)


class Refused(Exception):
    """An answer cannot be taken; the message tells its writer what to do."""


@dataclass(frozen=True)
class ByRole(Generic[T]):
    """A part of a question that differs between the two forms."""

    mentee: T
    mentor: T

    def for_role(self, role: Role) -> T:
        """Return the part that *role* is shown."""
        return self.mentee if role is Role.MENTEE else self.mentor


def by_role(*, mentee: T, mentor: T) -> T:
    """
    Declare a part of a question that differs between the two forms.

    It is typed as what it becomes: `Question.for_role` replaces it with the right part, and nothing
    else reads a question before that.
    """
    return cast(T, ByRole(mentee, mentor))


def for_role(role: Role, part: T) -> T:
    """Return *part*, or what *role* gets of it if it differs by role."""
    return part.for_role(role) if isinstance(part, ByRole) else part


def each_role(part: T, make: Callable[[T], T]) -> T:
    """Return what is made of a *part* of a question, for each role of what it gets of it."""
    return by_role(
        mentee=make(for_role(Role.MENTEE, part)), mentor=make(for_role(Role.MENTOR, part))
    )


MENTEES_ONLY = by_role(mentee=Need.REQUIRED, mentor=Need.NOT_ASKED)
MENTEES_IF_THEY_LIKE = by_role(mentee=Need.OPTIONAL, mentor=Need.NOT_ASKED)
MENTORS_ONLY = by_role(mentee=Need.NOT_ASKED, mentor=Need.REQUIRED)
MENTORS_IF_THEY_LIKE = by_role(mentee=Need.NOT_ASKED, mentor=Need.OPTIONAL)


@dataclass(frozen=True, kw_only=True)
class Option:
    """
    One of the answers to choose from.

    Attributes:
        code: what is stored.
        label: what is read.
        only_for: the role that is offered it, if only one is.
        proposed: what a proposed match reads instead of the label, "" for nothing.
        explained: the label of a short text in which who chooses it may say more, "" for none.
        vague: it names nothing in particular, so that two who chose it need have nothing in common.

    """

    code: str
    label: str
    only_for: Role | None = None
    proposed: str | None = None
    explained: str = ""
    vague: bool = False


@dataclass(frozen=True, kw_only=True)
class Question:
    """
    What all kinds of question have in common.

    Attributes:
        kind: the name of the kind, and of its macro.
        name: what the answer is stored under; never reused with another meaning.
        label: the question, as the form asks it.
        short: the heading in emails and spreadsheets, the same for both roles.
        told: the heading for a proposed match, who reads it about someone else.
        hint: help below the label.
        need: whether the question is asked, and must be answered.
        missing: what to say if a required answer was not given.
        audiences: who sees the answer besides its owner and the coordinators, who see everything.
        audiences_before: who else saw it under the consents before the present one, if that
            differs.
        permission: a tick by which the owner lets one more audience see the answer.
        permits: that audience.
        beside: the name of the question under which it is asked, if it belongs to one.
        headline: the answer is at the top of the coordinators' email.
        private: the answer is never emailed, nor exported unless asked for by name.
        number: the answer is a number, and is one in a spreadsheet too.
        stored: the answer is kept with the application.

    """

    kind: ClassVar[str]
    name: str
    label: str
    short: str = ""
    told: str = ""
    hint: str = ""
    need: Need = Need.REQUIRED
    missing: str = ""
    audiences: tuple[Audience, ...] = ()
    audiences_before: tuple[Audience, ...] | None = None
    permission: "Question | None" = None
    permits: Audience | None = None
    beside: str = ""
    headline: bool = False
    private: bool = False
    number: bool = False
    stored: bool = True

    def for_role(self, role: Role, fill: Callable[[str], str] = str) -> Self:
        """Return the question as *role* is asked it, with its words passed through *fill*."""
        own: dict[str, Any] = {}
        for part in fields(self):
            value = for_role(role, getattr(self, part.name))
            own[part.name] = fill(value) if part.name in ("label", "hint") else value
        return replace(self, **own)

    @property
    def heading(self) -> str:
        """The heading of the answer where space is short."""
        return self.short or self.label

    @property
    def told_heading(self) -> str:
        """The heading of the answer for a proposed match."""
        return self.told or self.heading

    @property
    def first_reader(self) -> Audience:
        """Who is the first to read any of the answer besides its owner."""
        by_stage = (Audience.PROPOSED, Audience.MATCH)
        return next((each for each in by_stage if each in self.audiences), Audience.COORDINATOR)

    @property
    def mark(self) -> str:
        """What the form says of who reads the answer."""
        words = as_sentence(self.first_reader.mark)
        if not self.permission:
            return words
        if self.permits is Audience.MATCH:
            return f"{words}. Tick the box to share it with your match."
        return f"{words}. Tick the box below to let us show it earlier."

    @property
    def needs_mark(self) -> bool:
        """Whether what is said of a whole section is not enough for it, even if it fits."""
        return self.mark != as_sentence(self.first_reader.mark)

    @property
    def may_be_proposed(self) -> bool:
        """Whether a proposed match may read any of the answer, on some terms."""
        return Audience.PROPOSED in (*self.audiences, self.permits)

    @property
    def companions(self) -> tuple["Question", ...]:
        """The questions that are asked right under it."""
        return (self.permission,) if self.permission else ()

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the fields that a form sends for it."""
        return (self.name,)

    def parse_among(self, given: Mapping[str, Sequence[str]]) -> Answer:
        """Return the answer among all that was *given*, as `parse` does."""
        return self.parse(given.get(self.name, ()))

    def parse(self, given: Sequence[str]) -> Answer:
        """Return the answer that was *given*, `None` for none; raise `Refused` if it can't be."""
        raise NotImplementedError

    def show(self, answer: Answer, *, given_on: date) -> str:
        """Return *answer*, given on a date in the program's own zone, as a person reads it."""
        return str(answer)

    def show_proposed(self, answer: Answer, *, given_on: date) -> str:
        """Return what a proposed match may read of *answer*, "" for nothing."""
        return self.show(answer, given_on=given_on)

    def given(self, answer: Answer) -> list[str]:
        """Return the texts that a form would send for a stored *answer*."""
        return list(answer) if isinstance(answer, list) else [str(answer)]

    def one(self, given: Sequence[str]) -> str:
        """Return the only non-empty text *given*, or an empty one; refuse several."""
        texts = [text for text in map(tidy, given) if text]
        if len(texts) > 1:
            raise Refused(f"Give one answer to “{self.label}”")
        return texts[0] if texts else ""

    def none(self) -> Answer:
        """Take a question that was not answered as skipped, or refuse that if it is required."""
        if self.need is Need.REQUIRED:
            raise Refused(self.missing)
        return None


def as_sentence(words: str) -> str:
    """Return *words* with a capital at the beginning."""
    return words[:1].upper() + words[1:]


# White space that people type is kept; other control characters come from copying and mean nothing.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


def tidy(text: str) -> str:
    """Return *text* in Unicode's composed form, trimmed, with one kind of line break."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n"))
    return unicodedata.normalize("NFC", text).strip()
