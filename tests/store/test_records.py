"""What was ever stored can be read, and is written the same again."""

import json
from dataclasses import MISSING, fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from infra import template
from mentorship.applications.application import Agreement, Application, Note, Version
from mentorship.applications.owner import MAX_VERSIONS
from mentorship.applications.pointer import CurrentPointer
from mentorship.applications.status import HoldReason, Status
from mentorship.change import Counter, Mark
from mentorship.form.declaration import CONSENT_VERSION, FORM_VERSION
from mentorship.form.question import Audience, Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Addressee, Letter, State, new_letter, to_coordinator
from mentorship.letters.traits import Reader
from mentorship.matches.institutions import InstitutionAnswer
from mentorship.matches.match import Match, Party
from mentorship.matches.pair import Pair
from mentorship.members.roster import ListEntry, Roster
from mentorship.program.arrangements import Arrangements, Coordinator
from mentorship.program.audit import Action, AuditEntry
from mentorship.program.sign_in import Session, SignInLink
from mentorship.store import keys, letter_records, program_records
from mentorship.store.application_records import (
    read_application,
    read_pointer,
    write_application,
    write_pointer,
)
from mentorship.store.keys import is_expired, read_time, write_time
from mentorship.store.letter_records import read_letter, write_letter
from mentorship.store.program_records import read_counter, read_mark, write_counter, write_mark
from mentorship.store.records import LETTERS
from tests import made
from tests.every import every
from tests.golden_records import PATHS, golden, read, table_of, through_the_table, write
from tests.made import FORMS, ID, NOW

UNTIL = datetime(2100, 1, 1, tzinfo=UTC)
# What each version had states and statuses for.
STATES = {
    1: {"new", "sending", "sent", "failed"},
    **{version: set(State) for version in (2, 3, 4, 5)},
}
# By these there were indexes until 2026-11-29.
GONE = {"area_1", "area_2", "area_3"}
LATER = (Status.PAUSED, Status.INVITED, Status.INELIGIBLE, Status.RELEASED, Status.MATCHED)
SHELVES = {
    1: {"mentee#waiting", "mentor#waiting", "mentee#quarantined"},
    2: {
        *(f"mentee#{status}" for status in Status if status not in LATER),
        "mentor#waiting",
        "mentor#withdrawn",
    },
    3: {
        *(f"mentee#{s}" for s in Status if s not in (Status.RELEASED, Status.MATCHED)),
        "mentor#waiting",
        "mentor#withdrawn",
    },
    4: {
        *(f"mentee#{status}" for status in Status if status is not Status.MATCHED),
        "mentor#waiting",
        "mentor#withdrawn",
    },
    5: {*(f"mentee#{status}" for status in Status), "mentor#waiting", "mentor#withdrawn"},
}
KINDS_OF = {
    1: {Application, Letter, CurrentPointer},
    2: {Application, Letter, CurrentPointer, Counter, Mark},
    3: {
        *(Application, Letter, CurrentPointer, Counter, Mark),
        *(Arrangements, SignInLink, Session, AuditEntry, Roster, ListEntry),
    },
    4: {
        *(Application, Letter, CurrentPointer, Counter, Mark),
        *(Arrangements, SignInLink, Session, AuditEntry, Roster, ListEntry),
    },
    5: {
        *(Application, Letter, CurrentPointer, Counter, Mark, Match, Pair, InstitutionAnswer),
        *(Arrangements, SignInLink, Session, AuditEntry, Roster, ListEntry),
    },
}


# What is stored within others.
WITHIN = (Agreement, Version, Note, Coordinator, Addressee, Party)


class TestGolden:
    @every("path", PATHS, ids=lambda path: path.stem)
    def test_read_and_written_the_same(self, path: Path) -> None:
        """
        A record of every version is read; one of this version is written the same again.
        """
        record = golden(path.stem)
        item = read(through_the_table(record))
        assert path.stem.startswith(f"{record['written_as']}-")
        if record["written_as"] == keys.WRITTEN_AS:
            kept = {name: value for name, value in record.items() if name not in GONE}
            assert write(item) == kept
        # What an older version wrote is, once read and written, of this version for good.
        assert read(through_the_table(write(item))) == item

    @pytest.mark.parametrize("version", range(1, keys.WRITTEN_AS + 1))
    def test_there_is_one_of_each(self, version: int) -> None:
        """
        Each version has an application of each status, a standing, and each state of a letter.
        """
        found = [golden(path.stem) for path in PATHS if path.stem.startswith(f"{version}-")]
        assert {record["shelf"] for record in found if "answers" in record} == SHELVES[version]
        letters = [record for record in found if table_of(record) == LETTERS]
        assert {record["state"] for record in letters} == STATES[version]
        kinds = {type(read(record)) for record in found}
        assert kinds == KINDS_OF[version]
        # A failed letter with a try left is the sweeper's; one without is not.
        failed = [record for record in letters if record["state"] == "failed"]
        assert {read_letter(record).due is None for record in failed} == {True, False}

    @every("kind", [*sorted(KINDS_OF[keys.WRITTEN_AS], key=str), *WITHIN])
    def test_everything_that_can_be_stored_is_in_one(self, kind: type[Any]) -> None:
        """
        Whatever has a default differs from it in a record of the present version.
        """
        found = [read(golden(p.stem)) for p in PATHS if p.stem.startswith(f"{keys.WRITTEN_AS}-")]
        items: list[Any] = [item for item in found if isinstance(item, kind)]
        if kind is Agreement:
            items = [item.agreed for item in found if getattr(item, "agreed", None)]
        if kind is Version:
            items = [v for item in found if isinstance(item, Application) for v in item.versions]
        if kind is Note:
            items = [v for item in found if isinstance(item, Application) for v in item.notes]
        if kind is Party:
            items = [v for item in found if isinstance(item, Match) for v in item.parties.values()]
        if kind is Addressee:
            items = [item.to for item in found if isinstance(item, Letter)]
        if kind is Coordinator:
            items = [
                v for item in found if isinstance(item, Arrangements) for v in item.coordinators
            ]
        assert items
        for each in fields(kind):
            default = each.default if each.default_factory is MISSING else each.default_factory()
            if default is not MISSING:
                assert [item for item in items if getattr(item, each.name) != default], each.name

    def test_what_the_first_version_did_not_say(self) -> None:
        """
        What came later is filled in: what the trap held back was held back by the trap.
        """
        application = read_application(golden("1-mentee"))
        assert (application.address_version, application.versions, application.pending_changes) == (
            1,
            (),
            (),
        )
        assert (application.confirmed_at, application.hold_reason) == (None, HoldReason.NOT)
        assert read_application(golden("1-mentee-quarantined")).hold_reason is HoldReason.TRAP
        assert read_pointer(golden("1-standing")).earlier == ()

    def test_what_a_mentees_record_says(self) -> None:
        """
        A record reads as the application that it was.
        """
        application = read_application(golden("1-mentee"))
        assert application.role is Role.MENTEE
        assert application.status is Status.WAITING
        assert (application.name, application.address) == ("Robin Example", "robin@example.org")
        assert application.answers["subspecialties"] == ["breast", "neuroradiology"]
        assert application.received_at == NOW
        assert application.reply_by == date(2026, 11, 1)
        assert application.kept_until == datetime(2027, 10, 7, 0, 30, tzinfo=UTC)

    def test_what_a_changed_record_says(self) -> None:
        """
        A record of the second version reads with its history.
        """
        application = read_application(golden("2-mentee"))
        assert (application.address_version, application.address) == (2, "robin@new.example")
        assert [version.answers["email"] for version in application.versions] == [
            "robin@example.org"
        ]
        assert application.versions[0].given_at == NOW
        assert application.changed_at == application.given_at == NOW + timedelta(days=3)

    @pytest.mark.parametrize(
        "name",
        [
            "1-mentee",
            "1-mentor",
            "2-mentee",
            "2-mentor-withdrawn",
            "3-mentee",
            "4-mentee",
            "4-mentor",
        ],
    )
    def test_old_answers_are_shown(self, name: str) -> None:
        """
        Every answer of an old record is shown in words by the present form.
        """
        application = read_application(golden(name))
        shown = FORMS[application.role].show(
            application.answers,
            audience=Audience.OWNER,
            consent_version=application.consent_version,
            given_on=date(2026, 10, 6),
            private=True,
        )
        words = {question.name: words for _, rows in shown for question, words in rows}
        assert {name for name, text in words.items() if text} == set(application.answers)


class TestAgreed:
    """Until version 4 a note said how somebody had agreed."""

    AT = write_time(NOW)

    def read(self, status: Status, *notes: tuple[str, str], version: int = 3) -> Agreement | None:
        """Return how somebody agreed, by a record with notes of some times."""
        record = golden("3-mentee-invited") | {
            "written_as": version,
            "status": status.value,
            "consent_version": 0,
            "notes": [{"at": at, "by": "kim@example.org", "text": text} for at, text in notes],
        }
        return read_application(record).agreed

    @pytest.mark.parametrize("status", [Status.WAITING, Status.INELIGIBLE, Status.INVITED])
    def test_as_they_were_entered(self, status: Status) -> None:
        """
        The note that was written on entering somebody says how they agreed, whatever came since.
        """
        agreed = Agreement(how="by telephone", at=NOW, by="kim@example.org")
        assert self.read(status, (self.AT, "How they agreed: by telephone")) == agreed

    def test_later(self) -> None:
        """
        Who waits without a consent of their own was put there by a note; who does not, was not.
        """
        later = write_time(NOW + timedelta(days=2))
        note = (later, "How they agreed: by letter")
        called = (self.AT, "Called.")
        found = self.read(Status.PAUSED, called, note)
        assert found == Agreement(how="by letter", at=NOW + timedelta(days=2), by="kim@example.org")
        for status in (Status.INVITED, Status.INELIGIBLE):
            assert self.read(status, (later, "How they agreed: not yet, call in May")) is None

    def test_a_note_of_today(self) -> None:
        """
        A note in a record of this version is only a note.
        """
        assert self.read(Status.WAITING, (self.AT, "How they agreed: not yet"), version=4) is None


class TestApplication:
    @every("role", Role)
    @every("status", Status)
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
            address_version=3,
            confirmed_at=NOW,
            changed_at=NOW + timedelta(seconds=1),
            withdrawn_at=NOW + timedelta(seconds=2),
            parent="0" * 20,
            ends_at=NOW + timedelta(days=9),
            pending_changes=("1" * 20, "2" * 20),
            versions=(made.application(role, answers={"goal": "Before."}).version,),
            hold_reason=HoldReason.CROWD,
            notes=(Note(at=NOW, by="coordinator@example.org", text="Wrote on Monday.\nWaits."),),
            entered_by="coordinator@example.org",
            agreed=Agreement(how="By telephone.", at=NOW, by="coordinator@example.org"),
            notified_at=NOW + timedelta(days=8),
            waiting_from=NOW - timedelta(days=90),
            status_before=Status.PAUSED,
            open_matches=("3" * 20,),
            match_ended_at=NOW + timedelta(days=1),
            kept_from=NOW + timedelta(days=2),
            warned_at=NOW + timedelta(days=3),
            struck=("goal", "topics"),
        )
        assert read_application(through_the_table(write_application(application))) == application

    def test_types_after_the_table(self) -> None:
        """
        Numbers come back as whole numbers, not as DynamoDB's decimals.
        """
        stored = made.application(versions=(made.application().version,))
        application = read_application(through_the_table(write_application(stored)))
        for number in (
            application.form_version,
            application.keep_months,
            application.revision,
            application.address_version,
            application.versions[0].form_version,
            application.versions[0].consent_version,
        ):
            assert type(number) is int

    def test_which_shelf(self) -> None:
        """
        The index finds an application by role and status.
        """
        record = write_application(made.application(Role.MENTOR, status=Status.QUARANTINED))
        assert record["shelf"] == "mentor#quarantined" == keys.partition(
            Role.MENTOR, Status.QUARANTINED
        )  # fmt: skip

    def test_remembers_the_form(self) -> None:
        """
        A record says which form and which consent it answered, and who wrote it.
        """
        record = write_application(made.application())
        assert record["written_as"] == keys.WRITTEN_AS
        assert record["form_version"] == FORM_VERSION
        assert record["consent_version"] == CONSENT_VERSION
        assert record["keep_months"] == 12

    def test_a_records_answers_are_its_own(self) -> None:
        """
        Whoever changes a record changes no application.
        """
        application = made.application()
        record = write_application(application)
        record["answers"]["city"] = "Spokane"
        assert application.answers["city"] == "Seattle"

    def test_small_enough(self) -> None:
        """
        The longest application, changed as often as can be, is below DynamoDB's 400 KB.
        """
        names = ("full_name", "institution", "city", "goal", "preferred_people", "not_with")
        longest = {
            question.name: "\U00020000" * getattr(question, "most", 0)
            for question in FORMS[Role.MENTEE].questions()
            if question.name in names
        }
        application = made.application(answers=longest)
        many = replace(application, versions=(application.version,) * MAX_VERSIONS)
        record = write_application(many)
        assert len(json.dumps(record, ensure_ascii=False).encode()) < 300_000


class TestStanding:
    def test_there_and_back(self) -> None:
        """
        What stands comes out of the table as it went in.
        """
        pointer = CurrentPointer(
            id="waiting#mentee#robin@example.org",
            application=ID,
            earlier=("0" * 20, "1" * 20),
            expires_at=NOW,
            unending=("1" * 20,),
            revision=3,
        )
        assert read_pointer(through_the_table(write_pointer(pointer))) == pointer


class TestCounted:
    def test_there_and_back(self) -> None:
        """
        A count and a mark come out of the table as they went in, with whole numbers.
        """
        counter = Counter(id="client#5f#2026-10-06", expires_at=NOW, count=3)
        mark = Mark(id="daily", at=NOW, expires_at=NOW, revision=2)
        back = read_counter(through_the_table(write_counter(counter)))
        assert back == counter
        assert type(back.count) is int
        assert read_mark(through_the_table(write_mark(mark))) == mark


class TestEntries:
    @pytest.mark.parametrize("name", [path.stem for path in PATHS if "desk" in path.stem])
    def test_there_and_back(self, name: str) -> None:
        """
        What the desk keeps comes out of the table as it went in.
        """
        item = read(golden(name))
        assert read(through_the_table(write(item))) == item


class TestLookedUp:
    @pytest.mark.parametrize(
        ("name", "first", "last"),
        [
            ("Robin Example", "robin example", "example robin"),
            ("Róbin van der Example", "robin van der example", "example robin van der"),
            ("Robin Example, MD", "robin example, md", "example robin"),
            ("Prince", "prince", "prince"),
            (", MD", ", md", "md ,"),
        ],
    )
    def test_found_by_first_and_last_name(self, name: str, first: str, last: str) -> None:
        """
        A name is looked up from its beginning and from its last word, without accents.
        """
        record = write_application(made.application(answers={"full_name": name}))
        assert (record["named"], record["name"], record["surname"]) == ("yes", first, last)

    @pytest.mark.parametrize("status", [each for each in Status if not each.traits.found_by_name])
    def test_nobody_is_found_by_what_a_stranger_sent(self, status: Status) -> None:
        """
        What was held back, or waits beside another, is found by no name.
        """
        assert "named" not in write_application(made.application(status=status))


class TestLetter:
    @every("kind", Kind)
    @every("state", State)
    def test_there_and_back(self, kind: Kind, state: State) -> None:
        """
        A letter of every kind and state comes out of the table as it went in.
        """
        about = made.application(address_version=2)
        one = to_coordinator("5f") if kind.traits.reader is Reader.COORDINATOR else None
        facts = {"version": 2, "reference": "1A2B"}
        letter = new_letter(kind, about=about, to=one, now=NOW, facts=facts)
        held = letter.claim(NOW)
        letter = {
            State.NEW: letter,
            State.SENDING: held,
            State.SENT: held.sent("message-1", NOW + timedelta(seconds=1)),
            State.FAILED: held.failed("Throttling", NOW, again=True),
            State.RETURNED: held.sent("message-1", NOW).returned("bounced"),
            State.HELD: letter.restored(),
            State.DROPPED: held.dropped(),
        }[state]
        assert letter.state is state
        assert read_letter(through_the_table(write_letter(letter))) == letter

    def test_index_holds_what_is_left_to_do(self) -> None:
        """
        The sweeper's index holds a letter as long as something is to be done, and no longer.
        """
        new = new_letter("receipt", about=ID, now=NOW)
        held = new.claim(NOW)
        for letter in (new, held, held.failed("Throttling", NOW, again=True)):
            assert letter.due is not None
            assert write_letter(letter)["pending"] == "yes"
            assert write_letter(letter)["due"] == write_time(letter.due)
        sent = held.sent("m", NOW)
        for letter in (sent, held.dropped()):
            assert not {"pending", "due"} & set(write_letter(letter))

    def test_index_holds_what_a_person_is_to_do(self) -> None:
        """
        What was given up, came back or is held waits for a person, and never for the sweeper.
        """
        new = new_letter("receipt", about=ID, now=NOW)
        held = new.claim(NOW)
        returned = held.sent("m", NOW).returned("bounced")
        for letter in (returned, held.failed("x", NOW, again=False), new.restored()):
            record = write_letter(letter)
            assert (record["pending"], record["due"]) == ("given up", write_time(NOW))
            assert read_letter(record).due is None

    def test_outlives_what_it_is_about(self) -> None:
        """
        A letter is kept for two years, longer than an application that nobody chose to keep.
        """
        record = write_letter(new_letter("receipt", about=ID, now=NOW))
        withdrawn = made.application(status=Status.WITHDRAWN)
        assert int(record["expires"]) > int(write_application(withdrawn)["expires"])
        assert datetime.fromtimestamp(record["expires"], UTC) == NOW + letter_records.LETTERS_KEPT

    def test_holds_nobodys_words(self) -> None:
        """
        Whatever the application says, the letter about it holds its id only.
        """
        record = write_letter(new_letter("new-application", about=ID, now=NOW))
        assert "@" not in str(record)
        assert set(record) == {
            "id", "written_as", "kind", "about", "state", "attempts", "created", "expires",
            "pending", "due", "application", "topic", "reader",
        }  # fmt: skip
        assert record["reader"] == {"role": "coordinators"}

    @every("kind", Kind)
    def test_readers_of_old_letters(self, kind: Kind) -> None:
        """
        Before version 4, the kind said who reads a letter, and its facts or its subject which one.
        """
        about = "" if kind.traits.reader in (Reader.COORDINATORS, Reader.COORDINATOR) else ID
        old = {**golden("3-letter-new"), "kind": kind.value, "about": about, "facts": {"to": "5f"}}
        letter = read_letter(old)
        assert letter.to.role is kind.traits.reader
        assert letter.to.address_version is None
        which = {Reader.COORDINATORS: "", Reader.COORDINATOR: "5f"}
        assert letter.to.which == which.get(letter.to.role, ID)
        assert (letter.about, letter.subject is None) == (about, not about)


class TestExpired:
    @pytest.mark.parametrize(
        ("seconds", "over"), [(-1, False), (0, True), (1, True), (10**6, True)]
    )
    def test_over_before_dynamodb_deletes_it(self, seconds: int, over: bool) -> None:
        """
        A record is gone for us at its time, though DynamoDB deletes it days later.
        """
        held = made.application(status=Status.QUARANTINED)
        record = through_the_table(write_application(held))
        assert held.expires_at is not None
        at = held.expires_at + timedelta(seconds=seconds)
        assert is_expired(record, at) is over

    def test_without_a_time(self) -> None:
        """
        What has no time is kept.
        """
        assert not is_expired({}, UNTIL)

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
    @pytest.mark.parametrize("table", template.tables(), ids=lambda table: table.name)
    def test_records_have_the_keys_of_their_table(self, table: template.Table) -> None:
        """
        Each key of the table and of its indexes is an attribute of some record, always a text.
        """
        records_of = {
            "ApplicationsTable": [write_application(made.application(warned_at=NOW))],
            "MatchesTable": [write(read(golden("5-match-proposed")))],
            "LettersTable": [write_letter(new_letter("receipt", about=ID, now=NOW))],
            "ProgramTable": [
                write_pointer(CurrentPointer(id="x", application=ID, expires_at=NOW)),
                write_counter(Counter(id="x", expires_at=NOW)),
                write_mark(Mark(id="x", at=NOW, expires_at=NOW)),
                program_records.write_entry(
                    AuditEntry(id=ID, at=NOW, by="x", action=Action.SIGNED_IN)
                ),
            ],
        }[table.name]
        assert all(isinstance(record["id"], str) for record in records_of)
        for attribute in table.create["AttributeDefinitions"]:
            assert attribute["AttributeType"] == "S"
            name = attribute["AttributeName"]
            found = [record[name] for record in records_of if name in record]
            assert found
            assert all(isinstance(each, str) for each in found)


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
        assert write_time(NOW.astimezone(ZoneInfo("America/Los_Angeles"))) == (
            "2026-10-07T00:30:00.000000Z"
        )

    @drawn(when=moments)
    def test_there_and_back(self, when: datetime) -> None:
        """
        A time is read as it was written.
        """
        assert read_time(write_time(when)) == when.astimezone(UTC)
        assert read_time(write_time(when)).tzinfo is UTC

    @drawn(one=moments, other=moments)
    def test_texts_sort_as_times_do(self, one: datetime, other: datetime) -> None:
        """
        The index sorts texts; they stand in the order of the times.
        """
        first, second = one.astimezone(UTC), other.astimezone(UTC)
        assert (write_time(one) < write_time(other)) == (first < second)

    def test_a_later_revision_is_read(self) -> None:
        """
        A changed application is the same record but for its count.
        """
        application = made.application()
        changed = write_application(replace(application, revision=2))
        assert {**changed, "revision": 1} == write_application(application)
