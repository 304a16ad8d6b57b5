"""
The one Jinja2 environment, for pages and emails.

Everything but plain text is escaped, whatever a template is called, and an undefined name is an
error.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mentorship import form
from mentorship.application import Version
from mentorship.questions import Question, Reader, Role
from mentorship.settings import Program

# Plain-text emails are read in narrow windows; RFC 5322 recommends lines within 78 characters.
COLUMNS = 72


@dataclass(frozen=True)
class Rendered:
    """An email's words."""

    subject: str
    text: str
    html: str


class Renderer:
    """Fills templates with values."""

    def __init__(self, folders: Sequence[str], program: Program) -> None:
        self.program = program
        self.forms = form.forms(
            coordinators=program.coordinator_names,
            contact=program.contact,
            keep_months=program.months_kept,
        )
        self._environment = Environment(
            loader=FileSystemLoader(folders),
            # Plain text must not be escaped; everything else is.
            autoescape=lambda name: not (name or "").endswith(".txt"),  # noqa: S701
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"program": program}
        self._environment.filters |= {
            "day": day,
            "moment": self._moment,
            "wrapped": wrapped,
            "lines": lines,
        }

    def page(self, name: str, **values: Any) -> str:
        """Return a page of `templates/pages/`, in the site's frame."""
        return self._fill(f"pages/{name}.html", values)

    def form(self, role: Role) -> str:
        """Return the empty form for a role, as the site shows it."""
        return self._fill("form/form.html", {"form": self.forms[role], "given": {}, "refusals": {}})

    def what_we_ask(self) -> str:
        """Return the public table of what is asked, of whom, who sees it, and for how long."""
        return self._fill(
            "form/what_we_ask.html",
            {
                "questions": form.stored_questions(),
                "roles": list(Role),
                "coordinators": Reader.COORDINATORS.value,
            },
        )

    def differences(
        self, role: Role, before: Version, after: Version
    ) -> list[tuple[Question, str, str]]:
        """Return each question that two versions answer differently, with both answers in words."""
        days = [self.program.local(version.given_at).date() for version in (before, after)]
        return [
            (
                question,
                form.shown(question, before.answers, given_on=days[0]),
                form.shown(question, after.answers, given_on=days[1]),
            )
            for question in (each.for_role(role) for each in form.stored_questions())
            if before.answers.get(question.name) != after.answers.get(question.name)
        ]

    def email(self, kind: str, **values: Any) -> Rendered:
        """Return an email of `templates/email/`; its subject is one line."""
        subject = self._fill(f"email/{kind}/subject.txt", values)
        return Rendered(
            subject=" ".join(subject.split()),
            text=self._fill(f"email/{kind}/body.txt", values).strip() + "\n",
            html=self._fill(f"email/{kind}/body.html", values),
        )

    def _fill(self, template: str, values: dict[str, Any]) -> str:
        return self._environment.get_template(template).render(values)

    def _moment(self, when: datetime) -> str:
        """Write a time in the program's own zone: October 6, 2026, 5:30 p.m. PT."""
        here = self.program.local(when)
        half = "a.m." if here.hour < 12 else "p.m."
        zone = "PT" if self.program.zone_name == "America/Los_Angeles" else here.tzname()
        return f"{day(here)}, {here.hour % 12 or 12}:{here:%M} {half} {zone}"


def day(when: date) -> str:
    """Write a date: October 6, 2026."""
    return f"{when:%B} {when.day}, {when.year}"


def wrapped(text: str, indent: int = 0) -> str:
    """Fold *text* for an email's plain part; all lines but the first are indented."""
    folded = [
        line
        for given in text.splitlines()
        for line in textwrap.wrap(
            given, COLUMNS - indent, break_long_words=False, break_on_hyphens=False
        )
        or [""]
    ]
    return textwrap.indent("\n".join(folded), " " * indent).lstrip(" ")


def lines(text: str) -> Markup:
    """Return *text* with its line breaks as HTML has them."""
    return Markup("<br>").join(text.splitlines())
