"""The kinds of letter, each declared once."""

from dataclasses import dataclass
from enum import StrEnum


class Reader(StrEnum):
    """Whom a letter is for; the address is looked up when it is sent."""

    COORDINATORS = "coordinators"
    # One of them, by a keyed hash of the address among the letter's facts.
    COORDINATOR = "coordinator"
    APPLICANT = "applicant"
    # Whoever reads mail at the address that an application had before.
    FORMER = "former address"


@dataclass(frozen=True)
class Kind:
    """
    A kind of letter.

    Attributes:
        name: its folder in `templates/email/`.
        reader: whom it is for.
        when: when it is written, in words, for the handbook.
        replies: whom a reply to it reaches: the applicant that it is about or, with `None`, the
            contact address.

    """

    name: str
    reader: Reader
    when: str
    replies: Reader | None = None


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "new-application",
            Reader.COORDINATORS,
            "At once, when an application arrives.",
            replies=Reader.APPLICANT,
        ),
        Kind("receipt", Reader.APPLICANT, "At once, when their application arrives."),
        Kind(
            "confirm-change",
            Reader.APPLICANT,
            "When the form is sent again for their address with other answers; at most once a day.",
        ),
        Kind(
            "confirm-address",
            Reader.APPLICANT,
            "At their new address, when they have given another one.",
        ),
        Kind("corrected", Reader.APPLICANT, "When their answers were changed by their link."),
        Kind("moved", Reader.FORMER, "When another address has taken the place of theirs."),
        Kind(
            "changed",
            Reader.COORDINATORS,
            "When an applicant has changed their answers: what changed.",
            replies=Reader.APPLICANT,
        ),
        Kind(
            "withdrawn",
            Reader.APPLICANT,
            "When they have withdrawn, or a coordinator has for them.",
        ),
        Kind(
            "withdrawal",
            Reader.COORDINATORS,
            "When an applicant has withdrawn, or a coordinator has for them.",
            replies=Reader.APPLICANT,
        ),
        Kind("link", Reader.APPLICANT, "When they ask for their link; at most once a day."),
        Kind(
            "entered",
            Reader.APPLICANT,
            "When a coordinator has entered what they wrote or said: to confirm or correct it.",
        ),
        Kind(
            "membership",
            Reader.APPLICANT,
            "When a coordinator asks by which address the society knows them.",
        ),
        Kind(
            "not-eligible",
            Reader.APPLICANT,
            "When a coordinator has found that the program cannot take them.",
        ),
        Kind(
            "still-waiting",
            Reader.APPLICANT,
            "On the reply date, if there is no match yet; then every eight weeks at most.",
        ),
        Kind("sign-in", Reader.COORDINATOR, "When they ask for a way in to the desk."),
        Kind("test", Reader.COORDINATOR, "When they have a test email sent to themselves."),
        Kind("appeal", Reader.COORDINATOR, "When they have the appeal for mentors sent to them."),
        Kind(
            "welcome",
            Reader.COORDINATOR,
            "When they are added at the desk; the contact address gets it too, with who did that.",
        ),
        Kind(
            "renew",
            Reader.COORDINATOR,
            "Thirty days before their time as a coordinator ends; the contact address gets it too.",
        ),
        Kind(
            "digest",
            Reader.COORDINATORS,
            "On Mondays, if there is anything to tell, and on the first Monday of a month.",
        ),
        Kind(
            "reply-due",
            Reader.COORDINATORS,
            "Three days before applicants are told that there is no match yet: who they are.",
        ),
        Kind(
            "held-back",
            Reader.COORDINATORS,
            "In the morning, if applications were held back since the last time.",
        ),
        Kind(
            "undelivered",
            Reader.COORDINATORS,
            "When an email came back, or its reader called it unwanted.",
        ),
        Kind(
            "forgotten",
            Reader.COORDINATORS,
            "When somebody was forgotten whose application they have been sent.",
        ),
        Kind(
            "count",
            Reader.COORDINATORS,
            "Each morning on which not all that was received was announced, and on Mondays "
            "without a digest.",
        ),
    )
}


# What each is called where it is told of.
TITLES = {
    "new-application": "New application",
    "receipt": "Receipt",
    "confirm-change": "Did you send other answers?",
    "confirm-address": "Confirm the new address",
    "corrected": "Your answers were changed",
    "moved": "Another address was confirmed",
    "changed": "Changed answers",
    "withdrawn": "Off the list",
    "withdrawal": "Withdrawn",
    "link": "Link to their application",
    "entered": "Please check what we have",
    "membership": "Question about their WSRS address",
    "not-eligible": "Not eligible",
    "still-waiting": "No match yet",
    "sign-in": "Way in to the desk",
    "test": "Test email",
    "appeal": "Appeal for mentors",
    "welcome": "Welcome as a coordinator",
    "renew": "A coordinator’s time ends",
    "digest": "Monday’s news",
    "reply-due": "The reply date comes",
    "held-back": "Held back",
    "undelivered": "An email came back",
    "forgotten": "Please delete what you have",
    "count": "What was received and announced",
}
