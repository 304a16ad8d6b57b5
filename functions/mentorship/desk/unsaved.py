"""What was sent to the desk after the session had ended, given back to be sent again."""

import re
from collections.abc import Mapping

from mentorship.applications.agreement import AGREED
from mentorship.applications.contact import RIGHT_ADDRESS
from mentorship.applications.coordinator import MEMBER_ADDRESS
from mentorship.applications.notes import NOTE
from mentorship.applications.staying import STAY
from mentorship.form.form import Form, with_companions
from mentorship.form.question import Question, Role
from mentorship.matches.personal_line import LINE
from mentorship.problems import NotSignedIn, Problem, Unsaved
from mentorship.web import http

# The page of the desk from which something was sent to a path.
BACK = re.compile(
    r"(/desk/(?:applications/[0-9a-z]+|matches/[0-9a-z]+|add/[a-z]+"
    r"|enter|settings|roster|supply|handover|on-hold))\b"
)
# As much as API Gateway and Lambda carry of a form with a file.
MAX_UPLOAD = 6 * 1024 * 1024
# A longer text is not shown again: its writer has it, because answers are limited, and so is a
# page.
MAX_GIVEN_BACK = 200_000
# The questions of the desk's own forms; those of the application form are asked of it.
OWN = (AGREED, LINE, MEMBER_ADDRESS, NOTE, RIGHT_ADDRESS, STAY)
# Other fields of the desk whose name alone does not say what they are.
LABELS = {
    "closes": "Last day",
    "how": "How they told you",
    "include": "Put in",
    "keep_months": "Months",
    "look_up": "Look somebody up",
    "mailed": "Gets the program’s mail",
    "opens": "First day",
    "reply_by": "Applicants hear by",
    "right": "This is the right list",
    "starts_on": "When it began",
    "state": "The form is",
    "until": "Last day",
}
# Nobody typed these: they say what a page was made from, or about what a button is.
UNTYPED = {
    *("before", "do", "from", "keep", "let_in", "letter", "line_ticked", "match", "mentee"),
    *("mentee_revision", "mentor", "mentor_revision", "other", "revision", "ticked", "who"),
    *("apart", "evening", "free", "lock", "must", "propose", "was", "why"),
}


def unsaved(request: http.Request, forms: Mapping[Role, Form]) -> NotSignedIn:
    """Return the problem of someone who sent something when their session had ended."""
    page = BACK.match(request.path)
    texts, files = _sent(request)
    pairs = [(name, text) for name, given in texts.items() for text in given]
    long = {name for name, text in pairs if len(text) > MAX_GIVEN_BACK}
    shown = {name: given for name, given in texts.items() if name not in long}
    sent = Unsaved(
        request.path,
        texts=[(name, text) for name, text in pairs if name not in long],
        typed=_typed(shown, _questions(request.path, forms)),
        long=sorted(long),
        files=sorted(files),
    )
    return NotSignedIn(page[1] if page else "", unsaved=sent)


def _questions(path: str, forms: Mapping[Role, Form]) -> dict[str, Question]:
    """Return the questions that the form sent to a path asks, by their names."""
    role = next((each for each in Role if path == f"/desk/add/{each}"), None)
    asked = with_companions(forms[role].for_somebody().questions()) if role else ()
    return {each.name: each for each in (*OWN, *asked)}


def _typed(
    texts: Mapping[str, list[str]], questions: Mapping[str, Question]
) -> list[tuple[str, str]]:
    """Return what was filled in, each field with its label, as a person reads it."""
    asked_about = {name for each in questions.values() for name in each.field_names[1:]}
    typed = []
    for field, given in texts.items():
        # Of many matches on one page, a colon and both references tell the fields apart.
        name = field.partition(":")[0]
        question = questions.get(name)
        options = {each.code: each.label for each in getattr(question, "options", ())}
        filled = [options.get(text, text).strip() for text in given if text.strip()]
        if filled and name not in UNTYPED | asked_about:
            label = question.label if question else LABELS.get(name) or _readable(name)
            typed.append((label, "\n".join(filled)))
    return typed


def _readable(name: str) -> str:
    """Return a field's name as words."""
    return re.sub("[_-]+", " ", name).strip().capitalize()


def _sent(request: http.Request) -> tuple[dict[str, list[str]], list[str]]:
    """Return the texts that a form was sent with, and the fields that had a file."""
    try:
        if request.header("content-type").startswith("multipart/form-data"):
            texts, files = request.uploaded(MAX_UPLOAD)
            return texts, list(files)
        return request.fields(http.MAX_OF_MANY)[0], []
    except Problem:  # No page of the desk sends this, and it would be refused.
        return {}, []
