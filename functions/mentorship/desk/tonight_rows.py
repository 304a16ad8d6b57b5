"""
Tonight's matches as a page shows them: a row a mentee, with reasons, boxes and what is refused.

What a coordinator ticked is always on the page, also where it leads to another match than the one
that is shown: each tick can be taken back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import nlargest

from mentorship.applications.application import Application
from mentorship.desk.evening import Evening, as_field
from mentorship.desk.pairs import ANOTHER, Checks, options_of
from mentorship.desk.tonight_parts import (
    Box,
    Explained,
    Person,
    Question,
    Row,
    by_points,
    must_be_matched,
    told,
    warnings,
)
from mentorship.form import wishes
from mentorship.matches.plan import ALSO_APART, LOCKED_TWICE, NO_PLACE, Ids, Plan, Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.rules import ELSEWHERE, INSTITUTION, Effect
from mentorship.matches.why_not import BEFORE, why_not

# Of so many others a row asks why not; the page of the mentee's best mentors knows of everyone.
MOST_OTHERS = 10


@dataclass(frozen=True)
class Rows:
    """
    Tonight's matches, for the page.

    Attributes:
        evening: everyone who can be matched.
        wanted: what the coordinator wants of the matches.
        plan: the matches.
        ticked: the pairs that are ticked to be proposed.
        asked: the mentors that were asked about, by the mentees.

    """

    evening: Evening
    wanted: Wanted
    plan: Plan
    ticked: frozenset[Ids]
    asked: Mapping[str, str]

    @cached_property
    def matched(self) -> list[Row]:
        """A row for each match, in waiting order of the mentees."""
        return list(self._rows())

    @cached_property
    def _mentors(self) -> list[Profile]:
        return sorted(self.evening.tonight.mentors, key=lambda each: each.side.person.match_key)

    @cached_property
    def _labels(self) -> dict[str, str]:
        """The label of each mentor, by the reference, in order of their names."""
        return dict(options_of(_application(each) for each in self._mentors))

    def _label(self, mentor: Profile) -> str:
        """Return what a mentor is called, and if others are called so, the reference."""
        return self._labels[_application(mentor).reference]

    @cached_property
    def _waiting(self) -> dict[str, int]:
        """The place of each mentee among those who wait."""
        return {each.id: row for row, each in enumerate(self.evening.tonight.mentees)}

    @cached_property
    def _people(self) -> dict[str, Profile]:
        tonight = self.evening.tonight
        return {each.id: each for each in (*tonight.mentors, *tonight.mentees)}

    @cached_property
    def _checks(self) -> dict[Ids, Checks]:
        """What is to be said of each match of tonight."""
        return {each.ids: self.checks(each.mentor, each.mentee) for each in self.plan.suggestions}

    def checks(self, mentor: Profile, mentee: Profile) -> Checks:
        """Return what is against a match of two people, as the coordinator may know it."""
        return self.evening.checks(_application(mentor), _application(mentee))

    def _rows(self) -> Iterator[Row]:
        for each in self.plan.suggestions:
            mentor, mentee = each.mentor, each.mentee
            found, pair = self._checks[each.ids], as_field(mentor, mentee)
            about = f"{mentee.name} with {mentor.name}"
            boxes = [
                Box(name="lock", value=pair, label="Lock", about=about, is_ticked=each.is_locked),
                Box(name="apart", value=pair, label="Not these two", about=about),
            ]
            if found.may_be_proposed:
                is_ticked = each.ids in self.ticked
                box = Box(name="propose", value=pair, label="Propose", about=about)
                boxes.append(replace(box, is_ticked=is_ticked))
            asked = self.asked.get(mentee.id, "")
            # Who was asked about may have become tonight's own.
            asked = "" if asked == mentor.id else asked
            free = mentor.places - mentor.taken
            yield Row(
                mentee=Person.of(mentee),
                mentor=Person.of(mentor),
                places=f"{free} of {mentor.places} free",
                strength=each.strength.value,
                told=told(each.lines),
                shared=by_points(line for line in each.lines if line.is_shared),
                # What was suggested before weighs when matches are found, and is compared nowhere.
                rest=by_points(
                    line for line in each.lines if not line.is_shared and line.code != BEFORE
                ),
                others=self._others(mentor, mentee, asked),
                has_more=len(self._mentors) > MOST_OTHERS + 1,
                explained=self._explained(asked, mentee),
                warnings=warnings(found),
                refusal=ANOTHER if found.is_for_another else "",
                boxes=tuple(boxes),
                free=self._free(mentor, mentee),
                kept=self.kept(mentee),
            )

    def _free(self, mentor: Profile, mentee: Profile) -> Box | None:
        """Return the box that keeps the mentor of a row free, unless that is ticked."""
        if mentor.id in self.wanted.free:
            return None
        words = f"Keep {self._label(mentor)} free tonight"
        value, row = _application(mentor).reference, _application(mentee).reference
        return Box(name="free", value=value, label=words, row=row)

    def _others(
        self, own: Profile, mentee: Profile, asked: str
    ) -> tuple[tuple[str, str, bool], ...]:
        """Return those who share most with a mentee besides tonight's mentor, and who was asked."""
        tonight = self.evening.tonight
        shared = tonight.shared[self._waiting[mentee.id]]
        points = {each.id: shared[column] for column, each in enumerate(tonight.mentors)}
        rest = [each for each in self._mentors if each.id not in (own.id, asked)]
        some = nlargest(MOST_OTHERS, rest, key=lambda each: points[each.id])
        found = {_application(each).reference: each for each in some}
        if asked in points:
            found[_application(self._people[asked]).reference] = self._people[asked]
        return tuple(
            (as_field(found[reference], mentee), label, found[reference].id == asked)
            for reference, label in self._labels.items()
            if reference in found
        )

    def _explained(self, mentor_id: str, mentee: Profile) -> Explained | None:
        """Return why a mentee is not matched with a mentor, if that was asked."""
        mentor = self._people.get(mentor_id)
        if mentor is None:
            return None
        found = self.checks(mentor, mentee)
        if found.against:
            return Explained(mentor=self._label(mentor), sentences=found.against)
        ids = mentor.id, mentee.id
        why = why_not(self.evening.tonight, self.wanted, self.plan, ids)
        words = f"Lock {mentee.name} with {self._label(mentor)} instead"
        lock = Box(name="lock", value=as_field(mentor, mentee), label=words)
        return Explained(
            mentor=self._label(mentor),
            sentences=(*warnings(found), *why.sentences),
            # A lock that was refused has its box in the row.
            lock=lock if why.may_be_locked and ids not in self.wanted.lock else None,
        )

    def kept(self, mentee: Profile) -> tuple[Box, ...]:
        """Return what is ticked for a mentee besides the boxes of the match that is shown."""
        return tuple(self._kept(mentee))

    def _kept(self, mentee: Profile) -> Iterator[Box]:
        for mentor in self._mentors:
            ids, pair = (mentor.id, mentee.id), as_field(mentor, mentee)
            if code := self.plan.refused.get(ids):
                words, error = (
                    f"Lock with {self._label(mentor)}",
                    self._refusal(code, mentor, mentee),
                )
                yield Box(name="lock", value=pair, label=words, is_ticked=True, error=error)
            if ids in self.wanted.apart:
                words = f"Not with {self._label(mentor)} tonight"
                yield Box(name="apart", value=pair, label=words, is_ticked=True)
        own = self.plan.by_mentee.get(mentee.id)
        if not own:
            return
        if mentee.id in self.wanted.must:
            yield must_be_matched(mentee, is_ticked=True)
        # A mentor who is kept free and has no place left is locked for someone all the same.
        mentor, given = own.mentor, self.plan.by_mentor[own.mentor.id]
        is_full = len(given) == mentor.places - mentor.taken
        if mentor.id in self.wanted.free and is_full and given[0] is own:
            words = f"Keep {self._label(mentor)} free tonight"
            value = _application(mentor).reference
            yield Box(name="free", value=value, label=words, is_ticked=True)

    def must(self, mentee: Profile) -> Box:
        """Return the box of a mentee without a match; if it is ticked, with why there is none."""
        if mentee.id not in self.wanted.must:
            return must_be_matched(mentee, is_ticked=False)
        problem, at = self.plan.problem, self.plan.rows.index(self._waiting[mentee.id])
        fits = any(
            value is not None and costs
            for value, costs in zip(problem.values[at], problem.costs, strict=True)
        )
        error = f"Nobody can be matched with {mentee.name} tonight."
        if fits:
            error = (
                f"Every place that would fit {mentee.name} goes to someone else who must be "
                "matched tonight."
            )
        return must_be_matched(mentee, is_ticked=True, error=error)

    def _refusal(self, code: str, mentor: Profile, mentee: Profile) -> str:
        """Return why a locked pair can't be, in a sentence."""
        if code == ALSO_APART:
            words = f"Not with {self._label(mentor)} tonight"
            return f"“Lock” and “{words}” are both ticked. Choose one."
        if code == LOCKED_TWICE:
            return f"{mentee.name} is locked with another mentor already."
        if code == NO_PLACE:
            return f"{mentor.name} has no place left for this match."
        return " ".join(self.checks(mentor, mentee).against)

    def questions(self) -> list[Question]:
        """Return what coordinators are asked about those of tonight, each once."""
        matched = self.plan.suggestions
        tonight = ((each.mentor, each.mentee, self._checks[each.ids]) for each in matched)
        ruled_out = ((*two, self.checks(*two)) for two in self._uncertain())
        return questions_about((*tonight, *ruled_out))

    def _uncertain(self) -> Iterator[tuple[Profile, Profile]]:
        """Yield those who are ruled out and may be one person; of two institutions, one pair."""
        tonight, seen = self.evening.tonight, set()
        for (row, column), effect in tonight.effects.items():
            mentor, mentee = tonight.mentors[column], tonight.mentees[row]
            if effect is Effect.NEVER:
                yield mentor, mentee
            elif _application(mentee).answers.get(wishes.OUTSIDE.name) == ELSEWHERE:
                two = mentor.side.person.employer, mentee.side.person.employer
                if two not in seen:
                    seen.add(two)
                    yield mentor, mentee


def questions_about(checked: Iterable[tuple[Profile, Profile, Checks]]) -> list[Question]:
    """Return what coordinators are asked about some mentors and mentees, each question once."""
    found: dict[object, Question] = {}
    for mentor, mentee, checks in checked:
        places = frozenset(each.side.person.employer.key for each in (mentor, mentee))
        for each in checks.questions:
            # Of two institutions it is asked once, whoever is there.
            about = places if each.code == INSTITUTION else (mentor.id, mentee.id)
            field = f"{each.code}:{as_field(mentor, mentee)}"
            found.setdefault(about, Question(field=field, sentence=each.sentence))
    return list(found.values())


def _application(profile: Profile) -> Application:
    return profile.side.application
