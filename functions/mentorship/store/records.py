"""
How core objects are written down in the tables, and read again.

Each record says by which version of this module it was written; a record of every version ever
written can be read (`tests/records/` holds one of each).
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from mentorship import names
from mentorship.applications.application import Application, CurrentPointer, Note, Version
from mentorship.applications.status import HoldReason, Status
from mentorship.change import Counter, Mark
from mentorship.form import declaration
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, State

Record = dict[str, Any]

WRITTEN_AS = 3
# Under these the index of letters has those that a sender, or a person, is to do something about.
PENDING, LOST = "yes", "given up"
# Whoever is found by a name is in one part of its index: a society is not too many for that.
NAMED = "yes"
# An index takes a key of 1,024 bytes; a character has four at most, and one that is folded may
# become eighteen.
MAX_SEARCH_KEY = 250
# Nobody looks one of these up by a name.

# Letters hold nobody's words or address and show, later, that something was sent.
LETTERS_KEPT = timedelta(days=2 * 366)


def write_time(when: datetime) -> str:
    """Return a time in UTC such that texts sort as times do."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_time(text: str) -> datetime:
    """Return the time that `moment` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def partition(role: Role, status: Status) -> str:
    """Return the part of an index that holds applications of a role and status."""
    return f"{role}#{status}"


def sort_key(when: datetime, which: str) -> str:
    """Return a place in waiting order, which no two have in common."""
    return f"{write_time(when)}#{which}"


def search_key(text: str) -> str:
    """Return a name as it is looked up: small, without accents, apostrophes and double spaces."""
    return " ".join(names.plain(names.joined(text)).split())[:MAX_SEARCH_KEY].rstrip()


def is_expired(record: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether a record's time is over: DynamoDB deletes it within days, not at once."""
    return "expires" in record and int(record["expires"]) <= now.timestamp()


def write_application(application: Application) -> Record:
    """Return an application as it is stored."""
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
        "of": application.of,
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
    """Return what an application is found by in the indexes of names."""
    name = search_key(str(application.answers.get(declaration.NAME.name, "")))
    if not name or not application.status.traits.found_by_name:
        return {}
    return {"named": NAMED, "name": name, "surname": surname_first(name)}


def surname_first(name: str) -> str:
    """Return a folded name with its last word first; what stands after a comma is a degree."""
    words = name.partition(",")[0].split() or name.split()
    return " ".join([words[-1], *words[:-1]])


def _times(application: Application) -> dict[str, datetime | None]:
    return {
        "confirmed": application.confirmed_at,
        "changed": application.changed_at,
        "withdrawn": application.withdrawn_at,
        "ends": application.ends_at,
        "told": application.notified_at,
    }


def read_application(record: Record) -> Application:
    """Return an application as it was stored; what came with a later version may be missing."""
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
        of=record.get("of", ""),
        ends_at=read_time_in(record, "ends"),
        pending_changes=tuple(record.get("beside", ())),
        versions=tuple(_version_of(each) for each in record.get("versions", ())),
        # The first version held back what sprang the trap, and did not say so.
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


def read_time_in(record: Record, name: str) -> datetime | None:
    """Return a time of a record that may have none."""
    return read_time(record[name]) if name in record else None


def write_pointer(pointer: CurrentPointer) -> Record:
    """Return which application stands, as it is stored."""
    return {
        "id": pointer.id,
        "written_as": WRITTEN_AS,
        "application": pointer.application,
        "earlier": list(pointer.earlier),
        "revision": pointer.revision,
        "expires": int(pointer.expires_at.timestamp()),
    }


def read_pointer(record: Record) -> CurrentPointer:
    """Return which application stands, as it was stored."""
    return CurrentPointer(
        id=record["id"],
        application=record["application"],
        earlier=tuple(record.get("earlier", ())),
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
        revision=int(record["revision"]),
    )


def write_counter(counter: Counter) -> Record:
    """Return a count as it is stored."""
    return {
        "id": counter.id,
        "written_as": WRITTEN_AS,
        "revision": counter.count,
        "expires": int(counter.expires_at.timestamp()),
    }


def read_counter(record: Record) -> Counter:
    """Return a count as it was stored."""
    return Counter(
        id=record["id"],
        count=int(record["revision"]),
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
    )


def write_mark(mark: Mark) -> Record:
    """Return a mark as it is stored."""
    return {
        "id": mark.id,
        "written_as": WRITTEN_AS,
        "at": write_time(mark.at),
        "revision": mark.revision,
        "expires": int(mark.expires_at.timestamp()),
    }


def read_mark(record: Record) -> Mark:
    """Return a mark as it was stored."""
    return Mark(
        id=record["id"],
        at=read_time(record["at"]),
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
        revision=int(record["revision"]),
    )


def write_letter(letter: Letter) -> Record:
    """Return a letter as it is stored; only one with something left to do is in the index."""
    record: Record = {
        "id": letter.id,
        "written_as": WRITTEN_AS,
        "kind": letter.kind.value,
        "about": letter.about,
        "state": letter.state.value,
        "attempts": letter.attempts,
        "created": write_time(letter.created_at),
        "expires": int((letter.created_at + LETTERS_KEPT).timestamp()),
    }
    if letter.about:
        record["application"] = letter.about
    if letter.due:
        record |= {"pending": PENDING, "due": write_time(letter.due)}
    elif letter.is_lost:
        record |= {"pending": LOST, "due": write_time(letter.created_at)}
    if letter.sent_at:
        record |= {"sent": write_time(letter.sent_at), "message_id": letter.message_id}
    if letter.reason:
        record["reason"] = letter.reason
    if letter.facts:
        record["facts"] = dict(letter.facts)
    return record


def read_letter(record: Record) -> Letter:
    """Return a letter as it was stored."""
    return Letter(
        id=record["id"],
        kind=Kind(record["kind"]),
        about=record["about"],
        created_at=read_time(record["created"]),
        due=read_time(record["due"]) if record.get("pending") == PENDING else None,
        state=State(record["state"]),
        attempts=int(record["attempts"]),
        sent_at=read_time(record["sent"]) if "sent" in record else None,
        message_id=record.get("message_id", ""),
        reason=record.get("reason", ""),
        facts={
            name: fact if isinstance(fact, str) else int(fact)
            for name, fact in record.get("facts", {}).items()
        },
    )
