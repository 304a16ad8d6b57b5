"""Promise 4: no real person is refused or altered."""

import csv
import io
import json
import re
import unicodedata
from itertools import cycle
from typing import NamedTuple

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from infra.laptop import Laptop
from infra.outbox import Email
from mentorship.applications.application import Application
from mentorship.form.question import Role
from mentorship.services import Services
from mentorship.ses import header_address
from tests import people
from tests.clock import Clock
from tests.exporting import exported
from tests.extent import sample, sampled
from tests.made import FORMS, SENT
from tests.own import mail
from tests.people import apply
from tests.promises import Show
from tests.reading import read
from tests.unusual import ADDRESSES, CITIES, INSTITUTIONS, NAMES, PHONES, WORDS

# An export marks what a spreadsheet program would take for a formula, so that it is shown as it is.
FORMULA_SIGNS = tuple("=+-@＝＋－＠")


class Person(NamedTuple):
    """Somebody who might apply."""

    full_name: str
    email: str
    phone: str
    institution: str
    city: str
    words: str

    def as_given(self, role: Role) -> people.Given:
        """Return what a browser sends of them."""
        return SENT[role] | {name: [words] for name, words in self.as_asked(role).items()}

    def as_asked(self, role: Role) -> dict[str, str]:
        """Return what they wrote, by question."""
        answers = self._asdict()
        answers["goal" if role is Role.MENTEE else "about"] = answers.pop("words")
        return answers


def everybody() -> list[Person]:
    """
    Return a person for every name, with every kind of address, phone and place among them.

    Nobody shares an address: each is in a domain of its own.
    """
    found = zip(
        NAMES,
        cycle(ADDRESSES),
        cycle(PHONES),
        cycle(INSTITUTIONS),
        cycle(CITIES),
        cycle(WORDS),
        strict=False,
    )
    return [
        Person(*each)._replace(email=each[1].replace("@", f"@p{number}."))
        for number, each in enumerate(found)
    ]


def digits(text: str) -> str:
    """Return a number as it is dialed, in whatever digits it is written."""
    return "".join(str(unicodedata.digit(each)) for each in text if each.isdigit())


def lines_of(html: str) -> list[str]:
    """Return the texts of a page, each between two tags."""
    return [each[1].strip("\n") for each in read(html.replace("\r\n", "\n")) if each[0] == ""]


def by_reference(emails: list[Email]) -> dict[str, list[Email]]:
    """Return emails by the reference with which their subjects end."""
    found: dict[str, list[Email]] = {}
    for email in emails:
        found.setdefault(email.header("Subject").split()[-1], []).append(email)
    return found


def test_there_are_enough() -> None:
    """
    They are more than a hundred, each with a name of their own, in composed form.
    """
    found = everybody()
    assert len(found) >= 100
    assert len({person.full_name for person in found}) == len(found)
    assert len(ADDRESSES) >= 20
    assert len(PHONES) >= 25
    assert len(INSTITUTIONS) >= 30
    assert len(CITIES) >= 15
    assert len(WORDS) >= 10
    assert all(unicodedata.is_normalized("NFC", text) for person in found for text in person)


@sampled
@pytest.mark.parametrize("role", Role)
def test_from_the_form_to_the_export(laptop: Laptop, clock: Clock, role: Role, shown: Show) -> None:
    """
    What each of them wrote is in the table, in the emails and in every export, letter for letter.
    """
    from mentorship.services import services

    # Each is one or the other; what is typed is taken in the same way.
    sent: dict[str, Person] = {}
    for person in sample(everybody()[list(Role).index(role) :: len(Role)], 3):
        taken = apply(laptop, person.as_given(role))
        assert taken.status == 303, person
        sent[taken.headers["location"].rpartition("/")[2]] = person
        clock.forward(hours=4)  # So that not too many come from one place on one day.

    # In the table.
    stored: dict[str, Application] = {}
    for application_id, person in sent.items():
        found = services().store.application(application_id, now=clock())
        assert found is not None
        asked = person.as_asked(role)
        assert {name: found.answers[name] for name in asked} == asked
        stored[application_id] = found

    # In the emails.
    emails = by_reference(mail(laptop))
    for application_id, application in stored.items():
        person = sent[application_id]
        address = header_address(person.email).addr_spec
        announced, receipt = emails.pop(application.reference)
        assert receipt.readers == [address]
        assert [each.addr_spec for each in announced.message["Reply-To"].addresses] == [address]
        text = "".join(announced.part("plain").split())
        lines = lines_of(announced.part("html"))
        for name, answer in person.as_asked(role).items():
            for line in filter(None, answer.split("\n")):
                if name != "phone":
                    assert line in lines, person
                    assert "".join(line.split()) in text, person
        assert same_phone(lines[lines.index("Phone") + 2], person.phone), person
    assert emails == {}

    # In the exports.
    rows = {row["email"]: row for row in json.loads(exported(laptop, "format=json"))}
    assert len(rows) == len(sent)
    text = exported(laptop, "format=csv").decode("utf-8-sig")
    sheet = openpyxl.load_workbook(io.BytesIO(exported(laptop, "format=xlsx"))).active
    assert sheet is not None
    head, *body = ([unescape(str(cell or "")) for cell in row] for row in sheet.values)
    tables = [
        list(csv.DictReader(io.StringIO(text, newline=""), strict=True)),
        [dict(zip(head, row, strict=True)) for row in body],
    ]
    questions = {each.name: each.heading for each in FORMS[role].questions()}
    for person in sent.values():
        asked = person.as_asked(role)
        assert asked.items() <= rows[person.email].items()
        for table in tables:
            (row,) = (each for each in table if plain(each["Email address"]) == person.email)
            for name, answer in asked.items():
                if name == "phone":
                    assert same_phone(plain(row["Phone"]), answer)
                else:
                    assert plain(row[questions[name]]) == answer

    shown(4, f"{len(sent)} {role}s of unusual kinds: 0 refused, 0 altered")


def plain(cell: str) -> str:
    """Return a cell without the mark that keeps it from being a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_SIGNS) else cell


def same_phone(shown: str, given: str) -> bool:
    """
    Tell whether a number that is shown in the usual way is the one that was given.

    Every word that stood beside it has to be there, but for what says "extension".
    """
    # Dialed from here, 011 leads abroad and 1 stands before our own area codes.
    dialed = re.sub(r"^(011|1)", "", digits(given.replace("(0)", "")))
    left = re.sub(r"\b(ext|x)\b|(?<=\d)x(?=\d)", " ", given)
    return digits(shown).endswith(dialed) and all(
        word in shown for word in re.findall(r"[^\W\d_]+", left)
    )


@pytest.mark.parametrize("person", everybody()[::7], ids=lambda person: person.full_name)
def test_other_keyboards(services: Services, person: Person) -> None:
    """
    A Mac sends decomposed letters; it is the same name, the same place, the same address.
    """
    for role in Role:
        asked = person.as_asked(role)
        given = person.as_given(role) | {
            name: [unicodedata.normalize("NFD", words)] for name, words in asked.items()
        }
        answers = services.renderer.forms[role].parse(given).answers
        assert {name: answers[name] for name in asked} == asked
