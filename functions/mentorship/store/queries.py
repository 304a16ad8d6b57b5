"""
Queries that find things by an index and not by their ids.

Each query that a person waits for reads a bounded number of items, no matter how many there are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any

from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.form.question import Role
from mentorship.letters.letter import Letter
from mentorship.program.audit import AUDIT_LOG, Action, AuditEntry
from mentorship.store import application_records, keys, letter_records, program_records
from mentorship.store.items import fetch, read_item, write_item, write_value
from mentorship.store.records import Tables

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


# How many applications a page of the desk shows.
PAGE = 25


@dataclass(frozen=True)
class Page:
    """Some applications in waiting order, and the sort key *after* which there are more, or ""."""

    applications: tuple[Application, ...]
    after: str


class Queries:
    """Queries of the tables' indexes."""

    def __init__(self, client: "DynamoDBClient", tables: Tables) -> None:
        self._client = client
        self._tables = tables

    def applications(
        self,
        *,
        roles: Iterable[Role],
        statuses: Iterable[Status],
        since: datetime | None,
        until: datetime | None,
        now: datetime,
        oldest_first: bool = False,
    ) -> Iterator[Application]:
        """
        Yield applications, newest first, a page of results in memory at a time.

        Args:
            roles: of which roles.
            statuses: of which statuses.
            since: received then or later.
            until: received before then.
            now: the present, by which expired ones are left out.
            oldest_first: in waiting order.

        """
        partitions = [
            self._partition(
                keys.partition(role, status),
                keys.write_time(since) if since else "0",
                keys.write_time(until) if until else "9",
                oldest_first=oldest_first,
            )
            for role in roles
            for status in statuses
        ]
        merged = merge(
            *partitions, key=lambda record: str(record["place"]), reverse=not oldest_first
        )
        yield from _alive(merged, now)

    def waiting_page(
        self,
        role: Role,
        status: Status,
        *,
        now: datetime,
        after: str = "",
        limit: int = PAGE,
    ) -> Page:
        """
        Return applications in waiting order, the longest waiting first.

        Args:
            role: of which role.
            status: of which status.
            now: the present, by which expired ones are left out.
            after: the sort key at which the page before ended.
            limit: how many at most.

        """
        found = self._some(keys.partition(role, status), after=after, limit=limit + 1)
        here = found[:limit]
        return Page(
            tuple(_alive(here, now)),
            after=str(here[-1]["place"]) if len(found) > limit else "",
        )

    def newest(
        self, role: Role, status: Status, *, since: datetime, now: datetime, limit: int = PAGE
    ) -> list[Application]:
        """Return the applications received *since* a time, the newest first."""
        answer = self._client.query(
            TableName=self._tables.applications,
            IndexName="by-shelf",
            KeyConditionExpression="shelf = :shelf AND place >= :since",
            ExpressionAttributeValues={
                ":shelf": write_value(keys.partition(role, status)),
                ":since": write_value(keys.write_time(since)),
            },
            ScanIndexForward=False,
            Limit=limit,
        )
        found = [read_item(item) for item in answer["Items"]]
        return list(_alive(found, now))

    def count(self, role: Role, status: Status, *, now: datetime, most: int) -> int:
        """Return how many applications have a role and a status, *most* if there are more."""
        query: Any = {
            "TableName": self._tables.applications,
            "IndexName": "by-shelf",
            "KeyConditionExpression": "shelf = :shelf",
            # Expired items are deleted some days later.
            "FilterExpression": "#expires > :now",
            "ExpressionAttributeNames": {"#expires": "expires"},
            "ExpressionAttributeValues": {
                ":shelf": write_value(keys.partition(role, status)),
                ":now": write_value(int(now.timestamp())),
            },
            "Select": "COUNT",
            "Limit": most,
        }
        counted = 0
        # A count, too, stops at a megabyte.
        for page in self._client.get_paginator("query").paginate(**query):
            counted += page["Count"]
            if counted >= most:
                return most
        return counted

    def by_reference(self, reference: str, *, now: datetime) -> list[Application]:
        """Return the applications with a reference: one, except by chance."""
        query = {
            "IndexName": "by-reference",
            "KeyConditionExpression": "#reference = :reference",
            "ExpressionAttributeNames": {"#reference": "reference"},
            "ExpressionAttributeValues": {":reference": write_value(reference)},
        }
        return self._fetched(query, now)

    def by_name(self, start: str, *, now: datetime) -> list[Application]:
        """Return a page of those whose first or last name begins like this, in that order."""
        folded = keys.search_key(start)
        if not folded:
            return []
        found: dict[str, Application] = {}
        for index, attribute in (("by-surname", "surname"), ("by-name", "name")):
            query = {
                "IndexName": index,
                "KeyConditionExpression": "named = :named AND begins_with(#name, :start)",
                "ExpressionAttributeNames": {"#name": attribute},
                "ExpressionAttributeValues": {
                    ":named": write_value(keys.NAMED),
                    ":start": write_value(folded),
                },
            }
            found |= {each.id: each for each in self._fetched(query, now)}
        return list(found.values())[:PAGE]

    def by_ids(self, ids: list[str], *, now: datetime) -> list[Application]:
        """Return the applications with some ids that are there, in the order given."""
        found = {
            each.id: each
            for each in _alive(fetch(self._client, self._tables.applications, ids), now)
        }
        return [found[each] for each in dict.fromkeys(ids) if each in found]

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

    def _partition(
        self, partition: str, since: str, until: str, *, oldest_first: bool
    ) -> Iterator[keys.Record]:
        """Yield the records in a partition."""
        # A sort key is a time and more, so that none equals the time itself.
        between = {":shelf": partition, ":since": since, ":until": until}
        yield from self._query(
            TableName=self._tables.applications,
            IndexName="by-shelf",
            KeyConditionExpression="shelf = :shelf AND place BETWEEN :since AND :until",
            ExpressionAttributeValues=write_item(between),
            ScanIndexForward=oldest_first,
        )

    def _some(self, partition: str, *, after: str, limit: int) -> list[keys.Record]:
        """Return the first records in a partition after a sort key."""
        found: list[keys.Record] = []
        while len(found) < limit:
            answer = self._client.query(
                TableName=self._tables.applications,
                IndexName="by-shelf",
                KeyConditionExpression="shelf = :shelf AND place > :after",
                ExpressionAttributeValues=write_item({":shelf": partition, ":after": after or "0"}),
                Limit=limit - len(found),
            )
            found += [read_item(item) for item in answer["Items"]]
            # An answer, too, stops at a megabyte.
            if "LastEvaluatedKey" not in answer:
                break
            after = str(found[-1]["place"])
        return found

    def _fetched(self, query: dict[str, Any], now: datetime) -> list[Application]:
        """Return a page of the applications that a query of keys finds, in its order."""
        table = self._tables.applications
        answer = self._client.query(TableName=table, Limit=PAGE, **query)
        return self.by_ids([str(read_item(item)["id"]) for item in answer["Items"]], now=now)

    def _query(self, **query: Any) -> Iterator[keys.Record]:
        """Yield what a query finds, page after page."""
        for page in self._client.get_paginator("query").paginate(**query):
            for item in page["Items"]:
                yield read_item(item)


def _alive(records: Iterable[keys.Record], now: datetime) -> Iterator[Application]:
    """Yield the applications in some records, except expired ones."""
    for record in records:
        if not keys.is_expired(record, now):
            yield application_records.read_application(record)
