"""The member list at the desk: put in, what it says of whom, and that nothing of it is kept."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
import xlsxwriter

from infra.edge import Answer
from infra.laptop import Laptop
from mentorship.applications.status import Status
from mentorship.change import Conflict
from mentorship.desk import members
from mentorship.desk.members import MAX_BYTES, ranges
from mentorship.form.question import Role
from mentorship.members.member_list import MAX_ROWS
from mentorship.program.audit import Action
from mentorship.services import Services
from mentorship.store.store import Store
from tests import people, tables
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.multipart import KIND, file, form, part
from tests.people import apply

PAGE = "/desk/roster"
LIST = "Name,Email,Status\nRobin Example,robin@example.org,Active\nSample,,\n"


REVISION = re.compile(r'name="revision" value="(\d+)"')


def made_from(revision: str, pasted: str) -> bytes:
    """Return what the form of a page sends that was made when another list was in use."""
    field = part(revision.encode(), 'Content-Disposition: form-data; name="revision"')
    return form(field, part(pasted.encode()), file(b"", called=""))


def put(
    coordinator: Coordinator,
    pasted: str = "",
    content: bytes = b"",
    *,
    right: bool = False,
    body: bytes = b"",
    **more: str,
) -> Answer:
    """Send the form of the page, as a browser does; *right*: with the tick that it is right."""
    tick = [part(b"yes", 'Content-Disposition: form-data; name="right"')] if right else []
    chosen = file(content, called="members.csv" if content else "")
    body = body or form(*tick, part(pasted.encode()), chosen)
    own = {
        "accept": "text/html",
        "content-type": KIND,
        "cookie": coordinator.cookie,
        "origin": coordinator.laptop.address,
    }
    return coordinator.laptop.call("POST", PAGE, headers={**own, **more}, body=body)


def after(coordinator: Coordinator, pasted: str = "", content: bytes = b"") -> str:
    """Put in a list, and return the page that follows."""
    answer = put(coordinator, pasted, content)
    assert answer.status == 303
    return text(coordinator.get(answer.headers["location"]))


def text(answer: Answer) -> str:
    """Return what a page says, without its markup."""
    content = answer.text.partition("<h1>")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", "\n", content)).split())


def in_order(said: str, *words: str) -> bool:
    """Tell whether a page says all these, in this order."""
    return re.search(".*".join(map(re.escape, words)), said) is not None


def mentees(laptop: Laptop, *names: str) -> None:
    """Have some apply, each with an address of their first name."""
    for name in names:
        address = f"{name.split()[0].lower()}@example.org"
        assert apply(laptop, people.mentee(full_name=name, email=address)).status == 303


class TestTheListInUse:
    def test_before_there_is_one(self, laptop: Laptop) -> None:
        """
        Without a list the page says so, and how to put one in.
        """
        mentees(laptop, "Robin Example")
        said = text(sign_in(laptop).get(PAGE))
        assert "No list is in use yet." in said
        assert "Paste the list" in said
        assert "Robin" not in said

    @pytest.mark.parametrize("as_file", [False, True])
    def test_is_put_in(self, laptop: Laptop, services: Services, as_file: bool) -> None:
        """
        Pasted or as a file: how many are on it, what was not read, and who did it and when.
        """
        coordinator = sign_in(laptop)
        said = after(coordinator, *(("", LIST.encode()) if as_file else (LIST,)))
        assert "This list is in use now. 1 member is on it, none of them lapsed." in said
        assert "Not read, for want of an email address or a full name: row 3." in said
        assert "Put in by coordinator@example.org on October 6, 2026, 5:30 p.m. PT." in said
        again = text(coordinator.get(PAGE))
        assert "1 member, none of them lapsed. Put in by coordinator@example.org" in again
        assert "in use now" not in again
        (entry,) = [
            each for each in services.store.queries.audit_log() if each.action is Action.PUT_ROSTER
        ]
        assert entry.by == "coordinator@example.org"
        assert entry.words == "1 on it, 0 of them lapsed; rows not read: 1"

    def test_who_waits_and_is_on_it(self, laptop: Laptop, services: Services) -> None:
        """
        Whom there is something to be done about comes first; each name leads to the application.
        """
        mentees(laptop, "Ada Example", "Ben Example", "Cem Example", "Dee Example", "Eli Example")
        apply(laptop, people.mentor(full_name="Max Example"))
        said = after(
            coordinator := sign_in(laptop),
            "Name,Email,Status\nX,ada@example.org,\nEXAMPLE Ben,,\n,cem@example.org,Lapsed\n",
        )
        assert in_order(
            said, "No match: 2", "Dee Example", "Eli Example", "Lapsed: 1", "Cem Example",
            "Found by name: 1", "Ben Example", "Found by address: 1", "Ada Example",
        )  # fmt: skip
        assert "Max Example" not in said
        found = re.findall(r'href="/desk/applications/(\w+)">(.*?)</a>', coordinator.get(PAGE).text)
        waiting = services.store.queries.waiting_page(
            Role.MENTEE, Status.WAITING, now=services.now()
        )
        assert set(found) == {(each.id, each.name) for each in waiting.applications}
        assert len(found) == 5

    def test_the_address_that_the_society_has(self, laptop: Laptop) -> None:
        """
        Somebody is found by the second address that they gave.
        """
        apply(laptop, people.mentee(wsrs_email="robin@hospital.example"))
        assert "Found by address: 1" in after(sign_in(laptop), "Robin@Hospital.example")

    def test_who_is_on_an_earlier_list_only(self, laptop: Laptop, clock: Clock) -> None:
        """
        Whoever is merely not on the list in use is no match; what earlier lists said is over.
        """
        mentees(laptop, "Ada Example", "Ben Example", "Cem Example")
        coordinator = sign_in(laptop)
        said = after(coordinator, "Email,Status\nada@example.org,\nben@example.org,Lapsed")
        assert in_order(said, "No match: 1", "Cem", "Lapsed: 1", "Ben", "Found by address: 1")
        assert "The list says that their membership has ended." in said
        clock.forward(hours=1)
        said = after(coordinator, "cem@example.org")
        assert in_order(said, "No match: 2", "Ada", "Ben", "Found by address: 1", "Cem")
        assert "Lapsed" not in said
        said = after(coordinator, "ada@example.org\nben@example.org")
        assert "Found by address: 2" in said

    def test_two_lists_within_a_second(self, laptop: Laptop) -> None:
        """
        The second is the one in use, however soon it follows the first.
        """
        mentees(laptop, "Ada Example")
        coordinator = sign_in(laptop)
        after(coordinator, "ada@example.org")
        assert "No match: 1" in after(coordinator, "ben@example.org")

    def test_a_list_of_two_years_ago(self, laptop: Laptop, clock: Clock) -> None:
        """
        It says nothing any more, and nobody is called lapsed by it.
        """
        mentees(laptop, "Ada Example")
        after(sign_in(laptop), "ben@example.org")
        clock.forward(days=2 * 366)
        said = text(sign_in(laptop).get(PAGE))
        assert "more than two years ago, and says nothing any more" in said
        assert "Ada Example" not in said
        assert "Lapsed" not in said

    def test_more_than_can_be_shown(self, laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        Those who have waited longest are shown, and it is said that there are more.
        """
        monkeypatch.setattr(members, "MAX_SHOWN", 2)
        mentees(laptop, "Ada Example", "Ben Example", "Cem Example")
        said = after(sign_in(laptop), "x@example.org")
        assert "These are the 2 who have waited longest; there are more." in said
        assert "No match: 2" in said
        assert "Cem" not in said


DEAR = "Dear coordinator, please find the list attached. Best"
MANY = "\n".join(f"m{number}@example.org" for number in range(312))


class TestTheWrongList:
    @pytest.mark.parametrize("as_file", [False, True])
    def test_is_asked_about_first(
        self, laptop: Laptop, capsys: pytest.CaptureFixture[str], as_file: bool
    ) -> None:
        """
        What is no list stores nothing: the page says what was read of it, and asks.
        """
        mentees(laptop, "Ada Example")
        coordinator = sign_in(laptop)
        after(coordinator, f"ada@example.org\n{MANY}")
        before = tables.everything()
        answer = put(coordinator, *(("", DEAR.encode()) if as_file else (DEAR,)))
        assert answer.status == 422
        assert in_order(
            text(answer), "Is this the right list?",
            "1 member was read, and no email address. The list that is in use has 313.",
            "Dear coordinator", "no email address", "This is the right list",
            "The list in use", "Found by address: 1", "Ada Example",
        )  # fmt: skip
        assert '<a href="#right">Is this the right list?</a>' in answer.text
        assert ("choose the file again" in text(answer)) is as_file
        assert (f"\n{DEAR}</textarea>" in answer.text) is not as_file
        assert tables.everything() == before
        assert "Dear" not in capsys.readouterr().out

    def test_is_taken_where_it_is_right(self, laptop: Laptop) -> None:
        """
        With the tick a list of names is taken, as any other; without, it is asked about again.
        """
        mentees(laptop, "Ada Example")
        coordinator = sign_in(laptop)
        assert put(coordinator, "Name\nEXAMPLE Ada").status == 422
        assert put(coordinator, "Name\nEXAMPLE Ada").status == 422
        answer = put(coordinator, "Name\nEXAMPLE Ada", right=True)
        assert answer.status == 303
        said = text(coordinator.get(answer.headers["location"]))
        assert "This list is in use now. 1 member is on it" in said
        assert "Found by name: 1" in said

    @pytest.mark.parametrize(("many", "status"), [(1, 422), (2, 422), (3, 303), (9, 303)])
    def test_is_less_than_half_as_long(self, laptop: Laptop, many: int, status: int) -> None:
        """
        A list with addresses is asked about if it has less than half the members of the last one.
        """
        coordinator = sign_in(laptop)
        after(coordinator, "\n".join(MANY.split()[:5]))
        answer = put(coordinator, "\n".join(MANY.split()[-many:]))
        assert answer.status == status
        some = {1: "1 member was read, and 1 email address.",
                2: "2 members were read, and 2 email addresses."}  # fmt: skip
        if many in some:
            assert f"{some[many]} The list that is in use has 5." in text(answer)
            assert "m311@example.org" in text(answer)

    def test_after_one_of_two_years_ago(self, laptop: Laptop, clock: Clock) -> None:
        """
        A list that says nothing any more is none to be measured by.
        """
        after(sign_in(laptop), MANY)
        clock.forward(days=2 * 366)
        after(sign_in(laptop), "ada@example.org")

    def test_shows_three_and_no_markup(self, laptop: Laptop) -> None:
        """
        The first three are shown, cut where they are long, and never as markup.
        """
        rows = f"Name\n<b>Robin</b> Example\n{'Ex ' * 999}\nKim Example\nSam Example"
        answer = put(sign_in(laptop), rows, right=False)
        shown = answer.text.partition("as it was read:")[2].partition("</ul>")[0]
        assert "&lt;b&gt;Robin&lt;/b&gt; Example" in shown
        assert "Kim Example" in shown
        assert "Sam Example" not in shown
        assert max(map(len, shown.splitlines())) < 300

    def test_that_is_too_long_to_be_shown(self, laptop: Laptop) -> None:
        """
        Who pasted more than is given back is told to paste it again.
        """
        said = text(put(sign_in(laptop), "Kim Example, Doctor of Medicine\n" * 9_999))
        assert "1 member was read, and no email address." in said
        assert "paste the list again" in said


class TestWhatIsKept:
    def test_nothing_but_keyed_hashes(self, laptop: Laptop, services: Services) -> None:
        """
        After a list of a thousand, no table holds an address or a name of it, whole or folded.
        """
        letters = "abcdefghij"
        words = ["".join(letters[int(each)] for each in f"{number:04}") for number in range(1000)]
        rows = [f'"Quux{word}, Zyx{word}",zyx.{word}@members.example,Active' for word in words]
        coordinator = sign_in(laptop)
        said = after(coordinator, "\n".join(["Name,Email,Status", *rows]))
        assert "1000 members are on it" in said
        kept = json.dumps(tables.everything()).casefold()
        assert "quux" not in kept
        assert "zyx" not in kept
        assert "members.example" not in kept
        listed = [
            each for each in tables.items("ProgramTable") if each["id"]["S"].startswith("roster#")
        ]
        assert len(listed) == 2000
        hashed = services.links.hashed
        assert hashed("zyx.aaaa@members.example") not in kept
        assert hashed("member address:zyx.aaaa@members.example") in kept

        mentees(laptop, "Zyxaaab Quuxaaab", "Zyx Quux")
        apply(laptop, people.mentee(email="zyx.ajjj@members.example", full_name="Al Other"))
        said = text(coordinator.get(PAGE))
        assert "Found by name: 1 " in said
        assert "Found by address: 1 " in said
        assert "No match: 1 " in said

    def test_nothing_of_it_in_the_log(
        self, laptop: Laptop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        The log has how many members there are, and nobody of them, for a refused list too.
        """
        coordinator = sign_in(laptop)
        after(coordinator, "Quux Zyx,quux@example.org\nquux zyx @")
        assert put(coordinator, '"Quux Zyx').status == 422
        assert put(coordinator, content=b"%PDF quux").status == 422
        logged = capsys.readouterr().out
        assert '"event": "member list put in"' in logged
        assert "quux" not in logged.casefold()

    def test_a_list_put_in_by_half(
        self, laptop: Laptop, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        If its writing breaks off nobody is missing on it, and the next list is not taken for it.
        """
        mentees(laptop, "Ada Example", "Ben Example", "Cem Example")
        coordinator = sign_in(laptop)
        after(coordinator, "ada@example.org\nben@example.org")
        clock.forward(minutes=5)

        def breaks(*_: object) -> None:
            raise OSError

        with monkeypatch.context() as patch:
            patch.setattr(Store, "commit", breaks)
            assert put(coordinator, "ada@example.org\ncem@example.org").status == 500
        said = text(coordinator.get(PAGE))
        assert "2 members" in said
        assert "No match" not in said

        clock.forward(minutes=1)
        said = after(coordinator, "ada@example.org\nben@example.org")
        assert "Found by address: 2" in said
        # Cem was on the list that broke off, and is not on this one.
        assert "No match: 1" in said

    def test_two_at_once(self, laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        Of two who put in a list at the same moment one is told, and has lost nothing.
        """
        coordinator = sign_in(laptop)
        after(coordinator, "ada@example.org")

        def overtaken(*_: object) -> None:
            raise Conflict

        with monkeypatch.context() as patch:
            patch.setattr(Store, "commit", overtaken)
            answer = put(coordinator, "ben@example.org")
        assert answer.status == 409
        assert "Somebody else has put in a list after you opened this page" in text(answer)
        assert "ben@example.org</textarea>" in answer.text

    def test_a_page_that_was_opened_before_another_list(self, laptop: Laptop) -> None:
        """
        A list from an earlier page replaces nothing unseen; sent again from the new page, it does.
        """
        coordinator = sign_in(laptop)
        (old,) = REVISION.findall(coordinator.get(PAGE).text)
        after(coordinator, "ada@example.org")
        before = tables.everything()
        answer = put(coordinator, body=made_from(old, "ben@example.org"))
        assert answer.status == 409
        assert tables.everything() == before
        assert "ben@example.org</textarea>" in answer.text
        (new,) = REVISION.findall(answer.text)
        assert put(coordinator, body=made_from(new, "ben@example.org")).status == 303


class TestRefusals:
    @pytest.mark.parametrize(
        ("pasted", "content", "words"),
        [
            ("", b"", "Paste the list here, or choose a file below"),
            (" \n ", b"", "Paste the list here, or choose a file below"),
            (LIST, LIST.encode(), "Either paste the list or choose a file, not both"),
            ("hello", b"", "No address and no full name was found."),
            ('Name\n"Robin Example\n', b"", "In row 2 a quotation mark is opened and not closed."),
            ("", b"\r\n \r\n", "The file is empty"),
            ("", b"\xef\xbb\xbf\r\n", "The file is empty"),
            ("", b"%PDF-1.7", "This is a PDF, not a CSV file."),
            ("", b"\0\1\2", "This is not text that can be read."),
            ("a@b.org\n" * (MAX_ROWS + 1), b"", "may have 10,000 rows; this one has 10,001"),
        ],
    )  # fmt: skip
    def test_the_form_comes_back(
        self, laptop: Laptop, pasted: str, content: bytes, words: str
    ) -> None:
        """
        A refused list says why beside its field, gives back what was pasted, and stores nothing.
        """
        coordinator = sign_in(laptop)
        before = tables.items("ProgramTable")
        answer = put(coordinator, pasted, content)
        assert answer.status == 422
        assert unescape(answer.text).count(words) == 1
        assert "<title>Error: Member list" in answer.text
        field = "file" if content else "list"
        assert f'<li><a href="#{field}">' in answer.text
        assert f'aria-describedby="{field}-hint {field}-error" aria-invalid="true"' in answer.text
        assert f"\n{pasted}</textarea>" in unescape(answer.text).replace("\r\n", "\n")
        assert tables.items("ProgramTable") == before

    def test_an_empty_file(self, laptop: Laptop) -> None:
        """
        A file of no bytes was chosen all the same, and is not taken for none.
        """
        coordinator = sign_in(laptop)
        answer = coordinator.upload(PAGE, b"")
        assert answer.status == 422
        assert "Error: The file is empty" in text(answer)
        assert "Paste the list here" not in text(answer)
        sent = form(part(LIST.encode()), file(b""))
        answer = put(coordinator, body=sent)
        assert "Either paste the list or choose a file, not both" in text(answer)

    def test_the_form_stands_first(self, laptop: Laptop) -> None:
        """
        Where something was refused it is to be seen at once, above the list in use and all names.
        """
        mentees(laptop, "Ada Example")
        coordinator = sign_in(laptop)
        said = after(coordinator, "ada@example.org")
        assert in_order(said, "Ada Example", "Ask whoever keeps", "Paste the list")
        answer = put(coordinator, "hello")
        assert in_order(text(answer), "Paste the list", "The list in use", "Ada Example")
        assert '<a href="#list">The list was not taken</a>' in answer.text

    def test_a_workbook(self, laptop: Laptop, tmp_path: Path) -> None:
        """
        Who chooses the workbook itself is told how to save it as CSV.
        """
        with xlsxwriter.Workbook(tmp_path / "members.xlsx") as book:
            book.add_worksheet().write_string(0, 0, "robin@example.org")
        answer = put(sign_in(laptop), content=(tmp_path / "members.xlsx").read_bytes())
        assert answer.status == 422
        assert "In Excel choose File, Save As, “CSV UTF-8 (Comma delimited)”" in text(answer)

    def test_a_very_long_text_is_not_given_back(self, laptop: Laptop) -> None:
        """
        An answer of Lambda has an end; whoever pasted so much still has it.
        """
        answer = put(sign_in(laptop), '"' * 3_000_000)
        assert answer.status == 422
        assert len(answer.body) < 100_000

    def test_too_large(self, laptop: Laptop) -> None:
        """
        What is larger than four megabytes is refused before it is read.
        """
        answer = put(sign_in(laptop), content=b"a@b.org\n" * (MAX_BYTES // 8))
        assert answer.status == 413
        assert "4 MB at most" in unescape(answer.text)

    def test_hostile_cells(self, laptop: Laptop) -> None:
        """
        What stands in a list is never shown as markup, and what stands in the address is ignored.
        """
        coordinator = sign_in(laptop)
        answer = put(coordinator, '"<script>alert(1)</script>\n=1+1')
        assert answer.status == 422
        assert "<script>alert" not in answer.text
        mentees(laptop, "Robin <b>Example</b>")
        after(coordinator, "x@example.org\n<script>")
        for query in ("?put=yes&unread=<script>", "?put=yes&unread=1,2,&part=a", "?done=<b>"):
            answer = coordinator.get(f"{PAGE}{query}")
            assert answer.status == 200
            assert "<script>" not in answer.text.partition("<h1>")[2]
            assert "<b>Example" not in answer.text
            assert "Not read" not in answer.text

    def test_a_stranger(self, laptop: Laptop) -> None:
        """
        Who is not signed in, or comes from another site's page, puts in nothing and sees nothing.
        """
        coordinator = sign_in(laptop)
        nobody = Coordinator(laptop, "")
        assert nobody.get(PAGE).status == 401
        assert put(nobody, LIST).status == 401
        assert put(coordinator, LIST, origin="https://example.com").status == 400
        assert "No list is in use yet." in text(coordinator.get(PAGE))


class TestRanges:
    @pytest.mark.parametrize(
        ("numbers", "short"),
        [
            ([], ""), ([4], "4"), ([4, 5], "4-5"), ([1, 4, 5, 6, 9], "1,4-6,9"),
            (list(range(1, 20_001)), "1-20000"),
        ],
    )  # fmt: skip
    def test_in_short(self, numbers: list[int], short: str) -> None:
        """
        Numbers that follow each other are written as one range.
        """
        assert ranges(numbers) == short

    def test_very_many(self, laptop: Laptop) -> None:
        """
        Of very many the first are named, in an address that any browser takes.
        """
        rows = "\n".join(["Robin Example,r@example.org", *["x\nKim Example"] * 500])
        coordinator = sign_in(laptop)
        answer = put(coordinator, rows)
        assert len(answer.headers["location"]) < 1000
        said = text(coordinator.get(answer.headers["location"]))
        assert "rows 2, 4, 6, 8," in said
        assert "100 and more." in said
