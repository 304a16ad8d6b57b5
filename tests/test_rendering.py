"""What people wrote is data on every page and in every email, and a missing value is an error."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from jinja2 import Environment, UndefinedError, nodes

from infra.build import FRAME, ROOT
from mentorship.form import form
from mentorship.form.choices import Choosing, Explanation, Tick
from mentorship.form.form import AnswersRefused
from mentorship.form.hidden import FormVersion, Stamp, Trap
from mentorship.form.question import Audience, Need, Role
from mentorship.form.texts import Email
from mentorship.letters.kinds import Kind
from mentorship.problems import every_problem
from mentorship.rendering import COLUMNS, Renderer, day, lines, mail_link, wrapped
from mentorship.settings import Program
from tests import made
from tests.every import every
from tests.made import NOW, SENT

TEMPLATES = ROOT / "templates"
ALL = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
HARMLESS = "Robin"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@pytest.fixture(scope="module")
def renderer(site: Path) -> Renderer:
    """Give the renderer that the functions use, with the site's own frame."""
    return Renderer([str(TEMPLATES), str(FRAME.parent)], Program(institutions="Example Hospital"))


@dataclass
class Read(HTMLParser):
    """
    A page as a browser reads it.

    Attributes:
        structure: every tag with the names of its attributes, every comment and declaration.
        words: every text, and every value of an attribute.

    """

    structure: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The line breaks of an answer are line breaks of the page; whose they are is its writer's.
        if tag != "br":
            self.structure.append(f"<{tag} {' '.join(name for name, _ in attrs)}>")
        self.words += [value or "" for _, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.structure.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.structure.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.structure.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.structure.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.structure.append(f"<![{data}]>")


def read(html: str) -> Read:
    """Read a page."""
    reader = Read()
    reader.feed(html)
    reader.close()
    return reader


def refused(renderer: Renderer, role: Role, words: str) -> str:
    """Return the page of an application that was refused, and holds some words everywhere."""
    asked = renderer.forms[role]
    problem = AnswersRefused(
        form=asked,
        given={question.name: [words] for question in asked.questions()},
        refusals={question.name: words for question in asked.questions()} | {words: words},
    )
    return renderer.page("refused", problem=problem)


class TestEscaping:
    @pytest.mark.parametrize(
        ("name", "escaped"),
        [
            ("x.html", True),
            ("x.html.j2", True),
            ("x.htm", True),
            ("x.xml", True),
            ("x.svg", True),
            ("x.txt.html", True),
            ("x.TXT", True),
            ("x", True),
            ("x.txt", False),
        ],
    )
    def test_all_is_escaped_but_plain_text(self, tmp_path: Path, name: str, escaped: bool) -> None:
        """
        Whatever a template is called, it is escaped, unless it is plain text.
        """
        (tmp_path / name).write_text("{{ value }}", encoding="utf-8")
        filled = Renderer([str(tmp_path)], Program())._fill(name, {"value": "<&\"'>"})
        assert filled == ("&lt;&amp;&#34;&#39;&gt;" if escaped else "<&\"'>")

    def test_what_a_template_includes_is_escaped_too(self, tmp_path: Path) -> None:
        """
        Macros, blocks and included templates escape as their own page does.
        """
        (tmp_path / "base.html").write_text("{% block a %}{% endblock %}{{ value }}")
        (tmp_path / "macros.html").write_text("{% macro m(x) %}{{ x }}{% endmacro %}")
        (tmp_path / "part.html").write_text("{{ value }}")
        (tmp_path / "page.html").write_text(
            "{% extends 'base.html' %}{% block a %}{% import 'macros.html' as each %}"
            "{{ each.m(value) }}{% include 'part.html' %}{{ value ~ '' }}{{ '%s' | format(value) }}"
            "{% endblock %}"
        )
        assert "<" not in Renderer([str(tmp_path)], Program())._fill("page.html", {"value": "<"})

    @every("name", [name for name in ALL if not name.endswith(".txt")])
    def test_no_template_turns_it_off(self, name: str) -> None:
        """
        Nothing is called safe but what is ours: names and hints of browsers from the form itself.
        """
        source = (TEMPLATES / name).read_text(encoding="utf-8")
        tree = Environment(autoescape=True).parse(source)
        safe = [node for node in tree.find_all(nodes.Filter) if node.name == "safe"]
        used = {each.name for node in safe for each in node.find_all(nodes.Name)}
        assert used <= {"question"}
        read = {each.attr for node in safe for each in node.find_all(nodes.Getattr)}
        assert read <= {"autocomplete", "name"}
        assert not list(tree.find_all(nodes.ScopedEvalContextModifier))
        assert not re.search(r"autoescape|markup|\|\s*(xmlattr|tojson)", source, re.IGNORECASE)

    @every("name", ALL)
    def test_no_template_holds_a_script(self, name: str) -> None:
        """
        Nothing is inline that the policy would forbid, nor comes from elsewhere.
        """
        source = re.sub(r"{%.*?%}", "", (TEMPLATES / name).read_text(encoding="utf-8"))
        assert not re.search(r"<script(?! src=\"/assets/)|\son[a-z]+\s*=|javascript:", source)
        assert not re.search(r"<link[^>]+https?:", source)
        if not name.startswith("email/"):  # An email has no other place for its styles.
            assert not re.search(r"<style|\sstyle=", source)


# What says the same to everybody.
FIXED = {
    "pages/best_for_all.html",
    "pages/link.html",
    "pages/link_sent.html",
    "pages/sign_in.html",
    "pages/off_the_list.html",
    "email/sign-in/subject.txt",
    "email/test/subject.txt",
    "email/confirm-address/subject.txt",
    "email/confirm-change/subject.txt",
    "email/introduced/subject.txt",
    "email/late-answer/subject.txt",
    "email/match-closed/subject.txt",
    "email/match-ended/subject.txt",
    "email/mistake/subject.txt",
    "email/not-going-ahead/subject.txt",
}


class TestUndefined:
    @every(
        "name",
        [
            name
            for name in ALL
            # Macros are given their values by who calls them.
            if name.startswith(("pages/", "form/form", "email/")) and "/_" not in name
        ],
    )
    def test_a_missing_value_is_an_error(self, renderer: Renderer, name: str) -> None:
        """
        A template that needs a value and does not get it fails, rather than leaves a gap.
        """
        fill = renderer._fill
        if name in FIXED or "base" in name:
            assert fill(name, {})
        else:
            # A date that is missing has no format.
            with pytest.raises((UndefinedError, TypeError)):
                fill(name, {})

    @pytest.mark.parametrize(
        "source",
        ["{{ nmae }}", "{% if nmae %}{% endif %}", "{% for x in nmae %}{% endfor %}",
         "{{ thing.nmae }}", "{{ thing['nmae'] }}", "{{ nmae ~ 'x' }}"],
    )  # fmt: skip
    def test_a_slip_of_the_keyboard_is_an_error(self, tmp_path: Path, source: str) -> None:
        """
        A name that is misspelled fails wherever it stands, in conditions and loops too.
        """
        (tmp_path / "x.html").write_text(source)
        with pytest.raises(UndefinedError):
            Renderer([str(tmp_path)], Program())._fill("x.html", {"thing": {"name": "x"}})


@pytest.mark.parametrize("role", Role)
class TestForm:
    def test_every_question_is_asked(self, renderer: Renderer, role: Role) -> None:
        """
        The empty form has a field for every question, and what goes with it.
        """
        html = renderer.form(role)
        asked = list(renderer.forms[role].questions())
        assert set(re.findall(r'name="([^"]+)"', html)) == {
            "role",
            *(question.name for question in asked),
            # Which address was asked about, if its domain looked mistyped.
            *(
                question.asked
                for question in asked
                if isinstance(question, Email) and question.asks
            ),
        }
        assert f'<input type="hidden" name="role" value="{role}">' in html
        assert " novalidate" in html
        assert "required" not in html

    def test_ids_are_unique_and_led_to(self, renderer: Renderer, role: Role) -> None:
        """
        Each id is there once, and each label and description leads to one that is there.
        """
        for html in (renderer.form(role), refused(renderer, role, "x")):
            ids = re.findall(r'\sid="([^"]+)"', html)
            assert len(set(ids)) == len(ids)
            led = re.findall(r'\sfor="([^"]+)"', html)
            led += [
                each for ids in re.findall(r'describedby="([^"]+)"', html) for each in ids.split()
            ]
            assert led
            assert set(led) <= set(ids)

    def test_who_reads_an_answer_is_said(self, renderer: Renderer, role: Role) -> None:
        """
        What is said of a section, or beside a question where that differs, is who reads the answer.
        """
        html = renderer.form(role)
        marked = dict(re.findall(r'id="([a-z_]+)-shared">([^<]+)<', html))
        said = []
        for section in renderer.forms[role].sections:
            heading = f"<h2>{escape(section.title)}</h2>"
            assert heading in html
            (begin,) = re.findall(
                re.escape(heading) + r'\s*(?:<p class="shared[^>]*>([^<]+)</p>)?', html
            )
            assert unescape(begin) == section.mark
            said.append(section.mark)
            whole = section.mark.removesuffix(", unless marked otherwise")
            for question in section.questions:
                if isinstance(question, Explanation):
                    assert unescape(marked.pop(question.name)) == question.mark
                elif section.mark and question.stored and not question.beside:
                    assert unescape(marked.pop(question.name, whole)) == question.mark
        assert not marked
        assert any(said)

    def test_no_words_are_said_over_and_over(self, renderer: Renderer, role: Role) -> None:
        """
        Who reads an answer is said once where it holds for a section, and not at every question.
        """
        html = renderer.form(role)
        for audience in Audience:
            # What explains an option is there only for who chooses it.
            said = re.findall(r'class="shared[^>]*(?<!_other-shared")>([^<]+)<', html)
            assert sum(words.lower().startswith(audience.mark) for words in said) <= 5

    def test_optional_questions_say_so(self, renderer: Renderer, role: Role) -> None:
        """
        What may be skipped is marked as optional, once a question.
        """
        skipped = [
            question
            for question in renderer.forms[role].questions()
            if question.need is Need.OPTIONAL
            and not isinstance(question, (Trap, FormVersion, Stamp))
            # A box to tick says by itself that it may be left.
            and not (question.beside and isinstance(question, Tick))
        ]
        assert renderer.form(role).count("(optional)") == len(skipped)

    def test_defaults_are_selected(self, renderer: Renderer, role: Role) -> None:
        """
        What is chosen beforehand is ticked on the empty form, and nothing else.
        """
        ticked = re.findall(r'name="([^"]+)" value="([^"]+)" checked', renderer.form(role))
        assert ticked == [
            (question.name, default)
            for question in renderer.forms[role].questions()
            if (default := getattr(question, "default", ""))
        ]

    def test_refused_answers_are_kept(self, renderer: Renderer, role: Role) -> None:
        """
        A refused form comes back with every answer, as it was given, and each box as it was.
        """
        given = {**SENT[role], "email": ["robin@"], "full_name": ["  Zoë  <b> "]}
        with pytest.raises(AnswersRefused) as caught:
            renderer.forms[role].parse(given)
        html = renderer.page("refused", problem=caught.value)
        words = read(html).words

        boxes = 0
        for question in renderer.forms[role].questions():
            texts = given.get(question.name, [])
            if isinstance(question, (Choosing, Tick)):
                ticked = texts or [text for text in [getattr(question, "default", "")] if text]
                boxes += len(ticked)
                for text in ticked:
                    assert f'name="{question.name}" value="{text}" checked' in html
            elif not isinstance(question, (Trap, FormVersion)):
                for text in filter(None, texts):
                    # A browser leaves out the line break with which a box of text begins.
                    assert text in words or f"\n{text}" in words
        assert html.count(" checked") == boxes

    def test_refusals_stand_above_and_beside(self, renderer: Renderer, role: Role) -> None:
        """
        "Error: " is before the title, and each refusal a link above and the same words beside.
        """
        with pytest.raises(AnswersRefused) as caught:
            renderer.forms[role].parse({})
        html = renderer.page("refused", problem=caught.value)

        assert f"<title>Error: Apply as a {role} ·" in html
        assert "data-error-summary hidden" not in html
        for name, words in caught.value.refusals.items():
            assert f'<li><a href="#{name}">{words}</a></li>' in html
            assert re.search(
                rf'id="{name}-error"><span[^>]*>Error:</span> <span data-error>{words}<', html
            )
            assert f' id="{name}"' in html
        assert html.count('aria-invalid="true"') == len(caught.value.refusals)

    def test_the_trap_is_out_of_the_way(self, renderer: Renderer, role: Role) -> None:
        """
        People do not meet the trap: not by eye, by keyboard, by voice, nor by their browser.
        """
        (trap,) = re.findall(r'<div class="trap".*?</div>', renderer.form(role), re.DOTALL)
        assert 'aria-hidden="true"' in trap
        assert 'tabindex="-1"' in trap
        assert 'autocomplete="off"' in trap

    def test_a_draft_of_a_trap_is_not_kept(self, renderer: Renderer, role: Role) -> None:
        """
        What a browser put into the trap is not handed back, to be sent once more.
        """
        html = refused(renderer, role, "x-in-the-trap")
        (trap,) = re.findall(r'<div class="trap".*?</div>', html, re.DOTALL)
        assert "x-in-the-trap" not in trap

    def test_institutions_are_suggested(self, renderer: Renderer, role: Role) -> None:
        """
        The settings' institutions are offered while someone types, and no one is held to them.
        """
        html = renderer.form(role)
        assert 'list="institution-suggestions"' in html
        assert '<option value="Example Hospital"></option>' in html
        plain = Renderer([str(TEMPLATES)], Program()).form(role)
        assert "datalist" not in plain

    def test_closed(self, role: Role) -> None:
        """
        Until the form is open its page says so, and whom to write to.
        """
        html = Renderer([str(TEMPLATES)], Program(applications="soon")).form(role)
        assert "<form" not in html
        assert "Opening soon" in html
        assert "mailto:admin@wsrs.org" in html


class TestWhatWeAsk:
    def test_every_question_with_its_readers(self, renderer: Renderer) -> None:
        """
        The public table has a row for every question whose answer is kept.
        """
        html = renderer.what_we_ask()
        rows = re.findall(r"<tr>\n(.*?)</tr>", html, re.DOTALL)
        questions = form.stored_questions()
        assert len(rows) == len(questions)
        for row, question in zip(rows, questions, strict=True):
            words = read(row).words
            assert question.heading in words
            assert [question.for_role(role).need.value for role in Role] == [
                word for word in words if word in set(Need)
            ]
            text = " ".join(words)
            assert question.mark in text
            assert ("never in an email" in text) is question.private
            assert "12 months" in text


class TestFilters:
    def test_a_link_to_write_to_someone_is_read_back_whole(self) -> None:
        """
        What an address may hold before its @ neither begins a subject nor ends the link.
        """
        for address in ("robin@example.org", "a+b&c#d%41?e=f'g/h@example.org", "a@bücher.example"):
            link = urlsplit(mail_link(address))
            assert (link.scheme, unquote(link.path)) == ("mailto", address)
            assert not link.query
            assert not link.fragment

    @pytest.mark.parametrize(
        ("when", "written"),
        [
            (date(2026, 10, 6), "October 6, 2026"),
            (date(2027, 1, 31), "January 31, 2027"),
            (datetime(2026, 3, 1, 23, tzinfo=UTC), "March 1, 2026"),
        ],
    )
    def test_day(self, when: date, written: str) -> None:
        """
        A date is written as Americans write it, with no zero before the day.
        """
        assert day(when) == written

    @pytest.mark.parametrize(
        ("when", "written"),
        [
            (NOW, "October 6, 2026, 5:30 p.m. PT"),
            (datetime(2026, 10, 7, 7, 5, tzinfo=UTC), "October 7, 2026, 12:05 a.m. PT"),
            (datetime(2026, 10, 7, 19, 0, tzinfo=UTC), "October 7, 2026, 12:00 p.m. PT"),
            (datetime(2026, 12, 7, 19, 0, tzinfo=UTC), "December 7, 2026, 11:00 a.m. PT"),
            (datetime(2027, 1, 1, 7, 59, tzinfo=UTC), "December 31, 2026, 11:59 p.m. PT"),
        ],
    )
    def test_moment(self, renderer: Renderer, when: datetime, written: str) -> None:
        """
        A time is Seattle's, over noon, midnight, the new year and the change of the clocks.
        """
        assert renderer._moment(when) == written

    def test_moment_elsewhere(self) -> None:
        """
        A program elsewhere writes its own zone.
        """
        there = Renderer([str(TEMPLATES)], Program(zone_name="America/New_York"))
        assert there._moment(NOW) == "October 6, 2026, 8:30 p.m. EDT"

    @drawn(text=st.text(max_size=400), indent=st.sampled_from([0, 2, 3]))
    def test_wrapped_loses_nothing(self, text: str, indent: int) -> None:
        """
        Folding changes white space only, and no line is too long that could be folded.
        """
        folded = wrapped(text, indent)
        assert "".join(folded.split()) == "".join(text.split())
        for line in folded.split("\n"):
            assert len(line) <= COLUMNS or len(line.split()) == 1 or not line.isascii()

    def test_wrapped_with_an_indent(self) -> None:
        """
        All lines but the first are indented, paragraphs stay apart, and links stay whole.
        """
        link = "https://mentorship.example.org/" + "a" * 80
        folded = wrapped(f"{'word ' * 20}\n\n{link} end", 2)
        assert folded.split("\n") == [
            "word word word word word word word word word word word word word word",
            "  word word word word word word",
            "",
            f"  {link}",
            "  end",
        ]

    def test_lines(self) -> None:
        """
        Line breaks become HTML's, and all else is escaped.
        """
        assert lines("a<b>\nc\r\nd") == "a&lt;b&gt;<br>c<br>d"
        assert lines("") == ""


def test_templates_are_found_in_order(tmp_path: Path) -> None:
    """
    Of two folders the first one wins, as the bundle's templates and frame do.
    """
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text(name)
    folders = [str(tmp_path / "one"), str(tmp_path / "two")]
    assert Renderer(folders, Program())._fill("x.txt", {}) == "one"


def test_no_template_is_left_over() -> None:
    """
    Every template is a page that somebody shows, part of the form, or of an email that is sent.
    """
    sources = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("functions", "infra", "site")
        for path in (ROOT / folder).rglob("*.py")
    )
    templates = "".join(
        path.read_text(encoding="utf-8")
        for ending in ("html", "txt")
        for path in (ROOT / "templates").rglob(f"*.{ending}")
    )
    pages = set(re.findall(r"(?<!desk\.)page\(\s*\"(\w+)\"", sources))
    pages |= {problem.page for problem in every_problem()}
    parts = ("subject.txt", "body.txt", "body.html")
    kinds = {f"email/{kind}/{part}" for kind in Kind for part in parts}
    desk = {name for name in ALL if name.startswith("desk/")}
    shown = set(re.findall(r"(?:desk\.page|Section)\(\s*\"(\w+)\"", sources))
    texts = {f"{name}.txt" for name in re.findall(r"\.text\(\s*\"([\w/-]+)\"", sources)}
    # What other pages of the desk are made of begins with an underscore, or is their frame.
    for name in desk - texts - {"desk/base.html"}:
        page = name.removeprefix("desk/").removesuffix(".html")
        used = f'"desk/{page}.html"' in templates if page.startswith("_") else page in shown
        assert used, name
    others = {"email/base.html", "email/base.txt", "form/form.html", "form/questions.html"}
    others |= {"form/what_we_ask.html", "pages/_letterhead.html", "pages/_returned.html"}
    # What emails are made of, and short texts that come with one.
    parts_of_emails = {name for name in ALL if name.startswith("email/_")}
    for name in {*parts_of_emails - texts, "pages/_returned.html"}:
        assert f'"{name}"' in templates, name
    others |= parts_of_emails
    assert {f"pages/{page}.html" for page in pages} | kinds | others | desk == set(ALL)


class TestDifferences:
    def test_only_what_is_answered_otherwise(self, renderer: Renderer) -> None:
        """
        A question that is answered the same is no difference; one that is skipped is one.
        """
        before = made.application(answers={"city": "Seattle"})
        without = {name: answer for name, answer in before.answers.items() if name != "goal"}
        after = before.with_changes(answers={**without, "city": "Tacoma"})
        found = renderer.differences(
            before.role, before.version, after.version, audience=Audience.OWNER
        )
        assert [(question.name, old, new) for question, old, new in found] == [
            ("city", "Seattle", "Tacoma"),
            ("goal", before.answers["goal"], ""),
        ]

    def test_none(self, renderer: Renderer) -> None:
        """
        The same answers at another time are no difference.
        """
        stored = made.application()
        later = replace(stored, changed_at=NOW + timedelta(days=40))
        found = renderer.differences(
            stored.role, stored.version, later.version, audience=Audience.OWNER
        )
        assert found == []
