"""
Who may import what: the rules of `docs/about/architecture.md`, read out of the sources.

Where a rule has an exception, its reason stands beside it here.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from infra.build import ROOT

PACKAGE = ROOT / "functions" / "mentorship"
HANDLERS = PACKAGE / "handlers"
DESK = PACKAGE / "desk"

CORE = {
    "questions",
    "form",
    "application",
    # What happens to one: by what strangers can cause, by what its owner does, and from the desk.
    "intake",
    "owner",
    "coordinator",
    "letter",
    "problems",
    "spreadsheet",
    "wanted",
    # Not in the first design: how core objects are written down is known apart from where.
    "records",
    "entries",
    # What coordinators do and arrange, and who of them is at the desk.
    "arrangements",
    "session",
    "roster",
    "names",
    # What the morning asks for: who is told what.
    "digest",
    "silence",
    "renewal",
    # A member list as people have it: its text, its columns, who is on it.
    "table",
    "columns",
    "memberlist",
    # What is wished for against what is offered.
    "supply",
}
# Libraries that compute and touch nothing outside.
PURE = {"email_validator", "phonenumbers", "dateutil", "xlsxwriter"}
# Of the standard library, what reads the world: environment, clock, chance, network, log, threads.
WORLDLY = {
    "asyncio", "http", "logging", "os", "pathlib", "random", "secrets", "shutil", "socket",
    "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip

# Each outside thing and the modules that own it.
OWNERS = {
    # services makes every client; items uses boto3's translation of types, which calls nobody.
    "boto3": {"services", "items"},
    # mail tells the errors of SES apart: those worth another try, and those that are not.
    "botocore": {"services", "mail"},
    "itsdangerous": {"links"},
    "jinja2": {"rendering"},
    # rendering joins lines that are escaped already.
    "markupsafe": {"rendering"},
    # settings parts a list of folders as this machine parts a PATH; export seeks a file's end.
    "os": {"services", "settings", "handlers.export"},
    "secrets": {"services"},
    "sys": {"journal"},
    "tempfile": {"handlers.export", "handlers.archive"},
    # A form's body is taken apart; nothing is fetched.
    # The guard compares where a request came from with where the site is.
    "urllib": {"body", "desk.guard"},
    "logging": set(),
    "random": set(),
    # Of two who are overtaken at once one has to be later than the other.
    "time": {"services"},
    "moto": set(),
    "infra": set(),
    "tests": set(),
}
# Types only, not there when it runs: whoever owns a client may name its type.
TYPES = {
    "types_boto3_dynamodb": {"shelves"},
    "types_boto3_sesv2": {"mail"},
    "types_boto3_s3": {"bucket"},
    "types_boto3_secretsmanager": {"keyring"},
}


class Import(NamedTuple):
    """One import: of which module, and whether only for types."""

    module: str
    only_types: bool


def name_of(path: Path) -> str:
    """Return a module's name within the package: `store`, `handlers.submit`."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


@cache
def imports(path: Path) -> tuple[Import, ...]:
    """Return each import of a file, a name of a package as the module that it may be."""

    def look(nodes: list[ast.stmt], only_types: bool) -> Iterator[Import]:
        for node in nodes:
            match node:
                case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                    yield from look(node.body, True)
                    yield from look(node.orelse, only_types)
                case ast.Import():
                    for alias in node.names:
                        yield Import(alias.name, only_types)
                case ast.ImportFrom():
                    assert node.level == 0, f"{path}: imports are written in full"
                    yield Import(node.module or "", only_types)
                    for alias in node.names:
                        yield Import(f"{node.module}.{alias.name}", only_types)
                case _:
                    inner = [each for each in ast.walk(node) if each is not node]
                    yield from look([e for e in inner if isinstance(e, ast.stmt)], only_types)

    return tuple(look(ast.parse(path.read_text(encoding="utf-8")).body, False))


def top(module: str) -> str:
    """Return the package that a module is of."""
    return module.partition(".")[0]


def own(path: Path) -> set[str]:
    """Return the modules of this package that a file needs when it runs."""
    names = {name_of(each) for each in MODULES}
    found = {each.module for each in imports(path) if not each.only_types}
    return {name for name in names if f"mentorship.{name}" in found}


def sources(*folders: str) -> list[Path]:
    """Return the Python files of some folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.name != "__init__.py"]
each_module = pytest.mark.parametrize("path", MODULES, ids=name_of)
each_core = pytest.mark.parametrize("name", sorted(CORE))
each_of_desk = pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parent == DESK], ids=name_of
)
each_handler = pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parent == HANDLERS], ids=name_of
)


# Libraries may do at import what they like; what is watched is who asked for it.
WATCH = """
import builtins, importlib, os, socket, sys
import boto3

def watched(does):
    def asked(*given, **named):
        name = sys._getframe(1).f_globals.get("__name__", "")
        if name.startswith("mentorship."):
            raise SystemExit(f"{name} does something at import: {given}")
        return does(*given, **named)
    return asked

class Environment(dict):
    get = watched(dict.get)
    __getitem__ = watched(dict.__getitem__)
    __contains__ = watched(dict.__contains__)

os.environ = Environment()
os.getenv = watched(os.getenv)
boto3.client = watched(boto3.client)
boto3.resource = watched(boto3.resource)
boto3.Session = watched(boto3.Session)
builtins.open = watched(builtins.open)
socket.socket = watched(socket.socket)
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    print(importlib.import_module(f"mentorship.{name}").__name__)
"""


class TestTheReaderOfImports:
    def test_finds_every_way_to_import(self, tmp_path: Path) -> None:
        """
        What follows rests on it: imports at the top, within functions, and for types only.
        """
        path = tmp_path / "x.py"
        path.write_text(
            "import a.b as c\nfrom d import e\n"
            "if TYPE_CHECKING:\n    from f import g\nelse:\n    import h\n"
            "def i():\n    import j\n    if True:\n        from k import l\n"
            "class M:\n    def n(self):\n        import o\n"
        )
        found = {(each.module, each.only_types) for each in imports(path)}
        assert found == {
            ("a.b", False), ("d", False), ("d.e", False), ("f", True), ("f.g", True),
            ("h", False), ("j", False), ("k", False), ("k.l", False), ("o", False),
        }  # fmt: skip


class TestCore:
    @each_core
    def test_core_imports_core_and_what_is_pure(self, name: str) -> None:
        """
        Core needs the standard library, itself and libraries that only compute.
        """
        path = PACKAGE / f"{name}.py"
        needed = {top(each.module) for each in imports(path) if not each.only_types}
        outside = needed - set(sys.stdlib_module_names) - PURE - {"mentorship"}
        assert not outside
        assert not needed & WORLDLY
        assert own(path) <= CORE

    @each_core
    def test_core_reads_no_clock(self, name: str) -> None:
        """
        The present is handed to core; it never looks.
        """
        tree = ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
        read = [
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
        ]
        assert not read

    def test_nothing_in_core_is_a_circle(self) -> None:
        """
        Core's modules stand on each other in one order.
        """
        standing: list[str] = []
        while left := CORE - set(standing):
            free = [name for name in left if own(PACKAGE / f"{name}.py") <= set(standing)]
            assert free, f"a circle among {sorted(left)}"
            standing += sorted(free)
        assert len(standing) == len(CORE)

    def test_each_pure_library_is_used(self) -> None:
        """
        The list above holds no library that nobody needs.
        """
        used = {top(each.module) for name in CORE for each in imports(PACKAGE / f"{name}.py")}
        assert used >= PURE


class TestOwners:
    @pytest.mark.parametrize("library", OWNERS)
    def test_each_outside_thing_has_its_owners(self, library: str) -> None:
        """
        What reaches outside is imported by its owners and by nobody else.
        """
        found = {
            name_of(path)
            for path in MODULES
            for each in imports(path)
            if top(each.module) == library and not each.only_types
        }
        assert found == OWNERS[library]

    @pytest.mark.parametrize("library", TYPES)
    def test_types_of_clients(self, library: str) -> None:
        """
        The type of a client is named by its owner, and is not needed when it runs.
        """
        found = {
            (name_of(path), each.only_types)
            for path in MODULES
            for each in imports(path)
            if top(each.module) == library
        }
        assert found == {(name, True) for name in TYPES[library]}

    @each_module
    def test_what_is_imported_is_known(self, path: Path) -> None:
        """
        A new library needs a line above, and with it a reason.
        """
        known = {*PURE, *OWNERS, *TYPES, "mentorship", *sys.stdlib_module_names}
        assert {top(each.module) for each in imports(path)} <= known

    def test_what_stands_on_services(self) -> None:
        """
        Between the handlers and what reaches outside stand ways that several of them walk, what a
        letter says, and the parts of a morning.
        """
        found = {name_of(path) for path in MODULES if "services" in own(path)}
        assert {name for name in found if not name.startswith(("handlers.", "desk."))} == {
            "delivery",
            "contents",
            "forgetting",
            "morning",
            "report",
        }

    def test_boto3_within_items_is_its_types_only(self) -> None:
        """
        Items translates with boto3; the store calls with the client that it is given.
        """
        found = {
            each.module for each in imports(PACKAGE / "items.py") if top(each.module) == "boto3"
        }
        assert found == {
            "boto3.dynamodb.types",
            "boto3.dynamodb.types.TypeDeserializer",
            "boto3.dynamodb.types.TypeSerializer",
        }

    def test_botocore_within_mail_is_its_errors_only(self) -> None:
        """
        Mail knows the errors that a client raises, and nothing else of botocore.
        """
        found = {each.module for each in imports(PACKAGE / "mail.py")}
        assert {name for name in found if top(name) == "botocore"} == {
            "botocore.exceptions",
            "botocore.exceptions.BotoCoreError",
            "botocore.exceptions.ClientError",
            "botocore.exceptions.ParamValidationError",
        }

    def test_only_services_makes_clients(self) -> None:
        """
        A client is made in one place, where its timeouts are.
        """
        makers = {
            name_of(path)
            for path in MODULES
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute)
            and node.attr in ("client", "resource", "Session")
            and isinstance(node.value, ast.Name)
            and node.value.id == "boto3"
        }
        assert makers == {"services"}


class TestHandlers:
    @each_handler
    def test_handlers_import_no_aws_and_no_handler(self, path: Path) -> None:
        """
        A handler works with what services gives it, and knows no other handler.
        """
        needed = {each.module for each in imports(path)}
        assert not {name for name in needed if top(name).startswith(("boto", "types_boto"))}
        assert not {name for name in needed if name.startswith("mentorship.handlers")}

    @each_handler
    def test_handlers_import_services_web_and_core(self, path: Path) -> None:
        """
        Beyond services, web and core a handler needs the log, and what its own work is.
        """
        # delivery is what notify and sweep share, and forgetting what the own page and the
        # operator's command do; export tells how long the bucket's links work, and feedback reads
        # the tag that mail has written.
        # The desk's pages are a handler's too, a module each.
        desk = {name_of(each) for each in MODULES if each.parent == DESK}
        allowed = CORE | desk
        allowed |= {"services", "web", "journal", "delivery", "forgetting", "bucket", "mail"}
        # The operator's commands do the same with a file; and the record has a day in words.
        allowed |= {"backup", "restoring", "rendering"}
        # What a morning does is a part at a time.
        allowed |= {"morning", "report"}
        assert own(path) <= allowed
        assert "services" in own(path)

    @each_of_desk
    def test_pages_of_the_desk_know_the_guard_only(self, path: Path) -> None:
        """
        A page of the desk imports what a handler may, and of the desk the guard and the rows.
        """
        # A person looks the same in each list.
        allowed = CORE | {
            *("services", "web", "journal", "delivery", "forgetting", "rendering", "shelves"),
            *("desk.guard", "desk.rows"),
        }
        assert own(path) <= allowed

    @pytest.mark.parametrize(
        "path", sources("functions", "site", "infra"), ids=lambda path: str(path.relative_to(ROOT))
    )
    def test_nothing_imports_handlers(self, path: Path) -> None:
        """
        Lambda and the laptop load a handler by its name in the template; only tests import one.
        """
        found = {each.module for each in imports(path)}
        assert not {name for name in found if name.startswith("mentorship.handlers")}


class TestTheRest:
    @pytest.mark.parametrize(
        "path", sources("functions", "site"), ids=lambda path: str(path.relative_to(ROOT))
    )
    def test_the_product_needs_neither_infra_nor_tests(self, path: Path) -> None:
        """
        What runs on Lambda or builds the site knows no laptop, no moto, no test.
        """
        found = {top(each.module) for each in imports(path)}
        assert not found & {"infra", "tests", "moto", "pytest", "hypothesis"}

    def test_moto_plays_aws_for_the_laptop_and_tests_only(self) -> None:
        """
        Of `infra`, only what plays AWS on this machine needs moto.
        """
        found = {
            path.name
            for path in sources("infra")
            if any(top(each.module) == "moto" for each in imports(path))
        }
        assert found == {"laptop.py", "outbox.py", "pump.py"}

    @pytest.mark.parametrize("path", sources("infra"), ids=lambda path: str(path.relative_to(ROOT)))
    def test_infra_needs_no_tests(self, path: Path) -> None:
        """
        The laptop and the deployment run without the tests.
        """
        assert not {top(each.module) for each in imports(path)} & {"tests", "pytest"}

    def test_macros_are_thin(self) -> None:
        """
        What the pages take from the package needs no AWS: moving to another site builder costs one
        small file.
        """
        path = ROOT / "site" / "macros.py"
        found = {each.module for each in imports(path) if not each.only_types}
        assert {name for name in found if name.startswith("mentorship.")} == {
            "mentorship.letter",
            "mentorship.problems",
            "mentorship.settings",
            "mentorship.questions",
            "mentorship.questions.Role",
            "mentorship.rendering",
            "mentorship.rendering.Renderer",
        }
        assert len(path.read_text(encoding="utf-8").splitlines()) < 100


class TestAtImport:
    def test_no_environment_is_read_in_the_package_but_by_services(self) -> None:
        """
        One function reads the environment, when it is first called.
        """
        readers = {
            (name_of(path), function.name)
            for path in MODULES
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(function, ast.FunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
        }
        everywhere = sum(
            isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
            for path in MODULES
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
        assert readers == {("services", "services")}
        assert everywhere == 2  # For each of the two groups of settings.

    def test_importing_does_nothing(self) -> None:
        """
        Our modules are imported without a look at the environment, a client, a file or a socket.
        """
        run = subprocess.run(
            [sys.executable, "-B", "-c", WATCH, str(PACKAGE.parent), *map(name_of, MODULES)],
            capture_output=True,
            text=True,
            check=False,
            env={},
        )
        assert run.returncode == 0, run.stderr
        assert run.stdout.split() == [f"mentorship.{name_of(path)}" for path in MODULES]

    def test_the_watch_would_see_it(self, tmp_path: Path) -> None:
        """
        A module that does any of it at import is found out.
        """
        package = tmp_path / "mentorship"
        package.mkdir()
        (package / "__init__.py").write_text("")
        for name, line in {
            "a": "import os; os.environ['X']",
            "b": "import os; os.environ.get('X')",
            "c": "import os; os.getenv('X')",
            "d": "import boto3; boto3.client('s3')",
            "e": "open('x')",
            "f": "import socket; socket.socket()",
        }.items():
            (package / f"{name}.py").write_text(line)
            run = subprocess.run(
                [sys.executable, "-B", "-c", WATCH, str(tmp_path), name],
                capture_output=True,
                text=True,
                check=False,
                env={},
            )
            assert f"mentorship.{name} does something at import" in run.stderr
            assert run.returncode == 1
