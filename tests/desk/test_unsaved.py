"""What is sent to the desk after a session has ended comes back, and can be sent again."""

import re
from html import unescape

import pytest

from infra.edge import Answer
from infra.laptop import Laptop
from mentorship.desk import sign_in as sign_in_page
from mentorship.desk.unsaved import MAX_GIVEN_BACK
from mentorship.handlers import archive, desk, export
from tests import people, tables
from tests.clock import Clock
from tests.coordinator import BOUNDARY, Coordinator, at_desk, sign_in
from tests.own import get
from tests.people import apply

# Every button of the desk behind the guard.
BUTTONS = sorted(
    path
    for method, path in {**desk.ROUTES, **archive.ROUTES, **export.ROUTES}
    if method == "POST" and (method, path) not in sign_in_page.ROUTES
)
TYPED = {
    "note": ["\nCall <her>\nagain & “soon”.  "],
    "full_name": ['O\'Brien "Bob" Example'],
    "areas": ["breast", "neuro"],
    "empty": [""],
}
FORM = re.compile(
    r'<form class="application" method="post" action="([^"]+)"([^>]*)>(.*?)</form>', re.S
)
FIELD = re.compile(
    r'<input type="hidden" name="([^"]+)" value="([^"]*)">'
    r'|<textarea [^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>',
    re.S,
)
TYPED_ANSWERS = re.compile(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", re.S)


def again(page: str) -> tuple[str, str, dict[str, list[str]]]:
    """Return where a page sends things again, how, and with which texts, as a browser does."""
    path, how, inside = FORM.findall(page)[-1]
    given: dict[str, list[str]] = {}
    for hidden, value, name, words in FIELD.findall(inside):
        given.setdefault(unescape(hidden or name), []).append(unescape(value or words))
    return unescape(path), how, given


def multipart(here: Coordinator, path: str, file: bytes, **texts: str) -> Answer:
    """Send a form with texts and a file."""
    parts = [(f'name="{name}"', text.encode()) for name, text in texts.items()]
    parts.append(('name="file"; filename="list.csv"', file))
    body = b"".join(
        f"--{BOUNDARY}\r\ncontent-disposition: form-data; {head}\r\n\r\n".encode() + words + b"\r\n"
        for head, words in parts
    )
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    headers = {
        "accept": "text/html",
        "cookie": here.cookie,
        "origin": here.laptop.address,
        "content-type": kind,
    }
    sent = body + f"--{BOUNDARY}--\r\n".encode()
    return here.laptop.call("POST", path, headers=headers, body=sent)


class TestSessionOver:
    @pytest.mark.parametrize("path", BUTTONS)
    def test_everything_that_was_typed_comes_back(
        self, laptop: Laptop, clock: Clock, path: str
    ) -> None:
        """
        On every form of the desk: nothing is stored, and one button sends it all again.
        """
        apply(laptop, people.mentee())
        (application,) = (each["id"]["S"] for each in tables.items("ApplicationsTable"))
        here = sign_in(laptop)
        clock.forward(hours=9)
        before, at = tables.everything(), at_desk(path, application).partition("?")[0]
        answer = here.post(at, TYPED)
        assert answer.status == 401
        assert again(answer.text) == (at, "", TYPED)
        assert tables.everything() == before
        # Still signed out, nothing is lost by pressing it; and the browser names the page's origin.
        assert again(here.post(at, again(answer.text)[2]).text) == (at, "", TYPED)
        assert answer.headers["referrer-policy"] == "same-origin"

    def test_shows_only_what_was_filled_in(self, laptop: Laptop, clock: Clock) -> None:
        """
        Each field has the form's own label, and each option its words; what is empty, and what no
        one types, is not listed.
        """
        here = sign_in(laptop)
        clock.forward(hours=9)
        sent = {
            "full_name": ["Robin <Example>"],
            "email": ["robin@gmail.con"],
            "email_asked": ["robin@gmail.con"],
            "subspecialties": ["breast", "neuroradiology"],
            "goal": [""],
            "agreed": ["By phone.\nOn Monday."],
        }
        answer = here.post("/desk/add/mentor", sent).text
        assert TYPED_ANSWERS.findall(answer) == [
            ("Their name", "Robin &lt;Example&gt;"),
            ("Their email", "robin@gmail.con"),
            ("Areas of radiology", "Breast imaging<br>Neuroradiology"),
            ("How did they agree?", "By phone.<br>On Monday."),
        ]
        assert again(answer)[2] == sent
        sent = {"revision": ["3"], "before": ["2026-12-01"], "reply_by": ["2026-12-02"]}
        answer = here.post("/desk/settings/reply", sent).text
        assert TYPED_ANSWERS.findall(answer) == [("Applicants hear by", "2026-12-02")]
        assert again(answer)[2] == sent
        sent = {"letter": ["one"]}
        answer = here.post("/desk/applications/1/send-again", sent).text
        assert "Show what you typed" not in answer
        assert again(answer)[2] == sent

    def test_sent_again_it_is_done(self, laptop: Laptop, clock: Clock) -> None:
        """
        Signed in again in another tab, the page that was left open sends what it has.
        """
        apply(laptop, people.mentee())
        (application,) = (each["id"]["S"] for each in tables.items("ApplicationsTable"))
        here = sign_in(laptop)
        clock.forward(hours=9)
        path = f"/desk/applications/{application}"
        answer = here.post(f"{path}/note", {"note": ["Call <her>\nagain."]})
        assert 'action="/desk/sign-in" target="_blank"' in answer.text
        assert f'name="after" value="{path}"' in answer.text
        at, _, given = again(answer.text)
        new = sign_in(laptop)
        assert new.post(at, given).headers["location"] == f"{path}?done=noted"
        assert "Call &lt;her&gt;<br>again." in new.get(path).text

    def test_a_file_is_chosen_again(self, laptop: Laptop, clock: Clock) -> None:
        """
        No page can hold a file: its field is there again, and the texts beside it are kept.
        """
        here = sign_in(laptop)
        clock.forward(hours=9)
        answer = multipart(here, "/desk/roster", b"Name,Email\n", right="yes", list="")
        assert answer.status == 401
        at, how, given = again(answer.text)
        assert (at, given) == ("/desk/roster", {"right": ["yes"], "list": [""]})
        assert 'enctype="multipart/form-data"' in how
        assert re.search(r"Choose the file again</label>\s*<input [^>]*name=\"file\"", answer.text)
        assert "list.csv" not in answer.text

    def test_a_text_that_is_too_long_is_pasted_again(self, laptop: Laptop, clock: Clock) -> None:
        """
        A pasted list of some megabytes does not fit into an answer: its field is there, empty.
        """
        here = sign_in(laptop)
        clock.forward(hours=9)
        long = "x" * (MAX_GIVEN_BACK + 1)
        answer = multipart(here, "/desk/roster", b"", right="yes", list=long)
        assert "List: too long to show here. Paste it again" in answer.text
        assert again(answer.text)[2] == {"right": ["yes"], "list": [""]}
        assert long not in answer.text

    @pytest.mark.parametrize("origin", ["https://example.com", "null", ""])
    def test_another_site_is_shown_nothing(self, laptop: Laptop, clock: Clock, origin: str) -> None:
        """
        What another site makes a browser send is on no page, with or without a session.
        """
        here = sign_in(laptop)
        clock.forward(hours=9)
        answer = here.post("/desk/add/mentee", {"full_name": ["Call us"]}, origin=origin)
        assert answer.status == 401
        assert "Call us" not in answer.text
        assert "Send again" not in answer.text

    def test_what_cannot_be_read(self, laptop: Laptop) -> None:
        """
        What no page of the desk sends is answered with the way to sign in, and no more.
        """
        here = Coordinator(laptop, "")
        for kind in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded"):
            headers = {"accept": "text/html", "origin": laptop.address, "content-type": kind}
            answer = here.laptop.call("POST", "/desk/roster", headers=headers, body=b"x=%ff")
            assert answer.status == 401, kind


class TestWhereItLeads:
    @pytest.mark.parametrize(
        ("path", "after"),
        [
            ("/desk/applications?role=mentee&status=quarantined", None),
            ("/desk/settings", None),
            ("/desk/settings?done=stored", "/desk/settings"),
            ("/desk?left=yes", "/desk"),
        ],
    )
    def test_a_links_query_is_kept(self, laptop: Laptop, path: str, after: str | None) -> None:
        """
        The email about what was held back leads to its list, also through the sign-in.
        """
        page = unescape(get(laptop, path).text)
        assert f'name="after" value="{after or path}"' in page
