"""Promise 18: nobody is deleted while in a match, and nobody on the list without a warning."""

from datetime import timedelta
from random import Random

import boto3
import pytest
from dateutil.relativedelta import relativedelta

from infra.laptop import Laptop
from mentorship.applications.application import Application
from mentorship.applications.pointer import pointer_id_of
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.matches.ending import end
from mentorship.pairings import pairing_of
from mentorship.services import Services
from mentorship.store.items import write_item
from tests import people, tables
from tests.clock import Clock
from tests.extent import many, sampled
from tests.golden_records import golden
from tests.lives import Ledger, Life
from tests.matched import match_of, proposed, stored
from tests.own import get, link_of, mail, post
from tests.people import apply
from tests.promises import Show

LIVES = many(10_000, some=1_000)
ROBIN = "robin@example.org"
AGREED = {"consent": ["yes"]}


@sampled
def test_nobody_is_deleted_early_or_unwarned_or_late(shown: Show) -> None:
    """
    Of random lives, with mornings missed for up to a week, all end when they were told they would.
    """
    ledger = Ledger()
    for number in range(LIVES):
        Life(Random(number), ledger).live()
    assert (ledger.early, ledger.unwarned, ledger.too_long) == (0, 0, 0)
    assert (ledger.pointers_early, ledger.pointers_too_long) == (0, 0)
    # The lives are not all alike.
    assert min(ledger.warned, ledger.stayed, ledger.matches) > LIVES / 10
    assert ledger.deleted == ledger.applications > LIVES
    shown(
        18,
        f"{LIVES:,} random lives with {ledger.applications:,} applications, "
        f"{ledger.proposals:,} proposals and entered pairs, and {ledger.matches:,} matches that "
        f"ran: {ledger.early} deleted early, {ledger.unwarned} unwarned, "
        f"{ledger.too_long} kept too long",
    )


def only(services: Services) -> Application:
    """Return the only application that is stored, whether its time is over or not."""
    (item,) = tables.items("ApplicationsTable")
    found = services.store.get(Application, item["id"]["S"])
    assert found is not None
    return found


def ends(services: Services) -> list[bool]:
    """Return whether the application, and the pointer to it, have an end in the tables."""
    pointers = [each for each in tables.items("ProgramTable") if "application" in each]
    (application,) = tables.items("ApplicationsTable")
    return ["expires" in each for each in (application, *pointers)]


def warned(laptop: Laptop, services: Services, clock: Clock) -> str:
    """Have somebody apply and be warned thirty days before their end; return their link."""
    apply(laptop, people.mentee())
    mail(laptop)
    assert ends(services) == [False, False]
    until = only(services).kept_until
    assert until is not None
    clock.time = until - timedelta(days=30, hours=1)
    laptop.daily()
    assert ends(services) == [False, False]
    clock.forward(days=1)
    laptop.daily()
    assert ends(services) == [True, True]
    return link_of(laptop, ROBIN)


def test_warned_once_and_then_deleted(laptop: Laptop, services: Services, clock: Clock) -> None:
    """
    The letter says when, comes once though the work runs daily, and at that time they are gone.
    """
    warned(laptop, services, clock)
    letters = [each for each in mail(laptop) if "stay on the list" in each.header("Subject")]
    assert len(letters) == 1
    stored = only(services)
    assert stored.expires_at == stored.kept_until is not None
    assert "On October 6, 2027" in " ".join(letters[0].part("plain").split())
    for _ in range(28):
        clock.forward(days=1)
        laptop.daily()
    mail(laptop)
    assert [e for e in mail(laptop) if "stay on the list" in e.header("Subject")] == letters
    assert services.store.application(stored.id, now=clock()) == stored
    clock.forward(days=2)
    assert services.store.application(stored.id, now=clock()) is None
    pointer = services.store.pointer(pointer_id_of(stored))
    assert pointer is not None
    assert pointer.expires_at == stored.expires_at


def test_stays_by_the_link(laptop: Laptop, services: Services, clock: Clock) -> None:
    """
    GET only shows; POST needs the tick, keeps for one more period, and is done once.
    """
    link = warned(laptop, services, clock)
    before = only(services)
    page = get(laptop, f"{link}/stay")
    assert page.status == 200
    assert "October 6, 2027" in page.text
    # Counted from today, and not from the day of the application.
    assert f"{clock() + relativedelta(months=12):%B %-d, %Y}" in page.text
    assert "never matched" not in page.text
    assert f'href="{link}#preview"' in page.text
    assert only(services) == before
    refused = post(laptop, f"{link}/stay")
    assert refused.status == 422
    assert "Tick the box" in refused.text
    assert only(services) == before
    answer = post(laptop, f"{link}/stay", AGREED)
    assert (answer.status, answer.headers["location"]) == (303, f"{link}?done=stayed")
    stayed = only(services)
    assert ends(services) == [False, False]
    assert (stayed.kept_from, stayed.warned_at, stayed.keep_months) == (clock(), None, 12)
    assert (stayed.waiting_since, stayed.status) == (before.waiting_since, before.status)
    clock.forward(days=3)
    assert post(laptop, f"{link}/stay", AGREED).status == 303
    assert only(services) == stayed
    assert "nothing to do" in get(laptop, f"{link}/stay").text
    clock.forward(days=400)
    assert services.store.application(stayed.id, now=clock()) == stayed


@pytest.mark.parametrize("outage", [9, 31, 100])
def test_after_an_outage(laptop: Laptop, services: Services, clock: Clock, outage: int) -> None:
    """
    However long the morning's work was down, nobody is gone before they had three weeks to answer.
    """
    apply(laptop, people.mentee())
    until = only(services).kept_until
    assert until is not None
    clock.time = until - timedelta(days=30) + timedelta(days=outage)
    assert services.store.application(only(services).id, now=clock()) is not None
    laptop.daily()
    expected = max(until, clock() + timedelta(days=21))
    assert only(services).expires_at == expected


@pytest.mark.parametrize(
    ("status", "is_closed"), [(Status.WITHDRAWN, True), (Status.INELIGIBLE, True)]
)
def test_closed_meanwhile(
    laptop: Laptop, services: Services, clock: Clock, status: Status, is_closed: bool
) -> None:
    """
    Whoever is off the list by then reads that it is closed, and nothing is kept longer.
    """
    link = warned(laptop, services, clock)
    closed = only(services).with_changes(status=status)
    services.store.commit(Change(puts=(closed,)))
    assert "This application is closed" in get(laptop, f"{link}/stay").text
    answer = post(laptop, f"{link}/stay", AGREED)
    assert answer.status == 409
    assert ("This application is closed" in answer.text) is is_closed
    assert only(services) == closed


@pytest.mark.parametrize("status", [each for each in Status if not each.traits.is_warned], ids=str)
def test_never_warned(laptop: Laptop, services: Services, clock: Clock, status: Status) -> None:
    """
    Of what nobody is warned, the table has the end from the beginning, and no letter is written.
    """
    apply(laptop, people.mentee())
    mail(laptop)
    stored = only(services).with_changes(status=status)
    services.store.commit(Change(puts=(stored,)))
    assert ends(services)[0]
    assert stored.expires_at is not None
    clock.time = stored.expires_at - timedelta(days=1)
    laptop.daily()
    assert not [e for e in mail(laptop) if "/stay" in e.part("plain")]


def test_stored_before_there_were_warnings(
    laptop: Laptop, services: Services, clock: Clock
) -> None:
    """
    What an earlier version stored with an end loses it on the first morning, pointer included.
    """
    client = boto3.client("dynamodb")
    for table, name in (("ApplicationsTable", "3-mentee-paused"), ("ProgramTable", "3-standing")):
        client.put_item(TableName=table, Item=write_item(golden(name)))
    assert ends(services) == [True, True]
    clock.forward(days=1)
    laptop.daily()
    assert ends(services) == [False, False]
    stored = only(services)
    clock.forward(days=1)
    laptop.daily()
    assert only(services) == stored
    clock.forward(days=400)
    assert services.store.application(stored.id, now=clock()) == stored


def test_nothing_ends_in_a_match(laptop: Laptop, services: Services, clock: Clock) -> None:
    """
    Somebody in a match is neither warned nor deleted, and their period begins when it ends.
    """
    warned(laptop, services, clock)
    mine = only(services)
    match = proposed(services, mentee=mine, by_hand_since=0)
    matched = stored(services, mine.id)
    pointer = services.store.pointer(pointer_id_of(matched))
    assert pointer
    assert (matched.expires_at, pointer.unending) == (None, (mine.id,))
    clock.forward(days=1_000)
    laptop.daily()
    assert stored(services, mine.id) == matched
    pairing = pairing_of(match_of(services, match.id), services)
    services.store.commit(end(pairing, mentee_waits=False, now=clock()))
    laptop.daily()
    ended = stored(services, mine.id)
    assert (ended.status, ended.expires_at) == (Status.RELEASED, None)
    assert ended.kept_until == clock() + relativedelta(months=ended.keep_months)
    clock.time = ended.kept_until - timedelta(days=29)
    laptop.daily()
    assert stored(services, mine.id).expires_at == ended.kept_until
    asked = [e for e in mail(laptop) if "Should we keep your answers?" in e.header("Subject")]
    assert [each.header("To") for each in asked] == [ROBIN]
