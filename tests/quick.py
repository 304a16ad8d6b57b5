"""
What botocore, moto and Jinja do again and again, done once; most of the tests' time went there.

Nothing of ours is touched, and nothing of it changes what is answered: `tests/test_quick.py`.
"""

import copy
import gc
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.hooks
import pytest
from botocore.client import ClientCreator
from botocore.handlers import BUILTIN_HANDLERS
from botocore.hooks import EventAliaser, HierarchicalEmitter, NodeList, _PrefixTrie
from botocore.model import ServiceModel
from botocore.session import Session
from jinja2 import Environment
from jinja2.nodes import EvalContext

from tests.quick_calls import make_calls_quick


def make_quick(patch: pytest.MonkeyPatch) -> None:
    """Have all of them remember, until the *patch* is undone."""
    _make_sessions_quick(patch)
    _make_clients_quick(patch)
    make_calls_quick(patch)
    _make_templates_quick(patch)


def leave_what_stays() -> None:
    """Have Python look for garbage less often, and not among all that was loaded by now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


# Each laptop has a session and clients of its own, which know the same of AWS --------------------


def _make_sessions_quick(patch: pytest.MonkeyPatch) -> None:
    """Have sessions copy who listens to what, rather than find it out."""
    registered = Session._register_builtin_handlers
    kept: dict[tuple[Any, ...], HierarchicalEmitter] = {}

    def register(self: Session, events: EventAliaser) -> None:
        listening = tuple(BUILTIN_HANDLERS)
        if listening not in kept:
            registered(self, events)
            kept[listening] = copy.copy(events._emitter)
        events._emitter = self._original_handler = copy.copy(kept[listening])

    patch.setattr(Session, "_register_builtin_handlers", register)
    named = EventAliaser._alias_event_name
    name_of = cache(lambda name: named(EventAliaser(None), name))
    patch.setattr(EventAliaser, "_alias_event_name", lambda self, name: name_of(name))
    patch.setattr(botocore.hooks, "accepts_kwargs", cache(botocore.hooks.accepts_kwargs))
    patch.setattr(_PrefixTrie, "__copy__", _copied_tree)


def _copied_tree(tree: _PrefixTrie) -> _PrefixTrie:
    """Return a copy of a tree of those who listen, whom it does not copy."""
    copied = _PrefixTrie()
    copied._root = _copied_node(tree._root)
    return copied


def _copied_node(node: Mapping[str, Any]) -> dict[str, Any]:
    values = node["values"]
    return {
        "chunk": node["chunk"],
        "children": {key: _copied_node(child) for key, child in node["children"].items()},
        "values": values and NodeList(*map(list, values)),
    }


def _make_clients_quick(patch: pytest.MonkeyPatch) -> None:
    """Have all clients of a service share its description, and what is made of it."""

    @cache
    def model(loader: Any, service: str, version: str | None) -> ServiceModel:
        described = loader.load_service_model(service, "service-2", api_version=version)
        return ServiceModel(described, service_name=service)

    def load(self: ClientCreator, service: str, api_version: str | None = None) -> ServiceModel:
        return model(self._loader, service, api_version)

    created = ClientCreator._create_client_class
    classes: dict[ServiceModel, type] = {}

    def create_class(self: ClientCreator, service: str, described: ServiceModel) -> type:
        if described not in classes:
            classes[described] = created(self, service, described)
        return classes[described]

    patch.setattr(ClientCreator, "_load_service_model", load)
    patch.setattr(ClientCreator, "_create_client_class", create_class)


# Templates, which each laptop would compile anew -------------------------------------------------


def _make_templates_quick(patch: pytest.MonkeyPatch) -> None:
    """Have a template compiled once for all environments that are alike."""
    compiled = Environment.compile
    kept: dict[tuple[Any, ...], Any] = {}

    def compile_(self: Environment, source: Any, *place: Any, **more: Any) -> Any:
        if not isinstance(source, str) or not place or more or self.extensions:
            return compiled(self, source, *place, **more)
        alike = (
            *(source, place, EvalContext(self, place[0]).autoescape, self.undefined),
            *(self.finalize, self.trim_blocks, self.lstrip_blocks, self.keep_trailing_newline),
            *(frozenset(self.filters), frozenset(self.tests)),
        )
        if alike not in kept:
            kept[alike] = compiled(self, source, *place)
        return kept[alike]

    patch.setattr(Environment, "compile", compile_)
