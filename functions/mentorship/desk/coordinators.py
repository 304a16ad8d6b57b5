"""Add, change and remove coordinators."""

from collections.abc import Mapping
from dataclasses import replace

from mentorship.addresses import same_address
from mentorship.desk.arrange import PATH, Decision, FieldError, arrange, may_name, read_date
from mentorship.desk.guard import DeskRequest
from mentorship.form.declaration import ADDRESS, NAME
from mentorship.form.question import Need, Refused
from mentorship.notices import renewal
from mentorship.problems import NotFound
from mentorship.program.arrangements import Coordinator, default_until
from mentorship.rendering import day
from mentorship.web import http

REMOVE = f"{PATH}/remove"
MAX_COORDINATORS = 20
NAMED = replace(NAME, hint="", need=Need.OPTIONAL)


def welcome(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Add a coordinator, and email them and the contact address."""
    try:
        address = str(replace(ADDRESS, hint="").parse([texts.get("address", "")]))
    except Refused as refused:
        raise FieldError("address", str(refused)) from refused
    until = read_date("until", texts, desk) or default_until(desk.today)
    name = _name(texts, field="name")
    new = Coordinator(address=address, until=until, mailed="mailed" in texts, name=name)
    known = desk.arrangements.by_address(address)
    if known == new:
        return Decision(desk.arrangements)
    if known and known.until >= desk.today:
        raise FieldError("address", f"{known.address} is a coordinator already; change it above")
    if len(desk.arrangements.coordinators) >= MAX_COORDINATORS and not known:
        raise FieldError("address", f"There are {MAX_COORDINATORS} already; remove one first")
    others = tuple(each for each in desk.arrangements.coordinators if each is not known)
    letters = renewal.welcome(
        new,
        by=desk.who,
        contact=desk.services.program.contact,
        hashed=desk.services.links.hashed,
        now=desk.now,
        new_id=desk.services.new_id(),
    )
    return Decision(
        replace(desk.arrangements, coordinators=(*others, new)),
        f"Coordinator: {f'{name}, ' if name else ''}{address} until {day(until)}",
        tuple(letters),
    )


def change(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Change a coordinator's term, and whether they get email."""
    known = desk.arrangements.by_address(texts.get("who", ""))
    if known is None:
        return Decision(desk.arrangements)  # Someone else has removed them meanwhile.
    until = read_date("until", texts, desk, of=known.address) or known.until
    name = known.name
    if "name" in texts and may_name(known, desk):
        name = _name(texts, field=f"name-{known.address}")
    new = replace(known, until=until, mailed="mailed" in texts, name=name)
    if new == known:
        return Decision(desk.arrangements)
    mailed = "" if new.mailed == known.mailed else f", {'' if new.mailed else 'not '}mailed"
    words = f"Coordinator: {known.address}, until {day(known.until)} → {day(until)}{mailed}"
    if new.name != known.name:
        words += f", name {known.name or 'unknown'} → {new.name or 'unknown'}"
    changed = (new if each == known else each for each in desk.arrangements.coordinators)
    return Decision(replace(desk.arrangements, coordinators=tuple(changed)), words)


def _name(texts: Mapping[str, str], *, field: str) -> str:
    """Return the name that was typed, "" if none was."""
    try:
        return str(NAMED.parse([texts.get("name", "")]) or "")
    except Refused as refused:
        raise FieldError(field, str(refused)) from refused


def show_removal(desk: DeskRequest) -> http.Response:
    """Show what it means to remove a coordinator."""
    leaver = _leaver(desk)
    if leaver is None:
        raise NotFound
    after, contact = desk.arrangements.without(leaver), desk.services.program.contact
    return desk.page(
        "remove",
        leaver=leaver,
        path=desk.request.path,
        refused=_is_needed(leaver, desk),
        is_own=same_address(leaver.address, desk.address),
        is_contact=same_address(leaver.address, contact),
        is_over=leaver.until < desk.today,
        mailed=[each for each in after.active(desk.today) if each.mailed],
        left=after.active(desk.today),
    )


def remove(desk: DeskRequest, _: Mapping[str, str]) -> Decision:
    """Remove a coordinator, but never the last one who could add others."""
    leaver = _leaver(desk)
    if leaver is None:
        return Decision(desk.arrangements)  # Someone else has removed them meanwhile.
    if _is_needed(leaver, desk):
        words = f"Add whoever comes after {leaver.address}, who is the only coordinator, first"
        raise FieldError("address", words)
    own, contact = same_address(leaver.address, desk.address), desk.services.program.contact
    return Decision(
        desk.arrangements.without(leaver),
        f"Coordinator removed: {leaver.address}",
        leaves=own and not same_address(leaver.address, contact),
    )


def _leaver(desk: DeskRequest) -> Coordinator | None:
    """Return the coordinator whose address a path names by its keyed hash."""
    who = desk.request.param("who")
    return desk.arrangements.by_hash(who, hashed=desk.services.links.hashed)


def _is_needed(leaver: Coordinator, desk: DeskRequest) -> bool:
    """Tell whether only the contact address may remove a coordinator."""
    is_contact = same_address(desk.address, desk.services.program.contact)
    return desk.arrangements.is_last(leaver, desk.today) and not is_contact


DONE = {
    "welcomed": "They are on the list, and get an email that says how to sign in.",
    "removed": "They are off the list, and out with their next click.",
}
ROUTES = {
    ("POST", f"{PATH}/welcome"): arrange(welcome, done="welcomed"),
    ("POST", f"{PATH}/coordinator"): arrange(change, done="stored"),
    ("GET", f"{REMOVE}/{{who}}"): show_removal,
    ("POST", f"{REMOVE}/{{who}}"): arrange(remove, done="removed"),
}
