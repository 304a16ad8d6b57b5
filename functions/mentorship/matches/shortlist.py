"""The best matches for one person, whatever else is suggested tonight."""

from collections.abc import Iterator
from typing import NamedTuple

from mentorship.form.question import Role
from mentorship.matches.criteria import FLOOR, Seat
from mentorship.matches.plan import Ids, Plan, Suggestion
from mentorship.matches.profile import Profile
from mentorship.matches.suitability import lines
from mentorship.matches.tonight import Tonight
from mentorship.matches.words import listed

# How many are listed.
MOST = 5
# A mentor and a mentee.
Two = tuple[Profile, Profile]


class Listed(NamedTuple):
    """
    One of the best matches for a person.

    Attributes:
        suggestion: the two, with the sentences that give the reasons.
        is_tonight: whether it is what is suggested tonight.
        elsewhere: the name of those with whom the other person is suggested tonight, if that leaves
            no place; else "".

    """

    suggestion: Suggestion
    is_tonight: bool
    elsewhere: str


def shortlist(
    tonight: Tonight, plan: Plan, profile: Profile, most: int = MOST
) -> tuple[Listed, ...]:
    """
    Return the best matches for someone: tonight's first, then by what the two share.

    Those who share the same come in waiting order. Nothing rules the others out, and none has too
    little in common; what is suggested tonight may have been locked all the same.

    Args:
        tonight: everyone who can be matched, among them the person.
        plan: what is suggested tonight.
        profile: the person.
        most: how many are listed.

    """
    found = [each for each in plan.suggestions if profile.id in each.ids]
    chosen = {each.ids for each in found}
    fitting = [each for each in _fitting(tonight, profile) if _ids(*each[1]) not in chosen]
    # Sorting keeps the waiting order of those who share the same.
    fitting.sort(key=lambda each: -each[0])
    others = [_suggestion(*two) for _, two in fitting[:most]]
    return tuple(
        Listed(
            suggestion=each,
            is_tonight=each.ids in chosen,
            elsewhere="" if each.ids in chosen else _elsewhere(plan, each, profile),
        )
        for each in (*found, *others)[:most]
    )


def _fitting(tonight: Tonight, profile: Profile) -> Iterator[tuple[int, Two]]:
    """Yield whoever fits someone, in waiting order, with the points of what the two share."""
    is_mentor = profile.side.application.role is Role.MENTOR
    own, others = (
        (tonight.mentors, tonight.mentees) if is_mentor else (tonight.mentees, tonight.mentors)
    )
    at = next(number for number, each in enumerate(own) if each.id == profile.id)
    for number, other in enumerate(others):
        row, column = (number, at) if is_mentor else (at, number)
        points = tonight.shared[row][column]
        if points >= FLOOR and (row, column) not in tonight.effects:
            yield points, ((profile, other) if is_mentor else (other, profile))


def _ids(mentor: Profile, mentee: Profile) -> Ids:
    return mentor.id, mentee.id


def _suggestion(mentor: Profile, mentee: Profile) -> Suggestion:
    """Return two people as they would be proposed now."""
    reasons = tuple(lines(mentor, mentee, Seat(taken=mentor.taken)))
    return Suggestion(mentor=mentor, mentee=mentee, lines=reasons)


def _elsewhere(plan: Plan, suggestion: Suggestion, profile: Profile) -> str:
    """Return with whom the other person is suggested tonight, if that leaves no place."""
    mentor, mentee = suggestion.mentor, suggestion.mentee
    if profile.id == mentor.id:
        found = plan.by_mentee.get(mentee.id)
        return found.mentor.name if found else ""
    given = plan.by_mentor.get(mentor.id, [])
    if mentor.taken + len(given) < mentor.places:
        return ""
    return listed([each.mentee.name for each in given])
