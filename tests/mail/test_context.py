"""A file comes with a letter if its kind declares one: here, a calendar with receipts."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest

from infra.laptop import Laptop
from mentorship.letters.kinds import Kind
from mentorship.mail import context
from mentorship.mail.context import Draft
from mentorship.ses import Attachment
from tests import people
from tests.own import mail
from tests.people import apply

READER = people.MENTEE["email"][0]
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


def calendar(draft: Draft) -> Attachment:
    """Return a calendar that says when someone applied."""
    assert draft.application is not None
    day = f"X-DAY:{draft.application.received_at:%Y%m%d}\r\n".encode()
    return Attachment(
        filename="meetings.ics",
        media_type="text/calendar; method=PUBLISH; charset=utf-8",
        content=CALENDAR.replace(b"END", day + b"END"),
    )


@pytest.fixture
def with_calendar(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let receipts come with a calendar."""
    monkeypatch.setitem(context.ATTACHMENTS, "calendar", calendar)
    monkeypatch.setattr(Kind.RECEIPT, "traits", replace(Kind.RECEIPT.traits, attaches="calendar"))


def to_reader(laptop: Laptop) -> EmailMessage:
    """Return the receipt, parsed."""
    apply(laptop, people.mentee())
    return next(each for each in mail(laptop) if each.header("To") == READER).message


@pytest.mark.usefixtures("with_calendar")
def test_file_comes_with_the_two_bodies(laptop: Laptop) -> None:
    """
    The two bodies are alternatives as ever, and the file stands beside them, byte for byte.
    """
    message = to_reader(laptop)
    assert message.get_content_type() == "multipart/mixed"
    bodies, file = message.iter_parts()
    assert bodies.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in bodies.iter_parts()] == ["text/plain", "text/html"]
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "meetings.ics")
    assert file.get_content_disposition() == "attachment"
    assert file["Content-Type"].params["method"] == "PUBLISH"
    content = file.get_payload(decode=True)
    assert content == CALENDAR.replace(b"END", b"X-DAY:20261007\r\nEND")


@pytest.mark.usefixtures("with_calendar")
def test_only_letters_of_that_kind(laptop: Laptop) -> None:
    """
    Others, of the same application, come without a file, and with the same headers.
    """
    with_file = to_reader(laptop)
    (other,) = [each.message for each in mail(laptop) if each.header("To") != READER]
    assert other.get_content_type() == "multipart/alternative"
    assert sorted(other.keys()) == sorted(with_file.keys())
