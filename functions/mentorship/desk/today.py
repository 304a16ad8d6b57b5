"""
Today: what to do next, what to follow up on, and who has waited longest.

How many have applied is no matter: of those who wait, a bounded number is read. What grows is how
many matches are open or running.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.desk import follow_ups, match_follow_ups
from mentorship.desk.follow_ups import Group
from mentorship.desk.guard import DeskRequest
from mentorship.desk.match_rows import in_state
from mentorship.desk.rows import MAX_COUNTED, in_words, rows_of, some
from mentorship.desk.seen import MATCHES, TONIGHT, hidden_proposals, without
from mentorship.form.question import Role
from mentorship.matches.match import MatchState
from mentorship.matches.shortages import count
from mentorship.web import http

# How many of the waiting list are shown: fewer where the window is narrow.
LONGEST = 6
NEW, MAX_NEW = timedelta(days=7), 10
# A drawing of more people than this is no longer one that is taken in at a glance.
MAX_DRAWN = 60
WAITING_LIST, MENTORS = (
    f"/desk/applications?role={role}&status={Status.WAITING}" for role in (Role.MENTEE, Role.MENTOR)
)

# What is followed up on, in the order in which it is shown.
GROUPS: tuple[Callable[[DeskRequest], Group], ...] = (
    follow_ups.lost,
    follow_ups.on_hold,
    follow_ups.reply_date,
    follow_ups.coordinators,
    follow_ups.ending,
    follow_ups.not_agreed,
    follow_ups.member_list,
)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """
    What to do next, the one filled block of the page.

    Attributes:
        sentences: the parts of a sentence, each kept on a line of its own if there is room.
        longest: how long someone has waited, "" if nobody has for a day.
        together, alone: how many mentees are drawn with a mentor and without one.
        verb, at: what the button says, and where it leads.

    """

    sentences: tuple[str, str]
    longest: str
    together: int
    alone: int
    verb: str
    at: str


@dataclass(frozen=True)
class Number:
    """A number beside the waiting list: what it counts, where that is, and how many, in words."""

    words: str
    path: str
    many: str


def show(desk: DeskRequest) -> http.Response:
    """Show what there is to do today."""
    store, now = desk.services.store, desk.now
    waiting = {role: store.queries.longest(role, now=now, limit=MAX_COUNTED + 1) for role in Role}
    unseen = hidden_proposals(desk)
    known = {role: [without(each, unseen) for each in found] for role, found in waiting.items()}
    # Those in a proposal need nothing today; they are on the whole list.
    free = [each for each in known[Role.MENTEE] if not each.open_matches]
    longest = free[:LONGEST]
    new = [
        each
        for role in Role
        for each in store.queries.newest(role, since=now - NEW, now=now, limit=MAX_NEW + 1)
    ]
    new.sort(key=lambda each: each.received_at, reverse=True)
    # All of them are looked up in the member list at once, each once.
    everyone = {each.id: each for each in (*longest, *new[:MAX_NEW])}
    rows = {row.application.id: row for row in rows_of(list(everyone.values()), desk)}
    return desk.page(
        "home",
        on=f"{desk.today:%A, %B} {desk.today.day}",
        stage=_stage(free[0], len(free), known[Role.MENTOR], desk) if free else None,
        groups=[each for each in _groups(known, desk) if each.rows],
        longest=[rows[each.id] for each in longest],
        all_waiting=in_words(_waiting(Role.MENTEE, desk), most=MAX_COUNTED),
        waiting_list=WAITING_LIST,
        numbers=[number(desk) for number in NUMBERS],
        new=[rows[each.id] for each in new[:MAX_NEW]],
        new_count=in_words(len(new), most=MAX_NEW),
    )


def _groups(waiting: Mapping[Role, Sequence[Application]], desk: DeskRequest) -> Iterator[Group]:
    """Yield what is to be followed up on; proposals come first, because others wait for them."""
    yield from match_follow_ups.groups(waiting, desk)
    yield from (make(desk) for make in GROUPS)


def _waiting(role: Role, desk: DeskRequest) -> int:
    """Return how many wait for a match, one more than are counted if there are more."""
    statuses = Status.those("may_be_matched")
    return desk.services.store.queries.count(role, statuses, now=desk.now, most=MAX_COUNTED + 1)


def _stage(
    first: Application, mentees: int, mentors: Sequence[Application], desk: DeskRequest
) -> Stage:
    """
    Return what to do next.

    Args:
        first: the mentee in no proposal who has waited longest.
        mentees: how many of them wait.
        mentors: those who have waited longest, one more than are counted if there are more.
        desk: the coordinator's request.

    """
    places = count([], mentors).places
    least = "at least " if len(mentors) > MAX_COUNTED else ""
    days = max(0, (desk.today - desk.services.program.local(first.waiting_since).date()).days)
    is_drawn = mentees <= MAX_DRAWN
    together = min(mentees, places) if is_drawn else 0
    return Stage(
        sentences=(
            f"{some(mentees, 'mentee').capitalize()} need{'s' if mentees == 1 else ''} a match,",
            f"{least}{some(places, 'place')} {'is' if places == 1 else 'are'} free.",
        ),
        longest=f"The longest wait is {days:,} day{'' if days == 1 else 's'}." if days else "",
        together=together,
        alone=mentees - together if is_drawn else 0,
        verb="Make matches" if places else "Ask for mentors",
        at=TONIGHT if places else "/desk/supply#appeal",
    )


def _mentors(desk: DeskRequest) -> Number:
    """Return how many mentors are on the list, also those without a free place."""
    many = in_words(_waiting(Role.MENTOR, desk), most=MAX_COUNTED)
    return Number("Mentors on the list", MENTORS, many)


def _proposals(desk: DeskRequest) -> Number:
    """Return how many proposals wait for an answer."""
    return _matches("Proposals sent", [state for state in MatchState if state.is_open], desk)


def _running(desk: DeskRequest) -> Number:
    """Return how many matches are running."""
    return _matches("Matches running", [state for state in MatchState if state.is_running], desk)


def _matches(words: str, states: Iterable[MatchState], desk: DeskRequest) -> Number:
    """Return how many matches that the coordinator may see are in some states."""
    counted = sum(len(in_state(each, desk)) for each in states)
    return Number(words, MATCHES, in_words(counted, most=MAX_COUNTED))


# Beside the waiting list, in this order.
NUMBERS: tuple[Callable[[DeskRequest], Number], ...] = (_proposals, _running, _mentors)
ROUTES = {("GET", "/desk"): show}
