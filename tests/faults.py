"""A function that dies, an AWS that refuses, an answer that is lost, at a call of choice."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from mentorship.services import Services


class Killed(BaseException):
    """The function was killed: nothing in it can catch this, and nothing after it runs."""


def refused(code: str) -> ClientError:
    """Return what a client raises when AWS answers with an error."""
    return ClientError({"Error": {"Code": code, "Message": "refused"}}, "Call")


@dataclass
class Wire:
    """
    Every call that a function's clients make, and what happens to some of them.

    Attributes:
        calls: the calls so far, such as `GetItem LettersTable` or `SendEmail`.
        before: raises to keep a call from reaching AWS; it is given the call and its number.
        after: raises once AWS has done what was asked, so that the answer is lost.

    """

    calls: list[str] = field(default_factory=list)
    before: Callable[[str, int], None] = lambda call, number: None
    after: Callable[[str, int], None] = lambda call, number: None

    def on_the_way(self, model: Any, params: Any, **_: object) -> None:
        """Take down a call that sets out."""
        body = params["body"]
        given = json.loads(body) if body else {}
        call = f"{model.name} {given.get('TableName', '')}".strip()
        self.calls.append(call)
        self.before(call, len(self.calls))

    def on_the_way_back(self, **_: object) -> None:
        """Look at a call that AWS has answered."""
        self.after(self.calls[-1], len(self.calls))


@contextmanager
def tapped(services: Services) -> Iterator[Wire]:
    """Listen to every call that the functions make, in botocore's own events."""
    wire = Wire()
    clients = [services.store._client, services.mailer._client]
    hooks = (("before-call", wire.on_the_way), ("after-call", wire.on_the_way_back))
    for client in clients:
        for name, hook in hooks:
            client.meta.events.register(name, hook)
    yield wire
    for client in clients:
        for name, hook in hooks:
            client.meta.events.unregister(name, hook)


def killed_before(number: int) -> Callable[[Wire], None]:
    """Kill the function when it sets out on a call."""

    def arm(wire: Wire) -> None:
        wire.before = _at(number, Killed())

    return arm


def killed_after(number: int) -> Callable[[Wire], None]:
    """Kill the function when a call is done, before it knows."""

    def arm(wire: Wire) -> None:
        wire.after = _at(number, Killed())

    return arm


def throttled(number: int) -> Callable[[Wire], None]:
    """Have AWS refuse a call, for there were too many."""

    def arm(wire: Wire) -> None:
        wire.before = _at(number, refused("ThrottlingException"))

    return arm


def unanswered(number: int) -> Callable[[Wire], None]:
    """Have AWS do what was asked, and lose its answer."""

    def arm(wire: Wire) -> None:
        wire.after = _at(number, ReadTimeoutError(endpoint_url="https://aws.example"))

    return arm


def _at(number: int, error: BaseException) -> Callable[[str, int], None]:
    def strike(call: str, at: int) -> None:
        if at == number:
            raise error

    return strike
