"""
Bring a browser where there is none: `make test` runs it before the tests.

Chromium as the system has it comes first, then the one that Playwright brought earlier. Where none
can be brought, one line says so, and the tests go on without a browser.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

INSTALL = [sys.executable, "-m", "playwright", "install", "chromium"]
NONE = (
    "No browser: Playwright's Chromium could not be downloaded, so the browser's tests are skipped "
    "(apt install chromium brings one)."
)


def at_hand() -> bool:
    """Tell whether there is a browser that the tests would take."""
    if shutil.which("chromium"):
        return True
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def run(command: Sequence[str]) -> bool:
    """Run a command without a word, and tell whether it did what it is for."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def bring(there: Callable[[], bool] = at_hand, run: Callable[[Sequence[str]], bool] = run) -> None:
    """Bring a browser, unless one is there, or say that it cannot be had."""
    if there():
        return
    print("Downloading Playwright's Chromium, once …", flush=True)
    if not run(INSTALL):
        print(NONE)


if __name__ == "__main__":
    bring()
