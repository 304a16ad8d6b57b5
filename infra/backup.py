"""
All that is stored, as one file, and back again.

The file is gzipped JSON, a line for each item, exactly as DynamoDB has it. What is restored mails
nobody: letters that were not sent come back held. Who was forgotten stays forgotten.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from infra.trouble import Trouble
from mentorship import records
from mentorship.application import forgotten_id
from mentorship.links import Links

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

# What the file calls the tables; their names on AWS differ from stack to stack.
APPLICATIONS, LETTERS, PROGRAM = "applications", "letters", "program"
# The marks come first: by then it is known who was forgotten.
TABLES = (PROGRAM, APPLICATIONS, LETTERS)

Item = dict[str, Any]


@dataclass(frozen=True)
class Restored:
    """What became of the items of a file, each counted by its table."""

    written: Counter[str]
    already: Counter[str]
    forgotten: Counter[str]
    held: int


def write(path: Path, tables: Mapping[str, str], client: "DynamoDBClient") -> Counter[str]:
    """
    Write every item of the tables to a new file, and return how many there are of each.

    Args:
        path: the file; nobody else on this computer may read it.
        tables: the names of the tables, by what the file calls them.
        client: of DynamoDB.

    Raises:
        Trouble: if there is such a file already.

    """
    counted: Counter[str] = Counter()
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise Trouble(f"{path} is there already: name another file.") from error
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for name in TABLES:
            for item in every(tables[name], client):
                counted[name] += 1
                file.write(json.dumps({"table": name, "item": item}, ensure_ascii=False) + "\n")
        # Without this line the file is not whole.
        file.write(json.dumps({"whole": dict(counted)}) + "\n")
    return counted


def read(path: Path) -> list[tuple[str, Item]]:
    """
    Return what a file holds, each item with its table.

    Raises:
        Trouble: if it is none of ours, or not whole.

    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            *lines, last = map(json.loads, file)
            items = [(line["table"], line["item"]) for line in lines]
            whole = last["whole"]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise Trouble(
            f"{path} cannot be read as a backup: {error or type(error).__name__}"
        ) from error
    if whole != Counter(table for table, _ in items):
        raise Trouble(f"{path} is not whole; nothing was restored.")
    return items


def restore(
    items: Iterable[tuple[str, Item]],
    tables: Mapping[str, str],
    client: "DynamoDBClient",
    links: Links,
) -> Restored:
    """
    Write items back into tables; what is there already stays as it is.

    Args:
        items: as `read` returns them.
        tables: the names of the tables, by what the file calls them.
        client: of DynamoDB.
        links: by which addresses are hashed.

    """
    found = list(items)
    marks = [item for table, item in found if table == PROGRAM]
    marks += every(tables[PROGRAM], client)
    gone = _forgotten(found, {item["id"]["S"]: item for item in marks}, links)
    restored = Restored(Counter(), Counter(), Counter(), _held(found))
    for table, item in sorted(found, key=lambda each: TABLES.index(each[0])):
        if item["id"]["S"] in gone:
            restored.forgotten[table] += 1
            continue
        back = _back(item) if table == LETTERS else item
        written = _put(tables[table], back, client)
        (restored.written if written else restored.already)[table] += 1
    return restored


def every(table: str, client: "DynamoDBClient") -> Iterator[Item]:
    """Yield every item of a table."""
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def plain(item: Item) -> records.Record:
    """Return an item as a record."""
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


def typed(record: records.Record) -> Item:
    """Return a record as an item."""
    return {name: TypeSerializer().serialize(value) for name, value in record.items()}


def _forgotten(found: list[tuple[str, Item]], marks: Mapping[str, Item], links: Links) -> set[str]:
    """
    Return the ids of what was forgotten: applications, and what says that one of them stands.

    Whoever was forgotten and has applied again since is there again.
    """
    gone = set()
    for table, item in found:
        if table == APPLICATIONS:
            application = records.application_of(plain(item))
            mark = application.answers and marks.get(
                forgotten_id(links.hashed(application.address))
            )
            late = mark and application.received_at <= records.mark_of(plain(mark)).at
            if late or forgotten_id(application.id) in marks:
                gone |= {application.id, *application.beside}
    standing = ((table, item) for table, item in found if "application" in item)
    return gone | {item["id"]["S"] for _, item in standing if item["application"]["S"] in gone}


def _held(found: list[tuple[str, Item]]) -> int:
    return sum(table == LETTERS and "due" in item for table, item in found)


def _back(item: Item) -> Item:
    """Return a letter as it comes back: unsent, it is held."""
    return typed(records.of_letter(records.letter_of(plain(item)).restored()))


def _put(table: str, item: Item, client: "DynamoDBClient") -> bool:
    """Write an item, unless there is one of its id; tell whether it was written."""
    try:
        client.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(id)")
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return False
        raise
    return True
