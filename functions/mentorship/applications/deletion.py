"""What is stored of an address is deleted, and coordinators are asked to delete their copies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from mentorship.applications.application import Application, CurrentPointer
from mentorship.change import Change, Mark
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, new_letter

# A transaction takes a hundred items: with each of these go a mark and a letter, and with the last
# ones what stands.
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
    Yield the changes that delete all that is stored of an address.

    What coordinators were mailed, they are asked to delete. What stands comes last, so that one who
    is interrupted can begin again.

    Args:
        applications: every application of the address, and what is beside each.
        pointers: name those of them that are current.
        marks: by which a restored table forgets each application again, by the applications' ids.
        address: by which it forgets what else is of the address.
        now: the present.

    """
    found = sorted(applications, key=lambda each: each.is_open)
    while len(found) > MAX_DELETED:
        part, found = found[:MAX_DELETED], found[MAX_DELETED:]
        yield Change(
            puts=tuple(marks[each.id] for each in part),
            deletes=tuple(part),
            letters=_told(part, now),
        )
    yield Change(
        puts=(address, *(marks[each.id] for each in found)),
        deletes=(*found, *pointers),
        letters=_told(found, now),
    )


def _told(applications: Sequence[Application], now: datetime) -> tuple[Letter, ...]:
    """Return the letters that ask coordinators to delete what they were sent."""
    return tuple(
        new_letter(
            Kind.FORGOTTEN,
            about="",
            of=each.id,
            now=now,
            facts={"reference": each.reference, "role": each.role.value},
        )
        for each in applications
        if each.status.traits.is_announced
    )
