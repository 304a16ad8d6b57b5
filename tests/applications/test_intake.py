"""What strangers can cause: anybody may send the form, with anybody's address, as often as any."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from mentorship.applications.application import Application, ApplicationChange
from mentorship.applications.intake import (
    MAX_EARLIER,
    MAX_PENDING_CHANGES,
    OnFile,
    admit,
    admit_as_change,
    point_to,
    receive,
    unconfirmed,
)
from mentorship.applications.keeping import LEAST_NOTICE
from mentorship.applications.pointer import CurrentPointer
from mentorship.applications.status import HoldReason, Status
from mentorship.change import Change, Counter
from mentorship.form import declaration
from mentorship.form.form import Submission
from mentorship.form.question import Role
from mentorship.letters.letter import Letter, State
from mentorship.problems import TooManyChanges
from tests import people
from tests.made import FORMS, ID, NOW, TODAY

GIVEN = {Role.MENTEE: people.mentee, Role.MENTOR: people.mentor}
TALLY = Counter(id="client#5f#2026-10-06", expires_at=NOW + timedelta(days=2))


def answered(role: Role = Role.MENTEE, **changes: str | list[str]) -> Submission:
    """Return what a form was answered with."""
    return FORMS[role].parse(GIVEN[role](**changes))


def number(count: int) -> str:
    """Return an id."""
    return f"{count:08}abcdefghjkmn"


@dataclass
class World:
    """All that is stored, in memory, so that a story can be told of one address and one role."""

    applications: dict[str, Application] = field(default_factory=dict)
    pointers: dict[str, CurrentPointer] = field(default_factory=dict)
    letters: dict[str, Letter] = field(default_factory=dict)
    counter: Counter = TALLY

    def known(self) -> OnFile:
        """Return what the address has."""
        pointer, held = (self._standing(shelf) for shelf in ("waiting", "quarantined"))
        current = self._of(pointer)
        pending_changes = (
            [self.applications.get(each) for each in current.pending_changes] if current else []
        )
        return OnFile(
            pointer=pointer,
            current=current,
            pending_changes=tuple(each for each in pending_changes if each),
            held_pointer=held,
            held=self._of(held),
            noticed=any(each.endswith("#confirm-change#2026-10-06") for each in self.letters),
            counter=self.counter,
        )

    def send(self, what: Submission, role: Role = Role.MENTEE, **changes: Any) -> Change:
        """Have the form sent."""
        usual: dict[str, Any] = {
            "role": role,
            "answered": what,
            "known": self.known(),
            "held": HoldReason.NOT,
            "now": NOW,
            "today": TODAY,
            "new_id": number(len(self.applications) + 1),
            "reply_by": None,
            "keep_months": 12,
        }
        return self.store(receive(**{**usual, **changes}))

    def admit(self, application: Application, reply_by: date | None = None) -> Change:
        """Have a coordinator let an application out."""
        change = admit(
            application,
            pointer=self.known().pointer,
            now=NOW,
            today=TODAY,
            new_id="admitted",
            reply_by=reply_by,
        )
        return self.store(change)

    def admit_beside(self, application: Application) -> Change:
        """Have a coordinator let an application out whose address has another one."""
        known = self.known()
        assert known.current is not None
        change = admit_as_change(
            application,
            known.current,
            pending_changes=known.pending_changes,
            noticed=known.noticed,
            now=NOW,
            today=TODAY,
        )
        return self.store(change)

    def store(self, change: Change) -> Change:
        """Store a change, as the tables would: each item after what it was before."""
        for item in change.puts:
            match item:
                case Application():
                    before: Any = self.applications.get(item.id)
                    self.applications[item.id] = item
                case CurrentPointer():
                    before = self.pointers.get(item.id)
                    self.pointers[item.id] = item
                case Counter():
                    before = self.counter if self.counter.count else None
                    self.counter = item
            assert item.revision == (before.revision + 1 if before else 1)
        for letter in change.letters:
            assert letter.id not in self.letters
            self.letters[letter.id] = letter
        return change

    @property
    def mailed(self) -> list[tuple[str, str]]:
        """The kind of each letter, and what it is about."""
        return [(letter.kind, letter.about) for letter in self.letters.values()]

    def _standing(self, shelf: str) -> CurrentPointer | None:
        return next((s for s in self.pointers.values() if s.id.startswith(shelf)), None)

    def _of(self, pointer: CurrentPointer | None) -> Application | None:
        return self.applications.get(pointer.application) if pointer else None


def statuses(items: Iterable[Application]) -> list[Status]:
    """Return how each stands."""
    return [item.status for item in items]


class TestFirst:
    @pytest.mark.parametrize("role", Role)
    def test_stored_with_all_that_was_answered(self, role: Role) -> None:
        """
        A new application holds the answers, who, when, and what was agreed to.
        """
        what = answered(role)
        change = World().send(what, role, keep_months=18)
        assert change.application == Application(
            id=ID,
            reference="0000-0001",
            role=role,
            status=Status.WAITING,
            answers=what.answers,
            received_at=NOW,
            reply_by=None,
            form_version=declaration.FORM_VERSION,
            consent_version=declaration.CONSENT_VERSION,
            keep_months=18,
        )

    def test_all_in_one_change(self) -> None:
        """
        With the application goes what says that it stands, the count of its client, and letters.
        """
        change = World().send(answered())
        assert change.puts == (
            change.application,
            CurrentPointer(
                id="waiting#mentee#robin@example.org",
                application=ID,
                expires_at=NOW,
                # Whoever waits has no end before they were warned.
                unending=(ID,),
            ),
            TALLY.plus_one(),
        )
        assert change.deletes == ()
        assert [(each.id, each.about) for each in change.letters] == [
            (f"{ID}#new-application", ID),
            (f"{ID}#receipt", ID),
        ]
        assert {letter.state for letter in change.letters} == {State.NEW}
        assert {letter.created_at for letter in change.letters} == {NOW}

    @pytest.mark.parametrize(
        ("reply_by", "promised"),
        [
            (None, None),
            (TODAY - timedelta(days=1), None),
            (TODAY, TODAY),
            (TODAY + timedelta(days=9), TODAY + timedelta(days=9)),
        ],
    )
    def test_only_a_date_to_come_is_promised(
        self, reply_by: date | None, promised: date | None
    ) -> None:
        """
        Whoever applies after the date by which applicants hear is promised no date.
        """
        application = World().send(answered(), reply_by=reply_by).application
        assert application is not None
        assert application.reply_by == promised


class TestTheSameAgain:
    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"full_name": "  Robin   Example "},
            {"subspecialties": ["breast", "neuroradiology", "breast"]},
            {"goal": "To leave residency knowing where I want to work.\r\nAnd why.\r\n"},
            {"training_ends": "June 2027"},
            {"email": " robin@EXAMPLE.org "},
            {"wsrs_email": []},
            {"form_version": []},
            {"opened": ["some stamp"]},
        ],
        ids=str,
    )
    def test_nothing_is_stored_and_nothing_mailed(self, changes: dict[str, Any]) -> None:
        """
        The same answers, however written and however much later, are the same application.
        """
        world = World()
        first = world.send(answered()).application
        again = world.send(answered(**changes), now=NOW + timedelta(days=30), keep_months=24)
        assert again == ApplicationChange(application=first)

    def test_as_one_that_waits_beside(self) -> None:
        """
        Changed answers that are sent twice wait once, and the first ones stand as before.
        """
        world = World()
        first = world.send(answered()).application
        second = world.send(answered(goal="Another.")).application
        assert first is not None
        assert second is not None
        assert world.send(answered(goal="Another.")) == ApplicationChange(application=second)
        assert world.send(answered()).application == first.with_changes(
            pending_changes=(second.id,)
        )

    @pytest.mark.parametrize("held", [HoldReason.TRAP, HoldReason.STAMP, HoldReason.CLIENT])
    def test_as_one_that_is_held_back(self, held: HoldReason) -> None:
        """
        A bot that sends the same again and again is one application, held back.
        """
        world = World()
        first = world.send(answered(), held=held).application
        assert world.send(answered(), held=HoldReason.TRAP) == ApplicationChange(application=first)

    def test_after_what_stood_is_gone(self) -> None:
        """
        Where the application that stood was deleted or withdrawn, the same answers are a new one.
        """
        for status in (None, Status.WITHDRAWN):
            world = World()
            world.send(answered())
            if status:
                world.applications[ID] = replace(world.applications[ID], status=status)
            else:
                del world.applications[ID]
            change = world.send(answered(), new_id=number(2))
            (pointer,) = (item for item in change.puts if isinstance(item, CurrentPointer))
            assert (pointer.application, pointer.earlier) == (number(2), (ID,))
            assert pointer.revision == 2
            assert [kind for kind, _ in world.mailed] == ["new-application", "receipt"] * 2


class TestOtherAnswers:
    @pytest.mark.parametrize(
        "changes",
        [
            {"full_name": "Robin Exemplar"},
            {"not_with": ""},
            {"topics": ["boards"]},
            {"city": ""},
            {"goal": "To leave."},
        ],
        ids=str,
    )
    def test_wait_beside_the_first(self, changes: dict[str, Any]) -> None:
        """
        Other answers for the same address wait for its owner, who is asked; the first ones stand.
        """
        world = World()
        first = world.send(answered()).application
        assert first is not None
        what = answered(**changes)
        second = world.send(what).application
        assert second is not None
        assert (second.status, second.parent, second.answers) == (
            Status.UNCONFIRMED, first.id, what.answers,
        )  # fmt: skip
        assert (second.id, second.reference) == (number(2), "0000-0002")
        # It does not outlive what it is beside.
        assert second.expires_at == first.kept_until
        assert world.applications[ID] == first.with_changes(pending_changes=(second.id,))
        assert world.known().current == world.applications[ID]
        assert world.mailed[2:] == [("confirm-change", ID)]
        assert world.counter.count == 2

    def test_beside_one_whose_warning_is_late(self) -> None:
        """
        What came in while the morning's work was down is there for as long as what it is beside.
        """
        world = World()
        world.send(answered())
        late = NOW + timedelta(days=400)
        second = world.send(answered(goal="To learn."), now=late).application
        assert second is not None
        first = world.applications[ID]
        warned = replace(first, warned_at=late)
        assert second.expires_at == warned.kept_until == late + LEAST_NOTICE

    def test_the_owner_is_asked_once_a_day(self) -> None:
        """
        However often a stranger sends the form for an address, it gets one email a day.
        """
        world = World()
        for count in range(4):
            world.send(answered(goal=f"Thought number {count}."))
        assert [kind for kind, _ in world.mailed].count("confirm-change") == 1
        assert f"{ID}#confirm-change#2026-10-06" in world.letters

    def test_a_crowd_is_held_back(self) -> None:
        """
        A stranger cannot bury the owner's own under changes: what is too many is held back.
        """
        world = World()
        for count in range(MAX_PENDING_CHANGES + 1):
            world.send(answered(goal=f"Thought number {count}."))
        assert len(unconfirmed(world.known().pending_changes)) == MAX_PENDING_CHANGES
        further = world.send(answered(goal="One more.")).application
        assert further is not None
        assert (further.status, further.hold_reason) == (Status.QUARANTINED, HoldReason.CROWD)
        assert world.send(answered(goal="One more.")) == ApplicationChange(application=further)
        assert len(world.mailed) == 3
        # What waits already is the same application, crowd or not.
        assert world.send(answered(goal="Thought number 2.")).nothing

    @drawn(tries=st.lists(st.sampled_from(["A", "B", "C"]), max_size=9))
    def test_any_run_of_tries(self, tries: list[str]) -> None:
        """
        In whatever turn answers are sent, each is one application; the first stands unaltered.
        """
        world = World()
        for goal in tries:
            sent = world.send(answered(goal=goal)).application
            assert sent is not None
            assert sent.answers["goal"] == goal
        assert len(world.applications) == len(set(tries))
        if tries:
            current = world.known().current
            assert current is not None
            assert current.answers["goal"] == tries[0]
            assert not current.versions


class TestHeldBack:
    @pytest.mark.parametrize("held", [HoldReason.TRAP, HoldReason.STAMP, HoldReason.CLIENT])
    def test_stored_and_not_mailed(self, held: HoldReason) -> None:
        """
        What may be a bot's is stored with the reason, mailed by nobody, and counts for no client.
        """
        world = World()
        application = world.send(answered(website="https://example.org"), held=held).application
        assert application is not None
        assert application.status is Status.QUARANTINED
        assert application.hold_reason is held
        assert "website" not in application.answers
        assert world.letters == {}
        assert world.counter == TALLY
        assert list(world.pointers) == ["quarantined#mentee#robin@example.org"]

    def test_not_in_a_persons_way(self) -> None:
        """
        A bot that took a person's address keeps their own application from nothing.
        """
        world = World()
        world.send(answered(goal="Buy this."), held=HoldReason.TRAP)
        mine = world.send(answered()).application
        assert mine is not None
        assert (mine.id, mine.status) == (number(2), Status.WAITING)

    def test_let_out_by_its_sender(self) -> None:
        """
        Whoever was too quick sends the same again in good time: the same application, now taken.
        """
        world = World()
        quick = world.send(answered(), held=HoldReason.STAMP).application
        assert quick is not None
        again = world.send(answered()).application
        assert again == quick.with_changes(status=Status.WAITING)
        assert world.mailed == [("new-application", ID), ("receipt", ID)]
        assert world.known().current == again
        assert world.send(answered(), held=HoldReason.STAMP) == ApplicationChange(application=again)

    def test_let_out_beside_one_that_stands(self) -> None:
        """
        Where another application stands, what is let out waits beside it like any other.
        """
        world = World()
        world.send(answered())
        held = world.send(answered(goal="Another."), held=HoldReason.TRAP).application
        assert held is not None
        out = world.send(answered(goal="Another.")).application
        ends = world.applications[ID].kept_until
        assert out == held.with_changes(status=Status.UNCONFIRMED, parent=ID, ends_at=ends)
        assert world.applications[ID].pending_changes == (held.id,)

    def test_earlier_ones_are_known_to_a_limit(self) -> None:
        """
        What stood before is known, so that it can be forgotten; a bot cannot make it too long.
        """
        world = World()
        for count in range(MAX_EARLIER + 3):
            world.send(answered(goal=f"Offer {count}."), held=HoldReason.TRAP)
        pointer = world.known().held_pointer
        assert pointer is not None
        assert pointer.application == number(MAX_EARLIER + 3)
        assert pointer.earlier == tuple(number(n) for n in range(3, MAX_EARLIER + 3))


class TestAdmitted:
    def test_let_out_with_its_letters(self) -> None:
        """
        A coordinator lets out what was held back: it stands, and both sides are written to.
        """
        world = World()
        held = world.send(answered(), held=HoldReason.CLIENT).application
        assert held is not None
        change = world.admit(held)
        assert change.application == held.with_changes(status=Status.WAITING)
        assert change.application is not None
        assert change.application.hold_reason is HoldReason.CLIENT
        assert world.mailed == [("new-application", ID), ("receipt", ID)]
        assert world.known().current == change.application

    @pytest.mark.parametrize(("days", "told"), [(-1, False), (0, True), (9, True)])
    def test_no_date_that_has_passed(self, days: int, told: bool) -> None:
        """
        Whoever is let out after the reply date is told none, and not that there is no match yet.
        """
        world, reply_by = World(), TODAY + timedelta(days=days)
        held = world.send(
            answered(), held=HoldReason.CLIENT, reply_by=TODAY + timedelta(days=1)
        ).application
        assert held is not None
        change = world.admit(held, reply_by)
        assert change.application is not None
        assert change.application.reply_by == (reply_by if told else None)

    def test_once(self) -> None:
        """
        What is out already stays as it is.
        """
        world = World()
        out = world.send(answered()).application
        assert out is not None
        assert world.admit(out) == ApplicationChange(application=out)

    def test_after_a_withdrawal(self) -> None:
        """
        An application that was withdrawn is in nobody's way, and is known as the earlier one.
        """
        world = World()
        world.send(answered())
        world.applications[ID] = replace(world.applications[ID], status=Status.WITHDRAWN)
        held = world.send(answered(), held=HoldReason.TRAP).application
        assert held is not None
        world.admit(held)
        pointer = world.known().pointer
        assert pointer is not None
        assert (pointer.application, pointer.earlier) == (number(2), (ID,))


class TestAdmittedBeside:
    def held(self, world: World, goal: str) -> Application:
        """Have something held back for Robin's address."""
        held = world.send(answered(goal=goal), held=HoldReason.TRAP).application
        assert held is not None
        return held

    def test_waits_as_if_it_had_been_sent_again(self) -> None:
        """
        It is what the form would have made of it, but that it counts for no client: it waits beside
        the one that stands, and the owner is asked.
        """
        world, other = World(), World()
        for each in (world, other):
            each.send(answered())
        other.send(answered(goal="Another."))
        change = world.admit_beside(self.held(world, "Another."))
        assert change.application is not None
        sent = other.applications[number(2)]
        assert change.application == replace(sent, revision=2, hold_reason=HoldReason.TRAP)
        assert world.applications[ID] == other.applications[ID]
        assert world.mailed == other.mailed
        assert world.counter.count == 1

    def test_once(self) -> None:
        """
        What waits already stays as it is.
        """
        world = World()
        world.send(answered())
        waits = world.admit_beside(self.held(world, "Another.")).application
        assert waits is not None
        assert world.admit_beside(waits) == ApplicationChange(application=waits)

    def test_one_letter_a_day(self) -> None:
        """
        However many are let in on one day, their owner is asked once.
        """
        world = World()
        world.send(answered())
        first, second = (self.held(world, goal) for goal in ("One.", "Two."))
        for each in (first, second):
            world.admit_beside(each)
        assert world.applications[ID].pending_changes == (first.id, second.id)
        assert [kind for kind, _ in world.mailed].count("confirm-change") == 1

    def test_no_more_than_may_wait(self) -> None:
        """
        A crowd stays held back for as long as its owner has not said which one is theirs.
        """
        world = World()
        world.send(answered())
        for count in range(MAX_PENDING_CHANGES):
            world.send(answered(goal=f"Thought number {count}."))
        crowd = world.send(answered(goal="One more.")).application
        assert crowd is not None
        assert crowd.hold_reason is HoldReason.CROWD
        with pytest.raises(TooManyChanges):
            world.admit_beside(crowd)
        # What waits there in the same words is no more than there is.
        same = self.held(World(), "Thought number 2.")
        assert world.admit_beside(replace(same, id=number(99), revision=0)).application

    @pytest.mark.parametrize("pending_changes", [True, False])
    def test_nothing_new(self, pending_changes: bool) -> None:
        """
        What says the same as what stands, or as what waits beside it, is off the list of what was
        held back: its answers stand there, and nobody is asked.
        """
        world = World()
        held = self.held(world, "The same.")
        if pending_changes:
            world.send(answered())
        there = replace(held, id=number(9), status=Status.WAITING, hold_reason=HoldReason.NOT)
        if pending_changes:
            there = replace(there, status=Status.UNCONFIRMED, parent=number(2))
            world.applications[number(2)] = replace(
                world.applications[number(2)], pending_changes=(there.id,)
            )
        else:
            current = point_to(there, None)
            world.pointers[current.id] = current
        world.applications[there.id] = there
        mailed = len(world.mailed)
        change = world.admit_beside(held)
        merged = change.application
        assert change.puts == (merged,)
        assert merged is not None
        assert (merged.status, merged.answers) == (Status.MERGED, {})
        assert (merged.parent, merged.expires_at) == (there.id, there.kept_until)
        assert len(world.mailed) == mailed
