"""
How the objects in the table `program` are written as records and read again.

They are counters, marks, arrangements, sign-in links, sessions, audit entries, and the member list.
"""

from datetime import UTC, date, datetime

from mentorship.change import Counter, Mark
from mentorship.members.roster import ListEntry, Roster
from mentorship.program.arrangements import Arrangements, Coordinator, Opening
from mentorship.program.audit import AUDIT_LOG, Action, AuditEntry
from mentorship.program.sign_in import Session, SignInLink
from mentorship.store.keys import WRITTEN_AS, Record, read_time, read_time_in, sort_key, write_time

ENTRY_PREFIX = "deed#"


def write_counter(counter: Counter) -> Record:
    """Return the record of a counter."""
    return {
        "id": counter.id,
        "written_as": WRITTEN_AS,
        "revision": counter.count,
        "expires": int(counter.expires_at.timestamp()),
    }


def read_counter(record: Record) -> Counter:
    """Return the counter in a record."""
    return Counter(
        id=record["id"],
        count=int(record["revision"]),
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
    )


def write_mark(mark: Mark) -> Record:
    """Return the record of a mark."""
    return {
        "id": mark.id,
        "written_as": WRITTEN_AS,
        "at": write_time(mark.at),
        "revision": mark.revision,
        "expires": int(mark.expires_at.timestamp()),
    }


def read_mark(record: Record) -> Mark:
    """Return the mark in a record."""
    return Mark(
        id=record["id"],
        at=read_time(record["at"]),
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
        revision=int(record["revision"]),
    )


def write_arrangements(arrangements: Arrangements) -> Record:
    """Return the record of the arrangements."""
    return {
        "id": arrangements.id,
        "written_as": WRITTEN_AS,
        "coordinators": [
            {
                "address": each.address,
                "until": each.until.isoformat(),
                "mailed": each.mailed,
                "name": each.name,
                "added_by": list(each.added_by),
            }
            for each in arrangements.coordinators
        ],
        "reply_by": arrangements.reply_by.isoformat() if arrangements.reply_by else "",
        "keep_months": arrangements.keep_months,
        "institutions": list(arrangements.institutions),
        "aliases": {name: list(each) for name, each in arrangements.aliases.items()},
        "mentees": _of_opening(arrangements.mentees),
        "mentors": _of_opening(arrangements.mentors),
        "revision": arrangements.revision,
    }


def read_arrangements(record: Record) -> Arrangements:
    """Return the arrangements in a record."""
    return Arrangements(
        coordinators=tuple(
            Coordinator(
                address=each["address"],
                until=date.fromisoformat(each["until"]),
                mailed=each["mailed"],
                name=each.get("name", ""),
                added_by=tuple(each.get("added_by", ())),
            )
            for each in record["coordinators"]
        ),
        reply_by=date.fromisoformat(record["reply_by"]) if record["reply_by"] else None,
        keep_months=int(record["keep_months"]),
        institutions=tuple(record["institutions"]),
        aliases={name: tuple(each) for name, each in record.get("aliases", {}).items()},
        mentees=_opening_of(record["mentees"]),
        mentors=_opening_of(record["mentors"]),
        revision=int(record["revision"]),
    )


def _of_opening(opening: Opening) -> Record:
    times = {
        "opens": opening.opens_at,
        "closes": opening.closes_at,
        "closed": opening.closed_at,
    }
    return {name: write_time(when) for name, when in times.items() if when}


def _opening_of(record: Record) -> Opening:
    return Opening(
        opens_at=read_time_in(record, "opens"),
        closes_at=read_time_in(record, "closes"),
        closed_at=read_time_in(record, "closed"),
    )


def write_sign_in_link(sign_in_link: SignInLink) -> Record:
    """Return the record of a sign-in link."""
    return {
        "id": sign_in_link.id,
        "written_as": WRITTEN_AS,
        "who": sign_in_link.who,
        "after": sign_in_link.after,
        "revision": sign_in_link.revision,
        "expires": int(sign_in_link.expires_at.timestamp()),
    }


def read_sign_in_link(record: Record) -> SignInLink:
    """Return the sign-in link in a record."""
    return SignInLink(
        id=record["id"],
        who=record["who"],
        after=record["after"],
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
        revision=int(record["revision"]),
    )


def write_session(session: Session) -> Record:
    """Return the record of a session."""
    return {
        "id": session.id,
        "written_as": WRITTEN_AS,
        "who": session.who,
        "revision": session.revision,
        "expires": int(session.expires_at.timestamp()),
    }


def read_session(record: Record) -> Session:
    """Return the session in a record."""
    return Session(
        id=record["id"],
        who=record["who"],
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
        revision=int(record["revision"]),
    )


def write_entry(entry: AuditEntry) -> Record:
    """Return the record of an audit entry, in the partition of the log, which is read by time."""
    return {
        "id": f"{ENTRY_PREFIX}{entry.id}",
        "written_as": WRITTEN_AS,
        "list": AUDIT_LOG,
        "place": sort_key(entry.at, entry.id),
        "at": write_time(entry.at),
        "by": entry.by,
        "did": entry.action.value,
        "about": entry.about,
        "words": entry.words,
        "revision": entry.revision,
        "expires": int(entry.expires_at.timestamp()),
    }


def read_entry(record: Record) -> AuditEntry:
    """Return the audit entry in a record."""
    return AuditEntry(
        id=record["id"].partition("#")[2],
        at=read_time(record["at"]),
        by=record["by"],
        action=Action(record["did"]),
        about=record["about"],
        words=record["words"],
        revision=int(record["revision"]),
    )


def write_roster(roster: Roster) -> Record:
    """Return the record of the member list that is in use."""
    return {
        "id": roster.id,
        "written_as": WRITTEN_AS,
        "number": roster.number,
        "at": write_time(roster.at),
        "by": roster.by,
        "members": roster.members,
        "lapsed": roster.lapsed,
        "unread": roster.unread,
        "revision": roster.revision,
    }


def read_roster(record: Record) -> Roster:
    """Return the member list in a record."""
    return Roster(
        number=int(record["number"]),
        at=read_time(record["at"]),
        by=record["by"],
        members=int(record["members"]),
        lapsed=int(record["lapsed"]),
        unread=int(record["unread"]),
        revision=int(record["revision"]),
    )


def write_list_entry(listed: ListEntry) -> Record:
    """Return the record of one entry of a member list."""
    return {
        "id": listed.id,
        "written_as": WRITTEN_AS,
        "number": listed.number,
        "lapsed": listed.lapsed,
        "expires": int(listed.expires_at.timestamp()),
    }


def read_list_entry(record: Record) -> ListEntry:
    """Return the entry of a member list in a record."""
    return ListEntry(
        id=record["id"],
        number=int(record["number"]),
        lapsed=record["lapsed"],
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
    )
