"""What a page of ours has in it that no page may have."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
# An id within a tag; what people wrote has no quotation marks there.
ID = re.compile(r"<[a-z][^<>]*\sid=\"([^\"]*)\"")
DATA = {"application/json", "application/ld+json"}


@dataclass
class Element:
    """One element of a page: its name, its attributes, the text that it holds itself."""

    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Markup(HTMLParser):
    """The elements of a page, in order."""

    elements: list[Element] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that closes itself, as SVG has them."""
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and what was left open in it."""
        while self._open and self._open.pop().name != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self._open:
            self._open[-1].text += data

    def named(self, *names: str) -> list[Element]:
        """Return the elements of these names."""
        return [each for each in self.elements if each.name in names]

    @property
    def links(self) -> list[str]:
        """Where the page leads, or takes something from."""
        return [
            element.attributes[name]
            for element in self.elements
            for name in ("href", "src", "action", "srcset", "poster")
            if name in element.attributes
        ]

    @property
    def ids(self) -> list[str]:
        """The names that a link can lead to within the page."""
        return [each.attributes["id"] for each in self.elements if "id" in each.attributes]


def parsed(source: str) -> Markup:
    """Return a page's elements."""
    markup = Markup()
    markup.feed(source)
    markup.close()
    assert markup.named("html")
    return markup


def twice(source: str) -> set[str]:
    """Return the ids that a page gives to more than one element."""
    ids = Counter(ID.findall(source))
    return {name for name, times in ids.items() if times > 1}


def inline(page: Markup) -> list[str]:
    """Return each style, handler and script within a page, which its policy would refuse."""
    found = []
    for each in page.elements:
        kind = each.attributes.get("type", "")
        if each.name == "script" and "src" not in each.attributes and kind not in DATA:
            found.append("inline script")
        if each.name == "style" or "style" in each.attributes:
            found.append("inline style")
        found += [name for name in each.attributes if name.startswith("on")]
        found += [
            value for value in each.attributes.values() if value.lower().startswith("javascript:")
        ]
    return found


def foreign(page: Markup) -> list[str]:
    """Return what a page takes from another host, or sends there."""
    return [
        value
        for each in page.elements
        for name, value in each.attributes.items()
        if (name in ("src", "srcset", "action", "poster", "data"))
        or (each.name == "link" and name == "href" and each.attributes["rel"] != "canonical")
        if urlsplit(value).netloc
    ]
