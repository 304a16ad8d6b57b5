"""
What strangers can cause: anyone may fill in the form, with anyone's address.

So the first application for an address is the current one, and a later one for the same address is
a pending change until the owner accepts it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from mentorship.applications.application import (
    Application,
    ApplicationChange,
    contact_key_in,
    reference_of,
)
from mentorship.applications.conflicts import who_knows
from mentorship.applications.pointer import CurrentPointer, pointer_id
from mentorship.applications.status import HoldReason, Status
from mentorship.change import Counter
from mentorship.form import form
from mentorship.form.question import Answer, Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter
from mentorship.problems import TooManyChanges

# How many changes may wait for one application; a stranger must not be able to bury the owner's.
MAX_PENDING_CHANGES = 5
# How many earlier applications a pointer names; a bot can make more than an item can hold.
MAX_EARLIER = 100


@dataclass(frozen=True, kw_only=True)
class OnFile:
    """
    What is stored for an address and a role.

    Attributes:
        pointer: names the current application, if there ever was one.
        current: that application, unless it is gone.
        pending_changes: the changes that are, or were, pending for it.
        held_pointer: the same as *pointer*, for applications that are held back.
        held: the application that was held back last, unless it is gone.
        others: the applications of the address for the other role.
        noticed: whether the owner was already told today that the form was sent again.
        counter: how many new ones were taken from the client's address today.

    """

    pointer: CurrentPointer | None = None
    current: Application | None = None
    pending_changes: tuple[Application, ...] = ()
    held_pointer: CurrentPointer | None = None
    held: Application | None = None
    others: tuple[Application, ...] = ()
    noticed: bool = False
    counter: Counter

    def same(self, answers: Mapping[str, Answer]) -> Application | None:
        """Return the application that these *answers* already are."""
        return next((a for a in self._alive() if a.answers == answers), None)

    @property
    def known_by(self) -> tuple[str, ...]:
        """The coordinators who know the person at this address."""
        return who_knows([*filter(None, (self.current, self.held)), *self.others])

    def _alive(self) -> Iterator[Application]:
        if self.current and self.current.is_open:
            yield self.current
            yield from unconfirmed(self.pending_changes)
        if self.held and self.held.status.traits.is_held:
            yield self.held


def unconfirmed(pending_changes: Iterable[Application]) -> list[Application]:
    """Return the changes that still wait for the owner to accept or discard them."""
    return [each for each in pending_changes if each.status is Status.UNCONFIRMED]


def receive(
    *,
    role: Role,
    answered: form.Submission,
    known: OnFile,
    held: HoldReason,
    network: str = "",
    now: datetime,
    today: date,
    new_id: str,
    reply_by: date | None,
    keep_months: int,
) -> ApplicationChange:
    """
    Receive an application.

    The same answers for the same address and role are the same application, however often they are
    sent: nothing is stored or mailed again. An application that was held back is let in when the
    same answers are sent again without a reason to hold them back.

    Args:
        role: which form was filled in.
        answered: what it was answered with.
        known: what is stored for this address and role.
        held: why it is to be held back, if it is.
        network: a keyed hash of the network that it came from and of the day.
        now: the present, in UTC.
        today: the present date, in the program's own zone.
        new_id: an id that was never used.
        reply_by: the reply date that applicants are told, if there is one.
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
        same.with_changes(status=status, reply_by=unless_past(reply_by, today), network="")
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
            consent_version=answered.consent_version,
            keep_months=keep_months,
            hold_reason=held,
            known_by=known.known_by,
            network=network if held else "",
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
    # One that was restored as it was before it was let in has had its letters once already.
    of = f"{application.id}#{new_id}" if same else application.id
    return ApplicationChange(
        application=application,
        puts=(application, point_to(application, known.pointer), known.counter.plus_one()),
        letters=tuple(
            new_letter(kind, about=application, of=of, now=now)
            for kind in (Kind.NEW_APPLICATION, Kind.RECEIPT)
        ),
    )


def admit(
    application: Application,
    *,
    pointer: CurrentPointer | None,
    now: datetime,
    today: date,
    new_id: str,
    reply_by: date | None,
) -> ApplicationChange:
    """
    Let in an application that was held back and is the only open one of its address.

    If the address has another one, use `admit_as_change`.

    Args:
        application: the one that was held back.
        pointer: names the application that was current for its address and role, if any was.
        now: the present.
        today: the present date, in the program's own zone.
        new_id: an id that was never used.
        reply_by: the reply date that applicants are told now, if there is one.

    """
    if not application.status.traits.is_held:
        return ApplicationChange(application=application)
    free = application.with_changes(
        status=Status.WAITING, reply_by=unless_past(reply_by, today), network=""
    )
    return ApplicationChange(
        application=free,
        puts=(free, point_to(free, pointer)),
        letters=tuple(
            new_letter(kind, about=free, of=f"{free.id}#{new_id}", now=now)
            for kind in (Kind.NEW_APPLICATION, Kind.RECEIPT)
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
    Let in an application that was held back, as a pending change of another one.

    It is as if the form had been sent again: the owner of the current application accepts or
    discards it. If it says nothing new, no one is asked.

    Args:
        application: the one that was held back.
        current: the current one for its address and role, which is open.
        pending_changes: the changes that are, or were, pending for that one.
        noticed: whether the owner was already told today that the form was sent again.
        now: the present.
        today: the present date, in the program's own zone.

    Raises:
        TooManyChanges: if as many as may wait are pending already.

    """
    if not application.status.traits.is_held:
        return ApplicationChange(application=application)
    waiting = unconfirmed(pending_changes)
    for each in (current, *waiting):
        if each.answers == application.answers:
            settled = application.without_answers(Status.MERGED, now)
            ends = each.kept_at_least_until(now)
            same = replace(settled, parent=each.id, ends_at=ends, network="")
            return ApplicationChange(application=same, puts=(same,))
    if len(waiting) >= MAX_PENDING_CHANGES:
        raise TooManyChanges
    waits = application.with_changes(status=Status.UNCONFIRMED, network="")
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
    """Add an application as a pending change of the current one, and ask the owner once a day."""
    ends = current.kept_at_least_until(now)
    waits = replace(application, parent=current.id, ends_at=ends)
    waiting = (each.id for each in unconfirmed(pending_changes))
    letter = new_letter(Kind.CONFIRM_CHANGE, about=current, now=now, on=today)
    return ApplicationChange(
        application=waits,
        puts=(waits, current.with_changes(pending_changes=(*waiting, waits.id))),
        letters=() if noticed else (letter,),
    )


def unless_past(reply_by: date | None, today: date) -> date | None:
    """Return a reply date, unless it has passed."""
    return reply_by if reply_by and reply_by >= today else None


def point_to(
    application: Application, before: CurrentPointer | None, *, held: bool = False
) -> CurrentPointer:
    """Return a pointer that makes an application current, after the one *before*."""
    earlier = tuple(each for each in (before.named if before else ()) if each != application.id)
    named = earlier[-MAX_EARLIER:]
    expires = application.expires_at or application.received_at
    # It names earlier applications for as long as they are stored.
    return CurrentPointer(
        id=pointer_id(application.role, contact_key_in(application.answers), held=held),
        application=application.id,
        earlier=named,
        unending=tuple(each for each in (before.unending if before else ()) if each in named),
        expires_at=max(expires, before.expires_at if before else expires),
        revision=before.revision if before else 0,
    ).knowing(application)
