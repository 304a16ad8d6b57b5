"""Whatever an envelope holds, it gets an application, a page, or a clear 4xx."""

import json
import os
import re
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from infra.build import FRAME, ROOT
from infra.laptop import Laptop
from mentorship.handlers.submit import ROUTES
from mentorship.problems import NotFound
from mentorship.services import Route, Services
from mentorship.settings import Program, Settings, every_setting
from mentorship.web.http import MAX_BYTES, Request, Response, created, page, redirect
from mentorship.web.router import answer
from tests import people
from tests.events import JSON, Event, event, nested, sendable
from tests.every import every
from tests.exporting import exported

PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"


def answered(laptop: Laptop, event: Event) -> tuple[int, Any]:
    """Return the status and the body of an answer."""
    got = sendable(laptop.invoke("Submit", event))
    kind = got["headers"].get("content-type", "")
    return got["statusCode"], json.loads(got["body"]) if "json" in kind else got["body"]


def stored(laptop: Laptop) -> list[Any]:
    """Return whatever is stored."""
    each = ("waiting", "quarantined", "withdrawn")
    return [
        row
        for status in each
        for row in json.loads(exported(laptop, f"format=json&status={status}"))
    ]


MENTEE = {name: texts if len(texts) > 1 else texts[0] for name, texts in people.MENTEE.items()}

# The name of each case, what is sent, its status, and words of the answer.
ODD: dict[str, tuple[Event, int, str]] = {
    "nothing": (event(b""), 400, "“mentee” or to “mentor”"),
    "no headers at all": (event(b"role=mentee") | {"headers": {}}, 415, "Send application"),
    "headers are null": (event(b"role=mentee") | {"headers": None}, 415, "Send application"),
    "no content type": (event(b"role=mentee", kind=None), 415, "Send application"),
    "an empty content type": (event(b"role=mentee", kind=""), 415, "Send application"),
    "plain text": (event(b"role=mentee", kind="text/plain"), 415, "in UTF-8"),
    "multipart": (event(b"--x--", kind="multipart/form-data; boundary=x"), 415, "in UTF-8"),
    "XML": (event(b"<a/>", kind="application/xml"), 415, "in UTF-8"),
    "JSON of another kind": (event(b"{}", kind="application/ld+json"), 415, "in UTF-8"),
    "two content types": (event(b"{}", kind=f"{JSON}, {people.FORM}"), 415, "in UTF-8"),
    "Latin-1": (event(b"full_name=Zo\xeb", kind=f"{people.FORM}; charset=latin-1"), 415, "UTF-8"),
    "UTF-16": (event("{}".encode("utf-16"), kind=f"{JSON}; charset=UTF-16"), 415, "UTF-8"),
    "an unknown charset": (event(b"{}", kind=f"{JSON}; charset=x-klingon"), 415, "UTF-8"),
    "an empty charset": (event(b"{}", kind=f"{JSON}; charset="), 415, "UTF-8"),
    "base64 that is none": (event("!!!", base64_encoded=True), 400, "could not be read"),
    "base64 cut short": (event("cm9sZT1", base64_encoded=True), 400, "could not be read"),
    "base64 with line breaks": (event("cm9s\nZT0=", base64_encoded=True), 400, "could not be read"),
    "base64 beyond ASCII": (event("cm9sé", base64_encoded=True), 400, "could not be read"),
    "text called base64": (event("role=mentee&x", base64_encoded=True), 400, "could not be read"),
    "bytes that are not UTF-8": (event(b"\xff\xfe\x00"), 400, "could not be read"),
    "UTF-8 cut short": (event(b"full_name=Zo\xc3"), 400, "could not be read"),
    "overlong UTF-8": (event(b"full_name=\xc0\xaf"), 400, "could not be read"),
    "a surrogate in UTF-8": (event(b"full_name=\xed\xa0\x80"), 400, "could not be read"),
    "an encoded byte that is not UTF-8": (event(b"role=mentee&city=%ff"), 400, "could not be read"),
    "half a pair as text": (event("city=\ud800", base64_encoded=False), 400, "could not be read"),
    "1,001 fields": (event(b"&".join([b"a=1"] * 1001)), 400, "could not be read"),
    "another role": (event(b"role=coordinator"), 400, "“mentee” or to “mentor”"),
    "two roles": (event(b"role=mentee&role=mentor"), 400, "“mentee” or to “mentor”"),
    "a role in capitals": (event(b"role=MENTEE"), 400, "“mentee” or to “mentor”"),
    "a role only": (event(b"role=mentee"), 422, "Correct the answers"),
    "a bare percent sign": (event(b"role=mentee&city=%"), 422, "Correct the answers"),
    "one byte too many": (event(b"a" * (MAX_BYTES + 1)), 413, "64 KB"),
    "far too much": (event(b"a" * 5_000_000), 413, "64 KB"),
    "far too much as text": (event("a" * 5_000_000, base64_encoded=False), 413, "64 KB"),
    "too much of no kind": (event(b"a" * 5_000_000, kind="text/plain"), 415, "in UTF-8"),
    "too much in bytes, not in letters": (
        event("é" * (MAX_BYTES // 2 + 1), base64_encoded=False), 413, "64 KB",
    ),
    "empty JSON": (event(b"", kind=JSON), 400, "not JSON"),
    "half of JSON": (event(b'{"role":', kind=JSON), 400, "not JSON"),
    "JSON and more": (event(b"{} {}", kind=JSON), 400, "not JSON"),
    "JSON with a comment": (event(b"{} // x", kind=JSON), 400, "not JSON"),
    "JSON in apostrophes": (event(b"{'role': 'mentee'}", kind=JSON), 400, "not JSON"),
    "JSON with a mark of byte order": (event(b"\xef\xbb\xbf{}", kind=JSON), 400, "not JSON"),
    "a raw line break in JSON": (event(b'{"city": "a\nb"}', kind=JSON), 400, "not JSON"),
    "a form called JSON": (event(people.encoded(people.MENTEE), kind=JSON), 400, "not JSON"),
    "JSON that is a list": (event(b'["mentee"]', kind=JSON), 400, "one JSON object"),
    "JSON that is a text": (event(b'"mentee"', kind=JSON), 400, "one JSON object"),
    "JSON that is null": (event(b"null", kind=JSON), 400, "one JSON object"),
    "a name twice": (event(b'{"role": "mentee", "role": "mentor"}', kind=JSON), 400, "given twice"),
    "a name twice, once escaped": (
        event(b'{"role": "mentee", "\\u0072ole": "mentor"}', kind=JSON), 400, "given twice",
    ),
    "a name twice, further in": (
        event(b'{"topics": [{"a": 1, "a": 2}]}', kind=JSON), 400, "given twice",
    ),
    "NaN": (event(b'{"capacity": NaN}', kind=JSON), 400, "NaN is not JSON"),
    "Infinity": (event(b'{"capacity": -Infinity}', kind=JSON), 400, "-Infinity is not JSON"),
    "a fraction": (event(b'{"capacity": 1.5}', kind=JSON), 400, "“capacity” must be a text"),
    "a number without end": (event(b'{"capacity": 1e999}', kind=JSON), 400, "“capacity” must be"),
    "a number of 5,000 digits": (
        event(b'{"capacity": ' + b"9" * 5000 + b"}", kind=JSON), 400, "not JSON",
    ),
    "an object for a text": (event(b'{"goal": {"a": "b"}}', kind=JSON), 400, "“goal” must be"),
    "numbers in a list": (event(b'{"topics": [1, 2]}', kind=JSON), 400, "“topics” must be"),
    "null in a list": (event(b'{"topics": [null]}', kind=JSON), 400, "“topics” must be"),
    "nested four deep": (event(nested(3), kind=JSON), 400, "nested too deeply"),
    "nested 30,000 deep": (event(nested(30_000), kind=JSON), 400, "nested too deeply"),
    "never closed": (event(b"[" * 60_000, kind=JSON), 400, "nested too deeply"),
    "objects without end": (event(b'{"a":' * 10_000, kind=JSON), 400, "nested too deeply"),
    "closed too often": (event(b"{}" + b"]" * 60_000, kind=JSON), 400, "not JSON"),
    "half a pair escaped": (event(b'{"city": "\\ud800"}', kind=JSON), 400, "surrogate"),
    "half a pair in a list": (event(b'{"topics": ["\\udc00"]}', kind=JSON), 400, "surrogate"),
    "half a pair in a name": (
        event(b'{"role": "mentee", "\\ud800": true}', kind=JSON), 400, "surrogate",
    ),
    "a name that nobody asked for": (
        event(b'{"role": "mentee", "shoe_size": "9"}', kind=JSON), 422, "Correct the answers",
    ),
    "a role that is a list": (event(b'{"role": [["mentee"]]}', kind=JSON), 400, "“role” must be"),
    "a path that is not there": (event(path="/applicants"), 404, "home page"),
    "a path that begins like one": (event(path="/applications/1/2"), 404, "home page"),
    "a path that ends like one": (event(path="/x/applications"), 404, "home page"),
    "two slashes": (event(path="//applications"), 404, "home page"),
    "a receipt of a short name": (event(path="/applications/zz", method="GET"), 404, "home page"),
    "a receipt of a long name": (
        event(path=f"/applications/{'z' * 3000}", method="GET"), 404, "home page",
    ),
    "a receipt of a strange name": (
        event(path="/applications/%00%ff<script>", method="GET"), 404, "home page",
    ),
    "a receipt beyond ASCII": (event(path="/applications/é\u2028", method="GET"), 404, "home"),
}  # fmt: skip


@pytest.fixture(scope="module")
def front(site: Path) -> Services:
    """Give what the handler works with, but nothing to store in: it would break on a write."""
    settings = Settings.from_environment(
        {variable: "x@example.org" for variable, _, _ in every_setting()}
        | dict.fromkeys(("CLIENT_LIMIT", "TABLES_SECONDS", "MAIL_SECONDS"), "1")
        | {"TEMPLATES": os.pathsep.join([str(ROOT / "templates"), str(FRAME.parent)])}
    )
    services = Services(settings=settings, program=Program())
    vars(services)["store"] = SimpleNamespace(arrangements=lambda: None)
    return services


class TestOddEnvelopes:
    @every(("sent", "status", "words"), ODD.values(), ids=ODD)
    def test_gets_a_clear_answer(
        self, front: Services, sent: Event, status: int, words: str
    ) -> None:
        """
        Each gets its own 4xx, with words that say what would work, as JSON and as a page.
        """
        told = json.loads(self.ask(front, sent, JSON, status))
        assert told["status"] == status
        assert words in f"{told['title']}: {told['detail']}"

        shown = self.ask(front, sent, "text/html", status)
        assert shown.lstrip().startswith("<!doctype html>")
        if status != 422:  # That page is the form itself, with words beside each question.
            assert words in unescape(shown)

    def ask(self, front: Services, sent: Event, accept: str, status: int) -> str:
        """Return the body of what is answered to whoever would like to read it so."""
        # The cases are shared between tests, and a handler could change what it was given.
        asked = json.loads(json.dumps(sent))
        asked["headers"] = {**(asked["headers"] or {}), "accept": accept}
        got = sendable(answer(asked, ROUTES, front))
        assert got["statusCode"] == status
        return str(got["body"])

    def test_nothing_of_it_is_stored(self, laptop: Laptop) -> None:
        """
        After all of them there is no application, held back or not, and no letter.
        """
        for sent, status, _ in ODD.values():
            assert answered(laptop, json.loads(json.dumps(sent)))[0] == status
        laptop.pump()
        assert stored(laptop) == []
        assert laptop.outbox.emails == []

    def test_a_receipt_of_nobody(self, laptop: Laptop) -> None:
        """
        An id that was never given leads nowhere, and says so.
        """
        assert answered(laptop, event(path=f"/applications/{'z' * 20}", method="GET"))[0] == 404

    def test_there_are_many(self) -> None:
        """
        The collection is large enough to mean something.
        """
        assert len(ODD) >= 70
        assert {status for _, status, _ in ODD.values()} == {400, 404, 413, 415, 422}

    def test_size_is_looked_at_before_anything_is_read(
        self, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        A body that is too large is not even decoded.
        """

        def never(*_: object, **__: object) -> bytes:
            raise AssertionError

        monkeypatch.setattr("mentorship.web.http.base64.b64decode", never)
        assert answered(laptop, event(b"a" * 200_000))[0] == 413

    def test_the_longest_application_fits(self, laptop: Laptop) -> None:
        """
        With every answer as long as it may be, in four-byte letters, an application is taken.
        """
        longest = {"full_name": 100, "institution": 120, "city": 80, "goal": 600,
                   "preferred_people": 200, "not_with": 200}  # fmt: skip
        wide = {name: ["\U00020000" * most] for name, most in longest.items()}
        body = people.encoded({**people.MENTEE, **wide, "phone": ["1" * 40]})
        assert len(body) < MAX_BYTES
        assert answered(laptop, event(body))[0] == 201
        assert stored(laptop)[0]["goal"] == "\U00020000" * 600


class TestUsualEnvelopes:
    FORM_BODY = people.encoded(people.MENTEE)
    JSON_BODY = json.dumps(MENTEE)

    @pytest.mark.parametrize(
        "sent",
        [
            event(FORM_BODY),
            event(FORM_BODY.decode(), base64_encoded=False),
            event(FORM_BODY, kind=f"{people.FORM}; charset=UTF-8"),
            event(FORM_BODY, kind=f"{people.FORM};charset=utf8"),
            event(FORM_BODY, kind=f'{people.FORM.upper()} ; Charset="utf-8"; x=y'),
            event(FORM_BODY, path="/applications/"),
            event(JSON_BODY, kind=JSON),
            event(JSON_BODY.encode(), kind=JSON),
            event(json.dumps(MENTEE, ensure_ascii=False).encode(), kind=f"{JSON}; charset=utf-8"),
            event(json.dumps({**MENTEE, "commitment": True, "consent": True}), kind=JSON),
            event(json.dumps({**MENTEE, "wsrs_email": None, "website": False}), kind=JSON),
            event(json.dumps({**MENTEE, "form_version": 1, "topics": [
                "first_job", "boards"]}), kind=JSON),
            event(json.dumps(MENTEE, indent=8), kind=JSON),
            event(quote(FORM_BODY.decode(), safe="=&%+"), base64_encoded=False),
        ],
    )  # fmt: skip
    def test_each_is_the_same_application(self, laptop: Laptop, sent: Event) -> None:
        """
        However it is wrapped, what was sent is the same application.
        """
        assert answered(laptop, sent)[0] == 201
        assert answered(laptop, event(self.FORM_BODY))[1]["reference"] == "0000-0001"
        (row,) = stored(laptop)
        assert row["full_name"] == "Robin Example"
        assert row["goal"] == "To leave residency knowing where I want to work.\nAnd why."

    def test_a_program_is_told_what_was_created(self, laptop: Laptop) -> None:
        """
        A program gets 201, the id, the reference, and where the receipt is.
        """
        got = laptop.invoke("Submit", event(self.JSON_BODY, kind=JSON))
        assert got["statusCode"] == 201
        told = json.loads(got["body"])
        assert told == {
            "id": "00000001abcdefghjkmn",
            "reference": "0000-0001",
            "status": "received",
        }
        assert got["headers"]["location"] == f"/applications/{told['id']}"

    def test_a_browser_is_sent_on(self, laptop: Laptop) -> None:
        """
        A browser gets 303, so that loading the page again sends nothing again.
        """
        got = laptop.invoke("Submit", event(self.FORM_BODY, accept="text/html"))
        assert (got["statusCode"], got["body"]) == (303, "")
        assert got["headers"]["location"] == "/applications/00000001abcdefghjkmn"

    def test_fields_of_a_browsers_extension(self, laptop: Laptop) -> None:
        """
        A page may bear fields that are not ours; they are left out. A program is told.
        """
        more = {**people.MENTEE, "injected": ["x"]}
        assert answered(laptop, event(people.encoded(more)))[0] == 201
        assert "injected" not in stored(laptop)[0]

        status, told = answered(laptop, event(json.dumps({**MENTEE, "a/b~c": "x"}), kind=JSON))
        assert status == 422
        assert told["errors"] == [
            {
                "pointer": "#/a~1b~0c",
                "detail": "There is no question of this name on this form",
            }
        ]

    def test_refused_answers_for_a_program(self, laptop: Laptop) -> None:
        """
        A program gets each question's words with a pointer to it, in the form's order.
        """
        given = {**MENTEE, "email": "robin", "topics": [], "full_name": ""}
        status, told = answered(laptop, event(json.dumps(given), kind=JSON))
        assert status == 422
        assert [each["pointer"] for each in told["errors"]] == [
            "#/full_name",
            "#/email",
            "#/topics",
        ]
        assert told["errors"][0]["detail"] == "Enter your full name"

    def test_closed(self, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        Until the form is open nothing is stored, and everybody is told whom to write to.
        """
        monkeypatch.setitem(vars(services.program), "applications", "soon")
        got = answer(event(self.FORM_BODY), ROUTES, services)
        assert got["statusCode"] == 409
        assert "admin@wsrs.org" in json.loads(got["body"])["detail"]


class TestMethods:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO"])
    def test_the_form_is_posted(self, laptop: Laptop, method: str) -> None:
        """
        Applications are posted; for anything else Allow says so.
        """
        got = laptop.invoke("Submit", event(method=method))
        assert got["statusCode"] == 405
        assert got["headers"]["allow"] == "POST"

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
    def test_a_receipt_is_read(self, laptop: Laptop, method: str) -> None:
        """
        A receipt is read with GET or HEAD; for anything else Allow says so.
        """
        got = laptop.invoke("Submit", event(method=method, path="/applications/1"))
        assert got["statusCode"] == 405
        assert got["headers"]["allow"] == "GET, HEAD"

    def test_head_is_answered_as_get(self, laptop: Laptop) -> None:
        """
        HEAD has the status and the headers of GET.
        """
        assert answered(laptop, event(people.encoded(people.MENTEE)))[0] == 201
        path = "/applications/00000001abcdefghjkmn"
        get = laptop.invoke("Submit", event(method="GET", path=path))
        head = laptop.invoke("Submit", event(method="HEAD", path=path))
        assert get["statusCode"] == head["statusCode"] == 200
        assert get["headers"] == head["headers"]

    def test_methods_in_small_letters(self, laptop: Laptop) -> None:
        """
        A method is the same however it is written.
        """
        assert laptop.invoke("Submit", event(method="get"))["statusCode"] == 405
        assert laptop.invoke("Submit", event(people.encoded(people.MENTEE), method="post"))[
            "statusCode"
        ] == (201)


class TestWantsJson:
    @every(
        ("accept", "kind", "wanted"),
        [
            (JSON, people.FORM, True),
            (PROBLEM, people.FORM, True),
            ("APPLICATION/JSON", None, True),
            ("application/json, text/html", people.FORM, True),
            ("text/html, application/json", JSON, False),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", people.FORM, False),
            ("*/*", people.FORM, False),
            ("*/*", JSON, True),
            ("*/*", f"{JSON}; charset=utf-8", True),
            (None, people.FORM, False),
            (None, JSON, True),
            (None, None, False),
            ("", None, False),
            ("image/png", JSON, True),
        ],
    )
    def test_as_accept_says_else_as_was_sent(
        self, accept: str | None, kind: str | None, wanted: bool
    ) -> None:
        """
        Accept decides by what it names first; without a word there, the content type does.
        """
        assert Request(event(accept=accept, kind=kind)).wants_json is wanted

    def test_the_answer_says_what_it_is(self, laptop: Laptop) -> None:
        """
        A problem is problem+json for a program and a page for a person.
        """
        kinds = {
            accept: laptop.invoke("Submit", event(path="/x", accept=accept))["headers"][
                "content-type"
            ]
            for accept in (JSON, "text/html")
        }
        assert kinds == {JSON: PROBLEM, "text/html": HTML}


class TestRequest:
    def test_parts(self) -> None:
        """
        A request knows its id, its method, its path and its headers.
        """
        request = Request(event(method="post", path="/a/b", x_test="1", referer="x"))
        assert (request.id, request.method, request.path) == ("request-1", "POST", "/a/b")
        assert request.header("referer") == "x"
        assert request.header("cookie") == ""

    def test_a_name_given_several_times(self) -> None:
        """
        A field keeps all its texts, in order, empty ones too.
        """
        body = urlencode([("a", "1"), ("b", ""), ("a", "2 é&=+")])
        assert Request(event(body.encode())).fields() == ({"a": ["1", "2 é&=+"], "b": [""]}, False)

    def test_json_as_a_browser_would_have_sent_it(self) -> None:
        """
        Numbers become texts, ticks "yes", and what is null or false is as not sent.
        """
        body = json.dumps({"a": 2, "b": True, "c": False, "d": None, "e": ["x", "y"], "f": "😀"})
        assert Request(event(body, kind=JSON)).fields() == (
            {"a": ["2"], "b": ["yes"], "c": [], "d": [], "e": ["x", "y"], "f": ["😀"]},
            True,
        )

    @pytest.mark.parametrize(
        "text",
        ['a "quoted" [', "\\", '\\"[[[[', "[[[[[[", "{{{{{{", '"', 'x\\\\"[[['],
    )
    def test_brackets_within_texts_are_not_nested(self, text: str) -> None:
        """
        However many brackets an answer holds, it is one text.
        """
        assert Request(event(json.dumps({"a": text}), kind=JSON)).fields()[0] == {"a": [text]}


class TestResponse:
    def test_every_answer_bears_the_same_headers(self) -> None:
        """
        No answer is kept, framed, or may load what is not ours.
        """
        for response in (Response(), page("x"), redirect("/x"), created("/x", id="1")):
            headers = response.as_event()["headers"]
            assert headers["cache-control"] == "no-store"
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"

    def test_page_and_created(self) -> None:
        """
        A page is HTML in UTF-8; what was created is named in JSON.
        """
        assert page("<p>", status=202) == Response(
            status=202, body="<p>", headers={"content-type": HTML}
        )
        assert json.loads(created("/x", id="1").body) == {"id": "1"}


class TestUnexpected:
    def broken(self, services: Services, error: BaseException, accept: str = JSON) -> Event:
        """Return what is answered when a route breaks."""

        def breaks(request: Request, services: Services) -> Response:
            raise error

        return answer(event(accept=accept), {("POST", "/applications"): breaks}, services)

    @pytest.mark.parametrize(
        "error", [KeyError("Robin Example"), RuntimeError("x"), RecursionError(), MemoryError()]
    )
    def test_a_bug_is_told_by_its_number(
        self, services: Services, error: Exception, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        Whoever meets a bug gets a number; the log has it under that number, and no one's words.
        """
        got = self.broken(services, error)
        told = json.loads(got["body"])
        assert (got["statusCode"], told["request_id"]) == (500, "request-1")
        assert "Nothing that was stored before is lost" in told["detail"]

        first, second = map(json.loads, capsys.readouterr().out.splitlines())
        assert (first["event"], first["request"]) == ("request broke", "request-1")
        assert first["error"] == type(error).__name__
        assert (second["problem"], second["status"]) == ("Unexpected", 500)
        assert "Robin" not in f"{first}{second}{got}"

    def test_a_person_sees_the_number_on_a_page(self, services: Services) -> None:
        """
        The page names the number and whom to write to.
        """
        got = self.broken(services, KeyError("x"), accept="text/html")
        assert "<code>request-1</code>" in got["body"]
        assert "admin@wsrs.org" in got["body"]

    def test_being_killed_is_not_answered(self, services: Services) -> None:
        """
        What ends a function is not caught.
        """
        with pytest.raises(KeyboardInterrupt):
            self.broken(services, KeyboardInterrupt())


A_FEW: dict[tuple[str, str], Route] = {
    ("GET", "/a"): lambda request, services: page("a"),
    ("POST", "/a"): lambda request, services: page("posted"),
    ("GET", "/a/{id}"): lambda request, services: page("one"),
}


class TestRoutes:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("GET", "/a", "a"),
            ("GET", "/a/", "a"),
            ("HEAD", "/a", "a"),
            ("POST", "/a", "posted"),
            ("GET", "/a/x", "one"),
            ("GET", "/a/%2F", "one"),
            ("GET", "/a/x/", "one"),
        ],
    )
    def test_route(self, services: Services, method: str, path: str, body: str) -> None:
        """
        A request finds its route by method and path.
        """
        got = answer(event(method=method, path=path), A_FEW, services)
        assert (got["statusCode"], got["body"]) == (200, body)

    @pytest.mark.parametrize(
        ("path", "params"),
        [
            ("/a/x/of/y", {"id": "x", "other": "y"}),
            ("/a/%2F/of/a=b&c/", {"id": "%2F", "other": "a=b&c"}),
        ],
    )
    def test_route_gets_what_stands_in_the_path(
        self, services: Services, path: str, params: dict[str, str]
    ) -> None:
        """
        A part of a path in braces reaches the route under its name, as it was sent.
        """
        got: list[dict[str, str]] = []

        def route(request: Request, services: Services) -> Response:
            got.append({name: request.param(name) for name in ("id", "other")})
            return page("")

        answer(event(method="GET", path=path), {("GET", "/a/{id}/of/{other}"): route}, services)
        assert got == [params]

    def test_no_route_takes_a_path_apart(self) -> None:
        """
        What stands in a path comes from the router, and only there is it split.
        """
        apart = re.compile(r"\.path\b[\w.()\"/]*\.(r?split|r?partition)\(")
        assert apart.search('request.path.rstrip("/").rpartition("/")[2]')
        package = ROOT / "functions" / "mentorship"
        found = [path for path in package.rglob("*.py") if apart.search(path.read_text("utf-8"))]
        assert found == []

    @pytest.mark.parametrize("path", ["/", "", "/b", "/a/x/y", "/a//x", "a", "/A"])
    def test_no_route(self, services: Services, path: str) -> None:
        """
        Any other path leads nowhere.
        """
        got = answer(event(method="GET", path=path), A_FEW, services)
        assert got["statusCode"] == NotFound.status

    def test_every_method_is_named(self, services: Services) -> None:
        """
        Allow names each method that works there.
        """
        got = answer(event(method="PUT", path="/a"), A_FEW, services)
        assert got["headers"]["allow"] == "GET, HEAD, POST"


class TestQuery:
    @pytest.mark.parametrize(
        ("sent", "first", "every"),
        [
            ("a=1&a=2&b=3", "1", ["1", "2"]),
            ("a=&a=2", "", ["", "2"]),
            ("b=3", "", []),
            ("", "", []),
            ("&".join(["a=1"] * 1001), "", []),
        ],
        ids=["several", "the first is empty", "another", "none", "more than are read"],
    )
    def test_every_value_reaches_the_page(self, sent: str, first: str, every: list[str]) -> None:
        """
        Several values of one name are all there, in their order; who wants one gets the first.
        """
        request = Request({**event(method="GET"), "rawQueryString": sent})
        assert (request.query("a"), request.query_all("a")) == (first, every)
