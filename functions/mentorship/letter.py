"""
Letters: what the program has to write, and how far it has come.

A letter is stored in the same transaction as the fact that causes it, and goes from *new* through
*sending* (held by one sender for a while) to *sent* or, after the last try, *failed*. It names its
reader by reference and holds no address and no words of anybody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

# A sender that has not reported by then is taken to be dead; longer than any function may run.
LEASE = timedelta(minutes=5)

# The waits between tries come to some forty hours: a spent daily quota of Amazon SES, which counts
# over 24 hours, is outlasted.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (10, 20, 40, 80, 160, 320, 640, 1280))
TRIES = len(WAITS) + 1


class State(StrEnum):
    """How far a letter has come."""

    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    # It came back, or its reader complained of it.
    RETURNED = "returned"
    # It came with a restored table; nobody sends it until a person says so.
    HELD = "held"
    # What it was about was forgotten or deleted before it was sent.
    DROPPED = "dropped"


class Reader(StrEnum):
    """Whom a letter is for; the address is looked up when it is sent."""

    COORDINATORS = "coordinators"
    # One of them, by a keyed hash of the address among the letter's facts.
    COORDINATOR = "coordinator"
    APPLICANT = "applicant"
    # Whoever reads mail at the address that an application had before.
    FORMER = "former address"


@dataclass(frozen=True)
class Kind:
    """
    A kind of letter.

    Attributes:
        name: its folder in `templates/email/`.
        reader: whom it is for.
        when: when it is written, in words, for the handbook.
        replies: whom a reply to it reaches: the applicant that it is about or, with `None`, the
            contact address.

    """

    name: str
    reader: Reader
    when: str
    replies: Reader | None = None


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "new-application",
            Reader.COORDINATORS,
            "At once, when an application arrives.",
            replies=Reader.APPLICANT,
        ),
        Kind("receipt", Reader.APPLICANT, "At once, when their application arrives."),
        Kind(
            "confirm-change",
            Reader.APPLICANT,
            "When the form is sent again for their address with other answers; at most once a day.",
        ),
        Kind(
            "confirm-address",
            Reader.APPLICANT,
            "At their new address, when they have given another one.",
        ),
        Kind("corrected", Reader.APPLICANT, "When their answers were changed by their link."),
        Kind("moved", Reader.FORMER, "When another address has taken the place of theirs."),
        Kind(
            "changed",
            Reader.COORDINATORS,
            "When an applicant has changed their answers: what changed.",
            replies=Reader.APPLICANT,
        ),
        Kind(
            "withdrawn",
            Reader.APPLICANT,
            "When they have withdrawn, or a coordinator has for them.",
        ),
        Kind(
            "withdrawal",
            Reader.COORDINATORS,
            "When an applicant has withdrawn, or a coordinator has for them.",
            replies=Reader.APPLICANT,
        ),
        Kind("link", Reader.APPLICANT, "When they ask for their link; at most once a day."),
        Kind(
            "entered",
            Reader.APPLICANT,
            "When a coordinator has entered what they wrote or said: to confirm or correct it.",
        ),
        Kind(
            "membership",
            Reader.APPLICANT,
            "When a coordinator asks by which address the society knows them.",
        ),
        Kind(
            "not-eligible",
            Reader.APPLICANT,
            "When a coordinator has found that the program cannot take them.",
        ),
        Kind(
            "still-waiting",
            Reader.APPLICANT,
            "On the reply date, if there is no match yet; then every eight weeks at most.",
        ),
        Kind("sign-in", Reader.COORDINATOR, "When they ask for a way in to the desk."),
        Kind("test", Reader.COORDINATOR, "When they have a test email sent to themselves."),
        Kind("appeal", Reader.COORDINATOR, "When they have the appeal for mentors sent to them."),
        Kind(
            "welcome",
            Reader.COORDINATOR,
            "When they are added at the desk; the contact address gets it too, with who did that.",
        ),
        Kind(
            "renew",
            Reader.COORDINATOR,
            "Thirty days before their time as a coordinator ends; the contact address gets it too.",
        ),
        Kind(
            "digest",
            Reader.COORDINATORS,
            "On Mondays, if there is anything to tell, and on the first Monday of a month.",
        ),
        Kind(
            "reply-due",
            Reader.COORDINATORS,
            "Three days before applicants are told that there is no match yet: who they are.",
        ),
        Kind(
            "held-back",
            Reader.COORDINATORS,
            "In the morning, if applications were held back since the last time.",
        ),
        Kind(
            "undelivered",
            Reader.COORDINATORS,
            "When an email came back, or its reader called it unwanted.",
        ),
        Kind(
            "forgotten",
            Reader.COORDINATORS,
            "When somebody was forgotten whose application they have been sent.",
        ),
        Kind(
            "count",
            Reader.COORDINATORS,
            "Each morning on which not all that was received was announced, and on Mondays "
            "without a digest.",
        ),
    )
}


# What each is called where it is told of.
TITLES = {
    "new-application": "New application",
    "receipt": "Receipt",
    "confirm-change": "Did you send other answers?",
    "confirm-address": "Confirm the new address",
    "corrected": "Your answers were changed",
    "moved": "Another address was confirmed",
    "changed": "Changed answers",
    "withdrawn": "Off the list",
    "withdrawal": "Withdrawn",
    "link": "Link to their application",
    "entered": "Please check what we have",
    "membership": "Question about their WSRS address",
    "not-eligible": "Not eligible",
    "still-waiting": "No match yet",
    "sign-in": "Way in to the desk",
    "test": "Test email",
    "appeal": "Appeal for mentors",
    "welcome": "Welcome as a coordinator",
    "renew": "A coordinator’s time ends",
    "digest": "Monday’s news",
    "reply-due": "The reply date comes",
    "held-back": "Held back",
    "undelivered": "An email came back",
    "forgotten": "Please delete what you have",
    "count": "What was received and announced",
}


@dataclass(frozen=True, kw_only=True)
class Letter:
    """
    One letter.

    Attributes:
        id: made from what it is about, so that the same letter cannot be written twice.
        kind: a name of `KINDS`.
        about: the id of the application that it is about, or "" for none.
        facts: counts, references and codes that it tells; nobody's words.
        due: when it may next be tried; `None` once nothing more is to be done.
        attempts: how often a sender has taken it up.
        message_id: what Amazon SES called it.
        reason: why the last try failed.

    """

    id: str
    kind: str
    about: str
    created_at: datetime
    due: datetime | None
    state: State = State.NEW
    attempts: int = 0
    sent_at: datetime | None = None
    message_id: str = ""
    reason: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def reader(self) -> Reader:
        """Whom it is for."""
        return KINDS[self.kind].reader

    @property
    def replies(self) -> Reader | None:
        """Whom a reply to it reaches; `None` is the contact address."""
        return KINDS[self.kind].replies

    def waits_at(self, now: datetime) -> bool:
        """Tell whether a sender may take it up."""
        if self.state is State.NEW:
            return True
        return self.due is not None and self.due <= now

    def taken_up(self, now: datetime) -> Self:
        """Return it as held by one sender."""
        return replace(self, state=State.SENDING, attempts=self.attempts + 1, due=now + LEASE)

    def sent(self, message_id: str, now: datetime) -> Self:
        """Return it as sent, for good."""
        return replace(
            self, state=State.SENT, message_id=message_id, sent_at=now, due=None, reason=""
        )

    def failed(self, reason: str, now: datetime, *, again: bool) -> Self:
        """Return it as failed: due *again* after a while, or for good once no try is left."""
        wait = WAITS[self.attempts - 1] if again and self.attempts < TRIES else None
        return replace(
            self, state=State.FAILED, reason=reason, due=None if wait is None else now + wait
        )

    def dropped(self) -> Self:
        """Return it as one that nobody needs any more."""
        return replace(self, state=State.DROPPED, due=None)

    def returned(self, reason: str) -> Self:
        """Return it as one that came back."""
        return replace(self, state=State.RETURNED, reason=reason, due=None)

    def restored(self) -> Self:
        """Return it as it comes out of a backup: what was not sent is held."""
        if self.due is None and self.state not in (State.NEW, State.SENDING):
            return self
        return replace(self, state=State.HELD, due=None)

    def released(self, now: datetime) -> Self:
        """Return a held one as new, for the sweeper to take up."""
        return replace(self, state=State.NEW, due=now)

    def again(self, now: datetime) -> Self:
        """Return it as one to be sent again, whatever came of it, for the sweeper to take up."""
        return replace(self, state=State.NEW, due=now, attempts=0, reason="")

    @property
    def given_up(self) -> bool:
        """Whether it reached nobody, and nothing more is done unless a person does it."""
        lost = self.state in (State.FAILED, State.RETURNED, State.HELD)
        return lost and self.due is None


def letter_id(kind: str, *, of: str, on: date | None = None) -> str:
    """Return the id of the one letter of a *kind* about something, or of the one of a day."""
    return f"{of}#{kind}#{on}" if on else f"{of}#{kind}"


def new_letter(
    kind: str,
    *,
    about: str,
    now: datetime,
    of: str = "",
    on: date | None = None,
    facts: Mapping[str, str | int] | None = None,
) -> Letter:
    """
    Return a letter to be sent at once.

    Its first due time leaves the stream some minutes before the sweeper takes the letter up.

    Args:
        kind: a name of `KINDS`.
        about: the id of an application, or "".
        now: the present.
        of: what the letter may be written once for; *about*, unless given.
        on: the day on which it may be written once, if it may be again.
        facts: what it tells beside.

    """
    return Letter(
        id=letter_id(kind, of=of or about, on=on),
        kind=kind,
        about=about,
        created_at=now,
        due=now + LEASE,
        facts=facts or {},
    )
