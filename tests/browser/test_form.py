"""The form when something is not as it should be: with scripts and without, nobody loses a word."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from infra.laptop import Laptop
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.form import form
from mentorship.form.question import Need, Role
from mentorship.program.arrangements import Opening
from mentorship.services import Services
from tests.browser.forms import said_beside, stored, summary_of
from tests.browser.people import KIM, ROBIN, agree, fields, fill_in, send
from tests.browser.visitor import Visitor
from tests.clock import Clock

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
roles = pytest.mark.parametrize("role", ["mentee", "mentor"])


def told_to_screen_readers(page: Page) -> dict[str, list[str | None]]:
    """Return what describes each question's input, and whether it is called wrong."""
    found: dict[str, list[str | None]] = page.evaluate(
        """Object.fromEntries([...document.querySelectorAll("[data-question]")]
          .map((question) => [question.dataset.question,
            question.querySelector("fieldset, .text, input")])
          .map(([name, input]) => [name,
            ["aria-describedby", "aria-invalid"].map((each) => input.getAttribute(each))]))"""
    )
    return found


def must_be_answered(role: Role) -> list[str]:
    """Return the questions that a form may not be sent without, but for those with a default."""
    asked = form.forms(coordinators="they", contact="them", keep_months=12)[role].questions()
    return [
        question.name
        for question in asked
        if question.need is Need.REQUIRED and not getattr(question, "default", "")
    ]


@scripts
@roles
def test_empty_form_is_sent(visitor: Visitor, laptop: Laptop, role: str, scripts: bool) -> None:
    """
    The summary takes the focus, says what each question says, and its lines lead there.
    """
    page = visitor.open(f"/apply/{role}/", scripts=scripts)
    with page.expect_response("**/applications") as answered:
        send(page)

    assert answered.value.status == 422
    lines = summary_of(page)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page).to_have_title(f"Error: Apply as a {role} · WSRS Mentorship Program")
    pending_changes = said_beside(page)
    assert lines == list(pending_changes.values())
    assert list(pending_changes) == must_be_answered(Role(role))

    for name, words in pending_changes.items():
        page.locator("[data-error-summary]").get_by_role("link", name=words, exact=True).click()
        question = page.locator(f"#question-{name}")
        expect(question.locator("input, textarea").first).to_be_focused()
        expect(question.locator("label, legend").first).to_be_in_viewport(ratio=1)
        expect(question.locator(".error")).to_be_in_viewport(ratio=1)
    assert stored(laptop) == []


@roles
def test_refusal_is_the_same_with_scripts_and_without(visitor: Visitor, role: str) -> None:
    """
    Title, words and what a screen reader is told do not depend on JavaScript.
    """
    told = []
    for scripts in (True, False):
        page = visitor.open(f"/apply/{role}/", scripts=scripts)
        send(page)
        lines = summary_of(page)
        told.append((page.title(), lines, said_beside(page), told_to_screen_readers(page)))
    assert told[0] == told[1]


@scripts
def test_refused_form_keeps_every_answer(visitor: Visitor, scripts: bool) -> None:
    """
    One answer is missing: all others come back as they were given, and then go through.
    """
    page = visitor.open("/apply/mentee/", scripts=scripts)
    fill_in(page, ROBIN)
    page.get_by_label("Your name", exact=True).fill("  O’Connor-Example, “Ro”\t<b>")
    page.get_by_label("Phone (optional)").fill("no number")
    given = fields(page)
    send(page)

    assert summary_of(page) == [
        "Enter a phone number, such as (206) 555-0100",
        "Tick the box to agree, or write to us if you would rather not",
    ]
    assert fields(page) == given

    page.get_by_label("Phone (optional)").fill("")
    agree(page)
    send(page)
    expect(page.locator(".reference")).to_have_text("0000-0001")


@scripts
def test_mistyped_domain_is_asked_about_once(
    visitor: Visitor, laptop: Laptop, scripts: bool
) -> None:
    """
    Sent again as it is, the address is kept.
    """
    page = visitor.open("/apply/mentee/", scripts=scripts)
    fill_in(page, {**ROBIN, "Email": "robin@gmial.com"})
    agree(page)
    send(page)
    expect(page.locator("#email-error")).to_contain_text("Did you mean robin@gmail.com?")
    assert stored(laptop) == []
    send(page)
    page.wait_for_url("**/applications/*")
    expect(page.get_by_role("strong").filter(has_text="robin@gmial.com")).to_be_visible()


def test_summary_is_of_the_last_try_only(visitor: Visitor) -> None:
    """
    What was put right is not named again, nor does the title say “Error: ” twice.
    """
    page = visitor.open("/apply/mentor/")
    send(page)
    first = summary_of(page)
    fill_in(page, KIM)
    send(page)
    expect(page.locator("[data-error-summary] li")).to_have_count(1)
    assert summary_of(page) == first[-1:]
    assert list(said_beside(page)) == ["consent"]
    expect(page).to_have_title("Error: Apply as a mentor · WSRS Mentorship Program")


def test_draft_outlasts_a_reload_but_not_the_sending(visitor: Visitor) -> None:
    """
    All but the private answer is there again after an interruption; what was sent is forgotten.
    """
    page = visitor.open("/apply/mentee/")
    fill_in(page, ROBIN)
    agree(page)
    given = fields(page)
    assert "Sam Example" not in page.evaluate("JSON.stringify({...sessionStorage})")
    assert "Robin Example" in page.evaluate("JSON.stringify({...sessionStorage})")
    assert page.evaluate("localStorage.length") == 0

    page.goto(f"{visitor.address}/questions/")
    page.goto(f"{visitor.address}/apply/mentee/")
    # It was begun when it was begun; with the present time its sender would look like a robot.
    assert dict(given)["opened"]
    assert fields(page) == [[name, "" if name == "not_with" else value] for name, value in given]

    # The other form has a draft of its own.
    page.goto(f"{visitor.address}/apply/mentor/")
    expect(page.get_by_label("Your name", exact=True)).to_have_value("")

    page.goto(f"{visitor.address}/apply/mentee/")
    send(page)
    expect(page.locator(".reference")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    page.goto(f"{visitor.address}/apply/mentee/")
    expect(page.get_by_label("Your name", exact=True)).to_have_value("")


@pytest.fixture
def watchful(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Clock:
    """A server that takes whoever sends a form too soon after its first answer for a robot."""
    monkeypatch.setattr("mentorship.applicant.submission.SOONEST", timedelta(seconds=3))
    return clock


def begin(page: Page, clock: Clock) -> None:
    """Fill in the form in a minute; the server's time of its first answer arrives."""
    with page.expect_response("**/applications/opened"):
        page.get_by_label("Your name", exact=True).fill("Robin")
    clock.forward(minutes=1)
    fill_in(page, ROBIN)


def test_a_restored_draft_was_not_typed_in_three_seconds(
    visitor: Visitor, services: Services, watchful: Clock
) -> None:
    """
    Filled in, reloaded, the last box ticked, sent at once: it is no robot.
    """
    page = visitor.open("/apply/mentee/")
    begin(page, watchful)
    page.reload()
    expect(page.get_by_label("Your name", exact=True)).to_have_value("Robin Example")
    agree(page)
    send(page)
    expect(page.locator(".reference")).to_be_visible()
    assert status_of(page, services) is Status.WAITING


def test_a_draft_that_lost_the_time_gets_no_new_one(
    visitor: Visitor, services: Services, watchful: Clock
) -> None:
    """
    Where the time never arrived, or is a week old, the form is sent without.
    """
    page = visitor.open("/apply/mentee/")
    page.route("**/applications/opened", lambda route: route.abort())
    visitor.expected.append("net::ERR_FAILED")
    fill_in(page, ROBIN)
    page.unroute("**/applications/opened")
    page.reload()
    agree(page)
    assert dict(fields(page))["opened"] == ""

    page.evaluate("sessionStorage.clear()")
    page.reload()
    begin(page, watchful)
    watchful.forward(days=8)
    page.evaluate(
        """() => {
          const [key, kept] = Object.entries({ ...sessionStorage })[0];
          const earlier = JSON.parse(kept).map(([name, value]) =>
            [name, name === "opened-since" ? String(value - 8 * 24 * 3600 * 1000) : value]);
          sessionStorage.setItem(key, JSON.stringify(earlier));
        }"""
    )
    page.reload()
    assert dict(fields(page))["opened"]
    agree(page)
    send(page)
    expect(page.locator(".reference")).to_be_visible()
    assert status_of(page, services) is Status.WAITING


def test_a_refused_page_was_not_typed_in_three_seconds(
    visitor: Visitor, services: Services, watchful: Clock
) -> None:
    """
    A form that comes back refused is complete but for one tick, and is sent again at once: by
    scripts, and where they did not run the first time but do the second.
    """
    page = visitor.open("/apply/mentee/")
    begin(page, watchful)
    send(page)
    summary_of(page)
    agree(page)
    send(page)
    expect(page.locator(".reference")).to_be_visible()
    assert status_of(page, services) is Status.WAITING

    page.goto(f"{visitor.address}/apply/mentor/")
    page.route("**/form.js*", lambda route: route.abort())
    visitor.expected.append("net::ERR_FAILED")
    page.reload()
    fill_in(page, KIM)
    page.unroute("**/form.js*")
    send(page)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    agree(page)
    send(page)
    expect(page.locator(".reference")).to_be_visible()
    assert status_of(page, services) is Status.WAITING


def test_a_robot_with_scripts_is_still_caught(
    visitor: Visitor, services: Services, watchful: Clock
) -> None:
    """
    What fills in a blank form at once, and waits for the time, is put on hold.
    """
    page = visitor.open("/apply/mentee/")
    with page.expect_response("**/applications/opened"):
        fill_in(page, ROBIN)
    agree(page)
    expect(page.locator("[data-stamp]")).not_to_have_value("")
    send(page)
    expect(page.locator(".reference")).to_be_visible()
    assert status_of(page, services) is Status.QUARANTINED


def status_of(page: Page, services: Services) -> Status:
    """Return the status of the application whose receipt is shown."""
    found = services.store.application(page.url.rpartition("/")[2], now=services.now())
    assert found is not None
    return found.status


def test_counter_counts_as_the_server_does(visitor: Visitor) -> None:
    """
    A character is what a reader takes for one letter or sign, and spaces at the ends are free.
    """
    page = visitor.open("/apply/mentee/")
    goal = page.get_by_label("In a sentence or two")
    counter = page.locator("#question-goal [data-counter]")
    expect(counter).to_have_text("600 characters left")
    for text, words in (
        ("Hello", "595 characters left"),
        ("  Hello\n", "595 characters left"),
        ("cafe\u0301 \U0001f642", "594 characters left"),
        ("x" * 599, "1 character left"),
        ("x" * 601, "1 character too many"),
        ("x" * 602, "2 characters too many"),
    ):
        goal.fill(text)
        expect(counter).to_have_text(words)
    goal.fill("x" * 601)
    send(page)
    assert (
        "Enter 600 characters or fewer under "
        "“In a sentence or two, what would make this year worth it?”"
    ) in summary_of(page)
    goal.fill("\U0001f642" * 600)
    send(page)
    expect(page.locator("#question-goal .error")).to_be_hidden()


def test_length_is_told_without_scripts(visitor: Visitor) -> None:
    """
    Where nothing counts, the most that fits is said.
    """
    page = visitor.open("/apply/mentee/", scripts=False)
    expect(page.locator("#question-goal [data-counter]")).to_have_text("Up to 600 characters.")


@pytest.mark.parametrize("lost", ["connection", "gateway", "answer"])
def test_nothing_is_lost_with_the_network(visitor: Visitor, laptop: Laptop, lost: str) -> None:
    """
    No connection, a gateway that gave up, an answer lost: it is said, and the next try succeeds.
    """
    visitor.expected += ["net::ERR_FAILED", "status of 504"]
    page = visitor.open("/apply/mentee/")
    fill_in(page, ROBIN)
    agree(page)
    given = fields(page)
    match lost:
        case "connection":
            page.route("**/applications", lambda route: route.abort())
        case "gateway":
            page.route("**/applications", lambda route: route.fulfill(status=504, body="<p>late"))
        case "answer":
            page.route("**/applications", lambda route: (route.fetch(), route.abort()))
    send(page)

    (words,) = summary_of(page)
    assert "could not be sent. Your answers are still here" in words
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_role("button", name="Send my application")).to_be_enabled()
    assert fields(page) == given
    assert len(stored(laptop)) == (lost == "answer")

    page.unroute("**/applications")
    send(page)
    expect(page.locator(".reference")).to_have_text("0000-0001")
    assert len(stored(laptop)) == 1


@scripts
def test_form_that_has_closed_gives_back_every_answer(
    visitor: Visitor, laptop: Laptop, services: Services, scripts: bool
) -> None:
    """
    The same page with scripts and without; where a draft was kept, the form's page has it, too.
    """
    visitor.expected.append("status of 409")
    page = visitor.open("/apply/mentee/", scripts=scripts)
    fill_in(page, ROBIN)
    agree(page)
    closed = Opening(closed_at=services.now() - timedelta(hours=2))
    services.store.commit(Change(puts=(services.arrangements().with_changes(mentees=closed),)))
    send(page)
    expect(page).to_have_title("Applications are closed · WSRS Mentorship Program")
    expect(page.get_by_role("main")).to_contain_text("closed while you were filling in the form")
    expect(page.get_by_role("link", name="admin@wsrs.org").first).to_be_visible()
    returned = page.locator("#returned").input_value()
    for words in ("Robin Example", "PGY-4 (R3)", "Sam Example"):
        assert words in returned
    assert stored(laptop) == []

    page.goto(f"{visitor.address}/apply/mentee/")
    page.reload()  # Browsers keep the open form for a minute.
    draft = page.locator("#draft")
    if not scripts:
        expect(draft).to_be_hidden()
        return
    expect(draft).to_be_visible()
    assert "Your name\nRobin Example\n\nEmail\nrobin@example.org" in draft.input_value()
    assert "PGY-4 (R3)" in draft.input_value()
    assert "Sam Example" not in draft.input_value()


def test_problem_that_passed_meanwhile_is_no_problem(visitor: Visitor, laptop: Laptop) -> None:
    """
    Where the program itself failed, the browser sends the form once more, and nothing is kept.
    """
    visitor.expected.append("status of 503")
    page = visitor.open("/apply/mentor/")
    fill_in(page, KIM)
    agree(page)
    page.route(
        "**/applications",
        lambda route: route.fulfill(
            status=503,
            content_type="application/problem+json",
            json={"title": "Busy", "status": 503, "detail": "Send it once more."},
        ),
        times=1,
    )
    send(page)
    expect(page.locator(".reference")).to_have_text("0000-0001")
    assert len(stored(laptop)) == 1
    assert page.evaluate("sessionStorage.length") == 0


def test_form_that_is_too_large_is_shortened_where_it_is(visitor: Visitor) -> None:
    """
    The server's page could not show the answers, so the form says what to do and keeps them.
    """
    visitor.expected.append("status of 413")
    page = visitor.open("/apply/mentor/")
    fill_in(page, KIM)
    page.get_by_label("Anything you would like").fill("x" * 70_000)
    given = fields(page)
    send(page)
    (words,) = summary_of(page)
    assert "An application fits in 64 KB" in words
    assert fields(page) == given


@scripts
def test_double_click_sends_one_application(
    visitor: Visitor, laptop: Laptop, scripts: bool
) -> None:
    """
    Whoever clicks twice has applied once, and gets one receipt.
    """
    page = visitor.open("/apply/mentee/", scripts=scripts)
    fill_in(page, ROBIN)
    agree(page)
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.get_by_role("button", name="Send my application").dblclick()

    expect(page.locator(".reference")).to_have_text("0000-0001")
    if scripts:
        assert len(sent) == 1
    laptop.pump()
    assert len(stored(laptop)) == 1
    assert len(laptop.outbox.emails) == 2


@scripts
def test_back_leads_to_a_form_that_works(visitor: Visitor, laptop: Laptop, scripts: bool) -> None:
    """
    Back from the receipt the form can be filled in and sent again; forward is the receipt.
    """
    page = visitor.open("/apply/mentee/", scripts=scripts)
    fill_in(page, ROBIN)
    agree(page)
    send(page)
    expect(page.locator(".reference")).to_be_visible()

    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Apply as a mentee")).to_be_visible()
    expect(page.get_by_role("button", name="Send my application")).to_be_enabled()
    expect(page.locator("[data-status]")).to_be_empty()
    page.go_forward()
    expect(page.locator(".reference")).to_have_text("0000-0001")

    page.go_back()
    fill_in(page, ROBIN)
    agree(page)
    send(page)
    expect(page).to_have_url(re.compile(r"/applications/"))
    expect(page.locator(".reference")).to_have_text("0000-0001")
    assert len(stored(laptop)) == 1


def test_form_is_filled_in_by_keyboard_alone(visitor: Visitor) -> None:
    """
    Tab leads through every question in order and to the button, past the trap and what is hidden.
    """
    page = visitor.open("/apply/mentor/", width=1280)
    page.get_by_label("Your name", exact=True).focus()
    visited = []
    for _ in range(80):
        name = page.evaluate("document.activeElement.name || document.activeElement.type")
        if name and name not in visited:
            visited.append(name)
        if name == "submit":
            break
        page.keyboard.press("Tab")
    asked = page.evaluate(
        "[...document.querySelectorAll('[data-question]')].filter((each) => each.checkVisibility())"
        ".map((each) => each.dataset.question)"
    )
    assert visited == [*asked, "submit"]
    assert "website" not in visited
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()


def test_choices_are_counted(visitor: Visitor) -> None:
    """
    How many topics are chosen of how many there may be is said before the form is sent.
    """
    page = visitor.open("/apply/mentee/")
    counter = page.locator("#question-topics [data-chosen]")
    expect(counter).to_be_hidden()
    topics = page.locator("input[name=topics]")
    for number in range(4):
        topics.nth(number).check()
    expect(counter).to_have_text("4 of 4")
    topics.nth(4).check()
    expect(counter).to_have_text("5 of 4: take 1 away")
    send(page)
    expect(page.locator("[data-error-summary]")).to_be_visible()
    assert said_beside(page)["topics"] == (
        "Select 4 or fewer under “What would you like to talk about?”"
    )
    topics.nth(0).uncheck()
    expect(counter).to_have_text("4 of 4")


@scripts
def test_other_can_be_explained(visitor: Visitor, laptop: Laptop, scripts: bool) -> None:
    """
    Where "Other" is chosen, there is a place for a few words, and they are stored.
    """
    page = visitor.open("/apply/mentee/", scripts=scripts)
    fill_in(page, ROBIN)
    words = page.get_by_label("Which other area?")
    expect(words).to_be_hidden()
    page.locator("input[name=subspecialties][value=other]").check()
    words.fill("Forensic imaging")
    agree(page)
    send(page)
    expect(page.locator(".reference")).to_be_visible()
    (row,) = stored(laptop)
    assert row["Areas of radiology, other"] == "Forensic imaging"
