"""
Write a backup back.

Nothing is overwritten, no email is sent, and no one can sign in with it: letters that were not sent
come back held, matches come back on hold, and the list of coordinators stays as it is. People who
were forgotten stay forgotten, and people who have applied again since have one open application.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from mentorship.archive.backup import Backup
from mentorship.archive.restore_plan import Missing, Place, Restored, what_is_missing
from mentorship.archive.restore_seen import Seen, look_through, with_earlier
from mentorship.change import Change, Conflict
from mentorship.letters.letter import State
from mentorship.program.arrangements import Arrangements
from mentorship.store.items import read_item
from mentorship.store.letter_records import read_letter
from mentorship.store.records import LETTERS
from mentorship.web.links import Links

if TYPE_CHECKING:
    from mentorship.store.store import Store


# In one transaction DynamoDB takes a hundred items, and 4 MB.
MAX_AT_ONCE, MAX_BYTES_AT_ONCE = 100, 1024 * 1024
# When two requests change a pointer at once, one conflicts and decides again.
TRIES = 5


def restore(
    backup: Backup,
    store: "Store",
    links: Links,
    *,
    arrangements: Arrangements,
    pause: Callable[[int], None],
) -> Restored:
    """
    Write a backup back; what is there already stays as it is.

    Args:
        backup: what `read` returned.
        store: where to write it.
        links: hash addresses.
        arrangements: the present ones, or those that a deployment begins with.
        pause: waits a while before another try.

    """
    seen, restored = look_through(backup, store, links), Restored()
    try:
        _known(seen, store, pause)
        for part in _parts(what_is_missing(backup, seen, arrangements, restored)):
            _put(part, store, pause, restored)
    except Conflict:
        restored.finished = False
    return restored


def _put(
    part: list[Missing], store: "Store", pause: Callable[[int], None], restored: Restored
) -> None:
    """Write a part back, and count what became of each item."""
    table = part[0].table
    written, unnamed = store.put_missing(
        table,
        [each.item for each in part],
        named_by={each.id: each.named_by for each in part if each.named_by},
        pause=pause,
    )
    restored.written[table] += len(written)
    restored.superseded += len(unnamed)
    restored.already[table] += len(part) - len(written) - len(unnamed)
    restored.held += sum(
        table == LETTERS and read_letter(read_item(each.item)).state is State.HELD
        for each in part
        if each.id in written
    )


def _parts(found: Iterable[Missing]) -> Iterator[list[Missing]]:
    """Yield as many items of one table at a time as a transaction takes."""
    part: list[Missing] = []
    places: set[Place] = set()
    length = 0
    for each in found:
        many = len(places) + len(each.places) > MAX_AT_ONCE
        full = many or length + each.length > MAX_BYTES_AT_ONCE
        if part and (full or places & each.places or each.table != part[0].table):
            yield part
            part, places, length = [], set(), 0
        part.append(each)
        places |= each.places
        length += each.length
    if part:
        yield part


def _known(seen: Seen, store: "Store", pause: Callable[[int], None]) -> None:
    """
    Add the closed applications that come back to the pointers that are there.

    If someone asks to be forgotten later, the pointer finds all that their address ever had.

    Raises:
        Conflict: if others changed the same at every try.

    """
    for each_id, closed in seen.unknown.items():
        for tried in range(TRIES):
            pointer = store.pointer(each_id)
            if pointer is None:  # Someone was forgotten at this moment.
                seen.gone.update(each.id for each in closed)
                break
            try:
                store.commit(Change(puts=(with_earlier(pointer, closed),)))
            except Conflict:
                pause(tried)
            else:
                break
        else:
            raise Conflict
