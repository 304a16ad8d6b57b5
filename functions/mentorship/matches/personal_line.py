"""The coordinator's personal line in a proposal: both read it before they know each other."""

import re
from collections.abc import Iterable

from mentorship import names
from mentorship.applications.application import Application
from mentorship.form import declaration
from mentorship.form.question import Need
from mentorship.form.texts import Text
from mentorship.matches.institutions import distinctive, folded

LINE = Text(
    name="line",
    label="Your personal line",
    short="Personal line",
    need=Need.OPTIONAL,
    most=300,
)
# An email address, a web page, or as many digits as a phone number has.
CONTACT = re.compile(r"@|\bhttps?:|\bwww\.|(?:\d[\s().\-–/]*){7}")


def reveals(line: str, people: Iterable[Application]) -> list[str]:
    """
    Return why a line may say who one of two people is, a sentence each; none if it does not.

    When in doubt it does: part of a name or a distinctive word of an institution is enough.
    """
    found = []
    for each in people:
        if names.calls(line, [each.name], address=each.address):
            found.append(f"Your line may name {each.name}.")
        institution = str(each.answers.get(declaration.INSTITUTION.name, ""))
        if distinctive(folded(institution)) & {*folded(line).split()}:
            found.append(f"Your line may name {each.name}’s institution.")
    if CONTACT.search(line):
        found.append("Your line may have someone’s contact details.")
    return found
