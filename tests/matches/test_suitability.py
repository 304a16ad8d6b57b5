"""The score of two people, and the word for what they share."""

from mentorship.matches.criteria import FLOOR, Seat
from mentorship.matches.suitability import LEAST, Strength, lines, shared_points
from tests.matching import profiled, score

MENTOR = {
    "subspecialties": ["breast"],
    "topics": ["boards"],
    "availability": ["evenings"],
    "contact_ways": ["video"],
}
MENTEE = {
    "subspecialties": ["breast", "general"],
    "topics": ["boards", "teaching"],
    "contact_ways": ["video"],
    "outside_program": "any",
}


def test_words_by_points() -> None:
    """
    Each word begins with its fewest points; what is under the floor is too little.
    """
    words = {points: Strength.of(points) for points in (100, 44, 43, 24, 23, 10, 9, 0)}
    assert (
        list(words.values())
        == ["strong"] * 2 + ["good"] * 2 + ["thin"] * 2 + ["too little in common"] * 2
    )
    assert LEAST[Strength.THIN] == FLOOR


def test_lines() -> None:
    """
    The sentences come in the order of the criteria, with their points; what is silent is left out.
    """
    mentor, mentee = profiled(MENTOR, MENTEE, days=21)
    told = lines(mentor, mentee, Seat(taken=1, as_before=True))
    assert [(each.code, each.points, each.is_shared) for each in told] == [
        ("areas", 20, True),
        ("topics", 12, True),
        ("setting", 0, True),
        ("times", 0, True),
        ("elsewhere", 6, True),
        ("waiting", 3, False),
        ("further", -3, False),
        ("before", 3, False),
    ]
    assert told[1].sentence == "1 of Robin Example’s 2 topics: Board exams."


def test_waiting_makes_nothing_stronger() -> None:
    """
    Waiting, a place and "as before" are in the score, and not in what two share.
    """
    for days, seat in ((0, Seat()), (70, Seat()), (700, Seat(taken=2, as_before=True))):
        mentor, mentee = profiled(MENTOR, MENTEE, days=days)
        assert shared_points(mentor, mentee) == 38
        assert score(mentor, mentee, seat) == 38 + min(days // 7, 52) - 3 * seat.taken + (
            3 if seat.as_before else 0
        )
