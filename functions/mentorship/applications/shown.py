"""
What one audience may read of an application.

Pages and letters get this in place of the application, so that a template cannot print what its
reader may not see.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Self

from mentorship.applications.application import Agreement, Application, Note
from mentorship.applications.status import HoldReason, Status
from mentorship.form.declaration import PHONE
from mentorship.form.disclosure import ShownAnswer, ShownSection
from mentorship.form.form import Form
from mentorship.form.question import Audience, Role
from mentorship.form.wishes import NOT_WITH


@dataclass(frozen=True, kw_only=True)
class ShownPerson:
    """
    What the other person of a match may read of someone, proposed or once both have said yes.

    Attributes:
        audience: who reads it.
        role: what they applied to be.
        sections: their answers, as the audience may read them.

    """

    audience: Audience
    role: Role
    sections: tuple[ShownSection, ...]

    def answers(self) -> Iterator[ShownAnswer]:
        """Yield each question with its answer, in the order of the form."""
        for section in self.sections:
            yield from section.rows


@dataclass(frozen=True, kw_only=True)
class ShownApplication(ShownPerson):
    """
    What its owner or a coordinator may read of an application.

    The attributes without a description are those of the application.

    Attributes:
        name, address: as the applicant gave them, "" once no answers are left.
        corrected_at: when its answers were replaced, the earliest first.
        by_phone_only: whether there is no address, and no email is sent.
        notes, hold_reason, notified_at, agreed: for coordinators only.
        has_private_note: whether a private answer is among them, shown or not; for insiders only.

    """

    id: str
    reference: str
    status: Status
    received_at: datetime
    given_at: datetime
    reply_by: date | None
    keep_months: int
    kept_until: datetime | None
    is_leaving: bool
    is_open: bool
    confirmed_at: datetime | None
    withdrawn_at: datetime | None
    match_ended_at: datetime | None
    kept_from: datetime | None
    warned_at: datetime | None
    waiting_since: datetime
    waiting_from: datetime | None
    entered_by: str
    pending_changes: tuple[str, ...]
    resume_on: date | None = None
    notified_at: datetime | None = None
    hold_reason: HoldReason = HoldReason.NOT
    notes: tuple[Note, ...] = ()
    agreed: Agreement | None = None
    name: str = ""
    address: str = ""
    corrected_at: tuple[datetime, ...] = ()
    has_private_note: bool = False
    by_phone_only: bool = False

    @property
    def phone(self) -> str:
        """Their phone number as it is shown, "" if they gave none."""
        answers = self.answers()
        return next((words for question, words in answers if question.name == PHONE.name), "")

    def without_answers(self) -> Self:
        """Return it for a reader who has proved nothing: an address may be someone else's."""
        return replace(self, sections=(), name="", address="", has_private_note=False)


COORDINATORS_ONLY = ("notes", "hold_reason", "notified_at", "agreed")


def show_person(
    application: Application,
    form: Form,
    *,
    audience: Audience,
    local: Callable[[datetime], datetime],
) -> ShownPerson:
    """
    Return what the other person of a match may read of someone.

    Args:
        application: theirs.
        form: the form of their role.
        audience: who reads it.
        local: puts a time in the program's own zone.

    """
    return ShownPerson(
        audience=audience,
        role=application.role,
        sections=_sections(application, form, audience=audience, local=local, private=False),
    )


def show_application(
    application: Application,
    form: Form,
    *,
    audience: Audience,
    local: Callable[[datetime], datetime],
    private: bool = False,
) -> ShownApplication:
    """
    Return what its owner or a coordinator may read of an application.

    Args:
        application: which one.
        form: the form of its role.
        audience: its owner or a coordinator.
        local: puts a time in the program's own zone.
        private: whether private answers are asked for.

    """
    if audience not in (Audience.OWNER, Audience.COORDINATOR):
        raise ValueError(audience)
    withheld = () if audience is Audience.COORDINATOR else COORDINATORS_ONLY
    facts = {
        each.name: getattr(application, each.name)
        for each in fields(ShownApplication)
        if each.name not in ("name", "address") and each.name not in withheld
        if hasattr(application, each.name)
    }
    later = [each.given_at for each in (*application.versions, application.version)][1:]
    answers = application.answers
    return ShownApplication(
        **facts,
        audience=audience,
        sections=_sections(application, form, audience=audience, local=local, private=private),
        name=application.name if answers else "",
        address=application.address if answers else "",
        corrected_at=tuple(later),
        has_private_note=NOT_WITH.name in answers,
    )


def _sections(
    application: Application,
    form: Form,
    *,
    audience: Audience,
    local: Callable[[datetime], datetime],
    private: bool,
) -> tuple[ShownSection, ...]:
    """Return the answers of an application as an audience may read them; none if none are left."""
    if not application.answers:
        return ()
    return form.show(
        application.answers,
        audience=audience,
        consent_version=application.consent_version,
        given_on=local(application.given_at).date(),
        struck=application.struck,
        private=private,
    )
