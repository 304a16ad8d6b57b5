"""What the two of a proposed match answer, and what comes of it."""

from datetime import timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from mentorship.applications.status import Status
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter
from mentorship.matches.answering import Said
from mentorship.matches.match import MatchState, Reason, Reply
from mentorship.matches.problems import ProposalClosed
from mentorship.problems import BadRequest
from tests.clock import Clock
from tests.crowd import (
    COORDINATOR,
    NO,
    YES,
    Crowd,
    accepted,
    days,
    done,
    in_memory,
    told,
)
from tests.made import NOW, TODAY

NOT_NOW = Said(reply=Reply.NOT_NOW, months=3)
BY_PHONE = Said(reply=Reply.YES, how="By phone.", by=COORDINATOR)
MENTOR, MENTEE = Role.MENTOR, Role.MENTEE


@pytest.fixture
def match(crowd: Crowd) -> str:
    """A match that was proposed to a mentor with two places."""
    done(crowd.proposes(crowd.arrives(MENTOR), crowd.arrives(MENTEE)))
    return crowd.matches[-1]


def reminders(crowd: Crowd) -> list[Letter]:
    """Return the reminders so far."""
    return [each for each in crowd.letters() if each.kind is Kind.PROPOSAL_REMINDER]


class TestYes:
    def test_the_mentee_is_asked_next(self, crowd: Crowd, match: str) -> None:
        """
        After the mentor's yes the mentee has two weeks from that day, and nobody else is told.
        """
        crowd.clock.forward(days=5)
        done(crowd.answers(match, MENTOR, YES))
        stored = crowd.match(match)
        assert (stored.state, stored.awaits) == (MatchState.ACCEPTED, MENTEE)
        assert (stored.mentor.reply, stored.mentor.replied_at) == (Reply.YES, crowd.clock())
        assert stored.mentee.wait_until == TODAY + days(19)
        assert stored.state_since == crowd.clock()
        assert told(crowd) == {(Kind.PROPOSAL, MENTOR), (Kind.PROPOSAL, MENTEE)}

    def test_both_are_introduced(self, crowd: Crowd, match: str) -> None:
        """
        After both yeses both are introduced, the proposer has a copy, and the mentee is matched.
        """
        before = accepted(crowd, match)
        crowd.clock.forward(days=1)
        done(crowd.answers(match, MENTEE, YES))
        stored = crowd.match(match)
        assert (stored.state, stored.awaits, stored.due_on) == (MatchState.RUNNING, None, None)
        assert (stored.introduced_at, stored.starts_on) == (crowd.clock(), TODAY + days(1))
        assert stored.ends_on is not None
        assert stored.expires_at is None
        assert told(crowd, before) == {
            (Kind.INTRODUCTION, MENTOR),
            (Kind.INTRODUCTION, MENTEE),
            (Kind.INTRODUCED, "coordinator"),
        }
        mentor, mentee = (crowd.application(each) for each in crowd.ids)
        assert (mentor.status, mentee.status) == (Status.WAITING, Status.MATCHED)
        assert mentor.open_matches == mentee.open_matches == (match,)
        assert crowd.pairing(match).pair.matched_at == crowd.clock()

    def test_pressed_twice(self, crowd: Crowd, match: str) -> None:
        """
        The same answer again changes nothing and mails nothing, before and after the introduction.
        """
        for role in (MENTOR, MENTEE):
            done(crowd.answers(match, role, YES))
            stored, letters = crowd.match(match), len(crowd.letters())
            done(crowd.answers(match, role, YES))
            assert (crowd.match(match), len(crowd.letters())) == (stored, letters)

    def test_by_the_link_confirms_the_address(self, crowd: Crowd, match: str) -> None:
        """
        The link was mailed to the address; a telephone call proves nothing about it.
        """
        done(crowd.answers(match, MENTOR, BY_PHONE))
        assert crowd.application(crowd.ids[0]).confirmed_at is None
        mentor = crowd.match(match).mentor
        assert (mentor.how, mentor.recorded_by) == (BY_PHONE.how, COORDINATOR)
        done(crowd.answers(match, MENTEE, YES))
        assert crowd.application(crowd.ids[1]).confirmed_at == NOW

    def test_excluded_meanwhile(self, crowd: Crowd, match: str) -> None:
        """
        A yes to what something has excluded since closes it: who was asked and the proposer hear.
        """
        before = accepted(crowd, match)
        done(crowd.keeps_apart(*crowd.ids))
        done(crowd.answers(match, MENTEE, YES))
        stored = crowd.match(match)
        assert (stored.state, stored.closed_because) == (MatchState.TAKEN_BACK, Reason.EXCLUDED)
        assert told(crowd, before) == {
            (Kind.NOT_GOING_AHEAD, MENTOR),
            (Kind.NOT_GOING_AHEAD, MENTEE),
            (Kind.MATCH_CLOSED, "coordinator"),
        }

    def test_of_one_who_was_not_asked(self, crowd: Crowd, match: str) -> None:
        """
        A mentee who was not asked yet has nothing to answer, whatever a link says.
        """
        for said in (YES, NO, NOT_NOW):
            with pytest.raises(ProposalClosed):
                done(crowd.answers(match, MENTEE, said))
        with pytest.raises(ProposalClosed):
            done(crowd.says_mistake(match, MENTEE))
        assert crowd.match(match).revision == 1

    def test_to_one_who_is_gone(self, crowd: Crowd, match: str) -> None:
        """
        Where the other was deleted meanwhile, the match closes; where they themselves were, too.
        """
        memory = crowd.services.store
        del memory.items[crowd.ids[1]]  # type: ignore[attr-defined]
        done(crowd.answers(match, MENTOR, YES))
        stored = crowd.match(match)
        assert (stored.closed_because, stored.closed_by) == (Reason.FORGOTTEN, MENTEE)
        assert (Kind.NOT_GOING_AHEAD, MENTOR) in told(crowd)
        assert crowd.application(crowd.ids[0]).open_matches == ()
        with pytest.raises(ProposalClosed):
            done(crowd.answers(match, MENTEE, YES))


class TestNo:
    def test_of_the_mentor(self, crowd: Crowd, match: str) -> None:
        """
        The mentee, who was not asked, hears nothing; both are free, and the no lies between them.
        """
        before = len(crowd.letters())
        done(crowd.answers(match, MENTOR, NO))
        stored = crowd.match(match)
        assert (stored.state, stored.closed_because) == (MatchState.DECLINED, Reason.NO)
        assert stored.closed_by is MENTOR
        assert stored.expires_at is not None
        assert told(crowd, before) == {(Kind.MATCH_CLOSED, "coordinator")}
        for each in map(crowd.application, crowd.ids):
            assert (each.open_matches, each.past_matches) == ((), (match,))
            assert each.status is Status.WAITING
            assert each.match_ended_at is None
        pairing = crowd.pairing(match)
        assert pairing.pair.no_from == (pairing.hashes[MENTOR],)

    def test_of_the_mentee(self, crowd: Crowd, match: str) -> None:
        """
        The mentor, who was asked, hears that it does not go ahead, without a reason.
        """
        before = accepted(crowd, match)
        done(crowd.answers(match, MENTEE, NO))
        assert told(crowd, before) == {
            (Kind.NOT_GOING_AHEAD, MENTOR),
            (Kind.MATCH_CLOSED, "coordinator"),
        }
        (letter,) = [e for e in crowd.letters() if e.kind is Kind.NOT_GOING_AHEAD]
        assert letter.facts == {}

    def test_a_yes_becomes_a_no(self, crowd: Crowd, match: str) -> None:
        """
        The mentor may change their mind until the introduction, and the mentee hears.
        """
        before = accepted(crowd, match)
        done(crowd.answers(match, MENTOR, NO))
        assert crowd.match(match).state is MatchState.DECLINED
        assert (Kind.NOT_GOING_AHEAD, MENTEE) in told(crowd, before)

    @pytest.mark.parametrize("said", [NO, NOT_NOW])
    def test_after_the_introduction(self, crowd: Crowd, match: str, said: Said) -> None:
        """
        Once both are introduced, a match is ended by coordinators and not by an answer.
        """
        accepted(crowd, match)
        done(crowd.answers(match, MENTEE, YES))
        with pytest.raises(ProposalClosed):
            done(crowd.answers(match, MENTOR, said))

    def test_a_mistake(self, crowd: Crowd, match: str) -> None:
        """
        That a no was a mistake is told to coordinators, once, and changes nothing else.
        """
        with pytest.raises(ProposalClosed):
            done(crowd.says_mistake(match, MENTOR))
        done(crowd.answers(match, MENTOR, NO))
        before = len(crowd.letters())
        done(crowd.says_mistake(match, MENTOR))
        done(crowd.says_mistake(match, MENTOR))
        assert told(crowd, before) == {(Kind.MISTAKE, "coordinators")}
        assert len(crowd.letters()) == before + 1
        assert crowd.match(match).state is MatchState.DECLINED
        assert crowd.pairing(match).pair.is_declined


class TestNotNow:
    def test_pauses_and_marks_nothing(self, crowd: Crowd, match: str) -> None:
        """
        They are paused until that day, the match is taken back, and nothing lies between the two.
        """
        done(crowd.answers(match, MENTOR, NOT_NOW))
        stored = crowd.match(match)
        assert (stored.state, stored.closed_because) == (MatchState.TAKEN_BACK, Reason.NOT_NOW)
        mentor = crowd.application(crowd.ids[0])
        assert (mentor.status, f"{mentor.resume_on}") == (Status.PAUSED, "2027-01-06")
        pair = crowd.pairing(match).pair
        assert (pair.no_from, pair.lapsed_at, pair.proposed_at) == ((), None, NOW)

    def test_other_proposals_are_taken_back(self, crowd: Crowd, match: str) -> None:
        """
        A mentor's other proposals are taken back in the same transaction; a match that runs is not.
        """
        mentor = crowd.ids[0]
        done(crowd.corrects(mentor, capacity="3"))
        others = [crowd.arrives(MENTEE), crowd.arrives(MENTEE)]
        done(crowd.proposes(mentor, others[0]))
        done(crowd.answers(crowd.matches[-1], MENTOR, YES))
        done(crowd.enters(mentor, others[1], TODAY))
        before = len(crowd.letters())
        done(crowd.answers(match, MENTOR, NOT_NOW))
        states = [crowd.match(each).state for each in crowd.matches]
        assert states == [MatchState.TAKEN_BACK, MatchState.TAKEN_BACK, MatchState.RUNNING]
        assert crowd.application(mentor).open_matches == (crowd.matches[2],)
        assert crowd.application(others[0]).open_matches == ()
        assert crowd.match(crowd.matches[1]).closed_because is Reason.PAUSED
        assert told(crowd, before) == {
            (Kind.NOT_GOING_AHEAD, MENTEE),
            (Kind.MATCH_CLOSED, "coordinator"),
        }
        # Only the one who was asked is told, but the proposer of each.
        assert len(crowd.letters()) == before + 3

    @pytest.mark.parametrize("months", [0, 2, 12, -1])
    def test_a_time_that_is_not_offered(self, crowd: Crowd, match: str, months: int) -> None:
        """
        Only one, three or six months are offered.
        """
        with pytest.raises(BadRequest):
            done(crowd.answers(match, MENTOR, Said(reply=Reply.NOT_NOW, months=months)))
        assert crowd.match(match).awaits is MENTOR


class TestSaidAgain:
    def test_a_link_proves_the_address(self, crowd: Crowd) -> None:
        """
        A yes by phone proves no address; the same yes by the link does, and changes nothing else.
        """
        mentor = crowd.arrives(MENTOR, confirmed_at=None)
        done(crowd.proposes(mentor, crowd.arrives(MENTEE)))
        match = crowd.matches[-1]
        done(crowd.answers(match, MENTOR, BY_PHONE))
        assert crowd.application(mentor).confirmed_at is None
        before, letters = crowd.match(match), len(crowd.letters())
        done(crowd.answers(match, MENTOR, YES))
        assert crowd.application(mentor).confirmed_at == crowd.clock()
        assert crowd.match(match).parties == before.parties
        assert len(crowd.letters()) == letters


class TestTooLate:
    @pytest.mark.parametrize("said", [YES, BY_PHONE])
    def test_a_yes_is_told_to_the_proposer(self, crowd: Crowd, match: str, said: Said) -> None:
        """
        A yes to a match that is over is told to the proposer, once, and nothing else changes.
        """
        done(crowd.takes_back(match))
        before, applications = len(crowd.letters()), [*map(crowd.application, crowd.ids)]
        done(crowd.answers(match, MENTOR, said))
        done(crowd.answers(match, MENTOR, said))
        stored = crowd.match(match)
        assert (stored.state, stored.mentor.late_yes_at) == (MatchState.TAKEN_BACK, NOW)
        assert [e.kind for e in crowd.letters()[before:]] == [Kind.LATE_ANSWER]
        assert (stored.mentor.how, stored.mentor.recorded_by) == (said.how, said.by)
        assert [*map(crowd.application, crowd.ids)] == applications

    @pytest.mark.parametrize("said", [NO, NOT_NOW])
    def test_anything_else_is_refused(self, crowd: Crowd, match: str, said: Said) -> None:
        """
        There is nothing left to decline.
        """
        done(crowd.takes_back(match))
        with pytest.raises(ProposalClosed):
            done(crowd.answers(match, MENTOR, said))


class TestDays:
    def test_reminded_after_a_week_and_over_after_two(self, crowd: Crowd, match: str) -> None:
        """
        The reminder comes on day 7, the last day is day 14, and on day 15 the match has lapsed.
        """
        seen = {}
        for day in range(17):
            letters, state = len(crowd.letters()), crowd.match(match).state
            if day in (7, 15):
                assert crowd.match(match).due_on == crowd.today
            done(crowd.is_due(match))
            after = crowd.match(match).state
            new = [each.kind for each in crowd.letters()[letters:]]
            if new or after is not state:
                seen[day] = (new, after)
            crowd.clock.forward(days=1)
        assert seen == {
            7: ([Kind.PROPOSAL_REMINDER], MatchState.PROPOSED),
            15: ([Kind.MATCH_CLOSED], MatchState.LAPSED),
        }
        stored = crowd.match(match)
        assert (stored.closed_because, stored.closed_by) == (Reason.LAPSED, MENTOR)
        assert crowd.application(crowd.ids[0]).unreached_at == stored.closed_at
        assert crowd.application(crowd.ids[1]).unreached_at is None
        assert crowd.pairing(match).pair.lapsed_at == stored.closed_at

    def test_a_mentee_who_does_not_answer(self, crowd: Crowd, match: str) -> None:
        """
        The mentor, who had said yes, is told that it does not go ahead.
        """
        before = accepted(crowd, match)
        crowd.clock.forward(days=7)
        done(crowd.is_due(match))
        crowd.clock.forward(days=8)
        done(crowd.is_due(match))
        assert crowd.match(match).state is MatchState.LAPSED
        assert told(crowd, before) == {
            (Kind.PROPOSAL_REMINDER, MENTEE),
            (Kind.NOT_GOING_AHEAD, MENTOR),
            (Kind.MATCH_CLOSED, "coordinator"),
        }

    @pytest.mark.parametrize("late", [8, 13, 14, 20, 400])
    def test_after_an_outage(self, crowd: Crowd, match: str, late: int) -> None:
        """
        However late the reminder comes, they have three days from then, or their two weeks.
        """
        crowd.clock.forward(days=late)
        done(crowd.is_due(match))
        assert crowd.match(match).mentor.wait_until == TODAY + days(max(14, late + 3))
        done(crowd.is_due(match))
        assert crowd.match(match).state is MatchState.PROPOSED

    def test_any_answer_says_that_they_are_reached(self, crowd: Crowd, match: str) -> None:
        """
        Whoever let a proposal lapse and answers the next one is reached.
        """
        for _ in range(2):
            crowd.clock.forward(days=16)
            done(crowd.is_due(match))
        mentor, mentee = crowd.ids
        assert crowd.application(mentor).unreached_at
        done(crowd.proposes(mentor, mentee))
        done(crowd.answers(crowd.matches[-1], MENTOR, NO))
        assert crowd.application(mentor).unreached_at is None

    def test_reminded_by_a_coordinator(self, crowd: Crowd, match: str) -> None:
        """
        Pressed twice on a day, one letter goes; the next day another; then none by itself.
        """
        crowd.clock.forward(days=2)
        for day in (1, 2):
            done(crowd.reminds(match))
            done(crowd.reminds(match))
            assert len(reminders(crowd)) == day
            crowd.clock.forward(days=1)
        crowd.clock.forward(days=5)
        done(crowd.is_due(match))
        assert len(reminders(crowd)) == 2
        done(crowd.takes_back(match))
        with pytest.raises(ProposalClosed):
            done(crowd.reminds(match))

    @drawn(
        hour=st.integers(0, 24 * 400),
        held_for=st.integers(0, 60),
        before=st.integers(0, 14),
    )
    def test_what_was_on_hold(self, hour: int, held_for: int, before: int) -> None:
        """
        Nothing happens while a match is on hold; released, they have as long as they would have,
        or two weeks if something fell due meanwhile.
        """
        crowd = Crowd(in_memory(Clock(NOW + timedelta(hours=hour))))
        done(crowd.proposes(crowd.arrives(MENTOR), crowd.arrives(MENTEE)))
        match, asked = crowd.matches[-1], crowd.today
        crowd.clock.forward(days=before)
        done(crowd.is_put_on_hold(match))
        crowd.clock.forward(days=held_for)
        assert crowd.match(match).due_on is None
        done(crowd.is_due(match))
        assert len(crowd.letters()) == 1
        done(crowd.releases(match))
        stored, passed = crowd.match(match), (crowd.today - asked).days
        assert not stored.on_hold
        assert stored.due_on is not None
        assert stored.due_on > crowd.today
        expected = asked + days(14) if passed < 7 else crowd.today + days(14)
        assert stored.mentor.wait_until == expected
        done(crowd.is_due(match))
        assert len(crowd.letters()) == 1
        done(crowd.releases(match))
        assert crowd.match(match) == stored
