"""Whatever a filled-in form is refused for, its answers come back to be copied, or cannot."""

import re
from html import unescape

import pytest

from infra.edge import Answer
from infra.laptop import Laptop
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.problems import AnotherApplication, NotFound, TooManyChanges
from mentorship.services import Services
from tests import people
from tests.clock import Clock
from tests.faults import always, refused, tapped
from tests.own import get, link_of, nothing_changes, post
from tests.people import apply

BOX = re.compile(r'id="returned" rows="14" readonly>\n(.*?)</textarea>', re.DOTALL)
NOTE = "Not with <Sam> & “Kim”, please.\nWe shared a call room."


def given_back(answer: Answer) -> str:
    """Return the answers that a page gives back, "" for none."""
    found = BOX.search(answer.text)
    return unescape(found[1]) if found else ""


def is_whole(answer: Answer) -> bool:
    """Tell whether a page gives back all that `FILLED` has, in words, and is kept by no cache."""
    words = given_back(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert "admin@wsrs.org" in answer.text
    assert "https://bot.example" not in answer.text
    return all(
        each in words
        for each in (
            "Your name\nRobin Example",
            "robin@example.org",
            "Breast imaging, Neuroradiology",
            f"Anyone we should not match you with?\n{NOTE}",
            "To know where I want to work.",
        )
    )


FILLED = people.mentee(
    full_name="Robin Example",
    not_with=NOTE,
    goal="To know where I want to work.",
    subspecialties=["breast", "neuroradiology"],
)


def close(services: Services, clock: Clock) -> None:
    """Close the mentees' form, an hour and more ago."""
    arrangements = services.arrangements()
    opening = arrangements.opening(Role.MENTEE).closed(clock(), opens_at=None, closes_at=None)
    changed = arrangements.with_opening(Role.MENTEE, opening).with_changes()
    services.store.commit(Change(puts=(changed,)))
    clock.forward(hours=1, minutes=1)


class TestApply:
    def test_after_closing(self, laptop: Laptop, services: Services, clock: Clock) -> None:
        """
        Sent too late, all answers come back, the private one too, and nothing is stored.
        """
        close(services, clock)
        with nothing_changes(laptop):
            answer = apply(laptop, FILLED)
        assert answer.status == 409
        assert "Applications are closed" in answer.text
        assert is_whole(answer)

    def test_a_program_is_told_the_problem(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        JSON has the problem, and nothing that was sent.
        """
        close(services, clock)
        answer = laptop.call(
            "POST",
            "/applications",
            headers={"content-type": people.FORM, "accept": "application/json"},
            body=people.encoded(FILLED),
        )
        assert answer.status == 409
        assert answer.headers["content-type"] == "application/problem+json"
        assert "Robin" not in answer.text

    @pytest.mark.parametrize("role", [[], ["x"], ["mentee", "mentor"]])
    def test_without_a_role(self, laptop: Laptop, role: list[str]) -> None:
        """
        Where it is not clear which form it was, the one that fits best says what was asked.
        """
        answer = apply(laptop, {**FILLED, "role": role})
        assert answer.status == 400
        assert is_whole(answer)

    def test_when_we_fail(self, laptop: Laptop) -> None:
        """
        An outage of ours loses nothing that was typed.
        """
        with tapped() as wire:
            wire.before = always("TransactWriteItems", refused("InternalServerError"))
            answer = apply(laptop, FILLED)
        assert answer.status == 503
        assert is_whole(answer)

    def test_what_cannot_be_read_cannot_be_given_back(self, laptop: Laptop) -> None:
        """
        What is too large or broken is refused unread; the page says to go back.
        """
        large = apply(laptop, {**FILLED, "goal": ["x" * 70_000]})
        assert large.status == 413
        assert given_back(large) == ""
        assert "Go back" in large.text
        broken = laptop.call(
            "POST",
            "/applications",
            headers={"content-type": people.FORM, "accept": "text/html"},
            body=b"role=mentee&full_name=%FF&email=a@example.org&goal=x",
        )
        assert broken.status == 400
        assert given_back(broken) == ""

    def test_what_is_no_application(self, laptop: Laptop) -> None:
        """
        A page that asks for an address only gives nothing back.
        """
        given: people.Given = {"email": ["robin@example.org"], "city": ["Seattle"]}
        answer = post(laptop, "/mine/nowhere/correct", given)
        assert answer.status == 404
        assert given_back(answer) == ""

    def test_control_characters_are_left_out(self, laptop: Laptop) -> None:
        """
        The page that gives answers back is well formed, whatever was typed.
        """
        answer = post(laptop, "/mine/nowhere/correct", {**FILLED, "goal": ["a\x00b\x1bc\r\nd"]})
        assert "abc\nd" in given_back(answer)


class TestCorrect:
    @pytest.fixture
    def link(self, laptop: Laptop) -> str:
        """The link of somebody who has applied."""
        apply(laptop, people.mentee())
        return link_of(laptop, "robin@example.org")

    def test_withdrawn_meanwhile(self, laptop: Laptop, link: str) -> None:
        """
        Corrected in one window and withdrawn in another, the answers come back.
        """
        post(laptop, f"{link}/withdraw")
        with nothing_changes(laptop):
            answer = post(laptop, f"{link}/correct", FILLED)
        assert answer.status == 409
        assert is_whole(answer)

    def test_the_form_has_closed_meanwhile(
        self, laptop: Laptop, services: Services, clock: Clock, link: str
    ) -> None:
        """
        An owner corrects their answers while no new ones are taken.
        """
        close(services, clock)
        assert post(laptop, f"{link}/correct", FILLED).status == 303

    def test_the_link_has_expired_meanwhile(self, laptop: Laptop, clock: Clock, link: str) -> None:
        """
        A link that was too old by then says so, and gives the answers back.
        """
        clock.forward(days=61)
        answer = post(laptop, f"{link}/correct", FILLED)
        assert answer.status == 410
        assert is_whole(answer)

    def test_forgotten_meanwhile(self, laptop: Laptop, link: str) -> None:
        """
        Where nothing is stored any more, what was just typed is still theirs.
        """
        post(laptop, f"{link}/forget")
        answer = post(laptop, f"{link}/correct", FILLED)
        assert answer.status == NotFound.status
        assert is_whole(answer)

    @pytest.mark.parametrize("problem", [TooManyChanges(), AnotherApplication("1A2B-ZZYX")])
    def test_any_other_refusal(
        self,
        laptop: Laptop,
        link: str,
        problem: Exception,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """
        Whatever an owner's correction is refused for, it comes back.
        """

        def refuses(*_: object, **__: object) -> None:
            raise problem

        monkeypatch.setattr("mentorship.applicant.own.owner.correct", refuses)
        assert is_whole(post(laptop, f"{link}/correct", FILLED))
        assert get(laptop, f"{link}/correct").status == 200
