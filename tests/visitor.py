"""A visitor of a laptop that runs, without a browser."""

import http.client
import time
from collections.abc import Mapping
from contextlib import closing

from infra.edge import HOST
from tests import people

FORM = {"content-type": people.FORM, "accept": "text/html"}


class Reply:
    """What came back over the wire."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        """The body, as text."""
        return self.body.decode()


class Visitor:
    """Whoever calls at the front door."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        """Send a request, and return the reply; nothing is followed."""
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=20)) as connection:
            connection.request(method, target, body=body, headers=dict(headers or {}))
            return Reply(connection.getresponse())

    def get(self, target: str, **headers: str) -> Reply:
        """Ask for a page."""
        return self.ask("GET", target, headers)

    def wait_for(self, target: str, words: str) -> Reply:
        """Load a page until it holds some words, as whoever waits for an email does."""
        for _ in range(100):
            reply = self.get(target)
            if words in reply.text:
                return reply
            time.sleep(0.1)
        raise AssertionError(f"{target} does not say “{words}”")
