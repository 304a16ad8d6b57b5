"""How letters are written as records and read again."""

from datetime import timedelta

from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Addressee, Letter, State, Subject, Topic
from mentorship.letters.traits import Reader
from mentorship.store.keys import WRITTEN_AS, Record, read_time, write_time

# The partitions of the index of letters: those that a sender still has to send, and those that
# reached no one, for a person to look at.
PENDING, LOST = "yes", "given up"

# Letters hold no one's words or address, and later show that something was sent.
LETTERS_KEPT = timedelta(days=2 * 366)


def write_letter(letter: Letter) -> Record:
    """Return the record of a letter; only letters with something left to do are in the index."""
    record: Record = {
        "id": letter.id,
        "written_as": WRITTEN_AS,
        "kind": letter.kind.value,
        "about": letter.subject.id if letter.subject else "",
        "reader": _without_empty(
            role=letter.to.role.value,
            which=letter.to.which,
            address_version=letter.to.address_version,
        ),
        "state": letter.state.value,
        "attempts": letter.attempts,
        "created": write_time(letter.created_at),
        "expires": int((letter.created_at + LETTERS_KEPT).timestamp()),
    }
    if letter.subject:
        record["topic"] = letter.subject.topic.value
    if letter.listed_with:
        record["application"] = letter.listed_with
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
    """Return the letter in a record."""
    kind, about = Kind(record["kind"]), record["about"]
    topic = Topic(record.get("topic", Topic.APPLICATION))
    return Letter(
        id=record["id"],
        kind=kind,
        subject=Subject(topic=topic, id=about) if about else None,
        to=_read_addressee(record, kind),
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


def _read_addressee(record: Record, kind: Kind) -> Addressee:
    """Return who reads a letter; before version 4, its kind, its subject and its facts said so."""
    if "reader" not in record:
        role = kind.traits.reader
        to = record.get("facts", {}).get("to", "")
        which = {Reader.COORDINATORS: "", Reader.COORDINATOR: to}
        return Addressee(role=role, which=str(which.get(role, record["about"])))
    found = record["reader"]
    version = found.get("address_version")
    return Addressee(
        role=Reader(found["role"]),
        which=found.get("which", ""),
        address_version=None if version is None else int(version),
    )


def _without_empty(**values: str | int | None) -> dict[str, str | int]:
    return {name: value for name, value in values.items() if value}
