"""Promise 5: text is data, in every page, email, header, spreadsheet and log."""

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from infra.build import ROOT
from infra.edge import Answer
from infra.laptop import Laptop
from infra.outbox import Email
from mentorship.applicant.match_page import Stage, Told
from mentorship.applicant.preview import Preview
from mentorship.applications.application import Application
from mentorship.applications.shown import ShownApplication, ShownPerson
from mentorship.exports import spreadsheet
from mentorship.exports.query import ExportQuery, Format
from mentorship.form.choices import Choosing, Explanation, Tick
from mentorship.form.declaration import Section
from mentorship.form.disclosure import ShownAnswer, ShownSection
from mentorship.form.form import AnswersRefused, Form
from mentorship.form.hidden import FormVersion as FormVersion
from mentorship.form.hidden import Trap
from mentorship.form.question import Audience, Question, Refused, Role
from mentorship.form.texts import Text
from mentorship.letters import match_kinds
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Addressee, Subject, Topic, new_letter, to_coordinator
from mentorship.letters.traits import Reader
from mentorship.mail import delivery
from mentorship.mail.context import LOOK_UPS
from mentorship.mail.draft import Draft, Several, Sides
from mentorship.matches import shortages
from mentorship.matches.in_common import InCommon
from mentorship.matches.match import OTHER, Match, MatchState, Party
from mentorship.notices import renewal
from mentorship.problems import NotFound
from mentorship.program.arrangements import Arrangements, Coordinator
from mentorship.rendering import Rendered, Renderer
from mentorship.services import Services
from mentorship.ses import compose, header_address
from tests import made, people
from tests.exporting import exported
from tests.extent import many, sample, sampled
from tests.hostile import FAMILIES, VALUES
from tests.made import SENT
from tests.own import get, link_of, mail, post
from tests.promises import Show
from tests.reading import read

GIVEN_ON = date(2026, 10, 6)
SENDER = "Mentorship <mentorship@example.org>"
# Whatever a spreadsheet program may take for the beginning of a formula (OWASP).
FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
# How many values are on one page, and how many applications go through the laptop.
CROWD = 200


@dataclass
class Masks:
    """
    Harmless words that stand for hostile ones, each for one.

    A page of the hostile words has to be the page of the harmless ones, with the words put back:
    nothing else may differ, and no letter may be missing.
    """

    words: list[str] = field(default_factory=list)

    def of(self, words: str) -> str:
        """Return a harmless word that stands for *words*."""
        self.words.append(words)
        return f"Harmless{len(self.words) - 1}x"

    def of_lines(self, words: str) -> str:
        """Return harmless words for *words*, a line for a line."""
        return "\n".join(self.of(line) if line else "" for line in words.split("\n"))

    def lifted(self, words: str) -> str:
        """Return *words* with the hostile ones put back."""
        return re.sub(r"Harmless(\d+)x", lambda mask: self.words[int(mask[1])], words)


def lifted(found: list[tuple[Any, ...]], masks: Masks) -> list[tuple[Any, ...]]:
    """Return what a page would hold with the hostile words put back, and nothing else changed."""
    return [
        ("", masks.lifted(each[1]))
        if each[0] == ""
        else (each[0], *((name, masks.lifted(value)) for name, value in each[1:]))
        for each in found
    ]


def same(hostile: str, harmless: str, masks: Masks) -> None:
    """See that a page of hostile words is the page of harmless ones, but for the words."""
    got, expected = read(hostile), lifted(read(harmless), masks)
    for one, other in zip(got, expected, strict=False):
        assert one == other
    assert len(got) == len(expected)


def shape(html: str) -> list[tuple[str, ...]]:
    """Return a page's tags with their attributes, but neither texts nor what a field holds."""
    return [
        (each[0], *(f"{name}={value}" for name, value in each[1:] if name != "value"))
        for each in read(html)
        if each[0]
    ]


def takes_words(question: Question) -> bool:
    """Tell whether what is typed there comes back on a page."""
    return not isinstance(question, Choosing | Tick | Trap | FormVersion)


def texts_of(form: Form) -> list[Question]:
    """Return the questions that are answered in words of one's own."""
    return [question for question in form.questions() if isinstance(question, Text)]


def with_others(role: Role) -> people.Given:
    """Return what is sent by whoever chooses "Other" wherever it can be explained."""
    asked = made.FORMS[role].questions()
    explained = [each for each in asked if isinstance(each, Explanation)]
    return (
        SENT[role]
        | {each.beside: [each.option] for each in explained}
        | {each.name: ["Another"] for each in explained}
    )


def taken(question: Question, words: str) -> Any:
    """Return the answer that *words* come to, or nothing if they are refused."""
    try:
        return question.parse([words])
    except Refused:
        return None


def rows(role: Role, services: Services) -> Iterator[dict[str, str]]:
    """Yield what to write, by question, such that each question once gets each hostile value."""
    asked = texts_of(services.renderer.forms[role])
    step = len(VALUES) // len(asked)
    for first in sample(range(len(VALUES)), 6):
        yield {
            question.name: VALUES[(first + at * step) % len(VALUES)]
            for at, question in enumerate(asked)
        }


def applications(role: Role, services: Services) -> Iterator[Application]:
    """Yield applications in which whatever the form takes of the hostile values is stored."""
    form = services.renderer.forms[role]
    for row in rows(role, services):
        answers = {
            question.name: answer
            for question in texts_of(form)
            if (answer := taken(question, row[question.name])) is not None
        }
        yield made.application(role, answers=answers)


def crowded(form: Form, times: int) -> Form:
    """
    Return a form that asks a question of each kind so many times, under names of their own.

    Those of one kind have one macro, so they take turns; of a kind that has one, it is asked each
    time. What stands beside the box is left out: it is ours, and would be read a thousand times.
    """
    asked = [each for section in form.sections for each in section.questions if takes_words(each)]
    kinds = {each.kind: [one for one in asked if one.kind == each.kind] for each in asked}
    turns = {each.name: (kinds[each.kind].index(each), len(kinds[each.kind])) for each in asked}

    def is_asked(question: Question, number: int) -> bool:
        turn, many = turns.get(question.name, (0, 0))
        return many > 0 and number % many == turn

    return replace(
        form,
        sections=tuple(
            Section(
                section.title,
                tuple(
                    replace(question, name=f"{question.name}_{number}", hint="", audiences=())
                    for number in range(times)
                    for question in section.questions
                    if is_asked(question, number)
                ),
                section.note,
            )
            for section in form.sections
        ),
    )


def crowds() -> Iterator[Sequence[str]]:
    """Yield the hostile values, some hundreds at a time."""
    # Of each family there are thirty at least.
    values = sample(VALUES, 6)
    for at in range(0, len(values), CROWD):
        yield values[at : at + CROWD]


def answered(
    form: Form, values: Sequence[str], masks: Masks
) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a crowded form takes of some values, in words, and harmless words for each."""
    hostile: dict[str, str] = {}
    for question in texts_of(form):
        answer = taken(question, values[int(question.name.rpartition("_")[2])])
        if answer is not None:
            hostile[question.name] = question.show(answer, given_on=GIVEN_ON)
    return hostile, {name: masks.of_lines(words) for name, words in hostile.items()}


def told(
    application: Application,
    audience: Audience,
    form: Form,
    given: Mapping[str, str],
    services: Services,
) -> ShownApplication:
    """Return what an audience reads of an application that answered a form as *given*."""
    shown = services.renderer.application(application, audience)
    return replace(
        shown,
        sections=form.show(
            given, audience=audience, consent_version=3, given_on=GIVEN_ON, private=True
        ),
    )


def differences(shown: ShownApplication) -> list[tuple[Question, str, str]]:
    """Return each question with one answer before and another after."""
    rows = list(shown.answers())
    return [
        (question, before, after)
        for (question, after), (_, before) in zip(rows, reversed(rows), strict=True)
    ]


def test_there_are_enough(shown: Show) -> None:
    """
    The hostile values are of many families, and no two are the same.
    """
    assert len(VALUES) >= 1_000
    assert len(FAMILIES) >= 12
    assert min(map(len, FAMILIES.values())) >= 30
    assert len(set(VALUES)) == len(VALUES)
    shown(5, f"{len(VALUES):,} values that mean harm, of {len(FAMILIES)} families")


# Pages by whether they show what somebody wrote; each of the first is tried below.
SHOWING = {
    "refused", "correct", "mine", "problem", "old_link", "link", "outbox", "outbox_email",
    "sign_in", "receipt", "match", "match_desk",
}  # fmt: skip
SILENT = {
    "withdraw", "forget", "forgotten", "link_sent", "timeline", "best_for_all", "stay",
    "sign_in_sent", "sign_in_button", "off_the_list",
}  # fmt: skip


class TestPages:
    def test_no_page_is_forgotten(self) -> None:
        """
        Whoever adds a page has to say here whether it shows what somebody wrote.
        """
        pages = {path.stem for path in (ROOT / "templates" / "pages").glob("[!_]*.html")}
        assert pages == SHOWING | SILENT

    @sampled
    @pytest.mark.parametrize("role", Role)
    def test_forms(self, services: Services, role: Role, shown: Show) -> None:
        """
        A form that comes back has each value in a box of each kind, as text and whole.
        """
        boxes = 0
        for values in crowds():
            masks = Masks()
            form = crowded(services.renderer.forms[role], len(values))
            given, harmless = {}, {}
            for question in form.questions():
                words = values[int(question.name.rpartition("_")[2])]
                given[question.name] = [words]
                harmless[question.name] = [masks.of(words)]
            boxes += len(given)
            hostile, calm = (
                services.renderer.page(
                    "refused",
                    problem=AnswersRefused(form=form, given=words, refusals={"email_0": "Correct"}),
                )
                for words in (given, harmless)
            )
            same(hostile, calm, masks)
        shown(5, f"{boxes:,} boxes of {role} forms with {len(VALUES):,} values: 0 tags of theirs")

    @sampled
    @pytest.mark.parametrize("role", Role)
    def test_own_page(self, services: Services, role: Role, shown: Show) -> None:
        """
        An applicant's own page shows every answer, theirs and a stranger's, as text and whole.
        """
        answers = 0
        for values in crowds():
            masks = Masks()
            form = crowded(services.renderer.forms[role], len(values))
            pages = []
            for given in answered(form, values, masks):
                addresses = [words for name, words in given.items() if name.startswith("email")]
                application = made.application(role, answers={"email": " ".join(addresses)})
                mine = told(application, Audience.OWNER, form, given, services)
                pages += [
                    services.renderer.page(
                        "mine",
                        application=mine,
                        link="/mine/x",
                        open=True,
                        address_only=address_only,
                        preview=Preview(
                            person=ShownPerson(
                                audience=Audience.PROPOSED, role=role, sections=mine.sections
                            ),
                            struck=tuple(mine.answers()),
                            is_earlier=True,
                        ),
                        changes=[(mine, differences(mine))],
                        moving=[mine],
                        done=None,
                        proposals=[],
                        matched_on=[],
                        places_free=1,
                        resume_on=None,
                    )
                    for address_only in (True, False)
                ]
            answers += len(given)
            same(pages[0], pages[2], masks)
            same(pages[1], pages[3], masks)
        shown(5, f"{answers:,} answers of {role}s on their own page: 0 tags of theirs")

    def test_names_that_no_question_has(self, services: Services) -> None:
        """
        What a program calls a question that we do not ask is text, as a page and as JSON.
        """
        masks = Masks()
        form = services.renderer.forms[Role.MENTEE]
        problem, other = (
            AnswersRefused(form=form, given={}, refusals=dict.fromkeys(names, "We do not ask this"))
            for names in (VALUES, [masks.of(words) for words in VALUES])
        )
        same(
            services.renderer.page("refused", problem=problem),
            services.renderer.page("refused", problem=other),
            masks,
        )
        errors: Any = json.loads(json.dumps(problem.as_json()))["errors"]
        pointers = [each["pointer"].removeprefix("#/") for each in errors]
        assert [each.replace("~1", "/").replace("~0", "~") for each in pointers] == list(VALUES)
        assert problem.questions == []

    def test_other_pages_that_hold_words(self, services: Services) -> None:
        """
        A problem, a receipt and the page that mails links show what was sent as text.
        """
        masks = Masks()
        stored = services.renderer.application(made.application(), Audience.OWNER)
        receipt = stored.without_answers()
        words, harmless = " ".join(VALUES), " ".join(masks.of(each) for each in VALUES)
        fill = services.renderer.page
        for page, values in {
            "problem": lambda words: {"problem": NotFound(words), "returned": words},
            "old_link": lambda words: {
                "problem": NotFound(words),
                "given": words,
                "returned": words,
            },
            "link": lambda words: {"given": words, "refusal": words},
            "receipt": lambda words: {"application": receipt, "sent_to": words},
            "match_desk": lambda words: {"whose": words, "desk": "/desk/matches/1"},
        }.items():
            same(fill(page, **values(words)), fill(page, **values(harmless)), masks)

    def test_the_page_that_asks_about_a_match(self, services: Services) -> None:
        """
        What someone wrote, and a coordinator's line about them, is text to whom they are proposed.
        """
        masks, fill = Masks(), services.renderer.page
        # A line break becomes an element, which is ours.
        values = [each for each in VALUES if each.splitlines() == [each]]
        pages = [
            fill("match", **asking_about(" ".join(words)))
            for words in (values, [masks.of(each) for each in values])
        ]
        same(*pages, masks)


def asking_about(words: str) -> dict[str, Any]:
    """Return what the page that asks about a match shows of a person who wrote some *words*."""
    question = next(made.FORMS[Role.MENTEE].questions())
    sections = (ShownSection("", (ShownAnswer(question, words),)),)
    person = ShownPerson(audience=Audience.PROPOSED, role=Role.MENTEE, sections=sections)
    return {
        "stage": Stage.ASKED.value,
        "role": Role.MENTOR,
        "link": "/match/x",
        "whose": words,
        "too_late": False,
        "told": Told(
            common=(InCommon(question="topics", codes=(), words=words),),
            person=person,
            changed=(words,),
            line=words,
            by=words,
        ),
        "until": GIVEN_ON,
        "other_was_asked": False,
        "months": (1, 3, 6),
    }


@dataclass
class Sent:
    """
    An email as its reader's program has it, out of its bytes.

    Attributes:
        headers: all headers as they are written, of all parts; the boundary, which is made by
            chance, and the addresses are left out.
        addresses: what stands in To and in Reply-To, with encoded words read.
        bodies: the plain text and the HTML, with a line's end as we write it.

    """

    headers: list[tuple[str, str]]
    addresses: dict[str, list[str]]
    bodies: list[str]

    @classmethod
    def of(cls, data: bytes) -> "Sent":
        """Read an email."""
        message = message_from_bytes(data)
        parts = list(message.walk())
        assert not any(part.defects for part in parts)
        headers = [(name, str(value)) for part in parts for name, value in part.items()]
        return cls(
            headers=[
                (name, re.sub(r'boundary="[^"]*"', "", value))
                for name, value in headers
                if name not in ("To", "Reply-To")
            ],
            addresses={
                name: [
                    each.addr_spec
                    for each in policy.default.header_fetch_parse(name, value).addresses
                ]
                for name, value in headers
                if name in ("To", "Reply-To")
            },
            bodies=[
                str(part.get_payload(decode=True), "utf-8").replace("\r\n", "\n").rstrip("\n")
                for part in parts
                if not part.is_multipart()
            ],
        )


def sent(words: Rendered, address: str = "robin@example.org") -> Sent:
    """Return an email as it arrives, if it goes to an applicant and replies do, too."""
    reader = header_address(address)
    data = compose(words, sender=SENDER, to=[reader], reply_to=reader).as_bytes()
    assert data.isascii()
    found = Sent.of(data)
    assert found.addresses == {"To": [reader.addr_spec], "Reply-To": [reader.addr_spec]}
    assert found.bodies == [words.text.rstrip("\n"), words.html.rstrip("\n")]
    return found


def same_text(hostile: str, harmless: str, masks: Masks) -> None:
    """
    See that a plain text is the harmless one, but for the words, which may be folded elsewhere.

    What is ours stands at the margin, and answers are indented or behind a dash: none can pass for
    ours.
    """

    def margin(text: str) -> list[str]:
        lines = (line for line in text.split("\n") if line[:1].strip())
        return ["- " if line.startswith("- ") else line for line in lines]

    assert "".join(hostile.split()) == "".join(masks.lifted(harmless).split())
    assert margin(hostile) == [masks.lifted(line) for line in margin(harmless)]


# What letters tell beside an application, which is nobody's words.
FACTS: Mapping[str, str | int] = {
    "version": 1, "new": 1, "received": 2, "announced": 2, "days": 7, "missing": "",
    "role": "mentee", "cause": "bounced", "kind": "receipt", "reader": "applicant",
    "reference": "0000-0001", "reason": "other", "again": "2026-12-08", "date": "2026-10-13",
    "since": "2026-10-05", "who": "5f", "lost": 1, "lost_ids": "x", "number": 1,
    "networks": 1, "leaving": 1, "by": "mentor", "because": "no",
    "mentee_waiting": 1, "mentor_waiting": 1, "mentee_held": 1, "mentor_held": 1,
    "member_list": "old", "changed": 1, "unconfirmed": 1, "results": "",
    **shortages.to_facts(shortages.count([made.application(Role.MENTEE)] * 3, []), is_open=True),
}  # fmt: skip
COORDINATOR = Coordinator(address="kim@example.org", until=GIVEN_ON)


MATCH = Subject(topic=Topic.MATCH, id="match")


def met(kind: Kind, application: Application) -> Sides:
    """Return someone in a match, as far as letters of a kind are about one."""
    other = made.application(OTHER[application.role], id="other")
    both = {application.role: application, other.role: other}
    asked = kind in (Kind.PROPOSAL, Kind.PROPOSAL_REMINDER)
    runs = kind in (Kind.INTRODUCTION, Kind.INTRODUCED)
    state = MatchState.PROPOSED if application.role is Role.MENTOR else MatchState.ACCEPTED
    if not asked:
        state = MatchState.RUNNING if runs else MatchState.DECLINED
    parties = {
        each: Party(application=one.id, asked_at=made.NOW, wait_until=made.TODAY)
        for each, one in both.items()
    }
    match = Match(
        id="match",
        state=state,
        parties=parties,
        proposed_at=made.NOW,
        proposed_by=COORDINATOR.address,
        keep_months=12,
        introduced_at=None if asked else made.NOW,
        starts_on=None if asked else made.TODAY,
        closed_at=None if asked or runs else made.NOW,
    )
    return Sides(match, both)


class TestEmails:
    @sampled
    @pytest.mark.parametrize("role", Role)
    def test_every_letter(self, services: Services, role: Role, shown: Show) -> None:
        """
        Every email has the same tags, the same margin and the same headers, whatever it tells.
        """
        answers, holding = 0, set[Kind]()
        for values in crowds():
            masks = Masks()
            form = crowded(services.renderer.forms[role], len(values))
            hostile, harmless = answered(form, values, masks)
            answers += len(hostile)
            for kind in Kind:
                words, calm = (
                    self.words(kind, role, form, given, services) for given in (hostile, harmless)
                )
                if calm == words:
                    continue
                holding.add(kind)
                assert words.subject == calm.subject
                same(words.html, calm.html, masks)
                same_text(words.text, calm.text, masks)
                assert sent(words).headers == sent(calm).headers
        # Anybody can have a letter sent to an applicant, so it says nothing of what they wrote.
        told = {kind for kind in holding if kind.traits not in vars(match_kinds).values()}
        assert {kind.traits.reader for kind in told} == {Reader.COORDINATORS}
        assert {"new-application", "changed"} <= told
        # Whoever is asked about a match, or in one, reads what the other has agreed to show.
        assert {"proposal", "proposal-reminder", "introduction"} <= holding
        shown(
            5,
            f"{answers:,} answers of {role}s in {len(Kind)} kinds of email, {len(holding)} of "
            "which hold them: 0 tags, 0 lines, 0 headers of theirs",
        )

    def words(
        self, kind: str, role: Role, form: Form, given: Mapping[str, str], services: Services
    ) -> Rendered:
        """Return a letter about an application that was answered so, and otherwise before."""
        names = [words for name, words in given.items() if name.startswith("full_name")]
        application = made.application(role, answers={"full_name": " ".join(names)})
        application = replace(
            application,
            versions=(application.version,),
            changed_at=made.NOW,
            withdrawn_at=made.NOW,
            warned_at=made.NOW,
        )
        reader = Kind(kind).traits.reader
        one = to_coordinator("5f") if reader is Reader.COORDINATOR else None
        ends = services.program.local(application.kept_until or made.NOW).date()
        facts = {**FACTS, "until": f"{ends}"}
        sides, about = None, application
        if Kind(kind).traits in vars(match_kinds).values():
            # Names are within sentences there; the answers are what is looked for.
            application = made.application(role)
            sides, about = met(Kind(kind), application), MATCH
            if reader is Reader.APPLICANT:
                one = Addressee(role=reader, which=application.id, address_version=1)
        letter = new_letter(kind, about=about, to=one, now=made.NOW, facts=facts)
        theirs = told(application, Audience.COORDINATOR, form, given, services)
        with pytest.MonkeyPatch.context() as patch:
            # Whoever a match is with has answered so.
            person = ShownPerson(audience=Audience.MATCH, role=role, sections=theirs.sections)
            patch.setattr(Renderer, "person", lambda *_: person)
            # Whoever a letter names is somebody of that name.
            patch.setattr(Draft, "several", lambda *_: Several(1, [theirs], 0))
            patch.setattr(Draft, "listed", lambda *_: [application])
            patch.setattr(Draft, "named", lambda *_: theirs)
            patch.setattr(renewal, "ending", lambda *_, **__: COORDINATOR)
            patch.setattr(Arrangements, "by_hash", lambda *_, **__: COORDINATOR)
            link = {"link": "https://example.org/"}
            patch.setitem(LOOK_UPS, "sign_in_link", lambda _: link)
            subject = None if sides else application
            draft = Draft(letter, subject, services, made.NOW, sides=sides)
            found = delivery._values(draft, application)
        if letter.reader is Reader.COORDINATORS and not sides:
            found = {**found, "application": theirs}
        values = {**found, "differences": differences(theirs)}
        return services.renderer.email(kind, **values)

    def test_addresses(self, services: Services, shown: Show) -> None:
        """
        In To and Reply-To stands one address and nothing else, of whatever the form takes for one.
        """
        (question,) = (
            q for q in texts_of(services.renderer.forms[Role.MENTEE]) if q.name == "email"
        )
        found = [str(address) for words in VALUES if (address := taken(question, words))]
        rendered = Rendered(subject="x", text="x", html="x")
        for address in found:
            sent(rendered, address)
        shown(5, f"{len(found)} of {len(VALUES):,} taken for an address: each is one in the header")


class TestSpreadsheets:
    @sampled
    def test_cells(self, services: Services, shown: Show) -> None:
        """
        Each answer is one cell of its own row, in every format, and no cell is a formula.
        """
        given = [each for role in Role for each in applications(role, services)]
        zone = services.program.zone
        wanted = {
            each: ExportQuery.parse({"format": each, "include": "not_with"}, zone)
            for each in Format
        }
        columns = spreadsheet.columns(wanted[Format.CSV], zone)
        files = {}
        for kind in Format:
            file = io.BytesIO()
            spreadsheet.write(given, columns=columns, format=kind, file=file)
            files[kind] = file.getvalue()

        expected = [[column.cell(application) for column in columns] for application in given]
        text = io.StringIO(files[Format.CSV].decode("utf-8-sig"), newline="")
        head, *table = csv.reader(text, strict=True)
        book = openpyxl.load_workbook(io.BytesIO(files[Format.XLSX]), read_only=True)
        (sheet,) = book.worksheets
        top, *cells = sheet.iter_rows()
        assert head == [cell.value for cell in top] == [column.heading for column in columns]
        assert len(table) == len(cells) == len(given)
        formulas = 0
        for row, line, words in zip(table, cells, expected, strict=True):
            assert len(row) == len(line) == len(columns)
            for csv_cell, cell, answer in zip(row, line, words, strict=True):
                assert not csv_cell.startswith(FORMULA_SIGNS)
                assert cell.data_type != "f"
                if isinstance(answer, str):
                    threat = answer.startswith(FORMULA_SIGNS)
                    formulas += threat
                    assert csv_cell == (f"'{answer}" if threat else answer)
                    # A workbook has its own way of writing a control character, and escapes it.
                    assert unescape(str(cell.value)) == csv_cell
                    assert cell.data_type in ("s", "inlineStr")
        names = {question.name for question in texts_of(services.renderer.forms[Role.MENTEE])}
        for entry, application in zip(json.loads(files[Format.JSON]), given, strict=True):
            assert list(entry) == [column.name for column in columns]
            for name in names & set(application.answers):
                assert entry[name] == application.answers[name]
        shown(5, f"{len(given):,} rows in three formats: 0 formulas out of {formulas:,}")


# The facts of a log are ids, codes, counts and places in the source.
FACT = re.compile(r"[A-Za-z0-9_#:.,<> -]{0,99}")


def texts_in(value: object) -> Iterator[str]:
    """Yield every text in a line of the log."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        yield from (text for each in value for text in texts_in(each))
        if isinstance(value, dict):
            yield from texts_in(list(value.values()))


def see_no_words(log: Sequence[str], values: Collection[str]) -> None:
    """See that the lines of a log are facts, and that none of the values is in one."""
    facts = {fact for line in log for fact in texts_in(json.loads(line))}
    assert not [fact for fact in facts if not FACT.fullmatch(fact)]
    # Some values are so short, such as "null", that they stand in a word of ours.
    assert not [words for words in values if len(words) > 5 and any(words in f for f in facts)]


def send(
    laptop: Laptop,
    given: Mapping[str, Sequence[str]],
    *,
    client: str = "198.51.100.99",
    as_json: bool = False,
) -> Answer:
    """Send a form, as a browser or as a program does."""
    if as_json:
        kind = "application/json"
        body = json.dumps(
            {name: texts if len(texts) > 1 else texts[0] for name, texts in given.items()}
        ).encode()
    else:
        kind, body = people.FORM, urlencode(given, doseq=True).encode()
    accept = kind if as_json else "text/html"
    headers = {"content-type": kind, "accept": accept}
    return laptop.call("POST", "/applications", headers=headers, body=body, client=client)


class TestLogs:
    @sampled
    @pytest.mark.parametrize("role", Role)
    def test_refusals(
        self, laptop: Laptop, role: Role, capsys: pytest.CaptureFixture[str], shown: Show
    ) -> None:
        """
        Whatever is refused, the log says which questions were not answered well, and no word more.
        """
        from mentorship.services import services

        number = 0
        for row in rows(role, services()):
            number += 1
            given = {name: [words] for name, words in row.items()}
            given |= {"role": [role.value], "commitment": [row["city"]]}
            if number % 2:  # A program may call a question what it likes, too.
                given[row["institution"]] = [row["city"]]
            assert send(laptop, given, as_json=True).status == 422
        log = capsys.readouterr().out.splitlines()
        assert len(log) == number
        see_no_words(log, VALUES)
        shown(5, f"{number:,} refusals of {role}s: 0 words of theirs in the log")


@dataclass(frozen=True)
class Usual:
    """
    What harmless applications lead to.

    Attributes:
        tags: every tag of every page, with its attributes.
        receipt: the tags of a receipt's page, in order.
        headers: the names of an email's headers, in order.
        readers: everybody whom the emails go to, or a reply to them.

    """

    tags: frozenset[tuple[str, ...]]
    receipt: list[tuple[str, ...]]
    headers: list[str]
    readers: frozenset[str]


def plain(answer: Answer) -> str:
    """Return a page without what differs from link to link and from email to email."""
    return re.sub(r"(/mine|/outbox|/desk/applications)/[\w.-]+", r"\1/x", answer.text)


def everybody(email: Email) -> set[str]:
    """Return whom an email goes to, or a reply to it."""
    return {each.addr_spec for name in ("To", "Reply-To") for each in email.message[name].addresses}


def own_pages(laptop: Laptop, link: str) -> list[Answer]:
    """Return what the owner of an application can look at."""
    return [get(laptop, f"{link}{page}") for page in ("", "/correct", "/withdraw", "/forget")]


def outbox_pages(laptop: Laptop, email: Email) -> list[Answer]:
    """Return an email as the laptop shows it."""
    return [get(laptop, f"/outbox/{email.number}{page}") for page in ("", "/html")]


LONG = ["x" * 999]


class TestWholeWay:
    # As many applications of each role, each with other values in its boxes.
    TIMES = many(12, some=4)

    @sampled
    def test_from_the_form_to_the_log(
        self, laptop: Laptop, capsys: pytest.CaptureFixture[str], shown: Show
    ) -> None:
        """
        Through the front door, each page, email, file and line of the log is as without harm.
        """
        from mentorship.services import services

        usual = self.usual(laptop)
        before = len(laptop.outbox.emails)
        capsys.readouterr()
        values: set[str] = set()
        pages: list[Answer] = []
        stored: dict[str, dict[str, Any]] = {}
        for role in Role:
            asked = texts_of(services().renderer.forms[role])
            each = list(rows(role, services()))
            some = iter(each[:: len(each) // (2 * self.TIMES)])
            sent = with_others(role)
            for number in range(self.TIMES):
                client = f"198.51.100.{number}"
                row, other = next(some), next(some)
                values |= {*row.values(), *other.values()}

                # Everything at once, in boxes to tick too: refused, and nothing is stored.
                everything = {name: [row.get(name, other["full_name"])] for name in SENT[role]}
                everything |= {"role": [role.value], "opened": [other["city"]]}
                pages.append(send(laptop, everything, client=client))
                everything |= {row["city"]: ["x"]}
                told = send(laptop, everything, client=client, as_json=True)
                assert pages[-1].status == told.status == told.json["status"] == 422

                # What the form takes is stored, and then corrected by its owner.
                address = f"{role}{number}@example.org"
                first, then = (
                    {
                        question.name: answer
                        for question in asked
                        if (answer := taken(question, words[question.name])) is not None
                    }
                    | {"email": address}
                    for words in (row, other)
                )
                stored[address] = then
                given = sent | {name: [str(answer)] for name, answer in first.items()}
                answer = send(laptop, given, client=client, as_json=number % 2 == 0)
                receipt = get(laptop, answer.headers["location"])
                assert shape(plain(receipt)) == usual.receipt
                link = link_of(laptop, address)
                pages += own_pages(laptop, link)
                given = sent | {name: [str(answer)] for name, answer in then.items()}
                assert post(laptop, f"{link}/correct", given).status == 303

        emails = mail(laptop)[before:]
        for email in emails:
            assert email.message.keys() == usual.headers
            assert everybody(email) <= usual.readers | set(stored)
            subject = email.header("Subject")
            assert not [words for words in values if words in subject]
            pages += outbox_pages(laptop, email)
        for page in pages:
            assert set(shape(plain(page))) <= usual.tags

        found = {
            row["email"]: row
            for row in json.loads(exported(laptop, "format=json&include=not_with"))
        }
        for address, answers in stored.items():
            assert answers.items() <= found[address].items()
        for kind in ("csv", "xlsx"):
            assert exported(laptop, f"format={kind}")

        log = capsys.readouterr().out.splitlines()
        see_no_words(log, values)
        shown(
            5,
            f"{len(stored)} people with {len(values)} of the values, from the form to the log: "
            f"{len(pages)} pages, {len(emails)} emails, {len(log)} lines, 0 of them changed",
        )

    def usual(self, laptop: Laptop) -> Usual:
        """Go the same ways without harm."""
        pages, receipts = [], []
        for role in Role:
            pages += [
                send(laptop, given | {"role": [role.value]})
                # One answer is refused, and each.
                for given in (
                    SENT[role] | {"email": ["x"]},
                    with_others(role) | {"email": ["x"]},
                    dict.fromkeys(SENT[role], LONG),
                )
            ]
            answer = send(laptop, SENT[role])
            receipts.append(shape(plain(get(laptop, answer.headers["location"]))))
            link = link_of(laptop, SENT[role]["email"][0])
            pages += own_pages(laptop, link)
            changed = with_others(role) | {"city": ["Spokane"], "phone": ["206 555 0199"]}
            assert post(laptop, f"{link}/correct", changed).status == 303
        emails = mail(laptop)
        pages += [page for email in emails for page in outbox_pages(laptop, email)]
        (headers,) = {tuple(email.message.keys()) for email in emails}
        assert receipts[0] == receipts[1]
        return Usual(
            tags=frozenset(tag for page in pages for tag in shape(plain(page))),
            receipt=receipts[0],
            headers=list(headers),
            readers=frozenset(reader for email in emails for reader in everybody(email)),
        )
