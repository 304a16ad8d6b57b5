"""Every page: light at the width of a phone, and dark at the width of a desk."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from infra.laptop import Laptop
from tests.browser.looks import LOOKS, flaws, overflowing, violations
from tests.browser.people import KIM, agree, fill_in, send
from tests.browser.visitor import Visitor
from tests.extent import sample, sampled


def published(laptop: Laptop) -> list[str]:
    """Return the paths of the pages that the sitemap names, and of one that is not there."""
    sitemap = laptop.call("GET", "/sitemap.xml").text
    paths = [urlsplit(part.split("</loc>")[0]).path for part in sitemap.split("<loc>")[1:]]
    assert {"/", "/apply/mentee/", "/apply/mentor/", "/handbook/"} <= set(paths)
    # The pages about alarms are alike: two of them are enough.
    alarms = [each for each in paths if each.startswith("/handbook/alarms/")]
    # Last, for its answer is an error that the browser reports.
    return [*(each for each in paths if each not in alarms[2:]), "/nowhere/"]


@sampled
def test_every_page_of_the_site(visitor: Visitor, laptop: Laptop) -> None:
    """
    No page asks another host for anything, breaks its own policy, scrolls sideways or fails axe.
    """
    page = visitor.open("/")
    found = []
    # One page in two, the home page among them; in CI all.
    for number, path in enumerate(sample(published(laptop), 2)):
        if path == "/nowhere/":
            visitor.expected.append("status of 404")
        answer = page.goto(visitor.address + path)
        assert answer is not None
        assert answer.status == (404 if path == "/nowhere/" else 200)
        # Pages are made of the same parts: axe sees one in one look, the next in the other.
        found += flaws(page, axe=[LOOKS[number % 2]])
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
