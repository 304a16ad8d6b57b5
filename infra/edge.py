"""What is in front of pages and functions: CloudFront and the HTTP API, as the laptop has them."""

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
    others = {name: value for name, value in headers.items() if name != "cookie"}
    event: dict[str, Any] = {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": others,
        "requestContext": {
            "requestId": uuid.uuid4().hex[:16],
            "http": {"method": method, "path": path, "sourceIp": HOST},
        },
        "isBase64Encoded": not as_text,
    }
    if cookies := headers.get("cookie"):
        event["cookies"] = cookies.split("; ")
    if body:
        event["body"] = body.decode() if as_text else base64.b64encode(body).decode()
    return event


def answered(answer: Mapping[str, Any]) -> Answer:
    """Return what a function answered as the HTTP API sends it on."""
    body = answer.get("body", "")
    sent = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    headers = dict(answer["headers"])
    if cookies := answer.get("cookies"):
        (headers["set-cookie"],) = cookies  # No answer sets more than one.
    return Answer(answer["statusCode"], headers, sent)


def behavior(path: str) -> template.Behavior:
    """Return what CloudFront does with a path."""
    return next(
        each
        for each in template.behaviors()
        if re.fullmatch(re.escape(each.pattern).replace(r"\*", ".*"), path)
    )


def viewed(viewer: str, path: str, query: str) -> str | Answer:
    """
    Return the path that CloudFront asks for on a visitor's behalf, or its own answer.

    Args:
        viewer: CloudFront's function that looks at the request, by its name in the template; a
            test compares what it does with what is done here.
        path: as the visitor asked for it.
        query: what follows it.

    """
    match viewer:
        case "Client":
            return path.rstrip("/") or "/"
        case "Pages":
            path = re.sub(r"^[/\\]+", "/", path)
            if path.endswith("/"):
                return f"{path}index.html"
            if "." in path.rpartition("/")[2]:
                return path
            return Answer(301, {"Location": f"{path}/{query and f'?{query}'}"}, b"")
    raise ValueError(f"the laptop does not know what {viewer} does")


def chosen(method: str, path: str) -> template.Route | None:
    """Return the route that the HTTP API chooses for a request: the most specific that fits."""
    fitting = [
        route
        for route in template.routes()
        if route.method in ("ANY", method) and fits(route.path, path)
    ]
    return min(fitting, key=_openness, default=None)


def _openness(route: template.Route) -> tuple[list[int], bool]:
    """Return how open a route is: a variable is more so than a word, a greedy one most."""
    parts = route.path.split("/")
    return [part.endswith("}") + part.endswith("+}") for part in parts], route.method == "ANY"


def fits(pattern: str, path: str) -> bool:
    """Tell whether a path is of a route's pattern, as the HTTP API compares them."""
    one = re.sub(r"\{\w+\}", "[^/]+", pattern)
    # A greedy variable is one part or more.
    return bool(re.fullmatch(re.sub(r"\{\w+\+\}", "[^/].*", one), path))


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


def no_route() -> Answer:
    """Answer as the HTTP API does where no route fits."""
    headers = {**template.headers(), "Content-Type": "application/json"}
    return Answer(404, headers, b'{"message":"Not Found"}')


def plain(status: int, words: str) -> Answer:
    """Return a line of plain text."""
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, f"{words}\n".encode())
