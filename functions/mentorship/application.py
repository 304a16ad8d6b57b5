"""
Applications, and what happens to them.

What happens is a pure function from the state, the event and the time to a `Change`: the items to
store and the letters to write, which `store.commit` makes one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from mentorship import form
from mentorship.letter import Letter, letter_id, new_letter
from mentorship.questions import Answer, Role


class Status(StrEnum):
    """Where an application stands."""

    WAITING = "waiting"
    QUARANTINED = "quarantined"
    WITHDRAWN = "withdrawn"


class Overtaken(Exception):
    """Another change came first; read again and decide again."""


@dataclass(frozen=True, kw_only=True)
class Application:
    """
    One person's application for one role.

    Attributes:
        id: twenty letters and digits that cannot be guessed.
        reference: what people call it in an email or on the telephone.
        answers: by the questions' names; skipped ones are absent.
        received_at: in UTC.
        reply_by: the date by which the applicant was told they would hear, if they were.
        consent_version: the wording that the applicant agreed to.
        keep_months: for how long they agreed to have the answers kept.
        revision: counts what was stored; a change is refused if another came first.

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

    @property
    def name(self) -> str:
        """The applicant's name, as they would like it seen."""
        return str(self.answers[form.NAME.name])

    @property
    def address(self) -> str:
        """The applicant's email address."""
        return str(self.answers[form.ADDRESS.name])

    @property
    def expires_at(self) -> datetime:
        """When it is deleted, if nothing further happens."""
        expires: datetime = self.received_at + relativedelta(months=self.keep_months)
        return expires


@dataclass(frozen=True, kw_only=True)
class Standing:
    """
    Which application an address has standing for a role.

    One item for each, so that of two requests at once only one can win.
    """

    id: str
    application: str
    expires_at: datetime
    revision: int = 1


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be stored, all or nothing, together with the letters that it causes."""

    application: Application
    puts: tuple[Application | Standing, ...] = ()
    letters: tuple[Letter, ...] = ()


def standing_id(role: Role, answered: form.Answered) -> str:
    """
    Return the id of the item that says which application stands.

    An application of a bot's stands for itself: it must not get in the way of a person's.
    """
    shelf = Status.QUARANTINED if answered.trapped else Status.WAITING
    return f"{shelf}#{role}#{str(answered.answers[form.ADDRESS.name]).casefold()}"


def received(
    *,
    role: Role,
    answered: form.Answered,
    standing: Standing | None,
    stands: Application | None,
    announced: bool,
    now: datetime,
    today: date,
    new_id: str,
    reply_by: date | None,
    keep_months: int,
) -> Change:
    """
    Take an application.

    The same answers for the same address and role are the same application, however often they are
    sent: nothing is stored and nothing mailed again.

    Args:
        role: which form was filled in.
        answered: what it was answered with.
        standing: which application stands for this address and role, if any ever did.
        stands: that application, unless it is gone.
        announced: whether the coordinators were told today that applications are held back.
        now: the present, in UTC.
        today: the present date, in the program's own zone.
        new_id: an id that was never used.
        reply_by: by when applicants are told that they will hear, if they are.
        keep_months: for how long answers are kept.

    """
    if stands is not None and stands.answers == answered.answers:
        return Change(application=stands)
    application = Application(
        id=new_id,
        reference=f"{new_id[:4]}-{new_id[4:8]}".upper(),
        role=role,
        status=Status.QUARANTINED if answered.trapped else Status.WAITING,
        answers=answered.answers,
        received_at=now,
        reply_by=reply_by if reply_by and reply_by >= today else None,
        form_version=answered.form_version,
        consent_version=form.CONSENT_VERSION,
        keep_months=keep_months,
    )
    return Change(
        application=application,
        puts=(
            application,
            Standing(
                id=standing_id(role, answered),
                application=application.id,
                expires_at=application.expires_at,
                revision=standing.revision + 1 if standing else 1,
            ),
        ),
        letters=_letters(application, announced=announced, now=now, today=today),
    )


def held_back_id(today: date) -> str:
    """Return the id of the letter that tells the coordinators what was held back *today*."""
    return letter_id("held-back", of=f"{today}")


def _letters(
    application: Application, *, announced: bool, now: datetime, today: date
) -> tuple[Letter, ...]:
    """Return the letters that a new application causes; a bot must not be able to send many."""
    if application.status is Status.QUARANTINED:
        if announced:
            return ()
        return (new_letter("held-back", about=application.id, now=now, of=f"{today}"),)
    return (
        new_letter("new-application", about=application.id, now=now),
        new_letter("receipt", about=application.id, now=now),
    )
