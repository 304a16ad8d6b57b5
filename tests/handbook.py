"""The words of a page of the docs."""

import re
from pathlib import Path


def words(page: Path) -> str:
    """Return a page without its code, in which everything is allowed."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"(?ms)^ *```.*?^ *```", "", text)
    return re.sub(r"`[^`\n]+`", "", text)
