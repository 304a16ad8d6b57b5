"""Promise 10: no place is given twice, and names go out only when both have said yes."""

from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mentorship.letters.letter import Letter
from tests.clock import Clock
from tests.crowd import Crowd, in_memory
from tests.extent import many, sampled
from tests.histories import EVENTS, History, Ledger, live
from tests.promises import Show

HISTORIES, STEPS = many(2_000, some=150), 80
# Hypothesis finds fewer, and makes what it finds short.
SOUGHT = many(300, some=30)
TAKEN_BACK = (
    "coordinator", "excluded", "ineligible", "no-place", "not-now", "paused", "withdrew",
)  # fmt: skip
# How the matches of some histories stand at the end, if these are not all alike.
ENDS = {
    *("proposed, not closed", "accepted, not closed", "running, not closed"),
    *("declined, no", "lapsed, lapsed"),
    *(f"taken-back, {why}" for why in TAKEN_BACK),
    *("released, coordinator", "released, withdrew", "released, ineligible"),
}


def remembered(ledger: Ledger) -> History:
    """Return a history over a store in memory."""
    here = Crowd(in_memory(Clock()))
    return History(here, lambda: here.services.store.of(Letter), ledger)  # type: ignore[attr-defined]


@sampled
def test_random_histories(shown: Show) -> None:
    """
    In random histories of matches, where each reads and decides while others store, no place is
    given twice, nobody is told early, and both applications always say what the matches say.
    """
    ledger = Ledger()
    for seed in range(HISTORIES):
        live(remembered(ledger), Random(seed), STEPS)
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


def test_histories_that_hypothesis_looks_for() -> None:
    """
    Hypothesis finds no history in which any of it is broken.
    """
    always_the_same = settings(
        max_examples=SOUGHT, stateful_step_count=STEPS, derandomize=True, deadline=None
    )
    run_state_machine_as_test(Machine, settings=always_the_same)
