"""
Letters: what the program has to write, and how far it has come.

A letter is stored in the same transaction as the fact that causes it, and goes from *new* through
*sending* (claimed by one sender for a while) to *sent* or, after the last try, *failed*. It names
what it is about and who reads it, and holds no one's address or words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, Self

from mentorship.letters.kinds import Kind
from mentorship.letters.traits import Reader, Replies

# A sender that has not finished by then is presumed dead; longer than any function may run.
LEASE = timedelta(minutes=5)

# The waits between tries add up to some forty hours, longer than a daily quota of Amazon SES, which
# counts over 24 hours, stays used up.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (10, 20, 40, 80, 160, 320, 640, 1280))
TRIES = len(WAITS) + 1


# Who reads a letter because an application is, or was, theirs.
OWNERS = (Reader.APPLICANT, Reader.FORMER)


class State(StrEnum):
    """How far a letter has come."""

    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    # It came back, or its reader complained about it.
    RETURNED = "returned"
    # It came from a backup, and is not sent until a person releases it.
    HELD = "held"
    # What it was about was forgotten or deleted before it was sent.
    DROPPED = "dropped"


class Topic(StrEnum):
    """What a letter may be about."""

    APPLICATION = "application"
    MATCH = "match"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The one thing that a letter is about: of which kind, and its id."""

    topic: Topic
    id: str


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """
    Who reads a letter.

    Attributes:
        role: whom such letters are for.
        which: one of them: the id of the application whose owner it is, or the keyed hash of a
            coordinator's address; "" for all coordinators.
        address_version: which address of that application the letter was written for. It is sent
            to no other. `None` is the present one: letters from before version 4 do not say.

    """

    role: Reader
    which: str = ""
    address_version: int | None = None


class HasAddress(Protocol):
    """An application, as far as a letter needs to know it."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def address_version(self) -> int:
        """How many addresses it has had; a link names it."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """
    One letter.

    Attributes:
        id: made from what happened, so that the same letter cannot be written twice: `letter_id`.
        subject: what it is about, if it is about one thing.
        to: who reads it.
        facts: the counts, references and codes in it; no one's words.
        due: when it may next be tried; `None` once nothing is left to do.
        attempts: how often a sender has claimed it.
        message_id: what Amazon SES called it.
        reason: why the last try failed.

    """

    id: str
    kind: Kind
    subject: Subject | None
    to: Addressee
    created_at: datetime
    due: datetime | None
    state: State = State.NEW
    attempts: int = 0
    sent_at: datetime | None = None
    message_id: str = ""
    reason: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def about(self) -> str:
        """The id of the application that it is about, or "" for none."""
        found = self.subject and self.subject.topic is Topic.APPLICATION
        return self.subject.id if self.subject and found else ""

    @property
    def match(self) -> str:
        """The id of the match that it is about, or "" for none."""
        found = self.subject and self.subject.topic is Topic.MATCH
        return self.subject.id if self.subject and found else ""

    @property
    def reader(self) -> Reader:
        """Whom it is for."""
        return self.to.role

    @property
    def owner(self) -> str:
        """The id of the application whose owner reads it, or "" if coordinators do."""
        return self.to.which if self.reader in OWNERS else ""

    @property
    def listed_with(self) -> str:
        """The id of the application on whose page it is: its subject, or its reader's; or ""."""
        return self.about or self.owner

    @property
    def replies(self) -> Replies:
        """Whom a reply to it reaches."""
        return self.kind.traits.replies

    def is_for(self, application: HasAddress) -> bool:
        """Tell whether it may go to the present address of its reader's application."""
        if self.kind.traits.follows_reader:
            return True
        return self.to.address_version in (None, application.address_version)

    def is_due(self, now: datetime) -> bool:
        """Tell whether a sender may claim it."""
        if self.state is State.NEW:
            return True
        return self.due is not None and self.due <= now

    def claim(self, now: datetime) -> Self:
        """Return it as claimed by one sender."""
        return replace(self, state=State.SENDING, attempts=self.attempts + 1, due=now + LEASE)

    def sent(self, message_id: str, now: datetime) -> Self:
        """Return it as sent, for good."""
        return replace(
            self, state=State.SENT, message_id=message_id, sent_at=now, due=None, reason=""
        )

    def failed(self, reason: str, now: datetime, *, again: bool) -> Self:
        """Return it as failed: due *again* after a while, or failed for good after the last try."""
        wait = WAITS[self.attempts - 1] if again and self.attempts < TRIES else None
        return replace(
            self, state=State.FAILED, reason=reason, due=None if wait is None else now + wait
        )

    def dropped(self) -> Self:
        """Return it as no longer needed."""
        return replace(self, state=State.DROPPED, due=None)

    def returned(self, reason: str) -> Self:
        """Return it as one that came back."""
        return replace(self, state=State.RETURNED, reason=reason, due=None)

    def restored(self) -> Self:
        """Return it as it comes out of a backup: held, if it was not sent."""
        if self.due is None and self.state not in (State.NEW, State.SENDING):
            return self
        return replace(self, state=State.HELD, due=None)

    def released(self, now: datetime) -> Self:
        """Return a held letter as new, for the sweeper to send."""
        return replace(self, state=State.NEW, due=now)

    def again(self, now: datetime) -> Self:
        """Return it as one to send again, whatever became of it, for the sweeper to send."""
        return replace(self, state=State.NEW, due=now, attempts=0, reason="")

    @property
    def is_lost(self) -> bool:
        """Whether it reached no one, and nothing more happens unless a person does something."""
        lost = self.state in (State.FAILED, State.RETURNED, State.HELD)
        return lost and self.due is None


def letter_id(kind: Kind | str, *, of: str, on: date | None = None) -> str:
    """
    Return the id of a letter, which is written only once.

    It is made from what happened:

    - What happens once is known by its own id: `of` is the id of a new application.
    - What may happen again gets an id of its own, a random one that is made when it happens: `of`
      is the application's id and that one. Whoever presses a button twice causes one letter even
      so, because the second change is refused, and with it the letter.
    - What is written once a day, or for a date, has *on*. What someone may have mailed to
      themselves once a minute has that minute.

    It is never made from a revision, which an application reaches twice if it was restored from a
    backup: the letter would be taken for the one that was written then. Nor is it made from a
    second, by which two tries of the same would differ.
    """
    return f"{of}#{kind}#{on}" if on else f"{of}#{kind}"


def to_coordinator(who: str) -> Addressee:
    """Return one coordinator as a reader, by the keyed hash of their address."""
    return Addressee(role=Reader.COORDINATOR, which=who)


def new_letter(
    kind: Kind,
    *,
    about: HasAddress | Subject | str = "",
    now: datetime,
    to: Addressee | None = None,
    of: str = "",
    on: date | None = None,
    facts: Mapping[str, str | int] | None = None,
) -> Letter:
    """
    Return a letter to be sent at once.

    Its first due time gives the stream some minutes before the sweeper sends the letter.

    Args:
        kind: which kind.
        about: the application that it is about, whose owner reads it if they are of the kind's
            readers; or another subject; or "" for none. An application's id will do for letters to
            coordinators.
        now: the present.
        to: who reads it, if the kind and *about* do not say so.
        of: what the letter is written only once for: `letter_id`. The id of *about*, unless given.
        on: the day on which it is written only once, if it may be written again later.
        facts: the counts, references and codes in it.

    Raises:
        ValueError: if no one, or someone whom the kind is not for, reads it.

    """
    kind = Kind(kind)
    subject = _subject(about)
    to = to or _addressee(kind, about, subject)
    if to.role is not kind.traits.reader or not (to.which or to.role is Reader.COORDINATORS):
        raise ValueError(f"a letter of the kind {kind} is not for {to}")
    return Letter(
        id=letter_id(kind, of=of or (subject.id if subject else ""), on=on),
        kind=kind,
        subject=subject,
        to=to,
        created_at=now,
        due=now + LEASE,
        facts=facts or {},
    )


def _subject(about: HasAddress | Subject | str) -> Subject | None:
    if isinstance(about, Subject):
        return about
    found = about if isinstance(about, str) else about.id
    return Subject(topic=Topic.APPLICATION, id=found) if found else None


def _addressee(kind: Kind, about: HasAddress | Subject | str, subject: Subject | None) -> Addressee:
    """Return who reads a letter: the owner of the application that it is about, or coordinators."""
    role = kind.traits.reader
    if role not in OWNERS or subject is None:
        return Addressee(role=role)
    version = None if isinstance(about, (str, Subject)) else about.address_version
    if version and role is Reader.FORMER:
        version -= 1
    return Addressee(role=role, which=subject.id, address_version=version)
