"""A browser, the whole program on a port of its own, and an eye on what pages do unasked."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import partialmethod
from http.server import ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer

import pytest
from playwright.sync_api import (
    Browser,
    Error,
    sync_playwright,
)

from infra.laptop import Laptop
from infra.server import Server
from mentorship.services import services
from tests.browser.visitor import Visitor, Windows

HERE = Path(__file__).parent


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


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the form be sent by someone who fills it in while the clock stands still."""
    monkeypatch.setattr("mentorship.applicant.submission.SOONEST", timedelta(0))


@pytest.fixture
def address(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the whole program runs: a free port of this machine."""
    # To stop it waits for the next time that it looks, which is half a second else.
    often = partialmethod(BaseServer.serve_forever, poll_interval=0.02)
    monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", often)
    server = Server(laptop, 0)
    # The desk looks whether what is pressed was pressed on a page of the site's own.
    laptop.address = os.environ["PUBLIC_ADDRESS"] = f"http://127.0.0.1:{server.port}"
    services.cache_clear()
    server.start()
    yield laptop.address
    server.stop()


@pytest.fixture(scope="session")
def windows(chromium: Browser) -> Windows:
    """The browser's windows."""
    return Windows(chromium)


@pytest.fixture
def visitor(windows: Windows, address: str) -> Iterator[Visitor]:
    """Somebody with a browser."""
    visitor = Visitor(windows, address)
    yield visitor
    visitor.leave()
