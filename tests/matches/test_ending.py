"""How a match closes: who is told, whose place is free, and when what is kept of it ends."""

from dataclasses import replace

import pytest
from dateutil.relativedelta import relativedelta

from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.matches.ending import MAX_PAST
from mentorship.matches.match import MatchState, Reason, Reply
from mentorship.matches.problems import ProposalClosed
from tests.crowd import NO, YES, Crowd, accepted, days, done, told
from tests.made import NOW, TODAY

MENTOR, MENTEE = Role.MENTOR, Role.MENTEE


@pytest.fixture
def match(crowd: Crowd) -> str:
    """A match that was proposed."""
    done(crowd.proposes(crowd.arrives(MENTOR), crowd.arrives(MENTEE)))
    return crowd.matches[-1]


@pytest.fixture
def running(crowd: Crowd, match: str) -> str:
    """A match of two who were introduced ten days after the mentee applied."""
    accepted(crowd, match)
    crowd.clock.forward(days=10)
    done(crowd.answers(match, MENTEE, YES))
    return match


class TestTakeBack:
    def test_before_the_mentee_is_asked(self, crowd: Crowd, match: str) -> None:
        """
        The mentor, who was asked, is told; the mentee never hears of it; nor does the proposer.
        """
        before = len(crowd.letters())
        done(crowd.takes_back(match))
        stored = crowd.match(match)
        assert (stored.state, stored.closed_because) == (MatchState.TAKEN_BACK, Reason.COORDINATOR)
        assert stored.closed_by is None
        assert told(crowd, before) == {(Kind.NOT_GOING_AHEAD, MENTOR)}
        assert crowd.pairing(match).pair.no_from == ()

    def test_after_the_mentor_said_yes(self, crowd: Crowd, match: str) -> None:
        """
        Both are told.
        """
        before = accepted(crowd, match)
        done(crowd.takes_back(match))
        assert told(crowd, before) == {
            (Kind.NOT_GOING_AHEAD, MENTOR),
            (Kind.NOT_GOING_AHEAD, MENTEE),
        }

    def test_pressed_twice(self, crowd: Crowd, match: str) -> None:
        """
        It is taken back once.
        """
        done(crowd.takes_back(match))
        stored, letters = crowd.match(match), len(crowd.letters())
        done(crowd.takes_back(match))
        assert (crowd.match(match), len(crowd.letters())) == (stored, letters)

    def test_too_late(self, crowd: Crowd, match: str, running: str) -> None:
        """
        A match that runs is not taken back, and one that was declined stays declined.
        """
        with pytest.raises(ProposalClosed):
            done(crowd.takes_back(running))
        mentee = crowd.arrives(MENTEE)
        done(crowd.proposes(crowd.ids[0], mentee))
        done(crowd.answers(crowd.matches[-1], MENTOR, NO))
        with pytest.raises(ProposalClosed):
            done(crowd.takes_back(crowd.matches[-1]))


class TestEnd:
    def test_the_mentee_is_released(self, crowd: Crowd, running: str) -> None:
        """
        Both are told, the mentee's application closes, and their time begins on that day.
        """
        crowd.clock.forward(days=100)
        before = len(crowd.letters())
        done(crowd.ends(running))
        stored = crowd.match(running)
        assert (stored.state, stored.closed_at) == (MatchState.RELEASED, crowd.clock())
        mentor, mentee = map(crowd.application, crowd.ids)
        assert (mentor.status, mentee.status) == (Status.WAITING, Status.RELEASED)
        assert mentor.match_ended_at == mentee.match_ended_at == crowd.clock()
        assert mentee.kept_until == crowd.clock() + relativedelta(months=12)
        assert told(crowd, before) == {(Kind.MATCH_ENDED, MENTOR), (Kind.MATCH_ENDED, MENTEE)}
        assert [e.facts for e in crowd.letters()[before:]] == [{}, {}]
        assert crowd.pairing(running).pair.matched_at == NOW + days(10)

    def test_back_on_the_list(self, crowd: Crowd, running: str) -> None:
        """
        A mentee who waits again has the waiting time that they had, and reads so; only they do.
        """
        crowd.clock.forward(days=100)
        before = len(crowd.letters())
        done(crowd.ends(running, mentee_waits=True))
        mentee = crowd.application(crowd.ids[1])
        assert mentee.status is Status.WAITING
        assert crowd.clock() - mentee.waiting_since == days(10)
        back = {crowd.roles[each.owner]: each.facts for each in crowd.letters()[before:]}
        assert back == {MENTOR: {}, MENTEE: {"back": 1}}

    @pytest.mark.parametrize(("began", "waited"), [(60, 40), (100, 0), (300, 0)])
    def test_back_on_the_list_after_a_match_that_was_entered(
        self, crowd: Crowd, began: int, waited: int
    ) -> None:
        """
        A match counts from the day on which it began, not from when it was entered.
        """
        mentor, mentee = crowd.arrives(MENTOR), crowd.arrives(MENTEE)
        crowd.clock.forward(days=100)
        done(crowd.enters(mentor, mentee, crowd.today - days(began)))
        crowd.clock.forward(days=7)
        done(crowd.ends(crowd.matches[-1], mentee_waits=True))
        assert crowd.clock() - crowd.application(mentee).waiting_since == days(waited)

    def test_the_mentor_has_left(self, crowd: Crowd, running: str) -> None:
        """
        If the mentor leaves, the mentee is back on the list, and is told so; the mentor is not.
        """
        before = len(crowd.letters())
        done(crowd.withdraws(crowd.ids[0]))
        mentee = crowd.application(crowd.ids[1])
        assert (mentee.status, mentee.open_matches) == (Status.WAITING, ())
        stored = crowd.match(running)
        assert (stored.state, stored.closed_by) == (MatchState.RELEASED, MENTOR)
        assert told(crowd, before) == {
            (Kind.MATCH_ENDED, MENTEE),
            (Kind.MATCH_CLOSED, "coordinator"),
        }

    def test_the_mentee_has_left(self, crowd: Crowd, running: str) -> None:
        """
        If the mentee leaves, they have withdrawn, and the mentor's place is free.
        """
        before = len(crowd.letters())
        done(crowd.withdraws(crowd.ids[1]))
        mentor, mentee = map(crowd.application, crowd.ids)
        assert (mentor.status, mentor.open_matches) == (Status.WAITING, ())
        assert (mentee.status, mentee.open_matches) == (Status.WITHDRAWN, ())
        assert told(crowd, before) == {
            (Kind.MATCH_ENDED, MENTOR),
            (Kind.MATCH_CLOSED, "coordinator"),
        }

    def test_twice_or_too_early(self, crowd: Crowd, match: str) -> None:
        """
        What does not run yet is taken back instead, and what has ended has ended.
        """
        with pytest.raises(ProposalClosed):
            done(crowd.ends(match))
        accepted(crowd, match)
        done(crowd.answers(match, MENTEE, YES))
        done(crowd.ends(match))
        stored = crowd.match(match)
        done(crowd.ends(match, mentee_waits=True))
        assert crowd.match(match) == stored
        assert crowd.application(crowd.ids[1]).status is Status.RELEASED


class TestKept:
    def test_the_last_matches_only(self, crowd: Crowd) -> None:
        """
        An application names its last matches that are over, the latest last.
        """
        mentor, mentee = crowd.arrives(MENTOR), crowd.arrives(MENTEE)
        for _ in range(MAX_PAST + 3):
            done(crowd.proposes(mentor, mentee))
            done(crowd.takes_back(crowd.matches[-1]))
        assert crowd.application(mentor).past_matches == tuple(crowd.matches[3:])

    def test_as_long_as_the_shorter_agreement(self, crowd: Crowd) -> None:
        """
        A match is kept for as long as both agreed to by the day on which it closed, from that day.
        """
        mentor = crowd.arrives(MENTOR, keep_months=18)
        done(crowd.proposes(mentor, crowd.arrives(MENTEE, keep_months=6)))
        match = crowd.matches[-1]
        assert crowd.match(match).expires_at is None
        crowd.clock.forward(days=3)
        shorter = replace(crowd.application(mentor), keep_months=3, revision=3)
        crowd.services.store.commit(Change(puts=(shorter,)))
        done(crowd.takes_back(match))
        assert crowd.match(match).expires_at == crowd.clock() + relativedelta(months=3)

    def test_whoever_was_warned_has_time_to_answer(self, crowd: Crowd, match: str) -> None:
        """
        Whoever was warned before a proposal, and whose time came during it, has three weeks more.
        """
        done(crowd.takes_back(match))
        mentor, mentee = crowd.ids
        crowd.clock.time = NOW + relativedelta(months=12) - days(28)
        done(crowd.is_warned(mentee))
        assert crowd.application(mentee).expires_at == NOW + relativedelta(months=12)
        crowd.clock.forward(days=20)
        done(crowd.proposes(mentor, mentee))
        crowd.clock.forward(days=12)
        done(crowd.takes_back(crowd.matches[-1]))
        application = crowd.application(mentee)
        assert application.is_leaving
        assert application.expires_at == crowd.clock() + days(21)
        assert crowd.pointer_of(application).expires_at >= crowd.clock() + days(21)
        # The mentor was not warned, and will be before anything is deleted.
        assert crowd.application(mentor).expires_at is None

    def test_an_application_that_is_gone(self, crowd: Crowd, running: str) -> None:
        """
        A match one of whose sides is gone ends for the other.
        """
        del crowd.services.store.items[crowd.ids[0]]  # type: ignore[attr-defined]
        before = len(crowd.letters())
        done(crowd.ends(running))
        assert crowd.application(crowd.ids[1]).status is Status.RELEASED
        assert told(crowd, before) == {(Kind.MATCH_ENDED, MENTEE)}


def test_a_mentor_in_two_matches(crowd: Crowd) -> None:
    """
    One ends and the other goes on: the mentor keeps it, and is not kept for a shorter time.
    """
    mentor = crowd.arrives(MENTOR)
    for _ in range(2):
        done(crowd.enters(mentor, crowd.arrives(MENTEE), TODAY))
    done(crowd.ends(crowd.matches[0]))
    application = crowd.application(mentor)
    assert application.open_matches == (crowd.matches[1],)
    assert application.kept_until is None
    assert crowd.application(crowd.ids[2]).status is Status.MATCHED


def test_a_mentee_whose_status_is_another_by_then(crowd: Crowd, running: str) -> None:
    """
    Ending a match leaves the status of a mentee alone who is not matched any more.
    """
    mentee = crowd.application(crowd.ids[1])
    other = replace(mentee, status=Status.WITHDRAWN, revision=mentee.revision + 1)
    crowd.services.store.commit(Change(puts=(other,)))
    done(crowd.ends(running, mentee_waits=True))
    assert crowd.application(crowd.ids[1]).status is Status.WITHDRAWN
    assert crowd.match(running).mentor.reply is Reply.YES
