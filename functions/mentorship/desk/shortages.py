"""Mentor shortages, as a chart and in words, and a ready text that asks for mentors."""

from collections.abc import Iterator
from itertools import islice

from mentorship import log
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.change import Change, Conflict
from mentorship.desk.guard import DeskRequest
from mentorship.desk.seen import hidden_proposals, without
from mentorship.form import wishes
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, new_letter, to_coordinator
from mentorship.matches import shortages
from mentorship.matches.shortages import Shortages
from mentorship.rendering import SIGNATURE, unfolded
from mentorship.web import http

PATH = "/desk/supply"
# For each role; a page is answered within seconds, no matter how many wait.
MAX_READ = 5000
# By which field the list of applications is filtered, if it isn't called as the question is.
FILTERS = {wishes.AREAS.name: "area"}


def show(desk: DeskRequest) -> http.Response:
    """Show the shortages, and the text that asks for mentors."""
    counted, more = _counted(desk)
    letter = _letter(counted, desk)
    # It can be pasted anywhere, so it needs no signature.
    words, _, _ = unfolded(desk.renderer.email(Kind.APPEAL, letter=letter).text).partition(
        SIGNATURE
    )
    return desk.page(
        "supply",
        supply=counted,
        more=more,
        most=MAX_READ,
        is_open=letter.facts[shortages.OPEN],
        filters=FILTERS,
        appeal=words.rstrip(),
    )


def send(desk: DeskRequest) -> http.Response:
    """Email the text that asks for mentors to the coordinator, once a minute at most."""
    counted, _ = _counted(desk)
    try:
        desk.services.store.commit(Change(letters=(_letter(counted, desk),)))
    except Conflict:  # The button was pressed twice.
        log.record("appeal written already", request=desk.request.id)
    return desk.back(PATH, done="sent")


def _counted(desk: DeskRequest) -> tuple[Shortages, bool]:
    """Return the shortages among those who have waited longest, and whether there are more."""
    unseen = hidden_proposals(desk)
    mentees, mentors = (
        [without(each, unseen) for each in islice(_waiting(role, desk), MAX_READ + 1)]
        for role in Role
    )
    more = len(mentees) > MAX_READ or len(mentors) > MAX_READ
    return shortages.count(mentees[:MAX_READ], mentors[:MAX_READ]), more


def _waiting(role: Role, desk: DeskRequest) -> Iterator[Application]:
    """Yield the waiting applications, the longest waiting first."""
    return desk.services.store.queries.applications(
        roles=[role],
        statuses=Status.those("may_be_matched"),
        since=None,
        until=None,
        now=desk.now,
        oldest_first=True,
    )


def _letter(counted: Shortages, desk: DeskRequest) -> Letter:
    """Return the letter that asks for mentors, to the coordinator at the desk."""
    deployed = desk.services.program.applications == "open"
    is_open = deployed and desk.arrangements.mentors.is_open(desk.now)
    return new_letter(
        Kind.APPEAL,
        to=to_coordinator(desk.who),
        of=f"{desk.who}#{desk.now:%Y%m%dT%H%M}",
        now=desk.now,
        facts=shortages.to_facts(counted, is_open=is_open),
    )


DONE = {"sent": "The email is on its way."}
ROUTES = {
    ("GET", PATH): show,
    ("POST", f"{PATH}/appeal"): send,
}
