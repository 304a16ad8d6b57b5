"""Stories of the morning: what is counted and told each day."""

from datetime import date, timedelta
from typing import Any

import pytest

from mentorship.applications.status import HoldReason, Status
from mentorship.change import DAILY, WEEKLY, Change, renewed_mark
from mentorship.form.question import Role
from mentorship.handlers import daily
from mentorship.letters.letter import new_letter
from mentorship.members.roster import Member, Roster, list_entries
from mentorship.program.arrangements import Coordinator
from mentorship.services import services
from tests import made
from tests.world import Story, World


def mornings_were(world: World, **arrangements: Any) -> None:
    """Have the world as earlier mornings leave it, this one's too, and coordinators arrange it."""
    now, store = world.clock(), services().store
    first = services().arrangements().with_changes()
    store.commit(Change(puts=(first,)))
    second = first.with_changes(**arrangements)
    marks = tuple(
        renewed_mark(each, now=now, expires_at=now + timedelta(days=366), before=None)
        for each in (DAILY, WEEKLY)
    )
    store.commit(Change(puts=(second, *marks)))


def puts(role: Role, **changes: Any) -> str:
    """Have an application that arrives at this moment, and return its id."""
    now = services().now()
    found = made.application(role, id=services().new_id(), received_at=now, **changes)
    services().store.commit(Change(puts=(found,)))
    return found.id


def does(world: World, part: str) -> None:
    """Have a part of the morning's work done; all of it is another story, of its beginning."""
    work = {each.__name__: each for each in daily.PARTS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(daily, "PARTS", (work[part],))
        world.morning()


def begins(world: World) -> None:
    """The first morning stores what a deployment begins with."""
    world.begin()
    world.morning()


def is_missed(world: World) -> None:
    """An application was announced to nobody, and the count says so."""
    mornings_were(world)
    puts(Role.MENTOR)
    world.clock.forward(days=1)
    world.begin()
    does(world, "report")


def week_is_told(world: World) -> None:
    """A week is told of, with the member list, what was held back, and what reached nobody."""
    mornings_were(world)
    at, hashed, store = world.clock(), services().links.hashed, services().store
    mentee = puts(Role.MENTEE)
    puts(Role.MENTOR, status=Status.QUARANTINED, hold_reason=HoldReason.TRAP)
    announced = new_letter("new-application", about=mentee, now=at).sent("x", at)
    applied = store.application(mentee, now=at)
    assert applied is not None
    lost = new_letter("receipt", about=applied, now=at).returned("bounced")
    store.commit(Change(letters=(announced, lost)))
    members = [Member(addresses=("robin@example.org",), name="Robin Example", lapsed=False)]
    store.put_list_entries(
        list_entries(members, number=1, hashed=hashed, now=at), pause=services().pause
    )
    roster = Roster(number=1, at=at, by="kim@example.org", members=1, lapsed=0, unread=0)
    store.commit(Change(puts=(roster,)))
    world.notify()
    world.clock.forward(days=6)
    world.begin()
    does(world, "report")
    world.notify()


def crowd_is_told(world: World) -> None:
    """Many from one network are on hold, and coordinators are told within the hour."""
    mornings_were(world)
    for _ in range(2):
        puts(Role.MENTEE, status=Status.QUARANTINED, hold_reason=HoldReason.CLIENT, network="a")
    world.clock.forward(minutes=30)
    world.begin()
    world.sweep()
    # What failed is done at the next look.
    world.sweep()
    world.notify()


def has_no_match_soon(world: World) -> None:
    """Coordinators are told who has no match three days before the date."""
    world.current(Role.MENTEE)
    mornings_were(world, reply_by=date(2026, 10, 9))
    world.clock.forward(days=1)
    world.begin()
    does(world, "notify_waiting")


def has_no_match(world: World) -> None:
    """Whoever has no match on the date is told so."""
    world.current(Role.MENTEE)
    mornings_were(world, reply_by=date(2026, 10, 9))
    world.clock.forward(days=3)
    world.begin()
    does(world, "notify_waiting")


def is_warned(world: World) -> None:
    """Whoever will be deleted in some weeks is warned, and stays on the list."""
    world.current(Role.MENTEE)
    mornings_were(world)
    world.clock.forward(days=340)
    link = world.link(world.only_application())
    world.begin()
    does(world, "warn_leaving")
    world.get(f"{link}/stay")
    world.post(f"{link}/stay", {"consent": ["yes"]})


def time_ends(world: World) -> None:
    """A coordinator's time ends soon, and they and the contact address are asked."""
    until = services().program.local(world.clock()).date() + timedelta(days=20)
    mornings_were(
        world, coordinators=(Coordinator(address="coordinator@example.org", until=until),)
    )
    world.clock.forward(days=1)
    world.begin()
    does(world, "ask_to_renew")


STORIES: list[Story] = [
    begins,
    is_missed,
    week_is_told,
    crowd_is_told,
    has_no_match_soon,
    has_no_match,
    is_warned,
    time_ends,
]
