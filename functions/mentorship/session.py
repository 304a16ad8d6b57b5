"""
Who is at the desk: tickets that let somebody in once, sessions, and what was done there.

Nothing here holds a secret that opens something: a ticket's id is signed into the link that is
mailed, and a session is stored under a hash of what its cookie holds.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mentorship.application import Change
from mentorship.letter import new_letter

# Nobody can have a coordinator mailed more often than once in so many minutes.
MAILED_EVERY = 5
TICKET_LIVES = timedelta(minutes=15)
SESSION_LIVES = timedelta(hours=8)
# What was done at the desk can be read for as long as letters are kept.
DEEDS_KEPT = timedelta(days=2 * 366)
DEEDS = "deeds"


class Did(StrEnum):
    """What somebody did at the desk; the value is what the record says."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    EXPORTED = "exported applications"
    EXPORTED_ALL = "exported everything"
    # No longer done at the desk, but earlier records still tell of it.
    IMPORTED = "imported an export"
    ARRANGED = "changed a setting"
    PUT_ROSTER = "put in a member list"
    ENTERED = "entered a person"
    AGREED = "noted that somebody agreed"
    ADMITTED = "let an application in"
    DELETED = "deleted an application that was held back"
    PAUSED = "paused an application"
    RESUMED = "resumed an application"
    NOT_ELIGIBLE = "found somebody not eligible"
    REINSTATED = "put an application back on the list"
    WITHDREW = "withdrew an application"
    FORGOT = "had somebody forgotten"
    SENT_AGAIN = "had an email sent again"
    ASKED = "asked for a member address"
    KNOWN_AS = "took down a member address"


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """
    A way in that works once.

    Attributes:
        id: names whose it is, by a keyed hash, and the minutes in which it was asked for.
        who: the keyed hash of the coordinator's address.
        after: the page of the desk to be shown then.
        expires_at: when it ends, used or not.

    """

    id: str
    who: str
    after: str
    expires_at: datetime
    revision: int = 1


@dataclass(frozen=True, kw_only=True)
class Session:
    """
    A coordinator who has signed in.

    Attributes:
        id: a hash of what the cookie holds.
        who: the keyed hash of the coordinator's address.
        expires_at: when it ends.

    """

    id: str
    who: str
    expires_at: datetime
    revision: int = 1


@dataclass(frozen=True, kw_only=True)
class Deed:
    """
    Something that was done at the desk.

    Attributes:
        id: never used before.
        at: when.
        by: the coordinator's address.
        did: what.
        about: the reference of the application that it was done with, or "".
        words: what else there is to say, such as which setting was changed to what.

    """

    id: str
    at: datetime
    by: str
    did: Did
    about: str = ""
    words: str = ""
    revision: int = 1

    @property
    def expires_at(self) -> datetime:
        """When it is deleted."""
        return self.at + DEEDS_KEPT


def ticket_id(who: str, now: datetime) -> str:
    """Return the id of the one ticket that an address can have within some minutes."""
    begun = now - timedelta(minutes=now.minute % MAILED_EVERY)
    return f"ticket#{who}#{begun:%Y%m%dT%H%M}"


def session_id(hashed: str) -> str:
    """Return the id of the session whose cookie has a hash."""
    return f"session#{hashed}"


def asked(who: str, *, after: str, now: datetime, new_id: str) -> Change:
    """Have a coordinator mailed a way in: once within some minutes, unless it was used."""
    ticket = Ticket(id=ticket_id(who, now), who=who, after=after, expires_at=now + TICKET_LIVES)
    facts = {"to": who, "ticket": ticket.id}
    letter = new_letter("sign-in", about="", of=f"{ticket.id}#{new_id}", now=now, facts=facts)
    return Change(puts=(ticket,), letters=(letter,))


def entered(ticket: Ticket, session: str, *, by: str, now: datetime, new_id: str) -> Change:
    """
    Let somebody in by a ticket, which is used up.

    Args:
        ticket: that was mailed to them.
        session: the hash of what the cookie will hold.
        by: their address.
        now: the present.
        new_id: an id that was never used.

    """
    return Change(
        puts=(
            Session(id=session_id(session), who=ticket.who, expires_at=now + SESSION_LIVES),
            Deed(id=new_id, at=now, by=by, did=Did.SIGNED_IN),
        ),
        deletes=(ticket,),
    )


def left(session: Session, *, by: str, now: datetime, new_id: str) -> Change:
    """Let somebody out."""
    return Change(puts=(Deed(id=new_id, at=now, by=by, did=Did.SIGNED_OUT),), deletes=(session,))


def with_deed(change: Change, deed: Deed) -> Change:
    """Return a change that is recorded, unless there is nothing to record."""
    return change if change.nothing else replace(change, puts=(*change.puts, deed))
