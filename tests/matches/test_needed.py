"""How much someone is needed: what is said of it is so, and tells no more than it may."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.form.question import Answer, Role
from mentorship.form.wishes import AREAS, TOPICS
from mentorship.matches.criteria import FLOOR
from mentorship.matches.exclusions import findings
from mentorship.matches.needed import facts, only_mentor, sentence
from mentorship.matches.suitability import shared_points
from tests import few
from tests.extent import many
from tests.matching import mentee, mentor
from tests.populations import population

POPULATIONS = many(75, some=10)
KIM, JO = "Dr. Kim Sample", "Dr. Jo Muster"
ROBIN, NOOR, PAT = "Robin Example", "Noor Madeup", "Pat Imaginary"
BREAST, BOARDS = ["breast"], ["boards"]
NO_ANSWERS: dict[str, Answer] = {AREAS.name: ["other"], TOPICS.name: ["other"]}
SCARCE: dict[str, Answer] = {AREAS.name: ["interventional", "breast", "nuclear"]}
ONLY_MENTEE = "Only one waiting mentee asks for what you offer."


def chose(question: str, application: Application) -> set[str]:
    """Return what someone chose, without "Other" and the like."""
    answer = application.answers.get(question)
    return {*answer} - {"other", "undecided"} if isinstance(answer, list) else set()


def said(one: Application, other: Application, *others: Application) -> str:
    """Return what the letter to a mentor says, among others who wait."""
    return sentence(facts(one, other, (one, other, *others)), one, other)


def asks(applications: Iterable[Application], one: Application) -> list[str]:
    """Return who of some asks for an area or a topic of a mentor's."""
    return [
        each.id
        for each in applications
        if each.role is Role.MENTEE
        and any(chose(name, each) & chose(name, one) for name in (AREAS.name, TOPICS.name))
    ]


def test_it_says_nothing_that_is_not_so() -> None:
    """
    Among many made-up people, a mentor is the only one, or a mentee is, whenever a letter says so.
    """
    labels = {each.code: each.label for each in AREAS.options}
    heard = set()
    for seed in range(many(60, 20)):
        people = population(seed, 5, 4)
        tonight = people.tonight
        for mine, theirs in product(tonight.mentors, tonight.mentees):
            one, other = mine.side.application, theirs.side.application
            told = facts(one, other, people.applications)
            words = sentence(told, one, other)
            heard.add(words[:9])
            if words == ONLY_MENTEE:
                assert asks(people.applications, one) == [other.id]
            elif words:
                named = {code for code, label in labels.items() if f"for {label} " in words}
                assert 1 <= len(named) <= 2, words
                for code in named:
                    assert code in chose(AREAS.name, other)
                    offer = [each for each in tonight.mentors if each.areas & mine.areas]
                    assert mine in offer
                    assert [
                        each.id
                        for each in offer
                        if code in chose(AREAS.name, each.side.application)
                    ] == [one.id]
    assert heard == {"", "You would", "Only one "}


def test_at_most_two_areas_in_the_order_of_the_form() -> None:
    """
    An area that another mentor with a free place chose is left out, and so is a third.
    """
    one, other = mentor(SCARCE), mentee(SCARCE)
    assert said(one, other) == (
        "You would be the only mentor for Breast imaging and for Interventional radiology"
        " who has a free place."
    )
    second = mentor({AREAS.name: ["breast", "interventional"]}, id="second")
    assert said(one, other, second) == (
        "You would be the only mentor for Nuclear medicine and molecular imaging"
        " who has a free place."
    )
    full = replace(second, open_matches=("a",))
    assert "Breast imaging" in said(one, other, full)


def test_who_else_asks() -> None:
    """
    A mentee with an open proposal still waits, and so does one who can't have this mentor.
    """
    one, other = mentor({TOPICS.name: BOARDS}), mentee()
    second = mentor(one.answers, id="second")
    assert said(one, other, second) == ONLY_MENTEE
    asked = mentee(id="asked", open_matches=("a",))
    assert said(one, other, second, asked) == ""
    by_letter = mentee({"contact_ways": ["in_person"]}, id="elsewhere")
    assert said(one, other, second, by_letter) == ""
    by_topic = mentee({**NO_ANSWERS, TOPICS.name: BOARDS}, id="by-topic")
    assert said(one, other, second, by_topic) == ""
    assert said(one, other, second, mentee(NO_ANSWERS, id="else")) == ONLY_MENTEE


def test_who_cannot_be_matched_is_told_nothing() -> None:
    """
    Someone with no place free, or who does not wait, is not asked at all.
    """
    one, other = mentor(SCARCE), mentee(SCARCE)
    for two in (
        (replace(one, open_matches=("a",)), other),
        (one, replace(other, open_matches=("a",))),
        (one, replace(other, status=Status.PAUSED)),
    ):
        assert facts(*two, [one, other]) == {}
    assert facts(one, other, [one, other]) != {}


def test_it_tells_only_what_both_may_read() -> None:
    """
    What someone keeps from a proposed match is not told this way, nor what the form has no more.
    """
    one, other = mentor(SCARCE | {TOPICS.name: ["other"]}), mentee(SCARCE)
    assert said(one, other)
    assert said(one, replace(other, struck=(AREAS.name, TOPICS.name))) == ""
    assert sentence({"only_areas": "breast gone", "only_mentee": 1}, one, other).count("for ") == 1
    kept = replace(other, struck=(AREAS.name, TOPICS.name))
    assert sentence({"only_areas": "breast", "only_mentee": 1}, one, kept) == ""
    assert sentence({"only_areas": "gone"}, one, other) == ""
    assert sentence({}, one, other) == ""


class TestOnlyMentor:
    def test_one_of_two_fits(self) -> None:
        """
        One mentee fits one of two mentors; another fits both, and a third nobody.
        """
        people = [few.mentor(KIM, areas=BREAST), few.mentor(JO, topics=BOARDS)]
        people += [few.mentee(ROBIN, areas=BREAST), few.mentee(NOOR, areas=BREAST, topics=BOARDS)]
        people.append(few.mentee(PAT, areas=["nuclear"]))
        found = only_mentor(few.tonight(*people))
        assert [(one.name, other.name) for one, other in found] == [(ROBIN, KIM)]

    def test_the_only_mentor_there_is(self) -> None:
        """
        Where there is one mentor in all, nothing is said.
        """
        assert (
            only_mentor(few.tonight(few.mentor(KIM, areas=BREAST), few.mentee(ROBIN, areas=BREAST)))
            == []
        )

    def test_in_populations(self) -> None:
        """
        Looked up pair by pair, it is so in made-up populations, too.
        """
        count = 0
        for number in range(POPULATIONS):
            some = population(number, 1 + number % 5, 8)
            evening = some.tonight
            expected = []
            for other in evening.mentees:
                fitting = [
                    one
                    for one in evening.mentors
                    if shared_points(one, other) >= FLOOR
                    and not findings(one.side, other.side, some.known).excluded
                ]
                if len(fitting) == 1 < len(evening.mentors):
                    expected.append((other.id, fitting[0].id))
            found = [(one.id, other.id) for one, other in only_mentor(evening)]
            assert found == expected
            count += len(found)
        assert count > 0
