"""The built site: nothing inline, nothing that leads nowhere, its forms, colors to read."""

import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from infra import build
from infra.build import ROOT, BuildError, check_frame
from mentorship.form import form
from mentorship.form.question import Role
from mentorship.rendering import Renderer
from mentorship.settings import Program
from tests.colors import contrast
from tests.markup import Markup, foreign, inline, parsed


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Markup]:
    """Each built page by its path, and the frame beside them."""
    found = {
        "/" + path.relative_to(site).as_posix().removesuffix("index.html"): parsed(
            path.read_text(encoding="utf-8")
        )
        for path in sorted(site.rglob("*.html"))
    }
    assert len(found) > 20
    return found | {"the frame": parsed(build.FRAME.read_text(encoding="utf-8"))}


class TestPages:
    """What holds for each page."""

    def test_nothing_is_inline(self, pages: dict[str, Markup]) -> None:
        """
        No page has a style, a handler or a script within it, which its policy would refuse.
        """
        assert [(path, each) for path, page in pages.items() for each in inline(page)] == []

    def test_no_other_host_is_asked_for_anything(self, pages: dict[str, Markup]) -> None:
        """
        Styles, scripts, pictures, fonts and forms are the site's own.
        """
        assert [(path, each) for path, page in pages.items() for each in foreign(page)] == []

    def test_every_link_leads_somewhere(self, site: Path, pages: dict[str, Markup]) -> None:
        """
        Each link within the site leads to a page or file that was built, and to an id within it.
        """
        lost = []
        for path, page in pages.items():
            start = "/" if path == "the frame" else path
            for link in page.links:
                parts = urlsplit(urljoin(start, link))
                if parts.scheme or parts.netloc or parts.path == "/applications":
                    continue
                target = site / unquote(parts.path).lstrip("/")
                if target.is_dir():
                    target /= "index.html"
                if not target.is_file():
                    lost.append((path, link))
                    continue
                there = page if link.startswith("#") else pages.get(parts.path)
                if parts.fragment and there and unquote(parts.fragment) not in there.ids:
                    lost.append((path, link))
        assert lost == []

    def test_every_page_says_what_it_is(self, pages: dict[str, Markup]) -> None:
        """
        A page has one language, a title of its own, one first heading and one main part.
        """
        built = {path: page for path, page in pages.items() if path != "the frame"}
        titles = []
        for path, page in built.items():
            (html,) = page.named("html")
            assert html.attributes["lang"] == "en"
            assert len(page.named("h1")) == 1, path
            assert len(page.named("main")) == 1, path
            (title,) = [each for each in page.named("title") if "id" not in each.attributes]
            titles.append(title.text)
            assert title.text.endswith("WSRS Mentorship Program"), path
            assert [
                each.attributes["content"]
                for each in page.named("meta")
                if each.attributes.get("name") == "description"
            ] != [""], path
        assert len(set(titles)) == len(titles)

    def test_ids_are_given_once(self, pages: dict[str, Markup]) -> None:
        """
        No id is twice on a page, so that each label and each link has one thing to mean.
        """
        twice = [
            (path, name)
            for path, page in pages.items()
            for name in set(page.ids)
            if page.ids.count(name) > 1
        ]
        assert twice == []

    def test_material_is_not_published(self, site: Path) -> None:
        """
        The theme's own scripts and styles, which nothing here uses, stay out; so does the frame.
        """
        files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
        assert not [name for name in files if name.startswith("assets/javascripts")]
        assert not [name for name in files if name.startswith("assets/stylesheets")]
        own = {
            path.relative_to(ROOT / "site").as_posix()
            for path in (ROOT / "site" / "assets").rglob("*")
            if path.is_file()
        }
        assert {name for name in files if name.startswith("assets/")} == own
        assert "frame.html" not in files

    def test_home_page_is_light(self, site: Path) -> None:
        """
        What a phone loads for the home page or a form comes to less than 150 kB, uncompressed.
        """
        for path in ("index.html", "apply/mentee/index.html"):
            page = site / path
            links = parsed(page.read_text(encoding="utf-8")).named("script", "link")
            loaded = {
                (page.parent / link).resolve()
                for each in links
                if each.attributes.get("rel") not in ("canonical", "next", "prev")
                for link in [each.attributes.get("src") or each.attributes.get("href", "")]
            }
            assert len(loaded) >= 5
            assert sum(each.stat().st_size for each in {page, *loaded}) < 150_000


class TestFrame:
    """The frame for the pages of functions."""

    def test_has_its_blocks(self, site: Path) -> None:
        """
        The frame leaves the title, something for the head, and the content to fill in; the desk
        replaces the header and the footer.
        """
        source = build.FRAME.read_text(encoding="utf-8")
        assert re.findall(r"{%.*?block (\w+).*?%}", source) == build.BLOCKS
        assert source.count("{%") == 2 * len(build.BLOCKS)
        assert "{{" not in source
        check_frame(source)

    @pytest.mark.parametrize(
        ("was", "becomes"),
        [
            ("{% block head %}{% endblock %}", ""),
            ("{% block title %}", "{% block name %}"),
            ("</footer>", "{{ year }}</footer>"),
            ("</footer>", "{% block foot %}{% endblock %}</footer>"),
        ],
        ids=["one missing", "one renamed", "a value", "one too many"],
    )
    def test_is_refused_otherwise(self, site: Path, was: str, becomes: str) -> None:
        """
        A frame that the functions could not fill in ends the build.
        """
        source = build.FRAME.read_text(encoding="utf-8")
        assert was in source
        with pytest.raises(BuildError):
            check_frame(source.replace(was, becomes))

    def test_links_begin_at_the_root(self, pages: dict[str, Markup]) -> None:
        """
        It is served from any path, so no link in it may be relative.
        """
        links = pages["the frame"].links
        assert len(links) > 15
        assert [
            link
            for link in links
            if not link.startswith(("/", "mailto:", "#")) or link.startswith("//")
        ] == []

    def test_is_kept_from_search_engines(self, pages: dict[str, Markup]) -> None:
        """
        A receipt or a refused form is nothing to be found.
        """
        robots = [
            each.attributes["content"]
            for each in pages["the frame"].named("meta")
            if each.attributes.get("name") == "robots"
        ]
        assert robots == ["noindex"]


class TestForms:
    """The forms in the built pages."""

    @pytest.mark.parametrize("role", list(Role))
    def test_form_is_in_its_page(self, pages: dict[str, Markup], role: Role) -> None:
        """
        The page asks each question of the form once, with a label for each box, and sends the role.
        """
        page = pages[f"/apply/{role.value}/"]
        (found,) = page.named("form")
        assert (found.attributes["method"], found.attributes["action"]) == ("post", "/applications")
        # The server is the only judge, so that its words are the only ones.
        assert "novalidate" in found.attributes
        boxes = [
            each.attributes for each in page.named("input", "textarea") if "name" in each.attributes
        ]
        assert not [each for each in boxes if "required" in each or "pattern" in each]
        asked = form.forms(coordinators="they", contact="them", keep_months=12)[role].questions()
        assert list(dict.fromkeys(each["name"] for each in boxes)) == [
            "role",
            *(name for question in asked for name in question.field_names),
        ]
        (given,) = [each["value"] for each in boxes if each["name"] == "role"]
        assert given == role.value
        labels = [each.attributes.get("for") for each in page.named("label")]
        for box in boxes:
            if box.get("type") != "hidden":
                assert labels.count(box["id"]) == 1
        described = [
            name
            for each in page.elements
            for name in each.attributes.get("aria-describedby", "").split()
        ]
        assert described
        assert set(described) <= set(page.ids)

    def test_form_waits_for_the_program(self, site: Path) -> None:
        """
        Until applications are open there is an address in the form's place, and nothing to fill in.
        """
        renderer = Renderer([str(ROOT / "templates")], Program(applications="soon"))
        for role in Role:
            page = renderer.form(role)
            assert "Opening soon" in page
            assert "admin@wsrs.org" in page
            assert "<form" not in page
            assert "<input" not in page


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the site is built from, with room for a page."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("site", "templates", "functions"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "docs" / "apply").mkdir(parents=True)
    settings, nav, _ = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")
    assert nav
    pages = "  - Home: index.md\n" + "".join(f"  - apply/{role.value}.md\n" for role in Role)
    (copy / "mkdocs.yml").write_text(f"{settings}{nav}{pages}", encoding="utf-8")
    return copy


@pytest.fixture
def only_page(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only page of a site that `build.site` is to build there."""
    monkeypatch.setattr(build, "ROOT", copied)
    monkeypatch.setattr(build, "SITE", copied / "build" / "site")
    monkeypatch.setattr(build, "FRAME", copied / "build" / "frame" / "frame.html")
    for role in Role:
        form_page(role).write_text(f'# Apply\n\n{{{{ form("{role.value}") }}}}\n', encoding="utf-8")
    return copied / "docs" / "index.md"


def form_page(role: Role) -> Path:
    """Return the page of the form in the copy."""
    return build.ROOT / "docs" / "apply" / f"{role.value}.md"


class TestBuild:
    """A page with a hole in it is never published."""

    def test_good_page_is_built(self, only_page: Path) -> None:
        """
        A page that is as it should be is built, with its form and its address.
        """
        only_page.write_text('# Good\n\n{{ contact }}\n\n{{ form("mentor") }}\n', encoding="utf-8")
        build.site()
        made = (build.SITE / "index.html").read_text(encoding="utf-8")
        assert "admin@wsrs.org" in made
        assert 'action="/applications"' in made
        assert build.FRAME.exists()

    def test_form_page_is_left_with_a_place_for_the_form(
        self, only_page: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Beside the frame lies each page with the form, without it, whatever stands in the form.
        """
        hostile = "{{ 7 * 7 }}; <b>Bold & Co</b>; *A* _B_ {: #c }; {% raw %}; # One; Ünï"
        only_page.write_text("# Good\n", encoding="utf-8")
        build.site({"INSTITUTIONS": hostile})
        for role in Role:
            built = (build.SITE / "apply" / role.value / "index.html").read_text(encoding="utf-8")
            left = build.form_page(role).read_text(encoding="utf-8")
            before, place, after = left.partition('{% include "form/form.html" %}\n')
            assert place
            assert built.startswith(f"{before}<form ")
            assert built.endswith(f"</form>\n{after}")
            assert "{{ 7 * 7 }}" in built
            assert "7 * 7" not in left

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ("No form.", "has its form 0 times"),
            ('{{ form("mentor") }}\n\n{{ form("mentor") }}', "has its form 2 times"),
            ('* {{ form("mentor") }}', "has its form 0 times"),
            ('{{ form("mentor") }}\n\n{{ "{{ contact }}" }}', "is taken for Jinja"),
        ],
        ids=["none", "two", "not by itself", "braces"],
    )
    def test_form_page_with_no_clear_place_is_not_built(
        self, only_page: Path, words: str, said: str
    ) -> None:
        """
        A form that is missing, doubled or mangled ends the build, which says of which page.
        """
        only_page.write_text("# Good\n", encoding="utf-8")
        form_page(Role.MENTOR).write_text(f"# Apply\n\n{words}\n", encoding="utf-8")
        with pytest.raises(BuildError, match=rf"^apply/mentor/index.html\b.* {said}"):
            build.site()

    def test_form_page_that_is_missing_is_asked_for(self, only_page: Path) -> None:
        """
        Without the page there would be no form, and the build says which file makes it.
        """
        only_page.write_text("# Good\n", encoding="utf-8")
        settings = (build.ROOT / "mkdocs.yml").read_text(encoding="utf-8")
        form_page(Role.MENTOR).rename(build.ROOT / "docs" / "apply" / "mentors.md")
        (build.ROOT / "mkdocs.yml").write_text(
            settings.replace("apply/mentor.md", "apply/mentors.md"), encoding="utf-8"
        )
        with pytest.raises(BuildError, match=r"docs/apply/mentor\.md"):
            build.site()

    @pytest.mark.parametrize(
        ("words", "named"),
        [
            ("{{ from('mentor') }}", "'from' is undefined"),
            ("{{ contcat }}", "'contcat' is undefined"),
            ("{{ form('mentro') }}", "'mentro' is not a valid Role"),
            ("[Mentors](mentros.md)", "mentros.md"),
            ("[Below](#belwo)", "#belwo"),
            ("[Mentors](/mentors/)", "/mentors/"),
        ],
        ids=["macro", "variable", "role", "page", "section", "absolute link"],
    )
    def test_bad_page_is_not(
        self, only_page: Path, capsys: pytest.CaptureFixture[str], words: str, named: str
    ) -> None:
        """
        A word misspelled within braces or in a link ends the build, which says where it stands.
        """
        only_page.write_text(f"# Bad\n\n{words}\n", encoding="utf-8")
        with pytest.raises(BuildError, match="stands above"):
            build.site()
        said = capsys.readouterr().out
        assert named in said
        assert "index.md" in said


TOKEN = re.compile(r"--([a-z-]+): light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\);")


@pytest.fixture(scope="module")
def tokens() -> dict[str, tuple[str, str]]:
    """The colors, each for light and for dark."""
    source = (ROOT / "site/assets/styles/tokens.css").read_text(encoding="utf-8")
    found = {name: (light, dark) for name, light, dark in TOKEN.findall(source)}
    assert source.count("light-dark(") == len(found)
    return found


class TestColors:
    """The list of colors."""

    def test_contrast_is_known(self) -> None:
        """
        Black on white is the most there is, a color on itself the least.
        """
        assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
        assert contrast("#A8470F", "#A8470F") == 1
        # The gray that is commonly named as the lightest that may be read on white.
        assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)

    @pytest.mark.parametrize(
        ("name", "light", "dark"),
        [
            ("ink", 14.2, 15.3),
            ("quiet", 6.4, 8.8),
            ("line", 3.4, 4.5),
            ("brand", 7.6, 9.7),
            ("accent", 5.6, 9.0),
            ("error", 7.2, 10.6),
            ("good", 6.2, 10.6),
        ],
    )
    def test_contrast_on_paper(
        self, tokens: dict[str, tuple[str, str]], name: str, light: float, dark: float
    ) -> None:
        """
        A color stands out from the paper as much as the head of the stylesheet says, or more.
        """
        for scheme, promised in enumerate((light, dark)):
            found = contrast(tokens[name][scheme], tokens["paper"][scheme])
            assert round(found, 1) >= promised

    @pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
    def test_whatever_is_read_can_be_read(
        self, tokens: dict[str, tuple[str, str]], scheme: int
    ) -> None:
        """
        Each color of text keeps 4.5 to 1 on each ground that it is used on (WCAG 2.2, 1.4.3).
        """
        grounds = ("paper", "surface", "brand-wash", "error-wash", "good-wash")
        pairs = [
            *(
                (ink, ground)
                for ink in ("ink", "quiet", "brand", "brand-strong")
                for ground in grounds
            ),
            *(("error", ground) for ground in ("paper", "surface", "error-wash")),
            *(("good", ground) for ground in ("paper", "good-wash")),
            ("on-brand", "brand"),
            ("on-brand", "brand-strong"),
            ("on-deep", "deep"),
            ("on-next-step", "next-step"),
            ("next-step-quiet", "next-step"),
        ]
        faint = [
            pair
            for pair in pairs
            if contrast(tokens[pair[0]][scheme], tokens[pair[1]][scheme]) < 4.5
        ]
        assert faint == []

    @pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
    def test_whatever_is_touched_can_be_seen(
        self, tokens: dict[str, tuple[str, str]], scheme: int
    ) -> None:
        """
        Borders of fields keep 3 to 1 on what is about them and in them, and what is drawn on the
        block for the next step keeps it there (WCAG 2.2, 1.4.11).
        """
        for ground in ("paper", "surface", "error-wash"):
            assert contrast(tokens["line"][scheme], tokens[ground][scheme]) >= 3
        for drawn in ("next-step-line", "next-step-shortage"):
            assert contrast(tokens[drawn][scheme], tokens["next-step"][scheme]) >= 3

    def test_styles_name_no_color_of_their_own(self) -> None:
        """
        Every color is in the list, but for paper that is white, and the shade behind the menu.
        """
        strays = {
            (path.name, color.upper())
            for path in (ROOT / "site/assets/styles").glob("*.css")
            if path.name != "tokens.css"
            for color in re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", path.read_text("utf-8"))
        }
        assert strays == {("form.css", "#000000"), ("outbox.css", "#FFFFFF")}
