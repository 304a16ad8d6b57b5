"""
The page of security says what is so: OWASP ASVS 5, requirement by requirement, and what is stored.

The page is docs/about/security.md. Beside what other tests show, what it names is shown here.
"""

import ast
import base64
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.client import BaseClient

from infra import template
from infra.build import ROOT, services_used
from infra.edge import Answer
from infra.laptop import COORDINATORS, Laptop
from mentorship.applicant.submission import MOST_UNSTAMPED
from mentorship.applications import intake, owner
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.archive import export as export_file
from mentorship.archive import forgetting
from mentorship.bucket import LINK_SECONDS
from mentorship.desk import guard, members
from mentorship.desk.sign_in import MAX_ASKS
from mentorship.exports.spreadsheet import Format
from mentorship.form import declaration, form
from mentorship.form.question import Role
from mentorship.handlers import desk, export, own, submit
from mentorship.letters import letter
from mentorship.mail import refusals
from mentorship.members.member_list import MAX_ROWS
from mentorship.program import sign_in as signing_in
from mentorship.rendering import Renderer
from mentorship.services import ALPHABET, COUNTED_FOR, ID, ID_LENGTH, Services, _new_id, _new_secret
from mentorship.settings import every_setting
from mentorship.store import letter_records
from mentorship.web import body, http, keyring, links
from mentorship.web.links import Links
from mentorship.web.problems import DamagedLink
from tests import matched, people, tables
from tests.clock import Clock
from tests.coordinator import WAY_IN, at_desk, sign_in
from tests.grants import grants
from tests.hostile import HOSTILE
from tests.own import mail
from tests.people import apply

PAGE = ROOT / "docs" / "about" / "security.md"
TESTS = ROOT / "tests"
PACKAGE = ROOT / "functions" / "mentorship"
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted((ROOT / "site" / "assets" / "scripts").glob("*.js"))

each_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)

APART = "Does not apply: "
OPEN = ("**Not met.** ", "**Not shown yet.** ")
NAMED = re.compile(r"`((?:\w+/)?test_\w+\.py)::(test_\w+)`")


class Row(NamedTuple):
    """A row of the page's tables: numbers of the standard, what they ask for, what shows it."""

    numbers: list[str]
    asked: str
    shown: str


def text() -> str:
    """Return the page."""
    return PAGE.read_text(encoding="utf-8")


def part(anchor: str) -> str:
    """Return a part of the page, from its heading to the next."""
    _, _, after = text().partition(f"{{ #{anchor} }}\n")
    assert after, anchor
    return re.split(r"(?m)^#{2,3} ", after)[0]


def folded(words: str) -> str:
    """Return *words* on one line."""
    return " ".join(words.split())


@cache
def rows() -> list[Row]:
    """Return the rows that name a requirement."""
    found = re.findall(r"(?m)^\| \*\*([0-9., ]+)\*\* (.+?) \| (.+) \|$", text())
    return [Row(numbers.split(", "), asked, shown) for numbers, asked, shown in found]


@cache
def levels() -> dict[str, int]:
    """Return the standard's numbers with their levels."""
    lines = (TESTS / "asvs.txt").read_text(encoding="utf-8").splitlines()
    return {number: int(level) for number, level in (line.split() for line in lines)}


@cache
def found_in(file: str) -> set[str]:
    """Return the tests of a file."""
    path = TESTS / file
    if not path.exists():
        return set()
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


class TestThePage:
    def test_list_is_the_standards(self) -> None:
        """
        Of OWASP ASVS 5.0.0 the list has all 70 of level 1, all 183 of level 2, and 1.2.10.
        """
        assert Counter(levels().values()) == {1: 70, 2: 183, 3: 1}
        assert levels()["1.2.10"] == 3
        assert {int(number.split(".")[0]) for number in levels()} == set(range(1, 18))

    def test_every_requirement_is_there_once(self) -> None:
        """
        No requirement is left out, none is there twice, and they stand in the standard's order.
        """
        assert [number for row in rows() for number in row.numbers] == list(levels())

    def test_each_says_how_it_stands(self) -> None:
        """
        A requirement is shown by tests, does not apply for a reason, or is said to be open.
        """
        for row in rows():
            if row.shown.startswith(APART):
                assert len(row.shown) > len(APART) + 10, row
            elif row.shown.startswith(OPEN):
                assert len(row.shown.partition("** ")[2]) > 10, row
                assert not NAMED.search(row.shown), row
            else:
                assert NAMED.search(row.shown), row

    def test_every_test_that_is_named_exists(self) -> None:
        """
        A test that was renamed or taken away shows nothing any more.
        """
        named = NAMED.findall(text())
        assert len(named) > 100
        assert [f"{file}::{name}" for file, name in named if name not in found_in(file)] == []

    def test_every_mark_of_a_test_is_whole(self) -> None:
        """
        What looks like the name of a test is one, spelled so that the test above finds it.
        """
        assert len(re.findall("::", text())) == len(NAMED.findall(text()))

    def test_figures_at_the_top_are_right(self) -> None:
        """
        How many apply, do not apply, and are open is counted.
        """
        counted = {
            kind: sum(len(row.numbers) for row in rows() if row.shown.startswith(kind))
            for kind in (APART, OPEN)
        }
        shown = len(levels()) - sum(counted.values())
        assert (
            f"{shown} requirements apply and are shown by a test, {counted[APART]} do not apply, "
            f"and {counted[OPEN]} are [not met, or not shown yet](#open)"
        ) in folded(text())

    def test_what_is_open_has_its_reason(self) -> None:
        """
        Each requirement that is not met, or not shown, stands in the list at the end.
        """
        listed = re.findall(r"(?m)^- \*\*([0-9.]+)\*\* .{4}", part("open"))
        assert listed == [n for row in rows() if row.shown.startswith(OPEN) for n in row.numbers]


class TestWhatThePageTells:
    def test_every_way_in_is_on_the_page(self) -> None:
        """
        Each path that a function answers, and the function that no path leads to, is named.
        """
        told = part("ways")
        paths = {path for routes in (submit.ROUTES, own.ROUTES) for _, path in routes}
        paths = {re.sub(r"^(/\w+/\{token\}/).+", r"\1{act}", path) for path in paths}
        declared = {route.path for route in template.routes()}
        assert {path for path in paths - declared if f"`{path}`" not in told} == set()
        assert {path for path in declared if f"`{path}`" not in told} == set()
        woken = {route.function for route in template.routes()}
        woken |= {each.function for each in template.schedules()}
        woken |= {each.function for each in template.streams()}
        woken |= {each.function for each in template.topics()}
        assert set(template.functions()) - woken == set()
        # One of them can be woken by hand as well.
        assert "The function `export`" in told

    def test_every_kind_of_question_has_its_rule(self) -> None:
        """
        Whatever kind of question a form has, the page says what is taken.
        """
        told = set(re.findall(r"(?m)^\| (`[^|]+`) \|", part("rules")))
        named = {name for cell in told for name in re.findall(r"`(\w+)`", cell)}
        asked = {
            question.kind for section in declaration.SECTIONS for question in section.questions
        }
        assert named == asked

    def test_limits_are_the_real_ones(self) -> None:
        """
        The limits that the page names are those that are kept.
        """
        told = part("limits")
        (throttle,) = (
            api["DefaultRouteSettings"]
            for api in template.resources("AWS::Serverless::HttpApi").values()
        )
        most_of_a_client = template.parameters()["ClientLimit"]["Default"]
        kilobytes, depth = http.MAX_BYTES // 1024, body.MAX_DEPTH
        assert f"| {kilobytes} KB, {body.MAX_FIELDS:,} fields, JSON {depth} deep |" in told
        assert f"proposes many matches | {http.MAX_OF_MANY // 1024**2} MB | refused |" in told
        assert (
            f"| {throttle['ThrottlingRateLimit']} a second, "
            f"{throttle['ThrottlingBurstLimit']} at once |"
        ) in told
        assert f"| {most_of_a_client} (`CLIENT_LIMIT`) |" in told
        assert f"| Those of them that were sent without JavaScript | {MOST_UNSTAMPED} |" in told
        assert f"| What waits beside one application | {intake.MAX_PENDING_CHANGES} |" in told
        assert f"| Corrections of one application | {owner.MAX_VERSIONS} |" in told
        assert f"| A link | {links.OWN.lives.days} days; one to a match, two years; " in told
        assert links.MATCH.lives.days == 2 * 366
        assert f"| {LINK_SECONDS // 60} minutes |" in told
        assert f"| Tries of one letter | {letter.TRIES} |" in told
        minutes, hours = (
            signing_in.SIGN_IN_LINK_LIVES.seconds // 60,
            signing_in.SESSION_LIVES.seconds // 3600,
        )
        assert f"| once, in {minutes} minutes; one a minute for an address, {MAX_ASKS} a" in told
        assert f"| {hours} hours, however busy; a coordinator may have several |" in told
        assert f"| A member list | {members.MEGABYTES} MB, {MAX_ROWS:,} rows |" in told
        assert template.functions()["Export"]["Timeout"] == 300
        assert "five minutes" in told
        for name in {route.function for route in template.routes()} - {"Export"}:
            desk = name in ("Desk", "Archive")
            assert template.functions()[name]["Timeout"] == (29 if desk else 10)
        assert "ten seconds" in told
        assert "half a minute" in told

    def test_a_thousand_fields_are_the_most(self, laptop: Laptop) -> None:
        """
        A form of more fields than the page says is refused before they are looked at.
        """
        for fields, status in ((1000, 422), (1001, 400)):
            answer = laptop.call(
                "POST",
                "/applications",
                headers={"content-type": people.FORM, "accept": "application/json"},
                body=b"&".join([b"role=mentee", *[b"x=1"] * (fields - 1)]),
            )
            assert answer.status == status

    def test_limits_hold(
        self, laptop: Laptop, services: Services, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        What goes beyond is held back and logged so, is nobody's loss, and sends no email.
        """
        most = MOST_UNSTAMPED
        for number in range(most + 2):
            apply(laptop, people.mentor(email=f"kim+{number}@example.com"))
        held = [each for each in stored(services) if each.status is Status.QUARANTINED]
        assert {each.address for each in held} == {
            f"kim+{number}@example.com" for number in (most, most + 1)
        }
        for number in range(intake.MAX_PENDING_CHANGES + 3):
            sent(laptop, people.mentor(email="kim+0@example.com", about=f"{number}"), client="::1")
        known = {each.id for each in held}
        crowd = [
            each
            for each in stored(services)
            if each.status is Status.QUARANTINED and each.id not in known
        ]
        assert [each.address for each in crowd] == ["kim+0@example.com"] * 3
        for _ in range(5):
            ask(laptop, "POST", "/links", {"email": ["kim+0@example.com"]})
        while laptop.pump():
            pass
        to = Counter(email.header("To") for email in laptop.outbox.emails)
        # The receipt, the question whether that was them, and one link.
        assert to["kim+0@example.com"] == 3
        assert {to[each.address] for each in held} == {0}
        logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        quarantined = [line for line in logged if line.get("status") == "quarantined"]
        assert len(quarantined) == len(held) + len(crowd)

    def test_whatever_is_stored_is_on_the_page(self) -> None:
        """
        Each place that holds something is named, with how long, and each private question.
        """
        told = part("stored")
        kept = dict(re.findall(r"(?m)^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", told))
        tables = template.resources("AWS::DynamoDB::Table")
        assert sorted(tables) == [
            "ApplicationsTable",
            "LettersTable",
            "MatchesTable",
            "ProgramTable",
        ]
        assert {
            *("Table of applications", "Table of matches"),
            *("Table of letters", "Table of the program"),
        } <= set(kept)
        days = {
            table["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"]
            for table in tables.values()
        }
        assert days == {35}
        assert kept["Recovery copies of the tables"] == "35 days"
        assert kept["Table of letters"] == f"{letter_records.LETTERS_KEPT.days} days"
        buckets = template.resources("AWS::S3::Bucket")
        (rule,) = buckets["ExportBucket"]["LifecycleConfiguration"]["Rules"]
        assert kept["Bucket of exports"] == f"{rule['ExpirationInDays']} day"
        (queue,) = template.resources("AWS::SQS::Queue").values()
        assert kept["Failure queue"] == f"{queue['MessageRetentionPeriod'] // 86400} days"
        logs = template.resources("AWS::Logs::LogGroup")
        assert kept["Log of the API"] == f"{logs.pop('ApiLog')['RetentionInDays']} days"
        assert {f"{log['RetentionInDays']} days" for log in logs.values()} == {
            kept["Logs of the functions"]
        }
        assert (
            f"counts for {COUNTED_FOR.days} days; marks of addresses that refuse mail for "
            f"{refusals.REFUSED_FOR.days} days, of what was forgotten for "
            f"{forgetting.REMEMBERED.days}"
        ) in kept["Table of the program"]
        private = {question.name for question in form.stored_questions() if question.private}
        assert set(re.findall(r"`(\w+)`\) are \*private\*", folded(told))) == private

    def test_every_log_is_on_the_page(self) -> None:
        """
        Each log is named, with for how long it is kept.
        """
        told = {
            log: days
            for logs, days in re.findall(r"(?m)^\| (`[^|]+`) \| .+ \| (\d+) days \|$", part("logs"))
            for log in re.findall(r"`(\w+)`", logs)
        }
        assert told == {
            name: str(log["RetentionInDays"])
            for name, log in template.resources("AWS::Logs::LogGroup").items()
        }

    def test_every_service_is_on_the_page(self) -> None:
        """
        What the functions make clients of is named, and nothing else.
        """
        names = {
            "dynamodb": "Amazon DynamoDB",
            "sesv2": "Amazon SES",
            "s3": "Amazon S3",
            "secretsmanager": "AWS Secrets Manager",
        }
        assert services_used() == set(names)
        listed = "{}, {}, {} and {}".format(*names.values())
        assert f"The functions call {listed}," in folded(part("services"))

    def test_every_secret_is_on_the_page(self) -> None:
        """
        Each secret of the stack is named, with how long a key is.
        """
        told = folded(part("keys"))
        secrets = template.resources("AWS::SecretsManager::Secret")
        assert secrets
        for name, secret in secrets.items():
            length = secret["GenerateSecretString"]["PasswordLength"]
            assert f"`{name}`" in told
            assert f"{length} random letters and digits" in told
        assert "within an hour" in told
        assert keyring.TRUSTED.total_seconds() == 3600


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """Return each node of the functions' code, with the name of its module."""
    return [
        (".".join(path.relative_to(PACKAGE).with_suffix("").parts), node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]


def imported() -> set[str]:
    """Return every module that the functions import, with all the names that it is of."""
    found = set()
    for _, node in nodes():
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found | {name.partition(".")[0] for name in found}


def constant(node: ast.expr) -> bool:
    """Tell whether a text is written in the code: itself, or with names in capitals within."""
    match node:
        case ast.Constant(value=str() | bytes()):
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return constant(left) and constant(right)
        case ast.Call(func=ast.Attribute(value=value, attr="encode"), args=[], keywords=[]):
            return constant(value)
        case ast.JoinedStr():
            inner = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
            return all(constant(each) for each in inner)
        case ast.Attribute(value=ast.Name() as pattern, attr="pattern"):
            return pattern.id.isupper()
        case ast.Name():
            return node.id.isupper()
        case _:
            return False


class TestInputIsNoProgram:
    def test_no_input_becomes_a_program(self) -> None:
        """
        Nothing in the functions runs code or commands, or makes objects of what it reads.
        """
        dangerous = {
            "subprocess", "ctypes", "code", "codeop", "importlib", "runpy", "pty", "os.system",
            "os.popen", "pickle", "marshal", "shelve", "dill", "yaml", "xml", "lxml", "jsonpickle",
        }  # fmt: skip
        assert imported() & dangerous == set()
        called = {
            node.func.id
            for _, node in nodes()
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert called & {"eval", "exec", "compile", "__import__", "globals", "locals"} == set()
        attributes = {node.attr for _, node in nodes() if isinstance(node, ast.Attribute)}
        assert attributes & {"system", "popen", "spawnv", "execv", "execve", "fork"} == set()

    def test_patterns_are_ours(self) -> None:
        """
        Every regular expression is written in the code, and none is made of input.
        """
        patterns = [
            node.args[0]
            for _, node in nodes()
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
        ]
        assert patterns
        assert [ast.unparse(each) for each in patterns if not constant(each)] == []

    def test_templates_are_files(self) -> None:
        """
        Templates are loaded by name, and none is made of a text.
        """
        attributes = {node.attr for _, node in nodes() if isinstance(node, ast.Attribute)}
        assert "get_template" in attributes
        assert attributes & {"from_string", "compile_expression", "overlay"} == set()
        assert {"jinja2.Template", "jinja2.DictLoader", "jinja2.FunctionLoader"} & imported() == (
            set()
        )

    def test_formats_are_ours(self) -> None:
        """
        Words are filled in by `format` only where the words are ours: of the form and of matches.
        """
        fillers = {
            module
            for module, node in nodes()
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("format", "format_map")
        }
        assert fillers == {
            "form.form",
            "matches.exclusions",
            "matches.left_over",
            "matches.would_help",
        }
        filled = [
            node
            for _, node in nodes()
            if isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Mod)
            and isinstance(node.left, ast.Constant | ast.JoinedStr)
            and not (isinstance(node.left, ast.Constant) and isinstance(node.left.value, int))
        ]
        assert filled == []

    def test_conditions_of_the_tables_are_constant(self) -> None:
        """
        What DynamoDB is asked is written in the code; what was given goes beside it as values.
        """
        given: list[ast.expr] = []
        for _, node in nodes():
            match node:
                case ast.keyword(arg=str(name), value=value) if name.endswith("Expression"):
                    given.append(value)
                case ast.Dict(keys=keys, values=values):
                    given += [
                        value
                        for key, value in zip(keys, values, strict=True)
                        if isinstance(key, ast.Constant) and str(key.value).endswith("Expression")
                    ]
                case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(name)))]):
                    if name.endswith("Expression"):
                        given.append(node.value)
        assert len(given) >= 5
        assert [ast.unparse(each) for each in given if not constant(each)] == []

    def test_functions_call_nothing_but_aws(self) -> None:
        """
        No function has anything to call an address with but the clients of AWS.
        """
        callers = {
            "http.client", "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "socket",
            "ssl", "asyncio", "smtplib", "imaplib", "ftplib", "telnetlib", "xmlrpc", "dns",
            "webbrowser", "botocore.httpsession",
        }  # fmt: skip
        assert imported() & callers == set()
        assert {name for name in imported() if name.startswith("urllib.")} <= {
            "urllib.parse",
            "urllib.parse.parse_qsl",
            "urllib.parse.quote",
            "urllib.parse.urlencode",
            "urllib.parse.urlsplit",
        }

    def test_hashes_are_sha256(self) -> None:
        """
        The one hash function is SHA-256: where links are signed, of a session's secret, and of a
        backup's lines. Nothing is encrypted by us.
        """
        used = {
            (module, node.attr)
            for module, node in nodes()
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "hashlib"
        }
        assert used == {
            (module, "sha256") for module in ("web.links", "program.sign_in", "archive.backup")
        }
        own = {"cryptography", "Crypto", "nacl", "rsa", "jwt", "random", "uuid"}
        assert imported() & own == set()


class TestScripts:
    @each_script
    def test_scripts_write_text_only(self, script: Path) -> None:
        """
        Scripts put text into pages as text, run no text, and talk to no other window.
        """
        ways = (
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|"
            r"DOMParser|srcdoc|\beval\s*\(|\bFunction\s*\(|set(?:Timeout|Interval)\s*\(\s*[\"'`]|"
            r"\bimport\s*\(|javascript:|postMessage|onmessage|[\"']message[\"']|document\.cookie"
        )
        assert re.findall(ways, script.read_text(encoding="utf-8")) == []

    @each_script
    def test_scripts_set_no_member_by_a_name_from_outside(self, script: Path) -> None:
        """
        No object gets a member whose name is computed, so that none can be `__proto__`.
        """
        code = script.read_text(encoding="utf-8")
        assert re.findall(r"[\w)\]]\[[^\]\n]+\]\s*=(?![=>])", code) == []
        assert re.findall(r"__proto__|Object\.assign|setPrototypeOf", code) == []


class TestSite:
    def test_site_publishes_pages_and_their_parts_only(self, site: Path) -> None:
        """
        Nothing is published but what a browser needs: no source, no setting, no trace of git.
        """
        published = [path.relative_to(site) for path in site.rglob("*") if path.is_file()]
        assert len(published) > 20
        endings = {".html", ".css", ".js", ".svg", ".png", ".woff2", ".txt", ".xml", ".gz"}
        assert [path for path in published if path.suffix not in endings] == []
        assert [path for path in published if any(p.startswith(".") for p in path.parts)] == []

    def test_pages_need_no_plugin(self, site: Path) -> None:
        """
        Pages are HTML, styles, scripts and pictures; nothing in them asks for a plugin.
        """
        sources = [*site.rglob("*.html"), *(ROOT / "templates").rglob("*.html")]
        found = {
            path.name
            for path in sources
            if re.search(r"<(object|embed|applet|iframe|frame)\b", path.read_text("utf-8"))
        }
        # The laptop shows an email in a frame; nothing of it is on AWS.
        assert found == {"outbox_email.html"}


class Answered(NamedTuple):
    """One answer, with what was asked."""

    asked: str
    answer: Answer


def ask(
    laptop: Laptop,
    method: str,
    path: str,
    given: people.Given | None = None,
    accept: str = "text/html",
) -> Answer:
    """Ask as a page does."""
    return laptop.call(
        method,
        path,
        headers={"content-type": people.FORM, "accept": accept},
        body=people.encoded(given or {}),
    )


def sent(laptop: Laptop, given: people.Given, *, client: str) -> Answer:
    """Send an application as a browser at a network address does."""
    return laptop.call(
        "POST",
        "/applications",
        headers={"content-type": people.FORM, "accept": "text/html"},
        body=people.encoded(given),
        client=client,
    )


def stored(services: Services) -> list[Application]:
    """Return every application, whatever became of it."""
    return list(
        services.store.queries.applications(
            roles=Role, statuses=Status, since=None, until=None, now=services.now()
        )
    )


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the pages that functions have filled in."""
    names: set[str] = set()
    fill = Renderer.page

    def page(self: Renderer, name: str, **values: Any) -> str:
        names.add(name)
        return fill(self, name, **values)

    monkeypatch.setattr(Renderer, "page", page)
    return names


@pytest.fixture
def mine(laptop: Laptop, services: Services) -> str:
    """The path of an applicant's own page, with something waiting beside the application."""
    receipt = apply(laptop, people.mentee()).headers["location"]
    apply(laptop, people.mentee(goal="Something else"))
    return f"/mine/{services.links.owner_token(receipt.rpartition('/')[2], 1)}"


@pytest.fixture
def answers(laptop: Laptop, services: Services, pages: set[str], mine: str) -> list[Answered]:
    """Answers of every kind that the functions give, to people and to programs."""
    found: list[Answered] = []

    def keep(method: str, path: str, given: people.Given | None = None, accept: str = "") -> None:
        answer = ask(laptop, method, path, given, accept or "text/html")
        found.append(Answered(f"{method} {path} {accept}", answer))

    application = services.links.read_owner_token(mine.rpartition("/")[2])[0]
    receipt, old = (
        f"/applications/{application}",
        f"/mine/{services.links.owner_token(application, 9)}",
    )
    match = matched.link_of(services, matched.proposed(services), Role.MENTOR)
    for accept in ("text/html", "application/json"):
        keep("POST", "/applications", people.mentor(full_name=f"Kim {accept}"), accept)
        keep("POST", "/applications", people.mentee(email="not one"), accept)
        for path in ("/applications", receipt, "/applications/opened", "/links", mine, old):
            for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
                keep(method, path, accept=accept)
        acts = ("confirm", "correct", "take-up", "discard", "stay", "withdraw", "forget")
        for act in (*acts, "other"):
            keep("GET", f"{mine}/{act}", accept=accept)
        for act in ("confirm", "correct", "take-up", "discard", "stay"):
            keep("POST", f"{mine}/{act}", accept=accept)
        keep("GET", f"{mine}x", accept=accept)
        keep("GET", match, accept=accept)
        keep("POST", f"{match}/yes", accept=accept)
        keep("POST", f"{match}/mistake", accept=accept)
        keep("GET", "/pair/x", accept=accept)
        keep("POST", "/links", {"email": ["robin@example.org"]}, accept)
        keep("POST", "/links", {"email": ["nobody"]}, accept)
    keep("POST", f"{mine}/withdraw")
    keep("POST", f"{mine}/forget")
    keep("GET", mine)
    keep("GET", "/desk")
    keep("POST", "/desk/sign-in", {"email": [COORDINATORS]})
    (way_in,) = WAY_IN.findall(mail(laptop)[-1].part("plain"))
    keep("GET", way_in)
    found.append(Answered("GET of a coordinator", sign_in(laptop).get(match)))
    return found


class TestAnswers:
    def test_every_answer_bears_every_header(
        self, answers: list[Answered], pages: set[str]
    ) -> None:
        """
        Whatever a function answers, page or problem, is guarded, kept by nobody, and says its kind.
        """
        kinds = {"text/html; charset=utf-8", "application/json", "application/problem+json"}
        assert {name.lower() for name in template.headers()} >= set(http.HEADERS) - {
            "cache-control"
        }
        assert http.HEADERS["cache-control"] == "no-store"
        for asked, answer in answers:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            # Browsers say of the desk's forms where they come from, and are asked to.
            own = guard.HEADERS if " /desk" in asked else {}
            assert {**http.HEADERS, **own}.items() <= headers.items(), asked
            if answer.body:
                assert headers["content-type"] in kinds, asked
        assert {answer.status for _, answer in answers} >= {200, 201, 303, 404, 405, 410, 422}
        filled = {path.stem for path in (ROOT / "templates" / "pages").glob("[!_]*.html")}
        # The first two are drawings within pages of the site, the outbox is the laptop's own; and
        # only a coordinator who takes themselves off the list is answered with the last.
        drawn = {"timeline", "best_for_all"}
        assert pages == filled - drawn - {"outbox", "outbox_email", "off_the_list"}

    def test_no_answer_sets_a_cookie_or_invites_other_sites(self, answers: list[Answered]) -> None:
        """
        A browser keeps nothing that it would send along by itself, and lets no other site read.
        """
        for asked, answer in answers:
            names = {name.lower() for name in answer.headers}
            assert "set-cookie" not in names, asked
            assert {name for name in names if name.startswith("access-control-")} == set(), asked
        for api in template.resources("AWS::Serverless::HttpApi").values():
            assert "CorsConfiguration" not in api

    def test_trace_is_not_taken(self, laptop: Laptop) -> None:
        """
        TRACE is no method of CloudFront's, and none of the functions' either.
        """
        for path in ("/applications", "/applications/x", "/links", "/mine/x", "/mine/x/forget"):
            assert ask(laptop, "TRACE", path).status == 405
        assert [each for each in behaviors() if "TRACE" in each["AllowedMethods"]] == []

    def test_opening_a_link_changes_nothing(
        self, laptop: Laptop, services: Services, mine: str
    ) -> None:
        """
        A scanner of mail that opens every link, and guesses the rest, leaves all as it was.
        """
        before = stored(services)
        assert len(before) == 2
        for act in ("", "/confirm", "/correct", "/take-up", "/discard", "/withdraw", "/forget"):
            for method in ("GET", "HEAD", "OPTIONS"):
                ask(laptop, method, f"{mine}{act}", {"change": [before[0].id]})
        assert stored(services) == before

    def test_nothing_is_done_without_a_link(
        self, laptop: Laptop, services: Services, mine: str
    ) -> None:
        """
        Neither the id of an application, nor a link that was tampered with, does anything.
        """
        before = stored(services)
        assert len(before) == 2
        payload, time, signature = mine.rpartition("/")[2].rsplit(".", 2)
        others = [
            packed([each.id, address_version]) for each in before for address_version in (1, 2)
        ]
        forged = [f"{each}.{time}.{signature}" for each in others if each != payload]
        assert len(forged) == 3
        tokens = [
            *(each.id for each in before), *others, *forged, payload, f"{payload}.{time}",
            f"{payload}.{time}.", f"{payload}.{time}.{signature}x", f"{payload}.{time}.none",
            f"{payload}.AAAAAA.{signature}", "x",
        ]  # fmt: skip
        for token in tokens:
            for act in ("confirm", "correct", "take-up", "stay", "withdraw", "forget"):
                for change in before:
                    path = f"/mine/{token}/{act}"
                    answer = ask(laptop, "POST", path, {"change": [change.id]})
                    assert answer.status == 404, path
        assert stored(services) == before

    def test_a_link_opens_its_own_application_only(
        self, laptop: Laptop, services: Services, mine: str
    ) -> None:
        """
        Whoever names another's id with a link of their own gets nothing of it, and changes nothing.
        """
        apply(laptop, people.mentee(email="sam@example.org", full_name="Sam Sample"))
        before = stored(services)
        (another,) = (each for each in before if each.name == "Sam Sample")
        for act in ("take-up", "discard"):
            answer = ask(laptop, "POST", f"{mine}/{act}", {"change": [another.id]})
            assert answer.status == 404
        page = ask(laptop, "GET", mine).body.decode()
        assert "Robin Example" in page
        assert "Sam Sample" not in page
        assert stored(services) == before

    def test_a_new_address_counts_once_it_is_proved(
        self, laptop: Laptop, services: Services, mine: str
    ) -> None:
        """
        An address is changed by the link that was mailed to it; the owner's own does not do.
        """
        ask(laptop, "POST", f"{mine}/correct", people.mentee(email="new@example.org"))
        (moving,) = (each for each in stored(services) if each.address == "new@example.org")
        assert ask(laptop, "POST", f"{mine}/take-up", {"change": [moving.id]}).status == 404
        first = services.links.read_owner_token(mine.rpartition("/")[2])[0]

        def address() -> str:
            return next(each.address for each in stored(services) if each.id == first)

        assert address() == "robin@example.org"
        proof = f"/mine/{services.links.owner_token(moving.id, 1)}"
        assert ask(laptop, "POST", f"{proof}/withdraw").status == 404
        assert ask(laptop, "POST", f"{proof}/take-up", {"change": [moving.id]}).status == 303
        assert address() == "new@example.org"
        assert ask(laptop, "GET", mine).status == 410

    def test_keys_can_be_changed(
        self, laptop: Laptop, services: Services, clock: Clock, mine: str
    ) -> None:
        """
        With a further key new links are signed anew and old ones go on; without the old key not.
        """
        client = boto3.client("secretsmanager")
        keys = json.loads(client.get_secret_value(SecretId="LinkKeys")["SecretString"])

        def keep(**keys: str) -> Links:
            client.put_secret_value(SecretId="LinkKeys", SecretString=json.dumps(keys))
            services.__dict__.pop("links")
            return services.links

        token = mine.rpartition("/")[2]
        application = services.links.read_owner_token(token)
        renewed = keep(**keys, **{"2026-10-06": "k" * 64})
        assert renewed.read_owner_token(token) == application
        newer = renewed.owner_token(*application)
        assert newer != token
        without = keep(first="f" * 64, **{"2026-10-06": "k" * 64})
        assert without.read_owner_token(newer) == application
        with pytest.raises(DamagedLink):
            without.read_owner_token(token)

    def test_links_and_stamps_are_different_things(
        self, laptop: Laptop, services: Services, mine: str
    ) -> None:
        """
        The signed time of the form opens nothing, and a link is no signed time.
        """
        stamp = json.loads(ask(laptop, "GET", "/applications/opened").body)["opened"]
        assert services.links.age_of(stamp) is not None
        assert ask(laptop, "GET", f"/mine/{stamp}").status == 404
        assert services.links.age_of(mine.rpartition("/")[2]) is None

    def test_a_link_lives_as_long_as_the_page_says(
        self, laptop: Laptop, services: Services, clock: Clock, mine: str
    ) -> None:
        """
        It opens the page to the last second of its sixtieth day, and then asks for a new one.
        """
        clock.forward(days=links.OWN.lives.days)
        assert ask(laptop, "GET", mine).status == 200
        clock.forward(seconds=1)
        assert ask(laptop, "GET", mine).status == 410

    def test_use_of_a_link_is_logged_without_it(
        self, laptop: Laptop, mine: str, clock: Clock, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        The log has what a link was used for, and each that was refused, but no link.
        """
        capsys.readouterr()
        ask(laptop, "POST", f"{mine}/confirm")
        ask(laptop, "GET", f"{mine}x")
        clock.forward(days=61)
        ask(laptop, "GET", mine)
        out = capsys.readouterr().out
        lines = [json.loads(line) for line in out.splitlines()]
        assert [line["event"] for line in lines] == [
            "application acted on",
            "request refused",
            "request refused",
        ]
        assert [line.get("problem") for line in lines] == [None, "DamagedLink", "LinkExpired"]
        assert all(line["request"] for line in lines)
        for piece in mine.rpartition("/")[2].split("."):
            assert piece not in out


class TestInput:
    def test_nothing_is_decoded_twice(self, laptop: Laptop, services: Services) -> None:
        """
        What looks encoded once the form is decoded is what its writer wrote, and is kept so.
        """
        words = "%41 %2541 &amp; &#65; \\u0041 \\x41 QQ== =?utf-8?Q?A?= + A"
        apply(laptop, people.mentee(full_name=words))
        (application,) = stored(services)
        assert application.name == words

    def test_query_is_no_answer(self, laptop: Laptop, services: Services) -> None:
        """
        What stands in the address is no part of what was sent.
        """
        given = people.mentee(email=[])
        answer = ask(laptop, "POST", "/applications?email=robin@example.org&role=mentor", given)
        assert answer.status == 422
        assert stored(services) == []

    def test_links_have_schemes_of_ours(self, laptop: Laptop, services: Services) -> None:
        """
        No address in a page or an email is another's, whatever somebody wrote.
        """
        read = []
        hostile = list(HOSTILE.values())
        for number in range(0, len(hostile), 3):
            name, institution, goal = [*hostile[number : number + 3], "x", "x"][:3]
            given = people.mentee(
                email=f"robin+{number}@example.org",
                full_name=name[:100],
                institution=institution[:100],
                goal=goal,
            )
            location = sent(laptop, given, client=f"198.51.100.{number}").headers["location"]
            assert re.fullmatch("/applications/[0-9a-z]+", location)
            own = f"/mine/{services.links.owner_token(location.rpartition('/')[2], 1)}"
            for act in ("", "/correct"):
                read.append(ask(laptop, "GET", f"{own}{act}").body.decode())
        while laptop.pump():
            pass
        read += [email.part("html") for email in laptop.outbox.emails]
        assert len(read) == len(range(0, len(hostile), 3)) * 4
        found = {address for html in read for address in addresses(html)}
        assert len(found) > len(hostile)
        assert [each for each in found if not OURS.match(each)] == []

    @pytest.mark.parametrize("format", Format)
    def test_name_of_an_export_is_plain(
        self, laptop: Laptop, services: Services, format: Format
    ) -> None:
        """
        A file's name is letters, digits, hyphens and dots, whoever is in it.
        """
        apply(laptop, people.mentee(full_name='x"; filename="evil.exe'))
        answer = export_file.export({"format": format.value}, services)
        assert answer["rows"] == 1
        assert re.fullmatch(rf"[a-z0-9-]+\.{format}", answer["filename"])


def packed(members: list[object]) -> str:
    """Return what a link holds, as it holds it."""
    text = json.dumps(members, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


OURS = re.compile(
    r"(https?://127\.0\.0\.1:8000)?/[\w./~-]*(#[\w-]+)?$|#[\w-]+$|mailto:[\w.+-]+@[\w.-]+$"
    r"|tel:[+]?[0-9]+$"
)


def addresses(html: str) -> Iterator[str]:
    """Yield the addresses that a page links to, loads from or sends to."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(
                value or ""
                for name, value in attrs
                if name in ("href", "src", "action", "formaction", "data-stamp", "poster", "cite")
            )

    Reader().feed(html)
    yield from found


def behaviors() -> list[Any]:
    """Return what the distribution does, path by path."""
    (found,) = template.resources("AWS::CloudFront::Distribution").values()
    config = found["DistributionConfig"]
    return [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]


class TestTemplate:
    def test_keys_are_made_by_amazon_and_read_by_few(self) -> None:
        """
        The first key is random and in no source; who signs or verifies reads it, and nobody writes.
        """
        (name,) = template.resources("AWS::SecretsManager::Secret")
        (secret,) = template.resources("AWS::SecretsManager::Secret").values()
        assert "SecretString" not in secret
        # Letters and digits: 62 of them, so that 64 are far more than 256 bits.
        assert secret["GenerateSecretString"]["PasswordLength"] >= 64
        readers = {
            function
            for function in template.functions()
            for grant in grants(function)
            if grant.resource == name
        }
        # All know people by keyed hashes, but for the one that shows the form to everybody.
        assert readers == set(template.functions()) - {"Apply"}
        granted = {grant for function in readers for grant in grants(function)}
        assert {grant.action for grant in granted if grant.action.startswith("secret")} == {
            "secretsmanager:GetSecretValue"
        }

    def test_no_setting_is_a_secret(self) -> None:
        """
        No setting and no parameter holds a key or a password; one says where the keys lie.
        """
        names = {variable for variable, _, _ in every_setting()} | set(template.parameters())
        telling = re.compile("key|secret|password|token|credential", re.IGNORECASE)
        assert {name for name in names if telling.search(name)} == {"LINK_KEYS"}
        variables = template.read()["Globals"]["Function"]["Environment"]["Variables"]
        assert variables["LINK_KEYS"] == {"Ref": "LinkKeys"}

    def test_functions_can_only_add_to_their_logs(self) -> None:
        """
        No function may read, change or delete a line of a log, its own or another's.
        """
        for function in template.functions():
            actions = {
                grant.action
                for grant in grants(function)
                if grant.action.startswith(("logs:", "cloudwatch:"))
            }
            assert actions == {"logs:CreateLogStream", "logs:PutLogEvents"}, function

    def test_domain_of_its_own_takes_no_old_tls(self) -> None:
        """
        With a domain the certificate is one that browsers trust, and TLS is 1.2 or newer.
        """
        (found,) = template.resources("AWS::CloudFront::Distribution").values()
        condition, own, other = found["DistributionConfig"]["ViewerCertificate"]["Fn::If"]
        assert condition == "OwnDomain"
        assert own == {
            "AcmCertificateArn": {"Ref": "CertificateArn"},
            "MinimumProtocolVersion": "TLSv1.2_2021",
            "SslSupportMethod": "sni-only",
        }
        assert other == {"CloudFrontDefaultCertificate": True}

    def test_cloudfront_asks_two_origins_encrypted(self) -> None:
        """
        Behind CloudFront are the bucket and the API, and what goes to the API is TLS 1.2.
        """
        (found,) = template.resources("AWS::CloudFront::Distribution").values()
        origins = {each["Id"]: each for each in found["DistributionConfig"]["Origins"]}
        assert set(origins) == {"site", "functions"}
        custom = origins["functions"]["CustomOriginConfig"]
        assert custom["OriginProtocolPolicy"] == "https-only"
        assert custom["OriginSSLProtocols"] == ["TLSv1.2"]
        assert origins["site"]["OriginAccessControlId"] == {"Ref": "SiteAccess"}
        (access,) = template.resources("AWS::CloudFront::OriginAccessControl").values()
        assert access["OriginAccessControlConfig"]["SigningBehavior"] == "always"

    def test_bucket_of_the_site_cannot_be_listed(self) -> None:
        """
        CloudFront may get a file that it can name, and nothing else.
        """
        policy = template.resources("AWS::S3::BucketPolicy")["SiteBucketPolicy"]
        allowed = [
            each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"
        ]
        assert [each["Action"] for each in allowed] == ["s3:GetObject"]

    def test_nothing_is_in_debugging_mode(self) -> None:
        """
        No function logs what debugging would, and no API traces.
        """
        logging = template.read()["Globals"]["Function"]["LoggingConfig"]
        assert {logging["ApplicationLogLevel"], logging["SystemLogLevel"]} == {"INFO"}
        for function in template.functions().values():
            assert set(function["LoggingConfig"]) == {"LogGroup"}
        for api in template.resources("AWS::Serverless::HttpApi").values():
            routes = api["DefaultRouteSettings"]
            assert set(routes) == {"ThrottlingBurstLimit", "ThrottlingRateLimit"}

    def test_what_only_the_laptop_has_is_not_on_aws(self) -> None:
        """
        The outbox is on a laptop only: no path of AWS leads to it.
        """
        paths = [route.path for route in template.routes()]
        paths += [each["PathPattern"] for each in behaviors()[1:]]
        assert paths
        assert [path for path in paths if "outbox" in path] == []
        for function in template.functions().values():
            assert "FunctionUrlConfig" not in function

    def test_clients_use_https_and_look_at_certificates(
        self, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Every client that the functions make calls an https address, and verifies who answers.
        """
        made: list[BaseClient] = []
        make = boto3.client

        def client(*given: Any, **named: Any) -> BaseClient:
            assert set(named) <= {"config"}
            made.append(make(*given, **named))
            return made[-1]

        monkeypatch.setattr(boto3, "client", client)
        for name in ("store", "mailer", "bucket", "links"):
            services.__dict__.pop(name, None)
            getattr(services, name)
        assert {each.meta.service_model.service_name for each in made} == services_used()
        for each in made:
            assert each.meta.endpoint_url.startswith("https://")
            # True, or a file of certificates that the machine is set up with; never off.
            assert each._endpoint.http_session._verify


class TestSignature:
    def test_signature_has_256_bits(self, services: Services) -> None:
        """
        A link ends with a signature of 256 bits, names no algorithm, and is taken with no other.
        """
        token = services.links.owner_token("x1", 1)
        payload, time, signature = token.split(".")
        assert payload == packed(["x1", 1])
        assert len(base64.urlsafe_b64decode(signature + "=")) == 32
        assert services.links.read_owner_token(token) == ("x1", 1)
        for other in (signature[:27], signature[:-1], "", "none", signature.swapcase()):
            with pytest.raises(DamagedLink):
                services.links.read_owner_token(f"{payload}.{time}.{other}")


def test_functions_are_asked_over_https_only() -> None:
    """
    What people open is redirected; a program that sends an application in the open is refused, and
    not led on to do it again.
    """
    (distribution,) = template.resources("AWS::CloudFront::Distribution").values()
    behaviors = distribution["DistributionConfig"]["CacheBehaviors"]
    policies = {each["PathPattern"]: each["ViewerProtocolPolicy"] for each in behaviors}
    refused = {path for path, policy in policies.items() if policy == "https-only"}
    assert refused == {"/applications", "/applications/*"}
    assert {policies[path] for path in policies.keys() - refused} == {"redirect-to-https"}


def test_what_must_not_be_guessed_has_128_bits() -> None:
    """
    An application's id is made of so many letters of such an alphabet that none is ever guessed.
    """
    bits = ID_LENGTH * math.log2(len(ALPHABET))
    made = {_new_id() for _ in range(100)}
    assert bits >= 128
    assert len(made) == 100
    assert all(ID.fullmatch(each) and set(each) <= set(ALPHABET) for each in made)


def test_secret_of_a_session_has_256_bits() -> None:
    """
    What a coordinator's cookie holds is made anew each time, and is never guessed.
    """
    made = {_new_secret() for _ in range(100)}
    assert len(made) == 100
    assert {len(base64.urlsafe_b64decode(each + "=")) for each in made} == {32}


def test_every_page_of_the_desk_has_its_way_out(laptop: Laptop) -> None:
    """
    Wherever coordinators are at the desk, they can sign out.
    """
    apply(laptop, people.mentee())
    apply(laptop, people.mentor(website="x"))
    application, held = sorted(each["id"]["S"] for each in tables.items("ApplicationsTable"))
    here = sign_in(laptop)
    paths = [
        at_desk(path, application, held=held)
        for method, path in {**desk.ROUTES, **export.ROUTES}
        if method == "GET" and "{token}" not in path
    ]
    assert len(paths) > 10
    for path in paths:
        answer = here.get(path)
        if answer.status == 303:
            answer = here.get(answer.headers["location"])
        assert 'method="post" action="/desk/sign-out"' in answer.text, path
