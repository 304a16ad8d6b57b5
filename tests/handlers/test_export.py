"""Exports: what is in one, in which order, how large, and what is said of a bad one."""

import base64
import io
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest

from infra.laptop import Laptop
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.archive.export import MAX_BYTES
from mentorship.exports import spreadsheet
from mentorship.exports.query import ExportQuery, Format
from mentorship.form.form import stored_questions
from mentorship.form.question import Role
from mentorship.services import Services
from tests import made, people
from tests.clock import Clock
from tests.desk_files import read
from tests.faults import tapped
from tests.people import apply

PACIFIC = ZoneInfo("America/Los_Angeles")
EVERY_FORMAT = pytest.mark.parametrize("format", list(Format))


def export(laptop: Laptop, **arguments: Any) -> dict[str, Any]:
    """Invoke the function as `make export` does."""
    answer: dict[str, Any] = laptop.invoke("Export", arguments)
    return answer


def rows(laptop: Laptop, **arguments: Any) -> list[dict[str, Any]]:
    """Return the rows of an export in JSON."""
    answer = export(laptop, format="json", **arguments)
    assert "problem" not in answer, answer
    found = read(base64.b64decode(answer["body"]), Format.JSON)
    assert answer["rows"] == len(found)
    return found


def references(laptop: Laptop, **arguments: Any) -> list[str]:
    """Return the references in an export, in its order, without their zeros."""
    return [row["reference"].removeprefix("0000-000") for row in rows(laptop, **arguments)]


@contextmanager
def pages_of(limit: int, services: Services) -> Iterator[None]:
    """Let the index give its answers a few at a time, as it does when they are large."""
    events = services.store._client.meta.events

    def few(params: dict[str, Any], **_: object) -> Any:
        return params | {"Limit": limit}

    events.register("provide-client-params.dynamodb.Query", few)
    yield
    events.unregister("provide-client-params.dynamodb.Query", few)


@pytest.fixture
def people_applied(laptop: Laptop, clock: Clock) -> None:
    """Six people, a day between each: mentees 1, 3 and 5, mentors 2 and 4, and a bot, 6."""
    for number in range(1, 7):
        if number > 1:
            clock.forward(days=1)
        person = people.mentee if number % 2 or number == 6 else people.mentor
        trap = "x" if number == 6 else ""
        apply(laptop, person(email=f"p{number}@example.org", website=trap))


@pytest.mark.usefixtures("people_applied")
class TestWhich:
    """Person 1 applied at 5:30 p.m. on October 6, 2026, in Seattle; UTC was at October 7."""

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ({}, "12345"),
            ({"role": "mentee"}, "135"),
            ({"role": "MENTOR"}, "24"),
            ({"status": "waiting"}, "12345"),
            ({"status": "withdrawn"}, ""),
            ({"status": "quarantined"}, "6"),
            ({"role": "mentor", "status": "quarantined"}, ""),
            ({"area": "neuroradiology"}, "12345"),
            ({"area": "breast"}, "135"),
            ({"area": "BREAST", "role": "mentor"}, ""),
            ({"area": "neuroradiology", "since": "2026-10-07", "role": "mentor"}, "24"),
            ({"since": "2026-10-06"}, "12345"),
            ({"since": "2026-10-07"}, "2345"),
            ({"until": "2026-10-06"}, "1"),
            ({"until": "2026-10-05"}, ""),
            ({"since": "2026-10-07", "until": "2026-10-09"}, "234"),
            ({"since": "2026-10-08", "until": "2026-10-08"}, "3"),
            ({"role": "mentee", "since": "2026-10-07", "until": "2026-10-11"}, "35"),
            ({"role": "", "status": None, "area": "", "include": []}, "12345"),
        ],
    )
    def test_filters(self, laptop: Laptop, arguments: dict[str, Any], expected: str) -> None:
        """
        Days are days in Seattle, both inclusive; what is held back is left out unless asked for.
        """
        assert "".join(references(laptop, **arguments)) == expected

    @pytest.mark.parametrize("limit", [1, 2])
    def test_waiting_order_over_roles_and_pages(
        self, laptop: Laptop, services: Services, limit: int
    ) -> None:
        """
        Roles are interleaved by time, also where the index gives its answer in many pages.
        """
        with pages_of(limit, services), tapped() as wire:
            found = references(laptop)

        assert "".join(found) == "12345"
        # Two roles with five statuses each are ten queries where all fits in a page.
        assert len(wire.calls) > 10

    def test_expired_are_left_out(self, laptop: Laptop, clock: Clock) -> None:
        """
        Whose time is over is in no export, though DynamoDB has not deleted them yet.
        """
        end = clock.time.replace(year=2027) - timedelta(days=3, minutes=1)
        # Nobody who waits has an end before they were warned.
        clock.time = end - timedelta(days=25)
        laptop.daily()
        clock.time = end
        assert "".join(references(laptop)) == "345"

    @EVERY_FORMAT
    def test_private_note_only_if_asked_for(self, laptop: Laptop, format: Format) -> None:
        """
        Whom not to match somebody with has a column only in an export that names it.
        """
        usual = base64.b64decode(export(laptop, format=format)["body"])
        asked = base64.b64decode(export(laptop, format=format, include=["not_with"])["body"])
        heading = "not_with" if format is Format.JSON else "Not with"
        assert all(heading not in row for row in read(usual, format))
        notes = [row[heading] for row in read(asked, format)]
        assert notes.count("Sam Example") == 3

    def test_include_takes_a_text_too(self, laptop: Laptop) -> None:
        """
        In a shell a list is one text.
        """
        assert "not_with" in rows(laptop, include="not_with")[0]


class TestFiles:
    @EVERY_FORMAT
    def test_every_answer_is_there(self, laptop: Laptop, format: Format) -> None:
        """
        Each format holds each answer of each question that is not private, under its heading.
        """
        apply(laptop, people.mentee())
        apply(laptop, people.mentor())
        answer = export(laptop, format=format)
        assert answer["rows"] == 2
        assert answer["filename"] == f"mentees-mentors-2026-10-06-1730.{format}"
        assert answer["content_type"].startswith(("text/csv", "application/"))
        found = read(base64.b64decode(answer["body"]), format)
        asked = [question for question in stored_questions() if not question.private]
        if format is Format.JSON:
            assert set(found[0]) >= {question.name for question in asked}
            words = {row["full_name"]: row["subspecialties"] for row in found}
            assert words["Robin Example"] == ["breast", "neuroradiology"]
        else:
            assert set(found[0]) >= {question.for_role(Role.MENTEE).heading for question in asked}
            words = {row["Full name"]: row["Areas of radiology"] for row in found}
            assert words["Robin Example"] == "Breast imaging; Neuroradiology"

    @EVERY_FORMAT
    def test_nobody_is_a_file_too(self, laptop: Laptop, format: Format) -> None:
        """
        An export of nobody is a file with its headings, not a problem.
        """
        answer = export(laptop, format=format)
        assert answer["rows"] == 0
        assert read(base64.b64decode(answer["body"]), format) == []

    def test_formulas_are_text(self, laptop: Laptop) -> None:
        """
        What a spreadsheet program would compute is a text, in CSV and XLSX alike.
        """
        formula = '=HYPERLINK("https://evil.example","Open")'
        apply(laptop, people.mentee(full_name=formula, city="@SUM(A1)", goal="+1\n=2"))
        for kind in (Format.CSV, Format.XLSX):
            (row,) = read(base64.b64decode(export(laptop, format=kind)["body"]), kind)
            assert row["Full name"] == f"'{formula}"
            assert row["City or region"] == "'@SUM(A1)"
            assert row["What would make the year worth it"] == "'+1\n=2"
        assert rows(laptop)[0]["full_name"] == formula


class TestLarge:
    @pytest.fixture(autouse=True)
    def little_fits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let next to nothing fit in an answer."""
        monkeypatch.setattr("mentorship.archive.export.MAX_BYTES", 100)

    @EVERY_FORMAT
    def test_link_leads_to_the_file(
        self, laptop: Laptop, services: Services, clock: Clock, format: Format
    ) -> None:
        """
        What does not fit is kept in the bucket under a name nobody guesses, and the link says so.
        """
        apply(laptop, people.mentee())
        answer = export(laptop, format=format)

        assert "body" not in answer
        assert answer["expires"] == (clock() + timedelta(minutes=5)).isoformat()
        assert answer["link"].startswith("https://")
        (kept,) = boto3.client("s3").list_objects_v2(Bucket="exports")["Contents"]
        assert kept["Key"] == f"00000002abcdefghjkmn/{answer['filename']}"
        assert kept["Key"] in answer["link"]
        assert "X-Amz-Expires=300" in answer["link"]
        file = boto3.client("s3").get_object(Bucket="exports", Key=kept["Key"])
        assert file["ContentType"] == answer["content_type"]
        assert file["ContentDisposition"] == f'attachment; filename="{answer["filename"]}"'
        assert len(read(file["Body"].read(), format)) == answer["rows"] == 1

    def test_file_of_exactly_the_most_fits(
        self, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        The boundary: a file of as many bytes as fit is in the answer, one of one more is not.
        """
        empty = len(b"[\n]\n")
        monkeypatch.setattr("mentorship.archive.export.MAX_BYTES", empty)
        assert "body" in export(laptop, format="json")
        monkeypatch.setattr("mentorship.archive.export.MAX_BYTES", empty - 1)
        assert "link" in export(laptop, format="json")

    def test_largest_answer_fits_lambdas(self) -> None:
        """
        In base64, and with its other members, it is within the 6 MB that Lambda answers with.
        """
        assert MAX_BYTES * 4 / 3 + 4096 < 6 * 1024 * 1024


class TestProblems:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (
                {"rol": "mentee"},
                "“rol” is not an argument of an export; these are: role, status, area",
            ),
            ({"role": "boss"}, "“role” is one of: mentee, mentor"),
            ({"role": ["mentee", "mentor"]}, "“role” is one of: mentee, mentor"),
            (
                {"status": "new"},
                "“status” is one of: waiting, invited, paused, matched,",
            ),
            ({"area": "bones"}, "“area” is one of: abdominal, breast"),
            ({"format": "pdf"}, "“format” is one of: csv, xlsx, json"),
            ({"since": "last week"}, "“since” is a date such as 2026-09-01"),
            ({"since": "2026-02-30"}, "“since” is a date such as 2026-09-01"),
            ({"since": "0226-09-01"}, "“since” is a date such as 2026-09-01"),
            ({"until": "10/6/2026"}, "“until” is a date such as 2026-09-01"),
            ({"until": "9999-12-31"}, "“until” is a date such as 2026-09-01"),
            ({"until": 12.5}, "“until” is a date such as 2026-09-01"),
            ({"since": "2026-10-02", "until": "2026-10-01"}, "“since” is after “until”"),
            ({"include": "goal"}, "“include” takes: not_with"),
            ({"include": ["not_with", "email"]}, "“include” takes: not_with"),
        ],
    )
    def test_problem_is_in_words(
        self, laptop: Laptop, arguments: dict[str, Any], words: str
    ) -> None:
        """
        What is wrong with an argument is an answer, with what would be right; nothing is exported.
        """
        apply(laptop, people.mentee())
        answer = export(laptop, **arguments)
        assert set(answer) == {"problem"}
        assert answer["problem"]["status"] == 422
        assert answer["problem"]["detail"].startswith(words)


class TestMemory:
    """An export holds a row at a time; what is counted is what is alive, not time."""

    @EVERY_FORMAT
    def test_rows_are_written_one_by_one(self, format: Format) -> None:
        """
        However many rows there are, few applications are in memory at once.
        """
        alive = set[int]()
        most = 0

        def many() -> Iterator[Application]:
            nonlocal most
            for number in range(500):
                one = made.application(reference=f"{number:04}")
                alive.add(number)
                weakref.finalize(one, alive.remove, number)
                most = max(most, len(alive))
                yield one

        wanted = ExportQuery.parse({"format": format}, PACIFIC)
        columns = spreadsheet.columns(wanted, PACIFIC)
        written = spreadsheet.write(many(), columns=columns, format=format, file=io.BytesIO())
        assert written == 500
        assert most <= 3

    @pytest.mark.usefixtures("people_applied")
    def test_pages_are_read_as_they_are_needed(self, services: Services) -> None:
        """
        The first row is there before the second page of any role and status is read.
        """
        with pages_of(1, services), tapped() as wire:
            found = services.store.queries.applications(
                roles=list(Role),
                statuses=[Status.WAITING],
                since=None,
                until=None,
                now=services.now(),
            )
            assert wire.calls == []
            next(found)
            assert len(wire.calls) == 2
