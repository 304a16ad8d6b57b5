"""What the member list says of a mentee, and what is kept of it."""

import hashlib
import hmac
import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.form import form
from mentorship.form.question import Role
from mentorship.form.texts import Email
from mentorship.members import roster
from mentorship.members.roster import KEPT, ListEntry, Member, Roster, RosterResult
from tests.made import NOW, application

ROBIN, OTHER = "robin@example.org", "robin@hospital.example"
HEAD = Roster(number=7, at=NOW, by="kim@example.org", members=3, lapsed=1, unread=0)
BOTH = {"wsrs_email": OTHER}


def hashed(text: str) -> str:
    """Return a keyed hash, as `links` makes one."""
    return hmac.new(b"key", text.casefold().encode(), hashlib.sha256).hexdigest()


def member(*addresses: str, name: str = "", lapsed: bool = False) -> Member:
    """Return somebody on a list."""
    return Member(addresses=addresses, name=name, lapsed=lapsed)


def listed(*members: Member, number: int = HEAD.number) -> dict[str, ListEntry]:
    """Return what is stored of a list."""
    found = roster.list_entries(members, number=number, hashed=hashed, now=NOW)
    return {each.id: each for each in found}


def result(
    *members: Member, of: Application | None = None, head: Roster | None = HEAD, **more: Any
) -> RosterResult:
    """Return what a list says of Robin Example, who gave one address, or of another."""
    entries = {**listed(*members), **more.get("stored", {})}
    return roster.result_for(
        of or application(), head, entries, hashed=hashed, now=more.get("now", NOW)
    )


class TestResult:
    def test_found_by_the_address_they_apply_with(self) -> None:
        """
        The address counts, in capitals or not.
        """
        assert result(member(ROBIN)) is RosterResult.BY_ADDRESS
        assert result(member("ROBIN@Example.org")) is RosterResult.BY_ADDRESS

    def test_found_by_the_address_that_the_society_has(self) -> None:
        """
        The second address that they gave counts as the first.
        """
        assert result(member(OTHER), of=application(answers=BOTH)) is RosterResult.BY_ADDRESS
        assert result(member(OTHER)) is RosterResult.NO_MATCH

    def test_each_address_that_the_form_asks_for_is_tried(self) -> None:
        """
        Which answers are addresses is known by the form's kinds, not by a list of names.
        """
        asked = [each.name for each in form.stored_questions() if isinstance(each, Email)]
        assert len(asked) == 2
        for number, name in enumerate(asked):
            someone = application(answers={name: f"{number}@example.org"})
            assert result(member(f"{number}@example.org"), of=someone) is RosterResult.BY_ADDRESS

    def test_found_by_name(self) -> None:
        """
        Without the address the name counts, however either is written.
        """
        someone = application(answers={"full_name": "Dr. Róbin Q. Example"})
        assert result(member(name="EXAMPLE, Robin, MD"), of=someone) is RosterResult.BY_NAME
        assert result(member("x@example.org", name="Robin Example")) is RosterResult.BY_NAME

    def test_an_address_goes_before_a_name(self) -> None:
        """
        Who is found by both is found by address.
        """
        assert result(member(ROBIN, name="Robin Example")) is RosterResult.BY_ADDRESS

    def test_no_match(self) -> None:
        """
        Somebody else's address and name are no match.
        """
        assert result(member("kim@example.org", name="Kim Example")) is RosterResult.NO_MATCH

    @pytest.mark.parametrize("name", ["Example", "Dr. Example", "R. Example", "Robin"])
    def test_half_a_name_finds_nobody(self, name: str) -> None:
        """
        A name of fewer than two words counts on neither side.
        """
        assert result(member(name=name)) is RosterResult.NO_MATCH
        someone = application(answers={"full_name": name})
        assert result(member(name=name), of=someone) is RosterResult.NO_MATCH
        assert len(roster.ids_for(someone, hashed)) == 1

    def test_lapsed_by_the_lists_word(self) -> None:
        """
        Whom the list calls lapsed has lapsed, found by address or by name.
        """
        assert result(member(ROBIN, lapsed=True)) is RosterResult.LAPSED
        assert result(member(name="Robin Example", lapsed=True)) is RosterResult.LAPSED

    @pytest.mark.parametrize("lapsed", [False, True])
    def test_what_an_earlier_list_said(self, lapsed: bool) -> None:
        """
        Who is not on the list in use is no match, whatever an earlier one said of them.
        """
        before = listed(member(ROBIN, name="Robin Example", lapsed=lapsed), number=HEAD.number - 1)
        assert result(member("kim@example.org"), stored=before) is RosterResult.NO_MATCH

    def test_never_lapsed_without_a_row_that_says_so(self) -> None:
        """
        Of any rows of three lists, only one of the list in use or of a newer one makes lapsed.
        """
        rows = member(ROBIN), member(name="Robin Example"), member("kim@example.org")
        numbers = HEAD.number - 1, HEAD.number, HEAD.number + 1
        told = [
            (number, replace(row, lapsed=lapsed))
            for number, row, lapsed in itertools.product(numbers, rows, (False, True))
        ]
        for some in itertools.combinations(told, 3):
            stored = dict[str, ListEntry]()
            for number, row in some:
                stored |= listed(row, number=number)
            said = any(row.lapsed and number >= HEAD.number for number, row in some)
            assert said or result(stored=stored) is not RosterResult.LAPSED

    def test_another_way_finds_them_after_all(self) -> None:
        """
        A lapsed address is not the last word: the other address, or the name, may not have lapsed.
        """
        gone = listed(member(ROBIN, lapsed=True))
        both = application(answers=BOTH)
        assert result(member(OTHER), of=both, stored=gone) is RosterResult.BY_ADDRESS
        assert result(member(name="Robin Example"), stored=gone) is RosterResult.BY_NAME
        assert (
            result(member(ROBIN, lapsed=True), member(name="Robin Example")) is RosterResult.BY_NAME
        )

    def test_who_renewed_has_not_lapsed(self) -> None:
        """
        Two rows about one address differ: the kinder one counts, in whichever order they stand.
        """
        rows = member(ROBIN, lapsed=True), member(ROBIN)
        assert result(*rows) is RosterResult.BY_ADDRESS
        assert result(*reversed(rows)) is RosterResult.BY_ADDRESS

    def test_back_on_the_list(self) -> None:
        """
        Who had lapsed and is on the new list is a member: what was stored is overwritten.
        """
        stored = listed(member(ROBIN, lapsed=True), number=1) | listed(member(ROBIN))
        assert result(stored=stored) is RosterResult.BY_ADDRESS

    def test_a_list_that_is_just_being_put_in(self) -> None:
        """
        Until a new list is in use nobody is missing: who is on either has been found.
        """
        half = listed(member(ROBIN), number=HEAD.number + 5)
        assert result(stored=half) is RosterResult.BY_ADDRESS
        assert result(member(ROBIN), stored=listed(member("x@y.org"), number=12)) is (
            RosterResult.BY_ADDRESS
        )

    def test_not_checked(self) -> None:
        """
        Mentors are not checked, nor anybody while there is no list, or when it is two years old.
        """
        everybody = member(ROBIN, name="Robin Example"), member(name="Kim Example")
        mentor = application(Role.MENTOR)
        assert result(*everybody, of=mentor) is RosterResult.NOT_CHECKED
        assert roster.ids_for(mentor, hashed) == []
        assert result(*everybody, head=None) is RosterResult.NOT_CHECKED
        assert result(*everybody, now=NOW + KEPT) is RosterResult.NOT_CHECKED
        assert result(*everybody, now=NOW + KEPT - timedelta(seconds=1)) is RosterResult.BY_ADDRESS

    def test_what_has_no_answers_any_more(self) -> None:
        """
        What was taken up into another application is not looked up.
        """
        merged = replace(application(), status=Status.MERGED, answers={})
        assert result(member(ROBIN), of=merged) is RosterResult.NOT_CHECKED

    def test_the_five_results_have_their_words(self) -> None:
        """
        A coordinator reads one of five.
        """
        assert [each.value for each in RosterResult] == [
            "found by address", "found by name", "no match", "lapsed", "not checked",
        ]  # fmt: skip


class TestChecked:
    def test_all_are_looked_up_at_once(self) -> None:
        """
        However many they are, the table is asked once, for what the mentees among them gave.
        """
        asked: list[list[str]] = []

        def look_up(ids: Any) -> dict[str, ListEntry]:
            asked.append(list(ids))
            return listed(member(ROBIN))

        some = [
            replace(application(), id="a"),
            replace(application(answers={"email": "x@y.org", "full_name": "X Y"}), id="b"),
            replace(application(Role.MENTOR), id="c"),
        ]
        found = roster.check(some, roster=HEAD, look_up=look_up, hashed=hashed, now=NOW)
        assert found == {
            "a": RosterResult.BY_ADDRESS,
            "b": RosterResult.NO_MATCH,
            "c": RosterResult.NOT_CHECKED,
        }
        assert asked == [[each for one in some for each in roster.ids_for(one, hashed)]]

    @pytest.mark.parametrize("head", [None, HEAD])
    def test_nothing_is_looked_up_in_vain(self, head: Roster | None) -> None:
        """
        Without a list, or without a mentee, the table is not asked at all.
        """

        def never(_: Any) -> dict[str, ListEntry]:
            raise AssertionError

        some = [application(Role.MENTOR)] if head else [application()]
        found = roster.check(some, roster=head, look_up=never, hashed=hashed, now=NOW)
        assert set(found.values()) == {RosterResult.NOT_CHECKED}


class TestWhatIsKept:
    def test_an_entry_for_each_address_and_name(self) -> None:
        """
        Each address and each name has an entry of its own, with the list's number and an end.
        """
        found = roster.list_entries(
            [member(ROBIN, OTHER, name="Robin Example"), member(name="Example")],
            number=3,
            hashed=hashed,
            now=NOW,
        )
        assert {each.id for each in found} == {
            f"roster#{hashed(words)}"
            for words in (
                f"member address:{ROBIN}",
                f"member address:{OTHER}",
                "member name:example robin",
            )
        }
        assert {(each.number, each.expires_at) for each in found} == {(3, NOW + KEPT)}

    def test_a_hash_is_good_for_nothing_else(self) -> None:
        """
        It does not equal the hash of the same address that other parts of the program use.
        """
        (one,) = listed(member(ROBIN))
        assert hashed(ROBIN) not in one

    def test_people_are_counted_once(self) -> None:
        """
        A person in two rows is one; the names of two addresses are two people.
        """
        rows = [
            member(ROBIN, name="Robin Example", lapsed=True),
            member(ROBIN.upper()),
            member(name="Kim Example", lapsed=True),
            member(name="EXAMPLE, Kim", lapsed=True),
            member("sam@example.org", name="Robin Example"),
        ]
        assert roster.count_members(rows) == (3, 1)

    def test_numbers_grow(self) -> None:
        """
        A list has a greater number than the one before, and than one whose writing broke off.
        """
        first = roster.next_number(None, NOW)
        assert roster.next_number(replace(HEAD, number=first), NOW) == first + 1
        assert roster.next_number(None, NOW + timedelta(seconds=1)) > first
        assert roster.next_number(replace(HEAD, number=9 * first), NOW) == 9 * first + 1
