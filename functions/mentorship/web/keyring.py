"""The keys that links are signed with, and the one owner of AWS Secrets Manager."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mentorship import log

if TYPE_CHECKING:
    from types_boto3_secretsmanager.client import SecretsManagerClient


# How often the secret is read at most, so that a forged link costs no call.
REREAD = timedelta(minutes=1)
# After this long a leaked key is no longer accepted, even if a function stays warm.
TRUSTED = timedelta(hours=1)
# A function that runs may sign with a key for an hour after there is a new one, or for longer while
# Secrets Manager is down.
STILL_SIGNS = timedelta(days=1)
FIRST, LINKS_FROM = "first", "links_from"
# How a key is called: by when it was made, so that names sort as times do.
MADE = "%Y-%m-%dT%H:%M:%S"


def in_use(keys: Mapping[str, str], now: datetime, lives: timedelta) -> dict[str, str]:
    """
    Return the keys that may have signed a link that still works, the oldest first.

    A key signs until the next one is made, and a little longer where that is not known yet. The
    last link that it signed works for a while after that.

    Args:
        keys: by their names: the first is called `first`, each later one by the time at which it
            was made, such as `2026-11-25T01:02:03`. `links_from` names the oldest that counts, once
            one has leaked.
        now: the present.
        lives: how long the longest link works.

    """
    names = sorted(set(keys) - {FIRST, LINKS_FROM})
    if LINKS_FROM in keys:
        names = [name for name in names if name >= keys[LINKS_FROM]]
    else:
        names = [FIRST, *names]
    over = f"{now - lives - STILL_SIGNS:{MADE}}"
    return {
        name: keys[name]
        for name, later in zip(names, [*names[1:], ""], strict=True)
        if not later or later >= over
    }


class Keyring:
    """The keys of one secret, a JSON object of names and keys, read at first use."""

    def __init__(
        self, client: "SecretsManagerClient", secret: str, now: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._secret = secret
        self._now = now
        self._keys: dict[str, str] = {}
        self._read_at: datetime | None = None

    @property
    def first(self) -> str:
        """The first key, which never changes, so that keyed hashes stay the same."""
        return self._all()[FIRST]

    def keys(self, lives: timedelta) -> list[str]:
        """Return the keys of links that work so long at most; the last is the one that signs."""
        return list(in_use(self._all(), self._now(), lives).values())

    def read_again(self) -> bool:
        """Read the secret again, unless it was just read; tell whether there are other keys."""
        if self._read_at is None or self._now() - self._read_at < REREAD:
            return False
        before = self._keys
        self._read(self._now())
        return self._keys != before

    def _all(self) -> dict[str, str]:
        now = self._now()
        if self._read_at is None:
            self._read(now)
        elif now - self._read_at >= TRUSTED:
            try:
                self._read(now)
            except Exception as error:
                # The keys in memory were right an hour ago; an outage must not refuse a form.
                log.record("keys not read", error=type(error).__name__)
                self._read_at = now - TRUSTED + REREAD
        return self._keys

    def _read(self, now: datetime) -> None:
        answer = self._client.get_secret_value(SecretId=self._secret)
        self._keys, self._read_at = json.loads(answer["SecretString"]), now
