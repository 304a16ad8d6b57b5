"""
What letters about a match say: looked up when they are sent, and only if it is still so.

Before both have said yes, each of the two reads only what may be shown before a name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mentorship.applications.application import Application
from mentorship.form.question import Audience, Role
from mentorship.letters.kinds import Kind
from mentorship.mail.draft import Draft, Values
from mentorship.mail.introducing import calendar_file, first_message, introduced, mailto
from mentorship.matches import needed
from mentorship.matches.in_common import MOST_TOLD, InCommon, in_common
from mentorship.matches.match import OTHER, Match
from mentorship.matches.tonight import can_be_matched
from mentorship.rendering import Rendered
from mentorship.services import Services
from mentorship.ses import Attachment

# What a mail program shows beside the email; it names nobody.
FILE = "mentorship-talks.ics"
CALENDAR = "text/calendar; charset=utf-8; method=PUBLISH"
# What was so of everyone who waits is told for so long; a letter that is late leaves it out.
STILL_SO = timedelta(days=2)
# The mentor is first wherever both are listed.
SIDES = (Role.MENTOR, Role.MENTEE)


@dataclass(frozen=True, kw_only=True)
class Side:
    """
    The side of a match that a letter is to.

    Attributes:
        match: the match.
        role: the reader's.
        mine: the reader's application.
        other: that of the other; `None` if it is gone.
        services: what fills in the letter.
        by: the name of the coordinator who proposed it, if that is known already.

    """

    match: Match
    role: Role
    mine: Application
    other: Application | None
    services: Services
    by: str = ""

    @classmethod
    def of(cls, draft: Draft) -> "Side | None":
        """Return the side of the reader of a letter, if they are still on one."""
        if draft.sides is None:
            return None
        match = draft.sides.match
        role = match.role_of(draft.letter.owner)
        mine = draft.sides.applications[role] if role else None
        if role is None or mine is None:
            return None
        other = draft.sides.applications[OTHER[role]]
        return cls(match=match, role=role, mine=mine, other=other, services=draft.services)

    def day(self, when: datetime) -> date:
        """Return the day of a time, in the program's own zone."""
        return self.services.program.local(when).date()

    def values(self) -> Values:
        """Return what every letter to one of the two says."""
        return {
            "role": self.role,
            "name": self.mine.name,
            "by": self.by or _name_of(self.match.proposed_by, self.services),
            "applied_on": self.day(self.mine.received_at),
        }

    def proposal(
        self,
        other: Application,
        *,
        until: date,
        link: str,
        facts: Mapping[str, str | int] | None = None,
    ) -> Values:
        """Return what the reader is asked about the *other*; a mentor, how much they are needed."""
        both = {self.role: self.mine, OTHER[self.role]: other}
        return self.values() | {
            "person": self.services.renderer.person(other, Audience.PROPOSED),
            "common": _in_common(both, Audience.PROPOSED),
            "needed": needed.sentence(facts or {}, both[Role.MENTOR], both[Role.MENTEE])
            if self.role is Role.MENTOR
            else "",
            "line": self.match.line,
            "until": until,
            "link": link,
        }


def previews(
    match: Match,
    both: Mapping[Role, Application],
    services: Services,
    *,
    until: date,
    facts: Mapping[str, str | int] | None = None,
    by: str = "",
) -> dict[Role, Rendered]:
    """
    Return both letters of a proposal as they will be sent, with links that lead nowhere.

    Args:
        match: the one that is to be proposed.
        both: the applications.
        services: what fills them in.
        until: the last day for an answer.
        facts: what the letter to the mentor says besides, from `needed.facts`.
        by: the name of the coordinator who proposes it, if that is known already.

    """
    nowhere = f"{services.program.public_address}/match/…"
    found = {}
    for role in SIDES:
        other = both[OTHER[role]]
        side = Side(match=match, role=role, mine=both[role], other=other, services=services, by=by)
        values = side.proposal(other, until=until, link=nowhere, facts=facts)
        found[role] = services.renderer.email(Kind.PROPOSAL, **values)
    return found


def proposal(draft: Draft) -> Values | None:
    """Return what someone is asked, unless they have answered or the match waits for no one."""
    side = Side.of(draft)
    if side is None or side.other is None or side.match.awaits is not side.role:
        return None
    party = side.match.parties[side.role]
    if party.wait_until is None or party.asked_at is None:
        return None
    services = draft.services
    token = services.links.match_token(side.match.id, side.role, side.mine.address_version)
    link = f"{services.program.public_address}/match/{token}"
    is_new = draft.now - draft.letter.created_at < STILL_SO
    facts = draft.letter.facts if is_new else {}
    values = side.proposal(side.other, until=party.wait_until, link=link, facts=facts)
    return values | {"asked_on": side.day(party.asked_at)}


def not_going_ahead(draft: Draft) -> Values | None:
    """Return when someone was asked about a match, unless they have left the program since."""
    side = Side.of(draft)
    if side is None or side.match.state.takes_a_place or not side.mine.is_open:
        return None
    asked_at = side.match.parties[side.role].asked_at
    return side.values() | {"asked_on": side.day(asked_at)} if asked_at else None


def introduction(draft: Draft) -> Values | None:
    """Return who the two are, to one of them, as long as the match runs."""
    side = Side.of(draft)
    if side is None or side.other is None or not side.match.state.is_running:
        return None
    renderer, match = draft.services.renderer, side.match
    other = introduced(side.other, renderer)
    message, start = first_message(side.mine, other, renderer) if other.address else ("", "")
    return (
        side.values()
        | _introduced(match, {side.role: side.mine, OTHER[side.role]: side.other}, draft.services)
        | {
            "other": other,
            "message": message,
            "start": start,
            "reconsider": _reconsider(draft.services),
            "has_calendar": calendar_file(match, side.role, draft.services) is not None,
        }
    )


def calendar(draft: Draft) -> Attachment | None:
    """Return the calendar file of a letter's reader, if any contact is still to come."""
    side = Side.of(draft)
    found = calendar_file(side.match, side.role, draft.services) if side else None
    if found is None:
        return None
    return Attachment(filename=FILE, media_type=CALENDAR, content=found.content)


def match_ended(draft: Draft) -> Values | None:
    """Return whose match has ended, unless the reader has left the program since."""
    side = Side.of(draft)
    if side is None or side.match.state.takes_a_place:
        return None
    other = introduced(side.other, draft.services.renderer).name if side.other else ""
    traits = side.mine.status.traits
    return side.values() | {
        "other_name": other,
        "is_back": traits.may_be_matched,
        "began_on": side.match.starts_on,
    }


def introduced_to_coordinator(draft: Draft) -> Values | None:
    """Return who the two are, to a coordinator, as long as the match runs."""
    if draft.sides is None or not draft.sides.match.state.is_running:
        return None
    both = {role: each for role, each in draft.sides.applications.items() if each}
    if len(both) < len(SIDES):
        return None
    seen = {role: draft.seen(each) for role, each in both.items()}
    return _introduced(draft.sides.match, seen, draft.services)


def about_two(draft: Draft) -> Values | None:
    """Return who the two are, as coordinators may read it, and how the match closed."""
    if draft.sides is None or draft.sides.match.state.takes_a_place:
        return None
    match = draft.sides.match
    closed_on = match.closed_at and draft.services.program.local(match.closed_at).date()
    return {
        "match_id": match.id,
        "two": {
            role.value: draft.shown(each) if (each := draft.sides.applications[role]) else None
            for role in SIDES
        },
        "waiting": [
            role.value
            for role in reversed(SIDES)
            if (each := draft.sides.applications[role]) and _can_be_suggested(each)
        ],
        "months": max(each.months for each in match.parties.values()),
        "closed_on": closed_on,
        "ran": match.introduced_at is not None,
    }


def _can_be_suggested(application: Application) -> bool:
    """Tell whether someone may be suggested to another one by now."""
    return can_be_matched(application) and application.unreached_at is None


def _introduced(match: Match, both: Mapping[Role, Application], services: Services) -> Values:
    """Return what an introduction says of the two, whoever reads it."""
    return {
        "match_id": match.id,
        "two": [introduced(both[role], services.renderer) for role in SIDES],
        "common": _in_common(both, Audience.MATCH),
        "agreed": match.framework,
        "starts_on": match.starts_on,
        "ends_on": match.ends_on,
        "by_hand": match.by_hand,
    }


def _in_common(both: Mapping[Role, Application], audience: Audience) -> tuple[InCommon, ...]:
    found = in_common(both[Role.MENTOR], both[Role.MENTEE], audience)
    return found[:MOST_TOLD]


def _reconsider(services: Services) -> str:
    """Return a link that begins an email to the coordinators; it says who writes by its sender."""
    said = services.renderer.text("email/_reconsider").strip()
    return mailto(services.program.contact, "About my mentorship match", said)


def _name_of(address: str, services: Services) -> str:
    """Return the name of a coordinator, "" if it is not known."""
    found = services.arrangements().by_address(address)
    return found.name if found else ""


LOOK_UPS: dict[str, Callable[[Draft], Values | None]] = {
    "proposal": proposal,
    "not_going_ahead": not_going_ahead,
    "introduction": introduction,
    "introduced": introduced_to_coordinator,
    "match_ended": match_ended,
    "about_two": about_two,
}
