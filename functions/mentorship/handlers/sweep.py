"""Send letters that are stuck, and tell coordinators of a crowd on hold."""

from datetime import timedelta
from itertools import islice
from typing import Any

from mentorship import log
from mentorship.jobs.on_hold import tell_of_crowds
from mentorship.letters.letter import LEASE, WAITS
from mentorship.mail.delivery import deliver
from mentorship.services import Services, services

# What one run can send in its time, at a second a letter; the next run sends the rest.
MAX_LETTERS = 60
# After this long no other letter is started; the function ends at two minutes.
LATEST = timedelta(seconds=90)


def sweep(services: Services) -> int:
    """Send the letters that are due, the longest due first, and return how many were tried."""
    begun, tried = services.now(), 0
    # Logged first: if Amazon SES is down, each try takes a while.
    log.record("letters waiting", oldest=int(_oldest(services).total_seconds()))
    for letter_id in islice(services.store.queries.letters_due(begun), MAX_LETTERS):
        if services.now() - begun > LATEST:
            break
        deliver(letter_id, services)
        tried += 1
    log.record("letters swept", count=tried)
    return tried


def _oldest(services: Services) -> timedelta:
    """Return how long the oldest unsent letter has waited, due or not; an alarm watches it."""
    now = services.now()
    waiting = services.store.queries.letters_due(now + sum(WAITS, LEASE))
    letters = [services.store.letter(each) for each in islice(waiting, MAX_LETTERS)]
    return max((now - letter.created_at for letter in letters if letter), default=timedelta())


def handle(event: dict[str, Any], context: object) -> dict[str, int]:
    """Run on schedule."""
    tried = sweep(services())
    return {"tried": tried, "letters": tell_of_crowds(services())}
