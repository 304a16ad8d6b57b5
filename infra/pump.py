"""What AWS calls an event source mapping: a table's stream wakes a function."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodbstreams.models import dynamodbstreams_backends

from infra import template


class Pump:
    """What AWS calls an event source mapping: a table's stream wakes a function."""

    def __init__(
        self,
        stream: template.Stream,
        *,
        invoke: Callable[[str, Any], Any],
        lock: AbstractContextManager[Any],
    ) -> None:
        """
        Begin at the beginning of a stream.

        Args:
            stream: which one, and the function that it wakes.
            invoke: calls a function by its name with an event.
            lock: held while records are taken and handed over.

        """
        self._invoke = invoke
        self._outer_lock = lock
        self._stream = stream
        self._client = boto3.client("dynamodbstreams")
        (found,) = self._client.list_streams(TableName=stream.table)["Streams"]
        self._arn = found["StreamArn"]
        # A stream comes in shards: one is closed, and its child goes on. A child is read when its
        # parent was read to the end, for records of one item have an order.
        self._parents: dict[str, str] = {}
        self._places: dict[str, dict[str, str]] = {}
        self._waiting: list[Any] = []
        self._tried = 0
        self._lock = threading.RLock()
        self._look_for_shards()

    def _look_for_shards(self) -> None:
        """Begin with the shards that are new."""
        asked = {"StreamArn": self._arn}
        while True:
            found = self._client.describe_stream(**asked)["StreamDescription"]
            for shard in found["Shards"]:
                name = shard["ShardId"]
                if name not in self._parents:
                    self._parents[name] = shard.get("ParentShardId", "")
                    self._places[name] = {"ShardIteratorType": "TRIM_HORIZON"}
            if "LastEvaluatedShardId" not in found:
                return
            asked["ExclusiveStartShardId"] = found["LastEvaluatedShardId"]

    def _take(self) -> list[Any]:
        """Return the records that came since the last time."""
        taken = []
        for shard in [each for each in self._places if self._parents[each] not in self._places]:
            # A new iterator each time: once a transaction was canceled, moto works on a copy of its
            # tables, and an older iterator sees nothing more. It also keeps every one for ever.
            iterator = self._client.get_shard_iterator(
                StreamArn=self._arn, ShardId=shard, **self._places[shard]
            )["ShardIterator"]
            answer = self._client.get_records(ShardIterator=iterator)
            dynamodbstreams_backends[DEFAULT_ACCOUNT_ID]["us-west-2"].shard_iterators.clear()
            taken += answer["Records"]
            if answer["Records"]:
                self._places[shard] = {
                    "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                    "SequenceNumber": answer["Records"][-1]["dynamodb"]["SequenceNumber"],
                }
            elif "NextShardIterator" not in answer:  # It is closed, and read to its end.
                del self._places[shard]
                self._look_for_shards()
        return taken

    def run(self) -> int:
        """Hand over what waits, and return how many records were taken."""
        with self._outer_lock, self._lock:
            self._waiting += [
                record for record in self._take() if record["eventName"] in self._stream.events
            ]
            batch = self._waiting[: self._stream.batch_size]
            if not batch:
                return 0
            self._tried += 1
            answer = self._invoke(self._stream.function, {"Records": batch})
            done = len(batch)
            if failures := answer["batchItemFailures"]:
                failed = {failure["itemIdentifier"] for failure in failures}
                numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
                done = min(at for at, number in enumerate(numbers) if number in failed)
                if self._tried == self._stream.tries:
                    # On AWS it goes to the failure queue, and an alarm is raised.
                    print(f"given up on a record of the stream of {self._stream.table}")
                    done += 1
            if done:
                self._waiting, self._tried = self._waiting[done:], 0
            return done
