"""One application can be followed through the logs by one id."""

import json

import pytest

from infra.laptop import Laptop
from tests import people
from tests.clock import Clock
from tests.hostile import HOSTILE
from tests.own import link_of, mail, post
from tests.people import apply


def test_from_the_form_to_the_mail(
    laptop: Laptop, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    The id tells of the form, both emails, and the withdrawal; none of the answers is ever met.
    """
    given = people.mentee(goal=HOSTILE["script"], preferred_people="Kim Example", city="Wapato")
    place = apply(laptop, given).headers["location"]
    link = link_of(laptop, "robin@example.org")
    post(laptop, f"{link}/confirm")
    post(laptop, f"{link}/withdraw")
    mail(laptop)
    laptop.tick()
    log = capsys.readouterr().out
    lines = [json.loads(line) for line in log.splitlines()]
    followed = [
        line["event"] if "kind" not in line else f"{line['event']}: {line['kind']}"
        for line in lines
        if line.get("application") == place.rpartition("/")[2]
    ]
    assert followed == [
        "application received",
        "letter sent: new-application",
        "letter sent: receipt",
        "application acted on",
        "application acted on",
        "letter sent: withdrawal",
        "letter sent: withdrawn",
    ]
    answers = [text for texts in given.values() for text in texts if len(text) > 3]
    met = [text for text in answers if text in log and text not in ("mentee",)]
    assert met == []
    assert link.rpartition("/")[2] not in log
