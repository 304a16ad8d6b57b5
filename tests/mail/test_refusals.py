"""An address that refuses mail is known by one mark, however its domain is written."""

import pytest

from infra.laptop import Laptop
from infra.outbox import Email
from mentorship.change import Change, Mark, refused_mark_id
from mentorship.mail.refusals import REFUSED_FOR, is_refused, mark_refused, refusals
from mentorship.services import Services
from tests import people
from tests.clock import Clock
from tests.coordinator import sign_in
from tests.desk_lists import text
from tests.own import mail
from tests.people import apply

UNICODE, ASCII = "robin@bücher.example", "robin@xn--bcher-kva.example"
PAGE = "/desk/applications/00000001abcdefghjkmn"
REFUSES = "refuses mail: the last email came back for good"


def earlier(services: Services) -> Mark:
    """Store the mark of an address that came back when marks had the domain in ASCII."""
    (_, hashed) = services.links.hashes_of(UNICODE)
    mark = Mark(
        id=refused_mark_id(hashed),
        at=services.now(),
        expires_at=services.now() + REFUSED_FOR,
    )
    services.store.commit(Change(puts=(mark,)))
    return mark


class TestOneSpelling:
    @pytest.mark.parametrize("reported", [UNICODE, ASCII])
    def test_each_spelling_finds_the_mark(self, services: Services, reported: str) -> None:
        """
        SES reports the domain in ASCII, and applications have it in Unicode.
        """
        mark_refused(reported, services)
        assert all(is_refused(each, services) for each in (UNICODE, ASCII, UNICODE.upper()))
        assert not is_refused("robin@bucher.example", services)

    def test_a_mark_of_an_earlier_version(self, services: Services, clock: Clock) -> None:
        """
        Marks that were stored under the domain in ASCII still count, until they expire.
        """
        mark = earlier(services)
        assert refusals(UNICODE, services) == (mark,) == refusals(ASCII, services)
        assert is_refused(UNICODE, services)
        clock.time += REFUSED_FOR
        assert not is_refused(UNICODE, services)


class TestAtTheDesk:
    def test_an_internationalized_domain_that_bounces(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        The desk says that the address refuses mail, and *Send again* has it tried again.
        """
        apply(laptop, people.mentee(email=UNICODE))
        receipt = _receipt(laptop)
        laptop.returned(receipt, "Bounce")
        desk = sign_in(laptop)
        assert REFUSES in text(desk.get(PAGE).text)
        self._sent_again(laptop, clock)
        assert REFUSES not in text(desk.get(PAGE).text)

    def test_a_mark_of_an_earlier_version(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        It is shown, and taken away by *Send again*, as any mark is.
        """
        apply(laptop, people.mentee(email=UNICODE))
        earlier(services)
        assert REFUSES in text(sign_in(laptop).get(PAGE).text)
        self._sent_again(laptop, clock)

    def _sent_again(self, laptop: Laptop, clock: Clock) -> None:
        """Have the receipt sent again, and see that it is."""
        before = len(mail(laptop))
        desk = sign_in(laptop)
        desk.post(f"{PAGE}/send-again", {"letter": ["00000001abcdefghjkmn#receipt"]})
        clock.forward(minutes=15)
        laptop.tick()
        sent = [each.header("To") for each in mail(laptop)[before:]]
        assert ASCII in sent


def _receipt(laptop: Laptop) -> Email:
    (found,) = (each for each in mail(laptop) if each.header("To") == ASCII)
    return found
