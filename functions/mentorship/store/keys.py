"""Keys, times and other values as they are stored."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mentorship import names
from mentorship.applications.status import Status
from mentorship.form.question import Role

Record = dict[str, Any]

WRITTEN_AS = 5
# All search keys are in one partition of their index: one society is not too many for that.
NAMED = "yes"
# So is whoever was warned that they will be deleted.
LEAVING = "yes"
# Names on hold have their own: a robot can send so many that no one else would be found.
NAMED_ON_HOLD = "on hold"
# An index takes a key of 1,024 bytes; a character has four at most, and as part of a search key it
# may become eighteen.
MAX_SEARCH_KEY = 250


def write_time(when: datetime) -> str:
    """Return a time in UTC, written so that texts sort as times do."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_time(text: str) -> datetime:
    """Return the time that `write_time` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def partition(role: Role, status: Status) -> str:
    """Return the partition of an index that holds the applications of a role and status."""
    return f"{role}#{status}"


def sort_key(when: datetime, which: str) -> str:
    """Return a sort key for waiting order, which no two applications share."""
    return f"{write_time(when)}#{which}"


def search_key(text: str) -> str:
    """Return a name's search key: small, without accents, apostrophes and double spaces."""
    return " ".join(names.plain(names.joined(text)).split())[:MAX_SEARCH_KEY].rstrip()


def is_expired(record: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether a record has expired: DynamoDB deletes it within days, not at once."""
    return "expires" in record and int(record["expires"]) <= now.timestamp()


def surname_first(name: str) -> str:
    """Return a search key with its last word first; anything after a comma is a degree."""
    words = name.partition(",")[0].split() or name.split()
    return " ".join([words[-1], *words[:-1]])


def read_time_in(record: Record, name: str) -> datetime | None:
    """Return a time in a record, which may have none."""
    return read_time(record[name]) if name in record else None
