"""
Matches tonight: the best matches of everyone who waits, and what a coordinator wants otherwise.

Nothing is stored. What is ticked stands in the address, so that *Back*, bookmarks and two
coordinators at once all work; nothing goes to anyone from here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from mentorship.desk.answers import ANSWERS, answer
from mentorship.desk.evening import FIELDS, Evening, as_field, evening
from mentorship.desk.guard import DeskRequest
from mentorship.desk.pairs import Checks, propose_path, two_named
from mentorship.desk.seen import TONIGHT
from mentorship.desk.tonight_fields import ALL_FIELDS, MOST_ASKED, TICKED, asked, kept, sent
from mentorship.desk.tonight_parts import (
    Box,
    Person,
    Row,
    by_points,
    warnings,
)
from mentorship.desk.tonight_rows import Rows, questions_about
from mentorship.form.question import Role
from mentorship.matches import left_over
from mentorship.matches.places_left import PlaceLeft, places_left
from mentorship.matches.plan import Ids
from mentorship.matches.profile import Profile
from mentorship.matches.suitability import Strength, lines, shared_points
from mentorship.matches.tonight import MOST
from mentorship.matches.why_not import compared
from mentorship.problems import NotFound
from mentorship.web import http

# With fewer people than this on each side, all pairs are shown.
FEW = 6
APPEAL = "/desk/supply#appeal"


@dataclass(frozen=True, kw_only=True)
class Line:
    """
    Someone below the matches: a mentee without one, or a mentor with a place left.

    Attributes:
        person: who.
        sentence: why.
        help: what would help, "" if nothing is known.
        shortage: what too few mentors offer, a sentence; "" if nothing is scarce.
        places: how many places are left.
        boxes: what can be ticked, and what is.

    """

    person: Person
    sentence: str
    help: str = ""
    shortage: str = ""
    places: str = ""
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fit:
    """
    One of all mentors of a mentee, where there are few people.

    Attributes:
        mentor: who.
        places: how many of their places are free.
        strength: how much they share, as a word; "" if they can't be matched.
        shared, others: the sentences about what they share, and about what they don't.
        warnings: what to check first.
        against: why they can't be matched.
        path: of the page that proposes it, "" if it can't be.

    """

    mentor: Person
    places: str
    strength: str
    shared: tuple[str, ...]
    others: tuple[str, ...]
    warnings: tuple[str, ...]
    against: tuple[str, ...]
    path: str


def show(desk: DeskRequest) -> http.Response:
    """Show tonight's matches, or all pairs if there are few people."""
    found = evening(desk)
    tonight = found.tonight
    about: dict[str, Any] = {
        "left_out": sum(found.left_out.values()),
        "beyond": any(found.beyond.values()),
        "most": MOST,
        "needs_name": not desk.viewer.reads_notes,
        "appeal": APPEAL,
        "places": sum(each.places - each.taken for each in tonight.mentors),
        "mentees": len(tonight.mentees),
    }
    if not tonight.mentors or not tonight.mentees:
        return desk.page("tonight", view="nobody", **about)
    if max(len(tonight.mentors), len(tonight.mentees)) < FEW:
        return desk.page("tonight", view="few", **_few(found), **about)
    given = sent(desk)
    wanted, why = found.wanted(given), asked(given)
    plan = tonight.solve(wanted)
    rows = Rows(
        evening=found,
        wanted=wanted,
        plan=plan,
        ticked=frozenset(filter(None, map(found.pair, given.get(TICKED, ())))),
        asked=_mentors_asked(found, why),
    )
    keeps = kept(len(plan.suggestions), given)
    was = " ".join(as_field(each.mentor, each.mentee) for each in plan.suggestions)
    without = [_without(each, rows) for each in left_over.without(tonight, wanted, plan)]
    left = [_left(each, rows) for each in places_left(tonight, wanted, plan)]
    return desk.page(
        "tonight",
        view="matches",
        rows=rows.matched,
        matches=len(plan.suggestions),
        changes=compared(tonight, wanted, plan),
        gone=found.gone(given),
        without=without,
        left=left,
        questions=rows.questions(),
        was=was if keeps.was else "",
        keeps=keeps,
        # What goes with the ticks where they are a form of their own.
        fields=[*_kept_of(given), *([("was", was)] if keeps.was else [])],
        most_asked=MOST_ASKED if len(why) > MOST_ASKED else 0,
        refusals=_refusals(rows.matched, without),
        **about,
    )


def settle(desk: DeskRequest) -> http.Response:
    """Store what the coordinator answered about two people, and show the matches again."""
    given, _ = desk.request.fields()
    code, _, rest = " ".join(given.get("answer", [])).partition(":")
    pair, _, word = rest.partition(":")

    def attempt() -> http.Response:
        found = evening(desk)
        ids = found.pair(pair)
        if ids is None or code not in ANSWERS or word not in ("yes", "no"):
            raise NotFound
        again = [(name, each) for name in ALL_FIELDS for each in given.get(name, []) if each]
        both = two_named(desk, *ids)
        # Another coordinator may have answered meanwhile: theirs counts.
        if code in {each.code for each in found.checks(*both.values()).questions}:
            answer(code, both, desk, is_so=word == "yes")
            again.append(("done", "answered"))
        return http.redirect(f"{TONIGHT}?{urlencode(again)}" if again else TONIGHT)

    return desk.services.retry(attempt)


def _kept_of(given: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return what the matches were made from, besides those before."""
    names = (name for name in FIELDS if name != "was")
    return [(name, text) for name in names for text in given.get(name, ()) if text]


def _mentors_asked(found: Evening, why: Sequence[str]) -> Mapping[str, str]:
    """Return the mentors whom the page was asked about, by the mentees."""
    pairs = list(filter(None, map(found.pair, why)))[:MOST_ASKED]
    return {mentee: mentor for mentor, mentee in pairs}


def _without(each: left_over.Without, rows: Rows) -> Line:
    """Return a mentee without a match as the page shows them."""
    return Line(
        person=Person.of(each.mentee),
        sentence=each.sentence,
        help=each.help,
        shortage=each.shortage,
        boxes=(rows.must(each.mentee), *rows.kept(each.mentee)),
    )


def _left(each: PlaceLeft, rows: Rows) -> Line:
    """Return a mentor with a place left as the page shows them."""
    mentor = each.mentor
    free = Box(
        name="free",
        value=mentor.side.application.reference,
        label="Keep free tonight",
        about=mentor.name,
        is_ticked=mentor.id in rows.wanted.free,
    )
    return Line(
        person=Person.of(mentor),
        sentence=each.sentence,
        places=f"{each.free} of {each.places} free",
        boxes=(free,),
    )


def _refusals(matched: Sequence[Row], without: Sequence[Line]) -> dict[str, str]:
    """Return what is wrong with what is ticked, by the place on the page."""
    boxes = [(row.mentee, row.kept) for row in matched]
    boxes += [(line.person, line.boxes) for line in without]
    return {
        each.id: each.error if person.name in each.error else f"{person.name}: {each.error}"
        for person, some in boxes
        for each in some
        if each.error
    }


def _few(found: Evening) -> dict[str, Any]:
    """Return every pair, and what coordinators are asked about them."""
    tonight = found.tonight
    checked = [
        (mentor, mentee, found.checks(mentor.side.application, mentee.side.application))
        for mentee in tonight.mentees
        for mentor in tonight.mentors
    ]
    checks = {(mentor.id, mentee.id): each for mentor, mentee, each in checked}
    return {"pairs": list(_pairs(found, checks)), "questions": questions_about(checked)}


def _pairs(found: Evening, checks: Mapping[Ids, Checks]) -> Iterator[tuple[Person, list[Fit]]]:
    """Yield each mentee with all mentors; those who share most come first."""
    tonight = found.tonight
    for mentee in tonight.mentees:
        ordered = sorted(tonight.mentors, key=lambda each: -shared_points(each, mentee))
        fits = [_fit(mentor, mentee, checks[mentor.id, mentee.id]) for mentor in ordered]
        yield Person.of(mentee), sorted(fits, key=lambda each: bool(each.against))


def _fit(mentor: Profile, mentee: Profile, checks: Checks) -> Fit:
    both = {Role.MENTOR: mentor.side.application, Role.MENTEE: mentee.side.application}
    told = by_points(each for each in lines(mentor, mentee) if each.is_shared)
    word = Strength.of(shared_points(mentor, mentee)).value
    return Fit(
        mentor=Person.of(mentor),
        places=f"{mentor.places - mentor.taken} of {mentor.places} free",
        strength="" if checks.against else word,
        shared=tuple(each.sentence for each in told if each.points > 0),
        others=tuple(each.sentence for each in told if each.points <= 0),
        warnings=warnings(checks),
        against=checks.against,
        path="" if not checks.may_be_proposed else propose_path(both, Role.MENTEE),
    )


DONE = {"answered": "Your answer is saved."}
ROUTES = {("GET", TONIGHT): show, ("POST", f"{TONIGHT}/answer"): settle}
