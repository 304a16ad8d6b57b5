"""
The member list: put in as a file or pasted, and what it says of the mentees who wait.

Nothing of the list is kept but keyed hashes. Those are written first, and what makes them count at
last: a list that was put in by half says of nobody that they have lapsed.
"""

import re
from collections.abc import Sequence

from mentorship import journal, memberlist, roster, web
from mentorship.application import Application, Change, Overtaken, Status
from mentorship.desk.guard import AtDesk
from mentorship.memberlist import MemberList
from mentorship.problems import AnswersRefused
from mentorship.questions import Role
from mentorship.roster import Result, Roster
from mentorship.session import Did
from mentorship.table import Unreadable, decoded

PATH = "/desk/roster"
# The fields of the form, and what the address of the page says of the rows that were not read.
PASTED, FILE = "list", "file"
PUT, UNREAD, IN_PART = "put", "unread", "part"
MEGABYTES = 4
MOST_BYTES = MEGABYTES * 1024 * 1024
# A longer text is not given back with a refusal; its writer has it, and an answer has an end.
MOST_GIVEN_BACK = 200_000
MOST_SHOWN = 500
CONFLICT = 409
# Whom there is something to be done about comes first.
ORDER = (Result.NO_MATCH, Result.LAPSED, Result.BY_NAME, Result.BY_ADDRESS)
# Row numbers as the page's address has them: 4,17-20,more.
MOST_RANGES = 50
RANGES = re.compile(r"\d{1,6}(-\d{1,6})?(,\d{1,6}(-\d{1,6})?)*(,more)?")


def show(desk: AtDesk) -> web.Response:
    """Show which list counts, and what it says of those who wait."""
    return _page(desk, desk.services.store.roster())


def put_in(desk: AtDesk) -> web.Response:
    """Take a list in the place of the one before."""
    texts, files = desk.request.uploaded(MOST_BYTES)
    pasted, file = "\n".join(texts.get(PASTED, [])), files.get(FILE, b"")
    if pasted.strip() and file:
        return _refused(desk, pasted, {FILE: "Either paste the list or choose a file, not both"})
    field = FILE if file else PASTED
    try:
        text = decoded(file) if file else pasted
        if not text.strip():
            raise Unreadable("Paste the list here, or choose a file below")
        found = memberlist.read(text, today=desk.today)
    except Unreadable as refusal:
        return _refused(desk, pasted, {field: str(refusal)})
    try:
        _count(desk, found)
    except Overtaken:
        words = (
            "Somebody else has put in a list at this moment. If it is not this one, send it again"
        )
        return _refused(desk, pasted, {field: words}, status=CONFLICT)
    told = {PUT: "yes", UNREAD: ranges(found.unread), IN_PART: ranges(found.in_part)}
    return web.see(f"{PATH}?{'&'.join(f'{name}={text}' for name, text in told.items() if text)}")


def ranges(numbers: Sequence[int]) -> str:
    """Return row numbers in short, as 4,17-20; of very many the first only."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    parts = [str(one) if one == last else f"{one}-{last}" for one, last in found[:MOST_RANGES]]
    return ",".join(parts + ["more"] * (len(found) > MOST_RANGES))


def _count(desk: AtDesk, found: MemberList) -> None:
    """
    Store what is kept of a list, and then that it counts.

    Raises:
        Overtaken: if another one was put in meanwhile.

    """
    services, now = desk.services, desk.now
    before = services.store.roster()
    number = roster.number_after(before, now)
    listed = roster.entries(found.members, number=number, hashed=services.links.hashed, now=now)
    services.store.put_listed(listed, pause=services.pause)
    members, lapsed = roster.counted(found.members)
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
    desk.commit(Change(puts=(head,)), Did.PUT_ROSTER, words=words)
    journal.record("member list put in", request=desk.request.id, count=members)


def _refused(
    desk: AtDesk, pasted: str, refusals: dict[str, str], *, status: int = AnswersRefused.status
) -> web.Response:
    """Show the form again, with what is wrong and, if it is not too much, what was pasted."""
    journal.record("request refused", request=desk.request.id, questions=sorted(refusals))
    given = pasted if len(pasted) <= MOST_GIVEN_BACK else ""
    head = desk.services.store.roster()
    return _page(desk, head, status=status, pasted=given, refusals=refusals)


def _page(
    desk: AtDesk,
    head: Roster | None,
    *,
    status: int = 200,
    pasted: str = "",
    refusals: dict[str, str] | None = None,
) -> web.Response:
    counts = head is not None and head.counts(desk.now)
    checked, more = _checked(desk, head) if counts else ([], False)
    return desk.page(
        "roster",
        status=status,
        head=head,
        counts=counts,
        put=bool(desk.request.query(PUT)) and counts,
        unread=_rows(desk.request.query(UNREAD)),
        in_part=_rows(desk.request.query(IN_PART)),
        checked=checked,
        more=more,
        most=MOST_SHOWN,
        pasted=pasted,
        refusals=refusals or {},
        megabytes=MEGABYTES,
        most_rows=memberlist.MOST_ROWS,
    )


def _checked(
    desk: AtDesk, head: Roster | None
) -> tuple[list[tuple[Result, list[Application]]], bool]:
    """Return the mentees who wait, by what the list says of them, and whether there are more."""
    services, now = desk.services, desk.now
    page = services.store.waiting_page(Role.MENTEE, Status.WAITING, now=now, limit=MOST_SHOWN)
    results = roster.checked(
        page.applications,
        roster=head,
        look_up=lambda ids: services.store.listed(ids, now=now),
        hashed=services.links.hashed,
        now=now,
    )
    grouped = [
        (result, [each for each in page.applications if results[each.id] is result])
        for result in ORDER
    ]
    return [(result, some) for result, some in grouped if some], bool(page.after)


def _rows(given: str) -> str:
    """Return row numbers for people to read, or "" if that is not what was given."""
    if not RANGES.fullmatch(given):
        return ""
    return given.replace("-", "–").replace(",more", " and more").replace(",", ", ")


ROUTES = {("GET", PATH): show, ("POST", PATH): put_in}
