"""The best matches for one person: whom, why, what to check first, and why not someone else."""

import re
from datetime import timedelta
from html import unescape

import pytest

from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.desk.shortlist import MOST_OPTIONS
from mentorship.matches.pair import Pair
from mentorship.pairings import between
from mentorship.services import Services
from tests.coordinator import Coordinator, sign_in
from tests.desk_lists import text
from tests.desk_matches import MENTEE, MENTOR, proposed, query, reads, someone
from tests.tables import everything

ONE = re.compile(r'<li class="listed__one(?:[^"]*)">.*?(?=<li class="listed__one|</ol>)', re.S)
OPTION = re.compile(r'<option value="([^"]*)"[^>]*>([^<]*)</option>')
ANOTHER = "Another coordinator has to propose this match."


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """Sign in."""
    return sign_in(laptop)


def path_of(person: Application) -> str:
    """Return the path of the best matches for someone."""
    return f"/desk/applications/{person.id}/matches"


def listed(page: str) -> list[str]:
    """Return what a person reads of each on the list."""
    return [text(each) for each in ONE.findall(page)]


def asked(desk: Coordinator, person: Application, other: Application) -> tuple[str, str]:
    """Ask why not someone else, and return what a person reads of the answer, and the page."""
    page = desk.get(f"{path_of(person)}?why={other.reference}").text
    return text(page.partition('class="shortlist__answer"')[2].partition("</section>")[0]), page


def mentor_of(services: Services, number: int, name: str, **answers: object) -> Application:
    """Store a mentor who has nothing in common with the usual mentee but what is given."""
    usual = {"subspecialties": ["oncology"], "topics": None, "practice_setting": ["academic"]}
    return someone(services, MENTOR, number, answers={"full_name": name, **usual, **answers})


def test_tonights_suggestion_comes_first_then_the_others_by_what_they_share(
    desk: Coordinator, services: Services
) -> None:
    """Each with all reasons, places in words, strength, and where the two are proposed."""
    wants = {"topics": ["boards"], "practice_setting": ["academic"]}
    longer = someone(services, MENTEE, 2, answers={"full_name": "Elif Muster", **wants})
    mentee = someone(services, MENTEE, 1, answers={"topics": ["first_job", "boards"]})
    good = mentor_of(services, 1, "Dr. Ada Gut", topics=["boards", "first_job"], capacity="2")
    found = {"subspecialties": ["neuroradiology"], "topics": ["boards"], "capacity": "1"}
    best = mentor_of(services, 2, "Dr. Bo Best", **found)
    thin = mentor_of(services, 3, "Dr. Cy Thin", topics=["first_job"])

    page = desk.get(path_of(mentee)).text
    first, second, third = listed(page)
    assert first.startswith("Tonight’s suggestion Dr. Ada Gut")
    assert "2 of 2 places free" in first
    assert "In common: All of Robin Example’s topics: First job" in first
    assert "No area in common." in first
    assert second.startswith("Dr. Bo Best good 1 of 1 place free")
    assert "Suggested tonight for Elif Muster." in second
    assert third.startswith("Dr. Cy Thin thin")
    # One thing to do, and the others beside it.
    assert page.count('class="md-button md-button--primary"') == 1
    for each in (good, best, thin):
        assert query(each, mentee).replace("&", "&amp;") in page
    # What is to be checked of the person is said once.
    assert text(page).count("membership hasn’t been checked") == 1
    assert "Only 3 mentors fit" in text(page)
    assert "Best mentors for Robin Example" in text(page)

    # The same seen from a mentor.
    page = desk.get(path_of(best)).text
    first, second = listed(page)
    assert first.startswith(f"Tonight’s suggestion {longer.name} strong Waiting 12 days")
    assert second.startswith("Robin Example good Waiting 11 days")
    assert "Suggested tonight with Dr. Ada Gut." in second
    assert f"{query(best, mentee).rpartition('=')[0]}=mentor".replace("&", "&amp;") in page


def test_without_anyone_who_fits_it_says_why_and_what_may_be_done(
    desk: Coordinator, services: Services
) -> None:
    """A mentee leads to those who may know mentors; a mentor's places stay free."""
    mentee, mentor = someone(services, MENTEE), mentor_of(services, 1, "Dr. Ada Fern")
    for each in (mentee, mentor):
        page = desk.get(path_of(each)).text
        assert not listed(page)
        assert f"No {'mentor' if each is mentee else 'mentee'} fits now." in text(page)
        assert ('href="/desk/supply#appeal">Ask for mentors</a>' in page) == (each is mentee)
    told, page = asked(desk, mentee, mentor)
    assert f"Why not {mentor.name} ?" in told
    assert query(mentor, mentee).replace("&", "&amp;") in page


def test_who_cannot_be_matched_now_has_the_reason_and_no_list(
    desk: Coordinator, services: Services
) -> None:
    """The match that they are in is on top."""
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR, answers={"capacity": "1"})
    someone(services, MENTOR, 2)
    proposed(desk, mentor, mentee)
    paused = someone(services, MENTEE, 3, status=Status.PAUSED)
    held = someone(services, MENTEE, 4, status=Status.QUARANTINED)
    for each, said in (
        (mentee, "Robin Example is in a match or a proposal. Dr. Kim Sample"),
        (mentor, "Dr. Kim Sample has no free place. Robin Example"),
        (paused, f"{paused.name} can’t be matched now. The application is paused."),
        (held, f"{held.name} can’t be matched now. The application is on hold."),
    ):
        page = desk.get(path_of(each)).text
        assert said in text(page)
        assert not listed(page)
        assert "Explain" not in page


def test_why_not_someone_else_is_answered_in_sentences(
    desk: Coordinator, services: Services
) -> None:
    """Whoever nothing rules out for good can be proposed all the same."""
    mentee = someone(services, MENTEE)
    fits, apart, same = (someone(services, MENTOR, number) for number in (1, 2, 3))
    unreached = someone(services, MENTOR, 4, unreached_at=services.now())
    paused = someone(services, MENTOR, 5, status=Status.PAUSED)
    little = mentor_of(services, 6, "Dr. Ada Fern")
    for other, changes in ((apart, {"apart_by": COORDINATORS}), (same, {"same_person": True})):
        pair = between(mentee, other, services)
        services.store.commit(Change(puts=(Pair(id=pair.id, revision=1, **changes),)))  # type: ignore[arg-type]
    before = everything()
    # What may be lifted does not keep the page from saying what the match would cost.
    told, _ = asked(desk, mentee, unreached)
    assert "than tonight’s" in told or "as well as tonight’s" in told, told
    for other, said, may in (
        (apart, f"A coordinator keeps {mentee.name} and {apart.name} apart.", False),
        (same, f"{mentee.name}, a mentee, and {same.name}, a mentor, are the same person.", False),
        (paused, f"{paused.name} isn’t waiting for a match (paused).", False),
        (unreached, f"Nobody has reached {unreached.name}", True),
        (little, "points", True),
    ):
        told, page = asked(desk, mentee, other)
        assert said in told, told
        answer = page.partition('class="shortlist__answer"')[2]
        assert (query(other, mentee).replace("&", "&amp;") in answer) == may
    page = desk.get(path_of(mentee)).text
    assert len(listed(page)) == 1
    offered = {unescape(name) for _, name in OPTION.findall(page)}
    assert offered == {each.name for each in (apart, same, unreached, paused, little)}
    assert f"{fits.name} is tonight’s suggestion for {mentee.name}." in asked(desk, mentee, fits)[0]
    assert asked(desk, mentee, mentee)[0] == ""
    assert everything() == before


def test_of_whom_it_concerns_nothing_is_said(desk: Coordinator, services: Services) -> None:
    """Their own list is another coordinator's; in the lists of others, so is the answer."""
    mentee = someone(services, MENTEE)
    own = someone(services, MENTOR, 2, answers={"email": "Coordinator@example.org"})
    known = someone(services, MENTOR, 3, known_by=(COORDINATORS,))
    noted = someone(services, MENTOR, 4, answers={"not_with": f"Casey; {mentee.name}"})
    for each in (own, known):
        assert desk.get(path_of(each)).status == 409
    for each in (own, known, noted):
        told, _ = asked(desk, mentee, each)
        assert ANOTHER in told
        assert "note" not in told
    assert not listed(desk.get(path_of(mentee)).text)


def test_the_words_of_a_private_note_are_on_no_list(desk: Coordinator, services: Services) -> None:
    """Only that there is one to be read first."""
    mentor = someone(services, MENTOR, answers={"not_with": "my cousin"})
    mentee = someone(services, MENTEE)
    told = reads(desk, path_of(mentee))
    assert f"Check first: A private note from {mentor.name} is not understood" in told
    assert "cousin" not in told


def test_of_very_many_one_is_looked_for_by_name(
    desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address has ids only."""
    monkeypatch.setattr("mentorship.desk.shortlist.MOST_OPTIONS", 2)
    assert MOST_OPTIONS == 200
    mentee = someone(services, MENTEE)
    found = [
        mentor_of(services, number, f"Dr. Person {last} Sample")
        for number, last in enumerate(("Ada", "Bo", "Bob", "Cy"), 1)
    ]
    page = desk.get(path_of(mentee)).text
    assert not OPTION.findall(page)
    # Only so many are matched at once; of one who comes later, that is the answer.
    with monkeypatch.context() as fewer:
        fewer.setattr("mentorship.desk.evening.MOST", 3)
        assert "who have waited longest." in asked(desk, mentee, found[0])[0]
        assert "who have waited longest." in reads(desk, path_of(found[0]))
        # So is it of someone who has something else against them as well.
        shy = {"contact_ways": ["in_person"], "topics": ["boards"]}
        last = mentor_of(services, 0, "Dr. Zed Last", **shy)
        told, page = asked(desk, mentee, last)
        assert "no way to talk" in told
        assert told.count("who have waited longest.") == 1
        assert "Only the 200 mentors who have waited longest are compared." in text(page)
    for sought, where in (
        ("person cy", f"why={found[3].reference}"),
        ("bo", f"found={found[1].id}.{found[2].id}"),
        ("nobody", "found=none"),
    ):
        answer = desk.post(path_of(mentee), {"look_up": [sought]})
        assert answer.headers["location"] in (
            f"{path_of(mentee)}?{where}#why",
            f"{path_of(mentee)}?found={found[2].id}.{found[1].id}#why",
        )
        told = desk.get(answer.headers["location"].partition("#")[0]).text
        assert len(OPTION.findall(told)) == (2 if sought == "bo" else 0)
        assert ("No mentor with that name was found." in told) == (sought == "nobody")


def test_tonights_own_suggestion_is_answered_when_it_is_looked_up(
    desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It isn't among the options, but someone may look for it by name."""
    monkeypatch.setattr("mentorship.desk.shortlist.MOST_OPTIONS", 0)
    mentee, mentor = someone(services, MENTEE), someone(services, MENTOR)
    mentor_of(services, 2, "Dr. Bo Other")
    answer = desk.post(path_of(mentee), {"look_up": [mentor.name]})
    told = reads(desk, answer.headers["location"].partition("#")[0])
    assert f"{mentor.name} is tonight’s suggestion for {mentee.name}." in told


def test_how_many_fit_is_said_of_those_who_are_compared(
    desk: Coordinator, services: Services
) -> None:
    """Of a mentor whom the coordinator knows, that they aren't compared."""
    mentee, _ = someone(services, MENTEE), someone(services, MENTOR, 1)
    told = reads(desk, path_of(mentee))
    assert "Only 1 mentor fits" in told
    assert "compared" not in told
    someone(services, MENTOR, 2, known_by=(COORDINATORS,))
    told = reads(desk, path_of(mentee))
    assert "1 mentor fits" in told
    assert "Only" not in told
    assert "1 mentor isn’t compared: you know them, or it’s you." in told


def test_a_question_about_two_leads_to_where_it_is_answered(
    desk: Coordinator, services: Services
) -> None:
    """Also where the two can't be proposed before, and a page has the buttons."""
    mentee = someone(services, MENTEE, answers={"institution": "Zebra Hospital"})
    place = someone(services, MENTOR, 1, answers={"institution": "Zebra Clinic"})
    person = someone(services, MENTOR, 2, answers={"full_name": mentee.name})
    for other, code in ((place, "same-institution"), (person, "same-person")):
        _, page = asked(desk, mentee, other)
        answer = page.partition('id="why"')[2]
        links = re.findall(r'<a class="whole" href="([^"]*)">Settle this', answer)
        assert [unescape(each) for each in links] == [f"{query(other, mentee)}#ask-{code}"]
        there = desk.get(query(other, mentee)).text
        assert f'id="ask-{code}"' in there
        assert f'value="{code}:no"' in there
    at = {"institution": "Zebra Hospital", "outside_program": "any"}
    listing = listed(desk.get(path_of(someone(services, MENTEE, 2, answers=at))).text)
    assert sum("the same institution? Settle this" in each for each in listing) == 1


def test_the_page_where_a_match_was_once_chosen_leads_here(
    desk: Coordinator, services: Services
) -> None:
    """Links in emails that were sent before still work."""
    mentee = someone(services, MENTEE, received_at=services.now() - timedelta(days=3))
    answer = desk.get(f"/desk/applications/{mentee.id}/propose")
    assert (answer.status, answer.headers["location"]) == (303, path_of(mentee))
