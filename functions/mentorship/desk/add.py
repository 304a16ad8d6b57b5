"""
Enter a person who wrote or called: the form with what is known about them.

They get a link to check it and to agree. Until then they are on the list but not matched, unless
the coordinator notes how they have agreed. Someone with only a phone number is called instead.
"""

from typing import Any

from mentorship.addresses import phone_key, same_address, typed_address
from mentorship.applications import coordinator
from mentorship.applications.agreement import AGREED
from mentorship.applications.application import Application, address_in, contact_key_in
from mentorship.applications.conflicts import who_knows
from mentorship.applications.intake import unless_past
from mentorship.applications.pointer import pointer_id
from mentorship.desk.act import said
from mentorship.desk.guard import DeskRequest
from mentorship.form.declaration import ADDRESS, PHONE
from mentorship.form.form import AnswersRefused, Form, Submission
from mentorship.form.question import Refused, Role
from mentorship.problems import AnotherApplication, ConcernsYou, NotFound
from mentorship.program.audit import Action, add_entry
from mentorship.web import http

PATH = "/desk/add"


def choose(desk: DeskRequest) -> http.Response:
    """Ask what the person would like to be."""
    return desk.page("add", roles=list(Role))


def show(desk: DeskRequest) -> http.Response:
    """Show the form."""
    return _page(desk, _form(desk), given={}, refusals={})


def enter(desk: DeskRequest) -> http.Response:
    """Store what is known, and ask the person to check it."""
    form = _form(desk)
    given, _ = desk.request.fields()
    refusals = dict[str, str]()
    try:
        agreed = AGREED.parse(given.get(AGREED.name, []))
    except Refused as refused:
        refusals[AGREED.name] = str(refused)
    try:
        answered = form.parse(given)
    except AnswersRefused as refused:
        refusals |= refused.refusals
    if not any(typed_address("".join(given.get(each.name, ()))) for each in (ADDRESS, PHONE)):
        refusals[ADDRESS.name] = "Enter an email address or a phone number"
    if refusals:
        return _page(desk, form, status=AnswersRefused.status, given=given, refusals=refusals)

    def act() -> http.Response:
        store, now = desk.services.store, desk.now
        address = address_in(answered.answers)
        if address and same_address(address, desk.address) and not desk.viewer.is_contact:
            raise ConcernsYou(own=True)
        contact = contact_key_in(answered.answers)
        pointer = store.pointer(pointer_id(form.role, contact))
        current = store.application(pointer.application, now=now) if pointer else None
        if current is None or not current.is_open:
            current = _known_by_phone(answered, form.role, desk)
        try:
            change = coordinator.enter(
                form.role,
                answered,
                by=desk.address,
                agreed=str(agreed or ""),
                pointer=pointer,
                current=current,
                now=now,
                new_id=desk.services.new_id(),
                reply_by=unless_past(desk.arrangements.reply_by, desk.today),
                keep_months=desk.arrangements.keep_months,
                known_by=who_knows(desk.services.applications_of(contact)),
            )
        except AnotherApplication as problem:
            return _page(
                desk, form, status=problem.status, given=given, refusals={}, current=current
            )
        entered = change.application
        entry = desk.entry(Action.ENTERED, about=entered.reference, words=form.role)
        store.commit(add_entry(change, entry))
        return desk.back(f"/desk/applications/{entered.id}", done=said("entered", entered, desk))

    return desk.services.retry(act)


def _known_by_phone(answered: Submission, role: Role, desk: DeskRequest) -> Application | None:
    """Return the application of someone who was entered with the same phone number alone."""
    phone = answered.answers.get(PHONE.name)
    if not phone:
        return None
    pointer = desk.services.store.pointer(pointer_id(role, phone_key(str(phone))))
    return desk.services.store.application(pointer.application, now=desk.now) if pointer else None


def _form(desk: DeskRequest) -> Form:
    """
    Return the form of the role that a path names.

    Raises:
        NotFound: if it names none.

    """
    named = desk.request.param("role")
    role = next((each for each in Role if each.value == named), None)
    if role is None:
        raise NotFound
    return desk.renderer.forms[role].for_somebody()


def _page(
    desk: DeskRequest,
    form: Form,
    *,
    status: int = 200,
    current: Application | None = None,
    **values: Any,
) -> http.Response:
    return desk.page(
        "entry", status=status, form=form, agreed=AGREED, current=desk.shown(current), **values
    )


DONE = {
    "entered": "Entered. They have an email with a link to check it.",
    "entered-call": "Entered. They have no email address, so no email is sent: call them.",
}
ROUTES = {
    ("GET", PATH): choose,
    ("GET", f"{PATH}/{{role}}"): show,
    ("POST", f"{PATH}/{{role}}"): enter,
}
