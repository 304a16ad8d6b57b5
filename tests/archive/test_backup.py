"""Everything as one file: what is in it, who gets it, and what comes of a file that is restored."""

import gzip
import hashlib
import io
import json
import re
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import openpyxl
import pytest

from infra.laptop import Laptop
from infra.operate import Operator
from infra.trouble import Trouble
from mentorship.applications.application import Application
from mentorship.archive import backup
from mentorship.archive.backup import (
    APPLICATIONS,
    EVERYTHING,
    LETTERS,
    PROGRAM,
    READ_ME,
    SPREADSHEET,
    BadBackup,
)
from mentorship.desk import backup as backup_page
from mentorship.program.audit import Action
from mentorship.services import Services
from mentorship.store.items import write_item
from mentorship.store.queries import Queries
from tests import people, tables
from tests.coordinator import Coordinator, sign_in
from tests.faults import tapped
from tests.own import mail, post
from tests.people import apply
from tests.promises import Show

EXPORT, RECORD = "/desk/archive/export", "/desk/record"
CONTACT = "admin@wsrs.org"
Lines = list[dict[str, Any]]


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """The contact address, signed in: nobody else exports everything. Two people have applied."""
    apply(laptop, people.mentee())
    apply(laptop, people.mentor())
    return sign_in(laptop, CONTACT)


def part(file: bytes, name: str) -> bytes:
    """Return a part of a ZIP."""
    with zipfile.ZipFile(io.BytesIO(file)) as zipped:
        return zipped.read(name)


def lines_of(file: bytes) -> Lines:
    """Return the lines of an export, read."""
    return [json.loads(line) for line in part(file, EVERYTHING).splitlines()]


def text_of(page: str) -> str:
    """Return what a person reads of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


class TestExport:
    def test_has_all_that_is_stored(self, desk: Coordinator) -> None:
        """
        There is a line for each item but those that let somebody in, as DynamoDB has it.
        """
        *lines, last = lines_of(desk.post(EXPORT).body)
        stored = tables.everything()
        for table, name in (
            (APPLICATIONS, "ApplicationsTable"),
            (LETTERS, "LettersTable"),
            (PROGRAM, "ProgramTable"),
        ):
            found = [line["item"] for line in lines if line["table"] == table]
            assert sorted(found, key=lambda item: str(item["id"])) == [
                item for item in stored[name] if "who" not in item
            ]
        assert [line["table"] for line in lines] == sorted(
            (line["table"] for line in lines), key=backup.TABLES.index
        )
        assert sum(last["whole"].values()) == len(lines)
        assert last["at"].startswith("2026-10-07T00:30:00")

    def test_lets_nobody_in(self, desk: Coordinator) -> None:
        """
        Neither a session nor a way in is in it, nor the secret of any cookie.
        """
        file = desk.post(EXPORT).body
        assert post(desk.laptop, "/desk/sign-in", {"email": ["coordinator@example.org"]})
        ids = [line["item"]["id"]["S"] for line in lines_of(file)[:-1] if line["table"] == PROGRAM]
        assert ids
        assert not [each for each in ids if each.startswith(("session#", "ticket#"))]
        secret = desk.cookie.partition("=")[2].encode()
        hashed = hashlib.sha256(secret).hexdigest().encode()
        assert not {secret, hashed} & set(re.findall(rb"[\w-]+", part(file, EVERYTHING)))

    def test_has_a_spreadsheet_without_private_notes(self, desk: Coordinator) -> None:
        """
        What is for reading has every application, and not what only matching needs.
        """
        file = desk.post(EXPORT).body
        sheet = openpyxl.load_workbook(io.BytesIO(part(file, SPREADSHEET))).active
        assert sheet is not None
        cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
        assert {"Robin Example", "Kim Example"} <= set(cells)
        assert "Sam Example" not in cells
        assert b"Sam Example" in part(file, EVERYTHING)

    def test_says_what_it_is(self, desk: Coordinator) -> None:
        """
        Beside it lies a text: what this is, that it is personal, how it is brought back.
        """
        words = part(desk.post(EXPORT).body, READ_ME).decode()
        assert "October 6, 2026, 5:30 p.m. PT" in words
        for each in ("personal data", "make restore FILE=", SPREADSHEET):
            assert each in words
        assert max(map(len, words.splitlines())) <= 78

    def test_is_a_download_that_nobody_keeps(self, desk: Coordinator) -> None:
        """
        The file has a name with its time, and no cache keeps it.
        """
        headers = desk.post(EXPORT).headers
        assert headers["content-type"] == "application/zip"
        assert headers["content-disposition"] == (
            'attachment; filename="mentorship-2026-10-06-1730.zip"'
        )
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"

    def test_is_recorded_before_it_is_handed_over(
        self, desk: Coordinator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        An export that breaks on its way was recorded all the same.
        """

        def breaks(*given: object, **named: object) -> None:
            raise OSError("no space")

        monkeypatch.setattr(backup, "write", breaks)
        assert desk.post(EXPORT).status == 500
        assert Action.EXPORTED_ALL in text_of(desk.get(RECORD).text)

    def test_leaves_nothing_behind(
        self, desk: Coordinator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """
        The parts of the spreadsheet lie in a folder that no other account of the machine may read,
        and which is gone afterwards, also where it breaks on its way.
        """
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        applications = Queries.applications
        seen: list[tuple[Path, int]] = []

        def broken(*given: Any, **named: Any) -> Iterator[Application]:
            yield from applications(*given, **named)
            parts = [each for each in tmp_path.rglob("*") if each.is_file()]
            seen.extend((each.parent, each.parent.stat().st_mode & 0o077) for each in parts)
            raise OSError("no answer")

        monkeypatch.setattr(Queries, "applications", broken)
        assert desk.post(EXPORT).status == 500
        assert seen
        assert not [folder for folder, others in seen if others or folder == tmp_path]
        assert list(tmp_path.iterdir()) == []

    def test_that_cannot_be_recorded_is_not_handed_over(self, desk: Coordinator) -> None:
        """
        Where the record cannot be written, nothing is read of any table.
        """
        with tapped() as wire:
            wire.before = _refusing("TransactWriteItems")
            answer = desk.post(EXPORT)
            assert not [call for call in wire.calls if call.startswith("Scan")]
        assert answer.status == 500
        assert b"Robin" not in answer.body

    def test_a_large_one_is_a_link(
        self, desk: Coordinator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        What does not fit into one answer waits in the bucket, behind a link for five minutes.
        """
        monkeypatch.setattr(backup_page, "MAX_BYTES", 100)
        page = desk.post(EXPORT)
        assert page.headers["content-type"].startswith("text/html")
        assert "for 5 minutes" in page.text
        (link,) = re.findall(r'href="(https://[^"]+)"', page.text)
        file = _behind(unescape(link))
        assert len(lines_of(file)) > 5
        assert "X-Amz-Expires=300" in link

    def test_is_for_whoever_is_signed_in(self, desk: Coordinator) -> None:
        """
        Nobody else gets anything, nor does a page of another site; by GET nothing happens.
        """
        before = tables.everything()
        assert Coordinator(desk.laptop, "").post(EXPORT).status == 401
        assert Coordinator(desk.laptop, "__Host-desk=guessed").post(EXPORT).status == 401
        assert desk.post(EXPORT, origin="https://elsewhere.example").status == 400
        assert desk.get(EXPORT).status == 405
        assert tables.everything() == before

    def test_holds_a_page_in_memory(self, services: Services, tmp_path: Path) -> None:
        """
        However much is stored, little of it is in memory at once.
        """
        used = [_memory_of(number, services, str(tmp_path)) for number in (500, 5_000)]
        assert used[1] < used[0] * 2


@pytest.fixture
def operator(services: Services) -> Operator:
    """An operator who means it."""
    return Operator(
        services,
        boto3.client("dynamodb"),
        boto3.client("secretsmanager"),
        lambda question: "restore",
    )


def test_mails_nobody_whatever_a_letter_says(
    desk: Coordinator, operator: Operator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    A letter that was made to look like a new one, with no time to be sent at, is held as well.
    """
    mail(desk.laptop)
    tampered = _edited(
        _item(LETTERS, state={"S": "new"}, attempts={"N": "0"}, pending=None, due=None),
        signed=True,
    )
    path = tmp_path / "mentorship.zip"
    path.write_bytes(tampered(desk.post(EXPORT).body))
    _lose("LettersTable")
    sent = len(mail(desk.laptop))
    operator.restore(path)
    assert "Letters that are held until make release: 1\n" in capsys.readouterr().out
    desk.laptop.tick()
    assert len(mail(desk.laptop)) == sent


def _edited(change: Callable[[Lines], Lines], *, signed: bool) -> Callable[[bytes], bytes]:
    """Return what writes an export with other lines, with or without a digest that fits."""

    def edit(file: bytes) -> bytes:
        *lines, last = change(lines_of(file))
        texts = [(json.dumps(line) + "\n").encode() for line in lines]
        if signed and "whole" in last:
            last = {**last, "sha256": hashlib.sha256(b"".join(texts)).hexdigest()}
        return _zip(b"".join([*texts, (json.dumps(last) + "\n").encode()]))

    return edit


def _zip(lines: bytes, kind: int = zipfile.ZIP_DEFLATED, name: str = EVERYTHING) -> bytes:
    """Return a ZIP with some lines in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as zipped:
        zipped.writestr(name, lines)
    return file.getvalue()


def _item(table: str, **changes: Any) -> Callable[[Lines], Lines]:
    """Return what changes the first item of a table; `None` takes an attribute away."""

    def change(lines: Lines) -> Lines:
        at = next(at for at, line in enumerate(lines) if line.get("table") == table)
        item = {**lines[at]["item"], **changes}
        item = {name: value for name, value in item.items() if value is not None}
        return [*lines[:at], {**lines[at], "item": item}, *lines[at + 1 :]]

    return change


def _added(table: str, record: dict[str, Any]) -> Callable[[Lines], Lines]:
    """Return what puts an item in front, and counts it."""

    def change(lines: Lines) -> Lines:
        *others, last = lines
        whole = {**last["whole"], table: last["whole"][table] + 1}
        return [{"table": table, "item": write_item(record)}, *others, {**last, "whole": whole}]

    return change


def _marked(file: bytes) -> bytes:
    """Return an export whose parts say that they are encrypted."""
    changed = bytearray(file)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := changed.find(sign, start)) >= 0:
            changed[start + at] |= 1
            start += 1
    return bytes(changed)


def _flipped(file: bytes) -> bytes:
    """Return an export with a bit turned in the middle of its lines."""
    with zipfile.ZipFile(io.BytesIO(file)) as zipped:
        info = zipped.getinfo(EVERYTHING)
    changed = bytearray(file)
    changed[info.header_offset + info.compress_size // 2] ^= 1
    return bytes(changed)


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "no file of ours": lambda file: b"Dear coordinators, here it is.",
    "another ZIP": lambda file: _zip(b"x", name="letter.docx"),
    "an empty ZIP": lambda file: _zip(b""),
    "cut off": lambda file: file[:-100],
    "cut in half": lambda file: file[: len(file) // 2],
    "a bit turned": _flipped,
    "encrypted": _marked,
    "packed in another way": lambda file: _zip(part(file, EVERYTHING), zipfile.ZIP_LZMA),
    "no JSON": lambda file: _zip(b"\xff\xfe not JSON\n"),
    "nested deeply": lambda file: _zip(b"[" * 100_000 + b"\n"),
    "a list": lambda file: _zip(b"[]\n"),
    "without its last line": _edited(lambda lines: lines[:-1], signed=False),
    "with a line after its last": _edited(lambda lines: [*lines, lines[0]], signed=False),
    "a line left out": _edited(lambda lines: lines[1:], signed=True),
    "an item twice": _edited(lambda lines: [lines[0], *lines[:1], *lines[2:]], signed=True),
    "an item changed": _edited(_item(APPLICATIONS, reference={"S": "0000-0009"}), signed=False),
    "in another order": _edited(lambda lines: [*lines[-2::-1], lines[-1]], signed=True),
    "of another table": _edited(
        lambda lines: [{**lines[0], "table": "others"}, *lines[1:]], signed=True
    ),
    "an application that nobody can read": _edited(
        _item(APPLICATIONS, received={"S": "yesterday"}), signed=True
    ),
    "an application without a status": _edited(_item(APPLICATIONS, status=None), signed=True),
    "an application without an address": _edited(
        _item(APPLICATIONS, answers={"M": {}}), signed=True
    ),
    "a letter of no kind": _edited(_item(LETTERS, kind={"S": "chain"}), signed=True),
    "an id that is no text": _edited(_item(LETTERS, id={"N": "1"}), signed=True),
    "an id of nothing": _edited(_item(LETTERS, id={"S": ""}), signed=True),
    "an id that is too long": _edited(_item(LETTERS, id={"S": "x" * 2049}), signed=True),
    "a value of no type": _edited(_item(LETTERS, attempts={"X": "1"}), signed=True),
    "a number beyond all bounds": _edited(_item(LETTERS, attempts={"N": "1e999"}), signed=True),
    "settings that nobody can read": _edited(
        _added(PROGRAM, {"id": "arrangements", "coordinators": "me"}), signed=True
    ),
    "a record that nobody can read": _edited(
        _added(PROGRAM, {"id": "deed#1", "did": "nothing"}), signed=True
    ),
    "of a newer version": _edited(_item(APPLICATIONS, written_as={"N": "999"}), signed=True),
    "gzip of something else": lambda file: gzip.compress(b"no line of ours\n"),
    "gzip cut off": lambda file: gzip.compress(part(file, EVERYTHING))[:-20],
}


class TestBroken:
    def test_nothing_of_it_is_stored(
        self, desk: Coordinator, operator: Operator, tmp_path: Path, shown: Show
    ) -> None:
        """
        A file that is cut off, changed, or not ours is refused, with nothing of it stored.
        """
        file, path = desk.post(EXPORT).body, tmp_path / "mentorship.zip"
        tables.wipe()
        before, stored = tables.everything(), 0
        for breaking in BROKEN.values():
            path.write_bytes(breaking(file))
            with pytest.raises(Trouble, match=r"Nothing was stored\."):
                operator.restore(path)
            stored += tables.everything() != before
        assert stored == 0
        path.write_bytes(file)
        operator.restore(path)
        assert len(tables.items("ApplicationsTable")) == 2
        shown(13, f"{len(BROKEN)} broken, changed or foreign files: {stored} stored anything")

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("another ZIP", backup.ALIEN),
            ("no file of ours", backup.ALIEN),
            ("cut off", backup.BROKEN),
            ("an item changed", backup.BROKEN),
            ("of a newer version", backup.NEWER),
        ],
    )
    def test_is_told_apart(self, name: str, words: str, desk: Coordinator) -> None:
        """
        Whoever chose another file is told another thing than whoever has half of one.
        """
        file = BROKEN[name](desk.post(EXPORT).body)
        with pytest.raises(BadBackup) as caught:
            backup.read(io.BytesIO(file))
        assert str(caught.value) == words

    def test_a_line_is_not_read_to_its_end(self) -> None:
        """
        No item has a line so long, and no more of it is in memory than an item could have.
        """
        bomb = gzip.compress(b"[" + b" " * 16 * 1024 * 1024)
        tracemalloc.start()
        with pytest.raises(BadBackup) as caught:
            backup.read(io.BytesIO(bomb))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert str(caught.value) == backup.BROKEN
        assert most < 12_000_000


def _behind(link: str) -> bytes:
    """Return the file that a link into the bucket leads to, which no request reaches here."""
    key = unquote(urlsplit(link).path).lstrip("/").removeprefix("exports/")
    body: bytes = boto3.client("s3").get_object(Bucket="exports", Key=key)["Body"].read()
    return body


def _lose(table: str, *, of: str = "") -> int:
    """Delete the items of a table whose ids begin like this, and return how many."""
    lost = [item["id"] for item in tables.items(table) if item["id"]["S"].startswith(of)]
    for key in lost:
        boto3.client("dynamodb").delete_item(TableName=table, Key={"id": key})
    return len(lost)


def _refusing(call: str) -> Callable[[str, int], None]:
    """Return what refuses a kind of call."""

    def strike(made: str, number: int) -> None:
        if made == call:
            raise OSError("refused")

    return strike


def _memory_of(number: int, services: Services, folder: str) -> int:
    """Return how many bytes are held at most while so many items are written."""

    class Many:
        """A store with many letters."""

        @property
        def queries(self) -> "Many":
            return self

        @property
        def matches(self) -> "Many":
            return self

        def since(self, **wanted: object) -> dict[str, Any]:
            return {}

        def everything(self, table: str) -> Iterator[dict[str, Any]]:
            for at in range(number if table == LETTERS else 0):
                yield write_item({"id": f"{at:08}", "reason": "x" * 1_000})

        def applications(self, **wanted: object) -> Iterator[Any]:
            yield from ()

    class Nowhere(io.RawIOBase):
        """A file that forgets."""

        def writable(self) -> bool:
            return True

        def write(self, given: Any) -> int:
            return len(given)

    tracemalloc.start()
    backup.write(
        Nowhere(),  # type: ignore[arg-type]
        Many(),  # type: ignore[arg-type]
        folder=folder,
        read_me="",
        zone=services.program.zone,
        now=services.now(),
    )
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most
