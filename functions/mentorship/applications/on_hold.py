"""What is on hold, in groups: why, and which came from one network on one day."""

from collections.abc import Iterable
from dataclasses import dataclass

from mentorship.applications.application import Application
from mentorship.applications.status import HoldReason

# A coordinator looks at people first, then at what hardly ever is one.
ORDER = (HoldReason.CLIENT, HoldReason.STAMP, HoldReason.TRAP, HoldReason.CROWD, HoldReason.NOT)


@dataclass(frozen=True)
class Group:
    """
    Applications on hold for one reason.

    Attributes:
        reason: why.
        network: a keyed hash of the network and day that they share, "" for other reasons.
        applications: in the order in which they arrived.

    """

    reason: HoldReason
    network: str
    applications: tuple[Application, ...]

    @property
    def is_crowd(self) -> bool:
        """Whether many came from one network, as people at a conference do."""
        return self.reason is HoldReason.CLIENT

    @property
    def name(self) -> str:
        """What a page calls it in its own links."""
        return f"{self.reason.value or 'other'}-{self.network or 'any'}"


def groups(held: Iterable[Application]) -> list[Group]:
    """Return what is on hold in groups: crowds first, and the largest of those first."""
    found: dict[tuple[HoldReason, str], list[Application]] = {}
    for each in sorted(held, key=lambda one: (one.received_at, one.id)):
        network = each.network if each.hold_reason is HoldReason.CLIENT else ""
        found.setdefault((each.hold_reason, network), []).append(each)
    grouped = [
        Group(reason, network, tuple(several)) for (reason, network), several in found.items()
    ]
    return sorted(grouped, key=lambda one: (ORDER.index(one.reason), -len(one.applications)))
