"""What is on hold, in groups."""

from mentorship.applications.on_hold import ORDER, groups
from mentorship.applications.status import HoldReason
from tests.made import held


def test_one_network_is_one_group() -> None:
    """
    Crowds come first, the largest of them on top; other reasons do not go by the network.
    """
    found = groups(
        [
            held(1, HoldReason.TRAP, "a"),
            held(2, HoldReason.CLIENT, "b"),
            held(4, HoldReason.CLIENT, "a"),
            held(3, HoldReason.CLIENT, "a"),
            held(5, HoldReason.TRAP, "b"),
            held(6, HoldReason.STAMP),
        ]
    )
    assert [
        (each.reason, each.network, [int(one.id[:8]) for one in each.applications])
        for each in found
    ] == [
        (HoldReason.CLIENT, "a", [3, 4]),
        (HoldReason.CLIENT, "b", [2]),
        (HoldReason.STAMP, "", [6]),
        (HoldReason.TRAP, "", [1, 5]),
    ]
    assert [each.is_crowd for each in found] == [True, True, False, False]
    assert len({each.name for each in found}) == len(found)


def test_every_reason_has_its_place_and_words() -> None:
    """
    A reason that is added is shown somewhere, in words.
    """
    assert sorted(ORDER) == sorted(HoldReason)
    assert len({each.words for each in HoldReason}) == len(HoldReason)


def test_nothing() -> None:
    """
    Where nothing is on hold there is no group.
    """
    assert groups([]) == []
