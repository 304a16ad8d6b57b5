"""Records as DynamoDB's client takes and gives them; boto3 translates."""

from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from mentorship.store.records import Record

write_value = TypeSerializer().serialize
_of_value = TypeDeserializer().deserialize


def write_item(record: Record) -> dict[str, Any]:
    """Return a record as DynamoDB's client takes it."""
    return {name: write_value(value) for name, value in record.items()}


def read_item(item: Any) -> Record:
    """Return what DynamoDB's client gave as a record."""
    return {name: _of_value(value) for name, value in item.items()}
