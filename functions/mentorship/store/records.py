"""
Every type that is stored: in which table, how its ids begin, how it is written and read.

Each record says which version of the program wrote it; records of every version can be read
(`tests/records/` has one of each).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mentorship.applications.application import Application
from mentorship.applications.pointer import CurrentPointer
from mentorship.applications.status import Status
from mentorship.change import MARKS, Counted, Counter, Mark
from mentorship.letters.letter import Letter
from mentorship.matches.institutions import ANSWER_PREFIX, InstitutionAnswer
from mentorship.matches.match import Match
from mentorship.matches.pair import PREFIX as PAIR_PREFIX
from mentorship.matches.pair import Pair
from mentorship.members import roster
from mentorship.members.roster import ListEntry, Roster
from mentorship.program import arrangements, sign_in
from mentorship.program.arrangements import Arrangements
from mentorship.program.audit import AuditEntry
from mentorship.program.sign_in import Session, SignInLink
from mentorship.store.application_records import (
    read_application,
    read_pointer,
    write_application,
    write_pointer,
)
from mentorship.store.keys import Record
from mentorship.store.letter_records import read_letter, write_letter
from mentorship.store.match_records import (
    read_answer,
    read_match,
    read_pair,
    write_answer,
    write_match,
    write_pair,
)
from mentorship.store.program_records import (
    ENTRY_PREFIX,
    read_arrangements,
    read_counter,
    read_entry,
    read_list_entry,
    read_mark,
    read_roster,
    read_session,
    read_sign_in_link,
    write_arrangements,
    write_counter,
    write_entry,
    write_list_entry,
    write_mark,
    write_roster,
    write_session,
    write_sign_in_link,
)

T = TypeVar("T")
# The tables; their names on AWS differ from stack to stack.
APPLICATIONS, MATCHES, LETTERS, PROGRAM = "applications", "matches", "letters", "program"


@dataclass(frozen=True)
class Tables:
    """What the tables are called on AWS."""

    applications: str
    matches: str
    letters: str
    program: str


@dataclass(frozen=True)
class RecordType(Generic[T]):
    """
    How one type is stored.

    Attributes:
        write: makes a record from an object.
        read: makes an object from a record of any version.
        prefixes: how its ids begin, or `("",)` if a table holds nothing else.
        table: which one.

    """

    write: Callable[[T], Record]
    read: Callable[[Record], T]
    prefixes: tuple[str, ...] = ("",)
    table: str = PROGRAM


POINTERS = (f"{Status.WAITING}#", f"{Status.QUARANTINED}#")
COUNTERS = tuple(f"{each}#" for each in Counted)
RECORDS: dict[type[Any], RecordType[Any]] = {
    Application: RecordType(write_application, read_application, table=APPLICATIONS),
    Match: RecordType(write_match, read_match, table=MATCHES),
    Pair: RecordType(write_pair, read_pair, (PAIR_PREFIX,), table=MATCHES),
    InstitutionAnswer: RecordType(write_answer, read_answer, (ANSWER_PREFIX,), table=MATCHES),
    Letter: RecordType(write_letter, read_letter, table=LETTERS),
    CurrentPointer: RecordType(write_pointer, read_pointer, POINTERS),
    Counter: RecordType(write_counter, read_counter, COUNTERS),
    Mark: RecordType(write_mark, read_mark, MARKS),
    Arrangements: RecordType(write_arrangements, read_arrangements, (arrangements.ID,)),
    SignInLink: RecordType(write_sign_in_link, read_sign_in_link, (sign_in.LINK_PREFIX,)),
    Session: RecordType(write_session, read_session, (sign_in.SESSION_PREFIX,)),
    AuditEntry: RecordType(write_entry, read_entry, (ENTRY_PREFIX,)),
    Roster: RecordType(write_roster, read_roster, (roster.ID,)),
    ListEntry: RecordType(write_list_entry, read_list_entry, (f"{roster.ID}#",)),
}
# Types that let someone sign in, and are in no backup.
LETS_IN = (SignInLink, Session)


def type_of(table: str, item_id: str) -> type[Any] | None:
    """Return the type of an item, or `None` if it is unknown."""
    found = [
        (len(prefix), kind)
        for kind, each in RECORDS.items()
        for prefix in each.prefixes
        if each.table == table and item_id.startswith(prefix)
    ]
    return max(found, key=lambda one: one[0], default=(0, None))[1]
