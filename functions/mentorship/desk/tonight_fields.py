"""
What the address of tonight's page says, and how much of it there is room for.

The browser writes the address of a form by itself: so the page offers only what fits if all of it
is ticked. CloudFront takes 8,192 characters, and a sign-in leads back to an address of 7,000.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mentorship.desk.evening import FIELDS
from mentorship.desk.guard import DeskRequest
from mentorship.desk.seen import TONIGHT
from mentorship.problems import BadRequest
from mentorship.web.body import fields

# What else the address keeps: what is ticked to be proposed, and whom the reasons are asked about.
TICKED, ASKED = "propose", "why"
# Whose *Explain* was pressed, a mentee's reference.
PRESSED = "explain"
ALL_FIELDS = (*FIELDS, TICKED, ASKED)
# Of the questions why two are not matched, so many are answered at once.
MOST_ASKED = 5
# So many characters the address has at most, whatever is ticked.
ROOM = 6000
PAIR = len("7K2M-0001.9QXD-0001")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Whether the address keeps what is ticked to be proposed, and what was suggested before."""

    ticks: bool
    was: bool


def sent(desk: DeskRequest) -> Mapping[str, Sequence[str]]:
    """
    Return what the address of the page says.

    Raises:
        BadRequest: if it can't be read.

    """
    try:
        return fields(desk.request.raw_query)
    except BadRequest as error:
        raise BadRequest(
            "This address has too many fields, or is damaged. Go back, and untick some boxes."
        ) from error


def kept(matches: int, given: Mapping[str, Sequence[str]]) -> Kept:
    """Return what the address of a page with so many matches has room for."""
    locks = max(matches, len(given.get("lock", ())))
    others = [(name, text) for name in ("apart", "free", "must") for text in given.get(name, ())]
    used = (
        len(f"{TONIGHT}?")
        + locks * len("lock=&")
        + locks * PAIR
        + matches * len("why=&")
        + MOST_ASKED * PAIR
        + len("explain=7K2M-0001&")
        + sum(len(f"{name}={text}&") for name, text in others)
    )
    with_was = used + len("was=&") + matches * (PAIR + 1)
    with_ticks = with_was + matches * (len("propose=&") + PAIR)
    return Kept(ticks=with_ticks <= ROOM, was=with_was <= ROOM)


def asked(given: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the pairs whose reasons are asked for, the one whose button was pressed first."""
    pressed = " ".join(given.get(PRESSED, ()))
    pairs = dict.fromkeys(each for each in given.get(ASKED, ()) if each)
    return sorted(pairs, key=lambda each: not each.endswith(f".{pressed}"))
