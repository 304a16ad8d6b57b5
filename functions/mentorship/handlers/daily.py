"""
Each morning: coordinators are told what there is to tell, and whoever waits is told that they do.

Who is never written to does not know that something is missing. So what was received is counted
against what was announced, and something is written to the coordinators on Mondays in any case: a
Monday without any email is a sign as well.
"""

from typing import Any

from mentorship import log
from mentorship.jobs import morning
from mentorship.jobs.count import report
from mentorship.services import Services, services

PARTS = (report, morning.notify_waiting, morning.ask_to_renew)


def daily(services: Services) -> int:
    """
    Do what the morning asks for, and return how many letters were written.

    Raises:
        Exception: the first that a part has raised, once the others had their turn.

    """
    arrangements = morning.ensure_arrangements(services)
    letters, broken = 0, []
    for part in PARTS:
        try:
            letters += part(arrangements, services)
        except Exception as error:  # It is raised below; the other parts do not wait for it.
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
    """Run as the schedule asks."""
    return {"letters": daily(services())}
