"""A spreadsheet holds the answers, typed and readable, and never a formula of an applicant's."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from weakref import ref
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from infra.laptop import Laptop
from mentorship.applications.application import Application
from mentorship.applications.conflicts import Viewer
from mentorship.applications.status import Status
from mentorship.exports import spreadsheet
from mentorship.exports.query import ARGUMENTS, ExportQuery, Format
from mentorship.exports.spreadsheet import columns, escape_formula
from mentorship.form import declaration, form
from mentorship.form.question import Role
from mentorship.problems import BadExport
from tests import made, people
from tests.clock import Clock
from tests.every import every
from tests.exporting import exported
from tests.hostile import FAMILIES
from tests.people import apply

PACIFIC = ZoneInfo("America/Los_Angeles")
FORMULA_SIGNS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
FORMULAS = FAMILIES["formula"]


def written(
    applications: Iterable[Application], format: Format, **arguments: Any
) -> tuple[bytes, int]:
    """Return a spreadsheet's bytes and how many rows it says it has."""
    wanted = ExportQuery.parse({"format": format, **arguments}, PACIFIC)
    file = io.BytesIO()
    rows = spreadsheet.write(
        applications, columns=columns(wanted, PACIFIC), format=format, file=file
    )
    return file.getvalue(), rows


def as_csv(applications: Iterable[Application], **arguments: Any) -> list[dict[str, str]]:
    """Return a CSV's rows, as a program reads them."""
    content, rows = written(applications, Format.CSV, **arguments)
    read = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(read) == rows
    return read


def as_xlsx(applications: Iterable[Application], **arguments: Any) -> Worksheet:
    """Return a workbook's only sheet, formulas as formulas."""
    content, rows = written(applications, Format.XLSX, **arguments)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Applications"]
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    assert sheet.max_row == rows + 1
    return sheet


def as_json(applications: Iterable[Application], **arguments: Any) -> list[dict[str, Any]]:
    """Return the objects of a JSON export."""
    content, rows = written(applications, Format.JSON, **arguments)
    read: list[dict[str, Any]] = json.loads(content)
    assert len(read) == rows
    return read


def cells(sheet: Worksheet, row: int = 2) -> dict[str, Any]:
    """Return a row's cells by their headings."""
    return {str(head.value): cell for head, cell in zip(sheet[1], sheet[row], strict=True)}


class TestHarmless:
    @every("sign", FORMULA_SIGNS)
    def test_a_formula_becomes_a_text(self, sign: str) -> None:
        """
        Whatever begins with a sign of a formula begins with an apostrophe now.
        """
        assert escape_formula(f"{sign}1+1") == f"'{sign}1+1"
        assert escape_formula(sign) == f"'{sign}"

    @pytest.mark.parametrize("text", ["", "a", "1", "a=b", "'=1", " =1", "é", "(206) 555-0100"])
    def test_anything_else_is_left_alone(self, text: str) -> None:
        """
        A text that is no formula is not touched.
        """
        assert escape_formula(text) == text

    @drawn(text=st.text(max_size=20))
    def test_nothing_is_lost(self, text: str) -> None:
        """
        What was written stands behind the apostrophe, and twice is not more than once.
        """
        assert escape_formula(text) in (text, f"'{text}")
        assert escape_formula(text)[:1] not in tuple(FORMULA_SIGNS)
        assert escape_formula(escape_formula(text)) == escape_formula(text)


class TestFormulas:
    def test_the_workbook_itself_has_no_formula(self) -> None:
        """
        Neither formula, nor link, nor macro is anywhere in the file.
        """
        content, _ = written(
            [made.application(answers={"institution": text}) for text in FORMULAS], Format.XLSX
        )
        with ZipFile(io.BytesIO(content)) as book:
            parts = {name: book.read(name).decode() for name in book.namelist()}
        assert "<f>" not in parts["xl/worksheets/sheet1.xml"]
        assert "hyperlink" not in "".join(parts.values()).replace("HYPERLINK", "")
        assert not [name for name in parts if "vba" in name.lower() or "externalLink" in name]

    def test_headings_are_no_formulas(self) -> None:
        """
        The headings, which are ours, begin with no sign either.
        """
        wanted = ExportQuery.parse({"include": "not_with"}, PACIFIC)
        for column in columns(wanted, PACIFIC):
            assert escape_formula(column.heading) == column.heading

    @settings(max_examples=25, deadline=None)
    @drawn(texts=st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=5))
    def test_whatever_is_stored_is_read_back(self, texts: list[str]) -> None:
        """
        Every text that the form takes comes out of every format as it went in.
        """
        question = declaration.NAME.for_role(Role.MENTEE)
        names = [name for name in (" ".join(question.one([t]).split()) for t in texts) if name]
        given = [made.application(answers={"full_name": name}) for name in names]
        marked = [escape_formula(name) for name in names]
        assert [row["Full name"] for row in as_csv(given)] == marked
        sheet = as_xlsx(given)
        found = [cells(sheet, at)["Full name"].value for at in range(2, len(given) + 2)]
        assert found == marked
        assert [row["full_name"] for row in as_json(given)] == names


class TestCsv:
    def test_opens_in_excel(self) -> None:
        """
        The mark of byte order tells Excel that it is UTF-8; lines end as RFC 4180 has it.
        """
        content, _ = written([made.application(answers={"full_name": "Zoë 例"})], Format.CSV)
        assert content.startswith(b"\xef\xbb\xbfReference,")
        assert content.count(b"\xef\xbb\xbf") == 1
        assert content.endswith(b"\r\n")
        assert "Zoë 例" in content.decode("utf-8-sig")

    def test_cells(self) -> None:
        """
        Dates are written so that Excel and people read them; skipped answers are empty.
        """
        (row,) = as_csv([made.application()])
        assert row["Reference"] == "0000-0001"
        assert row["Role"] == "mentee"
        assert row["Status"] == "waiting"
        assert row["Received (Pacific)"] == "2026-10-06 17:30"
        assert row["Kept until"] == "2027-10-06"
        assert row["Training stage"] == "PGY-4 (R3) in October 2026"
        assert row["Training ends"] == "June 2027"
        assert row["Areas of radiology"] == "Breast imaging; Neuroradiology"
        assert row["Phone"] == "(206) 555-0100"
        assert row["Email known to WSRS"] == ""
        assert row["Can make the time"] == "Yes"
        assert row["What would make the year worth it"] == (
            "To leave residency knowing where I want to work.\nAnd why."
        )

    def test_without_applications(self) -> None:
        """
        An export of nothing has its headings.
        """
        content, rows = written([], Format.CSV)
        assert rows == 0
        assert content.count(b"\r\n") == 1


class TestXlsx:
    def test_cells_are_typed(self) -> None:
        """
        A date is a date, a number a number, a text a text, and a skipped answer an empty cell.
        """
        row = cells(as_xlsx([made.application(Role.MENTOR)]))
        assert row["Received (Pacific)"].value == datetime(2026, 10, 6, 17, 30)  # noqa: DTZ001
        assert row["Received (Pacific)"].is_date
        assert row["Kept until"].value == datetime(2027, 10, 6)  # noqa: DTZ001
        assert row["Kept until"].number_format == "mmm d, yyyy"
        assert row["Mentees at a time"].value == 2
        assert row["Mentees at a time"].data_type == "n"
        assert row["Phone"].value is None
        assert row["Full name"].value == "Kim Example"

    def test_a_phone_stays_a_text(self) -> None:
        """
        Digits that are no number, such as a phone's, keep their zeros.
        """
        row = cells(as_xlsx([made.application(answers={"phone": "0123", "city": "98101"})]))
        assert (row["Phone"].value, row["City or region"].value) == ("0123", "98101")
        assert row["Phone"].data_type == row["City or region"].data_type
        assert row["Phone"].data_type != "n"

    @pytest.mark.parametrize("count", [0, 1, 3])
    def test_heading_stays_and_filters(self, count: int) -> None:
        """
        The headings and the reference stay in view, and every column can be filtered.
        """
        sheet = as_xlsx([made.application()] * count)
        last = get_column_letter(sheet.max_column)
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == f"A1:{last}{max(count, 1) + 1}"
        assert sheet["A1"].font.b
        assert sheet["B2"].alignment.wrap_text or not count

    def test_columns_are_wide_enough(self) -> None:
        """
        Long answers have wide columns, and none is narrower than its heading's longest word.
        """
        sheet = as_xlsx([made.application()])
        for at, cell in enumerate(sheet[1], 1):
            width = sheet.column_dimensions[get_column_letter(at)].width
            assert width > max(len(word) for word in str(cell.value).split())


class TestJson:
    def test_answers_as_stored(self) -> None:
        """
        A program gets the questions' names, the codes, and times with their zone.
        """
        (row,) = as_json([made.application()])
        assert row["reference"] == "0000-0001"
        assert row["received"] == "2026-10-06T17:30:00-07:00"
        assert row["kept_until"] == "2027-10-06"
        assert row["subspecialties"] == ["breast", "neuroradiology"]
        assert row["consent"] is True
        assert row["wsrs_email"] is None
        assert row["phone"] == "206 555 0100"

    def test_without_applications(self) -> None:
        """
        An export of nothing is an empty list.
        """
        assert as_json([]) == []

    def test_one_object_a_line(self) -> None:
        """
        Each application is one line, in letters and not in escapes.
        """
        content, _ = written([made.application(answers={"city": "東京"})] * 3, Format.JSON)
        assert content.count(b"\n") == 5
        assert "東京" in content.decode()


class TestColumns:
    def test_what_the_program_knows_then_the_questions(self) -> None:
        """
        The columns are the program's own facts and then the form's questions, in its order.
        """
        found = [column.name for column in columns(ExportQuery.parse({}, PACIFIC), PACIFIC)]
        own = ["reference", "role", "status", "received", "kept_until", "places_taken"]
        own.append("matched_since")
        asked = [q.name for q in form.stored_questions() if not q.private]
        assert found == own + asked

    def test_of_matches_how_many_and_since_when(self) -> None:
        """
        A row says how many places are taken and since when, and names nobody else.
        """
        since = {"a": made.NOW, "b": made.NOW - timedelta(days=9), "c": made.NOW}
        found = columns(ExportQuery.parse({}, PACIFIC), PACIFIC, since)
        (taken,) = (each for each in found if each.name == "places_taken")
        (matched,) = (each for each in found if each.name == "matched_since")
        waits = made.application()
        in_two = made.application(open_matches=("a", "b"))
        assert [taken.cell(each) for each in (waits, in_two)] == [None, 2]
        assert [matched.cell(each) for each in (waits, in_two)] == [None, date(2026, 9, 27)]
        assert [matched.raw(each) for each in (waits, in_two)] == [None, "2026-09-27"]
        # Who may see of someone only what its owner sees does not learn of a proposal.
        viewer = Viewer(mailbox=in_two.address)
        assert taken.cell(viewer.sees(in_two)) is None

    @pytest.mark.parametrize(
        ("role", "there", "not_there"),
        [("mentee", "goal", "capacity"), ("mentor", "capacity", "goal")],
    )
    def test_of_one_role(self, role: str, there: str, not_there: str) -> None:
        """
        An export of one role has no columns that only the other has.
        """
        found = {c.name for c in columns(ExportQuery.parse({"role": role}, PACIFIC), PACIFIC)}
        assert there in found
        assert not_there not in found

    @pytest.mark.parametrize("format", Format)
    def test_private_note_only_where_asked_for(self, format: Format) -> None:
        """
        Whom not to match someone with is in no export that does not ask for it by name.
        """
        applications = [made.application()]
        reads: dict[Format, Callable[..., Any]] = {
            Format.CSV: as_csv,
            Format.JSON: as_json,
            Format.XLSX: lambda *given, **arguments: [
                {head: cell.value for head, cell in cells(as_xlsx(*given, **arguments)).items()}
            ],
        }
        assert "Sam Example" not in str(reads[format](applications))
        assert "Sam Example" in str(reads[format](applications, include="not_with"))

    def test_headings_differ(self) -> None:
        """
        No two columns have the same heading, and none the same name.
        """
        found = columns(ExportQuery.parse({"include": ["not_with"]}, PACIFIC), PACIFIC)
        assert len({c.heading for c in found}) == len({c.name for c in found}) == len(found)


class TestWanted:
    def test_usual(self) -> None:
        """
        Asked for nothing, an export is a CSV of both roles, without what is held back.
        """
        wanted = ExportQuery.parse({}, PACIFIC)
        assert wanted.roles == tuple(Role)
        assert set(wanted.statuses) == {
            *(Status.WAITING, Status.PAUSED, Status.INVITED, Status.MATCHED),
            *(Status.WITHDRAWN, Status.RELEASED, Status.INELIGIBLE),
        }
        assert wanted.area == ""
        assert wanted.format is Format.CSV
        assert (wanted.since, wanted.until) == (None, None)
        assert wanted.include == frozenset()

    def test_empty_is_as_not_given(self) -> None:
        """
        `make export` hands over empty arguments for those that are not given.
        """
        empty = dict.fromkeys(ARGUMENTS, "")
        assert ExportQuery.parse(empty, PACIFIC) == ExportQuery.parse({}, PACIFIC)
        assert ExportQuery.parse({**empty, "include": []}, PACIFIC) == ExportQuery.parse(
            {}, PACIFIC
        )

    @pytest.mark.parametrize("format", Format)
    def test_each_argument(self, format: Format) -> None:
        """
        Every argument has its effect, in capitals too.
        """
        wanted = ExportQuery.parse(
            {
                "role": "Mentor",
                "status": "QUARANTINED",
                "area": "Breast",
                "since": "2026-09-01",
                "until": "2026-09-30",
                "format": format.upper(),
                "include": "not_with",
            },
            PACIFIC,
        )
        assert wanted.roles == (Role.MENTOR,)
        assert wanted.statuses == (Status.QUARANTINED,)
        assert wanted.area == "breast"
        assert wanted.format is format
        assert wanted.include == {"not_with"}
        assert wanted.since == datetime(2026, 9, 1, tzinfo=PACIFIC)
        assert wanted.until == datetime(2026, 10, 1, tzinfo=PACIFIC)

    @pytest.mark.parametrize(
        ("day", "hours"),
        [
            (date(2026, 7, 1), 24),
            (date(2026, 11, 1), 25),  # The clocks go back.
            (date(2026, 3, 8), 23),  # The clocks go forward.
            (date(2028, 2, 29), 24),
            (date(2026, 12, 31), 24),
        ],
    )
    def test_a_day_is_a_whole_pacific_day(self, day: date, hours: int) -> None:
        """
        From and to the same day is that day in Seattle, however long it is.
        """
        wanted = ExportQuery.parse({"since": str(day), "until": str(day)}, PACIFIC)
        assert wanted.since is not None
        assert wanted.until is not None
        length = wanted.until.astimezone(UTC) - wanted.since.astimezone(UTC)
        assert length == timedelta(hours=hours)
        assert wanted.since.date() == day

    @every(
        ("arguments", "words"),
        [
            ({"rolle": "mentee"}, "“rolle” is not an argument of an export; these are: role,"),
            ({"role": "coordinator"}, "“role” is one of: mentee, mentor"),
            ({"role": ["mentee"]}, "“role” is one of: mentee, mentor"),
            ({"role": "mentee,mentor"}, "“role” is one of: mentee, mentor"),
            (
                {"status": "lost"},
                "“status” is one of: waiting, invited, paused, matched,",
            ),
            ({"area": "bones"}, "“area” is one of: abdominal, breast, cardiothoracic,"),
            ({"area": ["breast"]}, "“area” is one of: abdominal, breast, cardiothoracic,"),
            ({"area": 1}, "“area” is one of: abdominal, breast, cardiothoracic,"),
            ({"format": "pdf"}, "“format” is one of: csv, xlsx, json"),
            ({"include": "email"}, "“include” takes: not_with"),
            ({"include": ["not_with", "id"]}, "“include” takes: not_with"),
            ({"include": [["not_with"]]}, "“include” takes: not_with"),
            ({"include": 7}, "“include” takes: not_with"),
            ({"since": "October"}, "“since” is a date such as 2026-09-01"),
            ({"since": "10/06/2026"}, "“since” is a date such as 2026-09-01"),
            ({"since": 0}, "“since” is a date such as 2026-09-01"),
            ({"since": "0001-01-01"}, "“since” is a date such as 2026-09-01"),
            ({"until": "2026-02-30"}, "“until” is a date such as 2026-09-01"),
            ({"until": "9999-12-31"}, "“until” is a date such as 2026-09-01"),
            ({"until": "0999-12-31"}, "“until” is a date such as 2026-09-01"),
            ({"until": True}, "“until” is a date such as 2026-09-01"),
            ({"since": "2026-10-07", "until": "2026-10-06"}, "“since” is after “until”"),
        ],
        ids=str,
    )
    def test_what_is_not_understood(self, arguments: dict[str, Any], words: str) -> None:
        """
        An argument that cannot be understood is named, with what would be.
        """
        with pytest.raises(BadExport) as caught:
            ExportQuery.parse(arguments, PACIFIC)
        assert caught.value.detail.startswith(words)
        assert caught.value.status == 422
        (name, *_) = reversed(arguments)
        assert caught.value.argument == (name if name in ARGUMENTS else "")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({}, "mentees and mentors, CSV"),
            (
                {"role": "mentee", "status": "waiting", "area": "breast", "format": "xlsx"},
                "mentees, waiting, Breast imaging, Excel",
            ),
            (
                {"status": "quarantined", "since": "2026-10-01", "until": "2026-10-31"},
                "mentees and mentors, on hold, received from 2026-10-01 on, "
                "received until 2026-10-31, CSV",
            ),
            (
                {"role": "mentor", "format": "json", "include": "not_with"},
                "mentors, JSON, with “Not with”",
            ),
        ],
    )
    def test_in_words(self, arguments: dict[str, Any], words: str) -> None:
        """
        What was asked for is said for the record: whom, how, and whether with private notes.
        """
        assert ExportQuery.parse(arguments, PACIFIC).words == words

    def test_content_type(self) -> None:
        """
        Each format says what it is.
        """
        assert [each.content_type.partition(";")[0] for each in Format] == [
            "text/csv",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/json",
        ]


class TestFromTheTables:
    def test_days_are_pacific_and_both_inclusive(self, laptop: Laptop, clock: Clock) -> None:
        """
        Who applied a second before midnight in Seattle is in that day, a second after not.
        """
        midnight = datetime(2026, 10, 7, 7, tzinfo=UTC)
        for number, seconds in enumerate((-86400 - 1, -86400, -1, 0)):
            clock.time = midnight + timedelta(seconds=seconds)
            apply(laptop, people.mentee(email=f"robin{number}@example.org"))
        clock.time = midnight + timedelta(days=5)

        def found(query: str) -> list[str]:
            rows = json.loads(exported(laptop, f"format=json&{query}"))
            return [row["email"][5] for row in rows]

        assert found("since=2026-10-06&until=2026-10-06") == ["1", "2"]
        assert found("since=2026-10-06") == ["1", "2", "3"]
        assert found("until=2026-10-05") == ["0"]
        assert found("until=2026-10-04") == []
        assert found("") == ["0", "1", "2", "3"]

    def test_held_back_only_where_asked_for(self, laptop: Laptop) -> None:
        """
        What filled in the trap is in no export, unless one asks for it.
        """
        apply(laptop, people.mentee(website="x"))
        assert json.loads(exported(laptop, "format=json")) == []
        (row,) = json.loads(exported(laptop, "format=json&status=quarantined"))
        assert row["status"] == "quarantined"

    def test_bad_arguments_are_an_answer(self, laptop: Laptop) -> None:
        """
        Whoever invokes the function gets the words, not a trace.
        """
        answer = laptop.invoke("Export", {"format": "pdf"})
        assert answer == {
            "problem": {
                "title": BadExport.title,
                "status": 422,
                "detail": "“format” is one of: csv, xlsx, json",
            }
        }

    def test_filename_says_what_and_when(self, laptop: Laptop) -> None:
        """
        A file is called after its roles and the Pacific time of the export.
        """
        for arguments, name in (
            ({}, "mentees-mentors-2026-10-06-1730.csv"),
            ({"role": "mentor", "format": "xlsx"}, "mentors-2026-10-06-1730.xlsx"),
        ):
            assert laptop.invoke("Export", arguments)["filename"] == name


@pytest.mark.parametrize("format", Format)
def test_rows_are_written_one_by_one(format: Format) -> None:
    """
    An export holds one application at a time, so that any number fits in memory.
    """
    drawn: list[ref[Application]] = []
    most = 0

    def many() -> Iterator[Application]:
        nonlocal most
        for number in range(500):
            application = made.application(reference=f"{number:04}")
            drawn.append(ref(application))
            yield application
            del application
            most = max(most, sum(each() is not None for each in drawn))

    assert written(many(), format)[1] == len(drawn) == 500
    assert most <= 2
