"""A coordinator at the desk: signs in by the link in their mail, and presses its buttons."""

import re
from dataclasses import dataclass

from infra.edge import Answer
from infra.laptop import COORDINATORS, Laptop
from mentorship.services import services
from tests import people
from tests.own import mail, post

WAY_IN = re.compile(r"/desk/sign-in/[\w.\-]+")
BOUNDARY = "example-boundary"


@dataclass(frozen=True)
class Coordinator:
    """Somebody who is signed in, in a browser without JavaScript."""

    laptop: Laptop
    cookie: str

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        return self._call("GET", path, headers)

    def post(self, path: str, given: people.Given | None = None, **headers: str) -> Answer:
        """Press a button of a page of the desk."""
        body = people.encoded(given or {})
        return self._call("POST", path, {"content-type": people.FORM, **headers}, body)

    def upload(self, path: str, file: bytes) -> Answer:
        """Send a form with one file."""
        head = 'content-disposition: form-data; name="file"; filename="x.csv"'
        body = b"\r\n".join(
            [
                f"--{BOUNDARY}".encode(),
                head.encode(),
                b"content-type: application/octet-stream",
                b"",
                file,
                f"--{BOUNDARY}--".encode(),
                b"",
            ]
        )
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return self._call("POST", path, {"content-type": kind}, body)

    def _call(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        own = {"accept": "text/html", "cookie": self.cookie, "origin": self.laptop.address}
        return self.laptop.call(method, path, headers={**own, **headers}, body=body)


def at_desk(
    path: str, application: str, *, held: str = "", mentor: str = "", match: str = ""
) -> str:
    """
    Return a route's path with what stands in its brackets.

    Args:
        path: of the route.
        application: the id of one that waits.
        held: the id of one that is held back, or "" where that is all the same.
        mentor: the id of a mentor's, to whom that one may be proposed.
        match: the id of a match.

    """
    if path == "/desk/look-up":
        return f"{path}?found={application}"
    if path == "/desk/propose":
        return f"{path}?mentor={mentor}&mentee={application}"
    if path.startswith("/desk/matches/"):
        return path.format(id=match or application)
    meant = held if held and path.endswith("/delete") else application
    return path.format(id=meant, role="mentee", who=services().links.hashed(COORDINATORS))


def sign_in(laptop: Laptop, address: str = COORDINATORS) -> Coordinator:
    """Have a link mailed, and sign in by it."""
    assert post(laptop, "/desk/sign-in", {"email": [address]}).status == 200
    email = next(each for each in reversed(mail(laptop)) if each.header("To") == address)
    (link,) = WAY_IN.findall(email.part("plain"))
    stranger = Coordinator(laptop, "")
    answer = stranger.post(link)
    assert answer.status == 303
    return Coordinator(laptop, answer.headers["set-cookie"].partition(";")[0])
