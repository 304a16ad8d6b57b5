"""
What the two of a match have in common: what both chose on the form.

An answer counts only if each of the two may read the other's at that stage, so that a sentence
never tells more than the answers beside it. What was not answered, and what names nothing in
particular, such as "Other", is not in common.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mentorship.applications.application import Application
from mentorship.form.choices import Choices
from mentorship.form.declaration import CITY
from mentorship.form.disclosure import Disclosure
from mentorship.form.question import Audience, Role, by_role, for_role
from mentorship.form.wishes import AREAS, SETTING, TIMES, TOPICS, WAYS
from mentorship.names import plain

# How many of them a letter or a page tells.
MOST_TOLD = 3
# Where what both chose stands in the sentence.
HERE = "{}"
# What one of the two reads of each question, the one that says most of a match first.
SENTENCES: dict[str, str] = {
    AREAS.name: "You both chose {}.",
    TOPICS.name: "You’d both like to talk about {}.",
    SETTING.name: by_role(
        mentee="They practice in a setting you’d like to hear about: {}.",
        mentor="They’d like to hear about your practice setting: {}.",
    ),
    CITY.name: "You’re both in {}.",
    TIMES.name: "These times usually suit you both: {}.",
    WAYS.name: "You both like to talk by: {}.",
}
CHOSEN: dict[str, Choices] = {each.name: each for each in (AREAS, TOPICS, SETTING, TIMES, WAYS)}

# One of the two, and what may be read of their answers.
Told = tuple[Disclosure, Application]


@dataclass(frozen=True, kw_only=True)
class InCommon:
    """
    One question to which both gave the same answer, at least in part.

    Attributes:
        question: its name.
        codes: the options that both chose, in the order of the form; none for a text.
        words: the same, as a person reads it.

    """

    question: str
    codes: tuple[str, ...]
    words: str

    def parts(self, reader: Role) -> tuple[str, str, str]:
        """Return the sentence that one of the two reads: before the words, the words, the rest."""
        before, _, after = for_role(reader, SENTENCES[self.question]).partition(HERE)
        return before, self.words, after

    def sentence(self, reader: Role) -> str:
        """Return the sentence that one of the two reads."""
        return "".join(self.parts(reader))


def in_common(mentor: Application, mentee: Application, audience: Audience) -> tuple[InCommon, ...]:
    """
    Return what a mentor and a mentee have in common, what says most first.

    Args:
        mentor: one of the two.
        mentee: the other.
        audience: who reads it: one proposed to the other or, once both have said yes, the match.

    """
    two = [(_disclosure(each, audience), each) for each in (mentor, mentee)]
    found = (
        _same_city(two) if name == CITY.name else _same_choice(CHOSEN[name], two)
        for name in SENTENCES
    )
    return tuple(each for each in found if each)


def _same_city(two: Sequence[Told]) -> InCommon | None:
    one, other = (told.words(CITY, each.answers) for told, each in two)
    if not one or folded_city(one) != folded_city(other):
        return None
    return InCommon(question=CITY.name, codes=(), words=one)


def _same_choice(question: Choices, two: Sequence[Told]) -> InCommon | None:
    chosen = [told.options(question, each.answers) for told, each in two]
    codes = tuple(
        option.code
        for option in (*question.options, *question.retired)
        if not option.vague and all(option.code in each for each in chosen)
    )
    if not codes:
        return None
    words = "; ".join(map(question.label_of, codes))
    return InCommon(question=question.name, codes=codes, words=words)


def _disclosure(application: Application, audience: Audience) -> Disclosure:
    """Return what the audience may read of the answers of one of the two."""
    return Disclosure(
        audience=audience,
        consent_version=application.consent_version,
        given_on=application.given_at.date(),
        struck=application.struck,
    )


def folded_city(city: str) -> str:
    """Return a city as two who spell it alike write it."""
    return " ".join(plain(city).replace(".", " ").split())
