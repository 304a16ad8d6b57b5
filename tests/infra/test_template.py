"""The template says what the promises need; CloudFormation itself is asked by `infra.lint`."""

import ast
import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra import edge, lint, parameters, template
from infra.build import ROOT
from mentorship import log as log_module
from mentorship.applicant import form_page
from mentorship.handlers import apply, desk, own, submit
from mentorship.letters.letter import LEASE, WAITS, State
from mentorship.letters.traits import Reader
from mentorship.settings import Program, Settings, every_setting
from mentorship.web import http, keyring
from tests.every import every
from tests.grants import Grant, grants
from tests.viewer import VISITOR, asked, visit

# What a deployment has to say; the rest has defaults.
GIVEN = {
    "Sender": "mentorship@example.org",
    "Coordinators": "one@example.org, two@example.org",
    "AlarmAddress": "alarm@example.org",
    "PublicAddress": "https://mentorship.example.org",
}

# Grants that do not name one thing: files of the function's own bucket, and what Lambda itself asks
# for to find the stream.
WIDER = {
    Grant("dynamodb:ListStreams", "LettersTable/stream/*"),
    Grant("s3:GetObject", "ExportBucket/*"),
    Grant("s3:PutObject", "ExportBucket/*"),
}
# Whoever asks to be forgotten is, at once, by their own hand or a coordinator's.
DELETIONS = {
    Grant("dynamodb:DeleteItem", "ApplicationsTable"),
    Grant("dynamodb:DeleteItem", "MatchesTable"),
    Grant("dynamodb:DeleteItem", "ProgramTable"),
}
# What reads or writes more than one thing at a time.
LARGE = {
    # Matches of whoever acts on an application.
    "Own": DELETIONS | {Grant("dynamodb:BatchGetItem", "MatchesTable")},
    # A page of what an index found by keys; and the roster, which is thousands of entries.
    "Desk": DELETIONS
    | {
        Grant("dynamodb:BatchGetItem", "ApplicationsTable"),
        Grant("dynamodb:BatchGetItem", "LettersTable"),
        Grant("dynamodb:BatchGetItem", "MatchesTable"),
        Grant("dynamodb:BatchGetItem", "ProgramTable"),
        Grant("dynamodb:BatchWriteItem", "ProgramTable"),
    },
    # It deletes what lies between two people, once both are gone.
    "Daily": {
        Grant("dynamodb:DeleteItem", "MatchesTable"),
        Grant("dynamodb:BatchGetItem", "LettersTable"),
        Grant("dynamodb:BatchGetItem", "MatchesTable"),
        Grant("dynamodb:BatchGetItem", "ProgramTable"),
    },
    # Whom open proposals are about, so that one that concerns the coordinator is left out.
    "Export": {Grant("dynamodb:BatchGetItem", "ApplicationsTable")},
    # All that is stored, as one file.
    "Archive": {
        Grant("dynamodb:Scan", "ApplicationsTable"),
        Grant("dynamodb:Scan", "LettersTable"),
        Grant("dynamodb:Scan", "MatchesTable"),
        Grant("dynamodb:Scan", "ProgramTable"),
    },
}
# The functions that a person waits for.
WAITED_FOR = sorted({route.function for route in template.routes()})

TABLES = sorted(template.resources("AWS::DynamoDB::Table"))
FUNCTIONS = sorted(template.functions())
ALARMS = sorted(template.resources("AWS::CloudWatch::Alarm"))
FILTERS = sorted(template.resources("AWS::Logs::MetricFilter"))
ALARM_PAGES = ROOT / "docs" / "handbook" / "alarms"


def distribution() -> Any:
    """Return the distribution's properties."""
    (found,) = template.resources("AWS::CloudFront::Distribution").values()
    return found["DistributionConfig"]


@pytest.mark.parametrize("name", TABLES)
class TestTable:
    def test_table_cannot_be_lost(self, name: str) -> None:
        """
        A table survives its stack, a mistaken deletion, and five weeks of unnoticed damage.
        """
        resource = template.read()["Resources"][name]
        properties = resource["Properties"]

        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
        assert properties["DeletionProtectionEnabled"] is True
        assert properties["PointInTimeRecoverySpecification"] == {
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": 35,
        }

    def test_table_forgets_and_costs_nothing_idle(self, name: str) -> None:
        """
        Items with an expiry go by themselves; an idle table is not paid for by the hour.
        """
        properties = template.resources("AWS::DynamoDB::Table")[name]

        assert properties["TimeToLiveSpecification"] == {
            "AttributeName": "expires",
            "Enabled": True,
        }
        assert properties["BillingMode"] == "PAY_PER_REQUEST"
        assert properties["SSESpecification"] == {"SSEEnabled": True}

    def test_table_name_is_free_for_a_new_stack(self, name: str) -> None:
        """
        A retained table has a name of its own, so that the next stack can be made beside it.
        """
        assert "TableName" not in template.resources("AWS::DynamoDB::Table")[name]


# The keys of each index, and whether it holds all that its items do.
INDEXES = {
    "ApplicationsTable": {
        "by-shelf": ("shelf", "place", "ALL"),
        "by-reference": ("reference", "KEYS_ONLY"),
        "by-name": ("named", "name", "KEYS_ONLY"),
        "by-surname": ("named", "surname", "KEYS_ONLY"),
        "by-end": ("leaving", "leaves", "ALL"),
    },
    "LettersTable": {
        "by-application": ("application", "created", "ALL"),
        "pending": ("pending", "due", "KEYS_ONLY"),
    },
    "MatchesTable": {
        "by-state": ("state", "since", "ALL"),
        "by-due": ("pending", "due", "KEYS_ONLY"),
    },
    "ProgramTable": {"by-list": ("list", "place", "ALL")},
}


@pytest.mark.parametrize("name", TABLES)
def test_indexes_are_what_is_asked_of_them(name: str) -> None:
    """
    Lists hold whole items, so that a page of them is one read; looking up needs the keys only.
    """
    properties = template.resources("AWS::DynamoDB::Table")[name]
    found = {
        index["IndexName"]: (
            *(key["AttributeName"] for key in index["KeySchema"]),
            index["Projection"]["ProjectionType"],
        )
        for index in properties["GlobalSecondaryIndexes"]
    }
    kinds = {index["KeySchema"][0]["KeyType"] for index in properties["GlobalSecondaryIndexes"]}

    assert found == INDEXES[name]
    assert kinds == {"HASH"}


@mock_aws
def test_tables_can_be_made_from_the_template() -> None:
    """
    DynamoDB takes what `tables` returns: keys, indexes, stream and expiry.
    """
    client = boto3.client("dynamodb", region_name="us-west-2")
    for table in template.tables():
        client.create_table(**table.create)
        client.update_time_to_live(**table.time_to_live or {})

    made = {
        name: client.describe_table(TableName=name)["Table"]
        for name in client.list_tables()["TableNames"]
    }
    assert sorted(made) == TABLES
    assert made["LettersTable"]["StreamSpecification"] == {
        "StreamEnabled": True,
        "StreamViewType": "KEYS_ONLY",
    }
    indexes = {
        name: {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", [])}
        for name, table in made.items()
    }
    assert indexes == {name: set(keys) for name, keys in INDEXES.items()}
    for name in made:
        expiry = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}


@pytest.mark.parametrize("name", FUNCTIONS)
class TestFunction:
    def test_handler_is_there(self, name: str) -> None:
        """
        What the template says a function runs can be imported and called.
        """
        module, _, attribute = template.handlers()[name].rpartition(".")

        assert callable(getattr(import_module(module), attribute))

    def test_settings_are_complete(self, name: str) -> None:
        """
        A function is told every setting there is, and nothing that is not one.
        """
        environment = template.environment(name, GIVEN)

        assert set(environment) == {variable for variable, _, _ in every_setting()}
        settings = Settings.from_environment(environment)
        program = Program.from_environment(environment)
        assert settings.letters_table == "LettersTable"
        assert [str(each) for each in settings.coordinator_addresses] == [
            "one@example.org",
            "two@example.org",
        ]
        assert program.public_address == "https://mentorship.example.org"
        assert program.applications == "soon"

    def test_role_is_its_own(self, name: str) -> None:
        """
        No two functions share a role, and only Lambda can take one on.
        """
        roles = [each["Role"]["Fn::GetAtt"][0] for each in template.functions().values()]
        role = template.functions()[name]["Role"]["Fn::GetAtt"][0]
        properties = template.resources("AWS::IAM::Role")[role]

        assert roles.count(role) == 1
        (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}
        assert "ManagedPolicyArns" not in properties

    def test_nothing_can_be_deleted_or_read_whole(self, name: str) -> None:
        """
        Nothing is deleted but where people ask for it, and only the archive reads a table whole.
        """
        large = {
            grant
            for grant in grants(name)
            if grant.action.partition(":")[2].startswith(("Delete", "Batch", "Scan"))
        }

        assert large == LARGE.get(name, set())

    def test_log_is_its_own_and_ends(self, name: str) -> None:
        """
        A function writes to its own log only, as JSON, and the log is kept ninety days.
        """
        log = template.functions()[name]["LoggingConfig"]["LogGroup"]["Ref"]
        written = {grant.resource for grant in grants(name) if grant.action.startswith("logs:")}

        assert written == {log} == {f"{name}Log"}
        assert template.resources("AWS::Logs::LogGroup")[log]["RetentionInDays"] == 90
        assert template.read()["Globals"]["Function"]["LoggingConfig"]["LogFormat"] == "JSON"

    def test_letter_is_held_longer_than_a_function_runs(self, name: str) -> None:
        """
        A letter's hold never runs out under a sender that is still at work.
        """
        assert template.functions()[name]["Timeout"] <= LEASE.total_seconds()


def test_grants_name_one_thing_each() -> None:
    """
    No action has a wildcard, and no resource but for the few that cannot be without.
    """
    granted = {grant for name in FUNCTIONS for grant in grants(name)}

    assert {grant for grant in granted if "*" in grant.action} == set()
    named = re.compile(r"\w+(\.StreamArn|/index/[a-z0-9-]+)?")
    assert {grant for grant in granted if not named.fullmatch(grant.resource)} == WIDER


def test_only_senders_send_and_only_exports_reach_files() -> None:
    """
    Mail leaves by notify and sweep, files by export and archive; no other function can do either.
    """
    services = {
        name: {grant.action.partition(":")[0] for grant in grants(name)} - {"logs"}
        for name in FUNCTIONS
    }

    assert services == {
        "Submit": {"dynamodb", "secretsmanager"},
        "Own": {"dynamodb", "secretsmanager"},
        "Notify": {"dynamodb", "secretsmanager", "ses", "sqs"},
        "Sweep": {"dynamodb", "secretsmanager", "ses"},
        "Daily": {"dynamodb", "secretsmanager"},
        "Feedback": {"dynamodb", "secretsmanager"},
        "Export": {"dynamodb", "s3", "secretsmanager"},
        "Desk": {"dynamodb", "secretsmanager"},
        "Apply": {"dynamodb"},
        "Archive": {"dynamodb", "s3", "secretsmanager"},
    }


def test_form_page_reads_what_is_arranged_and_nothing_else() -> None:
    """
    The function that everybody may call cannot read who applied, nor sign anything.
    """
    assert {grant for grant in grants("Apply") if "log" not in grant.action} == {
        Grant("dynamodb:GetItem", "ProgramTable")
    }


def test_senders_may_send_raw_messages() -> None:
    """
    SES asks for `SendRawEmail` when a whole message is handed to `SendEmail`.
    """
    for name in ("Notify", "Sweep"):
        assert {
            Grant(action, resource)
            for action in ("ses:SendEmail", "ses:SendRawEmail")
            for resource in ("SenderIdentity", "ConfigurationSet")
        } <= grants(name)


def test_environment_asks_for_what_has_no_default() -> None:
    """
    A parameter without a default has to be given.
    """
    with pytest.raises(KeyError, match="Sender"):
        template.environment("Submit")


@pytest.mark.parametrize(
    ("function", "handler"),
    [("Submit", submit), ("Own", own), ("Apply", apply), ("Desk", desk)],
)
def test_routes_are_those_of_the_handler(function: str, handler: Any) -> None:
    """
    The API leads to the paths that a handler answers, each of its routes to some.
    """
    led = {path: edge.chosen(method, path) for method, path in handler.ROUTES}
    routes = {route for route in template.routes() if route.function == function}

    assert {path for path, route in led.items() if route not in routes} == set()
    assert set(led.values()) == routes
    assert {route.method for route in routes} == {"ANY"}


def test_paths_of_the_functions_are_these() -> None:
    """
    Each function has its paths, and the desk's others are all one function's.
    """
    paths: dict[str, set[str]] = {name: set() for name in WAITED_FOR}
    for route in template.routes():
        paths[route.function].add(route.path)

    assert paths == {
        "Submit": {"/applications", "/applications/{id}"},
        "Own": {
            "/links",
            *("/mine/{token}", "/mine/{token}/{act}"),
            *("/match/{token}", "/match/{token}/{act}"),
            *("/pair/{token}", "/pair/{token}/{act}"),
        },
        "Apply": {"/apply/{proxy+}"},
        "Desk": {"/desk", "/desk/{proxy+}"},
        "Archive": {"/desk/archive/export"},
        "Export": {"/desk/export"},
    }


@pytest.mark.parametrize("name", sorted(set(WAITED_FOR) - {"Export"}))
def test_answer_comes_before_the_api_gives_up(name: str) -> None:
    """
    The HTTP API waits thirty seconds, whatever a function would like.
    """
    assert template.functions()[name]["Timeout"] < 30


@pytest.mark.parametrize("name", WAITED_FOR)
def test_whoever_waits_is_answered_quickly(name: str) -> None:
    """
    Processor time is given by memory: a person waits for each of these while it starts.
    """
    assert template.functions()[name]["MemorySize"] >= 1024


def test_export_may_take_longer_where_nobody_waits_at_a_page() -> None:
    """
    Invoked directly, an export of everything has its five minutes.
    """
    assert template.functions()["Export"]["Timeout"] == 300


def test_functions_run_by_themselves_in_time() -> None:
    """
    What is stuck is found within fifteen minutes; what is missing, every morning.
    """
    assert template.schedules() == [
        template.Schedule("Sweep", "rate(15 minutes)"),
        template.Schedule("Daily", "cron(0 15 * * ? *)"),
    ]


def test_keys_of_links_are_a_secret_of_their_own() -> None:
    """
    The secret outlives its stack, and is made with the first key, long and random.
    """
    resource = template.read()["Resources"]["LinkKeys"]
    made = resource["Properties"]["GenerateSecretString"]

    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    assert made["GenerateStringKey"] == keyring.FIRST
    assert json.loads(made["SecretStringTemplate"]) == {}
    assert made["PasswordLength"] == 64


class TestWhatComesBack:
    def test_bounces_wake_the_function(self) -> None:
        """
        What Amazon SES says of bounces, complaints and rejects goes to `Feedback`.
        """
        (destination,) = template.resources("AWS::SES::ConfigurationSetEventDestination").values()
        event = destination["EventDestination"]

        assert destination["ConfigurationSetName"] == {"Ref": "ConfigurationSet"}
        assert event["Enabled"] is True
        assert set(event["MatchingEventTypes"]) == {"bounce", "complaint", "reject"}
        assert event["SnsDestination"] == {"TopicARN": {"Ref": "MailEvents"}}
        assert template.topics() == [template.Topic("Feedback", "MailEvents")]

    def test_only_our_own_mail_writes_to_the_topic(self) -> None:
        """
        Nobody else's configuration set can tell us that mail came back.
        """
        policy = template.resources("AWS::SNS::TopicPolicy")["MailEventsPolicy"]
        (statement,) = policy["PolicyDocument"]["Statement"]

        assert policy["Topics"] == [{"Ref": "MailEvents"}]
        assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
        assert statement["Action"] == "sns:Publish"
        condition = statement["Condition"]["StringEquals"]
        assert condition["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}
        assert condition["aws:SourceArn"]["Fn::Sub"].endswith(
            ":${AWS::AccountId}:configuration-set/${ConfigurationSet}"
        )

    def test_topic_can_be_written_to(self) -> None:
        """
        SES may not use Amazon's own key for topics, and looks for its permission first.
        """
        assert template.resources("AWS::SNS::Topic")["MailEvents"] == {}
        (destination,) = (
            resource
            for resource in template.read()["Resources"].values()
            if resource["Type"] == "AWS::SES::ConfigurationSetEventDestination"
        )
        assert destination["DependsOn"] == "MailEventsPolicy"

    def test_topic_may_call_the_function(self) -> None:
        """
        What SAM makes of the event subscribes the function, and lets the topic call it.
        """
        made = lint.transformed()["Resources"].values()

        (subscription,) = [each for each in made if each["Type"] == "AWS::SNS::Subscription"]
        assert subscription["Properties"]["TopicArn"] == {"Ref": "MailEvents"}
        assert subscription["Properties"]["Endpoint"] == {"Fn::GetAtt": ["Feedback", "Arn"]}
        assert [
            each["Properties"]["FunctionName"]
            for each in made
            if each["Type"] == "AWS::Lambda::Permission"
            and each["Properties"]["Principal"] == "sns.amazonaws.com"
        ] == [{"Ref": "Feedback"}]


def test_stream_gives_up_and_says_so() -> None:
    """
    Only new letters wake the sender; a record that fails is tried a few times, then kept aside.
    """
    (stream,) = template.streams()
    assert stream == template.Stream(
        function="Notify",
        table="LettersTable",
        events=frozenset({"INSERT"}),
        batch_size=10,
        tries=6,
    )
    event = template.functions()["Notify"]["Events"]["Letters"]["Properties"]
    assert event["BisectBatchOnFunctionError"] is True
    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert event["MaximumRecordAgeInSeconds"] == 3600
    assert event["DestinationConfig"]["OnFailure"] == {
        "Type": "SQS",
        "Destination": {"Fn::GetAtt": ["FailureQueue", "Arn"]},
    }
    (queue,) = template.resources("AWS::SQS::Queue").values()
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_export_bucket_is_private_and_keeps_a_day() -> None:
    """
    An export is nobody's to find, travels encrypted, and is gone the next day.
    """
    bucket = template.resources("AWS::S3::Bucket")["ExportBucket"]

    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)


@pytest.mark.parametrize("name", ["ExportBucket", "SiteBucket"])
def test_buckets_are_private(name: str) -> None:
    """
    No bucket can be made public, nor read without encryption.
    """
    bucket = template.resources("AWS::S3::Bucket")[name]
    policy = template.resources("AWS::S3::BucketPolicy")[f"{name}Policy"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert policy["Bucket"] == {"Ref": name}
    denied = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"]
    assert [each["Condition"] for each in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]
    allowed = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
    assert all(each["Principal"] == {"Service": "cloudfront.amazonaws.com"} for each in allowed)
    assert all("StringEquals" in each["Condition"] for each in allowed)


class TestDistribution:
    def test_functions_are_on_the_same_origin(self) -> None:
        """
        The functions' paths go to the API and nothing else does: every method, nothing cached.
        """
        forwarded = {each["PathPattern"]: each for each in distribution()["CacheBehaviors"]}

        assert set(forwarded) == {edge.behavior(route.path).pattern for route in template.routes()}
        assert {each["TargetOriginId"] for each in forwarded.values()} == {"functions"}
        assert distribution()["DefaultCacheBehavior"]["TargetOriginId"] == "site"
        del forwarded["/apply/*"]
        for behavior in forwarded.values():
            assert {"GET", "POST"} <= set(behavior["AllowedMethods"])
            # CloudFront's own policies CachingDisabled and AllViewerExceptHostHeader.
            assert behavior["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
            assert behavior["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
            assert behavior["FunctionAssociations"] == [
                {
                    "EventType": "viewer-request",
                    "FunctionARN": {"Fn::GetAtt": ["Client", "FunctionMetadata.FunctionARN"]},
                }
            ]

    def test_form_is_a_page_that_is_kept_for_a_minute(self) -> None:
        """
        The form's pages are asked for as pages are; their path is all that counts, for a minute.
        """
        (form,) = (
            each for each in distribution()["CacheBehaviors"] if each["PathPattern"] == "/apply/*"
        )
        page = distribution()["DefaultCacheBehavior"]
        (kept,) = template.resources("AWS::CloudFront::CachePolicy").values()
        config = kept["CachePolicyConfig"]
        counts = config["ParametersInCacheKeyAndForwardedToOrigin"]

        assert form["CachePolicyId"] == {"Ref": "ForAMinute"}
        assert "OriginRequestPolicyId" not in form
        for part in ("AllowedMethods", "Compress", "ViewerProtocolPolicy", "FunctionAssociations"):
            assert form[part] == page[part]
        assert set(form["AllowedMethods"]) == {"GET", "HEAD"}
        assert (config["MinTTL"], config["DefaultTTL"], config["MaxTTL"]) == (0, 60, 60)
        assert f"max-age={config['MaxTTL']}" in form_page.HEADERS["cache-control"]
        assert counts == {
            "CookiesConfig": {"CookieBehavior": "none"},
            "HeadersConfig": {"HeaderBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "none"},
            "EnableAcceptEncodingGzip": True,
            "EnableAcceptEncodingBrotli": True,
        }

    def test_missing_pages_are_not_found(self) -> None:
        """
        S3 says 403 of a file that is not there; a visitor reads the site's page for a 404.
        """
        (response, *others) = distribution()["CustomErrorResponses"]

        assert (response["ErrorCode"], response["ResponseCode"]) == (403, 404)
        assert response["ResponsePagePath"] == "/404.html"
        assert all("ResponseCode" not in each for each in others)

    def test_errors_of_ours_are_not_kept(self) -> None:
        """
        A form page that could not be made is asked for again by the next reader, not kept for ten
        seconds as CloudFront does by itself.
        """
        _, *errors = distribution()["CustomErrorResponses"]

        assert [(each["ErrorCode"], each["ErrorCachingMinTTL"]) for each in errors] == [
            (500, 0),
            (503, 0),
        ]

    def test_every_answer_is_encrypted_and_has_the_headers(self) -> None:
        """
        No behavior lacks the security headers or answers without encryption.
        """
        config = distribution()
        for behavior in (config["DefaultCacheBehavior"], *config["CacheBehaviors"]):
            assert behavior["ViewerProtocolPolicy"] in ("redirect-to-https", "https-only")
            assert behavior["ResponseHeadersPolicyId"] == {"Ref": "SafeHeaders"}
        assert "Logging" not in config

    def test_functions_keep_their_own_headers(self) -> None:
        """
        CloudFront adds a header where there is none, and replaces none that a function sends.
        """
        (policy,) = template.resources("AWS::CloudFront::ResponseHeadersPolicy").values()
        config = policy["ResponseHeadersPolicyConfig"]

        overrides = [each["Override"] for each in config["SecurityHeadersConfig"].values()]
        overrides += [each["Override"] for each in config["CustomHeadersConfig"]["Items"]]
        assert set(overrides) == {False}

    def test_pages_are_guarded_as_the_functions_are(self) -> None:
        """
        Pages and functions' answers forbid the same things to a browser.
        """
        headers = {name.lower(): value for name, value in template.headers().items()}

        assert headers["content-security-policy"] == http.POLICY
        assert set(http.HEADERS) - {"cache-control"} <= set(headers)

    def test_policy_allows_nothing_inline_and_no_frame(self) -> None:
        """
        What is not the site's own, inline scripts included, does not run.
        """
        policy = template.headers()["Content-Security-Policy"]

        assert policy.startswith("default-src 'none';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("claimed", [{}, {"x-client-address": {"value": "192.0.2.1"}}])
def test_functions_are_told_who_asks(claimed: dict[str, Any]) -> None:
    """
    CloudFront says from which address a request comes, whatever the request says of it.
    """
    given = {**asked("/applications"), "headers": {"cookie": {"value": "a"}, **claimed}}
    (request,) = visit(given, function="Client")

    assert request["headers"] == {
        "cookie": {"value": "a"},
        "x-client-address": {"value": VISITOR},
    }
    assert {**request, "headers": {}} == {**given, "headers": {}}


@pytest.mark.parametrize(
    ("path", "sent_on"),
    [
        ("/desk", "/desk"),
        ("/desk/", "/desk"),
        ("/desk///", "/desk"),
        ("/desk//x/", "/desk//x"),
        ("/", "/"),
        ("///", "/"),
    ],
)
def test_functions_see_no_slash_at_the_end(path: str, sent_on: str) -> None:
    """
    A path is sent on without the slashes that it ends with, and is never empty.
    """
    (request,) = visit(asked(path), function="Client")

    assert request["uri"] == sent_on


class TestPages:
    @pytest.mark.parametrize(
        ("path", "file"),
        [
            ("/", "/index.html"),
            ("/apply/mentee/", "/apply/mentee/index.html"),
            ("/assets/styles/site.css", "/assets/styles/site.css"),
            ("/404.html", "/404.html"),
            ("//evil.example/", "/evil.example/index.html"),
        ],
    )
    def test_address_shows_a_file(self, path: str, file: str) -> None:
        """
        A folder's address shows its index, a file's address the file.
        """
        (answer,) = visit(asked(path))

        assert answer["uri"] == file
        assert "statusCode" not in answer

    @pytest.mark.parametrize(
        ("path", "target"),
        [
            ("/program", "/program/"),
            ("/apply/mentee", "/apply/mentee/"),
            ("//evil.example/x", "/evil.example/x/"),
            ("///evil", "/evil/"),
            ("/\\evil", "/evil/"),
            ("\\\\evil", "/evil/"),
        ],
    )
    def test_folder_without_slash_is_corrected_here(self, path: str, target: str) -> None:
        """
        A folder's address gets its slash, and never leads to another site.
        """
        (answer,) = visit(asked(path))

        assert answer["statusCode"] == 301
        assert answer["headers"]["location"]["value"] == target

    def test_query_is_kept(self) -> None:
        """
        What follows the question mark goes along, in whatever number.
        """
        several = {"value": "1", "multiValue": [{"value": "1"}, {"value": "2%26"}]}
        (answer,) = visit(asked("/program", a=several, b={"value": ""}))

        assert answer["headers"]["location"]["value"] == "/program/?a=1&a=2%26&b"


def slug(alarm: str) -> str:
    """Return the name of an alarm's page: `letter-waits` of `LetterWaits`."""
    return re.sub(r"(?<!^)([A-Z])", r"-\1", alarm).lower()


@cache
def syntax(module: str) -> ast.Module:
    """Return a module of the package, parsed."""
    path = ROOT / "functions" / Path(*module.split(".")).with_suffix(".py")
    return ast.parse(path.read_text(encoding="utf-8"))


def reached(module: str) -> set[str]:
    """Return a module of the package, and all of the package that it imports in turn."""
    found, left = set[str](), [module]
    while left:
        name = left.pop()
        if name in found or not (ROOT / "functions" / f"{name.replace('.', '/')}.py").is_file():
            continue
        found.add(name)
        for node in ast.walk(syntax(name)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mentorship"):
                left += [str(node.module), *(f"{node.module}.{each.name}" for each in node.names)]
    return found


def said(event: ast.expr) -> set[str]:
    """Return what an event may be called, an enumeration's member in it being a letter's state."""
    match event:
        case ast.Constant(value=str(words)):
            return {words}
        case ast.IfExp(body=one, orelse=other):
            return said(one) | said(other)
        case ast.JoinedStr(values=parts):
            return {
                "".join(str(p.value) if isinstance(p, ast.Constant) else state for p in parts)
                for state in State
            }
    raise ValueError(ast.dump(event))


def lines(function: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the events that a function of the template may write to its log, and their facts."""
    handler = template.handlers()[function].rpartition(".")[0]
    for module in reached(handler):
        for node in ast.walk(syntax(module)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "log.record":
                facts = {str(keyword.arg) for keyword in node.keywords}
                yield from ((event, facts) for event in said(node.args[0]))


class TestAlarms:
    @every("name", ALARMS)
    def test_alarm_reaches_a_person_with_words(self, name: str) -> None:
        """
        Every alarm is mailed, says in words what happened, and ends in its page's address.
        """
        alarm = template.resources("AWS::CloudWatch::Alarm")[name]
        words = alarm["AlarmDescription"]["Fn::Sub"]

        assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]
        assert words.endswith(f" ${{PublicAddress}}/handbook/alarms/{slug(name)}/")
        assert len(words) < 1024
        topic = template.resources("AWS::SNS::Topic")["Alarms"]
        assert topic["Subscription"] == [
            {"Protocol": "email", "Endpoint": {"Ref": "AlarmAddress"}},
        ]

    def test_every_alarm_has_a_page_and_every_page_an_alarm(self) -> None:
        """
        Whoever gets an alarm finds its page, and no page explains an alarm that is not there.
        """
        pages = {page.stem for page in ALARM_PAGES.glob("*.md")} - {"index"}

        assert pages == {slug(name) for name in ALARMS}

    @every("name", ALARMS)
    def test_page_says_what_to_do(self, name: str) -> None:
        """
        A page names its alarm, what it means, who is affected, and what to do with and without AWS.
        """
        page = (ALARM_PAGES / f"{slug(name)}.md").read_text(encoding="utf-8")
        index = (ALARM_PAGES / "index.md").read_text(encoding="utf-8")

        assert f"`{name}`" in page
        assert re.findall(r"\{ #(\w+) \}", page) == ["means", "affected", "do"]
        assert "Without access to AWS:" in page
        assert "With access to AWS:" in page
        assert f"[{name}]({slug(name)}.md)" in index

    def test_alarms_cost_nothing(self) -> None:
        """
        Ten metrics in alarms are free, and ten of one's own; a sum of several counts as several.
        """
        alarms = template.resources("AWS::CloudWatch::Alarm").values()
        own = {
            metric["MetricName"]
            for name in FILTERS
            for metric in template.resources("AWS::Logs::MetricFilter")[name][
                "MetricTransformations"
            ]
        }

        assert len(alarms) <= 10
        assert not [alarm for alarm in alarms if "Metrics" in alarm]
        assert len(own) <= 10

    @pytest.mark.parametrize("metric", ["Errors", "Throttles"])
    def test_every_function_is_watched(self, metric: str) -> None:
        """
        Whichever function fails or finds no room, a person hears of it: all are one sum.
        """
        (alarm,) = [
            alarm
            for alarm in template.resources("AWS::CloudWatch::Alarm").values()
            if alarm["MetricName"] == metric
        ]

        assert alarm["Namespace"] == "AWS/Lambda"
        assert "Dimensions" not in alarm
        assert (alarm["Statistic"], alarm["Threshold"]) == ("Sum", 1)

    @pytest.mark.parametrize("name", FILTERS)
    def test_what_is_looked_for_in_a_log_is_written_there(self, name: str) -> None:
        """
        The words and facts of each filter are those of a line that this very function writes.
        """
        each = template.resources("AWS::Logs::MetricFilter")[name]
        (metric,) = each["MetricTransformations"]
        function = each["LogGroupName"]["Ref"].removesuffix("Log")
        text = each["FilterPattern"] + metric["MetricValue"]
        (event,) = re.findall(r'\$\.event = "([^"]+)"', text)
        facts = set(re.findall(r"\$\.(\w+)", text)) - {"event"}

        assert [one for one, has in lines(function) if one == event and facts <= has]
        assert facts <= log_module.FACTS
        assert metric["MetricNamespace"] == {"Ref": "AWS::StackName"}

    @every("name", ALARMS)
    def test_own_metric_of_an_alarm_is_counted(self, name: str) -> None:
        """
        An alarm about a metric of our own looks at one that a filter makes.
        """
        alarm = template.resources("AWS::CloudWatch::Alarm")[name]
        made = {
            metric["MetricName"]
            for each in template.resources("AWS::Logs::MetricFilter").values()
            for metric in each["MetricTransformations"]
        }

        assert isinstance(alarm["Namespace"], str) or alarm["MetricName"] in made

    def test_lost_letter_is_noticed_in_both_logs(self) -> None:
        """
        Whichever sender gives a letter up, the alarm counts it.
        """
        found = {
            (each["LogGroupName"]["Ref"], each["FilterPattern"])
            for each in template.resources("AWS::Logs::MetricFilter").values()
            if each["MetricTransformations"][0]["MetricName"] == "LettersFailed"
        }

        pattern = f'{{ ($.event = "letter {State.FAILED}") && ($.final IS TRUE) }}'
        assert found == {("NotifyLog", pattern), ("SweepLog", pattern)}

    def test_notice_that_came_back_is_told_from_a_receipt(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        The log names a letter's reader as the alarm looks for it: one coordinator, or all of them.
        """
        log_module.record("letter returned", reader=Reader.COORDINATORS)
        line = json.loads(capsys.readouterr().out)
        pattern = template.resources("AWS::Logs::MetricFilter")["FeedbackNoticeReturned"][
            "FilterPattern"
        ]

        (start,) = re.findall(r'\$\.reader = "(\w+)\*"', pattern)
        assert line["reader"].startswith(start)
        assert {each for each in Reader if each.startswith(start)} == {
            Reader.COORDINATOR,
            Reader.COORDINATORS,
        }
        assert f'$.event = "{line["event"]}"' in pattern

    def test_waiting_letter_rings_before_it_is_given_up(self) -> None:
        """
        The alarm comes hours after a letter was written, and long before its last try.
        """
        alarm = template.resources("AWS::CloudWatch::Alarm")["LetterWaits"]

        assert (alarm["Period"], alarm["EvaluationPeriods"]) == (3600, 1)
        assert 3600 <= alarm["Threshold"] < sum(wait.total_seconds() for wait in WAITS)

    @pytest.mark.parametrize(("name", "hours"), [("SweepSilent", 1), ("DailySilent", 26)])
    def test_silence_is_an_alarm(self, name: str, hours: int) -> None:
        """
        What does not run at all is noticed as well, once it is later than it can be by chance.
        """
        alarm = template.resources("AWS::CloudWatch::Alarm")[name]

        assert (alarm["TreatMissingData"], alarm["ComparisonOperator"]) == (
            "breaching",
            "LessThanThreshold",
        )
        assert alarm["Period"] == 3600
        assert alarm["EvaluationPeriods"] == hours
        assert alarm["Dimensions"] == [
            {"Name": "FunctionName", "Value": {"Ref": name.removesuffix("Silent")}}
        ]

    @every("name", ALARMS)
    def test_alarm_looks_as_far_back_as_it_may(self, name: str) -> None:
        """
        CloudWatch looks a day back, and a week where the periods are hours.
        """
        alarm = template.resources("AWS::CloudWatch::Alarm")[name]

        most = 7 * 86400 if alarm["Period"] >= 3600 else 86400
        assert alarm["Period"] * alarm["EvaluationPeriods"] <= most


class TestDashboard:
    @staticmethod
    def metrics() -> list[list[Any]]:
        """Return the metrics of the dashboard, names of resources in the place of what they are."""
        body = template.resources("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]
        widgets = json.loads(re.sub(r"\$\{([\w:]+)\}", r"\1", body["Fn::Sub"]))["widgets"]
        return [metric for widget in widgets for metric in widget["properties"]["metrics"]]

    def test_everything_counted_is_on_it(self) -> None:
        """
        What filters count is shown, and nothing of ours is shown that is not counted.
        """
        counted = {
            metric["MetricName"]
            for each in template.resources("AWS::Logs::MetricFilter").values()
            for metric in each["MetricTransformations"]
        }

        shown = {metric[1] for metric in self.metrics() if metric[0] == "AWS::StackName"}
        # That one is among the letters that came back.
        assert shown == counted - {"NoticesReturned"}

    @pytest.mark.parametrize("kind", ["Errors", "Throttles"])
    def test_every_function_is_on_it(self, kind: str) -> None:
        """
        The alarm says that a function failed, the dashboard which.
        """
        named = [metric[3] for metric in self.metrics() if metric[1] == kind]

        assert sorted(named) == FUNCTIONS

    def test_what_the_tables_cost_is_on_it(self) -> None:
        """
        What is read and written is shown for each table.
        """
        named = {metric[3] for metric in self.metrics() if metric[0] == "AWS/DynamoDB"}

        assert sorted(named) == TABLES

    def test_dashboard_costs_nothing(self) -> None:
        """
        A dashboard with fifty metrics is free.
        """
        assert len(template.resources("AWS::CloudWatch::Dashboard")) == 1
        assert len(self.metrics()) <= 50

    def test_widgets_do_not_overlap(self) -> None:
        """
        Three in a row, on the grid of twenty-four that CloudWatch has.
        """
        body = template.resources("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]
        widgets = json.loads(body["Fn::Sub"])["widgets"]
        places = {(widget["x"], widget["y"]) for widget in widgets}

        assert len(places) == len(widgets)
        assert {(each["width"], each["height"]) for each in widgets} == {(8, 6)}
        assert all(x % 8 == 0 and x <= 16 and y % 6 == 0 for x, y in places)


def test_access_log_knows_nobody() -> None:
    """
    The API's log has the route, not the path, and nothing of who asked.
    """
    (api,) = template.resources("AWS::Serverless::HttpApi").values()
    line = json.loads(api["AccessLogSettings"]["Format"])

    assert set(line.values()) == {
        "$context.requestId",
        "$context.requestTime",
        "$context.routeKey",
        "$context.status",
        "$context.responseLength",
        "$context.responseLatency",
        "$context.error.messageString",
    }


def test_api_has_a_ceiling() -> None:
    """
    Whoever floods the form runs into a limit before the bill does.
    """
    (api,) = template.resources("AWS::Serverless::HttpApi").values()

    assert api["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 20, "ThrottlingRateLimit": 10}


class TestParameters:
    def test_first_deployment_asks_for_all_that_has_no_default(self) -> None:
        """
        Nothing is left that CloudFormation would miss.
        """
        needed = {name for name, each in template.parameters().items() if "Default" not in each}

        assert needed <= set(parameters.asked_first())

    def test_every_default_holds_to_its_own_rules(self) -> None:
        """
        CloudFormation would refuse a default that its pattern refuses.
        """
        faults = {
            name: parameters.fault(name, str(declared["Default"]))
            for name, declared in template.parameters().items()
            if "Default" in declared
        }

        assert set(faults.values()) == {None}

    def test_form_opens_soon(self) -> None:
        """
        A first deployment takes no applications until mail is known to arrive.
        """
        assert template.parameters()["Applications"]["Default"] == "soon"

    @every(
        ("name", "value"),
        [
            ("PublicAddress", "http://mentorship.example.org"),
            ("PublicAddress", "https://mentorship.example.org/"),
            ("CertificateArn", "arn:aws:acm:us-west-2:123456789012:certificate/0"),
            ("Sender", "WSRS <mentorship@example.org>"),
            ("Coordinators", "one@example.org; two@example.org"),
            ("Coordinators", ""),
            ("KeepMonths", "0"),
            ("KeepMonths", "a year"),
            ("ReplyBy", "October 6"),
            ("Applications", "closed"),
            ("Institutions", "x" * 2049),
            ("Zone", "PT"),
        ],
    )
    def test_unusable_value_is_refused_with_words(self, name: str, value: str) -> None:
        """
        What would fail in AWS is said before anything is built.
        """
        assert name in (parameters.fault(name, value) or "")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PublicAddress", "https://d111111abcdef8.cloudfront.net"),
            ("CertificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/0a-1b"),
            ("Sender", "mentorship+test@mail.example.org"),
            ("Coordinators", "one@example.org"),
            ("Coordinators", "one@example.org ,two@example.org"),
            ("ReplyBy", "2026-10-06"),
            ("KeepMonths", "24"),
        ],
    )
    def test_usable_value_passes(self, name: str, value: str) -> None:
        """
        What AWS would take is not refused.
        """
        assert parameters.fault(name, value) is None

    def test_site_is_told_what_the_functions_are_told(self) -> None:
        """
        Pages are built with the settings of the stack; an empty one is left to its default.
        """
        told = parameters.site_settings({**GIVEN, "KeepMonths": "24", "Applications": "open"})

        assert told["PUBLIC_ADDRESS"] == "https://mentorship.example.org"
        assert (told["KEEP_MONTHS"], told["APPLICATIONS"]) == ("24", "open")
        assert "REPLY_BY" not in told
        assert "LETTERS_TABLE" not in told
        assert "TEMPLATES" not in told


class TestLint:
    def test_event_of_an_unknown_api_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        SAM's translator refuses what cfn-lint lets pass.
        """
        broken = copy.deepcopy(template.read())
        events = broken["Resources"]["Submit"]["Properties"]["Events"]
        events["Applications"]["Properties"]["ApiId"] = {"Ref": "Nobody"}
        monkeypatch.setattr(template, "read", lambda: broken)

        with pytest.raises(Exception, match=r"Nobody|ApiId"):
            lint.transformed()

    def test_circle_is_found_after_the_transform(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """
        A function that asks the distribution for its name makes a circle, which cfn-lint sees late.
        """
        broken = copy.deepcopy(template.read())
        variables = broken["Globals"]["Function"]["Environment"]["Variables"]
        variables["PUBLIC_ADDRESS"] = {"Fn::GetAtt": ["Distribution", "DomainName"]}
        monkeypatch.setattr(template, "read", lambda: broken)
        path = tmp_path / "template.json"
        path.write_text(json.dumps(lint.transformed()), encoding="utf-8")

        assert "Circular" in lint.findings(path)
