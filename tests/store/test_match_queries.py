"""What is found of matches by an index: by their state, by the day they are due, and pairs."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mentorship.change import Change, Conflict
from mentorship.form.question import Role
from mentorship.matches.institutions import InstitutionAnswer, answer_id
from mentorship.matches.match import Match, MatchState, Party, Reason
from mentorship.matches.pair import Pair, pair_id
from mentorship.services import Services
from mentorship.store.store import Store
from tests.made import NOW
from tests.tables import pages_of

pytestmark = pytest.mark.rules

DAY = date(2026, 10, 20)


@pytest.fixture
def store(services: Services) -> Store:
    """The store, on empty tables."""
    return services.store


def match(number: int, **changes: object) -> Match:
    """Return a match that was proposed so many hours after the first, and is due as many days."""
    at = NOW + timedelta(hours=number)
    mentor = Party(application="1", asked_at=at, wait_until=DAY + timedelta(days=number))
    usual = Match(
        id=f"{number:08}abcdefghjkmn",
        state=MatchState.PROPOSED,
        parties={Role.MENTOR: mentor, Role.MENTEE: Party(application="2")},
        proposed_at=at,
        proposed_by="casey@example.org",
        keep_months=12,
        revision=1,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def closed(number: int, **changes: object) -> Match:
    """Return a match that was declined."""
    at = NOW + timedelta(hours=number)
    over = {"state": MatchState.DECLINED, "closed_at": at, "closed_because": Reason.NO}
    return match(number, **over, **changes)


def put(store: Store, *matches: Match) -> None:
    """Store some matches."""
    for each in matches:
        store.commit(Change(puts=(each,)))


class TestInState:
    def test_who_has_been_in_it_longest_is_first(self, store: Store) -> None:
        """
        Whatever the order in which they were stored, over any number of pages.
        """
        found = [match(number) for number in range(7)]
        put(store, *reversed(found), closed(9))
        with pages_of(3, store):
            assert store.matches.in_state(MatchState.PROPOSED, now=NOW) == found
            newest = store.matches.in_state(MatchState.PROPOSED, now=NOW, newest_first=True)
            assert newest == found[::-1]
            assert store.matches.in_state(MatchState.PROPOSED, now=NOW, limit=2) == found[:2]
        assert store.matches.in_state(MatchState.DECLINED, now=NOW) == [closed(9)]
        assert store.matches.in_state(MatchState.RUNNING, now=NOW) == []

    def test_what_has_expired_is_not_found(self, store: Store) -> None:
        """
        DynamoDB deletes it days later, and nobody finds it meanwhile.
        """
        over = closed(1)
        put(store, over)
        assert over.expires_at is not None
        before = over.expires_at - timedelta(seconds=1)
        assert store.matches.in_state(MatchState.DECLINED, now=before) == [over]
        assert store.matches.by_ids([over.id], now=before) == [over]
        assert store.match(over.id, now=before) == over
        assert store.matches.in_state(MatchState.DECLINED, now=over.expires_at) == []
        assert store.matches.by_ids([over.id], now=over.expires_at) == []
        assert store.match(over.id, now=over.expires_at) is None


class TestDue:
    def test_until_a_day(self, store: Store) -> None:
        """
        What is due on a day or before, the longest due first; reminders count as well.
        """
        put(store, *(match(number) for number in (2, 0, 1)), closed(3), match(4, on_hold=True))
        put(store, match(5).with_party(Role.MENTOR, reminded_on=DAY, wait_until=DAY))
        reminders = DAY - timedelta(days=7)
        ids = [match(number).id for number in (0, 1, 2, 5)]
        assert list(store.matches.due(reminders - timedelta(days=1))) == []
        assert list(store.matches.due(reminders + timedelta(days=1))) == ids[:2]
        # One that was reminded is due the day after its last.
        assert list(store.matches.due(DAY)) == ids[:3]
        with pages_of(1, store):
            assert list(store.matches.due(DAY + timedelta(days=1))) == ids

    def test_what_is_over_is_due_no_more(self, store: Store) -> None:
        """
        A match leaves the index of those that are due once it is closed, or put on hold.
        """
        put(store, match(1))
        put(store, match(1, on_hold=True, revision=2))
        assert list(store.matches.due(date.max)) == []
        put(store, match(1, revision=3))
        assert list(store.matches.due(date.max)) == [match(1).id]
        put(store, closed(1, revision=4))
        assert list(store.matches.due(date.max)) == []


def test_by_ids(store: Store) -> None:
    """
    Each once, in the order in which they were asked for; what is not there is left out.
    """
    one, two = match(1), closed(2)
    put(store, one, two)
    found = store.matches.by_ids([two.id, "0" * 20, one.id, two.id], now=NOW)
    assert found == [two, one]
    assert store.matches.by_ids([], now=NOW) == []


def test_pairs_and_answers_are_no_matches(store: Store) -> None:
    """
    What lies between people, and what was answered about institutions, is found apart.
    """
    pair = Pair(id=pair_id("a1", "b2"), no_from=("a1",), revision=1)
    answer = InstitutionAnswer(
        id=answer_id("Example Hospital", "Sample Hospital"),
        is_same=True,
        at=NOW,
        by="casey@example.org",
        revision=1,
    )
    store.commit(Change(puts=(match(1), pair, answer)))
    assert store.matches.pairs() == [pair]
    assert store.matches.institution_answers() == [answer]
    assert store.matches.pairs(most=1) == [pair]
    assert store.pair(pair.id) == pair
    assert store.pair(pair_id("a1", "c3")) is None
    assert store.matches.in_state(MatchState.PROPOSED, now=NOW) == [match(1)]


@pytest.mark.parametrize("revision", [1, 2, 4])
def test_who_is_overtaken_does_not_write(store: Store, revision: int) -> None:
    """
    A match is stored only after the revision that was read, and never twice as a new one.
    """
    put(store, match(1), match(1, revision=2, line="First."))
    with pytest.raises(Conflict):
        put(store, match(1, revision=revision, line="Second."))
    stored = store.match(match(1).id, now=NOW)
    assert stored
    assert stored.line == "First."
