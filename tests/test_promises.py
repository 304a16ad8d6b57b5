"""The page of the promises says what the tests show, and nothing else."""

import pytest

from tests import promises
from tests.extent import whole
from tests.promises import LATER, PROMISES, Shown


def test_every_promise_is_shown() -> None:
    """
    Each promise but those about matches has a test that shows it with a figure.
    """
    assert set(PROMISES) | set(LATER) == set(range(1, 23))
    assert {each.promise for each in promises.on_the_page()} == set(PROMISES)


def test_page_is_as_it_is_made() -> None:
    """
    Nobody wrote into the page by hand.
    """
    page = promises.PAGE.read_text(encoding="utf-8")
    assert page == promises.page_of(promises.listed(page))


def test_every_test_on_the_page_is_there(request: pytest.FixtureRequest) -> None:
    """
    Each test that the page names exists, and shows a promise.
    """
    for each in promises.on_the_page():
        assert promises.shows(each.file, each.test), each.line
        if whole(request.config):
            ran = {item.nodeid for item in request.session.items}
            assert f"{each.file}::{each.test}" in ran


class TestPage:
    def test_there_and_back(self) -> None:
        """
        What is written on a page is read from it again.
        """
        shown = [
            Shown(1, "tests/test_a.py", "TestB::test_c[x-1]", "A thing (or two) is so.", "7 of 7"),
            Shown(17, "tests/test_a.py", "test_d", "It is `so`.", "1,000 cases: 0 wrong"),
        ]
        page = promises.page_of(reversed(shown))
        assert promises.listed(page) == shown
        assert "## 17. It can be built again" in page

    def test_first_sentence(self) -> None:
        """
        A docstring's first sentence is taken, whatever lines it is on.
        """
        docstring = "\n    One\n    thing is so, 1.5 times, e.g. here. Another is not.\n    "
        assert promises.first_sentence(docstring) == "One thing is so, 1.5 times, e.g. here."

    @pytest.mark.parametrize("figure", ["none", "", "5\n6", "**5**", "<b>5</b>"])
    def test_a_figure_is_a_number_and_words(
        self, figure: str, request: pytest.FixtureRequest
    ) -> None:
        """
        What would be no figure, or would be more than text on the page, is refused.
        """
        with pytest.raises(ValueError, match="figure"):
            Shown.by(request.node, 1, figure)

    @pytest.mark.parametrize("promise", [0, 11, 19])
    def test_only_promises_are_shown(self, promise: int, request: pytest.FixtureRequest) -> None:
        """
        Nothing can be shown of a promise that is not there yet.
        """
        with pytest.raises(ValueError, match="no promise"):
            Shown.by(request.node, promise, "5 cases")
