"""
Where the two of a proposed match answer, each by a link of their own.

Email scanners open links, so GET only ever shows, and POST acts. A link leads to one side of one
match, and shows nothing of the other person but what may be shown before their name.
"""

from collections.abc import Callable

from dateutil.relativedelta import relativedelta

from mentorship import log
from mentorship.applicant.match_page import (
    MatchReader,
    Stage,
    desk_page,
    match_page,
    stage_of,
)
from mentorship.applications.application import ApplicationChange
from mentorship.applications.conflicts import Relation
from mentorship.applications.pausing import pause_until
from mentorship.matches import answering
from mentorship.matches.answering import Said
from mentorship.matches.match import NOT_NOW_MONTHS, Reply
from mentorship.matches.pairing import MatchChange
from mentorship.matches.problems import ProposalClosed
from mentorship.pairings import commit, is_excluded, pairing_of, pairings_of
from mentorship.problems import ApplicationClosed, BadRequest, LinkExpired
from mentorship.services import Services
from mentorship.web import http

Decide = Callable[[MatchReader], MatchChange | ApplicationChange]


def show(request: http.Request, services: Services) -> http.Response:
    """Show what someone is asked or, once they are not asked any more, what came of it."""
    reader = _reader(request, services)
    if _is_at_the_desk(request, reader, services):
        return desk_page(reader, services)
    return match_page(reader, services)


def say_yes(request: http.Request, services: Services) -> http.Response:
    """Take a yes, also one that is too late for anyone but the coordinators."""
    return _act(request, services, lambda reader: _answer(reader, Said(reply=Reply.YES), services))


def say_no(request: http.Request, services: Services) -> http.Response:
    """Take a no, for which no one owes a reason."""
    return _act(request, services, lambda reader: _answer(reader, Said(reply=Reply.NO), services))


def say_not_now(request: http.Request, services: Services) -> http.Response:
    """Take *not now*, or pause someone who has said no and wants to be asked again later."""
    given, _ = request.fields()
    months = " ".join(given.get("months", []))

    def decide(reader: MatchReader) -> MatchChange | ApplicationChange:
        if months not in map(str, NOT_NOW_MONTHS):
            raise BadRequest("Use the buttons of the page")
        if stage_of(reader) not in (Stage.SAID_NO, Stage.NOT_NOW):
            return _answer(reader, Said(reply=Reply.NOT_NOW, months=int(months)), services)
        today = services.program.local(services.now()).date()
        resume_on = today + relativedelta(months=int(months))
        return pause_until(reader.application, resume_on)

    return _act(request, services, decide)


def say_mistake(request: http.Request, services: Services) -> http.Response:
    """Tell the coordinators, and no one else, that a no was a mistake."""
    return _act(
        request,
        services,
        lambda reader: answering.say_mistake(reader.pairing, reader.role, now=services.now()),
    )


def gone(_: http.Request, __: Services) -> http.Response:
    """Say that a link leads nowhere: a pair has no page yet, and its link was never mailed."""
    raise LinkExpired


def _answer(reader: MatchReader, said: Said, services: Services) -> MatchChange:
    now = services.now()
    return answering.answer(
        reader.pairing,
        reader.role,
        said,
        others=pairings_of(reader.application, services) if said.reply is Reply.NOT_NOW else (),
        is_excluded=said.reply is Reply.YES and is_excluded(reader.pairing, services),
        now=now,
        today=services.program.local(now).date(),
    )


def _act(request: http.Request, services: Services, decide: Decide) -> http.Response:
    """Decide, store, and redirect back to the page, which says what came of it."""

    def attempt() -> http.Response:
        reader = _reader(request, services)
        if _is_at_the_desk(request, reader, services):
            return http.redirect(reader.link)
        change = decide(reader)
        commit(change, services, before=reader.application)
        log.record(
            "match left as it is" if change.nothing else "match answered",
            request=request.id,
            application=reader.application.id,
            role=reader.role,
        )
        if request.wants_json:
            return http.reply(location=reader.link)
        return http.redirect(reader.link)

    try:
        return services.retry(attempt)
    except (ProposalClosed, ApplicationClosed) as problem:
        if request.wants_json:
            raise
        log.record(
            "request refused",
            request=request.id,
            problem=type(problem).__name__,
            status=problem.status,
        )
        return match_page(_reader(request, services), services, problem=problem)


def _reader(request: http.Request, services: Services) -> MatchReader:
    """
    Return who holds the link of a request.

    Raises:
        LinkExpired: if the match or their application is gone, the link went to an earlier
            address, or they have not been asked.

    """
    token = request.param("token")
    match_id, role, address_version = services.links.read_match_token(token)
    match = services.store.match(match_id, now=services.now())
    if match is None:
        raise LinkExpired
    reader = MatchReader(token=token, role=role, pairing=pairing_of(match, services))
    mine = reader.pairing.applications[role]
    if mine is None or mine.address_version != address_version:
        raise LinkExpired
    if match.parties[role].asked_at is None:
        raise LinkExpired
    return reader


def _is_at_the_desk(request: http.Request, reader: MatchReader, services: Services) -> bool:
    """
    Tell whether a coordinator who is signed in has opened someone else's link.

    What they press would count as that person's own answer, without a word of how they know it.
    """
    signed_in = services.signed_in(request)
    if signed_in is None:
        return False
    viewer = services.viewer(signed_in.address, signed_in.arrangements)
    return viewer.relation(reader.application) is not Relation.OWN
