"""
From the desk, everything is exported as one ZIP, and imported back.

It is a function apart from the desk's other pages, for it may read all of every table.
"""

from datetime import timedelta
from io import BytesIO
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from mentorship import backup, journal, restoring, web
from mentorship.bucket import LINK_SECONDS
from mentorship.desk.guard import HEADERS, AtDesk, guarded
from mentorship.problems import BadImport, TooLarge
from mentorship.rendering import day
from mentorship.services import services
from mentorship.session import Did

# Lambda answers with 6 MB at most and takes no more, and base64 makes four bytes of three.
MOST_BYTES = 4 * 1024 * 1024
# Looked through within seconds: some twenty thousand letters and two thousand applications.
MOST_UNPACKED = 16 * 1024 * 1024
# The HTTP API waits for thirty seconds; a part that was begun has to end.
PATIENCE = timedelta(seconds=20)
# What a browser sends around a file.
MOST_AROUND = 16 * 1024
FILE = "file"
CONTENT_TYPE = "application/zip"
MEGABYTE = 1024 * 1024


def export(desk: AtDesk) -> web.Response:
    """Hand over all that is stored, or a link to it; that it was asked for is recorded before."""
    services, now = desk.services, desk.now
    desk.record(Did.EXPORTED_ALL)
    zone = services.program.zone
    filename = f"mentorship-{now.astimezone(zone):%Y-%m-%d-%H%M}.zip"
    # A workbook is made of files with names, which no other account of the machine may read.
    with TemporaryFile() as file, TemporaryDirectory() as folder:
        counted = backup.write(
            file,
            services.store,
            folder=folder,
            read_me=services.renderer.text("desk/read-me", at=now),
            zone=zone,
            now=now,
        )
        size = file.tell()
        file.seek(0)
        journal.record("everything exported", request=desk.request.id, count=counted.total())
        if size <= MOST_BYTES:
            headers = {
                **HEADERS,
                "content-type": CONTENT_TYPE,
                "content-disposition": f'attachment; filename="{filename}"',
            }
            return web.Response(file=file.read(), headers=headers)
        link = services.bucket.keep(
            file,
            key=f"{services.new_id()}/{filename}",
            filename=filename,
            content_type=CONTENT_TYPE,
        )
    return desk.page(
        "exported",
        link=link,
        filename=filename,
        megabytes=-(-size // MEGABYTE),
        minutes=LINK_SECONDS // 60,
    )


def import_back(desk: AtDesk) -> web.Response:
    """Write what is missing back from an export; a file that is not whole changes nothing."""
    services, began = desk.services, desk.now
    try:
        found = backup.read(BytesIO(_file(desk)), most=MOST_UNPACKED)
    except (BadImport, TooLarge) as problem:
        if desk.request.wants_json:
            raise
        journal.record("import refused", request=desk.request.id, problem=type(problem).__name__)
        refusal = backup.TOO_LARGE if isinstance(problem, TooLarge) else problem.detail
        return desk.page("imported", status=problem.status, refusal=refusal)
    desk.record(Did.IMPORTED, words=_told(found, desk))
    restored = restoring.restore(
        found,
        services.store,
        services.links,
        arranged=desk.arranged,
        pause=services.pause,
        go_on=lambda: services.now() - began < PATIENCE,
    )
    journal.record("export imported", request=desk.request.id, count=restored.written.total())
    return desk.page("imported", restored=restored, at=found.at, refusal="")


def _file(desk: AtDesk) -> bytes:
    """Return the file that was sent."""
    _, files = desk.request.uploaded(MOST_BYTES + MOST_AROUND)
    if not (file := files.get(FILE)):
        raise BadImport("Choose the ZIP to import.")
    return file


def _told(found: backup.Backup, desk: AtDesk) -> str:
    """Return what the record says of a file."""
    made = f", of {day(desk.services.program.local(found.at))}" if found.at else ""
    return f"{found.counted.total()} items{made}"


ROUTES = guarded(
    {
        ("POST", "/desk/archive/export"): export,
        ("POST", "/desk/archive/import"): import_back,
    }
)


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return web.answer(event, ROUTES, services())
