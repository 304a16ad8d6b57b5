"""
Applications are exported on request.

The function is invoked directly by someone with access to the society's AWS account. An export that
fits is in the answer; a larger one is kept in a private bucket for a day, and the answer is a link
that works for five minutes.
"""

import base64
from datetime import timedelta
from os import SEEK_END
from tempfile import TemporaryFile
from typing import Any

from mentorship import journal, spreadsheet
from mentorship.bucket import LINK_SECONDS
from mentorship.problems import Problem
from mentorship.services import Services, services
from mentorship.spreadsheet import Wanted

# Lambda answers with 6 MB at most, and base64 makes four bytes of three.
MOST_BYTES = 4 * 1024 * 1024


def export(arguments: dict[str, Any], services: Services) -> dict[str, Any]:
    """Return the applications that are asked for, as a file or as a link to one."""
    now, zone = services.now(), services.program.zone
    wanted = Wanted.of(arguments, zone)
    which = "-".join(f"{role}s" for role in wanted.roles)
    answer: dict[str, Any] = {
        "filename": f"{which}-{now.astimezone(zone):%Y-%m-%d-%H%M}.{wanted.format}",
        "content_type": wanted.format.content_type,
    }
    with TemporaryFile() as file:
        answer["rows"] = spreadsheet.write(
            services.store.applications(
                roles=wanted.roles,
                statuses=wanted.statuses,
                since=wanted.since,
                until=wanted.until,
                now=now,
            ),
            columns=spreadsheet.columns(wanted, zone),
            format=wanted.format,
            file=file,
        )
        size = file.seek(0, SEEK_END)
        file.seek(0)
        if size <= MOST_BYTES:
            answer["body"] = base64.b64encode(file.read()).decode()
        else:
            answer["link"] = services.bucket.keep(
                file,
                key=f"{services.new_id()}/{answer['filename']}",
                filename=answer["filename"],
                content_type=answer["content_type"],
            )
            answer["expires"] = (now + timedelta(seconds=LINK_SECONDS)).isoformat()
    journal.record("applications exported", format=wanted.format, count=answer["rows"])
    return answer


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer a direct invocation; what is wrong with its arguments is an answer too."""
    try:
        return export(event, services())
    except Problem as problem:
        return {"problem": problem.as_json()}
