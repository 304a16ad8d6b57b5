"""
What the owner of an application, who holds a link that was mailed to its address, can do with it.

A link proves that its holder reads mail at the address, so what they do takes effect at once.
Another address is proved the same way, by a link mailed there.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mentorship.applications.agreement import agree_anew
from mentorship.applications.application import Application, ApplicationChange, reference_of
from mentorship.applications.conflicts import who_knows
from mentorship.applications.intake import MAX_EARLIER, unconfirmed
from mentorship.applications.pointer import CurrentPointer, pointer_id_of, with_pointer
from mentorship.applications.status import Status
from mentorship.change import Counter
from mentorship.form import declaration, form
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, new_letter
from mentorship.problems import AnotherApplication, ApplicationClosed, TooManyChanges

# Each version is some kilobytes, and an item of DynamoDB holds 400.
MAX_VERSIONS = 30
# How many emails a day ask to confirm one address, no matter who gave it.
MAX_ADDRESS_TRIES = 3


def confirm(application: Application, *, now: datetime) -> ApplicationChange:
    """Record that the address is its owner's."""
    if application.confirmed_at:
        return ApplicationChange(application=application)
    return ApplicationChange(
        application=application, puts=(application.with_changes(confirmed_at=now),)
    )


def correct(
    application: Application,
    answered: form.Submission,
    *,
    pointer: CurrentPointer | None,
    pending_changes: Sequence[Application],
    asked: Counter,
    now: datetime,
    new_id: str,
) -> ApplicationChange:
    """
    Replace the answers; with another address, they wait until that address is proved.

    Args:
        application: the owner's.
        answered: how the form was answered.
        pointer: names the current application of its address.
        pending_changes: the changes that are, or were, pending for it.
        asked: the counter of today's emails that ask to confirm the address in the answers.
        now: the present.
        new_id: an id that was never used.

    Raises:
        ApplicationClosed: if the application is closed.
        TooManyChanges: if it was changed, or another address given, too often.

    """
    _needs_open(application)
    if application.answers == answered.answers:
        return agree_anew(application, answered, now=now)
    given = Application(
        id=new_id,
        reference=reference_of(new_id),
        role=application.role,
        status=Status.UNCONFIRMED,
        answers=answered.answers,
        received_at=now,
        reply_by=application.reply_by,
        form_version=answered.form_version,
        consent_version=answered.consent_version,
        keep_months=application.keep_months,
        parent=application.id,
        ends_at=application.kept_at_least_until(now),
        known_by=application.known_by,
    )
    if application.same_address(given):
        changed = _with_answers_of(given, application, now=now)
        puts = with_pointer(changed, pointer)
        letters = _about(changed, now=now, new_id=new_id)
        return ApplicationChange(application=changed, puts=puts, letters=letters)
    waiting = unconfirmed(pending_changes)
    # One address at a time: a link that went to another one before no longer proves anything.
    moves = [each for each in waiting if not each.same_address(application)]
    if any(each.answers == given.answers for each in moves):
        return ApplicationChange(application=application)
    if asked.count >= MAX_ADDRESS_TRIES:
        raise TooManyChanges
    stay = (each.id for each in waiting if each not in moves)
    return ApplicationChange(
        application=application,
        puts=(
            given,
            application.with_changes(
                pending_changes=(*stay, given.id), confirmed_at=application.confirmed_at or now
            ),
            asked.plus_one(),
            *(each.without_answers(Status.DISCARDED, now) for each in moves),
        ),
        letters=(new_letter(Kind.CONFIRM_ADDRESS, about=given, now=now),),
    )


def accept_change(
    application: Application,
    change: Application,
    *,
    pending_changes: Sequence[Application],
    pointer: CurrentPointer | None,
    new_pointer: CurrentPointer | None,
    other: Application | None,
    now: datetime,
    new_id: str,
) -> ApplicationChange:
    """
    Replace an application's answers with those of a pending change.

    Args:
        application: the owner's.
        change: the pending change.
        pending_changes: all changes that are, or were, pending for it.
        pointer: names the current application of the present address.
        new_pointer: names the one of the address of *change*, if that is another address.
        other: that application, unless it is gone.
        now: the present.
        new_id: an id that was never used.

    Raises:
        ApplicationClosed: if the application is closed.
        TooManyChanges: if it was changed too often.
        AnotherApplication: if the new address has an application of its own.

    """
    if change.status is not Status.UNCONFIRMED:
        return ApplicationChange(application=application)
    _needs_open(application)
    merged = change.without_answers(Status.MERGED, now)
    others = [each for each in unconfirmed(pending_changes) if each.id != change.id]
    if application.same_address(change):
        changed = replace(
            _with_answers_of(change, application, now=now),
            pending_changes=tuple(each.id for each in others),
        )
        puts = (*with_pointer(changed, pointer), merged)
        letters = _about(changed, now=now, new_id=new_id)
        return ApplicationChange(application=changed, puts=puts, letters=letters)
    if other is not None and other.is_open and other.id != application.id:
        raise AnotherApplication(other.reference)
    if application.given_at > change.received_at:
        # The answers were corrected since: the address is all that is new.
        address = {declaration.ADDRESS.name: change.address}
        change = replace(application, answers={**application.answers, **address})
    changed = replace(
        _with_answers_of(change, application, now=now),
        # Links that were mailed to the earlier address stop working, and changes that others have
        # sent for that address are no longer pending.
        address_version=application.address_version + 1,
        known_by=who_knows(filter(None, (application, other))),
        confirmed_at=now,
        pending_changes=(),
    )
    return ApplicationChange(
        application=changed,
        puts=(
            changed,
            merged,
            moved_pointer(changed, pointer, new_pointer),
            *(each.without_answers(Status.DISCARDED, now) for each in others),
        ),
        deletes=(pointer,) if pointer else (),
        # The earlier address is told: the link may have been stolen.
        letters=_about(changed, now=now, new_id=new_id, moved=True),
    )


def discard_change(
    application: Application,
    change: Application,
    *,
    pending_changes: Sequence[Application],
    now: datetime,
) -> ApplicationChange:
    """Discard a pending change; the application's owner did not send it."""
    if change.status is not Status.UNCONFIRMED:
        return ApplicationChange(application=application)
    stay = tuple(each.id for each in unconfirmed(pending_changes) if each.id != change.id)
    return ApplicationChange(
        application=application,
        puts=(
            application.with_changes(pending_changes=stay),
            change.without_answers(Status.DISCARDED, now),
        ),
    )


def withdraw(
    application: Application,
    pointer: CurrentPointer | None,
    *,
    now: datetime,
    new_id: str,
    for_them: bool = False,
) -> ApplicationChange:
    """
    Withdraw an application; its answers are kept for as long as was agreed.

    Args:
        application: the owner's.
        pointer: names the current application of its address.
        now: the present.
        new_id: an id that was never used.
        for_them: whether a coordinator does it, as the owner has asked; that proves no address.

    """
    if not application.is_open:
        return ApplicationChange(application=application)
    gone = application.with_changes(
        status=Status.WITHDRAWN,
        withdrawn_at=now,
        confirmed_at=application.confirmed_at or (None if for_them else now),
    )
    facts = {"by": "coordinator"} if for_them else {}
    return ApplicationChange(
        application=gone,
        puts=with_pointer(gone, pointer),
        letters=tuple(
            new_letter(kind, about=gone, of=f"{gone.id}#{new_id}", now=now, facts=facts)
            for kind in (Kind.WITHDRAWAL, Kind.WITHDRAWN)
        ),
    )


def _with_answers_of(given: Application, application: Application, *, now: datetime) -> Application:
    """Return an application with the answers that were *given*; its own are kept as a version."""
    if len(application.versions) >= MAX_VERSIONS:
        raise TooManyChanges
    # Sending the form means agreeing to it, even if a coordinator had entered the application.
    invited = application.status.traits.awaits_agreement
    return application.with_changes(
        status=Status.WAITING if invited else application.status,
        answers=given.answers,
        form_version=given.form_version,
        consent_version=given.consent_version,
        keep_months=min(application.keep_months, given.keep_months),
        versions=(*application.versions, application.version),
        changed_at=now,
        confirmed_at=application.confirmed_at or now,
    )


def _about(
    changed: Application, *, now: datetime, new_id: str, moved: bool = False
) -> tuple[Letter, ...]:
    """
    Return the letters about a change of answers: to the coordinators, to the owner, and to the
    earlier address if it *moved* the application to another one.
    """
    kinds = (Kind.CHANGED, Kind.CORRECTED, *((Kind.MOVED,) if moved else ()))
    facts = {"version": len(changed.versions)}
    return tuple(
        new_letter(kind, about=changed, of=f"{changed.id}#{new_id}", now=now, facts=facts)
        for kind in kinds
    )


def moved_pointer(
    changed: Application, pointer: CurrentPointer | None, new_pointer: CurrentPointer | None
) -> CurrentPointer:
    """Return the pointer that makes an application current for its new address."""
    both = [each for each in (pointer, new_pointer) if each]
    known = [*(pointer.earlier if pointer else ()), *(new_pointer.named if new_pointer else ())]
    earlier = tuple(each for each in known if each != changed.id)[-MAX_EARLIER:]
    ends = [changed.expires_at or changed.received_at, *(each.expires_at for each in both)]
    return CurrentPointer(
        id=pointer_id_of(changed),
        application=changed.id,
        earlier=earlier,
        unending=tuple(each for one in both for each in one.unending if each in earlier),
        expires_at=max(ends),
        revision=new_pointer.revision if new_pointer else 0,
    ).knowing(changed)


def _needs_open(application: Application) -> None:
    if not application.is_open:
        raise ApplicationClosed
