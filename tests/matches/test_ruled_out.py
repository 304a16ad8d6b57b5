"""Which of many pairs are ruled out, each kind alone; promise 21 compares it for all of them."""

from collections.abc import Mapping
from typing import Any

from mentorship.matches.institutions import InstitutionAnswer, answer_id
from mentorship.matches.pair import Pair, pair_id
from mentorship.matches.profile import profiles
from mentorship.matches.ruled_out import Numbers, ruled_out
from mentorship.matches.rules import RULES, Effect
from mentorship.matches.side import Known, Side
from tests import made, matching
from tests.matching import mentee, mentor, prepared

NEVER, LIFTED = Effect.NEVER, Effect.UNLESS_TICKED
ELSEWHERE = {**matching.ELSEWHERE}
# What differs of two mentors and two mentees, and which pairs, mentee first, that rules out.
OF_PEOPLE: dict[str, tuple[Mapping[str, Any], dict[Numbers, Effect]]] = {
    "nothing": ({}, {}),
    "same-person": ({"mentee 0": {"email": "pat@other.example"}}, {(0, 1): NEVER}),
    "maybe-same-person": ({"mentee 1": {"full_name": "Sample, Kim"}}, {(1, 0): NEVER}),
    "not-with": (
        {"mentee 0": {"not_with": "Pat Other"}, "mentor 0": {"not_with": "Jo Muster"}},
        {(0, 1): NEVER, (1, 0): NEVER},
    ),
    "same-institution": (
        {"mentee 0": {**ELSEWHERE, "institution": "sample radiology"}},
        {(0, 0): LIFTED},
    ),
    "maybe-elsewhere": (
        {"mentee 1": {**ELSEWHERE, "institution": "Other Valley Residency"}},
        {(1, 1): LIFTED},
    ),
    "no-way-to-talk": (
        {"mentee 0": {"contact_ways": ["email"]}, "mentor 1": {"contact_ways": ["email"]}},
        {(0, 0): LIFTED, (1, 1): LIFTED},
    ),
    "two reasons": (
        {"mentee 0": {"contact_ways": ["email"], "not_with": "Pat Other"}},
        {(0, 0): LIFTED, (0, 1): NEVER},
    ),
    "a way that isn't known": ({"mentee 0": {"contact_ways": []}}, {}),
}
# The same of what is stored about the second mentee and the first mentor.
OF_PAIRS: dict[str, tuple[Mapping[str, Any], dict[Numbers, Effect]]] = {
    "apart": ({"apart_by": "casey@example.org"}, {(1, 0): NEVER}),
    "same-person": ({"same_person": True}, {(1, 0): NEVER}),
    "another person": ({"same_person": False}, {}),
    "past": ({"matched_at": made.NOW}, {(1, 0): LIFTED}),
    "lapsed": ({"lapsed_at": made.NOW}, {(1, 0): LIFTED}),
    "proposed": ({"proposed_at": made.NOW}, {}),
}


def four(answers: Mapping[str, Any], unreached: str = "") -> list[Side]:
    """Return two mentors and two mentees, whom nothing keeps apart but what differs."""
    names = {
        "mentor 0": ("Kim Sample", "kim@sample.example", "Sample Radiology"),
        "mentor 1": ("Pat Other", "pat@other.example", "Other Clinic"),
        "mentee 0": ("Robin Example", "robin@example.org", "Example Hospital"),
        "mentee 1": ("Jo Muster", "jo@muster.example", "Muster Hospital"),
    }
    return prepared(
        *(
            (mentor if who.startswith("mentor") else mentee)(
                {
                    "full_name": name,
                    "email": email,
                    "institution": place,
                    "phone": "",
                    **answers.get(who, {}),
                },
                id=who,
                unreached_at=made.NOW if who == unreached else None,
            )
            for who, (name, email, place) in names.items()
        )
    )


def found_of(there: list[Side], known: Known = Known()) -> dict[Numbers, Effect]:
    """Return which pairs are ruled out."""
    return ruled_out(*profiles(there[:2], there[2:], known, days=lambda _: 0), known)


def test_each_kind_alone() -> None:
    """
    Each kind rules out the pair that it is about, and no other.
    """
    for name, (answers, expected) in OF_PEOPLE.items():
        assert found_of(four(answers)) == expected, name


def test_what_is_stored() -> None:
    """
    What lies between two people rules out those two.
    """
    for name, (changes, expected) in OF_PAIRS.items():
        there = four({})
        between = pair_id(there[0].who, there[3].who)
        pairs = {between: Pair(id=between, **changes)}
        assert found_of(there, Known(pairs=pairs)) == expected, name
    there = four({})
    between = pair_id(there[1].who, there[2].who)
    for who in (there[1].who, there[2].who):
        known = Known(pairs={between: Pair(id=between, no_from=(who,))})
        assert found_of(there, known) == {(0, 1): NEVER}


def test_someone_who_was_not_reached() -> None:
    """
    Someone who let a proposal lapse is suggested to nobody until they were reached.
    """
    assert found_of(four({}, "mentor 1")) == {(0, 1): LIFTED, (1, 1): LIFTED}
    assert found_of(four({}, "mentee 0")) == {(0, 0): LIFTED, (0, 1): LIFTED}


def test_what_a_coordinator_answered() -> None:
    """
    Whether two institutions are the same counts as answered.
    """
    there = four({"mentee 1": {**ELSEWHERE, "institution": "Other Valley Residency"}})
    which = answer_id(there[1].institution, there[3].institution)
    for is_same, expected in ((True, {(1, 1): LIFTED}), (False, {})):
        said = InstitutionAnswer(id=which, is_same=is_same, at=made.NOW, by="casey@example.org")
        assert found_of(there, Known(answers={which: said})) == expected


def test_every_rule_is_here() -> None:
    """
    Of the rules that keep people from being suggested, each is tried; those about someone who isn't
    waiting or has no place are no one's here.
    """
    kinds = {each.code for each in RULES if each.effect in (NEVER, LIFTED)}
    of_status = {"not-waiting", "not-agreed", "matched", "no-place"}
    assert (
        kinds - of_status
        == (OF_PEOPLE.keys() | OF_PAIRS.keys() | {"declined", "unreached"}) & kinds
    )
