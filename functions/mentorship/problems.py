"""
What can go wrong, each with its status and words (RFC 9457, Problem Details for HTTP APIs).

A `Problem` is raised where it is found and answered in `web`; a person gets a page, a program
`application/problem+json`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar


class Problem(Exception):
    """
    Something that the caller is told, and can mostly fix.

    Attributes:
        status: the HTTP status.
        title: what it is, always the same words.
        remedy: what to do about it, for the documentation and if there is no detail.
        page: the template in `templates/pages/` that shows it.

    """

    status: ClassVar[int]
    title: ClassVar[str]
    remedy: ClassVar[str]
    page: ClassVar[str] = "problem"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.remedy)
        self.detail = detail or self.remedy

    @property
    def headers(self) -> dict[str, str]:
        """Headers that the answer needs beyond the usual ones."""
        return {}

    @property
    def questions(self) -> list[str]:
        """The questions that it is about, for the log."""
        return []

    def as_json(self) -> dict[str, object]:
        """Return the problem as RFC 9457 has it; `type` is absent, which means about:blank."""
        return {"title": self.title, "status": self.status, "detail": self.detail}


class BadRequest(Problem):
    """The request is malformed: not base64, not UTF-8, not JSON, or with a name given twice."""

    status = 400
    title = "The request could not be read"
    remedy = "Send the form from its own page, or send JSON as the documentation has it."


@dataclass(frozen=True)
class Unsaved:
    """
    What was sent to the desk after the session had ended.

    Attributes:
        path: where it was sent.
        texts, typed: each field, to be sent again; and what was filled in, by its label, to read.
        long: the fields that are too long to be shown again.
        files: the fields in which a file was chosen.

    """

    path: str
    texts: Sequence[tuple[str, str]] = ()
    typed: Sequence[tuple[str, str]] = ()
    long: Sequence[str] = ()
    files: Sequence[str] = ()


class NotSignedIn(Problem):
    """The desk is for coordinators who have signed in; a session may have ended meanwhile."""

    status = 401
    title = "Sign in to the desk"
    remedy = "Have a link mailed to you, and use it within 15 minutes."
    page = "sign_in"

    def __init__(self, after: str = "", *, left: bool = False, unsaved: Unsaved | None = None):
        """
        Say where the sign-in link should lead.

        Args:
            after: the page of the desk to show afterwards, or "".
            left: whether someone has just signed out.
            unsaved: what they sent, if anything, to be sent again.

        """
        super().__init__()
        self.after = after
        self.left = left
        self.unsaved = unsaved

    @property
    def headers(self) -> dict[str, str]:
        """
        Name the way to authenticate, as RFC 9110 asks; it is not a scheme that browsers know.

        What is sent again from the page must name its origin, which no-referrer would leave out.
        """
        return {"www-authenticate": "Link", "referrer-policy": "same-origin"}


class SignInLinkUsed(Problem):
    """A sign-in link was used, is too old, or belongs to someone who is no longer a coordinator."""

    status = 410
    title = "This link lets nobody in any more"
    remedy = "It works once, and for 15 minutes. Have a new one mailed to you."
    page = "sign_in"
    after = ""


class ConcernsYou(Problem):
    """A coordinator's own application, or one of someone they know; another coordinator acts."""

    status = 409
    title = "Another coordinator has to do this"
    remedy = "Ask another coordinator, or write to the contact address. Nothing was changed."

    def __init__(self, reference: str = "", *, own: bool = False) -> None:
        super().__init__()
        self.reference = reference
        self.own = own


class CrossSiteRequest(Problem):
    """A button of the desk was pressed on another site's page."""

    status = 400
    title = "This did not come from the desk"
    remedy = "Nothing was done. Open the desk, and use the button there."


class NoSuchRole(Problem):
    """The request does not say which form was filled in."""

    status = 400
    title = "Mentee or mentor?"
    remedy = "Say which form this is: set “role” to “mentee” or to “mentor”."


class NotOpen(Problem):
    """The program does not take applications of this role now: not yet, or not any more."""

    status = 409
    title = "Applications are closed"
    remedy = (
        "Nothing was saved. Copy your answers and email them to the contact address. The form's "
        "page says when applications open, if that is known."
    )


class NotFound(Problem):
    """There is nothing at this address."""

    status = 404
    title = "There is nothing here"
    remedy = "Check the address, or start from the home page."


class LinkExpired(Problem):
    """A link from an email is too old, or was mailed to an earlier address."""

    status = 410
    title = "This link no longer works"
    remedy = "Ask for a new one with the address that you applied with."
    page = "old_link"


class ApplicationClosed(Problem):
    """An application was withdrawn, or was not eligible, and cannot be changed."""

    status = 409
    title = "This application is closed"
    remedy = "All stays as it is. To take part after all, fill in the form again."


class AnotherApplication(Problem):
    """The address has an application of its own for this role."""

    status = 409
    title = "There is another application for this address"
    remedy = "Whoever reads mail there corrects or withdraws that one, by the link in its receipt."

    def __init__(self, reference: str) -> None:
        super().__init__(f"Its reference is {reference}. {self.remedy}")


class TooManyChanges(Problem):
    """An application was changed more often than anyone needs to."""

    status = 409
    title = "That is one change too many"
    remedy = (
        "Your application stays as it is. Write to the contact address, and a person will help."
    )


class NotAllowed(Problem):
    """The address exists, but not for this method."""

    status = 405
    title = "This page can’t be opened this way"
    remedy = "Go back to the page that you came from, or open the link in your email again."

    def __init__(self, methods: Sequence[str]) -> None:
        super().__init__()
        self.methods = methods

    @property
    def headers(self) -> dict[str, str]:
        """Name the methods that do work, as RFC 9110 asks."""
        return {"allow": ", ".join(sorted(self.methods))}


class TooLarge(Problem):
    """The request is larger than any application can be."""

    status = 413
    title = "That is too much at once"
    remedy = "An application fits in 64 KB. Go back, and shorten the longest answers."


class NotSupported(Problem):
    """The content type is not one that an application comes in."""

    status = 415
    title = "This kind of content is not understood"
    remedy = "Send application/x-www-form-urlencoded or application/json, in UTF-8."


class BadExport(Problem):
    """The arguments of an export are not understood."""

    status = 422
    title = "The export was asked for in a way that is not understood"
    remedy = "Correct the arguments that are named."

    def __init__(self, detail: str = "", *, argument: str = "") -> None:
        super().__init__(detail)
        self.argument = argument


class TooManyAsks(Problem):
    """Links were asked for from one network more often in a day than a group of people needs to."""

    status = 429
    title = "Too many links were asked for from your network today"
    remedy = (
        "No email was sent. Look for one that came earlier today, try again tomorrow or from "
        "another network, or write to the contact address."
    )


class Unexpected(Problem):
    """A bug or an outage on our side; it is logged under the request's id."""

    status = 500
    title = "Something went wrong on our side"
    remedy = (
        "Nothing that was stored before is lost. We cannot say whether this request was: send it "
        "once more, the same application is never taken twice. If it happens again, write to the "
        "contact address and name the number below."
    )

    def __init__(self, request_id: str) -> None:
        super().__init__()
        self.request_id = request_id

    def as_json(self) -> dict[str, object]:
        """Add the id under which the log has it."""
        return {**super().as_json(), "request_id": self.request_id}


class Busy(Problem):
    """AWS refused at every try, and that passes: too many calls, an outage, others' changes."""

    status = 503
    title = "There is too much going on at this moment"
    remedy = (
        "Nothing that was stored before is lost. Wait a minute, and send it once more: the same "
        "application is never taken twice."
    )

    @property
    def headers(self) -> dict[str, str]:
        """Say in how many seconds to try again, as RFC 9110 has it."""
        return {"retry-after": "60"}


def every_problem() -> Iterator[type[Problem]]:
    """Yield each problem, by status and title, for the documentation."""
    yield from sorted(Problem.__subclasses__(), key=lambda problem: (problem.status, problem.title))
