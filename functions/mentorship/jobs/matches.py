"""
The morning's work on matches: reminders, lapses, and who is back on the list.

What fell due while nothing ran is done the next time, once. Each match is its own transaction, so
that one that is broken, or changes at this moment, delays only itself. Nobody gets two emails of
this kind in a day: the rest is done the next morning.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import TypeVar

from mentorship import log
from mentorship.applications import coordinator
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.change import Conflict
from mentorship.jobs.allowed_time import AllowedTime
from mentorship.jobs.morning import MAX_READ, MAX_TOLD, applications, day_of, today_of
from mentorship.matches.answering import do_what_is_due
from mentorship.matches.match import Match, Reason
from mentorship.matches.pairing import MatchChange
from mentorship.pairings import commit, pairing_of
from mentorship.program.arrangements import Arrangements
from mentorship.services import Services

T = TypeVar("T")


def act_on_due(_: Arrangements, services: Services, time: AllowedTime) -> int:
    """
    Remind those who have not answered, and let lapse what they have had time enough for.

    Returns:
        How many letters were written.

    Raises:
        Exception: the first that a match raised, once the others are done.

    """
    today = today_of(services)
    due = list(islice(services.store.matches.due(today), MAX_TOLD))
    return sum(_each("act_on_due", due, lambda match_id: _act_on(match_id, today, services), time))


def resume(_: Arrangements, services: Services, time: AllowedTime) -> int:
    """
    Put those back on the list who asked to be left alone until today; no one is written to.

    Raises:
        Exception: the first that an application raised, once the others are done.

    """

    def act(application: Application) -> int:
        commit(coordinator.resume(application), services, before=application)
        return 1

    today = today_of(services)
    paused = islice(applications(Status.those("is_paused"), services), MAX_READ)
    due = [each for each in paused if each.resume_on and each.resume_on <= today]
    back = list(_each("resume", due[:MAX_TOLD], act, time))
    if back:
        log.record("back on the list", count=len(back))
    return 0


def _each(
    part: str, found: Iterable[T], act: Callable[[T], int], time: AllowedTime
) -> Iterator[int]:
    """Yield what is done with each as long as there is time; raise the first error at the end."""
    broken = []
    for each in found:
        if time.is_up(part):
            break
        try:
            yield act(each)
        except Conflict:  # It changes at this moment; what is left to do is done tomorrow.
            continue
        except Exception as error:  # It is raised below, once the others are done.
            log.record("match broke", error=type(error).__name__, where=log.trace(error))
            broken.append(error)
    if broken:
        raise broken[0]


def _act_on(match_id: str, today: date, services: Services) -> int:
    """Do what is due for one match, unless someone has had an email today already."""
    match = services.store.match(match_id, now=services.now())
    if match is None:
        return 0
    change = do_what_is_due(pairing_of(match, services), now=services.now(), today=today)
    if _was_written_to(change, today, services):
        return 0
    services.store.commit(change)
    return len(change.letters)


def _was_written_to(change: MatchChange, today: date, services: Services) -> bool:
    """Tell whether anyone whom a change writes to was written to today about another match."""
    for letter in change.letters:
        found = [each for each in change.pairing.applications.values() if each]
        for application in (each for each in found if each.id == letter.owner):
            ids = {*application.open_matches, *application.past_matches} - {change.match.id}
            others = services.store.matches.by_ids(sorted(ids), now=services.now())
            if any(_wrote(each, application.id, today, services) for each in others):
                return True
    return False


def _wrote(match: Match, application_id: str, today: date, services: Services) -> bool:
    """Tell whether a match had this work write to someone today."""
    role = match.role_of(application_id)
    if role is None:
        return False
    if match.parties[role].reminded_on == today:
        return True
    lapsed = match.closed_because is Reason.LAPSED and match.closed_by is not role
    return bool(lapsed and match.closed_at and day_of(match.closed_at, services) == today)
