"""Everyone who can be matched tonight, and the best matches as a coordinator wants them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from mentorship.applications.status import Status
from mentorship.form.question import Answer, Role
from mentorship.matches.assignment import flaws
from mentorship.matches.criteria import ALONE, CRITERIA
from mentorship.matches.plan import ALSO_APART, LOCKED_TWICE, NO_PLACE, RULED_OUT, Plan, Wanted
from mentorship.matches.side import Known
from mentorship.matches.tonight import (
    LOT_BITS,
    POINT_BITS,
    RANK_BITS,
    Tonight,
    can_be_matched,
)
from tests import made
from tests.matching import UNANSWERED, mentee, mentor, prepared, profiled
from tests.populations import days

# What three mentors offer and four mentees ask for; who is first has waited longest.
MENTORS: Mapping[str, dict[str, Answer]] = {
    "kim": {"subspecialties": ["breast"], "topics": ["boards", "teaching"], "capacity": "2"},
    "pat": {"subspecialties": ["breast", "general"], "topics": ["boards"]},
    "lou": {"subspecialties": ["nuclear"], "topics": ["research"]},
}
MENTEES: Mapping[str, dict[str, Answer]] = {
    "robin": {"subspecialties": ["breast"], "topics": ["boards", "teaching"]},
    "noor": {"subspecialties": ["general"], "topics": ["boards"]},
    "jo": {"subspecialties": ["breast"], "topics": ["boards"]},
    "ira": {"subspecialties": ["pediatric"], "topics": ["advocacy"]},
}


def evening(
    changed: Mapping[str, Mapping[str, Any]] | None = None,
    answers: Mapping[str, dict[str, Answer]] | None = None,
) -> Tonight:
    """Return an evening of the seven, a day between each, but for what differs."""
    people = []
    for at, (name, said) in enumerate((*MENTORS.items(), *MENTEES.items())):
        make = mentor if name in MENTORS else mentee
        usual = {"id": name, "received_at": made.NOW - timedelta(days=30 - at)}
        words = {
            "full_name": f"{name.title()} Example",
            "email": f"{name}@{name}.example",
            "institution": f"{name.title()} Hospital",
            "phone": "",
        }
        given = {**UNANSWERED, **words, **said, **(answers or {}).get(name, {})}
        people.append(make(given, **{**usual, **(changed or {}).get(name, {})}))
    return Tonight.of(prepared(*people), Known(), days=days)


def pairs(plan: Plan) -> dict[str, str]:
    """Return who is suggested to whom, by the mentees."""
    assert [*flaws(plan.problem, plan.assignment)] == []
    return {each.mentee.id: each.mentor.id for each in plan.suggestions}


def test_the_best() -> None:
    """
    Everyone for whom there is someone is matched, in waiting order, with the reasons.
    """
    plan = evening().solve()
    assert pairs(plan) == {"robin": "kim", "noor": "pat", "jo": "kim"}
    assert [(each.score, each.strength) for each in plan.suggestions] == [
        (24 + 24 + 6 + 3, "strong"),
        (24 + 24 + 6 + 3, "strong"),
        (24 + 24 + 6 + 3 - 3, "strong"),
    ]
    assert plan.total == 168
    assert (
        plan.suggestions[2].lines[-1].sentence == "Jo Example would be Kim Example’s second mentee."
    )
    assert [each.mentee.id for each in plan.by_mentor["kim"]] == ["robin", "jo"]
    assert plan.by_mentee["noor"].ids == ("pat", "noor")
    assert plan.pairs == {("kim", "robin"), ("pat", "noor"), ("kim", "jo")}
    assert not any(each.is_locked for each in plan.suggestions)
    assert (plan.refused, plan.rows) == ({}, (0, 1, 2, 3))


def test_who_can_be_matched() -> None:
    """
    Those are there who wait and have a place free, whoever waited longest first.
    """
    tonight = evening(
        {
            "robin": {"status": Status.PAUSED},
            "noor": {"open_matches": ("one",)},
            "kim": {"open_matches": ("one",)},
            "pat": {"open_matches": ("one",)},
            "ira": {"waiting_from": made.NOW - timedelta(days=90)},
        }
    )
    assert [each.id for each in tonight.mentors] == ["kim", "lou"]
    assert [each.id for each in tonight.mentees] == ["ira", "jo"]
    assert [(each.taken, each.places) for each in tonight.mentors] == [(1, 2), (0, 1)]
    waiting = {each for each in Status if can_be_matched(made.application(status=each))}
    assert waiting == {each for each in Status if each.traits.may_be_matched}


def test_a_lock() -> None:
    """
    A locked pair is matched, though nothing is in common or something rules it out that may be
    lifted; the others get what is best then.
    """
    plan = evening().solve(Wanted(lock=frozenset({("kim", "ira"), ("kim", "robin")})))
    assert pairs(plan) == {"robin": "kim", "ira": "kim", "noor": "pat"}
    assert [each.is_locked for each in plan.suggestions] == [True, False, True]
    assert (plan.suggestions[2].strength, plan.rows) == ("too little in common", (1, 2))
    same: dict[str, Answer] = {"institution": "Lou Hospital", "outside_program": "yes"}
    tonight = evening(answers={"robin": {**same, "subspecialties": ["nuclear"]}})
    assert "lou" not in pairs(tonight.solve()).values()
    assert pairs(tonight.solve(Wanted(lock=frozenset({("lou", "robin")}))))["robin"] == "lou"


LOCKS = {
    RULED_OUT: ("pat", "jo"),
    ALSO_APART: ("kim", "robin"),
    LOCKED_TWICE: ("lou", "noor"),
    NO_PLACE: ("pat", "ira"),
}


@pytest.mark.parametrize("order", [1, -1])
def test_locks_that_cannot_be(order: int) -> None:
    """
    A lock that can't be is told, with why, and changes nothing else; of two for one mentee or one
    place, the first in waiting order counts.
    """
    tonight = evening(answers={"jo": {"not_with": "Pat Example"}})
    wanted = Wanted(
        lock=frozenset([*LOCKS.values(), ("pat", "noor")][::order]),
        apart=frozenset({("kim", "robin")}),
    )
    plan = tonight.solve(wanted)
    assert plan.refused == {ids: why for why, ids in LOCKS.items()}
    assert pairs(plan) == {"noor": "pat", "jo": "kim"}


def test_people_who_are_not_there() -> None:
    """
    A lock or another wish about people who can't be matched any more is left out.
    """
    gone = frozenset({("kim", "gone"), ("gone", "robin"), ("gone", "gone")})
    left = frozenset({"gone"})
    plan = evening().solve(Wanted(lock=gone, apart=gone, was=gone, free=left, must=left))
    assert (plan.pairs, plan.refused) == (evening().solve().pairs, {})


def test_not_these_two_and_keep_free() -> None:
    """
    Two who are kept apart tonight are not matched, and a place that is kept free is not taken.
    """
    apart = Wanted(apart=frozenset({("pat", "noor")}))
    assert pairs(evening().solve(apart)) == {"robin": "kim", "noor": "kim", "jo": "pat"}
    kept = evening().solve(Wanted(free=frozenset({"kim"})))
    assert pairs(kept) == {"noor": "pat"}
    both = evening().solve(Wanted(free=frozenset({"kim"}), lock=frozenset({("kim", "jo")})))
    assert pairs(both)["jo"] == "kim"


def test_who_must_be_matched() -> None:
    """
    Someone who must be matched comes before others, and not to someone who is ruled out.
    """
    free = frozenset({"kim"})
    for name in ("robin", "noor", "jo"):
        plan = evening().solve(Wanted(free=free, must=frozenset({name})))
        assert pairs(plan) == {name: "pat"}
    assert "ira" not in pairs(evening().solve(Wanted(must=frozenset({"ira"}))))


def test_as_before() -> None:
    """
    What was suggested before is kept where it costs less than three points.
    """
    equal: dict[str, dict[str, Answer]] = {
        **dict.fromkeys(("robin", "noor", "jo"), MENTEES["jo"]),
        **{name: {**MENTORS["pat"], "capacity": "1"} for name in ("kim", "pat")},
    }
    tonight = evening(answers=equal)
    for was in ({("kim", "robin"), ("pat", "noor")}, {("pat", "robin"), ("kim", "noor")}):
        plan = tonight.solve(Wanted(was=frozenset(was)))
        assert plan.pairs == was
        assert [each.lines[-1].code for each in plan.suggestions] == ["before"] * 2
        assert plan.total == tonight.solve().total + 6


def test_the_one_who_waited_longer() -> None:
    """
    Of equals, those who waited longest are matched, also after more than a year.
    """
    equal = dict.fromkeys(MENTEES, MENTEES["jo"])
    for more in (0, 400):
        since = {
            name: {"received_at": made.NOW - timedelta(days=more, hours=at)}
            for at, name in enumerate(("noor", "ira", "robin", "jo"))
        }
        plan = evening(since, equal).solve(Wanted(free=frozenset({"pat"})))
        assert pairs(plan) == {"jo": "kim", "robin": "kim"}


def test_what_decides_between_equals_never_outweighs_a_point() -> None:
    """
    The lots of two weigh less than any difference in waiting; all lots and all waiting together, of
    3,000 mentees, less than a point.
    """
    everything: dict[str, Answer] = {
        "subspecialties": ["breast"],
        "topics": ["boards"],
        "practice_setting": ["private"],
        "availability": ["evenings"],
        "contact_ways": ["in_person"],
        "city": "Spokane",
    }
    wishes: dict[str, Answer] = {"outside_program": "any", "preferred_people": "Kim Sample"}
    mentor_of, mentee_of = profiled(everything, everything | wishes)
    points = [each.points(mentor_of, mentee_of, ALONE) for each in CRITERIA if each.is_shared]
    assert all(points)
    mentees = 3_000
    ranks = (sum(points) + 1) * mentees * (mentees + 1) // 2
    assert 2 << LOT_BITS <= 1 << RANK_BITS
    assert (ranks << RANK_BITS) + (mentees << LOT_BITS) < 1 << POINT_BITS


def test_nobody() -> None:
    """
    Without mentors, without mentees or without anyone, nothing is suggested.
    """
    for role in (Role.MENTOR, Role.MENTEE, None):
        sides = [each.side for each in (*evening().mentors, *evening().mentees)]
        some = [each for each in sides if each.application.role is role]
        plan = Tonight.of(some, Known(), days=days).solve(Wanted(must=frozenset({"robin"})))
        assert (pairs(plan), plan.total) == ({}, 0)
