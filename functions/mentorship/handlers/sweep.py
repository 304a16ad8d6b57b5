"""Letters that are stuck are sent: after a failure, or where a sender died."""

from typing import Any

from mentorship import journal
from mentorship.delivery import deliver
from mentorship.services import Services, services

# What one run can send within its time, at a second a letter; the rest is taken up by the next.
MOST = 60


def sweep(services: Services) -> int:
    """Send the letters that are due, the longest due first, and return how many were tried."""
    tried = 0
    for letter_id in services.store.letters_due(services.now()):
        deliver(letter_id, services)
        tried += 1
        if tried == MOST:
            break
    journal.record("letters swept", count=tried)
    return tried


def handle(event: dict[str, Any], context: object) -> dict[str, int]:
    """Run as the schedule asks."""
    return {"tried": sweep(services())}
