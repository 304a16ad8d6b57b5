"""The coordinators' desk, all of its pages: the entrance, and what lies behind the guard."""

from typing import Any

from mentorship import web
from mentorship.desk import (
    entrance,
    entry,
    handover,
    home,
    members,
    people,
    person,
    settings,
    supply,
)
from mentorship.desk.guard import guarded
from mentorship.services import services

ROUTES = {
    **entrance.ROUTES,
    **guarded(
        {
            **entry.ROUTES,
            **handover.ROUTES,
            **home.ROUTES,
            **members.ROUTES,
            **people.ROUTES,
            **person.ROUTES,
            **settings.ROUTES,
            **supply.ROUTES,
        }
    ),
}


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return web.answer(event, ROUTES, services())
