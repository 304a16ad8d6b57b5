"""
The guard of the desk: it checks who each request comes from, and whether they may enter today.

A session is checked against the present list of coordinators, so that someone who is removed is out
with their next click. Pages change things only by POST, from the desk itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Self, overload
from urllib.parse import urlsplit

from mentorship.applications.application import Application
from mentorship.applications.conflicts import Relation, Viewer
from mentorship.applications.intake import unconfirmed
from mentorship.applications.shown import ShownApplication
from mentorship.archive import forgetting
from mentorship.change import Change
from mentorship.desk.unsaved import unsaved
from mentorship.form.question import Audience
from mentorship.problems import ConcernsYou, CrossSiteRequest, NotFound, NotSignedIn
from mentorship.program.arrangements import Arrangements
from mentorship.program.audit import Action, AuditEntry, add_entry
from mentorship.program.sign_in import Session
from mentorship.rendering import Renderer
from mentorship.services import Route, Services
from mentorship.web import http

# The query parameter that says that someone has just signed out.
LEFT = "left"
# Browsers name the site that sent a form, unless no-referrer is asked for.
HEADERS = {"referrer-policy": "same-origin"}


@dataclass(frozen=True)
class DeskRequest:
    """
    A request of a coordinator who is signed in.

    Attributes:
        request: what was asked.
        services: what it works with.
        arrangements: the present ones.
        session: the coordinator's session.
        address: the coordinator's address.
        done: messages about what was just done, by their names in addresses.

    """

    request: http.Request
    services: Services
    arrangements: Arrangements
    session: Session
    address: str
    done: Mapping[str, str] = field(default_factory=dict)

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
        """The renderer of pages whose form has the present settings."""
        return self.services.renderer_for(self.arrangements)

    @overload
    def shown(self, application: Application) -> ShownApplication: ...

    @overload
    def shown(self, application: None) -> None: ...

    @overload
    def shown(self, application: Application | None) -> ShownApplication | None: ...

    def shown(self, application: Application | None) -> ShownApplication | None:
        """Return what a page may say about an application; a private note is not in it."""
        return None if application is None else self.shown_whole(application, private=False)

    def shown_whole(self, application: Application, *, private: bool = True) -> ShownApplication:
        """
        Return what its page may say about an application, and the private note if they may.

        Of their own application, and of someone whom they know, they read what its owner reads.
        """
        audience = Audience.OWNER if self.relation(application) else Audience.COORDINATOR
        return self.renderer.application(self.sees(application), audience, private=private)

    def name(self, application: Application) -> str:
        """
        Return whom an application is about, "" if no answers are left.

        Of changed answers that were accepted or discarded, the application that they were for says.
        """
        if name := self.shown(application).name:
            return name
        return self.shown(forgetting.parent_of(application, self.services)).name

    @cached_property
    def viewer(self) -> Viewer:
        """The coordinator, as far as it decides what they may see and do."""
        return self.services.viewer(self.address, self.arrangements)

    @cached_property
    def found(self) -> dict[str, Any]:
        """What a page needs in many places and looks up once, by what it is called."""
        return {}

    def relation(self, application: Application) -> Relation:
        """Return what an application, or the one that it was sent for, is to the coordinator."""
        return self.viewer.relation(application, forgetting.parent_of(application, self.services))

    def sees(self, application: Application) -> Application:
        """Return an application without what the coordinator may not see of it, to be shown."""
        parent = forgetting.parent_of(application, self.services)
        return self.viewer.sees(application, parent)

    def pending_changes(self, application: Application) -> list[Application]:
        """Return the pending changes of an application that the coordinator may know about."""
        waiting = unconfirmed(self.services.store.pending_changes(application, now=self.now))
        if self.relation(application):
            return []
        return [each for each in waiting if self.viewer.sees_change(application, each)]

    def is_found(self, application: Application) -> bool:
        """Tell whether the coordinator may know that there is an application or a change."""
        parent = forgetting.parent_of(application, self.services)
        if parent.id == application.id or not application.answers or not parent.answers:
            return True
        return self.relation(parent) != "" or self.viewer.sees_change(parent, application)

    def finds(self, application: Application) -> Application | None:
        """Return an application as the coordinator sees it, `None` if they may not know of it."""
        return self.sees(application) if self.is_found(application) else None

    def again(self) -> Self:
        """Return the same request, with the session and the settings read again."""
        fresh = authenticate(self.request, self.services)
        return replace(self, arrangements=fresh.arrangements, session=fresh.session)

    def page(self, name: str, *, status: int = 200, **values: Any) -> http.Response:
        """Return a page of `templates/desk/`."""
        done = self.done.get(self.request.query("done"), "")
        listed = self.arrangements.by_address(self.address)
        who = (listed and listed.name) or self.address
        body = self.renderer.page_of("desk", name, coordinator=who, done=done, **values)
        return http.page(body, status=status, headers=HEADERS)

    def back(self, path: str, *, done: str) -> http.Response:
        """Redirect back to a page, which says what was *done*, by its name in a page's `DONE`."""
        if done not in self.done:
            raise KeyError(done)
        return http.redirect(f"{path}?done={done}")

    def commit(self, change: Change, action: Action, *, about: str = "", words: str = "") -> None:
        """
        Store a change with an audit entry; if nothing changes, nothing is recorded.

        Raises:
            Conflict: if something was changed after it was read.

        """
        self.services.store.commit(add_entry(change, self.entry(action, about=about, words=words)))

    def record(self, action: Action, *, about: str = "", words: str = "") -> None:
        """Store an audit entry for an action before it is done."""
        entry = self.entry(action, about=about, words=words)
        self.services.store.commit(Change(puts=(entry,)))

    def entry(self, action: Action, *, about: str = "", words: str = "") -> AuditEntry:
        """Return an audit entry of what they did, now."""
        new_id = self.services.new_id()
        return AuditEntry(
            id=new_id, at=self.now, by=self.address, action=action, about=about, words=words
        )


Page = Callable[[DeskRequest], http.Response]


def guarded(
    routes: Mapping[tuple[str, str], Page], *, done: Mapping[str, str] | None = None
) -> dict[tuple[str, str], Route]:
    """
    Return the routes of some pages of the desk, with the guard before each.

    Args:
        routes: a page for each method and path.
        done: messages about what was just done, by their names in addresses.

    """
    return {
        (method, path): _guarded(page, done or {}, act=path.rpartition("/")[2])
        for (method, path), page in routes.items()
    }


def _guarded(page: Page, done: Mapping[str, str], *, act: str) -> Route:
    def route(request: http.Request, services: Services) -> http.Response:
        try:
            desk = replace(authenticate(request, services), done=done)
        except NotSignedIn as problem:
            if request.method == "POST" and is_same_origin(request, services):
                raise unsaved(request, services.renderer.forms) from problem
            raise
        if request.method not in ("GET", "HEAD"):
            require_same_origin(request, services)
        try:
            return page(desk)
        except NotFound as problem:
            return desk.page("missing", status=problem.status)
        except ConcernsYou as problem:
            if request.method == "POST":
                desk.record(Action.REFUSED, about=problem.reference, words=act)
            return desk.page("another", status=problem.status, problem=problem)

    return route


def authenticate(request: http.Request, services: Services) -> DeskRequest:
    """
    Return the coordinator whom a request comes from.

    Raises:
        NotSignedIn: if no one is signed in, or they are no longer a coordinator.

    """
    after = _address(request) if request.method == "GET" else ""
    signed_in = services.signed_in(request)
    if signed_in is None:
        raise NotSignedIn(after, left=request.query(LEFT) != "")
    return DeskRequest(
        request, services, signed_in.arrangements, signed_in.session, signed_in.address
    )


def _address(request: http.Request) -> str:
    """Return the address of a page with its query, but for empty fields and what was just done."""
    sent = (each.partition("=") for each in request.raw_query.split("&"))
    kept = [f"{name}={value}" for name, _, value in sent if value and name not in ("done", LEFT)]
    return f"{request.path}?{'&'.join(kept)}" if kept else request.path


def require_same_origin(request: http.Request, services: Services) -> None:
    """
    Refuse what was sent from another site's page.

    Browsers name the origin of each POST, or at least say whether it is the same site.

    Raises:
        CrossSiteRequest: if it is not from the desk.

    """
    if not is_same_origin(request, services):
        raise CrossSiteRequest


def is_same_origin(request: http.Request, services: Services) -> bool:
    """Tell whether a request was sent from one of the program's own pages."""
    if origin := request.header("origin"):
        own = urlsplit(services.program.public_address)
        return origin == f"{own.scheme}://{own.netloc}"
    return request.header("sec-fetch-site") == "same-origin"
