"""
Match keys of names, which are equal for different ways to write a name.

"Dr. Robin Q. Example, MD", "EXAMPLE, Robin" and "Róbin Example" are one name; so is any name with
the same words in another order. An apostrophe joins words, as in O’Brien and OBrien; a hyphen
separates them. No one reads a match key: it is hashed.
"""

import re
import unicodedata

TITLES = {"dr", "prof", "professor", "mr", "mrs", "ms", "mx", "miss"}
# What may follow a name and is never part of it.
CREDENTIALS = {
    *("md", "phd", "dphil", "mph", "mba", "msc", "mmsc", "msed", "mha", "mhs", "mpp", "bs", "bsc"),
    *("jd", "dds", "dmd", "dvm", "pharmd", "mbbs", "mbchb", "mbbch", "frcpc", "frcr", "facr"),
    *("fsir", "fsar", "facs", "facp", "faap", "abr", "dabr", "pgy", "esq"),
}
# These are names, too, such as Vy Do's and Yo-Yo Ma's.
DOUBTFUL = {"do", "ma", "ba", "pa", "rn", "np"}
GENERATIONS = {"jr", "sr", "ii", "iii", "iv"}
# Letters with a stroke or a ligature, which no decomposition separates.
PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}
)
# Nicknames and other names: Robert “Bob” Example, Robin Example (Sample).
BESIDES = re.compile(r"\([^()]*\)|\"[^\"]*\"|“[^“”]*”")
# Two words written as one: Dr.Robin.
STUCK = re.compile(r"(?<=\w)\.(?=\w{3})")
# Apostrophes as people type them. After a single letter, a space goes, too: O’ Brien.
APOSTROPHE = r"['’‘‛ʼʻʹ′`´＇｀]"
JOINED = re.compile(rf"(?<!\S)([^\W\d_]){APOSTROPHE}\s+(?=\w)|{APOSTROPHE}")
# What splits a word in two: a hyphen of any kind.
HYPHEN = re.compile(r"[-‐‑‒–—_/]")
FEWEST = 2


def joined(text: str) -> str:
    """Return *text* without apostrophes: O’Brien, O'Brien and OBrien are one."""
    return JOINED.sub(r"\1", text)


def plain(text: str) -> str:
    """Return *text* in small letters, without accents."""
    small = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(each for each in small if not unicodedata.combining(each)).translate(PLAIN)


def match_key(name: str) -> str:
    """
    Return a name's match key, its words in alphabetical order, or "" for what is no full name.

    Titles, credentials, initials and anything in brackets are left out. A single word is not a full
    name, because it would find others of the same family; nor is an address.
    """
    if "@" in name:
        return ""
    words = _words(STUCK.sub(" ", BESIDES.sub(" ", joined(name))))
    words = _without(words, {each for each in words if each.small in GENERATIONS})
    if any(each.islower() for each in name):
        # In a name that is all capitals, a degree looks like a name.
        doubtful = {each for each in words if each.small in DOUBTFUL and each.capitals}
        words = _without(words, doubtful)
    if len({each.place for each in words}) < FEWEST:
        return ""
    return " ".join(sorted(each.small for each in words))


class Word:
    """A word of a name: in small letters, whether it was in capitals, and its position."""

    def __init__(self, written: str, place: int) -> None:
        self.small = "".join(each for each in plain(written) if each.isalnum())
        self.capitals = written.isupper()
        self.place = place

    @property
    def counts(self) -> bool:
        """Whether it is part of a name: not a title, degree, initial or number."""
        # One letter is an initial; one character of a script without capitals is a name.
        initial = len(self.small) == 1 and unicodedata.category(self.small) != "Lo"
        return (
            self.small != ""
            and not initial
            and self.small not in TITLES
            and self.small not in CREDENTIALS
            and not any(each.isdigit() for each in self.small)
        )


def _words(name: str) -> list[Word]:
    """Return the words that count; the parts of Anne-Marie have one position."""
    found = [
        Word(part, place)
        for place, written in enumerate(re.split(r"[\s,;]+", name.replace(".", "")))
        for part in HYPHEN.split(written)
    ]
    return [each for each in found if each.counts]


def _without(words: list[Word], some: set[Word]) -> list[Word]:
    """Return *words* without *some* of them, unless no full name would be left."""
    left = [each for each in words if each not in some]
    return left if len(left) >= FEWEST else words
