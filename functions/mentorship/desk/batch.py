"""
Many matches that are proposed at once, and how each is by now.

Each is proposed by itself. Two of one mentor change the mentor's application twice: the second
knows that the first was no one else.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from mentorship import log
from mentorship.applications.application import Application
from mentorship.candidates import Candidates, Needs, needs, these_two
from mentorship.change import Conflict
from mentorship.desk.chosen import CHOSEN, Chosen
from mentorship.desk.evening import BETWEEN, Evening
from mentorship.desk.guard import DeskRequest
from mentorship.desk.pairs import ANOTHER, Both, open_match, refuse_concerned
from mentorship.desk.proposals import Proposal
from mentorship.desk.seen import without
from mentorship.form.question import Role
from mentorship.matches.match import Match, MatchState
from mentorship.matches.problems import CannotBeMatched
from mentorship.problems import ConcernsYou
from mentorship.program.audit import Action
from mentorship.store import refusals

GONE = "One of the two isn’t on the list any more."
CHANGED = "One of the two changed after you opened this page. Look through it, then tick it."
BEFORE = "Another coordinator has just proposed this match."
YOURS = "You’ve proposed this match already."
BUSY = "AWS was busy. Send it again."


@dataclass(frozen=True)
class Look:
    """
    A pair as it is by now.

    Attributes:
        chosen: as it was sent.
        both: the two; none if one of them can't be found.
        proposal: what is to be sent, unless it can't be proposed.
        reason: why it isn't sent as it is, "" if it can be.
        match: the open one of the two, if there is one.
        is_done: whether it was proposed by this button, now or when it was pressed before.
        at: the revisions of the two, without what this button changed.

    """

    chosen: Chosen
    both: Both = field(default_factory=dict)
    proposal: Proposal | None = None
    reason: str = ""
    match: Match | None = None
    is_done: bool = False
    at: tuple[int, ...] = ()

    @property
    def is_ticked(self) -> bool:
        """Whether it is ticked when a page shows it again; what changed is to be looked through."""
        return self.chosen.is_ticked and self.reason in ("", BUSY)

    @property
    def unsent(self) -> str:
        """The line that was typed, if it wasn't sent and can't be any more."""
        gone = self.proposal is None and not (self.match and self.chosen.says(self.match.line))
        return self.chosen.written.line if gone else ""

    @property
    def refusals(self) -> dict[str, str]:
        """What is missing or wrong if it is ticked and nothing else keeps it."""
        return self.proposal.refusals if self.proposal and self.is_ready else {}

    @property
    def is_ready(self) -> bool:
        """Whether it is ticked, and nothing but its own fields keeps it from being sent."""
        return self.chosen.is_ticked and self.proposal is not None and not self.reason


@dataclass(frozen=True)
class Batch:
    """
    The pairs that are proposed at once.

    Attributes:
        desk: the coordinator's request.
        evening: everyone, as the coordinator may know them.
        is_sent: whether the button to send was pressed.
        ours: how often this button has changed an application, by its id.

    """

    desk: DeskRequest
    evening: Evening
    is_sent: bool
    ours: Counter[str] = field(default_factory=Counter)

    def looks(self, pairs: Sequence[Chosen]) -> list[Look]:
        """Return all pairs as they are by now."""
        found = [(each, self._both(each.name)) for each in pairs]
        for each, both in found:
            if self._is_done(each, self._match(both)):
                self._count(both)
        return [self._look(each, both) for each, both in found]

    def send(self, looks: Iterable[Look]) -> list[Look]:
        """Propose the pairs that are ready, and return all as they are then."""
        found: list[Look] = []
        for each in looks:
            # Each try takes seconds while AWS is busy, and a person is waiting.
            if each.is_ready and BUSY in [before.reason for before in found]:
                found.append(replace(each, reason=BUSY))
            else:
                found.append(self._send(each) if each.is_ready else each)
        return found

    def revisions(self, look: Look) -> tuple[int, ...]:
        """Return the revisions of two as they are after all that this button changed."""
        return tuple(
            at + self.ours[each.id] for at, each in zip(look.at, look.both.values(), strict=True)
        )

    def _send(self, look: Look) -> Look:
        """Propose a pair that was ready, and return it as it is then."""
        revisions = tuple(each.revision for each in look.both.values())
        # What nothing here changed is not read again, unless someone else's change came first.
        at_first = [look] if revisions == self.revisions(look) else []

        def attempt() -> Look:
            now = at_first.pop() if at_first else self._again(look.chosen)
            if now.is_done:
                self._count(now.both)
            if now.proposal is None or now.reason:
                return now
            if now.refusals:
                return replace(now, reason=CHANGED)
            try:
                match = now.proposal.propose(self.desk)
            except CannotBeMatched as problem:
                return replace(now, proposal=None, reason=problem.detail)
            self._count(now.both)
            return replace(now, proposal=None, match=match, is_done=True)

        try:
            return self.desk.services.retry(attempt)
        except Conflict:
            return replace(look, reason=CHANGED)
        except Exception as error:
            if not refusals.passes(error):
                raise
            log.broken(error, request=self.desk.request.id)
            return replace(look, reason=BUSY)

    def _again(self, pair: Chosen) -> Look:
        return self._look(pair, self._both(pair.name))

    def _look(self, pair: Chosen, both: Both) -> Look:
        """Return a pair as it is by now, of two people as they are stored."""
        if not both:
            return Look(pair, reason=GONE)
        at = tuple(each.revision - self.ours[each.id] for each in both.values())
        look = Look(pair, both, at=at)
        try:
            for each in both.values():
                refuse_concerned(each, self.desk)
        except ConcernsYou as problem:
            if self.is_sent and pair.is_ticked:
                self.desk.record(Action.REFUSED, about=problem.reference, words=CHOSEN)
            return replace(look, reason=ANOTHER)
        if match := self._match(both):
            reason = YOURS if match.proposed_by == self.desk.address else BEFORE
            is_done = self._is_done(pair, match)
            reason = "" if is_done else reason
            return replace(look, match=match, is_done=is_done, reason=reason)
        if any(each.id not in self.evening.candidates.sides for each in both.values()):
            return replace(look, reason=GONE)
        proposal = Proposal.of(
            both,
            self._candidates(both),
            self.evening.unseen,
            self._needs,
            pair.written,
            self.desk,
            end=pair.end,
        )
        if not proposal.checks.may_be_proposed:
            return replace(look, reason=" ".join(proposal.checks.against) or ANOTHER)
        # Nothing is sent that no page has shown.
        was_shown = bool(pair.revisions) or (self.is_sent and pair.is_ticked)
        is_changed = was_shown and pair.revisions != at
        return replace(look, proposal=proposal, reason=CHANGED if is_changed else "")

    def _is_done(self, pair: Chosen, match: Match | None) -> bool:
        """Tell whether a pair is in a match because this button was pressed."""
        if match is None or match.proposed_by != self.desk.address:
            return False
        is_as_sent = match.state is MatchState.PROPOSED and pair.says(match.line)
        return self.is_sent and pair.is_ticked and is_as_sent

    def _count(self, both: Both) -> None:
        self.ours.update(each.id for each in both.values())

    def _match(self, both: Both) -> Match | None:
        found = open_match(both) if both else ""
        return self.desk.services.store.match(found, now=self.desk.now) if found else None

    def _candidates(self, both: Both) -> Candidates:
        """Return those among whom two are, who may have changed since all were read."""
        sides = self.evening.candidates.sides
        if all(each.revision == sides[each.id].application.revision for each in both.values()):
            return self.evening.candidates
        return these_two(both[Role.MENTOR], both[Role.MENTEE], self.desk.services)

    def _both(self, name: str) -> Both:
        """Return two people as they are stored; none if one of them can't be found."""
        references = zip((Role.MENTOR, Role.MENTEE), name.split(BETWEEN), strict=True)
        found = {role: self._person(reference, role) for role, reference in references}
        both = {role: each for role, each in found.items() if each}
        return both if len(both) == len(found) else {}

    def _person(self, reference: str, role: Role) -> Application | None:
        store, now = self.desk.services.store, self.desk.now
        listed = self._by_reference.get(reference)
        # What is only shown was read a moment ago.
        if listed and not self.is_sent:
            return listed if listed.role is role else None
        ids = (
            [listed.id]
            if listed
            else [e.id for e in store.queries.by_reference(reference, now=now)]
        )
        found = (store.application(each, now=now) for each in ids)
        return next((each for each in found if each and each.role is role and each.answers), None)

    @cached_property
    def _needs(self) -> Needs:
        unseen = self.evening.unseen
        return needs(self.evening.candidates, lambda each: without(each, unseen))

    @cached_property
    def _by_reference(self) -> dict[str, Application]:
        sides = self.evening.candidates.sides.values()
        return {each.application.reference: each.application for each in sides}
