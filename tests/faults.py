"""
A function that dies, an AWS that refuses, an answer that is lost, at a call of choice.

The handlers at the end are named among those that botocore gives to every session, so it does not
matter which client makes a call, nor who made the client.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, NamedTuple

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.handlers import BUILTIN_HANDLERS
from botocore.httpsession import URLLib3Session
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from tests import rules

ENDPOINT = "https://aws.example"
TRANSACT = "TransactWriteItems"
SEND = "SendEmail"
# How these say that there were too many calls, and that they will never do this one. All other
# calls are DynamoDB's.
CODES = {
    SEND: ("TooManyRequestsException", "BadRequestException"),
    "PutObject": ("SlowDown", "AccessDenied"),
    "GetSecretValue": ("ThrottlingException", "AccessDeniedException"),
}


class Killed(BaseException):
    """The function was killed: nothing in it can catch this, and nothing after it runs."""


def refused(code: str) -> ClientError:
    """Return what a client raises when AWS answers with an error."""
    return ClientError({"Error": {"Code": code, "Message": "refused"}}, "Call")


def canceled(*codes: str) -> ClientError:
    """Return what a client raises when DynamoDB has canceled a transaction, with its reasons."""
    response: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "canceled"},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return ClientError(response, TRANSACT)


def unanswered() -> ReadTimeoutError:
    """Return what a client raises when no answer comes."""
    return ReadTimeoutError(endpoint_url=ENDPOINT)


def refusal(code: str) -> AWSResponse:
    """Return an error as AWS sends it, before the SDK has looked at it."""
    return _answer(400, __type=code, message="refused")


def _answer(status: int, **body: str) -> AWSResponse:
    # Amazon SES names its errors in a header, DynamoDB in the body.
    headers = HTTPHeaders.from_dict({"x-amzn-ErrorType": body.get("__type", "")})
    return AWSResponse(ENDPOINT, status, headers, MockRawResponse(json.dumps(body)))


def codes(call: str) -> tuple[str, str]:
    """Return what AWS says to a call when there were too many, and what it says to forbid it."""
    return CODES.get(call, ("ThrottlingException", "ValidationException"))


class Way(NamedTuple):
    """A way in which a call fails: at which moment, an attribute of `Wire`, and with what."""

    name: str
    moment: str
    error: Callable[[str], BaseException]


KILLED_BEFORE = Way("killed before", "before", lambda call: Killed())
KILLED_AFTER = Way("killed after", "after", lambda call: Killed())
THROTTLED = Way("throttled", "before", lambda call: refused(codes(call)[0]))
TIMED_OUT = Way("timed out after success", "after", lambda call: unanswered())
REPEATED = Way("repeated by the SDK after success", "lost", lambda call: unanswered())
# What neither moto nor DynamoDB Local ever says: another transaction had one of the items at that
# moment, or there were too many calls.
CANCELED = tuple(
    Way(f"canceled for {code}", "before", lambda call, code=code: canceled("None", code))
    for code in ("TransactionConflict", "ThrottlingError")
)
REJECTED = Way("rejected", "before", lambda call: refused(codes(call)[1]))


READS = ("BatchGet", "Get", "Query", "Scan")


def ways(call: str) -> Iterator[Way]:
    """
    Yield the ways in which a call can fail.

    Before a call that reads and after it all is the same, for whoever is killed. DynamoDB's own
    rules matter only to what it has done, and nobody knows.
    """
    if rules.HERE:
        yield from (TIMED_OUT, REPEATED) if call == TRANSACT else ()
        return
    if not call.startswith(READS):
        yield KILLED_BEFORE
    yield from (KILLED_AFTER, THROTTLED, TIMED_OUT, REJECTED)
    # What is read twice is read; and the SDK repeats no email.
    if call.startswith(("Put", TRANSACT)):
        yield REPEATED
    if call == TRANSACT:
        yield from CANCELED


Place = tuple[tuple[str, int], ...]
# What stands between what decides and AWS: who asks something of these asks it of AWS.
BETWEEN = (
    *("bucket", "services", "ses", "pairings"),
    *("store.bulk", "store.items", "store.refusals", "store.store"),
    *("store.letter_queries", "store.match_queries", "store.place_queries", "store.queries"),
    *("web.keyring", "web.links"),
)
Strike = Callable[[str, int], None]
Turn = Callable[[str, int], AWSResponse | None]


def _let_pass(call: str, number: int) -> None:
    """Let nothing happen."""


def at(call: str, error: BaseException, *, nth: int = 1) -> Strike:
    """Return what fails one call of a kind, the first of them or a later one."""
    seen = 0

    def strike(made: str, number: int) -> None:
        nonlocal seen
        seen += made == call
        if made == call and seen == nth:
            raise error

    return strike


def first(call: str, error: BaseException, tries: int) -> Strike:
    """Return what fails the first calls of a kind, as many as that."""
    left = tries

    def strike(made: str, number: int) -> None:
        nonlocal left
        if made == call and left:
            left -= 1
            raise error

    return strike


def always(call: str, error: BaseException) -> Strike:
    """Return what fails every call of a kind."""

    def strike(made: str, number: int) -> None:
        if made == call:
            raise error

    return strike


def turned_away(call: str, tries: int = 1_000) -> Turn:
    """Return what turns away the first tries of a kind of call: there are too many."""
    left = tries

    def turn(made: str, number: int) -> AWSResponse | None:
        nonlocal left
        if made != call or not left:
            return None
        left -= 1
        return refusal("ThrottlingException")

    return turn


@dataclass
class Wire:
    """
    Every call that the functions make, and what happens to some of them.

    A call may be tried more than once by the SDK. Each of the four is given the call and its
    number, the first being 1.

    Attributes:
        calls: the calls so far, such as `GetItem LettersTable` or `SendEmail`.
        places: where in the functions each was asked for: modules and lines, the innermost first.
        tries: the same as the calls, each as often as the SDK tried it.
        before: raises before the first try.
        turned: answers a try in the place of AWS.
        lost: raises when AWS has done what a try asked; the SDK may try again.
        after: raises when AWS has done what was asked, after the last try.

    """

    calls: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    before: Strike = _let_pass
    turned: Turn = _let_pass
    lost: Strike = _let_pass
    after: Strike = _let_pass


_wires: list[Wire] = []


@contextmanager
def tapped() -> Iterator[Wire]:
    """Listen to every call that the functions make."""
    wire = Wire()
    _wires.append(wire)
    try:
        yield wire
    finally:
        _wires.remove(wire)


def _tapped() -> Wire | None:
    """Return the wire, if somebody listens and it is a function that calls, not a test."""
    frame = sys._getframe() if _wires else None
    while frame:
        if frame.f_globals.get("__name__", "").startswith("mentorship."):
            return _wires[-1]
        frame = frame.f_back
    return None


def _place() -> Place:
    """Return which line of what decides asks right now, and by which lines of what is between."""
    frame: FrameType | None = sys._getframe(1)
    found = []
    while frame:
        package, _, module = frame.f_globals.get("__name__", "").partition(".")
        if package == "mentorship":
            found.append((module, frame.f_lineno))
            if module not in BETWEEN:
                break
        frame = frame.f_back
    return tuple(found)


def _before_call(model: Any, params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    if wire := _tapped():
        call = str(model.name)
        if model.service_model.service_name == "dynamodb":
            call = f"{call} {json.loads(params['body']).get('TableName', '')}".strip()
        wire.calls.append(call)
        wire.places.append(_place())
        context["number"] = len(wire.calls)
        wire.before(call, len(wire.calls))


def _before_try(request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
    if (wire := _tapped()) is None:
        return None
    wire.tries.append(wire.calls[-1])
    answer = wire.turned(wire.calls[-1], len(wire.calls))
    # moto would do what is asked, even where there is an answer already.
    botocore_stubber.enabled = answer is None
    return answer


def _after_try(request: AWSPreparedRequest, **_: object) -> None:
    if (wire := _tapped()) is None:
        return
    botocore_stubber.enabled = True
    call, number = wire.calls[-1], len(wire.calls)
    try:
        wire.lost(call, number)
    except Exception:
        if rules.HERE and call not in CODES:
            URLLib3Session().send(request)
        elif call == TRANSACT:
            # AWS knows a transaction that is repeated by its token, as moto does not.
            wire.turned = lambda _, at: _answer(200) if at == number else None
        raise


def _after_call(context: dict[str, Any], **_: object) -> None:
    if (wire := _tapped()) and "number" in context:
        number = context["number"]
        wire.after(wire.calls[number - 1], number)


# moto's AWS is such a handler too, and stands between the two that look at a try.
BUILTIN_HANDLERS.insert(0, ("before-send", _before_try))
BUILTIN_HANDLERS.extend(
    [("before-call", _before_call), ("before-send", _after_try), ("after-call", _after_call)]
)
