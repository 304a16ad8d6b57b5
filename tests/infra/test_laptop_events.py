"""What wakes the functions on the laptop as on AWS: a call, a schedule, a topic, a stream."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra import template
from infra.edge import HOST
from infra.laptop import Laptop
from infra.pump import Pump
from infra.server import Server, next_run
from tests import people
from tests.people import apply
from tests.visitor import Visitor


class TestClient:
    @pytest.fixture
    def seen(self, laptop: Laptop) -> list[Any]:
        """The events that the function of the form is handed."""
        events: list[Any] = []

        def submit(event: Any, _: object) -> Any:
            events.append(event)
            return {"statusCode": 204, "headers": {}}

        laptop._handle["Submit"] = submit
        return events

    def test_who_called_is_told(self, laptop: Laptop, seen: list[Any]) -> None:
        """
        A function is told the address that a request came from, and not what the caller says of it.
        """
        said = {"x-client-address": "192.0.2.1", "accept": "text/html"}
        laptop.call("GET", "/applications/x", headers=said)
        laptop.call("GET", "/applications/x", headers=said, client="198.51.100.7")
        laptop.call("GET", "/applications/x")
        addresses = [event["headers"]["x-client-address"] for event in seen]
        assert addresses == ["127.0.0.1", "198.51.100.7", "127.0.0.1"]
        assert said["x-client-address"] == "192.0.2.1"

    def test_front_door_knows_who_called(self, laptop: Laptop, seen: list[Any]) -> None:
        """
        On a port it is whoever is connected to it.
        """
        server = Server(laptop, 0)
        server.start()
        try:
            visitor = Visitor(server.port)
            reply = visitor.get("/applications/x", **{"X-Client-Address": "192.0.2.1"})
        finally:
            server.stop()
        assert reply.status == 204
        assert seen[0]["headers"]["x-client-address"] == HOST


class TestSchedules:
    AT = datetime(2026, 10, 7, 0, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("expression", "after", "expected"),
        [
            ("rate(15 minutes)", AT, AT + timedelta(minutes=15)),
            ("rate(1 minute)", AT, AT + timedelta(minutes=1)),
            ("cron(0 15 * * ? *)", AT, datetime(2026, 10, 7, 15, tzinfo=UTC)),
            (
                "cron(0 15 * * ? *)",
                datetime(2026, 10, 7, 14, 59, 59, 999999, tzinfo=UTC),
                datetime(2026, 10, 7, 15, tzinfo=UTC),
            ),
            (
                "cron(0 15 * * ? *)",
                datetime(2026, 10, 7, 15, tzinfo=UTC),
                datetime(2026, 10, 8, 15, tzinfo=UTC),
            ),
            (
                "cron(5 7 * * ? *)",
                datetime(2026, 12, 31, 8, tzinfo=UTC),
                datetime(2027, 1, 1, 7, 5, tzinfo=UTC),
            ),
        ],
    )
    def test_next_run(self, expression: str, after: datetime, expected: datetime) -> None:
        """
        A schedule's next time is reckoned in UTC, and lies after the last one.
        """
        assert next_run(expression, after) == expected

    @pytest.mark.parametrize(
        "expression", ["rate(1 hour)", "cron(0 15 ? * MON *)", "cron(0/5 * * * ? *)", "at noon"]
    )
    def test_other_schedules_are_not_guessed(self, expression: str) -> None:
        """
        A kind of schedule that the laptop does not know is said, before anything runs wrongly.
        """
        with pytest.raises(ValueError, match="does not know when"):
            next_run(expression, self.AT)

    def test_every_schedule_of_the_template_is_known(self, laptop: Laptop) -> None:
        """
        Each function that runs by itself on AWS is run by `tick` or by `daily`, and by one of them.
        """
        ran: list[str] = []
        for schedule in template.schedules():
            assert next_run(schedule.expression, self.AT) > self.AT
            name = schedule.function
            laptop._handle[name] = lambda event, _, name=name: ran.append(name)
        laptop.tick()
        assert ran == ["Sweep"]
        laptop.daily()
        assert sorted(ran) == sorted(schedule.function for schedule in template.schedules())


class TestFeedback:
    @pytest.fixture
    def told(self, laptop: Laptop) -> list[Any]:
        """What the function that listens to Amazon SES is told."""
        told: list[Any] = []
        for topic in template.topics():
            laptop._handle[topic.function] = lambda event, _: told.append(event)
        return told

    @pytest.mark.parametrize("kind", ["Bounce", "Complaint", "Reject"])
    def test_what_ses_says_is_handed_over(self, laptop: Laptop, told: list[Any], kind: str) -> None:
        """
        An email that comes back is told of through SNS, with its tags, its id and its reader.
        """
        apply(laptop, people.mentee())
        laptop.pump()
        email = laptop.outbox.emails[1]
        assert email.tags == {"letter": "00000001abcdefghjkmn_receipt"}
        laptop.returned(email, kind)
        (record,) = told[0]["Records"]
        said = json.loads(record["Sns"]["Message"])
        assert said["eventType"] == kind
        assert said["mail"]["messageId"] == email.message_id != ""
        assert said["mail"]["destination"] == ["robin@example.org"]
        assert said["mail"]["tags"]["letter"] == ["00000001abcdefghjkmn_receipt"]
        recipients = {
            "Bounce": ("bouncedRecipients", "robin@example.org"),
            "Complaint": ("complainedRecipients", "robin@example.org"),
        }
        if kind in recipients:
            name, address = recipients[kind]
            assert [each["emailAddress"] for each in said[kind.lower()][name]] == [address]

    @pytest.mark.parametrize(
        ("address", "kind"),
        [
            ("bounce@simulator.amazonses.com", "Bounce"),
            ("bounce+label@simulator.amazonses.com", "Bounce"),
            ("complaint@simulator.amazonses.com", "Complaint"),
            ("success@simulator.amazonses.com", None),
            ("bounce@example.org", None),
        ],
    )
    def test_amazons_own_addresses_come_back_by_themselves(
        self, laptop: Laptop, told: list[Any], address: str, kind: str | None
    ) -> None:
        """
        What goes to an address that Amazon keeps for trying it out comes back, once.
        """
        apply(laptop, people.mentee(email=address))
        for _ in range(3):
            laptop.pump()
        kinds = [json.loads(each["Records"][0]["Sns"]["Message"])["eventType"] for each in told]
        assert kinds == ([kind] if kind else [])


class _Shards:
    """A stream as DynamoDB has it: in shards, told of in pages, of which the first is closed."""

    def __init__(self) -> None:
        self.shards = {"1": ("", ["a", "b"]), "2": ("1", ["c"]), "3": ("1", ["d"])}
        self.closed = {"1"}
        self.known = 3

    def list_streams(self, **asked: str) -> Any:
        return {"Streams": [{"StreamArn": "stream"}]}

    def describe_stream(self, **asked: str) -> Any:
        names = sorted(self.shards)[: self.known]
        before = asked.get("ExclusiveStartShardId")
        name = names[names.index(before) + 1 if before else 0]
        parent = self.shards[name][0]
        shard = {"ShardId": name} | ({"ParentShardId": parent} if parent else {})
        more = {"LastEvaluatedShardId": name} if name != names[-1] else {}
        return {"StreamDescription": {"Shards": [shard], **more}}

    def get_shard_iterator(self, **asked: str) -> Any:
        records = self.shards[asked["ShardId"]][1]
        last = asked.get("SequenceNumber")
        assert asked["ShardIteratorType"] == ("AFTER_SEQUENCE_NUMBER" if last else "TRIM_HORIZON")
        return {"ShardIterator": f"{asked['ShardId']} {records.index(last) + 1 if last else 0}"}

    def get_records(self, **asked: str) -> Any:
        shard, place = asked["ShardIterator"].split()
        # One at a time: there may be more than one answer holds.
        given = self.shards[shard][1][int(place) :][:1]
        records = [
            {"eventName": "INSERT", "dynamodb": {"SequenceNumber": number}} for number in given
        ]
        ended = shard in self.closed and not given
        return {"Records": records} | ({} if ended else {"NextShardIterator": "next"})


class TestStream:
    @pytest.fixture
    def shards(self, laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> _Shards:
        """A laptop whose stream has several shards."""
        shards = _Shards()
        (stream,) = template.streams()
        with monkeypatch.context() as patch:
            patch.setattr("infra.pump.boto3.client", lambda name: shards)
            laptop._pumps = [Pump(stream, invoke=laptop.invoke, lock=laptop.lock)]
        return shards

    def test_shards_are_read_after_their_parents(self, laptop: Laptop, shards: _Shards) -> None:
        """
        Every record of every shard is handed over, once, and a parent's before its children's.
        """
        given: list[str] = []

        def notify(event: Any, _: object) -> Any:
            given.extend(each["dynamodb"]["SequenceNumber"] for each in event["Records"])
            return {"batchItemFailures": []}

        laptop._handle["Notify"] = notify
        for _ in range(6):
            laptop.pump()
        assert given[:2] == ["a", "b"]
        assert sorted(given[2:]) == ["c", "d"]
        # Later a shard is closed, and has a child.
        shards.shards["4"], shards.known = ("2", ["e"]), 4
        shards.closed.add("2")
        shards.shards["3"][1].append("f")
        for _ in range(6):
            laptop.pump()
        assert sorted(given[4:]) == ["e", "f"]
