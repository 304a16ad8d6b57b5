"""
An export query: which applications to export, and in which format.

The desk's form, the direct invocation and `infra.export` all use the same arguments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.form import form, wishes
from mentorship.form.choices import options
from mentorship.form.question import Option, Question, Role
from mentorship.problems import BadExport

One = TypeVar("One", bound=StrEnum)

ARGUMENTS = ("role", "status", "area", "since", "until", "format", "include")
ROLES = options(**{role.value: f"{role.value}s".capitalize() for role in Role})
# A day ends before the next one begins.
MOMENT = timedelta(microseconds=1)


class Format(StrEnum):
    """How a spreadsheet is written; the value is also the file extension."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"

    @property
    def content_type(self) -> str:
        """The media type."""
        return {
            Format.CSV: "text/csv; charset=utf-8",
            Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format.JSON: "application/json",
        }[self]

    @property
    def words(self) -> str:
        """What a coordinator reads."""
        return {Format.CSV: "CSV", Format.XLSX: "Excel", Format.JSON: "JSON"}[self]


@dataclass(frozen=True, kw_only=True)
class ExportQuery:
    """
    What an export should contain.

    Attributes:
        roles, statuses: of which applications.
        area: the code of an area of radiology that is among their answers, or "" for any.
        since, until: received at or after the one, and before the other.
        format: how it is written.
        include: names of private questions to include.

    """

    roles: tuple[Role, ...]
    statuses: tuple[Status, ...]
    area: str
    since: datetime | None
    until: datetime | None
    format: Format
    include: frozenset[str]

    @classmethod
    def parse(cls, arguments: Mapping[str, Any], zone: ZoneInfo) -> Self:
        """
        Read the arguments of an export; an empty one is like one that is not given.

        Dates are days in *zone*, both inclusive.

        Raises:
            BadExport: for an argument that is not known or not understood; it says what would be.

        """
        given = {name: value for name, value in arguments.items() if value not in (None, "", [])}
        if strangers := sorted(set(given) - set(ARGUMENTS)):
            raise BadExport(
                f"“{strangers[0]}” is not an argument of an export; these are: "
                f"{', '.join(ARGUMENTS)}"
            )
        since, until = _day("since", given.get("since")), _day("until", given.get("until"))
        if since and until and since > until:
            raise BadExport(
                "“since” is after “until”, so nothing can be between them", argument="until"
            )
        return cls(
            roles=_some(Role, "role", given.get("role"), list(Role)),
            statuses=_some(Status, "status", given.get("status"), Status.those("is_announced")),
            area=_area(given.get("area")),
            since=_midnight(since, zone),
            until=_midnight(until + timedelta(days=1) if until else None, zone),
            format=_some(Format, "format", given.get("format"), [Format.CSV])[0],
            include=_included(given.get("include", [])),
        )

    def takes(self, application: Application) -> bool:
        """Tell whether an application has the area among its answers."""
        named = wishes.AREAS.given(application.answers.get(wishes.AREAS.name, []))
        return not self.area or self.area in named

    @property
    def words(self) -> str:
        """What was asked for, in words for the audit log."""
        words = [" and ".join(f"{role}s" for role in self.roles)]
        if self.statuses != Status.those("is_announced"):
            words += [each.traits.words for each in self.statuses]
        words += [wishes.AREAS.label_of(self.area)] if self.area else []
        words += [f"received from {self.since.date()} on"] if self.since else []
        words += [f"received until {(self.until - MOMENT).date()}"] if self.until else []
        words += [self.format.words]
        words += [
            f"with “{each.heading}”" for each in private_questions() if each.name in self.include
        ]
        return ", ".join(words)


def statuses() -> tuple[Option, ...]:
    """Return the statuses to choose from."""
    listed = Status.those("is_listed")
    return options(**{each.value: each.traits.words.capitalize() for each in listed})


def private_questions() -> list[Question]:
    """Return the questions whose answers are exported only if asked for by name."""
    return [question for question in form.stored_questions() if question.private]


def _some(kind: type[One], name: str, given: Any, otherwise: Sequence[One]) -> tuple[One, ...]:
    """Return the one that was given, or the default ones."""
    if given is None:
        return tuple(otherwise)
    try:
        return (kind(str(given).lower()),)
    except ValueError as error:
        words = f"“{name}” is one of: {', '.join(kind)}"
        raise BadExport(words, argument=name) from error


def _area(given: Any) -> str:
    """Return the code of an area of radiology, even of one that the form no longer offers."""
    if given is None:
        return ""
    known = [each.code for each in (*wishes.AREAS.options, *wishes.AREAS.retired)]
    code = str(given).lower()
    if code not in known:
        raise BadExport(f"“area” is one of: {', '.join(known)}", argument="area")
    return code


def _included(given: Any) -> frozenset[str]:
    """Return the names of private questions: a list, or one text with commas."""
    names = set(map(str, given if isinstance(given, list) else str(given).split(",")))
    known = {question.name for question in private_questions()}
    if not names <= known:
        raise BadExport(f"“include” takes: {', '.join(sorted(known))}", argument="include")
    return frozenset(names)


def _day(name: str, given: Any) -> date | None:
    """Return a date that was given, in a plausible year."""
    if given is None:
        return None
    try:
        day = date.fromisoformat(str(given))
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2199:
        raise BadExport(f"“{name}” is a date such as 2026-09-01", argument=name)
    return day


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    """Return the moment at which a day begins."""
    return None if day is None else datetime.combine(day, time(), zone)
