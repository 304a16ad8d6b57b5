"""How a match closes: as a proposal that does not go ahead, or after it ran."""

from dataclasses import replace
from datetime import datetime

from mentorship.applications.status import Status
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter
from mentorship.matches.match import MatchState, Reason
from mentorship.matches.pairing import (
    MatchChange,
    Pairing,
    Step,
    letter_to,
    letter_to_proposer,
    unchanged,
)
from mentorship.matches.problems import ProposalClosed

# How many matches that are over an application names.
MAX_PAST = 20
# What becomes of a proposal, by why it does not go ahead; it is taken back for any other reason.
STATES = {Reason.NO: MatchState.DECLINED, Reason.LAPSED: MatchState.LAPSED}


def take_back(pairing: Pairing, *, now: datetime) -> MatchChange:
    """
    Take back a proposal, as a coordinator wants.

    Raises:
        ProposalClosed: if it is over, or both were introduced.

    """
    if pairing.match.closed_because is Reason.COORDINATOR:
        return unchanged(pairing)
    if not pairing.match.state.is_open:
        raise ProposalClosed
    return MatchChange.of(close(pairing, Reason.COORDINATOR, by=None, now=now))


def end(pairing: Pairing, *, mentee_waits: bool, now: datetime) -> MatchChange:
    """
    End a match that runs, as a coordinator wants.

    Args:
        pairing: the match.
        mentee_waits: whether the mentee is back on the list with the waiting time that they had.
        now: the present.

    Raises:
        ProposalClosed: if it does not run.

    """
    if pairing.match.state is MatchState.RELEASED:
        return unchanged(pairing)
    if not pairing.match.state.is_running:
        raise ProposalClosed
    because = Reason.COORDINATOR
    return MatchChange.of(close(pairing, because, by=None, now=now, mentee_waits=mentee_waits))


def close(
    pairing: Pairing,
    because: Reason,
    *,
    by: Role | None,
    now: datetime,
    mentee_waits: bool = False,
) -> Step:
    """
    Close a match: places are free again, and whoever else was asked, or takes part, is told.

    Args:
        pairing: the match, with applications that still name it.
        because: why.
        by: whose doing it is; `None` is a coordinator.
        now: the present.
        mentee_waits: whether the mentee of a match that ran is back on the list. They always are if
            the mentor has left.

    """
    ran = pairing.match.state.is_running
    before = pairing
    state = MatchState.RELEASED if ran else STATES.get(because, MatchState.TAKEN_BACK)
    agreed = [each.keep_months for each in pairing.applications.values() if each]
    pairing = pairing.with_match(
        state=state,
        closed_at=now,
        closed_because=because,
        closed_by=by,
        keep_months=min([pairing.match.keep_months, *agreed]),
        on_hold=False,
    )
    for role in Role:
        pairing = _out_of_match(pairing, role, ran=ran, now=now)
    if ran:
        mentor_left = by is Role.MENTOR and because.is_leaving
        pairing = _mentee_after(pairing, waits=mentee_waits or mentor_left, now=now)
    # Only a no, or no answer, says something about the two.
    if because is Reason.NO and by is not None:
        no_from = (*pairing.pair.no_from, pairing.hashes[by])
        pairing = pairing.with_pair(no_from=tuple(dict.fromkeys(no_from)))
    if because is Reason.LAPSED:
        pairing = pairing.with_pair(lapsed_at=now)
    return Step(
        pairing=pairing,
        letters=tuple(_letters(before, pairing, because, by=by, now=now)),
        pair=because in STATES and all(pairing.hashes.values()),
    )


def _out_of_match(pairing: Pairing, role: Role, *, ran: bool, now: datetime) -> Pairing:
    """Return it with one side's place free; if it *ran*, the time of a match has ended now."""
    application = pairing.applications[role]
    if application is None:
        return pairing
    match = pairing.match.id
    left = replace(
        application,
        open_matches=tuple(each for each in application.open_matches if each != match),
        past_matches=(*application.past_matches, match)[-MAX_PAST:],
    )
    if ran:
        left = replace(left, match_ended_at=now)
    elif left.is_leaving:
        # Their time may have come while they were asked. They have as long again to stay.
        left = replace(left, warned_at=now)
    return pairing.having(role, left)


def _mentee_after(pairing: Pairing, *, waits: bool, now: datetime) -> Pairing:
    """
    Return it with the mentee released or, as someone who *waits*, back in their old place.

    Someone who was found not eligible may be put back, and is then in that place, too.
    """
    mentee = pairing.applications[Role.MENTEE]
    was_matched = mentee is not None and mentee.status is Status.MATCHED
    if mentee is None or not (was_matched or mentee.status.traits.may_be_reinstated):
        return pairing
    if was_matched and not waits:
        return pairing.with_application(Role.MENTEE, status=Status.RELEASED)
    matched_for = now - (pairing.match.introduced_at or now)
    return pairing.with_application(
        Role.MENTEE,
        status=Status.WAITING if was_matched else mentee.status,
        waiting_from=mentee.waiting_since + matched_for,
    )


def _letters(
    before: Pairing, after: Pairing, because: Reason, *, by: Role | None, now: datetime
) -> list[Letter]:
    """Return the letters about the end: to the others who know of it, and to the proposer."""
    ran = before.match.state.is_running
    kind = Kind.MATCH_ENDED if ran else Kind.NOT_GOING_AHEAD
    mentee = after.applications[Role.MENTEE]
    back = mentee is not None and mentee.status.traits.may_be_matched
    letters: list[Letter] = []
    for role in Role:
        party = before.match.parties[role]
        if role is by or not (ran or party.asked_at):
            continue
        told = {"back": 1} if ran and role is Role.MENTEE and back else {}
        letters += letter_to(role, kind, after, now=now, facts=told)
    if because is not Reason.COORDINATOR:
        facts = {"because": because.value, "by": by.value if by else ""}
        letters.append(letter_to_proposer(Kind.MATCH_CLOSED, after, now=now, facts=facts))
    return letters
