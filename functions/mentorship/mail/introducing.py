"""
What an introduction says of each of the two, and what comes with it.

It holds no link that acts: the other may read it, because a reply quotes it.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from mentorship.applications.application import Application
from mentorship.applications.shown import ShownPerson
from mentorship.form.declaration import ADDRESS, CITY, INSTITUTION, NAME, PHONE, STAGE
from mentorship.form.disclosure import ShownAnswer
from mentorship.form.question import Audience, Question, Role
from mentorship.form.wishes import ABOUT, GOAL, TIMES
from mentorship.matches.calendar import CalendarFile, contact_days
from mentorship.matches.match import Match
from mentorship.rendering import Renderer, mail_link
from mentorship.services import Services

# What is said first of someone, apart from the rest of their answers.
ON_TOP = (NAME, ADDRESS, PHONE, STAGE, INSTITUTION, CITY, GOAL, ABOUT)
# The longest link that every mail program takes; a message that is longer says less.
MAX_LINK = 1_900


@dataclass(frozen=True, kw_only=True)
class Introduced:
    """
    One of the two, as the other reads of them once both have said yes.

    Attributes:
        role: which side of the match they are.
        name: theirs.
        address: theirs, or "" if they can only be called.
        phone: theirs, if they ticked that their match may have it.
        place: their stage of training, institution and city.
        said: what a mentee hopes for, or what a mentor wants a mentee to know, in their words.
        answers: the rest of what they answered.

    """

    role: Role
    name: str
    address: str
    phone: str
    place: str
    said: str
    answers: tuple[ShownAnswer, ...]


def introduced(application: Application, renderer: Renderer) -> Introduced:
    """Return what someone's match reads of them."""
    person = renderer.person(application, Audience.MATCH)
    told = (_words(person, each) for each in (STAGE, INSTITUTION, CITY))
    first = {each.name for each in ON_TOP}
    return Introduced(
        role=application.role,
        name=_words(person, NAME),
        address=_words(person, ADDRESS),
        phone=_words(person, PHONE),
        place=", ".join(filter(None, told)),
        said=_words(person, GOAL) or _words(person, ABOUT),
        answers=tuple(each for each in person.answers() if each.question.name not in first),
    )


def first_message(writer: Application, reader: Introduced, renderer: Renderer) -> tuple[str, str]:
    """
    Return a first message that someone may send to their match, and a link that begins it.

    The message is in their own words where they gave some, shortened until the link is short
    enough.

    Args:
        writer: who may send it.
        reader: their match.
        renderer: fills in the message.

    """
    person = renderer.person(writer, Audience.MATCH)
    goal = _words(person, GOAL).split()
    while True:
        message = renderer.text(
            "email/_first_message",
            role=writer.role,
            writer=writer.name,
            reader=reader.name,
            goal=" ".join(goal),
            times=_words(person, TIMES),
        ).strip()
        subject = f"Our mentorship match in the {renderer.program.name}"
        link = mailto(reader.address, subject, message)
        if len(link) <= MAX_LINK or not goal:
            return message, link
        kept = len(goal) * 3 // 4
        goal = [*goal[:kept], "…"] if kept else []


def mailto(address: str, subject: str, body: str) -> str:
    """Return a link that begins an email (RFC 6068)."""
    lines = "\r\n".join(body.splitlines())
    return f"{mail_link(address)}?subject={quote(subject)}&body={quote(lines)}"


def calendar_file(match: Match, role: Role, services: Services) -> CalendarFile | None:
    """
    Return what the calendar file of one side of a match says.

    Returns:
        `None` if no contact is left, or the match has not begun. Of a match that was entered by
        hand, only the contacts since then are told.

    """
    if match.starts_on is None or match.introduced_at is None:
        return None
    program = services.program
    entered = program.local(match.introduced_at).date() if match.by_hand else None
    days = contact_days(match.starts_on, match.framework, since=entered)
    if not days:
        return None
    host = urlsplit(program.public_address).hostname
    description = services.renderer.text(
        "email/_calendar", agreed=match.framework, ends_on=match.ends_on
    )
    return CalendarFile(
        uid=f"{match.id}-{role.value}@{host}",
        sequence=0,
        made_at=match.introduced_at,
        days=days,
        weeks=match.framework.weeks,
        description=description.strip(),
        program=program.name,
    )


def _words(person: ShownPerson, question: Question) -> str:
    """Return what may be read of an answer, "" for nothing."""
    found = (each.words for each in person.answers() if each.question.name == question.name)
    return next(found, "")
