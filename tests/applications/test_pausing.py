"""Whoever asks to be left alone for a while is paused until a day, and not longer or shorter."""

from datetime import date

import pytest

from mentorship.applications.pausing import pause_until
from mentorship.applications.status import Status
from mentorship.problems import ApplicationClosed
from tests import made

DAY = date(2027, 1, 6)


def test_until_a_day() -> None:
    """
    Who waits is paused; asked for again with another day, that one counts.
    """
    paused = pause_until(made.application(), DAY).application
    assert (paused.status, paused.resume_on) == (Status.PAUSED, DAY)
    later = pause_until(paused, date(2027, 4, 6)).application
    assert (later.status, later.resume_on) == (Status.PAUSED, date(2027, 4, 6))


def test_done_already() -> None:
    """
    The same day again changes nothing, and a coordinator's pause without an end stays.
    """
    for day in (DAY, None):
        assert pause_until(made.application(status=Status.PAUSED, resume_on=day), DAY).nothing


def test_where_there_is_nothing_to_pause() -> None:
    """
    Only who waits, or is paused, can be left alone.
    """
    for status in set(Status) - {Status.WAITING, Status.PAUSED}:
        with pytest.raises(ApplicationClosed):
            pause_until(made.application(status=status), DAY)
