"""
Made-up evenings of matching, each from a number: people with random answers, and random wishes.

People are drawn as the profiles that are compared, so that ten thousand evenings take seconds; few
options and few days make many of them equals. Whole made-up applications are in `populations`.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from mentorship.form.question import Role
from mentorship.matches.plan import (
    Ids,
    Wanted,
)
from mentorship.matches.profile import Profile
from mentorship.matches.rules import Effect
from mentorship.matches.side import Side
from mentorship.matches.tonight import Tonight
from tests import made
from tests.matching import mentee, mentor, prepared

# How many of each role are drawn from; of how many mentors and mentees an evening is, at most.
POOL = 60
SMALL, MIDDLE, LARGE = (3, 5), (12, 28), (60, 60)
# Of how many evenings one is large, and one is of the usual size.
LARGE_EVERY, MIDDLE_EVERY = 100, 25
MORE_THAN_A_YEAR = timedelta(days=380)
# How many options each answer is drawn from, and how often it is skipped.
AREAS, TOPICS, SETTINGS, TIMES, CITIES = 5, 6, 4, 3, 3
SKIPPED = 0.25


@dataclass(frozen=True)
class Drawn:
    """
    One evening.

    Attributes:
        tonight: everyone who can be matched.
        wanted: what a coordinator wants.
        is_small: whether there are so few that every assignment can be tried.

    """

    tonight: Tonight
    wanted: Wanted
    is_small: bool


@cache
def pool() -> dict[Role, list[Side]]:
    """Return some people, whose answers don't count; those of one role have waited differently."""
    draw = random.Random("pool")
    people = [
        one(
            {"full_name": f"{role.title()} {number}", "email": f"{role}{number}@example.org"},
            id=f"{role}-{number}-{draw.randrange(10**9)}",
            received_at=made.NOW
            - timedelta(days=draw.randrange(60), hours=draw.randrange(24))
            - draw.choice((timedelta(), MORE_THAN_A_YEAR)),
        )
        for role, one in ((Role.MENTOR, mentor), (Role.MENTEE, mentee))
        for number in range(POOL)
    ]
    found = prepared(*people)
    return {role: [each for each in found if each.application.role is role] for role in Role}


def drawn(number: int) -> Drawn:
    """Return an evening."""
    draw = random.Random(number)
    kind = LARGE if number % LARGE_EVERY == 0 else MIDDLE if number % MIDDLE_EVERY == 0 else SMALL
    full = draw.random() < 1 / 3
    many, more = (most if full else draw.randint(1, most) for most in kind)
    mentors = [_profile(each, draw) for each in draw.sample(pool()[Role.MENTOR], many)]
    mentees = [_profile(each, draw) for each in draw.sample(pool()[Role.MENTEE], more)]
    named = [each.id for each in mentors]
    for at, each in enumerate(mentees):
        if draw.random() < 0.2:
            mentees[at] = each._replace(wished=frozenset({draw.choice(named)}))
    effects = {
        (row, column): draw.choice(tuple(Effect)[:2])
        for row in range(more)
        for column in range(many)
        if draw.random() < 0.15
    }
    if draw.random() < 0.7:
        _twin(mentees, effects, many, draw)
    tonight = of(mentors, mentees, effects)
    wanted = Wanted() if draw.random() < 0.4 else _wanted(named, [e.id for e in mentees], draw)
    return Drawn(tonight, wanted, kind is SMALL)


def of(
    mentors: Collection[Profile],
    mentees: Collection[Profile],
    effects: dict[tuple[int, int], Effect],
) -> Tonight:
    """Return an evening of some people in their order, with the pairs that are ruled out."""
    tonight = Tonight(tuple(mentors), tuple(mentees))
    vars(tonight)["effects"] = effects
    return tonight


def shuffled(tonight: Tonight, draw: random.Random) -> Tonight:
    """Return the same people in another order."""
    columns = draw.sample(range(len(tonight.mentors)), len(tonight.mentors))
    rows = draw.sample(range(len(tonight.mentees)), len(tonight.mentees))
    effects = {
        (rows.index(row), columns.index(column)): effect
        for (row, column), effect in tonight.effects.items()
    }
    return of(
        [tonight.mentors[at] for at in columns], [tonight.mentees[at] for at in rows], effects
    )


def _profile(side: Side, draw: random.Random) -> Profile:
    """Return someone's profile, with random answers."""
    is_mentor = side.application.role is Role.MENTOR
    areas, topics = _bits(AREAS, draw), _bits(TOPICS, draw)
    every = draw.choice((1, 1, 1, 2, 3)) if is_mentor else 1
    return Profile(
        side=side,
        areas=areas,
        topics=topics,
        settings=_bits(SETTINGS, draw),
        times=_bits(TIMES, draw),
        area_count=areas.bit_count(),
        topic_count=topics.bit_count(),
        city="" if draw.random() < 0.5 else f"city {draw.randrange(CITIES)}",
        wished=frozenset(),
        days=(made.NOW - side.application.waiting_since).days,
        taken=draw.randrange(every),
        places=every,
        employer=draw.randrange(-1, 4),
        elsewhere=frozenset({0, 1}) if draw.random() < 0.5 else frozenset(),
        same_place=frozenset({2}) if draw.random() < 0.5 else frozenset(),
    )


def _bits(options: int, draw: random.Random) -> int:
    return 0 if draw.random() < SKIPPED else draw.randrange(1, 1 << options)


def _twin(
    mentees: list[Profile], effects: dict[tuple[int, int], Effect], many: int, draw: random.Random
) -> None:
    """Give two mentees equal answers; they differ in how long they have waited."""
    one, other = draw.randrange(len(mentees)), draw.randrange(len(mentees))
    side, days = mentees[other].side, mentees[other].days
    mentees[other] = mentees[one]._replace(side=side, days=days)
    for column in range(many):
        effects.pop((other, column), None)
        if effect := effects.get((one, column)):
            effects[other, column] = effect


def _wanted(mentors: list[str], mentees: list[str], draw: random.Random) -> Wanted:
    def pairs(most: int) -> frozenset[Ids]:
        many = range(draw.randint(0, most))
        return frozenset((draw.choice(mentors), draw.choice(mentees)) for _ in many)

    return Wanted(
        lock=pairs(3),
        apart=pairs(3),
        was=pairs(4),
        free=frozenset(draw.sample(mentors, draw.randint(0, 1))),
        must=frozenset(draw.sample(mentees, draw.randint(0, min(2, len(mentees))))),
    )
