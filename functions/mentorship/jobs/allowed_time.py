"""The time that a morning's work may take: its parts share it, and the log says what is left."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mentorship import log

# Counted from the first part on. The function ends at two minutes; what has begun, and the report,
# are done within the rest.
ALLOWED = timedelta(seconds=75)


@dataclass(frozen=True)
class AllowedTime:
    """
    The time of one morning, which all parts share.

    Attributes:
        until: when it is over.
        now: returns the present.

    """

    until: datetime
    now: Callable[[], datetime]

    @classmethod
    def from_now(cls, now: Callable[[], datetime]) -> "AllowedTime":
        """Return the time of a morning that begins now."""
        return cls(now() + ALLOWED, now)

    def is_up(self, part: str) -> bool:
        """Tell whether it is over; if so, the log says which part has something left to do."""
        if self.now() <= self.until:
            return False
        log.record("morning out of time", kind=part)
        return True
