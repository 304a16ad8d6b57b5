"""How many places an application has, and how many of them are taken."""

from mentorship.applications.application import Application
from mentorship.form.question import Role
from mentorship.form.wishes import CAPACITY

# What someone has who did not say, and every mentee.
ONE = 1


def places(application: Application) -> int:
    """Return how many matches someone may be in at a time: a mentor as many as they said."""
    if application.role is Role.MENTEE:
        return ONE
    return int(str(application.answers.get(CAPACITY.name) or ONE))


def places_free(application: Application) -> int:
    """Return how many places are free: neither in a match nor in a proposal."""
    return max(0, places(application) - len(application.open_matches))
