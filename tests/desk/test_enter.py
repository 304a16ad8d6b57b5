"""Entering a match that runs already."""

import pytest

from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.matches.match import MatchState
from mentorship.program.audit import Action
from mentorship.services import Services
from tests.coordinator import Coordinator, sign_in
from tests.desk_lists import text
from tests.desk_matches import MENTEE, MENTOR, in_state, reads, someone
from tests.desk_pages import record, stored
from tests.own import mail
from tests.people import Given
from tests.tables import everything

ENTER = "/desk/enter"


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """Sign in."""
    return sign_in(laptop)


def test_an_existing_pair_is_entered(desk: Coordinator, laptop: Laptop, services: Services) -> None:
    """With its first day, and without an email; what is to be checked needs its tick."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    page = desk.get(f"{ENTER}?mentor={mentor.id}&mentee={mentee.id}").text
    assert page.count(" selected>") == 2
    given: Given = {
        "mentor": [f"{mentor.id}.{mentor.revision}"],
        "mentee": [f"{mentee.id}.{mentee.revision}"],
        "starts_on": ["5/15/2026"],
        "letters": ["no"],
    }
    asked = desk.post(ENTER, given)
    assert asked.status == 422
    assert f"{mentee.name}’s membership hasn’t been checked." in text(asked.text)
    assert asked.text.count(" selected>") == 2
    before = len(mail(laptop))
    answer = desk.post(ENTER, {**given, "ticked": ["membership"]})
    told = reads(desk, answer.headers["location"])
    assert "Saved. The match is running." in told
    assert "Running until May 15, 2027." in told
    assert f"{mentor.name} Mentor" in told
    # Nobody was asked by the program, and nobody will be.
    assert "asked yet" not in told
    for act in ("withdraw", "not-eligible"):
        page = reads(desk, f"/desk/applications/{mentor.id}/{act}")
        assert "The match or proposal that they are in ends." in page
    assert f"Entered by {COORDINATORS}" in told
    assert "Ticked when it was entered: the mentee’s membership." in told
    assert stored(services, mentee.id).status is Status.MATCHED
    assert len(mail(laptop)) == before
    assert record(services)[-1] == (
        Action.MATCHED,
        f"{mentee.reference} {mentor.reference}",
        "since 2026-05-15",
    )
    # Pressed twice, it is entered once.
    again = desk.post(ENTER, {**given, "ticked": ["membership"]})
    assert again.headers["location"].endswith("?done=entered-before")
    assert len(in_state(services, MatchState.RUNNING)) == 1


def test_who_gets_no_email_is_to_be_called(desk: Coordinator, services: Services) -> None:
    """The page says who, unless no emails are wanted at all."""
    phone = {"email": "", "phone": "206 555 0190"}
    for number, (letters, by_phone, said) in enumerate(
        (
            ("yes", (MENTOR,), "The mentor has no email address, so please call."),
            ("yes", (MENTEE,), "The mentee has no email address, so please call."),
            ("yes", (MENTOR, MENTEE), "Both have no email address, so please call."),
            ("yes", (), ""),
            ("no", (MENTOR,), ""),
        ),
        start=1,
    ):
        given: Given = {"starts_on": ["5/15/2026"], "letters": [letters], "ticked": ["membership"]}
        for role in (MENTOR, MENTEE):
            own = {"phone": f"206 555 0{number}{90 if role is MENTOR else 91}"}
            answers = {**phone, **own} if role in by_phone else {}
            one = someone(services, role, number, answers=answers)
            given[role.value] = [f"{one.id}.{one.revision}"]
        told = reads(desk, desk.post(ENTER, given).headers["location"])
        assert f"Saved. The match is running. {said}" in told, (letters, by_phone)
        assert ("so please call" in told) is bool(said), (letters, by_phone)


def test_what_cannot_be_entered_comes_back(desk: Coordinator, services: Services) -> None:
    """Each field says what is wrong, and nothing is stored."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    known = someone(services, MENTOR, 2, known_by=(COORDINATORS,))
    given: Given = {
        "mentor": [f"{mentor.id}.{mentor.revision}"],
        "mentee": [f"{mentee.id}.{mentee.revision}"],
        "starts_on": ["2026-05-15"],
        "letters": ["yes"],
        "ticked": ["membership"],
    }
    before = everything()
    for field, value, says in (
        ("mentor", "", "Choose a mentor"),
        ("mentor", f"{known.id}.1", "Choose a mentor"),
        ("mentee", f"{mentor.id}.1", "Choose a mentee"),
        ("starts_on", "soon", "Enter the day on which the match began"),
        ("starts_on", "2027-05-15", "Enter a start date in the past"),
        ("starts_on", "2020-05-15", "Enter a start date in the past"),
        ("letters", "", "Choose whether they get an email"),
    ):
        answer = desk.post(ENTER, {**given, field: [value]})
        assert answer.status in (409, 422), (field, value)
        assert says in text(answer.text), (field, value)
    services.store.commit(Change(puts=(mentor.with_changes(),)))
    stale = desk.post(ENTER, given)
    assert stale.status == 409
    assert "One of the two changed after you opened this page." in text(stale.text)
    services.store.commit(Change(deletes=(), puts=()))
    assert {*everything()} == {*before}
    assert not in_state(services, MatchState.RUNNING)
    assert known.name not in desk.get(ENTER).text
