"""The shelves: what is found by an index, in which order, and how much of it is read for that."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from infra.laptop import Laptop
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.letters.letter import Letter, State, new_letter
from mentorship.program.audit import Action, AuditEntry
from mentorship.services import Services
from mentorship.store.items import fetch
from mentorship.store.letter_queries import PAGE
from mentorship.store.store import Store
from tests import capacity, made, rules
from tests.faults import tapped
from tests.tables import pages_of

pytestmark = pytest.mark.rules

NOW = made.NOW
MENTEE, WAITING = Role.MENTEE, Status.WAITING


@pytest.fixture
def store(services: Services) -> Store:
    """The store, on empty tables."""
    return services.store


def person(number: int, *, role: Role = MENTEE, **changes: Any) -> Application:
    """Return an application, received so many hours after the first."""
    return made.application(
        role,
        id=f"{number:08}abcdefghjkmn",
        reference=f"0000-{number:04}",
        received_at=NOW + timedelta(hours=number),
        **changes,
    )


def put(store: Store, people: Iterable[Application]) -> None:
    """Store some applications."""
    for each in people:
        store.commit(Change(puts=(each,)))


def numbers(found: Iterable[Application]) -> list[int]:
    """Return which people were found."""
    return [int(each.id[:8]) for each in found]


def leafed(store: Store, *, limit: int = 4, **asked: Any) -> list[list[int]]:
    """Return every page of a list, one after the other."""
    pages, after = [], ""
    while True:
        page = store.queries.waiting_page(
            MENTEE, WAITING, now=NOW, after=after, limit=limit, **asked
        )
        pages.append(numbers(page.applications))
        after = page.after
        if not after:
            return pages


class TestPages:
    def test_longest_waiting_come_first(self, store: Store) -> None:
        """
        A list is leafed through in waiting order, each person once, other lists apart.
        """
        put(store, (person(n) for n in (5, 2, 8, 1, 9, 4, 7, 3, 6)))
        put(store, [person(20, role=Role.MENTOR), person(21, status=Status.PAUSED)])
        assert leafed(store) == [[1, 2, 3, 4], [5, 6, 7, 8], [9]]

    def test_full_last_page_leads_nowhere(self, store: Store) -> None:
        """
        There is a next page only if there is somebody on it.
        """
        put(store, (person(n) for n in range(1, 9)))
        assert leafed(store) == [[1, 2, 3, 4], [5, 6, 7, 8]]
        assert leafed(store, limit=8) == [[1, 2, 3, 4, 5, 6, 7, 8]]

    def test_nobody_is_a_page_too(self, store: Store) -> None:
        """
        An empty list is one empty page.
        """
        assert leafed(store) == [[]]

    def test_received_at_one_moment(self, store: Store) -> None:
        """
        Whoever came at the same moment is neither left out between two pages nor there twice.
        """
        put(store, (replace(person(n), received_at=NOW) for n in range(1, 8)))
        assert leafed(store, limit=3) == [[1, 2, 3], [4, 5, 6], [7]]

    def test_whose_time_is_over_is_left_out(self, store: Store) -> None:
        """
        An expired application is shown no more, and whoever comes after it still is.
        """
        old = replace(
            person(1), received_at=NOW - timedelta(days=800), warned_at=NOW - timedelta(days=60)
        )
        put(store, [old, *(person(n) for n in range(2, 6))])
        assert leafed(store, limit=2) == [[2], [3, 4], [5]]

    def test_answer_of_an_index_may_be_short(self, store: Store) -> None:
        """
        An index ends its answer at a megabyte; a page is full all the same, and the next is there.
        """
        put(store, (person(n) for n in range(1, 10)))
        with pages_of(2, store):
            assert leafed(store) == [[1, 2, 3, 4], [5, 6, 7, 8], [9]]

    def test_page_is_one_question_to_one_index(self, store: Store) -> None:
        """
        A page asks once.
        """
        put(store, (person(n) for n in range(1, 9)))
        with tapped() as wire:
            store.queries.waiting_page(MENTEE, WAITING, now=NOW, limit=4)
        assert wire.calls == ["Query ApplicationsTable"]


class TestShelves:
    def test_what_changes_changes_its_shelf(self, store: Store) -> None:
        """
        A status is looked up as it is now.
        """
        one = person(1)
        put(store, [one])
        put(store, [one.with_changes(status=Status.PAUSED)])
        assert leafed(store) == [[]]
        page = store.queries.waiting_page(MENTEE, Status.PAUSED, now=NOW)
        assert numbers(page.applications) == [1]

    def test_all_in_either_order(self, store: Store) -> None:
        """
        Several roles and statuses are merged: everybody is there once, in either order.
        """
        put(
            store,
            [
                person(1),
                person(2, role=Role.MENTOR),
                person(3, status=Status.PAUSED),
                person(4, status=Status.WITHDRAWN),
                person(5),
            ],
        )

        def found(**more: Any) -> list[int]:
            return numbers(
                store.queries.applications(
                    roles=list(Role),
                    statuses=[WAITING, Status.PAUSED],
                    since=None,
                    until=None,
                    now=NOW,
                    **more,
                )
            )

        assert found() == [5, 3, 2, 1]
        assert found(oldest_first=True) == [1, 2, 3, 5]

    def test_counted_up_to_a_number(self, store: Store) -> None:
        """
        A count goes no further than it is asked to, however short the answers of the index are.
        """
        put(store, (person(n) for n in range(1, 8)))
        assert [
            store.queries.count(MENTEE, [WAITING], now=NOW, most=most) for most in (5, 7, 50)
        ] == [
            5,
            7,
            7,
        ]
        assert store.queries.count(MENTEE, [Status.PAUSED], now=NOW, most=50) == 0
        with pages_of(2, store):
            assert [
                store.queries.count(MENTEE, [WAITING], now=NOW, most=most) for most in (5, 7, 50)
            ] == [
                5,
                7,
                7,
            ]

    def test_what_is_over_is_not_counted(self, store: Store) -> None:
        """
        DynamoDB deletes some days late, and a page must not tell of what it does not list.
        """
        put(store, (replace(person(n), warned_at=NOW + timedelta(days=9)) for n in range(1, 4)))
        later = NOW + timedelta(days=400)
        assert store.queries.count(MENTEE, [WAITING], now=later, most=50) == 0


class TestReference:
    def test_found_in_every_status(self, store: Store) -> None:
        """
        A reference finds its application, whatever became of it.
        """
        for number, status in enumerate(Status, start=1):
            put(store, [person(number, status=status)])
            assert numbers(store.queries.by_reference(f"0000-{number:04}", now=NOW)) == [number]
        assert store.queries.by_reference("0000-9999", now=NOW) == []

    def test_not_after_its_time(self, store: Store) -> None:
        """
        An application whose time is over is found no more.
        """
        put(store, [replace(person(1), warned_at=NOW + timedelta(days=9))])
        assert store.queries.by_reference("0000-0001", now=NOW + timedelta(days=800)) == []


class TestNames:
    @pytest.fixture
    def named(self, store: Store) -> Store:
        """People of several names."""
        names = (
            "Robin Example",
            "Kim Robinson",
            "José Muñoz-Example",
            "Ada María ROBLES, MD",
            "Łucja Ødegård",
            "李 明",
        )
        put(store, (person(n, answers={"full_name": each}) for n, each in enumerate(names, 1)))
        return store

    @pytest.mark.parametrize(
        ("start", "expected"),
        [
            ("rob", {1, 2, 4}),
            ("Robin", {1, 2}),
            ("robin e", {1}),
            ("EXAMPLE", {1}),
            ("example robin", {1}),
            ("jose", {3}),
            ("muñoz", {3}),
            ("munoz-e", {3}),
            ("robles", {4}),
            ("ada maria", {4}),
            ("lucja", {5}),
            ("odeg", {5}),
            ("李", {6}),
            ("maria", set()),
            ("md", set()),
        ],
    )
    def test_beginning_of_first_or_last(self, named: Store, start: str, expected: set[int]) -> None:
        """
        How the first or the last name begins finds somebody, without accents and in any case.
        """
        assert set(numbers(named.queries.by_name(start, now=NOW))) == expected

    @pytest.mark.parametrize("start", ["", "  ", "\u0301"])
    def test_nothing_finds_nobody(self, named: Store, start: str) -> None:
        """
        What has no letter finds nobody, and asks no index.
        """
        with tapped() as wire:
            assert named.queries.by_name(start, now=NOW) == []
        assert wire.calls == []

    def test_each_once_and_no_more_than_a_page(self, store: Store) -> None:
        """
        Whose first and last name begin alike is there once, and a list has an end.
        """
        put(store, (person(n, answers={"full_name": "Sam Sample"}) for n in range(1, 8)))
        assert sorted(numbers(store.queries.by_name("sam", now=NOW))) == [1, 2, 3, 4, 5, 6, 7]
        put(store, (person(n, answers={"full_name": "Sam Sample"}) for n in range(8, 30)))
        assert len(set(numbers(store.queries.by_name("sam", now=NOW)))) == PAGE == 25

    @pytest.mark.parametrize("status", [Status.UNCONFIRMED, Status.MERGED, Status.DISCARDED])
    def test_what_is_nobodys_yet(self, store: Store, status: Status) -> None:
        """
        What waits beside an application, or did, is not found by a name that it claims.
        """
        put(store, [person(1, status=status)])
        assert store.queries.by_name("robin", now=NOW) == []

    def test_what_is_on_hold_comes_last(self, store: Store) -> None:
        """
        A person on hold is found by name, and a robot with a thousand names hides no one.
        """
        robots = (person(n, status=Status.QUARANTINED) for n in range(1, PAGE + 5))
        put(store, [*robots, person(99)])
        found = store.queries.by_name("robin", now=NOW)
        assert numbers(found)[0] == 99
        assert len(found) == PAGE

    @pytest.mark.parametrize("letter", ["ﷺ", "𝔄", "é", "x"])
    def test_longest_name_fits_its_index(self, store: Store, letter: str) -> None:
        """
        An index takes a key of a kilobyte; the longest name is stored and found, in any script.
        """
        put(store, [person(1, answers={"full_name": letter * 100})])
        assert numbers(store.queries.by_name(letter * 100, now=NOW)) == [1]
        assert numbers(store.queries.by_name(letter * 2, now=NOW)) == [1]


class TestLetters:
    def test_of_one_application(self, store: Store) -> None:
        """
        The letters about an application are found, the newest first, and no others.
        """
        for hours, (kind, about) in enumerate(
            [("receipt", "a"), ("new-application", "a"), ("receipt", "b"), ("corrected", "a")]
        ):
            letter = new_letter(kind, about=about, now=NOW + timedelta(hours=hours))
            store.commit(Change(letters=(letter,)))
        assert [each.kind for each in store.queries.letters_about("a")] == [
            "corrected",
            "new-application",
            "receipt",
        ]
        assert [each.kind for each in store.queries.letters_about("a", limit=1)] == ["corrected"]
        assert store.queries.letters_about("c") == []

    def test_given_up(self, store: Store) -> None:
        """
        What reached nobody is found by when it was written; what is on its way is not.
        """

        def failed(number: int, state: State) -> Letter:
            when = NOW + timedelta(hours=number)
            return replace(
                new_letter("receipt", about=f"{number}", now=when), state=state, due=None
            )

        for number, state in enumerate([State.FAILED, State.SENT, State.FAILED, State.FAILED]):
            store.commit(Change(letters=(failed(number, state),)))
        found = store.queries.lost_letters(NOW + timedelta(hours=1))
        assert [each.about for each in found] == ["3", "2"]
        assert len(store.queries.lost_letters(NOW, limit=1)) == 1


def test_fetched_as_they_are_stored_now() -> None:
    """
    A copy of the table that lags behind may miss what was stored a moment ago, and is not asked.
    """

    class Lagging:
        def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
            found = [{"id": {"S": "1"}}] if RequestItems["t"].get("ConsistentRead") else []
            return {"Responses": {"t": found}}

    assert fetch(Lagging(), "t", ["1"]) == [{"id": "1"}]  # type: ignore[arg-type]


def test_deeds_are_read_newest_first(store: Store) -> None:
    """
    What was done at the desk last is read first, and no more of it than is asked for.
    """
    for number in range(1, 5):
        entry = AuditEntry(
            id=f"{number}",
            at=NOW + timedelta(hours=number),
            by="x@example.org",
            action=Action.EXPORTED,
        )
        store.commit(Change(puts=(entry,)))
    assert [each.id for each in store.queries.audit_log()] == ["4", "3", "2", "1"]
    assert [each.id for each in store.queries.audit_log(limit=2)] == ["4", "3"]


@rules.only
def test_page_costs_the_same_however_many_wait(laptop: Laptop, services: Services) -> None:
    """
    A page of 25 consumes the same with 100 applications as with 2,000, and a look-through by an
    area the same with 1,000 as with 2,000: it ends after 500.
    """
    found = capacity.costs([100, 1_000, 2_000], laptop, services, print)
    pages, looked_through = found.values()
    assert len(set(pages)) == 1
    few, many, more = looked_through
    assert 0 < pages[0] < few < many == more
