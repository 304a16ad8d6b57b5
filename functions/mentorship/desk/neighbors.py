"""Where a person is in their list, with links to the one before and the one after."""

from dataclasses import dataclass

from mentorship.applications.application import Application
from mentorship.desk.act import path_of
from mentorship.desk.guard import DeskRequest
from mentorship.desk.rows import MAX_COUNTED, in_words


@dataclass(frozen=True)
class Neighbor:
    """Someone next to a person in a list: their name, and where their page is."""

    name: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Neighbors:
    """The place of a person in their list, in words, and who is before and after them."""

    place: str
    previous: Neighbor | None
    following: Neighbor | None


def neighbors(stored: Application, desk: DeskRequest) -> Neighbors | None:
    """Return the neighbors of a person in the list of their role and status, if there is one."""
    if not stored.status.traits.is_listed:
        return None
    queries, now, most = desk.services.store.queries, desk.now, MAX_COUNTED + 1
    found = queries.place(stored, now=now, most=most)
    total = queries.count(stored.role, [stored.status], now=now, most=most)
    place, words = found.before + 1, stored.status.traits.words
    counted = in_words(total, most=MAX_COUNTED)
    return Neighbors(
        place=f"{place} of {counted} {words}" if place <= MAX_COUNTED else f"{counted} {words}",
        previous=_neighbor(found.previous, desk),
        following=_neighbor(found.following, desk),
    )


def _neighbor(found: Application | None, desk: DeskRequest) -> Neighbor | None:
    """Return a neighbor under the name that the coordinator may read."""
    return Neighbor(desk.name(found) or found.reference, path_of(found)) if found else None
