"""
The actions of a coordinator on one application, except those that come with words.

A button that is pressed twice acts once, and each action has an audit entry. What cannot be undone
is shown first.
"""

from dataclasses import replace

from mentorship.applications import coordinator
from mentorship.applications.application import Application, ApplicationChange
from mentorship.applications.coordinator import REASONS
from mentorship.applications.pointer import pointer_id
from mentorship.applications.shown import ShownApplication
from mentorship.applications.status import Status
from mentorship.archive import forgetting
from mentorship.change import Change, forgotten_mark_id, renewed_mark
from mentorship.desk.act import (
    PATH,
    act,
    admission,
    current_by,
    field_of,
    noted,
    other_current,
    path_of,
    pointer_of,
    stored_application,
)
from mentorship.desk.guard import DeskRequest
from mentorship.desk.person_matches import proposals_of
from mentorship.desk.seen import as_known
from mentorship.form.question import Audience
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import letter_id
from mentorship.problems import ApplicationClosed, BadRequest, NotFound
from mentorship.program.audit import Action
from mentorship.rendering import Rendered, unfolded
from mentorship.services import ID
from mentorship.web import http

# What a page says once an application was let in, by what it then is.
LET_IN = {Status.UNCONFIRMED: "beside", Status.MERGED: "same"}


def pausing(desk: DeskRequest) -> http.Response:
    """Show what becomes of the open proposals of someone who is paused."""
    stored = stored_application(desk)
    if not stored.status.traits.may_be_matched:
        return desk.back(path_of(stored), done="late")
    return desk.page("pause", application=desk.shown(stored), proposals=proposals_of(stored, desk))


def pause(desk: DeskRequest) -> http.Response:
    """Keep someone on the list without matching them."""
    return act(desk, coordinator.pause, Action.PAUSED, done="paused")


def resume(desk: DeskRequest) -> http.Response:
    """Put someone who is paused back on the waiting list."""
    return act(desk, coordinator.resume, Action.RESUMED, done="resumed")


def withdrawal(desk: DeskRequest) -> http.Response:
    """Show what it means to withdraw an application for its owner."""
    stored = stored_application(desk)
    if not stored.is_open:
        return desk.back(path_of(stored), done="late")
    return desk.page(
        "withdraw",
        application=desk.shown(stored),
        in_matches=len(as_known(stored, desk).open_matches),
    )


def withdraw(desk: DeskRequest) -> http.Response:
    """Withdraw the application of someone who has asked for it."""
    return act(
        desk,
        lambda stored: coordinator.withdraw(
            stored, pointer_of(stored, desk), now=desk.now, new_id=desk.services.new_id()
        ),
        Action.WITHDREW,
        done="withdrawn",
    )


def admit(desk: DeskRequest) -> http.Response:
    """Let in an application that was held back, as a pending change if its address has one."""

    def done(change: ApplicationChange) -> str:
        return LET_IN.get(change.application.status, "admitted")

    return act(desk, lambda stored: admission(stored, desk), Action.ADMITTED, done=done)


def deletion(desk: DeskRequest) -> http.Response:
    """Show what is deleted with an application that was held back, and what is not."""
    stored = stored_application(desk)
    if not stored.status.traits.is_held:
        return desk.back(path_of(stored), done="late")
    return desk.page(
        "delete",
        application=desk.shown(stored),
        deleted=forgetting.describe(stored, desk.services),
        # Before one is let in or put back, the page shows which other one is current.
        current=desk.shown(other_current(stored, desk)),
    )


def delete(desk: DeskRequest) -> http.Response:
    """Delete one application that was held back, and nothing else from its address."""
    store, now = desk.services.store, desk.now

    def decide(stored: Application) -> Change:
        if not stored.status.traits.is_held:
            raise ApplicationClosed
        held = store.pointer(pointer_id(stored.role, stored.address, held=True))
        mark_id = forgotten_mark_id(stored.id)
        mark = renewed_mark(
            mark_id,
            now=now,
            expires_at=now + forgetting.REMEMBERED,
            before=store.mark(mark_id, now=None),
        )
        return coordinator.delete_held_back(stored, held, mark=mark)

    try:
        return act(desk, decide, Action.DELETED, done="deleted", path="/desk/")
    except NotFound:
        # The button may be pressed twice, and only the mark is left by then.
        named = desk.request.param("id")
        if ID.fullmatch(named) and store.mark(forgotten_mark_id(named), now=now):
            return desk.back("/desk/", done="deleted")
        raise


def refusal(desk: DeskRequest) -> http.Response:
    """Show the letters of which one would be sent to someone whom the program cannot take."""
    stored = stored_application(desk)
    if not stored.is_open:
        return desk.back(path_of(stored), done="late")
    reasons = REASONS[stored.role]
    return desk.page(
        "not_eligible",
        in_matches=len(as_known(stored, desk).open_matches),
        application=desk.shown(stored),
        reasons=[(each, _refusal_email(stored, each, desk)) for each in reasons],
        reason=reasons[0],
    )


def _refusal_email(stored: Application, reason: str, desk: DeskRequest) -> Rendered | None:
    """Return the letter for a reason; a coordinator calls someone who has no email address."""
    new_id = desk.services.new_id()
    if stored.open_matches:
        # No day of deletion is known in a match. The letter goes once it has ended.
        found = desk.services.store.matches.by_ids([*stored.open_matches], now=desk.now)
        ends = desk.now if any(each.introduced_at for each in found) else stored.match_ended_at
        stored = replace(stored, open_matches=(), match_ended_at=ends)
    for letter in coordinator.mark_ineligible(
        stored, None, reason, now=desk.now, new_id=new_id
    ).letters:
        email = desk.renderer.email(
            letter.kind,
            letter=letter,
            application=desk.renderer.application(stored, Audience.OWNER).without_answers(),
            link=f"{desk.services.program.public_address}/links",
        )
        return replace(email, text=unfolded(email.text))
    return None


def refuse(desk: DeskRequest) -> http.Response:
    """Close an application, and send the letter that was shown."""
    reason = field_of(desk, "reason")

    def decide(stored: Application) -> Change:
        if reason not in REASONS[stored.role]:
            raise BadRequest("Use the buttons of the page")
        new_id, pointer = desk.services.new_id(), pointer_of(stored, desk)
        return coordinator.mark_ineligible(stored, pointer, reason, now=desk.now, new_id=new_id)

    return act(desk, decide, Action.NOT_ELIGIBLE, done="ineligible", words=reason)


def reinstate(desk: DeskRequest) -> http.Response:
    """Put an application that was found not eligible back on the list."""

    def decide(stored: Application) -> Change:
        pointer = pointer_of(stored, desk)
        return coordinator.reinstate(stored, pointer, current_by(pointer, stored, desk))

    return act(desk, decide, Action.REINSTATED, done="reinstated")


def ask_membership(desk: DeskRequest) -> http.Response:
    """Ask a mentee by which address the society knows them."""

    def decide(stored: Application) -> Change:
        change = coordinator.ask_member_address(stored, now=desk.now, today=desk.today)
        today = letter_id(Kind.MEMBERSHIP, of=stored.id, on=desk.today)
        return (
            ApplicationChange(application=stored) if desk.services.store.letter(today) else change
        )

    return act(desk, decide, Action.ASKED, done="asked")


def forgetting_page(desk: DeskRequest) -> http.Response:
    """Show what will be deleted, and what cannot be reached."""
    stored = stored_application(desk)
    found = forgetting.find_from(stored, desk.services)
    return desk.page(
        "forget",
        application=desk.shown(stored),
        person=_person(stored, desk),
        is_change=bool(stored.parent),
        deleted=found.listed(desk.services, desk.finds).values(),
        unreachable=forgetting.UNREACHABLE,
    )


def forget(desk: DeskRequest) -> http.Response:
    """Delete everything stored about a person, as they have asked."""
    stored = stored_application(desk)
    first, person = forgetting.find_from(stored, desk.services), _person(stored, desk)
    known = first.listed(desk.services, desk.finds)
    others = [
        each.reference for each in first.applications if each.id in known and each.id != stored.id
    ]
    words = noted(f"with {', '.join(others)}" if others else "", stored, desk)
    desk.record(Action.FORGOT, about=stored.reference, words=words)

    def find() -> forgetting.Found:
        return forgetting.find_from(stored, desk.services)

    return desk.page(
        "forgotten",
        deleted=forgetting.forget_all(find, desk.services, desk.finds),
        person=person,
        unreachable=forgetting.UNREACHABLE,
    )


def _person(stored: Application, desk: DeskRequest) -> ShownApplication:
    """Return the application that says whom one is about, as it may be shown."""
    return desk.shown(forgetting.parent_of(stored, desk.services))


DONE = {
    "paused": "Paused: they stay on the list, and are not matched.",
    "resumed": "They wait for a match again.",
    "withdrawn": "Withdrawn. They get an email that says so.",
    "withdrawn-call": "Withdrawn. They have no email address, so no email is sent: call them.",
    "ineligible": "Closed. The email is on its way.",
    "ineligible-call": "Closed. They have no email address, so no email is sent: call them.",
    "admitted": "It is in, and its two emails are on their way.",
    "beside": "It waits beside the application that this address has. Its owner is asked by "
    "email, once a day at most, which answers are right.",
    "same": "It says what the application of this address says already: there was nothing to add.",
    "deleted": "Deleted. No email was sent.",
    "reinstated": "Back on the list, in their old place. No email is sent: reply to them yourself.",
    "asked": "They are asked by email, once a day at most.",
}
ROUTES = {
    ("GET", f"{PATH}/pause"): pausing,
    ("POST", f"{PATH}/pause"): pause,
    ("POST", f"{PATH}/resume"): resume,
    ("GET", f"{PATH}/withdraw"): withdrawal,
    ("POST", f"{PATH}/withdraw"): withdraw,
    ("POST", f"{PATH}/admit"): admit,
    ("GET", f"{PATH}/delete"): deletion,
    ("POST", f"{PATH}/delete"): delete,
    ("GET", f"{PATH}/not-eligible"): refusal,
    ("POST", f"{PATH}/not-eligible"): refuse,
    ("POST", f"{PATH}/back-on-list"): reinstate,
    ("POST", f"{PATH}/membership"): ask_membership,
    ("GET", f"{PATH}/forget"): forgetting_page,
    ("POST", f"{PATH}/forget"): forget,
}
