"""What is wrong with the looks of a page: light at the width of a phone, dark at that of a desk."""

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from tests.browser.visitor import Colors, look

PHONE, DESK = 390, 1280
# Colors do not depend on the width, nor does the width on the colors. A phone comes last, on which
# the next steps are taken.
LOOKS: list[tuple[int, Colors]] = [(DESK, "dark"), (PHONE, "light")]


def violations(page: Page) -> list[str]:
    """Return what axe finds, each with where, once the page has its styles."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    # All else that it found out is not asked for: there is much of it.
    found = page.evaluate(
        """axe.run({resultTypes: ["violations"]}).then(({violations}) =>
          violations.flatMap(({id, nodes}) => nodes.map(({target}) => [id, target])))"""
    )
    return [f"{page.url}: {name}: {target}" for name, target in found]


def overflowing(page: Page) -> list[str]:
    """Return what makes a page wider than its window, once it has its styles."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(
        """document.documentElement.scrollWidth <= innerWidth ? [] :
          [location.pathname, ...[...document.querySelectorAll("main *")]
            .filter((each) => each.getBoundingClientRect().right > innerWidth)
            .map((each) => each.outerHTML.slice(0, 80))]"""
    )
    return found


def flaws(page: Page, *, axe: Sequence[tuple[int, Colors]] = LOOKS) -> list[str]:
    """
    Return what makes a page too wide in both of its looks, and what axe finds.

    Args:
        page: the page.
        axe: the looks in which axe looks at it, which takes long.

    """
    found = []
    for width, colors in LOOKS:
        look(page, width, colors)
        # A color that is on its way to another would be neither.
        page.evaluate("document.getAnimations().forEach((each) => each.finish())")
        seen = violations(page) if (width, colors) in axe else []
        found += [f"{colors}, {width}: {each}" for each in seen + overflowing(page)]
    return found


THUMB = 44


def everything_in(locator: Locator) -> list[Locator]:
    """Return what a locator finds, of which there must be some."""
    found = locator.all()
    assert found
    return found
