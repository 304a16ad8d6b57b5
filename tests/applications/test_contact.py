"""How somebody is reached: an address corrected or added, and no letter to whoever has none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from mentorship.applications import coordinator, intake, owner, staying
from mentorship.applications.application import Application, ApplicationChange, Note, contact_key_in
from mentorship.applications.contact import give_address, may_be_given
from mentorship.applications.notes import MAX_NOTES
from mentorship.applications.pointer import CurrentPointer, pointer_id, pointer_id_of
from mentorship.applications.status import Status
from mentorship.form.question import Refused, Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Addressee, new_letter
from mentorship.letters.traits import Reader
from mentorship.notices import still_waiting
from mentorship.problems import AnotherApplication, ApplicationClosed
from tests import made
from tests.made import ID, NOW, TODAY

KIM = "kim@example.org"
LATER = NOW + timedelta(days=3)
NEW_ID = "00000002abcdefghjkmn"
MISTYPED = made.application(answers={"email": "robin@exampel.org"})
RIGHT = "robin@example.org"


def by_phone(number: str = "(206) 555-0100", **changes: Any) -> Application:
    """Return somebody who was entered with a phone number only."""
    whole = made.application(entered_by=KIM, consent_version=0, **changes)
    answers = {name: answer for name, answer in whole.answers.items() if name != "email"}
    return replace(whole, answers={**answers, "phone": number})


def pointer_to(application: Application, **changes: Any) -> CurrentPointer:
    """Return the pointer that makes an application current."""
    return replace(intake.point_to(application, None), revision=3, **changes)


def give(application: Application, address: str = RIGHT, **more: Any) -> ApplicationChange:
    """Have somebody's address corrected, or added."""
    usual: dict[str, Any] = {
        "pending_changes": (),
        "pointer": pointer_to(application),
        "held_pointer": None,
        "new_pointer": None,
        "other": None,
    }
    return give_address(application, address, **{**usual, **more}, by=KIM, now=LATER, new_id=NEW_ID)


class TestPhoneOnly:
    def test_is_known_by_the_digits(self) -> None:
        """
        However the number is written, it is one person.
        """
        others = [by_phone(each) for each in ("206.555.0100", "+1 206 555 0100")]
        for one in (by_phone(), *others):
            assert one.address == ""
            assert one.by_phone_only
            assert pointer_id_of(one) == "waiting#mentee#phone:2065550100"
            assert one.contact_keys() == {"phone:2065550100"}
            assert intake.point_to(one, None).id == pointer_id_of(one)

    def test_an_address_typed_as_a_phone_number_is_no_address(self) -> None:
        """
        Whatever is in that answer, no pointer of an address leads to it.
        """
        odd = by_phone("robin2@example.org")
        assert contact_key_in(odd.answers) == "phone:2"
        assert pointer_id_of(odd) != pointer_id(Role.MENTEE, "robin2@example.org")

    def test_everybody_else_has_an_address(self) -> None:
        """
        A number beside an address changes nothing, and what has no answers is no one's.
        """
        assert not made.application(answers={"phone": "206-555-0100"}).by_phone_only
        assert not made.application().without_answers(Status.MERGED, NOW).by_phone_only

    @pytest.mark.parametrize("kind", list(Kind))
    def test_no_letter_to_them_is_written(self, kind: Kind) -> None:
        """
        Whatever a change of theirs would write to them is left out; coordinators get theirs.
        """
        someone = by_phone()
        one_of_them = Addressee(role=Reader.COORDINATOR, which="who")
        to = one_of_them if kind.traits.reader is Reader.COORDINATOR else None
        letter = new_letter(kind, about=someone, to=to, now=NOW, facts={"version": 1})
        written = ApplicationChange(application=someone, letters=(letter,)).letters
        assert written == (() if letter.owner else (letter,))
        # Nor is it with what the change stores about them besides another application.
        other = ApplicationChange(
            application=made.application(id=NEW_ID), puts=(someone,), letters=(letter,)
        )
        assert other.letters == written
        # Whoever has an address gets it.
        reached = ApplicationChange(application=made.application(), letters=(letter,))
        assert reached.letters == (letter,)

    @pytest.mark.parametrize(
        "act",
        [
            lambda one: owner.withdraw(
                one, pointer_to(one), now=LATER, for_them=True, new_id=NEW_ID
            ),
            lambda one: coordinator.withdraw(one, pointer_to(one), now=LATER, new_id=NEW_ID),
            lambda one: coordinator.mark_ineligible(
                one, pointer_to(one), "other", now=LATER, new_id=NEW_ID
            ),
            lambda one: staying.warn(
                replace(one, received_at=LATER - timedelta(days=350)),
                pointer_to(one),
                now=LATER,
                zone=UTC,
            ),
            lambda one: still_waiting.notify(one, now=LATER, today=TODAY),
        ],
    )
    def test_whatever_is_done(self, act: Callable[[Application], ApplicationChange]) -> None:
        """
        It is stored, and only coordinators are written to.
        """
        change = act(by_phone())
        assert change.puts
        assert {each.reader for each in change.letters} <= {Reader.COORDINATORS}

    def test_is_not_asked_by_email(self) -> None:
        """
        There is nobody to ask.
        """
        with pytest.raises(ApplicationClosed):
            coordinator.ask_member_address(by_phone(), now=LATER, today=TODAY)

    def test_is_not_told_that_they_wait(self) -> None:
        """
        The morning leaves them out, and coordinators are told days before, so that one can call.
        """
        zone, when = NOW.tzinfo, TODAY + timedelta(days=2)
        assert zone is not None
        both = [by_phone(reply_by=when), made.application(reply_by=when)]
        due = still_waiting.due(both, reply_by=None, today=when, zone=zone)
        assert due == [both[1]]
        soon = still_waiting.due_soon(both, reply_by=None, today=TODAY, zone=zone)
        assert soon == {when: both}


class TestGiven:
    def test_a_mistyped_address(self) -> None:
        """
        The new one is asked to confirm; links to the other die, and the pointer moves.
        """
        change = give(MISTYPED)
        after = change.application
        assert (after.address, after.confirmed_at) == (RIGHT, None)
        assert after.address_version == MISTYPED.address_version + 1
        assert (after.versions, after.changed_at) == ((), None)
        words = f"Address corrected to {RIGHT}; before: robin@exampel.org"
        assert after.notes == (Note(at=LATER, by=KIM, text=words),)
        (pointer,) = (each for each in change.puts if isinstance(each, CurrentPointer))
        assert (pointer.id, pointer.application, pointer.revision) == (pointer_id_of(after), ID, 1)
        assert change.deletes == (pointer_to(MISTYPED),)
        (letter,) = change.letters
        assert (letter.kind, letter.about) == (Kind.RECEIPT, ID)
        assert letter.to.address_version == after.address_version
        assert letter.id != new_letter(Kind.RECEIPT, about=MISTYPED, now=NOW).id

    def test_a_phone_number_gets_an_address(self) -> None:
        """
        They are asked to check what was entered, and are known by the address from then on.
        """
        someone = by_phone(status=Status.INVITED)
        change = give(someone)
        after = change.application
        assert (after.address, after.status) == (RIGHT, Status.INVITED)
        assert not after.by_phone_only
        assert after.notes[-1].text == f"Address: {RIGHT}"
        assert [each.id for each in change.deletes] == ["waiting#mentee#phone:2065550100"]
        assert [each.kind for each in change.letters] == [Kind.ENTERED]

    def test_a_warning_that_went_elsewhere_does_not_count(self) -> None:
        """
        Whoever reads mail at the right address is warned before they are deleted.
        """
        warned = replace(MISTYPED, warned_at=NOW + timedelta(days=340))
        assert warned.expires_at is not None
        assert give(warned).application.expires_at is None

    def test_what_a_pointer_names_is_named_on(self) -> None:
        """
        Earlier applications of the right address are found when somebody asks to be forgotten.

        Those of the wrong one are somebody else's: they stay with it, and are not forgotten with
        these.
        """
        there = CurrentPointer(
            id=pointer_id(Role.MENTEE, RIGHT),
            application="closed",
            earlier=("older",),
            expires_at=LATER,
            revision=7,
        )
        pointer = pointer_to(MISTYPED, earlier=("first", "before"))
        closed = made.application(id="closed", status=Status.WITHDRAWN)
        change = give(MISTYPED, pointer=pointer, new_pointer=there, other=closed)
        (moved, left) = (each for each in change.puts if isinstance(each, CurrentPointer))
        assert (moved.earlier, moved.revision) == (("older", "closed"), 8)
        assert (left.id, left.named) == (pointer.id, ("first", "before"))
        assert (left.unending, left.revision) == ((), pointer.revision + 1)
        assert change.deletes == ()

    def test_who_knows_them_by_the_right_address(self) -> None:
        """
        What coordinators said about an earlier application of theirs holds for this one, too.
        """
        closed = made.application(id="closed", status=Status.WITHDRAWN, known_by=("casey",))
        one = replace(MISTYPED, known_by=("kim",))
        assert give(one, other=closed).application.known_by == ("kim", "casey")

    def test_what_a_phone_number_named_is_named_on(self) -> None:
        """
        It is one person's, who has an address now.
        """
        pointer = pointer_to(by_phone(), earlier=("before",))
        change = give(by_phone(), pointer=pointer)
        (moved,) = (each for each in change.puts if isinstance(each, CurrentPointer))
        assert moved.named == ("before", ID)
        assert change.deletes == (pointer,)

    def test_changes_sent_for_the_earlier_address_are_discarded(self) -> None:
        """
        Their sender is not who reads mail at the new one.
        """
        waits = made.application(id="waits", status=Status.UNCONFIRMED, parent=ID)
        holder = replace(MISTYPED, pending_changes=("waits",))
        change = give(holder, pending_changes=(waits,))
        assert change.application.pending_changes == ()
        (gone,) = (each for each in change.puts if each.id == "waits")
        assert isinstance(gone, Application)
        assert (gone.status, gone.answers) == (Status.DISCARDED, {})

    @pytest.mark.parametrize("spelled", [RIGHT, "Robin@EXAMPLE.org"])
    def test_twice_is_once(self, spelled: str) -> None:
        """
        What is the address already is left as it is.
        """
        assert give(give(MISTYPED).application, spelled).nothing

    @pytest.mark.parametrize("status", list(Status))
    def test_only_while_nobody_has_used_a_link(self, status: Status) -> None:
        """
        Once the address is its owner's, or the application is closed, only they change it.
        """
        one = replace(MISTYPED, status=status)
        assert may_be_given(one) == status.traits.is_open
        assert not may_be_given(replace(one, confirmed_at=NOW))
        with pytest.raises(ApplicationClosed):
            give(replace(one, confirmed_at=NOW))
        if not status.traits.is_open:
            with pytest.raises(ApplicationClosed):
                give(one)

    def test_an_address_with_an_application(self) -> None:
        """
        Two people, or one who has applied twice: nothing is changed.
        """
        with pytest.raises(AnotherApplication):
            give(MISTYPED, other=made.application(id=NEW_ID))

    def test_as_many_notes_as_it_can_hold(self) -> None:
        """
        Then there is no room for what the address was.
        """
        full = replace(MISTYPED, notes=(Note(at=NOW, by=KIM, text="x"),) * MAX_NOTES)
        with pytest.raises(Refused):
            give(full)
