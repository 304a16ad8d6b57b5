"""A mentor and a mentee who are proposed to each other, in the tables of a laptop."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from infra.laptop import COORDINATORS
from mentorship.applications.application import Application, reference_of
from mentorship.applications.intake import point_to
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.matches.match import Match
from mentorship.matches.proposing import enter, new_pairing, propose
from mentorship.pairings import between, hash_of, pointers_of
from mentorship.services import Services
from tests import made, tables

LINE = "I think you’ll both enjoy comparing first jobs."
NAMES = {Role.MENTOR: "Dr. Pat Beispiel", Role.MENTEE: "Robin Muestra"}
ADDRESSES = {Role.MENTOR: "pat@example.com", Role.MENTEE: "robin@example.org"}
# Both chose neuroradiology and the phone.
ANSWERS: Mapping[Role, Mapping[str, Any]] = {
    Role.MENTOR: {
        "subspecialties": ["neuroradiology", "breast"],
        "topics": ["first_job", "boards", "teaching"],
        "availability": ["evenings", "weekends"],
        "contact_ways": ["video", "phone"],
    },
    Role.MENTEE: {"topics": ["first_job", "leadership"], "not_with": "Sam Example"},
}


def applied(services: Services, role: Role, number: int = 1, **changes: Any) -> Application:
    """
    Return someone who applied a month ago and waits.

    Args:
        services: where they are stored.
        role: what they applied to be.
        number: tells people of one role apart.
        changes: what differs; `answers` differ from the usual ones.

    """
    which = f"{number:04}{role.value[-2:]}mnpqrstvwxyz00"
    name, domain = ADDRESSES[role].split("@")
    answers = {
        "full_name": NAMES[role],
        "email": f"{name}-{number}@{domain}",
        **ANSWERS[role],
        **changes.pop("answers", {}),
    }
    usual: dict[str, Any] = {
        "id": which,
        "reference": reference_of(which),
        "received_at": services.now() - timedelta(days=30),
    }
    application = made.application(role, answers=answers, **{**usual, **changes})
    pointer = point_to(application, None)
    services.store.commit(Change(puts=(application, pointer)))
    return application


def stored(services: Services, application_id: str) -> Application:
    """Return an application as it is stored."""
    found = services.store.application(application_id, now=services.now())
    assert found is not None
    return found


def match_of(services: Services, match_id: str) -> Match:
    """Return a match as it is stored."""
    found = services.store.match(match_id, now=services.now())
    assert found is not None
    return found


def proposed(
    services: Services,
    mentor: Application | None = None,
    mentee: Application | None = None,
    *,
    by_hand_since: int | None = None,
    letters: bool = False,
    line: str = LINE,
    facts: Mapping[str, str | int] | None = None,
) -> Match:
    """
    Return a match of two who wait, just proposed; both are made unless they are given.

    Args:
        services: where it is stored.
        mentor: who is asked first.
        mentee: the other.
        by_hand_since: enter it instead as one that has run for so many days.
        letters: whether both are then written to.
        line: the coordinator's personal line.
        facts: what the letter to the mentor says besides.

    """
    mentor = stored(services, (mentor or applied(services, Role.MENTOR)).id)
    mentee = stored(services, (mentee or applied(services, Role.MENTEE)).id)
    both = {Role.MENTOR: mentor, Role.MENTEE: mentee}
    now = services.now()
    today = services.program.local(now).date()
    pairing = new_pairing(
        both,
        pointers_of(both, services),
        {role: hash_of(each, services) for role, each in both.items()},
        between(mentor, mentee, services),
        by=COORDINATORS,
        coordinator=services.links.hashed(COORDINATORS),
        now=now,
        new_id=services.new_id(),
        line=line,
    )
    if by_hand_since is None:
        change = propose(pairing, now=now, today=today, facts=facts)
    else:
        starts_on = today - timedelta(days=by_hand_since)
        change = enter(pairing, starts_on=starts_on, now=now, today=today, letters=letters)
    services.store.commit(change)
    return change.match


def link_of(services: Services, match: Match, role: Role) -> str:
    """Return the link that one of the two was mailed."""
    application = stored(services, match.parties[role].application)
    token = services.links.match_token(match.id, role, application.address_version)
    return f"/match/{token}"


def changed(services: Services, application_id: str, **changes: Any) -> Application:
    """Store an application with *changes*, as nothing else changes it, and return it."""
    after = stored(services, application_id).with_changes(**changes)
    services.store.commit(Change(puts=(after,)))
    return after


def letters(kind: Kind) -> list[str]:
    """Return whom letters of a kind were written to, by the ids of their applications."""
    found = [each for each in tables.items("LettersTable") if each["kind"]["S"] == kind]
    return sorted(each["reader"]["M"].get("which", {}).get("S", "") for each in found)
