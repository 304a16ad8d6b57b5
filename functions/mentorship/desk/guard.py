"""
The door of the desk: each request is asked who it comes from, and whether they may be here today.

A session is only as good as the list of coordinators at this moment, so that whoever is taken off
it is out with their next click. What a page changes it changes by POST, from the desk itself.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from mentorship.change import Change
from mentorship.problems import CrossSiteRequest, NotFound, NotSignedIn
from mentorship.program.arrangements import Arrangements
from mentorship.program.audit import Action, AuditEntry, add_entry
from mentorship.program.sign_in import Session
from mentorship.rendering import Renderer
from mentorship.services import Route, Services
from mentorship.web import http

# The prefix has the browser see to it that no other host, and no plain HTTP, has set it.
COOKIE = "__Host-desk"
# The page of the desk on which stands what was sent to a path.
BACK = re.compile(
    r"(/desk/(?:applications/[0-9a-z]+|add/[a-z]+|settings|roster|supply|handover))\b"
)
# By this the address of the desk says that somebody has just signed out.
LEFT = "left"
# What is worth giving back to whoever wrote it.
WRITTEN = "note"
# Browsers say of a form by which site it was sent, but not where no-referrer is asked for.
HEADERS = {"referrer-policy": "same-origin"}


@dataclass(frozen=True)
class DeskRequest:
    """
    A request of a coordinator who is signed in.

    Attributes:
        request: what was asked.
        services: what there is to work with.
        arrangements: what is arranged at this moment.
        session: their session.
        address: the coordinator's address.

    """

    request: http.Request
    services: Services
    arrangements: Arrangements
    session: Session
    address: str

    @property
    def who(self) -> str:
        """The keyed hash of their address, by which letters name them."""
        return self.session.who

    @property
    def now(self) -> datetime:
        """The present."""
        return self.services.now()

    @property
    def today(self) -> date:
        """The present date, in the program's own zone."""
        return self.services.program.local(self.now).date()

    @cached_property
    def renderer(self) -> Renderer:
        """Pages whose form says what is arranged."""
        return self.services.renderer_for(self.arrangements)

    def page(self, name: str, *, status: int = 200, **values: Any) -> http.Response:
        """Return a page of `templates/desk/`."""
        done = DONE.get(self.request.query("done"), "")
        body = self.renderer.page_of("desk", name, coordinator=self.address, done=done, **values)
        return http.page(body, status=status, headers=HEADERS)

    def back(self, path: str, *, done: str) -> http.Response:
        """Lead back to a page, which says what was *done*: a name of `DONE`."""
        if done not in DONE:
            raise KeyError(done)
        return http.redirect(f"{path}?done={done}")

    def commit(self, change: Change, action: Action, *, about: str = "", words: str = "") -> None:
        """
        Store a change, and with it who made it; where nothing changes, nothing is recorded.

        Raises:
            Conflict: if something was changed since it was read.

        """
        self.services.store.commit(add_entry(change, self.entry(action, about=about, words=words)))

    def record(self, action: Action, *, about: str = "", words: str = "") -> None:
        """Record what was done, before it is."""
        entry = self.entry(action, about=about, words=words)
        self.services.store.commit(Change(puts=(entry,)))

    def entry(self, action: Action, *, about: str = "", words: str = "") -> AuditEntry:
        """Return what was done by them, now."""
        new_id = self.services.new_id()
        return AuditEntry(
            id=new_id, at=self.now, by=self.address, action=action, about=about, words=words
        )


# What a page says of what was just done, by the name that its address has for it.
DONE = {
    "stored": "Stored.",
    "public": "Stored. What people see follows within a minute.",
    "welcomed": "They are on the list, and get an email that says how to sign in.",
    "removed": "They are off the list, and out with their next click.",
    "noted": "Your note is stored.",
    "sent": "The email is on its way.",
    "again": "The email leaves within 15 minutes.",
    "paused": "Paused: they stay on the list, and are not matched.",
    "resumed": "They wait for a match again.",
    "withdrawn": "Withdrawn. They get an email that says so.",
    "ineligible": "Closed. The email is on its way.",
    "admitted": "It is in, and its two emails are on their way.",
    "beside": "It waits beside the application that this address has. Its owner is asked by "
    "email, once a day at most, which answers are right.",
    "same": "It says what the application of this address says already: there was nothing to add.",
    "crowd": "It stays held back, for too many other answers wait for the owner’s word already.",
    "deleted": "It is deleted. Nobody was written to.",
    "reinstated": "Back on the list, in their old place. Nobody is written to: reply to them "
    "yourself.",
    "stands": "Nothing was changed, for this address has another application by now.",
    "agreed": "Stored. They wait for a match.",
    "known": "Stored. The member list was asked anew.",
    "asked": "They are asked by email, once a day at most.",
    "late": "Nothing was changed: it stands otherwise than when you opened the page.",
    "entered": "Entered. They have an email with a link to check it.",
}

Page = Callable[[DeskRequest], http.Response]


def guarded(
    routes: Mapping[tuple[str, str], Page],
) -> dict[tuple[str, str], Route]:
    """Return the routes of some pages of the desk, with the guard before each."""
    return {route: _guarded(page) for route, page in routes.items()}


def _guarded(page: Page) -> Route:
    def route(request: http.Request, services: Services) -> http.Response:
        try:
            desk = authenticate(request, services)
        except NotSignedIn as problem:
            if request.method == "POST" and is_same_origin(request, services):
                raise _unsaved(request) from problem
            raise
        if request.method not in ("GET", "HEAD"):
            require_same_origin(request, services)
        try:
            return page(desk)
        except NotFound as problem:
            return desk.page("missing", status=problem.status)

    return route


def _unsaved(request: http.Request) -> NotSignedIn:
    """Return what is told whoever sent something when their session had ended, by time or taken."""
    page = BACK.match(request.path)
    words = ""
    if request.header("content-type").startswith("application/x-www-form-urlencoded"):
        given, _ = request.fields()
        words = "\n".join(given.get(WRITTEN, []))
    return NotSignedIn(page[1] if page else "", lost=True, words=words)


def authenticate(request: http.Request, services: Services) -> DeskRequest:
    """
    Return the coordinator whom a request comes from.

    Raises:
        NotSignedIn: if it is nobody's, the session is over, or they are no coordinator any more.

    """
    after = request.path if request.method == "GET" else ""
    sent = request.cookie(COOKIE)
    session = services.store.session(hash_secret(sent), now=services.now()) if sent else None
    if session is None:
        raise NotSignedIn(after, left=request.query(LEFT) != "")
    arrangements = services.arrangements()
    address = address_of(session.who, arrangements, services)
    if address is None:
        raise NotSignedIn(after)
    return DeskRequest(request, services, arrangements, session, address)


def address_of(who: str, arrangements: Arrangements, services: Services) -> str | None:
    """Return the address that a keyed hash is of, if it may enter today."""
    today = services.program.local(services.now()).date()
    contact, hashed = services.program.contact, services.links.hashed
    return arrangements.allowed_address(who, today, contact=contact, hashed=hashed)


def require_same_origin(request: http.Request, services: Services) -> None:
    """
    Refuse what was sent from another site's page.

    Browsers name the origin of each POST; one that does not says whether it is the same site.

    Raises:
        CrossSiteRequest: if it is not from the desk.

    """
    if not is_same_origin(request, services):
        raise CrossSiteRequest


def is_same_origin(request: http.Request, services: Services) -> bool:
    """Tell whether a request was sent from a page of the program's own."""
    if origin := request.header("origin"):
        own = urlsplit(services.program.public_address)
        return origin == f"{own.scheme}://{own.netloc}"
    return request.header("sec-fetch-site") == "same-origin"


def hash_secret(secret: str) -> str:
    """Return what is stored of a cookie's secret, which is random enough to need no key."""
    return hashlib.sha256(secret.encode()).hexdigest()
