"""
Queries that find things by an index and not by their ids.

Each query that a person waits for reads a bounded number of items, no matter how many there are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice, product
from typing import Any

from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.form.question import Role
from mentorship.store import application_records, keys
from mentorship.store.items import fetch, read_item, write_item, write_value
from mentorship.store.letter_queries import PAGE
from mentorship.store.place_queries import PlaceQueries


@dataclass(frozen=True)
class Page:
    """Some applications in waiting order, and the sort key *after* which there are more, or ""."""

    applications: tuple[Application, ...]
    after: str


class Queries(PlaceQueries):
    """Queries of the tables' indexes."""

    def leaving(self, *, until: datetime, now: datetime, limit: int) -> list[Application]:
        """
        Return those who were warned that they will be deleted, the first to go first.

        Args:
            until: who is deleted later is left out.
            now: the present, by which expired ones are left out.
            limit: how many at most.

        """
        found = self._query(
            TableName=self._tables.applications,
            IndexName="by-end",
            KeyConditionExpression="leaving = :leaving AND leaves BETWEEN :now AND :until",
            ExpressionAttributeValues=write_item(
                {
                    ":leaving": keys.LEAVING,
                    ":now": keys.write_time(now),
                    ":until": keys.write_time(until),
                }
            ),
            PaginationConfig={"PageSize": limit},
        )
        return list(islice(_alive(found, now), limit))

    def ending_unwarned(self, *, now: datetime) -> Iterator[Application]:
        """Yield those who have an end though nobody warned them: they were stored by version 3."""
        for status in Status.those("is_warned"):
            for role in Role:
                query: Any = {
                    "TableName": self._tables.applications,
                    "IndexName": "by-shelf",
                    "KeyConditionExpression": "shelf = :shelf",
                    "FilterExpression": "attribute_exists(#ends) AND attribute_not_exists(leaving)",
                    "ExpressionAttributeNames": {"#ends": "expires"},
                    "ExpressionAttributeValues": {
                        ":shelf": write_value(keys.partition(role, status))
                    },
                }
                yield from _alive(self._query(**query), now)

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
        Yield applications, the last to wait first, a page of results in memory at a time.

        Args:
            roles: of which roles.
            statuses: of which statuses.
            since: received then or later.
            until: received before then.
            now: the present, by which expired ones are left out.
            oldest_first: in waiting order.

        """
        partitions = [
            self._partition(role, status, since, until, oldest_first=oldest_first)
            for role in roles
            for status in statuses
        ]
        merged = merge(
            *partitions, key=lambda record: str(record["place"]), reverse=not oldest_first
        )
        yield from _alive(merged, now)

    def longest(self, role: Role, *, now: datetime, limit: int) -> list[Application]:
        """Return those who have waited longest for a match, the longest first."""
        partitions = (
            self._some(keys.partition(role, status), after="", limit=limit)
            for status in Status.those("may_be_matched")
        )
        found = merge(*partitions, key=lambda record: str(record["place"]))
        return list(_alive(islice(found, limit), now))

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
        self, role: Role, *, since: datetime, now: datetime, limit: int = PAGE
    ) -> list[Application]:
        """Return those who wait for a match *since* a time, the newest first."""
        found: list[keys.Record] = []
        for status in Status.those("may_be_matched"):
            answer = self._client.query(
                TableName=self._tables.applications,
                IndexName="by-shelf",
                KeyConditionExpression="shelf = :shelf AND place >= :since",
                # Someone who is back on the list is not new.
                FilterExpression="received >= :since",
                ExpressionAttributeValues={
                    ":shelf": write_value(keys.partition(role, status)),
                    ":since": write_value(keys.write_time(since)),
                },
                ScanIndexForward=False,
                Limit=limit,
            )
            found += [read_item(item) for item in answer["Items"]]
        found.sort(key=lambda record: str(record["place"]), reverse=True)
        return list(_alive(found[:limit], now))

    def count(self, role: Role, statuses: Iterable[Status], *, now: datetime, most: int) -> int:
        """Return how many applications have a role and some statuses, *most* if there are more."""
        counted = 0
        for status in statuses:
            if counted < most:
                counted += self._count(role, status, now=now, most=most - counted)
        return counted

    def _count(self, role: Role, status: Status, *, now: datetime, most: int) -> int:
        query: Any = {
            "TableName": self._tables.applications,
            "IndexName": "by-shelf",
            "KeyConditionExpression": "shelf = :shelf",
            # Expired items are deleted some days later; some do not expire.
            "FilterExpression": "attribute_not_exists(#expires) OR #expires > :now",
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
        """Return a page of those whose last or first name begins like this, those on hold last."""
        folded = keys.search_key(start)
        if not folded:
            return []
        found: dict[str, Application] = {}
        for named, attribute in product((keys.NAMED, keys.NAMED_ON_HOLD), ("surname", "name")):
            query = {
                "IndexName": f"by-{attribute}",
                "KeyConditionExpression": "named = :named AND begins_with(#name, :start)",
                "ExpressionAttributeNames": {"#name": attribute},
                "ExpressionAttributeValues": {
                    ":named": write_value(named),
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

    def _partition(
        self,
        role: Role,
        status: Status,
        since: datetime | None,
        until: datetime | None,
        *,
        oldest_first: bool,
    ) -> Iterator[keys.Record]:
        """Yield the records in a partition that were received in some time, in waiting order."""
        between = {
            ":since": keys.write_time(since) if since else "0",
            ":until": keys.write_time(until) if until else "9",
        }
        query: Any = {
            "TableName": self._tables.applications,
            "IndexName": "by-shelf",
            "KeyConditionExpression": "shelf = :shelf",
            "ExpressionAttributeValues": write_item(
                {":shelf": keys.partition(role, status), **between}
            ),
            "ScanIndexForward": oldest_first,
        }
        # What is held back has never waited, so its sort key is when it was received: a flood of it
        # is not read whole. A sort key is a time and more, so that none equals the time itself.
        if status.traits.is_held:
            query["KeyConditionExpression"] += " AND place BETWEEN :since AND :until"
        else:
            query["FilterExpression"] = "received >= :since AND received < :until"
        yield from self._query(**query)

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


def _alive(records: Iterable[keys.Record], now: datetime) -> Iterator[Application]:
    """Yield the applications in some records, except expired ones."""
    for record in records:
        if not keys.is_expired(record, now):
            yield application_records.read_application(record)
