"""Keys are read once, read again when there may be a new one, and go when nothing needs them."""

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from mentorship.web.keyring import MADE, REREAD, STILL_SIGNS, TRUSTED, in_use
from tests.clock import Clock
from tests.keys import FIRST, SECOND, THIRD, Secrets, keyring
from tests.made import NOW

LIVES = timedelta(days=60)


def day(name: str) -> datetime:
    """Return the noon of a day."""
    return datetime.fromisoformat(f"{name}T12:00:00+00:00")


class TestInUse:
    def test_the_oldest_first(self) -> None:
        """
        The first key comes before those that are called by a time, the newest is the last.
        """
        mixed = dict(sorted(THIRD.items(), reverse=True))
        assert list(in_use(mixed, day("2026-11-25"), LIVES)) == ["first", *list(THIRD)[1:]]

    def test_kept_as_long_as_a_link_may_hang_on_it(self) -> None:
        """
        A key goes when the last link that it signed works no more, and not before.
        """
        replaced = datetime.fromisoformat("2026-10-20T09:00:00+00:00")
        last = replaced + STILL_SIGNS + LIVES
        assert "first" in in_use(THIRD, last, LIVES)
        assert list(in_use(THIRD, last + timedelta(seconds=1), LIVES)) == list(THIRD)[1:]
        # A longer link keeps it for longer.
        assert "first" in in_use(THIRD, last + timedelta(days=9), LIVES + timedelta(days=9))
        # The key in use stays, however old it is.
        assert list(in_use(FIRST, NOW + timedelta(days=9999), LIVES)) == ["first"]

    def test_none_before_one_that_leaked(self) -> None:
        """
        Once a key has leaked, what it and those before it have signed works no more.
        """
        new = {"2026-11-25T09:00:00": "new", "2026-11-30T09:00:00": "newer"}
        leaked = {**SECOND, "links_from": "2026-11-25T09:00:00", **new}
        assert in_use(leaked, day("2026-11-30"), LIVES) == new


# Times between rotations, and until the next link is made, up to a year each.
SPANS = st.lists(st.integers(0, 365 * 86_400).map(lambda n: timedelta(seconds=n)), max_size=9)


class TestRotations:
    @drawn(
        spans=SPANS,
        lives=st.sampled_from([timedelta(minutes=15), LIVES, timedelta(days=732)]),
        late=st.integers(0, int(STILL_SIGNS.total_seconds())),
        waits=st.floats(0, 1),
    )
    def test_no_key_goes_too_early_or_too_late(
        self, spans: list[timedelta], lives: timedelta, late: int, waits: float
    ) -> None:
        """
        Over any rotations, each of which deletes what is not in use, no link is refused before its
        life is over, even if a function signed it that did not know of a newer key; and no key is
        kept longer than the longest link that it may have signed.
        """
        kept, now, made = {"first": "0"}, NOW, list[tuple[str, datetime]]()
        replaced = dict[str, datetime]()
        for number, span in enumerate(spans, 1):
            # A link is signed at some time with the key of that time, or a while after it.
            signer = list(in_use(kept, now, lives))[-1]
            made.append((signer, now + span * waits))
            made.append((signer, now + span + timedelta(seconds=late)))
            now += span
            used = in_use(kept, now, lives)
            kept = {name: key for name, key in kept.items() if name in {"first", *used}}
            if (name := f"{now:{MADE}}") not in kept:
                replaced[signer] = now
                kept[name] = f"{number}"
            for at in (now, now + lives / 2, now + lives, now + lives + STILL_SIGNS):
                used = in_use(kept, at, lives)
                works = {key for key, signed in made if signed <= at <= signed + lives}
                assert works <= set(used)
                last = {each: replaced[each] + STILL_SIGNS + lives for each in [*used][:-1]}
                assert all(at <= end + timedelta(seconds=1) for end in last.values())


class TestKeyring:
    def test_read_once(self) -> None:
        """
        A function asks for its keys when it first needs them, and then has them.
        """
        secrets = Secrets(SECOND)
        keys = keyring(secrets, Clock())
        assert secrets.calls == 0
        assert keys.keys(LIVES) == ["key of the first day", "a second key"]
        assert keys.first == "key of the first day"
        assert keys.keys(LIVES)[-1] == "a second key"
        assert secrets.calls == 1

    def test_read_again_at_most_once_a_minute(self) -> None:
        """
        A new key is found while a function is warm, and forged links do not make it ask and ask.
        """
        secrets, clock = Secrets(), Clock()
        keys = keyring(secrets, clock)
        assert not keys.read_again()
        assert keys.keys(LIVES) == ["key of the first day"]

        secrets.keys = SECOND
        assert not keys.read_again()
        clock.time += REREAD - timedelta(seconds=1)
        assert not keys.read_again()
        assert secrets.calls == 1

        clock.forward(seconds=1)
        assert keys.read_again()
        assert keys.keys(LIVES) == ["key of the first day", "a second key"]
        assert not keys.read_again()
        clock.time += REREAD
        # It asked, and nothing is new.
        assert not keys.read_again()
        assert secrets.calls == 3

    def test_trusted_for_an_hour(self) -> None:
        """
        A key that leaked is taken no more within an hour, by a function that stays warm too.
        """
        secrets, clock = Secrets(), Clock()
        keys = keyring(secrets, clock)
        keys.keys(LIVES)
        secrets.keys = {**FIRST, "links_from": "2026-10-07", "2026-10-07T00:30:00": "new"}
        clock.time += TRUSTED - timedelta(seconds=1)
        assert keys.keys(LIVES) == ["key of the first day"]
        clock.forward(seconds=1)
        assert keys.keys(LIVES) == ["new"]
        # Keyed hashes are of the first key for ever.
        assert keys.first == "key of the first day"
        assert secrets.calls == 2

    def test_an_outage_refuses_nobody(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        Where Secrets Manager does not answer, the keys at hand go on working, and it is asked again
        a minute later; the log says so, without a key.
        """
        secrets, clock = Secrets(), Clock()
        keys = keyring(secrets, clock)
        keys.keys(LIVES)
        clock.time += TRUSTED
        with monkeypatch.context() as patch:
            patch.setattr(Secrets, "get_secret_value", lambda *_, **__: 1 / 0)
            for _ in range(3):
                assert keys.keys(LIVES) == ["key of the first day"]
        out = capsys.readouterr().out
        assert [json.loads(line) for line in out.splitlines()] == [
            {"event": "keys not read", "error": "ZeroDivisionError"}
        ]
        secrets.keys = SECOND
        clock.time += REREAD
        assert keys.keys(LIVES) == ["key of the first day", "a second key"]

    def test_without_any_key_nothing_is_signed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        A function that never had the keys fails, and asks again the next time.
        """
        keys = keyring(Secrets(), Clock())
        with monkeypatch.context() as patch:
            patch.setattr(Secrets, "get_secret_value", lambda *_, **__: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                keys.keys(LIVES)
        assert keys.keys(LIVES) == ["key of the first day"]
