"""Promise 10: no place is given twice, and names go out only when both have said yes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from infra.laptop import Laptop
from mentorship import pairings
from mentorship.letters.letter import Letter
from mentorship.services import Services
from mentorship.store.items import read_item
from mentorship.store.letter_records import read_letter
from tests import rules, tables
from tests.clock import Clock
from tests.crowd import Crowd, in_memory
from tests.extent import many, sampled
from tests.faults import TRANSACT, canceled, tapped
from tests.histories import BUSY, EVENTS, History, Ledger, live
from tests.promises import Show

HISTORIES, STEPS = many(2_000, some=150), 80
# On the tables themselves, each call takes milliseconds, and moto copies them for each transaction.
STORED, FEWER_STEPS = 40 if rules.HERE else many(24, some=8), 12
AT_ONCE, EACH = 8, 50 if rules.HERE else many(30, some=15)
# Whoever left would leave the others alone.
STAYING = [each for each in BUSY if each not in ("withdraws", "is_refused")]
# One call in so many is refused at first, as moto and DynamoDB Local never do it by themselves.
REFUSED = 6
# Hypothesis finds fewer, and makes what it finds short.
SOUGHT = many(100, some=20)
TAKEN_BACK = (
    "coordinator", "excluded", "ineligible", "no-place", "not-now", "paused", "withdrew",
)  # fmt: skip
# How the matches of some histories stand at the end, if these are not all alike.
ENDS = {
    *("proposed, not closed", "accepted, not closed", "running, not closed"),
    *("declined, no", "lapsed, lapsed"),
    *(f"taken-back, {why}" for why in TAKEN_BACK),
    *("released, coordinator", "released, withdrew", "released, ineligible"),
    *("taken-back, forgotten", "released, forgotten"),
}


def remembered(ledger: Ledger) -> History:
    """Return a history over a store in memory."""
    here = Crowd(in_memory(Clock()))
    return History(here, lambda: here.services.store.of(Letter), ledger)  # type: ignore[attr-defined]


@pytest.fixture
def kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one thing exclude two people, that a coordinator keeps them apart; all takes its time."""
    monkeypatch.setattr(pairings, "is_excluded", lambda pairing, _: pairing.pair.is_apart)


@sampled
@pytest.mark.usefixtures("kept_apart")
def test_random_histories(shown: Show) -> None:
    """
    In random histories of matches, where each reads and decides while others store, no place is
    given twice, nobody is told early, and both applications always say what the matches say.
    """
    ledger = Ledger()
    for seed in range(HISTORIES):
        history = remembered(ledger)
        history.begin()
        live(history, Random(seed), STEPS)
    # The histories are not all alike: much of everything happens, and gets into each other's way.
    assert ledger.histories == HISTORIES
    assert min(ledger.conflicts, ledger.introduced) > HISTORIES / 4
    assert set(ledger.ended) == ENDS
    shown(
        10,
        f"{HISTORIES:,} random histories of up to {STEPS} steps: 0 places given twice, 0 mentees "
        "in two matches, 0 told early, 0 deleted in a match",
    )


class Machine(RuleBasedStateMachine):
    """The same events, in the order in which Hypothesis looks for one that goes wrong."""

    numbers = st.integers(0, 31)
    ledger = Ledger()

    def __init__(self) -> None:
        super().__init__()
        self.history = remembered(self.ledger)
        self.history.begin()

    @rule(name=st.sampled_from(EVENTS), one=numbers, other=numbers, third=numbers)
    def happens(self, name: str, one: int, other: int, third: int) -> None:
        self.history.happens(name, one, other, third)

    @rule(name=st.sampled_from(EVENTS), one=numbers, other=numbers, third=numbers)
    def begins(self, name: str, one: int, other: int, third: int) -> None:
        self.history.event(name, one, other, third)

    @precondition(lambda self: self.history.going)
    @rule(number=numbers)
    def goes_on(self, number: int) -> None:
        self.history.goes_on(number)

    @rule(number=numbers)
    def time_passes(self, number: int) -> None:
        self.history.time_passes(number)


@pytest.mark.usefixtures("kept_apart")
def test_histories_that_hypothesis_looks_for() -> None:
    """
    Hypothesis finds no history in which any of it is broken.
    """
    always_the_same = settings(
        max_examples=SOUGHT, stateful_step_count=STEPS, derandomize=True, deadline=None
    )
    run_state_machine_as_test(Machine, settings=always_the_same)


class Tables:
    """Histories on the tables, of people who are others in each."""

    def __init__(self, services: Services) -> None:
        self.services = replace(services, pause=lambda tried: None)
        self.numbers = count(1)
        self.letters: list[Letter] | None = None
        self.histories: list[History] = []

    def history(self, ledger: Ledger, **people: int) -> History:
        """Return a new one, which is looked at when it is over."""
        here = Crowd(self.services, numbers=self.numbers)
        history = History(here, lambda: self.letters, ledger, looks=False)
        history.begin(**people)
        self.histories.append(history)
        return history

    def check(self) -> None:
        """Hold all that is stored by now against what must be true."""
        found = (read_letter(read_item(each)) for each in tables.items("LettersTable"))
        self.letters = sorted(found, key=lambda each: each.created_at)
        for each in self.histories:
            each.check("all")


@pytest.fixture
def stored(laptop: Laptop, services: Services) -> Tables:
    """The tables, without anyone in them."""
    return Tables(services)


@contextmanager
def refusing(draw: Random) -> Iterator[list[str]]:
    """Have one transaction in some refused at first, in a way that passes; yield which were."""
    refused = list[str]()

    def strike(call: str, number: int) -> None:
        if call == TRANSACT and draw.randrange(REFUSED) == 0:
            refused.append(draw.choice(("TransactionConflict", "ThrottlingError")))
            raise canceled("None", refused[-1])

    with tapped() as wire:
        wire.before = strike
        yield refused


@sampled
@pytest.mark.rules
def test_histories_on_the_tables(stored: Tables, shown: Show) -> None:
    """
    The same holds on the tables, where one transaction in six is refused at first.
    """
    ledger = Ledger()
    with refusing(Random("refused")) as refused:
        for seed in range(STORED):
            history = stored.history(ledger, mentors=1, mentees=2)
            history.happens("proposes", 0, seed, 0)
            live(history, Random(seed), FEWER_STEPS, BUSY)
    stored.check()
    assert set(refused) == {"TransactionConflict", "ThrottlingError"}
    assert min(len(refused), ledger.conflicts, ledger.introduced) >= STORED / 10
    if not rules.HERE:
        shown(10, f"{STORED} random histories on the tables: 0 places given twice, 0 told early")


@sampled
@pytest.mark.rules
def test_eight_at_once(stored: Tables, laptop: Laptop, shown: Show) -> None:
    """
    Eight who propose, answer, take back and correct at once break nothing.
    """
    ledger = Ledger()
    history = stored.history(ledger, mentors=3, mentees=4)

    def acts(seed: int) -> None:
        draw = Random(seed)
        alone = replace(history, going=[])
        for _ in range(EACH):
            one, other, third = (draw.randrange(32) for _ in range(3))
            alone.event(draw.choice(STAYING), one, other, third)
            while alone.going:
                # moto is not made for several threads at once; DynamoDB Local is.
                with laptop.lock:
                    alone.goes_on(0)

    with ThreadPoolExecutor(AT_ONCE) as together:
        for _ in together.map(acts, range(AT_ONCE)):
            pass
    history.tally()
    stored.check()
    assert ledger.commits > EACH
    if not rules.HERE:
        shown(10, f"{AT_ONCE} at once, {EACH} times each: 0 places given twice, 0 told early")
