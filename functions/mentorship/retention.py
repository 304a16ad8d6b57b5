"""
Answers are kept for no longer than coordinators have arranged since.

Whoever agreed to longer is kept for less; nobody is ever kept for longer than they agreed to.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from dateutil.relativedelta import relativedelta

from mentorship.application import Application, Change, Standing, Status, standing_id

# Before somebody keeps answers for less, no more are looked through than a page can wait for.
MOST_COUNTED = 500


@dataclass(frozen=True)
class Loss:
    """
    What it takes away to keep answers for fewer months.

    Attributes:
        deleted: how many applications are over by then.
        newest: when the newest of those came in that do not go with another one.
        kept: how many others are kept for less than was agreed to.
        may_be_more_deleted, may_be_more_kept: whether more were there than were looked through.

    """

    deleted: int
    newest: datetime | None
    kept: int
    may_be_more_deleted: bool
    may_be_more_kept: bool


def loss(stored: Iterable[Application], months: int, *, by: datetime) -> Loss:
    """
    Return what it takes away to keep answers for fewer months.

    Args:
        stored: the applications, in waiting order.
        months: for how many.
        by: when what is over by then is looked at.

    """
    looked = list(islice(stored, MOST_COUNTED + 1))
    some, rest = looked[:MOST_COUNTED], looked[MOST_COUNTED:]
    long = [each for each in some if is_long(each, months)]
    over = {each.id for each in long if replace(each, keep_months=months).expires_at <= by}
    # What waits beside another goes with it.
    gone = [each for each in some if each.id in over or each.of in over]
    return Loss(
        deleted=len(gone),
        newest=max((each.received_at for each in gone if each.id in over), default=None),
        kept=sum(1 for each in long if each not in gone),
        # All that follow came in later still.
        may_be_more_deleted=any(
            each.received_at + relativedelta(months=months) <= by for each in rest
        ),
        may_be_more_kept=bool(rest),
    )


def is_long(application: Application, months: int) -> bool:
    """Tell whether somebody agreed to have their answers kept for longer than some months."""
    return application.keep_months > months


def standing_of(application: Application) -> str:
    """Return the id of what says that an application stands, or stood, for its address, or ""."""
    if not application.answers:
        return ""
    held = application.status is Status.QUARANTINED
    return standing_id(application.role, application.address, held=held)


def shortened(
    application: Application,
    months: int,
    *,
    standing: Standing | None,
    others: Iterable[Application],
    beside: Iterable[Application] = (),
) -> Change:
    """
    Keep an application for some months only, and no longer what waits for it and what says that it
    stands.

    Args:
        application: one that would be kept for longer.
        months: for how many.
        standing: what stands for its address; what an address had is as personal as it is.
        others: what else that knows of.
        beside: what is beside the application, and goes with it at the latest.

    """
    short = application.differs(keep_months=months)
    puts: tuple[Application | Standing, ...] = (
        short,
        *(
            each.differs(
                keep_months=min(each.keep_months, months),
                ends_at=min(each.ends_at or short.expires_at, short.expires_at),
            )
            for each in beside
        ),
    )
    if standing and application.id in (standing.application, *standing.earlier):
        kept = (replace(each, keep_months=min(each.keep_months, months)) for each in others)
        ends = max(each.expires_at for each in (short, *kept))
        if ends < standing.expires_at:
            puts += (replace(standing, revision=standing.revision + 1, expires_at=ends),)
    return Change(application=short, puts=puts)
