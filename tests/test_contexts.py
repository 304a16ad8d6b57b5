"""What is found among the values of a template."""

from functools import partial

import pytest

from mentorship.applications.application import Application
from mentorship.form.question import Audience
from mentorship.rendering import Renderer
from mentorship.settings import Program
from tests import made
from tests.contexts import reached
from tests.every import every


class Thing:
    """Something that holds an application."""

    def __init__(self, held: object) -> None:
        self.held = held

    def method(self) -> None:
        """Do nothing."""


def closed_over(held: object) -> object:
    """Return a function that could give an application."""
    return lambda: held


HIDDEN = {
    "a list": [1, [made.application()]],
    "a mapping": {"a": {"b": made.application()}},
    "an object": Thing(made.application()),
    "a method": Thing(made.application()).method,
    "a function": closed_over(made.application()),
    "a partial function": partial(print, made.application()),
}


@every("where", HIDDEN)
def test_an_application_is_found(where: str) -> None:
    """
    Wherever a template could come to an application, it is found.
    """
    assert any(isinstance(each, Application) for each in reached({"value": HIDDEN[where]}))


def test_a_template_that_gets_an_application_fails() -> None:
    """
    Every test that fills a template looks at what it is given.
    """
    renderer = Renderer(["templates"], Program())
    with pytest.raises(AssertionError, match="receipt"):
        renderer.page("receipt", application=made.application())


def test_what_is_shown_is_no_application() -> None:
    """
    What an audience may read leads to nothing else.
    """
    renderer = Renderer(["templates"], Program())
    for audience in (Audience.COORDINATOR, Audience.OWNER):
        shown = renderer.application(made.application(), audience)
        assert not any(isinstance(each, Application) for each in reached(shown))
