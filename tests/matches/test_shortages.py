"""What is wished for against what is offered, counted, and what the letter tells of it."""

from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.form import wishes
from mentorship.form.choices import Choices
from mentorship.form.question import Role
from mentorship.matches import shortages
from mentorship.matches.shortages import (
    OptionBalance,
    QuestionBalance,
    Shortages,
    count,
    from_facts,
    to_facts,
)
from tests import made
from tests.wishing import AREAS, SETTING, TOPICS, mentee, mentor


def of(question: Choices, supply: Shortages) -> QuestionBalance:
    """Return what was counted of a question."""
    (found,) = [each for each in supply.balances if each.question is question]
    return found


def row(code: str, balance: QuestionBalance) -> OptionBalance:
    """Return what was counted of an option."""
    (found,) = [each for each in balance.rows if each.code == code]
    return found


def codes(rows: list[OptionBalance]) -> list[str]:
    """Return the options of some rows."""
    return [each.code for each in rows]


@st.composite
def people(draw: st.DrawFn, role: Role) -> Application:
    """Draw an application, with any answers that its form takes, or none, and any status."""
    questions = {each.name: each for each in made.FORMS[role].questions()}
    answers = dict(made.application(role).answers)
    for asked in wishes.SOUGHT:
        question = questions[asked.name]
        assert isinstance(question, Choices)
        offered = [option.code for option in question.options]
        chosen = draw(st.lists(st.sampled_from(offered), unique=True, max_size=question.most))
        answers.pop(question.name, None)
        if chosen:
            answers[question.name] = chosen
    if role is Role.MENTOR:
        answers[wishes.CAPACITY.name] = draw(st.sampled_from(["1", "2", "3"]))
    usual = made.application(role)
    status = draw(st.sampled_from([Status.WAITING, Status.WAITING, *Status]))
    return replace(usual, answers=answers, status=status)


class TestPlaces:
    def test_only_free_ones(self) -> None:
        """
        A place that is taken, by a proposal too, isn't free; nor does a mentee wait who has one.
        """
        mentors = [
            replace(mentor(places=3), open_matches=("a",)),
            replace(mentor(), open_matches=("b",)),
        ]
        mentees = [mentee(), replace(mentee(), open_matches=("a",))]
        found = count(mentees, mentors)
        assert (found.mentees, found.mentors, found.places, found.unasked) == (1, 1, 2, 0)


class TestCounted:
    @drawn(
        st.lists(people(Role.MENTEE), max_size=12),
        st.lists(people(Role.MENTOR), max_size=12),
    )
    def test_counts_add_up(self, mentees: list[Application], mentors: list[Application]) -> None:
        """
        Every choice of everybody who waits is counted once, at its option or apart, and no other.
        """
        here = [each for each in mentees if each.status is Status.WAITING]
        there = [each for each in mentors if each.status is Status.WAITING]
        found = count(iter(mentees), iter(mentors))
        assert (found.mentees, found.mentors) == (len(here), len(there))
        places = [int(str(each.answers[wishes.CAPACITY.name])) for each in there]
        assert found.places == sum(places)
        for balance in found.balances:
            name = balance.question.name
            wished = [code for each in here for code in list(each.answers.get(name) or [])]
            offered = [list(each.answers.get(name) or []) for each in there]
            apart = sum(each.wished for each in balance.anyone)
            assert sum(each.wished for each in balance.rows) + apart == len(wished)
            assert sum(each.mentors for each in balance.rows) == sum(map(len, offered))
            assert sum(each.places for each in balance.rows) == sum(
                number * len(chosen) for number, chosen in zip(places, offered, strict=True)
            )
            assert balance.open_mentees == sum(name not in each.answers for each in here)
            assert balance.open_mentors == offered.count([])
            assert all(each.mentors <= each.places <= 3 * each.mentors for each in balance.rows)
            assert sorted(balance.rows, key=lambda each: each.rank) == list(balance.rows)

    @pytest.mark.parametrize("question", wishes.SOUGHT, ids=lambda question: question.name)
    def test_every_option_is_a_row_or_stands_apart(self, question: Choices) -> None:
        """
        Nobody waits, and yet each option of the form is there, with its words and noughts.
        """
        balance = of(question, count([], []))
        both = {option.code: option.label for option in question.options if not option.only_for}
        alone = {option.code: option.label for option in question.options if option.only_for}
        assert {each.code: each.label for each in balance.rows} == both
        assert {each.code: each.label for each in balance.anyone} == alone
        assert all(each.is_idle for each in balance.rows)
        assert balance.longest == 1
        assert balance.scarce == []

    def test_what_is_counted_is_asked_of_both_roles(self) -> None:
        """
        Each question is on both forms, by the same name.
        """
        for role in Role:
            asked = {question.name for question in made.FORMS[role].questions()}
            assert {question.name for question in wishes.SOUGHT} <= asked

    @pytest.mark.parametrize("status", [each for each in Status if each is not Status.WAITING])
    def test_who_does_not_wait_is_not_counted(self, status: Status) -> None:
        """
        Whoever is paused, held back, entered and not confirmed, or gone wishes and offers nothing.
        """
        others = [replace(each, status=status) for each in (mentee("breast"), mentor("breast"))]
        assert count(others[:1], others[1:]) == count([], [])

    def test_places_count_at_everything_that_a_mentor_offers(self) -> None:
        """
        A mentor of two places, who offers two areas, has two places at each.
        """
        areas = of(AREAS, count([], [mentor("breast", "general", places=2), mentor("breast")]))
        assert (row("breast", areas).mentors, row("breast", areas).places) == (2, 3)
        assert (row("general", areas).mentors, row("general", areas).places) == (1, 2)

    def test_who_has_not_named_places_has_none(self) -> None:
        """
        A mentor whom a coordinator added without them is no place until they say how many.
        """
        stored = mentor("breast")
        rest = {name: a for name, a in stored.answers.items() if name != wishes.CAPACITY.name}
        counted = count([mentee("breast")], [replace(stored, answers=rest)])
        assert (counted.mentors, counted.places, counted.unasked) == (1, 0, 1)
        breast = row("breast", of(AREAS, counted))
        assert (breast.mentors, breast.places, breast.is_scarce) == (1, 0, True)
        assert count([], [stored]).unasked == 0

    def test_undecided_is_counted_apart(self) -> None:
        """
        Whoever is undecided makes nothing scarce, and what they lean to is counted beside.
        """
        areas = of(AREAS, count([mentee("undecided"), mentee("breast", "undecided")], []))
        assert [(each.code, each.wished) for each in areas.anyone] == [("undecided", 2)]
        assert codes(areas.scarce) == ["breast"]
        assert row("breast", areas).wished == 1

    def test_unknown_code_is_left_out(self) -> None:
        """
        What is no option of the form is no row, whatever is stored.
        """
        odd = "<script>alert(1)</script>"
        areas = of(AREAS, count([mentee(odd)], [mentor(odd)]))
        assert [each for each in areas.rows if not each.is_idle] == []
        assert (areas.open_mentees, areas.open_mentors) == (1, 1)

    def test_retired_option_is_shown_while_somebody_has_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        A wish for what is offered no more is not lost, and its row goes with the last who has it.
        """
        gone = wishes.options(gone="Something of old")
        old = replace(AREAS, retired=gone)
        monkeypatch.setattr(wishes, "SOUGHT", (old,))
        assert row("gone", of(old, count([mentee("gone")], []))).label == "Something of old"
        assert "gone" not in codes(list(of(old, count([], [])).rows))


class TestScarce:
    def test_what_nobody_offers_comes_first(self) -> None:
        """
        One wish that nobody can fulfil comes before many that some can; then mentees per place.
        """
        mentees = [
            *[mentee("breast")] * 5,
            *[mentee("general")] * 3,
            *[mentee("nuclear")] * 2,
            mentee("oncology"),
            mentee("abdominal"),
        ]
        mentors = [mentor("breast"), mentor("general", places=2), mentor("abdominal")]
        areas = of(AREAS, count(mentees, mentors))
        assert codes(areas.scarce) == ["nuclear", "oncology", "breast", "general"]
        assert codes(list(areas.rows))[:5] == [*codes(areas.scarce), "abdominal"]
        assert areas.longest == 5

    def test_as_many_places_as_wishes_are_enough(self) -> None:
        """
        Scarce is only what more mentees wish for than there are places.
        """
        three = [mentee("breast")] * 3
        assert of(AREAS, count(three, [mentor("breast", places=3)])).scarce == []
        assert codes(of(AREAS, count(three, [mentor("breast", places=2)])).scarce) == ["breast"]

    @pytest.mark.parametrize("question", wishes.SOUGHT, ids=lambda question: question.name)
    def test_other_is_never_scarce(self, question: Choices) -> None:
        """
        What no option names cannot be sought; it comes after all that somebody wishes or offers.
        """
        assert wishes.OTHER in {option.code for option in question.options}
        mentees = [mentee(**{question.name: [wishes.OTHER]})] * 9
        balance = of(question, count(mentees, []))
        assert balance.scarce == []
        assert row(wishes.OTHER, balance).wished == 9
        offered = next(option.code for option in question.options if option.code != wishes.OTHER)
        balance = of(question, count(mentees, [mentor(**{question.name: [offered]})]))
        assert codes(list(balance.rows))[:2] == [offered, wishes.OTHER]

    def test_first_question_with_something_scarce_is_spoken_of(self) -> None:
        """
        An area of radiology comes before a topic, and a topic before a setting.
        """
        setting = mentee("breast", practice_setting=["hybrid"])
        topic = mentee("breast", topics=["boards"])
        enough = mentor("breast", places=3)
        assert count([], []).scarcest is None
        found = [
            count(mentees, [enough]).scarcest
            for mentees in ([setting], [setting, topic], [setting, topic, mentee("nuclear")])
        ]
        assert [(each[0], each[1].code) for each in found if each] == [
            (SETTING, "hybrid"),
            (TOPICS, "boards"),
            (AREAS, "nuclear"),
        ]


class TestFacts:
    def test_codes_and_counts_only(self) -> None:
        """
        A letter's facts are short texts of codes and counts.
        """
        mentees = [mentee("interventional")] * 4 + [mentee("breast", topics=["boards"])] * 2
        supplied = count(mentees, [mentor("breast")])
        assert to_facts(supplied, is_open=True) == {
            "mentees": 6,
            "places": 1,
            "open": 1,
            "subspecialties": "interventional:4:0 breast:2:1",
            "topics": "boards:2:0",
            "practice_setting": "",
        }
        assert to_facts(count([], []), is_open=False)["open"] == 0

    @drawn(
        st.lists(people(Role.MENTEE), max_size=8),
        st.lists(people(Role.MENTOR), max_size=4),
    )
    def test_what_is_told_is_what_is_scarce(
        self, mentees: list[Application], mentors: list[Application]
    ) -> None:
        """
        Out of the facts come the scarcest again, at most five a question, with the form's words.
        """
        supplied = count(mentees, mentors)
        expected = [
            (each.question, [(r.label, r.wished, r.places) for r in each.scarce[:5]])
            for each in supplied.balances
            if each.scarce
        ]
        found = from_facts(to_facts(supplied, is_open=True))
        assert [(q, [(r.label, r.wished, r.places) for r in rows]) for q, rows in found] == expected

    def test_an_option_that_is_gone_is_left_out(self) -> None:
        """
        A letter that was written before the form changed tells what the form still knows.
        """
        packed = {"subspecialties": "gone:4:0 breast:2:1", "topics": "<b>:1:0"}
        assert [(q, codes(rows)) for q, rows in from_facts(packed)] == [(AREAS, ["breast"])]
        assert from_facts({}) == []

    def test_facts_hide_no_question(self) -> None:
        """
        No question is called like another fact of the letter.
        """
        names = {question.name for question in wishes.SOUGHT}
        assert names.isdisjoint({shortages.MENTEES, shortages.PLACES, shortages.OPEN, "to"})

    @pytest.mark.parametrize("question", wishes.SOUGHT, ids=lambda question: question.name)
    def test_codes_can_be_packed(self, question: Choices) -> None:
        """
        No code holds what parts one fact from the next.
        """
        for option in question.options:
            assert option.code.isascii()
            assert not set(": ") & set(option.code)
