"""
The whole program on a port of this machine: `python -m infra.server`.

It listens on 127.0.0.1 only, and runs the stream and the schedules as well.
"""

import argparse
import re
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infra import template
from infra.edge import HOST
from infra.laptop import COORDINATORS, Laptop
from infra.trouble import Trouble, spoken


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
    """Return the result of the *work*; if it fails, say so and go on, as AWS would."""
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
  The desk             {address}/desk/ (as {COORDINATORS})

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
