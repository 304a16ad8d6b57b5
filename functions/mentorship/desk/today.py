"""
What to do today, then who has waited longest, and who is new.

Each part is found by a query that costs the same no matter how many have applied.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from mentorship.applications.keeping import WARNED_BEFORE
from mentorship.applications.on_hold import groups
from mentorship.applications.status import Status, Trait
from mentorship.desk.guard import DeskRequest
from mentorship.desk.rows import (
    FRESH,
    MAX_COUNTED,
    in_words,
    leaving,
    lost_letters,
    many,
    rows_of,
)
from mentorship.form.question import Role
from mentorship.letters.letter import Letter, State
from mentorship.program.arrangements import ASKED_BEFORE
from mentorship.rendering import day
from mentorship.web import http

NEW, FEW = timedelta(days=7), 5
REPLY_SOON = timedelta(days=7)


@dataclass(frozen=True)
class Task:
    """Something to do: what it is, where it is done, more about it, and a button's verb."""

    words: str
    path: str
    more: str = ""
    urgent: bool = False
    verb: str = ""


def show(desk: DeskRequest) -> http.Response:
    """Show what there is to do today."""
    store, now = desk.services.store, desk.now
    longest = {role: store.queries.longest(role, now=now, limit=FEW) for role in Role}
    new = [
        each
        for role in Role
        for each in store.queries.newest(role, since=now - NEW, now=now, limit=FEW)
    ]
    new.sort(key=lambda each: each.received_at, reverse=True)
    # All of them are looked up in the member list at once, each once.
    everybody = {each.id: each for found in (*longest.values(), new[:FEW]) for each in found}
    rows = {row.application.id: row for row in rows_of(list(everybody.values()), desk)}
    return desk.page(
        "home",
        tasks=list(_tasks(desk)),
        waiting=[(role, _many(desk, role, "may_be_matched")) for role in Role],
        longest={role: [rows[each.id] for each in found] for role, found in longest.items()},
        fresh=[rows[each.id] for each in new[:FEW]],
    )


def _tasks(desk: DeskRequest) -> Iterator[Task]:
    """Yield what there is to do, urgent tasks first."""
    yield from _letters(desk)
    yield from _held(desk)
    yield from _reply(desk)
    yield from _coordinators(desk)
    yield from _leaving(desk)
    yield from _invited(desk)
    yield from _roster(desk)


def _letters(desk: DeskRequest) -> Iterator[Task]:
    """Yield a task for emails that reached no one."""
    for letter in lost_letters(desk, limit=FEW):
        yield Task(
            f"An email {_fate(letter)}: “{letter.kind.traits.title}”",
            f"/desk/applications/{letter.about}" if letter.about else "/desk/handover",
            f"Written {day(desk.services.program.local(letter.created_at))}. "
            + ("Look at it, and send it again." if letter.about else "See who gets the mail."),
            urgent=True,
        )


def _fate(letter: Letter) -> str:
    return {
        State.RETURNED: "came back",
        State.HELD: "is held, for it came with a restored backup",
    }.get(letter.state, "could not be sent")


def _held(desk: DeskRequest) -> Iterator[Task]:
    """Yield tasks for what is on hold: crowds from one network, and the rest."""
    newest_first = desk.services.store.queries.applications(
        roles=Role, statuses=Status.those("is_held"), since=None, until=None, now=desk.now
    )
    others = 0
    for group in groups(islice(newest_first, MAX_COUNTED + 1)):
        number = len(group.applications)
        if group.is_crowd:
            yield Task(
                f"{_on_hold(number, ' from one network')}",
                f"/desk/on-hold#{group.name}",
                "They may well be people at one hospital or conference. They were told that you "
                "check first.",
                urgent=True,
                verb="Review",
            )
        else:
            others += number
    if others:
        yield Task(
            _on_hold(others),
            "/desk/on-hold",
            "It may be spam sent by a robot. Real people are caught now and then: please look.",
            urgent=True,
            verb="Review",
        )


def _on_hold(number: int, whence: str = "") -> str:
    """Return how many applications are on hold, in words."""
    many, one = in_words(number, most=MAX_COUNTED), number == 1
    return f"{many} application{'' if one else 's'}{whence} {'is' if one else 'are'} on hold"


def _reply(desk: DeskRequest) -> Iterator[Task]:
    """Yield a task for the reply date."""
    reply_by = desk.arrangements.reply_by
    if reply_by and reply_by < desk.today:
        yield Task(
            f"The reply date is over: {day(reply_by)}",
            "/desk/settings/reply",
            "Set another one, or none: whoever applies now is told no date.",
        )
    if reply_by and desk.today <= reply_by <= desk.today + REPLY_SOON:
        yield Task(
            f"The reply date is {day(reply_by)}",
            f"/desk/applications?role={Role.MENTEE}&status={Status.WAITING}",
            "Whoever still waits on that day gets an email that says so, kindly. Who is matched "
            "already? Pause them, and they get none.",
            urgent=True,
        )


def _coordinators(desk: DeskRequest) -> Iterator[Task]:
    """Yield tasks for coordinators whose terms end, and if none are left."""
    ends = [
        each
        for each in desk.arrangements.active(desk.today)
        if each.until <= desk.today + ASKED_BEFORE
    ]
    for each in ends:
        yield Task(
            f"{each.address} is a coordinator until {day(each.until)}",
            "/desk/settings/coordinators",
            "Give them another year, or add whoever comes after them.",
            urgent=True,
        )
    if not [each for each in desk.arrangements.active(desk.today) if each.mailed]:
        yield Task(
            "No coordinator gets the program’s mail",
            "/desk/settings/coordinators",
            f"It goes to {desk.services.program.contact} meanwhile.",
            urgent=True,
        )


def _leaving(desk: DeskRequest) -> Iterator[Task]:
    """Yield a task for people who will be deleted soon."""
    if found := leaving(desk, most=MAX_COUNTED):
        first = found[0].kept_until or desk.now
        many = in_words(len(found), most=MAX_COUNTED)
        yield Task(
            f"{many} application{'' if many == '1' else 's'} will be deleted within "
            f"{WARNED_BEFORE.days} days",
            "/desk/leaving",
            f"The first on {day(desk.services.program.local(first))}. The applicants were asked by "
            "email if they want to stay. Call those who have no working email address.",
        )


def _invited(desk: DeskRequest) -> Iterator[Task]:
    for role in Role:
        if many := _many(desk, role, "awaits_agreement"):
            yield Task(
                f"{many} {role}{'s' if many != '1' else ''} entered for them "
                f"ha{'ve' if many != '1' else 's'} not agreed yet",
                f"/desk/applications?role={role}&status={Status.INVITED}",
                "They have a link. A word from you may help.",
            )


def _roster(desk: DeskRequest) -> Iterator[Task]:
    """Yield a task for the member list, if there are mentees to look up in it."""
    roster = desk.services.store.roster()
    if roster and desk.now - roster.at <= FRESH:
        return
    if roster is None and not _many(desk, Role.MENTEE, "is_open"):
        return
    yield Task(
        f"The member list is dated {day(desk.services.program.local(roster.at))}"
        if roster
        else "There is no member list yet",
        "/desk/roster",
        "Ask the office for one, and paste it: each mentee then shows whether they are on it.",
    )


def _many(desk: DeskRequest, role: Role, trait: Trait) -> str:
    """Return in words how many there are whose status has a trait, "" for none."""
    words = many(role, Status.those(trait), desk, most=MAX_COUNTED)
    return "" if words == "0" else words


ROUTES = {("GET", "/desk"): show}
