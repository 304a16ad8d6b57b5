"""Who will be deleted soon: coordinators see them, call, and record who stays."""

from datetime import timedelta

import pytest

from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.application import Agreement, Application
from mentorship.applications.intake import point_to
from mentorship.applications.status import Status
from mentorship.change import Change, refused_mark_id, renewed_mark
from mentorship.form.question import Role
from mentorship.program.audit import Action
from mentorship.services import Services
from tests import made
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.desk_lists import text
from tests.desk_pages import page, press, record, said, stored

PATH = "/desk/leaving"


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator who has signed in."""
    return sign_in(laptop)


def put(services: Services, number: int, *, days: int, **changes: object) -> Application:
    """Store somebody who was warned, and will be deleted in so many *days*."""
    now = services.now()
    person = made.application(
        Role.MENTEE,
        id=f"{number:08}mnpqrstvwxyz",
        reference=f"{number:04}-MNPQ",
        answers={"full_name": f"Person {number}", "email": f"person-{number}@example.org"},
        received_at=now - timedelta(days=400),
        kept_from=now - timedelta(days=365 - days),
        warned_at=now - timedelta(days=30 - days),
        **changes,
    )
    services.store.commit(Change(puts=(person, point_to(person, None))))
    return person


def test_named_with_dates_the_first_to_go_first(
    desk: Coordinator, services: Services, clock: Clock
) -> None:
    """
    Whoever was warned is on the list with the day, and at Today and Handover with a number.
    """
    for number, days in ((1, 20), (2, 5), (3, 28)):
        put(services, number, days=days)
    put(services, 4, days=9, status=Status.WITHDRAWN)
    words = text(page(desk, PATH))
    assert words.index("Person 2") < words.index("Person 1") < words.index("Person 3")
    assert "Person 4" not in words
    assert "deleted on October 11, 2026" in words
    assert "Deleted within 30 days 3 3 applications" in text(page(desk, "/desk"))
    assert "3 applications will be deleted soon" in text(page(desk, "/desk/handover"))


def test_nobody(desk: Coordinator) -> None:
    """
    Without anyone to name, the page says so, and Today and Handover say nothing.
    """
    assert "No application will be deleted in the next 30 days." in text(page(desk, PATH))
    assert "Deleted within" not in text(page(desk, "/desk"))
    assert "will be deleted" not in text(page(desk, "/desk/handover"))


def test_whom_no_email_reaches_comes_first(
    desk: Coordinator, services: Services, clock: Clock
) -> None:
    """
    Whose address refuses mail is to be called, also by the page of their application.
    """
    put(services, 1, days=5)
    unreached = put(services, 2, days=20)
    mark = refused_mark_id(services.links.hashed(unreached.address))
    ends = clock() + timedelta(days=180)
    services.store.commit(
        Change(puts=(renewed_mark(mark, now=clock(), expires_at=ends, before=None),))
    )
    words = text(page(desk, PATH))
    assert words.index("Please call") < words.index("Person 2") < words.index("Asked by email")
    assert words.index("Asked by email") < words.index("Person 1")
    assert "please call and ask" in text(page(desk, f"/desk/applications/{unreached.id}"))


def test_they_want_to_stay(desk: Coordinator, services: Services, clock: Clock) -> None:
    """
    A coordinator records how they said so; they are kept for another period, and it is logged.
    """
    person = put(services, 1, days=5)
    at = f"/desk/applications/{person.id}"
    assert "Write how they said so" in press(desk, "stay", at=at, stay=" ").text
    assert stored(services, person.id) == person
    for _ in range(2):
        assert said(desk, press(desk, "stay", at=at, stay="by telephone")) == "stays"
    kept = stored(services, person.id)
    how = Agreement(how="by telephone", at=clock(), by=COORDINATORS)
    assert (kept.kept_from, kept.agreed, kept.expires_at) == (clock(), how, None)
    # Only the person can agree to a wording.
    assert kept.consent_version == person.consent_version
    assert record(services) == [(Action.STAYED, "0001-MNPQ", "")]
    assert "Person 1" not in text(page(desk, PATH))
