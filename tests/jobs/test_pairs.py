"""What lies between two people is kept as long as either has an application."""

from datetime import timedelta

import pytest

from infra.laptop import Laptop
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.jobs.allowed_time import AllowedTime
from mentorship.jobs.pairs import prune
from mentorship.matches.ending import take_back
from mentorship.pairings import pairing_of
from mentorship.services import Services
from tests.clock import Clock
from tests.matched import applied, proposed, stored

# The clock of the tests begins on a Tuesday.
TO_MONDAY = timedelta(days=5, hours=14, minutes=30)


def test_kept_while_either_has_an_application(
    laptop: Laptop, services: Services, clock: Clock
) -> None:
    """
    Whoever applies again is known by it; once both are gone, nothing is left on Monday.
    """
    both = [applied(services, role) for role in (Role.MENTOR, Role.MENTEE)]
    match = proposed(services, *both)
    services.store.commit(take_back(pairing_of(match, services), now=services.now()))
    clock.time += TO_MONDAY
    for each, left in zip(both, (1, 0), strict=True):
        laptop.daily()
        assert len(services.store.matches.pairs()) == 1
        # As DynamoDB deletes what has expired.
        services.store.commit(Change(deletes=(stored(services, each.id),)))
        clock.forward(days=6)
        laptop.daily()
        assert len(services.store.matches.pairs()) == 1
        clock.forward(days=1)
        laptop.daily()
        assert len(services.store.matches.pairs()) == left


def test_it_stops_when_the_time_is_up_and_says_so(
    laptop: Laptop, services: Services, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Unless everyone was read nothing is deleted, since someone who was not read may be one of them.
    """
    both = [applied(services, role) for role in (Role.MENTOR, Role.MENTEE)]
    match = proposed(services, *both)
    services.store.commit(take_back(pairing_of(match, services), now=services.now()))
    services.store.commit(Change(deletes=tuple(stored(services, each.id) for each in both)))
    applied(services, Role.MENTEE, 2)
    clock.time += TO_MONDAY
    for until, left, said in ((clock() - timedelta(1), 1, "out of time"), (clock(), 0, "pruned")):
        prune(services.arrangements(), services, AllowedTime(until, services.now))
        assert len(services.store.matches.pairs()) == left
        assert said in capsys.readouterr().out
