"""What the tests of matches stand on."""

import pytest

from tests.clock import Clock
from tests.crowd import Crowd, in_memory


@pytest.fixture
def crowd() -> Crowd:
    """People whose matches are in memory, on the clock of the tests."""
    return Crowd(in_memory(Clock()))
