"""The form as one role is asked it, and a submission of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mentorship import framework
from mentorship.form.choices import Choice, Explanation, Tick
from mentorship.form.declaration import (
    ADDRESS,
    CONSENT,
    CONSENT_ON,
    FORM_VERSION,
    NAME,
    PHONE,
    RETIRED,
    SECTIONS,
    STAMP,
    TRAP,
    VERSION,
    Section,
)
from mentorship.form.disclosure import INSIDERS, Disclosure, ShownAnswer, ShownSection
from mentorship.form.hidden import FormVersion, Stamp, Trap
from mentorship.form.question import Answer, Audience, Need, Question, Refused, Role, for_role
from mentorship.problems import Problem


@dataclass(frozen=True)
class Submission:
    """The answers that a form was sent with, its version, and the signs of a bot."""

    answers: Mapping[str, Answer]
    form_version: int
    consent_version: int
    trapped: bool
    stamp: str = ""


@dataclass(frozen=True)
class Form:
    """The form as one role is asked it."""

    role: Role
    sections: tuple[Section, ...]

    def questions(self) -> Iterator[Question]:
        """Yield each question in order."""
        for section in self.sections:
            yield from section.questions

    def parse(self, given: Mapping[str, Sequence[str]]) -> "Submission":
        """
        Return the submission; skipped questions are left out.

        Raises:
            AnswersRefused: with every message, if any answer cannot be taken.

        """
        answers: dict[str, Answer] = {}
        refusals: dict[str, str] = {}
        for question in self.questions():
            # A page may hide the words about an option that is no longer chosen.
            if isinstance(question, Explanation) and not question.is_wanted(given):
                continue
            try:
                answers[question.name] = question.parse_among(given)
            except Refused as refused:
                refusals[question.name] = str(refused)
        version = int(str(answers.get(VERSION.name, FORM_VERSION)))
        if refusals:
            # The page that comes back has the present wording, which is to be agreed to anew.
            kept = given if version == FORM_VERSION else {**given, CONSENT.name: []}
            raise AnswersRefused(form=self, given=kept, refusals=refusals)
        return Submission(
            answers={
                question.name: answers[question.name]
                for question in self.questions()
                if question.stored and answers.get(question.name) is not None
            },
            form_version=version,
            consent_version=CONSENT_ON[version],
            trapped=bool(answers.get(TRAP.name)),
            stamp=str(answers.get(STAMP.name) or ""),
        )

    def show(
        self,
        answers: Mapping[str, Answer],
        *,
        audience: Audience,
        consent_version: int,
        given_on: date,
        struck: Collection[str] = (),
        private: bool = False,
    ) -> tuple[ShownSection, ...]:
        """
        Return what an audience may read of some answers, by sections.

        Their owner and the coordinators also see which questions were skipped, with "" for words.

        Args:
            answers: by the questions' names.
            audience: who reads them.
            consent_version: the wording that their owner agreed to.
            given_on: the day they were given, in the program's own zone.
            struck: the names of questions whose answers their owner keeps from a proposed match.
            private: whether private answers are asked for; only insiders ever read them.

        """
        told = Disclosure(
            audience=audience,
            consent_version=consent_version,
            given_on=given_on,
            struck=struck,
            private=private,
        )

        def rows(section: Section) -> tuple[ShownAnswer, ...]:
            shown = (
                ShownAnswer(question, told.words(question, answers))
                for question in section.questions
                if question.stored and (private or not question.private)
            )
            return tuple(
                row
                for row in shown
                if row.words or (audience in INSIDERS and not row.question.beside)
            )

        for_desk = audience is Audience.COORDINATOR
        sections = (
            ShownSection(section.told if for_desk else section.title, rows(section))
            for section in self.sections
        )
        return tuple(section for section in sections if section.rows)

    def given(self, answers: Mapping[str, Answer]) -> dict[str, list[str]]:
        """Return stored answers as a browser would have sent them, to fill the form in again."""
        return {
            question.name: question.given(answers[question.name])
            for question in self.questions()
            if question.name in answers
        }

    def only(self, name: str) -> "Form":
        """Return the form with one of its questions, and nothing else."""
        asked = tuple(question for question in self.questions() if question.name == name)
        return Form(self.role, (Section("", asked),))

    def for_somebody(self) -> "Form":
        """
        Return the form as a coordinator fills it in for someone, with what is known about them.

        Only the person can agree to anything, and signs of a bot mean nothing here. What is not
        known stays open, even if the form itself has a preselected answer.
        """

        def asked(question: Question) -> Question:
            if question.name == NAME.name:
                return replace(
                    NAME,
                    label="Their name",
                    hint="As they would like their match to see it.",
                    missing="Enter their full name",
                    autocomplete="off",
                )
            if question.name == ADDRESS.name:
                return replace(
                    ADDRESS,
                    label="Their email",
                    hint="They get a link there to check it. Leave it empty if they can only be "
                    "called.",
                    need=Need.OPTIONAL,
                    autocomplete="off",
                )
            if question.name == PHONE.name:
                return replace(
                    PHONE,
                    label="Their phone",
                    hint="Needed if there is no email address.",
                    need=Need.OPTIONAL,
                    autocomplete="off",
                )
            free = replace(question, need=Need.OPTIONAL)
            return replace(free, default="") if isinstance(free, Choice) else free

        sections = (
            Section(
                section.told,
                tuple(
                    asked(question)
                    for question in section.questions
                    if not isinstance(question, (Tick, Trap, Stamp, FormVersion))
                ),
                section.note,
                section.told,
            )
            for section in self.sections
        )
        return Form(self.role, tuple(each for each in sections if each.questions))

    def unknown(self, given: Mapping[str, object]) -> list[str]:
        """Return the names in *given* that this form does not ask for."""
        known = {name for question in self.questions() for name in question.field_names}
        return sorted(set(given) - known - {"role"})


def stored_questions() -> list[Question]:
    """Return every question of both roles, past ones too, whose answer is kept."""
    asked = [each for section in SECTIONS for each in with_companions(section.questions)]
    return [question for question in (*asked, *RETIRED) if question.stored]


def with_companions(questions: Iterable[Question]) -> Iterator[Question]:
    """Yield each question, followed by those that are asked right under it."""
    for question in questions:
        yield question
        yield from question.companions


def forms(*, coordinators: str, contact: str, keep_months: int) -> dict[Role, Form]:
    """
    Return both forms, with the settings filled in.

    Args:
        coordinators: who reads private notes, in words.
        contact: the address to write to.
        keep_months: for how many months answers are kept.

    """

    def fill(words: str) -> str:
        return words.format(
            coordinators=coordinators,
            contact=contact,
            keep_months=keep_months,
            framework=framework.FRAMEWORK.words,
        )

    def section_for(section: Section, role: Role) -> Section:
        asked = (each.for_role(role, fill) for each in with_companions(section.questions))
        return Section(
            for_role(role, section.title),
            tuple(question for question in asked if question.need is not Need.NOT_ASKED),
            section.note,
            for_role(role, section.told),
        )

    return {role: Form(role, tuple(section_for(s, role) for s in SECTIONS)) for role in Role}


class AnswersRefused(Problem):
    """Some answers cannot be taken; each is named with what to do."""

    status = 422
    title = "Some answers need a second look"
    remedy = "Correct the answers that are named, and send the form again. Nothing was stored yet."
    page = "refused"

    def __init__(
        self,
        *,
        form: "Form",
        given: Mapping[str, Sequence[str]],
        refusals: Mapping[str, str],
    ) -> None:
        super().__init__()
        self.form = form
        self.given = given
        self.refusals = refusals

    @property
    def questions(self) -> list[str]:
        """The form's own questions only: other names that a caller sent may contain anything."""
        return sorted(set(self.refusals) - set(self.form.unknown(self.refusals)))

    def as_json(self) -> dict[str, object]:
        """Add a pointer to each question, in the order of the form."""
        errors = [
            {"pointer": f"#/{_pointer(name)}", "detail": words}
            for name, words in self.refusals.items()
        ]
        return {**super().as_json(), "errors": errors}


def _pointer(name: str) -> str:
    """Return *name* as RFC 6901 writes it in a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
