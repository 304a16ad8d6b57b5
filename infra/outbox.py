"""
The laptop's outbox: every email that Amazon SES would have sent, newest first.

It records what moto's Amazon SES has taken. What SES reports later about an email, such as a bounce
or a complaint, moto does not simulate: `feedback` makes it up here.
"""

import json
import threading
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_string, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest.mock import patch

from moto.sesv2.responses import SESV2Response

from mentorship.rendering import Renderer

# The page shows the email's HTML in a frame; the email brings its own styles and nothing else.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EMAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"

# Addresses that Amazon keeps for trying out what comes back (a label may follow a plus).
SIMULATORS = {
    "bounce@simulator.amazonses.com": "Bounce",
    "complaint@simulator.amazonses.com": "Complaint",
}


@dataclass(frozen=True)
class Email:
    """
    One email that was sent.

    Attributes:
        number: the first is 1.
        raw: the message as it was sent.
        message_id: what Amazon SES called it.
        tags: the tags that the sender gave SES with the message.

    """

    number: int
    raw: str
    message_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def message(self) -> EmailMessage:
        """The email, parsed."""
        return message_from_string(self.raw, policy=policy.default)

    def header(self, name: str) -> str:
        """Return a header."""
        return str(self.message[name])

    def part(self, kind: str) -> str:
        """Return the body of a kind, "plain" or "html"."""
        body = self.message.get_body((kind,))
        return "" if body is None else str(body.get_content())

    @property
    def readers(self) -> list[str]:
        """The addresses that it goes to."""
        return [address.addr_spec for address in self.message["To"].addresses]

    @property
    def comes_back_as(self) -> str | None:
        """What SES will report about it, if it goes to an address that is kept for that."""
        for reader in self.readers:
            name, _, domain = reader.lower().partition("@")
            if kind := SIMULATORS.get(f"{name.partition('+')[0]}@{domain}"):
                return kind
        return None


class Outbox:
    """What Amazon SES took: in memory or, given a *folder*, in there as well."""

    def __init__(self, renderer: Renderer, folder: Path | None = None) -> None:
        self._renderer = renderer
        self._folder = folder
        self._emails: list[Email] = []
        self._lock = threading.Lock()
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            self._emails = [_load(path) for path in sorted(folder.glob("*.eml"))]

    @contextmanager
    def open(self) -> Iterator[None]:
        """Record every email that moto's Amazon SES takes; moto does not keep their tags."""
        send_email = SESV2Response.send_email

        def taken(response: SESV2Response) -> str:
            answer: str = send_email(response)
            self._take(json.loads(response.body), json.loads(answer)["MessageId"])
            return answer

        with patch.object(SESV2Response, "send_email", taken):
            yield

    def _take(self, sent: Mapping[str, Any], message_id: str) -> None:
        with self._lock:
            self._keep(sent, message_id)

    def _keep(self, sent: Mapping[str, Any], message_id: str) -> None:
        email = Email(
            number=self._emails[-1].number + 1 if self._emails else 1,
            raw=b64decode(sent["Content"]["Raw"]["Data"]).decode(),
            message_id=message_id,
            tags={tag["Name"]: tag["Value"] for tag in sent.get("EmailTags", [])},
        )
        if self._folder:
            _save(email, self._folder)
        self._emails.append(email)

    @property
    def emails(self) -> list[Email]:
        """Every email, oldest first."""
        return list(self._emails)

    def show(self, name: str) -> tuple[str, str, str]:
        """Return a page of the outbox: its content type, its text, and its security policy."""
        number, _, part = name.partition("/")
        if not number:
            emails = self.emails[::-1]
            return HTML, self._renderer.page("outbox", emails=emails), PAGE_POLICY
        email = next((each for each in self.emails if str(each.number) == number), None)
        if email is None:
            return TEXT, "", PAGE_POLICY
        if part == "html":
            return HTML, email.part("html"), EMAIL_POLICY
        return HTML, self._renderer.page("outbox_email", email=email), PAGE_POLICY


def _save(email: Email, folder: Path) -> None:
    """Save an email: what SES knows about it and, last, the message as it is."""
    known = {"message_id": email.message_id, "tags": dict(email.tags)}
    path = folder / f"{email.number:04}.eml"
    path.with_suffix(".json").write_text(json.dumps(known), encoding="utf-8")
    # Whole or not at all, even if the laptop is killed.
    half = path.with_suffix(".half")
    half.write_bytes(email.raw.encode())
    half.replace(path)


def _load(path: Path) -> Email:
    """Read an email that an earlier run has saved."""
    known = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    raw = path.read_bytes().decode()
    return Email(int(path.stem), raw, known["message_id"], known["tags"])


def feedback(email: Email, kind: str) -> dict[str, Any]:
    """
    Return the event that a function gets about an email from SES through SNS.

    Args:
        email: the email.
        kind: Bounce (for good, as from a missing mailbox), Complaint or Reject.

    Raises:
        KeyError: There is no such kind.

    """
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    told: dict[str, Any] = {
        "Bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": reader,
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }
                for reader in email.readers
            ],
            "timestamp": now,
            "feedbackId": f"feedback-{email.number}",
            "reportingMTA": "dsn; mta.example.com",
        },
        "Complaint": {
            "complainedRecipients": [{"emailAddress": reader} for reader in email.readers],
            "complaintFeedbackType": "abuse",
            "timestamp": now,
            "feedbackId": f"feedback-{email.number}",
        },
        "Reject": {"reason": "Bad content"},
    }
    said = {
        "eventType": kind,
        kind.lower(): told[kind],
        "mail": {
            "timestamp": now,
            "source": email.header("From"),
            "messageId": email.message_id,
            "destination": email.readers,
            "headersTruncated": False,
            "headers": [
                {"name": name, "value": str(value)} for name, value in email.message.items()
            ],
            "commonHeaders": {
                "from": [email.header("From")],
                "to": email.readers,
                "messageId": email.message_id,
                "subject": email.header("Subject"),
            },
            # SES adds tags of its own, and each may have several values.
            "tags": {
                "ses:operation": ["SendEmail"],
                **{name: [value] for name, value in email.tags.items()},
            },
        },
    }
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": "arn:aws:sns:us-west-2:123456789012:feedback:laptop",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": f"notification-{email.number}",
                    "TopicArn": "arn:aws:sns:us-west-2:123456789012:feedback",
                    "Subject": "Amazon SES Email Event Notification",
                    "Message": json.dumps(said),
                    "Timestamp": now,
                    "MessageAttributes": {},
                },
            }
        ]
    }
