"""
Who suits whom: the criteria, each declared once with its points and its sentence.

The score of a pair is the sum of its criteria, and so of the sentences that give the reasons. The
handbook's table, the points and the sentences are loops over `CRITERIA`; weights are set here and
nowhere else. A question that one of the two did not answer adds nothing.
"""

from collections.abc import Callable
from typing import NamedTuple

from mentorship.form import wishes
from mentorship.form.choices import Choices
from mentorship.form.declaration import CITY as CITY_QUESTION
from mentorship.matches.profile import Profile, labels

# Each point that a pair is worth, by criterion.
NAMED, ANY_AREA, ALL_AREAS, TOPICS, SETTING, TIMES, CITY, ELSEWHERE = 30, 20, 4, 24, 8, 4, 4, 6
A_WEEK, MOST_WEEKS, FURTHER, BEFORE = 1, 52, -3, 3
# A pair that shares less than this is not suggested.
FLOOR = 10
ORDINALS = ("first", "second", "third", "fourth", "fifth")


class Seat(NamedTuple):
    """
    A mentor's place for one mentee.

    Attributes:
        taken: how many of the mentor's places are taken before it.
        as_before: whether the two were suggested on the page that the coordinator comes from.

    """

    taken: int = 0
    as_before: bool = False


ALONE = Seat()


class Criterion(NamedTuple):
    """
    One reason why two people suit each other, or why a pair comes first.

    Attributes:
        code: what it is called.
        name: the same for the handbook.
        worth: its points for the handbook.
        points: returns the points of a mentor and a mentee.
        words: returns its sentence about the two, "" for nothing to say.
        is_shared: whether it is something that the two share: only that makes a pair strong, and
            only that counts for the floor.

    """

    code: str
    name: str
    worth: str
    points: Callable[[Profile, Profile, Seat], int]
    words: Callable[[Profile, Profile, Seat], str]
    is_shared: bool = True


def _named(mentor: Profile, mentee: Profile, _: Seat) -> int:
    return NAMED if mentor.id in mentee.wished else 0


def _named_words(mentor: Profile, mentee: Profile, _: Seat) -> str:
    return f"{mentee.name} named {mentor.name}." if mentor.id in mentee.wished else ""


def _areas(mentor: Profile, mentee: Profile, _: Seat) -> int:
    both = mentor.areas & mentee.areas
    if not both:
        return 0
    return ANY_AREA + (ALL_AREAS if both == mentee.areas else 0)


def _areas_words(mentor: Profile, mentee: Profile, _: Seat) -> str:
    if both := mentor.areas & mentee.areas:
        is_all = both == mentee.areas and mentee.area_count > 1
        whole = f"all of {mentee.name}’s areas: " if is_all else ""
        return f"Both chose {whole}{listed(wishes.AREAS, both)}."
    if not mentee.areas or not mentor.areas:
        return f"{(mentor if mentee.areas else mentee).name} hasn’t said which areas."
    hoped, read = (listed(wishes.AREAS, each.areas) for each in (mentee, mentor))
    return f"No area in common. {mentee.name} chose {hoped}. {mentor.name} chose {read}."


def _topics(mentor: Profile, mentee: Profile, _: Seat) -> int:
    both = mentor.topics & mentee.topics
    return TOPICS * both.bit_count() // mentee.topic_count if both else 0


def _topics_words(mentor: Profile, mentee: Profile, _: Seat) -> str:
    if both := mentor.topics & mentee.topics:
        share = f"{both.bit_count()} of {mentee.name}’s {mentee.topic_count} topics"
        if both == mentee.topics:
            is_one = mentee.topic_count == 1
            share = f"{mentee.name}’s topic" if is_one else f"All of {mentee.name}’s topics"
        return f"{share}: {listed(wishes.TOPICS, both)}."
    if not mentee.topics or not mentor.topics:
        return f"{(mentor if mentee.topics else mentee).name} hasn’t said which topics."
    return "No topic in common."


def _setting(mentor: Profile, mentee: Profile, _: Seat) -> int:
    return SETTING if mentor.settings & mentee.settings else 0


def _setting_words(mentor: Profile, mentee: Profile, _: Seat) -> str:
    if both := mentor.settings & mentee.settings:
        return f"{listed(wishes.SETTING, both)}, which {mentee.name} would like to hear about."
    if not mentee.settings or not mentor.settings:
        return f"{(mentor if mentee.settings else mentee).name} hasn’t said which practice setting."
    where = "other settings" if mentor.settings.bit_count() > 1 else "another setting"
    return f"{mentor.name} works in {where}: {listed(wishes.SETTING, mentor.settings)}."


def _times(mentor: Profile, mentee: Profile, _: Seat) -> int:
    return TIMES if mentor.times & mentee.times else 0


def _times_words(mentor: Profile, mentee: Profile, _: Seat) -> str:
    if both := mentor.times & mentee.times:
        return f"Good times for both: {listed(wishes.TIMES, both)}."
    if not mentee.times or not mentor.times:
        return f"{(mentor if mentee.times else mentee).name} hasn’t said which times are good."
    return "No good time in common."


def _city(mentor: Profile, mentee: Profile, _: Seat) -> int:
    return CITY if mentor.city and mentor.city == mentee.city else 0


def _city_words(mentor: Profile, mentee: Profile, seat: Seat) -> str:
    if not _city(mentor, mentee, seat):
        return ""
    city = mentee.side.application.answers.get(CITY_QUESTION.name)
    return f"Both are in {city}, and both like to meet in person."


def _elsewhere(mentor: Profile, mentee: Profile, _: Seat) -> int:
    return ELSEWHERE if mentor.employer in mentee.elsewhere else 0


def _elsewhere_words(mentor: Profile, mentee: Profile, _: Seat) -> str:
    if mentor.employer in mentee.elsewhere:
        return "Different institutions."
    return "The same institution." if mentor.employer in mentee.same_place else ""


def waiting(mentee: Profile) -> int:
    """Return the points of a mentee for having waited."""
    return A_WEEK * min(mentee.weeks, MOST_WEEKS)


def _waiting(_: Profile, mentee: Profile, __: Seat) -> int:
    return waiting(mentee)


def _waiting_words(_: Profile, mentee: Profile, __: Seat) -> str:
    if not mentee.days:
        return f"{mentee.name} has been waiting since today."
    many = f"{mentee.days:,} day{'' if mentee.days == 1 else 's'}"
    return f"{mentee.name} has been waiting for {many}."


def _further(_: Profile, __: Profile, seat: Seat) -> int:
    return FURTHER * seat.taken


def _further_words(mentor: Profile, mentee: Profile, seat: Seat) -> str:
    if not seat.taken:
        return ""
    return f"{mentee.name} would be {mentor.name}’s {ORDINALS[seat.taken]} mentee."


def _before(_: Profile, __: Profile, seat: Seat) -> int:
    return BEFORE if seat.as_before else 0


def _before_words(_: Profile, __: Profile, seat: Seat) -> str:
    return "As suggested before." if seat.as_before else ""


CRITERIA = (
    Criterion(
        code="named",
        name="The mentee named this mentor",
        worth=f"{NAMED}",
        points=_named,
        words=_named_words,
    ),
    Criterion(
        code="areas",
        name="An area in common; all of the mentee’s areas",
        worth=f"{ANY_AREA}; {ALL_AREAS} more",
        points=_areas,
        words=_areas_words,
    ),
    Criterion(
        code="topics",
        name="The share of the mentee’s topics that the mentor likes to talk about",
        worth=f"up to {TOPICS}",
        points=_topics,
        words=_topics_words,
    ),
    Criterion(
        code="setting",
        name="A practice setting that the mentee would like to hear about",
        worth=f"{SETTING}",
        points=_setting,
        words=_setting_words,
    ),
    Criterion(
        code="times",
        name="A good time in common",
        worth=f"{TIMES}",
        points=_times,
        words=_times_words,
    ),
    Criterion(
        code="city",
        name="The same city, and both like to meet in person",
        worth=f"{CITY}",
        points=_city,
        words=_city_words,
    ),
    Criterion(
        code="elsewhere",
        name="Different institutions, if the mentee has no preference",
        worth=f"{ELSEWHERE}",
        points=_elsewhere,
        words=_elsewhere_words,
    ),
    Criterion(
        code="waiting",
        name="Each full week that the mentee has waited",
        worth=f"{A_WEEK}, up to {MOST_WEEKS}",
        points=_waiting,
        words=_waiting_words,
        is_shared=False,
    ),
    Criterion(
        code="further",
        name="Each mentee that the mentor has already, or would have first",
        worth=f"−{-FURTHER}",
        points=_further,
        words=_further_words,
        is_shared=False,
    ),
    Criterion(
        code="before",
        name="Suggested before the last change on the page",
        worth=f"{BEFORE}",
        points=_before,
        words=_before_words,
        is_shared=False,
    ),
)


def listed(question: Choices, bits: int) -> str:
    """Return the labels of some options in one text."""
    return "; ".join(labels(question, bits))
