"""The desk's page of an application: its buttons, and what is stored when one is pressed."""

from infra.edge import Answer
from infra.laptop import COORDINATORS, Laptop
from infra.outbox import Email
from mentorship.applications.application import Application
from mentorship.handlers.desk import DONE
from mentorship.letters.kinds import Kind
from mentorship.program.audit import Action
from mentorship.services import Services
from mentorship.ses import TAG
from tests import people
from tests.coordinator import Coordinator
from tests.own import mail

ROBIN, ID = people.MENTEE["email"][0], "00000001abcdefghjkmn"
PAGE = f"/desk/applications/{ID}"
# What each button sends along.
GIVEN: dict[str, people.Given] = {
    "note": {"note": ["Called."]},
    "agreed": {"agreed": ["by telephone"]},
    "stay": {"stay": ["by telephone"]},
    "not-eligible": {"reason": ["other"]},
    "send-again": {"letter": ["none"]},
    "address": {"right_address": ["robin.new@example.org"]},
    "known-as": {"wsrs_email": ["kim@member.example.org"]},
}


def page(desk: Coordinator, path: str = PAGE) -> str:
    """Return a page, as it is sent."""
    answer = desk.get(path)
    assert answer.status == 200
    return answer.text


def press(desk: Coordinator, act: str, *, at: str = PAGE, **given: str) -> Answer:
    """Press a button of an application's page."""
    sent = {name: [words] for name, words in given.items()} or GIVEN.get(act, {})
    return desk.post(f"{at}/{act}", sent)


def said(desk: Coordinator, answer: Answer) -> str:
    """Return the name of what a page says of what was just done, having seen that it says it."""
    assert answer.status == 303
    location = answer.headers["location"]
    done = location.partition("?done=")[2]
    assert f'<p class="done" role="status">{DONE[done]}</p>' in page(desk, location)
    return done


def stored(services: Services, application_id: str = ID) -> Application:
    """Return an application."""
    found = services.store.application(application_id, now=services.now())
    assert found is not None
    return found


def record(services: Services) -> list[tuple[Action, str, str]]:
    """Return what was done at the desk, sign-ins apart, the oldest first."""
    entries = [
        each for each in services.store.queries.audit_log() if each.action is not Action.SIGNED_IN
    ]
    assert all((each.by, each.at) == (COORDINATORS, services.now()) for each in entries)
    return [(each.action, each.about, each.words) for each in reversed(entries)]


def to(laptop: Laptop, address: str, *, after: int = 0) -> list[Email]:
    """Return the emails that went to an address, after so many to anybody."""
    return [each for each in mail(laptop)[after:] if each.header("To") == address]


def kinds(emails: list[Email]) -> set[str]:
    """Return the kinds of the letters that emails were."""
    return {part for each in emails for part in each.tags[TAG].split("_") if part in {*Kind}}
