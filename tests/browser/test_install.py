"""The browser that is brought where there is none."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.browser import install


class Runner:
    """Runs nothing, notes what it was to run, and says how it went."""

    def __init__(self, *, well: bool) -> None:
        self.well = well
        self.ran: list[list[str]] = []

    def __call__(self, command: Sequence[str]) -> bool:
        self.ran.append(list(command))
        return self.well


def test_browser_that_is_there_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """
    Where there is a browser nothing is loaded, and nothing is said.
    """
    runner = Runner(well=True)
    install.bring(lambda: True, runner)
    assert runner.ran == []
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("well", [True, False], ids=["loaded", "not loaded"])
def test_browser_is_loaded_where_there_is_none(
    capsys: pytest.CaptureFixture[str], well: bool
) -> None:
    """
    Playwright's own is loaded; where that fails one line says so, and the tests go on.
    """
    runner = Runner(well=well)
    install.bring(lambda: False, runner)
    assert [command[1:] for command in runner.ran] == [["-m", "playwright", "install", "chromium"]]
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("Downloading")
    assert rest == ([] if well else [install.NONE])
    assert "apt install chromium" in install.NONE


def test_where_it_is_looked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    The system's Chromium is enough, and so is one that Playwright brought earlier.
    """
    brought = tmp_path / "chrome"

    class Playwright:
        """One that would put its browser there."""

        def __enter__(self) -> SimpleNamespace:
            return SimpleNamespace(chromium=SimpleNamespace(executable_path=str(brought)))

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(install, "sync_playwright", Playwright)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert install.at_hand()
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert not install.at_hand()
    brought.touch()
    assert install.at_hand()


def test_command_that_fails_ends_nothing() -> None:
    """
    What Playwright says of a download that fails is not shown, and ends nothing.
    """
    assert install.run([install.INSTALL[0], "-c", ""])
    assert not install.run([install.INSTALL[0], "-c", "raise SystemExit('no network')"])
