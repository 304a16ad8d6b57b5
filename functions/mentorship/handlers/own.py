"""
The applicant's own page: whoever holds the link that was mailed to an address acts on what it has.

Scanners of mail open links, so GET only ever shows, and POST acts.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from mentorship import log
from mentorship.applications import owner
from mentorship.applications.application import (
    Application,
    ApplicationChange,
    CurrentPointer,
    address_in,
    pointer_id,
)
from mentorship.applications.intake import unconfirmed
from mentorship.applications.status import Status
from mentorship.archive import forgetting
from mentorship.change import Change, Conflict, Counted
from mentorship.form.declaration import ADDRESS
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Refused, Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, new_letter
from mentorship.problems import BadRequest, LinkExpired, NotFound
from mentorship.rendering import Renderer
from mentorship.services import ID, Services, services
from mentorship.web import http, router

# How long the link works that proves a new address; an application must not move years later.
PROOF_LIVES = timedelta(days=7)
# How often a day links may be asked for from one client's address.
MAX_ASKS = 20
# The hidden field that names what waits beside an application.
CHANGE = "change"


@dataclass(frozen=True)
class OwnerRequest:
    """What the holder of a link owns: an application, or one that waits to be proved by it."""

    token: str
    application: Application
    pending_changes: tuple[Application, ...]

    @property
    def link(self) -> str:
        """The path of the page."""
        return f"/mine/{self.token}"

    @property
    def unproved(self) -> bool:
        """Whether the link was mailed to a new address, which it proves."""
        return bool(self.application.of)


def show(request: http.Request, services: Services) -> http.Response:
    """Show what is stored, and what can be done about it."""
    mine = _mine(request, services)
    if mine.application.status is Status.MERGED:
        return http.redirect(_link(_parent(mine, services), services))
    stored = mine.application
    given_on = services.program.local(stored.given_at).date()
    form = services.renderer.forms[stored.role]
    waiting = unconfirmed(mine.pending_changes) if stored.is_open else []
    return http.page(
        services.renderer.page(
            "mine",
            application=stored,
            link=mine.link,
            open=stored.is_open,
            address_only=mine.unproved,
            sections=list(form.show(stored.answers, given_on=given_on)),
            changes=[
                (each, services.renderer.differences(stored.role, stored.version, each.version))
                for each in waiting
                if stored.same_address(each)
            ],
            moving=[each for each in waiting if not stored.same_address(each)],
        )
    )


def confirm(request: http.Request, services: Services) -> http.Response:
    """Note that the address is its owner's."""
    return _act(
        request,
        services,
        lambda mine: owner.confirm(_owned(mine).application, now=services.now()),
    )


def correction(request: http.Request, services: Services) -> http.Response:
    """Show the form, filled in."""
    mine = _owned(_mine(request, services))
    renderer = _renderer(mine, services)
    form = renderer.forms[mine.application.role]
    given = form.given(mine.application.answers)
    return _form_page(mine, renderer, form=form, given=given, refusals={})


def correct(request: http.Request, services: Services) -> http.Response:
    """Take the form's answers in the place of the stored ones."""
    mine = _owned(_mine(request, services))
    given, _ = request.fields()
    renderer = _renderer(mine, services)
    form = renderer.forms[mine.application.role]
    try:
        answered = form.parse(given)
    except AnswersRefused as refused:
        if request.wants_json:
            raise
        log.record("request refused", request=request.id, questions=refused.questions)
        return _form_page(
            mine, renderer, status=refused.status, form=form, given=given, refusals=refused.refusals
        )
    return _act(
        request,
        services,
        lambda mine: owner.correct(
            _owned(mine).application,
            answered,
            pending_changes=mine.pending_changes,
            asked=services.store.counter(
                services.counter_for(Counted.ADDRESSES, address_in(answered.answers))
            ),
            now=services.now(),
            new_id=services.new_id(),
        ),
    )


def take_up(request: http.Request, services: Services) -> http.Response:
    """Take what waits as the answers from now on, which proves a new address."""
    given, _ = request.fields()

    def decide(mine: OwnerRequest) -> ApplicationChange:
        waiting = _waiting(mine, given, services)
        of = _parent(mine, services) if mine.unproved else mine.application
        if waiting.status is not Status.UNCONFIRMED:
            return ApplicationChange(application=of)
        if not mine.unproved and not of.same_address(waiting):
            raise NotFound  # Only a link that was mailed to the other address proves it.
        new_pointer = _standing(waiting, services)
        other = new_pointer and services.store.application(
            new_pointer.application, now=services.now()
        )
        return owner.accept_change(
            of,
            waiting,
            pending_changes=_beside(of, services),
            pointer=_standing(of, services),
            new_pointer=new_pointer,
            other=other or None,
            now=services.now(),
        )

    return _act(request, services, decide)


def discard(request: http.Request, services: Services) -> http.Response:
    """Throw away what waits."""
    given, _ = request.fields()

    def decide(mine: OwnerRequest) -> ApplicationChange:
        of = _parent(mine, services) if mine.unproved else mine.application
        return owner.discard_change(
            of,
            _waiting(mine, given, services),
            pending_changes=_beside(of, services),
            now=services.now(),
        )

    return _act(request, services, decide, afterwards="/")


def withdrawal(request: http.Request, services: Services) -> http.Response:
    """Show what it means to withdraw."""
    mine = _owned(_mine(request, services))
    page = services.renderer.page("withdraw", application=mine.application, link=mine.link)
    return http.page(page)


def withdraw(request: http.Request, services: Services) -> http.Response:
    """Take the application off the list."""
    return _act(
        request,
        services,
        lambda mine: owner.withdraw(
            _owned(mine).application, _standing(mine.application, services), now=services.now()
        ),
    )


def forgetting_page(request: http.Request, services: Services) -> http.Response:
    """Show what will be deleted, and what cannot be reached."""
    mine = _owned(_mine(request, services))
    found = _found(mine, services)
    return http.page(
        services.renderer.page(
            "forget",
            application=mine.application,
            link=mine.link,
            deleted=found.listed(services),
            unreachable=forgetting.UNREACHABLE,
        )
    )


def forget(request: http.Request, services: Services) -> http.Response:
    """Delete all that is stored of the address."""

    def act() -> http.Response:
        mine = _owned(_mine(request, services))
        found = _found(mine, services)
        deleted = found.listed(services)
        forgetting.forget(found, services)
        log.record("address forgotten", request=request.id, count=len(found.applications))
        return http.page(
            services.renderer.page("forgotten", deleted=deleted, unreachable=forgetting.UNREACHABLE)
        )

    return services.retry(act)


def _found(mine: OwnerRequest, services: Services) -> forgetting.Found:
    stored = mine.application
    return forgetting.find_by_keys(stored.address, services, pending_changes=[stored.id])


def asking(request: http.Request, services: Services) -> http.Response:
    """Show where a link is asked for."""
    return http.page(services.renderer.page("link", given="", refusal=""))


def ask(request: http.Request, services: Services) -> http.Response:
    """
    Mail the links of an address, if it has any.

    The answer is the same whether it has or not, so that nobody learns who has applied.
    """
    given, _ = request.fields()
    texts = given.get(ADDRESS.name, [])
    try:
        address = str(replace(ADDRESS, hint="").parse(texts))
    except Refused as refused:
        page = services.renderer.page("link", given=" ".join(texts), refusal=str(refused))
        return http.page(page, status=AnswersRefused.status)
    _mail_links(address, request.client, services)
    log.record("link asked for", request=request.id)
    return http.page(services.renderer.page("link_sent"))


def _mail_links(address: str, client: str, services: Services) -> None:
    """
    Write the letters with an address's links, each once a day.

    There is one transaction whether there is a letter or not, so that the time tells little.
    """
    counter = services.store.counter(services.counter_for(Counted.LINKS, client))
    if counter.count >= MAX_ASKS:
        return
    letters = [letter for role in Role if (letter := _link_letter(role, address, services))]
    try:
        services.store.commit(Change(puts=(counter.plus_one(),), letters=tuple(letters)))
    except Conflict:
        return  # Another request wrote the same letters a moment ago, or is asked again.


def _link_letter(role: Role, address: str, services: Services) -> Letter | None:
    """Return the letter with the link for a role, unless there is nothing, or it is written."""
    now, store = services.now(), services.store
    pointer = store.pointer(pointer_id(role, address))
    stored = store.application(pointer.application, now=now) if pointer else None
    if stored is None:
        return None
    today = services.program.local(now).date()
    letter = new_letter(Kind.LINK, about=stored.id, now=now, on=today)
    return letter if store.letter(letter.id) is None else None


def _mine(request: http.Request, services: Services) -> OwnerRequest:
    """Return what a request's link owns."""
    token = request.path.split("/")[2]
    application_id, address_version = services.links.read_owner_token(token)
    stored = _stored(application_id, services)
    if stored.address_version != address_version:
        raise LinkExpired
    if stored.of:
        _needs_to_prove(stored, services)
    return OwnerRequest(token, stored, _beside(stored, services))


def _needs_to_prove(stored: Application, services: Services) -> None:
    """Refuse a link that was mailed to a new address, if it is old or another one came since."""
    if services.now() - stored.received_at > PROOF_LIVES:
        raise LinkExpired
    if stored.status is Status.MERGED:
        # Opened once more, it leads to what it proved, until that has moved on.
        if _stored(stored.of, services).confirmed_at != stored.changed_at:
            raise LinkExpired
    elif stored.status is not Status.UNCONFIRMED:
        raise LinkExpired


def _beside(stored: Application, services: Services) -> tuple[Application, ...]:
    pending_changes = (
        services.store.application(each, now=services.now()) for each in stored.pending_changes
    )
    return tuple(each for each in pending_changes if each)


def _owned(mine: OwnerRequest) -> OwnerRequest:
    """Return what is owned for good: a link that proves an address does that and no more."""
    if mine.unproved:
        raise NotFound
    return mine


def _parent(mine: OwnerRequest, services: Services) -> Application:
    """Return the application that what a link proves belongs to."""
    return _stored(mine.application.of, services)


def _stored(application_id: str, services: Services) -> Application:
    stored = services.store.application(application_id, now=services.now())
    if stored is None:
        raise NotFound
    return stored


def _waiting(mine: OwnerRequest, given: dict[str, list[str]], services: Services) -> Application:
    """Return what a button names: what waits, or has waited, for a button may be hit twice."""
    named = " ".join(given.get(CHANGE, []))
    if not ID.fullmatch(named):
        raise BadRequest("Use the buttons of the page")
    found = _stored(named, services)
    if (found.id if mine.unproved else found.of) != mine.application.id:
        raise NotFound
    return found


def _act(
    request: http.Request,
    services: Services,
    decide: Callable[[OwnerRequest], ApplicationChange],
    *,
    afterwards: str = "",
) -> http.Response:
    """Decide, store, and lead back to the page."""

    def act() -> http.Response:
        mine = _mine(request, services)
        change = decide(mine)
        services.store.commit(change)
        stored = change.application
        log.record(
            "application left as it is" if change.nothing else "application acted on",
            request=request.id,
            application=stored.id,
            role=stored.role,
            status=stored.status,
        )
        # A link is not made anew by being used: whoever has an old one does not have it for ever.
        moved = (stored.id, stored.address_version) != (
            mine.application.id,
            mine.application.address_version,
        )
        location = _link(stored, services) if moved else mine.link
        if afterwards and mine.unproved:
            location = afterwards
        return http.reply(location=location) if request.wants_json else http.redirect(location)

    return services.retry(act)


def _link(stored: Application, services: Services) -> str:
    return f"/mine/{services.links.owner_token(stored.id, stored.address_version)}"


def _form_page(
    mine: OwnerRequest, renderer: Renderer, *, status: int = 200, **values: Any
) -> http.Response:
    page = renderer.page("correct", link=mine.link, application=mine.application, **values)
    return http.page(page, status=status)


def _renderer(mine: OwnerRequest, services: Services) -> Renderer:
    """Return what has the form say for how long these answers are kept, and what is suggested."""
    arrangements = replace(services.arrangements(), keep_months=mine.application.keep_months)
    return services.renderer_for(arrangements)


def _standing(stored: Application, services: Services) -> CurrentPointer | None:
    return services.store.pointer(pointer_id(stored.role, stored.address))


ROUTES = {
    ("GET", "/links"): asking,
    ("POST", "/links"): ask,
    ("GET", "/mine/{token}"): show,
    ("POST", "/mine/{token}/confirm"): confirm,
    ("GET", "/mine/{token}/correct"): correction,
    ("POST", "/mine/{token}/correct"): correct,
    ("POST", "/mine/{token}/take-up"): take_up,
    ("POST", "/mine/{token}/discard"): discard,
    ("GET", "/mine/{token}/withdraw"): withdrawal,
    ("POST", "/mine/{token}/withdraw"): withdraw,
    ("GET", "/mine/{token}/forget"): forgetting_page,
    ("POST", "/mine/{token}/forget"): forget,
}


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return router.answer(event, ROUTES, services())
