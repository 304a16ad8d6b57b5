"""The look-up: a reference, an address or the beginning of a name leads to a person."""

import re
from dataclasses import replace
from html import unescape

import pytest

from infra.laptop import Laptop
from mentorship.applications.status import Status
from mentorship.form.question import Role
from mentorship.services import Services
from tests import people
from tests.coordinator import Coordinator, sign_in
from tests.desk_lists import LIST, names, person, put, rows, text
from tests.faults import tapped
from tests.own import link_of, post
from tests.people import apply

LOOK_UP = "/desk/look-up"
MENTEE, MENTOR = Role

pytestmark = pytest.mark.rules


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator who has signed in."""
    return sign_in(laptop)


def looked_up(desk: Coordinator, sought: str) -> str:
    """Return the page on which somebody was looked up."""
    answer = desk.post(LOOK_UP, {"look_up": [sought]})
    if answer.status == 303:
        answer = desk.get(answer.headers["location"])
    assert answer.status == 200
    return answer.text


def test_reference(desk: Coordinator, services: Services) -> None:
    """
    A reference is understood as people write it and say it.
    """
    put(services, replace(person(1), reference="7K2M-00A1"), person(2))
    for sought in (
        *("7K2M-00A1", "7k2m-00a1", "7k2m00a1", " 7K2M 00A1 ", "7K2M–00A1", "7k2m-ooal"),
        *("7K2M-OOAI", "7 k 2 m 0 0 a 1"),
    ):
        assert names(looked_up(desk, sought)) == ["Person 1"], sought


def test_reference_in_every_status(desk: Coordinator, services: Services) -> None:
    """
    Whoever calls with a reference is found, and the row says how it stands.
    """
    for number, status in enumerate(Status, start=1):
        one = person(number, days=2, role=MENTOR, status=status)
        if status in (Status.MERGED, Status.DISCARDED):
            one = replace(one, answers={})
        put(services, one)
        (row,) = rows(looked_up(desk, one.reference))
        assert f"Mentor, {status.traits.words}" in row
        assert row.startswith(f"Person {number}" if one.answers else "No answers left")


def test_name_that_looks_like_a_reference(desk: Coordinator, services: Services) -> None:
    """
    Eight letters are a name, unless they are a reference.
    """
    put(services, person(1, answers={"full_name": "Anderson Example"}))
    assert names(looked_up(desk, "Anderson")) == ["Anderson Example"]
    put(services, replace(person(2), reference="ANDE-RS0N"))
    assert names(looked_up(desk, "Anderson")) == ["Person 2"]


def test_address(laptop: Laptop, desk: Coordinator) -> None:
    """
    An address finds whoever applied with it, in both roles, also what was held back.
    """
    apply(laptop, people.mentee(email="p1@example.org"))
    apply(laptop, people.mentor(email="P1@example.org"))
    apply(laptop, people.mentor(email="p1@example.org", website="x"))
    apply(laptop, people.mentee(email="p2@example.org"))
    for sought in (
        *("p1@example.org", " P1@EXAMPLE.ORG ", "p1@example.org,", "mailto:p1@example.org"),
        "Person One <p1@example.org>",
    ):
        found = " ".join(rows(looked_up(desk, sought)))
        assert sorted(re.findall(r"(Ment\w+, (?:waiting|on hold)) ", found)) == [
            "Mentee, waiting",
            "Mentor, on hold",
            "Mentor, waiting",
        ], sought


def test_address_with_letters_of_another_script(laptop: Laptop, desk: Coordinator) -> None:
    """
    The domain of an address is found as it is written and as it is stored.
    """
    apply(laptop, people.mentee(email="p1@xn--exmple-cua.org"))
    assert names(looked_up(desk, "p1@exämple.org")) == ["Robin Example"]
    assert names(looked_up(desk, "p1@xn--exmple-cua.org")) == ["Robin Example"]
    # What was copied along with it is left out.
    assert names(looked_up(desk, "\ufeffp1 @ exämple.\u200borg ")) == ["Robin Example"]


def test_address_after_withdrawing(laptop: Laptop, desk: Coordinator) -> None:
    """
    What somebody applied with before they withdrew and applied again is found too.
    """
    apply(laptop, people.mentee())
    post(laptop, f"{link_of(laptop, 'robin@example.org')}/withdraw")
    apply(laptop, people.mentee(city="Spokane"))
    found = rows(looked_up(desk, "robin@example.org"))
    assert sorted("withdrawn" in row for row in found) == [False, True]


def test_name(desk: Coordinator, services: Services) -> None:
    """
    The beginning of a first or a last name finds people of both roles.
    """
    named = ("Robin Example", "Kim Robinson, MD", "Li Muster", "李 明")
    for number, name in enumerate(named, start=1):
        role = MENTOR if number % 2 else MENTEE
        put(services, person(number, role=role, answers={"full_name": name}))
    for sought, expected in {
        "rob": {"Robin Example", "Kim Robinson, MD"},
        "EXAMPLE": {"Robin Example"},
        "Example, Robin": {"Robin Example"},
        "Kim Robinson, MD": {"Kim Robinson, MD"},
        "robin  example": {"Robin Example"},
        "Li": {"Li Muster"},
        "李": {"李 明"},
    }.items():
        assert set(names(looked_up(desk, sought))) == expected, sought


def test_name_with_an_apostrophe(desk: Coordinator, services: Services) -> None:
    """
    An apostrophe of any kind joins, in a name and in what is typed; a hyphen stays.
    """
    put(services, person(1, answers={"full_name": "Kim O’Brien"}))
    put(services, person(2, answers={"full_name": "Sam OBrien-D'Example"}))
    for sought, expected in {
        "obrien": {"Kim O’Brien", "Sam OBrien-D'Example"},
        "O'Brien": {"Kim O’Brien", "Sam OBrien-D'Example"},
        "o` brien, kim": {"Kim O’Brien"},
        "Kim OBRIEN": {"Kim O’Brien"},
        "sam o\N{MODIFIER LETTER APOSTROPHE}brien-dex": {"Sam OBrien-D'Example"},
    }.items():
        assert set(names(unescape(looked_up(desk, sought)))) == expected, sought


def test_too_many_of_a_name(desk: Coordinator, services: Services) -> None:
    """
    A list of names ends at 25, and says so.
    """
    put(services, *(person(n) for n in range(1, 31)))
    page = looked_up(desk, "person")
    assert len(names(page)) == 25
    assert "These are the first 25." in text(page)


def test_nobody(desk: Coordinator, services: Services) -> None:
    """
    If nobody is found, the page says by what, and how to look better.
    """
    put(services, person(1))
    for sought in (
        *("Nobody", "9999-9999", "nobody@example.org", "a@b", "=?x?=@y.z", "<b>x</b>"),
        *("x" * 254, "ﷺ" * 254, "é" * 100 + "@example.org", "a" * 60 + "@" + "b" * 190),
    ):
        page = looked_up(desk, sought)
        assert f"No one found for “ {sought} ”" in text(page)
        assert "A reference has eight letters and digits" in text(page)
        assert "<b>x" not in page


def test_too_little_or_too_much(desk: Coordinator) -> None:
    """
    What cannot be looked up is told beside its box, and kept in it.
    """
    for sought in ("", "  ", "x", "@", "\u0301", "\x00", "x" * 255):
        answer = desk.post(LOOK_UP, {"look_up": [sought]})
        assert answer.status == 422
        assert "Enter " in answer.text
        assert 'aria-describedby="look-up-hint look-up-error" aria-invalid="true"' in answer.text
        assert f'value="{sought.strip()}"' in answer.text
        assert "<title>Error: Look-up" in answer.text


def test_field_may_be_missing(desk: Coordinator) -> None:
    """
    A form without the field is as an empty one, and of two fields both count.
    """
    assert desk.post(LOOK_UP).status == 422
    assert "“ a b ”" in text(looked_up(desk, "a b"))
    answer = desk.post(LOOK_UP, {"look_up": ["a", "b"]})
    assert "“ a b ”" in text(answer.text)


def test_changes_nothing_and_is_not_logged(
    desk: Coordinator, services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    To look somebody up writes nothing, and nobody's name gets into the log.
    """
    put(services, person(1))
    capsys.readouterr()
    with tapped() as wire:
        looked_up(desk, "Person")
        looked_up(desk, "p1@example.org")
    assert {call.split()[0] for call in wire.calls} <= {"GetItem", "Query", "BatchGetItem"}
    assert "p1" not in capsys.readouterr().out


def test_only_posting_works(desk: Coordinator) -> None:
    """
    Whom somebody looks up stands in no address bar; and the list is not posted to.
    """
    answer = desk.get(f"{LOOK_UP}?look_up=robin")
    assert (answer.status, answer.headers["location"]) == (303, LIST)
    assert desk.post(LIST).status == 405


def test_going_back_asks_for_no_form_again(desk: Coordinator, services: Services) -> None:
    """
    Who is found stands on a page with an address of its own, which names nobody.
    """
    put(services, person(1), person(2))
    answer = desk.post(LOOK_UP, {"look_up": ["person"]})
    assert answer.status == 303
    address = answer.headers["location"]
    assert re.fullmatch(r"/desk/look-up\?found=[0-9a-z]+\.[0-9a-z]+", address)
    assert names(desk.get(address).text) == ["Person 1", "Person 2"]


@pytest.mark.parametrize("ids", ["", "x", "..", "0" * 20, "0" * 3000, ".".join(["1" * 20] * 400)])
def test_page_of_nobody_is_the_list(desk: Coordinator, ids: str) -> None:
    """
    Where all who were found are gone by now, and where an address is made up, there is the list.
    """
    answer = desk.get(f"{LOOK_UP}?found={ids}")
    assert (answer.status, answer.headers["location"]) == (303, LIST)
