"""
One application: all that is known about it, and what a coordinator can do with it.

Looking changes nothing. A button that is pressed twice acts once, and each action is logged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
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
from mentorship.change import Advance, Change
from mentorship.desk.act import (
    PATH,
    act,
    field_of,
    held_of,
    named_application,
    noted,
    other_current,
    path_of,
    pointer_of,
    stored_application,
)
from mentorship.desk.guard import DeskRequest
from mentorship.desk.rows import fate_of, may_know, rows_of
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Audience, Need, Question, Refused
from mentorship.form.texts import Text
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, State, is_for
from mentorship.letters.traits import Reader
from mentorship.mail.refusals import is_refused, refusals
from mentorship.problems import ConcernsYou, NotFound
from mentorship.program.audit import Action
from mentorship.web import http

# In these states a letter is on its way, and is not sent again.
ON_ITS_WAY = (State.NEW, State.SENDING)


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
            "owners", application=desk.shown_whole(named), is_own=relation is Relation.OWN
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
    shown = desk.shown_whole(stored)
    pending = desk.pending_changes(stored)
    letters = [
        each for each in store.queries.letters_about(stored.id) if may_know(each, stored, desk)
    ]
    return desk.page(
        "application",
        status=status,
        application=shown,
        row=row,
        path=path_of(stored),
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
        letters=[
            (each, fate_of(each), each.state not in ON_ITS_WAY and _has_use(each, stored))
            for each in letters
        ],
        known_as=MEMBER_ADDRESS,
        stay=STAY,
        asked_on=_asked_on(letters, desk),
        today=desk.today,
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


def _has_use(letter: Letter, stored: Application) -> bool:
    """Tell whether a letter would still say something true if it were sent again."""
    # What was written for an earlier address is not sent to the present one.
    moved = letter.reader is Reader.APPLICANT and not is_for(letter.to, stored)
    late = letter.kind.traits.only_while_open and not stored.is_open
    return bool(stored.answers) and not (moved or late)


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


def send_again(desk: DeskRequest) -> http.Response:
    """Have a letter sent again, whatever became of it before."""
    named, store, now = field_of(desk, "letter"), desk.services.store, desk.now
    if named not in {each.id for each in store.queries.letters_about(stored_application(desk).id)}:
        raise NotFound

    def attempt() -> http.Response:
        stored, letter = stored_application(desk), store.letter(named)
        if letter is None:
            raise NotFound
        if letter.state in ON_ITS_WAY:
            return desk.back(path_of(stored), done="again")
        if not _has_use(letter, stored):
            return desk.back(path_of(stored), done="late")
        to_applicant = letter.reader is Reader.APPLICANT
        marks = refusals(stored.address, desk.services) if to_applicant else ()
        change = Change(deletes=marks, advances=(Advance(letter.again(now), before=letter),))
        words = noted(letter.kind, stored, desk)
        desk.commit(change, Action.SENT_AGAIN, about=stored.reference, words=words)
        return desk.back(path_of(stored), done="again")

    return desk.services.retry(attempt)


def _asked_on(letters: Sequence[Letter], desk: DeskRequest) -> date | None:
    """Return the day on which a mentee was last asked for their member address."""
    asked = [each.created_at for each in letters if each.kind is Kind.MEMBERSHIP]
    return desk.services.program.local(max(asked)).date() if asked else None


DONE = {
    "noted": "Your note is saved.",
    "agreed": "Saved. They’re waiting for a match.",
    "stays": "Saved. They stay for another period.",
    "known": "Saved. The member list was checked again.",
    "address": "Saved. We’ve sent an email there that asks if the address is theirs.",
    "again": "The email leaves within 15 minutes.",
}
ROUTES = {
    ("GET", PATH): show,
    ("POST", f"{PATH}/note"): note,
    ("POST", f"{PATH}/agreed"): agree,
    ("POST", f"{PATH}/stay"): stay,
    ("POST", f"{PATH}/known-as"): record_member_address,
    ("POST", f"{PATH}/address"): give_address,
    ("POST", f"{PATH}/send-again"): send_again,
}
