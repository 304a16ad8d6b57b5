"""The audit log: what was done at the desk, and by whom."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from mentorship.change import Change

# Audit entries are kept for as long as letters.
ENTRIES_KEPT = timedelta(days=2 * 366)
AUDIT_LOG = "deeds"

AnyChange = TypeVar("AnyChange", bound=Change)


class Action(StrEnum):
    """What a coordinator did at the desk; the value is what the audit log says."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    EXPORTED = "exported applications"
    EXPORTED_ALL = "exported everything"
    # No longer done at the desk, but earlier entries have it.
    IMPORTED = "imported an export"
    ARRANGED = "changed a setting"
    PUT_ROSTER = "put in a member list"
    ENTERED = "entered a person"
    AGREED = "noted that somebody agreed"
    STAYED = "recorded that somebody wants to stay"
    ADMITTED = "let an application in"
    DELETED = "deleted an application that was held back"
    PAUSED = "paused an application"
    RESUMED = "resumed an application"
    NOT_ELIGIBLE = "found somebody not eligible"
    REINSTATED = "put an application back on the list"
    WITHDREW = "withdrew an application"
    FORGOT = "had somebody forgotten"
    SENT_AGAIN = "had an email sent again"
    ASKED = "asked for a member address"
    KNOWN_AS = "took down a member address"
    REACHED_AT = "corrected an email address"
    KNOWS = "said that they know someone"
    KNOWS_NOT = "noted that a coordinator does not know someone"
    PROPOSED = "proposed a match"
    MATCHED = "entered a match"
    RECORDED = "recorded an answer to a proposal"
    REMINDED = "reminded someone of a proposal"
    TOOK_BACK = "took back a proposal"
    ENDED = "ended a match"
    RELEASED = "released a match from hold"
    LIFTED = "lifted someone's no to a match"
    APART = "keeps two people apart"
    NOT_APART = "no longer keeps two people apart"
    ANSWERED = "answered a question about two people"
    REACHED = "reached someone who had not answered"
    REFUSED = "was refused, because it concerns them or someone they know"


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """
    An entry of the audit log.

    Attributes:
        id: never used before.
        at: when.
        by: the coordinator's address.
        action: what they did.
        about: the references of the applications that they did it with, with spaces between them,
            or "".
        words: more about it, such as which setting was changed to what.

    """

    id: str
    at: datetime
    by: str
    action: Action
    about: str = ""
    words: str = ""
    revision: int = 1

    @property
    def expires_at(self) -> datetime:
        """When it is deleted."""
        return self.at + ENTRIES_KEPT


def add_entry(change: AnyChange, entry: AuditEntry) -> AnyChange:
    """Return a change with an audit entry, unless it changes nothing."""
    return change if change.nothing else replace(change, puts=(*change.puts, entry))
