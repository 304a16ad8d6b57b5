"""Mentees and mentors, by what they wish for."""

from dataclasses import replace

from mentorship.applications.application import Application
from mentorship.form import wishes
from mentorship.form.question import Role
from tests import made

AREAS, TOPICS, SETTING = wishes.SOUGHT


def mentee(*areas: str, **more: list[str]) -> Application:
    """Return a mentee who wishes for some areas, and for nothing else unless it is said."""
    return _wishing(Role.MENTEE, areas, more)


def mentor(*areas: str, places: int = 1, **more: list[str]) -> Application:
    """Return a mentor who offers some areas, and nothing else unless it is said."""
    stored = _wishing(Role.MENTOR, areas, more)
    return replace(stored, answers={**stored.answers, wishes.CAPACITY.name: str(places)})


def _wishing(role: Role, areas: tuple[str, ...], more: dict[str, list[str]]) -> Application:
    stored = made.application(role)
    sought = {question.name for question in wishes.SOUGHT}
    rest = {name: answer for name, answer in stored.answers.items() if name not in sought}
    return replace(stored, answers={**rest, AREAS.name: list(areas), **more})
