"""
Keeping two people apart for good, and whether someone who had not answered was reached.

No reason is asked for. What was proposed of the two is taken back; a match that runs goes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mentorship.applications.application import Application, ApplicationChange
from mentorship.candidates import everyone
from mentorship.change import Change
from mentorship.desk.act import PATH, act, field_of, path_of, stored_application
from mentorship.desk.guard import DeskRequest
from mentorship.desk.pairs import (
    CONFLICT,
    FOUND,
    NOBODY,
    SOUGHT,
    called,
    entry_about,
    named,
    other_of,
    others_of,
    refuse_concerned,
)
from mentorship.form.form import AnswersRefused
from mentorship.matches.pair import of_person
from mentorship.pairings import between, hash_of, take_back_excluded
from mentorship.problems import NotFound
from mentorship.program.audit import Action, add_entry
from mentorship.services import ID
from mentorship.store.letter_queries import PAGE
from mentorship.web import http


@dataclass(frozen=True)
class Other:
    """
    Someone who is kept apart from a person, or may be.

    Attributes:
        id, name, reference: of their application.
        is_apart: whether a coordinator keeps the two apart.
        revision: of what is stored about the two.

    """

    id: str
    name: str
    reference: str
    is_apart: bool
    revision: int


def show(desk: DeskRequest) -> http.Response:
    """Show who is kept apart from someone, and those who were looked for."""
    stored = stored_application(desk)
    ids = [each for each in desk.request.query(FOUND).split(".") if ID.fullmatch(each)]
    found = desk.services.store.queries.by_ids(ids[:PAGE], now=desk.now)
    return _page(desk, stored, found=found, is_sought=desk.request.query(FOUND) != "")


def change(desk: DeskRequest) -> http.Response:
    """Keep someone apart from another person or no longer, or look for that person."""
    given, _ = desk.request.fields()
    if "other" not in given:
        return _look_up(desk)
    keep = field_of(desk, "keep") != "no"

    def attempt() -> http.Response:
        stored, other = stored_application(desk), named(desk, field_of(desk, "other"))
        if other.role is stored.role:
            raise NotFound
        refuse_concerned(other, desk)
        pair = between(stored, other, desk.services)
        if pair.is_apart is keep:
            return _stored(stored, desk, keep=keep)
        if field_of(desk, "revision") != f"{pair.revision}":
            return _page(desk, stored, found=[other], changed=True, status=CONFLICT)
        changed = replace(
            pair,
            apart_by=desk.address if keep else "",
            apart_at=desk.now if keep else None,
            revision=pair.revision + 1,
        )
        action = Action.APART if keep else Action.NOT_APART
        entry = entry_about(action, [stored, other], desk)
        desk.services.store.commit(add_entry(Change(puts=(changed,)), entry))
        return _stored(stored, desk, keep=keep)

    return desk.services.retry(attempt)


def _stored(stored: Application, desk: DeskRequest, *, keep: bool) -> http.Response:
    """Take back what is proposed of people who are kept apart, and say what is stored."""
    if keep:
        take_back_excluded(desk.services)
    return desk.back(f"{path_of(stored)}/apart", done="apart" if keep else "not-apart")


def reached(desk: DeskRequest) -> http.Response:
    """Note that someone who let a proposal lapse was reached, so that they may be proposed."""

    def decide(stored: Application) -> ApplicationChange:
        if stored.unreached_at is None:
            return ApplicationChange(application=stored)
        changed = stored.with_changes(unreached_at=None)
        return ApplicationChange(application=changed, puts=(changed,))

    return act(desk, decide, Action.REACHED, done="reached")


def _look_up(desk: DeskRequest) -> http.Response:
    stored = stored_application(desk)
    sought = field_of(desk, SOUGHT).strip()
    if not sought:
        refusals = {SOUGHT: "Enter a reference or a name"}
        return _page(desk, stored, refusals=refusals, status=AnswersRefused.status)
    found = called(others_of(stored, everyone(desk.services)), sought)
    ids = ".".join(each.id for each in found[:PAGE])
    return http.redirect(f"{path_of(stored)}/apart?{FOUND}={ids or NOBODY}")


def _page(
    desk: DeskRequest,
    stored: Application,
    *,
    found: list[Application] | None = None,
    is_sought: bool = False,
    refusals: Mapping[str, str] | None = None,
    changed: bool = False,
    status: int = 200,
) -> http.Response:
    others = [
        each
        for each in found or []
        if each.role is other_of(stored) and each.answers and not desk.relation(each)
    ]
    return desk.page(
        "apart",
        status=status,
        application=desk.shown(stored),
        path=path_of(stored),
        apart=_kept_apart(stored, desk),
        found=[_other(stored, each, desk) for each in others],
        is_sought=is_sought,
        refusals=refusals or {},
        changed=changed,
    )


def _other(stored: Application, other: Application, desk: DeskRequest) -> Other:
    pair = between(stored, other, desk.services)
    return Other(other.id, other.name, other.reference, pair.is_apart, pair.revision)


def _kept_apart(stored: Application, desk: DeskRequest) -> list[Other]:
    """Return the people who are kept apart from someone and whose applications are open."""
    who = hash_of(stored, desk.services)
    pairs = of_person(desk.services.store.matches.pairs(), who)
    kept = {person for each in pairs if each.is_apart for person in each.people}
    sides = everyone(desk.services).sides.values() if kept else ()
    return [
        _other(stored, each.application, desk)
        for each in sides
        if each.who in kept
        and each.application.role is other_of(stored)
        and not desk.relation(each.application)
    ]


DONE = {
    "apart": "Saved. They are kept apart.",
    "not-apart": "Saved. They are no longer kept apart.",
    "reached": "Saved. They can be proposed again.",
}
ROUTES = {
    ("GET", f"{PATH}/apart"): show,
    ("POST", f"{PATH}/apart"): change,
    ("POST", f"{PATH}/reached"): reached,
}
