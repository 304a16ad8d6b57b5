"""One application at the desk: all that is shown of it, and each button with what comes of it."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from zipfile import ZipFile

import pytest

from infra.edge import Answer
from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.application import Agreement, Application, Note
from mentorship.applications.coordinator import REASONS
from mentorship.applications.intake import MAX_PENDING_CHANGES
from mentorship.applications.notes import MAX_NOTES
from mentorship.applications.status import HoldReason, Status
from mentorship.change import Change, forgotten_mark_id, refused_mark_id
from mentorship.desk import application as application_page
from mentorship.exports.query import Format
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Audience, Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, State, new_letter
from mentorship.letters.traits import Reader, Replies
from mentorship.members.roster import Member
from mentorship.pairings import between
from mentorship.problems import Busy
from mentorship.program.audit import Action
from mentorship.services import TRIES, Services
from tests import made, matched, people, tables
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.desk_files import asked, read
from tests.desk_lists import put, put_roster, text
from tests.desk_pages import GIVEN, ID, PAGE, ROBIN, kinds, page, press, record, said, stored, to
from tests.faults import TRANSACT, always, refused, tapped
from tests.own import get, link_of, mail, moved, nothing_changes, post
from tests.people import apply

WORDS = "Spoke on the telephone: prefers <i>evenings</i> & weekends."
SECRET = "Zanzibar"
MEMBERS = b"Name,Email\nR. Other,kim@member.example.org\n"
ACTS = sorted(
    path.rpartition("/")[2] for method, path in application_page.ROUTES if method == "POST"
)


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator who has signed in; Robin has applied."""
    apply(laptop, people.mentee())
    return sign_in(laptop)


def letter_of(services: Services, kind: str, application_id: str = ID) -> Letter:
    """Return the newest letter of a kind about an application."""
    letters = services.store.queries.letters_about(application_id)
    return next(each for each in letters if each.kind == kind)


def member(address: str, name: str = "", *, lapsed: bool = False) -> Member:
    """Return one of the society's members."""
    return Member(addresses=(address,), name=name, lapsed=lapsed)


def part(html: str, heading: str) -> str:
    """Return what a person reads between a heading and the next one of its rank."""
    title = rf"<h(\d)[^>]*>{re.escape(heading)}</h\1>"
    found = re.search(rf'{title}(.*?)(<h\1|<details class="desk-fold"|</main>)', html, re.S)
    assert found, heading
    return text(found[2])


class TestShown:
    @pytest.mark.parametrize("role", list(Role))
    def test_every_answer(self, desk: Coordinator, services: Services, role: Role) -> None:
        """
        Each question stands with its answer in words, or is named at the end as skipped.
        """
        application = made.application(role, id="00000009abcdefghjkmn", answers={"wsrs_email": ""})
        put(services, application)
        shown = text(page(desk, "/desk/applications/00000009abcdefghjkmn"))
        skipped = []
        theirs = services.renderer.application(application, Audience.COORDINATOR, private=True)
        for question, words in theirs.answers():
            private = " (only coordinators read this)" if question.private else ""
            if words:
                words = " ".join(words.split())
                assert f"{question.heading}{private} {words}" in shown, question.name
            else:
                skipped.append(question.heading)
        assert shown.count("Skipped") == (1 if skipped else 0)
        assert not skipped or f"Skipped: {', '.join(skipped)} Emails and history" in shown

    def test_what_was_skipped_takes_a_line(self, desk: Coordinator, services: Services) -> None:
        """
        Of somebody of whom a name and an address are known there is no heading over nothing.
        """
        answers = {"full_name": "Robin Example", "email": "p9@example.org"}
        put(services, replace(made.application(id="00000009abcdefghjkmn"), answers=answers))
        shown = page(desk, "/desk/applications/00000009abcdefghjkmn")
        (answered,) = re.findall(r"<summary>(All.*?)<p class=\"skipped", shown, re.S)
        assert text(answered) == (
            "All 2 answers Contact Full name Robin Example Email address p9@example.org"
        )
        assert '<h2 id="answers">' not in shown
        (skipped,) = re.findall(r"Skipped: (.*?)</p>", shown)
        form = services.renderer.forms[Role.MENTEE]
        asked = [each.heading for each in form.questions() if each.stored and not each.beside]
        assert set(skipped.split(", ")) == set(asked) - {"Full name", "Email address"}

    def test_what_it_begins_with(self, desk: Coordinator, services: Services) -> None:
        """
        On top stands who it is and where they stand, with when it came and until when it is kept.
        """
        put(services, replace(stored(services), reply_by=made.TODAY, revision=2))
        words = text(page(desk))
        assert "Robin Example Mentee · PGY-4 (R3) in October 2026 · Example Hospital" in words
        assert "Waiting · since today · address not confirmed · 0000-0001" in words
        assert f"Email {ROBIN} not confirmed yet" in words
        assert "Received October 6, 2026, 5:30 p.m. PT" in words
        assert "Was told to hear by October 6, 2026" in words
        assert "Kept until October 6, 2027" in words

    @pytest.mark.parametrize(
        ("address", "link"),
        [
            ("robin@example.org", "mailto:robin@example.org"),
            ("robin+wsrs@example.org", "mailto:robin%2Bwsrs@example.org"),
            ("r.o'example@example.org", "mailto:r.o%27example@example.org"),
            ("robin?bcc=x&y%@example.org", "mailto:robin%3Fbcc%3Dx%26y%25@example.org"),
        ],
    )
    def test_their_address_opens_an_email(
        self, desk: Coordinator, services: Services, address: str, link: str
    ) -> None:
        """
        The link writes to the address and does nothing else, whatever stands before its @.
        """
        put(services, made.application(id="00000009abcdefghjkmn", answers={"email": address}))
        shown = page(desk, "/desk/applications/00000009abcdefghjkmn")
        assert f'href="{link}">' in shown
        assert f"Email {address} not confirmed yet" in text(shown)

    def test_answers_are_text(self, desk: Coordinator, services: Services) -> None:
        """
        What applicants wrote is shown as they wrote it, with its lines, and is no markup.
        """
        hostile = '<script>alert("x")</script>\nand more'
        put(services, made.application(id="00000009abcdefghjkmn", answers={"goal": hostile}))
        shown = page(desk, "/desk/applications/00000009abcdefghjkmn")
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;<br>and more" in shown

    def test_earlier_answers(self, laptop: Laptop, desk: Coordinator, clock: Clock) -> None:
        """
        Each change is shown with its time, the newest first, and with what stood before and after.
        """
        assert "Earlier answers" not in page(desk)
        link = link_of(laptop, ROBIN)
        for city in ("Tacoma", ""):
            clock.forward(hours=1)
            assert post(laptop, f"{link}/correct", people.mentee(city=city)).status == 303
        assert part(page(desk), "Earlier answers") == (
            "Changed October 6, 2026, 7:30 p.m. PT Question Before After "
            "City or region Tacoma Skipped "
            "Changed October 6, 2026, 6:30 p.m. PT Question Before After "
            "City or region Seattle Tacoma"
        )

    def test_other_answers_that_wait(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        What was sent for the same address is compared, and each of the two leads to the other.
        """
        sent = apply(laptop, people.mentee(city="Tacoma")).headers["location"]
        waits = sent.rpartition("/")[2]
        words = part(page(desk), "A change is waiting for the applicant to confirm it")
        reference = stored(services, waits).reference
        assert f"with the reference {reference}" in words
        assert words.endswith("Question Now Sent City or region Seattle Tacoma")
        other = page(desk, f"/desk/applications/{waits}")
        assert '<span class="breakable">Robin Example</span>’s application, 0000-0001</a>' in other
        for button in ("pause", "not-eligible", "withdraw"):
            assert f"/{button}" not in other

    def test_what_became_of_a_letter(self, desk: Coordinator, services: Services) -> None:
        """
        Each state of a letter is said in words; what is on its way is not sent again.
        """
        fates = [
            (State.NEW, True, "", "on its way", False),
            (State.SENDING, True, "", "on its way", False),
            (State.SENT, False, "", "sent", True),
            (State.FAILED, True, "Throttled", "not sent yet; it is tried again", True),
            (State.FAILED, False, "Throttled", "could not be sent", True),
            (State.RETURNED, False, "bounced", "came back: there is no such mailbox", True),
            (State.RETURNED, False, "complained", "was called unwanted by its reader", True),
            (State.RETURNED, False, "rejected", "was rejected by our mail service", True),
            (State.RETURNED, False, "stuck", "came back for now: the mailbox is full", True),
            (State.RETURNED, False, "other", "came back", True),
            (State.HELD, False, "", "held, for it came with a restored backup", True),
            (State.DROPPED, False, "", "not sent, for nobody needed it any more", True),
        ]
        assert {state for state, *_ in fates} == set(State)
        written = made.NOW
        for state, due, reason, _, _ in fates:
            written -= timedelta(days=1)
            letter = new_letter("link", about=ID, now=written, on=written.date())
            at = letter.due if due else None
            at_last = replace(letter, state=state, due=at, reason=reason)
            services.store.commit(Change(letters=(at_last,)))
        shown = page(desk).partition(">Emails</h3>")[2]
        lines = re.findall(r"<li><strong>Link to their application</strong>(.*?)</li>", shown, re.S)
        for line, (_, _, _, fate, again) in zip(lines, fates, strict=True):
            assert text(line).startswith(f"to the applicant: {fate}")
            assert ("Send again : Link to their application" in text(line)) is again

    def test_a_title_for_each_letter(self, desk: Coordinator, services: Services) -> None:
        """
        Each kind of letter has a title of its own, which is shown for all that can be about an
        application.
        """
        assert len({kind.traits.title for kind in Kind}) == len(Kind)
        about = [
            kind
            for kind in Kind
            if kind.traits.reader in (Reader.APPLICANT, Reader.FORMER)
            or kind.traits.replies is Replies.APPLICANT
        ]
        for kind in about:
            letter = new_letter(kind, about=ID, of=f"{ID}#other", now=made.NOW)
            services.store.commit(Change(letters=(replace(letter, state=State.SENT, due=None),)))
        shown = page(desk).partition(">Emails</h3>")[2]
        for kind in about:
            title = kind.traits.title
            assert f"<strong>{title}</strong> to the {kind.traits.reader.value}: sent" in shown
            assert f'Send again<span class="visually-hidden">: {title}</span>' in shown

    def test_no_letters_yet(self, desk: Coordinator, services: Services) -> None:
        """
        Where nothing was written, the page says so.
        """
        put(services, made.application(id="00000009abcdefghjkmn", status=Status.QUARANTINED))
        assert part(page(desk, "/desk/applications/00000009abcdefghjkmn"), "Emails").startswith(
            "None yet."
        )

    @pytest.mark.parametrize(
        "named",
        [
            "00000099abcdefghjkmn",  # Nobody's.
            "00000001ABCDEFGHJKMN",
            "00000001abcdefghjkm",
            "00000001abcdefghjkmn1",
            "0000-0001",
            "waiting%23mentee%23robin@example.org",
            "%00",
            "..",
        ],
    )
    def test_nobody(self, laptop: Laptop, desk: Coordinator, named: str) -> None:
        """
        There is nothing under an id that is nobody's, or none at all, for any button either.
        """
        with nothing_changes(laptop):
            for method, path in application_page.ROUTES:
                target = path.replace("{id}", named)
                given = GIVEN.get(path.rpartition("/")[2], {})
                answer = desk.get(target) if method == "GET" else desk.post(target, given)
                assert answer.status == 404, (method, path)

    def test_looking_changes_nothing(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        No page of an application changes anything by being opened.
        """
        sent = apply(laptop, people.mentee(website="x", city="Tacoma"))
        held = sent.headers["location"].rpartition("/")[2]
        with nothing_changes(laptop):
            for method, path in application_page.ROUTES:
                if method == "GET":
                    page(desk, path.replace("{id}", held if path.endswith("/delete") else ID))

    def test_what_its_owner_threw_away(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Of answers that were thrown away an empty page is left, on which no button does anything.
        """
        link = link_of(laptop, ROBIN)
        post(laptop, f"{link}/correct", people.mentee(email="robin@new.example"))
        (waits,) = stored(services).pending_changes
        mail(laptop)
        post(laptop, f"{link}/discard", {"change": [waits]})
        at = f"/desk/applications/{waits}"
        shown = page(desk, at)
        assert "No answers are left here." in shown
        assert "robin@new.example" not in shown
        assert "Confirm the new address to the applicant: sent" in text(shown)
        assert "These were changed answers for Robin Example ’s application, 0000-0001" in text(
            shown
        )
        assert '<h1><bdi class="breakable">Robin Example</bdi></h1>' in shown
        assert "Send again" not in shown
        letter = letter_of(services, "confirm-address", waits)
        with nothing_changes(laptop):
            for act in sorted(set(ACTS) - {"note", "forget", "send-again"}):
                assert said(desk, press(desk, act, at=at)) == "late", act
            assert said(desk, press(desk, "send-again", at=at, letter=letter.id)) == "late"
        assert said(desk, press(desk, "note", at=at)) == "noted"


class TestNotes:
    def test_who_wrote_when(self, desk: Coordinator, services: Services, clock: Clock) -> None:
        """
        A note stands on the page with its author and its time, the newest first, as it was written.
        """
        assert said(desk, press(desk, "note", note=WORDS)) == "noted"
        clock.forward(minutes=45)
        press(desk, "note", note="Line one.\r\nLine two.")
        assert stored(services).notes == (
            Note(at=made.NOW, by=COORDINATORS, text=WORDS),
            Note(at=clock(), by=COORDINATORS, text="Line one.\nLine two."),
        )
        shown = page(desk)
        words = part(shown, "Notes")
        assert words.startswith(
            f"Line one. Line two. {COORDINATORS}, October 6, 2026, 6:15 p.m. PT "
            f"{WORDS} {COORDINATORS}, October 6, 2026, 5:30 p.m. PT"
        )
        assert "Line one.<br>Line two." in shown
        assert "prefers &lt;i&gt;evenings&lt;/i&gt; &amp; weekends." in shown
        assert "<i>evenings" not in shown

    def test_twice_is_once(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        A note that is sent twice is stored once, and nobody is mailed.
        """
        before = len(mail(laptop))
        for _ in range(2):
            assert said(desk, press(desk, "note", note=WORDS)) == "noted"
        assert len(stored(services).notes) == 1
        assert len(mail(laptop)) == before
        assert record(services) == []

    @pytest.mark.parametrize(
        ("note", "refusal"),
        [
            ("", "Write a note first"),
            (" \r\n ", "Write a note first"),
            ("</textarea>é" * 200, "Enter 2000 characters or fewer under “Note”"),
        ],
    )
    def test_refused(self, laptop: Laptop, desk: Coordinator, note: str, refusal: str) -> None:
        """
        What cannot be stored comes back as it was written, beside what is wrong with it.
        """
        with nothing_changes(laptop):
            answer = press(desk, "note", note=note)
        assert answer.status == AnswersRefused.status == 422
        assert f'<a href="#note">{refusal}</a>' in answer.text
        assert '<p class="error" id="note-error"><span class="visually-hidden">Error:</span> ' in (
            answer.text
        )
        (box,) = re.findall(r'<textarea([^>]*id="note"[^>]*)>\n(.*?)</textarea>', answer.text, re.S)
        assert 'aria-describedby="note-hint note-error" aria-invalid="true"' in box[0]
        assert unescape(box[1]) == note
        assert "<title>Error: Robin Example" in answer.text
        assert 'class="error"' not in page(desk)

    def test_the_longest(self, desk: Coordinator, services: Services) -> None:
        """
        Two thousand characters are a note.
        """
        assert said(desk, press(desk, "note", note="é" * 2_000)) == "noted"
        assert stored(services).notes[0].text == "é" * 2_000

    def test_no_room(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Where there is no room for another one, that is said, and what was written is not lost.
        """
        notes = tuple(Note(at=made.NOW, by="c", text=f"{n}") for n in range(MAX_NOTES))
        put(services, stored(services).with_changes(notes=notes))
        with nothing_changes(laptop):
            answer = press(desk, "note", note="One more.")
        assert answer.status == 422
        assert "There is no room for another note here." in answer.text
        assert ">\nOne more.</textarea>" in answer.text

    def test_of_two_at_once_both_are_kept(self, desk: Coordinator, services: Services) -> None:
        """
        Who is overtaken decides anew: of two notes at the same moment neither is lost.
        """
        others: list[int] = []

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not others:
                others.append(0)
                press(desk, "note", note="The other.")

        with tapped() as wire:
            wire.before = other_comes_first
            press(desk, "note", note="Mine.")
        assert [each.text for each in stored(services).notes] == ["The other.", "Mine."]

    @pytest.mark.parametrize("format", list(Format))
    def test_in_no_export(self, desk: Coordinator, services: Services, format: Format) -> None:
        """
        No format of an export has a note, nor who wrote it, whatever it is asked for.
        """
        press(desk, "note", note=SECRET)
        answer = desk.post("/desk/export", asked(format=format.value, include="not_with"))
        (row,) = read(answer.body, format)
        assert "Sam Example" in row.values()
        for words in (SECRET, COORDINATORS):
            assert words not in str(row)
        if format is Format.XLSX:
            with ZipFile(io.BytesIO(answer.body)) as parts:
                assert not any(SECRET.encode() in parts.read(each) for each in parts.namelist())
        else:
            assert SECRET.encode() not in answer.body

    def test_in_no_email_and_on_no_page_of_its_owner(
        self, laptop: Laptop, desk: Coordinator, services: Services, clock: Clock
    ) -> None:
        """
        Whatever is mailed of an application afterwards, to whomever, and what its owner sees of it
        has nothing of a note.
        """
        put_roster(services, member("p1@example.org"))
        press(desk, "note", note=SECRET)
        link = link_of(laptop, ROBIN)
        for shown in ("", "/correct", "/withdraw", "/forget"):
            assert SECRET not in get(laptop, link + shown).text
        press(desk, "membership")
        post(laptop, "/links", {"email": [ROBIN]})
        apply(laptop, people.mentee(goal="Something else."))
        post(laptop, f"{link}/correct", people.mentee(city="Tacoma"))
        clock.forward(days=6)  # Monday.
        laptop.daily()
        desk = sign_in(laptop)
        for kind in ("receipt", "new-application"):
            press(desk, "send-again", letter=letter_of(services, kind).id)
        clock.forward(minutes=15)
        laptop.tick()
        press(desk, "withdraw")
        mail(laptop)
        press(desk, "forget")
        emails = mail(laptop)
        assert kinds(emails) >= {
            "receipt", "new-application", "membership", "link", "confirm-change", "changed",
            "corrected", "digest", "withdrawn", "withdrawal", "forgotten",
        }  # fmt: skip
        for email in emails:
            assert SECRET not in email.header("Subject") + email.part("plain") + email.part("html")

    def test_not_in_the_record(self, desk: Coordinator) -> None:
        """
        The record says nothing of notes, which stand with the application.
        """
        press(desk, "note", note=SECRET)
        assert SECRET not in page(desk, "/desk/record")
        assert SECRET not in page(desk, "/desk/applications")


class TestPaused:
    def test_and_waiting_again(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        They stay on the list, their own page says so, and nobody is mailed.
        """
        before, link = len(mail(laptop)), link_of(laptop, ROBIN)
        assert said(desk, press(desk, "pause")) == "paused"
        assert stored(services).status is Status.PAUSED
        assert "Paused · since today" in text(page(desk))
        assert "On the list, paused" in text(get(laptop, link).text)
        assert "Waiting for a match" not in text(get(laptop, link).text)
        assert said(desk, press(desk, "resume")) == "resumed"
        assert stored(services).status is Status.WAITING
        assert "Waiting for a match" in text(get(laptop, link).text)
        assert len(mail(laptop)) == before
        assert record(services) == [
            (Action.PAUSED, "0000-0001", ""),
            (Action.RESUMED, "0000-0001", ""),
        ]

    def test_the_button_that_fits(self, desk: Coordinator) -> None:
        """
        Who waits can be paused, and who is paused made to wait, and neither the other way.
        """
        assert f'action="{PAGE}/pause"' in page(desk)
        assert f'action="{PAGE}/resume"' not in page(desk)
        press(desk, "pause")
        assert f'action="{PAGE}/pause"' not in page(desk)
        assert f'action="{PAGE}/resume"' in page(desk)


class TestNotEligible:
    @pytest.mark.parametrize(
        ("role", "reason"), [(role, each) for role, reasons in REASONS.items() for each in reasons]
    )
    def test_what_is_shown_is_sent(
        self, laptop: Laptop, desk: Coordinator, services: Services, role: Role, reason: str
    ) -> None:
        """
        The email is shown before it is sent, and is the one that is, to the last word.
        """
        if role is Role.MENTOR:
            apply(laptop, people.mentor())
        at = self.page_of(services, role)
        shown = page(desk, f"{at}/not-eligible")
        number = REASONS[role].index(reason)
        subject = re.findall(r'<div class="letter">\n<p><strong>(.*?)</strong>', shown)[number]
        words = re.findall(r"<pre>(.*?)</pre>", shown, re.S)[number]
        before, address = len(mail(laptop)), stored(services, at[-20:]).address
        assert f"To {address}" in text(shown)
        assert said(desk, press(desk, "not-eligible", at=at, reason=reason)) == "ineligible"
        (email,) = mail(laptop)[before:]
        assert email.header("To") == address
        assert email.header("Reply-To") == services.program.contact
        assert email.header("Subject") == unescape(subject)
        assert email.part("plain").split() == unescape(words).split()
        assert stored(services, at[-20:]).status is Status.INELIGIBLE
        reference = stored(services, at[-20:]).reference
        assert record(services) == [(Action.NOT_ELIGIBLE, reference, reason)]

    def page_of(self, services: Services, role: Role) -> str:
        """Return the path of the application that there is of a role."""
        (found,) = services.store.queries.applications(
            roles=[role], statuses=[Status.WAITING], since=None, until=None, now=services.now()
        )
        return f"/desk/applications/{found.id}"

    @pytest.mark.parametrize("role", list(Role))
    def test_words_for_each_reason(self, laptop: Laptop, desk: Coordinator, services: Services,
                                   role: Role) -> None:  # fmt: skip
        """
        Each reason that a role can have is offered, one of them is chosen, and each has words of
        its own.
        """
        if role is Role.MENTOR:
            apply(laptop, people.mentor())
        at = self.page_of(services, role)
        words = {
            "membership": "active members of the WSRS Resident and Fellows Section",
            "training": "in residency or fellowship",
            "practice": "need to be practicing radiologists",
            "other": "If you would like to know more",
        }
        shown = page(desk, f"{at}/not-eligible")
        offered = re.findall(r'type="radio".*? value="(\w+)"( checked)?>', shown)
        assert [each for each, _ in offered] == list(REASONS[role])
        assert [each for each, chosen in offered if chosen] == [REASONS[role][0]]
        letters = [" ".join(each.split()) for each in re.findall(r"<pre>(.*?)</pre>", shown, re.S)]
        for reason, letter in zip(REASONS[role], letters, strict=True):
            assert {each for each in words if words[each] in letter} == {reason}

    def test_a_reason_that_is_none(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        A reason of the other role, or of nobody, closes nothing.
        """
        with nothing_changes(laptop):
            for reason in ("practice", "", "other membership", "<b>"):
                assert press(desk, "not-eligible", reason=reason).status == 400

    def test_twice_is_once(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        A second press, for another reason too, closes and mails nothing more.
        """
        before = len(mail(laptop))
        for reason in ("other", "other", "training"):
            assert said(desk, press(desk, "not-eligible", reason=reason)) == "ineligible"
        assert len(to(laptop, ROBIN, after=before)) == 1
        assert record(services) == [(Action.NOT_ELIGIBLE, "0000-0001", "other")]

    def test_what_they_find_then(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Their own page says that they were written to; nothing is left to press but to be forgotten.
        """
        link = link_of(laptop, ROBIN)
        press(desk, "not-eligible")
        theirs = get(laptop, link).text
        assert "Not taken this time" in theirs
        assert f"{link}/correct" not in theirs
        mine = page(desk)
        assert "Not eligible · received October 6, 2026" in text(mine)
        for act in ("pause", "withdraw", "not-eligible"):
            assert f"{PAGE}/{act}" not in mine
        assert apply(laptop, people.mentee()).status == 303


class TestReinstated:
    BACK = f'action="{PAGE}/back-on-list"'

    def test_in_their_old_place(
        self, laptop: Laptop, desk: Coordinator, services: Services, clock: Clock
    ) -> None:
        """
        Who answers that we are wrong gets their old place back, once; nobody is written to, and the
        page says so.
        """
        assert self.BACK not in page(desk)
        before = stored(services)
        press(desk, "not-eligible")
        clock.forward(days=30)
        desk = sign_in(laptop)
        assert self.BACK in page(desk)
        assert "No email is sent: reply to them yourself." in page(desk)
        mailed = len(mail(laptop))
        for _ in range(2):
            assert said(desk, press(desk, "back-on-list")) == "reinstated"
        assert stored(services) == replace(before, revision=before.revision + 2)
        assert "Waiting · 30 days" in text(page(desk))
        assert self.BACK not in page(desk)
        assert len(mail(laptop)) == mailed
        entries = [
            each for each in services.store.queries.audit_log() if each.action is Action.REINSTATED
        ]
        assert [(each.about, each.words) for each in entries] == [("0000-0001", "")]
        assert "Waiting for a match" in text(get(laptop, link_of(laptop, ROBIN)).text)

    def test_has_applied_again(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Where the address has another application by now that one counts: the page leads there, and
        the button does nothing.
        """
        press(desk, "not-eligible")
        other = apply(laptop, people.mentee(city="Tacoma")).headers["location"].rpartition("/")[2]
        mail(laptop)
        shown = page(desk)
        assert self.BACK not in shown
        assert f'<a href="/desk/applications/{other}">' in shown
        with nothing_changes(laptop):
            assert said(desk, press(desk, "back-on-list")) == "stands"
        # Once that one is gone as well, there is room.
        press(desk, "withdraw", at=f"/desk/applications/{other}")
        assert said(desk, press(desk, "back-on-list")) == "reinstated"
        # Whoever applies now is asked about the one that is back.
        apply(laptop, people.mentee(city="Yakima"))
        assert len(stored(services).pending_changes) == 1

    def test_who_applies_at_the_same_moment(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Of the two only one stands: who is overtaken finds the other one, and nothing is put back.
        """
        press(desk, "not-eligible")
        others: list[int] = []

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not others:
                others.append(0)
                apply(laptop, people.mentee(city="Tacoma"))

        with tapped() as wire:
            wire.before = other_comes_first
            answer = press(desk, "back-on-list")
        assert said(desk, answer) == "stands"
        assert stored(services).status is Status.INELIGIBLE


class TestWithdrawn:
    def test_both_sides_are_told(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        They are off the list; the emails to them and to the coordinators say who did it.
        """
        before = len(mail(laptop))
        shown = text(page(desk, f"{PAGE}/withdraw"))
        assert "If Robin Example has asked you to take them off the list." in shown
        assert said(desk, press(desk, "withdraw")) == "withdrawn"
        gone = stored(services)
        assert (gone.status, gone.withdrawn_at) == (Status.WITHDRAWN, services.now())
        assert gone.confirmed_at is None
        (theirs,) = to(laptop, ROBIN, after=before)
        (ours,) = to(laptop, COORDINATORS, after=before)
        assert theirs.header("Subject") == "Off the list: 0000-0001"
        for kind in ("plain", "html"):
            words = text(theirs.part(kind))
            assert "You are off the list" in words
            assert "A coordinator did it, as we understood that you had asked for it." in words
            assert "You have withdrawn" not in words
            told = text(ours.part(kind))
            assert "was taken off the list of mentees by a coordinator, as they had asked" in told
        assert record(services) == [(Action.WITHDREW, "0000-0001", "")]

    def test_by_themselves(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Where they do it themselves, the emails say that.
        """
        link, before = link_of(laptop, ROBIN), len(mail(laptop))
        post(laptop, f"{link}/withdraw")
        (theirs,) = to(laptop, ROBIN, after=before)
        (ours,) = to(laptop, COORDINATORS, after=before)
        assert theirs.header("Subject") == "You have withdrawn: 0000-0001"
        assert "coordinator did it" not in text(theirs.part("plain"))
        assert "has withdrawn their application" in text(ours.part("plain"))

    def test_twice_is_once(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        A second press mails nobody, also where their own link was faster.
        """
        link, before = link_of(laptop, ROBIN), len(mail(laptop))
        post(laptop, f"{link}/withdraw")
        for _ in range(2):
            assert said(desk, press(desk, "withdraw")) == "withdrawn"
        assert len(mail(laptop)) == before + 2
        assert record(services) == []


class TestAdmitted:
    @pytest.fixture
    def held(self, laptop: Laptop, desk: Coordinator) -> str:
        """The page of an application that was held back."""
        sent = apply(laptop, people.mentor(website="x"))
        return f"/desk/applications/{sent.headers['location'].rpartition('/')[2]}"

    @pytest.mark.parametrize(
        ("because", "words"),
        [
            (HoldReason.TRAP, "the box that people do not see was filled in"),
            (HoldReason.STAMP, "it was sent too soon, or too long, after the form was opened"),
            (HoldReason.CLIENT, "many came from the same network that day"),
            (HoldReason.CROWD, "many came for the same email address"),
        ],
    )
    def test_says_why(
        self, desk: Coordinator, services: Services, because: HoldReason, words: str
    ) -> None:
        """
        What is held back is shown with the reason for it.
        """
        held = made.application(
            id="00000009abcdefghjkmn", status=Status.QUARANTINED, hold_reason=because
        )
        put(services, held)
        assert words in part(page(desk, "/desk/applications/00000009abcdefghjkmn"), "On hold")

    def test_as_if_it_had_just_arrived(
        self, laptop: Laptop, desk: Coordinator, services: Services, held: str
    ) -> None:
        """
        It waits for a match, its sender gets the receipt and the coordinators their email, once.
        """
        before = len(mail(laptop))
        for _ in range(2):
            assert said(desk, press(desk, "admit", at=held)) == "admitted"
        free = stored(services, held[-20:])
        assert (free.status, free.hold_reason) == (Status.WAITING, HoldReason.TRAP)
        assert kinds(mail(laptop)[before:]) == {"new-application", "receipt"}
        assert len(mail(laptop)) == before + 2
        assert len(to(laptop, "kim@example.com", after=before)) == 1
        assert record(services) == [(Action.ADMITTED, free.reference, "")]
        assert "On hold" not in page(desk, held)

    def test_its_address_has_another_one(
        self, laptop: Laptop, desk: Coordinator, services: Services, held: str
    ) -> None:
        """
        Both pages lead to each other. Let in, it waits beside the one that stands, as the form
        would have it: its owner is asked, once, and takes it up.
        """
        there = apply(laptop, people.mentor(city="Yakima")).headers["location"].rpartition("/")[2]
        current = stored(services, there)
        at = f"/desk/applications/{there}"
        words = part(page(desk, held), "On hold")
        assert f"another application: {current.name} , {current.reference} ." in words
        assert "If you let it in, it waits beside the other one." in words
        assert f'<a href="{at}">' in page(desk, held)
        reference = stored(services, held[-20:]).reference
        assert f'<dd><a href="{held}">{reference}</a>: on hold</dd>' in page(desk, at)
        before = len(mail(laptop))
        for _ in range(2):
            assert said(desk, press(desk, "admit", at=held)) == "beside"
        assert stored(services, there) == current.with_changes(pending_changes=(held[-20:],))
        assert stored(services, held[-20:]).status is Status.UNCONFIRMED
        assert kinds(mail(laptop)[before:]) == {"confirm-change"}
        assert len(mail(laptop)) == before + 1
        assert record(services) == [(Action.ADMITTED, reference, "")]
        assert "on hold" not in page(desk, at)
        assert "A change is waiting for the applicant to confirm it" in page(desk, at)
        link = link_of(laptop, current.address)
        assert "Other answers were sent. By you?" in get(laptop, link).text
        post(laptop, f"{link}/take-up", {"change": [held[-20:]]})
        assert "city" not in stored(services, there).answers
        # Pressed on a page that was open all the time, it says what is true.
        assert said(desk, press(desk, "admit", at=held)) == "same"
        assert f'They’re now part of <a href="{at}">' in page(desk, held)

    def test_one_letter_a_day(
        self, laptop: Laptop, desk: Coordinator, services: Services, held: str
    ) -> None:
        """
        An owner who was asked today already is not written to again, and finds it all the same.
        """
        there = apply(laptop, people.mentor(city="Yakima")).headers["location"].rpartition("/")[2]
        apply(laptop, people.mentor(city="Tacoma"))
        before = len(mail(laptop))
        assert said(desk, press(desk, "admit", at=held)) == "beside"
        assert len(mail(laptop)) == before
        assert len(stored(services, there).pending_changes) == 2

    def test_nothing_new(
        self, laptop: Laptop, desk: Coordinator, services: Services, held: str
    ) -> None:
        """
        What says the same as the one that stands is no question to anybody: it is off the list.
        """
        address = stored(services, held[-20:]).address
        apply(laptop, people.mentor(city="Yakima"))
        link = link_of(laptop, address)
        assert post(laptop, f"{link}/correct", people.mentor()).status == 303
        before = len(mail(laptop))
        for _ in range(2):
            assert said(desk, press(desk, "admit", at=held)) == "same"
        gone = stored(services, held[-20:])
        assert (gone.status, gone.answers) == (Status.MERGED, {})
        assert len(mail(laptop)) == before

    def test_too_many_wait(
        self, laptop: Laptop, desk: Coordinator, services: Services, held: str
    ) -> None:
        """
        It stays held back where as many as may wait for the owner's word already.
        """
        apply(laptop, people.mentor(city="Yakima"))
        for count in range(MAX_PENDING_CHANGES):
            apply(laptop, people.mentor(city=f"City {count}"))
        mail(laptop)
        with nothing_changes(laptop):
            assert said(desk, press(desk, "admit", at=held)) == "crowd"
        assert stored(services, held[-20:]).status is Status.QUARANTINED

    def test_somebody_applies_at_the_same_moment(
        self, laptop: Laptop, desk: Coordinator, services: Services, held: str
    ) -> None:
        """
        Of the two one stands and the other waits beside it: none is over the other.
        """
        others: list[str] = []

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not others:
                others.append("")
                sent = apply(laptop, people.mentor(city="Tacoma"))
                others[0] = sent.headers["location"].rpartition("/")[2]

        with tapped() as wire:
            wire.before = other_comes_first
            answer = press(desk, "admit", at=held)
        assert said(desk, answer) == "beside"
        assert stored(services, others[0]).pending_changes == (held[-20:],)

    @pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.INELIGIBLE])
    def test_let_in_and_closed_meanwhile(
        self, laptop: Laptop, desk: Coordinator, services: Services, status: Status
    ) -> None:
        """
        What somebody else let in, and is closed by now, is not said to be in.
        """
        put(services, stored(services).with_changes(status=status, hold_reason=HoldReason.TRAP))
        with nothing_changes(laptop):
            assert said(desk, press(desk, "admit")) == "late"


class TestDeleted:
    @pytest.fixture
    def held(self, laptop: Laptop, desk: Coordinator) -> str:
        """The page of what was held back for the address of Robin, who has applied."""
        sent = apply(laptop, people.mentee(website="x", city=SECRET))
        return f"/desk/applications/{sent.headers['location'].rpartition('/')[2]}"

    def test_that_one_only(
        self, laptop: Laptop, desk: Coordinator, services: Services, held: str
    ) -> None:
        """
        The page says what goes and what stays. Then nothing of it is in any table, Robin's own is
        as it was, nobody is written to, and the list of what was held back is empty.
        """
        mine, reference = stored(services), stored(services, held[-20:]).reference
        assert f'href="{held}/delete">Delete it …</a>' in page(desk, held)
        words = text(page(desk, f"{held}/delete"))
        assert f"The application as a mentee, reference {reference}, of October 6, 2026" in words
        assert "stays as it is: Robin Example , 0000-0001 ." in words
        before = len(mail(laptop))
        for _ in range(2):
            assert said(desk, press(desk, "delete", at=held)) == "deleted"
        assert desk.get(held).status == 404
        assert SECRET not in str(tables.everything())
        assert "quarantined#" not in str(tables.everything())
        assert stored(services) == mine
        assert len(mail(laptop)) == before
        assert record(services) == [(Action.DELETED, reference, "")]
        assert "on hold" not in text(page(desk, "/desk"))
        words = text(page(desk, "/desk/record"))
        assert f"deleted an application that was held back ({reference})" in words

    def test_others_of_the_address_can_be_forgotten(
        self, laptop: Laptop, desk: Coordinator, services: Services, held: str
    ) -> None:
        """
        Of several that were held back the others stay, and whoever asks to be forgotten is.
        """
        apply(laptop, people.mentee(website="x", city="Other city"))
        press(desk, "delete", at=held)
        assert "Other city" in str(tables.everything())
        assert press(desk, "forget").status == 200
        assert "Other city" not in str(tables.everything())

    def test_no_backup_brings_it_back(
        self, desk: Coordinator, services: Services, held: str
    ) -> None:
        """
        Its mark is left for as long as a backup may have it.
        """
        press(desk, "delete", at=held)
        mark = services.store.mark(forgotten_mark_id(held[-20:]), now=services.now())
        assert mark is not None
        assert mark.expires_at >= services.now() + timedelta(days=60)

    def test_only_what_is_held_back(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Nothing else is deleted that way, or asked about.
        """
        with nothing_changes(laptop):
            assert said(desk, desk.get(f"{PAGE}/delete")) == "late"
            assert said(desk, press(desk, "delete")) == "late"

    def test_let_in_at_the_same_moment(
        self, laptop: Laptop, desk: Coordinator, services: Services, held: str
    ) -> None:
        """
        Who is overtaken by somebody who lets it in deletes nothing.
        """
        others: list[int] = []

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not others:
                others.append(0)
                press(desk, "admit", at=held)

        with tapped() as wire:
            wire.before = other_comes_first
            answer = press(desk, "delete", at=held)
        assert said(desk, answer) == "late"
        assert stored(services, held[-20:]).status is Status.UNCONFIRMED


class TestAgreed:
    @pytest.fixture
    def invited(self, services: Services, desk: Coordinator) -> Application:
        """Somebody who was entered, and has not agreed."""
        found = made.application(
            id="00000009abcdefghjkmn", status=Status.INVITED, consent_version=0, entered_by="c"
        )
        put(services, found)
        return found

    def test_they_wait(
        self, laptop: Laptop, desk: Coordinator, services: Services, invited: Application
    ) -> None:
        """
        It is stored how they agreed and shown, they wait for a match, and nobody is mailed.
        """
        at, before = f"/desk/applications/{invited.id}", len(mail(laptop))
        assert "They have not agreed yet" in page(desk, at)
        for _ in range(2):
            answer = press(desk, "agreed", at=at, agreed="by telephone\r\non Monday")
            assert said(desk, answer) == "agreed"
        agreed = Agreement(at=made.NOW, by=COORDINATORS, how="by telephone on Monday")
        assert stored(services, invited.id) == invited.with_changes(
            status=Status.WAITING, agreed=agreed
        )
        assert "by telephone on Monday recorded by coordinator@" in text(page(desk, at))
        assert "They have not agreed yet" not in page(desk, at)
        assert len(mail(laptop)) == before
        assert record(services) == [(Action.AGREED, "0000-0001", "")]

    @pytest.mark.parametrize(
        ("words", "refusal"),
        [
            ("", "Write how they agreed"),
            ("x" * 501, "Enter 500 characters or fewer under “How did they agree?”"),
        ],
    )
    def test_refused(
        self, laptop: Laptop, desk: Coordinator, invited: Application, words: str, refusal: str
    ) -> None:
        """
        It must be known how they agreed: what is wrong with it stands beside its box.
        """
        at = f"/desk/applications/{invited.id}"
        with nothing_changes(laptop):
            answer = press(desk, "agreed", at=at, agreed=words)
        assert answer.status == 422
        assert f'<a href="#agreed">{refusal}' in answer.text
        assert 'aria-describedby="agreed-hint agreed-error" aria-invalid="true"' in answer.text
        assert f">\n{words}</textarea>" in answer.text

    def test_they_were_faster(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Where they wait already, nothing is stored, and the page does not say that it was.
        """
        with nothing_changes(laptop):
            assert said(desk, press(desk, "agreed")) == "late"


class TestMembership:
    def test_once_a_day(
        self, laptop: Laptop, desk: Coordinator, services: Services, clock: Clock
    ) -> None:
        """
        They are asked kindly, once on each day of the program's zone; nothing else changes.
        """
        put_roster(services, member("p1@example.org"))
        assert "Member list no match" in text(page(desk))
        assert f'action="{PAGE}/membership"' in page(desk)
        before, application = len(mail(laptop)), stored(services)
        for _ in range(2):
            assert said(desk, press(desk, "membership")) == "asked"
        (email,) = mail(laptop)[before:]
        assert email.header("To") == ROBIN
        assert "We could not find this address on the WSRS member list." in text(
            email.part("plain")
        )
        assert stored(services) == application
        assert record(services) == [(Action.ASKED, "0000-0001", "")]
        assert "Asked on October 6, 2026 by which address WSRS knows them. You can ask again" in (
            text(page(desk))
        )
        assert f'action="{PAGE}/membership"' not in page(desk)
        clock.forward(hours=7)  # After midnight.
        assert "Asked on October 6, 2026 by which address WSRS knows them. Ask once more" in (
            text(page(desk))
        )
        assert f'action="{PAGE}/membership"' in page(desk)
        for _ in range(2):
            assert said(desk, press(desk, "membership")) == "asked"
        assert len(to(laptop, ROBIN, after=before)) == 2

    @pytest.mark.parametrize(
        ("members", "result", "asks"),
        [
            ([member(ROBIN)], "found by address", False),
            ([member("r@example.org", "Robin Example")], "found by name", False),
            ([member(ROBIN, lapsed=True)], "lapsed", True),
            ([member("r@example.org")], "no match", True),
        ],
    )
    def test_asked_where_there_is_a_question(
        self,
        desk: Coordinator,
        services: Services,
        members: list[Member],
        result: str,
        asks: bool,
    ) -> None:
        """
        The button is there for whoever is not found, or has lapsed.
        """
        put_roster(services, *members)
        shown = page(desk)
        assert f"Member list {result}" in text(shown)
        assert (f'action="{PAGE}/membership"' in shown) is asks

    def test_mentors_are_not_asked(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Mentors need not be members.
        """
        put(services, made.application(Role.MENTOR, id="00000009abcdefghjkmn"))
        at = "/desk/applications/00000009abcdefghjkmn"
        with nothing_changes(laptop):
            assert said(desk, press(desk, "membership", at=at)) == "late"


class TestSentAgain:
    def test_what_came_back(
        self, laptop: Laptop, desk: Coordinator, services: Services, clock: Clock
    ) -> None:
        """
        The address is tried once more: the sweeper sends the letter, once, as it is written today.
        """
        (receipt,) = to(laptop, ROBIN)
        laptop.returned(receipt, "Bounce")
        letter = letter_of(services, "receipt")
        mark = refused_mark_id(services.links.hashed(ROBIN))
        assert services.store.mark(mark, now=services.now())
        words = text(page(desk))
        assert "refuses mail: the last email came back for good" in words
        assert "Receipt to the applicant: came back: there is no such mailbox" in words
        before = len(mail(laptop))
        for _ in range(2):
            assert said(desk, press(desk, "send-again", letter=letter.id)) == "again"
        assert services.store.mark(mark, now=None) is None
        assert "refuses mail" not in text(page(desk))
        assert "Receipt to the applicant: on its way" in text(page(desk))
        assert len(mail(laptop)) == before
        clock.forward(minutes=15)
        laptop.tick()
        laptop.tick()
        (again,) = mail(laptop)[before:]
        assert again.header("To") == ROBIN
        assert again.header("Subject") == receipt.header("Subject")
        assert letter_of(services, "receipt").state is State.SENT
        assert "Receipt to the applicant: sent" in text(page(desk))
        (entry,) = (
            each for each in services.store.queries.audit_log() if each.action is Action.SENT_AGAIN
        )
        assert (entry.about, entry.words) == ("0000-0001", "receipt")

    def test_to_the_coordinators(
        self, laptop: Laptop, desk: Coordinator, services: Services, clock: Clock
    ) -> None:
        """
        Their own email comes again as well, and says nothing of whether an applicant has mail.
        """
        (receipt,) = to(laptop, ROBIN)
        laptop.returned(receipt, "Bounce")
        before = len(mail(laptop))
        press(desk, "send-again", letter=letter_of(services, "new-application").id)
        clock.forward(minutes=15)
        laptop.tick()
        assert [each.header("To") for each in mail(laptop)[before:]] == [COORDINATORS]
        assert "refuses mail" in text(page(desk))

    def test_in_one_transaction(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Whatever refuses it, nothing of it is stored; and if another coordinator was faster, the
        letter is on its way once, and the record does not say it twice.
        """
        (receipt,) = to(laptop, ROBIN)
        laptop.returned(receipt, "Bounce")
        mail(laptop)
        letter = letter_of(services, "receipt")
        with tapped() as wire, nothing_changes(laptop):
            wire.before = always(TRANSACT, refused("ValidationException"))
            assert press(desk, "send-again", letter=letter.id).status == 500
        others = [letter.id]

        def other_comes_first(call: str, number: int) -> None:
            if call == TRANSACT and others:
                others.clear()
                assert press(desk, "send-again", letter=letter.id).status == 303

        with tapped() as wire:
            wire.before = other_comes_first
            assert said(desk, press(desk, "send-again", letter=letter.id)) == "again"
        assert letter_of(services, "receipt").state is State.NEW
        entries = services.store.queries.audit_log()
        assert [each.action for each in entries].count(Action.SENT_AGAIN) == 1

    def test_what_was_written_for_an_earlier_address(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Once its owner has moved, it is not offered: it would go to nobody.
        """
        moved(laptop, link_of(laptop, ROBIN), "robin@new.example")
        mail(laptop)
        receipt = letter_of(services, "receipt")
        assert f'value="{receipt.id}"' not in page(desk)
        with nothing_changes(laptop):
            assert said(desk, press(desk, "send-again", letter=receipt.id)) == "late"

    def test_only_its_own(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        A letter about somebody else, or none, is not found here.
        """
        sent = apply(laptop, people.mentor()).headers["location"]
        mail(laptop)
        other = letter_of(services, "receipt", sent.rpartition("/")[2])
        with nothing_changes(laptop):
            for named in (other.id, f"{ID}#nothing", "", "#"):
                assert press(desk, "send-again", letter=named).status == 404
            assert desk.post(f"{PAGE}/send-again").status == 404

    @pytest.mark.parametrize("close", ["withdraw", "not-eligible"])
    def test_what_is_true_no_more(
        self, laptop: Laptop, desk: Coordinator, services: Services, close: str
    ) -> None:
        """
        Whoever is off the list is not told once more that they are on it, nor asked anything.
        """
        letters = [
            new_letter(kind, about=ID, now=made.NOW)
            for kind in ("entered", "confirm-change", "membership")
        ]
        services.store.commit(
            Change(letters=tuple(replace(each, state=State.SENT, due=None) for each in letters))
        )
        press(desk, close)
        mail(laptop)
        shown = page(desk)
        of_the_list = [each.id for each in (*letters, letter_of(services, "receipt"))]
        with nothing_changes(laptop):
            for each in of_the_list:
                assert f'value="{each}"' not in shown
                assert said(desk, press(desk, "send-again", letter=each)) == "late"
        told = letter_of(services, "withdrawn" if close == "withdraw" else close)
        for each in (told, letter_of(services, "new-application")):
            assert f'value="{each.id}"' in shown
            assert said(desk, press(desk, "send-again", letter=each.id)) == "again"

    def test_at_the_moment_of_another_bounce(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Where the address is marked anew between reading and writing, the newer mark goes as well.
        """
        (receipt,) = to(laptop, ROBIN)
        laptop.returned(receipt, "Bounce")
        struck: list[int] = []

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not struck:
                struck.append(0)
                laptop.returned(receipt, "Bounce")

        with tapped() as wire:
            wire.before = other_comes_first
            answer = press(desk, "send-again", letter=letter_of(services, "receipt").id)
        assert said(desk, answer) == "again"
        mark = refused_mark_id(services.links.hashed(ROBIN))
        assert services.store.mark(mark, now=None) is None


class TestForgotten:
    def test_nothing_is_left(
        self, laptop: Laptop, desk: Coordinator, services: Services, clock: Clock
    ) -> None:
        """
        It is said beforehand what goes; then nothing that was written is in any table, a note
        neither, nor what lies between them and someone else.
        """
        press(desk, "note", note=SECRET)
        other = matched.applied(services, Role.MENTOR)
        pair = between(matched.stored(services, ID), other, services)
        apart = replace(pair, apart_by=COORDINATORS, apart_at=services.now(), revision=1)
        services.store.commit(Change(puts=(apart,)))
        post(laptop, f"{link_of(laptop, ROBIN)}/correct", people.mentee(city="Tacoma"))
        apply(laptop, people.mentor(email=ROBIN))
        mail(laptop)
        assert SECRET in str(tables.everything())
        listed = text(page(desk, f"{PAGE}/forget"))
        for words in (
            "The application as a mentee, reference 0000-0001, of October 6, 2026, with its "
            "earlier answers (1)",
            "The application as a mentor, reference",
        ):
            assert words in listed
        before = len(mail(laptop))
        answer = press(desk, "forget")
        assert answer.status == 200
        assert f"it’s done: Robin Example , {ROBIN} ." in text(answer.text)
        assert "They are forgotten" in text(answer.text)
        for words in (SECRET, "Robin", ROBIN, "Tacoma"):
            assert words not in str(tables.everything()), words
        assert services.store.pair(pair.id) is None
        # Both of their applications were announced.
        assert kinds(mail(laptop)[before:]) == {"forgotten"}
        assert all(COORDINATORS in each.header("To") for each in mail(laptop)[before:])
        assert len(mail(laptop)) == before + 2
        assert record(services) == [(Action.FORGOT, "0000-0001", "with 0000-0005")]

    @pytest.mark.parametrize("after", ["unconfirmed", "merged", "discarded", "held back first"])
    def test_by_a_second_receipt(
        self, laptop: Laptop, desk: Coordinator, services: Services, after: str
    ) -> None:
        """
        People quote the reference of what they sent last: forgetting it forgets the person.
        """
        link = link_of(laptop, ROBIN)
        trap = {"website": "x"} if after == "held back first" else {}
        sent = apply(laptop, people.mentee(city="Tacoma", **trap))
        change = sent.headers["location"].rpartition("/")[2]
        if after == "held back first":
            assert desk.post(f"/desk/applications/{change}/admit").status == 303
        elif after != "unconfirmed":
            verb = "take-up" if after == "merged" else "discard"
            assert post(laptop, f"{link}/{verb}", {"change": [change]}).status == 303
        left = stored(services, change)
        listed = text(page(desk, f"/desk/applications/{change}/forget"))
        answer = desk.post(f"/desk/applications/{change}/forget")
        for words in (listed, text(answer.text)):
            assert "The application as a mentee, reference 0000-0001" in words
            assert re.search(rf"[Cc]hanged answers[^,]*, reference {left.reference}", words)
        assert f"Do this if Robin Example ( {ROBIN} ) has asked for it." in listed
        assert "They are forgotten" in text(answer.text)
        assert tables.items("ApplicationsTable") == []
        assert not re.search(f"{ROBIN}|Robin|Tacoma", str(tables.everything()))
        assert record(services)[-1] == (Action.FORGOT, left.reference, "with 0000-0001")

    def test_an_address_that_was_not_confirmed(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        A new address that nobody has confirmed may be someone else's, who is not forgotten.
        """
        kim = "kim@example.com"
        apply(laptop, people.mentee(email=kim, full_name="Kim Beispiel"))
        post(laptop, f"{link_of(laptop, ROBIN)}/correct", people.mentee(email=kim))
        (change,) = stored(services).pending_changes
        answer = desk.post(f"/desk/applications/{change}/forget")
        assert "They are forgotten" in text(answer.text)
        names = str(tables.items("ApplicationsTable"))
        assert "Kim Beispiel" in names
        assert "Robin" not in names

    def test_what_is_left_of_someone_who_is_gone(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Where the application itself is gone already, nobody is said to be forgotten by it.
        """
        link = link_of(laptop, ROBIN)
        sent = apply(laptop, people.mentee(city="Tacoma"))
        change = sent.headers["location"].rpartition("/")[2]
        post(laptop, f"{link}/discard", {"change": [change]})
        press(desk, "forget")
        listed = text(page(desk, f"/desk/applications/{change}/forget"))
        assert "is gone already. Only what is left of this one is deleted" in listed
        answer = text(desk.post(f"/desk/applications/{change}/forget").text)
        assert "It is deleted" in answer
        assert "They are forgotten" not in answer
        assert "What is left of changed answers, reference" in answer
        assert tables.items("ApplicationsTable") == []

    def test_twice_is_not_found(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Pressed once more, there is nothing here; and nothing is deleted or recorded again.
        """
        assert press(desk, "forget").status == 200
        with nothing_changes(laptop):
            assert press(desk, "forget").status == 404
            for path in (PAGE, f"{PAGE}/forget", f"{PAGE}/withdraw", f"{PAGE}/not-eligible"):
                assert desk.get(path).status == 404

    def test_whoever_is_overtaken_begins_again(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        What comes between finding and deleting is deleted too, and the record has it once.
        """
        link = link_of(laptop, ROBIN)
        others: list[str] = []

        def other_comes_first(call: str, number: int) -> None:
            others.append(call)
            if others.count("TransactWriteItems") == 2 and call == "TransactWriteItems":
                post(laptop, f"{link}/correct", people.mentee(city="Tacoma"))

        with tapped() as wire:
            wire.before = other_comes_first
            answer = press(desk, "forget")
        assert "with its earlier answers (1)" in text(answer.text)
        assert "Tacoma" not in str(tables.everything())
        assert record(services) == [(Action.FORGOT, "0000-0001", "")]


class TestTooLate:
    """Pressed on a page that was opened before the application was closed."""

    @pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.INELIGIBLE])
    @pytest.mark.parametrize("act", sorted(set(ACTS) - {"note", "forget", "send-again"}))
    def test_nothing_changes(
        self, laptop: Laptop, desk: Coordinator, services: Services, act: str, status: Status
    ) -> None:
        """
        The page says that it changed meanwhile; what was wanted is done already, or is not.
        """
        gone = services.now() if status is Status.WITHDRAWN else None
        put(services, stored(services).with_changes(status=status, withdrawn_at=gone))
        done = {
            ("withdraw", Status.WITHDRAWN): "withdrawn",
            ("not-eligible", Status.INELIGIBLE): "ineligible",
        }
        if (act, status) == ("back-on-list", Status.INELIGIBLE):
            # There it is not too late for that.
            assert said(desk, press(desk, act)) == "reinstated"
            return
        with nothing_changes(laptop):
            assert said(desk, press(desk, act)) == done.get((act, status), "late")

    @pytest.mark.parametrize("asked_for", ["withdraw", "not-eligible"])
    def test_nothing_is_offered(
        self, desk: Coordinator, services: Services, asked_for: str
    ) -> None:
        """
        What cannot be done any more is not asked about.
        """
        put(services, stored(services).with_changes(status=Status.INELIGIBLE))
        answer = desk.get(f"{PAGE}/{asked_for}")
        assert said(desk, answer) == "late"

    @pytest.mark.parametrize("status", [Status.QUARANTINED, Status.INVITED])
    @pytest.mark.parametrize("act", ["pause", "resume"])
    def test_who_does_not_wait_is_not_paused(
        self, laptop: Laptop, desk: Coordinator, services: Services, act: str, status: Status
    ) -> None:
        """
        Neither what is held back nor whoever has not agreed yet comes on the list that way.
        """
        put(services, stored(services).with_changes(status=status))
        with nothing_changes(laptop):
            assert said(desk, press(desk, act)) == "late"

    def test_who_is_always_overtaken_is_told(self, desk: Coordinator) -> None:
        """
        After some tries the request ends with a page that says what to do.
        """
        busy, count = [False], [0]

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not busy[0]:
                busy[0] = True
                count[0] += 1
                press(desk, "note", note=f"Note {count[0]}")
                busy[0] = False

        with tapped() as wire:
            wire.before = other_comes_first
            answer = press(desk, "pause")
        assert answer.status == Busy.status
        assert count == [TRIES]
        assert "Waiting · since today" in text(page(desk))


class TestRecord:
    def test_each_act_once(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Whatever a coordinator does with an application can be read by all of them, once each.
        """
        put(
            services,
            made.application(id="00000007abcdefghjkmn", reference="7K2M-0007",
                             status=Status.QUARANTINED, answers={"email": "p7@example.org"}),
            made.application(id="00000008abcdefghjkmn", reference="7K2M-0008",
                             status=Status.INVITED, answers={"email": "p8@example.org"}),
            made.application(id="00000009abcdefghjkmn", reference="7K2M-0009",
                             answers={"email": "p9@example.org"}),
            made.application(id="00000010abcdefghjkmn", reference="7K2M-0010",
                             status=Status.QUARANTINED, answers={"email": "p10@example.org"}),
        )  # fmt: skip
        mail(laptop)
        receipt = letter_of(services, "receipt").id
        held, invited, other = (f"/desk/applications/0000000{n}abcdefghjkmn" for n in (7, 8, 9))
        spam = "/desk/applications/00000010abcdefghjkmn"
        twice: list[Callable[[], Answer]] = [
            lambda: press(desk, "pause"),
            lambda: press(desk, "resume"),
            lambda: press(desk, "membership"),
            lambda: press(desk, "send-again", letter=receipt),
            lambda: press(desk, "admit", at=held),
            lambda: press(desk, "agreed", at=invited, agreed="by letter"),
            lambda: press(desk, "not-eligible", at=other, reason="training"),
            lambda: press(desk, "back-on-list", at=other),
            lambda: press(desk, "delete", at=spam),
            lambda: press(desk, "withdraw"),
            lambda: press(desk, "forget"),
        ]
        for button in twice:
            button()
            button()
        words = text(page(desk, "/desk/record"))
        for what in (
            "paused an application (0000-0001)",
            "resumed an application (0000-0001)",
            "asked for a member address (0000-0001)",
            "had an email sent again (0000-0001) : receipt",
            "let an application in (7K2M-0007)",
            "noted that somebody agreed (7K2M-0008)",
            "found somebody not eligible (7K2M-0009) : training",
            "put an application back on the list (7K2M-0009)",
            "deleted an application that was held back (7K2M-0010)",
            "withdrew an application (0000-0001)",
            "had somebody forgotten (0000-0001)",
        ):
            line = f"October 6, 2026, 5:30 p.m. PT {COORDINATORS} {what}"
            assert words.count(line) == 1, what
        assert len(record(services)) == len(twice)


class TestKnownAs:
    def test_the_member_list_is_asked_with_it(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        What somebody replied is stored as their answer, noted, and looked for at once.
        """
        desk.upload("/desk/roster", MEMBERS)
        before = stored(services)
        assert "<dd>no match</dd>" in page(desk)
        sent = len(mail(laptop))
        address = "Kim@Member.example.org"
        assert said(desk, press(desk, "known-as", wsrs_email=address)) == "known"
        assert "<dd>found by address</dd>" in page(desk)
        after = stored(services)
        assert after.answers == {**before.answers, "wsrs_email": "Kim@member.example.org"}
        # The training stage is still of the month in which it was answered.
        assert (after.version.given_at, after.versions) == (before.version.given_at, ())
        (note,) = after.notes
        assert note.text == "WSRS knows them by Kim@member.example.org"
        assert len(mail(laptop)) == sent
        # Pressed twice, it is done once.
        press(desk, "known-as", wsrs_email=address)
        assert stored(services) == after

    def test_what_they_had_answered_is_noted(self, desk: Coordinator, services: Services) -> None:
        """
        Nothing of what somebody gave is lost.
        """

        for address in ("a@example.org", "b@example.org"):
            press(desk, "known-as", wsrs_email=address)
        assert stored(services).notes[-1].text == (
            "WSRS knows them by b@example.org; before: a@example.org"
        )

    @pytest.mark.parametrize("given", ["", "kim", "a@b.org, c@d.org"])
    def test_what_is_no_address(self, desk: Coordinator, services: Services, given: str) -> None:
        """
        A slip comes back with a word on what to do, and nothing is stored.
        """
        desk.upload("/desk/roster", MEMBERS)
        answer = press(desk, "known-as", wsrs_email=given)
        assert answer.status == 422
        assert 'id="wsrs_email-error"' in answer.text
        assert not stored(services).notes
