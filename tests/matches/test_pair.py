"""What lies between two people is found whoever is named first, and survives a new address."""

from datetime import timedelta

from hypothesis import given as drawn
from hypothesis import strategies as st

from mentorship.matches.pair import Pair, of_person, pair_id
from tests.made import NOW

HASHES = st.sampled_from(["a1", "b2", "c3", "d4"])
TIMES = st.none() | st.integers(0, 9).map(lambda days: NOW + timedelta(days=days))


@st.composite
def pairs(draw: st.DrawFn, one: str = "a1", other: str = "b2") -> Pair:
    """Draw what may lie between two people."""
    return Pair(
        id=pair_id(one, other),
        proposed_at=draw(TIMES),
        no_from=tuple(draw(st.lists(st.sampled_from([one, other]), unique=True))),
        lapsed_at=draw(TIMES),
        matched_at=draw(TIMES),
        apart_by=draw(st.sampled_from(["", "kim@example.org"])),
        same_person=draw(st.none() | st.booleans()),
        revision=draw(st.integers(1, 9)),
    )


@drawn(one=HASHES, other=HASHES)
def test_whoever_is_named_first(one: str, other: str) -> None:
    """
    There is one id of two people, and it says who they are.
    """
    pair = Pair(id=pair_id(one, other))
    assert pair.id == pair_id(other, one)
    assert sorted(pair.people) == sorted((one, other))
    assert of_person([pair], one) == [pair]


@drawn(pair=pairs())
def test_moved(pair: Pair) -> None:
    """
    At a new address, all is as it was, and the same person said no.
    """
    moved = pair.moved("a1", "z9")
    assert moved.people == ("b2", "z9")
    assert moved.revision == 0
    assert [{"a1": "z9"}.get(each, each) for each in pair.no_from] == list(moved.no_from)
    assert (moved.is_declined, moved.is_apart) == (pair.is_declined, pair.is_apart)
    back = moved.moved("z9", "a1")
    assert back.id == pair.id
    assert back.no_from == pair.no_from


@drawn(one=pairs(), other=pairs())
def test_joined(one: Pair, other: Pair) -> None:
    """
    Two that are of the same people become one that says what either says, and is the first anew.
    """
    joined = one.joined(other)
    assert (joined.id, joined.revision) == (one.id, one.revision)
    assert set(joined.no_from) == {*one.no_from, *other.no_from}
    assert joined.is_apart == (one.is_apart or other.is_apart)
    for name in ("proposed_at", "lapsed_at", "matched_at"):
        times = [getattr(each, name) for each in (one, other) if getattr(each, name)]
        assert getattr(joined, name) == max(times, default=None)
    known = [each.same_person for each in (one, other) if each.same_person is not None]
    assert joined.same_person == (known[0] if known else None)


def test_oneself() -> None:
    """
    Someone who is in both roles moves as one person.
    """
    assert Pair(id=pair_id("a1", "a1")).moved("a1", "z9").people == ("z9", "z9")
