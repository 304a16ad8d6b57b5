"""The holder of a link that was mailed to an address, and what they may do with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from mentorship import log
from mentorship.applications.application import Application, ApplicationChange
from mentorship.applications.pointer import CurrentPointer, pointer_id_of
from mentorship.applications.status import Status
from mentorship.pairings import commit
from mentorship.problems import BadRequest, LinkExpired, NotFound
from mentorship.services import ID, Services
from mentorship.web import http

# How long a link that proves a new address works; an application must not move years later.
PROOF_LIVES = timedelta(days=7)
# The hidden field that names a pending change.
CHANGE = "change"


@dataclass(frozen=True)
class Done:
    """What the page says was just done, and in which *part* of it, "" for above everything."""

    words: str
    part: str = ""


# By their names in the page's address.
DONE = {
    "confirmed": Done("Thank you. Your address is confirmed."),
    "corrected": Done("Saved. Thank you for keeping your answers up to date."),
    "same": Done("Nothing has changed. We already had these answers."),
    "new-address": Done("Thank you. We’re emailing the new address to confirm it."),
    "accepted": Done("Saved. Thank you for confirming."),
    "discarded": Done("Discarded. Your own answers haven’t changed."),
    "taken-out": Done("Saved. That line is taken out.", part="preview"),
    "put-back": Done("Saved. That line is back in.", part="preview"),
    "stayed": Done("Saved. Thank you for letting us know."),
    "withdrawn": Done("Saved. Your application is withdrawn."),
}


@dataclass(frozen=True)
class OwnerRequest:
    """What the holder of a link owns: an application, or a change whose address it proves."""

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
        return bool(self.application.parent)


def owner_request(request: http.Request, services: Services) -> OwnerRequest:
    """Return what a request's link owns."""
    token = request.param("token")
    application_id, address_version = services.links.read_owner_token(token)
    stored = stored_application(application_id, services)
    if stored.address_version != address_version:
        raise LinkExpired
    if stored.parent:
        _needs_to_prove(stored, services)
    return OwnerRequest(
        token, stored, tuple(services.store.pending_changes(stored, now=services.now()))
    )


def _needs_to_prove(stored: Application, services: Services) -> None:
    """Refuse a link that was mailed to a new address, if it is too old or was replaced."""
    if services.now() - stored.received_at > PROOF_LIVES:
        raise LinkExpired
    if stored.status is Status.MERGED:
        # Opened again, it leads to the application that it moved, until that is changed again.
        if stored_application(stored.parent, services).confirmed_at != stored.changed_at:
            raise LinkExpired
    elif stored.status is not Status.UNCONFIRMED:
        raise LinkExpired


def needs_owner(mine: OwnerRequest) -> OwnerRequest:
    """Refuse a link that only proves an address; it does that and no more."""
    if mine.unproved:
        raise NotFound
    return mine


def parent_of(mine: OwnerRequest, services: Services) -> Application:
    """Return the parent of the change whose address a link proves."""
    return stored_application(mine.application.parent, services)


def stored_application(application_id: str, services: Services) -> Application:
    """Return an application; raise `NotFound` if there is none."""
    stored = services.store.application(application_id, now=services.now())
    if stored is None:
        raise NotFound
    return stored


def named_change(
    mine: OwnerRequest, given: dict[str, list[str]], services: Services
) -> Application:
    """Return the change that a button names, pending or not: a button may be pressed twice."""
    named = " ".join(given.get(CHANGE, []))
    if not ID.fullmatch(named):
        raise BadRequest("Use the buttons of the page")
    found = stored_application(named, services)
    if (found.id if mine.unproved else found.parent) != mine.application.id:
        raise NotFound
    return found


def act(
    request: http.Request,
    services: Services,
    decide: Callable[[OwnerRequest], ApplicationChange],
    *,
    done: str | Callable[[ApplicationChange], str],
    afterwards: str = "",
) -> http.Response:
    """
    Decide, store, and redirect back to the page, which says what was done.

    Args:
        request: of the holder of a link.
        services: what they work with.
        decide: returns the change.
        done: what the page says, a name in `DONE`.
        afterwards: where someone whose link only proves an address goes instead.

    """

    def attempt() -> http.Response:
        mine = owner_request(request, services)
        change = decide(mine)
        unproved = change.application.id != mine.application.id
        before = parent_of(mine, services) if unproved else mine.application
        commit(change, services, before=before)
        stored = change.application
        log.record(
            "application left as it is" if change.nothing else "application acted on",
            request=request.id,
            application=stored.id,
            role=stored.role,
            status=stored.status,
        )
        # Using a link does not renew it, so an old one does not work forever.
        moved = (stored.id, stored.address_version) != (
            mine.application.id,
            mine.application.address_version,
        )
        location = link_to(stored, services) if moved else mine.link
        if request.wants_json:
            return http.reply(location=location)
        if afterwards and mine.unproved:
            return http.redirect(afterwards)
        name = done if isinstance(done, str) else done(change)
        part = DONE[name].part
        return http.redirect(f"{location}?done={name}{part and f'#{part}'}")

    return services.retry(attempt)


def link_to(stored: Application, services: Services) -> str:
    """Return the path of an application's page, with a new link."""
    return f"/mine/{services.links.owner_token(stored.id, stored.address_version)}"


def pointer_of(stored: Application, services: Services) -> CurrentPointer | None:
    """Return the pointer to the current application of the same address."""
    return services.store.pointer(pointer_id_of(stored))
