"""What exists is documented, what is documented exists, and pages are words only."""

import re
from html import unescape
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
from tests.core import CORE
from tests.every import every
from tests.handbook import words

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
PACKAGE = ROOT / "functions" / "mentorship"
MODULES = {path.stem for path in PACKAGE.glob("[a-z]*.py")}
OF_THE_DESK = {path.stem for path in (PACKAGE / "desk").glob("[a-z]*.py")}
INDEXES = [
    index["IndexName"]
    for table in template.tables()
    for index in table.create.get("GlobalSecondaryIndexes", [])
]
EVERY_PAGE = every(
    "source", [*PAGES, ROOT / "README.md"], ids=lambda source: source.relative_to(ROOT).as_posix()
)


def built(site: Path, page: str) -> str:
    """Return the words of a page as it is published, and nothing between them."""
    text = (site / page / "index.html").read_text(encoding="utf-8")
    return folded(unescape(re.sub(r"<[^>]+>", " ", text)))


def folded(text: str) -> str:
    """Return the words of a text, a space between them."""
    return " ".join(re.findall(r"\w+", text))


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
        page = (DOCS / "about" / "architecture.md").read_text(encoding="utf-8")
        assert f"| `{function.lower()}` | " in page

    @every("path", sorted({route.path for route in template.routes()}))
    def test_path_is_documented(self, path: str) -> None:
        """
        Each path that a function answers is in the architecture.
        """
        page = (DOCS / "about" / "architecture.md").read_text(encoding="utf-8")
        assert re.search(rf"`(?:(?:GET|POST) )?{re.escape(path)}`", page)

    @pytest.mark.parametrize(
        ("heading", "modules"),
        [
            ("Core", CORE),
            ("Around it", {*(MODULES - CORE), "handlers"}),
            ("The desk's pages", OF_THE_DESK),
        ],
    )
    def test_modules_are_documented(self, heading: str, modules: set[str]) -> None:
        """
        The architecture says what each module holds, of core, around it and of the desk.
        """
        page = (DOCS / "about" / "architecture.md").read_text(encoding="utf-8")
        table = page.partition(f"\n### {heading} {{")[2].partition("\n##")[0]
        assert sorted(re.findall(r"(?m)^\| `(\w+)` \| ", table)) == sorted(modules)

    @every("index", INDEXES)
    def test_index_is_documented(self, index: str) -> None:
        """
        The architecture says of each index what it finds.
        """
        page = (DOCS / "about" / "architecture.md").read_text(encoding="utf-8")
        table = page.partition("\n## The tables {")[2].partition("\n## ")[0]
        assert re.search(rf"(?m)^\| \w+ \| .*`{index}`.* \| .+ \| .+ \|$", table)

    @pytest.mark.parametrize("state", State)
    def test_state_of_a_letter_is_documented(self, state: State) -> None:
        """
        The architecture says of each state of a letter what it means and what follows.
        """
        page = (DOCS / "about" / "architecture.md").read_text(encoding="utf-8")
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
        assert f"double from {first:.0f} minutes" in words(DOCS / "about" / "architecture.md")

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
