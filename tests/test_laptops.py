"""A laptop that tests have used is, once it is emptied, as a new one is."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from moto.core.base_backend import BackendDict
from moto.core.models import botocore_stubber

from infra.laptop import COORDINATORS, Laptop
from mentorship.services import services
from tests import people, rules
from tests.clock import Clock
from tests.coordinator import sign_in
from tests.faults import TRANSACT, tapped, turned_away
from tests.laptops import ADDRESS, Reused
from tests.own import mail
from tests.people import apply

pytestmark = pytest.mark.skipif(rules.HERE, reason="looks at what moto holds")

# What AWS makes up, and when: of two new laptops it differs too.
MADE_UP = {
    *("ARN", "CreatedDate", "CreationDate", "CreationDateTime", "CreationRequestDateTime"),
    *("Date", "LastChangedDate", "LatestStreamArn", "LatestStreamLabel", "ResponseMetadata"),
    *("StreamArn", "StreamLabel", "TableId", "VersionId", "VersionIdsToStages", "ShardId"),
    *("SequenceNumberRange", "StartingSequenceNumber", "message_id"),
}


@pytest.fixture
def reused() -> Iterator[Reused]:
    """One that no other test has used."""
    reused = Reused()
    with reused.looking():
        yield reused


@pytest.fixture
def alike(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What begins the counting of ids anew, and has all keys that are made up be alike."""
    monkeypatch.setattr("infra.laptop.secrets.choice", lambda signs: signs[0])
    began = clock.time

    def begin() -> None:
        numbers = itertools.count(1)
        clock.time = began
        monkeypatch.setattr(
            "mentorship.services._new_id", lambda: f"{next(numbers):08}abcdefghjkmn"
        )
        monkeypatch.setattr("mentorship.services._new_secret", lambda: "secret")

    return begin


def plain(answer: Any) -> Any:
    """Return what AWS answers, without what it makes up."""
    if isinstance(answer, dict):
        return {name: plain(each) for name, each in answer.items() if name not in MADE_UP}
    return [plain(each) for each in answer] if isinstance(answer, list) else answer


def found(laptop: Laptop) -> dict[str, Any]:
    """Return all that there is on a laptop."""
    tables, streams = boto3.client("dynamodb"), boto3.client("dynamodbstreams")
    s3, mails, keys = (boto3.client(name) for name in ("s3", "sesv2", "secretsmanager"))
    names = tables.list_tables()["TableNames"]
    shards = {
        name: streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        for name in names
        if (arn := tables.describe_table(TableName=name)["Table"].get("LatestStreamArn"))
    }
    return plain(
        {
            "tables": [tables.describe_table(TableName=name) for name in names],
            "times": [tables.describe_time_to_live(TableName=name) for name in names],
            "items": [tables.scan(TableName=name) for name in names],
            "shards": shards,
            "buckets": s3.list_buckets()["Buckets"],
            "files": [
                s3.list_objects_v2(Bucket=each["Name"]).get("Contents", [])
                for each in s3.list_buckets()["Buckets"]
            ],
            "secrets": [
                keys.get_secret_value(SecretId=each["Name"])
                for each in keys.list_secrets()["SecretList"]
            ],
            "senders": mails.list_email_identities()["EmailIdentities"],
            "sets": mails.list_configuration_sets()["ConfigurationSets"],
            "topics": boto3.client("sns").list_topics()["Topics"],
            "outbox": [
                {"number": each.number, "tags": dict(each.tags), "text": each.part("plain")}
                | {name: value for name, value in each.message.items() if "boundary" not in value}
                for each in laptop.outbox.emails
            ],
            "pumped": laptop.pump(),
            "address": laptop.address,
            "environment": {
                name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"
            },
        }
    )


def differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return each of the *other* that is not the same."""
    return {name: (one[name], each) for name, each in other.items() if one[name] != each}


def used(laptop: Laptop) -> None:
    """Change all that can be changed, and leave much of it half done."""
    sign_in(laptop)
    apply(laptop, people.mentor())
    mail(laptop)
    apply(laptop, people.mentee())
    laptop.pump()
    laptop.address = os.environ["PUBLIC_ADDRESS"] = "https://example.net"
    os.environ["MORE"] = "x"
    laptop._handle.clear()
    client = boto3.client("dynamodb")
    client.delete_table(TableName="ProgramTable")
    client.create_table(
        TableName="Another",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    files = boto3.client("s3")
    files.put_object(Bucket="exports", Key="x", Body=b"x")
    files.create_bucket(
        Bucket="another", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )
    keys = boto3.client("secretsmanager")
    for each in keys.list_secrets()["SecretList"]:
        keys.put_secret_value(SecretId=each["Name"], SecretString="{}")
    mails = boto3.client("sesv2")
    mails.create_email_identity(EmailIdentity="another@example.org")
    mails.create_configuration_set(ConfigurationSetName="another")
    boto3.client("sns").create_topic(Name="another")


def told(laptop: Laptop) -> dict[str, Any]:
    """Return all that comes of a story."""
    coordinator = sign_in(laptop)
    pages = [apply(laptop, given) for given in (people.mentor(), people.mentee())]
    pages += [coordinator.get("/desk"), coordinator.get("/desk/applications")]
    mail(laptop)
    laptop.daily()
    return {
        "pages": [(each.status, each.headers, each.text) for each in pages],
        **found(laptop),
    }


def test_emptied_laptop_is_as_a_new_one(reused: Reused, alike: Callable[[], None]) -> None:
    """
    Whatever a test has done, the next finds what it would on a new laptop, and can do the same.
    """

    def of(laptop: AbstractContextManager[Laptop]) -> dict[str, Any]:
        alike()
        with laptop as here:
            return {**found(here), **{f"{name} then": each for name, each in told(here).items()}}

    new = of(Laptop(ADDRESS))
    assert differing(new, of(reused.laptop())) == {}
    alike()
    with reused.laptop() as laptop:
        used(laptop)
        kept = {"pumped"}
        assert differing(new, found(laptop)).keys() >= found(laptop).keys() - kept
        boto3.setup_default_session(region_name="us-east-1")
        vars(services())["renderer"] = None
    first = reused._laptop
    assert differing(new, of(reused.laptop())) == {}
    assert reused._laptop is first


def test_whoever_has_no_laptop_finds_no_aws(
    reused: Reused, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Between two tests that are given the laptop there is none.
    """
    before = dict(os.environ)
    with reused.laptop():
        assert botocore_stubber.enabled
        assert os.environ["PUBLIC_ADDRESS"] == ADDRESS
    assert dict(os.environ) == before
    assert not botocore_stubber.enabled
    assert boto3.DEFAULT_SESSION is None
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    with pytest.raises(NoCredentialsError):
        boto3.client("dynamodb", "us-west-2").list_tables()
    with reused.laptop():
        assert boto3.client("dynamodb").list_tables()["TableNames"]


def test_makes_way_for_another(reused: Reused) -> None:
    """
    Another laptop has an AWS of its own, in which nothing is left of this one.
    """
    with reused.laptop() as laptop:
        apply(laptop, people.mentor())
    with Laptop(ADDRESS, {"Coordinators": "another@example.org"}) as other:
        assert other is not laptop
        assert found(other)["items"] == [{"Items": [], "Count": 0, "ScannedCount": 0}] * 4
    assert not BackendDict._instances
    with reused.laptop() as again:
        assert again is not laptop
        assert COORDINATORS in services().settings.coordinators


def test_clients_are_kept_and_rested(reused: Reused, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A client is the same as before, may try again as often as a new one, and nobody listens to it.
    """
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    heard = list[str]()
    with reused.laptop() as laptop:
        client = services().store._client
        for _ in range(60):
            with tapped() as wire:
                wire.turned = turned_away(TRANSACT)
                apply(laptop, people.mentor())
    with reused.laptop() as laptop:
        assert services().store._client is client
        with tapped() as wire:
            wire.turned = turned_away(TRANSACT, 1)
            assert apply(laptop, people.mentor()).status == 303
        client.meta.events.register(
            "before-call.dynamodb", lambda model, **_: heard.append(model.name)
        )
        apply(laptop, people.mentee())
        assert heard
    heard.clear()
    with reused.laptop() as laptop:
        assert services().store._client is not client
        apply(laptop, people.mentee())
    assert not heard
