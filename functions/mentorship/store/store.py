"""
What is stored in DynamoDB: found by its id, and changed.

`records` turns objects into items and back; `queries` finds things by an index.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from mentorship.applications.application import Application
from mentorship.applications.pointer import CurrentPointer
from mentorship.change import Change, Conflict, Counter, Mark, Stored
from mentorship.letters.letter import Letter
from mentorship.matches.match import Match
from mentorship.matches.pair import Pair
from mentorship.members.roster import ID as ROSTER
from mentorship.members.roster import ListEntry, Roster
from mentorship.program.arrangements import ID, Arrangements
from mentorship.program.sign_in import Session, SignInLink, session_id
from mentorship.store import keys, letter_records, program_records, refusals
from mentorship.store.bulk import NOT_THERE, Bulk
from mentorship.store.items import fetch, read_item, write_item, write_value
from mentorship.store.match_queries import MatchQueries
from mentorship.store.queries import Queries
from mentorship.store.records import RECORDS, Tables

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

T = TypeVar("T")


class Store(Bulk):
    """
    Reads and writes everything that is stored.

    Attributes:
        queries: find things by an index.
        matches: find matches by an index.

    """

    def __init__(
        self,
        client: "DynamoDBClient",
        tables: Tables,
        *,
        pause: Callable[[int], None],
        new_token: Callable[[], str],
    ) -> None:
        """
        Prepare to read and write; nothing is called yet.

        Args:
            client: calls DynamoDB.
            tables: what the tables are called.
            pause: waits before another try, longer after more tries.
            new_token: returns a random text by which DynamoDB recognizes a transaction.

        """
        super().__init__(client, tables)
        self._pause = pause
        self._new_token = new_token
        self.queries = Queries(client, tables)
        self.matches = MatchQueries(client, tables)

    def commit(self, change: Change) -> None:
        """
        Store a change and its letters, all or nothing.

        Raises:
            ClientError: if DynamoDB refused for good, or at every try.
            Conflict: if any item was changed after it was read, a letter was written already, or
                one has come further meanwhile.

        """
        writes = [self._put(item) for item in change.puts]
        writes += [self._put(letter) for letter in change.letters]
        writes += [{"Put": self._advanced(*each)} for each in change.advances]
        writes += [self._delete(item) for item in change.deletes]
        if not writes:
            return
        try:
            self._transact(writes)
        except ClientError as error:
            if refusals.is_taken(error):
                raise Conflict from error
            raise

    def _transact(self, writes: Sequence[Any]) -> None:
        """
        Do all of some writes or none, however often DynamoDB has to be asked.

        A transaction that was canceled is over, so the next try is a new one. Whether any other
        was done cannot be known; asked for by the same token, it is not done twice.
        """
        token = self._new_token()

        def ask() -> None:
            nonlocal token
            try:
                self._client.transact_write_items(TransactItems=writes, ClientRequestToken=token)
            except ClientError as error:
                if refusals.reasons(error):
                    token = self._new_token()
                raise

        refusals.ask_again(ask, self._pause)

    def get(self, kind: type[T], item_id: str, *, now: datetime | None = None) -> T | None:
        """Return an item of a type, unless there is none or it has expired by *now*."""
        stored = RECORDS[kind]
        answer = self._client.get_item(
            TableName=self._table(stored.table),
            Key={"id": write_value(item_id)},
            ConsistentRead=True,
        )
        record = read_item(answer["Item"]) if "Item" in answer else None
        # DynamoDB deletes expired items some days later.
        if record is None or (now and keys.is_expired(record, now)):
            return None
        found: T = stored.read(record)
        return found

    def application(self, application_id: str, *, now: datetime) -> Application | None:
        """Return an application, unless there is none or it has expired."""
        return self.get(Application, application_id, now=now)

    def match(self, match_id: str, *, now: datetime) -> Match | None:
        """Return a match, unless there is none or it has expired."""
        return self.get(Match, match_id, now=now)

    def pair(self, pair_id: str) -> Pair | None:
        """Return what lies between two people, if anything is stored."""
        return self.get(Pair, pair_id)

    def pending_changes(self, application: Application, *, now: datetime) -> list[Application]:
        """Return the changes that wait, or have waited, beside an application."""
        found = (self.application(each, now=now) for each in application.pending_changes)
        return [each for each in found if each]

    def pointer(self, pointer_id: str) -> CurrentPointer | None:
        """Return the pointer to the current application of an address, if there ever was one."""
        return self.get(CurrentPointer, pointer_id)

    def counter(self, counter: Counter) -> Counter:
        """Return a counter as it is stored, or itself, which is at zero."""
        return self.get(Counter, counter.id) or counter

    def mark(self, mark_id: str, *, now: datetime | None) -> Mark | None:
        """Return a mark, unless there is none or it has expired by *now*."""
        return self.get(Mark, mark_id, now=now)

    def letter(self, letter_id: str) -> Letter | None:
        """Return a letter."""
        return self.get(Letter, letter_id)

    def arrangements(self) -> Arrangements | None:
        """Return the arrangements, if any were stored."""
        return self.get(Arrangements, ID)

    def sign_in_link(self, link_id: str, *, now: datetime) -> SignInLink | None:
        """Return a sign-in link, unless it was used or has expired."""
        return self.get(SignInLink, link_id, now=now)

    def session(self, hashed: str, *, now: datetime) -> Session | None:
        """Return a session, unless its coordinator has signed out or it has expired."""
        return self.get(Session, session_id(hashed), now=now)

    def roster(self) -> Roster | None:
        """Return the member list that is in use, if there is one."""
        return self.get(Roster, ROSTER)

    def list_entries(self, ids: Iterable[str], *, now: datetime) -> dict[str, ListEntry]:
        """Return the entries of the member list with some ids, by those ids."""
        found = fetch(self._client, self._tables.program, ids)
        listed = [
            program_records.read_list_entry(each)
            for each in found
            if not keys.is_expired(each, now)
        ]
        return {each.id: each for each in listed}

    def advance(self, letter: Letter, *, before: Letter) -> bool:
        """
        Store how far a letter has come, if it is still as it was *before*.

        Returns:
            Whether it was; otherwise another sender was faster.

        """
        put = partial(self._client.put_item, **self._advanced(letter, before))
        try:
            refusals.ask_again(put, self._pause)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _put(self, item: Stored | Letter) -> Any:
        """Return the write of one item, on condition that no other change came first."""
        table, record = self._written(item)
        put: dict[str, Any] = {"TableName": table, "Item": write_item(record)}
        revision = 1 if isinstance(item, Letter) else item.revision
        if revision == 1:
            put |= NOT_THERE
        else:
            put |= _at_revision(revision - 1)
        return {"Put": put}

    def _advanced(self, letter: Letter, before: Letter) -> Any:
        """Return the put of a letter, on condition that it is still as it was *before*."""
        return {
            "TableName": self._tables.letters,
            "Item": write_item(letter_records.write_letter(letter)),
            "ConditionExpression": "#state = :state AND attempts = :attempts",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {
                ":state": write_value(before.state),
                ":attempts": write_value(before.attempts),
            },
        }

    def _delete(self, item: Stored) -> Any:
        """Return the deletion of one item, on condition that it is still as it was read."""
        table, record = self._written(item)
        delete = {"TableName": table, "Key": {"id": write_value(record["id"])}}
        return {"Delete": {**delete, **_at_revision(item.revision)}}

    def _written(self, item: Stored | Letter) -> tuple[str, keys.Record]:
        """Return the table that an item belongs in, and how it is written there."""
        stored = RECORDS[type(item)]
        return self._table(stored.table), stored.write(item)

    def _table(self, name: str) -> str:
        """Return what a table is called on AWS."""
        return str(getattr(self._tables, name))


def _at_revision(revision: int) -> dict[str, Any]:
    """Return the condition that an item is at a *revision*."""
    return {
        "ConditionExpression": "revision = :revision",
        "ExpressionAttributeValues": {":revision": write_value(revision)},
    }
