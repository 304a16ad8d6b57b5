"""A new link is asked for, however the address is spelled."""

import pytest

from infra.laptop import Laptop
from tests import people
from tests.clock import Clock
from tests.own import mail, post
from tests.people import apply

ASCII = "robin@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "typed",
    ["Robin@BÜCHER.example", ASCII, " robin @ bücher.example\u200b", "\ufeffrobin@bücher.example"],
)
def test_every_spelling_finds_the_application(laptop: Laptop, clock: Clock, typed: str) -> None:
    """
    Letter case, a domain in ASCII, and what was copied along are no other address.
    """
    apply(laptop, people.mentee(email="robin@bücher.example"))
    before = len(mail(laptop))
    assert post(laptop, "/links", {"email": [typed]}).status == 200
    assert [each.header("To") for each in mail(laptop)[before:]] == [ASCII]


def test_a_blank_inside_is_said(laptop: Laptop) -> None:
    """
    Nothing is sent to an address that somebody may not have meant.
    """
    answer = post(laptop, "/links", {"email": ["Robin robin@example.org"]})
    assert answer.status == 422
    assert "Enter one email address, without spaces" in answer.text
    assert mail(laptop) == []
