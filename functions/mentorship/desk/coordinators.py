"""Add, change and remove coordinators."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mentorship.addresses import same_address
from mentorship.desk.arrange import (
    PATH,
    Decision,
    FieldError,
    Section,
    may_name,
    read_date,
)
from mentorship.desk.guard import DeskRequest
from mentorship.form.declaration import ADDRESS, NAME
from mentorship.form.question import Need, Refused
from mentorship.notices import renewal
from mentorship.problems import NotFound
from mentorship.program.arrangements import Coordinator, default_until
from mentorship.rendering import day

COORDINATORS, REMOVE = f"{PATH}/coordinators", f"{PATH}/remove"
MAX_COORDINATORS = 20
NAMED = replace(NAME, hint="", need=Need.OPTIONAL)


def welcome(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Add a coordinator, and email them and the contact address."""
    try:
        address = str(replace(ADDRESS, hint="").parse([texts.get("address", "")]))
    except Refused as refused:
        raise FieldError("address", str(refused)) from refused
    until = read_date("until", texts, desk) or default_until(desk.today)
    name = _name(texts)
    if not desk.viewer.reads_notes:
        raise FieldError("address", "Save your own name first: choose Change beside your address")
    new = Coordinator(
        address=address,
        until=until,
        mailed="mailed" in texts,
        name=name,
        # Nobody reads a note about themselves by adding another address of theirs.
        added_by=() if desk.viewer.is_contact else desk.viewer.called.names,
    )
    known = desk.arrangements.by_address(address)
    if known == new:
        return Decision(desk.arrangements)
    if known and known.until >= desk.today:
        raise FieldError(
            "address", f"{known.address} is a coordinator already; choose Change beside the address"
        )
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
    known = _named(desk)
    if known is None:  # Someone else has removed them meanwhile.
        return Decision(desk.arrangements, done="gone")
    until = read_date("until", texts, desk) or known.until
    name = known.name
    if "name" in texts and may_name(known, desk):
        name = _name(texts)
    new = replace(known, until=until, mailed="mailed" in texts, name=name)
    if new == known:
        return Decision(desk.arrangements)
    mailed = "" if new.mailed == known.mailed else f", {'' if new.mailed else 'not '}mailed"
    words = f"Coordinator: {known.address}, until {day(known.until)} → {day(until)}{mailed}"
    if new.name != known.name:
        words += f", name {known.name or 'unknown'} → {new.name or 'unknown'}"
    changed = (new if each == known else each for each in desk.arrangements.coordinators)
    return Decision(replace(desk.arrangements, coordinators=tuple(changed)), words)


def _name(texts: Mapping[str, str]) -> str:
    """Return the name that was typed, "" if none was."""
    try:
        return str(NAMED.parse([texts.get("name", "")]) or "")
    except Refused as refused:
        raise FieldError("name", str(refused)) from refused


def _change_values(desk: DeskRequest) -> dict[str, Any]:
    known = _named(desk)
    if known is None:
        raise NotFound
    return {
        "known": known,
        "over": known.until < desk.today,
        "until": default_until(desk.today),
        "may_name": may_name(known, desk),
    }


def _stored(desk: DeskRequest) -> str:
    """Return what is stored of the coordinator whom a path names, "" if they were removed."""
    known = _named(desk)
    if known is None:
        return ""
    mailed = "gets the program’s email" if known.mailed else "gets no email"
    return "; ".join(filter(None, [known.name, f"until {day(known.until)}", mailed]))


def _list_values(desk: DeskRequest) -> dict[str, Any]:
    return {
        "coordinators": [
            (each, desk.services.links.hashed(each.address), each.until < desk.today)
            for each in desk.arrangements.coordinators
        ],
        "until": default_until(desk.today),
    }


def _removal_values(desk: DeskRequest) -> dict[str, Any]:
    leaver = _named(desk)
    if leaver is None:
        raise NotFound
    after, contact = desk.arrangements.without(leaver), desk.services.program.contact
    return {
        "leaver": leaver,
        "refused": _is_needed(leaver, desk),
        "is_own": same_address(leaver.address, desk.address),
        "is_contact": same_address(leaver.address, contact),
        "is_over": leaver.until < desk.today,
        "mailed": [each for each in after.active(desk.today) if each.mailed],
        "left": after.active(desk.today),
    }


def remove(desk: DeskRequest, _: Mapping[str, str]) -> Decision:
    """Remove a coordinator, but never the last one who could add others."""
    leaver = _named(desk)
    if leaver is None:  # Someone else has removed them meanwhile, or the button was pressed twice.
        return Decision(desk.arrangements, done="removed")
    if _is_needed(leaver, desk):
        words = f"Add whoever comes after {leaver.address}, who is the only coordinator, first"
        raise FieldError("address", words)
    own, contact = same_address(leaver.address, desk.address), desk.services.program.contact
    return Decision(
        desk.arrangements.without(leaver),
        f"Coordinator removed: {leaver.address}",
        leaves=own and not same_address(leaver.address, contact),
    )


def _named(desk: DeskRequest) -> Coordinator | None:
    """Return the coordinator whose address a path names by its keyed hash."""
    who = desk.request.param("who")
    return desk.arrangements.by_hash(who, hashed=desk.services.links.hashed)


def _is_needed(leaver: Coordinator, desk: DeskRequest) -> bool:
    """Tell whether only the contact address may remove a coordinator."""
    is_contact = same_address(desk.address, desk.services.program.contact)
    return desk.arrangements.is_last(leaver, desk.today) and not is_contact


DONE = {
    "welcomed": "They are on the list, and get an email that says how to sign in.",
    "removed": "Removed. They can’t open the desk any more.",
}
LIST = Section(
    "coordinators", lambda _: "", welcome, _list_values, done="welcomed", back=COORDINATORS
)
CHANGE = Section("coordinator", _stored, change, _change_values, done="stored", back=COORDINATORS)
REMOVAL = Section("remove", _stored, remove, _removal_values, done="removed", back=COORDINATORS)
ROUTES = {
    ("GET", COORDINATORS): LIST.show,
    ("POST", f"{PATH}/welcome"): LIST.save,
    ("GET", f"{PATH}/coordinator/{{who}}"): CHANGE.show,
    ("POST", f"{PATH}/coordinator/{{who}}"): CHANGE.save,
    ("GET", f"{REMOVE}/{{who}}"): REMOVAL.show,
    ("POST", f"{REMOVE}/{{who}}"): REMOVAL.save,
}
