"""
A store in memory, with the tables' rules: who is overtaken does not write, and a transaction has
each item once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from mentorship.applications.application import Application
from mentorship.applications.pointer import CurrentPointer
from mentorship.applications.status import Status
from mentorship.change import Change, Conflict, Counter, Mark, Stored
from mentorship.form.question import Role
from mentorship.letters.letter import Letter
from mentorship.matches.institutions import InstitutionAnswer
from mentorship.matches.match import Match, MatchState
from mentorship.matches.pair import Pair
from mentorship.members.roster import ListEntry
from mentorship.program.arrangements import ID, Arrangements
from mentorship.store.store import Store

Kind = TypeVar(
    "Kind",
    Application,
    CurrentPointer,
    Counter,
    Mark,
    Letter,
    Arrangements,
    Match,
    Pair,
    InstitutionAnswer,
)
# How many items DynamoDB takes in a transaction.
MOST = 100


@dataclass
class Memory:
    """What the handlers ask of `store`, for tests of thousands of requests."""

    items: dict[str, Stored | Letter] = field(default_factory=dict)

    @property
    def queries(self) -> "Memory":
        """It looks nothing up by an index."""
        return self

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Return every item of a kind, in the order in which each was first stored."""
        return [item for item in self.items.values() if isinstance(item, kind)]

    def advance(self, letter: Letter, *, before: Letter) -> bool:
        """Store how far a letter has come, if it is still as it was."""
        found = self.letter(before.id)
        if not found or (found.state, found.attempts) != (before.state, before.attempts):
            return False
        self.items[letter.id] = letter
        return True

    @property
    def matches(self) -> "Memory":
        """It looks no match up by an index, either."""
        return self

    def commit(self, change: Change) -> None:
        """Store a change, as DynamoDB would: all of it, or nothing."""
        written = [each.id for each in (*change.puts, *change.deletes, *change.letters)]
        assert len(set(written)) == len(written) <= MOST, "DynamoDB refuses this transaction"
        if any(letter.id in self.items for letter in change.letters):
            raise Conflict
        read = [(each.id, each.revision - 1) for each in change.puts]
        read += [(each.id, each.revision) for each in change.deletes]
        if any(getattr(self.items.get(which), "revision", 0) != at for which, at in read):
            raise Conflict
        for item in change.deletes:
            del self.items[item.id]
        self.items |= {item.id: item for item in (*change.puts, *change.letters)}

    def get(self, kind: type[Kind], item_id: str, *, now: datetime | None = None) -> Kind | None:
        return self._one(kind, item_id)

    def application(self, application_id: str, *, now: datetime) -> Application | None:
        return self._one(Application, application_id)

    def pending_changes(self, application: Application, *, now: datetime) -> list[Application]:
        return Store.pending_changes(self, application, now=now)  # type: ignore[arg-type]

    def pointer(self, pointer_id: str) -> CurrentPointer | None:
        return self._one(CurrentPointer, pointer_id)

    def match(self, match_id: str, *, now: datetime) -> Match | None:
        return self._one(Match, match_id)

    def pair(self, pair_id: str) -> Pair | None:
        return self._one(Pair, pair_id)

    def pairs(self) -> list[Pair]:
        return self.of(Pair)

    def institution_answers(self) -> list[InstitutionAnswer]:
        return self.of(InstitutionAnswer)

    def roster(self) -> None:
        """There is no member list."""

    def list_entries(self, ids: Iterable[str], *, now: datetime) -> dict[str, ListEntry]:
        return {}

    def by_ids(self, ids: list[str], *, now: datetime) -> list[Match]:
        found = (self._one(Match, each) for each in dict.fromkeys(ids))
        return [each for each in found if each]

    def in_state(self, state: MatchState, *, now: datetime) -> list[Match]:
        found = [each for each in self.of(Match) if each.state is state]
        return sorted(found, key=lambda each: (each.state_since, each.id))

    def due(self, day: date) -> Iterator[str]:
        found = [(each.due_on, each.id) for each in self.of(Match) if each.due_on]
        yield from (which for due, which in sorted(found) if due <= day)

    def letter(self, letter_id: str) -> Letter | None:
        return self._one(Letter, letter_id)

    def mark(self, mark_id: str, *, now: datetime | None) -> Mark | None:
        return self._one(Mark, mark_id)

    def arrangements(self) -> Arrangements | None:
        return self._one(Arrangements, ID)

    def counter(self, counter: Counter) -> Counter:
        return self._one(Counter, counter.id) or counter

    def applications(
        self,
        *,
        roles: Iterable[Role],
        statuses: Iterable[Status],
        since: datetime | None,
        until: datetime | None,
        now: datetime,
        oldest_first: bool = False,
    ) -> Iterator[Application]:
        wanted, found = set(statuses), self.of(Application)
        for each in found if oldest_first else reversed(found):
            late = until is not None and each.received_at >= until
            early = since is not None and each.received_at < since
            if each.status in wanted and not (late or early):
                yield each

    def letters_about(self, application_id: str, *, limit: int = 100) -> list[Letter]:
        """Return the letters about an application, the newest first."""
        found = [each for each in self.of(Letter) if each.about == application_id]
        return found[::-1][:limit]

    def _one(self, kind: type[Kind], item_id: str) -> Kind | None:
        found = self.items.get(item_id)
        return found if isinstance(found, kind) else None
