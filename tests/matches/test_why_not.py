"""Why two people are not suggested, and what a change on the page has changed."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from mentorship.applications.application import Application
from mentorship.matches.plan import Ids, Plan, Wanted
from mentorship.matches.rules import Effect
from mentorship.matches.tonight import Tonight
from mentorship.matches.why_not import MOVES, compared, why_not
from mentorship.matches.words import in_all
from tests.evenings import drawn
from tests.extent import many
from tests.few import ids, mentee, mentor, points, tonight
from tests.populations import Population, population

EVENINGS = many(2_000, some=200)
KIM, JO, IRA = "Dr. Kim Sample", "Dr. Jo Muster", "Dr. Ira Template"
ROBIN, NOOR, PAT = "Robin Example", "Noor Madeup", "Pat Imaginary"
BREAST, BOARDS = ["breast"], ["boards"]


def three() -> list[Application]:
    """Return a mentor whom two mentees ask for, and one who is there for the first."""
    return [
        mentor(KIM, areas=BREAST, topics=BOARDS),
        mentor(JO, areas=["abdominal"], topics=BOARDS),
        mentee(ROBIN, 70, areas=BREAST, topics=BOARDS),
        mentee(NOOR, 35, areas=BREAST),
    ]


def asked(people: list[Application], pair: Ids, wanted: Wanted = Wanted()) -> tuple[str, ...]:
    """Return why two people are not suggested."""
    evening = tonight(*people)
    return why_not(evening, wanted, evening.solve(wanted), pair).sentences


def told(people: list[Application], pair: Ids, wanted: Wanted = Wanted()) -> str:
    """Return the same as one text."""
    return " ".join(asked(people, pair, wanted))


class TestWhyNot:
    def test_the_asked_suits_better_and_another_has_no_match_then(self) -> None:
        """
        58 points instead of 34, and 29 that are lost: 5 less in all.
        """
        assert asked(three(), ids(KIM, ROBIN)) == (
            "Dr. Kim Sample suits Robin Example better (58 points) than tonight’s Dr. Jo Muster "
            "(34).",
            "But then Noor Madeup would have no match.",
            "That’s 5 points less in all.",
        )

    def test_someone_without_a_match(self) -> None:
        """
        A mentee who has none is compared with nobody, and it is said who would lose theirs.
        """
        people = [*three()[:1], *three()[2:]]
        assert told(people, ids(KIM, NOOR)) == (
            "Dr. Kim Sample would be a good match (29 points) for Noor Madeup, who has none "
            "tonight. But then Robin Example would have no match. That’s 29 points less in all."
        )

    def test_the_same_points(self) -> None:
        """
        Of two equal mentors, the lot decides: nobody else moves, and it would be just as good.
        """
        people = [*(mentor(each, areas=BREAST) for each in (KIM, JO)), mentee(ROBIN, areas=BREAST)]
        (suggested,) = tonight(*people).solve().suggestions
        own = suggested.mentor.name
        (other,) = {KIM, JO} - {own}
        assert told(people, ids(other, ROBIN)) == (
            f"{other} suits Robin Example as well as tonight’s {own}: 24 points each. "
            "Nobody else would move. All in all, that’s just as good."
        )

    def test_one_less_well_and_one_point(self) -> None:
        """
        A mentor's second place costs three points; a single point is one point.
        """
        people = [
            mentor(KIM, 2, areas=BREAST, taken=1),
            mentor(JO, areas=BREAST, availability=["evenings"]),
            mentee(ROBIN, areas=BREAST, availability=["evenings"]),
        ]
        assert told(people, ids(KIM, ROBIN)) == (
            "Dr. Kim Sample suits Robin Example less well (21 points) than tonight’s "
            "Dr. Jo Muster (28). Nobody else would move. That’s 7 points less in all."
        )
        assert in_all(1) == "That’s 1 point less in all."

    def test_two_moves_are_told_and_the_rest_counted(self) -> None:
        """
        Each who loses a place takes the next one's: two are named, in the order in which it goes.
        """
        letters = "ABCDE"
        areas = ["abdominal", "breast", "cardiothoracic", "emergency", "general", "nuclear"]
        people = [
            mentor(f"Dr. {each} Muster", areas=[area])
            for each, area in zip(letters, areas[:-1], strict=True)
        ]
        # Each fits the mentor of the same letter best, and the next one's in part.
        people += [
            mentee(f"{each} Sample", 7 * (45 - 10 * at), areas=areas[at : at + 2])
            for at, each in enumerate(letters)
        ]
        people.append(mentee("Last Sample", areas=areas[:1]))
        everyone = tonight(*people)
        plan = everyone.solve()
        assert len(plan.suggestions) == len(letters)
        found = why_not(everyone, Wanted(), plan, ids("Dr. A Muster", "Last Sample"))
        assert found.sentences[1] == (
            "But then A Sample would go from Dr. A Muster to Dr. B Muster, B Sample would go from "
            "Dr. B Muster to Dr. C Muster, and 3 more would move."
        )

    def test_too_little_in_common_is_said_in_words(self) -> None:
        """
        What the two share is told as sentences, and not how many points it is.
        """
        people = [
            mentor(KIM, areas=BREAST, availability=["evenings"]),
            mentee(ROBIN, 7, areas=["nuclear"], availability=["evenings"]),
        ]
        assert asked(people, ids(KIM, ROBIN)) == (
            "Dr. Kim Sample and Robin Example have too little in common to be suggested.",
            "Good times for both: Evenings.",
            "That’s all.",
            "Nobody else would move.",
            "That’s 5 points more in all.",
            "Still, two people with so little in common aren’t suggested.",
        )
        people[1] = mentee(ROBIN, areas=["nuclear"])
        assert asked(people, ids(KIM, ROBIN))[1:] == (
            "They share nothing that counts.",
            "Nobody else would move.",
            "All in all, that’s just as good.",
        )

    def test_what_the_coordinator_wants_is_in_the_way(self) -> None:
        """
        A pair that is kept apart, a lock of the mentee, and a lock of the mentor are named.
        """
        people, pair = three(), ids(KIM, ROBIN)
        assert told(people, pair, Wanted(apart=frozenset({pair}))) == (
            "Dr. Kim Sample and Robin Example are marked “Not these two”."
        )
        assert told(people, pair, Wanted(lock=frozenset({ids(JO, ROBIN)}))) == (
            "Robin Example is locked to Dr. Jo Muster. Remove that lock first."
        )
        assert told(people, pair, Wanted(lock=frozenset({ids(KIM, NOOR)}))) == (
            "Dr. Kim Sample is locked for Noor Madeup. Remove that lock first."
        )
        people = [mentor(KIM, 2, areas=BREAST), *people[2:], mentee(PAT, areas=BREAST)]
        both = frozenset({ids(KIM, NOOR), ids(KIM, PAT)})
        assert told(people, pair, Wanted(lock=both)) == (
            "Dr. Kim Sample is locked for Noor Madeup and Pat Imaginary. "
            "Remove one of these locks first."
        )

    def test_kept_free(self) -> None:
        """
        A mentor is kept free tonight: that is said first, and what locking the two would change.
        """
        wanted = Wanted(free=frozenset({ids(KIM, "")[0]}))
        assert told(three(), ids(KIM, ROBIN), wanted) == (
            "Dr. Kim Sample is kept free tonight. Dr. Kim Sample suits Robin Example better "
            "(58 points) than tonight’s Dr. Jo Muster (34). Nobody else would move. "
            "That’s 24 points more in all."
        )

    def test_suggested_and_ruled_out(self) -> None:
        """
        Two who are suggested already, and two who never can be, are told so.
        """
        people = three()
        assert told(people, ids(JO, ROBIN)) == (
            "Dr. Jo Muster is tonight’s suggestion for Robin Example."
        )
        people[0] = replace(people[0], answers={**people[0].answers, "not_with": ROBIN})
        assert told(people, ids(KIM, ROBIN)) == (
            "Dr. Kim Sample and Robin Example can’t be matched."
        )

    def test_who_must_be_matched_is_said_to_lose_it(self) -> None:
        """
        It is plain that a lock goes against another wish of the coordinator.
        """
        wanted = Wanted(must=frozenset({ids("", NOOR)[1]}))
        assert "Noor Madeup, who must be matched tonight, would have no match." in told(
            three(), ids(KIM, ROBIN), wanted
        )

    def test_what_was_suggested_before_may_stay(self) -> None:
        """
        A pair that is two points less stays because it was suggested before, and it is said.
        """
        people = [
            mentor(KIM, areas=BREAST, topics=BOARDS),
            mentor(JO, areas=BREAST, availability=["evenings"]),
            mentee(
                ROBIN,
                areas=BREAST,
                topics=["boards", "research", "teaching", "networking"],
                availability=["evenings"],
            ),
        ]
        wanted = Wanted(was=frozenset({ids(JO, ROBIN)}))
        assert told(people, ids(KIM, ROBIN), wanted) == (
            "Dr. Kim Sample suits Robin Example better (30 points) than tonight’s Dr. Jo Muster "
            "(28). Nobody else would move. That’s 2 points more in all. "
            "It isn’t suggested because earlier suggestions count a little more."
        )


class TestCompared:
    def test_nothing_before_or_nothing_changed(self) -> None:
        """
        There is nothing to say.
        """
        evening = tonight(*three())
        plan = evening.solve()
        assert compared(evening, Wanted(), plan) == ()
        assert compared(evening, Wanted(was=plan.pairs), plan) == ()

    def test_moved_lost_and_found(self) -> None:
        """
        Each who has another mentor, none any more, or one now is named, and then the points.
        """
        people = [*three(), mentee(PAT, 7, topics=BOARDS)]
        evening = tonight(*people)
        wanted = Wanted(was=frozenset({ids(JO, ROBIN), ids(KIM, NOOR)}))
        assert compared(evening, wanted, evening.solve(wanted)) == (
            "Robin Example moved from Dr. Jo Muster to Dr. Kim Sample.",
            "Noor Madeup, before with Dr. Kim Sample, has no match now.",
            "Pat Imaginary now has a match: Dr. Jo Muster.",
            "That’s 20 points more in all.",
        )

    def test_three_are_told_and_the_rest_counted(self) -> None:
        """
        Of five who moved, three are named.
        """
        names = [f"{each} Sample" for each in "ABCDE"]
        mentors = [mentor(f"Dr. {each}", areas=BREAST) for each in names]
        evening = tonight(*mentors, *(mentee(each, areas=BREAST) for each in names))
        one = [f"Dr. {each}" for each in names]
        was, lock = (frozenset(map(ids, some, names)) for some in (one, [*one[1:], one[0]]))
        wanted = Wanted(was=was, lock=lock)
        *_, last, points_of_all = compared(evening, wanted, evening.solve(wanted))
        assert (last, points_of_all) == (
            "And 2 more moved.",
            "All in all, that’s just as good.",
        )

    def test_an_address_that_was_made_up(self) -> None:
        """
        A mentee with two mentors has one, and two of one side are no pair.
        """
        evening = tonight(*three())
        (_, robin), (_, noor), (kim, _) = ids("", ROBIN), ids("", NOOR), ids(KIM, "")
        was = frozenset({ids(KIM, ROBIN), ids(JO, ROBIN), (robin, noor), (kim, kim)})
        assert compared(evening, Wanted(was=was), evening.solve(Wanted(was=was))) == (
            "Robin Example moved from Dr. Kim Sample to Dr. Jo Muster.",
            "Noor Madeup now has a match: Dr. Kim Sample.",
            "That’s 5 points more in all.",
        )


def forced(each: Tonight, wanted: Wanted, plan: Plan, pair: Ids) -> Plan:
    """Return the plan that follows if a coordinator locks a pair and recalculates."""
    return each.solve(replace(wanted, lock=wanted.lock | {pair}, was=plan.pairs))


def questions() -> Iterator[tuple[Tonight, Wanted, Plan, Ids]]:
    """Yield random questions about evenings: pairs that are not suggested, and may be locked."""
    for number in range(EVENINGS):
        evening, draw = drawn(number), random.Random(number)
        people, wanted = evening.tonight, evening.wanted
        plan = people.solve(wanted)
        row, column = (draw.randrange(len(some)) for some in (people.mentees, people.mentors))
        pair = people.mentors[column].id, people.mentees[row].id
        is_lockable = people.effects.get((row, column)) is not Effect.NEVER
        if is_lockable and pair not in plan.pairs:
            yield people, wanted, plan, pair


MOVED = re.compile(r"(\d+) more would move|would (go|be matched|have)")


def test_a_why_not_is_what_a_lock_would_do() -> None:
    """
    What random questions cost is the difference of the points, all moves are told or counted, and
    the next page says the same after the lock; what is in the way refuses the lock.
    """
    wrong, refused, lifted = [], 0, 0
    for people, wanted, plan, pair in questions():
        answer, changed = why_not(people, wanted, plan, pair), forced(people, wanted, plan, pair)
        found = answer.sentences
        if pair not in changed.pairs or changed.refused.keys() - plan.refused.keys():
            refused += 1
            if answer.may_be_locked or len(found) != 1:
                wrong.append((pair, "should be refused"))
            continue
        cost = points(plan) - points(changed)
        lifted += cost < 0
        if not answer.may_be_locked or in_all(cost) not in found:
            wrong.append((pair, f"{found}, not {cost}"))
        one, other = (
            {each.mentee.id: each.mentor for each in some.suggestions} for some in (plan, changed)
        )
        moved = {
            each.name
            for each in people.mentees
            if each.id != pair[1] and one.get(each.id) != other.get(each.id)
        }
        (then,) = (each for each in found if "would move" in each or MOVED.search(each))
        named = [each for each in moved if f"{each} would" in then or f"{each}, who must" in then]
        counts = [int(many or 1) for many, _ in MOVED.findall(then)]
        if sum(counts) != len(moved) or len(named) != min(len(moved), MOVES):
            wrong.append((pair, f"{then}, not {moved}"))
        next_page = compared(people, replace(wanted, was=plan.pairs), changed)
        if plan.pairs and next_page[-1] != in_all(cost):
            wrong.append((pair, f"{found}, then {next_page}"))
    assert wrong == []
    assert refused > 0
    assert lifted > 0


def test_the_order_in_which_people_are_read_changes_no_word() -> None:
    """
    The same people, read in another order, get the same reasons.
    """
    for number in range(5):
        some = population(number, 8, 14).applications
        words = []
        for people in (some, tuple(reversed(some))):
            evening = Population(people).tonight
            plan = evening.solve()
            pairs = [(one.id, other.id) for one in evening.mentors for other in evening.mentees]
            words.append([*(why_not(evening, Wanted(), plan, each) for each in pairs[::7])])
        assert words[0] == words[1]
