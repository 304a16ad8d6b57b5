"""What is known before a backup is written back: what it holds, and what is there already."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from mentorship.applications.application import Application, contact_key_in
from mentorship.applications.intake import MAX_EARLIER
from mentorship.applications.pointer import CurrentPointer, pointer_id_of
from mentorship.applications.status import Status
from mentorship.archive.backup import Backup
from mentorship.archive.restore_matches import MatchesSeen, look_at_matches
from mentorship.change import FORGOTTEN, forgotten_mark_id
from mentorship.store import application_records, program_records
from mentorship.store.items import read_item
from mentorship.store.records import APPLICATIONS, LETTERS, MATCHES, PROGRAM, type_of
from mentorship.web.links import Links

if TYPE_CHECKING:
    from mentorship.store.store import Store


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
        matches: what becomes of the matches in the backup.

    """

    there: Mapping[str, set[str]]
    gone: set[str]
    pointer: Mapping[str, CurrentPointer]
    new_pointer: Mapping[str, CurrentPointer]
    unknown: Mapping[str, list[BackedUp]]
    matches: MatchesSeen


def look_through(backup: Backup, store: "Store", links: Links) -> Seen:
    """Return what a backup holds and what is there already."""
    by_ids = (APPLICATIONS, MATCHES, LETTERS)
    there = {PROGRAM: set[str](), **{table: store.ids(table) for table in by_ids}}
    forgotten_at: dict[str, datetime] = {}
    pointer: dict[str, CurrentPointer] = {}
    for item in store.everything(PROGRAM):
        there[PROGRAM].add(item_id := item["id"]["S"])
        if item_id.startswith(FORGOTTEN):
            forgotten_at[item_id] = program_records.read_mark(read_item(item)).at
        elif type_of(PROGRAM, item_id) is CurrentPointer:
            pointer[item_id] = application_records.read_pointer(read_item(item))
    in_file: dict[str, CurrentPointer] = {}
    filed: dict[str, list[BackedUp]] = defaultdict(list)
    gone: set[str] = set()
    for table, _, record, _ in backup.lines():
        if table == PROGRAM and record["id"].startswith(FORGOTTEN):
            forgotten_at.setdefault(record["id"], program_records.read_mark(record).at)
        elif type_of(table, record["id"]) is CurrentPointer:
            in_file[record["id"]] = application_records.read_pointer(record)
        elif table == APPLICATIONS:
            application = application_records.read_application(record)
            if _is_forgotten(application, forgotten_at, links):
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

    def comes_back(application: Application) -> bool:
        known = application.id in gone or application.id in there[APPLICATIONS]
        return not known and not is_superseded(application, pointer)

    matches = look_at_matches(
        backup,
        store,
        there=there,
        gone=gone,
        forgotten_at=forgotten_at,
        comes_back=comes_back,
    )
    return Seen(there, gone | matches.forgotten, pointer, new_pointer, unknown, matches)


def is_superseded(application: Application, pointers: Mapping[str, CurrentPointer]) -> bool:
    """Tell whether an open application is not the current one of its address any more."""
    current = pointers.get(pointer_id_of(application)) if application.is_open else None
    return current is not None and current.application != application.id


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


def _is_forgotten(
    application: Application, forgotten_at: Mapping[str, datetime], links: Links
) -> bool:
    """
    Tell whether an application was forgotten.

    Someone who was forgotten and has applied again since is not forgotten any more.
    """
    if forgotten_mark_id(application.id) in forgotten_at:
        return True
    if not application.answers:
        return False
    hashed = links.hashed(contact_key_in(application.answers))
    at = forgotten_at.get(forgotten_mark_id(hashed))
    return at is not None and application.received_at <= at


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
