"""
A story, told once for each call that it makes to AWS and each way in which a call can fail.

It is told first as it should go, to learn which calls there are; then again and again, with one
call failing, in a world that is empty again. What is stored and mailed in the end must be the same.

Several stories come to the same line of the functions by the same way. `shared` says which of them
explores which failure there; and whoever has noted what was explored before leaves that out.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from mentorship.store.letter_records import LOST
from tests import faults
from tests.faults import SEND, Place, Way
from tests.world import Story, Told, World

# By this a sender notes what became of a letter.
NOTE = "PutItem LettersTable"
# What takes a letter to its reader.
DELIVERY = "mail.delivery"

# A call, where in the functions it was asked for, and how it failed.
Explored: TypeAlias = set[tuple[str, Place, str]]


@dataclass
class Found:
    """What the tellings of a story came to, and what was wrong in which."""

    calls: int
    replays: int = 0
    twice: int = 0
    alarmed: int = 0
    wrong: list[str] = field(default_factory=list)


def explore(
    story: Story,
    world: World,
    ways: Callable[[str], Iterable[Way]] = faults.ways,
    *,
    before: Explored | None = None,
) -> Found:
    """
    Tell a story in every way in which one of its calls can fail.

    Args:
        story: what happens.
        world: where.
        ways: how a call can fail.
        before: what is not explored again; what is explored here is added.

    """
    calm = world.tell(story)
    found = Found(calls=len(calm.calls))
    if calm.rested.alarms or not calm.calls:
        found.wrong.append(f"the story by itself: {calm.rested.alarms or 'it never begins'}")
    for number, call in enumerate(calm.calls, 1):
        for way in ways(call):
            if before is not None:
                explored = (call, calm.places[number - 1], way.name)
                if explored in before:
                    continue
                before.add(explored)
            found.replays += 1
            try:
                told = world.tell(story, fails=(number, way), calm=calm)
            except Exception as error:
                found.wrong.append(f"{way.name} at {number}, {call}: {error!r}")
                continue
            found.twice += (told.rested.emails - calm.rested.emails).total()
            found.alarmed += len(told.rested.alarms)
            for wrong in _wrong(calm, told, number, way):
                found.wrong.append(f"{way.name} at {number}, {call}: {wrong}")
    return found


def shared(stories: Sequence[Story], world: World) -> Mapping[Story, Explored]:
    """
    Return, for each story, which failures others explore in its place.

    A call that writes fails in each way in every story, for each story writes something else. The
    ways in which others can fail, `is_dealt_out`, are dealt out among the stories that come to
    their place. Each of those has one way at least, and each way has a story.
    """
    coming: dict[tuple[str, Place], list[Story]] = defaultdict(list)
    for story in stories:
        told = world.tell(story)
        for call, place in dict.fromkeys(zip(told.calls, told.places, strict=True)):
            coming[call, place].append(story)
    others: dict[Story, Explored] = {story: set() for story in stories}
    for (call, place), here in coming.items():
        if not is_dealt_out(call, place):
            continue
        ways = [way.name for way in faults.ways(call)]
        for turn, story in enumerate(here):
            others[story] |= {
                (call, place, way)
                for number, way in enumerate(ways)
                if number % len(here) != turn and number != turn % len(ways)
            }
    return others


def is_dealt_out(call: str, place: Place) -> bool:
    """
    Tell whether the ways in which a call can fail are dealt out among the stories.

    A read changes nothing, and what the delivery of a letter asks for is the same for every letter:
    the letter itself, and one email.
    """
    return call.startswith(faults.READS) or any(module == DELIVERY for module, _ in place)


def _wrong(calm: Told, told: Told, number: int, way: Way) -> Iterator[str]:
    """Yield what may not be in a telling in which a call failed."""
    call = calm.calls[number - 1]
    if told.calls[:number] != calm.calls[:number]:
        yield f"it was another call: {told.calls[:number]}"
    was, became = calm.rested, told.rested
    lost, more = was.rows - became.rows, became.rows - was.rows
    missing, twice = was.emails - became.emails, became.emails - was.emails
    alarms = became.alarms
    if call == SEND and way is faults.REJECTED:
        # One letter is given up, which is written on it, and raises the alarm.
        given_up = Counter(_given_up(row) for row in lost)
        if lost.total() == missing.total() == len(alarms) == 1 and more == given_up:
            lost, more, missing, alarms = Counter(), Counter(), Counter(), []
    yield from (f"lost: {row}" for row in lost)
    yield from (f"double: {row}" for row in more)
    yield from (f"never sent: {email}" for email in missing)
    yield from (f"alarmed: {letter}" for letter in alarms)
    # Amazon SES had the email, and its sender did not learn that, or could not write it down.
    unknown = call == SEND and way in (faults.KILLED_AFTER, faults.TIMED_OUT)
    not_noted = call == NOTE and calm.calls[number - 2] == SEND and way.moment == "before"
    if twice.total() > int(unknown or not_noted):
        yield f"sent twice: {twice}"


def _given_up(row: str) -> str:
    """Return a letter's row as it is once the letter is given up."""
    table, _, record = row.partition(" ")
    given_up = json.loads(record) | {
        "state": "failed",
        "reason": faults.codes(SEND)[1],
        # From now on a person is to do something about it.
        "pending": LOST,
        "due": "time",
    }
    return f"{table} {json.dumps({name: given_up[name] for name in sorted(given_up)})}"
