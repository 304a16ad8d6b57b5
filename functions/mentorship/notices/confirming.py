"""When to remind people who have applied, and have not confirmed their address, that they may."""

from datetime import datetime, timedelta

from mentorship.applications.application import Application, ApplicationChange
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter

# How long after it was received someone is reminded of their application.
AFTER = timedelta(days=3)
# Whoever applied before that has heard of us otherwise, or is called.
NOT_AFTER = timedelta(days=30)


def is_due(application: Application, *, now: datetime) -> bool:
    """
    Tell whether someone is to be reminded, which happens once.

    Someone whom a coordinator entered has a letter of their own, and someone without an email
    address has nothing to confirm.
    """
    return (
        application.status.traits.may_be_matched
        and application.is_unconfirmed
        and application.confirm_asked_at is None
        and not application.entered_by
        and now - NOT_AFTER <= application.received_at <= now - AFTER
    )


def remind(application: Application, *, now: datetime) -> ApplicationChange:
    """Remind someone to confirm their address."""
    asked = application.with_changes(confirm_asked_at=now)
    letter = new_letter(Kind.CONFIRM_REMINDER, about=asked, now=now)
    return ApplicationChange(application=asked, puts=(asked,), letters=(letter,))
