"""A few made-up people who share exactly what a test says, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from mentorship.applications.application import Application
from mentorship.form.question import Answer, Role
from mentorship.matches.plan import Ids, Plan
from mentorship.matches.tonight import Tonight
from tests import made
from tests.populations import Population

# Choosing it says nothing.
NOTHING = ("other",)


def mentee(
    name: str,
    days: int = 0,
    *,
    areas: Sequence[str] = NOTHING,
    topics: Sequence[str] = NOTHING,
    **more: Answer,
) -> Application:
    """Return a mentee who has waited for some days; the same institution is fine."""
    asked: dict[str, Answer] = {"outside_program": "same", "preferred_people": ""}
    return _someone(Role.MENTEE, name, days, areas, topics, {**asked, **more})


def mentor(
    name: str,
    places: int = 1,
    *,
    areas: Sequence[str] = NOTHING,
    topics: Sequence[str] = NOTHING,
    days: int = 0,
    taken: int = 0,
    **more: Answer,
) -> Application:
    """Return a mentor who has some places, of which some are taken."""
    asked: dict[str, Answer] = {"capacity": f"{places}", "practice_setting": [*NOTHING]}
    found = _someone(Role.MENTOR, name, days, areas, topics, {**asked, **more})
    return replace(found, open_matches=tuple(f"{name} {number}" for number in range(taken)))


def _someone(
    role: Role,
    name: str,
    days: int,
    areas: Sequence[str],
    topics: Sequence[str],
    more: dict[str, Answer],
) -> Application:
    key = name.lower().replace(". ", "-").replace(" ", "-")
    answers: dict[str, Answer] = {
        "full_name": name,
        "email": f"{key}@example.org",
        "phone": "",
        "city": "",
        "institution": f"Hospital of {name}",
        "subspecialties": [*areas],
        "topics": [*topics],
        "contact_ways": ["video"],
        "availability": None,
        "not_with": "",
        **more,
    }
    return made.application(
        role,
        id=key,
        reference=key,
        answers=answers,
        received_at=made.NOW - timedelta(days=days),
        confirmed_at=made.NOW,
    )


def tonight(*people: Application) -> Tonight:
    """Return the evening of some people."""
    return Population(people).tonight


def ids(mentor_name: str, mentee_name: str) -> Ids:
    """Return the ids of two people, by their names."""
    one, other = (
        each.lower().replace(". ", "-").replace(" ", "-") for each in (mentor_name, mentee_name)
    )
    return one, other


def points(plan: Plan) -> int:
    """Return the points of a plan, whatever was suggested before."""
    every = (line for each in plan.suggestions for line in each.lines)
    return sum(each.points for each in every if each.code != "before")
