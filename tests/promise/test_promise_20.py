"""Promise 20: what identifies someone is seen only by whom the form names as its reader."""

import io
import random
import re
from collections.abc import Mapping
from contextlib import redirect_stdout

import pytest

from infra.laptop import Laptop
from infra.outbox import Email
from mentorship.applications.application import Application
from mentorship.desk.confirm import SEND, SHOW
from mentorship.desk.propose import PATH as PROPOSE
from mentorship.form.question import Audience, Role
from mentorship.handlers import archive, desk, export
from mentorship.rendering import Renderer
from mentorship.services import Services
from tests import made, people
from tests.clock import Clock
from tests.coordinator import Coordinator, at_desk, sign_in
from tests.couples import ENDS, Couple
from tests.crowd import Crowd
from tests.exporting import exported
from tests.extent import many, sampled
from tests.kept_back import application, may_read, secrets
from tests.memory import Memory
from tests.own import get, link_of, mail, post
from tests.people import apply
from tests.promises import Show

STAGES = {**dict.fromkeys(["pgy2", "pgy3", "pgy4", "pgy5", "pgy6"], "Resident"),
          "pgy1": "Intern", "fellow": "Fellow", "other": ""}  # fmt: skip
COUPLES = many(72, some=12)
NOTE = "Zyxwv Privatenote"


def read_by_proposed(renderer: Renderer, stored: Application) -> dict[str, str]:
    """Return all that the letter says of somebody, in each of its parts, and what it is made of."""
    person = renderer.person(stored, Audience.PROPOSED)
    template = renderer._environment.get_template
    return {
        "html": str(template("email/_person.html").module.lines_of(person)),  # type: ignore[attr-defined]
        "plain": str(template("email/_person.txt").module.lines_of(person)),  # type: ignore[attr-defined]
        "values": "\n".join(words for _, words in person.answers()),
    }


@sampled
@pytest.mark.parametrize("role", Role)
def test_before_both_have_said_yes(services: Services, role: Role, shown: Show) -> None:
    """
    A proposed match reads what the form says may be shown before the name, and nothing else.
    """
    draw, kept, told = random.Random(f"proposed {role}"), 0, 0
    renderer = services.renderer
    number = many(2000, 300)
    for _ in range(number):
        stored = application(role, draw)
        lines = {q.name for q, _ in renderer.person(stored, Audience.PROPOSED).answers()}
        allowed = {q.name for q in made.FORMS[role].questions() if may_read(q, stored)}
        assert lines <= allowed
        told += len(lines)
        for where, words in read_by_proposed(renderer, stored).items():
            for name, texts in secrets(stored).items():
                for text in texts:
                    kept += 1
                    assert text not in words, (where, name, text)
    # What may be read is read: an empty letter would show nothing.
    assert told > number * 3
    shown(
        20,
        f"{number:,} {role}s under every wording, with any ticks and struck lines: {kept:,} values "
        "looked for in both parts of the letter, 0 found",
    )


def stage(renderer: Renderer, code: str, consent: int) -> str:
    """Return what a proposed match reads of a stage of training."""
    stored = made.application(answers={"training_stage": code}, consent_version=consent)
    found = renderer.person(stored, Audience.PROPOSED).answers()
    return next((words for q, words in found if q.name == "training_stage"), "")


def test_the_stage_in_a_word(services: Services, shown: Show) -> None:
    """
    Of the stage of training a proposed match reads one word, and under earlier wordings nothing.
    """
    for code, word in STAGES.items():
        assert stage(services.renderer, code, 3) == word
        assert [stage(services.renderer, code, consent) for consent in (0, 1, 2)] == ["", "", ""]
    shown(20, f"{len(STAGES)} stages of training: at most 1 word of each")


def test_a_private_note(
    laptop: Laptop, services: Services, capsys: pytest.CaptureFixture[str], shown: Show
) -> None:
    """
    Whom somebody should not be matched with is on one page of the desk, and where it is asked for.
    """
    for given in (people.mentee(not_with=NOTE), people.mentor(not_with=NOTE)):
        assert apply(laptop, given).status == 303
    mine = link_of(laptop, "robin@example.org")
    assert post(laptop, f"{mine}/correct", people.mentee(not_with=f"{NOTE} again")).status == 303
    assert apply(laptop, people.mentee(not_with=f"{NOTE} otherwise")).status == 303
    laptop.daily()
    coordinator = sign_in(laptop)
    stored = "00000001abcdefghjkmn"
    now, store = services.now(), services.store
    (mentor,) = store.queries.longest(Role.MENTOR, now=now, limit=1)
    mentee = store.application(stored, now=now)
    assert mentee
    looked = {**_pages(coordinator, stored, mentor.id)}
    pair = f"{mentor.reference}.{mentee.reference}"
    for path in (SHOW, SEND):
        looked[path] = coordinator.post(path, {"propose": [pair]}).text
    pages = {path for path, text in looked.items() if NOTE in text}
    assert pages == {f"/desk/applications/{stored}"}
    # These ask for it to be read, and don't have it.
    asked = f"/desk/applications/{stored}#answer-not_with"
    assert {path for path, text in looked.items() if asked in text} == {PROPOSE, SHOW, SEND}
    emails = mail(laptop)
    assert not [each for each in emails if NOTE in each.raw or NOTE in _decoded(each)]
    files = {
        query: NOTE.encode() in exported(laptop, query)
        for query in ("format=csv", "format=json", "format=csv&include=not_with")
    }
    assert files == {"format=csv": False, "format=json": False, "format=csv&include=not_with": True}
    logs = capsys.readouterr()
    assert NOTE not in logs.out + logs.err
    assert NOTE in get(laptop, mine).text
    shown(
        20,
        f"a private note in {len(looked)} pages of the desk, {len(emails)} emails, "
        f"{len(files)} exports and the logs: on 1 page, and in the 1 export that asks for it",
    )


def _decoded(email: Email) -> str:
    """Return the words of both parts of an email."""
    return email.part("plain") + email.part("html")


def _pages(coordinator: Coordinator, application: str, mentor: str) -> Mapping[str, str]:
    """Return every page of the desk that shows something, by its path."""
    routes = {**desk.ROUTES, **archive.ROUTES, **export.ROUTES}
    found = dict[str, str]()
    for method, path in routes:
        # One file has everything on purpose, and the way out of the desk shows nothing.
        if method != "GET" or path in ("/desk/archive/export", "/desk/sign-in/{token}"):
            continue
        opened = at_desk(path, application, mentor=mentor)
        found[re.sub(r"\?.*", "", opened)] = coordinator.get(opened).text
    return found


@sampled
def test_until_the_second_yes(
    laptop: Laptop, services: Services, clock: Clock, shown: Show
) -> None:
    """
    Until both have said yes, no email and no page has anything of the other that only a match may
    read, whatever the two answered and whatever becomes of the proposal.
    """
    emails, pages, early = 0, 0, list[tuple[str, str, str]]()
    with redirect_stdout(io.StringIO()):
        for number in range(COUPLES):
            vars(services).update(store=Memory())
            couple = Couple(number, laptop, Crowd(services))
            couple.is_proposed()
            for act in ENDS[number % len(ENDS)]:
                couple.acts(*act)
                if act == ("yes", Role.MENTOR):
                    couple.is_reminded()
            for role in Role:
                places = [where for where, _ in couple.read[role]]
                emails, pages = emails + places.count("message"), pages + places.count("match")
                early += couple.told(role)
    assert early == []
    assert emails > 4 * COUPLES
    assert pages > 8 * COUPLES
    shown(
        20,
        f"{COUPLES} couples with hostile answers, whatever becomes of the proposal: {len(early)} "
        "values told early",
    )


def test_after_the_second_yes(laptop: Laptop, services: Services) -> None:
    """
    What was looked for in vain until then is found once both have said yes.
    """
    vars(services).update(store=Memory())
    couple = Couple(0, laptop, Crowd(services))
    couple.is_proposed()
    for role in (Role.MENTOR, Role.MENTEE):
        couple.acts("yes", role)
    for role in Role:
        assert {name for _, name, _ in couple.told(role)} >= {"full_name", "email"}
