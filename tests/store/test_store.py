"""The store: what it writes on condition only, how it reads, and whose rules it is held to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError

from mentorship.applications.application import Application, ApplicationChange
from mentorship.applications.pointer import CurrentPointer
from mentorship.applications.status import Status
from mentorship.change import Change, Conflict, Counter, Mark, Stored
from mentorship.form.question import Role
from mentorship.letters.letter import LEASE, Letter, State, new_letter
from mentorship.members.roster import Member, Roster, list_entries
from mentorship.program.arrangements import from_deployment
from mentorship.program.audit import Action, AuditEntry
from mentorship.program.sign_in import Session, SignInLink
from mentorship.services import Services
from mentorship.store.store import Store
from tests import rules
from tests.made import ID, NOW, application

pytestmark = pytest.mark.rules

LATER = NOW + timedelta(days=400)
OTHER = "00000002abcdefghjkmn"
WAITING = [Status.WAITING]


@pytest.fixture
def store(services: Services) -> Store:
    """The store, on empty tables."""
    return services.store


def pointer(**changes: Any) -> CurrentPointer:
    """Return which application stands for Robin."""
    usual = CurrentPointer(id="waiting#mentee#robin@example.org", application=ID, expires_at=LATER)
    return replace(usual, **changes)


def letter(kind: str = "receipt", *, about: str = ID, now: datetime = NOW) -> Letter:
    """Return a new letter."""
    return new_letter(kind, about=about, now=now)


def listed(store: Store, **changes: Any) -> list[str]:
    """Return the ids of the applications that an export finds."""
    wanted: dict[str, Any] = {
        "roles": list(Role),
        "statuses": WAITING,
        "since": None,
        "until": None,
        "now": NOW,
    }
    return [each.id for each in store.queries.applications(**wanted | changes)]


def numbered(number: int) -> str:
    """Return an id."""
    return f"{number:08}abcdefghjkmn"


# One of each kind of thing that has a revision: as it is first stored, as it is changed, and how it
# is read.
Read = Callable[[Store], Stored | None]
KINDS: dict[str, tuple[Stored, Callable[[Any], Stored], Read]] = {
    "application": (
        application(),
        lambda first: first.with_changes(changed_at=NOW),
        lambda store: store.application(ID, now=NOW),
    ),
    "standing": (
        pointer(),
        lambda first: replace(first, application=OTHER, earlier=(ID,), revision=2),
        lambda store: store.pointer(pointer().id),
    ),
    "tally": (
        Counter(id="client#2026-10-06#abc", expires_at=LATER, count=1),
        lambda first: first.plus_one(),
        lambda store: (
            found
            if (found := store.counter(Counter(id="client#2026-10-06#abc", expires_at=LATER))).count
            else None
        ),
    ),
    "mark": (
        Mark(id="refused#abc", at=NOW, expires_at=LATER),
        lambda first: replace(first, at=NOW + timedelta(days=1), revision=2),
        lambda store: store.mark("refused#abc", now=NOW),
    ),
    "arrangements": (
        from_deployment(
            [("a@example.org", "")], today=date(2026, 10, 6), reply_by=None, keep_months=12
        ).with_changes(),
        lambda first: first.with_changes(reply_by=date(2026, 11, 1)),
        lambda store: store.arrangements(),
    ),
    "ticket": (
        SignInLink(id="ticket#5f#1", who="5f", after="/desk", expires_at=LATER),
        lambda first: replace(first, after="", revision=2),
        lambda store: store.sign_in_link("ticket#5f#1", now=NOW),
    ),
    "session": (
        Session(id="session#5f", who="5f", expires_at=LATER),
        lambda first: replace(first, expires_at=LATER + timedelta(days=1), revision=2),
        lambda store: store.session("5f", now=NOW),
    ),
    "deed": (
        AuditEntry(id="1", at=NOW, by="a@example.org", action=Action.SIGNED_IN),
        lambda first: replace(first, words="differs", revision=2),
        lambda store: next(iter(store.queries.audit_log()), None),
    ),
    "roster": (
        Roster(number=1, at=NOW, by="a@example.org", members=2, lapsed=0, unread=0),
        lambda first: replace(first, number=2, revision=2),
        lambda store: store.roster(),
    ),
}
each_kind = pytest.mark.parametrize(("first", "change", "read"), KINDS.values(), ids=list(KINDS))


class TestConditions:
    @each_kind
    def test_what_is_new_is_stored_once(
        self, store: Store, first: Stored, change: Callable[[Any], Stored], read: Read
    ) -> None:
        """
        A first revision is stored as it is, and a second one of the same id is refused.
        """
        store.commit(Change(puts=(first,)))
        assert read(store) == first
        with pytest.raises(Conflict):
            store.commit(Change(puts=(first,)))

    @each_kind
    def test_a_change_follows_what_it_was_made_from(
        self, store: Store, first: Stored, change: Callable[[Any], Stored], read: Read
    ) -> None:
        """
        A change is stored upon the revision that it was made from, and upon no other.
        """
        second = change(first)
        with pytest.raises(Conflict):
            store.commit(Change(puts=(second,)))
        assert read(store) is None
        store.commit(Change(puts=(first,)))
        store.commit(Change(puts=(second,)))
        assert read(store) == second
        # Somebody else had read the first one too.
        with pytest.raises(Conflict):
            store.commit(Change(puts=(second,)))
        assert read(store) == second

    @each_kind
    def test_only_what_was_read_is_deleted(
        self, store: Store, first: Stored, change: Callable[[Any], Stored], read: Read
    ) -> None:
        """
        What was changed since, or is gone, is not deleted.
        """
        with pytest.raises(Conflict):
            store.commit(Change(deletes=(first,)))
        second = change(first)
        store.commit(Change(puts=(first,)))
        store.commit(Change(puts=(second,)))
        with pytest.raises(Conflict):
            store.commit(Change(deletes=(first,)))
        assert read(store) == second
        store.commit(Change(deletes=(second,)))
        assert read(store) is None

    def test_a_letter_is_written_once(self, store: Store) -> None:
        """
        A letter that is already written, however far it has come, is not written anew.
        """
        new = letter()
        store.commit(Change(letters=(new,)))
        with pytest.raises(Conflict):
            store.commit(Change(letters=(new,)))
        sent = new.claim(NOW).sent("message", NOW)
        assert store.advance(new.claim(NOW), before=new)
        assert store.advance(sent, before=new.claim(NOW))
        with pytest.raises(Conflict):
            store.commit(Change(letters=(new,)))
        assert store.letter(new.id) == sent

    def test_nothing_to_store_is_no_call(self, store: Store) -> None:
        """
        A change that changes nothing is no transaction, which DynamoDB would refuse.
        """
        store.commit(ApplicationChange(application=application()))
        assert store.application(ID, now=NOW) is None


class TestTransactions:
    def test_all_is_stored_together(self, store: Store) -> None:
        """
        An application, what stands, and the letters that it causes come in one go, over the tables.
        """
        letters = (letter("new-application"), letter("receipt"))
        store.commit(Change(puts=(application(), pointer()), letters=letters))
        assert store.application(ID, now=NOW) == application()
        assert store.pointer(pointer().id) == pointer()
        assert [store.letter(each.id) for each in letters] == list(letters)

    @pytest.mark.parametrize("place", range(4))
    def test_one_refusal_keeps_all_away(self, store: Store, place: int) -> None:
        """
        Wherever in a transaction something is refused, nothing of it is stored.
        """
        letters = (letter("new-application"), letter("receipt"))
        whole = (application(), pointer(), *letters)
        in_the_way = whole[place]
        if isinstance(in_the_way, Letter):
            store.commit(Change(letters=(in_the_way,)))
        else:
            store.commit(Change(puts=(in_the_way,)))
        with pytest.raises(Conflict):
            store.commit(Change(puts=(application(), pointer()), letters=letters))
        found = [
            store.application(ID, now=NOW),
            store.pointer(pointer().id),
            *(store.letter(each.id) for each in letters),
        ]
        assert [each is not None for each in found] == [at == place for at in range(4)]

    def test_a_refused_deletion_keeps_the_rest(self, store: Store) -> None:
        """
        Deletions are in the same transaction: if one is refused the others stay, nothing is put.
        """
        store.commit(Change(puts=(application(), pointer())))
        mark = Mark(id="forgotten#abc", at=NOW, expires_at=LATER)
        stale = pointer(revision=2)
        with pytest.raises(Conflict):
            store.commit(Change(puts=(mark,), deletes=(application(), stale)))
        assert store.application(ID, now=NOW) == application()
        assert store.pointer(pointer().id) == pointer()
        assert store.mark(mark.id, now=NOW) is None

    def test_other_refusals_are_no_overtaking(self, store: Store) -> None:
        """
        What DynamoDB refuses for another reason is not tried again as if somebody had been faster.
        """
        huge = application(answers={"goal": "x" * 410_000})
        with pytest.raises(ClientError) as refused:
            store.commit(Change(puts=(huge, pointer())))
        assert not isinstance(refused.value, Conflict)
        assert store.pointer(pointer().id) is None

    def test_an_application_comes_back_as_it_was(self, store: Store) -> None:
        """
        Every field survives the table: names of all scripts, empty texts, several times, versions.
        """
        before = application(answers={"full_name": "Zoë 李小龍 O’Brien-Ñandú 👩‍⚕️"})
        full = before.with_changes(
            status=Status.WITHDRAWN,
            answers={**before.answers, "city": "San José"},
            confirmed_at=NOW + timedelta(microseconds=1),
            changed_at=NOW + timedelta(hours=1),
            withdrawn_at=NOW + timedelta(hours=2),
            address_version=3,
            parent=OTHER,
            pending_changes=(numbered(3), numbered(4)),
            versions=(before.version,),
        )
        store.commit(Change(puts=(before,)))
        store.commit(Change(puts=(full,)))
        assert store.application(ID, now=NOW) == full


class TestExpiry:
    def test_what_is_over_is_not_read(self, store: Store) -> None:
        """
        From the second on in which its time is over an application is gone, though still stored.
        """
        stored = application(warned_at=NOW)
        store.commit(Change(puts=(stored,)))
        end = stored.expires_at
        assert end is not None
        assert store.application(ID, now=end - timedelta(seconds=1)) == stored
        assert store.application(ID, now=end) is None
        assert listed(store, now=end - timedelta(seconds=1)) == [ID]
        assert listed(store, now=end) == []
        assert store.application(ID, now=NOW) == stored

    def test_a_mark_is_over_as_well(self, store: Store) -> None:
        """
        A mark is read until its time is over, and after that only to be written anew.
        """
        mark = Mark(id="refused#abc", at=NOW, expires_at=LATER)
        store.commit(Change(puts=(mark,)))
        assert store.mark(mark.id, now=LATER - timedelta(seconds=1)) == mark
        assert store.mark(mark.id, now=LATER) is None
        assert store.mark(mark.id, now=None) == mark

    def test_time_to_live_is_the_records_own(self, store: Store) -> None:
        """
        DynamoDB finds the time in the attribute that the template names, as a number of seconds.
        """
        stored = application(status=Status.WITHDRAWN)
        store.commit(Change(puts=(stored,)))
        client = boto3.client("dynamodb")
        item = client.get_item(TableName="ApplicationsTable", Key={"id": {"S": ID}})["Item"]
        assert stored.expires_at is not None
        assert item["expires"] == {"N": str(int(stored.expires_at.timestamp()))}


class TestApplications:
    @pytest.fixture
    def many(self, store: Store) -> list[Application]:
        """Store a dozen of two roles and three statuses, and return them, newest first."""
        statuses = (Status.WAITING, Status.QUARANTINED, Status.WITHDRAWN)
        stored = [
            application(
                Role.MENTOR if number % 2 else Role.MENTEE,
                id=numbered(number),
                status=statuses[number % 3],
                received_at=NOW - timedelta(hours=number),
            )
            for number in range(12)
        ]
        for each in (stored[at] for at in (5, 0, 7, 11, 3, 1, 10, 2, 8, 4, 6, 9)):
            store.commit(Change(puts=(each,)))
        return stored

    def test_newest_come_first(self, store: Store, many: list[Application]) -> None:
        """
        Over all roles and statuses together the newest comes first, whatever was stored first.
        """
        assert listed(store, statuses=list(Status)) == [each.id for each in many]

    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize("status", Status)
    def test_of_a_role_and_a_status(
        self, store: Store, many: list[Application], role: Role, status: Status
    ) -> None:
        """
        Asked for one role and one status, it finds these and no others.
        """
        expected = [each.id for each in many if (each.role, each.status) == (role, status)]
        assert listed(store, roles=[role], statuses=[status]) == expected

    def test_between_two_times(self, store: Store, many: list[Application]) -> None:
        """
        The first moment counts, the last does not.
        """
        since, until = many[8].received_at, many[2].received_at
        found = listed(store, statuses=list(Status), since=since, until=until)
        assert found == [each.id for each in many[3:9]]
        moment = timedelta(microseconds=1)
        found = listed(store, statuses=list(Status), since=since + moment, until=until + moment)
        assert found == [each.id for each in many[2:8]]

    def test_a_change_of_status_moves_it(self, store: Store) -> None:
        """
        An application is in the index where it stands now, once.
        """
        store.commit(Change(puts=(application(),)))
        store.commit(Change(puts=(application().with_changes(status=Status.WITHDRAWN),)))
        assert listed(store) == []
        assert listed(store, statuses=list(Status)) == [ID]

    def test_more_than_a_page(self, store: Store) -> None:
        """
        DynamoDB gives a megabyte at a time; what comes after is found as well, in order.
        """
        words = {"goal": "x" * 60_000}
        for number in range(40):
            stored = application(
                id=numbered(number), answers=words, received_at=NOW + timedelta(minutes=number)
            )
            store.commit(Change(puts=(stored,)))
        client = boto3.client("dynamodb")
        first = client.query(
            TableName="ApplicationsTable",
            IndexName="by-shelf",
            KeyConditionExpression="shelf = :shelf",
            ExpressionAttributeValues={":shelf": {"S": "mentee#waiting"}},
        )
        assert len(first["Items"]) < 40
        assert "LastEvaluatedKey" in first
        expected = [numbered(number) for number in reversed(range(40))]
        assert listed(store, now=NOW + timedelta(hours=1)) == expected


class TestLettersDue:
    def test_longest_due_come_first(self, store: Store) -> None:
        """
        Letters are found from the moment on at which they are due, the longest due first.
        """
        for number in (2, 0, 1):
            new = letter(about=numbered(number), now=NOW + timedelta(minutes=number))
            store.commit(Change(letters=(new,)))
        ids = [f"{numbered(number)}#receipt" for number in range(3)]
        due = NOW + LEASE
        moment = timedelta(microseconds=1)
        assert list(store.queries.letters_due(due - moment)) == []
        assert list(store.queries.letters_due(due)) == ids[:1]
        assert list(store.queries.letters_due(due + timedelta(minutes=2) - moment)) == ids[:2]
        assert list(store.queries.letters_due(due + timedelta(minutes=2))) == ids

    @pytest.mark.parametrize("state", State)
    def test_what_is_done_with_is_not_due(self, store: Store, state: State) -> None:
        """
        Only a letter with a time for its next try is in the index.
        """
        new = letter()
        store.commit(Change(letters=(new,)))
        for due in (None, NOW):
            store.advance(replace(new, state=state, due=due), before=new)
            expected = [] if due is None else [new.id]
            assert list(store.queries.letters_due(NOW + timedelta(days=30))) == expected
            new = replace(new, state=state, due=due)

    def test_more_than_a_page(self, store: Store) -> None:
        """
        However many are due, each is found once.
        """
        ids = []
        for batch in range(6):
            # An id may have two kilobytes, and an index has little else of a letter.
            about = [f"{batch}-{number:02}-{'a' * 1950}" for number in range(95)]
            letters = tuple(letter(about=each) for each in about)
            store.commit(Change(letters=letters))
            ids += [each.id for each in letters]
        first = boto3.client("dynamodb").query(
            TableName="LettersTable",
            IndexName="pending",
            KeyConditionExpression="pending = :pending",
            ExpressionAttributeValues={":pending": {"S": "yes"}},
        )
        assert "LastEvaluatedKey" in first
        assert sorted(store.queries.letters_due(NOW + LEASE)) == sorted(ids)


class TestAdvance:
    def test_one_of_two_senders_is_faster(self, store: Store) -> None:
        """
        Of two that read the same letter, one takes it up.
        """
        new = letter()
        store.commit(Change(letters=(new,)))
        taken = new.claim(NOW)
        assert store.advance(taken, before=new) is True
        assert store.advance(taken, before=new) is False
        assert store.letter(new.id) == taken

    def test_a_later_try_is_another(self, store: Store) -> None:
        """
        Whoever was slow does not undo what a later try has come to.
        """
        new = letter()
        store.commit(Change(letters=(new,)))
        slow = new.claim(NOW)
        assert store.advance(slow, before=new)
        later = slow.claim(NOW + LEASE)
        assert store.advance(later, before=slow)
        assert store.advance(slow.sent("message", NOW), before=slow) is False
        assert store.letter(new.id) == later

    def test_a_letter_that_is_gone_stays_gone(self, store: Store) -> None:
        """
        What was deleted is not made again by its sender.
        """
        new = letter()
        assert store.advance(new.claim(NOW), before=new) is False
        assert store.letter(new.id) is None

    @pytest.mark.parametrize("state", State)
    def test_every_state_is_stored(self, store: Store, state: State) -> None:
        """
        A letter comes back as it was stored, with its reason, its facts and its message's id.
        """
        new = replace(letter(), facts={"count": 3, "cause": "bounced"})
        store.commit(Change(letters=(new,)))
        after = replace(new, state=state, attempts=1, reason="a reason", due=None)
        if state in (State.SENT, State.RETURNED):
            after = replace(after, sent_at=NOW, message_id="message")
        assert store.advance(after, before=new)
        assert store.letter(new.id) == after

    def test_nothing_is_there(self, store: Store) -> None:
        """
        What was never stored is not found, and a count of nothing is none.
        """
        counter = Counter(id="client#2026-10-06#abc", expires_at=LATER)
        assert store.letter("nothing#receipt") is None
        assert store.pointer("waiting#mentee#nobody@example.org") is None
        assert store.mark("refused#abc", now=NOW) is None
        assert store.counter(counter) == counter
        assert store.application(ID, now=NOW) is None


@rules.only
class TestRealRules:
    """What moto lets pass and DynamoDB does not: the run is against the real rules."""

    @pytest.mark.parametrize(
        ("call", "asked", "words"),
        [
            (
                "put_item",
                {
                    "Item": {"id": {"S": "x"}},
                    "ConditionExpression": "attribute_not_exists(id)",
                    "ExpressionAttributeValues": {":unused": {"S": "x"}},
                },
                "unused in expressions",
            ),
            (
                "put_item",
                {"Item": {"id": {"S": "x"}, "count": {"N": "1" * 39}}},
                "38",
            ),
            (
                "put_item",
                {"Item": {"id": {"S": "x"}, "shelf": {"N": "1"}, "received": {"S": "x"}}},
                "Type mismatch for Index Key",
            ),
            (
                "put_item",
                {"Item": {"id": {"S": "x"}, "shelf": {"S": ""}, "received": {"S": "x"}}},
                "empty string",
            ),
            (
                "query",
                {
                    "KeyConditionExpression": "id = :id",
                    "FilterExpression": "id = :id",
                    "ExpressionAttributeValues": {":id": {"S": "x"}},
                },
                "Filter Expression can only contain non-primary key",
            ),
        ],
        ids=["unused value", "39 digits", "number as key", "empty key", "filter on the key"],
    )
    def test_what_dynamodb_refuses_is_refused(
        self, services: Services, call: str, asked: dict[str, Any], words: str
    ) -> None:
        """
        DynamoDB Local says no, and says why.
        """
        client = cast(Any, boto3.client("dynamodb"))
        with pytest.raises(ClientError) as refused:
            getattr(client, call)(TableName="ApplicationsTable", **asked)
        assert refused.value.response["Error"]["Code"] == "ValidationException"
        assert words.lower() in refused.value.response["Error"]["Message"].lower()

    def test_a_batch_of_26_is_refused(self, services: Services) -> None:
        """
        No more than 25 items are written in a batch.
        """
        writes: list[Any] = [
            {"PutRequest": {"Item": {"id": {"S": str(number)}}}} for number in range(26)
        ]
        with pytest.raises(ClientError, match="Too many items"):
            boto3.client("dynamodb").batch_write_item(RequestItems={"ProgramTable": writes})

    def test_a_transaction_has_its_own_limit(self, services: Services) -> None:
        """
        No more than 100 items are in a transaction.
        """
        writes: list[Any] = [
            {"Put": {"TableName": "ProgramTable", "Item": {"id": {"S": str(number)}}}}
            for number in range(101)
        ]
        with pytest.raises(ClientError, match="100"):
            boto3.client("dynamodb").transact_write_items(TransactItems=writes)

    def test_a_token_is_kept(self, services: Services) -> None:
        """
        The same transaction, tried again with its token after the answer was lost, is done once.
        """
        client = boto3.client("dynamodb")
        writes: list[Any] = [
            {
                "Put": {
                    "TableName": "ProgramTable",
                    "Item": {"id": {"S": "once"}},
                    "ConditionExpression": "attribute_not_exists(id)",
                }
            }
        ]
        for _ in range(2):
            client.transact_write_items(TransactItems=writes, ClientRequestToken="a token")
        with pytest.raises(client.exceptions.TransactionCanceledException):
            client.transact_write_items(TransactItems=writes, ClientRequestToken="another")


class TestListed:
    def test_what_was_not_written_is_written_after_a_pause(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        DynamoDB may take a part of a member list only: the rest is given again, a little later.
        """
        write, pauses = store._client.batch_write_item, list[int]()

        def busy(**given: Any) -> Any:
            ((table, items),) = given["RequestItems"].items()
            write(RequestItems={table: items[:10]})
            return {"UnprocessedItems": {table: items[10:]} if items[10:] else {}}

        monkeypatch.setattr(store._client, "batch_write_item", busy)
        members = [
            Member(addresses=(f"m{number}@example.org",), name="", lapsed=False)
            for number in range(60)
        ]
        found = list(list_entries(members, number=1, hashed=str, now=NOW))
        store.put_list_entries(found, pause=pauses.append)
        assert set(store.list_entries([each.id for each in found], now=NOW)) == {
            each.id for each in found
        }
        # Two times 25 items in three tries each, and ten in one.
        assert pauses == [0, 1, 0, 1]
