"""Which mentors have places left, and why."""

from dataclasses import replace

from mentorship.applications.application import Application
from mentorship.matches.places_left import places_left
from mentorship.matches.plan import Wanted
from tests import made
from tests.evenings import drawn
from tests.few import mentee, mentor, tonight
from tests.populations import Population, population

KIM, JO = "Dr. Kim Sample", "Dr. Jo Muster"
ROBIN, NOOR, PAT = "Robin Example", "Noor Madeup", "Pat Imaginary"
BREAST, BOARDS = ["breast"], ["boards"]


class TestPlacesLeft:
    def left(self, *people: Application, wanted: Wanted = Wanted()) -> dict[str, str]:
        """Return the sentences, by the names of the mentors."""
        evening = tonight(*people)
        found = places_left(evening, wanted, evening.solve(wanted))
        return {each.mentor.name: each.sentence for each in found}

    def test_why(self) -> None:
        """
        Each reason has its sentence: nobody waits, too little, ruled out, both, taken by others.
        """
        kim = mentor(KIM, areas=BREAST)
        other, fits = mentee(ROBIN, areas=["nuclear"]), mentee(NOOR, areas=BREAST)
        unwilling = {"outside_program": "yes", "institution": f"Hospital of {KIM}"}
        never = mentee(PAT, areas=BREAST, **unwilling)
        assert self.left(kim) == {KIM: "Nobody is waiting."}
        assert self.left(kim, other) == {KIM: "Too little in common with everyone who is waiting."}
        assert self.left(kim, never) == {KIM: "Everyone who is waiting is ruled out."}
        assert self.left(kim, never, other) == {
            KIM: "Everyone who is waiting is ruled out or has too little in common."
        }
        (taken,) = self.left(kim, mentor(JO, areas=BREAST), fits).values()
        assert taken == "Everyone who would fit has another mentor tonight."
        assert self.left(kim, fits) == {}
        assert self.left(kim, fits, wanted=Wanted(free=frozenset({kim.id}))) == {
            KIM: "Kept free tonight."
        }
        assert self.left(kim, fits, wanted=Wanted(apart=frozenset({(kim.id, fits.id)}))) == {
            KIM: "Everyone who is waiting is ruled out."
        }
        assert self.left(replace(kim, unreached_at=made.NOW), fits) == {
            KIM: "Nobody has reached Dr. Kim Sample since a proposal to Dr. Kim Sample lapsed."
        }

    def test_some_places_are_taken(self) -> None:
        """
        Which of the mentor's places are taken tonight is said, and what the next would be.
        """
        kim, fits = mentor(KIM, 3, areas=BREAST), mentee(NOOR, 7, areas=BREAST)
        first = "Takes a first mentee tonight."
        assert self.left(kim, fits) == {KIM: f"{first} Nobody else is waiting."}
        other = mentee(ROBIN, areas=["nuclear"])
        assert self.left(kim, fits, other) == {
            KIM: f"{first} Too little in common with everyone else who is waiting."
        }
        two = self.left(kim, fits, mentee(PAT, areas=BREAST))
        assert two == {KIM: "Takes a first and a second mentee tonight. Nobody else is waiting."}
        one_taken = replace(kim, open_matches=("a",))
        assert self.left(one_taken, fits) == {
            KIM: "Takes a second mentee tonight. Nobody else is waiting."
        }
        thin = mentee(ROBIN, areas=["nuclear"], topics=["boards", "research"])
        talker = mentor(JO, areas=["nuclear"], topics=BOARDS)
        assert self.left(
            replace(kim, answers={**kim.answers, "topics": BOARDS}), fits, thin, talker
        ) == {KIM: f"{first} A second would be a thin match at best."}

    def test_counts(self) -> None:
        """
        All places are those that are taken, get someone tonight or are left.
        """
        for number in range(20):
            evening, wanted = drawn(number).tonight, drawn(number).wanted
            plan = evening.solve(wanted)
            left = {each.mentor.id: each for each in places_left(evening, wanted, plan)}
            for each in evening.mentors:
                gets = len(plan.by_mentor.get(each.id, ()))
                free = each.places - each.taken - gets
                found = left.get(each.id)
                told = (found.free, found.gets, found.places) if found else (0, gets, each.places)
                assert told == (free, gets, each.places)

    def test_the_order_in_which_people_are_read_changes_no_word(self) -> None:
        """
        The same people, read in another order, get the same reasons.
        """
        for number in range(5):
            some = population(number, 8, 14).applications
            one, other = (
                [
                    (each.mentor.id, each.sentence)
                    for each in places_left(evening, Wanted(), evening.solve())
                ]
                for evening in (Population(some).tonight, Population(some[::-1]).tonight)
            )
            assert one == other
