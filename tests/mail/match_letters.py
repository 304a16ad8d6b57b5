"""The letters about a match, caused by what happens to two made-up people."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from infra.laptop import Laptop
from infra.outbox import Email
from mentorship import pairings
from mentorship.applications import coordinator
from mentorship.applications.application import Application, ApplicationChange
from mentorship.candidates import everyone, needs
from mentorship.change import Change
from mentorship.form.question import Answer, Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter
from mentorship.matches import answering, ending
from mentorship.matches.answering import Said
from mentorship.matches.match import Reason, Reply
from mentorship.matches.pairing import MatchChange, Pairing
from mentorship.services import services
from tests import made, matched
from tests.clock import Clock

# How their addresses begin; who they are in another match is someone else.
NOOR, MARTA = "noor.imaginary", "marta.template"
LINE = "I think you’ll enjoy comparing academic and private practice."
YES, NO = Said(reply=Reply.YES), Said(reply=Reply.NO)
# What each may be read of only once both have said yes.
MENTEE: dict[str, Answer] = {
    "full_name": "Noor Imaginary",
    "phone": "206-555-0117",
    "phone_shown": True,
    "training_stage": "pgy4",
    "institution": "Sample Valley Residency",
    "city": "Spokane",
    "subspecialties": ["musculoskeletal", "emergency"],
    "practice_setting": ["private"],
    "topics": ["first_job", "business", "leadership", "well_being"],
    "goal": "An honest view of private practice from someone who chose it, and help with my first "
    "contract.",
    "contact_ways": ["video", "phone"],
    "availability": ["evenings", "weekends"],
}
MENTOR: dict[str, Answer] = {
    "full_name": "Dr. Marta Template",
    "phone": "509-555-0143",
    "institution": "Template Imaging",
    "city": "Spokane",
    "subspecialties": ["musculoskeletal"],
    "practice_setting": ["private"],
    "topics": ["first_job", "business", "well_being"],
    "about": "I left an academic post after ten years, and have not looked back.",
    "about_shown": False,
    "capacity": "2",
    "contact_ways": ["video", "phone", "email"],
    "availability": ["evenings"],
}


def two(
    clock: Clock, domain: str = "example.org", **of_the_mentee: Answer
) -> dict[Role, Application]:
    """Store a mentor and a mentee who wait, with addresses of a *domain*, and return both."""
    found = {
        Role.MENTOR: made.application(
            Role.MENTOR,
            id=services().new_id(),
            answers={**MENTOR, "email": f"{MARTA}@{domain}"},
            received_at=clock() - timedelta(days=64),
            confirmed_at=clock() - timedelta(days=64),
        ),
        Role.MENTEE: made.application(
            Role.MENTEE,
            id=services().new_id(),
            reference="0000-0002",
            answers={**MENTEE, "email": f"{NOOR}@{domain}", **of_the_mentee},
            received_at=clock() - timedelta(days=70),
            confirmed_at=clock() - timedelta(days=70),
        ),
    }
    services().store.commit(Change(puts=tuple(found.values())))
    return found


def today(clock: Clock) -> date:
    """Return the day in the program's zone."""
    return services().program.local(clock()).date()


def proposed(both: dict[Role, Application], line: str = LINE) -> str:
    """Propose the two to each other, and return the match's id."""
    two = (both[Role.MENTOR], both[Role.MENTEE])
    return matched.proposed(services(), *two, line=line).id


def proposed_as_needed(both: dict[Role, Application]) -> str:
    """Propose the two, with what is so of everyone who waits, and return the match's id."""
    two = (both[Role.MENTOR], both[Role.MENTEE])
    facts = needs(everyone(services()), lambda each: each)(*two)
    return matched.proposed(services(), *two, line="", facts=facts).id


def entered(both: dict[Role, Application], days: int) -> None:
    """Enter the two as a match that has run for some days, and write to both."""
    two = (both[Role.MENTOR], both[Role.MENTEE])
    matched.proposed(services(), *two, by_hand_since=days, letters=True)


def pairing(match_id: str) -> Pairing:
    """Return a match as it is stored."""
    return pairings.pairing_of(matched.match_of(services(), match_id), services())


def replied(match_id: str, role: Role, said: Said, clock: Clock) -> None:
    """Have one of the two answer."""
    commit(answering.answer(pairing(match_id), role, said, now=clock(), today=today(clock)))


def commit(change: MatchChange) -> None:
    """Store a change."""
    services().store.commit(change)


def introduced(both: dict[Role, Application], clock: Clock, line: str = LINE) -> str:
    """Have both say yes to each other, and return the match's id."""
    match_id = proposed(both, line)
    replied(match_id, Role.MENTOR, YES, clock)
    replied(match_id, Role.MENTEE, YES, clock)
    return match_id


def leaves(application: Application, clock: Clock) -> None:
    """Have a coordinator withdraw someone, with what follows for their matches."""
    before = matched.stored(services(), application.id)
    change = coordinator.withdraw(before, None, now=clock(), new_id=services().new_id())
    pairings.commit(change, services(), before=before)


def moves(application: Application, address: str, clock: Clock) -> None:
    """Have someone move to another address, with what follows for their matches."""
    before = matched.stored(services(), application.id)
    after = before.with_changes(
        answers={**before.answers, "email": address},
        address_version=before.address_version + 1,
        versions=(*before.versions, before.version),
        changed_at=clock(),
    )
    change = ApplicationChange(application=after, puts=(after,))
    pairings.commit(change, services(), before=before)


Newest = Callable[..., Email]


def a_match(laptop: Laptop, clock: Clock, newest: Newest) -> Iterator[tuple[str, Email]]:
    """Yield the emails of a match that both want, which ends when the mentor leaves."""
    clock.forward(days=2)
    match_id = proposed(two(clock))
    yield "proposal-to-the-mentor", newest(laptop, Kind.PROPOSAL, to=MARTA)
    clock.forward(days=7)
    commit(answering.remind(pairing(match_id), now=clock(), today=today(clock)))
    yield "proposal-reminder-to-the-mentor", newest(laptop, Kind.PROPOSAL_REMINDER, to=MARTA)
    asks = pairing(match_id).application(Role.MENTOR)
    services().store.commit(Change(letters=(new_letter(Kind.LINK, about=asks, now=clock()),)))
    yield "link-with-a-proposal", newest(laptop, Kind.LINK, to=MARTA)
    clock.forward(days=1)
    replied(match_id, Role.MENTOR, YES, clock)
    yield "proposal-to-the-mentee", newest(laptop, Kind.PROPOSAL, to=NOOR)
    clock.forward(days=7)
    commit(answering.remind(pairing(match_id), now=clock(), today=today(clock)))
    yield "proposal-reminder-to-the-mentee", newest(laptop, Kind.PROPOSAL_REMINDER, to=NOOR)
    clock.forward(days=1)
    replied(match_id, Role.MENTEE, YES, clock)
    yield "introduction-to-the-mentee", newest(laptop, Kind.INTRODUCTION, to=NOOR)
    yield "introduction-to-the-mentor", newest(laptop, Kind.INTRODUCTION, to=MARTA)
    yield "introduced", newest(laptop, Kind.INTRODUCED)
    clock.forward(days=100)
    leaves(pairing(match_id).application(Role.MENTOR), clock)
    yield "match-ended-for-the-mentee", newest(laptop, Kind.MATCH_ENDED, to=NOOR)
    yield "match-closed-after-it-ran", newest(laptop, Kind.MATCH_CLOSED)
    match_id = introduced(two(clock, "other.example"), clock)
    commit(ending.end(pairing(match_id), mentee_waits=False, now=clock()))
    yield "match-ended-for-the-mentor", newest(laptop, Kind.MATCH_ENDED, to=MARTA)
    yield "match-ended-and-released", newest(laptop, Kind.MATCH_ENDED, to=NOOR)


def not_a_match(laptop: Laptop, clock: Clock, newest: Newest) -> Iterator[tuple[str, Email]]:
    """Yield the emails of proposals that do not go ahead, and of what is said too late."""
    both = two(clock)
    match_id = proposed(both, "")
    replied(match_id, Role.MENTOR, YES, clock)
    yield "proposal-without-a-line", newest(laptop, Kind.PROPOSAL, to=NOOR)
    clock.forward(days=1)
    replied(match_id, Role.MENTEE, NO, clock)
    yield "not-going-ahead", newest(laptop, Kind.NOT_GOING_AHEAD, to=MARTA)
    yield "match-closed-by-a-no", newest(laptop, Kind.MATCH_CLOSED)
    commit(answering.say_mistake(pairing(match_id), Role.MENTEE, now=clock()))
    yield "mistake", newest(laptop, Kind.MISTAKE)
    for reason, said in (
        (Reason.NOT_NOW, Said(reply=Reply.NOT_NOW, months=3)),
        (Reason.LAPSED, None),
    ):
        match_id = proposed(two(clock, f"{reason.value}.example"))
        if said:
            replied(match_id, Role.MENTOR, said, clock)
        else:
            for _ in range(2):
                clock.forward(days=8)
                due = answering.do_what_is_due(pairing(match_id), now=clock(), today=today(clock))
                commit(due)
        yield f"match-closed-{reason.value}", newest(laptop, Kind.MATCH_CLOSED)
    replied(match_id, Role.MENTOR, YES, clock)
    yield "late-answer", newest(laptop, Kind.LATE_ANSWER)


def needed(laptop: Laptop, clock: Clock, newest: Newest) -> Iterator[tuple[str, Email]]:
    """Yield the proposals to a mentor of a scarce area, and to one whom one mentee would suit."""
    match_id = proposed_as_needed(two(clock))
    yield "proposal-to-the-only-mentor", newest(laptop, Kind.PROPOSAL, to=MARTA)
    # The mentor still waits, so that there are two for the next mentee.
    replied(match_id, Role.MENTOR, NO, clock)
    leaves(pairing(match_id).application(Role.MENTEE), clock)
    proposed_as_needed(two(clock, "other.example", outside_program="any"))
    yield "proposal-for-the-only-mentee", newest(laptop, Kind.PROPOSAL, to=f"{MARTA}@other")


def by_hand(laptop: Laptop, clock: Clock, newest: Newest) -> Iterator[tuple[str, Email]]:
    """Yield the emails about a match that ran already, and to one who has not confirmed."""
    entered(two(clock, phone_shown=False), 120)
    yield "introduction-by-hand", newest(laptop, Kind.INTRODUCTION, to=NOOR)
    called = two(clock, "called.example")
    mentor = called[Role.MENTOR]
    answers = {name: each for name, each in mentor.answers.items() if name != "email"}
    services().store.commit(Change(puts=(mentor.with_changes(answers=answers),)))
    introduced(called, clock)
    yield "introduction-to-someone-to-call", newest(laptop, Kind.INTRODUCTION, to=NOOR)
    waits = made.application(id=services().new_id(), received_at=clock() - timedelta(days=3))
    letter = new_letter(Kind.CONFIRM_REMINDER, about=waits, now=clock())
    services().store.commit(Change(puts=(waits,), letters=(letter,)))
    yield "confirm-reminder", newest(laptop, Kind.CONFIRM_REMINDER)
