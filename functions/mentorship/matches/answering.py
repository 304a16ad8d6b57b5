"""What the two of a proposed match answer, and what happens if they do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from mentorship.applications.status import Status
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.matches.ending import close
from mentorship.matches.match import (
    ANSWER_WITHIN,
    LEAST_AFTER_REMINDER,
    NOT_NOW_MONTHS,
    OTHER,
    MatchState,
    Reason,
    Reply,
)
from mentorship.matches.pairing import (
    MatchChange,
    Pairing,
    Step,
    letter_to,
    letter_to_coordinators,
    letter_to_proposer,
    unchanged,
)
from mentorship.matches.problems import ProposalClosed
from mentorship.matches.proposing import asking, matched, proposal
from mentorship.problems import BadRequest


@dataclass(frozen=True, kw_only=True)
class Said:
    """
    An answer, and how it came.

    Attributes:
        reply: what was answered.
        months: after how many months they want to be asked again, if it is *not now*.
        how: how they told a coordinator, "" if they answered by their link.
        by: that coordinator's address.

    """

    reply: Reply
    months: int = 0
    how: str = ""
    by: str = ""


def answer(
    pairing: Pairing,
    role: Role,
    said: Said,
    *,
    others: Sequence[Pairing] = (),
    is_excluded: bool = False,
    now: datetime,
    today: date,
) -> MatchChange:
    """
    Record what one of the two answered, and what comes of it.

    A yes of the mentor has the mentee asked, and a yes of the mentee introduces both. The mentor
    may change their answer until then. A yes that is too late is recorded for the coordinators.

    Args:
        pairing: the match.
        role: whose answer.
        said: the answer.
        others: the other open proposals of theirs; *not now* takes them back as well.
        is_excluded: whether something learned since keeps the two from being matched.
        now: the present.
        today: the present date, in the program's zone.

    Raises:
        BadRequest: if they ask to be asked again after a time that is not offered.
        ProposalClosed: if they were not asked, their application is gone, or it is over and the
            answer is not a late yes.

    """
    match, party = pairing.match, pairing.match.parties[role]
    if party.reply is said.reply and party.months == said.months:
        return _said_again(pairing, role, said, now=now)
    if party.asked_at is None or pairing.applications[role] is None:
        raise ProposalClosed
    if not match.state.is_open:
        return _too_late(pairing, role, said, now=now)
    if pairing.applications[OTHER[role]] is None:
        return MatchChange.of(close(pairing, Reason.FORGOTTEN, by=OTHER[role], now=now))
    if said.reply is Reply.NOT_NOW and said.months not in NOT_NOW_MONTHS:
        raise BadRequest("Use the buttons of the page")
    pairing = _having_replied(pairing, role, said, now=now)
    if said.reply is Reply.NO:
        return MatchChange.of(close(pairing, Reason.NO, by=role, now=now))
    if said.reply is Reply.NOT_NOW:
        resume_on = today + relativedelta(months=said.months)
        pairing = pairing.with_application(role, status=Status.PAUSED, resume_on=resume_on)
        first = close(pairing, Reason.NOT_NOW, by=role, now=now)
        return MatchChange.of(first, *_closing_others(first, role, others, now=now))
    if is_excluded:
        return MatchChange.of(close(pairing, Reason.EXCLUDED, by=None, now=now))
    if role is Role.MENTOR:
        pairing = pairing.with_match(state=MatchState.ACCEPTED)
        pairing = asking(Role.MENTEE, pairing, now=now, today=today)
        return MatchChange.of(Step(pairing=pairing, letters=proposal(pairing, now=now)))
    pairing = pairing.with_match(state=MatchState.RUNNING, introduced_at=now, starts_on=today)
    pairing = matched(pairing, now=now)
    letters = [
        letter for each in Role for letter in letter_to(each, Kind.INTRODUCTION, pairing, now=now)
    ]
    copy = letter_to_proposer(Kind.INTRODUCED, pairing, now=now)
    return MatchChange.of(Step(pairing=pairing, letters=(*letters, copy), pair=True))


def remind(pairing: Pairing, *, now: datetime, today: date) -> MatchChange:
    """
    Remind the one who has not answered; they have some days from then. Once a day is enough.

    Raises:
        ProposalClosed: if it waits for no one.

    """
    role = pairing.match.awaits
    if role is None:
        raise ProposalClosed
    party = pairing.match.parties[role]
    if party.reminded_on == today:
        return unchanged(pairing)
    until = max(party.wait_until or today, today + LEAST_AFTER_REMINDER)
    pairing = pairing.with_party(role, reminded_on=today, wait_until=until)
    letters = letter_to(role, Kind.PROPOSAL_REMINDER, pairing, now=now, on=today)
    return MatchChange.of(Step(pairing=pairing, letters=letters, applications=False))


def do_what_is_due(pairing: Pairing, *, now: datetime, today: date) -> MatchChange:
    """Remind, or let lapse, as is due today; nothing happens to what is on hold."""
    match, role = pairing.match, pairing.match.awaits
    if role is None or match.due_on is None or match.due_on > today:
        return unchanged(pairing)
    if match.parties[role].remind_on:
        return remind(pairing, now=now, today=today)
    # Someone who does not answer may not read their mail: a coordinator reaches them first.
    pairing = pairing.with_application(role, unreached_at=now)
    return MatchChange.of(close(pairing, Reason.LAPSED, by=role, now=now))


def release_hold(pairing: Pairing, *, today: date) -> MatchChange:
    """
    Let a match from a backup go on.

    What fell due meanwhile is not made up for: they have two weeks from today to answer.
    """
    if not pairing.match.on_hold:
        return unchanged(pairing)
    pairing = pairing.with_match(on_hold=False)
    role, due_on = pairing.match.awaits, pairing.match.due_on
    if role and due_on and due_on <= today:
        pairing = pairing.with_party(role, wait_until=today + ANSWER_WITHIN)
    return MatchChange.of(Step(pairing=pairing, applications=False))


def say_mistake(pairing: Pairing, role: Role, *, now: datetime) -> MatchChange:
    """
    Record that a no was a mistake, and tell the coordinators only.

    Raises:
        ProposalClosed: if they did not say no.

    """
    party = pairing.match.parties[role]
    if party.reply is not Reply.NO:
        raise ProposalClosed
    if party.mistake_at:
        return unchanged(pairing)
    pairing = pairing.with_party(role, mistake_at=now)
    facts = {"role": role.value}
    letter = letter_to_coordinators(Kind.MISTAKE, pairing, now=now, of=role, facts=facts)
    return MatchChange.of(Step(pairing=pairing, letters=(letter,), applications=False))


def _having_replied(pairing: Pairing, role: Role, said: Said, *, now: datetime) -> Pairing:
    """Return it with an answer recorded."""
    pairing = pairing.with_party(
        role,
        reply=said.reply,
        replied_at=now,
        months=said.months,
        how=said.how,
        recorded_by=said.by,
    )
    confirmed_at = pairing.application(role).confirmed_at
    # The link was mailed to the address, so it is theirs; a phone call proves nothing about it.
    confirmed_at = confirmed_at or (None if said.how else now)
    return pairing.with_application(role, unreached_at=None, confirmed_at=confirmed_at)


def _said_again(pairing: Pairing, role: Role, said: Said, *, now: datetime) -> MatchChange:
    """Return what the same answer changes: by the link, it shows that the address is theirs."""
    application = pairing.applications[role]
    if said.how or application is None or application.confirmed_at:
        return unchanged(pairing)
    return MatchChange.of(Step(pairing=pairing.with_application(role, confirmed_at=now)))


def _closing_others(
    first: Step, role: Role, others: Sequence[Pairing], *, now: datetime
) -> list[Step]:
    """Return the steps that take back the other open proposals of someone who is paused now."""
    steps, mine = list[Step](), first.pairing.application(role)
    for other in others:
        if other.match.state.is_open and other.match.id != first.pairing.match.id:
            step = close(other.having(role, mine), Reason.PAUSED, by=role, now=now)
            mine = step.pairing.application(role)
            steps.append(step)
    return steps


def _too_late(pairing: Pairing, role: Role, said: Said, *, now: datetime) -> MatchChange:
    """Record a late yes, once, for the coordinators; who says it was reached."""
    if pairing.match.state.is_running or said.reply is not Reply.YES:
        raise ProposalClosed
    if pairing.match.parties[role].late_yes_at:
        return unchanged(pairing)
    pairing = pairing.with_party(role, late_yes_at=now, how=said.how, recorded_by=said.by)
    was_unreached = pairing.application(role).unreached_at is not None
    pairing = pairing.with_application(role, unreached_at=None)
    facts = {"role": role.value}
    letter = letter_to_proposer(Kind.LATE_ANSWER, pairing, now=now, of=role, facts=facts)
    return MatchChange.of(Step(pairing=pairing, letters=(letter,), applications=was_unreached))
