"""
Read a member list as societies keep it: who is on it, and whose membership has lapsed.

Columns are found by their headings or, without any, by what is in the cells. No row is dropped
silently: rows that cannot be read are reported by number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from mentorship.addresses import ENCODED, address_key
from mentorship.form import declaration
from mentorship.form.question import Refused
from mentorship.members.columns import ColumnKind, column_of, is_status, read_end_date, says_lapsed
from mentorship.members.roster import Member
from mentorship.members.table import UnreadableList, addresses_in, read_rows
from mentorship.names import match_key

MAX_ROWS = 10_000
# A title and a date may be above the headings, and not much else.
ABOVE = 10
PEOPLE = {ColumnKind.ADDRESS, ColumnKind.NAME, ColumnKind.FIRST, ColumnKind.LAST}
NOBODY = (
    "No address and no full name was found. There should be a row for each member, with an email "
    "address, a first and a last name, or both."
)

Row = tuple[int, list[str]]


@dataclass
class MemberList:
    """
    What was read from a list; it is not stored.

    Attributes:
        members: who is on it, in its order.
        unread: the numbers of the rows without an address or a full name.
        in_part: the numbers of the rows in which an address or a date could not be read; the rest
            of the row counts.

    """

    members: list[Member] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    in_part: list[int] = field(default_factory=list)


@dataclass
class RowReading:
    """What was read from a row: people with addresses and names, and what it says about them."""

    people: list[tuple[list[str], str]]
    lapsed: bool = False
    broken: bool = False


def read(text: str, *, today: date) -> MemberList:
    """
    Read a list.

    Args:
        text: a table, its cells separated by commas, semicolons or tabs.
        today: a membership that ended before this day has lapsed.

    Raises:
        UnreadableList: if no one is on it or it is not a list; the message says what to do.

    """
    written = [(at, row) for at, row in enumerate(read_rows(text), start=1) if any(row)]
    if len(written) > MAX_ROWS:
        raise UnreadableList(
            f"A list may have {MAX_ROWS:,} rows; this one has {len(written):,}. Take out those "
            "that are not about members."
        )
    above, columns = _headings(written)
    below = written[above + 1 :] if columns else written
    found = MemberList(unread=[at for at, _ in written[:above]])
    parted = _names_are_parted(below)
    for at, row in below:
        # Without quotation marks, a comma within a name shifts the other cells.
        if columns and not any(row[len(columns) :]):
            _take(found, at, _by_headings(row, columns, today))
        else:
            _take(found, at, _by_looks(row, parted=parted))
    if not found.members:
        raise UnreadableList(NOBODY)
    return found


def _headings(written: Sequence[Row]) -> tuple[int, list[ColumnKind]]:
    """Return how many rows are above the headings, and what each column is, if there are any."""
    best: tuple[int, list[ColumnKind]] = 0, []
    most = 0
    for above, (_, row) in enumerate(written[:ABOVE]):
        if any("@" in cell for cell in row):
            break
        known = [column_of(cell) for cell in row]
        headings = [each for each in known if each]
        # One of several cells may be about a person: Robin Example, Member.
        alone = len(headings) == 1 and len([cell for cell in row if cell]) > 1
        people = PEOPLE & set(headings) or "address" in [cell.casefold() for cell in row]
        if people and not alone and len(headings) > most:
            most = len(headings)
            best = above, [each or ColumnKind.OTHER for each in known]
    return best


def _by_headings(row: Sequence[str], columns: Sequence[ColumnKind], today: date) -> RowReading:
    """Read a row whose columns are known."""
    cells: dict[ColumnKind, list[str]] = {}
    for cell, column in zip(row, columns, strict=False):
        if cell:
            cells.setdefault(column, []).append(cell)
    mailed = cells.get(ColumnKind.ADDRESS, []) if ColumnKind.ADDRESS in columns else row
    found = [addresses_in(cell) for cell in mailed]
    name = " ".join([*cells.get(ColumnKind.LAST, []), *cells.get(ColumnKind.FIRST, [])])
    if not match_key(name):
        full = [addresses_in(cell).rest for cell in cells.get(ColumnKind.NAME, [])]
        name = " ".join([*full[:1], name])
    if not PEOPLE - {ColumnKind.ADDRESS} & set(columns):
        name = " ".join(each.rest for each in found if each.found)
    read = RowReading(
        [([each for one in found for each in one.found], name)],
        broken=any(one.broken for one in found),
    )
    for column in (ColumnKind.STATUS, ColumnKind.ENDED, ColumnKind.GOES_ON, ColumnKind.UNTIL):
        for cell in cells.get(column, []):
            read.lapsed = read.lapsed or says_lapsed(cell, column)
            if column is ColumnKind.UNTIL or (
                column is ColumnKind.ENDED and any(map(str.isdigit, cell))
            ):
                _until(read, cell, today)
    return read


def _until(read: RowReading, cell: str, today: date) -> None:
    """Note whether a membership has ended by a date."""
    if read.lapsed:
        return
    try:
        end = read_end_date(cell)
    except ValueError:
        read.broken = True
    else:
        read.lapsed = end is not None and end < today


def _by_looks(row: Sequence[str], *, parted: bool) -> RowReading:
    """
    Read a row of a list without headings.

    Args:
        row: its cells.
        parted: whether names are split over two cells.

    """
    cells = [addresses_in(cell) for cell in row]
    broken = any(each.broken for each in cells)
    named = [each for each in cells if each.found and match_key(each.rest)]
    texts = _texts(row)
    lapsed = any(is_status(cell) and says_lapsed(cell, ColumnKind.STATUS) for cell in row)
    addresses = [address for each in cells for address in each.found]
    if len(named) > 1 or (len(addresses) > 1 and not texts):
        # A line from an address book.
        people = [([address], each.rest) for each in cells for address in each.found]
        return RowReading(people, lapsed=lapsed, broken=broken)
    name = ""
    for used, text in enumerate(texts, start=1):
        name = f"{name} {text}".strip()
        if match_key(name) and used >= (2 if parted else 1):
            break
    return RowReading([(addresses, name)], lapsed=lapsed, broken=broken)


def _texts(row: Sequence[str]) -> list[str]:
    """Return the texts in a row's cells that may be a name, or parts of one, in order."""
    rests = [addresses_in(cell).rest for cell in row]
    return [
        each for each in rests if not is_status(each) and not any(map(str.isdigit, each)) and each
    ]


def _names_are_parted(written: Sequence[Row]) -> bool:
    """Tell whether most rows begin with a word that is no full name, and then another."""
    texts = [texts for _, row in written if len(texts := _texts(row)) > 1]
    return 2 * sum(not match_key(first) for first, *_ in texts) > len(texts)


def _take(found: MemberList, at: int, read: RowReading) -> None:
    """Add the people in a row, or note its number."""
    before = len(found.members)
    for given, name in read.people:
        addresses = [_normal(each) for each in given]
        read.broken = read.broken or "" in addresses
        if len(name.splitlines()) > 1:  # Several rows in one cell, or not a name.
            name, read.broken = "", True
        member = Member(
            addresses=tuple(each for each in addresses if each), name=name, lapsed=read.lapsed
        )
        if member.addresses or match_key(name):
            found.members.append(member)
    if len(found.members) == before:
        found.unread.append(at)
    elif read.broken:
        found.in_part.append(at)


def _normal(address: str) -> str:
    """Return an address as the form stores one, or "" if no email can be sent to it."""
    if address.isascii() and ENCODED not in address.casefold():
        return address_key(address)
    try:
        return address_key(str(declaration.ADDRESS.parse([address])))
    except Refused:
        return ""
