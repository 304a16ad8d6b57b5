"""
Every morning: coordinators get a report, and people are reminded, told or warned of what is due.

People who get no email do not know that one is missing. So what was received is compared with what
was announced, and coordinators always get an email on Mondays: a Monday without one is a sign, too.
"""

from typing import Any

from mentorship import log
from mentorship.jobs import matches, morning, pairs
from mentorship.jobs.count import report
from mentorship.services import Services, services

# Who will be deleted is warned, and what lapses lapses first, so that Monday's digest has it.
PARTS = (
    morning.warn_leaving,
    matches.resume,
    matches.act_on_due,
    report,
    morning.notify_waiting,
    morning.remind_to_confirm,
    morning.ask_to_renew,
    pairs.prune,
)


def daily(services: Services) -> int:
    """
    Do the morning's work, and return how many letters were written.

    Raises:
        Exception: the first that a part raised, once the other parts have run.

    """
    arrangements = morning.ensure_arrangements(services)
    letters, broken = 0, []
    for part in PARTS:
        try:
            letters += part(arrangements, services)
        except Exception as error:  # It is raised below, once the other parts have run.
            log.record(
                "morning broke",
                kind=part.__name__,
                error=type(error).__name__,
                where=log.trace(error),
            )
            broken.append(error)
    log.record("morning done", count=letters)
    if broken:
        raise broken[0]
    return letters


def handle(event: dict[str, Any], context: object) -> dict[str, int]:
    """Run on schedule."""
    return {"letters": daily(services())}
