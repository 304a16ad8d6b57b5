"""
What a coordinator may not see or do: of their own application, of someone they know, and of a
private note that names them.

Coordinators are residents, so some apply, and some know those who do. This is the only place that
decides about it; the desk, the exports and the letters ask here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from mentorship import names
from mentorship.addresses import address_key
from mentorship.applications.application import Application, ApplicationChange, Version
from mentorship.applications.status import HoldReason
from mentorship.form import form

# The names of the questions whose answers only coordinators and their owner read.
PRIVATE = frozenset(question.name for question in form.stored_questions() if question.private)


class Relation(StrEnum):
    """What an application is to a coordinator."""

    NONE = ""
    OWN = "own"
    KNOWN = "known"


@dataclass(frozen=True, kw_only=True)
class Called:
    """
    How a coordinator is called.

    Attributes:
        names: every way that is known.
        is_known: whether one of them is surely theirs, so that a note that names them is found.

    """

    names: tuple[str, ...] = ()
    is_known: bool = False


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """
    A coordinator, as far as it decides what they may see and do.

    Attributes:
        mailbox: their address, as it is written.
        look_up: returns how they are called; it is asked once, and only if there is a note.
        is_contact: whether they are the contact address, which sees and does everything, so that
            there is always someone who can act.

    """

    mailbox: str
    look_up: Callable[[], Called] = Called
    is_contact: bool = False

    @cached_property
    def called(self) -> Called:
        """How they are called."""
        return self.look_up()

    @property
    def reads_notes(self) -> bool:
        """Whether they may read private notes that do not name them."""
        return self.is_contact or self.called.is_known

    @property
    def address(self) -> str:
        """The key of their address."""
        return address_key(self.mailbox)

    def relation(self, *applications: Application) -> Relation:
        """Return what an application is to them, given it and those that it belongs with."""
        if self.is_contact:
            return Relation.NONE
        if any(self.address in each.contact_keys() for each in applications):
            return Relation.OWN
        if any(self.address in each.known_by for each in applications):
            return Relation.KNOWN
        return Relation.NONE

    def may_read(self, application: Application) -> bool:
        """Tell whether none of the private notes that an application has had may name them."""
        versions = (*application.versions, application.version)
        notes = [note for version in versions for note in _private(version)]
        if self.is_contact or not notes:
            return True
        return self.called.is_known and not any(
            names.mentions(note, self.called.names, address=self.address) for note in notes
        )

    def sees(self, application: Application, *others: Application) -> Application:
        """
        Return an application without what they may not see of it; it is for showing, not storing.

        An answer that is withheld is absent, and so is every trace of it: it looks as if it had
        never been given.

        Args:
            application: which one.
            others: those that it belongs with, such as its parent.

        """
        relation = self.relation(application, *others)
        if relation is Relation.OWN:
            return _for_owner(application)
        if relation is Relation.KNOWN:
            return _for_owner(_without_private(application))
        return application if self.may_read(application) else _without_private(application)

    def compared(self, application: Application, change: Application) -> tuple[Version, Version]:
        """Return the answers of an application and of a pending change, as they may be compared."""
        before, after = application.version, change.version
        if self.may_read(application) and self.may_read(change):
            return before, after
        return _stripped(before), _stripped(after)

    def sees_change(self, application: Application, change: Application) -> bool:
        """Tell whether a pending change would change anything that they may see."""
        before, after = self.compared(application, change)
        return before.answers != after.answers

    def sees_version(self, application: Application, number: int) -> bool:
        """Tell whether a change of the answers, by its number, changed what they may see."""
        versions = (*application.versions, application.version)
        if self.may_read(application) or not 0 < number < len(versions):
            return True
        return _stripped(versions[number - 1]).answers != _stripped(versions[number]).answers


def know(application: Application, address: str) -> ApplicationChange:
    """Note that a coordinator knows someone, and keep from them what they may not see."""
    if address in application.known_by:
        return ApplicationChange(application=application)
    changed = application.with_changes(known_by=(*application.known_by, address))
    return ApplicationChange(application=changed, puts=(changed,))


def unknow(application: Application, address: str) -> ApplicationChange:
    """Note that a coordinator does not know someone after all; another one says so."""
    if address not in application.known_by:
        return ApplicationChange(application=application)
    left = tuple(each for each in application.known_by if each != address)
    changed = application.with_changes(known_by=left)
    return ApplicationChange(application=changed, puts=(changed,))


def who_knows(applications: Iterable[Application]) -> tuple[str, ...]:
    """Return the coordinators who know the person of some applications, each once."""
    return tuple(dict.fromkeys(key for each in applications for key in each.known_by))


def concerned(application: Application, addresses: Iterable[str]) -> list[str]:
    """Return those coordinators whom an application concerns: its owner, and who knows them."""
    own = application.contact_keys()
    return [each for each in addresses if each in own or each in application.known_by]


def _private(version: Version) -> list[str]:
    """Return the private notes among some answers."""
    return [str(version.answers[name]) for name in PRIVATE if version.answers.get(name)]


def _stripped(version: Version) -> Version:
    """Return some answers without the private notes."""
    answers = {name: each for name, each in version.answers.items() if name not in PRIVATE}
    return replace(version, answers=answers)


def _without_private(application: Application) -> Application:
    """Return an application as if no private note had ever been in it."""
    first, *later = map(_stripped, (*application.versions, application.version))
    kept = [first]
    for each in later:
        if each.answers == kept[-1].answers:
            # Only the note was changed: no change is shown, only what was agreed to last.
            kept[-1] = replace(each, given_at=kept[-1].given_at)
        else:
            kept.append(each)
    last = kept[-1]
    is_same = last.given_at == application.given_at
    return replace(
        application,
        answers=last.answers,
        form_version=last.form_version,
        consent_version=last.consent_version,
        versions=tuple(kept[:-1]),
        changed_at=application.changed_at if is_same else last.given_at if kept[1:] else None,
    )


def _for_owner(application: Application) -> Application:
    """Return an application without what coordinators have about it and its owner is not shown."""
    return replace(
        application,
        notes=(),
        hold_reason=HoldReason.NOT,
        notified_at=None,
        entered_by="",
        agreed=None,
        status_before=None,
        versions=(),
        pending_changes=(),
        # A mentee does not know of a proposal before the mentor has said yes.
        open_matches=(),
        past_matches=(),
        unreached_at=None,
    )
