"""The product's story, from the page to the mail."""

import csv
import io

from infra.laptop import Laptop
from tests import people
from tests.conftest import apply


def test_from_the_page_to_the_mail(laptop: Laptop) -> None:
    """
    A resident applies, hears that it arrived, and the coordinators can read and export it.
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

    # In October a coordinator opens both in a spreadsheet.
    exported = laptop.call("GET", "/export/applications?format=csv")
    rows = list(csv.DictReader(io.StringIO(exported.body.decode("utf-8-sig"))))
    assert [row["Full name"] for row in rows] == ["Robin Example", "Kim Example"] or [
        row["Full name"] for row in rows
    ] == ["Kim Example", "Robin Example"]
    assert "Sam Example" not in exported.text
