"""Stories of the desk: each button that a coordinator presses, told for the fault explorer."""

from datetime import timedelta

import pytest

from infra.laptop import COORDINATORS
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.program.arrangements import Coordinator
from mentorship.services import services
from tests import made, matched, people
from tests.coordinator import WAY_IN
from tests.world import Story, World

MENTEE = people.MENTEE["email"][0]
MEMBERS = b"Name,Email\nRobin Example,robin@example.org\n"


def page_of(world: World, role: Role = Role.MENTEE, *, by: str = COORDINATORS) -> str:
    """Have an application that arrived some time ago, and return its page at the desk."""
    world.current(role)
    world.at_desk(by)
    return f"/desk/applications/{world.only_application()}"


def reads_the_form(world: World) -> None:
    """Somebody opens both forms."""
    world.begin()
    for role in Role:
        world.get(f"/apply/{role}/")


def asks_for_a_way_in(world: World) -> None:
    """A coordinator asks for a way in, and the sweeper comes before it has ended."""
    world.begin()
    world.post("/desk/sign-in", {"email": [COORDINATORS]})
    world.notify()
    world.sweep(minutes=10)


def opens_the_door(world: World) -> None:
    """A coordinator uses the way in."""
    world.post("/desk/sign-in", {"email": [COORDINATORS]})
    world.notify()
    (link,) = WAY_IN.findall(world.newest(COORDINATORS).part("plain"))
    world.begin()
    world.get(link)
    world.post(link)


def leaves(world: World) -> None:
    """A coordinator signs out."""
    world.at_desk()
    world.begin()
    world.post("/desk/sign-out")


def looks_around(world: World) -> None:
    """A coordinator looks at what there is."""
    page = page_of(world)
    world.begin()
    for path in ("/desk", "/desk/applications", page):
        world.get(path)


def looks_somebody_up(world: World) -> None:
    """A coordinator looks for somebody by name, address and reference."""
    page_of(world)
    world.begin()
    for sought in ("robin", MENTEE, "0000-0001"):
        world.post("/desk/look-up", {"look_up": [sought]})


def notes(world: World) -> None:
    """A coordinator notes something, pauses an application, and has it wait again."""
    page = page_of(world)
    world.begin()
    world.post(f"{page}/note", {"note": ["Called on Monday."]})
    world.post(f"{page}/pause")
    world.post(f"{page}/resume")


def is_not_eligible(world: World) -> None:
    """A coordinator finds that the program cannot take somebody."""
    page = page_of(world)
    world.begin()
    world.post(f"{page}/not-eligible", {"reason": ["membership"]})


def is_put_back(world: World) -> None:
    """A coordinator puts somebody back on the list who was found not eligible."""
    page = page_of(world)
    world.post(f"{page}/not-eligible", {"reason": ["membership"]})
    world.notify()
    world.begin()
    world.post(f"{page}/back-on-list")


def is_withdrawn_for(world: World) -> None:
    """A coordinator withdraws for somebody who has asked for it."""
    page = page_of(world)
    world.begin()
    world.post(f"{page}/withdraw")


def is_asked(world: World) -> None:
    """A coordinator asks a mentee by which address the society knows them."""
    page = page_of(world)
    world.begin()
    world.post(f"{page}/membership")


def is_known_by_another(world: World) -> None:
    """A coordinator takes down by which address the society knows a mentee."""
    page = page_of(world)
    world.begin()
    world.post(f"{page}/known-as", {"wsrs_email": ["robin@member.example.org"]})


def is_reached_elsewhere(world: World) -> None:
    """A coordinator corrects an address that nobody has confirmed."""
    page = page_of(world)
    world.begin()
    world.post(f"{page}/address", {"right_address": ["robin.right@example.org"]})


def is_entered_by_phone(world: World) -> None:
    """A coordinator enters somebody who has only a phone number."""
    world.at_desk()
    world.begin()
    given = {"full_name": ["Robin Example"], "phone": ["206-555-0100"]}
    world.post("/desk/add/mentee", given)


def is_let_in(world: World) -> None:
    """A coordinator lets in what was held back."""
    world.apply(people.mentee(website="https://example.net"))
    world.at_desk()
    page = f"/desk/applications/{world.only_application()}"
    world.begin()
    world.post(f"{page}/admit")


def are_let_in(world: World) -> None:
    """A coordinator lets in two at once that were held back."""
    for number in (1, 2):
        world.apply(people.mentee(website="https://example.net", email=f"r-{number}@example.org"))
    world.at_desk()
    held = list(
        services().store.queries.applications(
            roles=Role, statuses=[Status.QUARANTINED], since=None, until=None, now=world.clock()
        )
    )
    world.begin()
    world.get("/desk/on-hold")
    world.post("/desk/on-hold", {"let_in": [f"{each.id}.{each.revision}" for each in held]})


def is_let_in_beside(world: World) -> None:
    """A coordinator lets in what was held back, and its address has another application."""
    page_of(world)
    world.apply(people.mentee(website="https://example.net", city="Tacoma"))
    (held,) = services().store.queries.applications(
        roles=Role, statuses=[Status.QUARANTINED], since=None, until=None, now=world.clock()
    )
    world.begin()
    world.post(f"/desk/applications/{held.id}/admit")


def is_deleted(world: World) -> None:
    """A coordinator deletes what was held back."""
    world.apply(people.mentee(website="https://example.net"))
    world.at_desk()
    page = f"/desk/applications/{world.only_application()}"
    world.begin()
    world.post(f"{page}/delete")


def is_forgotten_for(world: World) -> None:
    """A coordinator has somebody forgotten."""
    page = page_of(world)
    world.begin()
    world.post(f"{page}/forget")


def is_sent_again(world: World) -> None:
    """A coordinator has an email sent again that came back."""
    page = page_of(world)
    world.post("/links", {"email": [MENTEE]})
    world.notify()
    world.bounce(MENTEE)
    world.notify()
    (letter,) = services().store.queries.letters_about(page.rpartition("/")[2])
    world.begin()
    world.post(f"{page}/send-again", {"letter": [letter.id]})
    world.sweep()


def is_entered(world: World) -> None:
    """A coordinator enters somebody who has telephoned."""
    world.at_desk()
    world.begin()
    given = {"full_name": ["Robin Example"], "email": [MENTEE]}
    world.post("/desk/add/mentee", given)


def stays(world: World) -> None:
    """A coordinator records that somebody wants to stay on the list."""
    now = world.clock()
    found = made.application(
        Role.MENTOR,
        id=services().new_id(),
        received_at=now - timedelta(days=340),
        warned_at=now - timedelta(days=5),
    )
    services().store.commit(Change(puts=(found,)))
    world.at_desk()
    world.get("/desk/leaving")
    world.begin()
    world.post(f"/desk/applications/{found.id}/stay", {"stay": ["By telephone."]})


def has_agreed(world: World) -> None:
    """A coordinator notes that somebody has agreed who was entered."""
    found = made.application(Role.MENTEE, id=services().new_id(), status=Status.INVITED)
    services().store.commit(Change(puts=(found,)))
    world.at_desk()
    world.begin()
    world.post(f"/desk/applications/{found.id}/agreed", {"agreed": ["By telephone."]})


def puts_in_a_list(world: World) -> None:
    """A coordinator puts in a member list, and sees what it says."""
    page_of(world)
    world.begin()
    world.upload("/desk/roster", MEMBERS)
    world.get("/desk/roster")


def appeals(world: World) -> None:
    """A coordinator has the appeal for mentors and a test email sent to themselves."""
    page_of(world)
    world.begin()
    world.post("/desk/supply/appeal")
    world.post("/desk/handover/test")


def arranges(world: World) -> None:
    """A coordinator sets the date by which people hear."""
    world.at_desk()
    revision = [f"{services().arrangements().revision}"]
    world.begin()
    world.post("/desk/settings/reply", {"reply_by": ["2026-11-01"], "revision": revision})


def adds_a_coordinator(world: World) -> None:
    """A coordinator adds another, who is written to, as the contact address is."""
    world.at_desk()
    world.begin()
    world.post("/desk/settings/welcome", {"address": ["kim@example.org"], "mailed": ["yes"]})
    world.notify()


def takes_somebody_off(world: World) -> None:
    """A coordinator takes another off the list, whose time is over."""
    arrangements = services().arrangements()
    over = Coordinator(address="kim@example.org", until=world.clock().date() - timedelta(days=9))
    changed = arrangements.with_changes(coordinators=(*arrangements.coordinators, over))
    services().store.commit(Change(puts=(changed,)))
    world.at_desk()
    page = f"/desk/settings/remove/{services().links.hashed(over.address)}"
    world.get(page)
    revision = [f"{services().arrangements().revision}"]
    world.begin()
    world.post(page, {"revision": revision})


def knows_them(world: World) -> None:
    """A coordinator says that they know an applicant."""
    page = page_of(world)
    world.begin()
    world.post(f"{page}/know")


def does_not_know_them(world: World) -> None:
    """Another coordinator notes that they do not."""
    page = page_of(world)
    known = services().store.application(page.rpartition("/")[2], now=world.clock.time)
    assert known is not None
    changed = known.with_changes(known_by=("kim@example.com",))
    services().store.commit(Change(puts=(changed,)))
    world.begin()
    world.post(f"{page}/unknow", {"who": [services().links.hashed("kim@example.com")]})


def takes_some(world: World) -> None:
    """A coordinator exports applications, of which two are proposed to each other."""
    page_of(world)
    matched.proposed(services())
    world.begin()
    world.post("/desk/export", {"format": ["xlsx"]})


def takes_all(world: World) -> None:
    """The contact address exports everything."""
    page_of(world, by=services().program.contact)
    world.begin()
    world.post("/desk/archive/export")


def takes_much(world: World) -> None:
    """A coordinator exports more applications than an answer can hold."""
    page_of(world)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mentorship.archive.export.MAX_BYTES", 0)
        world.begin()
        world.post("/desk/export", {"format": ["csv"]})


def takes_very_much(world: World) -> None:
    """The contact address exports everything, and it is more than an answer can hold."""
    page_of(world, by=services().program.contact)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mentorship.desk.backup.MAX_BYTES", 0)
        world.begin()
        world.post("/desk/archive/export")


def is_told_by_an_owner(world: World) -> None:
    """Whoever was entered agrees, by the link in their mail."""
    found = made.application(Role.MENTOR, id=services().new_id(), status=Status.INVITED)
    services().store.commit(Change(puts=(found,)))
    link = world.link(found.id)
    world.begin()
    world.post(f"{link}/correct", people.mentor())


STORIES: list[Story] = [
    reads_the_form,
    asks_for_a_way_in,
    opens_the_door,
    leaves,
    looks_around,
    looks_somebody_up,
    notes,
    is_not_eligible,
    is_put_back,
    is_withdrawn_for,
    is_asked,
    is_known_by_another,
    is_reached_elsewhere,
    is_entered_by_phone,
    is_let_in,
    are_let_in,
    is_let_in_beside,
    is_deleted,
    is_forgotten_for,
    is_sent_again,
    is_entered,
    has_agreed,
    stays,
    is_told_by_an_owner,
    puts_in_a_list,
    appeals,
    arranges,
    adds_a_coordinator,
    takes_somebody_off,
    knows_them,
    does_not_know_them,
    takes_some,
    takes_all,
    takes_much,
    takes_very_much,
]
