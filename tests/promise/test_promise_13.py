"""Promise 13: a restored table mails nobody, and equals what was."""

import gzip
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.laptop import Laptop
from infra.operate import Operator
from infra.trouble import Trouble
from mentorship.archive.backup import EVERYTHING, TABLES
from mentorship.change import Change, Conflict
from mentorship.form.question import Role
from mentorship.letters.letter import State
from mentorship.matches.answering import Said
from mentorship.matches.ending import take_back
from mentorship.matches.match import MatchState, Reply
from mentorship.pairings import pairing_of
from mentorship.program.audit import Action
from mentorship.services import Services, services
from mentorship.store import application_records, letter_records
from mentorship.store.items import read_item, write_item
from mentorship.store.store import Store
from tests import people, tables
from tests.clock import Clock
from tests.coordinator import sign_in
from tests.crowd import Crowd, done
from tests.matched import applied, proposed
from tests.own import link_of, mail, post
from tests.people import apply
from tests.promises import Show

pytestmark = pytest.mark.rules

# The states of a match that takes a place.
LIVE = {each.value for each in MatchState if each.takes_a_place}
# One record of each kind that any version of the program has written.
RECORDS = Path(__file__).parent.parent / "records"


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
    _match(services())
    link = link_of(laptop, "robin@example.org")
    post(laptop, f"{link}/correct", people.mentee(city="Yakima"))
    laptop.daily()
    mail(laptop)
    # These are on their way when the copy is made.
    apply(laptop, people.mentee(email="late@example.org"))


def _match(services: Services) -> None:
    """Have a match that waits for an answer, one that runs, and one that is over."""
    proposed(services, applied(services, Role.MENTOR, 1), applied(services, Role.MENTEE, 1))
    two = applied(services, Role.MENTOR, 2), applied(services, Role.MENTEE, 2)
    proposed(services, *two, by_hand_since=90)
    three = applied(services, Role.MENTOR, 3), applied(services, Role.MENTEE, 3)
    over = proposed(services, *three)
    change = take_back(pairing_of(over, services), now=services.now())
    services.store.commit(change)


def test_a_restored_table_equals_what_was(
    laptop: Laptop, someone: Operator, clock: Clock, tmp_path: Path, shown: Show
) -> None:
    """
    After export, wipe and import the tables are equal, nobody is mailed, unsent letters are held,
    and so are matches.
    """
    _live(laptop)
    before, sent = tables.everything(), len(laptop.outbox.emails)
    someone.backup(tmp_path / "backup.zip")
    tables.wipe()
    mail(laptop)
    someone.restore(tmp_path / "backup.zip")
    after = tables.everything()
    assert after["ApplicationsTable"] == before["ApplicationsTable"]
    assert after["ProgramTable"] == before["ProgramTable"]
    for table in ("LettersTable", "MatchesTable"):
        assert after[table] == [_back(each) for each in before[table]]
    held = [each for each in after["LettersTable"] if each["state"]["S"] == State.HELD]
    on_hold = [each for each in after["MatchesTable"] if each.get("on_hold", {}).get("BOOL")]
    mailed = _mailed_later(laptop, clock) - sent
    items = sum(map(len, after.values()))
    assert (len(held), len(on_hold), mailed) == (2, 2, 0)
    shown(
        13,
        f"{items} items of 4 tables equal, {len(held)} letters held, {len(on_hold)} matches on "
        f"hold, {mailed} emails",
    )
    sent = len(laptop.outbox.emails)
    someone.release()
    laptop.tick()
    assert {email.header("To") for email in mail(laptop)[sent:]} == {
        "coordinator@example.org",
        "late@example.org",
    }


def test_what_the_desk_exports_is_restored(
    laptop: Laptop, someone: Operator, clock: Clock, tmp_path: Path, shown: Show
) -> None:
    """
    Exported at the desk, wiped out and restored, the tables are equal, and nobody is mailed.
    """
    desk = sign_in(laptop, "admin@wsrs.org")
    _live(laptop)
    exported = desk.post("/desk/archive/export")
    path = tmp_path / "mentorship.zip"
    path.write_bytes(exported.body)
    before = tables.everything()
    tables.wipe()
    mail(laptop)
    sent = len(laptop.outbox.emails)
    someone.restore(path)
    after, equal = tables.everything(), 0
    for table, items in before.items():
        found = {each["id"]["S"]: each for each in after[table]}
        travel = [item for item in items if "who" not in item]
        assert len(found) == len(travel)
        for item in travel:
            assert found[item["id"]["S"]] == _back(item)
            equal += 1
    assert desk.get("/desk").status == 401
    mailed = _mailed_later(laptop, clock) - sent
    assert mailed == 0
    assert Action.EXPORTED_ALL in sign_in(laptop).get("/desk/record").text
    shown(13, f"exported at the desk and restored: {equal} items equal, {mailed} emails")


def test_matches_come_back_on_hold(
    laptop: Laptop,
    someone: Operator,
    services: Services,
    clock: Clock,
    tmp_path: Path,
    shown: Show,
) -> None:
    """
    Open and running matches come back equal but on hold: the morning's work leaves them alone until
    they are released, and then makes up for nothing.
    """
    crowd = _matched(services)
    mail(laptop)
    before = tables.everything()
    someone.backup(tmp_path / "backup.zip")
    tables.wipe()
    someone.restore(tmp_path / "backup.zip")
    after = tables.everything()
    assert after["ApplicationsTable"] == before["ApplicationsTable"]
    assert after["MatchesTable"] == [_back(each) for each in before["MatchesTable"]]
    live = [crowd.match(each) for each in crowd.matches if crowd.match(each).state.takes_a_place]
    assert [each.on_hold for each in live] == [True, True, True]
    letters, emails = _about_matches(), len(mail(laptop))
    for passed in (1, 6, 1, 7, 1, 30):
        clock.forward(days=passed)
        laptop.daily()
        mail(laptop)
    assert tables.everything()["MatchesTable"] == after["MatchesTable"]
    assert _about_matches() == letters
    mailed = [each for each in mail(laptop)[emails:] if each.header("To").endswith(".example")]
    assert mailed == []
    for each in live:
        done(crowd.releases(each.id))
    laptop.daily()
    assert _about_matches() == letters
    clock.forward(days=7)
    laptop.daily()
    assert len(_about_matches()) == len(letters) + 2
    shown(
        13,
        f"{len(live)} matches of {len(crowd.matches)} come back on hold: 46 days later nothing of "
        f"them has changed, {len(mailed)} emails",
    )


def _matched(services: Services) -> Crowd:
    """Return people of whom two are in a match, two are asked, and two said no."""
    crowd = Crowd(services)
    mentor = crowd.arrives(Role.MENTOR, answers={"capacity": "3"}, confirmed_at=services.now())
    for _ in range(4):
        crowd.arrives(Role.MENTEE, confirmed_at=services.now())
    yes, no = Said(reply=Reply.YES), Said(reply=Reply.NO)
    for mentee, said in zip(crowd.ids[1:], ((no,), (yes, yes), (yes,), ()), strict=True):
        done(crowd.proposes(mentor, mentee))
        for role, each in zip((Role.MENTOR, Role.MENTEE), said, strict=False):
            done(crowd.answers(crowd.matches[-1], role, each))
    return crowd


def _about_matches() -> set[str]:
    """Return the ids of the letters about matches."""
    kinds = ("proposal", "proposal-reminder", "not-going-ahead", "match-closed", "match-ended")
    found = tables.items("LettersTable")
    return {each["id"]["S"] for each in found if each["kind"]["S"] in kinds}


def test_nobody_is_let_in(
    laptop: Laptop, someone: Operator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Into empty tables a backup brings no coordinator who was not there when they were deployed.
    """
    _live(laptop)
    begun = someone.services.arrangements()
    graduate = replace(begun.coordinators[0], address="graduate@example.org")
    added = begun.with_changes(
        coordinators=(*begun.coordinators, graduate), institutions=("Fresh",)
    )
    someone.services.store.commit(Change(puts=(added,)))
    someone.backup(tmp_path / "backup.zip")
    tables.wipe()
    someone.restore(tmp_path / "backup.zip")
    after = someone.services.arrangements()
    assert (after.coordinators, after.institutions) == (begun.coordinators, ("Fresh",))
    assert "not taken from a file" in capsys.readouterr().out


def test_a_restore_that_is_not_finished(
    laptop: Laptop, someone: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where others wrote the same at every try, the operator is told to run it again.
    """
    _live(laptop)
    someone.backup(tmp_path / "backup.zip")

    def busy(*given: object, **named: object) -> None:
        raise Conflict

    tables.wipe()
    with monkeypatch.context() as patch:
        patch.setattr(Store, "put_missing", busy)
        with pytest.raises(Trouble, match="Run it again"):
            someone.restore(tmp_path / "backup.zip")
    someone.restore(tmp_path / "backup.zip")
    assert tables.items("ApplicationsTable")


def test_what_is_there_is_not_overwritten(
    laptop: Laptop, someone: Operator, tmp_path: Path
) -> None:
    """
    A backup written back over tables that are there changes nothing in them.
    """
    _live(laptop)
    someone.backup(tmp_path / "backup.zip")
    link = link_of(laptop, "robin@example.org")
    post(laptop, f"{link}/withdraw")
    mail(laptop)
    before = tables.everything()
    someone.restore(tmp_path / "backup.zip")
    assert tables.everything() == before


def test_who_was_forgotten_stays_forgotten(
    laptop: Laptop, someone: Operator, tmp_path: Path, shown: Show
) -> None:
    """
    A backup from before somebody was forgotten, under an earlier address, brings nothing back.
    """
    _live(laptop)
    someone.backup(tmp_path / "backup.zip")
    link = link_of(laptop, "robin@example.org")
    post(laptop, f"{link}/correct", people.mentee(email="moved@example.org"))
    link = link_of(laptop, "moved@example.org")
    waits = [
        each["id"]["S"]
        for each in tables.items("ApplicationsTable")
        if each["answers"]["M"]["email"]["S"] == "moved@example.org"
    ]
    link = post(laptop, f"{link}/take-up", {"change": waits}).headers["location"].partition("?")[0]
    assert post(laptop, f"{link}/forget").status == 200
    tables.wipe(but="forgotten#")
    someone.restore(tmp_path / "backup.zip")
    found = str(tables.everything())
    brought_back = found.count("robin@example.org")
    assert "kim@example.com" in found
    assert brought_back == 0
    shown(13, f"1 forgotten after the copy was made: found {brought_back} times in what came back")


def test_the_first_backups_are_restored(
    laptop: Laptop, someone: Operator, services: Services, tmp_path: Path
) -> None:
    """
    A backup as the first versions wrote it, of lines alone, comes back as this one writes records,
    so that every index finds it.
    """
    wanted = _of_earlier_versions()
    path = tmp_path / "backup.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for table in TABLES:
            for record in wanted[table]:
                file.write(json.dumps({"table": table, "item": write_item(record)}) + "\n")
        file.write(json.dumps({"whole": {each: len(wanted[each]) for each in TABLES}}) + "\n")
    someone.restore(path)
    back = _by_ids()
    ids = {record["id"] for found in wanted.values() for record in found}
    assert len(ids) == sum(map(len, wanted.values())) > 20
    assert ids <= set(back)
    for record in wanted["applications"]:
        application = application_records.read_application(record)
        assert read_item(back[record["id"]]) == application_records.write_application(application)
        status, role = application.status, application.role
        page = services.store.queries.waiting_page(role, status, now=application.received_at)
        assert application in page.applications
    for record in wanted["letters"]:
        letter = letter_records.read_letter(record)
        assert letter_records.read_letter(read_item(back[record["id"]])) == letter.restored()
    assert not list(services.store.queries.letters_due(services.now()))


@pytest.mark.parametrize("broken", ["cut off", "lines left out", "no backup", "missing"])
def test_a_broken_backup_restores_nothing(
    broken: str, laptop: Laptop, someone: Operator, tmp_path: Path
) -> None:
    """
    A file that is not whole is refused before anything is written.
    """
    _live(laptop)
    path = tmp_path / "backup.zip"
    someone.backup(path)
    match broken:
        case "cut off":
            path.write_bytes(path.read_bytes()[:-100])
        case "lines left out":
            with zipfile.ZipFile(path) as zipped:
                *lines, last = zipped.read(EVERYTHING).splitlines(keepends=True)
            path.write_bytes(_zipped(b"".join([*lines[:3], last])))
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
    path = tmp_path / "backup.zip"
    someone.backup(path)
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(Trouble, match="there already"):
        someone.backup(path)


def _by_ids() -> dict[str, dict[str, Any]]:
    """Return every item of every table by its id; no two tables have one in common."""
    return {each["id"]["S"]: each for found in tables.everything().values() for each in found}


def _back(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item as it must come back: held for a person, if something was still to happen."""
    if "parties" in item:
        runs = item["state"]["S"] in LIVE
        kept = {name: value for name, value in item.items() if name not in ("pending", "due")}
        return {**kept, "on_hold": {"BOOL": runs}}
    if item.get("pending", {}).get("S") != letter_records.PENDING:
        return item
    waits = {"pending": {"S": letter_records.LOST}, "due": item["created"]}
    return {**item, "state": {"S": State.HELD.value}, **waits}


def _mailed_later(laptop: Laptop, clock: Clock) -> int:
    """Return how many emails there are two days later, by when all that is due was tried."""
    mail(laptop)
    clock.forward(days=2)
    laptop.tick()
    return len(mail(laptop))


def _of_earlier_versions() -> dict[str, list[dict[str, Any]]]:
    """Return a record of every kind that the first two versions have written, by tables."""
    found: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    for number, path in enumerate(sorted(RECORDS.glob("[12]-*.json")), start=1):
        record = json.loads(path.read_text(encoding="utf-8"))
        kind = path.stem.split("-")[1]
        if kind == "letter":
            found["letters"].append({**record, "id": f"{number:04}{record['id']}"})
        elif kind in ("mentee", "mentor"):
            # Of an address there is one that is open.
            answers = record["answers"] and {**record["answers"], "email": f"{number}@example.org"}
            changes = {"id": f"{number:08}abcdefghjkmn", "answers": answers}
            found["applications"].append({**record, **changes})
        else:
            found["program"].append({**record, "id": f"{record['id']}#{number}"})
    (parent,) = (each for each in found["applications"] if each.get("beside"))
    (waits,) = (each for each in found["applications"] if each["status"] == "unconfirmed")
    parent["beside"], waits["of"] = [waits["id"]], parent["id"]
    return found


def _zipped(lines: bytes) -> bytes:
    """Return a ZIP with other lines in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr(EVERYTHING, lines)
    return file.getvalue()
