"""Proposing tonight's matches: every email once more, and each match by itself."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs

import pytest

from infra.edge import Answer
from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.application import Application
from mentorship.change import Change
from mentorship.desk import confirm
from mentorship.desk.confirm import MOST, SEND, SHOW, TONIGHT
from mentorship.matches.match import MatchState
from mentorship.matches.personal_line import LINE
from mentorship.matches.rules import RULES, Effect
from mentorship.program.audit import Action
from mentorship.services import Services
from mentorship.store.refusals import TRIES
from tests import matched
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.desk_lists import text
from tests.desk_matches import MENTEE, MENTOR, in_state, proposed, someone
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
    once = {"ticked_all": ["membership"]} if 'name="ticked_all"' in page else {}
    each_has = {f"ticked:{each}": [*ticks] for each in names if not once or len(ticks) > 1}
    return {**fields(page), **each_has, **once}


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
    told = ("Matches tonight", "Send 2 proposals?", "Check first: 2 memberships", names[0])
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
    # Both memberships are checked with one tick.
    assert anchors == ["tick-membership", f"line_ticked:{two}"]
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
    """A private note that was not understood has its own tick; its words are on one page only."""
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
        "Read it on the page of Robin Example (a new tab)",
        f"{called.name} has no email address. Please call",
        "Send 1 email",
    )
    assert "cousin" not in page.text
    read = f"/desk/applications/{mentee.id}#answer-not_with"
    assert f'href="{read}"' in page.text
    theirs = desk.get(read.partition("#")[0]).text
    assert "my cousin" in theirs.partition('id="answer-not_with"')[2].partition("</dd>")[0]
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
    assert "12 more are ticked on Matches tonight . Send these" in page
    assert page.count("One of the two isn’t on the list any more.") == MOST
    assert desk.get(SHOW).status == 405
    # As many as a page takes fit in one form, with the longest lines of any script and every tick.
    line, every = ["𝒜" * LINE.most], gone[:MOST]
    full = {f"{kind}:{each}": line for kind in ("line", "line_ticked") for each in every}
    lifted = (Effect.UNLESS_TICKED, Effect.CHECK)
    keys = [rule.code for rule in RULES if rule.effect in lifted] + ["note-mentor", "note-mentee"]
    full |= {f"ticked:{each}": keys for each in every}
    full |= {"propose": [f"{each}.1000.1000" for each in every], "evening": ["was=" + "x" * 9000]}
    answer = desk.post(SEND, full)
    assert (answer.status, answer.text.count(line[0])) == (409, MOST)
    ended = Coordinator(laptop, "").post(SEND, full)
    assert (ended.status, ended.text.count(f"<dt>{LINE.label}</dt>")) == (401, MOST)
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


def test_if_aws_is_busy_in_the_middle_the_page_says_what_was_sent(
    desk: Coordinator, services: Services
) -> None:
    """The others are there with their lines and ticks, to be sent with the next press."""
    mentors = [someone(services, MENTOR, n) for n in (1, 2, 3)]
    mentees = [someone(services, MENTEE, n) for n in (1, 2, 3, 4)]
    pairs = list(zip((*mentors[:2], mentors[0], mentors[2]), mentees, strict=True))
    names = [name_of(*each) for each in pairs]
    given = ticking(shown(desk, *pairs).text, *names)
    given |= {f"line:{each}": [f"Both like rule {number}."] for number, each in enumerate(names)}
    tried = list[int]()

    def busy(call: str, number: int) -> None:
        if call == TRANSACT:
            tried.append(number)
            if len(tried) > 2:
                raise refused("ThrottlingException")

    with tapped() as wire:
        wire.before = busy
        answer = desk.post(SEND, given)
    assert answer.status == 503
    told = text(answer.text)
    on_its_way = [f"{mentee.name} with {mentor.name}" for mentor, mentee in pairs[:2]]
    assert order(answer.text, "2 proposals are on their way:", *on_its_way, "2 proposals aren’t")
    assert told.count("AWS was busy. Send it again.") == 2
    # Each try takes seconds: once AWS is busy, the next one isn't tried.
    assert len(tried) == 2 + TRIES
    left = fields(answer.text)
    assert [left[f"line:{each}"] for each in names[2:]] == [given[f"line:{e}"] for e in names[2:]]
    assert len(left["propose"]) == 2
    # The mentor of the third changed, by what this page has sent.
    sent = desk.post(SEND, left)
    assert (sent.status, "2 proposals are on their way" in text(sent.text)) == (200, True)
    matches = in_state(services, MatchState.PROPOSED)
    assert {each.line for each in matches} == {f"Both like rule {number}." for number in range(4)}


def test_what_was_proposed_otherwise_is_not_said_to_be_on_its_way(
    desk: Coordinator, services: Services
) -> None:
    """On the page for two alone, with another line, or so long ago that it runs."""
    pairs = [(someone(services, MENTOR, n), someone(services, MENTEE, n)) for n in (1, 2, 3)]
    names = [name_of(*each) for each in pairs]
    given = ticking(shown(desk, *pairs).text, *names) | {f"line:{e}": ["Mine."] for e in names}
    assert proposed(desk, *pairs[0], line=["Another."]).status == 303
    assert proposed(desk, *pairs[1], line=["Mine."]).status == 303
    (match,) = (each for each in in_state(services, MatchState.PROPOSED) if each.line == "Mine.")
    services.store.commit(
        Change(puts=(replace(match, state=MatchState.ACCEPTED, revision=match.revision + 1),))
    )
    answer = desk.post(SEND, given)
    told = text(answer.text)
    assert answer.status == 409
    assert f"1 proposal is on its way: {pairs[2][1].name} with {pairs[2][0].name}" in told
    assert told.count("You’ve proposed this match already.") == 2
    # What was typed for the first is not in its email; what was typed for the second is.
    assert told.count("The line that you typed for them isn’t sent: Mine.") == 1


def test_ticks_beyond_what_a_page_takes_are_kept(
    desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way back has them, before and after the others are sent."""
    monkeypatch.setattr(confirm, "MOST", 2)
    pairs = [(someone(services, MENTOR, n), someone(services, MENTEE, n)) for n in range(1, 5)]
    names = [name_of(*each) for each in pairs]
    page = shown(desk, *pairs, free=["9QXD-0009"]).text
    assert back(page) == {"free": ["9QXD-0009"], "propose": names}
    assert "2 more are ticked on Matches tonight . Send these, then go back there." in text(page)
    again = desk.post(SHOW, {**ticking(page, *names[:2]), "do": ["show"]}).text
    assert back(again) == {"free": ["9QXD-0009"], "propose": names}
    sent = desk.post(SEND, ticking(again, *names[:2])).text
    assert back(sent) == {"free": ["9QXD-0009"], "propose": names[2:]}
    assert "2 more are ticked on Matches tonight ." in text(sent)


def back(page: str) -> Given:
    """Return what the way back to tonight's page has in its address."""
    (path,) = set(re.findall(rf'href="{TONIGHT}[?]([^"]*)"', page))
    return parse_qs(unescape(path))


def test_what_no_page_has_shown_is_not_sent(desk: Coordinator, services: Services) -> None:
    """Without the revisions at which the two were shown, it counts as changed."""
    mentor, mentee = someone(services, MENTOR), someone(services, MENTEE)
    name = name_of(mentor, mentee)
    answer = desk.post(SEND, {"propose": [name], f"ticked:{name}": ["membership"]})
    assert (answer.status, in_state(services, MatchState.PROPOSED)) == (409, [])
    assert "One of the two changed after you opened this page." in text(answer.text)


def test_what_was_read_for_all_is_not_read_for_each(desk: Coordinator, services: Services) -> None:
    """To show more pairs, nothing more is read."""
    pairs = [(someone(services, MENTOR, n), someone(services, MENTEE, n)) for n in (1, 2, 3)]
    calls = []
    for number in (1, 3):
        with tapped() as wire:
            assert shown(desk, *pairs[:number]).status == 200
        calls.append(wire.calls)
    assert calls[0] == calls[1]
    assert calls[0]
