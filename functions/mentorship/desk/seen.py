"""
Matches as the desk shows them: whom they are of, and in one line how they are.

A match of which one side is the coordinator's own, or of someone they know, is not among them:
before both have said yes, nobody learns of it who is not asked. Where such a proposal would show in
a number, it is counted as if it were not there.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mentorship.applications.application import Application
from mentorship.applications.conflicts import Relation
from mentorship.desk.guard import DeskRequest
from mentorship.form.question import Role
from mentorship.letters.letter import Letter
from mentorship.matches.match import Match, MatchState, Reason
from mentorship.pairings import between
from mentorship.rendering import day
from mentorship.services import Services

MATCHES = "/desk/matches"
TONIGHT = f"{MATCHES}/tonight"
GONE = "someone who was forgotten"
# What is looked up once for a page.
HIDDEN = "hidden"
# For how long an email that reached no one is shown.
LOOKED_BACK = timedelta(days=14)
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


def hidden(matches: Iterable[Match], desk: DeskRequest) -> frozenset[str]:
    """
    Return the ids of those matches of which the coordinator may not learn that they are there.

    They are proposals that concern the coordinator, unless they were asked about it themselves.
    """
    proposals = [] if desk.viewer.is_contact else [e for e in matches if not e.introduced_at]
    relations = {
        each.id: desk.relation(each) for each in _applications(proposals, desk) if each.answers
    }
    return frozenset(
        match.id
        for match in proposals
        for role, party in match.parties.items()
        if (relation := relations.get(party.application, Relation.NONE))
        and not (relation is Relation.OWN and match.is_known_to(role))
    )


def hidden_proposals(desk: DeskRequest) -> frozenset[str]:
    """Return the ids of the open proposals of which the coordinator may not learn."""
    # What changes something is tried again after a conflict, and has to look again then.
    if desk.request.method == "POST" or HIDDEN not in desk.found:
        desk.found[HIDDEN] = _hidden_proposals(desk)
    return frozenset(desk.found[HIDDEN])


def _hidden_proposals(desk: DeskRequest) -> frozenset[str]:
    if desk.viewer.is_contact:
        return frozenset()
    read = desk.services.store.matches.in_state
    states = [state for state in MatchState if state.is_open]
    return hidden([each for state in states for each in read(state, now=desk.now)], desk)


def without(application: Application, matches: Collection[str]) -> Application:
    """Return an application as if it were not in some matches; it is for showing, not storing."""
    left = tuple(each for each in application.open_matches if each not in matches)
    return replace(application, open_matches=left)


def as_known(application: Application, desk: DeskRequest) -> Application:
    """Return an application without the open proposals of which the coordinator may not learn."""
    return without(application, hidden_proposals(desk)) if application.open_matches else application


def next_path(mentee: Application | None, desk: DeskRequest) -> str:
    """Return where someone else is proposed to a mentee, "" if they are not waiting for that."""
    if mentee is None or not mentee.status.traits.may_be_matched:
        return ""
    is_asked = as_known(mentee, desk).open_matches
    return "" if is_asked else f"/desk/applications/{mentee.id}/matches"


def seen(matches: Iterable[Match], desk: DeskRequest) -> list[Seen]:
    """Return those matches that the coordinator may see, with both applications."""
    listed = list(matches)
    people = [each for each in _applications(listed, desk) if each.answers]
    # Whether someone may be proposed to another by now is told of those whose proposal is over.
    over = any(not each.state.takes_a_place for each in listed)
    others = {one for each in people for one in each.open_matches} if over else set()
    elsewhere = desk.services.store.matches.by_ids(sorted(others), now=desk.now) if others else []
    unseen = hidden(elsewhere, desk)
    found = {each.id: without(each, unseen) for each in people}
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


def _applications(matches: Iterable[Match], desk: DeskRequest) -> list[Application]:
    ids = {party.application for match in matches for party in match.parties.values()} - {""}
    return desk.services.store.queries.by_ids(sorted(ids), now=desk.now) if ids else []


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
        words = f"{_excluded(each, desk)} It was taken back on {closed}."
    else:
        who = each.name(match.closed_by) if match.closed_by else "A coordinator"
        words = capitalized(f"{who} {BECAUSE[because]} {closed}.")
    late = next((role for role, party in match.parties.items() if party.late_yes_at), None)
    more = f" {each.name(late)} said yes later." if late else ""
    mistake = next((role for role, party in match.parties.items() if party.mistake_at), None)
    more += f" {each.name(mistake)} says that was a mistake." if mistake else ""
    return words + more


def _excluded(each: Seen, desk: DeskRequest) -> str:
    """Return why two can't be matched, as far as coordinators may know."""
    one, other = each.applications.values()
    if one and other and between(one, other, desk.services).is_apart:
        return "A coordinator keeps them apart."
    return "We know now that these two can’t be matched."


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
