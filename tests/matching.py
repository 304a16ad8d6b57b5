"""Two people who may be matched, plainly made up; and a proposal to them, stored."""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from mentorship import pairings
from mentorship.applications.application import Application
from mentorship.change import Change
from mentorship.form.question import Answer, Role
from mentorship.matches import proposing
from mentorship.matches.criteria import ALONE, CRITERIA, Seat
from mentorship.matches.in_common import CHOSEN
from mentorship.matches.institutions import Institutions
from mentorship.matches.profile import Profile, profiles
from mentorship.matches.side import Known, Side, sides
from mentorship.services import Services
from tests import made

# What no sentence about two people says of them: nobody was asked.
PRONOUN = re.compile(r"\b(he|she|him|her|hers|his|himself|herself)\b", re.IGNORECASE)
# What both say who have nothing against each other, and nothing in common that matters here.
OF_ROLE: Mapping[Role, dict[str, Answer]] = {
    Role.MENTEE: {
        "full_name": "Robin Example",
        "email": "robin@example.org",
        "institution": "Example Hospital",
        "not_with": "",
        "outside_program": "any",
    },
    Role.MENTOR: {
        "full_name": "Kim Sample",
        "email": "kim@sample.example",
        "institution": "Sample Radiology",
        "capacity": "1",
        "contact_ways": ["video", "phone"],
    },
}
# Nothing that counts for a match.
UNANSWERED: Mapping[str, Answer] = {
    **{each.name: None for each in CHOSEN.values()},
    "city": "",
    "preferred_people": "",
}
# What a mentee answers who wants someone of another institution.
ELSEWHERE: Mapping[str, Answer] = {"outside_program": "yes"}


def hashed(text: str) -> str:
    """Hash without a key."""
    return sha256(text.encode()).hexdigest()


def someone(role: Role, answers: Mapping[str, Answer] | None = None, **changes: Any) -> Application:
    """Return an application that nothing is against, but for what differs."""
    usual: dict[str, Any] = {"id": f"{role}", "confirmed_at": made.NOW}
    return made.application(
        role, answers={**OF_ROLE[role], **(answers or {})}, **{**usual, **changes}
    )


def mentee(answers: Mapping[str, Answer] | None = None, **changes: Any) -> Application:
    """Return a mentee's application."""
    return someone(Role.MENTEE, answers, **changes)


def mentor(answers: Mapping[str, Answer] | None = None, **changes: Any) -> Application:
    """Return a mentor's application."""
    return someone(Role.MENTOR, answers, **changes)


def prepared(
    *applications: Application,
    aliases: Mapping[str, tuple[str, ...]] | None = None,
    membership: Mapping[str, str] | None = None,
    others: Iterable[Application] = (),
) -> list[Side]:
    """Return the sides of some applications, in their order."""
    found = sides(
        [*applications, *others],
        Institutions(aliases or {}),
        hashed=hashed,
        membership=membership,
    )
    return [found[each.id] for each in applications]


def profiled(
    mentors: Mapping[str, Answer], mentees: Mapping[str, Answer], *, days: int = 0
) -> tuple[Profile, Profile]:
    """Return a mentor and a mentee as they are scored, who answered nothing but what is given."""
    one = mentor({**UNANSWERED, **mentors})
    other = mentee({**UNANSWERED, "outside_program": "", **mentees})
    there = prepared(one, other)
    found = profiles(there[:1], there[1:], Known(), days=lambda _: days)
    return found[0][0], found[1][0]


def kept(services: Services, *applications: Application) -> list[Application]:
    """Store some applications, and return them as they are read."""
    services.store.commit(Change(puts=applications))
    found = [services.store.application(each.id, now=services.now()) for each in applications]
    return [each for each in found if each]


def stored_proposal(one: Application, other: Application, services: Services, *lifted: str) -> str:
    """Have two people proposed to each other, and return the id of the match."""
    both = {Role.MENTOR: one, Role.MENTEE: other}
    pairing = proposing.new_pairing(
        both,
        pairings.pointers_of(both, services),
        {role: pairings.hash_of(each, services) for role, each in both.items()},
        pairings.between(one, other, services),
        by="casey@example.org",
        coordinator="casey",
        now=services.now(),
        new_id=services.new_id(),
        lifted=lifted,
    )
    change = proposing.propose(pairing, now=services.now(), today=made.TODAY)
    services.store.commit(change)
    return change.match.id


def score(mentor: Profile, mentee: Profile, seat: Seat = ALONE) -> int:
    """Return all points of a pair: what they share, waiting, and the mentor's place."""
    return sum(each.points(mentor, mentee, seat) for each in CRITERIA)
