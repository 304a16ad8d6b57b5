"""One address has one spelling, however it is typed, and so has a phone number."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorship.addresses import (
    address_key,
    dialable,
    earlier_key,
    phone_key,
    same_address,
    typed_address,
    visible,
)
from mentorship.applications.application import Application
from mentorship.applications.pointer import CurrentPointer, pointer_id, pointer_id_of
from mentorship.form.question import Role
from mentorship.members.roster import OF_ADDRESS
from tests.every import every
from tests.golden_records import PATHS, golden, read

UNICODE, ASCII = "robin@bücher.example", "robin@xn--bcher-kva.example"


class TestTyped:
    @every(
        ("text", "meant"),
        [
            ("  kim@example.org\t\n", "kim@example.org"),
            ("kim @ example.org", "kim@example.org"),
            ("kim@\u00a0example.org", "kim@example.org"),
            ("\ufeffkim\u200b@exa\u00admple.org\u2060", "kim@example.org"),
            ("Kim  kim@example.org", "Kim kim@example.org"),
            ("kim\tlee@example.org", "kim lee@example.org"),
            ("kim\x0blee@example.org", "kim lee@example.org"),
            ("zoe\u0308@example.org", "zoë@example.org"),
            ("", ""),
        ],
    )
    def test_what_was_meant(self, text: str, meant: str) -> None:
        """
        What surrounds an address goes; a blank inside stays, for it may part two things.
        """
        assert typed_address(text) == meant

    def test_words_keep_their_blanks(self) -> None:
        """
        Only what cannot be seen is left out of a cell of a list.
        """
        assert visible("Robin\u200e Example <robin@\u200bexample.org>") == (
            "Robin Example <robin@example.org>"
        )


class TestAddressKey:
    @every("one", [UNICODE, ASCII, "Robin@BÜCHER.example", "ROBIN@XN--BCHER-KVA.EXAMPLE"])
    def test_every_spelling_has_one_key(self, one: str) -> None:
        """
        Letter case and the way a domain is written make no other address.
        """
        assert address_key(one) == UNICODE
        assert same_address(one, UNICODE)

    def test_other_addresses_have_other_keys(self) -> None:
        """
        Dots, tags and other domains are other addresses.
        """
        others = ["robin@bucher.example", "r.obin@bücher.example", "robin+a@bücher.example"]
        assert not any(same_address(each, UNICODE) for each in others)

    @every("text", ["", "Robin", "203.0.113.7", "robin@xn--a.example", "ROBIN@", "@", "a@-b"])
    def test_any_other_text_is_folded(self, text: str) -> None:
        """
        What is no address has a key as well, in small letters.
        """
        assert address_key(text) == text.casefold()

    @given(st.text(max_size=40))
    def test_a_key_has_itself(self, text: str) -> None:
        """
        A key may be made from a key.
        """
        once = address_key(text.replace("@", ""))
        assert address_key(once) == once

    def test_within_other_words(self) -> None:
        """
        What stands before an address, as in the hashes of a member list, stays.
        """
        assert address_key(f"{OF_ADDRESS}{ASCII}") == f"{OF_ADDRESS}{UNICODE}"

    def test_the_key_that_marks_once_had(self) -> None:
        """
        Mail went to the domain in ASCII, and came back from there.
        """
        assert earlier_key(UNICODE) == earlier_key(ASCII) == ASCII
        assert earlier_key("Robin@example.org") == "robin@example.org"


class TestEverStored:
    @every("path", PATHS, ids=lambda path: path.stem)
    def test_every_key_is_found(self, path: object) -> None:
        """
        The pointer to each application of every version has the id that it was stored under.
        """
        item = read(golden(path.stem))  # type: ignore[attr-defined]
        if isinstance(item, CurrentPointer):
            _, role, address = item.id.split("#", 2)
            held = item.id.startswith("quarantined")
            assert pointer_id(Role(role), address, held=held) == item.id
        if isinstance(item, Application) and item.answers:
            earlier = item.address.casefold() or "phone:2065550100"
            status = "quarantined" if item.status.traits.is_held else "waiting"
            assert pointer_id_of(item) == f"{status}#{item.role}#{earlier}"


class TestPhoneKey:
    @every(
        "number",
        ["(206) 555-0100", "206.555.0100", "+1 206 555 0100", "1-206-555-0100", "٢٠٦٥٥٥٠١٠٠"],
    )
    def test_every_way_to_write_a_number(self, number: str) -> None:
        """
        Only the digits count, and the country's code may be missing.
        """
        assert phone_key(number) == "phone:2065550100"

    def test_other_numbers(self) -> None:
        """
        An extension makes another number, and so does another country.
        """
        keys = {phone_key(each) for each in ("206-555-0100", "206-555-0100 x2", "+44 20 7946 0100")}
        assert len(keys) == 3

    @given(st.text(max_size=40))
    def test_a_key_has_itself(self, text: str) -> None:
        """
        A key may be made from a key, and has only digits.
        """
        key = phone_key(text)
        assert phone_key(key) == key == address_key(key)
        assert re.fullmatch(r"phone:[0-9]*", key)

    @pytest.mark.parametrize(
        ("words", "dialed"),
        [
            ("(206) 555-0100", "2065550100"),
            ("+44 20 7946 0100", "+442079460100"),
            ("(206) 555-0100 ext. 25", "2065550100"),
            ("home: 206.555.0100, after 5 p.m.", "2065550100"),
            ("206–555–0100 / 206-555-0101", "2065550100"),
            ("٢٠٦٥٥٥٠١٠٠", "2065550100"),
            ("*#06#", ""),
            ("ask for room 12", ""),
            ("1" * 16, ""),
        ],
    )
    def test_is_dialed_by_its_digits(self, words: str, dialed: str) -> None:
        """
        The first number among words is what a phone dials, with a + only before a country's code.
        """
        assert dialable(words) == dialed

    @given(st.text(max_size=40))
    def test_dials_digits_and_nothing_else(self, text: str) -> None:
        """
        Whatever was typed, no other sign gets into the link.
        """
        assert re.fullmatch(r"(?:\+?[0-9]{7,15})?", dialable(text))
