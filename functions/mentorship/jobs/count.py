"""
The morning's report to coordinators: what was held back, what was not announced, the week.

People who get no email do not know that one is missing. So what was received is compared with what
was announced, and coordinators always get an email on Mondays: a Monday without one is a sign, too.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice, takewhile

from mentorship import candidates, log
from mentorship.applications.application import Application
from mentorship.applications.keeping import WARNED_BEFORE
from mentorship.applications.status import Status
from mentorship.change import DAILY, WEEKLY, Change, Conflict, Mark, renewed_mark
from mentorship.form.question import Role
from mentorship.jobs.allowed_time import AllowedTime
from mentorship.jobs.morning import MAX_READ, applications, day_of, today_of
from mentorship.jobs.on_hold import last_told
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, State, new_letter
from mentorship.matches.match import Match, MatchState
from mentorship.matches.tonight import MOST
from mentorship.members.roster import RosterResult, check
from mentorship.notices import digest, on_hold
from mentorship.notices.digest import MAX_COUNTED, MAX_LISTED, MONDAY, Count, OfRole, Week
from mentorship.notices.match_week import MatchWeek
from mentorship.notices.suggested import Suggested
from mentorship.program.arrangements import Arrangements
from mentorship.services import Services

MARK_KEPT = timedelta(days=366)
# A letter is on its way for some minutes; one that is an hour late counts as missing.
ON_ITS_WAY = timedelta(hours=1)
# How far back everything is counted, every morning, so that what was fixed is no longer reported.
COUNTED = timedelta(days=8)
# An index of DynamoDB lags a little behind its table.
BEHIND = timedelta(minutes=1)
A_WEEK = timedelta(days=7)
# A letter fails for good, or comes back, up to some days after it was written.
LOST_LATE = timedelta(days=3)
MAX_LOST = 100


def report(arrangements: Arrangements, services: Services, _: AllowedTime) -> int:
    """Write the morning's report to the coordinators, once a day."""
    now, store = services.now(), services.store
    before = store.mark(DAILY, now=None)
    # What was held back since this morning is reported tomorrow.
    if before and day_of(before.at, services) == today_of(services):
        return 0
    marks = [renewed_mark(DAILY, now=now, expires_at=now + MARK_KEPT, before=before)]
    letters = [*_held_back(before, services)]
    count = _counted(arrangements, services)
    if today_of(services).weekday() == MONDAY:
        last = store.mark(WEEKLY, now=None)
        marks.append(renewed_mark(WEEKLY, now=now, expires_at=now + MARK_KEPT, before=last))
        week = _week(count, last, services)
        told = week.is_news or digest.is_due_anyway(today_of(services))
        # A Monday without any email is a sign that something is wrong.
        kind, facts = (Kind.DIGEST, week.facts) if told else (Kind.COUNT, count.facts)
        letters.append(_of_today(kind, facts, services))
    elif count.missing:
        letters.append(_of_today(Kind.COUNT, count.facts, services))
    try:
        store.commit(Change(puts=tuple(marks), letters=tuple(letters)))
    except Conflict:  # It ran twice at once; the letters of a day are written once.
        return 0
    return len(letters)


def _held_back(before: Mark | None, services: Services) -> Iterator[Letter]:
    """Yield the letter about what was held back since the morning *before*, if anything was."""
    now = services.now()
    newest_first = services.store.queries.applications(
        roles=Role,
        statuses=Status.those("is_held"),
        since=before.at - BEHIND if before else None,
        until=now - BEHIND,
        now=now,
    )
    # Of crowds, coordinators were told at once.
    told = last_told(services, now)
    left = (each for each in newest_first if not on_hold.was_told(each, told))
    if held := list(islice(left, MAX_COUNTED)):
        ids = " ".join(each.id for each in held[:MAX_LISTED])
        facts: digest.Facts = {"new": len(held), "applications": ids}
        yield _of_today(Kind.HELD_BACK, facts, services)


def _counted(arrangements: Arrangements, services: Services) -> Count:
    """Return what was received in the last days, and which of it was not announced."""
    until = services.now() - ON_ITS_WAY
    found = applications(Status.those("is_announced"), services, since=until - COUNTED, until=until)
    received = list(islice(found, MAX_READ))
    reached = {State.SENT}
    # A letter that came back from one coordinator may have reached another.
    if len(arrangements.mail_recipients(today_of(services), contact=services.program.contact)) > 1:
        reached.add(State.RETURNED)
    missing = [each for each in received if not _announced(each, reached, services)]
    log.record("announced counted", count=len(received), missing=len(missing))
    return Count(
        received=len(received),
        # The newest first: no one has asked about those yet.
        missing=[each.reference for each in reversed(missing)],
        days=COUNTED.days,
    )


def _announced(application: Application, reached: Iterable[State], services: Services) -> bool:
    """Tell whether an application was mailed to a coordinator."""
    letters = services.store.queries.letters_about(application.id)
    return any(each.kind is Kind.NEW_APPLICATION and each.state in reached for each in letters)


def _week(count: Count, last: Mark | None, services: Services) -> Week:
    """Return what happened since the *last* Monday that was reported."""
    now, store = services.now(), services.store
    since, until = (last.at if last else now - A_WEEK) - BEHIND, now - BEHIND
    found = store.queries.applications(
        roles=Role, statuses=Status.those("is_open"), since=None, until=until, now=now
    )
    # The newest come first, so that if there are too many, those reported before are left out.
    open_ones = list(islice(found, MAX_READ))[::-1]
    changed = [each for each in open_ones if _changed(each, since, until)]
    invited = [each for each in open_ones if each.status.traits.awaits_agreement]
    roles = {role: _of_role(role, open_ones, since, services) for role in Role}
    held = applications(Status.those("is_held"), services, since=since, until=until)
    roster = store.roster()
    age = digest.age_of(roster, now)
    results: dict[str, RosterResult] = {}
    if age is not digest.Age.NONE:
        results = check(
            roles[Role.MENTEE].new,
            roster=roster,
            look_up=lambda ids: store.list_entries(ids, now=now),
            hashed=services.links.hashed,
            now=now,
        )
    return Week(
        since=day_of(since, services),
        count=count,
        roles=roles,
        changed=sorted(changed, key=lambda each: each.given_at, reverse=True),
        held=len(list(islice(held, MAX_COUNTED))),
        lost=store.queries.lost_letters(since - LOST_LATE, limit=MAX_LOST),
        unconfirmed=[each for each in invited if each.received_at < now - A_WEEK],
        leaving=store.queries.leaving(until=now + WARNED_BEFORE, now=now, limit=MAX_COUNTED),
        member_list=age,
        results=results,
        matches=MatchWeek.counted(_matches(since, services), since=since, until=until),
        suggested=_suggested(services),
    )


def _suggested(services: Services) -> Suggested | None:
    """Return how many matches the desk suggests by now, unless no mentee waits for one."""
    tonight = candidates.tonight(candidates.everyone(services), services)
    if not tonight.mentees:
        return None
    made = len(tonight.longest(MOST).solve().suggestions)
    return Suggested(
        matches=made,
        without=len(tonight.mentees) - made,
        places=sum(each.places - each.taken for each in tonight.mentors),
    )


def _matches(since: datetime, services: Services) -> Iterator[Match]:
    """Yield the matches that take a place, and those that closed since a time."""
    for state in MatchState:
        newest_first = services.store.matches.in_state(
            state, now=services.now(), newest_first=True, limit=MAX_READ
        )
        yield from takewhile(
            lambda each: each.state.takes_a_place or each.state_since >= since, newest_first
        )


def _changed(application: Application, since: datetime, until: datetime) -> bool:
    """Tell whether someone who is not new has changed their answers."""
    changed_at = application.changed_at
    return application.received_at < since and bool(changed_at and since <= changed_at < until)


def _of_role(
    role: Role, open_ones: Sequence[Application], since: datetime, services: Services
) -> OfRole:
    """Return who is new in a role, and who waits."""
    store, of_role = services.store, [each for each in open_ones if each.role is role]
    longest = store.queries.longest(role, now=services.now(), limit=digest.MAX_LONGEST)
    waiting = sum(each.status.traits.may_be_matched for each in of_role)
    held = store.queries.count(role, Status.those("is_held"), now=services.now(), most=MAX_COUNTED)
    return OfRole(
        new=[each for each in of_role if each.received_at >= since][:MAX_COUNTED],
        waiting=min(waiting, MAX_COUNTED),
        longest=longest,
        held=held,
    )


def _of_today(kind: Kind, facts: digest.Facts, services: Services) -> Letter:
    return new_letter(kind, of="program", on=today_of(services), now=services.now(), facts=facts)
