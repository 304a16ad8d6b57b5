"""
The people who may be matched, with all that is stored about any two of them.

It reads what `matches.exclusions` decides about. A name in a note is looked for among everyone of
the other side, so all open applications of that side are read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.form import wishes
from mentorship.form.question import Question, Role
from mentorship.matches import exclusions, needed
from mentorship.matches.exclusions import Finding, Findings
from mentorship.matches.institutions import InstitutionAnswer, Institutions, answer_id
from mentorship.matches.match import OTHER, Match
from mentorship.matches.pair import pair_id
from mentorship.matches.side import Known, Side, sides
from mentorship.matches.tonight import Tonight
from mentorship.members import roster
from mentorship.services import Services

# Tells how much a mentor is needed for a mentee.
Needs = Callable[[Application, Application], dict[str, str | int]]


@dataclass(frozen=True)
class Candidates:
    """
    Some people, prepared for comparing any two of them.

    Attributes:
        sides: theirs, by the ids of their applications.
        known: what is stored about any two.

    """

    sides: dict[str, Side]
    known: Known

    def findings(self, mentor: Application, mentee: Application) -> Findings:
        """Return what is against a match of two of them, as they are given, and what to ask."""
        one, other = (replace(self.sides[each.id], application=each) for each in (mentor, mentee))
        return exclusions.findings(one, other, self.known)

    def same_institution(
        self, mentor: Application, mentee: Application, *, is_same: bool, at: datetime, by: str
    ) -> InstitutionAnswer:
        """Return, to be stored, what a coordinator answers about the institutions of two."""
        which = answer_id(*(self.sides[each.id].institution for each in (mentor, mentee)))
        before = self.known.answers.get(which)
        revision = before.revision + 1 if before else 1
        return InstitutionAnswer(id=which, is_same=is_same, at=at, by=by, revision=revision)


def everyone(services: Services) -> Candidates:
    """Return everyone whose application is open."""
    found = _open_applications(Role, services)
    matches = services.store.matches
    known = Known(
        pairs={each.id: each for each in matches.pairs()},
        answers={each.id: each for each in matches.institution_answers()},
    )
    return Candidates(_sides(found, services, membership=_membership(found, services)), known)


def tonight(found: Candidates, services: Services) -> Tonight:
    """Return all those among some people who can be matched, whoever may see them."""
    return Tonight.of(found.sides.values(), found.known, days=days_waited(services))


def waiting(
    applications: Iterable[Application], services: Services, *, most: int
) -> Tonight | None:
    """
    Return those among some people who can be matched, prepared without reading anyone else.

    Names in their notes are looked for among these people alone.

    Args:
        applications: the people, as whoever asks may know them.
        services: what is stored about any two of them.
        most: how many pairs of people, and of institutions, are read; of more, nothing is returned.

    """
    matches = services.store.matches
    pairs, answers = matches.pairs(most=most + 1), matches.institution_answers(most=most + 1)
    if max(len(pairs), len(answers)) > most:
        return None
    known = Known(
        pairs={each.id: each for each in pairs}, answers={each.id: each for each in answers}
    )
    people = _sides(applications, services, membership={}).values()
    return Tonight.of(people, known, days=days_waited(services))


def days_waited(services: Services) -> Callable[[Application], int]:
    """Return what tells for how many days someone has waited by today, in the program's zone."""
    local = services.program.local
    today = local(services.now()).date()
    return lambda application: max(0, (today - local(application.waiting_since).date()).days)


def needs(found: Candidates, known: Callable[[Application], Application]) -> Needs:
    """
    Return what tells how much a mentor is needed for a mentee, as the facts of a letter.

    Everyone who waits counts, those included who concern the coordinator: the letter tells nobody
    who they are. Whoever is in a proposal of which the coordinator may not learn has a place free,
    as their page says. So the letter may say less than is so, and never more.

    Args:
        found: everyone whose application is open.
        known: returns an application as the coordinator knows it, who reads the letter first.

    """
    waiting = [
        known(each.application)
        for each in found.sides.values()
        if each.application.status.traits.may_be_matched
    ]
    return lambda mentor, mentee: needed.facts(mentor, mentee, waiting)


def these_two(mentor: Application, mentee: Application, services: Services) -> Candidates:
    """Return two people as they are given, which need not be as they are stored."""
    two = (mentor, mentee)
    others = _meant_by(two, (wishes.NOT_WITH, wishes.PREFERRED), services)
    found = _sides([*two, *others], services, membership=_membership([mentee], services))
    return Candidates(found, _known(found[mentor.id], found[mentee.id], services))


def recheck(
    match: Match, mentor: Application, mentee: Application, services: Services
) -> list[Finding]:
    """Return why an open proposal has to be taken back by now, of two people as they are given."""
    two = (mentor, mentee)
    found = _sides([*two, *_meant_by(two, (wishes.NOT_WITH,), services)], services, membership={})
    one, other = found[mentor.id], found[mentee.id]
    return exclusions.recheck(match, one, other, _known(one, other, services))


def _meant_by(
    two: Iterable[Application], notes: Iterable[Question], services: Services
) -> list[Application]:
    """Return the others who may be meant in some notes of two people, if there are such notes."""
    asked = tuple(notes)
    roles = {
        OTHER[each.role]
        for each in two
        if any(each.answers.get(question.name) for question in asked)
    }
    known = {each.id for each in two}
    return [each for each in _open_applications(roles, services) if each.id not in known]


def _known(one: Side, other: Side, services: Services) -> Known:
    """Return what is stored about two people."""
    pair = services.store.pair(pair_id(one.who, other.who))
    answer = services.store.get(InstitutionAnswer, answer_id(one.institution, other.institution))
    return Known(
        pairs={pair.id: pair} if pair else {}, answers={answer.id: answer} if answer else {}
    )


def _open_applications(roles: Iterable[Role], services: Services) -> list[Application]:
    found = services.store.queries.applications(
        roles=roles,
        statuses=Status.those("is_open"),
        since=None,
        until=None,
        now=services.now(),
    )
    return list(found)


def _sides(
    applications: Iterable[Application], services: Services, *, membership: Mapping[str, str]
) -> dict[str, Side]:
    return sides(
        applications,
        Institutions(services.arrangements().aliases),
        hashed=services.links.hashed,
        membership=membership,
    )


def _membership(applications: Iterable[Application], services: Services) -> Mapping[str, str]:
    """Return what the member list says of the mentees among some applications."""
    mentees = [each for each in applications if each.role is Role.MENTEE and each.answers]
    return roster.check(
        mentees,
        roster=services.store.roster() if mentees else None,
        look_up=lambda ids: services.store.list_entries(ids, now=services.now()),
        hashed=services.links.hashed,
        now=services.now(),
    )
