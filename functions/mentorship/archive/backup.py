"""
Everything that is stored, as one file, and back again.

The file is a ZIP. `everything.jsonl` has a line for each item, as DynamoDB has it, and a last one
that says it is whole; the spreadsheet and the text next to it are for people. A restore overwrites
nothing and sends no email: letters that were not sent come back held, and matches on hold. People
who were forgotten stay forgotten, and no one can sign in with what is in a backup.
"""

import gzip
import hashlib
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from mentorship.applications.application import Application
from mentorship.applications.pointer import pointer_id_of
from mentorship.exports import spreadsheet
from mentorship.exports.query import ExportQuery, Format
from mentorship.letters.letter import Letter
from mentorship.matches.match import Match
from mentorship.store import keys
from mentorship.store.items import read_item, write_item
from mentorship.store.records import (
    APPLICATIONS,
    LETS_IN,
    LETTERS,
    MATCHES,
    PROGRAM,
    RECORDS,
    type_of,
)

if TYPE_CHECKING:
    from mentorship.store.store import Store


# What the file calls the tables; their names on AWS differ from stack to stack.
# The marks come first, so that it is known who was forgotten; and matches after the applications
# that name them.
TABLES = (PROGRAM, APPLICATIONS, MATCHES, LETTERS)
# What is in the ZIP.
READ_ME, SPREADSHEET, EVERYTHING = "README.txt", "applications.xlsx", "everything.jsonl"
# How our ZIPs begin, up to the name of the first part; and how the first backups began, which were
# the lines alone.
ZIPPED = re.compile(rb"PK\x03\x04.{26}" + READ_ME.encode(), re.DOTALL)
GZIPPED = b"\x1f\x8b"
# DynamoDB's largest item is 400 KB; as JSON, with much of it escaped, it is longer.
MAX_OF_A_LINE = 2 * 1024 * 1024
MAX_OF_A_KEY = 2048

ALIEN = (
    "The program has not written this file. Nothing was stored. Choose the ZIP that “Export "
    "everything” or make backup has made."
)
BROKEN = (
    "The file is not as the program has written it: it was cut off, or changed. Nothing was "
    "stored. Use another copy of it."
)
NEWER = (
    "The file comes from a newer version of the program. Nothing was stored. Bring the program up "
    "to date first."
)
# The errors that show that a file is not ours, when it is opened or a line of it is read.
NO_ARCHIVE = (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)
NO_RECORD = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError)

Item = dict[str, Any]


class BadBackup(Exception):
    """A file is not a complete backup; the message says what to do about it."""


class Line(NamedTuple):
    """One item: its table, the item as DynamoDB has it, its record, and its length in the file."""

    table: str
    item: Item
    record: keys.Record
    length: int

    def back(self) -> Item:
        """
        Return the item as it is written back.

        An item from an earlier version of the program is written as this one writes it, or the
        indexes would not find it. An item of an unknown type comes back as it was.
        """
        record = self.record
        if int(record.get("written_as", 1)) > keys.WRITTEN_AS:
            raise BadBackup(NEWER)
        kind = type_of(self.table, record["id"])
        if kind is None:
            return self.item
        found = RECORDS[kind].read(record)
        is_used = isinstance(found, Application) and (found.is_open or found.answers)
        # The pointer to an application is kept under its address or phone number.
        if is_used and not pointer_id_of(found):
            raise ValueError("no address")
        if isinstance(found, Letter | Match):
            found = found.restored()
        return write_item(RECORDS[kind].write(found))


@dataclass(frozen=True, kw_only=True)
class Backup:
    """
    A file that is known to be complete, read as often as needed, one line in memory at a time.

    Attributes:
        file: one that can be read from its beginning again.
        counted: how many items it has from each table.

    """

    file: IO[bytes]
    counted: Counter[str]

    def lines(self) -> Iterator[Line]:
        """Yield the items that may be restored, in the order of the tables."""
        for text in _texts(self.file):
            if "table" in (found := json.loads(text)):
                line = _line(found, len(text))
                if not _lets_in(line.table, line.record["id"]):
                    yield line


def write(
    file: IO[bytes], store: "Store", *, folder: str, read_me: str, zone: ZoneInfo, now: datetime
) -> Counter[str]:
    """
    Write everything that is stored to a file, and return how many items each table has.

    Args:
        file: may be one that can only be written.
        store: what is read; one page of results is in memory at a time.
        folder: for the parts of the spreadsheet while it is made, which hold what applicants wrote;
            delete it afterwards, even after an error.
        read_me: what the file tells people about itself.
        zone: the time zone of the spreadsheet.
        now: the present.

    """
    query = ExportQuery.parse({"format": Format.XLSX}, zone)
    found = store.queries.applications(
        roles=query.roles, statuses=query.statuses, since=None, until=None, now=now
    )
    counted: Counter[str] = Counter()
    with ZipFile(file, "w") as zipped:
        zipped.writestr(_part(READ_ME, now, zone), read_me)
        # It is a ZIP itself, so it is not compressed again.
        with zipped.open(_part(SPREADSHEET, now, zone, ZIP_STORED), "w") as part:
            columns = spreadsheet.columns(query, zone, store.matches.since(now=now))
            spreadsheet.write(found, columns=columns, format=query.format, file=part, folder=folder)
        with zipped.open(_part(EVERYTHING, now, zone), "w") as part:
            digest = hashlib.sha256()
            for line in _written(store, counted):
                digest.update(line)
                part.write(line)
            # Without this line the file is not complete.
            whole = {
                "whole": dict(counted),
                "sha256": digest.hexdigest(),
                "at": keys.write_time(now),
            }
            part.write(_json(whole))
    return counted


def _part(name: str, now: datetime, zone: ZoneInfo, kind: int = ZIP_DEFLATED) -> ZipInfo:
    """Return a part of the ZIP, dated by the program's own clock."""
    part = ZipInfo(name, now.astimezone(zone).timetuple()[:6])
    part.compress_type = kind
    return part


def _written(store: "Store", counted: Counter[str]) -> Iterator[bytes]:
    """Yield a line for each item except those that let someone sign in, and count them."""
    for table in TABLES:
        for item in store.everything(table):
            if not _lets_in(table, item["id"]["S"]):
                counted[table] += 1
                yield _json({"table": table, "item": item})


def _lets_in(table: str, item_id: str) -> bool:
    """Tell whether an item lets someone sign in; a letter about one has an id that begins alike."""
    return type_of(table, item_id) in LETS_IN


def _json(found: Any) -> bytes:
    return (json.dumps(found, ensure_ascii=False) + "\n").encode()


def read(file: IO[bytes]) -> Backup:
    """
    Return the backup that a file holds, once all of it was checked.

    Args:
        file: one that can be read from its beginning again.

    Raises:
        BadBackup: if the program has not written it, or it is not complete.

    """
    digest, counted, seen = hashlib.sha256(), Counter[str](), set[str]()
    last: Any = None
    try:
        for text in _texts(file):
            found = json.loads(text)
            if last is not None:
                raise BadBackup(BROKEN)
            if "table" not in found:
                last = found
                continue
            digest.update(text)
            line = _line(found, len(text))
            # It must be something that the program can read when it is written back.
            line.back()
            counted[line.table] += 1
            seen.add(f"{line.table}#{line.record['id']}")
            if any(counted[later] for later in TABLES[TABLES.index(line.table) + 1 :]):
                raise BadBackup(BROKEN)
        same = last.get("sha256") in (None, digest.hexdigest())
        if not same or counted != Counter(last["whole"]) or len(seen) != counted.total():
            raise BadBackup(BROKEN)
    except (*NO_ARCHIVE, *NO_RECORD) as error:
        raise BadBackup(BROKEN) from error
    return Backup(file=file, counted=counted)


def _line(found: Any, length: int) -> Line:
    """Return the item in a line of the file."""
    table, item = found["table"], found["item"]
    record = read_item(item)
    if table not in TABLES or not 0 < len(record["id"].encode()) <= MAX_OF_A_KEY:
        raise ValueError("no item of ours")
    return Line(table, item, record, length)


def _texts(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file."""
    with _opened(file) as lines:
        while text := lines.readline(MAX_OF_A_LINE + 1):
            if len(text) > MAX_OF_A_LINE:
                raise BadBackup(BROKEN)
            yield text


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Open the lines of a file of either kind."""
    file.seek(0)
    begins = file.read(100)
    file.seek(0)
    if begins.startswith(GZIPPED):
        with gzip.open(file) as lines:
            yield lines
        return
    try:
        zipped = ZipFile(file)
        part = zipped.getinfo(EVERYTHING)
        # These are the only kinds of compression known to need little memory.
        if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadBackup(ALIEN)
        opened = zipped.open(part)
    except (*NO_ARCHIVE, *NO_RECORD) as error:
        raise BadBackup(BROKEN if ZIPPED.match(begins) else ALIEN) from error
    with zipped, opened:
        yield opened
