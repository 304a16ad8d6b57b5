"""
What moto does again and again, done once; most of the tests' time went there.

Nothing of it changes what is answered, and nothing of ours is touched.
"""

import copy
from functools import cache
from types import SimpleNamespace
from typing import Any

import moto.core.responses
import moto.core.serialize
import moto.dynamodb.models
import pytest
from moto.core.serialize import ResponseSerializer
from moto.dynamodb.models.table import Table


def make_quick(patch: pytest.MonkeyPatch) -> None:
    """Have moto remember, until the *patch* is undone."""
    for module, name in (
        (moto.core.responses, "method_names_from_class"),
        (moto.core.serialize, "xform_name"),
    ):
        patch.setattr(module, name, cache(getattr(module, name)))

    # For each attribute of each item moto looks for ten kinds of value under three names each.
    looked_up = ResponseSerializer.get_value

    def get_value(self: ResponseSerializer, value: Any, key: str, shape: Any) -> Any:
        within = getattr(shape, "parent", None)
        if type(value) is dict and within is not None and within.name == "AttributeValue":
            return value.get(key)
        return looked_up(self, value, key, shape)

    patch.setattr(ResponseSerializer, "get_value", get_value)

    # For each part of a transaction moto copies the table, and all that its stream ever held.
    copying = SimpleNamespace(copy=copy.copy, deepcopy=_copied)
    patch.setattr(moto.dynamodb.models, "copy", copying)


def _copied(thing: Any) -> Any:
    """Return a copy; of a table's stream the list only, for its records stay as they are."""
    if not isinstance(thing, Table):
        return copy.deepcopy(thing)
    table = copy.copy(thing)
    table.items = copy.deepcopy(thing.items)
    if thing.stream_shard is not None:
        table.stream_shard = copy.copy(thing.stream_shard)
        table.stream_shard.table = table
        table.stream_shard.items = list(thing.stream_shard.items)
    return table
