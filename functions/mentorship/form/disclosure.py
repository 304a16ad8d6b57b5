"""What an audience may read of an answer: the one place that decides it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from mentorship.form.choices import Choosing
from mentorship.form.question import Answer, Audience, Question

# From this consent on, an answer is shown as its question declares; under earlier ones, as they
# said then.
DECLARED_SINCE = 3
# They read everything, but a private answer only where it is asked for.
INSIDERS = (Audience.COORDINATOR, Audience.OWNER)


class ShownAnswer(NamedTuple):
    """A question and its answer as an audience reads it, "" for none."""

    question: Question
    words: str


class ShownSection(NamedTuple):
    """The title of a section of the form, and what an audience reads of it."""

    title: str
    rows: tuple[ShownAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """
    Who reads some answers, and on what terms.

    Attributes:
        audience: who reads.
        consent_version: the wording that their owner agreed to; 0 for none, only in words.
        given_on: the day they were given, in the program's own zone.
        struck: the names of questions whose answers their owner keeps from a proposed match.
        private: whether private answers are asked for; only insiders ever read them.

    """

    audience: Audience
    consent_version: int
    given_on: date
    struck: Collection[str] = ()
    private: bool = False

    def words(self, question: Question, answers: Mapping[str, Answer]) -> str:
        """Return the answer to *question* in the words that the audience may read, "" for none."""
        answer = answers.get(question.name)
        if answer is None or not self._sees(question, answers):
            return ""
        if self.audience is Audience.PROPOSED and self._is_partial:
            return question.show_proposed(answer, given_on=self.given_on)
        return question.show(answer, given_on=self.given_on)

    def options(self, question: Choosing, answers: Mapping[str, Answer]) -> tuple[str, ...]:
        """Return the codes of the chosen options that the audience may read as they are."""
        answer = answers.get(question.name)
        if answer is None or not self._sees(question, answers):
            return ()
        codes = question.given(answer)
        if self.audience is Audience.PROPOSED and self._is_partial:
            codes = [each for each in codes if question.is_proposed_whole(each)]
        return tuple(codes)

    def _sees(self, question: Question, answers: Mapping[str, Answer]) -> bool:
        """Tell whether the audience may read the answer to a question, at least in part."""
        if self.audience in INSIDERS:
            return self.private or not question.private
        if question.private:
            return False
        is_struck = question.name in self.struck or question.beside in self.struck
        if self.audience is Audience.PROPOSED and is_struck:
            return False
        return self.audience in self._declared(question) or self._permitted(question, answers)

    def _declared(self, question: Question) -> set[Audience]:
        """Return who may read an answer by the wording that its owner agreed to."""
        before = question.audiences_before
        earlier = question.audiences if before is None else before
        if not self.consent_version:  # What every wording says.
            return {*question.audiences} & {*earlier}
        return {*(question.audiences if self._is_partial else earlier)}

    def _permitted(self, question: Question, answers: Mapping[str, Answer]) -> bool:
        """Tell whether the owner ticked that the audience may read an answer."""
        ticked = question.permission and answers.get(question.permission.name) is True
        return bool(ticked) and self.audience is question.permits

    @property
    def _is_partial(self) -> bool:
        """Whether options say for themselves what a proposed match reads of them."""
        return not 0 < self.consent_version < DECLARED_SINCE
