"""
How the settings of the program are changed: from what was typed to what is stored.

Each change has an audit entry with what it was before. If something is typed wrong, or another
coordinator came first, the page says so, and nothing is stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from mentorship.addresses import same_address
from mentorship.change import Change
from mentorship.desk import guard
from mentorship.desk.guard import DeskRequest
from mentorship.form.form import AnswersRefused
from mentorship.letters.letter import Letter
from mentorship.program.arrangements import Arrangements, Coordinator, Opening
from mentorship.program.audit import Action, add_entry
from mentorship.rendering import day
from mentorship.web import http

PATH = "/desk/settings"
DONE = {
    "stored": "Saved.",
    "public": "Saved. Changes take effect within a minute.",
    "gone": "Nothing was saved: they were removed after you opened the page.",
}
CONFLICT = 409
# Later dates are taken for typing errors.
FARTHEST = timedelta(days=3 * 366)


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
        done: what the page says if nothing changed, a name in `DONE`.

    """

    arrangements: Arrangements
    words: str = ""
    letters: tuple[Letter, ...] = ()
    leaves: bool = False
    done: str = ""


Decide = Callable[[DeskRequest, Mapping[str, str]], Decision]


@dataclass(frozen=True)
class Meanwhile:
    """What another coordinator saved after a page was opened: what it was then, and is now."""

    before: str
    now: str


@dataclass(frozen=True)
class Section:
    """
    A part of the settings, with a page, a form and a button of its own.

    Its form carries the revision that the page was made from and what was stored then. If another
    coordinator has saved something else since, nothing is stored: the page shows both, with what
    was typed still in its fields.

    Attributes:
        template: of its page.
        stored: says in words what is stored, "" if the form only adds something.
        decide: returns what to store for what was typed, or raises `FieldError`.
        values: returns what else the page shows.
        done: what is said afterwards, a name in `DONE`.
        back: the page that says so.
        afterwards: what is done once something was stored.

    """

    template: str
    stored: Callable[[DeskRequest], str]
    decide: Decide
    values: Callable[[DeskRequest], dict[str, Any]]
    done: str = "public"
    back: str = PATH
    afterwards: Callable[[DeskRequest], None] = lambda _: None

    def show(self, desk: DeskRequest) -> http.Response:
        """Show its page."""
        return self._page(desk, Typed())

    def save(self, desk: DeskRequest) -> http.Response:
        """Store what was typed, unless another coordinator has saved something else meanwhile."""
        fields, _ = desk.request.fields()
        texts = {name: "\n".join(values).strip() for name, values in fields.items()}
        first: DeskRequest | None = desk

        def attempt() -> http.Response:
            nonlocal first
            # It may have conflicted with a change that took them off the list.
            here, first = first or desk.again(), None
            meanwhile = self._meanwhile(texts, here)
            try:
                decided = self.decide(here, texts)
            except FieldError as wrong:
                given = Typed(texts, {wrong.name: wrong.words})
                return self._page(here, given, meanwhile, status=AnswersRefused.status)
            if not decided.words:
                return here.back(self.back, done=decided.done or "stored")
            if meanwhile:
                return self._page(here, Typed(texts), meanwhile, status=CONFLICT)
            here.services.store.commit(_change(decided, here))
            self.afterwards(here)
            if decided.leaves:
                return http.page(here.renderer.page("off_the_list"), headers=guard.HEADERS)
            return here.back(self.back, done=self.done)

        return desk.services.retry(attempt)

    def _meanwhile(self, texts: Mapping[str, str], desk: DeskRequest) -> Meanwhile | None:
        """Return what was saved in this section after the page was opened, if anything was."""
        before, now = _lines(texts.get("before", "")), _lines(self.stored(desk))
        if before == now or texts.get("revision") == str(desk.arrangements.revision):
            return None
        return Meanwhile(before, now)

    def _page(
        self,
        desk: DeskRequest,
        given: Typed,
        meanwhile: Meanwhile | None = None,
        *,
        status: int = 200,
    ) -> http.Response:
        return desk.page(
            self.template,
            status=status,
            given=given.texts,
            refusals=given.refusals,
            revision=desk.arrangements.revision,
            stored=self.stored(desk),
            meanwhile=meanwhile,
            path=desk.request.path,
            arrangements=desk.arrangements,
            **self.values(desk),
        )


def _lines(text: str) -> str:
    """Return a text as a hidden field gives it back, whatever ends its lines."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


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
) -> date | None:
    """Return the date that was typed, today or later, or `None` if the field is empty."""
    typed = texts.get(name, "")
    if not typed:
        return None
    found = date_of(typed)
    if found is None:
        raise FieldError(name, "Enter a date such as 10/15/2026")
    if not desk.today <= found <= desk.today + FARTHEST:
        raise FieldError(name, "Enter a date from today on, within three years")
    return found


def date_of(typed: str) -> date | None:
    """Return a date that was typed in one of the usual ways, if it is one."""
    for style in ("%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y"):
        try:
            return datetime.strptime(typed.strip(), style).date()
        except ValueError:
            continue
    return None


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
    if opens is None:
        return "closed"
    _, last_day = days_of(opening, desk)
    then = f", then open until {day(date.fromisoformat(last_day))}" if last_day else ""
    return f"closed until {day(local(opens))}{then}"
