"""Queries that find matches, and what lies between two people, by an index."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from mentorship.matches.institutions import InstitutionAnswer
from mentorship.matches.match import Match, MatchState
from mentorship.matches.pair import Pair
from mentorship.store import keys, match_records
from mentorship.store.items import fetch, read_item, write_item, write_value
from mentorship.store.records import Tables

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


class MatchQueries:
    """Queries of the indexes of matches."""

    def __init__(self, client: "DynamoDBClient", tables: Tables) -> None:
        self._client = client
        self._tables = tables

    def in_state(
        self,
        state: MatchState,
        *,
        now: datetime,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> list[Match]:
        """
        Return the matches in a state, those that have been in it longest first.

        Args:
            state: which one.
            now: the present, by which expired ones are left out.
            newest_first: those that came into it last first.
            limit: how many at most.

        """
        found = (
            match_records.read_match(each)
            for each in self._in_state(state, newest_first=newest_first)
            if not keys.is_expired(each, now)
        )
        return list(islice(found, limit))

    def since(self, *, now: datetime) -> dict[str, datetime]:
        """Return when each match that takes a place was proposed or, by now, introduced."""
        taking = filter(lambda each: each.takes_a_place, MatchState)
        found = (match for state in taking for match in self.in_state(state, now=now))
        return {each.id: each.introduced_at or each.proposed_at for each in found}

    def due(self, day: date) -> Iterator[str]:
        """Yield the ids of the matches that are due on a day or before, the longest due first."""
        for record in self._pages(
            TableName=self._tables.matches,
            IndexName="by-due",
            KeyConditionExpression="pending = :pending AND due <= :day",
            ExpressionAttributeValues=write_item(
                {":pending": match_records.PENDING, ":day": day.isoformat()}
            ),
        ):
            yield str(record["id"])

    def by_ids(self, ids: list[str], *, now: datetime) -> list[Match]:
        """Return the matches with some ids that are there, in the order given."""
        found = {
            str(each["id"]): match_records.read_match(each)
            for each in fetch(self._client, self._tables.matches, ids)
            if not keys.is_expired(each, now)
        }
        return [found[each] for each in dict.fromkeys(ids) if each in found]

    def pairs(self, *, most: int | None = None) -> list[Pair]:
        """Return what lies between any two people, of *most* pairs if that is given."""
        found = self._in_state(match_records.PAIRS, most=most)
        return [match_records.read_pair(each) for each in found]

    def institution_answers(self, *, most: int | None = None) -> list[InstitutionAnswer]:
        """Return what coordinators answered about any two institutions, *most* answers if given."""
        found = self._in_state(match_records.INSTITUTIONS, most=most)
        return [match_records.read_answer(each) for each in found]

    def _in_state(
        self, state: str, *, newest_first: bool = False, most: int | None = None
    ) -> Iterator[keys.Record]:
        yield from self._pages(
            TableName=self._tables.matches,
            IndexName="by-state",
            KeyConditionExpression="#state = :state",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":state": write_value(str(state))},
            ScanIndexForward=not newest_first,
            PaginationConfig={"MaxItems": most, "PageSize": most},
        )

    def _pages(self, **query: Any) -> Iterator[keys.Record]:
        """Yield what a query finds, page after page."""
        for page in self._client.get_paginator("query").paginate(**query):
            for item in page["Items"]:
                yield read_item(item)
