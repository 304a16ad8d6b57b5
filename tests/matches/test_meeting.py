"""What a change of an application does to the matches that it is in."""

import pytest

from mentorship.applications.pointer import CurrentPointer, pointer_id
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.matches.match import MatchState, Reason
from mentorship.matches.pair import Pair, pair_id
from tests.crowd import NO, YES, Crowd, accepted, days, done, hashed, told
from tests.made import TODAY

MENTOR, MENTEE = Role.MENTOR, Role.MENTEE
LEAVING = {
    "withdraws": Reason.WITHDREW,
    "is_refused": Reason.INELIGIBLE,
    "is_paused": Reason.PAUSED,
}


@pytest.fixture
def match(crowd: Crowd) -> str:
    """A match that was proposed."""
    done(crowd.proposes(crowd.arrives(MENTOR), crowd.arrives(MENTEE)))
    return crowd.matches[-1]


def moved(crowd: Crowd, which: str, address: str) -> None:
    """Have somebody's address move."""
    done(crowd.corrects(which, email=address))
    done(crowd.moves(which))
    assert crowd.application(which).address == address


class TestWhoeverLeaves:
    @pytest.mark.parametrize(("act", "because"), LEAVING.items())
    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize("asked", [1, 2])
    def test_an_open_proposal_is_taken_back(
        self, crowd: Crowd, match: str, act: str, because: Reason, role: Role, asked: int
    ) -> None:
        """
        Whoever else was asked is told, whoever was not hears nothing, and both are free.
        """
        if asked == 2:
            accepted(crowd, match)
        before = len(crowd.letters())
        done(getattr(crowd, act)(crowd.ids[role is MENTEE]))
        stored = crowd.match(match)
        assert (stored.state, stored.closed_because) == (MatchState.TAKEN_BACK, because)
        assert stored.closed_by is role
        others = {MENTOR, MENTEE} - {role} if asked == 2 else {MENTOR} - {role}
        expected = {(Kind.NOT_GOING_AHEAD, each) for each in others}
        assert told(crowd, before) == {*expected, (Kind.MATCH_CLOSED, "coordinator")}
        for each in map(crowd.application, crowd.ids):
            assert each.open_matches == ()
            pointer = crowd.pointer_of(each)
            assert (each.id in pointer.unending) == (each.expires_at is None)
            assert pointer.expires_at >= (each.expires_at or pointer.expires_at)
        other = crowd.application(crowd.ids[role is MENTOR])
        assert other.status is Status.WAITING
        assert crowd.pairing(match).pair.no_from == ()

    @pytest.mark.parametrize("role", Role)
    def test_what_runs_goes_on_for_who_is_paused(
        self, crowd: Crowd, match: str, role: Role
    ) -> None:
        """
        A mentor who pauses keeps their match; a mentee who is matched is not paused.
        """
        accepted(crowd, match)
        done(crowd.answers(match, MENTEE, YES))
        done(crowd.is_paused(crowd.ids[0]))
        assert crowd.match(match).state is MatchState.RUNNING
        assert crowd.application(crowd.ids[0]).open_matches == (match,)
        done(crowd.resumes(crowd.ids[0]))
        assert crowd.application(crowd.ids[0]).open_matches == (match,)

    def test_back_on_the_list(self, crowd: Crowd, match: str) -> None:
        """
        Whoever is reinstated is in no match, and may be proposed again.
        """
        done(crowd.is_refused(crowd.ids[1]))
        done(crowd.is_reinstated(crowd.ids[1]))
        mentee = crowd.application(crowd.ids[1])
        assert (mentee.status, mentee.open_matches) == (Status.WAITING, ())
        done(crowd.proposes(*crowd.ids))
        assert crowd.application(crowd.ids[1]).open_matches == (crowd.matches[-1],)

    def test_back_on_the_list_after_a_match_that_ran(self, crowd: Crowd, match: str) -> None:
        """
        A matched mentee who was found not eligible, and is reinstated, waits; the time in the match
        is none of their waiting time.
        """
        accepted(crowd, match)
        crowd.clock.forward(days=10)
        done(crowd.answers(match, MENTEE, YES))
        crowd.clock.forward(days=100)
        done(crowd.is_refused(crowd.ids[1]))
        assert crowd.match(match).state is MatchState.RELEASED
        done(crowd.is_reinstated(crowd.ids[1]))
        mentee = crowd.application(crowd.ids[1])
        assert mentee.status is Status.WAITING
        assert crowd.clock() - mentee.waiting_since == days(10)

    def test_several_at_once(self, crowd: Crowd) -> None:
        """
        A mentor who withdraws leaves all their matches in one transaction.
        """
        mentor = crowd.arrives(MENTOR, answers={"capacity": "3"})
        for number in range(3):
            mentee = crowd.arrives(MENTEE)
            if number:
                done(crowd.proposes(mentor, mentee))
            else:
                done(crowd.enters(mentor, mentee, TODAY))
        done(crowd.withdraws(mentor))
        states = [crowd.match(each).state for each in crowd.matches]
        assert states == [MatchState.RELEASED, MatchState.TAKEN_BACK, MatchState.TAKEN_BACK]
        application = crowd.application(mentor)
        assert (application.open_matches, application.past_matches) == ((), tuple(crowd.matches))
        assert application.expires_at is not None
        assert crowd.pointer_of(application).unending == ()


class TestCorrected:
    def test_other_answers_change_nothing(self, crowd: Crowd, match: str) -> None:
        """
        A proposal stays open when answers change that nothing hangs on.
        """
        before = crowd.match(match)
        done(crowd.corrects(crowd.ids[1], city="Tacoma"))
        assert crowd.match(match) == before
        assert crowd.application(crowd.ids[1]).answers["city"] == "Tacoma"

    def test_fewer_places(self, crowd: Crowd) -> None:
        """
        What runs keeps its place, then what was proposed first; the last proposals are taken back.
        """
        mentor = crowd.arrives(MENTOR, answers={"capacity": "3"})
        for _ in range(2):
            done(crowd.proposes(mentor, crowd.arrives(MENTEE)))
            crowd.clock.forward(hours=1)
        done(crowd.enters(mentor, crowd.arrives(MENTEE), TODAY))
        before = len(crowd.letters())
        done(crowd.corrects(mentor, capacity="2"))
        states = [crowd.match(each).state for each in crowd.matches]
        assert states == [MatchState.PROPOSED, MatchState.TAKEN_BACK, MatchState.RUNNING]
        assert crowd.match(crowd.matches[1]).closed_because is Reason.NO_PLACE
        # Nobody else was asked about it.
        assert told(crowd, before) == {(Kind.MATCH_CLOSED, "coordinator")}
        done(crowd.corrects(mentor, capacity="1"))
        states = [crowd.match(each).state for each in crowd.matches]
        assert states == [MatchState.TAKEN_BACK, MatchState.TAKEN_BACK, MatchState.RUNNING]
        assert crowd.application(mentor).open_matches == (crowd.matches[2],)

    def test_fewer_places_than_run(self, crowd: Crowd) -> None:
        """
        Matches that run are not ended because a mentor says that they have fewer places.
        """
        mentor = crowd.arrives(MENTOR, answers={"capacity": "2"})
        for _ in range(2):
            done(crowd.enters(mentor, crowd.arrives(MENTEE), TODAY))
        done(crowd.corrects(mentor, capacity="1"))
        assert crowd.application(mentor).open_matches == tuple(crowd.matches)

    def test_excluded_by_now(self, crowd: Crowd, match: str) -> None:
        """
        If something excludes the two by then, any change takes the proposal back, for both.
        """
        before = accepted(crowd, match)
        done(crowd.keeps_apart(*crowd.ids))
        done(crowd.corrects(crowd.ids[0], city="Tacoma"))
        stored = crowd.match(match)
        assert (stored.closed_because, stored.closed_by) == (Reason.EXCLUDED, None)
        found = {each for each in told(crowd, before) if each[0] is Kind.NOT_GOING_AHEAD}
        assert found == {(Kind.NOT_GOING_AHEAD, MENTOR), (Kind.NOT_GOING_AHEAD, MENTEE)}


class TestMovedAddress:
    def test_who_is_asked_is_mailed_anew(self, crowd: Crowd, match: str) -> None:
        """
        The proposal stays open, and its link goes to the new address; the time does not change.
        """
        before, until = len(crowd.letters()), crowd.match(match).mentor.wait_until
        moved(crowd, crowd.ids[0], "kim@new.example")
        stored = crowd.match(match)
        assert (stored.state, stored.mentor.address_version) == (MatchState.PROPOSED, 2)
        assert stored.mentor.wait_until == until
        (letter,) = [e for e in crowd.letters()[before:] if e.kind is Kind.PROPOSAL]
        assert letter.to.address_version == 2
        assert crowd.application(crowd.ids[0]).open_matches == (match,)

    @pytest.mark.parametrize("runs", [False, True])
    def test_who_is_not_asked_is_not(self, crowd: Crowd, match: str, runs: bool) -> None:
        """
        The other address is noted on the match, and no proposal goes there.
        """
        accepted(crowd, match)
        if runs:
            done(crowd.answers(match, MENTEE, YES))
        before = len(crowd.letters())
        moved(crowd, crowd.ids[0], "kim@new.example")
        assert crowd.match(match).mentor.address_version == 2
        assert told(crowd, before) == set()

    def test_what_lies_between_them_is_known_at_the_new_address(
        self, crowd: Crowd, match: str
    ) -> None:
        """
        A no holds wherever its sayer's mail goes, and at the earlier address too.
        """
        done(crowd.answers(match, MENTOR, NO))
        mentor, mentee = map(crowd.application, crowd.ids)
        moved(crowd, mentor.id, "kim@new.example")
        for address in (mentor.address, "kim@new.example"):
            pair = crowd.services.store.pair(pair_id(hashed(address), hashed(mentee.address)))
            assert pair
            assert pair.no_from == (hashed(address),)
        moved(crowd, mentee.id, "robin@new.example")
        pair = crowd.pairing(match).pair
        assert pair.people == tuple(sorted(map(hashed, ("kim@new.example", "robin@new.example"))))
        assert pair.no_from == (hashed("kim@new.example"),)

    def test_both_addresses_knew_something(self, crowd: Crowd, match: str) -> None:
        """
        What was known of the new address is kept, with what was known of the earlier one.
        """
        mentee = crowd.application(crowd.ids[1])
        known = pair_id(hashed("kim@new.example"), hashed(mentee.address))
        apart = Pair(id=known, apart_by="casey@example.org", revision=1)
        crowd.services.store.commit(Change(puts=(apart,)))
        done(crowd.answers(match, MENTOR, NO))
        moved(crowd, crowd.ids[0], "kim@new.example")
        pair = crowd.services.store.pair(known)
        assert pair
        assert (pair.is_apart, pair.is_declined, pair.revision) == (True, True, 2)

    def test_and_back_again(self, crowd: Crowd, match: str) -> None:
        """
        An address that moves twice, and back, loses nothing.
        """
        done(crowd.answers(match, MENTOR, NO))
        first = crowd.application(crowd.ids[0]).address
        moved(crowd, crowd.ids[0], "kim@new.example")
        moved(crowd, crowd.ids[0], first)
        assert crowd.pairing(match).pair.no_from == (hashed(first),)

    def test_the_earlier_pointer_is_deleted_and_not_stored(self, crowd: Crowd, match: str) -> None:
        """
        A pointer that would be stored otherwise is not, if the address moves away from it.
        """
        mentor = crowd.application(crowd.ids[0])
        pointer = crowd.pointer_of(mentor)
        other = CurrentPointer(
            id=pointer.id,
            application=mentor.id,
            earlier=("00000099abcdefghjkmn",),
            # In another order than it would be written in.
            unending=(mentor.id, "00000099abcdefghjkmn"),
            expires_at=pointer.expires_at,
            revision=pointer.revision + 1,
        )
        crowd.services.store.commit(Change(puts=(other,)))
        moved(crowd, mentor.id, "kim@new.example")
        assert crowd.services.store.pointer(pointer.id) is None
        new = crowd.services.store.pointer(pointer_id(MENTOR, "kim@new.example"))
        assert new
        assert mentor.id in new.unending


def test_a_match_that_is_gone_takes_no_place(crowd: Crowd, match: str) -> None:
    """
    An application whose match was not restored with it names it no more once it changes.
    """
    del crowd.services.store.items[match]  # type: ignore[attr-defined]
    done(crowd.corrects(crowd.ids[1], city="Tacoma"))
    mentee = crowd.application(crowd.ids[1])
    assert (mentee.open_matches, mentee.answers["city"]) == ((), "Tacoma")
    crowd.clock.forward(days=1)
    assert mentee.kept_until is not None
