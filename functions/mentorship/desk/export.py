"""The page on which an export is put together."""

from collections.abc import Mapping

from mentorship import log
from mentorship.applications.application import Application
from mentorship.archive.export import log_export, written
from mentorship.desk.guard import HEADERS, DeskRequest
from mentorship.desk.seen import hidden_proposals, without
from mentorship.exports.query import (
    ARGUMENTS,
    ROLES,
    ExportQuery,
    Format,
    private_questions,
    statuses,
)
from mentorship.form import wishes
from mentorship.form.choices import options
from mentorship.problems import BadExport
from mentorship.program.audit import Action
from mentorship.web import http

# The one that opens with a double click comes first.
FORMATS = (Format.XLSX, Format.CSV, Format.JSON)


def show(desk: DeskRequest) -> http.Response:
    """Show what can be exported, filled in as the address says."""
    return _page(desk, {name: desk.request.query_all(name) for name in ARGUMENTS})


def hand_over(desk: DeskRequest) -> http.Response:
    """Answer with an export; its audit entry is stored first."""
    given, _ = desk.request.fields()
    arguments = {name: texts[0] if len(texts) == 1 else texts for name, texts in given.items()}
    try:
        query = ExportQuery.parse(arguments, desk.services.program.zone)
    except BadExport as problem:
        if desk.request.wants_json:
            raise
        log.record("export refused", request=desk.request.id, problem=type(problem).__name__)
        return _page(desk, given, problem=problem, status=problem.status)
    unseen = hidden_proposals(desk)

    def sees(application: Application) -> Application:
        return without(desk.sees(application), unseen)

    with written(query, desk.services, sees=sees) as file:
        rows = f"{file.rows:,} row{'' if file.rows == 1 else 's'}"
        desk.record(Action.EXPORTED, words=f"{query.words}, {rows}")
        log_export(file, request=desk.request.id)
        if file.fits():
            disposition = f'attachment; filename="{file.filename}"'
            headers = {"content-type": file.content_type, "content-disposition": disposition}
            return http.Response(file=file.file.read(), headers={**HEADERS, **headers})
        link, until = file.kept(desk.services)
        return desk.page("export_link", link=link, until=until, filename=file.filename, rows=rows)


def _page(
    desk: DeskRequest,
    given: Mapping[str, list[str]],
    *,
    problem: BadExport | None = None,
    status: int = 200,
) -> http.Response:
    """Return the page on which an export is put together, with a *problem* if there is one."""
    return desk.page(
        "export",
        status=status,
        given={name: given.get(name, []) for name in ARGUMENTS},
        problem=problem,
        roles=ROLES,
        statuses=statuses(),
        areas=wishes.AREAS.options,
        formats=options(**{each.value: each.words for each in FORMATS}),
        private=private_questions(),
        reads_notes=desk.viewer.reads_notes,
    )
