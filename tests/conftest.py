"""What the tests stand on: the built site, the laptop's AWS, a clock that they set, counted ids."""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra import build
from infra.laptop import AWS, Answer, Laptop
from mentorship.services import Services
from tests import people

ADDRESS = "http://127.0.0.1:8000"
# No test of ours may reach an AWS account, whatever this machine is signed in to.
os.environ.update(AWS)
for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
    os.environ.pop(name, None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make golden` write what the tests compare with."""
    parser.addoption("--golden", action="store_true", help="write the golden files anew")


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    time: datetime = datetime(2026, 10, 7, 0, 30, tzinfo=UTC)  # October 6, 5:30 p.m. in Seattle

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **amount: float) -> None:
        """Let some time go by."""
        self.time += timedelta(**amount)


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site; `make test` builds it anew before."""
    if not build.FRAME.exists():
        build.site()
    return build.SITE


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that the functions go by."""
    clock = Clock()
    monkeypatch.setattr("mentorship.services._now", clock)
    return clock


@pytest.fixture
def laptop(site: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Laptop]:
    """The whole program on this machine, with ids that are counted: 00000001…, 00000002…"""
    numbers = itertools.count(1)
    monkeypatch.setattr("mentorship.services._new_id", lambda: f"{next(numbers):08}abcdefghjkmn")
    with Laptop(ADDRESS) as laptop:
        yield laptop


@pytest.fixture
def services(laptop: Laptop) -> Services:
    """What the handlers are given."""
    from mentorship.services import services

    return services()


def apply(laptop: Laptop, given: people.Given, **headers: str) -> Answer:
    """Send an application as a browser does."""
    return laptop.call(
        "POST",
        "/applications",
        headers={"content-type": people.FORM, "accept": "text/html", **headers},
        body=people.encoded(given),
    )
