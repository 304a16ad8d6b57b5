"""
One laptop for all tests of a process, emptied between them: to set one up takes longer than a test.

What moto holds once a laptop is set up is kept, and put back before the next test. The clients of
the functions are kept too, as AWS itself keeps them from one run of a function to the next; all
else that a function holds is made anew, the keys of links among it. What DynamoDB Local has stored
is not ours to put back: the tables are wiped, and the streams read to their ends.
"""

import copy
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.models import MockAWS, botocore_stubber, responses_mock
from moto.s3.models import s3_backends

from infra.laptop import Laptop
from mentorship.services import services
from tests import rules, tables

ADDRESS = "http://127.0.0.1:8000"


class Reused:
    """The laptop that tests are given one after the other, each as if it were new."""

    def __init__(self) -> None:
        self._laptop: Laptop | None = None
        self._given = False

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Make way, meanwhile, for every other laptop and whoever else has moto start."""
        start = MockAWS.start

        def started(aws: MockAWS, reset: bool = True) -> None:
            if not self._given:
                self.leave()
            start(aws, reset)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(MockAWS, "start", started)
            try:
                yield
            finally:
                self.leave()

    @contextmanager
    def laptop(self) -> Iterator[Laptop]:
        """Give the laptop to a test."""
        before = dict(os.environ)
        laptop = self._laptop or self._set_up()
        self._given = True
        try:
            self._empty(laptop)
            yield laptop
        finally:
            self._given = False
            # Who asks AWS now has nobody who answers, and no settings.
            botocore_stubber.enabled = False
            responses_mock.stop()
            boto3.DEFAULT_SESSION = None
            services.cache_clear()
            os.environ.clear()
            os.environ.update(before)

    def leave(self) -> None:
        """Leave the laptop, as if there had been none."""
        laptop, self._laptop = self._laptop, None
        if laptop:
            before = dict(os.environ)
            responses_mock.start()
            laptop.__exit__()
            os.environ.clear()
            os.environ.update(before)

    def _set_up(self) -> Laptop:
        laptop = Laptop(ADDRESS).__enter__()
        responses_mock.stop()
        self._clients: dict[tuple[Any, ...], BaseClient] = {}
        session = boto3.DEFAULT_SESSION
        make = session.client

        def client(service: str, **given: Any) -> BaseClient:
            where = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
            # Configurations say what they are by what was asked of them.
            asked = vars(given["config"])["_user_provided_options"] if "config" in given else {}
            key = (service, repr(sorted(given.keys() - {"config"})), repr(asked), repr(where))
            if key not in self._clients:
                self._clients[key] = made = make(service, **given)
                _let_go_if_listened_to(made, lambda: self._clients.pop(key, None))
            return self._clients[key]

        session.client = client
        self._session = session
        self._environment = dict(os.environ)
        # The templates are compiled once.
        self._renderer = services().renderer
        self._own = {**vars(laptop), "_handle": dict(laptop._handle)}
        self._pumps = [copy.deepcopy(_places(pump)) for pump in laptop._pumps]
        self._held = {
            (each.service_name, *place): copy.deepcopy(vars(backend))
            for each in BackendDict._instances
            for *place, backend in each.iter_backends()
        }
        self._buckets = dict(s3_backends.bucket_accounts)
        self._laptop = laptop
        return laptop

    def _empty(self, laptop: Laptop) -> None:
        """Make all as it was when the laptop was set up."""
        os.environ.clear()
        os.environ.update(self._environment)
        boto3.DEFAULT_SESSION = self._session
        botocore_stubber.enabled = True
        responses_mock.start()
        self._put_back()
        vars(laptop).clear()
        vars(laptop).update({**self._own, "_handle": dict(self._own["_handle"])})
        laptop.outbox._emails.clear()
        if not rules.HERE:
            for pump, places in zip(laptop._pumps, self._pumps, strict=True):
                vars(pump).update(copy.deepcopy(places))
        for client in self._clients.values():
            _rest(client)
        services.cache_clear()
        vars(services())["renderer"] = self._renderer
        if rules.HERE:
            tables.wipe()
            for pump in laptop._pumps:
                _read_to_the_end(pump)

    def _put_back(self) -> None:
        """Have moto hold what it held."""
        for each in list(BackendDict._instances):
            for *place, backend in each.iter_backends():
                backend.reset()
                if held := self._held.get((each.service_name, *place)):
                    vars(backend).update(copy.deepcopy(held))
        s3_backends.bucket_accounts = dict(self._buckets)
        # It would keep all that it ever made.
        reset_model_data()


def _places(pump: Any) -> dict[str, Any]:
    """Return how far a pump has come."""
    return {name: vars(pump)[name] for name in ("_parents", "_places", "_waiting", "_tried")}


def _read_to_the_end(pump: Any) -> None:
    """Have a pump forget what its stream has, which is not ours to put back."""
    while pump._take():
        pass
    pump._waiting, pump._tried = [], 0


def _let_go_if_listened_to(client: BaseClient, let_go: Callable[[], object]) -> None:
    """Have a client let go when a test listens to it, which would hear the next test too."""
    for name in ("register", "register_first", "register_last"):
        register = getattr(client.meta.events, name)

        def registered(*given: Any, register: Any = register, **more: Any) -> None:
            let_go()
            register(*given, **more)

        setattr(client.meta.events, name, registered)


def _rest(client: BaseClient) -> None:
    """Have a client try again as often as a new one may."""
    service = client.meta.service_model.service_id.hyphenize()
    for handler in client.meta.events._emitter._handlers.prefix_search(f"needs-retry.{service}"):
        if found := getattr(getattr(handler, "__self__", None), "_retry_quota", None):
            found._quota.release(found._quota._max_capacity)
