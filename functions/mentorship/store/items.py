"""Records as DynamoDB's client takes and gives them; boto3 translates."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from mentorship.store.keys import Record

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

write_value = TypeSerializer().serialize
_of_value = TypeDeserializer().deserialize

# How many items DynamoDB fetches by their ids in one call.
MAX_FETCHED = 100


def write_item(record: Record) -> dict[str, Any]:
    """Return a record as DynamoDB's client takes it."""
    return {name: write_value(value) for name, value in record.items()}


def read_item(item: Any) -> Record:
    """Return an item from DynamoDB's client as a record."""
    return {name: _of_value(value) for name, value in item.items()}


def fetch(client: "DynamoDBClient", table: str, ids: Iterable[str]) -> list[Record]:
    """
    Return items by their ids as they are stored now, in as many calls as that takes.

    What is missing here is taken to be gone, so a copy that lags behind would not do.
    """
    left, found = list(dict.fromkeys(ids)), list[Record]()
    for at in range(0, len(left), MAX_FETCHED):
        some = [write_item({"id": each}) for each in left[at : at + MAX_FETCHED]]
        wanted: Any = {table: {"Keys": some, "ConsistentRead": True}}
        while wanted:
            answer = client.batch_get_item(RequestItems=wanted)
            found += [read_item(item) for item in answer["Responses"].get(table, [])]
            wanted = answer.get("UnprocessedKeys")
    return found
