"""An export from the desk: what it asks, who may have it, what is recorded, what stays of it."""

import json
import re
import stat
import tempfile
from contextlib import nullcontext
from html import unescape
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.laptop import COORDINATORS, Laptop
from mentorship.exports.query import ARGUMENTS, Format
from mentorship.program.audit import Action, AuditEntry
from mentorship.services import Services
from mentorship.store.queries import Queries
from tests import people, tables
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.desk_files import EXPORT, addresses, asked, read
from tests.people import apply

EVERY_FORMAT = pytest.mark.parametrize("format", list(Format))


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator who has signed in; two mentees and a mentor have applied, and a bot."""
    apply(laptop, people.mentee())
    apply(laptop, people.mentee(email="p2@example.org", subspecialties="general"))
    apply(laptop, people.mentor())
    apply(laptop, people.mentor(email="bot@example.org", website="x"))
    return sign_in(laptop)


def exports(services: Services) -> list[AuditEntry]:
    """Return what is recorded of exports, the last first."""
    return [each for each in services.store.queries.audit_log() if each.action is Action.EXPORTED]


class TestFile:
    @EVERY_FORMAT
    def test_is_handed_over(self, desk: Coordinator, format: Format) -> None:
        """
        A coordinator gets the file at once, under a name that says what and when.
        """
        answer = desk.post(EXPORT, asked(role="mentee", area="breast", format=format.value))
        assert answer.status == 200
        assert answer.headers["content-type"] == format.content_type
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="mentees-breast-2026-10-06-1730.{format}"'
        )
        assert answer.headers["cache-control"] == "no-store"
        heading = "email" if format is Format.JSON else "Email address"
        assert [row[heading] for row in read(answer.body, format)] == ["robin@example.org"]

    def test_empty_fields_mean_all(self, desk: Coordinator) -> None:
        """
        What is left empty narrows nothing; what was held back is left out unless it is asked for.
        """
        assert set(addresses(desk)) == {"robin@example.org", "p2@example.org", "kim@example.com"}
        assert addresses(desk, status="quarantined") == ["bot@example.org"]
        assert addresses(desk, role="mentor") == ["kim@example.com"]
        assert addresses(desk, area="general") == ["p2@example.org"]
        assert addresses(desk, since="2026-10-07") == []
        answer = desk.post(EXPORT)
        assert len(read(answer.body, Format.CSV)) == 3

    @EVERY_FORMAT
    def test_private_note_only_where_ticked(self, desk: Coordinator, format: Format) -> None:
        """
        Whom not to match somebody with is in the file only if its box was ticked.
        """
        heading = "not_with" if format is Format.JSON else "Not with"
        plain = read(desk.post(EXPORT, asked(format=format.value)).body, format)
        assert all(heading not in row for row in plain)
        ticked = desk.post(EXPORT, asked(format=format.value, include="not_with"))
        notes = [row[heading] for row in read(ticked.body, format)]
        assert notes.count("Sam Example") == 2

    def test_nobody_is_a_file_too(self, desk: Coordinator, services: Services) -> None:
        """
        An export of nobody is a file with its headings, and is recorded as one.
        """
        assert addresses(desk, role="mentor", status="withdrawn") == []
        assert exports(services)[0].words == "mentors, withdrawn, CSV, 0 rows"


class TestRecord:
    def test_says_who_and_what(self, desk: Coordinator, services: Services, clock: Clock) -> None:
        """
        It is recorded who exported when, what was asked for, and how many rows that was.
        """
        addresses(desk, role="mentee", status="waiting", area="breast", include="not_with")
        (entry,) = exports(services)
        assert (entry.by, entry.at, entry.about) == (COORDINATORS, clock(), "")
        assert entry.words == "mentees, waiting, Breast imaging, CSV, with “Not with”, 1 row"
        addresses(desk, role="mentee")
        assert {each.words for each in exports(services)} >= {"mentees, CSV, 2 rows"}

    def test_comes_before_the_file(
        self, desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        If it cannot be recorded, nobody gets anything, in an answer or in the bucket.
        """

        def lost(*_: object) -> None:
            raise ConnectionError

        with monkeypatch.context() as broken:
            broken.setattr("mentorship.store.store.Store.commit", lost)
            for most in (10**6, 10):
                broken.setattr("mentorship.archive.export.MAX_BYTES", most)
                answer = desk.post(EXPORT, asked())
                assert answer.status == 500
                assert b"robin@example.org" not in answer.body
        assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket="exports")
        assert exports(services) == []

    def test_direct_invocation_has_nobody_to_record(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Who may invoke the function is known to AWS, and not at the desk.
        """
        assert laptop.invoke("Export", {"role": "mentee"})["rows"] == 2
        assert exports(services) == []


class TestPage:
    def test_shows_all_choices(self, desk: Coordinator) -> None:
        """
        Everything that can be asked for is on the page, nothing chosen before.
        """
        page = desk.get(EXPORT).text
        for name in ARGUMENTS:
            assert f'name="{name}"' in page
        assert "selected" not in page
        assert "checked" not in page
        assert "The form promises that none but the coordinators reads them." in page
        for value in ("mentor", "invited", "undecided", "json", "not_with"):
            assert f'value="{value}"' in page
        assert 'value="unconfirmed"' not in page

    def test_is_filled_in_as_its_address_says(self, desk: Coordinator) -> None:
        """
        What a list shows is chosen beforehand; what makes no sense is not.
        """
        page = desk.get(f"{EXPORT}?role=mentor&status=paused&area=oncology&format=%00&x=y").text
        chosen = re.findall(r'value="(\w+)" selected', page)
        assert chosen == ["mentor", "paused", "oncology"]

    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("role", "boss", "“role” is one of: mentee, mentor"),
            ("status", "gone", "“status” is one of: waiting"),
            ("area", "bones", "“area” is one of: abdominal"),
            ("since", "last week", "“since” is a date such as 2026-09-01"),
            ("until", "10/6/2026", "“until” is a date such as 2026-09-01"),
            ("format", "pdf", "“format” is one of: csv, xlsx, json"),
            ("include", "email", "“include” takes: not_with"),
            ("rol", "<b>x", "“rol” is not an argument of an export"),
        ],
    )
    def test_tells_what_is_not_understood(
        self, desk: Coordinator, services: Services, name: str, value: str, words: str
    ) -> None:
        """
        The page comes back with the words beside the field, and with all that was chosen.
        """
        given = {**asked(role="mentor", area="oncology", format="json"), name: [value]}
        answer = desk.post(EXPORT, given)
        assert answer.status == 422
        page = unescape(answer.text)
        assert words in page
        assert "<title>Error: Export applications" in page
        assert "<b>x" not in answer.text
        for kept, text in (("role", "mentor"), ("area", "oncology"), ("format", "json")):
            assert (f'value="{text}" selected' in page) is (kept != name)
        if name in ("since", "until"):
            assert f'value="{value}"' in page
            assert page.index(words) < page.index(f'name="{name}"')
        assert exports(services) == []

    def test_two_answers_to_one_question(self, desk: Coordinator) -> None:
        """
        A field that is sent twice is told of, and is no error of ours.
        """
        for name in ARGUMENTS:
            answer = desk.post(EXPORT, {**asked(), name: ["x", "y"]})
            assert answer.status == 422, name

    def test_program_is_told_as_a_program(self, desk: Coordinator) -> None:
        """
        Whoever asks for JSON gets the problem as RFC 9457 has it.
        """
        answer = desk.post(EXPORT, asked(role="boss"), accept="application/json")
        assert answer.status == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json["detail"] == "“role” is one of: mentee, mentor"


class TestGuard:
    def test_nobody_else_gets_it(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Without a session, or from another site's page, there is no file and nothing is recorded.
        """
        before = tables.everything()
        stranger = Coordinator(laptop, "")
        for answer, status in (
            (stranger.get(EXPORT), 401),
            (stranger.post(EXPORT, asked()), 401),
            (desk.post(EXPORT, asked(), origin="https://evil.example"), 400),
        ):
            assert answer.status == status
            assert "robin@example.org" not in answer.text
        assert tables.everything() == before

    def test_other_methods(self, desk: Coordinator) -> None:
        """
        It is looked at and posted to, and nothing else.
        """
        answer = desk._call("DELETE", EXPORT, {})
        assert answer.status == 405
        assert answer.headers["allow"] == "GET, HEAD, POST"

    def test_log_holds_no_answer(
        self, desk: Coordinator, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        The log has the format, the count and the request, and nobody's name or address.
        """
        capsys.readouterr()
        addresses(desk, role="mentee")
        out = capsys.readouterr().out
        (line,) = [json.loads(each) for each in out.splitlines() if "applications exported" in each]
        assert (line["format"], line["count"]) == ("csv", 2)
        assert line["request"]
        assert "robin" not in out


class TestLarge:
    def test_page_has_a_link_for_five_minutes(
        self,
        desk: Coordinator,
        services: Services,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """
        What is too large for an answer waits in the bucket, and the page leads there for a while.
        """
        monkeypatch.setattr("mentorship.archive.export.MAX_BYTES", 100)
        answer = desk.post(EXPORT, asked(role="mentee"))
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("text/html")
        found = re.search(r'href="(https://[^"]+)">Download ([^<]+)<', answer.text)
        assert found
        link, filename = unescape(found[1]), found[2]
        assert filename == "mentees-2026-10-06-1730.csv"
        assert "X-Amz-Expires=300" in link
        assert "October 6, 2026, 5:35 p.m. PT" in answer.text
        assert "It has 2 rows" in answer.text
        (kept,) = boto3.client("s3").list_objects_v2(Bucket="exports")["Contents"]
        assert kept["Key"] in link
        file = boto3.client("s3").get_object(Bucket="exports", Key=kept["Key"])["Body"].read()
        assert len(read(file, Format.CSV)) == 2
        assert exports(services)[0].words == "mentees, CSV, 2 rows"


class TestLeftBehind:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Where this machine keeps temporary files."""
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        return tmp_path

    @EVERY_FORMAT
    def test_nothing_is_left_and_nobody_else_may_look(
        self,
        desk: Coordinator,
        laptop: Laptop,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        format: Format,
    ) -> None:
        """
        However an export ends, no file of it stays; while it runs, only its own account may look.
        """
        found = Queries.applications
        for end in (None, ConnectionError, KeyboardInterrupt, SystemExit):
            files: list[Path] = []

            def breaking(*given: Any, end: Any = end, seen: Any = files, **asked: Any) -> Any:
                for each in found(*given, **asked):
                    yield each
                    seen += [path for path in folder.rglob("*") if path.is_file()]
                    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
                    assert modes <= {0o700}
                    if end:
                        raise end

            monkeypatch.setattr(Queries, "applications", breaking)
            with pytest.raises(end) if end else nullcontext():
                laptop.invoke("Export", {"format": format})
            assert list(folder.iterdir()) == []
            # What is looked at here is there at all: a workbook is made of files.
            assert (files != []) is (format is Format.XLSX)
