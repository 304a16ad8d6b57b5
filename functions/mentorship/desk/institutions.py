"""
The settings' page of institutions: what is suggested, and what else an institution is called.

A line is `Sample University = SU, sample.example`: its name, other names and mail domains. The name
is suggested while someone types theirs; the others decide whether two people are at one place.
"""

from collections.abc import Mapping
from dataclasses import replace

from mentorship.desk.arrange import PATH, Decision, FieldError, Section
from mentorship.desk.guard import DeskRequest
from mentorship.matches.institutions import folded, is_public, read_domain
from mentorship.pairings import take_back_excluded

FIELD = "institutions"
IS_CALLED, COMMA = " = ", ","
MAX_INSTITUTIONS, MAX_LETTERS, MAX_ALIASES = 200, 120, 400


def decide(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Set the institutions; each once, in any case."""
    spelled: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    for line in texts.get(FIELD, "").splitlines():
        name, _, called = " ".join(line.split()).partition(IS_CALLED)
        if name:
            main = spelled.setdefault(name.casefold(), name)
            others.setdefault(main, []).extend(filter(None, map(str.strip, called.split(COMMA))))
    names = tuple(spelled.values())
    aliases = {name: tuple(dict.fromkeys(others[name])) for name in names if others[name]}
    _check(names, aliases)
    before = desk.arrangements
    after = replace(before, institutions=names, aliases=aliases)
    if after == before:
        return Decision(before)
    words = f"Institutions: {len(before.institutions)} → {len(names)}"
    if aliases != before.aliases:
        words += f", other names: {_count(before.aliases)} → {_count(aliases)}"
    return Decision(after, words)


def stored(desk: DeskRequest) -> str:
    """Return the institutions as they are typed, one on a line."""
    aliases = desk.arrangements.aliases
    return "\n".join(
        f"{name}{IS_CALLED}{', '.join(aliases[name])}" if name in aliases else name
        for name in desk.arrangements.institutions
    )


def _check(names: tuple[str, ...], aliases: Mapping[str, tuple[str, ...]]) -> None:
    """Raise `FieldError` for the first thing that cannot be stored."""
    if len(names) > MAX_INSTITUTIONS:
        raise FieldError(FIELD, f"Enter {MAX_INSTITUTIONS} institutions or fewer")
    if _count(aliases) > MAX_ALIASES:
        raise FieldError(FIELD, f"Enter {MAX_ALIASES} other names or fewer in all")
    # In the form's settings they are separated by semicolons.
    for each in (*names, *(alias for called in aliases.values() for alias in called)):
        if len(each) > MAX_LETTERS or ";" in each:
            words = f"Shorten “{each[:40]}…” to {MAX_LETTERS} characters, without a semicolon"
            raise FieldError(FIELD, words)
    is_of: dict[str, str] = {folded(name): name for name in reversed(names)}
    for name, called in aliases.items():
        for alias in called:
            key = _key(alias)
            if is_of.setdefault(key, name) != name:
                words = f"“{alias}” is on the line of {name} and of {is_of[key]}: keep one of them"
                raise FieldError(FIELD, words)


def _key(alias: str) -> str:
    """Return what another name is recognized by; raise `FieldError` if it says nothing."""
    domain = read_domain(alias)
    if domain and is_public(domain):
        raise FieldError(FIELD, f"Take out “{alias}”: anyone can have an address there")
    if key := f"@{domain}" if domain else folded(alias):
        return key
    raise FieldError(FIELD, f"Take out “{alias}”: it names no institution")


def _count(aliases: Mapping[str, tuple[str, ...]]) -> int:
    return sum(map(len, aliases.values()))


SECTION = Section(
    "settings_institutions",
    stored,
    decide,
    lambda desk: {"institutions": stored(desk)},
    # Two who are known to be at one institution by now may have a proposal.
    afterwards=lambda desk: take_back_excluded(desk.services),
)
ROUTES = {
    ("GET", f"{PATH}/institutions"): SECTION.show,
    ("POST", f"{PATH}/institutions"): SECTION.save,
}
