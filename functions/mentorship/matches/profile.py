"""
What counts when two people are suited to each other, prepared once for each person.

Answers become sets of bits, so that many thousand pairs can be compared within a second. What was
not answered is no bit, and neither is an option that names nothing in particular, such as "Other".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from mentorship.applications.application import Application
from mentorship.form import wishes
from mentorship.form.choices import Choices
from mentorship.form.declaration import CITY
from mentorship.form.question import Role
from mentorship.matches.in_common import CHOSEN, folded_city
from mentorship.matches.institutions import Employer, Same
from mentorship.matches.places import places, places_free
from mentorship.matches.side import Known, Side, same_institution

IN_PERSON, NO_PREFERENCE = "in_person", "any"
DAYS = 7
# The numbers of institutions that are surely another one, and surely the same.
Compared = tuple[frozenset[int], frozenset[int]]


class Profile(NamedTuple):
    """
    What of one person counts for a match.

    Attributes:
        side: theirs.
        areas, topics, settings, times: what they chose, a bit for each option.
        area_count, topic_count: how many of those they chose.
        city: where they are, folded, if they like to meet in person; else "".
        wished: the ids of those whom they named.
        days: for how many days they have waited.
        taken, places: how many places are taken, and how many there are.
        employer: the number of a mentor's institution among all different ones; -1 for none.
        elsewhere, same_place: the numbers of those that are surely another one than a mentee's, and
            surely the same, if the mentee has no preference.

    """

    side: Side
    areas: int
    topics: int
    settings: int
    times: int
    area_count: int
    topic_count: int
    city: str
    wished: frozenset[str]
    days: int
    taken: int
    places: int
    employer: int = -1
    elsewhere: frozenset[int] = frozenset()
    same_place: frozenset[int] = frozenset()

    @property
    def id(self) -> str:
        """The id of their application."""
        return self.side.application.id

    @property
    def name(self) -> str:
        """Their name."""
        return self.side.name

    @property
    def weeks(self) -> int:
        """For how many full weeks they have waited."""
        return self.days // DAYS


def profiles(
    mentors: Iterable[Side],
    mentees: Iterable[Side],
    known: Known,
    *,
    days: Callable[[Application], int],
) -> tuple[list[Profile], list[Profile]]:
    """
    Return the profiles of some mentors and of some mentees, in their order.

    Args:
        mentors: the people of one side.
        mentees: those of the other.
        known: what coordinators answered about institutions.
        days: returns for how many days someone has waited.

    """
    numbers = Numbers(known)
    one = [_profile(each, days, employer=numbers.of(each)) for each in mentors]
    other = [_profile(each, days, compared=numbers.compared(each)) for each in mentees]
    return one, other


@dataclass
class Numbers:
    """
    The different institutions of mentors, by number; each mentee's is compared once with each.

    Attributes:
        known: what coordinators answered.

    """

    known: Known
    _numbers: dict[Employer, int] = field(default_factory=dict)
    _mentors: list[Side] = field(default_factory=list)
    _compared: dict[Employer, Compared] = field(default_factory=dict)

    def of(self, mentor: Side) -> int:
        """Return the number of a mentor's institution; -1 if they named none."""
        employer = mentor.person.employer
        if not employer.folded:
            return -1
        number = self._numbers.setdefault(employer, len(self._mentors))
        if number == len(self._mentors):
            self._mentors.append(mentor)
        return number

    def compared(self, mentee: Side) -> Compared:
        """Return the institutions that are another one, if a mentee has no preference."""
        employer = mentee.person.employer
        answer = mentee.application.answers.get(wishes.OUTSIDE.name)
        if answer != NO_PREFERENCE or not employer.folded:
            return frozenset(), frozenset()
        if employer not in self._compared:
            same = [same_institution(each, mentee, self.known) for each in self._mentors]
            elsewhere, same_place = (
                frozenset(number for number, each in enumerate(same) if each is wanted)
                for wanted in (Same.NO, Same.YES)
            )
            self._compared[employer] = elsewhere, same_place
        return self._compared[employer]


def _profile(
    side: Side,
    days: Callable[[Application], int],
    *,
    employer: int = -1,
    compared: Compared = (frozenset(), frozenset()),
) -> Profile:
    application = side.application
    areas, topics = chosen(wishes.AREAS, application), chosen(wishes.TOPICS, application)
    meets = IN_PERSON in side.person.ways
    every = places(application)
    return Profile(
        side=side,
        areas=areas,
        topics=topics,
        settings=chosen(wishes.SETTING, application),
        times=chosen(wishes.TIMES, application),
        area_count=areas.bit_count(),
        topic_count=topics.bit_count(),
        city=folded_city(str(application.answers.get(CITY.name) or "")) if meets else "",
        wished=side.wished.found if application.role is Role.MENTEE else frozenset(),
        days=days(application),
        taken=every - min(every, places_free(application)),
        places=every,
        employer=employer,
        elsewhere=compared[0],
        same_place=compared[1],
    )


def chosen(question: Choices, application: Application) -> int:
    """Return what someone chose that names something in particular, a bit for each option."""
    answer = application.answers.get(question.name)
    bits = _bits(question.name)
    return sum({bits[each] for each in answer if each in bits}) if isinstance(answer, list) else 0


def labels(question: Choices, bits: int) -> list[str]:
    """Return the labels of the options that some bits stand for, in the order of the form."""
    return [question.label_of(code) for code in codes(question, bits)]


def codes(question: Choices, bits: int) -> list[str]:
    """Return the options that some bits stand for, in the order of the form."""
    return [code for code, bit in _bits(question.name).items() if bit & bits]


@lru_cache(maxsize=16)
def _bits(name: str) -> dict[str, int]:
    question = CHOSEN[name]
    particular = [o.code for o in (*question.options, *question.retired) if not o.vague]
    return {code: 1 << number for number, code in enumerate(particular)}
