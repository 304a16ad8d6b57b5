"""The handbook's example of how matches are found: what it says of made-up people is so."""

import re
from datetime import timedelta
from functools import cache
from itertools import product
from pathlib import Path

from infra.build import ROOT
from mentorship.form.question import Answer
from mentorship.matches.criteria import CRITERIA
from mentorship.matches.exclusions import findings
from mentorship.matches.plan import Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.side import Known
from mentorship.matches.suitability import LEAST, Line, Strength, lines
from mentorship.matches.tonight import Tonight
from mentorship.matches.why_not import why_not
from tests import made
from tests.handbook import built, folded, rows, section
from tests.matching import mentee, mentor, prepared, score
from tests.populations import days

PAGE = ROOT / "docs" / "handbook" / "suggestions.md"
MENTEES, MENTORS = ("Noor", "Robin", "Minh"), ("Dr. Kim", "Dr. Marta")
NOOR, ROBIN, MINH = "Noor Imaginary", "Robin Madeup", "Minh Testwell"
KIM, MARTA = "Dr. Kim Example", "Dr. Marta Template"


@cache
def example() -> Tonight:
    """Return the people of the example: three mentees, and two mentors with one place each."""
    mentees = (
        (NOOR, 4, ["breast"], ["boards", "first_job", "research", "networking"], ["video"]),
        (
            ROBIN,
            8,
            ["interventional"],
            ["boards", "first_job", "research", "fellowship"],
            ["phone"],
        ),
        (MINH, 2, ["pediatric"], ["business", "teaching"], ["video"]),
    )
    topics = ["boards", "first_job", "research", "networking"]
    mentors = (
        (KIM, ["breast", "interventional"], topics, ["video", "phone"]),
        (MARTA, ["breast"], ["boards", "business"], ["video"]),
    )
    people = [
        mentee(
            _told(name, areas, topics, ways),
            id=f"mentee-{number}",
            received_at=made.NOW - timedelta(weeks=weeks),
        )
        for number, (name, weeks, areas, topics, ways) in enumerate(mentees)
    ]
    people += [mentor(_told(*told), id=f"mentor-{number}") for number, told in enumerate(mentors)]
    return Tonight.of(prepared(*people), Known(), days=days)


def _told(name: str, areas: list[str], topics: list[str], ways: list[str]) -> dict[str, Answer]:
    return {
        "full_name": name,
        "email": f"{name.split()[-1].lower()}@example.org",
        "institution": f"{name.split()[-1]} Hospital",
        "city": "",
        "subspecialties": areas,
        "topics": topics,
        "practice_setting": ["academic"],
        "contact_ways": ways,
        "availability": None,
        "outside_program": "same",
    }


def _two(name: str, other: str) -> tuple[Profile, Profile]:
    """Return a mentor and a mentee of the example, by how the handbook calls them."""
    tonight = example()
    (mentee,) = [each for each in tonight.mentees if each.name.startswith(name)]
    (mentor,) = [each for each in tonight.mentors if each.name.startswith(other)]
    return mentor, mentee


def _points(found: list[Line]) -> list[int]:
    """Return the points for area, topics, setting and waiting; nothing else has any."""
    points = {each.code: each.points for each in found}
    counted = [points.pop(code) for code in ("areas", "topics", "setting", "waiting")]
    assert not any(points.values())
    return counted


def _drawn() -> list[str]:
    """Return the two drawings."""
    source = (ROOT / "templates" / "pages" / "best_for_all.html").read_text(encoding="utf-8")
    return source.split('<div class="example__way">')[1:]


class TestExample:
    def test_the_points_of_each_pair_are_those_of_the_criteria(self) -> None:
        """
        Each row of the table adds up, by the declared criteria, and no other pair is suggested.
        """
        told = rows(section(PAGE, "best-for-all"))
        assert len(told) == 4
        for cell, points in told:
            pair, _, topics = cell.partition(": ")
            mentor, mentee = _two(*pair.split(" with "))
            *parts, whole = map(int, re.findall(r"\d+", points))
            assert parts == _points(lines(mentor, mentee)), pair
            assert whole == sum(parts) == score(mentor, mentee), pair
            both = (mentor.topics & mentee.topics).bit_count()
            assert topics == f"{both} of {mentee.topic_count} topics", pair
        assert sum(each is not None for row in example().values for each in row) == len(told)

    def test_the_best_for_all_is_what_the_program_finds(self) -> None:
        """
        The second drawing has the program's matches. The first has the best pair, and then what is
        best of the rest.
        """
        plan, best = example().solve(), _two("Noor", "Dr. Kim")
        rest = _two("Minh", "Dr. Marta")
        found = [score(*each) for each in (best, rest)]
        first, for_all = _drawn()
        assert f"{found[0]} + {found[1]} = {sum(found)} points. Robin" in first
        by_name = {each.mentee.name: each for each in plan.suggestions}
        assert {name: each.mentor.name for name, each in by_name.items()} == {
            NOOR: MARTA,
            ROBIN: KIM,
        }
        assert (
            f"{by_name[NOOR].score} + {by_name[ROBIN].score} = {plan.total} points. Minh" in for_all
        )
        scores = [score(*_two(mentee, mentor)) for mentee, mentor in product(MENTEES, MENTORS)]
        assert max(scores) == score(*best)

    def test_each_drawing_has_the_points_of_all_pairs(self) -> None:
        """
        The points beside the lines, and in the words for whoever does not see them, are those of
        the four pairs.
        """
        points = [cells[-1] for cells in rows(section(PAGE, "best-for-all"))]
        told = sorted(each.strip("*").rpartition("*")[2] for each in points)
        for each in _drawn():
            drawing = each.partition("<svg")[2]
            assert sorted(re.findall(r">(\d+)</text>", drawing)) == told
            said = re.search(r"<desc [^>]+>(.+)</desc>", drawing)
            assert said
            assert sorted(re.findall(r"\d+", said[1])) == told

    def test_the_answer_is_the_programs(self) -> None:
        """
        What the page answers in the example, word by word.
        """
        mentor, mentee = _two("Noor", "Dr. Kim")
        plan = example().solve()
        answer = why_not(example(), Wanted(), plan, (mentor.id, mentee.id))
        quoted = re.findall(r"(?m)^> (.+)$", section(PAGE, "best-for-all"))
        assert " ".join(quoted) == " ".join(answer.sentences)

    def test_what_is_no_pair_is_so_for_the_reason_that_is_told(self) -> None:
        """
        Robin and Dr. Marta have no way to talk in common; Minh and Dr. Kim share the setting only.
        """
        mentor, mentee = _two("Robin", "Dr. Marta")
        excluded = findings(mentor.side, mentee.side, example().known).excluded
        assert [each.code for each in excluded] == ["no-way-to-talk"]
        mentor, mentee = _two("Minh", "Dr. Kim")
        shared = [each for each in lines(mentor, mentee) if each.is_shared and each.points]
        assert [each.code for each in shared] == ["setting"]
        assert Strength.of(shared[0].points) is Strength.TOO_LITTLE


class TestDeclared:
    def test_every_criterion_is_in_the_handbook(self, site: Path) -> None:
        """
        The page has each criterion with its points, in one of its two tables.
        """
        page = built(site, "handbook/suggestions")
        for each in CRITERIA:
            assert folded(f"{each.name} {each.worth}") in page

    def test_every_strength_is_in_the_handbook(self, site: Path) -> None:
        """
        The page has each word for how much two people share, with its fewest points.
        """
        page = built(site, "handbook/suggestions")
        told = " ".join(f"{word} {least}" for word, least in LEAST.items())
        assert folded(f"Points, at least {told} Two people who share less") in page
        assert f"have {Strength.TOO_LITTLE} and" in page
