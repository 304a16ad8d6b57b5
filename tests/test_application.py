"""An application is taken once, stands for its address, and causes the letters that it should."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from mentorship import form
from mentorship.application import (
    Application,
    Change,
    Standing,
    Status,
    held_back_id,
    received,
    standing_id,
)
from mentorship.form import Answered
from mentorship.letter import State
from mentorship.questions import Role
from tests import people
from tests.made import FORMS, ID, NOW, TODAY

GIVEN = {Role.MENTEE: people.mentee, Role.MENTOR: people.mentor}
OTHER_ID = "00000002abcdefghjkmn"


def answered(role: Role = Role.MENTEE, **changes: str | list[str]) -> Answered:
    """Return what a form was answered with."""
    return FORMS[role].parse(GIVEN[role](**changes))


def take(what: Answered, role: Role = Role.MENTEE, **changes: Any) -> Change:
    """Take an application, as the first that ever came unless *changes* say otherwise."""
    usual: dict[str, Any] = {
        "role": role,
        "answered": what,
        "standing": None,
        "stands": None,
        "announced": False,
        "now": NOW,
        "today": TODAY,
        "new_id": ID,
        "reply_by": None,
        "keep_months": 12,
    }
    return received(**{**usual, **changes})


def kinds(change: Change) -> list[tuple[str, str]]:
    """Return the letters that a change causes, each with its id."""
    return [(letter.kind, letter.id) for letter in change.letters]


def standing_of(change: Change) -> Standing:
    """Return what a change makes stand."""
    (found,) = (item for item in change.puts if isinstance(item, Standing))
    return found


class TestReceivedNew:
    @pytest.mark.parametrize("role", Role)
    def test_stored_with_all_that_was_answered(self, role: Role) -> None:
        """
        A new application holds the answers, who, when, and what was agreed to.
        """
        what = answered(role)
        change = take(what, role, keep_months=18)

        assert change.application == Application(
            id=ID,
            reference="0000-0001",
            role=role,
            status=Status.WAITING,
            answers=what.answers,
            received_at=NOW,
            reply_by=None,
            form_version=1,
            consent_version=form.CONSENT_VERSION,
            keep_months=18,
        )
        assert change.puts[0] is change.application

    def test_it_stands_for_its_address(self) -> None:
        """
        The same change says that it stands, until the application is gone.
        """
        change = take(answered())
        assert standing_of(change) == Standing(
            id="waiting#mentee#robin@example.org",
            application=ID,
            expires_at=datetime(2027, 10, 7, 0, 30, tzinfo=UTC),
        )
        assert len(change.puts) == 2

    def test_letters(self) -> None:
        """
        The coordinators hear of it and the applicant gets a receipt, once each.
        """
        change = take(answered())
        assert kinds(change) == [
            ("new-application", f"{ID}#new-application"),
            ("receipt", f"{ID}#receipt"),
        ]
        assert {letter.about for letter in change.letters} == {ID}
        assert {letter.state for letter in change.letters} == {State.NEW}
        assert {letter.created_at for letter in change.letters} == {NOW}

    def test_reference_is_the_beginning_of_the_id(self) -> None:
        """
        What people call it on the telephone is short and in capitals.
        """
        assert take(answered(), new_id="1a2bzzyx00000000000x").application.reference == "1A2B-ZZYX"

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
        assert take(answered(), reply_by=reply_by).application.reply_by == promised

    @pytest.mark.parametrize(
        ("now", "months", "gone"),
        [
            (datetime(2027, 2, 28, 12, tzinfo=UTC), 12, datetime(2028, 2, 28, 12, tzinfo=UTC)),
            (datetime(2028, 2, 29, 12, tzinfo=UTC), 12, datetime(2029, 2, 28, 12, tzinfo=UTC)),
            (datetime(2026, 8, 31, 12, tzinfo=UTC), 6, datetime(2027, 2, 28, 12, tzinfo=UTC)),
            (datetime(2026, 12, 31, 9, tzinfo=UTC), 1, datetime(2027, 1, 31, 9, tzinfo=UTC)),
        ],
    )  # fmt: skip
    def test_kept_for_months_of_the_calendar(
        self, now: datetime, months: int, gone: datetime
    ) -> None:
        """
        The period is counted in months, also over a leap day and from the end of a long month.
        """
        assert take(answered(), now=now, keep_months=months).application.expires_at == gone

    def test_name_and_address(self) -> None:
        """
        Emails find the name and the address that were given.
        """
        application = take(answered(full_name="Zoë", email="R+x@EXAMPLE.org")).application
        assert (application.name, application.address) == ("Zoë", "R+x@example.org")


class TestReceivedAgain:
    @pytest.mark.parametrize("role", Role)
    def test_the_same_again(self, role: Role) -> None:
        """
        The same answers once more are the same application: nothing is stored, nothing mailed.
        """
        first = take(answered(role), role)
        again = take(
            answered(role),
            role,
            standing=standing_of(first),
            stands=first.application,
            now=NOW + timedelta(days=30),
            today=TODAY + timedelta(days=30),
            new_id=OTHER_ID,
            keep_months=24,
        )
        assert again == Change(application=first.application)

    @pytest.mark.parametrize(
        "changes",
        [
            {"full_name": "  Robin   Example "},
            {"subspecialties": ["breast", "neuroradiology", "breast"]},
            {"goal": "To leave residency knowing where I want to work.\r\nAnd why.\r\n"},
            {"training_ends": "June 2027"},
            {"email": " robin@EXAMPLE.org "},
            {"wsrs_email": []},
            {"form_version": []},
        ],
        ids=str,
    )
    def test_the_same_written_otherwise(self, changes: dict[str, Any]) -> None:
        """
        White space, the order of boxes, and another way to write a month make no other answers.
        """
        first = take(answered())
        again = take(
            answered(**changes), standing=standing_of(first), stands=first.application,
            new_id=OTHER_ID,
        )  # fmt: skip
        assert again.application is first.application
        assert not again.puts
        assert not again.letters

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
    def test_changed_answers(self, changes: dict[str, Any]) -> None:
        """
        Other answers for the same address are a further application, beside the first.
        """
        first = take(answered())
        what = answered(**changes)
        change = take(what, standing=standing_of(first), stands=first.application, new_id=OTHER_ID)
        assert change.application.id == OTHER_ID
        assert change.application.answers == what.answers
        assert kinds(change) == [
            ("new-application", f"{OTHER_ID}#new-application"),
            ("receipt", f"{OTHER_ID}#receipt"),
        ]
        # The first stays as it is; only which of them stands is written over, and counted.
        assert change.puts == (
            change.application,
            replace(standing_of(first), application=OTHER_ID, revision=2),
        )

    def test_what_stood_is_gone(self) -> None:
        """
        Where the application that stood was deleted, the same answers are a new one.
        """
        first = take(answered())
        change = take(answered(), standing=standing_of(first), stands=None, new_id=OTHER_ID)
        assert change.application.id == OTHER_ID
        assert standing_of(change).revision == 2
        assert len(change.letters) == 2

    @drawn(tries=st.lists(st.sampled_from(["first goal", "second goal"]), max_size=8))
    def test_any_run_of_tries(self, tries: list[str]) -> None:
        """
        However often and in whatever turn answers are sent, only a change of answers is stored.
        """
        standing: Standing | None = None
        stands: Application | None = None
        stored, before = 0, None
        for number, goal in enumerate(tries):
            change = take(
                answered(goal=goal), standing=standing, stands=stands, new_id=f"{number:020}"
            )
            assert bool(change.puts) == bool(change.letters) == (goal != before)
            if change.puts:
                stored += 1
                standing, stands = standing_of(change), change.application
            before = goal
        assert standing is None or standing.revision == stored


class TestTrapped:
    def test_held_back_and_told_of(self) -> None:
        """
        What filled in the trap is stored, held back, and the coordinators hear of it.
        """
        change = take(answered(website="https://example.org"))
        assert change.application.status is Status.QUARANTINED
        assert change.puts[0] is change.application
        assert kinds(change) == [("held-back", "2026-10-06#held-back")]
        assert change.letters[0].about == ID
        assert "website" not in change.application.answers

    def test_told_of_once_a_day(self) -> None:
        """
        What is held back after the coordinators were told is stored, and nothing more mailed.
        """
        change = take(answered(website="x"), announced=True)
        assert change.application.status is Status.QUARANTINED
        assert len(change.puts) == 2
        assert change.letters == ()

    def test_the_day_is_the_programs(self) -> None:
        """
        The letter of a day has one id, so that two at once cannot both be written.
        """
        letters = {
            take(answered(website="x"), new_id=new_id, now=NOW + timedelta(hours=hours))
            .letters[0]
            .id
            for new_id, hours in ((ID, 0), (OTHER_ID, 5))
        }
        assert letters == {held_back_id(TODAY)}
        assert held_back_id(TODAY) != held_back_id(TODAY + timedelta(days=1))

    def test_a_bot_does_not_stand_in_a_persons_way(self) -> None:
        """
        A trapped application for an address is not what a person's own is compared with.
        """
        assert standing_id(Role.MENTEE, answered()) == "waiting#mentee#robin@example.org"
        assert standing_id(Role.MENTEE, answered(website="x")) == (
            "quarantined#mentee#robin@example.org"
        )

    def test_a_person_is_told_even_where_others_are_held_back(self) -> None:
        """
        That bots were announced today keeps nobody's letters.
        """
        assert len(take(answered(), announced=True).letters) == 2


class TestStandingId:
    def test_capitals_of_an_address_do_not_count(self) -> None:
        """
        An address is the same however its capitals are.
        """
        ids = {standing_id(Role.MENTEE, answered(email=e)) for e in ("Robin@x.org", "robin@X.ORG")}
        assert ids == {"waiting#mentee#robin@x.org"}

    def test_roles_stand_apart(self) -> None:
        """
        A fellow may be somebody's mentee and somebody's mentor.
        """
        address = "robin@example.org"
        assert standing_id(Role.MENTEE, answered(email=address)) != standing_id(
            Role.MENTOR, answered(Role.MENTOR, email=address)
        )
