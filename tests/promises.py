"""
What is promised, and the page that says how each promise is shown: `docs/about/promises.md`.

A test shows a promise by the fixture `shown`, with a figure. The page is written from what the
tests showed, by `make promises`, and every run compares.
"""

import ast
import re
import textwrap
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self, TypeAlias

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "about" / "promises.md"

# How a test says which promise it shows, and with which figure.
Show: TypeAlias = Callable[[int, str], None]


class Promise(NamedTuple):
    """What is promised, in a few words and in full, and how it is kept."""

    title: str
    words: str
    kept: str


def _folded(words: str) -> str:
    return " ".join(words.split())


_WRITTEN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
# These speak of matches, which are not there yet.
LATER = {int(number): _folded(words) for number, words in _WRITTEN.pop("later").items()}
PROMISES = {
    int(number): Promise(**{name: _folded(text) for name, text in promise.items()})
    for number, promise in _WRITTEN.items()
}

HEAD = """\
---
title: Promises
description: >-
  What the software promises, how each promise is kept, and which test shows it with which figure.
---

# Promises
"""
OPENING = """
What the software promises, how it is kept, and how that is shown. The figures are counted by the
tests: they fail if a figure on this page is not the one that they find, and if a promise has no
test. `make promises` writes the page anew.
"""

LINE = re.compile(r"- \*\*(?P<figure>[^*]+)\*\* (?P<fact>.+) \(`(?P<test>.+)` in `(?P<file>.+)`\)")


@dataclass(frozen=True, order=True)
class Shown:
    """What one test shows of a promise; *test* is its name in *file*, *fact* its first sentence."""

    promise: int
    file: str
    test: str
    fact: str
    figure: str

    @classmethod
    def by(cls, item: pytest.Function, promise: int, figure: str) -> Self:
        """Return what a test shows."""
        if promise not in PROMISES:
            raise ValueError(f"There is no promise {promise} to show: see tests/promises.py.")
        if not re.fullmatch(r"[^*_`<>\[\]\n]*\d[^*_`<>\[\]\n]*", figure):
            raise ValueError(f"A figure is a number and plain words: {figure!r}")
        file, _, test = item.nodeid.partition("::")
        return cls(promise, file, test, first_sentence(item.function.__doc__ or ""), figure)

    @property
    def line(self) -> str:
        """The line of the page."""
        return f"- **{self.figure}** {self.fact} (`{self.test}` in `{self.file}`)"


def first_sentence(docstring: str) -> str:
    """Return the first sentence of a docstring, on one line."""
    words = " ".join(docstring.split())
    if not words:
        raise ValueError("A test that shows a promise says in its docstring what it shows.")
    return re.split(r"(?<=[.!?]) (?=[A-Z])", words, maxsplit=1)[0]


def page_of(shown: Iterable[Shown]) -> str:
    """Return the page."""
    lines = sorted(set(shown))
    parts = [HEAD, _wrapped(OPENING)]
    for number, promise in PROMISES.items():
        found = "\n".join(each.line for each in lines if each.promise == number)
        parts.append(
            f"## {number}. {promise.title} {{ #promise-{number} }}\n\n{_wrapped(promise.words)}\n"
            f"{_wrapped(promise.kept)}\n{found or 'No test shows it yet.'}\n"
        )
    later = "".join(_wrapped(f"- {number}: {words}", "  ") for number, words in LATER.items())
    parts.append(
        f"## With the matches, not there yet {{ #later }}\n\n"
        f"These promises are about matches, and are shown with them:\n\n{later}"
    )
    return "\n".join(parts)


def _wrapped(words: str, indent: str = "") -> str:
    return textwrap.fill(_folded(words), 120, subsequent_indent=indent) + "\n"


def listed(page: str) -> list[Shown]:
    """Return what a page says is shown."""
    found = []
    for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        number = int(re.match(r"\d*", section)[0] or 0)  # type: ignore[index]
        found += [
            Shown(number, each["file"], each["test"], each["fact"], each["figure"])
            for each in map(LINE.fullmatch, section.splitlines())
            if each
        ]
    return found


def on_the_page() -> list[Shown]:
    """Return what the page in `docs/` says is shown."""
    return listed(PAGE.read_text(encoding="utf-8"))


def write(shown: Iterable[Shown], *, whole: bool) -> None:
    """
    Write the page anew.

    Args:
        shown: what the tests of this run showed.
        whole: whether all the tests ran. If not, the page keeps what other tests showed before.

    """
    new = list(shown)
    ran = {(each.file, each.test) for each in new}
    kept = [
        each
        for each in on_the_page()
        if not whole and (each.file, each.test) not in ran and shows(each.file, each.test)
    ]
    PAGE.write_text(page_of([*new, *kept]), encoding="utf-8")


def shows(file: str, test: str) -> bool:
    """Tell whether a file has a test of this name that asks for the fixture `shown`."""
    path = ROOT / file
    if not path.is_file():
        return False
    body: list[ast.stmt] = ast.parse(path.read_text(encoding="utf-8")).body
    for name in test.partition("[")[0].split("::"):
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
                break
        else:
            return False
        body = node.body
    return isinstance(node, ast.FunctionDef) and "shown" in [each.arg for each in node.args.args]
