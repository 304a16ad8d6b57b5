"""
The kinds of letter.

Each is declared once, in the module of its group, and listed here in the order of the handbook.
"""

from enum import StrEnum
from typing import Self

from mentorship.letters import application_kinds, desk_kinds, match_kinds
from mentorship.letters.traits import KindTraits


class Kind(StrEnum):
    """A kind of letter; its value is its folder in `templates/email/`."""

    traits: KindTraits

    def __new__(cls, declared: str | KindTraits) -> Self:
        """Make a kind as it is declared; `Kind("receipt")` only looks one up."""
        if not isinstance(declared, KindTraits):
            raise TypeError(f"the kind {declared} has no traits")
        kind = str.__new__(cls, declared.name)
        kind._value_ = declared.name
        kind.traits = declared
        return kind

    NEW_APPLICATION = application_kinds.NEW_APPLICATION
    RECEIPT = application_kinds.RECEIPT
    CONFIRM_REMINDER = application_kinds.CONFIRM_REMINDER
    CONFIRM_CHANGE = application_kinds.CONFIRM_CHANGE
    CONFIRM_ADDRESS = application_kinds.CONFIRM_ADDRESS
    CORRECTED = application_kinds.CORRECTED
    MOVED = application_kinds.MOVED
    CHANGED = application_kinds.CHANGED
    WITHDRAWN = application_kinds.WITHDRAWN
    WITHDRAWAL = application_kinds.WITHDRAWAL
    LINK = application_kinds.LINK
    ENTERED = application_kinds.ENTERED
    MEMBERSHIP = application_kinds.MEMBERSHIP
    NOT_ELIGIBLE = application_kinds.NOT_ELIGIBLE
    STILL_WAITING = application_kinds.STILL_WAITING
    KEEP = application_kinds.KEEP

    PROPOSAL = match_kinds.PROPOSAL
    PROPOSAL_REMINDER = match_kinds.PROPOSAL_REMINDER
    NOT_GOING_AHEAD = match_kinds.NOT_GOING_AHEAD
    INTRODUCTION = match_kinds.INTRODUCTION
    MATCH_ENDED = match_kinds.MATCH_ENDED
    INTRODUCED = match_kinds.INTRODUCED
    MATCH_CLOSED = match_kinds.MATCH_CLOSED
    LATE_ANSWER = match_kinds.LATE_ANSWER
    MISTAKE = match_kinds.MISTAKE

    SIGN_IN = desk_kinds.SIGN_IN
    TEST = desk_kinds.TEST
    APPEAL = desk_kinds.APPEAL
    WELCOME = desk_kinds.WELCOME
    RENEW = desk_kinds.RENEW
    DIGEST = desk_kinds.DIGEST
    REPLY_DUE = desk_kinds.REPLY_DUE
    ON_HOLD = desk_kinds.ON_HOLD
    HELD_BACK = desk_kinds.HELD_BACK
    UNDELIVERED = desk_kinds.UNDELIVERED
    FORGOTTEN = desk_kinds.FORGOTTEN
    COUNT = desk_kinds.COUNT
