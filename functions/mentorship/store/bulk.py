"""Whole tables and lists: read item by item, and written many items at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from mentorship.change import Conflict
from mentorship.members.roster import ListEntry
from mentorship.store import program_records, refusals
from mentorship.store.items import write_item, write_value
from mentorship.store.records import Tables

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

# How many items DynamoDB writes in one call that is not a transaction.
MAX_WRITTEN = 25
# If it has not written all, how often the pause before the next try is doubled.
LONGEST_PAUSE = 5
# How often items of a backup are tried; an operator waits longer than an applicant.
TRIES = 8
NOT_THERE = {"ConditionExpression": "attribute_not_exists(id)"}


class Bulk:
    """Reads and writes many items at a time."""

    def __init__(self, client: "DynamoDBClient", tables: Tables) -> None:
        self._client = client
        self._tables = tables

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
                ask = partial(self._client.batch_write_item, RequestItems=left)
                left = refusals.ask_again(ask, pause)["UnprocessedItems"]
                if not left:
                    break
                pause(min(tried, LONGEST_PAUSE))

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
            named_by: by the ids of items, the table and id of what has to name each: a pointer, the
                parent, or an application in a match. One that is not named is left out.

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
            except ClientError as error:
                reasons = refusals.reasons(error)
                refused = [
                    write
                    for write, reason in zip(writes, reasons, strict=False)
                    if reason == refusals.TAKEN
                ]
                if not refused and not refusals.passes(error):
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
        """Return the check that an item is named by its pointer, parent or application."""
        return {
            "ConditionCheck": {
                "TableName": getattr(self._tables, table),
                "Key": {"id": write_value(by)},
                "ConditionExpression": "application = :id OR contains(beside, :id)"
                " OR contains(matches, :id)",
                "ExpressionAttributeValues": {":id": write_value(item_id)},
            }
        }
