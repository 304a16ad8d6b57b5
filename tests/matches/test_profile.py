"""What counts of each person, prepared once."""

from dataclasses import replace

from mentorship.form import wishes
from mentorship.form.question import Answer, Option
from mentorship.matches import profile
from mentorship.matches.in_common import CHOSEN
from mentorship.matches.institutions import InstitutionAnswer, answer_id
from mentorship.matches.profile import chosen, labels, profiles
from mentorship.matches.side import Known
from tests import made
from tests.matching import mentee, mentor, prepared, profiled


def test_options_that_count() -> None:
    """
    Each option is a bit of its own, and what names nothing in particular is none.
    """
    for question in CHOSEN.values():
        everything = mentee({question.name: [each.code for each in question.options]})
        bits = chosen(question, everything)
        named = [each.label for each in question.options if not each.vague]
        assert labels(question, bits) == named
        assert bits.bit_count() == len(named)
        for vague in [each.code for each in question.options if each.vague]:
            assert chosen(question, mentee({question.name: [vague]})) == 0


def test_answers_that_are_none() -> None:
    """
    Nothing chosen, a text where a list was, a code that is unknown, and one chosen twice, are read.
    """
    answers: dict[str, Answer] = {"a": None, "b": "", "c": [], "d": "breast", "e": ["gone"]}
    found = [chosen(wishes.AREAS, mentee({"subspecialties": each})) for each in answers.values()]
    assert found == [0] * len(found)
    once, twice = ({"subspecialties": ["breast"] * many} for many in (1, 2))
    assert chosen(wishes.AREAS, mentee(once)) == chosen(wishes.AREAS, mentee(twice)) > 0


def test_an_option_that_is_no_longer_offered() -> None:
    """
    What was chosen from an earlier form still counts, by its label then.
    """
    earlier = Option(code="film", label="Film")
    question = replace(wishes.AREAS, name="earlier", retired=(earlier,))
    before = CHOSEN.get(question.name)
    assert before is None
    CHOSEN[question.name] = question
    try:
        bits = chosen(question, mentee({"earlier": ["film"]}))
        assert labels(question, bits) == ["Film"]
    finally:
        del CHOSEN[question.name]
        profile._bits.cache_clear()


def test_all_of_someone() -> None:
    """
    A profile has what counts: numbers of what was chosen, places, days, and the city if they meet.
    """
    one, other = profiled(
        {
            "subspecialties": ["breast", "other"],
            "capacity": "3",
            "city": " SPOKANE ",
            "contact_ways": ["in_person"],
        },
        {"topics": ["boards", "teaching"], "city": "Spokane", "contact_ways": ["video"]},
        days=20,
    )
    assert (one.area_count, one.topic_count, other.topic_count) == (1, 0, 2)
    assert (one.city, other.city) == ("spokane", "")
    assert (one.taken, one.places, other.taken, other.places) == (0, 3, 0, 1)
    assert (one.days, one.weeks, one.name, other.name) == (20, 2, "Kim Sample", "Robin Example")


def test_places_taken() -> None:
    """
    Open matches take places, and never more than there are.
    """
    applications = [
        mentor({"capacity": "2"}, id=f"m{many}", open_matches=tuple("abc"[:many]))
        for many in range(4)
    ]
    found, _ = profiles(prepared(*applications), [], Known(), days=lambda _: 0)
    assert [(each.taken, each.places) for each in found] == [(0, 2), (1, 2), (2, 2), (2, 2)]


def test_wishes_of_mentees_only() -> None:
    """
    Whom a mentee named is found among the mentors; a mentor names nobody.
    """
    one, other = profiled({"preferred_people": "Robin Example"}, {"preferred_people": "Dr. Sample"})
    assert (one.wished, other.wished) == (frozenset(), {one.id})


def test_institutions_by_number() -> None:
    """
    Each different institution is compared once; those that only may be the same count as neither.
    """
    names = ("Sample Radiology", "Example Hosp.", "Sample Radiology", "Retired", "Example Clinic")
    mentors = [mentor({"institution": name}, id=f"m{at}") for at, name in enumerate(names)]
    answers = ("any", "yes", "any")
    mentees = [
        mentee({"outside_program": answer, "institution": place}, id=f"e{at}")
        for at, (answer, place) in enumerate(
            zip(answers, ("Example Hospital", "Example Hospital", "None"), strict=True)
        )
    ]
    there = prepared(*mentors, *mentees)
    one, other = profiles(there[:5], there[5:], Known(), days=lambda _: 0)
    assert [each.employer for each in one] == [0, 1, 0, -1, 2]
    assert (other[0].elsewhere, other[0].same_place) == ({0}, {1})
    assert [each.elsewhere | each.same_place for each in other[1:]] == [frozenset(), frozenset()]
    # Once a coordinator has answered about two of them, it counts as answered.
    which = answer_id(there[4].institution, there[5].institution)
    for is_same in (True, False):
        said = InstitutionAnswer(id=which, is_same=is_same, at=made.NOW, by="casey@example.org")
        _, (asked, *_) = profiles(
            there[:5], there[5:], Known(answers={which: said}), days=lambda _: 0
        )
        assert (2 in asked.same_place, 2 in asked.elsewhere) == (is_same, not is_same)
