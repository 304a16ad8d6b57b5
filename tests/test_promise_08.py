"""Promise 8: what is stored is seen by its owner and by coordinators, and by nobody else."""

import itertools
import json
from collections.abc import Iterator

import pytest

from infra import template
from infra.edge import Answer
from infra.laptop import Laptop
from mentorship.application import Status
from mentorship.handlers import own
from mentorship.services import Services
from tests import people, tables
from tests.conftest import Clock, Show, apply
from tests.own import get, link_of, mail, post

# What only the owner of an application may come to see.
SECRETS = (
    "Robin Example",
    "robin@example.org",
    "moved@example.org",
    "206 555 0100",
    "Example Hospital",
    "Sam Example",
    "To leave residency",
    "0000-0001",
)
ACCEPTED = ("text/html", "application/json", "text/csv", "")


def _tokens(laptop: Laptop, services: Services, clock: Clock) -> Iterator[tuple[str, str]]:
    """Yield every state that a token can be in but the one that opens, with its name."""
    links = services.links
    mine = services.store.standing("waiting#mentee#moved@example.org")
    assert mine
    good = links.own(mine.application, 1)
    yield "of an earlier address", good
    yield "of an address to come", links.own(mine.application, 3)
    payload, time, signature = good.split(".")
    yield "with another signature", f"{payload}.{time}.{signature[::-1]}"
    yield "without a signature", f"{payload}.{time}"
    yield "with another payload", links.own("0" * 20, 1).split(".")[0] + f".{time}.{signature}"
    yield "of another purpose", links.stamp()
    yield "of nothing stored", links.own("9" * 20, 1)
    yield "the application's id", mine.application
    yield "empty", "-"
    yield "very long", "A" * 5_000
    yield "of strange letters", "%00%ff%2e%2e"
    before = clock.time
    clock.time = before.replace(year=before.year - 1)
    old = links.own(mine.application, 2)
    clock.time = before
    yield "too old", old


def _asked(laptop: Laptop, method: str, path: str, accept: str) -> Answer:
    headers = {"accept": accept, "content-type": people.FORM}
    body = people.encoded(people.mentee(city="Leaked")) if method == "POST" else b""
    return laptop.call(method, path, headers=headers, body=body)


def test_no_other_token_opens_anything(
    laptop: Laptop, services: Services, clock: Clock, shown: Show
) -> None:
    """
    In every state but the right one, on every route and in every format, a token shows nothing.
    """
    apply(laptop, people.mentee())
    link = link_of(laptop, "robin@example.org")
    post(laptop, f"{link}/correct", people.mentee(email="moved@example.org"))
    proof = link_of(laptop, "moved@example.org")
    waits = [
        each["id"]["S"]
        for each in tables.items("ApplicationsTable")
        if each["status"]["S"] == Status.UNCONFIRMED
    ]
    post(laptop, f"{proof}/take-up", {"change": waits})
    # The application has moved to its second address, and a good token is of that one.
    (stored,) = [
        each for each in tables.items("ApplicationsTable") if each["status"]["S"] == "waiting"
    ]
    assert stored["mailbox"]["N"] == "2"
    before = tables.everything()
    routes = sorted((method, path) for method, path in own.ROUTES if "{token}" in path)
    leaks, asked = [], 0
    states = list(_tokens(laptop, services, clock))
    for (state, token), (method, path), accept in itertools.product(states, routes, ACCEPTED):
        answer = _asked(laptop, method, path.replace("{token}", token), accept)
        asked += 1
        told = answer.text + json.dumps(dict(answer.headers))
        leaks += [(state, path, secret) for secret in SECRETS if secret in told]
        assert answer.status in (404, 410), (state, method, path, answer.status)
    assert leaks == []
    assert tables.everything() == before
    shown(
        8,
        f"{len(states)} states of a token on {len(routes)} routes in {len(ACCEPTED)} formats: "
        f"{asked} answers, {len(leaks)} leaks",
    )


def test_a_proof_of_an_address_shows_only_that(laptop: Laptop, shown: Show) -> None:
    """
    Who holds a link that asks to prove an address sees the address and no other answer.
    """
    apply(laptop, people.mentee())
    link = link_of(laptop, "robin@example.org")
    post(laptop, f"{link}/correct", people.mentee(email="moved@example.org"))
    proof = link_of(laptop, "moved@example.org")
    before = tables.everything()
    seen = [secret for secret in SECRETS if secret in get(laptop, proof).text]
    refused = 0
    for method, path in own.ROUTES:
        act = path.rpartition("/")[2]
        if act in ("correct", "withdraw", "forget"):
            answer = _asked(laptop, method, f"{proof}/{act}", "text/html")
            assert answer.status == 404
            assert [secret for secret in SECRETS if secret in answer.text] == []
            refused += 1
    assert seen == ["moved@example.org"]
    assert tables.everything() == before
    shown(8, f"{refused} routes closed to a link that proves an address, {len(seen)} answer seen")


def test_a_known_address_is_answered_as_an_unknown_one(laptop: Laptop, shown: Show) -> None:
    """
    Whether an address is asked for its link or sent the form again, the answer does not tell.
    """
    apply(laptop, people.mentee())
    answers = [
        post(laptop, "/links", {"email": [address]})
        for address in ("robin@example.org", "nobody@example.org")
    ]
    assert answers[0] == answers[1]
    assert len([email for email in mail(laptop) if email.header("To") == "robin@example.org"]) == 2
    shown(8, f"{len(answers)} answers to a known and an unknown address: 1 text")


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_each_export_is_recorded(
    format: str, laptop: Laptop, capsys: pytest.CaptureFixture[str], shown: Show
) -> None:
    """
    No address on the web leads to the export, and each time it is made the log has it.
    """
    apply(laptop, people.mentee())
    capsys.readouterr()
    laptop.invoke("Export", {"format": format, "role": "mentee"})
    (line,) = [
        json.loads(line)
        for line in capsys.readouterr().out.splitlines()
        if "applications exported" in line
    ]
    assert (line["format"], line["count"]) == (format, 1)
    routes = [route for route in template.routes() if route.function == "Export"]
    assert routes == []
    shown(8, f"{len(routes)} routes to an export as {format}, 1 line in the log for 1 export")
