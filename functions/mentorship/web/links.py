"""
Signed links, and the one owner of the signer.

A link names an application and the address version that it was mailed to. It holds nothing that
anyone wrote, and works for a while.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from mentorship.addresses import address_key, earlier_key
from mentorship.problems import LinkExpired, NotFound, SignInLinkUsed
from mentorship.program.sign_in import SIGN_IN_LINK_LIVES
from mentorship.web.keyring import LINK_LIVES, Keyring

# What links, stamps and hashes are signed as, so that one never passes for another.
OWN, STAMP, HASH, SIGN_IN = "own", "stamp", "hash", "ticket"
# A token has about a hundred characters; anything much longer is refused unread.
MAX_TOKEN = 300


class Links:
    """Signs links and stamps with the newest key, and reads those signed with any key."""

    def __init__(self, keyring: Keyring, now: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._now = now

    def owner_token(self, application_id: str, address_version: int) -> str:
        """Return the token of a link by which the owner of an application acts on it."""
        return self._sign(OWN, [application_id, address_version])

    def read_owner_token(self, token: str) -> tuple[str, int]:
        """
        Return the application and the address version that a token names.

        Raises:
            LinkExpired: if it is too old.
            NotFound: if no key has signed it.

        """
        try:
            application_id, address_version = self._read(OWN, token, LINK_LIVES)
        except SignatureExpired as error:
            raise LinkExpired from error
        except (BadSignature, ValueError, TypeError) as error:
            raise NotFound from error
        return str(application_id), int(address_version)

    def sign_in_token(self, ticket_id: str) -> str:
        """Return the token of a sign-in link."""
        return self._sign(SIGN_IN, ticket_id)

    def read_sign_in_token(self, token: str) -> str:
        """
        Return the id of the sign-in link that a token names.

        Raises:
            SignInLinkUsed: if it is too old.
            NotFound: if no key has signed it.

        """
        try:
            return str(self._read(SIGN_IN, token, SIGN_IN_LINK_LIVES))
        except SignatureExpired as error:
            raise SignInLinkUsed from error
        except BadSignature as error:
            raise NotFound from error

    def stamp(self) -> str:
        """Return a stamp that says when the form was opened."""
        return self._sign(STAMP, "")

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

    def _sign(self, purpose: str, payload: object) -> str:
        return str(self._serializer(purpose).dumps(payload))

    def _read(self, purpose: str, token: str, lives: timedelta) -> Any:
        if len(token) > MAX_TOKEN:
            raise BadSignature("too long to be one of ours")
        seconds = int(lives.total_seconds())
        try:
            return self._serializer(purpose).loads(token, max_age=seconds)
        except SignatureExpired:
            raise
        except BadSignature:
            # It may be signed with a key that was added since.
            if not self._keyring.read_again():
                raise
            return self._serializer(purpose).loads(token, max_age=seconds)

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        now = self._now

        class Signer(TimestampSigner):
            """The signer, by the program's own clock."""

            def get_timestamp(self) -> int:
                return int(now().timestamp())

        return URLSafeTimedSerializer(
            self._keyring.keys(),
            salt=purpose,
            signer=Signer,
            signer_kwargs={"digest_method": hashlib.sha256},
        )
