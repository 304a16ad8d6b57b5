"""The log holds facts of a short list, one line of JSON each, and nobody's words."""

import json

import pytest

from infra.laptop import Laptop
from mentorship import log as log_module
from mentorship.form import form
from mentorship.store.keys import read_time
from tests import people
from tests.clock import Clock
from tests.every import every
from tests.exporting import exported
from tests.hostile import HOSTILE
from tests.own import get, link_of, mail, post
from tests.people import apply


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """Return what was logged, line by line."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    """
    What happened and its facts are one line, that a machine and a person can read.
    """
    log_module.record("letter sent", letter="1#receipt", attempt=2, final=True, reason=None)
    assert written(capsys) == [
        {"event": "letter sent", "letter": "1#receipt", "attempt": 2, "final": True, "reason": None}
    ]


@every("words", HOSTILE.values(), ids=HOSTILE)
def test_no_fact_begins_a_line_of_its_own(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Whatever stands in a fact, it cannot forge another line of the log.
    """
    log_module.record("request broke", where=[words], error=words)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert out.isascii()
    assert json.loads(out) == {"event": "request broke", "where": [words], "error": words}


@every("name", [question.name for question in form.stored_questions()])
def test_no_answer_is_a_fact(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """
    An answer cannot be logged under its question's name.
    """
    with pytest.raises(ValueError, match=f"not a fact for the log: {name}"):
        log_module.record("application received", **{name: "x"})
    assert capsys.readouterr().out == ""


def test_all_that_is_no_fact_is_named() -> None:
    """
    Whoever wrote the call is told each name that is not on the list.
    """
    with pytest.raises(ValueError, match=r"address, name$"):
        log_module.record("x", name="x", address="x", count=1)


def test_trace_has_places_only() -> None:
    """
    A trace names files, lines and functions, and not the error's own words.
    """

    def break_on(name: str) -> None:
        raise KeyError(name)

    try:
        break_on("Robin Example")
    except KeyError as error:
        steps = log_module.trace(error)
    assert [step.split(" ")[1] for step in steps] == ["test_trace_has_places_only", "break_on"]
    assert all(step.startswith("test_log.py:") for step in steps)
    assert "Robin" not in str(steps)


def test_trace_names_the_room_of_a_module() -> None:
    """
    Several rooms have a module of the same name, so a place of ours is told with its room.
    """
    try:
        read_time("no time")
    except ValueError as error:
        steps = log_module.trace(error)
    assert [step.partition(":")[0] for step in steps][:2] == ["test_log.py", "store/keys.py"]
    assert not [step for step in steps if step.startswith("/")]


class TestWhatHandlersLog:
    def test_an_application_that_is_taken(
        self, laptop: Laptop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        An application, its letters and its export leave no word of its answers in the log.
        """
        sent = people.mentee()
        apply(laptop, sent)
        laptop.pump()
        laptop.tick()
        assert exported(laptop, "format=csv")
        log = capsys.readouterr().out

        events = [json.loads(line)["event"] for line in log.splitlines()]
        assert events == [
            "application received",
            "letter sent",
            "letter sent",
            "letters waiting",
            "letters swept",
            "applications exported",
        ]
        for name in ("full_name", "email", "phone", "institution", "city", "goal", "not_with"):
            for line in sent[name][0].splitlines():
                assert line not in log

    def test_what_an_owner_does(
        self, laptop: Laptop, clock: Clock, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        Whatever an owner does by a link, neither an answer, nor an address, nor the link is logged.
        """
        apply(laptop, people.mentee())
        link = link_of(laptop, "robin@example.org")
        get(laptop, link)
        post(laptop, f"{link}/confirm")
        post(laptop, f"{link}/correct", people.mentee(city="Zanzibar"))
        post(laptop, f"{link}/correct", people.mentee(city="Zanzibar", email="robin@"))
        laptop.returned(mail(laptop)[1], "Complaint")
        post(laptop, "/links", {"email": ["robin@example.org"]})
        clock.forward(days=7)
        laptop.daily()
        mail(laptop)
        post(laptop, f"{link}/withdraw")
        post(laptop, f"{link}/forget")
        get(laptop, link)
        log = capsys.readouterr().out

        events = {json.loads(line)["event"] for line in log.splitlines()}
        assert events >= {
            "application acted on",
            "request refused",
            "letter returned",
            "link asked for",
            "letter failed",
            "announced counted",
            "morning done",
            "address forgotten",
        }
        assert link.removeprefix("/mine/") not in log
        for words in ("Zanzibar", "robin", "Robin", "Example", "Seattle"):
            assert words not in log

    def test_an_application_that_is_refused(
        self, laptop: Laptop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        The log names the questions that were not answered well, never what was given.
        """
        apply(laptop, people.mentee(email="robin@", topics=[], city="Zanzibar" * 20))
        (line,) = written(capsys)
        assert line["event"] == "request refused"
        assert line["questions"] == ["city", "email", "topics"]
        assert "Zanzibar" not in str(line)
        assert "robin@" not in str(line)

    def test_a_name_that_no_question_has(
        self, laptop: Laptop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        What a program calls a question that we do not ask is not ours to log.
        """
        answer = laptop.call(
            "POST",
            "/applications",
            headers={"content-type": "application/json"},
            body=json.dumps({"role": "mentee", "robin@example.org 555-0100": "x"}).encode(),
        )
        assert answer.status == 422
        (line,) = written(capsys)
        assert line["questions"] == []
        assert "robin" not in str(line)
