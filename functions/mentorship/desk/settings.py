"""The settings: when the form is open, the reply date, how long answers are kept."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from mentorship.desk.arrange import (
    PATH,
    Decision,
    FieldError,
    Typed,
    arrange,
    opening_words,
    read_date,
    settings_page,
)
from mentorship.desk.guard import DeskRequest
from mentorship.form.question import Role
from mentorship.program.arrangements import Opening
from mentorship.rendering import day
from mentorship.settings import FEWEST_MONTHS
from mentorship.web import http

MAX_INSTITUTIONS, MAX_LETTERS = 200, 120


def show(desk: DeskRequest) -> http.Response:
    """Show the settings."""
    return settings_page(desk, Typed())


def opening(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Open or close the form for a role, now or on a date."""
    role = _role(texts)
    before, now = desk.arrangements.opening(role), desk.now
    opens = read_date("opens", texts, desk, role=role)
    closes = read_date("closes", texts, desk, role=role)
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
    words = f"{name} form: {opening_words(before, desk)} → {opening_words(after, desk)}"
    return Decision(desk.arrangements.with_opening(role, after), words)


def reply(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Set the reply date, or none."""
    given = read_date("reply_by", texts, desk)
    before = desk.arrangements.reply_by
    if given == before:
        return Decision(desk.arrangements)
    words = f"Reply date: {_day_or_none(before)} → {_day_or_none(given)}"
    return Decision(replace(desk.arrangements, reply_by=given), words)


def institutions(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Set the institutions that are suggested while someone types; each once, in any case."""
    spelled: dict[str, str] = {}
    for line in texts.get("institutions", "").splitlines():
        if name := " ".join(line.split()):
            spelled.setdefault(name.casefold(), name)
    names = tuple(spelled.values())
    if len(names) > MAX_INSTITUTIONS:
        raise FieldError("institutions", f"Enter {MAX_INSTITUTIONS} institutions or fewer")
    # In the form's settings they are separated by semicolons.
    if long := [name for name in names if len(name) > MAX_LETTERS or ";" in name]:
        words = f"Shorten “{long[0][:40]}…” to {MAX_LETTERS} characters, without a semicolon"
        raise FieldError("institutions", words)
    before = desk.arrangements.institutions
    if names == before:
        return Decision(desk.arrangements)
    words = f"Suggested institutions: {len(before)} → {len(names)}"
    return Decision(replace(desk.arrangements, institutions=names), words)


def keep(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Set how long answers received from now on are kept, at most what the site says."""
    before, months = desk.arrangements.keep_months, _months(texts.get("keep_months", ""), desk)
    if months == before:
        return Decision(desk.arrangements)
    words = f"Answers are kept for: {before} → {months} months"
    return Decision(replace(desk.arrangements, keep_months=months), words)


def _months(typed: str, desk: DeskRequest) -> int:
    most = desk.services.program.months_kept
    if not re.fullmatch("[1-9][0-9]{0,2}", typed) or not FEWEST_MONTHS <= int(typed) <= most:
        raise FieldError("keep_months", f"Enter a number of months from {FEWEST_MONTHS} to {most}")
    return int(typed)


def _role(texts: Mapping[str, str]) -> Role:
    try:
        return Role(texts.get("role", ""))
    except ValueError as error:
        raise FieldError("role", "Use the buttons of the page") from error


def _midnight(when: date, desk: DeskRequest) -> datetime:
    return datetime.combine(when, time(), desk.services.program.zone)


def _day_or_none(when: date | None) -> str:
    return day(when) if when else "none"


DONE = {"public": "Stored. What people see follows within a minute."}
ROUTES = {
    ("GET", PATH): show,
    ("POST", f"{PATH}/opening"): arrange(opening, done="public"),
    ("POST", f"{PATH}/reply"): arrange(reply, done="public"),
    ("POST", f"{PATH}/institutions"): arrange(institutions, done="public"),
    ("POST", f"{PATH}/retention"): arrange(keep, done="public"),
}
