"""
The member list: who is on it, known by keyed hashes of addresses and names only.

Each list that is uploaded has a number, greater than the one before. Only the list in use counts:
someone has lapsed if one of its rows says so, and is not found if they are not on it, whatever an
earlier list said. The result is shown to coordinators and decides nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mentorship.addresses import address_key
from mentorship.applications.application import Application
from mentorship.form import declaration, form
from mentorship.form.question import Role
from mentorship.form.texts import Email
from mentorship.names import match_key

Hashed = Callable[[str], str]

ID = "roster"
# Lists are uploaded every year or so; an older one no longer counts.
KEPT = timedelta(days=2 * 366)
# A text to hash begins with what it is, so that no hash equals one made for another use.
OF_ADDRESS, OF_NAME = "member address:", "member name:"


class RosterResult(StrEnum):
    """What the member list says about a mentee; the value is what a coordinator reads."""

    BY_ADDRESS = "found by address"
    BY_NAME = "found by name"
    NO_MATCH = "no match"
    LAPSED = "lapsed"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, kw_only=True)
class Roster:
    """
    The member list that is in use.

    Attributes:
        number: greater than that of any earlier list.
        at, by: when it was uploaded, and the address of the coordinator who did.
        members: how many people are on it, lapsed ones too.
        lapsed: how many of them it says have lapsed.
        unread: how many of its rows could not be read.

    """

    number: int
    at: datetime
    by: str
    members: int
    lapsed: int
    unread: int
    revision: int = 1

    @property
    def id(self) -> str:
        """Always the same: there is only one."""
        return ID

    def counts(self, now: datetime) -> bool:
        """Tell whether it still counts: after two years its entries are deleted."""
        return now < self.at + KEPT


@dataclass(frozen=True, kw_only=True)
class ListEntry:
    """
    A keyed hash of an address or of a name on a member list.

    Attributes:
        id: holds the hash.
        number: the number of the newest list that it was on.
        lapsed: whether that list said that the membership has ended.
        expires_at: when it is deleted.

    """

    id: str
    number: int
    lapsed: bool
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Member:
    """Someone on a list that is being imported; not stored."""

    addresses: tuple[str, ...]
    name: str
    lapsed: bool


def next_number(before: Roster | None, now: datetime) -> int:
    """
    Return the number of a list that is uploaded *now*.

    It counts seconds, so that a list that was only partly stored does not share the next one's
    number.
    """
    return max(int(now.timestamp()), before.number + 1 if before else 1)


def list_entries(
    members: Iterable[Member], *, number: int, hashed: Hashed, now: datetime
) -> list[ListEntry]:
    """
    Return the entries of a list: a hash of each address and of each name of two words or more.

    If rows disagree about an address or name, it has not lapsed: they may be two people, or one who
    has renewed.
    """
    found: dict[str, bool] = {}
    for member in members:
        for each in _ids(member.addresses, member.name, hashed):
            found[each] = found.get(each, True) and member.lapsed
    return [
        ListEntry(id=each, number=number, lapsed=lapsed, expires_at=now + KEPT)
        for each, lapsed in found.items()
    ]


def count_members(members: Iterable[Member]) -> tuple[int, int]:
    """Return how many people are on a list, and how many of them have lapsed."""
    people: dict[str, bool] = {}
    for member in members:
        key = address_key(member.addresses[0]) if member.addresses else match_key(member.name)
        people[key] = people.get(key, True) and member.lapsed
    return len(people), sum(people.values())


def ids_for(application: Application, hashed: Hashed) -> list[str]:
    """Return the ids by which a mentee may be on the list; a mentor has none."""
    if application.role is not Role.MENTEE or not application.answers:
        return []
    return _ids(_addresses(application), _name(application), hashed)


def result_for(
    application: Application,
    roster: Roster | None,
    listed: Mapping[str, ListEntry],
    *,
    hashed: Hashed,
    now: datetime,
) -> RosterResult:
    """
    Return what the list says about an application.

    Args:
        application: looked up by any of its addresses, then by its name.
        roster: the list that is in use, if there is one.
        listed: the stored entries for `ids_for`, or more.
        hashed: what hashes with the key.
        now: the present.

    """
    ids = ids_for(application, hashed)
    if roster is None or not roster.counts(now) or not ids:
        return RosterResult.NOT_CHECKED
    by_address = _ids(_addresses(application), "", hashed)
    found = [each for each in ids if each in listed and _speaks(listed[each], roster)]
    members = [each for each in found if not listed[each].lapsed]
    if any(each in by_address for each in members):
        return RosterResult.BY_ADDRESS
    if members:
        return RosterResult.BY_NAME
    return RosterResult.LAPSED if found else RosterResult.NO_MATCH


def check(
    applications: Sequence[Application],
    *,
    roster: Roster | None,
    look_up: Callable[[Iterable[str]], Mapping[str, ListEntry]],
    hashed: Hashed,
    now: datetime,
) -> dict[str, RosterResult]:
    """
    Return what the list says about each of some applications, by their ids.

    Args:
        applications: mentors may be among them; they are not checked.
        roster: the list that is in use, if there is one.
        look_up: returns the stored entries with some ids, and is called once at most.
        hashed: what hashes with the key.
        now: the present.

    """
    ids = [each for application in applications for each in ids_for(application, hashed)]
    listed = look_up(ids) if roster and ids else {}
    return {
        each.id: result_for(each, roster, listed, hashed=hashed, now=now) for each in applications
    }


def _speaks(listed: ListEntry, roster: Roster) -> bool:
    """Tell whether an entry is from the list in use, or a newer one that is being uploaded."""
    return listed.number >= roster.number


def _addresses(application: Application) -> list[str]:
    """Return the addresses that someone gave: theirs, and the one that the society may have."""
    answers = application.answers
    asked = [each.name for each in form.stored_questions() if isinstance(each, Email)]
    return [str(answers[name]) for name in asked if answers.get(name)]


def _name(application: Application) -> str:
    return str(application.answers.get(declaration.NAME.name, ""))


def _ids(given: Iterable[str], name: str, hashed: Hashed) -> list[str]:
    """Return the ids of the addresses *given* and, if it is a full one, of a name."""
    words = [f"{OF_ADDRESS}{address_key(each)}" for each in given]
    if enough := match_key(name):
        words.append(f"{OF_NAME}{enough}")
    return [f"{ID}#{hashed(each)}" for each in dict.fromkeys(words)]
