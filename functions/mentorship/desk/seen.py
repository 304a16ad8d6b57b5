"""
Matches as the desk shows them: whom they are of, and in one line how they are.

A match of which one side is the coordinator's own, or of someone they know, is not among them:
before both have said yes, nobody learns of it who is not asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from mentorship.applications.application import Application
from mentorship.desk.guard import DeskRequest
from mentorship.desk.rows import LOOKED_BACK
from mentorship.form.question import Role
from mentorship.letters.letter import Letter
from mentorship.matches.match import Match, MatchState, Reason
from mentorship.rendering import day
from mentorship.services import Services

MATCHES = "/desk/matches"
GONE = "someone who was forgotten"
# Of letters that reached no one, how many are looked at.
MAX_LETTERS = 100
# Why a proposal did not go ahead, said of the one whose doing it was, before the day.
BECAUSE = {
    Reason.NO: "said no on",
    Reason.NOT_NOW: "said “not now” on",
    Reason.LAPSED: "didn’t answer by",
    Reason.COORDINATOR: "took it back on",
    Reason.WITHDREW: "withdrew on",
    Reason.PAUSED: "was paused on",
    Reason.INELIGIBLE: "was found not eligible on",
    Reason.FORGOTTEN: "left on",
    Reason.NO_PLACE: "has had fewer places since",
}


@dataclass(frozen=True)
class Seen:
    """
    A match that a coordinator may see.

    Attributes:
        match: itself.
        applications: both sides'; `None` is one that is gone.
        lost: the last letter about it that reached no one.
        phone: the number of the one whose answer it waits for, if they gave one.

    """

    match: Match
    applications: Mapping[Role, Application | None]
    lost: Letter | None = None
    phone: str = ""

    @property
    def path(self) -> str:
        """The path of its page."""
        return f"{MATCHES}/{self.match.id}"

    @property
    def names(self) -> tuple[str, str]:
        """The names of both, the mentee's first."""
        return capitalized(self.name(Role.MENTEE)), self.name(Role.MENTOR)

    def name(self, role: Role) -> str:
        """Return the name of one side."""
        application = self.applications[role]
        return application.name if application else GONE

    @property
    def awaited(self) -> Application | None:
        """The application of the one whose answer it waits for."""
        return self.applications[self.match.awaits] if self.match.awaits else None


def seen(matches: Iterable[Match], desk: DeskRequest) -> list[Seen]:
    """Return those matches that the coordinator may see, with both applications."""
    listed = list(matches)
    ids = [party.application for match in listed for party in match.parties.values()]
    found = {
        each.id: each
        for each in desk.services.store.queries.by_ids([*filter(None, ids)], now=desk.now)
        if each.answers
    }
    lost = _lost(desk.services, desk.now) if listed else {}
    return [
        _seen(match, found, lost.get(match.id), desk)
        for match in listed
        if not any(
            desk.relation(found[party.application])
            for party in match.parties.values()
            if party.application in found
        )
    ]


def _seen(
    match: Match, found: Mapping[str, Application], lost: Letter | None, desk: DeskRequest
) -> Seen:
    both = {role: found.get(party.application) for role, party in match.parties.items()}
    awaited = both[match.awaits] if match.awaits else None
    return Seen(match, both, lost, desk.shown(awaited).phone if awaited else "")


def line_of(each: Seen, desk: DeskRequest) -> str:
    """Return in one line who holds a match up and until when, or how it came to its end."""
    match = each.match
    if each.lost and match.state.takes_a_place:
        return f"An email came back: “{each.lost.kind.traits.title}”."
    if match.on_hold and match.state.takes_a_place:
        return "On hold: it came with a restored backup."
    if match.awaits:
        party = match.parties[match.awaits]
        reminded = f" Reminded on {_short(party.reminded_on)}." if party.reminded_on else ""
        until = (
            f"has until {_short(party.wait_until)} to answer" if party.wait_until else "was asked"
        )
        return f"{each.name(match.awaits)} {until}.{reminded}"
    if match.state.is_running:
        return f"Running until {day(match.ends_on)}." if match.ends_on else "Running."
    return _closed(each, desk)


def _closed(each: Seen, desk: DeskRequest) -> str:
    match = each.match
    closed, because = _day(match.closed_at, desk), match.closed_because
    if match.state is MatchState.RELEASED:
        return f"Ended on {closed}."
    if because is None or because not in BECAUSE:
        words = f"We know now that these two can’t be matched. It was taken back on {closed}."
    else:
        who = each.name(match.closed_by) if match.closed_by else "A coordinator"
        words = capitalized(f"{who} {BECAUSE[because]} {closed}.")
    late = next((role for role, party in match.parties.items() if party.late_yes_at), None)
    more = f" {each.name(late)} said yes later." if late else ""
    mistake = next((role for role, party in match.parties.items() if party.mistake_at), None)
    more += f" {each.name(mistake)} says that was a mistake." if mistake else ""
    return words + more


def _lost(services: Services, now: datetime) -> dict[str, Letter]:
    """Return the last letter about each match that reached no one, by the ids of the matches."""
    found = services.store.queries.lost_letters(now - LOOKED_BACK, limit=MAX_LETTERS)
    return {each.match: each for each in reversed(found) if each.match}


def capitalized(words: str) -> str:
    """Return words that begin a line; a name stays as it was typed."""
    return f"{words[0].upper()}{words[1:]}" if words.startswith(GONE) else words


def _day(when: datetime | None, desk: DeskRequest) -> str:
    return _short(desk.services.program.local(when).date()) if when else ""


def _short(when: date) -> str:
    """Return a day without its year: it is within weeks."""
    return f"{when:%B} {when.day}"
