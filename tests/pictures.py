"""
The handbook's pictures, taken of the program as it runs on a laptop: `make pictures`.

With each picture goes, in `tests/pictures.json`, a hash of what it was taken of. A test takes the
hash again and fails once a page looks otherwise than its picture, so that no picture goes stale. A
picture whose hash is what it was is left as it is.
"""

import base64
import hashlib
import io
import itertools
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from infra import build
from infra.build import ROOT
from infra.edge import Answer
from infra.laptop import Laptop
from infra.server import Server
from mentorship.change import Change
from mentorship.program.arrangements import Coordinator as Listed
from mentorship.services import ALPHABET, ID_LENGTH
from tests import people
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.desk_matches import PROPOSE, hidden
from tests.own import link_of, mail, post
from tests.people import apply
from tests.quick import make_quick

FOLDER = ROOT / "docs" / "handbook" / "images"
MANIFEST = Path(__file__).with_suffix(".json")
# Plainly made up, and the same wherever the pictures are taken.
ADDRESS = "https://mentorship.example.org"
PHONE, TABLET = 390, 720
STYLESHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
NAMED = re.compile(r"\{([^{}]+)\}")
# Between a picture's edge and what it shows first.
MARGIN = 12
# What the page to sign in is answered with.
SIGN_IN = 401
# The smallest picture there is.
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg=="
)


class Lost(Exception):
    """There is no such page to take a picture of, or nothing of it is seen."""


@dataclass(frozen=True)
class Picture:
    """
    What a picture is taken of.

    Attributes:
        name: of its file.
        path: of the page, with names in braces for ids, and without an id at its end where the page
            is somebody's.
        of: whose page it is, by the name that they go by in the seed, or "" for nobody's.
        top: what stands first in it, as a CSS selector; or "" for the top of the page.
        width: of the window.
        height: of the picture.
        signed_in: whether a coordinator looks at the page; else it is the page to sign in.

    """

    name: str
    path: str
    of: str = ""
    top: str = "h1"
    width: int = PHONE
    height: int = 640
    signed_in: bool = True

    @property
    def file(self) -> Path:
        """Where it lies."""
        return FOLDER / f"{self.name}.png"

    def hash_of(self, page: bytes, styles: Sequence[bytes]) -> str:
        """Return a hash of a page, of its styles, and of how the picture is cut."""
        parts = [json.dumps(astuple(self)).encode(), page, *styles]
        return hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in parts)).hexdigest()


PICTURES = (
    Picture("sign-in", "/desk", top="", height=560, signed_in=False),
    Picture("today", "/desk", top="", height=844),
    Picture("applications", "/desk/applications?role=mentee&status=waiting", height=600),
    Picture("application", "/desk/applications/", of="Robin Example", height=760),
    Picture("tonight", "/desk/matches/tonight", height=610),
    Picture(
        "why",
        "/desk/matches/tonight?why={Reference of Kim Sample}.{Reference of Quinn Example}",
        top=".tonight__why[open] .tonight__reasons",
        height=710,
    ),
    Picture("shortlist", "/desk/applications/{Quinn Example}/matches", height=640),
    Picture(
        "propose",
        "/desk/propose?mentor={Kim Sample}&mentee={Robin Example}&from=mentee",
        height=860,
    ),
    Picture("matches", "/desk/matches", height=520),
    Picture("match", "/desk/matches/{Jordan and Lee}", height=560),
    Picture("add", "/desk/add/mentee", height=640),
    Picture("member-list", "/desk/roster", height=690),
    Picture("opening", "/desk/settings/opening/mentee", height=620),
    Picture("coordinators", "/desk/settings/coordinators", height=640),
    Picture("scarce", "/desk/supply", top="#supply-1", width=TABLET, height=480),
    Picture("handover", "/desk/handover", height=700),
)


@dataclass(frozen=True)
class Studio:
    """
    The program with made-up people in it, and a coordinator at its desk.

    Attributes:
        laptop: the program.
        coordinator: who is signed in.
        ids: of the applications and the match, by the names of the people; and their references.

    """

    laptop: Laptop
    coordinator: Coordinator
    ids: dict[str, str]

    def path(self, picture: Picture) -> str:
        """Return the path of the page that a picture is taken of."""
        path = NAMED.sub(lambda found: self.ids[found[1]], picture.path)
        return path + (self.ids[picture.of] if picture.of else "")

    def shown(self, picture: Picture) -> Answer:
        """Return the page that a picture is taken of."""
        if picture.signed_in:
            return self.coordinator.get(self.path(picture))
        return self.laptop.call("GET", self.path(picture), headers={"accept": "text/html"})

    def hash_of(self, picture: Picture) -> str:
        """
        Return a hash of what a picture is taken of.

        Raises:
            Lost: if that page is not there.

        """
        page = self.shown(picture)
        if page.status != (200 if picture.signed_in else SIGN_IN):
            raise Lost(f"{picture.name}: {self.path(picture)} answers {page.status}")
        styles = [self.laptop.call("GET", path).body for path in STYLESHEET.findall(page.text)]
        return picture.hash_of(page.body, styles)


@dataclass(frozen=True)
class Person:
    """Somebody who has applied, and how many days before the pictures are taken."""

    days: int
    given: people.Given


def _mentee(days: int, name: str, areas: list[str], **more: str | list[str]) -> Person:
    usual: dict[str, str | list[str]] = {"outside_program": "any", "not_with": ""}
    return Person(days, people.mentee(**_told(name, areas), **(usual | more)))


def _mentor(days: int, name: str, areas: list[str], **more: str | list[str]) -> Person:
    usual: dict[str, str | list[str]] = {"availability": "evenings"}
    return Person(days, people.mentor(**_told(name, areas, "example.com"), **(usual | more)))


def _told(name: str, areas: list[str], domain: str = "example.org") -> dict[str, str | list[str]]:
    """Return what tells people apart."""
    address = f"{name.lower().replace(' ', '.')}@{domain}"
    return {"full_name": name, "email": address, "subspecialties": areas}


# The longest waiting comes first, as at the desk.
PEOPLE = (
    _mentee(
        61,
        "Robin Example",
        ["neuroradiology", "breast"],
        topics=["boards", "first_job", "new_here"],
        not_with="Sam Example",
    ),
    _mentor(54, "Kim Sample", ["neuroradiology"], topics=["boards", "research"], capacity="1"),
    _mentee(
        40,
        "Avery Sample",
        ["interventional"],
        training_stage="pgy6",
        institution="Sample Medical Center",
        topics=["first_job", "family"],
        membership="unsure",
    ),
    _mentee(
        33,
        "Jordan Specimen",
        ["breast"],
        training_stage="fellow",
        training_ends="2027-06",
        topics=["first_job", "business"],
    ),
    _mentor(
        29,
        "Drew Example",
        ["abdominal", "pediatric"],
        capacity="2",
        institution="Sample Imaging",
        topics=["fellowship", "leadership", "boards"],
    ),
    _mentee(
        26,
        "Quinn Example",
        ["abdominal"],
        training_stage="pgy4",
        institution="Specimen Hospital",
        topics=["leadership", "research"],
        practice_setting=["private"],
        outside_program="same",
    ),
    _mentor(
        20,
        "Lee Specimen",
        ["breast", "general"],
        capacity="1",
        institution="Sample Imaging",
        topics=["first_job", "well_being"],
    ),
    _mentee(
        12,
        "Casey Example",
        ["interventional", "abdominal"],
        training_stage="pgy3",
        institution="Specimen Hospital",
        topics=["fellowship", "leadership"],
    ),
    _mentee(
        4,
        "Riley Sample",
        ["interventional"],
        training_stage="pgy4",
        institution="Sample Medical Center",
        topics=["fellowship", "networking"],
        outside_program="yes",
    ),
    _mentee(
        3, "Jamie Sample", ["neuroradiology"], institution="Example Hospital", topics=["new_here"]
    ),
    _mentee(
        2, "Morgan Specimen", ["pediatric"], topics=["fellowship"], website="https://example.com"
    ),
)
MEMBERS = b"""Name,Email,Status
Robin Example,robin.example@example.org,Active
Jordan Specimen,j.specimen@example.net,Active
Casey Example,casey.example@example.org,Lapsed
Riley Sample,riley.sample@example.org,Active
"""
NOTE = "Called on Monday. Evenings are best, and video is fine."


@contextmanager
def studio() -> Iterator[Studio]:
    """Give the program with made-up people in it, all of it the same each time."""
    clock = Clock()
    numbers = itertools.count(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mentorship.services._now", clock)
        patch.setattr("mentorship.services._new_id", lambda: _id(next(numbers)))
        # Links within the desk are made with the laptop's keys.
        patch.setattr("infra.laptop.secrets.choice", lambda signs: signs[0])
        with Laptop(ADDRESS) as laptop:
            yield _seeded(laptop, clock)


def _id(number: int) -> str:
    """Return an id that looks like one, and is the same each time."""
    digest = hashlib.sha256(f"{number}".encode()).digest()
    return "".join(ALPHABET[each % len(ALPHABET)] for each in digest[:ID_LENGTH])


def _seeded(laptop: Laptop, clock: Clock) -> Studio:
    """Have people apply, one after another, and a coordinator do a little of everything."""
    now, ids = clock.time, dict[str, str]()
    for person in PEOPLE:
        clock.time = now - timedelta(days=person.days)
        answer = apply(laptop, person.given)
        assert answer.status == 303, answer.text
        name = person.given["full_name"][0]
        ids[name] = answer.headers["location"].rpartition("/")[2]
        ids[f"Reference of {name}"] = _reference(ids[name])
        mail(laptop)
    _arrange(now)
    clock.time = now - timedelta(days=30)
    assert post(laptop, f"{link_of(laptop, 'robin.example@example.org')}/confirm").status == 303
    clock.time = now - timedelta(days=8)
    ids["Jordan and Lee"] = _proposed(sign_in(laptop), ids["Lee Specimen"], ids["Jordan Specimen"])
    mail(laptop)
    clock.time = now - timedelta(days=1)
    coordinator = sign_in(laptop)
    assert coordinator.upload("/desk/roster", MEMBERS).status == 303
    page = f"/desk/applications/{ids['Robin Example']}"
    assert coordinator.post(f"{page}/note", {"note": [NOTE]}).status == 303
    mail(laptop)
    clock.time = now
    return Studio(laptop, sign_in(laptop), ids)


def _proposed(coordinator: Coordinator, mentor: str, mentee: str) -> str:
    """Propose a match, whatever is to be checked first, and return its id."""
    page = coordinator.get(f"{PROPOSE}?mentor={mentor}&mentee={mentee}&from=mentee").text
    ticked = re.findall(r'name="ticked" value="([^"]+)"', page)
    given = {**hidden(page, PROPOSE), "ticked": ticked, "do": ["send"]}
    answer = coordinator.post(PROPOSE, given)
    assert answer.status == 303, answer.text
    return answer.headers["location"].rpartition("/")[2].partition("?")[0]


def _reference(application_id: str) -> str:
    """Return the reference of an application."""
    from mentorship.services import services

    stored = services().store.application(application_id, now=services().now())
    assert stored
    return stored.reference


def _arrange(now: datetime) -> None:
    """Have a reply date, and a coordinator whose time ends soon."""
    from mentorship.services import services

    store, arrangements = services().store, services().arrangements()
    (first,) = arrangements.coordinators
    leaving = Listed(address="leaving@example.org", until=now.date() + timedelta(days=20))
    changed = arrangements.with_changes(
        coordinators=(first, leaving),
        reply_by=now.date() + timedelta(days=24),
        institutions=("Example Hospital", "Sample Medical Center", "Specimen Hospital"),
    )
    store.commit(Change(puts=(changed,)))


def manifest() -> dict[str, str]:
    """Return the hash of each picture that was taken, by its name."""
    if not MANIFEST.exists():
        return {}
    hashes: dict[str, str] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return hashes


def main() -> None:
    """Take each picture anew that no longer shows what the program does, and note its hash."""
    missing = [each for each in PICTURES if not each.file.exists()]
    before = manifest()
    _stand_in(missing)
    build.site()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()):
        make_quick(patch)
        with studio() as here:
            hashes = {each.name: here.hash_of(each) for each in PICTURES}
            stale = [
                each
                for each in PICTURES
                if each in missing or before.get(each.name) != hashes[each.name]
            ]
            sizes = _take(stale, here)
    for left_over in set(FOLDER.iterdir()) - {each.file for each in PICTURES}:
        left_over.unlink()
        print(f"{left_over.relative_to(ROOT)} is no picture any more, and is gone.")
    MANIFEST.write_text(json.dumps(hashes, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    for picture, size in zip(stale, sizes, strict=True):
        print(f"{picture.file.relative_to(ROOT)}: {size:,} bytes")
    print(f"{len(stale)} of {len(PICTURES)} pictures were taken anew. Look at those.")


def _stand_in(missing: Sequence[Picture]) -> None:
    """Put a white dot where a picture is to be: no site is built whose pages show what is not."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in missing:
        picture.file.write_bytes(DOT)


def _take(pictures: Sequence[Picture], here: Studio) -> list[int]:
    """Take pictures of the program, on a port of its own, and return their sizes in bytes."""
    server = Server(here.laptop, 0)
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                # Chromium's sandbox refuses to run as root, which containers mostly are.
                args=["--no-sandbox"] if os.geteuid() == 0 else [],
            )
            address = f"http://127.0.0.1:{server.port}"
            sizes = [_shoot(each, here, browser, address) for each in pictures]
            browser.close()
            return sizes
    finally:
        server.stop()


def _shoot(picture: Picture, here: Studio, browser: Browser, address: str) -> int:
    """Take one picture, as the page is without scripts, and return its size in bytes."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=1,
        java_script_enabled=False,
        color_scheme="light",
        extra_http_headers={"cookie": here.coordinator.cookie} if picture.signed_in else {},
    )
    page = context.new_page()
    page.goto(address + here.path(picture))
    y = 0.0
    if picture.top:
        box = page.locator(picture.top).first.bounding_box()
        if box is None:
            raise Lost(f"{picture.name}: there is no {picture.top}")
        y = box["y"] - MARGIN
    # A bar that stays at the foot of the window is at the foot of the picture.
    page.evaluate("y => scrollTo(0, y)", y)
    taken = page.screenshot(
        path=picture.file,
        full_page=True,
        animations="disabled",
        clip={"x": 0, "y": y, "width": picture.width, "height": picture.height},
    )
    context.close()
    return len(taken)


if __name__ == "__main__":
    main()
