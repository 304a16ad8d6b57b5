"""Matches as rows with one verb each, for the page of all matches and for Today."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from mentorship.addresses import dialable
from mentorship.desk.follow_ups import FollowUp
from mentorship.desk.guard import DeskRequest
from mentorship.desk.seen import Seen, line_of, seen
from mentorship.form.question import Role
from mentorship.matches.match import MatchState
from mentorship.rendering import mail_link

# For how long a proposal that did not go ahead is listed, and how many at most of each kind.
RECENT, MAX_RECENT = timedelta(days=30), 25
OVER = (MatchState.DECLINED, MatchState.LAPSED, MatchState.TAKEN_BACK, MatchState.RELEASED)


def in_state(state: MatchState, desk: DeskRequest) -> list[Seen]:
    """Return the matches in a state, the oldest first; those about to lapse come first of all."""
    found = seen(desk.services.store.matches.in_state(state, now=desk.now), desk)
    tomorrow = desk.today + timedelta(days=1)
    return sorted(found, key=lambda each: (each.match.lapses_on or tomorrow) > tomorrow)


def recent(state: MatchState, desk: DeskRequest) -> list[Seen]:
    """Return the matches that came into a state within a short time, the last first."""
    found = desk.services.store.matches.in_state(
        state, now=desk.now, newest_first=True, limit=MAX_RECENT
    )
    since = desk.now - RECENT
    return seen([each for each in found if each.state_since >= since], desk)


def needs_another(each: Seen) -> bool:
    """Tell whether its mentee waits for another proposal."""
    mentee = each.applications[Role.MENTEE]
    is_over = not each.match.state.takes_a_place
    waits = mentee is not None and mentee.status.traits.may_be_matched
    return is_over and waits and mentee is not None and not mentee.open_matches


def row(each: Seen, desk: DeskRequest) -> FollowUp:
    """Return a match as a row, with the one thing to do about it."""
    make = next((make for applies, make in VERBS if applies(each)), _open)
    return make(each, line_of(each, desk))


def going(found: Iterable[Seen]) -> list[Seen]:
    """Return those that are not on hold."""
    return [each for each in found if not each.match.on_hold]


def _open(each: Seen, line: str) -> FollowUp:
    return FollowUp(names=each.names, path=each.path, line=line, verb="Open")


def _remind(each: Seen, line: str) -> FollowUp:
    return FollowUp(
        names=each.names,
        path=each.path,
        line=line,
        verb="Remind",
        at=f"{each.path}/remind",
        fields={"revision": f"{each.match.revision}"},
        about=each.name(each.match.awaits) if each.match.awaits else "",
    )


def _reach(each: Seen, line: str) -> FollowUp:
    """Call whom it waits for or, without a number, write to them."""
    awaited = each.awaited
    number = dialable(each.phone)
    at = f"tel:{number}" if number else mail_link(awaited.address) if awaited else ""
    return FollowUp(
        names=each.names,
        path=each.path,
        line=line,
        verb="Call" if number else "Write",
        at=at,
        about=awaited.name if awaited else "",
    )


def _release(each: Seen, line: str) -> FollowUp:
    return FollowUp(
        names=each.names,
        path=each.path,
        line=line,
        verb="Release",
        at=f"{each.path}/release",
        fields={"revision": f"{each.match.revision}"},
    )


def _next(each: Seen, line: str) -> FollowUp:
    mentee = each.applications[Role.MENTEE]
    return FollowUp(
        names=each.names,
        path=each.path,
        line=line,
        verb="Next suggestion",
        at=f"/desk/applications/{mentee.id}/matches" if mentee else "",
        about=f"for {each.name(Role.MENTEE)}",
    )


def _waits(each: Seen) -> bool:
    """Tell whether it waits for someone who can be called or written to."""
    awaited = each.awaited
    return awaited is not None and bool(dialable(each.phone) or awaited.address)


def _is_held(each: Seen) -> bool:
    return each.match.on_hold and each.match.state.takes_a_place


def _may_be_reminded(each: Seen) -> bool:
    """Tell whether someone has not been reminded, can be by email, and no email came back."""
    awaits, application = each.match.awaits, each.awaited
    if awaits is None or application is None or application.by_phone_only or each.lost:
        return False
    return each.match.parties[awaits].reminded_on is None


VERBS: tuple[tuple[Callable[[Seen], bool], Callable[[Seen, str], FollowUp]], ...] = (
    (_is_held, _release),
    (_may_be_reminded, _remind),
    (_waits, _reach),
    (needs_another, _next),
)
