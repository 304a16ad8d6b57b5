"""What can go wrong for a maintainer, said in words instead of a trace."""

import sys
from collections.abc import Callable

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
    """Something that the person at the keyboard can fix; the message says what and how."""


def spoken(work: Callable[[], None]) -> int:
    """Do the *work* of a command, print any trouble, and return the exit status."""
    try:
        work()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(explain(error), file=sys.stderr)
        return 1
    return 0


def explain(error: BotoCoreError | ClientError) -> str:
    """Return in words what is wrong with the call to AWS, for the person at the keyboard."""
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
