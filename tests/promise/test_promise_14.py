"""
Promise 14: each function can do what it does, and no more.

That no function does more is looked at after every test, and that nothing is granted for nothing
at the end of a run of all the tests: see `tests/conftest.py`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from infra import template
from infra.laptop import COORDINATORS, Laptop
from mentorship.change import Change
from mentorship.services import services
from tests import people, roles
from tests.clock import Clock
from tests.coordinator import sign_in
from tests.grants import Grant
from tests.own import get, link_of, mail
from tests.people import apply
from tests.promises import Show
from tests.roles import Use, Watch, needed


def test_roles_are_what_the_tests_use(shown: Show) -> None:
    """
    Each function's role allows the actions that the function is seen to use in the tests.
    """
    uses = roles.all_granted()
    assert {use.function for use in uses} == set(template.functions())
    on_tables = {*roles.ON_A_TABLE, *roles.ON_SEVERAL, *roles.PARTS.values()}
    known = {f"dynamodb:{each}" for each in on_tables} | {
        *(f"s3:{each}" for each in roles.ON_A_FILE.values()),
        *("ses:SendEmail", "ses:SendRawEmail", "secretsmanager:GetSecretValue"),
    }
    assert {use.action for use in uses} <= known
    shown(14, f"{len(template.functions())} functions: {len(uses)} actions granted and used")


def test_each_function_by_itself(
    laptop: Laptop, clock: Clock, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A function that begins anew, and shares nothing with the others, is allowed all that it does.
    """
    invoke = laptop.invoke

    def begin(function: str, event: Mapping[str, Any]) -> Any:
        services.cache_clear()
        return invoke(function, event)

    monkeypatch.setattr(laptop, "invoke", begin)
    before, watch.used = watch.used, set()
    apply(laptop, people.mentor())
    (_, receipt) = mail(laptop)
    assert get(laptop, link_of(laptop, "kim@example.com")).status == 200
    laptop.returned(receipt, "Bounce")
    apply(laptop, people.mentee())
    clock.forward(hours=1)
    laptop.tick()
    clock.forward(days=7)
    arrangements = services().arrangements()
    leaving = replace(arrangements.coordinators[0], until=clock().date() + timedelta(days=20))
    services().store.commit(Change(puts=(arrangements.with_changes(coordinators=(leaving,)),)))
    laptop.daily()
    assert laptop.invoke("Export", {"role": "mentee"})["rows"] == 1
    assert get(laptop, "/apply/mentee/").status == 200
    coordinator = sign_in(laptop)
    for path in ("/desk", "/desk/export"):
        assert coordinator.get(path).status == 200
    # A coordinator who has applied: an export asks what they are called in their application.
    apply(laptop, people.mentor(email=COORDINATORS))
    assert coordinator.post("/desk/export", {"include": ["not_with"]}).status == 200
    contact = sign_in(laptop, services().program.contact)
    assert contact.post("/desk/archive/export").status == 200
    assert {use.function for use in watch.used} == set(template.functions())
    # Who signs a link, or looks for what is kept by a keyed hash, reads the keys for it.
    reads = {use.function for use in watch.used if use.resource == "LinkKeys"}
    assert reads == {use.function for use in roles.all_granted() if use.resource == "LinkKeys"}
    watch.used |= before


def put(table: str) -> dict[str, Any]:
    """Return a call that writes into a table."""
    return {"TableName": table, "Item": {"id": {"S": "1"}}}


@pytest.mark.parametrize(
    ("call", "given", "grants"),
    [
        ("dynamodb:GetItem", {"TableName": "T", "Key": {}}, {("dynamodb:GetItem", "T")}),
        (
            "dynamodb:Query",
            {"TableName": "T", "IndexName": "by-x"},
            {("dynamodb:Query", "T/index/by-x")},
        ),
        (
            "dynamodb:TransactWriteItems",
            {
                "TransactItems": [
                    {"Put": {"TableName": "A"}},
                    {"Put": {"TableName": "B"}},
                    {"Update": {"TableName": "A"}},
                    {"Delete": {"TableName": "B"}},
                    {"ConditionCheck": {"TableName": "C"}},
                ]
            },
            {
                ("dynamodb:PutItem", "A"),
                ("dynamodb:PutItem", "B"),
                ("dynamodb:UpdateItem", "A"),
                ("dynamodb:DeleteItem", "B"),
                ("dynamodb:ConditionCheckItem", "C"),
            },
        ),
        (
            "sesv2:SendEmail",
            {"Content": {"Raw": {"Data": b""}}, "ConfigurationSetName": "letters"},
            {
                (f"ses:{action}", resource)
                for action in ("SendEmail", "SendRawEmail")
                for resource in ("SenderIdentity", "ConfigurationSet")
            },
        ),
        (
            "sesv2:SendEmail",
            {"Content": {"Simple": {}}},
            {("ses:SendEmail", "SenderIdentity")},
        ),
        ("s3:UploadPart", {"Bucket": "exports"}, {("s3:PutObject", "ExportBucket/*")}),
        (
            "secretsmanager:GetSecretValue",
            {"SecretId": "LinkKeys"},
            {("secretsmanager:GetSecretValue", "LinkKeys")},
        ),
    ],
)  # fmt: skip
def test_what_a_call_needs(
    call: str, given: dict[str, Any], grants: set[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A call is known by the actions that IAM asks for, a transaction by those of its parts.
    """
    monkeypatch.setenv("EXPORT_BUCKET", "exports")
    service, _, operation = call.partition(":")
    assert needed(service, operation, given) == {Grant(*each) for each in grants}


@pytest.mark.parametrize(
    "call", ["dynamodb:DescribeTable", "dynamodb:DeleteTable", "sqs:SendMessage"]
)
def test_call_that_no_function_makes(call: str) -> None:
    """
    A call of a new kind stops the test until somebody says what it needs.
    """
    service, _, operation = call.partition(":")
    with pytest.raises(NotImplementedError, match=operation):
        needed(service, operation, {})


class TestWatch:
    @pytest.fixture
    def does(self, laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> Any:
        """Have a function do what it is told."""

        def does(function: str, work: Any) -> None:
            monkeypatch.setitem(laptop._handle, function, lambda event, context: work())
            laptop.invoke(function, {})

        return does

    def test_use_that_is_not_granted(self, watch: Watch, does: Any) -> None:
        """
        A function that writes where its role lets it only read is noticed, and so is a transaction.
        """
        tables = boto3.client("dynamodb")
        does("Export", lambda: tables.put_item(**put("LettersTable")))
        parts: Any = [{"Put": put("ApplicationsTable")}]
        does("Export", lambda: tables.transact_write_items(TransactItems=parts))
        assert watch.beyond() == {
            Use("Export", "dynamodb:PutItem", "LettersTable"),
            Use("Export", "dynamodb:PutItem", "ApplicationsTable"),
        }

    def test_link_that_is_signed(self, watch: Watch, does: Any) -> None:
        """
        A link can do what its signer may: to sign it is to use the action.
        """
        given = {"Bucket": "exports", "Key": "k"}
        files = boto3.client("s3")
        does("Submit", lambda: files.generate_presigned_url("get_object", Params=given))
        assert watch.beyond() == {Use("Submit", "s3:GetObject", "ExportBucket/*")}

    def test_what_a_test_does_itself(self, watch: Watch, does: Any) -> None:
        """
        What is done outside a function is no function's.
        """
        does("Export", lambda: None)
        boto3.client("dynamodb").put_item(**put("LettersTable"))
        assert watch.beyond() == set()

    def test_use_is_remembered(self, watch: Watch, does: Any) -> None:
        """
        What is granted and used is known at the end of the run.
        """
        tables = boto3.client("dynamodb")
        key = {"id": {"S": "1"}}
        does("Notify", lambda: tables.get_item(TableName="LettersTable", Key=key))
        assert Use("Notify", "dynamodb:GetItem", "LettersTable") in watch.used
