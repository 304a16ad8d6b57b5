"""A week of matches, in numbers."""

from dataclasses import replace
from datetime import timedelta

from mentorship.form.question import Role
from mentorship.matches.match import Match, MatchState, Party, Reply
from mentorship.notices.match_week import MatchWeek
from tests.made import NOW

SINCE = NOW - timedelta(days=7)
BEFORE, MONDAY = SINCE - timedelta(days=1), SINCE + timedelta(days=1)
ASKED = Match(
    id="a",
    state=MatchState.PROPOSED,
    parties={role: Party(application=role.value) for role in Role},
    proposed_at=MONDAY,
    proposed_by="kim@example.org",
    keep_months=12,
)
YES = ASKED.with_party(Role.MENTOR, reply=Reply.YES, replied_at=MONDAY)


def counted(*matches: Match) -> MatchWeek:
    """Count a week."""
    return MatchWeek.counted(matches, since=SINCE, until=NOW)


def test_what_happened_this_week() -> None:
    """
    A proposal, a yes and an introduction count in the week in which they were.
    """
    runs = replace(YES, state=MatchState.RUNNING, introduced_at=MONDAY).with_party(
        Role.MENTEE, reply=Reply.YES, replied_at=MONDAY
    )
    assert counted(ASKED) == MatchWeek(proposed=1, waiting=1)
    assert counted(runs) == MatchWeek(proposed=1, yeses=2, introduced=1, running=1)
    assert counted(replace(ASKED, proposed_at=BEFORE)) == MatchWeek(waiting=1)
    assert counted(replace(runs, proposed_at=BEFORE, by_hand=True)).proposed == 0


def test_what_is_over() -> None:
    """
    A match that closed this week is over, a no isn't told apart, and an earlier one isn't news.
    """
    over = replace(ASKED, state=MatchState.DECLINED, closed_at=MONDAY, proposed_at=BEFORE)
    assert counted(over) == MatchWeek(closed=1)
    assert counted(over).is_news
    assert not counted(replace(over, closed_at=BEFORE)).is_news


def test_what_a_letter_tells() -> None:
    """
    Facts come back as they were; a letter of before there were matches has none.
    """
    week = MatchWeek(proposed=2, yeses=1, waiting=1, running=4, on_hold=1)
    assert MatchWeek.from_facts(week.facts) == week
    assert MatchWeek.from_facts({"received": 3}) == MatchWeek()
