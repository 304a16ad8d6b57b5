"""
Random lives of applications by the pure rules, and what DynamoDB and the mornings do to them.

When each has to be gone is counted here anew, from what happened, and not asked of the rules.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from mentorship.applications import agreement, coordinator, intake, owner, staying
from mentorship.applications.application import Application, ApplicationChange
from mentorship.applications.pointer import CurrentPointer, pointer_id
from mentorship.applications.status import HoldReason, Status
from mentorship.change import Change, Counter
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.matches import answering, ending, proposing
from mentorship.matches.answering import Said
from mentorship.matches.match import OTHER, Match, Reply
from mentorship.matches.meeting import meet
from mentorship.matches.pairing import Pairing, empty_pair
from mentorship.problems import Problem
from tests import made, people
from tests.made import FORMS, NOW, TODAY

ZONE = ZoneInfo("America/Los_Angeles")
DAY = timedelta(days=1)
# As promised: the warning, and the least time to answer it.
BEFORE, NOTICE = 30 * DAY, 21 * DAY
# The morning's work may be missed for a week, so that a warning comes eight days late at most.
MISSED = 7
LATE = (MISSED + 1) * DAY
# Whose owner is warned.
WARNED = ("waiting", "paused", "released")
CITIES = ("Seattle", "Tacoma")
ANSWERS = {
    Role.MENTEE: [FORMS[Role.MENTEE].parse(people.mentee(city=city)) for city in CITIES],
    Role.MENTOR: [FORMS[Role.MENTOR].parse(people.mentor(city=city)) for city in CITIES],
}
COUNTER = Counter(id="x", expires_at=NOW)
# What someone may answer who is asked.
REPLIES = (
    *(Said(reply=Reply.YES),) * 4,
    Said(reply=Reply.NO),
    Said(reply=Reply.NOT_NOW, months=6),
)


@dataclass
class Truth:
    """
    What happened to one application, as far as it decides when it has to be gone.

    Attributes:
        began: when its owner last applied, withdrew or chose to stay, or a match ended.
        months: for how long they have agreed to have their answers kept.
        joined: since when they would have to be warned.
        left: when that ended, for they were found not eligible.
        matches: the ids of those that it is in.
        closed: when a proposal to it last closed.
        letters: when they were warned.

    """

    began: datetime
    months: int
    joined: datetime
    left: datetime = NOW
    matches: set[str] = field(default_factory=set)
    closed: datetime = NOW
    letters: list[datetime] = field(default_factory=list)

    @property
    def end(self) -> datetime:
        """When the period that they agreed to ends."""
        end: datetime = self.began + relativedelta(months=self.months)
        return end

    def latest(self, status: Status) -> datetime:
        """Return when it has to be gone, with the morning's work missed for a week."""
        if status.value not in WARNED:
            return max(self.end, self.left)
        return max(self.end, max(self.joined, self.end - BEFORE) + LATE + NOTICE)


@dataclass
class Ledger:
    """How many of each there were."""

    lives: int = 0
    applications: int = 0
    deleted: int = 0
    warned: int = 0
    stayed: int = 0
    proposals: int = 0
    matches: int = 0
    early: int = 0
    unwarned: int = 0
    too_long: int = 0
    pointers_early: int = 0
    pointers_too_long: int = 0


class Life:
    """The applications of one address for a role, the pointers to them, and their matches."""

    def __init__(self, random: Random, ledger: Ledger) -> None:
        self.random, self.ledger = random, ledger
        self.now = NOW
        self.role = random.choice([*Role])
        self.months = random.choice([3, 6, 12, 18])
        self.there: dict[str, Application] = {}
        self.truth: dict[str, Truth] = {}
        self.pointers: dict[str, CurrentPointer] = {}
        self.matches: dict[str, Match] = {}
        # The applications of those whom they are matched with, one for each match.
        self.others: dict[str, Application] = {}
        self.last_expires = NOW
        self.number = 0
        # What those who were warned will do, and when.
        self.answering = 0.7
        self.answers: list[tuple[datetime, str]] = []
        # The mornings that are missed, by the number of the day.
        self.missed = set[int]()
        day = 0
        while day < 4_000:
            day += random.randrange(2, 120)
            many = random.randrange(MISSED + 1)
            self.missed |= set(range(day, day + many))
            day += many + 1

    def live(self) -> None:
        """Let some years go by, and then wait until everything has to be gone."""
        self.applies()
        for _ in range(self.random.randrange(2, 14)):
            self.until(self.now + self.random.randrange(1, 150 * 24) * DAY / 24)
            self.random.choice([*self.acts()])()
        for match in [*self.matches.values()]:
            if match.closed_at is None:
                self.closes(self.pairing(match))
        # From now on nobody answers a warning.
        self.answering, self.answers = 0.0, []
        ends = [self.truth[each.id].latest(each.status) for each in self.there.values()]
        self.until(max([self.now, *ends]) + DAY)
        self.ledger.lives += 1
        self.ledger.too_long += len(self.there)
        for pointer in self.pointers.values():
            late = pointer.unending or pointer.expires_at > self.last_expires
            self.ledger.pointers_too_long += bool(late)

    # What anyone may do ----------------------------------------------------------------------

    def acts(self) -> Iterator[Callable[[], None]]:
        """Yield what can happen now."""
        yield self.applies
        yield self.setting_changes
        for each in self.there.values():
            for act in self.acts_on():
                yield partial(self.tries, act, each)

    def acts_on(self) -> tuple[Callable[[Application], None], ...]:
        """Return what can happen to an application, some of it more often."""
        return (
            self.is_admitted, self.agrees, self.is_paused, self.resumes, self.withdraws,
            self.is_refused, self.is_reinstated, self.corrects, self.stays, self.stays,
            *(self.match_opens,) * 4, *(self.match_goes_on,) * 8, self.match_closes,
            self.other_leaves,
        )  # fmt: skip

    def tries(self, act: Callable[[Application], None], application: Application) -> None:
        """Do something that may be too late."""
        with suppress(Problem):
            act(application)

    def applies(self) -> None:
        """Apply, be held back, or be entered by a coordinator."""
        self.number += 1
        answered, new_id = ANSWERS[self.role][self.number % 2], f"{self.number:020}"
        pointer = self.pointer()
        current = self.there.get(pointer.application) if pointer else None
        if current and current.is_open:
            return
        if self.random.random() < 0.3:
            change: Change = coordinator.enter(
                self.role,
                answered,
                by="kim@example.org",
                agreed="",
                pointer=pointer,
                current=current,
                now=self.now,
                new_id=new_id,
                reply_by=None,
                keep_months=self.months,
            )
        else:
            held = self.random.random() < 0.2
            known = intake.OnFile(
                pointer=pointer,
                current=current,
                held_pointer=self.pointer(held=True),
                counter=COUNTER,
            )
            change = intake.receive(
                role=self.role,
                answered=answered,
                known=known,
                held=HoldReason.TRAP if held else HoldReason.NOT,
                now=self.now,
                today=TODAY,
                new_id=new_id,
                reply_by=None,
                keep_months=self.months,
            )
        self.truth[new_id] = Truth(self.now, self.months, self.now)
        self.ledger.applications += 1
        self.store(change)

    def setting_changes(self) -> None:
        """Have the coordinators change for how long answers are kept from now on."""
        self.months = self.random.choice([3, 6, 12, 18])

    def is_admitted(self, application: Application) -> None:
        """Be let in."""
        pointer = self.pointer()
        current = self.there.get(pointer.application) if pointer else None
        if not (current and current.is_open):
            self.store(
                intake.admit(
                    application,
                    pointer=pointer,
                    now=self.now,
                    today=TODAY,
                    new_id="x",
                    reply_by=None,
                )
            )

    def agrees(self, application: Application) -> None:
        """Agree, as a coordinator records."""
        self.store(
            agreement.record_agreement(
                application, self.pointer(), "by telephone", by="kim@example.org", now=self.now
            )
        )

    def is_paused(self, application: Application) -> None:
        """Be paused."""
        self.store(coordinator.pause(application))

    def resumes(self, application: Application) -> None:
        """Be resumed."""
        self.store(coordinator.resume(application))

    def withdraws(self, application: Application) -> None:
        """Withdraw, which also ends every match."""
        change = owner.withdraw(application, self.pointer(), now=self.now, new_id="x")
        self.store(change)
        if not change.nothing:
            self.truth[application.id].began = self.now

    def is_refused(self, application: Application) -> None:
        """Be found not eligible, which also ends every match."""
        change = coordinator.mark_ineligible(
            application, self.pointer(), "other", now=self.now, new_id="x"
        )
        self.store(change)

    def is_reinstated(self, application: Application) -> None:
        """Be put back on the list."""
        pointer = self.pointer()
        current = self.there.get(pointer.application) if pointer else None
        if current is None or current.id == application.id or not current.is_open:
            self.store(coordinator.reinstate(application, pointer, current))

    def corrects(self, application: Application) -> None:
        """Correct some answers, which is agreeing again, for no longer than before."""
        other = next(each for each in ANSWERS[self.role] if each.answers != application.answers)
        self.store(
            owner.correct(
                application,
                other,
                pointer=self.pointer(),
                pending_changes=(),
                asked=COUNTER,
                now=self.now,
                new_id="x",
            )
        )

    def stays(self, application: Application) -> None:
        """Stay on the list."""
        change = staying.stay(application, self.pointer(), keep_months=self.months, now=self.now)
        if not change.nothing:
            truth = self.truth[application.id]
            truth.began, truth.months, truth.joined = self.now, self.months, self.now
            self.ledger.stayed += 1
        self.store(change)

    def match_opens(self, application: Application) -> None:
        """Be proposed to someone, or be entered as in a match that runs."""
        self.number += 1
        other_id = f"{self.number:020}"
        other = made.application(OTHER[self.role], id=other_id, received_at=self.now)
        both = {self.role: application, other.role: other}
        hashes = {role: f"{role}-{self.number * (role is not self.role)}" for role in Role}
        pairing = proposing.new_pairing(
            both,
            {**dict.fromkeys(Role), self.role: self.pointer()},
            hashes,
            empty_pair(hashes),
            by="kim@example.org",
            coordinator="kim",
            now=self.now,
            new_id=f"match-{self.number}",
        )
        today = self.today
        if self.random.random() < 0.4:
            change = proposing.enter(
                pairing, starts_on=today, now=self.now, today=today, letters=True
            )
        else:
            change = proposing.propose(pairing, now=self.now, today=today)
        self.others[other_id] = other
        self.store(change)

    def match_goes_on(self, application: Application) -> None:
        """Have whoever is asked answer, or not answer in time."""
        for match in self.matches_of(application):
            role, pairing = match.awaits, self.pairing(match)
            if role is None:
                continue
            others = [self.pairing(each) for each in self.matches_of(application)]
            if self.random.random() < 0.3:
                due = answering.do_what_is_due(pairing, now=self.now, today=self.today)
                self.store(due)
                return
            said = self.random.choice(REPLIES)
            self.store(
                answering.answer(
                    pairing,
                    role,
                    said,
                    others=others if role is self.role else (),
                    now=self.now,
                    today=self.today,
                )
            )
            return

    def match_closes(self, application: Application) -> None:
        """Have a coordinator take back a proposal, or end a match."""
        for match in self.matches_of(application)[:1]:
            self.closes(self.pairing(match))

    def closes(self, pairing: Pairing) -> None:
        """Have a match close, the mentee of one that ran released or back on the list."""
        if pairing.match.state.is_running:
            waits = self.random.random() < 0.5
            self.store(ending.end(pairing, mentee_waits=waits, now=self.now))
        else:
            self.store(ending.take_back(pairing, now=self.now))

    def other_leaves(self, application: Application) -> None:
        """Have the other of a match withdraw."""
        for match in self.matches_of(application)[:1]:
            other = self.others[match.parties[OTHER[self.role]].application]
            self.store(owner.withdraw(other, None, now=self.now, new_id="x"))

    def matches_of(self, application: Application) -> list[Match]:
        """Return the matches that an application is in by now."""
        return [self.matches[each] for each in sorted(self.truth[application.id].matches)]

    def pairing(self, match: Match) -> Pairing:
        """Return a match with both applications."""
        everyone = {**self.there, **self.others}
        hashes = {role: match.parties[role].application for role in Role}
        return Pairing(
            match=match,
            applications={role: everyone[hashes[role]] for role in Role},
            pointers={**dict.fromkeys(Role), self.role: self.pointer()},
            hashes=hashes,
            pair=empty_pair(hashes),
            coordinator="kim",
        )

    @property
    def today(self) -> date:
        """The present date, in the program's zone."""
        return self.now.astimezone(ZONE).date()

    # What is stored --------------------------------------------------------------------------

    def pointer(self, *, held: bool = False) -> CurrentPointer | None:
        """Return the pointer to what is current, or was held back last."""
        each = str(ANSWERS[self.role][0].answers["email"])
        return self.pointers.get(pointer_id(self.role, each, held=held))

    def store(self, change: Change) -> None:
        """Store a change as the tables would, and hold the pointers against what they name."""
        if isinstance(change, ApplicationChange):
            change = self.met(change)
        for item in change.puts:
            if isinstance(item, Match):
                self.notes(item)
            if isinstance(item, Application) and item.id in self.others:
                self.others[item.id] = item
            elif isinstance(item, Application):
                before = self.there.get(item.id)
                if before and item.status.value in WARNED and before.status.value not in WARNED:
                    self.truth[item.id].joined = self.now
                if before and item.status.value not in WARNED and before.status.value in WARNED:
                    self.truth[item.id].left = self.now
                self.truth[item.id].months = item.keep_months
                self.there[item.id] = item
                self.last_expires = max(self.last_expires, item.expires_at or NOW)
            if isinstance(item, CurrentPointer):
                self.pointers[item.id] = item
        for letter in change.letters:
            if letter.kind is Kind.KEEP and letter.about in self.truth:
                self.truth[letter.about].letters.append(self.now)
                self.ledger.warned += 1
        for each in self.there.values():
            self.ledger.pointers_early += not any(
                pointer.unending or (each.expires_at and each.expires_at <= pointer.expires_at)
                for pointer in self.pointers.values()
                if each.id in pointer.named
            )

    def met(self, change: ApplicationChange) -> Change:
        """Return a change of an application with what follows for its matches."""
        which = change.application.id
        pairings = [
            self.pairing(each)
            for each in self.matches.values()
            if each.role_of(which) and each.closed_at is None
        ]
        return meet(change, pairings, is_excluded=lambda _: False, now=self.now)

    def notes(self, match: Match) -> None:
        """Note what became of a match."""
        truth = self.truth[match.parties[self.role].application]
        before, self.matches[match.id] = self.matches.get(match.id), match
        self.ledger.proposals += before is None
        if match.introduced_at and not (before and before.introduced_at):
            self.ledger.matches += 1
        if match.closed_at is None:
            truth.matches.add(match.id)
            return
        truth.matches.discard(match.id)
        # They would have to be warned from now on; only a match that ran begins a new period.
        truth.joined = self.now
        if match.introduced_at:
            truth.began = self.now
        else:
            truth.closed = self.now

    def until(self, then: datetime) -> None:
        """Let time go by: the morning's work warns people, and DynamoDB deletes them."""
        while due := min((each for each in self.due() if each[0] <= then), default=None):
            when, what, application_id = due
            self.now = max(self.now, when)
            application = self.there[application_id]
            if what == "answer":
                self.answers.remove((when, application_id))
                acts = (self.stays, self.random.choice(self.acts_on()))
                self.tries(self.random.choice(acts), application)
            elif what == "warning":
                self.is_warned(application)
            else:
                self.is_deleted(application)
        self.now = then

    def is_warned(self, application: Application) -> None:
        """Be warned, and perhaps do something about it before, or after, it is too late."""
        change = staying.warn(application, self.pointer(), now=self.now, zone=ZONE)
        assert not change.nothing
        self.store(change)
        if self.random.random() < self.answering:
            answered = self.now + self.random.randrange(40 * 24) * DAY / 24
            self.answers.append((answered, application.id))

    def due(self) -> Iterator[tuple[datetime, str, str]]:
        """Yield what comes next to each application."""
        for each in self.there.values():
            if each.expires_at:
                yield each.expires_at, "end", each.id
            elif each.kept_until:
                yield self.morning(max(self.now, each.kept_until - BEFORE)), "warning", each.id
        for when, who in self.answers:
            if who in self.there:
                yield when, "answer", who

    def morning(self, when: datetime) -> datetime:
        """Return the first morning from then on whose work is done."""
        day = -(-(when - NOW) // DAY)
        while day in self.missed:
            day += 1
        return NOW + day * DAY

    def is_deleted(self, application: Application) -> None:
        """Have an application be gone, and count what is wrong about that."""
        truth, ledger = self.truth[application.id], self.ledger
        del self.there[application.id]
        ledger.deleted += 1
        ledger.early += bool(truth.matches) or self.now < truth.end
        warned = any(truth.began <= each <= self.now - NOTICE for each in truth.letters)
        # Whoever was warned before a proposal has as long again once it closes.
        warned = warned and self.now >= truth.closed + NOTICE
        ledger.unwarned += application.status.value in WARNED and not warned
        ledger.too_long += self.now > truth.latest(application.status)
