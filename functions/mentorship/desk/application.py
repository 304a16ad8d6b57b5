"""
One application: all that is known about it, and what a coordinator can do with it.

Looking changes nothing. A button that is pressed twice acts once, and each action is logged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from mentorship.addresses import same_address
from mentorship.applications import agreement, contact, coordinator, notes, staying
from mentorship.applications.agreement import AGREED
from mentorship.applications.application import Agreement, Application, Version
from mentorship.applications.conflicts import Relation
from mentorship.applications.contact import RIGHT_ADDRESS, may_be_given
from mentorship.applications.coordinator import MEMBER_ADDRESS
from mentorship.applications.notes import NOTE
from mentorship.applications.pointer import pointer_id
from mentorship.applications.staying import STAY
from mentorship.change import Change
from mentorship.desk import letters
from mentorship.desk.act import (
    PATH,
    act,
    held_of,
    named_application,
    other_current,
    path_of,
    pointer_of,
    stored_application,
)
from mentorship.desk.guard import DeskRequest
from mentorship.desk.neighbors import neighbors
from mentorship.desk.person_matches import matches_of
from mentorship.desk.rows import first_answers, rows_of
from mentorship.desk.seen import as_known
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Audience, Need, Question, Refused
from mentorship.form.texts import Text
from mentorship.mail.refusals import is_refused
from mentorship.problems import ConcernsYou
from mentorship.program.audit import Action
from mentorship.web import http


@dataclass(frozen=True)
class Changed:
    """One change of the answers: when it was made, and each answer before and after it."""

    at: datetime
    differences: list[tuple[Question, str, str]]


def show(desk: DeskRequest) -> http.Response:
    """Show one application; of their own and of someone they know, what its owner sees."""
    named = named_application(desk)
    if relation := desk.relation(named):
        return desk.page(
            "owners",
            application=desk.shown_whole(named),
            is_own=relation is Relation.OWN,
            neighbors=neighbors(named, desk),
        )
    return _page(desk, named)


def _page(
    desk: DeskRequest,
    stored: Application,
    *,
    status: int = 200,
    given: Mapping[str, str] | None = None,
    refusals: Mapping[str, str] | None = None,
) -> http.Response:
    store = desk.services.store
    (row,), traits = rows_of([stored], desk), stored.status.traits
    seen = desk.sees(stored)
    versions = (*seen.versions, seen.version)
    # How long it is kept tells whether it is in a proposal.
    shown = desk.shown_whole(as_known(stored, desk))
    pending = desk.pending_changes(stored)
    about = letters.letters_about(stored, desk)
    return desk.page(
        "application",
        status=status,
        application=shown,
        row=row,
        path=path_of(stored),
        neighbors=neighbors(stored, desk),
        first=first_answers(shown),
        skipped=[question.heading for question, words in shown.answers() if not words],
        waiting=[
            (desk.shown(each), _differences(stored, *desk.viewer.compared(stored, each), desk))
            for each in pending
        ],
        is_contact=desk.viewer.is_contact,
        reads_notes=desk.viewer.reads_notes,
        known_by=[(each, desk.services.links.hashed(each)) for each in stored.known_by],
        parent=desk.shown(
            store.application(stored.parent, now=desk.now) if stored.parent else None
        ),
        # Before one is let in or put back, the page shows which other one is current.
        current=desk.shown(
            other_current(stored, desk) if traits.is_held or traits.may_be_reinstated else None
        ),
        held=[desk.shown(each) for each in held_of(stored, desk)] if stored.is_open else [],
        changes=[
            Changed(after.given_at, _differences(stored, before, after, desk))
            for before, after in pairwise(versions)
        ][::-1],
        letters=letters.rows(about, stored),
        known_as=MEMBER_ADDRESS,
        stay=STAY,
        asked_on=letters.asked_on(about, desk),
        today=desk.today,
        matches=matches_of(stored, desk),
        refuses=bool(stored.address) and is_refused(stored.address, desk.services),
        right_address=RIGHT_ADDRESS if may_be_given(stored) else None,
        given=given or {},
        refusals=refusals or {},
    )


def _differences(
    stored: Application, before: Version, after: Version, desk: DeskRequest
) -> list[tuple[Question, str, str]]:
    """Return what differs between two versions; this is the page that shows private answers too."""
    return desk.renderer.differences(
        stored.role, before, after, audience=Audience.COORDINATOR, private=True
    )


def note(desk: DeskRequest) -> http.Response:
    """Store a note."""
    return _write(
        desk,
        NOTE,
        lambda stored, text: notes.add_note(stored, text, by=desk.address, now=desk.now),
        None,
        done="noted",
    )


def agree(desk: DeskRequest) -> http.Response:
    """Put someone who was entered on the waiting list, now that they have agreed."""
    return _write(
        desk,
        replace(AGREED, need=Need.REQUIRED),
        lambda stored, how: agreement.record_agreement(
            stored, pointer_of(stored, desk), how, by=desk.address, now=desk.now
        ),
        Action.AGREED,
        done="agreed",
    )


def stay(desk: DeskRequest) -> http.Response:
    """Keep someone for another period, as they have told a coordinator."""
    return _write(
        desk,
        STAY,
        lambda stored, how: staying.stay(
            stored,
            pointer_of(stored, desk),
            keep_months=desk.arrangements.keep_months,
            agreed=Agreement(how=how, at=desk.now, by=desk.address),
            now=desk.now,
        ),
        Action.STAYED,
        done="stays",
    )


def _write(
    desk: DeskRequest,
    question: Text,
    decide: Callable[[Application, str], Change],
    action: Action | None,
    *,
    done: str,
) -> http.Response:
    """Do an action that comes with some words, or show the page again with what is wrong."""
    given, _ = desk.request.fields()
    words = given.get(question.name, [])
    try:
        text = str(question.parse_among(given))
        return act(desk, lambda stored: decide(stored, text), action, done=done)
    except Refused as refused:
        return _page(
            desk,
            stored_application(desk),
            status=AnswersRefused.status,
            given={question.name: " ".join(words)},
            refusals={question.name: str(refused)},
        )


def record_member_address(desk: DeskRequest) -> http.Response:
    """Record by which address the society knows a mentee."""
    return _write(
        desk,
        MEMBER_ADDRESS,
        lambda stored, text: coordinator.record_member_address(
            stored, text, by=desk.address, now=desk.now
        ),
        Action.KNOWN_AS,
        done="known",
    )


def give_address(desk: DeskRequest) -> http.Response:
    """Correct the address of someone who has not confirmed it, or add one to a phone number."""

    def decide(stored: Application, address: str) -> Change:
        if same_address(address, desk.address) and not desk.viewer.is_contact:
            raise ConcernsYou(stored.reference, own=True)
        store, now = desk.services.store, desk.now
        new_pointer = store.pointer(pointer_id(stored.role, address))
        return contact.give_address(
            stored,
            address,
            pending_changes=store.pending_changes(stored, now=now),
            pointer=pointer_of(stored, desk),
            held_pointer=store.pointer(pointer_id(stored.role, stored.address, held=True)),
            new_pointer=new_pointer,
            other=store.application(new_pointer.application, now=now) if new_pointer else None,
            by=desk.address,
            now=now,
            new_id=desk.services.new_id(),
        )

    return _write(desk, RIGHT_ADDRESS, decide, Action.REACHED_AT, done="address")


DONE = {
    "noted": "Your note is saved.",
    "agreed": "Saved. They’re waiting for a match.",
    "stays": "Saved. They stay for another period.",
    "known": "Saved. The member list was checked again.",
    "address": "Saved. We’ve sent an email there that asks if the address is theirs.",
}
ROUTES = {
    ("GET", PATH): show,
    ("POST", f"{PATH}/note"): note,
    ("POST", f"{PATH}/agreed"): agree,
    ("POST", f"{PATH}/stay"): stay,
    ("POST", f"{PATH}/known-as"): record_member_address,
    ("POST", f"{PATH}/address"): give_address,
}
