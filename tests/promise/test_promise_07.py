"""Promise 7: bots cost the coordinators a few mails a day, and everyone on hold is told so."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from infra.laptop import Laptop
from infra.outbox import Email
from mentorship.applicant.submission import ON_HOLD
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.jobs.allowed_time import AllowedTime
from mentorship.jobs.count import report
from mentorship.jobs.morning import ensure_arrangements
from mentorship.jobs.on_hold import tell_of_crowds
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter
from mentorship.notices.on_hold import MOST_A_DAY
from mentorship.services import Services
from mentorship.ses import TAG
from mentorship.web.links import Links
from tests import people
from tests.clock import Clock
from tests.coordinator import sign_in
from tests.extent import many, sampled
from tests.laptops import ADDRESS
from tests.memory import Memory
from tests.own import get, mail
from tests.people import apply
from tests.promises import Show

POSTS = many(10_000, some=1_000)
MAX_EMAILS = 24
# The sweeper looks so often in a day.
LOOKS = 24 * 4
DAYS = many(10, some=3)
A_DAY = 20


@sampled
def test_bots_cause_few_emails(
    laptop: Laptop, services: Services, clock: Clock, shown: Show
) -> None:
    """
    Bots that spring the trap, forge the stamp or only send, all day long, cause few emails.
    """
    ways = ({"website": "https://bot.example"}, {"opened": "forged"}, {})
    memory = Memory()
    vars(services).update(store=memory)
    with redirect_stdout(io.StringIO()):
        clock.forward(hours=7)  # to half past midnight in Seattle
        for look in range(LOOKS):
            for number in range(look, POSTS, LOOKS):
                given = people.mentee(email=f"bot-{number}@example.org", **ways[number % len(ways)])
                assert apply(laptop, given).status == 303
            clock.forward(minutes=14, seconds=40)
            assert tell_of_crowds(services) <= 1
        report(ensure_arrangements(services), services, AllowedTime.from_now(services.now))
    # Each letter is one email, for none is ever refused here.
    stored, letters = len(memory.of(Application)), memory.of(Letter)
    crowds = sum(each.kind is Kind.ON_HOLD for each in letters)
    assert stored == POSTS
    assert len(letters) <= MAX_EMAILS
    assert crowds == MOST_A_DAY
    shown(
        7,
        f"{POSTS:,} posts of bots in a day: {stored:,} stored, {len(letters)} emails, "
        f"{crowds} of them about a crowd",
    )


def is_receipt(email: Email) -> bool:
    """Tell whether an email is somebody's receipt."""
    return Kind.RECEIPT in email.tags[TAG].split("_")


def test_a_noon_conference(
    site: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, shown: Show
) -> None:
    """
    With a limit of eight, forty people apply from one network within an hour: each reads the truth
    at once, coordinators have one email within the hour, and one press lets all of them in.
    """
    with Laptop(ADDRESS, {"ClientLimit": "8"}) as laptop:
        told_true, first = 0, clock()
        for number in range(40):
            opened = laptop.call("GET", "/applications/opened").json["opened"]
            clock.forward(seconds=30)
            given = people.mentee(email=f"person-{number}@example.org", opened=opened)
            page = get(laptop, apply(laptop, given).headers["location"]).text
            told_true += ("Check your email" in page) == (number < 8)
            assert (ON_HOLD in page) == (number >= 8)
            first = clock() if number == 8 else first
        while not (about := [e for e in mail(laptop) if "from one network" in e.header("Subject")]):
            clock.forward(minutes=15)
            laptop.tick()
        minutes = int((clock() - first).total_seconds() // 60)
        desk = sign_in(laptop)
        page = desk.get("/desk/on-hold").text
        ticked = re.findall(r'name="let_in" value="([\w.]+)" checked', page)
        assert "Let in 32 applications" in page
        assert desk.post("/desk/on-hold", {"let_in": ticked}).status == 303
        receipts = {e.header("To") for e in mail(laptop) if is_receipt(e)}
    assert (told_true, len(about), len(ticked), len(receipts)) == (40, 1, 32, 40)
    assert minutes < 60
    shown(
        7,
        f"40 people from one network in {40 // 2} minutes: {told_true} told the truth, "
        f"{len(about)} email after {minutes} minutes, {len(receipts)} receipts after one press",
    )


@sampled
def test_a_mail_a_day_at_most(laptop: Laptop, clock: Clock, shown: Show) -> None:
    """
    What is held back is told of in one email a day, and on a day without any in none.
    """
    for day in range(DAYS):
        for number in range(A_DAY):
            given = people.mentee(email=f"bot-{day}-{number}@example.org", website="x")
            apply(laptop, given)
        clock.forward(days=1)
        laptop.daily()
        laptop.daily()
    held_back = [email for email in mail(laptop) if "on hold" in email.header("Subject").lower()]
    clock.forward(days=1)
    laptop.daily()
    assert len([e for e in mail(laptop) if "on hold" in e.header("Subject").lower()]) == DAYS
    shown(7, f"{DAYS * A_DAY} held back on {DAYS} days: {len(held_back)} emails")


@pytest.mark.rules
def test_every_person_passes(laptop: Laptop, services: Services, clock: Clock, shown: Show) -> None:
    """
    People pass with JavaScript and without, from one hospital over some days, and late.
    """
    waited: tuple[dict[str, float] | None, ...] = (
        None,  # without JavaScript
        {"seconds": 20},  # a browser's autofill
        {"minutes": 4},
        {"hours": 30},  # a page that lay open
    )
    passed = 0
    for day in range(3):
        for number in range(8):
            opened = laptop.call("GET", "/applications/opened").json["opened"]
            wait = waited[number % len(waited)]
            clock.forward(**(wait or {"minutes": 4}))
            given = people.mentee(
                email=f"person-{day}-{number}@example.org", opened=opened if wait else ""
            )
            answer = laptop.call(
                "POST",
                "/applications",
                headers={"content-type": people.FORM},
                body=people.encoded(given),
                client=f"192.0.2.{day}",
            )
            place = answer.headers["location"]
            stored = services.store.application(place.rpartition("/")[2], now=services.now())
            assert get(laptop, place).status == 200
            assert stored
            passed += stored.status is Status.WAITING
    assert passed == 24
    shown(7, f"{passed} of 24 people passed, with JavaScript and without")


def test_a_person_taken_for_a_bot_is_let_in(laptop: Laptop) -> None:
    """
    One who is on hold is told so, has a reference, and gets both emails once let in.
    """
    answer = apply(laptop, people.mentee(website="filled in by a browser"))
    receipt = answer.headers["location"]
    assert ON_HOLD in get(laptop, receipt).text
    reference = get(laptop, receipt).text.split('class="reference">')[1][:9]
    assert mail(laptop) == []
    desk = sign_in(laptop)
    before = len(mail(laptop))
    assert desk.post(f"/desk/applications/{receipt.rpartition('/')[2]}/admit").status == 303
    subjects = [email.header("Subject") for email in mail(laptop)[before:]]
    assert len(subjects) == 2
    assert all(reference in subject for subject in subjects)


def test_a_stamp_is_no_link(services: Services) -> None:
    """
    What says when a form was opened opens nobody's application.
    """
    from mentorship.web.problems import DamagedLink

    links: Links = services.links
    with pytest.raises(DamagedLink):
        links.read_owner_token(links.stamp())
    assert links.age_of(links.owner_token("0" * 20, 1)) is None
