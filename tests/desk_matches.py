"""People who may be matched, and the desk's pages about a match of two of them."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

from infra.edge import Answer
from mentorship.applications.application import Application
from mentorship.applications.pointer import with_pointer
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.matches.match import Match, MatchState
from mentorship.services import Services
from tests import made, matched
from tests.coordinator import Coordinator
from tests.desk_lists import text
from tests.people import Given

MENTEE, MENTOR = Role.MENTEE, Role.MENTOR
PROPOSE, MATCHES = "/desk/propose", "/desk/matches"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
# Fits each made-up mentee: at another institution, with a way to talk and an area in common.
NAMES = {
    MENTEE: ("Robin Example", "Example Hospital"),
    MENTOR: ("Dr. Kim Sample", "Sample Imaging"),
}


def someone(services: Services, role: Role, number: int = 1, **changes: Any) -> Application:
    """Store someone who waits for a match, with nothing against them, and return them."""
    name, institution = NAMES[role]
    last = "" if number == 1 else f" {'ABCDEFGHIJ'[number % 10]}ppleseed"
    given = {
        "full_name": f"{name}{last}",
        "email": f"{role}{number}@example.{'org' if role is MENTEE else 'com'}",
        "phone": f"206 555 0{'1' if role is MENTEE else '2'}{number:02}",
        "institution": institution,
        "not_with": "",
        **changes.pop("answers", {}),
    }
    usual = {
        "id": f"{number:08}{'abcdefghjkmn' if role is MENTEE else 'mnkjhgfedcba'}",
        "reference": f"{'7K2M' if role is MENTEE else '9QXD'}-{number:04}",
        "confirmed_at": services.now(),
        "received_at": services.now() - timedelta(days=10 + number),
    }
    made_up = made.application(role, answers=given, **{**usual, **changes})
    services.store.commit(Change(puts=with_pointer(made_up, None)))
    return made_up


def others(services: Services) -> dict[str, str]:
    """Store a match and one more mentor, and return their ids, for every page of the desk."""
    return {
        "match": matched.proposed(services).id,
        "mentor": matched.applied(services, MENTOR, 9).id,
    }


def query(mentor: Application, mentee: Application) -> str:
    """Return the path of the page that proposes two people."""
    return f"{PROPOSE}?{urlencode({'mentor': mentor.id, 'mentee': mentee.id, 'from': 'mentee'})}"


def hidden(page: str, action: str) -> Given:
    """Return what a form of a page sends besides what is typed."""
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    return {name: [unescape(value)] for name, value in HIDDEN.findall(form)}


def proposed(
    desk: Coordinator, mentor: Application, mentee: Application, **given: list[str]
) -> Answer:
    """Open the page that proposes two people, tick that there is no member list, and send it."""
    page = desk.get(query(mentor, mentee))
    assert page.status == 200
    sent = {**hidden(page.text, PROPOSE), "do": ["send"], "ticked": ["membership"], **given}
    return desk.post(PROPOSE, sent)


def in_state(services: Services, state: MatchState) -> list[Match]:
    """Return the matches in a state."""
    return services.store.matches.in_state(state, now=services.now())


def press(desk: Coordinator, match: Match, act: str, **given: str) -> Answer:
    """Press a button of a match's page, as it was opened."""
    sent = {"revision": [f"{match.revision}"], **{name: [each] for name, each in given.items()}}
    return desk.post(f"{MATCHES}/{match.id}/{act}", sent)


def reads(desk: Coordinator, path: str) -> str:
    """Return what a person reads on a page."""
    answer = desk.get(path)
    assert answer.status == 200, answer.status
    return text(answer.text)


def stored_match(services: Services, match: Match) -> Match:
    """Return a match as it is stored by now."""
    found = services.store.match(match.id, now=services.now())
    assert found is not None
    return found
