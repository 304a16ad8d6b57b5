"""Promise 13: a restored table mails nobody, and equals what was."""

import gzip
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.laptop import Laptop
from infra.operate import Operator
from infra.trouble import Trouble
from mentorship.services import Services
from tests import people, tables
from tests.conftest import Clock, Show, apply
from tests.own import link_of, mail, post

pytestmark = pytest.mark.rules


@pytest.fixture
def someone(laptop: Laptop, services: Services) -> Operator:
    """An operator who means it."""
    words = {"restore": "restore", "send": "send", "forget": "forget"}
    return Operator(
        services,
        boto3.client("dynamodb"),
        boto3.client("secretsmanager"),
        lambda question: words[question.split()[1]],
    )


def _live(laptop: Laptop) -> None:
    """Fill the tables with one of each kind of thing, and leave letters unsent."""
    apply(laptop, people.mentee())
    apply(laptop, people.mentor())
    apply(laptop, people.mentee(city="Tacoma"))
    apply(laptop, people.mentee(email="bot@example.org", website="x"))
    link = link_of(laptop, "robin@example.org")
    post(laptop, f"{link}/correct", people.mentee(city="Yakima"))
    laptop.daily()
    mail(laptop)
    # These are on their way when the copy is made.
    apply(laptop, people.mentee(email="late@example.org"))


def test_a_restored_table_equals_what_was(
    laptop: Laptop, someone: Operator, clock: Clock, tmp_path: Path, shown: Show
) -> None:
    """
    After export, wipe and import the tables are equal, nobody is mailed, unsent letters are held.
    """
    _live(laptop)
    before, sent = tables.everything(), len(laptop.outbox.emails)
    someone.backup(tmp_path / "backup.jsonl.gz")
    tables.wipe()
    _forget_what_the_stream_has(laptop)
    someone.restore(tmp_path / "backup.jsonl.gz")
    after = tables.everything()
    assert after["ApplicationsTable"] == before["ApplicationsTable"]
    assert after["ProgramTable"] == before["ProgramTable"]
    held = [each for each in after["LettersTable"] if each["state"]["S"] == "held"]
    assert [_sent_or_held(each) for each in before["LettersTable"]] == after["LettersTable"]
    mail(laptop)
    clock.forward(days=2)
    laptop.tick()
    mailed = len(mail(laptop)) - sent
    items = sum(map(len, after.values()))
    assert (len(held), mailed) == (2, 0)
    shown(13, f"{items} items of 3 tables equal, {len(held)} letters held, {mailed} emails")
    someone.release()
    laptop.tick()
    assert {email.header("To") for email in mail(laptop)[sent:]} == {
        "coordinator@example.org",
        "late@example.org",
    }


def test_what_is_there_is_not_overwritten(
    laptop: Laptop, someone: Operator, tmp_path: Path
) -> None:
    """
    A backup written back over tables that are there changes nothing in them.
    """
    _live(laptop)
    someone.backup(tmp_path / "backup.jsonl.gz")
    link = link_of(laptop, "robin@example.org")
    post(laptop, f"{link}/withdraw")
    mail(laptop)
    before = tables.everything()
    someone.restore(tmp_path / "backup.jsonl.gz")
    assert tables.everything() == before


def test_who_was_forgotten_stays_forgotten(
    laptop: Laptop, someone: Operator, tmp_path: Path, shown: Show
) -> None:
    """
    A backup from before somebody was forgotten, under an earlier address, brings nothing back.
    """
    _live(laptop)
    someone.backup(tmp_path / "backup.jsonl.gz")
    link = link_of(laptop, "robin@example.org")
    post(laptop, f"{link}/correct", people.mentee(email="moved@example.org"))
    link = link_of(laptop, "moved@example.org")
    waits = [
        each["id"]["S"]
        for each in tables.items("ApplicationsTable")
        if each["answers"]["M"]["email"]["S"] == "moved@example.org"
    ]
    link = post(laptop, f"{link}/take-up", {"change": waits}).headers["location"]
    assert post(laptop, f"{link}/forget").status == 200
    tables.wipe(but="forgotten#")
    someone.restore(tmp_path / "backup.jsonl.gz")
    found = str(tables.everything())
    brought_back = found.count("robin@example.org")
    assert "kim@example.com" in found
    assert brought_back == 0
    shown(13, f"1 forgotten after the copy was made: found {brought_back} times in what came back")


@pytest.mark.parametrize("broken", ["cut off", "no backup", "missing"])
def test_a_broken_backup_restores_nothing(
    broken: str, laptop: Laptop, someone: Operator, tmp_path: Path
) -> None:
    """
    A file that is not whole is refused before anything is written.
    """
    _live(laptop)
    path = tmp_path / "backup.jsonl.gz"
    someone.backup(path)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = file.readlines()
    match broken:
        case "cut off":
            with gzip.open(path, "wt", encoding="utf-8") as file:
                file.writelines([*lines[:3], lines[-1]])
        case "no backup":
            path.write_bytes(b"no backup")
        case _:
            path.unlink()
    tables.wipe()
    with pytest.raises(Trouble):
        someone.restore(path)
    assert sum(map(len, tables.everything().values())) == 0


def test_a_backup_is_its_operators_alone(laptop: Laptop, someone: Operator, tmp_path: Path) -> None:
    """
    Nobody else on the computer may read it, and none is written over another.
    """
    _live(laptop)
    path = tmp_path / "backup.jsonl.gz"
    someone.backup(path)
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(Trouble, match="there already"):
        someone.backup(path)


def _sent_or_held(letter: dict[str, Any]) -> dict[str, Any]:
    """Return a letter as it must come back."""
    if "due" not in letter:
        return letter
    left = {name: value for name, value in letter.items() if name not in ("due", "pending")}
    return {**left, "state": {"S": "held"}}


def _forget_what_the_stream_has(laptop: Laptop) -> None:
    """Have the stream deliver what was put before the tables were emptied: there is none left."""
    mail(laptop)
