"""
What coordinators set up at the desk: who they are, what is open, the reply date.

It is one item. It begins with the deployment's settings; from the first change on, the item counts,
so that no one needs access to AWS to run the program.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Self

from mentorship.addresses import same_address
from mentorship.form.question import Role

# The academic year ends in June; a coordinator who leaves has two months to hand over.
LAST_MONTH, LAST_DAY = 8, 31
# A coordinator who takes over in July does so for a year, and not until the end of August.
SOON = timedelta(days=60)
# How long before the end of their term coordinators are asked if they want to continue.
ASKED_BEFORE = timedelta(days=30)
# People who were filling in the form when it closed may still send it.
GRACE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Coordinator:
    """
    Someone who may sign in to the desk.

    Attributes:
        address: where they read mail.
        until: the last day on which they are one.
        mailed: whether they get the program's email.
        name: theirs, "" until it is known; a private note that names them is kept from them.
        added_by: the names of whoever added them, and of who added that one: a private note that
            names one of those is kept from them, too.

    """

    address: str
    until: date
    mailed: bool = True
    name: str = ""
    added_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Opening:
    """
    When applications for a role are taken; without times, always.

    Attributes:
        opens_at: when it opens.
        closes_at: when it closes.
        closed_at: when a coordinator closed it by hand; it stays closed until *opens_at*.

    """

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Tell whether the form is shown."""
        begun = self.opens_at is None or self.opens_at <= now
        ended = self.closes_at is not None and self.closes_at <= now
        if self._is_closed_by_hand(now):
            return False
        return begun and not ended

    def is_taken(self, now: datetime) -> bool:
        """Tell whether an application sent *now* is taken; it is for a while after closing."""
        late = self.closed_at is not None and self.closed_at <= now < self.closed_at + GRACE
        return late or self.is_open(now) or self.is_open(now - GRACE)

    def closed(
        self, now: datetime, *, opens_at: datetime | None, closes_at: datetime | None
    ) -> Self:
        """Return it closed by hand, until it opens, if that is known."""
        closed_at = now if self.is_open(now) else self.closed_at
        # A date had closed it before: that time counts for people who are still filling it in.
        if closed_at is None:
            closed_at = now - GRACE
        return replace(self, opens_at=opens_at, closes_at=closes_at, closed_at=closed_at)

    def _is_closed_by_hand(self, now: datetime) -> bool:
        if self.closed_at is None or now < self.closed_at:
            return False
        return self.opens_at is None or self.opens_at <= self.closed_at or now < self.opens_at

    def opens_next(self, now: datetime) -> datetime | None:
        """Return when it opens, if it is closed and that is known."""
        if self.is_open(now) or self.opens_at is None or self.opens_at <= now:
            return None
        return self.opens_at

    def closes_next(self, now: datetime) -> datetime | None:
        """Return when it closes, if it is open and that is known."""
        if not self.is_open(now) or self.closes_at is None or self.closes_at <= now:
            return None
        return self.closes_at


ALWAYS_OPEN = Opening()


@dataclass(frozen=True, kw_only=True)
class Arrangements:
    """
    What coordinators have set up.

    Attributes:
        coordinators: who may sign in, and until when.
        reply_by: the reply date that applicants are told, if there is one.
        keep_months: for how many months answers are kept, at most what the deployment says.
        institutions: what to suggest while someone types theirs.
        aliases: other names and mail domains of some of these, by their names.
        mentees, mentors: when applications are taken.
        revision: 0 if nothing was stored yet; a change is refused if another came first.

    """

    coordinators: tuple[Coordinator, ...]
    reply_by: date | None
    keep_months: int
    institutions: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mentees: Opening = field(default=ALWAYS_OPEN)
    mentors: Opening = field(default=ALWAYS_OPEN)
    revision: int = 0

    @property
    def id(self) -> str:
        """Always the same: there is only one."""
        return ID

    def with_changes(self, **changes: object) -> Self:
        """Return them with *changes*, to be stored after these."""
        return replace(self, revision=self.revision + 1, **changes)  # type: ignore[arg-type]

    def opening(self, role: Role) -> Opening:
        """Return when applications for a role are taken."""
        return self.mentees if role is Role.MENTEE else self.mentors

    def with_opening(self, role: Role, opening: Opening) -> Self:
        """Return them with another opening for a role."""
        if role is Role.MENTEE:
            return replace(self, mentees=opening)
        return replace(self, mentors=opening)

    def active(self, today: date) -> list[Coordinator]:
        """Return the coordinators whose term is not over."""
        return [each for each in self.coordinators if each.until >= today]

    def is_last(self, coordinator: Coordinator, today: date) -> bool:
        """Tell whether everyone else's term is over."""
        return self.active(today) == [coordinator]

    def without(self, coordinator: Coordinator) -> Self:
        """Return them without one coordinator."""
        left = tuple(each for each in self.coordinators if each != coordinator)
        return replace(self, coordinators=left)

    def mail_recipients(self, today: date, *, contact: str) -> list[str]:
        """Return whom the coordinators' email goes to: the *contact*, if no one else gets it."""
        return [each.address for each in self.active(today) if each.mailed] or [contact]

    def may_sign_in(self, today: date, *, contact: str) -> list[str]:
        """Return who may sign in: today's coordinators and, always, the *contact*."""
        return include_contact([each.address for each in self.active(today)], contact)

    def allowed_address(
        self, who: str, today: date, *, contact: str, hashed: Callable[[str], str]
    ) -> str | None:
        """Return the address with a keyed hash, if it may sign in."""
        may = self.may_sign_in(today, contact=contact)
        return next((each for each in may if hashed(each) == who), None)

    def by_hash(self, who: str, *, hashed: Callable[[str], str]) -> Coordinator | None:
        """Return the coordinator whose address has a keyed hash, even if their term is over."""
        return next((each for each in self.coordinators if hashed(each.address) == who), None)

    def by_address(self, address: str) -> Coordinator | None:
        """Return the coordinator with an address, even if their term is over."""
        return next((c for c in self.coordinators if same_address(c.address, address)), None)


ID = "arrangements"


def include_contact(addresses: list[str], contact: str) -> list[str]:
    """Return addresses with the *contact* among them, once."""
    return (
        addresses
        if any(same_address(each, contact) for each in addresses)
        else [*addresses, contact]
    )


def default_until(today: date) -> date:
    """Return the last day of someone who becomes a coordinator today."""
    until = date(today.year, LAST_MONTH, LAST_DAY)
    return until if until - today >= SOON else until.replace(year=today.year + 1)


def from_deployment(
    addresses: Iterable[tuple[str, str]],
    *,
    today: date,
    reply_by: date | None,
    keep_months: int,
    institutions: Iterable[str] = (),
) -> Arrangements:
    """
    Return the arrangements that a deployment begins with.

    Args:
        addresses: of the coordinators, each with a name, or "".
        today: the present date, in the program's own zone.
        reply_by: the reply date that applicants are told, if there is one.
        keep_months: for how many months answers are kept.
        institutions: what to suggest while someone types theirs.

    """
    until = default_until(today)
    return Arrangements(
        coordinators=tuple(
            Coordinator(address=address, name=name, until=until) for address, name in addresses
        ),
        reply_by=reply_by,
        keep_months=keep_months,
        institutions=tuple(institutions),
    )
