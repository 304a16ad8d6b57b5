"""
Proposing tonight's matches: every email once more, and then sending them.

Pairs that can't be proposed any more stay on the page, on top and no longer ticked, with the
reason; the others are sent. Pressing the button again sends nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mentorship.desk.batch import ANOTHER, GONE, TICKED, Batch, Look, chosen
from mentorship.desk.evening import BETWEEN, FIELDS, evening
from mentorship.desk.guard import DeskRequest
from mentorship.desk.pairs import CONFLICT
from mentorship.desk.proposals import Sheet
from mentorship.desk.seen import MATCHES
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Role
from mentorship.matches.suitability import Strength, shared_points
from mentorship.web import http
from mentorship.web.body import fields

TONIGHT = f"{MATCHES}/tonight"
SHOW, SEND = f"{TONIGHT}/{TICKED}", f"{TONIGHT}/send"
# What tonight's page is to show again, as the query of its address, in one field.
EVENING = "evening"
# How many pairs a page takes: their lines fit in a form, and they are sent in time.
MOST = 40


@dataclass(frozen=True, kw_only=True)
class Row:
    """
    A pair as the page shows it.

    Attributes:
        value: both references, and the revisions at which the two are shown.
        name: both references.
        mentee, mentor: their names, "" if one of them can't be found.
        strength: how much they share, as a word, "" if that isn't known.
        reason: why it isn't sent.
        sheet: what can be typed and ticked; none if it can't be proposed.
        is_ticked: whether it is to be proposed.
        path: of their match or, if there is none, of the page that proposes these two alone; "" if
            that is not for the coordinator.
        is_called: whether the mentor is called, and gets no email.

    """

    value: str
    name: str
    mentee: str
    mentor: str
    strength: str
    reason: str
    sheet: Sheet | None
    is_ticked: bool
    path: str
    is_called: bool


def show(desk: DeskRequest) -> http.Response:
    """Show every email of the pairs that were ticked; nothing is sent."""
    pairs = chosen(desk.request.fields()[0])
    batch = Batch(desk, evening(desk), is_sent=False)
    status = 200 if pairs else AnswersRefused.status
    return _page(batch, batch.looks(pairs[:MOST]), left_out=len(pairs[MOST:]), status=status)


def send(desk: DeskRequest) -> http.Response:
    """Propose the pairs that are ticked; those that can't be are shown with the reason."""
    pairs = chosen(desk.request.fields()[0])
    batch = Batch(desk, evening(desk), is_sent=True)
    looks = batch.looks(pairs[:MOST])
    if any(each.refusals for each in looks) or not any(each.is_ticked for each in pairs):
        return _page(batch, looks, status=AnswersRefused.status)
    looks = [batch.send(each) if each.is_ready else each for each in looks]
    is_left = any(each.chosen.is_ticked and not each.is_done for each in looks)
    return _page(batch, looks, status=CONFLICT if is_left else 200)


def _page(
    batch: Batch, looks: Sequence[Look], *, left_out: int = 0, status: int = 200
) -> http.Response:
    desk = batch.desk
    sent, _ = desk.request.fields()
    refused = status == AnswersRefused.status
    rows = [_row(each, batch, told=refused) for each in looks if not each.is_done]
    rows.sort(key=lambda each: not each.reason)
    ready = [each for each in rows if each.is_ticked]
    refusals: dict[str, str] = {}
    for each in ready:
        refusals |= each.sheet.refusals if each.sheet else {}
    kept = _evening(sent)
    left = [(TICKED, each.chosen.name) for each in looks if not each.is_done]
    return desk.page(
        "confirm",
        status=status,
        rows=rows,
        ready=ready,
        sent=[_row(each, batch) for each in looks if each.is_done],
        # One box makes one for each: else nobody can tell what is sent.
        has_boxes=any(each.sheet and not each.is_ticked for each in rows),
        emails=sum(not each.is_called for each in ready),
        refusals=refusals,
        is_sent=batch.is_sent,
        nothing=refused and not ready,
        needs_name=not desk.viewer.reads_notes,
        show=sent.get("do") == ["show"],
        left_out=left_out,
        most=MOST,
        evening=kept,
        back=[*kept, *left],
    )


def _evening(sent: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the fields with which tonight's page shows the same again."""
    given = fields(sent[EVENING][0]) if EVENING in sent else sent
    return [(name, text) for name in FIELDS for text in given.get(name, ()) if text]


def _row(look: Look, batch: Batch, *, told: bool = False) -> Row:
    """Return a pair as the page shows it; what is missing is said if it was *told* to be sent."""
    desk, both = batch.desk, look.both
    names = {role: desk.shown(each).name for role, each in both.items()}
    one, other = (
        batch.evening.profile(both[role].id) if both else None
        for role in (Role.MENTOR, Role.MENTEE)
    )
    is_ticked = look.chosen.is_ticked and not look.reason
    path = f"{MATCHES}/{look.match.id}" if look.match else ""
    if both and not path and look.reason not in (ANOTHER, GONE):
        path = f"/desk/propose?mentor={both[Role.MENTOR].id}&mentee={both[Role.MENTEE].id}"
    return Row(
        value=BETWEEN.join([look.chosen.name, *(f"{each.revision}" for each in both.values())]),
        name=look.chosen.name,
        mentee=names.get(Role.MENTEE, ""),
        mentor=names.get(Role.MENTOR, ""),
        strength=Strength.of(shared_points(one, other)) if one and other else "",
        reason=look.reason,
        sheet=look.proposal.sheet(desk, sent=told and is_ticked) if look.proposal else None,
        is_ticked=is_ticked,
        path=path,
        is_called=bool(both) and both[Role.MENTOR].by_phone_only,
    )


ROUTES = {("POST", SHOW): show, ("POST", SEND): send}
