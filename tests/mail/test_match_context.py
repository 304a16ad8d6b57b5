"""What letters about a match say, to whom, and when they are not sent after all."""

import random
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit

import icalendar
import pytest

from infra.laptop import COORDINATORS, Laptop
from infra.outbox import Email
from mentorship.applications.application import Application
from mentorship.candidates import everyone, needs
from mentorship.change import Change
from mentorship.form.question import Audience, Role
from mentorship.form.wishes import AREAS
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, State
from mentorship.mail.introducing import MAX_LINK, Introduced, first_message, introduced
from mentorship.mail.match_context import previews
from mentorship.matches import answering, ending
from mentorship.matches.match import Match, MatchState, Party, Reason
from mentorship.program.arrangements import Coordinator
from mentorship.services import Services
from tests import made
from tests.clock import Clock
from tests.extent import many, sampled
from tests.kept_back import application, secrets
from tests.mail import match_letters as match
from tests.mail.match_letters import MENTEE, MENTOR, NO, YES
from tests.matched import stored
from tests.own import mail

NOOR, MARTA = f"{match.NOOR}@example.org", f"{match.MARTA}@example.org"
EVERY_AREA = " ".join(each.code for each in AREAS.options)
NEEDED = "You would be the only mentor for Musculoskeletal imaging"
CONTACT, OTHER = "admin@wsrs.org", "other@example.net"
# What identifies each of the two, and what only a match may read.
ONLY_FOR_THE_MATCH = {
    Role.MENTEE: [
        *("Noor", "Imaginary", "noor.imaginary", "555-0117", "Sample Valley", "Spokane", "PGY"),
        *("honest view", "well-being"),
    ],
    Role.MENTOR: [
        *("Marta", "Template", "marta.template", "555-0143", "Spokane", "academic post"),
        "well-being",
    ],
}


PROPOSED = Match(
    id="1",
    state=MatchState.PROPOSED,
    parties={role: Party(application=role.value) for role in Role},
    proposed_at=made.NOW,
    proposed_by=COORDINATORS,
    line="A line.",
    keep_months=12,
)


def sent(laptop: Laptop, kind: Kind) -> list[Email]:
    """Return the emails of a kind, the oldest first."""
    return [each for each in mail(laptop) if each.tags["letter"].split("_")[-1] == kind]


def letters(services: Services, both: dict[Role, Application], kind: Kind) -> list[Letter]:
    """Return the letters of a kind to either of the two, in the order of their ids."""
    found = [each for one in both.values() for each in services.store.queries.letters_about(one.id)]
    return sorted((each for each in found if each.kind is kind), key=lambda each: each.id)


def remind(match_id: str, clock: Clock) -> None:
    """Remind whoever a match waits for."""
    pairing = match.pairing(match_id)
    match.commit(answering.remind(pairing, now=clock(), today=match.today(clock)))


def links_of(email: Email) -> list[str]:
    """Return where the links of an email lead."""
    return [unescape(each) for each in re.findall(r'href="([^"]*)"', email.part("html"))]


class TestBeforeTheSecondYes:
    def test_no_letter_tells_who_the_other_is(self, laptop: Laptop, clock: Clock) -> None:
        """
        Until both have said yes, nothing that only a match may read is in any part or header.
        """
        found = match.proposed(match.two(clock))
        mail(laptop)
        remind(found, clock)
        mail(laptop)
        match.replied(found, Role.MENTOR, YES, clock)
        clock.forward(days=1)
        remind(found, clock)
        before = mail(laptop).copy()
        assert [each.readers for each in before] == [[MARTA], [MARTA], [NOOR], [NOOR]]
        for email in before:
            other = Role.MENTEE if email.readers == [MARTA] else Role.MENTOR
            parts = (email.part("plain"), email.part("html"), unquote(email.raw))
            for words in ONLY_FOR_THE_MATCH[other]:
                assert not [part for part in parts if words in part], (email.readers, words)
            assert not list(email.message.iter_attachments())
        match.replied(found, Role.MENTEE, YES, clock)
        for email in sent(laptop, Kind.INTRODUCTION):
            for words in ("Noor", "Marta", "Sample Valley", "Template Imaging", "honest view"):
                assert words in email.part("plain")

    @sampled
    @pytest.mark.parametrize("reader", Role)
    def test_whoever_the_two_are(self, services: Services, reader: Role) -> None:
        """
        Whatever two people answered, ticked, struck and agreed to, a proposal tells no more.
        """
        draw = random.Random(f"letters {reader}")
        other = Role.MENTEE if reader is Role.MENTOR else Role.MENTOR
        for _ in range(many(300, 60)):
            mine = application(reader, draw)
            mine = replace(mine, answers={**mine.answers, "full_name": "Reader Example"})
            theirs = application(other, draw)
            both = {reader: mine, other: theirs}
            facts: dict[str, str | int] = {"only_areas": EVERY_AREA, "only_mentee": 1}
            until = made.TODAY
            words = previews(PROPOSED, both, services, until=until, facts=facts)[reader]
            for part in (words.subject, words.text, unescape(words.html)):
                flat = " ".join(part.split())
                for name, texts in secrets(theirs).items():
                    assert not [text for text in texts if text.strip() in flat], (name, part)


class TestProposal:
    def test_the_preview_is_what_is_sent(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        What a coordinator reads before they propose a match is what goes out, but for the link.
        """
        both = match.two(clock)
        needed = needs(everyone(services), lambda each: each)
        facts = needed(both[Role.MENTOR], both[Role.MENTEE])
        found = match.proposed_as_needed(both)
        mail(laptop)
        until = match.today(clock) + timedelta(days=14)
        shown = previews(match.pairing(found).match, both, services, until=until, facts=facts)
        assert NEEDED in shown[Role.MENTOR].text
        match.replied(found, Role.MENTOR, YES, clock)
        link = re.compile(r"/match/[\w.\-…]+")
        emails = sent(laptop, Kind.PROPOSAL)
        for role, email in zip((Role.MENTOR, Role.MENTEE), emails, strict=True):
            assert email.header("Subject") == shown[role].subject
            for kind, words in (("plain", shown[role].text), ("html", shown[role].html)):
                written = email.part(kind).replace("\r\n", "\n")
                assert link.sub("", written).strip() == link.sub("", words).strip()

    def test_how_much_a_mentor_is_needed_is_told_once(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        The first email says it, unless it is late; the reminder, and the mentee's, don't.
        """
        both = match.two(clock, "late.example")
        match.proposed_as_needed(both)
        assert [each.facts for each in letters(services, both, Kind.PROPOSAL)] == [
            {"only_areas": "musculoskeletal", "only_mentee": 1}
        ]
        clock.forward(days=2)
        mail(laptop)
        for each in both.values():
            match.leaves(each, clock)
        found = match.proposed_as_needed(match.two(clock))
        mail(laptop)
        remind(found, clock)
        mail(laptop)
        match.replied(found, Role.MENTOR, YES, clock)
        told = [
            NEEDED in each.part("plain")
            for each in mail(laptop)
            if Kind.PROPOSAL in each.tags["letter"]
        ]
        assert told == [False, True, False, False]

    def test_not_sent_once_it_is_not_so(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        A letter that waits is dropped when it was answered or taken back, or the reader has moved.
        """
        both = match.two(clock)
        found = match.proposed(both)
        remind(found, clock)
        match.replied(found, Role.MENTOR, YES, clock)
        match.commit(ending.take_back(match.pairing(found), now=clock()))
        mail(laptop)
        fates = {
            kind: [each.state for each in letters(services, both, kind)]
            for kind in (Kind.PROPOSAL, Kind.PROPOSAL_REMINDER, Kind.NOT_GOING_AHEAD)
        }
        assert fates == {
            Kind.PROPOSAL: [State.DROPPED, State.DROPPED],
            Kind.PROPOSAL_REMINDER: [State.DROPPED],
            Kind.NOT_GOING_AHEAD: [State.SENT, State.SENT],
        }

    def test_mailed_anew_to_a_new_address(self, laptop: Laptop, clock: Clock) -> None:
        """
        The proposal goes to the reader's present address, with a link that works for it.
        """
        both = match.two(clock)
        match.proposed(both)
        match.moves(both[Role.MENTOR], "marta@new.example", clock)
        assert [each.readers for each in sent(laptop, Kind.PROPOSAL)] == [["marta@new.example"]]

    def test_who_has_left_is_not_told_of_their_place(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        Nobody who has withdrawn meanwhile reads that their place on the list is unchanged.
        """
        both = match.two(clock)
        found = match.proposed(both)
        mail(laptop)
        match.commit(ending.take_back(match.pairing(found), now=clock()))
        match.leaves(both[Role.MENTOR], clock)
        assert sent(laptop, Kind.NOT_GOING_AHEAD) == []
        (letter,) = letters(services, both, Kind.NOT_GOING_AHEAD)
        assert letter.state is State.DROPPED


class TestIntroduction:
    def test_one_reader_and_a_reply_to_the_other(self, laptop: Laptop, clock: Clock) -> None:
        """
        Each of the two gets an email of their own, and a reply goes to the other; nobody is copied.
        """
        match.introduced(match.two(clock), clock)
        found = {email.header("To"): email for email in sent(laptop, Kind.INTRODUCTION)}
        assert {to: each.header("Reply-To") for to, each in found.items()} == {
            NOOR: MARTA,
            MARTA: NOOR,
        }
        for email in found.values():
            assert {"Cc", "Bcc"}.isdisjoint(email.message.keys())
            assert "Noor" not in email.header("Subject")
            assert "Marta" not in email.header("Subject")

    def test_it_follows_its_reader(self, laptop: Laptop, clock: Clock) -> None:
        """
        Someone who moves before it leaves is introduced at the new address.
        """
        both = match.two(clock)
        match.introduced(both, clock)
        match.moves(both[Role.MENTOR], "marta@new.example", clock)
        readers = sorted(each.header("To") for each in sent(laptop, Kind.INTRODUCTION))
        assert readers == ["marta@new.example", NOOR]

    def test_no_link_acts(self, laptop: Laptop, clock: Clock) -> None:
        """
        A reply quotes the email, so its links begin an email or a call, or ask for another link.
        """
        match.introduced(match.two(clock), clock)
        for email in sent(laptop, Kind.INTRODUCTION):
            for part in ("plain", "html"):
                words = email.part(part)
                assert "/mine/" not in words
                assert "/match/" not in words
            links = links_of(email)
            schemes = {urlsplit(each).scheme for each in links}
            assert schemes <= {"mailto", "tel", "http"}
            assert {urlsplit(e).path for e in links if e.startswith("http")} == {"/links"}

    def test_a_first_message(self, laptop: Laptop, clock: Clock) -> None:
        """
        A link begins an email to the other, with a greeting and what its writer said themselves.
        """
        match.introduced(match.two(clock), clock)
        (email,) = (e for e in sent(laptop, Kind.INTRODUCTION) if e.readers == [NOOR])
        links = [each for each in links_of(email) if each.startswith("mailto:")]
        start = next(each for each in links if "?" in each)
        assert unquote(urlsplit(start).path) == MARTA
        (message,) = parse_qs(urlsplit(start).query)["body"]
        assert message.startswith("Dear Dr. Marta Template,\r\n\r\nI’m Noor Imaginary, ")
        assert str(MENTEE["goal"]) in message
        assert "Evenings; Weekends" in message
        reconsider = next(each for each in links if CONTACT in each)
        assert "We know each other; please reconsider." in unquote(reconsider)

    def test_a_first_message_fits_into_a_link(self, services: Services) -> None:
        """
        However long a goal is and whatever is in it, every mail program takes the link.
        """
        other = introduced(made.application(Role.MENTOR), services.renderer)
        for goal in ("word " * 120, "語" * 600, "語 " * 300, "", "a&b=c?d#e%20 \n" * 40):
            writer = made.application(answers={"goal": goal})
            message, link = first_message(writer, other, services.renderer)
            assert len(link) <= MAX_LINK
            (body,) = parse_qs(urlsplit(link).query)["body"]
            assert body.split() == message.split()
            assert set(parse_qs(urlsplit(link).query)) == {"subject", "body"}

    def test_the_calendar_file(self, laptop: Laptop, clock: Clock) -> None:
        """
        Beside the two bodies is a calendar file of the four talks, another one for each side.
        """
        match.introduced(match.two(clock), clock)
        found = set()
        for email in sent(laptop, Kind.INTRODUCTION):
            assert email.message.get_content_type() == "multipart/mixed"
            bodies, file = email.message.iter_parts()
            assert bodies.get_content_type() == "multipart/alternative"
            assert file.get_content_type() == "text/calendar"
            assert file["Content-Type"].params["method"] == "PUBLISH"
            assert file.get_filename() == "mentorship-talks.ics"
            content = file.get_payload(decode=True)
            assert isinstance(content, bytes)
            (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
            assert event["DTSTART"].dt == match.today(clock) + timedelta(weeks=12)
            assert event["RRULE"]["COUNT"] == [4]
            for words in (b"Noor", b"Marta", b"Template", b"Imaginary"):
                assert words not in content
            found.add(str(event["UID"]))
        assert len(found) == 2

    @pytest.mark.parametrize(("days", "left"), [(90, 3), (345, 0)])
    def test_nothing_for_the_past(self, laptop: Laptop, clock: Clock, days: int, left: int) -> None:
        """
        Of a pair that is entered by hand, only the talks still to come are in the file, if any are.
        """
        match.entered(match.two(clock), days)
        for email in sent(laptop, Kind.INTRODUCTION):
            files = [each.get_payload(decode=True) for each in email.message.iter_attachments()]
            counts = [re.findall(rb"COUNT=(\d)", file) for file in files if isinstance(file, bytes)]
            assert counts == ([[b"%d" % left]] if left else [])
            assert ("calendar file" in " ".join(email.part("plain").split())) is bool(left)
        assert sent(laptop, Kind.INTRODUCED) == []

    def test_phone_only_where_it_is_ticked(self, laptop: Laptop, clock: Clock) -> None:
        """
        A number is told only where its owner ticked so; the mentor of these two did not.
        """
        match.introduced(match.two(clock), clock)
        for email in sent(laptop, Kind.INTRODUCTION):
            assert "(206) 555-0117" in email.part("plain")
            assert "555-0143" not in email.raw

    def test_not_sent_once_the_match_has_ended(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        Nobody is introduced to someone who has left in the meantime.
        """
        both = match.two(clock)
        match.introduced(both, clock)
        match.leaves(both[Role.MENTOR], clock)
        mail(laptop)
        assert {each.state for each in letters(services, both, Kind.INTRODUCTION)} == {
            State.DROPPED
        }
        (told,) = sent(laptop, Kind.MATCH_ENDED)
        assert told.readers == [NOOR]

    def test_who_the_two_are_is_what_a_match_may_read(self, services: Services) -> None:
        """
        The blocks on top and the rest of the answers are all that a match may read, each once.
        """
        stored = made.application(Role.MENTOR, answers=MENTOR)
        found = introduced(stored, services.renderer)
        assert isinstance(found, Introduced)
        assert (found.name, found.place) == ("Dr. Marta Template", "Template Imaging, Spokane")
        assert (found.phone, found.said) == ("", MENTOR["about"])
        told = [question.name for question, _ in found.answers]
        assert told == [
            "subspecialties",
            "practice_setting",
            "topics",
            "contact_ways",
            "availability",
        ]


class TestCoordinators:
    @pytest.fixture(autouse=True)
    def two_coordinators(self, laptop: Laptop, services: Services, clock: Clock) -> None:
        """Let there be another coordinator than the one who proposes."""
        del laptop
        until = match.today(clock) + timedelta(days=100)
        both = tuple(
            Coordinator(address=each, until=until, name=f"Casey {each[0]}")
            for each in (COORDINATORS, OTHER)
        )
        change = services.arrangements().with_changes(coordinators=both)
        services.store.commit(Change(puts=(change,)))

    def test_the_one_who_proposed_it_hears(self, laptop: Laptop, clock: Clock) -> None:
        """
        A proposal that closes is told to the coordinator who made it, and to nobody else.
        """
        found = match.proposed(match.two(clock))
        match.replied(found, Role.MENTOR, NO, clock)
        (email,) = sent(laptop, Kind.MATCH_CLOSED)
        assert email.readers == [COORDINATORS]

    def test_why_it_closed(self, laptop: Laptop, services: Services, clock: Clock) -> None:
        """
        Each reason has a sentence; a name in it is text, and one who was deleted has none.
        """
        name = "Noor O'Brien <b>"
        both = match.two(clock, full_name=name)
        found = services.store.match(match.proposed(both), now=clock())
        assert found
        renderer, seen = services.renderer, Audience.COORDINATOR
        for because in set(Reason) - {Reason.COORDINATOR}:
            by = "" if because is Reason.EXCLUDED else "mentee"
            facts = {"because": because.value, "by": by}
            mentee = None if because is Reason.FORGOTTEN else both[Role.MENTEE]
            words = renderer.email(
                Kind.MATCH_CLOSED,
                letter=SimpleNamespace(facts=facts),
                match_id=found.id,
                two={
                    "mentor": renderer.application(both[Role.MENTOR], seen),
                    "mentee": mentee and renderer.application(mentee, seen),
                },
                waiting=["mentor"],
                months=1,
                ran=False,
            )
            assert "See the next suggestion for Dr. Marta Template (mentor):" in words.text
            told = (
                words.text.partition("Template and ")[2].partition("WHAT’S NEXT")[0].split(". ", 1)
            )
            assert len(told[1].split()) > 2, because
            assert (name in words.text) is (mentee is not None)
            assert "<b>" not in words.html
            assert "&amp;" not in words.html
            if not mentee:
                assert "A mentee whose application was deleted asked to be" in words.text

    def test_the_others_hear_if_that_one_has_left(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        If that coordinator's term is over, the others read it, because somebody has to act.
        """
        found = match.proposed(match.two(clock))
        arrangements = services.arrangements()
        left = arrangements.without(arrangements.coordinators[0]).with_changes()
        services.store.commit(Change(puts=(left,)))
        match.replied(found, Role.MENTOR, NO, clock)
        (email,) = sent(laptop, Kind.MATCH_CLOSED)
        assert email.readers == [OTHER]

    def test_not_one_who_knows_either(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        Nobody is told of the match of someone they know; the contact is, if all know one.
        """
        for known_by, reader in (((COORDINATORS,), OTHER), ((COORDINATORS, OTHER), CONTACT)):
            both = match.two(clock, f"{len(known_by)}.example")
            found = match.proposed(both)
            mentee = stored(services, both[Role.MENTEE].id).with_changes(known_by=known_by)
            services.store.commit(Change(puts=(mentee,)))
            match.replied(found, Role.MENTOR, NO, clock)
            assert sent(laptop, Kind.MATCH_CLOSED)[-1].readers == [reader]

    def test_a_mistake_is_told_to_coordinators_only(self, laptop: Laptop, clock: Clock) -> None:
        """
        That a no was a mistake goes to all coordinators, and to neither of the two.
        """
        found = match.proposed(match.two(clock))
        match.replied(found, Role.MENTOR, NO, clock)
        match.commit(answering.say_mistake(match.pairing(found), Role.MENTOR, now=clock()))
        (email,) = sent(laptop, Kind.MISTAKE)
        assert sorted(email.readers) == sorted([COORDINATORS, OTHER])


class TestCameBack:
    def test_it_is_with_its_readers_application(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        An email about a match that bounces is on its reader's page, and coordinators hear whose.
        """
        both = match.two(clock)
        match.proposed(both)
        (email,) = sent(laptop, Kind.PROPOSAL)
        laptop.returned(email, "Bounce")
        (letter,) = letters(services, both, Kind.PROPOSAL)
        assert letter.state is State.RETURNED
        assert letter.listed_with == both[Role.MENTOR].id
        told = mail(laptop)[-1]
        assert told.readers == [COORDINATORS]
        assert both[Role.MENTOR].reference in told.part("plain")
