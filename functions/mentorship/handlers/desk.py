"""The coordinators' desk, all of its pages: the entrance, and what lies behind the guard."""

from typing import Any

from mentorship.desk import (
    add,
    application,
    applications,
    handover,
    members,
    settings,
    shortages,
    sign_in,
    today,
)
from mentorship.desk.guard import guarded
from mentorship.services import services
from mentorship.web import router

ROUTES = {
    **sign_in.ROUTES,
    **guarded(
        {
            **add.ROUTES,
            **handover.ROUTES,
            **today.ROUTES,
            **members.ROUTES,
            **applications.ROUTES,
            **application.ROUTES,
            **settings.ROUTES,
            **shortages.ROUTES,
        }
    ),
}


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return router.answer(event, ROUTES, services())
