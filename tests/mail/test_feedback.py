"""Emails that come back: the letter says so, coordinators are told, the address is left alone."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.laptop import COORDINATORS, Laptop
from infra.outbox import Email, feedback
from mentorship.letters.letter import Letter, State
from mentorship.mail.refusals import REFUSED_FOR
from mentorship.services import Services
from tests import people, tables
from tests.clock import Clock
from tests.faults import tapped
from tests.laptops import ADDRESS
from tests.own import link_of, mail, moved, post
from tests.people import apply

ROBIN = "robin@example.org"
ID = "00000001abcdefghjkmn"
TO_COORDINATORS, RECEIPT = f"{ID}#new-application", f"{ID}#receipt"
DAY = "2026-10-06"
TOLD = f"{RECEIPT}#undelivered#{DAY}"


@pytest.fixture
def receipt(laptop: Laptop) -> Email:
    """The email that an application's sender gets."""
    apply(laptop, people.mentee())
    return mail(laptop)[1]


def letter(services: Services, letter_id: str) -> Letter:
    """Return a letter."""
    found = services.store.letter(letter_id)
    assert found is not None
    return found


def altered(email: Email, kind: str, alter: Callable[[Any], None]) -> dict[str, Any]:
    """Return what the topic brings of an email, but for something else in it."""
    event = feedback(email, kind)
    notice = json.loads(event["Records"][0]["Sns"]["Message"])
    alter(notice)
    event["Records"][0]["Sns"]["Message"] = json.dumps(notice)
    return event


def ask_for_link(laptop: Laptop, clock: Clock) -> list[Email]:
    """Have one more email written to Robin, and return those that were sent."""
    before = len(mail(laptop))
    clock.forward(days=1)
    assert post(laptop, "/links", {"email": [ROBIN]}).status == 200
    return mail(laptop)[before:]


class TestComesBack:
    @pytest.mark.parametrize(
        ("kind", "cause"), [("Bounce", "bounced"), ("Complaint", "complained")]
    )
    def test_the_letter_says_so_and_the_address_is_left_alone(
        self,
        laptop: Laptop,
        services: Services,
        clock: Clock,
        receipt: Email,
        kind: str,
        cause: str,
    ) -> None:
        """
        A mailbox that is not there, or whose reader complains, is not written to again.
        """
        laptop.returned(receipt, kind)
        returned = letter(services, RECEIPT)
        assert (returned.state, returned.reason, returned.due) == (State.RETURNED, cause, None)
        told = mail(laptop)[2]
        assert told.header("To") == COORDINATORS
        assert "0000-0001" in told.header("Subject")
        assert ROBIN not in told.raw
        assert letter(services, TOLD).facts == {
            "kind": "receipt",
            "reader": "applicant",
            "cause": cause,
            "application": "00000001abcdefghjkmn",
            "reference": "0000-0001",
        }
        # The address is known again by a keyed hash, and not written down.
        marks = [item for item in tables.items("ProgramTable") if "refused#" in item["id"]["S"]]
        assert len(marks) == 1
        assert ROBIN not in str(marks)

        assert ask_for_link(laptop, clock) == []
        refused = letter(services, f"{ID}#link#2026-10-07")
        assert (refused.state, refused.reason, refused.due) == (
            State.FAILED, "the address refused mail before", None,
        )  # fmt: skip
        # Mailboxes are mended, and in half a year it is tried again.
        clock.time += REFUSED_FOR
        (email,) = ask_for_link(laptop, clock)
        assert email.header("To") == ROBIN

    def test_told_once(self, laptop: Laptop, services: Services, receipt: Email) -> None:
        """
        A notice that the topic brings again, or of another kind for the same email, is one email.
        """
        for kind in ("Bounce", "Bounce", "Complaint"):
            laptop.returned(receipt, kind)
        assert len(mail(laptop)) == 3
        assert letter(services, RECEIPT).reason == "bounced"

    def test_a_mailbox_that_is_full(
        self, laptop: Laptop, services: Services, clock: Clock, receipt: Email
    ) -> None:
        """
        A bounce that may pass is told of, and the address is written to again.
        """

        def transient(notice: Any) -> None:
            notice["bounce"]["bounceType"] = "Transient"
            notice["bounce"]["bounceSubType"] = "MailboxFull"

        laptop.invoke("Feedback", altered(receipt, "Bounce", transient))
        assert letter(services, RECEIPT).state is State.RETURNED
        assert letter(services, TOLD).facts["cause"] == "stuck"
        assert [e.header("To") for e in ask_for_link(laptop, clock)] == [ROBIN]

    def test_an_email_that_was_rejected(
        self, laptop: Laptop, services: Services, clock: Clock, receipt: Email
    ) -> None:
        """
        What SES takes for harmful says nothing of the address.
        """
        laptop.returned(receipt, "Reject")
        assert letter(services, RECEIPT).reason == "rejected"
        assert len(mail(laptop)) == 3
        assert [e.header("To") for e in ask_for_link(laptop, clock)] == [ROBIN]

    def test_one_coordinator_of_two(self, site: object, clock: Clock) -> None:
        """
        Where one coordinator's mailbox is gone, the other is told of it and of all that follows.
        """
        from mentorship.services import services

        with Laptop(ADDRESS, {"Coordinators": "one@example.org, two@example.org"}) as laptop:
            apply(laptop, people.mentee())
            email = mail(laptop)[0]
            assert email.readers == ["one@example.org", "two@example.org"]

            def only_one(notice: Any) -> None:
                del notice["bounce"]["bouncedRecipients"][1:]

            laptop.invoke("Feedback", altered(email, "Bounce", only_one))
            told = mail(laptop)[2]
            assert told.readers == ["two@example.org"]
            assert email.tags == {"letter": email.tags["letter"]}
            of = email.tags["letter"].replace("_", "#")
            assert letter(services(), f"{of}#undelivered#{DAY}").facts["reader"] == "coordinators"
            # Should that come back too, it says so, and nothing goes in circles.
            laptop.returned(told, "Bounce")
            assert letter(services(), f"{of}#undelivered#{DAY}").state is State.RETURNED
            assert services().store.letter(f"{of}#undelivered#{DAY}#undelivered#{DAY}") is None
            assert len(mail(laptop)) == 3
            # With nobody left to write to, the letter fails and an alarm goes off.
            apply(laptop, people.mentor())
            assert [e.readers for e in mail(laptop)[3:]] == [["kim@example.com"]]

    def test_a_coordinator_who_calls_it_unwanted(
        self, laptop: Laptop, services: Services, receipt: Email
    ) -> None:
        """
        A complaint about a coordinators' email names all of them, and silences none.
        """
        laptop.returned(laptop.outbox.emails[0], "Complaint")
        assert letter(services, TO_COORDINATORS).reason == "complained"
        told = mail(laptop)[2]
        assert told.header("To") == COORDINATORS
        assert "one of you" in told.part("plain")

    def test_the_last_email_to_an_earlier_address(self, laptop: Laptop, receipt: Email) -> None:
        """
        Where the address that was left behind is gone, it is the applicant's and no coordinator's.
        """
        moved(laptop, link_of(laptop, ROBIN), "robin@new.example")
        last = next(e for e in mail(laptop)[2:] if e.header("To") == ROBIN)
        before = len(mail(laptop))
        laptop.returned(last, "Bounce")
        (told,) = mail(laptop)[before:]
        words = "to an applicant’s earlier address"
        assert all(words in " ".join(told.part(part).split()) for part in ("plain", "html"))


class TestSentAgain:
    def test_once_a_day_for_each_letter(
        self, laptop: Laptop, receipt: Email, clock: Clock, services: Services
    ) -> None:
        """
        A letter that a coordinator has sent again, and that comes back again, is told of again.
        """
        before = len(mail(laptop))
        laptop.returned(receipt, "Bounce")
        laptop.returned(receipt, "Bounce")
        assert len(mail(laptop)) == before + 1
        clock.forward(days=1)
        laptop.returned(receipt, "Bounce")
        told = mail(laptop)[before + 1 :]
        assert [email.header("To") for email in told] == [COORDINATORS]


class TestAtTheSameTime:
    def test_before_it_is_written_down_as_sent(self, laptop: Laptop, services: Services) -> None:
        """
        An email may come back faster than its sender can write down that it was sent.
        """
        apply(laptop, people.mentee())

        def comes_back(call: str, number: int) -> None:
            emails = laptop.outbox.emails
            if call == "PutItem LettersTable" and emails and emails[-1].header("To") == ROBIN:
                wire.before = lambda call, number: None
                laptop.returned(emails[-1], "Bounce")

        with tapped() as wire:
            wire.before = comes_back
            mail(laptop)
        returned = letter(services, RECEIPT)
        assert (returned.state, returned.reason, returned.due) == (State.RETURNED, "bounced", None)
        assert services.store.letter(TOLD) is not None
        assert len([email for email in mail(laptop) if email.header("To") == ROBIN]) == 1

    def test_at_the_moment_in_which_it_is_written_down(
        self, laptop: Laptop, services: Services
    ) -> None:
        """
        Between the notice's look at the letter and its word on it, the sender may have written.
        """
        apply(laptop, people.mentee())
        mail(laptop)
        (email,) = [email for email in laptop.outbox.emails if email.header("To") == ROBIN]
        sent = letter(services, RECEIPT)
        held = sent.claim(services.now())
        assert services.store.advance(held, before=sent)

        def is_written(call: str, number: int) -> None:
            if call == "PutItem LettersTable":
                wire.before = lambda call, number: None
                assert services.store.advance(held.sent("m", services.now()), before=held)

        with tapped() as wire:
            wire.before = is_written
            laptop.returned(email, "Bounce")
        assert letter(services, RECEIPT).state is State.RETURNED


class TestNotUnderstood:
    @pytest.mark.parametrize(
        ("alter", "event"),
        [
            (lambda n: n["mail"].pop("tags"), "notice not understood"),
            (lambda n: n["mail"]["tags"].pop("letter"), "notice not understood"),
            (lambda n: n["mail"]["tags"].update(letter=["no_such"]), "notice not understood"),
            (lambda n: n.update(eventType="Delivery"), "notice not understood"),
            (lambda n: n.update(notificationType=n.pop("eventType")), "letter returned"),
        ],
        ids=["no tags", "no letter", "unknown letter", "another event", "the older name"],
    )
    def test_what_is_not_ours(
        self,
        laptop: Laptop,
        receipt: Email,
        capsys: pytest.CaptureFixture[str],
        alter: Callable[[Any], None],
        event: str,
    ) -> None:
        """
        A notice that names no letter of ours, or of another kind, is logged and changes nothing.
        """
        before = tables.everything()
        capsys.readouterr()
        laptop.invoke("Feedback", altered(receipt, "Bounce", alter))
        out = capsys.readouterr().out
        assert [json.loads(line)["event"] for line in out.splitlines()] == [event]
        assert ROBIN not in out
        assert (tables.everything() == before) is (event == "notice not understood")

    def test_the_first_line_of_a_topic(
        self, laptop: Laptop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        SES begins with a line of plain text, to see whether the topic is there.
        """
        words = "Successfully validated SNS topic for Amazon SES event publishing."
        laptop.invoke("Feedback", {"Records": [{"Sns": {"Message": words}}]})
        assert json.loads(capsys.readouterr().out) == {
            "event": "notice not understood",
            "kind": "text",
        }
