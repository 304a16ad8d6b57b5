"""
Institutions as people type them: when two are the same, when they may be, and what is none.

Coordinators list other names and mail domains of an institution in the settings. What is neither
the same nor surely different is a question for them, and their answer is kept.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache

from mentorship import names
from mentorship.addresses import address_key

# How words are often shortened.
SHORT = {
    "univ": "university",
    "inst": "institute",
    "dept": "department",
    "hosp": "hospital",
    "ctr": "center",
    "centre": "center",
    "assoc": "associates",
    "med": "medical",
    "rad": "radiology",
    "st": "saint",
    "mt": "mount",
}
# Words that are left out: small ones, and how firms are registered.
SMALL = {
    *("the", "of", "and", "at", "for", "in", "a", "an"),
    *("inc", "llc", "llp", "ltd", "corp", "co", "ps", "pllc", "plc", "pc"),
}
# Words that many institutions have in their names: to share one of them says nothing.
COMMON = {
    *("hospital", "hospitals", "clinic", "clinics", "center", "centers", "health", "healthcare"),
    *("care", "medical", "medicine", "university", "college", "school", "institute", "department"),
    *("division", "section", "system", "systems", "services", "service", "network", "program"),
    *("residency", "fellowship", "training", "practice", "group", "associates", "partners"),
    *("physicians", "doctors", "specialists", "consultants", "professionals", "company"),
    *("radiology", "radiological", "radiologist", "radiologists", "imaging", "diagnostic"),
    *("diagnostics", "interventional", "neuroradiology", "teleradiology", "nuclear", "breast"),
    *("cancer", "children", "childrens", "women", "womens", "pediatric", "community", "general"),
    *("memorial", "regional", "county", "state", "city", "national", "american", "washington"),
    *("north", "south", "east", "west", "northern", "southern", "eastern", "western", "saint"),
    *("mount", "new", "first", "private", "academic", "hybrid", "affairs", "dr", "md"),
}
# Words for working on one's own, no longer, or nowhere yet. With no other words than these and
# those for the work itself, an answer names no institution; nor does "private practice".
NOWHERE = {
    *("independent", "independently", "locum", "locums", "tenens", "retired", "semiretired"),
    *("semi", "contract", "contractor", "consultant"),
    *("emeritus", "emerita", "self", "employed", "selfemployed", "freelance", "freelancer", "solo"),
    *("unemployed", "unaffiliated", "sole", "proprietor"),
    *("own", "my", "none", "no", "not", "na", "n", "applicable", "currently", "now", "various"),
    *("multiple", "several", "tbd", "unknown", "undecided", "per", "diem", "between", "jobs"),
    *("private", "academic", "practice"),
}
WORK = {"radiology", "radiologist", "teleradiology", "teleradiologist", "physician", "doctor"}
# Mail domains that anyone can have; of the names before a dot, with any country's ending.
PUBLIC_DOMAINS = {
    *("gmail.com", "googlemail.com", "ymail.com", "rocketmail.com", "icloud.com", "me.com"),
    *("mac.com", "aol.com", "msn.com", "proton.me", "protonmail.com", "pm.me", "fastmail.com"),
    *("fastmail.fm", "hey.com", "mail.com", "duck.com", "tutanota.com", "tuta.io", "hushmail.com"),
    *("comcast.net", "verizon.net", "att.net", "sbcglobal.net", "cox.net", "charter.net"),
    *("spectrum.net", "centurylink.net", "frontier.com", "q.com", "earthlink.net", "juno.com"),
    *("bellsouth.net", "optonline.net", "rr.com", "wavecable.com", "windstream.net"),
    *("privaterelay.appleid.com", "qq.com", "163.com", "126.com", "naver.com", "hanmail.net"),
    *("web.de", "t-online.de", "mail.ru", "rediffmail.com"),
}
PUBLIC_NAMES = {"yahoo", "hotmail", "outlook", "live", "gmx", "yandex", "zoho"}
# What stands before a country's two letters in a domain, such as ac.uk, and is nobody's own.
SECOND_LEVEL = {"ac", "co", "com", "edu", "gov", "go", "ne", "net", "or", "org", "sch"}
STATES = 2
SHORTEST, FEWEST = 2, 2
DOMAIN = re.compile(r"@?([^\s@/]+\.[^\W\d_]{2,}|[^\s@/]+\.xn--[a-z0-9-]+)")


class Same(StrEnum):
    """Whether two institutions are the same; coordinators answer what is not known."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


@dataclass(frozen=True, kw_only=True)
class Employer:
    """
    Where someone works or trains, prepared for comparing it with many others.

    Attributes:
        key: what an answer about it is kept under: its folded name or, without one, a mail domain.
        name: as it was typed.
        folded: the one spelling of its name; "" if it names no institution.
        listed: the folded names of the listed institutions that its name or mail domains are of.
        words: the words by which it is told from others.
        initials: those of its name, if it has several words.
        domains: the mail domains of the person that are not everyone's.

    """

    key: str
    name: str
    folded: str
    listed: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    initials: str = ""
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Institutions:
    """
    The institutions that coordinators have listed.

    Attributes:
        aliases: other names and mail domains, by the name of each institution.

    """

    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def spelled(self) -> dict[str, str]:
        """The folded name of each listed institution, by every folded name that it has."""
        return {
            folded(each): folded(name)
            for name, others in sorted(self.aliases.items(), reverse=True)
            for each in (*others, name)
            if folded(each) and not read_domain(each)
        }

    @cached_property
    def by_domain(self) -> dict[str, str]:
        """The folded name of each listed institution, by its mail domains."""
        return {
            domain: folded(name)
            for name, others in sorted(self.aliases.items(), reverse=True)
            for domain in map(read_domain, others)
            if domain
        }

    def employer(self, name: str, addresses: Iterable[str]) -> Employer:
        """Return where someone works or trains, from what they typed and their email addresses."""
        key = folded(name)
        main = self.spelled.get(key, key)
        domains = {each.rpartition("@")[2] for each in map(address_key, addresses) if each}
        domains |= {read_domain(name)} - {""}
        listed = {self.spelled.get(key, ""), *map(self._of_domain, domains)} - {""}
        own = {organization(each) for each in domains if not is_public(each)}
        return Employer(
            key=main or min(own, default=""),
            name=name,
            folded=main,
            listed=frozenset(listed),
            words=distinctive(key) | distinctive(main),
            initials="".join(each[0] for each in key.split()) if " " in key else "",
            domains=frozenset(own),
        )

    def _of_domain(self, domain: str) -> str:
        """Return the listed institution that a mail domain, or one that it is part of, is of."""
        labels = domain.split(".")
        wider = (".".join(labels[at:]) for at in range(len(labels)))
        return next((self.by_domain[each] for each in wider if each in self.by_domain), "")


@dataclass(frozen=True, kw_only=True)
class InstitutionAnswer:
    """
    Whether two institutions are the same, as a coordinator answered.

    Its id holds keyed hashes of their names, so that no one can read which they are.
    """

    id: str
    is_same: bool
    at: datetime
    by: str
    revision: int = 0


ANSWER_PREFIX = "institutions#"


def answer_id(one: str, other: str) -> str:
    """Return the id of the answer about two institutions, by the hashes of their keys."""
    return ANSWER_PREFIX + "#".join(sorted((one, other)))


def text_to_hash(employer: Employer) -> str:
    """Return what is hashed of an institution; it says what it is, as for other hashes."""
    return f"institution:{employer.key}" if employer.key else ""


def compare(one: Employer, other: Employer) -> Same:
    """Tell whether two people's institutions are the same, as far as it is known."""
    if (one.folded and one.folded == other.folded) or one.listed & other.listed:
        return Same.YES
    if one.domains & other.domains:
        return Same.MAYBE
    if not one.folded or not other.folded:
        return Same.NO
    alike = one.words & other.words or one.initials in other.words or other.initials in one.words
    return Same.MAYBE if alike else Same.NO


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """
    Return the one spelling of an institution's name, "" if it names none.

    "Sample Hosp., Inc." and "the SAMPLE HOSPITAL" are one. "Retired", "Locum tenens" and "Private
    practice" name none.
    """
    words = _words(name)
    return "" if {*words} <= NOWHERE | WORK else " ".join(words)


def _words(name: str) -> list[str]:
    """Return the words of an institution's name that count, in its order."""
    told = names.STUCK.sub(" ", names.joined(name)).replace(".", "")
    found = [SHORT.get(each, each) for each in names.WORD.findall(names.plain(told))]
    parts = [part for each in found for part in each.split("_") if part]
    return [each for each in parts if each not in SMALL] or parts


def distinctive(told: str) -> frozenset[str]:
    """Return the words of a folded name that few institutions have."""
    return frozenset(
        each
        for each in told.split()
        if len(each) >= SHORTEST and not each.isdigit() and each not in COMMON | NOWHERE | WORK
    )


def read_domain(text: str) -> str:
    """Return a text as a mail domain, "" if it is none: a name has spaces, or no dot."""
    found = DOMAIN.fullmatch(text.strip())
    return address_key(f"@{found[1]}").removeprefix("@") if found else ""


def is_public(domain: str) -> bool:
    """Tell whether anyone can have an address of a mail domain."""
    own = organization(domain)
    return (
        domain in PUBLIC_DOMAINS or own in PUBLIC_DOMAINS or own.partition(".")[0] in PUBLIC_NAMES
    )


def organization(domain: str) -> str:
    """Return the part of a domain that one organization has: mail.sample.edu is sample.edu's."""
    labels = domain.split(".")
    is_country = len(labels[-1]) == STATES and len(labels) > FEWEST
    kept = 3 if is_country and labels[-2] in SECOND_LEVEL else 2
    return ".".join(labels[-kept:])
