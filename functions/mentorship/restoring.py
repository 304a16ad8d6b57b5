"""
A backup is written back.

Nothing that is there is overwritten, and nobody is mailed: letters that were not sent come back
held. Who was forgotten stays forgotten.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mentorship import records
from mentorship.application import forgotten_id
from mentorship.backup import APPLICATIONS, LETTERS, MARKS, PROGRAM, Backup, Line
from mentorship.items import of_item
from mentorship.letter import State
from mentorship.links import Links

if TYPE_CHECKING:
    from mentorship.store import Store

# Of one transaction DynamoDB takes a hundred items, and 4 MB.
MOST_AT_ONCE, MOST_BYTES_AT_ONCE = 100, 1024 * 1024


@dataclass
class Restored:
    """
    What became of the items of a backup, each counted by its table.

    Attributes:
        held: how many letters wait for a person to release them.
        finished: whether there was time for everything.

    """

    written: Counter[str] = field(default_factory=Counter)
    already: Counter[str] = field(default_factory=Counter)
    forgotten: Counter[str] = field(default_factory=Counter)
    held: int = 0
    finished: bool = True


def restore(
    backup: Backup, store: "Store", links: Links, *, go_on: Callable[[], bool] = lambda: True
) -> Restored:
    """
    Write a backup back; what is there already stays as it is.

    Args:
        backup: what `read` returned.
        store: where to.
        links: by which addresses are hashed.
        go_on: asked between two parts. What is left then is written another time.

    """
    gone, restored = _forgotten(backup, store, links), Restored()
    for part in _parts(backup.lines()):
        if not go_on():
            restored.finished = False
            break
        table = part[0].table
        items = {line.record["id"]: line.back() for line in part if line.record["id"] not in gone}
        written = store.put_back(table, items.values())
        restored.written[table] += len(written)
        restored.already[table] += len(items) - len(written)
        restored.forgotten[table] += len(part) - len(items)
        restored.held += sum(
            table == LETTERS and items[each]["state"]["S"] == State.HELD for each in written
        )
    return restored


def _parts(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Yield as many lines at a time as one transaction takes, of one table."""
    part: list[Line] = []
    length = 0
    for line in lines:
        full = len(part) == MOST_AT_ONCE or length + line.length > MOST_BYTES_AT_ONCE
        if part and (full or line.table != part[0].table):
            yield part
            part, length = [], 0
        part.append(line)
        length += line.length
    if part:
        yield part


def _forgotten(backup: Backup, store: "Store", links: Links) -> set[str]:
    """
    Return the ids of what was forgotten: applications, and what says that one of them stands.

    Whoever was forgotten and has applied again since is there again.
    """
    marks = {
        item["id"]["S"]: of_item(item)
        for item in store.everything(PROGRAM)
        if item["id"]["S"].startswith(MARKS)
    }
    standing: dict[str, str] = {}
    gone: set[str] = set()
    for table, _, record, _ in backup.lines():
        if table == PROGRAM and record["id"].startswith(MARKS):
            marks.setdefault(record["id"], record)
        elif table == PROGRAM and "application" in record:
            standing[record["id"]] = record["application"]
        elif table == APPLICATIONS:
            application = records.application_of(record)
            mark = application.answers and marks.get(
                forgotten_id(links.hashed(application.address))
            )
            late = mark and application.received_at <= records.mark_of(mark).at
            if late or forgotten_id(application.id) in marks:
                gone |= {application.id, *application.beside}
    return gone | {each for each, application in standing.items() if application in gone}
