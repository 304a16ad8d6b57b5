"""What the tests do quickly comes to the same as what moto does by itself."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.laptop import Laptop
from tests import people
from tests.clock import Clock
from tests.laptops import ADDRESS
from tests.own import mail
from tests.people import apply
from tests.quick import QUICK, make_quick

TABLE = "Compared"
KEYS = {"a": "S", "b": "N", "place": "S"}
# A value of each kind, within one another, and empty ones.
VALUES = {
    "said": {"S": "Zoë “<b>” \U0001f642"},
    "empty": {"S": ""},
    "amount": {"N": "-12.50"},
    "binary": {"B": b"\x00\xff"},
    "yes": {"BOOL": True},
    "lacking": {"NULL": True},
    "texts": {"SS": ["x", "y"]},
    "numbers": {"NS": ["1", "2.5"]},
    "binaries": {"BS": [b"1", b"2"]},
    "tree": {"M": {"deep": {"L": [{"S": "x"}, {"M": {"B": {"B": b"3"}}}]}, "bare": {"M": {}}}},
    "row": {"L": []},
}


@contextmanager
def slowly(config: pytest.Config) -> Iterator[None]:
    """Have nothing done quickly for a while."""
    patch = config.stash[QUICK]
    patch.undo()
    try:
        yield
    finally:
        make_quick(patch)


def key(a: str, b: int) -> dict[str, Any]:
    """Return the key of an item."""
    return {"a": {"S": a}, "b": {"N": str(b)}}


def told(ask: Callable[..., Any], **given: Any) -> Any:
    """Return all that is answered, but for what differs from call to call."""
    try:
        answer = ask(**given)
    except ClientError as error:
        answer = error.response
    metadata = answer.pop("ResponseMetadata")
    return answer, metadata["HTTPStatusCode"], metadata["HTTPHeaders"].keys()


def answers() -> list[Any]:
    """Return what DynamoDB answers to calls of many kinds."""
    dynamodb, streams = boto3.client("dynamodb"), boto3.client("dynamodbstreams")
    schema = [{"AttributeName": "a", "KeyType": "HASH"}]
    dynamodb.create_table(
        TableName=TABLE,
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind} for name, kind in KEYS.items()
        ],
        KeySchema=[*schema, {"AttributeName": "b", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "placed",
                "KeySchema": [{"AttributeName": "place", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["said", "tree"]},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    at: dict[str, Any] = {"TableName": TABLE}
    found = [
        told(dynamodb.put_item, **at, Item=key(a, b) | VALUES | {"place": {"S": f"{b % 2}"}})
        for a, b in itertools.product("xy", range(4))
    ]
    x = key("x", 1)
    changed = {
        "UpdateExpression": "SET #tree.deep[0] = :new, #row = list_append(#row, :more) "
        "REMOVE lacking ADD amount :one",
        "ExpressionAttributeNames": {"#tree": "tree", "#row": "row"},
        "ExpressionAttributeValues": {
            ":new": {"M": {"x": {"S": "y"}}},
            ":more": {"L": [{"N": "1"}]},
            ":one": {"N": "1"},
        },
    }
    refused = {
        "ConditionExpression": "attribute_not_exists(a)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    update: dict[str, Any] = {"Update": {**at, "Key": x, **changed}}
    put = {"Put": {**at, "Item": key("z", 1) | VALUES}}
    delete = {"Delete": {**at, "Key": key("y", 2)}}
    # Each but the first of the transactions is canceled, and leaves all as it was.
    transactions = (
        [update, put, delete],
        [{"Delete": {**at, "Key": x}}, {"Put": {**at, "Item": key("y", 0), **refused}}],
        [update | {"Update": {**update["Update"], "Key": key("y", 1)}}, put, put],
        [delete, {"Update": {**update["Update"], "Key": key("y", 3), **refused}}],
        [{"ConditionCheck": {**at, "Key": x, "ConditionExpression": "amount > said"}}],
    )
    much = {"S": "ä" * 250_000}
    everything = lambda: told(dynamodb.scan, **at)  # noqa: E731
    for items in transactions:
        found += [told(dynamodb.transact_write_items, TransactItems=items), everything()]
    for ask, given in (
        (dynamodb.get_item, {"Key": x}),
        (dynamodb.get_item, {"Key": x, "ProjectionExpression": "a, #tree.deep[1]",
                             "ExpressionAttributeNames": {"#tree": "tree"}}),
        (dynamodb.get_item, {"Key": {"a": {"S": "x"}}}),
        (dynamodb.update_item, {"Key": x, **changed, "ReturnValues": "ALL_OLD"}),
        (dynamodb.update_item, {"Key": x, **changed, "ReturnValues": "UPDATED_NEW"}),
        (dynamodb.update_item, {"Key": key("new", 1), **changed}),
        (dynamodb.update_item, {"Key": x, "UpdateExpression": "SET much = :much",
                                "ExpressionAttributeValues": {":much": much}}),
        (dynamodb.put_item, {"Item": key("x", 9) | {"much": much}}),
        (dynamodb.put_item, {"Item": x, "ReturnValues": "ALL_OLD",
                             "ReturnConsumedCapacity": "TOTAL"}),
        (dynamodb.put_item, {"Item": x, **refused}),
        (dynamodb.put_item, {"Item": {"a": {"S": "x"}}}),
        (dynamodb.delete_item, {"Key": key("y", 3), "ReturnValues": "ALL_OLD"}),
        (dynamodb.delete_item, {"Key": key("y", 3)}),
        (dynamodb.query, {"KeyConditionExpression": "a = :a AND b > :b", "ScanIndexForward": False,
                          "ExpressionAttributeValues": {":a": {"S": "x"}, ":b": {"N": "0"}}}),
        (dynamodb.query, {"KeyConditionExpression": "place = :p", "IndexName": "placed", "Limit": 2,
                          "ExpressionAttributeValues": {":p": {"S": "0"}}}),
        (dynamodb.scan, {"FilterExpression": "contains(said, :x)", "IndexName": "placed",
                         "ExpressionAttributeValues": {":x": {"S": "b"}}}),
        (dynamodb.scan, {"ProjectionExpression": "a", "Limit": 3}),
        (dynamodb.scan, {"IndexName": "nowhere"}),
    ):  # fmt: skip
        found += [told(ask, **at, **given), everything()]
    found.append(told(dynamodb.get_item, TableName="Nowhere", Key=x))
    found.append(
        told(
            dynamodb.batch_write_item,
            RequestItems={
                TABLE: [{"DeleteRequest": {"Key": x}}, {"PutRequest": {"Item": x | VALUES}}]
            },
        )
    )
    (stream,) = streams.list_streams(TableName=TABLE)["Streams"]
    arn = stream["StreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    begun = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )
    records = streams.get_records(ShardIterator=begun["ShardIterator"])["Records"]
    for record in records:
        # How large it is, it is with the time of its creation.
        for name in ("ApproximateCreationDateTime", "SizeBytes"):
            del record["dynamodb"][name]
        del record["eventID"]
    assert len(records) > 10
    return [*found, records, everything()]


def mailed(laptop: Laptop) -> list[Any]:
    """Return what is stored, mailed and shown when somebody applies."""
    page = apply(laptop, people.mentor())
    emails = [
        (email.header("To"), email.header("Subject"), email.part("plain"), email.part("html"))
        for email in mail(laptop)
    ]
    stored = boto3.client("dynamodb").scan(TableName="ApplicationsTable")["Items"]
    assert len(emails) == 2
    return [page.headers["location"], laptop.call("GET", "/links").text, emails, stored]


@pytest.fixture
def usual(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Laptop]:
    """Return laptops that are all alike, ids, references and keys included."""
    monkeypatch.setattr("infra.laptop.secrets.choice", lambda signs: signs[0])

    def make() -> Laptop:
        numbers = itertools.count(1)
        monkeypatch.setattr(
            "mentorship.services._new_id", lambda: f"{next(numbers):08}abcdefghjkmn"
        )
        return Laptop(ADDRESS)

    return make


@pytest.mark.parametrize("ask", [lambda laptop: answers(), mailed], ids=["tables", "program"])
def test_quickly_is_the_same(
    pytestconfig: pytest.Config, usual: Callable[[], Laptop], ask: Callable[[Laptop], list[Any]]
) -> None:
    """
    Each call is answered alike, and what is stored, mailed, shown and streamed is alike.
    """
    with usual() as laptop:
        quickly = ask(laptop)
    with slowly(pytestconfig), usual() as laptop:
        by_themselves = ask(laptop)
    for one, other in zip(quickly, by_themselves, strict=True):
        assert one == other
