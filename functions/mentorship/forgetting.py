"""
What is stored of one address is found, listed and deleted.

The owner's link and the operator's command both come here: the first finds by keys, in a moment;
the second looks at every application, for an address may stand where no key leads to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from mentorship import owner
from mentorship.application import (
    Application,
    Mark,
    Standing,
    Status,
    address_in,
    forgotten_id,
    marked,
    standing_id,
)
from mentorship.questions import Role
from mentorship.rendering import day
from mentorship.services import Services

# Recovery copies of the tables age out in 35 days; until then a restored one can hold them again.
REMEMBERED = timedelta(days=60)

OWNED = (Status.WAITING, Status.WITHDRAWN)
UNREACHABLE = (
    "Emails about the application that coordinators have in their mailboxes, and files that they "
    "have exported. They are asked by email to delete both.",
    "Recovery copies of the database, which are not searched for single people. They are gone "
    "after 35 days.",
    "What other people wrote in answers of their own.",
)


@dataclass(frozen=True)
class Found:
    """What is stored of an address."""

    address: str
    applications: tuple[Application, ...]
    standings: tuple[Standing, ...]

    @property
    def addresses(self) -> set[str]:
        """
        Every address that its owner has had, for a backup may hold an earlier one.

        What somebody else sent in its name does not count.
        """
        owned = [each for each in self.applications if each.status in OWNED]
        earlier = {
            address_in(version.answers)
            for each in owned
            for version in (*each.versions, each.version)
        }
        return {address.casefold() for address in (self.address, *earlier)}

    def listed(self, services: Services) -> list[str]:
        """Return a line for each thing that will be deleted."""
        return [self._line(each, services) for each in self.applications]

    def _line(self, application: Application, services: Services) -> str:
        given = day(services.program.local(application.received_at))
        what = {
            Status.UNCONFIRMED: "Changed answers that wait for a word",
            Status.MERGED: "Changed answers that were taken up",
        }.get(application.status, f"The application as a {application.role}")
        line = f"{what}, reference {application.reference}, of {given}"
        if application.versions:
            line += f", with its earlier answers ({len(application.versions)})"
        return line


def found_by_keys(address: str, services: Services) -> Found:
    """Return what is stored of an address, found by what is kept under it."""
    standings = [
        standing
        for role in Role
        for held in (False, True)
        if (standing := services.store.standing(standing_id(role, address, held=held)))
    ]
    ids = [each for s in standings for each in (s.application, *s.earlier)]
    return _found(address, ids, standings, services)


def found_by_reading(address: str, services: Services) -> Found:
    """Return what is stored of an address, found by reading every application."""
    by_keys = found_by_keys(address, services)
    every = services.store.applications(
        roles=Role, statuses=Status, since=None, until=None, now=services.now()
    )
    wanted = address.casefold()
    ids = [each.id for each in every if wanted in {own.casefold() for own in each.addresses()}]
    known = [each.id for each in by_keys.applications]
    return _found(address, [*known, *ids], by_keys.standings, services)


def forget(found: Found, services: Services) -> None:
    """
    Delete what was found, and have the coordinators asked to delete what they were sent.

    Raises:
        Overtaken: if something changed since it was found; find again and forget again.

    """
    now = services.now()
    marks = [_mark(address, services) for address in sorted(found.addresses)]
    for change in owner.forgotten(found.applications, found.standings, marks=marks, now=now):
        # A restored table brings back what the coordinators were asked to delete before.
        letters = [each for each in change.letters if services.store.letter(each.id) is None]
        services.store.commit(replace(change, letters=tuple(letters)))


def _mark(address: str, services: Services) -> Mark:
    """Return what is left of a forgotten address: a keyed hash, for a while."""
    now, mark_id = services.now(), forgotten_id(services.links.hashed(address))
    before = services.store.mark(mark_id, now=None)
    return marked(mark_id, now=now, expires_at=now + REMEMBERED, before=before)


def _found(
    address: str, ids: Iterable[str], standings: Iterable[Standing], services: Services
) -> Found:
    """Return the applications of some ids, each once, with what is beside them."""
    now, applications = services.now(), dict[str, Application]()
    wanted = list(ids)
    while wanted:
        each = wanted.pop(0)
        if each in applications:
            continue
        if (application := services.store.application(each, now=now)) is None:
            continue
        applications[each] = application
        wanted += application.beside
    return Found(address, tuple(applications.values()), tuple(standings))
