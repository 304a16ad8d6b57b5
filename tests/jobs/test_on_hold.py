"""Four times an hour: coordinators are told of a crowd on hold, once."""

import pytest

from infra.laptop import COORDINATORS, Laptop
from infra.outbox import Email
from mentorship.applicant import submission
from mentorship.applications import intake
from mentorship.change import Conflict
from mentorship.jobs.on_hold import tell_of_crowds
from mentorship.services import Services, services
from tests import made, people
from tests.clock import Clock
from tests.laptops import ADDRESS
from tests.made import TODAY
from tests.own import mail
from tests.people import apply


@pytest.fixture
def small(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    """The program where two from one network are let in each day."""
    monkeypatch.setattr(submission, "MOST_UNSTAMPED", 2)
    return laptop


def looks(laptop: Laptop, clock: Clock, *, minutes: int) -> list[Email]:
    """Let some time pass, a look every 15 minutes, and return the emails about what is on hold."""
    before = len(mail(laptop))
    for _ in range(minutes // 15):
        clock.forward(minutes=15)
        laptop.tick()
    return [e for e in mail(laptop)[before:] if "on hold" in e.header("Subject")]


def crowd(laptop: Laptop, clock: Clock, first: int, last: int) -> None:
    """Have some people apply from one network, a minute apart."""
    for number in range(first, last):
        apply(laptop, people.mentee(email=f"robin-{number}@example.org"))
        clock.forward(minutes=1)


def test_within_the_hour_once(small: Laptop, clock: Clock) -> None:
    """
    All of them are one email, whose link leads to the page that lets them in.
    """
    crowd(small, clock, 0, 14)
    (email,) = looks(small, clock, minutes=45)
    assert email.header("To") == COORDINATORS
    assert email.header("Subject") == "12 applications from one network are on hold"
    assert f"{ADDRESS}/desk/on-hold" in email.part("plain")
    assert "Robin" not in email.raw
    assert looks(small, clock, minutes=240) == []


def test_not_told_again_in_the_morning(small: Laptop, clock: Clock) -> None:
    """
    The morning's email is about what coordinators have not heard of.
    """
    small.daily()
    crowd(small, clock, 0, 4)
    assert len(looks(small, clock, minutes=45)) == 1
    clock.forward(days=1)
    small.daily()
    assert [e for e in mail(small) if "is on hold" in e.header("Subject")] == []
    apply(small, people.mentee(email="bot@example.net", website="x"))
    clock.forward(days=1)
    small.daily()
    (email,) = (e for e in mail(small) if e.header("Subject") == "1 application is on hold")
    assert "robot" in email.part("plain")


def test_let_in_before_it_is_sent(small: Laptop, clock: Clock) -> None:
    """
    Where nobody is on hold any more, nobody needs the email.
    """
    crowd(small, clock, 0, 3)
    clock.forward(minutes=45)
    small.tick()
    store = services().store
    (held,) = store.queries.by_reference("0000-0003", now=clock())
    change = intake.admit(
        held, pointer=None, now=clock(), today=TODAY, new_id=made.ID, reply_by=None
    )
    store.commit(change)
    assert [e for e in mail(small) if "on hold" in e.header("Subject")] == []


def test_nothing_on_hold(laptop: Laptop, services: Services) -> None:
    """
    Where nothing is on hold nothing is written.
    """
    apply(laptop, people.mentee())
    assert tell_of_crowds(services) == 0


def test_two_looks_at_once(small: Laptop, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Of two looks at the same moment one writes.
    """
    crowd(small, clock, 0, 3)
    clock.forward(minutes=45)

    def conflicts(*_: object) -> None:
        raise Conflict

    monkeypatch.setattr(services().store, "commit", conflicts)
    assert tell_of_crowds(services()) == 0
