"""Stories of a match: what the two answer, and what happens if they do not."""

from mentorship.form.question import Role
from mentorship.matches.match import Match
from mentorship.services import services
from tests import matched
from tests.morning_stories import does, mornings_were
from tests.world import Story, World

MENTOR, MENTEE = Role.MENTOR, Role.MENTEE


def asked(world: World, match: Match, *, after: Role | None = None) -> str:
    """Return the link of the one whom a match waits for; of the mentee, *after* a mentor's yes."""
    if after:
        world.post(f"{matched.link_of(services(), match, after)}/yes")
    return matched.link_of(services(), match, MENTEE if after else MENTOR)


def mentor_says_yes(world: World) -> None:
    """A mentor says yes to a match, and the mentee is asked."""
    link = asked(world, matched.proposed(services()))
    world.notify()
    world.begin()
    world.get(link)
    world.post(f"{link}/yes")
    world.notify()


def mentee_says_yes(world: World) -> None:
    """A mentee says yes to a match, and both are introduced."""
    link = asked(world, matched.proposed(services()), after=MENTOR)
    world.notify()
    world.begin()
    world.post(f"{link}/yes")
    world.notify()


def says_no(world: World) -> None:
    """A mentee says no to a match, and that it was a mistake."""
    link = asked(world, matched.proposed(services()), after=MENTOR)
    world.notify()
    world.begin()
    world.post(f"{link}/no")
    world.post(f"{link}/mistake")
    world.notify()


def says_not_now(world: World) -> None:
    """A mentor says not now, and what else they were asked about is taken back."""
    mentor = matched.applied(services(), MENTOR)
    match = matched.proposed(services(), mentor, matched.applied(services(), MENTEE, 1))
    matched.proposed(services(), mentor, matched.applied(services(), MENTEE, 2))
    link = asked(world, match)
    world.notify()
    world.begin()
    world.post(f"{link}/not-now", {"months": ["1"]})


def does_not_answer(world: World) -> None:
    """A mentor is reminded, does not answer in time, and says a late yes."""
    mornings_were(world)
    link = asked(world, matched.proposed(services()))
    world.notify()
    world.clock.forward(days=7)
    world.begin()
    does(world, "act_on_due")
    # A reminder that failed is sent again long before it is no longer true.
    world.notify()
    world.sweep()
    world.clock.forward(days=8)
    does(world, "act_on_due")
    world.post(f"{link}/yes")
    world.notify()


def is_back(world: World) -> None:
    """Whoever asked for a pause is back on the list, and is asked to confirm the address."""
    mornings_were(world)
    match = matched.proposed(services())
    world.notify()
    world.post(f"{asked(world, match)}/not-now", {"months": ["1"]})
    world.notify()
    matched.applied(services(), MENTOR, 3, received_at=world.clock())
    world.clock.forward(days=29)
    matched.applied(services(), MENTEE, 4, received_at=world.clock())
    world.clock.forward(days=4)
    world.begin()
    does(world, "resume")
    does(world, "remind_to_confirm")
    world.notify()


def leaves_a_match(world: World) -> None:
    """A mentor whose match runs withdraws, and the mentee is back on the list."""
    match = matched.proposed(services(), by_hand_since=30)
    link = world.link(match.mentor.application)
    world.begin()
    world.post(f"{link}/withdraw")
    world.notify()


STORIES: list[Story] = [
    mentor_says_yes,
    mentee_says_yes,
    says_no,
    says_not_now,
    does_not_answer,
    is_back,
    leaves_a_match,
]
