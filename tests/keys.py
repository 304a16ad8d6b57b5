"""Keys that links are signed with, and links that are signed with none of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from mentorship.web.keyring import Keyring
from tests.clock import Clock

FIRST = {"first": "key of the first day"}
SECOND = {**FIRST, "2026-10-20T09:00:00": "a second key"}
THIRD = {**SECOND, "2026-11-25T09:00:00": "a third key"}


@dataclass
class Secrets:
    """Secrets Manager with one secret, which counts how often it is asked."""

    keys: Mapping[str, str] = field(default_factory=lambda: FIRST)
    calls: int = 0

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
        """Answer as Secrets Manager does."""
        assert SecretId == "link-keys"
        self.calls += 1
        return {"SecretString": json.dumps(self.keys)}


def keyring(secrets: Secrets, clock: Clock) -> Keyring:
    """Return the keyring of one function."""
    return Keyring(cast(Any, secrets), "link-keys", clock)


def forged(token: str) -> str:
    """Return a token whose signature is another one."""
    signed, _, signature = token.rpartition(".")
    return f"{signed}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
