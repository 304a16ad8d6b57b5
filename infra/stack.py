"""What is deployed: the stack in CloudFormation, with its parameters and outputs."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from infra.trouble import Trouble

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient

CONFIG = Path(__file__).with_name("samconfig.toml")

# A first deployment that failed leaves a stack that can only be deleted.
STILLBORN = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}


@dataclass(frozen=True)
class Config:
    """Where the product is deployed: the stack's *name* and its *region*."""

    name: str
    region: str


@dataclass(frozen=True, kw_only=True)
class Stack:
    """
    A deployed stack.

    Attributes:
        name: the stack's name.
        status: CloudFormation's word for how it is.
        parameters: the values that it was deployed with.
        outputs: the values of the template's outputs, by name.

    """

    name: str
    status: str
    parameters: dict[str, str]
    outputs: dict[str, str]


def config() -> Config:
    """Return what `samconfig.toml` says."""
    given = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["default"]["global"]["parameters"]
    return Config(name=given["stack_name"], region=given["region"])


def session() -> boto3.Session:
    """Return a session in the region of the deployment, signed in as this computer is."""
    return boto3.Session(region_name=config().region)


def find(cloudformation: "CloudFormationClient", name: str) -> Stack | None:
    """Return the stack of a *name*, or `None` where there is none yet."""
    try:
        (found,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        # CloudFormation has no code of its own for this.
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise
    return Stack(
        name=name,
        status=found["StackStatus"],
        parameters={
            each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])
        },
        outputs={each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])},
    )


def get(cloudformation: "CloudFormationClient", name: str) -> Stack:
    """
    Return the stack of a *name*.

    Raises:
        Trouble: There is none.

    """
    found = find(cloudformation, name)
    if found is None or not found.outputs:
        raise Trouble(
            f"There is no stack {name} in this account and region: run make deploy first, or see "
            "whether you are signed in to the society's account."
        )
    return found
