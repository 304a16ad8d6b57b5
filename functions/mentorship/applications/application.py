"""
Applications, and what is stored of them.

What happens to an application is a pure function from the state, the event and the time to a
`Change`, which `store.commit` makes one transaction: `intake` has what strangers can cause, `owner`
what the holder of a link can, and `coordinator` what is done from the desk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from dateutil.relativedelta import relativedelta

from mentorship.applications.status import HoldReason, Status
from mentorship.change import Change
from mentorship.form import declaration
from mentorship.form.question import Answer, Role


@dataclass(frozen=True, kw_only=True)
class Version:
    """What a form was answered with at one time."""

    answers: Mapping[str, Answer]
    form_version: int
    consent_version: int
    given_at: datetime


@dataclass(frozen=True, kw_only=True)
class Note:
    """
    What a coordinator has noted of an application, for the coordinators.

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
        reference: what people call it in an email or on the telephone.
        answers: by the questions' names; skipped ones are absent.
        received_at: in UTC, as all times are.
        reply_by: the date by which the applicant was told they would hear, if they were.
        consent_version: the wording that the applicant agreed to.
        keep_months: for how long they agreed to have the answers kept.
        revision: counts what was stored; a change is refused if another came first.
        address_version: counts its addresses; a link names it, so that one sent to an earlier
            address dies.
        confirmed_at: when somebody who reads mail at its address acted on a link.
        changed_at: when its answers were last replaced.
        withdrawn_at: when its owner withdrew it.
        parent: the id of the application that it waits, or waited, beside.
        ends_at: when it goes at the latest, with the application that it is beside.
        pending_changes: the ids of the changes that wait for its owner's answer.
        versions: its earlier answers, the oldest first.
        hold_reason: why it is, or was, held back.
        notes: the coordinators', the oldest first.
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
        """The applicant's email address."""
        return address_in(self.answers)

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
        """Return it as its owner has answered it: what it said is kept elsewhere, or nowhere."""
        return self.with_changes(status=status, answers={}, changed_at=now)

    def same_address(self, other: "Application") -> bool:
        """Tell whether another application is of the same address."""
        return self.address.casefold() == other.address.casefold()

    def addresses(self) -> set[str]:
        """Return every address that it has had, in small letters."""
        versions = (*self.versions, self.version)
        return {address_in(each.answers).casefold() for each in versions if each.answers}


@dataclass(frozen=True, kw_only=True)
class CurrentPointer:
    """
    Names the current application of an address for a role.

    One item for each, so that of two requests at once only one can win. It knows *earlier* ones
    too, so that whoever asks to be forgotten is.
    """

    id: str
    application: str
    expires_at: datetime
    earlier: tuple[str, ...] = ()
    revision: int = 1


@dataclass(frozen=True, kw_only=True)
class ApplicationChange(Change):
    """A change of one application, which is then as *application* says."""

    application: Application


def address_in(answers: Mapping[str, Answer]) -> str:
    """Return the email address among *answers*."""
    return str(answers[declaration.ADDRESS.name])


def pointer_id(role: Role, address: str, *, held: bool = False) -> str:
    """
    Return the id of the pointer to the current application of an address for a role.

    One that is held back has a pointer of its own: a bot's must not get in a person's way.
    """
    shelf = Status.QUARANTINED if held else Status.WAITING
    return f"{shelf}#{role}#{address.casefold()}"


def pointer_id_of(application: Application) -> str:
    """Return the id of what says that an application stands, or stood, for its address, or ""."""
    if not application.answers:
        return ""
    held = application.status.traits.is_held
    return pointer_id(application.role, application.address, held=held)


def reference_of(application_id: str) -> str:
    """Return what people call an application."""
    return f"{application_id[:4]}-{application_id[4:8]}".upper()
