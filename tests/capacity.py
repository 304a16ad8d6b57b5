"""
What a page of the list of applications costs: `python -m tests.capacity [n …]`.

DynamoDB Local says of each call what DynamoDB would charge for it. The page is asked for as a
coordinator's browser does, so that all counts that it reads: the session, what is arranged, the
member list. Everybody is as long as everybody else, and names the area that is looked for: what is
compared is how many there are.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import boto3

from infra import dynamodb
from infra.laptop import Laptop
from mentorship.change import Change
from mentorship.desk.applications import MAX_READ
from mentorship.form.question import Role
from mentorship.members.roster import Member, Roster, list_entries
from mentorship.services import Services
from mentorship.store import application_records
from mentorship.store.items import write_item
from mentorship.store.letter_queries import PAGE
from tests import made
from tests.coordinator import Coordinator, sign_in

ADDRESS = "http://127.0.0.1:8000"
LIST = "/desk/applications?role=mentee&status=waiting"
# Everybody names this one.
AREA = "breast"
# Each page in words, its address, and how many rows it has at most.
PAGES = {
    "the first 25 in waiting order": (LIST, PAGE),
    "those of an area of radiology": (f"{LIST}&area={AREA}", MAX_READ),
}
# What DynamoDB writes in one call that is no transaction.
BATCH = 25


@dataclass
class Meter:
    """What calls to DynamoDB have consumed: read capacity units, and how many calls there were."""

    units: float = 0.0
    calls: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.units:g} read capacity units in {len(self.calls)} calls"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count what the functions' client reads meanwhile."""
        from mentorship.services import services

        events = services().store._client.meta.events
        asked, answered = "provide-client-params.dynamodb", "after-call.dynamodb"
        events.register(asked, self._ask)
        events.register(answered, self._count)
        try:
            yield
        finally:
            events.unregister(asked, self._ask)
            events.unregister(answered, self._count)

    def _ask(self, params: dict[str, Any], **_: object) -> dict[str, Any]:
        return {**params, "ReturnConsumedCapacity": "TOTAL"}

    def _count(self, parsed: dict[str, Any], model: Any, **_: object) -> None:
        told = parsed["ConsumedCapacity"]
        self.calls.append(model.name)
        self.units += sum(
            each["CapacityUnits"] for each in (told if isinstance(told, list) else [told])
        )


def fill(services: Services, begin: int, end: int) -> None:
    """Store made-up mentees who wait, one received each minute, the last of them a minute ago."""
    one = made.application(Role.MENTEE, confirmed_at=services.now())
    client, table = boto3.client("dynamodb"), services.settings.applications_table
    earliest = services.now() - timedelta(days=300)
    for at in range(begin, end, BATCH):
        puts = []
        for number in range(at, min(at + BATCH, end)):
            each = replace(
                one,
                id=f"{number:026}",
                reference=f"{number:08}",
                answers={
                    **one.answers,
                    "full_name": f"Example {number:07}",
                    "email": f"{number:07}@example.org",
                    "subspecialties": [AREA],
                },
                received_at=earliest + timedelta(minutes=number),
            )
            puts.append(
                {"PutRequest": {"Item": write_item(application_records.write_application(each))}}
            )
        left: Any = {table: puts}
        while left:
            left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]


def put_roster(services: Services) -> None:
    """Store a member list that has half of those who are looked at first."""
    members = [
        Member(addresses=(f"{number:07}@example.org",), name="", lapsed=False)
        for number in range(0, 100, 2)
    ]
    now = services.now()
    services.store.put_list_entries(
        list_entries(members, number=1, hashed=services.links.hashed, now=now), pause=services.pause
    )
    listed = Roster(number=1, at=now, by="", members=len(members), lapsed=0, unread=0)
    services.store.commit(Change(puts=(listed,)))


def measured(desk: Coordinator, page: str, rows: int) -> Meter:
    """Return what a page of so many rows consumes."""
    meter = Meter()
    with meter.running():
        answer = desk.get(page)
    assert answer.status == 200
    assert answer.text.count('class="person"') == rows
    return meter


def costs(
    counts: list[int], laptop: Laptop, services: Services, tell: Callable[[str], None]
) -> dict[str, list[float]]:
    """
    Return what each page consumes with so many applications, and *tell* of it.

    Args:
        counts: how many applications there are to be, fewest first.
        laptop: with its tables in DynamoDB Local.
        services: what its functions work with.
        tell: is told each figure in words.

    """
    put_roster(services)
    desk = sign_in(laptop)
    found: dict[str, list[float]] = {words: [] for words in PAGES}
    stored = 0
    for count in sorted(counts):
        fill(services, stored, count)
        stored = count
        for words, (page, most) in PAGES.items():
            meter = measured(desk, page, min(count, most))
            found[words].append(meter.units)
            tell(f"{count:>9,} applications, {words}: {meter}")
    return found


def main() -> None:
    """Print the figures."""
    from mentorship.services import services

    counts = [int(each) for each in sys.argv[1:]] or [100, 100_000]
    os.environ["DYNAMODB"] = "local"
    with Laptop(ADDRESS) as laptop:
        costs(counts, laptop, services(), print)
    dynamodb.shared().stop()


if __name__ == "__main__":
    main()
