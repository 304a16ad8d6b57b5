"""How long a function takes to begin, a form to show, a submission and an export; and memory."""

from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from tempfile import TemporaryFile
from zoneinfo import ZoneInfo

from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.exports import spreadsheet
from mentorship.exports.query import ExportQuery, Format
from mentorship.form import form
from mentorship.form.question import Role
from mentorship.rendering import Renderer
from mentorship.settings import Program
from tests import people
from tests.bench.measuring import ROOT, peak, python, seconds

PACIFIC = ZoneInfo("America/Los_Angeles")


def applications(count: int) -> Iterator[Application]:
    """Yield made-up applications."""
    forms = form.forms(coordinators="", contact="", keep_months=12)
    answers = forms[Role.MENTEE].parse(people.MENTEE).answers
    for number in range(count):
        yield Application(
            id=f"{number:020}",
            reference=f"{number:09}",
            role=Role.MENTEE,
            status=Status.WAITING,
            answers=answers,
            received_at=datetime(2026, 10, 1, tzinfo=UTC) + timedelta(minutes=number),
            reply_by=None,
            form_version=1,
            consent_version=1,
            keep_months=12,
        )


def export(count: int, kind: Format) -> None:
    """Export *count* applications to a file, as the function does."""
    wanted = ExportQuery.parse({"format": kind.value}, PACIFIC)
    with TemporaryFile() as file:
        spreadsheet.write(
            applications(count),
            columns=spreadsheet.columns(wanted, PACIFIC),
            format=kind,
            file=file,
        )


def submission_against_a_bare_write() -> float:
    """Return a submission's time, as a multiple of storing as many items and nothing else."""
    import boto3

    from infra.laptop import Laptop
    from tests.laptops import ADDRESS
    from tests.people import apply

    with redirect_stdout(StringIO()), Laptop(ADDRESS) as laptop:
        numbers = iter(range(10_000))
        apply(laptop, people.mentee())

        def submit() -> None:
            apply(laptop, people.mentee(email=f"robin{next(numbers)}@example.org"))

        client = boto3.client("dynamodb")

        def write() -> None:
            client.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": "ProgramTable",
                            "Item": {"id": {"S": f"bare#{next(numbers)}"}},
                        }
                    }
                    for _ in range(4)
                ]
            )

        write()
        return seconds(submit, 20) / seconds(write, 20)


def show() -> None:
    """Print the figures."""
    bare = seconds(python("pass"))
    program = "from mentorship.handlers import submit"
    ready = (
        "import boto3; from mentorship.handlers import submit; "
        "boto3.client('dynamodb', region_name='us-west-2')"
    )
    print("Start of a process, as a multiple of a bare Python's")
    print(f"  the submit function imported             {seconds(python(program)) / bare:6.1f}")
    print(f"  the same, with a client of DynamoDB      {seconds(python(ready)) / bare:6.1f}")

    renderer = Renderer([str(ROOT / "templates"), str(ROOT / "build" / "frame")], Program())
    parse = seconds(lambda: renderer.forms[Role.MENTEE].parse(people.MENTEE), 50)
    show = seconds(lambda: renderer.form(Role.MENTEE), 50)
    print("The form rendered, as a multiple of the form judged")
    print(f"  the mentees' form                        {show / parse:6.1f}")

    print("A submission, as a multiple of four bare writes in one transaction, both to moto")
    print(f"  judged, stored with its letters          {submission_against_a_bare_write():6.1f}")

    csv = seconds(lambda: export(1000, Format.CSV), 3)
    print("An export of 1,000 applications, as a multiple of the same as CSV")
    for kind in (Format.JSON, Format.XLSX):
        print(f"  {kind.value:40} {seconds(lambda k=kind: export(1000, k), 3) / csv:6.1f}")

    print("Memory of an export of 4,000 applications, as a multiple of that of 1,000")
    for kind in Format:
        small, large = (peak(lambda k=kind, n=n: export(n, k)) for n in (1000, 4000))
        print(f"  {kind.value:40} {large / small:6.1f}")
