"""What a coordinator who takes part may see and do, by one rule."""

from dataclasses import replace
from datetime import timedelta

from mentorship.applications.application import Agreement, Note, Version
from mentorship.applications.conflicts import (
    PRIVATE,
    Called,
    Relation,
    Viewer,
    concerned,
    know,
    unknow,
)
from mentorship.applications.status import HoldReason
from mentorship.form.wishes import NOT_WITH
from tests import made
from tests.every import every

CASEY = Viewer(
    mailbox="Casey@Example.org", look_up=lambda: Called(names=("Casey Muster",), is_known=True)
)
NAMELESS = Viewer(mailbox="casey@example.org")
CONTACT = Viewer(mailbox="contact@example.org", is_contact=True)
OWN = made.application(answers={"email": "CASEY@example.org"})
SOMEONE = made.application()
KNOWN = replace(SOMEONE, known_by=("casey@example.org",))
# Without the private note.
PLAIN = {name: each for name, each in SOMEONE.answers.items() if name not in PRIVATE}
LATER = made.NOW + timedelta(days=1)


def noting(words: str) -> Version:
    """Return someone's answers with a private note."""
    return replace(
        SOMEONE.version, answers={**SOMEONE.answers, NOT_WITH.name: words}, given_at=LATER
    )


class TestRelation:
    def test_own(self) -> None:
        """
        Their address makes it theirs, however it is written, and also if it was there before.
        """
        before = replace(SOMEONE, versions=(OWN.version,))
        assert [CASEY.relation(each) for each in (OWN, before)] == [Relation.OWN] * 2

    def test_known(self) -> None:
        """
        Whoever they said they know stays known, also in a change that belongs with the person.
        """
        assert CASEY.relation(KNOWN) is Relation.KNOWN
        assert CASEY.relation(SOMEONE, KNOWN) is Relation.KNOWN
        assert CASEY.relation(SOMEONE) is Relation.NONE

    def test_the_contact_address_is_never_concerned(self) -> None:
        """
        There is always one who can act: the contact address, even for an application of its own.
        """
        own = made.application(answers={"email": CONTACT.mailbox})
        assert CONTACT.relation(own) is Relation.NONE
        assert CONTACT.sees(replace(own, hold_reason=HoldReason.TRAP)).hold_reason

    def test_whom_it_concerns(self) -> None:
        """
        The coordinators in whose place another one acts are known by their addresses.
        """
        addresses = ["kim@example.com", CASEY.address]
        assert concerned(OWN, addresses) == concerned(KNOWN, addresses) == [CASEY.address]
        assert concerned(SOMEONE, addresses) == []


class TestSees:
    def test_what_its_owner_sees(self) -> None:
        """
        Nothing of what coordinators have about it is left, and every answer that its owner gave is.
        """
        for stored in (OWN, replace(KNOWN, answers=PLAIN)):
            behind = replace(
                stored,
                notes=(Note(at=made.NOW, by="kim@example.com", text="Called."),),
                hold_reason=HoldReason.TRAP,
                notified_at=made.NOW,
                entered_by="kim@example.com",
                agreed=Agreement(how="By phone.", at=made.NOW, by="kim@example.com"),
                pending_changes=("1",),
                versions=(stored.version,),
            )
            assert CASEY.sees(behind) == stored

    def test_a_note_of_someone_they_know_is_never_shown(self) -> None:
        """
        Whomever it names.
        """
        noted = replace(KNOWN, answers=noting("Kim").answers)
        assert NOT_WITH.name not in CASEY.sees(noted).answers

    @every(
        "viewer, words, reads",
        [
            (CASEY, "Dr. Muster", False),
            (CASEY, "Dr. Zed", True),
            (NAMELESS, "Dr. Zed", False),
            (CONTACT, "Dr. Muster", True),
        ],
    )
    def test_a_note_that_names_them(self, viewer: Viewer, words: str, reads: bool) -> None:
        """
        It is kept from them, and any is as long as their name is not known.
        """
        seen = viewer.sees(replace(SOMEONE, answers=noting(words).answers))
        assert (NOT_WITH.name in seen.answers) is reads

    def test_a_note_leaves_no_trace(self) -> None:
        """
        A change of the note alone was no change, and what came before and after is as it was.
        """
        plain = replace(SOMEONE, answers=PLAIN)
        noted = replace(
            SOMEONE,
            versions=(plain.version, noting("Muster")),
            answers=noting("Nobody").answers,
            changed_at=LATER,
        )
        assert CASEY.sees(noted) == plain
        assert not CASEY.sees_version(noted, 1)
        assert not CASEY.sees_version(noted, 2)
        assert CONTACT.sees_version(noted, 1)

    def test_other_changes_stay(self) -> None:
        """
        What else was changed with the note is seen, at its time.
        """
        moved = {**noting("Muster").answers, "city": "Yakima"}
        noted = replace(SOMEONE, versions=(SOMEONE.version,), answers=moved, changed_at=LATER)
        seen = CASEY.sees(noted)
        assert seen.answers["city"] == "Yakima"
        assert seen.changed_at == LATER
        assert CASEY.sees_version(noted, 1)

    def test_a_pending_change_of_the_note_alone(self) -> None:
        """
        They do not know that it waits; with another answer in it, they do.
        """
        change = replace(SOMEONE, answers=noting("Muster").answers)
        plain = CASEY.sees(change)
        assert not CASEY.sees_change(plain, change)
        assert CONTACT.sees_change(plain, change)
        moved = replace(change, answers={**change.answers, "city": "Yakima"})
        assert CASEY.sees_change(plain, moved)


class TestKnowing:
    def test_is_stored_once(self) -> None:
        """
        Pressed twice, nothing changes; and it can be taken back.
        """
        known = know(SOMEONE, "casey@example.org").application
        assert known == replace(KNOWN, revision=2)
        assert know(known, "casey@example.org").nothing
        assert unknow(known, "casey@example.org").application == replace(SOMEONE, revision=3)
        assert unknow(SOMEONE, "casey@example.org").nothing
