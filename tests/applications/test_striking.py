"""What the owner of an application keeps from a proposed match."""

import pytest

from mentorship.applications.application import ApplicationChange
from mentorship.applications.status import Status
from mentorship.applications.striking import strike
from mentorship.problems import ApplicationClosed
from tests import made


def test_a_line_is_struck() -> None:
    """
    The question is remembered, nobody is written to, and the address is not confirmed by it.
    """
    change = strike(made.application(), "goal", struck=True)
    assert change.application == made.application(revision=2, struck=("goal",))
    assert change.puts == (change.application,)
    assert not change.letters
    assert change.application.confirmed_at is None


def test_a_line_is_put_back() -> None:
    """
    The others stay struck.
    """
    before = made.application(struck=("goal", "topics"), confirmed_at=made.NOW)
    change = strike(before, "goal", struck=False)
    assert change.application.struck == ("topics",)
    assert change.application.confirmed_at == made.NOW


@pytest.mark.parametrize("struck", [True, False])
def test_pressed_twice(struck: bool) -> None:
    """
    A button that is pressed again changes nothing.
    """
    before = made.application(struck=("goal",) if struck else ())
    assert strike(before, "goal", struck=struck) == ApplicationChange(application=before)


def test_too_late() -> None:
    """
    A closed application is nobody's to propose.
    """
    with pytest.raises(ApplicationClosed):
        strike(made.application(status=Status.WITHDRAWN), "goal", struck=True)
