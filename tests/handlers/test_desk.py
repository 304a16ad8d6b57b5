"""The desk's function has the routes of every page, and what they say was done."""

import importlib
from collections import Counter

from infra.build import ROOT
from mentorship.handlers import desk

PAGES = sorted(
    path.stem
    for path in (ROOT / "functions" / "mentorship" / "desk").glob("[a-z]*.py")
    # Each of these pages is a function's own, which may do what no other does.
    if path.stem not in ("backup", "export")
)


def modules() -> list[object]:
    """Return the modules of the desk."""
    return [importlib.import_module(f"mentorship.desk.{name}") for name in PAGES]


def test_every_page_has_its_routes() -> None:
    """
    No page is left out, and no two answer the same.
    """
    routes = [route for each in modules() for route in getattr(each, "ROUTES", {})]
    assert Counter(routes) == Counter(list(desk.ROUTES))


def test_a_word_for_what_was_done_means_one_thing() -> None:
    """
    What a page says was done is declared beside it, and reaches every page that may say it.
    """
    said = {item for each in modules() for item in getattr(each, "DONE", {}).items()}
    assert dict(said) == desk.DONE
    assert len(said) == len(desk.DONE)
