"""What the holder of a link can do with an application, and what not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mentorship import form, owner
from mentorship.application import Application, Change, Mark, Standing, Status, standing_id
from mentorship.form import Answered
from mentorship.intake import MOST_BESIDE, MOST_EARLIER
from mentorship.letter import Letter
from mentorship.owner import MOST_DELETED, MOST_VERSIONS
from mentorship.problems import AlreadyStands, NotOpenAnyMore, TooManyChanges
from mentorship.questions import Role
from tests import made, people
from tests.made import FORMS, ID, NOW

LATER = NOW + timedelta(days=3)
MINE = made.application()
NEW_ID = "00000002abcdefghjkmn"
STANDING = Standing(
    id=standing_id(MINE.role, MINE.address),
    application=ID,
    earlier=("00000000abcdefghjkmn",),
    expires_at=MINE.expires_at,
    revision=3,
)
ADDRESS = "robin@new.example"


def answered(**changes: str | list[str]) -> Answered:
    """Return what the form was answered with."""
    return FORMS[Role.MENTEE].parse(people.mentee(**changes))


def correct(application: Application = MINE, **changes: str | list[str]) -> Change:
    """Have the owner correct some answers."""
    return owner.corrected(
        application, answered(**changes), beside=(), now=LATER, new_id=NEW_ID
    )  # fmt: skip


def waiting(**changes: Any) -> Application:
    """Return what waits beside the application."""
    usual: dict[str, Any] = {"id": NEW_ID, "status": Status.UNCONFIRMED, "of": ID}
    return made.application(**{**usual, **changes})


def take(change: Application, application: Application = MINE, **changes: Any) -> Change:
    """Have what waits taken up."""
    usual = {"standing": STANDING, "new_standing": None, "other": None, "now": LATER}
    return owner.taken_up(application, change, **{**usual, **changes})


def told(letters: tuple[Letter, ...]) -> list[tuple[str, str, Any]]:
    """Return the kinds, the ids and the facts of letters."""
    return [(letter.kind, letter.id, letter.facts) for letter in letters]


def test_address_is_confirmed_once() -> None:
    """
    The first click says that somebody reads mail there; later ones change nothing.
    """
    change = owner.confirmed(MINE, now=LATER)
    confirmed = MINE.differs(confirmed_at=LATER)
    assert (change.puts, change.letters) == ((confirmed,), ())
    again = owner.confirmed(confirmed, now=LATER + timedelta(days=1))
    assert again == Change(application=confirmed)


class TestCorrected:
    def test_answers_are_replaced_at_once(self) -> None:
        """
        With the same address, the new answers hold, the earlier ones are kept, both sides are told.
        """
        change = correct(goal="Something else.")
        assert change.application == MINE.differs(
            answers=answered(goal="Something else.").answers,
            consent_version=form.CONSENT_VERSION,
            versions=(MINE.version,),
            changed_at=LATER,
            confirmed_at=LATER,
        )
        assert change.puts == (change.application,)
        assert told(change.letters) == [
            ("changed", f"{ID}#1#changed", {"version": 1}),
            ("corrected", f"{ID}#1#corrected", {"version": 1}),
        ]
        assert {letter.about for letter in change.letters} == {ID}

    def test_there_and_back_are_two_changes(self) -> None:
        """
        From A to B to A is two changes with letters of their own, and nothing is left out.
        """
        there = correct(goal="B").application
        assert there is not None
        back = owner.corrected(
            there, answered(), beside=(), now=LATER + timedelta(days=1), new_id=NEW_ID
        )
        assert back.application is not None
        assert back.application.answers == MINE.answers
        goals = [version.answers["goal"] for version in back.application.versions]
        assert goals == [MINE.answers["goal"], "B"]
        assert [letter.id for letter in back.letters] == [f"{ID}#2#changed", f"{ID}#2#corrected"]
        # What each version was given by stands with it.
        assert [version.given_at for version in back.application.versions] == [NOW, LATER]

    def test_nothing_changed(self) -> None:
        """
        The same answers are no change, and mail nobody.
        """
        assert correct() == Change(application=MINE)

    def test_address_in_other_capitals_is_the_same(self) -> None:
        """
        Who only changes the capitals of an address need not prove it again.
        """
        change = correct(email="ROBIN@example.org")
        assert change.application is not None
        assert change.application.address == "ROBIN@example.org"
        assert change.application.mailbox == 1

    def test_another_address_waits_until_it_is_proved(self) -> None:
        """
        With another address all waits beside, and the one email goes there.
        """
        change = correct(email=ADDRESS, goal="Something else.")
        asked, mine = change.puts
        assert isinstance(asked, Application)
        assert (asked.id, asked.status, asked.of) == (NEW_ID, Status.UNCONFIRMED, ID)
        assert asked.address == ADDRESS
        assert mine == MINE.differs(beside=(NEW_ID,), confirmed_at=LATER)
        assert change.application == MINE
        assert [(letter.kind, letter.about) for letter in change.letters] == [
            ("confirm-address", NEW_ID)
        ]

    def test_another_address_twice(self) -> None:
        """
        The same answers with the same new address wait once; too many addresses are refused.
        """
        asked = waiting(answers=answered(email=ADDRESS).answers)
        others = tuple(waiting(id=f"{n:020}", answers={"city": str(n)}) for n in range(MOST_BESIDE))

        def give(*beside: Application) -> Change:
            return owner.corrected(
                MINE, answered(email=ADDRESS), beside=beside, now=LATER, new_id=NEW_ID
            )

        assert give(asked) == Change(application=MINE)
        assert give(*others[1:]).letters
        # What was taken up long ago waits no more.
        merged = [replace(each, status=Status.MERGED) for each in others]
        assert give(*merged).letters
        with pytest.raises(TooManyChanges):
            give(*others)

    def test_so_many_changes_and_no_more(self) -> None:
        """
        An application is changed thirty times at most, for an item of the table has a size.
        """
        almost = replace(MINE, versions=(MINE.version,) * (MOST_VERSIONS - 1))
        last = correct(almost, goal="The last.").application
        assert last is not None
        assert len(last.versions) == MOST_VERSIONS == 30
        with pytest.raises(TooManyChanges):
            correct(last, goal="One more.")

    def test_not_after_a_withdrawal(self) -> None:
        """
        What was withdrawn stays as it was.
        """
        gone = replace(MINE, status=Status.WITHDRAWN, withdrawn_at=NOW)
        with pytest.raises(NotOpenAnyMore):
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
        assert (changed.id, changed.reference, changed.mailbox) == (ID, MINE.reference, 1)
        assert changed.answers == other.answers
        assert (changed.consent_version, changed.versions) == (2, (MINE.version,))
        # Kept no longer than either was agreed to.
        assert changed.keep_months == 6
        assert change.puts == (changed, other.differs(status=Status.MERGED))
        assert change.deletes == ()
        assert [letter.kind for letter in change.letters] == ["changed", "corrected"]

    def test_a_new_address_moves_what_stands(self) -> None:
        """
        The application stands for its new address only, and links to the old one die.
        """
        change = take(waiting(answers={"email": ADDRESS}))
        changed, merged, stands = change.puts
        assert isinstance(changed, Application)
        assert isinstance(merged, Application)
        assert (changed.address, changed.mailbox) == (ADDRESS, MINE.mailbox + 1)
        assert merged.status is Status.MERGED
        assert stands == Standing(
            id=standing_id(Role.MENTEE, ADDRESS),
            application=ID,
            earlier=STANDING.earlier,
            expires_at=MINE.expires_at,
        )
        assert change.deletes == (STANDING,)
        assert {letter.about for letter in change.letters} == {ID}

    @pytest.mark.parametrize("status", [Status.WITHDRAWN, None])
    def test_over_what_stood_there_before(self, status: Status | None) -> None:
        """
        Where the new address had an application that is withdrawn or gone, it is the earlier one.
        """
        other = made.application(id="0" * 20, status=status) if status else None
        before = Standing(
            id=standing_id(Role.MENTEE, ADDRESS),
            application="0" * 20,
            earlier=tuple(f"{n:020}" for n in range(1, MOST_EARLIER)),
            expires_at=NOW,
            revision=7,
        )
        change = take(waiting(answers={"email": ADDRESS}), new_standing=before, other=other)
        stands = change.puts[2]
        assert isinstance(stands, Standing)
        assert stands.revision == 8
        assert stands.earlier[-1] == "0" * 20
        assert len(stands.earlier) == MOST_EARLIER

    def test_not_over_an_application_that_stands_there(self) -> None:
        """
        Who has an application at the new address already keeps both, and is told the reference.
        """
        other = made.application(id="0" * 20, reference="1A2B-ZZYX")
        there = Standing(id="x", application=other.id, expires_at=NOW)
        with pytest.raises(AlreadyStands, match="1A2B-ZZYX"):
            take(waiting(answers={"email": ADDRESS}), new_standing=there, other=other)

    def test_back_to_an_address_that_it_had(self) -> None:
        """
        An application may come back to where it stood; it is not its own earlier one.
        """
        own = Standing(id=standing_id(Role.MENTEE, ADDRESS), application=ID, expires_at=NOW)
        change = take(waiting(answers={"email": ADDRESS}), new_standing=own, other=MINE)
        stands = change.puts[2]
        assert isinstance(stands, Standing)
        assert (stands.application, stands.earlier) == (ID, STANDING.earlier)

    def test_once(self) -> None:
        """
        A link that is clicked twice takes the answers up once, a withdrawal in between or not.
        """
        merged = waiting(status=Status.MERGED)
        gone = replace(MINE, status=Status.WITHDRAWN)
        assert take(merged) == Change(application=MINE)
        assert take(merged, gone) == Change(application=gone)

    def test_not_after_a_withdrawal_nor_too_often(self) -> None:
        """
        What was withdrawn, or changed too often, stays as it was.
        """
        with pytest.raises(NotOpenAnyMore):
            take(waiting(), replace(MINE, status=Status.WITHDRAWN))
        with pytest.raises(TooManyChanges):
            take(waiting(), replace(MINE, versions=(MINE.version,) * MOST_VERSIONS))


class TestDiscarded:
    def test_deleted_and_known_no_more(self) -> None:
        """
        What its owner did not send is deleted, and nothing is mailed.
        """
        mine = replace(MINE, beside=("x", NEW_ID, "y"))
        change = owner.discarded(mine, waiting())
        assert change == Change(
            application=mine, puts=(mine.differs(beside=("x", "y")),), deletes=(waiting(),)
        )

    def test_not_what_was_taken_up(self) -> None:
        """
        What is part of the application is not thrown away by a button of an old page.
        """
        mine = replace(MINE, beside=(NEW_ID,))
        assert owner.discarded(mine, waiting(status=Status.MERGED)) == Change(application=mine)


class TestWithdrawn:
    def test_off_the_list_and_both_sides_told(self) -> None:
        """
        It is withdrawn from now on, kept for as long as was agreed, and both sides are told.
        """
        change = owner.withdrawn(MINE, now=LATER)
        gone = MINE.differs(status=Status.WITHDRAWN, withdrawn_at=LATER, confirmed_at=LATER)
        assert (change.application, change.puts) == (gone, (gone,))
        assert not gone.is_open
        assert gone.expires_at == LATER.replace(year=2027)
        assert [(letter.kind, letter.about) for letter in change.letters] == [
            ("withdrawal", ID),
            ("withdrawn", ID),
        ]

    def test_once(self) -> None:
        """
        Whoever presses twice is withdrawn once.
        """
        gone = owner.withdrawn(MINE, now=LATER).application
        assert gone is not None
        assert owner.withdrawn(gone, now=LATER + timedelta(days=9)) == Change(application=gone)


class TestForgotten:
    MARK = Mark(id="forgotten#5f", at=LATER, expires_at=LATER + timedelta(days=60))

    def forget(self, *applications: Application) -> list[Change]:
        """Return the changes that delete some applications."""
        return list(owner.forgotten(applications, [STANDING], marks=[self.MARK], now=LATER))

    def test_all_in_one_change(self) -> None:
        """
        What is stored goes, with what stands; what is left is a keyed hash.
        """
        beside = waiting(answers={"goal": "Another."})
        (change,) = self.forget(MINE, beside)
        assert change.puts == (self.MARK,)
        assert {each.id for each in change.deletes} == {ID, NEW_ID, STANDING.id}

    def test_coordinators_are_asked_to_delete_what_they_were_sent(self) -> None:
        """
        For each application that was announced there is a letter, which names no person.
        """
        beside = [waiting(id=f"{n:020}", status=status) for n, status in enumerate(Status)]
        (change,) = self.forget(*beside)
        announced = {f"{n:020}" for n, s in enumerate(Status) if s in ("waiting", "withdrawn")}
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
        assert len(changes) == 4
        deleted = [each.id for change in changes for each in change.deletes]
        assert len(deleted) == len(many) + 1
        assert set(deleted) == {STANDING.id, *(each.id for each in many)}
        assert {ID, STANDING.id} <= {each.id for each in changes[-1].deletes}
        assert [len(change.puts) for change in changes] == [0, 0, 0, 1]
        assert len({letter.id for change in changes for letter in change.letters}) == len(many)

    def test_the_largest_change_is_a_transaction(self) -> None:
        """
        With a letter for each, all that stands, and a mark for each earlier address, it fits.
        """
        largest = 2 * MOST_DELETED + 2 * len(Role) + MOST_VERSIONS + 1
        assert largest <= 100
