"""
Applications are exported on request: to a coordinator at the desk, or by a direct invocation.

The latter is for someone with access to the society's AWS account. An export that fits is in the
answer; a larger one is kept in a private bucket for a day, and the answer is a link that works for
five minutes.
"""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from os import SEEK_END
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from mentorship import log
from mentorship.bucket import LINK_SECONDS
from mentorship.desk.guard import HEADERS, DeskRequest, guarded
from mentorship.exports import spreadsheet
from mentorship.exports.query import (
    ARGUMENTS,
    ROLES,
    STATUSES,
    ExportQuery,
    Format,
    private_questions,
)
from mentorship.form import wishes
from mentorship.problems import BadExport, Problem
from mentorship.program.audit import Action
from mentorship.services import Services, services
from mentorship.web import http, router

# Lambda answers with 6 MB at most, and base64 makes four bytes of three.
MAX_BYTES = 4 * 1024 * 1024

# The one that opens by itself comes first.
FORMATS = (Format.XLSX, Format.CSV, Format.JSON)


@dataclass(frozen=True)
class Written:
    """An export that is written: its name, how many applications are in it, and the file."""

    wanted: ExportQuery
    filename: str
    rows: int
    file: IO[bytes]

    @property
    def content_type(self) -> str:
        """The media type."""
        return self.wanted.format.content_type

    def fits(self) -> bool:
        """Tell whether it can be in an answer; the file is then read from its beginning."""
        size = self.file.seek(0, SEEK_END)
        self.file.seek(0)
        return size <= MAX_BYTES

    def kept(self, services: Services) -> tuple[str, datetime]:
        """Return a link that leads to it, and until when."""
        link = services.bucket.keep(
            self.file,
            key=f"{services.new_id()}/{self.filename}",
            filename=self.filename,
            content_type=self.content_type,
        )
        return link, services.now() + timedelta(seconds=LINK_SECONDS)


@contextmanager
def _written(wanted: ExportQuery, services: Services) -> Iterator[Written]:
    """Write what is wanted to a file without a name, which is gone afterwards."""
    now, zone = services.now(), services.program.zone
    which = [*(f"{role}s" for role in wanted.roles), *filter(None, [wanted.area])]
    filename = f"{'-'.join(which)}-{now.astimezone(zone):%Y-%m-%d-%H%M}.{wanted.format}"
    found = services.store.queries.applications(
        roles=wanted.roles,
        statuses=wanted.statuses,
        since=wanted.since,
        until=wanted.until,
        now=now,
        oldest_first=True,
    )
    with TemporaryFile() as file:
        # A workbook is made of files with names, which no other account of the machine may read.
        with TemporaryDirectory() as folder:
            rows = spreadsheet.write(
                filter(wanted.takes, found),
                columns=spreadsheet.columns(wanted, zone),
                format=wanted.format,
                file=file,
                folder=folder,
            )
        yield Written(wanted, filename, rows, file)


def show(desk: DeskRequest) -> http.Response:
    """Show what can be exported, filled in as the address says."""
    return _page(desk, {name: [desk.request.query(name)] for name in ARGUMENTS})


def hand_over(desk: DeskRequest) -> http.Response:
    """Answer with an export, which is recorded before anybody has it."""
    given, _ = desk.request.fields()
    arguments = {name: texts[0] if len(texts) == 1 else texts for name, texts in given.items()}
    try:
        wanted = ExportQuery.parse(arguments, desk.services.program.zone)
    except BadExport as problem:
        if desk.request.wants_json:
            raise
        log.record("export refused", request=desk.request.id, problem=type(problem).__name__)
        return _page(desk, given, problem=problem, status=problem.status)
    with _written(wanted, desk.services) as written:
        rows = f"{written.rows:,} row{'' if written.rows == 1 else 's'}"
        desk.record(Action.EXPORTED, words=f"{wanted.words}, {rows}")
        _log(written, request=desk.request.id)
        if written.fits():
            disposition = f'attachment; filename="{written.filename}"'
            headers = {"content-type": written.content_type, "content-disposition": disposition}
            return http.Response(file=written.file.read(), headers={**HEADERS, **headers})
        link, until = written.kept(desk.services)
        return desk.page(
            "export_link", link=link, until=until, filename=written.filename, rows=rows
        )


def _page(
    desk: DeskRequest,
    given: Mapping[str, list[str]],
    *,
    problem: BadExport | None = None,
    status: int = 200,
) -> http.Response:
    """Return the page on which an export is put together, and on which a *problem* is told."""
    return desk.page(
        "export",
        status=status,
        given={name: given.get(name, []) for name in ARGUMENTS},
        problem=problem,
        roles=ROLES,
        statuses=STATUSES,
        areas=wishes.AREAS.options,
        formats=wishes.options(**{each.value: each.words for each in FORMATS}),
        private=private_questions(),
    )


def export(arguments: Mapping[str, Any], services: Services) -> dict[str, Any]:
    """Return the applications that are asked for, as a file or as a link to one."""
    with _written(ExportQuery.parse(arguments, services.program.zone), services) as written:
        answer: dict[str, Any] = {
            "filename": written.filename,
            "content_type": written.content_type,
            "rows": written.rows,
        }
        if written.fits():
            answer["body"] = base64.b64encode(written.file.read()).decode()
        else:
            link, until = written.kept(services)
            answer |= {"link": link, "expires": until.isoformat()}
    _log(written)
    return answer


def _log(written: Written, **more: str) -> None:
    log.record("applications exported", format=written.wanted.format, count=written.rows, **more)


ROUTES = guarded({("GET", "/desk/export"): show, ("POST", "/desk/export"): hand_over})


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer the HTTP API, or a direct invocation; what is wrong with that is an answer too."""
    if "requestContext" in event:
        return router.answer(event, ROUTES, services())
    try:
        return export(event, services())
    except Problem as problem:
        return {"problem": problem.as_json()}
