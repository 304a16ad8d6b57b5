"""
How matches, what lies between two people, and what coordinators answered about two institutions are
written as records and read again.
"""

from datetime import date, datetime

from mentorship.applications.application import Note
from mentorship.form.question import Role
from mentorship.framework import Framework
from mentorship.matches.institutions import InstitutionAnswer
from mentorship.matches.match import Match, MatchState, Party, Reason, Reply
from mentorship.matches.pair import Pair
from mentorship.store.keys import WRITTEN_AS, Record, read_time, read_time_in, sort_key, write_time

# The partition of the index of matches that the daily work looks through.
PENDING = "yes"
# The partition of the index by state that has what lies between two people.
PAIRS = "pair"
# The one that has the answers about institutions.
INSTITUTIONS = "institutions"


def write_match(match: Match) -> Record:
    """Return the record of a match; only one that is due some day is in the index of those."""
    record: Record = {
        "id": match.id,
        "written_as": WRITTEN_AS,
        "revision": match.revision,
        "state": match.state.value,
        "since": sort_key(match.state_since, match.id),
        "parties": {role.value: _write_party(match.parties[role]) for role in Role},
        "proposed": write_time(match.proposed_at),
        "proposed_by": match.proposed_by,
        "line": match.line,
        "lifted": list(match.lifted),
        "notes": [
            {"at": write_time(note.at), "by": note.by, "text": note.text} for note in match.notes
        ],
        "keep_months": match.keep_months,
        "by_hand": match.by_hand,
        "framework": {
            "months": match.framework.months,
            "weeks": match.framework.weeks,
            "minutes": match.framework.minutes,
        },
        "on_hold": match.on_hold,
        **_days(starts_on=match.starts_on),
        **_times(introduced=match.introduced_at, closed=match.closed_at),
    }
    if match.closed_because:
        record["because"] = match.closed_because.value
    if match.closed_by:
        record["closed_by"] = match.closed_by.value
    if match.due_on:
        record |= {"pending": PENDING, "due": match.due_on.isoformat()}
    if match.expires_at:
        record["expires"] = int(match.expires_at.timestamp())
    return record


def read_match(record: Record) -> Match:
    """Return the match in a record."""
    framework = record["framework"]
    return Match(
        id=record["id"],
        revision=int(record["revision"]),
        state=MatchState(record["state"]),
        parties={role: _read_party(record["parties"][role.value]) for role in Role},
        proposed_at=read_time(record["proposed"]),
        proposed_by=record["proposed_by"],
        line=record["line"],
        lifted=tuple(record["lifted"]),
        notes=tuple(
            Note(at=read_time(note["at"]), by=note["by"], text=note["text"])
            for note in record["notes"]
        ),
        keep_months=int(record["keep_months"]),
        by_hand=record["by_hand"],
        introduced_at=read_time_in(record, "introduced"),
        starts_on=_read_day(record, "starts_on"),
        framework=Framework(
            months=int(framework["months"]),
            weeks=int(framework["weeks"]),
            minutes=int(framework["minutes"]),
        ),
        closed_at=read_time_in(record, "closed"),
        closed_because=Reason(record["because"]) if "because" in record else None,
        closed_by=Role(record["closed_by"]) if "closed_by" in record else None,
        on_hold=record["on_hold"],
    )


def write_pair(pair: Pair) -> Record:
    """Return the record of what lies between two people; all are in one partition of an index."""
    record: Record = {
        "id": pair.id,
        "written_as": WRITTEN_AS,
        "revision": pair.revision,
        "state": PAIRS,
        "since": pair.id,
        "no_from": list(pair.no_from),
        "apart_by": pair.apart_by,
        **_times(
            proposed=pair.proposed_at,
            lapsed=pair.lapsed_at,
            matched=pair.matched_at,
            apart=pair.apart_at,
        ),
    }
    if pair.same_person is not None:
        record["same_person"] = pair.same_person
    return record


def read_pair(record: Record) -> Pair:
    """Return what lies between two people, from a record."""
    return Pair(
        id=record["id"],
        revision=int(record["revision"]),
        proposed_at=read_time_in(record, "proposed"),
        no_from=tuple(record["no_from"]),
        lapsed_at=read_time_in(record, "lapsed"),
        matched_at=read_time_in(record, "matched"),
        apart_by=record["apart_by"],
        apart_at=read_time_in(record, "apart"),
        same_person=record.get("same_person"),
    )


def write_answer(answer: InstitutionAnswer) -> Record:
    """Return the record of an answer about two institutions; all are in one partition."""
    return {
        "id": answer.id,
        "written_as": WRITTEN_AS,
        "revision": answer.revision,
        "state": INSTITUTIONS,
        "since": answer.id,
        "is_same": answer.is_same,
        "at": write_time(answer.at),
        "by": answer.by,
    }


def read_answer(record: Record) -> InstitutionAnswer:
    """Return an answer about two institutions, from a record."""
    return InstitutionAnswer(
        id=record["id"],
        revision=int(record["revision"]),
        is_same=record["is_same"],
        at=read_time(record["at"]),
        by=record["by"],
    )


def _write_party(party: Party) -> Record:
    record: Record = {
        "application": party.application,
        "answers_version": party.answers_version,
        "address_version": party.address_version,
        "how": party.how,
        "recorded_by": party.recorded_by,
        "months": party.months,
        **_days(wait_until=party.wait_until, reminded=party.reminded_on),
        **_times(
            asked=party.asked_at,
            replied=party.replied_at,
            late_yes=party.late_yes_at,
            mistake=party.mistake_at,
        ),
    }
    if party.reply:
        record["reply"] = party.reply.value
    return record


def _read_party(record: Record) -> Party:
    return Party(
        application=record["application"],
        answers_version=int(record["answers_version"]),
        address_version=int(record["address_version"]),
        asked_at=read_time_in(record, "asked"),
        wait_until=_read_day(record, "wait_until"),
        reminded_on=_read_day(record, "reminded"),
        reply=Reply(record["reply"]) if "reply" in record else None,
        replied_at=read_time_in(record, "replied"),
        how=record["how"],
        recorded_by=record["recorded_by"],
        months=int(record["months"]),
        late_yes_at=read_time_in(record, "late_yes"),
        mistake_at=read_time_in(record, "mistake"),
    )


def _times(**times: datetime | None) -> Record:
    return {name: write_time(when) for name, when in times.items() if when}


def _days(**days: date | None) -> Record:
    return {name: day.isoformat() for name, day in days.items() if day}


def _read_day(record: Record, name: str) -> date | None:
    return date.fromisoformat(record[name]) if name in record else None
