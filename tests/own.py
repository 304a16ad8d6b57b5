"""The owner of an application, who follows the links in their mail."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from infra.edge import Answer
from infra.laptop import Laptop
from infra.outbox import Email
from tests import people, tables

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


@contextmanager
def nothing_changes(laptop: Laptop) -> Iterator[None]:
    """See that the tables hold, and the outbox too, what they did."""
    emails = len(mail(laptop))
    before = tables.everything()
    yield
    assert tables.everything() == before
    assert len(mail(laptop)) == emails


def moved(laptop: Laptop, link: str, address: str) -> str:
    """Give another address, prove it, and return the link that the application has from then on."""
    assert post(laptop, f"{link}/correct", people.mentee(email=address)).status == 303
    proof = link_of(laptop, address)
    change = get(laptop, proof).text.split('name="change" value="')[1][:20]
    answer = post(laptop, f"{proof}/take-up", {"change": [change]})
    assert answer.status == 303
    return answer.headers["location"].partition("?")[0]
