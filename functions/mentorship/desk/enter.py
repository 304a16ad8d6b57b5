"""Entering a match that runs already: coordinators matched the two by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mentorship.applications.application import Application
from mentorship.candidates import everyone
from mentorship.desk.arrange import date_of
from mentorship.desk.guard import DeskRequest
from mentorship.desk.pairs import (
    CONFLICT,
    Both,
    checks,
    entry_about,
    open_match,
    pairing_between,
)
from mentorship.desk.seen import hidden_proposals, without
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Role
from mentorship.matches.places import places_free
from mentorship.matches.problems import CannotBeMatched
from mentorship.matches.proposing import enter
from mentorship.program.audit import Action, add_entry
from mentorship.services import ID
from mentorship.web import http

PATH = "/desk/enter"
WHEN, LETTERS = "starts_on", "letters"


@dataclass(frozen=True)
class Option:
    """Someone who may be chosen: their id and revision, as the form sends them, and their name."""

    value: str
    name: str
    chosen: bool


def show(desk: DeskRequest) -> http.Response:
    """Show the form, with two people chosen if the address names them."""
    return _page(desk, {role.value: desk.request.query(role) for role in Role})


def save(desk: DeskRequest) -> http.Response:
    """Store a match that runs already, and write to both if they are to be."""
    fields, _ = desk.request.fields()
    given = {name: " ".join(texts) for name, texts in fields.items() if name != "ticked"}
    ticked = fields.get("ticked", [])

    def attempt() -> http.Response:
        again: dict[str, Any] = {"given": given, "ticked": ticked}
        both = _chosen(given, desk)
        refusals = {role.value: f"Choose a {role}" for role in Role if role not in both}
        starts_on = date_of(given.get(WHEN, ""))
        if starts_on is None:
            refusals[WHEN] = "Enter the day on which the match began, such as 5/15/2026"
        if given.get(LETTERS) not in ("yes", "no"):
            refusals[LETTERS] = "Choose whether they get an email"
        if refusals or starts_on is None:
            return _page(desk, **again, refusals=refusals, status=AnswersRefused.status)
        if match_id := open_match(both):
            return desk.back(f"/desk/matches/{match_id}", done="entered-before")
        revisions = (given[role].partition(".")[2] for role in both)
        if any(f"{each.revision}" != at for each, at in zip(both.values(), revisions, strict=True)):
            return _page(desk, **again, changed=True, status=CONFLICT)
        return _enter(both, starts_on, again, desk)

    return desk.services.retry(attempt)


def _enter(
    both: Both, starts_on: date, again: Mapping[str, Any], desk: DeskRequest
) -> http.Response:
    found = checks(both, everyone(desk.services), hidden_proposals(desk), desk)
    missing = {f"tick-{each.key}": each.sentence for each in found.unticked(again["ticked"])}
    if missing or not found.may_be_proposed:
        status = AnswersRefused.status
        return _page(desk, **again, both=both, refusals=missing, status=status)
    pairing = pairing_between(both, desk, lifted=found.lifted(again["ticked"]))
    try:
        change = enter(
            pairing,
            starts_on=starts_on,
            now=desk.now,
            today=desk.today,
            letters=again["given"][LETTERS] == "yes",
        )
    except CannotBeMatched as problem:
        refusals = {WHEN: problem.detail}
        return _page(desk, **again, refusals=refusals, status=problem.status)
    entry = entry_about(Action.MATCHED, both.values(), desk, f"since {starts_on}")
    desk.services.store.commit(add_entry(change, entry))
    unwritten = [role.value for role, each in both.items() if each.by_phone_only]
    call = "both" if len(unwritten) == len(both) else "".join(unwritten)
    is_called = again["given"][LETTERS] == "yes" and call
    done = f"entered-{call}-call" if is_called else "entered-match"
    return desk.back(f"/desk/matches/{change.match.id}", done=done)


def _chosen(given: Mapping[str, str], desk: DeskRequest) -> dict[Role, Application]:
    """Return the two who were chosen, as they are stored now."""
    found = {}
    for role in (Role.MENTOR, Role.MENTEE):
        named, _, _ = given.get(role, "").partition(".")
        store = desk.services.store
        each = store.application(named, now=desk.now) if ID.fullmatch(named) else None
        if each and each.role is role and each.answers and not desk.relation(each):
            found[role] = each
    return found


def _page(
    desk: DeskRequest,
    given: Mapping[str, str],
    *,
    ticked: list[str] | None = None,
    both: Both | None = None,
    refusals: Mapping[str, str] | None = None,
    changed: bool = False,
    status: int = 200,
) -> http.Response:
    """Return the page, with what was typed, and what is against a match of the two."""
    candidates, unseen = everyone(desk.services), hidden_proposals(desk)
    people = sorted(
        (each.application for each in candidates.sides.values()), key=lambda each: each.name
    )
    return desk.page(
        "enter",
        status=status,
        options={
            role.value: [
                _option(each, given)
                for each in people
                if each.role is role and _may_be_chosen(without(each, unseen), desk)
            ]
            for role in (Role.MENTOR, Role.MENTEE)
        },
        given=given,
        ticked=ticked or [],
        checks=checks(both, candidates, unseen, desk) if both else None,
        refusals=refusals or {},
        changed=changed,
    )


def _may_be_chosen(application: Application, desk: DeskRequest) -> bool:
    waits = application.status.traits.may_be_matched and places_free(application) > 0
    return waits and not desk.relation(application)


def _option(application: Application, given: Mapping[str, str]) -> Option:
    # The address of the page may name someone without a revision.
    chosen = given.get(application.role, "").partition(".")[0] == application.id
    name = f"{application.name}, {application.reference}"
    return Option(f"{application.id}.{application.revision}", name, chosen)


DONE = {
    "entered-match": "Saved. The match is running.",
    "entered-mentor-call": "Saved. The match is running. The mentor has no email address, so "
    "please call.",
    "entered-mentee-call": "Saved. The match is running. The mentee has no email address, so "
    "please call.",
    "entered-both-call": "Saved. The match is running. Both have no email address, so please call.",
    "entered-before": "These two are in a match or a proposal already. Nothing was saved.",
}
ROUTES = {("GET", PATH): show, ("POST", PATH): save}
