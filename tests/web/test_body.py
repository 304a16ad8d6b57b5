"""A form with a file, however it is wrapped, is read or gets a clear 4xx."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorship.problems import BadRequest, NotSupported, Problem, TooLarge
from mentorship.web.body import MAX_OF_A_HEAD, MAX_PARTS
from mentorship.web.http import MAX_BYTES, Request
from tests.every import every
from tests.multipart import BOUNDARY, KIND, file, form, part

MOST = 4 * 1024 * 1024
FILE = b"Name,Email\r\nR\xc3\xb3bin,robin@example.org\r\n\x00\xff\r\n--not it\r\n"

Event = dict[str, Any]


def event(body: bytes | str, kind: str = KIND, *, encoded: bool | None = None) -> Event:
    """Return an event: bytes are base64-encoded, as the HTTP API does with such a form."""
    is_bytes = isinstance(body, bytes)
    return {
        "headers": {"content-type": kind},
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": is_bytes if encoded is None else encoded,
    }


def uploaded(sent: Event, most: int = MOST) -> tuple[Mapping[str, list[str]], Mapping[str, bytes]]:
    """Return what is read of an event, which goes through JSON as Lambda hands it over."""
    return Request(json.loads(json.dumps(sent))).uploaded(most)


class TestWhatABrowserSends:
    def test_texts_and_files(self) -> None:
        """
        Texts come as texts, files as the bytes that they are, line ends and all.
        """
        body = form(part("Zoë\r\n".encode()), part(b"again"), file(FILE))
        assert uploaded(event(body)) == ({"list": ["Zoë\r\n", "again"]}, {"file": FILE})

    def test_no_file_was_chosen(self) -> None:
        """
        A browser sends a file without a name and content then; there is none.
        """
        head = 'Content-Disposition: form-data; name="file"; filename=""\r\n'
        empty = part(b"", f"{head}Content-Type: application/octet-stream")
        assert uploaded(event(form(part(b""), empty))) == ({"list": [""]}, {})

    def test_an_empty_form(self) -> None:
        """
        A form of no fields is one.
        """
        assert uploaded(event(form())) == ({}, {})

    @pytest.mark.parametrize(
        "called",
        ["Mitglieder äöü.csv", "日本.csv", 'with "quotes".csv', "%22.csv", "a;b=c.csv", "../../etc",
         "=?utf-8?Q?=0D=0AX: y?=", "x" * 1000],
    )  # fmt: skip
    def test_what_the_file_is_called(self, called: str) -> None:
        """
        Whatever a file is called on its sender's machine, it is the same file.
        """
        # Browsers escape quotation marks and line breaks in it, and nothing else.
        written = called.replace('"', "%22")
        assert uploaded(event(form(file(FILE, called=written)))) == ({}, {"file": FILE})

    @pytest.mark.parametrize(
        "kind",
        [
            KIND,
            f"Multipart/Form-Data; Boundary={BOUNDARY}",
            f'multipart/form-data;boundary="{BOUNDARY}"',
            f"multipart/form-data; charset=utf-8; boundary={BOUNDARY}",
            f"multipart/form-data; boundary={BOUNDARY}; charset=utf-8",
        ],
    )
    def test_ways_to_name_the_boundary(self, kind: str) -> None:
        """
        Its letters count in their size; how the rest is written does not.
        """
        assert uploaded(event(form(part(b"x")), kind)) == ({"list": ["x"]}, {})

    @pytest.mark.parametrize("boundary", ["a", "a b", "'()+_,-./:=?", "x" * 70])
    def test_odd_boundaries(self, boundary: str) -> None:
        """
        Any boundary that RFC 2046 allows is one.
        """
        kind = f'multipart/form-data; boundary="{boundary}"'
        assert uploaded(event(form(file(FILE), boundary=boundary), kind))[1] == {"file": FILE}

    def test_without_the_last_line_end(self) -> None:
        """
        Some programs leave out the line end after the last boundary.
        """
        assert uploaded(event(form(part(b"x"), end=b"--"))) == ({"list": ["x"]}, {})

    def test_spaces_after_a_boundary(self) -> None:
        """
        RFC 2046 lets mail add spaces there.
        """
        body = form(part(b"x")).replace(b"Example\r\n", b"Example \t\r\n", 1)
        assert uploaded(event(body)) == ({"list": ["x"]}, {})

    def test_as_text(self) -> None:
        """
        A body that was not base64-encoded is read too.
        """
        body = form(part("Zoë".encode())).decode()
        assert uploaded(event(body, encoded=False)) == ({"list": ["Zoë"]}, {})

    @given(st.binary(max_size=300), st.binary(max_size=300))
    def test_any_file(self, one: bytes, two: bytes) -> None:
        """
        Whatever bytes a file has, and if it has none, they come back.
        """
        line = f"\r\n--{BOUNDARY}".encode()
        kept = [content.replace(line, b"") for content in (one, two)]
        files = dict(zip(("a", "b"), kept, strict=True))
        sent = form(file(kept[0], name="a"), file(kept[1], name="b"))
        assert uploaded(event(sent)) == ({}, files)

    def test_as_much_as_there_may_be(self) -> None:
        """
        Four megabytes are taken; one byte more is not, and it is said how much would be.
        """
        around = len(form(file(b"")))
        body = form(file(b"a" * (MOST - around)))
        assert len(uploaded(event(body))[1]["file"]) == MOST - around
        with pytest.raises(TooLarge, match="4 MB"):
            uploaded(event(form(file(b"a" * (MOST - around + 1)))))


DISPOSITION = "Content-Disposition: form-data"
# What is sent, as which kind, and what it is then.
ODD: dict[str, tuple[Event, type[Problem]]] = {
    "nothing": (event(b""), BadRequest),
    "no body at all": ({"headers": {"content-type": KIND}}, BadRequest),
    "a body that is null": ({**event(b""), "body": None}, BadRequest),
    "a body that is a list": ({**event(b""), "body": ["x"]}, BadRequest),
    "no headers": ({**event(form(part(b"x"))), "headers": {}}, NotSupported),
    "headers are null": ({**event(form(part(b"x"))), "headers": None}, NotSupported),
    "another kind": (event(form(part(b"x")), "text/csv"), NotSupported),
    "a form without files": (event(b"list=x", "application/x-www-form-urlencoded"), NotSupported),
    "JSON": (event(b"{}", "application/json"), NotSupported),
    "multipart of another kind": (event(form(part(b"x")), "multipart/mixed; boundary=x"),
                                  NotSupported),
    "no boundary": (event(form(part(b"x")), "multipart/form-data"), BadRequest),
    "an empty boundary": (event(form(part(b"x")), "multipart/form-data; boundary="),
                          BadRequest),
    "a long boundary": (
        event(form(part(b"x"), boundary="x" * 71), f"multipart/form-data; boundary={'x' * 71}"),
        BadRequest,
    ),
    "a boundary with strange signs": (
        event(form(part(b"x")), 'multipart/form-data; boundary="a\u2028b"'), BadRequest,
    ),
    "a boundary that ends with a space": (
        event(form(part(b"x")), 'multipart/form-data; boundary="   "'), BadRequest,
    ),
    "another boundary": (event(form(part(b"x"), boundary="other")), BadRequest),
    "a boundary in small letters": (event(form(part(b"x"), boundary=BOUNDARY.lower())),
                                    BadRequest),
    "words before the first part": (event(b"hello\r\n" + form(part(b"x"))), BadRequest),
    "words after the last part": (event(form(part(b"x")) + b"hello"), BadRequest),
    "cut off": (event(form(part(b"x"))[:-6]), BadRequest),
    "cut off within a file": (event(form(file(FILE))[:200]), BadRequest),
    "a part without headers": (event(form(b"x")), BadRequest),
    "an empty part": (event(form(b"")), BadRequest),
    "line ends of another kind": (event(form(part(b"x")).replace(b"\r\n", b"\n")), BadRequest),
    "too many parts": (event(form(*[part(b"x")] * (MAX_PARTS + 1))), BadRequest),
    "far too many parts": (event(form(*[part(b"")] * 20_000)), BadRequest),
    "too long a head": (event(form(part(b"x", DISPOSITION + "; name=" + "x" * MAX_OF_A_HEAD))),
                        BadRequest),
    "no disposition": (event(form(part(b"x", "Content-Type: text/csv"))), BadRequest),
    "another disposition": (
        event(form(part(b"x", 'Content-Disposition: attachment; name="list"'))), BadRequest,
    ),
    "two dispositions": (
        event(form(part(b"x", f'{DISPOSITION}; name="a"\r\n{DISPOSITION}; name="b"'))),
        BadRequest,
    ),
    "no name": (event(form(part(b"x", DISPOSITION))), BadRequest),
    "a name beyond ASCII": (event(form(part(b"x", f'{DISPOSITION}; name="é"'))), BadRequest),
    "a name with a character set": (
        event(form(part(b"x", f"{DISPOSITION}; name*=utf-8''l%C3%A9"))), BadRequest,
    ),
    "base64 within": (
        event(form(part(b"eA==", f'{DISPOSITION}; name="list"\r\n'
                                 "Content-Transfer-Encoding: base64"))), BadRequest,
    ),
    "a text that is not UTF-8": (event(form(part(b"Zo\xeb"))), BadRequest),
    "a text that is UTF-16": (event(form(part("Zoë".encode("utf-16")))), BadRequest),
    "two files of one name": (event(form(file(b"a"), file(b"b"))), BadRequest),
    "base64 that is none": (event("!!!", encoded=True), BadRequest),
    "base64 cut short": ({**event(form(part(b"x"))), "body": "LS1="[:3]}, BadRequest),
    "half a pair as text": (event("--\ud800", encoded=False), BadRequest),
    "far too much": (event(b"a" * 6_000_000), TooLarge),
    "far too much as text": (event("a" * 6_000_000, encoded=False), TooLarge),
    "too much in bytes, not in letters": (event("é" * (MOST // 2 + 1), encoded=False), TooLarge),
}  # fmt: skip


PIECES = [
    *(b"--", BOUNDARY.encode(), b"\r\n", b"\r\n\r\n", b"x", b"\x00", b"\xff", b": ", b";"),
    *(b'Content-Disposition: form-data; name="list"', b'; filename="a"', b"=?utf-8?Q?=0D?="),
]


class TestOddEnvelopes:
    @every(("sent", "problem"), ODD.values(), ids=ODD)
    def test_gets_a_clear_answer(self, sent: Event, problem: type[Problem]) -> None:
        """
        Each is a problem with a 4xx of its own and words, and no other error.
        """
        with pytest.raises(Problem) as refused:
            uploaded(sent)
        assert type(refused.value) is problem
        assert 400 <= refused.value.status < 500
        assert refused.value.detail

    def test_size_is_looked_at_before_anything_is_read(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        A body that is too large is not even decoded.
        """

        def never(*_: object, **__: object) -> bytes:
            raise AssertionError

        monkeypatch.setattr("mentorship.web.http.base64.b64decode", never)
        with pytest.raises(TooLarge):
            uploaded(ODD["far too much"][0])

    def test_other_pages_take_as_little_as_before(self) -> None:
        """
        What a form without files may have stays at 64 KB.
        """
        sent = event(b"a=" + b"x" * MAX_BYTES, "application/x-www-form-urlencoded")
        with pytest.raises(TooLarge, match="64 KB"):
            Request(sent).fields()
        with pytest.raises(NotSupported):
            Request(event(form(part(b"x")))).fields()

    @given(st.lists(st.sampled_from(PIECES), max_size=24).map(b"".join))
    def test_any_envelope(self, body: bytes) -> None:
        """
        Whatever is made of the pieces of a form, it is read or it is a problem, and no other error.
        """
        names: set[str] = set()
        try:
            texts, files = uploaded(event(body))
            names = {*texts, *files}
        except BadRequest as problem:
            names = {problem.detail}
        assert all(name.isprintable() for name in names)
