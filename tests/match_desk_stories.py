"""
Stories of the desk's buttons about matches: proposing, what was told on the phone, the end.

The letters that they cause leave once the world comes to rest. How one fails on its way is told in
the stories of what the two answer.
"""

from dataclasses import replace
from datetime import timedelta

from mentorship.applications.application import Application
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.matches.ending import close
from mentorship.matches.match import Match, Reason
from mentorship.matches.pairing import MatchChange
from mentorship.matches.rules import PERSON
from mentorship.pairings import between, pairing_of
from mentorship.services import services
from tests import matched
from tests.desk_matches import MATCHES, PROPOSE, someone
from tests.people import Given
from tests.world import Story, World

MENTOR, MENTEE = Role.MENTOR, Role.MENTEE


def two(world: World) -> tuple[Application, Application]:
    """Have a mentor and a mentee who fit each other, and a coordinator at the desk."""
    world.at_desk()
    mentor, mentee = (
        someone(services(), role, id=services().new_id()) for role in (MENTOR, MENTEE)
    )
    return mentor, mentee


def asked(world: World) -> Match:
    """Have a match that waits for its mentor, and a coordinator at the desk."""
    world.at_desk()
    return matched.proposed(services())


def press(world: World, match: Match, act: str, *, later: int = 0, **given: str) -> None:
    """Press a button of a match's page, as it was then or so many changes *later*."""
    revision = [f"{match.revision + later}"]
    sent = {"revision": revision, **{name: [each] for name, each in given.items()}}
    world.post(f"{MATCHES}/{match.id}/{act}", sent)


def is_proposed(world: World) -> None:
    """A coordinator proposes two people to each other."""
    mentor, mentee = two(world)
    sent: Given = {
        "mentor": [mentor.id],
        "mentee": [mentee.id],
        "mentor_revision": [f"{mentor.revision}"],
        "mentee_revision": [f"{mentee.revision}"],
        "do": ["send"],
        "ticked": ["membership"],
        "line": ["You both like to read at night."],
    }
    world.begin()
    world.post(f"/desk/applications/{mentee.id}/matches", {"look_up": ["kim"]})
    world.post(PROPOSE, sent)


def are_proposed_at_once(world: World) -> None:
    """A coordinator proposes two mentees to the same mentor at once; each is a match of its own."""
    mentor, mentee = two(world)
    other = someone(services(), MENTEE, 2, id=services().new_id())
    names = [f"{mentor.reference}.{each.reference}" for each in (mentee, other)]
    ticked = [
        f"{name}.{mentor.revision}.{each.revision}"
        for name, each in zip(names, (mentee, other), strict=True)
    ]
    sent: Given = {"do": ["send"], "propose": ticked}
    sent |= {f"ticked:{name}": ["membership"] for name in names}
    sent |= {f"line:{name}": ["You both like to read at night."] for name in names}
    world.begin()
    world.post(f"{MATCHES}/tonight/propose", {**sent, "do": ["show"]})
    world.post(f"{MATCHES}/tonight/send", sent)


def two_are_one(world: World) -> None:
    """A coordinator says that two are not one person and, at tonight's matches, that they are."""
    mentor, mentee = two(world)
    sent: Given = {"mentor": [mentor.id], "mentee": [mentee.id], "do": [f"{PERSON}:no"]}
    tonights = f"{PERSON}:{mentor.reference}.{mentee.reference}:yes"
    world.begin()
    world.post(PROPOSE, sent)
    world.post(f"{MATCHES}/tonight/answer", {"answer": [tonights]})


def is_recorded(world: World) -> None:
    """A coordinator records a yes and a no that they were told on the phone."""
    match = asked(world)
    world.begin()
    press(world, match, "record", role="mentor", reply="yes", how="On the phone.")
    press(world, match, "record", later=1, role="mentee", reply="no", how="On the phone.")


def is_reminded(world: World) -> None:
    """A coordinator reminds a mentor, and notes something."""
    match = asked(world)
    world.begin()
    press(world, match, "remind")
    press(world, match, "note", later=1, note="Traveling until Friday.")


def is_taken_back(world: World) -> None:
    """A coordinator takes a proposal back."""
    match = asked(world)
    world.begin()
    press(world, match, "take-back")


def is_ended(world: World) -> None:
    """A coordinator ends a match that runs, and the mentee is back on the list."""
    world.at_desk()
    match = matched.proposed(services(), by_hand_since=30)
    world.begin()
    press(world, match, "end", mentee_waits="yes")


def goes_on(world: World) -> None:
    """A coordinator releases a match that came with a restored backup."""
    match = asked(world)
    held = replace(match, on_hold=True, revision=match.revision + 1)
    services().store.commit(Change(puts=(held,)))
    world.begin()
    press(world, held, "release")


def no_is_lifted(world: World) -> None:
    """A coordinator lifts a no that its sayer has taken back."""
    match = asked(world)
    now = services().now()
    over = close(pairing_of(match, services()), Reason.NO, by=MENTOR, now=now)
    services().store.commit(MatchChange.of(over))
    world.begin()
    press(world, match, "lift", later=1, role="mentor", reason="It was a mistake.")


def is_entered_as_running(world: World) -> None:
    """A coordinator enters a match that runs already, and both are written to."""
    mentor, mentee = two(world)
    sent: Given = {
        "mentor": [f"{mentor.id}.{mentor.revision}"],
        "mentee": [f"{mentee.id}.{mentee.revision}"],
        "starts_on": [f"{services().now().date() - timedelta(days=60)}"],
        "letters": ["yes"],
        "ticked": ["membership"],
    }
    world.begin()
    world.post("/desk/enter", sent)


def are_kept_apart(world: World) -> None:
    """A coordinator keeps two people apart, and what was proposed is taken back."""
    match = asked(world)
    mentee = matched.stored(services(), match.mentee.application)
    mentor = matched.stored(services(), match.mentor.application)
    revision = between(mentee, mentor, services()).revision
    path = f"/desk/applications/{mentee.id}/apart"
    world.begin()
    world.post(path, {"other": [mentor.id], "keep": ["yes"], "revision": [f"{revision}"]})


def is_reached_again(world: World) -> None:
    """A coordinator has reached someone who let a proposal lapse."""
    world.at_desk()
    mentor = matched.applied(services(), MENTOR, unreached_at=services().now())
    world.begin()
    world.post(f"/desk/applications/{mentor.id}/reached")


def is_forgotten_in_a_match(world: World) -> None:
    """A mentee who is in a match asks to be forgotten, and the mentor is told."""
    mentor = matched.applied(services(), MENTOR)
    mentee = matched.applied(services(), MENTEE)
    matched.proposed(services(), mentor, mentee, by_hand_since=30)
    link = world.link(mentee.id)
    world.begin()
    world.post(f"{link}/forget")


STORIES: list[Story] = [
    is_proposed,
    are_proposed_at_once,
    two_are_one,
    is_recorded,
    is_reminded,
    is_taken_back,
    is_ended,
    goes_on,
    no_is_lifted,
    is_entered_as_running,
    are_kept_apart,
    is_reached_again,
    is_forgotten_in_a_match,
]
