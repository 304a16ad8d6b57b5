"""What an application knows of itself: its versions, its addresses, its time, its ids."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from infra.build import ROOT
from mentorship.applications.application import (
    Application,
    ApplicationChange,
    Version,
    reference_of,
)
from mentorship.applications.pointer import CurrentPointer, pointer_id
from mentorship.applications.status import Status
from mentorship.change import (
    Change,
    Counter,
    Mark,
    forgotten_mark_id,
    refused_mark_id,
    renewed_mark,
)
from mentorship.form.question import Role
from mentorship.letters.letter import new_letter
from tests import made
from tests.made import ID, NOW

LATER = NOW + timedelta(days=40)


class TestApplication:
    def test_name_and_address(self) -> None:
        """
        Emails find the name and the address that were given.
        """
        application = made.application(answers={"full_name": "Zoë", "email": "R+x@example.org"})
        assert (application.name, application.address) == ("Zoë", "R+x@example.org")

    @pytest.mark.parametrize("status", Status)
    def test_worked_on_while_it_waits(self, status: Status) -> None:
        """
        Of all that is stored, the program works on what waits for a match, or will again.
        """
        open_ones = (Status.WAITING, Status.PAUSED, Status.INVITED, Status.MATCHED)
        assert made.application(status=status).is_open is (status in open_ones)

    def test_a_change_is_stored_after_what_it_changes(self) -> None:
        """
        Whatever differs, the count of what was stored goes up by one.
        """
        application = made.application(revision=4)
        changed = application.with_changes(confirmed_at=NOW)
        assert (changed.revision, changed.confirmed_at) == (5, NOW)
        assert application.with_changes().with_changes().revision == 6

    def test_its_answers_as_a_version(self) -> None:
        """
        A version is the answers with what they answered, and when they were given.
        """
        application = made.application(form_version=3, consent_version=2)
        version = application.version
        assert version == Version(
            answers=application.answers, form_version=3, consent_version=2, given_at=NOW
        )
        assert application.with_changes(changed_at=LATER).version.given_at == LATER

    def test_every_address_that_it_has_had(self) -> None:
        """
        Its addresses are those of all its versions, whatever their capitals.
        """
        before = made.application(answers={"email": "Old@example.org"})
        application = made.application(
            answers={"wsrs_email": "robin@hospital.example"}, versions=(before.version,)
        )
        assert application.contact_keys() == {"old@example.org", "robin@example.org"}
        # What is settled has nothing left that could be of somebody.
        assert made.application().without_answers(Status.DISCARDED, LATER).contact_keys() == set()

    def test_same_address(self) -> None:
        """
        Capitals do not make another address.
        """
        shouted = made.application(answers={"email": "ROBIN@example.org"})
        assert made.application().same_address(shouted)
        assert not made.application().same_address(made.application(answers={"email": "a@b.co"}))

    def test_settled(self) -> None:
        """
        What its owner has answered says nothing any more, but for its reference and its times.
        """
        pending_changes = made.application(status=Status.UNCONFIRMED, parent="0" * 20)
        settled = pending_changes.without_answers(Status.MERGED, LATER)
        assert settled == pending_changes.with_changes(
            status=Status.MERGED, answers={}, changed_at=LATER
        )

    def test_goes_with_what_it_is_beside(self) -> None:
        """
        What waits beside an application does not outlive it.
        """
        beside = made.application(status=Status.UNCONFIRMED)
        assert beside.expires_at is not None
        assert replace(beside, ends_at=LATER).expires_at == LATER
        later = beside.expires_at + timedelta(days=1)
        assert replace(beside, ends_at=later).expires_at == beside.expires_at

    @pytest.mark.parametrize(
        ("now", "months", "gone"),
        [
            (datetime(2027, 2, 28, 12, tzinfo=UTC), 12, datetime(2028, 2, 28, 12, tzinfo=UTC)),
            (datetime(2028, 2, 29, 12, tzinfo=UTC), 12, datetime(2029, 2, 28, 12, tzinfo=UTC)),
            (datetime(2027, 8, 31, 12, tzinfo=UTC), 6, datetime(2028, 2, 29, 12, tzinfo=UTC)),
            (datetime(2026, 12, 31, 9, tzinfo=UTC), 1, datetime(2027, 1, 31, 9, tzinfo=UTC)),
        ],
    )  # fmt: skip
    def test_kept_for_months_of_the_calendar(
        self, now: datetime, months: int, gone: datetime
    ) -> None:
        """
        The period is counted in months, also over a leap day and from the end of a long month.
        """
        kept = made.application(received_at=now, keep_months=months)
        assert kept.kept_until == gone
        # Whoever withdraws has the period counted from then.
        withdrawn = made.application(
            status=Status.WITHDRAWN, received_at=NOW, withdrawn_at=now, keep_months=months
        )
        assert withdrawn.expires_at == gone


class TestIds:
    def test_capitals_of_an_address_do_not_count(self) -> None:
        """
        An address is the same however its capitals are.
        """
        ids = {pointer_id(Role.MENTEE, address) for address in ("Robin@x.org", "robin@X.ORG")}
        assert ids == {"waiting#mentee#robin@x.org"}

    def test_roles_and_what_is_held_back_stand_apart(self) -> None:
        """
        A fellow may be mentee and mentor, and a bot's application stands for itself.
        """
        ids = {pointer_id(role, "a@b.co", held=held) for role in Role for held in (True, False)}
        assert ids == {
            "waiting#mentee#a@b.co",
            "waiting#mentor#a@b.co",
            "quarantined#mentee#a@b.co",
            "quarantined#mentor#a@b.co",
        }

    def test_reference_is_the_beginning_of_the_id(self) -> None:
        """
        What people call it on the telephone is short and in capitals.
        """
        assert reference_of("1a2bzzyx00000000000x") == "1A2B-ZZYX"

    def test_marks_differ(self) -> None:
        """
        That an address refuses mail and that it was forgotten are two marks.
        """
        assert refused_mark_id("5f") != forgotten_mark_id("5f")


class TestCounted:
    def test_tally(self) -> None:
        """
        What was counted is what was stored, so that of two who count at once one counts again.
        """
        counter = Counter(id="client#5f#2026-10-06", expires_at=NOW)
        assert (counter.count, counter.revision) == (0, 0)
        assert (counter.plus_one().count, counter.plus_one().revision) == (1, 1)

    def test_mark_takes_the_place_of_the_one_before(self) -> None:
        """
        A mark that is there already is written over, and counted.
        """
        first = renewed_mark("daily", now=NOW, expires_at=LATER, before=None)
        assert first == Mark(id="daily", at=NOW, expires_at=LATER, revision=1)
        assert renewed_mark("daily", now=LATER, expires_at=LATER, before=first) == Mark(
            id="daily", at=LATER, expires_at=LATER, revision=2
        )


def test_nothing_is_a_change_without_writes() -> None:
    """
    A change that only tells which application it is stores, deletes and mails nothing.
    """
    application: Application = made.application()
    pointer = CurrentPointer(id="x", application=ID, expires_at=NOW)
    letter = new_letter("receipt", about=ID, now=NOW)
    assert ApplicationChange(application=application).nothing
    assert not Change(puts=(application,)).nothing
    assert not Change(deletes=(pointer,)).nothing
    assert not Change(letters=(letter,)).nothing


class TestStatus:
    def test_each_says_of_itself_what_it_is(self) -> None:
        """
        A status has words for coordinators and for its owner; a new one cannot be left without.
        """
        for status in Status:
            traits = status.traits
            assert "" not in (traits.words, traits.owner_title), status
            assert traits.owner_words.endswith("."), status
            assert set(re.findall(r"\{(.*?)\}", traits.owner_words)) <= {"apply again", "contact"}

    def test_none_without_traits(self) -> None:
        """
        A status that says nothing of itself is a mistake that shows at once.
        """
        with pytest.raises(TypeError, match="has no traits"):
            Status.__new_member__(Status, "new")
        with pytest.raises(ValueError, match="is not a valid Status"):
            Status("new")

    def test_what_follows_from_what(self) -> None:
        """
        What may be matched is open; what is open was announced, is listed, and is found by a name,
        as is what is on hold.
        """
        for status in Status:
            traits = status.traits
            assert traits.is_open >= (traits.may_be_matched or traits.is_paused)
            assert traits.is_listed >= (traits.is_open or traits.is_held)
            assert traits.is_announced >= traits.is_open
            assert traits.found_by_name == (traits.is_announced or traits.is_held)

    def test_templates_ask_what_is_true_of_a_status(self) -> None:
        """
        No template compares a status with its name: it would miss the next status.
        """
        names = "|".join(status.value for status in Status)
        for path in sorted((ROOT / "templates").rglob("*.*")):
            text = path.read_text(encoding="utf-8")
            assert not re.search(rf"""(==|!=|in \(|is) *\(?["']({names})["']""", text), path
