"""
What differs between deployments, read from the environment.

`infra/template.yaml` declares each variable for AWS, and the laptop reads the same template. The
first class is what pages and letters say; the site's build reads it, too. The second is what the
functions work with.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")

# In a shorter period, a warning thirty days before its end would come almost at once.
FEWEST_MONTHS = 3


class BadSetting(Exception):
    """A setting cannot be used; the message says which and what it should be."""


def setting(variable: str, why: str, **given: Any) -> Any:
    """Declare a setting: its environment *variable*, what it is for, and perhaps a default."""
    return field(metadata={"variable": variable, "why": why}, **given)


@dataclass(frozen=True, kw_only=True)
class Program:
    """What pages and letters say. All have a default, so that the site builds anywhere."""

    name: str = setting(
        "PROGRAM_NAME", "What the program is called.", default="WSRS Mentorship Program"
    )
    public_address: str = setting(
        "PUBLIC_ADDRESS",
        "Where the site is, such as `https://mentorship.example.org`; links in emails start so.",
        default="http://127.0.0.1:8000",
    )
    contact: str = setting("CONTACT_ADDRESS", "Where people write to.", default="admin@wsrs.org")
    coordinator_names: str = setting(
        "COORDINATOR_NAMES",
        "Who the coordinators are, as the form names them to whoever leaves a private note.",
        default="RFS leadership, with help from WSRS board members as needed",
    )
    applications: str = setting(
        "APPLICATIONS",
        "`open`, or `soon` until mail has been shown to arrive (`make check-live`).",
        default="open",
    )
    reply_by: str = setting(
        "REPLY_BY",
        "The date by which applicants are told that they will hear, such as `2026-10-15`. Empty, "
        "or past: no date is named. It holds until coordinators set another at the desk.",
        default="",
    )
    keep_months: str = setting(
        "KEEP_MONTHS",
        "For how many months answers are kept, at most and 3 or more: coordinators may set fewer "
        "at the desk. "
        "They hold for whoever applies from then on.",
        default="12",
    )
    institutions: str = setting(
        "INSTITUTIONS",
        "Institutions to suggest while someone types theirs, a semicolon between them. They hold "
        "until coordinators set others at the desk.",
        default="",
    )
    zone_name: str = setting("ZONE", "The program's own time zone.", default="America/Los_Angeles")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Return the settings; an empty variable is like one that is not set."""
        return _read(cls, environment)

    def __post_init__(self) -> None:
        """Check each setting at once, so that a mistake shows at the start and not in a letter."""
        if self.applications not in ("open", "soon"):
            raise BadSetting("APPLICATIONS must be “open” or “soon”")
        if not self.keep_months.isdecimal() or not FEWEST_MONTHS <= int(self.keep_months) <= 60:
            raise BadSetting(
                f"KEEP_MONTHS must be a number of months from {FEWEST_MONTHS} to 60, such as 12"
            )
        try:
            date.fromisoformat(self.reply_by or "2000-01-01")
        except ValueError as error:
            raise BadSetting("REPLY_BY must be a date such as 2026-10-15, or empty") from error
        _address("CONTACT_ADDRESS", self.contact)
        try:
            ZoneInfo(self.zone_name)
        except (KeyError, ValueError, OSError) as error:
            raise BadSetting("ZONE must be a time zone such as America/Los_Angeles") from error

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which dates are shown and counted."""
        return ZoneInfo(self.zone_name)

    @property
    def months_kept(self) -> int:
        """For how many months answers are kept."""
        return int(self.keep_months)

    @property
    def reply_date(self) -> date | None:
        """The reply date, if one is set."""
        return date.fromisoformat(self.reply_by) if self.reply_by else None

    @property
    def suggestions(self) -> dict[str, list[str]]:
        """What to suggest while someone types, by the name that a question has for it."""
        names = (name.strip() for name in self.institutions.split(";"))
        return {"institutions": [name for name in names if name]}

    def local(self, moment: datetime) -> datetime:
        """Return *moment* in the program's own zone."""
        return moment.astimezone(self.zone)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the functions work with. None has a default: without one, nothing must start."""

    applications_table: str = setting("APPLICATIONS_TABLE", "The table of applications.")
    matches_table: str = setting("MATCHES_TABLE", "The table of matches.")
    letters_table: str = setting("LETTERS_TABLE", "The table of letters.")
    program_table: str = setting(
        "PROGRAM_TABLE",
        "The table that says which application stands for an address, and what was counted.",
    )
    export_bucket: str = setting(
        "EXPORT_BUCKET", "Where an export waits that is too large for one answer."
    )
    sender: str = setting(
        "SENDER",
        "The verified address that letters come from, bare or as `Name <address>`.",
    )
    coordinators: str = setting(
        "COORDINATORS",
        "Who gets the program's mail at first: addresses, bare or as `Name <address>`, a comma "
        "between them. From the first morning on they are changed at the desk.",
    )
    configuration_set: str = setting(
        "CONFIGURATION_SET", "The configuration set of Amazon SES that letters are sent with."
    )
    link_keys: str = setting(
        "LINK_KEYS", "The secret that holds the keys by which links are signed: its name or ARN."
    )
    client_limit: str = setting(
        "CLIENT_LIMIT",
        "How many new applications a day are let in from one network. The others are on hold until "
        "a coordinator lets them in. A hospital is one network.",
    )
    tables_seconds: str = setting(
        "TABLES_SECONDS", "After how many seconds a call to DynamoDB counts as lost."
    )
    mail_seconds: str = setting(
        "MAIL_SECONDS", "After how many seconds a call to Amazon SES counts as lost."
    )
    templates: str = setting(
        "TEMPLATES",
        "The folders that hold the templates and the site's frame, parted as a `PATH` is.",
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Return the settings; raise `BadSetting` for the first that is missing."""
        return _read(cls, environment)

    def __post_init__(self) -> None:
        """Check the addresses at once, so that a mistake shows at the start and not in a letter."""
        _address("SENDER", parseaddr(self.sender)[1])
        if not self.coordinator_addresses:
            raise BadSetting("COORDINATORS must be addresses with a comma between them")
        for variable, text in (
            ("CLIENT_LIMIT", self.client_limit),
            ("TABLES_SECONDS", self.tables_seconds),
            ("MAIL_SECONDS", self.mail_seconds),
        ):
            if not text.isdecimal() or int(text) < 1:
                raise BadSetting(f"{variable} must be a number from 1 on, such as 60")

    @property
    def sender_address(self) -> str:
        """The address that letters come from, without a name."""
        return parseaddr(self.sender)[1]

    @property
    def coordinator_addresses(self) -> list[Address]:
        """Whom the coordinators' letters go to, each with a name if one is given."""
        addresses = (address.strip() for address in self.coordinators.split(","))
        return [_named_address("COORDINATORS", address) for address in addresses if address]

    @property
    def most_of_a_client(self) -> int:
        """How many new applications from one client's address are taken in a day."""
        return int(self.client_limit)

    @property
    def template_folders(self) -> list[str]:
        """Where templates are looked for, in order."""
        return self.templates.split(os.pathsep)


def every_setting() -> Iterator[tuple[str, str, str | None]]:
    """Yield each setting's variable, what it is for, and its default, `None` where it has none."""
    for group in (Program, Settings):
        for part in fields(group):
            default = None if part.default is MISSING else str(part.default)
            yield part.metadata["variable"], part.metadata["why"], default


def _address(variable: str, text: str) -> Address:
    """Return the address in a *variable*."""
    try:
        return Address(addr_spec=text)
    except (MessageError, ValueError, IndexError) as error:
        raise BadSetting(f"{variable} must be an address such as name@example.org") from error


def _named_address(variable: str, text: str) -> Address:
    """Return the address in a *variable*, with a name if it is written as Name <address>."""
    name, found = parseaddr(text) if "<" in text else ("", text)
    address = _address(variable, found)
    return Address(display_name=name, addr_spec=address.addr_spec)


def _read(group: type[T], environment: Mapping[str, str]) -> T:
    """Return *group* with each of its fields read from its variable."""
    given = {}
    for part in fields(group):  # type: ignore[arg-type]
        value = environment.get(part.metadata["variable"], "").strip()
        if value:
            given[part.name] = value
        elif part.default is MISSING:
            raise BadSetting(f"{part.metadata['variable']} is not set: {part.metadata['why']}")
    return group(**given)
