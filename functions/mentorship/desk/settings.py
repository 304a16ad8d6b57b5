"""
What coordinators arrange: when the form is open, by when people hear, who they are themselves.

Each change is stored with who made it and what it was before. What is typed wrongly comes back with
a word beside it, and nothing is stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from mentorship import web
from mentorship.application import Change, Overtaken
from mentorship.arrangements import Arrangements, Coordinator, Opening, usual_until
from mentorship.desk.guard import AtDesk
from mentorship.form import ADDRESS
from mentorship.problems import AnswersRefused
from mentorship.questions import Refused, Role
from mentorship.rendering import day
from mentorship.session import Did, with_deed

PATH = "/desk/settings"
TRIES = 5
# A year and some more: a slip of the keyboard is not taken for a date.
FARTHEST = timedelta(days=3 * 366)
MOST_INSTITUTIONS, MOST_LETTERS = 200, 120
MOST_COORDINATORS = 20
# How many of the last changes the page shows.
SHOWN = 10


@dataclass(frozen=True)
class Given:
    """What was typed, and what is wrong with it, by the names of the fields."""

    texts: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)


class Wrong(Exception):
    """Something cannot be stored; the message tells what to do about a field."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name = name
        self.words = words


# From what is arranged and what was typed to what is arranged then, and a word on what changed.
Decide = Callable[[AtDesk, Mapping[str, str]], tuple[Arrangements, str]]


def show(desk: AtDesk) -> web.Response:
    """Show all that is arranged."""
    return _page(desk, Given())


def _page(desk: AtDesk, given: Given, *, status: int = 200) -> web.Response:
    zone, now = desk.services.program, desk.now
    changes = [each for each in desk.services.store.deeds() if each.did is Did.ARRANGED]
    return desk.page(
        "settings",
        status=status,
        arranged=desk.arranged,
        given=given.texts,
        refusals=given.refusals,
        openings=[
            (role, opening, _opening_words(opening, desk), _days(opening, desk))
            for role in Role
            for opening in (desk.arranged.opening(role),)
        ],
        open_now={role.value: desk.arranged.opening(role).is_open(now) for role in Role},
        today=zone.local(now).date(),
        until=usual_until(desk.today),
        most_months=desk.services.program.months_kept,
        changes=changes[:SHOWN],
        soon=zone.applications != "open",
    )


def _act(decide: Decide) -> Callable[[AtDesk], web.Response]:
    """Return the page that stores what *decide* makes of what was typed."""

    def act(desk: AtDesk) -> web.Response:
        fields, _ = desk.request.given()
        texts = {name: "\n".join(values).strip() for name, values in fields.items()}
        for tried in range(TRIES):
            try:
                arranged, words = decide(desk, texts)
            except Wrong as wrong:
                given = Given(texts, {wrong.name: wrong.words})
                return _page(desk, given, status=AnswersRefused.status)
            # What began with the deployment is stored with its first change.
            if arranged == desk.arranged and words == "":
                break
            change = Change(puts=(arranged.differs(),))
            try:
                desk.services.store.commit(with_deed(change, desk.deed(Did.ARRANGED, words=words)))
                break
            except Overtaken:
                desk.services.pause(tried)
                desk = replace(desk, arranged=desk.services.arranged())
        else:
            raise Overtaken
        return desk.back(PATH, done="stored")

    return act


def opening(desk: AtDesk, texts: Mapping[str, str]) -> tuple[Arrangements, str]:
    """Open or close applications of a role, now or on a day."""
    role = _role(texts)
    before, now = desk.arranged.opening(role), desk.now
    opens = _date("opens", texts, desk, role=role)
    closes = _date("closes", texts, desk, role=role)
    ends = _midnight(closes + timedelta(days=1), desk) if closes else None
    begins = _midnight(opens, desk) if opens else None
    match texts.get("state"):
        case "open":
            after = Opening(closes_at=ends)
        case "closed":
            if opens and closes and closes < opens:
                raise Wrong(f"closes-{role}", "Enter a last day that is after the first day")
            after = before.closed(now, opens_at=begins, closes_at=ends if begins else None)
        case _:
            raise Wrong(f"state-{role}", "Select whether applications are open or closed")
    if after == before:
        return desk.arranged, ""
    name = "mentees" if role is Role.MENTEE else "mentors"
    words = (
        f"Applications of {name}: {_opening_words(before, desk)} → {_opening_words(after, desk)}"
    )
    return desk.arranged.with_opening(role, after), words


def reply(desk: AtDesk, texts: Mapping[str, str]) -> tuple[Arrangements, str]:
    """Set the date by which applicants hear, or none."""
    given = _date("reply_by", texts, desk)
    before = desk.arranged.reply_by
    if given == before:
        return desk.arranged, ""
    words = f"Reply date: {_day_or_none(before)} → {_day_or_none(given)}"
    return replace(desk.arranged, reply_by=given), words


def institutions(desk: AtDesk, texts: Mapping[str, str]) -> tuple[Arrangements, str]:
    """Set what is suggested while someone types their institution."""
    typed = (" ".join(line.split()) for line in texts.get("institutions", "").splitlines())
    names = tuple(dict.fromkeys(name for name in typed if name))
    if len(names) > MOST_INSTITUTIONS:
        raise Wrong("institutions", f"Enter {MOST_INSTITUTIONS} institutions or fewer")
    # In the form's settings a semicolon stands between two of them.
    if long := [name for name in names if len(name) > MOST_LETTERS or ";" in name]:
        words = f"Shorten “{long[0][:40]}…” to {MOST_LETTERS} characters, without a semicolon"
        raise Wrong("institutions", words)
    before = desk.arranged.institutions
    if names == before:
        return desk.arranged, ""
    words = f"Suggested institutions: {len(before)} → {len(names)}"
    return replace(desk.arranged, institutions=names), words


def retention(desk: AtDesk, texts: Mapping[str, str]) -> tuple[Arrangements, str]:
    """Set for how long answers are kept: never longer than what the site says."""
    typed, most = texts.get("keep_months", ""), desk.services.program.months_kept
    if not (typed.isascii() and typed.isdecimal() and 1 <= int(typed[:4]) <= most):
        raise Wrong("keep_months", f"Enter a number of months from 1 to {most}")
    before, months = desk.arranged.keep_months, int(typed)
    if months == before:
        return desk.arranged, ""
    words = f"Answers are kept for: {before} → {months} months"
    return replace(desk.arranged, keep_months=months), words


def welcome(desk: AtDesk, texts: Mapping[str, str]) -> tuple[Arrangements, str]:
    """Add a coordinator."""
    try:
        address = str(replace(ADDRESS, hint="").parse([texts.get("address", "")]))
    except Refused as refused:
        raise Wrong("address", str(refused)) from refused
    until = _date("until", texts, desk) or usual_until(desk.today)
    known = desk.arranged.of(address)
    if known and known.until >= desk.today:
        raise Wrong("address", f"{known.address} is a coordinator already; change it above")
    if len(desk.arranged.coordinators) >= MOST_COORDINATORS and not known:
        raise Wrong("address", f"There are {MOST_COORDINATORS} already; remove one first")
    new = Coordinator(address=address, until=until, mailed="mailed" in texts)
    others = tuple(each for each in desk.arranged.coordinators if each is not known)
    return (
        replace(desk.arranged, coordinators=(*others, new)),
        f"Coordinator: {address} until {day(until)}",
    )


def change(desk: AtDesk, texts: Mapping[str, str]) -> tuple[Arrangements, str]:
    """Change until when a coordinator is one, and whether they are mailed; or remove them."""
    known = desk.arranged.of(texts.get("who", ""))
    if known is None:
        return desk.arranged, ""  # Somebody else has removed them meanwhile.
    if "remove" in texts:
        left = tuple(each for each in desk.arranged.coordinators if each != known)
        return replace(desk.arranged, coordinators=left), f"Coordinator removed: {known.address}"
    until = _date("until", texts, desk, of=known.address) or known.until
    new = replace(known, until=until, mailed="mailed" in texts)
    if new == known:
        return desk.arranged, ""
    mailed = "" if new.mailed == known.mailed else f", {'' if new.mailed else 'not '}mailed"
    words = f"Coordinator: {known.address}, until {day(known.until)} → {day(until)}{mailed}"
    changed = (new if each == known else each for each in desk.arranged.coordinators)
    return replace(desk.arranged, coordinators=tuple(changed)), words


def _role(texts: Mapping[str, str]) -> Role:
    try:
        return Role(texts.get("role", ""))
    except ValueError as error:
        raise Wrong("role", "Use the buttons of the page") from error


def _date(
    name: str, texts: Mapping[str, str], desk: AtDesk, *, role: Role | None = None, of: str = ""
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
        raise Wrong(where, "Enter a date such as 10/15/2026")
    if not desk.today <= found <= desk.today + FARTHEST:
        raise Wrong(where, "Enter a date from today on, within three years")
    return found


def _midnight(when: date, desk: AtDesk) -> datetime:
    return datetime.combine(when, time(), desk.services.program.zone)


def _days(opening: Opening, desk: AtDesk) -> tuple[str, str]:
    """Return the first and the last day that lie ahead, as a date field has them."""
    local, now = desk.services.program.local, desk.now
    first = opening.opens_next(now)
    last = opening.closes_at if opening.closes_at and opening.closes_at > now else None
    return (
        local(first).date().isoformat() if first else "",
        (local(last) - timedelta(seconds=1)).date().isoformat() if last else "",
    )


def _opening_words(opening: Opening, desk: AtDesk) -> str:
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
    ("POST", f"{PATH}/opening"): _act(opening),
    ("POST", f"{PATH}/reply"): _act(reply),
    ("POST", f"{PATH}/institutions"): _act(institutions),
    ("POST", f"{PATH}/retention"): _act(retention),
    ("POST", f"{PATH}/welcome"): _act(welcome),
    ("POST", f"{PATH}/coordinator"): _act(change),
}
