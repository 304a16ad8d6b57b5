"""What a form says in a browser, and what is stored of it."""

import csv
import io

from playwright.sync_api import Page, expect

from infra.laptop import Laptop
from tests.exporting import exported


def summary_of(page: Page) -> list[str]:
    """Wait for the summary of refusals, and return its lines."""
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_visible()
    return [line.strip() for line in summary.locator("li").all_text_contents()]


def said_beside(page: Page) -> dict[str, str]:
    """Return what stands beside each refused question, by the question's name."""
    found: dict[str, str] = page.evaluate(
        """Object.fromEntries([...document.querySelectorAll("[data-question]")]
          .filter((question) => !question.querySelector(".error").hidden)
          .map((question) =>
            [question.dataset.question, question.querySelector("[data-error]").textContent]))"""
    )
    return found


def stored(laptop: Laptop) -> list[dict[str, str]]:
    """Return the rows of all that was stored."""
    return list(csv.DictReader(io.StringIO(exported(laptop, "format=csv").decode("utf-8-sig"))))
