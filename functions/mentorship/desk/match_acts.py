"""What a coordinator does about a match: record an answer, remind, take back, end, and note."""

from enum import StrEnum
from typing import TypeVar

from mentorship.applications.application import Note
from mentorship.applications.notes import NOTE, extended
from mentorship.desk.act import field_of
from mentorship.desk.guard import DeskRequest
from mentorship.desk.match import PATH, FieldRefused, act_on_match, match_page, stored_pairing
from mentorship.form.question import Refused, Role
from mentorship.form.texts import Text
from mentorship.matches import answering, ending
from mentorship.matches.answering import Said
from mentorship.matches.match import NOT_NOW_MONTHS, MatchState, Reply
from mentorship.matches.pairing import MatchChange, Pairing, Step, unchanged
from mentorship.matches.problems import ProposalClosed
from mentorship.pairings import is_excluded, pairings_of
from mentorship.problems import BadRequest
from mentorship.program.audit import Action
from mentorship.web import http

HOW = Text(name="how", label="How did they tell you?", missing="Write how they told you", most=200)
REASON = Text(
    name="reason",
    label="What did they tell you?",
    missing="Write what they told you",
    most=500,
)
One = TypeVar("One", bound=StrEnum)
# What the page says after an answer, by what the match then is.
RECORDED = {
    MatchState.ACCEPTED: "recorded-asked",
    MatchState.RUNNING: "recorded-introduced",
    MatchState.DECLINED: "recorded-no",
    MatchState.TAKEN_BACK: "recorded-closed",
}


def show(desk: DeskRequest) -> http.Response:
    """Show a match."""
    return match_page(desk, stored_pairing(desk))


def record(desk: DeskRequest) -> http.Response:
    """Record an answer that a coordinator was given, and how."""

    def decide(pairing: Pairing) -> MatchChange:
        role, reply = _one(Role, field_of(desk, "role")), _one(Reply, field_of(desk, "reply"))
        if reply is None:
            raise FieldRefused("reply", "Choose what they answered")
        if role is None:
            raise FieldRefused("role", "Choose who answered")
        said = Said(reply=reply, months=_months(reply, desk), how=_text(HOW, desk), by=desk.address)
        application = pairing.applications[role]
        others = [
            each
            for each in (pairings_of(application, desk.services) if application else [])
            if each.match.id != pairing.match.id
        ]
        return answering.answer(
            pairing,
            role,
            said,
            others=others,
            is_excluded=is_excluded(pairing, desk.services),
            now=desk.now,
            today=desk.today,
        )

    def done(change: MatchChange) -> str:
        return RECORDED.get(change.match.state, "recorded")

    return act_on_match(desk, decide, Action.RECORDED, done=done)


def remind(desk: DeskRequest) -> http.Response:
    """Remind the one who has not answered, once a day."""
    return act_on_match(
        desk,
        lambda pairing: answering.remind(pairing, now=desk.now, today=desk.today),
        Action.REMINDED,
        done="reminded",
    )


def take_back(desk: DeskRequest) -> http.Response:
    """Take back a proposal."""
    return act_on_match(
        desk,
        lambda pairing: ending.take_back(pairing, now=desk.now),
        Action.TOOK_BACK,
        done="taken-back",
    )


def end(desk: DeskRequest) -> http.Response:
    """End a match that runs."""
    waits = field_of(desk, "mentee_waits") != ""
    return act_on_match(
        desk,
        lambda pairing: ending.end(pairing, mentee_waits=waits, now=desk.now),
        Action.ENDED,
        done="match-ended",
        words="the mentee is back on the list" if waits else "",
    )


def release(desk: DeskRequest) -> http.Response:
    """Let a match that came with a restored backup go on."""
    return act_on_match(
        desk,
        lambda pairing: answering.release_hold(pairing, today=desk.today),
        Action.RELEASED,
        done="hold-released",
    )


def note(desk: DeskRequest) -> http.Response:
    """Add a note about a match."""
    return act_on_match(
        desk, lambda pairing: _noted(pairing, _text(NOTE, desk), desk), None, done="match-noted"
    )


def lift(desk: DeskRequest) -> http.Response:
    """Let someone's no to the other not hold any more, with the reason as a note."""

    def decide(pairing: Pairing) -> MatchChange:
        role = _one(Role, field_of(desk, "role"))
        if role is None:
            raise BadRequest("Use the buttons of the page")
        who, left = pairing.hashes[role], pairing.pair.no_from
        if pairing.match.state.takes_a_place:
            raise ProposalClosed
        if not who or who not in left:
            return unchanged(pairing)
        name = pairing.application(role).name
        noted = _with_note(pairing, f"{name}’s no is lifted: {_text(REASON, desk)}", desk)
        noted = noted.with_pair(no_from=tuple(each for each in left if each != who))
        return MatchChange.of(Step(pairing=noted, applications=False, pair=True))

    return act_on_match(desk, decide, Action.LIFTED, done="no-lifted")


def _noted(pairing: Pairing, text: str, desk: DeskRequest) -> MatchChange:
    """Return the change that adds a note, unless it is the last one already."""
    last = pairing.match.notes[-1] if pairing.match.notes else None
    if last and (last.by, last.text) == (desk.address, text):
        return unchanged(pairing)
    return MatchChange.of(Step(pairing=_with_note(pairing, text, desk), applications=False))


def _with_note(pairing: Pairing, text: str, desk: DeskRequest) -> Pairing:
    new = Note(at=desk.now, by=desk.address, text=text)
    try:
        return pairing.with_match(notes=extended(pairing.match.notes, new))
    except Refused as refused:
        raise FieldRefused(NOTE.name, str(refused)) from refused


def _text(question: Text, desk: DeskRequest) -> str:
    """Return what was typed for a question."""
    given, _ = desk.request.fields()
    try:
        return str(question.parse_among(given))
    except Refused as refused:
        raise FieldRefused(question.name, str(refused)) from refused


def _months(reply: Reply, desk: DeskRequest) -> int:
    """Return after how many months someone wants to be asked again."""
    if reply is not Reply.NOT_NOW:
        return 0
    typed = field_of(desk, "months")
    if typed not in map(str, NOT_NOW_MONTHS):
        raise FieldRefused("months", "Choose after how many months to ask again")
    return int(typed)


def _one(kind: type[One], text: str) -> One | None:
    """Return the member of a kind that a field names, if it names one."""
    return next((each for each in kind if each.value == text), None)


DONE = {
    "reminded": "The reminder leaves within 15 minutes.",
    "taken-back": "Taken back. Those who had been asked get an email.",
    "match-ended": "Ended. Both get an email.",
    "hold-released": "Released. It goes on from today.",
    "match-noted": "Your note is saved.",
    "no-lifted": "Saved. They can be proposed to each other again.",
    "recorded": "Saved.",
    "recorded-asked": "Saved. The mentee is asked by email now.",
    "recorded-introduced": "Saved. Both are being introduced by email.",
    "recorded-no": "Saved. This match won’t go ahead.",
    "recorded-closed": "Saved. This match won’t go ahead now.",
    "taken-back-call": "Taken back. Someone who was asked has no email address, so please call.",
    "match-ended-call": "Ended. One of them has no email address, so please call.",
    "recorded-asked-call": "Saved. The mentee has no email address, so please call.",
    "recorded-introduced-call": "Saved. One of them has no email address, so please call: the "
    "other is told by email how to reach them.",
    "recorded-no-call": "Saved. This match won’t go ahead. The other one was asked and has no "
    "email address, so please call.",
    "recorded-closed-call": "Saved. This match won’t go ahead now. Someone who was asked has no "
    "email address, so please call.",
}
ROUTES = {
    ("GET", PATH): show,
    ("POST", f"{PATH}/record"): record,
    ("POST", f"{PATH}/remind"): remind,
    ("POST", f"{PATH}/take-back"): take_back,
    ("POST", f"{PATH}/end"): end,
    ("POST", f"{PATH}/release"): release,
    ("POST", f"{PATH}/note"): note,
    ("POST", f"{PATH}/lift"): lift,
}
