"""The records that are kept of every version, and how each is read and written."""

import json
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from mentorship.store.records import APPLICATIONS, LETTERS, MATCHES, PROGRAM, RECORDS, type_of

GOLDEN = Path(__file__).parent / "records"
PATHS = sorted(GOLDEN.glob("*.json"))


def golden(name: str) -> dict[str, Any]:
    """Return a record as it once was stored."""
    record: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return record


def through_the_table(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as DynamoDB gives it back: with decimals for numbers."""
    item = {name: TypeSerializer().serialize(value) for name, value in record.items()}
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


def read(record: dict[str, Any]) -> Any:
    """Read a record of whatever it is: as a backup does, by its table and its id."""
    kind = type_of(table_of(record), record["id"])
    assert kind is not None, record["id"]
    return RECORDS[kind].read(record)


def table_of(record: dict[str, Any]) -> str:
    """Return the table of a record, by what no other table's records have."""
    marks = {"answers": APPLICATIONS, "since": MATCHES, "state": LETTERS}
    return next((table for mark, table in marks.items() if mark in record), PROGRAM)


def write(item: object) -> dict[str, Any]:
    """Write whatever it is."""
    return RECORDS[type(item)].write(item)
