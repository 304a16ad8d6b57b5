"""A coordinator at the desk in a browser: signs in, and sees that each page is fit to be read."""

from playwright.sync_api import Page, expect

from infra.laptop import COORDINATORS, Laptop
from tests.browser.looks import overflowing, violations
from tests.browser.visitor import Visitor
from tests.coordinator import WAY_IN
from tests.own import mail


def headed(page: Page, words: str) -> None:
    """See that the page is headed with some words, is accessible and no wider than the phone."""
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()
    assert overflowing(page) == []
    # Where scripts are off, the one that looks at accessibility never ends; the page is the same.
    if page.evaluate("matchMedia('(scripting: enabled)').matches"):
        assert violations(page) == []


def sign_in(page: Page, visitor: Visitor, laptop: Laptop) -> None:
    """Sign in by the link in the mail."""
    headed(page, "Sign in to the desk")
    page.get_by_label("Email", exact=True).fill(COORDINATORS)
    page.get_by_role("button", name="Email me a link").click()
    headed(page, "Check your email")
    (link,) = WAY_IN.findall(mail(laptop)[-1].part("plain"))
    page.goto(visitor.address + link)
    headed(page, "Sign in to the desk")
    page.get_by_role("button", name="Sign in", exact=True).click()
