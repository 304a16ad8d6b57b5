"""The owner of an application, who follows the links in their mail."""

import re

from infra.edge import Answer
from infra.laptop import Laptop
from infra.outbox import Email
from tests import people

LINK = re.compile(r"/mine/[\w.\-]+")


def mail(laptop: Laptop) -> list[Email]:
    """Have every letter sent that waits, and return all that were, the oldest first."""
    while laptop.pump():
        pass
    return laptop.outbox.emails


def link_of(laptop: Laptop, address: str) -> str:
    """Return the link in the newest email to an *address*, as a path."""
    for email in reversed(mail(laptop)):
        found = LINK.search(email.part("plain"))
        if email.header("To") == address and found:
            return found[0]
    raise AssertionError(f"no email to {address} has a link")


def post(laptop: Laptop, path: str, given: people.Given | None = None) -> Answer:
    """Press a button of a page, as a browser without JavaScript does."""
    return laptop.call(
        "POST",
        path,
        headers={"content-type": people.FORM, "accept": "text/html"},
        body=people.encoded(given or {}),
    )


def get(laptop: Laptop, path: str) -> Answer:
    """Open a page."""
    return laptop.call("GET", path, headers={"accept": "text/html"})
