"""
Proposing a match of two people: what is against it, what both will read, and sending it.

The page carries the revisions of both applications. If one changed since, nothing is sent: the page
shows how things are now, with everything that was typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mentorship.candidates import Candidates, everyone, needs, these_two
from mentorship.desk.answers import ANSWERS, answer
from mentorship.desk.guard import DeskRequest
from mentorship.desk.pairs import (
    CONFLICT,
    Both,
    checks,
    entry_about,
    open_match,
    pairing_between,
    two_named,
)
from mentorship.desk.seen import hidden_proposals
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Refused, Role
from mentorship.form.wishes import NOT_WITH, PREFERRED
from mentorship.mail.match_context import previews
from mentorship.matches.exclusions import Finding
from mentorship.matches.match import ANSWER_WITHIN, REMINDED_AFTER, Match
from mentorship.matches.personal_line import LINE, reveals
from mentorship.matches.problems import CannotBeMatched
from mentorship.matches.proposing import propose
from mentorship.matches.rules import INSTITUTION, PERSON, WISH
from mentorship.program.audit import Action, add_entry
from mentorship.rendering import unfolded
from mentorship.web import http

PATH = "/desk/propose"
# What the buttons of the page do, besides answering a question.
SEND = "send"
# The tick that a line is fine, and the line that was asked about.
LINE_TICK, LINE_ASKED = "line_ticked", "line_asked"


@dataclass(frozen=True)
class Given:
    """
    What was sent from the page.

    Attributes:
        ids: of both applications, by their roles.
        revisions: at which the page showed them, as text.
        came_from: the role of the one on whose page the coordinator began.
        button: what was pressed.
        line: the personal line, as it was typed.
        line_asked: the line that was asked about, if it was ticked.
        ticked: the codes that were ticked.

    """

    ids: Mapping[Role, str]
    revisions: Mapping[Role, str] = field(default_factory=dict)
    came_from: str = Role.MENTEE.value
    button: str = ""
    line: str = ""
    line_asked: str = ""
    ticked: tuple[str, ...] = ()

    @classmethod
    def of(cls, desk: DeskRequest) -> "Given":
        """Return what was sent."""
        sent, _ = desk.request.fields()

        def one(name: str) -> str:
            return " ".join(sent.get(name, []))

        return cls(
            ids={role: one(role) for role in Role},
            revisions={role: one(f"{role}_revision") for role in Role},
            came_from=one("from"),
            button=one("do"),
            line=one(LINE.name),
            line_asked=one(LINE_ASKED) if one(LINE_TICK) else "",
            ticked=tuple(sent.get("ticked", [])),
        )


def show(desk: DeskRequest) -> http.Response:
    """Show what is against a match of two people, and what both will read."""
    asked = desk.request.query
    given = Given({role: asked(role) for role in Role}, came_from=asked("from"))
    both = _both(given, desk)
    if match_id := open_match(both):
        return http.redirect(f"/desk/matches/{match_id}")
    return _page(desk, both, given)


def send(desk: DeskRequest) -> http.Response:
    """Propose it, answer a question about the two, or show the page with what was typed."""
    given = Given.of(desk)

    def attempt() -> http.Response:
        both = _both(given, desk)
        if match_id := open_match(both):
            return _proposed_already(match_id, desk)
        code, _, word = given.button.partition(":")
        if code in ANSWERS and word in ("yes", "no"):
            answer(code, both, desk, is_so=word == "yes")
            return _page(desk, _both(given, desk), given)
        if given.button != SEND:
            return _page(desk, both, given)
        if any(given.revisions[role] != f"{each.revision}" for role, each in both.items()):
            return _page(desk, both, given, status=CONFLICT)
        candidates = _candidates(both, desk)
        found = checks(both, candidates, hidden_proposals(desk), desk)
        line, refusals = _line(given, both)
        refusals |= {f"tick-{each.key}": each.sentence for each in found.unticked(given.ticked)}
        if refusals or not found.may_be_proposed:
            return _page(desk, both, given, refusals=refusals, status=AnswersRefused.status)
        pairing = pairing_between(both, desk, line=line, lifted=found.lifted(given.ticked))
        try:
            change = propose(pairing, now=desk.now, today=desk.today, facts=_facts(both, desk))
        except CannotBeMatched as problem:
            return _page(desk, both, given, problem=problem.detail, status=problem.status)
        entry = entry_about(Action.PROPOSED, both.values(), desk)
        desk.services.store.commit(add_entry(change, entry))
        done = "proposed-call" if both[Role.MENTOR].by_phone_only else "proposed"
        return desk.back(f"/desk/matches/{change.match.id}", done=done)

    return desk.services.retry(attempt)


def _both(given: Given, desk: DeskRequest) -> Both:
    return two_named(desk, given.ids[Role.MENTOR], given.ids[Role.MENTEE])


def _candidates(both: Both, desk: DeskRequest) -> Candidates:
    return these_two(both[Role.MENTOR], both[Role.MENTEE], desk.services)


def _line(given: Given, both: Both) -> tuple[str, dict[str, str]]:
    """Return the personal line, and what is wrong with it, by the names of fields."""
    try:
        line = str(LINE.parse([given.line]) or "")
    except Refused as refused:
        return given.line, {LINE.name: str(refused)}
    why = reveals(line, both.values())
    is_ticked = line == " ".join(given.line_asked.split())
    return line, {} if is_ticked or not why else {LINE_TICK: " ".join(why)}


def _proposed_already(match_id: str, desk: DeskRequest) -> http.Response:
    """Go to the match that is there: the button was pressed twice, or someone else was first."""
    match = desk.services.store.match(match_id, now=desk.now)
    own = match is not None and match.proposed_by == desk.address
    return desk.back(f"/desk/matches/{match_id}", done="proposed" if own else "proposed-before")


def _answered(candidates: Candidates) -> list[tuple[str, bool]]:
    """Return what was answered about two people: each question's code, and whether it is so."""
    known = candidates.known
    people = [(PERSON, each.same_person) for each in known.pairs.values()]
    places = [(INSTITUTION, each.is_same) for each in known.answers.values()]
    return [(code, is_so) for code, is_so in (*people, *places) if is_so is not None]


def _page(
    desk: DeskRequest,
    both: Both,
    given: Given,
    *,
    refusals: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> http.Response:
    candidates = _candidates(both, desk)
    found = checks(both, candidates, hidden_proposals(desk), desk)
    line, wrong = _line(given, both)
    match = pairing_between(both, desk, line=line).match
    until = desk.today + ANSWER_WITHIN
    return desk.page(
        "propose",
        status=status,
        people={role: desk.shown(each) for role, each in both.items()},
        revisions={role: each.revision for role, each in both.items()},
        said={each.key: words for each in found.ticks if (words := _said(each, both))},
        came_from=given.came_from if given.came_from in {*Role} else Role.MENTEE.value,
        checks=found,
        answered=_answered(candidates),
        given=given,
        line=given.line,
        line_wrong=wrong.get(LINE.name, ""),
        line_reveals=wrong.get(LINE_TICK, "") or _was_asked(given, both),
        refusals={**(refusals or {}), **({"line": wrong["line"]} if "line" in wrong else {})},
        problem=problem,
        changed=status == CONFLICT,
        letters=_letters(match, both, desk),
        until=until,
        reminded_after=REMINDED_AFTER.days,
        most=LINE.most,
    )


def _said(finding: Finding, both: Both) -> str:
    """Return the words that a coordinator is to read before they tick, "" for none."""
    if finding.note_of:
        return str(both[finding.note_of].answers.get(NOT_WITH.name, ""))
    return str(both[Role.MENTEE].answers.get(PREFERRED.name, "")) if finding.code == WISH else ""


def _was_asked(given: Given, both: Both) -> str:
    """Return what was asked about a line that was ticked, so that it can still be seen."""
    return " ".join(reveals(given.line_asked, both.values())) if given.line_asked else ""


def _letters(match: Match, both: Both, desk: DeskRequest) -> list[tuple[Role, str, str]]:
    """Return the email to each of the two, a subject and words; to call, they get none."""
    until, facts = desk.today + ANSWER_WITHIN, _facts(both, desk)
    found = previews(match, both, desk.services, until=until, facts=facts)
    return [
        (role, found[role].subject, unfolded(found[role].text))
        for role in (Role.MENTOR, Role.MENTEE)
        if not both[role].by_phone_only
    ]


def _facts(both: Both, desk: DeskRequest) -> Mapping[str, str | int]:
    """Return what the email to the mentor says of how much they are needed."""
    found = everyone(desk.services)
    return needs(found, desk.services)(both[Role.MENTOR], both[Role.MENTEE])


DONE = {
    "proposed": "Proposed. The email to the mentor leaves within 15 minutes.",
    "proposed-call": "Proposed. The mentor has no email address, so please call.",
    "proposed-before": "Another coordinator has just proposed this match. Nothing more was sent.",
}
ROUTES = {("GET", PATH): show, ("POST", PATH): send}
