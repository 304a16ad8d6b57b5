"""How many matches someone may be in at a time, and how many more."""

import pytest

from mentorship.form.question import Role
from mentorship.matches.places import places, places_free
from tests import made


@pytest.mark.parametrize(("said", "expected"), [("1", 1), ("2", 2), ("3", 3), ("", 1)])
def test_a_mentor(said: str, expected: int) -> None:
    """
    A mentor has as many places as they said, and one if they did not.
    """
    mentor = made.application(Role.MENTOR, answers={"capacity": said})
    assert places(mentor) == places_free(mentor) == expected


def test_a_mentee() -> None:
    """
    A mentee has one, whatever their answers hold.
    """
    assert places(made.application(answers={"capacity": "3"})) == 1
    assert places_free(made.application(open_matches=("1",))) == 0


def test_never_less_than_none() -> None:
    """
    More matches than places leave none free.
    """
    mentor = made.application(Role.MENTOR, answers={"capacity": "1"}, open_matches=("1", "2"))
    assert places_free(mentor) == 0
