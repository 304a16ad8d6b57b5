"""Promise 2: one intent is one application, however often it is sent."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.laptop import Laptop
from tests import people, tables
from tests.extent import many, sampled
from tests.own import link_of, post
from tests.people import apply
from tests.promises import Show

pytestmark = pytest.mark.rules

INTENTS = many(1_000, some=100)
AT_ONCE = 8
# The tables are counted and emptied after so many intents.
PART = 25


@sampled
def test_one_intent_is_one_application(laptop: Laptop, shown: Show) -> None:
    """
    Sent two to five times each, eight at once, every intent is one row, one answer, two letters.
    """
    sent = rows = letters = 0
    with ThreadPoolExecutor(AT_ONCE) as together:
        for begin in range(0, INTENTS, PART):
            tries = [each for each in range(begin, begin + PART) for _ in range(2 + each % 4)]
            places = list(together.map(lambda each: _sent(laptop, each), tries))
            answers = set(zip(tries, places, strict=True))
            assert len(answers) == len({place for _, place in answers}) == PART
            counted = tables.wipe()
            sent += len(tries)
            rows += counted["ApplicationsTable"]
            letters += counted["LettersTable"]
    assert (rows, letters) == (INTENTS, 2 * INTENTS)
    shown(
        2,
        f"{INTENTS:,} intents sent {sent:,} times, {AT_ONCE} at once: "
        f"{rows:,} rows, {letters:,} letters",
    )


def test_there_and_back_again(laptop: Laptop) -> None:
    """
    From one answer to another and back again are two changes, and the same twice is none.
    """
    apply(laptop, people.mentee())
    link = link_of(laptop, "robin@example.org")
    for city in ("Tacoma", "Tacoma", "Seattle", "Seattle"):
        answer = post(laptop, f"{link}/correct", people.mentee(city=city))
        assert answer.status == 303
        link = answer.headers["location"].partition("?")[0]
    (stored,) = tables.items("ApplicationsTable")
    assert [v["M"]["answers"]["M"]["city"]["S"] for v in stored["versions"]["L"]] == [
        "Seattle",
        "Tacoma",
    ]
    assert stored["answers"]["M"]["city"]["S"] == "Seattle"


def _sent(laptop: Laptop, intent: int) -> str:
    """Send one intent from a client of its own, and return where it can be read."""
    given = people.mentee(email=f"applicant-{intent}@example.org")
    answer = laptop.call(
        "POST",
        "/applications",
        headers={"content-type": people.FORM, "accept": "text/html"},
        body=people.encoded(given),
        client=f"198.51.{intent // 250}.{intent % 250}",
    )
    assert answer.status == 303
    return answer.headers["location"]
