"""Every page: light at the width of a phone, and dark at the width of a desk."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from infra.laptop import Laptop
from tests.browser.conftest import Colors, Visitor
from tests.browser.people import KIM, agree, fill_in, send

PHONE, DESK = 390, 1280

# Colors do not depend on the width, nor does the width on the colors.
looks = pytest.mark.parametrize(("width", "colors"), [(PHONE, "light"), (DESK, "dark")])


def published(laptop: Laptop) -> list[str]:
    """Return the path of every page that the sitemap names, and of one that is not there."""
    sitemap = laptop.call("GET", "/sitemap.xml").text
    paths = [urlsplit(part.split("</loc>")[0]).path for part in sitemap.split("<loc>")[1:]]
    assert {"/", "/apply/mentee/", "/apply/mentor/", "/handbook/"} <= set(paths)
    # Last, for its answer is an error that the browser reports.
    return [*paths, "/nowhere/"]


def violations(page: Page) -> list[str]:
    """Return what axe finds, each with where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {each['id']}: {node['target']}" for each in found for node in each["nodes"]
    ]


def overflowing(page: Page) -> list[str]:
    """Return what makes a page wider than its window."""
    found: list[str] = page.evaluate(
        """document.documentElement.scrollWidth <= innerWidth ? [] :
          [location.pathname, ...[...document.querySelectorAll("main *")]
            .filter((each) => each.getBoundingClientRect().right > innerWidth)
            .map((each) => each.outerHTML.slice(0, 80))]"""
    )
    return found


@looks
def test_every_page_of_the_site(
    visitor: Visitor, laptop: Laptop, width: int, colors: Colors
) -> None:
    """
    No page asks another host for anything, breaks its own policy, scrolls sideways or fails axe.
    """
    page = visitor.open("/", width=width, colors=colors)
    found = []
    for path in published(laptop):
        if path == "/nowhere/":
            visitor.expected.append("status of 404")
        answer = page.goto(visitor.address + path)
        assert answer is not None
        assert answer.status == (404 if path == "/nowhere/" else 200)
        found += violations(page) + overflowing(page)
    assert found == []


@looks
def test_everything_that_follows_from_the_form(
    visitor: Visitor, laptop: Laptop, width: int, colors: Colors
) -> None:
    """
    Menu, refusal, receipt, problem and outbox hold to the same as the site's own pages.
    """
    page = visitor.open("/apply/mentor/", width=width, colors=colors)
    found = []

    def look() -> None:
        found.extend(violations(page) + overflowing(page))

    if width == PHONE:
        page.get_by_role("button", name="Menu").click()
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
        look()
        page.get_by_role("button", name="Close").click()

    send(page)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    look()

    fill_in(page, KIM)
    agree(page)
    look()
    send(page)
    expect(page.locator(".reference")).to_be_visible()
    look()

    laptop.pump()
    page.goto(f"{visitor.address}/outbox/")
    expect(page.locator("article li")).to_have_count(2)
    look()
    page.locator("article li a").first.click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("As HTML")
    look()

    visitor.expected.append("status of 404")
    page.goto(f"{visitor.address}/applications/none")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    look()

    assert found == []
