"""What a week brought to matches, in numbers: the digest names nobody of a match."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from mentorship.matches.match import Match, Reply

# How the names of its facts in a letter begin.
PREFIX = "matches_"


@dataclass(frozen=True, kw_only=True)
class MatchWeek:
    """
    A week of matches.

    Attributes:
        proposed: how many a coordinator proposed.
        yeses: how many times someone said yes.
        introduced: how many pairs were introduced, or entered.
        closed: how many did not go ahead, or ended.
        waiting: how many wait for an answer now.
        running: how many run now.
        on_hold: how many came from a backup, and wait for a coordinator.

    """

    proposed: int = 0
    yeses: int = 0
    introduced: int = 0
    closed: int = 0
    waiting: int = 0
    running: int = 0
    on_hold: int = 0

    @classmethod
    def counted(cls, matches: Iterable[Match], *, since: datetime, until: datetime) -> Self:
        """Count what happened to some matches in a week, and where they are now."""

        def then(when: datetime | None) -> bool:
            return when is not None and since <= when < until

        found = list(matches)
        replied = [party for each in found for party in each.parties.values()]
        return cls(
            proposed=sum(then(each.proposed_at) and not each.by_hand for each in found),
            yeses=sum(each.reply is Reply.YES and then(each.replied_at) for each in replied),
            introduced=sum(then(each.introduced_at) for each in found),
            closed=sum(then(each.closed_at) for each in found),
            waiting=sum(each.state.is_open for each in found),
            running=sum(each.state.is_running for each in found),
            on_hold=sum(each.on_hold for each in found),
        )

    @property
    def happened(self) -> bool:
        """Whether anything happened in the week."""
        return bool(self.proposed or self.yeses or self.introduced or self.closed)

    @property
    def is_news(self) -> bool:
        """Whether coordinators should hear of it; that matches run is no news."""
        return bool(self.happened or self.waiting or self.on_hold)

    @property
    def facts(self) -> dict[str, str | int]:
        """The facts about it in a letter: what is not there is nothing."""
        return {f"{PREFIX}{name}": number for name, number in asdict(self).items() if number}

    @classmethod
    def from_facts(cls, facts: Mapping[str, str | int]) -> Self:
        """Return the week that a letter tells of."""
        names = asdict(cls())
        return cls(**{name: int(facts.get(f"{PREFIX}{name}", 0)) for name in names})
