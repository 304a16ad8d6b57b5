"""A match at the desk: how it is, and what a coordinator does about it."""

from dataclasses import replace

import pytest

from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.status import Status
from mentorship.change import Advance, Change
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import State
from mentorship.matches import answering
from mentorship.matches.ending import take_back
from mentorship.matches.match import Match, MatchState, Reply
from mentorship.pairings import pairing_of
from mentorship.program.audit import Action
from mentorship.services import Services
from tests import matched
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.desk_lists import text
from tests.desk_matches import (
    MATCHES,
    MENTEE,
    MENTOR,
    in_state,
    press,
    proposed,
    reads,
    someone,
    stored_match,
)
from tests.desk_pages import record, stored
from tests.tables import everything

OPEN, YES = "/desk/matches/", {"reply": "yes", "how": "by phone"}


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """Sign in."""
    return sign_in(laptop)


@pytest.fixture
def match(desk: Coordinator, services: Services) -> Match:
    """Propose two people to each other."""
    assert proposed(desk, someone(services, MENTOR), someone(services, MENTEE)).status == 303
    (found,) = in_state(services, MatchState.PROPOSED)
    return found


def letters(services: Services, match: Match) -> set[Kind]:
    """Return the kinds of letter about a match to the two."""
    return {
        each.kind
        for party in match.parties.values()
        for each in services.store.queries.letters_about(party.application)
        if each.match == match.id
    }


def comes_back(services: Services, match: Match) -> None:
    """Have the email that asks a mentor come back."""
    (letter,) = (
        each
        for each in services.store.queries.letters_about(match.mentor.application)
        if each.kind is Kind.PROPOSAL and each.match == match.id
    )
    sent = letter.claim(services.now()).sent("m", services.now())
    back = replace(sent, state=State.RETURNED, reason="bounced", due=None)
    services.store.commit(Change(advances=(Advance(letter.claim(services.now()), before=letter),)))
    services.store.commit(Change(advances=(Advance(back, before=letter.claim(services.now())),)))


def test_both_say_yes_by_phone(desk: Coordinator, services: Services, match: Match) -> None:
    """How they told is asked for; the mentee is asked, then both are introduced."""
    refused = press(desk, match, "record", role="mentor", reply="yes", how="")
    assert refused.status == 422
    assert "Write how they told you" in text(refused.text)
    assert stored_match(services, match) == match
    for nothing in ({"how": ""}, {"role": "mentor"}, {"reply": "yes", "how": "by phone"}):
        refused = press(desk, match, "record", **nothing)
        assert refused.status == 422
        # What is wrong is not behind a fold.
        assert "open>\n<summary>Record their answer" in refused.text, nothing

    answer = press(desk, match, "record", role="mentor", **YES)
    told = reads(desk, answer.headers["location"])
    assert "Saved. The mentee is asked by email now." in told
    assert "Mentor, said yes, by phone (recorded by coordinator@example.org)" in told
    assert "Robin Example has until October 20 to answer." in told
    theirs = reads(desk, f"/desk/applications/{match.mentee.application}")
    assert "in a proposal" in theirs
    accepted = stored_match(services, match)
    assert (accepted.state, accepted.mentor.how) == (MatchState.ACCEPTED, "by phone")

    answer = press(desk, accepted, "record", role="mentee", **YES)
    told = reads(desk, answer.headers["location"])
    assert "Saved. Both are being introduced by email." in told
    assert "Running until October 6, 2027." in told
    assert stored(services, match.mentee.application).status is Status.MATCHED
    assert [each[0] for each in record(services)][1:] == [Action.RECORDED] * 2
    assert "Running 1 Robin Example and Dr. Kim Sample" in reads(desk, MATCHES)


def test_someone_without_an_address_is_to_be_called(desk: Coordinator, services: Services) -> None:
    """No page says that an email goes to someone who gets none; who knows it isn't called."""
    mentor = someone(services, MENTOR, answers={"email": "", "phone": "206 555 0190"})
    mentee = someone(services, MENTEE, answers={"email": "", "phone": "206 555 0191"})

    def says(state: MatchState, act: str, **given: str) -> str:
        (match,) = in_state(services, state)
        answer = press(desk, match, act, **given)
        return reads(desk, answer.headers["location"])

    proposed(desk, mentor, mentee)
    told = says(MatchState.PROPOSED, "record", role="mentor", **YES)
    assert "Saved. The mentee has no email address, so please call." in told
    told = says(MatchState.ACCEPTED, "record", role="mentee", **YES)
    assert "Saved. One of them has no email address, so please call" in told
    told = says(MatchState.RUNNING, "end", mentee_waits="yes")
    assert "Ended. One of them has no email address, so please call." in told
    other, second = someone(services, MENTOR, 2), someone(services, MENTEE, 2)
    no = {"role": "mentor", "reply": "no", "how": "by phone"}
    for one, two, act, given, is_called in (
        (mentor, second, "take-back", {}, True),
        # Nobody has asked the mentee, or the mentor has said it themselves.
        (other, mentee, "take-back", {}, False),
        (mentor, second, "record", no, False),
    ):
        proposed(desk, stored(services, one.id), stored(services, two.id))
        told = says(MatchState.PROPOSED, act, **given)
        assert ("no email address, so please call" in told) is is_called, (act, told[:300])


def test_a_no_and_a_not_now(desk: Coordinator, services: Services, match: Match) -> None:
    """The next suggestion is offered; whoever asked to be asked again later is paused."""
    answer = press(desk, match, "record", role="mentor", reply="not-now", how="by phone")
    assert answer.status == 422
    assert "Choose after how many months to ask again" in text(answer.text)
    answer = press(
        desk, match, "record", role="mentor", reply="not-now", months="3", how="by phone"
    )
    told = reads(desk, answer.headers["location"])
    assert "said: not now, ask again in 3 months, by phone" in told
    assert "Propose someone else for Robin Example" in told
    assert stored(services, match.mentor.application).status is Status.PAUSED
    theirs = reads(desk, f"/desk/applications/{match.mentor.application}")
    assert "back on January 6, 2027" in theirs
    assert "2 of 2 places free, and none is offered while they’re paused" in theirs

    mentor = someone(services, MENTOR, 2)
    proposed(desk, mentor, stored(services, match.mentee.application))
    (second,) = in_state(services, MatchState.PROPOSED)
    press(desk, second, "record", role="mentor", reply="no", how="by phone")
    listed = desk.get(MATCHES).text
    assert "Didn’t go ahead 2" in text(listed)
    assert f"{mentor.name} said no on October 6." in text(listed)
    assert listed.count(f'href="/desk/applications/{match.mentee.application}/matches"') == 2
    today = reads(desk, "/desk")
    assert "Said no 2" in today


def test_what_changed_meanwhile_is_shown_and_nothing_is_done(
    desk: Coordinator, services: Services, match: Match
) -> None:
    """Each button of the page says so, and gives back what was typed."""
    noted = press(desk, match, "note", note="Called on Monday.")
    assert noted.status == 303
    given = {
        "record": {"role": "mentor", **YES, "how": "by phone on Monday"},
        "remind": {},
        "take-back": {},
        "note": {"note": "Another one."},
    }
    before = everything()
    for act, fields in given.items():
        refused = press(desk, match, act, **fields)
        assert refused.status == 409, act
        told = text(refused.text)
        assert "This match changed after you opened the page." in told, act
        assert ("What you typed is below." in told) is (fields != {}), act
        for words in fields.values():
            assert words in refused.text, (act, words)
    assert everything() == before
    # What was done already is not done again, and is no mistake.
    assert press(desk, match, "note", note="Called on Monday.").status == 303
    assert everything() == before


def test_take_back(desk: Coordinator, services: Services, match: Match) -> None:
    """The mentor is told, places are free again, and a second press does nothing."""
    answer = press(desk, match, "take-back")
    told = reads(desk, answer.headers["location"])
    assert "Taken back." in told
    assert "History Taken back October 6, 2026" in told
    assert letters(services, match) == {Kind.PROPOSAL, Kind.NOT_GOING_AHEAD}
    assert not stored(services, match.mentor.application).open_matches
    before = everything()
    assert press(desk, match, "take-back").status == 303
    assert everything() == before
    # Nothing else can be done with it any more.
    late = press(desk, stored_match(services, match), "record", role="mentee", **YES)
    assert late.status == 409


def test_who_is_in_a_proposal_is_paused_after_a_look(
    desk: Coordinator, services: Services, match: Match
) -> None:
    """The page says what becomes of the proposal and who gets an email; then one press acts."""
    mentee = f"/desk/applications/{match.mentee.application}"
    mentor = f"/desk/applications/{match.mentor.application}"
    for path, other in ((mentee, "Dr. Kim Sample was asked"), (mentor, "Robin Example wasn’t")):
        page = desk.get(path).text
        assert f'action="{path}/pause"' not in page
        assert f'href="{path}/pause"' in page
        assert other in reads(desk, f"{path}/pause")
    assert stored_match(services, match) == match
    assert desk.post(f"{mentee}/pause").status == 303
    assert stored_match(services, match).state is MatchState.TAKEN_BACK
    assert letters(services, match) == {Kind.PROPOSAL, Kind.NOT_GOING_AHEAD}
    # Without a proposal it is one press.
    assert f'action="{mentor}/pause"' in desk.get(mentor).text
    assert desk.get(f"{mentee}/pause").headers["location"].endswith("?done=late")


def test_remind(desk: Coordinator, services: Services, match: Match) -> None:
    """Once a day; then the row offers no button that does nothing."""
    assert press(desk, match, "remind").status == 303
    assert letters(services, match) == {Kind.PROPOSAL, Kind.PROPOSAL_REMINDER}
    told = reads(desk, f"{MATCHES}/{match.id}")
    assert "Dr. Kim Sample was reminded today." in told
    assert "Remind Dr. Kim Sample now" not in told
    assert press(desk, match, "remind").status == 303
    assert len(letters(services, match)) == 2
    assert "Waiting for an answer 1" in reads(desk, "/desk")


def test_who_has_no_email_address_is_called(desk: Coordinator, services: Services) -> None:
    """Nobody is written to; the page says so and has the number."""
    mentor = someone(services, MENTOR, answers={"email": "", "phone": "206 555 0190"})
    answer = proposed(desk, mentor, someone(services, MENTEE))
    told = desk.get(answer.headers["location"]).text
    assert "The mentor has no email address, so please call." in told
    assert 'href="tel:2065550190"' in told
    assert "Remind" not in told
    assert "Dr. Kim Sample is to be called" in text(told)
    (match,) = in_state(services, MatchState.PROPOSED)
    assert letters(services, match) == set()
    press(desk, match, "record", role="mentor", reply="no", how="by phone")
    told = reads(desk, f"{MATCHES}/{match.id}")
    assert (
        "Declined October 6, 2026 Dr. Kim Sample said no October 6, 2026 Dr. Kim Sample was" in told
    )


def test_who_has_no_phone_number_is_written_to(desk: Coordinator, services: Services) -> None:
    """The page of the match has a number to call or, without one, the address."""
    mentor = someone(services, MENTOR, answers={"phone": ""})
    page = desk.get(proposed(desk, mentor, someone(services, MENTEE)).headers["location"]).text
    assert f'href="mailto:{mentor.address}"' in page
    assert page.count("mailto:") == page.count('href="tel:') == 1


def test_what_was_ticked_is_said_once(desk: Coordinator, services: Services, match: Match) -> None:
    """In a few words, with the names of those that it is about."""
    lifted = ("membership", "note-mentor", "note-mentee", "unreached-mentor")
    services.store.commit(
        Change(puts=(replace(match, lifted=lifted, revision=match.revision + 1),))
    )
    assert (
        "Ticked when it was proposed: not reached since a proposal lapsed (Dr. Kim Sample); the "
        "mentee’s membership; a private note (Robin Example, Dr. Kim Sample)."
    ) in reads(desk, f"{MATCHES}/{match.id}")


def test_a_match_that_runs_is_ended(desk: Coordinator, services: Services, match: Match) -> None:
    """The mentee is back on the list if the coordinator ticks so."""
    press(desk, match, "record", role="mentor", **YES)
    press(desk, stored_match(services, match), "record", role="mentee", **YES)
    running = stored_match(services, match)
    assert press(desk, running, "take-back").status == 409
    answer = press(desk, running, "end", mentee_waits="yes")
    told = reads(desk, answer.headers["location"])
    assert "Ended. Both get an email." in told
    assert "Propose someone else for Robin Example" in told
    assert stored(services, match.mentee.application).status is Status.WAITING
    assert record(services)[-1][2] == "the mentee is back on the list"
    assert "Ended recently 1" in reads(desk, MATCHES)


def test_a_no_that_was_a_mistake_is_lifted_with_a_reason(
    desk: Coordinator, services: Services, match: Match
) -> None:
    """The reason is a note; the two may then be proposed to each other again."""
    press(desk, match, "record", role="mentor", reply="no", how="by phone")
    declined = stored_match(services, match)
    party = replace(declined.mentor, mistake_at=services.now())
    declined = replace(
        declined, parties={**declined.parties, MENTOR: party}, revision=declined.revision + 1
    )
    services.store.commit(Change(puts=(declined,)))
    assert "Answered later 1" in reads(desk, "/desk")
    assert "Dr. Kim Sample says that was a mistake." in reads(desk, MATCHES)
    refused = press(desk, declined, "lift", role="mentor", reason="")
    assert refused.status == 422
    answer = press(desk, declined, "lift", role="mentor", reason="Pressed the wrong button.")
    told = reads(desk, answer.headers["location"])
    assert "Dr. Kim Sample’s no is lifted: Pressed the wrong button." in told
    assert "Answered later" not in reads(desk, "/desk")
    assert record(services)[-1][0] is Action.LIFTED
    people = [stored(services, each.application) for each in (match.mentor, match.mentee)]
    assert proposed(desk, people[0], people[1]).status == 303


def test_a_lapse_and_that_they_were_reached(
    desk: Coordinator, services: Services, match: Match, clock: Clock
) -> None:
    """Today says what lapses tomorrow; after a lapse nobody is proposed unasked."""
    clock.forward(days=14)
    desk = sign_in(desk.laptop)
    assert "Lapse tomorrow 1" in reads(desk, "/desk")
    mentor = stored(services, match.mentor.application)
    services.store.commit(Change(puts=(mentor.with_changes(unreached_at=services.now()),)))
    told = desk.get(f"/desk/applications/{mentor.id}").text
    assert "I’ve reached them" in told
    assert desk.post(f"/desk/applications/{mentor.id}/reached").status == 303
    assert stored(services, mentor.id).unreached_at is None
    assert "I’ve reached them" not in desk.get(f"/desk/applications/{mentor.id}").text


def test_on_hold_after_a_restore(desk: Coordinator, services: Services, match: Match) -> None:
    """It stands first in the list, and goes on once it is released."""
    held = replace(match, on_hold=True, revision=match.revision + 1)
    services.store.commit(Change(puts=(held,)))
    assert "On hold after a restore 1" in reads(desk, MATCHES)
    assert "Remind Dr. Kim Sample now" not in reads(desk, f"{MATCHES}/{match.id}")
    assert press(desk, held, "release").status == 303
    assert not stored_match(services, match).on_hold


def test_a_letter_that_came_back_shows(desk: Coordinator, services: Services, match: Match) -> None:
    """On the page of the match, in the list, and at Today."""
    comes_back(services, match)
    told = reads(desk, f"{MATCHES}/{match.id}")
    assert "Proposed match to Dr. Kim Sample : came back: there is no such mailbox" in told
    assert "An email came back: “Proposed match”." in reads(desk, MATCHES)
    assert "Waiting for an answer 1" in reads(desk, "/desk")


def test_changed_answers_are_marked(desk: Coordinator, services: Services, match: Match) -> None:
    """Of those that the other was shown: what they read, and what it is now."""
    mentee = stored(services, match.mentee.application)
    changed = mentee.with_changes(
        answers={**mentee.answers, "topics": ["research"], "city": "Spokane"},
        versions=(*mentee.versions, mentee.version),
        changed_at=services.now(),
    )
    services.store.commit(Change(puts=(changed,)))
    told = reads(desk, f"{MATCHES}/{match.id}")
    assert "Robin Example changed answers since" in told
    part = told.partition("changed answers since")[2].partition("Record their answer")[0]
    assert "Topics" in part
    assert "Spokane" not in part


def test_whom_it_concerns_sees_nothing_of_it(
    desk: Coordinator, services: Services, match: Match
) -> None:
    """Neither in lists nor on its page; the other's page says that it is there once it runs."""
    mentee = stored(services, match.mentee.application)
    services.store.commit(Change(puts=(mentee.with_changes(known_by=(COORDINATORS,)),)))
    assert "Robin" not in reads(desk, MATCHES)
    assert desk.get(f"{MATCHES}/{match.id}").status == 409
    for act in ("record", "remind", "take-back", "end", "release", "note", "lift"):
        assert press(desk, match, act, note="x", role="mentor", **YES).status == 409, act
    assert stored_match(services, match) == match
    assert {each[0] for each in record(services)[1:]} == {Action.REFUSED}
    told = reads(desk, f"/desk/applications/{match.mentor.application}")
    # It would tell a coordinator who applied whom they are being proposed to.
    assert "2 of 2 places free" in told
    assert "another coordinator looks after" not in told
    assert "Robin" not in told
    introduced = replace(
        match,
        state=MatchState.RUNNING,
        introduced_at=services.now(),
        revision=match.revision + 1,
    )
    services.store.commit(Change(puts=(introduced,)))
    told = reads(desk, f"/desk/applications/{match.mentor.application}")
    assert "1 of 2 places free A match that another coordinator looks after" in told
    assert "Robin" not in told
    today = desk.get("/desk").text
    assert "Robin" not in text(today.partition("Waiting list")[0])
    assert "Proposals sent none" in text(today)


def test_no_number_tells_whom_a_coordinator_is_proposed_to(
    desk: Coordinator, services: Services
) -> None:
    """
    Every page is as it was before, until they are asked themselves or the two are introduced.

    Who can't be proposed for that reason is left to another coordinator.
    """
    mentor = someone(services, MENTOR, answers={"capacity": "1"})
    mentee = someone(services, MENTEE, 2)
    own = someone(services, MENTEE, 3, answers={"email": "Coordinator@example.org"})
    known = someone(services, MENTEE, 4, known_by=(COORDINATORS,))
    person = f"/desk/applications/{mentor.id}"
    pages = (
        *(person, f"{person}/withdraw", f"{person}/not-eligible", "/desk/applications"),
        *("/desk/enter", "/desk", "/desk/handover", "/desk/supply", MATCHES),
    )

    def shown() -> dict[str, str]:
        exported = desk.post("/desk/export", {"format": ["csv"]})
        assert exported.status == 200
        return {**{each: reads(desk, each) for each in pages}, "export": f"{exported.body!r}"}

    for each in (own, known):
        before = shown()
        assert "1 of 1 place free" in before[person]
        match = matched.proposed(services, mentor, each)
        comes_back(services, match)
        assert shown() == before
        for path in (f"{person}/matches", f"/desk/applications/{mentee.id}/matches"):
            told = reads(desk, path)
            assert "Another coordinator has to propose this match." in told
            assert "has no free place" not in told
            assert "0 of 1" not in told
        refused = proposed(desk, stored(services, mentor.id), mentee)
        assert refused.status == 422
        assert "Another coordinator has to propose this match." in text(refused.text)
        given = {
            one.role.value: [f"{one.id}.{stored(services, one.id).revision}"]
            for one in (mentor, mentee)
        }
        refused = desk.post("/desk/enter", {**given, "starts_on": ["5/15/2026"], "letters": ["no"]})
        assert refused.status == 422
        assert "has no free place" not in text(refused.text)
        services.store.commit(
            take_back(pairing_of(stored_match(services, match), services), now=services.now())
        )
        assert shown() == before

    match = matched.proposed(services, mentor, own)
    said = answering.Said(reply=Reply.YES)
    services.store.commit(
        answering.answer(
            pairing_of(match, services),
            MENTOR,
            said,
            others=(),
            is_excluded=False,
            now=services.now(),
            today=services.program.local(services.now()).date(),
        )
    )
    # They know of it by now.
    assert "0 of 1 place free" in reads(desk, person)


def test_there_is_no_such_match(desk: Coordinator) -> None:
    """A cut or forged id leads to the page that says so."""
    for each in ("x", "00000009abcdefghjkmn", "pair%23a%23b"):
        assert desk.get(f"{MATCHES}/{each}").status == 404
        assert desk.post(f"{MATCHES}/{each}/remind").status == 404


def test_late_yes_is_shown(desk: Coordinator, services: Services, match: Match) -> None:
    """It changes nothing, and coordinators see it."""
    press(desk, match, "take-back")
    answer = press(desk, stored_match(services, match), "record", role="mentor", **YES)
    assert answer.status == 303
    late = stored_match(services, match)
    assert (late.state, late.mentor.reply) == (MatchState.TAKEN_BACK, None)
    assert "Mentor, said yes when it was too late" in reads(desk, f"{MATCHES}/{match.id}")
    assert Reply.YES not in {party.reply for party in late.parties.values()}
