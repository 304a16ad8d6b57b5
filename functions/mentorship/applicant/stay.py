"""Staying on the list: the page to which the letter before a deletion leads."""

from dataclasses import replace
from datetime import datetime

from mentorship import log
from mentorship.applicant.link_holder import (
    OwnerRequest,
    act,
    needs_owner,
    owner_request,
    pointer_of,
)
from mentorship.applications import staying
from mentorship.applications.application import Application, ApplicationChange
from mentorship.form import declaration
from mentorship.form.form import AnswersRefused, Form
from mentorship.form.question import Audience
from mentorship.pairings import as_owner_knows, matches_of
from mentorship.services import Services
from mentorship.web import http


def show(request: http.Request, services: Services) -> http.Response:
    """Show until when an application is kept, and what its owner agrees to by staying."""
    return _page(needs_owner(owner_request(request, services)), services)


def stay(request: http.Request, services: Services) -> http.Response:
    """Keep an application for another period, if its owner agrees to today's wording."""
    mine = needs_owner(owner_request(request, services))
    given, _ = request.fields()
    try:
        if _known(mine, services).is_leaving:
            _form(mine, services).parse(given)
    except AnswersRefused as refused:
        if request.wants_json:
            raise
        log.record("request refused", request=request.id, questions=refused.questions)
        return _page(mine, services, status=refused.status, refused=refused)
    keep_months = services.arrangements().keep_months

    def decide(mine: OwnerRequest) -> ApplicationChange:
        application = needs_owner(mine).application
        if application.was_warned and not _known(mine, services).is_leaving:
            return ApplicationChange(application=application)
        return staying.stay(
            application,
            pointer_of(application, services),
            keep_months=keep_months,
            now=services.now(),
        )

    return act(request, services, decide, done="stayed")


def _known(mine: OwnerRequest, services: Services) -> Application:
    return as_owner_knows(mine.application, matches_of(mine.application, services))


def _form(mine: OwnerRequest, services: Services) -> Form:
    """Return the consent of the form as it is asked today, and nothing else of it."""
    renderer = services.renderer_for(services.arrangements())
    return renderer.forms[mine.application.role].only(declaration.CONSENT.name)


def _page(
    mine: OwnerRequest,
    services: Services,
    *,
    status: int = 200,
    refused: AnswersRefused | None = None,
) -> http.Response:
    keep_months = services.arrangements().keep_months
    known = _known(mine, services)
    shown = services.renderer.application(known, Audience.OWNER)
    page = services.renderer.page(
        "stay",
        application=shown.without_answers(),
        link=mine.link,
        # How long is counted from today here, and the page says so above the tick.
        consent=replace(next(_form(mine, services).questions()), hint=""),
        refusals=refused.refusals if refused else {},
        keep_months=keep_months,
        until=_until(known, keep_months, services.now()),
    )
    return http.page(page, status=status)


def _until(application: Application, keep_months: int, now: datetime) -> datetime | None:
    """Return until when an application would be kept if its owner stayed now."""
    kept = replace(application, kept_from=now, warned_at=None, keep_months=keep_months)
    return kept.kept_until
