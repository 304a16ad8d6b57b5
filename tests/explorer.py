"""
A story, told once for each call that it makes to AWS and each way in which a call can fail.

A story is a function that takes its steps in a `World`. It is told first as it should go, to learn
which calls there are; then again, with one call failing, in a world that is empty again. Whoever
saw no answer tries again, as people, Lambda and the stream do, and the sweeper runs until nothing
is left to send. What is stored and mailed in the end must be the same.
"""

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import BotoCoreError, ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from infra import template
from infra.laptop import Answer, Laptop
from infra.outbox import Email
from mentorship.application import Change, Standing, Status, standing_id
from mentorship.questions import Role
from mentorship.services import services
from tests import faults, made, people
from tests.conftest import Clock
from tests.faults import SEND, Killed, Way, Wire

T = TypeVar("T")
WRITE_DOWN = "PutItem LettersTable"
# What differs from telling to telling: times, and how often something was tried.
VARYING = {"attempts", "expires", "message_id", "reference", "sent"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
REFERENCE = re.compile(r"\b\d{4}-\d{4}\b")
ID = re.compile(r"\d{8}abcdefghjkmn")
LINK = re.compile(r"/mine/[\w.-]+")
# Lambda and Amazon's topics try three times, and so do people here.
TRIES = 3


class Unanswered(Exception):
    """A page says that something went wrong on our side."""


# What a function, or an answer of it, may be seen to fail with.
FAILURES = (Killed, ClientError, BotoCoreError, Unanswered)


@dataclass
class Told:
    """What came of a story: what is stored, which emails left, which letters raised an alarm."""

    calls: list[str]
    rows: Counter[str]
    emails: Counter[str]
    alarms: list[str]


class World:
    """The program, the people who use it, and what AWS does by itself."""

    def __init__(self, laptop: Laptop, clock: Clock) -> None:
        self.laptop = laptop
        self.clock = clock
        self._tables = [table.create["TableName"] for table in template.tables()]
        self._dynamodb = boto3.client("dynamodb")
        self._began = clock.time
        self._wire = Wire()
        self._fails: tuple[int, Way] | None = None
        self._struck = False
        self._receipts: list[str] = []
        self._mailed = 0

    def tell(self, story: "Story", *, fails: tuple[int, Way] | None = None) -> Told:
        """
        Tell a story, let everything come to rest, and leave an empty world.

        Args:
            story: what happens.
            fails: the number of the call that fails, and how.

        """
        self._fails, self._struck = fails, False
        self._receipts, self._mailed = [], len(self.laptop.outbox.emails)
        log = io.StringIO()
        with redirect_stdout(log), faults.tapped() as self._wire:
            story(self)
            self._rest()
        assert self._struck or not fails, "the call that was to fail was never made"
        items = {name: self._dynamodb.scan(TableName=name)["Items"] for name in self._tables}
        told = Told(self._wire.calls, self._rows(items), self._emails(), _alarms(log.getvalue()))
        self._empty(items)
        return told

    # What happens in a story -----------------------------------------------------------------

    def begin(self) -> None:
        """Say that calls may fail from here on; what went before is another story's."""
        self._wire.calls.clear()
        if not self._fails:
            return
        number, way = self._fails

        def strike(call: str, at: int) -> None:
            if at == number and not self._struck:
                self._struck = True
                raise way.error(call)

        setattr(self._wire, way.moment, strike)

    def stands(self, role: Role = Role.MENTOR) -> str:
        """Have an application that arrived some time ago, and return its owner's link."""
        found = made.application(role, id=services().new_id())
        standing = Standing(
            id=standing_id(role, found.address), application=found.id, expires_at=found.expires_at
        )
        services().store.commit(Change(puts=(found, standing)))
        return f"/mine/{services().links.own(found.id, found.mailbox)}"

    def apply(self, given: people.Given) -> None:
        """Send the form, and see the receipt page."""
        path = self.post("/applications", given).headers["location"]
        self.get(path)
        self._receipts.append(path)

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._answered("GET", path, b"")

    def post(self, path: str, given: people.Given | None = None) -> Answer:
        """Press a button."""
        return self._answered("POST", path, people.encoded(given or {}))

    def notify(self) -> None:
        """Let the stream hand over all that it has, and what fails again."""
        while self._again(self.laptop.pump):
            pass

    def sweep(self) -> None:
        """Let the sweeper run a quarter of an hour later; only its next run mends a failed one."""
        self.clock.forward(minutes=15)
        with suppress(*FAILURES if self._fails else ()):
            self.laptop.tick()

    def morning(self) -> None:
        """Let the morning's work be done."""
        self._again(self.laptop.daily)

    def export(self, **arguments: str) -> None:
        """Ask for an export, until there is one."""
        answer: Any = self._again(lambda: self.laptop.invoke("Export", arguments))
        assert answer["rows"] > 0

    def bounce(self, reader: str) -> None:
        """Have Amazon SES say that the newest email to somebody came back."""
        email = self._email(reader)
        self._again(lambda: self.laptop.returned(email, "Bounce"))

    def link(self, reader: str) -> str:
        """Return the link in the newest email to somebody, as a path."""
        (path,) = set(LINK.findall(self._email(reader).part("plain")))
        return str(path)

    def waiting(self) -> str:
        """Return the id of what waits for its owner's word."""
        items = self._dynamodb.scan(TableName=services().settings.applications_table)["Items"]
        (found,) = [item for item in items if item["status"]["S"] == Status.UNCONFIRMED]
        return str(found["id"]["S"])

    # What AWS and people do when something fails ---------------------------------------------

    def _answered(self, method: str, path: str, body: bytes) -> Answer:
        """Return the first answer that is not an error of ours."""
        headers = {"content-type": people.FORM, "accept": "text/html"}
        asked = 0

        def ask() -> Answer:
            nonlocal asked
            asked += 1
            answer = self.laptop.call(method, path, headers=headers, body=body)
            if answer.status >= 500:
                raise Unanswered(f"{method} {path}: {answer.status}")
            return answer

        answer = self._again(ask)
        # Who asks twice for something to be deleted may be told that it is gone.
        gone = answer.status == 404 and asked > 1
        assert answer.status < 400 or gone, f"{method} {path}: {answer.status}"
        return answer

    def _again(self, run: Callable[[], T]) -> T:
        """Run what is run again by whoever sees that it failed."""
        for _ in range(TRIES):
            struck = self._struck
            try:
                return run()
            except FAILURES:
                if struck or not self._struck:
                    raise
        raise AssertionError("one call fails once")

    def _rest(self) -> None:
        """Let stream and sweeper run until no letter is left that may be sent."""
        letters = services().settings.letters_table
        for _ in range(100):
            if not self._dynamodb.scan(TableName=letters, IndexName="pending")["Count"]:
                return
            self.notify()
            self.sweep()
        raise AssertionError("the letters do not come to rest")

    # What came of it -------------------------------------------------------------------------

    def _rows(self, items: dict[str, list[Any]]) -> Counter[str]:
        """Return what is stored and which receipts were seen, without what varies."""
        read = TypeDeserializer().deserialize
        rows = [f"receipt {each}" for each in self._receipts]
        for table, found in items.items():
            for item in found:
                row = {name: read(item[name]) for name in sorted(set(item) - VARYING)}
                if "at" in row:  # A mark, which may be renewed.
                    del row["revision"]
                rows.append(f"{table} {json.dumps(row, default=int)}")
        text = TIME.sub("time", REFERENCE.sub("reference", "\n".join(rows)))
        for number, each in enumerate(sorted(set(ID.findall(text)))):
            text = text.replace(each, f"#{number}")
        return Counter(text.splitlines())

    def _emails(self) -> Counter[str]:
        """Return which emails left."""
        messages = [email.message for email in self.laptop.outbox.emails[self._mailed :]]
        return Counter(REFERENCE.sub("reference", f"{m['To']}: {m['Subject']}") for m in messages)

    def _email(self, reader: str) -> Email:
        """Return the newest email to somebody."""
        emails = self.laptop.outbox.emails[self._mailed :]
        return next(email for email in reversed(emails) if reader in email.readers)

    def _empty(self, items: dict[str, list[Any]]) -> None:
        """Make the world as it was; a new one would take longer than a story does."""
        for table, found in items.items():
            requests = [{"DeleteRequest": {"Key": {"id": item["id"]}}} for item in found]
            if requests:
                self._dynamodb.batch_write_item(RequestItems={table: requests})
        self.notify()
        # moto keeps all that a stream ever had, and copies it at each transaction.
        for table in dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-west-2"].tables.values():
            if shard := table.stream_shard:
                shard.starting_sequence_number += len(shard.items)
                shard.items.clear()
        self.clock.time = self._began
        # A function that starts has no keys yet, and asks for them.
        vars(services()).pop("links", None)


Story: TypeAlias = Callable[[World], None]


def _alarms(log: str) -> list[str]:
    """Return the letters for which the log has a line that raises the alarm `LetterFailed`."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    failed = [line for line in lines if line["event"] == "letter failed" and line["final"] is True]
    return [line["letter"] for line in failed]


@dataclass
class Found:
    """What the tellings of a story came to, and what was wrong in which."""

    calls: int
    replays: int = 0
    twice: int = 0
    alarmed: int = 0
    wrong: list[str] = field(default_factory=list)


def explore(story: Story, world: World) -> Found:
    """Tell a story in every way in which one of its calls can fail."""
    calm = world.tell(story)
    found = Found(calls=len(calm.calls))
    if calm.alarms or not calm.calls:
        found.wrong.append(f"the story by itself: {calm.alarms or 'it never begins'}")
    for number, call in enumerate(calm.calls, 1):
        for way in faults.ways(call):
            told = world.tell(story, fails=(number, way))
            found.replays += 1
            found.twice += (told.emails - calm.emails).total()
            found.alarmed += len(told.alarms)
            for wrong in _wrong(calm, told, number, way):
                found.wrong.append(f"{way.name} at {number}, {call}: {wrong}")
    return found


def _wrong(calm: Told, told: Told, number: int, way: Way) -> Iterator[str]:
    """Yield what may not be in a telling in which a call failed."""
    call = calm.calls[number - 1]
    if told.calls[:number] != calm.calls[:number]:
        yield f"it was another call: {told.calls[:number]}"
    lost, more = calm.rows - told.rows, told.rows - calm.rows
    missing, twice = calm.emails - told.emails, told.emails - calm.emails
    alarms = told.alarms
    if call == SEND and way is faults.REJECTED:
        # One letter is given up, which is written on it, and raises the alarm.
        given_up = Counter(_given_up(row) for row in lost)
        if lost.total() == missing.total() == len(alarms) == 1 and more == given_up:
            lost, more, missing, alarms = Counter(), Counter(), Counter(), []
    yield from (f"lost: {row}" for row in lost)
    yield from (f"double: {row}" for row in more)
    yield from (f"never sent: {email}" for email in missing)
    yield from (f"alarmed: {letter}" for letter in alarms)
    # Amazon SES had the email, and its sender did not learn that, or could not write it down.
    unknown = call == SEND and way in (faults.KILLED_AFTER, faults.TIMED_OUT)
    not_noted = call == WRITE_DOWN and calm.calls[number - 2] == SEND and way.moment == "before"
    if twice.total() > int(unknown or not_noted):
        yield f"sent twice: {twice}"


def _given_up(row: str) -> str:
    """Return a letter's row as it is once the letter is given up."""
    table, _, record = row.partition(" ")
    given_up = json.loads(record) | {"state": "failed", "reason": faults.codes(SEND)[1]}
    return f"{table} {json.dumps({name: given_up[name] for name in sorted(given_up)})}"
