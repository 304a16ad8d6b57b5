"""The coordinators' desk: signing in, and every page behind the guard."""

from typing import Any

from mentorship.desk import (
    act,
    acts,
    add,
    apart,
    application,
    applications,
    arrange,
    confirm,
    coordinators,
    enter,
    handover,
    institutions,
    knowing,
    leaving,
    letters,
    match_acts,
    matches,
    members,
    on_hold,
    propose,
    settings,
    shortages,
    shortlist,
    sign_in,
    today,
    tonight,
)
from mentorship.desk.guard import guarded
from mentorship.services import services
from mentorship.web import router

# Messages about what was just done; no name has two meanings.
DONE = {
    **act.DONE,
    **acts.DONE,
    **add.DONE,
    **apart.DONE,
    **application.DONE,
    **arrange.DONE,
    **coordinators.DONE,
    **enter.DONE,
    **handover.DONE,
    **knowing.DONE,
    **letters.DONE,
    **match_acts.DONE,
    **propose.DONE,
    **shortages.DONE,
    **tonight.DONE,
}
ROUTES = {
    **sign_in.ROUTES,
    **guarded(
        {
            # Before the page of one match: “tonight” is no match’s id.
            **tonight.ROUTES,
            **acts.ROUTES,
            **add.ROUTES,
            **apart.ROUTES,
            **application.ROUTES,
            **applications.ROUTES,
            **confirm.ROUTES,
            **coordinators.ROUTES,
            **enter.ROUTES,
            **handover.ROUTES,
            **institutions.ROUTES,
            **knowing.ROUTES,
            **leaving.ROUTES,
            **letters.ROUTES,
            **match_acts.ROUTES,
            **matches.ROUTES,
            **members.ROUTES,
            **on_hold.ROUTES,
            **propose.ROUTES,
            **settings.ROUTES,
            **shortages.ROUTES,
            **shortlist.ROUTES,
            **today.ROUTES,
        },
        done=DONE,
    ),
}


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return router.answer(event, ROUTES, services())
