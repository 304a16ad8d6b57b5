"""The best matches for one person."""

from mentorship.form.question import Role
from mentorship.matches.criteria import FLOOR
from mentorship.matches.exclusions import findings
from mentorship.matches.plan import Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.shortlist import Listed, shortlist
from mentorship.matches.suitability import shared_points
from tests.few import ids, mentee, mentor, tonight
from tests.populations import Population, population

KIM, JO, IRA = "Dr. Kim Sample", "Dr. Jo Muster", "Dr. Ira Template"
ROBIN, NOOR, PAT = "Robin Example", "Noor Madeup", "Pat Imaginary"
BREAST, BOARDS = ["breast"], ["boards"]


def told(found: tuple[Listed, ...], role: Role) -> list[tuple[str, bool, str]]:
    """Return what is listed of the other side, by name."""
    mentors = role is Role.MENTEE
    return [
        (
            (each.suggestion.mentor if mentors else each.suggestion.mentee).name,
            each.is_tonight,
            each.elsewhere,
        )
        for each in found
    ]


class TestShortlist:
    people = (
        mentor(KIM, areas=BREAST, topics=BOARDS, days=3),
        mentor(JO, areas=["abdominal"], topics=BOARDS, days=2),
        mentor(IRA, 2, areas=["nuclear"], days=1),
        mentee(ROBIN, 70, areas=BREAST, topics=BOARDS),
        mentee(NOOR, 35, areas=BREAST),
        mentee(PAT, 7, areas=["breast", "nuclear"]),
    )

    def test_of_a_mentee(self) -> None:
        """
        Tonight's mentor comes first, though another one suits better and is suggested to another.
        """
        everyone = tonight(*self.people)
        plan = everyone.solve()
        robin, noor, pat = (
            told(shortlist(everyone, plan, each), Role.MENTEE) for each in everyone.mentees
        )
        assert robin == [(JO, True, ""), (KIM, False, NOOR)]
        assert noor == [(KIM, True, "")]
        assert pat == [(IRA, True, ""), (KIM, False, NOOR)]

    def test_of_a_mentor(self) -> None:
        """
        Of a mentor's list, it is said which mentor the mentee has tonight; a free place is free.
        """
        everyone = tonight(*self.people)
        plan = everyone.solve()
        kim, jo, ira = (
            told(shortlist(everyone, plan, each), Role.MENTOR) for each in everyone.mentors
        )
        assert kim == [(NOOR, True, ""), (ROBIN, False, JO), (PAT, False, IRA)]
        assert jo == [(ROBIN, True, "")]
        assert ira == [(PAT, True, "")]

    def test_a_place_is_left(self) -> None:
        """
        Of a mentor who has one of two places left, nobody is named.
        """
        everyone = tonight(
            mentor(KIM, 2, areas=BREAST),
            mentor(JO, areas=["nuclear"]),
            mentee(NOOR, 70, areas=BREAST),
            mentee(ROBIN, areas=["breast", "nuclear"]),
        )
        robin = everyone.mentees[-1]
        assert told(shortlist(everyone, everyone.solve(), robin), Role.MENTEE) == [
            (JO, True, ""),
            (KIM, False, ""),
        ]

    def test_several_have_the_places(self) -> None:
        """
        All who have a mentor's places are named.
        """
        everyone = tonight(
            mentor(KIM, 2, areas=BREAST),
            mentor(JO, areas=["nuclear"]),
            *(mentee(each, 70, areas=BREAST) for each in (NOOR, PAT)),
            mentee(ROBIN, areas=["breast", "nuclear"]),
        )
        robin = everyone.mentees[-1]
        assert told(shortlist(everyone, everyone.solve(), robin), Role.MENTEE) == [
            (JO, True, ""),
            (KIM, False, f"{NOOR} and {PAT}"),
        ]

    def test_no_more_than_asked_for(self) -> None:
        """
        Five are listed, or as many as asked for, the longest waiting first if they share the same.
        """
        names = [f"Dr. {each} Muster" for each in "ABCDEFG"]
        mentors = [mentor(each, areas=BREAST, days=9 - at) for at, each in enumerate(names)]
        everyone = tonight(*mentors[::-1], mentee(ROBIN, areas=BREAST))
        (robin,) = everyone.mentees
        plan = everyone.solve(Wanted(lock=frozenset({ids(names[-1], ROBIN)})))
        found = told(shortlist(everyone, plan, robin), Role.MENTEE)
        assert [name for name, *_ in found] == [names[-1], *names[:4]]
        assert len(shortlist(everyone, plan, robin, most=2)) == 2


def test_all_who_fit_are_in_order() -> None:
    """
    In made-up populations, everyone whom nothing rules out and who shares enough is in each list.
    """
    for number in range(4):
        some = population(number, 6, 10)
        everyone = some.tonight
        plan = everyone.solve()
        for person in (*everyone.mentors, *everyone.mentees):
            found = shortlist(everyone, plan, person, most=100)
            fitting = [
                (one, other)
                for one in everyone.mentors
                for other in everyone.mentees
                if person in (one, other) and fits(one, other, some)
            ]
            fitting.sort(key=lambda two: -shared_points(*two))
            expected = [(one.id, other.id) for one, other in fitting]
            own = [each for each in plan.pairs if person.id in each]
            assert {each.suggestion.ids for each in found if each.is_tonight} == {*own}
            assert all(each.is_tonight for each in found[: len(own)])
            assert [each.suggestion.ids for each in found[len(own) :]] == [
                each for each in expected if each not in own
            ]


def fits(one: Profile, other: Profile, some: Population) -> bool:
    """Tell whether nothing rules out two people who share enough."""
    excluded = findings(one.side, other.side, some.known).excluded
    return not excluded and shared_points(one, other) >= FLOOR
