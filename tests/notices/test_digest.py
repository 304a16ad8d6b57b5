"""What coordinators are told on a Monday, as ids, counts and codes, and when there is anything."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from mentorship.form.question import Role
from mentorship.letters.letter import new_letter
from mentorship.members.roster import KEPT, Roster, RosterResult
from mentorship.notices.digest import (
    MAX_LISTED,
    Age,
    Count,
    OfRole,
    Week,
    age_of,
    is_due_anyway,
    result_of,
)
from mentorship.notices.match_week import MatchWeek
from mentorship.notices.suggested import Suggested
from tests import made
from tests.made import NOW

NOBODY = OfRole(new=[], waiting=0, longest=[], held=0)
QUIET = Week(
    since=date(2026, 10, 5),
    count=Count(received=0, missing=[], days=8),
    roles=dict.fromkeys(Role, NOBODY),
    changed=[],
    held=0,
    lost=[],
    unconfirmed=[],
    leaving=[],
    member_list=Age.FRESH,
    results={},
    matches=MatchWeek(),
)
ROBIN = made.application()


def mentees(**changes: Any) -> dict[Role, OfRole]:
    """Return what there is of each role, with *changes* for the mentees."""
    return {Role.MENTEE: replace(NOBODY, **changes), Role.MENTOR: NOBODY}


class TestNews:
    @pytest.mark.parametrize(
        "change",
        [
            {"roles": mentees(new=[ROBIN])},
            {"changed": [ROBIN]},
            {"held": 1},
            {"matches": MatchWeek(proposed=1)},
            {"matches": MatchWeek(waiting=1)},
            {"matches": MatchWeek(on_hold=1)},
            {"lost": [new_letter("receipt", about=ROBIN.id, now=NOW)]},
            {"unconfirmed": [ROBIN]},
            {"count": Count(received=1, missing=["0000-0001"], days=8)},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_something_to_tell(self, change: dict[str, Any]) -> None:
        """
        Each of these alone is reason enough for a digest.
        """
        assert replace(QUIET, **change).is_news

    @pytest.mark.parametrize(
        "change",
        [
            {},
            {"roles": mentees(waiting=12, longest=[ROBIN])},
            {"roles": mentees(held=3)},
            {"member_list": Age.NONE},
            {"count": Count(received=4, missing=[], days=8)},
            {"matches": MatchWeek(running=4)},
            {"suggested": Suggested(matches=14, without=12, places=16)},
        ],
        ids=["nothing", "waiting", "held", "member list", "count", "running", "suggested"],
    )
    def test_nothing_to_tell(self, change: dict[str, Any]) -> None:
        """
        That people wait, that something is still held back, and that all is announced is no news.
        """
        assert not replace(QUIET, **change).is_news

    @pytest.mark.parametrize(
        ("day", "told"),
        [
            (date(2026, 10, 5), True),
            (date(2026, 10, 12), False),
            (date(2026, 6, 1), True),
            (date(2026, 6, 7), False),  # a Sunday
            (date(2027, 6, 7), True),
            (date(2027, 6, 14), False),
        ],
    )
    def test_the_first_monday_of_a_month(self, day: date, told: bool) -> None:
        """
        On the first Monday of a month the digest comes in any case, and on no other day.
        """
        assert is_due_anyway(day) is told


class TestFacts:
    def test_nothing_that_anybody_wrote(self) -> None:
        """
        A letter holds ids, counts and codes, and no answer of an applicant's.
        """
        roles = mentees(new=[ROBIN], waiting=3, longest=[ROBIN], held=2)
        lost = [new_letter("receipt", about=ROBIN.id, now=NOW)]
        week = replace(
            QUIET, roles=roles, changed=[ROBIN], unconfirmed=[ROBIN], lost=lost, leaving=[ROBIN],
            results={ROBIN.id: RosterResult.BY_NAME},
        )  # fmt: skip
        assert week.facts == {
            "received": 0,
            "announced": 0,
            "missing": "",
            "days": 8,
            "since": "2026-10-05",
            "member_list": "fresh",
            "results": "by_name",
            "found_by_address": 0,
            "found_by_name": 1,
            "found_no_match": 0,
            "found_lapsed": 0,
            "found_not_checked": 0,
            "mentee_new": 1,
            "mentee_ids": ROBIN.id,
            "mentee_waiting": 3,
            "mentee_longest": ROBIN.id,
            "mentee_held": 2,
            "mentor_new": 0,
            "mentor_ids": "",
            "mentor_waiting": 0,
            "mentor_longest": "",
            "mentor_held": 0,
            "changed": 1,
            "changed_ids": ROBIN.id,
            "lost": 1,
            "lost_ids": f"{ROBIN.id}#receipt",
            "unconfirmed": 1,
            "unconfirmed_ids": ROBIN.id,
            "leaving": 1,
            "leaving_ids": ROBIN.id,
        }

    def test_more_than_can_be_listed(self) -> None:
        """
        Of very many, the first are listed, each with what the member list says; all are counted.
        """
        several = [made.application(id=f"{number}") for number in range(MAX_LISTED + 5)]
        results = {each.id: RosterResult.LAPSED for each in several}
        facts = replace(QUIET, roles=mentees(new=several), results=results).facts
        assert facts["mentee_new"] == facts["found_lapsed"] == MAX_LISTED + 5
        assert str(facts["mentee_ids"]).split() == [each.id for each in several[:MAX_LISTED]]
        assert str(facts["results"]).split() == ["lapsed"] * MAX_LISTED

    def test_count(self) -> None:
        """
        The references of those that nobody was sent are named, as many as can be read.
        """
        missing = [f"0000-{number:04}" for number in range(MAX_LISTED + 1)]
        facts = Count(received=30, missing=missing, days=8).facts
        assert (facts["received"], facts["announced"]) == (30, 9)
        assert str(facts["missing"]).split(", ") == missing[:MAX_LISTED]

    @pytest.mark.parametrize("result", RosterResult)
    def test_each_result_is_known_again(self, result: RosterResult) -> None:
        """
        What the member list says of somebody comes out of a letter as it went in.
        """
        week = replace(QUIET, roles=mentees(new=[ROBIN]), results={ROBIN.id: result})
        assert result_of(str(week.facts["results"])) is result


class TestMemberList:
    @pytest.mark.parametrize(
        ("days", "age"),
        [(0, Age.FRESH), (366, Age.FRESH), (367, Age.OLD), (KEPT.days, Age.NONE)],
    )
    def test_age(self, days: int, age: Age) -> None:
        """
        A list of more than a year ago is old; after two there is nothing left of it.
        """
        roster = Roster(
            number=1, at=NOW - timedelta(days=days), by="", members=0, lapsed=0, unread=0
        )
        assert age_of(roster, NOW) is age

    def test_none_yet(self) -> None:
        """
        Before the first one is put in there is none.
        """
        assert age_of(None, NOW) is Age.NONE
