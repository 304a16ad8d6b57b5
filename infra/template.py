"""
The AWS template, read: tables, routes, schedules, topics, settings and headers.

Laptop and tests work with what this returns. Nothing is declared a second time: a table, a route or
a setting that is added to `template.yaml` is on the laptop, too.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml

PATH = Path(__file__).with_name("template.yaml")

# Resources and properties are whatever CloudFormation takes; cfn-lint checks their types.
Properties: TypeAlias = dict[str, Any]


class Route(NamedTuple):
    """A path of the HTTP API, with the function that answers there; *method* may be ANY."""

    method: str
    path: str
    function: str


class Behavior(NamedTuple):
    """
    What CloudFront does with the paths of a *pattern*.

    Attributes:
        pattern: in which `*` is any number of characters.
        origin: who answers, `site` or `functions`.
        methods: which of them it lets through.
        viewer: CloudFront's function that looks at a request first, by its name in the template.
        forwards: whether headers, cookies and query are sent on; otherwise the path alone is.

    """

    pattern: str
    origin: str
    methods: frozenset[str]
    viewer: str
    forwards: bool


class Schedule(NamedTuple):
    """A function that runs by itself, and when: `rate(15 minutes)`, `cron(0 15 * * ? *)`."""

    function: str
    expression: str


class Topic(NamedTuple):
    """A function that is woken by what is published to a *topic*, by its name in the template."""

    function: str
    topic: str


@dataclass(frozen=True)
class Table:
    """
    A table, as the arguments that create it in DynamoDB.

    Attributes:
        name: its name in the template, as `environment` gives it to functions.
        create: arguments of `create_table`.
        time_to_live: arguments of `update_time_to_live`, or `None`.

    """

    name: str
    create: Properties
    time_to_live: Properties | None


@dataclass(frozen=True)
class Stream:
    """
    A function that is woken by what happens in a table.

    Attributes:
        function: the function's name in the template.
        table: the table's name in the template.
        events: the kinds of record that it is given, such as `INSERT`.
        batch_size: how many records it is given at most.
        tries: how often a batch is given at most.

    """

    function: str
    table: str
    events: frozenset[str]
    batch_size: int
    tries: int


class _Loader(yaml.SafeLoader):
    """A loader that reads `!Ref Name` as `{"Ref": "Name"}`, and so on."""


def _construct_intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> Properties:
    given: Any
    if isinstance(node, yaml.MappingNode):
        given = loader.construct_mapping(node, deep=True)
    elif isinstance(node, yaml.SequenceNode):
        given = loader.construct_sequence(node, deep=True)
    else:
        given = loader.construct_scalar(node)  # type: ignore[arg-type]
    if suffix == "GetAtt":
        given = given.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": given}


_Loader.add_multi_constructor("!", _construct_intrinsic)


@cache
def read() -> Properties:
    """Return the whole template, with `!` tags in their long form."""
    # A subclass of SafeLoader, which S506 cannot see.
    loaded: Properties = yaml.load(PATH.read_text(encoding="utf-8"), _Loader)  # noqa: S506
    return loaded


def resources(kind: str) -> dict[str, Properties]:
    """Return the properties of every resource of a *kind*, by name."""
    return {
        name: resource.get("Properties", {})
        for name, resource in read()["Resources"].items()
        if resource["Type"] == kind
    }


def functions() -> dict[str, Properties]:
    """Return the functions' properties, by name."""
    return resources("AWS::Serverless::Function")


def handlers() -> dict[str, str]:
    """Return what each function runs: `{"Submit": "mentorship.handlers.submit.handle", …}`."""
    return {name: function["Handler"] for name, function in functions().items()}


def tables() -> list[Table]:
    """Return the tables."""
    return [
        _table(name, properties) for name, properties in resources("AWS::DynamoDB::Table").items()
    ]


def _table(name: str, properties: Properties) -> Table:
    taken = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    create = {"TableName": name} | {key: properties[key] for key in taken if key in properties}
    if stream := properties.get("StreamSpecification"):
        # The template has only the view; the API also needs to know that there is a stream.
        create["StreamSpecification"] = {"StreamEnabled": True, **stream}
    expiry = properties.get("TimeToLiveSpecification")
    return Table(
        name=name,
        create=create,
        time_to_live=expiry and {"TableName": name, "TimeToLiveSpecification": expiry},
    )


def _events(kind: str) -> Iterator[tuple[str, Properties]]:
    for name, function in functions().items():
        for event in function.get("Events", {}).values():
            if event["Type"] == kind:
                yield name, event["Properties"]


def routes() -> list[Route]:
    """Return the paths that functions answer."""
    return [Route(event["Method"], event["Path"], name) for name, event in _events("HttpApi")]


def behaviors() -> list[Behavior]:
    """Return what CloudFront does with paths: the first that fits counts, the last fits all."""
    (distribution,) = resources("AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    return [
        Behavior(
            pattern=each.get("PathPattern", "*"),
            origin=each["TargetOriginId"],
            methods=frozenset(each["AllowedMethods"]),
            viewer=each["FunctionAssociations"][0]["FunctionARN"]["Fn::GetAtt"][0],
            forwards="OriginRequestPolicyId" in each,
        )
        for each in (*config["CacheBehaviors"], config["DefaultCacheBehavior"])
    ]


def schedules() -> list[Schedule]:
    """Return the functions that run by themselves."""
    return [Schedule(name, event["Schedule"]) for name, event in _events("Schedule")]


def topics() -> list[Topic]:
    """Return the functions that a topic wakes."""
    return [Topic(name, event["Topic"]["Ref"]) for name, event in _events("SNS")]


def streams() -> list[Stream]:
    """Return the functions that a table wakes."""
    return [
        Stream(
            function=name,
            table=event["Stream"]["Fn::GetAtt"][0],
            events=frozenset(
                kind
                for each in event["FilterCriteria"]["Filters"]
                for kind in json.loads(each["Pattern"])["eventName"]
            ),
            batch_size=event["BatchSize"],
            tries=event["MaximumRetryAttempts"] + 1,
        )
        for name, event in _events("DynamoDB")
    ]


def parameters() -> dict[str, Properties]:
    """Return the template's parameters, by name."""
    declared: dict[str, Properties] = read()["Parameters"]
    return declared


def environment(function: str, values: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    Return the environment that a *function* runs in.

    Args:
        function: its name in the template.
        values: what parameters and resources are, by name. A parameter without one has its
            default, a resource its name in the template, as `tables` has it.

    Raises:
        KeyError: A parameter that has no default was not given.

    """
    declared = {
        name: value
        for where in (read()["Globals"]["Function"], functions()[function])
        for name, value in where.get("Environment", {}).get("Variables", {}).items()
    }
    return {name: resolve(value, values or {}) for name, value in declared.items()}


def resolve(value: Any, values: Mapping[str, str]) -> str:
    """Return a *value* of the template as text, a `Ref` replaced as in `environment`."""
    if not isinstance(value, dict):
        return str(value)
    name: str = value["Ref"]
    if name in values:
        return values[name]
    if "Default" in (declared := parameters().get(name, {})):
        return str(declared["Default"])
    if name in read()["Resources"]:
        return name
    raise KeyError(name)


def headers() -> dict[str, str]:
    """Return the headers that every page leaves with, as CloudFront adds them."""
    (policy,) = resources("AWS::CloudFront::ResponseHeadersPolicy").values()
    config = policy["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    transport = security["StrictTransportSecurity"]
    return {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "Strict-Transport-Security": f"max-age={transport['AccessControlMaxAgeSec']}",
    } | {item["Header"]: item["Value"] for item in config["CustomHeadersConfig"]["Items"]}
