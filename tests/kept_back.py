"""People with any answers, and what a proposed match must not read of them."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.form.choices import Choice, Choices, Choosing, Tick
from mentorship.form.form import Form
from mentorship.form.question import Answer, Question, Role
from tests import made

# Written out once more, on purpose: what a proposed match may read, and nothing else.
ALWAYS = {"subspecialties", "practice_setting", "topics", "contact_ways", "availability"}
TICKED = {"goal": "goal_shown", "about": "about_shown"}
KEPT_TOPICS = {
    "well_being": "Work-life balance and well-being",
    "family": "Parental leave and family",
    "img": "International medical graduate",
}


def answers(form: Form, draw: random.Random) -> Iterator[tuple[str, Answer]]:
    """Yield made-up answers: every text says of which question it is, and most are given."""
    for question in form.questions():
        if not question.stored or (draw.random() < 0.2 and question.name not in ("full_name",)):
            continue
        if isinstance(question, Choices):
            codes = [option.code for option in question.options]
            chosen = draw.sample(codes, draw.randint(1, len(codes)))
            yield question.name, [code for code in codes if code in chosen]
        elif isinstance(question, Choice):
            yield question.name, draw.choice(question.options).code
        elif isinstance(question, Tick):
            yield question.name, True
        elif question.kind == "month":
            yield question.name, f"20{draw.randint(26, 40)}-0{draw.randint(1, 9)}"
        else:
            yield question.name, f"(206) 555-{draw.randint(0, 99):04} said {question.name}."


def application(role: Role, draw: random.Random) -> Application:
    """Return a made-up application under any wording, with any lines struck."""
    given = dict(answers(made.FORMS[role], draw))
    struck = [q.name for q in made.FORMS[role].questions() if draw.random() < 0.1]
    return replace(
        made.application(role),
        answers=given,
        consent_version=draw.choice([0, 1, 2, 3, 3, 3]),
        changed_at=made.NOW + timedelta(days=draw.randint(0, 400)),
        struck=tuple(struck),
        status=Status.WAITING,
    )


def may_read(question: Question, stored: Application) -> bool:
    """Tell whether a proposed match may read of an answer at all, as the form says it."""
    name = question.name
    if name in stored.struck or question.beside in stored.struck:
        return False
    if name == "training_stage":
        return stored.consent_version == 3
    if name in TICKED:
        return TICKED[name] in stored.answers
    return name in ALWAYS


def secrets(stored: Application) -> dict[str, list[str]]:
    """
    Return the words of an application that a proposed match must not read, by question.

    Other options have words of other questions, too: that they have no line is looked at apart.
    """
    found: dict[str, list[str]] = {}
    for question in made.FORMS[stored.role].questions():
        answer = stored.answers.get(question.name)
        if answer is None or isinstance(answer, bool):
            continue
        if not isinstance(question, Choosing):
            if not may_read(question, stored):
                told = question.show(answer, given_on=made.TODAY)
                found[question.name] = [told, f"said {question.name}."] if " " in told else [told]
        elif question.name == "training_stage":
            found[question.name] = ["PGY", "(R", " in 20"]
        elif question.name == "topics" and stored.consent_version in (0, 3):
            found[question.name] = list(KEPT_TOPICS.values())
    return found
