"""A match: its states, whom it waits for, and its days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta

from mentorship.form.question import Role
from mentorship.framework import Framework
from mentorship.matches.match import Match, MatchState, Party, Reason
from tests.made import NOW

MATCH = Match(
    id="00000003abcdefghjkmn",
    state=MatchState.PROPOSED,
    parties={
        Role.MENTOR: Party(
            application="00000001abcdefghjkmn", asked_at=NOW, wait_until=date(2026, 10, 20)
        ),
        Role.MENTEE: Party(application="00000002abcdefghjkmn"),
    },
    proposed_at=NOW,
    proposed_by="casey@example.org",
    keep_months=12,
)


@pytest.mark.parametrize("state", MatchState)
def test_states(state: MatchState) -> None:
    """
    A match is open while someone is asked, runs once both are introduced, and then is over.
    """
    match = replace(MATCH, state=state)
    assert (match.awaits is not None) == state.is_open
    assert state.takes_a_place == (state.is_open or state.is_running)
    assert not (state.is_open and state.is_running)
    assert state.words
    assert (match.due_on is None) == (match.awaits is not Role.MENTOR)


def test_words_are_told_apart() -> None:
    """
    No two states read the same.
    """
    assert len({each.words for each in MatchState}) == len(MatchState)


def test_days() -> None:
    """
    Seven days after they were asked they are reminded, and after their last day it lapses.
    """
    assert MATCH.mentor.remind_on == MATCH.due_on == date(2026, 10, 13)
    assert MATCH.lapses_on == date(2026, 10, 21)
    reminded = MATCH.with_party(Role.MENTOR, reminded_on=date(2026, 10, 13))
    assert (reminded.mentor.remind_on, reminded.due_on) == (None, date(2026, 10, 21))
    assert replace(reminded, on_hold=True).due_on is None
    assert MATCH.mentee.remind_on is None


@pytest.mark.parametrize(
    ("began", "months", "end"),
    [
        (date(2026, 10, 6), 12, date(2027, 10, 6)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
    ],
)
def test_the_last_day(began: date, months: int, end: date) -> None:
    """
    A match ends some calendar months after it began, counted from that day.
    """
    framework = Framework(months=months, weeks=12, minutes=30)
    assert replace(MATCH, starts_on=began, framework=framework).ends_on == end
    assert MATCH.ends_on is None


def test_kept() -> None:
    """
    It has an end once it has closed, and not before.
    """
    assert MATCH.expires_at is None
    assert replace(MATCH, state=MatchState.RUNNING, introduced_at=NOW).expires_at is None
    closed = replace(MATCH, state=MatchState.LAPSED, closed_at=NOW, closed_because=Reason.LAPSED)
    assert closed.expires_at == NOW + relativedelta(months=12)


def test_since_when_it_is_in_its_state() -> None:
    """
    Lists are in the order of when each was asked, introduced or closed.
    """
    later = NOW + timedelta(days=3)
    assert MATCH.state_since == NOW
    asked = replace(MATCH, state=MatchState.ACCEPTED).with_party(Role.MENTEE, asked_at=later)
    assert asked.state_since == later
    running = replace(asked, state=MatchState.RUNNING, introduced_at=later + timedelta(days=1))
    assert running.state_since == later + timedelta(days=1)
    closed = replace(running, state=MatchState.RELEASED, closed_at=later + timedelta(days=90))
    assert closed.state_since == later + timedelta(days=90)


def test_whose_side() -> None:
    """
    An application has its side, and one that was forgotten has none.
    """
    assert MATCH.role_of("00000001abcdefghjkmn") is Role.MENTOR
    assert MATCH.role_of("00000002abcdefghjkmn") is Role.MENTEE
    assert MATCH.role_of("00000009abcdefghjkmn") is None
    assert MATCH.with_party(Role.MENTEE, application="").role_of("") is None


def test_who_has_left() -> None:
    """
    Whoever left the program takes part in nothing; a no or a pause is no leaving.
    """
    leaving = {each for each in Reason if each.is_leaving}
    assert leaving == {Reason.WITHDREW, Reason.INELIGIBLE, Reason.FORGOTTEN}
