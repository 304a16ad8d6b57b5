"""
How much someone is needed: where only one mentor fits, or only one mentee asks.

A proposal says it in one sentence, where it is so. That is decided when a match is proposed, about
everyone who waits at that moment. The letter has the codes. When it is sent, it says only what both
may still read of each other.
"""

from collections.abc import Iterable, Mapping

from mentorship.applications.application import Application
from mentorship.form.question import Audience, Role
from mentorship.form.wishes import AREAS, TOPICS
from mentorship.matches.criteria import FLOOR
from mentorship.matches.in_common import in_common
from mentorship.matches.profile import Profile, chosen, codes
from mentorship.matches.tonight import Tonight, can_be_matched

# What a mentee asks for, and a mentor offers.
_OFFERED = {each.name: each for each in (AREAS, TOPICS)}
# The facts of a letter, by their names.
ONLY_MENTEE, ONLY_AREAS = "only_mentee", "only_areas"
# How many areas are named.
MOST_NAMED = 2


def facts(
    mentor: Application, mentee: Application, waiting: Iterable[Application]
) -> dict[str, str | int]:
    """
    Return what the letter to a mentor says about how much they are needed, as codes.

    Someone who can't be matched with the two counts all the same, so that the sentence is true as
    it is written.

    Args:
        mentor: who is asked.
        mentee: with whom they would be matched.
        waiting: everyone who waits, those with an open proposal included.

    """
    if not (can_be_matched(mentor) and can_be_matched(mentee)):
        return {}
    others = [each for each in waiting if each.id not in (mentor.id, mentee.id)]
    mentors = [each for each in others if each.role is Role.MENTOR and can_be_matched(each)]
    elsewhere = {code for each in mentors for code in codes(AREAS, chosen(AREAS, each))}
    found: dict[str, str | int] = {}
    if areas := [each for each in _areas(mentor, mentee) if each not in elsewhere]:
        found[ONLY_AREAS] = " ".join(areas[:MOST_NAMED])
    # Someone with an open proposal can't be matched tonight, and asks for it all the same.
    mentees = (each for each in others if each.role is Role.MENTEE)
    if _asks_for(mentee, mentor) and not any(_asks_for(each, mentor) for each in mentees):
        found[ONLY_MENTEE] = 1
    return found


def sentence(told: Mapping[str, str | int], mentor: Application, mentee: Application) -> str:
    """
    Return how much a mentor is needed, "" if there is nothing to say.

    Args:
        told: the facts of the letter.
        mentor: who reads it.
        mentee: with whom they would be matched.

    """
    stored = f"{told.get(ONLY_AREAS, '')}".split()
    areas = [AREAS.label_of(each) for each in _areas(mentor, mentee) if each in stored]
    if areas:
        return f"You would be the only mentor for {' and for '.join(areas)} who has a free place."
    if told.get(ONLY_MENTEE) and _in_common(mentor, mentee):
        return "Only one waiting mentee asks for what you offer."
    return ""


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


def _areas(mentor: Application, mentee: Application) -> list[str]:
    """Return the areas on today's form that both chose, as both may read it of each other."""
    both = _in_common(mentor, mentee).get(AREAS.name, ())
    return [each.code for each in AREAS.options if each.code in both]


def _in_common(mentor: Application, mentee: Application) -> dict[str, tuple[str, ...]]:
    """Return the areas and topics that both chose, as both may read it of each other."""
    found = in_common(mentor, mentee, Audience.PROPOSED)
    return {each.question: each.codes for each in found if each.question in _OFFERED}


def _asks_for(mentee: Application, mentor: Application) -> bool:
    """Tell whether a mentee chose an area or a topic that a mentor chose."""
    return any(chosen(each, mentee) & chosen(each, mentor) for each in _OFFERED.values())
