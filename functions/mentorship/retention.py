"""
Answers are kept for no longer than coordinators have arranged since.

Whoever agreed to longer is kept for less; nobody is ever kept for longer than they agreed to.
"""

from collections.abc import Iterable
from dataclasses import replace

from mentorship.application import Application, Change, Standing, Status, standing_id


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
) -> Change:
    """
    Keep an application for some months only, and no longer what says that it stands.

    Args:
        application: one that would be kept for longer.
        months: for how many.
        standing: what stands for its address; what an address had is as personal as it is.
        others: what else that knows of.

    """
    short = application.differs(keep_months=months)
    puts: tuple[Application | Standing, ...] = (short,)
    if standing and application.id in (standing.application, *standing.earlier):
        kept = (replace(each, keep_months=min(each.keep_months, months)) for each in others)
        ends = max(each.expires_at for each in (short, *kept))
        if ends < standing.expires_at:
            puts += (replace(standing, revision=standing.revision + 1, expires_at=ends),)
    return Change(application=short, puts=puts)
