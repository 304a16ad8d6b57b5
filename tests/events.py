"""What the HTTP API hands to a function, and may be handed back."""

import base64
import json
from typing import Any

from mentorship.applicant import form_page
from mentorship.desk import guard
from mentorship.web.http import HEADERS
from tests import people

JSON = "application/json"
Event = dict[str, Any]


def event(
    body: bytes | str = b"",
    *,
    method: str = "POST",
    path: str = "/applications",
    kind: str | None = people.FORM,
    accept: str | None = JSON,
    base64_encoded: bool | None = None,
    **headers: str,
) -> Event:
    """
    Return an event as the HTTP API sends it, payload format 2.0, with every member it has.

    Args:
        body: what was sent; bytes are base64-encoded, as the HTTP API does with a form.
        method: in capitals.
        path: with a slash at its start.
        kind: the content type, if there is one.
        accept: what the caller would like, if it says.
        base64_encoded: what the envelope says of the body; the truth, unless given.
        headers: more headers.

    """
    given = {
        "accept-encoding": "gzip",
        "content-length": str(len(body)),
        "host": "abc123.execute-api.us-west-2.amazonaws.com",
        "user-agent": "Amazon CloudFront",
        "via": "2.0 0123.cloudfront.net (CloudFront)",
        "x-amzn-trace-id": "Root=1-6703-0123456789abcdef",
        "x-forwarded-for": "192.0.2.7, 198.51.100.9",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
        **headers,
    }
    if kind is not None:
        given["content-type"] = kind
    if accept is not None:
        given["accept"] = accept
    sent = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    made: Event = {
        "version": "2.0",
        "routeKey": f"ANY {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": given,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "abc123",
            "domainName": "abc123.execute-api.us-west-2.amazonaws.com",
            "domainPrefix": "abc123",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.7",
                "userAgent": "Amazon CloudFront",
            },
            "requestId": "request-1",
            "routeKey": f"ANY {path}",
            "stage": "$default",
            "time": "07/Oct/2026:00:30:00 +0000",
            "timeEpoch": 1791333000000,
        },
        "isBase64Encoded": isinstance(body, bytes) if base64_encoded is None else base64_encoded,
    }
    if body:
        made["body"] = sent
    return made


# What some functions say for themselves of the answers that are not problems.
OWN_HEADERS = {
    "Apply": form_page.HEADERS,
    **dict.fromkeys(("Archive", "Desk", "Export"), guard.HEADERS),
}


def sendable(got: Event, function: str = "Submit") -> Event:
    """Return an answer of a *function*, which Lambda must be able to send."""
    assert set(got) == {"statusCode", "headers", "body", "isBase64Encoded", "cookies"}
    # The runtime writes an answer as JSON in UTF-8, and sends at most 6 MB of it.
    assert len(json.dumps(got, ensure_ascii=False).encode()) < 6_000_000
    own = {**HEADERS, **OWN_HEADERS.get(function, {})}
    assert any(each.items() <= got["headers"].items() for each in (HEADERS, own))
    return got


def nested(depth: int) -> bytes:
    """Return JSON that is nested so deep."""
    return b'{"topics": ' + b"[" * depth + b"]" * depth + b"}"
