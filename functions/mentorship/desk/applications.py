"""
The applications: listed in waiting order, filtered by their answers, and looked up.

A page reads only its own rows, so that it costs the same no matter how many people wait. Filters by
answers look only at those who have waited longest.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from mentorship.addresses import phone_key, typed_address
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.archive import forgetting
from mentorship.desk.guard import DeskRequest
from mentorship.desk.rows import Row, rows_of
from mentorship.exports.query import ROLES, statuses
from mentorship.form import wishes
from mentorship.form.choices import Choosing
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Question, Role
from mentorship.form.texts import Text
from mentorship.services import ID
from mentorship.store import keys
from mentorship.store.letter_queries import PAGE
from mentorship.web import http

One = TypeVar("One", bound=StrEnum)

# How many of those who have waited longest the filters look at.
MAX_READ = 500
# A sort key as the link to the next page has it; DynamoDB refuses a longer one.
PLACE = re.compile(r"[0-9TZ:.\-]{10,30}#[0-9a-z]{1,40}")
# Letters that people may hear or read in place of the digits of a reference.
AS_HEARD = str.maketrans("oil", "011")
REFERENCE = re.compile(r"[0-9a-hjkmnp-tv-z]{8}")
ADDRESS = re.compile(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+")
NUMBER = re.compile(r"[\d\s()+./\-–]{7,}")
# The length of what is typed to look someone up: no address or name is longer.
MAX_SOUGHT = 254
FEWEST_LETTERS = 2
SOUGHT, FOUND = "look_up", "found"
LIST, LOOK_UP = "/desk/applications", "/desk/look-up"


@dataclass(frozen=True)
class Asked:
    """
    What a page of the list should show.

    Attributes:
        role, status: of which applications.
        area: the code of an area of radiology that is among their answers, or "" for any.
        after: the sort key at which the page before ended, or "".
        refine: what else must be among their answers, by the questions' names.

    """

    role: Role = Role.MENTEE
    status: Status = Status.WAITING
    area: str = ""
    after: str = ""
    refine: Mapping[str, str] = field(default_factory=dict)

    @property
    def basics(self) -> dict[str, str]:
        """The query parameters of a page or an export, without the other filters."""
        return {"role": self.role.value, "status": self.status.value, "area": self.area}

    @property
    def sought(self) -> dict[str, str]:
        """What is searched for in the answers, by the questions' names."""
        return {**self.refine, **({wishes.AREAS.name: self.area} if self.area else {})}


def show(desk: DeskRequest) -> http.Response:
    """Show the waiting list, the longest waiting first."""
    asked = _asked(desk)
    if asked.sought:
        found, read, after = _looked_through(asked, desk)
        return _page(desk, asked, rows=rows_of(found, desk), read=read, after=after)
    page = desk.services.store.queries.waiting_page(
        asked.role, asked.status, now=desk.now, after=asked.after
    )
    return _page(desk, asked, rows=rows_of(page.applications, desk), after=page.after)


def look_up(desk: DeskRequest) -> http.Response:
    """
    Redirect to the applications whose reference, address or beginning of a name was typed.

    The address of that page has their ids only, so that what was typed is in no browser's history,
    and no form is sent again when someone goes back to the page.
    """
    given, _ = desk.request.fields()
    sought = " ".join(" ".join(given.get(SOUGHT, [])).split())
    if refusal := _refusal(sought):
        return _page(desk, Asked(), sought=sought, refusal=refusal, status=AnswersRefused.status)
    matching = [each for each in _matching(sought, desk) if desk.is_found(each)]
    if found := matching[:PAGE]:
        return http.redirect(f"{LOOK_UP}?{FOUND}={'.'.join(each.id for each in found)}")
    return _page(desk, Asked(), sought=sought)


def show_found(desk: DeskRequest) -> http.Response:
    """Show the applications that were looked up."""
    ids = [each for each in desk.request.query(FOUND).split(".") if ID.fullmatch(each)]
    found = desk.services.store.queries.by_ids(ids[:PAGE], now=desk.now)
    found = [each for each in found if desk.is_found(each)]
    if not found:
        return http.redirect(LIST)
    return _page(desk, Asked(), sought="", rows=rows_of(found, desk), most=len(found) >= PAGE)


def _asked(desk: DeskRequest) -> Asked:
    """Return what is asked for; what is not understood is ignored."""
    told = desk.request.query
    role = _one(Role, told("role"), Role.MENTEE)
    status = _one(Status, told("status"), Status.WAITING)
    offered = [option.code for option in wishes.AREAS.for_role(role).options]
    refine = {
        question.name: words
        for question in _refining(role, desk)
        if (words := _taken(question, told(question.name)))
    }
    return Asked(
        role,
        status if status.traits.is_listed else Status.WAITING,
        told("area") if told("area") in offered else "",
        told("after") if PLACE.fullmatch(told("after")) else "",
        refine,
    )


def _one(kind: type[One], text: str, otherwise: One) -> One:
    return next((each for each in kind if each.value == text), otherwise)


def _refining(role: Role, desk: DeskRequest) -> list[Question]:
    """Return the questions that filter a list: those with options or suggestions."""

    def refines(question: Question) -> bool:
        if isinstance(question, Text):
            return question.suggestions != ""
        return isinstance(question, Choosing) and question.name != wishes.AREAS.name

    return [each for each in desk.renderer.forms[role].questions() if refines(each)]


def _taken(question: Question, text: str) -> str:
    """Return what is searched for in the answers to a question, or "" for nothing."""
    if isinstance(question, Choosing):
        return text if text in [option.code for option in question.options] else ""
    return " ".join(text.split())[:MAX_SOUGHT]


def _looked_through(asked: Asked, desk: DeskRequest) -> tuple[list[Application], int, str]:
    """Return the matches, how many were read, and the sort key after which none were read."""
    page = desk.services.store.queries.waiting_page(
        asked.role, asked.status, now=desk.now, after=asked.after, limit=MAX_READ
    )
    wanted = [
        (question, asked.sought[question.name])
        for question in desk.renderer.forms[asked.role].questions()
        if question.name in asked.sought
    ]
    found = [
        each
        for each in page.applications
        if all(_answered(question, words, each) for question, words in wanted)
    ]
    return found, len(page.applications), page.after


def _answered(question: Question, words: str, application: Application) -> bool:
    """Tell whether an answer has an option, or some words among others."""
    answer = application.answers.get(question.name)
    if isinstance(question, Choosing):
        return words in answer if isinstance(answer, list) else words == answer
    return keys.search_key(words) in keys.search_key(str(answer or ""))


def _refusal(sought: str) -> str:
    """Return what to type instead, or "" if someone can be looked up by it."""
    if len(sought) > MAX_SOUGHT:
        return f"Enter {MAX_SOUGHT} characters or fewer"
    folded = keys.search_key(sought)
    # One character of a script without an alphabet can be a name.
    if not folded or (len(folded) < FEWEST_LETTERS and folded.isascii()):
        return "Enter a reference, an email address, or at least two letters of a name"
    return ""


def _matching(sought: str, desk: DeskRequest) -> Sequence[Application]:
    """
    Return the applications that are meant; a name may look like a reference: it comes last.

    A phone number finds someone who is known by nothing else.
    """
    store, now = desk.services.store, desk.now
    if address := ADDRESS.search(typed_address(sought)):
        return forgetting.find_by_keys(address[0], desk.services).applications
    if NUMBER.fullmatch(sought):
        found = forgetting.find_by_keys(phone_key(sought), desk.services).applications
        if found:
            return found
    code = re.sub(r"[\s\-–—]", "", sought).lower().translate(AS_HEARD)
    if REFERENCE.fullmatch(code):
        of_reference = store.queries.by_reference(f"{code[:4]}-{code[4:]}".upper(), now=now)
        if of_reference:
            return of_reference
    # "Example, Robin" or "Robin Example, MD".
    return store.queries.by_name(sought.replace(",", " "), now=now) or store.queries.by_name(
        sought, now=now
    )


def _page(
    desk: DeskRequest,
    asked: Asked,
    *,
    rows: Sequence[Row] = (),
    after: str = "",
    read: int = 0,
    sought: str | None = None,
    refusal: str = "",
    most: bool = False,
    status: int = 200,
) -> http.Response:
    """
    Return the page of the list.

    Args:
        desk: the coordinator's request.
        asked: what is listed.
        rows: what was found.
        after: the sort key after which the next page begins, "" for none.
        read: how many applications a filter looked at.
        sought: what was looked up, if anything was.
        refusal: why that cannot be looked up.
        most: whether there may be more with that name.
        status: the HTTP status.

    """
    return desk.page(
        "applications",
        status=status,
        asked=asked,
        rows=rows,
        after=after,
        read=read,
        sought=sought,
        refusal=refusal,
        most=most,
        roles=ROLES,
        statuses=statuses(),
        areas=wishes.AREAS.for_role(asked.role).options,
        area=wishes.AREAS.label_of(asked.area) if asked.area else "",
        refining=_refining(asked.role, desk),
        page_size=MAX_READ if asked.sought else PAGE,
    )


ROUTES = {
    ("GET", LIST): show,
    ("GET", LOOK_UP): show_found,
    ("POST", LOOK_UP): look_up,
}
