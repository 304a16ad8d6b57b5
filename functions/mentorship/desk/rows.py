"""People as the desk's lists show them, a row each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mentorship.applications.application import Application
from mentorship.applications.conflicts import Relation
from mentorship.applications.intake import unconfirmed
from mentorship.applications.keeping import WARNED_BEFORE
from mentorship.applications.shown import ShownApplication
from mentorship.applications.status import Status
from mentorship.desk.guard import DeskRequest
from mentorship.desk.seen import hidden_proposals, without
from mentorship.form import wishes
from mentorship.form.disclosure import ShownAnswer
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, State
from mentorship.members import roster
from mentorship.members.roster import RosterResult
from mentorship.rendering import day

# Of the first facts in a letter about someone, the kinds that fit in a line; areas of radiology
# have their own.
FACTS = ("choice", "text")
# What a coordinator reads of someone before the rest, in this order, and how many of them.
MATTER = (wishes.GOAL, wishes.ABOUT, wishes.TOPICS, wishes.AREAS, wishes.SETTING)
FIRST = 3
# An older member list says little about this year's residents.
FRESH = timedelta(days=180)
# Above this, no one needs the exact number, and nothing is counted.
MAX_COUNTED = 100


@dataclass(frozen=True)
class Row:
    """
    A person, as a list shows them.

    Attributes:
        application: what coordinators may read of theirs.
        name: their name, or what is shown instead.
        since: how long they have waited, or when they came or left.
        facts: the first facts about them.
        areas: their areas of radiology, in words.
        result: what the member list says about them, or `None`.
        flags: what a coordinator may have to do, or to read.

    """

    application: ShownApplication
    name: str
    since: str
    facts: list[str]
    areas: str
    result: RosterResult | None
    flags: list[str]


def rows_of(found: Sequence[Application], desk: DeskRequest) -> list[Row]:
    """Return people as a list shows them, looked up in the member list all at once."""
    services = desk.services
    mentees = [
        each
        for each in found
        if each.role is Role.MENTEE and each.answers and not desk.relation(each)
    ]
    members = services.store.roster() if mentees else None
    results = dict[str, RosterResult]()
    if members and members.counts(desk.now):
        results = roster.check(
            mentees,
            roster=members,
            look_up=lambda ids: services.store.list_entries(ids, now=desk.now),
            hashed=services.links.hashed,
            now=desk.now,
        )
    unseen = hidden_proposals(desk) if any(each.open_matches for each in found) else ()
    return [
        _row(without(each, unseen), results.get(each.id), desk)
        for each in found
        if desk.is_found(each)
    ]


def first_answers(shown: ShownApplication) -> list[ShownAnswer]:
    """Return the answers of someone that matter most for a match; others are folded."""
    answers = {each.question.name: each for each in shown.answers() if each.words}
    return [answers[each.name] for each in MATTER if each.name in answers][:FIRST]


def may_know(letter: Letter, stored: Application, desk: DeskRequest) -> bool:
    """Tell whether a letter says nothing of a change that the coordinator may not know about."""
    if letter.kind is Kind.CONFIRM_CHANGE:
        pending = desk.services.store.pending_changes(stored, now=desk.now)
        return len(unconfirmed(pending)) == len(desk.pending_changes(stored))
    number = letter.facts.get("version")
    return number is None or desk.viewer.sees_version(stored, int(number))


def fate_of(letter: Letter) -> str:
    """Return what became of a letter, in words."""
    words = {
        State.NEW: "on its way",
        State.SENDING: "on its way",
        State.SENT: "sent",
        State.FAILED: "not sent yet; it is tried again" if letter.due else "could not be sent",
        State.RETURNED: {
            "bounced": "came back: there is no such mailbox",
            "complained": "was called unwanted by its reader",
            "rejected": "was rejected by our mail service",
            "stuck": "came back for now: the mailbox is full, or a server is down",
        }.get(letter.reason, "came back"),
        State.HELD: "held, for it came with a restored backup",
        State.DROPPED: "not sent, for nobody needed it any more",
    }
    return words[letter.state]


def many(role: Role, statuses: Iterable[Status], desk: DeskRequest, *, most: int) -> str:
    """Return how many applications have a role and some statuses, in words above *most*."""
    found = desk.services.store.queries.count(role, statuses, now=desk.now, most=most + 1)
    return in_words(found, most=most)


def leaving(desk: DeskRequest, *, most: int) -> list[Application]:
    """
    Return who will be deleted soon, one more than *most* if there are more.

    Another coordinator looks after those whom the one at the desk knows.
    """
    found = desk.services.store.queries.leaving(
        until=desk.now + WARNED_BEFORE, now=desk.now, limit=most + 1
    )
    return [each for each in found if not desk.relation(each)]


def some(number: int, what: str) -> str:
    """Return how many there are of something, in words: "no places", "1 mentee"."""
    many = in_words(number, most=MAX_COUNTED) if number else "no"
    return f"{many} {what}{'' if number == 1 else 's'}"


def in_words(number: int, *, most: int) -> str:
    """Return a number, or words that say that it is more than was counted."""
    return f"more than {most}" if number > most else str(number)


def _row(application: Application, result: RosterResult | None, desk: DeskRequest) -> Row:
    shown = desk.shown(application)
    answered = [(question, words) for question, words in shown.answers() if words]
    return Row(
        shown,
        desk.name(application) or "No answers left",
        _since(application, desk),
        [
            f"{question.heading}: {words}" if question.number else words
            for question, words in answered
            if question.headline and question.kind in FACTS
        ],
        next((words for question, words in answered if question.name == wishes.AREAS.name), ""),
        result,
        _flags(application, desk),
    )


def _since(application: Application, desk: DeskRequest) -> str:
    """Return how many days someone has waited, or when they were received or withdrew."""
    local = desk.services.program.local
    if application.withdrawn_at:
        return f"withdrawn {day(local(application.withdrawn_at))}"
    if application.match_ended_at and not application.is_open:
        return f"match ended {day(local(application.match_ended_at))}"
    if not application.is_open and not application.status.traits.is_held:
        return f"received {day(local(application.received_at))}"
    days = (desk.today - local(application.waiting_since).date()).days
    if days < 1:
        return "since today"
    return f"{days:,} day{'' if days == 1 else 's'}"


def _flags(application: Application, desk: DeskRequest) -> list[str]:
    """Return what a coordinator may have to do about someone, or to read."""
    if relation := desk.relation(application):
        return ["your own application" if relation is Relation.OWN else "you know them"]
    flags = []
    # A person who was entered is asked for more than their address, and the status says so.
    entered = application.status.traits.awaits_agreement
    if application.by_phone_only:
        flags.append("by phone only")
    elif application.is_open and not entered and not application.confirmed_at:
        flags.append("address not confirmed")
    if application.pending_changes and desk.pending_changes(application):
        flags.append("changed answers wait")
    if (
        application.role is Role.MENTEE
        and application.status.traits.may_be_matched
        and application.open_matches
    ):
        flags.append("in a proposal")
    if application.status.traits.is_paused and application.resume_on:
        flags.append(f"back on {day(application.resume_on)}")
    if application.is_leaving and application.kept_until:
        flags.append(f"deleted on {day(desk.services.program.local(application.kept_until))}")
    if application.notes:
        flags.append("1 note" if len(application.notes) == 1 else f"{len(application.notes)} notes")
    return flags
