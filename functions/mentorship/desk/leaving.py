"""Who will be deleted soon, for coordinators to call those whom no email reaches."""

from mentorship.applications.keeping import WARNED_BEFORE
from mentorship.desk.guard import DeskRequest
from mentorship.desk.rows import MAX_COUNTED, Row, leaving, rows_of
from mentorship.mail.refusals import is_refused
from mentorship.web import http

PATH = "/desk/leaving"


def show(desk: DeskRequest) -> http.Response:
    """Show who will be deleted in the next weeks, the first to go first."""
    found = leaving(desk, most=MAX_COUNTED)
    rows = rows_of(found[:MAX_COUNTED], desk)
    to_call = [row for row in rows if _needs_call(row, desk)]
    return desk.page(
        "leaving",
        to_call=to_call,
        asked=[row for row in rows if row not in to_call],
        more=len(found) > MAX_COUNTED,
        most=MAX_COUNTED,
        days=WARNED_BEFORE.days,
    )


def _needs_call(row: Row, desk: DeskRequest) -> bool:
    """Tell whether no email reaches someone: they have no address, or it refuses mail."""
    address = row.application.address
    return not address or is_refused(address, desk.services)


ROUTES = {("GET", PATH): show}
