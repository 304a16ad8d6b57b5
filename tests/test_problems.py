"""Every problem has a status, words that help, and a page and a JSON that say the same."""

import json
import re
from http import HTTPStatus
from pathlib import Path

import pytest

from infra.build import ROOT
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Role
from mentorship.problems import (
    AnotherApplication,
    Busy,
    NotAllowed,
    NotFound,
    NotOpen,
    NotSignedIn,
    Problem,
    Unexpected,
    every_problem,
)
from mentorship.web import http
from tests.every import every
from tests.made import FORMS

EVERY = list(every_problem())
each_problem = every("problem", EVERY, ids=lambda problem: problem.__name__)


def met(kind: type[Problem]) -> Problem:
    """Return a problem as somebody meets it."""
    if issubclass(kind, AnswersRefused):
        return kind(form=FORMS[Role.MENTEE], given={}, refusals={"email": "Enter your email"})
    if issubclass(kind, NotAllowed):
        return kind(["POST", "GET"])
    if issubclass(kind, Unexpected):
        return kind("request-1")
    if issubclass(kind, AnotherApplication):
        return kind("1A2B-ZZYX")
    return kind()


class TestEveryProblem:
    def test_all_are_listed(self) -> None:
        """
        The documentation's list has each problem once, by status.
        """
        assert set(EVERY) == set(Problem.__subclasses__())
        assert [problem.status for problem in EVERY] == sorted(p.status for p in EVERY)
        assert len(EVERY) > 8

    @each_problem
    def test_status(self, problem: type[Problem]) -> None:
        """
        A problem is the caller's, but for the two that are ours; 403 is left to the bucket.
        """
        assert HTTPStatus(problem.status)
        assert (400 <= problem.status < 500) == (problem not in (Busy, Unexpected))
        # CloudFront turns the bucket's 403 into its page for 404.
        assert problem.status != HTTPStatus.FORBIDDEN

    @each_problem
    def test_words(self, problem: type[Problem]) -> None:
        """
        Title and remedy are a person's words: no blame, no begging, none of a machine's.
        """
        words = f"{problem.title}. {problem.remedy}"
        assert not re.search(
            r"\b(please|sorry|oops|(in)?valid|required|forbidden|illegal|denied|bad request|fatal"
            r"|exception|null|unauthorized|unsupported)\b",
            words,
            re.IGNORECASE,
        )
        assert not problem.title.endswith(".")
        assert problem.remedy.endswith(".")
        assert "|" not in words

    def test_titles_differ(self) -> None:
        """
        A title names one problem.
        """
        assert len({problem.title for problem in EVERY}) == len(EVERY)

    @each_problem
    def test_json(self, problem: type[Problem]) -> None:
        """
        A program gets what RFC 9457 names, and no `type`, which means that the status says it.
        """
        told = json.loads(json.dumps(met(problem).as_json()))
        assert (told["status"], told["title"]) == (problem.status, problem.title)
        assert told["detail"].endswith(problem.remedy)
        assert set(told) - {"status", "title", "detail"} == {
            AnswersRefused: {"errors"},
            Unexpected: {"request_id"},
        }.get(problem, set())

    @each_problem
    def test_has_a_page(self, problem: type[Problem]) -> None:
        """
        A person gets a page, of a template that is there.
        """
        assert (ROOT / "templates" / "pages" / f"{problem.page}.html").is_file()

    @each_problem
    def test_is_documented(self, problem: type[Problem], site: Path) -> None:
        """
        The page of problems is made from the code, and shows each.
        """
        source = (ROOT / "docs" / "about" / "problems.md").read_text(encoding="utf-8")
        assert "{{ problems_table() }}" in source
        page = (site / "about" / "problems" / "index.html").read_text(encoding="utf-8")
        assert problem.title in page

    @each_problem
    def test_questions_are_the_forms_own(self, problem: type[Problem]) -> None:
        """
        What the log is told are names of our own questions, or nothing.
        """
        expected = ["email"] if problem is AnswersRefused else []
        assert met(problem).questions == expected


class TestDetail:
    def test_own_words_instead_of_the_usual(self) -> None:
        """
        Whoever raises a problem may know more than its usual words.
        """
        problem = NotOpen("They open on Monday.")
        assert problem.as_json()["detail"] == str(problem) == "They open on Monday."
        assert str(NotOpen()) == NotOpen.remedy

    def test_which_application_is_in_the_way(self) -> None:
        """
        Whoever meets another application is told its reference, and nothing else of it.
        """
        problem = AnotherApplication("1A2B-ZZYX")
        assert str(problem) == f"Its reference is 1A2B-ZZYX. {AnotherApplication.remedy}"


class TestAnswersRefused:
    def test_a_pointer_to_each_question_in_the_forms_order(self) -> None:
        """
        Each refusal is a pointer and the words that the page has beside the question.
        """
        with pytest.raises(AnswersRefused) as caught:
            FORMS[Role.MENTOR].parse({"email": ["kim"], "city": ["x" * 99]})
        told = caught.value.as_json()["errors"]
        assert isinstance(told, list)
        assert told[:3] == [
            {"pointer": "#/full_name", "detail": "Enter your full name"},
            {
                "pointer": "#/email",
                "detail": "Enter one email address, such as name@example.org",
            },
            {"pointer": "#/institution", "detail": "Enter your practice or institution"},
        ]
        assert [each["detail"] for each in told] == list(caught.value.refusals.values())

    @pytest.mark.parametrize(
        ("name", "pointer"),
        [("a/b", "#/a~1b"), ("a~b", "#/a~0b"), ("~1", "#/~01"), ("é", "#/é"), ("", "#/")],
    )
    def test_pointer_is_escaped(self, name: str, pointer: str) -> None:
        """
        A pointer is written as RFC 6901 has it, whatever a caller calls a member.
        """
        problem = AnswersRefused(form=FORMS[Role.MENTEE], given={}, refusals={name: "x"})
        assert problem.as_json()["errors"] == [{"pointer": pointer, "detail": "x"}]


class TestHeaders:
    def test_allow(self) -> None:
        """
        405 names what works, in a settled order.
        """
        assert NotAllowed(["POST", "GET"]).headers == {"allow": "GET, POST"}

    def test_others_have_none(self) -> None:
        """
        No other problem adds a header.
        """
        others = [each for each in EVERY if each not in (Busy, NotAllowed, NotSignedIn)]
        assert {str(met(each).headers) for each in others} == {"{}"}
        assert NotSignedIn().headers == {
            "www-authenticate": "Link",
            "referrer-policy": "same-origin",
        }
        assert Busy().headers == {"retry-after": "60"}

    def test_size_in_words_is_the_real_one(self) -> None:
        """
        The limit that is told is the one that is kept.
        """
        (too_large,) = (each for each in EVERY if each.status == 413)
        assert f"{http.MAX_BYTES // 1024} KB" in too_large.remedy

    def test_nothing_here_leaks_what_was_asked(self) -> None:
        """
        A page for an address that is not there does not repeat the address.
        """
        assert NotFound().as_json() == {
            "title": NotFound.title, "status": 404, "detail": NotFound.remedy,
        }  # fmt: skip
