"""Questions answered with a text: a line, a few sentences, an address, a phone number, a month."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from mentorship.addresses import same_address, typed_address
from mentorship.form import look_alikes
from mentorship.form.question import Answer, Question, Refused


@dataclass(frozen=True, kw_only=True)
class Text(Question):
    """A line of text, of *most* characters in Unicode's composed form (NFC)."""

    kind: ClassVar[str] = "text"
    most: int
    autocomplete: str = "off"
    suggestions: str = ""

    def parse(self, given: Sequence[str]) -> Answer:
        """Trim and collapse white space, and check the length only: names come in every form."""
        text = " ".join(self.one(given).split())
        return self.within(text) if text else self.none()

    def within(self, text: str) -> str:
        """Return *text* if it is not too long."""
        if len(text) > self.most:
            raise Refused(f"Enter {self.most} characters or fewer under “{self.label}”")
        return text


@dataclass(frozen=True, kw_only=True)
class LongText(Text):
    """A few sentences; line breaks are kept."""

    kind: ClassVar[str] = "long_text"

    def parse(self, given: Sequence[str]) -> Answer:
        """Trim the ends and unify line breaks; leave the rest to the writer."""
        text = self.one(given)
        return self.within(text) if text else self.none()


# What begins an encoded word (RFC 2047). An address may contain it, no real one does, and some mail
# software decodes it there into whatever headers its writer likes (CVE-2024-6923).
ENCODED_WORD = "=?"
# What mail servers take before the @ (RFC 5321).
MAX_LOCAL = 64


@dataclass(frozen=True, kw_only=True)
class Email(Text):
    """
    An email address that Amazon SES can write to.

    Attributes:
        asks: a domain that looks mistyped is asked about, once: the page that asks sends the
            address that it asked about along, and that one is kept.

    """

    kind: ClassVar[str] = "email"
    most: int = 254
    autocomplete: str = "email"
    asks: bool = False

    @property
    def asked(self) -> str:
        """The name of the field that says which address was asked about."""
        return f"{self.name}_asked"

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the fields that a form sends for it."""
        return (self.name, self.asked) if self.asks else (self.name,)

    def parse_among(self, given: Mapping[str, Sequence[str]]) -> Answer:
        """Return the address, unless it looks mistyped and was not asked about yet."""
        answer = super().parse_among(given)
        if not self.asks or not isinstance(answer, str):
            return answer
        if (meant := look_alikes.meant(answer)) and not any(
            same_address(typed_address(each), answer) for each in given.get(self.asked, ())
        ):
            raise Refused(f"Did you mean {meant}? If {answer} is right, press the button again")
        return answer

    def parse(self, given: Sequence[str]) -> Answer:
        """
        Check the address's form only, never whether it exists.

        SES takes no letters beyond ASCII before the @ (they need SMTPUTF8, RFC 6531); beyond it
        they are fine, as an internationalized domain.
        """
        text = self.within(self.one([typed_address(each) for each in given]))
        if not text:
            return self.none()
        if " " in text:
            raise Refused("Enter one email address, without spaces, such as name@example.org")
        remedy = "Enter one email address, such as name@example.org"
        try:
            address = validate_email(text, check_deliverability=False)
        except EmailNotValidError as error:
            raise Refused(remedy) from error
        if not address.ascii_email:
            raise Refused(
                "Our mail service cannot write to an address with accents or other letters beyond "
                "a to z before the @; give another address"
            )
        if ENCODED_WORD in address.normalized or len(address.local_part) > MAX_LOCAL:
            raise Refused(remedy)
        return address.normalized


@dataclass(frozen=True, kw_only=True)
class Phone(Text):
    """A telephone number, kept as written."""

    kind: ClassVar[str] = "phone"
    most: int = 40
    autocomplete: str = "tel"

    def parse(self, given: Sequence[str]) -> Answer:
        """Take anything with a digit: extensions, operators and foreign numbers are fine."""
        text = super().parse(given)
        if isinstance(text, str) and not any(letter.isdigit() for letter in text):
            raise Refused("Enter a phone number, such as (206) 555-0100")
        return text

    def show(self, answer: Answer, *, given_on: date) -> str:
        """Write a number that is understood in the usual form, any other as it was given."""
        # Otherwise words before a number, such as "home:", would be left out.
        if not re.match(r"\+?\(?\d", str(answer)):
            return str(answer)
        try:
            number = phonenumbers.parse(str(answer), "US")
        except phonenumbers.NumberParseException:
            return str(answer)
        if not phonenumbers.is_possible_number(number):
            return str(answer)
        style = (
            phonenumbers.PhoneNumberFormat.NATIONAL
            if number.country_code == 1
            else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
        return phonenumbers.format_number(number, style)


MONTH_STYLES = ("%Y-%m", "%m/%Y", "%B %Y", "%b %Y", "%Y/%m", "%B, %Y")


@dataclass(frozen=True, kw_only=True)
class Month(Question):
    """A month of a year, kept as `2027-06`; browsers without a month picker let people type."""

    kind: ClassVar[str] = "month"

    def parse(self, given: Sequence[str]) -> Answer:
        """Take a month in any form that people write."""
        text = " ".join(self.one(given).split())
        if not text:
            return self.none()
        for style in MONTH_STYLES:
            try:
                month = datetime.strptime(text, style)
            except ValueError:
                continue
            if 1900 <= month.year <= 2199:
                return f"{month:%Y-%m}"
        raise Refused("Enter a month and a year, such as June 2027")

    def show(self, answer: Answer, *, given_on: date) -> str:
        """Write the month out: June 2027."""
        return f"{datetime.strptime(str(answer), '%Y-%m'):%B %Y}"
