"""
Random histories of matches: what several people do at once, and what must be true after each.

What must be true is counted here anew, from what is stored and what was done, and not asked of the
functions that decide.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from mentorship import pairings
from mentorship.applications.application import Application
from mentorship.applications.pointer import CurrentPointer, pointer_id_of
from mentorship.applications.status import Status
from mentorship.change import Conflict
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter
from mentorship.letters.traits import Reader
from mentorship.matches.answering import Said
from mentorship.matches.match import Match, Reply
from mentorship.problems import Problem
from tests.crowd import COORDINATOR, Crowd, Gone, Steps
from tests.memory import Memory

# Letters that name the other.
NAMING = (Kind.INTRODUCTION, Kind.INTRODUCED, Kind.MATCH_ENDED)
# Letters that end what someone was asked, or takes part in.
ENDING = (Kind.NOT_GOING_AHEAD, Kind.MATCH_ENDED)
# The states of a match that runs, and of one that takes a place.
RUNNING = ("running", "paused")
LIVE = ("proposed", "accepted", *RUNNING)
REPLIES = (
    Said(reply=Reply.YES),
    Said(reply=Reply.YES),
    Said(reply=Reply.YES, how="By phone, on Monday.", by=COORDINATOR),
    Said(reply=Reply.NO),
    Said(reply=Reply.NOT_NOW, months=3),
    Said(reply=Reply.NOT_NOW, months=1, how="By phone.", by=COORDINATOR),
)
PASSING = (
    timedelta(minutes=1),
    timedelta(hours=20),
    timedelta(days=3),
    timedelta(days=8),
    timedelta(days=15),
    timedelta(days=200),
)


@dataclass
class Ledger:
    """How many of each there were in some histories."""

    histories: int = 0
    events: int = 0
    commits: int = 0
    conflicts: int = 0
    refused: int = 0
    introduced: int = 0
    ended: Counter[str] = field(default_factory=Counter)


@dataclass
class History:
    """
    One history.

    Attributes:
        here: the people and their matches.
        letters: returns every letter that was written so far, or `None` while that takes too long.
        ledger: counts what happens.
        looks: whether what is stored is looked at after each event, and not only when asked.

    """

    here: Crowd
    letters: Callable[[], list[Letter] | None]
    ledger: Ledger
    looks: bool = True
    going: list[tuple[str, Steps, Callable[[], None]]] = field(default_factory=list)
    said: dict[tuple[str, Role], Reply] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    introduced: set[str] = field(default_factory=set)

    def begin(self, *, mentors: int = 3, mentees: int = 4) -> None:
        """Have some people apply, mentors with one to three places."""
        for number in range(mentors):
            answers: dict[str, Any] = {"capacity": f"{number % 3 + 1}"}
            if number == mentors - 1:
                answers["email"] = ""
            self.here.arrives(Role.MENTOR, answers=answers)
        for number in range(mentees):
            self.here.arrives(Role.MENTEE, answers={"email": ""} if number == 3 else None)
        self.ledger.histories += 1

    def arrives(self, number: int) -> None:
        """Have somebody apply; some have no email address."""
        role = Role.MENTEE if number % 3 else Role.MENTOR
        answers: dict[str, Any] = {"email": ""} if number % 5 == 4 else {}
        if role is Role.MENTOR:
            answers["capacity"] = f"{number % 2 + 1}"
        self.here.arrives(role, answers=answers)

    # What may happen -------------------------------------------------------------------------

    def event(self, name: str, one: int, other: int, third: int) -> None:
        """Begin an event: those concerned are chosen by numbers of any size."""
        here = self.here
        people = sorted(here.ids)
        which = people[one % len(people)]
        role = list(Role)[other % 2]
        if third % 2 and here.matches:
            # Half of what happens to anyone happens to someone who is, or was, in a match.
            found = here.services.store.match(self._match(one), now=here.services.now())
            which = (found.parties[role].application if found else "") or which
        steps: Steps
        then: Callable[[], None] = lambda: None  # noqa: E731
        if name == "arrives":
            # Two places in three are a mentee's.
            self.arrives(third)
            return
        if name in ("proposes", "enters", "keeps_apart"):
            mentors = [each for each in people if self.roles[each] is Role.MENTOR]
            mentees = [each for each in people if self.roles[each] is Role.MENTEE]
            pair = mentors[one % len(mentors)], mentees[other % len(mentees)]
            if name == "enters":
                began = here.today - timedelta(days=third % 100)
                steps = here.enters(*pair, began, letters=bool(third % 2))
            else:
                steps = getattr(here, name)(*pair)
        elif name in OF_MATCHES:
            if not here.matches:
                return
            match = self._match(one)
            if name == "answers":
                said = REPLIES[third % len(REPLIES)]
                stored = here.services.store.match(match, now=here.services.now())
                if stored and other % 4:
                    role = stored.awaits or role
                steps = here.answers(match, role, said)
                then = partial(self.said.__setitem__, (match, role), said.reply)
            elif name == "says_mistake":
                steps = here.says_mistake(match, role)
            elif name == "ends":
                steps = here.ends(match, mentee_waits=bool(third % 2))
            else:
                steps = getattr(here, name)(match)
        elif name == "corrects":
            steps = here.corrects(which, **self._corrections(which, third))
        else:
            steps = getattr(here, name)(which)
        self.ledger.events += 1
        self.going.append((name, steps, then))

    def _match(self, number: int) -> str:
        """Return the id of a match: the later ones more often."""
        return self.here.matches[-1 - number % min(len(self.here.matches), 3 + number // 3)]

    @property
    def roles(self) -> dict[str, Role]:
        """The roles of all who have applied."""
        return self.here.roles

    def _corrections(self, which: str, number: int) -> dict[str, Any]:
        if number % 3 == 0:
            return {"email": f"moved-{number % 5}-{which[:8]}@example.net"}
        if number % 3 == 1 and self.roles[which] is Role.MENTOR:
            return {"capacity": f"{number % 3 // 2 + 1}" if number % 4 else "3"}
        return {"city": f"City {number % 7}"}

    def goes_on(self, number: int, *, to_its_end: bool = False) -> None:
        """Let one of those that have begun go on, until it waits again."""
        if not self.going:
            return
        begun = self.going[number % len(self.going)]
        name, steps, then = begun
        try:
            next(steps)
            while to_its_end:
                next(steps)
        except StopIteration:
            self.ledger.commits += 1
            then()
            if self.looks:
                self.check(name)
        except Conflict:
            assert not to_its_end, f"{name} conflicts although nobody else does anything"
            self.ledger.conflicts += 1
        except (Problem, Gone):
            self.ledger.refused += 1
        else:
            return
        # By now there may be others at its place.
        self.going.remove(begun)

    def happens(self, name: str, one: int, other: int, third: int) -> None:
        """Let an event happen at once, from its beginning to its end."""
        before = len(self.going)
        self.event(name, one, other, third)
        if len(self.going) > before:
            self.goes_on(len(self.going) - 1, to_its_end=True)

    def time_passes(self, number: int) -> None:
        """Let time go by, and DynamoDB delete what has expired."""
        self.here.services.now.time += PASSING[number % len(PASSING)]  # type: ignore[attr-defined]
        memory, now = self.here.services.store, self.here.services.now()
        if not isinstance(memory, Memory):
            return
        live = {
            p.application for m in memory.of(Match) if m.state in LIVE for p in m.parties.values()
        }
        for each in list(memory.items.values()):
            if isinstance(each, Application) and each.expires_at and each.expires_at <= now:
                assert each.id not in live, "deleted in a match"
                del memory.items[each.id]
            elif isinstance(each, CurrentPointer) and not each.unending and each.expires_at <= now:
                assert not live & set(each.named), "the pointer was deleted in a match"
                del memory.items[each.id]
            elif isinstance(each, Match) and each.expires_at and each.expires_at <= now:
                assert each.state not in LIVE
                del memory.items[each.id]

    def tally(self) -> None:
        """Count how the matches stand at the end."""
        now = self.here.services.now()
        for each in self.here.services.store.matches.by_ids(self.here.matches, now=now):
            self.ledger.introduced += each.introduced_at is not None
            self.ledger.ended[f"{each.state}, {each.closed_because or 'not closed'}"] += 1

    # What must be true -----------------------------------------------------------------------

    def check(self, after: str) -> None:
        """Hold all that is stored against what must be true."""
        store, now = self.here.services.store, self.here.services.now()
        found = (store.application(each, now=now) for each in self.here.ids)
        applications = {each.id: each for each in found if each}
        matches = store.matches.by_ids(self.here.matches, now=now)
        live = [each for each in matches if each.state in LIVE]
        named: dict[str, list[Match]] = {}
        for match in live:
            for role, party in match.parties.items():
                assert party.application in applications, "deleted in a match"
                assert applications[party.application].role is role
                named.setdefault(party.application, []).append(match)
        for application in applications.values():
            self._check_application(application, named.get(application.id, []), after)
        for match in matches:
            self._check_match(match)
            if match.introduced_at and match.id not in self.introduced | self.here.by_hand:
                self._check_introduced(match, applications, after)
        if (letters := self.letters()) is not None:
            self._check_letters(letters, {each.id: each for each in matches}, applications)

    def _check_application(self, application: Application, live: list[Match], after: str) -> None:
        """An application and the matches that name it say the same, and it has the places."""
        where = (after, application.id, application.status, [(m.id, m.state) for m in live])
        assert sorted(application.open_matches) == sorted(each.id for each in live), where
        running = [each for each in live if each.state in RUNNING]
        if application.role is Role.MENTEE:
            assert len(live) <= 1, where
            assert (application.status is Status.MATCHED) == bool(running), where
        else:
            assert application.status is not Status.MATCHED
            places = int(str(application.answers.get("capacity") or 1))
            # Whoever has fewer places now keeps what runs, and nothing that is only proposed.
            assert len(live) <= max(places, len(running)), where
        if live:
            assert application.status.traits.is_open, where
            assert application.kept_until is None, where
            assert application.expires_at is None, where
            assert application.warned_at is None or not application.is_leaving
        if len(live) > len(running):
            assert application.status is Status.WAITING, where

        elif application.id in self.live and application.status.traits.is_warned:
            # Whoever was warned before has time to answer, now that it matters again.
            ends = application.expires_at
            assert ends is None or ends >= self.here.services.now() + timedelta(days=21), where
        (self.live.add if live else self.live.discard)(application.id)
        pointer = self.here.services.store.pointer(pointer_id_of(application))
        if pointer and application.id in pointer.named:
            ends = application.expires_at
            assert (ends is None) == (application.id in pointer.unending), where
            assert ends is None or ends <= pointer.expires_at
        else:
            assert not live, where

    def _check_match(self, match: Match) -> None:
        """A match runs only if both have said yes; it has an end only once it is over."""
        live = match.state in LIVE
        assert (match.expires_at is None) == live
        assert (match.closed_at is None) == live
        if match.introduced_at and match.id not in self.here.by_hand:
            answered = [self.said.get((match.id, role)) for role in Role]
            assert answered == [Reply.YES, Reply.YES], match.id
        if match.due_on:
            assert match.awaits
            assert not match.on_hold

    def _check_introduced(
        self, match: Match, applications: dict[str, Application], after: str
    ) -> None:
        """When two are introduced, nobody keeps them apart by then."""
        self.introduced.add(match.id)
        both = [applications.get(each.application) for each in match.parties.values()]
        if after == "answers" and all(both):
            pair = pairings.between(both[0], both[1], self.here.services)  # type: ignore[arg-type]
            assert not pair.is_apart, "introduced although they are kept apart"

    def _check_letters(
        self,
        letters: list[Letter],
        matches: dict[str, Match],
        applications: dict[str, Application],
    ) -> None:
        """Letters about a match go to its two and to who proposed it; none tells a name early."""
        ends, asked = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for letter in letters:
            if letter.subject is None or letter.subject.topic != "match":
                continue
            match = matches.get(letter.subject.id)
            if match is None:
                continue
            to = letter.to.which
            parties = {each.application: each for each in match.parties.values()}
            if letter.reader is Reader.APPLICANT:
                if to not in applications:  # They were deleted since.
                    continue
                assert applications[to].address, "a letter to someone without an address"
                assert to in parties, "a letter to a third party"
                party = parties[to]
                assert match.introduced_at or party.asked_at, "told before they were asked"
                assert letter.to.address_version is not None
                ends[match.id, to] += letter.kind in ENDING
                asked[match.id, to] += letter.kind is Kind.PROPOSAL
            elif letter.reader is Reader.COORDINATOR:
                assert to == self.here.services.links.hashed(COORDINATOR)
            if letter.kind in NAMING:
                assert match.introduced_at, "told early"
                assert letter.created_at >= match.introduced_at, "told early"
            assert set(letter.facts) <= {"because", "by", "back", "by_hand", "role"}
        for match in matches.values():
            over = match.state not in LIVE
            for role, party in match.parties.items():
                application = applications.get(party.application)
                if application is None or not application.address:
                    continue
                knew = match.introduced_at or party.asked_at
                told = over and knew and match.closed_by is not role
                always = application.address_version == 1
                got = ends[match.id, party.application]
                assert got == bool(told) if always else got <= bool(told), (match.id, role, got)
                if party.asked_at and always:
                    assert asked[match.id, party.application] == 1


OF_MATCHES = (
    "answers", "reminds", "takes_back", "ends", "is_put_on_hold", "releases", "says_mistake",
    "is_due",
)  # fmt: skip
EVENTS = (
    *("proposes",) * 8, *("answers",) * 10, *("corrects",) * 4, *("moves", "is_due") * 2,
    *("is_paused", "resumes", "is_reinstated", "is_warned", "arrives") * 2,
    "enters", "keeps_apart", "withdraws", "is_refused", "is_forgotten", "stays", *OF_MATCHES[1:],
)  # fmt: skip


# Where histories are short: mostly what has to do with a proposal.
BUSY = (
    *("answers",) * 12, *("proposes",) * 3, *("corrects", "moves") * 2,
    "withdraws", "is_paused", "is_refused", "is_reinstated", "takes_back", "ends", "enters",
)  # fmt: skip


def live(history: History, draw: Random, steps: int, events: Sequence[str] = EVENTS) -> None:
    """Let a random history take its course, and what has begun come to its end."""
    for _ in range(steps):
        kind, name = draw.random(), draw.choice(events)
        one, other, third = (draw.randrange(32) for _ in range(3))
        if kind < 0.45:
            history.happens(name, one, other, third)
        elif kind < 0.65:
            history.event(name, one, other, third)
        elif kind < 0.93:
            history.goes_on(one)
        else:
            history.time_passes(one)
    while history.going:
        history.goes_on(draw.randrange(32))
    history.tally()
