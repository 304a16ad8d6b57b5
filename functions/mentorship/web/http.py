"""
The HTTP event, which is known only here: request in, response out.

The format is API Gateway's HTTP API payload, version 2.0. A handler is a few functions from a
`Request` to a `Response`; anything that can go wrong on the way is a `Problem`, answered as a page
or as the JSON of RFC 9457.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from mentorship.problems import BadRequest, NotSupported, TooLarge
from mentorship.web.body import boundary, fields, json_fields, multipart_fields

# The longest answers in four-byte characters, percent-encoded, come to 29 KB.
MAX_BYTES = 64 * 1024
# Of a form of the desk in which many lines are typed.
MAX_OF_MANY = 1024 * 1024

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@dataclass(frozen=True, kw_only=True)
class Response:
    """The answer to a request."""

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    # Anything that is not text, instead of a body.
    file: bytes = b""
    cookies: Sequence[str] = ()

    def as_event(self) -> dict[str, Any]:
        """Return it as API Gateway takes it, with the headers of every answer."""
        return {
            "statusCode": self.status,
            "headers": {**HEADERS, **self.headers},
            "body": base64.b64encode(self.file).decode() if self.file else self.body,
            "isBase64Encoded": bool(self.file),
            "cookies": list(self.cookies),
        }


@dataclass(frozen=True)
class Request:
    """A request, read from its event."""

    event: Mapping[str, Any]
    # What the path has where the route has a name in braces.
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id by which the log knows the request."""
        return self._told("requestId")

    @property
    def method(self) -> str:
        """The method, in capitals."""
        return self._told("http", "method").upper()

    @property
    def path(self) -> str:
        """The path, as it was sent."""
        return self._told("http", "path")

    def header(self, name: str) -> str:
        """Return a header, or an empty text; API Gateway writes their names in small letters."""
        headers = self.event.get("headers")
        value = headers.get(name) if isinstance(headers, Mapping) else None
        return value if isinstance(value, str) else ""

    def cookie(self, name: str) -> str:
        """Return a cookie, or an empty text; the HTTP API separates them from the other headers."""
        sent = self.event.get("cookies")
        for each in sent if isinstance(sent, list) else self.header("cookie").split("; "):
            found, _, value = str(each).partition("=")
            if found == name:
                return value
        return ""

    def param(self, name: str) -> str:
        """Return what the path has where the route has a *name* in braces."""
        return self.params[name]

    @property
    def raw_query(self) -> str:
        """The query of the address, as it was sent, or an empty text."""
        asked = self.event.get("rawQueryString")
        return asked if isinstance(asked, str) else ""

    def query(self, name: str) -> str:
        """Return the first value of a query parameter, or an empty text."""
        return next(iter(self.query_all(name)), "")

    def query_all(self, name: str) -> list[str]:
        """Return every value of a query parameter, in the order of the address."""
        try:
            return fields(self.raw_query).get(name, [])
        except BadRequest:
            return []

    @property
    def client(self) -> str:
        """
        The address that the request came from, as CloudFront saw it.

        An IPv6 client has a whole network of its own, so the network is what counts (RFC 6177).
        """
        text = self.header("x-client-address")
        try:
            address = ip_address(text)
        except ValueError:
            return ""
        if isinstance(address, IPv6Address):
            return str(ip_network((address, 64), strict=False))
        return text

    @property
    def wants_json(self) -> bool:
        """Whether to answer a program: as `Accept` says or else as the request was sent."""
        for kind in self.header("accept").lower().split(","):
            if "json" in kind:
                return True
            if "html" in kind:
                return False
        return "json" in self.header("content-type").lower()

    def fields(self, most: int = MAX_BYTES) -> tuple[dict[str, list[str]], bool]:
        """
        Return what was sent, each name with its texts, and whether a program sent it as JSON.

        Args:
            most: how many bytes it may have.

        Raises:
            TooLarge: before anything is read.
            NotSupported: for any other content type or character set.
            BadRequest: for anything that does not follow its content type.

        """
        kind, _, parameters = self.header("content-type").lower().partition(";")
        charset = "utf-8"
        for parameter in parameters.split(";"):
            name, _, value = parameter.partition("=")
            if name.strip() == "charset":
                charset = value.strip(' "')
        if charset not in ("utf-8", "utf8", "us-ascii"):
            raise NotSupported
        match kind.strip():
            case "application/x-www-form-urlencoded":
                return fields(self._text(most)), False
            case "application/json":
                return json_fields(self._text(most)), True
            case _:
                raise NotSupported

    def uploaded(self, most: int) -> tuple[dict[str, list[str]], dict[str, bytes]]:
        """
        Return what a form with files sent: texts by their names, and files by theirs.

        Args:
            most: how many bytes it may have in all; API Gateway and Lambda carry some 4 MB.

        Raises:
            TooLarge: before anything is read.
            NotSupported: for any other content type.
            BadRequest: for anything that does not follow it.

        """
        parting = boundary(self.header("content-type"))
        if not parting:
            raise NotSupported("Send multipart/form-data, as the page with the form does.")
        return multipart_fields(self._bytes(most), parting)

    def _told(self, *names: str) -> str:
        """Return what the event says about the request, or an empty text."""
        told: Any = self.event.get("requestContext")
        for name in names:
            told = told.get(name) if isinstance(told, Mapping) else None
        return told if isinstance(told, str) else ""

    def _text(self, most: int) -> str:
        """Return the body as text, if it has no more bytes than *most*."""
        try:
            return self._bytes(most).decode("utf-8")
        except UnicodeError as error:
            raise BadRequest from error

    def _bytes(self, most: int) -> bytes:
        """Return the body, if it has no more bytes than *most*."""
        sent = self.event.get("body") or ""
        if not isinstance(sent, str):
            raise BadRequest
        if len(sent) > most * 4 // 3 + 4:
            raise _too_large(most)
        try:
            body = (
                base64.b64decode(sent, validate=True)
                if self.event.get("isBase64Encoded")
                else sent.encode()
            )
        except (binascii.Error, UnicodeError, ValueError) as error:
            raise BadRequest from error
        if len(body) > most:
            raise _too_large(most)
        return body


def page(body: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a page."""
    kind = {"content-type": "text/html; charset=utf-8"}
    return Response(status=status, body=body, headers={**kind, **(headers or {})})


def redirect(location: str, *, cookies: Sequence[str] = ()) -> Response:
    """Redirect a browser to a page with the answer, which can be reloaded."""
    return Response(status=303, headers={"location": location}, cookies=cookies)


def reply(status: int = 200, **members: str) -> Response:
    """Tell a program something."""
    return Response(
        status=status, body=json.dumps(members), headers={"content-type": "application/json"}
    )


def created(location: str, **members: str) -> Response:
    """Tell a program what was created, and where."""
    return Response(
        status=201,
        body=json.dumps(members),
        headers={"content-type": "application/json", "location": location},
    )


def _too_large(most: int) -> TooLarge:
    """Return the problem of a body that has more bytes than *most*."""
    if most == MAX_BYTES:
        return TooLarge()
    return TooLarge(f"What you send may have {most // 1024 // 1024} MB at most. Make it smaller.")
