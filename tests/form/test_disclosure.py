"""Who reads an answer, and how much of it, by the wording that its owner agreed to."""

from datetime import date
from typing import Any

import pytest

from mentorship.form.disclosure import Disclosure
from mentorship.form.question import Answer, Audience, Role
from tests.every import every
from tests.made import FORMS

GIVEN_ON = date(2026, 10, 6)
COORDINATOR, OWNER = Audience.COORDINATOR, Audience.OWNER
PROPOSED, MATCH = Audience.PROPOSED, Audience.MATCH
ANSWERS: dict[str, Answer] = {
    "full_name": "Robin Example",
    "email": "robin@example.org",
    "wsrs_email": "robin@society.example",
    "phone": "206 555 0100",
    "membership": "yes",
    "training_stage": "pgy4",
    "training_ends": "2027-06",
    "institution": "Example Hospital",
    "city": "Seattle",
    "subspecialties": ["breast", "other"],
    "subspecialties_other": "Forensic imaging",
    "topics": ["boards", "well_being", "family", "img"],
    "goal": "To know where I want to work.",
    "contact_ways": ["video"],
    "availability": ["evenings"],
    "outside_program": "yes",
    "preferred_people": "Dr. Sample",
    "not_with": "Sam Example",
}
STAGE = "PGY-4 (R3) in October 2026"
TOPICS = (
    "Board exams; Work-life balance and well-being; Parental leave and family; "
    "International medical graduate"
)
AREAS = {"subspecialties": "Breast imaging; Other"}
MEETING = {"contact_ways": "Video", "availability": "Evenings"}
BEFORE = {**AREAS, **MEETING}
AFTER = {
    **BEFORE,
    "subspecialties_other": "Forensic imaging",
    "full_name": "Robin Example",
    "email": "robin@example.org",
    "training_stage": STAGE,
    "institution": "Example Hospital",
    "city": "Seattle",
    "topics": TOPICS,
    "goal": "To know where I want to work.",
}


def words(
    audience: Audience,
    *,
    consent: int = 3,
    struck: tuple[str, ...] = (),
    private: bool = False,
    **answers: Answer,
) -> dict[str, str]:
    """Return what an audience reads of a mentee's answers, by the questions' names."""
    sections = FORMS[Role.MENTEE].show(
        {**ANSWERS, **answers},
        audience=audience,
        consent_version=consent,
        given_on=GIVEN_ON,
        struck=struck,
        private=private,
    )
    return {question.name: words for _, rows in sections for question, words in rows if words}


class TestProposed:
    def test_under_the_present_wording(self) -> None:
        """
        One word of the stage, and of the topics those that say little of a person.
        """
        assert words(PROPOSED) == {**BEFORE, "training_stage": "Resident", "topics": "Board exams"}

    @every("consent", [1, 2])
    def test_under_an_earlier_wording(self, consent: int) -> None:
        """
        What was said then: all topics, and nothing of the stage.
        """
        assert words(PROPOSED, consent=consent) == {**BEFORE, "topics": TOPICS}

    def test_without_a_wording(self) -> None:
        """
        Of whoever agreed in words alone, what every wording says.
        """
        assert words(PROPOSED, consent=0) == {**BEFORE, "topics": "Board exams"}

    @pytest.mark.parametrize(
        ("stage", "word"),
        [("pgy1", "Intern"), ("pgy2", "Resident"), ("pgy6", "Resident"), ("fellow", "Fellow")],
    )
    def test_the_stage_in_a_word(self, stage: str, word: str) -> None:
        """
        Intern, resident or fellow, and no month.
        """
        assert words(PROPOSED, training_stage=stage)["training_stage"] == word

    def test_another_stage(self) -> None:
        """
        "Other" says nothing, nor do the words about it.
        """
        shown = words(PROPOSED, training_stage="other", training_stage_other="Between two programs")
        assert not {"training_stage", "training_stage_other"} & set(shown)

    @every("consent", [0, 1, 2, 3])
    @every("name", ["training_stage", "subspecialties", "topics"])
    def test_words_about_an_option(self, consent: int, name: str) -> None:
        """
        What somebody wrote about "Other" is free text, and never shown before their name.
        """
        given: dict[str, Any] = {name: ["other"], f"{name}_other": "Between two programs"}
        assert f"{name}_other" not in words(PROPOSED, consent=consent, **given)
        assert words(MATCH, consent=consent, **given)[f"{name}_other"] == "Between two programs"

    def test_only_topics_that_are_kept(self) -> None:
        """
        Where no topic may be shown yet, there is no line about topics.
        """
        assert "topics" not in words(PROPOSED, topics=["family", "img"])

    @every("consent", [0, 1, 2, 3])
    def test_a_goal_where_its_owner_says_so(self, consent: int) -> None:
        """
        What somebody wrote is shown before their name only where they ticked that it may be.
        """
        assert "goal" not in words(PROPOSED, consent=consent)
        assert words(PROPOSED, consent=consent, goal_shown=True)["goal"] == ANSWERS["goal"]

    def test_no_telephone_number_before_the_name(self) -> None:
        """
        The tick for the number is for the match, not for who is proposed.
        """
        assert "phone" not in words(PROPOSED, phone_shown=True)

    def test_what_was_struck(self) -> None:
        """
        A struck line is not shown, nor what is said beside it.
        """
        assert words(PROPOSED, struck=("subspecialties", "contact_ways")) == {
            "availability": "Evenings",
            "training_stage": "Resident",
            "topics": "Board exams",
        }


class TestMatch:
    @every("consent", [0, 1, 2, 3])
    def test_once_both_have_said_yes(self, consent: int) -> None:
        """
        All that is shared, in full, and nothing that is for coordinators only.
        """
        assert words(MATCH, consent=consent) == AFTER

    def test_a_telephone_number_where_its_owner_says_so(self) -> None:
        """
        The number is the match's where its owner ticked so.
        """
        assert words(MATCH, phone_shown=True) == {**AFTER, "phone": "(206) 555-0100"}

    def test_what_was_struck(self) -> None:
        """
        A line that was struck from the letter before the name is shown once both have said yes.
        """
        assert words(MATCH, struck=("topics", "subspecialties")) == AFTER


class TestInsiders:
    @every("audience", [COORDINATOR, OWNER])
    @every("consent", [0, 1, 2, 3])
    def test_everything_but_what_is_private(self, audience: Audience, consent: int) -> None:
        """
        The owner and the coordinators read all of it; a private answer only where it is asked for.
        """
        shown = words(audience, consent=consent, struck=("topics",))
        assert set(shown) == set(ANSWERS) - {"not_with"}
        assert shown["training_stage"] == STAGE
        assert shown["topics"] == TOPICS
        everything = words(audience, consent=consent, private=True)
        assert everything == {**shown, "not_with": "Sam Example"}

    @every("audience", [PROPOSED, MATCH])
    def test_others_never_get_what_is_private(self, audience: Audience) -> None:
        """
        Whoever asks for a private answer for a match gets none.
        """
        assert "not_with" not in words(audience, private=True)

    def test_what_was_skipped(self) -> None:
        """
        They see which questions were skipped, but not what nobody was asked for.
        """
        sections = FORMS[Role.MENTEE].show({}, audience=OWNER, consent_version=3, given_on=GIVEN_ON)
        names = {question.name for _, rows in sections for question, _ in rows}
        assert {"city", "topics"} <= names
        assert not {"not_with", "topics_other", "goal_shown"} & names


def test_one_answer_alone() -> None:
    """
    A single answer is shown by the same rules.
    """
    told = Disclosure(audience=PROPOSED, consent_version=3, given_on=GIVEN_ON)
    (stage,) = (q for q in FORMS[Role.MENTEE].questions() if q.name == "training_stage")
    assert told.words(stage, {"training_stage": "fellow"}) == "Fellow"
    assert told.words(stage, {}) == ""
