"""
How much of all there is a run of the tests goes through.

`make test` takes samples where there are thousands of cases that differ little; with EXPLORE=all
in the environment, as in `make promises`, every case is gone through.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")

FULL = os.environ.get("EXPLORE") == "all"
# For a test that takes a sample: its figure is compared, and written, only when there is none.
sampled = pytest.mark.sampled


def many(all_of_them: int, some: int) -> int:
    """Return how many are made, of whatever can be made in any number."""
    return all_of_them if FULL else some


def sample(cases: Sequence[T], one_in: int, *, begin: int = 0) -> Sequence[T]:
    """
    Return all the *cases*, or one in so many.

    Args:
        cases: in an order in which those that are alike stand together.
        one_in: how many there are for each that is taken.
        begin: which is taken first, so that those that are left out differ from time to time.

    """
    return cases if FULL else cases[begin % one_in :: one_in]


def whole(config: pytest.Config) -> bool:
    """Tell whether all the tests are asked for: no files by name, none left out."""
    if hasattr(config, "workerinput"):
        return bool(config.workerinput["whole"])
    left_out = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "collectonly")
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    return not named and not any(config.getoption(each, None) for each in left_out)
