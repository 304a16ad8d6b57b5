"""Whom a note names: one person, surely; or a coordinator has to read it."""

from hypothesis import given
from hypothesis import strategies as st

from mentorship.form.question import Role
from mentorship.matches.institutions import Institutions
from mentorship.matches.people import prepared
from mentorship.matches.private_notes import People
from tests import hostile, made, unusual
from tests.every import every

NAMES = [
    "Sam Sample", "Kim Q. Example, MD", "Anne-Marie O’Brien", "李明", "Or Sample-Jones",
    "Robert “Bob” Muster", "Vy Do", "X", "Sue Muster", "Kim Jones", "José de la Muestra",
    "Twin Prueba", "Dr. Twin Prueba",
]  # fmt: skip


def people(*names: str) -> People:
    """Return mentors with some names; the ids are their names, counted."""
    return People(
        tuple(
            prepared(
                made.application(
                    Role.MENTOR,
                    id=f"{number}",
                    answers={"full_name": name, "email": f"m{number}@example.org"},
                ),
                Institutions(),
            )
            for number, name in enumerate(names)
        )
    )


MENTORS = people(*NAMES)


def found(note: str) -> list[str]:
    """Return the names of those whom a note surely names."""
    return [NAMES[int(each)] for each in sorted(MENTORS.named_in(note).found, key=int)]


class TestNames:
    @every(
        ("note", "names"),
        [
            ("Sam Sample", ["Sam Sample"]),
            ("sample, sam", ["Sam Sample"]),
            ("Please: Sam Sample", None),
            ("Dr. Example", ["Kim Q. Example, MD"]),
            ("Example, Kim, MD", ["Kim Q. Example, MD"]),
            ("K. Example", ["Kim Q. Example, MD"]),
            ("Bob Muster", ["Robert “Bob” Muster"]),
            ("S. Muster", ["Sue Muster"]),
            ("Annemarie OBrien", ["Anne-Marie O’Brien"]),
            ("Jose de la Muestra", ["José de la Muestra"]),
            ("Kim Example, Sam Sample", ["Sam Sample", "Kim Q. Example, MD"]),
            ("Sam Sample and Kim Example", ["Sam Sample", "Kim Q. Example, MD"]),
            ("1. Sam Sample\n2. Dr O'Brien", ["Sam Sample", "Anne-Marie O’Brien"]),
            ("Or Sample-Jones", ["Or Sample-Jones"]),
            ("李 明", ["李明"]),
            ("Do", ["Vy Do"]),
            ("Sam Sample, DO", ["Sam Sample"]),
            ("Sam Sample (my program director)", ["Sam Sample"]),
            ("m0@example.org", ["Sam Sample"]),
            ("M0@Example.org; m1@example.org", ["Sam Sample", "Kim Q. Example, MD"]),
            ("", []),
            ("None", []),
            ("N/A", []),
            ("nobody.", []),
            ("no one", []),
        ],
    )
    def test_understood(self, note: str, names: list[str] | None) -> None:
        """
        A full name in any order, a family name that one person has, initials, or an address.
        """
        understood = MENTORS.named_in(note)
        assert understood.is_clear is (names is not None)
        if names is not None:
            assert found(note) == names

    @every(
        ("note", "names"),
        [
            # Nobody, and more than one.
            ("Pat Other", []),
            ("Muster", []),
            ("Kim", []),
            ("Twin Prueba", []),
            ("my program director", []),
            ("other@example.org", []),
            # Nobody is put together from two names.
            ("Sam Jones, Kim Sample", []),
            ("Sam Jones and Kim Sample", []),
            # What is sure counts, though the rest has to be read.
            ("Sam Sample, and my program director", ["Sam Sample"]),
            ("anyone but Sam Sample", ["Sam Sample"]),
            ("Sam Sample, Pat Other", ["Sam Sample"]),
        ],
    )
    def test_to_be_read(self, note: str, names: list[str]) -> None:
        """
        Whoever isn't found, or is found more than once, is for a coordinator to decide.
        """
        assert not MENTORS.named_in(note).is_clear
        assert found(note) == names

    def test_a_full_name_is_found_however_it_is_written(self) -> None:
        """
        Each unusual name finds the one who has it, whoever else there is.
        """
        wrong = []
        for name in unusual.NAMES:
            note = people(name, "Pat Other").named_in(name)
            if note.found != {"0"} and note.is_clear:
                wrong.append(name)
        assert not wrong

    def test_nothing_that_is_typed_breaks_it(self) -> None:
        """
        Hostile notes name nobody, and none is silently taken as read.
        """
        for note in hostile.VALUES:
            MENTORS.named_in(note)

    @given(
        note=st.one_of(
            st.text(max_size=60),
            st.lists(st.sampled_from([*NAMES, "Kim", "and", ",", ";", "my PD"]), max_size=4).map(
                " ".join
            ),
        ),
        order=st.permutations(range(len(NAMES))),
    )
    def test_order_makes_no_difference(self, note: str, order: list[int]) -> None:
        """
        Whoever applied first is found no sooner.
        """
        everyone = tuple(MENTORS.everyone[each] for each in order)
        assert People(everyone).named_in(note) == MENTORS.named_in(note)
