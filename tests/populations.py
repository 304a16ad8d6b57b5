"""
Made-up populations of mentors and mentees, each from a seed: as varied as real ones are.

Institutions come in several spellings, some people skip what they may skip, some say whom they hope
for or want to avoid, and some mentors have matches already.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from mentorship.applications.application import Application
from mentorship.form import wishes
from mentorship.form.choices import Choices
from mentorship.form.question import Answer, Role
from mentorship.matches.institutions import Institutions
from mentorship.matches.pair import Pair, pair_id
from mentorship.matches.side import Known, Side, sides
from mentorship.matches.tonight import Tonight
from tests import made
from tests.matching import hashed

INSTITUTIONS = (
    *("Example Hospital", "Example Hosp.", "Sample Radiology", "Sample Valley Imaging"),
    *("Muster Clinic", "Sample Valley Medical Center", "Madeup University", "Univ. of Madeup"),
    *("Placeholder Health", "Retired", "Independent", "Notional Children’s"),
)
CITIES = ("Spokane", "Seattle", "seattle", "Tacoma", "Yakima", "")
FIRST = ("Robin", "Kim", "Noor", "Jo", "Alex", "Sam", "Pat", "Kai", "Ira", "Lou", "Max", "Toni")
LAST = ("Example", "Sample", "Muster", "Madeup", "Placeholder", "Imaginary", "Notional", "Template")
LONGEST = 500


@dataclass(frozen=True)
class Population:
    """
    Some people who wait, and what is stored about any two.

    Attributes:
        applications: theirs.
        known: what is stored.

    """

    applications: tuple[Application, ...]
    known: Known = field(default_factory=Known)

    @property
    def sides(self) -> list[Side]:
        """The same people, prepared."""
        found = sides(self.applications, Institutions(), hashed=hashed)
        return [found[each.id] for each in self.applications]

    @property
    def tonight(self) -> Tonight:
        """The same people, who can be matched."""
        return Tonight.of(self.sides, self.known, days=days)


def days(application: Application) -> int:
    """Return for how many days someone has waited."""
    return (made.NOW - application.waiting_since).days


def population(seed: object, mentors: int, mentees: int, *, skipped: float = 0.3) -> Population:
    """
    Return a made-up population.

    Args:
        seed: what it is drawn from.
        mentors: how many there are.
        mentees: the same.
        skipped: how often a question is skipped that may be.

    """
    draw = random.Random(f"population {seed}")
    counts = {Role.MENTOR: mentors, Role.MENTEE: mentees}
    people = [
        _someone(role, number, draw, skipped)
        for role, many in counts.items()
        for number in range(many)
    ]
    for number, each in enumerate(people):
        people[number] = replace(each, answers={**each.answers, **_notes(each, people, draw)})
    return Population(tuple(people), Known(pairs=_pairs(people, draw)))


def _someone(role: Role, number: int, draw: random.Random, skipped: float) -> Application:
    """Return someone made up; names and institutions repeat, as they do."""
    name = f"{draw.choice(FIRST)} {draw.choice(LAST)} {_letters(number)}"
    capacity = draw.choices("123", (6, 3, 1))[0]
    answers: dict[str, Answer] = {
        "full_name": name if role is Role.MENTEE else f"Dr. {name}",
        "email": f"{role}-{number}@{draw.choice(('example.org', 'example.com', 'muster.example'))}",
        "institution": draw.choice(INSTITUTIONS),
        "city": draw.choice(CITIES),
        "contact_ways": draw.sample(_codes(wishes.WAYS), draw.randint(1, 3)),
        "subspecialties": draw.sample(_codes(wishes.AREAS), draw.randint(1, 3)),
        "phone": "",
        "not_with": "",
    }
    chosen: Mapping[str, tuple[Choices, int]] = {
        "practice_setting": (wishes.SETTING, 3),
        "topics": (wishes.TOPICS, 4 if role is Role.MENTEE else 9),
        "availability": (wishes.TIMES, 3),
    }
    for key, (question, most) in chosen.items():
        is_required = role is (Role.MENTEE if key == "topics" else Role.MENTOR)
        if key == "availability" or not is_required:
            answers[key] = None
        if is_required or draw.random() >= skipped:
            answers[key] = draw.sample(_codes(question), draw.randint(1, most))
    changes: dict[str, Any] = {}
    if role is Role.MENTEE:
        answers["outside_program"] = draw.choices(("any", "yes", "same"), (6, 3, 1))[0]
        answers["preferred_people"] = ""
    else:
        answers["capacity"] = capacity
        taken = draw.choices((0, 1, 2), (8, 1, 1))[0]
        changes["open_matches"] = tuple(f"match{number}-{at}" for at in range(taken))
    return made.application(
        role,
        answers=answers,
        id=f"{role.value[-2:]}{number:04}{draw.randrange(10**12):012}ab",
        received_at=made.NOW - timedelta(days=draw.randrange(LONGEST), hours=draw.randrange(24)),
        confirmed_at=made.NOW,
        unreached_at=made.NOW if draw.random() < 0.02 else None,
        **changes,
    )


def _notes(each: Application, people: list[Application], draw: random.Random) -> dict[str, Answer]:
    """Return what someone says of people of the other side."""
    others = [other for other in people if other.role is not each.role]
    found: dict[str, Answer] = {}
    if not others:
        return found
    if draw.random() < 0.1:
        found["not_with"] = draw.choice(others).name
    if each.role is Role.MENTEE and draw.random() < 0.1:
        found["preferred_people"] = draw.choice(others).name
    return found


def _pairs(people: list[Application], draw: random.Random) -> dict[str, Pair]:
    """Return what lies between some of them: a no, an earlier match, kept apart, a lapse."""
    mentors = [each for each in people if each.role is Role.MENTOR]
    mentees = [each for each in people if each.role is Role.MENTEE]
    found = {}
    for _ in range(min(len(mentors), len(mentees)) // 4):
        one, other = (
            hashed(next(iter(draw.choice(side).contact_keys()))) for side in (mentors, mentees)
        )
        what: dict[str, Any] = draw.choice(
            (
                {"no_from": (other,)},
                {"matched_at": made.NOW},
                {"apart_by": "casey@example.org", "apart_at": made.NOW},
                {"lapsed_at": made.NOW},
            )
        )
        found[pair_id(one, other)] = Pair(id=pair_id(one, other), **what)
    return found


def _codes(question: Choices) -> list[str]:
    return [each.code for each in question.options if each.only_for is None]


def _letters(number: int) -> str:
    """Return a number as a word of letters, so that names differ."""
    return "Q" + "".join(chr(ord("a") + int(digit)) for digit in f"{number}")
