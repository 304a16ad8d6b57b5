"""Coordinators' notes on an application."""

from datetime import datetime

from mentorship.applications.application import Application, ApplicationChange, Note
from mentorship.form.question import Refused
from mentorship.form.texts import LongText

# Thirty versions of the longest answers come to some 220 KB, and an item of DynamoDB holds 400.
MAX_NOTES, MAX_BYTES = 100, 150_000
NOTE = LongText(
    name="note", label="Note", short="The note", missing="Write a note first", most=2_000
)


def add_note(application: Application, text: str, *, by: str, now: datetime) -> ApplicationChange:
    """
    Add a note about an application, for the coordinators.

    Raises:
        Refused: if there are as many notes as it can hold.

    """
    last = application.notes[-1] if application.notes else None
    if last and (last.by, last.text) == (by, text):
        return ApplicationChange(application=application)
    return with_note(Note(at=now, by=by, text=text), application)


def with_note(note: Note, application: Application, **changes: object) -> ApplicationChange:
    """Add a note to an application, along with other *changes*."""
    changed = application.with_changes(notes=extended(application.notes, note), **changes)
    return ApplicationChange(application=changed, puts=(changed,))


def extended(notes: tuple[Note, ...], note: Note) -> tuple[Note, ...]:
    """Return *notes* with one more; raise `Refused` if there is no room for it."""
    found = (*notes, note)
    if len(found) > MAX_NOTES or sum(len(each.text.encode()) for each in found) > MAX_BYTES:
        raise Refused("There is no room for another note here. Keep it in a list of your own")
    return found
