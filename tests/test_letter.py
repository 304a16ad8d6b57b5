"""A letter goes from new to sent or failed, is held by one sender, and is tried for two days."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from mentorship.letter import (
    KINDS,
    LEASE,
    TRIES,
    WAITS,
    Letter,
    Reader,
    State,
    letter_id,
    new_letter,
)
from tests.made import ID, NOW

SECOND = timedelta(seconds=1)
NEW = new_letter("receipt", about=ID, now=NOW)


def tried(times: int) -> Letter:
    """Return a letter that was taken up some times, and failed each time but the last."""
    letter, now = NEW, NOW
    for number in range(times):
        letter = letter.taken_up(now)
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
                about=ID,
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
        assert NEW.waits_at(NOW)
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

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_has_a_reader(self, kind: str) -> None:
        """
        A letter knows whom it is for, and the handbook when it is written.
        """
        assert KINDS[kind].name == kind
        assert new_letter(kind, about=ID, now=NOW).reader is KINDS[kind].reader
        assert KINDS[kind].when.endswith(".")

    def test_only_the_receipt_goes_to_an_applicant(self) -> None:
        """
        A stranger who gives another's address can cause one kind of letter to it.
        """
        to_applicants = [k.name for k in KINDS.values() if k.reader is Reader.APPLICANT]
        assert to_applicants == ["receipt"]


class TestTakenUp:
    def test_held_by_one_sender(self) -> None:
        """
        While one sender holds a letter no other takes it up; a dead sender's is free again.
        """
        held = NEW.taken_up(NOW)
        assert (held.state, held.attempts, held.due) == (State.SENDING, 1, NOW + LEASE)
        assert not held.waits_at(NOW)
        assert not held.waits_at(NOW + LEASE - SECOND)
        assert held.waits_at(NOW + LEASE)

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
        assert not sent.waits_at(NOW + timedelta(days=999))


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
        assert not failed.waits_at(failed.due - SECOND)
        assert failed.waits_at(failed.due)

    @pytest.mark.parametrize("attempt", [TRIES, TRIES + 1, TRIES + 50])
    def test_given_up_after_the_last_try(self, attempt: int) -> None:
        """
        Tries are finite, whatever was counted.
        """
        failed = Letter(
            id="x", kind="receipt", about=ID, created_at=NOW, due=NOW,
            state=State.SENDING, attempts=attempt,
        ).failed("Throttling", NOW, again=True)  # fmt: skip
        assert failed.due is None
        assert not failed.waits_at(NOW + timedelta(days=999))

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
        if not letter.waits_at(now):
            ended = now
            break
        letter = letter.taken_up(now)
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
