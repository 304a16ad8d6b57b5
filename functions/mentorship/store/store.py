"""
What is stored, in DynamoDB: the one owner of its tables.

Core objects become items and items core objects in `records`; conditions, indexes and pages of
results stay in here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Any

from mentorship.applications.application import Application, CurrentPointer
from mentorship.change import Change, Conflict, Counter, Mark, Stored
from mentorship.letters.letter import Letter
from mentorship.members.roster import ID as ROSTER
from mentorship.members.roster import ListEntry, Roster
from mentorship.program.arrangements import ID, Arrangements
from mentorship.program.audit import AuditEntry
from mentorship.program.sign_in import Session, SignInLink, session_id
from mentorship.store import program_records, records
from mentorship.store.items import read_item, write_item, write_value
from mentorship.store.queries import Queries

# What DynamoDB writes in one call that is no transaction.
MAX_WRITTEN = 25
# Where it has not written all, how often the pause before the next try is doubled.
LONGEST_PAUSE = 5
# Why a transaction was refused: the condition of one of its items did not hold, or it may be
# written a moment later.
TAKEN = "ConditionalCheckFailed"
BUSY = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
# How often it is tried again then.
TRIES = 8
NOT_THERE = {"ConditionExpression": "attribute_not_exists(id)"}


class Store(Queries):
    """Reads and writes of everything that is stored."""

    def commit(self, change: Change) -> None:
        """
        Store a change and its letters, all or nothing.

        Raises:
            Conflict: if any item was changed since it was read, or a letter is already written.

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

    def application(self, application_id: str, *, now: datetime) -> Application | None:
        """Return an application, unless there is none or its time is over."""
        record = self._get(self._tables.applications, application_id, now=now)
        return records.read_application(record) if record else None

    def pointer(self, standing_id: str) -> CurrentPointer | None:
        """Return which application stands for an address and a role, if any does."""
        record = self._get(self._tables.program, standing_id, now=None)
        return records.read_pointer(record) if record else None

    def counter(self, counter: Counter) -> Counter:
        """Return a count as it is stored, or *tally* itself, which is at nought."""
        record = self._get(self._tables.program, counter.id, now=None)
        return records.read_counter(record) if record else counter

    def mark(self, mark_id: str, *, now: datetime | None) -> Mark | None:
        """Return a mark, unless there is none or, by *now*, its time is over."""
        record = self._get(self._tables.program, mark_id, now=now)
        return records.read_mark(record) if record else None

    def letter(self, letter_id: str) -> Letter | None:
        """Return a letter."""
        record = self._get(self._tables.letters, letter_id, now=None)
        return records.read_letter(record) if record else None

    def arrangements(self) -> Arrangements | None:
        """Return what coordinators have arranged, if they have arranged anything."""
        record = self._get(self._tables.program, ID, now=None)
        return program_records.read_arrangements(record) if record else None

    def sign_in_link(self, ticket_id: str, *, now: datetime) -> SignInLink | None:
        """Return a way in, unless it was used or its time is over."""
        record = self._get(self._tables.program, ticket_id, now=now)
        return program_records.read_sign_in_link(record) if record else None

    def session(self, hashed: str, *, now: datetime) -> Session | None:
        """Return who has signed in, unless they have left or their time is over."""
        record = self._get(self._tables.program, session_id(hashed), now=now)
        return program_records.read_session(record) if record else None

    def roster(self) -> Roster | None:
        """Return what there is to say of the member list, if there is one."""
        record = self._get(self._tables.program, ROSTER, now=None)
        return program_records.read_roster(record) if record else None

    def list_entries(self, ids: Iterable[str], *, now: datetime) -> dict[str, ListEntry]:
        """Return the hashes of the member list that are among some ids."""
        found = self._fetch(self._tables.program, list(dict.fromkeys(ids)))
        listed = [
            program_records.read_list_entry(each)
            for each in found
            if not records.is_expired(each, now)
        ]
        return {each.id: each for each in listed}

    def put_list_entries(
        self, listed: Iterable[ListEntry], *, pause: Callable[[int], None]
    ) -> None:
        """Store hashes of a member list, over an earlier one's, with a *pause* if told to wait."""
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
        Store how far a letter has come, if it still stands as it did *before*.

        Returns:
            Whether it did; otherwise another sender was faster.

        """
        try:
            self._client.put_item(
                TableName=self._tables.letters,
                Item=write_item(records.write_letter(letter)),
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
        """Yield every item of one of `Tables` as DynamoDB has it, a page of them in memory."""
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
        Store items as `everything` yields them, but for those whose ids are taken.

        Args:
            table: one of `Tables`.
            items: at most a hundred with what names them, each of these once, that come to less
                than 4 MB.
            pause: waits a while before another try, where others are writing the same.
            named_by: by the ids of items, the table and the id of what has to name each: what
                stands, or what it waits beside. One that is not named is left out.

        Returns:
            The ids of those that were stored, and of those that are not named.

        Raises:
            Conflict: if others wrote the same at every try.

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
                # What is there already needs no name.
                for each, write in refused:
                    if left.pop(each, None) and "Put" not in write:
                        unnamed.add(each)
            else:
                break
        return set(left), unnamed

    def _is_named(self, item_id: str, table: str, by: str) -> Any:
        """Return the check that an item is what stands, or waits beside what has that id."""
        return {
            "ConditionCheck": {
                "TableName": getattr(self._tables, table),
                "Key": {"id": write_value(by)},
                "ConditionExpression": "application = :id OR contains(beside, :id)",
                "ExpressionAttributeValues": {":id": write_value(item_id)},
            }
        }

    def _put(self, item: Stored | Letter) -> Any:
        """Return the write of one item, on condition that none came before it."""
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

    def _written(self, item: Stored | Letter) -> tuple[str, records.Record]:
        """Return the table that an item belongs in, and how it is written there."""
        applications, letters, program = (
            self._tables.applications,
            self._tables.letters,
            self._tables.program,
        )
        match item:
            case Application():
                return applications, records.write_application(item)
            case Letter():
                return letters, records.write_letter(item)
            case CurrentPointer():
                return program, records.write_pointer(item)
            case Counter():
                return program, records.write_counter(item)
            case Mark():
                return program, records.write_mark(item)
            case Arrangements():
                return program, program_records.write_arrangements(item)
            case SignInLink():
                return program, program_records.write_sign_in_link(item)
            case Session():
                return program, program_records.write_session(item)
            case AuditEntry():
                return program, program_records.write_entry(item)
            case Roster():
                return program, program_records.write_roster(item)
            case _:
                raise TypeError(f"no table keeps {type(item).__name__}")

    def _get(self, table: str, key: str, *, now: datetime | None) -> records.Record | None:
        """Return an item as it is now, unless its time is over (DynamoDB deletes days later)."""
        answer = self._client.get_item(
            TableName=table, Key={"id": write_value(key)}, ConsistentRead=True
        )
        record = read_item(answer["Item"]) if "Item" in answer else None
        return None if record and now and records.is_expired(record, now) else record


def _at_revision(revision: int) -> dict[str, Any]:
    """Return the condition that an item stands at a *revision*."""
    return {
        "ConditionExpression": "revision = :revision",
        "ExpressionAttributeValues": {":revision": write_value(revision)},
    }
