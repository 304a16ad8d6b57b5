"""
Letters as messages, and the one owner of Amazon SES.

A message has nothing from an applicant in any header except a parsed address in To and Reply-To,
and no encoded word there: Python 3.11.7 turns one such as `=?utf-8?Q?=0D=0A…?=` into real headers,
even in an address (CVE-2024-6923).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from email_validator import validate_email

from mentorship.form.texts import ENCODED_WORD
from mentorship.rendering import Rendered

if TYPE_CHECKING:
    from types_boto3_sesv2.client import SESV2Client


# Errors that no later try will change. Everything else may pass: a used-up quota, an outage, a
# sender that is not verified yet.
FOR_GOOD = frozenset({"BadRequestException", "ValidationException", "ParamValidationError"})


# The tag that says which letter an email that comes back is.
TAG = "letter"


class SendFailed(Exception):
    """Amazon SES did not take a message; *again* tells whether a later try may succeed."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """
    A file that comes with an email.

    Attributes:
        filename: what it is called; nothing of an applicant, for it is in a header.
        media_type: with its parameters, such as `text/calendar; method=PUBLISH`.
        content: its bytes.

    """

    filename: str
    media_type: str
    content: bytes


class Mailer:
    """Hands messages to Amazon SES."""

    def __init__(self, client: "SESV2Client", *, sender: str, configuration_set: str) -> None:
        self._client = client
        self._sender = sender
        self._configuration_set = configuration_set

    def send(
        self,
        words: Rendered,
        *,
        letter_id: str,
        to: Sequence[Address],
        reply_to: Address,
        attachment: Attachment | None = None,
    ) -> str:
        """
        Send an email and return the id that SES gave it.

        Args:
            words: its subject and its two bodies.
            letter_id: which letter it is; SES names it when the email comes back.
            to: whom it goes to.
            reply_to: whom a reply goes to.
            attachment: the file that comes with it, if any.

        Raises:
            SendFailed: if SES did not take it, or did not say that it did.

        """
        message = compose(words, sender=self._sender, to=to, reply_to=reply_to)
        if attachment:
            attach(attachment, message)
        try:
            answer = self._client.send_email(
                ConfigurationSetName=self._configuration_set,
                Content={"Raw": {"Data": message.as_bytes()}},
                EmailTags=[{"Name": TAG, "Value": as_tag(letter_id)}],
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise SendFailed(code, again=code not in FOR_GOOD) from error
        except BotoCoreError as error:
            code = type(error).__name__
            raise SendFailed(code, again=not isinstance(error, ParamValidationError)) from error
        return answer["MessageId"]


def compose(
    words: Rendered, *, sender: str, to: Sequence[Address], reply_to: Address
) -> EmailMessage:
    """Return the message, plain text first, as RFC 2046 orders alternatives."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = tuple(to)
    message["Reply-To"] = reply_to
    message["Subject"] = words.subject
    # This keeps automatic answers away, such as out-of-office notes (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    # Every relay accepts seven bits and short lines, whatever the text.
    message.set_content(words.text, cte="quoted-printable")
    message.add_alternative(words.html, subtype="html", cte="quoted-printable")
    return message


def attach(attachment: Attachment, message: EmailMessage) -> None:
    """Add a file to a message, whose two bodies are then one part of it."""
    header = SMTP.header_factory("Content-Type", attachment.media_type)
    message.add_attachment(
        attachment.content,
        maintype=header.maintype,
        subtype=header.subtype,
        params=dict(header.params),
        filename=attachment.filename,
    )


def as_tag(letter_id: str) -> str:
    """Return a letter's id in the characters that SES allows in a tag."""
    return letter_id.replace("#", "_")


def letter_of_tag(value: str) -> str:
    """Return the letter's id that `as_tag` wrote."""
    return value.replace("_", "#")


def header_address(address: str) -> Address:
    """
    Return an address as a header takes it: parsed, its domain in ASCII (RFC 5890).

    Raises:
        SendFailed: if it contains something that could become another header.

    """
    if ENCODED_WORD in address:
        raise SendFailed("no header can hold the address", again=False)
    parsed = validate_email(address, check_deliverability=False)
    return Address(username=parsed.ascii_local_part or "", domain=parsed.ascii_domain)
