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
    Standing,
    address_in,
    reference_of,
    standing_id,
)
from mentorship.applications.status import Held, Status
from mentorship.change import Tally
from mentorship.form import declaration, form
from mentorship.form.question import Answer, Role
from mentorship.letters.letter import new_letter
from mentorship.problems import TooManyChanges

# How many may wait beside one application; a stranger must not be able to bury the owner's own.
MOST_BESIDE = 5
# What one address had before; a bot can make more of these than an item can hold.
MOST_EARLIER = 100


@dataclass(frozen=True, kw_only=True)
class Known:
    """
    What an address has for a role.

    Attributes:
        standing: which application stands, if any ever did.
        stands: that application, unless it is gone.
        beside: those that wait beside it.
        held_standing: the same as *standing*, for those that are held back.
        held: the application that was held back last, unless it is gone.
        noticed: whether the owner was already told today that the form was sent again.
        tally: how many new ones were taken from the client's address today.

    """

    standing: Standing | None = None
    stands: Application | None = None
    beside: tuple[Application, ...] = ()
    held_standing: Standing | None = None
    held: Application | None = None
    noticed: bool = False
    tally: Tally

    def same(self, answers: Mapping[str, Answer]) -> Application | None:
        """Return the application that these *answers* already are."""
        return next((a for a in self._alive() if a.answers == answers), None)

    def _alive(self) -> Iterator[Application]:
        if self.stands and self.stands.is_open:
            yield self.stands
            yield from waiting_beside(self.beside)
        if self.held and self.held.status is Status.QUARANTINED:
            yield self.held


def waiting_beside(beside: Iterable[Application]) -> list[Application]:
    """Return those *beside* an application that wait for its owner's word."""
    return [each for each in beside if each.status is Status.UNCONFIRMED]


def received(
    *,
    role: Role,
    answered: form.Answered,
    known: Known,
    held: Held,
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
    first = known.stands if known.stands and known.stands.is_open else None
    if first and not held and len(waiting_beside(known.beside)) >= MOST_BESIDE:
        held = Held.CROWD
    same = known.same(answered.answers)
    if same and (held or same.status is not Status.QUARANTINED):
        return ApplicationChange(application=same)
    status = Status.UNCONFIRMED if first else Status.WAITING
    if held:
        status = Status.QUARANTINED
    application = (
        same.differs(status=status, reply_by=still(reply_by, today))
        if same
        else Application(
            id=new_id,
            reference=reference_of(new_id),
            role=role,
            status=status,
            answers=answered.answers,
            received_at=now,
            reply_by=still(reply_by, today),
            form_version=answered.form_version,
            consent_version=declaration.CONSENT_VERSION,
            keep_months=keep_months,
            held_because=held,
        )
    )
    if held:
        stands = standing_after(application, known.held_standing, held=True)
        return ApplicationChange(application=application, puts=(application, stands))
    if first:
        change = _waits_beside(
            application, first, beside=known.beside, noticed=known.noticed, now=now, today=today
        )
        return replace(change, puts=(*change.puts, known.tally.plus_one()))
    return ApplicationChange(
        application=application,
        puts=(application, standing_after(application, known.standing), known.tally.plus_one()),
        letters=(
            new_letter("new-application", about=application.id, now=now),
            new_letter("receipt", about=application.id, now=now),
        ),
    )


def admitted(
    application: Application,
    *,
    standing: Standing | None,
    now: datetime,
    today: date,
    reply_by: date | None,
) -> ApplicationChange:
    """
    Let an application out that was held back, and is the only open one of its address.

    Where it is not, `admitted_beside` is for that.

    Args:
        application: the one that was held back.
        standing: which application stood for its address and role, if any ever did.
        now: the present.
        today: the present date, in the program's own zone.
        reply_by: by when applicants are told now that they will hear, if they are.

    """
    if application.status is not Status.QUARANTINED:
        return ApplicationChange(application=application)
    free = application.differs(status=Status.WAITING, reply_by=still(reply_by, today))
    return ApplicationChange(
        application=free,
        puts=(free, standing_after(free, standing)),
        letters=(
            new_letter("new-application", about=free.id, now=now),
            new_letter("receipt", about=free.id, now=now),
        ),
    )


def admitted_beside(
    application: Application,
    stands: Application,
    *,
    beside: Iterable[Application],
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
        stands: the one that stands for its address and role, and is open.
        beside: what is beside that one.
        noticed: whether the owner was already told today that the form was sent again.
        now: the present.
        today: the present date, in the program's own zone.

    Raises:
        TooManyChanges: if as many as may wait there already.

    """
    if application.status is not Status.QUARANTINED:
        return ApplicationChange(application=application)
    waiting = waiting_beside(beside)
    for each in (stands, *waiting):
        if each.answers == application.answers:
            settled = application.settled(Status.MERGED, now)
            same = replace(settled, of=each.id, ends_at=each.expires_at)
            return ApplicationChange(application=same, puts=(same,))
    if len(waiting) >= MOST_BESIDE:
        raise TooManyChanges
    waits = application.differs(status=Status.UNCONFIRMED)
    return _waits_beside(waits, stands, beside=waiting, noticed=noticed, now=now, today=today)


def _waits_beside(
    application: Application,
    stands: Application,
    *,
    beside: Iterable[Application],
    noticed: bool,
    now: datetime,
    today: date,
) -> ApplicationChange:
    """Put an application beside the one that stands, and ask the owner, once a day."""
    waits = replace(application, of=stands.id, ends_at=stands.expires_at)
    waiting = (each.id for each in waiting_beside(beside))
    letter = new_letter("confirm-change", about=stands.id, now=now, on=today)
    return ApplicationChange(
        application=waits,
        puts=(waits, stands.differs(beside=(*waiting, waits.id))),
        letters=() if noticed else (letter,),
    )


def still(reply_by: date | None, today: date) -> date | None:
    """Return a date by which somebody may be told to hear, unless it has passed."""
    return reply_by if reply_by and reply_by >= today else None


def standing_after(
    application: Application, before: Standing | None, *, held: bool = False
) -> Standing:
    """Return an application as the one that stands, after the one *before*."""
    known = (*before.earlier, before.application) if before else ()
    earlier = tuple(each for each in known if each != application.id)
    return Standing(
        id=standing_id(application.role, address_in(application.answers), held=held),
        application=application.id,
        earlier=earlier[-MOST_EARLIER:],
        # It knows of earlier ones for as long as they are there.
        expires_at=max(
            application.expires_at, before.expires_at if before else application.expires_at
        ),
        revision=before.revision + 1 if before else 1,
    )
