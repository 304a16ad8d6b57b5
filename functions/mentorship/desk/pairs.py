"""
Two people at the desk: which two a page is about, and what is against a match of them.

Whoever is one of the two, or knows one, proposes nothing for them. A private note that names the
coordinator looks as if it had never been given; only where it rules out the very two, another one
decides, and the page does not say why. So that no note is missed for want of a name, a coordinator
whose name is not known proposes nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from mentorship.applications.application import Application
from mentorship.applications.conflicts import Relation
from mentorship.candidates import Candidates
from mentorship.desk.act import noted
from mentorship.desk.guard import DeskRequest
from mentorship.desk.seen import without
from mentorship.form.question import Role
from mentorship.matches.exclusions import Asked, Finding
from mentorship.matches.match import OTHER
from mentorship.matches.pairing import Pairing
from mentorship.matches.proposing import new_pairing
from mentorship.pairings import between, hash_of, pointers_of
from mentorship.problems import ConcernsYou, NotFound
from mentorship.program.audit import Action, AuditEntry
from mentorship.services import ID
from mentorship.store import keys

Both = Mapping[Role, Application]
# The status of a page that was made before someone else changed what it is about.
CONFLICT = 409
# Someone is looked for by this field; the address of what was found has the ids, or that it is
# nobody.
SOUGHT, FOUND, NOBODY = "look_up", "found", "none"
ANOTHER = "Another coordinator has to propose this match."


@dataclass(frozen=True)
class Checks:
    """
    What is against a match of two people, as a coordinator may know it.

    Attributes:
        never: why it can't be, each a sentence.
        ticks: what may be lifted, or is to be checked, each with a tick.
        said: what is only good to know.
        questions: what the coordinator can answer.
        is_for_another: whether it is left to another coordinator.
        needs_name: whether the coordinator's own name has to be known first.

    """

    never: tuple[Finding, ...]
    ticks: tuple[Finding, ...]
    said: tuple[Finding, ...]
    questions: tuple[Asked, ...]
    is_for_another: bool = False
    needs_name: bool = False

    @property
    def may_be_proposed(self) -> bool:
        """Whether it can be proposed here, once everything is ticked."""
        return not (self.never or self.is_for_another or self.needs_name)

    @property
    def against(self) -> tuple[str, ...]:
        """Why the two can't be matched here, each a sentence."""
        another = (ANOTHER,) if self.is_for_another else ()
        return (*(each.sentence for each in self.never), *another)

    def unticked(self, ticked: Collection[str]) -> list[Finding]:
        """Return what has no tick yet."""
        return [each for each in self.ticks if each.key not in ticked]

    def lifted(self, ticked: Collection[str]) -> tuple[str, ...]:
        """Return the codes of what was ticked, of that which applies."""
        return tuple(each.key for each in self.ticks if each.key in ticked)


def two_named(desk: DeskRequest, mentor: str, mentee: str) -> Both:
    """
    Return two people by the ids of their applications, for a coordinator who may act on both.

    Raises:
        NotFound: if one of them is not there, or is not of that role.
        ConcernsYou: if one is the coordinator's own, or of someone whom they know.

    """
    found = {Role.MENTOR: named(desk, mentor), Role.MENTEE: named(desk, mentee)}
    if any(each.role is not role for role, each in found.items()):
        raise NotFound
    for each in found.values():
        refuse_concerned(each, desk)
    return found


def named(desk: DeskRequest, application_id: str) -> Application:
    """
    Return an application with answers, by its id.

    Raises:
        NotFound: if there is none.

    """
    store = desk.services.store
    found = (
        store.application(application_id, now=desk.now) if ID.fullmatch(application_id) else None
    )
    if found is None or not found.answers:
        raise NotFound
    return found


def refuse_concerned(application: Application, desk: DeskRequest) -> None:
    """Raise `ConcernsYou` if an application is the coordinator's own, or of someone they know."""
    if relation := desk.relation(application):
        raise ConcernsYou(application.reference, own=relation is Relation.OWN)


def checks(
    both: Both, candidates: Candidates, unseen: Collection[str], desk: DeskRequest
) -> Checks:
    """
    Return what is against a match of two people, as a coordinator may know it.

    Args:
        both: the two.
        candidates: among whom they are.
        unseen: the ids of the open proposals of which the coordinator may not learn.
        desk: the coordinator's request.

    """
    if any(desk.relation(each) for each in both.values()):
        return Checks(never=(), ticks=(), said=(), questions=(), is_for_another=True)
    full = candidates.findings(both[Role.MENTOR], both[Role.MENTEE])
    found = full
    if any(one in unseen for each in both.values() for one in each.open_matches):
        known = {role: without(each, unseen) for role, each in both.items()}
        found = candidates.findings(known[Role.MENTOR], known[Role.MENTEE])
    # Notes and proposals that are not shown to them say nothing here either.
    unread = [role for role, each in both.items() if not desk.viewer.may_read(each)]
    hidden = any(each.note_of in unread for each in found.excluded)
    told = found.without_notes(unread)
    return Checks(
        never=tuple(each for each in told.excluded if not each.may_be_lifted),
        ticks=tuple(each for each in told.all if each.needs_tick),
        said=tuple(each for each in told.all if each.may_be_lifted and not each.needs_tick),
        questions=told.questions,
        is_for_another=hidden or full.excluded != found.excluded,
        needs_name=not desk.viewer.reads_notes,
    )


def pairing_between(
    both: Both, desk: DeskRequest, *, line: str = "", lifted: tuple[str, ...] = ()
) -> Pairing:
    """Return two people as a match that is not decided yet."""
    services = desk.services
    return new_pairing(
        both,
        pointers_of(both, services),
        {role: hash_of(each, services) for role, each in both.items()},
        between(both[Role.MENTOR], both[Role.MENTEE], services),
        by=desk.address,
        coordinator=desk.who,
        now=desk.now,
        new_id=services.new_id(),
        line=line,
        lifted=lifted,
    )


def other_of(application: Application) -> Role:
    """Return the role of those whom someone may be matched with."""
    return OTHER[application.role]


def propose_path(both: Both, came_from: Role | None = None) -> str:
    """
    Return the address of the page that proposes two people.

    Args:
        both: the two.
        came_from: the role of the one on whose page the coordinator began.

    """
    ids = "&".join(f"{role}={both[role].id}" for role in (Role.MENTOR, Role.MENTEE))
    return f"/desk/propose?{ids}" + (f"&from={came_from}" if came_from else "")


def open_match(both: Both) -> str:
    """Return the id of the match that both are in now, "" if they are in none."""
    one, other = (each.open_matches for each in both.values())
    return next((each for each in one if each in other), "")


def called(people: Iterable[Application], sought: str) -> list[Application]:
    """Return those whose names have every word that was typed, or whose reference was typed."""
    words = keys.search_key(sought).split()
    reference = sought.strip().upper()
    return [
        each
        for each in people
        if words and (_is_called(each, words) or each.reference == reference)
    ]


def others_of(stored: Application, found: Candidates) -> list[Application]:
    """Return the applications for the other role, in waiting order."""
    everybody = (each.application for each in found.sides.values())
    others = [each for each in everybody if each.role is other_of(stored)]
    return sorted(others, key=lambda each: (each.waiting_since, each.id))


def options_of(others: Iterable[Application]) -> list[tuple[str, str]]:
    """Return people to choose from, by name: the reference of each, and a label of its own."""
    ordered = sorted(others, key=lambda each: (keys.search_key(each.name), each.reference))
    names = Counter(each.name for each in ordered)
    return [
        (each.reference, each.name if names[each.name] == 1 else f"{each.name}, {each.reference}")
        for each in ordered
    ]


def _is_called(application: Application, words: Iterable[str]) -> bool:
    """Tell whether each word begins a word of someone's name."""
    parts = keys.search_key(application.name).split()
    return all(any(part.startswith(word) for part in parts) for word in words)


def entry_about(
    action: Action, applications: Collection[Application], desk: DeskRequest, words: str = ""
) -> AuditEntry:
    """Return an audit entry about two people, the mentee first."""
    people = sorted(applications, key=lambda each: each.role)
    instead = dict.fromkeys(filter(None, (noted("", each, desk) for each in people)))
    return desk.entry(
        action,
        about=" ".join(each.reference for each in people),
        words="; ".join(filter(None, [words, *instead])),
    )
