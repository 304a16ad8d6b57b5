"""On Mondays, delete what lies between two people of whom neither has an application any more."""

from mentorship import log
from mentorship.applications.status import Status
from mentorship.change import Conflict
from mentorship.form.question import Role
from mentorship.jobs.allowed_time import AllowedTime
from mentorship.jobs.morning import today_of
from mentorship.matches.forgetting import deleted
from mentorship.notices.digest import MONDAY
from mentorship.program.arrangements import Arrangements
from mentorship.services import Services


def prune(_: Arrangements, services: Services, time: AllowedTime) -> int:
    """Delete what lies between people who are both gone; no one is written to."""
    if today_of(services).weekday() != MONDAY:
        return 0
    pairs = services.store.matches.pairs()
    if not pairs:
        return 0
    everyone = services.store.queries.applications(
        roles=Role, statuses=Status, since=None, until=None, now=services.now()
    )
    known = set[str]()
    for each in everyone:
        # Someone who is not read may be one of them.
        if time.is_up("prune"):
            return 0
        known.update(services.links.hashed(key) for key in each.contact_keys())
    gone, pruned = [each for each in pairs if known.isdisjoint(each.people)], 0
    for change in deleted(gone):
        if time.is_up("prune"):
            break
        try:
            services.store.commit(change)
        except Conflict:  # One of them is back at this moment; the others go next Monday.
            continue
        pruned += len(change.deletes)
    if gone:
        log.record("pairs pruned", count=pruned, missing=len(gone) - pruned)
    return 0
