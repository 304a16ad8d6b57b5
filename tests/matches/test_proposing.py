"""Two people are proposed to each other, and an existing pair is entered."""

from datetime import timedelta

import pytest

from mentorship.applications.status import Status
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.letters.traits import Reader
from mentorship.matches.match import MatchState
from mentorship.matches.problems import CannotBeMatched
from tests.crowd import COORDINATOR, Crowd, days, done, hashed
from tests.made import NOW, TODAY


@pytest.fixture
def two(crowd: Crowd) -> tuple[str, str]:
    """A mentor with two places, and a mentee."""
    return crowd.arrives(Role.MENTOR), crowd.arrives(Role.MENTEE)


class TestPropose:
    def test_the_mentor_is_asked_first(self, crowd: Crowd, two: tuple[str, str]) -> None:
        """
        Both name the match, the mentor has two weeks to answer, and only they have a letter.
        """
        done(crowd.proposes(*two, line="You both like hiking."))
        match = crowd.last_match()
        assert (match.state, match.awaits) == (MatchState.PROPOSED, Role.MENTOR)
        assert (match.proposed_by, match.line, match.revision) == (
            COORDINATOR,
            "You both like hiking.",
            1,
        )
        assert (match.mentor.asked_at, match.mentor.wait_until) == (NOW, TODAY + days(14))
        assert (match.mentee.asked_at, match.mentee.wait_until) == (None, None)
        for which in two:
            assert crowd.application(which).open_matches == (match.id,)
            assert crowd.application(which).status is Status.WAITING
        (letter,) = crowd.letters()
        assert (letter.kind, letter.owner) == (Kind.PROPOSAL, two[0])
        assert letter.subject
        assert letter.subject.id == match.id
        assert crowd.pairing(match.id).pair.proposed_at == NOW

    def test_nothing_of_both_expires_from_then_on(self, crowd: Crowd, two: tuple[str, str]) -> None:
        """
        Someone who was warned is not leaving any more, and their pointer has no end.
        """
        crowd.clock.forward(days=340)
        for each in two:
            done(crowd.is_warned(each))
            assert crowd.application(each).expires_at
        done(crowd.proposes(*two))
        for each in two:
            application = crowd.application(each)
            assert (application.expires_at, application.kept_until) == (None, None)
            assert crowd.pointer_of(application).unending == (each,)

    def test_by_phone_only(self, crowd: Crowd) -> None:
        """
        To a mentor without an email address no letter is written; the match waits for them.
        """
        mentor = crowd.arrives(Role.MENTOR, answers={"email": ""})
        done(crowd.proposes(mentor, crowd.arrives(Role.MENTEE)))
        assert crowd.last_match().awaits is Role.MENTOR
        assert crowd.letters() == []

    @pytest.mark.parametrize(
        ("before", "words"),
        [
            (lambda crowd, two: crowd.is_paused(two[0]), "Mentor 001 Example is not waiting"),
            (lambda crowd, two: crowd.is_paused(two[1]), "Mentee 002 Example is not waiting"),
            (lambda crowd, two: crowd.withdraws(two[1]), "is not waiting"),
            (lambda crowd, two: crowd.is_refused(two[0]), "is not waiting"),
            (lambda crowd, two: crowd.proposes(*two), "Mentee 002 Example has no free place"),
            (lambda crowd, two: crowd.keeps_apart(*two), "A coordinator keeps them apart"),
        ],
    )
    def test_whom_nobody_may_match(
        self, crowd: Crowd, two: tuple[str, str], before: object, words: str
    ) -> None:
        """
        Nothing is stored of two who do not wait, have no place, or are kept apart.
        """
        done(before(crowd, two))  # type: ignore[operator]
        stored = len(crowd.matches), len(crowd.letters())
        with pytest.raises(CannotBeMatched, match=words):
            done(crowd.proposes(*two))
        assert (len(crowd.matches), len(crowd.letters())) == stored

    def test_as_many_as_the_mentor_said(self, crowd: Crowd) -> None:
        """
        A mentor with two places is in two proposals, and in no third.
        """
        mentor = crowd.arrives(Role.MENTOR, answers={"capacity": "2"})
        mentees = [crowd.arrives(Role.MENTEE) for _ in range(3)]
        for each in mentees[:2]:
            done(crowd.proposes(mentor, each))
        with pytest.raises(CannotBeMatched, match="has no free place"):
            done(crowd.proposes(mentor, mentees[2]))

    def test_one_person_in_both_roles(self, crowd: Crowd) -> None:
        """
        Nobody is matched with themselves.
        """
        one = crowd.arrives(Role.MENTOR, answers={"email": "robin@example.org"})
        other = crowd.arrives(Role.MENTEE, answers={"email": "Robin@Example.org"})
        with pytest.raises(CannotBeMatched, match="the same person"):
            done(crowd.proposes(one, other))


class TestEnter:
    def test_runs_from_the_day_on_which_it_began(self, crowd: Crowd, two: tuple[str, str]) -> None:
        """
        An existing pair is matched at once, nobody is asked, and both are written to.
        """
        done(crowd.enters(*two, TODAY - days(30)))
        match = crowd.last_match()
        assert (match.state, match.awaits, match.by_hand) == (MatchState.RUNNING, None, True)
        assert (match.introduced_at, match.starts_on) == (NOW, TODAY - days(30))
        assert match.mentor.asked_at is match.mentee.asked_at is None
        assert crowd.application(two[0]).status is Status.WAITING
        assert crowd.application(two[1]).status is Status.MATCHED
        told = {(each.owner, each.kind, each.facts["by_hand"]) for each in crowd.letters()}
        assert told == {(each, Kind.INTRODUCTION, 1) for each in two}
        assert all(each.reader is Reader.APPLICANT for each in crowd.letters())
        assert crowd.pairing(match.id).pair.matched_at == NOW
        assert crowd.pairing(match.id).coordinator == hashed(COORDINATOR)

    def test_without_letters(self, crowd: Crowd, two: tuple[str, str]) -> None:
        """
        A coordinator may have told both already.
        """
        done(crowd.enters(*two, TODAY, letters=False))
        assert crowd.last_match().state is MatchState.RUNNING
        assert crowd.letters() == []

    @pytest.mark.parametrize("began", [1, -365, -366, -4_000])
    def test_one_that_cannot_run(self, crowd: Crowd, two: tuple[str, str], began: int) -> None:
        """
        A match that begins later, or is over by now, is not entered.
        """
        with pytest.raises(CannotBeMatched, match="start date in the past"):
            done(crowd.enters(*two, TODAY + timedelta(days=began)))
        assert crowd.matches == []
