"""The story of an application on a phone, from the home page to the coordinators' spreadsheet."""

import csv
import io
import json
import re

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from infra.laptop import COORDINATORS, Laptop
from tests.browser.people import KIM, ROBIN, agree, fill_in, send
from tests.browser.visitor import Visitor
from tests.exporting import exported

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


def kinds_of(laptop: Laptop, name: str) -> list[str]:
    """Return in which kinds of export the only row is of *name*."""
    comma = exported(laptop, "format=csv").decode("utf-8-sig")
    (in_csv,) = csv.DictReader(io.StringIO(comma))
    excel = exported(laptop, "format=xlsx")
    head, in_xlsx = (
        openpyxl.load_workbook(io.BytesIO(excel)).worksheets[0].iter_rows(values_only=True)
    )
    (in_json,) = json.loads(exported(laptop, "format=json"))
    found = {
        "csv": in_csv["Full name"],
        "xlsx": dict(zip(head, in_xlsx, strict=True))["Full name"],
        "json": in_json["full_name"],
    }
    return [kind for kind, value in found.items() if value == name]


def look_into_outbox(laptop: Laptop, page: Page, visitor: Visitor, applicant: str) -> None:
    """See two emails with the reference: one to the coordinators, one to *applicant*."""
    laptop.pump()
    page.goto(f"{visitor.address}/outbox/")
    emails = page.locator("article li")
    expect(emails).to_have_count(2)
    assert all("0000-0001" in subject for subject in emails.locator("a").all_text_contents())
    expect(emails.filter(has_text=f"to {applicant}")).to_have_count(1)
    expect(emails.filter(has_text=f"to {COORDINATORS}")).to_have_count(1)


@scripts
def test_robin_finds_a_way_to_a_mentor(laptop: Laptop, visitor: Visitor, scripts: bool) -> None:
    """
    A resident applies on a phone, gets a receipt, and stands in the coordinators' spreadsheet.
    """
    page = visitor.open("/", scripts=scripts)
    page.get_by_role("link", name="I would like a mentor").click()
    expect(page).to_have_title("Apply as a mentee · WSRS Mentorship Program")

    fill_in(page, ROBIN)
    agree(page)
    send(page)

    # The page that follows has the reference and nothing of the answers, nor has its address.
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your application")
    expect(page.locator(".reference")).to_have_text("0000-0001")
    expect(page).to_have_url(re.compile(r"/applications/\w+$"))
    assert "Robin" not in page.content()

    # It can be loaded again, which sends nothing again.
    page.reload()
    expect(page.locator(".reference")).to_have_text("0000-0001")

    # One letter went to the coordinators, one to Robin.
    look_into_outbox(laptop, page, visitor, "robin@example.org")
    page.get_by_role("link", name="New mentee application").click()
    letter = page.frame_locator("iframe").locator("body")
    expect(letter).to_contain_text("Robin Example")
    expect(letter).not_to_contain_text("Sam Example")

    assert kinds_of(laptop, "Robin Example") == ["csv", "xlsx", "json"]


@scripts
def test_kim_offers_time(laptop: Laptop, visitor: Visitor, scripts: bool) -> None:
    """
    A radiologist finds the shorter form, fills it in, and stands in the spreadsheet as well.
    """
    page = visitor.open("/", scripts=scripts)
    page.get_by_role("link", name="I would like to mentor").click()
    expect(page).to_have_title("Apply as a mentor · WSRS Mentorship Program")

    fill_in(page, KIM)
    agree(page)
    send(page)

    expect(page.locator(".receipt")).to_contain_text("Thank you for applying as a mentor")
    expect(page.locator(".reference")).to_have_text("0000-0001")
    look_into_outbox(laptop, page, visitor, "kim@example.com")
    assert kinds_of(laptop, "Kim Example") == ["csv", "xlsx", "json"]


@scripts
def test_menu_on_a_phone(visitor: Visitor, scripts: bool) -> None:
    """
    The menu opens with a thumb, leads on, and closes again; it needs no scripts.
    """
    page = visitor.open("/", scripts=scripts)
    menu = page.get_by_role("navigation", name="Main")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(menu).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    menu.get_by_role("link", name="Questions").click()
    expect(page.get_by_role("heading", level=1, name="Questions", exact=True)).to_be_visible()


def test_colors_stay_as_chosen(visitor: Visitor) -> None:
    """
    The button changes light and dark at once, and the next page remembers.
    """
    page = visitor.open("/", width=1280)
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Switch to dark colors").click()
    dark = page.evaluate(paper)
    assert dark != light
    page.get_by_role("link", name="Mentors", exact=True).first.click()
    expect(page.get_by_role("heading", level=1, name="Mentors", exact=True)).to_be_visible()
    assert page.evaluate(paper) == dark
    page.get_by_role("button", name="Switch to light colors").click()
    assert page.evaluate(paper) == light
