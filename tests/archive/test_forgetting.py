"""What is stored of an address is found wherever it stands, listed, and deleted to the last."""

import re
from dataclasses import replace

import boto3
import pytest

from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.application import Application, Note
from mentorship.applications.status import Status
from mentorship.archive import forgetting
from mentorship.archive.forgetting import REMEMBERED, Found, find_by_keys, find_by_scan, forget
from mentorship.change import Change, Conflict
from mentorship.form.question import Role
from mentorship.matches.ending import take_back
from mentorship.matches.match import Match, MatchState, Party, Reason
from mentorship.pairings import pairing_of
from mentorship.program.arrangements import Coordinator
from mentorship.services import Services
from tests import people, tables
from tests.clock import Clock
from tests.matched import LINE, applied, match_of, proposed, stored
from tests.own import link_of, mail, moved, post
from tests.people import apply

ROBIN, NEW, THIRD = "robin@example.org", "robin@new.example", "robin@third.example"


def references(found: Found) -> list[str]:
    """Return the references of what was found."""
    return sorted(each.reference for each in found.applications)


def marks() -> list[str]:
    """Return the ids of the marks of forgotten addresses."""
    ids = [item["id"]["S"] for item in tables.items("ProgramTable")]
    return [each for each in ids if each.startswith("forgotten#")]


class TestFound:
    def test_by_keys(self, laptop: Laptop, services: Services) -> None:
        """
        What an address has is found in both roles, with what waits beside, and what came earlier.
        """
        apply(laptop, people.mentee(goal="Buy.", website="x"))
        apply(laptop, people.mentee())
        apply(laptop, people.mentee(city="Tacoma"))
        apply(laptop, people.mentor(email="Robin@EXAMPLE.org"))
        apply(laptop, people.mentor())
        found = find_by_keys("ROBIN@example.org", services)
        assert references(found) == ["0000-0001", "0000-0002", "0000-0003", "0000-0004"]
        assert sorted(pointer.id for pointer in found.pointers) == [
            "quarantined#mentee#robin@example.org",
            "waiting#mentee#robin@example.org",
            "waiting#mentor#robin@example.org",
        ]
        assert find_by_keys("nobody@example.org", services).applications == ()

    def test_by_reading(self, laptop: Laptop, services: Services) -> None:
        """
        The command also finds an address where no key leads: one that was moved away from.
        """
        apply(laptop, people.mentee())
        link = moved(laptop, link_of(laptop, ROBIN), NEW)
        apply(laptop, people.mentee(email="kim@example.com"))
        post(laptop, f"{link}/correct", people.mentee(email=THIRD))
        assert find_by_keys(ROBIN, services).applications == ()
        # The application with what waits beside it; what proved the new address says nothing more.
        found = find_by_scan(ROBIN.upper(), services)
        assert references(found) == ["0000-0001", "0000-0005"]
        assert [pointer.id for pointer in found.pointers] == [f"waiting#mentee#{NEW}"]
        assert find_by_keys(NEW, services) == replace(found, address=NEW)
        # An address that was given and never proved is found as well.
        assert references(find_by_scan(THIRD, services)) == ["0000-0005"]

    def test_listed(self, laptop: Laptop, services: Services) -> None:
        """
        Each line says what will go, by its reference and its day, without a word of an answer.
        """
        apply(laptop, people.mentee())
        link = link_of(laptop, ROBIN)
        waits = apply(laptop, people.mentee(city="Tacoma")).headers["location"].rpartition("/")[2]
        post(laptop, f"{link}/take-up", {"change": [waits]})
        apply(laptop, people.mentee(city="Yakima"))
        assert list(find_by_keys(ROBIN, services).listed(services).values()) == [
            "The application as a mentee, reference 0000-0001, of October 6, 2026, with its "
            "earlier answers (1)",
            "Changed answers that wait to be confirmed, reference 0000-0004, of October 6, 2026",
        ]

    def test_what_cannot_be_reached(self) -> None:
        """
        Mailboxes, downloads and recovery copies are named, for nobody can delete there from here.
        """
        words = " ".join(forgetting.UNREACHABLE)
        for each in ("mailboxes", "exported", "Recovery copies", "35 days"):
            assert each in words


class TestForget:
    def test_what_is_left(self, laptop: Laptop, services: Services, clock: Clock) -> None:
        """
        An application leaves its id and an address a keyed hash, for as long as a backup may.
        """
        apply(laptop, people.mentee())
        link = moved(laptop, link_of(laptop, ROBIN), NEW)
        # An address that was given and never proved may be anybody's.
        post(laptop, f"{link}/correct", people.mentee(email="stranger@example.org"))
        forget(find_by_keys(NEW, services), services)
        left = {each: services.store.mark(each, now=None) for each in marks()}
        ends = {each: mark.expires_at for each, mark in left.items() if mark}
        assert ends == {
            f"forgotten#{services.links.hashed(NEW)}": clock() + REMEMBERED,
            "forgotten#00000001abcdefghjkmn": clock() + REMEMBERED,
            "forgotten#00000004abcdefghjkmn": clock() + REMEMBERED,
        }
        assert not re.search("robin|Robin|stranger", str(tables.everything()))

    def test_somebody_else_at_an_earlier_address(self, laptop: Laptop, services: Services) -> None:
        """
        Who has an address that somebody moved away from is not forgotten with them.
        """
        apply(laptop, people.mentee())
        link = moved(laptop, link_of(laptop, ROBIN), NEW)
        apply(laptop, people.mentee(full_name="Alex Example"))
        assert post(laptop, f"{link}/forget").status == 200
        kept = find_by_keys(ROBIN, services)
        assert [each.name for each in kept.applications] == ["Alex Example"]
        assert [each.id for each in kept.pointers] == [f"waiting#mentee#{ROBIN}"]

    def test_again_after_a_restored_table(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        What a recovery copy brings back is forgotten again; nobody is asked a second time.
        """
        apply(laptop, people.mentee())
        mail(laptop)
        (item,) = tables.items("ApplicationsTable")
        forget(find_by_keys(ROBIN, services), services)
        clock.forward(days=30)
        table = services.settings.applications_table
        boto3.client("dynamodb").put_item(TableName=table, Item=item)
        forget(find_by_scan(ROBIN, services), services)
        assert tables.items("ApplicationsTable") == []
        assert len([e for e in mail(laptop) if "delete" in e.header("Subject")]) == 1
        # What is left counts from now on: it outlives every recovery copy.
        for mark_id in marks():
            mark = services.store.mark(mark_id, now=None)
            assert mark is not None
            assert mark.revision == 2
            assert mark.expires_at >= clock() + REMEMBERED
        assert REMEMBERED.days > 35

    def test_overtaken(self, laptop: Laptop, services: Services) -> None:
        """
        Where something changed since it was listed, nothing is deleted that was not seen.
        """
        apply(laptop, people.mentee())
        link = link_of(laptop, ROBIN)
        found = find_by_keys(ROBIN, services)
        post(laptop, f"{link}/correct", people.mentee(city="Tacoma"))
        before = tables.everything()
        with pytest.raises(Conflict):
            forget(found, services)
        assert tables.everything() == before

    def test_many(self, laptop: Laptop, services: Services) -> None:
        """
        More than fits into one transaction goes in several, and all of it goes.
        """
        for number in range(40):
            apply(laptop, people.mentee(goal=f"Offer {number}.", website="x"))
        apply(laptop, people.mentee())
        found = find_by_keys(ROBIN, services)
        assert len(found.applications) == 41
        forget(found, services)
        assert tables.items("ApplicationsTable") == []
        assert not re.search("robin", str(tables.items("ProgramTable")))
        # Of what was held back the coordinators were sent nothing.
        asked = [e for e in mail(laptop) if "delete" in e.header("Subject")]
        # The contact address can export, too.
        assert [e.header("To") for e in asked] == [f"{COORDINATORS}, {services.program.contact}"]

    def test_a_contact_who_coordinates_is_asked_once(
        self, laptop: Laptop, services: Services
    ) -> None:
        """
        The contact address may be a coordinator's too, written in another case.
        """
        until = services.now().date()
        own = Coordinator(address=services.program.contact.upper(), until=until)
        arrangements = services.arrangements().with_changes(coordinators=(own,))
        services.store.commit(Change(puts=(arrangements,)))
        apply(laptop, people.mentee())
        mail(laptop)
        forget(find_by_keys(ROBIN, services), services)
        (asked,) = (e for e in mail(laptop) if "delete" in e.header("Subject"))
        assert asked.header("To").casefold() == services.program.contact

    def test_letters_that_are_left_are_dropped(self, laptop: Laptop, services: Services) -> None:
        """
        An email that was not sent yet is not sent any more, and raises no alarm.
        """
        apply(laptop, people.mentee())
        forget(find_by_keys(ROBIN, services), services)
        subjects = [email.header("Subject") for email in mail(laptop)]
        assert subjects == ["Please delete what you have about 0000-0001"]
        states = {each["kind"]["S"]: each["state"]["S"] for each in tables.items("LettersTable")}
        assert states == {"new-application": "dropped", "receipt": "dropped", "forgotten": "sent"}


class TestMatches:
    """Someone in matches is forgotten: whoever else knows of one is told, and nothing is left."""

    SECRET = "Robin told me on the phone."

    def noted(self, services: Services, match: Match) -> None:
        """Have a coordinator note something about a match."""
        note = Note(at=services.now(), by=COORDINATORS, text=self.SECRET)
        there = match_of(services, match.id)
        changed = replace(there, notes=(note,), revision=there.revision + 1)
        services.store.commit(Change(puts=(changed,)))

    def forgotten(self, services: Services, application: Application) -> None:
        """Have someone forgotten, and see that no item holds anything of theirs."""
        forget(find_by_keys(application.address, services), services)
        left = tables.everything()
        # Marks remember what was forgotten, and letters were written about it.
        kept = [*left["ApplicationsTable"], *left["MatchesTable"]]
        assert not re.search(f"{application.id}|{application.name}|{self.SECRET}", str(kept))
        assert services.links.hashed(application.address) not in str(left["MatchesTable"])
        assert LINE not in str(left["MatchesTable"])

    def test_open_proposal(self, laptop: Laptop, services: Services) -> None:
        """
        The other, who was asked, is told that it won't go ahead, and waits as before.
        """
        mentor, mentee = applied(services, Role.MENTOR), applied(services, Role.MENTEE)
        match = proposed(services, mentor, mentee)
        self.noted(services, match)
        mail(laptop)
        self.forgotten(services, mentee)
        over = match_of(services, match.id)
        assert (over.state, over.closed_because) == (MatchState.TAKEN_BACK, Reason.FORGOTTEN)
        left = stored(services, mentor.id)
        assert (left.open_matches, left.status) == ((), Status.WAITING)
        told = [each for each in mail(laptop) if each.header("To") == mentor.address]
        assert len(told) == 2
        words = " ".join(told[-1].part("plain").split())
        assert "This match won’t go ahead." in words
        assert not re.search("Robin|Muestra", words)

    def test_running_match(self, laptop: Laptop, services: Services) -> None:
        """
        The mentee of a mentor who is forgotten is told, and is back on the list.
        """
        mentor, mentee = applied(services, Role.MENTOR), applied(services, Role.MENTEE)
        match = proposed(services, mentor, mentee, by_hand_since=90)
        self.forgotten(services, mentor)
        assert match_of(services, match.id).state is MatchState.RELEASED
        assert stored(services, mentee.id).status is Status.WAITING
        assert [each.header("To") for each in mail(laptop)].count(mentee.address) == 1

    def test_what_is_over(self, services: Services) -> None:
        """
        A match that is over keeps the other side alone, and nothing lies between the two.
        """
        mentor, mentee = applied(services, Role.MENTOR), applied(services, Role.MENTEE)
        match = proposed(services, mentor, mentee)
        services.store.commit(take_back(pairing_of(match, services), now=services.now()))
        assert services.store.matches.pairs()
        self.noted(services, match)
        self.forgotten(services, mentor)
        left = match_of(services, match.id)
        assert left.mentor == Party(application="")
        assert left.mentee.application == mentee.id
        assert services.store.matches.pairs() == []

    def test_what_lies_between_others(self, laptop: Laptop, services: Services) -> None:
        """
        Who has an earlier address of someone who is forgotten keeps what lies between them and
        others.
        """
        mentor, mentee = applied(services, Role.MENTOR), applied(services, Role.MENTEE)
        early = mentee.address
        moved(laptop, f"/mine/{services.links.owner_token(mentee.id, 1)}", NEW)
        other = applied(services, Role.MENTEE, answers={"email": early}, id="b" * 20)
        proposed(services, mentor, other)
        assert len(services.store.matches.pairs()) == 1
        forget(find_by_keys(NEW, services), services)
        assert len(services.store.matches.pairs()) == 1
