"""Promise 12: whoever asks is forgotten, and what is due to be deleted is deleted."""

import base64
import json
from typing import Any

import boto3
import pytest

from infra.laptop import Laptop
from infra.operate import Operator
from infra.trouble import Trouble
from mentorship.services import Services
from tests import people, tables
from tests.clock import Clock
from tests.own import get, link_of, mail, post
from tests.people import apply
from tests.promises import Show

pytestmark = pytest.mark.rules

# Nobody else has any of these, in any spelling.
ADDRESS = "forgettable@example.org"
TRACES = ("forgettable", "Fay Forgettable", "unforgotten goal", "Forgettable Hospital")
FAY = {
    "full_name": "Fay Forgettable",
    "email": ADDRESS,
    "goal": "An unforgotten goal.",
    "institution": "Forgettable Hospital",
}


def _live(laptop: Laptop, clock: Clock) -> None:
    """Let somebody apply in every way, correct, and be sent changes by others."""
    apply(laptop, people.mentee(**FAY))
    apply(laptop, people.mentor(full_name=FAY["full_name"], email=ADDRESS.upper()))
    apply(laptop, people.mentee(**FAY, website="a bot was here"))
    apply(laptop, people.mentee(**FAY, city="Tacoma"))
    link = link_of(laptop, ADDRESS)
    for city in ("Spokane", "Yakima"):
        answer = post(laptop, f"{link}/correct", people.mentee(**FAY, city=city))
        link = answer.headers["location"].partition("?")[0]
    apply(laptop, people.mentee())
    mail(laptop)
    clock.forward(days=1)
    laptop.daily()
    mail(laptop)


def _ending() -> list[dict[str, Any]]:
    """Return the applications that DynamoDB deletes at some time."""
    return [item for item in tables.items("ApplicationsTable") if "expires" in item]


def _traces(where: str) -> list[str]:
    return [trace for trace in TRACES if trace.casefold() in where.casefold()]


def _places(laptop: Laptop, log: str, emails: list[str]) -> dict[str, str]:
    """Return, by its name, the text of each place where somebody could still be found."""
    places = {name: json.dumps(found) for name, found in tables.everything().items()}
    for kind in ("csv", "json"):
        for status in ("waiting", "withdrawn", "quarantined", "unconfirmed", "merged"):
            asked = {"format": kind, "status": status, "include": ["not_with"]}
            answer = laptop.invoke("Export", asked)
            places[f"{kind} of {status}"] = base64.b64decode(answer["body"]).decode()
    return places | {"log": log, "emails sent afterwards": "\n".join(emails)}


@pytest.mark.parametrize("by", ["link", "command"])
def test_whoever_asks_is_forgotten(
    by: str,
    laptop: Laptop,
    services: Services,
    clock: Clock,
    shown: Show,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """
    Nothing of somebody forgotten is in tables, exports, logs or later emails; others are as before.
    """
    _live(laptop, clock)
    before = len(mail(laptop))
    if by == "link":
        # An email is on its way about what is then forgotten.
        post(laptop, "/links", {"email": [ADDRESS]})
        link = f"/mine/{services.links.owner_token(_id_of(ADDRESS, services), 1)}"
        assert "An unforgotten goal." in get(laptop, link).text
        asked = get(laptop, f"{link}/forget")
        assert "Recovery copies" in asked.text
        assert post(laptop, f"{link}/forget").status == 200
    else:
        _operator(services).forget(ADDRESS)
    log = "\n".join(line for line in capsys.readouterr().out.splitlines() if line[:1] == "{")
    clock.forward(days=1)
    laptop.tick()
    laptop.daily()
    later = mail(laptop)[before:]
    places = _places(laptop, log, [email.raw for email in later])
    assert {name: found for name, text in places.items() if (found := _traces(text))} == {}
    asked_to_delete = [e for e in later if "delete what you have" in e.header("Subject")]
    assert len(asked_to_delete) == 2
    assert "robin@example.org" in places["ApplicationsTable"]
    letters = tables.items("LettersTable")
    waiting = [each for each in letters if each["state"]["S"] in ("new", "sending", "failed")]
    assert waiting == []
    if by == "link":
        assert [each["kind"]["S"] for each in letters if each["state"]["S"] == "dropped"] == [
            "link",
            "link",
        ]
    shown(
        12,
        f"by {by}: 0 of {len(TRACES)} traces in {len(places)} places, "
        f"{len(asked_to_delete)} emails that ask to delete copies",
    )


def test_what_is_due_is_not_shown_any_more(laptop: Laptop, clock: Clock, shown: Show) -> None:
    """
    An application whose time is over is gone for every reader, deleted by DynamoDB yet or not.
    """
    place = apply(laptop, people.mentee()).headers["location"]
    link = link_of(laptop, "robin@example.org")
    token = link.rpartition("/")[2]
    # Nobody who waits has an end before they were warned.
    clock.forward(days=340)
    laptop.daily()
    clock.forward(days=26)
    readers = {
        "receipt": get(laptop, place).status == 404,
        "own page": get(laptop, f"/mine/{token}").status in (404, 410),
        "export": laptop.invoke("Export", {"format": "json"})["rows"] == 0,
        "form": apply(laptop, people.mentee()).headers["location"] != place,
    }
    # DynamoDB is told of it; the new one waits.
    ends = [int(item["expires"]["N"]) for item in _ending()]
    assert len(ends) == 1
    assert ends[0] < clock().timestamp()
    assert all(readers.values()), readers
    shown(12, f"1 application past its time: {len(readers)} readers, 0 see it")


def test_nothing_is_deleted_unless_it_is_wanted(laptop: Laptop, services: Services) -> None:
    """
    The command lists first, and stops at any other word than the one it asks for.
    """
    apply(laptop, people.mentee(**FAY))
    before = tables.everything()
    someone = _operator(services, "yes")
    with pytest.raises(Trouble, match="Nothing was done"):
        someone.forget(ADDRESS)
    assert tables.everything() == before


def _operator(services: Services, word: str = "forget") -> Operator:
    return Operator(
        services, boto3.client("dynamodb"), boto3.client("secretsmanager"), lambda _: word
    )


def _id_of(address: str, services: Services) -> str:
    pointer = services.store.pointer(f"waiting#mentee#{address}")
    assert pointer
    return pointer.application
