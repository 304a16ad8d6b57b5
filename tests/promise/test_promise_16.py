"""Promise 16: every stored record of every past version can be read."""

from mentorship.store import keys
from tests.golden_records import PATHS, golden, read, through_the_table, write
from tests.promises import Show


def test_every_record_of_every_version_is_read(shown: Show) -> None:
    """
    Each kept record of each version is read, and is the same once it was written anew and read.
    """
    versions = set()
    for path in PATHS:
        record = golden(path.stem)
        item = read(through_the_table(record))
        assert read(through_the_table(write(item))) == item
        versions.add(record["written_as"])
    assert versions == set(range(1, keys.WRITTEN_AS + 1))
    shown(16, f"{len(PATHS)} of {len(PATHS)} records, of versions 1 to {keys.WRITTEN_AS}")
