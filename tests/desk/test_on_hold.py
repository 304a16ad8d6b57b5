"""The page of what is on hold, and its button that lets in many."""

import re

import pytest

from infra.edge import Answer
from infra.laptop import COORDINATORS, HOST, Laptop
from mentorship.applicant import submission
from mentorship.applications.application import Application
from mentorship.applications.status import HoldReason, Status
from mentorship.change import Change, Conflict
from mentorship.desk import on_hold
from mentorship.program.audit import Action
from mentorship.services import Services, services
from mentorship.store.store import Store
from tests import made, people, tables
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.desk_pages import record, stored
from tests.own import mail, nothing_changes
from tests.people import apply

PAGE = "/desk/on-hold"
BOX = re.compile(r'name="let_in" value="([\w.]+)"( checked)?')


@pytest.fixture
def small(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    """The program where two from one network are let in each day, and five have applied."""
    monkeypatch.setattr(submission, "MOST_UNSTAMPED", 2)
    for number in range(5):
        apply(laptop, people.mentee(email=f"robin-{number}@example.org"))
    return laptop


@pytest.fixture
def desk(small: Laptop) -> Coordinator:
    """A coordinator at the desk."""
    return sign_in(small)


def boxes(page: str) -> dict[str, bool]:
    """Return each box of the page, and whether it is ticked."""
    return {value: bool(ticked) for value, ticked in BOX.findall(page)}


def ticked(page: str) -> people.Given:
    """Return what the page sends as it is."""
    return {"let_in": [value for value, is_ticked in boxes(page).items() if is_ticked]}


def press(desk: Coordinator, given: people.Given) -> Answer:
    """Press the button, and return the page that it leads to."""
    answer = desk.post(PAGE, given)
    assert answer.status == 303
    return desk.get(answer.headers["location"])


def held(number: int, **changes: object) -> Application:
    """Have an application that is on hold."""
    usual = {"status": Status.QUARANTINED, "hold_reason": HoldReason.TRAP}
    found = made.application(
        id=f"{number:08}abcdefghjkmn",
        reference=f"9999-{number:04}",
        answers={"email": f"held-{number}@example.org", "full_name": f"Held {number}"},
        **{**usual, **changes},
    )
    services().store.commit(Change(puts=(found,)))
    return found


def statuses() -> list[str]:
    """Return the status of each application, by its reference."""
    found = sorted(tables.items("ApplicationsTable"), key=lambda item: str(item["reference"]))
    return [str(item["status"]["S"]) for item in found]


def test_all_of_a_network_in_one_press(small: Laptop, desk: Coordinator) -> None:
    """
    All are ticked and let in, each gets its receipt, and the audit log has each.
    """
    page = desk.get(PAGE).text
    assert "3 from one network" in page
    assert "many came from the same network that day" in page
    assert "Let in 3 applications" in page
    assert list(boxes(page).values()) == [True] * 3
    before = len(mail(small))
    after = press(desk, ticked(page)).text
    assert "3 applications are in, and their emails are on their way." in after
    assert "Nothing is on hold." in after
    assert statuses() == ["waiting"] * 5
    receipts = [e for e in mail(small)[before:] if e.header("To") != COORDINATORS]
    assert {e.header("To") for e in receipts} == {f"robin-{n}@example.org" for n in (2, 3, 4)}
    assert record(services()) == [
        (Action.ADMITTED, reference, "") for reference in ("0000-0003", "0000-0004", "0000-0005")
    ]


def test_pressed_twice(small: Laptop, desk: Coordinator) -> None:
    """
    The second press finds them in, changes nothing, and names nobody.
    """
    given = ticked(desk.get(PAGE).text)
    press(desk, given)
    with nothing_changes(small):
        again = press(desk, given).text
    assert "3 applications are in" in again
    assert "Not let in" not in again


def test_what_a_robot_sent_is_not_ticked(desk: Coordinator) -> None:
    """
    What looks like a robot's is a group of its own, and is let in only if it is ticked there.
    """
    trap = held(91)
    page = desk.get(PAGE).text
    assert "The box that people do not see was filled in (1)" in page
    assert boxes(page)[f"{trap.id}.1"] is False
    crowd = page.partition("The box that people")[0]
    assert trap.id not in crowd
    press(desk, ticked(page))
    assert statuses() == [*["waiting"] * 5, "quarantined"]
    press(desk, {"let_in": [f"{trap.id}.1"]})
    assert statuses() == ["waiting"] * 6


def test_networks_are_apart(desk: Coordinator) -> None:
    """
    Two crowds are two groups, and each has its own button.
    """
    for number in (91, 92):
        held(number, hold_reason=HoldReason.CLIENT, network="another")
    page = desk.get(PAGE).text
    assert page.index("3 from one network") < page.index("2 from one network")
    assert page.count('<form method="post" action="/desk/on-hold">') == 2


def test_changed_meanwhile_is_named(small: Laptop, desk: Coordinator) -> None:
    """
    Where another coordinator has added a note, that one stays on hold; one deleted is gone.
    """
    page = desk.get(PAGE).text
    noted, gone, plain = (each.partition(".")[0] for each in boxes(page))
    desk.post(f"/desk/applications/{noted}/note", {"note": ["Who is this?"]})
    desk.post(f"/desk/applications/{gone}/delete")
    after = press(desk, ticked(page)).text
    assert "1 application is in, and its two emails are on their way." in after
    said = after.partition("Not let in")[2].partition("</div>")[0]
    assert noted in said
    assert plain not in said
    assert statuses() == ["waiting", "waiting", "quarantined", "waiting"]


def test_one_that_others_change_all_the_time(
    small: Laptop, desk: Coordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It stays on hold and is named; the others of the same press are let in.
    """
    page = desk.get(PAGE).text
    busy = next(iter(boxes(page))).partition(".")[0]
    commit = Store.commit

    def conflicting(store: Store, change: Change) -> None:
        if busy in [each.id for each in change.puts]:
            raise Conflict
        commit(store, change)

    monkeypatch.setattr(Store, "commit", conflicting)
    after = press(desk, ticked(page)).text
    assert "2 applications are in" in after
    assert busy in after.partition("Not let in")[2].partition("</div>")[0]
    assert statuses() == ["waiting", "waiting", "quarantined", "waiting", "waiting"]


def test_its_address_has_another_one(small: Laptop, desk: Coordinator) -> None:
    """
    Let in among others, it waits beside the one of its address, as by its own button.
    """
    given = people.mentee(email="robin-0@example.org", goal="Something else.")
    other = apply(small, given).headers["location"].rpartition("/")[2]
    found = stored(services(), other)
    assert found.status is Status.QUARANTINED
    assert found.network
    press(desk, {"let_in": [f"{other}.1"]})
    after = stored(services(), other)
    assert (after.status, after.network) == (Status.UNCONFIRMED, "")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"let_in": [""]},
        {"let_in": ["x.1", "00000003abcdefghjkmn", "00000003abcdefghjkmn.x", "é.1"]},
        {"let_in": ["99999999abcdefghjkmn.1"]},
    ],
)
def test_what_no_page_sends(small: Laptop, desk: Coordinator, given: people.Given) -> None:
    """
    What names nothing that is on hold lets nothing in.
    """
    with nothing_changes(small):
        assert "Nothing was let in." in press(desk, given).text


def test_no_more_than_a_page_at_once(
    small: Laptop, desk: Coordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A press lets in as many as the page shows, and says how many come after these.
    """
    monkeypatch.setattr(on_hold, "MAX_SHOWN", 2)
    page = desk.get(PAGE).text
    assert "And 1 more after these." in page
    assert "Let in 2 applications" in page
    every = [f"0000000{n}abcdefghjkmn.1" for n in (3, 4, 5)]
    assert "2 applications are in" in press(desk, {"let_in": every}).text
    assert statuses() == [*["waiting"] * 4, "quarantined"]


def test_a_slow_table_ends_the_press(
    small: Laptop, desk: Coordinator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The page answers before the function ends, and shows what is left.
    """
    page = desk.get(PAGE).text
    real = on_hold._let_in

    def slow(*given: object) -> bool:
        clock.forward(seconds=10)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(on_hold, "_let_in", slow)
    after = press(desk, ticked(page)).text
    assert "2 applications are in" in after
    assert len(boxes(after)) == 1


def test_a_flood_is_cut(small: Laptop, desk: Coordinator, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Of very many the newest are shown, and the page says so.
    """
    monkeypatch.setattr(on_hold, "MAX_READ", 2)
    page = desk.get(PAGE).text
    assert "The page shows the newest 2." in page
    assert len(boxes(page)) == 2


def test_looking_changes_nothing(small: Laptop, desk: Coordinator) -> None:
    """
    The page is looked at, with an address that says anything, and all stays as it is.
    """
    with nothing_changes(small):
        for query in ("", "?in=3", "?in=x", "?in=9999", "?left=x.y", "?in=1&left=é"):
            assert desk.get(PAGE + query).status == 200


def test_found_by_name_and_on_today(desk: Coordinator) -> None:
    """
    Someone on hold is found by name, and the first page says how many there are from one network.
    """
    answer = desk.post("/desk/look-up", {"look_up": ["robin"]})
    found = desk.get(answer.headers["location"]).text
    assert found.count("Mentee, on hold") == 3
    today = desk.get("/desk/").text
    assert "3 applications from one network" in today
    assert f'href="{PAGE}#client-' in today


def test_no_network_is_stored(small: Laptop, services: Services) -> None:
    """
    What groups a crowd is a keyed hash of the network and the day, and gone once it is let in.
    """
    networks = {item["network"]["S"] for item in tables.items("ApplicationsTable")}
    assert len(networks) == 2
    assert "" in networks
    assert HOST not in str(tables.everything())
    desk = sign_in(small)
    press(desk, ticked(desk.get(PAGE).text))
    assert {item["network"]["S"] for item in tables.items("ApplicationsTable")} == {""}


def test_network_of_another_day(services: Services, clock: Clock) -> None:
    """
    The same network is another one the next day, and an unknown one is none.
    """
    first = services.network_of("192.0.2.1")
    clock.forward(days=1)
    assert first != services.network_of("192.0.2.1")
    assert services.network_of("192.0.2.1") != services.network_of("192.0.2.2")
    assert services.network_of("") == ""
