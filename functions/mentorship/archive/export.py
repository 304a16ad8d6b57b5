"""
Applications as a file: in the answer, or kept in a private bucket for a day.

A direct invocation is for someone with access to the society's AWS account. An export that fits is
in the answer; for a larger one the answer is a link that works for five minutes.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from os import SEEK_END
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from mentorship import log
from mentorship.applications.application import Application
from mentorship.bucket import LINK_SECONDS
from mentorship.exports import spreadsheet
from mentorship.exports.query import ExportQuery
from mentorship.services import Services

# Lambda answers with 6 MB at most, and base64 makes four bytes of three.
MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Written:
    """An export that is written: its name, how many applications are in it, and the file."""

    query: ExportQuery
    filename: str
    rows: int
    file: IO[bytes]

    @property
    def content_type(self) -> str:
        """The media type."""
        return self.query.format.content_type

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
def written(
    query: ExportQuery,
    services: Services,
    *,
    sees: Callable[[Application], Application] = lambda application: application,
) -> Iterator[Written]:
    """
    Write what an export query asks for to an unnamed file, which is gone afterwards.

    Args:
        query: what is asked for.
        services: where it is found.
        sees: returns an application without what the reader of the file may not see of it.

    """
    now, zone = services.now(), services.program.zone
    which = [*(f"{role}s" for role in query.roles), *filter(None, [query.area])]
    filename = f"{'-'.join(which)}-{now.astimezone(zone):%Y-%m-%d-%H%M}.{query.format}"
    found = services.store.queries.applications(
        roles=query.roles,
        statuses=query.statuses,
        since=query.since,
        until=query.until,
        now=now,
        oldest_first=True,
    )
    with TemporaryFile() as file:
        # A workbook is made from named files, which no other account on the machine may read.
        with TemporaryDirectory() as folder:
            rows = spreadsheet.write(
                filter(query.takes, map(sees, found)),
                columns=spreadsheet.columns(query, zone, services.store.matches.since(now=now)),
                format=query.format,
                file=file,
                folder=folder,
            )
        yield Written(query, filename, rows, file)


def export(arguments: Mapping[str, Any], services: Services) -> dict[str, Any]:
    """
    Return the applications that are asked for, as a file or as a link to one.

    Nothing is withheld: whoever calls the function has access to the account, and to the tables.
    """
    query = ExportQuery.parse(arguments, services.program.zone)
    with written(query, services) as file:
        answer: dict[str, Any] = {
            "filename": file.filename,
            "content_type": file.content_type,
            "rows": file.rows,
        }
        if file.fits():
            answer["body"] = base64.b64encode(file.file.read()).decode()
        else:
            link, until = file.kept(services)
            answer |= {"link": link, "expires": until.isoformat()}
    log_export(file)
    return answer


def log_export(written: Written, **more: str) -> None:
    """Log that applications were exported, and how many."""
    log.record("applications exported", format=written.query.format, count=written.rows, **more)
