"""How somebody is reached: an address is corrected at the desk, and whoever has none is called."""

import re
from datetime import date

import pytest

from infra.edge import Answer
from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.change import Change, forgotten_mark_id
from mentorship.form.question import Role
from mentorship.letters.traits import Reader
from mentorship.program.audit import Action
from mentorship.services import Services
from tests import people, tables
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.desk_files import addresses
from tests.desk_lists import names, opened, text
from tests.desk_pages import kinds, page, press, record, said, stored, to
from tests.own import get, link_of, mail, nothing_changes, post
from tests.people import apply

MISTYPED, RIGHT = "robin@exampel.org", "robin@example.org"
NUMBER, DIALED = "(206) 555-0100", "2065550100"
ONLY = "by phone only"


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator who has signed in; nobody has applied."""
    return sign_in(laptop)


def add(desk: Coordinator, *, role: Role = Role.MENTOR, **changes: str) -> Answer:
    """Enter somebody who has only a phone number, and has agreed on it."""
    usual = {"full_name": "Robin Example", "phone": NUMBER, "agreed": "by telephone"}
    given = {name: [words] for name, words in {**usual, **changes}.items()}
    return desk.post(f"/desk/add/{role}", given)


def entered(services: Services, answer: Answer) -> Application:
    """Return whom a coordinator has entered."""
    assert answer.status == 303
    return stored(services, answer.headers["location"].split("/")[3].partition("?")[0])


def at(application: Application) -> str:
    """Return the path of an application's page."""
    return f"/desk/applications/{application.id}"


def to_applicants(services: Services, application: Application) -> int:
    """Return how many letters to somebody were written, sent or not."""
    letters = services.store.queries.letters_about(application.id)
    return sum(each.reader is Reader.APPLICANT for each in letters)


class TestByPhoneOnly:
    def test_is_entered_and_waits(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        They wait once it is noted how they agreed; coordinators are told, and nobody else.
        """
        before = len(mail(laptop))
        answer = add(desk)
        assert said(desk, answer) == "entered-call"
        found = entered(services, answer)
        assert (found.status, found.address, found.entered_by) == (
            Status.WAITING, "", COORDINATORS,
        )  # fmt: skip
        assert to_applicants(services, found) == 0
        (told,) = mail(laptop)[before:]
        assert (told.header("To"), told.header("Reply-To")) == (
            COORDINATORS, services.program.contact,
        )  # fmt: skip
        for kind in ("plain", "html"):
            words = text(told.part(kind))
            assert "By phone only: there is no email address, so call them." in words
            assert "write to the applicant" not in words
            assert NUMBER in words

    def test_is_shown_as_such(self, desk: Coordinator, services: Services) -> None:
        """
        The lists and the page say so; what would be an email is not offered.
        """
        found = entered(services, add(desk, role=Role.MENTEE))
        called = f'href="tel:{DIALED}">{NUMBER}</a>'
        for shown in (opened(desk, role="mentee"), page(desk, at(found)), page(desk, "/desk")):
            assert called in shown
        assert ONLY in text(opened(desk, role="mentee"))
        words = text(page(desk, at(found)))
        assert f"By phone only {NUMBER} no email is sent: a coordinator calls" in words
        assert "not confirmed" not in words
        assert "mailto:" not in page(desk, at(found)).partition("</main>")[0]
        refusal = text(page(desk, f"{at(found)}/not-eligible"))
        assert "They have no email address, so no email is sent: call them" in refusal
        assert "The email" not in refusal
        withdrawal = text(page(desk, f"{at(found)}/withdraw"))
        assert "They have no email address, so no email is sent: call them." in withdrawal
        assert "Do this if Robin Example has asked for it." in text(
            page(desk, f"{at(found)}/forget")
        )

    def test_has_not_agreed(self, desk: Coordinator, services: Services) -> None:
        """
        Until a coordinator has called and noted it, they are not to be matched.
        """
        found = entered(services, add(desk, agreed=""))
        assert found.status is Status.INVITED
        assert "call them, and note below how they agreed" in text(page(desk, at(found)))
        assert said(desk, press(desk, "agreed", at=at(found), agreed="by telephone")) == "agreed"
        assert stored(services, found.id).status is Status.WAITING
        assert to_applicants(services, found) == 0

    @pytest.mark.parametrize("number", ["206.555.0100", "+1 206 555 0100"])
    def test_one_number_is_one_person(
        self, laptop: Laptop, desk: Coordinator, services: Services, number: str
    ) -> None:
        """
        Entered again, with an address too or not, they are found; as another role they are not.
        """
        found = entered(services, add(desk))
        for address in ({}, {"email": RIGHT}):
            with nothing_changes(laptop):
                answer = add(desk, phone=number, **address)
            assert answer.status == 409
            assert found.reference in text(answer.text)
            assert "you can add an email address there" in text(answer.text)
        assert entered(services, add(desk, role=Role.MENTEE)).id != found.id

    def test_twice_is_once(self, desk: Coordinator) -> None:
        """
        The button pressed twice enters one person.
        """
        assert add(desk).headers["location"] == add(desk).headers["location"]

    def test_is_found_and_exported(self, desk: Coordinator, services: Services) -> None:
        """
        By name, reference or number; in an export the cell of the address is empty.
        """
        found = entered(services, add(desk))
        for sought in ("robin", found.reference, "206-555-0100", "+1 (206) 555 0100"):
            answer = desk.post("/desk/look-up", {"look_up": [sought]})
            assert names(page(desk, answer.headers["location"])) == ["Robin Example"], sought
        assert addresses(desk, role="mentor", status="waiting") == [""]

    def test_is_withdrawn(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        A coordinator does it for them, and the other coordinators read whom to call.
        """
        found = entered(services, add(desk))
        before = len(mail(laptop))
        assert said(desk, press(desk, "withdraw", at=at(found))) == "withdrawn-call"
        assert stored(services, found.id).status is Status.WITHDRAWN
        (told,) = mail(laptop)[before:]
        assert "The applicant has no email address: call them" in text(told.part("plain"))
        assert to_applicants(services, found) == 0
        # They may come back, and both are found by the number.
        again = entered(services, add(desk))
        assert press(desk, "forget", at=at(again)).status == 200
        assert tables.items("ApplicationsTable") == []

    def test_is_not_eligible(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        No letter is written, and they may be put back.
        """
        found = entered(services, add(desk))
        answer = press(desk, "not-eligible", at=at(found), reason="other")
        assert said(desk, answer) == "ineligible-call"
        assert to_applicants(services, found) == 0
        assert said(desk, press(desk, "back-on-list", at=at(found))) == "reinstated"

    def test_is_forgotten(self, desk: Coordinator, services: Services) -> None:
        """
        With the pointer; the mark by which a backup forgets them again holds no number.
        """
        found = entered(services, add(desk))
        assert press(desk, "forget", at=at(found)).status == 200
        assert "2065550100" not in str(tables.items("ProgramTable"))
        assert services.store.mark(forgotten_mark_id(found.id), now=None)
        hashed = services.links.hashed("phone:2065550100")
        assert services.store.mark(forgotten_mark_id(hashed), now=None)

    def test_nobody_gets_a_link_to_it(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        A link is asked for by an address, and none leads here.
        """
        found = entered(services, add(desk))
        before = len(mail(laptop))
        post(laptop, "/links", {"email": ["phone2065550100@example.org"]})
        assert mail(laptop)[before:] == []
        assert to_applicants(services, found) == 0

    def test_neither_address_nor_number(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        One of them must be known.
        """
        with nothing_changes(laptop):
            answer = add(desk, phone=" ")
        assert answer.status == 422
        assert "Enter an email address or a phone number" in text(answer.text)


class TestAddressAdded:
    def test_they_are_asked_to_check(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        From then on they are like anybody who was entered with an address.
        """
        found = entered(services, add(desk))
        before = len(mail(laptop))
        assert "Add an email address" in text(page(desk, at(found)))
        answer = press(desk, "address", at=at(found), right_address=RIGHT)
        assert said(desk, answer) == "address"
        assert [each.header("To") for each in mail(laptop)[before:]] == [RIGHT]
        assert kinds(mail(laptop)[before:]) == {"entered"}
        assert get(laptop, link_of(laptop, RIGHT)).status == 200
        words = text(page(desk, at(found)))
        assert ONLY not in words.casefold()
        assert f"{RIGHT} not confirmed yet" in words
        # Their number leads nowhere now, and is free for somebody else's entry.
        assert services.store.pointer("waiting#mentor#phone:2065550100") is None


class TestAddressCorrected:
    @pytest.fixture
    def mistyped(self, laptop: Laptop) -> str:
        """Somebody applied with a mistyped address; the link that was mailed there."""
        apply(laptop, people.mentee(email=MISTYPED))
        return link_of(laptop, MISTYPED)

    @pytest.fixture
    def desk(self, laptop: Laptop, mistyped: str) -> Coordinator:
        """A coordinator who has signed in after that."""
        return sign_in(laptop)

    def test_the_new_one_is_asked_to_confirm(
        self, laptop: Laptop, desk: Coordinator, services: Services, mistyped: str
    ) -> None:
        """
        The old link is dead, the new one works, and it is recorded without the address.
        """
        before = len(mail(laptop))
        answer = press(desk, "address", right_address=f" {RIGHT} ")
        assert said(desk, answer) == "address"
        (receipt,) = mail(laptop)[before:]
        assert receipt.header("To") == RIGHT
        assert "confirm that this address is yours" in text(receipt.part("plain"))
        assert get(laptop, mistyped).status == 410
        assert post(laptop, f"{link_of(laptop, RIGHT)}/confirm").status == 303
        assert stored(services).confirmed_at == services.now()
        assert record(services) == [(Action.REACHED_AT, "0000-0001", "")]
        assert f"Address corrected to {RIGHT}; before: {MISTYPED}" in text(page(desk))
        # Confirmed, only its owner changes it.
        assert "Correct the email address" not in text(page(desk))
        with nothing_changes(laptop):
            late = press(desk, "address", right_address="kim@example.org")
        assert said(desk, late) == "late"

    def test_pressed_twice(
        self, laptop: Laptop, desk: Coordinator, services: Services, mistyped: str
    ) -> None:
        """
        There is one email, and one entry in the audit log.
        """
        before = len(mail(laptop))
        for _ in range(2):
            assert said(desk, press(desk, "address", right_address=RIGHT)) == "address"
        assert len(mail(laptop)) == before + 1
        assert len(record(services)) == 1
        assert stored(services).address_version == 2

    def test_the_address_is_known_from_then_on(
        self, laptop: Laptop, desk: Coordinator, services: Services, mistyped: str
    ) -> None:
        """
        Sent again with the right address it is a change that waits; the wrong one is free.
        """
        press(desk, "address", right_address=RIGHT)
        apply(laptop, people.mentee(city="Tacoma"))
        assert len(stored(services).pending_changes) == 1
        assert services.store.pointer(f"waiting#mentee#{MISTYPED}") is None

    def test_another_application_has_it(
        self, laptop: Laptop, desk: Coordinator, mistyped: str
    ) -> None:
        """
        Nothing is changed if they have applied with the right one meanwhile.
        """
        apply(laptop, people.mentee())
        with nothing_changes(laptop):
            assert said(desk, press(desk, "address", right_address=RIGHT)) == "stands"

    def test_earlier_applications_are_not_theirs(
        self, laptop: Laptop, desk: Coordinator, services: Services, mistyped: str
    ) -> None:
        """
        Whoever has the wrong address has applied before: that is forgotten for them, not for these.
        """
        post(laptop, f"{mistyped}/withdraw")
        apply(laptop, people.mentee(email=MISTYPED))
        theirs = services.store.pointer(f"waiting#mentee#{MISTYPED}")
        assert theirs is not None
        corrected = f"/desk/applications/{theirs.application}"
        press(desk, "address", at=corrected, right_address=RIGHT)
        assert press(desk, "forget", at=corrected).status == 200
        assert stored(services).status is Status.WITHDRAWN
        assert press(desk, "forget").status == 200
        assert tables.items("ApplicationsTable") == []
        assert MISTYPED not in str(tables.items("ProgramTable"))

    def test_of_one_that_was_on_hold(self, laptop: Laptop, services: Services) -> None:
        """
        Nothing leads to it from the wrong address, of which nothing is left once it is forgotten.
        """
        apply(laptop, people.mentee(email="robin@exampel.com", website="x"))
        (found,) = services.store.queries.by_name("robin", now=services.now())
        desk = sign_in(laptop)
        assert press(desk, "admit", at=at(found)).status == 303
        press(desk, "address", at=at(found), right_address=RIGHT)
        assert "exampel.com" not in str(tables.items("ProgramTable"))
        assert press(desk, "forget", at=at(found)).status == 200
        assert "exampel.com" not in str(tables.items("ProgramTable"))

    def test_not_their_own(
        self, laptop: Laptop, desk: Coordinator, services: Services, mistyped: str
    ) -> None:
        """
        A link to somebody's page, with the private note on it, is not mailed to a coordinator.
        """
        before = len(mail(laptop))
        answer = press(desk, "address", right_address=COORDINATORS.upper())
        assert answer.status == 409
        assert stored(services).address == MISTYPED
        assert mail(laptop)[before:] == []
        assert record(services) == [(Action.REFUSED, "0000-0001", "address")]

    def test_no_address(self, laptop: Laptop, desk: Coordinator, mistyped: str) -> None:
        """
        What cannot be one is said beside the box, with what was typed.
        """
        with nothing_changes(laptop):
            answer = press(desk, "address", right_address="Kim kim@example.org")
        assert answer.status == 422
        assert "Enter one email address, without spaces" in text(answer.text)
        assert 'value="Kim kim@example.org"' in answer.text

    def test_one_that_looks_mistyped_again(
        self, laptop: Laptop, desk: Coordinator, services: Services, mistyped: str
    ) -> None:
        """
        It is asked about, and kept when the page that asks is sent as it is.
        """
        with nothing_changes(laptop):
            asked = press(desk, "address", right_address="robin@gmial.com")
        assert "Did you mean robin@gmail.com?" in text(asked.text)
        (kept,) = re.findall(r'name="right_address_asked" value="([^"]*)"', asked.text)
        answer = press(desk, "address", right_address=kept, right_address_asked=kept)
        assert said(desk, answer) == "address"
        assert stored(services).address == "robin@gmial.com"


def test_the_morning_calls_nobody_by_email(
    laptop: Laptop, desk: Coordinator, services: Services, clock: Clock
) -> None:
    """
    On the day by which they were told to hear nothing goes to whoever has no address.
    """
    found = entered(services, add(desk))
    told = found.with_changes(reply_by=date(2026, 10, 13))
    services.store.commit(Change(puts=(told,)))
    clock.forward(days=8)
    laptop.daily()
    assert to_applicants(services, found) == 0
    assert stored(services, found.id).notified_at is None
    assert to(laptop, "") == []


def test_what_was_agreed_first_stays_recorded(
    laptop: Laptop, desk: Coordinator, services: Services, clock: Clock
) -> None:
    """
    A coordinator records that someone wants to stay: how they once agreed to take part is a note.
    """
    found = entered(services, add(desk))
    clock.forward(days=340)
    laptop.daily()
    later = sign_in(laptop)
    assert said(later, press(later, "stay", at=at(found))) == "stays"
    after = stored(services, found.id)
    assert after.agreed is not None
    assert after.agreed.at == services.now()
    assert found.agreed is not None
    (note,) = after.notes
    assert (note.at, note.text) == (found.agreed.at, "Agreed before: by telephone")


def test_a_warning_goes_to_the_right_address(
    laptop: Laptop, desk: Coordinator, services: Services, clock: Clock
) -> None:
    """
    Whoever was warned at a mistyped address is warned again at the right one, once.
    """
    apply(laptop, people.mentee(email=MISTYPED))
    clock.forward(days=340)
    laptop.daily()
    signed_in, found = sign_in(laptop), stored(services, only(services))
    assert found.is_leaving
    press(signed_in, "address", at=at(found), right_address=RIGHT)
    for _ in range(2):
        clock.forward(days=1)
        laptop.daily()
    subject = f"Do you want to stay on the list? {found.reference}"
    asked = [each.header("To") for each in mail(laptop) if each.header("Subject") == subject]
    assert asked == [MISTYPED, RIGHT]
    assert stored(services, found.id).is_leaving


def only(services: Services) -> str:
    """Return the id of the only application that is stored."""
    (item,) = tables.items("ApplicationsTable")
    return str(item["id"]["S"])
