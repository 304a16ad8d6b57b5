"""What a proposed match would read: its owner sees it, and strikes lines of it."""

from dataclasses import dataclass, replace

from mentorship.applicant.link_holder import OwnerRequest, act, needs_owner
from mentorship.applications import striking
from mentorship.applications.application import Application, ApplicationChange
from mentorship.applications.shown import ShownPerson
from mentorship.form import declaration
from mentorship.form.disclosure import ShownAnswer
from mentorship.form.question import Audience
from mentorship.problems import BadRequest
from mentorship.rendering import Renderer
from mentorship.services import Services
from mentorship.web import http


@dataclass(frozen=True)
class Preview:
    """
    What the owner sees of what a proposed match would read.

    Attributes:
        person: what the letter would say of them.
        struck: the answers that they have struck.
        is_earlier: whether they agreed to an earlier wording, by which it is shown.

    """

    person: ShownPerson
    struck: tuple[ShownAnswer, ...]
    is_earlier: bool


def preview_of(stored: Application, renderer: Renderer) -> Preview | None:
    """Return what a proposed match would read, unless the application cannot be proposed yet."""
    if not stored.is_open or stored.status.traits.awaits_agreement:
        return None
    unstruck = renderer.person(replace(stored, struck=()), Audience.PROPOSED)
    return Preview(
        person=renderer.person(stored, Audience.PROPOSED),
        struck=tuple(row for row in unstruck.answers() if row.question.name in stored.struck),
        is_earlier=stored.consent_version < declaration.CONSENT_VERSION,
    )


def strike(request: http.Request, services: Services) -> http.Response:
    """Keep a line from what a proposed match would read."""
    return _strike(request, services, struck=True)


def put_back(request: http.Request, services: Services) -> http.Response:
    """Put a struck line back."""
    return _strike(request, services, struck=False)


def _strike(request: http.Request, services: Services, *, struck: bool) -> http.Response:
    given, _ = request.fields()
    name = " ".join(given.get("question", []))

    def decide(mine: OwnerRequest) -> ApplicationChange:
        application = needs_owner(mine).application
        asked = services.renderer.forms[application.role].questions()
        if name not in {each.name for each in asked if each.may_be_proposed}:
            raise BadRequest("Use the buttons of the page")
        return striking.strike(application, name, struck=struck)

    return act(request, services, decide, done="taken-out" if struck else "put-back")
