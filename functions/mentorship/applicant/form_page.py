"""The form's two pages, as they are now: open or closed, with the present settings."""

from mentorship.form.question import Role
from mentorship.problems import NotFound
from mentorship.services import Services
from mentorship.web import http

# They are the same for everyone, so they are cached, but only for a minute: a form that a
# coordinator opens or closes changes within a minute.
HEADERS = {"cache-control": "public, max-age=60", "referrer-policy": "same-origin"}


def show(request: http.Request, services: Services) -> http.Response:
    """Show the page with the form for a role, or when it opens."""
    try:
        role = Role(request.param("role"))
    except ValueError as error:
        raise NotFound from error
    arrangements = services.arrangements()
    page = services.renderer_for(arrangements).form_page(
        role, arrangements.opening(role), now=services.now()
    )
    return http.page(page, headers=HEADERS)
