"""
What was sent, read: a form as a browser encodes it, or JSON, as the same names with their texts.

Whatever does not hold to its content type is refused before anybody looks at an answer.
"""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from mentorship.problems import NotUnderstood

# Python parses JSON by recursion; no application is nested deeper than a list in an object.
MOST_DEPTH = 3


def fields(text: str) -> dict[str, list[str]]:
    """Return the fields of a form as a browser encodes it."""
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=200, separator="&"
        )
    except ValueError as error:
        raise NotUnderstood from error
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    return given


def members(text: str) -> dict[str, list[str]]:
    """Return the members of a JSON object: texts, numbers, ticks, or lists of texts."""
    if max(_depths(text), default=0) > MOST_DEPTH:
        raise NotUnderstood("The JSON is nested too deeply")
    try:
        given = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        if not isinstance(given, dict):
            raise NotUnderstood("Send one JSON object, with the questions' names as its members")
        return {name: _texts(name, value) for name, value in given.items()}
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("The body is not JSON") from error


def _depths(text: str) -> list[int]:
    """Return how deep each bracket of a JSON text lies, those within its strings apart."""
    depths, depth, quoted, escaped = [0], 0, False, False
    for letter in text:
        if quoted:
            quoted = escaped or letter != '"'
            escaped = letter == "\\" and not escaped
        elif letter == '"':
            quoted = True
        elif letter in "[{":
            depth += 1
            depths.append(depth)
        elif letter in "]}":
            depth -= 1
    return depths


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members; a name given twice would leave it open which one counts."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise NotUnderstood("A name is given twice in the JSON")
    _encode(members)
    return members


def _no_constant(constant: str) -> None:
    """Refuse NaN and Infinity, which JSON does not have (RFC 8259, section 6)."""
    raise NotUnderstood(f"{constant} is not JSON")


def _texts(name: str, value: Any) -> list[str]:
    """Return the texts that a member stands for, as a browser would have sent them."""
    match value:
        case None | False:
            return []
        case True:
            return ["yes"]
        case int():
            return [str(value)]
        case str():
            texts = [value]
        case list() if all(isinstance(text, str) for text in value):
            texts = value
        case _:
            raise NotUnderstood(f"“{name[:60]}” must be a text or a list of texts")
    _encode(texts)
    return texts


def _encode(texts: Iterable[str]) -> None:
    """Refuse what JSON can escape and UTF-8 cannot hold, for no answer could show it."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError as error:
        raise NotUnderstood("The JSON holds half of a surrogate pair") from error
