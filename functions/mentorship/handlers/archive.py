"""Export everything as one ZIP file, from the desk."""

from typing import Any

from mentorship.desk.backup import export
from mentorship.desk.guard import guarded
from mentorship.services import services
from mentorship.web import router

ROUTES = guarded({("POST", "/desk/archive/export"): export})


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return router.answer(event, ROUTES, services())
