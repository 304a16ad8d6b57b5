"""Applications come in: as JSON, twice, all at once, too early, from bots and from strangers."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.edge import Answer
from infra.laptop import Laptop
from mentorship.applicant.submission import ON_HOLD, SHOWN_FOR
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.form.declaration import CONSENT_VERSION, FORM_VERSION
from mentorship.problems import Busy
from mentorship.services import TRIES, Services
from tests import people
from tests.clock import Clock
from tests.faults import tapped
from tests.keys import forged
from tests.laptops import ADDRESS
from tests.own import get, link_of, post
from tests.people import apply

MENTEE: dict[str, Any] = {
    "role": "mentee",
    "full_name": "Robin Example",
    "email": "robin@example.org",
    "membership": "yes",
    "training_stage": "pgy4",
    "institution": "Example Hospital",
    "subspecialties": ["neuroradiology"],
    "topics": ["boards", "first_job"],
    "goal": "To leave residency knowing where I want to work.",
    "contact_ways": ["video"],
    "commitment": True,
    "consent": True,
}


def send(laptop: Laptop, members: object, accept: str = "application/json") -> Answer:
    """Send an application as a program does."""
    return laptop.call(
        "POST",
        "/applications",
        headers={"content-type": "application/json", "accept": accept},
        body=json.dumps(members).encode(),
    )


def stored(services: Services) -> list[dict[str, Any]]:
    """Return every stored application, as it is in the table."""
    table = services.settings.applications_table
    return boto3.client("dynamodb").scan(TableName=table)["Items"]


def subjects(laptop: Laptop) -> list[str]:
    """Let letters go out; return the subjects of all so far."""
    while laptop.pump():
        pass
    return [email.header("Subject") for email in laptop.outbox.emails]


class TestJson:
    def test_application_is_created(self, laptop: Laptop, services: Services) -> None:
        """
        A program is told the id, the reference, and where the receipt is.
        """
        answer = send(laptop, MENTEE)

        assert answer.status == 201
        assert answer.headers["content-type"] == "application/json"
        told = {"id": "00000001abcdefghjkmn", "reference": "0000-0001", "status": "received"}
        assert answer.json == told
        assert answer.headers["location"] == "/applications/00000001abcdefghjkmn"
        assert laptop.call("GET", answer.headers["location"]).status == 200
        (item,) = stored(services)
        assert item["status"] == {"S": "waiting"}
        assert item["answers"]["M"]["topics"] == {"L": [{"S": "first_job"}, {"S": "boards"}]}
        assert len(subjects(laptop)) == 2

    def test_on_hold(self, laptop: Laptop) -> None:
        """
        A program is told the same as a person, in the same words.
        """
        answer = send(laptop, {**MENTEE, "website": "x"})
        assert answer.status == 201
        assert answer.json == {
            "id": "00000001abcdefghjkmn",
            "reference": "0000-0001",
            "status": "on hold",
            "detail": ON_HOLD,
        }

    def test_same_as_the_forms(self, laptop: Laptop, services: Services) -> None:
        """
        JSON and form are two ways to say the same, and are one application.
        """
        created = send(laptop, MENTEE)
        given: people.Given = {
            name: ["yes"] if value is True else value if isinstance(value, list) else [value]
            for name, value in MENTEE.items()
        }

        again = apply(laptop, given)

        assert again.headers["location"] == created.headers["location"]
        assert len(stored(services)) == 1
        assert send(laptop, MENTEE).json == created.json
        assert len(subjects(laptop)) == 2

    def test_refusals_point_at_questions(self, laptop: Laptop, services: Services) -> None:
        """
        Each answer that cannot be taken is named by a JSON pointer, all in one answer.
        """
        answer = send(laptop, MENTEE | {"email": "robin", "topics": [], "goal": "x" * 601})

        assert answer.status == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json == {
            "title": "Some answers need a second look",
            "status": 422,
            "detail": "Correct the answers that are named, and send the form again. Nothing was "
            "stored yet.",
            "errors": [
                {
                    "pointer": "#/email",
                    "detail": "Enter one email address, such as name@example.org",
                },
                {"pointer": "#/topics", "detail": "Select at least one topic"},
                {
                    "pointer": "#/goal",
                    "detail": "Enter 600 characters or fewer under “In a sentence or two, what "
                    "would make this year worth it?”",
                },
            ],
        }
        assert stored(services) == []

    def test_unknown_names_are_refused(self, laptop: Laptop, services: Services) -> None:
        """
        A program is not left to believe that something was stored that the form does not ask.
        """
        answer = send(laptop, MENTEE | {"capacity": "2", "shoe/size~": "9"})

        assert answer.status == 422
        words = "There is no question of this name on this form"
        assert answer.json["errors"] == [
            {"pointer": "#/capacity", "detail": words},
            {"pointer": "#/shoe~1size~0", "detail": words},
        ]
        assert stored(services) == []

    def test_unknown_field_of_a_page_is_passed_over(
        self, laptop: Laptop, services: Services
    ) -> None:
        """
        A browser's extension may add fields to a page; they are not stored, and refuse nobody.
        """
        assert apply(laptop, people.mentee(extension_field="injected")).status == 303
        assert "injected" not in str(stored(services))

    def test_role_is_needed(self, laptop: Laptop) -> None:
        """
        Without a role, or with one that is none, it is said which there are.
        """
        for given in ({"role": "boss"}, {"role": ["mentee", "mentor"]}, {}):
            answer = send(laptop, {**MENTEE, "role": None, **given})
            assert answer.status == 400
            assert answer.json["title"] == "Mentee or mentor?"
            assert "“mentee”" in answer.json["detail"]

    def test_person_gets_a_page(self, laptop: Laptop) -> None:
        """
        What is answered is what Accept asks for, whatever was sent.
        """
        page = send(laptop, MENTEE | {"email": "robin"}, accept="text/html")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "<title>Error: Apply as a mentee" in page.text
        program = apply(laptop, people.mentee(email="robin"), accept="application/json")
        assert program.headers["content-type"] == "application/problem+json"


class TestPeople:
    def test_eight_different_people(self, laptop: Laptop, services: Services) -> None:
        """
        Eight people are eight applications; each gets a receipt with a reference of their own.
        """
        answers = [apply(laptop, people.mentee(email=f"m{n}@example.org")) for n in range(4)]
        answers += [apply(laptop, people.mentor(email=f"m{n}@example.org")) for n in range(4)]

        assert {answer.status for answer in answers} == {303}
        assert len({answer.headers["location"] for answer in answers}) == 8
        assert len(stored(services)) == 8
        assert len(set(subjects(laptop))) == 16

    def test_one_person_may_be_both(self, laptop: Laptop, services: Services) -> None:
        """
        A fellow may look for a mentor and be one: two applications of one address.
        """
        apply(laptop, people.mentee(email="both@example.org"))
        apply(laptop, people.mentor(email="both@example.org"))
        assert sorted(item["role"]["S"] for item in stored(services)) == ["mentee", "mentor"]

    def test_same_address_in_capitals_is_the_same(self, laptop: Laptop, services: Services) -> None:
        """
        Who retypes their address in capitals before the @ meets the application that stands.
        """
        apply(laptop, people.mentee(email="robin@example.org"))
        apply(laptop, people.mentee(email="robin@EXAMPLE.ORG"))
        assert len(stored(services)) == 1

    def test_other_answers_are_stored_beside(self, laptop: Laptop, services: Services) -> None:
        """
        Changed answers replace nothing: they wait for the owner, who is asked, and is asked once.
        """
        apply(laptop, people.mentee())
        assert len(subjects(laptop)) == 2
        apply(laptop, people.mentee(goal="Something else, on second thought."))
        # The second thought waits already: sent again, it is not stored again.
        apply(laptop, people.mentee(goal="Something else, on second thought."))
        apply(laptop, people.mentee(goal="On third thought."))
        statuses = [item["status"]["S"] for item in stored(services)]
        assert sorted(statuses) == ["unconfirmed", "unconfirmed", "waiting"]
        assert len(subjects(laptop)) == 3
        asked = laptop.outbox.emails[2]
        assert asked.header("To") == "robin@example.org"
        assert "second thought" not in asked.part("plain")

    def test_nobody_learns_who_has_applied(self, laptop: Laptop) -> None:
        """
        The answer for an address that is known is the answer for one that is not.
        """
        apply(laptop, people.mentee())
        known = apply(laptop, people.mentee(goal="A stranger's."))
        unknown = apply(laptop, people.mentee(email="other@example.org", goal="A stranger's."))
        assert (known.status, known.body) == (unknown.status, unknown.body)
        assert set(known.headers) == set(unknown.headers)
        pages = [
            laptop.call("GET", each.headers["location"]).text.replace(reference, "")
            for each, reference in ((known, "0000-0002"), (unknown, "0000-0003"))
        ]
        # Each names the address that its own sender has just typed.
        pages = [each.replace("other@example.org", "robin@example.org") for each in pages]
        assert pages[0] == pages[1]

    def test_after_its_time_an_application_is_new(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        What has expired stands no more, though DynamoDB has not deleted it yet.
        """
        first = apply(laptop, people.mentee())
        clock.forward(days=340)
        laptop.daily()
        clock.forward(days=26)
        again = apply(laptop, people.mentee())
        assert again.status == 303
        assert again.headers["location"] != first.headers["location"]
        assert laptop.call("GET", first.headers["location"]).status == 404

    def test_application_says_what_was_agreed_to(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        Stored with it are the versions of form and consent, and for how long it is kept.
        """
        apply(laptop, people.mentee())
        (item,) = stored(services)
        assert item["form_version"] == {"N": str(FORM_VERSION)}
        assert item["consent_version"] == {"N": str(CONSENT_VERSION)}
        assert item["keep_months"] == {"N": "12"}
        # Whoever waits has no end in the table until they were warned.
        assert "expires" not in item


class TestReceipt:
    def test_unknown_id_is_not_found(self, laptop: Laptop) -> None:
        """
        A receipt that is not there is a page that says so.
        """
        for target in ("/applications/unknown", "/applications/%00", "/applications/a%2Fb"):
            answer = laptop.call("GET", target, headers={"accept": "text/html"})
            assert answer.status == 404
            assert "There is nothing here" in answer.text

    def test_receipt_shows_no_answer(self, laptop: Laptop) -> None:
        """
        Whoever opens the page says no more of them than, at first, where the receipt went.
        """
        page = laptop.call("GET", apply(laptop, people.mentee()).headers["location"]).text
        assert "0000-0001" in page
        for words in ("Robin", "Sam", "Example Hospital", "knowing where"):
            assert words not in page

    def test_the_address_is_named_at_first(self, laptop: Laptop, clock: Clock) -> None:
        """
        Whoever mistyped it sees that at once; whoever opens the link later learns nothing.
        """
        location = apply(laptop, people.mentee(email="robin@exampel.org")).headers["location"]
        clock.time += SHOWN_FOR - timedelta(seconds=1)
        page = laptop.call("GET", location).text
        assert '<strong class="breakable">robin@exampel.org</strong>' in page
        assert "Is that address wrong? Write to" in page
        clock.forward(seconds=1)
        page = laptop.call("GET", location).text
        assert "exampel" not in page
        assert "We sent it to the address you gave" in page
        assert "Is that address wrong" not in page

    @pytest.mark.parametrize(
        "changes", [{"address_version": 2}, {"entered_by": "kim@example.org"}, {"answers": {}}]
    )
    def test_no_other_address_is_named(
        self, laptop: Laptop, services: Services, changes: dict[str, Any]
    ) -> None:
        """
        An address that its owner or a coordinator gave was not typed by whoever sent the form.
        """
        location = apply(laptop, people.mentee()).headers["location"]
        found = services.store.application("00000001abcdefghjkmn", now=services.now())
        assert found
        services.store.commit(Change(puts=(found.with_changes(**changes),)))
        assert "robin@" not in laptop.call("GET", location).text

    def test_receipt_is_kept_by_nobody(self, laptop: Laptop) -> None:
        """
        No cache keeps the page.
        """
        answer = laptop.call("GET", apply(laptop, people.mentee()).headers["location"])
        assert answer.headers["cache-control"] == "no-store"

    def test_other_methods_are_not_allowed(self, laptop: Laptop) -> None:
        """
        A receipt can be read and nothing else, and nothing but POST on the applications.
        """
        location = apply(laptop, people.mentee()).headers["location"]
        for method, target, allowed in (
            ("DELETE", location, "GET, HEAD"),
            ("PUT", location, "GET, HEAD"),
            ("GET", "/applications", "POST"),
        ):
            answer = laptop.call(method, target)
            assert answer.status == 405
            assert answer.headers["allow"] == allowed


class TestLookAlikes:
    """A domain that looks mistyped is asked about, once."""

    TYPED = "robin@gmial.com"
    WORDS = f"Did you mean robin@gmail.com? If {TYPED} is right, press the button again"

    def test_is_asked_about_and_kept(self, laptop: Laptop, services: Services) -> None:
        """
        Without JavaScript: nothing is stored, every answer is there, and sending again keeps it.
        """
        asked = apply(laptop, people.mentee(email=self.TYPED))
        assert asked.status == 422
        assert stored(services) == []
        assert asked.text.count(self.WORDS) == 2
        for words in ("Robin Example", "Example Hospital", "knowing where"):
            assert words in asked.text
        (kept,) = re.findall(r'name="email_asked" value="([^"]*)"', asked.text)
        assert kept == self.TYPED
        again = people.mentee(email=self.TYPED, email_asked=kept)
        assert apply(laptop, again).status == 303
        (item,) = stored(services)
        assert item["answers"]["M"]["email"] == {"S": self.TYPED}
        assert "email_asked" not in item["answers"]["M"]

    def test_another_slip_is_asked_about_too(self, laptop: Laptop, services: Services) -> None:
        """
        What was asked about is that one address and no other.
        """
        other = apply(laptop, people.mentee(email="robin@gmal.com", email_asked=self.TYPED))
        assert other.status == 422
        right = apply(laptop, people.mentee(email="robin@gmail.com", email_asked=self.TYPED))
        assert right.status == 303
        assert len(stored(services)) == 1

    def test_a_program_is_asked_too(self, laptop: Laptop, services: Services) -> None:
        """
        It names the address that it was asked about to keep it.
        """
        asked = send(laptop, MENTEE | {"email": self.TYPED})
        assert asked.json["errors"] == [{"pointer": "#/email", "detail": self.WORDS}]
        kept = send(laptop, MENTEE | {"email": self.TYPED, "email_asked": self.TYPED})
        assert kept.status == 201

    def test_an_owner_is_asked_about_a_new_address(
        self, laptop: Laptop, services: Services
    ) -> None:
        """
        Not about the one that is stored, whatever it is.
        """
        apply(laptop, people.mentee(email=self.TYPED, email_asked=self.TYPED))
        link = link_of(laptop, self.TYPED)
        shown = get(laptop, f"{link}/correct").text
        (kept,) = re.findall(r'name="email_asked" value="([^"]*)"', shown)
        given = people.mentee(email=self.TYPED, email_asked=kept, city="Tacoma")
        assert post(laptop, f"{link}/correct", given).status == 303
        other = people.mentee(email="robin@yaho.com", email_asked=kept)
        answer = post(laptop, f"{link}/correct", other)
        assert answer.status == 422
        assert "Did you mean robin@yahoo.com?" in answer.text


class TestDates:
    @pytest.mark.parametrize(
        ("reply_by", "told"),
        [("2026-10-06", True), ("2026-12-15", True), ("2026-10-05", False), ("", False)],
    )
    def test_date_is_named_until_it_is_past(
        self, site: Path, clock: Clock, reply_by: str, told: bool
    ) -> None:
        """
        Receipt page and email name the date by which one hears; one that has passed is not named.
        """
        with Laptop(ADDRESS, {"ReplyBy": reply_by}) as laptop:
            page = laptop.call("GET", apply(laptop, people.mentee()).headers["location"]).text
            assert len(subjects(laptop)) == 2
            email = laptop.outbox.emails[1].part("html")
        assert ("you hear from them by" in page) is told
        assert ("you hear from them by" in email) is told
        assert ("will write to you" in page) is not told


class TestNotOpen:
    @pytest.fixture
    def closed(self, site: Path, clock: Clock) -> Iterator[Laptop]:
        """The program before it opens."""
        with Laptop(ADDRESS, {"Applications": "soon", "ContactAddress": "ask@example.org"}) as it:
            yield it

    def test_page_says_so_and_whom_to_write_to(self, closed: Laptop) -> None:
        """
        Before the program opens nothing is stored, and whoever tries is told where to ask.
        """
        from mentorship.services import services

        answer = apply(closed, people.mentee())
        assert answer.status == 409
        assert "Applications are closed" in answer.text
        assert "They’ll open soon." in answer.text
        assert "ask@example.org" in answer.text
        assert stored(services()) == []
        assert subjects(closed) == []

    def test_program_is_told_too(self, closed: Laptop) -> None:
        """
        To a program it is a problem like any other.
        """
        answer = send(closed, MENTEE)
        assert answer.status == 409
        assert answer.headers["content-type"] == "application/problem+json"
        assert "ask@example.org" in answer.json["detail"]


class TestTrap:
    def test_who_is_on_hold_is_told_so(self, laptop: Laptop, services: Services) -> None:
        """
        What filled in the hidden box is stored, and told that a coordinator looks first, not why.
        """
        bot = apply(laptop, people.mentee(website="https://spam.example"))
        person = apply(laptop, people.mentee(email="person@example.org"))
        assert bot.status == person.status == 303
        pages = [laptop.call("GET", each.headers["location"]).text for each in (bot, person)]
        assert [ON_HOLD in each for each in pages] == [True, False]
        assert ["Check your email" in each for each in pages] == [False, True]
        assert ['href="/links"' in each.partition("<h1>")[2] for each in pages] == [False, True]
        assert "0000-0001" in pages[0]
        assert "spam.example" not in pages[0]
        statuses = {item["reference"]["S"]: item["status"]["S"] for item in stored(services)}
        assert statuses == {"0000-0001": Status.QUARANTINED, "0000-0002": Status.WAITING}
        assert "spam.example" not in str(stored(services))

    def test_bot_is_not_in_a_persons_way(self, laptop: Laptop, services: Services) -> None:
        """
        A bot that took a person's address and answers keeps them from nothing.
        """
        bot = apply(laptop, people.mentee(website="x"))
        person = apply(laptop, people.mentee())
        other = apply(laptop, people.mentee(goal="Mine."))
        # The same answers are the same application, which is let out; others are not held up.
        assert person.headers["location"] == bot.headers["location"]
        assert other.headers["location"] != bot.headers["location"]
        assert [item["status"]["S"] for item in stored(services)] == ["waiting", "unconfirmed"]
        assert len(subjects(laptop)) == 3


class TestStamp:
    def opened(self, laptop: Laptop) -> str:
        """Open the form with JavaScript, whose script asks for a stamp."""
        answer = laptop.call("GET", "/applications/opened")
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        stamp: str = answer.json["opened"]
        return stamp

    def test_people_pass_with_and_without_javascript(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        Whoever fills the form in in a minute, in days, or without JavaScript, is not held back.
        """
        stamp = self.opened(laptop)
        clock.forward(seconds=3)
        apply(laptop, people.mentee(email="quick@example.org", opened=stamp))
        clock.forward(days=6)
        apply(laptop, people.mentee(email="slow@example.org", opened=stamp))
        apply(laptop, people.mentee(email="none@example.org"))
        apply(laptop, people.mentee(email="empty@example.org", opened=""))
        assert {item["status"]["S"] for item in stored(services)} == {"waiting"}
        assert "opened" not in str(stored(services))

    def test_others_are_held_back_with_the_reason(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        A stamp that is too fresh, too old, forged, or something else of ours holds back; so does
        the trap. All are answered as everybody is, and mail nobody.
        """
        old = self.opened(laptop)
        clock.forward(days=7, seconds=1)
        fresh = self.opened(laptop)
        clock.forward(seconds=2)
        ways: dict[str, dict[str, str | list[str]]] = {
            "fresh": {"opened": fresh},
            "old": {"opened": old},
            "forged": {"opened": forged(fresh)},
            "twice": {"opened": [old, fresh]},
            "long": {"opened": old * 99},
            "link": {"opened": services.links.owner_token("0" * 20, 1)},
            "trap": {"website": "https://spam.example"},
        }
        for name, changes in ways.items():
            answer = apply(laptop, people.mentee(email=f"{name}@example.org", **changes))
            assert answer.status == 303
        held = {
            item["answers"]["M"]["email"]["S"].partition("@")[0]: item["held_because"]["S"]
            for item in stored(services)
            if item["status"]["S"] == "quarantined"
        }
        assert held == {name: "trap" if name == "trap" else "stamp" for name in ways}
        assert subjects(laptop) == []

    def test_whoever_was_too_quick_sends_again(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        A second click in good time lets the same application out, with its receipt.
        """
        stamp = self.opened(laptop)
        first = apply(laptop, people.mentee(opened=stamp))
        assert subjects(laptop) == []
        clock.forward(seconds=4)
        again = apply(laptop, people.mentee(opened=stamp))
        assert again.headers["location"] == first.headers["location"]
        assert [item["status"]["S"] for item in stored(services)] == ["waiting"]
        assert len(subjects(laptop)) == 2


class TestClient:
    def send(self, laptop: Laptop, client: str, number: int) -> None:
        """Send one more new application from a client's address."""
        answer = laptop.call(
            "POST",
            "/applications",
            headers={"content-type": people.FORM, "accept": "text/html"},
            body=people.encoded(people.mentee(email=f"m{number}@example.org")),
            client=client,
        )
        assert answer.status == 303

    def test_so_many_a_day_of_one_client(self, site: Path, clock: Clock) -> None:
        """
        What one client sends beyond a day's limit is held back; other clients are not.
        """
        from mentorship.services import services

        # A client of IPv6 has a network of its own, a client of IPv4 an address.
        clients = [
            ("2001:db8:1:2::1", "waiting"),
            ("2001:db8:1:2:ffff::2", "waiting"),
            ("2001:0db8:0001:0002::3", "client"),
            ("2001:db8:1:3::1", "waiting"),
            ("192.0.2.1", "waiting"),
            ("192.0.2.1", "waiting"),
            ("192.0.2.1", "client"),
            ("192.0.2.2", "waiting"),
        ]
        with Laptop(ADDRESS, {"ClientLimit": "2"}) as laptop:
            for number, (client, _) in enumerate(clients):
                self.send(laptop, client, number)
            found = {
                item["answers"]["M"]["email"]["S"]: item["held_because"]["S"] or item["status"]["S"]
                for item in stored(services())
            }
            assert list(dict(sorted(found.items())).values()) == [each for _, each in clients]
            # Held ones do not count, and the same again is not a new one.
            clock.forward(hours=6, minutes=30)
            for number in (8, 8, 9, 10):
                self.send(laptop, "192.0.2.1", number)
            statuses = {
                item["answers"]["M"]["email"]["S"]: item["status"]["S"]
                for item in stored(services())
            }
            assert [statuses[f"m{number}@example.org"] for number in (8, 9, 10)] == [
                "waiting", "waiting", "quarantined",
            ]  # fmt: skip

    def test_no_address_of_a_client_is_stored(self, laptop: Laptop, services: Services) -> None:
        """
        What is counted is counted under a keyed hash, and for two days.
        """
        self.send(laptop, "192.0.2.1", 1)
        items = boto3.client("dynamodb").scan(TableName=services.settings.program_table)["Items"]
        assert "192.0.2.1" not in str(items)
        (counter,) = (item for item in items if item["id"]["S"].startswith("client#"))
        hours = int(counter["expires"]["N"]) - services.now().timestamp()
        assert hours == 48 * 3600


class TestOvertaken:
    """Two requests at once: the second change comes between reading and writing of the first."""

    def between(self, laptop: Laptop, services: Services, given: people.Given) -> list[Answer]:
        """Apply as a mentee, and commit another application just before the first is written."""
        others: list[Answer] = []

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not others:
                others.append(Answer(0, {}, b""))
                others[0] = apply(laptop, given)

        with tapped() as wire:
            wire.before = other_comes_first
            mine = apply(laptop, people.mentee())
        assert wire.calls.count("TransactWriteItems") >= 2
        return [mine, *others]

    def test_double_click_is_one_application(self, laptop: Laptop, services: Services) -> None:
        """
        The same answers twice at once are one application, and both get its receipt.
        """
        mine, other = self.between(laptop, services, people.mentee())
        assert mine.status == other.status == 303
        assert mine.headers["location"] == other.headers["location"]
        assert len(stored(services)) == 1
        assert len(subjects(laptop)) == 2

    def test_other_answers_at_once_are_both_kept(self, laptop: Laptop, services: Services) -> None:
        """
        Of different answers for one address at once, the first stand and the others wait beside.
        """
        mine, other = self.between(laptop, services, people.mentee(goal="Something else."))
        assert mine.status == other.status == 303
        assert mine.headers["location"] != other.headers["location"]
        assert sorted(item["status"]["S"] for item in stored(services)) == [
            "unconfirmed", "waiting",
        ]  # fmt: skip
        assert len(subjects(laptop)) == 3

    def test_who_is_always_overtaken_is_told(
        self, laptop: Laptop, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        After some tries the request ends with a page that says what to do, and stores nothing.
        """
        waits: list[float] = []
        monkeypatch.setattr("time.sleep", waits.append)
        busy = [False]
        count = [0]

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not busy[0]:
                busy[0] = True
                count[0] += 1
                apply(laptop, people.mentee(email=f"m{count[0]}@example.org"))
                busy[0] = False

        with tapped() as wire:
            wire.before = other_comes_first
            answer = apply(laptop, people.mentee(goal="Mine."))
        assert answer.status == Busy.status
        assert Busy.title in answer.text
        assert "admin@wsrs.org" in answer.text
        assert count == [TRIES]
        # Between the tries it waits a while, in all far less than the function may run.
        assert len(waits) == TRIES - 1
        assert sum(waits) < 6
        assert "Mine." not in str(stored(services))
