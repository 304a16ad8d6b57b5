"""
Read a table as people have it: a file's bytes or pasted text in, rows of cells out.

Excel writes commas, semicolons or tabs, in UTF-8, UTF-16 or an older encoding, depending on the
computer; an address book writes people on one line, with semicolons.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from mentorship.addresses import visible

DELIMITERS = "\t;|,"
# How many lines show how a table is written.
SAMPLE = 100
# No cell has more lines; a quotation mark that was never closed runs over many.
MAX_LINES = 10
# Follows a table while it is read: only an unclosed quotation mark would swallow it.
END = "\N{SYMBOL FOR END OF TEXT}"
# What separates an address from the text around it.
NEXT_TO = re.compile(r"([\s<>()\[\]{},;:|\"“”]+)")
# What may be attached to one: the end of a sentence, the quotation marks of an address book.
AROUND = ".'‘’"

SAVE_AS = (
    "In Excel choose File, Save As, “CSV UTF-8 (Comma delimited)”, and put in that file. Or select "
    "the cells, copy them, and paste them here."
)
PASTE = "Select the rows in it, copy them, and paste them here."
# How files that are not text begin, and what they are.
OTHERS = {
    b"PK\x03\x04": f"This is an Excel workbook, not a CSV file. {SAVE_AS}",
    b"\xd0\xcf\x11\xe0": f"This is an Excel workbook, not a CSV file. {SAVE_AS}",
    b"%PDF": f"This is a PDF, not a CSV file. {PASTE}",
    b"{\\rtf": f"This is a document, not a CSV file. {PASTE}",
}
MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
NO_TEXT = f"This is not text that can be read. {SAVE_AS}"


class UnreadableList(Exception):
    """A list cannot be read as a table; the message says what to do."""


class Addresses(NamedTuple):
    """The addresses in a cell, words that were meant to be addresses, and the other words."""

    found: list[str]
    broken: list[str]
    rest: str


def decode(content: bytes) -> str:
    """
    Return a file's text, whatever encoding Excel has written it in.

    Raises:
        UnreadableList: for a workbook, another document, or anything else that is not text.

    """
    for start, words in OTHERS.items():
        if content.startswith(start):
            raise UnreadableList(words)
    marked = [coding for mark, coding in MARKS.items() if content.startswith(mark)]
    # Windows-1252 has no letters for some bytes; a Mac's older encoding has.
    for coding in marked or [*_wide(content), "utf-8", "cp1252", "mac_roman"]:
        try:
            return content.decode(coding)
        except UnicodeError:
            continue
    raise UnreadableList(NO_TEXT)


def read_rows(text: str) -> list[list[str]]:
    """
    Return the rows of a table, blank ones too, so that the first is row 1 as in a spreadsheet.

    Raises:
        UnreadableList: for anything that is not text, or if a quotation mark is not closed.

    """
    text = text.removeprefix("\N{BYTE ORDER MARK}")
    if "\0" in text:
        raise UnreadableList(NO_TEXT)
    delimiter = _delimiter(text)
    found: list[list[str]] = []
    try:
        for row in _read(f"{text}\n{END}", delimiter):
            if any(_runs_on(cell, delimiter) for cell in row):
                raise _unclosed(len(found) + 1)
            found.append([cell.strip() for cell in row])
    except csv.Error as error:  # A cell of more than 128 KB.
        raise _unclosed(len(found) + 1) from error
    if found[-1] != [END]:
        raise _unclosed(len(found))
    return found[:-1]


def addresses_in(cell: str) -> Addresses:
    """Take apart a cell that may hold addresses, such as `Robin Example <robin@example.org>`."""
    if "@" not in cell:
        return Addresses([], [], cell)
    parts = NEXT_TO.split(visible(cell))
    words = [each for each in parts if "@" in each]
    found = [each.strip(AROUND) for each in words if _is_address(each)]
    broken = [each for each in words if not _is_address(each)]
    rest = "".join(each for each in parts if "@" not in each and each.casefold() != "mailto")
    return Addresses(found, broken, rest.strip(" \t\r\n<>()[]{},;:|\"“”'-–—"))


def _is_address(word: str) -> bool:
    local, _, domain = word.strip(AROUND).partition("@")
    return bool(local) and "@" not in domain and "." in domain.strip(".")


def _read(text: str, delimiter: str) -> Iterator[list[str]]:
    # The csv module finds line breaks of any kind itself.
    lines = io.StringIO(text, newline="")
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


def _delimiter(text: str) -> str:
    """
    Return what separates the cells.

    It is what leaves the most cells with only an address or, if there are no addresses, what most
    lines have.
    """
    lines = [line for line in islice(io.StringIO(text), SAMPLE) if line.strip()]
    sample = "".join(lines)

    def parted(delimiter: str) -> tuple[int, int, bool]:
        try:
            cells = [addresses_in(cell) for row in _read(sample, delimiter) for cell in row]
        except csv.Error:
            cells = []
        one = [cell for cell in cells if len(cell.found) == 1]
        having = sum(delimiter in line for line in lines)
        return sum(not cell.rest for cell in one), len(one), 2 * having > len(lines)

    return max(DELIMITERS, key=parted)


def _wide(content: bytes) -> list[str]:
    """Return the two-byte encoding of a text without a byte order mark, if it has one."""
    low, high = content[0:400:2].count(0), content[1:400:2].count(0)
    if max(low, high) * 4 < len(content[:400]):
        return []
    return ["utf-16-le" if high > low else "utf-16-be"]


def _runs_on(cell: str, delimiter: str) -> bool:
    """Tell whether a cell holds what must be several rows."""
    lines = cell.count("\n") + cell.count("\r")
    return lines > 2 * MAX_LINES or (lines > 0 and "@" in cell and delimiter in cell)


def _unclosed(row: int) -> UnreadableList:
    return UnreadableList(
        f"In row {row} a quotation mark is opened and not closed. Take it out, and put the list in "
        "again."
    )
