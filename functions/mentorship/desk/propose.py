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
from mentorship.desk.pairs import CONFLICT, Both, open_match, two_named
from mentorship.desk.proposals import Proposal, Written
from mentorship.desk.seen import hidden_proposals, without
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Role
from mentorship.matches.problems import CannotBeMatched
from mentorship.matches.rules import INSTITUTION, PERSON
from mentorship.web import http

PATH = "/desk/propose"
# What the buttons of the page do, besides answering a question.
SEND = "send"


@dataclass(frozen=True)
class Given:
    """
    What was sent from the page.

    Attributes:
        ids: of both applications, by their roles.
        revisions: at which the page showed them, as text.
        came_from: the role of the one on whose page the coordinator began.
        button: what was pressed.
        written: what was typed and ticked.

    """

    ids: Mapping[Role, str]
    revisions: Mapping[Role, str] = field(default_factory=dict)
    came_from: str = Role.MENTEE.value
    button: str = ""
    written: Written = field(default_factory=Written)

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
            written=Written.of(sent),
        )


def show(desk: DeskRequest) -> http.Response:
    """Show what is against a match of two people, and what both will read."""
    asked = desk.request.query
    given = Given({role: asked(role) for role in Role}, came_from=asked("from"))
    both = _both(given, desk)
    if match_id := open_match(both):
        return http.redirect(f"/desk/matches/{match_id}")
    return _page(_proposal(both, given, desk), given, desk)


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
            both = _both(given, desk)
        proposal = _proposal(both, given, desk)
        if given.button != SEND:
            return _page(proposal, given, desk)
        if any(given.revisions[role] != f"{each.revision}" for role, each in both.items()):
            return _page(proposal, given, desk, status=CONFLICT)
        if proposal.refusals or not proposal.checks.may_be_proposed:
            return _page(proposal, given, desk, status=AnswersRefused.status)
        try:
            match = proposal.propose(desk)
        except CannotBeMatched as problem:
            return _page(proposal, given, desk, problem=problem.detail, status=problem.status)
        done = "proposed-call" if both[Role.MENTOR].by_phone_only else "proposed"
        return desk.back(f"/desk/matches/{match.id}", done=done)

    return desk.services.retry(attempt)


def _both(given: Given, desk: DeskRequest) -> Both:
    return two_named(desk, given.ids[Role.MENTOR], given.ids[Role.MENTEE])


def _proposal(both: Both, given: Given, desk: DeskRequest) -> Proposal:
    candidates = these_two(both[Role.MENTOR], both[Role.MENTEE], desk.services)
    unseen = hidden_proposals(desk)
    needed = needs(everyone(desk.services), lambda each: without(each, unseen))
    return Proposal.of(both, candidates, unseen, needed, given.written, desk)


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
    proposal: Proposal, given: Given, desk: DeskRequest, *, problem: str = "", status: int = 200
) -> http.Response:
    return desk.page(
        "propose",
        status=status,
        sheet=proposal.sheet(desk, sent=status == AnswersRefused.status),
        came_from=given.came_from if given.came_from in {*Role} else Role.MENTEE.value,
        answered=_answered(proposal.candidates),
        show=given.button == "show",
        problem=problem,
        changed=status == CONFLICT,
    )


DONE = {
    "proposed": "Proposed. The email to the mentor leaves within 15 minutes.",
    "proposed-call": "Proposed. The mentor has no email address, so please call.",
    "proposed-before": "Another coordinator has just proposed this match. Nothing more was sent.",
}
ROUTES = {("GET", PATH): show, ("POST", PATH): send}
