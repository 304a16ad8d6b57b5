"""Where a person is in their list, with links to the one before and the one after."""

from collections.abc import Iterable
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


def neighbors(
    stored: Application, desk: DeskRequest, *, only_of_others: bool = False
) -> Neighbors | None:
    """
    Return the neighbors of a person in the list of their role and status, if there is one.

    Args:
        stored: the person.
        desk: the coordinator's request.
        only_of_others: whether those who are the coordinator, or whom they know, are passed over,
            as their page is not for the coordinator.

    """
    if not stored.status.traits.is_listed:
        return None
    queries, now, most = desk.services.store.queries, desk.now, MAX_COUNTED + 1
    found = queries.place(stored, now=now, most=most)
    total = queries.count(stored.role, [stored.status], now=now, most=most)
    place, words = found.before + 1, stored.status.traits.words
    counted = in_words(total, most=MAX_COUNTED)
    return Neighbors(
        place=f"{place} of {counted} {words}" if place <= MAX_COUNTED else f"{counted} {words}",
        previous=_neighbor(found.previous, desk, only_of_others),
        following=_neighbor(found.following, desk, only_of_others),
    )


def _neighbor(
    found: Iterable[Application], desk: DeskRequest, only_of_others: bool
) -> Neighbor | None:
    """Return the nearest neighbor under the name that the coordinator may read."""
    shown = (each for each in found if not (only_of_others and desk.relation(each)))
    nearest = next(shown, None)
    return Neighbor(desk.name(nearest) or nearest.reference, path_of(nearest)) if nearest else None
