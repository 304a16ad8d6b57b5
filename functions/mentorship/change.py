"""A change: what one transaction stores and deletes, with the letters that it causes."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol, Self

from mentorship.letters.letter import Letter


class Conflict(Exception):
    """Another change came first; read again and decide again."""


class Counted(StrEnum):
    """What is counted by the day; a counter's id begins with it."""

    # New applications from one client's address.
    APPLICATIONS = "client"
    # How often one client's address asked for links to applications.
    LINKS = "asks"
    # How often an address was asked to confirm that it is someone's new address.
    ADDRESSES = "asked"
    # How often one client's address asked for sign-in links.
    SIGN_IN_LINKS = "ways-in"


@dataclass(frozen=True, kw_only=True)
class Counter:
    """How often something was done on one day, by a client's address or for an email address."""

    id: str
    expires_at: datetime
    count: int = 0

    @property
    def revision(self) -> int:
        """The count, for it was stored once each time it was counted."""
        return self.count

    def plus_one(self) -> Self:
        """Return it with one more."""
        return replace(self, count=self.count + 1)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """
    A fact about the program itself: when the daily work was last done, which address refuses mail.

    Its id holds no address, only a keyed hash of one.
    """

    id: str
    at: datetime
    expires_at: datetime
    revision: int = 1


class Stored(Protocol):
    """What a table keeps: under an id, and with a count of how often it was stored."""

    @property
    def id(self) -> str:
        """The item's id."""

    @property
    def revision(self) -> int:
        """A change is refused if another came first."""


class Advance(NamedTuple):
    """How far a letter has come, and how far it had come *before*."""

    letter: Letter
    before: Letter


@dataclass(frozen=True, kw_only=True)
class Change:
    """
    What is to be stored and deleted, all or nothing, with the letters that it causes.

    Attributes:
        puts: the items to be stored.
        deletes: the items to be deleted.
        letters: new letters.
        advances: letters that were written before.

    """

    puts: tuple[Stored, ...] = ()
    deletes: tuple[Stored, ...] = ()
    letters: tuple[Letter, ...] = ()
    advances: tuple[Advance, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing changes."""
        return not (self.puts or self.deletes or self.letters or self.advances)


# When the morning's and Monday's work was last done.
DAILY, WEEKLY = "daily", "weekly"
REFUSED, FORGOTTEN = "refused#", "forgotten#"
# When coordinators were last told on a day of a crowd on hold, and how often by then.
ON_HOLD = "on-hold#"
# How the id of every mark begins.
MARKS = (DAILY, WEEKLY, REFUSED, FORGOTTEN, ON_HOLD)


def refused_mark_id(hashed: str) -> str:
    """Return the id of the mark of an address that refuses mail for good."""
    return f"{REFUSED}{hashed}"


def forgotten_mark_id(what: str) -> str:
    """Return the id of the mark of something forgotten: an application's id or address's hash."""
    return f"{FORGOTTEN}{what}"


def on_hold_mark_id(day: date) -> str:
    """Return the id of the mark of a day on which coordinators were told of a crowd on hold."""
    return f"{ON_HOLD}{day}"


def renewed_mark(mark_id: str, *, now: datetime, expires_at: datetime, before: Mark | None) -> Mark:
    """Return a mark that replaces the one *before* it."""
    return Mark(
        id=mark_id, at=now, expires_at=expires_at, revision=before.revision + 1 if before else 1
    )
