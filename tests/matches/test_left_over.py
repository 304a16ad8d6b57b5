"""Why someone stays without a match tonight, who would be next, and what would help."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from mentorship.applications.application import Application
from mentorship.form.question import Answer
from mentorship.matches.criteria import FLOOR
from mentorship.matches.left_over import SAID, Without, without
from mentorship.matches.pair import Pair, pair_id
from mentorship.matches.plan import Plan, Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.rules import RULES, Effect
from mentorship.matches.tonight import Tonight
from tests import made
from tests.evenings import drawn
from tests.extent import many
from tests.few import ids, mentee, mentor, points, tonight
from tests.populations import Population, population

EVENINGS = many(2_000, some=250)
KIM, JO, IRA = "Dr. Kim Sample", "Dr. Jo Muster", "Dr. Ira Template"
ROBIN, NOOR, PAT = "Robin Example", "Noor Madeup", "Pat Imaginary"
BREAST, BOARDS = ["breast"], ["boards"]
PHONE: dict[str, Answer] = {"contact_ways": ["phone"]}
ELSEWHERE: dict[str, Answer] = {"outside_program": "yes", "institution": f"Hospital of {KIM}"}


def alone(*people: Application, wanted: Wanted = Wanted(), name: str = ROBIN) -> Without:
    """Return why someone stays without."""
    evening = tonight(*people)
    found = without(evening, wanted, evening.solve(wanted))
    return next(each for each in found if each.mentee.name == name)


class TestRuledOut:
    def test_by_phone_only(self) -> None:
        """
        Mentors are counted by reason, the most frequent first; another way to talk would help.
        """
        people = [
            mentor("Dr. A Muster", areas=BREAST),
            mentor("Dr. B Muster", areas=BREAST, contact_ways=["video", "email"]),
            mentor("Dr. C Muster", areas=["nuclear"], contact_ways=["phone"]),
            mentee(ROBIN, areas=BREAST, contact_ways=["phone"]),
        ]
        found = alone(*people)
        assert found.sentence == (
            "All 3 mentors with a free place are ruled out: 2 have no way to talk in common, "
            "1 has too little in common."
        )
        assert found.help == (
            "Ask Robin Example whether talking by video works, too: 2 mentors with enough in "
            "common like that."
        )
        assert found.shortage == ""
        # A way to talk is no help with someone who shares too little anyway.
        little = mentor(KIM, areas=["nuclear"])
        assert "Ask" not in alone(little, people[-1]).help

    def test_all_for_one_reason(self) -> None:
        """
        One mentor is named, of two it is said of both, and of more of all.
        """
        people = [mentee(ROBIN)]
        said = []
        for each in (KIM, JO, IRA):
            people.append(mentor(each, areas=BREAST))
            said.append(alone(*people).sentence)
        assert said == [
            "The only mentor with a free place, Dr. Kim Sample, has too little in common.",
            "Both mentors with a free place have too little in common.",
            "All 3 mentors with a free place have too little in common.",
        ]

    def test_no_mentor_at_all(self) -> None:
        """
        There is nobody with a free place, and what is wanted is scarce.
        """
        assert alone(mentee(ROBIN)).sentence == "No mentor has a free place."
        assert alone(mentee(ROBIN)).help == ""
        assert alone(mentee(ROBIN, areas=BREAST)).shortage == (
            "No waiting mentor chose Breast imaging; 1 mentee wants it."
        )

    def test_nobody_has_reached_them(self) -> None:
        """
        A mentee who let a proposal lapse is to be reached first, whatever else there is.
        """
        robin = replace(mentee(ROBIN, areas=BREAST), unreached_at=made.NOW)
        found = alone(mentor(KIM, areas=BREAST), mentor(JO), robin)
        assert found.sentence == (
            "Nobody has reached Robin Example since a proposal to Robin Example lapsed."
        )
        assert found.help == "Call or write first, and record that you reached them."

    def test_by_what_the_coordinator_wants(self) -> None:
        """
        Mentors who are kept free or locked, or not for this mentee tonight, are counted as such.
        """
        people = [mentor(each, areas=BREAST) for each in (KIM, JO, IRA)]
        people += [mentee(ROBIN, areas=BREAST), mentee(NOOR)]
        wanted = Wanted(
            free=frozenset({ids(KIM, "")[0]}),
            apart=frozenset({ids(JO, ROBIN)}),
            lock=frozenset({ids(IRA, NOOR)}),
        )
        assert alone(*people, wanted=wanted).sentence == (
            "All 3 mentors with a free place are ruled out: 1 is kept free tonight, 1 is locked "
            "for someone else, 1 is marked “Not these two”."
        )
        everyone = frozenset(ids(each, "")[0] for each in (KIM, JO, IRA))
        assert alone(*people, wanted=Wanted(free=everyone)).sentence == (
            "All 3 mentors with a free place are kept free tonight."
        )

    def test_a_reason_that_is_not_told(self) -> None:
        """
        What can't be lifted, such as a private note, is another reason.
        """
        unwilling = mentor(KIM, areas=BREAST, not_with=ROBIN, **PHONE)
        people = unwilling, mentor(JO), mentee(ROBIN, areas=BREAST)
        assert alone(*people).sentence == (
            "Both mentors with a free place are ruled out: 1 is ruled out for another reason, "
            "1 has too little in common."
        )

    def test_at_one_institution(self) -> None:
        """
        Whether the same institution is fine may be asked, and so may whether it is the same.
        """
        kim = mentor(KIM, areas=BREAST)
        same = alone(kim, mentee(ROBIN, areas=BREAST, **ELSEWHERE))
        assert same.sentence == (
            "The only mentor with a free place, Dr. Kim Sample, is at the same institution."
        )
        assert same.help == (
            "Ask Robin Example whether the same institution is fine: "
            "1 mentor with enough in common is there."
        )
        close: dict[str, Answer] = {**ELSEWHERE, "institution": f"The Hospital of {KIM} North"}
        maybe = alone(kim, mentee(ROBIN, areas=BREAST, **close))
        assert maybe.sentence == (
            "The only mentor with a free place, Dr. Kim Sample, may be at the same institution."
        )
        assert maybe.help == (
            "Say whether the institutions are the same: "
            "1 mentor with enough in common may be elsewhere."
        )

    def test_what_helps_with_one_reason_only_is_no_help(self) -> None:
        """
        Whoever is ruled out for another reason, too, or has no place tonight, is not counted.
        """
        kim = mentor(KIM, areas=BREAST)
        by_phone = mentee(ROBIN, areas=BREAST, **PHONE)
        there = mentee(ROBIN, areas=BREAST, **ELSEWHERE)
        little = mentee(ROBIN, practice_setting=None)
        settled = mentor(KIM, practice_setting=["private"], availability=["evenings"])
        evenings = replace(little, answers={**little.answers, "availability": ["evenings"]})
        helped = {
            "talking by video": (kim, by_phone),
            "the same institution is fine": (kim, there),
            "An answer could be enough": (settled, evenings),
        }
        for words, (one, other) in helped.items():
            assert words in alone(one, other).help
            only = ids(KIM, ROBIN)
            noor = mentee(NOOR)
            for wanted in (
                Wanted(free=frozenset({one.id})),
                Wanted(apart=frozenset({only})),
                Wanted(lock=frozenset({ids(KIM, NOOR)})),
            ):
                assert alone(one, other, noor, wanted=wanted).help == "", (words, wanted)
            assert alone(replace(one, unreached_at=made.NOW), other).help == "", words
        both = mentee(ROBIN, areas=BREAST, **ELSEWHERE, **PHONE)
        assert alone(kim, both).help == ""
        # Of two, the one is counted for whom it is the only reason.
        unreached = replace(mentor(JO, areas=BREAST), unreached_at=made.NOW)
        assert ": 1 mentor with" in alone(kim, unreached, by_phone).help

    def test_an_answer_that_is_missing(self) -> None:
        """
        An open question is named if an answer could lift the mentor above the floor, and not else.
        """
        kim = mentor(KIM, availability=["evenings"], practice_setting=["private"])
        robin = mentee(ROBIN, availability=["evenings"], practice_setting=None)
        assert alone(kim, robin).help == (
            "Robin Example hasn’t said which practice settings. "
            "An answer could be enough for 1 mentor."
        )
        answered = mentee(ROBIN, availability=["evenings"], practice_setting=["private"])
        elsewhere = mentor(KIM, availability=["evenings"], practice_setting=["military"])
        assert "hasn’t said" not in alone(elsewhere, answered).help
        # Eight points more are not enough for someone who shares nothing else.
        nothing_else = mentor(KIM, practice_setting=["private"])
        assert "practice settings" not in alone(nothing_else, robin).help
        assert alone(mentor(KIM, availability=["evenings"]), robin).help == ""

    def test_every_rule_that_may_be_lifted_has_its_words(self) -> None:
        """
        What rules out a pair unless it is ticked is said of one mentor and of several.
        """
        lifted = [each for each in RULES if each.effect is Effect.UNLESS_TICKED]
        assert [each.code for each in lifted if each.code not in SAID] == []

    def test_matched_or_proposed_before(self) -> None:
        """
        What lies between two people is said of them.
        """
        said = {
            "matched_at": "was matched with Robin Example before.",
            "lapsed_at": "was proposed before without an answer.",
        }
        for name, words in said.items():
            some = Population((mentor(KIM, areas=BREAST), mentee(ROBIN, areas=BREAST)))
            between = pair_id(*(each.who for each in some.sides))
            pair = Pair(id=between, **{name: made.NOW})
            known = replace(some.known, pairs={between: pair})
            evening = Population(some.applications, known).tonight
            (found,) = without(evening, Wanted(), evening.solve())
            assert found.sentence.endswith(words)


class TestBeaten:
    def test_the_next_and_how_much_is_missing(self) -> None:
        """
        One who has waited as long and shares less would be next: 4 points less.
        """
        people = [
            mentor(KIM, areas=BREAST, availability=["evenings"]),
            mentee(ROBIN, areas=BREAST),
            mentee(NOOR, areas=BREAST, availability=["evenings"]),
        ]
        found = alone(*people)
        assert found.sentence == (
            "Every place goes to someone who has waited longer or has more in common. "
            "The next would be Dr. Kim Sample, 4 points short."
        )
        assert found.help == ""
        assert found.shortage == "Only 1 waiting mentor chose Breast imaging; 2 mentees want it."

    def test_a_place_is_left_that_does_not_fit(self) -> None:
        """
        It isn't every place that goes to someone else.
        """
        people = [mentor(KIM, areas=BREAST), mentor(JO)]
        people += [mentee(ROBIN, areas=BREAST), mentee(NOOR, 7, areas=BREAST)]
        assert alone(*people).sentence == (
            "Every place that would fit goes to someone who has waited longer or has more in "
            "common. The next would be Dr. Kim Sample, 1 point short."
        )

    def test_an_equal_by_lot(self) -> None:
        """
        Of two equals who have waited as long, the lot decides, and nothing is short.
        """
        people = [
            mentor(KIM, areas=BREAST),
            *(mentee(each, areas=BREAST) for each in (ROBIN, NOOR)),
        ]
        evening = tonight(*people)
        (found,) = without(evening, Wanted(), evening.solve())
        assert found.sentence == (
            "Every place goes to someone who has waited longer, has more in common, or was drawn "
            "by lot. The next would be Dr. Kim Sample, just as good."
        )

    def test_someone_else_is_locked_or_must_be_matched_or_was_before(self) -> None:
        """
        What the coordinator wants is the reason, where it is.
        """
        people = [
            mentor(KIM, areas=BREAST),
            mentee(ROBIN, 14, areas=BREAST),
            mentee(NOOR, areas=BREAST),
        ]
        noor = ids("", NOOR)[1]
        must = alone(*people, wanted=Wanted(must=frozenset({noor})))
        assert must.sentence == "Every place goes to someone who must be matched tonight."
        before = alone(*people, wanted=Wanted(was=frozenset({ids(KIM, NOOR)})))
        assert before.sentence == (
            "Every place goes to someone who has waited longer, has more in common, or was "
            "suggested before. The next would be Dr. Kim Sample, just as good."
        )
        people[0] = mentor(KIM, 2, areas=BREAST)
        people.append(mentee(PAT, 70, areas=BREAST))
        locked = alone(*people, wanted=Wanted(lock=frozenset({ids(KIM, NOOR)})))
        assert locked.sentence == (
            "Every place goes to someone who has waited longer, has more in common, or is locked. "
            "The next would be Dr. Kim Sample, 8 points short."
        )

    def test_an_answer_could_make_up_for_it(self) -> None:
        """
        An open question that may be worth more than what is short is named, then what is scarce.
        """
        people = [
            mentor(KIM, areas=BREAST, availability=["evenings"]),
            mentee(ROBIN, areas=BREAST),
            mentee(NOOR, 7, areas=BREAST),
        ]
        assert alone(*people).help == (
            "Robin Example hasn’t said which times. An answer could make up for that."
        )
        people[2] = mentee(NOOR, 28, areas=BREAST)
        assert "hasn’t said" not in alone(*people).help

    def test_places_are_told_where_mentors_have_several(self) -> None:
        """
        What is scarce is counted in places, too.
        """
        people = [mentor(KIM, 2, areas=BREAST), mentee(ROBIN, areas=BREAST)]
        people += [mentee(each, 7, areas=BREAST) for each in (NOOR, PAT)]
        assert alone(*people).shortage == (
            "Only 1 waiting mentor, with 2 free places, chose Breast imaging; 3 mentees want it."
        )


SHORT = re.compile(r"The next would be (.+?)(?:, (\d+) points? short|, just as good)\.$")


def evenings() -> Iterator[tuple[Tonight, Wanted]]:
    """Yield random evenings; before some, the best was suggested, and before others, anything."""
    for number in range(EVENINGS):
        people, wanted = drawn(number).tonight, drawn(number).wanted
        draw = random.Random(number)
        anything = {(draw.choice(people.mentors).id, each.id) for each in people.mentees}
        was = (wanted.was, people.solve().pairs, frozenset(anything))[number % 3]
        yield people, replace(wanted, was=was)


def forced(evening: Tonight, wanted: Wanted, plan: Plan, mentee_id: str) -> Plan:
    """Return the plan that follows if a coordinator wants someone matched, and recalculates."""
    return evening.solve(replace(wanted, must=wanted.must | {mentee_id}, was=plan.pairs))


def fitting(evening: Tonight, wanted: Wanted, row: int) -> Iterator[Profile]:
    """Yield the mentors whom someone could get tonight if all others were away."""
    locked = [mentor for mentor, _ in evening.solve(wanted).pairs & wanted.lock]
    mentee_id = evening.mentees[row].id
    for column, each in enumerate(evening.mentors):
        if (
            (row, column) not in evening.effects
            and evening.shared[row][column] >= FLOOR
            and (each.id, mentee_id) not in wanted.apart
            and each.id not in wanted.free
            and each.taken + locked.count(each.id) < each.places
        ):
            yield each


def test_what_is_short_is_what_matching_them_would_take() -> None:
    """
    Of random evenings, whoever is in no suggestion has a reason, and nobody else; the next mentor
    and what is short are those of solving anew with the wish that this mentee is matched.
    """
    wrong: list[tuple[int, str, str]] = []
    told, blocked, out = 0, 0, 0
    for number, (evening, wanted) in enumerate(evenings()):
        plan = evening.solve(wanted)
        found = without(evening, wanted, plan)
        rows = {each.id: row for row, each in enumerate(evening.mentees)}
        expected = [each.id for each in evening.mentees if each.id not in plan.by_mentee]
        assert [each.mentee.id for each in found] == expected
        for each in found:
            row, said = rows[each.mentee.id], SHORT.search(each.sentence)
            changed = forced(evening, wanted, plan, each.mentee.id)
            lost = (wanted.must & plan.by_mentee.keys()) - changed.by_mentee.keys()
            if not any(fitting(evening, wanted, row)):
                out += 1
                if said or "The next" in each.sentence:
                    wrong.append((number, each.mentee.id, each.sentence))
            elif lost or each.mentee.id not in changed.by_mentee:
                blocked += 1
                if "The next" in each.sentence or "Every place" not in each.sentence:
                    wrong.append((number, each.mentee.id, each.sentence))
            else:
                told += 1
                mentor_then = changed.by_mentee[each.mentee.id].mentor.name
                short = max(0, points(plan) - points(changed))
                if not said or (said[1], int(said[2] or 0)) != (mentor_then, short):
                    wrong.append((number, each.mentee.id, f"{each.sentence} {short}"))
    assert wrong == []
    assert min(told, blocked, out) > 0


def test_whoever_has_the_place_has_the_reason() -> None:
    """
    Of random evenings, each who has a place that someone without a match could have has waited
    longer, shares more, or has it for another reason that is told.
    """
    wrong = []
    for number, (evening, wanted) in enumerate(evenings()):
        plan = evening.solve(wanted)
        rows = {each.id: row for row, each in enumerate(evening.mentees)}
        columns = {each.id: column for column, each in enumerate(evening.mentors)}
        for each in without(evening, wanted, plan):
            row = rows[each.mentee.id]
            if not SHORT.search(each.sentence):
                continue
            for one in fitting(evening, wanted, row):
                assert len(plan.by_mentor[one.id]) == one.places - one.taken
                for holder in plan.by_mentor[one.id]:
                    shares = evening.shared[rows[holder.mentee.id]][columns[one.id]]
                    more = shares - evening.shared[row][columns[one.id]]
                    since, own = (
                        some.side.application.waiting_since for some in (holder.mentee, each.mentee)
                    )
                    true = {
                        "has waited longer": since < own,
                        "has more in common": more > 0,
                        "is locked": holder.is_locked,
                        "must be matched tonight": holder.mentee.id in wanted.must,
                        "was suggested before": holder.ids in wanted.was,
                        "was drawn by lot": since == own and more == 0,
                    }
                    if not any(so and what in each.sentence for what, so in true.items()):
                        wrong.append((number, each.sentence, holder.mentee.name))
    assert wrong == []


def test_the_order_in_which_people_are_read_changes_no_word() -> None:
    """
    The same people, read in another order, get the same reasons.
    """
    for number in range(10):
        some = population(number, 8, 20).applications
        one, other = (
            [
                (each.mentee.id, each.sentence, each.help, each.shortage)
                for each in without(evening, Wanted(), evening.solve())
            ]
            for evening in (Population(some).tonight, Population(some[::-1]).tonight)
        )
        assert one == other
