"""
What each function did with AWS while the tests ran, as the grants that its role must hold.

botocore tells of each call before it is made, links that are signed and never called included.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.model import OperationModel

from infra import template
from infra.laptop import Laptop
from tests.grants import Grant, grants

# What a part of a transaction asks for; the transaction itself needs no grant.
PARTS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
ON_A_TABLE = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"}
ON_SEVERAL = {"BatchGetItem", "BatchWriteItem"}
# A file in several pieces is put there all the same.
ON_A_FILE = {
    "GetObject": "GetObject",
    "PutObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
}


class Use(NamedTuple):
    """Something that a function did."""

    function: str
    action: str
    resource: str


def needed(service: str, operation: str, given: Mapping[str, Any]) -> set[Grant]:
    """
    Return what a role must hold for a call.

    Raises:
        NotImplementedError: No function makes such a call yet; say here what it needs.

    """
    match service, operation:
        case "dynamodb", "TransactWriteItems":
            return {
                Grant(f"dynamodb:{PARTS[part]}", at["TableName"])
                for item in given["TransactItems"]
                for part, at in item.items()
            }
        case "dynamodb", _ if operation in ON_A_TABLE:
            index = f"/index/{given['IndexName']}" if "IndexName" in given else ""
            return {Grant(f"dynamodb:{operation}", given["TableName"] + index)}
        case "dynamodb", _ if operation in ON_SEVERAL:
            return {Grant(f"dynamodb:{operation}", table) for table in given["RequestItems"]}
        case "sesv2", "SendEmail":
            # For a message that is handed over whole Amazon asks for the second one as well.
            actions = ["SendEmail"] + (["SendRawEmail"] if "Raw" in given["Content"] else [])
            sets = ["ConfigurationSet"] if "ConfigurationSetName" in given else []
            return {
                Grant(f"ses:{action}", resource)
                for action in actions
                for resource in ["SenderIdentity", *sets]
            }
        case "s3", _ if operation in ON_A_FILE:
            assert given["Bucket"] == os.environ["EXPORT_BUCKET"]
            return {Grant(f"s3:{ON_A_FILE[operation]}", "ExportBucket/*")}
        case "secretsmanager", "GetSecretValue":
            return {Grant("secretsmanager:GetSecretValue", given["SecretId"])}
    raise NotImplementedError(f"tests/roles.py does not know what {service}:{operation} needs")


@cache
def granted(function: str) -> frozenset[Use]:
    """Return what a function's role allows, but for what AWS itself does in the function's name."""
    return frozenset(
        Use(function, action, resource)
        for action, resource in grants(function)
        # Logs, the failure queue and the stream are for Lambda to write and to read.
        if not action.startswith(("logs:", "sqs:")) and "tream" not in resource
    )


def all_granted() -> set[Use]:
    """Return what all roles allow."""
    return {use for function in template.functions() for use in granted(function)}


class Watch:
    """Notes what the functions of every laptop do."""

    def __init__(self) -> None:
        self.used: set[Use] = set()
        self._running: tuple[str, int] | None = None

    def beyond(self) -> set[Use]:
        """Return what was used and is not granted, and forget it."""
        beyond = {use for use in self.used if use not in granted(use.function)}
        self.used -= beyond
        return beyond

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look at all laptops that are set up meanwhile."""
        with pytest.MonkeyPatch.context() as patch:
            enter, invoke = Laptop.__enter__, Laptop.invoke

            def set_up(laptop: Laptop) -> Laptop:
                entered = enter(laptop)
                events = boto3._get_default_session().events
                events.register("before-parameter-build", self._note, unique_id=f"watch-{id(self)}")
                return entered

            def run(laptop: Laptop, function: str, event: Mapping[str, Any]) -> Any:
                # One function at a time runs on a laptop, but tests make calls of their own beside.
                with laptop.lock:
                    self._running = function, threading.get_ident()
                    try:
                        return invoke(laptop, function, event)
                    finally:
                        self._running = None

            patch.setattr(Laptop, "__enter__", set_up)
            patch.setattr(Laptop, "invoke", run)
            yield

    def _note(self, params: Mapping[str, Any], model: OperationModel, **_: object) -> None:
        # Read once: on DynamoDB Local functions run at once, and another may end meanwhile.
        running = self._running
        if running is None:
            return
        function, thread = running
        service = model.service_model.service_name
        # Files are put into the bucket by threads of boto3's own.
        if threading.get_ident() == thread or service == "s3":
            self.used |= {Use(function, *each) for each in needed(service, model.name, params)}
