"""A laptop whose tables are in DynamoDB Local is wiped between tests, and its streams read."""

from collections.abc import Iterator

import pytest

from tests import people, tables
from tests.laptops import Reused
from tests.own import mail
from tests.people import apply

pytestmark = pytest.mark.rules


@pytest.fixture
def reused() -> Iterator[Reused]:
    """One that no other test has used."""
    reused = Reused()
    with reused.looking():
        yield reused


def test_nothing_of_the_test_before_is_there(reused: Reused) -> None:
    """
    Neither an item nor an email, nor a letter that was stored last and that the stream would bring.
    """
    with reused.laptop() as laptop:
        apply(laptop, people.mentee())
        mail(laptop)
        apply(laptop, people.mentor())
        assert laptop.outbox.emails
    with reused.laptop() as laptop:
        assert sum(map(len, tables.everything().values())) == 0
        assert laptop.pump() == 0
        assert laptop.outbox.emails == []
        apply(laptop, people.mentee())
        assert len(mail(laptop)) == 2
