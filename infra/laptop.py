"""
The whole program on one machine: `python -m infra.laptop`.

The same handlers and the same template as on AWS; moto plays DynamoDB, SES, S3 and Secrets Manager
in this process. What CloudFront, the HTTP API, the stream, the topic and the schedules do there,
this module does here. It listens on 127.0.0.1 only.

It keeps nothing, or all in a folder; the tables are then in DynamoDB Local, which has the real
rules. With DYNAMODB=local in the environment they are in there too, and are not kept.
"""

import argparse
import base64
import importlib
import json
import mimetypes
import os
import re
import secrets
import signal
import string
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
import botocore.session
from botocore.loaders import Loader, create_loader
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodbstreams.models import dynamodbstreams_backends

from infra import dynamodb, template
from infra.build import FRAME, ROOT, SITE
from infra.outbox import Email, Outbox, feedback
from infra.trouble import Trouble, spoken

HOST = "127.0.0.1"
# Plainly made up (RFC 2606), and no mail leaves this machine.
SENDER = "mentorship@example.org"
COORDINATORS = "coordinator@example.org"
# moto answers for an account of its own; without the last line botocore looks for an endpoint that
# moto does not have.
AWS = {
    "AWS_ACCESS_KEY_ID": "laptop",
    "AWS_SECRET_ACCESS_KEY": "laptop",
    "AWS_DEFAULT_REGION": "us-west-2",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}
# Who called, as CloudFront tells the functions, whatever the caller says of it.
CLIENT = "x-client-address"
# What somebody is signed in to has no business here.
SIGNED_IN = ("AWS_PROFILE", "AWS_SESSION_TOKEN")
# The content types that the HTTP API hands over as text; it encodes every other body in base64.
TEXT = re.compile(r"text/|application/(json|javascript|xml)")


@dataclass(frozen=True)
class Answer:
    """What goes back to the browser."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body, as text."""
        return self.body.decode()


@dataclass
class Laptop:
    """
    AWS and the functions, in this process.

    Attributes:
        address: where the site is, for links in emails.
        values: parameters of the template that differ from their defaults.
        keep: a folder that keeps everything, for the next one that is given it.

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
            "Coordinators": COORDINATORS,
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
        self._pumps = [_Pump(self, stream) for stream in template.streams()]
        self._looked_at = len(self.outbox.emails)

    def _local(self, lock: IO[str] | None, leaving: ExitStack) -> dynamodb.Local | None:
        """Return the DynamoDB Local that the tables lie in, unless moto has them."""
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
        """See that a table that was kept has the keys and indexes that the template declares."""
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
        """Make the functions' clients, unless they are: the SDK makes them in one thread only."""
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
        Answer a request, as CloudFront and what stands behind it would.

        Args:
            method: such as GET.
            target: path and query.
            headers: with their names in small letters.
            body: as it was sent.
            client: the address that it comes from.

        """
        path, query = urlsplit(target).path, urlsplit(target).query
        if path.startswith("/outbox/") or path == "/export/applications":
            return self._own(method, path, query)
        for route in template.routes():
            if route.method in ("ANY", method) and _fits(route.path, path):
                seen = {**(headers or {}), CLIENT: client}
                event = http_event(method, path, query, seen, body)
                answer = self.invoke(route.function, event)
                return Answer(
                    answer["statusCode"], answer["headers"], answer.get("body", "").encode()
                )
        return _file(method, path)

    def _own(self, method: str, path: str, query: str) -> Answer:
        """Answer what only the laptop has: the outbox, and an export without signing in."""
        if method not in ("GET", "HEAD"):
            return _plain(405, "Only GET works here.")
        if path.startswith("/outbox/"):
            with self.lock:
                kind, text, policy = self.outbox.show(path.removeprefix("/outbox/"))
            headers = {**template.headers(), "Content-Security-Policy": policy}
            del headers["X-Frame-Options"]
            headers["Content-Type"], headers["Cache-Control"] = kind, "no-store"
            return Answer(200 if text else 404, headers, (text or "No such email.").encode())
        arguments = {name: ",".join(texts) for name, texts in parse_qs(query).items()}
        answer = self.invoke("Export", arguments)
        if problem := answer.get("problem"):
            return _plain(problem["status"], problem["detail"])
        if "body" in answer:
            body = base64.b64decode(answer["body"])
        else:
            body = self._kept(answer["link"])
        headers = {
            "Content-Type": answer["content_type"],
            "Content-Disposition": f'attachment; filename="{answer["filename"]}"',
            "Cache-Control": "no-store",
        }
        return Answer(200, headers, body)

    def _kept(self, link: str) -> bytes:
        """Load the file that a link into the bucket leads to, which no browser can reach here."""
        key = unquote(urlsplit(link).path).lstrip("/")
        bucket = os.environ["EXPORT_BUCKET"]
        with self.lock:
            found = boto3.client("s3").get_object(Bucket=bucket, Key=key.removeprefix(f"{bucket}/"))
            return found["Body"].read()

    def pump(self) -> int:
        """Hand the functions what came into the tables since the last time; return how much."""
        taken = sum(pump.run() for pump in self._pumps)
        emails = self.outbox.emails
        fresh, self._looked_at = emails[self._looked_at :], len(emails)
        for email in fresh:
            if kind := email.comes_back_as:
                self.returned(email, kind)
        return taken

    def returned(self, email: Email, kind: str) -> None:
        """
        Have Amazon SES say what became of an email.

        Args:
            email: one of the outbox.
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


class _Pump:
    """What AWS calls an event source mapping: a table's stream wakes a function."""

    def __init__(self, laptop: Laptop, stream: template.Stream) -> None:
        self._laptop = laptop
        self._stream = stream
        self._client = boto3.client("dynamodbstreams")
        (found,) = self._client.list_streams(TableName=stream.table)["Streams"]
        self._arn = found["StreamArn"]
        # A stream comes in shards: one is closed, and its child goes on. A child is read when its
        # parent was read to the end, for records of one item have an order.
        self._parents: dict[str, str] = {}
        self._places: dict[str, dict[str, str]] = {}
        self._waiting: list[Any] = []
        self._tried = 0
        self._lock = threading.RLock()
        self._look_for_shards()

    def _look_for_shards(self) -> None:
        """Begin with the shards that are new."""
        asked = {"StreamArn": self._arn}
        while True:
            found = self._client.describe_stream(**asked)["StreamDescription"]
            for shard in found["Shards"]:
                name = shard["ShardId"]
                if name not in self._parents:
                    self._parents[name] = shard.get("ParentShardId", "")
                    self._places[name] = {"ShardIteratorType": "TRIM_HORIZON"}
            if "LastEvaluatedShardId" not in found:
                return
            asked["ExclusiveStartShardId"] = found["LastEvaluatedShardId"]

    def _take(self) -> list[Any]:
        """Return the records that came since the last time."""
        taken = []
        for shard in [each for each in self._places if self._parents[each] not in self._places]:
            # A new iterator each time: once a transaction was canceled, moto works on a copy of its
            # tables, and an older iterator sees nothing more. It also keeps every one for ever.
            iterator = self._client.get_shard_iterator(
                StreamArn=self._arn, ShardId=shard, **self._places[shard]
            )["ShardIterator"]
            answer = self._client.get_records(ShardIterator=iterator)
            dynamodbstreams_backends[DEFAULT_ACCOUNT_ID]["us-west-2"].shard_iterators.clear()
            taken += answer["Records"]
            if answer["Records"]:
                self._places[shard] = {
                    "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                    "SequenceNumber": answer["Records"][-1]["dynamodb"]["SequenceNumber"],
                }
            elif "NextShardIterator" not in answer:  # It is closed, and read to its end.
                del self._places[shard]
                self._look_for_shards()
        return taken

    def run(self) -> int:
        """Hand over what waits, and return how many records were taken."""
        with self._laptop.lock, self._lock:
            self._waiting += [
                record for record in self._take() if record["eventName"] in self._stream.events
            ]
            batch = self._waiting[: self._stream.batch_size]
            if not batch:
                return 0
            self._tried += 1
            answer = self._laptop.invoke(self._stream.function, {"Records": batch})
            done = len(batch)
            if failures := answer["batchItemFailures"]:
                failed = {failure["itemIdentifier"] for failure in failures}
                numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
                done = min(at for at, number in enumerate(numbers) if number in failed)
                if self._tried == self._stream.tries:
                    # On AWS it goes to the failure queue, and an alarm is raised.
                    print(f"given up on a record of the stream of {self._stream.table}")
                    done += 1
            if done:
                self._waiting, self._tried = self._waiting[done:], 0
            return done


def http_event(
    method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    """Return a request as the HTTP API hands it to a function: payload format 2.0."""
    as_text = bool(TEXT.match(headers.get("content-type", "")))
    event: dict[str, Any] = {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": dict(headers),
        "requestContext": {
            "requestId": uuid.uuid4().hex[:16],
            "http": {"method": method, "path": path, "sourceIp": HOST},
        },
        "isBase64Encoded": not as_text,
    }
    if body:
        event["body"] = body.decode() if as_text else base64.b64encode(body).decode()
    return event


def next_run(expression: str, after: datetime) -> datetime:
    """
    Return when a schedule's function runs next.

    Args:
        expression: as the template has it, such as `rate(15 minutes)` or `cron(0 15 * * ? *)`.
        after: a time in UTC, as the hours of a schedule are.

    Raises:
        ValueError: It is of a kind that the laptop does not know.

    """
    if often := re.fullmatch(r"rate\((\d+) minutes?\)", expression):
        return after + timedelta(minutes=int(often[1]))
    if daily := re.fullmatch(r"cron\((\d+) (\d+) \* \* \? \*\)", expression):
        today = after.replace(hour=int(daily[2]), minute=int(daily[1]), second=0, microsecond=0)
        return today if today > after else today + timedelta(days=1)
    raise ValueError(f"the laptop does not know when {expression} is")


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
    """Make the environment what it was."""
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
    """Return the function that a handler's name names."""
    module, _, name = handler.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _fits(pattern: str, path: str) -> bool:
    """Tell whether a path is of a route's pattern, as the HTTP API compares them."""
    return bool(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path))


def _file(method: str, path: str) -> Answer:
    """Answer with a file of the built site, as the bucket and CloudFront's function do."""
    if method not in ("GET", "HEAD"):
        return _plain(405, "Only GET works here.")
    found, status = _find(path), 200
    if found is not None and found.is_dir():
        if not path.endswith("/"):
            return Answer(301, {"Location": f"{path}/"}, b"")
        found /= "index.html"
    if found is None or not found.is_file():
        found, status = SITE / "404.html", 404
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    headers = {**template.headers(), "Content-Type": kind, "Cache-Control": "no-cache"}
    return Answer(status, headers, found.read_bytes())


def _find(path: str) -> Path | None:
    """Return what lies at a path of the site, if anything does."""
    try:
        found = (SITE / unquote(path).lstrip("/")).resolve(strict=True)
    except (OSError, ValueError):  # Nothing is there, or nothing could be called that.
        return None
    return found if found.is_relative_to(SITE) else None


def _plain(status: int, words: str) -> Answer:
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, f"{words}\n".encode())


class _Front(BaseHTTPRequestHandler):
    """The front door: HTTP in, HTTP out."""

    protocol_version = "HTTP/1.1"
    laptop: Laptop

    def _answer(self) -> None:
        # Another site's page could reach this port under a name of its own (DNS rebinding).
        name = self.headers.get("host", "").rpartition(":")[0]
        if name not in (HOST, "localhost"):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {key.lower(): value for key, value in self.headers.items()}
        answer = self.laptop.call(
            self.command, self.path, headers=headers, body=body, client=self.client_address[0]
        )
        self.send_response(answer.status)
        for key, value in answer.headers.items():
            # On one machine there is no TLS, and a browser must not be told to insist on it.
            if key.lower() != "strict-transport-security":
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the functions keep their own log."""


class Server:
    """A laptop on a port, with its stream and its schedule running."""

    def __init__(self, laptop: Laptop, port: int) -> None:
        self._http = ThreadingHTTPServer((HOST, port), type("Front", (_Front,), {"laptop": laptop}))
        self._http.daemon_threads = True
        self._laptop = laptop
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=run, daemon=True)
            for run in (self._http.serve_forever, self._pump, self._tick)
        ]

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._http.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Answer what was asked, and no more."""
        self._stopped.set()
        self._http.shutdown()
        for thread in self._threads:
            thread.join()
        self._http.server_close()

    def _pump(self) -> None:
        while not self._stopped.is_set():
            if not _tried(self._laptop.pump):
                self._stopped.wait(0.2)

    def _tick(self) -> None:
        now = datetime.now(UTC)
        due = {schedule: next_run(schedule.expression, now) for schedule in template.schedules()}
        # Looked at often, and by the clock on the wall: a laptop sleeps in between.
        while not self._stopped.wait(5):
            now = datetime.now(UTC)
            for schedule in [schedule for schedule, when in due.items() if when <= now]:
                due[schedule] = next_run(schedule.expression, now)
                _tried(partial(self._laptop.invoke, schedule.function, {}))


def _tried(work: Callable[[], Any]) -> Any:
    """Return what the *work* comes to; if it fails say so and go on, as AWS would."""
    try:
        return work()
    except Exception:
        traceback.print_exc()
        return None


def main() -> None:
    """Serve until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    sys.exit(spoken(partial(_serve, given.port, given.keep)))


def _serve(port: int, keep: Path | None) -> None:
    address = f"http://{HOST}:{port}"
    begun = time.monotonic()
    with Laptop(address, keep=keep) as laptop:
        if keep:
            laptop.tick()  # What an earlier run has left behind.
        try:
            server = Server(laptop, port)
        except OSError as error:
            raise Trouble(
                f"Port {port} cannot be used ({error.strerror}). Choose another: make run PORT=8001"
            ) from error
        server.start()
        print(
            f"""
The mentorship program runs, for this machine only (ready in {time.monotonic() - begun:.1f} s).

  The site             {address}/
  Apply as a mentee    {address}/apply/mentee/
  Apply as a mentor    {address}/apply/mentor/
  Emails sent          {address}/outbox/
  Export to Excel      {address}/export/applications?format=xlsx

{_keeping(keep)}
""",
            flush=True,
        )
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        for number in signals:
            signal.signal(number, lambda *_: stopping.set())
        stopping = threading.Event()
        stopping.wait()
        server.stop()
        print("Stopped.")


def _keeping(folder: Path | None) -> str:
    """Return what is kept, in words."""
    if folder is None:
        return (
            "Nothing is kept: what you enter is gone when you stop it, with Ctrl-C.\n"
            "To keep it, choose a folder: make run KEEP=folder"
        )
    return (
        f"All is kept in {folder}: applications, letters, emails and the keys that links are "
        "signed\nwith. Stop it with Ctrl-C or any other way, and go on with "
        f"make run KEEP={folder}"
    )


if __name__ == "__main__":
    main()
