"""Queries about the place of an application in its list: which one, and who is next to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mentorship.applications.application import Application
from mentorship.store import application_records, keys
from mentorship.store.items import read_item, write_value
from mentorship.store.letter_queries import LetterQueries

# How many items are read for neighbors: expired ones are deleted some days later.
READ = 10
# What comes before an application in its list, the nearest first, and what comes after it.
BEFORE: Any = {
    "KeyConditionExpression": "shelf = :shelf AND place < :place",
    "ScanIndexForward": False,
}
AFTER: Any = {"KeyConditionExpression": "shelf = :shelf AND place > :place"}


@dataclass(frozen=True)
class Place:
    """How many come *before* an application in its list, and who is near it, the nearest first."""

    before: int
    previous: tuple[Application, ...]
    following: tuple[Application, ...]


class PlaceQueries(LetterQueries):
    """Queries of the index that holds the lists, in waiting order."""

    def place(self, application: Application, *, now: datetime, most: int) -> Place:
        """
        Return where an application is in the list of its role and status.

        Args:
            application: which one.
            now: the present, by which expired ones are left out.
            most: how many are counted before it.

        """
        counted = self._beside(
            application,
            BEFORE,
            Select="COUNT",
            Limit=most,
            # Some do not expire.
            FilterExpression="attribute_not_exists(#expires) OR #expires > :now",
            ExpressionAttributeNames={"#expires": "expires"},
            more={":now": write_value(int(now.timestamp()))},
        )
        return Place(
            counted["Count"],
            self._near(application, BEFORE, now),
            self._near(application, AFTER, now),
        )

    def _near(self, application: Application, which: Any, now: datetime) -> tuple[Application, ...]:
        """Return the next applications before or after another in its list."""
        found = self._beside(application, which, Limit=READ)
        records = map(read_item, found["Items"])
        alive = (each for each in records if not keys.is_expired(each, now))
        return tuple(map(application_records.read_application, alive))

    def _beside(
        self, application: Application, which: Any, *, more: Any = None, **query: Any
    ) -> Any:
        """Ask for what comes before or after an application in its list."""
        values = {
            ":shelf": write_value(keys.partition(application.role, application.status)),
            ":place": write_value(keys.sort_key(application.waiting_since, application.id)),
        }
        return self._client.query(
            TableName=self._tables.applications,
            IndexName="by-shelf",
            ExpressionAttributeValues=values | (more or {}),
            **which,
            **query,
        )
