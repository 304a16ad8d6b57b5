"""Receive applications, and confirm them on a page that can be reloaded."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from mentorship import log
from mentorship.applications import intake
from mentorship.applications.application import Application, ApplicationChange, address_in
from mentorship.applications.intake import OnFile
from mentorship.applications.pointer import pointer_id
from mentorship.applications.status import HoldReason
from mentorship.change import Counted, Counter
from mentorship.form.form import AnswersRefused, Form, Submission
from mentorship.form.question import Audience, Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import letter_id
from mentorship.problems import NoSuchRole, NotFound, NotOpen
from mentorship.program.arrangements import Arrangements
from mentorship.services import ID, Services
from mentorship.web import http, router
from mentorship.web.links import STAMP

# No one reads and fills in the form faster; a browser's autofill needs a person to press it.
SOONEST = timedelta(seconds=3)
LATEST = STAMP.lives
# For how long the receipt page names the address, so that a mistyped one is noticed.
SHOWN_FOR = timedelta(minutes=15)
# Few people fill in the form without JavaScript, and most robots do. From one network in a day, so
# many are let in at most; with a stamp, as many as the setting says.
MOST_UNSTAMPED = 8
# What a program is told; a person reads the same on the receipt page.
ON_HOLD = "A coordinator will check it first; then you’ll get an email."


def submit(request: http.Request, services: Services) -> http.Response:
    """Take an application, once, however often it is sent."""
    given, exact = request.fields()
    if services.program.applications != "open":
        raise _not_open("They’ll open soon.", services)
    try:
        role = Role(" ".join(given.get("role", [])))
    except ValueError as error:
        raise NoSuchRole from error
    arrangements = services.arrangements()
    renderer = services.renderer_for(arrangements)
    opening, now = arrangements.opening(role), services.now()
    if not opening.is_taken(now):
        opens = opening.opens_next(now)
        when = (
            f"They’ll open on {renderer.begins(opens)}."
            if opens
            else "Applications closed while you were filling in the form."
        )
        raise _not_open(when, services)
    try:
        answered = _read(given, exact, renderer.forms[role])
    except AnswersRefused as problem:
        # The page has the form again, with the present settings.
        return router.tell(problem, request, renderer)

    def take() -> http.Response:
        change = _decide(role, answered, request.client, arrangements, services)
        services.store.commit(change)
        return _confirm(request, change)

    return services.retry(take)


def _not_open(when: str, services: Services) -> NotOpen:
    contact = services.program.contact
    return NotOpen(f"{when} Nothing was saved. Copy your answers and email them to {contact}.")


def _read(given: Mapping[str, Sequence[str]], exact: bool, form: Form) -> Submission:
    """
    Return the answers to a form.

    Raises:
        AnswersRefused: if any cannot be taken.

    """
    # A page may carry fields of a browser's extension; but a program that sends an unknown field
    # would believe that it was stored.
    if exact and (strangers := form.unknown(given)):
        words = "There is no question of this name on this form"
        raise AnswersRefused(form=form, given=given, refusals=dict.fromkeys(strangers, words))
    return form.parse(given)


def opened(request: http.Request, services: Services) -> http.Response:
    """Return a signed stamp of when the form was opened; the page's script sends it along."""
    return http.reply(opened=services.links.stamp())


def receipt(request: http.Request, services: Services) -> http.Response:
    """
    Show that an application is stored, without a word of what it says.

    Only the address is named for a while, so that someone who mistyped it notices.
    """
    application_id = request.param("id")
    if not ID.fullmatch(application_id):
        raise NotFound
    stored = services.store.application(application_id, now=services.now())
    if stored is None:
        raise NotFound
    sent_to = _sent_to(stored, services)
    shown = services.renderer.application(stored, Audience.OWNER).without_answers()
    return http.page(services.renderer.page("receipt", application=shown, sent_to=sent_to))


def _sent_to(stored: Application, services: Services) -> str:
    """
    Return the address that the receipt went to, for whoever has just typed it, or "".

    The page stays, and its link may be read by others later. An address that came afterwards was
    not typed by whoever sent the form.
    """
    is_new = services.now() - stored.received_at < SHOWN_FOR
    typed_here = not stored.entered_by and stored.address_version == 1
    return stored.address if is_new and typed_here else ""


def _decide(
    role: Role, answered: Submission, client: str, arrangements: Arrangements, services: Services
) -> ApplicationChange:
    """Read what the decision depends on, and decide."""
    now = services.now()
    known = _known(role, answered, client, services)
    return intake.receive(
        role=role,
        answered=answered,
        known=known,
        held=_held(answered, known.counter, services),
        network=services.network_of(client),
        now=now,
        today=services.program.local(now).date(),
        new_id=services.new_id(),
        reply_by=arrangements.reply_by,
        keep_months=arrangements.keep_months,
    )


def _known(role: Role, answered: Submission, client: str, services: Services) -> OnFile:
    """Return what is stored for the address and role, and the counter of its client."""
    now, store = services.now(), services.store
    today = services.program.local(now).date()
    address = address_in(answered.answers)
    pointer = store.pointer(pointer_id(role, address))
    held_pointer = store.pointer(pointer_id(role, address, held=True))
    current = store.application(pointer.application, now=now) if pointer else None
    held = store.application(held_pointer.application, now=now) if held_pointer else None
    pending_changes = store.pending_changes(current, now=now) if current else []
    notice = letter_id(Kind.CONFIRM_CHANGE, of=current.id, on=today) if current else ""
    return OnFile(
        pointer=pointer,
        current=current,
        pending_changes=tuple(pending_changes),
        held_pointer=held_pointer,
        held=held,
        # Whoever knows them as a mentee knows them as a mentor.
        others=tuple(services.applications_of(address, roles=set(Role) - {role})),
        noticed=bool(notice) and store.letter(notice) is not None,
        counter=store.counter(services.counter_for(Counted.APPLICATIONS, client)),
    )


def _held(answered: Submission, counter: Counter, services: Services) -> HoldReason:
    """Return why to hold an application back, if at all; a person may have sent it even so."""
    if answered.trapped:
        return HoldReason.TRAP
    if answered.stamp:
        age = services.links.age_of(answered.stamp)
        if age is None or not SOONEST <= age <= LATEST:
            return HoldReason.STAMP
    most = services.settings.most_of_a_client
    if counter.count >= (most if answered.stamp else min(most, MOST_UNSTAMPED)):
        return HoldReason.CLIENT
    return HoldReason.NOT


def _confirm(request: http.Request, change: ApplicationChange) -> http.Response:
    """Answer as a page or as JSON, and log what became of the request."""
    stored = change.application
    log.record(
        "application sent again" if change.nothing else "application received",
        request=request.id,
        application=stored.id,
        role=stored.role,
        status=stored.status,
    )
    location = f"/applications/{stored.id}"
    if request.wants_json:
        held = stored.status.traits.is_held
        told = {"status": "on hold", "detail": ON_HOLD} if held else {"status": "received"}
        return http.created(location, id=stored.id, reference=stored.reference, **told)
    return http.redirect(location)
