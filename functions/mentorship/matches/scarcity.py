"""
Where there is only one: the only mentee who asks for what a mentor offers, or the only mentor.

A letter or a page says it only where it is so, of everyone who waits.
"""

from dataclasses import dataclass

from mentorship.form import wishes
from mentorship.matches.criteria import FLOOR
from mentorship.matches.profile import Profile, codes
from mentorship.matches.tonight import Tonight


@dataclass(frozen=True, kw_only=True)
class Only:
    """
    In what way one of two people is the only one for the other.

    Attributes:
        is_only_mentee: whether nobody else who waits asks for an area or a topic that the mentor
            offers, and the mentee does.
        areas: the areas that both chose, and no other mentor with a free place, as codes.

    """

    is_only_mentee: bool
    areas: tuple[str, ...]


def only(tonight: Tonight, mentor_id: str, mentee_id: str) -> Only:
    """
    Return in what way one of two people is the only one for the other.

    Whoever is ruled out asks all the same, so that the sentence is true as it is written.

    Args:
        tonight: everyone who waits, among them the two.
        mentor_id: the mentor's application.
        mentee_id: the mentee's application.

    """
    mentor = next(each for each in tonight.mentors if each.id == mentor_id)
    mentee = next(each for each in tonight.mentees if each.id == mentee_id)
    asking = [each.id for each in tonight.mentees if _asks_for_what(mentor, each)]
    elsewhere = 0
    for each in tonight.mentors:
        if each.id != mentor_id:
            elsewhere |= each.areas
    alone = mentor.areas & mentee.areas & ~elsewhere
    return Only(
        is_only_mentee=asking == [mentee_id],
        areas=tuple(codes(wishes.AREAS, alone)),
    )


def only_mentor(tonight: Tonight) -> list[tuple[Profile, Profile]]:
    """Return the mentees whom only one of several mentors fits, each with that mentor."""
    found = []
    several = len(tonight.mentors) > 1
    for row, (mentee, points) in enumerate(zip(tonight.mentees, tonight.shared, strict=True)):
        fitting = [
            column
            for column, shared in enumerate(points)
            if shared >= FLOOR and (row, column) not in tonight.effects
        ]
        if several and len(fitting) == 1:
            found.append((mentee, tonight.mentors[fitting[0]]))
    return found


def _asks_for_what(mentor: Profile, mentee: Profile) -> bool:
    """Tell whether a mentee asks for an area or a topic that a mentor offers."""
    return bool(mentor.areas & mentee.areas or mentor.topics & mentee.topics)
