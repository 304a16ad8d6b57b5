"""Where there is only one mentee who asks, or only one mentor who fits."""

from mentorship.applications.application import Application
from mentorship.matches.criteria import FLOOR
from mentorship.matches.exclusions import findings
from mentorship.matches.scarcity import Only, only, only_mentor
from mentorship.matches.suitability import shared_points
from tests.extent import many
from tests.few import ids, mentee, mentor, tonight
from tests.populations import population

POPULATIONS = many(300, some=40)
KIM, JO = "Dr. Kim Sample", "Dr. Jo Muster"
ROBIN, NOOR = "Robin Example", "Noor Madeup"
BREAST, BOARDS = ["breast"], ["boards"]
# What names nothing in particular.
VAGUE = {"other", "undecided"}


class TestOnly:
    def test_the_only_mentee_and_the_only_mentor(self) -> None:
        """
        Nobody else asks for what the mentor offers, and no other mentor has the area.
        """
        kim, robin = mentor(KIM, areas=BREAST), mentee(ROBIN, areas=["breast", "nuclear"])
        people = [kim, mentor(JO, areas=["nuclear"]), robin, mentee(NOOR, areas=["nuclear"])]
        assert only(tonight(*people), *ids(KIM, ROBIN)) == Only(
            is_only_mentee=True, areas=("breast",)
        )
        assert only(tonight(*people), *ids(JO, ROBIN)) == Only(
            is_only_mentee=False, areas=("nuclear",)
        )

    def test_a_topic_is_enough_and_so_is_someone_who_is_ruled_out(self) -> None:
        """
        A mentee who asks for a topic asks, too, even one who can't be matched with the mentor.
        """
        kim = mentor(KIM, areas=BREAST, topics=BOARDS, not_with=NOOR)
        people = [kim, mentee(ROBIN, areas=BREAST), mentee(NOOR, topics=BOARDS)]
        assert not only(tonight(*people), *ids(KIM, ROBIN)).is_only_mentee
        assert only(tonight(*people[:2]), *ids(KIM, ROBIN)).is_only_mentee

    def test_nothing_in_common(self) -> None:
        """
        The only mentee who waits asks for something else.
        """
        people = mentor(KIM, areas=BREAST), mentee(ROBIN, areas=["nuclear"])
        assert only(tonight(*people), *ids(KIM, ROBIN)) == Only(is_only_mentee=False, areas=())

    def test_a_mentor_without_a_free_place_does_not_count(self) -> None:
        """
        The area has one mentor with a free place.
        """
        people = [mentor(KIM, areas=BREAST), mentor(JO, areas=BREAST, taken=1)]
        found = only(tonight(*people, mentee(ROBIN, areas=BREAST)), *ids(KIM, ROBIN))
        assert found.areas == ("breast",)


def test_every_only_is_true() -> None:
    """
    In made-up populations, counted from the answers, each pair is the only one as it is said.
    """
    said = [0, 0]
    for number in range(POPULATIONS):
        evening = population(number, 1 + number % 4, 1 + number % 5).tonight
        mentors, mentees = (
            [each.side.application for each in some] for some in (evening.mentors, evening.mentees)
        )
        for one in mentors:
            for other in mentees:
                asking = [each for each in mentees if both(one, each, "subspecialties", "topics")]
                areas = both(one, other, "subspecialties")
                for each in mentors:
                    areas -= chosen(each, "subspecialties") if each is not one else set()
                found = only(evening, one.id, other.id)
                assert found.is_only_mentee == (asking == [other])
                assert sorted(found.areas) == sorted(areas)
                said[0] += found.is_only_mentee
                said[1] += bool(found.areas)
    assert all(said)


def both(one: Application, other: Application, *questions: str) -> set[str]:
    """Return what two people both chose."""
    return set().union(*(chosen(one, each) & chosen(other, each) for each in questions))


def chosen(application: Application, question: str) -> set[str]:
    """Return what someone chose."""
    answer = application.answers.get(question)
    return {*answer} - VAGUE if isinstance(answer, list) else set()


class TestOnlyMentor:
    def test_one_of_two_fits(self) -> None:
        """
        One mentee fits one of two mentors; another fits both, and a third nobody.
        """
        people = [mentor(KIM, areas=BREAST), mentor(JO, topics=BOARDS)]
        people += [mentee(ROBIN, areas=BREAST), mentee(NOOR, areas=BREAST, topics=BOARDS)]
        people.append(mentee("Pat Imaginary", areas=["nuclear"]))
        found = only_mentor(tonight(*people))
        assert [(one.name, other.name) for one, other in found] == [(ROBIN, KIM)]

    def test_the_only_mentor_there_is(self) -> None:
        """
        Where there is one mentor in all, nothing is said.
        """
        assert only_mentor(tonight(mentor(KIM, areas=BREAST), mentee(ROBIN, areas=BREAST))) == []

    def test_in_populations(self) -> None:
        """
        Looked up pair by pair, it is so in made-up populations, too.
        """
        count = 0
        for number in range(POPULATIONS // 4):
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
