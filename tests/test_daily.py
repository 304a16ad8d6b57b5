"""Each morning: what was held back is told once, and what was not announced is found out."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from infra.laptop import COORDINATORS, Laptop
from infra.outbox import Email
from mentorship.handlers.daily import MOST_LISTED
from mentorship.letter import Letter
from mentorship.services import Services
from tests import people
from tests.conftest import ADDRESS, Clock, apply
from tests.faults import tapped
from tests.own import link_of, mail, post

# The clock begins on a Tuesday, and the daily work at eight in the morning.
TO_MORNING = {"hours": 14, "minutes": 30}


@pytest.fixture
def wednesday(laptop: Laptop, clock: Clock) -> Clock:
    """A Wednesday morning, with the work of the day before done."""
    laptop.daily()
    clock.forward(**TO_MORNING)
    return clock


def morning(laptop: Laptop, clock: Clock) -> list[Email]:
    """Have the morning's work done in a while, and return the emails that it causes."""
    before = len(mail(laptop))
    clock.forward(minutes=2)
    laptop.daily()
    return mail(laptop)[before:]


def letter(services: Services, letter_id: str) -> Letter:
    """Return a letter."""
    found = services.store.letter(letter_id)
    assert found is not None
    return found


class TestHeldBack:
    def test_told_once_with_the_reasons(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        What was held back since the last morning is one email, however many; then it is told.
        """
        apply(laptop, people.mentee(email="a@example.net", website="x"))
        apply(laptop, people.mentor(email="b@example.net", opened="forged"))
        apply(laptop, people.mentee())
        wednesday.forward(days=1, minutes=1, seconds=30)
        # What came in a moment ago may not be in the index yet.
        apply(laptop, people.mentee(email="c@example.net", website="x"))
        wednesday.forward(minutes=-1, seconds=-30)
        (email,) = morning(laptop, wednesday)
        assert email.header("To") == COORDINATORS
        assert email.header("Reply-To") == "admin@wsrs.org"
        words = email.part("plain")
        assert "0000-0001" in words
        assert "0000-0002" in words
        assert "0000-0003" not in words
        # Nothing that a bot wrote is passed on.
        assert "a@example.net" not in email.raw
        assert "Robin" not in email.raw
        assert letter(services, "program#held-back#2026-10-08").facts["new"] == 2
        wednesday.forward(days=1)
        (email,) = morning(laptop, wednesday)
        assert letter(services, "program#held-back#2026-10-09").facts["new"] == 1
        assert "0000-0004" in email.part("plain")
        wednesday.forward(days=1)
        assert morning(laptop, wednesday) == []

    def test_more_than_can_be_listed(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Of very many, the newest are listed, and all are counted.
        """
        for number in range(MOST_LISTED + 3):
            apply(laptop, people.mentee(email=f"bot{number}@example.net", website="x"))
            wednesday.forward(seconds=1)
        (email,) = morning(laptop, wednesday)
        facts = letter(services, "program#held-back#2026-10-07").facts
        assert facts["new"] == MOST_LISTED + 3
        assert len(str(facts["applications"]).split()) == MOST_LISTED
        assert "0000-0023" in email.part("plain")
        assert "0000-0001" not in email.part("plain")

    def test_what_is_out_already_is_not_listed(self, laptop: Laptop, wednesday: Clock) -> None:
        """
        Whoever was let out before the email went is not in it.
        """
        apply(laptop, people.mentee(email="a@example.net", website="x"))
        apply(laptop, people.mentee(opened="forged"))
        wednesday.forward(minutes=2)
        laptop.daily()
        apply(laptop, people.mentee())
        digest = next(e for e in mail(laptop) if "held back" in e.header("Subject"))
        assert "0000-0001" in digest.part("plain")
        assert "0000-0002" not in digest.part("plain")

    def test_a_morning_that_was_missed(self, laptop: Laptop, wednesday: Clock) -> None:
        """
        What was held back before a morning on which nothing ran is told on the next.
        """
        apply(laptop, people.mentee(website="x"))
        wednesday.forward(days=3)
        (email,) = morning(laptop, wednesday)
        assert "0000-0001" in email.part("plain")

    def test_the_first_morning(self, laptop: Laptop, clock: Clock) -> None:
        """
        What was held back before the work was ever done is told of when it is, however late.
        """
        apply(laptop, people.mentee(website="x"))
        clock.forward(days=30)
        assert len(morning(laptop, clock)) == 1

    def test_run_twice(self, laptop: Laptop, wednesday: Clock) -> None:
        """
        A second run on the same day does nothing; what came in between is told on the next.
        """
        apply(laptop, people.mentee(email="a@example.net", website="x"))
        assert len(morning(laptop, wednesday)) == 1
        wednesday.forward(minutes=5)
        apply(laptop, people.mentee(email="b@example.net", website="x"))
        wednesday.forward(minutes=5)
        assert morning(laptop, wednesday) == []
        wednesday.forward(days=1)
        (email,) = morning(laptop, wednesday)
        assert "0000-0002" in email.part("plain")
        assert "0000-0001" not in email.part("plain")

    def test_run_twice_at_once(self, laptop: Laptop, wednesday: Clock) -> None:
        """
        Of two runs at the same moment one writes the letters, and the other ends in peace.
        """
        apply(laptop, people.mentee(website="x"))
        others: list[int] = []

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not others:
                others.append(0)
                laptop.daily()

        with tapped() as wire:
            wire.before = other_comes_first
            assert len(morning(laptop, wednesday)) == 1
        assert wire.calls.count("TransactWriteItems") == 2


class TestCount:
    def test_nothing_to_tell(
        self, laptop: Laptop, wednesday: Clock, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        On a morning on which all was announced nobody is written to; the log has the numbers.
        """
        apply(laptop, people.mentee())
        mail(laptop)
        wednesday.forward(hours=2)
        capsys.readouterr()
        assert morning(laptop, wednesday) == []
        events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert events == [
            {"event": "announced counted", "count": 1, "missing": 0},
            {"event": "morning done", "count": 0},
        ]

    def test_on_mondays_in_any_case(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Once a week the email comes although all is well, so that its absence is a sign.
        """
        wednesday.forward(days=4)
        apply(laptop, people.mentee())
        apply(laptop, people.mentor())
        # What waits beside, is held back, or was withdrawn since: only the last is announced.
        apply(laptop, people.mentee(city="Tacoma"))
        apply(laptop, people.mentee(email="a@example.net", website="x"))
        post(laptop, f"{link_of(laptop, 'kim@example.com')}/withdraw")
        assert wednesday().weekday() == 6
        wednesday.forward(days=1)
        subjects = {email.header("Subject") for email in morning(laptop, wednesday)}
        assert "All is in order: 2 received, 2 announced" in subjects
        assert letter(services, "program#count#2026-10-12").facts == {
            "received": 2,
            "announced": 2,
            "missing": "",
            "days": 8,
        }

    def test_what_was_not_announced_is_named(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        An application that the coordinators were not sent is told of each morning until it is.
        """
        apply(laptop, people.mentee())
        wednesday.forward(minutes=59)
        laptop.daily()
        assert services.store.letter("program#count#2026-10-07") is None  # It may be on its way.
        wednesday.forward(days=1)
        laptop.daily()
        facts = letter(services, "program#count#2026-10-08").facts
        assert (facts["received"], facts["announced"]) == (1, 0)
        assert facts["missing"] == "0000-0001"
        emails = mail(laptop)
        assert "Please look: 1 received, 0 announced" in [e.header("Subject") for e in emails]
        # By now it is sent, and the next morning has nothing to say.
        wednesday.forward(days=1)
        assert morning(laptop, wednesday) == []

    @pytest.mark.parametrize(
        ("coordinators", "emails"),
        [("one@example.org", 1), ("one@example.org, two@example.org", 0)],
    )
    def test_what_came_back(self, site: Path, clock: Clock, coordinators: str, emails: int) -> None:
        """
        What came back from the one coordinator there is was not announced; of two, one has it.
        """
        with Laptop(ADDRESS, {"Coordinators": coordinators}) as laptop:
            laptop.daily()
            clock.forward(**TO_MORNING)
            apply(laptop, people.mentee())
            laptop.returned(mail(laptop)[0], "Complaint")
            mail(laptop)
            clock.forward(hours=2)
            assert len(morning(laptop, clock)) == emails

    def test_counted_for_eight_days(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        What came in longer ago is not counted; a week's Monday mail overlaps with the next.
        """
        apply(laptop, people.mentee())
        wednesday.time += timedelta(days=8, hours=1, seconds=1)
        laptop.daily()
        assert services.store.letter("program#count#2026-10-15") is None
