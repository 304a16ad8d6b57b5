"""What lies between two people, whichever applications they have: a no, an earlier match."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

PREFIX = "pair#"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """
    What lies between two people.

    People are known by keyed hashes of their addresses or, without one, of their phone numbers, so
    that it holds when one of them applies again.

    Attributes:
        id: `pair_id` of both.
        proposed_at: when they were last proposed to each other.
        no_from: the hashes of those who said no to the other, unless they have taken it back.
        lapsed_at: when a proposal between them last lapsed.
        matched_at: when they were last introduced.
        apart_by: the address of the coordinator who keeps them apart for good, or "".
        apart_at: when that was.
        same_person: whether both are one person, if a coordinator was asked and answered.

    """

    id: str
    proposed_at: datetime | None = None
    no_from: tuple[str, ...] = ()
    lapsed_at: datetime | None = None
    matched_at: datetime | None = None
    apart_by: str = ""
    apart_at: datetime | None = None
    same_person: bool | None = None
    revision: int = 0

    @property
    def people(self) -> tuple[str, ...]:
        """The hashes of both."""
        return tuple(self.id.removeprefix(PREFIX).split("#"))

    @property
    def is_declined(self) -> bool:
        """Whether one of them said no to the other, and has not taken it back."""
        return bool(self.no_from)

    @property
    def is_apart(self) -> bool:
        """Whether a coordinator keeps them apart for good."""
        return bool(self.apart_by)

    def moved(self, before: str, after: str) -> Self:
        """Return it, new, for someone who is known by another hash now."""
        known = tuple(after if each == before else each for each in self.people)
        return replace(
            self,
            id=pair_id(*known),
            no_from=tuple(after if each == before else each for each in self.no_from),
            revision=0,
        )

    def joined(self, other: "Pair") -> Self:
        """Return it with what another one, of the same two people, says as well."""
        known = self.same_person
        return replace(
            self,
            proposed_at=_later(self.proposed_at, other.proposed_at),
            no_from=tuple(dict.fromkeys((*self.no_from, *other.no_from))),
            lapsed_at=_later(self.lapsed_at, other.lapsed_at),
            matched_at=_later(self.matched_at, other.matched_at),
            apart_by=self.apart_by or other.apart_by,
            apart_at=self.apart_at or other.apart_at,
            same_person=other.same_person if known is None else known,
        )


def pair_id(one: str, other: str) -> str:
    """Return the id of what lies between two people, in whichever order they are named."""
    return PREFIX + "#".join(sorted((one, other)))


def of_person(pairs: Iterable[Pair], who: str) -> list[Pair]:
    """Return those of one person, by their hash."""
    return [each for each in pairs if who in each.people]


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)
