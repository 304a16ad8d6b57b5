"""
Letters: what the program has to write, and how far it has come.

A letter is stored in the same transaction as the fact that causes it, and goes from *new* through
*sending* (claimed by one sender for a while) to *sent* or, after the last try, *failed*. It names
its reader by role, and holds no one's address or words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from mentorship.letters.kinds import Kind, Reader

# A sender that has not finished by then is presumed dead; longer than any function may run.
LEASE = timedelta(minutes=5)

# The waits between tries add up to some forty hours, longer than a daily quota of Amazon SES, which
# counts over 24 hours, stays used up.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (10, 20, 40, 80, 160, 320, 640, 1280))
TRIES = len(WAITS) + 1


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


@dataclass(frozen=True, kw_only=True)
class Letter:
    """
    One letter.

    Attributes:
        id: made from what it is about, so that the same letter cannot be written twice.
        about: the id of the application that it is about, or "" for none.
        facts: the counts, references and codes in it; no one's words.
        due: when it may next be tried; `None` once nothing is left to do.
        attempts: how often a sender has claimed it.
        message_id: what Amazon SES called it.
        reason: why the last try failed.

    """

    id: str
    kind: Kind
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
        return self.kind.traits.reader

    @property
    def replies(self) -> Reader | None:
        """Whom a reply to it reaches; `None` is the contact address."""
        return self.kind.traits.replies

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
    """Return the id of the only letter of a *kind* about something, or the only one on a day."""
    return f"{of}#{kind}#{on}" if on else f"{of}#{kind}"


def new_letter(
    kind: Kind,
    *,
    about: str,
    now: datetime,
    of: str = "",
    on: date | None = None,
    facts: Mapping[str, str | int] | None = None,
) -> Letter:
    """
    Return a letter to be sent at once.

    Its first due time gives the stream some minutes before the sweeper sends the letter.

    Args:
        kind: which kind.
        about: the id of an application, or "".
        now: the present.
        of: what the letter is written only once for; *about*, unless given.
        on: the day on which it is written only once, if it may be written again later.
        facts: the counts, references and codes in it.

    """
    return Letter(
        id=letter_id(kind, of=of or about, on=on),
        kind=Kind(kind),
        about=about,
        created_at=now,
        due=now + LEASE,
        facts=facts or {},
    )
