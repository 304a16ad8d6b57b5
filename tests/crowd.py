"""
People and their matches, by the functions that the program has, over a store in memory or on AWS.

What somebody does is a generator: it reads, yields, decides, yields, and stores. So a test may let
others come in between, or let it go on to its end with `done`.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import Any

from mentorship import pairings
from mentorship.addresses import address_key
from mentorship.applications import coordinator, owner, staying
from mentorship.applications.application import Application
from mentorship.applications.intake import point_to
from mentorship.applications.pointer import pointer_id, pointer_id_of
from mentorship.archive import forgetting
from mentorship.change import Change, Conflict, Counter
from mentorship.form.declaration import CONSENT_VERSION
from mentorship.form.form import Submission
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter
from mentorship.matches import answering, ending, proposing
from mentorship.matches.answering import Said
from mentorship.matches.match import Match, Reply
from mentorship.matches.pairing import Pairing
from mentorship.program import arrangements
from mentorship.services import Services
from mentorship.settings import Program
from tests import made
from tests.clock import Clock
from tests.memory import Memory

COORDINATOR = "casey@example.org"
YES, NO = Said(reply=Reply.YES), Said(reply=Reply.NO)
USUAL = {role: made.application(role) for role in Role}
TREES = ("Birch", "Maple", "Alder", "Spruce", "Hazel", "Rowan", "Aspen")
# What goes on; it yields wherever another may come in between.
Steps = Iterator[None]


class Gone(Exception):
    """It was deleted meanwhile."""


def hashed(text: str) -> str:
    """Return what stands for a keyed hash here."""
    return hashlib.blake2b(address_key(text).encode(), digest_size=8).hexdigest()


def in_memory(clock: Clock) -> Services:
    """Return services whose store is in memory."""
    services = Services(settings=None, program=Program(), now=clock, pause=lambda tried: None)  # type: ignore[arg-type]
    memory = Memory()
    first = arrangements.from_deployment(
        [(COORDINATOR, "Casey Example")],
        today=made.TODAY,
        reply_by=None,
        keep_months=12,
        institutions=(),
    )
    memory.items[first.id] = first
    vars(services).update(store=memory, links=SimpleNamespace(hashed=hashed))
    return services


@dataclass
class Crowd:
    """
    People and their matches.

    Attributes:
        services: with a store of any kind.
        ids: of the applications so far.
        roles: what each of them wants to be.
        matches: the ids of the matches so far.
        by_hand: of those, the ones that were entered as running already.
        numbers: what new ids are made of.

    """

    services: Services
    ids: list[str] = field(default_factory=list)
    roles: dict[str, Role] = field(default_factory=dict)
    matches: list[str] = field(default_factory=list)
    by_hand: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=partial(count, 1))

    @property
    def today(self) -> date:
        """The present date, in the program's zone."""
        return self.services.program.local(self.services.now()).date()

    @property
    def clock(self) -> Clock:
        """The clock that the services go by."""
        return self.services.now  # type: ignore[return-value]

    def new_id(self) -> str:
        """Return an id that was never used."""
        return f"{next(self.numbers):08}abcdefghjkmn"

    # What is stored --------------------------------------------------------------------------

    def application(self, which: str) -> Application:
        """Return an application, which has to be there."""
        found = self.services.store.application(which, now=self.services.now())
        if found is None:
            raise Gone
        return found

    def match(self, which: str) -> Match:
        """Return a match, which has to be there."""
        found = self.services.store.match(which, now=self.services.now())
        if found is None:
            raise Gone
        return found

    def pairing(self, which: str) -> Pairing:
        """Return a match with what is read to decide about it."""
        return pairings.pairing_of(self.match(which), self.services)

    def last_match(self) -> Match:
        """Return the match that was proposed last."""
        return self.match(self.matches[-1])

    def letters(self) -> list[Letter]:
        """Return every letter about a match, and whatever else was written, the oldest first."""
        memory = self.services.store
        assert isinstance(memory, Memory)
        return memory.of(Letter)

    def arrives(self, role: Role, *, answers: dict[str, Any] | None = None, **changes: Any) -> str:
        """Have somebody apply, and return the id of their application."""
        new_id = self.new_id()
        number = int(new_id[:8])
        name = f"{role.title()} {number:03}"
        usual = {
            "full_name": f"{name} Example",
            "email": f"{role}@{TREES[number % len(TREES)]}-{number}.example".lower(),
            "phone": f"206 555 {number:04}",
            "institution": f"{TREES[number % len(TREES)]} {number}",
            "not_with": "",
        }
        given = {**USUAL[role].answers, **usual, **(answers or {})}
        application = replace(
            USUAL[role],
            id=new_id,
            answers={name: each for name, each in given.items() if each != ""},
            received_at=self.services.now(),
            **changes,
        )
        self.services.store.commit(
            Change(puts=(application, point_to(application, self.pointer_of(application))))
        )
        self.ids.append(new_id)
        self.roles[new_id] = role
        return new_id

    def pointer_of(self, application: Application) -> Any:
        """Return the pointer to what is current for an address."""
        return self.services.store.pointer(pointer_id_of(application))

    # What coordinators do --------------------------------------------------------------------

    def proposes(self, mentor: str, mentee: str, **given: Any) -> Steps:
        """Propose a match."""
        pairing = yield from self._new(mentor, mentee, **given)
        change = proposing.propose(pairing, now=self.services.now(), today=self.today)
        yield
        self.services.store.commit(change)
        self.matches.append(change.match.id)

    def enters(self, mentor: str, mentee: str, starts_on: date, *, letters: bool = True) -> Steps:
        """Enter a match that runs already."""
        pairing = yield from self._new(mentor, mentee)
        change = proposing.enter(
            pairing,
            starts_on=starts_on,
            now=self.services.now(),
            today=self.today,
            letters=letters,
        )
        yield
        self.services.store.commit(change)
        self.by_hand.add(change.match.id)
        self.matches.append(change.match.id)

    def _new(self, mentor: str, mentee: str, **given: Any) -> Any:
        both = {Role.MENTOR: self.application(mentor)}
        yield
        both[Role.MENTEE] = self.application(mentee)
        yield
        pointers = pairings.pointers_of(both, self.services)
        return proposing.new_pairing(
            both,
            pointers,
            {role: pairings.hash_of(each, self.services) for role, each in both.items()},
            pairings.between(both[Role.MENTOR], both[Role.MENTEE], self.services),
            by=COORDINATOR,
            coordinator=self.services.links.hashed(COORDINATOR),
            now=self.services.now(),
            new_id=self.new_id(),
            **given,
        )

    def reminds(self, match: str) -> Steps:
        """Remind the one who has not answered."""
        pairing = yield from self._read(match)
        yield from self._stored(
            answering.remind(pairing, now=self.services.now(), today=self.today)
        )

    def takes_back(self, match: str) -> Steps:
        """Take back a proposal."""
        pairing = yield from self._read(match)
        yield from self._stored(ending.take_back(pairing, now=self.services.now()))

    def ends(self, match: str, *, mentee_waits: bool = False) -> Steps:
        """End a match that runs."""
        pairing = yield from self._read(match)
        now = self.services.now()
        yield from self._stored(ending.end(pairing, mentee_waits=mentee_waits, now=now))

    def is_put_on_hold(self, match: str) -> Steps:
        """Have a match come back from a backup."""
        stored = self.match(match)
        yield
        if stored.state.takes_a_place:
            held = replace(stored, on_hold=True, revision=stored.revision + 1)
            self.services.store.commit(Change(puts=(held,)))

    def releases(self, match: str) -> Steps:
        """Let a match from a backup go on."""
        pairing = yield from self._read(match)
        yield from self._stored(answering.release_hold(pairing, today=self.today))

    def keeps_apart(self, one: str, other: str) -> Steps:
        """Keep two people apart for good, which closes no proposal by itself."""
        pair = pairings.between(self.application(one), self.application(other), self.services)
        yield
        now = self.services.now()
        apart = replace(pair, apart_by=COORDINATOR, apart_at=now, revision=pair.revision + 1)
        self.services.store.commit(Change(puts=(apart,)))

    # What the two do -------------------------------------------------------------------------

    def answers(self, match: str, role: Role, said: Said) -> Steps:
        """Answer a proposal, by the link or by telephone."""
        pairing = yield from self._read(match)
        mine = pairing.applications[role]
        others = pairings.pairings_of(mine, self.services) if mine else []
        yield
        change = answering.answer(
            pairing,
            role,
            said,
            others=others,
            is_excluded=said.reply is Reply.YES and pairings.is_excluded(pairing, self.services),
            now=self.services.now(),
            today=self.today,
        )
        yield from self._stored(change)

    def says_mistake(self, match: str, role: Role) -> Steps:
        """Say that a no was a mistake."""
        pairing = yield from self._read(match)
        yield from self._stored(answering.say_mistake(pairing, role, now=self.services.now()))

    def is_due(self, match: str) -> Steps:
        """Have the morning's work look at a match."""
        pairing = yield from self._read(match)
        yield from self._stored(
            answering.do_what_is_due(pairing, now=self.services.now(), today=self.today)
        )

    def _read(self, match: str) -> Any:
        stored = self.match(match)
        yield
        pairing = pairings.pairing_of(stored, self.services)
        yield
        return pairing

    def _stored(self, change: Change) -> Steps:
        yield
        self.services.store.commit(change)

    # What becomes of an application ----------------------------------------------------------

    def withdraws(self, which: str) -> Steps:
        """Withdraw an application."""
        before, pointer = yield from self._mine(which)
        change = owner.withdraw(before, pointer, now=self.services.now(), new_id=self.new_id())
        yield from self._met(change, before)

    def is_paused(self, which: str) -> Steps:
        """Pause an application."""
        before, _ = yield from self._mine(which)
        yield from self._met(coordinator.pause(before), before)

    def resumes(self, which: str) -> Steps:
        """Resume a paused application."""
        before, _ = yield from self._mine(which)
        yield from self._met(coordinator.resume(before), before)

    def is_refused(self, which: str) -> Steps:
        """Find somebody not eligible."""
        before, pointer = yield from self._mine(which)
        change = coordinator.mark_ineligible(
            before, pointer, "other", now=self.services.now(), new_id=self.new_id()
        )
        yield from self._met(change, before)

    def is_reinstated(self, which: str) -> Steps:
        """Put somebody back on the list."""
        before, pointer = yield from self._mine(which)
        now = self.services.now()
        current = self.services.store.application(pointer.application, now=now) if pointer else None
        yield from self._met(coordinator.reinstate(before, pointer, current), before)

    def corrects(self, which: str, **answers: Any) -> Steps:
        """Correct some answers; another address waits to be confirmed."""
        before, pointer = yield from self._mine(which)
        given = Submission(
            answers={**before.answers, **answers},
            form_version=before.form_version,
            consent_version=CONSENT_VERSION,
            trapped=False,
        )
        pending = self.services.store.pending_changes(before, now=self.services.now())
        change = owner.correct(
            before,
            given,
            pointer=pointer,
            pending_changes=pending,
            asked=Counter(id=f"asked#{self.new_id()}", expires_at=self.services.now()),
            now=self.services.now(),
            new_id=self.new_id(),
        )
        yield from self._met(change, before)

    def moves(self, which: str) -> Steps:
        """Confirm the other address that was given last."""
        before, pointer = yield from self._mine(which)
        now = self.services.now()
        pending = self.services.store.pending_changes(before, now=now)
        waiting = [each for each in pending if each.answers]
        if not waiting:
            return
        at = pointer_id(before.role, waiting[-1].address)
        new_pointer = self.services.store.pointer(at)
        other = new_pointer and self.services.store.application(new_pointer.application, now=now)
        change = owner.accept_change(
            before,
            waiting[-1],
            pending_changes=pending,
            pointer=pointer,
            new_pointer=new_pointer,
            other=other,
            now=now,
            new_id=self.new_id(),
        )
        yield from self._met(change, before)

    def is_warned(self, which: str) -> Steps:
        """Have the morning's work warn somebody who is to be deleted."""
        before, pointer = yield from self._mine(which)
        zone = self.services.program.zone
        yield from self._stored(staying.warn(before, pointer, now=self.services.now(), zone=zone))

    def stays(self, which: str) -> Steps:
        """Stay on the list."""
        before, pointer = yield from self._mine(which)
        change = staying.stay(before, pointer, keep_months=12, now=self.services.now())
        yield from self._met(change, before)

    def is_forgotten(self, which: str) -> Steps:
        """Have all that is stored about somebody deleted."""
        application = self.application(which)
        found = forgetting.find_from(application, self.services)
        yield
        try:
            forgetting.forget(found, self.services)
        except Conflict:
            # It is done in parts, and goes on until all is gone.
            forgetting.forget_all(
                lambda: forgetting.find_from(application, self.services), self.services
            )

    def _mine(self, which: str) -> Any:
        before = self.application(which)
        yield
        pointer = self.pointer_of(before)
        yield
        return before, pointer

    def _met(self, change: Any, before: Application) -> Steps:
        """Store a change and what follows for the matches, in between of which others may come."""
        held = list[Change]()
        store = self.services.store
        holding = replace(self.services)
        capturing = _Capturing(store, held)
        vars(holding).update(store=capturing, links=self.services.links)
        pairings.commit(change, holding, before=before)
        yield
        for each in held:
            store.commit(each)


class _Capturing:
    """A store that reads, and holds what it is to commit."""

    def __init__(self, store: Any, held: list[Change]) -> None:
        self._store, self._held = store, held

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, change: Change) -> None:
        self._held.append(change)


def done(steps: Steps) -> None:
    """Let something go on to its end."""
    for _ in steps:
        pass


def days(number: int) -> timedelta:
    """Return some days."""
    return timedelta(days=number)


def told(crowd: Crowd, since: int = 0) -> set[tuple[Kind, str]]:
    """Return the kinds of letters about matches, with who reads each."""
    readers = {**crowd.roles, hashed(COORDINATOR): "coordinator", "": "coordinators"}
    return {(e.kind, readers[e.to.which]) for e in about_matches(crowd.letters()[since:])}


def about_matches(letters: Iterable[Letter]) -> list[Letter]:
    """Return the letters about a match."""
    return [each for each in letters if each.subject and each.subject.topic == "match"]


def accepted(crowd: Crowd, match: str) -> int:
    """Have the mentor say yes, and return how many letters there are by then."""
    done(crowd.answers(match, Role.MENTOR, YES))
    return len(crowd.letters())
