"""
How coordinators sign in: sign-in links that work once, and sessions.

Nothing here holds a secret that lets someone in: a sign-in link's id is signed in the link that is
mailed, and a session is stored under a hash of the secret in its cookie.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from mentorship.change import Change
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter, to_coordinator
from mentorship.program.audit import Action, AuditEntry

# A coordinator is mailed at most one sign-in link within this many minutes.
MAILED_EVERY = 5
SIGN_IN_LINK_LIVES = timedelta(minutes=15)
SESSION_LIVES = timedelta(hours=8)
# With this prefix, browsers refuse the cookie from any other host, and over plain HTTP.
COOKIE = "__Host-desk"
LINK_PREFIX, SESSION_PREFIX = "ticket#", "session#"


@dataclass(frozen=True, kw_only=True)
class SignInLink:
    """
    A sign-in link, which works once.

    Attributes:
        id: has whose it is, by a keyed hash, and the minutes in which it was asked for.
        who: the keyed hash of the coordinator's address.
        after: the page of the desk to show afterwards.
        expires_at: when it stops working.

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
        id: a hash of the secret in the cookie.
        who: the keyed hash of the coordinator's address.
        expires_at: when it ends.

    """

    id: str
    who: str
    expires_at: datetime
    revision: int = 1


def hash_secret(secret: str) -> str:
    """Return the hash of a cookie's secret, which is random enough to need no key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in_link_id(who: str, now: datetime) -> str:
    """Return the id of the only sign-in link that an address can have within some minutes."""
    begun = now - timedelta(minutes=now.minute % MAILED_EVERY)
    return f"{LINK_PREFIX}{who}#{begun:%Y%m%dT%H%M}"


def session_id(hashed: str) -> str:
    """Return the id of the session whose cookie's secret has a hash."""
    return f"{SESSION_PREFIX}{hashed}"


def request_link(who: str, *, after: str, now: datetime, new_id: str) -> Change:
    """Mail a coordinator a sign-in link: one within some minutes, unless it was used."""
    sign_in_link = SignInLink(
        id=sign_in_link_id(who, now), who=who, after=after, expires_at=now + SIGN_IN_LINK_LIVES
    )
    letter = new_letter(
        Kind.SIGN_IN,
        to=to_coordinator(who),
        of=f"{sign_in_link.id}#{new_id}",
        now=now,
        facts={"ticket": sign_in_link.id},
    )
    return Change(puts=(sign_in_link,), letters=(letter,))


def sign_in(
    sign_in_link: SignInLink, session: str, *, by: str, now: datetime, new_id: str
) -> Change:
    """
    Sign someone in with a sign-in link, which then no longer works.

    Args:
        sign_in_link: the one that was mailed to them.
        session: the hash of the cookie's secret.
        by: their address.
        now: the present.
        new_id: an id that was never used.

    """
    return Change(
        puts=(
            Session(id=session_id(session), who=sign_in_link.who, expires_at=now + SESSION_LIVES),
            AuditEntry(id=new_id, at=now, by=by, action=Action.SIGNED_IN),
        ),
        deletes=(sign_in_link,),
    )


def sign_out(session: Session, *, by: str, now: datetime, new_id: str) -> Change:
    """Sign someone out."""
    return Change(
        puts=(AuditEntry(id=new_id, at=now, by=by, action=Action.SIGNED_OUT),), deletes=(session,)
    )
