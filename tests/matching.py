"""Two people who may be matched, made up without a table."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from mentorship.applications.application import Application
from mentorship.form.question import Answer, Role
from mentorship.matches.institutions import Institutions
from mentorship.matches.side import Side, sides
from tests import made

# What both say who have nothing against each other, and nothing in common that matters here.
OF_ROLE: Mapping[Role, dict[str, Answer]] = {
    Role.MENTEE: {
        "full_name": "Robin Example",
        "email": "robin@example.org",
        "institution": "Example Hospital",
        "not_with": "",
    },
    Role.MENTOR: {
        "full_name": "Kim Sample",
        "email": "kim@sample.example",
        "institution": "Sample Radiology",
        "capacity": "1",
        "contact_ways": ["video", "phone"],
    },
}


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
