"""The kinds of letter, each declared once."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Reader(StrEnum):
    """Whom a letter is for; the address is looked up when it is sent."""

    COORDINATORS = "coordinators"
    # One of them, by a keyed hash of the address.
    COORDINATOR = "coordinator"
    APPLICANT = "applicant"
    # The person at the address that an application had before.
    FORMER = "former address"


@dataclass(frozen=True, kw_only=True)
class KindTraits:
    """
    What is true of every letter of a kind.

    Attributes:
        title: its name in lists and reports.
        reader: whom it is for.
        when: when it is written, in words, for the handbook.
        replies: whom a reply to it reaches: the applicant that it is about or, with `None`, the
            contact address.
        looks_up: the function of `mail.context` that looks up what else it says.
        attaches: the function of `mail.context` that makes the file that comes with it.
        only_while_open: it is true, and is sent again, only while the application is open.
        also_contact: the contact address gets it too.

    """

    title: str
    reader: Reader
    when: str
    replies: Reader | None = None
    looks_up: str = ""
    attaches: str = ""
    only_while_open: bool = False
    also_contact: bool = False


class Kind(StrEnum):
    """A kind of letter; its value is its folder in `templates/email/`."""

    traits: KindTraits

    def __new__(cls, value: str, traits: KindTraits | None = None) -> Self:
        """Make a kind with its traits; `Kind("receipt")` only looks one up."""
        kind = str.__new__(cls, value)
        kind._value_ = value
        if traits is None:
            raise TypeError(f"the kind {value} has no traits")
        kind.traits = traits
        return kind

    NEW_APPLICATION = (
        "new-application",
        KindTraits(
            title="New application",
            reader=Reader.COORDINATORS,
            when="At once, when an application arrives.",
            replies=Reader.APPLICANT,
        ),
    )
    RECEIPT = (
        "receipt",
        KindTraits(
            title="Receipt",
            reader=Reader.APPLICANT,
            when="At once, when their application arrives.",
            only_while_open=True,
        ),
    )
    CONFIRM_CHANGE = (
        "confirm-change",
        KindTraits(
            title="Did you send other answers?",
            reader=Reader.APPLICANT,
            when="When the form is sent again for their address with other answers; at most once a "
            "day.",
            only_while_open=True,
        ),
    )
    CONFIRM_ADDRESS = (
        "confirm-address",
        KindTraits(
            title="Confirm the new address",
            reader=Reader.APPLICANT,
            when="At their new address, when they have given another one.",
        ),
    )
    CORRECTED = (
        "corrected",
        KindTraits(
            title="Your answers were changed",
            reader=Reader.APPLICANT,
            when="When their answers were changed by their link.",
        ),
    )
    MOVED = (
        "moved",
        KindTraits(
            title="Another address was confirmed",
            reader=Reader.FORMER,
            when="When another address has taken the place of theirs.",
        ),
    )
    CHANGED = (
        "changed",
        KindTraits(
            title="Changed answers",
            reader=Reader.COORDINATORS,
            when="When an applicant has changed their answers: what changed.",
            replies=Reader.APPLICANT,
        ),
    )
    WITHDRAWN = (
        "withdrawn",
        KindTraits(
            title="Off the list",
            reader=Reader.APPLICANT,
            when="When they have withdrawn, or a coordinator has for them.",
        ),
    )
    WITHDRAWAL = (
        "withdrawal",
        KindTraits(
            title="Withdrawn",
            reader=Reader.COORDINATORS,
            when="When an applicant has withdrawn, or a coordinator has for them.",
            replies=Reader.APPLICANT,
        ),
    )
    LINK = (
        "link",
        KindTraits(
            title="Link to their application",
            reader=Reader.APPLICANT,
            when="When they ask for their link; at most once a day.",
        ),
    )
    ENTERED = (
        "entered",
        KindTraits(
            title="Please check what we have",
            reader=Reader.APPLICANT,
            when="When a coordinator has entered what they said: to confirm or correct it.",
            only_while_open=True,
        ),
    )
    MEMBERSHIP = (
        "membership",
        KindTraits(
            title="Question about their WSRS address",
            reader=Reader.APPLICANT,
            when="When a coordinator asks by which address the society knows them.",
            only_while_open=True,
        ),
    )
    NOT_ELIGIBLE = (
        "not-eligible",
        KindTraits(
            title="Not eligible",
            reader=Reader.APPLICANT,
            when="When a coordinator has found that the program cannot take them.",
        ),
    )
    STILL_WAITING = (
        "still-waiting",
        KindTraits(
            title="No match yet",
            reader=Reader.APPLICANT,
            when="On the reply date, if there is no match yet; then every eight weeks at most.",
            looks_up="still_waiting",
            only_while_open=True,
        ),
    )
    KEEP = (
        "keep",
        KindTraits(
            title="Do you want to stay?",
            reader=Reader.APPLICANT,
            when="Thirty days before their application is deleted, if they wait, are paused or "
            "were released: when that is, and how to stay.",
            looks_up="keep",
        ),
    )
    SIGN_IN = (
        "sign-in",
        KindTraits(
            title="Way in to the desk",
            reader=Reader.COORDINATOR,
            when="When they ask for a way in to the desk.",
            looks_up="sign_in_link",
        ),
    )
    TEST = (
        "test",
        KindTraits(
            title="Test email",
            reader=Reader.COORDINATOR,
            when="When they have a test email sent to themselves.",
        ),
    )
    APPEAL = (
        "appeal",
        KindTraits(
            title="Appeal for mentors",
            reader=Reader.COORDINATOR,
            when="When they have the appeal for mentors sent to them.",
        ),
    )
    WELCOME = (
        "welcome",
        KindTraits(
            title="Welcome as a coordinator",
            reader=Reader.COORDINATOR,
            when="When they are added at the desk; the contact address gets it too, with who did "
            "that.",
            looks_up="coordinator_added",
        ),
    )
    RENEW = (
        "renew",
        KindTraits(
            title="A coordinator’s time ends",
            reader=Reader.COORDINATOR,
            when="Thirty days before their time as a coordinator ends; the contact address gets it "
            "too.",
            looks_up="term_ending",
        ),
    )
    DIGEST = (
        "digest",
        KindTraits(
            title="Monday’s news",
            reader=Reader.COORDINATORS,
            when="On Mondays, if there is anything to tell, and on the first Monday of a month.",
            looks_up="week",
        ),
    )
    REPLY_DUE = (
        "reply-due",
        KindTraits(
            title="The reply date comes",
            reader=Reader.COORDINATORS,
            when="Three days before applicants are told that there is no match yet: who they are.",
            looks_up="reply_due",
        ),
    )
    ON_HOLD = (
        "on-hold",
        KindTraits(
            title="Many from one network",
            reader=Reader.COORDINATORS,
            when="Within the hour, if many from one network are on hold; at most six times a day.",
            looks_up="on_hold",
        ),
    )
    HELD_BACK = (
        "held-back",
        KindTraits(
            title="On hold",
            reader=Reader.COORDINATORS,
            when="In the morning, if applications were put on hold since the last time.",
            looks_up="held_back",
        ),
    )
    UNDELIVERED = (
        "undelivered",
        KindTraits(
            title="An email came back",
            reader=Reader.COORDINATORS,
            when="When an email came back, or its reader called it unwanted.",
            looks_up="undelivered",
        ),
    )
    FORGOTTEN = (
        "forgotten",
        KindTraits(
            title="Please delete what you have",
            reader=Reader.COORDINATORS,
            when="When somebody was forgotten whose application they have been sent.",
            also_contact=True,
        ),
    )
    COUNT = (
        "count",
        KindTraits(
            title="What was received and announced",
            reader=Reader.COORDINATORS,
            when="Each morning on which not all that was received was announced, and on Mondays "
            "without a digest.",
        ),
    )
