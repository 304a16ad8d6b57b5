"""What a coordinator does with an application: pressed twice it is done once, and in time only."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from mentorship.applications import agreement, coordinator
from mentorship.applications import notes as note_rules
from mentorship.applications.application import Agreement, Application, Note
from mentorship.applications.coordinator import REASONS
from mentorship.applications.notes import MAX_BYTES, MAX_NOTES
from mentorship.applications.pointer import CurrentPointer, pointer_id
from mentorship.applications.status import Status
from mentorship.change import Change, Mark
from mentorship.form.form import Submission
from mentorship.form.question import Refused, Role
from mentorship.problems import AnotherApplication, ApplicationClosed
from tests import made
from tests.made import FORMS, ID, NOW, TODAY

KIM, SAM = "kim@example.org", "sam@example.org"
LATER = NOW + timedelta(days=3)
MINE = made.application()
NEW_ID = "00000002abcdefghjkmn"
STANDING = CurrentPointer(
    id=pointer_id(MINE.role, MINE.address),
    application=ID,
    earlier=("00000000abcdefghjkmn",),
    expires_at=NOW,
    unending=(ID,),
    revision=3,
)
OPEN = Status.those("is_open")
NOT_OPEN = sorted(set(Status) - set(OPEN))
KNOWN = {"full_name": ["Robin Example"], "email": [MINE.address]}
AGREED = Agreement(how="by telephone", at=LATER, by=KIM)


def note(application: Application, text: str = "Called.", *, by: str = KIM) -> Change:
    """Have something noted."""
    return note_rules.add_note(application, text, by=by, now=LATER)


def agree(application: Application, how: str = "by telephone", *, by: str = KIM) -> Change:
    """Have it noted that somebody agreed."""
    return agreement.record_agreement(application, STANDING, how, by=by, now=LATER)


def withdraw(application: Application, pointer: CurrentPointer | None = STANDING) -> Change:
    """Have somebody taken off the list."""
    return coordinator.withdraw(application, pointer, now=LATER, new_id=NEW_ID)


def refuse(application: Application, reason: str = "other", *, new_id: str = NEW_ID) -> Change:
    """Have somebody told that the program cannot take them."""
    return coordinator.mark_ineligible(application, STANDING, reason, now=LATER, new_id=new_id)


def ask(application: Application) -> Change:
    """Have somebody asked by which address the society knows them."""
    return coordinator.ask_member_address(application, now=LATER, today=TODAY)


def answered(**changes: list[str]) -> Submission:
    """Return what is known of somebody."""
    return FORMS[Role.MENTEE].for_somebody().parse({**KNOWN, **changes})


def enter(**changes: Any) -> Change:
    """Have somebody entered of whom little is known."""
    usual = {
        "by": KIM, "agreed": "", "pointer": None, "current": None, "now": LATER,
        "new_id": NEW_ID, "reply_by": date(2026, 11, 1), "keep_months": 12,
    }  # fmt: skip
    known = changes.pop("answered", None) or answered()
    return coordinator.enter(Role.MENTEE, known, **{**usual, **changes})


def after(change: Change) -> Application:
    """Return the application as a change leaves it, which is what it stores."""
    assert change.application is not None
    assert change.nothing or change.application in change.puts
    return change.application


def kinds(change: Change) -> list[str]:
    """Return the kinds of the letters that a change causes."""
    return [each.kind for each in change.letters]


class TestNoted:
    def test_who_and_when(self) -> None:
        """
        A note is put after those that there are, with who wrote it and when; nobody is mailed.
        """
        first = after(note(MINE))
        change = note(first, "Wrote.", by=SAM)
        assert after(change).notes == (
            Note(at=LATER, by=KIM, text="Called."),
            Note(at=LATER, by=SAM, text="Wrote."),
        )
        assert after(change).revision == MINE.revision + 2
        assert after(change).status is MINE.status
        assert not change.letters

    def test_twice_is_once(self) -> None:
        """
        The same note pressed twice is stored once; somebody else's, or a later one, is another.
        """
        once = after(note(MINE))
        assert note(once).nothing
        assert len(after(note(once, by=SAM)).notes) == 2
        between = after(note(once, "Wrote."))
        assert [each.text for each in after(note(between)).notes] == [
            "Called.",
            "Wrote.",
            "Called.",
        ]

    def test_most_notes(self) -> None:
        """
        A hundred notes are held, and what is pressed twice then is no refusal.
        """
        full = MINE
        for number in range(MAX_NOTES):
            full = after(note(full, f"{number}"))
        with pytest.raises(Refused, match="no room for another note"):
            note(full, "One more.")
        assert note(full, f"{MAX_NOTES - 1}").nothing

    def test_most_bytes(self) -> None:
        """
        What counts is what is stored: letters beyond ASCII take more than one byte each.
        """
        stored = Note(at=NOW, by=SAM, text="ü" * (MAX_BYTES // 2 - 1))
        nearly = made.application(notes=(stored,))
        assert len(after(note(nearly, "ab")).notes) == 2
        with pytest.raises(Refused, match="no room for another note"):
            note(nearly, "abc")
        with pytest.raises(Refused, match="no room for another note"):
            note(nearly, "üa")

    @pytest.mark.parametrize("status", list(Status))
    def test_whatever_came_of_it(self, status: Status) -> None:
        """
        Coordinators may note something of a closed application, too.
        """
        assert after(note(made.application(status=status))).notes


MOVES = [
    (coordinator.pause, Status.WAITING, Status.PAUSED),
    (coordinator.resume, Status.PAUSED, Status.WAITING),
]


class TestPausedAndResumed:
    @pytest.mark.parametrize(("move", "before", "to"), MOVES)
    def test_once(self, move: Callable[[Application], Change], before: Status, to: Status) -> None:
        """
        The status is all that differs, nobody is mailed, and a second press changes nothing.
        """
        application = made.application(status=before)
        change = move(application)
        assert after(change) == application.with_changes(status=to)
        assert not change.letters
        assert move(after(change)).nothing

    @pytest.mark.parametrize(("move", "before", "to"), MOVES)
    def test_only_from_there(
        self, move: Callable[[Application], Change], before: Status, to: Status
    ) -> None:
        """
        Whoever was entered, was held back or is off the list is neither paused nor made to wait.
        """
        for status in set(Status) - {before, to}:
            with pytest.raises(ApplicationClosed):
                move(made.application(status=status))

    def test_a_pause_until_a_day_may_be_for_longer(self) -> None:
        """
        Paused by a coordinator, someone who wanted to be back by themselves is not.
        """
        until = made.application(status=Status.PAUSED, resume_on=date(2026, 12, 1))
        paused = after(coordinator.pause(until))
        assert (paused.status, paused.resume_on) == (Status.PAUSED, None)
        assert coordinator.pause(paused).nothing
        back = after(coordinator.resume(until))
        assert (back.status, back.resume_on) == (Status.WAITING, None)


class TestAgreed:
    def test_they_wait(self) -> None:
        """
        They wait for a match, it is stored how they agreed, and nobody is mailed.
        """
        invited = made.application(status=Status.INVITED, consent_version=0)
        change = agree(invited)
        assert after(change) == invited.with_changes(status=Status.WAITING, agreed=AGREED)
        assert not change.letters

    def test_twice_is_once(self) -> None:
        """
        A second press finds it stored, also where something was noted between.
        """
        once = after(agree(made.application(status=Status.INVITED)))
        assert agree(once).nothing
        assert agree(after(note(once))).nothing

    def test_a_note_is_no_agreement(self) -> None:
        """
        A note that begins with the very same words means nothing: the button makes them wait.
        """
        invited = made.application(status=Status.INVITED, consent_version=0)
        noted = after(note(invited, "How they agreed: not yet, they want to think about it."))
        assert not agreement.has_agreed(noted)
        assert after(agree(noted)).status is Status.WAITING

    @pytest.mark.parametrize("by", [KIM, SAM])
    def test_they_were_faster(self, by: str) -> None:
        """
        Where they wait already by another word than this one, it is not said to be stored.
        """
        with pytest.raises(ApplicationClosed):
            agree(MINE, by=by)
        once = after(agree(made.application(status=Status.INVITED)))
        with pytest.raises(ApplicationClosed):
            agree(once, "by letter", by=by)

    @pytest.mark.parametrize("status", sorted(set(Status) - {Status.INVITED, Status.WAITING}))
    def test_too_late(self, status: Status) -> None:
        """
        Nobody waits again for having agreed who was paused, or is off the list.
        """
        with pytest.raises(ApplicationClosed):
            agree(made.application(status=status, agreed=AGREED))


class TestWithdrawn:
    @pytest.mark.parametrize("status", OPEN)
    def test_once(self, status: Status) -> None:
        """
        They are off the list, both sides are told that a coordinator did it, and only once.
        """
        change = withdraw(made.application(status=status))
        gone = after(change)
        assert (gone.status, gone.withdrawn_at) == (Status.WITHDRAWN, LATER)
        assert kinds(change) == ["withdrawal", "withdrawn"]
        assert all(each.facts == {"by": "coordinator"} for each in change.letters)
        assert withdraw(gone).nothing

    def test_proves_no_address(self) -> None:
        """
        What a coordinator does says nothing of who reads mail there.
        """
        assert after(withdraw(MINE)).confirmed_at is None
        confirmed = made.application(confirmed_at=NOW)
        assert after(withdraw(confirmed)).confirmed_at == NOW

    def test_stands_for_as_long_as_it_is_kept(self) -> None:
        """
        Answers are kept for months from now on, and what leads to them is, too.
        """
        change = withdraw(MINE)
        (current,) = (each for each in change.puts if isinstance(each, CurrentPointer))
        assert current.expires_at == after(change).expires_at > STANDING.expires_at
        assert current.revision == STANDING.revision + 1
        assert withdraw(MINE, None).puts == (after(change),)

    @pytest.mark.parametrize("status", sorted(set(NOT_OPEN) - {Status.WITHDRAWN}))
    def test_too_late(self, status: Status) -> None:
        """
        What is closed otherwise is not withdrawn.
        """
        with pytest.raises(ApplicationClosed):
            withdraw(made.application(status=status))


class TestIneligible:
    @pytest.mark.parametrize(
        ("role", "reason"), [(role, each) for role, reasons in REASONS.items() for each in reasons]
    )
    def test_once(self, role: Role, reason: str) -> None:
        """
        It is closed, the letter has the reason by its code, and a second press writes none.
        """
        change = refuse(made.application(role), reason)
        closed = {"status": Status.INELIGIBLE, "status_before": Status.WAITING}
        assert after(change) == made.application(role).with_changes(**closed)
        (letter,) = change.letters
        assert (letter.kind, letter.about, letter.facts) == ("not-eligible", ID, {"reason": reason})
        assert refuse(after(change), reason).nothing

    def test_a_letter_for_each_time(self) -> None:
        """
        An application that came back with an old copy is closed by a letter of its own.
        """
        (first,) = refuse(MINE).letters
        (again,) = refuse(MINE, new_id="3").letters
        assert first.id != again.id

    @pytest.mark.parametrize("status", sorted(set(NOT_OPEN) - {Status.INELIGIBLE}))
    def test_too_late(self, status: Status) -> None:
        """
        What is closed otherwise stays so, and nobody is written to.
        """
        with pytest.raises(ApplicationClosed):
            refuse(made.application(status=status))


class TestReinstated:
    CLOSED = made.application(status=Status.INELIGIBLE)

    def test_in_its_old_place(self) -> None:
        """
        It waits again since it came, stands for its address, and nobody is mailed; pressed twice it
        is done once.
        """
        change = coordinator.reinstate(self.CLOSED, STANDING, None)
        assert after(change) == self.CLOSED.with_changes(status=Status.WAITING)
        (current,) = (each for each in change.puts if isinstance(each, CurrentPointer))
        assert (current.application, current.earlier) == (ID, STANDING.earlier)
        assert current.revision == STANDING.revision + 1
        assert not change.letters
        assert coordinator.reinstate(after(change), current, after(change)).nothing

    def test_after_one_that_was_closed_since(self) -> None:
        """
        Where they had applied again and withdrawn that one, it is known as the earlier one.
        """
        gone = made.application(id=NEW_ID, status=Status.WITHDRAWN)
        pointer = CurrentPointer(
            id=STANDING.id, application=NEW_ID, earlier=(ID,), expires_at=gone.expires_at
        )
        change = coordinator.reinstate(self.CLOSED, pointer, gone)
        (current,) = (each for each in change.puts if isinstance(each, CurrentPointer))
        assert (current.application, current.earlier) == (ID, (NEW_ID,))

    @pytest.mark.parametrize("status", OPEN)
    def test_not_beside_another(self, status: Status) -> None:
        """
        An address has one open application of a role, and what came since stands.
        """
        other = made.application(id=NEW_ID, reference="0000-0002", status=status)
        with pytest.raises(AnotherApplication, match="0000-0002"):
            coordinator.reinstate(self.CLOSED, STANDING, other)

    @pytest.mark.parametrize(
        ("agreed", "status"), [(None, Status.INVITED), (AGREED, Status.WAITING)]
    )
    def test_who_had_not_agreed(self, agreed: Agreement | None, status: Status) -> None:
        """
        Someone who was entered and had not agreed is not to be matched, whatever a note says.
        """
        closed = made.application(
            status=Status.INELIGIBLE,
            consent_version=0,
            entered_by=KIM,
            agreed=agreed,
            notes=(Note(at=NOW, by=SAM, text="How they agreed: not yet, call them in May."),),
        )
        assert after(coordinator.reinstate(closed, STANDING, None)).status is status

    @pytest.mark.parametrize("status", OPEN)
    def test_as_it_was_before(self, status: Status) -> None:
        """
        Someone who was paused, or had not agreed, is so again; a match that ended is over.
        """
        closed = after(refuse(made.application(status=status)))
        back = after(coordinator.reinstate(closed, STANDING, None))
        expected = Status.WAITING if status is Status.MATCHED else status
        assert (back.status, back.status_before) == (expected, None)

    @pytest.mark.parametrize("status", sorted(set(NOT_OPEN) - {Status.INELIGIBLE}))
    def test_only_from_there(self, status: Status) -> None:
        """
        Someone who has withdrawn or was held back does not come back that way.
        """
        with pytest.raises(ApplicationClosed):
            coordinator.reinstate(made.application(status=status), STANDING, None)


class TestDeleted:
    HELD = made.application(status=Status.QUARANTINED)
    MARK = Mark(id="forgotten#x", at=NOW, expires_at=LATER)

    def delete(self, pointer: CurrentPointer | None) -> Change:
        """Have it deleted."""
        return coordinator.delete_held_back(self.HELD, pointer, mark=self.MARK)

    def pointer(self, *ids: str) -> CurrentPointer:
        """Return what says which ones were held back, the last one last."""
        return CurrentPointer(
            id=pointer_id(MINE.role, MINE.address, held=True),
            application=ids[-1],
            earlier=ids[:-1],
            expires_at=NOW,
            revision=3,
        )

    def test_with_what_says_that_it_stands(self) -> None:
        """
        It goes, with what named it alone; a mark is left, and nobody is mailed.
        """
        pointer = self.pointer(ID)
        assert self.delete(pointer) == Change(puts=(self.MARK,), deletes=(self.HELD, pointer))

    @pytest.mark.parametrize(
        ("before", "left"),
        [
            (("a", "b", ID), ("a", "b")),
            (("a", ID, "b"), ("a", "b")),
            ((ID, "a"), ("a",)),
        ],
    )
    def test_others_are_known_still(self, before: tuple[str, ...], left: tuple[str, ...]) -> None:
        """
        What leads to others of the address that were held back goes on to, so that they can be
        forgotten.
        """
        pointer = self.pointer(*before)
        change = self.delete(pointer)
        assert change.deletes == (self.HELD,)
        (_, current) = change.puts
        assert isinstance(current, CurrentPointer)
        assert (*current.earlier, current.application) == left
        assert (current.id, current.revision) == (pointer.id, 4)

    @pytest.mark.parametrize("others", [("a",), ()])
    def test_named_by_nothing(self, others: tuple[str, ...]) -> None:
        """
        Where there is nothing that names it, all else stays as it is.
        """
        pointer = self.pointer(*others) if others else None
        assert self.delete(pointer) == Change(puts=(self.MARK,), deletes=(self.HELD,))

    @pytest.mark.parametrize("status", sorted(set(Status) - {Status.QUARANTINED}))
    def test_nothing_else(self, status: Status) -> None:
        """
        What was let in meanwhile, or was never held back, is not deleted that way.
        """
        with pytest.raises(ApplicationClosed):
            coordinator.delete_held_back(made.application(status=status), None, mark=self.MARK)


class TestAskedMembership:
    @pytest.mark.parametrize("status", OPEN)
    def test_changes_nothing(self, status: Status) -> None:
        """
        One letter of the day is all: the application stays as it is.
        """
        application = made.application(status=status)
        change = ask(application)
        assert change.application == application
        assert not change.puts
        assert [each.id for each in change.letters] == [f"{ID}#membership#{TODAY}"]

    def test_once_a_day(self) -> None:
        """
        A second press has the same letter, which no table takes twice; tomorrow's is another.
        """
        tomorrow = coordinator.ask_member_address(MINE, now=LATER, today=TODAY + timedelta(days=1))
        assert ask(MINE).letters == ask(MINE).letters
        assert ask(MINE).letters[0].id != tomorrow.letters[0].id

    @pytest.mark.parametrize("status", NOT_OPEN)
    def test_too_late(self, status: Status) -> None:
        """
        Whoever is not on the list is not asked.
        """
        with pytest.raises(ApplicationClosed):
            ask(made.application(status=status))

    def test_mentors_are_not_asked(self) -> None:
        """
        Mentors need not be members.
        """
        with pytest.raises(ApplicationClosed):
            ask(made.application(Role.MENTOR))


class TestEntered:
    def test_what_is_known(self) -> None:
        """
        A name and an address are an application that waits for their word, on no wording yet.
        """
        change = enter()
        assert after(change) == Application(
            id=NEW_ID,
            reference="0000-0002",
            role=Role.MENTEE,
            status=Status.INVITED,
            answers=answered().answers,
            received_at=LATER,
            reply_by=date(2026, 11, 1),
            form_version=answered().form_version,
            consent_version=0,
            keep_months=12,
            entered_by=KIM,
        )
        assert (after(change).name, after(change).address) == ("Robin Example", MINE.address)
        assert kinds(change) == ["new-application", "entered"]
        assert [each.about for each in change.letters] == [NEW_ID, NEW_ID]

    def test_stands_for_the_address(self) -> None:
        """
        It stands for its address from now on, and knows what stood there before.
        """
        (_, current) = enter(pointer=STANDING).puts
        assert isinstance(current, CurrentPointer)
        assert (current.id, current.application) == (STANDING.id, NEW_ID)
        assert current.earlier == ("00000000abcdefghjkmn", ID)
        assert current.revision == STANDING.revision + 1

    def test_with_their_agreement(self) -> None:
        """
        Whoever has said that they agree waits at once, and it is stored how.
        """
        change = enter(agreed="by telephone")
        assert after(change).status is Status.WAITING
        assert after(change).agreed == AGREED
        assert after(change).consent_version == 0
        assert kinds(change) == ["new-application", "entered"]

    @pytest.mark.parametrize("how", ["", "by telephone"])
    def test_twice_is_once(self, how: str) -> None:
        """
        The same answers entered twice by the same coordinator are one application.
        """
        first = after(enter(agreed=how))
        again = enter(agreed=how, current=first, pointer=STANDING, new_id="another")
        assert again.nothing
        assert again.application == first

    def test_twice_with_more(self) -> None:
        """
        What the second time would add is not dropped in silence.
        """
        first = after(enter())
        for more in (
            {"agreed": "by telephone"},
            {"by": SAM},
            {"answered": answered(city=["Tacoma"])},
        ):
            with pytest.raises(AnotherApplication, match="0000-0002"):
                enter(current=first, pointer=STANDING, **more)

    @pytest.mark.parametrize("status", OPEN)
    def test_on_the_list_already(self, status: Status) -> None:
        """
        Whoever has an application keeps it: only they change it.
        """
        with pytest.raises(AnotherApplication, match=MINE.reference):
            enter(current=made.application(status=status), pointer=STANDING)

    @pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.INELIGIBLE])
    def test_after_a_closed_one(self, status: Status) -> None:
        """
        Whoever is off the list may be entered anew.
        """
        change = enter(current=made.application(status=status), pointer=STANDING)
        assert after(change).id == NEW_ID
