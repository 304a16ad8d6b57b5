"""What the tables hold, and how thousands fit into moto, which copies all for a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from mentorship.store.store import Store

TABLES = ("ApplicationsTable", "MatchesTable", "LettersTable", "ProgramTable")


def items(table: str) -> list[dict[str, Any]]:
    """Return every item of a table."""
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return [item for page in pages for item in page["Items"]]


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return every item of every table, in an order that does not depend on chance."""
    return {table: sorted(items(table), key=lambda each: each["id"]["S"]) for table in TABLES}


def lose(table: str, item_id: str) -> None:
    """Delete one item."""
    boto3.client("dynamodb").delete_item(TableName=table, Key={"id": {"S": item_id}})


def wipe(*, but: str = "nothing") -> dict[str, int]:
    """Delete every item whose id does not begin with *but*; return how many each table had."""
    client = boto3.client("dynamodb")
    counted = {}
    for table in TABLES:
        found = [each["id"] for each in items(table) if not each["id"]["S"].startswith(but)]
        counted[table] = len(found)
        for part in _in_parts(found, 25):
            client.batch_write_item(
                RequestItems={table: [{"DeleteRequest": {"Key": {"id": key}}} for key in part]}
            )
    return counted


def fill(kept: dict[str, list[dict[str, Any]]]) -> None:
    """Put items back, as `everything` returned them."""
    client = boto3.client("dynamodb")
    for table, found in kept.items():
        for part in _in_parts(found, 25):
            client.batch_write_item(
                RequestItems={table: [{"PutRequest": {"Item": each}} for each in part]}
            )


def _in_parts(given: list[Any], size: int) -> Iterator[list[Any]]:
    for at in range(0, len(given), size):
        yield given[at : at + size]


@contextmanager
def pages_of(limit: int, store: Store) -> Iterator[None]:
    """Let an index give its answers a few at a time, as it does with each megabyte."""
    events = store._client.meta.events

    def few(params: dict[str, Any], **_: object) -> dict[str, Any]:
        return params | {"Limit": min(limit, params.get("Limit", limit))}

    events.register("provide-client-params.dynamodb.Query", few)
    try:
        yield
    finally:
        events.unregister("provide-client-params.dynamodb.Query", few)
