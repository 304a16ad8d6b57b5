"""Applications as they are stored, made up without a form or a table."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from mentorship.applications.application import Application
from mentorship.applications.status import HoldReason, Status
from mentorship.form.declaration import CONSENT_VERSION, FORM_VERSION
from mentorship.form.form import Form, forms
from mentorship.form.question import Answer, Role
from tests import people

NOW = datetime(2026, 10, 7, 0, 30, tzinfo=UTC)  # October 6, 5:30 p.m. in Seattle
TODAY = date(2026, 10, 6)
ID = "00000001abcdefghjkmn"

SENT = {Role.MENTEE: people.MENTEE, Role.MENTOR: people.MENTOR}
FORMS: Mapping[Role, Form] = forms(
    coordinators="Kim and Sam", contact="contact@example.org", keep_months=18
)


def application(
    role: Role = Role.MENTEE, *, answers: Mapping[str, Answer] | None = None, **changes: Any
) -> Application:
    """
    Return an application for a *role*.

    Args:
        role: which form was filled in.
        answers: what differs from the usual answers.
        changes: what else differs.

    """
    usual = Application(
        id=ID,
        reference="0000-0001",
        role=role,
        status=Status.WAITING,
        answers={**FORMS[role].parse(SENT[role]).answers, **(answers or {})},
        received_at=NOW,
        reply_by=None,
        form_version=FORM_VERSION,
        consent_version=CONSENT_VERSION,
        keep_months=12,
    )
    return replace(usual, **changes)


def held(number: int, reason: HoldReason, network: str = "") -> Application:
    """Return an application that was put on hold so many minutes after `NOW`."""
    return application(
        id=f"{number:08}abcdefghjkmn",
        status=Status.QUARANTINED,
        hold_reason=reason,
        network=network,
        received_at=NOW + timedelta(minutes=number),
    )
