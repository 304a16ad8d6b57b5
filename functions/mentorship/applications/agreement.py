"""How someone whom a coordinator entered agreed to be in the program."""

from datetime import datetime

from mentorship.applications.application import Application, ApplicationChange, Note
from mentorship.applications.notes import with_note
from mentorship.applications.status import Status
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
    application: Application, how: str, *, by: str, now: datetime
) -> ApplicationChange:
    """
    Put someone who was entered on the waiting list, now that they have agreed.

    Args:
        application: theirs.
        how: they agreed, in the coordinator's words.
        by: the coordinator's address.
        now: the present.

    Raises:
        ApplicationClosed: if it was closed meanwhile, or they have agreed in another way.
        Refused: if there are as many notes as it can hold.

    """
    if application.status is Status.WAITING and is_recorded(application, how, by=by):
        return ApplicationChange(application=application)
    if not application.status.traits.awaits_agreement:
        raise ApplicationClosed
    note = Note(at=now, by=by, text=agreement_note(how))
    return with_note(note, application, status=Status.WAITING)


def agreement_note(how: str) -> str:
    """Return the note that says how someone agreed."""
    return f"{AGREED.short}: {how}"


def has_agreed(application: Application) -> bool:
    """Tell whether someone has agreed to a wording, or a coordinator has noted how they agreed."""
    noted = (each.text.startswith(agreement_note("")) for each in application.notes)
    return application.consent_version > 0 or any(noted)


def is_recorded(application: Application, how: str, *, by: str) -> bool:
    """Tell whether a coordinator has noted that someone agreed, and how."""
    return any((each.by, each.text) == (by, agreement_note(how)) for each in application.notes)
