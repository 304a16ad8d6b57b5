"""
People as they are compared with many others: each is prepared once.

Someone may apply as a mentor and as a mentee, with another address: an equal name, phone number or
second address is a question for coordinators.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mentorship import names
from mentorship.addresses import FEWEST_DIGITS, PHONE, address_key, phone_key
from mentorship.applications.application import Application, contact_key_in
from mentorship.form import declaration, form, wishes
from mentorship.form.question import Answer
from mentorship.form.texts import Email
from mentorship.matches.institutions import Employer, Institutions

ADDRESSES = tuple(each.name for each in form.stored_questions() if isinstance(each, Email))


@dataclass(frozen=True, kw_only=True)
class Person:
    """
    Someone who applied, as they are compared with others.

    Attributes:
        id: of the application.
        name: as they would like it seen.
        match_key, squeezed, parts: their name, folded whole, without spaces, and in words.
        contact: the key of the address or phone number that they are known by.
        addresses: the keys of all addresses that they gave, earlier ones too.
        phone: the key of their phone number, or "".
        employer: where they work or train.
        ways: how they like to talk.

    """

    id: str
    name: str
    match_key: str
    squeezed: str
    parts: frozenset[str]
    contact: str
    addresses: frozenset[str]
    phone: str
    employer: Employer
    ways: frozenset[str]

    def shared_with(self, other: "Person") -> list[str]:
        """Return in words what two people have in common that one person would have."""
        same_name = (self.match_key and self.match_key == other.match_key) or (
            self.squeezed and self.squeezed == other.squeezed
        )
        shared = {
            "name": same_name,
            "phone number": self.phone and self.phone == other.phone,
            "email address": self.addresses & other.addresses,
        }
        return [words for words, found in shared.items() if found]


def prepared(application: Application, institutions: Institutions) -> Person:
    """Return an applicant as they are compared with others; their answers have to be there."""
    answers = application.answers
    given = _addresses(answers)
    return Person(
        id=application.id,
        name=application.name,
        match_key=names.match_key(application.name),
        squeezed=names.squeezed(application.name),
        parts=frozenset(names.parts_of(application.name)),
        contact=contact_key_in(answers),
        addresses=frozenset({*given, *application.contact_keys()}),
        phone=_phone(answers),
        employer=institutions.employer(str(answers.get(declaration.INSTITUTION.name, "")), given),
        ways=_chosen(answers, wishes.WAYS.name),
    )


def _addresses(answers: Mapping[str, Answer]) -> list[str]:
    """Return the keys of the addresses that someone gave: theirs, and the society's for them."""
    return [address_key(str(answers[name])) for name in ADDRESSES if answers.get(name)]


def _phone(answers: Mapping[str, Answer]) -> str:
    """Return the key of a phone number with enough digits to be one person's."""
    key = phone_key(str(answers.get(declaration.PHONE.name, "")))
    return key if len(key.removeprefix(PHONE)) >= FEWEST_DIGITS else ""


def _chosen(answers: Mapping[str, Answer], name: str) -> frozenset[str]:
    answer = answers.get(name)
    return frozenset(answer) if isinstance(answer, list) else frozenset()
