"""The coordinators' desk on a phone, by somebody who has never seen it."""

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.status import HoldReason, Status
from mentorship.change import Change
from mentorship.handlers import desk, export
from mentorship.services import Services
from tests import made
from tests.browser.at_desk import headed, sign_in
from tests.browser.looks import DESK, LOOKS, PHONE, THUMB, flaws, overflowing, violations
from tests.browser.visitor import Visitor, look
from tests.coordinator import at_desk
from tests.desk_matches import others
from tests.extent import sampled

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])

# Who waits: the name that tells them apart, for how many days, for which areas of radiology.
WAITING = {
    "Alder": (12, ["breast"]),
    "Birch": (80, ["neuroradiology", "breast"]),
    "Cedar": (41, ["interventional", "neuroradiology"]),
    "Dogwood": (3, ["interventional"]),
}
# How much of a page a phone shows.
FOLD = 844
BIRCH, HELD = "00000001abcdefghjkmn", "00000009abcdefghjkmn"
MEMBERS = "Name\tEmail\tStatus\nExample, Birch\tother@example.org\tActive\n"
MEMBERS += "Someone Else\tcedar@example.org\tActive\n"


@pytest.fixture
def people_wait(services: Services, visitor: Visitor) -> None:
    """Have some mentees wait, for different times and areas."""
    visitor.expected.append("status of 401")
    for number, (name, (days, areas)) in enumerate(WAITING.items()):
        application = made.application(
            id=f"0000000{number}abcdefghjkmn",
            reference=f"0000-000{number}",
            received_at=services.now() - timedelta(days=days),
            answers={
                "full_name": f"{name} Example",
                "email": f"{name.lower()}@example.org",
                "subspecialties": areas,
                "goal": f"To know by June what {name} stands for.",
            },
        )
        services.store.commit(Change(puts=(application,)))


def choose(page: Page, name: str) -> None:
    """Follow a link of the desk's bar, or of the menu in it, as it is on a phone."""
    bar = page.get_by_role("navigation", name="Desk")
    link = bar.get_by_role("link", name=name, exact=True)
    if not link.is_visible():
        bar.get_by_role("button", name="More").click()
    link.click()


def rows_of(excel: bytes) -> list[dict[Any, Any]]:
    """Return the rows of a workbook, by their headings."""
    sheet = openpyxl.load_workbook(io.BytesIO(excel)).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@scripts
def test_a_newcomer_finds_the_way(
    people_wait: None, laptop: Laptop, visitor: Visitor, scripts: bool
) -> None:
    """
    Somebody signs in, finds who has waited longest, reads the application, checks the member list,
    writes a note, exports the waiting mentees of one area to Excel, and signs out.
    """
    page = visitor.open("/desk/", scripts=scripts, width=PHONE)
    sign_in(page, visitor, laptop)

    # Who has waited longest stands first, on the first page.
    headed(page, "Today")
    expect(page.get_by_role("region", name="What to do next")).to_contain_text("no places are free")
    page.locator(".person").first.get_by_role("link").click()
    headed(page, "Birch Example")
    expect(page.get_by_role("main")).to_contain_text("80 days")
    expect(page.get_by_role("main")).to_contain_text("To know by June what Birch stands for.")

    choose(page, "Member list")
    headed(page, "Member list")
    page.get_by_label("Paste the list").fill(MEMBERS)
    page.get_by_role("button", name="Use this list").click()
    headed(page, "Member list")
    expect(page.get_by_role("heading", name="Found by name: 1")).to_be_visible()
    expect(page.get_by_role("heading", name="Found by address: 1")).to_be_visible()
    expect(page.get_by_role("heading", name="No match: 2")).to_be_visible()

    page.get_by_role("link", name="Birch Example").click()
    expect(page.get_by_role("main")).to_contain_text("found by name", ignore_case=True)
    page.get_by_text("Add a note", exact=True).click()
    page.get_by_label("Write a note").fill("Called on Monday; evenings are best.")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_role("main")).to_contain_text("Called on Monday; evenings are best.")
    expect(page.get_by_role("main")).to_contain_text(COORDINATORS)

    choose(page, "People")
    headed(page, "People")
    second = page.locator(".person").nth(1).bounding_box()
    assert second is not None
    assert second["y"] + THUMB < FOLD
    page.get_by_text("Filter the list").click()
    page.get_by_label("Area of radiology").select_option(label="Neuroradiology")
    page.get_by_role("button", name="Show", exact=True).first.click()
    expect(page.locator(".person")).to_have_count(2)
    with page.expect_download() as started:
        page.get_by_role("button", name="Excel").click()
    assert started.value.suggested_filename.endswith(".xlsx")
    found = rows_of(started.value.path().read_bytes())
    assert {row["Full name"] for row in found} == {"Birch Example", "Cedar Example"}

    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Sign out").click()
    headed(page, "Sign in to the desk")
    page.goto(f"{visitor.address}/desk/applications")
    headed(page, "Sign in to the desk")


@sampled
def test_every_page_of_the_desk(
    people_wait: None, laptop: Laptop, visitor: Visitor, services: Services
) -> None:
    """
    No page of the desk breaks its policy, scrolls sideways or fails axe, at any width and in any
    colors.
    """
    held = made.application(id=HELD, status=Status.QUARANTINED, hold_reason=HoldReason.TRAP)
    services.store.commit(Change(puts=(held,)))
    page = visitor.open("/desk/")
    sign_in(page, visitor, laptop)
    two = others(services)
    paths = [
        at_desk(path, BIRCH, held=HELD, **two)
        for method, path in {**desk.ROUTES, **export.ROUTES}
        if method == "GET" and "{token}" not in path
    ]
    found = []
    for number, path in enumerate((*paths, f"/desk/applications/{HELD}")):
        answer = page.goto(visitor.address + path)
        assert answer is not None
        assert answer.status == 200, path
        # axe sees one page in one look, the next in the other.
        seen = flaws(page, axe=[LOOKS[number % 2]])
        found += [f"{path}: {flaw}" for flaw in seen]
    assert len(paths) > 15
    assert found == []


def test_bar_on_every_width(laptop: Laptop, visitor: Visitor) -> None:
    """
    From the narrowest phone to a computer, the bar leads to every page of the desk and to the
    look-up; what it opens is accessible, is closed by Escape, and can be hit with a thumb.
    """
    visitor.expected.append("status of 401")
    page = visitor.open("/desk/", width=PHONE)
    sign_in(page, visitor, laptop)
    headed(page, "Today")
    bar = page.get_by_role("banner")
    found = []
    for width in (320, PHONE, DESK):
        look(page, width, "light")
        page.goto(f"{visitor.address}/desk/")
        reached = set()
        for opens in (None, "More", "Look someone up"):
            button = bar.get_by_role("button", name=opens, exact=True) if opens else None
            if opens == "Look someone up" and width == DESK:
                break  # The box is in the bar.
            if opens == "Look someone up" and width < PHONE:
                bar.get_by_role("button", name="More").click()
            if button:
                button.click()
            within = bar.locator("a, button, input").filter(visible=True)
            reached |= {each.get_attribute("href") for each in within.all()}
            heights = within.evaluate_all(
                "(all) => all.map((each) => [each.outerHTML, each.getBoundingClientRect().height])"
            )
            found += [f"{width}: {each}" for each in heights if round(each[1], 1) < THUMB]
            found += [f"{width}: {each}" for each in overflowing(page)]
            found += violations(page) if width == PHONE else []
            if button:
                # On the narrowest phone, one menu is opened from the other.
                page.keyboard.press("Escape")
                page.keyboard.press("Escape")
                expect(bar.get_by_role("link", name="Public site")).to_be_hidden()
        assert {"/desk/", "/desk/applications", "/desk/export", "/desk/handover", "/"} <= reached
    box = bar.get_by_label("Look someone up")
    box.fill("nobody")
    box.press("Enter")
    expect(page.get_by_role("heading", name="No one found for “nobody”")).to_be_visible()
    assert found == []
