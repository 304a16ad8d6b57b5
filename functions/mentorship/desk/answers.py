"""What coordinators answer about two people: whether they, or their institutions, are the same."""

from dataclasses import replace

from mentorship.candidates import these_two
from mentorship.change import Change
from mentorship.desk.guard import DeskRequest
from mentorship.desk.pairs import Both, entry_about
from mentorship.form.question import Role
from mentorship.matches.rules import INSTITUTION, PERSON
from mentorship.pairings import between, take_back_excluded
from mentorship.program.audit import Action, add_entry


def answer(code: str, both: Both, desk: DeskRequest, *, is_so: bool) -> None:
    """
    Store what a coordinator answered about two people, and take back what it excludes.

    Args:
        code: of the question, one of `ANSWERS`.
        both: the two.
        desk: the coordinator's request.
        is_so: the answer.

    Raises:
        Conflict: if something was changed after it was read.

    """
    change = ANSWERS[code](both, desk, is_so)
    words = f"{code}: {'yes' if is_so else 'no'}"
    entry = entry_about(Action.ANSWERED, both.values(), desk, words)
    desk.services.store.commit(add_entry(change, entry))
    take_back_excluded(desk.services)


def _person(both: Both, desk: DeskRequest, is_so: bool) -> Change:
    pair = between(both[Role.MENTOR], both[Role.MENTEE], desk.services)
    if pair.same_person is is_so:
        return Change()
    return Change(puts=(replace(pair, same_person=is_so, revision=pair.revision + 1),))


def _institution(both: Both, desk: DeskRequest, is_so: bool) -> Change:
    mentor, mentee = both[Role.MENTOR], both[Role.MENTEE]
    candidates = these_two(mentor, mentee, desk.services)
    new = candidates.same_institution(mentor, mentee, is_same=is_so, at=desk.now, by=desk.address)
    before = candidates.known.answers.get(new.id)
    return Change() if before and before.is_same is is_so else Change(puts=(new,))


ANSWERS = {PERSON: _person, INSTITUTION: _institution}
