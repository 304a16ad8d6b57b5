"""
Everyone who can be matched tonight, as one coordinator may know it.

Whoever is an applicant, or knows one, matches everyone but them: another coordinator looks after
those. What a coordinator wants of tonight's matches stands in the address of the page alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from mentorship.applications.application import Application
from mentorship.candidates import Candidates, days_waited, everyone
from mentorship.desk.guard import DeskRequest
from mentorship.desk.pairs import Both, Checks, checks
from mentorship.desk.seen import hidden_proposals, without
from mentorship.form.question import Role
from mentorship.matches.plan import Ids, Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.side import Side
from mentorship.matches.tonight import MOST, Tonight, can_be_matched

# What the address of a page says of tonight's matches; of a pair, the mentor is named first.
FIELDS = ("lock", "apart", "free", "must", "was")
BETWEEN = "."


@dataclass(frozen=True)
class Evening:
    """
    Everyone who can be matched tonight by one coordinator.

    Attributes:
        tonight: those people, prepared.
        candidates: everyone whose application is open.
        unseen: the open proposals of which the coordinator may not learn.
        left_out: how many who can be matched are left to another coordinator, by their roles.
        beyond: how many more wait than are matched at once, by their roles.
        desk: the coordinator's request.

    """

    tonight: Tonight
    candidates: Candidates
    unseen: frozenset[str]
    left_out: Mapping[Role, int]
    beyond: Mapping[Role, int]
    desk: DeskRequest = field(repr=False)

    def checks(self, mentor: Application, mentee: Application) -> Checks:
        """Return what is against a match of two people, as the coordinator may know it."""
        # As they are stored: a proposal that is not shown to the coordinator counts here.
        stored = self.candidates.sides
        both: Both = {
            role: stored[each.id].application if each.id in stored else each
            for role, each in ((Role.MENTOR, mentor), (Role.MENTEE, mentee))
        }
        return checks(both, self.candidates, self.unseen, self.desk)

    def profile(self, application_id: str) -> Profile | None:
        """Return the profile of someone who can be matched, by the id of their application."""
        return self._profiles.get(application_id)

    @cached_property
    def _profiles(self) -> dict[str, Profile]:
        return {each.id: each for each in (*self.tonight.mentors, *self.tonight.mentees)}

    @cached_property
    def _by_reference(self) -> dict[str, str]:
        return {each.side.application.reference: each.id for each in self._profiles.values()}

    def wanted(self, sent: Mapping[str, Sequence[str]]) -> Wanted:
        """Return what the fields of a page say about tonight's matches; unknown people are left."""
        return Wanted(
            lock=frozenset(self._pairs(sent.get("lock", ()))),
            apart=frozenset(self._pairs(sent.get("apart", ()))),
            free=frozenset(self._people(sent.get("free", ()))),
            must=frozenset(self._people(sent.get("must", ()))),
            was=frozenset(self._pairs(" ".join(sent.get("was", ())).split())),
        )

    def pair(self, text: str) -> Ids | None:
        """Return the ids of the pair that a field names, `None` if it names none."""
        mentor, _, mentee = text.partition(BETWEEN)
        ids = self._by_reference.get(mentor), self._by_reference.get(mentee)
        return (ids[0], ids[1]) if ids[0] and ids[1] else None

    def gone(self, sent: Mapping[str, Sequence[str]]) -> int:
        """
        Return how many of the pairs that a page locks or keeps apart can't be matched any more.

        Those whom the coordinator knows to be proposed to each other are not among them.
        """
        texts = dict.fromkeys(text for name in ("lock", "apart") for text in sent.get(name, ()))
        return sum(not (self.pair(each) or self._is_proposed(each)) for each in texts if each)

    def _is_proposed(self, text: str) -> bool:
        """Tell whether two whom a field names are in an open match of which one may learn."""
        named = text.split(BETWEEN)
        found = [
            set(each.application.open_matches)
            for each in self.candidates.sides.values()
            if each.application.reference in named
        ]
        return len(found) == 2 and bool(set.intersection(*found) - self.unseen)

    def _pairs(self, texts: Iterable[str]) -> Iterator[Ids]:
        return (pair for text in texts if (pair := self.pair(text)))

    def _people(self, texts: Iterable[str]) -> Iterator[str]:
        return (found for text in texts if (found := self._by_reference.get(text)))


def evening(desk: DeskRequest) -> Evening:
    """Return everyone who can be matched tonight by the coordinator."""
    candidates, unseen = everyone(desk.services), hidden_proposals(desk)
    own = list[Side]()
    left_out = dict.fromkeys(Role, 0)
    for side in candidates.sides.values():
        known = without(side.application, unseen)
        if desk.relation(side.application):
            left_out[known.role] += known.status.traits.may_be_matched
        elif can_be_matched(known):
            own.append(replace(side, application=known))
    everybody = Tonight.of(own, candidates.known, days=days_waited(desk.services))
    tonight = everybody.longest(MOST)
    beyond = {
        Role.MENTOR: len(everybody.mentors) - len(tonight.mentors),
        Role.MENTEE: len(everybody.mentees) - len(tonight.mentees),
    }
    return Evening(tonight, candidates, unseen, left_out, beyond, desk)


def as_field(mentor: Profile, mentee: Profile) -> str:
    """Return a pair as it stands in a field: short, for many stand in one address."""
    return BETWEEN.join(each.side.application.reference for each in (mentor, mentee))
