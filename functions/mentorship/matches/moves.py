"""Who has another mentor than before, told in names, and what all matches are worth."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from mentorship.matches.criteria import FURTHER, waiting
from mentorship.matches.plan import Ids
from mentorship.matches.profile import Profile
from mentorship.matches.tonight import Tonight


@dataclass(frozen=True, kw_only=True, eq=False)
class Move:
    """The two mentors of a mentee who has another one than before, `None` for no match."""

    mentee: Profile
    before: Profile | None
    after: Profile | None

    def told(self) -> str:
        """Return a sentence about it, once it has happened."""
        mentee, before, after = self._names
        if not after:
            return f"{mentee}, before with {before}, has no match now."
        if not before:
            return f"{mentee} now has a match: {after}."
        return f"{mentee} moved from {before} to {after}."

    def foretold(self, must: Collection[str]) -> str:
        """Return a clause about it, before it happens."""
        mentee, before, after = self._names
        if not after:
            must_be = ", who must be matched tonight," if self.mentee.id in must else ""
            return f"{mentee}{must_be} would have no match"
        if not before:
            return f"{mentee} would be matched with {after}"
        return f"{mentee} would go from {before} to {after}"

    @property
    def _names(self) -> tuple[str, str, str]:
        """Those of the mentee and both mentors, "" for no match."""
        before, after = (each.name if each else "" for each in (self.before, self.after))
        return self.mentee.name, before, after


def moves(tonight: Tonight, before: Iterable[Ids], after: Iterable[Ids]) -> list[Move]:
    """Return those who have another mentor than before, in waiting order."""
    mentors = {each.id: each for each in tonight.mentors}
    one, other = _by_mentee(tonight, before), _by_mentee(tonight, after)
    return [
        Move(mentee=each, before=mentors.get(was), after=mentors.get(now))
        for each in tonight.mentees
        if (was := one.get(each.id, "")) != (now := other.get(each.id, ""))
    ]


def caused_by(mentor: Profile, found: Iterable[Move]) -> list[Move]:
    """Return moves in the order in which one causes the next, beginning at a mentor's places."""
    left, told, places = list(found), [], [mentor.id]
    while places:
        at = places.pop(0)
        caused = [each for each in left if each.before and each.before.id == at]
        left = [each for each in left if each not in caused]
        places += [each.after.id for each in caused if each.after]
        told += caused
    return told + left


def worth(tonight: Tonight, pairs: Iterable[Ids]) -> int:
    """Return the points of some matches, whatever was suggested before."""
    columns = {each.id: column for column, each in enumerate(tonight.mentors)}
    mentor_of = _by_mentee(tonight, pairs)
    used = [each.taken for each in tonight.mentors]
    found = 0
    for row, mentee in enumerate(tonight.mentees):
        if mentee.id in mentor_of:
            column = columns[mentor_of[mentee.id]]
            found += tonight.shared[row][column] + waiting(mentee) + FURTHER * used[column]
            used[column] += 1
    return found


def _by_mentee(tonight: Tonight, pairs: Iterable[Ids]) -> dict[str, str]:
    """Return one mentor of each mentee: only a made-up address names two, or people of one side."""
    mentors, mentees = ({each.id for each in some} for some in (tonight.mentors, tonight.mentees))
    return {
        mentee: mentor
        for mentor, mentee in sorted(pairs)
        if mentor in mentors and mentee in mentees
    }
