"""The people who may be matched, as they are stored, and proposals that are looked at again."""

from dataclasses import replace
from typing import Any

import pytest

from infra.laptop import Laptop
from mentorship import candidates, pairings
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.matches.match import MatchState, Reason
from mentorship.services import Services
from tests import people
from tests.made import NOW
from tests.matching import ELSEWHERE, kept, mentee, mentor, stored_proposal
from tests.own import link_of, post
from tests.people import apply

KIM, ROBIN = "kim@example.com", "robin@example.org"
ALIASES = {"Sample Radiology": ("Example Hospital",)}


def state(match_id: str, services: Services) -> tuple[MatchState, Reason | None]:
    """Return how far a match has come, and why it closed."""
    match = services.store.match(match_id, now=services.now())
    assert match
    return match.state, match.closed_because


def call_them(services: Services, aliases: dict[str, tuple[str, ...]]) -> None:
    """Have institutions called otherwise."""
    services.store.commit(Change(puts=(services.arrangements().with_changes(aliases=aliases),)))


TAKEN_BACK = (MatchState.TAKEN_BACK, Reason.EXCLUDED)
OPEN = (MatchState.PROPOSED, None)


class TestCandidates:
    def test_everyone_and_two_of_them_say_the_same(self, services: Services) -> None:
        """
        What is looked up for two people alone is what is looked up for all at once.
        """
        everyone = kept(
            services,
            mentor(),
            mentor({"full_name": "Pat Sample", "email": "pat@muster.example"}, id="second"),
            mentee(ELSEWHERE | {"not_with": "Sample", "preferred_people": "Pat Sample"}),
            mentee(
                {"full_name": "Sample, Pat", "email": "p@muster.example", "not_with": "Kim Sample"},
                id="third",
            ),
        )
        mentors = [each for each in everyone if each.role is Role.MENTOR]
        mentees = [each for each in everyone if each.role is Role.MENTEE]
        two = candidates.these_two(mentors[0], mentees[1], services)
        answer = two.same_institution(
            mentors[0], mentees[1], is_same=True, at=NOW, by="casey@example.org"
        )
        pair = replace(
            pairings.between(mentors[1], mentees[0], services), apart_by="casey", revision=1
        )
        services.store.commit(Change(puts=(answer, pair)))
        known = candidates.everyone(services)
        said = set()
        for one in mentors:
            for other in mentees:
                found = known.findings(one, other)
                two = candidates.these_two(one, other, services)
                assert found == two.findings(one, other)
                said |= {each.key for each in found.all}
        assert {"apart", "not-with-mentee", "maybe-same-person", "note-mentee"} <= said
        assert known.known.answers == {answer.id: answer}
        again = known.same_institution(
            mentors[0], mentees[1], is_same=False, at=NOW, by="casey@example.org"
        )
        assert (again.id, again.revision) == (answer.id, 2)

    def test_nothing_that_can_be_read_says_which_institution(self, services: Services) -> None:
        """
        An answer holds keyed hashes.
        """
        one, other = kept(services, mentor(), mentee())
        two = candidates.these_two(one, other, services)
        answer = two.same_institution(one, other, is_same=True, at=NOW, by="casey@example.org")
        assert "sample" not in repr(answer).casefold()
        assert "hospital" not in repr(answer).casefold()


class TestLookedAtAgain:
    """G3: a conflict that is learned of later."""

    def test_an_alias(self, services: Services) -> None:
        """
        Two who turn out to be at one institution are no longer asked, unless that was ticked.
        """
        one, other, third, fourth = kept(
            services,
            mentor(),
            mentee(ELSEWHERE),
            mentor({"email": "m@muster.example", "full_name": "Pat Muster"}, id="third"),
            mentee(ELSEWHERE | {"email": "e@muster.example", "full_name": "Lee"}, id="fourth"),
        )
        unticked = stored_proposal(one, other, services)
        ticked = stored_proposal(third, fourth, services, "same-institution")
        pairings.take_back_excluded(services)
        assert state(unticked, services) == state(ticked, services) == OPEN
        call_them(services, ALIASES)
        pairings.take_back_excluded(services)
        assert (state(unticked, services), state(ticked, services)) == (TAKEN_BACK, OPEN)
        stored = services.store.application(one.id, now=services.now())
        assert stored
        assert stored.open_matches == ()

    def test_a_private_note(self, laptop: Laptop, services: Services) -> None:
        """
        Whoever names the other in a private note meanwhile is in no proposal with them.
        """
        apply(laptop, people.mentor(full_name="Kim Sample"))
        apply(laptop, people.mentee(not_with=""))
        link = link_of(laptop, ROBIN)
        one, other = (services.applications_of(e)[0] for e in (KIM, ROBIN))
        match = stored_proposal(one, other, services)
        assert post(laptop, f"{link}/correct", people.mentee(not_with="Pat Other")).status == 303
        assert state(match, services) == OPEN
        assert post(laptop, f"{link}/correct", people.mentee(not_with="Dr. Sample")).status == 303
        assert state(match, services) == TAKEN_BACK

    @pytest.mark.parametrize("what", ["apart", "same person", "not the same person"])
    def test_an_answer_of_a_coordinator(self, services: Services, what: str) -> None:
        """
        Who is kept apart, or is one person, is asked no further.
        """
        one, other = kept(services, mentor(), mentee())
        match = stored_proposal(one, other, services)
        pair = pairings.between(one, other, services)
        answers: dict[str, dict[str, Any]] = {
            "apart": {"apart_by": "casey@example.org"},
            "same person": {"same_person": True},
            "not the same person": {"same_person": False},
        }
        services.store.commit(
            Change(puts=(replace(pair, revision=pair.revision + 1, **answers[what]),))
        )
        pairings.take_back_excluded(services)
        assert state(match, services) == (OPEN if what.startswith("not") else TAKEN_BACK)

    def test_what_came_from_a_backup_waits(self, services: Services) -> None:
        """
        A restored proposal stays as it is until a coordinator releases it.
        """
        one, other = kept(services, mentor(), mentee(ELSEWHERE))
        match = services.store.match(stored_proposal(one, other, services), now=services.now())
        assert match
        held = replace(match, on_hold=True, revision=match.revision + 1)
        services.store.commit(Change(puts=(held,)))
        call_them(services, ALIASES)
        pairings.take_back_excluded(services)
        assert state(match.id, services) == OPEN
