"""The laptop's outbox: every email that Amazon SES would have sent, newest first."""

from dataclasses import dataclass
from email import message_from_string, policy
from email.message import EmailMessage

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import RawMessage, ses_backends

from mentorship.rendering import Renderer

# The page shows the email's HTML in a frame; the email brings its own styles and nothing else.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EMAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Email:
    """One email that was sent."""

    number: int
    raw: str

    @property
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


class Outbox:
    """What moto's Amazon SES took."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    @property
    def emails(self) -> list[Email]:
        """Every email, oldest first."""
        sent = ses_backends[DEFAULT_ACCOUNT_ID]["us-west-2"].sent_messages
        return [
            Email(number, message.raw_data)
            for number, message in enumerate(sent, 1)
            if isinstance(message, RawMessage)
        ]

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
