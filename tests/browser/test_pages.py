"""Every page: light at the width of a phone, and dark at the width of a desk."""

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from infra.laptop import Laptop
from tests.browser.conftest import Colors, Visitor, look
from tests.browser.people import KIM, agree, fill_in, send

PHONE, DESK = 390, 1280

# Colors do not depend on the width, nor does the width on the colors. A phone comes last, on which
# the next steps are taken.
LOOKS: list[tuple[int, Colors]] = [(DESK, "dark"), (PHONE, "light")]


def published(laptop: Laptop) -> list[str]:
    """Return the path of every page that the sitemap names, and of one that is not there."""
    sitemap = laptop.call("GET", "/sitemap.xml").text
    paths = [urlsplit(part.split("</loc>")[0]).path for part in sitemap.split("<loc>")[1:]]
    assert {"/", "/apply/mentee/", "/apply/mentor/", "/handbook/"} <= set(paths)
    # Last, for its answer is an error that the browser reports.
    return [*paths, "/nowhere/"]


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


def flaws(page: Page) -> list[str]:
    """Return what axe finds on a page and what makes it too wide, in both of its looks."""
    found = []
    for width, colors in LOOKS:
        look(page, width, colors)
        # A color that is on its way to another would be neither.
        page.evaluate("document.getAnimations().forEach((each) => each.finish())")
        found += [f"{colors}, {width}: {each}" for each in violations(page) + overflowing(page)]
    return found


def test_every_page_of_the_site(visitor: Visitor, laptop: Laptop) -> None:
    """
    No page asks another host for anything, breaks its own policy, scrolls sideways or fails axe.
    """
    page = visitor.open("/")
    found = []
    for path in published(laptop):
        if path == "/nowhere/":
            visitor.expected.append("status of 404")
        answer = page.goto(visitor.address + path)
        assert answer is not None
        assert answer.status == (404 if path == "/nowhere/" else 200)
        found += flaws(page)
    assert found == []


def test_everything_that_follows_from_the_form(visitor: Visitor, laptop: Laptop) -> None:
    """
    Menu, refusal, receipt, problem and outbox hold to the same as the site's own pages.
    """
    page = visitor.open("/apply/mentor/")

    # Only a phone has it.
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    found = violations(page) + overflowing(page)
    page.get_by_role("button", name="Close").click()

    send(page)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    found += flaws(page)

    fill_in(page, KIM)
    agree(page)
    found += flaws(page)
    send(page)
    expect(page.locator(".reference")).to_be_visible()
    found += flaws(page)

    laptop.pump()
    page.goto(f"{visitor.address}/outbox/")
    expect(page.locator("article li")).to_have_count(2)
    found += flaws(page)
    page.locator("article li a").first.click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("As HTML")
    found += flaws(page)

    visitor.expected.append("status of 404")
    page.goto(f"{visitor.address}/applications/none")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    found += flaws(page)

    assert found == []
