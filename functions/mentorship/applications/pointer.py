"""What names the current application of an address or phone number for a role."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from mentorship.addresses import address_key
from mentorship.applications.application import Application, contact_key_in
from mentorship.applications.status import Status
from mentorship.form.question import Role


@dataclass(frozen=True, kw_only=True)
class CurrentPointer:
    """
    Names the current application of an address for a role.

    There is one item for each, so that of two requests at once only one can win. It names *earlier*
    applications too, so that they are found when someone asks to be forgotten. It is kept for as
    long as any that it names.

    Attributes:
        expires_at: when the last of those that it names expires, as far as they do.
        unending: the ids of those that do not expire for now; it does not, either.

    """

    id: str
    application: str
    expires_at: datetime
    earlier: tuple[str, ...] = ()
    unending: tuple[str, ...] = ()
    revision: int = 1

    @property
    def named(self) -> tuple[str, ...]:
        """The ids of all applications that it names."""
        return (*self.earlier, self.application)

    def knowing(self, application: Application) -> Self:
        """Return it, to be stored, with how long one that it names is kept by now."""
        expires, alone = application.expires_at, not self.earlier
        left = tuple(each for each in self.unending if each != application.id)
        others = application.received_at if alone else self.expires_at
        return replace(
            self,
            expires_at=max(others, expires or others),
            unending=left if expires else (*left, application.id),
            revision=self.revision + 1,
        )

    def without(self, application: Application) -> Self | None:
        """Return it, to be stored, without an application; `None` if it names no other."""
        left = tuple(each for each in self.named if each != application.id)
        if not left:
            return None
        return replace(
            self,
            application=left[-1],
            earlier=left[:-1],
            unending=tuple(each for each in self.unending if each != application.id),
            revision=self.revision + 1,
        )


def with_pointer(
    application: Application, pointer: CurrentPointer | None
) -> tuple[Application | CurrentPointer, ...]:
    """Return an application to be stored, and its pointer if that must be kept otherwise now."""
    if pointer is None or application.id not in pointer.named:
        return (application,)
    known = pointer.knowing(application)
    same = replace(known, revision=pointer.revision) == pointer
    return (application,) if same else (application, known)


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
