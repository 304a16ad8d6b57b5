"""A coordinator's evening on a phone: tonight's matches, from Today to introductions."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.laptop import Laptop
from mentorship.matches.match import MatchState
from mentorship.services import Services
from tests.browser.at_desk import headed, sign_in
from tests.browser.looks import DESK, PHONE, THUMB
from tests.browser.visitor import Visitor
from tests.desk_matches import MENTEE, MENTOR, in_state, someone
from tests.own import mail

MOST_TAPS = 6
MENTEES, MENTORS = 7, 4
LINK = re.compile(r"/match/[\w.\-]+")
CHECKED, ALL_CHECKED = "I’ve checked, and it’s fine", "I’ve checked, and they’re fine"


class Taps:
    """Somebody's taps, each on what is high enough for a thumb, counted."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, *targets: Locator) -> None:
        """Tap some links, buttons and boxes, one after the other."""
        for each in targets:
            box = each.bounding_box()
            assert box
            assert box["height"] >= THUMB
            each.click()
            self.count += 1


def rows(page: Page) -> Locator:
    """Return the rows of tonight's matches."""
    return page.locator(".tonight__row")


def tonight(page: Page) -> None:
    """See that it is the page of tonight's matches, which axe has seen before."""
    expect(page.get_by_role("heading", level=1, name="Matches tonight")).to_be_visible()


def label(row: Locator, words: str) -> Locator:
    """Return the label of a box in a row, which is what is tapped."""
    return row.locator(".boxes label", has_text=re.compile(rf"^{words}"))


def size(shown: Locator) -> tuple[float, float]:
    """Return how wide and how high something is."""
    box = shown.bounding_box()
    assert box
    return box["width"], box["height"]


def button(page: Page, words: str) -> Locator:
    """Return a button by the words that it begins with."""
    return page.get_by_role("main").get_by_role("button", name=re.compile(rf"^{words}"))


def shown(page: Page, begins: str) -> str:
    """Return what a button shows, with what styles add, as assistive technology is told."""
    session = page.context.new_cdp_session(page)
    every = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {each["nodeId"]: each for each in every}
    (found,) = (each for each in every if _is(each, "button") and _name(each).startswith(begins))
    texts, left = [], [found]
    while left:
        node = left.pop()
        if _is(node, "StaticText"):
            texts.append(_name(node))
        left.extend(by_id[each] for each in reversed(node["childIds"]) if each in by_id)
    return " ".join(" ".join(texts).split())


def _is(node: dict[str, Any], role: str) -> bool:
    return bool(node.get("role", {}).get("value") == role)


def _name(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", ""))


def send(page: Page, number: int) -> tuple[Locator, ...]:
    """Return what is tapped to send so many proposals, once their emails are shown."""
    words = CHECKED if number == 1 else ALL_CHECKED
    box = page.get_by_role("main").get_by_text(words, exact=True)
    return box, button(page, "Send ")


def newest_link(laptop: Laptop, address: str) -> str:
    """Return the link in the newest email about a match to someone."""
    theirs = [each.part("plain") for each in mail(laptop) if each.header("To") == address]
    links = [found[0] for each in theirs if (found := LINK.search(each))]
    return links[-1]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_evening_of_matching(
    laptop: Laptop, services: Services, visitor: Visitor, scripts: bool
) -> None:
    """
    From Today to the first "proposed" in six taps at most; then one is locked, a reason is read,
    three more are proposed, and two of them are introduced.
    """
    visitor.expected.append("status of 401")
    for number in range(1, MENTEES + 1):
        someone(services, MENTEE, number)
    for number in range(1, MENTORS + 1):
        someone(services, MENTOR, number, answers={"capacity": "1"})
    page = visitor.open("/desk", scripts=scripts, width=PHONE)
    sign_in(page, visitor, laptop)
    headed(page, "Today")

    taps = Taps()
    taps.on(page.get_by_role("link", name="Make matches"))
    headed(page, "Matches tonight")
    expect(page.get_by_text("4 places, 7 mentees:")).to_be_visible()
    expect(rows(page)).to_have_count(MENTORS)
    taps.on(label(rows(page).first, "Propose"), button(page, "Propose"))
    headed(page, "Send this proposal?")
    taps.on(*send(page, 1))
    expect(page.get_by_role("heading", level=1, name="1 proposal is on its way")).to_be_visible()
    assert taps.count <= MOST_TAPS
    assert len(in_state(services, MatchState.PROPOSED)) == 1

    # The others, but one of them with someone else: the page says what that would cost.
    page.get_by_role("main").get_by_role("link", name="Matches tonight").click()
    tonight(page)
    expect(rows(page)).to_have_count(MENTORS - 1)
    row = rows(page).first
    row.locator("summary").click()
    expect(row.get_by_role("row", name=re.compile("^Points"))).to_be_visible()
    row.get_by_label("Why not someone else?").select_option(index=1)
    row.get_by_role("button", name="Explain").click()
    headed(page, "Matches tonight")
    answer = rows(page).first.locator(".why-not")
    expect(answer).to_be_in_viewport()
    expect(answer).to_contain_text("Why not Dr. Kim Sample")
    rows(page).first.locator("label", has_text="instead").click()
    button(page, "Recalculate").click()
    tonight(page)
    folded = page.locator("summary", has_text="Since you last looked:")
    whole = page.locator("p", has_text="Since you last looked:")
    expect(folded).to_be_visible()
    expect(whole).to_be_hidden()
    # Where there is room for all of it, there is nothing to press.
    page.set_viewport_size({"width": DESK, "height": 900})
    expect(folded).to_be_hidden()
    expect(whole).to_be_visible()
    page.set_viewport_size({"width": PHONE, "height": 844})
    expect(rows(page).first.get_by_role("checkbox", name="Lock")).to_be_checked()
    assert not [each for each in ("Robin", "Kim", "%40") if each in page.url]

    # The number on the button is that of the ticks; a tick moves nothing below the thumb.
    assert shown(page, "Propose") == "Propose ticked"
    for each in rows(page).all():
        before = size(each), size(label(each, "Propose"))
        label(each, "Propose").click()
        assert (size(each), size(label(each, "Propose"))) == before
    expect(page.locator(".tonight__ticked")).to_be_attached()
    assert shown(page, "Propose") == "Propose 3"
    rows(page).last.locator("summary").focus()
    bar = page.locator(".tonight__bar").bounding_box()
    focused = rows(page).last.locator("summary").bounding_box()
    assert bar
    assert focused
    assert focused["y"] + focused["height"] <= bar["y"]
    button(page, "Propose").click()
    headed(page, "Send 3 proposals?")
    for each in send(page, 3):
        each.click()
    expect(
        page.get_by_role("heading", level=1, name="3 proposals are on their way")
    ).to_be_visible()
    found = in_state(services, MatchState.PROPOSED)
    assert len(found) == MENTORS

    # Both of one match say yes, each on their own phone, and are introduced.
    match = found[-1]
    for role in (MENTOR, MENTEE):
        asked = services.store.application(match.parties[role].application, now=services.now())
        assert asked
        theirs = visitor.open(newest_link(laptop, asked.address), scripts=scripts, width=PHONE)
        theirs.get_by_role("button", name="Yes, I would").click()
        expect(theirs.get_by_role("button", name="Yes, I would")).to_be_hidden()
    assert [each.id for each in in_state(services, MatchState.RUNNING)] == [match.id]
    page.goto(f"{visitor.address}/desk/matches")
    expect(page.get_by_role("heading", name="Running 1")).to_be_visible()
