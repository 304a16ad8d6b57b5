"""Delete everything stored about an address, and ask coordinators to delete their copies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from mentorship.applications.application import Application
from mentorship.applications.pointer import CurrentPointer
from mentorship.change import Change, Mark
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, new_letter

# A transaction takes a hundred items: with each of these go a mark and a letter, and with the last
# ones the pointers.
MAX_DELETED = 25


def forget(
    applications: Iterable[Application],
    pointers: Iterable[CurrentPointer],
    *,
    marks: Mapping[str, Mark],
    address: Mark,
    now: datetime,
) -> Iterator[Change]:
    """
    Yield the changes that delete everything stored about an address.

    Coordinators are asked to delete what they were mailed. The pointers come last, so that an
    interrupted run can begin again.

    Args:
        applications: every application of the address, and their pending changes.
        pointers: name those of them that are current.
        marks: make a restored table forget each application again, by the applications' ids.
        address: the mark that makes it forget everything else from the address.
        now: the present.

    """
    found = sorted(applications, key=lambda each: each.is_open)
    while len(found) > MAX_DELETED:
        part, found = found[:MAX_DELETED], found[MAX_DELETED:]
        yield Change(
            puts=tuple(marks[each.id] for each in part),
            deletes=tuple(part),
            letters=_letters(part, now),
        )
    yield Change(
        puts=(address, *(marks[each.id] for each in found)),
        deletes=(*found, *pointers),
        letters=_letters(found, now),
    )


def _letters(applications: Sequence[Application], now: datetime) -> tuple[Letter, ...]:
    """Return the letters that ask coordinators to delete what they were sent."""
    return tuple(
        new_letter(
            Kind.FORGOTTEN,
            of=each.id,
            now=now,
            facts={"reference": each.reference, "role": each.role.value},
        )
        for each in applications
        if each.status.traits.is_announced
    )
