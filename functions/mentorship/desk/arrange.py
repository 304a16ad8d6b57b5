"""
How the settings of the program are changed: from what was typed to what is stored.

Each change has an audit entry with what it was before. If something is typed wrong, the page says
so next to the field, and nothing is stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from mentorship.addresses import same_address
from mentorship.change import Change
from mentorship.desk import guard
from mentorship.desk.guard import DeskRequest
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Role
from mentorship.letters.letter import Letter
from mentorship.program.arrangements import (
    Arrangements,
    Coordinator,
    Opening,
    default_until,
)
from mentorship.program.audit import Action, add_entry
from mentorship.rendering import day
from mentorship.settings import FEWEST_MONTHS
from mentorship.web import http

PATH = "/desk/settings"
DONE = {"stored": "Stored."}
# Later dates are taken for typing errors.
FARTHEST = timedelta(days=3 * 366)
# How many of the last changes the page shows.
SHOWN = 10


@dataclass(frozen=True)
class Typed:
    """What was typed, and what is wrong with it, by the names of the fields."""

    texts: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)


class FieldError(Exception):
    """A field cannot be stored; the message says what to do about it."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name = name
        self.words = words


@dataclass(frozen=True)
class Decision:
    """
    What to store for what was typed.

    Attributes:
        arrangements: the new ones.
        words: what changed, for the audit log; empty if nothing did.
        letters: the letters that it causes.
        leaves: whether it removes the coordinator who is at the desk.

    """

    arrangements: Arrangements
    words: str = ""
    letters: tuple[Letter, ...] = ()
    leaves: bool = False


Decide = Callable[[DeskRequest, Mapping[str, str]], Decision]


def settings_page(desk: DeskRequest, given: Typed, *, status: int = 200) -> http.Response:
    """Return the page of the settings, with what was typed and what is wrong with it."""
    zone, now = desk.services.program, desk.now
    return desk.page(
        "settings",
        status=status,
        arrangements=desk.arrangements,
        given=given.texts,
        refusals=given.refusals,
        openings=[
            (role, opening, opening_words(opening, desk), days_of(opening, desk))
            for role in Role
            for opening in (desk.arrangements.opening(role),)
        ],
        open_now={role.value: desk.arrangements.opening(role).is_open(now) for role in Role},
        today=zone.local(now).date(),
        coordinators=[
            (each, desk.services.links.hashed(each.address), may_name(each, desk))
            for each in desk.arrangements.coordinators
        ],
        until=default_until(desk.today),
        fewest_months=FEWEST_MONTHS,
        most_months=desk.services.program.months_kept,
        changes=desk.services.store.queries.audit_log(limit=SHOWN, action=Action.ARRANGED),
        soon=zone.applications != "open",
    )


def arrange(decide: Decide, *, done: str) -> Callable[[DeskRequest], http.Response]:
    """
    Return the page that stores what *decide* returns for what was typed.

    Args:
        decide: returns the decision, or raises `FieldError`.
        done: what the settings page says then, a name in `DONE`.

    """

    def act(desk: DeskRequest) -> http.Response:
        fields, _ = desk.request.fields()
        texts = {name: "\n".join(values).strip() for name, values in fields.items()}
        first: DeskRequest | None = desk

        def attempt() -> http.Response:
            nonlocal first
            # It may have conflicted with a change that took them off the list.
            here, first = first or desk.again(), None
            try:
                decided = decide(here, texts)
            except FieldError as wrong:
                given = Typed(texts, {wrong.name: wrong.words})
                return settings_page(here, given, status=AnswersRefused.status)
            if not decided.words:
                return here.back(PATH, done="stored")
            here.services.store.commit(_change(decided, here))
            if decided.leaves:
                return http.page(here.renderer.page("off_the_list"), headers=guard.HEADERS)
            return here.back(PATH, done=done)

        return desk.services.retry(attempt)

    return act


def _change(decided: Decision, desk: DeskRequest) -> Change:
    """Return the change to store; a deployment's settings are stored with the first change."""
    change = Change(
        puts=(decided.arrangements.with_changes(),),
        letters=decided.letters,
        deletes=(desk.session,) if decided.leaves else (),
    )
    return add_entry(change, desk.entry(Action.ARRANGED, words=decided.words))


def read_date(
    name: str,
    texts: Mapping[str, str],
    desk: DeskRequest,
    *,
    role: Role | None = None,
    of: str = "",
) -> date | None:
    """Return the date that was typed, today or later, or `None` if the field is empty."""
    typed = texts.get(name, "")
    if not typed:
        return None
    where = f"{name}-{role}" if role else f"{name}-{of}" if of else name
    found = None
    for style in ("%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y"):
        try:
            found = datetime.strptime(typed, style).date()
        except ValueError:
            continue
    if found is None:
        raise FieldError(where, "Enter a date such as 10/15/2026")
    if not desk.today <= found <= desk.today + FARTHEST:
        raise FieldError(where, "Enter a date from today on, within three years")
    return found


def may_name(known: Coordinator, desk: DeskRequest) -> bool:
    """
    Tell whether a coordinator's name may be changed by the one at the desk.

    Their own name keeps private notes about them from them; once it is known, another coordinator
    or the contact address changes it.
    """
    own = same_address(known.address, desk.address)
    return not (own and known.name) or desk.viewer.is_contact


def days_of(opening: Opening, desk: DeskRequest) -> tuple[str, str]:
    """Return the next opening day and last day, as a date field has them."""
    local, now = desk.services.program.local, desk.now
    first = opening.opens_next(now)
    last = opening.closes_at if opening.closes_at and opening.closes_at > now else None
    return (
        local(first).date().isoformat() if first else "",
        (local(last) - timedelta(seconds=1)).date().isoformat() if last else "",
    )


def opening_words(opening: Opening, desk: DeskRequest) -> str:
    """Return in words whether a form is open, and until when."""
    local, now = desk.services.program.local, desk.now
    if opening.is_open(now):
        closes = opening.closes_next(now)
        last = local(closes) - timedelta(seconds=1) if closes else None
        return f"open until {day(last)}" if last else "open"
    opens = opening.opens_next(now)
    return f"closed until {day(local(opens))}" if opens else "closed"
