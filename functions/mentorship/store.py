"""
What is stored, in DynamoDB: the one owner of its tables.

Core objects become items and items core objects in `records`; conditions, indexes and pages of
results stay in here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from mentorship import records
from mentorship.application import (
    Application,
    Change,
    Mark,
    Overtaken,
    Standing,
    Status,
    Stored,
    Tally,
)
from mentorship.letter import Letter
from mentorship.questions import Role

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

_to_item = TypeSerializer().serialize
_from_item = TypeDeserializer().deserialize


@dataclass(frozen=True)
class Tables:
    """The names of the tables."""

    applications: str
    letters: str
    program: str


class Store:
    """Reads and writes of everything that is stored."""

    def __init__(self, client: "DynamoDBClient", tables: Tables) -> None:
        self._client = client
        self._tables = tables

    def commit(self, change: Change) -> None:
        """
        Store a change and its letters, all or nothing.

        Raises:
            Overtaken: if any item was changed since it was read, or a letter is already written.

        """
        writes = [self._put(item) for item in (*change.puts, *change.letters)]
        writes += [self._delete(item) for item in change.deletes]
        if not writes:
            return
        try:
            self._client.transact_write_items(TransactItems=writes)
        except self._client.exceptions.TransactionCanceledException as error:
            reasons = {reason.get("Code") for reason in error.response["CancellationReasons"]}
            if reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
                raise Overtaken from error
            raise

    def application(self, application_id: str, *, now: datetime) -> Application | None:
        """Return an application, unless there is none or its time is over."""
        record = self._get(self._tables.applications, application_id, now=now)
        return records.application_of(record) if record else None

    def standing(self, standing_id: str) -> Standing | None:
        """Return which application stands for an address and a role, if any does."""
        record = self._get(self._tables.program, standing_id, now=None)
        return records.standing_of(record) if record else None

    def tally(self, tally: Tally) -> Tally:
        """Return a count as it is stored, or *tally* itself, which is at nought."""
        record = self._get(self._tables.program, tally.id, now=None)
        return records.tally_of(record) if record else tally

    def mark(self, mark_id: str, *, now: datetime | None) -> Mark | None:
        """Return a mark, unless there is none or, by *now*, its time is over."""
        record = self._get(self._tables.program, mark_id, now=now)
        return records.mark_of(record) if record else None

    def letter(self, letter_id: str) -> Letter | None:
        """Return a letter."""
        record = self._get(self._tables.letters, letter_id, now=None)
        return records.letter_of(record) if record else None

    def applications(
        self,
        *,
        roles: Iterable[Role],
        statuses: Iterable[Status],
        since: datetime | None,
        until: datetime | None,
        now: datetime,
    ) -> Iterator[Application]:
        """
        Yield applications, newest first, a page of results in memory at a time.

        Args:
            roles: of which roles.
            statuses: of which statuses.
            since: received then or later.
            until: received before then.
            now: the present, by which expired ones are left out.

        """
        shelves = [
            self._shelf(role, status, since=since, until=until)
            for role in roles
            for status in statuses
        ]
        for record in merge(*shelves, key=lambda record: str(record["received"]), reverse=True):
            if not records.expired(record, now):
                yield records.application_of(record)

    def letters_due(self, by: datetime) -> Iterator[str]:
        """Yield the ids of the letters that are to be tried *by* a time, longest due first."""
        for record in self._query(
            TableName=self._tables.letters,
            IndexName="pending",
            KeyConditionExpression="pending = :pending AND due <= :by",
            ExpressionAttributeValues={
                ":pending": _to_item(records.PENDING),
                ":by": _to_item(records.moment(by)),
            },
        ):
            yield str(record["id"])

    def advance(self, letter: Letter, *, before: Letter) -> bool:
        """
        Store how far a letter has come, if it still stands as it did *before*.

        Returns:
            Whether it did; otherwise another sender was faster.

        """
        try:
            self._client.put_item(
                TableName=self._tables.letters,
                Item=_item(records.of_letter(letter)),
                ConditionExpression="#state = :state AND attempts = :attempts",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={
                    ":state": _to_item(before.state),
                    ":attempts": _to_item(before.attempts),
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _put(self, item: Stored | Letter) -> Any:
        """Return the write of one item, on condition that none came before it."""
        table, record = self._written(item)
        put: dict[str, Any] = {"TableName": table, "Item": _item(record)}
        revision = 1 if isinstance(item, Letter) else item.revision
        if revision == 1:
            put["ConditionExpression"] = "attribute_not_exists(id)"
        else:
            put |= _at_revision(revision - 1)
        return {"Put": put}

    def _delete(self, item: Stored) -> Any:
        """Return the deletion of one item, on condition that it is still as it was read."""
        table, record = self._written(item)
        delete = {"TableName": table, "Key": {"id": _to_item(record["id"])}}
        return {"Delete": {**delete, **_at_revision(item.revision)}}

    def _written(self, item: Stored | Letter) -> tuple[str, records.Record]:
        """Return the table that an item belongs in, and how it is written there."""
        match item:
            case Application():
                return self._tables.applications, records.of_application(item)
            case Letter():
                return self._tables.letters, records.of_letter(item)
            case Standing():
                return self._tables.program, records.of_standing(item)
            case Tally():
                return self._tables.program, records.of_tally(item)
            case Mark():
                return self._tables.program, records.of_mark(item)

    def _get(self, table: str, key: str, *, now: datetime | None) -> records.Record | None:
        """Return an item as it is now, unless its time is over (DynamoDB deletes days later)."""
        answer = self._client.get_item(
            TableName=table, Key={"id": _to_item(key)}, ConsistentRead=True
        )
        record = _record(answer["Item"]) if "Item" in answer else None
        return None if record and now and records.expired(record, now) else record

    def _shelf(
        self, role: Role, status: Status, *, since: datetime | None, until: datetime | None
    ) -> Iterator[records.Record]:
        """Yield the applications of one role and status, newest first."""
        yield from self._query(
            TableName=self._tables.applications,
            IndexName="by-shelf",
            KeyConditionExpression="shelf = :shelf AND received BETWEEN :since AND :until",
            ExpressionAttributeValues={
                ":shelf": _to_item(records.shelf(role, status)),
                ":since": _to_item(records.moment(since) if since else "0"),
                ":until": _to_item(records.moment_before(until) if until else "9"),
            },
            ScanIndexForward=False,
        )

    def _query(self, **query: Any) -> Iterator[records.Record]:
        """Yield what a query finds, page after page."""
        for page in self._client.get_paginator("query").paginate(**query):
            for item in page["Items"]:
                yield _record(item)


def _at_revision(revision: int) -> dict[str, Any]:
    """Return the condition that an item stands at a *revision*."""
    return {
        "ConditionExpression": "revision = :revision",
        "ExpressionAttributeValues": {":revision": _to_item(revision)},
    }


def _item(record: records.Record) -> dict[str, Any]:
    """Return a record as DynamoDB's client takes it."""
    return {name: _to_item(value) for name, value in record.items()}


def _record(item: Any) -> records.Record:
    """Return what DynamoDB's client gave as a record."""
    return {name: _from_item(value) for name, value in item.items()}
