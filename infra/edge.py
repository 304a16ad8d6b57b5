"""What stands before pages and functions: CloudFront and the HTTP API, played by the laptop."""

import base64
import json
import mimetypes
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from infra import template
from infra.build import SITE

HOST = "127.0.0.1"
# The content types that the HTTP API hands over as text; it encodes every other body in base64.
TEXT = re.compile(r"text/|application/(json|javascript|xml)")


@dataclass(frozen=True)
class Answer:
    """What goes back to the browser."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body, as text."""
        return self.body.decode()


def http_event(
    method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    """Return a request as the HTTP API hands it to a function: payload format 2.0."""
    as_text = bool(TEXT.match(headers.get("content-type", "")))
    event: dict[str, Any] = {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": dict(headers),
        "requestContext": {
            "requestId": uuid.uuid4().hex[:16],
            "http": {"method": method, "path": path, "sourceIp": HOST},
        },
        "isBase64Encoded": not as_text,
    }
    if body:
        event["body"] = body.decode() if as_text else base64.b64encode(body).decode()
    return event


def fits(pattern: str, path: str) -> bool:
    """Tell whether a path is of a route's pattern, as the HTTP API compares them."""
    return bool(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path))


def file(method: str, path: str) -> Answer:
    """Answer with a file of the built site, as the bucket and CloudFront's function do."""
    if method not in ("GET", "HEAD"):
        return plain(405, "Only GET works here.")
    found, status = _find(path), 200
    if found is not None and found.is_dir():
        if not path.endswith("/"):
            return Answer(301, {"Location": f"{path}/"}, b"")
        found /= "index.html"
    if found is None or not found.is_file():
        found, status = SITE / "404.html", 404
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    headers = {**template.headers(), "Content-Type": kind, "Cache-Control": "no-cache"}
    return Answer(status, headers, found.read_bytes())


def _find(path: str) -> Path | None:
    """Return what lies at a path of the site, if anything does."""
    try:
        found = (SITE / unquote(path).lstrip("/")).resolve(strict=True)
    except (OSError, ValueError):  # Nothing is there, or nothing could be called that.
        return None
    return found if found.is_relative_to(SITE) else None


def plain(status: int, words: str) -> Answer:
    """Return a line of plain text."""
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, f"{words}\n".encode())
