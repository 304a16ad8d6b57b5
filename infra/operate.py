"""
What an operator does with what is stored, signed in to the society's AWS account.

Run as `python -m infra.operate COMMAND [WHAT]`; the Makefile has a target for each. What deletes or
sends asks first.
"""

import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from infra import stack
from infra.backup import opened, write
from infra.trouble import Trouble, spoken
from mentorship.addresses import address_key, phone_key, typed_address
from mentorship.archive import backup, forgetting, restore
from mentorship.change import Change, Conflict
from mentorship.letters.letter import Letter, State
from mentorship.mail.refusals import refusals
from mentorship.services import Services
from mentorship.settings import Program, Settings
from mentorship.store import letter_records, records
from mentorship.store.items import read_item
from mentorship.store.records import Tables
from mentorship.store.store import Store
from mentorship.web import keyring, links

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_secretsmanager.client import SecretsManagerClient

# As long as the random text that the template has made of the first key.
KEY_BYTES = 48


@dataclass(frozen=True)
class Operator:
    """
    Someone at a keyboard, and what they work with.

    Attributes:
        services: what the functions work with.
        tables: the client of DynamoDB.
        secrets: the client of Secrets Manager.
        ask: shows a question and returns what is typed.

    """

    services: Services
    tables: "DynamoDBClient"
    secrets: "SecretsManagerClient"
    ask: Callable[[str], str] = input

    def store(self, **names: str) -> Store:
        """Return what reads and writes the program's tables, or those of other *names*."""
        settings = self.services.settings
        own = {
            records.APPLICATIONS: settings.applications_table,
            records.MATCHES: settings.matches_table,
            records.LETTERS: settings.letters_table,
            records.PROGRAM: settings.program_table,
        }
        # With a client that waits longer for a page of a table than a function does.
        return Store(
            self.tables,
            Tables(**{**own, **names}),
            pause=self.services.pause,
            new_token=self.services.new_token,
        )

    def forget(self, address: str) -> None:
        """
        List what is stored about an address, and delete it once that is confirmed.

        A phone number finds who is known by nothing else.
        """
        address = typed_address(address) if "@" in address else phone_key(address)
        found = forgetting.find_by_scan(address, self.services)
        self._mentioned(address, found)
        if not (found.applications or found.pointers):
            print(f"No application of {address} is stored.")
            return
        print("This will be deleted:")
        for each in found.applications:
            whose = (each.address or "by phone only") if each.answers else "no answers left"
            print(f"  {forgetting.describe(each, self.services)} ({whose})")
        print("This cannot be reached:")
        for line in forgetting.UNREACHABLE:
            print(f"  {line}")
        self._wants("forget")
        try:
            forgetting.forget(found, self.services)
        except Conflict as error:
            raise Trouble("Something changed meanwhile: run it again for what is left.") from error
        print("Deleted. The coordinators are asked by email to delete what they have.")

    def _mentioned(self, address: str, found: forgetting.Found) -> None:
        """Say where the address appears in other people's answers."""
        for each in forgetting.every_application(self.services):
            answers = [address_key(str(answer)) for answer in each.answers.values()]
            if each not in found.applications and any(address_key(address) in a for a in answers):
                print(f"It stands in an answer of {each.reference}, which is left as it is.")

    def retry(self, address: str) -> None:
        """Have an address that refused mail tried again."""

        def act() -> None:
            marks = refusals(typed_address(address), self.services)
            if not marks:
                raise Trouble(f"No email to {address} has come back for good.")
            self.services.store.commit(Change(deletes=marks))

        self.services.retry(act)
        print(f"The program writes to {address} again. Amazon has a list of its own: in the")
        print("console, under Amazon SES, Suppression list, remove the address if it is there.")

    def backup(self, path: Path, names: Mapping[str, str] | None = None) -> None:
        """Write everything that is stored to a file."""
        counted = write(path, self.store(**(names or {})), self.services)
        print(f"{path}: {_counted(counted)}")
        print(
            "It holds everything that applicants wrote. Keep it where only coordinators can read."
        )

    def restore(self, path: Path) -> None:
        """Write a backup back; nothing is overwritten, and no email is sent."""
        with opened(path) as found:
            self._wants("restore")
            done = restore.restore(
                found,
                self.store(),
                self.services.links,
                arrangements=self.services.arrangements(),
                pause=self.services.pause,
            )
        print(f"Restored: {_counted(done.written)}")
        print(f"Already there, and left as they are: {_counted(done.already)}")
        print(f"Forgotten since, and left out: {_counted(done.forgotten)}")
        print(f"Left out, because of what is there now: {done.superseded} applications and matches")
        print(f"Letters that are held until make release: {done.held}")
        print("Who the coordinators are is not taken from a file: see Settings at the desk.")
        if not done.finished:
            raise Trouble("Others wrote the same at every try. Run it again for what is left.")

    def release(self) -> None:
        """Have the held letters sent, once that is confirmed."""
        letters = [
            letter
            for item in self.store().everything(records.LETTERS)
            if (letter := letter_records.read_letter(read_item(item))).state is State.HELD
        ]
        if not letters:
            print("No letter is held.")
            return
        for letter in letters:
            print(f"  {letter.kind}, of {letter.created_at:%Y-%m-%d}, {letter.id}")
        self._wants("send")
        print(f"{sum(map(self._released, letters))} letters leave within 15 minutes.")

    def rotate(self, *, leaked: bool = False) -> None:
        """
        Sign links with a new key from now on; links that were mailed keep working.

        Args:
            leaked: whether links that an older key has signed stop working.

        """
        secret, now = self.services.settings.link_keys, self.services.now()
        kept = json.loads(self.secrets.get_secret_value(SecretId=secret)["SecretString"])
        name = f"{now:{keyring.MADE}}"
        in_use = keyring.in_use(kept, now, links.longest_life())
        stay = {keyring.FIRST, keyring.LINKS_FROM, *in_use}
        keys = {each: key for each, key in kept.items() if each in stay}
        if leaked:
            keys = {keyring.FIRST: kept[keyring.FIRST], keyring.LINKS_FROM: name}
        keys[name] = secrets.token_urlsafe(KEY_BYTES)
        self.secrets.put_secret_value(SecretId=secret, SecretString=json.dumps(keys))
        print("There is a new key. " + ("No older link works." if leaked else "All links work."))
        if leaked:
            print("Functions that are running take it within the hour.")

    def _released(self, letter: Letter) -> bool:
        return self.services.store.advance(letter.released(self.services.now()), before=letter)

    def _wants(self, word: str) -> None:
        """Go on only if the word is typed."""
        if self.ask(f"Type {word} to go on: ").strip() != word:
            raise Trouble("Nothing was done.")


def _counted(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{counted.get(name, 0)} {name}" for name in backup.TABLES)


def operator(session: boto3.Session) -> Operator:
    """Return an operator of the deployed stack, with the settings that its functions have."""
    found = stack.get(session.client("cloudformation"), stack.config().name)
    answer = session.client("lambda").get_function_configuration(
        FunctionName=found.outputs["ExportFunction"]
    )
    environment = answer["Environment"]["Variables"]
    # The functions' own clients are made from the default session.
    boto3.setup_default_session(region_name=stack.config().region)
    return Operator(
        Services(
            settings=Settings.from_environment(environment),
            program=Program.from_environment(environment),
        ),
        session.client("dynamodb"),
        session.client("secretsmanager"),
    )


def run(command: str, what: str, someone: Operator) -> None:
    """
    Do what a command says.

    Raises:
        Trouble: if it cannot be done, or is not understood.

    """
    match command:
        case "forget" if "@" in what:
            someone.forget(what)
        case "retry" if "@" in what:
            someone.retry(what)
        case "backup":
            name = what or f"backup-{datetime.now(UTC):%Y-%m-%d-%H%M}.zip"
            someone.backup(Path(name), _tables(os.environ))
        case "restore" if what:
            someone.restore(Path(what))
        case "release":
            someone.release()
        case "rotate-keys":
            someone.rotate(leaked=what == "yes")
        case _:
            raise Trouble(
                "Say what: make forget ADDRESS=…, make retry ADDRESS=…, make restore FILE=…"
            )


def _tables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the tables to read instead of the stack's own, such as restored ones."""
    return {
        name: given for name in backup.TABLES if (given := environment.get(f"{name.upper()}_FROM"))
    }


def main() -> int:
    """Do what the command line says; return the exit status."""
    command, *what = sys.argv[1:] or [""]
    return spoken(lambda: run(command, " ".join(what), operator(stack.session())))


if __name__ == "__main__":
    sys.exit(main())
