"""
The log: one line of JSON for each thing that happened, with facts from a short list only.

Nothing that an applicant wrote is on that list, so no answer, name or address can get into a log by
mistake.
"""

import json
import sys

FACTS = frozenset(
    {
        "application",
        "attempt",
        "count",
        "error",
        "final",
        "format",
        "kind",
        "letter",
        "missing",
        "oldest",
        "problem",
        "questions",
        "reader",
        "reason",
        "request",
        "role",
        "status",
        "where",
    }
)


def record(event: str, **facts: str | int | bool | list[str] | None) -> None:
    """
    Write one line to the log.

    Args:
        event: what happened, in a few fixed words; alarms watch for some of them.
        facts: ids, counts and codes.

    Raises:
        ValueError: for a fact that is not on the list.

    """
    if strangers := set(facts) - FACTS:
        raise ValueError(f"not a fact for the log: {', '.join(sorted(strangers))}")
    print(json.dumps({"event": event, **facts}), file=sys.stdout, flush=True)


def broken(error: BaseException, *, request: str) -> None:
    """Write that a request broke, or a part of it, without anything that was sent."""
    record("request broke", request=request, error=type(error).__name__, where=trace(error))


def trace(error: BaseException) -> list[str]:
    """Return where *error* arose, without its message, which may hold what a person wrote."""
    steps = []
    at = error.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        # Of our own modules the room is told, too: several rooms have a module of the same name.
        *_, file = code.co_filename.rsplit("/mentorship/", 1)
        named = file if file != code.co_filename else file.rsplit("/", 1)[-1]
        steps.append(f"{named}:{at.tb_lineno} {code.co_name}")
        at = at.tb_next
    return steps
