"""The emails, word for word, and what must never be in one."""

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_string, policy
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from infra.build import ROOT
from infra.laptop import COORDINATORS, SENDER, Laptop
from infra.outbox import Email, feedback
from mentorship.applications import coordinator, staying
from mentorship.applications.application import ApplicationChange
from mentorship.applications.intake import MAX_PENDING_CHANGES
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.handlers import desk, own
from mentorship.letters import match_kinds
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter, to_coordinator
from mentorship.letters.traits import Reader
from mentorship.matches import shortages
from mentorship.members.roster import Member, Roster, list_entries
from mentorship.notices import renewal
from mentorship.program import sign_in
from mentorship.program.arrangements import Coordinator
from mentorship.rendering import Rendered
from mentorship.services import services
from mentorship.ses import SendFailed, compose, header_address
from tests import made, people
from tests.clock import Clock
from tests.every import every
from tests.laptops import ADDRESS
from tests.mail import match_letters
from tests.markup import twice
from tests.matched import applied, proposed
from tests.matched import link_of as match_link_of
from tests.own import LINK, get, link_of, mail, post
from tests.people import apply

GOLDEN = Path(__file__).parent.parent / "emails"
TEMPLATES = ROOT / "templates" / "email"
HEADERS = ["From", "To", "Reply-To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"]

EVERYTHING = people.mentee(
    wsrs_email="robin@hospital.example",
    practice_setting=["academic", "hybrid"],
    preferred_people="Alex Example, or Jo Example",
    goal="To leave residency knowing where I want to work, with somebody to call on the day the "
    "first contract is on the table.\n\nAnd to have read ten papers on AI & “reading”.",
    not_with="Sam Example; Toni Example",
)
ONLY_THE_REQUIRED = people.mentee(
    phone="",
    training_ends="",
    city="",
    practice_setting=[],
    availability=[],
    outside_program=[],
    not_with="",
)


Written = dict[str, Email]
# The emails that a person has read, by the names of their golden files: a kind, and which of it.
CASES = [
    "new-application-of-a-mentee",
    "new-application-of-a-mentee-in-short",
    "new-application-of-a-mentor",
    "new-application-that-was-entered",
    "receipt",
    "receipt-with-a-date",
    "confirm-change",
    "confirm-address",
    "corrected",
    "changed",
    "moved",
    "withdrawn",
    "withdrawal",
    "link",
    "link-with-a-proposal",
    "on-hold",
    "held-back",
    "held-back-for-many-reasons",
    "undelivered-bounced",
    "undelivered-for-now",
    "undelivered-complained",
    "undelivered-rejected",
    "undelivered-to-coordinators",
    "forgotten",
    "count-in-order",
    "count-with-one-missing",
    "digest",
    "digest-with-a-member-list",
    "digest-with-one-missing",
    "digest-of-a-quiet-week",
    "digest-with-matches",
    "reply-due",
    "reply-due-of-many",
    "still-waiting",
    "still-waiting-for-the-last-time",
    "keep",
    "keep-once-released",
    "renew",
    "renew-to-the-contact",
    "welcome",
    "welcome-without-mail",
    "welcome-to-the-contact",
    "sign-in",
    "test",
    "appeal",
    "membership",
    "entered",
    "entered-and-agreed",
    "not-eligible-membership",
    "not-eligible-training",
    "not-eligible-practice",
    "not-eligible-other",
    "withdrawal-for-them",
    "withdrawn-for-them",
    "new-application-by-phone",
    "digest-by-phone",
    "reply-due-by-phone",
    "withdrawal-by-phone",
    "proposal-to-the-mentor",
    "proposal-to-the-mentee",
    "proposal-without-a-line",
    "proposal-to-the-only-mentor",
    "proposal-for-the-only-mentee",
    "proposal-reminder-to-the-mentor",
    "proposal-reminder-to-the-mentee",
    "introduction-to-the-mentor",
    "introduction-to-the-mentee",
    "introduction-by-hand",
    "introduction-to-someone-to-call",
    "introduced",
    "not-going-ahead",
    "match-closed-by-a-no",
    "match-closed-not-now",
    "match-closed-lapsed",
    "match-closed-after-it-ran",
    "match-ended-for-the-mentor",
    "match-ended-for-the-mentee",
    "match-ended-and-released",
    "late-answer",
    "mistake",
    "confirm-reminder",
]
CHANGED = EVERYTHING | {
    "city": ["Spokane"],
    "goal": ["To find a first job.\nAnd to keep it."],
    "practice_setting": [],
    "availability": ["evenings", "weekends"],
    "not_with": ["Toni Example"],
}
CHANGE = re.compile(r'(?<=name="change" value=")\w+')
ROBIN, KIM, CONTACT = "robin@example.org", "kim@example.com", "admin@wsrs.org"
# Whom the coordinators' emails go to, here.
AT_THE_DESK = (COORDINATORS, CONTACT)
# No golden file has a link's signature.
TOKENS = {
    LINK: "/mine/TOKEN",
    re.compile(r"/match/[\w.\-]+"): "/match/TOKEN",
    re.compile(r"/desk/sign-in/[\w.\-]+"): "/desk/sign-in/TOKEN",
}


# A person who is asked about a match, or is in one, is greeted by name.
ABOUT_A_MATCH = {kind for kind in Kind if kind.traits in vars(match_kinds).values()}


def kind_of(name: str) -> Kind:
    """Return the kind of the email of a golden file."""
    return max((kind for kind in Kind if name.startswith(kind)), key=len)


def newest(laptop: Laptop, kind: str, *, to: str = "") -> Email:
    """Return the newest email of a kind, to somebody."""
    for email in reversed(mail(laptop)):
        told = next(part for part in email.tags["letter"].split("_")[::-1] if part in {*Kind})
        if kind == told and to in email.header("To"):
            return email
    raise AssertionError(f"no {kind} was sent")


def full(email: Email) -> dict[str, Any]:
    """Return what SES says of an email for a mailbox that is full."""
    event = feedback(email, "Bounce")
    told = event["Records"][0]["Sns"]
    told["Message"] = told["Message"].replace("Permanent", "Transient")
    return event


@contextmanager
def program(**values: str) -> Iterator[tuple[Laptop, Clock]]:
    """Run the program with counted ids and a clock, and parameters that differ from the usual."""
    numbers, clock = itertools.count(1), Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mentorship.services._now", clock)
        patch.setattr("mentorship.services._new_id", lambda: f"{next(numbers):08}abcdefghjkmn")
        with Laptop(ADDRESS, values) as laptop:
            yield laptop, clock


def a_week(laptop: Laptop, clock: Clock) -> Iterator[tuple[str, Email]]:
    """Yield the emails of the program's first week, in which much happens."""
    apply(laptop, EVERYTHING)
    yield "new-application-of-a-mentee", newest(laptop, "new-application")
    receipt_of_robin = newest(laptop, "receipt")
    apply(laptop, people.mentor(topics=["boards", "business", "family"]))
    yield "new-application-of-a-mentor", newest(laptop, "new-application")
    yield "receipt", newest(laptop, "receipt")
    apply(laptop, ONLY_THE_REQUIRED | {"email": ["alex@example.org"]})
    yield "new-application-of-a-mentee-in-short", newest(laptop, "new-application")
    receipt_of_alex = newest(laptop, "receipt")

    apply(laptop, EVERYTHING | {"goal": ["Something that a stranger wrote."]})
    yield "confirm-change", newest(laptop, "confirm-change")
    link = link_of(laptop, ROBIN)
    clock.forward(minutes=20)
    post(laptop, f"{link}/correct", CHANGED)
    yield "changed", newest(laptop, "changed")
    yield "corrected", newest(laptop, "corrected")
    post(laptop, f"{link}/correct", CHANGED | {"email": ["robin@new.example"]})
    yield "confirm-address", newest(laptop, "confirm-address")
    proof = link_of(laptop, "robin@new.example")
    post(laptop, "/links", {"email": [ROBIN]})
    yield "link", newest(laptop, "link")
    post(laptop, f"{proof}/take-up", {"change": CHANGE.findall(get(laptop, proof).text)[:1]})
    yield "moved", newest(laptop, "moved")

    laptop.returned(receipt_of_robin, "Bounce")
    yield "undelivered-bounced", newest(laptop, "undelivered")
    laptop.invoke("Feedback", full(newest(laptop, "moved")))
    yield "undelivered-for-now", newest(laptop, "undelivered")
    laptop.returned(receipt_of_alex, "Reject")
    yield "undelivered-rejected", newest(laptop, "undelivered")
    post(laptop, f"{link_of(laptop, KIM)}/withdraw")
    yield "withdrawal", newest(laptop, "withdrawal")
    yield "withdrawn", newest(laptop, "withdrawn")
    laptop.returned(newest(laptop, "withdrawn"), "Complaint")
    yield "undelivered-complained", newest(laptop, "undelivered")

    apply(laptop, people.mentee(email="bot@example.net", website="https://spam.example"))
    clock.forward(days=5, hours=14, minutes=10)
    laptop.daily()
    yield "held-back", newest(laptop, "held-back")
    yield "digest", newest(laptop, "digest")
    apply(laptop, people.mentee(email="late@example.org"))
    clock.forward(days=1)
    laptop.daily()
    yield "count-with-one-missing", newest(laptop, "count")
    post(laptop, f"{link_of(laptop, 'alex@example.org')}/forget")
    yield "forgotten", newest(laptop, "forgotten")
    with open_to_all(laptop):
        laptop.returned(newest(laptop, "forgotten"), "Bounce")
        yield "undelivered-to-coordinators", newest(laptop, "undelivered")


def an_autumn(laptop: Laptop, clock: Clock) -> Iterator[tuple[str, Email]]:
    """Yield the emails of some months in which not all find a match at once."""
    put_in_a_member_list(clock)
    clock.forward(hours=14, minutes=30)
    laptop.daily()
    apply(laptop, people.mentee())
    apply(laptop, people.mentor())
    for name in ("Alex", "Jo", "Chris"):
        given = people.mentee(full_name=f"{name} Example", email=f"{name.lower()}@example.org")
        apply(laptop, given)
        clock.forward(minutes=1)
    entered = made.application(
        id="0" * 20,
        reference="0000-0000",
        status=Status.INVITED,
        answers={"full_name": "Sasha Example", "email": "sasha@example.org"},
        received_at=clock() - timedelta(days=10),
    )
    services().store.commit(Change(puts=(entered,)))
    mail(laptop)
    clock.forward(days=5)
    laptop.daily()
    yield "digest-with-a-member-list", newest(laptop, "digest")

    clock.forward(days=6)
    post(laptop, f"{link_of(laptop, KIM)}/correct", people.mentor(city="Spokane"))
    mail(laptop)
    clock.forward(hours=22)
    # This one is on its way when the week is told of.
    apply(laptop, people.mentor(full_name="Lee Example", email="lee@example.com"))
    clock.forward(hours=2)
    laptop.daily()
    yield "digest-with-one-missing", newest(laptop, "digest")
    yield "reply-due", newest(laptop, "reply-due")

    clock.forward(days=3)
    laptop.daily()
    yield "still-waiting", newest(laptop, "still-waiting", to=ROBIN)
    clock.forward(days=11)
    services().store.commit(Change(deletes=(entered,)))
    laptop.daily()
    yield "digest-of-a-quiet-week", newest(laptop, "digest")
    clock.forward(days=7)
    laptop.daily()
    yield "count-in-order", newest(laptop, "count")


def put_in_a_member_list(clock: Clock) -> None:
    """Have a member list, on which some are."""
    members = [
        Member(addresses=(ROBIN,), name="Robin Example", lapsed=False),
        Member(addresses=(), name="Alex Example", lapsed=False),
        Member(addresses=("jo@example.org",), name="Jo Example", lapsed=True),
    ]
    at, hashed, store = clock(), services().links.hashed, services().store
    store.put_list_entries(
        list_entries(members, number=1, hashed=hashed, now=at), pause=services().pause
    )
    roster = Roster(number=1, at=at, by=COORDINATORS, members=3, lapsed=1, unread=0)
    store.commit(Change(puts=(roster,)))


def an_end(laptop: Laptop, clock: Clock) -> Iterator[tuple[str, Email]]:
    """Yield the emails of a year's end: some wait in vain, and a coordinator's time ends."""
    arrangements, today = services().arrangements(), services().program.local(clock()).date()
    change = arrangements.with_changes(
        coordinators=(Coordinator(address=COORDINATORS, until=today + timedelta(days=30)),),
        reply_by=today + timedelta(days=3),
    )
    services().store.commit(Change(puts=(change,)))
    for number in range(22):
        waits = made.application(
            Role.MENTOR if number % 5 else Role.MENTEE,
            id=f"{number:08}abcdefghjkmn",
            reference=f"0000-{number:04}",
            answers={"full_name": f"Person {number}", "email": f"person-{number}@example.org"},
            received_at=clock() - timedelta(days=360 - number),
        )
        services().store.commit(Change(puts=(waits,)))
    laptop.daily()
    yield "reply-due-of-many", newest(laptop, "reply-due")
    yield "renew", newest(laptop, "renew", to=COORDINATORS)
    yield "renew-to-the-contact", newest(laptop, "renew", to=CONTACT)
    clock.forward(days=3)
    laptop.daily()
    last = newest(laptop, "still-waiting", to="person-21@")
    yield "still-waiting-for-the-last-time", last


def a_welcome(laptop: Laptop, clock: Clock) -> Iterator[tuple[str, Email]]:
    """Yield the emails about somebody whom another coordinator has added."""
    other, today = "other@example.org", services().program.local(clock()).date()
    until = today + timedelta(days=300)
    hashed = services().links.hashed
    for name, mailed in (("welcome", True), ("welcome-without-mail", False)):
        added = Coordinator(address=COORDINATORS, until=until, mailed=mailed)
        arrangements = services().arrangements()
        both = (Coordinator(address=other, until=until), added)
        written = renewal.welcome(
            added,
            by=hashed(other),
            contact=CONTACT,
            hashed=hashed,
            now=clock(),
            new_id=services().new_id(),
        )
        change = Change(
            puts=(arrangements.with_changes(coordinators=both),), letters=tuple(written)
        )
        services().store.commit(change)
        yield name, newest(laptop, "welcome", to=COORDINATORS)
        if mailed:
            yield "welcome-to-the-contact", newest(laptop, "welcome", to=CONTACT)


def a_session(laptop: Laptop, clock: Clock) -> Iterator[tuple[str, Email]]:
    """Yield the emails that coordinators have sent, to themselves or to somebody who applied."""
    who = services().links.hashed(COORDINATORS)
    services().store.commit(sign_in.request_link(who, after="", now=clock(), new_id="1"))
    yield "sign-in", newest(laptop, "sign-in")
    waiting = [
        made.application(Role.MENTEE, id="1", answers={"subspecialties": ["interventional"]}),
        made.application(Role.MENTEE, id="2", answers={"subspecialties": ["interventional"]}),
        made.application(Role.MENTEE, id="3"),
    ]
    sought = shortages.to_facts(
        shortages.count(waiting, [made.application(Role.MENTOR)]), is_open=True
    )
    apply(laptop, people.mentee())
    for letter in (
        new_letter("test", to=to_coordinator(who), of=f"test#{who}", now=clock()),
        new_letter("appeal", to=to_coordinator(who), of=who, now=clock(), facts=sought),
        new_letter("membership", about="00000001abcdefghjkmn", now=clock()),
    ):
        yield letter.kind, done(Change(letters=(letter,)), letter.kind, laptop)
    for name, agreed in (("entered", ""), ("entered-and-agreed", "On the telephone.")):
        yield name, done(enter(agreed, clock), "entered", laptop)
    yield "new-application-that-was-entered", newest(laptop, "new-application")
    for role, reasons in coordinator.REASONS.items():
        for reason in reasons:
            application = made.application(role, id=services().new_id())
            services().store.commit(Change(puts=(application,)))
            change = coordinator.mark_ineligible(
                application, None, reason, now=clock(), new_id=services().new_id()
            )
            # In either role the words for other reasons are the same.
            yield f"not-eligible-{reason}", done(change, "not-eligible", laptop)
    for name, status in (("keep", Status.WAITING), ("keep-once-released", Status.RELEASED)):
        received = clock() - timedelta(days=340)
        leaving = made.application(id=services().new_id(), status=status, received_at=received)
        services().store.commit(Change(puts=(leaving,)))
        zone = services().program.zone
        yield name, done(staying.warn(leaving, None, now=clock(), zone=zone), "keep", laptop)
    application = made.application(Role.MENTEE, id=services().new_id())
    services().store.commit(Change(puts=(application,)))
    change = coordinator.withdraw(application, None, now=clock(), new_id=services().new_id())
    yield "withdrawn-for-them", done(change, "withdrawn", laptop)
    yield "withdrawal-for-them", newest(laptop, "withdrawal")


def by_phone(laptop: Laptop, clock: Clock) -> Iterator[tuple[str, Email]]:
    """Yield the emails about people who have only a phone number; none is to them."""
    waits, asked = (
        enter(agreed, clock, Role.MENTOR, full_name=[name], email=[], phone=[number])
        for name, number, agreed in (
            ("Kim Example", "206-555-0100", "On the telephone."),
            ("Lee Example", "206-555-0101", ""),
        )
    )
    services().store.commit(asked)
    mail(laptop)
    yield "new-application-by-phone", done(waits, "new-application", laptop)
    # The Monday three days before the day by which they were told to hear.
    clock.forward(days=12, hours=14, minutes=30)
    laptop.daily()
    yield "digest-by-phone", newest(laptop, "digest")
    yield "reply-due-by-phone", newest(laptop, "reply-due")
    change = coordinator.withdraw(waits.application, None, now=clock(), new_id=services().new_id())
    yield "withdrawal-by-phone", done(change, "withdrawal", laptop)


def a_week_of_matches(laptop: Laptop, clock: Clock) -> Email:
    """Return the digest of a week with a yes, matches entered, on hold and suggested."""
    here = services()
    pairs = [
        (applied(here, Role.MENTOR, each), applied(here, Role.MENTEE, each)) for each in range(3)
    ]
    asked = proposed(here, *pairs[0])
    post(laptop, f"{match_link_of(here, asked, Role.MENTOR)}/yes")
    proposed(here, *pairs[1], by_hand_since=90)
    back = proposed(here, *pairs[2])
    held = replace(back, on_hold=True, revision=back.revision + 1)
    here.store.commit(Change(puts=(held,)))
    # Mentors have places left for one of these; the other wants to meet in person.
    applied(here, Role.MENTEE, 4, answers={"outside_program": "any"})
    applied(here, Role.MENTEE, 5, answers={"contact_ways": ["in_person"]})
    clock.forward(days=5, hours=14, minutes=30)
    laptop.daily()
    return newest(laptop, "digest")


def enter(
    agreed: str, clock: Clock, role: Role = Role.MENTEE, **known: list[str]
) -> ApplicationChange:
    """Enter somebody who wrote or called."""
    form = made.FORMS[role]
    return coordinator.enter(
        role,
        form.for_somebody().parse(known) if known else form.parse(people.MENTEE),
        by=COORDINATORS,
        agreed=agreed,
        pointer=None,
        current=None,
        now=clock(),
        new_id=services().new_id(),
        reply_by=services().program.reply_date if known else None,
        keep_months=12,
    )


def done(change: Change, kind: str, laptop: Laptop) -> Email:
    """Have something done, and return the email of a kind that it causes."""
    services().store.commit(replace(change, puts=change.puts[:1]))
    return newest(laptop, kind)


def a_crowd(laptop: Laptop, clock: Clock) -> Email:
    """Return the digest of a day on which something was held back for every reason."""
    for number in range(MAX_PENDING_CHANGES + 2):
        apply(laptop, people.mentee(goal=f"Thought number {number}."))
    for given in (
        people.mentee(email="the-last@example.org"),
        people.mentee(email="one-too-many@example.net"),
        people.mentor(email="bot@example.net", website="https://spam.example"),
        people.mentor(email="other-bot@example.net", opened="forged"),
    ):
        clock.forward(minutes=1)
        apply(laptop, given)
    clock.forward(days=1)
    laptop.daily()
    return newest(laptop, "held-back")


def a_conference(laptop: Laptop, clock: Clock) -> Email:
    """Return what coordinators read within the hour when many apply from one network."""
    for number in range(14):
        apply(laptop, people.mentee(email=f"robin-{number}@example.org"))
        clock.forward(minutes=2)
    clock.forward(minutes=30)
    laptop.tick()
    return newest(laptop, "on-hold")


@contextmanager
def open_to_all(laptop: Laptop) -> Iterator[None]:
    """Let an address be written to that has refused mail."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mentorship.mail.delivery.is_refused", lambda *_: False)
        yield


@pytest.fixture(scope="module")
def emails(site: Path) -> Written:
    """One email of each kind, as it was sent."""
    with program() as (laptop, clock):
        written = dict(a_week(laptop, clock))
    with program(ReplyBy="2026-10-22") as (laptop, clock):
        written |= dict(an_autumn(laptop, clock))
    with program() as (laptop, clock):
        written |= dict(an_end(laptop, clock))
    with program() as (laptop, clock):
        written |= dict(a_welcome(laptop, clock))
    with program() as (laptop, clock):
        written |= dict(a_session(laptop, clock))
    with program(ReplyBy="2026-10-22") as (laptop, clock):
        written |= dict(by_phone(laptop, clock))
    for story in (
        match_letters.a_match,
        match_letters.not_a_match,
        match_letters.needed,
        match_letters.by_hand,
    ):
        with program() as (laptop, clock):
            written |= dict(story(laptop, clock, newest))
    with program() as (laptop, clock):
        written["digest-with-matches"] = a_week_of_matches(laptop, clock)
    with program(ReplyBy="2026-12-15") as (laptop, _):
        apply(laptop, people.mentee())
        written["receipt-with-a-date"] = newest(laptop, "receipt")
    with program(ClientLimit=str(MAX_PENDING_CHANGES + 2)) as (laptop, clock):
        written["held-back-for-many-reasons"] = a_crowd(laptop, clock)
    with program(ClientLimit="2") as (laptop, clock):
        written["on-hold"] = a_conference(laptop, clock)
    return written


Send = Callable[..., list[Email]]


@pytest.fixture
def send(site: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Send:
    """Send an application, and return the emails that it causes."""
    monkeypatch.setattr("mentorship.services._new_id", lambda: "00000001abcdefghjkmn")

    def send(given: people.Given, values: tuple[tuple[str, str], ...] = ()) -> list[Email]:
        with Laptop(ADDRESS, dict(values)) as laptop:
            assert apply(laptop, given).status == 303
            while laptop.pump():
                pass
            return laptop.outbox.emails

    return send


def body(email: Email, kind: str) -> str:
    """Return the body of a kind, with line breaks as files have them, and no link's signature."""
    words = email.part(kind).replace("\r\n", "\n")
    for pattern, instead in TOKENS.items():
        words = pattern.sub(instead, words)
    return words


def as_text(email: Email) -> str:
    """Return an email as a person sees it who reads plain text."""
    headers = [f"{name}: {email.header(name)}\n" for name in ("Subject", "To", "From", "Reply-To")]
    return f"{''.join(headers)}\n{body(email, 'plain')}"


class TestGolden:
    @every("name", CASES)
    def test_email_is_as_it_was_approved(
        self, emails: Written, name: str, pytestconfig: pytest.Config
    ) -> None:
        """
        Every email is what a coordinator has read; `make golden` writes it anew to be read again.
        """
        written = {"txt": as_text(emails[name]), "html": body(emails[name], "html")}
        for ending, words in written.items():
            path = GOLDEN / f"{name}.{ending}"
            if pytestconfig.getoption("golden"):
                path.write_text(words, encoding="utf-8")
            assert words == path.read_text(encoding="utf-8")

    def test_every_email_is_compared(self, emails: Written) -> None:
        """
        No email goes unread, and no golden file is left over from one that is not sent any more.
        """
        assert sorted(emails) == sorted(CASES)
        expected = {f"{name}.{ending}" for name in CASES for ending in ("txt", "html")}
        assert {path.name for path in GOLDEN.iterdir()} == expected

    def test_every_kind_has_a_golden_file(self) -> None:
        """
        Whoever adds a kind of letter adds what it says.
        """
        assert [kind for kind in Kind if not any(name.startswith(kind) for name in CASES)] == []

    def test_every_template_is_a_kind_of_letter(self) -> None:
        """
        Each folder of templates is a kind of letter, with subject and both bodies, and vice versa.
        """
        folders = {path.name: path for path in TEMPLATES.iterdir() if path.is_dir()}
        assert set(folders) == {*Kind}
        for folder in folders.values():
            assert {path.name for path in folder.iterdir()} == {
                "subject.txt",
                "body.txt",
                "body.html",
            }


class TestWords:
    @every("name", CASES)
    def test_lines_of_plain_text_are_short(self, emails: Written, name: str) -> None:
        """
        A line is within 78 characters, unless a single word is longer; none is left in between.
        """
        text = body(emails[name], "plain")
        for line in text.splitlines():
            assert len(line) <= 78 or " " not in line.strip(), line
        assert "\n\n\n\n" not in text

    def test_long_words_and_answers_are_folded(self, send: Send) -> None:
        """
        Long answers are folded and indented; an address of a page is left whole.
        """
        link = f"https://example.org/{'path/' * 20}"
        given = people.mentee(goal=f"{'Ten words that say what I would like. ' * 10}\nSee {link}")
        text = body(send(given)[0], "plain")
        answer = text.split("What would make the year worth it:\n")[1].split("\n\n")[0]
        assert all(line.startswith("  ") for line in answer.splitlines())
        assert f"  {link}" in answer.splitlines()
        assert " ".join(answer.split()).startswith("Ten words that say what I would like. Ten")

    def test_private_note_is_in_no_email(self, send: Send) -> None:
        """
        Whom not to match somebody with is never mailed, in any part; only that there is a note.
        """
        to_coordinators, receipt = send(EVERYTHING)
        for email in (to_coordinators, receipt):
            for part in (body(email, "plain"), body(email, "html"), email.raw):
                assert "Sam" not in part
                assert "Toni" not in part
        assert "They left a note about whom not to match them with." in as_text(to_coordinators)
        assert "whom not to match" not in as_text(send(ONLY_THE_REQUIRED)[0])

    @every("name", CASES)
    def test_applicants_are_sent_none_of_their_answers(self, emails: Written, name: str) -> None:
        """
        Who mistypes their address, or is written to in its name, has nothing sent to a stranger.
        """
        email = emails[name]
        kind = kind_of(name)
        to_desk = kind.traits.reader in (Reader.COORDINATORS, Reader.COORDINATOR)
        assert (set(email.readers) <= set(AT_THE_DESK)) is to_desk
        # What the two of a match read has its own test.
        if not to_desk and kind not in ABOUT_A_MATCH:
            answers = [
                text
                for given in (EVERYTHING, CHANGED, people.MENTOR)
                for question, texts in given.items()
                for text in texts
                if question not in ("role", "email")
            ]
            for part in (body(email, "plain"), body(email, "html")):
                assert [text for text in answers if len(text) > 3 and text in part] == []

    @every("name", CASES)
    def test_no_private_note_and_nothing_of_a_bots(self, emails: Written, name: str) -> None:
        """
        What is for coordinators' eyes in the table is mailed to nobody; neither is what bots write.
        """
        for part in (*map(emails[name].part, ("plain", "html")), emails[name].raw):
            for words in ("Sam Example", "Toni Example", "spam.example", "a stranger wrote"):
                assert words not in part

    def test_no_name_shows_on_a_locked_screen(self, emails: Written) -> None:
        """
        Subject, title and preview of an email about a match name nobody; the signs after the
        preview keep a mail program from reading on.
        """
        about = {name: each for name, each in emails.items() if kind_of(name) in ABOUT_A_MATCH}
        assert len(about) > 15
        for name, email in about.items():
            html = email.part("html")
            preview = re.search(
                r"<div style=\"display: none[^>]*>(.*?)((&#x34F;&zwnj;&nbsp;)+)<", html
            )
            title = re.search(r"<title>(.+)</title>", html)
            assert preview, name
            assert title, name
            assert len(preview[2]) > 1_000, name
            for words in (email.header("Subject"), title[1], preview[1]):
                assert not re.search("Noor|Imaginary|Marta|Template|Casey", words), name

    def test_markup_is_text(self, send: Send) -> None:
        """
        What an applicant writes is shown as written, and is no markup.
        """
        hostile = '</dd><script src="https://evil.example"></script><img src=x> & {{ program }}'
        email = send(people.mentee(full_name=hostile[:100], goal=hostile))[0]
        assert hostile in " ".join(body(email, "plain").split())
        assert "<script" not in body(email, "html")
        assert "<img" not in body(email, "html")
        assert "&lt;/dd&gt;&lt;script" in body(email, "html")
        assert "{{ program }}" in body(email, "html")

    def test_ids_are_given_once(self, emails: Written) -> None:
        """
        No email gives an id twice.
        """
        assert [name for name, each in emails.items() if twice(each.part("html"))] == []

    @every("name", CASES)
    def test_html_loads_nothing(self, emails: Written, name: str) -> None:
        """
        No picture, script, style or font is loaded: nobody learns that an email was opened.
        """
        html = body(emails[name], "html")
        assert not re.search(r"<(img|script|link|iframe|object|video|form)\b", html)
        assert not re.search(r"url\(|@import|@font-face", html)

    def test_links_lead_to_pages_that_exist(self, emails: Written, site: Path) -> None:
        """
        The pages that emails name are there, and so is the part of the page; none is of elsewhere.
        """
        found = {
            link
            for email in emails.values()
            for part in ("plain", "html")
            for link in re.findall(r"https?://[^\s\"<]+", body(email, part))
        }
        others = {link for link in found if not link.startswith(f"{ADDRESS}/")}
        assert others == set()
        pages = {link.removeprefix(ADDRESS) for link in found} - {"/mine/TOKEN", "/mine/TOKEN/stay"}
        linked = {("GET", path) for path in ("/links", "/mine/{token}/stay", "/match/{token}")}
        assert linked <= set(own.ROUTES)
        pages -= {"/links", "/match/TOKEN"}
        at_the_desk = {page for page in pages if page.startswith("/desk/")}
        assert "/desk/" in at_the_desk
        for page in at_the_desk:
            path = re.split("[?#]", page)[0].rstrip("/")
            assert any(
                method == "GET" and re.fullmatch(re.sub(r"{\w+}", "[^/]+", pattern), path)
                for method, pattern in desk.ROUTES
            ), page
        assert "/handbook/held-back/" in pages
        for page in pages - at_the_desk:
            path, _, part = page.partition("#")
            text = (site / path.strip("/") / "index.html").read_text(encoding="utf-8")
            assert not part or f'id="{part}"' in text, page

    def test_their_own_link_is_in_every_email_to_an_applicant(self, emails: Written) -> None:
        """
        By each email about an application its owner reaches what is stored, and nobody else.
        """
        for name, email in emails.items():
            for part in ("plain", "html"):
                # Whoever reads at a former address owns nothing; the others ask for a reply.
                without = name.startswith(("moved", "membership", "not-eligible"))
                to_applicant = not set(email.readers) <= set(AT_THE_DESK) and not without
                # A reply to an email about a match may quote it.
                to_applicant &= kind_of(name) not in ABOUT_A_MATCH
                assert ("/mine/TOKEN" in body(email, part)) is to_applicant, name

    @every("name", CASES)
    def test_plain_text_says_what_the_html_says(self, emails: Written, name: str) -> None:
        """
        Who reads plain text is told no less.
        """
        html = body(emails[name], "html").partition("<body>")[2]
        html = unescape(re.sub(r"<[^>]*>", " ", html))
        said = _words(body(emails[name], "plain"))
        assert [word for word in _words(html) if word not in said] == []


def _words(text: str) -> list[str]:
    """Return the words of a text, in small letters."""
    return re.findall(r"\w+", text.casefold())


class TestColors:
    def test_colors_are_the_sites(self) -> None:
        """
        Every color of the emails is a value of the site's tokens, and light and dark keep pairs.
        """
        tokens = (ROOT / "site" / "assets" / "styles" / "tokens.css").read_text(encoding="utf-8")
        pairs = re.findall(r"light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\)", tokens)
        light, dark = zip(*pairs, strict=True)
        base = (TEMPLATES / "base.html").read_text(encoding="utf-8")
        by_day, by_night = base.split("@media (prefers-color-scheme: dark)")
        used = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", by_day))
        assert used
        assert used <= set(light)
        used = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", by_night))
        assert used
        assert used <= set(dark)

    def test_no_other_template_has_colors(self) -> None:
        """
        Colors stand in the base only.
        """
        for path in TEMPLATES.glob("*/*.html"):
            assert "style" not in path.read_text(encoding="utf-8")


HOSTILE_NAMES = [
    "=?utf-8?Q?=0D=0ABcc:eve@example.net?=",
    "=?utf-8?B?DQpCY2M6IGV2ZUBleGFtcGxlLm5ldA==?=",
    "Robin\r\nBcc: eve@example.net",
    "Robin\u2028Bcc: eve@example.net",
    "Robin\x00\x0bBcc: eve@example.net",
    'Robin" <eve@example.net>, "',
    "Röbin Ēxample 例え",
]
# Each is an address by RFC 5321; Python 3.11.7 makes headers of an encoded word in one.
HOSTILE_ADDRESSES = [
    "=?utf-8?Q?=0D=0ABcc=3Aeve?=@example.org",
    "=?utf-8?q?=0d=0aX-Evil=3a_1=0d=0a?=@example.org",
    "=?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLm5ldA==?=@example.org",
    "robin=?utf-8?Q?=0D=0ABcc=3Aeve?=@example.org",
]


class TestHeaders:
    @pytest.mark.parametrize("name", HOSTILE_NAMES)
    def test_no_header_holds_a_word_of_an_applicants(self, send: Send, name: str) -> None:
        """
        Whatever somebody is called, the headers are the same, and name them by address only.
        """
        given = people.mentee(full_name=name, institution=name, goal=name, city=name[:40])
        to_coordinators, receipt = send(given)
        for email, to, reply_to in (
            (to_coordinators, COORDINATORS, "robin@example.org"),
            (receipt, "robin@example.org", "admin@wsrs.org"),
        ):
            # As a server reads them: line by line, with nothing decoded.
            read = message_from_string(email.raw, policy=policy.compat32)
            assert read.keys() == HEADERS
            assert (read["From"], read["To"], read["Reply-To"]) == (SENDER, to, reply_to)
            assert "eve" not in read["Subject"]
            assert "0000-0001" in read["Subject"]

    @pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
    def test_address_with_an_encoded_word_is_refused(self, laptop: Laptop, address: str) -> None:
        """
        The form takes no address that could become a header, and says what it takes.
        """
        answer = apply(laptop, people.mentee(email=address))
        assert answer.status == 422
        assert "Enter one email address, such as name@example.org" in answer.text

    @pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
    def test_address_with_an_encoded_word_is_not_mailed(self, address: str) -> None:
        """
        Should one be stored after all, nothing is sent to it, and its letter ends.
        """
        with pytest.raises(SendFailed) as raised:
            header_address(address)
        assert not raised.value.again

    @pytest.mark.parametrize(
        ("address", "header"),
        [
            ("robin@bücher.example", "robin@xn--bcher-kva.example"),
            ("o'brien+wsrs@example.org", "o'brien+wsrs@example.org"),
            ("a=b?c@example.org", "a=b?c@example.org"),
            ("Robin.Example@EXAMPLE.org", "Robin.Example@example.org"),
            (f"{'r' * 64}@{'long-' * 8}name.example.org",) * 2,
        ],
    )
    def test_real_addresses_are_written_to(self, send: Send, address: str, header: str) -> None:
        """
        Of real addresses, none is refused or altered; a domain is written in ASCII (RFC 5890).
        """
        to_coordinators, receipt = send(people.mentee(email=address))
        assert receipt.header("To") == header
        assert to_coordinators.header("Reply-To") == header
        assert receipt.raw.isascii()

    def test_every_coordinator_is_written_to(self, send: Send) -> None:
        """
        One email goes to all the coordinators, and answers of machines are not wanted.
        """
        values = (("Coordinators", "one@example.org, two@example.org"),)
        email = send(people.mentee(), values)[0]
        assert email.header("To") == "one@example.org, two@example.org"
        assert email.header("Auto-Submitted") == "auto-generated"

    def test_sender_may_have_a_name(self) -> None:
        """
        A sender is an address, or a name and an address.
        """
        message = compose(
            Rendered("A subject", "Words\n", "<p>Words</p>"),
            sender="WSRS Mentorship <mentorship@example.org>",
            to=[header_address("robin@example.org")],
            reply_to=header_address("admin@example.org"),
        )
        assert str(message["From"]) == "WSRS Mentorship <mentorship@example.org>"

    def test_parts_stand_in_order(self, send: Send) -> None:
        """
        Plain text is first, as RFC 2046 orders alternatives, and both parts are of short lines.
        """
        email = send(EVERYTHING)[0]
        kinds = [part.get_content_type() for part in email.message.iter_parts()]
        assert kinds == ["text/plain", "text/html"]
        assert max(map(len, email.raw.splitlines())) <= 78
