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

from mentorship.addresses import address_key, phone_key, same_address
from mentorship.applications.keeping import Kept
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
class Agreement:
    """
    How someone whom a coordinator entered agreed, as a coordinator recorded it.

    Attributes:
        how: in the coordinator's words.
        at: when it was recorded.
        by: the coordinator's address.

    """

    how: str
    at: datetime
    by: str


@dataclass(frozen=True, kw_only=True)
class Application(Kept):
    """
    One person's application for one role; `Kept` says for how long it is kept.

    Attributes:
        id: letters and digits that cannot be guessed.
        reference: what people call it by email or phone.
        answers: by the questions' names; skipped ones are absent.
        reply_by: the date by which the applicant was told to expect an answer, if any.
        consent_version: the wording that the applicant agreed to.
        revision: counts what was stored; a change is refused if another came first.
        address_version: grows with each new address; a link names it, so that a link sent to an
            earlier address stops working.
        confirmed_at: when its owner first acted on a link that was mailed to its address.
        changed_at: when its answers were last replaced.
        parent: the id of the application that it is, or was, a pending change of.
        pending_changes: the ids of the changes that wait for its owner to accept or discard them.
        versions: its earlier answers, the oldest first.
        hold_reason: why it is, or was, held back.
        network: while it is held back, a keyed hash of the network that it came from and of the
            day, so that many from one network are let in together.
        notes: the coordinators' notes, the oldest first.
        entered_by: the address of the coordinator who entered it, if its owner did not.
        agreed: how its owner agreed, if a coordinator recorded that.
        notified_at: when its owner was last told that there is no match yet.
        waiting_from: since when it counts as waiting, if that is not when it was received.
        status_before: what it was before a coordinator found it not eligible.
        known_by: the keys of the addresses of the coordinators who know them.
        struck: the names of questions whose answers its owner keeps from a proposed match.
        past_matches: the ids of the last matches that it was in, the latest last.
        resume_on: the day on which it waits again by itself, if it is paused until then.
        unreached_at: when its owner last let a proposal lapse, unless they were reached since.
        confirm_asked_at: when its owner was reminded to confirm the address.

    """

    id: str
    reference: str
    role: Role
    answers: Mapping[str, Answer]
    reply_by: date | None
    form_version: int
    consent_version: int
    revision: int = 1
    address_version: int = 1
    confirmed_at: datetime | None = None
    changed_at: datetime | None = None
    parent: str = ""
    pending_changes: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    hold_reason: HoldReason = HoldReason.NOT
    network: str = ""
    notes: tuple[Note, ...] = ()
    entered_by: str = ""
    agreed: Agreement | None = None
    notified_at: datetime | None = None
    waiting_from: datetime | None = None
    status_before: Status | None = None
    known_by: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    past_matches: tuple[str, ...] = ()
    resume_on: date | None = None
    unreached_at: datetime | None = None
    confirm_asked_at: datetime | None = None

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
    def is_unconfirmed(self) -> bool:
        """Whether there is an email address that its owner has not confirmed yet."""
        return bool(self.address) and self.confirmed_at is None

    @property
    def is_open(self) -> bool:
        """Whether the program still works on it, or will again."""
        return self.status.traits.is_open

    @property
    def waiting_since(self) -> datetime:
        """Since when it counts as waiting: waiting order, and the days that a page shows."""
        return self.waiting_from or self.received_at

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


def reference_of(application_id: str) -> str:
    """Return what people call an application."""
    return f"{application_id[:4]}-{application_id[4:8]}".upper()
