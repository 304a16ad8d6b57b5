"""The page of what is scarce, in words and drawn, and the text that asks for mentors."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from infra.build import FRAME, ROOT
from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.desk import shortages as page
from mentorship.form import declaration
from mentorship.form import wishes as form_wishes
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter, to_coordinator
from mentorship.letters.traits import Replies
from mentorship.matches.shortages import Shortages, count, to_facts
from mentorship.program.arrangements import Opening
from mentorship.rendering import SIGNATURE, Renderer, unfolded, wrapped
from mentorship.services import Services
from mentorship.settings import Program
from tests import made, people
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.made import NOW
from tests.own import mail
from tests.people import apply
from tests.wishing import mentee, mentor

PATH = "/desk/supply"
# An option's words stand on one line of a drawing that is as wide as a phone.
MAX_LETTERS = 40


@pytest.fixture(scope="module")
def renderer(site: Path) -> Renderer:
    """Give the renderer that the functions use, with the site's own frame."""
    return Renderer([str(ROOT / "templates"), str(FRAME.parent)], Program())


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator at the desk."""
    return sign_in(laptop)


def shown(renderer: Renderer, supplied: Shortages, **values: Any) -> str:
    """Return the page of what was counted."""
    usual = {"more": False, "most": page.MAX_READ, "is_open": 1, "appeal": "Dear colleagues"}
    usual |= {"filters": page.FILTERS}
    usual |= {"coordinator": COORDINATORS, "done": ""}
    return renderer.page_of("desk", "supply", supply=supplied, **{**usual, **values})


def words(html: str) -> str:
    """Return what a person reads of some HTML."""
    # A link within a sentence is no gap.
    linked = re.sub(r"</?a\b[^>]*>", "", html)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", linked)).split())


def first(html: str) -> str:
    """Return the sentence that the page begins with."""
    (found,) = re.findall(r'<p class="supply-first">(.*?)</p>', html, re.DOTALL)
    return words(found)


def drawings(html: str) -> list[str]:
    """Return each drawing of the page."""
    return re.findall(r'<figure class="bars">(.*?)</figure>', html, re.DOTALL)


def tables(html: str) -> list[str]:
    """Return the body of each table of the page."""
    return re.findall(r'<table class="supply-table".*?<tbody>(.*?)</tbody>', html, re.DOTALL)


def cells(row: str) -> list[str]:
    """Return what stands in a row of a table."""
    return [words(each) for each in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]


def appeal(html: str) -> str:
    """Return the text to copy."""
    (found,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)
    return unescape(found)


def written(renderer: Renderer, supplied: Shortages, *, is_open: bool = True) -> str:
    """Return the plain part of the letter that asks for mentors."""
    told = to_facts(supplied, is_open=is_open)
    letter = new_letter("appeal", to=to_coordinator("5f"), of="5f#1", now=NOW, facts=told)
    return renderer.email("appeal", letter=letter).text


def store(services: Services, *applications: Application) -> None:
    """Store applications, each with an address and a place of its own."""
    for number, each in enumerate(applications):
        answers = {**each.answers, declaration.ADDRESS.name: f"p{number}@example.org"}
        received_at = services.now() - timedelta(hours=number)
        numbered = replace(
            each, id=f"9{number:07}abcdefghjkmn", answers=answers, received_at=received_at
        )
        services.store.commit(Change(puts=(numbered,)))


class TestFirstSentence:
    @pytest.mark.parametrize(
        ("mentees", "mentors", "sentence"),
        [
            ([], [], "Nobody is waiting for a mentor."),
            ([], [mentor("breast")], "Nobody is waiting for a mentor."),
            (
                [mentee("interventional")] * 4,
                [mentor("breast")],
                "4 mentees want Interventional radiology, and no mentor offers it.",
            ),
            (
                [mentee("interventional")],
                [],
                "1 mentee wants Interventional radiology, and no mentor offers it.",
            ),
            (
                [mentee("breast")] * 2,
                [mentor("breast")],
                "2 mentees want Breast imaging, and there is 1 place.",
            ),
            (
                [mentee("breast")] * 4,
                [mentor("breast", places=3)],
                "4 mentees want Breast imaging, and there are 3 places.",
            ),
            ([mentee("undecided")] * 2, [mentor("breast")], "2 mentees wait, for 1 place."),
            ([mentee("undecided")], [], "1 mentee waits, for no places."),
            (
                [mentee("breast")],
                [mentor("breast")],
                "Nothing is scarce: for each wish there are as many places as mentees who have it, "
                "or more.",
            ),
        ],
    )
    def test_says_what_matters(
        self,
        renderer: Renderer,
        mentees: list[Application],
        mentors: list[Application],
        sentence: str,
    ) -> None:
        """
        The page begins with what is scarcest, or says that nothing is; one is one, two are two.
        """
        assert first(shown(renderer, count(mentees, mentors))) == sentence

    @pytest.mark.parametrize(
        ("mentees", "mentors", "sentence"),
        [
            (2, 2, "2 mentees and 2 mentors are waiting; the mentors have 4 places free."),
            (1, 1, "1 mentee and 1 mentor are waiting; the mentor has 2 places free."),
            (0, 1, "No mentees and 1 mentor are waiting; the mentor has 2 places free."),
            (1, 0, "1 mentee and no mentors are waiting."),
        ],
    )
    def test_says_how_many_wait(
        self, renderer: Renderer, mentees: int, mentors: int, sentence: str
    ) -> None:
        """
        How many of each are waiting stands beneath, in words that fit the number.
        """
        here = [mentee("breast")] * mentees
        there = [mentor("breast", places=2)] * mentors
        assert sentence in words(shown(renderer, count(here, there)))

    def test_says_who_has_not_named_places(self, renderer: Renderer) -> None:
        """
        A mentor who offers an area, but has not said for how many, is not said to be missing.
        """
        offers = mentor("breast")
        rest = {name: a for name, a in offers.answers.items() if name != form_wishes.CAPACITY.name}
        html = shown(renderer, count([mentee("breast")], [replace(offers, answers=rest)]))
        assert first(html) == "1 mentee wants Breast imaging, and there are no places."
        told = "1 mentor hasn’t said yet how many mentees they could take, and counts as no place."
        assert told in words(html)

    def test_says_so_where_not_all_are_counted(self, renderer: Renderer) -> None:
        """
        A page that stopped counting says where.
        """
        supplied = count([mentee("breast")], [])
        said = "Of each role, only the 5,000 who have waited longest are counted."
        assert said in words(shown(renderer, supplied, more=True))
        assert said not in words(shown(renderer, supplied))


class TestQuestions:
    def test_everyone_whom_any_mentor_suits_is_said_apart(self, renderer: Renderer) -> None:
        """
        Who is undecided, and who skipped a question, stands in words beside the drawing.
        """
        some = [mentee("undecided", topics=["boards"])] * 2
        text = words(shown(renderer, count([*some, mentee("breast")], [mentor("breast")])))
        areas, topics = text.split(" Topics ")[0], text.split(" Topics ")[1]
        assert "2 mentees chose “Undecided”: any mentor may suit." in areas
        assert "skipped" not in areas
        assert "1 mentee skipped the question: any mentor may suit." in topics
        assert "1 mentor skipped the question, and is not counted here." in topics

    def test_scarce_ones_are_named_three_at_most(self, renderer: Renderer) -> None:
        """
        The scarcest three stand in a sentence, with how many more there are.
        """
        wishes = [
            mentee(topics=[code]) for code in ("boards", "family", "img", "new_here", "other")
        ]
        text = words(shown(renderer, count(wishes, [])))
        assert (
            "Scarce, most of all first: Board exams; Parental leave and family; "
            "New to Washington; and 1 more." in text
        )

    def test_an_option_leads_to_who_is_waiting_for_it_and_back(
        self, desk: Coordinator, services: Services
    ) -> None:
        """
        Each one that somebody wishes for does, of every question; the list has a link back.
        """
        wished = {"subspecialties": ["breast"], "topics": ["boards"], "practice_setting": ["any"]}
        waiting = made.application(answers=wished)
        wishes = {"subspecialties": ["general"], "topics": ["img"], "practice_setting": ["private"]}
        other = made.application(id="other", reference="0000-0002", answers=wishes)
        services.store.commit(Change(puts=(waiting, other)))
        html = desk.get(PATH).text
        links = set(re.findall(r'href="(/desk/applications\?role=mentee[^"]*)"', html))
        own = ("area=breast", "topics=boards", "practice_setting=any")
        paths = [f"/desk/applications?role=mentee&amp;status=waiting&amp;{each}" for each in own]
        assert links >= {*paths}
        for path in paths:
            listed = desk.get(unescape(path)).text
            assert "1 among all 2." in words(listed)
            assert f'<a href="{PATH}">Mentor shortages</a>' in listed

    def test_nothing_is_drawn_while_nobody_waits(self, renderer: Renderer) -> None:
        """
        With nobody there is no drawing and no table, but still a text that asks.
        """
        html = shown(renderer, count([], []))
        assert drawings(html) == tables(html) == []
        assert appeal(html) == "Dear colleagues"


class TestDrawing:
    def test_every_option_has_one_row(self, renderer: Renderer) -> None:
        """
        Each option that both are asked is drawn once, and is one row of the table beneath.
        """
        html = shown(renderer, count([mentee("breast")], [mentor("general", "other")]))
        assert len(drawings(html)) == len(tables(html)) == len(form_wishes.SOUGHT)
        for question, drawn, table in zip(
            form_wishes.SOUGHT, drawings(html), tables(html), strict=True
        ):
            labels = sorted(option.label for option in question.options if not option.only_for)
            texts = re.findall(r'<text class="bars__(?:label|idle)"[^>]*>(.*?)</text>', drawn)
            idle = "Not requested or offered"
            assert sorted(unescape(each) for each in texts if each != idle) == labels
            assert texts.count(idle) == 1
            assert sorted(cells(row)[0] for row in table.split("</tr>") if row.strip()) == labels

    def test_bars_are_as_long_as_the_numbers_say(self, renderer: Renderer) -> None:
        """
        The longest bar takes all there is, the others their share, and each has its number.
        """
        mentees = [mentee("breast")] * 4 + [mentee("general")]
        html = shown(renderer, count(mentees, [mentor("breast", places=3)]))
        areas = drawings(html)[0]
        rows = re.split(r'<text class="bars__label"', areas)[1:3]
        bars = [re.findall(r'<rect class="bars__(\w+)"[^>]*width="([\d.]+)%', row) for row in rows]
        numbers = [
            [words(each) for each in re.findall(r'<text class="bars__number.*?</text>', row)]
            for row in rows
        ]
        assert bars == [
            [("wished", "25.0"), ("offered", "0.0")],
            [("wished", "100.0"), ("offered", "75.0")],
        ]
        assert numbers == [["1 mentee", "no places"], ["4 mentees", "3 places"]]

    def test_table_has_the_numbers(self, renderer: Renderer) -> None:
        """
        Mentees, mentors and places stand in the table, the scarcest first.
        """
        mentees = [mentee("breast")] * 4
        html = shown(renderer, count(mentees, [mentor("breast", places=2), mentor("breast")]))
        assert cells(tables(html)[0].split("</tr>")[0]) == ["Breast imaging", "4", "2", "3"]

    def test_drawing_is_named_for_who_does_not_see_it(self, renderer: Renderer) -> None:
        """
        Each drawing is one picture, named after its question.
        """
        html = shown(renderer, count([mentee("breast")], []))
        for question, drawn in zip(form_wishes.SOUGHT, drawings(html), strict=True):
            (named,) = re.findall(r'<svg role="img" aria-label="([^"]+)"', drawn)
            assert unescape(named).startswith(f"{question.heading}, drawn")

    @pytest.mark.parametrize("question", form_wishes.SOUGHT, ids=lambda question: question.name)
    def test_labels_fit_on_a_phone(self, question: Any) -> None:
        """
        A drawing does not fold words: an option that is longer needs another drawing.
        """
        assert max(len(option.label) for option in question.options) <= MAX_LETTERS


class TestAppeal:
    def test_says_who_is_missing(self, renderer: Renderer) -> None:
        """
        The letter names what is scarcest with its numbers, what is asked, and two ways to say yes.
        """
        mentees = [
            *[mentee("interventional", topics=["boards"])] * 4,
            *[mentee("breast")] * 2,
            mentee("undecided"),
        ]
        text = written(renderer, count(mentees, [mentor("breast", topics=["family"])]))
        assert text == (
            "Dear colleagues,\n"
            "\n"
            "7 residents and fellows are waiting for a mentor in the WSRS Mentorship\n"
            "Program. Most of all, mentors are missing for these wishes:\n"
            "\n"
            "Areas of radiology\n"
            "- Interventional radiology: 4 are waiting, and there is no place yet\n"
            "- Breast imaging: 2 are waiting, and there is room for 1\n"
            "\n"
            "Topics\n"
            "- Board exams: 4 are waiting, and there is no place yet\n"
            "\n"
            "A mentor is a practicing radiologist who is glad to help a peer at the\n"
            "start of a career: a role model, a sounding board, somebody to ask about\n"
            "a big professional decision. The mentee brings the topics.\n"
            "\n"
            "It asks half an hour every 12 weeks for 12 months, or whatever suits the\n"
            "two of you. Telephone and video are fine.\n"
            "\n"
            f"Would you be one? Simply write to {renderer.program.contact}, or apply at\n"
            f"{renderer.program.public_address}/apply/mentor/\n"
            "\n"
            "Do you know somebody who would? Please pass this on.\n"
            "\n"
            "\n"
            "-- \n"
            "WSRS Mentorship Program\n"
        )

    def test_one_is_one(self, renderer: Renderer) -> None:
        """
        A single mentee is spoken of as one.
        """
        text = written(renderer, count([mentee("breast")], []))
        assert "\nA resident or fellow is waiting for a mentor in the" in text
        assert "\n- Breast imaging: 1 is waiting, and there is no place yet\n" in text

    @pytest.mark.parametrize("waiting", [0, 1])
    def test_nothing_scarce_asks_in_general(self, renderer: Renderer, waiting: int) -> None:
        """
        Where nobody waits, or nothing is scarce, no wish is listed, and the rest is the same.
        """
        text = written(renderer, count([mentee("breast")] * waiting, [mentor("breast")]))
        assert "\n- " not in text
        assert ("Mentors are being sought" in text) is (waiting == 0)
        assert ("A resident or fellow is waiting" in text) is (waiting == 1)
        assert "half an hour every 12 weeks for 12 months" in text

    def test_closed_form_is_not_pointed_to(self, renderer: Renderer) -> None:
        """
        While mentors cannot apply by the form, there is the address to write to.
        """
        text = written(renderer, count([], []), is_open=False)
        assert "/apply/" not in text
        assert f"Would you be one? Simply write to {renderer.program.contact}.\n" in text

    @pytest.mark.parametrize(
        ("waiting", "subject"),
        [
            (0, "Mentors are being sought"),
            (1, "A resident or fellow is waiting for a mentor"),
            (3, "3 residents and fellows are waiting for a mentor"),
        ],
    )
    def test_subject(self, renderer: Renderer, waiting: int, subject: str) -> None:
        """
        The subject can stay as it is when the email is passed on.
        """
        told = to_facts(count([mentee("breast")] * waiting, []), is_open=True)
        letter = new_letter("appeal", to=to_coordinator("5f"), of="5f#1", now=NOW, facts=told)
        assert renderer.email("appeal", letter=letter).subject == subject

    def test_both_parts_say_the_same(self, renderer: Renderer) -> None:
        """
        Who reads HTML reads what stands in the plain part.
        """
        told = to_facts(count([mentee("breast", topics=["img"])] * 2, []), is_open=True)
        letter = new_letter("appeal", to=to_coordinator("5f"), of="5f#1", now=NOW, facts=told)
        email = renderer.email("appeal", letter=letter)
        html = words(re.sub(r"</?a[^>]*>", "", email.html.partition("</h1>")[2]))
        text = words(email.text.replace("\n- ", "\n").replace("\n-- \n", "\n"))
        assert html == text.removeprefix("Dear colleagues, ")

    def test_is_for_one_coordinator(self) -> None:
        """
        It goes to whoever asked for it, and a reply to the contact address.
        """
        assert Kind("appeal").traits.reader.value == "coordinator"
        assert Kind("appeal").traits.replies is Replies.CONTACT

    def test_text_to_copy_has_no_folded_lines(self) -> None:
        """
        What is pasted flows: a paragraph and an item of a list are a line. The signature stays, and
        so does each break that is not from wrapping.
        """
        long = " ".join(f"word{each}" for each in range(40))
        rest = "- c\n\nask at\nx@y\n\n\n-- \nProgram"
        folded = f"{wrapped(long)}\n\nHead\n- {wrapped(long, 2)}\n{rest}"
        assert folded.count("\n") > 15
        assert unfolded(folded) == f"{long}\n\nHead\n- {long}\n{rest}"


class TestPage:
    def test_counts_who_waits(self, desk: Coordinator, services: Services) -> None:
        """
        The page counts the applications of the table that wait, those that are paused left out.
        """
        store(
            services,
            *[mentee("interventional")] * 4,
            replace(mentee("interventional"), status=Status.PAUSED),
            mentor("breast", places=2),
            replace(mentor("interventional"), status=Status.PAUSED),
        )
        answer = desk.get(PATH)
        assert answer.status == 200
        said = "4 mentees want Interventional radiology, and no mentor offers it."
        assert first(answer.text) == said
        assert "4 mentees and 1 mentor are waiting; the mentor has 2 places free." in words(
            answer.text
        )

    def test_counts_no_more_than_it_says(
        self, desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Of each role those who have waited longest are counted, and no more are read.
        """
        monkeypatch.setattr(page, "MAX_READ", 2)
        longest = [mentee("nuclear"), mentee("nuclear")]
        store(services, mentee("breast"), *longest)
        text = desk.get(PATH).text
        assert (
            first(text)
            == "2 mentees want Nuclear medicine and molecular imaging, and no mentor offers it."
        )
        assert "only the 2 who have waited longest are counted" in words(text)
        monkeypatch.setattr(page, "MAX_READ", 3)
        assert "who have waited longest" not in words(desk.get(PATH).text)

    def test_text_to_copy_is_what_is_sent(
        self, desk: Coordinator, services: Services, laptop: Laptop
    ) -> None:
        """
        The email that comes says what the page shows, to the coordinator who asked for it.
        """
        store(services, *[mentee("interventional")] * 4)
        answer = desk.post(f"{PATH}/appeal")
        assert (answer.status, answer.headers["location"]) == (303, f"{PATH}?done=sent")
        email = mail(laptop)[-1]
        assert email.header("To") == COORDINATORS
        assert email.header("Reply-To") == services.program.contact
        assert email.header("Subject") == "4 residents and fellows are waiting for a mentor"
        text = email.part("plain").replace("\r\n", "\n")
        words, _, _ = unfolded(text).partition(SIGNATURE)
        assert words.rstrip() == appeal(desk.get(PATH).text)
        assert "The email is on its way." in desk.get(answer.headers["location"]).text

    def test_button_hit_twice_sends_once(
        self, desk: Coordinator, laptop: Laptop, clock: Clock
    ) -> None:
        """
        Within a minute there is one email; a minute later there may be another.
        """
        before = len(mail(laptop))
        for _ in range(3):
            assert desk.post(f"{PATH}/appeal").status == 303
        assert len(mail(laptop)) == before + 1
        clock.forward(minutes=1)
        assert desk.post(f"{PATH}/appeal").status == 303
        assert len(mail(laptop)) == before + 2

    def test_closed_form_is_said(self, desk: Coordinator, services: Services) -> None:
        """
        While the mentors' form is closed, the page says so and the text leaves it out.
        """
        arrangements = services.arrangements()
        closed = Opening(closes_at=services.now() - timedelta(days=1))
        services.store.commit(Change(puts=(arrangements.with_changes(mentors=closed),)))
        text = desk.get(PATH).text
        assert "The mentors’ form is closed" in words(text)
        assert "/apply/mentor/" not in appeal(text)

    def test_open_form_is_pointed_to(self, desk: Coordinator, laptop: Laptop) -> None:
        """
        While it is open, nothing is said of it, and the text leads to it.
        """
        text = desk.get(PATH).text
        assert "form is closed" not in words(text)
        assert f"{laptop.address}/apply/mentor/" in appeal(text)

    def test_names_nobody(self, desk: Coordinator, laptop: Laptop) -> None:
        """
        Neither the page nor the email has a name, an address or a word of an applicant's.
        """
        apply(laptop, people.mentee(full_name="Robin Example"))
        apply(laptop, people.mentor(full_name="Kim Example"))
        desk.post(f"{PATH}/appeal")
        email = mail(laptop)[-1]
        for text in (desk.get(PATH).text, email.part("plain"), email.part("html")):
            for own in ("Robin", "Kim", "robin@", "kim@", "leave residency", "I read at night"):
                assert own not in text

    @pytest.mark.parametrize(("method", "path"), sorted(page.ROUTES))
    def test_strangers_see_nothing(self, laptop: Laptop, method: str, path: str) -> None:
        """
        Whoever is not signed in is asked to, and nothing is sent.
        """
        apply(laptop, made_mentee())
        before = len(mail(laptop))
        stranger = Coordinator(laptop, "")
        answer = stranger.get(path) if method == "GET" else stranger.post(path)
        assert answer.status == 401
        assert "supply-first" not in answer.text
        assert len(mail(laptop)) == before


def made_mentee() -> people.Given:
    """Return what a mentee sends whose wish nobody fulfils."""
    return people.mentee(subspecialties=["interventional"])


def test_words_come_from_the_form(renderer: Renderer) -> None:
    """
    What is stored for an option cannot become words or markup of the page or the letter.
    """
    hostile = "<script>alert(1)</script>"
    stored = made.application(Role.MENTEE)
    odd = {question.name: [hostile, "x:9:9"] for question in form_wishes.SOUGHT}
    supplied = count([replace(stored, answers={**stored.answers, **odd})], [])
    for text in (shown(renderer, supplied), written(renderer, supplied)):
        assert "alert(1)" not in text
        assert "x:9" not in text
