"""The handbook's pictures show what the program shows, and each is shown."""

import re
from dataclasses import replace

import pytest

from tests.every import every
from tests.handbook import words
from tests.pictures import FOLDER, PICTURES, Lost, Picture, manifest, studio

HANDBOOK = FOLDER.parent
# ![what it shows](images/name.png){ .picture }
SHOWN = re.compile(r"!\[([^\]]*)\]\((images/[^)]+)\)(\{ \.picture \})?")
# A page of the handbook is read on a phone, with whatever connection a hospital leaves it.
MAX_BYTES, MOST = 64_000, 16

each_picture = every("picture", PICTURES, ids=lambda each: each.name)


def shown() -> list[tuple[str, str, str]]:
    """Return each picture that a page of the handbook shows: what it says, which, and its mark."""
    pages = [words(page) for page in sorted(HANDBOOK.rglob("*.md"))]
    return [found for page in pages for found in SHOWN.findall(page)]


class TestWhatTheyShow:
    def test_no_picture_is_stale(self) -> None:
        """
        Each page is what it was when its picture was taken.
        """
        with studio() as here:
            now = {each.name: here.hash_of(each) for each in PICTURES}
        taken = manifest()
        stale = [f"{each.file.name}" for each in PICTURES if taken.get(each.name) != now[each.name]]
        assert not stale, f"{', '.join(stale)}: the page looks otherwise now; run make pictures"

    def test_another_page_style_or_cut_is_another_hash(self) -> None:
        """
        The hash tells all that is seen in a picture apart.
        """
        one = Picture("x", "/desk")
        hashes = {
            one.hash_of(b"page", [b"style", b"more"]),
            one.hash_of(b"page", [b"style", b"other"]),
            one.hash_of(b"page", [b"stylemore"]),
            one.hash_of(b"other", [b"style", b"more"]),
            replace(one, height=1).hash_of(b"page", [b"style", b"more"]),
        }
        assert len(hashes) == 5

    def test_a_page_that_is_not_there_is_no_picture(self) -> None:
        """
        No error page passes for the page, and no other page for the one to sign in.
        """
        with studio() as here:
            for lost in (Picture("x", "/desk/nowhere"), Picture("x", "/", signed_in=False)):
                with pytest.raises(Lost, match="x"):
                    here.hash_of(lost)


class TestTheFiles:
    @each_picture
    def test_picture_is_small(self, picture: Picture) -> None:
        """
        It is there, is what it is called, and loads quickly.
        """
        image = picture.file.read_bytes()
        assert image.startswith(b"\x89PNG\r\n\x1a\n")
        assert len(image) <= MAX_BYTES

    def test_none_is_left_over(self) -> None:
        """
        What is no picture any more is neither a file nor in the list of hashes.
        """
        names = [each.name for each in PICTURES]
        assert len(set(names)) == len(names) <= MOST
        assert {path.name for path in FOLDER.iterdir()} == {f"{name}.png" for name in names}
        assert sorted(manifest()) == sorted(names)

    @each_picture
    def test_picture_is_shown(self, picture: Picture) -> None:
        """
        A page of the handbook shows it, and says what is on it to whoever does not see it.
        """
        found = [each for each in shown() if each[1] == f"images/{picture.file.name}"]
        assert len(found) == 1
        ((said, _, mark),) = found
        assert len(said) >= 20
        assert mark

    def test_no_page_shows_another(self) -> None:
        """
        A picture that a page shows is one of those that are taken.
        """
        assert {path for _, path, _ in shown()} == {f"images/{each.file.name}" for each in PICTURES}
