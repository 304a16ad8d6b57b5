"""How many matches could be made, in numbers."""

from mentorship.notices.suggested import Suggested


def test_what_a_letter_tells() -> None:
    """
    Facts come back as they were, noughts included; an earlier letter tells nothing of it.
    """
    for suggested in (
        Suggested(matches=14, without=12, places=16),
        Suggested(matches=0, without=1, places=0),
    ):
        assert Suggested.from_facts({"received": 3, **suggested.facts}) == suggested
    assert Suggested.from_facts({"received": 3}) is None
