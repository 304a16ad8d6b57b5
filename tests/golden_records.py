"""The records that are kept of every version, and how each is read and written."""

import json
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from mentorship.store.records import APPLICATIONS, LETTERS, PROGRAM, RECORDS, type_of

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
    table = APPLICATIONS if "answers" in record else LETTERS if "state" in record else PROGRAM
    kind = type_of(table, record["id"])
    assert kind is not None, record["id"]
    return RECORDS[kind].read(record)


def write(item: object) -> dict[str, Any]:
    """Write whatever it is."""
    return RECORDS[type(item)].write(item)
