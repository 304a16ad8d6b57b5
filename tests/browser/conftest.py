"""A browser, the whole program on a port of its own, and an eye on what pages do unasked."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    sync_playwright,
)

from infra.laptop import Laptop
from infra.server import Server
from mentorship.services import services

HERE = Path(__file__).parent

Colors = Literal["light", "dark"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that `-m "not browser"` leaves them out."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser: Debian's where there is one, else the one that Playwright brings."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                # Chromium's sandbox refuses to run as root, which containers mostly are.
                args=["--no-sandbox"] if os.geteuid() == 0 else [],
            )
        except Error as error:
            words = f"There is no browser here: install Chromium ({error.message.splitlines()[0]})"
            if os.environ.get("CI"):
                pytest.fail(words, pytrace=False)
            pytest.skip(words)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """
    Somebody who opens windows, and notices what a page does that it must not.

    Attributes:
        address: where the program runs.
        complaints: requests to other hosts, what the policy of a page refused, errors of scripts.
        expected: parts of a complaint that the case itself brings about.

    """

    chromium: Browser
    address: str
    complaints: list[str] = field(default_factory=list)
    # A browser reports each answer of the kind that the form is refused with.
    expected: list[str] = field(default_factory=lambda: ["status of 422"])
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        path: str,
        *,
        width: int = 390,
        scripts: bool = True,
        colors: Colors = "light",
    ) -> Page:
        """
        Open a page in a new window.

        Args:
            path: where to go.
            width: a phone has 390 pixels, a desk 1280.
            scripts: whether JavaScript is on.
            colors: what the device prefers.

        """
        context = self.chromium.new_context(
            viewport={"width": width, "height": 844 if width < 1000 else 900},
            java_script_enabled=scripts,
            color_scheme=colors,
        )
        self._contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("request", self._watch_request)
        page.on("console", self._watch_console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error.message}"))
        page.goto(self.address + path)
        return page

    def leave(self) -> None:
        """Close every window, and say what was noticed."""
        for context in self._contexts:
            context.close()
        assert self.complaints == []

    def _watch_request(self, request: Request) -> None:
        here = urlsplit(request.url)
        if here.scheme != "data" and here.netloc != urlsplit(self.address).netloc:
            self.complaints.append(f"foreign request: {request.url}")

    def _watch_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in self.expected):
            # What the policy of a page refuses is reported here too, with scripts or without.
            self.complaints.append(f"{message.text} ({message.location['url']})")


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the form be sent by someone who fills it in while the clock stands still."""
    monkeypatch.setattr("mentorship.handlers.submit.SOONEST", timedelta(0))


@pytest.fixture
def address(laptop: Laptop) -> Iterator[str]:
    """Where the whole program runs: a free port of this machine."""
    server = Server(laptop, 0)
    # The desk looks whether what is pressed was pressed on a page of the site's own.
    laptop.address = os.environ["PUBLIC_ADDRESS"] = f"http://127.0.0.1:{server.port}"
    services.cache_clear()
    server.start()
    yield laptop.address
    server.stop()


@pytest.fixture
def visitor(chromium: Browser, address: str) -> Iterator[Visitor]:
    """Somebody with a browser."""
    visitor = Visitor(chromium, address)
    yield visitor
    visitor.leave()
