"""The matches of one person, as their page shows them: places, the present ones, and past ones."""

from dataclasses import dataclass

from mentorship.applications.application import Application
from mentorship.desk.guard import DeskRequest
from mentorship.desk.seen import Seen, hidden, line_of, seen, without
from mentorship.form.question import Role
from mentorship.matches.match import OTHER
from mentorship.matches.places import places, places_free


@dataclass(frozen=True)
class Line:
    """A match of someone: the other's name, the path of its page, and how it is."""

    name: str
    path: str
    words: str


@dataclass(frozen=True)
class OpenProposal:
    """A proposal of someone: the other's name, whether they were asked, and whether by phone."""

    name: str
    was_asked: bool
    by_phone_only: bool


@dataclass(frozen=True)
class PersonMatches:
    """
    The matches of one person.

    Attributes:
        places: how many places of a mentor are free, in words, "" for a mentee, or if
            the application is closed.
        now: those they are in, as a proposal or as a match.
        withheld: how many more are running, which another coordinator looks after. Of a proposal
            the page says nothing: it would tell the coordinator that it is about them.
        proposals: how many of them are open proposals.
        past: those that are over, the latest first.
        may_be_proposed: whether they can be proposed to someone.
        is_unreached: whether nobody has reached them since a proposal lapsed.

    """

    places: str
    now: tuple[Line, ...]
    withheld: int
    proposals: int
    past: tuple[Line, ...]
    may_be_proposed: bool
    is_unreached: bool


def matches_of(stored: Application, desk: DeskRequest) -> PersonMatches | None:
    """Return the matches of someone, `None` if no answers of theirs are left."""
    if not stored.answers:
        return None
    store, waits = desk.services.store.matches, stored.status.traits.may_be_matched
    ids = [*stored.open_matches, *reversed(stored.past_matches)]
    found = store.by_ids(ids, now=desk.now) if ids else []
    shown = seen(found, desk)
    now = [each for each in shown if each.match.state.takes_a_place]
    running = sum(each.state.is_running for each in found)
    free, every = places_free(without(stored, hidden(found, desk))), places(stored)
    words = f"{free} of {every} place{'' if every == 1 else 's'} free"
    if stored.status.traits.is_paused:
        words += ", and none is offered while they’re paused"
    return PersonMatches(
        places=words if stored.role is Role.MENTOR and stored.is_open else "",
        now=tuple(_line(each, stored, desk) for each in now),
        withheld=running - sum(each.match.state.is_running for each in now),
        proposals=sum(each.match.state.is_open for each in now),
        past=tuple(_line(each, stored, desk) for each in shown if each not in now),
        may_be_proposed=waits and free > 0,
        is_unreached=stored.unreached_at is not None,
    )


def proposals_of(stored: Application, desk: DeskRequest) -> list[OpenProposal]:
    """Return the open proposals of someone, of those that the coordinator may know of."""
    ids, other = [*stored.open_matches], OTHER[stored.role]
    found = desk.services.store.matches.by_ids(ids, now=desk.now) if ids else []
    return [
        OpenProposal(
            name=each.name(other),
            was_asked=each.match.parties[other].asked_at is not None,
            by_phone_only=(who := each.applications[other]) is not None and who.by_phone_only,
        )
        for each in seen(found, desk)
        if each.match.state.is_open
    ]


def _line(each: Seen, stored: Application, desk: DeskRequest) -> Line:
    return Line(each.name(OTHER[stored.role]), each.path, line_of(each, desk))
