"""The form's two pages."""

from typing import Any

from mentorship.applicant.form_page import show
from mentorship.services import Route, services
from mentorship.web import router

# CloudFront asks for a folder's page by the name of its file.
ROUTES: dict[tuple[str, str], Route] = {("GET", "/apply/{role}/index.html"): show}


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return router.answer(event, ROUTES, services())
