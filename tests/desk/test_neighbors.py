"""Where a person is in their list: which place, and who comes before and after them."""

import re
from datetime import timedelta

import pytest

from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.status import Status
from mentorship.desk import neighbors
from mentorship.services import Services
from tests import made
from tests.coordinator import Coordinator, sign_in
from tests.desk_lists import MENTOR, person, put, text

WAY = re.compile(r'<nav class="neighbors".*?</nav>', re.DOTALL)


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator who has signed in."""
    return sign_in(laptop)


def way(desk: Coordinator, number: int, page: str = "") -> str:
    """Return what a person's page says of their place, "" for nothing."""
    found = WAY.search(desk.get(f"/desk/applications/{number:08}abcdefghjkmn{page}").text)
    return text(found[0]) if found else ""


def test_place_in_waiting_order(desk: Coordinator, services: Services) -> None:
    """
    The place counts those of the same role and status only; the first has none before, the last
    none after, and each neighbor is a link.
    """
    put(
        services,
        person(1, days=9),
        person(2, days=6),
        person(3, days=3),
        person(4, days=5, role=MENTOR),
        person(5, days=4, status=Status.PAUSED),
        # Its time is over, and it isn't deleted yet.
        person(6, days=1000, warned_at=made.NOW - timedelta(days=40)),
    )
    assert way(desk, 1) == "1 of 3 waiting Next: Person 2"
    assert way(desk, 2) == "Previous: Person 1 2 of 3 waiting Next: Person 3"
    assert way(desk, 3) == "Previous: Person 2 3 of 3 waiting"
    assert way(desk, 4) == "1 of 1 waiting"
    assert way(desk, 5) == "1 of 1 paused"
    page = desk.get("/desk/applications/00000002abcdefghjkmn").text
    assert 'href="/desk/applications/00000003abcdefghjkmn"><span' in page


def test_past_the_count(
    desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    No one needs an exact place far down the list, and none is counted.
    """
    monkeypatch.setattr(neighbors, "MAX_COUNTED", 2)
    put(services, *(person(number, days=10 - number) for number in (1, 2, 3, 4)))
    assert way(desk, 2) == "Previous: Person 1 2 of more than 2 waiting Next: Person 3"
    assert way(desk, 4) == "Previous: Person 3 more than 2 waiting"


def test_of_someone_you_know(desk: Coordinator, services: Services) -> None:
    """
    The way through the list goes on over a person whom the coordinator knows; what is in no list
    has no place.
    """
    put(
        services,
        person(1, days=9),
        person(2, days=6, known_by=(COORDINATORS,)),
        person(3, days=3),
        person(4, status=Status.UNCONFIRMED, parent="00000001abcdefghjkmn"),
    )
    assert way(desk, 2) == "Previous: Person 1 2 of 3 waiting Next: Person 3"
    assert way(desk, 4) == ""


def test_the_best_matches_lead_past_someone_you_know(desk: Coordinator, services: Services) -> None:
    """
    The page of someone's best matches is not for a coordinator who knows them, so no link leads
    there.
    """
    known = (COORDINATORS,)
    put(
        services,
        person(1, days=9),
        person(2, days=8, known_by=known),
        person(3, days=7, known_by=known),
        person(4, days=6),
        person(5, days=5, known_by=known),
    )
    assert way(desk, 1, "/matches") == "1 of 5 waiting Next: Person 4"
    assert way(desk, 4, "/matches") == "Previous: Person 1 4 of 5 waiting"
