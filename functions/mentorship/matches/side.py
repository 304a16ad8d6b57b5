"""
Both sides of what may become a match, prepared once so that all pairs can be looked at.

What the notes of one side say is looked up among all people of the other side.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from mentorship.applications.application import Application
from mentorship.form import wishes
from mentorship.form.question import Question, Role
from mentorship.matches.institutions import (
    InstitutionAnswer,
    Institutions,
    Same,
    answer_id,
    compare,
    text_to_hash,
)
from mentorship.matches.match import OTHER
from mentorship.matches.pair import Pair, pair_id
from mentorship.matches.people import Person, prepared
from mentorship.matches.private_notes import People, Understood


@dataclass(frozen=True, kw_only=True)
class Side:
    """
    One of two people who may be matched.

    Attributes:
        application: theirs.
        person: the same, prepared for comparing.
        who: the keyed hash of what they are known by.
        institution: the keyed hash of where they work or train, "" if that is not known.
        not_with: with whom they should not be matched.
        wished: whom they wish for.
        membership: what the member list says of a mentee, a value of `RosterResult`.

    """

    application: Application
    person: Person
    who: str
    institution: str
    not_with: Understood
    wished: Understood
    membership: str = ""

    @property
    def name(self) -> str:
        """Their name."""
        return self.person.name


@dataclass(frozen=True, kw_only=True)
class Known:
    """
    What is stored about two people at a time, and about two institutions.

    Attributes:
        pairs: what lies between two people, by its id.
        answers: whether two institutions are the same, by the id of each answer.

    """

    pairs: Mapping[str, Pair] = field(default_factory=dict)
    answers: Mapping[str, InstitutionAnswer] = field(default_factory=dict)


def sides(
    applications: Iterable[Application],
    institutions: Institutions,
    *,
    hashed: Callable[[str], str],
    membership: Mapping[str, str] | None = None,
) -> dict[str, Side]:
    """
    Return a side for each of some applications, by their ids.

    Args:
        applications: everyone who may be meant in a note: all that are open, of both roles.
        institutions: those that coordinators have listed.
        hashed: what hashes with the key.
        membership: what the member list says, by the ids of applications.

    """
    answered = [each for each in applications if each.answers]
    people = {each.id: prepared(each, institutions) for each in answered}
    of_role = {
        role: People(tuple(people[each.id] for each in answered if each.role is role))
        for role in Role
    }
    said = membership or {}
    return {
        each.id: Side(
            application=each,
            person=people[each.id],
            who=hashed(people[each.id].contact),
            institution=hashed(text) if (text := text_to_hash(people[each.id].employer)) else "",
            not_with=_read(each, wishes.NOT_WITH, of_role),
            wished=_read(each, wishes.PREFERRED, of_role),
            membership=said.get(each.id, ""),
        )
        for each in answered
    }


def _read(
    application: Application, question: Question, people: Mapping[Role, People]
) -> Understood:
    """Return what someone's note says about the people of the other side."""
    note = str(application.answers.get(question.name) or "")
    return people[OTHER[application.role]].named_in(note)


@dataclass(frozen=True, kw_only=True)
class Both:
    """
    A mentor and a mentee, with what is known about the two.

    Attributes:
        mentor, mentee: both, and the same by their roles as *sides*.
        pair: what lies between the two; a new one if nothing does.
        same_person, same_institution: as far as it is known, answers included.
        shared: in words, what the two have in common that one person would have.

    """

    mentor: Side
    mentee: Side
    sides: Mapping[Role, Side]
    pair: Pair
    same_person: Same
    same_institution: Same
    shared: tuple[str, ...]

    @classmethod
    def of(cls, mentor: Side, mentee: Side, known: Known) -> "Both":
        """Compare two sides."""
        between = pair_id(mentor.who, mentee.who)
        pair = known.pairs.get(between) or Pair(id=between)
        shared = mentor.person.shared_with(mentee.person)
        return cls(
            mentor=mentor,
            mentee=mentee,
            sides={Role.MENTOR: mentor, Role.MENTEE: mentee},
            pair=pair,
            same_person=_same_person(mentor, mentee, shared, pair),
            same_institution=same_institution(mentor, mentee, known),
            shared=tuple(shared),
        )


def _same_person(mentor: Side, mentee: Side, shared: list[str], pair: Pair) -> Same:
    """Tell whether both applications may be one person's; an equal address says so surely."""
    if mentor.person.contact == mentee.person.contact:
        return Same.YES
    if pair.same_person is not None:
        return Same.YES if pair.same_person else Same.NO
    return Same.MAYBE if shared else Same.NO


def same_institution(mentor: Side, mentee: Side, known: Known) -> Same:
    """Tell whether both are at one institution; the same name says so surely."""
    one, other = mentor.person.employer, mentee.person.employer
    same = compare(one, other)
    answer = known.answers.get(answer_id(mentor.institution, mentee.institution))
    is_one_name = one.folded != "" and one.folded == other.folded
    if answer is None or is_one_name:
        return same
    return Same.YES if answer.is_same else Same.NO
