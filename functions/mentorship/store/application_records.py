"""How applications and the pointers to current ones are written as records and read again."""

from datetime import UTC, date, datetime

from mentorship.applications.application import Agreement, Application, Note, Version
from mentorship.applications.pointer import CurrentPointer
from mentorship.applications.status import HoldReason, Status
from mentorship.form import declaration
from mentorship.form.question import Role
from mentorship.store.keys import (
    LEAVING,
    NAMED,
    NAMED_ON_HOLD,
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

# Since this version, how someone agreed is a field. Before, it was a note that began like this.
AGREED_IS_A_FIELD, AGREED_NOTE = 4, "How they agreed: "


def write_application(application: Application) -> Record:
    """Return the record of an application."""
    record: Record = {
        "id": application.id,
        "written_as": WRITTEN_AS,
        "shelf": partition(application.role, application.status),
        "place": sort_key(application.waiting_since, application.id),
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
        "network": application.network,
        "notes": [
            {"at": write_time(note.at), "by": note.by, "text": note.text}
            for note in application.notes
        ],
        "entered_by": application.entered_by,
        "known_by": list(application.known_by),
        "matches": list(application.open_matches),
        "before": application.status_before.value if application.status_before else "",
        "struck": list(application.struck),
        "past_matches": list(application.past_matches),
        **_named(application),
        **_expires(application.expires_at),
    }
    if application.resume_on:
        record["resume_on"] = application.resume_on.isoformat()
    if application.agreed:
        record["agreed"] = _of_agreement(application.agreed)
    if application.is_leaving and application.expires_at:
        record |= {"leaving": LEAVING, "leaves": sort_key(application.expires_at, application.id)}
    for name, when in _times(application).items():
        if when:
            record[name] = write_time(when)
    return record


def _named(application: Application) -> Record:
    """Return the attributes by which the indexes of names find an application."""
    name = search_key(str(application.answers.get(declaration.NAME.name, "")))
    if not name or not application.status.traits.found_by_name:
        return {}
    named = NAMED_ON_HOLD if application.status.traits.is_held else NAMED
    return {"named": named, "name": name, "surname": surname_first(name)}


def _times(application: Application) -> dict[str, datetime | None]:
    return {
        "confirmed": application.confirmed_at,
        "changed": application.changed_at,
        "withdrawn": application.withdrawn_at,
        "ends": application.ends_at,
        "told": application.notified_at,
        "waiting": application.waiting_from,
        "match_ended": application.match_ended_at,
        "kept": application.kept_from,
        "warned": application.warned_at,
        "unreached": application.unreached_at,
        "confirm_asked": application.confirm_asked_at,
    }


def _expires(when: datetime | None) -> Record:
    """Return the attribute by which DynamoDB deletes an item; it keeps one that has none."""
    return {"expires": int(when.timestamp())} if when else {}


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
        network=record.get("network", ""),
        notes=tuple(
            Note(at=read_time(note["at"]), by=note["by"], text=note["text"])
            for note in record.get("notes", ())
        ),
        entered_by=record.get("entered_by", ""),
        agreed=_agreement_of(record),
        notified_at=read_time_in(record, "told"),
        waiting_from=read_time_in(record, "waiting"),
        status_before=Status(record["before"]) if record.get("before") else None,
        open_matches=tuple(record.get("matches", ())),
        match_ended_at=read_time_in(record, "match_ended"),
        kept_from=read_time_in(record, "kept"),
        warned_at=read_time_in(record, "warned"),
        known_by=tuple(record.get("known_by", ())),
        struck=tuple(record.get("struck", ())),
        past_matches=tuple(record.get("past_matches", ())),
        resume_on=date.fromisoformat(record["resume_on"]) if "resume_on" in record else None,
        unreached_at=read_time_in(record, "unreached"),
        confirm_asked_at=read_time_in(record, "confirm_asked"),
    )


def _of_agreement(agreed: Agreement) -> Record:
    return {"how": agreed.how, "at": write_time(agreed.at), "by": agreed.by}


def _agreement_of(record: Record) -> Agreement | None:
    """
    Return how someone agreed, as a coordinator recorded it.

    Until version 4 a note said so. It was written when someone was entered, or put them on the
    waiting list, so any note that begins like it says nothing about someone who is not there.
    """
    if found := record.get("agreed"):
        return Agreement(how=found["how"], at=read_time(found["at"]), by=found["by"])
    if int(record.get("written_as", 1)) >= AGREED_IS_A_FIELD or int(record["consent_version"]):
        return None
    left = Status(record["status"]) in (Status.INVITED, Status.INELIGIBLE)
    for note in record.get("notes", ()):
        how = note["text"].removeprefix(AGREED_NOTE)
        if how != note["text"] and (note["at"] == record["received"] or not left):
            return Agreement(how=how, at=read_time(note["at"]), by=note["by"])
    return None


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
        "unending": list(pointer.unending),
        "last": int(pointer.expires_at.timestamp()),
        "revision": pointer.revision,
        **_expires(None if pointer.unending else pointer.expires_at),
    }


def read_pointer(record: Record) -> CurrentPointer:
    """Return the current pointer in a record."""
    return CurrentPointer(
        id=record["id"],
        application=record["application"],
        earlier=tuple(record.get("earlier", ())),
        unending=tuple(record.get("unending", ())),
        # Until version 4, every pointer had an end.
        expires_at=datetime.fromtimestamp(int(record.get("last") or record["expires"]), UTC),
        revision=int(record["revision"]),
    )
