"""A coordinator proposes a match on a phone, and follows it up."""

from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.laptop import COORDINATORS, Laptop
from mentorship.change import Change
from mentorship.pairings import between
from mentorship.services import Services
from tests.browser.at_desk import headed, sign_in
from tests.browser.looks import PHONE
from tests.browser.visitor import Visitor
from tests.desk_matches import MENTEE, MENTOR, someone

MOST_TAPS = 6
# A target for a thumb.
THUMB = 44


class Taps:
    """Somebody's taps, counted."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.count = 0

    def on(self, *names: str) -> None:
        """Tap links, buttons and boxes of some names, one after the other."""
        for name in names:
            self._tap(self._found(name))

    def _found(self, name: str) -> Locator:
        kinds = [
            self._page.get_by_role("main").get_by_role(kind, name=name, exact=True)
            for kind in ("link", "button", "checkbox")
        ]
        return next(each for each in kinds if each.count() == 1)

    def _tap(self, target: Locator) -> None:
        target.click()
        self.count += 1


def unfold(page: Page, words: str) -> None:
    """Open what is folded."""
    page.locator("summary", has_text=words).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_match_is_proposed_and_followed_up(
    laptop: Laptop, services: Services, visitor: Visitor, scripts: bool
) -> None:
    """
    From a person's page to "proposed" in six taps at most; one who is kept apart has the reason.
    Then an answer by phone, a proposal taken back, and a pair that matched by hand.
    """
    visitor.expected.append("status of 401")
    mentees = [someone(services, MENTEE, number) for number in (1, 2)]
    mentors = [someone(services, MENTOR, number) for number in (1, 2, 3)]
    apart = between(mentees[0], mentors[2], services)
    kept = replace(apart, apart_by=COORDINATORS, revision=1)
    services.store.commit(Change(puts=(kept,)))
    page = visitor.open(f"/desk/applications/{mentees[0].id}", scripts=scripts, width=PHONE)
    sign_in(page, visitor, laptop)
    headed(page, mentees[0].name)

    # Whom, and whom not.
    taps = Taps(page)
    taps.on("See best mentors")
    headed(page, f"Best mentors for {mentees[0].name}")
    for each in mentors[:2]:
        link = page.get_by_role("link", name=f"Propose {each.name}", exact=True)
        assert (link.bounding_box() or {"height": 0})["height"] >= THUMB
    page.get_by_label("Why not someone else?").select_option(label=mentors[2].name)
    page.get_by_role("button", name="Explain").click()
    answer = page.get_by_role("region", name=f"Why not {mentors[2].name}?")
    expect(answer).to_contain_text(f"keeps {mentees[0].name} and {mentors[2].name} apart")
    expect(answer).to_be_in_viewport()
    taps.on(f"Propose {mentors[0].name}")

    # What is against it, both emails, and off it goes.
    headed(page, "Send this proposal?")
    expect(page.get_by_text("membership hasn’t been checked")).to_be_visible()
    page.get_by_label("Your personal line").fill("You both like to read at night.")
    unfold(page, f"Read the email to {mentors[0].name}")
    expect(page.get_by_text("If you say yes, we’ll ask the mentee next.")).to_be_visible()
    taps.on("I’ve checked, and it’s fine", "Send the email")
    headed(page, f"{mentees[0].name} and {mentors[0].name}")
    expect(page.get_by_role("status")).to_contain_text("Proposed.")
    assert taps.count <= MOST_TAPS

    # The mentor calls: the page asks how, then the mentee is asked.
    unfold(page, "Record their answer")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Save the answer").click()
    headed(page, f"{mentees[0].name} and {mentors[0].name}")
    expect(page.get_by_label("How did they tell you?")).to_have_accessible_description(
        "Such as “by phone”. Error: Write how they told you"
    )
    page.get_by_label("How did they tell you?").fill("by phone")
    page.get_by_role("button", name="Save the answer").click()
    expect(page.get_by_role("status")).to_contain_text("The mentee is asked by email now.")

    # Another thought: it is taken back, and someone else can be proposed.
    unfold(page, "Take back")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back.")
    next_one = page.get_by_role("link", name=f"Propose someone else for {mentees[0].name}")
    expect(next_one).to_be_visible()

    # Two who matched by hand, and all of it in the list.
    page.goto(f"{visitor.address}/desk/matches")
    headed(page, "Matches")
    page.get_by_role("link", name="I matched two already").click()
    headed(page, "I matched these two already")
    for label, person in (("Mentor", mentors[1]), ("Mentee", mentees[1])):
        page.get_by_label(label, exact=True).select_option(
            label=f"{person.name}, {person.reference}"
        )
    page.get_by_label("When did it begin?").fill("2026-05-15")
    page.get_by_label("No email").check()
    page.get_by_role("button", name="Save the match").click()
    headed(page, "I matched these two already")
    page.get_by_label("I’ve checked, and it’s fine").check()
    page.get_by_role("button", name="Save the match").click()
    headed(page, f"{mentees[1].name} and {mentors[1].name}")
    expect(page.get_by_role("status")).to_contain_text("The match is running.")
    page.goto(f"{visitor.address}/desk/matches")
    for group in ("Didn’t go ahead 1", "Running 1"):
        expect(page.get_by_role("heading", name=group)).to_be_visible()
