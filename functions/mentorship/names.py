"""
Names, folded such that two ways to write one meet.

"Dr. Robin Q. Example, MD", "EXAMPLE, Robin" and "Róbin Example" are one name; so is whatever has
the same words in another order. An apostrophe joins, as in O’Brien and OBrien; a hyphen parts.
Nobody reads what comes out: it is hashed.
"""

import re
import unicodedata

TITLES = {"dr", "prof", "professor", "mr", "mrs", "ms", "mx", "miss"}
# What stands behind a name and is nobody's name.
CREDENTIALS = {
    *("md", "phd", "dphil", "mph", "mba", "msc", "mmsc", "msed", "mha", "mhs", "mpp", "bs", "bsc"),
    *("jd", "dds", "dmd", "dvm", "pharmd", "mbbs", "mbchb", "mbbch", "frcpc", "frcr", "facr"),
    *("fsir", "fsar", "facs", "facp", "faap", "abr", "dabr", "pgy", "esq"),
}
# These are somebody's name too, such as Vy Do's and Yo-Yo Ma's.
DOUBTFUL = {"do", "ma", "ba", "pa", "rn", "np"}
GENERATIONS = {"jr", "sr", "ii", "iii", "iv"}
# Letters whose stroke or ligature no decomposition takes apart.
PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}
)
# What somebody is called besides: Robert “Bob” Example, Robin Example (Sample).
BESIDES = re.compile(r"\([^()]*\)|\"[^\"]*\"|“[^“”]*”")
# Two words written as one: Dr.Robin.
STUCK = re.compile(r"(?<=\w)\.(?=\w{3})")
# Apostrophes as people type them. Behind a single letter a space goes too: O’ Brien.
APOSTROPHE = r"['’‘‛ʼʻʹ′`´＇｀]"
JOINED = re.compile(rf"(?<!\S)([^\W\d_]){APOSTROPHE}\s+(?=\w)|{APOSTROPHE}")
# What parts a word into two: a hyphen of any kind.
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
    Return a name's words in the order of the alphabet, or "" for what is too little of a name.

    Titles, credentials, initials and what stands in brackets are left out. A name of one word is
    too little, for it would find others of the same family; so is one that is an address.
    """
    if "@" in name:
        return ""
    words = _words(STUCK.sub(" ", BESIDES.sub(" ", joined(name))))
    words = _without(words, {each for each in words if each.small in GENERATIONS})
    if any(each.islower() for each in name):
        # In capitals throughout, a degree looks as a name does.
        doubtful = {each for each in words if each.small in DOUBTFUL and each.capitals}
        words = _without(words, doubtful)
    if len({each.place for each in words}) < FEWEST:
        return ""
    return " ".join(sorted(each.small for each in words))


class Word:
    """A word of a name: in small letters, whether it was in capitals, and in which place."""

    def __init__(self, written: str, place: int) -> None:
        self.small = "".join(each for each in plain(written) if each.isalnum())
        self.capitals = written.isupper()
        self.place = place

    @property
    def counts(self) -> bool:
        """Whether it is a part of a name: no title, no degree, no initial, no number."""
        # One letter is an initial; one sign of a script without capitals is a name.
        initial = len(self.small) == 1 and unicodedata.category(self.small) != "Lo"
        return (
            self.small != ""
            and not initial
            and self.small not in TITLES
            and self.small not in CREDENTIALS
            and not any(each.isdigit() for each in self.small)
        )


def _words(name: str) -> list[Word]:
    """Return the words that count; the parts of Anne-Marie are in one place."""
    found = [
        Word(part, place)
        for place, written in enumerate(re.split(r"[\s,;]+", name.replace(".", "")))
        for part in HYPHEN.split(written)
    ]
    return [each for each in found if each.counts]


def _without(words: list[Word], some: set[Word]) -> list[Word]:
    """Return *words* without *some* of them, unless too little of a name would be left."""
    left = [each for each in words if each not in some]
    return left if len(left) >= FEWEST else words
