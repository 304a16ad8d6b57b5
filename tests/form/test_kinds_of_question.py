"""Each kind of question takes what people give, or says what to do; and shows it to people."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from mentorship.form.choices import Choice, Choices, Choosing, DatedChoice, Explanation, Tick
from mentorship.form.hidden import FormVersion, Stamp, Trap
from mentorship.form.question import (
    Answer,
    Audience,
    Need,
    Option,
    Question,
    Refused,
    Role,
    by_role,
    for_role,
)
from mentorship.form.texts import Email, LongText, Month, Phone, Text
from tests.every import every

GIVEN_ON = date(2026, 9, 4)
FRUIT = (Option(code="apple", label="Apple"), Option(code="fig", label="Figs, dried"))
SUBJECT: dict[str, Any] = {
    "name": "thing",
    "label": "Your thing",
    "short": "Thing",
    "missing": "Enter a thing",
}

TEXT = Text(**SUBJECT, most=10)
LONG = LongText(**SUBJECT, most=20)
ADDRESS = Email(**SUBJECT)
PHONE = Phone(**SUBJECT)
MONTH = Month(**SUBJECT)
CHOICE = Choice(**SUBJECT, options=FRUIT)
DATED = DatedChoice(**SUBJECT, options=FRUIT)
CHOICES = Choices(
    **SUBJECT, options=(*FRUIT, Option(code="kiwi", label="Kiwi"), Option(code="pear", label="P"))
)
TICK = Tick(**SUBJECT)
TRAP = Trap(name="trap", label="Leave this empty")
STAMP = Stamp(name="stamp", label="When the form was opened")
VERSION = FormVersion(name="version", label="Version", current=3, understood=(2,))

EVERY_KIND: list[Question] = [
    TEXT, LONG, ADDRESS, PHONE, MONTH, CHOICE, DATED, CHOICES, TICK, TRAP, STAMP, VERSION,
]  # fmt: skip
ANSWERED = [TEXT, LONG, ADDRESS, PHONE, MONTH, CHOICE, DATED, CHOICES, TICK]


def optional(question: Question) -> Question:
    """Return *question* as one that may be skipped."""
    return type(question)(**{**vars(question), "need": Need.OPTIONAL})


def refusal(question: Question, *given: str) -> str:
    """Return what is said to whoever gives that."""
    with pytest.raises(Refused) as caught:
        question.parse(given)
    return str(caught.value)


def kind_of(question: Question) -> str:
    """Name a test after a kind."""
    return type(question).__name__


class TestAnyKind:
    def test_no_two_kinds_share_a_macro(self) -> None:
        """
        Each kind has a name of its own, by which its macro is found.
        """
        # A stage of training is asked like any other choice; only the way it is shown differs.
        kinds = [question.kind for question in EVERY_KIND if question is not DATED]
        assert len(set(kinds)) == len(kinds)

    @every("question", ANSWERED, ids=kind_of)
    @every("given", [(), ("",), ("  ",), ("", "\n\t", "\x00")], ids=repr)
    def test_nothing_given_to_a_needed_question(
        self, question: Question, given: tuple[str, ...]
    ) -> None:
        """
        Whoever skips a needed question is told what to enter, in the question's own words.
        """
        assert refusal(question, *given) == "Enter a thing"

    @every("question", ANSWERED, ids=kind_of)
    @every("given", [(), ("",), ("  ",)], ids=repr)
    def test_nothing_given_to_an_optional_question(
        self, question: Question, given: tuple[str, ...]
    ) -> None:
        """
        Whoever skips an optional question has answered nothing.
        """
        assert optional(question).parse(given) is None

    @pytest.mark.parametrize(
        "question", [each for each in ANSWERED if each is not CHOICES], ids=kind_of
    )
    def test_two_answers_to_one_question(self, question: Question) -> None:
        """
        A question with one answer takes no second one, for it is not clear which counts.
        """
        assert refusal(question, "apple", "fig") == "Give one answer to “Your thing”"

    @pytest.mark.parametrize(
        ("question", "given"),
        [
            (TEXT, "O’Hara"),
            (LONG, "A line\nand more"),
            (ADDRESS, "Robin+a@Example.org"),
            (PHONE, "206 555 0100"),
            (MONTH, "June 2027"),
            (CHOICE, "fig"),
            (DATED, "fig"),
            (TICK, "yes"),
            (VERSION, "2"),
        ],
    )
    def test_an_answer_given_again_is_the_same(self, question: Question, given: str) -> None:
        """
        What was taken can be given again, and is taken as the same.
        """
        answer = question.parse([given])
        again = "yes" if answer is True else str(answer)
        assert question.parse([again]) == answer

    def test_heading_is_the_short_label(self) -> None:
        """
        Where space is short the short heading stands, or the label where there is none.
        """
        assert TEXT.heading == "Thing"
        assert TRAP.heading == "Leave this empty"

    def test_who_reads_it_first(self) -> None:
        """
        Who reads an answer before others do is what the form says of it.
        """
        assert TEXT.first_reader is Audience.COORDINATOR
        assert TEXT.mark == "Coordinators only"
        later = Text(**SUBJECT, most=1, audiences=(Audience.MATCH,))
        assert later.first_reader is Audience.MATCH
        assert later.mark == "Shared once you both say yes"
        early = Text(**SUBJECT, most=1, audiences=(Audience.MATCH, Audience.PROPOSED))
        assert early.first_reader is Audience.PROPOSED
        assert early.mark == "May be shown before your name"

    def test_a_tick_lets_another_reader_see_it(self) -> None:
        """
        A question that comes with a tick says so, and the tick is asked right under it.
        """
        question = Text(**SUBJECT, most=1, permission=TICK, permits=Audience.MATCH)
        assert question.companions == (TICK,)
        assert question.mark == "Coordinators only. Tick the box to share it with your match."
        early = Text(
            **SUBJECT,
            most=1,
            audiences=(Audience.MATCH,),
            permission=TICK,
            permits=Audience.PROPOSED,
        )
        assert early.mark == (
            "Shared once you both say yes. Tick the box below to let us show it earlier."
        )
        assert TEXT.companions == ()

    @pytest.mark.parametrize("question", [TEXT, TICK, MONTH], ids=kind_of)
    def test_a_question_cannot_be_changed(self, question: Question) -> None:
        """
        Questions are declared once; nothing changes one at run time.
        """
        with pytest.raises(AttributeError):
            question.label = "Other"  # type: ignore[misc]


class TestForRole:
    def test_words_and_need_of_a_role(self) -> None:
        """
        Each role gets its own words, its own need, and what is the same for both.
        """
        question = Text(
            name="place",
            label=by_role(mentee="Program", mentor="Practice"),
            hint="Of {city}.",
            need=by_role(mentee=Need.REQUIRED, mentor=Need.OPTIONAL),
            missing="Enter it",
            most=5,
        )
        mentee = question.for_role(Role.MENTEE, lambda words: words.format(city="Seattle"))
        mentor = question.for_role(Role.MENTOR)

        assert (mentee.label, mentee.need, mentee.hint) == (
            "Program",
            Need.REQUIRED,
            "Of Seattle.",
        )
        assert (mentor.label, mentor.need, mentor.hint) == ("Practice", Need.OPTIONAL, "Of {city}.")
        assert mentee.most == mentor.most == 5

    def test_options_of_one_role_only(self) -> None:
        """
        An option for mentees only is offered to them, and refused from a mentor.
        """
        question = Choices(
            **SUBJECT,
            options=(*FRUIT, Option(code="any", label="Any", only_for=Role.MENTEE)),
        )
        assert question.for_role(Role.MENTEE).parse(["any"]) == ["any"]
        assert refusal(question.for_role(Role.MENTOR), "any") == (
            "Select from the answers listed under “Your thing”"
        )

    def test_told_to_leaves_what_is_the_same(self) -> None:
        """
        A part that does not differ between the forms is itself for both.
        """
        assert {for_role(role, "same") for role in Role} == {"same"}


class TestText:
    @pytest.mark.parametrize(
        ("given", "answer"),
        [
            ("  Ada   Lee ", "Ada Lee"),
            ("Ada\r\nLee", "Ada Lee"),
            ("Ada\tLee", "Ada Lee"),
            ("Ada\u00a0Lee", "Ada Lee"),
            ("Zoe\u0308", "Zoë"),
            ("Ada\x00\x07", "Ada"),
            ("Z", "Z"),
            ("{{ 7 }}", "{{ 7 }}"),
            ("<b>=1+1", "<b>=1+1"),
        ],
        ids=repr,
    )
    def test_white_space_is_folded_and_no_more(self, given: str, answer: str) -> None:
        """
        Spaces round an answer and doubled inside it do not count; all else is the writer's.
        """
        assert TEXT.parse([given]) == answer

    def test_length_is_counted_in_characters(self) -> None:
        """
        Ten letters are ten in any script, composed or not; the eleventh is one too many.
        """
        assert TEXT.parse(["é" * 10]) == "é" * 10
        assert TEXT.parse(["e\u0301" * 10]) == "é" * 10
        assert TEXT.parse(["😀" * 10]) == "😀" * 10
        assert refusal(TEXT, "é" * 11) == "Enter 10 characters or fewer under “Your thing”"

    def test_an_empty_text_beside_an_answer(self) -> None:
        """
        A field that came twice, once empty, was answered once.
        """
        assert TEXT.parse(["", "Ada", " "]) == "Ada"

    @drawn(text=st.text(max_size=30))
    def test_whatever_is_taken_is_composed_and_clean(self, text: str) -> None:
        """
        What is stored is in composed form, on one line, trimmed, and is taken again as it is.
        """
        question = Text(**SUBJECT, most=200, need=Need.OPTIONAL)
        answer = question.parse([text])
        if isinstance(answer, str):
            assert unicodedata.is_normalized("NFC", answer)
            assert answer == " ".join(answer.split())
            assert not any(unicodedata.category(letter) == "Cc" for letter in answer)
            assert question.parse([answer]) == answer

    def test_what_falls_together_when_control_characters_go(self) -> None:
        """
        A letter and its accent that a control character parted are one letter.
        """
        assert TEXT.parse(["e\x00\u0301"]) == "é"


class TestLongText:
    @pytest.mark.parametrize(
        ("given", "answer"),
        [
            (" One\r\nTwo ", "One\nTwo"),
            ("One\rTwo", "One\nTwo"),
            ("One\u2028Two\u2029Three", "One\nTwo\nThree"),
            ("One\n\n  Two", "One\n\n  Two"),
            ("One\tTwo", "One\tTwo"),
        ],
        ids=repr,
    )
    def test_line_breaks_are_kept(self, given: str, answer: str) -> None:
        """
        A few sentences keep their lines, with one kind of line break.
        """
        assert LONG.parse([given]) == answer

    def test_length_after_line_breaks_are_unified(self) -> None:
        """
        A line break counts one, although a browser sends two characters for it.
        """
        assert LONG.parse(["a\r\n" * 9 + "ab"]) == "a\n" * 9 + "ab"
        assert refusal(LONG, "a" * 21) == "Enter 20 characters or fewer under “Your thing”"


class TestEmail:
    @pytest.mark.parametrize(
        ("given", "answer"),
        [
            ("robin@example.org", "robin@example.org"),
            (" robin@example.org\n", "robin@example.org"),
            ("Robin.O'Hara+wsrs@EXAMPLE.org", "Robin.O'Hara+wsrs@example.org"),
            ("r@b.co", "r@b.co"),
            ("r@bücher.example", "r@bücher.example"),
            ("r@xn--bcher-kva.example", "r@bücher.example"),
            ("r@例え.jp", "r@例え.jp"),
            ("r{}=~!#$%&'*/?^`|@example.org", "r{}=~!#$%&'*/?^`|@example.org"),
            ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
        ],
    )
    def test_real_addresses_are_taken(self, given: str, answer: str) -> None:
        """
        Plus signs, apostrophes and international domains are fine; a domain has no capitals.
        """
        assert ADDRESS.parse([given]) == answer

    @every(
        "given",
        [
            "robin",
            "robin@",
            "@example.org",
            "robin@example",
            "a@b@example.org",
            "robin@example.org,kim@example.org",
            "Robin<robin@example.org>",
            "robin@-example.org",
            f"{'a' * 65}@example.org",
            "=?utf-8?Q?=0D=0ABcc:_x@example.org?=",
            "=?utf-8?q?x?=@example.org",
        ],
    )
    def test_what_is_no_address(self, given: str) -> None:
        """
        Whoever gives no address, or several, is shown what one looks like.
        """
        assert refusal(ADDRESS, given) == "Enter one email address, such as name@example.org"

    @every(
        "given",
        [
            "Kim kim@example.org",
            "kim\tlee@example.org",
            "kim@exam ple.org",
            "kim\x0bkim@example.org",
            "kim\u2028lee@example.org",
            "Robin <robin@example.org>",
            "robin@example.org, kim@example.org",
        ],
    )
    def test_a_blank_inside(self, given: str) -> None:
        """
        An address with a blank inside is refused: to leave the blank out might make a stranger's.
        """
        words = "Enter one email address, without spaces, such as name@example.org"
        assert refusal(ADDRESS, given) == words

    @every(
        "hidden", ["\u200b", "\u2060", "\ufeff", "\u200e", "\xad", *map(chr, range(0x202A, 0x202F))]
    )
    def test_what_cannot_be_seen(self, hidden: str) -> None:
        """
        Format characters that were copied along are left out, wherever they are.
        """
        for given in (f"{hidden}kim@example.org", f"k{hidden}im@example.o{hidden}rg{hidden}"):
            assert ADDRESS.parse([given]) == "kim@example.org"

    def test_an_address_that_ses_cannot_write_to(self) -> None:
        """
        An address with letters beyond ASCII before the @ is real, but another is asked for.
        """
        assert refusal(ADDRESS, "zoë@example.org").startswith("Our mail service cannot write to")
        assert refusal(ADDRESS, "用户@example.org").endswith("give another address")

    def test_too_long_an_address(self) -> None:
        """
        An address has 254 characters at most, as SMTP has it.
        """
        long = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".org"
        assert len(long) > 254
        assert refusal(ADDRESS, long) == "Enter 254 characters or fewer under “Your thing”"


class TestPhone:
    @every(
        ("given", "shown"),
        [
            ("2065550100", "(206) 555-0100"),
            ("206.555.0100", "(206) 555-0100"),
            ("+1 206 555 0100", "(206) 555-0100"),
            ("206-555-0100 x123", "(206) 555-0100 ext. 123"),
            ("+44 20 7946 0958", "+44 20 7946 0958"),
            ("+81 3-1234-5678", "+81 3-1234-5678"),
            ("206 555 0100 (evenings)", "206 555 0100 (evenings)"),
            ("206 555 0100 / 206 555 0199", "206 555 0100 / 206 555 0199"),
            ("pager 206 555 0100, then 4411", "pager 206 555 0100, then 4411"),
            ("555-0100", "555-0100"),
            ("٠١٠ ١٢٣٤ ٥٦٧٨", "٠١٠ ١٢٣٤ ٥٦٧٨"),
        ],
    )
    def test_kept_as_given_and_shown_as_usual(self, given: str, shown: str) -> None:
        """
        A number is stored as written; it is shown in the usual way only if no word of it is lost.
        """
        assert PHONE.parse([given]) == given
        assert PHONE.show(given, given_on=GIVEN_ON) == shown

    def test_a_phone_without_a_digit(self) -> None:
        """
        Whoever gives words only is shown what a number looks like.
        """
        assert refusal(PHONE, "ask me") == "Enter a phone number, such as (206) 555-0100"

    @drawn(given=st.text(alphabet="0123456789+()-. xext#*,;/", max_size=40))
    def test_whatever_was_taken_can_be_shown(self, given: str) -> None:
        """
        However a number is written, showing it does not fail.
        """
        try:
            answer = PHONE.parse([given])
        except Refused:
            return
        assert PHONE.show(answer, given_on=GIVEN_ON)


class TestMonth:
    @pytest.mark.parametrize(
        "given",
        ["2027-06", "06/2027", "6/2027", "June 2027", "june 2027", "Jun 2027", "2027/06",
         "June, 2027", "  June   2027 "],
    )  # fmt: skip
    def test_ways_to_write_a_month(self, given: str) -> None:
        """
        Browsers without a month picker let people type; the usual ways are understood.
        """
        assert MONTH.parse([given]) == "2027-06"
        assert MONTH.show("2027-06", given_on=GIVEN_ON) == "June 2027"

    @every(
        "given",
        ["2027", "06", "13/2027", "2027-00", "next June", "0001-01", "2200-01", "9999-12",
         "2027-06-30", "1899-12"],
    )  # fmt: skip
    def test_what_is_no_month(self, given: str) -> None:
        """
        What is not a month of our time is answered with an example.
        """
        assert refusal(MONTH, given) == "Enter a month and a year, such as June 2027"

    @drawn(when=st.dates(date(1900, 1, 1), date(2199, 12, 31)))
    def test_every_month_is_read_as_it_is_shown(self, when: date) -> None:
        """
        What a person reads can be entered again.
        """
        stored = f"{when:%Y-%m}"
        assert MONTH.parse([MONTH.show(stored, given_on=GIVEN_ON)]) == stored


class TestChoice:
    def test_one_of_the_options(self) -> None:
        """
        A code is stored, and its label shown.
        """
        assert CHOICE.parse(["fig"]) == "fig"
        assert CHOICE.show("fig", given_on=GIVEN_ON) == "Figs, dried"

    @every("question", [CHOICE, CHOICES, DATED], ids=kind_of)
    @every("given", ["Fig", "figs", "<script>", "Apple"])
    def test_what_is_not_offered(self, question: Question, given: str) -> None:
        """
        Only what is offered can be chosen, by its code.
        """
        assert refusal(question, given) == "Select from the answers listed under “Your thing”"

    def test_default(self) -> None:
        """
        Whoever leaves a choice with a default as it is has chosen the default.
        """
        assert Choice(**SUBJECT, options=FRUIT, default="fig").parse([]) == "fig"

    def test_dated_choice_says_when_it_was_true(self) -> None:
        """
        An answer that ages is shown with its month.
        """
        assert DATED.show("apple", given_on=GIVEN_ON) == "Apple in September 2026"

    @pytest.mark.parametrize("kind", [Choice, Choices])
    def test_what_was_once_offered(self, kind: type[Choosing]) -> None:
        """
        A retired option is shown to whoever reads old answers, and offered to nobody.
        """
        question = kind(**SUBJECT, options=FRUIT, retired=(Option(code="quince", label="Quinces"),))
        old: Answer = ["quince"] if kind is Choices else "quince"
        assert question.show(old, given_on=GIVEN_ON) == "Quinces"
        assert refusal(question, "quince").startswith("Select from")

    def test_a_code_that_nobody_knows(self) -> None:
        """
        A stored code without a label is shown as it is rather than not at all.
        """
        assert CHOICE.show("durian", given_on=GIVEN_ON) == "durian"


class TestChoices:
    def test_in_the_options_order_and_once(self) -> None:
        """
        Whatever the order in which boxes arrive, the same boxes are the same answer.
        """
        assert CHOICES.parse(["pear", "apple", "pear", ""]) == ["apple", "pear"]

    def test_shown_with_semicolons(self) -> None:
        """
        Labels may hold commas, so semicolons part them.
        """
        assert CHOICES.show(["apple", "fig"], given_on=GIVEN_ON) == "Apple; Figs, dried"

    def test_no_more_than_allowed(self) -> None:
        """
        As many as allowed are taken, and one more is answered with the number.
        """
        question = Choices(**SUBJECT, options=CHOICES.options, most=2)
        assert question.parse(["apple", "kiwi"]) == ["apple", "kiwi"]
        assert refusal(question, "apple", "kiwi", "fig") == "Select 2 or fewer under “Your thing”"

    def test_one_stored_answer_that_once_was_a_choice(self) -> None:
        """
        An answer stored when only one could be chosen is still shown.
        """
        assert CHOICES.show("fig", given_on=GIVEN_ON) == "Figs, dried"


class TestTick:
    def test_tick(self) -> None:
        """
        A ticked box is agreed to, and shown as a word.
        """
        assert TICK.parse(["yes"]) is True
        assert TICK.show(True, given_on=GIVEN_ON) == "Yes"

    @pytest.mark.parametrize("given", ["no", "on", "true", "0"])
    def test_anything_else_is_no_tick(self, given: str) -> None:
        """
        Agreement is never guessed.
        """
        assert refusal(TICK, given) == "Enter a thing"


class TestTrap:
    @pytest.mark.parametrize("given", [(), ("",), ("  ",), ("", "\x00")], ids=repr)
    def test_left_empty(self, given: tuple[str, ...]) -> None:
        """
        People leave the trap empty.
        """
        assert TRAP.parse(given) is None

    @pytest.mark.parametrize("given", [("x",), ("", "https://example.org")], ids=repr)
    def test_sprung(self, given: tuple[str, ...]) -> None:
        """
        Whatever is in it springs the trap, and nothing in it is refused.
        """
        assert TRAP.parse(given) is True

    def test_is_never_stored(self) -> None:
        """
        Neither the trap nor the version is an answer.
        """
        assert not TRAP.stored
        assert not VERSION.stored


class TestStamp:
    @pytest.mark.parametrize(
        ("given", "stamp"),
        [((), None), (("",), None), ((" ",), None), (("a.b",), "a.b"), (("", "a", "b"), "a")],
        ids=repr,
    )
    def test_taken_as_it_is(self, given: tuple[str, ...], stamp: str | None) -> None:
        """
        Whatever is sent as a stamp is taken, for a bot must not learn that it was noticed.
        """
        assert STAMP.parse(given) == stamp
        assert STAMP.parse(["x" * 9999]) == "x" * 9999
        assert not STAMP.stored


class TestGiven:
    @pytest.mark.parametrize(
        ("question", "given"),
        [
            (TEXT, ["Zoë"]),
            (LONG, ["two\nlines"]),
            (ADDRESS, ["robin@example.org"]),
            (PHONE, ["206 555 0100"]),
            (MONTH, ["2027-06"]),
            (CHOICE, ["fig"]),
            (DATED, ["apple"]),
            (CHOICES, ["apple", "kiwi"]),
            (TICK, ["yes"]),
        ],
        ids=lambda each: type(each).__name__ if isinstance(each, Question) else "",
    )
    def test_given_again(self, question: Question, given: list[str]) -> None:
        """
        A stored answer fills the form in again, and is the same answer when that is sent.
        """
        answer = question.parse(given)
        assert question.given(answer) == given
        assert question.parse(question.given(answer)) == answer

    def test_every_kind_is_there(self) -> None:
        """
        Whatever is stored can be given again.
        """
        assert {type(question) for question in ANSWERED} == {
            type(question) for question in EVERY_KIND if question.stored
        }


class TestVersion:
    @pytest.mark.parametrize(("given", "version"), [((), "3"), (("3",), "3"), (("2",), "2")])
    def test_versions_that_are_understood(self, given: tuple[str, ...], version: str) -> None:
        """
        An old page that was kept in a cache is understood; a program need not say a version.
        """
        assert VERSION.parse(given) == version

    @pytest.mark.parametrize("given", ["1", "4", "x", "3.0"])
    def test_versions_that_are_not(self, given: str) -> None:
        """
        A page that cannot be understood is to be loaded again.
        """
        assert refusal(VERSION, given).startswith("This page is out of date")


class TestExplanation:
    QUESTION = Choices(
        **SUBJECT,
        options=(*FRUIT, Option(code="other", label="Other", explained="Which other one?")),
        audiences=(Audience.PROPOSED, Audience.MATCH),
        headline=True,
        need=by_role(mentee=Need.REQUIRED, mentor=Need.NOT_ASKED),
    )

    def test_what_it_is(self) -> None:
        """
        An option that may be explained brings a short text that may be skipped. It is free text,
        so a match reads it only once both have said yes.
        """
        (asked,) = self.QUESTION.companions
        assert (asked.name, asked.label, asked.heading) == (
            "thing_other",
            "Which other one?",
            "Thing, other",
        )
        assert asked.audiences == (Audience.MATCH,)
        assert asked.mark == "Shared once you both say yes"
        assert asked.headline
        assert asked.for_role(Role.MENTEE).need is Need.OPTIONAL
        assert asked.for_role(Role.MENTOR).need is Need.NOT_ASKED

    def test_of_a_question_for_coordinators_only(self) -> None:
        """
        Where no match ever reads the answer, none reads the words about it.
        """
        other = Option(code="other", label="Other", explained="Which?")
        (asked,) = Choice(**SUBJECT, options=(other,)).companions
        assert asked.audiences == ()

    @pytest.mark.parametrize(
        ("given", "wanted"), [(["other"], True), ([" other "], True), (["fig"], False), ([], False)]
    )
    def test_wanted_with_its_option(self, given: list[str], wanted: bool) -> None:
        """
        It is asked of whoever chose the option.
        """
        (asked,) = self.QUESTION.companions
        assert isinstance(asked, Explanation)
        assert asked.is_wanted({"thing": given}) is wanted
