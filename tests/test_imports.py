"""
Who may import what: the rules of `docs/about/architecture.md`, read out of the sources.

Where a rule has an exception, its reason stands beside it here.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from infra.build import ROOT
from tests.rooms import FLOORS

PACKAGE = ROOT / "functions" / "mentorship"

# What computes, and touches nothing outside: all of these floors but what its name says is outside.
PURE_FLOORS = 4
ALSO_PURE = {"notices"}
OUTSIDE = {"settings", "log"}
# Libraries that compute and touch nothing outside.
PURE_LIBRARIES = {"email_validator", "phonenumbers", "dateutil", "xlsxwriter"}
# Of the standard library, what reads the world: environment, clock, chance, network, log, threads.
WORLDLY = {
    "asyncio", "http", "logging", "os", "pathlib", "random", "secrets", "shutil", "socket",
    "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
LONGEST = 300
# What pages of the desk share: the guard and what it gives back, how people and matches look in a
# list, two people, and how something is done with an application, a match or the settings.
SHARED_AT_THE_DESK = (
    *("guard", "unsaved", "rows", "act", "arrange"),
    *("follow_ups", "letters", "neighbors", "pairs", "person_matches"),
    *("seen", "match", "match_history", "match_rows", "match_follow_ups"),
    *("answers", "batch", "chosen", "evening", "proposals", "shortlist_entries"),
    *("tonight_fields", "tonight_rows", "tonight_parts"),
)

# Each outside thing and the modules that own it.
OWNERS = {
    # services makes every client; items uses boto3's translation of types, which calls nobody.
    "boto3": {"services", "store.items"},
    # refusals and ses tell errors apart: those worth another try, and those that are not.
    "botocore": {"services", "ses", "store.bulk", "store.refusals", "store.store"},
    "itsdangerous": {"web.links"},
    "jinja2": {"rendering"},
    # rendering joins lines that are escaped already.
    "markupsafe": {"rendering"},
    # settings splits a list of folders as this machine splits a PATH; export seeks a file's end.
    "os": {"services", "settings", "archive.export"},
    "secrets": {"services"},
    "sys": {"log"},
    "tempfile": {"archive.export", "desk.backup"},
    # A form's body is taken apart; nothing is fetched.
    # The guard compares where a request came from with where the site is.
    "urllib": {"web.body", "desk.guard", "desk.tonight", "mail.introducing", "rendering"},
    "logging": set(),
    "random": set(),
    # Of two requests that conflict, one has to wait a moment.
    "time": {"services"},
    "moto": set(),
    "infra": set(),
    "tests": set(),
}
# Types only, not there when it runs: whoever owns a client may name its type.
TYPES = {
    "types_boto3_dynamodb": {
        "store.bulk",
        "store.items",
        "store.letter_queries",
        "store.match_queries",
        "store.store",
    },
    "types_boto3_sesv2": {"ses"},
    "types_boto3_s3": {"bucket"},
    "types_boto3_secretsmanager": {"web.keyring"},
}


class Import(NamedTuple):
    """One import: of which module, and whether only for types."""

    module: str
    only_types: bool


def name_of(path: Path) -> str:
    """Return a module's name within the package: `log`, `handlers.submit`."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def room_of(name: str) -> str:
    """Return the room that a module of the package is in."""
    return name.partition(".")[0]


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
    """Return the modules of this package that a file imports, for types too."""
    names = {name_of(each) for each in MODULES}
    found = {each.module for each in imports(path)}
    return {name for name in names if f"mentorship.{name}" in found}


def sources(*folders: str) -> list[Path]:
    """Return the Python files of some folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def lines_of(path: Path) -> int:
    """Return how many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.name != "__init__.py"]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
PURE = [
    path
    for path in MODULES
    if (room := room_of(name_of(path))) in ALSO_PURE
    or (FLOOR_OF.get(room, PURE_FLOORS) < PURE_FLOORS and room not in OUTSIDE)
]


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


class TestRooms:
    def test_each_room_is_on_a_floor(self) -> None:
        """
        The list of floors names every room, and no room that is gone.
        """
        assert {room_of(name_of(path)) for path in MODULES} == set(FLOOR_OF)
        assert len(FLOOR_OF) == sum(map(len, FLOORS)), "a room is on one floor"

    def test_a_room_imports_only_rooms_below_it(self) -> None:
        """
        What a module imports of the package is in its own room, or on a floor below.
        """
        wrong = [
            f"{name} imports {needed}"
            for path in MODULES
            for name in (name_of(path),)
            for needed in sorted(own(path))
            if room_of(needed) != room_of(name)
            and FLOOR_OF[room_of(needed)] >= FLOOR_OF[room_of(name)]
        ]
        assert not wrong, "\n".join(wrong)

    def test_nothing_is_a_circle(self) -> None:
        """
        Within a room, too, the modules can be read in one order.
        """
        needs = {name_of(path): own(path) for path in MODULES}
        read = set[str]()
        while left := needs.keys() - read:
            free = {name for name in left if needs[name] <= read}
            assert free, f"a circle among {sorted(left)}"
            read |= free

    def test_no_module_is_long(self) -> None:
        """
        A module can be read in one sitting.
        """
        long = {name_of(path): lines_of(path) for path in MODULES if lines_of(path) > LONGEST}
        assert not long

    def test_each_room_says_what_it_is_for(self) -> None:
        """
        A room's `__init__.py` says in one sentence what is in it, and does nothing else.
        """
        for room in sorted(FLOOR_OF):
            if (PACKAGE / room).is_dir():
                module = ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8"))
                words = ast.get_docstring(module) or ""
                assert words.endswith("."), room
                assert len(module.body) == 1, room


class TestPure:
    def test_imports_what_is_pure(self) -> None:
        """
        What computes needs the standard library, itself, and libraries that only compute.
        """
        wrong = []
        for path in PURE:
            needed = {top(each.module) for each in imports(path) if not each.only_types}
            outside = needed - set(sys.stdlib_module_names) - PURE_LIBRARIES - {"mentorship"}
            wrong += [f"{name_of(path)}: {each}" for each in outside | needed & WORLDLY]
        assert not wrong
        assert len(PURE) > 25

    def test_reads_no_clock(self) -> None:
        """
        The present is handed in; what computes never looks.
        """
        read = [
            f"{name_of(path)}: {node.attr}"
            for path in PURE
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
        ]
        assert not read

    def test_each_pure_library_is_used(self) -> None:
        """
        The list above holds no library that nobody needs.
        """
        used = {top(each.module) for path in PURE for each in imports(path)}
        assert used >= PURE_LIBRARIES


class TestOwners:
    def test_each_outside_thing_has_its_owners(self) -> None:
        """
        What reaches outside is imported by its owners and by nobody else.
        """
        found = {
            library: {
                name_of(path)
                for path in MODULES
                for each in imports(path)
                if top(each.module) == library and not each.only_types
            }
            for library in OWNERS
        }
        assert found == OWNERS

    def test_types_of_clients(self) -> None:
        """
        The type of a client is named by its owner, and is not needed when it runs.
        """
        found = {
            library: {
                (name_of(path), each.only_types)
                for path in MODULES
                for each in imports(path)
                if top(each.module) == library
            }
            for library in TYPES
        }
        assert found == {
            library: {(name, True) for name in owners} for library, owners in TYPES.items()
        }

    def test_what_is_imported_is_known(self) -> None:
        """
        A new library needs a line above, and with it a reason.
        """
        known = {*PURE_LIBRARIES, *OWNERS, *TYPES, "mentorship", *sys.stdlib_module_names}
        strangers = {top(each.module) for path in MODULES for each in imports(path)} - known
        assert not strangers

    def test_boto3_within_items_is_its_types_only(self) -> None:
        """
        Items translates with boto3; the store calls with the client that it is given.
        """
        path = PACKAGE / "store" / "items.py"
        found = {each.module for each in imports(path) if top(each.module) == "boto3"}
        assert found == {
            "boto3.dynamodb.types",
            "boto3.dynamodb.types.TypeDeserializer",
            "boto3.dynamodb.types.TypeSerializer",
        }

    def test_botocore_is_its_errors_only(self) -> None:
        """
        Besides `services`, modules know the errors that a client raises, and no more of botocore.
        """
        for owner in OWNERS["botocore"] - {"services"}:
            path = PACKAGE / f"{owner.replace('.', '/')}.py"
            found = {each.module for each in imports(path) if top(each.module) == "botocore"}
            assert found
            assert all(name.startswith("botocore.exceptions") for name in found), owner

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


class TestTheTopFloors:
    def test_pages_of_the_desk_do_not_know_each_other(self) -> None:
        """
        A page of the desk imports, of the desk, what its pages share, and no other page.
        """
        shared = {f"desk.{name}" for name in SHARED_AT_THE_DESK}
        wrong = [
            f"{name_of(path)} imports {sorted(others)}"
            for path in MODULES
            if path.parent == PACKAGE / "desk"
            for needed in ({each for each in own(path) if room_of(each) == "desk"},)
            if (others := needed - shared)
        ]
        assert not wrong, "\n".join(wrong)

    def test_the_documentation_names_what_pages_of_the_desk_share(self) -> None:
        """
        The rule about them lists the same modules.
        """
        told = (ROOT / "docs" / "about" / "architecture.md").read_text(encoding="utf-8")
        rule = told.partition("5. A page of the desk does not import another page.")[2]
        named = re.findall(r"`(\w+)`", rule.partition("\n6. ")[0])
        assert sorted(named) == sorted(SHARED_AT_THE_DESK)

    def test_handlers_do_not_know_each_other(self) -> None:
        """
        A handler is one file for one function.
        """
        for path in (PACKAGE / "handlers").glob("*.py"):
            assert not {each for each in own(path) if room_of(each) == "handlers"}, path.name

    def test_nothing_imports_handlers(self) -> None:
        """
        Lambda and the laptop load a handler by its name in the template; only tests import one.
        """
        for path in sources("functions", "site", "infra"):
            found = {each.module for each in imports(path)}
            assert not {name for name in found if name.startswith("mentorship.handlers")}, path


class TestTheRest:
    def test_the_product_needs_neither_infra_nor_tests(self) -> None:
        """
        What runs on Lambda or builds the site knows no laptop, no moto, no test.
        """
        for path in sources("functions", "site"):
            found = {top(each.module) for each in imports(path)}
            assert not found & {"infra", "tests", "moto", "pytest", "hypothesis"}, path

    def test_infra_needs_no_tests(self) -> None:
        """
        The laptop and the deployment run without the tests.
        """
        for path in sources("infra"):
            assert not {top(each.module) for each in imports(path)} & {"tests", "pytest"}, path

    def test_nothing_is_taken_out_of_a_test_file(self) -> None:
        """
        What several test files need stands in a module that says what it is.
        """
        files = sources("tests")
        assert len(files) > 100
        taken = [
            (path.relative_to(ROOT).as_posix(), each.module)
            for path in files
            for each in imports(path)
            for part in each.module.split(".")
            if top(each.module) == "tests" and (part.startswith("test_") or part == "conftest")
        ]
        assert taken == []

    def test_infra_has_no_circle(self) -> None:
        """
        The modules of `infra` can be read in one order.
        """
        paths = {f"infra.{path.stem}": path for path in sources("infra")}
        needs = {
            name: {each.module for each in imports(path)} & paths.keys()
            for name, path in paths.items()
        }
        read = set[str]()
        while left := needs.keys() - read:
            free = {name for name in left if needs[name] <= read}
            assert free, f"a circle among {sorted(left)}"
            read |= free

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

    def test_macros_are_thin(self) -> None:
        """
        What the pages take from the package needs no AWS: moving to another site builder costs one
        small file.
        """
        path = ROOT / "site" / "macros.py"
        found = {each.module for each in imports(path) if not each.only_types}
        assert {name for name in found if name.startswith("mentorship.")} == {
            "mentorship.framework",
            "mentorship.letters",
            "mentorship.letters.kinds",
            "mentorship.matches",
            "mentorship.matches.criteria",
            "mentorship.matches.problems",
            "mentorship.matches.rules",
            "mentorship.matches.suitability",
            "mentorship.problems",
            "mentorship.settings",
            "mentorship.web.problems",
            "mentorship.form.question",
            "mentorship.form.question.Role",
            "mentorship.rendering",
            "mentorship.rendering.Renderer",
        }
        assert lines_of(path) < 100


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
