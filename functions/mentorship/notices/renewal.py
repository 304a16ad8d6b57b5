"""
Welcome a coordinator when their term begins, and ask if they want to continue before it ends.

The contact address gets an email each time, too: an address may be mistyped, or its owner gone.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, new_letter, to_coordinator
from mentorship.program.arrangements import ASKED_BEFORE, Arrangements, Coordinator


def welcome(
    coordinator: Coordinator,
    *,
    by: str,
    contact: str,
    hashed: Callable[[str], str],
    now: datetime,
    new_id: str,
) -> Iterator[Letter]:
    """
    Yield the letters about someone who is added as a coordinator.

    Args:
        coordinator: the new one.
        by: the keyed hash of the address of the coordinator who adds them.
        contact: the contact address; if it is the coordinator's own, there is one letter.
        hashed: what hashes with the key.
        now: the present.
        new_id: an id that was never used.

    """
    who = hashed(coordinator.address)
    for to in dict.fromkeys((who, hashed(contact))):
        yield new_letter(
            Kind.WELCOME,
            to=to_coordinator(to),
            of=f"{who}#{to}#{new_id}",
            now=now,
            facts={"who": who, "by": by},
        )


def letters(
    arrangements: Arrangements,
    *,
    contact: str,
    hashed: Callable[[str], str],
    today: date,
    now: datetime,
) -> Iterator[Letter]:
    """
    Yield the letters about each coordinator whose term ends soon, once for each end of term.

    Args:
        arrangements: have the coordinators.
        contact: the contact address; if it is the coordinator's own, there is one letter.
        hashed: what hashes with the key.
        today: the present date, in the program's own zone.
        now: the present.

    """
    for coordinator in arrangements.active(today):
        if coordinator.until - today > ASKED_BEFORE:
            continue
        who, until = hashed(coordinator.address), f"{coordinator.until}"
        for to in dict.fromkeys((who, hashed(contact))):
            yield new_letter(
                Kind.RENEW,
                to=to_coordinator(to),
                of=f"{who}#{to}",
                on=coordinator.until,
                now=now,
                facts={"who": who, "until": until},
            )


def ending(
    letter: Letter, arrangements: Arrangements, *, hashed: Callable[[str], str]
) -> Coordinator | None:
    """Return the coordinator whom a letter is about, unless their term now ends on another day."""
    found = arrangements.by_hash(str(letter.facts["who"]), hashed=hashed)
    return found if found and f"{found.until}" == letter.facts["until"] else None
