"""
Read the body of a request: a form as a browser encodes it, JSON with the same names, or a form with
files.

Anything that does not follow its content type is refused before any answer is checked.
"""

import json
import re
from collections.abc import Iterable, Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any
from urllib.parse import parse_qsl

from mentorship.problems import BadRequest

# A page of 200 matches sends a list and up to three ticks for each.
MAX_FIELDS = 1000
# Python parses JSON by recursion; no application is nested deeper than a list in an object.
MAX_DEPTH = 3
# A form with files has a few fields, and a part's headers hold little more than a file's name.
MAX_PARTS, MAX_OF_A_HEAD = 20, 4096
# What separates the fields of a form with files (RFC 2046, section 5.1.1).
BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
# The encodings that a part may name, all of them none (RFC 7578, section 4.7).
PLAIN = ("", "7bit", "8bit", "binary")


def fields(text: str) -> dict[str, list[str]]:
    """Return the fields of a form as a browser encodes it."""
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS, separator="&"
        )
    except ValueError as error:
        raise BadRequest from error
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    return given


def json_fields(text: str) -> dict[str, list[str]]:
    """Return the members of a JSON object: texts, numbers, ticks, or lists of texts."""
    if max(_depths(text), default=0) > MAX_DEPTH:
        raise BadRequest("The JSON is nested too deeply")
    try:
        given = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        if not isinstance(given, dict):
            raise BadRequest("Send one JSON object, with the questions' names as its members")
        return {name: _texts(name, value) for name, value in given.items()}
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not JSON") from error


def boundary(content_type: str) -> str:
    """
    Return what separates the fields of a form with files, or "" for another content type.

    Raises:
        BadRequest: if it is a form with files, but does not say.

    """
    header = Message()
    header["content-type"] = content_type
    if header.get_content_type() != "multipart/form-data":
        return ""
    found = header.get_boundary()
    if not found or not BOUNDARY.fullmatch(found):
        raise BadRequest("The content type does not say what parts the fields")
    return found


def multipart_fields(body: bytes, boundary: str) -> tuple[dict[str, list[str]], dict[str, bytes]]:
    """
    Return the fields of a form with files: the texts by their names, and the files by theirs.

    A file field in which none was chosen is left out; an empty file is not. A file's name on its
    sender's computer is ignored.

    Raises:
        BadRequest: for anything that does not follow RFC 7578.

    """
    texts: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for head, content in _parts(body, boundary.encode()):
        name, filename = _field(head)
        if filename is None:
            try:
                texts.setdefault(name, []).append(content.decode("utf-8"))
            except UnicodeError as error:
                raise BadRequest from error
        elif name in files:
            raise BadRequest("Choose one file, not several")
        elif content or filename:
            files[name] = content
    return texts, files


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the headers and the content of each part."""
    delimiter = b"\r\n--" + boundary
    # The first delimiter needs no line before it, and there must be nothing before it.
    before, *parts = (b"\r\n" + body).split(delimiter, MAX_PARTS + 1)
    if before or not parts or parts[-1] not in (b"--", b"--\r\n"):
        raise BadRequest("The form with its file did not arrive as a whole; send it again")
    for part in parts[:-1]:
        start, end, rest = part.partition(b"\r\n")
        head, between, content = rest.partition(b"\r\n\r\n")
        if start.strip(b" \t") or not end or not between or len(head) > MAX_OF_A_HEAD:
            raise BadRequest
        yield head, content


def _field(head: bytes) -> tuple[str, str | None]:
    """Return the name of a part and, if it is a file, the file's name."""
    headers = BytesHeaderParser().parsebytes(head + b"\r\n\r\n")
    name = headers.get_param("name", header="content-disposition")
    encoded = str(headers.get("content-transfer-encoding", "")).strip().lower()
    once = len(headers.get_all("content-disposition", [])) == 1
    if not once or headers.get_content_disposition() != "form-data" or encoded not in PLAIN:
        raise BadRequest
    # A name with a character set of its own is a tuple, which no browser sends.
    if not isinstance(name, str) or not name.isascii():
        raise BadRequest
    filename = headers.get_param("filename", header="content-disposition")
    return name, None if filename is None else str(filename)


def _depths(text: str) -> list[int]:
    """Return how deep each bracket of a JSON text is, without those within its strings."""
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
    """Return an object's members; refuse a name given twice, because either could count."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise BadRequest("A name is given twice in the JSON")
    _encode(members)
    return members


def _no_constant(constant: str) -> None:
    """Refuse NaN and Infinity, which JSON does not have (RFC 8259, section 6)."""
    raise BadRequest(f"{constant} is not JSON")


def _texts(name: str, value: Any) -> list[str]:
    """Return the texts that a browser would have sent for a member."""
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
            raise BadRequest(f"“{name[:60]}” must be a text or a list of texts")
    _encode(texts)
    return texts


def _encode(texts: Iterable[str]) -> None:
    """Refuse what JSON can escape and UTF-8 cannot encode, because no answer could show it."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError as error:
        raise BadRequest("The JSON holds half of a surrogate pair") from error
