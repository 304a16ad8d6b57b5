"""What was sent to the desk after the session had ended, given back to be sent again."""

import re

from mentorship.problems import NotSignedIn, Problem, Unsaved
from mentorship.web import http

# The page of the desk from which something was sent to a path.
BACK = re.compile(
    r"(/desk/(?:applications/[0-9a-z]+|add/[a-z]+|settings|roster|supply|handover|on-hold))\b"
)
# As much as API Gateway and Lambda carry of a form with a file.
MAX_UPLOAD = 6 * 1024 * 1024
# A longer text is not shown again: its writer has it, because answers are limited, and so is a
# page.
MAX_GIVEN_BACK = 200_000


def unsaved(request: http.Request) -> NotSignedIn:
    """Return the problem of someone who sent something when their session had ended."""
    page = BACK.match(request.path)
    texts, files = _sent(request)
    pairs = [(name, text) for name, given in texts.items() for text in given]
    long = {name for name, text in pairs if len(text) > MAX_GIVEN_BACK}
    sent = Unsaved(
        request.path,
        texts=[(name, text) for name, text in pairs if name not in long],
        long=sorted(long),
        files=sorted(files),
    )
    return NotSignedIn(page[1] if page else "", unsaved=sent)


def _sent(request: http.Request) -> tuple[dict[str, list[str]], list[str]]:
    """Return the texts that a form was sent with, and the fields that had a file."""
    try:
        if request.header("content-type").startswith("multipart/form-data"):
            texts, files = request.uploaded(MAX_UPLOAD)
            return texts, list(files)
        return request.fields()[0], []
    except Problem:  # No page of the desk sends this, and it would be refused.
        return {}, []
