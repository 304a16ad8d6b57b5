"""A noon conference on one hospital's Wi-Fi: on a phone, from the first applicant to the last."""

import pytest
from playwright.sync_api import Page, expect

from infra.laptop import COORDINATORS, Laptop
from mentorship.applicant import submission
from mentorship.letters.kinds import Kind
from mentorship.ses import TAG
from tests import people
from tests.browser.looks import overflowing, violations
from tests.browser.people import ROBIN, agree, fill_in, send
from tests.browser.visitor import Visitor
from tests.clock import Clock
from tests.coordinator import WAY_IN
from tests.own import mail
from tests.people import apply

PEOPLE, LIMIT = 40, 8


def applies(visitor: Visitor, number: int, *, scripts: bool) -> Page:
    """Apply in a browser, and return the receipt page."""
    page = visitor.open("/apply/mentee/", scripts=scripts)
    fill_in(page, {**ROBIN, "Your name": f"Person {number}", "Email": f"p{number}@example.org"})
    agree(page)
    send(page)
    expect(page.locator(".reference")).to_be_visible()
    assert overflowing(page) == []
    return page


def sign_in(page: Page, visitor: Visitor, laptop: Laptop) -> None:
    """Sign in to the desk by the link in the mail."""
    page.get_by_label("Email", exact=True).fill(COORDINATORS)
    page.get_by_role("button", name="Email me a link").click()
    expect(page.get_by_role("button", name="Email me a link")).to_have_count(0)
    (link,) = WAY_IN.findall(mail(laptop)[-1].part("plain"))
    page.goto(visitor.address + link)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Today")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_forty_people_and_three_taps(
    visitor: Visitor, laptop: Laptop, clock: Clock, monkeypatch: pytest.MonkeyPatch, scripts: bool
) -> None:
    """
    With a limit of eight a day, forty people apply within an hour. Each reads the truth;
    coordinators hear within the hour, and let all of them in with three taps; forty receipts.
    """
    visitor.expected.append("status of 401")
    monkeypatch.setattr(submission, "MOST_UNSTAMPED", LIMIT)
    monkeypatch.setattr(
        "mentorship.settings.Settings.most_of_a_client", property(lambda settings: LIMIT)
    )
    first = applies(visitor, 1, scripts=scripts)
    expect(first.get_by_text("Check your email.")).to_be_visible()
    for number in range(2, PEOPLE):
        clock.forward(seconds=75)
        given = people.mentee(email=f"p{number}@example.org", full_name=f"Person {number}")
        assert apply(laptop, given).status == 303
    last = applies(visitor, PEOPLE, scripts=scripts)
    truth = "A coordinator will check it first; then you’ll get an email."
    expect(last.get_by_text(truth)).to_be_visible()
    expect(last.get_by_text("Check your email.")).to_have_count(0)
    if scripts:
        assert violations(last) == []

    for _ in range(3):
        clock.forward(minutes=15)
        laptop.tick()
    (told,) = [e for e in mail(laptop) if Kind.ON_HOLD in e.tags[TAG].split("_")]
    assert told.header("Subject") == "32 applications from one network are on hold"

    page = visitor.open("/desk/", scripts=scripts)
    sign_in(page, visitor, laptop)
    page.get_by_role("link", name="Review").click()
    expect(page.get_by_role("heading", level=1, name="On hold")).to_be_visible()
    assert overflowing(page) == []
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(PEOPLE - LIMIT)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(PEOPLE - LIMIT)
    # A number that is out of date is never on the button.
    boxes.first.uncheck()
    expect(page.get_by_role("button", name="Let in ticked applications").first).to_be_visible()
    boxes.first.check()
    if scripts:
        assert violations(page) == []
    page.get_by_role("button", name=f"Let in {PEOPLE - LIMIT} applications").first.click()
    expect(page.get_by_text(f"{PEOPLE - LIMIT} applications are in")).to_be_visible()

    receipts = [e for e in mail(laptop) if Kind.RECEIPT in e.tags[TAG].split("_")]
    assert {e.header("To") for e in receipts} == {f"p{n}@example.org" for n in range(1, PEOPLE + 1)}
    last.reload()
    expect(last.get_by_text("Check your email.")).to_be_visible()
