"""
The best matches for one person, each with its reasons, and why not someone else.

Tonight's suggestion comes first, then the others by what they share. Nothing is stored: the list is
made anew for each look. Someone who can't be matched now has the reason, and their matches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mentorship.applications.application import Application
from mentorship.desk.act import PATH, field_of, path_of, stored_application
from mentorship.desk.evening import Evening, evening
from mentorship.desk.guard import DeskRequest
from mentorship.desk.neighbors import neighbors
from mentorship.desk.pairs import (
    ANOTHER,
    FOUND,
    NOBODY,
    SOUGHT,
    Both,
    Checks,
    called,
    options_of,
    other_of,
    others_of,
)
from mentorship.desk.person_matches import matches_of
from mentorship.desk.rows import first_answers
from mentorship.desk.seen import without
from mentorship.form.question import Role
from mentorship.matches import reasons
from mentorship.matches.exclusions import EXCLUDING
from mentorship.matches.places import places_free
from mentorship.matches.plan import Plan, Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.shortlist import Listed, shortlist
from mentorship.matches.tonight import MOST
from mentorship.problems import NotFound
from mentorship.services import ID
from mentorship.store.letter_queries import PAGE
from mentorship.web import http

# The reference of someone of whom the page says why not.
WHY = "why"
# How many people a list of options may have; of more, someone is looked for by name.
MOST_OPTIONS = 200
# Said once, of the person themselves.
OWN = {Role.MENTEE: ("waiting",), Role.MENTOR: ("waiting", "further")}
WANTED = Wanted()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """
    Someone on the shortlist, or of whom the page says why not.

    Attributes:
        name, path: theirs, and of their page.
        propose: where the two are proposed, "" if they can't be.
        facts: a mentor's places, or how long a mentee has waited.
        strength: how much the two share, in a word.
        shared, against: the sentences that speak for the two, and the others.
        checks: what is to be checked first, each a sentence.
        is_asked: whether the page that proposes them has a question to settle.
        is_tonight: whether it is tonight's suggestion.

    """

    name: str
    path: str
    propose: str
    facts: str = ""
    strength: str = ""
    shared: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    is_asked: bool = False
    is_tonight: bool = False


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """Why there is no suggestion tonight; what would help, and what is scarce, "" for nothing."""

    sentence: str
    help: str = ""
    shortage: str = ""


def show(desk: DeskRequest) -> http.Response:
    """Show the best matches for someone or, if they can't be matched now, why."""
    stored = stored_application(desk)
    if not stored.answers:
        raise NotFound
    night = evening(desk)
    profile = night.profile(stored.id)
    if profile is None:
        return _page(desk, stored, why=_unavailable(stored, night))
    plan = night.tonight.solve(WANTED)
    listed = shortlist(night.tonight, plan, profile)
    entries = [_listed(each, stored, night) for each in listed]
    # What is to be checked for each on the list is said once.
    said = entries[0].checks if len(entries) > 1 else ()
    common = [words for words in said if all(words in each.checks for each in entries)]
    # Whom tonight's matches give them.
    tonight = {each for ids in plan.pairs if stored.id in ids for each in ids}
    everybody = others_of(stored, night.candidates)
    others = [each for each in everybody if each.id not in tonight]
    is_long = len(others) > MOST_OPTIONS
    asked = {each for each in desk.request.query(FOUND).split(".") if ID.fullmatch(each)}
    if is_long or asked:
        others = [each for each in others if each.id in asked]
    return _page(
        desk,
        stored,
        facts=_facts(profile),
        entries=entries,
        common=common,
        nothing=None if tonight else _nothing(profile, plan, night),
        options=options_of(others),
        is_long=is_long,
        answer=_answer(stored, plan, night),
    )


def look_up(desk: DeskRequest) -> http.Response:
    """Redirect to those who are called as was typed, of whom the page then says why not."""
    stored = stored_application(desk)
    found = called(others_of(stored, evening(desk).candidates), field_of(desk, SOUGHT))[:PAGE]
    if len(found) == 1:
        return http.redirect(f"{path_of(stored)}/matches?{WHY}={found[0].reference}#why")
    ids = ".".join(each.id for each in found)
    return http.redirect(f"{path_of(stored)}/matches?{FOUND}={ids or NOBODY}#why")


def moved(desk: DeskRequest) -> http.Response:
    """Redirect from where the choice of a match was once."""
    return http.redirect(f"{path_of(stored_application(desk))}/matches")


def _page(
    desk: DeskRequest,
    stored: Application,
    *,
    why: str = "",
    facts: str = "",
    entries: Sequence[Entry] = (),
    common: Sequence[str] = (),
    nothing: Nothing | None = None,
    options: Sequence[tuple[str, str]] = (),
    is_long: bool = False,
    answer: Entry | None = None,
) -> http.Response:
    shown = desk.shown(stored)
    return desk.page(
        "shortlist",
        application=shown,
        neighbors=neighbors(stored, desk),
        first=first_answers(shown),
        path=path_of(stored),
        other=other_of(stored).value,
        why=why,
        matches=matches_of(stored, desk) if why else None,
        facts=facts,
        entries=entries,
        common=common,
        nothing=nothing,
        options=options,
        is_long=is_long,
        is_sought=desk.request.query(FOUND) != "",
        answer=answer,
        asked=desk.request.query(WHY),
    )


def _unavailable(stored: Application, night: Evening) -> str:
    """Return why someone can't be matched now."""
    name, traits, role = stored.name, stored.status.traits, stored.role
    free = places_free(without(stored, night.unseen))
    if traits.is_matched or (role is Role.MENTEE and traits.may_be_matched and not free):
        return f"{name} is in a match or a proposal."
    if not traits.may_be_matched:
        return f"{name} can’t be matched now. The application is {traits.words}."
    if not free:
        return f"{name} has no free place."
    return _later(stored)


def _later(application: Application) -> str:
    """Return why someone who waits isn't among those who are matched at once."""
    return f"{application.name} isn’t among the {MOST} {application.role}s who have waited longest."


def _facts(profile: Profile) -> str:
    """Return how many of a mentor's places are free, or how long a mentee has waited."""
    if profile.side.application.role is Role.MENTEE:
        return f"Waiting {profile.days:,} day{'' if profile.days == 1 else 's'}"
    free, every = profile.places - profile.taken, profile.places
    return f"{free} of {every} place{'' if every == 1 else 's'} free"


def _listed(listed: Listed, stored: Application, night: Evening) -> Entry:
    """Return someone on the shortlist."""
    suggestion = listed.suggestion
    is_mentee = stored.role is Role.MENTEE
    other = suggestion.mentor if is_mentee else suggestion.mentee
    lines = [each for each in suggestion.lines if each.code not in OWN[stored.role]]
    shared = tuple(each.sentence for each in lines if each.points > 0 and each.is_shared)
    found = night.checks(suggestion.mentor.side.application, suggestion.mentee.side.application)
    against = [ANOTHER] if found.is_for_another else []
    if listed.elsewhere:
        against.append(f"Suggested tonight {'for' if is_mentee else 'with'} {listed.elsewhere}.")
    against += [each.sentence for each in lines if each.points <= 0 or not each.is_shared]
    return Entry(
        name=other.name,
        path=path_of(other.side.application),
        propose=_propose(stored, other.side.application, found),
        facts=_facts(other),
        strength=suggestion.strength.value,
        shared=shared,
        against=tuple(against),
        checks=tuple(each.sentence for each in found.ticks),
        is_asked=bool(found.questions),
        is_tonight=listed.is_tonight,
    )


def _propose(stored: Application, other: Application, found: Checks) -> str:
    """Return where two people are proposed, "" if they can't be."""
    if found.never or found.is_for_another:
        return ""
    ids = "&".join(f"{role}={each.id}" for role, each in _both(stored, other).items())
    return f"/desk/propose?{ids}&from={stored.role}"


def _both(one: Application, other: Application) -> Both:
    two = {one.role: one, other.role: other}
    return {role: two[role] for role in (Role.MENTOR, Role.MENTEE)}


def _nothing(profile: Profile, plan: Plan, night: Evening) -> Nothing | None:
    """Return why someone has no suggestion tonight."""
    if profile.side.application.role is Role.MENTOR:
        left = reasons.places_left(night.tonight, WANTED, plan)
        return next((Nothing(sentence=e.sentence) for e in left if e.mentor.id == profile.id), None)
    every = reasons.without(night.tonight, WANTED, plan, night.short)
    found = next((each for each in every if each.mentee.id == profile.id), None)
    if found is None:
        return None
    rest = found.help.removesuffix(found.shortage).strip()
    return Nothing(sentence=found.sentence, help=rest, shortage=found.shortage)


def _answer(stored: Application, plan: Plan, night: Evening) -> Entry | None:
    """Return why someone else who was asked about is not suggested, `None` if nobody was."""
    reference = night.desk.request.query(WHY)
    others = others_of(stored, night.candidates) if reference else []
    other = next((each for each in others if each.reference == reference), None)
    if other is None:
        return None
    mentor, mentee = _both(stored, other).values()
    found = night.checks(mentor, mentee)
    excluding = [each for each in (*found.never, *found.ticks) if each.effect in EXCLUDING]
    against = [each.sentence for each in excluding]
    if found.is_for_another and not found.never:
        against = [ANOTHER]
    if not against and night.profile(other.id) is None:
        against = [_later(other)]
    if not against:
        ids = mentor.id, mentee.id
        against.extend(reasons.why_not(night.tonight, WANTED, plan, ids).sentences)
    propose = _propose(stored, other, found)
    ticks = found.ticks if propose else ()
    return Entry(
        name=other.name,
        path=path_of(other),
        propose=propose,
        against=tuple(against),
        checks=tuple(each.sentence for each in ticks if each not in excluding),
        is_asked=bool(found.questions),
    )


ROUTES = {
    ("GET", f"{PATH}/matches"): show,
    ("POST", f"{PATH}/matches"): look_up,
    ("GET", f"{PATH}/propose"): moved,
}
