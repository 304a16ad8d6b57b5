"""How letters are written as records and read again."""

from datetime import timedelta

from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, State
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
    """Return the letter in a record."""
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
