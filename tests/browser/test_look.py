"""What axe does not see: borders, thumbs, the focus, words kept together, a trap out of the way."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import THUMB, everything_in
from tests.browser.visitor import Colors, Visitor
from tests.colors import contrast

# WCAG 2.2, 1.4.11: what has to be seen to know where to type.
VISIBLE = 3.0

colors = pytest.mark.parametrize("colors", ["light", "dark"])
roles = pytest.mark.parametrize("role", ["mentee", "mentor"])


def style(element: Locator, name: str) -> str:
    """Return a property of an element, as the browser computed it."""
    found: str = element.evaluate("(element, name) => getComputedStyle(element)[name]", name)
    return found


def color(written: str) -> str:
    """Return a color that the browser writes as rgb(…) in six digits."""
    red, green, blue = map(int, re.findall(r"\d+", written)[:3])
    return f"#{red:02X}{green:02X}{blue:02X}"


@roles
@colors
def test_fields_have_borders_that_are_seen(visitor: Visitor, role: str, colors: Colors) -> None:
    """
    Each field and each box is bordered on all sides, apart from what it stands on.
    """
    page = visitor.open(f"/apply/{role}/", colors=colors)
    paper = color(style(page.locator("html"), "backgroundColor"))
    fields = page.locator("[data-question] :is(input:not(:checked, [type=hidden]), textarea)")
    styles = fields.evaluate_all(
        """(fields) => fields.map((field) => {
          const style = getComputedStyle(field);
          return [style.backgroundColor, ...["Top", "Right", "Bottom", "Left"].map((side) =>
            ["Style", "Width", "Color"].map((what) => style[`border${side}${what}`]))];
        })"""
    )
    assert len(styles) > 20
    for ground, *sides in styles:
        for kind, width, border in sides:
            assert kind == "solid"
            assert float(width.removesuffix("px")) >= 1
            assert contrast(color(border), paper) >= VISIBLE
            assert contrast(color(border), color(ground)) >= VISIBLE


@pytest.mark.parametrize("width", [390, 1280])
@roles
def test_everything_can_be_hit_with_a_thumb(visitor: Visitor, role: str, width: int) -> None:
    """
    Fields, rows of choices and the buttons are at least 44 pixels high, and rows do not overlap.
    """
    page = visitor.open(f"/apply/{role}/", width=width)
    reached = page.locator("[data-question] .text, .choice label, .md-button, .md-header__button")
    heights = reached.filter(visible=True).evaluate_all(
        "(all) => all.map((each) => [each.textContent, each.getBoundingClientRect().height])"
    )
    assert len(heights) > 20
    assert [each for each in heights if round(each[1], 1) < THUMB] == []
    rows = everything_in(page.locator(".choice"))
    for row in rows:
        x, y = row.evaluate(
            """(row) => {
              row.scrollIntoView({block: "center", behavior: "instant"});
              const label = row.querySelector("label").getBoundingClientRect();
              return [label.x + 12, label.y + 4];
            }"""
        )
        page.mouse.click(x, y)
        assert row.evaluate("(row) => row.querySelector('input').checked")


@roles
def test_trap_is_for_robots_only(visitor: Visitor, role: str) -> None:
    """
    The trap is rendered, but off the screen, out of the tab order and unknown to screen readers.
    """
    page = visitor.open(f"/apply/{role}/")
    trap = page.locator("input[name=website]")
    # A robot that skips what is not displayed fills it in.
    assert style(trap, "display") != "none"
    assert style(trap, "visibility") == "visible"
    box = trap.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 0
    expect(trap).to_have_attribute("tabindex", "-1")
    expect(trap).to_have_attribute("autocomplete", "off")
    expect(page.get_by_role("textbox", name="Leave this empty")).to_have_count(0)


@colors
def test_focus_is_seen_everywhere(visitor: Visitor, colors: Colors) -> None:
    """
    Whatever Tab reaches has a ring of 3 pixels about it, in a color that stands out.
    """
    page = visitor.open("/apply/mentor/", width=1280, colors=colors)
    paper = color(style(page.locator("html"), "backgroundColor"))
    seen = 0
    for _ in range(30):
        page.keyboard.press("Tab")
        # A box shows its ring about its whole row.
        width, color_, kind = page.evaluate(
            """() => {
              const focused = document.activeElement;
              const ring = focused.matches(".choice input") ? focused.nextElementSibling : focused;
              const style = getComputedStyle(ring);
              return [style.outlineWidth, style.outlineColor, style.outlineStyle];
            }"""
        )
        assert (width, kind) == ("3px", "solid")
        assert contrast(color(color_), paper) >= VISIBLE
        seen += 1
    assert seen == 30


def lines_of(page: Page, words: str) -> int:
    """Return over how many lines *words* of the page's title run."""
    found: int = page.locator("h1").evaluate(
        """(title, words) => {
          const text = title.firstChild;
          const start = text.data.replaceAll("\\u00a0", " ").indexOf(words);
          const range = document.createRange();
          range.setStart(text, start);
          range.setEnd(text, start + words.length);
          return new Set([...range.getClientRects()].map((box) => box.top)).size;
        }""",
        words,
    )
    return found


def test_one_to_one_stays_on_one_line(visitor: Visitor) -> None:
    """
    The words that the program is about are not torn apart, however wide the window.
    """
    page = visitor.open("/")
    for width in (320, 360, 390, 414, 768, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert lines_of(page, "one to one,") == 1, width


def test_both_ways_in_are_on_the_first_screen(visitor: Visitor) -> None:
    """
    Nobody has to scroll to see where to apply, on a phone or at a desk.
    """
    page = visitor.open("/")
    for width, height in ((390, 844), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        for name in ("I would like a mentor", "I would like to mentor"):
            expect(page.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)


def test_lines_are_of_a_length_that_is_read(visitor: Visitor) -> None:
    """
    A paragraph has some 60 to 75 characters on a line at a desk, and letters of 18 pixels.
    """
    page = visitor.open("/questions/", width=1280)
    paragraph = page.locator("article p").first
    assert style(paragraph, "fontSize") == "18px"
    box = paragraph.bounding_box()
    assert box is not None
    # An average letter is as wide as half its size.
    assert 60 <= box["width"] / 9 <= 75
    page.set_viewport_size({"width": 390, "height": 844})
    assert style(paragraph, "fontSize") == "17px"


def test_form_prints_on_paper(visitor: Visitor) -> None:
    """
    On paper the form is dark on white, without the menu, the counter and the button.
    """
    page = visitor.open("/apply/mentee/", width=816, colors="dark")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Send my application")).to_be_hidden()
    expect(page.locator("[data-counter]").first).to_be_hidden()
    expect(page.locator(".menu-button").first).to_be_hidden()
    ink = color(style(page.locator("body"), "color"))
    assert contrast(ink, "#FFFFFF") >= 7
    assert len(page.pdf(format="Letter")) > 10_000
