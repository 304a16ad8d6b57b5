"""No letter is lost: whatever dies, refuses or breaks on a letter's way, it is sent or alarms."""

import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from infra import template
from infra.laptop import Laptop
from mentorship.applications.status import Status
from mentorship.archive.forgetting import every_application
from mentorship.change import Change
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import LEASE, Addressee, Letter, State, new_letter
from mentorship.letters.traits import Reader
from mentorship.mail.delivery import deliver
from mentorship.services import Services
from mentorship.store.letter_records import PENDING
from tests import faults, people
from tests.clock import Clock
from tests.exporting import exported
from tests.faults import SEND, Killed, refused, tapped
from tests.own import get, link_of, mail, moved, post
from tests.people import apply

ROBIN, NEW, THIRD = "robin@example.org", "robin@new.example", "robin@third.example"
APPLICATION = "00000001abcdefghjkmn"
TO_COORDINATORS = f"{APPLICATION}#new-application"
TO_APPLICANT = f"{APPLICATION}#receipt"


def letters(services: Services) -> list[Letter]:
    """Return every letter, whatever its state."""
    found = boto3.client("dynamodb").scan(TableName=services.settings.letters_table)["Items"]
    stored = [services.store.letter(str(item["id"]["S"])) for item in found]
    return [letter for letter in stored if letter is not None]


def pending(services: Services) -> list[dict[str, Any]]:
    """Return what the index holds for the sweeper to look into."""
    table = services.settings.letters_table
    found = boto3.client("dynamodb").scan(TableName=table, IndexName="pending")["Items"]
    return [item for item in found if item["pending"]["S"] == PENDING]


def letter(services: Services, letter_id: str) -> Letter:
    """Return one letter."""
    found = services.store.letter(letter_id)
    assert found is not None
    return found


def sweep_to_rest(laptop: Laptop, services: Services, clock: Clock, *, minutes: int = 15) -> int:
    """Let the schedule run until nothing is left to do; return how often it ran."""
    for runs in range(400):
        if not pending(services):
            return runs
        clock.forward(minutes=minutes)
        laptop.tick()
    raise AssertionError("the sweeper does not come to rest")


def mailed(laptop: Laptop) -> Counter[str]:
    """Return how many emails were sent, by their subjects."""
    return Counter(email.header("Subject") for email in laptop.outbox.emails)


def announcement(*ids: str) -> dict[str, Any]:
    """Return a batch of the stream's records, as Lambda hands it over."""
    return {
        "Records": [
            {
                "eventID": f"{number:032}",
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "Keys": {"id": {"S": letter_id}},
                    "SequenceNumber": f"{number:021}",
                    "StreamViewType": "KEYS_ONLY",
                },
            }
            for number, letter_id in enumerate(ids, 1)
        ]
    }


class TestSenderDies:
    def test_dead_senders_letter_waits_for_its_lease(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        A letter that a dead sender holds is left until nobody can be sending it any more.
        """
        apply(laptop, people.mentee())
        with tapped() as wire:
            wire.before = faults.at(SEND, Killed())
            with pytest.raises(Killed):
                laptop.invoke("Notify", announcement(TO_COORDINATORS))
        assert letter(services, TO_COORDINATORS).state is State.SENDING

        clock.forward(seconds=LEASE.total_seconds() - 1)
        laptop.tick()
        assert letter(services, TO_COORDINATORS).state is State.SENDING

        clock.forward(seconds=1)
        laptop.tick()
        assert letter(services, TO_COORDINATORS).state is State.SENT
        assert letter(services, TO_COORDINATORS).attempts == 2

    def test_lease_is_longer_than_any_function_runs(self) -> None:
        """
        No sender that is alive can find its letter taken up by another.
        """
        longest = max(function["Timeout"] for function in template.functions().values())
        assert timedelta(seconds=longest) <= LEASE


class TestOneAtATime:
    def test_letter_that_another_holds_is_left(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        A sender leaves a letter that another has taken up.
        """
        apply(laptop, people.mentee())
        before = letter(services, TO_APPLICANT)
        assert services.store.advance(before.claim(clock()), before=before)

        laptop.pump()

        assert list(mailed(laptop)) == ["New mentee application 0000-0001"]
        assert letter(services, TO_APPLICANT) == before.claim(clock())

    @pytest.mark.parametrize("at", [1, 2])
    def test_two_senders_at_once_send_one(
        self, laptop: Laptop, services: Services, at: int
    ) -> None:
        """
        Of two senders that read a letter before either took it up, one sends it.
        """
        apply(laptop, people.mentee())
        event = announcement(TO_APPLICANT)

        def other_comes_first(call: str, number: int) -> None:
            if number == at:
                assert laptop.invoke("Notify", event) == {"batchItemFailures": []}

        with tapped() as wire:
            wire.before = other_comes_first
            assert laptop.invoke("Notify", event) == {"batchItemFailures": []}

        assert sum(mailed(laptop).values()) == 1
        assert letter(services, TO_APPLICANT).state is State.SENT
        assert letter(services, TO_APPLICANT).attempts == 1

    def test_sent_letter_is_not_sent_again(self, laptop: Laptop, services: Services) -> None:
        """
        A stream may hand the same record over twice.
        """
        apply(laptop, people.mentee())
        laptop.pump()
        before = letters(services)

        laptop.invoke("Notify", announcement(TO_COORDINATORS, TO_APPLICANT, TO_APPLICANT))

        assert sum(mailed(laptop).values()) == 2
        assert letters(services) == before

    def test_letter_that_is_gone_is_passed_over(self, laptop: Laptop) -> None:
        """
        A record of a letter that was deleted since keeps no other waiting.
        """
        apply(laptop, people.mentee())

        answer = laptop.invoke("Notify", announcement("gone#receipt", TO_APPLICANT))

        assert answer == {"batchItemFailures": []}
        assert list(mailed(laptop)) == ["We have your application: 0000-0001"]


def journal(printed: str, event: str) -> list[dict[str, Any]]:
    """Return the lines of the log that tell of an event."""
    lines = [json.loads(line) for line in printed.splitlines()]
    return [line for line in lines if line["event"] == event]


class TestSesRefuses:
    @pytest.mark.parametrize(
        "code",
        [
            "TooManyRequestsException",
            "MessageRejected",
            "AccessDeniedException",
            "ServiceUnavailable",
        ],
    )
    def test_what_may_pass_is_tried_again(
        self, laptop: Laptop, services: Services, clock: Clock, code: str
    ) -> None:
        """
        The reason is on the letter, and it is sent once its wait is over and not before.
        """
        apply(laptop, people.mentee())
        with tapped() as wire:
            wire.before = faults.always(SEND, refused(code))
            assert laptop.pump() == 2
        assert mailed(laptop) == {}
        for each in letters(services):
            assert (each.state, each.reason, each.attempts) == (State.FAILED, code, 1)
            assert each.due == clock() + timedelta(minutes=10)

        clock.forward(minutes=9, seconds=59)
        laptop.tick()
        assert mailed(laptop) == {}

        clock.forward(seconds=1)
        laptop.tick()
        assert sorted(mailed(laptop).values()) == [1, 1]
        for each in letters(services):
            assert (each.state, each.reason, each.due) == (State.SENT, "", None)

    @pytest.mark.parametrize("code", ["BadRequestException", "ValidationException"])
    def test_what_will_not_pass_ends_the_letter(
        self,
        laptop: Laptop,
        services: Services,
        clock: Clock,
        capsys: pytest.CaptureFixture[str],
        code: str,
    ) -> None:
        """
        A message that SES will never take is not tried again, and the log says it is final.
        """
        apply(laptop, people.mentee())
        with tapped() as wire:
            wire.before = faults.always(SEND, refused(code))
            laptop.pump()
        assert pending(services) == []
        said = journal(capsys.readouterr().out, "letter failed")
        assert [(line["reason"], line["final"]) for line in said] == [(code, True), (code, True)]

        clock.forward(days=3)
        laptop.tick()
        assert mailed(laptop) == {}
        assert {each.state for each in letters(services)} == {State.FAILED}

    def test_tries_are_finite_and_outlast_a_day(
        self,
        laptop: Laptop,
        services: Services,
        clock: Clock,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """
        A quota that is spent for a day is outlasted; after the last try the letter alarms, once.
        """
        apply(laptop, people.mentee())
        began = clock()
        with tapped() as wire:
            wire.before = faults.always(SEND, refused("LimitExceededException"))
            laptop.pump()
            sweep_to_rest(laptop, services, clock, minutes=60)
        assert clock() - began > timedelta(hours=36)
        assert Counter(wire.calls)["SendEmail"] == 2 * 9

        said = journal(capsys.readouterr().out, "letter failed")
        assert Counter(line["final"] for line in said) == {False: 2 * 8, True: 2}
        assert all(line["final"] for line in said[-2:])
        for each in letters(services):
            assert (each.state, each.due, each.attempts) == (State.FAILED, None, 9)

    def test_sender_that_always_dies_comes_to_an_end(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        A letter that kills whoever sends it, say by its size, does not do so for ever.
        """
        apply(laptop, people.mentee())

        with tapped() as wire:
            wire.before = faults.always(SEND, Killed())
            for _ in range(60):
                clock.forward(minutes=15)
                with suppress(Killed):
                    laptop.tick()
        assert Counter(wire.calls)["SendEmail"] == 2 * 9
        assert pending(services) == []
        assert {each.state for each in letters(services)} == {State.FAILED}
        assert mailed(laptop) == {}


class TestOneBreaks:
    def test_broken_letter_is_sent_once_it_is_mended(
        self,
        laptop: Laptop,
        services: Services,
        clock: Clock,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """
        A letter that could not be written says where, in the log, and leaves after a deployment.
        """
        for number in range(5):
            apply(laptop, people.mentee(email=f"robin{number}@example.org"))
        broken = "00000003abcdefghjkmn"
        written = _write_training_ends(services, broken, "soon")

        while laptop.pump():
            pass

        assert len(mailed(laptop)) == 2 * 4
        unsent = [each for each in letters(services) if each.state is not State.SENT]
        assert {each.about for each in unsent} == {broken}
        assert [(each.reason, each.attempts) for each in unsent] == [("ValueError", 1)] * 2
        printed = capsys.readouterr().out
        (first, second) = journal(printed, "letter broke")
        assert {first["letter"], second["letter"]} == {each.id for each in unsent}
        assert any("texts.py" in step for step in first["where"])
        assert "soon" not in printed

        _write_training_ends(services, broken, written)
        sweep_to_rest(laptop, services, clock)
        assert mailed(laptop) == {
            f"{subject} 0000-000{number}": 1
            for subject in ("New mentee application", "We have your application:")
            for number in range(1, 6)
        }

    def test_letter_about_what_is_gone_ends(
        self,
        laptop: Laptop,
        services: Services,
        clock: Clock,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """
        Who was forgotten before the letter left gets none, and nobody is alarmed.
        """
        apply(laptop, people.mentee())
        boto3.client("dynamodb").delete_item(
            TableName=services.settings.applications_table, Key={"id": {"S": APPLICATION}}
        )

        laptop.pump()

        assert mailed(laptop) == {}
        for each in letters(services):
            assert (each.state, each.due) == (State.DROPPED, None)
        assert journal(capsys.readouterr().out, "letter failed") == []

    def test_letter_about_what_expired_ends(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        Whose time is over is not written about, though DynamoDB has not deleted them yet.
        """
        apply(laptop, people.mentee())
        (stored,) = every_application(services)
        gone = stored.with_changes(status=Status.WITHDRAWN)
        services.store.commit(Change(puts=(gone,)))
        clock.forward(days=366)

        laptop.pump()

        assert mailed(laptop) == {}
        assert {each.state for each in letters(services)} == {State.DROPPED}


def _write_training_ends(services: Services, application: str, month: str) -> str:
    """Write a month into a stored application, past every check; return what was there."""
    before = boto3.client("dynamodb").update_item(
        TableName=services.settings.applications_table,
        Key={"id": {"S": application}},
        UpdateExpression="SET answers.training_ends = :month",
        ExpressionAttributeValues={":month": {"S": month}},
        ReturnValues="ALL_OLD",
    )
    return str(before["Attributes"]["answers"]["M"]["training_ends"]["S"])


class TestReader:
    """A letter goes to the address that it was written for, and to no other."""

    def test_written_for_an_earlier_address(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        What has not left when the owner moves to another address does not follow them there: the
        other letters of the move do, and the earlier address is told of it by its own letter.
        """
        apply(laptop, people.mentee())
        link = link_of(laptop, ROBIN)
        with tapped() as wire:
            wire.before = faults.always(SEND, refused("ThrottlingException"))
            post(laptop, f"{link}/correct", people.mentee(city="Tacoma"))
            laptop.pump()
        before = len(mail(laptop))
        moved(laptop, link, NEW)
        sweep_to_rest(laptop, services, clock)

        told = {
            (each.header("To"), each.tags["letter"].rpartition("_")[2])
            for each in mail(laptop)[before:]
        }
        assert (ROBIN, "corrected") not in told
        assert {(NEW, "confirm-address"), (NEW, "corrected"), (ROBIN, "moved")} <= told
        (dropped,) = [each for each in letters(services) if each.state is State.DROPPED]
        assert (dropped.kind, dropped.to.address_version) == (Kind.CORRECTED, 1)

    def test_each_former_address(self, laptop: Laptop, services: Services) -> None:
        """
        Whoever moves twice is told at both, each by a letter that has no link.
        """
        apply(laptop, people.mentee())
        link = moved(laptop, moved(laptop, link_of(laptop, ROBIN), NEW), THIRD)
        told = [each for each in mail(laptop) if each.tags["letter"].endswith("_moved")]
        assert [each.header("To") for each in told] == [ROBIN, NEW]
        assert not any("/mine/" in each.raw for each in told)
        assert link_of(laptop, THIRD) == link
        # Sent once more, each goes where it went before.
        for each in [each for each in letters(services) if each.kind is Kind.MOVED]:
            assert services.store.advance(each.again(services.now()), before=each)
            deliver(each.id, services)
        assert [each.header("To") for each in mail(laptop)[-2:]] in ([ROBIN, NEW], [NEW, ROBIN])

    def test_old_letters(self, laptop: Laptop, services: Services) -> None:
        """
        Before version 4, letters named no address version: they go to the present address, and
        what tells the former address of a move goes to the last one.
        """
        apply(laptop, people.mentee())
        moved(laptop, link_of(laptop, ROBIN), NEW)
        mail(laptop)
        for kind, to in ((Kind.CORRECTED, NEW), (Kind.MOVED, ROBIN)):
            old = new_letter(kind, about=APPLICATION, of="old", now=services.now())
            assert old.to.address_version is None
            services.store.commit(Change(letters=(replace(old, facts={"version": 1}),)))
            deliver(old.id, services)
            assert mail(laptop)[-1].header("To") == to

    def test_about_one_application_to_the_owner_of_another(
        self, laptop: Laptop, services: Services
    ) -> None:
        """
        As a match will need: the reader is another one's owner, and the link is that one's.
        """
        apply(laptop, people.mentee())
        other = apply(laptop, people.mentor()).headers["location"].rpartition("/")[2]
        for version, state in ((1, State.SENT), (2, State.DROPPED)):
            to = Addressee(role=Reader.APPLICANT, which=other, address_version=version)
            written = new_letter(
                Kind.CORRECTED, about=APPLICATION, to=to, of=f"{version}", now=services.now()
            )
            services.store.commit(Change(letters=(written,)))
            deliver(written.id, services)
            assert letter(services, written.id).state is state
        newest = mail(laptop)[-1]
        assert newest.header("To") == people.MENTOR["email"][0]
        assert get(laptop, link_of(laptop, newest.header("To"))).status == 200


class TestTableFails:
    @pytest.mark.parametrize("position", [1, 2, 3])
    def test_stream_comes_back_to_the_record(
        self,
        laptop: Laptop,
        services: Services,
        capsys: pytest.CaptureFixture[str],
        position: int,
    ) -> None:
        """
        Where the table cannot be read, what went before is done, and the stream resumes there.
        """
        for number in range(3):
            apply(laptop, people.mentee(email=f"robin{number}@example.org"))
        ids = [f"{number:08}abcdefghjkmn#receipt" for number in (1, 2, 3)]
        event = announcement(*ids)
        with tapped() as wire:
            busy = refused("ThrottlingException")
            wire.before = faults.at("GetItem LettersTable", busy, nth=position)
            answer = laptop.invoke("Notify", event)

        number = event["Records"][position - 1]["dynamodb"]["SequenceNumber"]
        assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}
        assert len(mailed(laptop)) == position - 1
        (said,) = journal(capsys.readouterr().out, "stream stopped")
        assert said["letter"] == ids[position - 1]
        assert said["error"] == "ClientError"

        rest = {"Records": event["Records"][position - 1 :]}
        assert laptop.invoke("Notify", rest) == {"batchItemFailures": []}
        assert sorted(mailed(laptop).values()) == [1, 1, 1]


class TestOneTransaction:
    """An application and its letters are stored together, or not at all."""

    def test_all_is_one_write(self, laptop: Laptop, services: Services) -> None:
        """
        An application and all that it causes are one write.
        """
        with tapped() as wire:
            apply(laptop, people.mentee())
        writes = [call for call in wire.calls if not call.startswith("Get")]
        assert writes == ["TransactWriteItems"]
        assert {each.id for each in letters(services)} == {TO_COORDINATORS, TO_APPLICANT}


class TestJournal:
    def test_log_holds_no_answer(
        self,
        laptop: Laptop,
        services: Services,
        clock: Clock,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """
        On no way that a letter can take does a word of an applicant's get into the log.
        """
        apply(laptop, people.mentee())
        apply(laptop, people.mentor(email="not an address"))
        apply(laptop, people.mentee(email="bot@example.net", website="https://spam.example"))
        with tapped() as wire:
            wire.before = faults.always(SEND, refused("MessageRejected"))
            laptop.pump()
        _write_training_ends(services, APPLICATION, "Whenever it is over")
        clock.forward(minutes=15)
        laptop.tick()
        _write_training_ends(services, APPLICATION, "2027-06")
        sweep_to_rest(laptop, services, clock)
        assert exported(laptop, "format=csv&include=not_with")

        printed = capsys.readouterr().out
        events = {json.loads(line)["event"] for line in printed.splitlines()}
        assert events == {
            "application received",
            "applications exported",
            "letter broke",
            "letter failed",
            "letter sent",
            "letters swept",
            "letters waiting",
            "request refused",
        }
        answers = _words(people.mentee(), people.mentor())
        for words in (*answers, "Whenever it is over", "not an address", "bot@", "spam.example"):
            assert words not in printed


def _words(*given: people.Given) -> list[str]:
    """Return the words that people wrote themselves: those with a space or an @ in them."""
    texts = [text for each in given for some in each.values() for text in some]
    return [line for text in texts for line in text.splitlines() if {" ", "@"} & set(line)]
