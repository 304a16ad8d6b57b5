"""
The best matches for one person, each with its reasons, and why not someone else.

Tonight's suggestion comes first, then the others by what they share. Nothing is stored: the list is
made anew for each look. Someone who can't be matched now has the reason, and their matches.
"""

from dataclasses import dataclass
from typing import Any

from mentorship.applications.application import Application
from mentorship.desk.act import PATH, field_of, path_of, stored_application
from mentorship.desk.evening import Evening, evening
from mentorship.desk.guard import DeskRequest
from mentorship.desk.neighbors import neighbors
from mentorship.desk.pairs import FOUND, NOBODY, SOUGHT, called, options_of, other_of, others_of
from mentorship.desk.person_matches import matches_of
from mentorship.desk.rows import first_answers
from mentorship.desk.seen import without
from mentorship.desk.shortlist_entries import WANTED, Entry, entry, facts, later, why_not
from mentorship.form.question import Role
from mentorship.matches import left_over
from mentorship.matches.places import places_free
from mentorship.matches.places_left import places_left
from mentorship.matches.plan import Plan
from mentorship.matches.profile import Profile
from mentorship.matches.shortlist import shortlist
from mentorship.matches.tonight import MOST
from mentorship.problems import NotFound
from mentorship.services import ID
from mentorship.store.letter_queries import PAGE
from mentorship.web import http

# The reference of someone of whom the page says why not.
WHY = "why"
# How many people a list of options may have; of more, someone is looked for by name.
MOST_OPTIONS = 200


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
        why = _unavailable(stored, night)
        return _page(desk, stored, why=why, matches=matches_of(stored, desk))
    plan = night.tonight.solve(WANTED)
    listed = shortlist(night.tonight, plan, profile)
    entries = [entry(each, stored, night) for each in listed]
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
        facts=facts(profile),
        left_out=night.left_out[other_of(stored)],
        is_beyond=night.beyond[other_of(stored)] > 0,
        most=MOST,
        entries=entries,
        common=common,
        nothing=None if tonight else _nothing(profile, plan, night),
        options=options_of(others),
        is_long=is_long,
        is_sought=desk.request.query(FOUND) != "",
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


def _page(desk: DeskRequest, stored: Application, **values: Any) -> http.Response:
    """Return the page, with what it says besides who it is about."""
    shown = desk.shown(stored)
    usual = {"why": "", "matches": None, "entries": (), "options": (), "answer": None}
    return desk.page(
        "shortlist",
        application=shown,
        neighbors=neighbors(stored, desk, only_of_others=True),
        first=first_answers(shown),
        path=path_of(stored),
        other=other_of(stored).value,
        asked=desk.request.query(WHY),
        **{**usual, **values},
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
    return later(stored)


def _nothing(profile: Profile, plan: Plan, night: Evening) -> Nothing | None:
    """Return why someone has no suggestion tonight."""
    if profile.side.application.role is Role.MENTOR:
        left = places_left(night.tonight, WANTED, plan)
        return next((Nothing(sentence=e.sentence) for e in left if e.mentor.id == profile.id), None)
    every = left_over.without(night.tonight, WANTED, plan)
    found = next((each for each in every if each.mentee.id == profile.id), None)
    if found is None:
        return None
    return Nothing(sentence=found.sentence, help=found.help, shortage=found.shortage)


def _answer(stored: Application, plan: Plan, night: Evening) -> Entry | None:
    """Return why someone else who was asked about is not suggested, `None` if nobody was."""
    reference = night.desk.request.query(WHY)
    others = others_of(stored, night.candidates) if reference else []
    other = next((each for each in others if each.reference == reference), None)
    return why_not(stored, other, plan, night) if other else None


ROUTES = {
    ("GET", f"{PATH}/matches"): show,
    ("POST", f"{PATH}/matches"): look_up,
    ("GET", f"{PATH}/propose"): moved,
}
