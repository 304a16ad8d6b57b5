"""What the core promises: questions, web, spreadsheets, records, rules."""

import ast
import base64
import csv
import io
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from infra import template
from infra.laptop import Laptop, http_event
from mentorship import form, journal, letter, problems, records, spreadsheet, web
from mentorship.application import Application, Standing, Status
from mentorship.questions import Need, Role
from mentorship.settings import BadSetting, Program, every_setting
from tests import people
from tests.conftest import apply

ROOT = Path(__file__).parent.parent
FORMS = form.forms(coordinators="the coordinators", contact="admin@wsrs.org", keep_months=12)
PACIFIC = ZoneInfo("America/Los_Angeles")
WHEN = datetime(2026, 10, 7, 0, 30, tzinfo=UTC)

# The program's list of questions, independently of the code: R required, O optional, - not asked.
LIST = """
full_name R R, email R R, wsrs_email O -, phone O O, membership R -, training_stage R -,
training_ends O -, institution R R, city O O, subspecialties R R, practice_setting O R,
topics R O, goal R -, about - O, capacity - R, contact_ways R R, availability O O,
outside_program O -, preferred_people O -, not_with O O, commitment R R, consent R R
"""
NEEDS = {"R": Need.REQUIRED, "O": Need.OPTIONAL, "-": Need.NOT_ASKED}

NAMES = [
    "Ng",
    "O",
    "Ð",
    "O’Brien",
    "D'Angelo",
    "Jean-Luc",
    "van der Berg",
    "de la Cruz",
    "Nguyễn Thị Ánh",
    "Søren Kierkegård",
    "José María",
    "Zoë",
    "Björk",
    "Þórður",
    "Łukasz",
    "Čapek",
    "Дмитрий",
    "Ελένη",
    "محمد علي",
    "דוד לוי",
    "李小龙",
    "田中 さくら",
    "김민수",
    "สมชาย",
    "अमित",
    "தமிழ்",
    "X Æ A-12",
    "Anne Marie 3rd",
    "John Smith, MD, PhD",
    "Null",
    "True",
    "None",
    "Dr. Who",
    "A.-M. García-López y Núñez",
    "ʻIolani",
    "Nǃxau ǂToma",
    "Ó Súilleabháin",
    "=Sum",
    "Test",
]
ADDRESSES = [
    "a@b.co",
    "robin+wsrs@example.org",
    "r.o.b.i.n@example.org",
    "robin_e@example.org",
    "o'brien@example.org",
    "robin@sub.example.org",
    "robin@example.museum",
    "1@example.org",
    "robin@bücher.de",
    "robin@例え.jp",
    "ROBIN@example.org",
    "x-y-z@example.edu",
    "robin/dept=rad@example.org",
    "a" * 60 + "@example.org",
]
PHONES = [
    "206 555 0100",
    "(206) 555-0100",
    "+1-206-555-0100",
    "+44 20 7946 0018",
    "+47 22 12 34 56",
    "2065550100 x12",
    "206.555.0100 ext. 3",
    "555-0100",
    "pager 1234",
    "００１ 206 555 0100",
]
PLACES = [
    "{{ Radiology }}",
    "<Imaging> & Co.",
    "=Rad",
    "+Rad",
    "-Rad",
    "@Rad",
    'Rad "North"',
    "R",
    "放射線科",
    "St. Mary's",
    "50% Imaging",
    "A/B\\C",
    "Rad; Seattle",
    "Rad, Inc.",
    "Clinic #1",
    "C:\\>",
    "${x}",
]
UNUSUAL = (
    [("full_name", name) for name in NAMES]
    + [("email", address) for address in ADDRESSES]
    + [("phone", phone) for phone in PHONES]
    + [("institution", place) for place in PLACES]
    + [("city", place) for place in PLACES]
    + [("preferred_people", name) for name in NAMES[:20]]
)

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "{% raw %}",
    '=HYPERLINK("http://x")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "＝1+1",
    "'; DROP TABLE applications;--",
    "=?utf-8?Q?=0D=0ABcc:_x@example.org?=",
    "a\r\nBcc: x@example.org",
    "\u202egnp.exe",
    "\u0000null",
    "</textarea><script>",
    "<!--",
    "]]>",
    "&lt;b&gt;",
    "%0d%0aSet-Cookie: a=b",
    "\ufeffBOM",
    "x\ufffe",
    "javascript:alert(1)",
    "${jndi:ldap://x}",
    "=cmd|' /C calc'!A0",
    "a" * 80,
]


def application(role: Role = Role.MENTEE, **answers: Any) -> Application:
    """Return a made-up application."""
    sent = people.MENTEE if role is Role.MENTEE else people.MENTOR
    return Application(
        id="00000001abcdefghjkmn",
        reference="0000-0001",
        role=role,
        status=Status.WAITING,
        answers={**FORMS[role].parse(sent).answers, **answers},
        received_at=WHEN,
        reply_by=date(2026, 11, 1),
        form_version=1,
        consent_version=1,
        keep_months=12,
    )


class TestForm:
    @pytest.mark.parametrize("line", [line.strip() for line in LIST.split(",")])
    def test_each_question_is_asked_of_whom_it_should_be(self, line: str) -> None:
        """
        The form asks what the program's list asks, and requires what it requires.
        """
        name, *needs = line.split()
        (question,) = [each for each in form.stored_questions() if each.name == name]
        assert [question.for_role(role).need for role in Role] == [NEEDS[need] for need in needs]

    def test_nothing_else_is_asked(self) -> None:
        """
        No question is stored that the program's list does not have.
        """
        names = {line.split()[0] for line in LIST.split(",")}
        assert {question.name for question in form.stored_questions()} == names

    def test_refusals_say_what_to_do(self) -> None:
        """
        A form sent empty names each required question, in words that blame nobody.
        """
        for role in Role:
            with pytest.raises(problems.AnswersRefused) as caught:
                FORMS[role].parse({})
            refusals = caught.value.refusals
            required = {
                question.name
                for question in FORMS[role].questions()
                if question.need is Need.REQUIRED and not getattr(question, "default", "")
            }
            assert set(refusals) == required
            assert not re.search(
                r"please|sorry|invalid|required|forbidden", " ".join(refusals.values()), re.I
            )

    @pytest.mark.parametrize(("name", "value"), UNUSUAL)
    def test_unusual_people_are_taken_as_they_are(self, name: str, value: str) -> None:
        """
        No name, address, phone or place of a real person is refused or altered.
        """
        answers = FORMS[Role.MENTEE].parse(people.mentee(**{name: value})).answers
        assert str(answers[name]).casefold() == value.casefold()

    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("email", "robin", "such as name@example.org"),
            ("email", "röbin@example.org", "before the @"),
            ("full_name", "a" * 101, "100 characters or fewer"),
            ("goal", "a" * 601, "600 characters or fewer"),
            ("phone", "none", "Enter a phone number"),
            ("training_ends", "soon", "such as June 2027"),
            ("topics", ["boards", "teaching", "research", "business", "family"], "4 or fewer"),
            ("subspecialties", ["breast", "general", "other", "nuclear"], "3 or fewer"),
            ("topics", ["astrology"], "Select from the answers listed"),
            ("form_version", "99", "load it again"),
            ("membership", ["yes", "unsure"], "one answer"),
        ],
    )
    def test_what_cannot_be_taken_is_said(
        self, name: str, value: str | list[str], words: str
    ) -> None:
        """
        The message stands at its question and says what would be taken.
        """
        with pytest.raises(problems.AnswersRefused) as caught:
            FORMS[Role.MENTEE].parse(people.mentee(**{name: value}))
        assert set(caught.value.refusals) == {name}
        assert words in caught.value.refusals[name]

    @pytest.mark.parametrize("typed", ["2027-06", "06/2027", "6/2027", "June 2027", "Jun 2027"])
    def test_months_are_understood(self, typed: str) -> None:
        """
        A browser without a month picker lets people type one.
        """
        answers = FORMS[Role.MENTEE].parse(people.mentee(training_ends=typed)).answers
        assert answers["training_ends"] == "2027-06"

    def test_spaces_are_forgiven(self) -> None:
        """
        Spaces round an answer do not count, nor do doubled ones inside it.
        """
        sent = people.mentee(full_name="  Robin   Example ", email=" robin@example.org ")
        answers = FORMS[Role.MENTEE].parse(sent).answers
        assert (answers["full_name"], answers["email"]) == ("Robin Example", "robin@example.org")

    def test_every_kind_has_its_macro(self) -> None:
        """
        Each kind of question has one macro of its own name.
        """
        macros = set(
            re.findall(r"{% macro (\w+)", (ROOT / "templates/form/questions.html").read_text())
        )
        kinds = {question.kind for role in Role for question in FORMS[role].questions()}
        assert kinds <= macros


def event(sent: bytes, /, kind: str = people.FORM, **changes: Any) -> dict[str, Any]:
    """Return a whole event of a POST."""
    headers = {"content-type": kind, "accept": "application/json"}
    return http_event("POST", "/applications", "", headers, sent) | changes


class TestWeb:
    @pytest.mark.parametrize(
        ("broken", "status"),
        [
            (event(b"a" * 70_000), 413),
            (event(b"", "text/plain"), 415),
            (event(b"", ""), 415),
            (event(b"", f"{people.FORM}; charset=utf-16"), 415),
            (event(b"", isBase64Encoded=True, body="***"), 400),
            (event(b"full_name=%ff%fe"), 400),
            (event(b"\xff\xfe"), 400),
            (event(b"&".join([b"a=1"] * 300)), 400),
            (event(b"{", "application/json"), 400),
            (event(b"[]", "application/json"), 400),
            (event(b'{"role":"mentee","role":"mentor"}', "application/json"), 400),
            (event(b'{"role":NaN}', "application/json"), 400),
            (event(b"[" * 30_000, "application/json"), 400),
            (event(b'{"full_name":"\\ud800"}', "application/json"), 400),
            (event(b'{"full_name":{"a":"b"}}', "application/json"), 400),
            (event(b'{"capacity":1.5}', "application/json"), 400),
            (event(b"role=nobody"), 400),
            (event(b"role=mentee"), 422),
            (event(b'{"role":"mentee","shoe_size":"9"}', "application/json"), 422),
        ],
        ids=lambda value: str(value) if isinstance(value, int) else "",
    )
    def test_broken_requests_get_a_clear_answer(
        self, laptop: Laptop, broken: dict[str, Any], status: int
    ) -> None:
        """
        Nothing that is sent leads to more than a 4xx with words, and nothing of it is stored.
        """
        answer = laptop.invoke("Submit", broken)
        assert answer["statusCode"] == status
        told = json.loads(answer["body"])
        assert told["status"] == status
        assert told["detail"]
        assert json.loads(laptop.call("GET", "/export/applications?format=json").body) == []

    def test_methods_that_do_not_work_are_named(self, laptop: Laptop) -> None:
        """
        405 says in Allow what would work; HEAD is answered as GET is.
        """
        answer = laptop.call("DELETE", "/applications")
        assert (answer.status, answer.headers["allow"]) == (405, "POST")
        location = apply(laptop, people.mentee()).headers["location"]
        assert laptop.call("HEAD", location).status == 200
        assert laptop.call("GET", "/applications/nothing").status == 404

    @settings(
        max_examples=200,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        body=some.one_of(some.text(), some.from_regex(r"[\[\]{}\":,a-z0-9\\]{0,40}")),
        base64_=some.booleans(),
        kind=some.sampled_from([people.FORM, "application/json", "text/html", "x;charset=é", ""]),
        method=some.sampled_from(["GET", "POST", "PUT", "OPTIONS", "X"]),
        accept=some.text(max_size=20),
    )
    def test_no_request_breaks_it(
        self, laptop: Laptop, body: str, base64_: bool, kind: str, method: str, accept: str
    ) -> None:
        """
        Whatever the envelope holds, the answer is a 4xx.
        """
        sent = event(b"", kind, body=body, isBase64Encoded=base64_)
        sent["headers"]["accept"] = accept
        sent["requestContext"]["http"]["method"] = method
        assert 400 <= laptop.invoke("Submit", sent)["statusCode"] < 500

    def test_programs_are_told_what_was_created(self, laptop: Laptop) -> None:
        """
        JSON comes in with the questions' names, and 201 goes back with Location, id and reference.
        """
        sent = {name: given[0] for name, given in people.mentee().items() if given != [""]}
        sent |= {"subspecialties": ["breast"], "commitment": True, "consent": True}  # type: ignore[dict-item]
        answer = laptop.call(
            "POST",
            "/applications",
            headers={"content-type": "application/json"},
            body=json.dumps(sent).encode(),
        )
        assert answer.status == 201
        assert answer.json["reference"] == "0000-0001"
        assert answer.headers["location"] == f"/applications/{answer.json['id']}"

    def test_programs_are_told_what_to_correct(self, laptop: Laptop) -> None:
        """
        A refusal is RFC 9457's JSON, with a pointer to each question.
        """
        answer = laptop.invoke("Submit", event(b"role=mentee"))
        assert answer["headers"]["content-type"] == "application/problem+json"
        assert {
            "pointer": "#/email",
            "detail": "Enter your email address",
        } in json.loads(answer["body"])["errors"]


class TestSubmission:
    def test_trap_is_stored_and_told_once_a_day(self, laptop: Laptop) -> None:
        """
        What fills in the hidden box is answered as accepted, held back, and announced once.
        """
        for number in range(5):
            sent = people.mentee(website="http://x", email=f"bot{number}@example.org")
            assert apply(laptop, sent).status == 303
        laptop.pump()
        (told,) = laptop.outbox.emails
        assert told.header("Subject") == "An application was held back"
        usual = laptop.call("GET", "/export/applications?format=json")
        held = laptop.call("GET", "/export/applications?format=json&status=quarantined")
        assert (len(usual.json), len(held.json)) == (0, 5)

    def test_overtaken_request_finds_the_answer(
        self, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Of two requests at once for one person the later finds the earlier's application.
        """
        from mentorship.handlers import submit
        from mentorship.services import services

        decide, done = submit._decide, []

        def slow(*given: Any) -> Any:
            change = decide(*given)
            if not done:
                done.append(True)
                done.append(apply(laptop, people.mentee()).headers["location"])
            return change

        monkeypatch.setattr(submit, "_decide", slow)
        assert apply(laptop, people.mentee()).headers["location"] == done[1]
        assert len(laptop.call("GET", "/export/applications?format=json").json) == 1
        assert services().program.applications == "open"

    def test_closed_form_says_whom_to_write_to(self, site: Path) -> None:
        """
        Before mail can leave, nothing is taken, and the page says what to do.
        """
        with Laptop("http://127.0.0.1:8000", {"Applications": "soon"}) as laptop:
            answer = apply(laptop, people.mentee())
        assert answer.status == 409
        assert "admin@wsrs.org" in answer.text

    @pytest.mark.parametrize("value", HOSTILE)
    def test_text_is_data(
        self, laptop: Laptop, value: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        Whatever is typed changes no page's or email's structure, no header, no formula, no log.
        """

        def shape(html: str) -> list[str]:
            return re.findall(r"<[a-zA-Z/!][a-zA-Z0-9-]*", html)

        plain = dict.fromkeys(("full_name", "institution", "city", "goal"), "Plain")
        hostile = dict.fromkeys(plain, value)
        pages = [apply(laptop, people.mentee(**each, email="")).text for each in (plain, hostile)]
        assert shape(pages[0]) == shape(pages[1])
        apply(laptop, people.mentee(**plain, email="plain@example.org"))
        apply(laptop, people.mentee(**hostile, email="hostile@example.org"))
        laptop.pump()
        first, _, second, _ = laptop.outbox.emails
        lines = [part for part in shape(second.part("html")) if part != "<br"]
        assert lines == [part for part in shape(first.part("html")) if part != "<br"]
        assert first.message.keys() == second.message.keys()
        assert "Bcc" not in second.message
        rows = csv.reader(
            io.StringIO(
                laptop.call("GET", "/export/applications?format=csv").body.decode("utf-8-sig")
            )
        )
        assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@＝＋－＠")]
        book = openpyxl.load_workbook(
            io.BytesIO(laptop.call("GET", "/export/applications?format=xlsx").body)
        )
        assert not [cell for row in book.active.rows for cell in row if cell.data_type == "f"]
        if len(value) > 6:
            assert value not in capsys.readouterr().out


class TestSpreadsheet:
    def test_cells_have_their_types(self) -> None:
        """
        Dates are dates and counts are numbers, under a heading row with a filter.
        """
        wanted = spreadsheet.Wanted.of({"role": "mentor", "format": "xlsx"}, PACIFIC)
        file = io.BytesIO()
        columns = spreadsheet.columns(wanted, PACIFIC)
        given = [application(Role.MENTOR)]
        assert spreadsheet.write(given, columns=columns, format=wanted.format, file=file) == 1
        sheet = openpyxl.load_workbook(file).active
        row = dict(zip([c.value for c in sheet[1]], [c.value for c in sheet[2]], strict=True))
        assert row["Received (Pacific)"] == datetime(2026, 10, 6, 17, 30)  # noqa: DTZ001
        assert row["Mentees at a time"] == 2
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes == "B2"

    def test_private_note_is_exported_only_by_name(self) -> None:
        """
        Whom not to match with is in no export that does not ask for it.
        """
        for include, expected in (([], False), (["not_with"], True), ("not_with", True)):
            wanted = spreadsheet.Wanted.of({"include": include}, PACIFIC)
            names = [column.name for column in spreadsheet.columns(wanted, PACIFIC)]
            assert ("not_with" in names) is expected

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"format": "pdf"}, "csv, xlsx, json"),
            ({"role": "nurse"}, "mentee, mentor"),
            ({"since": "yesterday"}, "a date such as"),
            ({"color": "red"}, "not an argument"),
            ({"include": "email"}, "not_with"),
        ],
    )
    def test_what_is_not_understood_is_said(self, arguments: dict[str, str], words: str) -> None:
        """
        A mistake in an export's arguments is answered with what would be understood.
        """
        with pytest.raises(problems.BadExport, match=re.escape(words)):
            spreadsheet.Wanted.of(arguments, PACIFIC)

    def test_days_are_pacific_and_inclusive(self) -> None:
        """
        An evening in Seattle is the next day in UTC, and still belongs to its own.
        """
        wanted = spreadsheet.Wanted.of({"since": "2026-10-06", "until": "2026-10-06"}, PACIFIC)
        assert wanted.since is not None
        assert wanted.until is not None
        assert wanted.since <= WHEN < wanted.until

    def test_large_export_is_a_link(self, laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        What does not fit in an answer waits in the bucket, and is the same file.
        """
        apply(laptop, people.mentee())
        small = laptop.invoke("Export", {"format": "csv"})
        monkeypatch.setattr("mentorship.handlers.export.MOST_BYTES", 10)
        large = laptop.invoke("Export", {"format": "csv"})
        assert "X-Amz-Expires=300" in large["link"]
        assert "body" not in large
        body = laptop.call("GET", "/export/applications?format=csv").body
        assert body == base64.b64decode(small["body"])

    def test_newest_first_across_roles_and_time(self, laptop: Laptop, clock: Any) -> None:
        """
        Both roles are merged in order, and what has expired is left out at once.
        """
        for number in range(4):
            person = people.mentor if number % 2 else people.mentee
            apply(laptop, person(email=f"a{number}@example.org"))
            clock.forward(hours=1)

        def addresses() -> list[str]:
            rows = laptop.call("GET", "/export/applications?format=json").json
            return [row["email"] for row in rows]

        assert addresses() == [f"a{number}@example.org" for number in (3, 2, 1, 0)]
        clock.forward(days=366)
        assert addresses() == []


class TestRecords:
    GOLDEN = ROOT / "tests" / "records"

    @pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
    def test_every_record_ever_written_can_be_read(self, path: Path) -> None:
        """
        A record of each version and kind is read, and written the same again.
        """
        record = json.loads(path.read_text())
        if "answers" in record:
            assert records.of_application(records.application_of(record)) == record
        elif "state" in record:
            assert records.of_letter(records.letter_of(record)) == record
        else:
            assert records.of_standing(records.standing_of(record)) == record

    def test_there_is_a_record_of_each_kind(self, request: pytest.FixtureRequest) -> None:
        """
        The version that is written now has its golden records.
        """
        standing = Standing(id="waiting#mentee#a@b.co", application="1", expires_at=WHEN)
        first = letter.new_letter("receipt", about="00000001abcdefghjkmn", now=WHEN)
        held = first.taken_up(WHEN)
        made = {
            "mentee": records.of_application(application()),
            "mentor": records.of_application(application(Role.MENTOR)),
            "standing": records.of_standing(standing),
            "letter-new": records.of_letter(first),
            "letter-sending": records.of_letter(held),
            "letter-sent": records.of_letter(held.sent("id", WHEN)),
            "letter-failed": records.of_letter(held.failed("Throttled", WHEN, again=True)),
        }
        for name, record in made.items():
            path = self.GOLDEN / f"{records.WRITTEN_AS}-{name}.json"
            if request.config.getoption("--golden"):
                path.parent.mkdir(exist_ok=True)
                path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n")
            assert json.loads(path.read_text()) == record


class TestRules:
    PACKAGE = ROOT / "functions" / "mentorship"
    CORE = "questions form application letter spreadsheet problems".split()  # noqa: SIM905

    def imports(self, path: Path) -> set[str]:
        """Return the modules that a file imports."""
        found = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
        return found

    def test_core_knows_nothing_outside(self) -> None:
        """
        Core modules import no AWS, no templates, no environment, no chance, no log.
        """
        outside = {"boto3", "botocore", "jinja2", "os", "random", "secrets", "logging", "time"}
        for name in self.CORE:
            found = {module.split(".")[0] for module in self.imports(self.PACKAGE / f"{name}.py")}
            assert not found & outside, name
            inside = {
                module.split(".")[1]
                for module in self.imports(self.PACKAGE / f"{name}.py")
                if module.startswith("mentorship.")
            }
            assert inside <= set(self.CORE), name

    @pytest.mark.parametrize(
        ("library", "owners"),
        [
            ("boto3", {"services", "store"}),
            ("botocore", {"services", "mail"}),
            ("jinja2", {"rendering"}),
            ("os", {"services", "settings", "export"}),
            ("moto", set()),
            ("infra", set()),
        ],
    )
    def test_each_outside_thing_has_its_owners(self, library: str, owners: set[str]) -> None:
        """
        A library of the outside is imported where it belongs: store only for DynamoDB's types, mail
        only for errors, settings for the separator of paths, export for a file's end.
        """
        found = {
            path.stem
            for path in self.PACKAGE.rglob("*.py")
            if any(module.split(".")[0] == library for module in self.imports(path))
        }
        assert found == owners

    def test_handlers_keep_apart(self) -> None:
        """
        Nothing in the package imports a handler.
        """
        for path in self.PACKAGE.rglob("*.py"):
            assert not [name for name in self.imports(path) if ".handlers." in f"{name}."], path

    def test_log_takes_listed_facts_only(self) -> None:
        """
        A fact that is not on the list is an error, so no answer gets in by mistake.
        """
        with pytest.raises(ValueError, match="not a fact"):
            journal.record("event", full_name="Robin Example")  # type: ignore[call-arg]


class TestDocumented:
    def test_settings_are_the_templates(self) -> None:
        """
        Each variable of the template is a setting, and each setting is in the template.
        """
        variables = template.read()["Globals"]["Function"]["Environment"]["Variables"]
        assert set(variables) == {variable for variable, _, _ in every_setting()}

    @pytest.mark.parametrize(
        "given",
        [{"KEEP_MONTHS": "a year"}, {"REPLY_BY": "soon"}, {"APPLICATIONS": "?"}, {"ZONE": "Mars"}],
        ids=str,
    )
    def test_bad_settings_are_named(self, given: dict[str, str]) -> None:
        """
        A setting that cannot be used is named at start.
        """
        with pytest.raises(BadSetting, match=next(iter(given))):
            Program.from_environment(given)

    def test_tables_are_in_the_built_pages(self, site: Path) -> None:
        """
        Every setting, problem and email is on its page.
        """
        pages = {
            "about/settings": [variable for variable, _, _ in every_setting()],
            "about/problems": [each.title for each in problems.every_problem()],
            "handbook/mails": list(letter.KINDS),
            "what-we-ask": [question.heading for question in form.stored_questions()],
        }
        for page, expected in pages.items():
            html = (site / page / "index.html").read_text().replace("&rsquo;", "’")
            assert not [words for words in expected if words not in html], page

    def test_commands_are_documented(self) -> None:
        """
        Every target of the Makefile is on the page of commands.
        """
        targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.M)
        words = (ROOT / "docs/about/commands.md").read_text()
        assert len(targets) > 10
        assert not [target for target in targets if f"`make {target}" not in words]

    def test_emails_are_kinds_of_letter(self) -> None:
        """
        Each folder of `templates/email/` is a kind of letter, with its three files.
        """
        folders = [path for path in (ROOT / "templates/email").iterdir() if path.is_dir()]
        assert {path.name for path in folders} == set(letter.KINDS)
        for folder in folders:
            assert {path.name for path in folder.iterdir()} == {
                "subject.txt",
                "body.txt",
                "body.html",
            }

    def test_emails_wear_the_sites_colors(self) -> None:
        """
        Each color in the emails is one of the site's tokens.
        """
        color = re.compile(r"#[0-9A-Fa-f]{6}")
        used = set(color.findall((ROOT / "templates/email/base.html").read_text()))
        tokens = set(color.findall((ROOT / "site/assets/styles/tokens.css").read_text()))
        assert used
        assert used <= tokens

    def test_pages_hold_no_html(self) -> None:
        """
        What coordinators edit is Markdown.
        """
        for path in (ROOT / "docs").rglob("*.md"):
            text = re.sub(r"```.*?```|`[^`]*`", "", path.read_text(), flags=re.S)
            assert not re.search(r"</?[a-z]+[ >]", text), path


class TestSite:
    def test_form_is_in_the_pages(self, site: Path) -> None:
        """
        The built pages hold the whole form.
        """
        for role in Role:
            html = (site / "apply" / role / "index.html").read_text()
            for question in FORMS[role].questions():
                assert f'name="{question.name}"' in html

    def test_sources_are_not_where_the_build_goes(self) -> None:
        """
        With MkDocs' default folder a build would empty `site/`, where the sources are.
        """
        text = re.sub(r"!ENV", "", (ROOT / "mkdocs.yml").read_text())
        assert yaml.safe_load(text)["site_dir"] == "build/site"
        assert "/site" not in (ROOT / ".gitignore").read_text().splitlines()

    def test_pages_need_nothing_inline(self, site: Path) -> None:
        """
        No page has a script, a style or a handler in its text, nor anything from elsewhere.
        """
        for path in site.rglob("*.html"):
            html = path.read_text()
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", html), path
            for script in re.findall(r"<script([^>]*)>", html):
                assert "src=" in script or "application/json" in script, path
            assert not re.findall(
                r'(?:src|href)="https?://(?!127\.0\.0\.1)[^"]*\.(?:js|css|png|woff2)', html
            )

    def test_every_answer_bears_the_same_policy(self, laptop: Laptop) -> None:
        """
        Pages of the site and of the functions leave with one Content-Security-Policy.
        """
        assert laptop.call("GET", "/").headers["Content-Security-Policy"] == web.POLICY
        sent = apply(laptop, people.mentee())
        assert sent.headers["content-security-policy"] == web.POLICY
        assert sent.headers["cache-control"] == "no-store"
