"""On Mondays, delete what lies between two people of whom neither has an application any more."""

from itertools import islice

from mentorship import log
from mentorship.applications.status import Status
from mentorship.change import Conflict
from mentorship.form.question import Role
from mentorship.jobs.morning import MAX_READ, today_of
from mentorship.matches.forgetting import deleted
from mentorship.notices.digest import MONDAY
from mentorship.program.arrangements import Arrangements
from mentorship.services import Services


def prune(_: Arrangements, services: Services) -> int:
    """Delete what lies between people who are both gone; no one is written to."""
    if today_of(services).weekday() != MONDAY:
        return 0
    pairs = services.store.matches.pairs()
    if not pairs:
        return 0
    everyone = services.store.queries.applications(
        roles=Role, statuses=Status, since=None, until=None, now=services.now()
    )
    found = list(islice(everyone, MAX_READ + 1))
    # Whoever is not read may be one of them.
    if len(found) > MAX_READ:
        return 0
    known = {services.links.hashed(key) for each in found for key in each.contact_keys()}
    gone = [each for each in pairs if known.isdisjoint(each.people)]
    for change in deleted(gone):
        try:
            services.store.commit(change)
        except Conflict:  # One of them is back at this moment; the others go next Monday.
            continue
    if gone:
        log.record("pairs pruned", count=len(gone))
    return 0
