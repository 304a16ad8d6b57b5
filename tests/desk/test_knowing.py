"""Coordinators who take part: what they say, what they may not do, and who acts in their place."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from infra.laptop import COORDINATOR_NAME, COORDINATORS, Laptop
from mentorship.change import Change
from mentorship.form.wishes import NOT_WITH
from mentorship.program.arrangements import Coordinator as Named
from mentorship.program.audit import Action
from mentorship.services import Services
from mentorship.services import services as running
from tests import people, tables
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.desk_files import asked
from tests.desk_lists import text
from tests.desk_pages import ID, PAGE, ROBIN, page, press, stored
from tests.own import link_of, mail, nothing_changes, post
from tests.people import apply

OTHER, CONTACT = "kim@example.com", "admin@wsrs.org"
SECRET = "Zanzibar"
# Pages and buttons that show what only coordinators read.
OWNERS = "You know this person"


@pytest.fixture
def desk(laptop: Laptop, services: Services) -> Coordinator:
    """A coordinator who has signed in; there is another one, and Robin has applied twice."""
    kim = Named(address=OTHER, name="Kim Beispiel", until=date(2027, 8, 31))
    there = services.arrangements()
    named = there.with_changes(coordinators=(*there.coordinators, kim))
    services.store.commit(Change(puts=(named,)))
    apply(laptop, people.mentee(not_with=f"Nobody from {SECRET}."))
    apply(laptop, people.mentor(email=ROBIN, full_name="Robin Example"))
    return sign_in(laptop)


class TestKnowing:
    def test_counts_for_the_person(self, desk: Coordinator, services: Services) -> None:
        """
        From then on the page shows what its owner sees; every application of the person does.
        """
        assert SECRET in page(desk)
        press(desk, "note", note="Spoke on the phone.")
        answer = press(desk, "know")
        assert answer.headers["location"] == f"{PAGE}?done=knows"
        shown = text(page(desk))
        assert OWNERS in shown
        assert "Spoke on the phone" not in shown
        assert SECRET not in shown
        assert "Robin Example" in shown
        assert "Their own page says:" in shown
        assert "About you" not in shown
        (mentor,) = [each for each in _ids(services) if each != ID]
        assert stored(services, mentor).known_by == stored(services).known_by == (COORDINATORS,)
        assert last(services) == (Action.KNOWS, "0000-0001", "")

    @pytest.mark.parametrize(
        ("who_knows", "words"),
        [
            ("nobody", f"Another coordinator can look after Robin Example’s application: {OTHER}"),
            ("the other", f"Every other coordinator knows them too, or it is their own application."
             f" {CONTACT} would have to take over Robin Example’s application."),
            ("only one", f"You’re the only coordinator. {CONTACT} would have to take over Robin "
             "Example’s application."),
        ],
    )  # fmt: skip
    def test_is_asked_about_first(
        self, laptop: Laptop, desk: Coordinator, services: Services, who_knows: str, words: str
    ) -> None:
        """
        The page says what follows and who takes over, before anything is done.
        """
        if who_knows == "the other":
            press(sign_in(laptop, OTHER), "know")
        if who_knows == "only one":
            mine = services.arrangements()
            alone = mine.with_changes(coordinators=mine.coordinators[:1])
            services.store.commit(Change(puts=(alone,)))
        assert f'href="{PAGE}/know"' in page(desk)
        assert f'action="{PAGE}/know"' not in page(desk)
        with nothing_changes(laptop):
            asked = page(desk, f"{PAGE}/know")
        assert words in text(asked)
        assert "You can’t undo this yourself." in text(asked)
        assert f'<form method="post" action="{PAGE}/know">' in asked
        contact = sign_in(laptop, CONTACT)
        assert contact.get(f"{PAGE}/know").headers["location"] == PAGE
        assert f'href="{PAGE}/know"' not in page(contact)

    def test_twice(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Pressed again, nothing changes and nothing is recorded.
        """
        press(desk, "know")
        with nothing_changes(laptop):
            press(desk, "know")

    def test_another_one_undoes_it(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        They cannot do so themselves; another coordinator sees who knows the person, and can.
        """
        press(desk, "know")
        who = services.links.hashed(COORDINATORS)
        assert desk.post(f"{PAGE}/unknow", {"who": [who]}).status == 409
        assert stored(services).known_by == (COORDINATORS,)
        kim = sign_in(laptop, OTHER)
        assert f"{COORDINATORS} knows this person" in text(page(kim))
        assert kim.post(f"{PAGE}/unknow", {"who": [who]}).status == 303
        assert stored(services).known_by == ()
        assert last(services) == (
            Action.KNOWS_NOT, "0000-0001", COORDINATORS
        )  # fmt: skip
        assert SECRET in page(desk)

    def test_stays_with_the_person(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Who applies again, or changes an answer, is still known.
        """
        press(desk, "know")
        post(laptop, f"{link_of(laptop, ROBIN)}/withdraw")
        apply(laptop, people.mentee(city="Tacoma"))
        post(laptop, f"{link_of(laptop, ROBIN)}/correct", people.mentee(city="Yakima"))
        assert {stored(services, each).known_by for each in _ids(services)} == {(COORDINATORS,)}

    @pytest.mark.parametrize("is_entered", [False, True])
    def test_stays_with_the_person_in_another_role(
        self, laptop: Laptop, desk: Coordinator, services: Services, is_entered: bool
    ) -> None:
        """
        Who offers to be a mentor later is still known, whoever fills in the form.
        """
        earlier = {*_ids(services)}
        apply(laptop, people.mentee(email="sam@example.org"))
        (mentee,) = {*_ids(services)} - earlier
        press(desk, "know", at=f"/desk/applications/{mentee}")
        mentor = people.mentor(email="sam@example.org")
        if is_entered:
            sent = {name: mentor[name] for name in ("full_name", "email")}
            assert desk.post("/desk/add/mentor", sent).status == 303
        else:
            apply(laptop, mentor)
        (later,) = {*_ids(services)} - earlier - {mentee}
        assert stored(services, later).known_by == (COORDINATORS,)

    def test_stays_with_whoever_is_entered_again(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Someone who withdrew and is entered by a coordinator is still known.
        """
        press(desk, "know")
        post(laptop, f"{link_of(laptop, ROBIN)}/withdraw")
        earlier = {*_ids(services)}
        entered = {"full_name": ["Robin Example"], "email": [ROBIN]}
        assert desk.post("/desk/add/mentor", entered).status == 303
        (again,) = {*_ids(services)} - earlier
        assert stored(services, again).known_by == (COORDINATORS,)


class TestRefused:
    def test_is_said_and_recorded(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        A button that is pressed after all does nothing, says who can, and the record has it.
        """
        press(desk, "know")
        answer = press(desk, "pause")
        assert answer.status == 409
        shown = text(answer.text)
        assert "You know this person, so nothing was changed." in shown
        assert CONTACT in shown
        log = text(sign_in(laptop, CONTACT).get("/desk/record").text)
        assert f"{COORDINATORS} {Action.REFUSED.value} (0000-0001) : pause" in log

    def test_another_coordinator_acts(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Both names are in the record; the coordinator whom it concerns is not told what was done.
        """
        press(desk, "know")
        kim = sign_in(laptop, OTHER)
        assert press(kim, "pause").status == 303
        assert last(services) == (
            Action.PAUSED,
            "0000-0001",
            f"in place of {COORDINATORS}",
        )
        own, theirs = (text(each.get("/desk/record").text) for each in (desk, kim))
        assert Action.PAUSED.value in theirs
        assert Action.PAUSED.value not in own
        assert "is yours, or of someone you know" in own

    def test_the_contact_address_acts_on_its_own(self, laptop: Laptop, services: Services) -> None:
        """
        There is always someone who can.
        """
        apply(laptop, people.mentee(email=CONTACT))
        contact = sign_in(laptop, CONTACT)
        assert press(contact, "pause").status == 303
        assert "Do you know this person?" not in page(contact)

    def test_entering_oneself(self, desk: Coordinator, services: Services) -> None:
        """
        A coordinator applies by the form as everyone does.
        """
        before = _ids(services)
        sent = {"full_name": [COORDINATOR_NAME], "email": [COORDINATORS], "agreed": ["Yes"]}
        answer = desk.post("/desk/add/mentee", sent)
        assert answer.status == 409
        assert "fill in the form as everyone does" in text(answer.text)
        assert _ids(services) == before

    def test_everything_is_for_the_contact_address(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        The file has every private note, so a coordinator is told who exports it.
        """
        assert 'action="/desk/archive/export"' not in page(desk, "/desk/handover")
        answer = desk.post("/desk/archive/export")
        assert (answer.status, answer.headers["content-type"][:9]) == (409, "text/html")
        assert CONTACT in answer.text
        contact = sign_in(laptop, CONTACT)
        assert 'action="/desk/archive/export"' in page(contact, "/desk/handover")
        assert contact.post("/desk/archive/export").body.startswith(b"PK")


class TestName:
    def test_without_one_no_note_is_shown(
        self, desk: Coordinator, laptop: Laptop, services: Services
    ) -> None:
        """
        The page says why, and how to change that, whether there is a note or not.
        """
        _rename(services, "")
        apply(laptop, people.mentee(email="p9@example.org", not_with=""))
        other = max(_ids(services))
        for path in (PAGE, f"/desk/applications/{other}"):
            shown = page(desk, path)
            assert "Private notes aren’t shown to you" in shown
            assert SECRET not in shown
        rows = desk.post("/desk/export", asked(format="csv", include=NOT_WITH.name))
        assert SECRET.encode() not in rows.body
        assert "They stay empty for you" in page(desk, "/desk/export")

    def test_is_set_by_oneself_once(self, desk: Coordinator, services: Services) -> None:
        """
        Then another coordinator changes it, so that nobody takes another name to read a note.
        """
        _rename(services, "")
        _name(desk, "Casey Muster")
        assert SECRET in page(desk)
        assert services.arrangements().coordinators[0].name == "Casey Muster"
        _name(desk, "Someone Else")
        assert services.arrangements().coordinators[0].name == "Casey Muster"

    def test_another_address_reads_no_more(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        A coordinator whom a note names adds another address under another name: nor is the note
        shown there, nor to whom that one adds.
        """
        note = f"{COORDINATOR_NAME} of {SECRET}"
        apply(laptop, people.mentee(email="p9@example.org", not_with=note))
        path = f"/desk/applications/{max(_ids(services))}"
        assert SECRET in page(sign_in(laptop, OTHER), path)
        for by, new in ((desk, "two@example.org"), (None, "three@example.org")):
            here = by or sign_in(laptop, "two@example.org")
            sent = {"address": new, "name": "Zoe Beispiel", "until": "2027-08-31"}
            made_from = re.findall(
                r'name="(revision|before)" value="([^"]*)"',
                here.get("/desk/settings/coordinators").text,
            )
            given = {key: [unescape(value)] for key, value in [*sent.items(), *made_from]}
            assert here.post("/desk/settings/welcome", given).status == 303
            assert SECRET not in page(sign_in(laptop, new), path)

    def test_another_one_changes_it(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        It is recorded, with what it was.
        """
        _name(sign_in(laptop, OTHER), "Casey Beispiel")
        assert services.arrangements().coordinators[0].name == "Casey Beispiel"
        words = last(services)[2]
        assert f"name {COORDINATOR_NAME} → Casey Beispiel" in words

    def test_by_an_application_of_their_own(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        A name is known by their own application once its address is confirmed, and not before.
        """
        _rename(services, "")
        apply(laptop, people.mentor(email=COORDINATORS, full_name="Casey Muster"))
        assert SECRET not in page(desk)
        post(laptop, f"{link_of(laptop, COORDINATORS)}/confirm")
        assert SECRET in page(desk)


class TestLetters:
    def test_about_themselves_go_to_the_others(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        A coordinator who applies gets the applicant's letters, and the others the coordinators'.
        """
        mail(laptop)
        before = len(laptop.outbox.emails)
        apply(laptop, people.mentor(email=COORDINATORS, full_name=COORDINATOR_NAME))
        new = mail(laptop)[before:]
        assert sorted(each.header("To") for each in new) == sorted([OTHER, COORDINATORS])
        (theirs,) = [each for each in new if each.header("To") == COORDINATORS]
        assert "/mine/" in theirs.part("plain")

    def test_go_to_the_contact_address_where_they_concern_all(
        self, laptop: Laptop, desk: Coordinator
    ) -> None:
        """
        Nobody else may read them.
        """
        for each in (desk, sign_in(laptop, OTHER)):
            press(each, "know")
        mail(laptop)
        before = len(laptop.outbox.emails)
        post(laptop, f"{link_of(laptop, ROBIN)}/withdraw")
        assert {each.header("To") for each in mail(laptop)[before:]} == {ROBIN, CONTACT}

    @pytest.mark.parametrize("names", [True, False])
    def test_say_nothing_of_a_note_that_names_one(
        self, laptop: Laptop, desk: Coordinator, names: bool
    ) -> None:
        """
        That there is a note is told to all who get the email, or to nobody.
        """
        mail(laptop)
        before = len(laptop.outbox.emails)
        note = "Not with Casey." if names else "Not with Zed."
        apply(laptop, people.mentee(email="p9@example.org", not_with=note))
        (told,) = [each for each in mail(laptop)[before:] if OTHER in each.header("To")]
        assert COORDINATORS in told.header("To")
        for kind in ("plain", "html"):
            assert ("note about whom" in " ".join(told.part(kind).split())) is not names

    def test_of_a_changed_note_go_to_those_who_may_read_it(
        self, laptop: Laptop, desk: Coordinator
    ) -> None:
        """
        Where nothing but the note has changed, the coordinator whom it names gets no email.
        """
        link = link_of(laptop, ROBIN)
        before, sent = len(mail(laptop)), people.mentor(email=ROBIN, full_name="Robin Example")
        post(laptop, f"{link}/correct", {**sent, "not_with": ["Not with Casey, please."]})
        told = [each.header("To") for each in mail(laptop)[before:]]
        assert sorted(told) == sorted([OTHER, ROBIN])

    def test_of_a_week_say_of_each_what_all_may_read(
        self, laptop: Laptop, desk: Coordinator, clock: Clock
    ) -> None:
        """
        Of a coordinator's own application the digest has no result of the member list, and no count
        that tells it; of others it has theirs.
        """
        apply(laptop, people.mentee(email=COORDINATORS, full_name=COORDINATOR_NAME))
        members = f"Name,Email\nA,a@example.org\nX,{ROBIN}\n"
        assert desk.upload("/desk/roster", members.encode()).status == 303
        clock.forward(days=6)
        before = len(mail(laptop))
        laptop.daily()
        (told,) = [each for each in mail(laptop)[before:] if OTHER in each.header("To")]
        for kind in ("plain", "html"):
            words = text(told.part(kind))
            assert re.search(r"Robin Example *, found by address", words), words
            assert COORDINATOR_NAME in words
            assert not re.search(rf"{COORDINATOR_NAME} *, (found|no|lapsed|not)", words)
            assert "Of the new mentees" not in words


def last(services: Services) -> tuple[Action, str, str]:
    """Return what was done last at the desk, whoever did it."""
    entry = services.store.queries.audit_log(limit=1)[0]
    return (entry.action, entry.about, entry.words)


def _ids(services: Services) -> list[str]:
    """Return the ids of all applications, the oldest first."""
    return sorted(each["id"]["S"] for each in tables.items("ApplicationsTable"))


def _rename(services: Services, name: str) -> None:
    """Have another name for the coordinator at the desk."""
    first, *others = services.arrangements().coordinators
    named = (replace(first, name=name), *others)
    services.store.commit(Change(puts=(services.arrangements().with_changes(coordinators=named),)))


def _name(desk: Coordinator, name: str) -> None:
    """Save a name on the page of the settings."""
    path = f"/desk/settings/coordinator/{running().links.hashed(COORDINATORS)}"
    page = desk.get(path).text
    made_from = dict(re.findall(r'name="(revision|before)" value="([^"]*)"', page))
    sent = {"name": name, "mailed": "yes", "until": "2027-08-31", **made_from}
    assert desk.post(path, {key: [unescape(value)] for key, value in sent.items()}).status == 303
