"""
How AWS refuses a call, and which refusals pass.

A refusal that passes is not about what was asked: there were too many calls, another transaction
had one of the items at that moment, or a server was down. The same call may succeed a moment later.
Every shape in which AWS says so is listed here, and nowhere else.
"""

from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

T = TypeVar("T")

# Codes of refusals that pass, of all the services that the functions call.
PASSING = frozenset(
    {
        # DynamoDB: too many calls, or another transaction at the same moment.
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
        # DynamoDB: the reasons for which a transaction was canceled.
        "ProvisionedThroughputExceeded",
        "ThrottlingError",
        "TransactionConflict",
        # Amazon SES, Amazon S3 and Secrets Manager: too many calls.
        "OperationAborted",
        "SlowDown",
        "Throttling",
        "TooManyRequestsException",
        # Any service, on its own side. Most of these come with a status from 500 on, too.
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServiceError",
        "PriorRequestNotComplete",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
    }
)
# What DynamoDB gives as the reason for each part of a transaction that it would have done.
NO_REASON = "None"
# A condition on an item was not met: it was changed after it was read, or is there already.
TAKEN = "ConditionalCheckFailed"
# How often a write is tried; with the pauses and the SDK's own tries, that fits in a function's
# ten seconds.
TRIES = 5
# The first pause is as long as the fourth of two requests that conflict: AWS needs some time.
FIRST_PAUSE = 3


def reasons(error: ClientError) -> list[str]:
    """Return why each part of a transaction was refused; nothing if it was not canceled."""
    given = error.response.get("CancellationReasons", [])
    return [str(each.get("Code", NO_REASON)) for each in given]


def is_taken(error: ClientError) -> bool:
    """Tell whether a transaction was refused because another change came first."""
    return TAKEN in reasons(error)


def passes(error: BaseException) -> bool:
    """Tell whether a refusal passes: the same may be asked again a moment later."""
    if isinstance(error, (NotConnected, HTTPClientError)):  # No answer came, in some way.
        return True
    if not isinstance(error, ClientError):
        # The SDK's upload of a file wraps what Amazon S3 answered.
        return error.__cause__ is not None and passes(error.__cause__)
    if given := set(reasons(error)) - {NO_REASON}:
        return given <= PASSING
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error.response["Error"].get("Code") in PASSING or status >= 500


def ask_again(ask: Callable[[], T], pause: Callable[[int], None]) -> T:
    """
    Ask AWS for something, again and again while it refuses and that passes.

    If no answer came at all, the SDK has waited and asked twice already, and a person is waiting.

    Args:
        ask: makes the call. What it asks must be the same if it is done twice.
        pause: waits before another try, longer after more tries.

    Raises:
        ClientError: if AWS refused for good, or at every try.

    """
    for tried in range(TRIES - 1):
        try:
            return ask()
        except ClientError as error:
            if not passes(error):
                raise
            pause(FIRST_PAUSE + tried)
    return ask()
