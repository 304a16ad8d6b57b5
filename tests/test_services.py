"""Clients wait for less time than the function has, and one layer tries again."""

import pytest
from botocore.config import Config

from infra import template
from infra.laptop import Laptop
from mentorship.services import Services
from tests.grants import grants


def clients(services: Services) -> dict[str, Config]:
    """Return how each client of the functions calls."""
    return {
        "dynamodb": services.store._client.meta.config,
        "ses": services.mailer._client.meta.config,
        "secretsmanager": services.links._keyring._client.meta.config,
    }


@pytest.mark.parametrize("function", template.functions())
def test_a_call_ends_before_its_function(function: str, laptop: Laptop, services: Services) -> None:
    """
    Every try of a call that a function may make, one after another, fits into the function's time.
    """
    granted = {grant.action.partition(":")[0] for grant in grants(function)}
    waits = {
        name: config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout)
        for name, config in clients(services).items()
        if name in granted
    }
    assert waits
    assert max(waits.values()) < template.functions()[function]["Timeout"], waits


def test_waits_are_settings(laptop: Laptop, services: Services) -> None:
    """
    How long a client waits stands in the template, and nowhere else.
    """
    settings = template.environment(
        "Submit",
        {
            **laptop.values,
            "Sender": "x@example.org",
            "Coordinators": "x@example.org",
            "AlarmAddress": "x@example.org",
        },
    )
    found = clients(services)
    assert found["dynamodb"].read_timeout == int(settings["TABLES_SECONDS"])
    assert found["secretsmanager"].read_timeout == int(settings["TABLES_SECONDS"])
    assert found["ses"].read_timeout == int(settings["MAIL_SECONDS"])


def test_only_one_layer_tries_again(laptop: Laptop, services: Services) -> None:
    """
    The SDK tries a message once, for the letter is tried again, and a table's call twice.
    """
    tries = {
        name: config.retries["total_max_attempts"] for name, config in clients(services).items()
    }
    assert tries == {"dynamodb": 2, "ses": 1, "secretsmanager": 2}
    assert {config.retries["mode"] for config in clients(services).values()} == {"standard"}
