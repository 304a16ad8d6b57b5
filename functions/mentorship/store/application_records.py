"""How applications and the pointers to current ones are written as records and read again."""

from datetime import UTC, date, datetime

from mentorship.applications.application import Application, CurrentPointer, Note, Version
from mentorship.applications.status import HoldReason, Status
from mentorship.form import declaration
from mentorship.form.question import Role
from mentorship.store.keys import (
    NAMED,
    WRITTEN_AS,
    Record,
    partition,
    read_time,
    read_time_in,
    search_key,
    sort_key,
    surname_first,
    write_time,
)


def write_application(application: Application) -> Record:
    """Return the record of an application."""
    record: Record = {
        "id": application.id,
        "written_as": WRITTEN_AS,
        "shelf": partition(application.role, application.status),
        "place": sort_key(application.received_at, application.id),
        "received": write_time(application.received_at),
        "reference": application.reference,
        "role": application.role.value,
        "status": application.status.value,
        "answers": dict(application.answers),
        "reply_by": application.reply_by.isoformat() if application.reply_by else "",
        "form_version": application.form_version,
        "consent_version": application.consent_version,
        "keep_months": application.keep_months,
        "revision": application.revision,
        "mailbox": application.address_version,
        "of": application.parent,
        "beside": list(application.pending_changes),
        "versions": [_of_version(version) for version in application.versions],
        "held_because": application.hold_reason.value,
        "notes": [
            {"at": write_time(note.at), "by": note.by, "text": note.text}
            for note in application.notes
        ],
        "entered_by": application.entered_by,
        "expires": int(application.expires_at.timestamp()),
        **_named(application),
    }
    for name, when in _times(application).items():
        if when:
            record[name] = write_time(when)
    return record


def _named(application: Application) -> Record:
    """Return the attributes by which the indexes of names find an application."""
    name = search_key(str(application.answers.get(declaration.NAME.name, "")))
    if not name or not application.status.traits.found_by_name:
        return {}
    return {"named": NAMED, "name": name, "surname": surname_first(name)}


def _times(application: Application) -> dict[str, datetime | None]:
    return {
        "confirmed": application.confirmed_at,
        "changed": application.changed_at,
        "withdrawn": application.withdrawn_at,
        "ends": application.ends_at,
        "told": application.notified_at,
    }


def read_application(record: Record) -> Application:
    """Return the application in a record, which may lack what later versions added."""
    return Application(
        id=record["id"],
        reference=record["reference"],
        role=Role(record["role"]),
        status=Status(record["status"]),
        answers=record["answers"],
        received_at=read_time(record["received"]),
        reply_by=date.fromisoformat(record["reply_by"]) if record["reply_by"] else None,
        form_version=int(record["form_version"]),
        consent_version=int(record["consent_version"]),
        keep_months=int(record["keep_months"]),
        revision=int(record["revision"]),
        address_version=int(record.get("mailbox", 1)),
        confirmed_at=read_time_in(record, "confirmed"),
        changed_at=read_time_in(record, "changed"),
        withdrawn_at=read_time_in(record, "withdrawn"),
        parent=record.get("of", ""),
        ends_at=read_time_in(record, "ends"),
        pending_changes=tuple(record.get("beside", ())),
        versions=tuple(_version_of(each) for each in record.get("versions", ())),
        # The first version held back what filled in the trap, and did not say so.
        hold_reason=HoldReason(
            record.get(
                "held_because", HoldReason.TRAP if record["status"] == Status.QUARANTINED else ""
            )
        ),
        notes=tuple(
            Note(at=read_time(note["at"]), by=note["by"], text=note["text"])
            for note in record.get("notes", ())
        ),
        entered_by=record.get("entered_by", ""),
        notified_at=read_time_in(record, "told"),
    )


def _of_version(version: Version) -> Record:
    return {
        "answers": dict(version.answers),
        "form_version": version.form_version,
        "consent_version": version.consent_version,
        "given": write_time(version.given_at),
    }


def _version_of(record: Record) -> Version:
    return Version(
        answers=record["answers"],
        form_version=int(record["form_version"]),
        consent_version=int(record["consent_version"]),
        given_at=read_time(record["given"]),
    )


def write_pointer(pointer: CurrentPointer) -> Record:
    """Return the record of a current pointer."""
    return {
        "id": pointer.id,
        "written_as": WRITTEN_AS,
        "application": pointer.application,
        "earlier": list(pointer.earlier),
        "revision": pointer.revision,
        "expires": int(pointer.expires_at.timestamp()),
    }


def read_pointer(record: Record) -> CurrentPointer:
    """Return the current pointer in a record."""
    return CurrentPointer(
        id=record["id"],
        application=record["application"],
        earlier=tuple(record.get("earlier", ())),
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
        revision=int(record["revision"]),
    )
