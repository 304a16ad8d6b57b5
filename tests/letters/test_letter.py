"""A letter goes from new to sent or failed, is held by one sender, and is tried for two days."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from mentorship.letters.kinds import Kind
from mentorship.letters.letter import (
    LEASE,
    OWNERS,
    TRIES,
    WAITS,
    Addressee,
    Letter,
    State,
    Subject,
    Topic,
    letter_id,
    new_letter,
    to_coordinator,
)
from mentorship.letters.traits import Reader, Replies
from mentorship.mail.context import ATTACHMENTS, LOOK_UPS
from tests import made
from tests.every import every
from tests.made import ID, NOW

SECOND = timedelta(seconds=1)
ROBIN = made.application(address_version=2)
NEW = new_letter("receipt", about=ROBIN, now=NOW)


def written(kind: Kind) -> Letter:
    """Return a letter of a kind about Robin."""
    one = to_coordinator("5f") if kind.traits.reader is Reader.COORDINATOR else None
    return new_letter(kind, about=ROBIN, now=NOW, to=one)


def tried(times: int) -> Letter:
    """Return a letter that was taken up some times, and failed each time but the last."""
    letter, now = NEW, NOW
    for number in range(times):
        letter = letter.claim(now)
        if number < times - 1:
            letter = letter.failed("Throttling", now, again=True)
            now = letter.due or now
    return letter


class TestNew:
    def test_new_letter(self) -> None:
        """
        A new letter waits, holds no address and no words, and was tried by nobody.
        """
        assert (
            Letter(
                id=f"{ID}#receipt",
                kind="receipt",
                subject=Subject(topic=Topic.APPLICATION, id=ID),
                to=Addressee(role=Reader.APPLICANT, which=ID, address_version=2),
                created_at=NOW,
                due=NOW + LEASE,
                state=State.NEW,
                attempts=0,
            )
            == NEW
        )

    def test_sent_at_once_by_the_stream(self) -> None:
        """
        Whoever the stream wakes may send it at once; the sweeper finds it only some minutes later.
        """
        assert NEW.is_due(NOW)
        assert NEW.due is not None
        assert NEW.due > NOW

    def test_the_same_letter_has_the_same_id(self) -> None:
        """
        An id is made of what the letter is about, so that it cannot be written twice.
        """
        assert new_letter("receipt", about=ID, now=NOW + SECOND).id == NEW.id
        assert letter_id("receipt", of=ID) == NEW.id
        assert new_letter("held-back", about=ID, now=NOW, of="2026-10-06").id == (
            "2026-10-06#held-back"
        )

    @every("kind", Kind)
    def test_every_kind_says_what_it_is(self, kind: Kind) -> None:
        """
        A letter knows whom it is for, the handbook when it is written, and what is looked up for
        it is there to be looked up.
        """
        assert written(kind).reader is kind.traits.reader
        assert kind.traits.when.endswith(".")
        assert kind.traits.title
        assert kind.traits.looks_up in {"", *LOOK_UPS}
        assert kind.traits.attaches in {"", *ATTACHMENTS}

    def test_everything_that_is_looked_up_is_for_a_letter(self) -> None:
        """
        No function looks something up that no kind of letter asks for.
        """
        assert {kind.traits.looks_up for kind in Kind} == {"", *LOOK_UPS}
        assert {kind.traits.attaches for kind in Kind} == {"", *ATTACHMENTS}

    def test_a_letter_of_a_day(self) -> None:
        """
        What may be written again on another day has the day in its id, and only then a new one.
        """
        day = date(2026, 10, 6)
        letter = new_letter("confirm-change", about=ID, now=NOW, on=day)
        assert letter.id == f"{ID}#confirm-change#2026-10-06"
        assert new_letter("confirm-change", about=ID, now=NOW + SECOND, on=day).id == letter.id
        later = letter_id("confirm-change", of=ID, on=day + timedelta(days=1))
        assert later != letter.id

    def test_replies_reach_who_can_answer(self) -> None:
        """
        A coordinator's reply reaches the applicant whom the letter is about, or the contact.
        """
        to_applicant = {k for k in Kind if k.traits.replies is Replies.APPLICANT}
        assert to_applicant == {"new-application", "changed", "withdrawal"}
        assert all(Kind(name).traits.reader is Reader.COORDINATORS for name in to_applicant)


class TestReader:
    @every("kind", Kind)
    def test_is_data(self, kind: Kind) -> None:
        """
        A letter says who reads it: all coordinators, one, or an owner at one of their addresses.
        """
        to = written(kind).to
        assert to.role is kind.traits.reader
        assert to.which == {Reader.COORDINATORS: "", Reader.COORDINATOR: "5f"}.get(to.role, ID)
        assert to.address_version == {Reader.APPLICANT: 2, Reader.FORMER: 1}.get(to.role)
        assert written(kind).owner == (ID if to.role in OWNERS else "")

    def test_who_reads_it_need_not_be_the_subject(self) -> None:
        """
        A letter about one thing may be for somebody whom another one names.
        """
        other = replace(ROBIN, id="00000002abcdefghjkmn", address_version=3)
        to = Addressee(role=Reader.APPLICANT, which=other.id, address_version=3)
        letter = new_letter("receipt", about=ROBIN, to=to, now=NOW)
        assert (letter.about, letter.owner, letter.to.address_version) == (ID, other.id, 3)

    @pytest.mark.parametrize(
        ("kind", "to"),
        [
            ("receipt", None),
            ("test", None),
            ("receipt", to_coordinator("5f")),
            ("test", Addressee(role=Reader.APPLICANT, which=ID)),
        ],
    )
    def test_not_for_nobody_nor_for_anybody_else(self, kind: str, to: Addressee | None) -> None:
        """
        A letter that nobody reads, or somebody whom its kind is not for, is a bug.
        """
        with pytest.raises(ValueError, match=f"the kind {kind} is not for"):
            new_letter(kind, now=NOW, of="x", to=to)

    def test_for_one_address(self) -> None:
        """
        A letter is for the address that it was written for; an old one does not say for which.
        """
        moved = replace(ROBIN, address_version=3)
        assert NEW.is_for(ROBIN)
        assert not NEW.is_for(moved)
        assert new_letter("receipt", about=ID, now=NOW).is_for(ROBIN)
        # What has no link goes where its reader is by now.
        assert new_letter("introduction", about=ROBIN, now=NOW).is_for(moved)


class TestTakenUp:
    def test_held_by_one_sender(self) -> None:
        """
        While one sender holds a letter no other takes it up; a dead sender's is free again.
        """
        held = NEW.claim(NOW)
        assert (held.state, held.attempts, held.due) == (State.SENDING, 1, NOW + LEASE)
        assert not held.is_due(NOW)
        assert not held.is_due(NOW + LEASE - SECOND)
        assert held.is_due(NOW + LEASE)

    def test_lease_outlasts_every_function(self) -> None:
        """
        No function runs as long as it holds a letter: notify 60 and sweep 120 seconds.
        """
        assert timedelta(seconds=120) < LEASE


class TestSent:
    def test_sent_for_good(self) -> None:
        """
        A sent letter has the message's id, and is never taken up again.
        """
        sent = tried(2).sent("message-1", NOW + SECOND)
        assert (sent.state, sent.message_id, sent.sent_at) == (
            State.SENT,
            "message-1",
            NOW + SECOND,
        )
        assert sent.due is None
        assert sent.reason == ""
        assert sent.attempts == 2
        assert not sent.is_due(NOW + timedelta(days=999))


class TestFailed:
    @pytest.mark.parametrize("attempt", range(1, TRIES))
    def test_tried_again_after_a_while(self, attempt: int) -> None:
        """
        After each failed try but the last the letter waits, twice as long as before.
        """
        failed = tried(attempt).failed("Throttling", NOW, again=True)
        assert failed.state is State.FAILED
        assert failed.reason == "Throttling"
        assert failed.due == NOW + WAITS[attempt - 1]
        assert not failed.is_due(failed.due - SECOND)
        assert failed.is_due(failed.due)

    @pytest.mark.parametrize("attempt", [TRIES, TRIES + 1, TRIES + 50])
    def test_given_up_after_the_last_try(self, attempt: int) -> None:
        """
        Tries are finite, whatever was counted.
        """
        held = replace(NEW, state=State.SENDING, attempts=attempt)
        failed = held.failed("Throttling", NOW, again=True)
        assert failed.due is None
        assert not failed.is_due(NOW + timedelta(days=999))

    def test_not_tried_again_where_it_cannot_help(self) -> None:
        """
        What no later try can change is not tried again.
        """
        failed = tried(1).failed("BadRequestException", NOW, again=False)
        assert failed.state is State.FAILED
        assert failed.due is None

    def test_a_spent_daily_quota_is_outlasted(self) -> None:
        """
        A quota that counts over 24 hours is free again before the last try.
        """
        assert sum(WAITS, timedelta()) > timedelta(hours=36)
        assert list(WAITS) == sorted(WAITS)
        assert len(WAITS) == TRIES - 1


class TestHeldAndDropped:
    def test_nobody_sends_what_was_restored(self) -> None:
        """
        A letter that a backup brings back waits for a person's word, then for the sweeper.
        """
        for waiting in (NEW, tried(1), tried(1).failed("Throttling", NOW, again=True)):
            held = waiting.restored()
            assert (held.state, held.due) == (State.HELD, None)
            assert not held.is_due(NOW + timedelta(days=999))
            released = held.released(NOW)
            assert (released.state, released.due) == (State.NEW, NOW)
            assert released.attempts == waiting.attempts

    def test_what_is_done_with_is_restored_as_it_was(self) -> None:
        """
        A letter that was sent, came back, was dropped or given up is what it was.
        """
        held = tried(1)
        for done in (
            held.sent("message-1", NOW),
            held.sent("message-1", NOW).returned("bounced"),
            held.failed("BadRequestException", NOW, again=False),
            held.dropped(),
        ):
            assert done.restored() == done

    def test_dropped_and_returned_are_ends(self) -> None:
        """
        Nobody sends again what came back, or what is about something that is gone.
        """
        dropped = tried(1).dropped()
        returned = tried(1).returned("bounced")
        assert (dropped.state, dropped.due) == (State.DROPPED, None)
        assert (returned.state, returned.due, returned.reason) == (State.RETURNED, None, "bounced")
        for letter in (dropped, returned):
            assert not letter.is_due(NOW + timedelta(days=999))


@drawn(
    steps=st.lists(
        st.sampled_from(["sent", "again", "for good", "died"]), min_size=1, max_size=2 * TRIES
    )
)
def test_any_history_ends(steps: list[str]) -> None:
    """
    Whatever befalls a letter, it is tried a finite number of times and never after it was sent.
    """
    letter, now = NEW, NOW
    ended: datetime | None = None
    for step in steps:
        if not letter.is_due(now):
            ended = now
            break
        letter = letter.claim(now)
        if step == "sent":
            letter = letter.sent("message", now)
        elif step == "again":
            letter = letter.failed("Throttling", now, again=True)
        elif step == "for good":
            letter = letter.failed("BadRequestException", now, again=False)
        now = letter.due or now
    if letter.state is State.SENT or (ended and letter.state is State.FAILED):
        assert letter.due is None
    if "died" not in steps:
        assert letter.attempts <= TRIES
