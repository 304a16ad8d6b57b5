"""
What a coordinator should follow up on, in groups of rows, as Today shows it.

A group is made by a function from the request. One that has no rows isn't shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from mentorship.applications.keeping import WARNED_BEFORE
from mentorship.applications.on_hold import groups
from mentorship.applications.status import Status
from mentorship.desk.guard import DeskRequest
from mentorship.desk.letters import lost_letters
from mentorship.desk.rows import FRESH, MAX_COUNTED, in_words, leaving, some
from mentorship.form.question import Role
from mentorship.letters.letter import Letter, State
from mentorship.program.arrangements import ASKED_BEFORE
from mentorship.rendering import day

REPLY_SOON = timedelta(days=7)
MAX_LETTERS = 5


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """
    A row: whom or what it is about, and one thing to do.

    Attributes:
        names: of the people, or what else it is about; none of them is broken over two lines.
        path: where the row leads.
        line: one short line that says what is the matter.
        verb: what the button says.
        at: where the button leads, "" for where the row does.
        fields: `None` for a link; else the button sends these fields by POST.
        about: what a screen reader adds to the verb, "" for the names.

    """

    names: tuple[str, ...]
    path: str
    line: str
    verb: str
    at: str = ""
    fields: Mapping[str, str] | None = None
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows of one kind: their label, and the count beside it, "" for the number of rows."""

    label: str
    rows: Sequence[FollowUp]
    count: str = ""


def lost(desk: DeskRequest) -> Group:
    """Return the emails that reached no one."""
    return Group(
        label="Emails that failed",
        rows=[
            FollowUp(
                names=(name or "An email to coordinators",),
                path=f"/desk/applications/{letter.listed_with}"
                if letter.listed_with
                else "/desk/handover",
                line=f"“{letter.kind.traits.title}” {_fate(letter)}. Written "
                f"{day(desk.services.program.local(letter.created_at))}.",
                verb="Open",
                about=f"{letter.kind.traits.title}, {name}" if name else letter.kind.traits.title,
            )
            for letter, name in lost_letters(desk, limit=MAX_LETTERS)
        ],
    )


def _fate(letter: Letter) -> str:
    return {
        State.RETURNED: "came back",
        State.HELD: "is on hold because it came with a restored backup",
    }.get(letter.state, "could not be sent")


def on_hold(desk: DeskRequest) -> Group:
    """Return what is on hold: crowds from one network, and the rest."""
    newest_first = desk.services.store.queries.applications(
        roles=Role, statuses=Status.those("is_held"), since=None, until=None, now=desk.now
    )
    found = groups(islice(newest_first, MAX_COUNTED + 1))
    rows = [
        FollowUp(
            names=(f"{some(len(each.applications), 'application')} from one network",),
            path=f"/desk/on-hold#{each.name}",
            line="They may well be people at one hospital or conference.",
            verb="Review",
        )
        for each in found
        if each.is_crowd
    ]
    if others := sum(len(each.applications) for each in found if not each.is_crowd):
        row = FollowUp(
            names=(some(others, "application"),),
            path="/desk/on-hold",
            line="It may be spam. Please check." if others == 1 else "Maybe spam. Please check.",
            verb="Review",
        )
        rows.append(row)
    many = sum(len(each.applications) for each in found)
    return Group(label="On hold", rows=rows, count=in_words(many, most=MAX_COUNTED))


def reply_date(desk: DeskRequest) -> Group:
    """Return the reply date, if it is near or over."""
    rows, reply_by = list[FollowUp](), desk.arrangements.reply_by
    if reply_by and reply_by < desk.today:
        row = FollowUp(
            names=(f"{day(reply_by)} is over",),
            path="/desk/settings/reply",
            line="New applicants aren’t told a date.",
            verb="Change",
            about="the reply date",
        )
        rows.append(row)
    elif reply_by and reply_by <= desk.today + REPLY_SOON:
        row = FollowUp(
            names=(day(reply_by),),
            path=f"/desk/applications?role={Role.MENTEE}&status={Status.WAITING}",
            line="Mentees who are still waiting that day get an email that says so.",
            verb="Open",
            about="the waiting list",
        )
        rows.append(row)
    return Group(label="Reply date", rows=rows)


def coordinators(desk: DeskRequest) -> Group:
    """Return the coordinators whose terms end, and whether none gets the program's mail."""
    active = desk.arrangements.active(desk.today)
    rows = [
        FollowUp(
            names=(each.name or each.address,),
            path="/desk/settings/coordinators",
            line=f"Their term ends on {day(each.until)}.",
            verb="Renew",
        )
        for each in active
        if each.until <= desk.today + ASKED_BEFORE
    ]
    if not [each for each in active if each.mailed]:
        row = FollowUp(
            names=("No coordinator gets the program’s mail",),
            path="/desk/settings/coordinators",
            line=f"For now, {desk.services.program.contact} gets it.",
            verb="Change",
            about="who gets the program’s mail",
        )
        rows.insert(0, row)
    return Group(label="Coordinators", rows=rows)


def ending(desk: DeskRequest) -> Group:
    """Return the applications that will be deleted soon."""
    found, rows = leaving(desk, most=MAX_COUNTED), list[FollowUp]()
    if found:
        first = found[0].kept_until or desk.now
        row = FollowUp(
            names=(some(len(found), "application"),),
            path="/desk/leaving",
            line=f"The first on {day(desk.services.program.local(first))}. Call those who have no "
            "working email address.",
            verb="Open",
        )
        rows.append(row)
    return Group(
        label=f"Deleted within {WARNED_BEFORE.days} days",
        rows=rows,
        count=in_words(len(found), most=MAX_COUNTED),
    )


def not_agreed(desk: DeskRequest) -> Group:
    """Return the people who were entered at the desk and haven't agreed yet."""
    rows, total = list[FollowUp](), 0
    for role in Role:
        number = desk.services.store.queries.count(
            role, Status.those("awaits_agreement"), now=desk.now, most=MAX_COUNTED + 1
        )
        total += number
        if number:
            row = FollowUp(
                names=(some(number, role.value),),
                path=f"/desk/applications?role={role}&status={Status.INVITED}",
                line="Entered at the desk. A word from you may help.",
                verb="Open",
                about=f"{role}s who haven’t agreed yet",
            )
            rows.append(row)
    return Group(label="Haven’t agreed yet", rows=rows, count=in_words(total, most=MAX_COUNTED))


def member_list(desk: DeskRequest) -> Group:
    """Return the member list, if it is old, or if there is none and there are mentees."""
    roster, queries = desk.services.store.roster(), desk.services.store.queries
    if roster:
        is_needed = desk.now - roster.at > FRESH
    else:
        is_needed = queries.count(Role.MENTEE, Status.those("is_open"), now=desk.now, most=1) > 0
    row = FollowUp(
        names=(f"Dated {day(desk.services.program.local(roster.at))}" if roster else "None yet",),
        path="/desk/roster",
        line="Ask the office for a new one." if roster else "Ask the office for one.",
        verb="Update" if roster else "Add",
        about="the member list",
    )
    return Group(label="Member list", rows=[row] if is_needed else [])
