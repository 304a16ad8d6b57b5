"""Somebody with a browser, who notices what a page must not do; windows are used again."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    ViewportSize,
)

Colors = Literal["light", "dark"]
# A page that asks for nothing.
NOTHING = '<!doctype html><link rel="icon" href="data:,">'


class Windows:
    """
    The windows of a browser, each with what it is told kept apart from all others.

    A window that was left is opened again, as if it were new: to start one takes longer than most
    of what is done in it. What a test itself listens to goes on, and must do nothing but take down.
    """

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        # By whether JavaScript is on, which only a new window can change.
        self._left: dict[bool, list[Page]] = {True: [], False: []}

    def open(self, *, scripts: bool) -> Page:
        """Return the page of a window that knows nothing."""
        if self._left[scripts]:
            return self._left[scripts].pop()
        context = self._chromium.new_context(java_script_enabled=scripts)
        context.set_default_timeout(10_000)
        return context.new_page()

    def leave(self, page: Page, address: str, *, scripts: bool) -> None:
        """Have a window forget all that it was told at an address."""
        context = page.context
        if context.pages != [page]:
            context.close()
            return
        page.unroute_all(behavior="ignoreErrors")
        page.route("**/*", lambda route: route.fulfill(body=NOTHING, content_type="text/html"))
        # Not about:blank, for which the browser would start a process, as it does for a window.
        page.goto(address)
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        page.unroute_all()
        context.clear_cookies()
        self._left[scripts].append(page)


def look(page: Page, width: int, colors: Colors) -> None:
    """
    Make a window as wide as a phone or a desk, on a device that prefers light or dark.

    Args:
        page: the window's.
        width: a phone has 390 pixels, a desk 1280.
        colors: what the device prefers.

    """
    size: ViewportSize = {"width": width, "height": 844 if width < 1000 else 900}
    if page.viewport_size != size:
        page.set_viewport_size(size)
    page.emulate_media(media="null", color_scheme=colors)


@dataclass
class Visitor:
    """
    Somebody who opens windows, and notices what a page does that it must not.

    Attributes:
        address: where the program runs.
        complaints: requests to other hosts, what the policy of a page refused, errors of scripts.
        expected: parts of a complaint that the case itself brings about.

    """

    windows: Windows
    address: str
    complaints: list[str] = field(default_factory=list)
    # A browser reports each answer of the kind that the form is refused with.
    expected: list[str] = field(default_factory=lambda: ["status of 422"])
    _open: list[tuple[Page, bool]] = field(default_factory=list)

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
        page = self.windows.open(scripts=scripts)
        self._open.append((page, scripts))
        look(page, width, colors)
        page.on("request", self._watch_request)
        page.on("console", self._watch_console)
        page.on("pageerror", self._watch_scripts)
        page.goto(self.address + path)
        return page

    def leave(self) -> None:
        """Leave every window, and say what was noticed."""
        for page, scripts in self._open:
            page.remove_listener("request", self._watch_request)
            page.remove_listener("console", self._watch_console)
            page.remove_listener("pageerror", self._watch_scripts)
            self.windows.leave(page, self.address, scripts=scripts)
        assert self.complaints == []

    def _watch_request(self, request: Request) -> None:
        here = urlsplit(request.url)
        if here.scheme != "data" and here.netloc != urlsplit(self.address).netloc:
            self.complaints.append(f"foreign request: {request.url}")

    def _watch_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in self.expected):
            # What the policy of a page refuses is reported here too, with scripts or without.
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _watch_scripts(self, error: Error) -> None:
        self.complaints.append(f"script: {error.message}")
