"""
Choosing whom to match someone with: everyone who may be proposed, and why others can't.

Those who have waited longest come first. What two people have in common is said in one line.
"""

from dataclasses import dataclass

from mentorship.applications.application import Application
from mentorship.candidates import everyone
from mentorship.desk.act import PATH, field_of, path_of, stored_application
from mentorship.desk.guard import DeskRequest
from mentorship.desk.pairs import (
    FOUND,
    NOBODY,
    SOUGHT,
    Both,
    Checks,
    called,
    checks,
    other_of,
    others_of,
)
from mentorship.desk.seen import hidden_proposals, without
from mentorship.form.question import Audience, Role
from mentorship.matches.in_common import MOST_TOLD, in_common
from mentorship.matches.places import places, places_free
from mentorship.services import ID
from mentorship.store.letter_queries import PAGE
from mentorship.web import http


@dataclass(frozen=True)
class Choice:
    """
    Someone who may be chosen, or may not.

    Attributes:
        name: theirs.
        path: of the page that proposes them, or of their own if they can't be proposed.
        line: what the two have in common.
        more: how many places are free, if it is a mentor.
        why: what is against it, or to be checked first, each a sentence.

    """

    name: str
    path: str
    line: str
    more: str
    why: tuple[str, ...]


def show(desk: DeskRequest) -> http.Response:
    """Show whom someone may be proposed to."""
    stored = stored_application(desk)
    found, unseen = everyone(desk.services), hidden_proposals(desk)
    free = places_free(without(stored, unseen))
    others = others_of(stored, found)
    asked = [each for each in desk.request.query(FOUND).split(".") if ID.fullmatch(each)]
    is_sought = desk.request.query(FOUND) != ""
    shown = [each for each in others if each.id in asked] if is_sought else others
    may, may_not = list[Choice](), list[Choice]()
    if stored.id in found.sides and stored.status.traits.may_be_matched and free:
        for each in shown:
            against = checks(_both(stored, each), found, unseen, desk)
            _sort_in(stored, without(each, unseen), against, desk, may, may_not)
    return desk.page(
        "choose",
        application=desk.shown(stored),
        path=path_of(stored),
        other=other_of(stored).value,
        places=(free, places(stored)),
        may=may[:PAGE],
        may_not=may_not[:PAGE],
        # What is to be checked of the person themselves is said once.
        why=_of_all(may) if len(may) > 1 else [],
        number=len(may),
        more=max(0, len(may) - PAGE),
        is_long=len(others) > PAGE,
        is_sought=is_sought,
    )


def _of_all(choices: list[Choice]) -> list[str]:
    """Return what is to be checked for each of some choices."""
    first, *others = choices
    return [each for each in first.why if all(each in other.why for other in others)]


def look_up(desk: DeskRequest) -> http.Response:
    """Redirect to those of the list who are called as was typed."""
    stored = stored_application(desk)
    found = called(others_of(stored, everyone(desk.services)), field_of(desk, SOUGHT))
    ids = ".".join(each.id for each in found[:PAGE])
    return http.redirect(f"{path_of(stored)}/propose?{FOUND}={ids or NOBODY}")


def _both(one: Application, other: Application) -> Both:
    two = {one.role: one, other.role: other}
    return {role: two[role] for role in (Role.MENTOR, Role.MENTEE)}


def _sort_in(
    stored: Application,
    other: Application,
    found: Checks,
    desk: DeskRequest,
    may: list[Choice],
    may_not: list[Choice],
) -> None:
    """Put someone among those who may be chosen, or who may not."""
    both = _both(stored, other)
    if found.may_be_proposed or (found.needs_name and not found.never):
        ids = {role.value: each.id for role, each in both.items()}
        query = "&".join(f"{name}={each}" for name, each in ids.items())
        why = tuple(each.sentence for each in found.ticks)
        may.append(_choice(both, other, f"/desk/propose?{query}&from={stored.role}", why, desk))
    elif other.status.traits.may_be_matched:
        why = tuple(each.sentence for each in found.never)
        may_not.append(_choice(both, other, path_of(other), why, desk))


def _choice(
    both: Both, other: Application, path: str, why: tuple[str, ...], desk: DeskRequest
) -> Choice:
    common = in_common(both[Role.MENTOR], both[Role.MENTEE], Audience.PROPOSED)
    free, all_places = places_free(other), places(other)
    more = f"{free} of {all_places} place{'' if all_places == 1 else 's'} free"
    return Choice(
        name=desk.name(other),
        path=path,
        line="; ".join(each.words for each in common[:MOST_TOLD]),
        more=more if other.role is Role.MENTOR else "",
        why=why,
    )


ROUTES = {("GET", f"{PATH}/propose"): show, ("POST", f"{PATH}/propose"): look_up}
