"""
What coordinators are told on a Monday: who is new, what changed, what to look at, who waits.

It goes into a letter as ids, counts and codes; names are looked up when the letter is sent, so that
whoever was forgotten meanwhile is not in it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from mentorship.applications.application import Application
from mentorship.form.question import Role
from mentorship.letters.letter import Letter
from mentorship.members.roster import Roster, RosterResult

Facts = dict[str, str | int]

MONDAY, A_WEEK = 0, 7
# What an email lists of anything; the number beside says how many there are.
MAX_LISTED = 20
# A flood is told of as so many; to read it all would take longer than the function may run.
MAX_COUNTED = 1_000
# Who has waited longest, of each role.
MAX_LONGEST = 3
# Of last year's member list, this year's residents are not on.
OLD = timedelta(days=366)


class Age(StrEnum):
    """How old the member list is."""

    NONE = "none"
    OLD = "old"
    FRESH = "fresh"


@dataclass(frozen=True, kw_only=True)
class Count:
    """
    What was received, and what of it was not announced.

    Attributes:
        received: how many applications.
        missing: the references of those that coordinators were not sent.
        days: over how many days it is counted.

    """

    received: int
    missing: Sequence[str]
    days: int

    @property
    def facts(self) -> Facts:
        """What a letter tells of it."""
        return {
            "received": self.received,
            "announced": self.received - len(self.missing),
            "missing": ", ".join(self.missing[:MAX_LISTED]),
            "days": self.days,
        }


@dataclass(frozen=True, kw_only=True)
class OfRole:
    """
    The mentees, or the mentors.

    Attributes:
        new: who has applied since the last time, in waiting order.
        waiting: how many wait.
        longest: who has waited longest.
        held: how many are held back now.

    """

    new: Sequence[Application]
    waiting: int
    longest: Sequence[Application]
    held: int


@dataclass(frozen=True, kw_only=True)
class Week:
    """
    What there is to tell of a week.

    Attributes:
        since: its first day.
        count: what was received and announced.
        roles: by role, who is new and who waits.
        changed: who has changed their answers and is not new, the latest first.
        held: how many were held back in that week.
        lost: letters that reached nobody.
        unconfirmed: who was entered by a coordinator a week ago or more and has not answered.
        member_list: how old the member list is.
        results: what it says of each new mentee, by their ids; of none, where it says nothing.

    """

    since: date
    count: Count
    roles: Mapping[Role, OfRole]
    changed: Sequence[Application]
    held: int
    lost: Sequence[Letter]
    unconfirmed: Sequence[Application]
    member_list: Age
    results: Mapping[str, RosterResult]

    @property
    def is_news(self) -> bool:
        """Whether there is anything to tell; that people wait, and how long, is no news."""
        new = any(each.new for each in self.roles.values())
        return bool(
            new or self.changed or self.held or self.lost or self.unconfirmed or self.count.missing
        )

    @property
    def facts(self) -> Facts:
        """What a letter tells of it: ids, counts and codes."""
        facts: Facts = {
            **self.count.facts,
            "since": f"{self.since}",
            "member_list": self.member_list.value,
            **self._roster,
        }
        for role, found in self.roles.items():
            facts |= {
                f"{role}_new": len(found.new),
                f"{role}_ids": _ids(found.new),
                f"{role}_waiting": found.waiting,
                f"{role}_longest": _ids(found.longest),
                f"{role}_held": found.held,
            }
        for name, several in (
            ("changed", self.changed),
            ("lost", self.lost),
            ("unconfirmed", self.unconfirmed),
        ):
            facts |= {name: len(several), f"{name}_ids": _ids(several)}
        return facts

    @property
    def _roster(self) -> Facts:
        """What the member list says: how many of each, and of those whose ids are listed."""
        if not self.results:
            return {}
        listed = self.roles[Role.MENTEE].new[:MAX_LISTED]
        counts = Counter(_code(each) for each in self.results.values())
        codes = " ".join(_code(self.results[each.id]) for each in listed)
        return {
            "results": codes,
            **{f"found_{code}": counts[code] for code in map(_code, RosterResult)},
        }


def is_due_anyway(day: date) -> bool:
    """Tell whether it is the first Monday of a month, on which the digest comes in any case."""
    return day.weekday() == MONDAY and day.day <= A_WEEK


def age_of(roster: Roster | None, now: datetime) -> Age:
    """Return how old the member list is."""
    if roster is None or not roster.counts(now):
        return Age.NONE
    return Age.OLD if now - roster.at > OLD else Age.FRESH


def result_of(code: str) -> RosterResult:
    """Return what the member list says of somebody, by the code that a letter has for it."""
    return RosterResult[code.upper()]


def _code(result: RosterResult) -> str:
    return result.name.lower()


def _ids(several: Sequence[Application] | Sequence[Letter]) -> str:
    return " ".join(each.id for each in several[:MAX_LISTED])
