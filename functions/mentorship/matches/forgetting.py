"""What becomes of someone's matches, and of what lies between them and others, once forgotten."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from mentorship.change import Change, Stored
from mentorship.letters.letter import Letter
from mentorship.matches.ending import close
from mentorship.matches.match import Match, Reason
from mentorship.matches.pair import Pair
from mentorship.matches.pairing import MatchChange, Pairing

# A transaction takes a hundred items.
MAX_BLANKED = 50


def ended(pairings: Sequence[Pairing], gone: Collection[str], *, now: datetime) -> Change:
    """
    Return the change that ends matches, of which one side is deleted in the same transaction.

    Whoever else was asked, or takes part, is told as when someone withdraws.

    Args:
        pairings: the matches, open or running.
        gone: the ids of the applications that are deleted.
        now: the present.

    """
    puts: dict[str, Stored] = {}
    letters: list[Letter] = []
    for pairing in pairings:
        role = next(r for r, party in pairing.match.parties.items() if party.application in gone)
        # Nothing of the side that is deleted is stored again.
        left = replace(pairing, applications={**pairing.applications, role: None})
        change = MatchChange.of(close(left, Reason.FORGOTTEN, by=role, now=now))
        puts |= {each.id: each for each in change.puts}
        puts[change.match.id] = change.match.without(gone)
        letters += change.letters
    return Change(puts=tuple(puts.values()), letters=tuple(letters))


def blanked(matches: Sequence[Match], gone: Collection[str]) -> list[Change]:
    """Return the changes after which nothing of someone is left in matches that are over."""
    without = [each.without(gone) for each in matches]
    puts = [replace(each, revision=each.revision + 1) for each in without]
    return [Change(puts=tuple(part)) for part in _in_parts(puts)]


def deleted(pairs: Sequence[Pair]) -> list[Change]:
    """Return the changes that delete what lies between people."""
    return [Change(deletes=tuple(part)) for part in _in_parts(pairs)]


def _in_parts(found: Sequence[Stored]) -> list[Sequence[Stored]]:
    return [found[at : at + MAX_BLANKED] for at in range(0, len(found), MAX_BLANKED)]
