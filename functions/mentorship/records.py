"""
How core objects are written down in the tables, and read again.

Each record says by which version of this module it was written; a record of every version ever
written can be read (`tests/records/` holds one of each).
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from mentorship.application import Application, Standing, Status
from mentorship.letter import Letter, State
from mentorship.questions import Role

Record = dict[str, Any]

WRITTEN_AS = 1
PENDING = "yes"

# Letters hold nobody's words or address and show, later, that something was sent.
LETTERS_KEPT = timedelta(days=2 * 366)


def moment(when: datetime) -> str:
    """Return a time in UTC such that texts sort as times do."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_before(when: datetime) -> str:
    """Return the last time before *when* that can be written down."""
    return moment(when.astimezone(UTC) - timedelta(microseconds=1))


def time_of(text: str) -> datetime:
    """Return the time that `moment` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def shelf(role: Role, status: Status) -> str:
    """Return the part of the index that holds the applications of a role and a status."""
    return f"{role}#{status}"


def expired(record: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether a record's time is over: DynamoDB deletes it within days, not at once."""
    return "expires" in record and int(record["expires"]) <= now.timestamp()


def of_application(application: Application) -> Record:
    """Return an application as it is stored."""
    return {
        "id": application.id,
        "written_as": WRITTEN_AS,
        "shelf": shelf(application.role, application.status),
        "received": moment(application.received_at),
        "reference": application.reference,
        "role": application.role.value,
        "status": application.status.value,
        "answers": dict(application.answers),
        "reply_by": application.reply_by.isoformat() if application.reply_by else "",
        "form_version": application.form_version,
        "consent_version": application.consent_version,
        "keep_months": application.keep_months,
        "revision": application.revision,
        "expires": int(application.expires_at.timestamp()),
    }


def application_of(record: Record) -> Application:
    """Return an application as it was stored."""
    return Application(
        id=record["id"],
        reference=record["reference"],
        role=Role(record["role"]),
        status=Status(record["status"]),
        answers=record["answers"],
        received_at=time_of(record["received"]),
        reply_by=date.fromisoformat(record["reply_by"]) if record["reply_by"] else None,
        form_version=int(record["form_version"]),
        consent_version=int(record["consent_version"]),
        keep_months=int(record["keep_months"]),
        revision=int(record["revision"]),
    )


def of_standing(standing: Standing) -> Record:
    """Return which application stands, as it is stored."""
    return {
        "id": standing.id,
        "written_as": WRITTEN_AS,
        "application": standing.application,
        "revision": standing.revision,
        "expires": int(standing.expires_at.timestamp()),
    }


def standing_of(record: Record) -> Standing:
    """Return which application stands, as it was stored."""
    return Standing(
        id=record["id"],
        application=record["application"],
        expires_at=datetime.fromtimestamp(int(record["expires"]), UTC),
        revision=int(record["revision"]),
    )


def of_letter(letter: Letter) -> Record:
    """Return a letter as it is stored; only one with something left to do is in the index."""
    record: Record = {
        "id": letter.id,
        "written_as": WRITTEN_AS,
        "kind": letter.kind,
        "about": letter.about,
        "state": letter.state.value,
        "attempts": letter.attempts,
        "created": moment(letter.created_at),
        "expires": int((letter.created_at + LETTERS_KEPT).timestamp()),
    }
    if letter.due:
        record |= {"pending": PENDING, "due": moment(letter.due)}
    if letter.sent_at:
        record |= {"sent": moment(letter.sent_at), "message_id": letter.message_id}
    if letter.reason:
        record["reason"] = letter.reason
    return record


def letter_of(record: Record) -> Letter:
    """Return a letter as it was stored."""
    return Letter(
        id=record["id"],
        kind=record["kind"],
        about=record["about"],
        created_at=time_of(record["created"]),
        due=time_of(record["due"]) if "due" in record else None,
        state=State(record["state"]),
        attempts=int(record["attempts"]),
        sent_at=time_of(record["sent"]) if "sent" in record else None,
        message_id=record.get("message_id", ""),
        reason=record.get("reason", ""),
    )
