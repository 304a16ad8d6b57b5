"""
The applicant's own page on a phone, by the link in the email.

Only the form has a script; the other pages are tried without any.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from infra.laptop import COORDINATORS, Laptop
from infra.outbox import Email
from tests.browser.forms import said_beside, stored, summary_of
from tests.browser.looks import PHONE, THUMB, everything_in, flaws
from tests.browser.people import ROBIN, agree, fields, fill_in, send
from tests.browser.visitor import Visitor
from tests.clock import Clock
from tests.own import link_of, mail

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])

ADDRESS = "robin@example.org"
NEW_ADDRESS = "robin@example.com"


@pytest.fixture
def apply(visitor: Visitor, laptop: Laptop) -> Callable[..., Page]:
    """Apply as Robin does, and open the page that the newest email to an address leads to."""

    def apply(*, scripts: bool = True) -> Page:
        page = visitor.open("/apply/mentee/", scripts=scripts, width=PHONE)
        fill_in(page, ROBIN)
        agree(page)
        send(page)
        expect(page.locator(".reference")).to_have_text("0000-0001")
        return follow(page, visitor, laptop)

    return apply


def follow(page: Page, visitor: Visitor, laptop: Laptop, address: str = ADDRESS) -> Page:
    """Open the link in the newest email to an address."""
    page.goto(visitor.address + link_of(laptop, address))
    return page


def headed(page: Page, words: str) -> None:
    """See that the page is headed with some words."""
    expect(page.get_by_role("heading", level=1, name=words, exact=True)).to_be_visible()


def press(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).click()


def choose(page: Page, name: str) -> None:
    """Follow a link of the page's own, not of its header or its foot."""
    page.get_by_role("main").get_by_role("link", name=name, exact=True).click()


def answer_to(page: Page, question: str) -> str:
    """Return what stands under a question's heading on the page."""
    heading = page.locator(".answers dt").filter(has_text=re.compile(f"^{re.escape(question)}"))
    # What a proposed match would read comes before the answers.
    return heading.locator("xpath=following-sibling::dd[1]").last.inner_text()


def sent_to(laptop: Laptop, address: str, subject: str) -> list[Email]:
    """Return the emails to an address whose subjects begin in some way."""
    return [
        email
        for email in mail(laptop)
        if email.header("To") == address and email.header("Subject").startswith(subject)
    ]


class TestSeen:
    def test_receipt_leads_to_what_is_stored(self, apply: Callable[..., Page]) -> None:
        """
        The owner sees every answer, the private one too; to look changes nothing, to press does.
        """
        page = apply(scripts=False)
        headed(page, "Your application")
        expect(page.locator(".standing h2")).to_have_text("Waiting for a match")
        expect(page.locator(".standing")).to_contain_text("not confirmed yet")
        assert answer_to(page, "Full name") == "Robin Example"
        assert answer_to(page, "Training stage") == "PGY-4 (R3) in October 2026"
        assert answer_to(page, "Not with") == "Sam Example"
        assert answer_to(page, "Phone") == "Skipped"

        page.reload()
        expect(page.locator(".standing")).to_contain_text("not confirmed yet")
        press(page, "This is my address")
        expect(page.locator(".standing")).to_contain_text("confirmed October 6, 2026")
        page.reload()
        expect(page.locator(".standing")).to_contain_text("confirmed October 6, 2026")
        expect(page.get_by_role("button", name="This is my address")).to_have_count(0)

    def test_page_is_kept_nowhere(self, apply: Callable[..., Page], visitor: Visitor) -> None:
        """
        Its answer is not to be stored, and where it leads is not told where one came from.
        """
        page = apply()
        answer = page.reload()
        assert answer is not None
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        choose(page, "What we ask")
        headed(page, "What we ask")
        assert page.evaluate("document.referrer") == ""

    def test_buttons_can_be_hit_with_a_thumb(self, apply: Callable[..., Page]) -> None:
        """
        What acts is as high as a thumb is wide, here as on the form.
        """
        page = apply()
        for each in everything_in(page.locator(".acts .md-button")):
            box = each.bounding_box()
            assert box is not None
            assert box["height"] >= THUMB


class TestCorrected:
    @scripts
    def test_owner_corrects(
        self, apply: Callable[..., Page], laptop: Laptop, scripts: bool
    ) -> None:
        """
        The form comes filled in; what is sent holds, and both sides are told.
        """
        page = apply(scripts=scripts)
        choose(page, "Correct my answers")
        headed(page, "Correct your answers")
        given = dict(fields(page))
        assert given["full_name"] == "Robin Example"
        assert given["not_with"] == "Sam Example"
        assert given["consent"] == "yes"

        page.get_by_label("City or region").fill("Spokane")
        page.get_by_label("Anyone we should not match you with?").fill("Toni Example")
        assert page.evaluate("sessionStorage.length") == 0
        press(page, "Send my corrections")

        headed(page, "Your application")
        assert answer_to(page, "City or region") == "Spokane"
        assert answer_to(page, "Not with") == "Toni Example"
        expect(page.locator(".standing")).to_contain_text("The earlier answers are kept too.")
        (told,) = sent_to(laptop, COORDINATORS, "Changed: mentee application 0000-0001")
        assert "Spokane" in told.part("plain")
        assert "The note about whom not to match them with has changed" in told.part("plain")
        assert "Toni" not in told.raw
        assert "Sam" not in told.raw
        assert len(sent_to(laptop, ADDRESS, "Your answers were changed: 0000-0001")) == 1
        (row,) = stored(laptop)
        assert row["City or region"] == "Spokane"

    @scripts
    def test_refused_correction_keeps_every_answer(
        self, apply: Callable[..., Page], laptop: Laptop, scripts: bool
    ) -> None:
        """
        What cannot be taken is named as on the form, and nothing is changed until it is right.
        """
        page = apply(scripts=scripts)
        choose(page, "Correct my answers")
        page.get_by_label("City or region").fill("Spokane")
        page.get_by_label("Phone (optional)").fill("no number")
        given = fields(page)
        press(page, "Send my corrections")

        assert summary_of(page) == ["Enter a phone number, such as (206) 555-0100"]
        assert list(said_beside(page)) == ["phone"]
        expect(page).to_have_title("Error: Correct your answers · WSRS Mentorship Program")
        assert fields(page) == given
        assert sent_to(laptop, COORDINATORS, "Changed") == []

        page.get_by_label("Phone (optional)").fill("206 555 0100")
        press(page, "Send my corrections")
        headed(page, "Your application")
        assert answer_to(page, "Phone") == "(206) 555-0100"

    def test_owner_moves_to_another_address(
        self, apply: Callable[..., Page], visitor: Visitor, laptop: Laptop
    ) -> None:
        """
        The new address is asked first; once it is confirmed, links to the old one are dead.
        """
        page = apply(scripts=False)
        old = page.url
        choose(page, "Correct my answers")
        page.get_by_role("textbox", name="Email", exact=True).fill(NEW_ADDRESS)
        press(page, "Send my corrections")
        expect(page.get_by_role("heading", name="A new address waits")).to_be_visible()
        assert answer_to(page, "Email address") == ADDRESS

        follow(page, visitor, laptop, NEW_ADDRESS)
        headed(page, "Confirm this address")
        expect(page.locator(".address")).to_have_text(NEW_ADDRESS)
        # Whoever was written to by mistake learns nothing of the applicant.
        assert "Robin" not in page.content()
        press(page, "This is my address")
        headed(page, "Your application")
        assert answer_to(page, "Email address") == NEW_ADDRESS

        visitor.expected.append("status of 410")
        page.goto(old)
        headed(page, "This link no longer works")

    def test_owner_stays_with_the_address(
        self, apply: Callable[..., Page], visitor: Visitor, laptop: Laptop
    ) -> None:
        """
        A new address that was a mistake is taken back, and its link is dead.
        """
        page = apply()
        choose(page, "Correct my answers")
        page.get_by_role("textbox", name="Email", exact=True).fill(NEW_ADDRESS)
        press(page, "Send my corrections")
        press(page, f"Stay with {ADDRESS}")
        headed(page, "Your application")
        expect(page.get_by_role("heading", name="A new address waits")).to_have_count(0)
        visitor.expected.append("status of 410")
        page.goto(visitor.address + link_of(laptop, NEW_ADDRESS))
        headed(page, "This link no longer works")


class TestSentAgain:
    def again(self, visitor: Visitor, goal: str) -> str:
        """Send the form again with other answers, and return the reference that is shown."""
        page = visitor.open("/apply/mentee/", scripts=False)
        fill_in(page, ROBIN)
        page.get_by_label("In a sentence or two").fill(goal)
        agree(page)
        send(page)
        return page.locator(".reference").inner_text()

    def test_owner_compares_and_takes_up(
        self, apply: Callable[..., Page], visitor: Visitor, laptop: Laptop
    ) -> None:
        """
        Both answers stand side by side, and the other ones hold once the owner says so.
        """
        apply(scripts=False)
        reference = self.again(visitor, "To find my way.")
        assert reference != "0000-0001"
        (asked,) = sent_to(laptop, ADDRESS, "Did you send other answers?")
        assert "To find my way." not in asked.raw

        page = follow(visitor.open("/", scripts=False), visitor, laptop)
        compared = page.get_by_role("table")
        expect(compared).to_contain_text("To know where I want to work.")
        expect(compared).to_contain_text("To find my way.")
        expect(compared.locator("tbody tr")).to_have_count(1)
        expect(page.locator("main")).to_contain_text(reference)
        assert answer_to(page, "What would make the year") == "To know where I want to work."
        assert len(stored(laptop)) == 1

        press(page, "That was me: use the other answers")
        expect(page.get_by_role("table")).to_have_count(0)
        assert answer_to(page, "What would make the year") == "To find my way."
        expect(page.locator(".standing")).to_contain_text("confirmed October 6, 2026")
        (told,) = sent_to(laptop, COORDINATORS, "Changed: mentee application 0000-0001")
        assert "To find my way." in told.part("plain")

    def test_owner_discards(
        self, apply: Callable[..., Page], visitor: Visitor, laptop: Laptop
    ) -> None:
        """
        What a stranger sent is thrown away, and nobody else is written to.
        """
        apply(scripts=False)
        self.again(visitor, "To find my way.")
        page = follow(visitor.open("/", scripts=False), visitor, laptop)
        press(page, "Discard them")
        expect(page.get_by_role("table")).to_have_count(0)
        assert answer_to(page, "What would make the year") == "To know where I want to work."
        assert sent_to(laptop, COORDINATORS, "Changed") == []


class TestLeft:
    def test_owner_withdraws(self, apply: Callable[..., Page], laptop: Laptop) -> None:
        """
        It is asked once; then both sides are told, and there is nothing left to correct.
        """
        page = apply(scripts=False)
        choose(page, "Withdraw")
        headed(page, "Withdraw your application")
        choose(page, "Keep it")
        headed(page, "Your application")
        choose(page, "Withdraw")
        press(page, "Withdraw my application")

        expect(page.locator(".standing h2")).to_have_text("You have withdrawn")
        expect(page.get_by_role("link", name="Correct my answers")).to_have_count(0)
        assert len(sent_to(laptop, ADDRESS, "You have withdrawn: 0000-0001")) == 1
        (told,) = sent_to(laptop, COORDINATORS, "Withdrawn: mentee application 0000-0001")
        assert told.header("Reply-To") == ADDRESS
        choose(page, "apply again")
        headed(page, "Apply as a mentee")

    def test_owner_is_forgotten(
        self, apply: Callable[..., Page], visitor: Visitor, laptop: Laptop
    ) -> None:
        """
        What is deleted is listed first; then it is gone, the link with it, and others are asked.
        """
        page = apply(scripts=False)
        link = page.url
        choose(page, "Be forgotten")
        headed(page, "Be forgotten")
        expect(page.locator("main")).to_contain_text("0000-0001")
        assert len(stored(laptop)) == 1
        press(page, "Delete it all, for good")

        headed(page, "You are forgotten")
        expect(page.locator("main")).to_contain_text("35 days")
        assert stored(laptop) == []
        readers = f"{COORDINATORS}, admin@wsrs.org"
        (asked,) = sent_to(laptop, readers, "Please delete what you have about 0000-0001")
        assert "Robin" not in asked.raw
        visitor.expected.append("status of 404")
        page.goto(link)
        headed(page, "There is nothing here")


class TestLinks:
    def test_link_is_asked_for(
        self, apply: Callable[..., Page], visitor: Visitor, laptop: Laptop
    ) -> None:
        """
        It comes by email, and the page says the same of an address that nobody applied with.
        """
        apply(scripts=False)
        said = []
        for address in (ADDRESS, "nobody@example.org"):
            page = visitor.open("/links", scripts=False)
            page.get_by_label("Email").fill(address)
            press(page, "Email me a link")
            headed(page, "Check your email")
            said.append(page.locator("main").inner_text())
        assert said[0] == said[1]
        assert len(sent_to(laptop, ADDRESS, "The link to your application: 0000-0001")) == 1
        assert sent_to(laptop, "nobody@example.org", "") == []
        headed(follow(page, visitor, laptop), "Your application")

    def test_address_that_is_none_is_refused(self, visitor: Visitor) -> None:
        """
        What is wrong stands beside the field, which has the focus and keeps what was typed.
        """
        page = visitor.open("/links", scripts=False)
        page.get_by_label("Email").fill("robin@")
        press(page, "Email me a link")
        expect(page.locator("#email-error")).to_contain_text("Enter one email address")
        expect(page.get_by_label("Email")).to_be_focused()
        expect(page.get_by_label("Email")).to_have_value("robin@")
        expect(page).to_have_title(re.compile("^Error: "))

    def test_old_link_leads_to_a_new_one(
        self,
        apply: Callable[..., Page],
        visitor: Visitor,
        laptop: Laptop,
        clock: Clock,
    ) -> None:
        """
        After 60 days the link shows nothing but where to ask for another.
        """
        page = apply(scripts=False)
        clock.forward(days=61)
        visitor.expected.append("status of 410")
        page.reload()
        headed(page, "This link no longer works")
        assert "Robin" not in page.content()
        page.get_by_label("Email").fill(ADDRESS)
        press(page, "Email me a link")
        headed(page, "Check your email")
        headed(follow(page, visitor, laptop), "Your application")


class TestLook:
    def test_every_page_of_the_owners(
        self,
        apply: Callable[..., Page],
        visitor: Visitor,
        laptop: Laptop,
        clock: Clock,
    ) -> None:
        """
        No page of the owner's breaks its policy, scrolls sideways or fails axe.
        """
        page = apply()
        link, found = page.url, list[str]()

        def look(words: str) -> None:
            headed(page, words)
            found.extend(flaws(page))

        look("Your application")
        for part, words in (
            ("/correct", "Correct your answers"),
            ("/withdraw", "Withdraw your application"),
            ("/forget", "Be forgotten"),
        ):
            page.goto(link + part)
            look(words)

        other = visitor.open("/apply/mentee/")
        fill_in(other, ROBIN)
        other.get_by_label("In a sentence or two").fill("A" * 590)
        agree(other)
        send(other)
        expect(other.locator(".reference")).to_be_visible()
        page.goto(link + "/correct")
        page.get_by_role("textbox", name="Email", exact=True).fill(f"{'r' * 60}@{'a' * 60}.example")
        press(page, "Send my corrections")
        expect(page.get_by_role("heading", name="A new address waits")).to_be_visible()
        expect(page.get_by_role("table")).to_be_visible()
        look("Your application")

        follow(page, visitor, laptop, f"{'r' * 60}@{'a' * 60}.example")
        look("Confirm this address")
        page.goto(f"{visitor.address}/links")
        look("Get a link to your application")
        press(page, "Email me a link")
        expect(page.locator("#email-error")).to_be_visible()
        look("Get a link to your application")
        page.get_by_label("Email").fill(ADDRESS)
        press(page, "Email me a link")
        look("Check your email")

        page.goto(link + "/withdraw")
        press(page, "Withdraw my application")
        look("Your application")
        clock.forward(days=61)
        visitor.expected.append("status of 410")
        page.goto(link)
        look("This link no longer works")
        page.get_by_label("Email").fill(ADDRESS)
        press(page, "Email me a link")
        follow(page, visitor, laptop)
        choose(page, "Be forgotten")
        press(page, "Delete it all, for good")
        look("You are forgotten")
        assert found == []


class TestStamp:
    """When the form was opened, as the server signs it."""

    OPENED = "**/applications/opened"

    def stamp(self, page: Page) -> str:
        """Return what the form would send of it."""
        return dict(fields(page))["opened"]

    def test_is_asked_for_once_the_form_is_used(self, visitor: Visitor) -> None:
        """
        Whoever only reads the form asks for nothing; the first letter asks, and no later one.
        """
        page = visitor.open("/apply/mentee/")
        asked = []
        page.on("requestfinished", lambda request: asked.append(request.url))
        assert self.stamp(page) == ""
        with page.expect_response(self.OPENED):
            page.get_by_label("Your name", exact=True).press_sequentially("Ro")
        expect(page.locator("[data-stamp]")).not_to_have_value("")
        stamp = self.stamp(page)
        page.get_by_label("City or region").fill("Seattle")
        assert self.stamp(page) == stamp
        assert [url for url in asked if "/applications" in url] == [
            f"{visitor.address}/applications/opened"
        ]

    def test_stays_with_its_draft(self, visitor: Visitor) -> None:
        """
        A draft that is taken up again was begun when it was, so nothing is asked for again.
        """
        page = visitor.open("/apply/mentee/")
        with page.expect_response(self.OPENED):
            page.get_by_label("Your name", exact=True).fill("Robin Example")
        expect(page.locator("[data-stamp]")).not_to_have_value("")
        stamp = self.stamp(page)
        page.reload()
        expect(page.get_by_label("Your name", exact=True)).to_have_value("Robin Example")
        assert self.stamp(page) == stamp

    @pytest.mark.parametrize("late", ["lost", "slow", "broken"])
    def test_nobody_has_to_wait_for_it(self, visitor: Visitor, laptop: Laptop, late: str) -> None:
        """
        Whether it is lost, late or nonsense, the form is sent, and is no bot's.
        """
        held: list[Route] = []

        def answer(route: Route) -> None:
            if late == "lost":
                route.abort()
            elif late == "slow":
                held.append(route)
            else:
                route.fulfill(status=500, body="<h1>Not now</h1>")

        visitor.expected += ["net::ERR_FAILED", "status of 500"]
        page = visitor.open("/apply/mentee/")
        page.route(self.OPENED, answer)
        fill_in(page, ROBIN)
        agree(page)
        assert self.stamp(page) == ""
        send(page)
        expect(page.locator(".reference")).to_have_text("0000-0001")
        assert len(sent_to(laptop, ADDRESS, "We have your application")) == 1
        assert len(held) == (1 if late == "slow" else 0)
