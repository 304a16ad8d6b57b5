"""Keys, times and other values as they are stored."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mentorship import names
from mentorship.applications.status import Status
from mentorship.form.question import Role

Record = dict[str, Any]

WRITTEN_AS = 3
# Whoever is found by a name is in one part of its index: a society is not too many for that.
NAMED = "yes"
# An index takes a key of 1,024 bytes; a character has four at most, and one that is folded may
# become eighteen.
MAX_SEARCH_KEY = 250


def write_time(when: datetime) -> str:
    """Return a time in UTC such that texts sort as times do."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_time(text: str) -> datetime:
    """Return the time that `moment` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def partition(role: Role, status: Status) -> str:
    """Return the part of an index that holds applications of a role and status."""
    return f"{role}#{status}"


def sort_key(when: datetime, which: str) -> str:
    """Return a place in waiting order, which no two have in common."""
    return f"{write_time(when)}#{which}"


def search_key(text: str) -> str:
    """Return a name as it is looked up: small, without accents, apostrophes and double spaces."""
    return " ".join(names.plain(names.joined(text)).split())[:MAX_SEARCH_KEY].rstrip()


def is_expired(record: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether a record's time is over: DynamoDB deletes it within days, not at once."""
    return "expires" in record and int(record["expires"]) <= now.timestamp()


def surname_first(name: str) -> str:
    """Return a folded name with its last word first; what stands after a comma is a degree."""
    words = name.partition(",")[0].split() or name.split()
    return " ".join([words[-1], *words[:-1]])


def read_time_in(record: Record, name: str) -> datetime | None:
    """Return a time of a record that may have none."""
    return read_time(record[name]) if name in record else None
