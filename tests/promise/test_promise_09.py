"""
Promise 9: a broken letter delays only itself; its failure is written on it, and in the end alarms.

A letter can break while it is written, or Amazon SES can refuse it for good. Once all is real, with
one broken letter in the stream; then it stands in each place, with tables that are kept in memory.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from infra import template
from infra.laptop import Laptop
from mentorship.applications.application import Application
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.handlers.notify import notify
from mentorship.handlers.sweep import sweep
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import (
    TRIES,
    WAITS,
    Letter,
    State,
    Subject,
    Topic,
    new_letter,
)
from mentorship.rendering import Rendered
from mentorship.services import Services
from mentorship.ses import SendFailed, as_tag
from tests import faults, made
from tests.clock import Clock
from tests.extent import sample, sampled
from tests.promises import Show

LETTERS = 100
REFUSED = "BadRequestException"
WAYS = ["cannot be written", "is refused for good"]
CANNOT_BE_WRITTEN, IS_REFUSED = WAYS
each_way = pytest.mark.parametrize("way", WAYS)


def written(kind: str, *, way: str, place: int, now: datetime) -> list[Letter]:
    """Return a hundred letters, one of them such that it cannot be written if that is the *way*."""
    letters = [
        new_letter(
            kind,
            about=made.ID if kind == "changed" else "",
            of=f"{number:02}",
            now=now,
            facts={"version": 1}
            if kind == "changed"
            else {"reference": "0000-0001", "role": "mentor"},
        )
        for number in range(LETTERS)
    ]
    if way == CANNOT_BE_WRITTEN:
        # It tells of a change that never was.
        letters[place] = replace(
            letters[place],
            kind=Kind.CHANGED,
            subject=Subject(topic=Topic.APPLICATION, id=made.ID),
            facts={"version": 99},
        )
    return letters


def changed_once() -> Application:
    """Return an application whose answers were corrected once."""
    found = made.application(Role.MENTOR)
    answers = {**found.answers, "institution": "Another Radiology"}
    return replace(found, versions=(found.version,), answers=answers)


def alarms(log: io.StringIO) -> list[str]:
    """Return the letters for which the log has a line that raises the alarm."""
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [each["letter"] for each in lines if each["event"] == "letter failed" and each["final"]]


@pytest.mark.rules
class TestStream:
    """All of it is real: the stream in its batches, the words, the table, Amazon SES."""

    @each_way
    def test_others_are_sent_at_once(
        self, laptop: Laptop, services: Services, clock: Clock, way: str
    ) -> None:
        """
        With one broken letter of a hundred the others leave at once, and it alarms in the end.
        """
        place = 44
        services.store.commit(Change(puts=(changed_once(),)))
        letters = written("changed", way=way, place=place, now=clock())
        for at in range(0, LETTERS, 50):
            services.store.commit(Change(letters=tuple(letters[at : at + 50])))
        broken = letters[place].id
        log = io.StringIO()
        with redirect_stdout(log), faults.tapped() as wire:
            if way == IS_REFUSED:
                wire.before = faults.at(faults.SEND, faults.refused(REFUSED), nth=place + 1)
            while laptop.pump():
                pass
            sent_at_once = self.tags(laptop)
            while services.store.letter(broken).due:  # type: ignore[union-attr]
                clock.forward(seconds=WAITS[-1].total_seconds())
                laptop.tick()

        others = Counter(as_tag(letter.id) for letter in letters if letter.id != broken)
        assert sent_at_once == self.tags(laptop) == others
        assert alarms(log) == [broken]
        found = services.store.letter(broken)
        assert found is not None
        assert found.state is State.FAILED
        assert (found.reason, found.attempts) == {
            CANNOT_BE_WRITTEN: ("IndexError", TRIES),
            IS_REFUSED: (REFUSED, 1),
        }[way]

    @staticmethod
    def tags(laptop: Laptop) -> Counter[str]:
        """Return how often each letter left."""
        return Counter(email.tags["letter"] for email in laptop.outbox.emails)


@dataclass
class Shelf:
    """Letters in memory, with the one rule of the table: who is overtaken does not write."""

    about: Application
    letters: dict[str, Letter]

    @property
    def queries(self) -> "Shelf":
        return self

    def letter(self, letter_id: str) -> Letter:
        return self.letters[letter_id]

    def advance(self, letter: Letter, *, before: Letter) -> bool:
        stored = self.letters[letter.id]
        if (stored.state, stored.attempts) != (before.state, before.attempts):
            return False
        self.letters[letter.id] = letter
        return True

    def application(self, application_id: str, *, now: datetime) -> Application:
        return self.about

    def mark(self, mark_id: str, *, now: datetime) -> None:
        return None

    def arrangements(self) -> None:
        return None

    def letters_due(self, now: datetime) -> Iterator[str]:
        due = [(each.due, each.id) for each in self.letters.values() if each.due]
        yield from [letter_id for when, letter_id in sorted(due) if when <= now]


@dataclass
class Post:
    """Amazon SES, which counts what it takes, and refuses some."""

    refuses: str = ""
    took: Counter[str] = field(default_factory=Counter)

    def send(self, words: object, *, letter_id: str, **_: object) -> str:
        if letter_id == self.refuses:
            raise SendFailed(REFUSED, again=False)
        self.took[letter_id] += 1
        return letter_id


class TestEachPlace:
    """What decides is real: the batches, the sender, the sweeper, the letters and their waits."""

    @sampled
    @each_way
    def test_broken_letter_in_each_place(
        self,
        services: Services,
        clock: Clock,
        monkeypatch: pytest.MonkeyPatch,
        way: str,
        shown: Show,
    ) -> None:
        """
        Wherever in the stream a broken letter stands, the others are sent at once and once, and it
        raises the alarm once.
        """
        application, began = changed_once(), clock()
        self.make_words_once(services, monkeypatch)
        # The first and the last are always among them.
        places = sample(range(LETTERS), 11)
        for place in places:
            clock.time = began
            letters = written("forgotten", way=way, place=place, now=began)
            broken = letters[place].id
            shelf = Shelf(application, {letter.id: letter for letter in letters})
            post = Post(refuses=broken if way == IS_REFUSED else "")
            vars(services).update(store=shelf, mailer=post)
            log = io.StringIO()
            with redirect_stdout(log):
                self.stream(services, letters)
                others = Counter(shelf.letters.keys() - {broken})
                assert post.took == others
                while shelf.letters[broken].due:
                    clock.forward(seconds=WAITS[-1].total_seconds())
                    sweep(services)
            assert post.took == others
            assert alarms(log) == [broken]
            assert {each.state for each in shelf.letters.values()} == {State.SENT, State.FAILED}
        shown(
            9,
            f"A letter that {way}, in each of {len(places)} places: "
            f"{LETTERS - 1} others sent once, 1 alarm",
        )

    @staticmethod
    def stream(services: Services, letters: list[Letter]) -> None:
        """Hand all letters over as the stream does."""
        (size,) = {stream.batch_size for stream in template.streams()}
        records = [
            {"dynamodb": {"Keys": {"id": {"S": letter.id}}, "SequenceNumber": f"{number:021}"}}
            for number, letter in enumerate(letters)
        ]
        for at in range(0, len(records), size):
            answer = notify({"Records": records[at : at + size]}, services)
            assert answer == {"batchItemFailures": []}

    @staticmethod
    def make_words_once(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
        """Keep the words of each letter, for the same ones are sent over and over."""
        email, kept = services.renderer.email, dict[str, Rendered]()

        def words(kind: str, *, letter: Letter, **values: Any) -> Rendered:
            if letter.id not in kept:
                kept[letter.id] = email(kind, letter=letter, **values)
            return kept[letter.id]

        monkeypatch.setattr(services.renderer, "email", words)
