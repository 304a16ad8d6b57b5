"""One application at the desk: which one a page is about, and how an action on it is done."""

from collections.abc import Callable

from mentorship.addresses import address_key
from mentorship.applications import intake
from mentorship.applications.application import Application, ApplicationChange, contact_key_in
from mentorship.applications.conflicts import Relation, concerned
from mentorship.applications.pointer import CurrentPointer, pointer_id
from mentorship.applications.status import Status
from mentorship.archive import forgetting
from mentorship.desk.guard import DeskRequest
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import letter_id
from mentorship.pairings import commit
from mentorship.problems import (
    AnotherApplication,
    ApplicationClosed,
    ConcernsYou,
    NotFound,
    TooManyChanges,
)
from mentorship.program.audit import Action, AnyChange, add_entry
from mentorship.services import ID
from mentorship.web import http

PATH = "/desk/applications/{id}"
# How many held-back applications of the same address a page lists.
FEW = 5
# How a name in `DONE` ends if it is about someone who has no email address.
CALL = "-call"
# What a page says if nothing could be done.
DONE = {
    "late": "It changed after you opened this page, so nothing was done.",
    "stands": "Nothing was changed, because this address has another application by now.",
    "crowd": "It stays on hold: too many changes already wait for the applicant to confirm them.",
}


def act(
    desk: DeskRequest,
    decide: Callable[[Application], AnyChange],
    action: Action | None,
    *,
    done: str | Callable[[AnyChange], str],
    words: str = "",
    path: str = "",
) -> http.Response:
    """Decide, store with an audit entry, and redirect back to the page, or to another one."""

    def attempt() -> http.Response:
        stored = stored_application(desk)
        try:
            change = decide(stored)
        except ApplicationClosed:
            return desk.back(path_of(stored), done="late")
        except AnotherApplication:
            return desk.back(path_of(stored), done="stands")
        except TooManyChanges:
            return desk.back(path_of(stored), done="crowd")
        if action:
            entry = desk.entry(action, about=stored.reference, words=noted(words, stored, desk))
            change = add_entry(change, entry)
        commit(change, desk.services, before=stored)
        name = done if isinstance(done, str) else done(change)
        return desk.back(path or path_of(stored), done=said(name, stored, desk))

    return desk.services.retry(attempt)


def said(done: str, application: Application, desk: DeskRequest) -> str:
    """Return the name of what a page says; someone who has no email address is to be called."""
    call = f"{done}{CALL}"
    return call if application.by_phone_only and call in desk.done else done


def admission(stored: Application, desk: DeskRequest) -> ApplicationChange:
    """
    Return the change that lets in an application, as a pending change if its address has one.

    Raises:
        ApplicationClosed: if it was closed meanwhile.
        TooManyChanges: if as many changes as may wait for its owner are pending already.

    """
    if not stored.status.traits.is_held:
        was_let_in = stored.hold_reason and stored.parent
        if stored.is_open or (was_let_in and stored.status is not Status.DISCARDED):
            return ApplicationChange(application=stored)
        raise ApplicationClosed
    store, now = desk.services.store, desk.now
    pointer = pointer_of(stored, desk)
    current = current_by(pointer, stored, desk)
    if current is None:
        return intake.admit(
            stored,
            pointer=pointer,
            now=now,
            today=desk.today,
            new_id=desk.services.new_id(),
            reply_by=desk.arrangements.reply_by,
        )
    notice = letter_id(Kind.CONFIRM_CHANGE, of=current.id, on=desk.today)
    return intake.admit_as_change(
        stored,
        current,
        pending_changes=store.pending_changes(current, now=desk.now),
        noticed=store.letter(notice) is not None,
        now=now,
        today=desk.today,
    )


def stored_application(desk: DeskRequest) -> Application:
    """
    Return the application that a path names, for a coordinator who may act on it.

    Raises:
        NotFound: if there is none.
        ConcernsYou: if it is their own, or of someone they know.

    """
    found = named_application(desk)
    if relation := desk.relation(found):
        raise ConcernsYou(found.reference, own=relation is Relation.OWN)
    return found


def noted(words: str, stored: Application, desk: DeskRequest) -> str:
    """Return the words of an audit entry, with the coordinators in whose place someone acted."""
    parent = forgetting.parent_of(stored, desk.services)
    everyone = [address_key(each.address) for each in desk.arrangements.coordinators]
    whom = [each for each in concerned(parent, everyone) if each != desk.viewer.address]
    return "; ".join(filter(None, [words, f"in place of {', '.join(whom)}" if whom else ""]))


def named_application(desk: DeskRequest) -> Application:
    """
    Return the application that a path names, whoever asks for it.

    Raises:
        NotFound: if there is none.

    """
    named = desk.request.param("id")
    found = desk.services.store.application(named, now=desk.now) if ID.fullmatch(named) else None
    if found is None:
        raise NotFound
    return found


def path_of(stored: Application) -> str:
    """Return the path of an application's page."""
    return f"/desk/applications/{stored.id}"


def field_of(desk: DeskRequest, name: str) -> str:
    """Return what was sent in a field, or an empty text."""
    given, _ = desk.request.fields()
    return " ".join(given.get(name, []))


def pointer_of(stored: Application, desk: DeskRequest) -> CurrentPointer | None:
    """Return the pointer to the current application of the same address, if there ever was one."""
    if not stored.answers:
        return None
    contact = contact_key_in(stored.answers)
    return desk.services.store.pointer(pointer_id(stored.role, contact))


def other_current(stored: Application, desk: DeskRequest) -> Application | None:
    """Return the other open application of the same address and role, if there is one."""
    return current_by(pointer_of(stored, desk), stored, desk)


def current_by(
    pointer: CurrentPointer | None, stored: Application, desk: DeskRequest
) -> Application | None:
    """Return the application that a pointer names, if it is open and another one."""
    if pointer is None or pointer.application == stored.id:
        return None
    found = desk.services.store.application(pointer.application, now=desk.now)
    return found if found and found.is_open else None


def held_of(stored: Application, desk: DeskRequest) -> list[Application]:
    """Return the last few held-back applications of the same address and role."""
    store = desk.services.store
    pointer = store.pointer(pointer_id(stored.role, contact_key_in(stored.answers), held=True))
    ids = pointer.named if pointer else ()
    found = (store.application(each, now=desk.now) for each in reversed(ids[-FEW:]))
    return [each for each in found if each and each.status.traits.is_held]
