"""Member lists in every way that people write them, and what is said of those that are none."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from mentorship.members.columns import ColumnKind, column_of, read_end_date, says_lapsed
from mentorship.members.member_list import MAX_ROWS, MemberList, read
from mentorship.members.table import UnreadableList, addresses_in, decode
from mentorship.names import match_key
from tests.every import every

TODAY = date(2026, 10, 6)
ROBIN = ("robin@example.org", "example robin", False)
KIM = ("kim@example.org", "kim sample", True)
NAMES = {ROBIN[:2], KIM[:2]}

Found = set[tuple[str, str, bool]]


def people(text: str | MemberList) -> Found:
    """Return who is on a list: the first address, the name as it is looked up, and if lapsed."""
    found = text if isinstance(text, MemberList) else read(text, today=TODAY)
    return {
        (each.addresses[0] if each.addresses else "", match_key(each.name), each.lapsed)
        for each in found.members
    }


def names(text: str) -> set[tuple[str, str]]:
    """Return who is on a list, without whether they have lapsed."""
    return {(address, name) for address, name, _ in people(text)}


def refusal(text: str | bytes) -> str:
    """Return what is said of a list that cannot be read."""
    with pytest.raises(UnreadableList) as refused:
        read(decode(text) if isinstance(text, bytes) else text, today=TODAY)
    return str(refused.value)


def table(*rows: list[str], delimiter: str = ",", end: str = "\r\n") -> str:
    """Return rows as a spreadsheet program writes them."""
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator=end).writerows(rows)
    return file.getvalue()


ROWS = (
    ["Name", "Email", "Status"],
    ["Example, Robin Q., MD", "Robin@Example.org", "Active"],
    ["Kim Sample", "kim@example.org", "Lapsed"],
)
# Headings in the words of many societies, each with a row for Robin and one for Kim, who lapsed.
HEADED = {
    "the other way round": (
        ["STATUS", "E-MAIL ADDRESS", "FULL NAME"],
        ["current", "robin@example.org", "Robin Example"],
        ["EXPIRED", "kim@example.org", "Kim Sample"],
    ),
    "first and last name": (
        ["First Name", "Middle", "Last Name", "Primary Email", "Membership Status"],
        ["Robin", "Q", "Example", "robin@example.org", "Active"],
        ["Kim", "", "Sample", "kim@example.org", "Inactive"],
    ),
    "last, first and an end date": (
        ["Surname", "Given name", "mail", "Paid through"],
        ["Example", "Robin", "robin@example.org", "6/30/2027"],
        ["Sample", "Kim", "kim@example.org", "6/30/2026"],
    ),
    "one column for last and first": (
        ["Last name, first name", "Email", "Expires"],
        ["Example, Robin", "robin@example.org", "2026-10-06"],
        ["Sample, Kim", "kim@example.org", "2026-10-05"],
    ),
    "yes and no": (
        ["Member", "Email", "Active?"],
        ["Robin Example", "robin@example.org", "Yes"],
        ["Kim Sample", "kim@example.org", "No"],
    ),
    "no and yes": (
        ["Member name", "Member email", "Lapsed"],
        ["Robin Example", "robin@example.org", "n"],
        ["Kim Sample", "kim@example.org", "TRUE"],
    ),
    "much else": (
        ["Member ID", "Company name", "Name", "Username", "Member since", "Email", "Email opt-in",
         "Spouse name", "Training ends", "Membership type", "Expiration date"],
        ["17", "Example Hospital", "Robin Example", "r17", "2019", "robin@example.org", "no",
         "Jo Other", "6/30/2020", "Resident", "12/31/2026"],
        ["18", "Sample Hospital", "Kim Sample", "k18", "2020", "kim@example.org", "no",
         "Al Other", "6/30/2030", "Former resident", "12/31/2026"],
    ),
    "addresses within names": (
        ["Contact", "Membership"],
        ["Robin Example <robin@example.org>", "Member"],
        ["kim@example.org (Kim Sample)", "Not renewed"],
    ),
    "a title and a date above": (
        ["Society members", "", ""],
        ["as of October 1, 2026", "", ""],
        ["", "", ""],
        ["Name", "Email", "Status"],
        ["Robin Example", "robin@example.org", "Active"],
        ["Kim Sample", "kim@example.org", "Resigned 2024"],
    ),
}  # fmt: skip
# Lists without headings.
BARE = {
    "name and address": "Robin Example,robin@example.org\nKim Sample,kim@example.org",
    "address and name": "robin@example.org;Robin Example\nkim@example.org;Kim Sample",
    "a name with a comma": '"Example, Robin",robin@example.org\n"Sample, Kim",kim@example.org',
    "a comma that nobody quoted": "Example, Robin, robin@example.org\nSample, Kim, kim@example.org",
    "a degree that nobody quoted": "Robin Example, MD, robin@example.org\n"
    "Kim Sample, DO, kim@example.org",
    "first, last, city": "Robin\tExample\tSeattle\trobin@example.org\n"
    "Kim\tSample\tYakima\tkim@example.org",
    "last, first, hospital": "Example\tRobin Q.\tA Hospital\t2019\trobin@example.org\n"
    "Sample\tKim\tThe Hospital\t2020\tkim@example.org",
    "an address book on one line": "Robin Example <robin@example.org>; "
    '"Sample, Kim" <kim@example.org>;',
    "an address book with commas": "Robin Example <robin@example.org>, "
    "Kim Sample <kim@example.org>",
    "an address book line by line": "Robin Example <robin@example.org>\n"
    "'kim@example.org' Kim Sample\n",
    "links": "mailto:robin@example.org,Robin Example\nmailto:kim@example.org,Kim Sample",
    "wishes with semicolons": "Robin Example,robin@example.org,Chest; Neuro; Breast\n"
    "Kim Sample,kim@example.org,Neuro; Breast",
    "blank lines and spaces": "\n\n  Robin Example , robin@example.org \n\n\n"
    "Kim Sample,kim@example.org\n,,\n\n",
}


# Cells that say something, nothing, or something else.
CELLS = [
    *("", "", "Kim Sample", "Example", "kim@example.org", "kim@@example.org", "@", "Active"),
    *("Lapsed", "2027", "12/31/2026", "soon", "Seattle", "206 555 0100", "Jo Other <jo@b.org>"),
]


class TestEveryWay:
    @every("delimiter", ["\t", ";", ",", "|"])
    @every("end", ["\r\n", "\n", "\r"])
    @every("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    def test_as_spreadsheet_programs_write_it(self, delimiter: str, end: str, coding: str) -> None:
        """
        Whatever parts the cells, ends the lines and encodes the letters, it is the same list.
        """
        accented = [[cell.replace("Robin", "Róbin") for cell in row] for row in ROWS]
        file = table(*accented, delimiter=delimiter, end=end).replace("Róbin@", "robin@")
        assert people(decode(file.encode(coding))) == {ROBIN, KIM}

    def test_the_old_encoding_of_a_mac(self) -> None:
        """
        “CSV (Macintosh)” has letters where Windows-1252 has none.
        """
        file = "Name,Email\nÅsa Exámple,asa@example.org\n".encode("mac_roman")
        assert people(decode(file)) == {("asa@example.org", "asa example", False)}

    @every("rows", HEADED.values(), ids=HEADED)
    @every("delimiter", ["\t", ";", ","])
    def test_columns_are_found_by_headings(
        self, rows: tuple[list[str], ...], delimiter: str
    ) -> None:
        """
        Columns of any society, in any order, with others among them.
        """
        assert people(table(*rows, delimiter=delimiter)) == {ROBIN, KIM}

    @every("text", BARE.values(), ids=BARE)
    def test_without_headings(self, text: str) -> None:
        """
        Without headings the cells say themselves what they are.
        """
        assert names(text) == NAMES

    @pytest.mark.parametrize("said", ["Lapsed", "EXPIRED", "Former member", "not renewed"])
    def test_lapsed_without_headings(self, said: str) -> None:
        """
        A cell that says what a membership is, and nothing else, is understood without a heading.
        """
        rows = f"Robin Example,robin@example.org,Active\nKim Sample,kim@example.org,{said}"
        assert people(rows) == {ROBIN, KIM}

    def test_what_cannot_be_seen(self) -> None:
        """
        Format characters that were copied into a cell make no other address.
        """
        rows = "Name,Email\nRobin Example,\u200brobin@exam\u00adple.org\ufeff\n"
        assert names(rows) == {ROBIN[:2]}

    def test_names_only(self) -> None:
        """
        A list of names is a list.
        """
        assert people("Robin Example\nSample, Kim\nJo Other, MD") == {
            ("", "example robin", False), ("", "kim sample", False), ("", "jo other", False),
        }  # fmt: skip

    def test_addresses_only(self) -> None:
        """
        Addresses alone are a list, in a column or in a row, each of them a person.
        """
        several = ["a@example.org", "b@example.org", "c.d+e'f@mail.example.org"]
        for between in ("\n", ", ", "; ", "\t", "\r"):
            found = read(between.join(several), today=TODAY)
            assert [each.addresses for each in found.members] == [(each,) for each in several]
        assert names(f"Address\n{several[0]}") == {(several[0], "")}

    def test_two_addresses_of_one_person(self) -> None:
        """
        Two addresses in a cell, or in two columns, are one person's.
        """
        for text in (
            "Name,Email\nRobin Example,robin@example.org; r@work.example.org",
            "Name,Home email,Work email\nRobin Example,robin@example.org,r@work.example.org",
            "Robin Example,robin@example.org,r@work.example.org",
        ):
            (one,) = read(text, today=TODAY).members
            assert one.addresses == ("robin@example.org", "r@work.example.org")

    def test_a_cell_of_several_lines(self) -> None:
        """
        What Excel wraps within a cell stays in it.
        """
        rows = ["Name", "Mailing address", "Email"], [
            "Robin Example", "1 Main Street\nSeattle, WA\n98101", "robin@example.org",
        ]  # fmt: skip
        assert people(table(*rows)) == {ROBIN}

    def test_a_name_of_several_lines(self) -> None:
        """
        What is in a name's cell on several lines may be several people: it is named, not guessed.
        """
        found = read(table(["Name", "Email"], ["Robin\nExample", "r@example.org"]), today=TODAY)
        assert people(found) == {("r@example.org", "", False)}
        assert found.in_part == [2]

    def test_another_domain_name(self) -> None:
        """
        An internationalized domain meets itself, as the form writes it.
        """
        assert names("a@xn--bcher-kva.example") == names("a@bücher.example")

    @pytest.mark.parametrize(
        "row", ["Example, Robin,robin@example.org", "Robin Example, MD,robin@example.org"]
    )
    def test_a_comma_in_a_name_moves_the_cells(self, row: str) -> None:
        """
        A row with more cells than there are headings is read by its cells.
        """
        assert people(f"Name,Email\n{row}\nKim Sample,kim@example.org") == {
            ROBIN, ("kim@example.org", "kim sample", False),
        }  # fmt: skip

    @given(
        st.lists(
            st.tuples(st.integers(0, 99999), st.booleans()),
            unique_by=lambda one: one[0], min_size=1, max_size=30,
        ),
        st.permutations(["Name", "Email", "Status", "City"]),
        st.sampled_from("\t;,"),
    )  # fmt: skip
    def test_any_list(
        self, some: list[tuple[int, bool]], columns: list[str], delimiter: str
    ) -> None:
        """
        Whatever is written comes back, person by person.
        """
        rows = []
        for number, lapsed in some:
            word = "".join("abcdefghij"[int(digit)] for digit in f"{number:05}")
            cells = {
                "Name": f"Example, {word}, MD",
                "Email": f"{word}@example.org",
                "Status": "Lapsed" if lapsed else "Active",
                "City": "Seattle; or Spokane",
            }
            rows.append([cells[each] for each in columns])
        found = read(table(columns, *rows, delimiter=delimiter), today=TODAY)
        assert [each.lapsed for each in found.members] == [lapsed for _, lapsed in some]
        assert len(people(found)) == len(some)
        assert not found.unread + found.in_part


class TestWhatCannotBeRead:
    def test_rows_are_named_by_their_number(self) -> None:
        """
        No row is left out without a word; the numbers are those that a spreadsheet shows.
        """
        found = read(
            "Members\n\nName,Email,Expires\nRobin Example,robin@example.org,\nTotal,,\n"
            "Example,,\n,,2026\nKim Sample,kim@@example.org,\nJo Other,jo@example.org,soon\n"
            "Name,Email,Expires\nAl Other,al@localhost,",
            today=TODAY,
        )
        assert found.unread == [1, 5, 6, 7, 10]
        assert found.in_part == [8, 9, 11]
        assert people(found) == {
            ROBIN,
            ("", "kim sample", False),
            ("jo@example.org", "jo other", False),
            ("", "al other", False),
        }

    @given(
        st.lists(st.lists(st.sampled_from(CELLS), max_size=4), max_size=12),
        st.sampled_from("\t;,"),
        st.booleans(),
    )
    def test_every_row_is_accounted_for(
        self, written: list[list[str]], delimiter: str, headed: bool
    ) -> None:
        """
        Each row that is not blank gives a member, or is named; with headings and without.
        """
        known = [["Name", "Email", "Status", "Expires"]] if headed else []
        always = [*known, ["Robin Example", "robin@example.org"]]
        found = read(table(*always, *written, delimiter=delimiter), today=TODAY)
        filled = [at for at, row in enumerate([*always, *written], start=1) if any(row)]
        assert set(found.unread + found.in_part) <= set(filled)
        assert not set(found.unread) & set(found.in_part)
        assert len(found.members) >= len(filled) - len(found.unread) - len(known)
        assert found.unread == sorted(set(found.unread))

    @given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
    def test_any_bytes(self, content: bytes) -> None:
        """
        Whatever a file holds, it is read, or refused with words.
        """
        words = ""
        try:
            found = read(decode(content), today=TODAY)
        except UnreadableList as refused:
            words = str(refused)
        assert words or found.members

    def test_a_workbook(self, tmp_path: Path) -> None:
        """
        For an Excel workbook it is said how to save it as CSV.
        """
        with xlsxwriter.Workbook(tmp_path / "members.xlsx") as book:
            book.add_worksheet().write_string(0, 0, "robin@example.org")
        words = refusal((tmp_path / "members.xlsx").read_bytes())
        assert "File, Save As, “CSV UTF-8 (Comma delimited)”" in words
        assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500) == words

    @every(
        ("content", "words"),
        [
            (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF"),
            (b"{\\rtf1\\ansi Robin Example}", "This is a document"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 9, "not text"),
            (b"\xff\xfe\x00", "not text"),
            (b"\0" * 1000, "not text"),
            (b"", "No address and no full name"),
            (b"\xef\xbb\xbf", "No address and no full name"),
            (b"Name,Email\n", "No address and no full name"),
            (b"12\n13\n14", "No address and no full name"),
            (b'Name,Email\n"Robin Example,robin@example.org\nKim Sample,k@example.org', "row 2"),
            (b'Robin Example,r@example.org\n"Kim', "row 2"),
            (b'"' + b"x" * 200_000, "row 1"),
            (b'Name,Email\n"Robin,r@x.org\nKim,k@x.org\n"Jo,j@x.org"\n', "row 2"),
        ],
    )
    def test_what_is_no_list(self, content: bytes, words: str) -> None:
        """
        Each says what it is, or where it is broken.
        """
        assert words in refusal(content)

    def test_as_many_rows_as_there_may_be(self) -> None:
        """
        One more than ten thousand is refused with both numbers; blank ones do not count.
        """
        rows = [f"m{number}@example.org" for number in range(MAX_ROWS)]
        assert len(read("\n\n".join(rows), today=TODAY).members) == MAX_ROWS
        words = refusal("\n".join([*rows, "one@more.example.org"]))
        assert "10,000" in words
        assert "10,001" in words

    @every(
        "cell",
        ["=HYPERLINK(1)", "<script>alert(1)</script>", "@" * 100_000, "a" * 100_000,
         "a@" * 40_000, "@", "a@b", "a@.", ".@a.b", "<" * 50_000, "(" * 50_000, '""', "''",
         "\N{RIGHT-TO-LEFT OVERRIDE}moc.elpmaxe@nibor", "=?utf-8?Q?=0D=0A?=@example.org"],
        ids=lambda cell: cell[:20],
    )  # fmt: skip
    def test_hostile_cells(self, cell: str) -> None:
        """
        Nothing in a cell keeps the other rows from being read, or takes long.
        """
        text = f"Name,Email\nRobin Example,robin@example.org\n{cell},{cell}"
        assert ROBIN in people(text)
        assert ROBIN in people(f"Robin Example,robin@example.org\n{cell}")


class TestCells:
    @every(
        ("heading", "column"),
        [
            ("Email", ColumnKind.ADDRESS), ("E-Mail Address 1", ColumnKind.ADDRESS),
            ("emailaddress", ColumnKind.ADDRESS), ("Home mailing address", None),
            ("Email status", ColumnKind.OTHER), ("Program director email", ColumnKind.OTHER),
            ("Name", ColumnKind.NAME), ("Member Name", ColumnKind.NAME),
            ("Display name", ColumnKind.NAME),
            ("First", ColumnKind.FIRST), ("FIRST_NAME", ColumnKind.FIRST), ("Contact first name",
            ColumnKind.FIRST), ("Last name", ColumnKind.LAST), ("Last login", None),
            ("Institution name", ColumnKind.OTHER), ("Preferred name", ColumnKind.OTHER),
            ("Membership", ColumnKind.STATUS), ("WSRS status", ColumnKind.STATUS),
            ("Standing", ColumnKind.STATUS), ("Visa status", ColumnKind.OTHER),
            ("Active member?", ColumnKind.GOES_ON), ("Inactive", ColumnKind.ENDED),
            ("Paid thru", ColumnKind.UNTIL), ("Membership end date", ColumnKind.UNTIL),
            ("Valid to", ColumnKind.UNTIL), ("Training end date", ColumnKind.OTHER),
            ("License expires", ColumnKind.OTHER), ("Renewal date", None), ("", None), ("—", None),
            ("Current institution", None), ("Robin Example", None),
        ],
    )  # fmt: skip
    def test_headings(self, heading: str, column: ColumnKind | None) -> None:
        """
        A heading is known by its words, not by its place; those of other things are not taken.
        """
        assert column_of(heading) is column

    @every(
        "text",
        ["Lapsed", "LAPSED (12/2024)", "Expired", "Inactive", "Former member", "Not renewed",
         "Not active", "no longer a member", "Non-member", "Nonmember", "Did not renew",
         "Resigned", "Cancelled", "canceled", "Terminated"],
    )  # fmt: skip
    def test_what_says_lapsed(self, text: str) -> None:
        """
        Any way to say that a membership is over.
        """
        assert says_lapsed(text, ColumnKind.STATUS)

    @every(
        "text",
        ["Active", "active, expires 6/2027", "Current", "Member", "Not lapsed", "never expired",
         "Pending", "Resident", "Retired", "Emeritus", "Paid", "", "no", "Unpaid", "In training"],
    )  # fmt: skip
    def test_what_does_not(self, text: str) -> None:
        """
        Nobody has lapsed by a word that does not say so.
        """
        assert not says_lapsed(text, ColumnKind.STATUS)

    @every(
        ("text", "day"),
        [
            ("2026-12-31", date(2026, 12, 31)), ("12/31/2026", date(2026, 12, 31)),
            ("12/31/26", date(2026, 12, 31)), ("31/12/2026", date(2026, 12, 31)),
            ("31.12.2026", date(2026, 12, 31)), ("December 31, 2026", date(2026, 12, 31)),
            ("Dec 31 2026", date(2026, 12, 31)), ("31 Dec 2026", date(2026, 12, 31)),
            ("31-Dec-26", date(2026, 12, 31)), ("Sept 5, 2026", date(2026, 9, 5)),
            ("2026-12-31T00:00:00Z", date(2026, 12, 31)),
            ("12/31/2026 12:00:00 AM", date(2026, 12, 31)), ("46387", date(2026, 12, 31)),
            ("2026", date(2026, 12, 31)), ("02/2028", date(2028, 2, 29)),
            ("February 2027", date(2027, 2, 28)), ("2026-06", date(2026, 6, 30)),
            ("", None), ("n/a", None), ("Lifetime", None), ("never", None), ("—", None),
        ],
    )  # fmt: skip
    def test_end_dates(self, text: str, day: date | None) -> None:
        """
        Dates in the ways that spreadsheets show them; a month or a year counts to its end.
        """
        assert read_end_date(text) == day

    @pytest.mark.parametrize("text", ["soon", "13/13/2026", "2026-02-30", "0000-00-00", "1"])
    def test_what_is_no_date(self, text: str) -> None:
        """
        What is no date is said to be none, and not guessed at.
        """
        with pytest.raises(ValueError, match="no date"):
            read_end_date(text)

    @pytest.mark.parametrize(
        ("cell", "found", "broken", "rest"),
        [
            ("a@b.org", ["a@b.org"], [], ""),
            ("<a@b.org>", ["a@b.org"], [], ""),
            ("‘a@b.org’.", ["a@b.org"], [], ""),
            ("Robin Example <a@b.org>", ["a@b.org"], [], "Robin Example"),
            ("Example, Robin (a@b.org)", ["a@b.org"], [], "Example, Robin"),
            ("a@b.org / c@d.org", ["a@b.org", "c@d.org"], [], "/"),
            ("a@b, c@d.org", ["c@d.org"], ["a@b"], ""),
            ("@robin", [], ["@robin"], ""),
            ("Robin", [], [], "Robin"),
        ],
    )
    def test_addresses(self, cell: str, found: list[str], broken: list[str], rest: str) -> None:
        """
        A cell is taken apart into addresses, what was meant to be one, and the rest.
        """
        assert addresses_in(cell) == (found, broken, rest)
