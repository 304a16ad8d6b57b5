"""How many matches could be made on a Monday, in numbers: the digest names nobody of a match."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

# How the names of its facts in a letter begin.
PREFIX = "suggested_"


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """
    The matches that are suggested to coordinators.

    Attributes:
        matches: how many there are.
        without: how many mentees would have none.
        places: how many places of mentors are free.

    """

    matches: int
    without: int
    places: int

    @property
    def facts(self) -> dict[str, str | int]:
        """The facts about it in a letter."""
        return {f"{PREFIX}{name}": number for name, number in asdict(self).items()}

    @classmethod
    def from_facts(cls, facts: Mapping[str, str | int]) -> Self | None:
        """Return what a letter tells of it, `None` if it tells nothing."""
        names = {name: f"{PREFIX}{name}" for name in ("matches", "without", "places")}
        if not {*names.values()} <= {*facts}:
            return None
        return cls(**{name: int(facts[fact]) for name, fact in names.items()})
