"""Promise 3: nobody can replace another's answers."""

import pytest

from infra.laptop import Laptop
from mentorship.applications.status import Status
from mentorship.services import Services
from tests import people
from tests.clock import Clock
from tests.own import LINK, get, link_of, mail, post
from tests.people import apply
from tests.promises import Show

pytestmark = pytest.mark.rules

TRIES = 100
DAYS = 4
VICTIM = "robin@example.org"


def test_a_stranger_changes_nothing(
    laptop: Laptop, services: Services, clock: Clock, shown: Show
) -> None:
    """
    A stranger's tries leave the stored answers as they are, and mail the owner a fixed text a day.
    """
    answer = apply(laptop, people.mentee())
    mine = answer.headers["location"].rpartition("/")[2]
    before = services.store.application(mine, now=services.now())
    sent = len(mail(laptop))
    for number in range(TRIES):
        if number and number % (TRIES // DAYS) == 0:
            clock.forward(days=1)
        given = people.mentee(full_name=f"Stranger {number}", goal=f"Something else {number}")
        laptop.call(
            "POST",
            "/applications",
            headers={"content-type": people.FORM},
            body=people.encoded(given),
            client=f"203.0.113.{number}",
        )
    after = services.store.application(mine, now=services.now())
    notices = mail(laptop)[sent:]
    assert before
    assert after
    assert (after.answers, after.status) == (before.answers, Status.WAITING)
    assert {email.header("To") for email in notices} == {VICTIM}
    # The same words, whatever the stranger wrote: only the link's signature differs.
    assert len({LINK.sub("LINK", email.part("plain")) for email in notices}) == 1
    assert not [email for email in notices if "Stranger" in email.raw]
    assert 1 <= len(notices) <= DAYS
    shown(
        3,
        f"{TRIES} tries of a stranger on {DAYS} days: 0 answers changed, "
        f"{len(notices)} emails of 1 fixed text",
    )


def test_the_owner_takes_it_up(laptop: Laptop, services: Services) -> None:
    """
    What waits becomes the answers once the owner says so, by POST and not by GET.
    """
    first = apply(laptop, people.mentee()).headers["location"].rpartition("/")[2]
    waits = apply(laptop, people.mentee(city="Tacoma")).headers["location"].rpartition("/")[2]
    link = link_of(laptop, VICTIM)
    page = get(laptop, link)
    assert "Tacoma" in page.text
    before = services.store.application(first, now=services.now())
    assert before
    assert before.answers["city"] == "Seattle"
    assert post(laptop, f"{link}/take-up", {"change": [waits]}).status == 303
    after = services.store.application(first, now=services.now())
    assert after
    assert after.answers["city"] == "Tacoma"
    assert [version.answers["city"] for version in after.versions] == ["Seattle"]
    subjects = [email.header("Subject") for email in mail(laptop)]
    assert sum(after.reference in subject for subject in subjects) == 4


def test_the_answer_tells_nothing(laptop: Laptop) -> None:
    """
    The page after the form is the same whether the address has applied before or not.

    For some minutes it repeats the address that was typed.
    """
    apply(laptop, people.mentee())
    pages = []
    for email in (VICTIM, "nobody@example.org"):
        answer = apply(laptop, people.mentee(email=email, city="Yakima"))
        place = answer.headers["location"]
        reference = f"{place[14:18]}-{place[18:22]}".upper()
        page = get(laptop, place).text.replace(reference, "REFERENCE")
        pages.append(page.replace(email, "EMAIL"))
    assert pages[0] == pages[1]
