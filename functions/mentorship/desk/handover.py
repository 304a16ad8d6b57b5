"""
One page for a new coordinator: what there is, what is due, and what to do first.

The audit log is next to it: who did what at the desk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mentorship import log
from mentorship.applications.status import Status
from mentorship.change import Change, Conflict
from mentorship.desk.arrange import opening_words
from mentorship.desk.guard import DeskRequest
from mentorship.desk.letters import lost_letters
from mentorship.desk.rows import (
    FRESH,
    MAX_COUNTED,
    in_words,
    leaving,
    many,
)
from mentorship.desk.seen import LOOKED_BACK, hidden
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter, to_coordinator
from mentorship.matches.match import Match, MatchState
from mentorship.members.roster import Roster
from mentorship.program.arrangements import ASKED_BEFORE, Coordinator
from mentorship.program.audit import Action, AuditEntry
from mentorship.web import http

PATH = "/desk/handover"
MAX_LETTERS = 20
MAX_ENTRIES = 100
# What is counted of matches: what a coordinator reads, and the states.
MATCHES = (
    ("Waiting for an answer", [each for each in MatchState if each.is_open]),
    ("Running", [each for each in MatchState if each.is_running]),
)


@dataclass(frozen=True)
class Term:
    """A coordinator, and whether their term is over or ends soon."""

    coordinator: Coordinator
    today: date

    @property
    def is_over(self) -> bool:
        """Whether they are no longer a coordinator."""
        return self.coordinator.until < self.today

    @property
    def ends_soon(self) -> bool:
        """Whether it is time to ask them if they want to continue."""
        return not self.is_over and self.coordinator.until - self.today <= ASKED_BEFORE


def show(desk: DeskRequest) -> http.Response:
    """Show who gets mail, what is open and due, and what to do in the first week."""
    store, arrangements = desk.services.store, desk.arrangements
    terms = [Term(each, desk.today) for each in arrangements.coordinators]
    lost = lost_letters(desk, limit=MAX_LETTERS + 1)
    roster = store.roster()
    return desk.page(
        "handover",
        is_contact=desk.viewer.is_contact,
        terms=sorted(terms, key=lambda term: (term.is_over, term.coordinator.until)),
        ending=[term for term in terms if term.is_over or term.ends_soon],
        nobody_mailed=not any(each.mailed for each in arrangements.active(desk.today)),
        roles=list(Role),
        counts=[
            (status, [many(role, [status], desk, most=MAX_COUNTED) for role in Role])
            for status in Status.those("is_listed")
            # Someone still has to do something about these.
            if status.traits.is_open or status.traits.is_held
        ],
        matches=[
            (words, in_words(len(_matches(states, desk)), most=MAX_COUNTED))
            for words, states in MATCHES
        ],
        openings=[(role, opening_words(arrangements.opening(role), desk)) for role in Role],
        soon=desk.services.program.applications != "open",
        leaving=in_words(len(leaving(desk, most=MAX_COUNTED)), most=MAX_COUNTED),
        reply_by=arrangements.reply_by,
        reply_days=(arrangements.reply_by - desk.today).days if arrangements.reply_by else None,
        lost=in_words(len(lost), most=MAX_LETTERS),
        looked_back=LOOKED_BACK.days,
        roster=roster,
        roster_is_fresh=_is_fresh(roster, desk),
    )


def _matches(states: Sequence[MatchState], desk: DeskRequest) -> list[Match]:
    """Return the matches in some states, up to one more than are counted."""
    read, limit = desk.services.store.matches.in_state, MAX_COUNTED + 1
    found = [each for state in states for each in read(state, now=desk.now, limit=limit)]
    unseen = hidden(found, desk)
    return [each for each in found if each.id not in unseen][:limit]


def send_test(desk: DeskRequest) -> http.Response:
    """Send a test email to the coordinator who asks for it, one a minute at most."""
    letter = new_letter(
        Kind.TEST,
        to=to_coordinator(desk.who),
        of=f"test#{desk.who}#{desk.now:%Y%m%dT%H%M}",
        now=desk.now,
    )
    try:
        desk.services.store.commit(Change(letters=(letter,)))
    except Conflict:  # The button was pressed twice.
        log.record("test email written already", request=desk.request.id)
    return desk.back(PATH, done="sent")


def record(desk: DeskRequest) -> http.Response:
    """Show the latest entries of the audit log."""
    entries = desk.services.store.queries.audit_log(limit=MAX_ENTRIES + 1)
    shown = entries[:MAX_ENTRIES]
    return desk.page(
        "record",
        entries=shown,
        withheld=_withheld(shown, desk),
        most=MAX_ENTRIES,
        more=len(entries) > MAX_ENTRIES,
    )


def _withheld(entries: Sequence[AuditEntry], desk: DeskRequest) -> set[str]:
    """
    Return what entries are about of which the coordinator is not told what others did.

    That is their own application, and people whom they know. Where nothing is stored any more, what
    they said themselves about knowing someone still counts.
    """
    if desk.viewer.is_contact:
        return set()
    by_reference, now = desk.services.store.queries.by_reference, desk.now
    said = {
        each.about for each in entries if each.action is Action.KNOWS and each.by == desk.address
    }
    theirs = {
        reference
        for reference in {one for each in entries for one in each.about.split()}
        if any(desk.relation(each) for each in by_reference(reference, now=now))
        or (reference in said and not by_reference(reference, now=now))
    }
    return {each.about for each in entries if theirs & {*each.about.split()}}


def _is_fresh(roster: Roster | None, desk: DeskRequest) -> bool:
    return roster is not None and roster.counts(desk.now) and desk.now - roster.at < FRESH


DONE = {"sent": "The email is on its way."}
ROUTES = {
    ("GET", PATH): show,
    ("POST", f"{PATH}/test"): send_test,
    ("GET", "/desk/record"): record,
}
