"""
Which pairs are ruled out, found without comparing everyone with everyone.

`exclusions` says the same of any two people, one by one and in words; a test holds that they agree.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from mentorship.form import wishes
from mentorship.matches.exclusions import effect_on
from mentorship.matches.institutions import Same
from mentorship.matches.people import Person
from mentorship.matches.profile import Profile
from mentorship.matches.rules import ELSEWHERE, Effect
from mentorship.matches.side import Known, Side, same_institution

# The numbers of a mentee and a mentor.
Numbers = tuple[int, int]


def ruled_out(
    mentors: Sequence[Profile], mentees: Sequence[Profile], known: Known
) -> dict[Numbers, Effect]:
    """
    Return the pairs that are ruled out, each with whether a coordinator may lift that.

    Args:
        mentors: those who wait and have a place free.
        mentees: the same.
        known: what is stored about any two of them.

    """
    one, other = [each.side for each in mentors], [each.side for each in mentees]
    found = {
        pair: Effect.UNLESS_TICKED
        for pairs in (
            _at_one_institution(one, other, known),
            _without_a_way(one, other),
            _of_unreached(one, other),
        )
        for pair in pairs
    }
    # What may rule two people out for good is looked at pair by pair.
    for pair in (
        *_maybe_one_person(one, other),
        *_in_notes(one, other),
        *_with_a_past(one, other, known),
    ):
        row, column = pair
        if effect := effect_on(one[column], other[row], known):
            found[pair] = effect
    return found


def _maybe_one_person(mentors: Sequence[Side], mentees: Sequence[Side]) -> Iterator[Numbers]:
    """Yield those with an equal name, number or address."""
    by_key = defaultdict(list)
    for column, each in enumerate(mentors):
        for key in _keys(each.person):
            by_key[key].append(column)
    for row, each in enumerate(mentees):
        for key in _keys(each.person):
            yield from ((row, column) for column in by_key.get(key, ()))


def _keys(person: Person) -> Iterator[tuple[str, str]]:
    keys = {
        "contact": {person.contact},
        "name": {person.match_key},
        "squeezed": {person.squeezed},
        "phone": {person.phone},
        "address": person.addresses,
    }
    return ((kind, each) for kind, found in keys.items() for each in found if each)


def _in_notes(mentors: Sequence[Side], mentees: Sequence[Side]) -> Iterator[Numbers]:
    """Yield those of whom one names the other in a private note."""
    rows = {each.person.id: row for row, each in enumerate(mentees)}
    columns = {each.person.id: column for column, each in enumerate(mentors)}
    for row, each in enumerate(mentees):
        yield from ((row, columns[one]) for one in each.not_with.found if one in columns)
    for column, each in enumerate(mentors):
        yield from ((rows[one], column) for one in each.not_with.found if one in rows)


def _with_a_past(
    mentors: Sequence[Side], mentees: Sequence[Side], known: Known
) -> Iterator[Numbers]:
    """Yield those between whom something is stored."""
    rows, columns = _by_who(mentees), _by_who(mentors)
    for pair in known.pairs.values():
        one, *rest = pair.people
        other = rest[0] if rest else one
        for mentee, mentor in ((one, other), (other, one)):
            for row in rows.get(mentee, ()):
                yield from ((row, column) for column in columns.get(mentor, ()))


def _by_who(sides: Sequence[Side]) -> dict[str, list[int]]:
    found = defaultdict(list)
    for number, each in enumerate(sides):
        found[each.who].append(number)
    return found


def _at_one_institution(
    mentors: Sequence[Side], mentees: Sequence[Side], known: Known
) -> Iterator[Numbers]:
    """Yield those who may be at one institution, though the mentee would like another one."""
    groups = defaultdict(list)
    for column, each in enumerate(mentors):
        groups[each.person.employer].append(column)
    for row, each in enumerate(mentees):
        if each.application.answers.get(wishes.OUTSIDE.name) == ELSEWHERE:
            for columns in groups.values():
                if same_institution(mentors[columns[0]], each, known) is not Same.NO:
                    yield from ((row, column) for column in columns)


def _without_a_way(mentors: Sequence[Side], mentees: Sequence[Side]) -> Iterator[Numbers]:
    """Yield those who both said how they like to talk, and share no way."""
    rows, columns = _by_ways(mentees), _by_ways(mentors)
    for ways, some in rows.items():
        for others, many in columns.items():
            if ways and others and not ways & others:
                yield from ((row, column) for row in some for column in many)


def _by_ways(sides: Sequence[Side]) -> dict[frozenset[str], list[int]]:
    found = defaultdict(list)
    for number, each in enumerate(sides):
        found[each.person.ways].append(number)
    return found


def _of_unreached(mentors: Sequence[Side], mentees: Sequence[Side]) -> Iterator[Numbers]:
    """Yield all pairs of those who are not suggested to anyone until they were reached."""
    for row in _unreached(mentees):
        yield from ((row, column) for column in range(len(mentors)))
    for column in _unreached(mentors):
        yield from ((row, column) for row in range(len(mentees)))


def _unreached(sides: Sequence[Side]) -> list[int]:
    return [at for at, each in enumerate(sides) if each.application.unreached_at is not None]
