"""
What moto does again at each call, done once: its way there, the values of attributes, tables.

Tests that ask AWS much would take twice as long. Nothing of ours is touched, and nothing of it
changes what is answered: `tests/test_quick.py`.
"""

import copy
import gc
from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import botocore.parsers
import moto.core.botocore_stubber
import moto.core.parse
import moto.core.responses
import moto.core.serialize
import moto.dynamodb.models.table
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest
from moto import backend_index
from moto.core.responses import BaseResponse, http_date, utcnow
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.models.utilities import bytesize

from tests import rules

# What moto takes for an item that DynamoDB has no room for, in bytes.
LARGEST = 405_000

# What undoes all of it.
QUICK = pytest.StashKey[pytest.MonkeyPatch]()


def make_quick(patch: pytest.MonkeyPatch) -> None:
    """Have moto answer without detours, until the *patch* is undone."""
    _make_ways_quick(patch)
    _make_values_quick(patch)
    _make_tables_quick(patch)


def leave_what_stays() -> None:
    """Have Python look for garbage less often, and not among all that was loaded by now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


# A call's way to what answers it -----------------------------------------------------------------

# Whose calls are most of all, and go straight on, past what moto has for browsers and forms.
STRAIGHT = ("dynamodb", "dynamodbstreams")


class _Asked:
    """A call as moto looks at it."""

    path = "/"
    values: Mapping[str, str] = {}

    def __init__(self, request: AWSPreparedRequest) -> None:
        self.method = request.method
        self.raw_url = request.url
        self.headers = {
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        self.content_type = self.headers["Content-Type"]
        self.data = request.body if isinstance(request.body, bytes) else request.body.encode()


def _make_ways_quick(patch: pytest.MonkeyPatch) -> None:
    """Have moto find at once what is asked, of which of its hundreds of services."""
    patterns = sorted(backend_index.backend_url_patterns, key=lambda each: each[0] not in STRAIGHT)
    patch.setattr(backend_index, "backend_url_patterns", patterns)
    straight = [pattern for service, pattern in patterns if service in STRAIGHT]
    stubber = moto.core.botocore_stubber
    normalized, set_up = stubber.normalize_request, BaseResponse.setup_class

    def normalize(request: AWSPreparedRequest) -> Any:
        if any(pattern.match(request.url) for pattern in straight):
            return _Asked(request)
        return normalized(request)

    def begin(self: BaseResponse, request: Any, *rest: Any, **more: Any) -> None:
        if not isinstance(request, _Asked):
            set_up(self, request, *rest, **more)
            return
        self.normalized_request, self.method, self.headers = (
            request,
            request.method,
            request.headers,
        )
        self.querystring, self.uri_match, self.body = {}, {}, request.data
        self.region = self.get_region_from_url(request, request.raw_url)
        self.response_headers = {"server": "amazon.com", "date": http_date(utcnow())}
        self.access_key = self.get_access_key()
        self.current_account = self.get_current_account()
        self.parse_parameters(request)

    patch.setattr(stubber, "normalize_request", normalize)
    patch.setattr(BaseResponse, "setup_class", begin)
    for module, name in (
        (moto.core.responses, "method_names_from_class"),
        (moto.core.serialize, "xform_name"),
    ):
        patch.setattr(module, name, cache(getattr(module, name)))
    if not rules.HERE:
        _sign_nothing(patch)


def _sign_nothing(patch: pytest.MonkeyPatch) -> None:
    """Have calls say who makes them, which moto looks at, and sign links into a bucket only."""
    for name in ("canonical_request", "string_to_sign", "signature"):
        signed = getattr(SigV4Auth, name)

        def unsigned(self: SigV4Auth, *given: Any, signed: Any = signed) -> str:
            return "unsigned" if type(self) is SigV4Auth else str(signed(self, *given))

        patch.setattr(SigV4Auth, name, unsigned)


# The values of attributes, each of which is looked through for ten kinds -------------------------


def _make_values_quick(patch: pytest.MonkeyPatch) -> None:
    """Have a value of an attribute go on as it is, where it is read and written as it is."""
    for parser, name in (
        (botocore.parsers.BaseJSONParser, "_handle_structure"),
        (moto.core.parse.BaseJSONParser, "_parse_structure"),
    ):
        patch.setattr(parser, name, _reading(getattr(parser, name)))

    serializer = moto.core.serialize.BaseJSONSerializer
    written = serializer._serialize_type_structure

    def write(self: Any, within: dict[str, Any], value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and key and _is_plain(value):
            self._default_serialize(within, value, shape, key)
        else:
            written(self, within, value, shape, key)

    patch.setattr(serializer, "_serialize_type_structure", write)


def _reading(read: Any) -> Any:
    """Return how a parser reads a structure."""

    def reading(self: Any, shape: Any, value: Any) -> Any:
        if shape.name == "AttributeValue" and _is_plain(value):
            return value
        return read(self, shape, value)

    return reading


def _is_plain(value: Any) -> bool:
    """Tell whether a value is JSON as it is: nothing in it is binary, or an object of moto's."""
    if type(value) is not dict or len(value) != 1:
        return False
    ((kind, held),) = value.items()
    match kind:
        case "S" | "N":
            return type(held) is str
        case "M":
            return type(held) is dict and all(map(_is_plain, held.values()))
        case "L":
            return type(held) is list and all(map(_is_plain, held))
        case "BOOL" | "NULL":
            return type(held) is bool
    return False


# Tables, which moto copies for each part of a transaction, and items for each question -----------


def _make_tables_quick(patch: pytest.MonkeyPatch) -> None:
    """Have what is stored never change, so that nothing of it is copied until it is updated."""
    models = moto.dynamodb.models
    updated = DynamoDBBackend.update_item

    def update(self: Any, table_name: str, key: dict[str, Any], *rest: Any, **more: Any) -> Any:
        # moto updates the very item that is stored.
        _renew(self.get_table(table_name), key)
        return updated(self, table_name, key, *rest, **more)

    patch.setattr(DynamoDBBackend, "update_item", update)
    for module, copied in ((models, _copied_table), (models.table, _copied_items)):
        patch.setattr(module, "copy", SimpleNamespace(copy=copy.copy, deepcopy=copied))
    patch.setattr(Item, "__init__", _make_item)


def _renew(table: Table, key: Mapping[str, Any]) -> None:
    """Put a copy of an item in its place."""
    if all(name in key for name in table.table_key_attrs):
        first, *second = (DynamoType(key[name]) for name in table.table_key_attrs)
        items = table.items.get(first, {}) if second else table.items
        place = second[0] if second else first
        if place in items:
            items[place] = copy.deepcopy(items[place])


def _copied_table(thing: Any) -> Any:
    """Return a copy; of a table and of its stream what holds the items and the records."""
    if not isinstance(thing, Table):
        return copy.deepcopy(thing)
    table = copy.copy(thing)
    table.items = copy.copy(thing.items)
    if thing.has_range_key:
        table.items.update({key: copy.copy(items) for key, items in thing.items.items()})
    if thing.stream_shard is not None:
        table.stream_shard = copy.copy(thing.stream_shard)
        table.stream_shard.table = table
        table.stream_shard.items = list(thing.stream_shard.items)
    return table


def _copied_items(thing: Any) -> Any:
    """Return a copy, but an item itself, and of several their list."""
    if isinstance(thing, Item):
        return thing
    if isinstance(thing, list) and all(isinstance(each, Item) for each in thing):
        return list(thing)
    return copy.deepcopy(thing)


def _make_item(
    self: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: Mapping[str, Any]
) -> None:
    """Make an item, and add up once how large it is, rather than at each attribute."""
    self.hash_key, self.range_key, self.attrs = hash_key, range_key, LimitedSizeDict()
    size = 0
    for key, value in attrs.items():
        made = DynamoType(value)
        size += bytesize(key) + made.size()
        dict.__setitem__(self.attrs, key, made)
    if size > LARGEST:
        raise ItemSizeTooLarge
