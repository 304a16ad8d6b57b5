"""What a coordinator does about how someone is reached: correct an address, or add one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from mentorship.addresses import same_address
from mentorship.applications import owner
from mentorship.applications.application import Application, ApplicationChange, Note
from mentorship.applications.conflicts import who_knows
from mentorship.applications.intake import unconfirmed
from mentorship.applications.notes import with_note
from mentorship.applications.pointer import CurrentPointer
from mentorship.applications.status import Status
from mentorship.form import declaration
from mentorship.form.question import Need
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter
from mentorship.problems import AnotherApplication, ApplicationClosed

RIGHT_ADDRESS = replace(
    declaration.ADDRESS,
    name="right_address",
    label="The right email address",
    hint="We ask there whether it is theirs. Links that went to another address stop working.",
    need=Need.REQUIRED,
    missing="Enter the right email address",
    autocomplete="off",
)


def may_be_given(application: Application) -> bool:
    """Tell whether a coordinator may give an application another address: no one has used it."""
    return application.is_open and not application.confirmed_at


def give_address(
    application: Application,
    address: str,
    *,
    pending_changes: Iterable[Application],
    pointer: CurrentPointer | None,
    held_pointer: CurrentPointer | None,
    new_pointer: CurrentPointer | None,
    other: Application | None,
    by: str,
    now: datetime,
    new_id: str,
) -> ApplicationChange:
    """
    Correct the address of someone who has not confirmed it, or add one to a phone number.

    A mail to the new address asks to confirm it. Links that were mailed to the earlier one stop
    working, and changes that were sent for that address are discarded. A note says what the address
    was. Their other answers are of the day on which they gave them, so it makes no version of them.

    Earlier applications of the address that was wrong are another person's, and stay with it. Those
    of a phone number are the same person's.

    Args:
        application: an open one that its owner has never acted on.
        address: the right one.
        pending_changes: the changes that are, or were, pending for it.
        pointer: names the current application of the present address or phone number.
        held_pointer: names what was held back last for the present address.
        new_pointer: names the one of the new address, if there ever was one.
        other: that application, unless it is gone.
        by: the coordinator's address.
        now: the present.
        new_id: an id that was never used.

    Raises:
        ApplicationClosed: if it is closed, or its owner has confirmed the address: then only they
            change it.
        AnotherApplication: if the new address has an application of its own.
        Refused: if there are as many notes as it can hold.

    """
    if same_address(application.address, address):
        return ApplicationChange(application=application)
    if not may_be_given(application):
        raise ApplicationClosed
    if other is not None and other.is_open:
        raise AnotherApplication(other.reference)
    before = application.address
    words = f"Address corrected to {address}; before: {before}" if before else f"Address: {address}"
    noted = with_note(
        Note(at=now, by=by, text=words),
        application,
        answers={**application.answers, declaration.ADDRESS.name: address},
        address_version=application.address_version + 1,
        known_by=who_knows(filter(None, (application, other))),
        pending_changes=(),
        # A warning that they would be deleted went to someone else, or to no one.
        warned_at=None,
    )
    changed = noted.application
    kind = Kind.ENTERED if changed.entered_by else Kind.RECEIPT
    moves = None if before else pointer
    names = [each for each in (pointer, held_pointer) if each and application.id in each.named]
    stay = {
        each.id: left for each in names if each is not moves and (left := each.without(application))
    }
    return replace(
        noted,
        puts=(
            changed,
            owner.moved_pointer(changed, moves, new_pointer),
            *stay.values(),
            *(each.without_answers(Status.DISCARDED, now) for each in unconfirmed(pending_changes)),
        ),
        deletes=tuple(each for each in names if each.id not in stay),
        letters=(new_letter(kind, about=changed, of=f"{changed.id}#{new_id}", now=now),),
    )
