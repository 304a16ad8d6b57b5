"""When coordinators are told that many from one network are on hold."""

from datetime import timedelta

import pytest

from mentorship.applications.application import Application
from mentorship.applications.status import HoldReason
from mentorship.change import Mark
from mentorship.letters.letter import Letter
from mentorship.notices.on_hold import APART, GATHERED, MOST_A_DAY, tell, was_told
from tests import made
from tests.made import held

MINUTE = timedelta(minutes=1)


def told_at(minute: int, held_back: list[Application], before: Mark | None) -> tuple[Mark, Letter]:
    """Have coordinators told some minutes into the day, and return the mark and the letter."""
    change = tell(held_back, before, now=made.NOW + minute * MINUTE, today=made.TODAY)
    assert change is not None
    (mark,), (letter,) = change.puts, change.letters
    assert isinstance(mark, Mark)
    return mark, letter


def untold(minute: int, held_back: list[Application], before: Mark | None = None) -> bool:
    """Tell whether coordinators are told nothing some minutes into the day."""
    now = made.NOW + minute * MINUTE
    return tell(held_back, before, now=now, today=made.TODAY) is None


def test_a_noon_conference_is_one_email() -> None:
    """
    It waits until most have applied, and comes within the hour even by a look every 15 minutes.
    """
    crowd = [held(number, HoldReason.CLIENT, "a") for number in range(1, 13)]
    assert untold(29, crowd)
    assert GATHERED + timedelta(minutes=15) < timedelta(hours=1)
    mark, letter = told_at(31, crowd, None)
    assert letter.facts["number"] == 12
    assert letter.facts["networks"] == 1
    assert letter.id == f"program#{crowd[-1].id}#on-hold#{made.TODAY}"
    assert untold(300, crowd, mark)


def test_a_mark_that_was_restored_is_in_no_way() -> None:
    """
    Who comes after a restore is told of in another letter, though the mark says the same.
    """
    crowd = [held(1, HoldReason.CLIENT, "a")]
    first, written = told_at(31, crowd, None)
    again, later = told_at(131, [*crowd, held(90, HoldReason.CLIENT, "a")], None)
    assert first.revision == again.revision
    assert written.id != later.id


def test_who_comes_later_is_told_of_an_hour_later() -> None:
    """
    A second wave is a second email, with all who are on hold by then.
    """
    first = [held(1, HoldReason.CLIENT, "a")]
    mark, _ = told_at(31, first, None)
    both = [*first, held(40, HoldReason.CLIENT, "a"), held(41, HoldReason.CLIENT, "b")]
    assert untold(31 + APART // MINUTE - 1, both, mark)
    again, letter = told_at(31 + APART // MINUTE, both, mark)
    assert (letter.facts["number"], letter.facts["networks"]) == (3, 2)
    assert again.revision == 2
    assert [was_told(each, again) for each in both] == [True, True, True]


def test_a_robot_causes_six_a_day() -> None:
    """
    However much comes from one network all day, the emails about it have an end.
    """
    mark: Mark | None = None
    written, crowd = 0, []
    for minute in range(0, 20 * 60, 15):
        crowd += [held(minute + more, HoldReason.CLIENT, "a") for more in range(3)]
        change = tell(crowd, mark, now=made.NOW + (minute + 5) * MINUTE, today=made.TODAY)
        if change:
            written += 1
            (mark,) = (each for each in change.puts if isinstance(each, Mark))
    assert written == MOST_A_DAY


def test_a_new_day_counts_anew_and_keeps_the_hour() -> None:
    """
    An email just before midnight keeps the next one away for an hour, and no longer.
    """
    crowd = [held(1, HoldReason.CLIENT, "a")]
    mark, _ = told_at(31, crowd, None)
    more = [*crowd, held(33, HoldReason.CLIENT, "a")]
    tomorrow = made.TODAY + timedelta(days=1)
    full = Mark(id=mark.id, at=mark.at, expires_at=mark.expires_at, revision=MOST_A_DAY)
    soon = mark.at + APART - MINUTE
    assert tell(more, full, now=soon, today=tomorrow) is None
    change = tell(more, full, now=soon + MINUTE, today=tomorrow)
    assert change is not None
    assert [each.revision for each in change.puts] == [1]


@pytest.mark.parametrize("reason", [each for each in HoldReason if each is not HoldReason.CLIENT])
def test_what_looks_like_a_robots_waits_for_the_morning(reason: HoldReason) -> None:
    """
    Only crowds are told of at once.
    """
    each = held(1, reason, "a")
    assert untold(300, [each])
    mark, _ = told_at(31, [held(1, HoldReason.CLIENT, "a")], None)
    assert not was_told(each, mark)
