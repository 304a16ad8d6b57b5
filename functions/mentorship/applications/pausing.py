"""How the owner of an application is not asked about any match for a while."""

from datetime import date

from mentorship.applications.application import Application, ApplicationChange
from mentorship.applications.status import Status
from mentorship.problems import ApplicationClosed


def pause_until(application: Application, day: date) -> ApplicationChange:
    """
    Keep an application on the list without matching it, until a day.

    If a coordinator has paused it, or put it back, meanwhile, the owner's word is the later one;
    only a pause without an end stays as it is, because a coordinator knows why.

    Raises:
        ApplicationClosed: if it neither waits nor is paused.

    """
    traits = application.status.traits
    if not (traits.may_be_matched or traits.is_paused):
        raise ApplicationClosed
    if traits.is_paused and application.resume_on in (None, day):
        return ApplicationChange(application=application)
    paused = application.with_changes(status=Status.PAUSED, resume_on=day)
    return ApplicationChange(application=paused, puts=(paused,))
