"""
Fetch an export of applications from AWS into the current folder.

Run as `python -m infra.export`, with the export query in the environment: ROLE, STATUS, SINCE,
UNTIL, AREA, FORMAT, INCLUDE.
"""

import base64
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.request import urlopen

import boto3
from botocore.config import Config

from infra import stack
from infra.trouble import Trouble, spoken

# Longer than the function may run, and only once: a second try would be a second export.
CALL = Config(read_timeout=310, retries={"total_max_attempts": 1})

# The arguments of an export query, by the names that make passes on.
ARGUMENTS = ("ROLE", "STATUS", "AREA", "SINCE", "UNTIL", "FORMAT", "INCLUDE")


class Lambda(Protocol):
    """The part of a Lambda client that is needed."""

    def invoke(self, *, FunctionName: str, Payload: bytes) -> Mapping[str, Any]:  # noqa: N803
        """Run a function and return its answer."""


def wanted(environment: Mapping[str, str]) -> dict[str, str | list[str]]:
    """Return the arguments of the export query; empty ones are left to the function."""
    given = {name: environment.get(name, "").strip() for name in ARGUMENTS}
    asked: dict[str, str | list[str]] = {
        name.lower(): value for name, value in given.items() if value and name != "INCLUDE"
    }
    if included := [name.strip() for name in given["INCLUDE"].split(",") if name.strip()]:
        asked["include"] = included
    return asked


def fetch(
    environment: Mapping[str, str], *, function: str, client: Lambda, folder: Path
) -> tuple[Path, int]:
    """
    Have the *function* write an export, save it in a *folder*, and return its path and rows.

    Raises:
        Trouble: The function says what is wrong with the query, or it failed.

    """
    answer = client.invoke(
        FunctionName=function, Payload=json.dumps(wanted(environment)).encode("utf-8")
    )
    told = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise Trouble(
            "The export failed, and whoever gets the alarms has been told. The reason is in the "
            f"log of {function}."
        )
    if "problem" in told:
        raise Trouble(_words(told["problem"]))
    content = _content(told)
    # Only the name, in case it looks like a path.
    path = folder / Path(told["filename"]).name
    # No one else who works on this computer may read it.
    path.touch(mode=0o600)
    path.write_bytes(content)
    return path, told["rows"]


def _content(told: Mapping[str, Any]) -> bytes:
    if "body" in told:
        return base64.b64decode(told["body"])
    link: str = told["link"]
    if not link.startswith("https://"):
        raise Trouble("The export's link is not an https address; nothing was loaded from it.")
    with urlopen(link, timeout=300) as response:  # noqa: S310
        content: bytes = response.read()
    return content


def _words(problem: Mapping[str, Any]) -> str:
    lines = [problem.get("detail") or problem["title"]]
    lines += [f"  {each['pointer']}: {each['detail']}" for each in problem.get("errors", [])]
    return "\n".join(lines)


def save(session: boto3.Session) -> None:
    """Save an export in the current folder, and say where."""
    found = stack.get(session.client("cloudformation"), stack.config().name)
    path, rows = fetch(
        os.environ,
        function=found.outputs["ExportFunction"],
        client=session.client("lambda", config=CALL),
        folder=Path.cwd(),
    )
    print(f"{rows} applications: {path}")
    print("It holds names and addresses. Delete it when you have done with it.")


def main() -> int:
    """Save an export; return the exit status."""
    return spoken(lambda: save(stack.session()))


if __name__ == "__main__":
    sys.exit(main())
