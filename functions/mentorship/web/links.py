"""
Signed links, and the one owner of the signer.

Each purpose of a link is declared once: how long it works, and what it names. A link holds nothing
that anyone wrote.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from mentorship.addresses import address_key, earlier_key
from mentorship.form.question import Role
from mentorship.problems import LinkExpired, NotFound, Problem, SignInLinkUsed
from mentorship.program.sign_in import SIGN_IN_LINK_LIVES
from mentorship.web.keyring import Keyring
from mentorship.web.problems import DamagedLink


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """
    What a link is for. A link of one purpose never works for another.

    Attributes:
        name: what it is signed as.
        lives: how long it works at most; what it names may be over before.
        names: the types of what it names, in this order.
        expired: the problem of whoever uses it later.
        damaged: the problem of whoever uses one that no key has signed.

    """

    name: str
    lives: timedelta
    names: tuple[type[str | int], ...]
    expired: type[Problem] = LinkExpired
    damaged: type[Problem] = NotFound


# The owner of an application acts on it: its id, and the address version that it was mailed to.
# A person may wait for so long before they look at a receipt again. Later, they ask for a new link,
# which takes a minute.
OWN = Purpose(name="own", lives=timedelta(days=60), names=(str, int), damaged=DamagedLink)
# One of the two of a match answers: the match's id, their role, and the address version that the
# link was mailed to. It works for as long as any match lasts, and shows no more than that allows.
MATCH = Purpose(name="match", lives=timedelta(days=732), names=(str, str, int), damaged=DamagedLink)
# A coordinator signs in, once: the id of what is stored about that link.
SIGN_IN = Purpose(name="ticket", lives=SIGN_IN_LINK_LIVES, names=(str,), expired=SignInLinkUsed)
# When a form was opened. A page may stay open for days; a stamp that is older was collected.
STAMP = Purpose(name="stamp", lives=timedelta(days=7), names=())
PURPOSES = (OWN, MATCH, SIGN_IN, STAMP)

# What keyed hashes are made as; no purpose has this name.
HASH = "hash"
# A token has about a hundred characters; anything much longer is refused unread.
MAX_TOKEN = 300


def longest_life() -> timedelta:
    """Return how long the longest link works that a key may have signed."""
    return max(purpose.lives for purpose in PURPOSES)


class Links:
    """Signs links and stamps with the newest key, and reads those signed with any key."""

    def __init__(self, keyring: Keyring, now: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._now = now

    def sign(self, purpose: Purpose, *named: str | int) -> str:
        """Return the token of a link that names something."""
        # One thing is not in a list, as in links that were mailed before there were others.
        payload = named[0] if len(named) == 1 else list(named)
        return str(self._serializer(purpose).dumps(payload))

    def read(self, purpose: Purpose, token: str) -> tuple[Any, ...]:
        """
        Return what a token names, of the purpose's types.

        Raises:
            Problem: the purpose's own, if no key has signed it for this purpose, or it is too old.

        """
        try:
            payload = self._read(purpose, token)
        except SignatureExpired as error:
            raise purpose.expired from error
        except BadSignature as error:
            raise purpose.damaged from error
        named = tuple(payload) if isinstance(payload, list) else (payload,)
        if tuple(map(type, named)) != purpose.names:
            raise purpose.damaged
        return named

    def owner_token(self, application_id: str, address_version: int) -> str:
        """Return the token of a link by which the owner of an application acts on it."""
        return self.sign(OWN, application_id, address_version)

    def read_owner_token(self, token: str) -> tuple[str, int]:
        """
        Return the application and the address version that a token names.

        Raises:
            LinkExpired: if it is too old.
            DamagedLink: if no key has signed it.

        """
        application_id, address_version = self.read(OWN, token)
        return application_id, address_version

    def match_token(self, match_id: str, role: Role, address_version: int) -> str:
        """Return the token of a link by which one of the two of a match answers."""
        return self.sign(MATCH, match_id, role.value, address_version)

    def read_match_token(self, token: str) -> tuple[str, Role, int]:
        """
        Return the match, the role and the address version that a token names.

        Raises:
            LinkExpired: if it is too old.
            DamagedLink: if no key has signed it.

        """
        match_id, role, address_version = self.read(MATCH, token)
        if role not in list(Role):
            raise DamagedLink
        return match_id, Role(role), address_version

    def sign_in_token(self, ticket_id: str) -> str:
        """Return the token of a sign-in link."""
        return self.sign(SIGN_IN, ticket_id)

    def read_sign_in_token(self, token: str) -> str:
        """
        Return the id of the sign-in link that a token names.

        Raises:
            SignInLinkUsed: if it is too old.
            NotFound: if no key has signed it.

        """
        (ticket_id,) = self.read(SIGN_IN, token)
        return str(ticket_id)

    def stamp(self) -> str:
        """Return a stamp that says when the form was opened."""
        return self.sign(STAMP)

    def age_of(self, stamp: str) -> timedelta | None:
        """Return how long ago a stamp was made, or `None` if it is not genuine."""
        try:
            _, signed_at = self._serializer(STAMP).loads(stamp[:MAX_TOKEN], return_timestamp=True)
        except BadSignature:
            if not self._keyring.read_again():
                return None
            return self.age_of(stamp)
        signed: datetime = signed_at
        return self._now() - signed.astimezone(UTC)

    def hashed(self, text: str) -> str:
        """
        Return a keyed hash, by which a *text* is recognized but cannot be read.

        However an address in it is spelled, the hash is the same.
        """
        return self._hash(address_key(text))

    def hashes_of(self, address: str) -> tuple[str, ...]:
        """Return the hash of an address, and the one that a refused address was marked under."""
        words = (address_key(address), earlier_key(address))
        return tuple(self._hash(each) for each in dict.fromkeys(words))

    def _hash(self, text: str) -> str:
        key = hmac.new(self._keyring.first.encode(), HASH.encode(), hashlib.sha256).digest()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def _read(self, purpose: Purpose, token: str) -> Any:
        if len(token) > MAX_TOKEN:
            raise BadSignature("too long to be one of ours")
        seconds = int(purpose.lives.total_seconds())
        try:
            return self._serializer(purpose).loads(token, max_age=seconds)
        except SignatureExpired:
            raise
        except BadSignature:
            # It may be signed with a key that was added since.
            if not self._keyring.read_again():
                raise
            return self._serializer(purpose).loads(token, max_age=seconds)

    def _serializer(self, purpose: Purpose) -> URLSafeTimedSerializer:
        now = self._now

        class Signer(TimestampSigner):
            """The signer, by the program's own clock."""

            def get_timestamp(self) -> int:
                return int(now().timestamp())

        return URLSafeTimedSerializer(
            self._keyring.keys(longest_life()),
            salt=purpose.name,
            signer=Signer,
            signer_kwargs={"digest_method": hashlib.sha256},
        )
