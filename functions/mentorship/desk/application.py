"""
One application: all that is known of it, and what a coordinator can do about it.

Looking changes nothing. What is pressed twice is done once, and each act is stored with who did it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from mentorship.applications import agreement, coordinator, intake, notes
from mentorship.applications.agreement import AGREED
from mentorship.applications.application import (
    Application,
    ApplicationChange,
    CurrentPointer,
    Version,
    pointer_id,
)
from mentorship.applications.coordinator import MEMBER_ADDRESS, REASONS
from mentorship.applications.intake import unconfirmed
from mentorship.applications.notes import NOTE
from mentorship.applications.status import Status
from mentorship.archive import forgetting
from mentorship.change import Change, forgotten_mark_id, refused_mark_id, renewed_mark
from mentorship.desk.guard import DeskRequest
from mentorship.desk.rows import rows_of
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Need, Question, Refused
from mentorship.form.texts import Text
from mentorship.letters.kinds import Kind, Reader
from mentorship.letters.letter import Letter, State, letter_id
from mentorship.problems import (
    AnotherApplication,
    ApplicationClosed,
    BadRequest,
    NotFound,
    TooManyChanges,
)
from mentorship.program.audit import Action, AnyChange, add_entry
from mentorship.rendering import unfolded
from mentorship.services import ID
from mentorship.web import http

PATH = "/desk/applications/{id}"
# In these states a letter is on its way, and is not sent once more.
ON_ITS_WAY = (State.NEW, State.SENDING)
# How many that were held back the page of an application of the same address names.
FEW = 5
# What a page says once an application was let in, by what it then is.
LET_IN = {Status.UNCONFIRMED: "beside", Status.MERGED: "same"}


@dataclass(frozen=True)
class Changed:
    """One change of the answers: when it was made, and each answer before and after it."""

    version: Version
    differences: list[tuple[Question, str, str]]


def show(desk: DeskRequest) -> http.Response:
    """Show one application."""
    return _page(desk, _stored(desk))


def _page(
    desk: DeskRequest,
    stored: Application,
    *,
    status: int = 200,
    given: Mapping[str, str] | None = None,
    refusals: Mapping[str, str] | None = None,
) -> http.Response:
    asked, store = desk.renderer.forms[stored.role], desk.services.store
    given_on = desk.services.program.local(stored.given_at).date()
    (row,), traits = rows_of([stored], desk), stored.status.traits
    versions = (*stored.versions, stored.version)
    sections = list(asked.show(stored.answers, given_on=given_on)) if stored.answers else []
    letters = store.queries.letters_about(stored.id)
    return desk.page(
        "application",
        status=status,
        application=stored,
        row=row,
        path=_path(stored),
        sections=sections,
        skipped=[each.heading for _, rows in sections for each, words in rows if not words],
        waiting=[
            (each, desk.renderer.differences(stored.role, stored.version, each.version))
            for each in unconfirmed(_beside(stored, desk))
        ],
        of=store.application(stored.of, now=desk.now) if stored.of else None,
        # Whoever lets one in, or puts it back, sees which other one is current for its address.
        current=_in_its_place(stored, desk) if traits.is_held or traits.may_be_reinstated else None,
        held=_held(stored, desk) if stored.is_open else [],
        changes=[
            Changed(after, desk.renderer.differences(stored.role, before, after))
            for before, after in pairwise(versions)
        ][::-1],
        letters=[
            (each, _fate(each), each.state not in ON_ITS_WAY and _has_use(each, stored))
            for each in letters
        ],
        known_as=MEMBER_ADDRESS,
        asked_on=_asked_on(letters, desk),
        today=desk.today,
        refuses=_refuses(stored, desk),
        given=given or {},
        refusals=refusals or {},
    )


def _fate(letter: Letter) -> str:
    """Return what became of a letter, in words."""
    words = {
        State.NEW: "on its way",
        State.SENDING: "on its way",
        State.SENT: "sent",
        State.FAILED: "not sent yet; it is tried again" if letter.due else "could not be sent",
        State.RETURNED: {
            "bounced": "came back: there is no such mailbox",
            "complained": "was called unwanted by its reader",
            "rejected": "was rejected by our mail service",
            "stuck": "came back for now: the mailbox is full, or a server is down",
        }.get(letter.reason, "came back"),
        State.HELD: "held, for it came with a restored backup",
        State.DROPPED: "not sent, for nobody needed it any more",
    }
    return words[letter.state]


def _has_use(letter: Letter, stored: Application) -> bool:
    """Tell whether a letter says anything that is true still, written anew."""
    return bool(stored.answers) and (stored.is_open or not letter.kind.traits.only_while_open)


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
    """Have somebody wait who was entered, and has told a coordinator that they agree."""
    return _write(
        desk,
        replace(AGREED, need=Need.REQUIRED),
        lambda stored, how: agreement.record_agreement(stored, how, by=desk.address, now=desk.now),
        Action.AGREED,
        done="agreed",
    )


def _write(
    desk: DeskRequest,
    question: Text,
    decide: Callable[[Application, str], Change],
    action: Action | None,
    *,
    done: str,
) -> http.Response:
    """Do what comes with some words, or show the page again with what is wrong with them."""
    given, _ = desk.request.fields()
    words = given.get(question.name, [])
    try:
        text = str(question.parse(words))
        return _act(desk, lambda stored: decide(stored, text), action, done=done)
    except Refused as refused:
        return _page(
            desk,
            _stored(desk),
            status=AnswersRefused.status,
            given={question.name: " ".join(words)},
            refusals={question.name: str(refused)},
        )


def pause(desk: DeskRequest) -> http.Response:
    """Keep somebody on the list, and out of what is matched."""
    return _act(desk, coordinator.pause, Action.PAUSED, done="paused")


def resume(desk: DeskRequest) -> http.Response:
    """Have somebody wait again."""
    return _act(desk, coordinator.resume, Action.RESUMED, done="resumed")


def withdrawal(desk: DeskRequest) -> http.Response:
    """Show what it means to withdraw for somebody."""
    stored = _stored(desk)
    if not stored.is_open:
        return desk.back(_path(stored), done="late")
    return desk.page("withdraw", application=stored)


def withdraw(desk: DeskRequest) -> http.Response:
    """Take somebody off the list who has asked for it."""
    return _act(
        desk,
        lambda stored: coordinator.withdraw(stored, _standing(stored, desk), now=desk.now),
        Action.WITHDREW,
        done="withdrawn",
    )


def admit(desk: DeskRequest) -> http.Response:
    """Let an application in that was held back, beside another one of its address if there is."""

    def decide(stored: Application) -> ApplicationChange:
        if not stored.status.traits.is_held:
            if stored.is_open or (stored.hold_reason and stored.status in LET_IN):
                return ApplicationChange(application=stored)
            raise ApplicationClosed
        store, now = desk.services.store, desk.now
        pointer = _standing(stored, desk)
        current = _stands(pointer, stored, desk)
        if current is None:
            return intake.admit(
                stored,
                pointer=pointer,
                now=now,
                today=desk.today,
                reply_by=desk.arrangements.reply_by,
            )
        notice = letter_id(Kind.CONFIRM_CHANGE, of=current.id, on=desk.today)
        return intake.admit_as_change(
            stored,
            current,
            pending_changes=_beside(current, desk),
            noticed=store.letter(notice) is not None,
            now=now,
            today=desk.today,
        )

    def done(change: ApplicationChange) -> str:
        return LET_IN.get(change.application.status, "admitted")

    return _act(desk, decide, Action.ADMITTED, done=done)


def deletion(desk: DeskRequest) -> http.Response:
    """Show what is deleted of what was held back, and what is not."""
    stored = _stored(desk)
    if not stored.status.traits.is_held:
        return desk.back(_path(stored), done="late")
    return desk.page(
        "delete",
        application=stored,
        deleted=forgetting.describe(stored, desk.services),
        # Whoever lets one in, or puts it back, sees which other one is current for its address.
        current=_in_its_place(stored, desk),
    )


def delete(desk: DeskRequest) -> http.Response:
    """Delete one application that was held back, and nothing else of its address."""
    store, now = desk.services.store, desk.now

    def decide(stored: Application) -> Change:
        if not stored.status.traits.is_held:
            raise ApplicationClosed
        held = store.pointer(pointer_id(stored.role, stored.address, held=True))
        mark_id = forgotten_mark_id(stored.id)
        mark = renewed_mark(
            mark_id,
            now=now,
            expires_at=max(stored.expires_at, now + forgetting.REMEMBERED),
            before=store.mark(mark_id, now=None),
        )
        return coordinator.delete_held_back(stored, held, mark=mark)

    try:
        return _act(desk, decide, Action.DELETED, done="deleted", path="/desk/")
    except NotFound:
        # The button may be pressed twice, and what is left of it by then is the mark.
        named = _named(desk)
        if ID.fullmatch(named) and store.mark(forgotten_mark_id(named), now=now):
            return desk.back("/desk/", done="deleted")
        raise


def refusal(desk: DeskRequest) -> http.Response:
    """Show the letter that would be sent to somebody whom the program cannot take."""
    stored = _stored(desk)
    reason = desk.request.query("reason")
    if reason not in REASONS[stored.role]:
        reason = REASONS[stored.role][0]
    if not stored.is_open:
        return desk.back(_path(stored), done="late")
    (letter,) = coordinator.mark_ineligible(stored, reason, now=desk.now).letters
    words = desk.renderer.email(
        letter.kind,
        letter=letter,
        application=stored,
        link=f"{desk.services.program.public_address}/links",
    )
    return desk.page(
        "not_eligible",
        application=stored,
        subject=words.subject,
        words=unfolded(words.text),
        reason=reason,
        reasons=REASONS[stored.role],
    )


def refuse(desk: DeskRequest) -> http.Response:
    """Close an application, and send the letter that was shown."""
    reason = _given(desk, "reason")

    def decide(stored: Application) -> Change:
        if reason not in REASONS[stored.role]:
            raise BadRequest("Use the buttons of the page")
        return coordinator.mark_ineligible(stored, reason, now=desk.now)

    return _act(desk, decide, Action.NOT_ELIGIBLE, done="ineligible", words=reason)


def reinstate(desk: DeskRequest) -> http.Response:
    """Put an application back on the list that was found not eligible."""

    def decide(stored: Application) -> Change:
        pointer = _standing(stored, desk)
        return coordinator.reinstate(stored, pointer, _stands(pointer, stored, desk))

    return _act(desk, decide, Action.REINSTATED, done="reinstated")


def ask_membership(desk: DeskRequest) -> http.Response:
    """Ask a mentee by which address the society knows them."""

    def decide(stored: Application) -> Change:
        change = coordinator.ask_member_address(stored, now=desk.now, today=desk.today)
        today = letter_id(Kind.MEMBERSHIP, of=stored.id, on=desk.today)
        return (
            ApplicationChange(application=stored) if desk.services.store.letter(today) else change
        )

    return _act(desk, decide, Action.ASKED, done="asked")


def take_down(desk: DeskRequest) -> http.Response:
    """Take down by which address the society knows a mentee."""
    return _write(
        desk,
        MEMBER_ADDRESS,
        lambda stored, text: coordinator.record_member_address(
            stored, text, by=desk.address, now=desk.now
        ),
        Action.KNOWN_AS,
        done="known",
    )


def forgetting_page(desk: DeskRequest) -> http.Response:
    """Show what will be deleted, and what cannot be reached."""
    stored = _stored(desk)
    return desk.page(
        "forget",
        application=stored,
        deleted=_found(stored, desk).listed(desk.services),
        unreachable=forgetting.UNREACHABLE,
    )


def forget(desk: DeskRequest) -> http.Response:
    """Delete all that is stored of somebody's address, as they have asked."""
    stored = _stored(desk)
    desk.record(Action.FORGOT, about=stored.reference)

    def act() -> http.Response:
        found = _found(stored, desk)
        deleted = found.listed(desk.services)
        forgetting.forget(found, desk.services)
        return desk.page("forgotten", deleted=deleted, unreachable=forgetting.UNREACHABLE)

    return desk.services.retry(act)


def send_again(desk: DeskRequest) -> http.Response:
    """Have a letter sent once more, whatever came of it before."""
    stored, named = _stored(desk), _given(desk, "letter")
    store, now = desk.services.store, desk.now
    letter = next(
        (each for each in store.queries.letters_about(stored.id) if each.id == named), None
    )
    if letter is None:
        raise NotFound
    if letter.state in ON_ITS_WAY:
        return desk.back(_path(stored), done="again")
    if not _has_use(letter, stored):
        return desk.back(_path(stored), done="late")
    mark_id = refused_mark_id(desk.services.links.hashed(stored.address))
    entry = desk.entry(Action.SENT_AGAIN, about=stored.reference, words=letter.kind)

    def act() -> http.Response:
        mark = store.mark(mark_id, now=None) if letter.reader is Reader.APPLICANT else None
        store.commit(Change(puts=(entry,), deletes=(mark,) if mark else ()))
        store.advance(letter.again(now), before=letter)
        return desk.back(_path(stored), done="again")

    return desk.services.retry(act)


def _act(
    desk: DeskRequest,
    decide: Callable[[Application], AnyChange],
    action: Action | None,
    *,
    done: str | Callable[[AnyChange], str],
    words: str = "",
    path: str = "",
) -> http.Response:
    """Decide, store with who did it, and lead back to the page, or to another one."""

    def act() -> http.Response:
        stored = _stored(desk)
        try:
            change = decide(stored)
        except ApplicationClosed:
            return desk.back(_path(stored), done="late")
        except AnotherApplication:
            return desk.back(_path(stored), done="stands")
        except TooManyChanges:
            return desk.back(_path(stored), done="crowd")
        if action:
            change = add_entry(change, desk.entry(action, about=stored.reference, words=words))
        desk.services.store.commit(change)
        said = done if isinstance(done, str) else done(change)
        return desk.back(path or _path(stored), done=said)

    return desk.services.retry(act)


def _stored(desk: DeskRequest) -> Application:
    """
    Return the application that a path names.

    Raises:
        NotFound: if there is none.

    """
    named = _named(desk)
    found = desk.services.store.application(named, now=desk.now) if ID.fullmatch(named) else None
    if found is None:
        raise NotFound
    return found


def _named(desk: DeskRequest) -> str:
    """Return what a path has where an application's id would be."""
    return desk.request.path.split("/")[3]


def _path(stored: Application) -> str:
    return f"/desk/applications/{stored.id}"


def _given(desk: DeskRequest, name: str) -> str:
    given, _ = desk.request.fields()
    return " ".join(given.get(name, []))


def _standing(stored: Application, desk: DeskRequest) -> CurrentPointer | None:
    """Return which application stands for the same address, if one does."""
    if not stored.answers:
        return None
    return desk.services.store.pointer(pointer_id(stored.role, stored.address))


def _in_its_place(stored: Application, desk: DeskRequest) -> Application | None:
    """Return the other open application of the same address and role, if there is one."""
    return _stands(_standing(stored, desk), stored, desk)


def _stands(
    pointer: CurrentPointer | None, stored: Application, desk: DeskRequest
) -> Application | None:
    """Return the application that stands by what was read, if it is open and another one."""
    if pointer is None or pointer.application == stored.id:
        return None
    found = desk.services.store.application(pointer.application, now=desk.now)
    return found if found and found.is_open else None


def _beside(stored: Application, desk: DeskRequest) -> list[Application]:
    """Return what is beside an application."""
    found = (desk.services.store.application(each, now=desk.now) for each in stored.pending_changes)
    return [each for each in found if each]


def _held(stored: Application, desk: DeskRequest) -> list[Application]:
    """Return the last few of the same address and role that are held back."""
    store = desk.services.store
    pointer = store.pointer(pointer_id(stored.role, stored.address, held=True))
    ids = (*pointer.earlier, pointer.application) if pointer else ()
    found = (store.application(each, now=desk.now) for each in reversed(ids[-FEW:]))
    return [each for each in found if each and each.status.traits.is_held]


def _asked_on(letters: Sequence[Letter], desk: DeskRequest) -> date | None:
    """Return on which day a mentee was last asked by which address the society knows them."""
    asked = [each.created_at for each in letters if each.kind is Kind.MEMBERSHIP]
    return desk.services.program.local(max(asked)).date() if asked else None


def _found(stored: Application, desk: DeskRequest) -> forgetting.Found:
    address = stored.address if stored.answers else ""
    return forgetting.find_by_keys(address, desk.services, pending_changes=[stored.id])


def _refuses(stored: Application, desk: DeskRequest) -> bool:
    """Tell whether the address has refused mail for good."""
    if not stored.answers:
        return False
    mark = refused_mark_id(desk.services.links.hashed(stored.address))
    return desk.services.store.mark(mark, now=desk.now) is not None


ROUTES = {
    ("GET", PATH): show,
    ("POST", f"{PATH}/note"): note,
    ("POST", f"{PATH}/agreed"): agree,
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
    ("POST", f"{PATH}/known-as"): take_down,
    ("GET", f"{PATH}/forget"): forgetting_page,
    ("POST", f"{PATH}/forget"): forget,
    ("POST", f"{PATH}/send-again"): send_again,
}
