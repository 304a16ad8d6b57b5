"""A page of the docs: its words and its parts, as it is written and as it is published."""

import re
from html import unescape
from pathlib import Path


def words(page: Path) -> str:
    """Return a page without its code, in which everything is allowed."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"(?ms)^ *```.*?^ *```", "", text)
    return re.sub(r"`[^`\n]+`", "", text)


def section(page: Path, heading: str) -> str:
    """Return what a page says under a heading, up to the next one of any level."""
    text = page.read_text(encoding="utf-8")
    assert text.count(f"{{ #{heading} }}\n") == 1, heading
    return re.split(r"(?m)^#+ ", text.partition(f"{{ #{heading} }}\n")[2])[0]


def rows(table: str) -> list[list[str]]:
    """Return the cells of a table in Markdown, a list for each row, without its head."""
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def built(site: Path, page: str) -> str:
    """Return the words of a page as it is published, and nothing between them."""
    text = (site / page / "index.html").read_text(encoding="utf-8")
    return folded(unescape(re.sub(r"<[^>]+>", " ", text)))


def folded(text: str) -> str:
    """Return the words of a text, a space between them."""
    return " ".join(re.findall(r"\w+", text))
