"""
The whole program on one machine: `python -m infra.server` puts it on a port.

The same handlers and the same template as on AWS; moto plays DynamoDB, SES, S3 and Secrets Manager
in this process. What CloudFront, the HTTP API, the stream, the topic and the schedules do there,
this module does here, with `edge`, `pump`, `outbox` and `dynamodb`.

It keeps nothing, or everything in a folder; the tables are then in DynamoDB Local, which has the
real rules. With DYNAMODB=local in the environment they are there, too, but not kept.
"""

import importlib
import json
import os
import re
import secrets
import string
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.loaders import Loader, create_loader
from moto import mock_aws

from infra import dynamodb, template
from infra.build import FRAME, ROOT
from infra.edge import (
    HOST,
    Answer,
    answered,
    behavior,
    chosen,
    file,
    http_event,
    no_route,
    plain,
    viewed,
)
from infra.outbox import Email, Outbox, feedback
from infra.pump import Pump
from infra.trouble import Trouble

# Plainly made up (RFC 2606), and no mail leaves this machine.
SENDER = "mentorship@example.org"
COORDINATORS = "coordinator@example.org"
COORDINATOR_NAME = "Casey Muster"
# moto answers for an account of its own; without the last line botocore looks for an endpoint that
# moto does not have.
AWS = {
    "AWS_ACCESS_KEY_ID": "laptop",
    "AWS_SECRET_ACCESS_KEY": "laptop",
    "AWS_DEFAULT_REGION": "us-west-2",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}
# The caller's address, as CloudFront tells the functions, whatever the caller says.
CLIENT = "x-client-address"
# The AWS account that someone is signed in to must not be used here.
SIGNED_IN = ("AWS_PROFILE", "AWS_SESSION_TOKEN")


@dataclass
class Laptop:
    """
    AWS and the functions, in this process.

    Attributes:
        address: where the site is, for links in emails.
        values: parameters of the template that differ from their defaults.
        keep: a folder that keeps everything, for the next laptop that is given it.

    """

    address: str
    values: Mapping[str, str] = field(default_factory=dict)
    keep: Path | None = None

    def __enter__(self) -> Self:
        """Set AWS up from the template."""
        # moto's tables are not made for several threads at once; DynamoDB Local's are.
        self.lock: AbstractContextManager[Any] = threading.RLock()
        self._making = threading.Lock()
        with ExitStack() as leaving:
            self._set_up(leaving)
            self._leaving = leaving.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""
        self._leaving.close()

    def _set_up(self, leaving: ExitStack) -> None:
        """Make what the template declares, and note how each thing is undone."""
        leaving.callback(_restore, dict(os.environ))
        for name in SIGNED_IN:
            os.environ.pop(name, None)
        os.environ.update(AWS)
        lock = dynamodb.claim(self.keep, leaving) if self.keep else None
        self._keys = _keys(self.keep)
        through = []
        if local := self._local(lock, leaving):
            os.environ["AWS_ACCESS_KEY_ID"] = self._keys["access_key"]
            os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = local.url
            os.environ["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] = local.url
            through.append(re.escape(local.url))
            self.lock = nullcontext()
        aws = mock_aws(
            config={"core": {"mock_credentials": False, "passthrough": {"urls": through}}}
        )
        aws.start()
        leaving.callback(aws.stop)
        session = botocore.session.Session()
        session.register_component("data_loader", _descriptions())
        boto3.setup_default_session(botocore_session=session)
        parameters = {
            "PublicAddress": self.address,
            "Sender": SENDER,
            "Coordinators": f"{COORDINATOR_NAME} <{COORDINATORS}>",
            "Applications": "open",
            "ExportBucket": "exports",
            "ConfigurationSet": "letters",
            **self.values,
        }
        handlers = template.handlers()
        settings = template.environment(next(iter(handlers)), parameters)
        settings["TEMPLATES"] = os.pathsep.join([str(ROOT / "templates"), str(FRAME.parent)])
        os.environ.update(settings)
        _services().cache_clear()
        leaving.callback(_services().cache_clear)
        self.outbox = Outbox(_services()().renderer, self.keep and self.keep / "emails")
        leaving.enter_context(self.outbox.open())
        self._create(settings)
        self._handle = {name: _load(handler) for name, handler in handlers.items()}
        self._pumps = [
            Pump(stream, invoke=lambda name, event: self.invoke(name, event), lock=self.lock)
            for stream in template.streams()
        ]
        self._looked_at = len(self.outbox.emails)

    def _local(self, lock: IO[str] | None, leaving: ExitStack) -> dynamodb.Local | None:
        """Return the DynamoDB Local that has the tables, unless moto has them."""
        if self.keep and lock:
            local = dynamodb.start(self.keep / "tables", lock)
            leaving.callback(local.stop)
            dynamodb.note(lock, local)
            return local
        return dynamodb.shared() if os.environ.get("DYNAMODB") == "local" else None

    def _create(self, settings: Mapping[str, str]) -> None:
        """Make the tables, the secrets, the bucket and the sender that the template declares."""
        tables = boto3.client("dynamodb")
        there = tables.list_tables()["TableNames"]
        for table in template.tables():
            if table.name in there:
                self._see(tables.describe_table(TableName=table.name)["Table"], table.create)
                continue
            tables.create_table(**table.create)
            # DynamoDB Local deletes by the clock of this machine, which is not that of the tests.
            if table.time_to_live and (self.keep or os.environ.get("DYNAMODB") != "local"):
                tables.update_time_to_live(**table.time_to_live)
        boto3.client("s3").create_bucket(
            Bucket=settings["EXPORT_BUCKET"],
            CreateBucketConfiguration={"LocationConstraint": "us-west-2"},
        )
        for name in template.resources("AWS::SecretsManager::Secret"):
            boto3.client("secretsmanager").create_secret(Name=name, SecretString=self._keys[name])
        mail = boto3.client("sesv2")
        mail.create_email_identity(EmailIdentity=settings["SENDER"])
        mail.create_configuration_set(ConfigurationSetName=settings["CONFIGURATION_SET"])

    def _see(self, found: Any, declared: Any) -> None:
        """Check that a table that was kept has the keys and indexes that the template declares."""
        if _keys_of(found) != _keys_of(declared):
            raise Trouble(
                f"The folder {self.keep} was made when the table {declared['TableName']} had other "
                "keys or indexes. Choose another folder."
            )

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """Run a function of the template, as Lambda would."""
        if isinstance(self.lock, nullcontext):
            self._make_clients()
        with self.lock:
            return self._handle[function](dict(event), None)

    def _make_clients(self) -> None:
        """Make the functions' clients, unless they exist: the SDK makes them in one thread only."""
        made = _services()()
        with self._making:
            for name, each in vars(type(made)).items():
                if isinstance(each, cached_property):
                    getattr(made, name)

    def call(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        client: str = HOST,
    ) -> Answer:
        """
        Answer a request, as CloudFront and what is behind it would.

        Args:
            method: such as GET.
            target: path and query.
            headers: with their names in small letters.
            body: as it was sent.
            client: the address that it comes from.

        """
        path, query = urlsplit(target).path, urlsplit(target).query
        if path.startswith("/outbox/"):
            return self._own(method, path)
        here = behavior(path)
        if here.origin == "site":
            return file(method, path)
        if method not in here.methods:
            return plain(405, "Only GET works here.")
        asked = viewed(here.viewer, path, query)
        if isinstance(asked, Answer):
            return asked
        route = chosen(method, asked)
        if route is None:
            return no_route()
        sent = {**(headers or {}), CLIENT: client} if here.forwards else {}
        event = http_event(method, asked, query if here.forwards else "", sent, body)
        return answered(self.invoke(route.function, event))

    def _own(self, method: str, path: str) -> Answer:
        """Answer what only the laptop has: the outbox."""
        if method not in ("GET", "HEAD"):
            return plain(405, "Only GET works here.")
        with self.lock:
            kind, text, policy = self.outbox.show(path.removeprefix("/outbox/"))
        headers = {**template.headers(), "Content-Security-Policy": policy}
        del headers["X-Frame-Options"]
        headers["Content-Type"], headers["Cache-Control"] = kind, "no-store"
        return Answer(200 if text else 404, headers, (text or "No such email.").encode())

    def pump(self) -> int:
        """Hand the functions what came into the tables since last time; return how much."""
        taken = sum(pump.run() for pump in self._pumps)
        emails = self.outbox.emails
        fresh, self._looked_at = emails[self._looked_at :], len(emails)
        for email in fresh:
            if kind := email.comes_back_as:
                self.returned(email, kind)
        return taken

    def returned(self, email: Email, kind: str) -> None:
        """
        Have Amazon SES report what became of an email.

        Args:
            email: one from the outbox.
            kind: Bounce, Complaint or Reject.

        """
        for topic in template.topics():
            self.invoke(topic.function, feedback(email, kind))

    def tick(self) -> None:
        """Run the functions that run several times an hour."""
        self._run("rate(")

    def daily(self) -> None:
        """Run the functions that run once a day."""
        self._run("cron(")

    def _run(self, kind: str) -> None:
        for schedule in template.schedules():
            if schedule.expression.startswith(kind):
                self.invoke(schedule.function, {})


def _keys(folder: Path | None) -> dict[str, str]:
    """
    Return the access key and the secrets that the template declares, made up.

    Args:
        folder: keeps them, and has what an earlier run made up.

    """
    path = folder / "keys.json" if folder else None
    kept: dict[str, str] = json.loads(path.read_text()) if path and path.exists() else {}
    keys = {"access_key": dynamodb.access_key()}
    for name, secret in template.resources("AWS::SecretsManager::Secret").items():
        keys[name] = _generated(secret["GenerateSecretString"])
    keys |= kept
    if path and keys != kept:
        half = path.with_suffix(".half")
        half.touch(mode=0o600)
        half.write_text(json.dumps(keys))
        half.replace(path)
    return keys


def _generated(wanted: Mapping[str, Any]) -> str:
    """Return a secret as Secrets Manager makes one up: a random text within a given object."""
    signs = string.ascii_letters + string.digits
    text = "".join(secrets.choice(signs) for _ in range(wanted["PasswordLength"]))
    made: dict[str, str] = json.loads(wanted["SecretStringTemplate"])
    return json.dumps(made | {wanted["GenerateStringKey"]: text})


def _keys_of(table: Any) -> list[tuple[str, str, str]]:
    """Return a table's keys and those of its indexes, however it is described."""
    indexes = table.get("GlobalSecondaryIndexes", [])
    return sorted(
        (each.get("IndexName", ""), key["KeyType"], key["AttributeName"])
        for each in (table, *indexes)
        for key in each["KeySchema"]
    )


def _restore(environment: Mapping[str, str]) -> None:
    """Restore the environment."""
    os.environ.clear()
    os.environ.update(environment)


@cache
def _descriptions() -> Loader:
    """Return what the SDK knows of services, so that it is read from disk once."""
    return create_loader()


def _services() -> Any:
    from mentorship.services import services

    return services


def _load(handler: str) -> Any:
    """Return the function that a handler's name refers to."""
    module, _, name = handler.rpartition(".")
    return getattr(importlib.import_module(module), name)
