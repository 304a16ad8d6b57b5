"""How Robin and Kim fill in their forms: by the words that they read there."""

from playwright.sync_api import Page

# Of each question one answer: its label, and what is typed; without a text the box is ticked.
ROBIN = {
    "Your name": "Robin Example",
    "Email": "robin@example.org",
    "Yes": None,
    "PGY-4 (R3)": None,
    "Training program": "Example Hospital",
    "Neuroradiology": None,
    "Board exams": None,
    "In a sentence or two, what would make this year worth it?": "To know where I want to work.",
    "Video": None,
    "Evenings": None,
    "Someone in mind? (optional)": "Kim Example",
    "Anyone we should not match you with? (optional)": "Sam Example",
    "I can make time for about half an hour every 12 weeks for 12 months, or agree on another "
    "rhythm with my match.": None,
}
KIM = {
    "Your name": "Kim Example",
    "Email": "kim@example.com",
    "Phone (optional)": "206 555 0100",
    "Practice or institution": "Example Radiology",
    "Neuroradiology": None,
    "Private practice": None,
    "Anything you would like your mentee to know? (optional)": "I read at night.",
    "2": None,
    "In person": None,
    "I can make time for about half an hour every 12 weeks for 12 months, or agree on another "
    "rhythm with my match.": None,
}


def fill_in(page: Page, answers: dict[str, str | None]) -> None:
    """Answer the questions of a form, all but the last."""
    for label, text in answers.items():
        if text is None:
            page.get_by_label(label, exact=True).check()
        else:
            # The label says more than its words to a screen reader where another is alike.
            page.get_by_role("textbox", name=label, exact=True).fill(text)


def agree(page: Page) -> None:
    """Answer the last question of a form."""
    page.get_by_label("I agree that the WSRS mentorship coordinators").check()


def send(page: Page) -> None:
    """Send the form."""
    page.get_by_role("button", name="Send my application").click()


def fields(page: Page) -> list[list[str]]:
    """Return what the form would send, name by name, but for the address that was asked about."""
    found: list[list[str]] = page.evaluate(
        """[...new FormData(document.querySelector('form.application'))]
          .filter(([name]) => name !== "email_asked")"""
    )
    return found
