"""Statuses: whatever is done for all that have a trait is done for one that is added."""

import ast
import io
from dataclasses import fields
from datetime import timedelta
from tempfile import TemporaryDirectory
from typing import get_args

import pytest

from infra.build import ROOT
from infra.laptop import Laptop
from mentorship.applications.intake import point_to
from mentorship.applications.status import Status, StatusTraits, Trait
from mentorship.archive import backup, forgetting
from mentorship.archive.restore import restore
from mentorship.change import Change
from mentorship.services import Services
from tests import made, tables
from tests.clock import Clock
from tests.coordinator import sign_in
from tests.made import TODAY
from tests.own import get, mail


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> Status:
    """A status that has every trait that coordinators see by, as a new one may."""
    traits = StatusTraits(
        words="sleeping",
        owner_title="Sleeping",
        owner_words="You sleep.",
        is_open=True,
        may_be_matched=True,
        is_announced=True,
        is_listed=True,
        found_by_name=True,
        is_warned=True,
    )
    status = str.__new__(Status, "sleeping")
    status._name_, status._value_, status.traits = "SLEEPING", "sleeping", traits
    monkeypatch.setitem(Status._member_map_, "SLEEPING", status)
    monkeypatch.setitem(Status._value2member_map_, "sleeping", status)
    monkeypatch.setattr(Status, "_member_names_", [*Status._member_names_, "SLEEPING"])
    return status


def test_traits_can_be_asked_for() -> None:
    """
    Each trait that is true or false can be asked for by its name.
    """
    yes_or_no = {each.name for each in fields(StatusTraits) if each.type in (bool, "bool")}
    assert set(get_args(Trait)) == yes_or_no


def test_an_added_status_appears_everywhere(
    laptop: Laptop, services: Services, clock: Clock, added: Status
) -> None:
    """
    With nothing but its traits, it is listed, found, exported, counted, backed up and warned.
    """
    laptop.daily()
    clock.forward(days=6)
    person = made.application(
        id="00000009abcdefghjkmn",
        reference="0000-0009",
        status=added,
        received_at=clock(),
        reply_by=(clock() + timedelta(days=1)).date(),
    )
    services.store.commit(Change(puts=(person, point_to(person, None))))
    desk = sign_in(laptop)
    pages = {
        "a list": desk.get("/desk/applications?role=mentee&status=sleeping"),
        "its filter": desk.get("/desk/applications"),
        "handover": desk.get("/desk/handover"),
        "the export page": desk.get("/desk/export"),
        "one application": desk.get(f"/desk/applications/{person.id}"),
        "the owner's page": get(laptop, f"/mine/{services.links.owner_token(person.id, 1)}"),
    }
    assert {name: "sleeping" in page.text.lower() for name, page in pages.items()} == dict.fromkeys(
        pages, True
    )
    assert person.reference in pages["a list"].text
    # It waits for a match, so it is among those who wait.
    assert person.id in desk.get("/desk").text
    for sought in ("Robin", "0000-0009", "robin@example.org"):
        assert desk.post("/desk/look-up", {"look_up": [sought]}).status == 303, sought
    # The export, with no status asked for, and with this one.
    assert laptop.invoke("Export", {})["rows"] == 1
    assert laptop.invoke("Export", {"status": "sleeping"})["rows"] == 1
    # Found and forgotten by address.
    for find in (forgetting.find_by_keys, forgetting.find_by_scan):
        assert [each.id for each in find("robin@example.org", services).applications] == [person.id]
    # A backup has it, and brings it back.
    file = io.BytesIO()
    with TemporaryDirectory() as folder:
        backup.write(
            file, services.store, folder=folder, read_me="", zone=services.program.zone, now=clock()
        )
    tables.wipe()
    restore(
        backup.read(file),
        services.store,
        services.links,
        arrangements=services.arrangements(),
        pause=services.pause,
    )
    assert services.store.application(person.id, now=clock()) == person
    # It is counted, told that there is no match, and warned.
    clock.forward(days=2)
    mail(laptop)
    laptop.daily()
    facts = next(
        letter.facts
        for each in tables.items("LettersTable")
        if (letter := services.store.letter(each["id"]["S"])) and "received" in letter.facts
    )
    assert facts["received"] == 1
    assert services.store.letter(f"{person.id}#still-waiting#{TODAY + timedelta(days=8)}")
    assert person.kept_until is not None
    clock.time = person.kept_until - timedelta(days=20)
    laptop.daily()
    warned = services.store.application(person.id, now=clock())
    assert warned is not None
    assert warned.is_leaving
    until = clock() + timedelta(days=30)
    assert services.store.queries.leaving(until=until, now=clock(), limit=5) == [warned]


# Until version 4 nothing else said that somebody had not agreed.
NAMES_SOME = {"store/application_records.py"}


def test_no_code_lists_statuses() -> None:
    """
    Code asks for a trait: no tuple, list or set of statuses is written out anywhere.
    """
    package = ROOT / "functions" / "mentorship"
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Tuple, ast.List, ast.Set))
        for each in node.elts
        if isinstance(each, ast.Attribute)
        and isinstance(each.value, ast.Name)
        and each.value.id == "Status"
    }
    assert found == NAMES_SOME
