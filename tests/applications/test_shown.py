"""What pages and letters get in place of an application."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mentorship.applications.application import Application, Note
from mentorship.applications.shown import (
    ShownApplication,
    ShownPerson,
    show_application,
    show_person,
)
from mentorship.applications.status import HoldReason, Status
from mentorship.form.question import Audience
from tests import made
from tests.every import every

NOTE = Note(at=made.NOW, by="kim@example.org", text="Wrote on Monday.")


def local(when: datetime) -> datetime:
    """Return a time in the program's own zone."""
    return when.astimezone(ZoneInfo("America/Los_Angeles"))


def shown(
    application: Application, audience: Audience = Audience.COORDINATOR, **more: Any
) -> ShownApplication:
    """Return what an insider reads of an application."""
    form = made.FORMS[application.role]
    return show_application(application, form, audience=audience, local=local, **more)


def proposed(application: Application) -> ShownPerson:
    """Return what a proposed match reads of somebody."""
    form = made.FORMS[application.role]
    return show_person(application, form, audience=Audience.PROPOSED, local=local)


def test_the_facts_are_the_applications() -> None:
    """
    What is no answer is shown as it is.
    """
    stored = made.application(notes=(NOTE,), hold_reason=HoldReason.STAMP, withdrawn_at=made.NOW)
    found = shown(stored)
    for name in ("id", "reference", "role", "status", "received_at", "given_at", "kept_until",
                 "keep_months", "reply_by", "is_open", "withdrawn_at", "notes", "hold_reason",
                 "name", "address"):  # fmt: skip
        assert getattr(found, name) == getattr(stored, name), name


def test_notes_are_not_their_subjects() -> None:
    """
    The owner is not shown what coordinators wrote, nor why it was held back.
    """
    stored = made.application(notes=(NOTE,), hold_reason=HoldReason.STAMP, notified_at=made.NOW)
    found = shown(stored, Audience.OWNER, private=True)
    assert (found.notes, found.hold_reason, found.notified_at) == ((), HoldReason.NOT, None)


@every("audience", [Audience.PROPOSED, Audience.MATCH])
def test_no_stranger_is_shown_an_application(audience: Audience) -> None:
    """
    The other person of a match gets answers only, with no reference and no dates.
    """
    with pytest.raises(ValueError, match=audience):
        shown(made.application(), audience)
    assert not hasattr(proposed(made.application()), "reference")


def test_a_private_note_is_announced() -> None:
    """
    That there is a private note is said even where it is not shown.
    """
    assert shown(made.application()).has_private_note
    none = {k: v for k, v in made.application().answers.items() if k != "not_with"}
    assert not shown(replace(made.application(), answers=none)).has_private_note
    assert "Sam Example" not in str(shown(made.application()))
    assert "Sam Example" in str(shown(made.application(), private=True))


def test_without_answers() -> None:
    """
    Whoever has proved nothing gets neither answers nor name nor address.
    """
    found = shown(made.application(), Audience.OWNER, private=True).without_answers()
    assert (found.sections, found.name, found.address) == ((), "", "")
    assert not found.has_private_note
    assert "Robin" not in str(found)


def test_no_answers_are_left() -> None:
    """
    Of an accepted or discarded change there is no name.
    """
    found = shown(made.application().without_answers(Status.MERGED, made.NOW))
    assert (found.name, found.address, found.sections) == ("", "", ())


def test_when_it_was_corrected() -> None:
    """
    Each correction has its time, the earliest first.
    """
    first, second = made.NOW + timedelta(days=1), made.NOW + timedelta(days=2)
    once = made.application(versions=(made.application().version,), changed_at=first)
    twice = made.application(versions=(*once.versions, once.version), changed_at=second)
    assert shown(made.application()).corrected_at == ()
    assert shown(twice).corrected_at == (first, second)


def test_what_was_struck_is_not_told() -> None:
    """
    A line that its owner struck is not in what a proposed match reads.
    """
    names = {row.question.name for row in proposed(made.application()).answers()}
    left = {row.question.name for row in proposed(made.application(struck=("topics",))).answers()}
    assert names - left == {"topics"}
