"""From an event to the route that answers it, and from a problem to its page."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from mentorship import log
from mentorship.change import Conflict
from mentorship.problems import Busy, NotAllowed, NotFound, Problem, Unexpected
from mentorship.store import refusals
from mentorship.web.http import Request, Response, page
from mentorship.web.returned import returned

if TYPE_CHECKING:
    from mentorship.rendering import Renderer


class HasRenderer(Protocol):
    """What routes work with: at least what a problem's page is made with."""

    @property
    def renderer(self) -> "Renderer":
        """Pages and emails."""


S = TypeVar("S", bound=HasRenderer)
Routes = Mapping[tuple[str, str], Callable[[Request, S], Response]]


def answer(event: Mapping[str, Any], routes: Routes[S], services: S) -> dict[str, Any]:
    """
    Answer one event with the route that it names.

    Args:
        event: as API Gateway hands it to a function.
        routes: a function for each method and path, of which the first that fits is taken; a part
            of a path in braces is anything, and the route gets it as a parameter of that name.
        services: what the routes work with.

    """
    request = Request(event)
    try:
        route, params = _route(request, routes)
        response = route(replace(request, params=params), services)
    except Problem as problem:
        response = tell(problem, request, services.renderer)
    except Exception as error:  # A bug or an outage: logged without anything that was sent.
        log.broken(error, request=request.id)
        # Whoever conflicted with others at every try was in the same crowd.
        passes = isinstance(error, Conflict) or refusals.passes(error)
        ours = Busy() if passes else Unexpected(request.id)
        response = tell(ours, request, services.renderer)
    return response.as_event()


def _route(
    request: Request, routes: Routes[S]
) -> tuple[Callable[[Request, S], Response], dict[str, str]]:
    """Return the route for a request, and what its path has for each name."""
    fitting: dict[str, tuple[Callable[[Request, S], Response], dict[str, str]]] = {}
    for (method, pattern), route in routes.items():
        params = _fit(pattern, request.path)
        if params is not None:
            fitting.setdefault(method, (route, params))
    if not fitting:
        raise NotFound
    # HEAD is answered like GET; API Gateway leaves the body out.
    method = "GET" if request.method == "HEAD" else request.method
    if method not in fitting:
        raise NotAllowed([*fitting, *(["HEAD"] if "GET" in fitting else [])])
    return fitting[method]


def _fit(pattern: str, path: str) -> dict[str, str] | None:
    """Return what a path has for each name of a pattern, or `None` if it does not fit."""
    asked, parts = path.rstrip("/").split("/"), pattern.split("/")
    if len(asked) != len(parts):
        return None
    params = {}
    for given, part in zip(asked, parts, strict=True):
        if part.startswith("{") and given:
            params[part.strip("{}")] = given
        elif given != part:
            return None
    return params


def tell(problem: Problem, request: Request, renderer: "Renderer") -> Response:
    """Answer with a problem, as a page with what was typed, or as JSON."""
    log.record(
        "request refused",
        request=request.id,
        problem=type(problem).__name__,
        status=problem.status,
        questions=problem.questions,
    )
    if not request.wants_json:
        # Nobody loses what they typed because it came too late, or we failed.
        typed = returned(request, renderer.forms)
        body = renderer.page(problem.page, problem=problem, returned=typed)
        return page(body, status=problem.status, headers=problem.headers)
    return Response(
        status=problem.status,
        body=json.dumps(problem.as_json()),
        headers={"content-type": "application/problem+json", **problem.headers},
    )
