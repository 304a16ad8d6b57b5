"""When two institutions are the same, when they may be, and what is no institution."""

from hypothesis import example, given
from hypothesis import strategies as st

from mentorship.form import look_alikes
from mentorship.matches.institutions import (
    Employer,
    Institutions,
    Same,
    answer_id,
    compare,
    folded,
    is_public,
    organization,
    read_domain,
)
from tests import hostile, unusual
from tests.every import every

LISTED = Institutions(
    {
        "Sample University": ("SU", "Sample Univ. Medical Center", "sample.example"),
        "Muster Clinic": ("@muster.example", "muster-health.example"),
    }
)
WRITTEN = st.one_of(
    st.text(max_size=30),
    st.sampled_from([*unusual.INSTITUTIONS, "Retired", "SU", "Sample University", "ﬁ İ", "a_b"]),
)
ADDRESSES = st.lists(
    st.sampled_from(
        ["a@gmail.com", "b@mail.sample.example", "c@muster.example", "d@bücher.example", ""]
    ),
    max_size=2,
)
EMPLOYERS = st.builds(LISTED.employer, WRITTEN, ADDRESSES)


def at(name: str, *addresses: str) -> Employer:
    """Return where someone works, with their addresses."""
    return LISTED.employer(name, addresses)


class TestFolding:
    @every(
        ("one", "other"),
        [
            ("Sample Hospital", "the SAMPLE  hospital"),
            ("Sample Hosp., Inc.", "Sample Hospital"),
            ("St. Sample’s Med. Ctr.", "Saint Samples Medical Center"),
            ("Hôpital Exemple", "Hopital exemple"),
            ("Sample & Muster, P.S.", "Sample and Muster PS"),
            ("University of Sample", "Univ. of Sample"),
            ("東京例大学", "東京例大学"),
            ("\N{FULLWIDTH LATIN CAPITAL LETTER S}ample Clinic", "Sample Clinic"),
        ],
    )
    def test_two_ways_to_write_one(self, one: str, other: str) -> None:
        """
        Capitals, accents, small words, usual abbreviations and forms of firms make no difference.
        """
        assert folded(one) == folded(other) != ""

    @every(
        "name",
        [
            "Independent", "Locum", "Locum tenens", "Retired", "Self-employed", "self employed",
            "Independent radiologist", "Retired radiologist", "Semi-retired", "Private practice",
            "N/A", "none", "Unaffiliated", "???", "", "Independent contractor", "Per diem",
        ],
    )  # fmt: skip
    def test_what_is_no_institution(self, name: str) -> None:
        """
        Two who work on their own are no colleagues.
        """
        assert folded(name) == ""
        assert compare(at(name), at(name)) is Same.NO

    @every("name", ["VA", "Independent Sample Physicians", "Self Regional Healthcare", "X", "P.S."])
    def test_what_is_one(self, name: str) -> None:
        """
        A name that has more in it than that is an institution's.
        """
        assert compare(at(name), at(name)) is Same.YES

    def test_nothing_that_is_typed_breaks_it(self) -> None:
        """
        Hostile and unusual names fold, and are the same as themselves unless they name none.
        """
        for name in (*hostile.VALUES, *unusual.INSTITUTIONS):
            one = at(name)
            assert compare(one, one) is (Same.YES if one.folded else Same.NO), name
            assert folded(one.folded) == one.folded, name


class TestComparing:
    @every(
        ("one", "other", "same"),
        [
            (at("SU"), at("Sample University"), Same.YES),
            (at("su"), at("Sample Univ. Medical Center, Inc."), Same.YES),
            (at("Other", "a@sample.example"), at("SU"), Same.YES),
            (at("Other", "a@rad.sample.example"), at("SU"), Same.YES),
            (at("One", "a@muster.example"), at("Two", "b@muster-health.example"), Same.YES),
            (at("Sample Valley Residency"), at("Sample Valley Imaging"), Same.MAYBE),
            (at("UW"), at("University of Washington"), Same.MAYBE),
            (at("One", "a@prueba.example"), at("Two", "b@mail.prueba.example"), Same.MAYBE),
            (at("Retired", "a@prueba.example"), at("Two", "b@prueba.example"), Same.MAYBE),
            (at("One", "a@gmail.com"), at("Two", "b@gmail.com"), Same.NO),
            (at("One", "a@Yahoo.co.uk"), at("Two", "b@yahoo.co.uk"), Same.NO),
            (at("One", "a@one.ac.uk"), at("Two", "b@two.ac.uk"), Same.NO),
            (at("University Hospital"), at("Regional Hospital"), Same.NO),
            (at("Washington University"), at("University of Washington"), Same.NO),
            (at("Retired"), at("Independent"), Same.NO),
            (at("Retired"), at(""), Same.NO),
        ],
    )
    def test_two_institutions(self, one: Employer, other: Employer, same: Same) -> None:
        """
        By names, aliases, mail domains that are not everyone's, words that few have, and initials.
        """
        assert compare(one, other) is same

    @given(one=EMPLOYERS, other=EMPLOYERS)
    @example(one=at("SU"), other=at("Sample University", "a@muster.example"))
    def test_order_makes_no_difference(self, one: Employer, other: Employer) -> None:
        """
        What one is to the other, the other is to the one, and so is the answer's id.
        """
        assert compare(one, other) is compare(other, one)
        assert answer_id(one.key, other.key) == answer_id(other.key, one.key)

    @given(names=st.lists(WRITTEN, max_size=6), addresses=ADDRESSES)
    def test_order_of_aliases_makes_no_difference(
        self, names: list[str], addresses: list[str]
    ) -> None:
        """
        A table gives the lines back in any order.
        """
        aliases = {name: (f"{name} too",) for name in names}
        there = Institutions(aliases)
        back = Institutions(dict(reversed(aliases.items())))
        for name in [*names, "Sample"]:
            assert there.employer(name, addresses) == back.employer(name, addresses)

    def test_what_can_be_asked_can_be_kept(self) -> None:
        """
        Where two may be the same, both have a key that an answer is kept under.
        """
        written = [at(name, *mail) for name in ("Retired", "One", "???") for mail in WITH_MAIL]
        for one in written:
            for other in written:
                if compare(one, other) is Same.MAYBE:
                    assert one.key
                    assert other.key


WITH_MAIL = ((), ("a@prueba.example",), ("b@mail.prueba.example", "c@gmail.com"))


class TestDomains:
    def test_those_that_anyone_has(self) -> None:
        """
        Each domain that people often mistype is everyone's, but for the one of a university.
        """
        assert {each for each in look_alikes.COMMON if not is_public(each)} == {"uw.edu"}

    @every(
        ("domain", "own"),
        [
            ("mail.sample.edu", "sample.edu"),
            ("sample.edu", "sample.edu"),
            ("rad.sample.ac.uk", "sample.ac.uk"),
            ("sample.de", "sample.de"),
            ("a.b.sample.co", "sample.co"),
            ("localhost", "localhost"),
        ],
    )
    def test_whose_it_is(self, domain: str, own: str) -> None:
        """
        A department's domain is its organization's.
        """
        assert organization(domain) == own

    @every(
        ("text", "domain"),
        [
            ("sample.example", "sample.example"),
            ("@Sample.Example", "sample.example"),
            ("xn--bcher-kva.example", "bücher.example"),
            ("Sample University", ""),
            ("St. Sample", ""),
            ("SU", ""),
            ("a@sample.example", ""),
            ("P.S.", ""),
        ],
    )
    def test_what_is_a_domain(self, text: str, domain: str) -> None:
        """
        Of the other names of an institution, mail domains are told from words.
        """
        assert read_domain(text) == domain
