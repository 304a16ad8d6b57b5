"""Before an application is deleted: its owner is warned, and may have it kept longer."""

from dataclasses import replace
from datetime import datetime, tzinfo

from mentorship.applications.agreement import AGREED
from mentorship.applications.application import Agreement, Application, ApplicationChange, Note
from mentorship.applications.pointer import CurrentPointer, with_pointer
from mentorship.form import declaration
from mentorship.form.question import Need
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter
from mentorship.problems import ApplicationClosed

STAY = replace(
    AGREED,
    name="stay",
    label="Have they told you that they want to stay?",
    short="How they said so",
    need=Need.REQUIRED,
    missing="Write how they said so",
)


def warn(
    application: Application, pointer: CurrentPointer | None, *, now: datetime, zone: tzinfo
) -> ApplicationChange:
    """
    Warn someone that their application will be deleted; from then on it has an end.

    Args:
        application: theirs, if it is to be warned about now.
        pointer: names the current application of its address.
        now: the present.
        zone: the program's own time zone.

    """
    if not application.is_to_be_warned(now):
        return ApplicationChange(application=application)
    ends = application.kept_until
    warned = application.with_changes(warned_at=now)
    until = warned.kept_until
    if ends is None or until is None:
        return ApplicationChange(application=application)
    letter = new_letter(
        Kind.KEEP,
        about=warned,
        # There is one for each period and address, whenever it is written.
        of=f"{warned.id}#{warned.address_version}",
        on=ends.astimezone(zone).date(),
        now=now,
        facts={"until": f"{until.astimezone(zone).date()}"},
    )
    return ApplicationChange(
        application=warned,
        puts=with_pointer(warned, pointer),
        # Someone who can only be called gets none, and is on the coordinators' list.
        letters=(letter,),
    )


def without_end(application: Application, pointer: CurrentPointer | None) -> ApplicationChange:
    """Store an application anew, and its pointer, as what has no end before a warning."""
    again = application.with_changes()
    return ApplicationChange(application=again, puts=with_pointer(again, pointer))


def stay(
    application: Application,
    pointer: CurrentPointer | None,
    *,
    keep_months: int,
    now: datetime,
    agreed: Agreement | None = None,
) -> ApplicationChange:
    """
    Keep an application for another period, as its owner has agreed today.

    Args:
        application: the owner's.
        pointer: names the current application of its address.
        keep_months: for how long answers are kept now.
        now: the present.
        agreed: how they said so to a coordinator; otherwise they have agreed to today's wording.

    Raises:
        ApplicationClosed: if it is not kept longer, because its owner is not on the list any more.

    """
    if not application.status.traits.is_warned:
        raise ApplicationClosed
    # A mentee may be proposed meanwhile without knowing it: they stay all the same.
    if not application.was_warned:
        return ApplicationChange(application=application)
    if agreed:
        how: dict[str, object] = {"agreed": agreed}
        if before := application.agreed:
            # What was recorded first stays, too: it may be all that says that they agreed.
            noted = Note(at=before.at, by=before.by, text=f"Agreed before: {before.how}")
            how["notes"] = (*application.notes, noted)
    else:
        how = {
            "consent_version": declaration.CONSENT_VERSION,
            "confirmed_at": application.confirmed_at or now,
        }
    kept = application.with_changes(kept_from=now, warned_at=None, keep_months=keep_months, **how)
    return ApplicationChange(application=kept, puts=with_pointer(kept, pointer))
