"""
What is on hold, in groups: coordinators let in many applications at once.

What came from one network is ticked when the page opens; what looks like a robot's is not. An
application that has changed since then is left as it is, and named. What concerns the coordinator
is in no group, because a group says why.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from mentorship.applications.application import Application
from mentorship.applications.on_hold import Group, groups
from mentorship.applications.shown import ShownApplication
from mentorship.applications.status import Status
from mentorship.change import Conflict
from mentorship.desk.act import admission, noted
from mentorship.desk.guard import DeskRequest
from mentorship.form.question import Role
from mentorship.problems import AnotherApplication, ApplicationClosed, TooManyChanges
from mentorship.program.audit import Action
from mentorship.services import ID
from mentorship.web import http

PATH = "/desk/on-hold"
# How many the page looks at, the newest first, and how many of a group it shows.
MAX_READ, MAX_SHOWN = 1_000, 50
# After this long no other one is let in; the page shows what is left.
LATEST = timedelta(seconds=18)
# The parameters of the page that say what was just done: how many are in, and which are not.
COUNT, LEFT = "in", "left"


@dataclass(frozen=True)
class Line:
    """
    An application on hold, as the page shows it.

    Attributes:
        application: what the coordinator may read of it.
        revision: which revision the page shows.

    """

    application: ShownApplication
    revision: int


@dataclass(frozen=True)
class Shown:
    """
    A group as the page shows it.

    Attributes:
        name: what the page calls it in its own links.
        is_crowd: whether many came from one network.
        why: the reason, in words.
        number: how many there are.
        first_at, last_at: when the first and the last of them arrived.
        rows: the first few.

    """

    name: str
    is_crowd: bool
    why: str
    number: int
    first_at: datetime
    last_at: datetime
    rows: tuple[Line, ...]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.number - len(self.rows)


def show(desk: DeskRequest) -> http.Response:
    """Show what is on hold, and what was just let in."""
    held = _held(desk)
    theirs = [each for each in held if desk.relation(each)]
    found = groups(each for each in held if each not in theirs)
    count = desk.request.query(COUNT)
    ids = [each for each in desk.request.query(LEFT).split(".") if ID.fullmatch(each)]
    return desk.page(
        "on_hold",
        shown=[_shown(each, desk) for each in found],
        theirs=[desk.shown(each) for each in theirs],
        count=int(count) if re.fullmatch("[0-9]{1,3}", count) else None,
        left=[
            desk.shown(each)
            for each in desk.services.store.queries.by_ids(ids[:MAX_SHOWN], now=desk.now)
            if desk.is_found(each)
        ],
        keep_months=" or ".join(str(each) for each in sorted({each.keep_months for each in held})),
        most=MAX_READ if len(held) >= MAX_READ else 0,
    )


def let_in(desk: DeskRequest) -> http.Response:
    """Let in the applications that are ticked, each in a transaction of its own."""
    begun, count, left = desk.now, 0, []
    for application_id, revision in _ticked(desk):
        if desk.services.now() - begun > LATEST:
            break
        if _let_in(application_id, revision, desk):
            count += 1
        else:
            left.append(application_id)
    return http.redirect(f"{PATH}?{COUNT}={count}" + (f"&{LEFT}={'.'.join(left)}" if left else ""))


def _held(desk: DeskRequest) -> list[Application]:
    newest_first = desk.services.store.queries.applications(
        roles=Role, statuses=Status.those("is_held"), since=None, until=None, now=desk.now
    )
    return [each for each in islice(newest_first, MAX_READ) if desk.is_found(each)]


def _shown(group: Group, desk: DeskRequest) -> Shown:
    found = group.applications
    return Shown(
        group.name,
        group.is_crowd,
        group.reason.words,
        len(found),
        found[0].received_at,
        found[-1].received_at,
        tuple(_line(each, desk) for each in found[:MAX_SHOWN]),
    )


def _line(application: Application, desk: DeskRequest) -> Line:
    shown = desk.shown_whole(application, private=False)
    return Line(shown, application.revision)


def _ticked(desk: DeskRequest) -> Iterator[tuple[str, int]]:
    """Yield the ids that are ticked, each once, with the revision that the page showed."""
    given, _ = desk.request.fields()
    for each in list(dict.fromkeys(given.get("let_in", [])))[:MAX_SHOWN]:
        application_id, _, revision = each.partition(".")
        if ID.fullmatch(application_id) and re.fullmatch("[0-9]{1,6}", revision):
            yield application_id, int(revision)


def _let_in(application_id: str, revision: int, desk: DeskRequest) -> bool:
    """Let one in, and tell whether it is in; pressed twice, it is let in once."""

    def attempt() -> bool:
        stored = desk.services.store.application(application_id, now=desk.now)
        if stored is None or (stored.status.traits.is_held and stored.revision != revision):
            return False
        if desk.relation(stored):
            return False
        try:
            change = admission(stored, desk)
        except (ApplicationClosed, AnotherApplication, TooManyChanges):
            return False
        words = noted("", stored, desk)
        desk.commit(change, Action.ADMITTED, about=stored.reference, words=words)
        return True

    try:
        return desk.services.retry(attempt)
    except Conflict:  # Others change it at this moment. The rest are let in even so.
        return False


ROUTES = {("GET", PATH): show, ("POST", PATH): let_in}
