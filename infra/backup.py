"""A backup as a file on an operator's computer."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.trouble import Trouble
from mentorship.archive import backup
from mentorship.services import Services
from mentorship.store.store import Store


def write(path: Path, store: Store, services: Services) -> Counter[str]:
    """
    Write everything that is stored to a new file, and return how many items each table has.

    Args:
        path: the file; no one else on this computer may read it.
        store: reads the tables, which may be others than the program's own.
        services: what the functions work with.

    Raises:
        Trouble: if there is such a file already.

    """
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise Trouble(f"{path} is there already: name another file.") from error
    now = services.now()
    with path.open("wb") as file, TemporaryDirectory() as folder:
        return backup.write(
            file,
            store,
            folder=folder,
            read_me=services.renderer.text("desk/read-me", at=now),
            zone=services.program.zone,
            now=now,
        )


@contextmanager
def opened(path: Path) -> Iterator[backup.Backup]:
    """
    Open a backup from any version of the program.

    Raises:
        Trouble: if it is not ours, or not complete.

    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise Trouble(f"{path} cannot be opened: {error.strerror}") from error
    with file:
        try:
            found = backup.read(file)
        except backup.BadBackup as problem:
            raise Trouble(f"{path} was not restored. {problem}") from problem
        yield found
