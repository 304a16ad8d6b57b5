"""The template's parameters, as people and the site's build meet them."""

import re
from collections.abc import Mapping

from infra import template


def site_settings(values: Mapping[str, str]) -> dict[str, str]:
    """Return the settings for the site's build: those that are parameters and have a value."""
    declared = template.read()["Globals"]["Function"]["Environment"]["Variables"]
    told = {
        variable: template.resolve(value, values)
        for variable, value in declared.items()
        if isinstance(value, dict) and value["Ref"] in template.parameters()
    }
    return {variable: value for variable, value in told.items() if value}


def asked_first() -> list[str]:
    """Return the parameters that a first deployment asks for."""
    groups = template.read()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    names: list[str] = groups[0]["Parameters"]
    return names


def fault(parameter: str, value: str) -> str | None:
    """Return what is wrong with the *value* of a *parameter*, as CloudFormation would see it."""
    declared = template.parameters()[parameter]
    allowed = [str(each) for each in declared.get("AllowedValues", [value])]
    pattern = declared.get("AllowedPattern", ".*")
    if declared["Type"] == "Number":
        lowest, highest = declared.get("MinValue", 0), declared.get("MaxValue", float("inf"))
        if value.isdecimal() and lowest <= int(value) <= highest:
            return None
        return f"{parameter} is a whole number from {lowest} to {highest}."
    if value not in allowed:
        return f"{parameter} is one of {', '.join(allowed)}."
    if len(value) > declared.get("MaxLength", len(value)):
        return f"{parameter} has {declared['MaxLength']} characters at most."
    if not re.fullmatch(pattern, value):
        return f"{parameter}: {declared.get('ConstraintDescription', declared['Description'])}"
    return None
