"""The settings: when the form is open, the reply date, how long answers are kept."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from mentorship.desk.arrange import (
    PATH,
    Decision,
    FieldError,
    Section,
    days_of,
    opening_words,
    read_date,
)
from mentorship.desk.guard import DeskRequest
from mentorship.form.question import Role
from mentorship.problems import NotFound
from mentorship.program.arrangements import Opening
from mentorship.program.audit import Action
from mentorship.rendering import day
from mentorship.settings import FEWEST_MONTHS
from mentorship.web import http

# How many of the last changes the page shows.
SHOWN = 10


def show(desk: DeskRequest) -> http.Response:
    """Show what is set, and what was changed last; each part has a page of its own."""
    return desk.page(
        "settings",
        arrangements=desk.arrangements,
        openings=[(role, opening_words(desk.arrangements.opening(role), desk)) for role in Role],
        active=len(desk.arrangements.active(desk.today)),
        changes=desk.services.store.queries.audit_log(limit=SHOWN, action=Action.ARRANGED),
        soon=desk.services.program.applications != "open",
    )


def opening(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Open or close the form for a role, now or on a date; other dates do not matter."""
    role = _role(desk)
    before, now = desk.arrangements.opening(role), desk.now
    match texts.get("state"):
        case "open":
            after = Opening(closes_at=_end("closes", texts, desk))
        case "later":
            opens = read_date("opens", texts, desk)
            if opens is None or opens <= desk.today:
                raise FieldError("opens", "Enter a first day after today")
            ends = _end("closes", texts, desk)
            begins = _midnight(opens, desk)
            if ends and ends <= begins:
                raise FieldError("closes", "Enter a last day that is not before the first day")
            after = before.closed(now, opens_at=begins, closes_at=ends)
        case "closed":
            after = before.closed(now, opens_at=None, closes_at=None)
        case _:
            raise FieldError("state-open", "Select whether applications are open or closed")
    if after == before:
        return Decision(desk.arrangements)
    name = "Mentees’" if role is Role.MENTEE else "Mentors’"
    words = f"{name} form: {opening_words(before, desk)} → {opening_words(after, desk)}"
    return Decision(desk.arrangements.with_opening(role, after), words)


def _opening_values(desk: DeskRequest) -> dict[str, Any]:
    role = _role(desk)
    opening = desk.arrangements.opening(role)
    first, last = days_of(opening, desk)
    state = "open" if opening.is_open(desk.now) else "later" if first else "closed"
    return {"role": role, "state": state, "first": first, "last": last}


def _opening_stored(desk: DeskRequest) -> str:
    return opening_words(desk.arrangements.opening(_role(desk)), desk)


def reply(desk: DeskRequest, texts: Mapping[str, str]) -> Decision:
    """Set the reply date, or none."""
    given = read_date("reply_by", texts, desk)
    before = desk.arrangements.reply_by
    if given == before:
        return Decision(desk.arrangements)
    words = f"Reply date: {_day_or_none(before)} → {_day_or_none(given)}"
    return Decision(replace(desk.arrangements, reply_by=given), words)


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


def _role(desk: DeskRequest) -> Role:
    """Return the role in the path of a page."""
    try:
        return Role(desk.request.param("role"))
    except ValueError as error:
        raise NotFound from error


def _end(name: str, texts: Mapping[str, str], desk: DeskRequest) -> datetime | None:
    """Return the end of the last day that was typed, if one was."""
    last = read_date(name, texts, desk)
    return _midnight(last + timedelta(days=1), desk) if last else None


def _midnight(when: date, desk: DeskRequest) -> datetime:
    return datetime.combine(when, time(), desk.services.program.zone)


def _day_or_none(when: date | None) -> str:
    return day(when) if when else "none"


def _nothing(_: DeskRequest) -> dict[str, Any]:
    return {}


SECTIONS = {
    "opening/{role}": Section("settings_opening", _opening_stored, opening, _opening_values),
    "reply": Section(
        "settings_reply", lambda desk: _day_or_none(desk.arrangements.reply_by), reply, _nothing
    ),
    "retention": Section(
        "settings_retention",
        lambda desk: f"{desk.arrangements.keep_months} months",
        keep,
        lambda desk: {
            "fewest_months": FEWEST_MONTHS,
            "most_months": desk.services.program.months_kept,
        },
    ),
}
ROUTES = {
    ("GET", PATH): show,
    **{("GET", f"{PATH}/{name}"): section.show for name, section in SECTIONS.items()},
    **{("POST", f"{PATH}/{name}"): section.save for name, section in SECTIONS.items()},
}
