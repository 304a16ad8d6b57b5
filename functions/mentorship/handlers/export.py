"""Export applications, from the desk or by a direct invocation."""

from typing import Any

from mentorship.archive.export import export
from mentorship.desk.export import hand_over, show
from mentorship.desk.guard import guarded
from mentorship.problems import Problem
from mentorship.services import services
from mentorship.web import router

ROUTES = guarded({("GET", "/desk/export"): show, ("POST", "/desk/export"): hand_over})


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer the HTTP API or a direct invocation, whose errors are answers too."""
    if "requestContext" in event:
        return router.answer(event, ROUTES, services())
    try:
        return export(event, services())
    except Problem as problem:
        return {"problem": problem.as_json()}
