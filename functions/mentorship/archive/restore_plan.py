"""What a restore brings back: what is missing, not forgotten, and not replaced since."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from mentorship.applications.application import Application, contact_key_in
from mentorship.applications.intake import MAX_EARLIER
from mentorship.applications.pointer import CurrentPointer, pointer_id_of
from mentorship.applications.status import Status
from mentorship.archive.backup import Backup, Line
from mentorship.change import FORGOTTEN, forgotten_mark_id
from mentorship.program.arrangements import ID as ARRANGEMENTS
from mentorship.program.arrangements import Arrangements
from mentorship.store import application_records, keys, program_records
from mentorship.store.items import read_item, write_item
from mentorship.store.records import APPLICATIONS, LETTERS, PROGRAM, type_of
from mentorship.web.links import Links

if TYPE_CHECKING:
    from mentorship.store.store import Store


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
        superseded: how many applications were left out because a newer one is current.
        finished: whether everything was done.

    """

    written: Counter[str] = field(default_factory=Counter)
    already: Counter[str] = field(default_factory=Counter)
    forgotten: Counter[str] = field(default_factory=Counter)
    held: int = 0
    superseded: int = 0
    finished: bool = True


class BackedUp(NamedTuple):
    """The few facts about an application in a backup that are kept in memory."""

    id: str
    is_open: bool
    received_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True)
class Seen:
    """
    What is known before anything is written.

    Attributes:
        there: the ids that each table has.
        gone: the ids of what was forgotten, and of pointers to who has another address by now.
        pointer: the pointers that are there, by their ids.
        new_pointer: pointers from the backup, where there is none.
        unknown: applications in the backup, by the ids of the pointers that do not name them yet.

    """

    there: Mapping[str, set[str]]
    gone: set[str]
    pointer: Mapping[str, CurrentPointer]
    new_pointer: Mapping[str, CurrentPointer]
    unknown: Mapping[str, list[BackedUp]]


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

    Pointers come first and pending changes last, so that whatever names an item precedes it.
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
        elif line.table != APPLICATIONS:
            yield Missing(line.table, _back(line, arrangements), None, line.length)
        else:
            application = application_records.read_application(line.record)
            current = seen.pointer.get(pointer_id_of(application))
            if application.is_open and current and current.application != application.id:
                restored.superseded += 1
                continue
            named_by = _named_by(application)
            missing = Missing(line.table, line.back(), named_by, line.length)
            if named_by and named_by[0] == APPLICATIONS:
                pending_changes.append(missing)
            else:
                yield missing
    yield from pending_changes


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


def look_through(backup: Backup, store: "Store", links: Links) -> Seen:
    """Return what a backup holds and what is there already."""
    there = {PROGRAM: set[str](), **{t: store.ids(t) for t in (APPLICATIONS, LETTERS)}}
    marks: dict[str, keys.Record] = {}
    pointer: dict[str, CurrentPointer] = {}
    for item in store.everything(PROGRAM):
        there[PROGRAM].add(item_id := item["id"]["S"])
        if item_id.startswith(FORGOTTEN):
            marks[item_id] = read_item(item)
        elif type_of(PROGRAM, item_id) is CurrentPointer:
            pointer[item_id] = application_records.read_pointer(read_item(item))
    in_file: dict[str, CurrentPointer] = {}
    filed: dict[str, list[BackedUp]] = defaultdict(list)
    gone: set[str] = set()
    for table, _, record, _ in backup.lines():
        if table == PROGRAM and record["id"].startswith(FORGOTTEN):
            marks.setdefault(record["id"], record)
        elif type_of(table, record["id"]) is CurrentPointer:
            in_file[record["id"]] = application_records.read_pointer(record)
        elif table == APPLICATIONS:
            application = application_records.read_application(record)
            if _is_forgotten(application, marks, links):
                gone |= {application.id, *application.pending_changes}
            elif application.answers and application.status is not Status.UNCONFIRMED:
                filed[pointer_id_of(application)].append(_filed(application))
    gone |= {each.id for each in in_file.values() if each.application in gone}
    new_pointer: dict[str, CurrentPointer] = {}
    unknown: dict[str, list[BackedUp]] = {}
    for each_id, found in filed.items():
        if before := pointer.get(each_id):
            if left := _unknown(before, found, there[APPLICATIONS]):
                unknown[each_id] = left
        elif left := [each for each in found if not _has_moved(each, each_id, there, store)]:
            before = in_file.get(each_id) if each_id not in gone and left == found else None
            new_pointer[each_id] = _new_pointer(each_id, before, left)
        else:
            gone.add(each_id)
    return Seen(there, gone, pointer, new_pointer, unknown)


def _filed(application: Application) -> BackedUp:
    return BackedUp(
        application.id, application.is_open, application.received_at, application.expires_at
    )


def _has_moved(
    found: BackedUp, named_by: str, there: Mapping[str, set[str]], store: "Store"
) -> bool:
    """Tell whether an application is there, and a pointer of another address or number names it."""
    present = store.get(Application, found.id) if found.id in there[APPLICATIONS] else None
    if present is None or not present.answers:
        return False
    return not named_by.endswith(f"#{contact_key_in(present.answers)}")


def _is_forgotten(application: Application, marks: Mapping[str, keys.Record], links: Links) -> bool:
    """
    Tell whether an application was forgotten.

    Someone who was forgotten and has applied again since is not forgotten any more.
    """
    if forgotten_mark_id(application.id) in marks:
        return True
    if not application.answers:
        return False
    mark = marks.get(forgotten_mark_id(links.hashed(contact_key_in(application.answers))))
    return mark is not None and application.received_at <= program_records.read_mark(mark).at


def _unknown(pointer: CurrentPointer, found: Iterable[BackedUp], there: set[str]) -> list[BackedUp]:
    """Return the closed applications that come back and that a pointer does not name."""
    if len(pointer.earlier) >= MAX_EARLIER:
        return []
    known = {pointer.application, *pointer.earlier, *there}
    return [each for each in found if not each.is_open and each.id not in known]


def _new_pointer(
    pointer_id: str, before: CurrentPointer | None, found: Iterable[BackedUp]
) -> CurrentPointer:
    """
    Return the pointer to the current application, by a backup alone.

    People apply while a backup is made: it may have an application that no pointer in it names.
    """
    newest = max(found, key=lambda each: (each.is_open, each.received_at))
    current = before or CurrentPointer(
        id=pointer_id, application=newest.id, expires_at=newest.expires_at or newest.received_at
    )
    if newest.is_open and newest.id != current.application:
        current = replace(
            current,
            application=newest.id,
            earlier=(*current.earlier, current.application)[-MAX_EARLIER:],
        )
    closed = _unknown(current, found, set())
    current = with_earlier(current, closed) if closed else current
    return _kept_as_long(current, found)


def with_earlier(pointer: CurrentPointer, closed: Iterable[BackedUp]) -> CurrentPointer:
    """Return a pointer that names earlier applications as well."""
    found = sorted(closed, key=lambda each: each.received_at)
    ids = dict.fromkeys((*(each.id for each in found), *pointer.earlier))
    known = replace(
        pointer,
        earlier=tuple(each for each in ids if each != pointer.application)[-MAX_EARLIER:],
        revision=pointer.revision + 1,
    )
    return _kept_as_long(known, found)


def _kept_as_long(pointer: CurrentPointer, found: Iterable[BackedUp]) -> CurrentPointer:
    """Return a pointer that is kept for as long as the applications that come back."""
    named = [each for each in found if each.id in pointer.named]
    ends = [each.expires_at for each in named if each.expires_at]
    unending = (*pointer.unending, *(each.id for each in named if not each.expires_at))
    return replace(
        pointer,
        expires_at=max(pointer.expires_at, *ends) if ends else pointer.expires_at,
        unending=tuple(each for each in dict.fromkeys(unending) if each in pointer.named),
    )
