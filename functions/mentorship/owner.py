"""
What the owner of an application does with it: whoever holds a link that was mailed to its address.

A link proves that its holder reads mail at the address, so what they do holds at once. Another
address is proved the same way, by a link mailed there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from mentorship import form
from mentorship.application import (
    Application,
    Change,
    Mark,
    Standing,
    Status,
    address_in,
    reference_of,
    standing_id,
)
from mentorship.intake import MOST_BESIDE, MOST_EARLIER, waiting_beside
from mentorship.letter import Letter, new_letter
from mentorship.problems import AlreadyStands, NotOpenAnyMore, TooManyChanges

# Each version is some kilobytes, and an item of DynamoDB holds 400.
MOST_VERSIONS = 30
# A transaction takes a hundred items: with each of these a letter may go, and with the last ones
# what stands and what is left of the addresses.
MOST_DELETED = 30


def confirmed(application: Application, *, now: datetime) -> Change:
    """Note that the address is its owner's."""
    if application.confirmed_at:
        return Change(application=application)
    return Change(application=application, puts=(application.differs(confirmed_at=now),))


def corrected(
    application: Application,
    answered: form.Answered,
    *,
    beside: Sequence[Application],
    now: datetime,
    new_id: str,
) -> Change:
    """
    Replace the answers; with another address they wait until that address is proved.

    Args:
        application: the owner's.
        answered: how the form was answered.
        beside: what is beside the application.
        now: the present.
        new_id: an id that was never used.

    Raises:
        NotOpenAnyMore: if the application was withdrawn.
        TooManyChanges: if it was changed, or another address given, too often.

    """
    _needs_open(application)
    if application.answers == answered.answers:
        return Change(application=application)
    waiting = waiting_beside(tuple(beside))
    asked = Application(
        id=new_id,
        reference=reference_of(new_id),
        role=application.role,
        status=Status.UNCONFIRMED,
        answers=answered.answers,
        received_at=now,
        reply_by=application.reply_by,
        form_version=answered.form_version,
        consent_version=form.CONSENT_VERSION,
        keep_months=application.keep_months,
        of=application.id,
    )
    if _same_address(application, asked):
        changed = _with_answers_of(asked, application, now=now)
        return Change(application=changed, puts=(changed,), letters=_about(changed, now=now))
    if any(each.answers == asked.answers for each in waiting):
        return Change(application=application)
    if len(waiting) >= MOST_BESIDE:
        raise TooManyChanges
    return Change(
        application=application,
        puts=(
            asked,
            application.differs(
                beside=(*application.beside, new_id),
                confirmed_at=application.confirmed_at or now,
            ),
        ),
        letters=(new_letter("confirm-address", about=new_id, now=now),),
    )


def taken_up(
    application: Application,
    change: Application,
    *,
    standing: Standing | None,
    new_standing: Standing | None,
    other: Application | None,
    now: datetime,
) -> Change:
    """
    Take what waits beside an application as its answers from now on.

    Args:
        application: the owner's.
        change: what waits beside it.
        standing: which application stands for the present address.
        new_standing: which one stands for the address of *change*, where that is another.
        other: that application, unless it is gone.
        now: the present.

    Raises:
        NotOpenAnyMore: if the application was withdrawn.
        TooManyChanges: if it was changed too often.
        AlreadyStands: if the new address has an application of its own.

    """
    if change.status is Status.MERGED:
        return Change(application=application)
    _needs_open(application)
    changed = _with_answers_of(change, application, now=now)
    merged = change.differs(status=Status.MERGED)
    letters = _about(changed, now=now)
    if _same_address(application, change):
        return Change(application=changed, puts=(changed, merged), letters=letters)
    if other is not None and other.is_open and other.id != application.id:
        raise AlreadyStands(other.reference)
    left = standing.earlier if standing else ()
    found = (*new_standing.earlier, new_standing.application) if new_standing else ()
    stands = Standing(
        id=standing_id(changed.role, changed.address),
        application=changed.id,
        earlier=tuple(each for each in (*left, *found) if each != changed.id)[-MOST_EARLIER:],
        expires_at=changed.expires_at,
        revision=new_standing.revision + 1 if new_standing else 1,
    )
    # Links that were mailed to the address before open nothing from now on.
    changed = replace(changed, mailbox=changed.mailbox + 1)
    return Change(
        application=changed,
        puts=(changed, merged, stands),
        deletes=(standing,) if standing else (),
        letters=letters,
    )


def discarded(application: Application, change: Application) -> Change:
    """Throw away what waits beside an application; its owner did not send it."""
    if change.status is not Status.UNCONFIRMED:
        return Change(application=application)
    beside = tuple(each for each in application.beside if each != change.id)
    return Change(
        application=application, puts=(application.differs(beside=beside),), deletes=(change,)
    )


def withdrawn(application: Application, *, now: datetime) -> Change:
    """Take an application off the list; its answers are kept for as long as was agreed."""
    if application.status is Status.WITHDRAWN:
        return Change(application=application)
    gone = application.differs(
        status=Status.WITHDRAWN,
        withdrawn_at=now,
        confirmed_at=application.confirmed_at or now,
    )
    return Change(
        application=gone,
        puts=(gone,),
        letters=(
            new_letter("withdrawal", about=gone.id, now=now),
            new_letter("withdrawn", about=gone.id, now=now),
        ),
    )


def forgotten(
    applications: Iterable[Application],
    standings: Iterable[Standing],
    *,
    marks: Sequence[Mark],
    now: datetime,
) -> Iterator[Change]:
    """
    Yield the changes that delete all that is stored of an address.

    What coordinators were mailed, they are asked to delete. What stands comes last, so that one who
    is interrupted can begin again.

    Args:
        applications: every application of the address, and what is beside each.
        standings: which of them stand.
        marks: keyed hashes of its addresses, by which a restored table forgets it again.
        now: the present.

    """
    found = sorted(applications, key=lambda each: each.status is Status.WAITING)
    while len(found) > MOST_DELETED:
        yield Change(deletes=tuple(found[:MOST_DELETED]), letters=_told(found[:MOST_DELETED], now))
        del found[:MOST_DELETED]
    yield Change(puts=tuple(marks), deletes=(*found, *standings), letters=_told(found, now))


def _told(applications: Sequence[Application], now: datetime) -> tuple[Letter, ...]:
    """Return the letters that ask coordinators to delete what they were sent."""
    return tuple(
        new_letter(
            "forgotten",
            about="",
            of=each.id,
            now=now,
            facts={"reference": each.reference, "role": each.role.value},
        )
        for each in applications
        if each.status in (Status.WAITING, Status.WITHDRAWN)
    )


def _with_answers_of(given: Application, application: Application, *, now: datetime) -> Application:
    """Return an application with the answers that were *given*, its own kept as a version."""
    if len(application.versions) >= MOST_VERSIONS:
        raise TooManyChanges
    return application.differs(
        answers=given.answers,
        form_version=given.form_version,
        consent_version=given.consent_version,
        keep_months=min(application.keep_months, given.keep_months),
        versions=(*application.versions, application.version),
        changed_at=now,
        confirmed_at=application.confirmed_at or now,
    )


def _about(changed: Application, *, now: datetime) -> tuple[Letter, ...]:
    """Return the letters that tell of a change of answers, to both sides."""
    number = len(changed.versions)
    return tuple(
        new_letter(
            kind,
            about=changed.id,
            of=f"{changed.id}#{number}",
            now=now,
            facts={"version": number},
        )
        for kind in ("changed", "corrected")
    )


def _same_address(one: Application, other: Application) -> bool:
    return address_in(one.answers).casefold() == address_in(other.answers).casefold()


def _needs_open(application: Application) -> None:
    if not application.is_open:
        raise NotOpenAnyMore
