"""
Whom people mean by the names that they write in a note: whom they wish for, and not with whom.

A name is looked for among the people of the other side. Found once, it is understood; found never,
or more than once, a coordinator has to read the note.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from mentorship import names
from mentorship.addresses import address_key
from mentorship.matches.people import Person

# What surely separates two names, and what may: Kim Example, MD, and Example, Kim, have a comma.
LINES = re.compile(r"[;\n\r•|/&+]+|(?<!\w)\d+[.)]\s")
PIECES = re.compile(r",|\b(?:and|or|nor)\b", re.IGNORECASE)
# How people say that they have nothing to say.
NOTHING = {
    *("", "no", "none", "na", "nobody", "noone", "nope", "nil", "null", "notapplicable", "any"),
    *("anyone", "anybody", "nopreference", "notatthistime", "nothing", "notreally", "no1"),
}
# What may stand beside a name and says nothing.
BESIDE = {"drs", "doctor", "doctors", *names.GENERATIONS}


@dataclass(frozen=True, kw_only=True)
class Understood:
    """
    What a note says.

    Attributes:
        found: the ids of those whom it surely names.
        is_clear: whether nothing else is in it.

    """

    found: frozenset[str] = frozenset()
    is_clear: bool = True


@dataclass(frozen=True)
class People:
    """The people of one side, for looking up names in the other side's notes."""

    everyone: tuple[Person, ...]

    @cached_property
    def by_key(self) -> dict[str, list[str]]:
        """Their ids, by their full names and addresses."""
        found = defaultdict(list)
        for each in self.everyone:
            for key in {each.match_key, each.squeezed, *each.addresses} - {""}:
                found[key].append(each.id)
        return found

    def named_in(self, note: str) -> Understood:
        """Return whom a note names among them."""
        whole = self._full_name(note)
        if whole.found or names.squeezed(note) in NOTHING:
            return whole if whole.found else Understood()
        return _together(self._in_line(each) for each in LINES.split(note) if names.squeezed(each))

    def _in_line(self, line: str) -> Understood:
        """Read a line: one name, or several with commas."""
        whole = self._full_name(line)
        if whole.found:
            return whole
        pieces = [each for each in PIECES.split(line) if _words(each) or "@" in each]
        return _together(map(self._in_piece, pieces)) if pieces else Understood(is_clear=False)

    def _full_name(self, text: str) -> Understood:
        """Read a text that is a full name, in any order, or an address."""
        keys = (names.match_key(text), names.squeezed(text), address_key(text.strip()))
        return _once(next((self.by_key[each] for each in keys if self.by_key.get(each)), []))

    def _in_piece(self, piece: str) -> Understood:
        """Read a few words: a full name among them, or a part of one alone."""
        whole = self._full_name(piece)
        if whole.found or "@" in piece:
            return whole
        words = _words(piece)
        windows = sorted(combinations(range(len(words) + 1), 2), key=lambda each: each[0] - each[1])
        named, left = list[list[str]](), set(range(len(words)))
        for start, end in windows:
            ids = self.by_key.get(" ".join(sorted(w for each in words[start:end] for w in each)))
            if ids and {*range(start, end)} <= left and end - start > 1:
                left -= {*range(start, end)}
                named.append(ids)
        if named:
            read = _together(map(_once, named))
            return replace(read, is_clear=read.is_clear and not left)
        return _once([each.id for each in self.everyone if _may_be(each, words, piece)])


def _together(read: Iterable[Understood]) -> Understood:
    """Return what several parts of a note say."""
    parts = tuple(read)
    return Understood(
        found=frozenset().union(*(each.found for each in parts)),
        is_clear=all(each.is_clear for each in parts),
    )


def _once(ids: list[str]) -> Understood:
    """Return what a name says that some people have: it has to be one."""
    if len(ids) == 1:
        return Understood(found=frozenset(ids))
    return Understood(is_clear=False)


def _words(text: str) -> list[tuple[str, ...]]:
    """Return the words of a text that may be names, those with a hyphen in parts."""
    places: dict[int, list[str]] = defaultdict(list)
    for each in names.words_of(text):
        if each.small not in BESIDE and not (each.capitals and each.small in names.DOUBTFUL):
            places[each.place].append(each.small)
    return [tuple(each) for each in places.values()]


def _may_be(person: Person, words: list[tuple[str, ...]], text: str) -> bool:
    """Tell whether someone's name has all words and initials of a text."""
    told = names.plain(names.joined(text))
    letters = {each for each in names.WORD.findall(told) if len(each) == 1}
    return (
        bool(words)
        and all("".join(each) in person.parts or {*each} <= person.parts for each in words)
        and letters <= {each[0] for each in person.parts} | person.parts
    )
