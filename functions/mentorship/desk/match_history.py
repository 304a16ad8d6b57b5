"""What has happened to a match, and what was ticked for it, as its page shows them."""

from collections.abc import Iterator
from datetime import date, datetime

from mentorship.desk.guard import DeskRequest
from mentorship.desk.seen import Seen
from mentorship.form.question import Role
from mentorship.matches.match import Reply
from mentorship.matches.rules import RULES

# What someone answered, in a coordinator's words.
REPLIED = {Reply.YES: "said yes", Reply.NO: "said no", Reply.NOT_NOW: "said: not now"}


def ticked(here: Seen, desk: DeskRequest) -> list[str]:
    """Return what was ticked when it was proposed, without what comes from an unread note."""
    lifted, found = here.match.lifted, []
    unread = [
        role for role, each in here.applications.items() if each and not desk.viewer.may_read(each)
    ]
    for rule in RULES:
        about = [
            here.name(role)
            for role in (Role.MENTEE, Role.MENTOR)
            if f"{rule.code}-{role}" in lifted and not (rule.is_private and role in unread)
        ]
        if about or rule.code in lifted:
            found.append(f"{rule.short} ({', '.join(about)})" if about else rule.short)
    return found


def history(here: Seen, desk: DeskRequest) -> list[tuple[date, str]]:
    """Return what has happened, each with its day, the latest first."""
    local = desk.services.program.local
    found = [
        (local(when).date() if isinstance(when, datetime) else when, words)
        for when, words in _happened(here)
        if when
    ]
    return sorted(found, key=lambda each: each[0])[::-1]


def _happened(here: Seen) -> Iterator[tuple[date | datetime | None, str]]:
    """Yield what may have happened, each with when, `None` for what has not."""
    match = here.match
    yield match.proposed_at, f"{'Entered' if match.by_hand else 'Proposed'} by {match.proposed_by}"
    for role in (Role.MENTOR, Role.MENTEE):
        name, party = here.name(role), match.parties[role]
        yield party.asked_at, f"{name} {_asked(here, role)}"
        yield party.reminded_on, f"{name} was reminded"
        yield party.replied_at, f"{name} {REPLIED[party.reply]}" if party.reply else ""
        yield party.late_yes_at, f"{name} said yes, too late"
        yield party.mistake_at, f"{name} told us that the no was a mistake"
    yield None if match.by_hand else match.introduced_at, "Both were introduced"
    yield match.closed_at, match.state.words.capitalize()


def _asked(here: Seen, role: Role) -> str:
    """Return that one side was asked or, if no email reaches them, is to be called for that."""
    application, party = here.applications[role], here.match.parties[role]
    is_told = party.reply is not None or party.late_yes_at is not None
    if application is None or not application.by_phone_only or is_told:
        return "was asked"
    return "was to be called" if here.match.closed_at else "is to be called"
