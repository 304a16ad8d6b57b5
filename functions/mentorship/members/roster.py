"""
The member list: who is on it, known by keyed hashes of addresses and names only.

Each list that is put in has a number, greater than the one before. Only the list in use speaks:
somebody has lapsed where one of its rows says so, and whoever is not on it is no match, whatever an
earlier list said. What is found here is told to coordinators and decides nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mentorship.applications.application import Application
from mentorship.form import declaration, form
from mentorship.form.question import Role
from mentorship.form.texts import Email
from mentorship.names import match_key

Hashed = Callable[[str], str]

ID = "roster"
# Lists are put in every year or so; one that is older than this says nothing any more.
KEPT = timedelta(days=2 * 366)
# What is hashed begins with what it is, so that no hash equals one that was made for another use.
OF_ADDRESS, OF_NAME = "member address:", "member name:"


class RosterResult(StrEnum):
    """What the member list says of a mentee; the value is what a coordinator reads."""

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
        number: greater than that of any list before.
        at, by: when it was put in, and by the coordinator of which address.
        members: how many people are on it, the lapsed ones too.
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
        """There is one."""
        return ID

    def counts(self, now: datetime) -> bool:
        """Tell whether it says anything: after two years what it was made of is deleted."""
        return now < self.at + KEPT


@dataclass(frozen=True, kw_only=True)
class ListEntry:
    """
    A keyed hash of an address or of a name on a member list.

    Attributes:
        id: holds the hash.
        number: of the newest list that it was on.
        lapsed: whether that list said that the membership has ended.
        expires_at: when it is deleted.

    """

    id: str
    number: int
    lapsed: bool
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Member:
    """Someone on a list that is being put in; kept nowhere."""

    addresses: tuple[str, ...]
    name: str
    lapsed: bool


def next_number(before: Roster | None, now: datetime) -> int:
    """
    Return the number of a list that is put in *now*.

    It counts seconds, so that a list whose writing broke off does not have the number of the next
    one.
    """
    return max(int(now.timestamp()), before.number + 1 if before else 1)


def list_entries(
    members: Iterable[Member], *, number: int, hashed: Hashed, now: datetime
) -> list[ListEntry]:
    """
    Return what is kept of a list: a hash of each address and of each name of two words or more.

    Where rows differ about the same address or name, it has not lapsed: they may be two people, or
    one who has renewed.
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
        key = member.addresses[0].casefold() if member.addresses else match_key(member.name)
        people[key] = people.get(key, True) and member.lapsed
    return len(people), sum(people.values())


def ids_for(application: Application, hashed: Hashed) -> list[str]:
    """Return the ids by which a mentee may be on the list; of a mentor there are none."""
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
    Return what the list says of an application.

    Args:
        application: by any of whose addresses, then by whose name, it is looked up.
        roster: the list that is in use, if there is one.
        listed: at least those of `ids_for` that are stored.
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
    Return what the list says of each of some applications, by their ids.

    Args:
        applications: mentors may be among them; they are not checked.
        roster: the list that is in use, if there is one.
        look_up: returns those of some ids that are stored, and is called once at most.
        hashed: what hashes with the key.
        now: the present.

    """
    ids = [each for application in applications for each in ids_for(application, hashed)]
    listed = look_up(ids) if roster and ids else {}
    return {
        each.id: result_for(each, roster, listed, hashed=hashed, now=now) for each in applications
    }


def _speaks(listed: ListEntry, roster: Roster) -> bool:
    """Tell whether an entry is of the list in use, or of a newer one that is just being put in."""
    return listed.number >= roster.number


def _addresses(application: Application) -> list[str]:
    """Return the addresses that somebody gave: theirs, and the one that the society may have."""
    answers = application.answers
    asked = [each.name for each in form.stored_questions() if isinstance(each, Email)]
    return [str(answers[name]) for name in asked if answers.get(name)]


def _name(application: Application) -> str:
    return str(application.answers.get(declaration.NAME.name, ""))


def _ids(addresses: Iterable[str], name: str, hashed: Hashed) -> list[str]:
    """Return the ids of addresses and, if it is enough of one, of a name."""
    words = [f"{OF_ADDRESS}{each.casefold()}" for each in addresses]
    if enough := match_key(name):
        words.append(f"{OF_NAME}{enough}")
    return [f"{ID}#{hashed(each)}" for each in dict.fromkeys(words)]
