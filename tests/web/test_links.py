"""A link opens what it was signed for, for as long as it lives, whatever key is in use by then."""

import base64
import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from mentorship.form.question import Role
from mentorship.problems import LinkExpired
from mentorship.web.keyring import REREAD
from mentorship.web.links import (
    HASH,
    MATCH,
    MAX_TOKEN,
    OWN,
    PURPOSES,
    SIGN_IN,
    STAMP,
    Links,
    Purpose,
    longest_life,
)
from mentorship.web.problems import DamagedLink
from tests.clock import Clock
from tests.every import every
from tests.keys import FIRST, SECOND, THIRD, Secrets, forged, keyring
from tests.made import ID

SECOND_LATER = timedelta(seconds=1)


def signer(secrets: Secrets, clock: Clock) -> Links:
    """Return the links of one function."""
    return Links(keyring(secrets, clock), clock)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def links(clock: Clock) -> Links:
    """A function's links, with the first key."""
    return signer(Secrets(), clock)


class TestOwner:
    def test_opens_what_it_was_signed_for(self, links: Links) -> None:
        """
        A token names an application and which of its addresses it was mailed to, and no more.
        """
        token = links.owner_token(ID, 2)
        assert links.read_owner_token(token) == (ID, 2)
        payload = token.split(".")[0]
        assert json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) == [ID, 2]
        assert len(token) < 120

    def test_for_sixty_days(self, links: Links, clock: Clock) -> None:
        """
        To the second, a link lives for sixty days.
        """
        token = links.owner_token(ID, 1)
        clock.time += OWN.lives
        assert links.read_owner_token(token) == (ID, 1)
        clock.time += SECOND_LATER
        with pytest.raises(LinkExpired):
            links.read_owner_token(token)
        assert timedelta(days=60) == OWN.lives

    def test_forged(self, links: Links, clock: Clock) -> None:
        """
        Another signature, another payload, another time, or another key open nothing.
        """
        token, other = links.owner_token(ID, 1), links.owner_token(ID, 2)
        clock.forward(days=1)
        later = links.owner_token(ID, 1)
        payload, time, signature = token.split(".")
        stranger = signer(Secrets({"first": "a guess"}), clock)
        for tried in (
            forged(token),
            f"{other.split('.')[0]}.{time}.{signature}",
            f"{payload}.{later.split('.')[1]}.{signature}",
            f"{payload}.{signature}",
            payload,
            "",
            stranger.owner_token(ID, 1),
            token + token,
            f".{token}",
        ):
            with pytest.raises(DamagedLink):
                links.read_owner_token(tried)

    @drawn(text=st.text(max_size=MAX_TOKEN + 9))
    def test_any_text(self, text: str) -> None:
        """
        Whatever stands where a token should, it opens nothing and breaks nothing.
        """
        links = signer(Secrets(), Clock())
        with pytest.raises(DamagedLink):
            links.read_owner_token(text)
        with pytest.raises(DamagedLink):
            links.read_match_token(text)
        assert links.age_of(text) is None

    def test_nothing_passes_for_another(self, links: Links) -> None:
        """
        A stamp is no link, a link is no stamp, and neither is a hash.
        """
        with pytest.raises(DamagedLink):
            links.read_owner_token(links.stamp())
        assert links.age_of(links.owner_token(ID, 1)) is None
        assert links.age_of(links.hashed(ID)) is None


class TestMatch:
    def test_opens_one_side_of_one_match(self, links: Links, clock: Clock) -> None:
        """
        A token names a match, the side, and an address; it works for two years, as keys are kept.
        """
        token = links.match_token(ID, Role.MENTOR, 2)
        assert links.read_match_token(token) == (ID, Role.MENTOR, 2)
        assert len(token) < 150
        clock.time += MATCH.lives
        assert links.read_match_token(token) == (ID, Role.MENTOR, 2)
        clock.time += SECOND_LATER
        with pytest.raises(LinkExpired):
            links.read_match_token(token)
        assert timedelta(days=732) == MATCH.lives == longest_life()

    def test_forged(self, links: Links) -> None:
        """
        Neither another signature, nor half a link, nor a link to one's own page is one.
        """
        token = links.match_token(ID, Role.MENTEE, 1)
        for tried in (forged(token), token[:-9], token[9:], links.owner_token(ID, 1), ""):
            with pytest.raises(DamagedLink):
                links.read_match_token(tried)


NAMED: dict[str, tuple[str | int, ...]] = {
    "own": (ID, 2),
    "ticket": (ID,),
    "stamp": (),
    "match": (ID, "mentor", 2),
}


def name_of(purpose: Purpose) -> str:
    """Return what a purpose is called in the names of tests."""
    return purpose.name


class TestPurposes:
    def test_each_has_a_name_of_its_own(self) -> None:
        """
        All that is signed is of a declared purpose, and none is signed as hashes are.
        """
        assert {each.name for each in PURPOSES} == set(NAMED)
        assert len({each.name for each in PURPOSES} | {HASH}) == len(PURPOSES) + 1
        assert PURPOSES == (OWN, MATCH, SIGN_IN, STAMP)

    @pytest.mark.parametrize("used", PURPOSES, ids=name_of)
    @pytest.mark.parametrize("made", PURPOSES, ids=name_of)
    def test_none_works_for_another(
        self, links: Links, clock: Clock, made: Purpose, used: Purpose
    ) -> None:
        """
        A link works for its own purpose to the last second of its life, and never for another.
        """
        named = NAMED[made.name]
        token = links.sign(made, *named)
        clock.time += made.lives
        if made is used:
            assert links.read(used, token) == named
            clock.time += SECOND_LATER
        with pytest.raises(made.expired if made is used else used.damaged):
            links.read(used, token)

    @pytest.mark.parametrize("purpose", PURPOSES, ids=name_of)
    @pytest.mark.parametrize("named", [("x",), (2, ID), (ID, "2"), (ID, True), ("a", "b", 1.5)])
    def test_names_what_is_declared(
        self, links: Links, purpose: Purpose, named: tuple[str | int, ...]
    ) -> None:
        """
        A link that names something else, as an earlier version may have done, opens nothing.
        """
        token = links.sign(purpose, *named)
        if tuple(map(type, named)) == purpose.names:
            assert links.read(purpose, token) == named
            return
        with pytest.raises(purpose.damaged):
            links.read(purpose, token)

    def test_keys_are_kept_for_the_longest(self, clock: Clock) -> None:
        """
        A key that was replaced reads what it signed for as long as a link of a match works.
        """
        clock.time = datetime.fromisoformat("2026-10-20T08:59:59+00:00")
        token = signer(Secrets(FIRST), clock).sign(MATCH, *NAMED["match"])
        clock.time += MATCH.lives
        assert signer(Secrets(THIRD), clock).read(MATCH, token) == NAMED["match"]


class TestRotation:
    def test_links_in_mailboxes_go_on_working(self, clock: Clock) -> None:
        """
        What the first key has signed opens when two further keys have been made, to its last day.
        """
        token = signer(Secrets(FIRST), clock).owner_token(ID, 1)
        clock.time += OWN.lives
        assert signer(Secrets(THIRD), clock).read_owner_token(token) == (ID, 1)

    def test_the_newest_key_signs(self, clock: Clock) -> None:
        """
        A new link needs the new key: who only has the old one can neither make nor read it.
        """
        token = signer(Secrets(SECOND), clock).owner_token(ID, 1)
        with pytest.raises(DamagedLink):
            signer(Secrets(FIRST), clock).read_owner_token(token)
        only_new = {**SECOND, "first": "another"}
        assert signer(Secrets(only_new), clock).read_owner_token(token) == (ID, 1)

    def test_found_while_a_function_is_warm(self, clock: Clock) -> None:
        """
        A function that holds old keys meets a link of the new one, and reads the secret again.
        """
        secrets = Secrets(FIRST)
        warm = signer(secrets, clock)
        warm.owner_token(ID, 1)
        secrets.keys = SECOND
        fresh = signer(Secrets(SECOND), clock)
        token, stamp = fresh.owner_token(ID, 1), fresh.stamp()
        with pytest.raises(DamagedLink):  # It has asked a moment ago.
            warm.read_owner_token(token)
        clock.time += REREAD
        assert warm.read_owner_token(token) == (ID, 1)
        assert warm.age_of(stamp) == REREAD
        assert secrets.calls == 2

    def test_forged_links_cost_a_call_a_minute(self, clock: Clock) -> None:
        """
        However many forged links come in, the secret is read once a minute at most.
        """
        secrets = Secrets()
        links = signer(secrets, clock)
        token = forged(links.owner_token(ID, 1))
        for _ in range(180):
            clock.forward(seconds=1)
            with pytest.raises(DamagedLink):
                links.read_owner_token(token)
            assert links.age_of(token) is None
        assert secrets.calls == 1 + 3


class TestStamp:
    def test_age(self, links: Links, clock: Clock) -> None:
        """
        A stamp says how long ago the form was opened, however long that is.
        """
        stamp = links.stamp()
        assert links.age_of(stamp) == timedelta()
        clock.forward(days=90, seconds=5)
        assert links.age_of(stamp) == timedelta(days=90, seconds=5)

    def test_none_of_ours(self, links: Links, clock: Clock) -> None:
        """
        What we have not signed has no age.
        """
        stranger = signer(Secrets({"first": "a guess"}), clock)
        for stamp in (forged(links.stamp()), stranger.stamp(), "", "x" * 999):
            assert links.age_of(stamp) is None


class TestHashed:
    def test_the_same_after_a_rotation(self, clock: Clock) -> None:
        """
        What is looked up by a keyed hash is found again when there are other keys.
        """
        before = signer(Secrets(FIRST), clock).hashed("robin@example.org")
        after = signer(Secrets(THIRD), clock).hashed("Robin@EXAMPLE.org")
        assert before == after

    @every(
        ("text", "hashed"),
        [
            (
                "Robin@example.org",
                "68a7b61858736720979534bc78fe2043333776918e481893683cd09ce60c4dbb",
            ),
            (
                "robin@bücher.example",
                "67d9b09d2129a9258cd2e599c7a98de7ffd503d5f52c98842295d8876e2a66c3",
            ),
            (
                "member address:robin@bücher.example",
                "d9a0b74dddcc38389b6e99cbcc353ece7d4f387ce067904af245ce9ad87be7c8",
            ),
            ("203.0.113.7", "e38327367a754d5fa1b19424b7ca44b0d02c51e9065c10edaa362fa8978f8254"),
        ],
    )
    def test_what_was_ever_stored_is_found(self, links: Links, text: str, hashed: str) -> None:
        """
        Hashes are what they were before 2026-11-29, when an address got one spelling.
        """
        assert links.hashed(text) == hashed

    def test_one_address_has_one_hash(self, links: Links) -> None:
        """
        A domain in ASCII is the one in Unicode; its old hash is known for the sake of old marks.
        """
        one, other = "robin@bücher.example", "robin@xn--bcher-kva.example"
        assert links.hashed(one) == links.hashed(other)
        earlier = "54dfe9d65e25224f8e9382803d066ae2ae0f661aec479821e3023c8835150911"
        assert links.hashes_of(one) == links.hashes_of(other) == (links.hashed(one), earlier)
        assert links.hashes_of("robin@example.org") == (links.hashed("robin@example.org"),)

    def test_nobody_else_can_make_it(self, links: Links, clock: Clock) -> None:
        """
        Without the key, no list of addresses tells whose hash it is.
        """
        hashed = links.hashed("robin@example.org")
        assert hashed != signer(Secrets({"first": "x"}), clock).hashed("robin@example.org")
        assert hashed != links.hashed("kim@example.org")
        assert len(hashed) == 64
        assert "robin" not in hashed
