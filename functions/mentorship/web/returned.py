"""What a refused form had in it, given back to its writer to copy."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mentorship.form.choices import Choosing
from mentorship.form.form import Form
from mentorship.form.question import Question, Role
from mentorship.problems import Problem

if TYPE_CHECKING:
    from mentorship.web.http import Request

# A form of another kind may ask for an email address, too.
FEWEST = 3


def returned(request: "Request", forms: Mapping[Role, Form]) -> str:
    """
    Return the answers of a form that a browser sent, each below its question, "" for none.

    Nothing is checked: whatever was typed is given back. What was too large or too broken to be
    read cannot be.

    Args:
        request: what was refused.
        forms: the form of each role.

    """
    if request.method != "POST":
        return ""
    try:
        given, is_json = request.fields()
    except Problem:  # It could not be read, which may be why it was refused.
        return ""
    if is_json:
        return ""
    answered = (
        [each for each in form.questions() if _words(each, given)] for form in _meant(given, forms)
    )
    filled = max(answered, key=len)
    if len(filled) < FEWEST:
        return ""
    return "\n\n".join(f"{each.label}\n{_words(each, given)}" for each in filled)


def _meant(given: Mapping[str, Sequence[str]], forms: Mapping[Role, Form]) -> list[Form]:
    """Return the form of the role that was sent, or all of them if none was."""
    sent = " ".join(given.get("role", []))
    return [form for role, form in forms.items() if role == sent] or list(forms.values())


def _words(question: Question, given: Mapping[str, Sequence[str]]) -> str:
    """Return what a person gave to a question, as they read it, "" for nothing."""
    if not question.stored:
        return ""
    texts = [text for text in given.get(question.name, ()) if text.strip()]
    if isinstance(question, Choosing):
        return ", ".join(question.label_of(text) for text in texts)
    lines = "\n".join(texts).replace("\r\n", "\n")
    # A control character would make the page malformed.
    return "".join(letter for letter in lines if letter.isprintable() or letter == "\n")
