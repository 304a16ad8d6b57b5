"""
Every morning: coordinators get a report, and people are reminded, told or warned of what is due.

People who get no email do not know that one is missing. So what was received is compared with what
was announced, and coordinators always get an email on Mondays: a Monday without one is a sign, too.
"""

from typing import Any

from mentorship import log
from mentorship.jobs import matches, morning, pairs
from mentorship.jobs.allowed_time import AllowedTime
from mentorship.jobs.count import report
from mentorship.services import Services, services

# The most important first, because they share the morning's time. What lapses, and the warnings,
# come before Monday's digest, so that it has them.
PARTS = (
    matches.act_on_due,
    matches.resume,
    morning.warn_leaving,
    report,
    morning.ask_to_renew,
    morning.notify_waiting,
    morning.remind_to_confirm,
    pairs.prune,
)
# However late it is: a Monday without an email is a sign that something is wrong.
ALWAYS = (report,)


def daily(services: Services) -> int:
    """
    Do the morning's work, and return how many letters were written.

    Parts for which no time is left have their turn the next morning.

    Raises:
        Exception: the first that a part raised, once the other parts have run.

    """
    time, letters, broken = AllowedTime.from_now(services.now), 0, []
    arrangements = morning.ensure_arrangements(services)
    for part in PARTS:
        if part not in ALWAYS and time.is_up(part.__name__):
            continue
        try:
            letters += part(arrangements, services, time)
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
