"""
The program, the people who use it and what AWS does by itself, for stories to happen in.

A story is a function that takes its steps in a `World`. In a telling of it one call to AWS may
fail: whoever saw no answer then tries again, as people, Lambda and the stream do, and the sweeper
runs until nothing is left to send.
"""

import io
import json
import re
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias, TypeVar

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import BotoCoreError, ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from infra import template
from infra.edge import Answer
from infra.laptop import COORDINATORS, Laptop
from infra.outbox import Email
from mentorship.applications.intake import point_to
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.program.audit import Action
from mentorship.program.sign_in import (
    COOKIE,
    SESSION_LIVES,
    Session,
    hash_secret,
    session_id,
)
from mentorship.services import services
from mentorship.store.letter_records import PENDING
from tests import faults, made, people, rules
from tests.clock import Clock
from tests.faults import Killed, Place, Way, Wire

T = TypeVar("T")
# What differs from telling to telling: times, and how often something was tried.
VARYING = {"attempts", "expires", "message_id", "reference", "sent"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
REFERENCE = re.compile(r"\b\d{4}-\d{4}\b")
ID = re.compile(r"\d{8}abcdefghjkmn")
# Who asks for something twice has asked twice.
ASKED = ("asks#", "ways-in#")
SECRET = "a cookie of the tests"
# In these the deed stands apart from what was done, or what is done twice is the same list anew.
AGAIN = {
    Action.EXPORTED,
    Action.EXPORTED_ALL,
    Action.FORGOT,
    Action.PUT_ROSTER,
}
# A session is stored under the hash of a secret that nobody can foretell.
SESSION = re.compile(r"session#[0-9a-f]{64}")
# Lambda and Amazon's topics try three times, and so do people here.
TRIES = 3


class Unanswered(Exception):
    """A page says that something went wrong on our side."""


# What a function, or an answer of it, may be seen to fail with.
FAILURES = (Killed, ClientError, BotoCoreError, Unanswered)


class State(NamedTuple):
    """What is stored, which emails left, and which letters raised an alarm."""

    rows: Counter[str]
    emails: Counter[str]
    alarms: list[str]


@dataclass
class Told:
    """
    What came of a story.

    Attributes:
        calls: what the functions asked of AWS.
        places: where in the functions each was asked for.
        acted: how the world stood when the last step was taken.
        rested: how it stands now that it has come to rest.

    """

    calls: list[str]
    places: list[Place]
    acted: State
    rested: State


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
        self._log = io.StringIO()

    def tell(
        self, story: "Story", *, fails: tuple[int, Way] | None = None, calm: Told | None = None
    ) -> Told:
        """
        Tell a story, let everything come to rest, and leave an empty world.

        Args:
            story: what happens.
            fails: the number of the call that fails, and how.
            calm: how the story goes if none fails. Where the world stands as it does then, it goes
                on as it does then, which need not be told again.

        """
        self._fails, self._struck = fails, False
        self._receipts, self._mailed = [], len(self.laptop.outbox.emails)
        self._log = io.StringIO()
        try:
            with redirect_stdout(self._log):
                with faults.tapped() as self._wire:
                    story(self)
                assert self._struck or not fails, "the call that was to fail was never made"
                acted = self._state()
                if calm and acted == calm.acted:
                    return Told(self._wire.calls, self._wire.places, acted, calm.rested)
                self._rest()
            return Told(self._wire.calls, self._wire.places, acted, self._state())
        finally:
            self._empty()

    # What happens in a story -----------------------------------------------------------------

    def begin(self) -> None:
        """Say that calls may fail from here on; what went before is another story's."""
        self._wire.calls.clear()
        self._wire.places.clear()
        if not self._fails:
            return
        number, way = self._fails

        def strike(call: str, at: int) -> None:
            if at == number and not self._struck:
                self._struck = True
                raise way.error(call)

        setattr(self._wire, way.moment, strike)

    def current(self, role: Role = Role.MENTOR) -> str:
        """Have an application that arrived some time ago, and return its owner's link."""
        found = made.application(role, id=services().new_id())
        pointer = point_to(found, None)
        services().store.commit(Change(puts=(found, pointer)))
        return self.link(found.id)

    def link(self, application_id: str) -> str:
        """Return the link of an application, as a path."""
        return f"/mine/{services().links.owner_token(application_id, 1)}"

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

    def at_desk(self, address: str = COORDINATORS) -> None:
        """Have a coordinator signed in, in a browser that sends the cookie from here on."""
        who = services().links.hashed(address)
        session = Session(
            id=session_id(hash_secret(SECRET)),
            who=who,
            expires_at=self.clock.time + SESSION_LIVES,
        )
        services().store.commit(Change(puts=(session,)))

    def upload(self, path: str, file: bytes) -> Answer:
        """Send a form of the desk with one file."""
        head = 'content-disposition: form-data; name="file"; filename="x"'
        parts = (b"--x", head.encode(), b"", file, b"--x--", b"")
        kind = "multipart/form-data; boundary=x"
        return self._answered("POST", path, b"\r\n".join(parts), kind=kind)

    def notify(self) -> None:
        """Let the stream hand over all that it has, and what fails again."""
        while self._again(self.laptop.pump):
            pass

    def sweep(self, minutes: int = 15) -> None:
        """Let the sweeper run some minutes later; only its next run mends a failed one."""
        self.clock.forward(minutes=minutes)
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
        email = self.newest(reader)
        self._again(lambda: self.laptop.returned(email, "Bounce"))

    def newest(self, reader: str) -> Email:
        """Return the newest email to somebody."""
        emails = self.laptop.outbox.emails[self._mailed :]
        return next(email for email in reversed(emails) if reader in email.readers)

    def only_application(self) -> str:
        """Return the id of the one application that there is."""
        items = self._dynamodb.scan(TableName=services().settings.applications_table)["Items"]
        (found,) = items
        return str(found["id"]["S"])

    def waiting(self) -> str:
        """Return the id of what waits for its owner's word."""
        items = self._dynamodb.scan(TableName=services().settings.applications_table)["Items"]
        (found,) = [item for item in items if item["status"]["S"] == Status.UNCONFIRMED]
        return str(found["id"]["S"])

    # What AWS and people do when something fails ---------------------------------------------

    def _answered(self, method: str, path: str, body: bytes, *, kind: str = people.FORM) -> Answer:
        """Return the first answer that is not an error of ours."""
        headers = {"content-type": kind, "accept": "text/html"}
        if path.startswith("/desk"):
            headers |= {"cookie": f"{COOKIE}={SECRET}", "origin": self.laptop.address}
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
        gone = answer.status in (404, 410) and asked > 1
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
            self.notify()
            pending = self._dynamodb.scan(TableName=letters, IndexName="pending")["Items"]
            if all(item["pending"]["S"] != PENDING for item in pending):
                return
            self.sweep()
        raise AssertionError("the letters do not come to rest")

    # What came of it -------------------------------------------------------------------------

    def _state(self) -> State:
        """Return how the world stands, without what varies from telling to telling."""
        read = TypeDeserializer().deserialize
        rows = [f"receipt {each}" for each in self._receipts]
        entries: list[dict[str, Any]] = []
        for table in self._tables:
            for item in self._dynamodb.scan(TableName=table)["Items"]:
                row = {name: read(item[name]) for name in sorted(set(item) - VARYING)}
                if "did" in row:
                    entries.append({name: row[name] for name in ("did", "by", "about", "words")})
                    continue
                # A mark may be renewed, and who asks for something twice has asked twice.
                if "at" in row or row["id"].startswith(ASKED):
                    del row["revision"]
                # A member list is called by the second in which it was put in.
                if row["id"].startswith("roster"):
                    del row["number"]
                rows.append(f"{table} {json.dumps(row, default=int)}")
        # What hands something over is recorded before it is; who asks again is recorded again.
        told = [json.dumps(each) for each in entries]
        rows += [each for each in told if json.loads(each)["did"] not in AGAIN]
        rows += sorted({each for each in told if json.loads(each)["did"] in AGAIN})
        text = TIME.sub("time", REFERENCE.sub("reference", SESSION.sub("session", "\n".join(rows))))
        for number, each in enumerate(sorted(set(ID.findall(text)))):
            text = text.replace(each, f"#{number}")
        messages = [email.message for email in self.laptop.outbox.emails[self._mailed :]]
        emails = [REFERENCE.sub("reference", f"{m['To']}: {m['Subject']}") for m in messages]
        return State(Counter(text.splitlines()), Counter(emails), _alarms(self._log.getvalue()))

    def _empty(self) -> None:
        """Make the world as it was; a new one would take longer than a story does."""
        kept = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-west-2"].tables
        for table in kept.values():
            table.items.clear()
        if rules.HERE:
            self._delete()
        self.notify()
        # moto keeps all that a stream ever had, and copies it at each transaction.
        for table in kept.values():
            if shard := table.stream_shard:
                shard.starting_sequence_number += len(shard.items)
                shard.items.clear()
        self.clock.time = self._began
        # A function that starts has no keys yet, and asks for them.
        vars(services()).pop("links", None)

    def _delete(self) -> None:
        """Delete every item."""
        deleted: dict[str, list[Any]] = {}
        for table in self._tables:
            keys = self._dynamodb.scan(TableName=table, ProjectionExpression="id")["Items"]
            if keys:
                deleted[table] = [{"DeleteRequest": {"Key": key}} for key in keys]
        if deleted:
            self._dynamodb.batch_write_item(RequestItems=deleted)


Story: TypeAlias = Callable[[World], None]


def _alarms(log: str) -> list[str]:
    """Return the letters for which the log has a line that raises the alarm `LetterFailed`."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    failed = [line for line in lines if line["event"] == "letter failed" and line["final"] is True]
    return [line["letter"] for line in failed]
