"""Proposing tonight's matches: every email once more, and each match by itself."""

import re
from dataclasses import replace
from html import unescape

import pytest

from infra.edge import Answer
from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.application import Application
from mentorship.change import Change
from mentorship.desk.confirm import MOST, SEND, SHOW, TONIGHT
from mentorship.matches.match import MatchState
from mentorship.program.audit import Action
from mentorship.services import Services
from tests import matched
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.desk_lists import text
from tests.desk_matches import MENTEE, MENTOR, in_state, someone
from tests.desk_pages import record
from tests.faults import TRANSACT, refused, tapped
from tests.own import mail
from tests.people import Given
from tests.tables import everything

FIELD = re.compile(
    r'<input type="(?P<type>hidden|checkbox)"(?: id="[^"]*")? name="(?P<name>[^"]*)" '
    r'value="(?P<value>[^"]*)"(?P<more>[^>]*)>'
    r'|<textarea [^>]*name="(?P<area>[^"]*)"[^>]*>\n?(?P<words>.*?)</textarea>',
    re.S,
)


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """Sign in."""
    return sign_in(laptop)


def name_of(mentor: Application, mentee: Application) -> str:
    """Return a pair as it stands in fields."""
    return f"{mentor.reference}.{mentee.reference}"


def fields(page: str) -> Given:
    """Return what the form of a page sends as it is: what is typed, ticked and hidden."""
    sent: Given = {"do": ["send"]}
    form = page.partition(f'action="{SEND}"')[2].partition("</form>")[0]
    for each in FIELD.finditer(form):
        if each["type"] != "checkbox" or " checked" in each["more"]:
            words = each["value"] if each["name"] else each["words"]
            sent.setdefault(unescape(each["name"] or each["area"]), []).append(unescape(words))
    return sent


def shown(desk: Coordinator, *pairs: tuple[Application, Application], **given: list[str]) -> Answer:
    """Tick some pairs on tonight's page, and go on."""
    return desk.post(SHOW, {"propose": [name_of(*each) for each in pairs], **given})


def ticking(page: str, *names: str, ticks: tuple[str, ...] = ("membership",)) -> Given:
    """Return what a page sends once what is to be checked is ticked."""
    return {**fields(page), **{f"ticked:{each}": [*ticks] for each in names}}


def order(page: str, *words: str) -> bool:
    """Tell whether some words are on a page, in this order."""
    found = [text(page).find(each) for each in words]
    return -1 not in found and found == sorted(found)


def test_every_email_is_shown_once_more_and_each_is_sent_once(
    desk: Coordinator, services: Services, laptop: Laptop
) -> None:
    """What is missing is asked for with all that was typed; pressed twice, nothing more is sent."""
    pairs = [(someone(services, MENTOR, n), someone(services, MENTEE, n)) for n in (1, 2)]
    one, two = (name_of(*each) for each in pairs)
    evening = {"lock": [one], "free": ["9QXD-0003"], "was": [f"{one} {two}"]}
    page = shown(desk, *pairs, **evening)
    assert page.status == 200
    names = [f"{mentee.name} with {mentor.name}" for mentor, mentee in pairs]
    told = ("Matches tonight", "Send 2 proposals?", names[0], "Check first:", "Read the email to")
    assert order(page.text, *told, names[1], "Send 2 emails", "Back, without sending")
    assert page.text.count("<details") == 4
    assert "They look forward" not in page.text
    back = f"{TONIGHT}?lock={one}&free=9QXD-0003&was={one}+{two}&propose={one}&propose={two}"
    assert f'href="{back.replace("&", "&amp;")}"' in page.text

    given = fields(page.text)
    given[f"line:{one}"], given[f"line:{two}"] = ["You both read."], ["Robin is at the Example."]
    before = everything()
    again = desk.post(SEND, given)
    assert (again.status, everything()) == (422, before)
    for words in ("Read this, then tick the box", "Your line may name Robin Example", "You both"):
        assert words in text(again.text), words
    anchors = re.findall(r'<li><a href="#([^"]+)">', again.text)
    assert len(anchors) == 3
    assert all(f'id="{each}"' in again.text for each in anchors)
    ticked = ticking(again.text, one, two) | {f"line_ticked:{two}": given[f"line:{two}"]}
    # The other button shows what was typed in the emails, and sends nothing.
    emails = desk.post(SHOW, {**ticked, "do": ["show"]})
    assert (emails.text.count("You both read."), emails.text.count("<details class")) == (3, 4)
    assert fields(emails.text) == ticked
    assert everything() == before

    sent = desk.post(SEND, ticked)
    assert sent.status == 200
    assert order(sent.text, "2 proposals are on their way", *names)
    assert "The emails leave within 15 minutes." in text(sent.text)
    matches = in_state(services, MatchState.PROPOSED)
    assert {each.line for each in matches} == {"You both read.", "Robin is at the Example."}
    assert all(f'href="/desk/matches/{each.id}"' in sent.text for each in matches)
    about = [f"{mentee.reference} {mentor.reference}" for mentor, mentee in pairs]
    assert record(services)[-2:] == [(Action.PROPOSED, each, "") for each in about]
    before = everything()
    twice = desk.post(SEND, ticked)
    assert (twice.status, twice.text, everything()) == (200, sent.text, before)
    asked = [each.header("To") for each in mail(laptop)]
    assert [asked.count(mentor.address) for mentor, _ in pairs] == [1, 1]
    # Back on the first page, they are there already.
    assert text(shown(desk, *pairs).text).count("You’ve proposed this match already.") == 2


def test_those_that_cannot_be_sent_any_more_stay_on_top_and_the_others_go(
    desk: Coordinator, services: Services
) -> None:
    """Someone changed, someone else was first, something rules it out, or one has left."""
    pairs = [(someone(services, MENTOR, n), someone(services, MENTEE, n)) for n in range(1, 6)]
    names = [name_of(*each) for each in pairs]
    page = shown(desk, *pairs)
    given = ticking(page.text, *names) | {f"line:{each}": [f"To {each}."] for each in names}
    (changed, _), taken, (ruled_out, note_of), (left, _), fine = pairs
    services.store.commit(Change(puts=(changed.with_changes(),)))
    match = matched.proposed(services, *taken)
    other = replace(match, proposed_by="sam@example.org", revision=match.revision + 1)
    services.store.commit(Change(puts=(other,)))
    note = {**note_of.answers, "not_with": ruled_out.name}
    services.store.commit(Change(puts=(note_of.with_changes(answers=note),)))
    services.store.commit(Change(deletes=(left,)))

    answer = desk.post(SEND, given)
    assert answer.status == 409
    told = text(answer.text)
    assert f"1 proposal is on its way: {fine[1].name} with {fine[0].name}" in told
    for words in (
        "Another coordinator has just proposed this match.",
        f"A private note from {note_of.name} rules out this match.",
        "One of the two isn’t on the list any more.",
        "One of the two changed after you opened this page. Look through it, then tick it.",
    ):
        assert told.count(words) == 1, words
    assert {each.mentor.application for each in in_state(services, MatchState.PROPOSED)} == {
        taken[0].id,
        fine[0].id,
    }
    # What can still be sent is there as it was typed, without its tick; its other ticks are kept.
    assert fields(answer.text) == {
        "do": ["send"],
        "evening": [""],
        f"line:{names[0]}": [f"To {names[0]}."],
        f"ticked:{names[0]}": ["membership"],
    }
    nothing = desk.post(SEND, fields(answer.text))
    assert nothing.status == 422
    assert "No match is ticked. Tick “Propose these two”, then send." in text(nothing.text)
    (value,) = re.findall(r'name="propose" value="([^"]+)">', nothing.text)
    sent = desk.post(SEND, {**fields(nothing.text), "propose": [value]})
    assert order(sent.text, "1 proposal is on its way", f"{pairs[0][1].name} with {changed.name}")


def test_two_of_one_mentor_are_sent_at_once_and_after_a_stop_in_between(
    desk: Coordinator, services: Services
) -> None:
    """The second knows that the first was no one else; a third has no place left."""
    mentor = someone(services, MENTOR)
    mentees = [someone(services, MENTEE, number) for number in (1, 2, 3)]
    names = [name_of(mentor, each) for each in mentees]
    given = ticking(shown(desk, *((mentor, each) for each in mentees)).text, *names)
    stopped: list[int] = []

    def second(call: str, number: int) -> None:
        if call == "TransactWriteItems":
            stopped.append(number)
            if len(stopped) == 2:
                raise refused(TRANSACT)

    with tapped() as wire:
        wire.before = second
        desk.post(SEND, given)
    assert len(in_state(services, MatchState.PROPOSED)) == 1
    answer = desk.post(SEND, given)
    assert answer.status == 409
    assert "2 proposals are on their way" in text(answer.text)
    assert f"{mentor.name} has no free place." in text(answer.text)
    assert len(in_state(services, MatchState.PROPOSED)) == 2


def test_what_blocks_a_match_is_told_before_anything_is_sent(
    desk: Coordinator, services: Services
) -> None:
    """A private note that was not understood has its own tick, and its words folded."""
    mentor, called = someone(services, MENTOR), someone(services, MENTOR, 2, answers={"email": ""})
    mentee = someone(services, MENTEE, answers={"not_with": "my cousin"})
    other, apart = someone(services, MENTEE, 2), someone(services, MENTEE, 3)
    known = someone(services, MENTOR, 4, known_by=(COORDINATORS,))
    page = shown(desk, (mentor, mentee), (called, other), (known, apart))
    one, two = name_of(mentor, mentee), name_of(called, other)
    assert order(
        page.text,
        "Send 2 proposals?",
        "1 proposal isn’t sent",
        f"{apart.name} with {known.name}",
        "Another coordinator has to propose this match.",
        f"A private note from {mentee.name} is not understood",
        "Read it here my cousin",
        f"{called.name} has no email address. Please call",
        "Send 1 email",
    )
    given = fields(page.text)
    refused_page = desk.post(SEND, given)
    assert refused_page.status == 422
    assert f'id="tick-note-mentee:{one}" name="ticked:{one}"' in refused_page.text
    ticked = ticking(refused_page.text, one, two, ticks=("membership", "note-mentee"))
    # Whom it concerns is refused even if it is sent, and the audit log says so.
    ticked["propose"] = [*ticked["propose"], f"{name_of(known, apart)}.1.1"]
    answer = desk.post(SEND, ticked)
    assert answer.status == 409
    assert f"{other.name} with {called.name} : no email address, please call" in text(answer.text)
    assert len(in_state(services, MatchState.PROPOSED)) == 2
    assert (Action.REFUSED, known.reference, "propose") in record(services)


def test_nothing_ticked_nobody_there_and_too_many(
    desk: Coordinator, services: Services, laptop: Laptop, clock: Clock
) -> None:
    """Each says what to do, and nothing is lost, not even once the session has ended."""
    nothing = desk.post(SHOW, {"lock": ["9QXD-0001.7K2M-0001"], "propose": ["x", "1.2", ""]})
    assert nothing.status == 422
    assert "No match is ticked. Go back to Matches tonight" in text(nothing.text)
    assert f'href="{TONIGHT}?lock=9QXD-0001.7K2M-0001"' in nothing.text
    gone = [f"9QXD-{number:04}.7K2M-{number:04}" for number in range(MOST + 12)]
    page = text(desk.post(SHOW, {"propose": gone}).text)
    assert "These matches can’t be proposed" in page
    assert f"At most {MOST} matches are proposed at once." in page
    assert "12 more are not on this page" in page
    assert page.count("One of the two isn’t on the list any more.") == MOST
    assert desk.get(SHOW).status == 405
    # As many as a page takes fit in one form, with the longest lines and every tick.
    line, every = ["“Both of you read at night.” " * 10 + "It’s so."], gone[:MOST]
    full = {f"{kind}:{each}": line for kind in ("line", "line_ticked") for each in every}
    full |= {f"ticked:{each}": ["membership", "note-mentor", "note-mentee"] for each in every}
    assert desk.post(SEND, {"propose": [f"{each}.10.10" for each in every], **full}).status == 409
    mentor, mentee = someone(services, MENTOR), someone(services, MENTEE)
    name = name_of(mentor, mentee)
    given = ticking(shown(desk, (mentor, mentee)).text, name) | {f"line:{name}": ["You both read."]}
    clock.forward(hours=9)
    ended = desk.post(SEND, given)
    assert ended.status == 401
    typed = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", ended.text, re.S)
    assert typed == [("Your personal line", "You both read.")]
    assert desk.post(SEND, given).status == 401
    assert sign_in(laptop).post(SEND, given).status == 200


def test_each_email_says_what_its_preview_said(
    desk: Coordinator, services: Services, laptop: Laptop
) -> None:
    """How much a mentor is needed is so of the evening, not of what the first proposals left."""
    capacity = {"capacity": "1"}
    pairs = [
        (someone(services, MENTOR, n, answers=capacity), someone(services, MENTEE, n))
        for n in (1, 2)
    ]
    third = someone(services, MENTOR, 3, answers={"subspecialties": ["breast"], **capacity})
    mentee = someone(services, MENTEE, 3, answers={"subspecialties": ["breast"]})
    pairs.append((third, mentee))
    page = shown(desk, *pairs)
    only = "You would be the only mentor for Breast imaging who has a free place."
    assert text(page.text).count("You would be the only mentor") == 1
    assert only in text(page.text)
    sent = desk.post(SEND, ticking(page.text, *(name_of(*each) for each in pairs)))
    assert "3 proposals are on their way" in text(sent.text)
    told = {
        email.header("To"): "You would be the only mentor" in email.part("plain")
        for email in mail(laptop)
        if "proposal" in email.tags["letter"]
    }
    assert told == {mentor.address: mentor is third for mentor, _ in pairs}
