"""What was ever stored can be read, and is written the same again."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given as drawn
from hypothesis import strategies as st

from infra import template
from mentorship import records
from mentorship.application import Application, Standing, Status
from mentorship.form import FORM_VERSION
from mentorship.letter import KINDS, Letter, State, new_letter
from mentorship.questions import Role
from mentorship.records import (
    application_of,
    expired,
    letter_of,
    moment,
    moment_before,
    of_application,
    of_letter,
    of_standing,
    standing_of,
    time_of,
)
from tests import made
from tests.made import FORMS, ID, NOW

GOLDEN = Path(__file__).parent / "records"
PATHS = sorted(GOLDEN.glob("*.json"))
UNTIL = datetime(2100, 1, 1, tzinfo=UTC)


def golden(name: str) -> dict[str, Any]:
    """Return a record as it once was stored."""
    record: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return record


def through_the_table(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as DynamoDB gives it back: with decimals for numbers."""
    item = {name: TypeSerializer().serialize(value) for name, value in record.items()}
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


def read(record: dict[str, Any]) -> Application | Letter | Standing:
    """Read a record of whatever it is."""
    if "answers" in record:
        return application_of(record)
    return letter_of(record) if "state" in record else standing_of(record)


def write(item: Application | Letter | Standing) -> dict[str, Any]:
    """Write whatever it is."""
    if isinstance(item, Application):
        return of_application(item)
    return of_letter(item) if isinstance(item, Letter) else of_standing(item)


class TestGolden:
    @pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
    def test_read_and_written_the_same(self, path: Path) -> None:
        """
        A record of every version is read; one of this version is written the same again.
        """
        record = golden(path.stem)
        item = read(through_the_table(record))
        assert path.stem.startswith(f"{record['written_as']}-")
        if record["written_as"] == records.WRITTEN_AS:
            assert write(item) == record
        # What an older version wrote is, once read and written, of this version for good.
        assert read(through_the_table(write(item))) == item

    @pytest.mark.parametrize("version", range(1, records.WRITTEN_AS + 1))
    def test_there_is_one_of_each(self, version: int) -> None:
        """
        Each version has an application of each role and status, a standing, and each state.
        """
        found = [golden(path.stem) for path in PATHS if path.stem.startswith(f"{version}-")]
        shelves = {record["shelf"] for record in found if "answers" in record}
        assert shelves >= {"mentee#waiting", "mentor#waiting", "mentee#quarantined"}
        assert {record["state"] for record in found if "state" in record} == set(State)
        assert any("application" in record for record in found)
        # A failed letter with a try left is in the sweeper's index; one without is not.
        failed = [record for record in found if record.get("state") == "failed"]
        assert {"due" in record for record in failed} == {True, False}

    def test_what_a_mentees_record_says(self) -> None:
        """
        A record reads as the application that it was.
        """
        application = application_of(golden("1-mentee"))
        assert application.role is Role.MENTEE
        assert application.status is Status.WAITING
        assert (application.name, application.address) == ("Robin Example", "robin@example.org")
        assert application.answers["subspecialties"] == ["breast", "neuroradiology"]
        assert application.received_at == NOW
        assert application.reply_by == date(2026, 11, 1)
        assert application.expires_at == datetime(2027, 10, 7, 0, 30, tzinfo=UTC)

    @pytest.mark.parametrize("name", ["1-mentee", "1-mentor"])
    def test_old_answers_are_shown(self, name: str) -> None:
        """
        Every answer of an old record is shown in words by the present form.
        """
        application = application_of(golden(name))
        shown = FORMS[application.role].show(application.answers, given_on=date(2026, 10, 6))
        words = {question.name: words for _, rows in shown for question, words in rows}
        assert {name for name, text in words.items() if text} == set(application.answers)


class TestApplication:
    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize("status", Status)
    def test_there_and_back(self, role: Role, status: Status) -> None:
        """
        An application comes out of the table as it went in.
        """
        application = made.application(
            role,
            status=status,
            received_at=NOW + timedelta(microseconds=123456),
            reply_by=date(2026, 10, 15),
            keep_months=18,
            revision=7,
        )
        assert application_of(through_the_table(of_application(application))) == application

    def test_types_after_the_table(self) -> None:
        """
        Numbers come back as whole numbers, not as DynamoDB's decimals.
        """
        application = application_of(through_the_table(of_application(made.application())))
        for number in (application.form_version, application.keep_months, application.revision):
            assert type(number) is int

    def test_which_shelf(self) -> None:
        """
        The index finds an application by role and status.
        """
        record = of_application(made.application(Role.MENTOR, status=Status.QUARANTINED))
        assert record["shelf"] == "mentor#quarantined" == records.shelf(
            Role.MENTOR, Status.QUARANTINED
        )  # fmt: skip

    def test_remembers_the_form(self) -> None:
        """
        A record says which form and which consent it answered, and who wrote it.
        """
        record = of_application(made.application())
        assert record["written_as"] == records.WRITTEN_AS
        assert record["form_version"] == FORM_VERSION
        assert record["consent_version"] == 1
        assert record["keep_months"] == 12

    def test_a_records_answers_are_its_own(self) -> None:
        """
        Whoever changes a record changes no application.
        """
        application = made.application()
        record = of_application(application)
        record["answers"]["city"] = "Spokane"
        assert application.answers["city"] == "Seattle"

    def test_small_enough(self) -> None:
        """
        The longest application is far below DynamoDB's 400 KB.
        """
        longest = {"goal": "\U00020000" * 600, "not_with": "\U00020000" * 200}
        record = of_application(made.application(answers=longest))
        assert len(json.dumps(record, ensure_ascii=False).encode()) < 20_000


class TestStanding:
    def test_there_and_back(self) -> None:
        """
        What stands comes out of the table as it went in.
        """
        standing = Standing(
            id="waiting#mentee#robin@example.org", application=ID, expires_at=NOW, revision=3
        )
        assert standing_of(through_the_table(of_standing(standing))) == standing


class TestLetter:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("state", State)
    def test_there_and_back(self, kind: str, state: State) -> None:
        """
        A letter of every kind and state comes out of the table as it went in.
        """
        letter = new_letter(kind, about=ID, now=NOW)
        if state is not State.NEW:
            letter = letter.taken_up(NOW)
        if state is State.SENT:
            letter = letter.sent("message-1", NOW + timedelta(seconds=1))
        elif state is State.FAILED:
            letter = letter.failed("Throttling", NOW, again=True)
        assert letter.state is state
        assert letter_of(through_the_table(of_letter(letter))) == letter

    def test_index_holds_what_is_left_to_do(self) -> None:
        """
        The sweeper's index holds a letter as long as something is to be done, and no longer.
        """
        new = new_letter("receipt", about=ID, now=NOW)
        held = new.taken_up(NOW)
        for letter in (new, held, held.failed("Throttling", NOW, again=True)):
            assert letter.due is not None
            assert of_letter(letter)["pending"] == "yes"
            assert of_letter(letter)["due"] == moment(letter.due)
        for letter in (held.sent("m", NOW), held.failed("x", NOW, again=False)):
            assert not {"pending", "due"} & set(of_letter(letter))

    def test_outlives_what_it_is_about(self) -> None:
        """
        A letter is kept for two years, longer than an application without a match.
        """
        record = of_letter(new_letter("receipt", about=ID, now=NOW))
        assert int(record["expires"]) > int(of_application(made.application())["expires"])
        assert datetime.fromtimestamp(record["expires"], UTC) == NOW + records.LETTERS_KEPT

    def test_holds_nobodys_words(self) -> None:
        """
        Whatever the application says, the letter about it holds its id only.
        """
        record = of_letter(new_letter("new-application", about=ID, now=NOW))
        assert "@" not in str(record)
        assert set(record) == {
            "id", "written_as", "kind", "about", "state", "attempts", "created", "expires",
            "pending", "due",
        }  # fmt: skip


class TestExpired:
    @pytest.mark.parametrize(
        ("seconds", "over"), [(-1, False), (0, True), (1, True), (10**6, True)]
    )
    def test_over_before_dynamodb_deletes_it(self, seconds: int, over: bool) -> None:
        """
        A record is gone for us at its time, though DynamoDB deletes it days later.
        """
        record = through_the_table(of_application(made.application()))
        at = made.application().expires_at + timedelta(seconds=seconds)
        assert expired(record, at) is over

    def test_without_a_time(self) -> None:
        """
        What has no time is kept.
        """
        assert not expired({}, UNTIL)

    @pytest.mark.parametrize("table", template.tables(), ids=lambda table: table.name)
    def test_the_table_deletes_by_the_same_attribute(self, table: template.Table) -> None:
        """
        What the records call the time is what DynamoDB deletes by.
        """
        assert table.time_to_live is not None
        assert table.time_to_live["TimeToLiveSpecification"] == {
            "AttributeName": "expires",
            "Enabled": True,
        }


class TestKeys:
    @pytest.mark.parametrize(
        ("table", "record"),
        [
            ("ApplicationsTable", of_application(made.application())),
            ("LettersTable", of_letter(new_letter("receipt", about=ID, now=NOW))),
            ("ProgramTable", of_standing(Standing(id="x", application=ID, expires_at=NOW))),
        ],
    )
    def test_records_have_the_keys_of_their_table(self, table: str, record: dict[str, Any]) -> None:
        """
        Each key of the table and of its indexes is an attribute of the record, as a text.
        """
        (declared,) = (each.create for each in template.tables() if each.name == table)
        for attribute in declared["AttributeDefinitions"]:
            assert attribute["AttributeType"] == "S"
            assert isinstance(record[attribute["AttributeName"]], str)


moments = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001
    datetime(2199, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from(
        [UTC, ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Kathmandu")]
    ),
)  # fmt: skip


class TestMoment:
    def test_as_written(self) -> None:
        """
        A time is written in UTC, with microseconds, whatever its zone.
        """
        assert moment(NOW.astimezone(ZoneInfo("America/Los_Angeles"))) == (
            "2026-10-07T00:30:00.000000Z"
        )
        assert moment_before(NOW) == "2026-10-07T00:29:59.999999Z"

    @drawn(when=moments)
    def test_there_and_back(self, when: datetime) -> None:
        """
        A time is read as it was written.
        """
        assert time_of(moment(when)) == when.astimezone(UTC)
        assert time_of(moment(when)).tzinfo is UTC

    @drawn(one=moments, other=moments)
    def test_texts_sort_as_times_do(self, one: datetime, other: datetime) -> None:
        """
        The index sorts texts; they stand in the order of the times.
        """
        first, second = one.astimezone(UTC), other.astimezone(UTC)
        assert (moment(one) < moment(other)) == (first < second)
        assert time_of(moment_before(one)) == first - timedelta(microseconds=1)

    def test_a_later_revision_is_read(self) -> None:
        """
        A changed application is the same record but for its count.
        """
        application = made.application()
        changed = of_application(replace(application, revision=2))
        assert {**changed, "revision": 1} == of_application(application)
