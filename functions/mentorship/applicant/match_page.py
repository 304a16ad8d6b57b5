"""The page on which one of the two of a match is asked, and reads what came of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mentorship.applications.application import Application
from mentorship.applications.shown import ShownPerson
from mentorship.form.question import Audience, Role
from mentorship.matches.in_common import MOST_TOLD, InCommon, in_common
from mentorship.matches.match import NOT_NOW_MONTHS, OTHER, MatchState, Party, Reason
from mentorship.matches.pairing import Pairing
from mentorship.problems import Problem
from mentorship.rendering import Renderer
from mentorship.services import Services
from mentorship.web import http

# Where a coordinator records an answer that they were told.
DESK_PAGE = "/desk/matches"


@dataclass(frozen=True, kw_only=True)
class MatchReader:
    """
    One of the two of a match, who holds a link to it.

    Attributes:
        token: of the link.
        role: which of the two.
        pairing: the match, with both applications.

    """

    token: str
    role: Role
    pairing: Pairing

    @property
    def link(self) -> str:
        """The path of the page."""
        return f"/match/{self.token}"

    @property
    def application(self) -> Application:
        """Their own application."""
        return self.pairing.application(self.role)

    @property
    def party(self) -> Party:
        """Their side of the match."""
        return self.pairing.match.parties[self.role]


class Stage(StrEnum):
    """What a match is to one of the two."""

    ASKED = "asked"
    # They have said yes, and the other is being asked.
    SAID_YES = "said-yes"
    INTRODUCED = "introduced"
    SAID_NO = "said-no"
    NOT_NOW = "not-now"
    # They did not answer in time.
    LAPSED = "lapsed"
    # It did not go ahead for another reason, which they are not told.
    CLOSED = "closed"
    # It ran, and is over.
    ENDED = "ended"

    @property
    def is_open(self) -> bool:
        """Whether they may answer, or answer otherwise, and so read about the other."""
        return self in (Stage.ASKED, Stage.SAID_YES)


MINE = {
    Reason.NO: Stage.SAID_NO,
    Reason.NOT_NOW: Stage.NOT_NOW,
    Reason.LAPSED: Stage.LAPSED,
}


def stage_of(reader: MatchReader) -> Stage:
    """Return what a match is to one of the two."""
    match = reader.pairing.match
    if match.awaits is reader.role:
        return Stage.ASKED
    if match.state.is_open:
        return Stage.SAID_YES
    if match.state.is_running:
        return Stage.INTRODUCED
    if match.state is MatchState.RELEASED:
        return Stage.ENDED
    because = match.closed_because if match.closed_by is reader.role else None
    return MINE.get(because, Stage.CLOSED) if because else Stage.CLOSED


@dataclass(frozen=True, kw_only=True)
class Told:
    """
    What someone reads of a person whom they may be matched with, before names.

    Attributes:
        common: what the two have in common, what says most first.
        person: what else the other has told, without repeating it.
        changed: the headings of what the other has changed since the reader was asked.
        line: the coordinator's personal line.
        by: that coordinator's name, "" if it is not known.

    """

    common: tuple[InCommon, ...]
    person: ShownPerson
    changed: tuple[str, ...]
    line: str
    by: str


def match_page(
    reader: MatchReader, services: Services, *, problem: Problem | None = None
) -> http.Response:
    """Return the page; with a *problem*, it says that an answer came too late."""
    stage, application, match = stage_of(reader), reader.application, reader.pairing.match
    other = match.parties[OTHER[reader.role]]
    traits = application.status.traits
    page = services.renderer.page(
        "match",
        stage=stage.value,
        role=reader.role,
        link=reader.link,
        whose=application.name,
        too_late=problem is not None,
        told=_told(reader, services) if stage.is_open else None,
        # Nobody is waited for while it is on hold.
        until=None if match.on_hold else reader.party.wait_until,
        other_until=None if match.on_hold else other.wait_until,
        other_was_asked=other.asked_at is not None,
        introduced_at=match.introduced_at,
        months=NOT_NOW_MONTHS,
        is_waiting=traits.may_be_matched,
        is_paused=traits.is_paused,
        resume_on=application.resume_on,
        said_late_yes=reader.party.late_yes_at is not None,
        said_mistake=reader.party.mistake_at is not None,
    )
    return http.page(page, status=problem.status if problem else 200)


def desk_page(reader: MatchReader, services: Services) -> http.Response:
    """Return the page that leads a coordinator to the desk."""
    desk = f"{DESK_PAGE}/{reader.pairing.match.id}"
    page = services.renderer.page("match_desk", whose=reader.application.name, desk=desk)
    return http.page(page)


def _told(reader: MatchReader, services: Services) -> Told | None:
    """Return what someone reads of the other, unless that one is gone."""
    other = reader.pairing.applications[OTHER[reader.role]]
    if other is None:
        return None
    two = {reader.role: reader.application, OTHER[reader.role]: other}
    common = in_common(two[Role.MENTOR], two[Role.MENTEE], Audience.PROPOSED)[:MOST_TOLD]
    match, renderer = reader.pairing.match, services.renderer
    coordinator = services.arrangements().by_address(match.proposed_by) if match.line else None
    return Told(
        common=common,
        person=renderer.person(without(other, common), Audience.PROPOSED),
        changed=_changed(other, since=reader.party.asked_at, renderer=renderer),
        line=match.line,
        by=coordinator.name if coordinator else "",
    )


def without(application: Application, common: tuple[InCommon, ...]) -> Application:
    """Return an application, to be shown, without the options that are told as in common."""
    left = dict(application.answers)
    for each in common:
        chosen = left.get(each.question)
        if isinstance(chosen, list):
            left[each.question] = [code for code in chosen if code not in each.codes]
        elif each.codes:
            del left[each.question]
    return replace(application, answers=left)


def _changed(other: Application, *, since: datetime | None, renderer: Renderer) -> tuple[str, ...]:
    """Return the headings of the answers that read otherwise than when someone was asked."""
    versions = (*other.versions, other.version)
    known = [each for each in versions if since is None or each.given_at <= since]
    then = known[-1] if known else versions[0]
    before = replace(
        other,
        answers=then.answers,
        form_version=then.form_version,
        consent_version=then.consent_version,
        changed_at=then.given_at,
    )
    words_then = {
        question.name: words
        for question, words in renderer.person(before, Audience.PROPOSED).answers()
    }
    return tuple(
        question.told_heading
        for question, words in renderer.person(other, Audience.PROPOSED).answers()
        if words_then.get(question.name) != words
    )
