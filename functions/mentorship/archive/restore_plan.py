"""What a restore brings back: what is missing, not forgotten, and not replaced since."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from mentorship.applications.application import Application
from mentorship.applications.pointer import pointer_id_of
from mentorship.applications.status import Status
from mentorship.archive.backup import Backup, Line
from mentorship.archive.restore_seen import Seen, is_superseded
from mentorship.form.question import Role
from mentorship.matches.match import Match
from mentorship.program.arrangements import ID as ARRANGEMENTS
from mentorship.program.arrangements import Arrangements
from mentorship.store import application_records, match_records, program_records
from mentorship.store.items import write_item
from mentorship.store.records import APPLICATIONS, PROGRAM, type_of

# An item's table and id.
Place = tuple[str, str]


@dataclass
class Restored:
    """
    What became of the items of a backup, each counted by its table.

    Attributes:
        written: the items that were written.
        already: the items that were there already.
        forgotten: the items that were left out because they were forgotten.
        held: how many letters wait for a person to release them.
        superseded: how many applications were left out because a newer one is current, and how
            many matches because they are over by now.
        finished: whether everything was done.

    """

    written: Counter[str] = field(default_factory=Counter)
    already: Counter[str] = field(default_factory=Counter)
    forgotten: Counter[str] = field(default_factory=Counter)
    held: int = 0
    superseded: int = 0
    finished: bool = True


class Missing(NamedTuple):
    """
    An item that is to be written back.

    Attributes:
        named_by: the item that has to name it, or it does not come back.
        length: its length in the file.

    """

    table: str
    item: dict[str, Any]
    named_by: Place | None
    length: int

    @property
    def id(self) -> str:
        """The item's id."""
        return str(self.item["id"]["S"])

    @property
    def places(self) -> set[Place]:
        """Return the items that a transaction uses for it; a transaction takes each only once."""
        return {(self.table, self.id), *filter(None, [self.named_by])}


def what_is_missing(
    backup: Backup, seen: Seen, arrangements: Arrangements, restored: Restored
) -> Iterator[Missing]:
    """
    Yield what has to be written back, and count what does not.

    Pointers come first, matches after the applications, and pending changes last, so that whatever
    names an item precedes it.
    """
    for pointer in seen.new_pointer.values():
        yield Missing(PROGRAM, write_item(application_records.write_pointer(pointer)), None, 0)
    pending_changes: list[Missing] = []
    for line in backup.lines():
        if line.table == PROGRAM and line.record["id"] in seen.new_pointer:
            continue
        if line.record["id"] in seen.gone:
            restored.forgotten[line.table] += 1
        elif line.record["id"] in seen.there[line.table]:
            restored.already[line.table] += 1
        elif line.record["id"] in seen.matches.unnamed:
            restored.superseded += 1
        elif line.table != APPLICATIONS:
            yield Missing(line.table, _back(line, arrangements), _match_named_by(line), line.length)
        else:
            application = application_records.read_application(line.record)
            if is_superseded(application, seen.pointer):
                restored.superseded += 1
                continue
            named_by = _named_by(application)
            missing = Missing(line.table, _application_back(line, seen), named_by, line.length)
            if named_by and named_by[0] == APPLICATIONS:
                pending_changes.append(missing)
            else:
                yield missing
    yield from pending_changes


def _application_back(line: Line, seen: Seen) -> dict[str, Any]:
    """Return an application as it is written back, in no match that does not come back."""
    application = application_records.read_application(line.record)
    if (left := seen.matches.naming(application)) == application:
        return line.back()
    return write_item(application_records.write_application(left))


def _match_named_by(line: Line) -> Place | None:
    """Return the application that has to name a match which is open or running: the mentee's."""
    if type_of(line.table, line.record["id"]) is not Match:
        return None
    match = match_records.read_match(line.record)
    if not match.state.takes_a_place:
        return None
    return APPLICATIONS, match.parties[Role.MENTEE].application


def _named_by(application: Application) -> Place | None:
    """
    Return the item that has to name an application: its pointer, or its parent.

    An open application is the current one: an address has at most one for a role. A pending change
    that its parent does not name would be seen by no one, and never forgotten.
    """
    if application.is_open:
        return PROGRAM, pointer_id_of(application)
    if application.status is Status.UNCONFIRMED and application.parent:
        return APPLICATIONS, application.parent
    return None


def _back(line: Line, arrangements: Arrangements) -> dict[str, Any]:
    """Return an item as it is written back; coordinators in a file do not get access by it."""
    if line.table == PROGRAM and line.record["id"] == ARRANGEMENTS:
        found = program_records.read_arrangements(line.record)
        ours = replace(
            found,
            coordinators=arrangements.coordinators,
            keep_months=min(found.keep_months, arrangements.keep_months),
        )
        return write_item(program_records.write_arrangements(ours))
    return line.back()
