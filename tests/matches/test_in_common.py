"""What the two of a match have in common, and what never counts."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from mentorship.applications.shown import show_person
from mentorship.form.choices import Choices
from mentorship.form.declaration import CITY
from mentorship.form.question import Answer, Audience, Role
from mentorship.matches.in_common import CHOSEN, InCommon, in_common
from tests import made

BOTH: Mapping[str, Answer] = {
    "subspecialties": ["musculoskeletal", "breast"],
    "topics": ["boards", "well_being"],
    "practice_setting": ["private"],
    "contact_ways": ["video", "in_person"],
    "availability": ["evenings", "varies"],
    "city": "Spokane",
}


def shared(
    mentor: Mapping[str, Answer],
    mentee: Mapping[str, Answer],
    audience: Audience = Audience.MATCH,
    **of_the_mentee: Any,
) -> tuple[InCommon, ...]:
    """Return what two have in common who gave some answers."""
    return in_common(
        made.application(Role.MENTOR, answers=mentor),
        made.application(Role.MENTEE, answers=mentee, **of_the_mentee),
        audience,
    )


def sentences(found: tuple[InCommon, ...], reader: Role = Role.MENTEE) -> list[str]:
    """Return what a reader is told."""
    return [each.sentence(reader) for each in found]


class TestInCommon:
    def test_match_reads_all_of_it(self) -> None:
        """
        Once both have said yes, everything that both chose is told, in the order of its weight.
        """
        found = shared(BOTH, BOTH)
        assert sentences(found) == [
            "You both chose Breast imaging; Musculoskeletal imaging.",
            "You’d both like to talk about Board exams; Work-life balance and well-being.",
            "They practice in a setting you’d like to hear about: Private practice.",
            "You’re both in Spokane.",
            "These times usually suit you both: Evenings.",
            "You both like to talk by: Video; In person.",
        ]
        assert sentences(found, Role.MENTOR)[2] == (
            "They’d like to hear about your practice setting: Private practice."
        )
        assert found[0].codes == ("breast", "musculoskeletal")
        assert found[0].parts(Role.MENTOR) == ("You both chose ", found[0].words, ".")

    def test_proposed_match_reads_less(self) -> None:
        """
        Before both have said yes, nothing is told that only a match may read.
        """
        told = sentences(shared(BOTH, BOTH, Audience.PROPOSED))
        assert "You’d both like to talk about Board exams." in told
        assert "Spokane" not in " ".join(told)

    def test_what_its_owner_keeps_back_is_not_told(self) -> None:
        """
        An answer that one of the two keeps from a proposed match is in no sentence before the yes.
        """
        kept = shared(BOTH, BOTH, Audience.PROPOSED, struck=("subspecialties",))
        assert "subspecialties" not in {each.question for each in kept}
        later = shared(BOTH, BOTH, Audience.MATCH, struck=("subspecialties",))
        assert "subspecialties" in {each.question for each in later}

    def test_earlier_consent_holds(self) -> None:
        """
        Who agreed that all topics are shown before their name is told about as they agreed.
        """
        (topics,) = (
            each
            for each in in_common(
                made.application(Role.MENTOR, answers=BOTH, consent_version=2),
                made.application(Role.MENTEE, answers=BOTH, consent_version=2),
                Audience.PROPOSED,
            )
            if each.question == "topics"
        )
        assert topics.codes == ("boards", "well_being")

    def test_nothing_in_particular_is_not_in_common(self) -> None:
        """
        "Other", "Undecided", "No preference", "Varies" and what was skipped count as nothing.
        """
        vague = {"subspecialties": ["other"], "topics": ["other"], "availability": ["varies"]}
        mentee = {"subspecialties": ["undecided"], "practice_setting": ["any"], **vague}
        mentor = {**vague, "practice_setting": ["other"], "contact_ways": ["email"]}
        assert shared(mentor, mentee | {"city": "", "contact_ways": ["video"]}) == ()
        assert shared({**BOTH, "city": ""}, {**BOTH, "city": ""})[3].question != "city"

    def test_city_is_known_however_it_is_spelled(self) -> None:
        """
        Case, accents and full stops do not make another city; another word does.
        """
        for other, same in (("spokane ", True), ("SPOKANE.", True), ("Spokane Valley", False)):
            found = {each.question for each in shared(BOTH, {**BOTH, "city": other})}
            assert ("city" in found) is same, other


def answers() -> st.SearchStrategy[dict[str, Answer]]:
    """Draw answers to the questions that are compared, or none."""
    drawn_of: dict[str, st.SearchStrategy[Answer]] = {
        each.name: st.lists(st.sampled_from([o.code for o in each.options]), unique=True)
        for each in CHOSEN.values()
    }
    return st.fixed_dictionaries(
        {}, optional={**drawn_of, CITY.name: st.sampled_from(["Spokane", "Yakima"])}
    )


class TestAnyTwo:
    @settings(max_examples=200)
    @drawn(answers(), answers(), st.sampled_from([Audience.PROPOSED, Audience.MATCH]))
    def test_both_chose_it_and_may_read_it(
        self, mentor: dict[str, Answer], mentee: dict[str, Answer], audience: Audience
    ) -> None:
        """
        Whatever two answered, what is told is in both answers, and in what each reads of the other.
        """
        usual = {role: made.application(role) for role in Role}
        plain = {
            role: {k: v for k, v in usual[role].answers.items() if k not in {*CHOSEN, CITY.name}}
            for role in Role
        }
        two = [
            usual[role].with_changes(answers={**plain[role], **own})
            for role, own in ((Role.MENTOR, mentor), (Role.MENTEE, mentee))
        ]
        for each in in_common(two[0], two[1], audience):
            for one in two:
                shown = show_person(
                    one, made.FORMS[one.role], audience=audience, local=lambda when: when
                )
                words = {row.question.name: row.words for row in shown.answers()}
                assert set(each.words.split("; ")) <= set(words[each.question].split("; "))
                asked = CHOSEN.get(each.question)
                if isinstance(asked, Choices):
                    assert set(each.codes) <= set(asked.given(one.answers[each.question]))
