"""
Proposing tonight's matches: every email once more, and then sending them.

Pairs that can't be proposed any more stay on the page, on top and no longer ticked, with the
reason; the others are sent. Pressing the button again sends nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mentorship.desk.batch import BUSY, GONE, Batch, Look
from mentorship.desk.chosen import CHOSEN, chosen
from mentorship.desk.evening import BETWEEN, FIELDS, evening
from mentorship.desk.guard import DeskRequest
from mentorship.desk.pairs import ANOTHER, CONFLICT, propose_path
from mentorship.desk.proposals import Sheet
from mentorship.desk.seen import MATCHES, TONIGHT
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Role
from mentorship.matches.rules import MEMBER
from mentorship.matches.suitability import Strength, shared_points
from mentorship.problems import Busy
from mentorship.web import http
from mentorship.web.body import fields

SHOW, SEND = f"{TONIGHT}/propose", f"{TONIGHT}/send"
# What tonight's page is to show again, and what is ticked there beyond the pairs of this page, as
# the query of an address, in one field.
EVENING = "evening"
# How many pairs a page takes: they are sent in time, and the longest lines fit in what is sent.
MOST = 40


@dataclass(frozen=True, kw_only=True)
class Row:
    """
    A pair as the page shows it.

    Attributes:
        value: both references, and the revisions at which the two are shown.
        name: both references, as the names of fields have them.
        references: both references, the mentor's first.
        mentee, mentor: their names, "" if one of them can't be found.
        strength: how much they share, as a word, "" if that isn't known.
        reason: why it isn't sent.
        sheet: what can be typed and ticked; none if it can't be proposed.
        is_ticked: whether it is to be proposed.
        path: of their match or, if there is none, of the page that proposes these two alone; "" if
            that is not for the coordinator.
        has_match: whether the path is of their match.
        is_called: whether the mentor is called, and gets no email.
        unsent: the line that was typed and can't be sent any more.

    """

    value: str
    name: str
    references: Sequence[str]
    mentee: str
    mentor: str
    strength: str
    reason: str
    sheet: Sheet | None
    is_ticked: bool
    path: str
    has_match: bool
    is_called: bool
    unsent: str


def show(desk: DeskRequest) -> http.Response:
    """Show every email of the pairs that were ticked; nothing is sent."""
    sent = _sent(desk)
    batch, pairs = Batch(desk, evening(desk), is_sent=False), chosen(sent)
    return _page(batch, batch.looks(pairs[:MOST]), sent, is_refused=not pairs)


def send(desk: DeskRequest) -> http.Response:
    """Propose the pairs that are ticked; those that can't be are shown with the reason."""
    sent = _sent(desk)
    batch, pairs = Batch(desk, evening(desk), is_sent=True), chosen(sent)
    looks = batch.looks(pairs[:MOST])
    is_refused = any(each.refusals for each in looks) or not any(each.is_ticked for each in pairs)
    return _page(batch, looks if is_refused else batch.send(looks), sent, is_refused=is_refused)


def _sent(desk: DeskRequest) -> Mapping[str, Sequence[str]]:
    return desk.request.fields(http.MAX_OF_MANY)[0]


def _page(
    batch: Batch, looks: Sequence[Look], sent: Mapping[str, Sequence[str]], *, is_refused: bool
) -> http.Response:
    desk = batch.desk
    kept, beyond = _evening(sent)
    not_done = [each for each in looks if not each.is_done]
    rows = [_row(each, batch, told=is_refused) for each in not_done]
    rows.sort(key=lambda each: not each.reason)
    done = [_row(each, batch) for each in looks if each.is_done]
    ready = [each for each in rows if each.is_ticked]
    left = [each for each in rows if each.reason]
    refusals: dict[str, str] = {}
    for each in ready:
        refusals |= each.sheet.refusals if each.sheet else {}
    members = _members(rows)
    apart = {f"tick-{MEMBER}:{name}" for name in members}
    if apart & refusals.keys():
        others = {key: words for key, words in refusals.items() if key not in apart}
        refusals = {f"tick-{MEMBER}": f"Check {len(members)} memberships.", **others}
    is_nothing = is_refused and not ready
    status = 200
    if is_refused:
        status = AnswersRefused.status
    elif any(each.reason == BUSY for each in rows):
        status = Busy.status
    elif batch.is_sent and any(each.chosen.is_ticked for each in not_done):
        status = CONFLICT
    return desk.page(
        "confirm",
        status=status,
        rows=rows,
        can=[each for each in rows if each.sheet],
        left=left,
        sent=done,
        # One box makes one for each: else nobody can tell what is sent.
        has_boxes=any(each.sheet and not each.is_ticked for each in rows),
        emails=sum(not each.is_called for each in ready),
        emails_sent=sum(not each.is_called for each in done),
        refusals=refusals,
        # Without a member list it is to be checked for each: one tick is for all.
        member=MEMBER,
        members=list(members.values()),
        members_ticked=all(
            MEMBER in row.sheet.written.ticked for row in rows if row.sheet and row.name in members
        ),
        is_sent=batch.is_sent,
        is_nothing=is_nothing,
        is_wrong=bool(is_nothing or refusals or (batch.is_sent and left)),
        needs_name=not desk.viewer.reads_notes,
        show=sent.get("do") == ["show"],
        beyond=len(beyond),
        most=MOST,
        evening=[*kept, *beyond],
        back=[*kept, *((CHOSEN, each.chosen.name) for each in not_done), *beyond],
    )


def _members(rows: Sequence[Row]) -> dict[str, str]:
    """Return whose membership is to be checked, a sentence for each pair; none for only one."""
    found = {
        row.name: each.sentence
        for row in rows
        if row.sheet
        for each in row.sheet.checks.ticks
        if each.key == MEMBER
    }
    return found if len(found) > 1 else {}


def _evening(
    sent: Mapping[str, Sequence[str]],
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the fields with which tonight's page shows the same, and its ticks beyond these."""
    given = fields(sent[EVENING][0]) if EVENING in sent else {}
    kept = given or sent
    pairs = chosen(sent)
    further = dict.fromkeys(each.name for each in (*pairs[MOST:], *chosen(given)))
    for each in pairs[:MOST]:
        further.pop(each.name, None)
    return (
        [(name, text) for name in FIELDS for text in kept.get(name, ()) if text],
        [(CHOSEN, each) for each in further],
    )


def _row(look: Look, batch: Batch, *, told: bool = False) -> Row:
    """Return a pair as the page shows it; what is missing is said if it was *told* to be sent."""
    desk, both = batch.desk, look.both
    names = {role: desk.shown(each).name for role, each in both.items()}
    one, other = (
        batch.evening.profile(both[role].id) if both else None
        for role in (Role.MENTOR, Role.MENTEE)
    )
    path = f"{MATCHES}/{look.match.id}" if look.match else ""
    if both and not path and look.reason not in (ANOTHER, BUSY, GONE):
        path = propose_path(both)
    return Row(
        value=BETWEEN.join([look.chosen.name, *map(str, batch.revisions(look))]),
        name=look.chosen.name,
        references=look.chosen.name.split(BETWEEN),
        mentee=names.get(Role.MENTEE, ""),
        mentor=names.get(Role.MENTOR, ""),
        strength=Strength.of(shared_points(one, other)) if one and other else "",
        reason=look.reason,
        sheet=look.proposal.sheet(desk, sent=told and look.is_ticked) if look.proposal else None,
        is_ticked=look.is_ticked,
        path=path,
        has_match=look.match is not None,
        is_called=bool(both) and both[Role.MENTOR].by_phone_only,
        unsent=look.unsent,
    )


ROUTES = {("POST", SHOW): show, ("POST", SEND): send}
