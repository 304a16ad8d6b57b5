"""What the page of tonight's matches is made of: people, boxes, rows, and sentences about two."""

from collections.abc import Iterable
from dataclasses import dataclass

from mentorship.desk.pairs import Checks
from mentorship.form.declaration import STAGE
from mentorship.matches.profile import Profile
from mentorship.matches.rules import MAYBE_INSTITUTION, MEMBER
from mentorship.matches.suitability import Line

# How many sentences a row shows; the others are folded.
MOST_TOLD = 2
# What has its place elsewhere: the page before an email goes, and the questions to settle.
NOT_IN_ROWS = (MEMBER, MAYBE_INSTITUTION)


@dataclass(frozen=True, kw_only=True)
class Box:
    """
    A box to tick.

    Attributes:
        name, value: its field.
        label: what it says.
        about: whom it is about, for those who don't see it.
        is_ticked: whether it is ticked.
        error: what is wrong with that, "" if nothing is.
        row: the reference of the row that it is in, if others have the same box.

    """

    name: str
    value: str
    label: str
    about: str = ""
    is_ticked: bool = False
    error: str = ""
    row: str = ""

    @property
    def id(self) -> str:
        """Its place on the page."""
        return "-".join(filter(None, (self.name, self.value, self.row)))


@dataclass(frozen=True, kw_only=True)
class Person:
    """
    Someone in a list.

    Attributes:
        reference: of their application, which is also the place on the page.
        name, path: theirs.
        facts: what is said beside the name.
        at: where they work or train.

    """

    reference: str
    name: str
    path: str
    facts: tuple[str, ...] = ()
    at: str = ""

    @classmethod
    def of(cls, profile: Profile) -> "Person":
        """Return someone as a list shows them; of a mentee, with stage and days."""
        application = profile.side.application
        stage = application.answers.get(STAGE.name)
        word = STAGE.proposed_label_of(str(stage)) if stage else ""
        days = f"{profile.days:,} day{'' if profile.days == 1 else 's'}"
        return cls(
            reference=application.reference,
            name=profile.name,
            path=f"/desk/applications/{profile.id}",
            facts=tuple(filter(None, (word, days))),
            at=profile.side.person.employer.name,
        )


@dataclass(frozen=True, kw_only=True)
class Explained:
    """Why someone is not matched with a mentor: sentences, and a box to lock the two."""

    mentor: str
    sentences: tuple[str, ...]
    lock: Box | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """
    A mentee with tonight's mentor.

    Attributes:
        mentee, mentor: the two.
        places: how many of the mentor's places are free.
        strength: how much they share, as a word.
        told: the sentences that say most.
        shared: all about what the two share with their points, those without any last.
        rest: what else counts, in the same way.
        others: some other mentors, each with the field that asks about them, and if it was asked.
        has_more: whether there are more than those.
        explained: the answer, if it was asked.
        warnings: what to check first, each a sentence.
        refusal: why it can't be proposed here, "" if it can be.
        boxes: those of the match.
        free: the box that keeps the mentor free, unless that is ticked.
        kept: what else is ticked for the mentee.

    """

    mentee: Person
    mentor: Person
    places: str
    strength: str
    told: tuple[str, ...]
    shared: tuple[Line, ...]
    rest: tuple[Line, ...]
    others: tuple[tuple[str, str, bool], ...]
    has_more: bool
    explained: Explained | None
    warnings: tuple[str, ...]
    refusal: str
    boxes: tuple[Box, ...]
    free: Box | None
    kept: tuple[Box, ...]

    @property
    def is_asked(self) -> bool:
        """Whether the row comes unfolded."""
        return self.explained is not None


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something that a coordinator can answer about two people: the field, and its sentence."""

    field: str
    sentence: str


def must_be_matched(mentee: Profile, *, is_ticked: bool, error: str = "") -> Box:
    """Return the box that asks for a match tonight."""
    return Box(
        name="must",
        value=mentee.side.application.reference,
        label="Must be matched tonight",
        about=mentee.name,
        is_ticked=is_ticked,
        error=error,
    )


def warnings(found: Checks) -> tuple[str, ...]:
    """Return what is to be checked before two are proposed, as a row says it."""
    return tuple(each.sentence for each in found.ticks if each.code not in NOT_IN_ROWS)


def by_points(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return sentences, those with most points first; those without any come last."""
    return tuple(sorted(lines, key=lambda each: (not each.points, -each.points)))


def told(lines: Iterable[Line]) -> tuple[str, ...]:
    """Return the sentences that say most about what two people share."""
    shared = by_points(each for each in lines if each.is_shared)
    return tuple(each.sentence for each in shared[:MOST_TOLD])
