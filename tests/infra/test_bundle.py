"""The bundle holds what the functions need and nothing else, and is the same each time."""

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra import build, template
from infra.edge import http_event
from infra.laptop import AWS, Laptop
from mentorship.form.question import Role
from mentorship.services import Services
from mentorship.settings import every_setting
from tests import people
from tests.promises import Show

FRAME = (
    "<title>{% block title %}{% endblock %}</title>{% block head %}{% endblock %}"
    "{% block header %}<nav></nav>{% endblock %}<main>{% block content %}{% endblock %}</main>"
    "{% block footer %}{% endblock %}"
)
# A page as it was built, with a place for the form.
FORM_PAGE = '<main>\n{% include "form/form.html" %}\n</main>'
AARCH64 = 183


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Put a frame where the site's build would put it, so that no site has to be built."""
    path = tmp_path_factory.mktemp("frame") / "frame.html"
    path.write_text(FRAME, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "FRAME", path)
        for role in Role:
            build.form_page(role).parent.mkdir(exist_ok=True)
            build.form_page(role).write_text(FORM_PAGE, encoding="utf-8")
        yield path


@pytest.fixture(scope="module")
def bundle(frame: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a bundle."""
    assert frame.exists()
    path = tmp_path_factory.mktemp("bundle") / "functions"
    build.bundle(path)
    return path


def contents(folder: Path) -> dict[str, tuple[int, float, str]]:
    """Return each file's rights, date and digest, by its path."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mode,
            path.stat().st_mtime,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in sorted(folder.rglob("*"))
    }


def run_in(bundle: Path, script: str, **environment: str) -> str:
    """
    Run Python that sees the bundle and the standard library only, as on Lambda.

    It is the Python that Lambda runs, if this machine has one.
    """
    done = subprocess.run(
        [
            build.find_python() or sys.executable,
            "-I",
            "-S",
            "-B",
            "-c",
            f"import sys\nsys.path = [{str(bundle)!r}, *sys.path]\n{script}",
        ],
        capture_output=True,
        check=False,
        cwd=bundle,
        env={"PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true", **environment},
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestContents:
    def test_two_builds_are_equal_to_the_byte(
        self, bundle: Path, tmp_path: Path, shown: Show
    ) -> None:
        """
        Who builds again gets the same files, rights and dates included.
        """
        again = tmp_path / "again"
        build.bundle(again)

        assert contents(again) == contents(bundle)
        shown(17, "2 builds, 0 files differ")

    def test_package_templates_and_frame_are_in(self, bundle: Path) -> None:
        """
        Every module and every template is in, beside the frame that pages are put into.
        """
        for source, target in (
            (build.ROOT / "functions" / "mentorship", bundle / "mentorship"),
            (build.ROOT / "templates", bundle / "templates"),
        ):
            files = [
                path.relative_to(source)
                for path in source.rglob("*")
                if path.is_file() and "__pycache__" not in path.parts
            ]
            assert files
            for path in files:
                assert (target / path).read_bytes() == (source / path).read_bytes()
        assert (bundle / "templates" / "frame.html").read_text(encoding="utf-8") == FRAME
        for role in Role:
            name = build.form_page(role).name
            page = bundle / "templates" / "pages" / name
            assert page.read_text(encoding="utf-8") == FORM_PAGE
            assert not (build.ROOT / "templates" / "pages" / name).exists()

    def test_only_the_services_used_are_described(self, bundle: Path) -> None:
        """
        Of the hundreds of services that botocore knows, those are kept that have a client.
        """
        data = bundle / "botocore" / "data"

        kept = {path.name for path in data.iterdir() if path.is_dir()}
        assert kept == build.services_used() == {"dynamodb", "s3", "secretsmanager", "sesv2"}

    def test_nothing_is_in_for_no_use(self, bundle: Path) -> None:
        """
        No commands, examples, tests or traces of the installation are in the bundle.
        """
        names = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*")}

        assert "bin" not in names
        assert "boto3/examples" not in names
        assert not {name for name in names if name.endswith(("/RECORD", "/INSTALLER", ".lock"))}
        assert not {name for name in names if "/tests/" in name}
        assert "botocore-{}.dist-info/METADATA".format(version("botocore")) in names

    def test_phone_numbers_are_the_light_ones(self, bundle: Path) -> None:
        """
        The library of phone numbers comes without its maps of places and carriers.
        """
        assert not (bundle / "phonenumbers" / "geodata").exists()

    def test_compiled_code_is_for_lambda(self, bundle: Path) -> None:
        """
        What is compiled is for the processor and the Python that the template asks for.
        """
        compiled = list(bundle.rglob("*.so"))
        assert compiled
        for path in compiled:
            head = path.read_bytes()[:20]
            assert int.from_bytes(head[18:20], "little") == AARCH64
            assert f"cpython-{build.PYTHON.replace('.', '')}-aarch64" in path.name
        runs = template.read()["Globals"]["Function"]
        assert runs["Runtime"] == f"python{build.PYTHON}"
        assert runs["Architectures"] == ["arm64"]
        assert build.PLATFORM.startswith("aarch64-")

    def test_bytecode_is_in_where_it_can_be_made(self, bundle: Path) -> None:
        """
        Each module has its bytecode, to be taken unasked, if the right Python is on this machine.
        """
        bytecode = list((bundle / "mentorship").rglob("*.pyc"))

        if build.find_python() is None:
            assert bytecode == []
            return
        assert len(bytecode) == len(list((bundle / "mentorship").rglob("*.py")))
        for path in bytecode:
            # PEP 552: a hash, and not to be checked.
            assert path.read_bytes()[4:8] == b"\x01\x00\x00\x00"
            assert b"/var/task/mentorship/" in path.read_bytes()

    def test_size_stays_under_its_ceiling(self, bundle: Path) -> None:
        """
        The bundle is small enough to start in the time a person waits.
        """
        size = sum(path.stat().st_size for path in bundle.rglob("*") if path.is_file())

        assert size < build.CEILING

    def test_growth_stops_the_build(
        self, frame: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        A bundle over its ceiling is not deployed by accident.
        """
        assert frame.exists()
        monkeypatch.setattr(build, "CEILING", 1_000_000)

        with pytest.raises(build.BuildError, match="CEILING"):
            build.bundle(tmp_path / "large")


def version(package: str) -> str:
    """Return the version that the functions' requirements pin."""
    for line in build.REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition("==")
        if name == package:
            return rest.rstrip(" \\")
    raise AssertionError(package)


class Amazon(BaseHTTPRequestHandler):
    """Answers every call as AWS would, in as few words as a client needs."""

    def do_POST(self) -> None:
        """Take a call of DynamoDB's or SES's."""
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"MessageId": "message-1", "Item": {"id": {"S": "1"}}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def amazon() -> Iterator[str]:
    """Serve on a free port of this machine, and return the address."""
    server = HTTPServer(("127.0.0.1", 0), Amazon)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class TestRuns:
    def test_every_handler_is_importable(self, bundle: Path) -> None:
        """
        Nothing that a handler imports is missing.
        """
        modules = [handler.rpartition(".")[0] for handler in template.handlers().values()]
        imports = "\n".join(f"import {module}" for module in modules)

        assert run_in(bundle, f"{imports}\nprint('imported')") == "imported\n"

    def test_clients_work_without_the_other_services(self, bundle: Path, amazon: str) -> None:
        """
        The clients that the functions make can call, page and sign with what was left in.
        """
        script = """
import boto3
from botocore.config import Config
region = {"region_name": "us-west-2"}
print(boto3.client("dynamodb", **region).get_item(TableName="t", Key={"id": {"S": "1"}})["Item"])
boto3.client("dynamodb", **region).get_paginator("query")
print(boto3.client("sesv2", **region).send_email(Content={"Raw": {"Data": b"x"}})["MessageId"])
s3 = boto3.client("s3", config=Config(signature_version="s3v4"), **region)
print(s3.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"})[:22])
"""
        # -I hides the environment from Python, not from the program.
        printed = run_in(
            bundle,
            script,
            AWS_ACCESS_KEY_ID="key",
            AWS_SECRET_ACCESS_KEY="secret",
            AWS_ENDPOINT_URL=amazon,
        )

        assert printed.splitlines() == ["{'id': {'S': '1'}}", "message-1", f"{amazon}/b/k"[:22]]

    def test_endpoints_are_amazons(self, bundle: Path) -> None:
        """
        Without being told an address, the clients know AWS's own.
        """
        script = """
import boto3
for name in ("dynamodb", "sesv2", "secretsmanager", "s3"):
    print(boto3.client(name, region_name="us-west-2").meta.endpoint_url)
"""
        assert run_in(bundle, script).splitlines() == [
            "https://dynamodb.us-west-2.amazonaws.com",
            "https://email.us-west-2.amazonaws.com",
            "https://secretsmanager.us-west-2.amazonaws.com",
            "https://s3.us-west-2.amazonaws.com",
        ]


class Moto(BaseHTTPRequestHandler):
    """Answers as AWS does, over HTTP, with what moto in this process says."""

    def do_POST(self) -> None:
        """Take a call of DynamoDB's or Secrets Manager's, or an email."""
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = 200
        try:
            if target := self.headers.get("X-Amz-Target"):
                service, operation = target.split(".")
                known: Any = {"DynamoDB_20120810": "dynamodb"}
                client: Any = boto3.client(known.get(service, service))
                answer = client._make_api_call(operation, given)
            else:
                given["Content"]["Raw"]["Data"] = base64.b64decode(given["Content"]["Raw"]["Data"])
                answer = boto3.client("sesv2").send_email(**given)
        except ClientError as error:
            status, answer = 400, {**error.response, "__type": error.response["Error"]["Code"]}
        # Times go over the wire as seconds.
        answer = {**answer, "ResponseMetadata": None}
        body = json.dumps(answer, default=datetime.timestamp).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def moto(laptop: Laptop) -> Iterator[str]:
    """Serve the laptop's AWS on a free port of this machine, and return the address."""
    server = HTTPServer(("127.0.0.1", 0), Moto)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class TestSubmission:
    def test_bundle_alone_takes_an_application(
        self, bundle: Path, laptop: Laptop, services: Services, moto: str
    ) -> None:
        """
        With nothing but the bundle the form is shown, and an application is stored, confirmed on a
        page, and mailed.
        """
        headers = {"content-type": people.FORM, "accept": "text/html"}
        post = http_event("POST", "/applications", "", headers, people.encoded(people.mentee()))
        look = http_event("GET", "/apply/mentee/index.html", "", {}, b"")
        script = f"""
import json
from mentorship.handlers import apply, notify, submit
form = apply.handle({look!r}, None)
answer = submit.handle({post!r}, None)
id = answer["headers"]["location"].rpartition("/")[2]
get = {http_event("GET", "LOCATION", "", headers, b"")!r}
get["rawPath"] = get["requestContext"]["http"]["path"] = answer["headers"]["location"]
page = submit.handle(get, None)
letters = [id + "#new-application", id + "#receipt"]
records = [
    {{"dynamodb": {{"Keys": {{"id": {{"S": each}}}}, "SequenceNumber": "1"}}}} for each in letters
]
failures = notify.handle({{"Records": records}}, None)
bodies = [form["body"], page["body"]]
print(json.dumps([answer["statusCode"], id, page["statusCode"], bodies, failures]))
"""
        parameters = dict.fromkeys(template.parameters(), "")
        lying = template.environment("Submit", parameters)["TEMPLATES"]
        settings = {name: os.environ.get(name, "") for name, _, _ in every_setting()}
        printed = run_in(
            bundle, script, **{**AWS, **settings, "TEMPLATES": lying, "AWS_ENDPOINT_URL": moto}
        )

        status, application, received, bodies, failures = json.loads(printed.splitlines()[-1])
        form, page = bodies
        assert form.startswith('<main>\n<form class="application"')
        assert form.endswith("</form>\n</main>")
        assert (status, received, failures) == (303, 200, {"batchItemFailures": []})
        assert "<title>We have your application</title>" in page
        stored = services.store.application(application, now=datetime.now(UTC))
        assert stored is not None
        assert stored.name == "Robin Example"
        assert stored.reference in page
        assert [email.header("Subject") for email in laptop.outbox.emails] == [
            f"New mentee application {stored.reference}",
            f"We have your application: {stored.reference}",
        ]


class TestFrame:
    def test_frame_with_its_blocks_passes(self) -> None:
        """
        A frame with its blocks, in their order, is what the functions fill.
        """
        build.check_frame(FRAME)

    @pytest.mark.parametrize(
        "source",
        [
            "<main></main>",
            FRAME.replace("{% block head %}{% endblock %}", ""),
            FRAME + "{% block content2 %}{% endblock %}",
            FRAME + "{{ page.title }}",
            FRAME + "{% if x %}{% endif %}",
            FRAME.replace("<nav>", "<nav>{{ page.title }}"),
        ],
    )
    def test_frame_with_anything_else_does_not(self, source: str) -> None:
        """
        A missing block, or a brace that Jinja would take for its own, stops the build.
        """
        with pytest.raises(build.BuildError, match=r"frame\.html"):
            build.check_frame(source)

    def test_bundle_needs_what_the_site_leaves(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Without the site's frame, or the form's pages, there is no bundle, and it says what to do.
        """
        monkeypatch.setattr(build, "FRAME", tmp_path / "frame.html")
        for made in (None, build.FRAME, build.form_page(Role.MENTEE)):
            if made:
                made.parent.mkdir(exist_ok=True)
                made.write_text("made", encoding="utf-8")
            with pytest.raises(build.BuildError, match="Build the site first"):
                build.bundle(tmp_path / "functions")


class TestFormPage:
    def test_page_with_one_place_passes(self) -> None:
        """
        A page with a place for the form, and plain HTML around it, is what the function fills.
        """
        build.check_form_page(FORM_PAGE, name="apply/mentee")

    @pytest.mark.parametrize(
        "source",
        [
            "<main></main>",
            FORM_PAGE + FORM_PAGE,
            FORM_PAGE.replace("form/form.html", "form/questions.html"),
            FORM_PAGE + "{{ page.title }}",
            FORM_PAGE + "{% if x %}{% endif %}",
            FORM_PAGE + "{% block content %}{% endblock %}",
        ],
        ids=["none", "two", "another", "variable", "condition", "block"],
    )
    def test_page_with_anything_else_does_not(self, source: str) -> None:
        """
        No place, a second one, or a brace that Jinja would take for its own stops the build.
        """
        with pytest.raises(build.BuildError, match="apply/mentee"):
            build.check_form_page(source, name="apply/mentee")
