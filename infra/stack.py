"""What is deployed: the stack in CloudFormation, with its parameters and outputs."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient

CONFIG = Path(__file__).with_name("samconfig.toml")

# A first deployment that failed leaves a stack that can only be deleted.
STILLBORN = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}

OBSTACLES: dict[tuple[type[BotoCoreError], ...], str] = {
    (NoCredentialsError, PartialCredentialsError, ProfileNotFound): (
        "This computer is not signed in to AWS. Choose the society's account with AWS_PROFILE, "
        "and sign in: docs/about/deployment.md says how."
    ),
    (CredentialRetrievalError, SSOError, TokenRetrievalError): (
        "The sign-in to AWS has run out: run aws sso login and try again."
    ),
    (EndpointConnectionError,): "AWS cannot be reached: is this computer online?",
}
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
UNKNOWN = {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"}


class Trouble(Exception):
    """Something that the person at the keyboard can put right; the message says what and how."""


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
        outputs: what it is made of, by the names of the template's outputs.

    """

    name: str
    status: str
    parameters: dict[str, str]
    outputs: dict[str, str]


def config(path: Path = CONFIG) -> Config:
    """Return what `samconfig.toml` says."""
    given = tomllib.loads(path.read_text(encoding="utf-8"))["default"]["global"]["parameters"]
    return Config(name=given["stack_name"], region=given["region"])


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


def explain(error: BotoCoreError | ClientError) -> str:
    """Return what stands between us and AWS, in words for whoever typed the command."""
    if isinstance(error, ClientError):
        return _refusal(error)
    for kinds, words in OBSTACLES.items():
        if isinstance(error, kinds):
            return f"{words} ({error})"
    return f"AWS says: {error}"


def _refusal(error: ClientError) -> str:
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    if code in EXPIRED:
        return "The sign-in to AWS has run out: run aws sso login and try again."
    if code in UNKNOWN:
        return f"AWS does not know these credentials: sign in again. ({code})"
    if code.startswith("AccessDenied"):
        return (
            "You are signed in, but not allowed to do this: it takes an administrator of the "
            f"society's account. AWS says: {message}"
        )
    return f"AWS says: {error}"
