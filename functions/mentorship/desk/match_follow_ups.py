"""What a coordinator should follow up on about proposals and matches, in groups for Today."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from mentorship import candidates
from mentorship.addresses import dialable
from mentorship.applications.application import Application
from mentorship.desk.act import path_of
from mentorship.desk.follow_ups import FollowUp, Group
from mentorship.desk.guard import DeskRequest
from mentorship.desk.match_rows import OVER, going, in_state, needs_another, recent, row
from mentorship.desk.seen import Seen, line_of
from mentorship.form.question import Role
from mentorship.matches.match import MatchState, Reason
from mentorship.matches.needed import only_mentor
from mentorship.rendering import day, mail_link

# Whose address is not confirmed is looked for among those who applied within this time.
UNCONFIRMED_SINCE, MAX_UNCONFIRMED = timedelta(days=60), 50
# Whom only one mentor fits is looked for among so many people of each role, as long as no more
# than so many pairs have something between them, and told of so many.
MAX_COMPARED, MAX_PAIRS, MAX_ONLY = 60, 1000, 3
# Applications by their roles.
Waiting = Mapping[Role, Sequence[Application]]


def groups(waiting: Waiting, desk: DeskRequest) -> Iterator[Group]:
    """
    Yield the groups about matches, the most pressing first; some may have no rows.

    Args:
        waiting: those who have waited longest, as the coordinator may know them.
        desk: the coordinator's request.

    """
    asking = [
        each
        for state in (MatchState.PROPOSED, MatchState.ACCEPTED)
        for each in going(in_state(state, desk))
    ]
    pressing = [each for each in asking if _lapses_soon(each, desk)]
    overdue = [each for each in asking if each not in pressing and _is_overdue(each, desk)]
    over = [each for state in OVER for each in recent(state, desk)]
    left = [each for each in over if needs_another(each)]
    no = [each for each in left if each.match.closed_because in (Reason.NO, Reason.NOT_NOW)]
    lapsed = [each for each in left if each.match.closed_because is Reason.LAPSED]
    yield Group(label="Lapse tomorrow", rows=[row(each, desk) for each in pressing])
    yield Group(label="Answered later", rows=[_look(each, desk) for each in over if _is_late(each)])
    yield Group(label="Said no", rows=[row(each, desk) for each in no])
    yield Group(label="Didn’t answer", rows=[row(each, desk) for each in lapsed])
    yield Group(label="Waiting for an answer", rows=[row(each, desk) for each in overdue])
    yield only_one_fits(waiting, desk)
    yield unconfirmed(desk)


def only_one_fits(waiting: Waiting, desk: DeskRequest) -> Group:
    """Return the mentees whom only one waiting mentor fits; of many people, that takes too long."""
    people = [each for role in Role for each in waiting[role]]
    counts = [len(waiting[role]) for role in Role]
    tonight = None
    if min(counts) > 0 and max(counts) <= MAX_COMPARED:
        tonight = candidates.waiting(people, desk.services, most=MAX_PAIRS)
    # Everyone counts, or it would not be so; two of whom the coordinator is one are not shown.
    found = [
        two
        for two in (only_mentor(tonight) if tonight else ())
        if not any(desk.relation(each.side.application) for each in two)
    ]
    rows = [
        FollowUp(
            names=(mentee.name,),
            path=f"{path_of(mentee.side.application)}/matches",
            line=f"Only {mentor.name}.",
            verb="Open",
            about=f"the best mentors for {mentee.name}",
        )
        for mentee, mentor in found[:MAX_ONLY]
    ]
    return Group(label="Only one waiting mentor fits", rows=rows, count=f"{len(found)}")


def unconfirmed(desk: DeskRequest) -> Group:
    """Return those who haven't confirmed their address although they were reminded."""
    found = [
        each
        for role in Role
        for each in desk.services.store.queries.newest(
            role, since=desk.now - UNCONFIRMED_SINCE, now=desk.now, limit=MAX_UNCONFIRMED
        )
        if each.confirm_asked_at and not each.confirmed_at and not desk.relation(each)
    ]
    return Group(
        label="Haven’t confirmed their address", rows=[_reach(each, desk) for each in found]
    )


def _reach(application: Application, desk: DeskRequest) -> FollowUp:
    """Return a row for someone who is to be called or, without a number, written to."""
    number = dialable(desk.shown(application).phone)
    asked = desk.services.program.local(application.confirm_asked_at or desk.now)
    return FollowUp(
        names=(application.name,),
        path=path_of(application),
        line=f"Reminded on {day(asked)}.",
        verb="Call" if number else "Write",
        at=f"tel:{number}" if number else mail_link(application.address),
    )


def _look(each: Seen, desk: DeskRequest) -> FollowUp:
    return FollowUp(names=each.names, path=each.path, line=line_of(each, desk), verb="Open")


def _lapses_soon(each: Seen, desk: DeskRequest) -> bool:
    lapses_on = each.match.lapses_on
    return lapses_on is not None and lapses_on <= desk.today + timedelta(days=1)


def _is_overdue(each: Seen, desk: DeskRequest) -> bool:
    """Tell whether whom it waits for was reminded, or should be, or their email came back."""
    party = each.match.parties[each.match.awaits] if each.match.awaits else None
    if party is None:
        return False
    is_due = party.remind_on is not None and party.remind_on <= desk.today
    return is_due or party.reminded_on is not None or each.lost is not None


def _is_late(each: Seen) -> bool:
    """Tell whether someone said yes too late, or that a no was a mistake, and no note followed."""
    noted = max((note.at for note in each.match.notes), default=None)
    said = [
        at
        for party in each.match.parties.values()
        for at in (party.late_yes_at, party.mistake_at)
        if at
    ]
    return any(noted is None or noted < at for at in said)
