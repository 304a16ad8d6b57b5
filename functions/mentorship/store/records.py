"""
Every type that is stored: in which table, how its ids begin, how it is written and read.

Each record says by which version of the program it was written; a record of every version ever
written can be read (`tests/records/` holds one of each).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mentorship.applications.application import Application, CurrentPointer
from mentorship.applications.status import Status
from mentorship.change import MARKS, Counted, Counter, Mark
from mentorship.letters.letter import Letter
from mentorship.members import roster
from mentorship.members.roster import ListEntry, Roster
from mentorship.program import arrangements, sign_in
from mentorship.program.arrangements import Arrangements
from mentorship.program.audit import AuditEntry
from mentorship.program.sign_in import Session, SignInLink
from mentorship.store import application_records, letter_records, program_records
from mentorship.store.keys import Record

T = TypeVar("T")
# The tables; their names on AWS differ from stack to stack.
APPLICATIONS, LETTERS, PROGRAM = "applications", "letters", "program"


@dataclass(frozen=True)
class Tables:
    """What the tables are called on AWS."""

    applications: str
    letters: str
    program: str


@dataclass(frozen=True, kw_only=True)
class RecordType(Generic[T]):
    """
    How one type is stored.

    Attributes:
        table: which one.
        prefixes: how its ids begin, or `("",)` where a table holds nothing else.
        write: makes a record of an object.
        read: makes an object of a record, of every version.

    """

    table: str
    prefixes: tuple[str, ...] = ("",)
    write: Callable[[T], Record]
    read: Callable[[Record], T]


RECORDS: dict[type[Any], RecordType[Any]] = {
    Application: RecordType(
        table=APPLICATIONS,
        write=application_records.write_application,
        read=application_records.read_application,
    ),
    Letter: RecordType(
        table=LETTERS, write=letter_records.write_letter, read=letter_records.read_letter
    ),
    CurrentPointer: RecordType(
        table=PROGRAM,
        prefixes=(f"{Status.WAITING}#", f"{Status.QUARANTINED}#"),
        write=application_records.write_pointer,
        read=application_records.read_pointer,
    ),
    Counter: RecordType(
        table=PROGRAM,
        prefixes=tuple(f"{each}#" for each in Counted),
        write=program_records.write_counter,
        read=program_records.read_counter,
    ),
    Mark: RecordType(
        table=PROGRAM,
        prefixes=MARKS,
        write=program_records.write_mark,
        read=program_records.read_mark,
    ),
    Arrangements: RecordType(
        table=PROGRAM,
        prefixes=(arrangements.ID,),
        write=program_records.write_arrangements,
        read=program_records.read_arrangements,
    ),
    SignInLink: RecordType(
        table=PROGRAM,
        prefixes=(sign_in.LINK_PREFIX,),
        write=program_records.write_sign_in_link,
        read=program_records.read_sign_in_link,
    ),
    Session: RecordType(
        table=PROGRAM,
        prefixes=(sign_in.SESSION_PREFIX,),
        write=program_records.write_session,
        read=program_records.read_session,
    ),
    AuditEntry: RecordType(
        table=PROGRAM,
        prefixes=(program_records.ENTRY_PREFIX,),
        write=program_records.write_entry,
        read=program_records.read_entry,
    ),
    Roster: RecordType(
        table=PROGRAM,
        prefixes=(roster.ID,),
        write=program_records.write_roster,
        read=program_records.read_roster,
    ),
    ListEntry: RecordType(
        table=PROGRAM,
        prefixes=(f"{roster.ID}#",),
        write=program_records.write_list_entry,
        read=program_records.read_list_entry,
    ),
}
# What lets somebody in, and is in no backup.
LETS_IN = (SignInLink, Session)


def type_of(table: str, item_id: str) -> type[Any] | None:
    """Return of which type an item is, or `None` if it is of none that is known here."""
    found = [
        (len(prefix), kind)
        for kind, each in RECORDS.items()
        for prefix in each.prefixes
        if each.table == table and item_id.startswith(prefix)
    ]
    return max(found, key=lambda one: one[0], default=(0, None))[1]
