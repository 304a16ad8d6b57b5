"""Stories of the morning: what is counted, told and shortened each day."""

from datetime import date, timedelta
from typing import Any

from mentorship.application import Change
from mentorship.arrangements import Coordinator
from mentorship.questions import Role
from mentorship.roster import Member, Roster, entries
from mentorship.services import services
from tests import people
from tests.world import Story, World

READER = people.MENTOR["email"][0]


def arrange(**changes: Any) -> None:
    """Have coordinators arrange something."""
    services().store.commit(Change(puts=(services().arranged().differs(**changes),)))


def begins(world: World) -> None:
    """The first morning stores what a deployment begins with."""
    world.begin()
    world.morning()


def is_told_of(world: World) -> None:
    """What was held back is told of on a Monday morning, and the week is counted."""
    world.morning()
    world.apply(people.mentor(website="https://example.net"))
    world.clock.forward(days=6)
    world.begin()
    world.morning()


def week_is_quiet(world: World) -> None:
    """A Monday without news has the count."""
    world.morning()
    world.clock.forward(days=6)
    world.begin()
    world.morning()


def week_is_told(world: World) -> None:
    """A week is told of, with what the member list says, and with an email that reached nobody."""
    world.morning()
    at, hashed, store = world.clock(), services().links.hashed, services().store
    members = [Member(addresses=("robin@example.org",), name="Robin Example", lapsed=False)]
    store.put_listed(entries(members, number=1, hashed=hashed, now=at))
    roster = Roster(number=1, at=at, by="kim@example.org", members=1, lapsed=0, unread=0)
    store.commit(Change(puts=(roster,)))
    world.apply(people.mentee())
    world.apply(people.mentor())
    world.notify()
    world.bounce(READER)
    world.notify()
    world.clock.forward(days=6)
    world.begin()
    world.morning()
    world.notify()


def waits(world: World) -> None:
    """Coordinators are told who has no match three days before the date, and they on it."""
    world.stands(Role.MENTEE)
    world.morning()
    arrange(reply_by=date(2026, 10, 16))
    world.clock.forward(days=2)
    # With this the new arrangement was looked at.
    world.morning()
    world.clock.forward(days=5)
    world.begin()
    world.morning()
    world.clock.forward(days=3)
    world.morning()


def time_ends(world: World) -> None:
    """A coordinator's time ends soon, and they and the contact address are asked."""
    world.morning()
    until = services().program.local(world.clock()).date() + timedelta(days=20)
    arrange(coordinators=(Coordinator(address="coordinator@example.org", until=until),))
    world.begin()
    world.morning()


def is_kept_for_less(world: World) -> None:
    """Answers are kept for less than was agreed to."""
    world.morning()
    world.stands()
    arrange(keep_months=6)
    world.begin()
    world.morning()


STORIES: list[Story] = [
    begins,
    is_told_of,
    week_is_quiet,
    week_is_told,
    waits,
    time_ends,
    is_kept_for_less,
]
