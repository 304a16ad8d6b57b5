"""
What coordinators do with an application at the desk.

A coordinator may press a button twice: what is done already is left as it is, and no email is sent
again.
"""

from dataclasses import replace
from datetime import date, datetime

from mentorship.applications import owner
from mentorship.applications.agreement import has_agreed, is_recorded
from mentorship.applications.application import (
    Agreement,
    Application,
    ApplicationChange,
    Note,
    reference_of,
)
from mentorship.applications.intake import point_to
from mentorship.applications.notes import with_note
from mentorship.applications.pointer import CurrentPointer, with_pointer
from mentorship.applications.status import Status
from mentorship.change import Change, Mark
from mentorship.form import declaration, form
from mentorship.form.question import Need, Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter
from mentorship.problems import AnotherApplication, ApplicationClosed

MEMBER_ADDRESS = replace(
    declaration.MEMBER_ADDRESS,
    label="Have they given you the address?",
    hint="It is looked for on the member list at once.",
    need=Need.REQUIRED,
    missing="Enter the address that they gave",
)

# Why the program cannot take someone, by the codes that a letter holds; a template has the words.
REASONS = {
    Role.MENTEE: ("membership", "training", "other"),
    Role.MENTOR: ("practice", "other"),
}


def pause(application: Application) -> ApplicationChange:
    """Keep an application on the list without matching it, until a coordinator says otherwise."""
    return _moved(application, Status.WAITING, Status.PAUSED)


def resume(application: Application) -> ApplicationChange:
    """Put a paused application back on the waiting list."""
    return _moved(application, Status.PAUSED, Status.WAITING)


def _moved(application: Application, before: Status, after: Status) -> ApplicationChange:
    if application.status is after and application.resume_on is None:
        return ApplicationChange(application=application)
    if application.status not in (before, after):
        raise ApplicationClosed
    changed = application.with_changes(status=after, resume_on=None)
    return ApplicationChange(application=changed, puts=(changed,))


def withdraw(
    application: Application, pointer: CurrentPointer | None, *, now: datetime, new_id: str
) -> ApplicationChange:
    """
    Take someone who has asked a coordinator for it off the list.

    Raises:
        ApplicationClosed: if it was closed for another reason.

    """
    if application.status is Status.WITHDRAWN:
        return ApplicationChange(application=application)
    if not application.is_open:
        raise ApplicationClosed
    return owner.withdraw(application, pointer, now=now, new_id=new_id, for_them=True)


def mark_ineligible(
    application: Application,
    pointer: CurrentPointer | None,
    reason: str,
    *,
    now: datetime,
    new_id: str,
) -> ApplicationChange:
    """
    Close an application that the program cannot take, and tell the applicant kindly.

    Args:
        application: an open one.
        pointer: names the current application of its address.
        reason: a code of `REASONS`, of the application's role.
        now: the present.
        new_id: an id that was never used.

    Raises:
        ApplicationClosed: if it was closed for another reason.

    """
    if application.status is Status.INELIGIBLE:
        return ApplicationChange(application=application)
    if not application.is_open:
        raise ApplicationClosed
    # The match of someone who is matched ends, so they are not matched when they are back.
    before = Status.WAITING if application.status is Status.MATCHED else application.status
    closed = application.with_changes(status=Status.INELIGIBLE, status_before=before)
    letter = new_letter(
        Kind.NOT_ELIGIBLE,
        about=closed,
        of=f"{closed.id}#{new_id}",
        now=now,
        facts={"reason": reason},
    )
    puts = with_pointer(closed, pointer)
    return ApplicationChange(application=closed, puts=puts, letters=(letter,))


def reinstate(
    application: Application, pointer: CurrentPointer | None, current: Application | None
) -> ApplicationChange:
    """
    Put an application that was found not eligible back on the list, as it was before.

    Someone who had not agreed by then has not agreed now, and someone who was paused is paused.

    Args:
        application: the one that was closed.
        pointer: names the current application of its address and role, if there ever was one.
        current: that application, unless it is gone.

    Raises:
        ApplicationClosed: if it was closed for another reason.
        AnotherApplication: if the address has another application by now.

    """
    if application.is_open:
        return ApplicationChange(application=application)
    if not application.status.traits.may_be_reinstated:
        raise ApplicationClosed
    if current is not None and current.is_open:
        raise AnotherApplication(current.reference)
    # Until version 4 it was not stored what an application was before.
    agreed = Status.WAITING if has_agreed(application) else Status.INVITED
    back = application.with_changes(status=application.status_before or agreed, status_before=None)
    # The pointer is stored even if it says the same, so that of two requests at once one conflicts.
    return ApplicationChange(application=back, puts=(back, point_to(back, pointer)))


def delete_held_back(
    application: Application, pointer: CurrentPointer | None, *, mark: Mark
) -> Change:
    """
    Delete an application that was held back, and nothing else from its address.

    Args:
        application: one that no one has let in.
        pointer: names the one that was held back last for its address and role.
        mark: says that it is gone, so that a restored table does not bring it back.

    Raises:
        ApplicationClosed: if it was let in meanwhile.

    """
    if not application.status.traits.is_held:
        raise ApplicationClosed
    gone = Change(puts=(mark,), deletes=(application,))
    if pointer is None or application.id not in pointer.named:
        return gone
    if left := pointer.without(application):
        return replace(gone, puts=(mark, left))
    return replace(gone, deletes=(application, pointer))


def ask_member_address(
    application: Application, *, now: datetime, today: date
) -> ApplicationChange:
    """
    Ask a mentee by which address the society knows them, at most once a day.

    Raises:
        ApplicationClosed: if it is closed, there is no address to write to, or it is a mentor's;
            mentors are never asked that.

    """
    is_asked = application.role is Role.MENTEE and not application.by_phone_only
    if not application.is_open or not is_asked:
        raise ApplicationClosed
    letter = new_letter(Kind.MEMBERSHIP, about=application, now=now, on=today)
    return ApplicationChange(application=application, letters=(letter,))


def record_member_address(
    application: Application, address: str, *, by: str, now: datetime
) -> ApplicationChange:
    """
    Record by which address the society knows a mentee, as they have answered.

    A note says so, with what they had answered before. Their other answers are of the day on which
    they gave them, so it makes no version of them.

    Raises:
        ApplicationClosed: if it is closed, or a mentor's; mentors are never asked that.
        Refused: if there are as many notes as it can hold.

    """
    if not application.is_open or application.role is not Role.MENTEE:
        raise ApplicationClosed
    before = application.answers.get(MEMBER_ADDRESS.name)
    if before == address:
        return ApplicationChange(application=application)
    words = f"WSRS knows them by {address}" + (f"; before: {before}" if before else "")
    answers = {**application.answers, MEMBER_ADDRESS.name: address}
    return with_note(Note(at=now, by=by, text=words), application, answers=answers)


def enter(
    role: Role,
    answered: form.Submission,
    *,
    by: str,
    agreed: str,
    pointer: CurrentPointer | None,
    current: Application | None,
    now: datetime,
    new_id: str,
    reply_by: date | None,
    keep_months: int,
    known_by: tuple[str, ...] = (),
) -> ApplicationChange:
    """
    Enter what someone wrote or said, and ask them to check it.

    Args:
        role: what they want to be.
        answered: what is known of their answers.
        by: the address of the coordinator who enters it.
        agreed: how they agreed, if they did; otherwise they are asked to agree.
        pointer: names the current application of their address, or of their phone number if they
            have no address, and of their role, if there ever was one.
        current: that application, or the one of their phone number, unless it is gone.
        now: the present, in UTC.
        new_id: an id that was never used.
        reply_by: the reply date that applicants are told, if there is one.
        keep_months: for how long answers are kept.
        known_by: the coordinators who know them from another application.

    Raises:
        AnotherApplication: if the address or phone number has another application for this role,
            or the same one without the agreement.

    """
    if current is not None and current.is_open:
        same = current.entered_by == by and current.answers == answered.answers
        if same and (not agreed or is_recorded(current, agreed, by=by)):
            return ApplicationChange(application=current)
        raise AnotherApplication(current.reference)
    application = Application(
        id=new_id,
        reference=reference_of(new_id),
        role=role,
        status=Status.WAITING if agreed else Status.INVITED,
        answers=answered.answers,
        received_at=now,
        reply_by=reply_by,
        form_version=answered.form_version,
        # No one has agreed to a wording yet.
        consent_version=0,
        keep_months=keep_months,
        entered_by=by,
        known_by=known_by,
        agreed=Agreement(how=agreed, at=now, by=by) if agreed else None,
    )
    return ApplicationChange(
        application=application,
        puts=(application, point_to(application, pointer)),
        letters=(
            new_letter(Kind.NEW_APPLICATION, about=application, now=now),
            new_letter(Kind.ENTERED, about=application, now=now),
        ),
    )
