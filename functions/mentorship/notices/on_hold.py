"""Tell coordinators within the hour that many applications from one network are on hold."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from mentorship.applications.application import Application
from mentorship.applications.on_hold import groups
from mentorship.applications.status import HoldReason
from mentorship.change import Change, Mark, on_hold_mark_id, renewed_mark
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter
from mentorship.notices.digest import MAX_LISTED

# People at a conference apply within minutes of each other: one email is about all of them. With
# the quarter of an hour between two looks, coordinators still hear within the hour.
GATHERED = timedelta(minutes=30)
# How long after one such email the next may follow, and how many there are in a day. What comes
# after the last is in the morning's email.
APART = timedelta(hours=1)
MOST_A_DAY = 6
# An index of DynamoDB lags a little behind its table: what arrived within it is told of next time.
BEHIND = timedelta(minutes=1)
MARK_KEPT = timedelta(days=3)


def was_told(application: Application, told: Mark | None) -> bool:
    """Tell whether coordinators have had an email about an application as one of a crowd."""
    in_crowd = application.hold_reason is HoldReason.CLIENT
    return bool(told and in_crowd and application.received_at < told.at - BEHIND)


def tell(
    held: Sequence[Application], told: Mark | None, *, now: datetime, today: date
) -> Change | None:
    """
    Return the letter about crowds that coordinators have not been told of, if one is due.

    Args:
        held: what is on hold and was received before `BEHIND`.
        told: when they were last told, today or yesterday.
        now: the present.
        today: the present date, in the program's own zone.

    """
    before = told if told and told.id == on_hold_mark_id(today) else None
    if told and (now - told.at < APART or (before and before.revision >= MOST_A_DAY)):
        return None
    crowds = [each for each in groups(held) if each.is_crowd]
    several = [one for each in crowds for one in each.applications]
    new = [each for each in several if not was_told(each, told)]
    if not new or now - min(each.received_at for each in new) < GATHERED:
        return None
    last = max(new, key=lambda each: (each.received_at, each.id))
    mark = renewed_mark(on_hold_mark_id(today), now=now, expires_at=now + MARK_KEPT, before=before)
    letter = new_letter(
        Kind.ON_HOLD,
        about="",
        # The mark's revision comes twice if the mark was restored; the last who came does not.
        of=f"program#{last.id}",
        on=today,
        now=now,
        facts={
            "number": len(several),
            "networks": len({each.network for each in crowds}),
            "applications": " ".join(each.id for each in new[:MAX_LISTED]),
        },
    )
    return Change(puts=(mark,), letters=(letter,))
