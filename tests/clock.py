"""The clock of the tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    time: datetime = datetime(2026, 10, 7, 0, 30, tzinfo=UTC)  # October 6, 5:30 p.m. in Seattle

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **amount: float) -> None:
        """Let some time go by."""
        self.time += timedelta(**amount)
