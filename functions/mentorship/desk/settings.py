"""
What coordinators arrange: when the form is open, by when people hear, who they are themselves.

Each change is stored with who made it and what it was before. What is typed wrongly comes back with
a word beside it, and nothing is stored. Whoever is taken off the list has a page before it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from mentorship.change import Change
from mentorship.desk import guard
from mentorship.desk.guard import DeskRequest
from mentorship.form.declaration import ADDRESS
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Refused, Role
from mentorship.letters.letter import Letter
from mentorship.notices import renewal
from mentorship.problems import NotFound
from mentorship.program.arrangements import (
    Arrangements,
    Coordinator,
    Opening,
    default_until,
    same_address,
)
from mentorship.program.audit import Action, add_entry
from mentorship.rendering import day
from mentorship.web import http

PATH = "/desk/settings"
REMOVE = f"{PATH}/remove"
# A year and some more: a slip of the keyboard is not taken for a date.
FARTHEST = timedelta(days=3 * 366)
MAX_INSTITUTIONS, MAX_LETTERS = 200, 120
MAX_COORDINATORS = 20
# How many of the last changes the page shows.
SHOWN = 10


@dataclass(frozen=True)
class Typed:
    """What was typed, and what is wrong with it, by the names of the fields."""

    texts: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)


class FieldError(Exception):
    """Something cannot be stored; the message tells what to do about a field."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name = name
        self.words = words


@dataclass(frozen=True)
class Decision:
    """
    What comes of what was typed.

    Attributes:
        arrangements: what is arranged then.
        words: on what changed; without any, nothing did.
        letters: that it causes.
        leaves: whether it takes whoever is at the desk off the list.

    """

    arrangements: Arrangements
    words: str = ""
    letters: tuple[Letter, ...] = ()
    leaves: bool = False


Decide = Callable[[DeskRequest, Mapping[str, str]], Decision]


def show(desk: DeskRequest) -> http.Response:
    """Show all that is arranged."""
    return _page(desk, Typed())


def _page(desk: DeskRequest, given: Typed, *, status: int = 200) -> http.Response:
    zone, now = desk.services.program, desk.now
    return desk.page(
        "settings",
        status=status,
        arrangements=desk.arrangements,
        given=given.texts,
        refusals=given.refusals,
        openings=[
            (role, opening, _opening_words(opening, desk), _days(opening, desk))
            for role in Role
            for opening in (desk.arrangements.opening(role),)
        ],
        open_now={role.value: desk.arrangements.opening(role).is_open(now) for role in Role},
        today=zone.local(now).date(),
        coordinators=[
            (each, desk.services.links.hashed(each.address))
            for each in desk.arrangements.coordinators
        ],
        until=default_until(desk.today),
        most_months=desk.services.program.months_kept,
        changes=desk.services.store.queries.audit_log(limit=SHOWN, action=Action.ARRANGED),
        soon=zone.applications != "open",
    )


def _act(decide: Decide, *, done: str) -> Callable[[DeskRequest], http.Response]:
    """
    Return the page that stores what *decide* makes of what was typed.

    Args:
        decide: also what cannot be stored.
        done: what the settings say then, a name of `guard.DONE`.

    """

    def act(desk: DeskRequest) -> http.Response:
        fields, _ = desk.request.fields()
        texts = {name: "\n".join(values).strip() for name, values in fields.items()}
        first: DeskRequest | None = desk

        def attempt() -> http.Response:
            nonlocal first
            # It may have been overtaken by somebody who took them off the list.
            here, first = first or guard.authenticate(desk.request, desk.services), None
            try:
                decided = decide(here, texts)
            except FieldError as wrong:
                given = Typed(texts, {wrong.name: wrong.words})
                return _page(here, given, status=AnswersRefused.status)
            if not decided.words:
                return here.back(PATH, done="stored")
            here.services.store.commit(_change(decided, here))
            if decided.leaves:
                return http.page(here.renderer.page("off_the_list"), headers=guard.HEADERS)
            return here.back(PATH, done=done)

        return desk.services.retry(attempt)

    return act


def _change(decided: Decision, desk: DeskRequest) -> Change:
    """Return what is stored; what began with the deployment is stored with its first change."""
    change = Change(
        puts=(decided.arrangements.with_changes(),),
        letters=decided.letters,
        deletes=(desk.session,) if decided.leaves else (),
    )
    return add_entry(change, desk.entry(Action.ARRANGED, words=decided.words))


def opening(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Open or close applications of a role, now or on a day."""
    role = _role(texts)
    before, now = desk.arrangements.opening(role), desk.now
    opens = _date("opens", texts, desk, role=role)
    closes = _date("closes", texts, desk, role=role)
    ends = _midnight(closes + timedelta(days=1), desk) if closes else None
    begins = _midnight(opens, desk) if opens else None
    match texts.get("state"):
        case "open":
            if opens and opens > desk.today:
                words = "To open on a later day, select that it is closed, with this first day"
                raise FieldError(f"opens-{role}", words)
            after = Opening(closes_at=ends)
        case "closed":
            if opens and opens <= desk.today:
                raise FieldError(
                    f"opens-{role}", "Enter a first day after today, or leave it empty"
                )
            if opens and closes and closes < opens:
                raise FieldError(f"closes-{role}", "Enter a last day that is after the first day")
            after = before.closed(now, opens_at=begins, closes_at=ends if begins else None)
        case _:
            raise FieldError(f"state-{role}", "Select whether applications are open or closed")
    if after == before:
        return Decision(desk.arrangements)
    name = "Mentees’" if role is Role.MENTEE else "Mentors’"
    words = f"{name} form: {_opening_words(before, desk)} → {_opening_words(after, desk)}"
    return Decision(desk.arrangements.with_opening(role, after), words)


def reply(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Set the date by which applicants hear, or none."""
    given = _date("reply_by", texts, desk)
    before = desk.arrangements.reply_by
    if given == before:
        return Decision(desk.arrangements)
    words = f"Reply date: {_day_or_none(before)} → {_day_or_none(given)}"
    return Decision(replace(desk.arrangements, reply_by=given), words)


def institutions(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Set what is suggested while someone types their institution; each once, in any case."""
    spelled: dict[str, str] = {}
    for line in texts.get("institutions", "").splitlines():
        if name := " ".join(line.split()):
            spelled.setdefault(name.casefold(), name)
    names = tuple(spelled.values())
    if len(names) > MAX_INSTITUTIONS:
        raise FieldError("institutions", f"Enter {MAX_INSTITUTIONS} institutions or fewer")
    # In the form's settings a semicolon stands between two of them.
    if long := [name for name in names if len(name) > MAX_LETTERS or ";" in name]:
        words = f"Shorten “{long[0][:40]}…” to {MAX_LETTERS} characters, without a semicolon"
        raise FieldError("institutions", words)
    before = desk.arrangements.institutions
    if names == before:
        return Decision(desk.arrangements)
    words = f"Suggested institutions: {len(before)} → {len(names)}"
    return Decision(replace(desk.arrangements, institutions=names), words)


def keep(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Set for how long what is received from now on is kept: at most what the site says."""
    before, months = desk.arrangements.keep_months, _months(texts.get("keep_months", ""), desk)
    if months == before:
        return Decision(desk.arrangements)
    words = f"Answers are kept for: {before} → {months} months"
    return Decision(replace(desk.arrangements, keep_months=months), words)


def _months(typed: str, desk: DeskRequest) -> int:
    most = desk.services.program.months_kept
    if not re.fullmatch("[1-9][0-9]{0,2}", typed) or int(typed) > most:
        raise FieldError("keep_months", f"Enter a number of months from 1 to {most}")
    return int(typed)


def welcome(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Add a coordinator; they are written to, and so is the contact address."""
    try:
        address = str(replace(ADDRESS, hint="").parse([texts.get("address", "")]))
    except Refused as refused:
        raise FieldError("address", str(refused)) from refused
    until = _date("until", texts, desk) or default_until(desk.today)
    new = Coordinator(address=address, until=until, mailed="mailed" in texts)
    known = desk.arrangements.by_address(address)
    if known == new:
        return Decision(desk.arrangements)
    if known and known.until >= desk.today:
        raise FieldError("address", f"{known.address} is a coordinator already; change it above")
    if len(desk.arrangements.coordinators) >= MAX_COORDINATORS and not known:
        raise FieldError("address", f"There are {MAX_COORDINATORS} already; remove one first")
    others = tuple(each for each in desk.arrangements.coordinators if each is not known)
    letters = renewal.welcome(
        desk.arrangements,
        new,
        by=desk.who,
        contact=desk.services.program.contact,
        hashed=desk.services.links.hashed,
        today=desk.today,
        now=desk.now,
    )
    return Decision(
        replace(desk.arrangements, coordinators=(*others, new)),
        f"Coordinator: {address} until {day(until)}",
        tuple(letters),
    )


def change(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Change until when a coordinator is one, and whether they are mailed."""
    known = desk.arrangements.by_address(texts.get("who", ""))
    if known is None:
        return Decision(desk.arrangements)  # Somebody else has removed them meanwhile.
    until = _date("until", texts, desk, of=known.address) or known.until
    new = replace(known, until=until, mailed="mailed" in texts)
    if new == known:
        return Decision(desk.arrangements)
    mailed = "" if new.mailed == known.mailed else f", {'' if new.mailed else 'not '}mailed"
    words = f"Coordinator: {known.address}, until {day(known.until)} → {day(until)}{mailed}"
    changed = (new if each == known else each for each in desk.arrangements.coordinators)
    return Decision(replace(desk.arrangements, coordinators=tuple(changed)), words)


def show_removal(desk: DeskRequest) -> http.Response:
    """Show what taking a coordinator off the list means."""
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
    """Take a coordinator off the list, but never the last one who could put others on it."""
    leaver = _leaver(desk)
    if leaver is None:
        return Decision(desk.arrangements)  # Somebody else has removed them meanwhile.
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
    who = desk.request.path.rpartition("/")[2]
    return desk.arrangements.by_hash(who, hashed=desk.services.links.hashed)


def _is_needed(leaver: Coordinator, desk: DeskRequest) -> bool:
    """Tell whether only the contact address may take a coordinator off the list."""
    is_contact = same_address(desk.address, desk.services.program.contact)
    return desk.arrangements.is_last(leaver, desk.today) and not is_contact


def _role(texts: Mapping[str, str]) -> Role:
    try:
        return Role(texts.get("role", ""))
    except ValueError as error:
        raise FieldError("role", "Use the buttons of the page") from error


def _date(
    name: str,
    texts: Mapping[str, str],
    desk: DeskRequest,
    *,
    role: Role | None = None,
    of: str = "",
) -> date | None:
    """Return a day from today on that was typed, if one was."""
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


def _midnight(when: date, desk: DeskRequest) -> datetime:
    return datetime.combine(when, time(), desk.services.program.zone)


def _days(opening: Opening, desk: DeskRequest) -> tuple[str, str]:
    """Return the first and the last day that lie ahead, as a date field has them."""
    local, now = desk.services.program.local, desk.now
    first = opening.opens_next(now)
    last = opening.closes_at if opening.closes_at and opening.closes_at > now else None
    return (
        local(first).date().isoformat() if first else "",
        (local(last) - timedelta(seconds=1)).date().isoformat() if last else "",
    )


def _opening_words(opening: Opening, desk: DeskRequest) -> str:
    """Write whether a form is open, and until when."""
    local, now = desk.services.program.local, desk.now
    if opening.is_open(now):
        closes = opening.closes_next(now)
        last = local(closes) - timedelta(seconds=1) if closes else None
        return f"open until {day(last)}" if last else "open"
    opens = opening.opens_next(now)
    return f"closed until {day(local(opens))}" if opens else "closed"


def _day_or_none(when: date | None) -> str:
    return day(when) if when else "none"


ROUTES = {
    ("GET", PATH): show,
    ("POST", f"{PATH}/opening"): _act(opening, done="public"),
    ("POST", f"{PATH}/reply"): _act(reply, done="public"),
    ("POST", f"{PATH}/institutions"): _act(institutions, done="public"),
    ("POST", f"{PATH}/retention"): _act(keep, done="public"),
    ("POST", f"{PATH}/welcome"): _act(welcome, done="welcomed"),
    ("POST", f"{PATH}/coordinator"): _act(change, done="stored"),
    ("GET", f"{REMOVE}/{{who}}"): show_removal,
    ("POST", f"{REMOVE}/{{who}}"): _act(remove, done="removed"),
}
