"""The two of a match answer on their phones, each by the link in their email."""

import re

import pytest
from playwright.sync_api import Page, expect

from infra.laptop import Laptop
from mentorship.form.question import Role
from mentorship.matches.match import Match, MatchState
from mentorship.services import services
from tests import matched
from tests.browser.looks import PHONE, flaws
from tests.browser.visitor import Visitor
from tests.clock import Clock
from tests.own import mail

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])

LINK = re.compile(r"/match/[\w.\-]+")
MENTOR, MENTEE = Role.MENTOR, Role.MENTEE


def emailed(laptop: Laptop, match: Match, role: Role) -> str:
    """Return the link in the newest email to one of the two about a match."""
    address = matched.stored(services(), match.parties[role].application).address
    for email in reversed(mail(laptop)):
        found = LINK.search(email.part("plain"))
        if email.header("To") == address and found:
            return found[0]
    raise AssertionError(f"no email to {address} has a link")


def propose(number: int) -> Match:
    """Propose two who have no other match to each other."""
    mentor, mentee = (matched.applied(services(), role, number) for role in (MENTOR, MENTEE))
    return matched.proposed(services(), mentor, mentee)


def headed(page: Page, words: str) -> None:
    """See that the page is headed with some words."""
    expect(page.get_by_role("heading", level=1, name=words, exact=True)).to_be_visible()


def press(page: Page, name: str) -> None:
    """Press a button that is as wide as a thumb needs."""
    button = page.get_by_role("button", name=name, exact=True)
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44
    button.click()


@scripts
def test_the_answers_of_two(visitor: Visitor, laptop: Laptop, clock: Clock, scripts: bool) -> None:
    """
    Both say yes and are introduced; others say no, not now, or nothing at all in time.
    """
    wrong: list[str] = []

    def look(words: str) -> None:
        """See where the page is, and what is wrong with its looks."""
        headed(page, words)
        wrong.extend(flaws(page) if scripts else [])

    match = propose(1)
    page = visitor.open(emailed(laptop, match, MENTOR), scripts=scripts, width=PHONE)
    look("Would you mentor this person?")
    assert page.title().startswith("Would you mentor this person?")
    expect(page.get_by_role("main")).to_contain_text("You both chose Breast imaging")
    press(page, "Yes, I would")
    look("Thank you for saying yes")
    page.goto(visitor.address + emailed(laptop, match, MENTEE))
    look("Would you like this mentor?")
    press(page, "Yes, I would")
    look("You’re matched")
    introduced = [each for each in mail(laptop) if "Robin Muestra" in each.part("plain")]
    assert matched.ADDRESSES[MENTOR].replace("@", "-1@") in {
        each.header("To") for each in introduced
    }

    match = propose(2)
    page.goto(visitor.address + emailed(laptop, match, MENTOR))
    press(page, "Not this time")
    look("Thank you for telling us")
    press(page, "That was a mistake")
    look("We’ve passed it on")

    match = propose(3)
    link = emailed(laptop, match, MENTOR)
    page.goto(visitor.address + link)
    page.get_by_text("Not now, ask me again").click()
    page.get_by_label("3 months").check()
    wrong.extend(flaws(page) if scripts else [])
    press(page, "Ask me again then")
    look("Thank you for telling us")
    expect(page.get_by_role("main")).to_contain_text("January 6, 2027")

    match = propose(4)
    link = emailed(laptop, match, MENTOR)
    for days in (7, 8):
        clock.forward(days=days)
        laptop.daily()
    assert matched.match_of(services(), match.id).state is MatchState.LAPSED
    page.goto(visitor.address + link)
    look("We didn’t hear from you in time")
    press(page, "I’d still say yes")
    look("Thank you")

    visitor.expected.append("status of 404")
    page.goto(visitor.address + link[:-9])
    look("This link is damaged")
    assert wrong == []
