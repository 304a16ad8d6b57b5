"""
What a handler works with, built once at first use.

Clients are made only here, with timeouts shorter than the shortest function's, and only here are
the clock and randomness.
"""

import os
import re
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import TypeVar

import boto3
from botocore.config import Config

from mentorship.addresses import same_address
from mentorship.applications.application import Application
from mentorship.applications.conflicts import Called, Viewer
from mentorship.applications.pointer import pointer_id
from mentorship.bucket import Bucket
from mentorship.change import Conflict, Counted, Counter
from mentorship.form.question import Role
from mentorship.program import arrangements
from mentorship.program.arrangements import Arrangements
from mentorship.program.sign_in import COOKIE, Session, hash_secret
from mentorship.rendering import Renderer
from mentorship.ses import Mailer
from mentorship.settings import Program, Settings
from mentorship.store.records import Tables
from mentorship.store.store import Store
from mentorship.web.http import Request, Response
from mentorship.web.keyring import Keyring
from mentorship.web.links import Links

T = TypeVar("T")

# A person waits while a file is uploaded.
FILE_CALL = Config(
    connect_timeout=2,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 3},
    signature_version="s3v4",
    # A link must name the bucket's own host: the global one redirects while a bucket is new.
    s3={"addressing_style": "virtual"},
)

# Crockford's base 32: no letter looks like a digit.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH = 26
# What an id looks like, so that nothing else is looked up: DynamoDB refuses a key of more than
# 2 KB, and that would look like our error. The first ones had twenty letters.
ID = re.compile(rf"[0-9a-z]{{20}}|[0-9a-z]{{{ID_LENGTH}}}")


def call(seconds: int, *, attempts: int) -> Config:
    """
    Return how a client calls: how long it waits, and how often it tries.

    The SDK tries a call again at once, and `store` tries a write some times more if AWS refuses it
    and that passes. After a longer failure, the whole is tried again: the form by its sender, the
    letter by the sweeper.
    """
    return Config(
        connect_timeout=1,
        read_timeout=seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    """Return an id of 130 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))


def _new_secret() -> str:
    """Return a text of 256 random bits, for a cookie."""
    return secrets.token_urlsafe(32)


def _new_token() -> str:
    """Return a text of 128 random bits, for a transaction; DynamoDB takes 36 characters."""
    return secrets.token_hex(16)


def _pause(tried: int) -> None:
    """Wait for some random milliseconds, longer after more tries."""
    time.sleep(secrets.randbelow(20 * 2**tried) / 1000)


# How often an action that may conflict with another request is tried.
TRIES = 8
# Enough that two networks of one day do not get the same hash.
NETWORK_LENGTH = 20
# For a day, and until that day is over everywhere.
COUNTED_FOR = timedelta(days=2)


@dataclass(frozen=True)
class SignedIn:
    """A coordinator who is signed in, and the present arrangements, by which they may enter."""

    session: Session
    address: str
    arrangements: Arrangements


@dataclass(frozen=True)
class Services:
    """Everything that a handler works with; each client is made when it is first needed."""

    settings: Settings
    program: Program
    now: Callable[[], datetime] = field(default_factory=lambda: _now)
    new_id: Callable[[], str] = field(default_factory=lambda: _new_id)
    new_secret: Callable[[], str] = field(default_factory=lambda: _new_secret)
    new_token: Callable[[], str] = field(default_factory=lambda: _new_token)
    # When two requests conflict at once, one has to try later than the other.
    pause: Callable[[int], None] = _pause

    def retry(self, act: Callable[[], T]) -> T:
        """
        Do what may conflict with another request; *act* is called again, to read and decide again.

        Raises:
            Conflict: if it conflicts every time.

        """
        for tried in range(TRIES - 1):
            try:
                return act()
            except Conflict:
                self.pause(tried)
        return act()

    def counter_for(self, counted: Counted, whose: str) -> Counter:
        """Return today's counter of something, by or for an address, at zero."""
        today = self.program.local(self.now()).date()
        counter_id = f"{counted}#{self.links.hashed(whose)}#{today}"
        return Counter(id=counter_id, expires_at=self.now() + COUNTED_FOR)

    def network_of(self, client: str) -> str:
        """
        Return a keyed hash of a client's network and today, "" if its address is unknown.

        It says that several applications came from one network on one day, and not from which.
        """
        today = self.program.local(self.now()).date()
        return self.links.hashed(f"{client} {today}")[:NETWORK_LENGTH] if client else ""

    def arrangements(self) -> Arrangements:
        """
        Return the arrangements as they are now or, before the first change, as deployed.

        Answers are never kept longer than the site says, which is built with the deployed settings.
        """
        longest = self.program.months_kept
        if found := self.store.arrangements():
            return replace(found, keep_months=min(found.keep_months, longest))
        return arrangements.from_deployment(
            [(each.addr_spec, each.display_name) for each in self.settings.coordinator_addresses],
            today=self.program.local(self.now()).date(),
            reply_by=self.program.reply_date,
            keep_months=longest,
            institutions=self.program.suggestions["institutions"],
        )

    def renderer_for(self, arrangements: Arrangements) -> Renderer:
        """Return the renderer of pages whose form has the present settings."""
        return self.renderer.telling(
            replace(
                self.program,
                reply_by=str(arrangements.reply_by or ""),
                keep_months=str(arrangements.keep_months),
                institutions=";".join(arrangements.institutions),
            )
        )

    def signed_in(self, request: Request) -> SignedIn | None:
        """Return the coordinator whom a request comes from, if they may enter the desk today."""
        sent = request.cookie(COOKIE)
        session = self.store.session(hash_secret(sent), now=self.now()) if sent else None
        if session is None:
            return None
        arrangements = self.arrangements()
        address = self.address_of(session.who, arrangements)
        return SignedIn(session, address, arrangements) if address else None

    def address_of(self, who: str, arrangements: Arrangements) -> str | None:
        """Return the address with a keyed hash, if it may enter the desk today."""
        return arrangements.allowed_address(
            who,
            self.program.local(self.now()).date(),
            contact=self.program.contact,
            hashed=self.links.hashed,
        )

    def viewer(self, address: str, arrangements: Arrangements) -> Viewer:
        """
        Return a coordinator as far as it decides what they may see, by their own applications too.

        A name in an application that nobody has confirmed may be anyone's: it counts as one more
        that a private note may have, and not as theirs.
        """

        def called() -> Called:
            known, own = arrangements.by_address(address), self.applications_of(address)
            given, added_by = (known.name, known.added_by) if known else ("", ())
            return Called(
                names=tuple(filter(None, [given, *added_by, *(each.name for each in own)])),
                is_known=given != "" or any(each.confirmed_at for each in own),
            )

        is_contact = same_address(address, self.program.contact)
        return Viewer(mailbox=address, look_up=called, is_contact=is_contact)

    def applications_of(
        self, contact: str, *, roles: Iterable[Role] = tuple(Role)
    ) -> list[Application]:
        """Return the last applications of a contact for some roles, held back or not."""
        pointers = (
            self.store.pointer(pointer_id(role, contact, held=held))
            for role in roles
            for held in (False, True)
        )
        found = (self.store.application(e.application, now=self.now()) for e in pointers if e)
        return [each for each in found if each and each.answers]

    @cached_property
    def store(self) -> Store:
        """The tables."""
        return Store(
            boto3.client("dynamodb", config=call(int(self.settings.tables_seconds), attempts=2)),
            Tables(
                applications=self.settings.applications_table,
                matches=self.settings.matches_table,
                letters=self.settings.letters_table,
                program=self.settings.program_table,
            ),
            pause=self.pause,
            new_token=self.new_token,
        )

    @cached_property
    def mailer(self) -> Mailer:
        """Amazon SES."""
        return Mailer(
            # A message is tried once; the letter is tried again, and counts its tries.
            boto3.client("sesv2", config=call(int(self.settings.mail_seconds), attempts=1)),
            sender=self.settings.sender,
            configuration_set=self.settings.configuration_set,
        )

    @cached_property
    def bucket(self) -> Bucket:
        """The bucket for large exports."""
        return Bucket(boto3.client("s3", config=FILE_CALL), self.settings.export_bucket)

    @cached_property
    def links(self) -> Links:
        """Signed links."""
        client = boto3.client(
            "secretsmanager", config=call(int(self.settings.tables_seconds), attempts=2)
        )
        return Links(Keyring(client, self.settings.link_keys, self.now), self.now)

    @cached_property
    def renderer(self) -> Renderer:
        """Pages and emails."""
        return Renderer(self.settings.template_folders, self.program)


# Answers one method and path.
Route = Callable[[Request, Services], Response]


@cache
def services() -> Services:
    """Return what this function works with, made from its environment."""
    return Services(
        settings=Settings.from_environment(os.environ),
        program=Program.from_environment(os.environ),
    )
