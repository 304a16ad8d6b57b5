"""
A coordinator's time begins, and they are told; it ends, and they are asked whether they go on.

So is the contact address each time: an address may be mistyped, and who is asked may have left.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, new_letter
from mentorship.program.arrangements import ASKED_BEFORE, Arrangements, Coordinator


def welcome(
    arrangements: Arrangements,
    coordinator: Coordinator,
    *,
    by: str,
    contact: str,
    hashed: Callable[[str], str],
    today: date,
    now: datetime,
) -> Iterator[Letter]:
    """
    Yield what is to be written of somebody who is added as a coordinator.

    Args:
        arrangements: what was arranged before; each change is made of it once.
        coordinator: who is added.
        by: the keyed hash of the address of whoever does that.
        contact: the contact address; if it is the coordinator's own, there is one letter.
        hashed: what hashes with the key.
        today: the present date, in the program's own zone.
        now: the present.

    """
    who = hashed(coordinator.address)
    for to in dict.fromkeys((who, hashed(contact))):
        yield new_letter(
            Kind.WELCOME,
            about="",
            of=f"{who}#{to}#{arrangements.revision + 1}",
            on=today,
            now=now,
            facts={"to": to, "who": who, "by": by},
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
    Yield what is to be written of each coordinator whose time ends soon, once for each end.

    Args:
        arrangements: who they are.
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
                about="",
                of=f"{who}#{to}",
                on=coordinator.until,
                now=now,
                facts={"to": to, "who": who, "until": until},
            )


def ending(
    letter: Letter, arrangements: Arrangements, *, hashed: Callable[[str], str]
) -> Coordinator | None:
    """Return the coordinator whom a letter is about, unless their time ends on another day now."""
    found = arrangements.by_hash(str(letter.facts["who"]), hashed=hashed)
    return found if found and f"{found.until}" == letter.facts["until"] else None
