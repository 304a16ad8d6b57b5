"""Receive applications."""

from typing import Any

from mentorship.applicant.submission import opened, receipt, submit
from mentorship.services import services
from mentorship.web import router

ROUTES = {
    ("POST", "/applications"): submit,
    ("GET", "/applications/opened"): opened,
    ("GET", "/applications/{id}"): receipt,
}


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return router.answer(event, ROUTES, services())
