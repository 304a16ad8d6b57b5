"""
Applications as a spreadsheet: CSV, XLSX or JSON, row by row, in bounded memory.

The columns are the form's. One function makes a text of any cell that a spreadsheet program would
take for a formula, for both CSV and XLSX (OWASP ASVS 5, 1.2.10).
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter

from mentorship.applications.application import Application
from mentorship.exports.query import ExportQuery, Format
from mentorship.form import form
from mentorship.form.disclosure import Disclosure
from mentorship.form.question import Audience, Need, Question, Role, for_role

Cell = str | int | date | datetime | None


@dataclass(frozen=True)
class Column:
    """A column: its name in JSON, its heading in the others, and how wide it is in characters."""

    name: str
    heading: str
    width: int
    cell: Callable[[Application], Cell]
    raw: Callable[[Application], Any]


def columns(
    query: ExportQuery, zone: ZoneInfo, matches: Mapping[str, datetime] | None = None
) -> list[Column]:
    """
    Return the columns of a spreadsheet: what the program knows, then the form's questions.

    Args:
        query: what is wanted.
        zone: in which days are counted.
        matches: since when each match is proposed or runs, by its id. Nobody else is named.

    """

    def received(application: Application) -> datetime:
        return application.received_at.astimezone(zone)

    def kept_until(application: Application) -> date | None:
        until = application.kept_until
        return until.astimezone(zone).date() if until else None

    def matched_since(application: Application) -> date | None:
        known = matches or {}
        since = min((known[e] for e in application.open_matches if e in known), default=None)
        return since.astimezone(zone).date() if since else None

    def in_json(day: Callable[[Application], date | None], application: Application) -> str | None:
        found = day(application)
        return found.isoformat() if found else None

    def taken(application: Application) -> int:
        return len(application.open_matches)

    return [
        Column("reference", "Reference", 12, lambda a: a.reference, lambda a: a.reference),
        Column("role", "Role", 9, lambda a: a.role.value, lambda a: a.role.value),
        Column("status", "Status", 12, lambda a: a.status.value, lambda a: a.status.value),
        Column("received", "Received (Pacific)", 18, received, lambda a: received(a).isoformat()),
        Column("kept_until", "Kept until", 12, kept_until, partial(in_json, kept_until)),
        Column("places_taken", "Places taken", 9, lambda a: taken(a) or None, taken),
        Column(
            "matched_since",
            "Proposed or matched since",
            14,
            matched_since,
            partial(in_json, matched_since),
        ),
        *(
            _column(question, zone)
            for question in form.stored_questions()
            if any(for_role(role, question.need) is not Need.NOT_ASKED for role in query.roles)
            and (not question.private or question.name in query.include)
        ),
    ]


def write(
    applications: Iterable[Application],
    *,
    columns: Sequence[Column],
    format: Format,
    file: IO[bytes],
    folder: str | None = None,
) -> int:
    """
    Write *applications* to *file*, a row each, and return how many there were.

    Args:
        applications: which ones.
        columns: what to write of each.
        format: how.
        file: where to.
        folder: for the parts of an unfinished workbook; they hold what applicants wrote, so delete
            it afterwards, even after an error.

    """
    match format:
        case Format.CSV:
            return _write_csv(applications, columns, file)
        case Format.XLSX:
            return _write_xlsx(applications, columns, file, folder)
        case Format.JSON:
            return _write_json(applications, columns, file)


def escape_formula(text: str) -> str:
    """
    Return *text* so that no spreadsheet program takes it for a formula.

    An apostrophe before it is how these programs mark a text. The characters are those that OWASP
    names, and their full-width forms, which some programs treat alike.
    """
    return f"'{text}" if text[:1] in tuple("=+-@\t\r\n＝＋－＠") else text


def _column(question: Question, zone: ZoneInfo) -> Column:
    """Return the column of a question."""
    asked = {role: question.for_role(role) for role in Role}

    def cell(application: Application) -> Cell:
        told = Disclosure(
            audience=Audience.COORDINATOR,
            consent_version=application.consent_version,
            given_on=application.received_at.astimezone(zone).date(),
            private=question.private,
        )
        words = told.words(asked[application.role], application.answers)
        return int(words) if question.number and words.isdecimal() else words or None

    def raw(application: Application) -> Any:
        return application.answers.get(question.name)

    heading = asked[Role.MENTEE].heading
    return Column(question.name, heading, 40 if question.headline else 22, cell, raw)


def _write_csv(
    applications: Iterable[Application], columns: Sequence[Column], file: IO[bytes]
) -> int:
    """Write CSV as Excel opens it: UTF-8 with a byte order mark, and RFC 4180 line breaks."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    table = csv.writer(text)
    table.writerow([column.heading for column in columns])
    rows = 0
    for application in applications:
        table.writerow([_as_text(column.cell(application)) for column in columns])
        rows += 1
    text.detach()
    return rows


def _write_xlsx(
    applications: Iterable[Application],
    columns: Sequence[Column],
    file: IO[bytes],
    folder: str | None,
) -> int:
    """Write an Excel workbook with typed cells, a frozen heading row, and a filter."""
    options = {
        "constant_memory": True,
        "tmpdir": folder,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        return _fill(book, applications, columns)


def _fill(
    book: xlsxwriter.Workbook, applications: Iterable[Application], columns: Sequence[Column]
) -> int:
    """Fill the only sheet of a workbook, row after row, and return how many there were."""
    sheet = book.add_worksheet("Applications")
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "mmm d, yyyy", "valign": "top", "align": "left"})
    moment = book.add_format({"num_format": "mmm d, yyyy h:mm AM/PM", "valign": "top"})
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
    sheet.freeze_panes(1, 1)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.heading, heading)
    rows = 0
    for application in applications:
        rows += 1
        for at, column in enumerate(columns):
            match column.cell(application):
                case None:
                    sheet.write_blank(rows, at, None, plain)
                case datetime() as when:
                    # Times in a spreadsheet have no zone; the heading names it.
                    sheet.write_datetime(rows, at, when.replace(tzinfo=None), moment)
                case date() as when:
                    sheet.write_datetime(rows, at, when, day)
                case int() as number:
                    sheet.write_number(rows, at, number, plain)
                case str() as words:
                    sheet.write_string(rows, at, escape_formula(words), plain)
    sheet.autofilter(0, 0, max(rows, 1), len(columns) - 1)
    return rows


def _write_json(
    applications: Iterable[Application], columns: Sequence[Column], file: IO[bytes]
) -> int:
    """Write a JSON array of objects: the questions' names, and answers as they are stored."""
    rows = 0
    file.write(b"[")
    for application in applications:
        row = {column.name: column.raw(application) for column in columns}
        file.write(b",\n" if rows else b"\n")
        file.write(json.dumps(row, ensure_ascii=False).encode())
        rows += 1
    file.write(b"\n]\n")
    return rows


def _as_text(cell: Cell) -> str:
    """Return a cell as CSV has it; dates in ISO 8601, which Excel understands."""
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case _:
            return escape_formula(str(cell))
