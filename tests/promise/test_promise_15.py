"""Promise 15: no inline script, no frame, no third party, no caching of personal pages."""

import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra import template
from infra.edge import Answer
from infra.laptop import Laptop
from mentorship.desk import guard
from mentorship.store.store import Store
from mentorship.web import http
from tests import people
from tests.markup import foreign, inline, parsed
from tests.people import apply
from tests.promises import Show

# What may stand in the place of an id or of a link's token, beside the real thing.
OTHERS = ["0" * 20, "a" * 300, "%00<script>"]


def faults(answer: Answer, wanted: Mapping[str, str]) -> list[str]:
    """Return the headers that an answer has not as *wanted*, and what its page may not hold."""
    given = {name.lower(): value for name, value in answer.headers.items()}
    found = [name for name, value in wanted.items() if given.get(name.lower()) != value]
    if given.get("content-type", "").startswith("text/html"):
        page = parsed(answer.text)
        found += inline(page) + foreign(page)
    return found


def patterns() -> set[str]:
    """Return every path that the functions answer, or are asked for and do not know."""
    # The form's pages are pages of the site, and guarded as those are.
    routes = [route for route in template.routes() if route.function != "Apply"]
    modules = {template.handlers()[route.function].rpartition(".")[0] for route in routes}
    known = {path for each in modules for _, path in importlib.import_module(each).ROUTES}
    return known | {route.path.replace("{proxy+}", "{rest}") for route in routes}


def filled(pattern: str, things: dict[str, str]) -> list[str]:
    """Return a path with the real thing in its braces, and with others."""
    paths = [pattern]
    for name in re.findall(r"\{(\w+)\}", pattern):
        paths = [
            path.replace(f"{{{name}}}", each)
            for path in paths
            for each in (things.get(name, "mentee"), *OTHERS)
        ]
    return paths


def asked(laptop: Laptop, path: str, body: bytes = b"") -> list[Answer]:
    """Return what is answered to a browser and to a program, in every way of asking."""
    return [
        laptop.call(method, path, headers={"accept": kind, "content-type": people.FORM}, body=body)
        for method in ("GET", "PUT", "POST")
        for kind in ("text/html", "application/json")
    ]


def test_every_answer_and_every_page_is_safe(
    site: Path, laptop: Laptop, shown: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Every answer of a function, every page, file and error has the headers and runs nothing inline.
    """
    answers = [apply(laptop, people.mentee())]
    application = answers[0].headers["location"].rpartition("/")[2]
    laptop.pump()
    mails = " ".join(email.part("plain") for email in laptop.outbox.emails)
    (token,) = set(re.findall(r"/mine/(\S+)", mails))
    things = {"id": application, "token": token, "act": "other"}
    # Whoever is forgotten has no page any more.
    for pattern in sorted(patterns(), key=lambda path: (path.endswith("/forget"), path)):
        for path in filled(pattern, things):
            answers += asked(laptop, path)
        if "{" not in pattern or "{token}" in pattern:
            path = pattern.format(**things)
            answers += asked(laptop, path, people.encoded(people.mentee()))

    def broken(*_: object, **__: object) -> Any:
        raise RuntimeError("as a bug would")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "application", broken)
        answers += asked(laptop, f"/applications/{application}")

    assert {200, 303, 404, 405, 422, 500} <= {answer.status for answer in answers}
    # What a function does not say itself CloudFront adds, and takes nothing away.
    assert http.HEADERS["cache-control"] == "no-store"
    # Of the desk's pages browsers tell the desk itself, and nobody else.
    desk = {**http.HEADERS, **guard.HEADERS}
    for answer in answers:
        assert [] in (faults(answer, http.HEADERS), faults(answer, desk))

    files = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    pages = [laptop.call("GET", f"/{path.removesuffix('index.html')}") for path in files]
    pages.append(laptop.call("GET", "/nowhere/"))
    assert {answer.status for answer in pages} == {200, 404}
    for answer in pages:
        assert faults(answer, template.headers()) == []
    shown(15, f"0 of {len(answers)} answers and 0 pages of the site at fault")
