"""Keeping two people apart, for good."""

import pytest

from infra.laptop import COORDINATORS, Laptop
from mentorship.matches.match import MatchState, Reason
from mentorship.pairings import between
from mentorship.program.audit import Action
from mentorship.services import Services
from tests.coordinator import Coordinator, sign_in
from tests.desk_lists import text
from tests.desk_matches import MENTEE, MENTOR, hidden, in_state, proposed, reads, someone
from tests.desk_pages import record
from tests.tables import everything


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """Sign in."""
    return sign_in(laptop)


def test_two_are_kept_apart_and_no_longer(desk: Coordinator, services: Services) -> None:
    """Found by a name or a reference; what was proposed is taken back; it may be undone."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    proposed(desk, mentor, mentee)
    path = f"/desk/applications/{mentee.id}/apart"
    assert path in desk.get(f"/desk/applications/{mentee.id}").text
    for sought in ("kim", mentor.reference):
        found = desk.post(path, {"look_up": [sought]})
        assert found.headers["location"] == f"{path}?found={mentor.id}"
    page = desk.get(f"{path}?found={mentor.id}").text
    given = {**hidden(page, path), "keep": ["yes"]}
    told = reads(desk, desk.post(path, given).headers["location"])
    assert "Kept apart now Dr. Kim Sample" in told
    (match,) = in_state(services, MatchState.TAKEN_BACK)
    assert match.closed_because is Reason.EXCLUDED
    assert "A coordinator keeps them apart. It was taken back on" in reads(desk, "/desk/matches")
    pair = between(mentee, mentor, services)
    assert (pair.apart_by, pair.is_apart) == (COORDINATORS, True)
    shortlist = f"/desk/applications/{mentee.id}/matches?why={mentor.reference}"
    assert "A coordinator keeps" in reads(desk, shortlist)

    before = everything()
    assert desk.post(path, given).status == 303
    stale = desk.post(path, {**given, "keep": ["no"]})
    assert stale.status == 409
    assert "Something about these two changed" in text(stale.text)
    assert everything() == before
    undone = {**hidden(desk.get(path).text, path), "keep": ["no"]}
    assert "No longer" not in reads(desk, desk.post(path, undone).headers["location"])
    assert not between(mentee, mentor, services).is_apart
    assert "We know now that these two can’t be matched." in reads(desk, "/desk/matches")
    assert [each[0] for each in record(services)][1:] == [Action.APART, Action.NOT_APART]


def test_whom_a_look_up_finds(desk: Coordinator, services: Services) -> None:
    """Nobody of the same role, or whom the coordinator knows; what says nothing is refused."""
    mentee = someone(services, MENTEE)
    other = someone(services, MENTEE, 2)
    known = someone(services, MENTOR, 3, known_by=(COORDINATORS,))
    path = f"/desk/applications/{mentee.id}/apart"
    assert desk.post(path, {"look_up": [other.reference]}).headers["location"].endswith("=none")
    assert "Nobody was found." in reads(desk, f"{path}?found=none")
    assert desk.post(path, {"look_up": [""]}).status == 422
    assert known.name not in reads(desk, f"{path}?found={known.id}")
    for each, status in ((known, 409), (other, 404)):
        assert desk.post(path, {"other": [each.id], "keep": ["yes"]}).status == status
