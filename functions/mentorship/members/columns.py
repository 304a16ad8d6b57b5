"""
What the columns of a member list are, by their headings, and what they say about a membership.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from mentorship.names import plain


class ColumnKind(Enum):
    """What a column holds, as far as it matters here."""

    ADDRESS = "address"
    NAME = "name"
    FIRST = "first name"
    LAST = "last name"
    # The status of a membership, in words or as yes and no.
    STATUS = "status"
    ENDED = "ended, yes or no"
    GOES_ON = "goes on, yes or no"
    UNTIL = "end date"
    OTHER = "another"


# Words in a heading that say only whose column it is.
OWNERS = {"member", "members", "contact", "primary", "wsrs", "rfs", "your", "the", "is"}
FIRST = {
    *("first", "first name", "firstname", "first names", "given", "given name", "given names"),
    *("forename", "fname", "name first"),
}
LAST = {
    *("last", "last name", "lastname", "last names", "surname", "family name", "lname"),
    "name last",
}
NAME = {"member", "members", "contact", "names", "first last", "last first"}
STATUS = {"status", "membership", "standing", "type", "category"}
ENDED = {"lapsed", "expired", "inactive", "former", "former member"}
GOES_ON = {"active", "active member", "active membership", "current", "current member", "renewed"}
UNTIL = {"expires", "expiration", "expiry", "expire", "exp", "thru", "through", "until"}
UNTIL_IN_FULL = re.compile(r"(ends?|ends? on|end date|(paid|valid) to|renew by|renewal due)$")
ALSO_HEADINGS = {"address", "addresses", "phone", "city", "state", "institution", "notes", "id"}
# Columns about someone else.
OTHERS = {
    *("spouse", "director", "coordinator", "assistant", "sponsor", "referred", "referrer"),
    *("emergency", "supervisor", "manager", "employer", "billing"),
}
NO_NAME = {
    *("company", "institution", "organization", "organisation", "hospital", "school", "program"),
    *("group", "practice", "chapter", "section", "department", "user", "username", "file", "city"),
    *("account", "nickname", "nick", "maiden", "middle", "middlename", "preferred", "prefix"),
    *("suffix", "title", "badge", "plan", "level"),
}
NO_ADDRESS = {"status", "opt", "consent", "preference", "preferences", "verified", "type", "date"}
NO_MEMBERSHIP = {
    *("training", "residency", "fellowship", "license", "licence", "card", "term", "committee"),
    *("board", "contract", "graduation", "certification", "school", "visa", "marital"),
    *("employment", "email", "phone"),
}

NOT = r"(?:not|no longer|never|non) (?:an? )?(?:longer )?(?:yet )?"
LAPSED_WORDS = (
    r"lapsed|expired|inactive|former|formerly|ended|terminated|resigned|cancell?ed|dropped|deceased"
)
LAPSED = re.compile(
    rf"\b(?:{LAPSED_WORDS}|nonmember|{NOT}(?:active|current|renewed|renewing|member)|"
    r"did not renew|unrenewed)\b"
)
STILL = re.compile(rf"\b{NOT}(?:{LAPSED_WORDS})\b")
# A cell with only these words says what the status of a membership is.
STATUS_WORDS = {
    *re.sub(r"l\?", "l", LAPSED_WORDS).split("|"),
    *("canceled", "active", "current", "member", "membership", "nonmember", "non", "not", "no"),
    *("longer", "did", "renew", "renewed", "unrenewed", "paid", "status", "pending"),
}
YES, NO = {"yes", "y", "true", "x", "1"}, {"no", "n", "false", "0"}
ENDLESS = {"", "na", "none", "never", "lifetime", "life", "permanent", "open", "noexpiration"}
DAYS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%m-%d-%y", "%d.%m.%Y"),
    *("%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%Y%m%d"),
    # If there is no month of that number, the day comes first.
    *("%d/%m/%Y", "%d/%m/%y"),
)
MONTHS = ("%m/%Y", "%Y-%m", "%B %Y", "%b %Y", "%b-%y", "%b-%Y")
# No date is longer; a longer text is not searched for a time of day.
LONGEST = 60
TIME = re.compile(r"[T ]\d{1,2}:\d\d.*$")
# How Excel counts days, if a date is not formatted as one.
FIRST_DAY, SERIAL = date(1899, 12, 30), re.compile(r"\d{5}(\.0+)?")


def column_of(heading: str) -> ColumnKind | None:
    """Return the kind of column that a heading names, or `None` if it is no heading."""
    words = re.findall(r"[^\W_]+", plain(heading))
    while len(words) > 1 and words[0] in OWNERS:
        words = words[1:]
    some, text = set(words), " ".join(words)
    if not words or some & OTHERS:
        return ColumnKind.OTHER if words else None
    if any("email" in each for each in words) or text == "mail" or " e mail " in f" {text} ":
        return ColumnKind.OTHER if some & NO_ADDRESS else ColumnKind.ADDRESS
    for column, headings in (
        (ColumnKind.FIRST, FIRST), (ColumnKind.LAST, LAST), (ColumnKind.NAME, NAME),
        (ColumnKind.ENDED, ENDED), (ColumnKind.GOES_ON, GOES_ON), (ColumnKind.OTHER, ALSO_HEADINGS),
    ):  # fmt: skip
        if text in headings:
            return column
    if any(each.endswith("name") or each == "names" for each in words):
        return ColumnKind.OTHER if some & NO_NAME else ColumnKind.NAME
    if some & NO_MEMBERSHIP:
        return ColumnKind.OTHER
    if some & UNTIL or UNTIL_IN_FULL.search(text):
        return ColumnKind.UNTIL
    return ColumnKind.STATUS if some & STATUS else None


def says_lapsed(text: str, column: ColumnKind) -> bool:
    """Tell whether a cell of a column says that a membership has ended."""
    said = " ".join(re.findall(r"[^\W_]+", plain(text)))
    if column is ColumnKind.ENDED and said in YES:
        return True
    if column is ColumnKind.GOES_ON and said in NO:
        return True
    return bool(LAPSED.search(STILL.sub("", said)))


def is_status(text: str) -> bool:
    """Tell whether a cell without a heading says only the status of a membership."""
    words = re.findall(r"[^\W_]+", plain(text))
    return bool(words) and set(words) <= STATUS_WORDS


@lru_cache(maxsize=4096)
def read_end_date(text: str) -> date | None:
    """
    Return the last day of a membership, or `None` if it has no end.

    A month or a year without a day means its last day.

    Raises:
        ValueError: for anything that is not a date.

    """
    if len(text) > LONGEST:
        raise ValueError("no date")
    if "".join(re.findall(r"[^\W_]+", plain(text))) in ENDLESS:
        return None
    if SERIAL.fullmatch(text):
        return FIRST_DAY + timedelta(days=int(text[:5]))
    said = " ".join(TIME.sub("", text).replace(",", " ").replace("Sept ", "Sep ").split())
    if day := _written(said, DAYS):
        return day
    if month := _written(said, MONTHS):
        end: date = month + relativedelta(day=31)
        return end
    if re.fullmatch(r"(19|20)\d\d", said):
        return date(int(said), 12, 31)
    raise ValueError("no date")


def _written(text: str, forms: Sequence[str]) -> date | None:
    """Return the date in a text that has one of some forms, if it has."""
    for form in forms:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
