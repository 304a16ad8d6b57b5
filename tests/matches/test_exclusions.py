"""Why two people can't be proposed to each other, and what a coordinator has to check first."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mentorship.applications.status import Status
from mentorship.form.question import Answer, Role
from mentorship.matches.exclusions import QUESTIONS, Findings, findings, recheck
from mentorship.matches.institutions import InstitutionAnswer, answer_id
from mentorship.matches.match import Match, MatchState, Party
from mentorship.matches.pair import Pair, pair_id
from mentorship.matches.rules import MEMBERSHIP, RULES, Effect
from mentorship.matches.side import Known, Side
from mentorship.members.roster import RosterResult
from tests import hostile, matching, unusual
from tests.every import every
from tests.made import NOW
from tests.matching import PRONOUN, mentee, mentor, prepared

ELSEWHERE = {**matching.ELSEWHERE}
SAME_FINE: dict[str, Answer] = {"outside_program": "same"}
AT_SAMPLE: dict[str, Answer] = {"institution": "Sample Radiology"}
NEAR_SAMPLE: dict[str, Answer] = {"institution": "Sample Valley Residency"}


def known(one: Side, other: Side, same: bool | None = None, **pair: Any) -> Known:
    """Return what is stored about two people, and whether their institutions are the *same*."""
    which = answer_id(one.institution, other.institution)
    answer = InstitutionAnswer(id=which, is_same=bool(same), at=NOW, by="casey@example.org")
    between = Pair(id=pair_id(one.who, other.who), **pair)
    return Known(pairs={between.id: between}, answers={} if same is None else {which: answer})


def of(
    mentors: dict[str, Any] | None = None,
    mentees: dict[str, Any] | None = None,
    *,
    same: bool | None = None,
    no_from: Role | None = None,
    membership: str = "",
    aliases: dict[str, tuple[str, ...]] | None = None,
    **pair: Any,
) -> Findings:
    """Return the findings about two people, who differ so from two whom nothing keeps apart."""
    one, other = mentor(**(mentors or {})), mentee(**(mentees or {}))
    there = prepared(one, other, membership={other.id: membership}, aliases=aliases)
    if no_from:
        pair["no_from"] = (there[0 if no_from is Role.MENTOR else 1].who,)
    return findings(*there, known(*there, same=same, **pair))


def keys(found: Findings) -> list[str]:
    """Return what was found, by its keys."""
    return [each.key for each in found.all]


# Each way in which a rule applies to two people, alone.
CASES: dict[str, Findings] = {
    "same-person": of(mentees={"answers": SAME_FINE | {"email": "kim@sample.example"}}),
    "maybe-same-person": of(mentees={"answers": {"full_name": "Sample, Kim"}}),
    "not-with-mentee": of(mentees={"answers": {"not_with": "Kim Sample"}}),
    "not-with-mentor": of({"answers": {"not_with": "Dr. Example"}}),
    "apart": of(apart_by="casey@example.org"),
    "declined-mentor": of(no_from=Role.MENTOR),
    "declined-mentee": of(no_from=Role.MENTEE),
    "not-waiting-mentor": of({"status": Status.PAUSED}),
    "not-waiting-mentee": of(mentees={"status": Status.WITHDRAWN}),
    "not-agreed-mentor": of({"status": Status.INVITED}),
    "not-agreed-mentee": of(mentees={"status": Status.INVITED}),
    "matched": of(mentees={"open_matches": ("other",)}),
    "no-place": of({"open_matches": ("other",)}),
    "same-institution": of(mentees={"answers": ELSEWHERE | AT_SAMPLE}),
    "maybe-elsewhere": of(mentees={"answers": ELSEWHERE | NEAR_SAMPLE}),
    "no-way-to-talk": of({"answers": {"contact_ways": ["email"]}}),
    "past": of(matched_at=NOW),
    "lapsed": of(lapsed_at=NOW),
    "unreached-mentor": of({"unreached_at": NOW}),
    "unreached-mentee": of(mentees={"unreached_at": NOW}),
    "membership": of(membership="lapsed"),
    "note-mentee": of(mentees={"answers": {"not_with": "my program director"}}),
    "note-mentor": of({"answers": {"not_with": "Pat Other"}}),
    "wish": of(mentees={"answers": {"preferred_people": "Pat Other"}}),
    "both-at-one": of(mentees={"answers": AT_SAMPLE}),
    "maybe-same-institution": of(mentees={"answers": NEAR_SAMPLE}),
    "unconfirmed-mentor": of({"confirmed_at": None}),
    "unconfirmed-mentee": of(mentees={"confirmed_at": None}),
}


class TestRules:
    def test_nothing_is_against_two(self) -> None:
        """
        Two people whom nothing keeps apart may be proposed at once.
        """
        assert of() == Findings()

    def test_each_applies_and_nothing_else(self) -> None:
        """
        Each rule is reached, and only where it says so.
        """
        assert {name: keys(found) for name, found in CASES.items()} == {n: [n] for n in CASES}
        of_each = {rule.code for rule in RULES if rule.of_each}
        reached = {name.removesuffix("-mentor").removesuffix("-mentee") for name in CASES}
        assert {rule.code for rule in RULES} == reached
        for code in of_each:
            assert {f"{code}-mentor", f"{code}-mentee"} <= CASES.keys()

    @every(("name", "found"), CASES.items())
    def test_a_sentence_names_people_and_has_no_pronoun(self, name: str, found: Findings) -> None:
        """
        Nobody has to guess who is meant, and no note is quoted.
        """
        (one,) = found.all
        people = ("Robin Example", "Kim Sample", "Sample, Kim")
        assert any(each in one.sentence for each in people) or "“" in one.sentence
        assert not PRONOUN.search(one.sentence)
        assert "{" not in one.sentence
        assert one.sentence.endswith(".")
        for private in ("program director", "Pat Other", "Dr. Example"):
            assert private not in one.sentence

    def test_what_may_be_lifted(self) -> None:
        """
        Some are never lifted, by no tick; others are, each by its own; some need none.
        """
        never = {
            *("same-person", "maybe-same-person", "not-with", "apart", "declined", "not-waiting"),
            *("not-agreed", "matched", "no-place"),
        }
        assert {rule.code for rule in RULES if rule.effect is Effect.NEVER} == never
        # What can be ticked has a few words for that.
        untickable = (Effect.NEVER, Effect.KNOW)
        assert [
            rule.code for rule in RULES if bool(rule.short) == (rule.effect in untickable)
        ] == []
        for name, found in CASES.items():
            (one,) = found.all
            if one.effect is Effect.KNOW:
                assert found.left() == [], name
                continue
            assert found.left() == [one], name
            assert found.left([one.code, "x"]) == ([] if name == one.code else [one]) or not (
                one.may_be_lifted
            ), name
            assert found.left([one.key]) == ([] if one.may_be_lifted else [one]), name

    def test_what_the_matcher_leaves_out(self) -> None:
        """
        What is only to be checked excludes nobody from what is suggested.
        """
        checks = {rule.code for rule in RULES if rule.effect in (Effect.CHECK, Effect.KNOW)}
        for name, found in CASES.items():
            (one,) = found.all
            assert bool(found.warnings) is (one.code in checks), name
            assert bool(found.excluded) is (one.code not in checks), name

    def test_what_the_member_list_says(self) -> None:
        """
        Whoever is found on it needs no tick; each other result is said in words.
        """
        found = {RosterResult.BY_ADDRESS, RosterResult.BY_NAME}
        assert {each.value for each in RosterResult if each not in found} == MEMBERSHIP.keys()
        assert all(of(membership=each) == Findings() for each in found)
        (told,) = of(membership="not checked").all
        assert told.sentence == "Robin Example’s membership hasn’t been checked."


class TestPeople:
    @every(
        "answers",
        [
            {"full_name": "SAMPLE, Kim Q., MD"},
            {"phone": "206 555 0199"},
            {"wsrs_email": "Kim@Sample.example"},
        ],
    )
    def test_who_may_be_one_person(self, answers: dict[str, Answer]) -> None:
        """
        An equal name, phone number or second address is a question, and excluded until answered.
        """
        one = {"answers": {"phone": "(206) 555-0199"}}
        asked = of(one, {"answers": SAME_FINE | answers})
        assert keys(asked) == ["maybe-same-person"]
        assert [each.code for each in asked.questions][:1] == ["same-person"]
        other = {"answers": SAME_FINE | answers}
        assert keys(of(one, other, same_person=True)) == ["same-person"]
        assert keys(of(one, other, same_person=False)) == []

    def test_an_earlier_address_counts(self) -> None:
        """
        Someone may have moved to another address since.
        """
        moved = mentor()
        moved = replace(
            moved,
            answers={**moved.answers, "email": "new@sample.example"},
            versions=(replace(moved.version, answers={"email": "robin@example.org"}),),
        )
        there = prepared(moved, mentee())
        assert "maybe-same-person" in keys(findings(*there, known(*there)))

    def test_short_numbers_are_nobodys_own(self) -> None:
        """
        A pager's number that two clinics share says nothing.
        """
        assert of({"answers": {"phone": "4411"}}, {"answers": {"phone": "4411"}}) == Findings()


class TestInstitutions:
    def test_the_answer_holds(self) -> None:
        """
        Until it is answered, two institutions count as the same; then what was answered counts.
        """
        there = {"answers": ELSEWHERE | NEAR_SAMPLE}
        asked = of(mentees=there)
        assert [each.sentence for each in asked.questions] == [
            "Are “Sample Valley Residency” and “Sample Radiology” the same institution?"
        ]
        assert keys(of(mentees=there, same=True)) == ["same-institution"]
        assert of(mentees=there, same=False) == Findings()

    def test_the_question_says_what_the_names_do_not_show(self) -> None:
        """
        Two names that have nothing in common are asked about because of the people's addresses.
        """
        there = {"answers": ELSEWHERE | {"email": "robin@sample.example"}}
        assert [each.sentence for each in of(mentees=there).questions] == [
            "Are “Example Hospital” and “Sample Radiology” the same institution? "
            "Both gave an email address at sample.example."
        ]

    def test_who_does_not_mind_is_asked_and_not_warned(self) -> None:
        """
        For a mentee who is fine with the same institution, the question holds nothing up.
        """
        found = of(mentees={"answers": SAME_FINE | NEAR_SAMPLE})
        assert keys(found) == []
        assert [each.code for each in found.questions] == ["same-institution"]

    def test_who_named_no_institution_is_asked_once(self) -> None:
        """
        Two who are retired, with addresses of one domain: what is answered counts from then on.
        """
        retired = {"institution": "Retired", "email": "robin@sample.example"}
        two = {"answers": {"institution": "Retired"}}, {"answers": ELSEWHERE | retired}
        assert [each.code for each in of(*two).questions] == ["same-institution"]
        assert of(*two, same=False) == Findings()
        assert keys(of(*two, same=True)) == ["same-institution"]

    def test_no_answer_says_that_one_is_another(self) -> None:
        """
        Two of one name are at one place, whatever was once answered.
        """
        there = {"answers": ELSEWHERE | AT_SAMPLE}
        assert keys(of(mentees=there, same=False)) == ["same-institution"]

    def test_an_alias_settles_it(self) -> None:
        """
        What coordinators list is known at once.
        """
        aliases = {"Sample Radiology": ("Example Hospital",)}
        assert keys(of(mentees={"answers": ELSEWHERE}, aliases=aliases)) == ["same-institution"]


class TestNotes:
    def test_it_is_withheld(self) -> None:
        """
        For a coordinator whom a note may name, it is as if there were none.
        """
        note = {"answers": {"not_with": "Kim Sample; Pat Other"}}
        found = of({"answers": {"not_with": "Robin Example"}}, note)
        assert keys(found) == ["not-with-mentee", "not-with-mentor", "note-mentee"]
        assert keys(found.without_notes({Role.MENTEE})) == ["not-with-mentor"]
        assert keys(found.without_notes(set(Role))) == []

    def test_it_is_looked_up_among_everyone(self) -> None:
        """
        A family name is understood as long as one person has it, whoever that is.
        """
        one, other = mentor(), mentee({"not_with": "Sample"})
        third = mentor({"full_name": "Pat Sample", "email": "pat@sample.example"}, id="third")
        alone, both = prepared(one, other), prepared(one, other, others=[third])
        assert keys(findings(*alone, known(*alone))) == ["not-with-mentee"]
        assert keys(findings(*both, known(*both))) == ["note-mentee"]


def proposal(*lifted: str) -> Match:
    """Return a proposal for which something was ticked."""
    return Match(
        id="match",
        state=MatchState.PROPOSED,
        parties={role: Party(application=f"{role}") for role in Role},
        proposed_at=NOW,
        proposed_by="casey@example.org",
        lifted=lifted,
        keep_months=12,
    )


class TestRecheck:
    def test_what_takes_a_proposal_back(self) -> None:
        """
        What is learned later about the two does; who has a place by now is decided elsewhere.
        """
        again = {
            "apart": {"apart_by": "casey@example.org"},
            "same-person": {"same_person": True},
        }
        there = prepared(mentor(open_matches=("match",)), mentee(open_matches=("match",)))
        assert recheck(proposal(), *there, known(*there)) == []
        for name, pair in again.items():
            assert [each.key for each in recheck(proposal(), *there, known(*there, **pair))] == [
                name
            ]
        theirs = prepared(mentor(), mentee({"not_with": "Kim Sample"}))
        assert [each.key for each in recheck(proposal(), *theirs, known(*theirs))] == [
            "not-with-mentee"
        ]

    def test_what_was_ticked_stays_ticked(self) -> None:
        """
        A coordinator who proposed it knowing better is not overruled; a note is never lifted.
        """
        there = prepared(mentor(), mentee(ELSEWHERE | AT_SAMPLE))
        assert recheck(proposal(), *there, known(*there))
        assert recheck(proposal("same-institution"), *there, known(*there)) == []
        theirs = prepared(mentor(), mentee({"not_with": "Kim Sample"}))
        assert recheck(proposal("not-with-mentee"), *theirs, known(*theirs))

    def test_what_is_not_known_takes_nothing_back(self) -> None:
        """
        A question, a note to be read or a membership is looked at before a proposal, not after it.
        """
        answers = ELSEWHERE | NEAR_SAMPLE | {"not_with": "Pat Other"}
        there = prepared(mentor(), mentee(answers), membership={"mentee": "lapsed"})
        found = findings(*there, known(*there, lapsed_at=NOW, matched_at=NOW))
        assert len(found.all) == 5
        assert recheck(proposal(), *there, known(*there, lapsed_at=NOW, matched_at=NOW)) == []


ANSWERS = st.fixed_dictionaries(
    {
        "full_name": st.sampled_from([*unusual.NAMES, *hostile.HOSTILE.values(), "Kim Sample"]),
        "institution": st.sampled_from([*unusual.INSTITUTIONS, *hostile.HOSTILE.values(), "SU"]),
        "not_with": st.sampled_from([*unusual.NAMES, *hostile.HOSTILE.values(), "", "Kim Sample"]),
        "outside_program": st.sampled_from(["yes", "any", "same"]),
        "contact_ways": st.lists(st.sampled_from(["video", "phone", "email"]), unique=True),
    }
)


class TestWhatever:
    @settings(deadline=timedelta(seconds=2))
    @given(one=ANSWERS, other=ANSWERS, same=st.sampled_from([None, True, False]))
    @example(one={"full_name": "{mentor}"}, other={"institution": "{0} {why!r}"}, same=None)
    def test_whatever_people_type(
        self, one: dict[str, Answer], other: dict[str, Answer], same: bool | None
    ) -> None:
        """
        Sentences come in one order, each key once, and no answer is taken for a part of one.
        """
        there = prepared(mentor(one), mentee(other))
        found = findings(*there, known(*there, same=same))
        order = {rule.code: number for number, rule in enumerate(RULES)}
        for some in (found.excluded, found.warnings):
            codes = [order[each.code] for each in some]
            assert codes == sorted(codes)
        assert len({*keys(found)}) == len(keys(found))
        asked = {each.code for each in found.questions}
        assert asked <= {each.code for each in QUESTIONS}
        # Whoever proposes has something to tick for everything that may be lifted.
        ticked = [each.key for each in found.all]
        assert all(each.effect is Effect.NEVER for each in found.left(ticked))

    @given(answers=st.lists(ANSWERS, min_size=2, max_size=6), order=st.randoms())
    def test_order_makes_no_difference(self, answers: list[dict[str, Answer]], order: Any) -> None:
        """
        Whoever else has applied, and in which order they are read, changes nothing.
        """
        everyone = [
            (mentor, mentee)[number % 2](each | {"email": f"p{number}@example.org"}, id=f"{number}")
            for number, each in enumerate(answers)
        ]
        there = prepared(*everyone)
        order.shuffle(everyone)
        again = {each.application.id: each for each in prepared(*everyone)}
        assert {each.application.id: each for each in there} == again
