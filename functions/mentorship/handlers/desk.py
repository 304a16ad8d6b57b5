"""The coordinators' desk: signing in, and every page behind the guard."""

from typing import Any

from mentorship.desk import (
    act,
    acts,
    add,
    application,
    applications,
    arrange,
    coordinators,
    handover,
    institutions,
    knowing,
    leaving,
    letters,
    members,
    on_hold,
    settings,
    shortages,
    sign_in,
    today,
)
from mentorship.desk.guard import guarded
from mentorship.services import services
from mentorship.web import router

# Messages about what was just done; no name has two meanings.
DONE = {
    **act.DONE,
    **acts.DONE,
    **add.DONE,
    **application.DONE,
    **arrange.DONE,
    **coordinators.DONE,
    **handover.DONE,
    **knowing.DONE,
    **letters.DONE,
    **shortages.DONE,
}
ROUTES = {
    **sign_in.ROUTES,
    **guarded(
        {
            **acts.ROUTES,
            **add.ROUTES,
            **application.ROUTES,
            **applications.ROUTES,
            **coordinators.ROUTES,
            **handover.ROUTES,
            **institutions.ROUTES,
            **knowing.ROUTES,
            **leaving.ROUTES,
            **letters.ROUTES,
            **members.ROUTES,
            **on_hold.ROUTES,
            **settings.ROUTES,
            **shortages.ROUTES,
            **today.ROUTES,
        },
        done=DONE,
    ),
}


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return router.answer(event, ROUTES, services())
