"""What needs doing today, first of all."""

from mentorship import web
from mentorship.desk.guard import AtDesk


def show(desk: AtDesk) -> web.Response:
    """Show what needs doing today."""
    return desk.page("home")


ROUTES = {("GET", "/desk"): show}
