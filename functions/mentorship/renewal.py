"""
A coordinator's time ends, and they are asked whether they go on.

So is the contact address, for they may have left already.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from mentorship.arrangements import ASKED_BEFORE, Arrangements, Coordinator
from mentorship.letter import Letter, new_letter

KIND = "renew"


def letters(
    arranged: Arrangements,
    *,
    contact: str,
    hashed: Callable[[str], str],
    today: date,
    now: datetime,
) -> Iterator[Letter]:
    """
    Yield what is to be written of each coordinator whose time ends soon, once for each end.

    Args:
        arranged: who they are.
        contact: the contact address; if it is the coordinator's own, there is one letter.
        hashed: what hashes with the key.
        today: the present date, in the program's own zone.
        now: the present.

    """
    for coordinator in arranged.present(today):
        if coordinator.until - today > ASKED_BEFORE:
            continue
        who, until = hashed(coordinator.address), f"{coordinator.until}"
        for to in dict.fromkeys((who, hashed(contact))):
            yield new_letter(
                KIND,
                about="",
                of=f"{who}#{to}",
                on=coordinator.until,
                now=now,
                facts={"to": to, "who": who, "until": until},
            )


def ending(
    letter: Letter, arranged: Arrangements, *, hashed: Callable[[str], str]
) -> Coordinator | None:
    """Return the coordinator whom a letter is about, unless their time ends on another day now."""
    for each in arranged.coordinators:
        if hashed(each.address) == letter.facts["who"]:
            return each if f"{each.until}" == letter.facts["until"] else None
    return None
