"""The product's story, from the page to the mail, and to the last trace."""

import csv
import io

import pytest

from infra.laptop import Laptop
from tests import people, tables
from tests.clock import Clock
from tests.exporting import exported
from tests.own import get, link_of, mail, post
from tests.people import apply


@pytest.mark.rules
def test_from_the_page_to_the_mail(laptop: Laptop, clock: Clock) -> None:
    """
    A resident applies, hears that it arrived, keeps it in hand, and is forgotten when they say so.
    """
    # Robin finds the form on the site, and fills it in.
    page = laptop.call("GET", "/apply/mentee/")
    assert page.status == 200
    assert 'action="/applications"' in page.text

    sent = apply(laptop, people.mentee())
    assert sent.status == 303

    # The page that follows has the reference, and can be loaded again.
    receipt = laptop.call("GET", sent.headers["location"])
    assert receipt.status == 200
    assert "0000-0001" in receipt.text
    assert "Robin" not in receipt.text

    # Two letters go out: everything to the coordinators, a receipt to Robin.
    laptop.pump()
    to_coordinators, to_robin = laptop.outbox.emails
    assert to_coordinators.header("Subject") == "New mentee application 0000-0001"
    assert to_coordinators.header("Reply-To") == "robin@example.org"
    assert "To leave residency knowing where I want to work." in to_coordinators.part("plain")
    assert to_robin.header("To") == "robin@example.org"
    assert "0000-0001" in to_robin.part("plain")

    # Robin was in doubt and sent it twice more; nothing happened.
    assert apply(laptop, people.mentee()).headers["location"] == sent.headers["location"]
    assert apply(laptop, people.mentee()).headers["location"] == sent.headers["location"]
    laptop.pump()
    assert len(laptop.outbox.emails) == 2

    # Kim, who would like to mentor, forgets something, is told what, and mends it.
    refused = apply(laptop, people.mentor(contact_ways=[]))
    assert refused.status == 422
    assert "<title>Error: Apply as a mentor" in refused.text
    assert "Select at least one way to talk" in refused.text
    assert 'value="Kim Example"' in refused.text
    assert apply(laptop, people.mentor()).status == 303

    # Robin follows the link in the receipt, and says that the address is right.
    mine = get(laptop, link_of(laptop, "robin@example.org"))
    assert "Sam Example" in mine.text
    confirmed = post(laptop, link_of(laptop, "robin@example.org") + "/confirm")
    link = confirmed.headers["location"].partition("?")[0]
    assert "confirmed October 6, 2026" in get(laptop, link).text

    # Somebody sends the form with Robin's address; Robin is asked, and throws it away.
    before = len(mail(laptop))
    stranger = apply(laptop, people.mentee(goal="Nothing of Robin's."))
    assert [email.header("To") for email in mail(laptop)[before:]] == ["robin@example.org"]
    assert "Nothing of Robin" in get(laptop, link).text
    sent_by_a_stranger = stranger.headers["location"].rpartition("/")[2]
    post(laptop, f"{link}/discard", {"change": [sent_by_a_stranger]})
    assert "Nothing of Robin" not in get(laptop, link).text

    # Robin moves to Spokane and corrects it; the coordinators see what changed.
    assert 'value="Seattle"' in get(laptop, f"{link}/correct").text
    post(laptop, f"{link}/correct", people.mentee(city="Spokane"))
    changed = mail(laptop)[-2]
    assert changed.header("Subject") == "Changed: mentee application 0000-0001"
    assert "Spokane" in changed.part("plain")

    # In October a coordinator opens both in a spreadsheet.
    file = exported(laptop, "format=csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert sorted((row["Full name"], row["City or region"]) for row in rows) == [
        ("Kim Example", ""),
        ("Robin Example", "Spokane"),
    ]
    assert "Sam Example" not in file

    # In December Robin has lost the email, asks for a new link, and withdraws.
    clock.forward(days=60)
    post(laptop, "/links", {"email": ["robin@example.org"]})
    link = link_of(laptop, "robin@example.org")
    post(laptop, f"{link}/withdraw")
    assert mail(laptop)[-2].header("Subject") == "Withdrawn: mentee application 0000-0001"

    # And then would rather that nothing were kept; so nothing is.
    forgotten = post(laptop, f"{link}/forget")
    assert "0000-0001" in forgotten.text
    assert "robin" not in str(tables.everything()).casefold()
    assert get(laptop, link).status == 404
