"""Proposing a match of two people at the desk: whom, what is against it, and what they read."""

from dataclasses import replace

import pytest

from infra.laptop import COORDINATORS, Laptop
from mentorship.change import Change
from mentorship.matches.match import MatchState
from mentorship.matches.pair import Pair
from mentorship.matches.personal_line import reveals
from mentorship.pairings import between
from mentorship.program.audit import Action
from mentorship.services import Services
from tests import made, matched
from tests.coordinator import Coordinator, sign_in
from tests.desk_lists import text
from tests.desk_matches import (
    MENTEE,
    MENTOR,
    PROPOSE,
    hidden,
    in_state,
    proposed,
    query,
    reads,
    someone,
)
from tests.desk_pages import record
from tests.faults import tapped
from tests.own import mail
from tests.tables import everything


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """Sign in."""
    return sign_in(laptop)


def store_pair(services: Services, pair: Pair, **changes: object) -> None:
    """Store what lies between two people."""
    changed = replace(pair, revision=pair.revision + 1, **changes)  # type: ignore[arg-type]
    services.store.commit(Change(puts=(changed,)))


def test_what_is_proposed_is_stored_logged_and_listed(
    desk: Coordinator, services: Services
) -> None:
    """From a person's page to the list of what waits: whom, what both read, and who is asked."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    assert (
        f'href="/desk/applications/{mentee.id}/matches">See best mentors</a>'
        in desk.get(f"/desk/applications/{mentee.id}").text
    )
    listed = desk.get(f"/desk/applications/{mentee.id}/matches").text
    assert query(mentor, mentee).replace("&", "&amp;") in listed

    answer = proposed(desk, mentor, mentee, line=["You both like to read at night."])
    assert answer.status == 303
    (match,) = in_state(services, MatchState.PROPOSED)
    assert (match.line, match.lifted) == ("You both like to read at night.", ("membership",))
    assert match.proposed_by == COORDINATORS
    assert answer.headers["location"] == f"/desk/matches/{match.id}?done=proposed"
    told = reads(desk, answer.headers["location"])
    assert "Proposed. The email to the mentor leaves within 15 minutes." in told
    assert record(services)[-1] == (
        Action.PROPOSED,
        f"{mentee.reference} {mentor.reference}",
        "",
    )
    listed = reads(desk, "/desk/matches")
    assert "Waiting for the mentor 1 Robin Example and Dr. Kim Sample" in listed
    assert "Dr. Kim Sample has until October 20 to answer. Remind Dr. Kim Sample" in listed
    theirs = reads(desk, f"/desk/applications/{mentor.id}")
    assert (
        "Matches 1 of 2 places free Robin Example Dr. Kim Sample has until October 20 to answer."
        in theirs
    )


def test_what_is_to_be_checked_needs_its_tick(desk: Coordinator, services: Services) -> None:
    """Without the tick nothing is sent, what was typed is still there, and the box says why."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    refused = proposed(desk, mentor, mentee, ticked=[], line=["Good luck."])
    assert refused.status == 422
    assert not in_state(services, MatchState.PROPOSED)
    assert f"{mentee.name}’s membership hasn’t been checked." in text(refused.text)
    assert 'aria-invalid="true"' in refused.text
    assert "Good luck.</textarea>" in refused.text


def test_a_private_note_is_named_and_never_shown(desk: Coordinator, services: Services) -> None:
    """Who may read it has to; one that names them looks as if it had never been given."""
    mentor = someone(services, MENTOR)
    mentee = someone(services, MENTEE, answers={"not_with": "my cousin"})
    told = text(desk.get(query(mentor, mentee)).text)
    assert f"A private note from {mentee.name} is not understood" in told
    assert "I’ve read it, and it’s fine" in told
    # Its words are on their own page only.
    assert "cousin" not in told
    path = f"/desk/applications/{mentee.id}"
    assert f'href="{path}#answer-not_with"' in desk.get(query(mentor, mentee)).text
    assert '<dt id="answer-not_with">' in desk.get(path).text
    assert "cousin" not in desk.get(f"/desk/applications/{mentor.id}/matches").text
    ticked = ["membership", "note-mentee"]
    assert proposed(desk, mentor, mentee).status == 422
    assert proposed(desk, mentor, mentee, ticked=ticked).status == 303
    about_them = someone(services, MENTEE, 2, answers={"not_with": "my cousin Casey"})
    told = text(desk.get(query(mentor, about_them)).text)
    assert "note" not in told
    assert proposed(desk, mentor, about_them).status == 303
    # Only where it rules out the very two, another coordinator decides.
    both_named = someone(services, MENTEE, 3, answers={"not_with": f"Casey Muster; {mentor.name}"})
    told = text(desk.get(query(mentor, both_named)).text)
    assert "Another coordinator has to propose this match." in told
    assert "note" not in told
    assert proposed(desk, mentor, both_named).status == 422


def test_who_has_no_name_adds_it_first(laptop: Laptop, services: Services) -> None:
    """Else a note that nobody may show them would be missed; whatever notes there are."""
    unnamed = replace(services.arrangements().coordinators[0], name="")
    services.store.commit(
        Change(puts=(services.arrangements().with_changes(coordinators=(unnamed,)),))
    )
    desk = sign_in(laptop)
    mentor = someone(services, MENTOR)
    for number, note in enumerate(("", "my cousin"), 1):
        mentee = someone(services, MENTEE, number, answers={"not_with": note})
        told = text(desk.get(query(mentor, mentee)).text)
        assert "Add your name first" in told
        assert "cousin" not in told
        assert proposed(desk, mentor, mentee).status == 422


def test_a_line_that_tells_who_it_is_is_asked_about_once(
    desk: Coordinator, services: Services
) -> None:
    """It is kept, asked about, and sent only with a tick that is for these very words."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    line = "Robin is at the Example, near you."
    asked = proposed(desk, mentor, mentee, line=[line])
    assert asked.status == 422
    assert (
        "Your line may name Robin Example. Your line may name Robin Example’s institution."
        in text(asked.text)
    )
    ticked = ["Robin is here."]
    assert proposed(desk, mentor, mentee, line=[line], line_ticked=ticked).status == 422
    assert proposed(desk, mentor, mentee, line=[line], line_ticked=[line]).status == 303
    (match,) = in_state(services, MatchState.PROPOSED)
    assert match.line == line


def test_which_lines_tell_who_someone_is() -> None:
    """A name, an institution, an address or a number; what everyone may say is fine."""
    mentee = made.application(MENTEE, answers={"institution": "Sample Valley Hospital"})
    mentor = made.application(MENTOR)
    told = {
        "You will like Robin": True,
        "Dr. Exampel reads well": True,
        "Both of you know Sample Valley": True,
        "Write to someone@example.net": True,
        "Call 206 555 0199": True,
        "I think you’ll enjoy comparing academic and private practice.": False,
        "Our coordinators chose you for your interest in breast imaging.": False,
        "Two hospitals, one question: what comes after residency in 2027?": False,
    }
    assert {line: bool(reveals(line, (mentee, mentor))) for line in told} == told


def test_a_line_is_bounded(desk: Coordinator, services: Services) -> None:
    """One that is too long comes back."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    refused = proposed(desk, mentor, mentee, line=["x " * 200])
    assert refused.status == 422
    assert "Enter 300 characters or fewer" in text(refused.text)


def test_what_was_typed_is_in_both_emails_before_it_goes(
    desk: Coordinator, services: Services
) -> None:
    """The other button of the page shows them, and sends nothing."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    before = everything()
    shown = proposed(desk, mentor, mentee, do=["show"], line=["You both read at night."])
    assert shown.status == 200
    assert shown.text.count("You both read at night.") == 3
    assert everything() == before


def test_a_question_is_answered_on_the_page_and_kept(desk: Coordinator, services: Services) -> None:
    """Until then it counts as yes; what was typed stays; the answer can be changed."""
    mentee = someone(services, MENTEE)
    mentor = someone(services, MENTOR, answers={"phone": "206 555 0101"})
    told = text(desk.get(query(mentor, mentee)).text)
    assert "are the same person?" not in told
    assert f"Are {mentee.name}, a mentee, and {mentor.name}, a mentor, the same person?" in told
    assert proposed(desk, mentor, mentee).status == 422
    answered = proposed(desk, mentor, mentee, do=["same-person:no"], line=["Hello."])
    assert answered.status == 200
    assert "Hello.</textarea>" in answered.text
    assert between(mentor, mentee, services).same_person is False
    assert record(services)[-1][0] is Action.ANSWERED
    assert "A coordinator answered: not the same person. The same person" in text(answered.text)
    # The other answer takes its place, and is kept as well.
    changed = text(proposed(desk, mentor, mentee, do=["same-person:yes"]).text)
    assert "are the same person." in changed
    assert "A coordinator answered: the same person. Not the same person" in changed
    assert proposed(desk, mentor, mentee).status == 422
    proposed(desk, mentor, mentee, do=["same-person:no"])
    before = everything()
    proposed(desk, mentor, mentee, do=["same-person:no"])
    assert everything() == before
    assert proposed(desk, mentor, mentee).status == 303


def test_who_changed_meanwhile_is_shown_anew_and_nothing_is_sent(
    desk: Coordinator, services: Services
) -> None:
    """The page says so, and everything that was typed is still there."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    page = desk.get(query(mentor, mentee)).text
    services.store.commit(Change(puts=(mentor.with_changes(),)))
    given = {"do": ["send"], "ticked": ["membership"], "line": ["Enjoy."]}
    refused = desk.post(PROPOSE, {**hidden(page, PROPOSE), **given})
    assert refused.status == 409
    assert "One of the two changed after you opened this page." in text(refused.text)
    assert "Enjoy.</textarea>" in refused.text
    assert not in_state(services, MatchState.PROPOSED)
    again = desk.post(PROPOSE, {**hidden(refused.text, PROPOSE), **given})
    assert again.status == 303


def test_pressed_twice_it_is_proposed_once_and_another_coordinator_is_told(
    desk: Coordinator, laptop: Laptop, services: Services
) -> None:
    """What is stored decides."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    page = desk.get(query(mentor, mentee)).text
    given = {**hidden(page, PROPOSE), "do": ["send"], "ticked": ["membership"]}
    first, second = desk.post(PROPOSE, given), desk.post(PROPOSE, given)
    assert first.headers["location"] == second.headers["location"]
    assert len(in_state(services, MatchState.PROPOSED)) == 1
    (match,) = in_state(services, MatchState.PROPOSED)
    services.store.commit(
        Change(puts=(replace(match, proposed_by="sam@example.org", revision=match.revision + 1),))
    )
    third = desk.post(PROPOSE, given)
    assert third.headers["location"] == f"/desk/matches/{match.id}?done=proposed-before"
    # The same mentee with someone else: the page says why not, and nothing is sent.
    other = someone(services, MENTOR, 2)
    refused = proposed(desk, other, mentee)
    assert refused.status == 422
    assert f"{mentee.name} is in a match or a proposal." in text(refused.text)


def test_how_much_a_mentor_is_needed_is_in_the_email_and_its_preview(
    desk: Coordinator, services: Services, laptop: Laptop
) -> None:
    """Everyone who waits counts, also those of whom the coordinator who proposes may not learn."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    only = "You would be the only mentor for Neuroradiology who has a free place."
    assert only in reads(desk, query(mentor, mentee))
    another = someone(services, MENTOR, 2, known_by=(COORDINATORS,))
    assert only not in reads(desk, query(mentor, mentee))
    assert "Only one waiting mentee asks for what you offer." in reads(desk, query(mentor, mentee))
    asks = someone(services, MENTEE, 2, known_by=(COORDINATORS,))
    assert "Only one waiting mentee" not in reads(desk, query(mentor, mentee))
    services.store.commit(Change(deletes=(another, asks)))
    proposed(desk, mentor, mentee)
    (letter,) = services.store.queries.letters_about(mentor.id)
    assert letter.facts == {"only_areas": "neuroradiology", "only_mentee": 1}
    assert only in " ".join(mail(laptop)[-1].part("plain").split())


def test_how_much_a_mentor_is_needed_tells_of_no_proposal_that_is_hidden(
    desk: Coordinator, services: Services
) -> None:
    """A mentor in a proposal to the coordinator looks free to them, and counts as free."""
    capacity = {"capacity": "1"}
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR, answers=capacity)
    another = someone(services, MENTOR, 2, answers=capacity)
    before = reads(desk, query(mentor, mentee))
    assert "You would be the only mentor" not in before
    own = someone(services, MENTEE, 2, answers={"email": COORDINATORS})
    for other, is_told in ((own, False), (someone(services, MENTEE, 3), True)):
        match = matched.proposed(services, another, other)
        name = f"{mentor.reference}.{mentee.reference}"
        for page in (
            reads(desk, query(mentor, mentee)),
            text(desk.post("/desk/matches/tonight/propose", {"propose": [name]}).text),
        ):
            assert ("You would be the only mentor" in page) is is_told
        now = services.now()
        two = [services.store.application(each.id, now=now) for each in (another, other)]
        services.store.commit(Change(deletes=(match, *filter(None, two))))
        another = someone(services, MENTOR, 3, answers=capacity)


def test_whom_it_concerns_proposes_nothing(desk: Coordinator, services: Services) -> None:
    """Not for themselves, and not for someone they know."""
    mentee = someone(services, MENTEE)
    own = someone(services, MENTOR, 2, answers={"email": "Coordinator@example.org"})
    known = someone(services, MENTOR, 3, known_by=(COORDINATORS,))
    for each in (own, known):
        assert desk.get(query(each, mentee)).status == 409
        refused = desk.post(PROPOSE, {"mentor": [each.id], "mentee": [mentee.id], "do": ["send"]})
        assert refused.status == 409
    assert not in_state(services, MatchState.PROPOSED)


def test_ids_that_are_none_find_nobody(desk: Coordinator, services: Services) -> None:
    """Cut, forged or exchanged ones."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    for one, other in ((mentee.id, mentor.id), (mentor.id, "x"), ("", mentee.id)):
        assert desk.get(f"{PROPOSE}?mentor={one}&mentee={other}").status == 404
    assert desk.post(PROPOSE, {"do": ["send"]}).status == 404


def test_what_is_refused_is_read_once(desk: Coordinator, services: Services) -> None:
    """A page with what is missing reads no more than the page before."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    with tapped() as first:
        page = desk.get(query(mentor, mentee)).text
    with tapped() as second:
        assert desk.post(PROPOSE, {**hidden(page, PROPOSE), "do": ["send"]}).status == 422
    assert first.calls == second.calls
    assert first.calls
