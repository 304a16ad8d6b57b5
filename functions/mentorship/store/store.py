"""
What is stored in DynamoDB: found by its id, and changed.

`records` turns objects into items and back; `queries` finds things by an index.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from mentorship.applications.application import Application, CurrentPointer
from mentorship.change import Change, Conflict, Counter, Mark, Stored
from mentorship.letters.letter import Letter
from mentorship.members.roster import ID as ROSTER
from mentorship.members.roster import ListEntry, Roster
from mentorship.program.arrangements import ID, Arrangements
from mentorship.program.sign_in import Session, SignInLink, session_id
from mentorship.store import keys, letter_records, program_records
from mentorship.store.items import fetch, read_item, write_item, write_value
from mentorship.store.queries import Queries
from mentorship.store.records import RECORDS, Tables

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

# How many items DynamoDB writes in one call that is not a transaction.
MAX_WRITTEN = 25
# If it has not written all, how often the pause before the next try is doubled.
LONGEST_PAUSE = 5
# Why a transaction was refused: a condition on one of its items was not met, or it is worth trying
# again a moment later.
TAKEN = "ConditionalCheckFailed"
BUSY = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
# How often it is then tried again.
TRIES = 8
NOT_THERE = {"ConditionExpression": "attribute_not_exists(id)"}


T = TypeVar("T")


class Store:
    """
    Reads and writes everything that is stored.

    Attributes:
        queries: find things by an index.

    """

    def __init__(self, client: "DynamoDBClient", tables: Tables) -> None:
        self._client = client
        self._tables = tables
        self.queries = Queries(client, tables)

    def commit(self, change: Change) -> None:
        """
        Store a change and its letters, all or nothing.

        Raises:
            Conflict: if any item was changed after it was read, or a letter was written already.

        """
        writes = [self._put(item) for item in change.puts]
        writes += [self._put(letter) for letter in change.letters]
        writes += [self._delete(item) for item in change.deletes]
        if not writes:
            return
        try:
            self._client.transact_write_items(TransactItems=writes)
        except self._client.exceptions.TransactionCanceledException as error:
            reasons = {reason.get("Code") for reason in error.response["CancellationReasons"]}
            if reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
                raise Conflict from error
            raise

    def get(self, kind: type[T], item_id: str, *, now: datetime | None = None) -> T | None:
        """Return an item of a type, unless there is none or it has expired by *now*."""
        stored = RECORDS[kind]
        answer = self._client.get_item(
            TableName=self._table(stored.table),
            Key={"id": write_value(item_id)},
            ConsistentRead=True,
        )
        record = read_item(answer["Item"]) if "Item" in answer else None
        # DynamoDB deletes expired items some days later.
        if record is None or (now and keys.is_expired(record, now)):
            return None
        found: T = stored.read(record)
        return found

    def application(self, application_id: str, *, now: datetime) -> Application | None:
        """Return an application, unless there is none or it has expired."""
        return self.get(Application, application_id, now=now)

    def pending_changes(self, application: Application, *, now: datetime) -> list[Application]:
        """Return the changes that wait, or have waited, beside an application."""
        found = (self.application(each, now=now) for each in application.pending_changes)
        return [each for each in found if each]

    def pointer(self, pointer_id: str) -> CurrentPointer | None:
        """Return the pointer to the current application of an address, if there ever was one."""
        return self.get(CurrentPointer, pointer_id)

    def counter(self, counter: Counter) -> Counter:
        """Return a counter as it is stored, or itself, which is at zero."""
        return self.get(Counter, counter.id) or counter

    def mark(self, mark_id: str, *, now: datetime | None) -> Mark | None:
        """Return a mark, unless there is none or it has expired by *now*."""
        return self.get(Mark, mark_id, now=now)

    def letter(self, letter_id: str) -> Letter | None:
        """Return a letter."""
        return self.get(Letter, letter_id)

    def arrangements(self) -> Arrangements | None:
        """Return the arrangements, if any were stored."""
        return self.get(Arrangements, ID)

    def sign_in_link(self, link_id: str, *, now: datetime) -> SignInLink | None:
        """Return a sign-in link, unless it was used or has expired."""
        return self.get(SignInLink, link_id, now=now)

    def session(self, hashed: str, *, now: datetime) -> Session | None:
        """Return a session, unless its coordinator has signed out or it has expired."""
        return self.get(Session, session_id(hashed), now=now)

    def roster(self) -> Roster | None:
        """Return the member list that is in use, if there is one."""
        return self.get(Roster, ROSTER)

    def list_entries(self, ids: Iterable[str], *, now: datetime) -> dict[str, ListEntry]:
        """Return the entries of the member list with some ids, by those ids."""
        found = fetch(self._client, self._tables.program, ids)
        listed = [
            program_records.read_list_entry(each)
            for each in found
            if not keys.is_expired(each, now)
        ]
        return {each.id: each for each in listed}

    def put_list_entries(
        self, listed: Iterable[ListEntry], *, pause: Callable[[int], None]
    ) -> None:
        """Store entries of a member list over earlier ones, with a *pause* if told to wait."""
        each_once = {each.id: write_item(program_records.write_list_entry(each)) for each in listed}
        items = list(each_once.values())
        table = self._tables.program
        for at in range(0, len(items), MAX_WRITTEN):
            part = items[at : at + MAX_WRITTEN]
            left: Any = {table: [{"PutRequest": {"Item": item}} for item in part]}
            for tried in count():
                left = self._client.batch_write_item(RequestItems=left)["UnprocessedItems"]
                if not left:
                    break
                pause(min(tried, LONGEST_PAUSE))

    def advance(self, letter: Letter, *, before: Letter) -> bool:
        """
        Store how far a letter has come, if it is still as it was *before*.

        Returns:
            Whether it was; otherwise another sender was faster.

        """
        try:
            self._client.put_item(
                TableName=self._tables.letters,
                Item=write_item(letter_records.write_letter(letter)),
                ConditionExpression="#state = :state AND attempts = :attempts",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={
                    ":state": write_value(before.state),
                    ":attempts": write_value(before.attempts),
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def everything(self, table: str) -> Iterator[dict[str, Any]]:
        """Yield every item of one of `Tables` as DynamoDB has it, one page in memory at a time."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=getattr(self._tables, table), ConsistentRead=True
        )
        for page in pages:
            yield from page["Items"]

    def ids(self, table: str) -> set[str]:
        """Return the id of every item of one of `Tables`."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=getattr(self._tables, table), ConsistentRead=True, ProjectionExpression="id"
        )
        return {item["id"]["S"] for page in pages for item in page["Items"]}

    def put_missing(
        self,
        table: str,
        items: Iterable[dict[str, Any]],
        *,
        pause: Callable[[int], None],
        named_by: Mapping[str, tuple[str, str]] | None = None,
    ) -> tuple[set[str], set[str]]:
        """
        Store items as `everything` yields them, except those whose ids are taken.

        Args:
            table: one of `Tables`.
            items: at most a hundred including the items that name them, each of those once, and
                less than 4 MB in all.
            pause: waits a while before another try, if others are writing the same items.
            named_by: by the ids of items, the table and id of what has to name each: a pointer or
                the parent. One that is not named is left out.

        Returns:
            The ids of those that were stored, and of those that are not named.

        Raises:
            Conflict: if others wrote the same items at every try.

        """
        left = {item["id"]["S"]: item for item in items}
        name = getattr(self._tables, table)
        named_by, unnamed, tried = named_by or {}, set[str](), 0
        while left:
            writes: list[tuple[str, Any]] = [
                (each, {"Put": {"TableName": name, "Item": item, **NOT_THERE}})
                for each, item in left.items()
            ]
            writes += [
                (each, self._is_named(each, *named_by[each])) for each in left if each in named_by
            ]
            try:
                self._client.transact_write_items(TransactItems=[write for _, write in writes])
            except self._client.exceptions.TransactionCanceledException as error:
                reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
                refused = [
                    write for write, reason in zip(writes, reasons, strict=True) if reason == TAKEN
                ]
                if not refused and not BUSY & set(reasons):
                    raise
                if not refused:
                    if tried == TRIES:
                        raise Conflict from error
                    pause(min(tried, LONGEST_PAUSE))
                    tried += 1
                # An item that is there already need not be named.
                for each, write in refused:
                    if left.pop(each, None) and "Put" not in write:
                        unnamed.add(each)
            else:
                break
        return set(left), unnamed

    def _is_named(self, item_id: str, table: str, by: str) -> Any:
        """Return the check that an item is named by its pointer or its parent."""
        return {
            "ConditionCheck": {
                "TableName": getattr(self._tables, table),
                "Key": {"id": write_value(by)},
                "ConditionExpression": "application = :id OR contains(beside, :id)",
                "ExpressionAttributeValues": {":id": write_value(item_id)},
            }
        }

    def _put(self, item: Stored | Letter) -> Any:
        """Return the write of one item, on condition that no other change came first."""
        table, record = self._written(item)
        put: dict[str, Any] = {"TableName": table, "Item": write_item(record)}
        revision = 1 if isinstance(item, Letter) else item.revision
        if revision == 1:
            put["ConditionExpression"] = "attribute_not_exists(id)"
        else:
            put |= _at_revision(revision - 1)
        return {"Put": put}

    def _delete(self, item: Stored) -> Any:
        """Return the deletion of one item, on condition that it is still as it was read."""
        table, record = self._written(item)
        delete = {"TableName": table, "Key": {"id": write_value(record["id"])}}
        return {"Delete": {**delete, **_at_revision(item.revision)}}

    def _written(self, item: Stored | Letter) -> tuple[str, keys.Record]:
        """Return the table that an item belongs in, and how it is written there."""
        stored = RECORDS[type(item)]
        return self._table(stored.table), stored.write(item)

    def _table(self, name: str) -> str:
        """Return what a table is called on AWS."""
        return str(getattr(self._tables, name))


def _at_revision(revision: int) -> dict[str, Any]:
    """Return the condition that an item is at a *revision*."""
    return {
        "ConditionExpression": "revision = :revision",
        "ExpressionAttributeValues": {":revision": write_value(revision)},
    }
