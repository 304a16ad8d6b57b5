"""What a coordinator exports at the desk, read as they would."""

import csv
import io
import json
from typing import Any

from openpyxl import load_workbook

from mentorship.exports.query import ARGUMENTS, Format
from tests import people
from tests.coordinator import Coordinator

EXPORT = "/desk/export"


def asked(**given: str) -> people.Given:
    """Return what the page sends, with all of its fields."""
    empty = {name: [""] for name in ARGUMENTS if name not in ("format", "include")}
    return {**empty, "format": ["csv"], **{name: [value] for name, value in given.items()}}


def read(body: bytes, format: Format) -> list[dict[str, Any]]:
    """Return the rows of a file, by the columns' headings (in JSON by their names)."""
    match format:
        case Format.JSON:
            rows: list[dict[str, Any]] = json.loads(body)
            return rows
        case Format.CSV:
            return [dict(row) for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))]
        case Format.XLSX:
            sheet = load_workbook(io.BytesIO(body)).active
            assert sheet is not None
            head, *lines = sheet.iter_rows(values_only=True)
            return [dict(zip(map(str, head), line, strict=True)) for line in lines]


def addresses(desk: Coordinator, **given: str) -> list[str]:
    """Return whose applications are in an export."""
    answer = desk.post(EXPORT, asked(**given))
    assert answer.status == 200
    return [row["Email address"] for row in read(answer.body, Format.CSV)]
