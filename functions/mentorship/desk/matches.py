"""Proposals and matches, by what they wait for: who holds each one up, and what to do about it."""

from collections.abc import Iterable, Iterator

from mentorship.desk.follow_ups import Group
from mentorship.desk.guard import DeskRequest
from mentorship.desk.match_rows import OVER, going, in_state, recent, row
from mentorship.desk.seen import MATCHES, Seen
from mentorship.matches.match import MatchState
from mentorship.web import http

ON_ITS_WAY = (MatchState.PROPOSED, MatchState.ACCEPTED, MatchState.RUNNING, MatchState.PAUSED)


def show(desk: DeskRequest) -> http.Response:
    """Show all proposals and matches that are not over, and those that are since a short time."""
    return desk.page("matches", groups=[each for each in groups(desk) if each.rows])


def groups(desk: DeskRequest) -> Iterator[Group]:
    """Yield the groups of the page, those that wait for something first."""
    found = {state: in_state(state, desk) for state in ON_ITS_WAY}
    held = [each for state in ON_ITS_WAY for each in found[state] if each.match.on_hold]
    yield _group("On hold after a restore", held, desk)
    yield _group("Waiting for the mentor", going(found[MatchState.PROPOSED]), desk)
    yield _group("Waiting for the mentee", going(found[MatchState.ACCEPTED]), desk)
    over = [each for state in OVER for each in recent(state, desk)]
    over.sort(key=lambda each: each.match.state_since, reverse=True)
    ended = [each for each in over if each.match.state is MatchState.RELEASED]
    declined = [each for each in over if each.match.state is not MatchState.RELEASED]
    yield _group("Didn’t go ahead", declined, desk)
    running = [*found[MatchState.RUNNING], *found[MatchState.PAUSED]]
    yield _group("Running", going(running), desk)
    yield _group("Ended recently", ended, desk)


def _group(label: str, found: Iterable[Seen], desk: DeskRequest) -> Group:
    return Group(label=label, rows=[row(each, desk) for each in found])


ROUTES = {("GET", MATCHES): show}
