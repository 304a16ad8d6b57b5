"""
Promise 1: whoever got a receipt page is stored, and is announced, or a person is alarmed.

Each story is told once for each call that the functions make in it, and each way in which a call
can fail (`tests/explorer.py`).
"""

import json
from collections.abc import Iterator
from typing import Any

import boto3.s3.inject
import pytest
from boto3.s3.transfer import TransferConfig, create_transfer_manager

from infra import template
from infra.laptop import Laptop
from mentorship.letter import KINDS, State
from mentorship.services import Services
from tests import explorer, faults, people
from tests.conftest import Clock, Show, apply
from tests.explorer import Story, World
from tests.faults import SEND, refusal, tapped

MENTEE = people.MENTEE["email"][0]
MENTOR = people.MENTOR["email"][0]
NEW = "kim@new.example.com"


def applies(world: World) -> None:
    """A mentee applies, with JavaScript."""
    world.begin()
    stamp = world.get("/applications/opened").json["opened"]
    world.clock.forward(minutes=5)
    world.apply(people.mentee(opened=stamp))
    world.notify()
    world.sweep()


def applies_twice(world: World) -> None:
    """A mentor sends the same form twice."""
    world.begin()
    world.apply(people.mentor())
    world.apply(people.mentor())
    world.notify()


def stream_is_silent(world: World) -> None:
    """The stream brings nothing, and only the sweeper sends."""
    world.apply(people.mentor())
    world.begin()
    world.sweep()


def is_held_back(world: World) -> None:
    """What looks like a bot's is held back, and told of on a Monday morning."""
    world.begin()
    world.apply(people.mentor(website="https://example.net"))
    world.clock.forward(days=6)
    world.morning()
    world.notify()


def looks(world: World) -> None:
    """An applicant looks at all that the link shows."""
    link = world.stands()
    world.begin()
    for page in ("", "/correct", "/withdraw", "/forget"):
        world.get(f"{link}{page}")


def asks_for_link(world: World) -> None:
    """An applicant asks for the link anew."""
    world.stands()
    world.begin()
    world.post("/links", {"email": [MENTOR]})
    world.notify()


def corrects(world: World) -> None:
    """An applicant confirms the address, and corrects an answer."""
    link = world.stands()
    world.begin()
    world.post(f"{link}/confirm")
    world.post(f"{link}/correct", people.mentor(institution="Another Radiology"))
    world.notify()


def moves(world: World) -> None:
    """An applicant gives another address, which has to be proved."""
    link = world.stands()
    world.begin()
    world.post(f"{link}/correct", people.mentor(email=NEW))
    world.notify()


def has_moved(world: World) -> None:
    """An applicant proves another address."""
    world.post(f"{world.stands()}/correct", people.mentor(email=NEW))
    world.notify()
    link = world.link(NEW)
    world.begin()
    world.post(f"{link}/take-up", {"change": [world.waiting()]})
    world.notify()


def applies_with_other_answers(world: World) -> None:
    """The form is sent with other answers, and the owner takes them up."""
    link = world.stands()
    world.begin()
    world.apply(people.mentor(institution="Another Radiology"))
    world.post(f"{link}/take-up", {"change": [world.waiting()]})
    world.notify()


def somebody_applies_as_another(world: World) -> None:
    """The form is sent with other answers, and the owner throws them away."""
    link = world.stands()
    world.apply(people.mentor(institution="Another Radiology"))
    world.begin()
    world.post(f"{link}/discard", {"change": [world.waiting()]})
    world.notify()


def withdraws(world: World) -> None:
    """An applicant withdraws."""
    link = world.stands()
    world.begin()
    world.post(f"{link}/withdraw")
    world.notify()


def is_forgotten(world: World) -> None:
    """An applicant asks to be forgotten."""
    link = world.stands()
    world.begin()
    world.post(f"{link}/forget")
    world.notify()


def bounces(world: World) -> None:
    """An email to an applicant comes back."""
    world.stands()
    world.post("/links", {"email": [MENTOR]})
    world.notify()
    world.begin()
    world.bounce(MENTOR)
    world.notify()


def exports(world: World) -> None:
    """A coordinator asks for an export."""
    world.stands()
    world.begin()
    world.export(format="csv")


def exports_much(world: World) -> None:
    """A coordinator asks for an export that is too large for an answer."""
    world.stands()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mentorship.handlers.export.MOST_BYTES", 0)
        world.begin()
        world.export(format="xlsx")


STORIES: list[Story] = [
    applies,
    applies_twice,
    stream_is_silent,
    is_held_back,
    looks,
    asks_for_link,
    corrects,
    moves,
    has_moved,
    applies_with_other_answers,
    somebody_applies_as_another,
    withdraws,
    is_forgotten,
    bounces,
    exports,
    exports_much,
]
each_story = pytest.mark.parametrize("story", STORIES, ids=[each.__name__ for each in STORIES])


@pytest.fixture
def world(laptop: Laptop, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world to tell stories in."""
    # Who is killed is killed whole, and the SDK's threads for files would live on.
    alone = TransferConfig(use_threads=False)
    monkeypatch.setattr(
        boto3.s3.inject,
        "create_transfer_manager",
        lambda client, config: create_transfer_manager(client, alone),
    )
    # Nobody waits here between the tries of the SDK.
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    return World(laptop, clock)


@each_story
def test_nothing_is_lost_or_doubled(story: Story, world: World, shown: Show) -> None:
    """
    Whichever call to AWS fails, in whichever way, all is stored once and announced in the end.
    """
    import time

    t = time.process_time()
    found = explorer.explore(story, world)
    print(f"CPU {time.process_time() - t:.1f} {found.replays}")
    assert found.wrong == []
    shown(
        1,
        f"{story.__doc__} {found.replays} tellings for {found.calls} calls: 0 lost, 0 double, "
        f"{found.twice} emails twice as their answer was lost, {found.alarmed} given up with an alarm.",
    )
