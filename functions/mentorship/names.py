"""
Match keys of names, equal for different ways to write a name; and whether a text names someone.

"Dr. Robin Q. Example, MD", "EXAMPLE, Robin" and "Róbin Example" are one name; so is any name with
the same words in another order. An apostrophe joins words, as in O’Brien and OBrien; a hyphen
separates them. No one reads a match key: it is hashed.
"""

import re
import unicodedata
from collections.abc import Iterable

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


def squeezed(text: str) -> str:
    """Return *text* in small letters, without accents, spaces and signs."""
    return re.sub(r"[\W_]+", "", plain(joined(text)))


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
    words = words_of(name)
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


def words_of(name: str) -> list[Word]:
    """Return the words of a name that count; the parts of Anne-Marie have one position."""
    told = STUCK.sub(" ", BESIDES.sub(" ", joined(name))).replace(".", "")
    found = [
        Word(part, place)
        for place, written in enumerate(re.split(r"[\s,;]+", told))
        for part in HYPHEN.split(written)
    ]
    return [each for each in found if each.counts]


def _without(words: list[Word], some: set[Word]) -> list[Word]:
    """Return *words* without *some* of them, unless no full name would be left."""
    left = [each for each in words if each not in some]
    return left if len(left) >= FEWEST else words


# Words that begin many names and mean none of them; a name that is one of these still counts.
COMMON = {
    *("all", "and", "any", "are", "but", "can", "chose", "for", "had", "has", "her", "him", "his"),
    *("its", "man", "may", "not", "one", "our", "she", "the", "they", "was", "who", "will", "with"),
}
# A short beginning of a name is a nickname; longer words may have an ending, or one letter wrong.
SHORTEST_NICKNAME, LONG = 3, 5
# People are meant by what they do as well.
BY_OFFICE = ("coordinat",)
WORD = re.compile(r"\w+")
# R.E., R. E. and RE, and a family name of which only the initial is written.
INITIALS = re.compile(r"\b((?:\w\.\s?){1,4}|[^\W\d_a-z]{1,4}\b)")


def mentions(text: str, people: Iterable[str], *, address: str = "") -> bool:
    """
    Tell whether a text may speak of a coordinator, by any part of their names or by their office.

    Args:
        text: in anyone's words.
        people: the ways in which the person is called.
        address: their email address.

    """
    words = set(WORD.findall(plain(joined(text))))
    office = any(each.startswith(BY_OFFICE) for each in words)
    return office or calls(text, people, address=address)


def calls(text: str, people: Iterable[str], *, address: str = "") -> bool:
    """
    Tell whether a text may speak of someone, by any part of their names.

    When in doubt it does: a family name, a nickname, initials, one letter wrong, or the beginning
    of their address is enough.

    Args:
        text: in anyone's words.
        people: the ways in which the person is called.
        address: their email address.

    """
    told = plain(joined(text))
    words = set(WORD.findall(told))
    joint = squeezed(text)
    mailbox = plain(address).partition("@")[0]
    if mailbox and (mailbox in told or _is_among(mailbox, words)):
        return True
    return any(
        _is_among(part, words)
        or (len(part) >= LONG and part in joint)
        or (_has_no_spaces(part) and part in told)
        for name in people
        for part in parts_of(name)
    ) or any(_initials(name) & _initials_in(text) for name in people)


def parts_of(name: str) -> set[str]:
    """Return the words of a name without titles and degrees, those with a hyphen joined as well."""
    told = plain(joined(name)).replace(".", " ")
    found = set()
    for written in re.split(r"[\s,;()\"“”]+", told):
        parts = WORD.findall(written)
        found |= {*parts, "".join(parts)}
    return {
        each
        for each in found
        if each not in TITLES and (len(each) > 1 or _has_no_spaces(each)) and each.isalpha()
    } - (CREDENTIALS - DOUBTFUL)


def _is_among(part: str, words: set[str]) -> bool:
    """Tell whether a word is meant as part of a name."""
    return any(
        word == part
        or (
            word not in COMMON
            and len(word) >= SHORTEST_NICKNAME
            and (part.startswith(word) or (len(part) >= SHORTEST_NICKNAME and word == f"{part}s"))
        )
        or (len(part) >= LONG and (word.startswith(part) or _is_nearly(word, part)))
        for word in words
    )


def _is_nearly(word: str, part: str) -> bool:
    """Tell whether one letter is wrong, missing or too many, or two have changed places."""
    if abs(len(word) - len(part)) > 1:
        return False
    ahead = next(
        (i for i, pair in enumerate(zip(word, part, strict=False)) if len({*pair}) > 1), None
    )
    if ahead is None:
        return True
    one, other = word[ahead:], part[ahead:]
    return (
        one[1:] == other[1:]
        or one[1:] == other
        or one == other[1:]
        or (one[:2] == other[1::-1] and one[2:] == other[2:])
    )


def _initials(name: str) -> set[str]:
    """Return the initials of a name, all of them, the first and the last, and the last alone."""
    words = [
        each
        for each in WORD.findall(plain(joined(name)))
        if each in parts_of(name) or len(each) == 1
    ]
    if len(words) < FEWEST:
        return set()
    letters = "".join(each[0] for each in words)
    return {letters, letters[0] + letters[-1], letters[-1]} - {"i", "a"}


def _initials_in(text: str) -> set[str]:
    """Return what may be initials in a text, in small letters."""
    return {"".join(WORD.findall(plain(found))) for found in INITIALS.findall(text)}


def _has_no_spaces(part: str) -> bool:
    """Tell whether a word is of a script that is written without spaces, such as Chinese."""
    return any(unicodedata.category(each) == "Lo" for each in part)
