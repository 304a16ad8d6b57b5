"""What is true of every letter of a kind."""

from dataclasses import dataclass
from enum import StrEnum


class Reader(StrEnum):
    """Whom a letter is for; the address is looked up when it is sent."""

    COORDINATORS = "coordinators"
    # One of them, by a keyed hash of the address.
    COORDINATOR = "coordinator"
    APPLICANT = "applicant"
    # The person at the address that an application had before.
    FORMER = "former address"


class Replies(StrEnum):
    """Whom a reply to a letter reaches."""

    CONTACT = "the contact address"
    # The one whom it is about.
    APPLICANT = "the applicant"
    # The other person of the match that it is about.
    OTHER = "the other of the match"


@dataclass(frozen=True, kw_only=True)
class KindTraits:
    """
    What is true of every letter of a kind.

    Attributes:
        name: what is stored of the kind, and its folder in `templates/email/`.
        title: its name in lists and reports.
        reader: whom it is for.
        when: when it is written, in words, for the handbook.
        replies: whom a reply to it reaches.
        looks_up: the function of `mail.context` that looks up what else it says.
        attaches: the function of `mail.context` that makes the file that comes with it.
        only_while_open: it is true, and is sent again, only while the application is open.
        also_contact: the contact address gets it too.
        follows_reader: it has no link of its own, and goes to its reader's present address, if they
            have moved since it was written.

    """

    name: str
    title: str
    reader: Reader
    when: str
    replies: Replies = Replies.CONTACT
    looks_up: str = ""
    attaches: str = ""
    only_while_open: bool = False
    also_contact: bool = False
    follows_reader: bool = False
