"""
The applicant's own page, for the holder of a link that was mailed to their address.

Email scanners open links, so GET only ever shows, and POST acts.
"""

from dataclasses import replace
from typing import Any

from mentorship import log
from mentorship.applicant.link_holder import (
    DONE,
    OwnerRequest,
    act,
    link_to,
    named_change,
    needs_owner,
    owner_request,
    parent_of,
    pointer_of,
)
from mentorship.applicant.preview import preview_of
from mentorship.applications import owner
from mentorship.applications.application import Application, ApplicationChange, address_in
from mentorship.applications.intake import unconfirmed
from mentorship.applications.shown import ShownApplication
from mentorship.applications.status import Status
from mentorship.archive import forgetting
from mentorship.change import Counted
from mentorship.form import declaration
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Audience
from mentorship.letters.kinds import Kind
from mentorship.matches.places import places_free
from mentorship.pairings import as_owner_knows, matches_of, proposals_of
from mentorship.problems import NotFound
from mentorship.rendering import Renderer
from mentorship.services import Services
from mentorship.web import http


def show(request: http.Request, services: Services) -> http.Response:
    """Show what is stored, and what can be done about it."""
    mine = owner_request(request, services)
    if mine.application.status is Status.MERGED:
        return http.redirect(link_to(parent_of(mine, services), services))
    stored, renderer = mine.application, services.renderer
    waiting = unconfirmed(mine.pending_changes) if stored.is_open else []
    matches = matches_of(stored, services)
    return http.page(
        renderer.page(
            "mine",
            application=_shown(as_owner_knows(stored, matches), services),
            link=mine.link,
            open=stored.is_open,
            address_only=mine.unproved,
            preview=preview_of(mine.application, renderer),
            proposals=proposals_of(stored, matches, services),
            matched_on=[each.starts_on for each in matches if each.state.is_running],
            places_free=places_free(stored),
            resume_on=stored.resume_on,
            done=DONE.get(request.query("done")),
            changes=[
                (
                    _shown(each, services),
                    renderer.differences(
                        stored.role,
                        stored.version,
                        each.version,
                        audience=Audience.OWNER,
                        private=True,
                    ),
                )
                for each in waiting
                if stored.same_address(each)
            ],
            moving=[_shown(each, services) for each in waiting if not stored.same_address(each)],
        )
    )


def _shown(stored: Application, services: Services) -> ShownApplication:
    """Return what the owner of an application reads of it: all of their answers."""
    return services.renderer.application(stored, Audience.OWNER, private=True)


def confirm(request: http.Request, services: Services) -> http.Response:
    """Record that the address is its owner's."""
    return act(
        request,
        services,
        lambda mine: owner.confirm(needs_owner(mine).application, now=services.now()),
        done="confirmed",
    )


def correction(request: http.Request, services: Services) -> http.Response:
    """Show the form, filled in."""
    mine = needs_owner(owner_request(request, services))
    renderer = _renderer(mine, services)
    form = renderer.forms[mine.application.role]
    given = form.given(mine.application.answers)
    if mine.application.consent_version < declaration.CONSENT_VERSION:
        given.pop(declaration.CONSENT.name, None)  # The wording is another one: agree to it anew.
    return _form_page(mine, renderer, form=form, given=given, refusals={})


def correct(request: http.Request, services: Services) -> http.Response:
    """Replace the stored answers with those of the form."""
    mine = needs_owner(owner_request(request, services))
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
    return act(
        request,
        services,
        lambda mine: owner.correct(
            needs_owner(mine).application,
            answered,
            pointer=pointer_of(mine.application, services),
            pending_changes=mine.pending_changes,
            asked=services.store.counter(
                services.counter_for(Counted.ADDRESSES, address_in(answered.answers))
            ),
            now=services.now(),
            new_id=services.new_id(),
        ),
        done=_corrected,
    )


def _corrected(change: ApplicationChange) -> str:
    """Return the name of what the page says about a correction."""
    if change.nothing:
        return "same"
    asks = any(each.kind is Kind.CONFIRM_ADDRESS for each in change.letters)
    return "new-address" if asks else "corrected"


def accept_change(request: http.Request, services: Services) -> http.Response:
    """Accept a pending change, which proves a new address."""
    given, _ = request.fields()

    def decide(mine: OwnerRequest) -> ApplicationChange:
        waiting = named_change(mine, given, services)
        of = parent_of(mine, services) if mine.unproved else mine.application
        if waiting.status is not Status.UNCONFIRMED:
            return ApplicationChange(application=of)
        if not mine.unproved and not of.same_address(waiting):
            raise NotFound  # Only a link that was mailed to the other address proves it.
        new_pointer = pointer_of(waiting, services)
        other = new_pointer and services.store.application(
            new_pointer.application, now=services.now()
        )
        return owner.accept_change(
            of,
            waiting,
            pending_changes=services.store.pending_changes(of, now=services.now()),
            pointer=pointer_of(of, services),
            new_pointer=new_pointer,
            other=other or None,
            now=services.now(),
            new_id=services.new_id(),
        )

    return act(request, services, decide, done="accepted")


def discard_change(request: http.Request, services: Services) -> http.Response:
    """Discard a pending change."""
    given, _ = request.fields()

    def decide(mine: OwnerRequest) -> ApplicationChange:
        of = parent_of(mine, services) if mine.unproved else mine.application
        return owner.discard_change(
            of,
            named_change(mine, given, services),
            pending_changes=services.store.pending_changes(of, now=services.now()),
            now=services.now(),
        )

    return act(request, services, decide, done="discarded", afterwards="/")


def withdrawal(request: http.Request, services: Services) -> http.Response:
    """Show what it means to withdraw."""
    mine = needs_owner(owner_request(request, services))
    shown = _shown(mine.application, services)
    return http.page(services.renderer.page("withdraw", application=shown, link=mine.link))


def withdraw(request: http.Request, services: Services) -> http.Response:
    """Withdraw the application."""
    return act(
        request,
        services,
        lambda mine: owner.withdraw(
            needs_owner(mine).application,
            pointer_of(mine.application, services),
            now=services.now(),
            new_id=services.new_id(),
        ),
        done="withdrawn",
    )


def forgetting_page(request: http.Request, services: Services) -> http.Response:
    """Show what will be deleted, and what cannot be reached."""
    mine = needs_owner(owner_request(request, services))
    found = _found(mine, services)
    return http.page(
        services.renderer.page(
            "forget",
            link=mine.link,
            deleted=found.listed(services).values(),
            unreachable=forgetting.UNREACHABLE,
        )
    )


def forget(request: http.Request, services: Services) -> http.Response:
    """Delete everything stored about the address."""

    def find() -> forgetting.Found:
        return _found(needs_owner(owner_request(request, services)), services)

    deleted = forgetting.forget_all(find, services)
    log.record("address forgotten", request=request.id, count=len(deleted))
    return http.page(
        services.renderer.page("forgotten", deleted=deleted, unreachable=forgetting.UNREACHABLE)
    )


def _found(mine: OwnerRequest, services: Services) -> forgetting.Found:
    return forgetting.find_from(mine.application, services)


def _form_page(
    mine: OwnerRequest, renderer: Renderer, *, status: int = 200, **values: Any
) -> http.Response:
    shown = renderer.application(mine.application, Audience.OWNER, private=True)
    page = renderer.page("correct", link=mine.link, application=shown, **values)
    return http.page(page, status=status)


def _renderer(mine: OwnerRequest, services: Services) -> Renderer:
    """Return a renderer whose form says how long these answers are kept, with suggestions."""
    arrangements = replace(services.arrangements(), keep_months=mine.application.keep_months)
    return services.renderer_for(arrangements)
