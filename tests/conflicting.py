"""
Two worlds that a coordinator who takes part may not tell apart, and all that they can open of each.

In one there is something that they may not know; in the other it was never there. Every page, file
and redirect that they are given has to be the same in both.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from infra.laptop import COORDINATOR_NAME, COORDINATORS
from mentorship.applications.application import Application, Note, Version
from mentorship.applications.status import HoldReason, Status
from mentorship.change import Change
from mentorship.desk import sign_in as sign_in_page
from mentorship.exports.query import Format
from mentorship.form.question import Role
from mentorship.form.wishes import NOT_WITH
from mentorship.handlers import archive, desk, export
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, State, new_letter
from mentorship.members.roster import Member
from mentorship.program.audit import Action, AuditEntry
from mentorship.services import Services
from tests import made
from tests.coordinator import Coordinator, at_desk
from tests.desk_files import asked, read
from tests.desk_lists import put_roster

ID, CHANGE = "00000091abcdefghjkmn", "00000092abcdefghjkmn"
REFERENCE = "0000-0091"
OTHER = "kim@example.com"
# What is in nothing that the coordinator is given.
SECRET = "Zanzibar"
LATER = made.NOW + timedelta(hours=1)


@dataclass(frozen=True)
class Case:
    """
    Something that is to be kept from a coordinator.

    Attributes:
        name: what it is.
        with_it: what is stored where it is there.
        without: what is stored where it never was.
        member: the address of whom the member list says that they have lapsed, in the one.

    """

    name: str
    with_it: tuple[Any, ...]
    without: tuple[Any, ...]
    member: str = ""


def _behind(application: Application) -> tuple[Any, ...]:
    """Return an application with all that coordinators have about it and its owner is not shown."""
    change = replace(
        application,
        id=CHANGE,
        reference="0000-0092",
        status=Status.UNCONFIRMED,
        parent=application.id,
    )
    elsewhere = {**application.answers, "city": SECRET}
    lost = new_letter(Kind.NOT_ELIGIBLE, about=application.id, now=made.NOW)
    return (
        replace(
            application,
            notes=(Note(at=made.NOW, by=OTHER, text=f"{SECRET} said so."),),
            notified_at=made.NOW,
            hold_reason=HoldReason.STAMP,
            entered_by=OTHER,
            versions=(replace(application.version, answers=elsewhere),),
            pending_changes=(CHANGE,),
        ),
        change,
        replace(lost, state=State.FAILED, due=None, reason=SECRET),
        _entry("1", Action.NOT_ELIGIBLE, words=SECRET),
    )


def _entry(number: str, action: Action, *, words: str = "") -> AuditEntry:
    return AuditEntry(id=number, at=made.NOW, by=OTHER, action=action, about=REFERENCE, words=words)


def _person(role: Role = Role.MENTEE, **changes: Any) -> Application:
    answers = {"email": "p91@example.org", **changes.pop("answers", {})}
    answered = made.application(role, answers=answers).answers
    kept = {name: each for name, each in answered.items() if name != NOT_WITH.name}
    usual = made.application(role, id=ID, reference=REFERENCE, confirmed_at=made.NOW)
    return replace(usual, **{"answers": kept, "changed_at": made.NOW, **changes})


def _noting(application: Application, note: str) -> Application:
    return replace(application, answers={**application.answers, NOT_WITH.name: note})


def _own_and_known() -> Iterable[Case]:
    for name, own in (
        ("their own application", _person(answers={"email": COORDINATORS.upper()})),
        ("someone whom they know", _person(Role.MENTOR, known_by=(COORDINATORS,))),
    ):
        first, change, *more = _behind(own)
        if own.known_by:
            first = _noting(first, f"Nobody from {SECRET}.")
        yield Case(
            name,
            (first, change, *more),
            (own, change, _entry("1", Action.PAUSED)),
            own.address if own.role is Role.MENTEE else "",
        )
    held = replace(_person(known_by=(COORDINATORS,)), status=Status.QUARANTINED)
    yield Case(
        "someone whom they know, held back",
        (_noting(_behind(held)[0], SECRET),),
        (held,),
        held.address,
    )


def _named() -> Iterable[Case]:
    words = f"Not with {COORDINATOR_NAME.split()[1]}, please: {SECRET}."
    for role in Role:
        one = _person(role)
        yield Case(f"a {role}'s note that names them", (_noting(one, words),), (one,))
    one = _person()
    first = Version(
        answers={**one.answers, "city": "Tacoma"},
        form_version=1,
        consent_version=1,
        given_at=made.NOW - timedelta(days=2),
    )
    moved = replace(one, versions=(first,), changed_at=made.NOW)
    noted = _noting(moved, words)
    told = [
        new_letter(kind, about=ID, of=f"{ID}#{kind}", now=LATER, facts={"version": 2})
        for kind in (Kind.CHANGED, Kind.CORRECTED)
    ]
    yield Case(
        "an earlier note that named them",
        (
            replace(noted, versions=(first, noted.version), answers=_noting(one, "Nobody.").answers,
                    changed_at=LATER),
            *told,
        ),
        (moved,),
    )  # fmt: skip
    change = replace(
        _noting(one, words), id=CHANGE, reference="0000-0092", status=Status.UNCONFIRMED, parent=ID
    )
    yield Case(
        "a change that would name them",
        (
            replace(one, pending_changes=(CHANGE,)),
            change,
            new_letter(Kind.CONFIRM_CHANGE, about=ID, now=made.NOW, on=made.TODAY),
        ),
        (one,),
    )


CASES = (*_own_and_known(), *_named())
# What a coordinator whose name is not known may not tell apart: any note at all.
NAMELESS = Case(
    "a note that names nobody", (_noting(_person(), f"Nobody from {SECRET}."),), (_person(),)
)


def live_in(case: Case, services: Services, *, with_it: bool) -> None:
    """Store what a case is about, or what would be there without it."""
    for each in case.with_it if with_it else case.without:
        is_letter = isinstance(each, Letter)
        services.store.commit(Change(letters=(each,)) if is_letter else Change(puts=(each,)))
    if case.member:
        # The list has as many members and as many who have lapsed either way.
        someone = "nobody-at-all@example.org"
        put_roster(
            services,
            Member(addresses=(case.member,), name="", lapsed=with_it),
            Member(addresses=(someone,), name="", lapsed=not with_it),
        )


def behind_the_guard() -> list[tuple[str, str]]:
    """Return every route of the desk behind the guard, whichever function answers it."""
    found = {**desk.ROUTES, **archive.ROUTES, **export.ROUTES}
    return sorted(route for route in found if route not in sign_in_page.ROUTES)


def addresses() -> list[str]:
    """Return the address of every page that can be opened about a person, and of every list."""
    pages = [at_desk(path, ID) for method, path in behind_the_guard() if method == "GET"]
    lists = [
        f"/desk/applications?{urlencode({'role': role, 'status': status})}"
        for role in Role
        for status in Status.those("is_listed")
    ]
    return [*pages, *lists, f"/desk/look-up?found={ID}.{CHANGE}", "/desk?done=stored"]


def told_to(here: Coordinator, formats: Sequence[str]) -> dict[str, object]:
    """Return all that a coordinator is told, by what they ask."""
    told: dict[str, object] = {}
    for path in addresses():
        for accept in formats:
            answer = here.get(path, accept=accept)
            told[f"{path} {accept}"] = (answer.status, answer.text, _headers(answer.headers))
    for sought in ("p91@example.org", COORDINATORS, "Robin", "Kim", "Example", REFERENCE):
        answer = here.post("/desk/look-up", {"look_up": [sought]})
        told[f"look-up {sought}"] = (answer.status, answer.text, _headers(answer.headers))
    for each in Format:
        for status in ("", *Status.those("is_listed")):
            answer = here.post(
                "/desk/export", asked(format=each, include=NOT_WITH.name, status=status)
            )
            told[f"export {each} {status}"] = (answer.status, read(answer.body, each))
    answer = here.post("/desk/archive/export")
    told["everything"] = (answer.status, re.sub(r"\s+", " ", answer.text))
    return told


def _headers(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
