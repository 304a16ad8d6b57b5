"""Answers that are kept for less, and what goes with them."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from infra.laptop import Laptop
from mentorship import forgetting, retention
from mentorship.application import Change, Status
from mentorship.services import Services
from tests import made, people
from tests.conftest import Clock, apply

BESIDE = "00000002abcdefghjkmn"


class TestShortened:
    def test_what_waits_beside_goes_with_it(self) -> None:
        """
        Changed answers are never there for longer than the application that they wait beside.
        """
        long = made.application(beside=(BESIDE,))
        beside = made.application(
            id=BESIDE,
            status=Status.UNCONFIRMED,
            of=long.id,
            received_at=made.NOW + timedelta(days=60),
            ends_at=long.expires_at,
        )
        change = retention.shortened(long, 3, standing=None, others=[], beside=[beside])
        short, goes = change.puts
        assert short.expires_at < long.expires_at
        assert goes == beside.differs(keep_months=3, ends_at=short.expires_at)
        assert goes.expires_at == short.expires_at

    def test_nothing_is_kept_for_longer(self) -> None:
        """
        What would have gone before goes as soon as it would have.
        """
        long = made.application(beside=(BESIDE,))
        soon = made.application(
            id=BESIDE, of=long.id, keep_months=1, ends_at=made.NOW + timedelta(days=5)
        )
        (_, goes) = retention.shortened(long, 3, standing=None, others=[], beside=[soon]).puts
        assert goes == soon.differs()


def test_in_the_morning_after(laptop: Laptop, services: Services, clock: Clock) -> None:
    """
    Once answers are kept for less, changed answers that wait go with the application.
    """
    laptop.daily()
    apply(laptop, people.mentee())
    clock.forward(days=60)
    apply(laptop, people.mentee(city="Tacoma"))
    arranged = services.arranged().differs(keep_months=3)
    services.store.commit(Change(puts=(arranged,)))
    for _ in range(2):
        laptop.daily()
        clock.forward(days=1)
    ends = {each.expires_at for each in forgetting.every_application(services)}
    assert ends == {made.NOW + relativedelta(months=3)}
