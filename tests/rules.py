"""
The real rules: with DYNAMODB=local the laptops of the tests have their tables in DynamoDB Local.

`make test-rules` sets it, and runs the tests that carry the mark `rules`. One DynamoDB Local serves
all tests of a process; each laptop has an access key of its own, and with it tables of its own.
"""

import os

import pytest

from infra import dynamodb
from infra.trouble import Trouble

HERE = os.environ.get("DYNAMODB") == "local"
# For what moto lets pass, or cannot do.
only = pytest.mark.skipif(not HERE, reason="needs DynamoDB Local: make test-rules")


@pytest.fixture(scope="session", autouse=True)
def dynamodb_local() -> None:
    """Start DynamoDB Local if it is asked for; where it cannot be had, skip, or fail in CI."""
    if not HERE:
        return
    try:
        dynamodb.shared()
    except Trouble as trouble:
        if os.environ.get("CI"):
            pytest.fail(str(trouble), pytrace=False)
        pytest.skip(str(trouble))
