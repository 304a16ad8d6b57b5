"""A backup meets tables that are not empty: who applied meanwhile, who applies at that moment."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.laptop import Laptop
from mentorship.applications import intake
from mentorship.applications.pointer import CurrentPointer, pointer_id
from mentorship.applications.status import Status
from mentorship.archive import backup, forgetting, restore
from mentorship.archive.backup import APPLICATIONS, Backup
from mentorship.archive.restore import Restored
from mentorship.change import Change, Conflict, forgotten_mark_id
from mentorship.form.question import Role
from mentorship.letters.letter import new_letter
from mentorship.matches.ending import end
from mentorship.matches.match import Match
from mentorship.pairings import pairing_of
from mentorship.program.arrangements import Arrangements, Coordinator
from mentorship.services import Services
from mentorship.store.application_records import write_pointer
from mentorship.store.bulk import TRIES
from mentorship.store.items import write_item
from mentorship.store.letter_records import write_letter
from mentorship.store.store import Store
from tests import made, people, tables
from tests.clock import Clock
from tests.coordinator import sign_in
from tests.matched import applied as waits
from tests.matched import proposed
from tests.matched import stored as stored_application
from tests.own import link_of, post
from tests.people import apply

pytestmark = pytest.mark.rules

ROBIN, NEW = "robin@example.org", "robin@new.example"
STANDS = pointer_id(Role.MENTEE, ROBIN)
GRADUATE = Coordinator(address="graduate@example.org", until=date(2028, 8, 31))


@pytest.fixture
def taken(services: Services, tmp_path: Path) -> Callable[[], Backup]:
    """Make a backup of what is stored."""

    def take() -> Backup:
        file = io.BytesIO()
        backup.write(
            file,
            services.store,
            folder=str(tmp_path),
            read_me="",
            zone=services.program.zone,
            now=services.now(),
        )
        return backup.read(file)

    return take


def put_in(found: Backup, services: Services) -> Restored:
    """Write a backup back, without a pause."""
    return restore.restore(
        found,
        services.store,
        services.links,
        arrangements=services.arrangements(),
        pause=lambda tried: None,
    )


def arrange(services: Services, **changes: Any) -> Arrangements:
    """Store what is arranged, with changes."""
    arrangements = services.arrangements().with_changes(**changes)
    services.store.commit(Change(puts=(arrangements,)))
    return arrangements


def applied(laptop: Laptop, **changes: str) -> str:
    """Have somebody apply, and return the id of the application."""
    answer = apply(laptop, people.mentee(**changes))
    return answer.headers["location"].rpartition("/")[2]


def stored(services: Services) -> dict[str, Status]:
    """Return every application that is there, and where it stands."""
    return {each.id: each.status for each in forgetting.every_application(services)}


def about(application_id: str) -> set[str]:
    """Return the ids of the letters about an application."""
    found = tables.items("LettersTable")
    return {each["id"]["S"] for each in found if each["about"]["S"] == application_id}


def pointer(services: Services, standing_id: str = STANDS) -> CurrentPointer:
    """Return what stands for an address."""
    found = services.store.pointer(standing_id)
    assert found is not None
    return found


class TestByPhoneOnly:
    NUMBER = "phone:2065550100"
    POINTER = pointer_id(Role.MENTEE, NUMBER)

    def entered(self, services: Services) -> str:
        """Have somebody who has only a phone number, and return the id of the application."""
        whole = made.application(id=services.new_id(), entered_by="kim@example.org")
        answers = {**whole.answers, "phone": "(206) 555-0100"}
        del answers["email"]
        someone = replace(whole, answers=answers)
        services.store.commit(Change(puts=(someone, intake.point_to(someone, None))))
        return someone.id

    def test_comes_back(self, services: Services, taken: Callable[[], Backup]) -> None:
        """
        Without an address, the number names the application that is current.
        """
        someone = self.entered(services)
        found = taken()
        tables.wipe()
        put_in(found, services)
        assert stored(services) == {someone: Status.WAITING}
        assert pointer(services, self.POINTER).application == someone

    def test_stays_forgotten(
        self, services: Services, taken: Callable[[], Backup], clock: Clock
    ) -> None:
        """
        Once forgotten, they do not come back, by the number's hash as well.
        """
        someone = self.entered(services)
        found = taken()
        clock.forward(days=1)
        there = forgetting.find_by_scan(self.NUMBER, services)
        assert [each.id for each in there.applications] == [someone]
        forgetting.forget(there, services)
        hashed = services.links.hashed(self.NUMBER)
        assert services.store.mark(forgotten_mark_id(hashed), now=None)
        put_in(found, services)
        assert stored(services) == {}
        assert services.store.pointer(self.POINTER) is None


class TestArranged:
    def test_nobody_is_let_in(self, services: Services, taken: Callable[[], Backup]) -> None:
        """
        In an empty stack the coordinators stay those that it was deployed with; what else was
        arranged comes back.
        """
        begun = services.arrangements()
        arrange(services, coordinators=(GRADUATE,), keep_months=6, institutions=("A", "B"))
        found = taken()
        tables.wipe()
        put_in(found, services)
        arrangements = services.arrangements()
        assert arrangements.coordinators == begun.coordinators
        assert (arrangements.keep_months, arrangements.institutions) == (6, ("A", "B"))

    def test_nothing_is_kept_for_longer_than_deployed(
        self, services: Services, taken: Callable[[], Backup]
    ) -> None:
        """
        A file that says more months than the site is stored with the site's.
        """
        arrange(services, keep_months=24)
        found = taken()
        tables.wipe()
        put_in(found, services)
        after = services.store.arrangements()
        assert after is not None
        assert after.keep_months == 12

    def test_what_is_arranged_already_stays(
        self, services: Services, taken: Callable[[], Backup]
    ) -> None:
        """
        Where anything was arranged, nothing of the file's arrangements is stored.
        """
        arrange(services, coordinators=(GRADUATE,), institutions=("A",))
        found = taken()
        tables.wipe()
        arrangements = arrange(services, institutions=("B",))
        put_in(found, services)
        assert services.store.arrangements() == arrangements


class TestAppliedAgain:
    def test_the_newer_one_is_the_one_that_is_open(
        self, laptop: Laptop, services: Services, taken: Callable[[], Backup]
    ) -> None:
        """
        Of an address and a role one is open: the older one is left out, and counted, however often
        the file is restored. Whoever then asks to be forgotten is.
        """
        applied(laptop)
        found = taken()
        tables.wipe()
        newer = applied(laptop, city="Tacoma")
        for _ in range(2):
            restored = put_in(found, services)
            assert (restored.superseded, restored.finished) == (1, True)
            assert stored(services) == {newer: Status.WAITING}
        assert post(laptop, f"{link_of(laptop, ROBIN)}/forget").status == 200
        assert ROBIN not in str(tables.items("ApplicationsTable"))

    def test_at_the_moment_of_the_import(
        self,
        laptop: Laptop,
        services: Services,
        taken: Callable[[], Backup],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """
        Who applies when it is known already what stands, and not yet how, has one application too.
        """
        older = applied(laptop)
        found = taken()
        tables.wipe()
        newer = []
        before(monkeypatch, APPLICATIONS, lambda: newer.append(applied(laptop, city="Tacoma")))
        restored = put_in(found, services)
        assert restored.superseded == 1
        assert stored(services) == dict.fromkeys(newer, Status.WAITING)
        assert pointer(services).earlier == (older,)

    def test_forgotten_at_the_moment_of_the_import(
        self,
        laptop: Laptop,
        services: Services,
        taken: Callable[[], Backup],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """
        Who is forgotten before their application is back is not brought back.
        """
        applied(laptop)
        found = taken()
        tables.wipe()

        def forget() -> None:
            forgetting.forget(forgetting.find_by_keys(ROBIN, services), services)

        before(monkeypatch, APPLICATIONS, forget)
        put_in(found, services)
        assert stored(services) == {}
        assert services.store.pointer(STANDS) is None

    @pytest.mark.parametrize("held", [False, True])
    def test_a_closed_one_is_known_to_what_stands(
        self, held: bool, laptop: Laptop, services: Services, taken: Callable[[], Backup]
    ) -> None:
        """
        What was withdrawn, or is held back, comes back beside the newer one, and is forgotten with
        it.
        """
        website = "x" if held else ""
        older = applied(laptop, website=website)
        if not held:
            post(laptop, f"{link_of(laptop, ROBIN)}/withdraw")
        found = taken()
        tables.wipe()
        newer = applied(laptop, website=website, city="Tacoma")
        status = Status.QUARANTINED if held else Status.WITHDRAWN
        expires_at = pointer(services, pointer_id(Role.MENTEE, ROBIN, held=held)).expires_at
        restored = put_in(found, services)
        assert restored.superseded == 0
        assert stored(services)[older] == status
        known = pointer(services, pointer_id(Role.MENTEE, ROBIN, held=held))
        assert (known.application, known.earlier) == (newer, (older,))
        assert known.expires_at >= expires_at
        assert put_in(found, services).written.total() == 0
        forgetting.forget(forgetting.find_by_keys(ROBIN, services), services)
        assert stored(services) == {}

    def test_what_stands_changes_at_that_moment(
        self,
        laptop: Laptop,
        services: Services,
        taken: Callable[[], Backup],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """
        What stands is read again where somebody was faster; where they always are, the import has
        to be done again.
        """
        older = applied(laptop)
        post(laptop, f"{link_of(laptop, ROBIN)}/withdraw")
        found = taken()
        tables.wipe()
        applied(laptop, city="Tacoma")
        commit, refusals = Store.commit, restore.TRIES

        def overtaken(self: Store, change: Change) -> None:
            nonlocal refusals
            refusals -= 1
            if refusals >= 0:
                raise Conflict
            commit(self, change)

        monkeypatch.setattr(Store, "commit", overtaken)
        assert not put_in(found, services).finished
        assert older not in stored(services)
        refusals = 1
        assert put_in(found, services).finished
        assert pointer(services).earlier == (older,)

    def test_what_stood_is_forgotten_at_that_moment(
        self,
        laptop: Laptop,
        services: Services,
        taken: Callable[[], Backup],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """
        An earlier application of somebody who is forgotten meanwhile is left out as well.
        """
        applied(laptop)
        post(laptop, f"{link_of(laptop, ROBIN)}/withdraw")
        found = taken()
        tables.wipe()
        applied(laptop, city="Tacoma")
        ask = Store.pointer

        def forgotten(self: Store, which: str) -> CurrentPointer | None:
            monkeypatch.setattr(Store, "pointer", ask)
            forgetting.forget(forgetting.find_by_keys(ROBIN, services), services)
            return ask(self, which)

        monkeypatch.setattr(Store, "pointer", forgotten)
        restored = put_in(found, services)
        assert restored.forgotten[APPLICATIONS] == 1
        assert stored(services) == {}

    def test_what_waits_for_an_application_that_is_left_out(
        self, laptop: Laptop, services: Services, taken: Callable[[], Backup]
    ) -> None:
        """
        Changed answers come back with the application that they wait beside, or not at all.
        """
        applied(laptop)
        applied(laptop, city="Yakima")
        found = taken()
        tables.wipe()
        newer = applied(laptop, city="Tacoma")
        assert put_in(found, services).superseded == 2
        assert stored(services) == {newer: Status.WAITING}

    def test_what_waited_and_was_answered(
        self, laptop: Laptop, services: Services, taken: Callable[[], Backup]
    ) -> None:
        """
        Changed answers that the application does not know of any more stay away; those that it
        knows of come back.
        """
        first = applied(laptop)
        link = link_of(laptop, ROBIN)
        answered, waits = applied(laptop, city="Yakima"), applied(laptop, city="Tacoma")
        found = taken()
        post(laptop, f"{link}/discard", {"change": [answered]})
        for each in (answered, waits):
            boto3.client("dynamodb").delete_item(
                TableName="ApplicationsTable", Key=write_item({"id": each})
            )
        assert put_in(found, services).superseded == 1
        assert stored(services) == {first: Status.WAITING, waits: Status.UNCONFIRMED}


class TestMadeMeanwhile:
    """People apply while a backup is made: what stands is read first, the applications later."""

    def test_first_application(
        self, laptop: Laptop, services: Services, taken: Callable[[], Backup]
    ) -> None:
        """
        An application that nothing in the file knows of stands when it is back.
        """
        first = applied(laptop)
        boto3.client("dynamodb").delete_item(
            TableName="ProgramTable", Key=write_item({"id": STANDS})
        )
        found = taken()
        tables.wipe()
        assert put_in(found, services).superseded == 0
        assert stored(services) == {first: Status.WAITING}
        assert pointer(services).application == first

    def test_another_application(
        self, laptop: Laptop, services: Services, taken: Callable[[], Backup]
    ) -> None:
        """
        Of those in the file the one that is open stands, and knows of the others.
        """
        first = applied(laptop)
        post(laptop, f"{link_of(laptop, ROBIN)}/withdraw")
        old = pointer(services)
        second = applied(laptop, city="Tacoma")
        boto3.client("dynamodb").put_item(
            TableName="ProgramTable", Item=write_item(write_pointer(old))
        )
        found = taken()
        tables.wipe()
        assert put_in(found, services).superseded == 0
        assert stored(services) == {first: Status.WITHDRAWN, second: Status.WAITING}
        known = pointer(services)
        assert (known.application, known.earlier) == (second, (first,))
        assert known.expires_at >= old.expires_at

    def test_a_closed_application(
        self, laptop: Laptop, services: Services, taken: Callable[[], Backup]
    ) -> None:
        """
        One that is closed, and that nothing in the file knows of, is found by its address again.
        """
        first = applied(laptop)
        post(laptop, f"{link_of(laptop, ROBIN)}/withdraw")
        second = applied(laptop, city="Tacoma")
        alone = replace(pointer(services), earlier=())
        boto3.client("dynamodb").put_item(
            TableName="ProgramTable", Item=write_item(write_pointer(alone))
        )
        found = taken()
        tables.wipe()
        put_in(found, services)
        known = pointer(services)
        assert (known.application, known.earlier) == (second, (first,))

    def test_a_bot_cannot_push_others_out(
        self, services: Services, taken: Callable[[], Backup], clock: Clock
    ) -> None:
        """
        What stands knows of a hundred earlier ones; where those are in the file, they stay as they
        were, in an empty table and in one that is not.
        """
        before: CurrentPointer | None = None
        for number in range(intake.MAX_EARLIER + 3):
            held = made.application(
                id=f"{number:08}abcdefghjkmn",
                status=Status.QUARANTINED,
                received_at=clock() + timedelta(minutes=number),
            )
            before = intake.point_to(held, before, held=True)
            services.store.commit(Change(puts=(held, before)))
        found, all_of_them = taken(), stored(services)
        for keep in ("nothing", "quarantined#"):
            tables.wipe(but=keep)
            put_in(found, services)
            assert before is not None
            assert pointer(services, before.id) == replace(
                before, expires_at=before.expires_at.replace(microsecond=0)
            )
            assert stored(services) == all_of_them


class TestParts:
    def test_each_is_stored_whole(
        self, services: Services, taken: Callable[[], Backup], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Ten items are stored at a time here; where a part is refused those before it stay, and the
        next run writes what is left.
        """
        letters = [
            write_item(write_letter(new_letter("link", about=f"{number:020}", now=services.now())))
            for number in range(100)
        ]
        services.store.put_missing("letters", letters, pause=lambda tried: None)
        found = taken()
        tables.wipe()
        monkeypatch.setattr(restore, "MAX_AT_ONCE", 10)
        calls: list[str] = []

        def fourth_is_refused() -> None:
            calls.append("put")
            if len(calls) == 4:
                raise Conflict

        before(monkeypatch, "letters", fourth_is_refused, always=True)
        runs = [put_in(found, services) for _ in range(2)]
        assert [(each.written.total(), each.finished) for each in runs] == [
            (30, False),
            (70, True),
        ]


class TestMoved:
    """Somebody has another address than they had when the backup was made."""

    @pytest.fixture
    def moved(self, laptop: Laptop, services: Services, taken: Callable[[], Backup]) -> Backup:
        """Have Robin's address corrected after a backup, and return that."""
        one = applied(laptop, email=NEW)
        found = taken()
        given: people.Given = {"right_address": [ROBIN]}
        path = f"/desk/applications/{one}/address"
        assert sign_in(laptop).post(path, given).status == 303
        return found

    def test_the_earlier_address_stays_free(
        self, laptop: Laptop, services: Services, moved: Backup
    ) -> None:
        """
        Whoever applies from it waits; it is no change of an application that has left it.
        """
        put_in(moved, services)
        assert services.store.pointer(pointer_id(Role.MENTEE, NEW)) is None
        other = applied(laptop, email=NEW, city="Tacoma")
        assert stored(services)[other] is Status.WAITING

    def test_pointers_alone_are_lost(
        self, laptop: Laptop, services: Services, moved: Backup, taken: Callable[[], Backup]
    ) -> None:
        """
        Those of a later backup come back, though their applications were never gone.
        """
        later = taken()
        for item in tables.items("ProgramTable"):
            if "application" in item:
                key = {"id": item["id"]}
                boto3.client("dynamodb").delete_item(TableName="ProgramTable", Key=key)
        put_in(later, services)
        assert pointer(services).application in stored(services)
        assert services.store.pointer(pointer_id(Role.MENTEE, NEW)) is None


class TestActedAgain:
    """An application that comes back reaches what it was a second time, in the same second here."""

    @pytest.mark.parametrize(
        ("act", "kinds"),
        [
            ("correct", {"changed", "corrected"}),
            ("move", {"changed", "corrected", "moved"}),
            ("withdraw", {"withdrawal", "withdrawn"}),
            ("not-eligible", {"not-eligible"}),
            ("admit", {"new-application", "receipt"}),
        ],
    )
    def test_letters_are_written_again(
        self,
        laptop: Laptop,
        services: Services,
        taken: Callable[[], Backup],
        act: str,
        kinds: set[str],
    ) -> None:
        """
        What is done again is told again, once: the letters of the first time are not in its way,
        and whoever presses a button twice causes one letter of each kind.
        """
        application = applied(laptop, **({"website": "x"} if act == "admit" else {}))
        desk, press = sign_in(laptop), f"/desk/applications/{application}/{act}"
        given: people.Given = {"reason": ["other"]}
        if act in ("correct", "move", "withdraw"):
            desk, press = None, f"{link_of(laptop, ROBIN)}/{act}"
        if act == "correct":
            given = people.mentee(city="Tacoma")
        if act == "move":
            post(laptop, press.replace(act, "correct"), people.mentee(email=NEW))
            (waits,) = set(stored(services)) - {application}
            press, given = f"{link_of(laptop, NEW)}/take-up", {"change": [waits]}
        found = taken()

        written = list[set[str]]()
        for _ in range(2):
            before = about(application)
            for _ in range(2):
                answer = desk.post(press, given) if desk else post(laptop, press, given)
                assert answer.status == 303
            new = about(application) - before
            assert sorted(each.rpartition("#")[2] for each in new) == sorted(kinds)
            written.append(new)
            # The table of applications is lost; that of letters is not.
            for item in tables.items("ApplicationsTable"):
                key = {"id": item["id"]}
                boto3.client("dynamodb").delete_item(TableName="ApplicationsTable", Key=key)
            put_in(found, services)
        assert not written[0] & written[1]

    def test_sent_again(
        self, laptop: Laptop, services: Services, taken: Callable[[], Backup]
    ) -> None:
        """
        What was on hold when the backup was made is let in once more when it is sent once more.
        """
        application = applied(laptop, website="x")
        found = taken()
        for _ in range(2):
            before = about(application)
            for _ in range(2):
                assert applied(laptop) == application
            new = about(application) - before
            assert sorted(each.rpartition("#")[2] for each in new) == ["new-application", "receipt"]
            assert stored(services) == {application: Status.WAITING}
            for table in ("ApplicationsTable", "ProgramTable"):
                for item in tables.items(table):
                    key = {"id": item["id"]}
                    boto3.client("dynamodb").delete_item(TableName=table, Key=key)
            put_in(found, services)


class TestBusy:
    @pytest.fixture
    def refuse(self, services: Services, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
        """Have DynamoDB refuse some transactions, for a reason."""

        def refuse(reason: str, *, times: int) -> None:
            client, left = services.store._client, iter(range(times))
            transact = client.transact_write_items

            def busy(**given: Any) -> Any:
                if next(left, None) is None:
                    return transact(**given)
                reasons = [
                    {"Code": reason},
                    *({"Code": "None"} for _ in given["TransactItems"][1:]),
                ]
                raise client.exceptions.TransactionCanceledException(
                    {"Error": {}, "CancellationReasons": reasons},  # type: ignore[typeddict-unknown-key]
                    "TransactWriteItems",
                )

            monkeypatch.setattr(client, "transact_write_items", busy)

        return refuse

    @pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError"])
    def test_who_applies_at_that_moment_is_given_time(
        self, reason: str, services: Services, refuse: Callable[..., None]
    ) -> None:
        """
        Where others write the same, it is tried again after a pause, and all of it is stored.
        """
        pauses: list[int] = []
        refuse(reason, times=3)
        written = services.store.put_missing("program", ITEMS, pause=pauses.append)
        assert written == ({"0", "1", "2"}, set())
        assert pauses == [0, 1, 2]

    def test_where_it_never_ends(
        self, laptop: Laptop, services: Services, taken: Callable[[], Backup], refuse: Any
    ) -> None:
        """
        After some tries the import says that it is not finished; nothing breaks.
        """
        applied(laptop)
        found = taken()
        tables.wipe()
        refuse("TransactionConflict", times=TRIES + 1)
        restored = put_in(found, services)
        assert (restored.written.total(), restored.finished) == (0, False)
        assert put_in(found, services).finished

    def test_what_no_pause_helps(self, services: Services, refuse: Callable[..., None]) -> None:
        """
        What DynamoDB will never take is a bug, and not tried again.
        """
        refuse("ValidationError", times=1)
        with pytest.raises(services.store._client.exceptions.TransactionCanceledException):
            services.store.put_missing("program", ITEMS, pause=lambda tried: pytest.fail("paused"))

    def test_what_is_there_needs_no_name(self, services: Services) -> None:
        """
        An item is taken, or not named, or stored: each is one of the three.
        """
        store = services.store
        store.put_missing("program", ITEMS[:1], pause=lambda tried: None)
        by = {each: ("program", f"nothing {each}") for each in ("0", "1")}
        written = store.put_missing("program", ITEMS, named_by=by, pause=lambda tried: None)
        assert written == ({"2"}, {"1"})


ITEMS = [write_item({"id": str(number)}) for number in range(3)]


def before(
    monkeypatch: pytest.MonkeyPatch, table: str, do: Callable[[], None], *, always: bool = False
) -> None:
    """Have something done before items of a table are put back, once or each time."""
    put_back = Store.put_missing

    def later(self: Store, name: str, *given: Any, **named: Any) -> tuple[set[str], set[str]]:
        if name == table:
            if not always:
                monkeypatch.setattr(Store, "put_missing", put_back)
            do()
        return put_back(self, name, *given, **named)

    monkeypatch.setattr(Store, "put_missing", later)


class TestMatches:
    """What was open or running when a backup was made, and what became of it since."""

    @pytest.fixture
    def two(self, services: Services) -> Match:
        """A match of two that runs."""
        both = waits(services, Role.MENTOR), waits(services, Role.MENTEE)
        return proposed(services, *both, by_hand_since=30)

    def test_it_ended_since(
        self, services: Services, taken: Callable[[], Backup], two: Match
    ) -> None:
        """
        A match that one of the two does not name any more stays away, and the other waits again.
        """
        found = taken()
        mentor, mentee = (two.parties[role].application for role in (Role.MENTOR, Role.MENTEE))
        change = end(pairing_of(two, services), mentee_waits=False, now=services.now())
        services.store.commit(change)
        # What is lost are the match and the mentee's application.
        tables.lose("MatchesTable", two.id)
        tables.lose("ApplicationsTable", mentee)
        restored = put_in(found, services)
        assert restored.superseded == 1
        assert services.store.match(two.id, now=services.now()) is None
        back = stored_application(services, mentee)
        assert (back.open_matches, back.status) == ((), Status.WAITING)
        assert stored_application(services, mentor).open_matches == ()

    def test_it_is_lost_alone(
        self, services: Services, taken: Callable[[], Backup], two: Match
    ) -> None:
        """
        A match that both still name comes back on hold, and nothing happens by itself.
        """
        found = taken()
        tables.lose("MatchesTable", two.id)
        put_in(found, services)
        back = services.store.match(two.id, now=services.now())
        assert back == replace(two, on_hold=True)

    def test_one_was_forgotten_since(
        self, services: Services, taken: Callable[[], Backup], clock: Clock, two: Match
    ) -> None:
        """
        Nothing of someone comes back by a match, nor what lies between them and the other.
        """
        found = taken()
        clock.forward(days=1)
        mentor, mentee = (two.parties[role].application for role in (Role.MENTOR, Role.MENTEE))
        address = stored_application(services, mentee).address
        forgetting.forget(forgetting.find_by_keys(address, services), services)
        tables.wipe(but="forgotten#")
        restored = put_in(found, services)
        assert restored.forgotten["matches"] == 2
        assert tables.items("MatchesTable") == []
        assert stored_application(services, mentor).open_matches == ()

    def test_a_match_that_is_over_comes_back(
        self, services: Services, taken: Callable[[], Backup], two: Match
    ) -> None:
        """
        It holds no place, and waits for nobody.
        """
        services.store.commit(end(pairing_of(two, services), mentee_waits=True, now=services.now()))
        found, before = taken(), tables.everything()
        tables.wipe()
        put_in(found, services)
        assert tables.items("MatchesTable")
        assert tables.everything()["MatchesTable"] == before["MatchesTable"]
