"""
Applications, and what is stored of them.

What happens to an application is a pure function from the state, the event and the time to a
`Change`, which `store.commit` makes one transaction: `intake` has what strangers can cause, `owner`
what the holder of a link can cause, and `coordinator` what is done at the desk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Self

from dateutil.relativedelta import relativedelta

from mentorship.addresses import address_key, phone_key, same_address
from mentorship.applications.status import HoldReason, Status
from mentorship.change import Change
from mentorship.form import declaration
from mentorship.form.question import Answer, Role


@dataclass(frozen=True, kw_only=True)
class Version:
    """The answers of an application as they were at one time."""

    answers: Mapping[str, Answer]
    form_version: int
    consent_version: int
    given_at: datetime


@dataclass(frozen=True, kw_only=True)
class Note:
    """
    A coordinator's note about an application, for the coordinators.

    Attributes:
        at: when.
        by: the coordinator's address.
        text: in their words.

    """

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Application:
    """
    One person's application for one role.

    Attributes:
        id: letters and digits that cannot be guessed.
        reference: what people call it by email or phone.
        answers: by the questions' names; skipped ones are absent.
        received_at: in UTC, as all times are.
        reply_by: the date by which the applicant was told to expect an answer, if any.
        consent_version: the wording that the applicant agreed to.
        keep_months: for how long they agreed to have the answers kept.
        revision: counts what was stored; a change is refused if another came first.
        address_version: grows with each new address; a link names it, so that a link sent to an
            earlier address stops working.
        confirmed_at: when its owner first acted on a link that was mailed to its address.
        changed_at: when its answers were last replaced.
        withdrawn_at: when its owner withdrew it.
        parent: the id of the application that it is, or was, a pending change of.
        ends_at: when it is deleted at the latest, along with its parent.
        pending_changes: the ids of the changes that wait for its owner to accept or discard them.
        versions: its earlier answers, the oldest first.
        hold_reason: why it is, or was, held back.
        notes: the coordinators' notes, the oldest first.
        entered_by: the address of the coordinator who entered it, if its owner did not.
        notified_at: when its owner was last told that there is no match yet.

    """

    id: str
    reference: str
    role: Role
    status: Status
    answers: Mapping[str, Answer]
    received_at: datetime
    reply_by: date | None
    form_version: int
    consent_version: int
    keep_months: int
    revision: int = 1
    address_version: int = 1
    confirmed_at: datetime | None = None
    changed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    parent: str = ""
    ends_at: datetime | None = None
    pending_changes: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    hold_reason: HoldReason = HoldReason.NOT
    notes: tuple[Note, ...] = ()
    entered_by: str = ""
    notified_at: datetime | None = None

    @property
    def name(self) -> str:
        """The applicant's name, as they would like it seen."""
        return str(self.answers[declaration.NAME.name])

    @property
    def address(self) -> str:
        """The applicant's email address, or "" if they can only be called."""
        return address_in(self.answers)

    @property
    def by_phone_only(self) -> bool:
        """Whether there is no email address: no letter is written, and a coordinator calls."""
        return bool(self.answers) and not self.address

    @property
    def is_open(self) -> bool:
        """Whether the program still works on it, or will again."""
        return self.status.traits.is_open

    @property
    def given_at(self) -> datetime:
        """When its answers were given."""
        return self.changed_at or self.received_at

    @property
    def version(self) -> Version:
        """Its answers, with when they were given."""
        return Version(
            answers=self.answers,
            form_version=self.form_version,
            consent_version=self.consent_version,
            given_at=self.given_at,
        )

    @property
    def expires_at(self) -> datetime:
        """When it is deleted, if nothing further happens."""
        since = self.withdrawn_at or self.received_at
        expires: datetime = since + relativedelta(months=self.keep_months)
        return min(expires, self.ends_at) if self.ends_at else expires

    def with_changes(self, **changes: object) -> Self:
        """Return it with *changes*, to be stored after it."""
        return replace(self, revision=self.revision + 1, **changes)  # type: ignore[arg-type]

    def without_answers(self, status: Status, now: datetime) -> Self:
        """Return it accepted or discarded: its answers are kept elsewhere, or nowhere."""
        return self.with_changes(status=status, answers={}, changed_at=now)

    def same_address(self, other: "Application") -> bool:
        """Tell whether another application has the same address."""
        return same_address(self.address, other.address)

    def address_at(self, address_version: int) -> str | None:
        """Return the address that it has, or had, at an address version, if that is known."""
        at = self.address_version
        for before, after in pairwise(reversed([*self.versions, self.version])):
            if at == address_version:
                return address_in(before.answers)
            at -= not same_address(address_in(before.answers), address_in(after.answers))
        first = (*self.versions, self.version)[0]
        return address_in(first.answers) if at == address_version else None

    def contact_keys(self) -> set[str]:
        """Return what it is, and was, known by: the keys of addresses or of a phone number."""
        versions = (*self.versions, self.version)
        return {contact_key_in(each.answers) for each in versions if each.answers}


@dataclass(frozen=True, kw_only=True)
class CurrentPointer:
    """
    Names the current application of an address for a role.

    There is one item for each, so that of two requests at once only one can win. It names *earlier*
    applications too, so that they are found when someone asks to be forgotten.
    """

    id: str
    application: str
    expires_at: datetime
    earlier: tuple[str, ...] = ()
    revision: int = 1


@dataclass(frozen=True, kw_only=True)
class ApplicationChange(Change):
    """
    A change of one application; *application* is what it is afterwards.

    Whatever is decided, no letter is written to someone who has no email address.
    """

    application: Application

    def __post_init__(self) -> None:
        """Leave out the letters that no one would get: this is the one place that decides it."""
        about = {each.id: each for each in self.puts if isinstance(each, Application)}
        about[self.application.id] = self.application
        called = {each for each, found in about.items() if found.by_phone_only}
        letters = tuple(each for each in self.letters if each.owner not in called)
        object.__setattr__(self, "letters", letters)


def address_in(answers: Mapping[str, Answer]) -> str:
    """Return the email address among *answers*, or "" if there is none."""
    return str(answers.get(declaration.ADDRESS.name, ""))


def contact_key_in(answers: Mapping[str, Answer]) -> str:
    """Return what someone is known by: the key of their address or, without one, of their phone."""
    if address := address_in(answers):
        return address_key(address)
    return phone_key(str(answers[declaration.PHONE.name]))


def pointer_id(role: Role, contact: str, *, held: bool = False) -> str:
    """
    Return the id of the pointer to the current application of a *contact* for a role.

    An application that is held back has a pointer of its own: a bot's must not get in a person's
    way.

    Args:
        role: of the application.
        contact: an email address, or a key of one or of a phone number.
        held: whether it is the pointer to what was held back.

    """
    status = Status.QUARANTINED if held else Status.WAITING
    return f"{status}#{role}#{address_key(contact)}"


def pointer_id_of(application: Application) -> str:
    """Return the id of the pointer to an application, if it is or was current, or ""."""
    if not application.answers:
        return ""
    held = application.status.traits.is_held
    return pointer_id(application.role, contact_key_in(application.answers), held=held)


def reference_of(application_id: str) -> str:
    """Return what people call an application."""
    return f"{application_id[:4]}-{application_id[4:8]}".upper()
