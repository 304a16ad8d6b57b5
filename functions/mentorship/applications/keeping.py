"""
For how long an application is kept: one rule, and the fields that it reads.

Nothing of a person expires while a match of theirs is open or running. Otherwise an application is
kept for some months after the last match ended, its owner withdrew or chose to stay, or it was
received, whichever came last. Statuses that are *warned* get no end before their owner was warned.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from mentorship.applications.status import Status

# So long before the deletion its owner is warned.
WARNED_BEFORE = timedelta(days=30)
# They have at least this long to answer. A warning may be up to nine days late without delaying the
# deletion; if the morning's work was down for longer, the deletion waits.
LEAST_NOTICE = timedelta(days=21)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """
    What decides how long an application is kept.

    Attributes:
        status: where it is.
        received_at: in UTC, as all times are.
        keep_months: for how long its owner agreed to have the answers kept.
        withdrawn_at: when its owner withdrew it.
        ends_at: when it is deleted at the latest, along with its parent.
        open_matches: the ids of the matches that it is in now.
        match_ended_at: when its last match ended.
        kept_from: when its owner last chose to stay on the list.
        warned_at: when its owner was warned that it will be deleted.

    """

    status: Status
    received_at: datetime
    keep_months: int
    withdrawn_at: datetime | None = None
    ends_at: datetime | None = None
    open_matches: tuple[str, ...] = ()
    match_ended_at: datetime | None = None
    kept_from: datetime | None = None
    warned_at: datetime | None = None

    @property
    def kept_until(self) -> datetime | None:
        """When its period ends, and it is deleted if nothing further happens; never in a match."""
        if self.open_matches:
            return None
        until: datetime = self._counted_from + relativedelta(months=self.keep_months)
        until = min(until, self.ends_at) if self.ends_at else until
        if self.warned_at and self.was_warned:
            return max(until, self.warned_at + LEAST_NOTICE)
        return until

    def kept_at_least_until(self, now: datetime) -> datetime | None:
        """Return when it is deleted at the earliest: whoever was not warned has time to answer."""
        until = self.kept_until
        if until and self.status.traits.is_warned and not self.was_warned:
            return max(until, now + LEAST_NOTICE)
        return until

    @property
    def expires_at(self) -> datetime | None:
        """When DynamoDB deletes it; never before its owner was warned, if they are to be."""
        if self.status.traits.is_warned and not self.was_warned:
            return None
        return self.kept_until

    @property
    def is_leaving(self) -> bool:
        """Whether its owner was warned that it will be deleted, and has not answered."""
        return self.was_warned and not self.open_matches

    def is_to_be_warned(self, now: datetime) -> bool:
        """Tell whether its owner is to be warned now that it will be deleted."""
        until = self.kept_until
        if not self.status.traits.is_warned or self.was_warned or until is None:
            return False
        return now >= until - WARNED_BEFORE

    @property
    def _counted_from(self) -> datetime:
        """When its present period began."""
        since = (self.received_at, self.match_ended_at, self.withdrawn_at, self.kept_from)
        return max(filter(None, since))

    @property
    def was_warned(self) -> bool:
        """Whether its owner was warned before this period's end, and not only an earlier one's."""
        warned = self.warned_at is not None and self.warned_at >= self._counted_from
        return warned and self.status.traits.is_warned
