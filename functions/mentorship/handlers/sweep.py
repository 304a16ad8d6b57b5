"""Letters that are stuck are sent: after a failure, or where a sender died."""

from datetime import timedelta
from itertools import islice
from typing import Any

from mentorship import journal
from mentorship.delivery import deliver
from mentorship.letter import LEASE, WAITS
from mentorship.services import Services, services

# What one run can send within its time, at a second a letter; the rest is taken up by the next.
MOST = 60


def sweep(services: Services) -> int:
    """Send the letters that are due, the longest due first, and return how many were tried."""
    now, tried = services.now(), 0
    oldest = _oldest(services)
    for letter_id in islice(services.store.letters_due(now), MOST):
        deliver(letter_id, services)
        tried += 1
    journal.record("letters swept", count=tried, oldest=int(oldest.total_seconds()))
    return tried


def _oldest(services: Services) -> timedelta:
    """Return how long the oldest unsent letter waits, due or not: an alarm looks at it."""
    now = services.now()
    waiting = services.store.letters_due(now + sum(WAITS, LEASE))
    letters = [services.store.letter(each) for each in islice(waiting, MOST)]
    return max((now - letter.created_at for letter in letters if letter), default=timedelta())


def handle(event: dict[str, Any], context: object) -> dict[str, int]:
    """Run as the schedule asks."""
    return {"tried": sweep(services())}
