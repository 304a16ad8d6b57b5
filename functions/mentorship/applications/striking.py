"""What the owner of an application keeps from a proposed match."""

from mentorship.applications.application import Application, ApplicationChange
from mentorship.problems import ApplicationClosed


def strike(application: Application, name: str, *, struck: bool) -> ApplicationChange:
    """
    Keep an answer from a proposed match, or let it be shown again.

    It doesn't confirm the owner's address: they are asked about that by itself.

    Args:
        application: the owner's.
        name: the name of the question.
        struck: whether it is kept from them.

    Raises:
        ApplicationClosed: if the application is closed.

    """
    if not application.is_open:
        raise ApplicationClosed
    if (name in application.struck) is struck:
        return ApplicationChange(application=application)
    others = tuple(each for each in application.struck if each != name)
    changed = application.with_changes(struck=(*others, name) if struck else others)
    return ApplicationChange(application=changed, puts=(changed,))
