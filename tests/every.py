"""Many small cases in one test, which goes through all of them and lists each that fails."""

import inspect
import traceback
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import pytest
from _pytest.mark import ParameterSet

Test = TypeVar("Test", bound=Callable[..., None])
# What a test fails with; pytest's own is no Exception.
FAILED = (Exception, pytest.fail.Exception)


def every(
    names: str | Sequence[str],
    cases: Iterable[Any],
    ids: Sequence[str] | Callable[[Any], object] | None = None,
) -> Callable[[Test], Test]:
    """
    Have a test go through all cases, where `pytest.mark.parametrize` would make a test of each.

    It takes what that takes. All cases are given the same fixtures, so it is for tests that leave
    nothing behind: whoever needs a laptop or a patch of their own is parametrized.

    Args:
        names: of the arguments that differ.
        cases: the values of the one argument, or of all in order.
        ids: what the cases are called, or how a value is; otherwise by their values.

    """
    known = [each.strip() for each in names.split(",")] if isinstance(names, str) else [*names]
    sets = [ParameterSet.extract_from(case, force_tuple=len(known) == 1) for case in cases]
    assert sets, "a test without a case shows nothing"
    assert not any(each.marks for each in sets), "a case with a mark is a test of its own"
    assert all(len(each.values) == len(known) for each in sets), "a case has a value for each name"
    called = [_called(number, each, ids) for number, each in enumerate(sets)]

    def looping(test: Test) -> Test:
        @wraps(test)
        def through_all(*own: Any, **fixtures: Any) -> None:
            wrong = []
            for name, case in zip(called, sets, strict=True):
                try:
                    test(*own, **fixtures, **dict(zip(known, case.values, strict=True)))
                except FAILED as error:
                    wrong.append(f"[{name}] {_told(error, test)}")
            if wrong:
                pytest.fail(f"{len(wrong)} of {len(sets)} fail:\n" + "\n".join(wrong), False)

        # pytest looks here for the fixtures that it is to give.
        signature = inspect.signature(test)
        left = [each for each in signature.parameters.values() if each.name not in known]
        assert len(left) == len(signature.parameters) - len(known), "the test takes each name"
        through_all.__signature__ = signature.replace(parameters=left)
        del through_all.__wrapped__
        return through_all  # type: ignore[return-value]

    return looping


def _called(number: int, case: ParameterSet, ids: Any) -> str:
    """Return what a case is called."""
    if isinstance(case.id, str):
        return case.id
    if ids is not None and not callable(ids):
        return str(list(ids)[number])
    words = [each if ids is None else ids(each) for each in case.values]
    return "-".join(
        str(value if word is None else word) for word, value in zip(words, case.values, strict=True)
    )


def _told(error: BaseException, test: Callable[..., None]) -> str:
    """Return what went wrong, and the line of the test in which it did."""
    file = inspect.getfile(test)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == file]
    where = f"{Path(file).name}:{lines[-1]}: " if lines else ""
    plain = isinstance(error, AssertionError | pytest.fail.Exception)
    return f"{where}{'' if plain else f'{type(error).__name__}: '}{error}"
