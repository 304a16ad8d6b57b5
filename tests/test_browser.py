"""The journey in a browser: at a phone's width, with JavaScript and without it."""

import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from infra.laptop import Laptop, Server
from tests.conftest import Clock

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
CHROMIUM = shutil.which("chromium")

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser: Debian's where there is one, else the one that Playwright brings."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else []
            )
        except Error as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no browser: install Chromium, or run playwright install ({error.name})")
        yield browser
        browser.close()


@pytest.fixture
def address(laptop: Laptop) -> Iterator[str]:
    """The laptop on a free port."""
    server = Server(laptop, 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


@pytest.fixture
def opened(chromium: Browser, address: str) -> Iterator[Opened]:
    """Opens a path in a window of its own, and sees that nothing foreign or forbidden happens."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(path: str, *, width: dict[str, int] = PHONE, **options: object) -> Page:
        context = chromium.new_context(viewport=width, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request",
            lambda request: (
                complaints.append(f"foreign request: {request.url}")
                if urlsplit(request.url).netloc != urlsplit(address).netloc
                else None
            ),
        )
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )
        page.goto(address + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def fill_in_as_mentee(page: Page) -> None:
    """Fill in the mentees' form as Robin would."""
    page.get_by_label("Your name").fill("Robin Example")
    page.get_by_role("textbox", name="Email", exact=True).fill("robin@example.org")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("PGY-4 (R3)").check()
    page.get_by_label("Training program").fill("Example Hospital")
    page.get_by_label("Neuroradiology").check()
    page.get_by_label("Board exams").check()
    page.get_by_label("In a sentence or two").fill("To know where I want to work.")
    page.get_by_label("Video").check()
    page.get_by_label("I can make time").check()
    page.get_by_label("I agree that").check()


def fill_in_as_mentor(page: Page) -> None:
    """Fill in the mentors' form as Kim would."""
    page.get_by_label("Your name").fill("Kim Example")
    page.get_by_role("textbox", name="Email", exact=True).fill("kim@example.com")
    page.get_by_label("Practice or institution").fill("Example Radiology")
    page.get_by_label("Neuroradiology").check()
    page.get_by_label("Private practice").check()
    page.get_by_label("Video").check()
    page.get_by_label("I can make time").check()
    page.get_by_label("I agree that").check()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize(
    ("link", "fill_in", "name"),
    [
        ("I would like a mentor", fill_in_as_mentee, "Robin Example"),
        ("I would like to mentor", fill_in_as_mentor, "Kim Example"),
    ],
    ids=["mentee", "mentor"],
)
def test_application_by_hand(
    laptop: Laptop,
    opened: Opened,
    address: str,
    scripts: bool,
    link: str,
    fill_in: Callable[[Page], None],
    name: str,
) -> None:
    """
    From the home page to the receipt, the emails and the exported row, on a phone.
    """
    page = opened("/", java_script_enabled=scripts)
    page.get_by_role("link", name=link).first.click()
    fill_in(page)
    page.get_by_role("button", name="Send my application").click()

    expect(page.get_by_role("heading", name="We have your application")).to_be_visible()
    expect(page.locator(".reference")).to_have_text("0000-0001")
    page.reload()
    expect(page.locator(".reference")).to_have_text("0000-0001")

    laptop.pump()
    page.goto(f"{address}/outbox/")
    expect(page.locator("main, article").first).to_contain_text("0000-0001")
    assert len(laptop.outbox.emails) == 2
    assert name in laptop.outbox.emails[0].part("plain")

    book = openpyxl.load_workbook(
        io.BytesIO(laptop.call("GET", "/export/applications?format=xlsx").body)
    )
    assert name in [cell.value for cell in book.active[2]]
    assert name in laptop.call("GET", "/export/applications?format=csv").text
    (row,) = json.loads(laptop.call("GET", "/export/applications?format=json").body)
    assert name in row.values()


def refused(page: Page) -> tuple[list[str], list[str], str]:
    """Send the form; return the summary's words, those beside the questions, and the name kept."""
    page.get_by_label("Your name").fill("Robin Example")
    page.get_by_role("button", name="Send my application").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_visible()
    assert page.title().startswith("Error: ")
    return (
        summary.locator("a").all_text_contents(),
        [words for words in page.locator("[data-error]").all_text_contents() if words],
        page.get_by_label("Your name").input_value(),
    )


@pytest.mark.parametrize("role", ["mentee", "mentor"])
def test_refusals_are_the_same_with_and_without_scripts(opened: Opened, role: str) -> None:
    """
    The same words stand on top and beside the questions, and what was given is kept.
    """
    with_scripts = refused(opened(f"/apply/{role}/"))
    without = refused(opened(f"/apply/{role}/", java_script_enabled=False))
    assert with_scripts == without
    summary, beside, name = without
    assert len(summary) >= 7
    assert summary == beside
    assert name == "Robin Example"


def test_summary_takes_the_focus_and_leads_to_the_questions(opened: Opened) -> None:
    """
    Each line of the summary leads to its question, whose label is then in view.
    """
    page = opened("/apply/mentee/")
    refused(page)
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    page.get_by_role("link", name="Select at least one topic").click()
    assert page.evaluate("document.activeElement.name") == "topics"
    expect(page.get_by_text("What would you like to talk about?")).to_be_in_viewport()


def test_draft_lasts_until_the_application_is_sent(opened: Opened, address: str) -> None:
    """
    A reload keeps what was typed, but for the private note; sending forgets it.
    """
    page = opened("/apply/mentee/")
    fill_in_as_mentee(page)
    page.get_by_label("Anyone we should not match you with?").fill("Sam Example")
    assert "Sam Example" not in page.evaluate("JSON.stringify(sessionStorage)")
    page.reload()
    expect(page.get_by_label("Your name")).to_have_value("Robin Example")
    expect(page.get_by_label("Neuroradiology")).to_be_checked()
    expect(page.get_by_label("Anyone we should not match you with?")).to_have_value("")
    page.get_by_role("button", name="Send my application").click()
    expect(page.locator(".reference")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_lost_connection_loses_no_answer(opened: Opened) -> None:
    """
    When nothing can be sent, the page says so and keeps the answers.
    """
    page = opened("/apply/mentee/")
    fill_in_as_mentee(page)
    page.route("**/applications", lambda route: route.fulfill(status=502, body="not JSON"))
    page.get_by_role("button", name="Send my application").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Your answers are still here")
    expect(page.get_by_label("Your name")).to_have_value("Robin Example")
    page.unroute("**/applications")
    page.get_by_role("button", name="Send my application").click()
    expect(page.locator(".reference")).to_be_visible()


PAGES = ["/", "/apply/mentee/", "/apply/mentor/", "/program/", "/what-we-ask/", "/nowhere/"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible(opened: Opened, path: str, scheme: str) -> None:
    """
    axe finds nothing, light and dark, on a phone and at a desk.
    """
    for width in (PHONE, DESK):
        page = opened(path, width=width, color_scheme=scheme)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_answers_of_functions_are_accessible(opened: Opened, clock: Clock, scheme: str) -> None:
    """
    The refused form and the receipt are as good as the site's own pages.
    """
    page = opened("/apply/mentee/", color_scheme=scheme)
    refused(page)
    assert Axe().run(page).violations_count == 0
    fill_in_as_mentee(page)
    page.get_by_role("button", name="Send my application").click()
    expect(page.locator(".reference")).to_be_visible()
    assert Axe().run(page).violations_count == 0


def test_nothing_is_wider_than_a_phone(opened: Opened, laptop: Laptop) -> None:
    """
    No page of the site scrolls sideways at 390 pixels.
    """
    sitemap = laptop.call("GET", "/sitemap.xml").text
    paths = [urlsplit(part.split("</loc>")[0]).path for part in sitemap.split("<loc>")[1:]]
    assert len(paths) > 20
    page = opened("/")
    wide = []
    for path in paths:
        page.goto(urlsplit(page.url)._replace(path=path).geturl())
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert wide == []
