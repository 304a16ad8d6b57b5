"""Promise 8: what is stored is seen by its owner and by coordinators, and by nobody else."""

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from infra.edge import Answer
from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.handlers import own
from mentorship.program.arrangements import Coordinator as Named
from mentorship.program.audit import Action, AuditEntry
from mentorship.program.sign_in import hash_secret
from mentorship.services import Services
from tests import people, tables
from tests.clock import Clock
from tests.conflicting import CASES, NAMELESS, SECRET, Case, behind_the_guard, live_in, told_to
from tests.conflicting import ID as PERSON
from tests.coordinator import WAY_IN, at_desk, sign_in
from tests.desk_matches import others
from tests.extent import sample, sampled
from tests.own import get, link_of, mail, post
from tests.people import apply
from tests.promises import Show

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
# What is sent comes back to be copied, so it holds none of them.
OTHER_ANSWERS = people.mentee(
    full_name="Somebody Else",
    email="else@example.org",
    phone="",
    institution="Another Hospital",
    not_with="Nobody",
    goal="To send other answers.",
)
ACCEPTED = ("text/html", "application/json", "text/csv", "")


def _tokens(laptop: Laptop, services: Services, clock: Clock) -> Iterator[tuple[str, str]]:
    """Yield every state that a token can be in but the one that opens, with its name."""
    links = services.links
    mine = services.store.pointer("waiting#mentee#moved@example.org")
    assert mine
    good = links.owner_token(mine.application, 1)
    yield "of an earlier address", good
    yield "of an address to come", links.owner_token(mine.application, 3)
    payload, time, signature = good.split(".")
    yield "with another signature", f"{payload}.{time}.{signature[::-1]}"
    yield "without a signature", f"{payload}.{time}"
    yield (
        "with another payload",
        links.owner_token("0" * 20, 1).split(".")[0] + f".{time}.{signature}",
    )
    yield "of another purpose", links.stamp()
    yield "of nothing stored", links.owner_token("9" * 20, 1)
    yield "the application's id", mine.application
    yield "empty", "-"
    yield "very long", "A" * 5_000
    yield "of strange letters", "%00%ff%2e%2e"
    before = clock.time
    clock.time = before.replace(year=before.year - 1)
    old = links.owner_token(mine.application, 2)
    clock.time = before
    yield "too old", old


def _asked(laptop: Laptop, method: str, path: str, accept: str) -> Answer:
    headers = {"accept": accept, "content-type": people.FORM}
    body = people.encoded(OTHER_ANSWERS) if method == "POST" else b""
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


def _cookies(laptop: Laptop, services: Services, clock: Clock) -> Iterator[tuple[str, str]]:
    """Yield every state that a session can be in but the one that opens, with its name."""
    name, _, secret = sign_in(laptop).cookie.partition("=")
    yield "absent", ""
    yield "empty", f"{name}="
    yield "made up", f"{name}={'A' * 43}"
    yield "with a letter more", f"{name}={secret}x"
    yield "with a letter less", f"{name}={secret[:-1]}"
    yield "in capitals", f"{name}={secret.upper()}"
    yield "without the prefix", f"desk={secret}"
    yield "the hash that is stored", f"{name}={hash_secret(secret)}"
    yield "an applicant's link", f"{name}={link_of(laptop, 'robin@example.org').split('/')[2]}"
    post(laptop, "/desk/sign-in", {"email": [COORDINATORS]})
    way_in = WAY_IN.findall(mail(laptop)[-1].part("plain"))[0]
    yield "a way in that is not used", f"{name}={way_in.rpartition('/')[2]}"
    yield "very long", f"{name}={'A' * 5_000}"
    yield "of strange letters", f"{name}=%00\xff;;{name}={secret[::-1]}"
    clock.forward(minutes=2)
    out = sign_in(laptop)
    out.post("/desk/sign-out")
    yield "signed out", out.cookie
    clock.forward(minutes=2)
    old = sign_in(laptop)
    clock.forward(hours=8, seconds=1)
    yield "over", old.cookie
    _arrange(services, COORDINATORS, "left@example.org")
    left = sign_in(laptop, "left@example.org")
    _arrange(services, COORDINATORS)
    yield "of somebody taken off the list", left.cookie
    _arrange(services, COORDINATORS, "ends@example.org")
    ends = sign_in(laptop, "ends@example.org")
    _arrange(services, COORDINATORS, "ends@example.org", until=-1)
    yield "of somebody whose time is over", ends.cookie


def _arrange(services: Services, *addresses: str, until: int = 300) -> None:
    """Have these coordinators, the last of whom has so many days left."""
    today = services.program.local(services.now()).date()
    arrangements = services.arrangements()
    named = [
        Named(address=each, until=today + timedelta(days=until if each == addresses[-1] else 300))
        for each in addresses
    ]
    services.store.commit(Change(puts=(arrangements.with_changes(coordinators=tuple(named)),)))


@sampled
def test_no_other_session_opens_the_desk(
    laptop: Laptop, services: Services, clock: Clock, shown: Show
) -> None:
    """
    In every state but the right one, on every route and in every format, a session shows nothing,
    changes nothing and exports nothing.
    """
    apply(laptop, people.mentee())
    (application,) = (each["id"]["S"] for each in tables.items("ApplicationsTable"))
    routes = behind_the_guard()
    leaks, asked, states = [], 0, 0
    for state, cookie in _cookies(laptop, services, clock):
        states += 1
        before = tables.everything()
        # One in three is each route at least once, and each format by turns.
        cases = sample(list(itertools.product(routes, ACCEPTED)), 3, begin=states)
        for (method, path), accept in cases:
            headers = {
                "accept": accept,
                "content-type": people.FORM,
                "origin": laptop.address,
                **({"cookie": cookie} if cookie else {}),
            }
            body = b"role=mentee&format=csv" if method == "POST" else b""
            target = at_desk(path, application)
            answer = laptop.call(method, target, headers=headers, body=body)
            asked += 1
            told = answer.text + json.dumps(dict(answer.headers))
            leaks += [(state, path, secret) for secret in SECRETS if secret in told]
            assert answer.status == 401, (state, method, path, answer.status)
        assert tables.everything() == before
    assert leaks == []
    shown(
        8,
        f"{states} states of a session on {len(routes)} routes of the desk in {len(ACCEPTED)} "
        f"formats: {asked} answers, {len(leaks)} leaks",
    )


def test_no_other_site_presses_a_button(laptop: Laptop, shown: Show) -> None:
    """
    What a coordinator's browser is made to send from another site is refused, and changes nothing.
    """
    apply(laptop, people.mentee())
    (application,) = (each["id"]["S"] for each in tables.items("ApplicationsTable"))
    here = sign_in(laptop)
    before = tables.everything()
    origins = (
        "https://example.net",
        "null",
        "",
        f"{laptop.address}.example.net",
        "http://127.0.0.1",
    )
    routes = [path for method, path in behind_the_guard() if method == "POST"]
    for path, origin in itertools.product(routes, origins):
        answer = here.post(at_desk(path, application), {"role": ["mentee"]}, origin=origin)
        assert answer.status == 400, (path, origin, answer.status)
    assert tables.everything() == before
    shown(8, f"{len(routes)} buttons pressed from {len(origins)} other origins: 0 done")


def test_looking_changes_nothing(laptop: Laptop, services: Services, shown: Show) -> None:
    """
    No page of the desk changes anything by being opened.
    """
    apply(laptop, people.mentee())
    apply(laptop, people.mentor(website="x"))
    mail(laptop)
    application, held = sorted(each["id"]["S"] for each in tables.items("ApplicationsTable"))
    two = others(services)
    here = sign_in(laptop)
    before = tables.everything()
    routes = [path for method, path in behind_the_guard() if method == "GET"]
    for path in routes:
        answer = here.get(at_desk(path, application, held=held, **two))
        # An earlier address of a page leads to the page.
        if answer.status == 303:
            answer = here.get(answer.headers["location"])
        assert answer.status == 200, path
    assert tables.everything() == before
    shown(8, f"{len(routes)} pages of the desk opened, 0 items changed")


def test_a_coordinators_address_is_answered_as_any_other(laptop: Laptop, shown: Show) -> None:
    """
    Whether an address may sign in, the answer does not tell.
    """
    answers = [
        post(laptop, "/desk/sign-in", {"email": [address]})
        for address in (COORDINATORS, "nobody@example.org")
    ]
    assert answers[0] == answers[1]
    assert len(mail(laptop)) == 1
    shown(8, f"{len(answers)} answers to a coordinator's address and another one: 1 text")


@sampled
@pytest.mark.parametrize("case", [*CASES, NAMELESS], ids=lambda case: case.name.replace(" ", "-"))
def test_a_coordinator_who_takes_part_is_told_nothing(
    case: Case, laptop: Laptop, services: Services, clock: Clock, shown: Show
) -> None:
    """
    Of their own application, of someone they know, and of a note that names them, a coordinator is
    given the same pages and files as if there were nothing to keep from them.
    """
    if case is NAMELESS:
        _arrange(services, COORDINATORS)
    else:
        services.store.commit(Change(puts=(services.arrangements().with_changes(),)))
    here = sign_in(laptop)
    told = {}
    for with_it in (True, False):
        kept = tables.everything()
        live_in(case, services, with_it=with_it)
        told[with_it] = told_to(here, sample(ACCEPTED, len(ACCEPTED)))
        tables.wipe()
        tables.fill(kept)
    assert {what for what, said in told[True].items() if said != told[False][what]} == set()
    assert SECRET not in str(told[True])
    shown(8, f"{len(told[True])} answers to a coordinator about {case.name}: 0 differ")


@pytest.mark.parametrize("case", CASES[:3], ids=lambda case: case.name.replace(" ", "-"))
def test_a_coordinator_who_takes_part_acts_on_nothing(
    case: Case, laptop: Laptop, services: Services, shown: Show
) -> None:
    """
    With their own application, and that of someone they know, a coordinator can do nothing; that
    they tried is recorded.
    """
    live_in(case, services, with_it=True)
    here, refused = sign_in(laptop), 0
    page = "/desk/applications/{id}"
    for method, path in behind_the_guard():
        if not path.startswith(f"{page}/") or (method, path) == ("POST", f"{page}/know"):
            continue
        before, at = tables.everything(), at_desk(path, PERSON)
        answer = here.get(at) if method == "GET" else here.post(at)
        assert answer.status == 409, path
        assert "Another coordinator has to do this" in answer.text
        assert SECRET not in answer.text
        after = tables.everything()
        new = [each for each in after["ProgramTable"] if each not in before["ProgramTable"]]
        assert [each["did"]["S"] for each in new] == (
            [Action.REFUSED] if method == "POST" else []
        ), path
        assert {**after, "ProgramTable": []} == {**before, "ProgramTable": []}
        refused += 1
    shown(8, f"{refused} routes closed to a coordinator about {case.name}")


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_each_export_is_recorded(
    format: str, laptop: Laptop, services: Services, shown: Show
) -> None:
    """
    Who exported what, and when, is stored before the file is handed over.
    """
    apply(laptop, people.mentee())
    here = sign_in(laptop)
    commit = type(services.store).commit

    def fails(store: object, change: Change) -> None:
        if any(isinstance(each, AuditEntry) for each in change.puts):
            raise ConnectionError
        commit(services.store, change)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(services.store), "commit", fails)
        unrecorded = here.post("/desk/export", {"format": [format], "role": ["mentee"]})
    assert unrecorded.status == 500
    assert b"Robin" not in unrecorded.body
    answer = here.post("/desk/export", {"format": [format], "role": ["mentee"]})
    assert answer.status == 200
    (entry,) = [
        each for each in services.store.queries.audit_log() if each.action is Action.EXPORTED
    ]
    assert entry.by == COORDINATORS
    shown(8, f"1 export as {format}, 1 line in the record; what cannot be recorded is not exported")
