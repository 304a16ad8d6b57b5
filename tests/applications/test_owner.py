"""What the holder of a link can do with an application, and what not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mentorship.applications import deletion, owner
from mentorship.applications.application import Application, ApplicationChange
from mentorship.applications.deletion import MAX_DELETED
from mentorship.applications.intake import MAX_EARLIER
from mentorship.applications.owner import MAX_ADDRESS_TRIES, MAX_VERSIONS
from mentorship.applications.pointer import CurrentPointer, pointer_id
from mentorship.applications.status import Status
from mentorship.change import Change, Counter, Mark
from mentorship.form import declaration
from mentorship.form.form import Submission
from mentorship.form.question import Role
from mentorship.problems import AnotherApplication, ApplicationClosed, TooManyChanges
from tests import made, people
from tests.made import FORMS, ID, NOW

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
ADDRESS = "robin@new.example"


def answered(**changes: str | list[str]) -> Submission:
    """Return what the form was answered with."""
    return FORMS[Role.MENTEE].parse(people.mentee(**changes))


ASKED = Counter(id="asked#5f#2026-10-09", expires_at=LATER + timedelta(days=2))


def correct(
    application: Application = MINE,
    *,
    pending_changes: tuple[Application, ...] = (),
    pointer: CurrentPointer | None = None,
    asked: Counter = ASKED,
    new_id: str = NEW_ID,
    **changes: str | list[str],
) -> Change:
    """Have the owner correct some answers."""
    return owner.correct(
        application,
        answered(**changes),
        pointer=pointer,
        pending_changes=pending_changes,
        asked=asked,
        now=LATER,
        new_id=new_id,
    )


def waiting(**changes: Any) -> Application:
    """Return what waits beside the application."""
    usual: dict[str, Any] = {
        "id": NEW_ID,
        "status": Status.UNCONFIRMED,
        "parent": ID,
        "received_at": NOW + timedelta(days=1),
    }
    return made.application(**{**usual, **changes})


def take(change: Application, application: Application = MINE, **changes: Any) -> Change:
    """Have what waits taken up."""
    usual = {
        "pending_changes": (change,), "pointer": STANDING, "new_pointer": None, "other": None,
        "now": LATER, "new_id": NEW_ID,
    }  # fmt: skip
    return owner.accept_change(application, change, **{**usual, **changes})


def told(change: Change) -> list[str]:
    """Return the kinds of letters that a change causes; none is one of an earlier change."""
    assert len({letter.id for letter in change.letters}) == len(change.letters)
    return [letter.kind for letter in change.letters]


def test_address_is_confirmed_once() -> None:
    """
    The first click says that somebody reads mail there; later ones change nothing.
    """
    change = owner.confirm(MINE, now=LATER)
    confirmed = MINE.with_changes(confirmed_at=LATER)
    assert (change.puts, change.letters) == ((confirmed,), ())
    again = owner.confirm(confirmed, now=LATER + timedelta(days=1))
    assert again == ApplicationChange(application=confirmed)


class TestCorrected:
    def test_answers_are_replaced_at_once(self) -> None:
        """
        With the same address, the new answers hold, the earlier ones are kept, both sides are told.
        """
        change = correct(goal="Something else.")
        assert change.application == MINE.with_changes(
            answers=answered(goal="Something else.").answers,
            consent_version=declaration.CONSENT_VERSION,
            versions=(MINE.version,),
            changed_at=LATER,
            confirmed_at=LATER,
        )
        assert change.puts == (change.application,)
        assert told(change) == ["changed", "corrected"]
        for letter in change.letters:
            assert (letter.about, letter.facts) == (ID, {"version": 1})

    def test_there_and_back_are_two_changes(self) -> None:
        """
        From A to B to A is two changes with letters of their own, and nothing is left out.
        """
        there = correct(goal="B")
        assert there.application is not None
        back = correct(there.application, new_id="3")
        assert back.application is not None
        assert back.application.answers == MINE.answers
        goals = [version.answers["goal"] for version in back.application.versions]
        assert goals == [MINE.answers["goal"], "B"]
        assert told(back) == ["changed", "corrected"]
        assert not {each.id for each in back.letters} & {each.id for each in there.letters}
        # What each version was given by stands with it.
        assert [version.given_at for version in back.application.versions] == [NOW, LATER]

    def test_nothing_changed(self) -> None:
        """
        The same answers are no change, and mail nobody.
        """
        assert correct() == ApplicationChange(application=MINE)

    def test_address_in_other_capitals_is_the_same(self) -> None:
        """
        Who only changes the capitals of an address need not prove it again.
        """
        change = correct(email="ROBIN@example.org")
        assert change.application is not None
        assert change.application.address == "ROBIN@example.org"
        assert change.application.address_version == 1

    def test_another_address_waits_until_it_is_proved(self) -> None:
        """
        With another address all waits beside, and the one email goes there.
        """
        change = correct(email=ADDRESS, goal="Something else.")
        given, mine, asked = change.puts
        assert isinstance(given, Application)
        assert (given.id, given.status, given.parent) == (NEW_ID, Status.UNCONFIRMED, ID)
        assert given.address == ADDRESS
        # It does not outlive what it is beside.
        assert given.ends_at == MINE.kept_until
        assert mine == MINE.with_changes(pending_changes=(NEW_ID,), confirmed_at=LATER)
        assert asked == ASKED.plus_one()
        assert change.application == MINE
        assert [(letter.kind, letter.about) for letter in change.letters] == [
            ("confirm-address", NEW_ID)
        ]

    def test_one_new_address_at_a_time(self) -> None:
        """
        A second new address takes the place of the first, which proves nothing any more.
        """
        typo = waiting(answers={"email": "robin@new.exmaple"}, id="0" * 20)
        sent = waiting(answers={"goal": "Somebody else's."}, id="1" * 20)
        change = correct(pending_changes=(sent, typo), email=ADDRESS)
        _, mine, _, discarded = change.puts
        assert isinstance(mine, Application)
        assert mine.pending_changes == (sent.id, NEW_ID)
        assert discarded == typo.without_answers(Status.DISCARDED, LATER)

    def test_another_address_twice(self) -> None:
        """
        The same answers with the same new address wait once, and one address is asked thrice a day.
        """
        given = waiting(answers=answered(email=ADDRESS).answers)
        assert correct(pending_changes=(given,), email=ADDRESS) == ApplicationChange(
            application=MINE
        )
        often = replace(ASKED, count=MAX_ADDRESS_TRIES - 1)
        assert told(correct(asked=often, email=ADDRESS)) == ["confirm-address"]
        with pytest.raises(TooManyChanges):
            correct(asked=often.plus_one(), email=ADDRESS)
        # Who stays at their address is not asked for it, however often that was.
        assert correct(asked=often.plus_one(), goal="Something else.").puts

    def test_so_many_changes_and_no_more(self) -> None:
        """
        An application is changed thirty times at most, for an item of the table has a size.
        """
        almost = replace(MINE, versions=(MINE.version,) * (MAX_VERSIONS - 1))
        last = correct(almost, goal="The last.").application
        assert last is not None
        assert len(last.versions) == MAX_VERSIONS == 30
        with pytest.raises(TooManyChanges):
            correct(last, goal="One more.")

    def test_not_after_a_withdrawal(self) -> None:
        """
        What was withdrawn stays as it was.
        """
        gone = replace(MINE, status=Status.WITHDRAWN, withdrawn_at=NOW)
        with pytest.raises(ApplicationClosed):
            correct(gone, goal="x")


class TestTakenUp:
    def test_answers_that_a_form_brought(self) -> None:
        """
        What was sent again and is the owner's takes the place of the answers; ids and links stay.
        """
        other = waiting(answers={"goal": "Another."}, consent_version=2, keep_months=6)
        change = take(other)
        changed = change.application
        assert changed is not None
        assert (changed.id, changed.reference, changed.address_version) == (ID, MINE.reference, 1)
        assert changed.answers == other.answers
        assert (changed.consent_version, changed.versions) == (2, (MINE.version,))
        # Kept no longer than either was agreed to.
        assert changed.keep_months == 6
        # What it said is the application's now, and stands there only.
        assert change.puts == (changed, other.without_answers(Status.MERGED, LATER))
        assert other.without_answers(Status.MERGED, LATER).answers == {}
        assert change.deletes == ()
        assert told(change) == ["changed", "corrected"]

    def test_kept_no_longer_than_agreed(self) -> None:
        """
        A later form does not lengthen the period that was agreed to first.
        """
        changed = take(waiting(keep_months=24, answers={"goal": "Another."})).application
        assert changed is not None
        assert changed.keep_months == MINE.keep_months

    def test_others_go_on_waiting(self) -> None:
        """
        What else was sent for the address still waits for a word.
        """
        other = waiting(id="1" * 20, answers={"goal": "A third."})
        mine = replace(MINE, pending_changes=(NEW_ID, other.id))
        changed = take(waiting(), mine, pending_changes=(waiting(), other)).application
        assert changed is not None
        assert changed.pending_changes == (other.id,)

    def test_a_new_address_moves_what_stands(self) -> None:
        """
        The application stands for its new address only, and links to the old one die.
        """
        change = take(waiting(answers={"email": ADDRESS}))
        changed, merged, current = change.puts
        assert isinstance(changed, Application)
        assert isinstance(merged, Application)
        assert (changed.address, changed.address_version) == (ADDRESS, MINE.address_version + 1)
        assert (changed.confirmed_at, changed.pending_changes) == (LATER, ())
        assert merged == waiting().without_answers(Status.MERGED, LATER)
        assert current == CurrentPointer(
            id=pointer_id(Role.MENTEE, ADDRESS),
            application=ID,
            earlier=STANDING.earlier,
            expires_at=NOW,
            unending=(ID,),
        )
        assert change.deletes == (STANDING,)
        # Whoever reads mail at the earlier address is told for the last time.
        assert told(change) == ["changed", "corrected", "moved"]
        assert {letter.about for letter in change.letters} == {ID}

    def test_what_others_sent_for_the_old_address_is_gone(self) -> None:
        """
        At a new address nothing waits that somebody has sent for the old one.
        """
        other = waiting(id="1" * 20, answers={"goal": "A stranger's."})
        moving = waiting(answers={"email": ADDRESS})
        change = take(moving, pending_changes=(moving, other))
        assert change.puts[3:] == (other.without_answers(Status.DISCARDED, LATER),)

    def test_what_was_corrected_since_holds(self) -> None:
        """
        An address that is proved late brings itself along, and not the answers of that time.
        """
        mine = MINE.with_changes(
            answers={**MINE.answers, "city": "Tacoma"}, changed_at=LATER - timedelta(hours=1)
        )
        changed = take(waiting(answers={"email": ADDRESS, "city": "Spokane"}), mine).application
        assert changed is not None
        assert (changed.address, changed.answers["city"]) == (ADDRESS, "Tacoma")

    def test_who_knows_them_by_the_new_address(self) -> None:
        """
        What coordinators said about an earlier application of theirs holds for this one, too.
        """
        closed = made.application(id="closed", status=Status.WITHDRAWN, known_by=("casey",))
        changed = take(waiting(answers={"email": ADDRESS}), other=closed).application
        assert changed is not None
        assert changed.known_by == ("casey",)

    def test_what_was_corrected_since_keeps_its_consent(self) -> None:
        """
        The answers of a correction are under the wording that it agreed to, not an earlier one.
        """
        mine = MINE.with_changes(changed_at=LATER - timedelta(hours=1))
        earlier = waiting(answers={"email": ADDRESS}, form_version=1, consent_version=1)
        changed = take(earlier, mine).application
        assert changed is not None
        assert (changed.form_version, changed.consent_version) == (
            mine.form_version, mine.consent_version,
        )  # fmt: skip

    @pytest.mark.parametrize("status", [Status.WITHDRAWN, None])
    def test_over_what_stood_there_before(self, status: Status | None) -> None:
        """
        Where the new address had an application that is withdrawn or gone, it is the earlier one.
        """
        other = made.application(id="0" * 20, status=status) if status else None
        before = CurrentPointer(
            id=pointer_id(Role.MENTEE, ADDRESS),
            application="0" * 20,
            earlier=tuple(f"{n:020}" for n in range(1, MAX_EARLIER)),
            expires_at=NOW,
            revision=7,
        )
        change = take(waiting(answers={"email": ADDRESS}), new_pointer=before, other=other)
        current = change.puts[2]
        assert isinstance(current, CurrentPointer)
        assert current.revision == 8
        assert current.earlier[-1] == "0" * 20
        assert len(current.earlier) == MAX_EARLIER
        assert current.unending == (ID,)

    def test_not_over_an_application_that_stands_there(self) -> None:
        """
        Who has an application at the new address already keeps both, and is told the reference.
        """
        other = made.application(id="0" * 20, reference="1A2B-ZZYX")
        there = CurrentPointer(id="x", application=other.id, expires_at=NOW)
        with pytest.raises(AnotherApplication, match="1A2B-ZZYX"):
            take(waiting(answers={"email": ADDRESS}), new_pointer=there, other=other)

    def test_back_to_an_address_that_it_had(self) -> None:
        """
        An application may come back to where it stood; it is not its own earlier one.
        """
        own = CurrentPointer(id=pointer_id(Role.MENTEE, ADDRESS), application=ID, expires_at=NOW)
        change = take(waiting(answers={"email": ADDRESS}), new_pointer=own, other=MINE)
        current = change.puts[2]
        assert isinstance(current, CurrentPointer)
        assert (current.application, current.earlier) == (ID, STANDING.earlier)

    def test_once(self) -> None:
        """
        A link that is clicked twice takes the answers up once, a withdrawal in between or not.
        """
        gone = replace(MINE, status=Status.WITHDRAWN)
        for status in (Status.MERGED, Status.DISCARDED):
            settled = waiting().without_answers(status, NOW)
            assert take(settled) == ApplicationChange(application=MINE)
            assert take(settled, gone) == ApplicationChange(application=gone)

    def test_not_after_a_withdrawal_nor_too_often(self) -> None:
        """
        What was withdrawn, or changed too often, stays as it was.
        """
        with pytest.raises(ApplicationClosed):
            take(waiting(), replace(MINE, status=Status.WITHDRAWN))
        with pytest.raises(TooManyChanges):
            take(waiting(), replace(MINE, versions=(MINE.version,) * MAX_VERSIONS))


class TestDiscarded:
    def test_emptied_and_waits_no_more(self) -> None:
        """
        What its owner did not send says nothing any more, and nothing is mailed; others wait on.
        """
        other = waiting(id="1" * 20)
        mine = replace(MINE, pending_changes=(other.id, NEW_ID))
        change = owner.discard_change(
            mine, waiting(), pending_changes=(other, waiting()), now=LATER
        )
        # Its receipt stays, so that its sender does not learn whose address it is.
        gone = waiting().without_answers(Status.DISCARDED, LATER)
        assert change == ApplicationChange(
            application=mine, puts=(mine.with_changes(pending_changes=(other.id,)), gone)
        )
        assert (gone.answers, gone.reference) == ({}, MINE.reference)

    @pytest.mark.parametrize("status", [Status.MERGED, Status.DISCARDED])
    def test_not_what_is_settled(self, status: Status) -> None:
        """
        What is part of the application, or gone, is not touched by a button of an old page.
        """
        settled = waiting().without_answers(status, NOW)
        assert owner.discard_change(
            MINE, settled, pending_changes=(), now=LATER
        ) == ApplicationChange(application=MINE)


class TestWithdrawn:
    def test_off_the_list_and_both_sides_told(self) -> None:
        """
        It is withdrawn from now on, kept for as long as was agreed, and both sides are told.
        """
        change = owner.withdraw(MINE, STANDING, now=LATER, new_id=NEW_ID)
        gone = MINE.with_changes(status=Status.WITHDRAWN, withdrawn_at=LATER, confirmed_at=LATER)
        assert change.application == gone
        # What says where it is stays as long as it does.
        current = replace(STANDING, revision=4, unending=(), expires_at=gone.expires_at)
        assert change.puts == (gone, current)
        assert not gone.is_open
        assert gone.expires_at == LATER.replace(year=2027)
        assert told(change) == ["withdrawal", "withdrawn"]
        assert {letter.about for letter in change.letters} == {ID}

    def test_once(self) -> None:
        """
        Whoever presses twice is withdrawn once.
        """
        gone = owner.withdraw(MINE, None, now=LATER, new_id=NEW_ID).application
        assert gone is not None
        again = owner.withdraw(gone, STANDING, now=LATER + timedelta(days=9), new_id="9")
        assert again == ApplicationChange(application=gone)


class TestForgotten:
    ADDRESS = Mark(id="forgotten#5f", at=LATER, expires_at=LATER + timedelta(days=60))

    def mark(self, application_id: str) -> Mark:
        """Return what is left of an application."""
        return replace(self.ADDRESS, id=f"forgotten#{application_id}")

    def forget(self, *applications: Application) -> list[Change]:
        """Return the changes that delete some applications."""
        marks = {each.id: self.mark(each.id) for each in applications}
        return list(
            deletion.forget(applications, [STANDING], marks=marks, address=self.ADDRESS, now=LATER)
        )

    def test_all_in_one_change(self) -> None:
        """
        What is stored goes, with what stands; what is left are ids, and the address's keyed hash.
        """
        (change,) = self.forget(MINE, waiting())
        assert set(change.puts) == {self.ADDRESS, self.mark(ID), self.mark(NEW_ID)}
        assert {each.id for each in change.deletes} == {ID, NEW_ID, STANDING.id}

    def test_coordinators_are_asked_to_delete_what_they_were_sent(self) -> None:
        """
        For each application that was announced there is a letter, which names no person.
        """
        pending_changes = [waiting(id=f"{n:020}", status=status) for n, status in enumerate(Status)]
        (change,) = self.forget(*pending_changes)
        told = ("waiting", "paused", "invited", "matched", "withdrawn", "released", "ineligible")
        announced = {f"{n:020}" for n, s in enumerate(Status) if s in told}
        assert {letter.id for letter in change.letters} == {f"{n}#forgotten" for n in announced}
        for letter in change.letters:
            assert (letter.kind, letter.about) == ("forgotten", "")
            assert letter.facts == {"reference": MINE.reference, "role": "mentee"}

    def test_a_little_at_a_time(self) -> None:
        """
        A transaction takes a hundred items; of more, those that stand come last.
        """
        many = [MINE, *(waiting(id=f"{n:020}", status=Status.WITHDRAWN) for n in range(100))]
        changes = self.forget(*many)
        assert len(changes) == 5
        deleted = [each.id for change in changes for each in change.deletes]
        assert len(deleted) == len(many) + 1
        assert set(deleted) == {STANDING.id, *(each.id for each in many)}
        assert {ID, STANDING.id} <= {each.id for each in changes[-1].deletes}
        # What is left of each goes with it, and what is left of the address with the last.
        for change in changes:
            gone = {f"forgotten#{each.id}" for each in change.deletes if each != STANDING}
            ends = {self.ADDRESS.id} if change is changes[-1] else set()
            assert {put.id for put in change.puts} == gone | ends
        assert len({letter.id for change in changes for letter in change.letters}) == len(many)

    def test_the_largest_change_is_a_transaction(self) -> None:
        """
        With a letter and a mark for each, a standing for each role and address, it fits.
        """
        largest = 3 * MAX_DELETED + 4 * len(Role) + 1
        assert largest <= 100
