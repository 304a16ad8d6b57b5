"""Where an application stands, and why it may be held back."""

from enum import StrEnum


class Status(StrEnum):
    """Where an application stands."""

    WAITING = "waiting"
    # Entered by a coordinator; the person has not said yet that it is right.
    INVITED = "invited"
    # Stays on the list, and is not matched for now.
    PAUSED = "paused"
    QUARANTINED = "quarantined"
    # Sent for an address that has an application already: it waits for the owner's word.
    UNCONFIRMED = "unconfirmed"
    # The owner said yes or no to it. What it held is the other application's now, or gone; what is
    # left shows its receipt.
    MERGED = "merged"
    DISCARDED = "discarded"
    WITHDRAWN = "withdrawn"
    # A coordinator has found that the program cannot take it.
    INELIGIBLE = "ineligible"

    @property
    def words(self) -> str:
        """What a coordinator reads."""
        return {
            Status.INVITED: "entered and not confirmed yet",
            Status.QUARANTINED: "held back",
            Status.UNCONFIRMED: "changed answers that wait",
            Status.MERGED: "changed answers, taken up",
            Status.DISCARDED: "changed answers, thrown away",
            Status.INELIGIBLE: "not eligible",
        }.get(self, self.value)


# Those that the program works on, or will again; of an address and a role there is one at most.
OPEN = (Status.WAITING, Status.PAUSED, Status.INVITED)


class HoldReason(StrEnum):
    """Why an application is held back for the coordinators to look at."""

    NOT = ""
    TRAP = "trap"
    STAMP = "stamp"
    CLIENT = "client"
    CROWD = "crowd"
