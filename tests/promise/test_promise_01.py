"""
Promise 1: whoever got a receipt page is stored, and is announced, or a person is alarmed.

Each story is told once for each call that the functions make in it, and each way in which a call
can fail (`tests/explorer.py`).
"""

import importlib.util
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import boto3.s3.inject
import pytest
from boto3.s3.transfer import TransferConfig, create_transfer_manager

from infra import template
from infra.build import ROOT
from infra.edge import Answer
from infra.laptop import Laptop
from mentorship.applicant import match
from mentorship.change import Change
from mentorship.handlers import archive, desk, export, own, submit
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import State
from mentorship.problems import Busy
from mentorship.services import TRIES as CONFLICTS
from mentorship.services import Services
from mentorship.store import refusals
from mentorship.store.store import Store
from tests import (
    desk_stories,
    explorer,
    faults,
    match_desk_stories,
    match_stories,
    morning_stories,
    people,
    rules,
)
from tests.clock import Clock
from tests.explorer import Explored
from tests.extent import FULL, sampled
from tests.faults import SEND, TRANSACT, Place, Way, always, canceled, first, tapped, turned_away
from tests.people import apply
from tests.promises import Show
from tests.world import Story, World

pytestmark = pytest.mark.rules

STORE = ROOT / "functions" / "mentorship" / "store"
READER = people.MENTOR["email"][0]
NEW = "kim@new.example.com"
OTHER = people.mentor(institution="Another Radiology")


def applies(world: World) -> None:
    """A mentor applies, and the letters leave."""
    world.begin()
    stamp = world.get("/applications/opened").json["opened"]
    world.clock.forward(minutes=5)
    world.apply(people.mentor(opened=stamp))
    world.notify()
    world.sweep()


def applies_twice(world: World) -> None:
    """A mentor sends the same form twice."""
    world.begin()
    world.apply(people.mentor())
    world.apply(people.mentor())


def stream_is_silent(world: World) -> None:
    """The stream brings nothing, and the sweeper alone sends."""
    world.apply(people.mentor())
    world.begin()
    world.sweep()


def is_held_back(world: World) -> None:
    """What looks like a bot's is held back."""
    world.begin()
    world.apply(people.mentee(website="https://example.net"))


def looks(world: World) -> None:
    """An applicant looks at all that the link shows."""
    link = world.current()
    world.begin()
    for page in ("", "/correct", "/withdraw", "/forget"):
        world.get(f"{link}{page}")


def asks_for_link(world: World) -> None:
    """An applicant asks for the link anew."""
    world.current()
    world.begin()
    world.get("/links")
    world.post("/links", {"email": [READER]})


def corrects(world: World) -> None:
    """An applicant confirms the address, and corrects an answer."""
    link = world.current()
    world.begin()
    world.post(f"{link}/confirm")
    world.post(f"{link}/correct", OTHER)


def moves(world: World) -> None:
    """An applicant gives another address, and proves it."""
    link = world.current()
    world.begin()
    world.post(f"{link}/correct", people.mentor(email=NEW))
    waits = world.waiting()
    world.post(f"{world.link(waits)}/take-up", {"change": [waits]})


def applies_with_other_answers(world: World) -> None:
    """The form is sent with other answers, and the owner takes them up."""
    link = world.current()
    world.begin()
    world.apply(OTHER)
    world.post(f"{link}/take-up", {"change": [world.waiting()]})


def is_not_the_owner(world: World) -> None:
    """The form is sent with other answers, and the owner throws them away."""
    link = world.current()
    world.apply(OTHER)
    world.begin()
    world.post(f"{link}/discard", {"change": [world.waiting()]})


def keeps_from_a_match(world: World) -> None:
    """An applicant keeps an answer from a proposed match, and then does not."""
    link = world.current()
    world.begin()
    world.post(f"{link}/strike", {"question": ["topics"]})
    world.post(f"{link}/put-back", {"question": ["topics"]})


def withdraws(world: World) -> None:
    """An applicant withdraws."""
    link = world.current()
    world.begin()
    world.post(f"{link}/withdraw")


def is_forgotten(world: World) -> None:
    """An applicant asks to be forgotten."""
    link = world.current()
    world.begin()
    world.post(f"{link}/forget")


def bounces(world: World) -> None:
    """An email to an applicant comes back, and the coordinators are told."""
    world.current()
    world.post("/links", {"email": [READER]})
    world.notify()
    world.begin()
    world.bounce(READER)
    world.notify()


def exports(world: World) -> None:
    """A coordinator asks for an export."""
    world.current()
    world.begin()
    world.export(format="csv")


def exports_much(world: World) -> None:
    """A coordinator asks for an export that is too large for an answer."""
    world.current()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mentorship.archive.export.MAX_BYTES", 0)
        world.begin()
        world.export(format="csv")


STORIES: list[Story] = [
    applies,
    applies_twice,
    stream_is_silent,
    is_held_back,
    looks,
    asks_for_link,
    corrects,
    moves,
    applies_with_other_answers,
    is_not_the_owner,
    keeps_from_a_match,
    withdraws,
    is_forgotten,
    bounces,
    exports,
    exports_much,
    *morning_stories.STORIES,
    *match_stories.STORIES,
    *match_desk_stories.STORIES,
    *desk_stories.STORIES,
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
    # Between tries nobody waits here, neither the SDK nor a function.
    for module in ("botocore.endpoint", "mentorship.services"):
        monkeypatch.setattr(f"{module}.time", SimpleNamespace(sleep=lambda seconds: None))
    return World(laptop, clock)


# What the stories of this process have explored, of which none needs another to come before it.
EXPLORED: Explored = set()
# What other stories explore in a story's place, once that is known.
ELSEWHERE: dict[Story, Explored] = {}


def before(story: Story, world: World) -> Explored:
    """Return what is not explored in a story: in a sample, all that another story has explored."""
    if not FULL:
        return EXPLORED
    if not ELSEWHERE:
        ELSEWHERE.update(explorer.shared(STORIES, world))
    return set(ELSEWHERE[story])


@sampled
@each_story
def test_nothing_is_lost_or_doubled(story: Story, world: World, shown: Show) -> None:
    """
    Whichever call fails, all is stored and announced in the end. An email leaves twice only where
    Amazon SES had taken it, and its sender could not know that or note it.
    """
    found = explorer.explore(story, world, before=before(story, world))

    assert found.wrong == []
    if rules.HERE:
        return  # The page has the figures of all ways to fail, of which few are tried there.
    title = (story.__doc__ or "").rstrip(".")
    figure = f"{title}: {found.calls} calls, {found.replays} failures, 0 lost, 0 doubled"
    if found.twice:
        figure += f", {found.twice} emails twice, alarms for {found.alarmed} given up"
    shown(1, figure)


def test_stories_tell_of_everything(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Every function, every route and every kind of letter is in one of the stories.
    """
    functions, requests, kinds = set[str](), set[tuple[str, str]](), set[str]()
    invoke, call = world.laptop.invoke, world.laptop.call

    def invoked(function: str, event: Any) -> Any:
        functions.add(function)
        return invoke(function, event)

    def called(method: str, path: str, **rest: Any) -> Answer:
        requests.add((method, path))
        return call(method, path, **rest)

    monkeypatch.setattr(world.laptop, "invoke", invoked)
    monkeypatch.setattr(world.laptop, "call", called)
    for story in STORIES:
        for row in world.tell(story).rested.rows:
            # Each letter to an owner says which of their addresses it was written for.
            if '"role": "applicant"' in row or '"role": "former address"' in row:
                assert '"address_version": ' in row
            kinds |= set(re.findall(r'"kind": "([\w-]+)"', row.partition(" ")[2]))

    assert functions == set(template.functions())
    assert kinds == {*Kind}
    # Of the desk, what only looks loses nothing; and what is arranged is stored in one way.
    acts = {
        route
        for route in {**desk.ROUTES, **archive.ROUTES, **export.ROUTES}
        if route[0] == "POST" and not route[1].startswith("/desk/settings/")
    }
    shown = {route for route, answers in own.ROUTES.items() if answers is not match.gone}
    for method, pattern in {*submit.ROUTES, *shown, *acts}:
        path = re.compile(re.sub(r"{\w+}", "[^/]+", pattern))
        assert any(at == method and path.fullmatch(target) for at, target in requests), pattern


def two_apply(world: World) -> None:
    """Two mentors send the form, so that all is asked twice from the same places."""
    world.begin()
    world.apply(people.mentor())
    world.apply(people.mentor(email="two@example.org"))


def test_once_from_each_place(world: World) -> None:
    """
    What was explored before is left out, and all else is not: another place, another way to fail.
    """
    explored: Explored = set()
    first = explorer.explore(two_apply, world, before=explored)
    again = explorer.explore(two_apply, world, before=explored)
    everything = explorer.explore(two_apply, world)

    assert first.wrong == again.wrong == everything.wrong == []
    assert again.replays == 0
    assert len(explored) == first.replays < everything.replays
    kinds = {(call, way) for call, _, way in explored}
    calls = world.tell(two_apply).calls
    assert kinds == {(call, way.name) for call in calls for way in faults.ways(call)}
    assert explorer.explore(withdraws, world, before=explored).replays > 0
    # Each place is a line of what decides, reached through what is between.
    for _, place, _ in explored:
        *between, (decides, _) = place
        assert decides not in faults.BETWEEN
        assert {module for module, _ in between} <= set(faults.BETWEEN)


@pytest.mark.skipif(rules.HERE, reason="no read fails there")
def test_stories_share_what_reads_and_delivers(world: World) -> None:
    """
    A write fails in each way in every story; a read, and what delivers letters, in one at least.
    """
    stories: list[Story] = [applies_twice, two_apply, asks_for_link]
    elsewhere = explorer.shared(stories, world)
    everything, explored = set[tuple[str, Place, str]](), set[tuple[str, Place, str]]()
    for story in stories:
        told = world.tell(story)
        for call, place in zip(told.calls, told.places, strict=True):
            all_ways = {(call, place, way.name) for way in faults.ways(call)}
            here = all_ways - elsewhere[story]
            assert here if explorer.is_dealt_out(call, place) else here == all_ways
            everything |= all_ways
            explored |= here
    assert explored == everything
    assert any(elsewhere.values())


def test_what_is_between_is_there() -> None:
    """
    A module that is called otherwise by now, or asks AWS itself, would make two places one.
    """
    for name in faults.BETWEEN:
        assert importlib.util.find_spec(f"mentorship.{name}")
    asking = {path.stem for path in STORE.glob("*.py") if "self._client" in path.read_text()}
    assert asking
    assert {f"store.{name}" for name in asking} <= set(faults.BETWEEN)


class TestExplorerSees:
    """What it is there to find, planted."""

    @staticmethod
    def applies(world: World) -> None:
        """Tell as much as is needed."""
        world.begin()
        world.apply(people.mentor())
        world.notify()

    def wrong(self, world: World, call: str, way: Way) -> str:
        """Return what is found wrong when a call fails in a way."""
        found = explorer.explore(self.applies, world, lambda at: [way] if at == call else [])
        return "\n".join(found.wrong)

    def test_letters_that_are_not_in_the_transaction(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Letters that are stored after the application are lost when the function dies between.
        """
        commit = Store.commit

        def apart(store: Store, change: Change) -> None:
            commit(store, replace(change, letters=()))
            commit(store, Change(letters=change.letters))

        monkeypatch.setattr(Store, "commit", apart)
        wrong = self.wrong(world, TRANSACT, faults.KILLED_AFTER)
        assert "lost: LettersTable" in wrong
        assert "never sent: coordinator@example.org" in wrong

    def test_second_try_that_is_not_known_again(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Who tries again when the answer was lost would be stored twice.
        """
        monkeypatch.setattr(
            "mentorship.applications.intake.OnFile.same", lambda known, answers: None
        )
        assert "double: ApplicationsTable" in self.wrong(world, TRANSACT, faults.TIMED_OUT)

    def test_letter_that_is_sent_again(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        A sent letter that is sent again when the stream comes back is one too many.
        """
        monkeypatch.setattr("mentorship.letters.letter.Letter.is_due", lambda letter, now: True)
        assert "sent twice" in self.wrong(world, explorer.NOTE, faults.TIMED_OUT)

    def test_letter_that_nobody_is_told_of(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        A letter that is given up without the line that raises the alarm is lost.
        """
        monkeypatch.setattr("mentorship.mail.delivery.log.record", lambda event, **facts: None)
        assert "never sent: " in self.wrong(world, SEND, faults.REJECTED)


class TestTriedAgain:
    """The SDK asks again, and so does the store if AWS refuses a write and that passes."""

    @pytest.fixture(autouse=True)
    def _no_waiting(self, world: World) -> None:
        """Let nobody wait between tries."""

    def test_busy_table_is_asked_again(self, laptop: Laptop) -> None:
        """
        A write that AWS throttles once is tried again by the SDK, and nobody notices.
        """
        with tapped() as wire:
            wire.turned = turned_away(TRANSACT, 1)
            assert apply(laptop, people.mentor()).status == 303
        assert wire.calls.count(TRANSACT) == 1
        assert wire.tries.count(TRANSACT) == 2

    def test_table_that_stays_busy(self, laptop: Laptop) -> None:
        """
        After its last try the function gives up: the person is told to send it again.
        """
        with tapped() as wire:
            wire.turned = turned_away(TRANSACT)
            answer = apply(laptop, people.mentor())
        assert (answer.status, answer.headers["retry-after"]) == (503, "60")
        assert Busy.title in answer.text
        assert "the same application is never taken twice" in answer.text
        assert wire.calls.count(TRANSACT) == refusals.TRIES
        assert wire.tries.count(TRANSACT) == 2 * refusals.TRIES

    @pytest.mark.parametrize("tries", [1, refusals.TRIES - 1])
    @pytest.mark.parametrize("reason", sorted(refusals.PASSING))
    def test_canceled_for_a_moment(self, laptop: Laptop, reason: str, tries: int) -> None:
        """
        A transaction that is canceled for a reason that passes is tried again, and nobody notices.
        """
        with tapped() as wire:
            wire.before = first(TRANSACT, canceled("None", reason), tries)
            assert apply(laptop, people.mentor()).status == 303
        assert wire.calls.count(TRANSACT) == tries + 1

    def test_crowd_that_never_ends(self, laptop: Laptop) -> None:
        """
        Who conflicts with others at every try is told so, and that nothing is lost.
        """
        with tapped() as wire:
            wire.before = always(TRANSACT, canceled("None", "ConditionalCheckFailed"))
            answer = apply(laptop, people.mentor())
        assert answer.status == 503
        assert Busy.title in answer.text
        assert wire.calls.count(TRANSACT) == CONFLICTS

    def test_email_is_tried_once(self, laptop: Laptop, services: Services) -> None:
        """
        The SDK does not repeat an email: it could leave twice, and the letter counts its tries.
        """
        apply(laptop, people.mentor())
        with tapped() as wire:
            wire.turned = turned_away(SEND)
            laptop.pump()
        assert wire.tries.count(SEND) == wire.calls.count(SEND) == 2
        for kind in ("new-application", "receipt"):
            letter = services.store.letter(f"00000001abcdefghjkmn#{kind}")
            assert letter is not None
            assert (letter.state, letter.attempts) == (State.FAILED, 1)
            assert letter.reason == "ThrottlingException"
