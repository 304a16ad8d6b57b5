"""The laptop's front door, on a real port: what CloudFront and the HTTP API do elsewhere."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from infra import template
from infra.build import ROOT, SITE
from infra.edge import HOST, Answer
from infra.laptop import Laptop
from infra.server import Server
from mentorship.web.http import HEADERS
from tests import people
from tests.every import every
from tests.visitor import FORM, Reply, Visitor


@pytest.fixture(scope="module")
def visitor(site: Path) -> Iterator[Visitor]:
    """A visitor of a laptop that runs."""
    with Laptop("http://127.0.0.1:8000") as laptop:
        server = Server(laptop, 0)
        server.start()
        yield Visitor(server.port)
        server.stop()


def pages() -> list[str]:
    """Return the address of every page of the built site."""
    found = sorted(path.parent.relative_to(SITE).as_posix() for path in SITE.rglob("index.html"))
    return [f"/{path}/".replace("/./", "/") for path in found]


def assert_safe(reply: Reply) -> None:
    """See that a page leaves with the headers that the template declares, but for TLS's."""
    headers = {
        name: value
        for name, value in template.headers().items()
        if name not in ("Strict-Transport-Security", "Cache-Control")
    }
    assert len(headers) >= 5
    for name, value in headers.items():
        assert reply.headers.get_all(name) == [value], name
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    # A browser that was told to insist on TLS would not find the laptop again.
    assert "Strict-Transport-Security" not in reply.headers


class TestPages:
    def test_every_page_is_served_with_its_headers(self, visitor: Visitor) -> None:
        """
        Each page of the site is there, as HTML, and with every header that protects it.
        """
        assert len(pages()) > 15
        for page in pages():
            reply = visitor.get(page)
            assert reply.status == 200, page
            assert reply.headers["Content-Type"].partition(";")[0] == "text/html"
            assert reply.body == (SITE / page.strip("/") / "index.html").read_bytes()
            assert_safe(reply)

    def test_links_of_every_page_lead_somewhere(self, visitor: Visitor) -> None:
        """
        Nothing that a page links to or loads from here is missing.
        """
        seen: set[str] = set()
        for page in pages():
            text = visitor.get(page).text
            for link in re.findall(r'(?<![\w-])(?:href|src|action)="([^"#?]+)', text):
                if "://" not in link and not link.startswith(("mailto:", "data:", "tel:")):
                    seen.add(urljoin(page, link))
        assert len(seen) > 15
        missing = [each for each in sorted(seen) if visitor.get(each).status not in (200, 405)]
        assert missing == []

    @pytest.mark.parametrize("folder", ["/apply/mentee", "/program", "/handbook"])
    def test_folder_is_redirected(self, visitor: Visitor, folder: str) -> None:
        """
        A page's address without its slash leads to the one with it.
        """
        reply = visitor.get(folder)
        assert reply.status == 301
        assert reply.headers["Location"] == f"{folder}/"

    @every(
        "target",
        [
            "/nowhere",
            "/nowhere/",
            "/assets/",
            "/../pyproject.toml",
            "/%2e%2e/%2e%2e/pyproject.toml",
            "/..%2f..%2fpyproject.toml",
            "/%00",
            "//etc/passwd",
            "/%2fetc/passwd",
            f"/{'long/' * 200}",
            f"/{'x' * 300}",
        ],
    )
    def test_what_is_not_there_is_a_page(self, visitor: Visitor, target: str) -> None:
        """
        What is missing, and all that lies outside of the site, is answered by the site's own page.
        """
        reply = visitor.get(target)
        assert reply.status == 404
        assert reply.body == (SITE / "404.html").read_bytes()
        assert_safe(reply)

    def test_head_has_no_body(self, visitor: Visitor) -> None:
        """
        HEAD is answered as GET is, without the page.
        """
        reply = visitor.ask("HEAD", "/program/")
        assert reply.status == 200
        assert reply.body == b""
        assert int(reply.headers["Content-Length"]) == len(visitor.get("/program/").body)

    def test_pages_are_not_posted_to(self, visitor: Visitor) -> None:
        """
        The site is files, and takes nothing.
        """
        for target in ("/", "/apply/mentee/", "/outbox/"):
            assert visitor.ask("POST", target, FORM, b"x=1").status == 405

    def test_connection_is_kept_and_left_clean(self, visitor: Visitor) -> None:
        """
        Several requests fit in one connection, whatever the one before was answered with.
        """
        with closing(http.client.HTTPConnection(HOST, visitor.port, timeout=20)) as connection:
            for method, target, status in (
                ("GET", "/", 200),
                ("POST", "/", 405),
                ("POST", "/applications", 415),
                ("HEAD", "/program", 301),
                ("GET", "/program/", 200),
            ):
                body = b"x=1" if method == "POST" else None
                connection.request(method, target, body=body)
                reply = Reply(connection.getresponse())
                assert reply.status == status


class TestHost:
    @pytest.mark.parametrize(
        "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil:80", ""]
    )
    def test_other_hosts_are_misdirected(self, visitor: Visitor, host: str) -> None:
        """
        A page elsewhere that points its own name here reads nothing, the outbox least of all.
        """
        named = host.format(port=visitor.port)
        for target in ("/", "/desk/", "/outbox/"):
            reply = visitor.get(target, Host=named)
            assert reply.status == 421
            assert b"Mentorship" not in reply.body

    def test_localhost_is_this_machine(self, visitor: Visitor) -> None:
        """
        It is reached under both of its names.
        """
        assert visitor.get("/", Host=f"localhost:{visitor.port}").status == 200

    def test_only_this_machine_is_listened_to(self) -> None:
        """
        Nobody on the same network sees what is tried here.
        """
        assert HOST == "127.0.0.1"


class TestFunctions:
    def test_application_goes_all_the_way(self, visitor: Visitor) -> None:
        """
        A form that is sent is answered, stored, and mailed by itself within seconds.
        """
        given = people.mentee(email="way@example.org", full_name="Way Example")
        sent = visitor.ask("POST", "/applications", FORM, people.encoded(given))
        assert sent.status == 303
        receipt = visitor.get(sent.headers["Location"])
        assert receipt.status == 200
        assert receipt.headers["Cache-Control"] == "no-store"
        reference = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", receipt.text)[0]

        outbox = visitor.wait_for("/outbox/", f"We have your application: {reference}")
        assert f"New mentee application {reference}" in outbox.text
        (notice,) = re.findall(rf'/outbox/(\d+)">New mentee application {reference}', outbox.text)
        assert "Way Example" in visitor.get(f"/outbox/{notice}").text

    def test_refused_answers_come_back(self, visitor: Visitor) -> None:
        """
        A form with a mistake is the page again, with its answers.
        """
        given = people.mentor(email="kim", full_name="Wrong Example")
        reply = visitor.ask("POST", "/applications", FORM, people.encoded(given))
        assert reply.status == 422
        assert 'value="Wrong Example"' in reply.text

    def test_pages_of_functions_are_as_safe(self, visitor: Visitor) -> None:
        """
        What a function answers is as protected as what is a file.
        """
        for reply in (
            visitor.get("/applications/unknown"),
            visitor.ask("POST", "/applications", FORM, people.encoded(people.mentor(email="x"))),
            visitor.ask("POST", "/applications", FORM, b"\xff"),
        ):
            assert reply.status in (400, 404, 422)
            for name, value in HEADERS.items():
                expected = None if name == "strict-transport-security" else [value]
                assert reply.headers.get_all(name) == expected
            assert (
                reply.headers["Content-Security-Policy"]
                == (template.headers()["Content-Security-Policy"])
            )


@pytest.fixture(scope="module")
def number(visitor: Visitor) -> str:
    """The number of an email with markup in it."""
    given = people.mentor(email="box@example.org", full_name="<b>Box</b> Example")
    sent = visitor.ask("POST", "/applications", FORM, people.encoded(given))
    receipt = visitor.get(sent.headers["Location"]).text
    reference = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", receipt)[0]
    outbox = visitor.wait_for("/outbox/", f"New mentor application {reference}").text
    return str(re.findall(rf'/outbox/(\d+)">New mentor application {reference}', outbox)[0])


class TestOutbox:
    def test_email_is_shown(self, visitor: Visitor, number: str) -> None:
        """
        An email is shown with its headers, as text, as it was sent, and its markup is none.
        """
        page = visitor.get(f"/outbox/{number}")
        assert page.status == 200
        assert "coordinator@example.org" in page.text
        assert "&lt;b&gt;Box&lt;/b&gt; Example" in page.text
        assert "<b>Box" not in page.text
        assert f'src="/outbox/{number}/html"' in page.text
        assert "frame-src 'self'" in page.headers["Content-Security-Policy"]

    def test_html_of_an_email_can_do_nothing(self, visitor: Visitor, number: str) -> None:
        """
        The email in its frame runs nothing, loads nothing, and is framed by nobody else.
        """
        page = visitor.get(f"/outbox/{number}/html")
        assert page.status == 200
        assert page.text.startswith("<!DOCTYPE html>")
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none';")
        assert "sandbox;" in policy
        assert "frame-ancestors 'self'" in policy

    @pytest.mark.parametrize("name", ["0", "9999", "-1", "x", "9999/html"])
    def test_email_that_is_not_there(self, visitor: Visitor, name: str) -> None:
        """
        There is no email under any other name.
        """
        assert visitor.get(f"/outbox/{name}").status == 404


class TestStop:
    def test_stopped_server_answers_no_more(self, site: Path, visitor: Visitor) -> None:
        """
        After it was stopped the port is free again, and nothing runs on.
        """
        with socket.socket() as free:
            free.bind((HOST, 0))
            port = free.getsockname()[1]
        laptop = _Idle()
        server = Server(laptop, port)  # type: ignore[arg-type]
        server.start()
        assert Visitor(port).get("/").status == 204
        server.stop()
        with pytest.raises(OSError, match="refused"):
            Visitor(port).get("/")
        pumped = laptop.pumped
        assert pumped
        time.sleep(0.3)
        assert laptop.pumped == pumped
        with socket.socket() as again:
            again.bind((HOST, port))

    def test_command_serves_until_it_is_ended(self, site: Path) -> None:
        """
        `make run` says where things are, serves them, and ends at once and in peace.
        """
        with socket.socket() as free:
            free.bind((HOST, 0))
            port = free.getsockname()[1]
        with _command(port) as process:
            assert process.stdout is not None
            said = ""
            while "Ctrl-C" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            for target in ("/", "/apply/mentee/", "/outbox/", "/desk/"):
                assert f"http://127.0.0.1:{port}{target}" in said
                assert Visitor(port).get(target).status == (401 if target == "/desk/" else 200)
            # A second one is told to go elsewhere.
            with _command(port) as other:
                told = other.communicate(timeout=60)[0]
            assert other.returncode == 1
            assert f"Port {port} cannot be used" in told
            assert "make run PORT=8001" in told
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=20)[0].endswith("Stopped.\n")
            assert process.returncode == 0


class _Idle:
    """Stands where a laptop stands, and counts."""

    pumped = 0

    def call(self, *_: object, **__: object) -> Any:
        """Answer with nothing."""
        return Answer(204, {}, b"")

    def pump(self) -> int:
        """Find nothing."""
        self.pumped += 1
        return 0


def _command(port: int) -> subprocess.Popen[str]:
    """Start the laptop as its command does."""
    return subprocess.Popen(
        [sys.executable, "-m", "infra.server", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "functions")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
