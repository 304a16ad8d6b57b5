"""Export everything as one ZIP file."""

from tempfile import TemporaryDirectory, TemporaryFile

from mentorship import log
from mentorship.archive import backup
from mentorship.bucket import LINK_SECONDS
from mentorship.desk.guard import HEADERS, DeskRequest
from mentorship.problems import ConcernsYou
from mentorship.program.audit import Action
from mentorship.web import http

# Lambda answers with 6 MB at most, and base64 makes four bytes of three.
MAX_BYTES = 4 * 1024 * 1024
CONTENT_TYPE = "application/zip"
MEGABYTE = 1024 * 1024


def export(desk: DeskRequest) -> http.Response:
    """
    Return everything that is stored, or a link to it; the audit entry is stored first.

    Only the contact address gets it. Notes about any coordinator are in it, and a file that lacks
    some of what is stored would be no backup; and to refuse it only to those who are named in a
    note would tell them so.
    """
    services, now = desk.services, desk.now
    if not desk.viewer.is_contact:
        desk.record(Action.REFUSED, words="export everything")
        return desk.page("contact_only", status=ConcernsYou.status)
    desk.record(Action.EXPORTED_ALL)
    zone = services.program.zone
    filename = f"mentorship-{now.astimezone(zone):%Y-%m-%d-%H%M}.zip"
    # A workbook is made from named files, which no other account on the machine may read.
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
        log.record("everything exported", request=desk.request.id, count=counted.total())
        if size <= MAX_BYTES:
            headers = {
                **HEADERS,
                "content-type": CONTENT_TYPE,
                "content-disposition": f'attachment; filename="{filename}"',
            }
            return http.Response(file=file.read(), headers=headers)
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
