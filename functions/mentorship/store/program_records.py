"""
How what the desk keeps is written down in the table `program`, and read again.

What `records` is for applications and letters: arrangements, who is signed in, what was done, the
member list.
"""

from datetime import UTC, date, datetime

from mentorship.members.roster import Listed, Roster
from mentorship.program.arrangements import Arrangements, Coordinator, Opening
from mentorship.program.audit import DEEDS, Deed, Did
from mentorship.program.sign_in import Session, Ticket
from mentorship.store.records import WRITTEN_AS, Record, moment, place, time_in, time_of


def of_arrangements(arrangements: Arrangements) -> Record:
    """Return what coordinators have arranged, as it is stored."""
    return {
        "id": arrangements.id,
        "written_as": WRITTEN_AS,
        "coordinators": [
            {"address": each.address, "until": each.until.isoformat(), "mailed": each.mailed}
            for each in arrangements.coordinators
        ],
        "reply_by": arrangements.reply_by.isoformat() if arrangements.reply_by else "",
        "keep_months": arrangements.keep_months,
        "institutions": list(arrangements.institutions),
        "mentees": _of_opening(arrangements.mentees),
        "mentors": _of_opening(arrangements.mentors),
        "revision": arrangements.revision,
    }


def arrangements_of(record: Record) -> Arrangements:
    """Return what coordinators have arranged, as it was stored."""
    return Arrangements(
        coordinators=tuple(
            Coordinator(
                address=each["address"],
                until=date.fromisoformat(each["until"]),
                mailed=each["mailed"],
            )
            for each in record["coordinators"]
        ),
        reply_by=date.fromisoformat(record["reply_by"]) if record["reply_by"] else None,
        keep_months=int(record["keep_months"]),
        institutions=tuple(record["institutions"]),
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
    return {name: moment(when) for name, when in times.items() if when}


def _opening_of(record: Record) -> Opening:
    return Opening(
        opens_at=time_in(record, "opens"),
        closes_at=time_in(record, "closes"),
        closed_at=time_in(record, "closed"),
    )


def of_ticket(ticket: Ticket) -> Record:
    """Return a way in, as it is stored."""
    return {
        "id": ticket.id,
        "written_as": WRITTEN_AS,
        "who": ticket.who,
        "after": ticket.after,
        "revision": ticket.revision,
        "expires": int(ticket.expires_at.timestamp()),
    }


def ticket_of(record: Record) -> Ticket:
    """Return a way in, as it was stored."""
    return Ticket(
        id=record["id"],
        who=record["who"],
        after=record["after"],
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
        revision=int(record["revision"]),
    )


def of_session(session: Session) -> Record:
    """Return who has signed in, as it is stored."""
    return {
        "id": session.id,
        "written_as": WRITTEN_AS,
        "who": session.who,
        "revision": session.revision,
        "expires": int(session.expires_at.timestamp()),
    }


def session_of(record: Record) -> Session:
    """Return who has signed in, as it was stored."""
    return Session(
        id=record["id"],
        who=record["who"],
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
        revision=int(record["revision"]),
    )


def of_deed(deed: Deed) -> Record:
    """Return what was done at the desk, as it is stored: one of a list that is read by time."""
    return {
        "id": f"deed#{deed.id}",
        "written_as": WRITTEN_AS,
        "list": DEEDS,
        "place": place(deed.at, deed.id),
        "at": moment(deed.at),
        "by": deed.by,
        "did": deed.did.value,
        "about": deed.about,
        "words": deed.words,
        "revision": deed.revision,
        "expires": int(deed.expires_at.timestamp()),
    }


def deed_of(record: Record) -> Deed:
    """Return what was done at the desk, as it was stored."""
    return Deed(
        id=record["id"].partition("#")[2],
        at=time_of(record["at"]),
        by=record["by"],
        did=Did(record["did"]),
        about=record["about"],
        words=record["words"],
        revision=int(record["revision"]),
    )


def of_roster(roster: Roster) -> Record:
    """Return what there is to say of the member list, as it is stored."""
    return {
        "id": roster.id,
        "written_as": WRITTEN_AS,
        "number": roster.number,
        "at": moment(roster.at),
        "by": roster.by,
        "members": roster.members,
        "lapsed": roster.lapsed,
        "unread": roster.unread,
        "revision": roster.revision,
    }


def roster_of(record: Record) -> Roster:
    """Return what there is to say of the member list, as it was stored."""
    return Roster(
        number=int(record["number"]),
        at=time_of(record["at"]),
        by=record["by"],
        members=int(record["members"]),
        lapsed=int(record["lapsed"]),
        unread=int(record["unread"]),
        revision=int(record["revision"]),
    )


def of_listed(listed: Listed) -> Record:
    """Return one hash of the member list, as it is stored."""
    return {
        "id": listed.id,
        "written_as": WRITTEN_AS,
        "number": listed.number,
        "lapsed": listed.lapsed,
        "expires": int(listed.expires_at.timestamp()),
    }


def listed_of(record: Record) -> Listed:
    """Return one hash of the member list, as it was stored."""
    return Listed(
        id=record["id"],
        number=int(record["number"]),
        lapsed=record["lapsed"],
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
    )
