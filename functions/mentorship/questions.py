"""
The kinds of question that a form can ask.

A kind is a small class with two verbs. `parse` turns what was given into an answer, or raises
`Refused` with a message its writer can act on. `show` turns an answer into what a person reads.
Each kind has one macro of its own name in `templates/form/questions.html`.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

import phonenumbers
from email_validator import EmailNotValidError, validate_email

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


class Reader(StrEnum):
    """Who sees an answer, in the words of the public table."""

    COORDINATORS = "the coordinators"
    PROPOSED = "a person proposed as your match, without your name"
    MATCH = "your match, once you have both said yes"


class Refused(Exception):
    """An answer cannot be taken; the message tells its writer what to do."""


@dataclass(frozen=True)
class ByRole(Generic[T]):
    """A part of a question that differs between the two forms."""

    mentee: T
    mentor: T

    def of(self, role: Role) -> T:
        """Return the part that *role* is shown."""
        return self.mentee if role is Role.MENTEE else self.mentor


def by_role(*, mentee: T, mentor: T) -> T:
    """
    Declare a part of a question that differs between the two forms.

    It is typed as what it becomes: `Question.for_role` puts the right one in its place, and nothing
    else reads a question before that.
    """
    return cast(T, ByRole(mentee, mentor))


def told_to(role: Role, part: T) -> T:
    """Return *part*, or what *role* gets of it where it differs by role."""
    return part.of(role) if isinstance(part, ByRole) else part


@dataclass(frozen=True, kw_only=True)
class Option:
    """One of the answers to choose from: a *code* that is stored, a *label* that is read."""

    code: str
    label: str
    only_for: Role | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """
    What all kinds of question have in common.

    Attributes:
        name: what the answer is stored under; never used again for another meaning.
        short: the heading in emails and spreadsheets, the same for both roles.
        missing: what to say when a required answer was not given.
        readers: who sees the answer, beside the coordinators, who see all.
        headline: the answer stands at the top of the coordinators' email.
        private: the answer is never emailed, nor exported unless asked for by name.
        number: the answer is a number, and is one in a spreadsheet too.
        stored: the answer is kept with the application.

    """

    kind: ClassVar[str]
    name: str
    label: str
    short: str = ""
    hint: str = ""
    need: Need = Need.REQUIRED
    missing: str = ""
    readers: tuple[Reader, ...] = ()
    headline: bool = False
    private: bool = False
    number: bool = False
    stored: bool = True

    def for_role(self, role: Role, fill: Callable[[str], str] = str) -> Self:
        """Return the question as *role* is asked it, with its words passed through *fill*."""
        own: dict[str, Any] = {}
        for part in fields(self):
            value = told_to(role, getattr(self, part.name))
            own[part.name] = fill(value) if part.name in ("label", "hint") else value
        return replace(self, **own)

    @property
    def heading(self) -> str:
        """What the answer is headed with where space is short."""
        return self.short or self.label

    @property
    def shared(self) -> bool:
        """Whether a match, proposed or agreed, sees the answer."""
        return bool(self.readers)

    def parse(self, given: Sequence[str]) -> Answer:
        """Return the answer that was *given*, `None` for none; raise `Refused` if it can't be."""
        raise NotImplementedError

    def show(self, answer: Answer, *, given_on: date) -> str:
        """Return *answer*, given on a date in the program's own zone, as a person reads it."""
        return str(answer)

    def given(self, answer: Answer) -> list[str]:
        """Return the texts by which a stored *answer* is given again."""
        return list(answer) if isinstance(answer, list) else [str(answer)]

    def one(self, given: Sequence[str]) -> str:
        """Return the only non-empty text *given*, or an empty one; several are refused."""
        texts = [text for text in map(_tidy, given) if text]
        if len(texts) > 1:
            raise Refused(f"Give one answer to “{self.heading}”")
        return texts[0] if texts else ""

    def none(self) -> Answer:
        """Take a question that was not answered: as skipped, or refused where it is required."""
        if self.need is Need.REQUIRED:
            raise Refused(self.missing)
        return None


@dataclass(frozen=True, kw_only=True)
class Text(Question):
    """A line of text, of *most* characters in Unicode's composed form (NFC)."""

    kind: ClassVar[str] = "text"
    most: int
    autocomplete: str = "off"
    suggestions: str = ""

    def parse(self, given: Sequence[str]) -> Answer:
        """Trim and fold white space; length is all that is judged, for names come in every form."""
        text = " ".join(self.one(given).split())
        return self.within(text) if text else self.none()

    def within(self, text: str) -> str:
        """Return *text* if it is not too long."""
        if len(text) > self.most:
            raise Refused(f"{self.heading} must be {self.most} characters or fewer")
        return text


@dataclass(frozen=True, kw_only=True)
class LongText(Text):
    """A few sentences; line breaks are kept."""

    kind: ClassVar[str] = "long_text"

    def parse(self, given: Sequence[str]) -> Answer:
        """Trim the ends and unify line breaks; the rest is the writer's."""
        text = self.one(given)
        return self.within(text) if text else self.none()


# What begins an encoded word (RFC 2047). It may stand in an address, stands in nobody's, and some
# mail software decodes it there, into whatever headers its writer likes (CVE-2024-6923).
ENCODED_WORD = "=?"


@dataclass(frozen=True, kw_only=True)
class Email(Text):
    """An email address that Amazon SES can write to."""

    kind: ClassVar[str] = "email"
    most: int = 254
    autocomplete: str = "email"

    def parse(self, given: Sequence[str]) -> Answer:
        """
        Judge the address's form only, never whether it exists.

        SES takes no letters beyond ASCII before the @ (they need SMTPUTF8, RFC 6531); beyond it
        they are fine, as an internationalized domain.
        """
        text = self.within("".join(self.one(given).split()))
        if not text:
            return self.none()
        remedy = f"Enter {self.heading} as one address, such as name@example.org"
        try:
            address = validate_email(text, check_deliverability=False)
        except EmailNotValidError as error:
            raise Refused(remedy) from error
        if not address.ascii_email:
            raise Refused(
                "Our mail service cannot write to an address with accents or other letters beyond "
                "a to z before the @; give another address"
            )
        if ENCODED_WORD in address.normalized:
            raise Refused(remedy)
        return address.normalized


@dataclass(frozen=True, kw_only=True)
class Phone(Text):
    """A telephone number, kept as written."""

    kind: ClassVar[str] = "phone"
    most: int = 40
    autocomplete: str = "tel"

    def parse(self, given: Sequence[str]) -> Answer:
        """Take whatever has a digit: extensions, operators and foreign numbers are fine."""
        text = super().parse(given)
        if isinstance(text, str) and not any(letter.isdigit() for letter in text):
            raise Refused("Enter a phone number, such as (206) 555-0100")
        return text

    def show(self, answer: Answer, *, given_on: date) -> str:
        """Write a number that is understood in the usual way, any other as it was given."""
        # Words before a number, such as "home:", would be left out.
        if not re.match(r"\+?\(?\d", str(answer)):
            return str(answer)
        try:
            number = phonenumbers.parse(str(answer), "US")
        except phonenumbers.NumberParseException:
            return str(answer)
        if not phonenumbers.is_possible_number(number):
            return str(answer)
        style = (
            phonenumbers.PhoneNumberFormat.NATIONAL
            if number.country_code == 1
            else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
        return phonenumbers.format_number(number, style)


MONTH_STYLES = ("%Y-%m", "%m/%Y", "%B %Y", "%b %Y", "%Y/%m", "%B, %Y")


@dataclass(frozen=True, kw_only=True)
class Month(Question):
    """A month of a year, kept as `2027-06`; browsers without a month picker let people type."""

    kind: ClassVar[str] = "month"

    def parse(self, given: Sequence[str]) -> Answer:
        """Understand a month in the ways that people write one."""
        text = " ".join(self.one(given).split())
        if not text:
            return self.none()
        for style in MONTH_STYLES:
            try:
                month = datetime.strptime(text, style)
            except ValueError:
                continue
            if 1900 <= month.year <= 2199:
                return f"{month:%Y-%m}"
        raise Refused("Enter a month and a year, such as June 2027")

    def show(self, answer: Answer, *, given_on: date) -> str:
        """Write the month out: June 2027."""
        return f"{datetime.strptime(str(answer), '%Y-%m'):%B %Y}"


@dataclass(frozen=True, kw_only=True)
class Choosing(Question):
    """What the two kinds with options share; *retired* ones are shown but no longer offered."""

    options: tuple[Option, ...]
    retired: tuple[Option, ...] = ()

    def for_role(self, role: Role, fill: Callable[[str], str] = str) -> Self:
        """Leave out the options that only the other role is offered."""
        question = super().for_role(role, fill)
        offered = tuple(o for o in question.options if o.only_for in (None, role))
        return replace(question, options=offered)

    def label_of(self, code: str) -> str:
        """Return the words of a stored *code*, or the code itself if it is not known any more."""
        known = {option.code: option.label for option in (*self.retired, *self.options)}
        return known.get(code, code)

    def known(self, codes: Sequence[str]) -> list[str]:
        """Return the *codes* in the order of the options; one that is not offered is refused."""
        offered = [option.code for option in self.options]
        if not set(codes) <= set(offered):
            raise Refused(f"Select from the answers listed under “{self.heading}”")
        return [code for code in offered if code in codes]


@dataclass(frozen=True, kw_only=True)
class Choice(Choosing):
    """One of several answers; the *default* is selected beforehand."""

    kind: ClassVar[str] = "choice"
    default: str = ""

    def parse(self, given: Sequence[str]) -> Answer:
        """Take one of the options."""
        code = self.one(given) or self.default
        return self.known([code])[0] if code else self.none()

    def show(self, answer: Answer, *, given_on: date) -> str:
        """Write the option's label."""
        return self.label_of(str(answer))


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
        codes = self.known([code for code in map(_tidy, given) if code])
        if self.most is not None and len(codes) > self.most:
            raise Refused(f"Select {self.most} or fewer under “{self.heading}”")
        return codes or self.none()

    def show(self, answer: Answer, *, given_on: date) -> str:
        """Write the options' labels, a semicolon between them, for some hold commas."""
        codes = answer if isinstance(answer, list) else [str(answer)]
        return "; ".join(self.label_of(code) for code in codes)


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


@dataclass(frozen=True, kw_only=True)
class Trap(Question):
    """A box that people do not see and bots fill in; it is never stored."""

    kind: ClassVar[str] = "trap"
    need: Need = Need.OPTIONAL
    stored: bool = False

    def parse(self, given: Sequence[str]) -> Answer:
        """Tell whether the trap was sprung."""
        return True if any(map(_tidy, given)) else None


@dataclass(frozen=True, kw_only=True)
class Version(Question):
    """Which version of the form a page showed, for a page may have lain open since an older one."""

    kind: ClassVar[str] = "version"
    need: Need = Need.OPTIONAL
    stored: bool = False
    current: int
    understood: tuple[int, ...] = field(default=())

    def parse(self, given: Sequence[str]) -> Answer:
        """Take a version that is understood; a caller that names none means the current one."""
        text = self.one(given) or str(self.current)
        if text not in map(str, (self.current, *self.understood)):
            raise Refused("This page is out of date; load it again and send your answers once more")
        return text


@dataclass(frozen=True, kw_only=True)
class Stamp(Question):
    """When the form was opened, as the server signed it; only a page with JavaScript has one."""

    kind: ClassVar[str] = "stamp"
    need: Need = Need.OPTIONAL
    stored: bool = False

    def parse(self, given: Sequence[str]) -> Answer:
        """Take it as it is: whether it is one of ours is judged where the keys are."""
        return next((text for text in map(_tidy, given) if text), None)


# White space that people type is kept; other control characters come from copying and mean nothing.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


def _tidy(text: str) -> str:
    """Return *text* in Unicode's composed form, with one kind of line break and no loose ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n"))
    return unicodedata.normalize("NFC", text).strip()
