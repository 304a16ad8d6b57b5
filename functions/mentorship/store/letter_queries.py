"""Queries that find letters and audit entries by an index."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from mentorship.letters.letter import Letter
from mentorship.program.audit import AUDIT_LOG, Action, AuditEntry
from mentorship.store import keys, letter_records, program_records
from mentorship.store.items import fetch, read_item, write_value
from mentorship.store.records import Tables

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

# How many of anything a page of the desk shows.
PAGE = 25


class LetterQueries:
    """Queries of the indexes of letters and of the audit log."""

    def __init__(self, client: "DynamoDBClient", tables: Tables) -> None:
        self._client = client
        self._tables = tables

    def letters_due(self, by: datetime) -> Iterator[str]:
        """Yield the ids of the letters that are due *by* a time, the longest due first."""
        yield from self._pending(
            letter_records.PENDING, by, KeyConditionExpression="pending = :pending AND due <= :time"
        )

    def lost_letters(self, since: datetime, *, limit: int = PAGE) -> list[Letter]:
        """Return letters written *since* a time that reached no one, the newest first."""
        ids = self._pending(
            letter_records.LOST,
            since,
            KeyConditionExpression="pending = :pending AND due >= :time",
            ScanIndexForward=False,
        )
        found = fetch(self._client, self._tables.letters, list(islice(ids, limit)))
        letters = [letter_records.read_letter(each) for each in found]
        return sorted(letters, key=lambda letter: letter.created_at, reverse=True)

    def letters_about(self, application_id: str, *, limit: int = 100) -> list[Letter]:
        """Return the letters about an application, the newest first."""
        answer = self._client.query(
            TableName=self._tables.letters,
            IndexName="by-application",
            KeyConditionExpression="application = :application",
            ExpressionAttributeValues={":application": write_value(application_id)},
            ScanIndexForward=False,
            Limit=limit,
        )
        return [letter_records.read_letter(read_item(item)) for item in answer["Items"]]

    def audit_log(self, *, limit: int = 100, action: Action | None = None) -> list[AuditEntry]:
        """Return the latest audit entries, of one action or all, the newest first."""
        query: Any = {
            "TableName": self._tables.program,
            "IndexName": "by-list",
            "KeyConditionExpression": "#list = :list",
            "ExpressionAttributeNames": {"#list": "list"},
            "ExpressionAttributeValues": {":list": write_value(AUDIT_LOG)},
            "ScanIndexForward": False,
        }
        if action:
            query["FilterExpression"] = "#did = :did"
            query["ExpressionAttributeNames"] |= {"#did": "did"}
            query["ExpressionAttributeValues"] |= {":did": write_value(action.value)}
        else:
            query["Limit"] = limit
        return [program_records.read_entry(each) for each in islice(self._query(**query), limit)]

    def _pending(self, kind: str, time: datetime, **query: Any) -> Iterator[str]:
        """Yield the ids of letters in one partition of their index."""
        for record in self._query(
            TableName=self._tables.letters,
            IndexName="pending",
            ExpressionAttributeValues={
                ":pending": write_value(kind),
                ":time": write_value(keys.write_time(time)),
            },
            **query,
        ):
            yield str(record["id"])

    def _query(self, **query: Any) -> Iterator[keys.Record]:
        """Yield what a query finds, page after page."""
        for page in self._client.get_paginator("query").paginate(**query):
            for item in page["Items"]:
                yield read_item(item)
