"""
The one Jinja2 environment, for pages and emails.

Everything except plain text is escaped, whatever a template's name, and an undefined name is an
error.
"""

import textwrap
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mentorship import framework
from mentorship.addresses import dialable
from mentorship.applications import shown
from mentorship.applications.application import Application, Version
from mentorship.applications.shown import ShownApplication, ShownPerson
from mentorship.form import form
from mentorship.form.disclosure import Disclosure
from mentorship.form.question import Audience, Question, Role
from mentorship.matches import shortages, timeline
from mentorship.program.arrangements import Opening
from mentorship.settings import Program

# Plain-text emails are read in narrow windows; RFC 5322 recommends lines within 78 characters.
# An email's plain part ends with its signature, after this line (RFC 3676).
SIGNATURE = "\n-- \n"
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
        self._tell(program)
        self._environment = Environment(
            loader=FileSystemLoader(folders),
            # Plain text must not be escaped; everything else is.
            autoescape=lambda name: not (name or "").endswith(".txt"),  # noqa: S701
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "day": day,
            "moment": self._moment,
            "begins": self.begins,
            "ends": self.ends,
            "wrapped": wrapped,
            "lines": lines,
            "dialable": dialable,
            "mail_link": mail_link,
            "shortages": shortages.from_facts,
        }
        self._environment.globals["framework"] = framework.FRAMEWORK

    def telling(self, program: Program) -> "Renderer":
        """Return one that fills the same templates with the settings of another *program*."""
        if program == self.program:
            return self
        other = copy(self)
        other._tell(program)
        return other

    def _tell(self, program: Program) -> None:
        self.program = program
        self.forms = form.forms(
            coordinators=program.coordinator_names,
            contact=program.contact,
            keep_months=program.months_kept,
        )

    def page(self, name: str, **values: Any) -> str:
        """Return a page of `templates/pages/`, in the site's frame."""
        return self.page_of("pages", name, **values)

    def page_of(self, folder: str, name: str, **values: Any) -> str:
        """Return a page of another folder of `templates/`, in the site's frame."""
        return self._fill(f"{folder}/{name}.html", values)

    def text(self, name: str, **values: Any) -> str:
        """Return a plain text of `templates/`, without a frame."""
        return self._fill(f"{name}.txt", values)

    def form(self, role: Role) -> str:
        """Return the empty form for a role, as the site's build shows it."""
        return self._fill("form/form.html", self._empty(role))

    def form_page(self, role: Role, opening: Opening, *, now: datetime) -> str:
        """Return the site's page with the form for a role, or when it opens."""
        values = {**self._empty(role), "opening": opening, "now": now}
        return self._fill(f"pages/apply_{role.value}.html", values)

    def _empty(self, role: Role) -> dict[str, Any]:
        return {"form": self.forms[role], "given": {}, "refusals": {}}

    def timeline(self) -> str:
        """Return the drawing of a match by the suggested framework."""
        places = timeline.places(framework.FRAMEWORK)
        return self.page("timeline", timeline=places)

    def best_for_all(self) -> str:
        """Return the drawn example of how matches are found."""
        return self.page("best_for_all")

    def what_we_ask(self) -> str:
        """Return the public table of what is asked, of whom, who reads it, and for how long."""
        return self._fill(
            "form/what_we_ask.html",
            {"questions": form.stored_questions(), "roles": list(Role)},
        )

    def application(
        self, application: Application, audience: Audience, *, private: bool = False
    ) -> ShownApplication:
        """Return what its owner or a coordinator may read of an application."""
        return shown.show_application(
            application,
            self.forms[application.role],
            audience=audience,
            local=self.program.local,
            private=private,
        )

    def person(self, application: Application, audience: Audience) -> ShownPerson:
        """Return what the other person of a match may read of someone."""
        return shown.show_person(
            application, self.forms[application.role], audience=audience, local=self.program.local
        )

    def differences(
        self,
        role: Role,
        before: Version,
        after: Version,
        *,
        audience: Audience,
        private: bool = False,
    ) -> list[tuple[Question, str, str]]:
        """
        Return each question that two versions answer differently, with both answers in words.

        Args:
            role: of the application.
            before: a version of its answers.
            after: a later one.
            audience: its owner or a coordinator.
            private: whether private answers are asked for.

        """
        told = [
            Disclosure(
                audience=audience,
                consent_version=version.consent_version,
                given_on=self.program.local(version.given_at).date(),
                private=private,
            )
            for version in (before, after)
        ]
        return [
            (
                question,
                told[0].words(question, before.answers),
                told[1].words(question, after.answers),
            )
            for question in (each.for_role(role) for each in form.stored_questions())
            if private or not question.private
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
        return self._environment.get_template(template).render({"program": self.program, **values})

    def begins(self, when: datetime) -> str:
        """Write when something begins; at midnight, that is the day."""
        here = self.program.local(when)
        return day(here) if here.time() == time.min else self._moment(when)

    def ends(self, when: datetime) -> str:
        """Write until when something lasts; at midnight, that is the day before."""
        here = self.program.local(when)
        return day(here - timedelta(days=1)) if here.time() == time.min else self._moment(when)

    def _moment(self, when: datetime) -> str:
        """Write a time in the program's own zone: October 6, 2026, 5:30 p.m. PT."""
        here = self.program.local(when)
        half = "a.m." if here.hour < 12 else "p.m."
        zone = "PT" if self.program.zone_name == "America/Los_Angeles" else here.tzname()
        return f"{day(here)}, {here.hour % 12 or 12}:{here:%M} {half} {zone}"


def day(when: date) -> str:
    """Write a date: October 6, 2026."""
    return f"{when:%B} {when.day}, {when.year}"


def mail_link(address: str) -> str:
    """Return a link that begins an email to an address, also one with a ? or # (RFC 6068)."""
    return f"mailto:{quote(address, safe='@')}"


def wrapped(text: str, indent: int = 0) -> str:
    """Wrap *text* for an email's plain part, and indent all lines but the first."""
    folded = [
        line
        for given in text.splitlines()
        for line in textwrap.wrap(
            given, COLUMNS - indent, break_long_words=False, break_on_hyphens=False
        )
        or [""]
    ]
    return textwrap.indent("\n".join(folded), " " * indent).lstrip(" ")


def unfolded(text: str) -> str:
    """
    Return an email's plain part without the line breaks from wrapping, except in its signature.

    A line was broken where its next word had no room; every other break is meant.
    """
    words, line, signature = text.strip().partition(SIGNATURE)
    told, before = list[str](), ""
    for each in words.split("\n"):
        next_word = each.split(maxsplit=1)[0] if before.strip() and each.strip() else ""
        is_item = each.startswith("- ")
        if next_word and not is_item and len(before) + 1 + len(next_word) > COLUMNS:
            told[-1] += f" {each.strip()}"
        else:
            told.append(each)
        before = each
    return "\n".join(told) + line + signature


def lines(text: str) -> Markup:
    """Return *text* with its line breaks as HTML has them."""
    return Markup("<br>").join(text.splitlines())
