"""Someone on the list of the best matches for a person: the reasons, the checks and the links."""

from dataclasses import dataclass, replace

from mentorship.applications.application import Application
from mentorship.desk.act import path_of
from mentorship.desk.evening import Evening
from mentorship.desk.pairs import ANOTHER, Both, Checks, propose_path
from mentorship.form.question import Role
from mentorship.matches import why_not as reasons
from mentorship.matches.exclusions import EXCLUDING
from mentorship.matches.plan import Plan, Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.shortlist import Listed
from mentorship.matches.tonight import MOST

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
        questions: what a coordinator can answer about the two, and where each is answered.
        is_tonight: whether it is tonight's suggestion.

    """

    name: str
    path: str
    propose: str = ""
    facts: str = ""
    strength: str = ""
    shared: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()
    is_tonight: bool = False


def entry(listed: Listed, stored: Application, night: Evening) -> Entry:
    """Return someone on the shortlist."""
    suggestion = listed.suggestion
    is_mentee = stored.role is Role.MENTEE
    other = suggestion.mentor if is_mentee else suggestion.mentee
    lines = [each for each in suggestion.lines if each.code not in OWN[stored.role]]
    shared = tuple(each.sentence for each in lines if each.points > 0 and each.is_shared)
    found = night.checks(suggestion.mentor.side.application, suggestion.mentee.side.application)
    others = [ANOTHER] if found.is_for_another else []
    if listed.elsewhere:
        others.append(f"Suggested tonight {'for' if is_mentee else 'with'} {listed.elsewhere}.")
    others += [each.sentence for each in lines if each.points <= 0 or not each.is_shared]
    return replace(
        _entry(stored, other.side.application, found),
        facts=facts(other),
        strength=suggestion.strength.value,
        shared=shared,
        against=tuple(others),
        checks=tuple(each.sentence for each in found.ticks),
        is_tonight=listed.is_tonight,
    )


def _entry(stored: Application, other: Application, found: Checks) -> Entry:
    """Return someone with the links of the two, and nothing else yet."""
    path = propose_path(_both(stored, other), stored.role)
    return Entry(
        name=other.name,
        path=path_of(other),
        propose="" if found.against else path,
        # That page also asks about two who can't be proposed until it is answered.
        questions=tuple((each.sentence, f"{path}#ask-{each.code}") for each in found.questions),
    )


def _both(one: Application, other: Application) -> Both:
    two = {one.role: one, other.role: other}
    return {role: two[role] for role in (Role.MENTOR, Role.MENTEE)}


def later(application: Application) -> str:
    """Return why someone who waits isn't among those who are matched at once."""
    return f"{application.name} isn’t among the {MOST} {application.role}s who have waited longest."


def facts(profile: Profile) -> str:
    """Return how many of a mentor's places are free, or how long a mentee has waited."""
    if profile.side.application.role is Role.MENTEE:
        return f"Waiting {profile.days:,} day{'' if profile.days == 1 else 's'}"
    free, every = profile.places - profile.taken, profile.places
    return f"{free} of {every} place{'' if every == 1 else 's'} free"


def why_not(stored: Application, other: Application, plan: Plan, night: Evening) -> Entry:
    """Return why someone else is not suggested: what is against it, and what it would cost."""
    mentor, mentee = _both(stored, other).values()
    found = night.checks(mentor, mentee)
    about = _entry(stored, other, found)
    if found.against:
        return replace(about, against=found.against)
    # What may be lifted, then what the match would cost all the same.
    lifted = [each for each in found.ticks if each.effect in EXCLUDING]
    if night.profile(other.id):
        ids = mentor.id, mentee.id
        cost = reasons.why_not(night.tonight, WANTED, plan, ids).sentences
    else:
        cost = (later(other),)
    return replace(
        about,
        against=(*(each.sentence for each in lifted), *cost),
        checks=tuple(each.sentence for each in found.ticks if each not in lifted),
    )
