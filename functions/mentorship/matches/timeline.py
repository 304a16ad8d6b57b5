"""Where the contacts of a match are drawn on its timeline; the template only loops over them."""

from collections.abc import Iterator
from dataclasses import dataclass

from mentorship.framework import Framework

# In units of the drawing: where the line begins and ends, the room that a label takes, the radius
# of a contact, and how far away its earlier and later places are at most.
START, END, LABEL, RADIUS, AWAY = 40, 870, 104, 14, 36
WEEKS_A_MONTH = 365.25 / 12 / 7


@dataclass(frozen=True, kw_only=True)
class Place:
    """
    One contact on the timeline.

    Attributes:
        week: after the introduction.
        x: where it is drawn.
        elsewhere: where it could be as well, earlier and later.
        labeled: whether there is room for its week below it.

    """

    week: int
    x: int
    elsewhere: tuple[int, ...]
    labeled: bool


def places(framework: Framework) -> list[Place]:
    """Return where each contact after the introduction is drawn, to scale."""
    return list(_places(framework))


def _places(framework: Framework) -> Iterator[Place]:
    a_week = (END - START) / (framework.months * WEEKS_A_MONTH)
    apart = framework.weeks * a_week
    # Where contacts are close together, there is no room beside them for other places.
    away = min(AWAY, round(apart / 4))
    every = max(1, -(-LABEL // max(1, int(apart))))
    for number, week in enumerate(framework.contact_weeks, start=1):
        x = round(START + week * a_week)
        yield Place(
            week=week,
            x=x,
            elsewhere=(x - away, x + away) if away >= 2 * RADIUS else (),
            labeled=number % every == 0,
        )
