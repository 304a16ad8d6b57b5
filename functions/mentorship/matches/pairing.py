"""
A match with what is read to decide about it, and the change that comes of it.

What is decided about is at the revision at which it is stored; `MatchChange.of` raises each once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from mentorship.applications.application import Application
from mentorship.applications.pointer import CurrentPointer, with_pointer
from mentorship.change import Change, Stored
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import (
    Addressee,
    Letter,
    Subject,
    Topic,
    new_letter,
    to_coordinator,
)
from mentorship.matches.match import Match
from mentorship.matches.pair import Pair, pair_id


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """
    A match, and what has to be known to change it.

    Attributes:
        match: as it is stored, or is to be.
        applications: both sides'; `None` is one that is gone.
        pointers: to the current applications of both addresses.
        hashes: keyed hashes of what both are known by, "" for one that is gone.
        pair: what lies between the two.
        coordinator: the keyed hash of the address of the coordinator who proposed it.

    """

    match: Match
    applications: Mapping[Role, Application | None]
    pointers: Mapping[Role, CurrentPointer | None]
    hashes: Mapping[Role, str]
    pair: Pair
    coordinator: str

    def application(self, role: Role) -> Application:
        """Return one side's application; raise `KeyError` if it is gone."""
        found = self.applications[role]
        if found is None:
            raise KeyError(role)
        return found

    def with_match(self, **changes: object) -> Self:
        """Return it with *changes* of the match."""
        return replace(self, match=replace(self.match, **changes))  # type: ignore[arg-type]

    def with_party(self, role: Role, **changes: object) -> Self:
        """Return it with *changes* of one side of the match."""
        return replace(self, match=self.match.with_party(role, **changes))

    def with_pair(self, **changes: object) -> Self:
        """Return it with *changes* of what lies between the two."""
        return replace(self, pair=replace(self.pair, **changes))  # type: ignore[arg-type]

    def with_application(self, role: Role, **changes: object) -> Self:
        """Return it with *changes* of one side's application, unless that is gone."""
        application = self.applications[role]
        if application is None:
            return self
        return self.having(role, replace(application, **changes))  # type: ignore[arg-type]

    def having(self, role: Role, application: Application) -> Self:
        """Return it with one side's application as it is by now."""
        return replace(self, applications={**self.applications, role: application})


@dataclass(frozen=True, kw_only=True)
class Step:
    """
    What is decided about one match.

    Attributes:
        pairing: as it is afterwards.
        letters: that it causes.
        applications: whether both applications are stored with it. They are wherever an answer may
            meet another: each of two at once needs the same revisions.
        pair: whether what lies between the two is stored.

    """

    pairing: Pairing
    letters: tuple[Letter, ...] = ()
    applications: bool = True
    pair: bool = False


@dataclass(frozen=True, kw_only=True)
class MatchChange(Change):
    """A change of one match, or of several of one person; *pairing* is the first afterwards."""

    pairing: Pairing

    @classmethod
    def of(cls, first: Step, *more: Step) -> Self:
        """Return the change that stores some steps; a later one knows an application better."""
        puts: dict[str, Stored] = {}
        letters: list[Letter] = []
        for step in (first, *more):
            puts |= {each.id: each for each in _to_be_stored(step)}
            letters += _reachable(step)
        match = _raised(first.pairing.match)
        return cls(
            puts=tuple(puts.values()),
            letters=tuple(letters),
            pairing=replace(first.pairing, match=match),
        )

    @property
    def match(self) -> Match:
        """The match as it is afterwards."""
        return self.pairing.match


def unchanged(pairing: Pairing) -> MatchChange:
    """Return a change that stores nothing: it is done already."""
    return MatchChange(pairing=pairing)


def empty_pair(hashes: Mapping[Role, str]) -> Pair:
    """Return what lies between two people of whom nothing is stored."""
    return Pair(id=pair_id(hashes[Role.MENTOR], hashes[Role.MENTEE]))


def _reachable(step: Step) -> list[Letter]:
    """Return a step's letters without those to someone who has no email address."""
    called = {e.id for e in step.pairing.applications.values() if e and e.by_phone_only}
    return [each for each in step.letters if each.owner not in called]


def letter_to(
    role: Role,
    kind: Kind,
    pairing: Pairing,
    *,
    now: datetime,
    of: str = "",
    on: date | None = None,
    facts: Mapping[str, str | int] | None = None,
) -> tuple[Letter, ...]:
    """Return a letter about a match to one of the two, unless their application is gone."""
    application = pairing.applications[role]
    if application is None:
        return ()
    to = Addressee(
        role=kind.traits.reader,
        which=application.id,
        address_version=application.address_version,
    )
    unique = "#".join(filter(None, (pairing.match.id, role, of)))
    return (
        new_letter(kind, about=_subject(pairing), to=to, of=unique, now=now, on=on, facts=facts),
    )


def letter_to_proposer(
    kind: Kind,
    pairing: Pairing,
    *,
    now: datetime,
    of: str = "",
    facts: Mapping[str, str | int] | None = None,
) -> Letter:
    """Return a letter about a match to the coordinator who proposed it."""
    unique = "#".join(filter(None, (pairing.match.id, of)))
    to = to_coordinator(pairing.coordinator)
    return new_letter(kind, about=_subject(pairing), to=to, of=unique, now=now, facts=facts)


def letter_to_coordinators(
    kind: Kind, pairing: Pairing, *, now: datetime, of: str, facts: Mapping[str, str | int]
) -> Letter:
    """Return a letter about a match to the coordinators."""
    unique = f"{pairing.match.id}#{of}"
    return new_letter(kind, about=_subject(pairing), of=unique, now=now, facts=facts)


def _subject(pairing: Pairing) -> Subject:
    return Subject(topic=Topic.MATCH, id=pairing.match.id)


def _to_be_stored(step: Step) -> list[Stored]:
    """Return what a step stores, each of the next revision."""
    pairing = step.pairing
    puts: list[Stored] = [_raised(pairing.match)]
    if step.applications:
        for role, application in pairing.applications.items():
            if application is not None:
                puts += with_pointer(application.with_changes(), pairing.pointers[role])
    if step.pair:
        puts.append(replace(pairing.pair, revision=pairing.pair.revision + 1))
    return puts


def _raised(match: Match) -> Match:
    """Return a match of the next revision."""
    return replace(match, revision=match.revision + 1)
