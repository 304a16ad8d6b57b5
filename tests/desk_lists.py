"""The desk's list of people, and those who are put on it."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

from mentorship.applications.application import Application
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.members import roster
from mentorship.members.roster import Member, Roster
from mentorship.services import Services
from tests import made
from tests.coordinator import Coordinator

LIST = "/desk/applications"
MENTEE, MENTOR = Role.MENTEE, Role.MENTOR
# Each row of a page, and the name in it.
ROW = re.compile(r'<li class="person">.*?(?=<li class="person">|</ol>)', re.S)
NAME = re.compile(r'<a href="([^"]*)"><bdi class="whole">([^<]*)</bdi></a>')


def person(number: int, *, days: float = 0, role: Role = MENTEE, **changes: Any) -> Application:
    """Return a person who applied so many days ago."""
    answers = {"full_name": f"Person {number}", "email": f"p{number}@example.org"}
    answers |= changes.pop("answers", {})
    return made.application(
        role,
        answers=answers,
        id=f"{number:08}abcdefghjkmn",
        reference=f"7K2M-{number:04}",
        received_at=made.NOW - timedelta(days=days),
        **{"confirmed_at": made.NOW, **changes},
    )


def put(services: Services, *applications: Application) -> None:
    """Store some applications."""
    for each in applications:
        services.store.commit(Change(puts=(each,)))


def text(page: str) -> str:
    """Return what a person reads of a page, or of a part of one."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def rows(page: str) -> list[str]:
    """Return what a person reads in each row of a list."""
    return [text(row) for row in ROW.findall(page)]


def names(page: str) -> list[str]:
    """Return the names in a list."""
    return [unescape(name) for row in ROW.findall(page) for _, name in NAME.findall(row)]


def opened(desk: Coordinator, **asked: str) -> str:
    """Return the list that is asked for."""
    answer = desk.get(f"{LIST}?{urlencode(asked)}")
    assert answer.status == 200
    return answer.text


def put_roster(services: Services, *members: Member) -> None:
    """Put a member list in."""
    now = services.now()
    listed = roster.list_entries(members, number=1, hashed=services.links.hashed, now=now)
    services.store.put_list_entries(listed, pause=services.pause)
    there = services.store.roster()
    if there is None:
        of = Roster(number=1, at=now, by="", members=len(members), lapsed=0, unread=0)
        services.store.commit(Change(puts=(of,)))
