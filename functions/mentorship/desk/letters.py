"""The letters about an application and those that reached no one, and sending one again."""

from collections.abc import Iterable, Sequence
from datetime import date

from mentorship.applications.application import Application
from mentorship.change import Advance, Change
from mentorship.desk.act import PATH, field_of, noted, path_of, stored_application
from mentorship.desk.guard import DeskRequest
from mentorship.desk.rows import fate_of, may_know
from mentorship.desk.seen import LOOKED_BACK, hidden
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, State
from mentorship.letters.traits import Reader
from mentorship.mail.refusals import refusals
from mentorship.problems import NotFound
from mentorship.program.audit import Action
from mentorship.web import http

# In these states a letter is on its way, and is not sent again.
ON_ITS_WAY = (State.NEW, State.SENDING)


def letters_about(stored: Application, desk: DeskRequest) -> list[Letter]:
    """Return the letters about an application that the coordinator may know about."""
    found = desk.services.store.queries.letters_about(stored.id)
    unseen = _unseen(found, desk)
    return [each for each in found if each.match not in unseen and may_know(each, stored, desk)]


def lost_letters(desk: DeskRequest, *, limit: int) -> list[tuple[Letter, str]]:
    """
    Return the latest letters that reached no one, each with the name of whom it is about.

    Those that concern the coordinator are left out.
    """
    found = desk.services.store.queries.lost_letters(desk.now - LOOKED_BACK, limit=limit)
    about = desk.services.store.queries.by_ids(
        [each.listed_with for each in found if each.listed_with], now=desk.now
    )
    theirs = {each.id for each in about if desk.relation(each)}
    names, unseen = {each.id: desk.name(each) for each in about}, _unseen(found, desk)
    return [
        (each, names.get(each.listed_with, ""))
        for each in found
        if each.listed_with not in theirs and each.match not in unseen
    ]


def _unseen(letters: Iterable[Letter], desk: DeskRequest) -> frozenset[str]:
    """Return the matches among those that letters are about of which nothing may be told."""
    ids = sorted({each.match for each in letters} - {""})
    return hidden(desk.services.store.matches.by_ids(ids, now=desk.now) if ids else [], desk)


def rows(letters: Sequence[Letter], stored: Application) -> list[tuple[Letter, str, bool]]:
    """Return each letter with what became of it, and whether it can be sent again."""
    return [
        (each, fate_of(each), each.state not in ON_ITS_WAY and _has_use(each, stored))
        for each in letters
    ]


def asked_on(letters: Sequence[Letter], desk: DeskRequest) -> date | None:
    """Return the day on which a mentee was last asked for their member address."""
    asked = [each.created_at for each in letters if each.kind is Kind.MEMBERSHIP]
    return desk.services.program.local(max(asked)).date() if asked else None


def _has_use(letter: Letter, stored: Application) -> bool:
    """Tell whether a letter would still say something true if it were sent again."""
    # What was written for an earlier address is not sent to the present one.
    moved = letter.reader is Reader.APPLICANT and not letter.is_for(stored)
    late = letter.kind.traits.only_while_open and not stored.is_open
    return bool(stored.answers) and not (moved or late)


def send_again(desk: DeskRequest) -> http.Response:
    """Have a letter sent again, whatever became of it before."""
    named, store, now = field_of(desk, "letter"), desk.services.store, desk.now
    if named not in {each.id for each in letters_about(stored_application(desk), desk)}:
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


DONE = {"again": "The email leaves within 15 minutes."}
ROUTES = {("POST", f"{PATH}/send-again"): send_again}
