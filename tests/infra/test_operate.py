"""An operator makes new keys: links in mailboxes go on working, and no key stays for nothing."""

import json
from datetime import timedelta
from random import Random
from typing import Any, cast

import boto3
import pytest

from infra.operate import Operator
from mentorship.services import Services
from mentorship.web.keyring import FIRST, STILL_SIGNS, TRUSTED, Keyring
from mentorship.web.links import OWN, Links, longest_life
from mentorship.web.problems import DamagedLink
from tests.clock import Clock
from tests.made import ID


@pytest.fixture
def operator(services: Services) -> Operator:
    """Somebody at a keyboard."""
    return Operator(services, boto3.client("dynamodb"), boto3.client("secretsmanager"))


def kept(services: Services) -> dict[str, str]:
    """Return the keys in the secret."""
    client = boto3.client("secretsmanager")
    found = client.get_secret_value(SecretId=services.settings.link_keys)["SecretString"]
    return cast(dict[str, str], json.loads(found))


def fresh(services: Services, clock: Clock) -> Links:
    """Return the links of a function that has just started."""
    client: Any = boto3.client("secretsmanager")
    return Links(Keyring(client, services.settings.link_keys, clock), clock)


class TestRotate:
    @pytest.mark.parametrize("seed", range(20))
    def test_whatever_the_years_bring(
        self, operator: Operator, services: Services, clock: Clock, seed: int
    ) -> None:
        """
        However often there is a new key, each link works for its sixty days, also one that a
        function has signed that did not know of the newest key yet; and the secret keeps the first
        key, of which hashes are made, the newest, and those that a link of any kind still needs.
        """
        chance, mailed, replaced = Random(seed), list[tuple[str, Any]](), dict[str, Any]()
        warm = fresh(services, clock)
        newest = list(kept(services))[-1]
        for _ in range(30):
            mailed.append((warm.owner_token(ID, 1), clock()))
            clock.time += timedelta(seconds=chance.randint(1, 100 * 86_400))
            operator.rotate()
            replaced[newest], newest = clock(), list(kept(services))[-1]
            # Of two functions one starts now, and one has an hour until it takes the new key.
            clock.time += TRUSTED - timedelta(seconds=1)
            mailed.append((warm.owner_token(ID, 1), clock()))
            for token, at in mailed:
                if clock() <= at + OWN.lives:
                    assert fresh(services, clock).read_owner_token(token) == (ID, 1)
            over = clock() - longest_life() - STILL_SIGNS - TRUSTED
            stale = {name for name, at in replaced.items() if at < over} - {FIRST}
            assert not stale & set(kept(services))

    def test_leaked(self, operator: Operator, services: Services, clock: Clock) -> None:
        """
        What a key that has leaked signed works no more, and its hashes are found as ever.
        """
        before = fresh(services, clock)
        token, hashed = before.owner_token(ID, 1), before.hashed("robin@example.org")
        clock.forward(days=1)
        operator.rotate(leaked=True)
        after = fresh(services, clock)
        with pytest.raises(DamagedLink):
            after.read_owner_token(token)
        assert after.read_owner_token(after.owner_token(ID, 1)) == (ID, 1)
        assert after.hashed("robin@example.org") == hashed
