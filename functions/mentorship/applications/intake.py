"""
What strangers can cause: anybody may fill in the form, with anybody's address.

So the first application for an address stands, and what comes after it for the same address waits
beside it until whoever reads mail there says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from mentorship.applications.application import (
    Application,
    ApplicationChange,
    CurrentPointer,
    address_in,
    pointer_id,
    reference_of,
)
from mentorship.applications.status import HoldReason, Status
from mentorship.change import Counter
from mentorship.form import declaration, form
from mentorship.form.question import Answer, Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter
from mentorship.problems import TooManyChanges

# How many may wait beside one application; a stranger must not be able to bury the owner's own.
MAX_PENDING_CHANGES = 5
# What one address had before; a bot can make more of these than an item can hold.
MAX_EARLIER = 100


@dataclass(frozen=True, kw_only=True)
class OnFile:
    """
    What an address has for a role.

    Attributes:
        pointer: names the current application, if there ever was one.
        current: that application, unless it is gone.
        pending_changes: those that wait, or have waited, beside it.
        held_pointer: the same as *pointer*, for those that are held back.
        held: the application that was held back last, unless it is gone.
        noticed: whether the owner was already told today that the form was sent again.
        counter: how many new ones were taken from the client's address today.

    """

    pointer: CurrentPointer | None = None
    current: Application | None = None
    pending_changes: tuple[Application, ...] = ()
    held_pointer: CurrentPointer | None = None
    held: Application | None = None
    noticed: bool = False
    counter: Counter

    def same(self, answers: Mapping[str, Answer]) -> Application | None:
        """Return the application that these *answers* already are."""
        return next((a for a in self._alive() if a.answers == answers), None)

    def _alive(self) -> Iterator[Application]:
        if self.current and self.current.is_open:
            yield self.current
            yield from unconfirmed(self.pending_changes)
        if self.held and self.held.status.traits.is_held:
            yield self.held


def unconfirmed(pending_changes: Iterable[Application]) -> list[Application]:
    """Return those *beside* an application that wait for its owner's word."""
    return [each for each in pending_changes if each.status is Status.UNCONFIRMED]


def receive(
    *,
    role: Role,
    answered: form.Submission,
    known: OnFile,
    held: HoldReason,
    now: datetime,
    today: date,
    new_id: str,
    reply_by: date | None,
    keep_months: int,
) -> ApplicationChange:
    """
    Take an application.

    The same answers for the same address and role are the same application, however often they are
    sent: nothing is stored and nothing mailed again. One that was held back is let out by the same
    answers, sent again in a way that is no reason to hold it back.

    Args:
        role: which form was filled in.
        answered: what it was answered with.
        known: what this address has for this role.
        held: why it is to be held back, if it is.
        now: the present, in UTC.
        today: the present date, in the program's own zone.
        new_id: an id that was never used.
        reply_by: by when applicants are told that they will hear, if they are.
        keep_months: for how long answers are kept.

    """
    first = known.current if known.current and known.current.is_open else None
    if first and not held and len(unconfirmed(known.pending_changes)) >= MAX_PENDING_CHANGES:
        held = HoldReason.CROWD
    same = known.same(answered.answers)
    if same and (held or not same.status.traits.is_held):
        return ApplicationChange(application=same)
    status = Status.UNCONFIRMED if first else Status.WAITING
    if held:
        status = Status.QUARANTINED
    application = (
        same.with_changes(status=status, reply_by=unless_past(reply_by, today))
        if same
        else Application(
            id=new_id,
            reference=reference_of(new_id),
            role=role,
            status=status,
            answers=answered.answers,
            received_at=now,
            reply_by=unless_past(reply_by, today),
            form_version=answered.form_version,
            consent_version=declaration.CONSENT_VERSION,
            keep_months=keep_months,
            hold_reason=held,
        )
    )
    if held:
        current = point_to(application, known.held_pointer, held=True)
        return ApplicationChange(application=application, puts=(application, current))
    if first:
        change = _add_change(
            application,
            first,
            pending_changes=known.pending_changes,
            noticed=known.noticed,
            now=now,
            today=today,
        )
        return replace(change, puts=(*change.puts, known.counter.plus_one()))
    return ApplicationChange(
        application=application,
        puts=(application, point_to(application, known.pointer), known.counter.plus_one()),
        letters=(
            new_letter(Kind.NEW_APPLICATION, about=application.id, now=now),
            new_letter(Kind.RECEIPT, about=application.id, now=now),
        ),
    )


def admit(
    application: Application,
    *,
    pointer: CurrentPointer | None,
    now: datetime,
    today: date,
    reply_by: date | None,
) -> ApplicationChange:
    """
    Let an application out that was held back, and is the only open one of its address.

    Where it is not, `admit_as_change` is for that.

    Args:
        application: the one that was held back.
        pointer: names the application that was current for its address and role, if any was.
        now: the present.
        today: the present date, in the program's own zone.
        reply_by: by when applicants are told now that they will hear, if they are.

    """
    if not application.status.traits.is_held:
        return ApplicationChange(application=application)
    free = application.with_changes(status=Status.WAITING, reply_by=unless_past(reply_by, today))
    return ApplicationChange(
        application=free,
        puts=(free, point_to(free, pointer)),
        letters=(
            new_letter(Kind.NEW_APPLICATION, about=free.id, now=now),
            new_letter(Kind.RECEIPT, about=free.id, now=now),
        ),
    )


def admit_as_change(
    application: Application,
    current: Application,
    *,
    pending_changes: Iterable[Application],
    noticed: bool,
    now: datetime,
    today: date,
) -> ApplicationChange:
    """
    Let an application out that was held back, where its address has another one.

    It is as if the form had been sent again: it waits beside that one for the owner's word. Where
    it says nothing new, nobody is asked.

    Args:
        application: the one that was held back.
        current: the current one for its address and role, which is open.
        pending_changes: what waits, or has waited, beside that one.
        noticed: whether the owner was already told today that the form was sent again.
        now: the present.
        today: the present date, in the program's own zone.

    Raises:
        TooManyChanges: if as many as may wait there already.

    """
    if not application.status.traits.is_held:
        return ApplicationChange(application=application)
    waiting = unconfirmed(pending_changes)
    for each in (current, *waiting):
        if each.answers == application.answers:
            settled = application.without_answers(Status.MERGED, now)
            same = replace(settled, parent=each.id, ends_at=each.expires_at)
            return ApplicationChange(application=same, puts=(same,))
    if len(waiting) >= MAX_PENDING_CHANGES:
        raise TooManyChanges
    waits = application.with_changes(status=Status.UNCONFIRMED)
    return _add_change(
        waits, current, pending_changes=waiting, noticed=noticed, now=now, today=today
    )


def _add_change(
    application: Application,
    current: Application,
    *,
    pending_changes: Iterable[Application],
    noticed: bool,
    now: datetime,
    today: date,
) -> ApplicationChange:
    """Put an application beside the one that stands, and ask the owner, once a day."""
    waits = replace(application, parent=current.id, ends_at=current.expires_at)
    waiting = (each.id for each in unconfirmed(pending_changes))
    letter = new_letter(Kind.CONFIRM_CHANGE, about=current.id, now=now, on=today)
    return ApplicationChange(
        application=waits,
        puts=(waits, current.with_changes(pending_changes=(*waiting, waits.id))),
        letters=() if noticed else (letter,),
    )


def unless_past(reply_by: date | None, today: date) -> date | None:
    """Return a date by which somebody may be told to hear, unless it has passed."""
    return reply_by if reply_by and reply_by >= today else None


def point_to(
    application: Application, before: CurrentPointer | None, *, held: bool = False
) -> CurrentPointer:
    """Return an application as the one that stands, after the one *before*."""
    known = (*before.earlier, before.application) if before else ()
    earlier = tuple(each for each in known if each != application.id)
    return CurrentPointer(
        id=pointer_id(application.role, address_in(application.answers), held=held),
        application=application.id,
        earlier=earlier[-MAX_EARLIER:],
        # It knows of earlier ones for as long as they are there.
        expires_at=max(
            application.expires_at, before.expires_at if before else application.expires_at
        ),
        revision=before.revision + 1 if before else 1,
    )
