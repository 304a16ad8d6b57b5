"""
Matches: one mentor and one mentee, from the proposal to the end.

A match names both applications by id and holds neither's answers. Both applications name it while
it is open or running, so that whatever changes one of them finds it.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from dateutil.relativedelta import relativedelta

from mentorship.applications.application import Note
from mentorship.form.question import Role
from mentorship.framework import FRAMEWORK, Framework

# How long someone has to answer a proposal, and after how long they are reminded.
ANSWER_WITHIN = timedelta(days=14)
REMINDED_AFTER = timedelta(days=7)
# After a reminder there is at least this long to answer, even if the reminder was late.
LEAST_AFTER_REMINDER = timedelta(days=3)
# After how many months someone may ask to be asked again.
NOT_NOW_MONTHS = (1, 3, 6)
OTHER = {Role.MENTOR: Role.MENTEE, Role.MENTEE: Role.MENTOR}


class MatchState(StrEnum):
    """How far a match has come."""

    # The mentor is asked.
    PROPOSED = "proposed"
    # The mentor said yes, and the mentee is asked.
    ACCEPTED = "accepted"
    # Both said yes and were introduced.
    RUNNING = "running"
    PAUSED = "paused"
    # One of them said no.
    DECLINED = "declined"
    # One of them did not answer in time.
    LAPSED = "lapsed"
    # It did not go ahead for another reason.
    TAKEN_BACK = "taken-back"
    # It ran, and is over.
    RELEASED = "released"

    @property
    def is_open(self) -> bool:
        """Whether someone is being asked."""
        return self in (MatchState.PROPOSED, MatchState.ACCEPTED)

    @property
    def is_running(self) -> bool:
        """Whether both were introduced, and it is not over."""
        return self in (MatchState.RUNNING, MatchState.PAUSED)

    @property
    def takes_a_place(self) -> bool:
        """Whether both applications name it, and it takes a place of each."""
        return self.is_open or self.is_running

    @property
    def words(self) -> str:
        """What a coordinator reads."""
        return STATE_WORDS[self]


STATE_WORDS = {
    MatchState.PROPOSED: "waiting for the mentor",
    MatchState.ACCEPTED: "waiting for the mentee",
    MatchState.RUNNING: "running",
    MatchState.PAUSED: "paused",
    MatchState.DECLINED: "declined",
    MatchState.LAPSED: "lapsed",
    MatchState.TAKEN_BACK: "taken back",
    MatchState.RELEASED: "ended",
}


class Reply(StrEnum):
    """What someone answered to a proposal."""

    YES = "yes"
    NO = "no"
    NOT_NOW = "not-now"


class Reason(StrEnum):
    """Why a match closed; coordinators read it, and no one else."""

    NO = "no"
    NOT_NOW = "not-now"
    LAPSED = "lapsed"
    COORDINATOR = "coordinator"
    WITHDREW = "withdrew"
    PAUSED = "paused"
    INELIGIBLE = "ineligible"
    FORGOTTEN = "forgotten"
    # Something learned since keeps the two from being matched.
    EXCLUDED = "excluded"
    # A mentor now has fewer places.
    NO_PLACE = "no-place"

    @property
    def is_leaving(self) -> bool:
        """Whether one of the two has left the program, so that they take part in nothing."""
        return self in (Reason.WITHDREW, Reason.INELIGIBLE, Reason.FORGOTTEN)


@dataclass(frozen=True, kw_only=True)
class Party:
    """
    One side of a match.

    Attributes:
        application: the id of their application, "" once they were forgotten.
        answers_version: which version of their answers was proposed.
        address_version: which of their addresses their links were mailed to.
        asked_at: when they were asked.
        wait_until: the last day, in the program's zone, on which they are waited for.
        reminded_on: the day, in the program's zone, on which they were last reminded.
        reply: what they answered, if they have.
        replied_at: when.
        how: how they told a coordinator, "" if they answered by their link.
        recorded_by: the address of the coordinator who recorded it.
        months: after how many months they want to be asked again, if they said *not now*.
        late_yes_at: when they said yes although the match was over.
        mistake_at: when they said that their no was a mistake.

    """

    application: str
    answers_version: int = 0
    address_version: int = 1
    asked_at: datetime | None = None
    wait_until: date | None = None
    reminded_on: date | None = None
    reply: Reply | None = None
    replied_at: datetime | None = None
    how: str = ""
    recorded_by: str = ""
    months: int = 0
    late_yes_at: datetime | None = None
    mistake_at: datetime | None = None

    @property
    def remind_on(self) -> date | None:
        """The day on which they are reminded, unless they have been."""
        if self.wait_until is None or self.reminded_on:
            return None
        return self.wait_until - (ANSWER_WITHIN - REMINDED_AFTER)


@dataclass(frozen=True, kw_only=True)
class Match:
    """
    One match.

    Attributes:
        id: letters and digits that cannot be guessed.
        state: how far it has come.
        parties: both sides, by their roles.
        proposed_at: when a coordinator proposed it, or entered it.
        proposed_by: that coordinator's address.
        line: the coordinator's personal line, which both read.
        lifted: the codes of the exclusions and warnings that the coordinator has ticked.
        notes: the coordinators' notes, the oldest first.
        keep_months: for how long it is kept after it closed.
        by_hand: whether it was entered as a match that ran already.
        introduced_at: when both were introduced, or it was entered.
        starts_on: the first day of the match, in the program's zone.
        framework: what the two have agreed to.
        closed_at: when it closed.
        closed_because: why.
        closed_by: whose doing it was; `None` is a coordinator.
        on_hold: whether it came from a backup, so that nothing happens by itself.
        revision: counts how often it was stored.

    """

    id: str
    state: MatchState
    parties: Mapping[Role, Party]
    proposed_at: datetime
    proposed_by: str
    line: str = ""
    lifted: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    keep_months: int
    by_hand: bool = False
    introduced_at: datetime | None = None
    starts_on: date | None = None
    framework: Framework = FRAMEWORK
    closed_at: datetime | None = None
    closed_because: Reason | None = None
    closed_by: Role | None = None
    on_hold: bool = False
    revision: int = 0

    @property
    def mentor(self) -> Party:
        """The mentor's side."""
        return self.parties[Role.MENTOR]

    @property
    def mentee(self) -> Party:
        """The mentee's side."""
        return self.parties[Role.MENTEE]

    @property
    def awaits(self) -> Role | None:
        """Whose answer it waits for, if anyone's."""
        asked = {MatchState.PROPOSED: Role.MENTOR, MatchState.ACCEPTED: Role.MENTEE}
        return asked.get(self.state)

    @property
    def state_since(self) -> datetime:
        """Since when it is in its state, for the order of lists."""
        if self.closed_at:
            return self.closed_at
        asked = self.parties[self.awaits].asked_at if self.awaits else self.introduced_at
        return asked or self.proposed_at

    @property
    def due_on(self) -> date | None:
        """The day on which the daily work has something to do for it, if there is one."""
        if self.on_hold or self.awaits is None:
            return None
        party = self.parties[self.awaits]
        return party.remind_on or self.lapses_on

    @property
    def lapses_on(self) -> date | None:
        """The first day on which it lapses without an answer."""
        until = self.parties[self.awaits].wait_until if self.awaits else None
        return until and until + timedelta(days=1)

    @property
    def ends_on(self) -> date | None:
        """The day on which both are released, once they were introduced."""
        if self.starts_on is None:
            return None
        end: date = self.starts_on + relativedelta(months=self.framework.months)
        return end

    @property
    def expires_at(self) -> datetime | None:
        """When DynamoDB deletes it; never while it is open or running."""
        if self.closed_at is None:
            return None
        end: datetime = self.closed_at + relativedelta(months=self.keep_months)
        return end

    def role_of(self, application_id: str) -> Role | None:
        """Return the side of an application, if it has one."""
        found = (each for each, party in self.parties.items() if party.application)
        return next((e for e in found if self.parties[e].application == application_id), None)

    def is_known_to(self, role: Role) -> bool:
        """Tell whether one side has been asked, or is in it."""
        return self.state.is_running or self.parties[role].asked_at is not None

    def restored(self) -> Self:
        """Return it as it comes back from a backup: on hold, unless it is over."""
        return replace(self, on_hold=self.state.takes_a_place)

    def without(self, application_ids: Container[str]) -> Self:
        """Return it without the sides of some applications, and without all that was written."""
        parties = {
            role: Party(application="") if party.application in application_ids else party
            for role, party in self.parties.items()
        }
        parties = {role: replace(party, how="") for role, party in parties.items()}
        return replace(self, parties=parties, line="", notes=())

    def with_party(self, role: Role, **changes: object) -> Self:
        """Return it with *changes* of one side."""
        party = replace(self.parties[role], **changes)  # type: ignore[arg-type]
        return replace(self, parties={**self.parties, role: party})
