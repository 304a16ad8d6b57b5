"""Whoever has not confirmed their address is reminded once, and nobody else is."""

from datetime import timedelta
from typing import Any

from mentorship.applications.status import Status
from mentorship.letters.kinds import Kind
from mentorship.notices.confirming import AFTER, NOT_AFTER, is_due, remind
from tests import made
from tests.made import NOW

SECOND = timedelta(seconds=1)


def test_when_it_is_due() -> None:
    """
    It is due from the third day to the thirtieth, and for who waits, by email, unconfirmed.
    """
    cases: dict[str, tuple[dict[str, Any], bool]] = {
        "after three days": ({"received_at": NOW - AFTER}, True),
        "before": ({"received_at": NOW - AFTER + SECOND}, False),
        "on the thirtieth day": ({"received_at": NOW - NOT_AFTER}, True),
        "later": ({"received_at": NOW - NOT_AFTER - SECOND}, False),
        "confirmed": ({"confirmed_at": NOW}, False),
        "reminded": ({"confirm_asked_at": NOW}, False),
        "entered": ({"entered_by": "kim@example.org"}, False),
        "by phone": ({"answers": {"email": ""}}, False),
        **{status: ({"status": status}, status.traits.may_be_matched) for status in Status},
    }
    wrong = [
        name
        for name, (changes, expected) in cases.items()
        if is_due(made.application(**{"received_at": NOW - AFTER, **changes}), now=NOW) != expected
    ]
    assert wrong == []


def test_once() -> None:
    """
    The letter is one of a kind for an application, and it is remembered when it was written.
    """
    change = remind(made.application(received_at=NOW - AFTER), now=NOW)
    (letter,) = change.letters
    assert (letter.kind, letter.id) == (Kind.CONFIRM_REMINDER, f"{made.ID}#confirm-reminder")
    assert not is_due(change.application, now=NOW)
