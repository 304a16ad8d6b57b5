"""One test goes through many cases, and lists each that fails."""

import pytest

from tests.every import every


def listed(pytester: pytest.Pytester, test: str) -> str:
    """Return what is said of a test that fails, and see that it is one test."""
    pytester.makepyfile(f"import pytest\nfrom tests.every import every\n\n{test}")
    result = pytester.runpytest_inprocess("-p", "no:xdist", "-p", "no:randomly")
    assert result.parseoutcomes() == {"failed": 1}
    return result.stdout.str()


def test_each_that_fails_is_listed(pytester: pytest.Pytester) -> None:
    """
    A case that fails hides no other: each is named, with its line and with what was not so.
    """
    told = listed(
        pytester,
        """
@pytest.fixture
def more():
    return 1

@every(("one", "other"), [(1, 2), (2, 2), (3, 4), pytest.param(9, 9, id="nine"), (5, 7)])
def test_sums(one, more, other):
    if one == 9:
        pytest.fail("no nines")
    {}[2] if one == 5 else None
    assert one + more == other
""",
    )
    assert "3 of 5 fail:" in told
    assert "[2-2] test_each_that_fails_is_listed.py:14: assert (2 + 1) == 2" in told
    assert "[nine] test_each_that_fails_is_listed.py:12: no nines" in told
    assert "[5-7] test_each_that_fails_is_listed.py:13: KeyError: 2" in told
    assert "[1-2]" not in told


def test_within_one_another(pytester: pytest.Pytester) -> None:
    """
    Two lists are every pair, and in a class too.
    """
    told = listed(
        pytester,
        """
class TestPairs:
    @every("one", [1, 2], ids=["first", "second"])
    @every("other", [1, 2], ids=lambda other: f"with {other}")
    def test_pairs(self, one, other):
        assert one != other
""",
    )
    # In CI the summary at the end has all of it once more.
    told, _, _ = told.partition("short test summary info")
    for words in ("2 of 2 fail", "[first]", "[with 1]", "[second]", "[with 2]"):
        assert words in told
    assert told.count("1 of 2 fail") == 2


@pytest.mark.parametrize(
    ("names", "cases"),
    [("one", []), ("one, other", [(1, 2), (1,)]), ("none", [1])],
    ids=["no case", "a value too few", "no such name"],
)
def test_a_list_that_would_show_nothing_is_refused(names: str, cases: list[object]) -> None:
    """
    A list that is empty, or does not fit the test, is found when the test is read.
    """
    with pytest.raises(AssertionError):

        @every(names, cases)
        def test(one: int, other: int) -> None:
            """Never called."""
