"""What exists is documented, what is documented exists, and pages are words only."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra import template
from infra.build import ROOT, SITE
from mentorship.applications.status import Status
from mentorship.exports.query import ARGUMENTS, Format
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import WAITS, State
from mentorship.problems import Problem, every_problem
from mentorship.settings import every_setting
from tests.every import every
from tests.handbook import built, folded, rows, section, words
from tests.rooms import FLOORS

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
PACKAGE = ROOT / "functions" / "mentorship"
ARCHITECTURE = DOCS / "about" / "architecture.md"
GLOSSARY = DOCS / "about" / "glossary.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
INDEXES = [
    index["IndexName"]
    for table in template.tables()
    for index in table.create.get("GlobalSecondaryIndexes", [])
]
EVERY_PAGE = every(
    "source",
    [*PAGES, *sorted(ROOT.glob("*.md"))],
    ids=lambda source: source.relative_to(ROOT).as_posix(),
)


def nav() -> list[str]:
    """Return the paths that the navigation names."""

    class Loader(yaml.SafeLoader):
        """Reads MkDocs' own tags as what follows them."""

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    # A subclass of SafeLoader, which S506 cannot see.
    read = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)

    def paths(entry: Any) -> list[str]:
        if isinstance(entry, str):
            return [entry]
        if isinstance(entry, dict):
            entry = list(entry.values())
        return [path for each in entry for path in paths(each)]

    return paths(read["nav"])


def targets() -> set[str]:
    """Return the commands of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    named = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    assert named == set(phony.split())
    return named


def modules_of(room: str) -> set[str]:
    """Return the modules of a room that is a folder; none of one that is a module itself."""
    return {path.stem for path in (PACKAGE / room).glob("[a-z]*.py")}


@cache
def names_of_the_package() -> dict[str, set[str]]:
    """Return each name that a module of the package defines, with what a class of it defines."""
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            within = set().union(*map(defined, node.body)) if isinstance(node, ast.ClassDef) else ()
            for name in defined(node):
                found.setdefault(name, set()).update(within)
    return found


def defined(node: ast.stmt) -> set[str]:
    """Return the names that a statement defines."""
    match node:
        case ast.ClassDef() | ast.FunctionDef():
            return {node.name}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.Assign():
            return {
                name.id
                for target in node.targets
                for name in ast.walk(target)
                if isinstance(name, ast.Name)
            }
        case _:
            return set()


class TestDocumented:
    @every("variable", [variable for variable, _, _ in every_setting()])
    def test_setting_is_documented(self, site: Path, variable: str) -> None:
        """
        Each setting of the functions is on the page of the settings, with what it is for.
        """
        (why,) = [why for name, why, _ in every_setting() if name == variable]
        page = built(site, "about/settings")
        assert variable in page
        assert folded(why) in page

    @every("parameter", template.parameters())
    def test_parameter_of_the_template_is_documented(self, parameter: str) -> None:
        """
        A parameter is a setting's name in another spelling, or explained with the deployment.
        """
        setting = re.sub(r"(?<!^)([A-Z])", r"_\1", parameter).upper()
        page = (DOCS / "about" / "deployment.md").read_text(encoding="utf-8")
        assert setting in {name for name, _, _ in every_setting()} or f"`{parameter}`" in page

    def test_settings_of_the_template_are_the_functions(self) -> None:
        """
        The template sets what the functions read, and nothing else but where templates lie.
        """
        given = dict.fromkeys(template.parameters(), "x")
        for function in template.handlers():
            variables = set(template.environment(function, given))
            assert variables == {variable for variable, _, _ in every_setting()}

    @every("problem", list(every_problem()), ids=lambda each: each.__name__)
    def test_problem_is_documented(self, site: Path, problem: type[Problem]) -> None:
        """
        Each problem is on its page, with its status and what to do.
        """
        page = built(site, "about/problems")
        assert folded(f"{problem.status} {problem.title} {problem.remedy}") in page

    @every("kind", Kind)
    def test_letter_is_documented(self, site: Path, kind: str) -> None:
        """
        Each email is in the coordinators' handbook, with when it is written.
        """
        page = built(site, "handbook/mails")
        assert folded(f"{kind} the {Kind(kind).traits.reader} {Kind(kind).traits.when}") in page

    @every("function", template.handlers())
    def test_function_is_documented(self, function: str) -> None:
        """
        Each function is in the architecture, by its name, with what it does.
        """
        page = ARCHITECTURE.read_text(encoding="utf-8")
        assert f"| `{function.lower()}` | " in page

    @every("path", sorted({route.path for route in template.routes()}))
    def test_path_is_documented(self, path: str) -> None:
        """
        Each path that a function answers is in the architecture.
        """
        page = ARCHITECTURE.read_text(encoding="utf-8")
        assert re.search(rf"`(?:(?:GET|POST) )?{re.escape(path)}`", page)

    def test_rooms_are_documented(self) -> None:
        """
        The architecture names each room, floor by floor as they import each other, and says what it
        is for.
        """
        told = [
            (*re.fullmatch(r"(\d+) `(\w+)`", room).groups(), why)
            for room, why in rows(section(ARCHITECTURE, "rooms"))
        ]
        expected = [(str(n), room) for n, floor in enumerate(FLOORS, 1) for room in floor]
        assert sorted((floor, room) for floor, room, _ in told) == sorted(expected)
        assert [int(floor) for floor, _, _ in told] == sorted(int(floor) for floor, _, _ in told)
        assert all(why for _, _, why in told)

    @every("room", sorted({room for floor in FLOORS for room in floor}))
    def test_modules_are_documented(self, room: str) -> None:
        """
        The architecture names each module of a room, and no module that is gone.
        """
        told = {
            cells[0].partition(" ")[2]: cells[1] for cells in rows(section(ARCHITECTURE, "rooms"))
        }
        named = re.findall(r"`(\w+)`", told[f"`{room}`"])
        assert sorted(named) == sorted(modules_of(room))

    def test_the_drawing_has_every_room(self) -> None:
        """
        The drawing of the rooms names each of them once, and nothing that is gone.
        """
        drawing = (DOCS / "about" / "rooms.svg").read_text(encoding="utf-8")
        drawn = re.findall(r"(?m)^ {6}<text [^>]+>([a-z_]+)</text>", drawing)
        beside = {"stream", "inbox"}
        doors = {"submit", "notify"}
        assert doors <= modules_of("handlers")
        rooms = {room for floor in FLOORS for room in floor} - {"handlers"}
        assert sorted(drawn) == sorted(rooms | doors | beside)

    def test_the_way_of_one_submission_enters_no_room_twice(self) -> None:
        """
        Each step is in a room of its own, and names what is there.
        """
        text = section(ARCHITECTURE, "one-submission")
        items = re.split(r"(?m)^\d\. ", text.partition("\n\nA room may ask")[0])[1:]
        steps = [
            (room, where, name)
            for item in items
            for room in re.findall(r"^\*\*`(\w+)`\*\* ", item)
            for where, name in re.findall(r"`(\w+)\.(\w+)`\.\s*$", item)
        ]
        assert len(steps) == 8
        assert len({room for room, _, _ in steps}) == 8
        for room, where, name in steps:
            assert any(room in floor for floor in FLOORS)
            known = names_of_the_package()
            assert where in modules_of(room) or where in known, where
            assert name in known or name in known.get(where, set()), name

    @every("index", INDEXES)
    def test_index_is_documented(self, index: str) -> None:
        """
        The architecture says of each index what it finds.
        """
        page = ARCHITECTURE.read_text(encoding="utf-8")
        table = page.partition("\n## The tables {")[2].partition("\n## ")[0]
        assert re.search(rf"(?m)^\| \w+ \| .*`{index}`.* \| .+ \| .+ \|$", table)

    @pytest.mark.parametrize("state", State)
    def test_state_of_a_letter_is_documented(self, state: State) -> None:
        """
        The architecture says of each state of a letter what it means and what follows.
        """
        page = ARCHITECTURE.read_text(encoding="utf-8")
        assert f"| {state} | " in page

    @pytest.mark.parametrize("status", Status)
    def test_status_is_documented(self, status: Status) -> None:
        """
        Whoever finds a status in an export can read what it means.
        """
        page = (DOCS / "handbook" / "export.md").read_text(encoding="utf-8")
        assert f"| `{status}` | " in page

    def test_waits_are_documented(self) -> None:
        """
        The pages say truly for how long an email is tried.
        """
        hours = sum(wait.total_seconds() for wait in WAITS) / 3600
        assert "almost two days" in (DOCS / "handbook" / "mails.md").read_text(encoding="utf-8")
        assert 36 < hours < 48
        first = WAITS[0].total_seconds() / 60
        assert f"double from {first:.0f} minutes" in words(ARCHITECTURE)

    def test_arguments_of_an_export_are_documented(self) -> None:
        """
        The handbook names every argument and format of an export.
        """
        page = (DOCS / "handbook" / "export.md").read_text(encoding="utf-8")
        for name in ARGUMENTS:
            assert f'`"{name}"`' in page
            assert f"`{name.upper()}`" in page
        for each in Format:
            assert f"`{each}`" in page

    @every("target", sorted(targets()))
    def test_command_is_documented(self, target: str) -> None:
        """
        Each command is on the page of the commands, and `make help` lists it.
        """
        page = (DOCS / "about" / "commands.md").read_text(encoding="utf-8")
        assert f"`make {target}`" in page
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert re.search(rf"^{target}:[^#\n]*## .+", makefile, re.MULTILINE)

    @EVERY_PAGE
    def test_command_that_a_page_names_exists(self, source: Path) -> None:
        """
        No page sends anybody to a command that is not there.
        """
        text = source.read_text(encoding="utf-8")
        code = re.findall(r"`([^`\n]+)`|^ *(make [^\n]*)$", text, re.MULTILINE)
        for line in ("".join(each) for each in code):
            for named in re.findall(r"^make (?:[A-Z]+=\S+ )*([a-z][a-z-]*)", line):
                assert named in targets(), line

    @EVERY_PAGE
    def test_file_that_a_page_names_exists(self, source: Path) -> None:
        """
        A path of this project that a page names leads somewhere.
        """
        text = source.read_text(encoding="utf-8")
        tops = "docs|site|templates|functions|infra|tests|requirements"
        for named in re.findall(rf"`((?:{tops})/[\w./-]*)`", text):
            assert (ROOT / named).exists(), named


class TestGlossary:
    def test_words_are_in_order(self) -> None:
        """
        A word is found where the alphabet has it.
        """
        terms = re.findall(r"(?m)^(\w[^\n]*)\n:   ", section(GLOSSARY, "words"))
        assert len(terms) > 40
        assert terms == sorted(terms, key=lambda term: folded(term).lower())

    def test_every_word_of_the_code_exists(self) -> None:
        """
        A name that the glossary gives is a class, a room or a name of the package, so that it
        cannot go stale.
        """
        terms = re.findall(r"(?m)^\w[^\n]*\(`([\w.]+)`\)\n:   ", section(GLOSSARY, "words"))
        assert len(terms) > 40
        known, rooms = names_of_the_package(), {room for floor in FLOORS for room in floor}
        for term in terms:
            first, _, name = term.partition(".")
            if first in rooms:
                where = modules_of(first) | known.keys()
                assert not name or name in where, term
            else:
                assert first in known, term
                assert not name or name in known[first], term

    def test_every_stored_name_is_stored(self) -> None:
        """
        The names that the glossary says attributes are stored under are in the store's sources, or
        in those that make ids.
        """
        sources = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
        stored = rows(section(GLOSSARY, "stored"))
        named = [name for left, _ in stored for name in re.findall(r"`([\w-]+)(?:#…)?`", left)]
        assert len(named) > 15
        assert [name for name in named if not re.search(rf'"{name}#?"', sources)] == []


class TestContributing:
    @pytest.mark.parametrize("recipe", ["question", "letter", "desk page", "button", "setting"])
    def test_recipe_names_files_that_exist(self, recipe: str) -> None:
        """
        Each recipe has at most ten steps, and whatever file it names is there.
        """
        text = CONTRIBUTING.read_text(encoding="utf-8")
        (steps,) = re.findall(rf"(?ms)^### Add an? {recipe}\n(.*?)(?=^##|\Z)", text)
        assert 3 <= len(re.findall(r"(?m)^\d+\. ", steps)) <= 10
        files = re.findall(r"`((?:\w[\w-]*/)+[\w.-]*)`", steps)
        files += re.findall(r"`(?:make test TESTS=)?(tests/[\w/.]+)`", steps)
        assert len(files) > 3
        assert [name for name in files if not (ROOT / name).exists()] == []


class TestPages:
    def test_every_page_is_in_the_navigation(self) -> None:
        """
        A page that nobody finds is as good as none.
        """
        assert sorted(nav()) == [page.relative_to(DOCS).as_posix() for page in PAGES]

    @every("path", nav())
    def test_page_of_the_navigation_is_built(self, site: Path, path: str) -> None:
        """
        Each page that the navigation names is published at its address.
        """
        page = path.removesuffix("index.md").removesuffix(".md")
        assert (site / page / "index.html").is_file()

    @EVERY_PAGE
    def test_page_is_words_only(self, source: Path) -> None:
        """
        A coordinator can edit each page: no HTML, no comments, no styles.
        """
        assert re.findall(r"</?[a-zA-Z][^>\n]*>|<!--", words(source)) == []

    @every("source", PAGES, ids=lambda source: source.relative_to(DOCS).as_posix())
    def test_page_has_a_title_and_a_description(self, source: Path) -> None:
        """
        What a search engine shows is written, not guessed.
        """
        head = source.read_text(encoding="utf-8").split("---\n")[1]
        front = yaml.safe_load(head)
        assert set(front) >= {"title", "description"}
        assert 30 <= len(front["description"].strip()) <= 200

    @EVERY_PAGE
    def test_page_names_no_registry_and_no_machine(self, source: Path) -> None:
        """
        Where packages come from, and where this was written, is nobody's affair.
        """
        text = source.read_text(encoding="utf-8")
        hosts = r"pypi\.org|pythonhosted\.org|npmjs\.|registry\.|docker\.io|ghcr\.io|crates\.io"
        assert re.findall(hosts, text) == []
        paths = r"(?<![\w.])/(?:work|root|home|tmp|Users|opt|usr)/|[A-Z]:\\"
        assert re.findall(paths, text) == []

    @EVERY_PAGE
    def test_page_is_in_american_english(self, source: Path) -> None:
        """
        The words of the society are spelled as the society spells.
        """
        british = r"\b\w*(?:colour|favour|honour|behaviour|programme\b|organis|recognis|whilst|" + (
            r"centre\b|licence|cancell|practis|enrol\b|fulfil\b|wellbeing|e-mail)\w*"
        )
        assert re.findall(british, words(source), re.IGNORECASE) == []

    def test_form_is_in_its_pages(self, site: Path) -> None:
        """
        Each form is where people are sent to fill it in.
        """
        for role in ("mentee", "mentor"):
            page = (site / "apply" / role / "index.html").read_text(encoding="utf-8")
            assert 'action="/applications"' in page
            assert f'name="role" value="{role}"' in page


class TestFolders:
    def test_site_is_built_elsewhere_than_its_sources(self) -> None:
        """
        MkDocs empties the folder that it builds into: it must not be the one with the theme.
        """
        lines = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").splitlines()
        assert "site_dir: build/site" in lines
        assert "  custom_dir: site" in lines
        assert SITE == ROOT / "build" / "site"

    def test_git_sees_the_sources_of_the_site(self) -> None:
        """
        What is usually ignored under this name is not, for it is not generated here.
        """
        ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
        assert {"site", "/site", "site/", "/site/"}.isdisjoint(ignored)
        assert "/build/" in ignored

    def test_docs_hold_no_code(self) -> None:
        """
        Pages and their pictures, and nothing else.
        """
        endings = {path.suffix for path in DOCS.rglob("*") if path.is_file()}
        assert endings <= {".md", ".svg", ".png"}
