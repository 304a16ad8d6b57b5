"""Two ways to write a name meet, and two names do not."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorship.names import match_key, mentions
from tests.every import every

# Words of names and what stands beside them, those above all that are both.
WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["Robin", "Example", "Do", "DO", "Ma", "MA", "md", "MD", "ii", "II", "Ii", "Jr.", "Dr.",
         "O'Brien", "Anne-Marie", "J-D", "a-b", "Q.", "ß", "ﬁ", "İx", "(x", "y)", "明"]
    ),
)  # fmt: skip
# What everybody would call a name: words of letters, none of which is a title or a degree.
SYLLABLES = ["ro", "bin", "sam", "ple", "ka", "rin", "tó", "ñez", "Ø", "wang"]
PLAIN = st.lists(
    st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=4).map(lambda parts: "".join(parts)),
    min_size=2,
    max_size=5,
)


class TestFolding:
    @every(
        "name",
        [
            "Robin Example",
            "Dr. Robin Q. Example, MD",
            "EXAMPLE, Robin",
            "EXAMPLE, ROBIN Q",
            "Róbin Example",
            "Ro\N{COMBINING ACUTE ACCENT}bin Example",
            "  robin\N{NO-BREAK SPACE}example ",
            "Robin Example, M.D., Ph.D., FACR",
            "Robin Example MD PhD",
            "Robin Example, DO",
            "Robin Example DO",
            "Prof. Dr.Robin Example",
            "Mrs Robin Example",
            "Robin “Rob” Example",
            'Robin "Rob" Example',
            "Robin Example (Sample)",
            "Robin Example Jr.",
            "Example, Robin, III",
            "Robin Example, PGY-3",
            "\N{FULLWIDTH LATIN CAPITAL LETTER R}obin Example",
        ],
    )
    def test_each_is_robin_example(self, name: str) -> None:
        """
        Titles, degrees, initials, capitals, accents, nicknames and order make no difference.
        """
        assert match_key(name) == "example robin"

    @every(
        ("one", "other"),
        [
            ("Vy Do", "DO, Vy"),
            ("Vy Do, DO", "Vy Do"),
            ("Yo-Yo Ma", "MA, YO-YO"),
            ("Anne-Marie O’Brien", "OBrien, Anne Marie"),
            ("Kim O' Brien", "O`BRIEN, KIM"),
            ("Kim D\N{ACUTE ACCENT}Souza", "Dsouza, Kim"),
            ("Kim O\N{FULLWIDTH APOSTROPHE}Brien", "Kim O\N{MODIFIER LETTER APOSTROPHE}Brien"),
            ("Dr.O’Brien Kim", "Kim OBrien"),
            ("Robin ‘J’ Example", "Robin J. Example"),
            ("Søren Łukasz", "Soren Lukasz"),
            ("Ægir Strauß", "AEGIR STRAUSS"),
            ("李 明", "明 李"),
            ("Иван Пример", "ПРИМЕР, Иван"),
            ("Md Abdul Rahman", "Abdul Rahman, MD"),
        ],
    )
    def test_names_of_many_kinds(self, one: str, other: str) -> None:
        """
        A name that looks like a degree stays a name; so does one in any script.
        """
        assert match_key(one) == match_key(other) != ""

    @every(
        "name",
        ["", " ", "Example", "Dr. Example", "Example, MD", "R. Example", "R. Q.", "Smith-Jones",
         "MD", "李明", "Example 2", "robin@example.org", "Robin Example <robin@example.org>", "—"],
    )  # fmt: skip
    def test_too_little_of_a_name(self, name: str) -> None:
        """
        A name of fewer than two words never counts.
        """
        assert match_key(name) == ""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Robin Example", "Robin Sample"),
            ("Robin Example", "Kim Example"),
            ("Robin Example", "Robin Kim Example"),
            ("Vy Do Nguyen", "Vy Nguyen"),
            ("Robin O Example", "Robin OExample"),
        ],
    )
    def test_two_names(self, one: str, other: str) -> None:
        """
        What is another name stays another.
        """
        assert match_key(one) != match_key(other)

    @given(st.lists(WORDS, max_size=6).map(" ".join))
    def test_is_idempotent(self, name: str) -> None:
        """
        What is folded stays as it is when it is folded again.
        """
        assert match_key(match_key(name)) == match_key(name)

    @given(PLAIN)
    def test_is_free_of_order(self, words: list[str]) -> None:
        """
        In whatever order the words stand, with the last ones first too, it is one name.
        """
        found = {match_key(" ".join(order)) for order in permutations(words)}
        found |= {match_key(f"{words[-1]}, {' '.join(words[:-1])}")}
        assert len(found) == 1
        assert "" not in found

    @given(PLAIN, st.sampled_from(["Dr. {}", "{}, MD", "{}, PhD", "{} Q.", "{} Jr.", "{} (Kim)"]))
    def test_whatever_stands_beside_it(self, words: list[str], pending_changes: str) -> None:
        """
        What is added to a name that is one leaves it as it is.
        """
        name = " ".join(words)
        assert match_key(pending_changes.format(name)) == match_key(name)


CASEY = ("Casey Q. Muster, MD", "Dr. Anne-Marie O’Brien")


class TestMentions:
    @every(
        "text",
        [
            "Please not Muster.",
            "not dr. muster",
            "Anyone but Casey",
            "CASEY",
            "my friend Case",
            "C. Muster",
            "C.M.",
            "c. m.",
            "CM please not",
            "not Dr. M.",
            "Mustr",
            "Muster's group",
            "Musterr",
            "Musetr",
            "Cásey",
            "obrien",
            "O'Brien’s",
            "AnneMarie",
            "Anne Marie",
            "casey@elsewhere.example",
            "cmuster works with me",
            "Muster-Beispiel",
            "the coordinators",
            "Whoever coordinates this",
        ],
    )
    def test_any_part_is_enough(self, text: str) -> None:
        """
        A family name, a nickname, initials, a slip of the finger: when in doubt, it is them.
        """
        assert mentions(text, CASEY, address="cmuster@example.org"), text

    @every(
        "text",
        [
            "",
            "Nobody",
            "My chief resident",
            "Sam Sample",
            "I would rather not be with anyone from Example Hospital.",
            "Dr. Zed",
            "the program director",
            "Kim Beispiel",
        ],
    )
    def test_others_are_not_them(self, text: str) -> None:
        """
        What names someone else is read by every coordinator, or matching would lose it.
        """
        assert not mentions(text, CASEY, address="cmuster@example.org"), text

    def test_other_scripts(self) -> None:
        """
        Where no space separates words, a name is found among them; two letters can be a name.
        """
        assert mentions("不要王小明", ["王小明"])
        assert not mentions("不要李小明", ["王大"])
        assert mentions("Wu, please not", ["Li Wu"])
        assert not mentions("Nobody I know", ["Li Wu"])
