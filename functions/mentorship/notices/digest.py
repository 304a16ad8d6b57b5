"""
The digest that coordinators get on a Monday: who is new, what changed, what to do, who waits.

It goes into a letter as ids, counts and codes; names are looked up when the letter is sent, so that
people who were forgotten meanwhile are not in it.
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
from mentorship.notices.match_week import MatchWeek
from mentorship.notices.suggested import Suggested

Facts = dict[str, str | int]

MONDAY, A_WEEK = 0, 7
# How many of anything an email lists; a number says how many there are.
MAX_LISTED = 20
# A flood is reported as this many; reading it all would take longer than the function may run.
MAX_COUNTED = 1_000
# How many who have waited longest are listed for each role.
MAX_LONGEST = 3
# This year's residents are not on last year's member list.
OLD = timedelta(days=366)


class Age(StrEnum):
    """How old the member list is."""

    NONE = "none"
    OLD = "old"
    FRESH = "fresh"


@dataclass(frozen=True, kw_only=True)
class Count:
    """
    How many applications were received, and which of them were not announced.

    Attributes:
        received: how many applications.
        missing: the references of those that were not mailed to coordinators.
        days: how many days were counted.

    """

    received: int
    missing: Sequence[str]
    days: int

    @property
    def facts(self) -> Facts:
        """The facts about it in a letter."""
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
        new: applications since the last digest, in waiting order.
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
    What happened in a week.

    Attributes:
        since: its first day.
        count: what was received and announced.
        roles: by role, who is new and who waits.
        changed: applications that are not new and whose answers changed, the latest first.
        held: how many were held back in that week.
        lost: letters that reached no one.
        unconfirmed: people whom a coordinator entered a week or more ago and who have not answered.
        leaving: people who were warned that they will be deleted, the first to go first.
        member_list: how old the member list is.
        results: what it says about each new mentee, by their ids; empty if it says nothing.
        matches: what happened to matches.
        suggested: which could be made; `None` if that is not told.

    """

    since: date
    count: Count
    roles: Mapping[Role, OfRole]
    changed: Sequence[Application]
    held: int
    lost: Sequence[Letter]
    unconfirmed: Sequence[Application]
    leaving: Sequence[Application]
    member_list: Age
    results: Mapping[str, RosterResult]
    matches: MatchWeek
    suggested: Suggested | None = None

    @property
    def is_news(self) -> bool:
        """Whether there is any news; that people wait, and could be matched, is none."""
        new = any(each.new for each in self.roles.values())
        other = (self.changed, self.held, self.lost, self.unconfirmed, self.leaving)
        return bool(new or any(other) or self.count.missing or self.matches.is_news)

    @property
    def facts(self) -> Facts:
        """The facts about it in a letter: ids, counts and codes."""
        facts: Facts = {
            **self.count.facts,
            "since": f"{self.since}",
            "member_list": self.member_list.value,
            **self._roster,
            **self.matches.facts,
            **(self.suggested.facts if self.suggested else {}),
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
            ("leaving", self.leaving),
        ):
            facts |= {name: len(several), f"{name}_ids": _ids(several)}
        return facts

    @property
    def _roster(self) -> Facts:
        """What the member list says: how many of each result, and the results of those listed."""
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
    """Tell whether it is the first Monday of a month, when the digest always comes."""
    return day.weekday() == MONDAY and day.day <= A_WEEK


def age_of(roster: Roster | None, now: datetime) -> Age:
    """Return how old the member list is."""
    if roster is None or not roster.counts(now):
        return Age.NONE
    return Age.OLD if now - roster.at > OLD else Age.FRESH


def result_of(code: str) -> RosterResult:
    """Return what the member list says about someone, by the code in a letter."""
    return RosterResult[code.upper()]


def _code(result: RosterResult) -> str:
    return result.name.lower()


def _ids(several: Sequence[Application] | Sequence[Letter]) -> str:
    return " ".join(each.id for each in several[:MAX_LISTED])
