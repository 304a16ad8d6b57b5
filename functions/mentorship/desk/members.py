"""
The member list: uploaded as a file or pasted, and what it says about the mentees who wait.

Only keyed hashes of the list are kept. They are written first, and only then is the list put in
use, so that an upload that breaks off makes no one look missing. A list that may be a mistake is
shown to its sender, and stored when they say that it is right.
"""

import re
from collections.abc import Sequence

from mentorship import log
from mentorship.applications.shown import ShownApplication
from mentorship.change import Change, Conflict
from mentorship.desk.guard import DeskRequest
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Role
from mentorship.members import member_list, roster
from mentorship.members.member_list import MemberList
from mentorship.members.roster import Member, Roster, RosterResult
from mentorship.members.table import UnreadableList, decode
from mentorship.program.audit import Action
from mentorship.web import http

PATH = "/desk/roster"
# The fields of the form, and the query parameters that say which rows were not read.
PASTED, FILE, RIGHT = "list", "file", "right"
PUT, UNREAD, IN_PART = "put", "unread", "part"
MISSING = "Paste the list here, or choose a file below"
MEGABYTES = 4
MAX_BYTES = MEGABYTES * 1024 * 1024
# A longer text is not given back with a refusal; its writer has it, and answers are limited.
MAX_GIVEN_BACK = 200_000
MAX_SHOWN = 500
# How many of the first members show what was read from a list that may be wrong.
FIRST = 3
# What a spreadsheet may write for nothing.
BLANK = "\N{BYTE ORDER MARK}"
CONFLICT = 409
# The field that says which list was in use when the page was opened.
REVISION = "revision"
MEANWHILE = (
    "Somebody else has put in a list after you opened this page; to use yours instead, send it "
    "again"
)
# Results that need action come first.
ORDER = (RosterResult.NO_MATCH, RosterResult.LAPSED, RosterResult.BY_NAME, RosterResult.BY_ADDRESS)
# Row numbers as the page's address has them: 4,17-20,more.
MAX_RANGES = 50
RANGES = re.compile(r"\d{1,6}(-\d{1,6})?(,\d{1,6}(-\d{1,6})?)*(,more)?")


def show(desk: DeskRequest) -> http.Response:
    """Show which list is in use, and what it says about those who wait."""
    return _page(desk, desk.services.store.roster())


def put_in(desk: DeskRequest) -> http.Response:
    """Replace the list with a new one."""
    texts, files = desk.request.uploaded(MAX_BYTES)
    pasted, file = "\n".join(texts.get(PASTED, [])), files.get(FILE)
    if pasted.strip() and file is not None:
        return _refused(desk, pasted, {FILE: "Either paste the list or choose a file, not both"})
    field = PASTED if file is None else FILE
    head = desk.services.store.roster()
    made_from = " ".join(texts.get(REVISION, []))
    if made_from and made_from != revision_of(head):
        return _refused(desk, pasted, {field: MEANWHILE}, status=CONFLICT)
    try:
        text = pasted if file is None else decode(file)
        if not text.strip().strip(BLANK):
            raise UnreadableList(MISSING if file is None else "The file is empty")
        found = member_list.read(text, today=desk.today)
    except UnreadableList as refusal:
        return _refused(desk, pasted, {field: str(refusal)})
    doubt = _doubt(found, head, desk)
    if doubt and RIGHT not in texts:
        first = found.members[:FIRST]
        return _refused(desk, pasted, {RIGHT: doubt}, first=first, from_file=file is not None)
    try:
        _count(desk, found)
    except Conflict:
        return _refused(desk, pasted, {field: MEANWHILE}, status=CONFLICT)
    told = {PUT: "yes", UNREAD: ranges(found.unread), IN_PART: ranges(found.in_part)}
    return http.redirect(
        f"{PATH}?{'&'.join(f'{name}={text}' for name, text in told.items() if text)}"
    )


def ranges(numbers: Sequence[int]) -> str:
    """Return row numbers in short form, such as 4,17-20; only the first if there are many."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    parts = [str(one) if one == last else f"{one}-{last}" for one, last in found[:MAX_RANGES]]
    return ",".join(parts + ["more"] * (len(found) > MAX_RANGES))


def revision_of(head: Roster | None) -> str:
    """Return which list is in use, as a page says it."""
    return f"{head.revision if head else 0}"


def _doubt(found: MemberList, head: Roster | None, desk: DeskRequest) -> str:
    """
    Return what was read from a list that may be the wrong one, or "" for any other.

    It may be if it has no email address, or less than half the members of the list in use.
    """
    members, _ = roster.count_members(found.members)
    addresses = len({address for each in found.members for address in each.addresses})
    used = head.members if head is not None and head.counts(desk.now) else 0
    if addresses and 2 * members >= used:
        return ""
    said = "1 member was read" if members == 1 else f"{members:,} members were read"
    some = f"{addresses or 'no'} email address{'es' if addresses > 1 else ''}"
    words = f"{said}, and {some}."
    return f"{words} The list that is in use has {used:,}." if used else words


def _count(desk: DeskRequest, found: MemberList) -> None:
    """
    Store the hashes of a list, and then put it in use.

    Raises:
        Conflict: if another one was uploaded meanwhile.

    """
    services, now = desk.services, desk.now
    before = services.store.roster()
    number = roster.next_number(before, now)
    listed = roster.list_entries(
        found.members, number=number, hashed=services.links.hashed, now=now
    )
    services.store.put_list_entries(listed, pause=services.pause)
    members, lapsed = roster.count_members(found.members)
    head = Roster(
        number=number,
        at=now,
        by=desk.address,
        members=members,
        lapsed=lapsed,
        unread=len(found.unread),
        revision=before.revision + 1 if before else 1,
    )
    words = f"{members} on it, {lapsed} of them lapsed; rows not read: {head.unread}"
    desk.commit(Change(puts=(head,)), Action.PUT_ROSTER, words=words)
    log.record("member list put in", request=desk.request.id, count=members)


def _refused(
    desk: DeskRequest,
    pasted: str,
    refusals: dict[str, str],
    *,
    status: int = AnswersRefused.status,
    first: Sequence[Member] = (),
    from_file: bool = False,
) -> http.Response:
    """
    Show the form again, with what is wrong and, if it is not too long, what was pasted.

    Args:
        desk: the coordinator's request.
        pasted: the pasted text.
        refusals: what is wrong, by the fields of the form.
        status: the HTTP status.
        first: the first members, who show what was read from the list.
        from_file: whether the list came from a file.

    """
    log.record("request refused", request=desk.request.id, questions=sorted(refusals))
    given = pasted if len(pasted) <= MAX_GIVEN_BACK else ""
    head = desk.services.store.roster()
    return _page(
        desk,
        head,
        status=status,
        pasted=given,
        refusals=refusals,
        first=first,
        again=FILE if from_file else PASTED if given != pasted else "",
    )


def _page(
    desk: DeskRequest,
    head: Roster | None,
    *,
    status: int = 200,
    pasted: str = "",
    refusals: dict[str, str] | None = None,
    first: Sequence[Member] = (),
    again: str = "",
) -> http.Response:
    counts = head is not None and head.counts(desk.now)
    checked, more = _checked(desk, head) if counts else ([], False)
    return desk.page(
        "roster",
        status=status,
        head=head,
        revision=revision_of(head),
        counts=counts,
        put=bool(desk.request.query(PUT)) and counts,
        unread=_rows(desk.request.query(UNREAD)),
        in_part=_rows(desk.request.query(IN_PART)),
        checked=checked,
        more=more,
        most=MAX_SHOWN,
        pasted=pasted,
        refusals=refusals or {},
        first=first,
        again=again,
        megabytes=MEGABYTES,
        most_rows=member_list.MAX_ROWS,
    )


def _checked(
    desk: DeskRequest, head: Roster | None
) -> tuple[list[tuple[RosterResult, list[ShownApplication]]], bool]:
    """
    Return the mentees who wait, by what the list says, and whether there are more.

    A coordinator who is one of them, or knows one of them, does not read it of that one.
    """
    services, now = desk.services, desk.now
    found = services.store.queries.longest(Role.MENTEE, now=now, limit=MAX_SHOWN + 1)
    waiting = [each for each in found[:MAX_SHOWN] if not desk.relation(each)]
    results = roster.check(
        waiting,
        roster=head,
        look_up=lambda ids: services.store.list_entries(ids, now=now),
        hashed=services.links.hashed,
        now=now,
    )
    grouped = [
        (result, [desk.shown(each) for each in waiting if results[each.id] is result])
        for result in ORDER
    ]
    return [(result, some) for result, some in grouped if some], len(found) > MAX_SHOWN


def _rows(given: str) -> str:
    """Return row numbers for people to read, or "" if those were not given."""
    if not RANGES.fullmatch(given):
        return ""
    return given.replace("-", "–").replace(",more", " and more").replace(",", ", ")


ROUTES = {("GET", PATH): show, ("POST", PATH): put_in}
