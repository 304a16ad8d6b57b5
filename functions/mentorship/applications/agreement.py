"""How people agree to be in the program, if not by sending the form for the first time."""

from datetime import datetime

from mentorship.applications.application import Agreement, Application, ApplicationChange
from mentorship.applications.pointer import CurrentPointer, with_pointer
from mentorship.applications.status import Status
from mentorship.form.form import Submission
from mentorship.form.question import Need
from mentorship.form.texts import Text
from mentorship.problems import ApplicationClosed

AGREED = Text(
    name="agreed",
    label="How did they agree?",
    short="How they agreed",
    need=Need.OPTIONAL,
    missing="Write how they agreed",
    most=500,
)


def record_agreement(
    application: Application,
    pointer: CurrentPointer | None,
    how: str,
    *,
    by: str,
    now: datetime,
) -> ApplicationChange:
    """
    Put someone who was entered on the waiting list, now that they have agreed.

    Args:
        application: theirs.
        pointer: names the current application of its address.
        how: they agreed, in the coordinator's words.
        by: the coordinator's address.
        now: the present.

    Raises:
        ApplicationClosed: if it was closed meanwhile, or they have agreed in another way.

    """
    if application.status.traits.may_be_matched and is_recorded(application, how, by=by):
        return ApplicationChange(application=application)
    if not application.status.traits.awaits_agreement:
        raise ApplicationClosed
    agreed = Agreement(how=how, at=now, by=by)
    changed = application.with_changes(agreed=agreed, status=Status.WAITING)
    return ApplicationChange(application=changed, puts=with_pointer(changed, pointer))


def has_agreed(application: Application) -> bool:
    """Tell whether someone has agreed to a wording, or a coordinator has recorded how."""
    return application.consent_version > 0 or application.agreed is not None


def is_recorded(application: Application, how: str, *, by: str) -> bool:
    """Tell whether a coordinator has recorded that someone agreed, and how."""
    agreed = application.agreed
    return agreed is not None and (agreed.by, agreed.how) == (by, how)


def agree_anew(
    application: Application, answered: Submission, *, now: datetime
) -> ApplicationChange:
    """Record that the owner agreed to a later wording with the same answers; no one is told."""
    if application.consent_version >= answered.consent_version:
        return ApplicationChange(application=application)
    changed = application.with_changes(
        form_version=answered.form_version,
        consent_version=answered.consent_version,
        confirmed_at=application.confirmed_at or now,
    )
    return ApplicationChange(application=changed, puts=(changed,))
