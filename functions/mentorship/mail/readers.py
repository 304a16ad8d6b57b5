"""
Which coordinators a letter goes to, and what all of them may read.

A letter about an application does not go to a coordinator whose own it is, or who knows its owner.
A letter about many says of each what every one of its readers may read.
"""

from collections.abc import Sequence
from datetime import datetime

from mentorship.applications.application import Application
from mentorship.applications.conflicts import Viewer
from mentorship.letters.letter import Letter
from mentorship.letters.traits import Reader
from mentorship.program.arrangements import include_contact
from mentorship.services import Services

# The fact that names an application that a letter is not about itself.
APPLICATION, VERSION = "application", "version"


def coordinators(
    letter: Letter, about: Sequence[Application], services: Services, now: datetime
) -> list[Viewer]:
    """
    Return today's coordinators that a letter goes to: all who get email, or the one it names.

    Args:
        letter: the letter to be sent.
        about: the applications that it is about: one, both of a match, or none.
        services: where they are looked up.
        now: the present.

    Returns:
        Nobody if the one that it names is no longer a coordinator. A letter about a match then goes
        to the others, because someone has to act. Where a letter concerns all who get email, it
        goes to the contact address.

    """
    today, contact = services.program.local(now).date(), services.program.contact
    arrangements = services.arrangements()
    if letter.reader is not Reader.COORDINATORS:
        to, hashed = letter.to.which, services.links.hashed
        found = arrangements.allowed_address(to, today, contact=contact, hashed=hashed)
        viewers = [services.viewer(found, arrangements)] if found else []
        if not letter.match or any(_may_get(letter, about, each) for each in viewers):
            return viewers
    addresses = arrangements.mail_recipients(today, contact=contact)
    # All who could have exported an application are asked to delete it, the contact too.
    if letter.kind.traits.also_contact:
        addresses = include_contact(addresses, contact)
    viewers = [services.viewer(each, arrangements) for each in addresses]
    about = about or _named(letter, services, now)
    if not about:
        return viewers
    free = [each for each in viewers if _may_get(letter, about, each)]
    return free or [services.viewer(contact, arrangements)]


def seen_by_all(application: Application, viewers: Sequence[Viewer]) -> Application:
    """Return an application without what any of a letter's readers may not see of it."""
    for each in viewers:
        application = each.sees(application)
    return application


def concerns_any(application: Application, viewers: Sequence[Viewer]) -> bool:
    """Tell whether an application is a reader's own, or of someone whom one of them knows."""
    return any(each.relation(application) for each in viewers)


def _named(letter: Letter, services: Services, now: datetime) -> list[Application]:
    """Return the application that a letter names, if it is still there."""
    named = str(letter.facts.get(APPLICATION, ""))
    found = services.store.application(named, now=now) if named else None
    return [found] if found else []


def _may_get(letter: Letter, about: Sequence[Application], viewer: Viewer) -> bool:
    """Tell whether a coordinator may get a letter, and would find anything in it."""
    if any(viewer.relation(each) for each in about):
        return False
    if VERSION not in letter.facts:
        return True
    return any(viewer.sees_version(each, int(letter.facts[VERSION])) for each in about)
