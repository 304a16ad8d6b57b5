"""The form's two pages, as they are now: open or closed, and with what is arranged."""

from typing import Any

from mentorship.form.question import Role
from mentorship.problems import NotFound
from mentorship.services import Route, Services, services
from mentorship.web import http, router

# They are pages like any other, and the same for everybody: kept for a minute, and no longer, so
# that what a coordinator opens or closes is so within a minute.
HEADERS = {"cache-control": "public, max-age=60", "referrer-policy": "same-origin"}


def form(request: http.Request, services: Services) -> http.Response:
    """Show the page with the form for a role, or with when it opens."""
    try:
        role = Role(request.path.split("/")[2])
    except ValueError as error:
        raise NotFound from error
    arrangements = services.arrangements()
    page = services.renderer_for(arrangements).form_page(
        role, arrangements.opening(role), now=services.now()
    )
    return http.page(page, headers=HEADERS)


# CloudFront asks for a folder's page by the page's own name.
ROUTES: dict[tuple[str, str], Route] = {("GET", "/apply/{role}/index.html"): form}


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return router.answer(event, ROUTES, services())
