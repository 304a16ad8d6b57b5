"""The status of an application, and why it may be held back."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self


@dataclass(frozen=True, kw_only=True)
class StatusTraits:
    """
    What is true of every application of a status.

    Attributes:
        words: what a coordinator reads.
        heading: the same above a count, where it differs.
        owner_title, owner_words: what its owner reads; the page replaces `{apply again}` and
            `{contact}` with links.
        is_open: the program works on it, or will again. It is the current one of its address.
        may_be_matched: it waits for a match.
        awaits_agreement: a coordinator entered it, and its owner has not agreed yet.
        is_paused: it stays on the list, and is not matched for now.
        is_matched: its owner, a mentee, is in a match.
        is_held: it is held back for coordinators to look at.
        may_be_reinstated: a coordinator closed it, and may put it back.
        about_parent: what a coordinator reads about a change that was sent for another
            application; the page replaces `{other}` with a link to that one.
        is_announced: it was mailed to coordinators.
        is_listed: coordinators look through such applications.
        found_by_name: coordinators find it by its owner's name.
        is_warned: its owner is warned before it is deleted, and may have it kept longer.

    """

    words: str
    heading: str = ""
    owner_title: str
    owner_words: str
    is_open: bool = False
    may_be_matched: bool = False
    awaits_agreement: bool = False
    is_paused: bool = False
    is_matched: bool = False
    is_held: bool = False
    may_be_reinstated: bool = False
    about_parent: str = ""
    is_announced: bool = False
    is_listed: bool = False
    found_by_name: bool = False
    is_warned: bool = False


Trait = Literal[
    "is_open",
    "may_be_matched",
    "awaits_agreement",
    "is_paused",
    "is_matched",
    "is_held",
    "may_be_reinstated",
    "is_announced",
    "is_listed",
    "found_by_name",
    "is_warned",
]


class Status(StrEnum):
    """The statuses of applications, each declared once with its traits."""

    traits: StatusTraits

    def __new__(cls, value: str, traits: StatusTraits | None = None) -> Self:
        """Make a status with its traits; `Status("waiting")` only looks one up."""
        status = str.__new__(cls, value)
        status._value_ = value
        if traits is None:
            raise TypeError(f"the status {value} has no traits")
        status.traits = traits
        return status

    WAITING = (
        "waiting",
        StatusTraits(
            words="waiting",
            heading="Waiting for a match",
            owner_title="Waiting for a match",
            owner_words="The coordinators have your answers. When there is someone who may suit "
            "you, you are both asked before any name is shared.",
            is_open=True,
            may_be_matched=True,
            is_announced=True,
            is_listed=True,
            found_by_name=True,
            is_warned=True,
        ),
    )
    INVITED = (
        "invited",
        StatusTraits(
            words="entered and not confirmed yet",
            heading="Entered at the desk, not confirmed yet",
            owner_title="Please check it, and agree",
            owner_words="One of the coordinators has entered this for you. Look it through, add "
            "what is missing, and agree to how your answers are used. Then you wait for a match.",
            is_open=True,
            awaits_agreement=True,
            is_announced=True,
            is_listed=True,
            found_by_name=True,
        ),
    )
    PAUSED = (
        "paused",
        StatusTraits(
            words="paused",
            owner_title="On the list, paused",
            owner_words="You stay on the list, and are not matched for now. To wait for a match "
            "again, write to {contact}.",
            is_open=True,
            is_paused=True,
            is_announced=True,
            is_listed=True,
            found_by_name=True,
            is_warned=True,
        ),
    )
    MATCHED = (
        "matched",
        StatusTraits(
            words="matched",
            owner_title="You have a match",
            owner_words="You and your mentor were introduced by email. Questions? Write to "
            "{contact}.",
            is_open=True,
            is_matched=True,
            is_announced=True,
            is_listed=True,
            found_by_name=True,
        ),
    )
    QUARANTINED = (
        "quarantined",
        StatusTraits(
            words="on hold",
            owner_title="A coordinator will check it first",
            owner_words="Then you’ll get an email. Questions? Write to {contact}.",
            is_held=True,
            is_listed=True,
            found_by_name=True,
        ),
    )
    UNCONFIRMED = (
        "unconfirmed",
        StatusTraits(
            words="changed answers that wait",
            owner_title="Other answers wait for your word",
            owner_words="Your application stays as it is until you say which answers are right.",
            about_parent="These are changed answers for {other}. It stays as it is until the "
            "applicant confirms them with the link in their email.",
        ),
    )
    MERGED = (
        "merged",
        StatusTraits(
            words="changed answers, taken up",
            owner_title="Your answers were changed",
            owner_words="What you sent is in your application now.",
            about_parent="These were changed answers. They’re now part of {other}.",
        ),
    )
    DISCARDED = (
        "discarded",
        StatusTraits(
            words="changed answers, thrown away",
            owner_title="These answers were not taken",
            owner_words="Nothing of what they said is left.",
            about_parent="These were changed answers for {other}. The applicant didn’t want them.",
        ),
    )
    WITHDRAWN = (
        "withdrawn",
        StatusTraits(
            words="withdrawn",
            owner_title="You have withdrawn",
            owner_words="You are off the list. If you change your mind, {apply again}.",
            is_announced=True,
            is_listed=True,
            found_by_name=True,
        ),
    )
    RELEASED = (
        "released",
        StatusTraits(
            words="released",
            heading="Match ended",
            owner_title="Your match has ended",
            owner_words="Thank you for being part of the program. If you would like another match, "
            "{apply again}.",
            is_announced=True,
            is_listed=True,
            found_by_name=True,
            is_warned=True,
        ),
    )
    INELIGIBLE = (
        "ineligible",
        StatusTraits(
            words="not eligible",
            owner_title="Not taken this time",
            owner_words="The coordinators have written to you about it. You may {apply again}.",
            may_be_reinstated=True,
            is_announced=True,
            is_listed=True,
            found_by_name=True,
        ),
    )

    @classmethod
    def those(cls, trait: Trait) -> tuple[Self, ...]:
        """Return the statuses that have a trait, in the order in which they are declared."""
        return tuple(status for status in cls if getattr(status.traits, trait))

    @property
    def heading(self) -> str:
        """What a coordinator reads above a count."""
        return self.traits.heading or self.traits.words.capitalize()


class HoldReason(StrEnum):
    """Why an application is held back for the coordinators to look at."""

    NOT = ""
    TRAP = "trap"
    STAMP = "stamp"
    CLIENT = "client"
    CROWD = "crowd"

    @property
    def words(self) -> str:
        """What a coordinator reads."""
        return HOLD_WORDS[self]


HOLD_WORDS = {
    HoldReason.NOT: "it looked unusual",
    HoldReason.TRAP: "the box that people do not see was filled in",
    HoldReason.STAMP: "it was sent too soon, or too long, after the form was opened",
    HoldReason.CLIENT: "many came from the same network that day",
    HoldReason.CROWD: "many came for the same email address",
}
