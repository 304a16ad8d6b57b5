"""Who suits whom: the points of each criterion, and its sentence."""

from collections.abc import Mapping

from mentorship.form.question import Answer
from mentorship.matches.criteria import (
    ALONE,
    CRITERIA,
    ORDINALS,
    Criterion,
    Seat,
)
from mentorship.matches.places import places
from mentorship.matches.profile import Profile
from tests.matching import PRONOUN, profiled
from tests.matching import mentor as mentor_who

Answers = Mapping[str, Answer]
BY_CODE: dict[str, Criterion] = {each.code: each for each in CRITERIA}
# Of each criterion, what a mentor and a mentee answer, the points, and the sentence.
CASES: dict[str, list[tuple[Answers, Answers, int, str]]] = {
    "named": [
        ({}, {"preferred_people": "Kim Sample"}, 30, "Robin Example named Kim Sample."),
        ({}, {"preferred_people": "Pat Other"}, 0, ""),
        ({}, {}, 0, ""),
    ],
    "areas": [
        (
            {"subspecialties": ["breast", "general"]},
            {"subspecialties": ["breast"]},
            24,
            "Both chose Breast imaging.",
        ),
        (
            {"subspecialties": ["breast"]},
            {"subspecialties": ["breast", "general"]},
            20,
            "Both chose Breast imaging.",
        ),
        (
            {"subspecialties": ["informatics", "nuclear", "breast"]},
            {"subspecialties": ["nuclear", "informatics"]},
            24,
            "Both chose all of Robin Example’s areas: Nuclear medicine and molecular imaging; "
            "Imaging informatics and AI.",
        ),
        (
            {"subspecialties": ["informatics", "nuclear"]},
            {"subspecialties": ["nuclear", "informatics", "breast"]},
            20,
            "Both chose Nuclear medicine and molecular imaging; Imaging informatics and AI.",
        ),
        (
            {"subspecialties": ["general"]},
            {"subspecialties": ["breast", "nuclear"]},
            0,
            "No area in common. Robin Example chose Breast imaging; Nuclear medicine and molecular "
            "imaging. Kim Sample chose General radiology.",
        ),
        (
            {"subspecialties": ["other"]},
            {"subspecialties": ["other", "breast"]},
            0,
            "Kim Sample hasn’t said which areas.",
        ),
        (
            {"subspecialties": ["breast"]},
            {"subspecialties": ["undecided"]},
            0,
            "Robin Example hasn’t said which areas.",
        ),
        ({}, {}, 0, "Robin Example hasn’t said which areas."),
    ],
    "topics": [
        (
            {"topics": ["boards", "teaching"]},
            {"topics": ["boards"]},
            24,
            "Robin Example’s topic: Board exams.",
        ),
        (
            {"topics": ["boards", "teaching", "family"]},
            {"topics": ["teaching", "boards"]},
            24,
            "All of Robin Example’s topics: Board exams; Teaching.",
        ),
        (
            {"topics": ["boards"]},
            {"topics": ["teaching", "boards", "family"]},
            8,
            "1 of Robin Example’s 3 topics: Board exams.",
        ),
        (
            {"topics": ["boards", "teaching", "family"]},
            {"topics": ["teaching", "boards", "family", "advocacy"]},
            18,
            "3 of Robin Example’s 4 topics: Board exams; Teaching; Parental leave and family.",
        ),
        ({"topics": ["boards"]}, {"topics": ["teaching"]}, 0, "No topic in common."),
        ({}, {"topics": ["boards"]}, 0, "Kim Sample hasn’t said which topics."),
        (
            {"topics": ["other"]},
            {"topics": ["other"]},
            0,
            "Robin Example hasn’t said which topics.",
        ),
    ],
    "setting": [
        (
            {"practice_setting": ["academic", "private"]},
            {"practice_setting": ["private", "military"]},
            8,
            "Private practice, which Robin Example would like to hear about.",
        ),
        (
            {"practice_setting": ["academic", "private"]},
            {"practice_setting": ["private", "academic"]},
            8,
            "Academic; Private practice, which Robin Example would like to hear about.",
        ),
        (
            {"practice_setting": ["academic"]},
            {"practice_setting": ["private"]},
            0,
            "Kim Sample works in another setting: Academic.",
        ),
        (
            {"practice_setting": ["academic", "hybrid"]},
            {"practice_setting": ["private"]},
            0,
            "Kim Sample works in other settings: Academic; Hybrid.",
        ),
        (
            {"practice_setting": ["other"]},
            {"practice_setting": ["private"]},
            0,
            "Kim Sample hasn’t said which practice setting.",
        ),
        (
            {"practice_setting": ["private"]},
            {"practice_setting": ["any"]},
            0,
            "Robin Example hasn’t said which practice setting.",
        ),
    ],
    "times": [
        (
            {"availability": ["evenings", "midday"]},
            {"availability": ["evenings"]},
            4,
            "Good times for both: Evenings.",
        ),
        (
            {"availability": ["weekends", "evenings"]},
            {"availability": ["evenings", "weekends"]},
            4,
            "Good times for both: Evenings; Weekends.",
        ),
        (
            {"availability": ["midday"]},
            {"availability": ["evenings"]},
            0,
            "No good time in common.",
        ),
        (
            {"availability": ["varies"]},
            {"availability": ["evenings"]},
            0,
            "Kim Sample hasn’t said which times are good.",
        ),
        (
            {"availability": ["midday"]},
            {},
            0,
            "Robin Example hasn’t said which times are good.",
        ),
    ],
    "city": [
        (
            {"city": "spokane", "contact_ways": ["in_person"]},
            {"city": "Spokane", "contact_ways": ["video", "in_person"]},
            4,
            "Both are in Spokane, and both like to meet in person.",
        ),
        (
            {"city": "Spokane", "contact_ways": ["video"]},
            {"city": "Spokane", "contact_ways": ["in_person"]},
            0,
            "",
        ),
        ({"contact_ways": ["in_person"]}, {"contact_ways": ["in_person"]}, 0, ""),
        (
            {"city": "Tacoma", "contact_ways": ["in_person"]},
            {"city": "Spokane", "contact_ways": ["in_person"]},
            0,
            "",
        ),
    ],
    "elsewhere": [
        ({}, {"outside_program": "any"}, 6, "Different institutions."),
        (
            {"institution": "the Example Hosp."},
            {"outside_program": "any"},
            0,
            "The same institution.",
        ),
        ({"institution": "Example Valley Residency"}, {"outside_program": "any"}, 0, ""),
        ({"institution": "Retired"}, {"outside_program": "any"}, 0, ""),
        ({}, {"institution": "Retired", "outside_program": "any"}, 0, ""),
        ({}, {"outside_program": "yes"}, 0, ""),
        ({}, {"outside_program": "same"}, 0, ""),
        ({}, {}, 0, ""),
    ],
}
# The same of a mentee's waiting, by its days, and of a mentor's place.
WAITING = {
    0: (0, "Robin Example has been waiting since today."),
    1: (0, "Robin Example has been waiting for 1 day."),
    6: (0, "Robin Example has been waiting for 6 days."),
    7: (1, "Robin Example has been waiting for 7 days."),
    63: (9, "Robin Example has been waiting for 63 days."),
    363: (51, "Robin Example has been waiting for 363 days."),
    1_200: (52, "Robin Example has been waiting for 1,200 days."),
}
SEATS = {
    ALONE: (0, "", 0, ""),
    Seat(taken=1): (-3, "Robin Example would be Kim Sample’s second mentee.", 0, ""),
    Seat(taken=2): (-6, "Robin Example would be Kim Sample’s third mentee.", 0, ""),
    Seat(as_before=True): (0, "", 3, "As suggested before."),
}


def told(code: str, mentor: Profile, mentee: Profile, seat: Seat = ALONE) -> tuple[int, str]:
    """Return the points and the sentence of one criterion."""
    return (
        BY_CODE[code].points(mentor, mentee, seat),
        BY_CODE[code].words(mentor, mentee, seat),
    )


def test_what_two_share() -> None:
    """
    Each criterion has its points and its sentence, also where there is nothing in common or where
    one of the two has not answered.
    """
    for code, cases in CASES.items():
        for mentors, mentees, points, sentence in cases:
            mentor, mentee = profiled(mentors, mentees)
            assert told(code, mentor, mentee) == (points, sentence), (code, mentors, mentees)


def test_waiting_and_places() -> None:
    """
    A full week is a point, up to a year; a further place costs some, and "as before" adds some.
    """
    for days, expected in WAITING.items():
        assert told("waiting", *profiled({}, {}, days=days)) == expected
    mentor, mentee = profiled({}, {})
    for seat, (further, taken, before, again) in SEATS.items():
        assert told("further", mentor, mentee, seat) == (further, taken)
        assert told("before", mentor, mentee, seat) == (before, again)


def test_every_criterion_is_here() -> None:
    """
    There is no criterion whose sentences nobody has read.
    """
    assert BY_CODE.keys() == CASES.keys() | {"waiting", "further", "before"}
    assert len(BY_CODE) == len(CRITERIA)
    assert {each.code for each in CRITERIA if each.is_shared} == CASES.keys()


def test_points_have_a_sentence() -> None:
    """
    Wherever a criterion adds points or takes some, it says why, in a sentence without a pronoun.
    """
    cases = [(code, *case) for code, found in CASES.items() for case in found]
    for code, mentors, mentees, _, _ in cases:
        mentor, mentee = profiled(mentors, mentees)
        for seat in SEATS:
            for each in CRITERIA:
                sentence = each.words(mentor, mentee, seat)
                assert sentence or not each.points(mentor, mentee, seat), (code, each.code)
                assert not sentence or sentence.endswith("."), sentence
                assert not PRONOUN.search(sentence)


def test_every_place_has_an_ordinal() -> None:
    """
    Of a mentor with as many places as the form lets, each can be told.
    """
    most = max(places(mentor_who({"capacity": code})) for code in ("1", "2", "3"))
    assert len(ORDINALS) >= most


def test_as_before_outweighs_nothing() -> None:
    """
    What was suggested before counts less than anything that two can share.
    """
    before = BY_CODE["before"].points(*profiled({}, {}), Seat(as_before=True))
    assert 0 < before < min(each[2] for cases in CASES.values() for each in cases if each[2])
