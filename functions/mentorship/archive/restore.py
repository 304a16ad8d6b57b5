"""
A backup is written back.

Nothing that is there is overwritten, nobody is mailed, and nobody is let in: letters that were not
sent come back held, and who the coordinators are stays as it is. Who was forgotten stays forgotten,
and who has applied again since has one application that is open.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from mentorship.archive.backup import Backup
from mentorship.archive.restore_plan import (
    Missing,
    Place,
    Restored,
    Seen,
    look_through,
    what_is_missing,
    with_earlier,
)
from mentorship.change import Change, Conflict
from mentorship.letters.letter import State
from mentorship.program.arrangements import Arrangements
from mentorship.store.records import LETTERS
from mentorship.web.links import Links

if TYPE_CHECKING:
    from mentorship.store.store import Store


# Of one transaction DynamoDB takes a hundred items, and 4 MB.
MAX_AT_ONCE, MAX_BYTES_AT_ONCE = 100, 1024 * 1024
# Of two who change what stands at once one decides anew.
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
        store: where to.
        links: by which addresses are hashed.
        arrangements: what is arranged there, or what a deployment begins with.
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
    """Write a part back, and count what became of it."""
    table = part[0].table
    written, unnamed = store.put_missing(
        table,
        [each.item for each in part],
        named_by={each.id: each.named_by for each in part if each.named_by},
        pause=pause,
    )
    restored.written[table] += len(written)
    restored.overtaken += len(unnamed)
    restored.already[table] += len(part) - len(written) - len(unnamed)
    restored.held += sum(
        table == LETTERS and each.item["state"]["S"] == State.HELD
        for each in part
        if each.id in written
    )


def _parts(found: Iterable[Missing]) -> Iterator[list[Missing]]:
    """Yield as many items at a time as one transaction takes, of one table."""
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
    Have what stands there know of the closed applications that come back.

    Whoever asks to be forgotten later is found by it, with all that their address ever had.

    Raises:
        Conflict: if others changed the same at every try.

    """
    for standing_id, closed in seen.unknown.items():
        for tried in range(TRIES):
            pointer = store.pointer(standing_id)
            if pointer is None:  # Somebody was forgotten at this moment.
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
