"""The emails, word for word, and what must never be in one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_string, policy
from html import unescape
from pathlib import Path

import pytest

from infra.build import ROOT
from infra.laptop import COORDINATORS, SENDER, Laptop
from infra.outbox import Email
from mentorship.letter import KINDS
from mentorship.mail import Undelivered, compose, mailable
from mentorship.rendering import Rendered
from tests import people
from tests.conftest import ADDRESS, Clock, apply

GOLDEN = Path(__file__).parent / "emails"
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


@dataclass(frozen=True)
class Case:
    """
    An email to compare with the golden one of its name.

    Attributes:
        name: of the golden files.
        given: what the applicant sent.
        number: which email of those that it caused.
        values: parameters of the template that differ from their defaults.

    """

    name: str
    given: people.Given
    number: int
    values: tuple[tuple[str, str], ...] = ()


CASES = [
    Case("new-application-of-a-mentee", EVERYTHING, 0),
    Case("new-application-of-a-mentee-in-short", ONLY_THE_REQUIRED, 0),
    Case("new-application-of-a-mentor", people.mentor(topics=["boards", "business", "family"]), 0),
    Case("receipt", people.mentor(), 1),
    Case("receipt-with-a-date", people.mentee(), 1, (("ReplyBy", "2026-12-15"),)),
    Case("held-back", people.mentee(website="https://spam.example"), 0),
]

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
    """Return the body of a kind, with line breaks as files have them."""
    return email.part(kind).replace("\r\n", "\n")


def as_text(email: Email) -> str:
    """Return an email as a person sees it who reads plain text."""
    headers = [f"{name}: {email.header(name)}\n" for name in ("Subject", "To", "From", "Reply-To")]
    return f"{''.join(headers)}\n{body(email, 'plain')}"


class TestGolden:
    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
    def test_email_is_as_it_was_approved(
        self, send: Send, case: Case, pytestconfig: pytest.Config
    ) -> None:
        """
        Every email is what a coordinator has read; `make golden` writes it anew to be read again.
        """
        email = send(case.given, case.values)[case.number]
        written = {"txt": as_text(email), "html": body(email, "html")}
        for ending, words in written.items():
            path = GOLDEN / f"{case.name}.{ending}"
            if pytestconfig.getoption("golden"):
                path.write_text(words, encoding="utf-8")
            assert words == path.read_text(encoding="utf-8")

    def test_every_golden_file_is_compared(self) -> None:
        """
        No golden file is left over from an email that is not sent any more.
        """
        expected = {f"{case.name}.{ending}" for case in CASES for ending in ("txt", "html")}
        assert {path.name for path in GOLDEN.iterdir()} == expected

    def test_every_kind_has_a_golden_file(self) -> None:
        """
        Whoever adds a kind of letter adds what it says.
        """
        names = [case.name for case in CASES]
        assert [kind for kind in KINDS if not any(n.startswith(kind) for n in names)] == []

    def test_every_template_is_a_kind_of_letter(self) -> None:
        """
        Each folder of templates is a kind of letter, with subject and both bodies, and vice versa.
        """
        folders = {path.name: path for path in TEMPLATES.iterdir() if path.is_dir()}
        assert set(folders) == set(KINDS)
        for folder in folders.values():
            assert {path.name for path in folder.iterdir()} == {
                "subject.txt",
                "body.txt",
                "body.html",
            }


class TestWords:
    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
    def test_lines_of_plain_text_are_short(self, send: Send, case: Case) -> None:
        """
        A line is within 78 characters, unless a single word is longer.
        """
        for email in send(case.given, case.values):
            for line in body(email, "plain").splitlines():
                assert len(line) <= 78 or " " not in line.strip(), line

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

    def test_receipt_holds_nothing_but_the_reference(self, send: Send) -> None:
        """
        Who mistypes their address has nothing but their reference sent to a stranger.
        """
        receipt = send(EVERYTHING)[1]
        for part in (body(receipt, "plain"), body(receipt, "html")):
            answers = [text for name, some in EVERYTHING.items() if name != "role" for text in some]
            assert not [text for text in answers if len(text) > 3 and text in part]

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

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
    def test_html_loads_nothing(self, send: Send, case: Case) -> None:
        """
        No picture, script, style or font is loaded: nobody learns that an email was opened.
        """
        for email in send(case.given, case.values):
            html = body(email, "html")
            assert not re.search(r"<(img|script|link|iframe|object|video|form)\b", html)
            assert not re.search(r"url\(|@import|@font-face", html)
            assert set(re.findall(r'href="([^"]*)"', html)) <= {f"{ADDRESS}/handbook/export/"}

    def test_links_lead_to_pages_that_exist(self, send: Send, laptop: Laptop) -> None:
        """
        The pages that emails name are there.
        """
        assert laptop.call("GET", "/handbook/export/").status == 200

    def test_plain_text_says_what_the_html_says(self, send: Send) -> None:
        """
        Who reads plain text is told no less.
        """
        for case in CASES:
            email = send(case.given, case.values)[case.number]
            html = body(email, "html").partition("<body>")[2]
            html = unescape(re.sub(r"<[^>]*>", " ", html))
            said = _words(body(email, "plain"))
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
        assert "Enter Email address as one address, such as name@example.org" in answer.text

    @pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
    def test_address_with_an_encoded_word_is_not_mailed(self, address: str) -> None:
        """
        Should one be stored after all, nothing is sent to it, and its letter ends.
        """
        with pytest.raises(Undelivered) as raised:
            mailable(address)
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
            to=[mailable("robin@example.org")],
            reply_to=mailable("admin@example.org"),
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
