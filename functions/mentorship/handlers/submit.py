"""Applications come in, and are confirmed on a page that can be loaded again."""

from typing import Any

from mentorship import application, journal, web
from mentorship.form import Answered
from mentorship.problems import AnswersRefused, NoSuchRole, NotFound, NotOpen
from mentorship.questions import Role
from mentorship.services import ID, Services, services

# Of two requests at once for one address one is overtaken, and finds its answer on the next try.
TRIES = 5


def submit(request: web.Request, services: Services) -> web.Response:
    """Take an application, once, however often it is sent."""
    given, exact = request.given()
    if services.program.applications != "open":
        raise NotOpen(
            f"They open soon. Until then, write to {services.program.contact}; nothing was stored."
        )
    try:
        form = services.renderer.forms[Role(" ".join(given.get("role", [])))]
    except ValueError as error:
        raise NoSuchRole from error
    # A page may carry fields of a browser's extension; a program that names what is not asked
    # would believe it was stored.
    if exact and (strangers := form.unknown(given)):
        words = "There is no question of this name on this form"
        raise AnswersRefused(form=form, given=given, refusals=dict.fromkeys(strangers, words))
    answered = form.parse(given)
    for _ in range(TRIES):
        change = _decide(form.role, answered, services)
        try:
            services.store.commit(change)
        except application.Overtaken:
            continue
        return _confirm(request, change)
    raise application.Overtaken


def receipt(request: web.Request, services: Services) -> web.Response:
    """Show that an application is stored, without a word of what it says."""
    application_id = request.path.rpartition("/")[2]
    if not ID.fullmatch(application_id):
        raise NotFound
    stored = services.store.application(application_id, now=services.now())
    if stored is None:
        raise NotFound
    return web.page(services.renderer.page("receipt", application=stored))


def _decide(role: Role, answered: Answered, services: Services) -> application.Change:
    """Read what the decision rests on, and take it."""
    now = services.now()
    today = services.program.local(now).date()
    standing = services.store.standing(application.standing_id(role, answered))
    return application.received(
        role=role,
        answered=answered,
        standing=standing,
        stands=services.store.application(standing.application, now=now) if standing else None,
        announced=answered.trapped
        and services.store.letter(application.held_back_id(today)) is not None,
        now=now,
        today=today,
        new_id=services.new_id(),
        reply_by=services.program.hear_by,
        keep_months=services.program.months_kept,
    )


def _confirm(request: web.Request, change: application.Change) -> web.Response:
    """Answer as the caller reads, and say in the log what became of the request."""
    stored = change.application
    journal.record(
        "application received" if change.puts else "application sent again",
        request=request.id,
        application=stored.id,
        role=stored.role,
        status=stored.status,
    )
    location = f"/applications/{stored.id}"
    if request.wants_json:
        return web.created(location, id=stored.id, reference=stored.reference)
    return web.see(location)


ROUTES = {
    ("POST", "/applications"): submit,
    ("GET", "/applications/{id}"): receipt,
}


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return web.answer(event, ROUTES, services())
