"""
What pages that propose matches have in common: the line, the ticks, both emails, and the act.

A page may have many matches on it. What the names of the fields of one end with tells them apart.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

from mentorship.applications.shown import ShownApplication
from mentorship.candidates import Candidates, Needs
from mentorship.desk.guard import DeskRequest
from mentorship.desk.pairs import Both, Checks, checks, entry_about, pairing_between
from mentorship.form.question import Refused, Role
from mentorship.form.wishes import NOT_WITH, PREFERRED
from mentorship.mail.match_context import previews
from mentorship.matches.exclusions import Finding
from mentorship.matches.match import ANSWER_WITHIN, REMINDED_AFTER, Match
from mentorship.matches.personal_line import LINE, reveals
from mentorship.matches.proposing import new_match, propose
from mentorship.matches.rules import WISH
from mentorship.program.audit import Action, add_entry
from mentorship.rendering import unfolded

# The ticks for what is to be checked, of one match and of all on the page; and the one for a line,
# which has the line that was ticked.
TICKED, TICKED_ALL, LINE_TICK = "ticked", "ticked_all", "line_ticked"


@dataclass(frozen=True)
class Written:
    """
    What a coordinator wrote and ticked for a match.

    Attributes:
        line: the personal line, as it was typed.
        line_ticked: the line that both may read, if it was asked about and ticked.
        ticked: the keys of what was ticked.

    """

    line: str = ""
    line_ticked: str = ""
    ticked: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The line as it is sent; raise `Refused` if it can't be."""
        return str(LINE.parse([self.line]) or "")

    @classmethod
    def of(cls, sent: Mapping[str, Sequence[str]], end: str = "") -> Self:
        """Return what was sent in the fields whose names have an *end*."""
        return cls(
            line=" ".join(sent.get(f"{LINE.name}{end}", ())),
            line_ticked=" ".join(sent.get(f"{LINE_TICK}{end}", ())),
            ticked=(*sent.get(f"{TICKED}{end}", ()), *sent.get(TICKED_ALL, ())),
        )


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """
    A match as a page shows it before it is proposed.

    Attributes:
        people: both, by their roles.
        revisions: at which they are shown.
        checks: what is against it.
        reads: whose page has the words that are to be read before a tick, and its address, by the
            key of the tick.
        written: what was typed and ticked.
        line_wrong: why the line can't be sent.
        line_reveals: what is asked about the line.
        is_line_ticked: whether it was ticked.
        letters: the email to each of the two, a subject and words.
        refusals: what is wrong, by the ids of fields.
        end: what the names and ids of its fields end with.
        until: the last day for the mentor's answer.
        reminded_after: after how many days the mentor is reminded.
        most: the most characters of a line.

    """

    people: Mapping[Role, ShownApplication]
    revisions: Mapping[Role, int]
    checks: Checks
    reads: Mapping[str, tuple[ShownApplication, str]]
    written: Written
    line_wrong: str
    line_reveals: str
    is_line_ticked: bool
    letters: Sequence[tuple[Role, str, str]]
    refusals: Mapping[str, str]
    end: str
    until: date
    reminded_after: int = REMINDED_AFTER.days
    most: int = LINE.most


@dataclass(frozen=True)
class Proposal:
    """
    Two people who may be proposed to each other.

    Attributes:
        both: the two, as they are stored.
        candidates: among whom they are.
        checks: what is against it, as the coordinator may know it.
        needs: tells how much the mentor is needed.
        written: what was typed and ticked.
        end: what the names and ids of its fields end with.

    """

    both: Both
    candidates: Candidates
    checks: Checks
    needs: Needs
    written: Written
    end: str = ""

    @classmethod
    def of(
        cls,
        both: Both,
        candidates: Candidates,
        unseen: Collection[str],
        needs: Needs,
        written: Written,
        desk: DeskRequest,
        *,
        end: str = "",
    ) -> Self:
        """
        Look at what is against proposing two people.

        Args:
            both: the two.
            candidates: among whom they are.
            unseen: the open proposals of which the coordinator may not learn.
            needs: tells how much the mentor is needed.
            written: what was typed and ticked.
            desk: the coordinator's request.
            end: what the names and ids of its fields end with.

        """
        found = checks(both, candidates, unseen, desk)
        return cls(both, candidates, found, needs, written, end)

    @property
    def refusals(self) -> dict[str, str]:
        """What is missing or wrong, by the ids of fields."""
        ticks = self.checks.unticked(self.written.ticked)
        return {f"tick-{each.key}{self.end}": each.sentence for each in ticks} | self._line[1]

    @cached_property
    def _line(self) -> tuple[str, dict[str, str]]:
        """The personal line, and what is wrong with it, by the ids of fields."""
        try:
            line = self.written.words
        except Refused as refused:
            return self.written.line, {f"{LINE.name}{self.end}": str(refused)}
        why = reveals(line, self.both.values())
        is_fine = not why or self._is_ticked(line)
        return line, {} if is_fine else {f"{LINE_TICK}{self.end}": " ".join(why)}

    def _is_ticked(self, line: str) -> bool:
        """Tell whether it was these very words that were ticked."""
        return line == " ".join(self.written.line_ticked.split())

    def sheet(self, desk: DeskRequest, *, sent: bool = False) -> Sheet:
        """Return it as a page shows it; what is missing is told once it was *sent*."""
        line, wrong = self._line
        line_wrong = wrong.get(f"{LINE.name}{self.end}", "")
        # What was asked about a line that was ticked can still be seen.
        asked = " ".join(reveals(self.written.line_ticked, self.both.values()))
        people = {role: desk.shown(each) for role, each in self.both.items()}
        return Sheet(
            people=people,
            revisions={role: each.revision for role, each in self.both.items()},
            checks=self.checks,
            reads={
                each.key: (
                    people[where[0]],
                    f"/desk/applications/{people[where[0]].id}#answer-{where[1]}",
                )
                for each in self.checks.ticks
                if (where := self._where(each))
            },
            written=self.written,
            line_wrong=line_wrong,
            line_reveals=wrong.get(f"{LINE_TICK}{self.end}", "") or asked,
            is_line_ticked=self._is_ticked(line),
            letters=self._letters(line, desk),
            refusals=self.refusals if sent else wrong if line_wrong else {},
            end=self.end,
            until=desk.today + ANSWER_WITHIN,
        )

    def propose(self, desk: DeskRequest) -> Match:
        """
        Propose it, and return the match.

        Raises:
            CannotBeMatched: if nobody may.
            Conflict: if one of the two was changed after they were read.

        """
        lifted = self.checks.lifted(self.written.ticked)
        pairing = pairing_between(self.both, desk, line=self._line[0], lifted=lifted)
        change = propose(pairing, now=desk.now, today=desk.today, facts=self._facts)
        entry = entry_about(Action.PROPOSED, self.both.values(), desk)
        desk.services.store.commit(add_entry(change, entry))
        return change.match

    @property
    def _facts(self) -> Mapping[str, str | int]:
        """What the email to the mentor says of how much they are needed."""
        return self.needs(self.both[Role.MENTOR], self.both[Role.MENTEE])

    def _where(self, finding: Finding) -> tuple[Role, str] | None:
        """Return whose words are to be read before a tick, and which question's, if any are."""
        if finding.note_of:
            return finding.note_of, NOT_WITH.name
        has_wish = finding.code == WISH and self.both[Role.MENTEE].answers.get(PREFERRED.name)
        return (Role.MENTEE, PREFERRED.name) if has_wish else None

    def _letters(self, line: str, desk: DeskRequest) -> list[tuple[Role, str, str]]:
        """Return the email to each of the two; those without an address get none."""
        match = new_match(self.both, by=desk.address, now=desk.now, new_id="", line=line)
        listed = desk.arrangements.by_address(desk.address)
        found = previews(
            match,
            self.both,
            desk.services,
            by=listed.name if listed else "",
            until=desk.today + ANSWER_WITHIN,
            facts=self._facts,
        )
        return [
            (role, found[role].subject, unfolded(found[role].text))
            for role in (Role.MENTOR, Role.MENTEE)
            if not self.both[role].by_phone_only
        ]
