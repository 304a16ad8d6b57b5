"""What the roles of the template allow."""

import re
from typing import Any, NamedTuple

from infra import template


class Grant(NamedTuple):
    """One thing that a function's role may do, with one resource, by its name in the template."""

    action: str
    resource: str


def grants(function: str) -> set[Grant]:
    """
    Return what a *function* may do, one action with one resource each.

    A resource is named as the template names it, with what follows it in its ARN:
    `LettersTable`, `LettersTable/index/pending`, `ExportBucket/*`, `SenderIdentity`, `LinkKeys`.
    """
    role = template.functions()[function]["Role"]["Fn::GetAtt"][0]
    found = set()
    for policy in template.read()["Resources"][role]["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] != "Allow":
                raise ValueError(f"{role}: only what is allowed can be listed")
            found |= {
                Grant(action, _resource(resource))
                for action in _several(statement["Action"])
                for resource in _several(statement["Resource"])
            }
    return found


def _several(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _resource(given: Any) -> str:
    if isinstance(given, str):
        return given
    if "Fn::GetAtt" in given:
        name, attribute = given["Fn::GetAtt"]
        return str(name) if attribute == "Arn" else f"{name}.{attribute}"
    if "Ref" in given:
        # What a secret refers to is its ARN.
        return str(given["Ref"])
    text = re.sub(r"\$\{(\w+)\.Arn\}", r"\1", given["Fn::Sub"])
    # arn:…:identity/${SenderIdentity}: the pseudo parameters only say where.
    return re.sub(r"^arn:.*/\$\{(\w+)\}$", r"\1", text)
