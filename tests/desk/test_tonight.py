"""Matches tonight: who is suggested, what can be ticked, and what a coordinator may not learn."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import urlencode

import pytest

from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.application import Application
from mentorship.change import Change
from mentorship.desk import evening, tonight, tonight_fields
from mentorship.desk.sign_in import AFTER
from mentorship.desk.tonight_fields import Kept, kept
from mentorship.matches.suitability import Strength
from mentorship.pairings import between
from mentorship.services import Services
from tests.coordinator import Coordinator, sign_in
from tests.desk_lists import text
from tests.desk_matches import MENTEE, MENTOR, proposed, reads, someone
from tests.tables import everything

TONIGHT = "/desk/matches/tonight"
BOX = re.compile(r'<input type="checkbox" id="[^"]*" name="(\w+)" value="([^"]*)"( checked)?')
OPTION = re.compile(r'<option value="([^"]+)"( selected)?>([^<]*)</option>')
# So many on one side that not every pair is shown.
MANY = 6


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """Sign in."""
    return sign_in(laptop)


def many(
    services: Services, *, mentors: int = 3, places: str = "1"
) -> tuple[list[Application], list[Application]]:
    """Store six mentees, who differ in how long they have waited, and some mentors."""
    mentees = [someone(services, MENTEE, number) for number in range(1, MANY + 1)]
    found = [
        someone(services, MENTOR, number, answers={"capacity": places})
        for number in range(1, mentors + 1)
    ]
    # Those who have waited longest come first.
    return mentees[::-1], found


def pair(mentor: Application, mentee: Application) -> str:
    """Return two people as a field names them."""
    return f"{mentor.reference}.{mentee.reference}"


def at(**fields: object) -> str:
    """Return the address of the page with some fields."""
    return f"{TONIGHT}?{urlencode(fields, doseq=True)}"


def boxes(page: str) -> dict[tuple[str, str], bool]:
    """Return each box of a page, by its field and what it is about, and whether it is ticked."""
    return {(name, value): bool(ticked) for name, value, ticked in BOX.findall(page)}


def suggested(page: str) -> dict[str, str]:
    """Return tonight's matches: the reference of each mentee's mentor."""
    pairs = [value.split(".") for name, value in boxes(page) if name == "propose"]
    return {mentee: mentor for mentor, mentee in pairs}


def tables(page: str) -> list[list[tuple[str, int]]]:
    """Return what each table of reasons says, with the points."""
    found = page.split('<table class="reasons">')[1:]
    return [
        [
            (unescape(head), int(number.replace("−", "-")))
            for head, number in re.findall(
                r"<t[hd][^>]*>([^<]*)</t[hd]><td>(−?\d+)</td>", each.partition("</table>")[0]
            )
        ]
        for each in found
    ]


def test_the_page_says_who_is_matched_who_is_not_and_why(
    desk: Coordinator, services: Services
) -> None:
    """Three places go to the three who have waited longest; the sentences add up; nobody writes."""
    mentees, mentors = many(services)
    before = everything()
    page = desk.get(TONIGHT).text
    told = text(page)
    assert "3 places, 6 mentees: 3 matches. 3 stay on the list." in told
    assert set(suggested(page)) == {each.reference for each in mentees[:3]}
    assert set(suggested(page).values()) == {each.reference for each in mentors}
    assert "3 without a match" in told
    assert "mentors left" not in told
    assert told.count("Every place goes to someone who") == 3
    assert "Resident · 16 days" in told
    for table in tables(page):
        heads, numbers = [head for head, _ in table], [number for _, number in table]
        end = next(at for at, head in enumerate(heads) if head.startswith("In common: "))
        assert end > 1
        assert sum(numbers[:end]) == numbers[end]
        assert heads[-1] == "Points"
        assert sum(numbers[end:-1]) == numbers[-1]
        # The word is that of what they share.
        assert heads[end] == f"In common: {Strength.of(numbers[end])}"
    assert everything() == before
    # Nothing of a person is in any address of the page but references and ids.
    assert not [each for each in re.findall(r'(?:href|action)="([^"]*)"', page) if "Robin" in each]


def test_what_is_ticked_is_done_said_and_can_be_taken_back(
    desk: Coordinator, services: Services
) -> None:
    """Each box changes the matches, and is on the page afterwards, ticked."""
    mentees, mentors = many(services)
    first = suggested(desk.get(TONIGHT).text)
    was = " ".join(f"{mentor}.{mentee}" for mentee, mentor in first.items())
    last, longest = mentees[-1], mentees[0]
    theirs = next(each for each in mentors if each.reference == first[longest.reference])

    def after(**fields: str) -> tuple[str, dict[str, str]]:
        page = desk.get(at(was=was, **fields)).text
        name, value = next(iter(fields.items()))
        assert boxes(page)[name, value] is True, name
        assert "Since you last looked:" in text(page), name
        return text(page), suggested(page)

    told, found = after(lock=pair(theirs, last))
    assert found[last.reference] == theirs.reference
    assert f"{longest.name}" in told
    _, found = after(apart=pair(theirs, longest))
    assert found.get(longest.reference) != theirs.reference
    told, found = after(free=theirs.reference)
    assert theirs.reference not in found.values()
    assert "Mentors with places left 1" in told
    _, found = after(must=last.reference)
    assert last.reference in found
    # What was ticked to be proposed is kept, as long as it is suggested.
    value = pair(theirs, longest)
    assert boxes(desk.get(at(propose=value)).text)["propose", value]
    assert ("propose", value) not in boxes(desk.get(at(propose=value, apart=value)).text)


def test_what_cannot_be_is_said_beside_the_row(desk: Coordinator, services: Services) -> None:
    """A lock is refused with the reason, in the summary and beside its box."""
    mentees, mentors = many(services)
    kept = replace(between(mentees[0], mentors[0], services), apart_by=COORDINATORS, revision=1)
    services.store.commit(Change(puts=(kept,)))
    one, other, third = (pair(each, mentees[5]) for each in mentors)
    two = pair(mentors[0], mentees[4])
    cases = {
        "A coordinator keeps": {"lock": [pair(mentors[0], mentees[0])]},
        "are both ticked. Choose one.": {"lock": [other], "apart": [other]},
        "is locked with another mentor already.": {"lock": [other, third]},
        "has no place left for this match.": {"lock": [one, two]},
    }
    for words, fields in cases.items():
        page = desk.get(at(**fields)).text
        assert "<title>Error: Matches tonight" in page, words
        error = re.search(r'<p class="error" id="([^"]*)"><span[^>]*>Error:</span> ([^<]*)', page)
        assert error, words
        assert words in unescape(error[2])
        assert f'aria-describedby="{error[1]}"' in page
        assert page.count(error[2]) == 2, words


def test_why_not_someone_else(desk: Coordinator, services: Services) -> None:
    """The answer is in names, with its price; who is ruled out has the reason instead."""
    mentees, mentors = many(services)
    found = suggested(desk.get(TONIGHT).text)
    longest = mentees[0]
    own, other, *_ = sorted(mentors, key=lambda each: each.reference != found[longest.reference])
    page = desk.get(at(why=pair(other, longest))).text
    assert page.count('<details class="tonight__why" open>') == 1
    assert f"Why not <bdi>{other.name}</bdi>?" in page
    assert boxes(page)["lock", pair(other, longest)] is False
    assert f"tonight’s {own.name}" in text(page)
    # Once the two are locked there is nothing to ask, and one box for them.
    locked = desk.get(at(why=pair(other, longest), lock=pair(other, longest))).text
    assert "Why not <bdi>" not in locked
    assert locked.count(f'id="lock-{pair(other, longest)}"') == 1
    kept = replace(between(longest, other, services), apart_by=COORDINATORS, revision=1)
    services.store.commit(Change(puts=(kept,)))
    page = desk.get(at(why=pair(other, longest))).text
    assert f"A coordinator keeps {longest.name} and {other.name} apart." in text(page)
    assert ("lock", pair(other, longest)) not in boxes(page)


def test_the_table_and_the_answer_say_one_number(desk: Coordinator, services: Services) -> None:
    """What was suggested before weighs, and is in neither; the tables are as on the first page."""
    mentees, mentors = many(services)
    first = desk.get(TONIGHT).text
    found = suggested(first)
    was = " ".join(f"{mentor}.{mentee}" for mentee, mentor in found.items())
    longest = mentees[0]
    other = next(each for each in mentors if each.reference != found[longest.reference])
    page = desk.get(at(was=was, why=pair(other, longest))).text
    assert suggested(page) == found
    assert tables(page) == tables(first)
    head, points = tables(page)[0][-1]
    assert head == "Points"
    answer = text(page.partition('class="why-not"')[2].partition("</div>")[0])
    assert f"({points})" in answer or f"{points} points each" in answer


def test_a_mentor_is_kept_free_from_a_row(desk: Coordinator, services: Services) -> None:
    """Each row offers it, also where every place is used; the tick is once on the page then."""
    mentees, mentors = many(services, places="2")
    page = desk.get(TONIGHT).text
    assert "Mentors with places left" not in text(page)
    for mentee, mentor in suggested(page).items():
        assert page.count(f'id="free-{mentor}-{mentee}" name="free" value="{mentor}"') == 1
    free = mentors[0]
    assert f"Keep {free.name} free tonight" in text(page)
    kept_free = desk.get(at(free=free.reference)).text
    assert free.reference not in suggested(kept_free).values()
    assert f'id="free-{free.reference}" name="free"' in kept_free
    # Also where both places are locked, the tick can be taken back.
    for locks in (mentees[:1], mentees[:2]):
        locked = desk.get(at(free=free.reference, lock=[pair(free, each) for each in locks])).text
        assert len(re.findall(f'name="free" value="{free.reference}" checked', locked)) == 1
        assert locked.count(f'name="free" value="{free.reference}"') == 1


def test_who_must_be_matched_and_cannot_be_is_said(desk: Coordinator, services: Services) -> None:
    """At the box and in the summary: nobody fits, or others who must be matched have the places."""
    mentees, mentors = many(services, mentors=1)
    asked = mentees[:2]
    page = desk.get(at(must=[each.reference for each in asked])).text
    (name,) = [each.name for each in asked if each.reference not in suggested(page)]
    error = f"Every place that would fit {name} goes to someone else who must be matched tonight."
    assert text(page).count(error) == 2
    free = mentors[0].reference
    page = desk.get(at(must=asked[0].reference, free=free)).text
    error = f"Nobody can be matched with {asked[0].name} tonight."
    assert text(page).count(error) == 2
    assert f'aria-describedby="must-{asked[0].reference}-error"' in page
    assert "<title>Error: " in page
    assert "<title>Error: " not in desk.get(at(must=asked[0].reference)).text


def test_a_lock_that_no_longer_applies_is_said(desk: Coordinator, services: Services) -> None:
    """Someone left meanwhile; that two are proposed to each other is no news."""
    mentees, mentors = many(services)
    someone(services, MENTEE, MANY + 1)
    one, two = pair(mentors[0], mentees[0]), pair(mentors[1], mentees[1])
    assert "no longer appl" not in reads(desk, at(lock=[one, two]))
    gone = "9ZZZ-9999"
    told = reads(desk, at(lock=[one, f"{mentors[0].reference}.{gone}"]))
    assert "One of your locks no longer applies." in told
    told = reads(desk, at(lock=[f"{each.reference}.{gone}" for each in mentors], apart=two))
    assert "3 of your locks no longer apply." in told
    proposed(desk, mentors[0], mentees[0])
    assert "no longer appl" not in reads(desk, at(lock=one))
    assert "One of your locks no longer applies." in reads(
        desk, at(apart=pair(mentors[0], mentees[1]))
    )


def test_the_button_that_is_pressed_is_answered_first(
    desk: Coordinator, services: Services
) -> None:
    """At most five answers are shown: the sixth is there, and one of the others makes way."""
    for number in range(1, 9):
        someone(services, MENTEE, number)
        someone(services, MENTOR, number, answers={"capacity": "1"})
    page = desk.get(TONIGHT).text
    asks = [OPTION.findall(each)[0][0] for each in page.split('name="why">')[1:]]
    six = asks[:6]
    pressed = six[-1].partition(".")[2]
    assert f'type="submit" name="explain" value="{pressed}"' in page
    answered = desk.get(at(why=["", *six], explain=pressed)).text
    assert [value for value, chosen, _ in OPTION.findall(answered) if chosen] == [
        *six[:4],
        six[5],
    ]
    assert answered.count('class="why-not"') == 5
    assert "At most 5 of these answers are shown at once." in text(answered)
    assert "At most 5" not in reads(desk, at(why=six[:5]))


def test_a_row_asks_about_ten_others_who_are_told_apart(
    desk: Coordinator, services: Services
) -> None:
    """Those who share most are there, and one who was asked about; of one name, the reference."""
    mentees, mentors = many(services, mentors=13)
    twins = [
        someone(services, MENTOR, number, answers={"full_name": "Dr. Kim Twin"})
        for number in (21, 22)
    ]
    page = desk.get(TONIGHT).text
    for each in page.split('name="why">')[1:]:
        assert len(OPTION.findall(each)) == 10
    assert page.count('#why">Someone else<') == len(suggested(page))
    assert f'href="/desk/applications/{mentees[0].id}/matches#why"' in page
    for each in twins:
        ask = pair(each, mentees[0])
        rows = [OPTION.findall(row) for row in desk.get(at(why=ask)).text.split('name="why">')[1:]]
        asked = [label for row in rows for value, chosen, label in row if chosen and value == ask]
        if suggested(page)[mentees[0].reference] != each.reference:
            assert asked == [f"Dr. Kim Twin, {each.reference}"]
            label = f"Not with Dr. Kim Twin, {each.reference} tonight"
            assert label in reads(desk, at(apart=pair(each, mentees[0])))
    assert len(mentors) == 13


def test_a_lock_is_offered_only_where_it_can_be(desk: Coordinator, services: Services) -> None:
    """Where another lock is in the way, the sentence says so, and there is no box."""
    mentees, mentors = many(services)
    locked = {"lock": [pair(mentors[0], mentees[0])]}
    for ask in (pair(mentors[1], mentees[0]), pair(mentors[0], mentees[1])):
        page = desk.get(at(**locked, why=ask)).text
        assert "lock first." in text(page), ask
        assert ("lock", ask) not in boxes(page), ask


def test_each_refused_lock_is_in_the_summary(desk: Coordinator, services: Services) -> None:
    """Two of one mentee are two sentences, each leading to its own box."""
    mentees, mentors = many(services)
    locks = [pair(each, mentees[0]) for each in mentors[:2]]
    page = desk.get(at(lock=locks, apart=locks)).text
    summary = page.partition('class="error-summary"')[2].partition("</ul>")[0]
    assert re.findall(r'href="#([^"]*)"', summary) == [
        f"lock-{each}" for each in sorted(locks, key=summary.index)
    ]
    assert len(re.findall("<li>", summary)) == len(locks)
    for each in locks:
        assert page.count(f'id="lock-{each}"') == 1


def test_the_address_has_room_for_what_can_be_ticked() -> None:
    """With many matches, ticks do not go along, then neither does what was suggested before."""
    name = "7K2M-0001.9QXD-0001"
    free = "7K2M-0001"
    for matches in (1, 60, 75, 76, 110, 116, 117, 200):
        keeps = kept(matches, {"free": [free]})
        fields = {
            "lock": [name] * matches,
            "why": [""] * (matches - 1) + [name] * min(5, matches),
            "explain": free,
            "free": free,
            "was": " ".join([name] * matches) if keeps.was else [],
            "propose": [name] * matches if keeps.ticks else [],
        }
        # All of it fits where anything goes along; signing in again leads back to all of it.
        assert len(at(**fields)) <= tonight_fields.ROOM or not keeps.was, matches
        assert AFTER.fullmatch(at(**fields)), matches
    found = [kept(matches, {}) for matches in (70, 100, 200)]
    assert found == [
        Kept(ticks=True, was=True),
        Kept(ticks=False, was=True),
        Kept(ticks=False, was=False),
    ]
    assert kept(70, {"free": [free] * 100}) == Kept(ticks=False, was=True)


def test_what_the_address_has_no_room_for_is_said(
    desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ticks have a form of their own, with what the page was made from; too much is refused."""
    mentees, _ = many(services)
    must = mentees[-1].reference
    said = "so “Recalculate” and “Explain” clear what you ticked to propose."
    page = desk.get(at(must=must)).text
    assert said not in text(page)
    assert 'name="was"' in page
    assert 'form="ticked"' not in page
    monkeypatch.setattr(tonight_fields, "ROOM", 300)
    page = desk.get(at(must=must, was="before")).text
    assert f"{said} They don’t say what changed, either." in text(page)
    assert 'name="was"' not in page
    own = page.partition('<form id="ticked"')[2].partition("</form>")[0]
    assert f'name="must" value="{must}"' in own
    assert 'name="was"' not in own
    # Each tick, and the button.
    assert page.count('form="ticked"') == 3 + 1
    refused = desk.get(at(must=[must] * 1001))
    assert refused.status == 400
    assert "This address has too many fields" in text(refused.text)


def test_a_lock_may_lift_what_rules_two_out_and_says_so(
    desk: Coordinator, services: Services
) -> None:
    """So is a private note that isn't understood; its words are nowhere."""
    mentees, mentors = many(services)
    unreached = someone(services, MENTOR, 7, unreached_at=services.now())
    noted = someone(services, MENTEE, 8, answers={"not_with": "my cousin"})
    told = reads(desk, at(lock=[pair(unreached, mentees[5]), pair(mentors[0], noted)]))
    assert f"Check first: Nobody has reached {unreached.name}" in told
    assert f"Check first: A private note from {noted.name} is not understood" in told
    assert "cousin" not in told


def test_a_question_is_settled_from_the_page(desk: Coordinator, services: Services) -> None:
    """Two spellings may be one institution; the answer is kept, and so is what was ticked."""
    mentees, mentors = many(services)
    clinic = {"institution": "Sample Imaging Clinic", "outside_program": "yes"}
    asking = someone(services, MENTEE, 9, answers=clinic)
    page = desk.get(TONIGHT).text
    sentence = "Are “Sample Imaging Clinic” and “Sample Imaging” the same institution?"
    assert sentence in text(page)
    assert "1 question" in text(page)
    field = re.search(r'name="answer" value="([^"]*):no"', page)
    assert field
    ticked = pair(mentors[0], mentees[0])
    sent = {"answer": [f"{field[1]}:no"], "lock": [ticked], "was": [""], "why": ["", ""]}
    answer = desk.post(f"{TONIGHT}/answer", sent)
    assert answer.status == 303
    assert answer.headers["location"] == f"{TONIGHT}?lock={ticked}&done=answered"
    told = reads(desk, answer.headers["location"])
    assert "Your answer is saved." in told
    assert sentence not in told
    assert asking.name in told
    assert desk.post(f"{TONIGHT}/answer", {"answer": ["no such thing"]}).status == 404
    # What nobody is asked, or another coordinator has answered, is not stored.
    before = everything()
    for each in (f"same-person:{ticked}", field[1]):
        unasked = desk.post(f"{TONIGHT}/answer", {"answer": [f"{each}:yes"], "lock": [ticked]})
        assert unasked.headers["location"] == f"{TONIGHT}?lock={ticked}", each
    assert everything() == before


def test_questions_are_settled_where_there_are_few_people(
    desk: Coordinator, services: Services
) -> None:
    """Of one person, and of two institutions; each is asked once, below the pairs."""
    mentee = someone(services, MENTEE, 1, answers={"full_name": "Kim Same"})
    same = someone(services, MENTOR, 1, answers={"full_name": "Kim Same"})
    clinic = {"institution": "Sample Imaging Clinic"}
    others = [someone(services, MENTOR, number, answers=clinic) for number in (2, 3)]
    question = "Are Kim Same, a mentee, and Kim Same, a mentor, the same person?"
    page = desk.get(TONIGHT).text
    assert "There are few people" in text(page)
    assert question in text(page)
    assert f"/desk/propose?mentor={same.id}" not in page
    fields = re.findall(r'name="answer" value="([^"]*):no"', page)
    assert f"same-person:{pair(same, mentee)}" in fields
    assert len([each for each in fields if each.startswith("same-institution")]) <= 1
    for each in fields:
        answer = desk.post(f"{TONIGHT}/answer", {"answer": [f"{each}:no"]})
        assert answer.headers["location"] == f"{TONIGHT}?done=answered", each
    page = desk.get(TONIGHT).text
    assert "to settle" not in text(page)
    assert f"/desk/propose?mentor={same.id}" in page
    assert len(others) == 2


def test_nobody_and_few(desk: Coordinator, services: Services) -> None:
    """Without mentees or places it says so; with few people, every pair is there."""
    assert "No mentee is waiting for a match." in reads(desk, TONIGHT)
    mentee = someone(services, MENTEE)
    told = reads(desk, TONIGHT)
    assert "No places, 1 mentee." in told
    assert "Ask for mentors" in told
    mentors = [someone(services, MENTOR, number) for number in (1, 2)]
    kept = replace(between(mentee, mentors[1], services), apart_by=COORDINATORS, revision=1)
    services.store.commit(Change(puts=(kept,)))
    page = desk.get(TONIGHT).text
    assert "4 places, 1 mentee." in text(page)
    assert "Recalculate" not in page
    assert f"Propose {mentee.name} with {mentors[0].name}" in text(page)
    assert f"Propose {mentee.name} with {mentors[1].name}" not in text(page)
    assert f"A coordinator keeps {mentee.name} and {mentors[1].name} apart." in text(page)
    # How much two share is said only of those who can be matched.
    assert page.count('class="strength ') == 1
    assert page.count('<ul class="sentences">') == 1
    assert '<li class="sentences__shared">' in page
    for each in (page, desk.get(at()).text):
        assert 'href="/handbook/evening/"' in each


def test_those_who_concern_the_coordinator_and_too_many_are_left_out(
    desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People they know are another coordinator's; of too many, those who waited longest stay."""
    mentees, _ = many(services)
    someone(services, MENTEE, 9, known_by=(COORDINATORS,))
    told = reads(desk, TONIGHT)
    assert "1 person is left to another coordinator" in told
    assert "Robin Example Jppleseed" not in told
    someone(services, MENTEE, 7)
    for module in (evening, tonight):
        monkeypatch.setattr(module, "MOST", MANY)
    told = reads(desk, TONIGHT)
    assert f"3 places, {MANY} mentees:" in told
    assert f"At most {MANY} mentors and {MANY} mentees are matched at once." in told
    assert f"{mentees[0].name} Resident" in told
    assert f"{mentees[-1].name} Resident" not in told
