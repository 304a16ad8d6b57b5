"""A page as a browser reads it."""

from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any


@dataclass
class Read(HTMLParser):
    """A page as a browser reads it: its tags with their attributes, its texts, and all else."""

    found: list[tuple[Any, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def updatepos(self, i: int, j: int) -> int:
        """Count no lines: nobody asks in which one something stands."""
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}",))

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] == "":
            data = self.found.pop()[1] + data
        self.found.append(("", data))

    def handle_comment(self, data: str) -> None:
        self.found.append((f"!--{data}",))

    def handle_decl(self, decl: str) -> None:
        self.found.append((f"!{decl}",))

    def handle_pi(self, data: str) -> None:
        self.found.append((f"?{data}",))

    def unknown_decl(self, data: str) -> None:
        self.found.append((f"![{data}",))


@lru_cache(maxsize=4)
def read(html: str) -> list[tuple[Any, ...]]:
    """Read a page; the harmless ones are the same again and again."""
    reader = Read()
    reader.feed(html)
    reader.close()
    return reader.found
